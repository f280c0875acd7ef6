//! Waivers from outside: what is let pass, what is not, and how it is said.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use rstest::rstest;
use serde_json::Value;
use support::case::Case;
use support::{Run, lines, report, run};
use tempfile::TempDir;

const LONG: &str = "2999-12-31";
const OVER: &str = "2020-12-31";

/// A waiver of `rule[cause]`; `scope` is what it is for, as it stands in the policy.
fn waiver(rule: &str, cause: &str, scope: &str, until: &str) -> String {
    format!(
        "  - {{ rule: {rule}, cause: \"{cause}\", {scope}, reason: until the move, owner: platform team, until: {until} }}\n"
    )
}

/// Two environments with the same two faults: PORT is no port, LEVEL is not listed.
fn project(waivers: &[String]) -> TempDir {
    let text = format!(
        "x
-- file: preflight.yaml --
version: 1
edition: 2026
environments: {{ prod: {{}}, stage: {{}} }}
rules: {{ undeclared-key: off }}
keys: {{ PORT: {{ type: port }}, LEVEL: {{ one_of: [info] }} }}
waivers:
{}-- file: .env.prod --
PORT=x
LEVEL=debug
-- file: .env.stage --
PORT=x
LEVEL=debug
",
        waivers.concat()
    );
    Case::parse("waivers", &text).lay_out()
}

fn port(scope: &str, until: &str) -> String {
    waiver("wrong-type", "type:port", scope, until)
}

fn level(scope: &str, until: &str) -> String {
    waiver("value-not-allowed", "one-of", scope, until)
}

fn check(project: &TempDir, args: &[&str]) -> Run {
    run(project.path(), ["check"].iter().chain(args))
}

