//! The header of an age file, held to the letter of <https://c2sp.org/age> before anything else sees it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::Fault;

pub(super) const MAGIC: &[u8] = b"age-encryption.org/";
/// Recipients of one file. A whole company's come to a few dozen.
pub const MOST_STANZAS: usize = 128;
/// Bytes of a header: as many post-quantum recipients stay below it.
pub const MOST_HEADER: usize = 256 * 1024;
/// Columns of a stanza's body; its last line is shorter.
const COLUMNS: usize = 64;
/// Highest work factor of a passphrase, as the logarithm of scrypt's N: 1 GiB and three to six seconds. age itself writes 18.
pub const MOST_WORK: u32 = 20;

/// What a recipient stanza is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A native recipient, `age1...`. Hides whose.
    X25519,
    /// A passphrase.
    Scrypt,
    /// An SSH Ed25519 key. Shows a part of a digest of it.
    SshEd25519,
    /// An SSH RSA key. Shows a part of a digest of it.
    SshRsa,
    /// A post-quantum recipient, `age1pq1...`.
    PostQuantum,
    /// A key that a hardware token holds, `age1tag1...` or `age1tagpq1...`.
    Tagged,
    /// A YubiKey's, `age1yubikey1...`: one stanza of age-plugin-yubikey for each recipient.
    Yubikey,
    /// A recipient of another plugin, `age1NAME1...`, which may make any number of stanzas of it; or of a kind that is not known.
    Plugin,
    /// Nobody: some programs add one, so that readers keep passing over what they do not know.
    Grease,
}

impl Kind {
    /// The name that people know it by.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::X25519 => "X25519",
            Self::Scrypt => "a passphrase",
            Self::SshEd25519 => "ssh-ed25519",
            Self::SshRsa => "ssh-rsa",
            Self::PostQuantum => "post-quantum (age1pq)",
            Self::Tagged => "a hardware token's (age1tag)",
            Self::Yubikey => "a YubiKey's (age1yubikey)",
            Self::Plugin => "a plugin's",
            Self::Grease => "nobody's",
        }
    }

    /// Whether this version has identities for it.
    #[must_use]
    pub const fn opens(self) -> bool {
        matches!(self, Self::X25519 | Self::Scrypt | Self::SshEd25519 | Self::SshRsa)
    }

    fn of(name: &[u8]) -> Self {
        match name {
            b"X25519" => Self::X25519,
            b"scrypt" => Self::Scrypt,
            b"ssh-ed25519" => Self::SshEd25519,
            b"ssh-rsa" => Self::SshRsa,
            b"mlkem768x25519" => Self::PostQuantum,
            b"p256tag" | b"mlkem768p256tag" => Self::Tagged,
            b"piv-p256" => Self::Yubikey,
            name if name.ends_with(b"-grease") => Self::Grease,
            _ => Self::Plugin,
        }
    }
}

/// One recipient of a file, as far as the header shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stanza {
    /// What it is for.
    pub kind: Kind,
    /// The first four bytes of the SHA-256 of an SSH key.
    pub tag: Option<[u8; 4]>,
    /// The work factor of a passphrase, as the logarithm of scrypt's N.
    pub work: Option<u32>,
}

/// A header that keeps to the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its recipients, in its order.
    pub stanzas: Vec<Stanza>,
    /// Its bytes: what follows is the nonce and the content.
    pub len: usize,
    /// Bytes behind it.
    pub content: usize,
}

