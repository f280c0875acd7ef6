//! Files that SOPS sealed: what they say without a key, and their values with the data key.
//!
//! The format is what getsops/sops reads and writes up to 3.13; `docs/sops.md` has it, row by row. Not here: key
//! services, and files.

mod contents;
mod dotenv;
mod fault;
mod ini;
mod json;
mod keys;
mod metadata;
mod open;
mod re2;
mod scalar;
mod shared;
mod tree;
mod value;
mod walk;
mod yaml;

use crate::text::{SecretValue, Span};

pub use contents::{Contents, Entry};
pub use fault::{Fault, Why};
pub use metadata::{AgeKey, Group, Metadata, Rule, Service, Services};
pub use shared::{Named, holds_sealed};
pub use tree::Kind;
pub use value::begins_sealed;
pub use walk::{Leaf, Part, Path, State};

use tree::{MAX_BYTES, Stored};
use value::{Cipher, Sealed};

/// How SOPS keeps a file. It goes by the file's name, which only the caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// `.env`.
    Dotenv,
    /// `.yaml`, `.yml`.
    Yaml,
    /// `.json`.
    Json,
    /// `.ini`.
    Ini,
    /// Any other: a JSON file with the one entry `data`.
    Binary,
}

/// A file that SOPS sealed.
#[derive(Clone, Debug)]
pub struct SopsFile {
    form: Form,
    metadata: Metadata,
    leaves: Vec<Leaf>,
    empty_lists: Vec<(Path, Span)>,
}

/// A value of an opened file.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Where it is.
    pub path: Path,
    /// The value: bytes as they were before sealing, numbers and times as text, `true` and `false`.
    pub value: SecretValue,
    /// What it is; [`Kind::Comment`] is no value.
    pub kind: Kind,
    /// The place of its key in the sealed file.
    pub span: Span,
    /// Whether it was sealed.
    pub sealed: bool,
}

/// Whether anything in a text begins as a sealed value.
#[must_use]
pub fn has_sealed(bytes: &[u8]) -> bool {
    memmem(bytes, value::OPENING.as_bytes())
}

/// Whether a text has what SOPS's metadata have in every store.
#[must_use]
pub fn has_metadata(bytes: &[u8]) -> bool {
    let marks: [&[u8]; 5] = [b"lastmodified", b"sops_mac", b"sops_version", b"sops_age__", b"sops_kms__"];
    memmem(bytes, b"sops") && marks.iter().any(|mark| memmem(bytes, mark))
}

/// Whether bytes are found, without going over them for each of the bytes that are wanted.
fn memmem(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first() else { return true };
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| byte == first) {
        rest = rest.get(at..).unwrap_or_default();
        if rest.starts_with(wanted) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

impl SopsFile {
    /// Reads a file of SOPS without opening it. None where there is no sign of SOPS; a file that has sealed values or
    /// SOPS's metadata and cannot be taken is a fault.
    #[must_use]
    pub fn recognise(bytes: &[u8], form: Form) -> Option<Result<Self, Fault>> {
        let marked = || has_sealed(bytes);
        if bytes.len() > MAX_BYTES {
            return marked().then(|| Err(Why::TooLarge.into()));
        }
        let stored = match read(bytes, form) {
            Ok(stored) => stored?,
            Err(fault) => return marked().then_some(Err(fault)),
        };
        let signed = |items: &Vec<tree::Item>| {
            items.iter().any(|item| item.key.as_deref().is_some_and(metadata::is_own))
        };
        match stored.metadata.filter(signed) {
            Some(metadata) => Some(Self::from_parts(form, &metadata, stored.documents)),
            None => {
                let sealed = stored.documents.iter().find_map(|items| walk::first_sealed(items));
                sealed.map(|span| Err(Fault::at(Why::NoMetadata, span)))
            }
        }
    }

    fn from_parts(
        form: Form,
        metadata: &[tree::Item],
        documents: Vec<Vec<tree::Item>>,
    ) -> Result<Self, Fault> {
        let metadata = Metadata::read(metadata)?;
        let walk::Walked { leaves, empty_lists } = walk::leaves(documents, &metadata.rule)?;
        if form == Form::Binary {
            let [leaf] = leaves.as_slice() else { return Err(Why::NotBinary.into()) };
            if leaf.path != Path(vec![Part::Key("data".into())]) {
                return Err(Why::NotBinary.into());
            }
        }
        Ok(Self { form, metadata, leaves, empty_lists })
    }

    /// The form it was read as.
    #[must_use]
    pub fn form(&self) -> Form {
        self.form
    }

    /// What the file says of itself.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Its values and comments, in order.
    #[must_use]
    pub fn leaves(&self) -> &[Leaf] {
        &self.leaves
    }

    /// Recipients of age in all groups.
    pub fn age_keys(&self) -> impl Iterator<Item = &AgeKey> {
        self.metadata.groups.iter().flat_map(|group| &group.age)
    }

    /// Values that are plain where the file's rule wants them sealed, or the other way round. Without a key nobody can
    /// say more; with one they are faults.
    #[must_use]
    pub fn misplaced(&self) -> Vec<(usize, Why)> {
        let indices = self.leaves.iter().enumerate();
        indices.filter_map(|(at, leaf)| Some((at, misplaced(leaf)?))).collect()
    }

    /// What can be said against opening it with whatever data key.
    ///
    /// # Errors
    /// [`Why::SeveralGroups`], [`Why::NoMac`], [`Why::BadSealed`] of the authentication code.
    pub fn can_be_opened(&self) -> Result<(), Fault> {
        self.sealed_mac().map(|_| ())
    }

    fn sealed_mac(&self) -> Result<Sealed, Fault> {
        if self.metadata.groups.len() > 1 {
            return Err(Why::SeveralGroups.into());
        }
        match self.metadata.mac.as_str() {
            "" => Err(Why::NoMac.into()),
            text => {
                Sealed::parse(text).filter(|sealed| sealed.kind == Kind::Str).ok_or(Why::BadSealed.into())
            }
        }
    }

    /// Opens all of it with its data key: every value and comment, in order, if the authentication code holds.
    ///
    /// # Errors
    /// The first fault; nothing of the file is given out then.
    pub fn decrypt(&self, data_key: &[u8; 32]) -> Result<Vec<Opened>, Fault> {
        open::all(self, &Cipher::new(data_key))
    }
}

/// What is against a leaf by the file's own rule. Empty text and `null` are never sealed; comments may be plain.
fn misplaced(leaf: &Leaf) -> Option<Why> {
    match leaf.state {
        _ if leaf.comment => None,
        State::Plain if leaf.to_be_sealed => Some(Why::NotSealed),
        State::Sealed if !leaf.to_be_sealed => Some(Why::NotPlain),
        _ => None,
    }
}

/// A file by its store; none if it is of the form and no mapping.
fn read(bytes: &[u8], form: Form) -> Result<Option<Stored>, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Why::Syntax)?;
    match form {
        Form::Dotenv => dotenv::read(text).map(Some),
        Form::Ini => ini::read(text).map(Some),
        Form::Json | Form::Binary => json::read(text)?.map(|items| tree::split(vec![items])).transpose(),
        Form::Yaml => yaml::read(text)?.map(tree::split).transpose(),
    }
}