/// `rule[cause] environment` of each waived finding.
fn waived(report: &Value) -> Vec<String> {
    let all = report["waived"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    all.map(|f| format!("{}[{}] {}", text(&f["rule"]), text(&f["cause"]), text(&f["environment"]))).collect()
}

/// `rule[cause] environment` of each finding that counts.
fn counted(report: &Value) -> Vec<String> {
    let word = |line: &String, at| line.split(' ').nth(at).unwrap_or_default().to_owned();
    lines(report).iter().map(|line| format!("{} {}", word(line, 1), word(line, 2))).collect()
}

#[test]
fn what_is_waived_weighs_nothing_and_is_in_the_report() {
    let project = project(&[port("environment: prod, key: PORT", LONG), level("key: LEVEL", LONG)]);
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!((code, &report["verdict"]), (0, &Value::from("pass")));
    assert_eq!(counted(&report), Vec::<String>::new());
    assert_eq!(waived(&report), ["wrong-type[type:port] prod", "value-not-allowed[one-of] prod"]);
    assert_eq!(report["summary"], serde_json::json!({ "error": 0, "warning": 0, "waived": 2 }));
    let first = &report["waived"][0];
    assert_eq!(first["severity"], "error");
    assert_eq!(first["location"]["line"], 1);
    assert_eq!(
        [&first["reason"], &first["owner"], &first["until"]],
        ["until the move", "platform team", LONG].map(Value::from).each_ref()
    );
}

#[test]
fn what_is_waived_is_shown_to_people() {
    let project = project(&[port("environment: prod, key: PORT", LONG), level("key: LEVEL", LONG)]);
    let shown = check(&project, &["prod"]);
    assert_eq!(shown.code, 0);
    let expected = "\
waived until 2999-12-31: wrong-type[type:port] .env.prod:1: PORT does not read as a port, 1 to 65535: a number in it is malformed
  platform team answers for it: until the move
waived until 2999-12-31: value-not-allowed[one-of] .env.prod:2: LEVEL is none of the values that the policy lists
  platform team answers for it: until the move

prod PASS: 0 errors, 0 warnings; ";
    assert!(shown.stdout.starts_with(expected), "{}", shown.stdout);
    assert!(shown.stdout.contains("; 2 waived; "), "{}", shown.stdout);
    let quiet = check(&project, &["prod", "-q"]);
    assert!(
        quiet.stdout.starts_with("prod PASS: ") && quiet.stdout.contains("; 2 waived"),
        "{}",
        quiet.stdout
    );
    assert_eq!(quiet.stdout.lines().count(), 1);
}

/// Names of people and reasons are a policy's text: nothing of it may steer a terminal.
#[test]
fn reason_and_owner_are_shown_as_text() {
    let text = format!(
        "  - {{ rule: wrong-type, cause: type:port, key: PORT, reason: \"a\\e[2Jb\", owner: \"c\\nd\", until: {LONG} }}\n"
    );
    let project = project(&[text, level("key: LEVEL", LONG)]);
    let shown = check(&project, &["prod"]);
    assert!(!shown.stdout.contains('\x1b'), "{}", shown.stdout);
    assert!(shown.stdout.contains("  c\\x0ad answers for it: a\\x1b[2Jb\n"), "{}", shown.stdout);
}

/// A cause that the rule never gives would wait for ever.
#[rstest]
#[case::by_its_beginning("value-not-allowed", "one")]
#[case::another_rule_s("wrong-type", "one-of")]
#[case::argument_left_out("reused-secret", "reuse:")]
fn an_unknown_cause_is_a_bad_policy(#[case] rule: &str, #[case] cause: &str) {
    let project = project(&[waiver(rule, cause, "key: LEVEL", LONG)]);
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!((code, &report["errors"][0]["kind"]), (2, &"bad-policy".into()));
    assert!(report["errors"][0]["message"].as_str().unwrap().ends_with("has no such cause"), "{report:#}");
    assert!(report["errors"][0]["location"]["line"].is_u64());
}

/// A waiver of LEVEL in prod, in every way that is not the one of the fault: the fault counts, and the run fails.
#[rstest]
#[case::cause("value-not-allowed", "one-of-case", "key: LEVEL")]
#[case::rule("wrong-type", "type:port", "key: LEVEL")]
#[case::key("value-not-allowed", "one-of", "key: PORT")]
#[case::key_in_other_case("value-not-allowed", "one-of", "key: level")]
#[case::environment("value-not-allowed", "one-of", "environment: stage")]
#[case::key_elsewhere("value-not-allowed", "one-of", "environment: stage, key: LEVEL")]
#[case::path("value-not-allowed", "one-of", "path: .env.stage")]
#[case::path_of_the_policy("value-not-allowed", "one-of", "path: preflight.yaml")]
#[case::key_in_another_file("value-not-allowed", "one-of", "key: LEVEL, path: .env.stage")]
fn another_fault_is_not_covered(#[case] rule: &str, #[case] cause: &str, #[case] scope: &str) {
    let project = project(&[port("key: PORT", LONG), waiver(rule, cause, scope, LONG)]);
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!(code, 1);
    assert_eq!(waived(&report), ["wrong-type[type:port] prod"]);
    assert!(counted(&report).contains(&"value-not-allowed[one-of] prod".to_owned()), "{report:#}");
}

#[rstest]
#[case::environment("environment: prod")]
#[case::key("key: LEVEL")]
#[case::path("path: .env.prod")]
#[case::path_with_the_environment("path: \".env.{env}\"")]
#[case::all("environment: prod, key: LEVEL, path: .env.prod")]
fn a_fault_is_covered_by_any_of_its_scopes(#[case] scope: &str) {
    let project = project(&[port("key: PORT", LONG), level(scope, LONG)]);
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!((code, waived(&report).len()), (0, 2), "{report:#}");
}

#[test]
fn a_waiver_without_environment_is_for_all() {
    let project = project(&[port("key: PORT", LONG), level("path: \".env.{env}\"", LONG)]);
    let (code, report) = report(project.path(), ["--all"]);
    assert_eq!((code, waived(&report).len()), (0, 4));
    let one = check(&project, &["--all"]);
    assert_eq!(one.stdout.matches("; 2 waived").count(), 2, "each environment has its own: {}", one.stdout);
}

#[test]
fn an_expired_waiver_covers_nothing_and_is_an_error() {
    let project = project(&[port("environment: prod, key: PORT", OVER), level("key: LEVEL", LONG)]);
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!(code, 1);
    assert_eq!(waived(&report), ["value-not-allowed[one-of] prod"]);
    assert_eq!(counted(&report), ["wrong-type[type:port] prod", "expired-waiver[expired] prod"]);
    assert_eq!(report["findings"][1]["location"]["path"], "preflight.yaml");
}

/// Of two waivers for one fault the one that is in force counts, in whichever order they stand.
#[rstest]
#[case(OVER, LONG)]
#[case(LONG, OVER)]
fn an_expired_waiver_takes_nothing_from_another(#[case] first: &str, #[case] second: &str) {
    let project =
        project(&[port("key: PORT", first), port("environment: prod", second), level("key: LEVEL", LONG)]);
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!(code, 0, "a warning that the expired one has to go");
    assert_eq!(waived(&report)[0], "wrong-type[type:port] prod");
    assert_eq!(report["waived"][0]["until"], LONG);
    assert!(counted(&report).iter().all(|line| line.starts_with("expired-waiver[expired]")), "{report:#}");
}

/// A waiver that covers nothing is told of where the run looked at all that it is for, and nowhere else.
#[rstest]
#[case::its_environment("environment: prod, key: NONE", &["prod"], true)]
#[case::its_environment_among_all("environment: prod, key: NONE", &["--all"], true)]
#[case::another_environment("environment: stage, key: NONE", &["prod"], false)]
#[case::all_environments_and_one_asked("key: NONE", &["prod"], false)]
#[case::all_environments("key: NONE", &["--all"], true)]
#[case::all_environments_by_name("key: NONE", &["stage", "prod"], true)]
#[case::a_path("path: .env.other", &["--all"], true)]
fn an_unmatched_waiver_is_told_of(#[case] scope: &str, #[case] args: &[&str], #[case] told: bool) {
    let project = project(&[port("key: PORT", LONG), level("key: LEVEL", LONG), level(scope, LONG)]);
    let (code, report) = report(project.path(), args.iter().copied());
    assert_eq!(code, 0, "it is a warning");
    let expected: &[&str] = if told { &["unused-policy-entry[waiver] -"] } else { &[] };
    assert_eq!(counted(&report), expected);
}

/// Where something could not be looked at that a waiver may be for, nothing is said of it.
#[rstest]
#[case::nothing_missing("A=1", "missing-key", "required", "key: A", 1)]
#[case::value_unknown("PORT=${BASE}1", "wrong-type", "type:port", "key: PORT", 0)]
#[case::another_value_unknown("A=${BASE}1\nPORT=80", "wrong-type", "type:port", "key: PORT", 1)]
#[case::peer_not_here("API_TOKEN={{hex:token}}", "reused-secret", "reuse:stage", "key: API_TOKEN", 0)]
#[case::a_peer_that_does_not_matter("PORT=80", "wrong-type", "type:port", "key: PORT", 1)]
fn what_was_not_looked_at_makes_no_waiver_unused(
    #[case] content: &str,
    #[case] rule: &str,
    #[case] cause: &str,
    #[case] scope: &str,
    #[case] told: usize,
) {
    let waiver = waiver(rule, cause, &format!("environment: prod, {scope}"), LONG);
    let text = format!(
        "x\n-- file: preflight.yaml --\nversion: 1\nedition: 2026\nenvironments: {{ prod: {{}}, stage: {{}} }}\n\
         rules: {{ undeclared-key: off }}\nkeys: {{ PORT: {{ type: port, required: false }} }}\n\
         waivers:\n{waiver}-- file: .env.prod --\n{content}\n"
    );
    let project = Case::parse("not looked at", &text).lay_out();
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!(code, 0);
    assert_eq!(counted(&report), vec!["unused-policy-entry[waiver] -"; told], "{report:#}");
}

#[test]
fn an_optional_source_that_is_not_here_may_hold_what_is_waived() {
    let text = |there: &str| {
        format!(
            "x\n-- file: preflight.yaml --\nversion: 1\nedition: 2026\nenvironments: {{ prod: {{}} }}\n\
             sources: [{{ dotenv: {{ path: shared.env, optional: true }} }}, {{ dotenv: \".env.{{env}}\" }}]\n\
             waivers:\n{}-- file: .env.prod --\nA=1\n{there}",
            port("key: PORT", LONG)
        )
    };
    let told = |text: &str| {
        let project = Case::parse("optional", text).lay_out();
        report(project.path(), ["prod"]).1["findings"].as_array().unwrap().len()
    };
    assert_eq!(told(&text("")), 0);
    assert_eq!(told(&text("-- file: shared.env --\nB=1\n")), 1);
}

#[test]
fn with_one_service_alone_no_waiver_is_unused() {
    let text = format!(
        "x\n-- file: preflight.yaml --\nversion: 1\nedition: 2026\nservices: [api, web]\nenvironments: {{ prod: {{}} }}\n\
         keys: {{ PORT: {{ type: port }} }}\nwaivers:\n{}{}-- file: .env.prod --\nA=1\n\
         -- file: secrets/prod/web/PORT --\nx\n-- run: prod --\n",
        port("key: PORT, environment: prod", LONG),
        level("key: LEVEL, environment: prod", LONG),
    );
    let project = Case::parse("services", &text).lay_out();
    let unused = |args: &[&str]| {
        let (_, report) = report(project.path(), args.iter().copied());
        let unused = counted(&report).iter().filter(|line| line.contains("[waiver]")).count();
        (unused, waived(&report).len())
    };
    assert_eq!(unused(&["prod", "--service", "api"]), (0, 0));
    assert_eq!(unused(&["prod", "--service", "web"]), (0, 1));
    assert_eq!(unused(&["prod"]), (1, 1));
}

#[test]
fn warnings_as_errors_spare_what_is_waived() {
    let text = |cause: &str| {
        format!(
            "x\n-- file: preflight.yaml --\nversion: 1\nedition: 2026\nenvironments: {{ prod: {{}} }}\nkeys: {{ A: {{}} }}\n\
             waivers:\n{}-- file: .env.prod --\nA=1\nEXTRA=1\n",
            waiver("undeclared-key", cause, "key: EXTRA, environment: prod", LONG)
        )
    };
    let strict = ["prod", "--warnings-as-errors"];
    let project = Case::parse("covered", &text("undeclared")).lay_out();
    assert_eq!(check(&project, &strict).code, 0);
    let project = Case::parse("not covered", &text("misspelt")).lay_out();
    assert_eq!((check(&project, &["prod"]).code, check(&project, &strict).code), (0, 1));
    let (_, report) = report(project.path(), strict);
    assert_eq!(counted(&report), ["undeclared-key[undeclared] prod", "unused-policy-entry[waiver] -"]);
}

/// What could not be checked is no finding: a waiver for the finding beside it gives no verdict back.
#[rstest]
#[case::fifo("-- fifo: secrets/prod/TOKEN --\n", "special-file", "kind:fifo")]
#[case::link("-- link: secrets/prod/TOKEN -> nowhere --\n", "symlinked-secret", "link:dangling")]
fn a_waiver_never_touches_what_blocks(#[case] part: &str, #[case] rule: &str, #[case] cause: &str) {
    let text = format!(
        "x\n-- file: preflight.yaml --\nversion: 1\nedition: 2026\nenvironments: {{ prod: {{}} }}\nwaivers:\n{}\
         -- file: .env.prod --\nA=1\n{part}",
        waiver(rule, cause, "path: secrets/prod/TOKEN", LONG)
    );
    let project = Case::parse("blocks", &text).lay_out();
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!(waived(&report), [format!("{rule}[{cause}] prod")]);
    assert_eq!(counted(&report), Vec::<String>::new());
    assert_eq!((code, &report["verdict"]), (2, &Value::from("none")));
    let gaps = report["environments"][0]["not_checked"].as_array().unwrap();
    let blocks = |gap: &&Value| gap["what"] == "file secrets/prod/TOKEN" && gap["blocks"] == true;
    assert_eq!(gaps.iter().filter(blocks).count(), 1, "{gaps:#?}");
}

/// The policy's own exceptions answer for themselves.
#[rstest]
#[case("expired-waiver", "expired")]
#[case("unused-policy-entry", "waiver")]
fn the_rules_about_waivers_are_not_waived(#[case] rule: &str, #[case] cause: &str) {
    let project = project(&[waiver(rule, cause, "environment: prod", LONG)]);
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!((code, &report["errors"][0]["kind"]), (2, &Value::from("bad-policy")));
    assert_eq!(report["errors"][0]["message"], "findings of this rule are not waived");
}
