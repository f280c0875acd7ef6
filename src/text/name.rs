//! Names that may be printed.
//!
//! What looks like a key can be a piece of a secret: an unquoted PEM block ends in a line such as
//! `Tz3q==`, which every dotenv reader takes for a key. A name is printed only if it fits the key
//! grammar and does not look like key material.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Longest name that is printed; real keys stay far below.
const LONGEST: usize = 96;

/// The name of a variable, fit to be printed: `[A-Za-z_][A-Za-z0-9_.-]*` and not secret-shaped.
#[derive(Clone)]
pub struct KeyName {
    /// The first eight bytes, which tell most names apart: they are compared a great many times.
    head: u64,
    text: Arc<str>,
}

impl KeyName {
    /// The name in `bytes`, unless it breaks the grammar or looks like key material.
    #[must_use]
    pub fn visible(bytes: &[u8]) -> Option<Self> {
        let text = in_grammar(bytes)?;
        (!is_secret_shaped(text)).then(|| Self::new(text))
    }

    /// A name that a policy or a program of ours declares: whatever the grammar allows.
    #[must_use]
    pub fn declared(text: &str) -> Option<Self> {
        in_grammar(text.as_bytes()).map(Self::new)
    }

    fn new(text: &str) -> Self {
        let mut head = [0; 8];
        head.iter_mut().zip(text.bytes()).for_each(|(slot, byte)| *slot = byte);
        Self { head: u64::from_be_bytes(head), text: Arc::from(text) }
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name, shared.
    pub(super) fn shared(&self) -> Arc<str> {
        Arc::clone(&self.text)
    }
}

impl PartialEq for KeyName {
    fn eq(&self, other: &Self) -> bool {
        self.head == other.head && self.text == other.text
    }
}

impl Eq for KeyName {}

impl PartialOrd for KeyName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// That of the texts: no name holds a zero byte.
impl Ord for KeyName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.head.cmp(&other.head).then_with(|| self.text.cmp(&other.text))
    }
}

/// That of the texts, as for `str`.
impl Hash for KeyName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::borrow::Borrow<str> for KeyName {
    fn borrow(&self) -> &str {
        &self.text
    }
}

/// The canonical name of an environment: `[A-Za-z0-9][A-Za-z0-9_.-]*`, at most 64 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EnvName(Arc<str>);

impl EnvName {
    /// The name in `text`, if it can name an environment: it becomes a part of paths.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let first = text.bytes().next()?;
        let fits = first.is_ascii_alphanumeric()
            && text.len() <= 64
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'));
        fits.then(|| Self(Arc::from(text)))
    }

    /// The name itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EnvName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EnvName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn in_grammar(bytes: &[u8]) -> Option<&str> {
    let first = *bytes.first()?;
    let fits = (first.is_ascii_alphabetic() || first == b'_')
        && bytes.len() <= LONGEST
        && bytes.iter().all(|b| is_key_byte(*b));
    if fits { std::str::from_utf8(bytes).ok() } else { None }
}

/// Whether `byte` may stand in a key. Dots and dashes are read by most dotenv libraries, though not by shells.
#[must_use]
pub const fn is_key_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// Whether a path's part can be a key that stands where a path is wanted: `+` and `=` are letters of base64.
pub(super) fn is_key_part(part: &str) -> bool {
    part.split(['+', '=']).any(is_secret_shaped)
}

/// Names are words joined by `_`, `.` or `-`, or by humps; key material is one long word, or mixes cases and digits.
fn is_secret_shaped(name: &str) -> bool {
    name.split(['_', '.', '-']).any(is_secret_word)
}

fn is_secret_word(word: &str) -> bool {
    let has = |test: fn(&u8) -> bool| word.as_bytes().iter().any(test);
    let digits = has(u8::is_ascii_digit);
    let mixed_case = has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase);
    let hex = word.bytes().all(|b| b.is_ascii_hexdigit());
    // Runs of digits with letters on both sides: `OAUTH2REDIRECT` has one, `S3` and `PORT1` have none.
    let inner = word.trim_matches(|c: char| c.is_ascii_digit());
    let runs = inner.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).count();
    match (digits, mixed_case) {
        (false, false) => word.len() > 48,
        (false, true) => word.len() >= 40 || has_many_humps(word),
        (true, false) => word.len() >= 32 || (word.len() >= 16 && (runs > 1 || hex)),
        (true, true) => word.len() >= 32 || runs > 1 || !has_humps(word) || has_many_humps(word),
    }
}

