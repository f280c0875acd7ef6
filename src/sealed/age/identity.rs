//! Files of identities: native ones with comments, SSH private keys, and either of them under a passphrase.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ::age::{ssh, x25519};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::keyring::{Identities, secret};
use super::{Fault, IdentityFault, Keyring, Kind, is_age};

/// Bytes of a file of identities.
pub const MOST_BYTES: usize = 1 << 20;
/// Native identities of one file.
const MOST_IDENTITIES: usize = 256;
/// Bytes of an SSH key: one of 16,384 bits stays below.
const MOST_SSH: usize = 32 * 1024;
/// Rounds of bcrypt that an SSH key's passphrase may cost; ssh-keygen(1) writes 24.
const MOST_ROUNDS: u32 = 256;

impl Keyring {
    /// The identities of a file: age's own, one to a line, or one SSH private key.
    ///
    /// # Errors
    /// See [`IdentityFault`].
    pub fn unlock(&self, bytes: &[u8]) -> Result<Arc<Identities>, IdentityFault> {
        if bytes.len() > MOST_BYTES {
            return Err(IdentityFault::TooLarge);
        }
        if is_age(bytes) {
            let header = super::header(bytes).map_err(IdentityFault::Sealed)?;
            if !header.is_passphrase() {
                return Err(IdentityFault::Sealed(Fault::NoMatch));
            }
            let opened = self.open(bytes, MOST_BYTES).map_err(|fault| match fault {
                Fault::NoPassphrase => IdentityFault::NoPassphrase,
                Fault::Passphrase => IdentityFault::Passphrase,
                Fault::Work => IdentityFault::Work,
                fault => IdentityFault::Sealed(fault),
            })?;
            return self.plain(&opened);
        }
        self.plain(bytes)
    }

    fn plain(&self, bytes: &[u8]) -> Result<Arc<Identities>, IdentityFault> {
        if is_ssh(bytes) {
            return self.ssh(bytes);
        }
        let (mut found, mut unusable) = (Vec::new(), None);
        for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() || line.starts_with(b"#") {
                continue;
            }
            let text = std::str::from_utf8(line).map_err(|_| IdentityFault::Line(at + 1))?;
            if let Ok(identity) = text.parse::<x25519::Identity>() {
                found.push(identity);
            } else if text.starts_with("AGE-SECRET-KEY-PQ-1") {
                unusable = unusable.or(Some(Kind::PostQuantum));
            } else if text.starts_with("AGE-PLUGIN-") {
                unusable = unusable.or(Some(Kind::Plugin));
            } else if text.starts_with("age1") || text.starts_with("ssh-") {
                return Err(IdentityFault::Recipient(at + 1));
            } else {
                return Err(IdentityFault::Line(at + 1));
            }
        }
        if found.is_empty() {
            return Err(unusable.map_or(IdentityFault::None, IdentityFault::Unsupported));
        }
        if found.len() > MOST_IDENTITIES {
            return Err(IdentityFault::TooLarge);
        }
        Ok(Arc::new(Identities { native: found, ssh: Vec::new() }))
    }

    fn ssh(&self, bytes: &[u8]) -> Result<Arc<Identities>, IdentityFault> {
        if bytes.len() > MOST_SSH {
            return Err(IdentityFault::TooLarge);
        }
        if rounds(bytes).is_some_and(|rounds| rounds > MOST_ROUNDS) {
            return Err(IdentityFault::Work);
        }
        let text = bytes.trim_ascii();
        // The crate indexes into numbers of no bytes.
        let parsed = catch_unwind(AssertUnwindSafe(|| ssh::Identity::from_buffer(text, None)));
        let identity = match parsed {
            Ok(Ok(ssh::Identity::Encrypted(key))) => {
                let passphrase = self.passphrase().ok_or(IdentityFault::NoPassphrase)?;
                let opened = catch_unwind(AssertUnwindSafe(|| key.decrypt(secret(passphrase))));
                opened.map_err(|_| IdentityFault::Ssh)?.map_err(|_| IdentityFault::Passphrase)?.into()
            }
            Ok(Ok(identity @ ssh::Identity::Unencrypted(_))) => identity,
            _ => return Err(IdentityFault::Ssh),
        };
        Ok(Arc::new(Identities { native: Vec::new(), ssh: vec![identity] }))
    }
}

fn is_ssh(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    text.starts_with(OPENSSH) || text.starts_with(b"-----BEGIN RSA PRIVATE KEY-----")
}

const OPENSSH: &[u8] = b"-----BEGIN OPENSSH PRIVATE KEY-----";

/// The rounds that an OpenSSH key's passphrase costs, by PROTOCOL.key of OpenSSH: magic, cipher, name and options of the
/// derivation, of which the last is a salt and the rounds.
fn rounds(bytes: &[u8]) -> Option<u32> {
    let body = bytes.trim_ascii().strip_prefix(OPENSSH)?;
    let end = body.iter().position(|byte| *byte == b'-')?;
    let letters = body.get(..end)?.iter().filter(|byte| !byte.is_ascii_whitespace());
    let letters = Zeroizing::new(letters.copied().collect::<Vec<u8>>());
    let mut key = Zeroizing::new(Vec::with_capacity(letters.len()));
    STANDARD.decode_vec(letters.as_slice(), &mut key).ok()?;
    let mut rest = key.strip_prefix(b"openssh-key-v1\0")?;
    let (_cipher, _name) = (string(&mut rest)?, string(&mut rest)?);
    let mut options = string(&mut rest)?;
    let _salt = string(&mut options)?;
    Some(u32::from_be_bytes(options.try_into().ok()?))
}

/// A string of RFC 4251: its length in four bytes, then it.
pub(super) fn string<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, behind) = rest.split_first_chunk::<4>()?;
    let (text, behind) = behind.split_at_checked(usize::try_from(u32::from_be_bytes(*len)).ok()?)?;
    *rest = behind;
    Some(text)
}
