//! What is known of a word's value, and why not.

use crate::text::ValueBuilder;

use super::run::Truth;
use super::{Seen, Text};

/// Why a value is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unknown {
    Unmodelled,
    Process,
    Runs,
}

impl Unknown {
    pub(super) const fn seen(self) -> Seen {
        match self {
            Self::Unmodelled => Seen::Unmodelled,
            Self::Process => Seen::DependsOnProcess,
            Self::Runs => Seen::Runs,
        }
    }
}

/// A word's text so far.
#[derive(Default)]
pub(super) struct Out {
    pub(super) text: ValueBuilder,
    pub(super) unknown: Option<Unknown>,
    /// Whether a part that is not quoted came out of a variable, so that an argument would be split.
    pub(super) loose: bool,
}

impl Out {
    pub(super) fn unknown(&mut self, why: Unknown) {
        self.unknown = self.unknown.max(Some(why));
    }
}

impl Truth<'_> {
    pub(super) fn of(seen: &Seen) -> Truth<'_> {
        match seen {
            Seen::Value(Text::Built(value)) => Truth::Value(value.expose()),
            // A span needs the file; see `Shell::truth`.
            Seen::Value(Text::Span(_)) | Seen::Unmodelled => Truth::Unknown(Unknown::Unmodelled),
            Seen::Unset => Truth::Unset,
            Seen::Runs => Truth::Unknown(Unknown::Runs),
            Seen::DependsOnProcess => Truth::Unknown(Unknown::Process),
        }
    }
}
