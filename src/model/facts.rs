//! Facts that rules ask for before they judge. Plain data: a test can write them down.

use std::collections::BTreeMap;
use std::time::SystemTime;

use super::File;

/// A question to the loader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// The files that a path pattern below the project names, without reading them.
    Files(String),
}

/// The answers so far, and the time.
#[derive(Clone, Debug)]
pub struct Facts {
    /// When the run began; rules have no other clock.
    pub now: SystemTime,
    /// Answers to [`Want::Files`].
    pub files: BTreeMap<String, Vec<File>>,
}

impl Facts {
    /// No answers yet.
    #[must_use]
    pub const fn new(now: SystemTime) -> Self {
        Self { now, files: BTreeMap::new() }
    }

    /// Whether a question has been answered.
    #[must_use]
    pub fn answers(&self, want: &Want) -> bool {
        match want {
            Want::Files(pattern) => self.files.contains_key(pattern),
        }
    }
}
