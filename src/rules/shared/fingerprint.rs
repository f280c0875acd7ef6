//! Fingerprints of an environment's secrets under the project's key, which `docs/adr/0011-fingerprints.md` is about.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use argon2::{Algorithm, Argon2, Params, Version};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::model::{Environment, Variable};
use crate::policy::{Effective, KeyEntry};
use crate::syntax::fingerprints::{Fingerprint, FingerprintFile, KeyId, MOST_OF_ONE, Method};
use crate::text::KeyName;

use super::digest::held;
use super::given_away::{is_guessable, names};
use super::key_pairs::{halves, private_text};
use super::sharing::Shared;

/// Argon2id as OWASP's password storage cheat sheet has it at least: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Bytes of a key: no fewer than HMAC-SHA-256 gives (RFC 2104, section 3), no more than its block.
const LEAST_KEY: usize = 32;
const MOST_KEY: usize = 64;
/// 32 random bytes have 30 different ones on the whole, and fewer than 16 in no project's lifetime.
const LEAST_DIFFERENT: usize = 16;

/// A project's key.
pub struct ProjectKey {
    values: Hmac<Sha256>,
    seals: Hmac<Sha256>,
    salt: Fingerprint,
    id: KeyId,
    /// Argon2id takes tens of milliseconds: for each value once.
    slow: Mutex<BTreeMap<[u8; 32], Fingerprint>>,
}

impl ProjectKey {
    /// Reads what a key's file holds: 32 to 64 bytes in hexadecimal digits, white space round them. Nothing if it is no
    /// key, or was plainly not drawn at random.
    #[must_use]
    pub fn read(text: &[u8]) -> Option<Self> {
        let digits = text.trim_ascii();
        let fits = digits.len().is_multiple_of(2) && (LEAST_KEY..=MOST_KEY).contains(&(digits.len() / 2));
        if !fits {
            return None;
        }
        let mut key = Zeroizing::new(Vec::with_capacity(MOST_KEY));
        for pair in digits.chunks_exact(2) {
            let pair = std::str::from_utf8(pair).ok().filter(|pair| !pair.starts_with('+'))?;
            key.push(u8::from_str_radix(pair, 16).ok()?);
        }
        (key.iter().collect::<BTreeSet<_>>().len() >= LEAST_DIFFERENT).then(|| Self::new(&key))
    }

    fn new(key: &[u8]) -> Self {
        // A key for each purpose, so that no MAC can be taken for one of another kind.
        let part = |purpose: &str| Zeroizing::new(mac(&hmac(key), &[purpose.as_bytes()]));
        Self {
            values: hmac(&*part("preflight fingerprints 1: values")),
            seals: hmac(&*part("preflight fingerprints 1: seals")),
            salt: first(&part("preflight fingerprints 1: salt")),
            id: first(&part("preflight fingerprints 1: id")),
            slow: Mutex::default(),
        }
    }

    /// What tells it from other keys, and nothing else.
    #[must_use]
    pub const fn id(&self) -> KeyId {
        self.id
    }

    /// The seal of a file.
    #[must_use]
    pub fn seal(&self, file: &FingerprintFile) -> Fingerprint {
        first(&mac(&self.seals, &[file.sealed_text().as_bytes()]))
    }

    /// The fingerprint of a value. White space at its end is an editor's, not the secret's.
    #[must_use]
    pub fn fingerprint(&self, method: Method, value: &[u8]) -> Fingerprint {
        let keyed = mac(&self.values, &[value.trim_ascii_end()]);
        match method {
            Method::Hmac => first(&keyed),
            Method::Argon2id => {
                // A poisoned map is as good: nothing is left half done in it.
                let known = || self.slow.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(known) = known().get(&keyed) {
                    return *known;
                }
                // Of what somebody guesses without the key nothing can be said at all; with it each guess costs this.
                let hardened = argon2id(&keyed, &self.salt).unwrap_or(keyed);
                let print = first(&mac(&self.values, &[b"argon2id", &hardened]));
                known().insert(keyed, print);
                print
            }
        }
    }
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    let mut block = Zeroizing::new([0; MOST_KEY]);
    // HMAC-SHA-256 takes a key of one block as it is, and fills up a shorter one with zeroes (RFC 2104).
    block.iter_mut().zip(key).for_each(|(to, from)| *to = *from);
    Hmac::new(&(*block).into())
}

