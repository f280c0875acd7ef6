//! `--public-log`: what may stand in a log that strangers read, and nothing else.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::fs;

use preflight::finding::{ErrorKind, Why};
use preflight::rules::RULES;
use rstest::rstest;
use serde_json::Value;
use support::case::Case;
use support::{report, run};
use tempfile::TempDir;

/// Holds every line against the few forms that there are, and gives the numbers of findings and of errors.
fn counted(text: &str, report: &Value) -> (u64, u64) {
    let environments: BTreeSet<&str> =
        report["environments"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let (mut findings, mut errors) = (0, 0);
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let number = |word: &str| word.parse::<u64>().unwrap_or_else(|_| panic!("{line}"));
        match words[..] {
            ["", "", "error" | "warning" | "waived", rule, count] => {
                assert!(RULES.iter().any(|known| known.meta().id == rule), "{line}");
                findings += number(count);
            }
            ["", "", "not", "checked:", why, count, ref mark @ ..] => {
                let why = Why::ALL.iter().find(|known| known.as_str() == why).unwrap();
                let known = if why.blocks() { "(blocks the verdict)" } else { "(does not block)" };
                assert_eq!(mark.join(" "), known);
                number(count);
            }
            ["no", "verdict:", kind, count] => {
                assert!(ErrorKind::ALL.iter().any(|known| known.as_str() == kind), "{line}");
                errors += number(count);
            }
            ["the", "project", "as", "a", "whole"] => {}
            [name, ref verdict @ ..] => {
                assert!(environments.contains(name), "{line}");
                assert!(["PASS", "FAIL", "NO VERDICT"].contains(&verdict.join(" ").as_str()), "{line}");
            }
            [] => panic!("an empty line"),
        }
    }
    (findings, errors)
}

fn number(report: &Value, field: &str) -> u64 {
    u64::try_from(report[field].as_array().unwrap().len()).unwrap()
}

#[test]
fn every_case_prints_rules_and_numbers_alone() {
    for (_, case) in Case::all().into_iter().filter(|(_, case)| case.is_possible()) {
        let project = case.lay_out();
        let (code, report) = report(project.path(), &case.args);
        let mut args = vec!["check".to_owned()];
        args.extend(case.args.iter().cloned().chain(["--public-log".to_owned()]));
        let ran = run(project.path(), &args);
        assert_eq!((ran.code, ran.stderr.as_str()), (code, ""), "{}", case.name);
        let (findings, errors) = counted(&ran.stdout, &report);
        assert_eq!(findings, number(&report, "findings") + number(&report, "waived"), "{}", case.name);
        assert_eq!(errors, 0, "{}", case.name);
    }
}

fn project(policy: &str) -> TempDir {
    let text = format!(
        "x\n-- file: preflight.yaml --\n{policy}-- file: .env.prod --\nADMIN_PASSWORD=CHANGE_ME\nB=x\nB=y\n"
    );
    Case::parse("public", &text).lay_out()
}

const POLICY: &str = "version: 1\nedition: 2026\nenvironments: { prod: {} }\nkeys: { \"*\": {} }\n";

#[test]
fn a_fault_is_a_rule_and_a_number() {
    let folder = project(POLICY);
    for args in [&["prod", "--public-log"][..], &["check", "prod", "--public-log", "-v"]] {
        let ran = run(folder.path(), args);
        assert_eq!(ran.code, 1);
        assert_eq!(ran.stdout, "prod FAIL\n  error duplicate-key 1\n  error placeholder-value 1\n");
        assert_eq!(ran.stderr, "");
    }
    assert_eq!(run(folder.path(), ["prod", "--public-log", "-q"]).stdout, "prod FAIL\n");
}

#[test]
fn a_file_behind_output_holds_all_of_it() {
    let folder = project(POLICY);
    let ran =
        run(folder.path(), ["prod", "--public-log", "--output", "json=r.json", "--output", "human=r.txt"]);
    assert!(!ran.stdout.contains("ADMIN_PASSWORD"), "{}", ran.stdout);
    let json: Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("r.json")).unwrap()).unwrap();
    support::valid(&json);
    assert_eq!(number(&json, "findings"), 2);
    assert!(fs::read_to_string(folder.path().join("r.txt")).unwrap().contains("ADMIN_PASSWORD"));
}

#[test]
fn no_whole_report_goes_to_standard_output() {
    let folder = project(POLICY);
    let ran = run(folder.path(), ["prod", "--public-log", "--format", "json"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(ran.stderr.contains("--output json=FILE"), "{}", ran.stderr);
}

/// Whatever the path is that leads there; and no link to it makes way for a file.
#[cfg(target_os = "linux")]
#[test]
fn no_whole_report_goes_there_by_another_name() {
    let folder = project(POLICY);
    let at = |name: &str| folder.path().join(name);
    for (link, target) in [("out", "/proc/self/fd/1"), ("err", "/proc/self/fd/2"), ("again", "out")] {
        std::os::unix::fs::symlink(target, at(link)).unwrap();
    }
    for name in ["out", "err", "again", "log", "/proc/self/fd/1"] {
        for piped in [true, false] {
            for public in [true, false] {
                let log = fs::File::create(at("log")).unwrap();
                let mut command = support::preflight(folder.path());
                command.args(["prod", "--output", &format!("human={name}")]);
                command.args(public.then_some("--public-log"));
                if !piped {
                    command.stdout(log.try_clone().unwrap()).stderr(log);
                }
                let output = command.output().unwrap();
                let text = [output.stdout, output.stderr, fs::read(at("log")).unwrap()].concat();
                let shown = String::from_utf8(text).unwrap().matches("ADMIN_PASSWORD").count();
                let elsewhere = piped && name == "log";
                if public && !elsewhere {
                    assert_eq!((output.status.code(), shown), (Some(2), 0), "{name} {piped}");
                } else {
                    assert_eq!(output.status.code(), Some(1), "{name} {piped}");
                    assert!(shown > 0, "{name} {piped}");
                }
                for link in ["out", "err", "again"] {
                    assert!(
                        at(link).symlink_metadata().unwrap().is_symlink(),
                        "{name} {piped} took {link}'s place"
                    );
                }
            }
        }
    }
    assert_eq!(run(folder.path(), ["prod", "--output", "human=-"]).code, 2);
    assert!(!at("-").exists());
}

#[rstest]
#[case::bad_policy("version: 1\nedition: 2026\nkeys: { ADMIN_PASSWORD: { typ: x, one_off: [y] } }\n", &["prod"], "no verdict: bad-policy 2\n")]
#[case::no_environment_of_that_name(POLICY, &["ADMIN_PASSWORD"], "no verdict: unknown-environment 1\n")]
#[case::no_environment_at_all(POLICY, &["check"], "no verdict: usage 1\n")]
fn errors_are_kinds_and_numbers(#[case] policy: &str, #[case] args: &[&str], #[case] said: &str) {
    let folder = project(policy);
    let ran = run(folder.path(), args.iter().copied().chain(["--public-log"]));
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (2, "", said));
}

#[test]
fn a_file_that_cannot_be_written_is_not_named() {
    let folder = project(POLICY);
    let ran = run(folder.path(), ["prod", "--public-log", "--output", "json=no/such/folder.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.ends_with("no verdict: output-failed 1\n"), "{}", ran.stdout);
    assert!(!(ran.stdout + &ran.stderr).contains("such"));
}
