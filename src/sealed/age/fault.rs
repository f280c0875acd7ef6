//! Why an age file or a file of identities could not be opened. Never holds a byte of either.

/// Why an age file could not be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
pub enum Fault {
    /// Nothing is in it.
    #[error("it is empty")]
    Empty,
    /// It does not begin as an age file.
    #[error("it is no age file")]
    NotAge,
    /// It is of another version of the format.
    #[error("it is of a version of age that is not known")]
    Version,
    /// Its armor is not what the format demands.
    #[error("its armor is damaged, or there is something before or behind it")]
    Armor,
    /// Its header is not what the format demands, or was cut off.
    #[error("its header is damaged")]
    Header,
    /// Its header has more recipients than are looked at, or is longer than any honest one.
    #[error("its header is larger than what is read")]
    HeaderSize,
    /// Its header was changed after it was made.
    #[error("its header was changed after it was made")]
    Mac,
    /// Its content was changed or cut off.
    #[error("its content is damaged or was cut off")]
    Payload,
    /// Its content is larger than what is read.
    #[error("it is larger than what is read")]
    TooLarge,
    /// Its passphrase costs more work than is spent on one file, or all together cost more than a run spends.
    #[error("its passphrase costs more work than is spent")]
    Work,
    /// There is no identity to try.
    #[error("there is no identity to open it with")]
    NoIdentity,
    /// No identity is one of its recipients'.
    #[error("none of the identities opens it")]
    NoMatch,
    /// It is sealed by a passphrase, and there is none.
    #[error("it is sealed by a passphrase, and none was given")]
    NoPassphrase,
    /// It is sealed by a passphrase, and this one is another.
    #[error("the passphrase does not open it")]
    Passphrase,
    /// Its recipients are all of kinds that this version cannot be one of.
    #[error("its recipients are of kinds that cannot be opened here: {}", .0.text())]
    Unsupported(super::Kind),
}

impl Fault {
    /// Whether it is for want of a key, and the file may be well.
    #[must_use]
    pub const fn wants_key(self) -> bool {
        matches!(
            self,
            Self::NoIdentity | Self::NoMatch | Self::NoPassphrase | Self::Passphrase | Self::Unsupported(_)
        )
    }
}

/// Why identities could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityFault {
    /// There is none in it.
    #[error("there is no identity in it")]
    None,
    /// It is larger than any honest one.
    #[error("it is larger than what is read")]
    TooLarge,
    /// A line is neither an identity nor a comment.
    #[error("line {0} is no identity")]
    Line(usize),
    /// A line is a recipient: the public half.
    #[error("line {0} is a recipient, the public half of an identity")]
    Recipient(usize),
    /// It has identities, and all are of kinds that this version cannot use.
    #[error("its identities are of a kind that cannot be used here: {}", .0.text())]
    Unsupported(super::Kind),
    /// It is no SSH private key that can be read.
    #[error("its SSH key is damaged, or of a kind that cannot be used: ssh-ed25519 and ssh-rsa can")]
    Ssh,
    /// Its key derivation costs more work than is spent.
    #[error("its passphrase costs more work than is spent")]
    Work,
    /// It is sealed by a passphrase, and there is none.
    #[error("it is sealed by a passphrase, and none was given")]
    NoPassphrase,
    /// The passphrase is another.
    #[error("the passphrase does not open it")]
    Passphrase,
    /// It is an age file that cannot be opened.
    #[error("{0}")]
    Sealed(Fault),
}
