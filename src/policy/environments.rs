//! `environments`, in one file and over all files of a policy.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::Message;
use crate::syntax::readers::Reader;
use crate::syntax::template::PathTemplate;
use crate::text::{EnvName, Span};

use super::across::Against;
use super::parse::Parser;
use super::sources::{Forbidden, SourceKind};
use super::table::{Field, Problems, Table, shown};
use super::{At, EnvironmentSpec, Layer, Sealing, Set, SourceSpec};

/// Names as one file has them, each with its place.
type Words = Vec<(String, Span)>;

/// An environment as one file has it.
pub(super) struct Raw {
    name: EnvName,
    at: At,
    aliases: Option<Words>,
    relaxed: Option<bool>,
    inherits: Option<Set<EnvName>>,
    mirrors: Option<Set<Against>>,
    stricter_than: Option<Set<Against>>,
    machine: Option<Set<EnvName>>,
    branch: Option<Set<String>>,
    forbid: Option<Set<Vec<Forbidden>>>,
    sources: Option<Vec<SourceSpec>>,
    readers: Option<Set<Vec<Reader>>>,
    sealing: Sealing,
    template: Option<Set<Vec<PathTemplate>>>,
    layer: Layer,
}

impl Parser<'_> {
    pub(super) fn environments(&mut self, field: Field<'_>) -> Vec<Raw> {
        let Some(table) = Table::new(field.node, &mut self.problems, field.span, "`environments`") else {
            return Vec::new();
        };
        let mut found = Vec::new();
        for (key, node) in table.entries() {
            let Some(name) =
                EnvName::new(&key.text).filter(|_| shown(&key.text).is_some() || key.text.len() < 16)
            else {
                self.no_environment_name(key.span);
                continue;
            };
            if let Some(table) = Table::new(node, &mut self.problems, key.span, "an environment") {
                found.push(self.environment(name, key.span, table));
            }
        }
        found
    }

    fn environment(&mut self, name: EnvName, span: Span, mut table: Table<'_>) -> Raw {
        let owned =
            |words: Vec<(&str, Span)>| words.into_iter().map(|(text, at)| (text.to_owned(), at)).collect();
        let aliases = table.take("aliases").and_then(|field| field.words(&mut self.problems)).map(owned);
        let relaxed = table.take("relaxed").and_then(|field| field.boolean(&mut self.problems));
        let inherits =
            table.take("inherits").and_then(|f| Some(self.origin.set(f, self.environment_name(f)?)));
        let mut against = |name| table.take(name).and_then(|field| self.against(field));
        let (mirrors, stricter_than) = (against("mirrors"), against("stricter_than"));
        let machine = table.take("machine").and_then(|field| self.machine(field));
        let branch = table.take("branch").and_then(|field| self.branch(field));
        let forbid = table.take("forbid").and_then(|field| self.forbid(field));
        let sources = table.take("sources").and_then(|field| self.sources(field));
        let readers = table.take("readers").and_then(|field| self.readers(field));
        let sealing = self.sealing(&mut table);
        let template = table.take("template").and_then(|field| self.templates(field));
        self.overlay = true;
        let layer = self.layer(&mut table);
        self.overlay = false;
        table.finish(&mut self.problems);
        let at = self.origin.at(span);
        Raw {
            name,
            at,
            aliases,
            relaxed,
            inherits,
            mirrors,
            stricter_than,
            machine,
            branch,
            forbid,
            sources,
            readers,
            sealing,
            template,
            layer,
        }
    }

    fn no_environment_name(&mut self, at: Span) {
        let help = Message::new("letters, digits, `.`, `_` and `-`, beginning with a letter or digit");
        self.problems.push(at, Message::new("this cannot be an environment's name"), Some(help));
    }

    /// A field that is `true` or `false`.
    pub(super) fn flag(&mut self, field: Field<'_>) -> Option<Set<bool>> {
        field.boolean(&mut self.problems).map(|value| self.origin.set(field, value))
    }

    /// A field that names an environment.
    pub(super) fn environment_name(&mut self, field: Field<'_>) -> Option<EnvName> {
        let text = field.text(&mut self.problems, "an environment's name")?;
        let name = EnvName::new(text);
        if name.is_none() {
            self.no_environment_name(field.span);
        }
        name
    }

    /// A machine is named like an environment: a word of the project's own.
    fn machine(&mut self, field: Field<'_>) -> Option<Set<EnvName>> {
        let text = field.text(&mut self.problems, "a machine's name")?;
        let name = EnvName::new(text);
        if name.is_none() {
            let help = Message::new("letters, digits, `.`, `_` and `-`, beginning with a letter or digit");
            self.problems.push(field.span, Message::new("this cannot be a machine's name"), Some(help));
        }
        Some(self.origin.set(field, name?))
    }

    /// Branch names by git's rules as far as they matter here (git-check-ref-format(1)).
    fn branch(&mut self, field: Field<'_>) -> Option<Set<String>> {
        let text = field.text(&mut self.problems, "a branch's name")?;
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"_./-+@#=,%".contains(&b);
        let fits = !text.is_empty()
            && text.bytes().all(plain)
            && !text.starts_with(['-', '/', '.'])
            && !text.ends_with(['/', '.'])
            && !text.contains("..")
            && !text.contains("//")
            && !text.starts_with("refs/");
        if !fits {
            self.problems.form(field, "a branch's name, such as main");
            return None;
        }
        Some(self.origin.set(field, text.to_owned()))
    }

    fn forbid(&mut self, field: Field<'_>) -> Option<Set<Vec<Forbidden>>> {
        let mut words: Vec<(&'static str, Forbidden)> =
            SourceKind::ALL.iter().map(|kind| (kind.as_str(), Forbidden::Source(*kind))).collect();
        words.push(("default", Forbidden::Default));
        let names: Vec<&'static str> = words.iter().map(|(name, _)| *name).collect();
        let mut found = Vec::new();
        for (text, span) in field.words(&mut self.problems)? {
            match words.iter().find(|(name, _)| *name == text) {
                Some((_, what)) => found.push(*what),
                None => self.problems.unknown(span, "kind of source", text, &names),
            }
        }
        Some(self.origin.set(field, found))
    }
}

