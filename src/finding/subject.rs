//! What a finding, a gap or a pass is about.

use crate::text::{EnvName, KeyName, SafePath};

/// Kinds of things that are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SubjectKind {
    /// A variable.
    Key,
    /// A file or folder.
    File,
    /// An environment.
    Environment,
    /// An entry of the policy.
    PolicyEntry,
    /// A rule.
    Rule,
}

impl SubjectKind {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::File => "file",
            Self::Environment => "environment",
            Self::PolicyEntry => "policy-entry",
            Self::Rule => "rule",
        }
    }
}

/// A kind and a name that may be printed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subject {
    kind: SubjectKind,
    name: SafePath,
}

impl Subject {
    /// A variable.
    #[must_use]
    pub fn key(key: &KeyName) -> Self {
        Self { kind: SubjectKind::Key, name: SafePath::of_key(key) }
    }

    /// A file or folder, by its path below the project.
    #[must_use]
    pub const fn file(path: SafePath) -> Self {
        Self { kind: SubjectKind::File, name: path }
    }

    /// An environment.
    #[must_use]
    pub fn environment(env: &EnvName) -> Self {
        Self { kind: SubjectKind::Environment, name: SafePath::named(env.as_str()) }
    }

    /// An entry of the policy, by its route: `keys.DATABASE_URL`.
    #[must_use]
    pub const fn policy_entry(route: SafePath) -> Self {
        Self { kind: SubjectKind::PolicyEntry, name: route }
    }

    /// A rule.
    #[must_use]
    pub fn rule(id: &'static str) -> Self {
        Self { kind: SubjectKind::Rule, name: SafePath::named(id) }
    }

    /// The kind.
    #[must_use]
    pub const fn kind(&self) -> SubjectKind {
        self.kind
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.name.as_str()
    }
}
