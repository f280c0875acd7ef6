//! The command line as its users meet it: forms, flags, streams, exit codes.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use rstest::rstest;
use serde_json::Value;
use support::case::{Case, random_hex};
use support::repo::git;
use support::{finish, lines, preflight, report, run, scrub};
use tempfile::TempDir;

/// dev and prod pass, stage fails, with a policy; prod has the alias production.
fn fleet() -> TempDir {
    let text = "x
-- file: policies/preflight.yaml --
version: 1
edition: 2026
environments:
  dev: { relaxed: true }
  stage: {}
  prod: { aliases: [production, Live], keys: { LEVEL: { one_of: [info] } } }
keys:
  TOKEN: { required: true, secret: true }
  LEVEL: { one_of: [debug, info] }
-- file: .env.dev --
TOKEN={{hex:dev}}
LEVEL=debug
-- file: .env.stage --
TOKEN=CHANGE_ME
LEVEL=debug
-- file: .env.prod --
TOKEN={{hex:prod}}
LEVEL=info
";
    Case::parse("fleet", text).lay_out()
}

fn json(path: &Path) -> Value {
    let report = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    support::valid(&report);
    report
}

#[rstest]
#[case(&["prod"], 0)]
#[case(&["check", "prod"], 0)]
#[case(&["production"], 0)]
#[case(&["LIVE"], 0)]
#[case(&["Prod"], 0)]
#[case(&["dev", "prod", "production"], 0)]
#[case(&["stage"], 1)]
#[case(&["prod", "stage"], 1)]
#[case(&["check", "--all"], 1)]
#[case(&["--all"], 1)]
#[case(&["nowhere"], 2)]
#[case(&["prod", "nowhere"], 2)]
#[case(&["check"], 2)]
#[case(&[], 2)]
#[case(&["check", "--all", "prod"], 2)]
#[case(&["prod", "--identity", "x"], 2)]
#[case(&["prod", "--format", "sarif"], 2)]
#[case(&["prod", "-q", "-v"], 2)]
#[case(&["prod", "--output", "json"], 2)]
#[case(&["prod", "--output", "xml=x"], 2)]
#[case(&["prod", "--output", "json="], 2)]
#[case(&["explain"], 2)]
#[case(&["explain", "missing-kez"], 2)]
#[case(&["explain", "missing-key"], 0)]
#[case(&["rules"], 0)]
#[case(&["readers"], 2)]
#[case(&["readers", "nowhere"], 2)]
#[case(&["readers", ".env.prod"], 0)]
#[case(&["readers", ".env.prod", "--reader", "nodejs"], 2)]
#[case(&["schema", "report"], 0)]
#[case(&["schema", "policy"], 0)]
#[case(&["schema", "readers"], 0)]
#[case(&["schema", "rules"], 2)]
#[case(&["help"], 0)]
#[case(&["help", "check"], 0)]
#[case(&["help", "chekc"], 2)]
#[case(&["--help"], 0)]
#[case(&["check", "--help"], 0)]
#[case(&["--version"], 0)]
fn exit_codes(#[case] args: &[&str], #[case] code: i32) {
    let run = run(fleet().path(), args);
    assert_eq!(run.code, code, "{}{}", run.stdout, run.stderr);
    assert!(!run.stdout.is_empty() || !run.stderr.is_empty());
    assert!(code != 2 || !run.stderr.is_empty(), "what went wrong is on standard error: {}", run.stdout);
}

#[test]
fn the_report_names_environments_canonically_and_once() {
    let (code, report) = report(fleet().path(), ["production", "PROD", "dev"]);
    let names: Vec<&str> =
        report["environments"].as_array().unwrap().iter().map(|e| e["name"].as_str().unwrap()).collect();
    assert_eq!((code, names), (0, vec!["prod", "dev"]));
}

