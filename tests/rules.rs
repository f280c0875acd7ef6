//! Every rule against its cases, its page and the list of rules itself.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use preflight::finding::{RuleMeta, Severity};
use preflight::rules::RULES;
use support::case::Case;
use support::{golden, lines, report};

/// Causes that no case can fire; the rules' own files have tests for them. Making a device takes root, and no case holds
/// a git repository: `tests/branch.rs` makes some.
const UNFIRED: &[(&str, &str)] = &[("special-file", "kind:device"), ("wrong-branch", "other")];

fn can_fire(meta: &RuleMeta) -> bool {
    meta.causes.iter().any(|cause| !UNFIRED.contains(&(meta.id, cause.code)))
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn names(folder: &str, ending: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(root().join(folder)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter_map(|name| name.strip_suffix(ending).map(str::to_owned)).collect()
}

fn ids() -> BTreeSet<String> {
    RULES.iter().map(|rule| rule.meta().id.to_owned()).collect()
}

/// What a case finds, all rules.
fn found(case: &Case) -> Vec<String> {
    let project = case.lay_out();
    let (_, report) = report(project.path(), &case.args);
    assert_eq!(report["errors"].as_array().unwrap().len(), 0, "{}: {:#}", case.name, report["errors"]);
    lines(&report)
}

fn of_rule(lines: &[String], rule: &str) -> Vec<String> {
    let mark = format!(" {rule}[");
    lines.iter().filter(|line| line.contains(&mark)).cloned().collect()
}

#[test]
fn every_case_finds_what_it_says() {
    let mut faults = String::new();
    for (rule, case) in Case::all().into_iter().filter(|(_, case)| case.is_possible()) {
        let got = of_rule(&found(&case), &rule);
        let mut expected = case.expect.clone();
        expected.sort();
        let mut sorted = got.clone();
        sorted.sort();
        if sorted != expected {
            let _ = writeln!(faults, "{}\n  expected {expected:#?}\n  found {got:#?}", case.name);
        }
        let file = case.name.rsplit('/').next().unwrap();
        let fires = file.starts_with("fires-");
        let named = fires || file.starts_with("quiet-") || file.starts_with("near-miss-");
        if !named || fires == case.expect.is_empty() || !file.ends_with(".case") {
            let _ = writeln!(faults, "{}: its name does not say what it shows", case.name);
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn every_rule_has_its_file_page_and_cases() {
    let files: BTreeSet<String> =
        names("src/rules", ".rs").into_iter().map(|name| name.replace('_', "-")).collect();
    let files: BTreeSet<String> =
        files.difference(&["mod", "context", "sink", "views"].map(str::to_owned).into()).cloned().collect();
    assert_eq!(files, ids(), "files");
    assert_eq!(names("docs/rules", ".md"), ids(), "pages");
    for rule in RULES {
        let id = rule.meta().id;
        let cases = names(&format!("tests/rules/{id}"), ".case");
        for kind in ["fires-", "quiet-", "near-miss-"] {
            let wanted = kind != "fires-" || can_fire(rule.meta());
            assert!(!wanted || cases.iter().any(|name| name.starts_with(kind)), "{id} has no {kind} case");
        }
    }
}

#[test]
fn rules_are_sorted_unique_and_well_named() {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.meta().id).collect();
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(ids, sorted);
    for rule in RULES {
        let meta = rule.meta();
        assert!(meta.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", meta.id);
        // A name has to read well after "allow": it says what is, not what to do about it.
        let forbidden = ["no-", "require-", "check-", "avoid-", "banned-", "must-"];
        assert!(!forbidden.iter().any(|start| meta.id.starts_with(start)), "{}", meta.id);
        assert!(!meta.summary.is_empty() && !meta.summary.ends_with('.'), "{}", meta.id);
        let codes: BTreeSet<&str> = meta.causes.iter().map(|cause| cause.code).collect();
        assert_eq!(codes.len(), meta.causes.len(), "{}: causes are unique", meta.id);
        assert!(!meta.causes.is_empty(), "{}", meta.id);
        let softer = meta.severity == Severity::Warning && meta.causes.iter().any(|cause| cause.soft);
        assert!(!softer, "{}: all its causes are warnings anyway", meta.id);
    }
}

#[test]
fn every_cause_is_fired_by_a_case() {
    let mut unfired = Vec::new();
    let cases = Case::all();
    for rule in RULES {
        let meta = rule.meta();
        let expected: Vec<&String> =
            cases.iter().filter(|(id, _)| id == meta.id).flat_map(|(_, case)| &case.expect).collect();
        for cause in meta.causes {
            let mark = match cause.code.strip_suffix('*') {
                Some(code) => format!(" {}[{code}", meta.id),
                None => format!(" {}[{}]", meta.id, cause.code),
            };
            let impossible = UNFIRED.contains(&(meta.id, cause.code));
            if !impossible && !expected.iter().any(|line| line.contains(&mark)) {
                unfired.push(format!("{}[{}]", meta.id, cause.code));
            }
        }
    }
    assert!(unfired.is_empty(), "no case fires {unfired:#?}");
}

/// The blocks of a page that are cases: what stands behind the fence says whether the rule fires.
fn blocks(page: &str) -> Vec<(bool, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(bool, String)> = None;
    for line in page.lines() {
        match (&mut open, line) {
            (None, "```case fires") => open = Some((true, String::new())),
            (None, "```case quiet") => open = Some((false, String::new())),
            (Some(_), "```") => blocks.extend(open.take()),
            (Some((_, text)), line) => {
                text.push_str(line);
                text.push('\n');
            }
            _ => {}
        }
    }
    blocks
}

#[test]
fn pages_are_whole_and_their_examples_true() {
    for rule in RULES {
        let meta = rule.meta();
        let page = fs::read_to_string(root().join(format!("docs/rules/{}.md", meta.id))).unwrap();
        for heading in [
            "What it finds",
            "Why it matters",
            "Example",
            "Causes",
            "What to do",
            "Settings",
            "What it does not see",
        ] {
            assert!(page.contains(&format!("\n## {heading}\n")), "{}: no heading `{heading}`", meta.id);
        }
        assert!(page.starts_with(&format!("# {}\n", meta.id)), "{}: its title", meta.id);
        assert!(page.contains(&format!("Severity: {}", meta.severity.as_str())), "{}: its severity", meta.id);
        for cause in meta.causes {
            let weight = if cause.soft { "warning" } else { meta.severity.as_str() };
            let row = format!("| `{}` | {weight} |", cause.code);
            assert!(page.contains(&row), "{}: no row {row}", meta.id);
        }
        let blocks = blocks(&page);
        for fires in [true, false] {
            let wanted = !fires || can_fire(meta);
            assert!(
                !wanted || blocks.iter().any(|(kind, _)| *kind == fires),
                "{}: no example that fires={fires}",
                meta.id
            );
        }
        for (fires, text) in blocks {
            let case = Case::parse(meta.id, &text);
            if !case.is_possible() {
                continue;
            }
            let got = of_rule(&found(&case), meta.id);
            assert_eq!(!got.is_empty(), fires, "{}: {text}\n{got:#?}", meta.id);
        }
    }
}

/// All rules over all cases but those that take root: shows unwanted hits too.
#[test]
fn the_matrix_is_as_it_was_read() {
    let mut text = String::new();
    for (_, case) in Case::all().into_iter().filter(|(_, case)| !case.has_owners()) {
        let _ = writeln!(text, "{}", case.name);
        for line in found(&case) {
            let rest = line.split_once(' ').map_or("", |(_, rest)| rest);
            let _ = writeln!(text, "  {}", rest.split(' ').take(3).collect::<Vec<_>>().join(" "));
        }
    }
    golden("tests/matrix.txt", &text);
}
