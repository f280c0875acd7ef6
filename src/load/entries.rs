//! Files of keys and values: which of their keys are variables, and under which names.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{NotChecked, Subject, Why};
use crate::model::{Content, Environment, File, Leaf, Occurrence, Pooled, Readings, Unmapped};
use crate::policy::{SourceKind, SourceSpec};
use crate::sealed::sops::Entry;
use crate::sealed::value_sealer;
use crate::syntax::config::{ConfigKey, Format};
use crate::syntax::pairs::Called;
use crate::syntax::postgres::{Mode, SslMode};
use crate::syntax::readers::{Outcome, Reader};
use crate::text::find::holds;
use crate::text::{SecretValue, Span};

use super::environment::{Loader, plain_value};
use super::opening::Unsealed;

/// A key of a file with the names of the mappings around it, or an item of a list with its number.
pub(super) struct Found {
    name: String,
    span: Option<Span>,
    /// Nothing where it is a list, or not known.
    value: Option<SecretValue>,
    /// Whether it has one that readers of its form do not agree on.
    unsure: bool,
    /// Whether it stands in the clear in a file that is encrypted.
    clear: bool,
    /// Whether a variable could have it without a word of the policy: no key is around it.
    top: bool,
}

impl Found {
    /// A key of a plain file.
    pub fn plain(key: ConfigKey, span: Option<Span>) -> Self {
        let top = !key.name.contains('.');
        Self { name: key.name, span, value: key.value, unsure: key.unsure, clear: false, top }
    }

    /// The keys of a SOPS file. With `items` lists and what is in them each, else every list as one key without a value.
    fn sealed(entries: &[Entry], items: bool) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::with_capacity(entries.len());
        let mut before = None;
        for entry in entries {
            let (joined, in_list) = entry.config_name();
            let list = in_list && !items;
            if list && found.last().is_some_and(|last| last.name == joined) {
                continue;
            }
            let lists = if items { entry.new_lists(before) } else { Vec::new() };
            let span = Some(entry.span);
            let new = |name| Self { name, span, value: None, unsure: false, clear: false, top: false };
            found.extend(lists.into_iter().map(new));
            let value = entry.value.as_ref().filter(|_| !list);
            found.push(Self {
                top: !in_list && entry.is_top(),
                name: if in_list && items { entry.item_name() } else { joined },
                span,
                value: value.map(|value| SecretValue::new(value.expose())),
                unsure: false,
                clear: entry.plain,
            });
            before = Some(entry);
        }
        found
    }

    fn bytes(&self) -> Option<&[u8]> {
        self.value.as_ref().map(SecretValue::expose)
    }

    /// Whether a source makes a variable of it.
    fn is_taken(&self, source: &SourceSpec) -> bool {
        match &source.under {
            _ if !source.map.is_empty() => source.map.iter().any(|entry| entry.path == self.name),
            Some(under) => below_name(&self.name, under).is_some(),
            None => source.kind == SourceKind::Config || self.top,
        }
    }

    /// It as a value without a variable, by the name that stands beside it or by its own.
    fn leaf(&self, called: &Called<'_>) -> Leaf {
        let name = called.name(&self.name).unwrap_or_else(|| self.name.clone());
        Leaf { name, value: self.value.as_ref().map(|value| SecretValue::new(value.expose())) }
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
        let items = !source.map.is_empty();
        let all = self.wants_encrypted(environment).then(|| Found::sealed(entries, true));
        self.keys_of(environment, source, file, Found::sealed(entries, items), all.unwrap_or_default())
    }

    /// Whether secrets have to be encrypted where they lie.
    pub(super) fn wants_encrypted(&self, environment: &Environment) -> bool {
        self.sealing(environment).encrypted.is_some_and(|set| set.value)
    }

    /// Takes variables out of the keys of a file, as its source says. `all` are the same with what is in lists, where secrets have to
    /// be encrypted: what of them is no variable is judged as well.
    pub(super) fn keys_of(
        &mut self,
        environment: &mut Environment,
        source: &SourceSpec,
        mut file: File,
        keys: Vec<Found>,
        all: Vec<Found>,
    ) -> Result<(), NoMapping> {
        let what = Subject::file(file.path.clone());
        let sealed = file.sealed.is_some();
        // In a plain file what has no value is a list.
        let clear = |found: &Found| if sealed { found.clear } else { found.value.is_some() || found.unsure };
        let known: BTreeSet<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        let named = |found: &Found| known.contains(found.name.as_str()) && found.is_taken(source);
        let called = Called::of(all.iter().map(|found| (found.name.as_str(), found.bytes())));
        let unnamed = all.iter().filter(|found| clear(found) && !named(found));
        file.unnamed = unnamed.map(|found| found.leaf(&called)).collect();
        // Other files have mappings of these names too.
        let mode = if source.config_format() == Some(Format::Ini) { pooler_mode(&keys) } else { None };
        let mut lines = BTreeSet::new();
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
                // No variable, and yet it stands there.
                if !all.is_empty() && clear(&found) {
                    file.unnamed.push(Leaf { name: found.name, value: found.value });
                }
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
                None if found.unsure => Content::Read(Readings::one(Outcome::Unmodelled, Reader::Plain)),
                _ => Content::PresentOnly,
            };
            // What is a URL is no line of PgBouncer's.
            let other = |line: &[u8]| holds(line, b"://");
            let line = below_name(&found.name, "databases").is_some_and(|name| !name.contains('.'));
            if line && !found.bytes().is_some_and(other) {
                lines.insert(key.clone());
            }
            variables.push(Occurrence::new(key, found.span, false, content));
        }
        file.pooled = mode.map(|mode| Box::new(Pooled { lines, mode }));
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

