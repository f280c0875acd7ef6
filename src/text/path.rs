//! Paths as reports show them.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::escape::{printable, printable_bytes};
use super::name::{KeyName, is_key_part};

/// Bytes of a path beyond which no system has one.
const LONGEST: usize = 4096;
/// What stands in private keys and before identities, whatever the case of its letters.
const KEYS: [&str; 4] = ["age-secret-key-", "age-plugin-", "-----begin", "private key"];

/// A path fit to be printed: `/` between parts, control characters and invalid UTF-8 escaped.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SafePath(Arc<str>);

impl SafePath {
    /// `path` as it is printed. Two paths may be shown alike only if they differ in nothing but escapes.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let bytes = path.as_os_str().as_encoded_bytes();
        let shown = printable_bytes(bytes);
        Self(Arc::from(if cfg!(windows) { shown.replace('\\', "/") } else { shown }))
    }

    /// `path` as it is printed, if it is like a path and nothing in it can be a key: hands and CI put the one where the other
    /// is wanted. A file's name alone is like one if it has an ending.
    #[must_use]
    pub fn plainly(path: &Path) -> Option<Self> {
        let text = path.to_str().filter(|text| text.len() <= LONGEST && !holds_key(text))?;
        let parts = || text.split(['/', '\\']);
        let like_one = parts().nth(1).is_some() || text.contains('.');
        (like_one && !parts().any(is_key_part)).then(|| Self::new(path))
    }

    /// A name that is no path of the file system, such as a shipped pack's.
    #[must_use]
    pub fn named(text: &str) -> Self {
        Self(Arc::from(printable(text)))
    }

    /// A variable's name: nothing in it needs an escape.
    #[must_use]
    pub fn of_key(name: &KeyName) -> Self {
        Self(name.shared())
    }

    /// The printed form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether a text is a private key or holds one: several lines do, and what such keys begin with.
#[must_use]
pub fn holds_key(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    text.contains(['\n', '\r']) || KEYS.iter().any(|key| lower.contains(key))
}

impl fmt::Display for SafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::SafePath;
    use rstest::rstest;
    use std::path::Path;

    #[rstest]
    #[case("key.txt", true)]
    #[case("/etc/age/prod_2026.key", true)]
    #[case("../keys/me", true)]
    #[case("~/.config/sops/age/keys.txt", true)]
    #[case("hunter", false)]
    #[case("", false)]
    #[case("AGE-SECRET-KEY-1QQQQ", false)]
    #[case("./age-secret-key-1qqqq", false)]
    #[case("# public key: age1\nx/y", false)]
    #[case("-----BEGIN PRIVATE KEY-----/x", false)]
    #[case("00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", false)]
    #[case("a/00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff", false)]
    #[case("Zm9vYmFyMTIz/Zm9v+YmFyMTIz==", false)]
    fn what_may_be_a_key_is_no_plain_path(#[case] text: &str, #[case] plain: bool) {
        assert_eq!(SafePath::plainly(Path::new(text)).is_some(), plain);
    }
}
