//! The tables of `docs/meanings.md`, row by row.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use support::case::Case;
use support::report;

/// The cells of a table's row, without their backticks.
fn cells(row: &str) -> Vec<&str> {
    let row = row.trim().trim_start_matches('|').trim_end_matches('|');
    row.split(" | ").map(|cell| cell.trim().trim_matches('`')).collect()
}

#[test]
fn every_row_means_what_it_says() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/meanings.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 60, "the tables are there");
    let mut faults = String::new();
    for row in rows {
        let [input, entry, findings, exit] = cells(row)[..] else { panic!("four cells: {row}") };
        let input = input.replace('␤', "\n").replace('␍', "\r").replace('⇥', "\t").replace('␀', "\0");
        // What follows the entry: other keys, and groups.
        let mut parts = entry.split(" · ");
        let entry = parts.next().unwrap();
        let (groups, keys): (Vec<&str>, Vec<&str>) = parts.partition(|part| part.starts_with("groups: "));
        let (groups, keys) = (groups.join("\n"), keys.join("\n  "));
        let policy = format!(
            "version: 1\nedition: 2026\nenvironments: {{ prod: {{}} }}\nrules: {{ undeclared-key: off }}\n{groups}\nkeys:\n  A: {entry}\n  {keys}\n"
        );
        let text = format!("x\n-- file: preflight.yaml --\n{policy}-- file: .env.prod --\n{input}");
        let project = Case::parse(row, &text).lay_out();
        let (code, report) = report(project.path(), ["prod"]);
        let mut found: Vec<String> = report["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| format!("{}[{}]", f["rule"].as_str().unwrap(), f["cause"].as_str().unwrap()))
            .collect();
        let mut expected: Vec<&str> = findings.split(' ').filter(|word| *word != "-").collect();
        found.sort();
        expected.sort_unstable();
        if found != expected || code.to_string() != exit {
            let _ = writeln!(faults, "{row}\n  found {found:?}, exit {code}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