/// The environments of several files, weakest first, each put together of all that they say of it.
pub(super) fn united(files: Vec<Vec<Raw>>, problems: &mut Problems) -> Vec<EnvironmentSpec> {
    let mut found: Vec<EnvironmentSpec> = Vec::new();
    let mut places: BTreeMap<EnvName, usize> = BTreeMap::new();
    let mut aliases: Vec<(usize, At, Words)> = Vec::new();
    for raw in files.into_iter().flatten() {
        let at = *places.entry(raw.name.clone()).or_insert(found.len());
        if at == found.len() {
            found.push(EnvironmentSpec {
                name: raw.name,
                at: raw.at,
                aliases: Vec::new(),
                relaxed: false,
                inherits: None,
                mirrors: None,
                mirrors_except: None,
                stricter_than: None,
                machine: None,
                branch: None,
                forbid: None,
                sources: None,
                readers: None,
                sealing: Sealing::default(),
                template: None,
                layers: Vec::new(),
            });
        }
        let Some(spec) = found.get_mut(at) else { continue };
        spec.at = raw.at;
        spec.relaxed = raw.relaxed.unwrap_or(spec.relaxed);
        spec.inherits = raw.inherits.or(spec.inherits.take());
        if let Some(Set { value: Against { environment, except }, at }) = raw.mirrors {
            spec.mirrors = Some(Set { value: environment, at });
            spec.mirrors_except = except;
        }
        spec.stricter_than = raw.stricter_than.or(spec.stricter_than.take());
        spec.machine = raw.machine.or(spec.machine.take());
        spec.branch = raw.branch.or(spec.branch.take());
        spec.forbid = raw.forbid.or(spec.forbid.take());
        spec.sources = raw.sources.or(spec.sources.take());
        spec.readers = raw.readers.or(spec.readers.take());
        spec.sealing = raw.sealing.over(&spec.sealing);
        spec.template = raw.template.or(spec.template.take());
        spec.layers.push(Arc::new(raw.layer));
        if let Some(words) = raw.aliases {
            aliases.retain(|(of, ..)| *of != at);
            aliases.push((at, raw.at, words));
        }
    }
    let mut taken: BTreeMap<String, ()> = BTreeMap::new();
    let twice = "this name stands for another environment already (case does not count)";
    for spec in &found {
        if taken.insert(spec.name.as_str().to_lowercase(), ()).is_some() {
            problems.push_at(spec.at, Message::new(twice), None);
        }
    }
    for (of, at, words) in aliases {
        for (text, span) in &words {
            let at = At { span: *span, ..at };
            if EnvName::new(text).is_none() {
                problems.push_at(at, Message::new("this cannot be an environment's name"), None);
            } else if taken.insert(text.to_lowercase(), ()).is_some() {
                problems.push_at(at, Message::new(twice), None);
            }
        }
        if let Some(spec) = found.get_mut(of) {
            spec.aliases = words.into_iter().map(|(text, _)| text).collect();
        }
    }
    found
}
