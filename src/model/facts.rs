//! Facts that rules ask for before they judge. Plain data: a test can write them down.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use crate::syntax::fingerprints::FingerprintFile;
use crate::text::EnvName;

use super::File;

/// A question to the loader.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Want {
    /// The files that a path pattern below the project names, without reading them.
    Files(String),
    /// The folders that a path below the project leads through, from the project's own (`.`) down, links resolved; and what
    /// stands there, if that is a folder. Where one cannot be looked at the answer is that one alone.
    Folders(String),
    /// What in a folder (`.` for the project's own) has a copy's name. Where it cannot be listed the answer is the folder alone.
    Copies(String),
    /// Whether the commit that is checked out is on this branch.
    Branch(String),
    /// When a file below the project was last changed, by the commits of its repository.
    Changed(String),
    /// The fingerprints of an environment's secrets that the project holds.
    Fingerprints(EnvName),
}

/// An answer of the loader.
#[derive(Clone, Debug)]
pub enum Answer {
    /// To [`Want::Files`], [`Want::Folders`] and [`Want::Copies`].
    Files(Vec<File>),
    /// To [`Want::Branch`].
    Branch(OnBranch),
    /// To [`Want::Changed`]: seconds since the beginning of 1970 in UTC; nothing where git could not say, or where what lies there is
    /// not what the commit has.
    Changed(Option<i64>),
    /// To [`Want::Fingerprints`].
    Fingerprints(Fingerprints),
}

/// The fingerprints of an environment, or why there are none to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fingerprints {
    /// The project holds no such file.
    Missing,
    /// It is not as it was written: broken, changed, another environment's, or not to be opened.
    Unsound,
    /// There is one, and no key at hand.
    NoKey,
    /// There is one, made under another key than the one at hand.
    OtherKey,
    /// They can be compared with.
    Sound(Arc<FingerprintFile>),
}

/// Whether a commit is on a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnBranch {
    /// It is the branch's last commit or one before it.
    Yes,
    /// It is none of the branch's.
    No,
    /// Git could not say.
    Unknown,
}

/// The answers so far, and the time.
#[derive(Clone, Debug)]
pub struct Facts {
    /// When the run began; rules have no other clock.
    pub now: SystemTime,
    /// The user in whose name the run opens files; none where users have no numbers.
    pub user: Option<u32>,
    answers: BTreeMap<Want, Answer>,
}

impl Facts {
    /// No answers yet.
    #[must_use]
    pub const fn new(now: SystemTime, user: Option<u32>) -> Self {
        Self { now, user, answers: BTreeMap::new() }
    }

    /// Notes an answer.
    pub fn take(&mut self, want: Want, answer: Answer) {
        self.answers.insert(want, answer);
    }

    /// Whether a question has been answered.
    #[must_use]
    pub fn answers(&self, want: &Want) -> bool {
        self.answers.contains_key(want)
    }

    /// The files that a pattern names, if somebody asked.
    #[must_use]
    pub fn files(&self, pattern: &str) -> Option<&[File]> {
        self.listed(&Want::Files(pattern.to_owned()))
    }

    /// The folders that a path leads through, if somebody asked.
    #[must_use]
    pub fn folders(&self, path: &str) -> Option<&[File]> {
        self.listed(&Want::Folders(path.to_owned()))
    }

    /// What in a folder has a copy's name, if somebody asked.
    #[must_use]
    pub fn copies(&self, folder: &str) -> Option<&[File]> {
        self.listed(&Want::Copies(folder.to_owned()))
    }

    /// Whether a path is that of a folder that was looked at on the way to a file.
    #[must_use]
    pub fn is_folder_on_the_way(&self, path: &str) -> bool {
        let folders = self.answers.iter().filter(|(want, _)| matches!(want, Want::Folders(_)));
        folders.flat_map(|(want, _)| self.listed(want).unwrap_or_default()).any(|f| f.path.as_str() == path)
    }

    fn listed(&self, want: &Want) -> Option<&[File]> {
        match self.answers.get(want)? {
            Answer::Files(files) => Some(files),
            Answer::Branch(_) | Answer::Changed(_) | Answer::Fingerprints(_) => None,
        }
    }

    /// Whether the commit is on a branch, if somebody asked.
    #[must_use]
    pub fn branch(&self, name: &str) -> Option<OnBranch> {
        match self.answers.get(&Want::Branch(name.to_owned()))? {
            Answer::Branch(answer) => Some(*answer),
            Answer::Files(_) | Answer::Changed(_) | Answer::Fingerprints(_) => None,
        }
    }

    /// When a file was last changed by a commit; nothing where nobody asked or git could not say.
    #[must_use]
    pub fn changed(&self, path: &str) -> Option<i64> {
        match self.answers.get(&Want::Changed(path.to_owned()))? {
            Answer::Changed(answer) => *answer,
            Answer::Files(_) | Answer::Branch(_) | Answer::Fingerprints(_) => None,
        }
    }

    /// The fingerprints of an environment, if somebody asked.
    #[must_use]
    pub fn fingerprints(&self, environment: &EnvName) -> Option<&Fingerprints> {
        match self.answers.get(&Want::Fingerprints(environment.clone()))? {
            Answer::Fingerprints(answer) => Some(answer),
            Answer::Files(_) | Answer::Branch(_) | Answer::Changed(_) => None,
        }
    }
}
