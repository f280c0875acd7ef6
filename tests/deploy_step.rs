//! `examples/deploy.sh`, the deploy step that people copy: its command runs on a fresh, passing report for this
//! environment and this commit, and on nothing else.
//!
//! Part of the real-tools tier: without `PREFLIGHT_REAL_TOOLS=1` the tests do nothing; with it a missing bash, jq or
//! git is a failure.
#![cfg(unix)]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

/// What the deployed command says. It must be absent wherever the step refuses.
const RAN: &str = "the command ran";
const COMMAND: [&str; 3] = ["sh", "-c", "echo the command ran; exit ${CODE:-0}"];

fn real_tools() -> bool {
    std::env::var_os("PREFLIGHT_REAL_TOOLS").is_some_and(|value| value == "1")
}

/// What became of one deploy step.
struct Step {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Step {
    fn assert_ran(&self) {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        assert!(self.stdout.lines().any(|line| line == RAN), "{}", self.stdout);
    }

    /// Refused with this code and one line that says why.
    fn assert_refused(&self, code: i32, why: &str) {
        assert_eq!(self.code, Some(code), "{}{}", self.stdout, self.stderr);
        assert!(!self.stdout.contains(RAN), "{}", self.stdout);
        let refusals: Vec<&str> =
            self.stderr.lines().filter(|line| line.starts_with("deploy: refused: ")).collect();
        assert!(
            matches!(refusals.as_slice(), [line] if line.contains(why)),
            "no {why:?} in {:?}",
            self.stderr
        );
    }
}

/// A git repository with one commit, as a deploy job has it checked out.
struct Checkout {
    folder: TempDir,
    head: String,
}

impl Checkout {
    fn new() -> Self {
        let mut checkout = Self { folder: TempDir::new().expect("a temporary folder"), head: String::new() };
        checkout.write(".gitignore", ".env.*\n/reports/\n", 0o644);
        checkout.write("policies/preflight.yaml", POLICY, 0o644);
        checkout.write("reports/.keep", "", 0o644);
        checkout.git(&["init", "--quiet"]);
        checkout.commit("start");
        checkout
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(&path, text).expect("a written file");
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("a changed mode");
        path
    }

    fn commit(&mut self, message: &str) {
        self.git(&["add", "--all"]);
        let who =
            ["-c", "user.name=Deploy Test", "-c", "user.email=deploy@invalid", "-c", "commit.gpgsign=false"];
        self.git(&[&who[..], &["commit", "--quiet", "--allow-empty", "--message", message]].concat());
        self.head = self.git(&["rev-parse", "HEAD"]);
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = self.command("git").args(arguments).output().expect("git must be installed");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// A child in this folder that hears nothing of the caller's git and preflight settings.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.path());
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("GIT_") || name.starts_with("PREFLIGHT_")) {
                command.env_remove(name);
            }
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
        command
    }

