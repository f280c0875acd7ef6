//! Secret bytes in memory.
//!
//! Not here: any way to print, serialize or compare them by name. What may be said
//! about a value is said by rules, in words of their own.

use std::fmt;

use secrecy::{ExposeSecret, SecretSlice};

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
