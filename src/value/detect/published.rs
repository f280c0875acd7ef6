//! Keys that documentation or software publishes, and that read like random ones. Kept as truncated digests.

use std::collections::HashSet;
use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// Sixteen bytes of a SHA-256.
type Mark = [u8; 16];

static KNOWN: LazyLock<HashSet<Mark>> = LazyLock::new(|| {
    include_str!("lexicon/published.txt").lines().filter_map(|line| mark(line.split(' ').next()?)).collect()
});

fn mark(hex: &str) -> Option<Mark> {
    let mut bytes = Mark::default();
    if hex.len() != 2 * bytes.len() || !hex.is_ascii() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// Whether a text is one of them.
#[must_use]
pub fn is_known(text: &str) -> bool {
    // No published key is shorter, and none of those here longer.
    if !(16..=512).contains(&text.len()) {
        return false;
    }
    let digest = Sha256::digest(text.as_bytes());
    let head: Option<Mark> = digest.get(..16).and_then(|head| head.try_into().ok());
    head.is_some_and(|head| KNOWN.contains(&head))
}
