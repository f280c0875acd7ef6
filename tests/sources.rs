//! Where variables come from: the tables of `docs/sources.md` row by row, and what does not fit into a row.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use rstest::rstest;
use serde_json::Value;
use support::bounded::bounded;
use support::rows::{cells, findings, gaps, lay_out, project, sorted};
use support::{finish, lines, preflight, report};
use tempfile::TempDir;

/// Several sources in flow style, one kind each.
fn sources(cell: &str) -> String {
    let kinds = ["dotenv", "secrets", "config", "process", "names"];
    let starts = |part: &str| kinds.iter().any(|kind| part.starts_with(&format!("{kind}:")));
    let mut list: Vec<String> = Vec::new();
    for part in cell.split(", ") {
        match list.last_mut() {
            Some(last) if !starts(part) => {
                last.push_str(", ");
                last.push_str(part);
            }
            _ => list.push(part.to_owned()),
        }
    }
    let list: Vec<String> = list.into_iter().map(|source| format!("{{ {source} }}")).collect();
    format!("sources: [{}]\n", list.join(", "))
}

fn fault(row: &str) -> Option<String> {
    let [said, files, entry, wanted, unchecked, exit] = cells(row)[..] else { panic!("six cells: {row}") };
    let project = project(&format!("{}keys: {{ A: {entry} }}\n", sources(said)), files);
    let (code, report) = report(project.path(), ["prod"]);
    let errors = report["errors"].as_array().unwrap();
    if !errors.is_empty() {
        return Some(format!("{errors:?}"));
    }
    let (found, gaps) = (findings(&report), gaps(&report));
    let same = found == sorted(wanted, " ") && gaps == sorted(unchecked, ",") && code.to_string() == exit;
    (!same).then(|| format!("{} | {} | {code}", found.join(" "), gaps.join(", ")))
}

