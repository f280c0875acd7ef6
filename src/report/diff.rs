//! `preflight policy diff`: what a policy loosens and tightens, as text and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use crate::finding::Location;
use crate::text::{SafePath, printable};

use super::json;

/// The published schema of the JSON that it prints.
pub const JSON_SCHEMA: &str = include_str!("../../docs/policy-diff-v1.schema.json");

/// A comparison of two policies.
#[derive(Debug)]
pub struct PolicyDiff {
    /// The reference that was typed.
    pub reference: SafePath,
    /// Its commit.
    pub commit: String,
    /// What lets something pass that was stopped.
    pub loosened: Vec<Change>,
    /// What stops more.
    pub tightened: Vec<Change>,
}

/// One change.
#[derive(Debug)]
pub struct Change {
    /// The environment; nothing where it is about the policy as a whole.
    pub environment: Option<String>,
    /// The variable, rule, file, waiver or source.
    pub subject: String,
    /// The field, or what happened to it.
    pub field: &'static str,
    /// What the older policy says, as far as it may be shown.
    pub from: Option<String>,
    /// What the newer one says.
    pub to: Option<String>,
    /// Where the older one says it.
    pub was: Option<Location>,
    /// Where the newer one says it.
    pub location: Option<Location>,
}

/// For people.
#[must_use]
pub fn human(diff: &PolicyDiff) -> String {
    let mut out = String::new();
    for (word, changes) in [("loosened", &diff.loosened), ("tightened", &diff.tightened)] {
        if changes.is_empty() {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{word} since {}:", diff.reference);
        for change in changes {
            let _ = writeln!(out, "  {}", line(change));
        }
    }
    let _ = writeln!(out, "{} loosened, {} tightened", diff.loosened.len(), diff.tightened.len());
    out
}

fn line(change: &Change) -> String {
    let mut text = change.environment.as_ref().map(|name| format!("{name}: ")).unwrap_or_default();
    let _ = write!(text, "{} {}", change.subject, change.field);
    match (&change.from, &change.to) {
        (None, None) => {}
        (Some(from), Some(to)) if from == to => text.push_str(" changed"),
        (from, to) => {
            let said = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
            let _ = write!(text, " from {} to {}", said(from), said(to));
        }
    }
    if let Some(location) = change.location.as_ref().or(change.was.as_ref()) {
        let line = location.line().map(|line| format!(":{line}")).unwrap_or_default();
        let _ = write!(text, " ({}{line})", location.path);
    }
    printable(&text)
}

/// `preflight.policy-diff/v1`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Document<'a> {
    schema: &'static str,
    reference: &'a str,
    commit: &'a str,
    loosened: Vec<Row<'a>>,
    tightened: Vec<Row<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Row<'a> {
    environment: Option<&'a str>,
    subject: &'a str,
    field: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
    was: Option<json::Location>,
    location: Option<json::Location>,
}

/// For programs: one JSON document.
#[must_use]
pub fn json(diff: &PolicyDiff) -> String {
    let document = Document {
        schema: "preflight.policy-diff/v1",
        reference: diff.reference.as_str(),
        commit: &diff.commit,
        loosened: diff.loosened.iter().map(row).collect(),
        tightened: diff.tightened.iter().map(row).collect(),
    };
    super::written(&document)
}

fn row(change: &Change) -> Row<'_> {
    Row {
        environment: change.environment.as_deref(),
        subject: &change.subject,
        field: change.field,
        from: change.from.as_deref(),
        to: change.to.as_deref(),
        was: change.was.as_ref().map(json::Location::of),
        location: change.location.as_ref().map(json::Location::of),
    }
}