#[test]
fn each_environment_has_its_verdict_and_the_worst_is_the_whole() {
    let folder = fleet();
    fs::remove_file(folder.path().join(".env.dev")).unwrap();
    let (code, report) = report(folder.path(), ["--all"]);
    let verdicts: Vec<String> = report["environments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| format!("{} {}", e["name"].as_str().unwrap(), e["verdict"].as_str().unwrap()))
        .collect();
    assert_eq!((code, verdicts), (2, ["dev none", "stage fail", "prod pass"].map(str::to_owned).to_vec()));
    assert_eq!(report["verdict"], "none");
    assert!(
        !report["findings"].as_array().unwrap().is_empty(),
        "findings are listed beside a missing verdict"
    );
}

#[test]
fn a_peer_that_is_not_there_is_said_and_does_not_block() {
    let folder = fleet();
    fs::remove_file(folder.path().join(".env.dev")).unwrap();
    let (code, report) = report(folder.path(), ["prod"]);
    assert_eq!(code, 0);
    let gaps = report["environments"][0]["not_checked"].to_string();
    assert!(gaps.contains("environment dev") && gaps.contains("peer-absent"), "{gaps}");
}

#[test]
fn an_environment_says_more_than_the_top_level() {
    let folder = fleet();
    let env = folder.path().join(".env.prod");
    let text = fs::read_to_string(&env).unwrap().replace("info", "debug");
    fs::write(&env, text).unwrap();
    let (code, report) = report(folder.path(), ["prod"]);
    assert_eq!(
        (code, lines(&report)),
        (1, vec!["error value-not-allowed[one-of] prod key:LEVEL .env.prod:2".to_owned()])
    );
    let place = &report["findings"][0]["policy_location"];
    assert_eq!((place["path"].as_str(), place["line"].as_u64()), (Some("policies/preflight.yaml"), Some(6)));
}

#[test]
fn relaxed_environments_get_warnings_where_the_pack_says_so() {
    let folder = fleet();
    fs::write(folder.path().join(".env.dev"), "TOKEN=CHANGE_ME\n").unwrap();
    let (code, report) = report(folder.path(), ["dev"]);
    assert_eq!(code, 0);
    assert_eq!(
        lines(&report),
        ["warning placeholder-value[placeholder:says-change-me] dev key:TOKEN .env.dev:1"]
    );
    assert_eq!(run(folder.path(), ["dev", "--warnings-as-errors"]).code, 1);
    let (code, strict) = support::report(folder.path(), ["dev", "--warnings-as-errors"]);
    assert_eq!(code, 1);
    assert_eq!(strict["findings"][0]["severity"], "warning", "the verdict changes, the severity does not");
}

#[test]
fn a_rule_that_is_off_is_said() {
    let folder = fleet();
    let policy = folder.path().join("policies/preflight.yaml");
    let text = fs::read_to_string(&policy).unwrap() + "rules: { placeholder-value: off }\n";
    fs::write(&policy, text).unwrap();
    let (code, report) = report(folder.path(), ["stage"]);
    assert_eq!(code, 0);
    let gaps = report["environments"][0]["not_checked"].to_string();
    assert!(gaps.contains("rule placeholder-value") && gaps.contains("rule-off"), "{gaps}");
    assert_eq!(report["environments"][0]["coverage"]["rules"], preflight::rules::RULES.len() - 1);
}

#[test]
fn reports_go_to_standard_output_and_to_files_at_once() {
    let folder = fleet();
    let at = |name: &str| folder.path().join(name);
    let done = run(
        folder.path(),
        ["stage", "--output", "json=a.json", "--output", "human=a.txt", "--color", "always"],
    );
    assert_eq!((done.code, done.stderr.as_str()), (1, ""));
    assert!(done.stdout.contains("\u{1b}[") && done.stdout.contains("stage"));
    let human = fs::read_to_string(at("a.txt")).unwrap();
    assert!(human.contains("stage FAIL: 1 error") && !human.contains('\u{1b}'), "{human}");
    assert_eq!(json(&at("a.json"))["verdict"], "fail");
}

#[test]
fn no_stale_report_stands_after_a_run_without_verdict() {
    let folder = fleet();
    let at = folder.path().join("report.json");
    assert_eq!(run(folder.path(), ["prod", "--output", "json=report.json"]).code, 0);
    assert_eq!(json(&at)["verdict"], "pass");
    fs::write(folder.path().join("policies/preflight.yaml"), "version: 7\n").unwrap();
    assert_eq!(run(folder.path(), ["prod", "--output", "json=report.json"]).code, 2);
    assert_eq!(json(&at)["verdict"], "none");
}

#[test]
fn a_report_that_cannot_be_written_is_no_verdict() {
    let folder = fleet();
    let args = ["prod", "--output", "json=a.json", "--output", "json=nowhere/b.json", "--format", "json"];
    let done = run(folder.path(), args);
    assert_eq!(done.code, 2);
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    support::valid(&report);
    assert_eq!((&report["verdict"], &report["errors"][0]["kind"]), (&"none".into(), &"output-failed".into()));
    assert_eq!(
        json(&folder.path().join("a.json"))["verdict"],
        "none",
        "the file that was written says so too"
    );
}

#[test]
fn equal_input_gives_equal_reports() {
    let folder = fleet();
    let without_run = || {
        let (_, mut report) = report(folder.path(), ["--all"]);
        report.as_object_mut().unwrap().remove("run").unwrap();
        report.to_string()
    };
    let first = without_run();
    for _ in 0..5 {
        assert_eq!(without_run(), first);
    }
    let human = || run(folder.path(), ["--all", "-v"]).stdout;
    assert_eq!(human(), human());
}

#[test]
fn quiet_is_one_line_and_verbose_lists_what_passed() {
    let folder = fleet();
    let quiet = run(folder.path(), ["prod", "-q"]).stdout;
    assert_eq!(quiet.lines().count(), 1, "{quiet}");
    let rules = preflight::rules::RULES.len();
    let line =
        format!("prod PASS: 0 errors, 0 warnings; checked 2 keys and 0 secret files with {rules} rules");
    assert!(quiet.starts_with(&line), "{quiet}");
    let verbose = run(folder.path(), ["prod", "-v"]).stdout;
    assert!(verbose.contains("passed in prod: LEVEL, TOKEN, .env.prod"), "{verbose}");
}

#[test]
fn colour_is_for_terminals_and_when_asked_for() {
    let folder = fleet();
    let coloured = |args: &[&str], name: &str, value: &str| {
        let output = preflight(folder.path()).args(args).env(name, value).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!coloured(&["stage"], "TERM", "xterm"), "no terminal");
    assert!(coloured(&["stage", "--color", "always"], "NO_COLOR", "1"), "asked for");
    assert!(!coloured(&["stage", "--color", "never"], "TERM", "xterm"));
}

/// `script` gives the child a terminal.
#[test]
fn a_terminal_gets_colour_unless_no_color_is_set() {
    if !support::real_tools() {
        return;
    }
    let folder = fleet();
    let on_terminal = |no_color: Option<&str>| {
        let mut command = Command::new("script");
        scrub(&mut command);
        command.env("TERM", "xterm").current_dir(folder.path());
        no_color.map(|value| command.env("NO_COLOR", value));
        let program = env!("CARGO_BIN_EXE_preflight");
        let output = command.args(["-qec", &format!("'{program}' stage"), "/dev/null"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        output.stdout.contains(&0x1b)
    };
    assert!(on_terminal(None));
    assert!(!on_terminal(Some("1")));
    assert!(on_terminal(Some("")), "empty is as good as unset");
}

/// Keys, paths and policies are written by strangers; a log reader must not obey them.
#[test]
fn no_line_of_the_human_report_is_a_command_to_a_ci_system() {
    let text = "x
-- file: policies/preflight.yaml --
version: 1
edition: 2026
keys: # ##[error]x ::error::x
  A: { type: port } # ##vso[task.setvariable]x
-- file: .env.prod --
A=##vso[task.complete]x
::error::x
##[error]x
-- file: secrets/prod/::warning::x 0644 --
::error::x
-- file: secrets/prod/##[group]x 0644 --
x
";
    let folder = Case::parse("ci", text).lay_out();
    for args in [["prod", "-v"], ["prod", "--color=always"], ["prod", "--format=json"]] {
        let text = run(folder.path(), args).stdout;
        assert!(!text.contains("##[") && !text.contains("##vso["), "{text}");
        assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
    }
}

#[test]
fn the_project_is_found_from_below_within_git_and_only_there() {
    let folder = fleet();
    let deep = folder.path().join("a/b");
    fs::create_dir_all(&deep).unwrap();
    assert_eq!(run(&deep, ["prod"]).code, 2, "a parent outside git may be anyone's");
    fs::create_dir(folder.path().join(".git")).unwrap();
    assert_eq!(run(&deep, ["prod"]).code, 0);
    fs::create_dir(folder.path().join("a/.git")).unwrap();
    assert_eq!(run(&deep, ["prod"]).code, 2, "git's top is where the search ends");
    assert_eq!(run(&deep, ["prod", "-C", "../.."]).code, 0);
    assert_eq!(run(&deep, ["prod", "--project", folder.path().to_str().unwrap()]).code, 0);
}

#[test]
fn the_commit_is_git_s_and_nothing_of_the_project_is_run() {
    let folder = fleet();
    let git = |args: &[&str]| git(folder.path(), args);
    let (_, before) = report(folder.path(), ["prod"]);
    assert_eq!(before["commit"], Value::Null);
    git(&["init", "-q"]);
    assert_eq!(report(folder.path(), ["prod"]).1["commit"], Value::Null, "no commit yet");
    git(&["add", "policies"]);
    git(&["commit", "-qm", "first"]);
    let trap = folder.path().join("trap");
    let run_trap = format!("touch '{}'", trap.display());
    for key in ["core.fsmonitor", "core.pager", "alias.rev-parse", "core.sshCommand", "credential.helper"] {
        git(&["config", key, &run_trap]);
    }
    let head = git(&["rev-parse", "HEAD"]);
    let _ = fs::remove_file(&trap);
    let output = preflight(folder.path())
        .args(["check", "prod", "--format", "json"])
        .env("GIT_DIR", "/nowhere")
        .env("GIT_EXTERNAL_DIFF", &run_trap)
        .output()
        .unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    support::valid(&found);
    assert_eq!(found["commit"], Value::from(head));
    assert!(!trap.exists());
}

#[test]
fn without_a_policy_every_environment_found_is_judged() {
    let secret = random_hex();
    let text = format!(
        "x
-- file: .env --
A=1
-- file: .env.local --
A=1
-- file: .env.example --
API_URL=
TOKEN=
-- file: .env.production 0644 --
TOKEN={secret}
-- file: .env.staging --
TOKEN={secret}
API_URL=https://staging.example.com
-- file: .env.production.bak --
TOKEN=x
-- file: secrets/qa/TOKEN --
CHANGE_ME
"
    );
    let folder = Case::parse("stranger", &text).lay_out();
    let (code, report) = report(folder.path(), ["--all"]);
    assert_eq!(code, 1);
    assert_eq!(
        lines(&report),
        [
            "error loose-permissions[mode:0644] production file .env.production",
            "error reused-secret[reuse:staging] production key:TOKEN .env.production:1",
            "warning missing-key[template] production key:API_URL .env.production",
            "warning unexpected-file[copy] production file .env.production.bak",
            "error placeholder-value[placeholder:says-change-me] qa key:TOKEN secrets/qa/TOKEN",
            "warning missing-key[template] qa key:API_URL secrets/qa",
            "error reused-secret[reuse:production] staging key:TOKEN .env.staging:1",
        ]
    );
    let gaps = report["environments"][0]["not_checked"].to_string();
    for name in [".env\"", ".env.local", ".env.example", ".env.production.bak"] {
        assert!(gaps.contains(name), "{name} is set apart: {gaps}");
    }
    assert_eq!(run(folder.path(), ["prod", "-q"]).code, 1, "prod is production where there is no prod");
    assert_eq!(run(folder.path(), ["stage", "-q"]).code, 1);
    assert_eq!(run(folder.path(), ["local"]).code, 2);
}

/// Nobody would read the second file, and nobody would say so.
#[test]
fn files_under_another_name_of_the_environment_block() {
    let policy = "-- file: preflight.yaml --\nversion: 1\nedition: 2026\nenvironments: { prod: { aliases: [production] } }\n";
    let declared =
        format!("x\n{policy}-- file: secrets/prod/A --\n1\n-- file: .env.production 0666 --\nA=changeme\n");
    let found = "x\n-- file: secrets/prod/A --\n1\n-- file: .env.production --\nA=changeme\n";
    for text in [&declared, found] {
        let folder = Case::parse("names", text).lay_out();
        let (code, report) = report(folder.path(), ["prod"]);
        assert_eq!(code, 2, "{report:#}");
        assert!(report["environments"][0]["not_checked"].to_string().contains("alias-named"), "{report:#}");
    }
    let other = format!("x\n{policy}-- file: .env.prod --\nA=1\n-- file: .env.qa --\nA=1\n");
    let (code, report) = report(Case::parse("names", &other).lay_out().path(), ["--all"]);
    assert_eq!(code, 0);
    assert!(report["environments"][0]["not_checked"].to_string().contains("not-declared"), "{report:#}");
}

#[test]
fn the_demo_is_refused_where_a_broken_policy_may_name_such_an_environment() {
    let folder = Case::parse("demo", "x\n-- file: preflight.yaml --\nkeyz: {}\n").lay_out();
    let demo = run(folder.path(), ["demo"]);
    assert_eq!((demo.code, demo.stdout.as_str()), (2, ""), "{}", demo.stderr);
}

#[test]
fn synonyms_are_two_environments_where_both_exist() {
    let folder =
        Case::parse("both", "x\n-- file: .env.prod --\nA=1\n-- file: .env.production --\nB=1\n").lay_out();
    for (typed, key) in [("prod", "A"), ("production", "B")] {
        let (code, report) = report(folder.path(), [typed]);
        assert_eq!((code, report["environments"][0]["name"].as_str()), (0, Some(typed)));
        assert!(report["environments"][0]["subjects"].to_string().contains(&format!("\"{key}\"")));
    }
}

#[test]
fn explain_and_rules_show_what_there_is() {
    let folder = TempDir::new().unwrap();
    let list = run(folder.path(), ["rules"]).stdout;
    for rule in preflight::rules::RULES {
        let id = rule.meta().id;
        assert!(list.lines().any(|line| line.starts_with(id)), "{id}");
        assert_eq!(run(folder.path(), ["explain", id]).stdout, rule.meta().page);
    }
    let unknown = run(folder.path(), ["explain", "mising-key"]);
    assert!(unknown.stderr.contains("did you mean `missing-key`?"), "{}", unknown.stderr);
}

#[test]
fn the_demo_finds_what_it_plants_and_then_passes() {
    let folder = TempDir::new().unwrap();
    let demo = run(folder.path(), ["demo"]);
    assert_eq!((demo.code, demo.stderr.as_str()), (0, ""));
    assert!(demo.stdout.contains("prod FAIL: 9 errors, 1 warning"), "{}", demo.stdout);
    assert!(demo.stdout.contains("prod PASS: 0 errors, 0 warnings"), "{}", demo.stdout);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left behind");
}

/// Its own files and folders are closed, whatever the tester's other files are.
#[test]
fn the_demo_does_not_hang_on_the_umask() {
    let folder = TempDir::new().unwrap();
    let mut shell = Command::new("sh");
    scrub(&mut shell);
    shell.args(["-c", "umask 000; exec \"$0\" demo", env!("CARGO_BIN_EXE_preflight")]);
    let demo = finish(&shell.current_dir(folder.path()).output().unwrap());
    assert_eq!((demo.code, demo.stderr.as_str()), (0, ""));
}
