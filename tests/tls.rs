//! The tables of `docs/tls.md`: drivers, how they read connections, and what is found.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use preflight::value::tls::{drivers, read};
use support::report;
use support::rows::{cells, findings, gaps, project, sorted};

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tls.md")).unwrap()
}

/// The rows of the table whose head is this.
fn rows<'a>(page: &'a str, head: &str) -> Vec<&'a str> {
    let mut rows = Vec::new();
    let mut within = false;
    for line in page.lines() {
        within = line == head || (within && line.starts_with('|'));
        if within && line != head && !line.starts_with("|---") {
            rows.push(line);
        }
    }
    assert!(!rows.is_empty(), "{head} has rows");
    rows
}

fn reading(value: &str, driver: &str) -> String {
    let Some(target) = read(value.as_bytes()) else { return "none".to_owned() };
    let Some(reading) = target.reading((driver != "-").then_some(driver)) else { return "other".to_owned() };
    let Some(mode) = reading.mode else { return "untold".to_owned() };
    let named = if reading.named { "named" } else { "implied" };
    let named = if reading.partly { format!("{named} in part") } else { named.to_owned() };
    if reading.strongest == mode {
        format!("{} {named}", mode.as_str())
    } else {
        format!("{} to {} {named}", mode.as_str(), reading.strongest.as_str())
    }
}

#[test]
fn every_connection_is_read_as_its_row_says() {
    let (page, mut faults) = (page(), String::new());
    for row in rows(&page, "| value | driver | reading |") {
        let [value, driver, wanted] = cells(row)[..] else { panic!("three cells: {row}") };
        let found = reading(value, driver);
        if found != wanted {
            let _ = writeln!(faults, "{row}\n  FOUND {found}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Findings of the rule alone, gaps and the exit code.
fn judged(keys: &str, lines: &str) -> (Vec<String>, Vec<String>, i32) {
    let keys: String = keys.split(" · ").filter(|key| *key != "-").map(|key| format!("  {key}\n")).collect();
    let keys = if keys.is_empty() { keys } else { format!("keys:\n{keys}") };
    let project = project(&keys, &format!(".env.prod: {}", lines.replace(" · ", "␤") + "␤"));
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!(report["errors"].as_array().unwrap().len(), 0, "{report}");
    let mine = |found: String| Some(found.strip_prefix("weak-tls-mode[")?.strip_suffix(']')?.to_owned());
    let found: Vec<String> = findings(&report).into_iter().filter_map(mine).collect();
    (found, gaps(&report), code)
}

#[test]
fn every_environment_is_judged_as_its_row_says() {
    let (page, mut faults) = (page(), String::new());
    for row in rows(&page, "| keys | `.env.prod` | found | not checked | exit |") {
        let [keys, lines, wanted, unchecked, exit] = cells(row)[..] else { panic!("five cells: {row}") };
        let (found, gaps, code) = judged(keys, lines);
        // Other rules have their say of a variable that takes verification away.
        let steers = ["NODE_TLS_REJECT_UNAUTHORIZED=0", "VAULT_SKIP_VERIFY=true", "LDAPTLS_REQCERT=never"];
        let steered = steers.iter().any(|steer| lines.contains(steer));
        let code = if steered { exit.to_owned() } else { code.to_string() };
        if found != sorted(wanted, " ") || gaps != sorted(unchecked, ",") || code != exit {
            let _ = writeln!(faults, "{row}\n  FOUND {found:?} {gaps:?} {code}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn what_public_templates_set_is_no_fault_without_a_policy() {
    let (page, mut faults) = (page(), String::new());
    let rows = rows(&page, "| what | `.env.prod` |");
    assert!(rows.len() > 12);
    for row in rows {
        let [_, lines] = cells(row)[..] else { panic!("two cells: {row}") };
        let (found, gaps, _) = judged("-", lines);
        if !found.is_empty() || gaps.iter().any(|gap| gap.starts_with("tls")) {
            let _ = writeln!(faults, "{row}\n  FOUND {found:?} {gaps:?}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn the_page_lists_every_driver_with_its_document() {
    let page = page();
    let row = |driver: &preflight::value::tls::Driver| {
        let names: Vec<String> = driver.names.iter().map(|name| format!("`{name}`")).collect();
        format!("| {} | {} | <{}> |", driver.family.as_str(), names.join(", "), driver.source)
    };
    let wanted: Vec<String> = drivers().map(row).collect();
    let found = rows(&page, "| family | `driver` | document |");
    assert_eq!(found, wanted, "the table:\n{}", wanted.join("\n"));
}