#[test]
fn every_row_means_what_it_says() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/sources.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 150, "the tables are there");
    let mut faults = String::new();
    for row in rows {
        if let Some(fault) = fault(row) {
            let _ = writeln!(faults, "{row}\n  found {fault}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// A policy as it is, and files.
fn bare(policy: &str, files: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("preflight.yaml"), format!("version: 1\nedition: 2026\n{policy}")).unwrap();
    lay_out(folder.path(), files);
    folder
}

/// What the policy says of the end of secrets' files: it holds for every form, and not for a file with nothing in it.
#[rstest]
#[case("absent", "s/A: x", &[])]
#[case("absent", "s/A: x␤", &["unclean-secret-file[final-newline]"])]
#[case("absent", "s/A: {␤}␤", &["unclean-secret-file[final-newline]"])]
#[case("absent", "s/A: ␤", &["empty-value[blank-file]"])]
#[case("present", "s/A: x␤", &[])]
#[case("present", "s/A: x", &["unclean-secret-file[final-newline]"])]
#[case("present", "s/A: x␤␤", &["unclean-secret-file[blank-ends]"])]
#[case("present", "s/A:", &["empty-value[secret]"])]
fn ends_of_secret_files(#[case] word: &str, #[case] files: &str, #[case] wanted: &[&str]) {
    let policy = format!(
        "sources: [{{ secrets: s }}]\nenvironments: {{ prod: {{}} }}\nkeys: {{ A: {{}} }}\nrules: {{ undocumented-key: off }}\nfiles: [{{ path: \"s/**\", final_newline: {word} }}]\n"
    );
    let project = bare(&policy, files);
    let (_, report) = report(project.path(), ["prod"]);
    assert_eq!(findings(&report), wanted, "{report:#}");
}

/// Where the policy names no environments, the files show them.
#[rstest]
#[case("dotenv: \".env.{env}\"", ".env.prod")]
#[case("dotenv: \"envs/.env.{env}\"", "envs/.env.prod")]
#[case("dotenv: \"deploy/config/environments/.env.{env}\"", "deploy/config/environments/.env.prod")]
#[case("dotenv: \"envs/{env}.env\"", "envs/prod.env")]
#[case("dotenv: \"envs/{env}/.env\"", "envs/prod/.env")]
#[case("dotenv: \"envs/{env}/.env.{env}\"", "envs/prod/.env.prod")]
#[case("dotenv: \"envs/{env}/{env}/.env\"", "envs/prod/prod/.env")]
#[case("dotenv: \"{service}/.env.{env}\"", "api/.env.prod")]
#[case("dotenv: \"envs/{env}/{service}.env\"", "envs/prod/web.env")]
#[case("dotenv: \"envs/{env}-{service}.env\"", "envs/prod-web.env")]
#[case("config: \"config/{env}.yaml\"", "config/prod.yaml")]
#[case("names: \"ci/{env}.names\"", "ci/prod.names")]
#[case("secrets: \"secrets/{env}\"", "secrets/prod/A")]
#[case("secrets: \"{service}/secrets/{env}\"", "web/secrets/prod/A")]
fn environments_are_found_by_every_path(#[case] source: &str, #[case] file: &str) {
    let content = match file {
        "config/prod.yaml" => "A: 1",
        "ci/prod.names" => "A",
        _ if file.contains("secrets") => "80",
        _ => "A=1",
    };
    let policy = format!("services: [api, web]\nsources: [{{ {source} }}]\n");
    let project = bare(&policy, &format!("{file}: {content}"));
    let (code, report) = report(project.path(), ["--all"]);
    assert_eq!(report["environments"][0]["name"], "prod", "{report:#}");
    // Of two services one has nothing, which the policy did not call optional.
    assert_eq!(code, if source.contains("{service}") { 2 } else { 0 }, "{report:#}");
}

#[test]
fn an_environment_has_its_own_sources_and_no_other() {
    let policy = "sources: [{ dotenv: \".env.{env}\" }]\nkeys: { A: { required: true, type: int } }\nenvironments:\n  dev: {}\n  \
        prod: { sources: [{ dotenv: live }] }\n  stage: { inherits: prod }\n  test: { inherits: prod, sources: [{ dotenv: t }] }\n";
    let project = bare(
        policy,
        ".env.dev: A=1 · .env.prod: A=x · live: A=2 · .env.stage: A=x · t: A=y · .env.test: A=1",
    );
    let (code, report) = report(project.path(), ["--all"]);
    assert_eq!(code, 1);
    let wrong: Vec<String> = lines(&report).into_iter().filter(|line| line.contains("wrong-type")).collect();
    assert_eq!(wrong, ["error wrong-type[type:int] test key:A t:1"], "{report:#}");
    fs::remove_file(project.path().join("live")).unwrap();
    let (code, report) = support::report(project.path(), ["prod"]);
    assert_eq!(
        (code, gaps(&report)),
        (2, vec!["nothing-to-check prod".to_owned(), "source-missing live".to_owned()])
    );
}

/// Runs with variables of the process.
fn with_process(folder: &Path, args: &[&str], variables: &[(&str, &[u8])]) -> (i32, Value) {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let mut command = preflight(folder);
    command.arg("check").args(args).args(["--format", "json"]);
    command.envs(variables.iter().map(|(name, value)| (name, OsStr::from_bytes(value))));
    let run = finish(&command.output().unwrap());
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    support::valid(&report);
    (run.code, report)
}

#[rstest]
#[case::set("{ process: {} }", b"80", &[], &[], 0)]
#[case::not_set("{ process: {} }", b"", &["empty-value[required]"], &[], 1)]
#[case::over_a_file("{ process: {} }, { dotenv: a }", b"80", &[], &[], 0)]
#[case::below_a_file("{ dotenv: a }, { process: {} }", b"80", &["wrong-type[type:port]"], &[], 1)]
#[case::lines("{ process: {} }", b"80\n81", &["wrong-type[type:port]"], &[], 1)]
#[case::no_text("{ process: {} }", b"\xff80", &["wrong-type[type:port]"], &[], 1)]
#[case::letters("{ process: {} }", b"\"80\"", &["wrong-type[type:port]"], &[], 1)]
#[case::no_reference("{ process: {} }", b"${B}", &["wrong-type[type:port]"], &[], 1)]
fn the_process_is_a_source(
    #[case] sources: &str,
    #[case] value: &[u8],
    #[case] wanted: &[&str],
    #[case] unchecked: &[&str],
    #[case] exit: i32,
) {
    let policy =
        format!("sources: [{sources}]\nkeys: {{ A: {{ required: true, type: port, secret: false }} }}\n");
    let project = project(&policy, "a: A=x");
    let (code, report) = with_process(project.path(), &["prod"], &[("A", value)]);
    assert_eq!(
        (findings(&report).as_slice(), gaps(&report).as_slice(), code),
        (wanted_of(wanted).as_slice(), wanted_of(unchecked).as_slice(), exit),
        "{report:#}"
    );
    let file = report["findings"][0]["location"]["source"].as_str();
    assert!(file.is_none() || sources.starts_with("{ dotenv") || file == Some("process"), "{report:#}");
}

fn wanted_of(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A process has variables of all kinds; only those are looked at that the policy names by their names.
#[test]
fn of_the_process_only_named_variables_are_read() {
    let policy = "extends: [postgres]\nsources: [{ process: {} }, { dotenv: a }]\n\
        keys: { A: {}, \"B*\": { type: int }, \"PG*\": { description: x }, GONE: { type: int } }\n";
    let policy = policy.to_owned()
        + "environments: { prod: { keys: { C: { type: int }, GONE: ~ } }, dev: { keys: { D: {} } } }\n";
    let project = bare(&policy, "a: A=1");
    let variables = ["BX", "C", "D", "PGPORT", "GONE", "X"].map(|name| (name, b"x".as_slice()));
    let (_, report) = with_process(project.path(), &["prod"], &variables);
    let keys: Vec<&str> = report["environments"][0]["subjects"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|subject| subject["kind"] == "key")
        .map(|subject| subject["name"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["A", "C"], "{report:#}");
}

#[rstest]
#[case("{ process: {} }", &["process-unbound"], 2)]
#[case("{ process: { optional: true } }", &["process-unread"], 1)]
fn the_process_belongs_to_one_environment(#[case] source: &str, #[case] whys: &[&str], #[case] exit: i32) {
    let policy = format!(
        "sources: [{source}, {{ dotenv: \".env.{{env}}\" }}]\nkeys: {{ A: {{ required: true, type: int }} }}\n"
    );
    let project = project(&policy, ".env.prod: A=1 · .env.dev: B=1");
    let variables: &[(&str, &[u8])] = &[("A", b"x")];
    let (code, report) = with_process(project.path(), &["prod", "dev"], variables);
    assert_eq!(code, exit, "{report:#}");
    for environment in report["environments"].as_array().unwrap() {
        let gaps =
            environment["not_checked"].as_array().unwrap().iter().map(|gap| gap["why"].as_str().unwrap());
        assert_eq!(gaps.filter(|why| why.starts_with("process")).collect::<Vec<_>>(), whys);
    }
    // What is required may be in the process, which nobody read.
    let missing =
        if exit == 2 { vec![] } else { vec!["error missing-key[required] dev key:A .env.dev".to_owned()] };
    assert_eq!(lines(&report), missing);
    // With one environment it is that one's, and never another's to compare with.
    let (code, report) = with_process(project.path(), &["prod"], variables);
    assert_eq!(
        (code, lines(&report)),
        (1, vec!["error wrong-type[type:int] prod key:A environment variable A".to_owned()])
    );
}

#[test]
fn a_peer_never_has_the_process_s_variables() {
    let policy = "sources: [{ process: {} }, { dotenv: \".env.{env}\" }]\nkeys: { TOKEN: { secret: true } }\nenvironments: { prod: {}, dev: {} }\n";
    let project = bare(policy, ".env.prod: B=1 · .env.dev: B=1");
    let secret = support::case::random_hex();
    let (code, report) = with_process(project.path(), &["prod"], &[("TOKEN", secret.as_bytes())]);
    assert!(!findings(&report).iter().any(|found| found.starts_with("reused-secret")), "{report:#}");
    assert!(!report.to_string().contains(&secret));
    assert_eq!(code, 0);
}

#[rstest]
#[case("dotenv", "dotenv: a", "a: A=1")]
#[case("secrets", "secrets: s", "s/A: 1")]
#[case("config", "config: c.json", "c.json: {\"A\": 1}")]
#[case("names", "names: n", "n: A")]
fn a_forbidden_source_may_not_be_there(#[case] kind: &str, #[case] source: &str, #[case] file: &str) {
    let policy = format!(
        "sources: [{{ dotenv: \"usual\" }}, {{ {source} }}]\nenvironments: {{ prod: {{ forbid: [{kind}] }}, dev: {{}} }}\n"
    );
    let usual = "s2/B: 1 · usual: B=1";
    let project = bare(
        &policy.replace(
            "{ dotenv: \"usual\" }",
            if kind == "dotenv" { "{ secrets: s2 }" } else { "{ dotenv: usual }" },
        ),
        &format!("{usual} · {file}"),
    );
    let (code, found) = report(project.path(), ["prod"]);
    let wanted = format!("forbidden-source[kind:{kind}]");
    assert!(code == 1 && findings(&found).contains(&wanted), "{found:#}");
    // Another environment may have it.
    let (_, found) = report(project.path(), ["dev"]);
    assert!(!findings(&found).contains(&wanted), "{found:#}");
    // What is forbidden is not missed.
    let path = file.split(':').next().unwrap();
    fs::remove_file(project.path().join(path)).unwrap();
    let (code, found) = report(project.path(), ["prod"]);
    assert_eq!((code, gaps(&found)), (0, vec![]), "{found:#}");
}

#[test]
fn default_sources_can_be_forbidden_and_the_process_too() {
    let policy = "environments: { prod: { forbid: [dotenv] } }\n";
    let both = bare(policy, ".env.prod: A=1 · secrets/prod/A: 1");
    assert_eq!(findings(&report(both.path(), ["prod"]).1), ["forbidden-source[kind:dotenv]"]);
    assert_eq!(report(bare(policy, "secrets/prod/A: 1").path(), ["prod"]).0, 0);
    let policy = "sources: [{ process: {} }, { dotenv: a }]\nkeys: { A: { type: int } }\nenvironments: { prod: { forbid: [process] } }\n";
    let project = bare(policy, "a: A=1");
    let (code, found) = with_process(project.path(), &["prod"], &[("A", b"x")]);
    assert_eq!((code, findings(&found)), (0, vec![]), "{found:#}");
}

/// Hostile files end as files that are not in their form, or too large.
#[rstest]
#[case("yaml", "{a: ".repeat(100_000), "unparsable")]
#[case("yaml", "- ".repeat(100_000), "unparsable")]
#[case("yaml", "? ".repeat(100_000), "unparsable")]
#[case("yaml", bomb("a", ": ", "\n"), "unparsable")]
#[case("yaml", merges(), "unparsable")]
#[case("yaml", (0..150_000).fold(String::new(), |text, n| text + &format!("K{n}: 1\n")), "unparsable")]
#[case("json", format!("{{\"a\":{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_001)), "unparsable")]
#[case("json", format!("{{\"a\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000)), "unparsable")]
#[case("toml", format!("{} = 1\n", vec!["a"; 100_000].join(".")), "unparsable")]
#[case("toml", format!("[{}]\nb = 1\n", vec!["a"; 100_000].join(".")), "unparsable")]
#[case("toml", format!("a = {}{}\n", "[".repeat(100_000), "]".repeat(100_000)), "unparsable")]
#[case("toml", format!("a = {}1{}\n", "{a=".repeat(100_000), "}".repeat(100_000)), "unparsable")]
#[case("yaml", "A: 1 #\n".repeat(1_250_000), "too-large")]
#[case("json", " ".repeat(10_000_000), "too-large")]
#[case("toml", "#\n".repeat(5_000_000), "too-large")]
fn hostile_configuration(#[case] form: &str, #[case] text: String, #[case] why: &str) {
    let project =
        project(&format!("sources: [{{ config: c.{form} }}]\nkeys: {{ A: {{ required: true }} }}\n"), "-");
    fs::write(project.path().join(format!("c.{form}")), text).unwrap();
    let (code, report) = bounded(project.path());
    assert_eq!((code, findings(&report)), (2, vec![]), "{report:#}");
    assert_eq!(gaps(&report), ["nothing-to-check prod".to_owned(), format!("{why} c.{form}")]);
}

#[rstest]
#[case("[".repeat(100_000), "unparsable n", 2)]
#[case(format!("{{\"data\":{}", "[".repeat(100_000)), "unparsable n", 2)]
#[case(format!("[{}\"A\"]", "\"A b\",".repeat(1_000_000)), "no-key-name n", 0)]
#[case("A\n".repeat(5_000_000), "too-large n", 2)]
fn hostile_lists_of_names(#[case] text: String, #[case] gap: &str, #[case] exit: i32) {
    let project = project("sources: [{ names: n }, { dotenv: a }]\n", "a: B=1");
    fs::write(project.path().join("n"), text).unwrap();
    let (code, report) = bounded(project.path());
    let gaps: Vec<String> =
        gaps(&report).into_iter().filter(|gap| !gap.starts_with("value-unknown")).collect();
    assert_eq!((code, gaps), (exit, vec![gap.to_owned()]));
}

/// Aliases that multiply.
fn bomb(name: &str, colon: &str, end: &str) -> String {
    (1..10).fold(format!("{name}0{colon}&{name}0 [x, x, x, x, x, x, x, x, x]{end}"), |text, n| {
        let before = vec![format!("*{name}{}", n - 1); 9].join(", ");
        text + &format!("{name}{n}{colon}&{name}{n} [{before}]{end}")
    })
}

fn merges() -> String {
    (1..40).fold("a0: &a0 { A: 1 }\n".to_owned(), |text, n| {
        text + &format!("a{n}: &a{n} {{ <<: [*a{0}, *a{0}] }}\n", n - 1)
    })
}
