//! `preflight policy diff REF`, and `--policy-from REF`: the policy as a commit has it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fmt::Write as _;

use rstest::rstest;
use serde_json::Value;
use support::repo::Repo;
use support::{report, run};

const BASE: &str = "version: 1
edition: 2026
services: [api, web]
sources: [{ secrets: { path: \"secrets/{env}\", optional: true } }, { dotenv: \".env.{env}\" }]
environments:
  dev: { relaxed: true }
  stage: { inherits: prod }
  prod: { branch: main, mirrors: stage, stricter_than: { environment: stage, except: [OLD], reason: why }, machine: one, forbid: [default], readers: [compose], keys: { LEVEL: { one_of: [info, warn] } } }
keys:
  DATABASE_URL: { required: true, tls: verify-full }
  TOKEN: { required: true, min_length: 20, not: [\"one\"] }
  OLD: { forbidden: true }
  OLD_TOKEN: {}
  LEVEL: {}
  \"*_KEY\": { min_length: 10 }
files: [{ path: \"secrets/{env}/**\", mode: \"0600\", owner: self }]
rules: { undeclared-key: error }
groups: { g: { any_of: [TOKEN, OLD_TOKEN] } }
naming: { case: upper-snake }
waivers:
  - { rule: weak-tls-mode, cause: \"tls:require\", key: DATABASE_URL, reason: r, owner: o, until: 2090-01-01 }
";

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("preflight.yaml", BASE);
    repo.commit("policy");
    repo
}

/// `word environment subject field` of each change, sorted.
fn changes(repo: &Repo, args: &[&str]) -> (i32, String) {
    let all = ["policy", "diff", "--format", "json"].iter().chain(args);
    let run = run(repo.path(), all);
    let document: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
    assert_eq!(document["schema"], "preflight.policy-diff/v1");
    support::fits(preflight::report::diff::JSON_SCHEMA, &document);
    let mut text = String::new();
    for (word, list) in [("-", "loosened"), ("+", "tightened")] {
        for change in document[list].as_array().unwrap() {
            let environment = change["environment"].as_str().unwrap_or("*");
            let (subject, field) = (change["subject"].as_str().unwrap(), change["field"].as_str().unwrap());
            let _ = writeln!(text, "{word} {environment} {subject} {field}");
        }
    }
    (run.code, text)
}

/// One change of the work tree's policy, and all that is to be said of it.
#[rstest]
#[case::nothing("edition", "edition", "")]
#[case::comment("version: 1", "version: 1 # new", "")]
#[case::order("  OLD: { forbidden: true }\n", "", "- * OLD forbidden\n")]
#[case::floor("verify-full", "require", "- * DATABASE_URL tls\n")]
#[case::floor_gone(", tls: verify-full", "", "- * DATABASE_URL tls\n")]
#[case::required("{ required: true, tls", "{ required: false, tls", "- * DATABASE_URL required\n")]
#[case::entry_gone(
    "  DATABASE_URL: { required: true, tls: verify-full }\n",
    "",
    "- * DATABASE_URL required\n- * DATABASE_URL tls\n"
)]
#[case::length("min_length: 20", "min_length: 8", "- * TOKEN min_length\n")]
#[case::longer("min_length: 20", "min_length: 32", "+ * TOKEN min_length\n")]
#[case::not("not: [\"one\"]", "not: [\"two\"]", "- * TOKEN not\n")]
#[case::not_more("not: [\"one\"]", "not: [\"one\", \"two\"]", "+ * TOKEN not\n")]
#[case::overlay(
    "one_of: [info, warn]",
    "one_of: [info, warn, debug]",
    "- prod LEVEL one_of\n- stage LEVEL one_of\n"
)]
#[case::narrower("one_of: [info, warn]", "one_of: [warn]", "+ prod LEVEL one_of\n+ stage LEVEL one_of\n")]
#[case::inherits(
    "{ inherits: prod }",
    "{}",
    "- stage LEVEL one_of\n- stage environment forbid\n- stage readers changed\n"
)]
#[case::mirrors_except(
    "mirrors: stage",
    "mirrors: { environment: stage, except: [OLD], reason: r }",
    "- prod environment mirrors.except\n"
)]
#[case::mirrors_gone("mirrors: stage, ", "", "- prod environment mirrors\n")]
#[case::stricter_gone(
    "stricter_than: { environment: stage, except: [OLD], reason: why }, ",
    "",
    "- prod environment stricter_than\n"
)]
#[case::stricter_than_another(
    "{ environment: stage, except",
    "{ environment: dev, except",
    "- prod environment stricter_than\n"
)]
#[case::stricter_throughout(
    "{ environment: stage, except: [OLD], reason: why }",
    "stage",
    "+ prod environment stricter_than.except\n"
)]
#[case::stricter_but_for_more(
    "except: [OLD]",
    "except: [OLD, \"X_*\"]",
    "- prod environment stricter_than.except\n"
)]
#[case::stricter_reason("reason: why }, machine", "reason: because }, machine", "")]
#[case::stricter(
    "stage: { inherits: prod }",
    "stage: { inherits: prod, stricter_than: dev }",
    "+ stage environment stricter_than\n"
)]
#[case::machine("machine: one, ", "", "- prod environment machine\n")]
#[case::another_machine("machine: one", "machine: two", "- prod environment machine\n")]
#[case::across(
    "  LEVEL: {}",
    "  LEVEL: { across: same, stricter: lower }",
    "+ * LEVEL across\n+ * LEVEL stricter\n"
)]
#[case::pattern("min_length: 10", "min_length: 9", "- * *_KEY min_length\n")]
#[case::pattern_gone("  \"*_KEY\": { min_length: 10 }\n", "", "- * *_KEY min_length\n")]
#[case::mode("\"0600\"", "\"0640\"", "- * file secrets/{env}/** mode\n")]
#[case::owner(", owner: self", "", "- * file secrets/{env}/** owner\n")]
#[case::rule_off(
    "undeclared-key: error",
    "undeclared-key: error, malformed-line: off",
    "- * rule malformed-line severity\n"
)]
#[case::rule_lower("undeclared-key: error", "undeclared-key: warning", "- * rule undeclared-key severity\n")]
#[case::rule_higher(
    "undeclared-key: error",
    "undeclared-key: error, duplicate-key: error, expired-waiver: error",
    "+ * rule expired-waiver severity\n"
)]
#[case::relaxed(
    "stage: { inherits: prod }",
    "stage: { inherits: prod, relaxed: true }",
    "- stage environment relaxed\n- stage rule dialect-divergence severity\n- stage rule loose-directory severity\n- stage rule loose-permissions severity\n- stage rule placeholder-value severity\n- stage rule weak-secret severity\n- stage rule wrong-length severity\n"
)]
#[case::branch("branch: main, ", "", "- prod environment branch\n")]
#[case::branch_moved("branch: main", "branch: other", "- prod environment branch\n")]
#[case::forbid("forbid: [default], ", "", "- prod environment forbid\n- stage environment forbid\n")]
#[case::forbid_more(
    "forbid: [default]",
    "forbid: [default, process]",
    "+ prod environment forbid\n+ stage environment forbid\n"
)]
#[case::service("services: [api, web]\nsources", "services: [api]\nsources", "- * service web removed\n")]
#[case::sources(
    "{ dotenv: \".env.{env}\" }",
    "{ dotenv: \".env.{env}\" }, { names: n.txt }",
    "- * sources changed\n"
)]
#[case::optional(
    "{ dotenv: \".env.{env}\" }",
    "{ dotenv: { path: \".env.{env}\", optional: true } }",
    "- * sources optional\n"
)]
#[case::not_optional(
    "{ path: \"secrets/{env}\", optional: true }",
    "\"secrets/{env}\"",
    "+ * sources optional\n"
)]
#[case::waiver(
    "reason: r",
    "environment: prod, reason: r",
    "- prod waiver weak-tls-mode[tls:require] added\n+ * waiver weak-tls-mode[tls:require] removed\n"
)]
#[case::waiver_longer("2090-01-01", "2091-01-01", "- * waiver weak-tls-mode[tls:require] until\n")]
#[case::waiver_shorter("2090-01-01", "2089-01-01", "+ * waiver weak-tls-mode[tls:require] until\n")]
#[case::environment_gone(
    "  dev: { relaxed: true }\n",
    "",
    "- dev environment removed\n+ dev rule dialect-divergence severity\n+ dev rule loose-directory severity\n+ dev rule loose-permissions severity\n+ dev rule placeholder-value severity\n+ dev rule weak-secret severity\n+ dev rule wrong-length severity\n"
)]
#[case::public(
    "\"*_KEY\": { min_length: 10 }",
    "\"*_KEY\": { min_length: 10, public: true }",
    "- * *_KEY public\n"
)]
#[case::readers("readers: [compose], ", "", "- prod readers changed\n- stage readers changed\n")]
#[case::readers_more("[compose]", "[bash, compose]", "+ prod readers changed\n+ stage readers changed\n")]
#[case::readers_other("[compose]", "[bash]", "- prod readers changed\n- stage readers changed\n")]
#[case::readers_of_a_file(
    "{ dotenv: \".env.{env}\" }",
    "{ dotenv: { path: \".env.{env}\", readers: [plain] } }",
    "- * readers changed\n"
)]
#[case::encrypted(
    "services: [api, web]",
    "services: [api, web]\nencrypted: true",
    "+ * encryption encrypted\n"
)]
#[case::skipped(
    "services: [api, web]",
    "services: [api, web]\nundecryptable: skip",
    "- * encryption undecryptable\n"
)]
#[case::unopened(
    "branch: main,",
    "branch: main, no_decrypt: pass,",
    "- prod encryption no_decrypt\n- stage encryption no_decrypt\n"
)]
#[case::recipients(
    "services: [api, web]",
    "services: [api, web]\nrecipients: [age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj]",
    "+ * encryption recipients\n"
)]
#[case::services_narrowed("TOKEN: {", "TOKEN: { services: [api],", "- * TOKEN services\n")]
#[case::group_gone("groups: { g: { any_of: [TOKEN, OLD_TOKEN] } }\n", "", "- * group g keys\n")]
#[case::group_wider("any_of: [TOKEN, OLD_TOKEN]", "any_of: [TOKEN, OLD_TOKEN, LEVEL]", "- * group g keys\n")]
#[case::group_stricter("any_of: [TOKEN", "exactly_one_of: [TOKEN", "+ * group g keys\n")]
#[case::peers_required("naming: {", "require_peers: true\nnaming: {", "+ * environments require_peers\n")]
#[case::naming_gone("naming: { case: upper-snake }\n", "", "- * naming case\n")]
#[case::naming_more(
    "naming: { case: upper-snake }",
    "naming: { case: upper-snake, prefix: service }",
    "+ * naming prefix\n"
)]
#[case::newline(
    "owner: self }",
    "owner: self, final_newline: absent }",
    "+ * file secrets/{env}/** final_newline\n"
)]
#[case::exact_length("min_length: 20", "min_length: 20, length: 64", "+ * TOKEN length\n")]
#[case::relation("OLD_TOKEN: {}", "OLD_TOKEN: { differs_from: TOKEN }", "+ * OLD_TOKEN differs_from\n")]
fn what_is_looser_and_what_is_tighter(#[case] old: &str, #[case] new: &str, #[case] expected: &str) {
    let repo = repo();
    assert!(BASE.contains(old), "{old}");
    repo.write("preflight.yaml", BASE.replacen(old, new, 1));
    let (code, found) = changes(&repo, &["HEAD"]);
    assert_eq!(found, expected);
    assert_eq!(code, i32::from(expected.starts_with("- ") || expected.contains("\n- ")));
}

