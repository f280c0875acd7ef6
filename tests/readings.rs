//! By whom `.env` files are read, and what of it is judged: the tables of `docs/readers.md`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use preflight::syntax::readers::Reader;
use serde_json::Value;
use support::report;
use support::rows::{cells, findings, gaps, project, sorted};

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/readers.md")).unwrap()
}

/// The rows of the tables whose head is this.
fn rows<'a>(page: &'a str, head: &str) -> Vec<&'a str> {
    let mut rows = Vec::new();
    let mut within = false;
    for line in page.lines() {
        within = line == head || (within && line.starts_with('|'));
        if within && line != head && !line.starts_with("|---") {
            rows.push(line);
        }
    }
    rows
}

/// A readers cell, as policy: `[a, b]`, or whole lines of it.
fn policy(cell: &str, entry: &str) -> String {
    let readers = match cell {
        "-" => String::new(),
        list if list.starts_with('[') => format!("readers: {list}\n"),
        lines => lines.replace(" · ", "\n") + "\n",
    };
    let sources = if readers.contains("sources:") { "" } else { "sources: [{ dotenv: a }]\n" };
    format!("{sources}{readers}keys: {{ A: {entry} }}\n")
}

fn fault(row: &str) -> Option<String> {
    let [readers, files, entry, wanted, unchecked, exit] = cells(row)[..] else { panic!("six cells: {row}") };
    let files = if files.contains("a: ") { files.to_owned() } else { format!("a: {files}") };
    let project = project(&policy(readers, entry), &files);
    let (code, report) = report(project.path(), ["prod"]);
    let errors = report["errors"].as_array().unwrap();
    if !errors.is_empty() {
        return Some(format!("{errors:?}"));
    }
    let (found, gaps) = (findings(&report), gaps(&report));
    let same = found == sorted(wanted, " ") && gaps == sorted(unchecked, ",") && code.to_string() == exit;
    let or = |text: String| if text.is_empty() { "-".to_owned() } else { text };
    (!same).then(|| format!("{} | {} | {code}", or(found.join(" ")), or(gaps.join(", "))))
}

#[test]
fn every_row_means_what_it_says() {
    let page = page();
    let rows = rows(&page, "| readers | file | entry | findings | not checked | exit |");
    assert!(rows.len() > 50, "the tables are there: {}", rows.len());
    let mut faults = String::new();
    for row in rows {
        if let Some(fault) = fault(row) {
            let _ = writeln!(faults, "{row}\n  found {fault}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn every_reader_stands_in_the_table() {
    let page = page();
    let rows = rows(&page, "| reader | program | held against | how it is driven |");
    let table: Vec<(&str, &str, bool)> = rows
        .iter()
        .map(|row| cells(row))
        .map(|cells| (cells[0], cells[2].trim_matches('-'), !cells[3].contains("**published facts**")))
        .collect();
    let known: Vec<_> = Reader::ALL
        .iter()
        .map(|reader| (reader.as_str(), reader.held_against(), reader.is_held_by_program()))
        .collect();
    assert_eq!(table, known);
}

/// The readers of the one `.env` file of a project: `name basis`.
fn read_by(report: &Value) -> Vec<String> {
    let files = report["environments"][0]["readers"].as_array().unwrap();
    files
        .iter()
        .flat_map(|file| {
            let basis = file["basis"].as_str().unwrap().to_owned();
            file["readers"].as_array().unwrap().iter().map(move |by| {
                let line = by["location"]["line"].as_u64().map(|line| format!(":{line}")).unwrap_or_default();
                let path = by["location"]["path"].as_str().unwrap_or("-");
                format!("{} {basis} {path}{line}", by["reader"].as_str().unwrap())
            })
        })
        .collect()
}

#[test]
fn the_report_says_by_whom_a_file_is_read() {
    let project = project("readers: [compose, bash]\nsources: [{ dotenv: a }]\n", "a: A=1");
    let (_, report) = report(project.path(), ["prod"]);
    assert_eq!(read_by(&report), ["compose policy preflight.yaml:5", "bash policy preflight.yaml:5"]);
}

/// A reader that the policy names is no guess, whatever else the project depends on.
#[test]
fn a_dependency_lowers_nothing_that_the_policy_says() {
    let policy = "sources: [{ dotenv: { path: a, readers: [sh, dotenvy] } }, { dotenv: .env.b }]\nkeys: { X: {}, DATABASE_URL: {} }\n";
    let url = |mode: &str| format!("DATABASE_URL='postgres://u@db.example.com/d?sslmode={mode}'");
    let files = format!(
        "a: {}␤{} · .env.b: X=a#b · package.json: {{\"dependencies\": {{\"dotenv\": \"1\"}}}}",
        url("disable"),
        url("verify-full")
    );
    let project = project(policy, &files);
    let (code, report) = report(project.path(), ["prod"]);
    let tls = support::lines(&report).into_iter().find(|line| line.contains("tls:disable")).unwrap();
    assert!(tls.starts_with("error "), "{tls}");
    assert_eq!((code, read_by(&report).last().unwrap().as_str()), (1, "dotenv dependency package.json:1"));
}

/// The column of a variable in the middle of a value would tell how long the value before it is.
#[test]
fn a_variable_within_a_value_has_no_column() {
    let project = project(
        "readers: [bash]\nsources: [{ dotenv: a }]\nkeys: { HORSE: { type: int } }\n",
        "a: A=correct;HORSE=battery",
    );
    let (_, report) = report(project.path(), ["prod"]);
    let wrong = support::lines(&report).into_iter().find(|line| line.contains("wrong-type")).unwrap();
    assert_eq!(wrong, "error wrong-type[type:int] prod key:HORSE a");
}

/// Findings by the thousand, each looked into, are neither quadratic nor looked into without end.
#[test]
fn many_lines_that_are_read_differently_end() {
    let runs: String = (0..20_000).map(|n| format!("K{n}={n} x\n")).collect();
    let long: String = (0..60).map(|n| format!("K{n}=a#{}\n", "b".repeat(15_000))).collect();
    for (readers, text) in [("[sh, node]", runs), ("[systemd, node, python, ruby, dotenvy]", long)] {
        let project = project(&format!("readers: {readers}\nsources: [{{ dotenv: a }}]\n"), "-");
        fs::write(project.path().join("a"), text).unwrap();
        support::case::set_mode(&project.path().join("a"), 0o600);
        let (code, report) = support::bounded::bounded(project.path());
        assert_eq!(code, 1, "{readers}");
        assert!(report["findings"].as_array().unwrap().len() > 50);
    }
}
