//! Files of fingerprints: what stands in for the secrets of an environment that is elsewhere. `docs/fingerprints.md` is the format.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::text::{EnvName, KeyName};

use super::yaml::{self, Node, Value};

/// Most bytes of such a file.
pub const LIMIT: usize = 1 << 20;
/// Most variables in it.
pub const MOST_KEYS: usize = 10_000;
/// Most fingerprints of one variable.
pub const MOST_OF_ONE: usize = 64;
/// Where these files lie in a project.
pub const FOLDER: &str = "policies/fingerprints";

/// Stands for one secret under a project's key: the first 128 bits of a MAC.
pub type Fingerprint = [u8; 16];
/// Tells project keys apart.
pub type KeyId = [u8; 8];

/// How a fingerprint is made of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// HMAC-SHA-256 (RFC 2104).
    #[default]
    Hmac,
    /// Argon2id (RFC 9106) over that, with 19 MiB, two passes and one lane.
    Argon2id,
}

impl Method {
    /// Every method with its name.
    pub const ALL: &'static [(&'static str, Self)] =
        &[("hmac-sha256", Self::Hmac), ("argon2id", Self::Argon2id)];

    /// Its name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hmac => "hmac-sha256",
            Self::Argon2id => "argon2id",
        }
    }
}

/// What such a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FingerprintFile {
    /// The environment whose secrets these are.
    pub environment: EnvName,
    /// How the fingerprints were made.
    pub method: Method,
    /// Under which key.
    pub key: KeyId,
    /// Those of each variable, sorted.
    pub fingerprints: BTreeMap<KeyName, Vec<Fingerprint>>,
}

/// Where an environment's file lies, below the project.
#[must_use]
pub fn path_of(environment: &EnvName) -> String {
    format!("{FOLDER}/{environment}.yaml")
}

impl FingerprintFile {
    /// All that the seal covers, one way of writing it alone.
    #[must_use]
    pub fn sealed_text(&self) -> String {
        let Self { environment, method, key, fingerprints } = self;
        let (name, method) = (quoted(environment.as_str()), method.as_str());
        let mut out = format!("version: 1\nenvironment: {name}\nmethod: {method}\nkey: {}\n", hex(key));
        out.push_str(if fingerprints.is_empty() { "fingerprints: {}\n" } else { "fingerprints:\n" });
        for (name, list) in fingerprints {
            let list: Vec<String> = list.iter().map(|print| hex(print)).collect();
            // Writing to a String cannot fail.
            let _ = writeln!(out, "  {}: [{}]", quoted(name.as_str()), list.join(", "));
        }
        out
    }

    /// The file, with its seal.
    #[must_use]
    pub fn render(&self, seal: &Fingerprint) -> String {
        format!(
            "# Keyed fingerprints of secrets; no value is in here. Written by `preflight fingerprint {}`.\n{}seal: {}\n",
            self.environment,
            self.sealed_text(),
            hex(seal)
        )
    }
}

/// A name, in quotes where YAML takes its letters for something else.
fn quoted(name: &str) -> Cow<'_, str> {
    const WORDS: [&str; 9] = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    if WORDS.iter().any(|word| name.eq_ignore_ascii_case(word)) {
        format!("\"{name}\"").into()
    } else {
        name.into()
    }
}

/// Reads a file, with the seal that it bears; nothing if it is none that this version writes.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<(FingerprintFile, Fingerprint)> {
    if bytes.len() > LIMIT {
        return None;
    }
    let root = yaml::parse(std::str::from_utf8(bytes).ok()?).ok()?;
    let Value::Mapping(fields) = &root.value else { return None };
    let field = |name: &str| fields.iter().find(|(key, _)| key.text == name).map(|(_, node)| node);
    // Every field is known and there once: what says more was not written by this version.
    if fields.len() != 6 || scalar(field("version")?)? != "1" {
        return None;
    }
    let method = scalar(field("method")?)?;
    let (_, method) = Method::ALL.iter().find(|(name, _)| *name == method)?;
    let Value::Mapping(entries) = &field("fingerprints")?.value else { return None };
    if entries.len() > MOST_KEYS {
        return None;
    }
    let entry = |(key, node): &(yaml::Key, Node)| Some((KeyName::visible(key.text.as_bytes())?, list(node)?));
    let file = FingerprintFile {
        environment: EnvName::new(scalar(field("environment")?)?)?,
        method: *method,
        key: unhex(scalar(field("key")?)?)?,
        fingerprints: entries.iter().map(entry).collect::<Option<_>>()?,
    };
    Some((file, unhex(scalar(field("seal")?)?)?))
}

fn list(node: &Node) -> Option<Vec<Fingerprint>> {
    let Value::Sequence(items) = &node.value else { return None };
    let fits = !items.is_empty() && items.len() <= MOST_OF_ONE;
    let list: Vec<Fingerprint> =
        items.iter().filter(|_| fits).map(|item| unhex(scalar(item)?)).collect::<Option<_>>()?;
    (fits && list.is_sorted()).then_some(list)
}

fn scalar(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Scalar(text) => Some(text),
        _ => None,
    }
}

/// Lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Exactly so many bytes in lower-case hexadecimal digits.
fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != N * 2 {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair.iter().try_fold(0, |sum, digit| Some(sum << 4 | digit_of(*digit)?))?;
    }
    Some(bytes)
}

/// What a lower-case hexadecimal digit stands for.
const fn digit_of(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{FingerprintFile, Method, read};
    use crate::text::{EnvName, KeyName};

    #[test]
    fn what_is_written_is_read() {
        let name = |text| KeyName::declared(text).unwrap();
        let mut file = FingerprintFile {
            environment: EnvName::new("stage").unwrap(),
            method: Method::Argon2id,
            key: [7; 8],
            fingerprints: [(name("null"), vec![[0; 16]]), (name("B.c-d"), vec![[1; 16], [255; 16]])].into(),
        };
        assert_eq!(read(file.render(&[9; 16]).as_bytes()), Some((file.clone(), [9; 16])));
        file.fingerprints.clear();
        assert_eq!(read(file.render(&[9; 16]).as_bytes()), Some((file.clone(), [9; 16])));
        let twice = file.render(&[9; 16]).replace("version: 1\n", "version: 1\nversion: 1\n");
        assert_eq!(read(twice.as_bytes()), None);
        let upper = file.render(&[0xab; 16]).replace("abab", "ABAB");
        assert_eq!(read(upper.as_bytes()), None, "one way of writing alone");
        assert_eq!(read(&vec![b'#'; super::LIMIT + 1]), None);
    }
}