#[test]
fn peers_that_are_no_longer_required_are_looser() {
    let repo = Repo::new();
    for said in ["true", "false"] {
        let policy = format!("version: 1\nedition: 2026\nrequire_peers: {said}\n");
        repo.write("preflight.yaml", policy);
        repo.commit(said);
    }
    assert_eq!(changes(&repo, &["HEAD~1"]), (1, "- * environments require_peers\n".to_owned()));
}

/// What one name or pattern says may be taken back by another that is stronger.
#[rstest]
#[case::exact("\"A_*\": { min_length: 32 }", "A_X: { min_length: 1 }", "- * A_X min_length\n")]
#[case::null("\"*_PASSWORD\": { min_length: 32 }", "DB_PASSWORD: ~", "- * DB_PASSWORD min_length\n")]
#[case::null_field(
    "\"*_PASSWORD\": { min_length: 32 }",
    "DB_PASSWORD: { min_length: ~ }",
    "- * DB_PASSWORD min_length\n"
)]
#[case::longer(
    "\"A_*\": { min_length: 32, type: port }",
    "\"A_B*\": { min_length: 1, type: string }",
    "- * A_B* min_length\n- * A_B* type\n"
)]
#[case::allowed("\"A_*\": { forbidden: true }", "\"A_B*\": { forbidden: false }", "- * A_B* forbidden\n")]
#[case::list("\"A_*\": { one_of: [a] }", "\"A_B*\": { one_of: [a, zzz] }", "- * A_B* one_of\n")]
#[case::declares("A: {}", "\"*\": {}", "- * * declares\n")]
#[case::meeting(
    "\"A_*\": { min_length: 32 }",
    "\"*_KEY_B\": { min_length: 1 }",
    "- * *_KEY_B declares\n- * *_KEY_B with A_* min_length\n+ * *_KEY_B min_length\n"
)]
fn a_stronger_entry_takes_a_guard_back(#[case] old: &str, #[case] more: &str, #[case] expected: &str) {
    let repo = Repo::new();
    let policy = |keys: &str| format!("version: 1\nedition: 2026\nkeys:\n{keys}");
    repo.write("preflight.yaml", policy(&format!("  {old}\n")));
    repo.commit("policy");
    repo.write("preflight.yaml", policy(&format!("  {old}\n  {more}\n")));
    assert_eq!(changes(&repo, &["HEAD"]), (1, expected.to_owned()));
}

