//! Files of keys and values: which of their keys are variables, and under which names.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{NotChecked, Subject, Why};
use crate::model::{Content, Environment, File, Occurrence, Unmapped};
use crate::policy::{SourceKind, SourceSpec};
use crate::sealed::sops::Entry;
use crate::sealed::value_sealer;
use crate::syntax::config::ConfigKey;
use crate::text::{SecretValue, Span};

use super::environment::{Loader, plain_value};
use super::opening::Unsealed;

/// A key of a file with the names of the mappings around it, or an item of a list with its number.
pub(super) struct Found {
    name: String,
    span: Option<Span>,
    /// Nothing where it is a list, or not known.
    value: Option<SecretValue>,
    /// Whether it stands in the clear in a file that is encrypted.
    clear: bool,
    /// Whether a variable could have it without a word of the policy: no key is around it.
    top: bool,
}

impl Found {
    /// A key of a plain file.
    pub fn plain(key: ConfigKey, span: Option<Span>) -> Self {
        let top = !key.name.contains('.');
        Self { name: key.name, span, value: key.value, clear: false, top }
    }

    /// The keys of a SOPS file. With `items` those of lists each, else every list as one key without a value.
    fn sealed(entries: &[Entry], items: bool) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::with_capacity(entries.len());
        for entry in entries {
            let (joined, in_list) = entry.config_name();
            let list = in_list && !items;
            if list && found.last().is_some_and(|last| last.name == joined) {
                continue;
            }
            let value = entry.value.as_ref().filter(|_| !list);
            found.push(Self {
                top: !in_list && entry.is_top(),
                name: if in_list && items { entry.path.name() } else { joined },
                span: Some(entry.span),
                value: value.map(|value| SecretValue::new(value.expose())),
                clear: entry.plain,
            });
        }
        found
    }
}

/// A source wants a mapping that is not there, or is none, in this file.
pub(super) struct NoMapping(pub Box<File>);

impl Loader<'_> {
    /// Takes the variables of a SOPS file by what its entries are called.
    pub(super) fn entries(
        &mut self,
        environment: &mut Environment,
        source: &SourceSpec,
        mut file: File,
        bytes: &[u8],
        entries: &[Entry],
    ) -> Result<(), NoMapping> {
        let id = self.sources.add_hidden(file.path.clone(), bytes);
        self.sources.set_sealed(id);
        file.id = Some(id);
        self.keys_of(environment, source, file, Found::sealed(entries, !source.map.is_empty()))
    }

    /// Takes variables out of the keys of a file, as its source says.
    pub(super) fn keys_of(
        &mut self,
        environment: &mut Environment,
        source: &SourceSpec,
        mut file: File,
        keys: Vec<Found>,
    ) -> Result<(), NoMapping> {
        let what = Subject::file(file.path.clone());
        let (named, left_out) = if !source.map.is_empty() {
            mapped(environment, source, &file, keys)
        } else if source.kind == SourceKind::Config {
            match below(source, keys) {
                Some(named) => (named, false),
                None => return Err(NoMapping(Box::new(file))),
            }
        } else {
            top(source, keys)
        };
        if left_out {
            environment.gaps.push(NotChecked { what: what.clone(), why: Why::UnmappedKeys });
        }
        let why = self.why_sealed_value(environment);
        let opened = file.sealed.as_ref().is_none_or(|sealed| sealed.is_open());
        let mut variables = Vec::with_capacity(named.len());
        for (name, found) in named {
            let Some(key) = self.names.get(name.as_bytes()) else {
                environment.gaps.push(NotChecked { what: what.clone(), why: Why::NoKeyName });
                continue;
            };
            if found.clear
                && let Some(sops) = file.sealed.as_mut().and_then(|sealed| sealed.sops.as_mut())
            {
                sops.clear.push(key.clone());
            }
            let content = match &found.value {
                Some(value) if value_sealer(value.expose()).is_some() => {
                    environment.gaps.push(NotChecked { what: Subject::key(&key), why });
                    Content::PresentOnly
                }
                Some(value) if opened => plain_value(value.expose()),
                _ => Content::PresentOnly,
            };
            variables.push(Occurrence::new(key, found.span, false, content));
        }
        environment.add(file, variables);
        Ok(())
    }

    /// Notes which variables of a SOPS file stand in the clear.
    pub(super) fn note_clear(&mut self, file: &mut File, unsealed: Option<&Unsealed>) {
        let names = unsealed.iter().flat_map(|unsealed| &unsealed.clear);
        let clear: Vec<_> = names.filter_map(|name| self.names.get(name.as_bytes())).collect();
        if let Some(sops) = file.sealed.as_mut().and_then(|sealed| sealed.sops.as_mut()) {
            sops.clear = clear;
        }
    }
}

type Named = Vec<(String, Found)>;

/// Those that the policy maps, under its names; and whether there are others.
fn mapped(
    environment: &mut Environment,
    source: &SourceSpec,
    file: &File,
    keys: Vec<Found>,
) -> (Named, bool) {
    // Several documents may have a value in one place.
    let mut by_name: BTreeMap<String, Vec<Found>> = BTreeMap::new();
    for key in keys {
        let known = by_name.entry(key.name.clone()).or_default();
        // A list is there beside its items.
        if known.iter().all(|known| known.value.is_none()) {
            known.clear();
        }
        if key.value.is_some() || known.is_empty() {
            known.push(key);
        }
    }
    let mut named = Vec::with_capacity(source.map.len());
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    for entry in &source.map {
        match by_name.get(&entry.path) {
            Some(found) => {
                taken.insert(&entry.path);
                for found in found {
                    let value = found.value.as_ref().map(|value| SecretValue::new(value.expose()));
                    let (span, clear, top) = (found.span, found.clear, found.top);
                    let found = Found { name: entry.path.clone(), span, value, clear, top };
                    named.push((entry.key.as_str().to_owned(), found));
                }
            }
            None => environment.unmapped.push(Unmapped {
                key: entry.key.clone(),
                path: file.path.clone(),
                asked_by: entry.at.place(),
            }),
        }
    }
    let left_out = by_name.keys().any(|name| !taken.contains(name.as_str()));
    (named, left_out)
}

/// Those of the mapping that a source names, or all.
fn below(source: &SourceSpec, keys: Vec<Found>) -> Option<Named> {
    let named = |mut found: Found| {
        let name = std::mem::take(&mut found.name);
        let name = match &source.under {
            None => name,
            // Another part of the file, which nobody takes for variables.
            Some(under) => name.strip_prefix(under.as_str())?.strip_prefix('.')?.to_owned(),
        };
        Some((source.joined(&name), found))
    };
    let named: Named = keys.into_iter().filter_map(named).collect();
    // A mapping that is not there, or is none, could be the whole of what was to be looked at.
    (source.under.is_none() || !named.is_empty()).then_some(named)
}

/// Those that stand in no mapping; and whether there are others.
fn top(source: &SourceSpec, keys: Vec<Found>) -> (Named, bool) {
    let all = keys.len();
    let top = keys.into_iter().filter(|found| found.top);
    let named: Named = top.map(|found| (source.cased(last(&found.name)), found)).collect();
    let left_out = named.len() < all;
    (named, left_out)
}

/// What stands before the first header of an INI file has a section in SOPS's eyes alone.
fn last(name: &str) -> &str {
    name.strip_prefix("DEFAULT.").unwrap_or(name)
}
