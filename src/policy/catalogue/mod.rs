//! Every field of the policy's language, described: for editors ([`schema`]), for the reference page and for tests
//! that hold the parser to it.

mod entries;
mod json;
mod others;
mod schema;
mod sources;
mod top;

pub use schema::schema;

use crate::finding::Level;
use crate::syntax::readers::Reader;

use super::across::{ACROSS, STRICTER};
use super::constraint::{CASES, NEWLINES, PREFIXES};
use super::entries::{LEVELS, MODES, ROTATED_IN, WITHIN};
use super::mapping::JOINS;
use super::sealing::{NO_DECRYPT, UNDECRYPTABLE};
use super::sources::{FORMATS, READINGS};
use super::{ValueType, Without, packs};

pub use entries::KEY;
pub use others::{AGAINST, FILE, GROUP, NAMING, WAIVER};
pub use sources::{CONFIG, DOTENV, NAMES, PROCESS, SECRETS, SOURCE};
pub use top::{ENVIRONMENT, POLICY};

/// Every mapping with fields of the language's own.
pub static SECTIONS: &[&Section] = &[
    &POLICY,
    &ENVIRONMENT,
    &SOURCE,
    &DOTENV,
    &SECRETS,
    &CONFIG,
    &PROCESS,
    &NAMES,
    &KEY,
    &GROUP,
    &FILE,
    &AGAINST,
    &NAMING,
    &WAIVER,
];

/// A mapping of the policy whose fields the language names.
#[derive(Debug)]
pub struct Section {
    /// Its name in the schema.
    pub id: &'static str,
    /// Where it stands.
    pub path: &'static str,
    /// What it says, in a sentence or two.
    pub text: &'static str,
    /// Its fields, in the order of the reference.
    pub fields: &'static [Field],
    /// What must stand beside what.
    pub shape: Shape,
    /// Pairs of fields that may not have these words together.
    pub conflicts: &'static [[(&'static str, &'static str); 2]],
}

/// What a section must hold beyond its required fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Nothing.
    Free,
    /// One field and no second one.
    OneField,
    /// At least one of these fields.
    OneOf(&'static [&'static str]),
}

/// A field of a section.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What may stand behind it.
    pub form: Form,
    /// What it means, in a sentence or two.
    pub text: &'static str,
    /// A value of it, as YAML in one line that may stand within braces.
    pub example: &'static str,
    /// The rules that judge by it.
    pub rules: &'static [&'static str],
    /// Whether the section is incomplete without it.
    pub required: bool,
    /// Fields that must stand beside it.
    pub needs: &'static [&'static str],
    /// The word of it for which they must; without one, for all.
    pub needs_for: Option<&'static str>,
    /// Fields that may not stand beside it.
    pub excludes: &'static [&'static str],
    /// Whether `NAME+` appends to the list below.
    pub append: bool,
    /// Whether an environment may say it over the top level.
    pub overlay: bool,
    /// Whether `null` takes back what a layer below says.
    pub unset: bool,
}

impl Field {
    const fn new(name: &'static str, form: Form, example: &'static str, text: &'static str) -> Self {
        Self {
            name,
            form,
            text,
            example,
            rules: &[],
            required: false,
            needs: &[],
            needs_for: None,
            excludes: &[],
            append: false,
            overlay: false,
            unset: false,
        }
    }

    const fn judged(self, rules: &'static [&'static str]) -> Self {
        Self { rules, ..self }
    }

    const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    const fn needs(self, needs: &'static [&'static str]) -> Self {
        Self { needs, ..self }
    }

    const fn needs_for(self, word: &'static str, needs: &'static [&'static str]) -> Self {
        Self { needs, needs_for: Some(word), ..self }
    }

    const fn excludes(self, excludes: &'static [&'static str]) -> Self {
        Self { excludes, ..self }
    }

    const fn append(self) -> Self {
        Self { append: true, ..self }
    }

    const fn overlay(self) -> Self {
        Self { overlay: true, ..self }
    }

    /// A field of an entry that layers lay over each other.
    const fn layered(self) -> Self {
        Self { overlay: true, unset: true, ..self }
    }
}