    /// Runs the step with `arguments` before the `--` and `gate` as the gate's program.
    fn deploy_with(&self, gate: &Path, arguments: &[&str], change: impl FnOnce(&mut Command)) -> Step {
        let mut command = self.command("bash");
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/deploy.sh"));
        command.args(arguments).arg("--").args(COMMAND).env("PREFLIGHT", gate);
        change(&mut command);
        let output = command.output().expect("bash must be installed");
        Step {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs the step on a report that is there already; the gate must not be asked then.
    fn deploy_on(&self, report: &str, arguments: &[&str]) -> Step {
        self.write("reports/report.json", report, 0o600);
        let arguments = [&["--report", "reports/report.json"], arguments].concat();
        self.deploy_with(Path::new("the-gate-must-not-run"), &arguments, |_| {})
    }

    /// A report as the gate writes it when `prod` passes here.
    fn passing(&self) -> Value {
        json!({
            "schema": "preflight.report/v1",
            "tool": { "name": "preflight", "version": "0.1.0", "edition": 2026 },
            "project": ".",
            "run": { "started_at": stamp(-1, 250_000_000), "duration_ms": 7, "host_os": "linux" },
            "verdict": "pass",
            "exit_code": 0,
            "bypasses": [],
            "policy": null,
            "commit": self.head,
            "environments": [{ "name": "prod", "verdict": "pass", "coverage": {}, "not_checked": [], "subjects": [] }],
            "summary": { "error": 0, "warning": 0, "waived": 0 },
            "findings": [],
            "waived": [],
            "errors": []
        })
    }
}

/// A time `seconds` from now with the given fraction; none is written for 0.
fn stamp(seconds: i64, nanoseconds: u32) -> String {
    let time = OffsetDateTime::now_utc() + Duration::seconds(seconds);
    let time = time.replace_nanosecond(nanoseconds).expect("a fraction of a second");
    time.format(&Rfc3339).expect("a time stamp")
}

/// `report` with `changes`: new values by JSON pointer, each to a place that the report has.
fn changed(mut report: Value, changes: &Value) -> String {
    for (pointer, value) in changes.as_object().expect("an object") {
        *report.pointer_mut(pointer).expect("a place in the report") = value.clone();
    }
    report.to_string()
}

#[rstest]
#[case::as_the_gate_writes_it(&["prod"], json!({}))]
#[case::time_with_a_fraction(&["prod"], json!({ "/run/started_at": stamp(-2, 123_456_789) }))]
#[case::time_without_a_fraction(&["prod"], json!({ "/run/started_at": stamp(-2, 0) }))]
#[case::clock_a_little_ahead(&["prod"], json!({ "/run/started_at": stamp(3, 0) }))]
#[case::alias_with_its_canonical_name(&["--canonical", "prod", "production"], json!({}))]
#[case::no_commit_and_told_so(&["--no-commit", "prod"], json!({ "/commit": null }))]
#[case::fields_of_a_later_version(&["prod"], json!({ "/policy": { "new": true } }))]
fn runs_on(#[case] arguments: &[&str], #[case] changes: Value) {
    if !real_tools() {
        return;
    }
    let checkout = Checkout::new();
    let report = changed(checkout.passing(), &changes);
    checkout.deploy_on(&report, arguments).assert_ran();
}

#[rstest]
#[case::fail(&["prod"], json!({ "/verdict": "fail", "/exit_code": 1 }), 1, "is fail")]
#[case::none(&["prod"], json!({ "/verdict": "none", "/exit_code": 2 }), 2, "no verdict")]
#[case::unheard_of_verdict(&["prod"], json!({ "/verdict": "passed" }), 2, "unknown verdict")]
#[case::pass_with_another_code(&["prod"], json!({ "/exit_code": 1 }), 3, "exit code")]
#[case::stale(&["prod"], json!({ "/run/started_at": stamp(-600, 0) }), 3, "seconds old")]
#[case::from_the_future(&["prod"], json!({ "/run/started_at": stamp(60, 0) }), 3, "future")]
#[case::undated(&["prod"], json!({ "/run/started_at": "yesterday" }), 3, "when it was made")]
#[case::foreign_environment(&["prod"], json!({ "/environments/0/name": "stage" }), 3, "not for \"prod\"")]
#[case::alias_alone(&["production"], json!({}), 3, "not for \"production\"")]
#[case::foreign_project(&["prod"], json!({ "/project": "apps/web" }), 3, "is for the project")]
#[case::foreign_commit(&["prod"], json!({ "/commit": "0".repeat(40) }), 3, "is for commit")]
#[case::foreign_commit_in_spite_of_no_commit(
    &["--no-commit", "prod"], json!({ "/commit": "0".repeat(40) }), 3, "is for commit"
)]
#[case::no_commit(&["prod"], json!({ "/commit": null }), 3, "no commit")]
#[case::two_environments(
    &["prod"],
    json!({ "/environments": [{ "name": "prod", "verdict": "pass" }, { "name": "stage", "verdict": "pass" }] }),
    3,
    "2 environments"
)]
#[case::no_environment(&["prod"], json!({ "/environments": [] }), 3, "0 environments")]
#[case::contradiction(&["prod"], json!({ "/environments/0/verdict": "none" }), 3, "contradicts itself")]
#[case::wrong_schema(&["prod"], json!({ "/schema": "preflight.report/v2" }), 3, "unknown schema")]
fn refuses(#[case] arguments: &[&str], #[case] changes: Value, #[case] code: i32, #[case] why: &str) {
    if !real_tools() {
        return;
    }
    let checkout = Checkout::new();
    let report = changed(checkout.passing(), &changes);
    checkout.deploy_on(&report, arguments).assert_refused(code, why);
}

#[rstest]
#[case::not_json("PASS\n")]
#[case::empty("")]
#[case::cut_short(r#"{"schema": "preflight.report/v1", "verdict": "pass""#)]
#[case::not_an_object("[]")]
#[case::two_documents("{} {}")]
fn refuses_what_is_no_report(#[case] text: &str) {
    if !real_tools() {
        return;
    }
    Checkout::new().deploy_on(text, &["prod"]).assert_refused(2, "the report is");
}

#[test]
fn refuses_a_missing_report() {
    if !real_tools() {
        return;
    }
    let arguments = ["--report", "reports/none.json", "prod"];
    Checkout::new().deploy_with(Path::new("unused"), &arguments, |_| {}).assert_refused(2, "missing");
}

#[test]
fn refuses_after_a_new_commit() {
    if !real_tools() {
        return;
    }
    let mut checkout = Checkout::new();
    let report = checkout.passing();
    checkout.commit("one more");
    checkout.deploy_on(&report.to_string(), &["prod"]).assert_refused(3, "is for commit");
}

#[rstest]
#[case::no_environment(&[])]
#[case::two_environments(&["prod", "stage"])]
#[case::an_option_in_its_place(&["--all"])]
#[case::an_option_without_value(&["prod", "--report"])]
fn refuses_wrong_usage(#[case] arguments: &[&str]) {
    if !real_tools() {
        return;
    }
    let step = Checkout::new().deploy_with(Path::new("the-gate-must-not-run"), arguments, |_| {});
    step.assert_refused(125, "");
}

