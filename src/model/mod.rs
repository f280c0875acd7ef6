//! L3: what is checked. Variables with their origin and content, files with their facts. Knows no policy.

pub mod facts;

use std::collections::BTreeMap;

use crate::finding::location::Place;
use crate::finding::{NotChecked, Why};
use crate::os::{FileFacts, FileKind, OpenError};
use crate::syntax::reader::{BadLine, Outcome, Reader};
use crate::text::{EnvName, FileId, KeyName, SafePath, Span};

pub use facts::{Facts, Want};

/// What a variable belongs to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scope {
    /// The environment.
    pub environment: EnvName,
    /// The service, if it is one's alone.
    pub service: Option<KeyName>,
}

/// Where a variable stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Index into [`Environment::files`].
    pub file: usize,
    /// The key in the file; nothing where the file is the value.
    pub span: Option<Span>,
    /// Whether it is written so that no reader replaces anything in it.
    pub literal: bool,
}

/// What is known of a variable's value.
#[derive(Clone, Debug)]
pub enum Content {
    /// It was read, and means this to its readers.
    Read(Readings),
    /// It is said to be there; its value cannot be known here.
    PresentOnly,
    /// It is there and could not be opened.
    Unopened(OpenError),
}

/// A variable's outcomes, each with the readers that see it so. Equal outcomes stand once.
#[derive(Clone, Debug)]
pub struct Readings(Vec<(Outcome, Vec<Reader>)>);

impl Readings {
    /// The same outcome for one reader.
    #[must_use]
    pub fn one(outcome: Outcome, reader: Reader) -> Self {
        Self(vec![(outcome, vec![reader])])
    }

    /// Every distinct outcome with its readers.
    pub fn iter(&self) -> impl Iterator<Item = (&Outcome, &[Reader])> {
        self.0.iter().map(|(outcome, readers)| (outcome, readers.as_slice()))
    }

    /// What one reader sees.
    #[must_use]
    pub fn seen_by(&self, reader: Reader) -> Option<&Outcome> {
        self.0.iter().find(|(_, readers)| readers.contains(&reader)).map(|(outcome, _)| outcome)
    }
}

/// One occurrence of a variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub key: KeyName,
    /// What it belongs to.
    pub scope: Scope,
    /// Where it stands.
    pub origin: Origin,
    /// What is known of its value.
    pub content: Content,
}

/// What a file is to the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A `.env` file.
    Dotenv,
    /// A file with one secret value.
    Secret,
    /// A file in a folder below the secrets; its value is not judged.
    Nested,
    /// An encrypted file among the secrets.
    Ciphertext,
    /// The folder of secrets.
    SecretsFolder,
    /// A file that only the policy's `files` names.
    Named,
}

/// A file that was looked for.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path below the project.
    pub path: SafePath,
    /// Its number, if it was read.
    pub id: Option<FileId>,
    /// What it is to the environment.
    pub role: Role,
    /// What came of opening it.
    pub state: Result<FileFacts, OpenError>,
    /// Lines that could not be taken as written.
    pub bad_lines: Vec<BadLine>,
}

/// A key of the project's `.env.example`.
#[derive(Clone, Debug)]
pub struct TemplateKey {
    /// Its name.
    pub key: KeyName,
    /// The template's path.
    pub path: SafePath,
    /// Where it stands.
    pub place: Place,
}

/// One occurrence of a key in a file that is added.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// The key.
    pub key: KeyName,
    /// Where it stands; nothing where the file is the value.
    pub span: Option<Span>,
    /// See [`Origin::literal`].
    pub literal: bool,
    /// What is known of its value.
    pub content: Content,
}

/// One environment as it was found.
#[derive(Debug)]
pub struct Environment {
    /// Canonical name.
    pub name: EnvName,
    /// Whether it is judged, or only compared with.
    pub asked: bool,
    /// Files in order of precedence, highest first.
    pub files: Vec<File>,
    /// Every occurrence of every variable, in the files' order.
    pub variables: Vec<Variable>,
    /// For each key the index of the occurrence that counts.
    pub winners: BTreeMap<KeyName, usize>,
    /// What could not be looked at.
    pub gaps: Vec<NotChecked>,
    /// Keys of `.env.example`, where no policy says which are wanted.
    pub template: Vec<TemplateKey>,
}

