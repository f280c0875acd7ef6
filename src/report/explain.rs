//! `preflight explain`: what the policy says of variables and where they come from, as text and as JSON. No value is in it.

use std::fmt::Write as _;

use serde::Serialize;

use crate::finding::Location;
use crate::finding::report::PolicyInfo;
use crate::text::{EnvName, KeyName, printable};

use super::json;
use super::readings::{self, Group, together};

/// The published schema of the JSON that it prints.
pub const JSON_SCHEMA: &str = include_str!("../../docs/explain-v1.schema.json");

/// What is known of variables.
#[derive(Debug)]
pub struct Explained {
    /// The policy, if the project has one.
    pub policy: Option<PolicyInfo>,
    /// The environments that were asked about.
    pub environments: Vec<ExplainedEnvironment>,
}

/// One environment.
#[derive(Debug)]
pub struct ExplainedEnvironment {
    /// Its canonical name.
    pub name: EnvName,
    /// Whether it is relaxed.
    pub relaxed: bool,
    /// The environment whose overlays lie under its own.
    pub inherits: Option<EnvName>,
    /// Its variables, sorted.
    pub keys: Vec<ExplainedKey>,
    /// Sources that could not be looked into.
    pub unread: Vec<String>,
}

/// One variable.
#[derive(Debug)]
pub struct ExplainedKey {
    /// Its name.
    pub key: KeyName,
    /// Whether the policy or a pack names it for this environment.
    pub declared: bool,
    /// Fields of the merged entry.
    pub fields: Vec<ExplainedField>,
    /// Whether it is taken for a secret, and why.
    pub secret: (bool, &'static str),
    /// Where it stands, what counts first.
    pub occurrences: Vec<Occurrence>,
}

/// One field of a merged entry.
#[derive(Debug)]
pub struct ExplainedField {
    /// Its name.
    pub name: &'static str,
    /// What it says, as far as that may be shown.
    pub value: String,
    /// The line that says it.
    pub location: Option<Location>,
}

/// One place where a variable stands.
#[derive(Debug)]
pub struct Occurrence {
    /// The service that it is for alone.
    pub service: Option<KeyName>,
    /// Where it stands.
    pub location: Location,
    /// Whether it counts, or is shadowed.
    pub counts: bool,
    /// What is known of its value: `set`, `empty`, `unknown` or `unreadable`.
    pub value: &'static str,
    /// What the programs make of it that read the file, where they are known.
    pub readings: Vec<Group>,
}

/// `path:line`.
fn place(location: &Location) -> String {
    let line = location.line().map(|line| format!(":{line}")).unwrap_or_default();
    format!("{}{line}", location.path)
}

/// For people.
#[must_use]
pub fn human(explained: &Explained) -> String {
    let mut out = String::new();
    // Writing to a String cannot fail.
    for environment in &explained.environments {
        for key in &environment.keys {
            if !out.is_empty() {
                out.push('\n');
            }
            let relaxed = if environment.relaxed { ", relaxed" } else { "" };
            let from =
                environment.inherits.as_ref().map(|name| format!(", inherits {name}")).unwrap_or_default();
            let _ = writeln!(out, "{} in {}{relaxed}{from}", key.key, environment.name);
            describe(&mut out, key);
        }
        for path in &environment.unread {
            let _ = writeln!(out, "not looked into: {}", printable(path));
        }
    }
    out
}

fn describe(out: &mut String, key: &ExplainedKey) {
    if !key.declared {
        let _ = writeln!(out, "  the policy does not name it");
    }
    let text = |field: &ExplainedField| format!("{}: {}", field.name, printable(&field.value));
    let widest = key.fields.iter().map(|field| text(field).chars().count()).max().unwrap_or_default().min(40);
    for field in &key.fields {
        let location = field.location.as_ref().map(place).unwrap_or_default();
        let _ = writeln!(out, "  {:widest$}  {location}", text(field));
    }
    let (secret, why) = key.secret;
    let _ = writeln!(out, "  {}: {why}", if secret { "a secret" } else { "no secret" });
    if key.occurrences.is_empty() {
        let _ = writeln!(out, "  not set");
    }
    for occurrence in &key.occurrences {
        let service = occurrence.service.as_ref().map(|name| format!(" for {name}")).unwrap_or_default();
        let note = match occurrence.value {
            "set" => "",
            // The lines below say more.
            "empty" | "unknown" if occurrence.readings.len() > 1 => "",
            "unknown" if !occurrence.readings.is_empty() => "",
            "empty" => ", to nothing",
            "unknown" => ", its value is not known here",
            _ => ", and could not be read",
        };
        let word = if occurrence.counts { "set" } else { "shadows" };
        let _ = writeln!(out, "  {word}{service}: {}{note}", place(&occurrence.location));
        read(out, &occurrence.readings);
    }
}

/// What the programs make of it that read the file.
fn read(out: &mut String, groups: &[Group]) {
    match groups {
        [one] if matches!(one.outcome, "set" | "empty" | "unset") => {
            let _ = writeln!(out, "    read alike by {}", together(&one.readers));
        }
        groups => {
            for line in readings::lines(groups) {
                let _ = writeln!(out, "    {line}");
            }
        }
    }
}

/// `preflight.explain/v1`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Document {
    schema: &'static str,
    policy: Option<json::Policy>,
    environments: Vec<Environment>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Environment {
    name: String,
    relaxed: bool,
    inherits: Option<String>,
    keys: Vec<Key>,
    unread: Vec<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Key {
    key: String,
    declared: bool,
    fields: Vec<Field>,
    secret: Secret,
    occurrences: Vec<Place>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Field {
    name: &'static str,
    value: String,
    location: Option<json::Location>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Secret {
    secret: bool,
    why: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Place {
    service: Option<String>,
    counts: bool,
    value: &'static str,
    location: json::Location,
    /// What the programs make of it that read the file; empty where they are not known.
    readings: Vec<Reading>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Reading {
    /// `set`, `empty`, `unset`, `refused`, `runs`, `depends-on-process` or `unmodelled`; two that are `set` differ.
    value: &'static str,
    readers: Vec<&'static str>,
}

/// For programs: one JSON document.
#[must_use]
pub fn json(explained: &Explained) -> String {
    let document = Document {
        schema: "preflight.explain/v1",
        policy: explained.policy.as_ref().map(json::Policy::of),
        environments: explained.environments.iter().map(Environment::of).collect(),
    };
    super::written(&document)
}

impl Environment {
    fn of(environment: &ExplainedEnvironment) -> Self {
        Self {
            name: environment.name.to_string(),
            relaxed: environment.relaxed,
            inherits: environment.inherits.as_ref().map(ToString::to_string),
            keys: environment.keys.iter().map(Key::of).collect(),
            unread: environment.unread.clone(),
        }
    }
}

impl Key {
    fn of(key: &ExplainedKey) -> Self {
        let field = |field: &ExplainedField| Field {
            name: field.name,
            value: field.value.clone(),
            location: field.location.as_ref().map(json::Location::of),
        };
        let reading = |group: &Group| Reading { value: group.outcome, readers: group.readers.clone() };
        let occurrence = |occurrence: &Occurrence| Place {
            service: occurrence.service.as_ref().map(ToString::to_string),
            counts: occurrence.counts,
            value: occurrence.value,
            location: json::Location::of(&occurrence.location),
            readings: occurrence.readings.iter().map(reading).collect(),
        };
        Self {
            key: key.key.to_string(),
            declared: key.declared,
            fields: key.fields.iter().map(field).collect(),
            secret: Secret { secret: key.secret.0, why: key.secret.1 },
            occurrences: key.occurrences.iter().map(occurrence).collect(),
        }
    }
}