#[test]
fn the_age_that_is_allowed_can_be_set() {
    if !real_tools() {
        return;
    }
    let checkout = Checkout::new();
    let report = changed(checkout.passing(), &json!({ "/run/started_at": stamp(-600, 0) }));
    checkout.write("reports/report.json", &report, 0o600);
    let arguments = ["--report", "reports/report.json", "prod"];
    let with_age = |age: &str| {
        checkout.deploy_with(Path::new("unused"), &arguments, |command| {
            command.env("PREFLIGHT_MAX_AGE", age);
        })
    };
    with_age("900").assert_ran();
    with_age("60").assert_refused(3, "more than 60");
    with_age("an hour").assert_refused(125, "PREFLIGHT_MAX_AGE");
}

#[test]
fn ends_with_the_code_of_its_command() {
    if !real_tools() {
        return;
    }
    let checkout = Checkout::new();
    checkout.write("reports/report.json", &checkout.passing().to_string(), 0o600);
    let arguments = ["--report", "reports/report.json", "prod"];
    let step = checkout.deploy_with(Path::new("unused"), &arguments, |command| {
        command.env("CODE", "7");
    });
    assert_eq!((step.code, step.stdout.trim()), (Some(7), RAN), "{}", step.stderr);
}

/// Stand-ins for a gate that goes wrong: what it does with the report's path `$out`, its exit code, what follows.
#[rstest]
#[case::no_report(":", 0, 2, "no report")]
#[case::failed_without_a_report(":", 1, 2, "no report")]
#[case::crashed("kill -ABRT $$", 0, 2, "no report")]
#[case::half_a_report("head -c 40 \"$PASSING\" >\"$out\"", 0, 2, "no report")]
#[case::code_contradicts_pass("cp \"$PASSING\" \"$out\"", 1, 3, "gate exited with 1")]
#[case::no_verdict_beats_the_report("cp \"$PASSING\" \"$out\"", 2, 2, "no verdict")]
fn does_not_trust_a_broken_gate(
    #[case] script: &str,
    #[case] gate_code: i32,
    #[case] code: i32,
    #[case] why: &str,
) {
    if !real_tools() {
        return;
    }
    let checkout = Checkout::new();
    let passing = checkout.write("reports/passing.json", &checkout.passing().to_string(), 0o600);
    let text = format!("#!/bin/sh\nout=${{4#json=}}\n{script}\nexit {gate_code}\n");
    let gate = checkout.write("reports/gate", &text, 0o755);
    let step = checkout.deploy_with(&gate, &["prod"], |command| {
        command.env("PASSING", passing);
    });
    step.assert_refused(code, why);
}

#[test]
fn refuses_without_a_gate() {
    if !real_tools() {
        return;
    }
    Checkout::new()
        .deploy_with(Path::new("./no-such-gate"), &["prod"], |_| {})
        .assert_refused(2, "no report");
}

const POLICY: &str = "\
version: 1
edition: 2026
environments:
  prod: { aliases: [production] }
keys:
  API_URL: { required: true, type: url }
  SESSION_KEY: { required: true, secret: true, type: hex }
";

/// A `.env.prod` that passes; its secret is made anew for each run.
fn dotenv() -> String {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).expect("random bytes");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("API_URL=https://api.shop.internal/v1\nSESSION_KEY={hex}\n")
}

#[test]
fn the_real_gate_lets_a_good_environment_through() {
    if !real_tools() {
        return;
    }
    let checkout = Checkout::new();
    checkout.write(".env.prod", &dotenv(), 0o600);
    let temporary = checkout.path().join("reports");
    let gate = Path::new(env!("CARGO_BIN_EXE_preflight"));
    for arguments in [&["prod"][..], &["--canonical", "prod", "production"]] {
        let step = checkout.deploy_with(gate, arguments, |command| {
            command.env("TMPDIR", &temporary);
        });
        step.assert_ran();
    }
    let left: Vec<_> =
        fs::read_dir(&temporary).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left, [".keep"], "the step leaves no report behind");
}

#[test]
fn the_real_gate_stops_an_environment_that_others_can_read() {
    if !real_tools() {
        return;
    }
    let checkout = Checkout::new();
    checkout.write(".env.prod", &dotenv(), 0o644);
    let gate = Path::new(env!("CARGO_BIN_EXE_preflight"));
    checkout.deploy_with(gate, &["prod"], |_| {}).assert_refused(1, "is fail");
}

#[test]
fn the_real_gate_stops_an_environment_that_is_not_there() {
    if !real_tools() {
        return;
    }
    let gate = Path::new(env!("CARGO_BIN_EXE_preflight"));
    Checkout::new().deploy_with(gate, &["prod"], |_| {}).assert_refused(2, "no verdict for");
}
