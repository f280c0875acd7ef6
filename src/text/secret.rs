//! Secret bytes in memory.
//!
//! Not here: any way to print, serialize or compare them by name. What may be said
//! about a value is said by rules, in words of their own.

use std::fmt;

use secrecy::{ExposeSecret, SecretSlice};
use zeroize::Zeroizing;

/// Bytes that may be secret: zeroed on drop, with a constant `Debug` and no `Display`.
#[derive(Clone)]
pub struct SecretValue(SecretSlice<u8>);

impl SecretValue {
    /// Copies `bytes` into memory of exactly their size, so that no growing buffer leaves a copy behind.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(SecretSlice::from(bytes.to_vec()))
    }

    /// The bytes themselves. Whatever is made of them must be a secret again, or a fact that tells nothing of them.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.expose_secret()
    }
}

impl fmt::Debug for SecretValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[secret]")
    }
}

/// A value that is put together piece by piece. Where it grows, what it leaves behind is zeroed.
#[derive(Default)]
pub struct ValueBuilder(Zeroizing<Vec<u8>>);

impl ValueBuilder {
    /// An empty one with room for `capacity` bytes.
    #[must_use]
    pub fn with_capacity(capacity: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(capacity)))
    }

    /// Adds a byte.
    pub fn push(&mut self, byte: u8) {
        self.extend(&[byte]);
    }

    /// Adds bytes.
    pub fn extend(&mut self, bytes: &[u8]) {
        let wanted = self.0.len().saturating_add(bytes.len());
        if wanted > self.0.capacity() {
            // Not left to the vector: it would free the old memory as it is.
            let mut larger = Vec::with_capacity(wanted.saturating_mul(2));
            larger.extend_from_slice(&self.0);
            self.0 = Zeroizing::new(larger);
        }
        self.0.extend_from_slice(bytes);
    }

    /// Takes bytes off the end, down to a length.
    pub fn truncate(&mut self, length: usize) {
        self.0.truncate(length);
    }

    /// The bytes so far.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// Number of bytes so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value.
    #[must_use]
    pub fn finish(self) -> SecretValue {
        SecretValue::new(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::SecretValue;

    #[test]
    fn debug_is_constant() {
        let texts = ["", "a", "something longer"];
        for text in texts {
            assert_eq!(format!("{:?}", SecretValue::new(text.as_bytes())), "[secret]");
        }
    }
}
