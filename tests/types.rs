//! The tables of `docs/types.md`: every row through the library, and all rows of a type through the program.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use preflight::value::types::{Fault, ValueType, quantity};
use support::report;
use support::rows::{bytes, cells};
use tempfile::TempDir;

struct Row {
    kind: ValueType,
    value: Vec<u8>,
    /// The fault's word; nothing where the value fits.
    fault: Option<String>,
    line: String,
}

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/types.md")).unwrap()
}

/// The rows of all tables with this head.
fn table(head: &str) -> Vec<String> {
    let (mut rows, mut within) = (Vec::new(), false);
    for line in page().lines() {
        within = line == head || (within && line.starts_with('|'));
        if within && line != head && !line.starts_with("|---") {
            rows.push(line.to_owned());
        }
    }
    rows
}

fn kind(word: &str) -> ValueType {
    *ValueType::ALL.iter().find(|kind| kind.as_str() == word).unwrap_or_else(|| panic!("no type: {word}"))
}

/// A cell with what is repeated written out.
fn written_out(cell: &str) -> Vec<u8> {
    let mut text = String::new();
    let mut rest = cell;
    while let Some((before, after)) = rest.split_once('⟨') {
        let (repeated, after) = after.split_once('⟩').unwrap();
        let (part, count) = repeated.rsplit_once('*').unwrap();
        text += before;
        text += &part.repeat(count.parse().unwrap());
        rest = after;
    }
    bytes(&(text + rest))
}

fn rows() -> Vec<Row> {
    let read = |line: String| {
        let [word, value, fits, _] = cells(&line)[..] else { panic!("four cells: {line}") };
        let fault = match fits {
            "yes" => None,
            no => Some(no.strip_prefix("no: ").unwrap_or_else(|| panic!("{line}")).to_owned()),
        };
        Row { kind: kind(word), value: written_out(value), fault, line }
    };
    table("| type | value | fits | why |").into_iter().map(read).collect()
}

#[test]
fn every_row_is_true_of_the_library() {
    let mut faults = String::new();
    for row in rows() {
        let found = row.kind.check(&row.value).err().map(Fault::as_str);
        if found != row.fault.as_deref() {
            let _ = writeln!(faults, "{}\n  found {found:?}", row.line);
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// As secrets' files, which hold values as they are.
#[test]
fn every_row_is_true_of_the_program() {
    let rows = rows();
    let mut policy = String::from("version: 1\nedition: 2026\nenvironments: { prod: {} }\nkeys:\n");
    let project = TempDir::new().unwrap();
    let folder = project.path().join("secrets/prod");
    fs::create_dir_all(&folder).unwrap();
    for (at, row) in rows.iter().enumerate() {
        let _ = writeln!(policy, "  K{at}: {{ type: {} }}", row.kind.as_str());
        fs::write(folder.join(format!("K{at}")), &row.value).unwrap();
        support::case::set_mode(&folder.join(format!("K{at}")), 0o600);
    }
    fs::write(project.path().join("preflight.yaml"), policy).unwrap();
    let (_, report) = report(project.path(), ["prod"]);
    let found: BTreeSet<(String, String, String)> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["rule"] == "wrong-type")
        .map(|finding| {
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            (text(&finding["key"]), text(&finding["cause"]), text(&finding["message"]))
        })
        .collect();
    let expected = rows.iter().enumerate().filter_map(|(at, row)| {
        let word = row.fault.as_deref()?;
        let fault = Fault::ALL.iter().find(|fault| fault.as_str() == word).unwrap();
        let message = format!("K{at} does not read as {}: {}", row.kind.named(), fault.named());
        Some((format!("K{at}"), format!("type:{}", row.kind.as_str()), message))
    });
    let expected: BTreeSet<_> = expected.collect();
    assert_eq!(found.difference(&expected).collect::<Vec<_>>(), Vec::<&_>::new());
    assert_eq!(expected.difference(&found).collect::<Vec<_>>(), Vec::<&_>::new());
}

#[test]
fn every_type_has_values_that_fit_and_values_that_do_not() {
    let rows = rows();
    for kind in ValueType::ALL.iter().filter(|kind| **kind != ValueType::String) {
        let of =
            |fits: bool| rows.iter().filter(|row| row.kind == *kind && row.fault.is_none() == fits).count();
        assert!(of(true) > 0 && of(false) > 1, "{}", kind.as_str());
    }
}

#[test]
fn faults_stand_on_the_page_and_are_all_met() {
    let listed: Vec<(String, String)> = table("| fault | the message says |")
        .iter()
        .map(|line| (cells(line)[0].to_owned(), cells(line)[1].to_owned()))
        .collect();
    let known: Vec<(String, String)> =
        Fault::ALL.iter().map(|fault| (fault.as_str().to_owned(), fault.named().to_owned())).collect();
    assert_eq!(listed, known);
    let met: BTreeSet<String> = rows().into_iter().filter_map(|row| row.fault).collect();
    for fault in Fault::ALL {
        assert!(met.contains(fault.as_str()), "no row has {}", fault.as_str());
    }
}

#[test]
fn quantities_are_in_order() {
    for line in table("| type | one | order | other |") {
        let [word, one, order, other] = cells(&line)[..] else { panic!("four cells: {line}") };
        let read = |text: &str| quantity(kind(word), text.as_bytes()).unwrap();
        assert_eq!(format!("{:?}", read(one).cmp(&read(other))).to_lowercase(), order, "{line}");
    }
}

/// Of any two types of which one lies within the other, every value of the page that fits the one fits the other.
#[test]
fn narrower_types_are_narrower() {
    let mut listed = BTreeSet::new();
    for line in table("| narrower | wider |") {
        let [narrower, wider] = cells(&line)[..] else { panic!("two cells: {line}") };
        let words = |cell: &str| -> Vec<String> {
            cell.split(", ").map(|word| word.trim_matches('`').to_owned()).collect()
        };
        for one in words(narrower) {
            listed.extend(words(wider).into_iter().map(|other| (one.clone(), other)));
        }
    }
    let rows = rows();
    for one in ValueType::ALL {
        for other in ValueType::ALL.iter().filter(|other| one != *other) {
            let within = one.is_within(*other);
            let narrower = if *other == ValueType::String { "every type" } else { one.as_str() };
            let said = listed.contains(&(narrower.to_owned(), other.as_str().to_owned()));
            assert_eq!(within, said, "{} within {}", one.as_str(), other.as_str());
            for row in rows.iter().filter(|row| within && row.kind == *one && row.fault.is_none()) {
                assert!(other.reads_as(&row.value), "{} as {}", row.line, other.as_str());
            }
        }
    }
}