/// Words of a camel-case name are longer than three letters on the whole; random letters change case all the time.
fn has_many_humps(word: &str) -> bool {
    let next = word.bytes().skip(1);
    let humps =
        word.bytes().zip(next).filter(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase()).count();
    word.len() >= 16 && humps * 4 > word.len()
}

/// Whether every digit of a camel-case word ends it or stands before a hump, as in `apiV2Url` and `Port1`.
fn has_humps(word: &str) -> bool {
    let next = word.bytes().skip(1).map(Some).chain([None]);
    word.bytes().zip(next).all(|(byte, next)| {
        let ends = next.is_none_or(|next| next.is_ascii_digit() || next.is_ascii_uppercase());
        !byte.is_ascii_digit() || ends
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{EnvName, KeyName};
    use rstest::rstest;

    #[rstest]
    #[case("DATABASE_URL")]
    #[case("A")]
    #[case("_private")]
    #[case("npm_config_registry")]
    #[case("ConnectionStrings__Default")]
    #[case("spring.datasource.url")]
    #[case("AWS_S3_BUCKET")]
    #[case("OAUTH2_CLIENT_ID")]
    #[case("MY_APP_V2_2FA_KEY")]
    #[case("featureFlagsEnabled")]
    #[case("NEXT_PUBLIC_APP_URL")]
    #[case("Logging__S3Bucket__Name")]
    #[case("WEBSITE_CONTENTAZUREFILECONNECTIONSTRING")]
    #[case("Port1")]
    #[case("webhookV2CallbackUrl")]
    #[case("isFeatureOnForAllUsers")]
    #[case("apiV2Url")]
    #[case("OAUTH2REDIRECTURI")]
    fn names_are_visible(#[case] name: &str) {
        assert_eq!(KeyName::visible(name.as_bytes()).unwrap().as_str(), name);
    }

    #[rstest]
    #[case("")]
    #[case("1A")]
    #[case("A B")]
    #[case("A\u{1b}[31m")]
    #[case("Ab1Cd2Ef3Gh4Ij5Kl6Mn7Op8Qr9St0Uv1Wx2Yz3Ab4Cd5Ef6Gh7Ij8Kl9Mn0Op1Q")]
    #[case("Tz3q")]
    #[case("deadbeef00112233cafe")]
    #[case("JBSWY3DPEHPK3PXPQW")]
    #[case("abCdEfGh1IjKlMnOp2Qr.StUvWx3.abc")]
    #[case("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz")]
    #[case("aGVsbG8gd29ybGQgaGVsbG8gd29ybGQgaGVsbG8gd29ybGQ")]
    #[case("a_word_51H8xQ2eZvKYlo2C")]
    fn key_material_is_not(#[case] name: &str) {
        assert!(KeyName::visible(name.as_bytes()).is_none());
    }

    #[test]
    fn a_policy_may_declare_any_name_of_the_grammar() {
        assert!(KeyName::declared("Tz3q").is_some());
        assert!(KeyName::declared("A*").is_none());
    }

    #[test]
    fn names_stand_in_the_order_of_their_texts() {
        let texts = ["A", "AB", "ABCDEFGH", "ABCDEFGHA", "ABCDEFGHB", "ABCDEFGI", "A_", "B", "_A", "a"];
        for left in texts {
            for right in texts {
                let names = [left, right].map(|text| KeyName::declared(text).unwrap());
                assert_eq!(names[0].cmp(&names[1]), left.cmp(right));
                assert_eq!(names[0] == names[1], left == right);
            }
        }
    }

    #[rstest]
    #[case("prod", true)]
    #[case("eu-west.1", true)]
    #[case("", false)]
    #[case("..", false)]
    #[case(".hidden", false)]
    #[case("a/b", false)]
    #[case("-x", false)]
    fn environment_names_cannot_walk_paths(#[case] name: &str, #[case] fits: bool) {
        assert_eq!(EnvName::new(name).is_some(), fits);
    }
}
