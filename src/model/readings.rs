//! What is known of a variable's value, and by whom its file is read.

use crate::finding::location::Place;
use crate::syntax::readers::{Outcome, Outcomes, Reader, Run, Stop};

/// A variable's outcomes, each with the readers that see it so. Equal outcomes stand once.
#[derive(Clone, Debug)]
pub struct Readings(Outcomes);

impl Readings {
    /// The same outcome for one reader.
    #[must_use]
    pub const fn one(outcome: Outcome, reader: Reader) -> Self {
        Self(Outcomes::one(outcome, reader))
    }

    /// What several readers see.
    #[must_use]
    pub const fn several(outcomes: Outcomes) -> Self {
        Self(outcomes)
    }

    /// Every distinct outcome with its readers.
    pub fn iter(&self) -> impl Iterator<Item = (&Outcome, &[Reader])> {
        self.0.iter()
    }

    /// What one reader sees. A reader that has no part in it, since it reads other files, sees what there is to see.
    #[must_use]
    pub fn seen_by(&self, reader: Reader) -> Option<&Outcome> {
        let own = self.iter().find(|(_, readers)| readers.contains(&reader));
        own.or_else(|| self.iter().next()).map(|(outcome, _)| outcome)
    }
}

/// How it is known which programs read a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Basis {
    /// The policy says so.
    Policy,
    /// The project's own files name the file.
    Named,
    /// The project depends on a library that reads such files: it may be read so.
    Dependency,
}

impl Basis {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Named => "named",
            Self::Dependency => "dependency",
        }
    }
}

/// The programs that read a file, and what they make of it as a whole.
#[derive(Clone, Debug)]
pub struct FileReaders {
    /// How they are known.
    pub basis: Basis,
    /// They.
    pub by: Vec<ReadBy>,
    /// Those that do not get to its end.
    pub stops: Vec<Stop>,
    /// What they run of it.
    pub runs: Vec<Run>,
}

impl FileReaders {
    /// Programs that read a file, before they were let go over it.
    #[must_use]
    pub const fn new(basis: Basis, by: Vec<ReadBy>) -> Self {
        Self { basis, by, stops: Vec::new(), runs: Vec::new() }
    }

    /// The readers to judge by. Where they are guessed from a dependency, what stands there is judged too.
    pub fn readers(&self) -> impl Iterator<Item = Reader> {
        let plain = (self.basis == Basis::Dependency).then_some(Reader::Plain);
        plain.into_iter().chain(self.by.iter().map(|by| by.reader))
    }
}

/// A program that reads a file.
#[derive(Clone, Debug)]
pub struct ReadBy {
    /// The program.
    pub reader: Reader,
    /// What says so.
    pub place: Place,
}
