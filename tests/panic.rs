//! A fault of preflight itself: exit 2, the JSON report written all the same, and no value anywhere.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::exit, reason = "tests")]

mod support;

use std::fs;
use std::process::Command;

use preflight::finding::{CauseMeta, RuleMeta, Severity};
use preflight::model::Want;
use preflight::rules::{Context, KeyView, Rule, Sink};
use serde_json::Value;
use tempfile::TempDir;

static META: RuleMeta = RuleMeta {
    id: "a-panicking-rule",
    summary: "panics",
    severity: Severity::Error,
    causes: &[CauseMeta::new("never", "never")],
    page: "",
};

/// Panics with the value in its message, as a careless `expect` would.
struct Panics;

impl Rule for Panics {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, _: &Context<'_>, key: &KeyView<'_>, _: &mut Sink<'_>) {
        if let Some(value) = key.value() {
            panic!("could not read {}", String::from_utf8_lossy(value));
        }
    }
}

/// Panics while it is asked what it needs: it would then judge without it.
struct PanicsEarly;

impl Rule for PanicsEarly {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        panic!("could not ask for {:?}", cx.environment.name);
    }
}

static RULES: &[&dyn Rule] = &[&Panics];
static EARLY: &[&dyn Rule] = &[&PanicsEarly];
const CHILD: &str = "A_CHILD_OF_THE_PANIC_TEST";

/// Not a test by itself: the program with the panicking rule, in a process of its own.
#[test]
fn child() {
    if let Some(which) = std::env::var_os(CHILD) {
        preflight::app::quiet_panics();
        let args = ["preflight", "check", "prod", "--output", "json=report.json", "-v"].map(Into::into);
        std::process::exit(preflight::app::run(args, if which == "early" { EARLY } else { RULES }).into());
    }
}

#[test]
fn a_panic_in_a_rule_is_no_verdict_and_no_leak() {
    for which in ["late", "early"] {
        panics(which);
    }
}

fn panics(which: &str) {
    let canary = support::case::random_hex();
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(".env.prod"), format!("A={canary}\n")).unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    support::scrub(&mut command);
    let output = command
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(CHILD, which)
        .current_dir(folder.path())
        .output()
        .unwrap();
    let run = support::finish(&output);
    assert_eq!(run.code, 2, "{}{}", run.stdout, run.stderr);
    let text = fs::read_to_string(folder.path().join("report.json")).unwrap();
    let report: Value = serde_json::from_str(&text).unwrap();
    support::valid(&report);
    assert_eq!(report["verdict"], "none");
    assert_eq!(report["errors"][0]["kind"], "internal");
    assert!(
        report["environments"][0]["not_checked"]
            .as_array()
            .unwrap()
            .iter()
            .any(|gap| gap["why"] == "rule-fault")
    );
    assert!(run.stderr.contains("internal fault at line"), "{}", run.stderr);
    for text in [&run.stdout, &run.stderr, &text] {
        assert!(!text.contains(&canary));
    }
}