/// Fields of environments, also where another one's are inherited.
#[rstest]
#[case::inherited_forbid(
    "stage: { inherits: prod }\n  prod: { forbid: [dotenv] }",
    "stage: {}\n  prod: { forbid: [dotenv] }",
    "- stage environment forbid\n"
)]
#[case::inherited_sources(
    "stage: { inherits: prod }\n  prod: { sources: [{ dotenv: a }] }",
    "stage: {}\n  prod: { sources: [{ dotenv: a }] }",
    "- stage sources changed\n"
)]
#[case::alias_moved(
    "dev: { relaxed: true }\n  prod: { aliases: [live] }",
    "dev: { relaxed: true, aliases: [live] }\n  prod: {}",
    "- prod environment aliases\n"
)]
#[case::new_sources("dev: {}", "dev: {}\n  prod: { sources: [{ names: n }] }", "- prod sources changed\n")]
#[case::template("prod: { template: a }", "prod: { template: b }", "- prod template changed\n")]
fn what_environments_say(#[case] old: &str, #[case] new: &str, #[case] expected: &str) {
    let repo = Repo::new();
    let policy = |environments: &str| format!("version: 1\nedition: 2026\nenvironments:\n  {environments}\n");
    repo.write("preflight.yaml", policy(old));
    repo.commit("policy");
    repo.write("preflight.yaml", policy(new));
    assert_eq!(changes(&repo, &["HEAD"]), (1, expected.to_owned()));
}