impl Environment {
    /// An environment with nothing in it.
    #[must_use]
    pub const fn new(name: EnvName, asked: bool) -> Self {
        Self {
            name,
            asked,
            files: Vec::new(),
            variables: Vec::new(),
            winners: BTreeMap::new(),
            gaps: Vec::new(),
            template: Vec::new(),
        }
    }

    /// Adds a file and its variables. Files come in order of precedence: within a file the last
    /// occurrence of a key counts, among files the first file that has it.
    pub fn add(&mut self, file: File, variables: impl IntoIterator<Item = Occurrence>) {
        let index = self.files.len();
        self.files.push(file);
        for Occurrence { key, span, literal, content } in variables {
            let at = self.variables.len();
            let earlier = self.winners.get(&key).and_then(|at| self.variables.get(*at));
            if earlier.is_none_or(|winner| winner.origin.file == index) {
                self.winners.insert(key.clone(), at);
            }
            let scope = Scope { environment: self.name.clone(), service: None };
            self.variables.push(Variable {
                key,
                scope,
                origin: Origin { file: index, span, literal },
                content,
            });
        }
    }

    /// The occurrence of a key that counts.
    #[must_use]
    pub fn winner(&self, key: &KeyName) -> Option<&Variable> {
        self.winners.get(key).and_then(|at| self.variables.get(*at))
    }

    /// The file in which a variable stands.
    #[must_use]
    pub fn file_of(&self, variable: &Variable) -> Option<&File> {
        self.files.get(variable.origin.file)
    }

    /// The place of a variable.
    #[must_use]
    pub fn place(&self, variable: &Variable) -> Option<Place> {
        let file = self.file_of(variable)?;
        match (file.id, variable.origin.span) {
            (Some(id), Some(span)) => Some(Place::Key(id, span, variable.key.clone())),
            _ => Some(Place::File(file.path.clone())),
        }
    }
}

/// Why a file that could not be opened was not checked.
#[must_use]
pub const fn why_unopened(error: OpenError) -> Why {
    match error {
        OpenError::Missing => Why::SourceMissing,
        OpenError::Leaves | OpenError::Loop | OpenError::Dangling => Why::BadLink,
        OpenError::BelowFile | OpenError::Kind(FileKind::Folder | FileKind::Regular | FileKind::Link) => {
            Why::WrongKind
        }
        OpenError::Kind(FileKind::Fifo | FileKind::Socket | FileKind::Device) => Why::SpecialFile,
        OpenError::TooLarge => Why::TooLarge,
        OpenError::Refused(_) => Why::Unreadable,
    }
}

/// Everything that was found.
#[derive(Debug, Default)]
pub struct Model {
    /// The environments asked for, then those to compare with.
    pub environments: Vec<Environment>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Content, Environment, File, Occurrence, Role};
    use crate::os::OpenError;
    use crate::text::{EnvName, KeyName, SafePath, Span};

    #[test]
    fn the_first_file_wins_and_in_it_the_last_line() {
        let mut env = Environment::new(EnvName::new("prod").unwrap(), true);
        let file = |path| File {
            path: SafePath::named(path),
            id: None,
            role: Role::Dotenv,
            state: Err(OpenError::Missing),
            bad_lines: Vec::new(),
        };
        let key = |name| KeyName::declared(name).unwrap();
        let at = |start| Some(Span::new(start, start + 1));
        let occurrence = |name, start| Occurrence {
            key: key(name),
            span: at(start),
            literal: false,
            content: Content::PresentOnly,
        };
        env.add(file("a"), [occurrence("A", 0), occurrence("A", 9)]);
        env.add(file("b"), [occurrence("A", 1), occurrence("B", 5)]);
        assert_eq!(env.winner(&key("A")).unwrap().origin.span, at(9));
        assert_eq!(env.winner(&key("B")).unwrap().origin.file, 1);
        assert_eq!(env.variables.len(), 4);
    }
}