impl Header {
    /// Reads the header of a binary file.
    ///
    /// # Errors
    /// See [`Fault`]; a header that was not changed by accident alone can still be a wrong one, which its MAC tells.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.is_empty() {
            return Err(Fault::Empty);
        }
        let mut lines = Lines { bytes, at: 0 };
        if !bytes.starts_with(MAGIC) {
            return Err(Fault::NotAge);
        }
        let version = lines.next()?;
        if version != b"age-encryption.org/v1" {
            let plain = version.iter().all(|byte| byte.is_ascii_graphic());
            return Err(if plain { Fault::Version } else { Fault::Header });
        }
        let mut stanzas = Vec::new();
        let mut line = lines.next()?;
        while let Some(words) = line.strip_prefix(b"-> ") {
            if stanzas.len() >= MOST_STANZAS {
                return Err(Fault::HeaderSize);
            }
            stanzas.push(stanza(words, &mut lines)?);
            line = lines.next()?;
        }
        let mac = line.strip_prefix(b"--- ").ok_or(Fault::Header)?;
        let alone = stanzas.len() == 1 || !stanzas.iter().any(|stanza| stanza.kind == Kind::Scrypt);
        if stanzas.is_empty() || !alone || decoded::<32>(mac).is_none() {
            return Err(Fault::Header);
        }
        Ok(Self { stanzas, len: lines.at, content: bytes.len().saturating_sub(lines.at) })
    }

    /// Whether a passphrase opens the file.
    #[must_use]
    pub fn is_passphrase(&self) -> bool {
        self.stanzas.iter().any(|stanza| stanza.kind == Kind::Scrypt)
    }

    /// Whether as much follows as an empty content has, which is seen without a key.
    ///
    /// # Errors
    /// [`Fault::Payload`].
    pub fn followed(&self) -> Result<(), Fault> {
        super::keyring::content_len(self.content).map(drop)
    }

    /// A kind that cannot be opened here, if all are of such kinds.
    #[must_use]
    pub fn unsupported(&self) -> Option<Kind> {
        if self.stanzas.iter().any(|stanza| stanza.kind.opens()) {
            return None;
        }
        self.stanzas.iter().map(|stanza| stanza.kind).find(|kind| *kind != Kind::Grease)
    }
}

/// The lines of a header; each ends in a line feed, and none in a carriage return.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lines<'a> {
    fn next(&mut self) -> Result<&'a [u8], Fault> {
        let left = MOST_HEADER.saturating_sub(self.at);
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let seen = rest.get(..left.min(rest.len())).unwrap_or_default();
        let len = seen.iter().position(|byte| *byte == b'\n');
        let Some(len) = len else {
            return Err(if seen.len() < rest.len() { Fault::HeaderSize } else { Fault::Header });
        };
        self.at += len + 1;
        seen.get(..len).ok_or(Fault::Header)
    }
}

fn stanza(words: &[u8], lines: &mut Lines<'_>) -> Result<Stanza, Fault> {
    let args: Vec<&[u8]> = words.split(|byte| *byte == b' ').collect();
    if args.iter().any(|arg| arg.is_empty() || !arg.iter().all(u8::is_ascii_graphic)) {
        return Err(Fault::Header);
    }
    let mut body = 0;
    loop {
        let line = lines.next()?;
        if line.len() > COLUMNS {
            return Err(Fault::Header);
        }
        body += STANDARD_NO_PAD.decode(line).map_err(|_| Fault::Header)?.len();
        if line.len() < COLUMNS {
            break;
        }
    }
    let (name, args) = args.split_first().ok_or(Fault::Header)?;
    let kind = Kind::of(name);
    let (tag, work) = match (kind, args) {
        (Kind::X25519, [share]) if body == 32 && decoded::<32>(share).is_some() => (None, None),
        (Kind::Scrypt, [salt, work]) if body == 32 && decoded::<16>(salt).is_some() => {
            (None, Some(factor(work).ok_or(Fault::Header)?))
        }
        (Kind::SshEd25519, [tag, share]) if body == 32 && decoded::<32>(share).is_some() => {
            (Some(decoded::<4>(tag).ok_or(Fault::Header)?), None)
        }
        (Kind::SshRsa, [tag]) => (Some(decoded::<4>(tag).ok_or(Fault::Header)?), None),
        (Kind::X25519 | Kind::Scrypt | Kind::SshEd25519 | Kind::SshRsa, _) => return Err(Fault::Header),
        _ => (None, None),
    };
    Ok(Stanza { kind, tag, work })
}

/// Canonical base64 of so many bytes, without padding.
fn decoded<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    let bytes = STANDARD_NO_PAD.decode(text).ok()?;
    bytes.try_into().ok()
}

/// A decimal number without a leading zero, below the 64 that the format allows.
fn factor(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.starts_with(b"0") || !text.iter().all(u8::is_ascii_digit) || text.len() > 2 {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok().filter(|work| *work < 64)
}
