//! L3: the policy. Raw spanned YAML, validated with all problems at once, laid in layers.
//!
//! Knows rules only by their ids, which are passed in; knows nothing of the files that are checked.

pub mod across;
pub mod catalogue;
pub mod constraint;
pub mod diff;
pub mod effective;
mod entries;
pub mod entry;
mod environments;
pub mod guard;
pub mod layers;
pub mod mapping;
mod mask;
pub mod packs;
pub mod parse;
pub mod pattern;
mod relative;
pub mod sealing;
mod shown;
pub mod sources;
mod table;
mod verify;
pub mod waiver;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::finding::Message;
use crate::finding::location::Place;
use crate::syntax::readers::Reader;
use crate::syntax::template::PathTemplate;
use crate::text::{EnvName, FileId, KeyName, SafePath, Span};

pub use across::{Across, Against, Except, Stricter};
pub use constraint::{Bound, Condition, Group, Naming, Period, RotatedIn, Share, TextPattern, Without};
pub use effective::Effective;
pub use entry::{KeyEntry, Said};
pub use layers::{FileEntry, Layer, Merged, Rank};
pub use parse::{PolicyText, parse};
pub use pattern::KeyPattern;
pub use sealing::{NoDecrypt, Sealing, Undecryptable};
pub use sources::{FileReading, Forbidden, MapEntry, SourceKind, SourceSpec};
pub use table::nearest;
pub use waiver::Waiver;

pub use crate::value::types::ValueType;

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
    /// The file.
    pub file: FileId,
    /// Where in it; nothing if it is about the file as a whole.
    pub at: Option<Span>,
    /// What is wrong.
    pub message: Message,
    /// What to write instead.
    pub help: Option<Message>,
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
    /// The environment whose overlays lie under its own.
    pub inherits: Option<Set<EnvName>>,
    /// The environment that it stands in for: the same variables, the same guards.
    pub mirrors: Option<Set<EnvName>>,
    /// The variables in which it may differ from that one.
    pub mirrors_except: Option<Except>,
    /// The environment that may not be guarded more than this one.
    pub stricter_than: Option<Set<Against>>,
    /// The machine that it runs on: what is this machine's own, `localhost` above all, is the same for all that run on it.
    pub machine: Option<Set<EnvName>>,
    /// The git branch from which it is deployed.
    pub branch: Option<Set<String>>,
    /// Kinds of sources, and defaults, that it must do without.
    pub forbid: Option<Set<Vec<Forbidden>>>,
    /// Its own sources, in the place of the top level's.
    pub sources: Option<Vec<SourceSpec>>,
    /// Its own readers, in the place of the top level's.
    pub readers: Option<Set<Vec<Reader>>>,
    /// What it says of encrypted files over the top level.
    pub sealing: Sealing,
    /// Its own template, in the place of the top level's.
    pub template: Option<Set<Vec<PathTemplate>>>,
    /// What it says over the top level, one layer for each file that names it, weakest first.
    pub layers: Vec<Arc<Layer>>,
}

/// A `null` that unsets nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Idle {
    /// Where it stands.
    pub at: At,
    /// Its route: `environments.prod.keys.A.one_of`.
    pub route: String,
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
    /// The programs that read its `.env` files.
    pub readers: Option<Set<Vec<Reader>>>,
    /// What it says of encrypted files.
    pub sealing: Sealing,
    /// The services of the project.
    pub services: Arc<[KeyName]>,
    /// How variables have to be named.
    pub naming: Option<Set<Naming>>,
    /// Whether every strict environment has to be compared with, here or by its fingerprints.
    pub require_peers: Option<Set<bool>>,
    /// The file that shows which variables there are, committed with placeholders.
    pub template: Option<Set<Vec<PathTemplate>>>,
    /// The environments it names, in its order; empty if it names none.
    pub environments: Vec<EnvironmentSpec>,
    /// Where each of them stands there.
    pub places: BTreeMap<EnvName, usize>,
    /// Packs, extended files and top level, weakest first, each with its rank.
    pub stack: Vec<(Rank, Arc<Layer>)>,
    /// The same, merged.
    pub base: Arc<Merged>,
    /// What the policy and its extended files say at their top levels, for finding entries that match nothing.
    pub own: Arc<Layer>,
    /// The shipped `relaxed` pack.
    pub relaxed: Layer,
    /// Findings that somebody answers for.
    pub waivers: Vec<Waiver>,
    /// What unsets nothing.
    pub idle: Vec<Idle>,
}