#[rstest]
#[case::takes(
    "{ path: \"deploy/**\", mode: \"0400\" }",
    "{ path: \"deploy/**\", mode: \"0400\" }, { path: deploy/k, mode: \"0600\" }",
    "- * file deploy/k mode\n"
)]
#[case::order(
    "{ path: \"a/*\", mode: \"0640\" }, { path: \"*/x\", mode: \"0600\" }",
    "{ path: \"*/x\", mode: \"0600\" }, { path: \"a/*\", mode: \"0640\" }",
    "- * files order\n"
)]
fn what_files_say(#[case] old: &str, #[case] new: &str, #[case] expected: &str) {
    let repo = Repo::new();
    let policy = |files: &str| format!("version: 1\nedition: 2026\nfiles: [{files}]\n");
    repo.write("preflight.yaml", policy(old));
    repo.commit("policy");
    repo.write("preflight.yaml", policy(new));
    assert_eq!(changes(&repo, &["HEAD"]), (1, expected.to_owned()));
}

#[test]
fn environments_that_are_named_for_the_first_time() {
    let repo = Repo::new();
    repo.write("preflight.yaml", "version: 1\nedition: 2026\n");
    repo.commit("policy");
    repo.write("preflight.yaml", "version: 1\nedition: 2026\nenvironments: { dev: {} }\n");
    assert_eq!(changes(&repo, &["HEAD"]), (1, "- * environments named\n".to_owned()));
}

