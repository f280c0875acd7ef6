//! `sources`: where an environment's variables come from; with them `services` and `template`.

use std::collections::BTreeSet;

use crate::finding::{Arg, Message};
use crate::syntax::config::Format;
use crate::syntax::readers::Reader;
use crate::syntax::template::PathTemplate;
use crate::syntax::yaml::Value;

use crate::text::KeyName;

use super::parse::Parser;
use super::table::{Field, Table};
use super::{At, Set};

/// Services of a project, each with a view of all variables.
const MOST_SERVICES: usize = 100;

/// Kinds of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SourceKind {
    /// A `.env` file.
    Dotenv,
    /// A folder with one value a file.
    Secrets,
    /// A YAML, TOML, JSON or INI file of keys and values.
    Config,
    /// The environment of the process that runs the check.
    Process,
    /// A list of names that a platform says are set.
    Names,
}

impl SourceKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Dotenv, Self::Secrets, Self::Config, Self::Process, Self::Names];

    /// The word in policies and causes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dotenv => "dotenv",
            Self::Secrets => "secrets",
            Self::Config => "config",
            Self::Process => "process",
            Self::Names => "names",
        }
    }
}

/// What an environment may have to do without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Forbidden {
    /// A kind of source.
    Source(SourceKind),
    /// The program's own defaults.
    Default,
}

/// How a file with one value is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FileReading {
    /// All but one final line break.
    #[default]
    Usual,
    /// Every byte.
    Raw,
    /// All but the blanks at both ends.
    Trimmed,
    /// The first line that is neither blank nor a comment, without blanks at its ends and one pair of quotes.
    FirstLine,
}

/// Words for [`FileReading`].
pub const READINGS: &[(&str, FileReading)] =
    &[("raw", FileReading::Raw), ("trimmed", FileReading::Trimmed), ("first-line", FileReading::FirstLine)];
/// Words for the forms of files of keys and values.
pub const FORMATS: &[(&str, Format)] =
    &[("yaml", Format::Yaml), ("toml", Format::Toml), ("json", Format::Json), ("ini", Format::Ini)];

/// Where variables come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSpec {
    /// Which kind.
    pub kind: SourceKind,
    /// Its path; the process has none.
    pub path: Option<PathTemplate>,
    /// Whether it may be absent.
    pub optional: bool,
    /// Where the policy names it; nothing for the default sources.
    pub at: Option<At>,
    /// How each of its files is read, if it is a folder of secrets.
    pub reading: FileReading,
    /// Whether a file's name is put into upper case: `db-password` holds `DB_PASSWORD`.
    pub upper: bool,
    /// What is taken off a file's name.
    pub suffix: Option<String>,
    /// Where the paths in `*_FILE` variables lead: a prefix, and the project's folder that is mounted there.
    pub mounts: Vec<(String, PathTemplate)>,
    /// The programs that read a `.env` file, if it says so itself.
    pub readers: Option<Set<Vec<Reader>>>,
    /// The form of a file of keys and values, where its name does not tell.
    pub format: Option<Format>,
    /// The mapping in it whose keys are the variables; the whole file, if none is named.
    pub under: Option<String>,
    /// Which of its keys are variables, if the policy names them one by one.
    pub map: Vec<MapEntry>,
    /// What joins the names of nested keys; a dot, if nothing else is said.
    pub join: Option<String>,
}

/// A variable that is taken from a place in a file of keys and values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapEntry {
    /// The variable.
    pub key: KeyName,
    /// The keys that lead to its value, joined by dots; items of lists by their number from zero.
    pub path: String,
    /// Where the policy says so.
    pub at: At,
}

impl SourceSpec {
    /// A source with nothing but a kind and a path.
    #[must_use]
    pub const fn new(kind: SourceKind, path: Option<PathTemplate>, at: Option<At>) -> Self {
        Self {
            kind,
            path,
            optional: false,
            at,
            reading: FileReading::Usual,
            upper: false,
            suffix: None,
            mounts: Vec::new(),
            readers: None,
            format: None,
            under: None,
            map: Vec::new(),
            join: None,
        }
    }

    /// A variable's name as the source writes it.
    #[must_use]
    pub fn cased(&self, name: &str) -> String {
        if self.upper { name.to_ascii_uppercase().replace(['-', '.'], "_") } else { name.to_owned() }
    }

    /// The name of a nested key, whose parts come joined by dots.
    #[must_use]
    pub fn joined(&self, name: &str) -> String {
        match &self.join {
            Some(join) if self.upper => name.replace('.', join).to_ascii_uppercase().replace('-', "_"),
            Some(join) => name.replace('.', join),
            None if self.upper => name.to_ascii_uppercase().replace('-', "_"),
            None => name.to_owned(),
        }
    }

    /// The form of a file of keys and values: as the policy says, else by the name's ending.
    #[must_use]
    pub fn config_format(&self) -> Option<Format> {
        let ending = self.path.as_ref().and_then(|path| path.as_str().rsplit_once('.')).map(|(_, end)| end);
        self.format.or_else(|| match ending?.to_ascii_lowercase().as_str() {
            "yaml" | "yml" => Some(Format::Yaml),
            "toml" => Some(Format::Toml),
            "json" => Some(Format::Json),
            "ini" => Some(Format::Ini),
            _ => None,
        })
    }
}

