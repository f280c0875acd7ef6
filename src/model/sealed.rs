//! What is known of an encrypted file.

use crate::sealed::Sealer;
use crate::sealed::age::{Fault, Stanza};

/// An encrypted file: what it shows, and what came of opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What sealed it.
    pub sealer: Sealer,
    /// For whom, as far as its header shows it; nothing where that cannot be read.
    pub stanzas: Vec<Stanza>,
    /// What came of opening it.
    pub opening: Opening,
}

/// What came of opening an encrypted file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It was opened.
    Opened,
    /// It could not be.
    Failed(Fault),
    /// This version opens nothing of what sealed it.
    Unable,
    /// It was not to be.
    NotTried,
}

impl Sealed {
    /// Whether it was opened.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.opening == Opening::Opened
    }

    /// Whether it only bears the name of an encrypted file: what is in it may be in the clear.
    #[must_use]
    pub const fn is_named_only(&self) -> bool {
        matches!(self.opening, Opening::Failed(Fault::NotAge | Fault::Empty))
    }
}
