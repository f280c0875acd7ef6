//! What every store is read into: mappings and lists in order, comments among them.

use std::fmt;

use zeroize::Zeroizing;

use crate::text::Span;

use super::fault::{Fault, Why};

/// Bytes of a file, entries of a tree and its depth that no honest file reaches.
pub(super) const MAX_BYTES: usize = 32 << 20;
pub(super) const MAX_NODES: usize = 200_000;
pub(super) const MAX_DEPTH: usize = 32;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Text.
    Str,
    /// A whole number, in decimal.
    Int,
    /// A number, in decimal without exponent.
    Float,
    /// `true` or `false`.
    Bool,
    /// Bytes.
    Bytes,
    /// A time (RFC 3339).
    Time,
    /// A comment: no value.
    Comment,
    /// `null`: SOPS leaves it as it is.
    Null,
}

/// Text that may be secret: zeroed on drop, with a constant `Debug`. Only what YAML has in base64 (`!!binary`) may be no UTF-8.
#[derive(Clone)]
pub(super) struct Text(Zeroizing<Vec<u8>>);

impl Text {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self::of_bytes(text.into().into_bytes())
    }

    pub(super) fn of_bytes(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// What is no UTF-8 is no text of anything: empty.
    pub(super) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[text]")
    }
}

#[derive(Clone, Debug)]
pub(super) struct Scalar {
    pub kind: Kind,
    /// As SOPS would write it into a plain file.
    pub text: Text,
}

#[derive(Clone, Debug)]
pub(super) enum Node {
    Scalar(Scalar),
    Comment(Text),
    Map(Vec<Item>),
    List(Vec<Item>),
}

/// An entry of a mapping or list, or a comment between them.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub key: Option<String>,
    pub span: Span,
    pub node: Node,
}

impl Item {
    pub(super) fn comment(text: &str, span: Span) -> Self {
        Self { key: None, span, node: Node::Comment(Text::new(text)) }
    }

    pub(super) fn text(key: &str, span: Span, text: &str) -> Self {
        Self { key: Some(key.to_owned()), span, node: Node::text(text) }
    }
}

impl Node {
    pub(super) fn text(text: &str) -> Self {
        Self::Scalar(Scalar { kind: Kind::Str, text: Text::new(text) })
    }
}

/// A file as its store reads it: the documents of YAML, one otherwise, without the metadata.
pub(super) struct Stored {
    pub documents: Vec<Vec<Item>>,
    /// The metadata as a mapping, if they are there.
    pub metadata: Option<Vec<Item>>,
}

/// Takes what stands below `sops` out of documents: SOPS reads those of the first and drops the others.
pub(super) fn split(mut documents: Vec<Vec<Item>>) -> Result<Stored, Fault> {
    let mut metadata = None;
    for (index, items) in documents.iter_mut().enumerate() {
        let Some(at) = items.iter().position(|item| item.key.as_deref() == Some("sops")) else { continue };
        let item = items.remove(at);
        if index == 0 {
            match item.node {
                Node::Map(items) => metadata = Some(items),
                // A plain file may have such a key.
                _ => items.insert(at, item),
            }
        }
    }
    Ok(Stored { documents, metadata })
}

/// Counts entries.
#[derive(Default)]
pub(super) struct Budget(usize);

impl Budget {
    pub(super) fn take(&mut self, nodes: usize) -> Result<(), Fault> {
        self.0 = self.0.saturating_add(nodes);
        if self.0 > MAX_NODES { Err(Why::TooLarge.into()) } else { Ok(()) }
    }
}