/// Of a configuration of PgBouncer the mode of its connections, if it is known: of its settings [`Pooled`] tells.
fn pooler_mode(keys: &[Found]) -> Option<Option<Mode>> {
    let mut own = keys.iter().filter_map(|key| Some((below_name(&key.name, "pgbouncer")?, key))).peekable();
    own.peek()?;
    let mode = |value: &[u8]| {
        // A word of node-postgres alone.
        let mode = SslMode::parse(value).filter(|_| !value.eq_ignore_ascii_case(b"no-verify"));
        mode.map_or(Mode::Unknown, Mode::Known)
    };
    Some(match own.find(|(name, _)| *name == "server_tls_sslmode") {
        Some((_, key)) => key.bytes().map(mode),
        // It may stand in the other file.
        None if keys.iter().any(|key| key.name.contains("%include")) => None,
        None => Some(Mode::Absent),
    })
}

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
                    let found = Found { name: entry.path.clone(), value, ..*found };
                    named.push((entry.key.as_str().to_owned(), found));
                }
            }
            None => {
                let inner = format!("{}.", entry.path);
                let next = by_name.range(inner.clone()..).next();
                environment.unmapped.push(Unmapped {
                    key: entry.key.clone(),
                    path: file.path.clone(),
                    asked_by: entry.at.place(),
                    mapping: next.is_some_and(|(name, _)| name.starts_with(&inner)),
                });
            }
        }
    }
    let left_out = by_name.keys().any(|name| !taken.contains(name.as_str()));
    (named, left_out)
}

/// Those of the mapping that a source names, or all.
fn below(source: &SourceSpec, keys: Vec<Found>) -> Option<Named> {
    let named = |found: Found| {
        let name = match &source.under {
            None => &found.name,
            // Another part of the file, which nobody takes for variables.
            Some(under) => below_name(&found.name, under)?,
        };
        Some((source.joined(name), found))
    };
    let named: Named = keys.into_iter().filter_map(named).collect();
    // A mapping that is not there, or is none, could be the whole of what was to be looked at.
    (source.under.is_none() || !named.is_empty()).then_some(named)
}

/// The rest of a name below a mapping.
fn below_name<'a>(name: &'a str, under: &str) -> Option<&'a str> {
    name.strip_prefix(under)?.strip_prefix('.')
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
