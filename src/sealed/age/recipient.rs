//! Recipients as policies list them.

use ::age::x25519;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::Kind;
use super::identity::string;

/// A recipient: the public half of an identity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recipient {
    /// The kind of its stanzas.
    pub kind: Kind,
    /// What its stanzas show of it, if they show anything.
    pub tag: Option<[u8; 4]>,
    /// As it is written, without a comment.
    text: String,
}

impl Recipient {
    /// Reads a recipient: `age1...`, or `ssh-ed25519 ...` and `ssh-rsa ...` with or without a comment.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((kind, tag, key)) = ssh(text) {
            return Some(Self { kind, tag: Some(tag), text: key.to_owned() });
        }
        let data = text.strip_prefix("age1")?;
        if !data
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte))
        {
            return None;
        }
        // The letters of a key never hold a `1`: a second one ends a name.
        let kind = match data.rsplit_once('1') {
            Some(("pq", key)) if key.len() > 6 => Kind::PostQuantum,
            Some(("tag" | "tagpq", key)) if key.len() > 6 => Kind::Tagged,
            Some(("yubikey", key)) if key.len() > 6 => Kind::Yubikey,
            Some((name, key)) if !name.is_empty() && key.len() > 6 => Kind::Plugin,
            Some(_) => return None,
            None => {
                text.parse::<x25519::Recipient>().ok()?;
                Kind::X25519
            }
        };
        Some(Self { kind, tag: None, text: text.to_owned() })
    }

    /// As it is written, without a comment.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// An SSH public key as sshd(8) has it: a word for its kind, the key in base64, a comment.
fn ssh(text: &str) -> Option<(Kind, [u8; 4], &str)> {
    let mut words = text.split_ascii_whitespace();
    let (name, key) = (words.next()?, words.next()?);
    let kind = match name {
        "ssh-ed25519" => Kind::SshEd25519,
        "ssh-rsa" => Kind::SshRsa,
        _ => return None,
    };
    let blob = STANDARD.decode(key).ok()?;
    let mut rest = blob.as_slice();
    if string(&mut rest)? != name.as_bytes() {
        return None;
    }
    let (tag, _) = Sha256::digest(&blob).split_first_chunk::<4>().map(|(tag, rest)| (*tag, rest.len()))?;
    Some((kind, tag, key))
}
