//! What a model writes its reading of a file down on.

use std::collections::HashMap;

use crate::text::{SecretValue, Span, ValueBuilder};

use super::{Assigned, End, Executed, FileView, How, Seen, Text};

/// Most bytes that substitution may make of one file, so that a file that doubles a value line by line ends.
const MOST_BUILT: usize = 4 << 20;

/// The assignments of a file so far.
pub struct Sheet<'a> {
    bytes: &'a [u8],
    assigned: Vec<Assigned>,
    executed: Vec<Executed>,
    /// Name to its last assignment; made when first asked for, up to `indexed`.
    index: HashMap<&'a [u8], usize>,
    indexed: usize,
    built: usize,
}

impl<'a> Sheet<'a> {
    /// An empty sheet for a file.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        let assigned = Vec::with_capacity(bytes.len() / 48);
        Self { bytes, assigned, executed: Vec::new(), index: HashMap::new(), indexed: 0, built: 0 }
    }

    /// The file.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Notes an assignment that owes nothing to other variables.
    pub fn assign(&mut self, key: Span, seen: Seen) {
        self.assigned.push(Assigned { key, seen, process_first: false });
    }

    /// Notes an assignment; see [`Assigned::process_first`].
    pub fn assign_after_process(&mut self, key: Span, seen: Seen, process_first: bool) {
        self.assigned.push(Assigned { key, seen, process_first });
    }

    /// Notes that something at this offset would be run.
    pub fn run(&mut self, at: usize, how: How) {
        self.executed.push(Executed { at, how });
    }

    /// The last assignment of a name so far.
    pub fn last(&mut self, name: &[u8]) -> Option<&Assigned> {
        let bytes = self.bytes;
        for (at, assigned) in self.assigned.iter().enumerate().skip(self.indexed) {
            self.index.insert(assigned.key.of(bytes), at);
        }
        self.indexed = self.assigned.len();
        self.assigned.get(*self.index.get(name)?)
    }

    /// A value that was put together; nothing if the file makes more of them than is taken, which is unmodelled.
    #[must_use]
    pub fn built(&mut self, value: ValueBuilder) -> Seen {
        self.built = self.built.saturating_add(value.len());
        if self.built > MOST_BUILT { Seen::Unmodelled } else { Seen::Value(Text::Built(value.finish())) }
    }

    /// The reading.
    #[must_use]
    pub fn finish(self, end: End) -> FileView {
        FileView { assigned: self.assigned, executed: self.executed, end }
    }
}

/// A value that stands in the file as it is.
impl From<Span> for Seen {
    fn from(span: Span) -> Self {
        Self::Value(Text::Span(span))
    }
}

/// A value that is no part of the file.
impl From<SecretValue> for Seen {
    fn from(value: SecretValue) -> Self {
        Self::Value(Text::Built(value))
    }
}
