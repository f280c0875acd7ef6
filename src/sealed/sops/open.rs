//! Opening a whole file: every leaf at its place, and the authentication code over all.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256, Sha512};
use zeroize::Zeroizing;

use crate::text::SecretValue;

use super::fault::{Fault, Why};
use super::tree::Kind;
use super::value::{Cipher, Sealed};
use super::walk::{Content, Leaf, Path, State};
use super::{Opened, SopsFile, misplaced, scalar};

pub(super) fn all(file: &SopsFile, cipher: &Cipher) -> Result<Vec<Opened>, Fault> {
    let mac = file.sealed_mac()?;
    let stated = cipher.open(&mac, file.metadata.last_modified.as_bytes()).ok_or(Why::SealedMac)?;
    let mut hash = Sha512::new();
    if file.metadata.mac_only_encrypted {
        // So that it never is the code over all values.
        hash.update(Sha256::digest(b"sops"));
    }
    let values = file.leaves.iter().enumerate().filter(|(_, leaf)| !leaf.comment).map(|(at, _)| at).collect();
    let opener = Opener { leaves: &file.leaves, values, cipher };
    let mut opened = Vec::with_capacity(file.leaves.len());
    for (at, leaf) in file.leaves.iter().enumerate() {
        let (kind, value) =
            opener.leaf(at, leaf).map_err(|why| Fault { why, span: leaf.span, leaf: Some(at) })?;
        if kind != Kind::Comment && (leaf.to_be_sealed || !file.metadata.mac_only_encrypted) {
            hash.update(scalar::hashed(kind, &value));
        }
        opened.push(Opened {
            path: leaf.path.clone(),
            value: SecretValue::new(&value),
            kind: if leaf.comment { Kind::Comment } else { kind },
            span: leaf.span,
            sealed: leaf.state == State::Sealed,
        });
    }
    let mut computed = String::with_capacity(128);
    for byte in hash.finalize() {
        let _ = write!(computed, "{byte:02X}");
    }
    if computed.as_bytes() == stated.as_slice() { Ok(opened) } else { Err(Why::WrongMac.into()) }
}

struct Opener<'a> {
    leaves: &'a [Leaf],
    /// Which of them are no comments.
    values: Vec<usize>,
    cipher: &'a Cipher,
}

impl Opener<'_> {
    fn leaf(&self, at: usize, leaf: &Leaf) -> Result<(Kind, Zeroizing<Vec<u8>>), Why> {
        if let Some(why) = misplaced(leaf) {
            return Err(why);
        }
        match &leaf.content {
            Content::Plain(text) => Ok((leaf.kind, Zeroizing::new(text.as_bytes().to_vec()))),
            Content::Sealed(sealed) => {
                let here = self.cipher.open(sealed, &leaf.path.place());
                let bytes = here.or_else(|| if leaf.comment { self.comment(at, sealed) } else { None });
                let value = typed(sealed.kind, bytes.ok_or(Why::Altered)?).ok_or(Why::WrongType)?;
                Ok((sealed.kind, value))
            }
        }
    }

    /// A comment may be authenticated with any mapping around it: the library that SOPS reads YAML with moves comments to
    /// the entry above or below. They are not in the authentication code.
    fn comment(&self, at: usize, sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
        let next = self.values.partition_point(|value| *value < at);
        let near = [next.checked_sub(1), Some(next)].into_iter().flatten();
        near.filter_map(|place| self.leaves.get(*self.values.get(place)?)).find_map(|leaf| {
            let parts = &leaf.path.0;
            (0..=parts.len()).rev().find_map(|length| {
                let path = Path(parts.get(..length)?.to_vec());
                self.cipher.open(sealed, &path.place())
            })
        })
    }
}

/// An opened value as its type has it. Text and bytes are what they are.
fn typed(kind: Kind, bytes: Zeroizing<Vec<u8>>) -> Option<Zeroizing<Vec<u8>>> {
    if matches!(kind, Kind::Str | Kind::Bytes | Kind::Comment) {
        return Some(bytes);
    }
    let text = scalar::opened(kind, std::str::from_utf8(&bytes).ok()?)?;
    Some(Zeroizing::new(text.as_bytes().to_vec()))
}