/// The sources of a policy that names none.
#[must_use]
pub fn defaults() -> Vec<SourceSpec> {
    let defaults = [(SourceKind::Secrets, "secrets/{env}"), (SourceKind::Dotenv, ".env.{env}")];
    let source = |(kind, path)| {
        let path = PathTemplate::new(path).ok()?;
        Some(SourceSpec { optional: true, ..SourceSpec::new(kind, Some(path), None) })
    };
    defaults.into_iter().filter_map(source).collect()
}

impl Parser<'_> {
    /// `sources`, at the top level or of an environment.
    pub fn sources(&mut self, field: Field<'_>) -> Option<Vec<SourceSpec>> {
        let Value::Sequence(items) = &field.node.value else {
            self.problems.form(field, "a list of sources");
            return None;
        };
        let mut found: Vec<SourceSpec> = Vec::new();
        for item in items {
            let Some(mut table) = Table::new(item, &mut self.problems, field.span, "a source") else {
                continue;
            };
            let kinds = SourceKind::ALL.iter().filter_map(|kind| Some((*kind, table.take(kind.as_str())?)));
            let kinds: Vec<(SourceKind, Field<'_>)> = kinds.collect();
            match kinds.as_slice() {
                [(kind, field)] => found.extend(self.source(*kind, *field)),
                [_, (_, second), ..] => {
                    self.problems.push(second.span, Message::new("one source an entry"), None);
                }
                [] if table.entries().is_empty() => self.problems.form(field, "sources that are not empty"),
                [] => {}
            }
            table.finish(&mut self.problems);
        }
        let mut seen = BTreeSet::new();
        for source in &found {
            // The process has no path, and is one.
            let which = (source.path.as_ref(), source.path.is_none().then_some(source.kind));
            if let Some(place) = source.at.filter(|_| !seen.insert(which)) {
                self.problems.push(place.span, Message::new("this source stands in `sources` twice"), None);
            }
        }
        if items.is_empty() {
            self.problems.form(field, "at least one source");
        }
        Some(found)
    }

    fn source(&mut self, kind: SourceKind, field: Field<'_>) -> Option<SourceSpec> {
        let at = Some(self.origin.at(field.span));
        if kind != SourceKind::Process && !matches!(field.node.value, Value::Mapping(_)) {
            let path = self.scoped_template(field)?;
            return self.with_format(field, SourceSpec::new(kind, Some(path), at));
        }
        let mut table = Table::new(field.node, &mut self.problems, field.span, "a source")?;
        let mut spec = SourceSpec::new(kind, None, at);
        let path = (kind != SourceKind::Process).then(|| table.take("path"));
        let optional = table.take("optional").and_then(|field| field.boolean(&mut self.problems));
        spec.optional = optional.unwrap_or_default();
        match kind {
            SourceKind::Secrets => self.secrets(&mut table, &mut spec),
            SourceKind::Dotenv => {
                spec.mounts = table.take("mounts").map(|field| self.mounts(field)).unwrap_or_default();
                spec.readers = table.take("readers").and_then(|field| self.readers(field));
            }
            SourceKind::Config => {
                spec.format = table.take("format").and_then(|field| field.word(&mut self.problems, FORMATS));
                spec.under = table.take("under").and_then(|field| self.under(field));
                self.mapping(&mut table, &mut spec);
            }
            SourceKind::Process | SourceKind::Names => {}
        }
        table.finish(&mut self.problems);
        match path {
            None => Some(spec),
            Some(None) => {
                self.problems.push(field.span, Message::new("the source has no `path`"), None);
                None
            }
            Some(Some(path)) => {
                spec.path = Some(self.scoped_template(path)?);
                self.with_format(path, spec)
            }
        }
    }

    fn with_format(&mut self, field: Field<'_>, spec: SourceSpec) -> Option<SourceSpec> {
        if spec.kind == SourceKind::Config && spec.config_format().is_none() {
            let help = Message::new("write `config: { path: ..., format: yaml }`; also toml, json and ini");
            let message = Message::new("the file's ending does not tell its format");
            self.problems.push(field.span, message, Some(help));
            return None;
        }
        Some(spec)
    }

    /// `under: env`, `under: app.env`.
    fn under(&mut self, field: Field<'_>) -> Option<String> {
        let wanted = "the name of a mapping in the file, such as \"env\"";
        let text = field.text(&mut self.problems, wanted)?;
        let part = |part: &str| KeyName::declared(part).is_some();
        if !text.split('.').all(part) {
            self.problems.form(field, wanted);
            return None;
        }
        Some(text.to_owned())
    }

    fn secrets(&mut self, table: &mut Table<'_>, spec: &mut SourceSpec) {
        let reading = table.take("reading").and_then(|field| field.word(&mut self.problems, READINGS));
        spec.reading = reading.unwrap_or_default();
        self.case(table, spec);
        if let Some(field) = table.take("suffix") {
            let text = field.text(&mut self.problems, "the end of a file's name, such as \".txt\"");
            let fits = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
            match text.filter(|text| !text.is_empty() && text.bytes().all(fits)) {
                Some(text) => spec.suffix = Some(text.to_owned()),
                None => self.problems.form(field, "the end of a file's name, such as \".txt\""),
            }
        }
    }

    /// `readers: [compose, sh]`, at the top level, of an environment or of a file.
    pub(super) fn readers(&mut self, field: Field<'_>) -> Option<Set<Vec<Reader>>> {
        let names: Vec<&'static str> = Reader::ALL.iter().map(|reader| reader.as_str()).collect();
        let mut found: Vec<Reader> = Vec::new();
        for (text, span) in field.words(&mut self.problems)? {
            match Reader::named(text) {
                None => self.problems.unknown(span, "reader", text, &names),
                Some(reader) if found.contains(&reader) => {
                    self.problems.push(span, Message::new("this reader is named twice"), None);
                }
                Some(reader) => found.push(reader),
            }
        }
        if matches!(&field.node.value, Value::Sequence(items) if items.is_empty()) {
            self.problems.form(field, "at least one reader");
        }
        Some(self.origin.set(field, found))
    }

    /// `mounts: { "/run/secrets": "secrets/{env}" }`.
    fn mounts(&mut self, field: Field<'_>) -> Vec<(String, PathTemplate)> {
        let Some(table) = Table::new(field.node, &mut self.problems, field.span, "`mounts`") else {
            return Vec::new();
        };
        let mut mounts = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (key, node) in table.entries() {
            let inside = key.text.trim_end_matches('/');
            if inside.is_empty() || inside.split('/').any(|part| part == "..") || inside.contains(['{', '}'])
            {
                let help = Message::new("a path as the program sees it, such as \"/run/secrets\"");
                self.problems.push(key.span, Message::new("this cannot be a mounted folder"), Some(help));
                continue;
            }
            if !seen.insert(inside) {
                self.problems.push(key.span, Message::new("this folder is mounted twice"), None);
                continue;
            }
            let folder = Field { name: "mounts", span: key.span, node };
            if let Some(template) = self.scoped_template(folder) {
                mounts.push((inside.to_owned(), template));
            }
        }
        if table.entries().is_empty() {
            self.problems.form(field, "at least one folder");
        }
        mounts
    }

    /// A path in which `{service}` may stand; whether the policy names services is seen once all its files are read.
    pub fn scoped_template(&mut self, field: Field<'_>) -> Option<PathTemplate> {
        let text = field.text(&mut self.problems, "a path")?;
        match PathTemplate::new(text) {
            Ok(template) => Some(template),
            Err(fault) => {
                self.problems.push(field.span, Message::new(fault.text()), None);
                None
            }
        }
    }

    /// A path in which only `{env}` may stand.
    pub fn template(&mut self, field: Field<'_>) -> Option<PathTemplate> {
        let template = self.scoped_template(field)?;
        if template.has_service() {
            let message =
                Message::with("{} stands for services in `sources` alone", [Arg::Word("{service}")]);
            let help = Message::new("write `*` for any name of a folder or file");
            self.problems.push(field.span, message, Some(help));
            return None;
        }
        Some(template)
    }

    /// `services: [api, worker]`.
    pub(super) fn service_names(&mut self, field: Field<'_>) -> Option<Set<Vec<KeyName>>> {
        let mut names: Vec<KeyName> = Vec::new();
        let mut folded: BTreeSet<String> = BTreeSet::new();
        for (text, span) in field.words(&mut self.problems)? {
            let Some(name) = KeyName::visible(text.as_bytes()) else {
                let help = Message::new("letters, digits, `-`, `_` and `.`, beginning with a letter");
                self.problems.push(span, Message::new("this cannot be a service's name"), Some(help));
                continue;
            };
            if !folded.insert(text.to_ascii_lowercase().replace(['-', '.'], "_")) {
                let message =
                    Message::new("this service is named already (case, `-`, `.` and `_` do not count)");
                self.problems.push(span, message, None);
            } else {
                names.push(name);
            }
        }
        if names.is_empty() {
            self.problems.form(field, "at least one service");
        }
        if names.len() > MOST_SERVICES {
            self.problems.form(field, "at most 100 services");
        }
        Some(self.origin.set(field, names))
    }

    /// `template: .env.example`, or several of which the first that is there counts.
    pub(super) fn templates(&mut self, field: Field<'_>) -> Option<Set<Vec<PathTemplate>>> {
        let Value::Sequence(items) = &field.node.value else {
            let template = self.template(field)?;
            return Some(self.origin.set(field, vec![template]));
        };
        let item = |node| Field { name: field.name, span: field.span, node };
        let found: Vec<PathTemplate> = items.iter().filter_map(|node| self.template(item(node))).collect();
        if items.is_empty() {
            self.problems.form(field, "at least one path");
        }
        Some(self.origin.set(field, found))
    }
}
