//! The report for logs that strangers read: verdicts, rules and numbers. No key, path, message or cause: that a password is
//! a published default is news for those who should not have it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::finding::shares::Share;
use crate::finding::{EnvironmentResult, Report, Severity, Verdict};
use crate::text::printable;

use super::{Detail, Style};

/// Renders a report: for each environment its verdict, how often each rule was broken, and what was not checked.
#[must_use]
pub fn render(report: &Report, style: Style) -> String {
    let mut out = String::new();
    let detailed = style.detail > Detail::Quiet;
    let shares = report.shares();
    for environment in &report.environments {
        line(&mut out, &format!("{} {}", environment.name, word(environment.verdict)));
        if detailed {
            found(&mut out, shares.of(&environment.name));
            gaps(&mut out, environment);
        }
    }
    let common = shares.common();
    if detailed && !(common.findings.is_empty() && common.waived.is_empty()) {
        line(&mut out, "the project as a whole");
        found(&mut out, Some(common));
    }
    for (kind, number) in counted(report.errors.iter().map(|error| error.kind.as_str())) {
        line(&mut out, &format!("no verdict: {kind} {number}"));
    }
    out
}

fn found(out: &mut String, share: Option<&Share<'_>>) {
    let Some(share) = share else { return };
    for severity in [Severity::Error, Severity::Warning] {
        let all = share.findings.iter().filter(|finding| finding.severity == severity);
        for (rule, number) in counted(all.map(|finding| finding.rule)) {
            line(out, &format!("  {} {rule} {number}", severity.as_str()));
        }
    }
    for (rule, number) in counted(share.waived.iter().map(|waived| waived.finding.rule)) {
        line(out, &format!("  waived {rule} {number}"));
    }
}

fn gaps(out: &mut String, environment: &EnvironmentResult) {
    for (why, number) in counted(environment.not_checked.iter().map(|gap| gap.why)) {
        let mark = if why.blocks() { "blocks the verdict" } else { "does not block" };
        line(out, &format!("  not checked: {} {number} ({mark})", why.as_str()));
    }
}

fn counted<T: Ord>(all: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
    let mut numbers = BTreeMap::new();
    all.for_each(|one| *numbers.entry(one).or_default() += 1);
    numbers
}

const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "PASS",
        Verdict::Fail => "FAIL",
        Verdict::None => "NO VERDICT",
    }
}

fn line(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{}", printable(text));
}
