//! Policy text to a validated [`Policy`], or to all of its problems; with the files that it extends.

use std::collections::BTreeSet;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::finding::{Arg, Message};
use crate::syntax::readers::Reader;
use crate::syntax::template::PathTemplate;
use crate::syntax::yaml::{self, Node, Value};
use crate::text::source_map::Medium;
use crate::text::{FileId, KeyName, SafePath, SourceMap, Span};

use super::environments::{self, united};
use super::layers::Rank;
use super::mask::{mask, mask_all};
use super::packs::{self, Pack};
use super::relative::joined;
use super::sources::defaults;
use super::table::{Field, Problems, Table};
use super::{At, EDITION, Layer, Merged, Naming, Policy, Problem, Sealing, Set, SourceSpec, Waiver, verify};

/// Files that extend one another, and all files of a policy: no honest one comes near.
const MOST_DEPTH: usize = 8;
const MOST_FILES: usize = 32;

/// A policy's text as it was read.
#[derive(Clone, Copy, Debug)]
pub struct PolicyText<'a> {
    /// Its path as shown.
    pub path: &'a SafePath,
    /// Its path below the folder out of which nothing is extended, `/` between parts.
    pub place: &'a str,
    /// What it lies in.
    pub medium: Medium,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Reads a file that a policy extends, by its path below the same folder; or says why it could not.
pub type ReadFile<'r> = dyn FnMut(&str) -> Result<Vec<u8>, Message> + 'r;

/// What stands in one file: a pack or a policy.
#[derive(Default)]
struct Document {
    /// Whether it is no mapping at all.
    broken: bool,
    extends: Vec<(Extended, Span)>,
    sources: Option<Vec<SourceSpec>>,
    services: Option<Set<Vec<KeyName>>>,
    readers: Option<Set<Vec<Reader>>>,
    naming: Option<Set<Naming>>,
    require_peers: Option<Set<bool>>,
    sealing: Sealing,
    template: Option<Set<Vec<PathTemplate>>>,
    environments: Vec<environments::Raw>,
    layer: Layer,
    waivers: Vec<Waiver>,
}

impl Document {
    fn broken() -> Self {
        Self { broken: true, ..Self::default() }
    }
}

/// What `extends` names.
enum Extended {
    Pack(Pack),
    File(String),
}

/// Parses a policy, or the packs alone for a project without one. `rules` are the ids that may be named.
///
/// # Errors
/// All problems of the policy's text and of the files that it extends, each with its place.
pub fn parse(
    text: Option<PolicyText<'_>>,
    rules: &[&'static str],
    read: &mut ReadFile<'_>,
    sources: &mut SourceMap,
) -> Result<Policy, Vec<Problem>> {
    let mut files = Files {
        rules,
        read,
        sources,
        hash: Sha256::new(),
        packs: vec![packs::BASELINE],
        found: Vec::new(),
        open: Vec::new(),
        problems: Vec::new(),
        lost: false,
        prefix: text.and_then(|text| text.path.as_str().strip_suffix(text.place)).unwrap_or_default(),
        medium: text.map_or(Medium::File, |text| text.medium),
    };
    if let Some(text) = text {
        files.take(text.path.clone(), text.place, text.bytes);
    }
    let Files { sources, mut hash, packs, found, mut problems, lost, .. } = files;
    for pack in packs.iter().chain([&packs::RELAXED]) {
        hash.update(pack.name);
        hash.update(pack.text);
    }
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut layers: Vec<Layer> = packs.iter().map(|pack| pack_layer(*pack, rules, sources)).collect();
    let mut united_sources = None;
    let (mut services, mut template, mut readers, mut naming) = (None, None, None, None);
    let mut sealing = Sealing::default();
    let (mut specs, mut waivers, mut require_peers) = (Vec::new(), Vec::new(), None);
    for document in found {
        united_sources = document.sources.or(united_sources);
        services = document.services.or(services);
        template = document.template.or(template);
        readers = document.readers.or(readers);
        naming = document.naming.or(naming);
        require_peers = document.require_peers.or(require_peers);
        sealing = document.sealing.over(&sealing);
        specs.push(document.environments);
        waivers.extend(document.waivers);
        layers.push(document.layer);
    }
    let layers: Vec<(Rank, Arc<Layer>)> = (0..).zip(layers.into_iter().map(Arc::new)).collect();
    let mut further = Problems::default();
    let environments = united(specs, &mut further);
    let relaxes = environments.iter().any(|spec| spec.relaxed);
    let mut policy = Policy {
        path: text.map(|text| text.path.clone()),
        sha256,
        packs: packs.iter().map(|pack| pack.name).collect(),
        sources: united_sources.unwrap_or_else(defaults),
        readers,
        sealing,
        naming,
        require_peers,
        services: services.map(|set: Set<Vec<KeyName>>| set.value).unwrap_or_default().into(),
        template,
        places: environments.iter().enumerate().map(|(at, spec)| (spec.name.clone(), at)).collect(),
        environments,
        base: Arc::new(Merged::of(&layers)),
        own: own_layer(layers.get(packs.len()..).unwrap_or_default()),
        stack: layers,
        relaxed: if relaxes { pack_layer(packs::RELAXED, rules, sources) } else { Layer::default() },
        waivers,
        idle: Vec::new(),
    };
    // Of a policy that is not whole nobody knows what its layers say together.
    if !lost {
        verify::policy(&policy, &mut further);
    }
    problems.extend(further.list);
    if problems.is_empty() {
        policy.idle = verify::idle(&policy);
        return Ok(policy);
    }
    // A file with problems may be no policy at all: nothing of it is shown but names.
    for problem in &problems {
        sources.remask(problem.file, mask_all);
    }
    Err(problems)
}

/// What the policy and its extended files say, without the packs.
fn own_layer(layers: &[(Rank, Arc<Layer>)]) -> Arc<Layer> {
    let mut own = layers.iter().map(|(_, layer)| layer);
    let mut united = own.next().cloned().unwrap_or_default();
    own.for_each(|layer| Arc::make_mut(&mut united).add(layer));
    united
}

/// The files of a policy as they are gathered, weakest first.
struct Files<'a, 'r> {
    rules: &'a [&'static str],
    read: &'a mut ReadFile<'r>,
    sources: &'a mut SourceMap,
    hash: Sha256,
    packs: Vec<Pack>,
    found: Vec<Document>,
    /// Paths of files that are being read, and of those that were.
    open: Vec<(String, bool)>,
    problems: Vec<Problem>,
    /// Whether a file or what it extends could not be taken.
    lost: bool,
    /// What stands before the paths of all files where they are shown.
    prefix: &'a str,
    medium: Medium,
}

