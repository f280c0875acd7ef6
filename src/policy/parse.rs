//! Policy text to a validated [`Policy`], or to all of its problems.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::finding::{Arg, Message};
use crate::syntax::template::PathTemplate;
use crate::syntax::yaml::{self, Node, Value};
use crate::text::{EnvName, FileId, SafePath, SourceMap, Span};

use super::layers;
use super::mask::{mask, mask_all};
use super::packs::{self, Pack};
use super::table::{Field, Problems, Table, shown};
use super::{At, EDITION, EnvironmentSpec, Layer, Policy, Problem, Set, SourceKind, SourceSpec};

/// A policy's text as it was read.
#[derive(Clone, Copy, Debug)]
pub struct PolicyText<'a> {
    /// Its path as shown.
    pub path: &'a SafePath,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// What stands in one file: a pack or a policy.
#[derive(Default)]
struct Document {
    extends: Vec<Pack>,
    sources: Option<Vec<SourceSpec>>,
    environments: Vec<EnvironmentSpec>,
    layer: Layer,
}

/// Parses a policy, or the packs alone for a project without one. `rules` are the ids that may be named.
///
/// # Errors
/// All problems of the policy's text, each with its place.
pub fn parse(
    text: Option<PolicyText<'_>>,
    rules: &[&'static str],
    sources: &mut SourceMap,
) -> Result<Policy, (FileId, Vec<Problem>)> {
    let mut hash = Sha256::new();
    let own = match text {
        Some(text) => {
            let own = own_document(text, rules, sources)?;
            hash.update(text.bytes);
            own
        }
        None => Document::default(),
    };
    let mut base = Layer::default();
    let mut names = Vec::new();
    for pack in std::iter::once(packs::BASELINE).chain(own.extends.iter().copied()) {
        base.lay(&pack_layer(pack, rules, sources), layers::PACKS);
        names.push(pack.name);
        hash.update(pack.name);
        hash.update(pack.text);
    }
    hash.update(packs::RELAXED.text);
    base.lay(&own.layer, layers::TOP);
    let defaults = [(SourceKind::Secrets, "secrets/{env}"), (SourceKind::Dotenv, ".env.{env}")];
    if let Some(text) = text {
        merged_bounds(text, &own, &base, sources)?;
    }
    let relaxes = own.environments.iter().any(|spec| spec.relaxed);
    let default_sources = || {
        defaults.iter().filter_map(|(kind, path)| {
            Some(SourceSpec { kind: *kind, path: PathTemplate::new(path).ok()?, optional: true, at: None })
        })
    };
    Ok(Policy {
        path: text.map(|text| text.path.clone()),
        sha256: hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect(),
        packs: names,
        sources: own.sources.unwrap_or_else(|| default_sources().collect()),
        environments: own.environments,
        base: Arc::new(base),
        own: own.layer,
        relaxed: if relaxes { pack_layer(packs::RELAXED, rules, sources) } else { Layer::default() },
    })
}

fn own_document(
    text: PolicyText<'_>,
    rules: &[&'static str],
    sources: &mut SourceMap,
) -> Result<Document, (FileId, Vec<Problem>)> {
    let whole = |message| Problem { at: None, message, help: None };
    let Ok(source) = std::str::from_utf8(text.bytes) else {
        let file = sources.add_hidden(text.path.clone(), text.bytes);
        return Err((file, vec![whole(Message::new("the policy is not UTF-8"))]));
    };
    let root = match yaml::parse(source) {
        Ok(root) => root,
        Err(error) => {
            // Whatever this file is, it is no policy: nothing of its text is shown.
            let file = sources.add_hidden(text.path.clone(), text.bytes);
            let message = match error.fault {
                yaml::YamlFault::Syntax => Message::new("the policy is not valid YAML here"),
                yaml::YamlFault::DuplicateKey => {
                    Message::new("the policy says the same key twice in one mapping")
                }
                yaml::YamlFault::Budget => {
                    Message::new("the policy is nested or aliased beyond what one needs")
                }
                yaml::YamlFault::SeveralDocuments => {
                    Message::new("the policy's file holds more than one document")
                }
                yaml::YamlFault::ComplexKey => {
                    Message::new("the policy uses something other than a word as a key")
                }
            };
            let help = Message::new(
                "often a tab, a bracket or quote that is not closed, or a wrong indentation, here or just above",
            );
            let help = (error.fault == yaml::YamlFault::Syntax).then_some(help);
            return Err((file, vec![Problem { at: Some(error.span), message, help }]));
        }
    };
    let file = sources.add_masked(text.path.clone(), source.to_owned(), mask);
    let mut parser =
        Parser { origin: Origin { file, pack: false }, rules, problems: Problems::default(), overlay: false };
    let document = parser.document(&root);
    if parser.problems.0.is_empty() {
        return Ok(document);
    }
    let file = sources.add_masked(text.path.clone(), source.to_owned(), mask_all);
    Err((file, parser.problems.0))
}

/// Bounds that contradict each other only once the layers are laid.
fn merged_bounds(
    text: PolicyText<'_>,
    own: &Document,
    base: &Layer,
    sources: &mut SourceMap,
) -> Result<(), (FileId, Vec<Problem>)> {
    let mut problems = Problems::default();
    for spec in &own.environments {
        let mut layer = base.clone();
        layer.lay(&spec.layer, layers::ENVIRONMENT);
        for name in spec.layer.keys.keys() {
            let bounds = layer.keys.get(name).map(|entry| (&entry.min_length, &entry.max_length));
            if let Some((Some(least), Some(most))) = bounds
                && least.value > most.value
            {
                let message =
                    Message::new("`min_length` is above `max_length` once this is laid over the top level");
                problems.push(
                    spec.layer.keys.get(name).map_or(least.at.span, |entry| entry.at.span),
                    message,
                    None,
                );
            }
        }
    }
    if problems.0.is_empty() {
        return Ok(());
    }
    let source = String::from_utf8_lossy(text.bytes).into_owned();
    Err((sources.add_masked(text.path.clone(), source, mask_all), problems.0))
}

/// A shipped pack's layer. Packs are valid by test, so problems cannot occur; a policy would still be judged without them.
fn pack_layer(pack: Pack, rules: &[&'static str], sources: &mut SourceMap) -> Layer {
    let Ok(root) = yaml::parse(pack.text) else { return Layer::default() };
    let path = SafePath::named(&format!("pack {}", pack.name));
    let file = sources.add_masked(path, pack.text.to_owned(), mask);
    let mut parser =
        Parser { origin: Origin { file, pack: true }, rules, problems: Problems::default(), overlay: false };
    parser.document(&root).layer
}

/// The file that is parsed.
#[derive(Clone, Copy)]
pub(super) struct Origin {
    file: FileId,
    pack: bool,
}

impl Origin {
    pub const fn at(self, span: Span) -> At {
        At { file: self.file, span, pack: self.pack }
    }

    pub const fn set<T>(self, field: Field<'_>, value: T) -> Set<T> {
        Set { value, at: self.at(field.span) }
    }
}

/// Parses one file; what goes wrong is gathered.
pub(super) struct Parser<'r> {
    pub origin: Origin,
    pub rules: &'r [&'static str],
    pub problems: Problems,
    /// Whether an environment's own entries are read.
    pub overlay: bool,
}

impl Parser<'_> {
    fn document(&mut self, root: &Node) -> Document {
        let mut document = Document::default();
        let Some(mut table) = Table::new(root, &mut self.problems, Span::default(), "a policy") else {
            return document;
        };
        match table.take("version") {
            Some(field) => self.constant(field, "1", "this version reads policies of version 1"),
            None => self.missing("`version: 1` is missing"),
        }
        match table.take("edition") {
            Some(field) => self.edition(field),
            None => self
                .missing("`edition: 2026` is missing: it says which year's rules the policy was written for"),
        }
        document.extends = table.take("extends").map(|field| self.extends(field)).unwrap_or_default();
        document.sources = table.take("sources").and_then(|field| self.sources(field));
        if let Some(field) = table.take("environments") {
            document.environments = self.environments(field);
        }
        document.layer = self.layer(&mut table);
        table.finish(&mut self.problems);
        document
    }

    fn missing(&mut self, message: &'static str) {
        self.problems.0.push(Problem { at: None, message: Message::new(message), help: None });
    }

    fn constant(&mut self, field: Field<'_>, wanted: &'static str, message: &'static str) {
        if !matches!(&field.node.value, Value::Scalar(text) if text == wanted) {
            self.problems.push(field.span, Message::new(message), None);
        }
    }

    fn edition(&mut self, field: Field<'_>) {
        if field.number(&mut self.problems).is_some_and(|year| year != u64::from(EDITION)) {
            let message = Message::new("unknown edition");
            let help = Message::with("this version knows edition {}", [Arg::Number(u64::from(EDITION))]);
            self.problems.push(field.span, message, Some(help));
        }
    }

    fn extends(&mut self, field: Field<'_>) -> Vec<Pack> {
        let mut found: Vec<Pack> = Vec::new();
        for (text, span) in field.words(&mut self.problems).unwrap_or_default() {
            if text == packs::BASELINE.name {
                continue;
            }
            match packs::EXTENDABLE.iter().find(|pack| pack.name == text) {
                Some(pack) if found.contains(pack) => {
                    self.problems.push(span, Message::new("the pack is named twice"), None);
                }
                Some(pack) => found.push(*pack),
                None if text == packs::RELAXED.name => {
                    let help = Message::new("write `relaxed: true` in the environments that are");
                    self.problems.push(span, Message::new("`relaxed` is no pack to extend"), Some(help));
                }
                None => {
                    let names: Vec<_> = packs::EXTENDABLE.iter().map(|pack| pack.name).collect();
                    self.problems.unknown(span, "pack", text, &names);
                }
            }
        }
        found
    }

    fn sources(&mut self, field: Field<'_>) -> Option<Vec<SourceSpec>> {
        let Value::Sequence(items) = &field.node.value else {
            self.problems.form(field, "a list of sources");
            return None;
        };
        let mut found = Vec::new();
        for item in items {
            let Some(mut table) = Table::new(item, &mut self.problems, field.span, "a source") else {
                continue;
            };
            let dotenv = table.take("dotenv").map(|field| (SourceKind::Dotenv, field));
            let secrets = table.take("secrets").map(|field| (SourceKind::Secrets, field));
            match (dotenv, secrets) {
                (Some(_), Some((_, second))) => {
                    self.problems.push(second.span, Message::new("one source an entry"), None);
                }
                (Some((kind, field)), None) | (None, Some((kind, field))) => {
                    found.extend(self.source(kind, field));
                }
                (None, None) if table.entries().is_empty() => {
                    self.problems.form(field, "sources that are not empty")
                }
                (None, None) => {}
            }
            table.finish(&mut self.problems);
        }
        for (at, source) in found.iter().enumerate() {
            let twice = found.iter().take(at).any(|other: &SourceSpec| other.path == source.path);
            if let Some(place) = source.at.filter(|_| twice) {
                self.problems.push(place.span, Message::new("this path stands in `sources` twice"), None);
            }
        }
        if items.is_empty() {
            self.problems.form(field, "at least one source");
        }
        Some(found)
    }

    fn source(&mut self, kind: SourceKind, field: Field<'_>) -> Option<SourceSpec> {
        let at = Some(self.origin.at(field.span));
        if let Value::Mapping(_) = field.node.value {
            let mut table = Table::new(field.node, &mut self.problems, field.span, "a source")?;
            let path = table.take("path");
            let optional = table.take("optional").and_then(|field| field.boolean(&mut self.problems));
            if path.is_none() {
                self.problems.push(field.span, Message::new("the source has no `path`"), None);
            }
            table.finish(&mut self.problems);
            let path = self.template(path?)?;
            return Some(SourceSpec { kind, path, optional: optional.unwrap_or_default(), at });
        }
        Some(SourceSpec { kind, path: self.template(field)?, optional: false, at })
    }

    /// A path template, or a problem.
    pub fn template(&mut self, field: Field<'_>) -> Option<PathTemplate> {
        let text = field.text(&mut self.problems, "a path")?;
        match PathTemplate::new(text) {
            Ok(template) => Some(template),
            Err(fault) => {
                self.problems.push(field.span, Message::new(fault.text()), None);
                None
            }
        }
    }

    fn environments(&mut self, field: Field<'_>) -> Vec<EnvironmentSpec> {
        let Some(table) = Table::new(field.node, &mut self.problems, field.span, "`environments`") else {
            return Vec::new();
        };
        let mut taken: BTreeMap<String, ()> = BTreeMap::new();
        let mut found = Vec::new();
        for (key, node) in table.entries() {
            let Some(name) =
                EnvName::new(&key.text).filter(|_| shown(&key.text).is_some() || key.text.len() < 16)
            else {
                let help =
                    Message::new("letters, digits, `.`, `_` and `-`, beginning with a letter or digit");
                self.problems.push(
                    key.span,
                    Message::new("this cannot be an environment's name"),
                    Some(help),
                );
                continue;
            };
            let Some(mut table) = Table::new(node, &mut self.problems, key.span, "an environment") else {
                continue;
            };
            let aliases =
                table.take("aliases").and_then(|field| field.words(&mut self.problems)).unwrap_or_default();
            let relaxed = table.take("relaxed").and_then(|field| field.boolean(&mut self.problems));
            self.overlay = true;
            let layer = self.layer(&mut table);
            self.overlay = false;
            table.finish(&mut self.problems);
            let names = std::iter::once((key.text.as_str(), key.span)).chain(aliases.iter().copied());
            for (text, span) in names {
                if EnvName::new(text).is_none() {
                    self.problems.push(span, Message::new("this cannot be an environment's name"), None);
                } else if taken.insert(text.to_lowercase(), ()).is_some() {
                    let message = Message::new(
                        "this name stands for another environment already (case does not count)",
                    );
                    self.problems.push(span, message, None);
                }
            }
            found.push(EnvironmentSpec {
                name,
                at: self.origin.at(key.span),
                aliases: aliases.into_iter().map(|(text, _)| text.to_owned()).collect(),
                relaxed: relaxed.unwrap_or_default(),
                layer,
            });
        }
        found
    }
}
