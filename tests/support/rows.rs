//! Rows of tables that are run: a policy, a project's files in one cell, and what is found.
#![cfg(unix)]

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use super::case::{link, set_mode};

const HEAD: &str = "version: 1\nedition: 2026\nenvironments: { prod: {}, dev: {} }\n\
    rules: { reused-secret: off, undeclared-key: off, unused-policy-entry: off, template-drift: off, undocumented-key: off }\n";

/// The characters that stand for what a table's cell cannot hold.
pub fn bytes(cell: &str) -> Vec<u8> {
    let mut out = Vec::new();
    for c in cell.chars() {
        match c {
            '␤' => out.push(b'\n'),
            '␍' => out.push(b'\r'),
            '⇥' => out.push(b'\t'),
            '␀' => out.push(0),
            '␣' => out.push(b' '),
            '⌘' => out.extend(b"\xef\xbb\xbf"),
            '×' => out.push(0xff),
            c => out.extend(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out
}

/// Lays out `path [mode]: content` and `path -> target`, joined by ` · `.
pub fn lay_out(folder: &Path, files: &str) {
    for file in files.split(" · ").filter(|file| *file != "-") {
        let at = |path: &str| {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            path
        };
        if let Some((path, target)) = file.split_once(" -> ") {
            link(target, &at(path));
            continue;
        }
        let (head, content) = file.split_once(':').unwrap_or_else(|| panic!("a path and a content: {file}"));
        let mode =
            head.rsplit_once(' ').and_then(|(path, mode)| Some((path, u32::from_str_radix(mode, 8).ok()?)));
        let (path, mode) = mode.filter(|(_, mode)| *mode > 0o77).unwrap_or((head, 0o600));
        let path = at(path);
        fs::write(&path, bytes(content.strip_prefix(' ').unwrap_or(content))).unwrap();
        set_mode(&path, mode);
    }
}

pub fn project(policy: &str, files: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("preflight.yaml"), format!("{HEAD}{policy}")).unwrap();
    lay_out(folder.path(), files);
    folder
}

/// `rule[cause]` of each finding, sorted.
pub fn findings(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let mut found: Vec<String> = findings
        .map(|f| format!("{}[{}]", f["rule"].as_str().unwrap(), f["cause"].as_str().unwrap()))
        .collect();
    found.sort();
    found
}

/// `why name` of each gap, sorted; without what the policy of every row turns off and the other environment.
pub fn gaps(report: &Value) -> Vec<String> {
    let gaps = report["environments"][0]["not_checked"].as_array().unwrap().iter();
    let mut found: Vec<String> = gaps
        .filter(|gap| !matches!(gap["why"].as_str().unwrap(), "rule-off" | "peer-unreadable" | "peer-absent"))
        .map(|gap| {
            let what = gap["what"].as_str().unwrap();
            format!("{} {}", gap["why"].as_str().unwrap(), what.split_once(' ').unwrap().1)
        })
        .collect();
    found.sort();
    found
}

/// The cells of a row, without the backquotes.
pub fn cells(row: &str) -> Vec<&str> {
    let row = row.trim().trim_start_matches('|').trim_end_matches('|');
    row.split(" | ").map(|cell| cell.trim().trim_matches('`')).collect()
}

/// The words of a cell, sorted; `-` is none.
pub fn sorted(cell: &str, by: &str) -> Vec<String> {
    let mut words: Vec<String> =
        cell.split(by).filter(|word| *word != "-").map(|word| word.trim().to_owned()).collect();
    words.sort();
    words
}
