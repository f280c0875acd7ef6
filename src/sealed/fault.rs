//! Why an encrypted file could not be opened, whatever sealed it.

use super::sops::Services;
use super::{age, sops};

/// Why a file could not be opened. Never holds a byte of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Of an age file, or of a data key that age sealed.
    #[error("{0}")]
    Age(#[from] age::Fault),
    /// Of a SOPS file.
    #[error("{0}")]
    Sops(#[from] sops::Why),
    /// It has the name of a SOPS file and is none.
    #[error("it has the name of a SOPS file and is none")]
    NotSops,
    /// Its data key is held by services that are not asked, and by nobody else.
    #[error("its data key is held by services that are not asked")]
    Services(Services),
}

impl Fault {
    /// Whether it is for want of a key, and the file may be well.
    #[must_use]
    pub const fn wants_key(self) -> bool {
        match self {
            Self::Age(fault) => fault.wants_key(),
            Self::Sops(why) => matches!(why, sops::Why::SeveralGroups),
            Self::NotSops => false,
            Self::Services(_) => true,
        }
    }
}