fn mac(key: &Hmac<Sha256>, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = key.clone();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

fn first<const N: usize>(bytes: &[u8; 32]) -> [u8; N] {
    let mut cut = [0; N];
    cut.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
    cut
}

/// Nothing only if the parameters were out of Argon2's bounds, which a test rules out.
fn argon2id(value: &[u8], salt: &[u8]) -> Option<[u8; 32]> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).ok()?;
    let mut out = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(value, salt, &mut out)
        .ok()?;
    Some(out)
}

/// The fingerprints of one environment.
#[derive(Debug, Default)]
pub struct Made {
    /// Those of each variable, sorted.
    pub fingerprints: BTreeMap<KeyName, Vec<Fingerprint>>,
    /// Variables with a value that can be guessed and so gets none.
    pub refused: BTreeSet<KeyName>,
}

/// Makes the fingerprints of an environment, of every place where a secret stands.
#[must_use]
pub fn made(environment: &Environment, policy: &Effective, key: &ProjectKey, method: Method) -> Made {
    let mut made = Made::default();
    let mut prints: BTreeMap<KeyName, BTreeSet<Fingerprint>> = BTreeMap::new();
    let names = names(environment);
    for variable in &environment.variables {
        let (own, refused) = of_one(variable, policy.key(&variable.key), (environment, &names), key, method);
        if refused {
            made.refused.insert(variable.key.clone());
        }
        // What looks like key material is no name to write down.
        if own.iter().any(|(shared, _)| *shared != Shared::Certificate)
            && KeyName::visible(variable.key.as_str().as_bytes()).is_some()
        {
            let held = own.into_iter().filter(|(shared, _)| *shared != Shared::Certificate);
            prints.entry(variable.key.clone()).or_default().extend(held.map(|(_, print)| print));
        }
    }
    made.fingerprints =
        prints.into_iter().map(|(key, list)| (key, list.into_iter().take(MOST_OF_ONE).collect())).collect();
    made
}

/// The fingerprints of what one variable holds, and of the private key of its certificate; and whether some of it can be guessed, the environment's own names among
/// what is tried.
#[must_use]
pub fn of_one(
    variable: &Variable,
    entry: Option<&KeyEntry>,
    (environment, names): (&Environment, &[&[u8]]),
    key: &ProjectKey,
    method: Method,
) -> (Vec<(Shared, Fingerprint)>, bool) {
    if entry.is_some_and(|entry| entry.across_any.is_some()) {
        return (Vec::new(), false);
    }
    let halves = halves(variable);
    let of = |identity: &Vec<u8>| key.fingerprint(method, &private_text(identity));
    let mut prints: Vec<(Shared, Fingerprint)> =
        halves.certified.iter().map(|identity| (Shared::Certificate, of(identity))).collect();
    // A certificate is no secret, and has a private key all the same.
    if entry.is_some_and(is_excused) {
        return (prints, false);
    }
    prints.extend(halves.private.iter().map(|identity| (Shared::PrivateKey, of(identity))));
    let held = held(variable, entry, environment);
    let (weak, strong): (Vec<_>, Vec<_>) =
        held.iter().partition(|value| is_guessable(variable.key.as_str(), value.expose(), names));
    let strong = strong.into_iter().map(|value| (Shared::Secret, key.fingerprint(method, value.expose())));
    prints.extend(strong);
    prints.sort_unstable();
    (prints, !weak.is_empty())
}

/// The policy says that the value is no secret, or that it may be shared.
#[must_use]
pub fn is_excused(entry: &KeyEntry) -> bool {
    entry.secrecy() == Some(false) || entry.across_any.is_some()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Method, ProjectKey, argon2id};

    fn key(add: u8) -> ProjectKey {
        let text: String = (0..32_u8).map(|n| format!("{:02x}", n.wrapping_add(add))).collect();
        ProjectKey::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn equal_values_are_equal_under_one_key_and_method() {
        assert!(argon2id(b"x", &[0; 16]).is_some(), "the parameters are ones");
        let (one, other) = (key(0), key(1));
        assert_ne!(one.id(), other.id());
        for method in [Method::Hmac, Method::Argon2id] {
            assert_eq!(one.fingerprint(method, b"a\n"), one.fingerprint(method, b"a"));
            assert_ne!(one.fingerprint(method, b"a"), one.fingerprint(method, b"b"));
            assert_ne!(one.fingerprint(method, b"a"), other.fingerprint(method, b"a"));
        }
        assert_ne!(one.fingerprint(Method::Hmac, b"a"), one.fingerprint(Method::Argon2id, b"a"));
    }
}