/// What may stand behind a field. Scalars are meant by their text: quoted or not is the same.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// `true` or `false`.
    Bool,
    /// A whole number, zero or more.
    Number,
    /// This number alone.
    Constant(u32),
    /// `auto`, `true` or `false`.
    Secret,
    /// Any text, the empty one too.
    Text,
    /// A text that is not blank.
    Sentence,
    /// A list of texts.
    Texts(Least),
    /// One of these words.
    Word(Words),
    /// A list of these words.
    WordList(Words),
    /// A name.
    Name(Name),
    /// A list of names.
    Names(Name),
    /// A number, a duration or a size.
    Quantity,
    /// Hours, days or weeks.
    Period,
    /// A regular expression.
    Pattern,
    /// A list of recipients of encrypted files.
    Recipients,
    /// A list of schemes of URLs.
    Schemes,
    /// Variables, each with a value or a list of them.
    Conditions,
    /// A list of two variables or more.
    KeyList,
    /// A rule's id.
    Rule,
    /// Permission bits in octal.
    Mode,
    /// A day, as `2026-12-31`.
    Date,
    /// A path below the project; may hold `{env}`, and `{service}` where there are services.
    Path,
    /// Such a path or a list of them.
    Paths,
    /// Folders as a container sees them, each with the project's folder that is mounted there.
    Mounts,
    /// Variables, each with the keys that lead to its value in a file.
    Mapping,
    /// Packs by name, policies by path.
    Extends,
    /// A level for each rule named.
    Levels,
    /// Names of variables, or patterns of them with `*`, each with such an entry.
    Keys(&'static Section),
    /// Names of the project's own, each with such an entry.
    Entries(Name, &'static Section),
    /// A list of such entries.
    List(&'static Section, Least),
    /// A path, or such a mapping.
    PathOr(&'static Section),
    /// An environment's name, or such a mapping.
    EnvironmentOr(&'static Section),
    /// A list of variables by name, or by patterns of names.
    KeyPatterns,
    /// Such a mapping.
    Only(&'static Section),
}

/// How short a list may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Least {
    /// It may be empty.
    None,
    /// One entry.
    One,
}

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Name {
    /// An environment: it becomes a part of paths.
    Environment,
    /// A service: likewise.
    Service,
    /// A machine: a word of the project's own.
    Machine,
    /// A variable, exactly.
    Key,
}

impl Name {
    /// The names' grammar as a regular expression; `text::name` has it as code.
    #[must_use]
    pub const fn pattern(self) -> &'static str {
        match self {
            Self::Environment | Self::Service | Self::Machine => "^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$",
            Self::Key => "^[A-Za-z_][A-Za-z0-9_.-]{0,95}$",
        }
    }
}

/// Lists of words that the language takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Words {
    /// Types of values.
    Types,
    /// TLS modes, weakest first.
    TlsModes,
    /// Drivers whose words for TLS are known.
    Drivers,
    /// Levels of rules.
    Levels,
    /// What an environment can forbid: kinds of sources, and built-in defaults.
    Forbidden,
    /// How a secret's file is read.
    Readings,
    /// Programs that read `.env` files.
    Readers,
    /// What happens to the names of secrets' files.
    Cases,
    /// What joins the names of nested keys.
    Joins,
    /// Formats of key-value files.
    Formats,
    /// What a value has to be like in other environments.
    Across,
    /// Where it may not.
    Within,
    /// Where the day stands on which a value was made.
    RotatedIn,
    /// Which of two values guards more.
    Stricter,
    /// Who may own a file.
    Owners,
    /// What an address must not have.
    Without,
    /// How names are cased.
    Cased,
    /// What names begin with.
    Prefixes,
    /// How a file ends.
    Newlines,
    /// What is made of files that cannot be opened.
    Undecryptable,
    /// What is made of a run that opens nothing.
    NoDecrypt,
}

impl Words {
    /// The words.
    #[must_use]
    pub fn list(self) -> Vec<&'static str> {
        match self {
            Self::Types => ValueType::ALL.iter().map(|kind| kind.as_str()).collect(),
            Self::TlsModes => MODES.iter().map(|(word, _)| *word).collect(),
            Self::Drivers => crate::value::tls::driver_names(),
            Self::Levels => LEVELS.iter().map(|(_, level): &(_, Level)| level.as_str()).collect(),
            Self::Forbidden => SOURCE.fields.iter().map(|kind| kind.name).chain(["default"]).collect(),
            Self::Readings => READINGS.iter().map(|(word, _)| *word).collect(),
            Self::Readers => Reader::ALL.iter().map(|reader| reader.as_str()).collect(),
            Self::Cases => vec!["upper"],
            Self::Joins => JOINS.iter().map(|(word, _)| *word).collect(),
            Self::Formats => FORMATS.iter().map(|(word, _)| *word).collect(),
            Self::RotatedIn => ROTATED_IN.iter().map(|(word, _)| *word).collect(),
            Self::Within => WITHIN.iter().map(|(word, _)| *word).collect(),
            Self::Across => ACROSS.iter().map(|(word, _)| *word).collect(),
            Self::Stricter => STRICTER.iter().map(|(word, _)| *word).collect(),
            Self::Owners => vec!["self"],
            Self::Without => Without::ALL.iter().map(|what| what.as_str()).collect(),
            Self::Cased => CASES.iter().map(|(word, ())| *word).collect(),
            Self::Prefixes => PREFIXES.iter().map(|(word, ())| *word).collect(),
            Self::Undecryptable => UNDECRYPTABLE.iter().map(|(word, _)| *word).collect(),
            Self::NoDecrypt => NO_DECRYPT.iter().map(|(word, _)| *word).collect(),
            Self::Newlines => NEWLINES.iter().map(|(word, _)| *word).collect(),
        }
    }
}

/// Names that `extends` takes.
#[must_use]
pub fn packs() -> Vec<&'static str> {
    packs::EXTENDABLE.iter().chain([&packs::BASELINE]).map(|pack| pack.name).collect()
}
