//! `preflight where`: every place in which a variable's value stands, as text and as JSON. No value is in it.

use std::fmt::Write as _;

use serde::Serialize;

use crate::finding::{Location, NotChecked, Subject};
use crate::text::{EnvName, KeyName};

use super::json;

/// The published schema of the JSON that it prints.
pub const JSON_SCHEMA: &str = include_str!("../../docs/where-v1.schema.json");

/// The places of one variable's value.
#[derive(Debug)]
pub struct Whereabouts {
    /// The variable.
    pub key: KeyName,
    /// The environment whose value is meant.
    pub environment: EnvName,
    /// Whether other variables were looked through: not for values that many have.
    pub compared: bool,
    /// Whether they were not since the value is not known.
    pub unknown: bool,
    /// The places, those of the variable itself first.
    pub places: Vec<Standing>,
    /// What was not looked at.
    pub unread: Vec<NotChecked>,
}

/// One place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The environment.
    pub environment: EnvName,
    /// The service that it is for alone.
    pub service: Option<KeyName>,
    /// The variable there.
    pub key: KeyName,
    /// Where it stands; of what is elsewhere the file of its fingerprints.
    pub location: Location,
    /// Whether it counts there, or is shadowed; nobody here knows of what is elsewhere.
    pub counts: Option<bool>,
    /// What of the variable's value stands there: `value`, `password`, `base64` or `private-key`.
    pub part: &'static str,
    /// As what it stands there: the same words, `reference` where only the variable's name does, or `fingerprint`.
    pub form: &'static str,
}

/// For people.
#[must_use]
pub fn human(found: &Whereabouts) -> String {
    let mut out = String::new();
    let count = found.places.len();
    let places = if count == 1 { "1 place".to_owned() } else { format!("{count} places") };
    // Writing to a String cannot fail.
    let _ = writeln!(out, "{} of {} stands in {places}", found.key, found.environment);
    let mut environment = None;
    for place in &found.places {
        if environment != Some(&place.environment) {
            environment = Some(&place.environment);
            let _ = writeln!(out, "  {}", place.environment);
        }
        let line = place.location.line().map(|line| format!(":{line}")).unwrap_or_default();
        let service = place.service.as_ref().map(|name| format!(", for {name}")).unwrap_or_default();
        let shadowed = if place.counts == Some(false) { ", shadowed" } else { "" };
        let _ = writeln!(
            out,
            "    {}{line}  {}{service}{shadowed}{}",
            place.location.path,
            place.key,
            how(place)
        );
    }
    if found.unknown {
        out.push_str("other variables were not looked through: its value is not known, being put together from others\n");
    } else if !found.compared {
        out.push_str("other variables were not looked through: too many have such a value by chance\n");
    }
    // That its own value is not known was said.
    let own = Subject::key(&found.key);
    for gap in found.unread.iter().filter(|gap| !found.unknown || gap.what != own) {
        let _ = writeln!(
            out,
            "not looked at: {} {}: {}",
            gap.what.kind().as_str(),
            gap.what.name(),
            gap.why.text()
        );
    }
    out
}

fn how(place: &Standing) -> &'static str {
    match (place.part, place.form) {
        (_, "fingerprint") => ", by its fingerprint",
        (_, "reference") => ", which refers to it",
        (_, "private-key") => ", as the same private key written in another way",
        ("value", "value") => "",
        ("value", "password") => ", as the password in it",
        ("value", _) => ", as its base64",
        ("password", "value") => ": the password in the URL",
        ("password", "password") => ": the password in both",
        ("password", _) => ": the password in the URL, as its base64",
        (_, "value") => ": what its base64 stands for",
        (_, "password") => ": what its base64 stands for, as the password in it",
        (_, _) => ": what the base64 of both stands for",
    }
}

/// `preflight.where/v1`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Document {
    schema: &'static str,
    key: String,
    environment: String,
    /// Whether other variables were looked through: not for values that many have, or that are not known.
    compared: bool,
    places: Vec<Place>,
    /// What was not looked at, and why.
    not_looked_at: Vec<Unread>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Place {
    environment: String,
    service: Option<String>,
    key: String,
    location: json::Location,
    /// Whether it counts there, or is shadowed; null where only a fingerprint is here.
    counts: Option<bool>,
    /// What of the variable's value stands there: `value`, `password`, `base64` for what that encodes, or `private-key`.
    part: &'static str,
    /// As what it stands there: `value`, `password`, `base64`, `private-key`, `fingerprint`, or `reference`
    /// where the value refers to the variable by its name.
    form: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Unread {
    /// A kind and a name, as `environment stage`.
    what: String,
    /// A code of `docs/verdict.md`.
    why: &'static str,
}

/// For programs: one JSON document.
#[must_use]
pub fn json(found: &Whereabouts) -> String {
    let place = |place: &Standing| Place {
        environment: place.environment.to_string(),
        service: place.service.as_ref().map(ToString::to_string),
        key: place.key.to_string(),
        location: json::Location::of(&place.location),
        counts: place.counts,
        part: place.part,
        form: place.form,
    };
    let unread = |gap: &NotChecked| Unread {
        what: format!("{} {}", gap.what.kind().as_str(), gap.what.name()),
        why: gap.why.as_str(),
    };
    let document = Document {
        schema: "preflight.where/v1",
        key: found.key.to_string(),
        environment: found.environment.to_string(),
        compared: found.compared,
        places: found.places.iter().map(place).collect(),
        not_looked_at: found.unread.iter().map(unread).collect(),
    };
    super::written(&document)
}
