//! Key pairs of which a variable holds a half: the same in whatever form it is written.

use zeroize::Zeroizing;

use crate::model::{Content, Variable};
use crate::value::certificates::read;

/// What stands for the pairs of a variable, as all of its readers see it.
#[derive(Default)]
pub struct Halves {
    /// Those of its private keys.
    pub private: Vec<Zeroizing<Vec<u8>>>,
    /// Those of its own certificates: no authority's, which stands wherever it is trusted.
    pub certified: Vec<Zeroizing<Vec<u8>>>,
}

/// The halves that a variable holds.
#[must_use]
pub fn halves(variable: &Variable) -> Halves {
    let mut halves = Halves::default();
    let Content::Read(readings) = &variable.content else { return halves };
    for material in readings.iter().filter_map(|(outcome, _)| read(outcome.value()?)) {
        halves.private.extend(material.private_keys().flat_map(|key| key.identities()));
        let leaf = material.leaf().filter(|leaf| !leaf.is_ca && !material.is_scattered);
        halves.certified.extend(leaf.map(|leaf| leaf.public_key.identity()));
    }
    halves
}

/// Keeps what stands for a private key apart from all values.
#[must_use]
pub fn private_text(identity: &[u8]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new([b"\0private key\0".as_slice(), identity, b"\0"].concat())
}
