//! What comes of one occurrence of a variable.

use super::{Outcome, Reader};

/// Distinct outcomes, each with the readers that see it so.
#[derive(Clone, Debug)]
pub struct Outcomes(Kept);

#[derive(Clone, Debug)]
enum Kept {
    /// What most variables have is kept without an allocation.
    One(Outcome, Reader),
    Several(Vec<(Outcome, Vec<Reader>)>),
}

impl Outcomes {
    /// The outcome for the only reader.
    #[must_use]
    pub const fn one(outcome: Outcome, reader: Reader) -> Self {
        Self(Kept::One(outcome, reader))
    }

    /// Outcomes that are distinct already.
    #[must_use]
    pub const fn several(outcomes: Vec<(Outcome, Vec<Reader>)>) -> Self {
        Self(Kept::Several(outcomes))
    }

    /// Every outcome with its readers.
    pub fn iter(&self) -> impl Iterator<Item = (&Outcome, &[Reader])> {
        let (one, several) = match &self.0 {
            Kept::One(outcome, reader) => (Some((outcome, std::slice::from_ref(reader))), &[][..]),
            Kept::Several(outcomes) => (None, outcomes.as_slice()),
        };
        one.into_iter().chain(several.iter().map(|(outcome, readers)| (outcome, readers.as_slice())))
    }
}
