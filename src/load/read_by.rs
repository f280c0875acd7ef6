//! Which programs read a `.env` file: as the policy says, else as the project's own files do.

use std::path::Path;
use std::sync::Arc;

use crate::finding::location::Place;
use crate::model::{Basis, Environment, FileReaders, ReadBy};
use crate::policy::{Set, SourceSpec};
use crate::syntax::clues;
use crate::syntax::readers::Reader;
use crate::text::Span;

use super::clues::{Clues, Found};
use super::environment::Loader;

impl Loader<'_> {
    /// The programs that read a file; nothing where none is known.
    pub(super) fn read_by(
        &mut self,
        environment: &Environment,
        source: &SourceSpec,
        path: &Path,
    ) -> Option<FileReaders> {
        let said = source.readers.as_ref().or_else(|| self.policy.readers(&environment.name));
        let by = |set: &Set<Vec<Reader>>| {
            let one = |reader: &Reader| ReadBy { reader: *reader, place: set.at.place() };
            set.value.iter().map(one).collect()
        };
        match said {
            Some(set) => Some(FileReaders::new(Basis::Policy, by(set))),
            None => self.inferred(path.to_str()?),
        }
    }

    fn inferred(&mut self, path: &str) -> Option<FileReaders> {
        let root = self.root;
        let found = self.clues.get_or_insert_with(|| Arc::new(Clues::gather(root))).of(path);
        let basis = match found.first()?.basis {
            clues::Basis::Named => Basis::Named,
            clues::Basis::Dependency => Basis::Dependency,
        };
        let by = found.into_iter().map(|found| self.evidence(found)).collect();
        Some(FileReaders::new(basis, by))
    }

    /// A place of the project that says so; its file is taken in once.
    fn evidence(&mut self, found: Found) -> ReadBy {
        let Found { reader, path, bytes, span, .. } = found;
        let known = self.evidence.get(&path).copied();
        let id = known.unwrap_or_else(|| self.sources.add_hidden(path.clone(), &bytes));
        self.evidence.insert(path, id);
        ReadBy { reader, place: Place::Line(id, Span::new(span.start, span.start)) }
    }
}
