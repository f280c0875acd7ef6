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
        if bytes.trim_ascii_start().starts_with(PKCS8) {
            return self.ssh(&pkcs1(bytes).ok_or(IdentityFault::Ssh)?);
        }
        if bytes.trim_ascii_start().starts_with(b"-----BEGIN ") {
            return Err(IdentityFault::Ssh);
        }
        let (mut found, mut unusable) = (Vec::new(), None);
        for (at, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.trim_ascii().is_empty() || line.starts_with(b"#") {
                continue;
            }
            let text = std::str::from_utf8(line).map_err(|_| IdentityFault::Line(at + 1))?;
            // The crate takes lower case too; age and SOPS do not, and it is they who open the file when it is deployed.
            let own = text.starts_with("AGE-SECRET-KEY-1").then(|| text.parse::<x25519::Identity>());
            if let Some(Ok(identity)) = own {
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

const PKCS8: &[u8] = b"-----BEGIN PRIVATE KEY-----";
/// What stands before a key in PKCS #8 (RFC 5958, section 2) if it is RSA's (RFC 8017, A.1): a version, the identifier of
/// rsaEncryption, no parameters.
const RSA: &[u8] = &[2, 1, 0, 0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];

/// An RSA key in PKCS #8, as openssl writes it, in the form that the crate reads: PKCS #1 is what PKCS #8 holds of it.
fn pkcs1(bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    const FIRST: &[u8] = b"-----BEGIN RSA PRIVATE KEY-----\n";
    const LAST: &[u8] = b"-----END RSA PRIVATE KEY-----\n";
    if bytes.len() > MOST_SSH {
        return None;
    }
    let body = bytes.trim_ascii().strip_prefix(PKCS8)?.strip_suffix(b"-----END PRIVATE KEY-----")?;
    let letters = body.iter().filter(|byte| !byte.is_ascii_whitespace());
    let letters = Zeroizing::new(letters.copied().collect::<Vec<u8>>());
    let mut der = Zeroizing::new(Vec::with_capacity(letters.len()));
    STANDARD.decode_vec(letters.as_slice(), &mut der).ok()?;
    let (info, _) = element(0x30, &der)?;
    let (key, _) = element(4, info.strip_prefix(RSA)?)?;
    let mut text = Zeroizing::new(vec![0; key.len() * 2 + 4]);
    let length = STANDARD.encode_slice(key, &mut text).ok()?;
    let mut pem = Zeroizing::new(Vec::with_capacity(length * 2 + FIRST.len() + LAST.len()));
    pem.extend_from_slice(FIRST);
    for line in text.get(..length)?.chunks(64) {
        pem.extend_from_slice(line);
        pem.push(b'\n');
    }
    pem.extend_from_slice(LAST);
    Some(pem)
}

/// The content of an element of DER (X.690, 8.1), and what follows.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first().filter(|_| *found == tag)?;
    // Shorter lengths stand in the first byte, longer ones in as many as it says.
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        let (digits, rest) = rest.split_at_checked(count).filter(|_| (1..=3).contains(&count))?;
        (digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)), rest)
    };
    rest.split_at_checked(length)
}

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{RSA, STANDARD, element, pkcs1};
    use base64::Engine;

    fn within(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap().to_be_bytes();
        [&[tag, 0x82], length.as_slice(), content].concat()
    }

    fn pem(words: &str, der: &[u8]) -> String {
        let text = STANDARD.encode(der);
        let lines = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap());
        format!("-----BEGIN {words}-----\n{}\n-----END {words}-----\n", lines.collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn a_key_of_openssl_is_unwrapped() {
        let key: Vec<u8> = (0..=255).cycle().take(1200).collect();
        let info = [RSA, &within(4, &key)].concat();
        let whole = pem("PRIVATE KEY", &within(0x30, &info));
        assert_eq!(pkcs1(whole.as_bytes()).unwrap().as_slice(), pem("RSA PRIVATE KEY", &key).as_bytes());
        assert!(pkcs1(whole.replace('\n', "\r\n").as_bytes()).is_some());
        assert!(pkcs1(pem("PRIVATE KEY", &within(0x30, &within(4, &key))).as_bytes()).is_none());
        assert!(pkcs1(pem("PRIVATE KEY", &[0x30, 0x83, 0xff, 0xff, 0xff, 0]).as_bytes()).is_none());
        assert!(pkcs1(whole.get(..200).unwrap().as_bytes()).is_none());
        assert_eq!((element(4, &[4, 1, 7, 8]), element(4, &[4, 0x84])), (Some((&[7][..], &[8][..])), None));
    }
}
