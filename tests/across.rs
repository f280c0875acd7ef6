//! The tables of `docs/across.md`, row by row.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::report;
use support::rows::{cells, findings, lay_out};
use tempfile::TempDir;

const RULES: [&str; 5] =
    ["colliding-value", "differing-value", "shared-database", "mirror-drift", "looser-than"];

/// The rows of all tables with so many columns.
fn rows(page: &str, columns: usize) -> Vec<Vec<String>> {
    let rows = page.lines().filter(|line| line.starts_with("| `") || line.starts_with("| - "));
    let rows = rows.map(|row| cells(row).into_iter().map(str::to_owned).collect::<Vec<_>>());
    rows.filter(|cells| cells.len() == columns).collect()
}

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/across.md")).unwrap()
}

fn project(environments: &str, keys: &str, prod: &str, stage: &str) -> TempDir {
    let environments = if environments == "-" { "prod: {}, stage: {}" } else { environments };
    let (stage, dev) = stage.split_once(" · dev: ").map_or((stage, None), |(stage, dev)| (stage, Some(dev)));
    let third = if dev.is_some() { ", dev: {}" } else { "" };
    let policy = format!(
        "version: 1\nedition: 2026\nrules: {{ undeclared-key: off, uneven-guard: off }}\n\
         environments: {{ {environments}{third} }}\nkeys: {{ {keys} }}\n"
    );
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("preflight.yaml"), policy).unwrap();
    for (name, text) in [("prod", Some(prod)), ("stage", Some(stage)), ("dev", dev)] {
        if let Some(text) = text {
            lay_out(folder.path(), &format!(".env.{name}: {text}"));
        }
    }
    folder
}

/// What the page says of a run: the findings of these rules, else the variable that was not compared.
fn found(report: &Value) -> String {
    let own = |text: &String| RULES.iter().any(|rule| text.starts_with(rule));
    let found: Vec<String> = findings(report).into_iter().filter(own).collect();
    if !found.is_empty() {
        return found.join(" ");
    }
    let gaps = report["environments"][0]["not_checked"].as_array().unwrap().iter();
    let unknown = gaps.filter(|gap| gap["why"] == "value-unknown" && gap["what"] == "key A");
    if unknown.count() > 0 { "not checked: A".to_owned() } else { "-".to_owned() }
}

#[test]
fn every_row_means_what_it_says() {
    let page = page();
    let rows = rows(&page, 5);
    assert!(rows.len() > 100, "the tables are there: {}", rows.len());
    let mut faults = String::new();
    for row in rows {
        let [environments, keys, prod, stage, expected] = &row[..] else { panic!("five cells") };
        let project = project(environments, keys, prod, stage);
        let (_, report) = report(project.path(), ["prod"]);
        let errors = report["errors"].as_array().unwrap();
        let found = if errors.is_empty() { found(&report) } else { format!("{errors:?}") };
        if found != *expected {
            let _ = writeln!(faults, "{}\n  found {found}", row.join(" | "));
        }
        // The same again for all, so that no order of environments counts.
        let (_, all) = support::report(project.path(), ["--all"]);
        let mine = |finding: &&Value| {
            finding["environment"] == "prod" && RULES.contains(&finding["rule"].as_str().unwrap())
        };
        let ids = |report: &Value| -> Vec<String> {
            let list = report["findings"].as_array().unwrap().iter().filter(mine);
            let mut ids: Vec<String> = list.map(|finding| finding["id"].to_string()).collect();
            ids.sort();
            ids
        };
        if ids(&report) != ids(&all) {
            let _ = writeln!(faults, "{}\n  another finding with --all", row.join(" | "));
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let page = page();
    let rows = rows(&page, 3);
    assert!(rows.len() > 10, "the table is there: {}", rows.len());
    let mut faults = String::new();
    for row in rows {
        let project = project(&row[0], &row[1], "A=1", "A=2");
        let (code, report) = report(project.path(), ["prod"]);
        let plain = |text: &str| text.replace('`', "");
        let errors = report["errors"].as_array().unwrap();
        let same = code == 2
            && !errors.is_empty()
            && errors.iter().all(|error| plain(error["message"].as_str().unwrap()) == plain(&row[2]));
        if !same {
            let _ = writeln!(faults, "{}\n  found {code} {errors:?}", row.join(" | "));
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Secrets are compared under a key that is drawn for each run: what is said of them must not hang on it.
#[test]
fn a_reused_secret_is_told_alike_in_every_run() {
    let secret = "k7Qz91xWb".repeat(3);
    let url = format!("postgres://app:{secret}@db.example.net/shop?sslmode=verify-full");
    let stage = format!("DB_PASSWORD={secret}\nDATABASE_URL={url}\n");
    let project = project(
        "-",
        "DATABASE_URL: { secret: true }, DB_PASSWORD: {}",
        &format!("DATABASE_URL={url}\n"),
        &stage,
    );
    let told = || {
        let (_, report) = report(project.path(), ["prod"]);
        let all = report["findings"].as_array().unwrap().iter();
        let reused: Vec<String> =
            all.filter(|it| it["rule"] == "reused-secret").map(ToString::to_string).collect();
        assert_eq!(reused.len(), 1);
        reused
    };
    let first = told();
    assert!((0..12).all(|_| told() == first));
}
