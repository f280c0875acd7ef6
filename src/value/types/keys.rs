//! Public keys.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::{Fault, encodings, ensure, rsplit_once};

/// Characters of BIP 173 in the order of their values.
const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// Human-readable parts of age's own recipients and the bytes behind them (<https://age-encryption.org/v1>, "Native
/// recipient types": an X25519 key; an ML-KEM-768 and an X25519 key; a compressed P-256 point; an ML-KEM-768 key and
/// a point).
const RECIPIENTS: &[(&[u8], usize)] =
    &[(b"age", 32), (b"age1pq", 1216), (b"age1tag", 33), (b"age1tagpq", 1249)];

/// No recipient comes near it.
const MOST: usize = 16 * 1024;

/// `age1...` in lower case, its checksum right; behind `age1` may stand a plugin's name (<https://c2sp.org/age-plugin>),
/// whose data may have any length. An SSH key, which age takes as well, is a type of its own.
pub(super) fn age_recipient(value: &[u8]) -> Result<(), Fault> {
    ensure(value.len() <= MOST, Fault::Length)?;
    ensure(value.starts_with(b"age1"), Fault::Kind)?;
    let (prefix, data) = rsplit_once(value, b'1').ok_or(Fault::Kind)?;
    ensure(prefix.iter().all(|b| b.is_ascii_graphic() && !b.is_ascii_uppercase()), Fault::Alphabet)?;
    let digit = |b: &u8| BECH32.iter().position(|known| known == b).and_then(|at| u32::try_from(at).ok());
    ensure(data.iter().all(|b| digit(b).is_some()), Fault::Alphabet)?;
    let digits = || data.iter().filter_map(digit);
    ensure(data.len() >= 6 && is_bech32(prefix, digits()), Fault::Checksum)?;
    // Without the six digits of the checksum.
    let count = data.len() - 6;
    let (bytes, spare) = (count * 5 / 8, count * 5 % 8);
    let last = digits().take(count).last().unwrap_or_default();
    ensure(spare < 5 && last & ((1 << spare) - 1) == 0, Fault::Length)?;
    let known = RECIPIENTS.iter().find(|(known, _)| *known == prefix);
    ensure(known.is_none_or(|(_, length)| *length == bytes), Fault::Length)
}

/// The checksum of BIP 173, without its limit of 90 characters, as age has it.
fn is_bech32(prefix: &[u8], digits: impl Iterator<Item = u32>) -> bool {
    const GENERATOR: [u32; 5] = [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3];
    let high = prefix.iter().map(|b| u32::from(b >> 5));
    let low = prefix.iter().map(|b| u32::from(b & 31));
    let sum = high.chain([0]).chain(low).chain(digits).fold(1_u32, |sum, digit| {
        let shifted = (sum & 0x1ff_ffff) << 5 ^ digit;
        let bits = GENERATOR.iter().enumerate().filter(|(bit, _)| sum >> (25 + bit) & 1 == 1);
        bits.fold(shifted, |sum, (_, part)| sum ^ part)
    });
    sum == 1
}

/// What follows the name in an SSH key.
#[derive(Clone, Copy)]
enum Field {
    /// A number above zero.
    Number,
    /// This many bytes.
    Bytes(usize),
    /// This text.
    Text(&'static str),
    /// An uncompressed point of a curve: a 4 and two numbers of this length (SEC 1, section 2.3.3).
    Point(usize),
    /// Any text.
    Any,
}

use Field::{Any, Bytes, Number, Point, Text};

/// Key formats: RFC 4253, section 6.6; RFC 5656, section 3.1; RFC 8709, section 4; OpenSSH's `PROTOCOL.u2f`.
const KEYS: &[(&str, &[Field])] = &[
    ("ssh-ed25519", &[Bytes(32)]),
    ("ssh-ed448", &[Bytes(57)]),
    ("ssh-rsa", &[Number, Number]),
    ("ssh-dss", &[Number, Number, Number, Number]),
    ("ecdsa-sha2-nistp256", &[Text("nistp256"), Point(32)]),
    ("ecdsa-sha2-nistp384", &[Text("nistp384"), Point(48)]),
    ("ecdsa-sha2-nistp521", &[Text("nistp521"), Point(66)]),
    ("sk-ssh-ed25519@openssh.com", &[Bytes(32), Any]),
    ("sk-ecdsa-sha2-nistp256@openssh.com", &[Text("nistp256"), Point(32), Any]),
];

/// A key's name, the key in base64 and a comment, which may be missing, with blanks between (sshd(8), "AUTHORIZED_KEYS
/// FILE FORMAT"). The key repeats its name (RFC 4253, section 6.6). Neither options nor certificates.
pub(super) fn ssh_public_key(value: &[u8]) -> Result<(), Fault> {
    ensure(!value.iter().any(|b| b.is_ascii_control() && *b != b'\t'), Fault::Blank)?;
    let mut words = value.split(|b| matches!(b, b' ' | b'\t')).filter(|word| !word.is_empty());
    let name = words.next().filter(|name| value.starts_with(name)).ok_or(Fault::Kind)?;
    let (name, fields) = KEYS.iter().find(|(known, _)| known.as_bytes() == name).ok_or(Fault::Kind)?;
    let text = words.next().ok_or(Fault::Key)?;
    ensure(text.len() <= MOST, Fault::Length)?;
    encodings::base64(text)?;
    let key = STANDARD.decode(text).map(Zeroizing::new).map_err(|_| Fault::Padding)?;
    ensure(is_key(&key, name, fields), Fault::Key)
}

fn is_key(key: &[u8], name: &str, fields: &[Field]) -> bool {
    let Some((inner, mut rest)) = next(key) else { return false };
    for field in fields {
        let Some((bytes, after)) = next(rest) else { return false };
        rest = after;
        let fits = match *field {
            // A set highest bit is a negative number (RFC 4251, section 5).
            Number => bytes.first().is_some_and(|b| *b < 0x80) && bytes.iter().any(|b| *b != 0),
            Bytes(length) => bytes.len() == length,
            Text(text) => bytes == text.as_bytes(),
            Point(length) => bytes.len() == 1 + 2 * length && bytes.first() == Some(&4),
            Any => true,
        };
        if !fits {
            return false;
        }
    }
    inner == name.as_bytes() && rest.is_empty()
}

/// A `string` of RFC 4251, section 5: four bytes of length, then the bytes.
fn next(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)
}