#[test]
fn lines_for_people_name_both_sides_and_no_value() {
    let repo = repo();
    let text =
        BASE.replace("min_length: 20", "min_length: 8").replace("not: [\"one\"]", "not: [\"hidden-word\"]");
    repo.write("preflight.yaml", text);
    let run = run(repo.path(), ["policy", "diff", "main"]);
    assert_eq!(
        (run.code, run.stdout.as_str()),
        (
            1,
            "loosened since main:
  TOKEN min_length from 20 to 8 (preflight.yaml:11)
  TOKEN not changed (preflight.yaml:11)
2 loosened, 0 tightened
"
        )
    );
}

#[test]
fn a_policy_that_is_new_or_gone() {
    let repo = Repo::new();
    repo.write("README", "x");
    let first = repo.commit("nothing yet");
    repo.write("preflight.yaml", "version: 1\nedition: 2026\nkeys: { A: { required: true } }\n");
    let (code, found) = changes(&repo, &[&first]);
    assert_eq!((code, found.as_str()), (0, "+ * A required\n"));
    repo.commit("policy");
    std::fs::remove_file(repo.path().join("preflight.yaml")).unwrap();
    let (code, found) = changes(&repo, &["HEAD"]);
    assert_eq!((code, found.as_str()), (1, "- * A required\n"));
}

#[test]
fn extended_files_are_read_from_the_commit_too() {
    let repo = Repo::new();
    let head = "version: 1\nedition: 2026\n";
    repo.write(
        "policies/preflight.yaml",
        format!("{head}extends: [../base/common.yaml]\nenvironments: {{ prod: {{}} }}\n"),
    );
    repo.write("base/common.yaml", format!("{head}keys: {{ A: {{ required: true }} }}\n"));
    repo.commit("policy");
    repo.write("base/common.yaml", format!("{head}keys: {{ A: {{ required: false }} }}\n"));
    repo.write(".env.prod", "B=1\n");
    let (code, found) = changes(&repo, &["HEAD"]);
    assert_eq!((code, found.as_str()), (1, "- * A required\n"));
    let (_, here) = report(repo.path(), ["prod"]);
    assert_eq!(here["summary"]["error"], 0);
    let (code, there) = report(repo.path(), ["prod", "--policy-from", "HEAD"]);
    assert_eq!(code, 1);
    let finding = &there["findings"][0];
    assert_eq!((&finding["rule"], &finding["key"]), (&"missing-key".into(), &"A".into()));
    assert_eq!(finding["policy_location"]["path"], "HEAD:base/common.yaml");
    assert_eq!(finding["policy_location"]["source"], "git");
    assert_eq!(there["policy"]["path"], "HEAD:policies/preflight.yaml");
}

#[test]
fn the_work_tree_s_policy_is_ignored() {
    let repo = repo();
    repo.write(".env.dev", "TOKEN=x\n");
    // Broken, a second one, and none at all: nothing of it is read.
    repo.write("preflight.yaml", "rules: [");
    repo.write("policies/preflight.yaml", "version: 1\nedition: 2026\n");
    let (_, one) = report(repo.path(), ["dev", "--policy-from", "main"]);
    assert_eq!(one["policy"]["path"], "main:preflight.yaml");
    std::fs::remove_file(repo.path().join("preflight.yaml")).unwrap();
    std::fs::remove_file(repo.path().join("policies/preflight.yaml")).unwrap();
    let (_, two) = report(repo.path(), ["dev", "--policy-from", "main"]);
    assert_eq!(one["findings"], two["findings"]);
    assert_eq!(one["policy"], two["policy"]);
}

