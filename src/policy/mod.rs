//! L3: the policy. Raw spanned YAML, validated with all problems at once, laid in layers.
//!
//! Knows rules only by their ids, which are passed in; knows nothing of the files that are checked.

mod entries;
pub mod layers;
mod mask;
pub mod packs;
pub mod parse;
mod table;

pub use table::nearest;
pub mod value_type;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::location::Place;
use crate::finding::{Level, Message};
use crate::syntax::postgres::SslMode;
use crate::syntax::template::PathTemplate;
use crate::text::{EnvName, FileId, KeyName, SafePath, Span};

pub use layers::Effective;
pub use parse::{PolicyText, parse};
pub use value_type::ValueType;

/// The edition that this version knows.
pub const EDITION: u32 = 2026;

/// A place in a policy or pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The policy or pack.
    pub file: FileId,
    /// The name of the field or entry.
    pub span: Span,
    /// Whether it stands in a shipped pack.
    pub pack: bool,
}

impl At {
    /// As a place of a finding. Lines of shipped packs are shown like those of a policy.
    #[must_use]
    pub const fn place(self) -> Place {
        Place::Policy(self.file, self.span)
    }
}

/// A field's value and where it is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set<T> {
    /// The value.
    pub value: T,
    /// The field's name in the policy.
    pub at: At,
}

/// One problem of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where; nothing if it is about the file as a whole.
    pub at: Option<Span>,
    /// What is wrong.
    pub message: Message,
    /// What to write instead.
    pub help: Option<Message>,
}

/// What the policy says of one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyEntry {
    /// Where the entry stands; the strongest layer's, after merging.
    pub at: At,
    /// Must be there, and not be empty.
    pub required: Option<Set<bool>>,
    /// Whether the value is secret; inferred from name and shape if nobody says.
    pub secret: Option<Set<bool>>,
    /// What the value must read as.
    pub kind: Option<Set<ValueType>>,
    /// The weakest TLS mode allowed.
    pub tls: Option<Set<SslMode>>,
    /// Fewest characters.
    pub min_length: Option<Set<u64>>,
    /// Most characters.
    pub max_length: Option<Set<u64>>,
    /// Fewest bytes, decoded if the type is an encoding.
    pub min_bytes: Option<Set<u64>>,
    /// The only values allowed.
    pub one_of: Option<Set<Vec<String>>>,
    /// The value may be the same in several environments; the policy gives a reason.
    pub across_any: Option<Set<bool>>,
}

impl KeyEntry {
    /// An entry that says nothing yet.
    #[must_use]
    pub const fn new(at: At) -> Self {
        Self {
            at,
            required: None,
            secret: None,
            kind: None,
            tls: None,
            min_length: None,
            max_length: None,
            min_bytes: None,
            one_of: None,
            across_any: None,
        }
    }

    /// Whether the list of allowed values holds the empty one.
    #[must_use]
    pub fn lists_empty(&self) -> bool {
        self.one_of.as_ref().is_some_and(|set| set.value.iter().any(String::is_empty))
    }

    /// Whether the entry says anything that an empty value cannot satisfy.
    #[must_use]
    pub fn constrains(&self) -> Option<At> {
        let kind = self.kind.as_ref().filter(|kind| kind.value != ValueType::String).map(|kind| kind.at);
        kind.or_else(|| self.tls.as_ref().map(|set| set.at))
            .or_else(|| self.one_of.as_ref().map(|set| set.at))
            .or_else(|| self.min_length.as_ref().filter(|set| set.value > 0).map(|set| set.at))
            .or_else(|| self.min_bytes.as_ref().filter(|set| set.value > 0).map(|set| set.at))
    }
}

/// What the policy says of files' permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Where the entry's path stands.
    pub at: At,
    /// Which files: a path below the project, `*` and `**` allowed.
    pub path: PathTemplate,
    /// The permission bits that may be set, at most.
    pub mode: Set<u32>,
    /// The layer it stands in: packs, top level, environment.
    pub rank: u8,
}

/// What one level of a policy says: the top, a pack, or an environment.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Variables.
    pub keys: BTreeMap<KeyName, KeyEntry>,
    /// Files.
    pub files: Vec<FileEntry>,
    /// Rules.
    pub rules: BTreeMap<&'static str, Set<Level>>,
}

/// Kinds of sources.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
    /// A `.env` file.
    Dotenv,
    /// A folder with one value a file.
    Secrets,
}

/// Where variables come from.
#[derive(Clone, Debug)]
pub struct SourceSpec {
    /// Which kind.
    pub kind: SourceKind,
    /// Its path.
    pub path: PathTemplate,
    /// Whether it may be absent.
    pub optional: bool,
    /// Where the policy names it; nothing for the default sources.
    pub at: Option<At>,
}

/// An environment of the policy.
#[derive(Clone, Debug)]
pub struct EnvironmentSpec {
    /// Canonical name.
    pub name: EnvName,
    /// Where it stands.
    pub at: At,
    /// Other names that may be typed for it.
    pub aliases: Vec<String>,
    /// Whether the shipped `relaxed` pack is laid over it.
    pub relaxed: bool,
    /// What it says over the top level.
    pub layer: Layer,
}

/// A validated policy together with the packs under it.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its path, if the project has one; the packs alone make the policy of a project without.
    pub path: Option<SafePath>,
    /// SHA-256 over packs and policy, in hex.
    pub sha256: String,
    /// Names of the packs, weakest first.
    pub packs: Vec<&'static str>,
    /// Sources in order of precedence, highest first.
    pub sources: Vec<SourceSpec>,
    /// The environments it names, in its order; empty if it names none.
    pub environments: Vec<EnvironmentSpec>,
    /// Packs and top level, merged.
    pub base: Arc<Layer>,
    /// What the policy itself says at its top level, for finding entries that match nothing.
    pub own: Layer,
    /// The shipped `relaxed` pack.
    pub relaxed: Layer,
}