impl Files<'_, '_> {
    /// Takes a file, and before it those that it extends.
    fn take(&mut self, path: SafePath, place: &str, bytes: &[u8]) {
        let (file, mut document, problems) = document(path, bytes, self.rules, self.sources);
        self.sources.set_medium(file, self.medium);
        self.problems.extend(problems);
        self.lost |= document.broken;
        self.open.push((place.to_owned(), true));
        for (extended, span) in std::mem::take(&mut document.extends) {
            match extended {
                Extended::Pack(pack) if self.packs.contains(&pack) => {}
                Extended::Pack(pack) => self.packs.push(pack),
                Extended::File(below) => {
                    if let Err((message, help)) = self.extended(place, &below) {
                        self.lost = true;
                        self.problems.push(Problem { file, at: Some(span), message, help });
                    }
                }
            }
        }
        if let Some(entry) = self.open.iter_mut().find(|(known, _)| known == place) {
            entry.1 = false;
        }
        self.hash.update(place);
        self.hash.update(bytes);
        self.found.push(document);
    }

    fn extended(&mut self, from: &str, path: &str) -> Result<(), (Message, Option<Message>)> {
        let place = joined(from, path).ok_or_else(|| {
            let help = Message::new("keep the policy's files below the project");
            (Message::new("this path leaves the project"), Some(help))
        })?;
        match self.open.iter().find(|(known, _)| *known == place) {
            Some((_, true)) => return Err((Message::new("the files extend each other in a circle"), None)),
            // Two files that extend a third lie over it once.
            Some(_) => return Ok(()),
            None => {}
        }
        let depth = self.open.iter().filter(|(_, open)| *open).count();
        if depth >= MOST_DEPTH || self.open.len() >= MOST_FILES {
            let numbers = [Arg::Number(MOST_DEPTH as u64), Arg::Number(MOST_FILES as u64)];
            let message = Message::with("a policy extends at most {} files deep and {} in all", numbers);
            return Err((message, None));
        }
        let bytes = (self.read)(&place).map_err(|message| (message, None))?;
        self.take(SafePath::named(&format!("{}{place}", self.prefix)), &place, &bytes);
        Ok(())
    }
}