#[rstest]
#[case::unknown("nope", "names no commit of this repository")]
#[case::option("--help", "names no commit of this repository")]
#[case::path("main:preflight.yaml", "names no commit of this repository")]
#[case::empty("", "names no commit of this repository")]
fn a_reference_that_is_none(#[case] reference: &str, #[case] said: &str) {
    let repo = repo();
    repo.write(".env.prod", "A=1\n");
    let (code, found) = report(repo.path(), ["prod", &format!("--policy-from={reference}")]);
    assert_eq!((code, found["errors"][0]["kind"].as_str()), (2, Some("bad-policy")));
    assert!(found["errors"][0]["message"].as_str().unwrap().contains(said), "{found:#}");
    let run = run(repo.path(), ["policy", "diff", "--", reference]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains(said), "{}", run.stderr);
}

/// A tag may be pushed by whoever must not change a branch.
#[test]
fn a_name_of_a_branch_and_a_tag_is_refused() {
    let repo = repo();
    repo.write("x", "1");
    repo.commit("next");
    repo.git(&["branch", "release"]);
    repo.git(&["tag", "release", "HEAD~1"]);
    let run = run(repo.path(), ["policy", "diff", "release"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("names several commits here"), "{}", run.stderr);
    assert_eq!(changes(&repo, &["refs/heads/release"]).0, 0);
    repo.git(&["tag", "--force", "release", "HEAD"]);
    assert_eq!(changes(&repo, &["release"]).0, 0, "both are one commit");
}

#[test]
fn a_commit_without_a_policy_gives_no_verdict() {
    let repo = Repo::new();
    repo.write(".env.prod", "A=1\n");
    repo.commit("no policy");
    let (code, found) = report(repo.path(), ["prod", "--policy-from", "HEAD"]);
    assert_eq!((code, found["errors"][0]["message"].as_str()), (2, Some("HEAD holds no policy")));
    let outside = support::case::Case::parse("x", "x\n-- file: .env.prod --\nA=1\n").lay_out();
    let (code, found) = report(outside.path(), ["prod", "--policy-from", "HEAD"]);
    assert_eq!(code, 2);
    assert!(found["errors"][0]["message"].as_str().unwrap().contains("lies in no git repository"));
}

#[test]
fn a_named_file_is_taken_as_the_commit_has_it() {
    let repo = repo();
    repo.write(
        "other.yaml",
        "version: 1\nedition: 2026\nenvironments: { prod: {} }\nkeys: { A: { type: int } }\n",
    );
    repo.commit("another policy");
    repo.write("other.yaml", "version: 1\nedition: 2026\n");
    repo.write(".env.prod", "A=x\n");
    let (code, found) = report(repo.path(), ["prod", "--policy", "./other.yaml", "--policy-from", "HEAD"]);
    assert_eq!((code, found["findings"][0]["cause"].as_str()), (1, Some("type:int")));
    let (code, found) = report(repo.path(), ["prod", "--policy", "../other.yaml", "--policy-from", "HEAD"]);
    assert_eq!(code, 2);
    assert!(found["errors"][0]["message"].as_str().unwrap().contains("no path below the project"));
}

#[test]
fn a_broken_policy_of_either_side_is_said_with_its_place() {
    let repo = repo();
    repo.write("preflight.yaml", "version: 1\nedition: 2026\nkyes: {}\n");
    let here = run(repo.path(), ["policy", "diff", "HEAD"]);
    assert_eq!((here.code, here.stdout.as_str()), (2, ""));
    assert!(here.stderr.contains("preflight.yaml:3:1") && !here.stderr.contains("HEAD:"), "{}", here.stderr);
    repo.commit("broken");
    repo.write("preflight.yaml", BASE);
    let there = run(repo.path(), ["policy", "diff", "HEAD"]);
    assert!(there.stderr.contains("HEAD:preflight.yaml:3:1"), "{}", there.stderr);
    let explained = run(repo.path(), ["explain", "TOKEN", "--env", "prod", "--policy-from", "HEAD~1"]);
    assert!(explained.stdout.contains("min_length: 20  HEAD~1:preflight.yaml:11"), "{}", explained.stdout);
}
