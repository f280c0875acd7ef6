//! What is known of an encrypted file.

use crate::sealed::age::{self, Kind, Recipient, Stanza};
use crate::sealed::sops::Services;
use crate::sealed::{Fault, Sealer};
use crate::text::KeyName;

/// An encrypted file: what it shows, and what came of opening it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// What sealed it.
    pub sealer: Sealer,
    /// For whom, as far as its header shows it; nothing where that cannot be read.
    pub stanzas: Vec<Stanza>,
    /// What a SOPS file says of itself, if it is one that can be read.
    pub sops: Option<Sops>,
    /// What came of opening it.
    pub opening: Opening,
}

/// What a SOPS file says of itself without a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sops {
    /// Recipients of age: of what kind, and whose, if that can be read.
    pub recipients: Vec<(Kind, Option<Recipient>)>,
    /// Services that hold the data key too.
    pub services: Services,
    /// Whether it names its variables.
    pub names: bool,
    /// Its variables that stand in the clear, as its rule has it.
    pub clear: Vec<KeyName>,
    /// Values that stand in the clear against its rule.
    pub unsealed: u64,
    /// Whether comments do, which SOPS takes as they are.
    pub clear_comments: bool,
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
    /// Of a file of which no more is known.
    #[must_use]
    pub const fn new(sealer: Sealer, opening: Opening) -> Self {
        Self { sealer, stanzas: Vec::new(), sops: None, opening }
    }

    /// Whether it was opened.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.opening == Opening::Opened
    }

    /// Whether which variables are in it is known, be their values hidden. What was damaged says nothing.
    #[must_use]
    pub fn has_names(&self) -> bool {
        let sound = match self.opening {
            Opening::Opened => return true,
            Opening::NotTried => true,
            Opening::Failed(fault) => fault.wants_key(),
            Opening::Unable => false,
        };
        sound && self.sops.as_ref().is_some_and(|sops| sops.names)
    }

    /// Whether it only bears the name of an encrypted file: what is in it may be in the clear.
    #[must_use]
    pub const fn is_named_only(&self) -> bool {
        matches!(
            self.opening,
            Opening::Failed(Fault::NotSops | Fault::Age(age::Fault::NotAge | age::Fault::Empty))
        )
    }
}