/// Parses one file of a policy.
fn document(
    path: SafePath,
    bytes: &[u8],
    rules: &[&'static str],
    sources: &mut SourceMap,
) -> (FileId, Document, Vec<Problem>) {
    let Ok(source) = std::str::from_utf8(bytes) else {
        let file = sources.add_hidden(path, bytes);
        let message = Message::new("the policy is not UTF-8");
        return (file, Document::broken(), vec![Problem { file, at: None, message, help: None }]);
    };
    let root = match yaml::parse(source) {
        Ok(root) => root,
        Err(error) => {
            // Whatever this file is, it is no policy: nothing of its text is shown.
            let file = sources.add_hidden(path, bytes);
            // YAML takes a bare `*NAME` for an alias of something named before.
            let before = source.get(..error.span.start).unwrap_or_default();
            let line = before
                .lines()
                .count()
                .saturating_sub(usize::from(!before.ends_with('\n') && !before.is_empty()));
            let alias = source.lines().nth(line).is_some_and(|line| line.trim_start().starts_with('*'));
            let help = Message::new(if alias {
                "a name that begins with `*` has to stand in quotes: \"*_URL\""
            } else {
                "often a tab, a bracket or quote that is not closed, or a wrong indentation, here or just above"
            });
            let help = (error.fault == yaml::YamlFault::Syntax).then_some(help);
            let problem = Problem { file, at: Some(error.span), message: no_yaml(error.fault), help };
            return (file, Document::broken(), vec![problem]);
        }
    };
    let file = sources.add_masked(path, source.to_owned(), mask);
    let mut parser = Parser::new(Origin { file, pack: false }, rules);
    let document = parser.document(&root);
    (file, document, parser.problems.list)
}

fn no_yaml(fault: yaml::YamlFault) -> Message {
    Message::new(match fault {
        yaml::YamlFault::Syntax => "the policy is not valid YAML here",
        yaml::YamlFault::DuplicateKey => "the policy says the same key twice in one mapping",
        yaml::YamlFault::Budget => "the policy is nested or aliased beyond what one needs",
        yaml::YamlFault::SeveralDocuments => "the policy's file holds more than one document",
        yaml::YamlFault::ComplexKey => "the policy uses something other than a word as a key",
    })
}

/// A shipped pack's layer. Packs are valid by test, so problems cannot occur; a policy would still be judged without them.
fn pack_layer(pack: Pack, rules: &[&'static str], sources: &mut SourceMap) -> Layer {
    let Ok(root) = yaml::parse(pack.text) else { return Layer::default() };
    let path = SafePath::named(&format!("pack {}", pack.name));
    let file = sources.add_masked(path, pack.text.to_owned(), mask);
    Parser::new(Origin { file, pack: true }, rules).document(&root).layer
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

impl<'r> Parser<'r> {
    fn new(origin: Origin, rules: &'r [&'static str]) -> Self {
        Self { origin, rules, problems: Problems::of(origin.file), overlay: false }
    }

    fn document(&mut self, root: &Node) -> Document {
        let mut document = Document::default();
        let Some(mut table) = Table::new(root, &mut self.problems, Span::default(), "a policy") else {
            return Document::broken();
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
        document.services = table.take("services").and_then(|field| self.service_names(field));
        document.sources = table.take("sources").and_then(|field| self.sources(field));
        document.readers = table.take("readers").and_then(|field| self.readers(field));
        document.naming = table.take("naming").and_then(|field| self.naming(field));
        document.require_peers = table.take("require_peers").and_then(|field| self.flag(field));
        document.sealing = self.sealing(&mut table);
        document.template = table.take("template").and_then(|field| self.templates(field));
        if let Some(field) = table.take("environments") {
            document.environments = self.environments(field);
        }
        document.layer = self.layer(&mut table);
        document.waivers = table.take("waivers").map(|field| self.waivers(field)).unwrap_or_default();
        table.finish(&mut self.problems);
        document
    }

    fn missing(&mut self, message: &'static str) {
        self.problems.whole(Message::new(message));
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

    fn extends(&mut self, field: Field<'_>) -> Vec<(Extended, Span)> {
        let mut found: Vec<(Extended, Span)> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (text, span) in field.words(&mut self.problems).unwrap_or_default() {
            if !seen.insert(text) {
                self.problems.push(span, Message::new("this is named twice"), None);
                continue;
            }
            if text == packs::BASELINE.name {
                continue;
            }
            if text.contains(['/', '\\']) || text.ends_with(".yaml") || text.ends_with(".yml") {
                found.extend(self.extended_path(text, span).map(|path| (Extended::File(path), span)));
                continue;
            }
            match packs::EXTENDABLE.iter().find(|pack| pack.name == text) {
                Some(pack) => found.push((Extended::Pack(*pack), span)),
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

    fn extended_path(&mut self, text: &str, span: Span) -> Option<String> {
        let windows_root = text.as_bytes().get(1) == Some(&b':');
        let fault = if text.starts_with(['/', '\\', '~']) || windows_root {
            "the path is absolute; `extends` takes paths relative to this file"
        } else if text.contains('\\') {
            "write `/` between the parts of a path"
        } else if text.chars().any(char::is_control) || text.len() > 500 {
            "this is no usable path"
        } else if text.contains(['{', '}', '*', ':']) {
            "`extends` takes a plain path: no variables, patterns or addresses"
        } else {
            return Some(text.to_owned());
        };
        self.problems.push(span, Message::new(fault), None);
        None
    }
}
