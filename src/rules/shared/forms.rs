//! The forms in which one secret may stand in several places.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use zeroize::Zeroizing;

use crate::model::{Content, Environment, Variable};
use crate::policy::KeyEntry;
use crate::syntax::readers::Outcome;
use crate::text::SecretValue;

use super::digest::{Comparison, Digest};
use super::key_pairs::{halves, private_text};
use super::secrecy::{inner_password, is_plain_setting, is_secret};

/// Shorter encoded texts are words as often as not.
const LEAST_ENCODED: usize = 12;
/// Longer ones are files.
const MOST_ENCODED: usize = 1 << 20;
/// Values of other variables are often alike by chance below this length.
const LEAST_TOLD: usize = 8;

/// How a secret stands in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// It is the value, but for white space at its end.
    Value,
    /// It is the password in a connection string.
    Password,
    /// The value is its base64.
    Base64,
    /// It is a private key, which is written in another way.
    PrivateKey,
}

impl Form {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Password => "password",
            Self::Base64 => "base64",
            Self::PrivateKey => "private-key",
        }
    }
}

/// The secrets that a variable may hold, in all forms and as all of its readers see them, made comparable.
#[must_use]
pub fn standing(variable: &Variable, comparison: &Comparison) -> Vec<(Form, Digest)> {
    let Content::Read(readings) = &variable.content else { return Vec::new() };
    let mut found = Vec::new();
    for value in readings.iter().filter_map(|(outcome, _)| outcome.value()) {
        if value.trim_ascii().is_empty() {
            continue;
        }
        found.push((Form::Value, comparison.digest(value)));
        let inner = inner_password(value).map(|password| (Form::Password, password));
        let decoded = decoded(value).map(|text| (Form::Base64, text));
        let further = inner.into_iter().chain(decoded);
        found.extend(further.map(|(form, secret)| (form, comparison.digest(secret.expose()))));
    }
    let keys = halves(variable).private;
    found.extend(keys.iter().map(|key| (Form::PrivateKey, comparison.digest(&private_text(key)))));
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether it says something that another variable has the same value: not of switches, numbers and words.
#[must_use]
pub fn is_telling(variable: &Variable, entry: Option<&KeyEntry>, environment: &Environment) -> bool {
    let Content::Read(readings) = &variable.content else { return false };
    let secret = is_secret(variable, entry, environment);
    readings.iter().any(|(outcome, _)| match outcome {
        Outcome::Value(value) => {
            let value = value.expose().trim_ascii();
            !value.is_empty() && !is_plain_setting(value) && (secret || value.len() >= LEAST_TOLD)
        }
        _ => false,
    })
}

/// The text of which a value is the base64 (RFC 4648, section 4), with its padding or without.
#[must_use]
pub fn decoded(value: &[u8]) -> Option<SecretValue> {
    let value = value.trim_ascii();
    if !(LEAST_ENCODED..=MOST_ENCODED).contains(&value.len()) {
        return None;
    }
    // Nearly all values are told apart by their beginning.
    let mut start = [0; 6];
    STANDARD_NO_PAD.decode_slice(value.get(..8)?, &mut start).ok()?;
    if !start.iter().all(is_text) {
        return None;
    }
    let engine = if value.ends_with(b"=") { &STANDARD } else { &STANDARD_NO_PAD };
    let mut room = Zeroizing::new(vec![0; value.len()]);
    let length = engine.decode_slice(value, &mut room).ok()?;
    let text = room.get(..length)?;
    text.iter().all(is_text).then(|| SecretValue::new(text))
}

const fn is_text(byte: &u8) -> bool {
    byte.is_ascii_graphic() || byte.is_ascii_whitespace()
}

#[cfg(test)]
mod tests {
    use super::decoded;
    use rstest::rstest;

    #[rstest]
    #[case("Y29ycmVjdCBob3JzZQ==", Some("correct horse"))]
    #[case("Y29ycmVjdCBob3JzZQ", Some("correct horse"))]
    #[case(" Y29ycmVjdCBob3JzZQ==\n", Some("correct horse"))]
    #[case("Y29ycmVjdA==", Some("correct"))]
    #[case("Y29ycmVjdCBob3JzZQ=", None)]
    #[case("Y29ycmVjdP//////", None)]
    #[case("Y29y", None)]
    #[case("correct horse battery", None)]
    #[case("", None)]
    fn base64(#[case] value: &str, #[case] text: Option<&str>) {
        let found = decoded(value.as_bytes());
        assert_eq!(found.as_ref().map(|text| text.expose()), text.map(str::as_bytes));
    }
}
