//! The values of one variable in several environments, made comparable without being shown.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::finding::{Subject, Why};
use crate::model::{Content, Environment, Variable};
use crate::policy::{Across, Effective, ValueType};
use crate::syntax::readers::{Outcome, Reader};
use crate::text::{EnvName, KeyName};
use crate::value::detect::{Found, Place, judge};
use crate::value::types::meaning;

use super::secrecy::is_secret;
use super::shape::has_reference;
use crate::rules::{Project, Sink};

/// Other environments that one finding names; a fleet that shares a value is told once, not a thousand times.
pub const MOST_PEERS: usize = 8;

/// Stands for a value within a run, and never leaves it.
type Digest = [u8; 32];

/// Makes digests under a key of this run alone; what it is asked for are kinds of values that are never compared with each other.
pub struct Digests(Hmac<Sha256>);

impl Digests {
    /// Readies a key for one kind of values.
    #[must_use]
    pub fn new(key: &[u8; 64], kind: &'static str) -> Self {
        // HMAC-SHA-256 takes a key of one block as it is (RFC 2104).
        let mut mac: Hmac<Sha256> = Hmac::new(&(*key).into());
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        Self(mac)
    }

    /// Of several texts, one behind the other.
    #[must_use]
    pub fn of(&self, parts: &[&[u8]]) -> Digest {
        let mut mac = self.0.clone();
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

/// A variable in one environment, by the environment's place in the project.
#[derive(Clone, Copy)]
pub struct Holder<'a> {
    /// The environment's place.
    pub at: usize,
    /// The variable.
    pub variable: &'a Variable,
}

/// Holders of values that mean the same; in the order of environments.
pub struct Alike<'a> {
    /// One of the values.
    pub sample: &'a [u8],
    /// Who holds them.
    pub holders: Vec<Holder<'a>>,
}

/// A variable, and the service for which alone it is looked at.
pub type Whose<'a> = (&'a KeyName, Option<&'a KeyName>);

/// What several environments hold of each variable of which the policy says that its value is to be compared.
pub struct Compared<'a> {
    /// By variable, the groups of equal values.
    pub groups: BTreeMap<Whose<'a>, Vec<Alike<'a>>>,
}

impl<'a> Compared<'a> {
    /// Gathers the variables with this word of `across`; what cannot be compared is said.
    #[must_use]
    pub fn of(cx: &Project<'a>, wanted: &Across, sink: &mut Sink<'_>) -> Self {
        let digests = Digests::new(cx.digest_key, wanted.as_str());
        let named = |policy: &'a Effective| {
            let entries = policy.layer.keys.iter();
            entries.filter(|(_, entry)| entry.across.as_ref().is_some_and(|set| set.value == *wanted))
        };
        let mut own: BTreeSet<&KeyName> = BTreeSet::new();
        for (policy, environment) in cx.environments {
            let winners = |key: &KeyName| environment.winners.get(key);
            let split = named(policy).filter(|(key, _)| winners(key).is_some_and(|w| !w.services.is_empty()));
            own.extend(split.map(|(key, _)| key));
        }
        let mut groups: BTreeMap<Whose<'a>, Vec<Alike<'a>>> = BTreeMap::new();
        let mut places: BTreeMap<Whose<'a>, HashMap<Digest, usize>> = BTreeMap::new();
        for (at, (policy, environment)) in cx.environments.iter().enumerate() {
            for (key, entry) in named(policy) {
                let kind = entry.kind.as_ref().map_or(ValueType::String, |set| set.value);
                for (service, variable) in standing(cx, policy, environment, key, own.contains(key)) {
                    let whose = (key, service);
                    let values = values(variable);
                    if values.is_none() && environment.asked {
                        sink.gap(&environment.name, Subject::key(key), Why::ValueUnknown);
                    }
                    for value in values.unwrap_or_default() {
                        let digest = digests.of(&[&meaning(kind, value)]);
                        let known = groups.entry(whose).or_default();
                        let place = *places.entry(whose).or_default().entry(digest).or_insert(known.len());
                        if place == known.len() {
                            known.push(Alike { sample: value, holders: Vec::new() });
                        }
                        known.get_mut(place).into_iter().for_each(|group| {
                            group.holders.push(Holder { at, variable });
                        });
                    }
                }
            }
        }
        Self { groups }
    }
}

/// The occurrences of a variable that are looked at: one for everybody, or one for each service where any has its own.
fn standing<'a>(
    cx: &Project<'a>,
    policy: &Effective,
    environment: &'a Environment,
    key: &KeyName,
    each: bool,
) -> Vec<(Option<&'a KeyName>, &'a Variable)> {
    if !each {
        return environment.winner(None, key).map(|variable| (None, variable)).into_iter().collect();
    }
    let services = cx.policy.services.iter().filter(|service| policy.concerns(key, service));
    services.filter_map(|service| Some((Some(service), environment.winner(Some(service), key)?))).collect()
}

/// What the readers of a variable get, without what is empty; nothing if that is not known.
#[must_use]
pub fn values(variable: &Variable) -> Option<Vec<&[u8]>> {
    let Content::Read(readings) = &variable.content else { return None };
    let mut found = Vec::new();
    for (outcome, readers) in readings.iter() {
        match outcome {
            Outcome::Value(value) if value.expose().trim_ascii().is_empty() => {}
            Outcome::Value(value) => {
                // A program's own reading is final: what it would replace it has replaced.
                let stands = readers.contains(&Reader::Plain) && !variable.origin.literal;
                if stands && has_reference(value.expose()) {
                    return None;
                }
                found.push(value.expose());
            }
            Outcome::Unset | Outcome::Refused | Outcome::Runs => {}
            Outcome::DependsOnProcess | Outcome::Unmodelled => return None,
        }
    }
    Some(found)
}

/// Whether a value only stands for one.
#[must_use]
pub fn is_placeholder(cx: &Project<'_>, holder: Holder<'_>, value: &[u8]) -> bool {
    let Some((policy, environment)) = cx.environments.get(holder.at) else { return false };
    let key = &holder.variable.key;
    let secret = is_secret(holder.variable, policy.key(key), environment);
    let place = Place { key: key.as_str(), secret, inner: true, ..Place::default() };
    matches!(judge(value, &place), Some(Found::Placeholder(_)))
}

/// The first environments among holders that are others than one, each with what it holds; one more than is named.
#[must_use]
pub fn others<'a>(
    cx: &Project<'a>,
    at: usize,
    holders: impl IntoIterator<Item = Holder<'a>>,
) -> Vec<(&'a Environment, &'a Variable)> {
    let mut found: Vec<(&Environment, &Variable)> = Vec::new();
    let mut last = at;
    for holder in holders.into_iter().filter(|holder| holder.at != at) {
        let Some((_, environment)) = cx.environments.get(holder.at) else { continue };
        if holder.at == last || found.iter().any(|(known, _)| known.name == environment.name) {
            continue;
        }
        last = holder.at;
        found.push((environment, holder.variable));
        if found.len() > MOST_PEERS {
            break;
        }
    }
    found
}

/// The names of those that a finding names.
#[must_use]
pub fn named(others: &[(&Environment, &Variable)]) -> Vec<EnvName> {
    others.iter().take(MOST_PEERS).map(|(environment, _)| environment.name.clone()).collect()
}
