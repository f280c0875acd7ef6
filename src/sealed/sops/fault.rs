//! Why a SOPS file is not taken. No fault carries text of the file.

use crate::text::Span;

/// A fault and where it is, as far as that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Fault {
    /// What is wrong.
    pub why: Why,
    /// The place in the sealed file; empty where there is none.
    pub span: Span,
    /// The leaf, as an index into [`SopsFile::leaves`](super::SopsFile::leaves).
    pub leaf: Option<usize>,
}

/// What is wrong with a SOPS file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[error("{}", self.text())]
pub enum Why {
    /// Larger, deeper or of more entries than is looked at.
    TooLarge,
    /// Not of its form: broken YAML, JSON, INI or dotenv, or no UTF-8.
    Syntax,
    /// A key stands twice in one mapping or section.
    DuplicateKey,
    /// A key that is no text, or a tag that SOPS does not write.
    Unsupported,
    /// There are sealed values and no metadata of SOPS.
    NoMetadata,
    /// The metadata are not of the form that SOPS writes.
    BadMetadata,
    /// More than one rule says what is sealed; SOPS allows one.
    SeveralRules,
    /// A pattern of the metadata that cannot be read here.
    BadPattern,
    /// A value begins like a sealed one and is none.
    BadSealed,
    /// A file of the binary store has something else than the one entry `data`.
    NotBinary,
    /// Its data key is split over several key groups (Shamir), which is not supported.
    SeveralGroups,
    /// No message authentication code: nobody can say that the file is whole.
    NoMac,
    /// The authentication code does not open: another data key, or an altered time of modification.
    SealedMac,
    /// The authentication code is another one: values were changed, added, removed or moved.
    WrongMac,
    /// A value does not open at its place: altered, or moved from another key.
    Altered,
    /// A value is plain that the file's own rule wants sealed.
    NotSealed,
    /// A value is sealed that the file's own rule wants plain: SOPS would hand on the ciphertext.
    NotPlain,
    /// What was sealed does not fit the type that is said of it.
    WrongType,
}

impl Why {
    /// It in words that are fixed.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::TooLarge => "the SOPS file is larger or deeper than what is looked at",
            Self::Syntax => "the SOPS file is not of its form",
            Self::DuplicateKey => "a key stands twice in the SOPS file",
            Self::Unsupported => "the SOPS file has a key that is no text, or a tag",
            Self::NoMetadata => "values are sealed by SOPS, and its metadata are missing",
            Self::BadMetadata => "the metadata of SOPS are broken",
            Self::SeveralRules => "the metadata of SOPS have more than one rule of what is sealed",
            Self::BadPattern => "the metadata of SOPS have a pattern that cannot be read here",
            Self::BadSealed => "a sealed value is broken",
            Self::NotBinary => "the SOPS file is not of the binary store",
            Self::SeveralGroups => {
                "the data key is split over several key groups, which cannot be put together here"
            }
            Self::NoMac => "the SOPS file has no message authentication code",
            Self::SealedMac => "the message authentication code does not open with this data key",
            Self::WrongMac => "the message authentication code is wrong: the file was changed without SOPS",
            Self::Altered => "a sealed value does not open: it was changed, or belongs to another key",
            Self::NotSealed => "a value is plain that the rule of the SOPS file wants sealed",
            Self::NotPlain => "a value is sealed that the rule of the SOPS file wants plain",
            Self::WrongType => "a sealed value is not of the type that is said of it",
        }
    }
}

impl From<Why> for Fault {
    fn from(why: Why) -> Self {
        Self { why, span: Span::default(), leaf: None }
    }
}

impl Fault {
    pub(super) fn at(why: Why, span: Span) -> Self {
        Self { why, span, leaf: None }
    }
}
