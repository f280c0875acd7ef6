//! Secrets made comparable without being shown: HMAC-SHA-256 under a key of one run alone.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::model::{Content, Environment, Role, Variable};
use crate::policy::KeyEntry;
use crate::syntax::readers::Outcome;
use crate::syntax::url;
use crate::text::SecretValue;
use crate::value::certificates::{is_public_json_key, read};
use crate::value::detect::{Found, Place, judge};

use super::forms::decoded;
use super::named::{is_for_browsers, is_thing};
use super::secrecy::{
    inner_password, is_count, is_plain_setting, is_private_key, is_secret, looks_random, may_hold_secret,
};
use super::secret_names::is_near_secret_name;

/// Stands for one secret within a run. It never leaves the run: an unkeyed or lasting one could be guessed from.
pub type Digest = [u8; 32];

/// Makes digests under one key.
pub struct Comparison(Hmac<Sha256>);

impl Comparison {
    /// Readies a key.
    #[must_use]
    pub fn new(key: &[u8; 64]) -> Self {
        // HMAC-SHA-256 takes a key of one block as it is (RFC 2104).
        Self(Hmac::new(&(*key).into()))
    }

    /// Stands for a value; a final line break is an editor's, not the secret's.
    #[must_use]
    pub fn digest(&self, value: &[u8]) -> Digest {
        let mut mac = self.0.clone();
        mac.update(value.trim_ascii_end());
        mac.finalize().into_bytes().into()
    }

    fn all(&self, secrets: &[SecretValue]) -> Vec<Digest> {
        // In their order: the key is another in each run, and what is said should not be.
        let mut digests: Vec<Digest> = Vec::with_capacity(secrets.len());
        for digest in secrets.iter().map(|secret| self.digest(secret.expose())) {
            if !digests.contains(&digest) {
                digests.push(digest);
            }
        }
        digests
    }
}

/// Digests of the secrets that a variable holds, placeholders among them: judging takes longer than comparing, so that only
/// what is equal to another is held against [`held_digests`].
#[must_use]
pub fn digests(
    variable: &Variable,
    entry: Option<&KeyEntry>,
    environment: &Environment,
    comparison: &Comparison,
) -> Vec<Digest> {
    comparison.all(&secrets(variable, entry, environment, |_| false))
}

/// Digests of what [`held`] gives.
#[must_use]
pub fn held_digests(
    variable: &Variable,
    entry: Option<&KeyEntry>,
    environment: &Environment,
    comparison: &Comparison,
) -> Vec<Digest> {
    comparison.all(&held(variable, entry, environment))
}

/// The secrets that a variable holds and that are worth comparing: its value, what that is the base64 of, and the password of a
/// URL; no placeholders.
#[must_use]
pub fn held(variable: &Variable, entry: Option<&KeyEntry>, environment: &Environment) -> Vec<SecretValue> {
    let secret = is_secret(variable, entry, environment);
    let whole_file = environment.file_of(variable).is_some_and(|file| file.role == Role::Secret);
    let place =
        Place { key: variable.key.as_str(), secret, weak: true, inner: true, whole_file, ..Place::default() };
    secrets(variable, entry, environment, |bytes| matches!(judge(bytes, &place), Some(Found::Placeholder(_))))
}

fn secrets(
    variable: &Variable,
    entry: Option<&KeyEntry>,
    environment: &Environment,
    is_placeholder: impl Fn(&[u8]) -> bool,
) -> Vec<SecretValue> {
    let declared = entry.and_then(KeyEntry::secrecy);
    let Content::Read(readings) = &variable.content else { return Vec::new() };
    let secret = is_secret(variable, entry, environment);
    let mut held = Vec::new();
    for (outcome, _) in readings.iter() {
        let Outcome::Value(value) = outcome else { continue };
        let bytes = value.expose();
        if !(secret || may_hold_secret(bytes) || looks_random(bytes)) || bytes.trim_ascii().is_empty() {
            continue;
        }
        let name = variable.key.as_str();
        let known = || is_count(name, bytes) || is_for_browsers(name, bytes) || is_thing(name, bytes);
        let plain = declared.is_none() && (is_plain_setting(bytes) || is_published(bytes) || known());
        let near = declared.is_none() && is_near_secret_name(variable.key.as_str()) && looks_random(bytes);
        let whole = ((secret || near) && !plain && !is_open_url(bytes)) || is_private_key(bytes);
        let inner = inner_password(bytes);
        if !(whole || inner.is_some()) || is_placeholder(bytes) {
            continue;
        }
        if whole {
            held.push(value.clone());
            let inside = decoded(bytes).into_iter().chain(symmetric_keys(bytes));
            held.extend(inside.filter(|text| !is_placeholder(text.expose())));
        }
        held.extend(inner);
    }
    held
}

/// The bytes of the symmetric keys in a set of JSON web keys, or of a single one.
#[must_use]
pub fn symmetric_keys(value: &[u8]) -> Vec<SecretValue> {
    let Some(material) = value.trim_ascii_start().starts_with(b"{").then(|| read(value)).flatten() else {
        return Vec::new();
    };
    material.symmetric_keys().map(SecretValue::new).collect()
}

/// Certificates, public keys and the halves of key pairs that go to browsers are meant to be seen.
fn is_published(value: &[u8]) -> bool {
    let heads: [&[u8]; 11] = [
        b"-----BEGIN CERTIFICATE",
        b"-----BEGIN PUBLIC KEY",
        b"ssh-",
        b"age1",
        b"pk_live_",
        b"pk_test_",
        b"pk.",
        b"phc_",
        b"sb_publishable_",
        b"AKIA",
        b"ASIA",
    ];
    heads.iter().any(|head| value.starts_with(head))
        || value.ends_with(b".apps.googleusercontent.com")
        || is_public_json_key(value)
}

/// A URL with nobody's credentials in it, such as that of a cache on the internal network. A long path can be one: webhooks.
fn is_open_url(value: &[u8]) -> bool {
    url::parse(value).is_some_and(|url| {
        url.user.is_none() && url.password.is_none() && !url.rest.contains(&b'?') && url.rest.len() < 16
    })
}
