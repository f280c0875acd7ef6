//! Sealed values: `ENC[AES256_GCM,data:…,iv:…,tag:…,type:…]`, in base64. The path of the key is authenticated with each.

use aes_gcm::aead::consts::U32;
use aes_gcm::aead::generic_array::GenericArray;
use aes_gcm::aes::Aes256;
use aes_gcm::{AeadInPlace as _, AesGcm, KeyInit as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::tree::Kind;

pub(super) const OPENING: &str = "ENC[AES256_GCM,";

/// Whether a text begins as SOPS writes a sealed value.
#[must_use]
pub fn begins_sealed(text: &[u8]) -> bool {
    text.starts_with(OPENING.as_bytes())
}

/// The parts of a sealed value.
#[derive(Clone, Debug)]
pub(super) struct Sealed {
    data: Vec<u8>,
    nonce: [u8; 32],
    tag: [u8; 16],
    pub kind: Kind,
}

impl Sealed {
    /// The parts of `text`; none if it is not to the letter what SOPS writes.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(OPENING)?.strip_suffix(']')?;
        let mut parts = text.split(',');
        let mut part = |name: &str| parts.next()?.strip_prefix(name);
        let (data, nonce, tag, kind) = (part("data:")?, part("iv:")?, part("tag:")?, part("type:")?);
        if parts.next().is_some() || data.is_empty() {
            return None;
        }
        let kind = match kind {
            "str" => Kind::Str,
            "int" | "int64" => Kind::Int,
            "float" => Kind::Float,
            "bool" => Kind::Bool,
            "bytes" => Kind::Bytes,
            "time" => Kind::Time,
            "comment" => Kind::Comment,
            _ => return None,
        };
        let decode = |text: &str| STANDARD.decode(text).ok();
        Some(Self {
            data: decode(data)?,
            nonce: decode(nonce)?.try_into().ok()?,
            tag: decode(tag)?.try_into().ok()?,
            kind,
        })
    }
}

/// AES-256-GCM with nonces of 32 bytes, which go through GHASH (NIST SP 800-38D, 7.1).
pub(super) struct Cipher(AesGcm<Aes256, U32>);

impl Cipher {
    pub(super) fn new(key: &[u8; 32]) -> Self {
        Self(AesGcm::new(GenericArray::from_slice(key)))
    }

    /// The plain bytes, if they are authentic under this key at this place.
    pub(super) fn open(&self, sealed: &Sealed, place: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let mut buffer = Zeroizing::new(sealed.data.clone());
        let (nonce, tag) = (GenericArray::from_slice(&sealed.nonce), GenericArray::from_slice(&sealed.tag));
        self.0.decrypt_in_place_detached(nonce, place, &mut buffer, tag).ok()?;
        Some(buffer)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Cipher, Sealed};

    /// The vector of SOPS's own unit test, whose key is thirty-two times `f`.
    #[test]
    fn the_published_vector_opens_at_its_place_only() {
        let parts = ["oYyi", "MyIDYbT718JRr11QtBkcj3Dwm4k1aCGZBVeZf0EyV8o=", "t5z2Z023Up0kxwCgw1gNxg=="];
        let [data, nonce, tag] = parts;
        let sealed =
            Sealed::parse(&format!("ENC[AES256_GCM,data:{data},iv:{nonce},tag:{tag},type:str]")).unwrap();
        let cipher = Cipher::new(&[b'f'; 32]);
        assert_eq!(cipher.open(&sealed, b"bar:").unwrap().as_slice(), b"foo");
        assert!(cipher.open(&sealed, b"").is_none());
        assert!(Cipher::new(&[b'e'; 32]).open(&sealed, b"bar:").is_none());
    }
}
