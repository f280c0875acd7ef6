//! `secret-in-public-key`: a variable that everybody gets to see holds a secret

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::Variable;
use crate::policy::KeyEntry;
use crate::text::{KeyName, SecretValue};
use crate::value::detect::{Place, judge};

use super::shared::digest::held;
use super::shared::forms::decoded;
use super::shared::named::{names_secret, parted};
use super::shared::secrecy::{is_plain_setting, is_private_key, is_secret_shaped, looks_random};
use super::shared::secret_names::{is_public_name, words};
use super::shared::vendors;
use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "secret-in-public-key",
    summary: "a variable that everybody gets to see holds a secret",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("shape", "the value is a private key, or a URL or connection string with a password"),
        CauseMeta::new("same", "the value is that of a secret variable of the same environment"),
        CauseMeta::new("vendor", "the value has the form of a key that its vendor issues for servers alone"),
        CauseMeta::new("name", "the name says that it is a secret, and the value looks like one"),
    ],
    page: include_str!("../../docs/rules/secret-in-public-key.md"),
};

/// Bytes below which two values may well be equal by chance.
const SHORTEST: usize = 8;

/// See the module.
pub struct SecretInPublicKey;

/// Why a variable counts as public.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Public {
    /// The policy says `public: true`.
    Said,
    /// Bundlers inline variables with its prefix.
    Inlined,
    /// It is called after the public half of a pair: `STRIPE_PUBLISHABLE_KEY`.
    Half,
    /// Its name says so somewhere: a vendor's secret key does not belong there if the vendor has public ones.
    Called,
}

impl Rule for SecretInPublicKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        let entry = |variable: &Variable| cx.policy.key(&variable.key);
        // Where the policy calls nothing public, names do alone, and few do.
        let said = cx.policy.layer.keys.values().any(|entry| entry.public.is_some());
        let may_be = |variable: &Variable| {
            let name = variable.key.as_str();
            said || is_public_name(name) || called(name).is_some()
        };
        let shown: Vec<_> = view
            .values()
            .filter(|(variable, _)| may_be(variable))
            .filter_map(|(variable, value)| Some((variable, value, public(variable, entry(variable))?)))
            .collect();
        if shown.is_empty() {
            return;
        }
        let is_open = |variable: &Variable| {
            public(variable, entry(variable)).is_some_and(|why| !matches!(why, Public::Half | Public::Called))
        };
        let others = view.values().map(|(variable, _)| variable).filter(|variable| {
            !is_open(variable) && entry(variable).and_then(KeyEntry::secrecy) != Some(false)
        });
        let secrets: Vec<(&Variable, SecretValue)> = others
            .flat_map(|other| {
                held(other, entry(other), cx.environment).into_iter().map(move |it| (other, it))
            })
            .collect();
        for (variable, value, why) in shown {
            let trimmed = value.trim_ascii();
            let same = secrets.iter().find(|(_, secret)| secret.expose().trim_ascii() == trimmed);
            let same =
                same.filter(|_| trimmed.len() >= SHORTEST && !matches!(why, Public::Half | Public::Called));
            let other = same.map(|(other, _)| *other);
            let said = entry(variable);
            let Some((cause, message)) = judged(&variable.key, said, value, why, other) else { continue };
            let Some(place) = cx.environment.place(variable) else { continue };
            let mut finding = FindingBuilder::about_key(&META, Cause::new(cause), &variable.key)
                .environment(&cx.environment.name)
                .service(variable.service.as_ref())
                .message(message)
                .help(help(&variable.key, cause, other))
                .readers(view.readers.clone())
                .at(place)
                .asked_by(said.and_then(|entry| entry.public.as_ref()).map(|set| set.at.place()));
            if let Some(place) = other.and_then(|other| cx.environment.place(other)) {
                finding = finding.related("the secret", place);
            }
            sink.report(finding);
        }
    }
}

/// What is wrong with a public variable's value, the plainest first.
fn judged(
    key: &KeyName,
    entry: Option<&KeyEntry>,
    value: &[u8],
    why: Public,
    same: Option<&Variable>,
) -> Option<(&'static str, Message)> {
    let name = Arg::Key(key.clone());
    if let Some(other) = same {
        let args = [name, Arg::Key(other.key.clone())];
        return Some(("same", Message::with("{} is public, and its value is the secret of {}", args)));
    }
    let text = decoded(value);
    let inside = || text.as_ref().map(SecretValue::expose);
    let issuer = vendors::issuer(value).or_else(|| vendors::issuer(inside()?));
    if let Some(vendor) = issuer.filter(|vendor| why != Public::Called || vendors::has_public_keys(vendor)) {
        let message = match why {
            Public::Half | Public::Called => {
                "{} is called public, and its value has the form of a secret key of {}"
            }
            _ => "{} is public, and its value has the form of a secret key of {}",
        };
        return Some(("vendor", Message::with(message, [name, Arg::Word(vendor)])));
    }
    if why == Public::Called {
        return None;
    }
    if why == Public::Half {
        let message = "{} is called public, and its value is a private key";
        let private = is_private_key(value) || inside().is_some_and(is_private_key);
        return private.then(|| ("shape", Message::with(message, [name])));
    }
    if is_secret_shaped(value) || inside().is_some_and(is_secret_shaped) {
        return Some(("shape", Message::with("{} is public, and its value holds a secret", [name])));
    }
    // Whoever says of it that it is no secret knows what its name sounds like.
    let excused = why == Public::Said || entry.and_then(KeyEntry::secrecy) == Some(false);
    let place = Place { key: key.as_str(), secret: true, weak: true, ..Place::default() };
    let secret = || looks_random(value) && !is_plain_setting(value) && judge(value, &place).is_none();
    let message = "{} is public, its name says that it is a secret, and its value looks like one";
    (!excused && names_secret(key.as_str()) && secret()).then(|| ("name", Message::with(message, [name])))
}

fn help(key: &KeyName, cause: &str, same: Option<&Variable>) -> Message {
    let name = [Arg::Key(key.clone())];
    match same {
        Some(other) => Message::with(
            "replace it, it may have been published; if {} is public by design, say `public: true` of it",
            [Arg::Key(other.key.clone())],
        ),
        None if cause == "name" => Message::with(
            "take the secret out of {} and replace it where it is used; if it is public by design, say `public: true` of it",
            name,
        ),
        None => Message::with(
            "take the secret out of {} and replace it where it is used: it may have been published",
            name,
        ),
    }
}

/// By the policy's word, else by a prefix that bundlers inline, else by the name of a pair's public half.
fn public(variable: &Variable, entry: Option<&KeyEntry>) -> Option<Public> {
    let name = variable.key.as_str();
    match entry.and_then(|entry| entry.public.as_ref()).map(|set| set.value) {
        Some(true) => Some(Public::Said),
        Some(false) => None,
        None if is_public_name(name) => Some(Public::Inlined),
        None if entry.and_then(KeyEntry::secrecy) == Some(true) => None,
        None => called(name),
    }
}

/// `STRIPE_PUBLISHABLE_KEY`, `JWT_PUBLIC_KEY`, `SUPABASE_ANON_KEY` are halves. A `PUBLIC_TOKEN` may be one for what is public.
fn called(name: &str) -> Option<Public> {
    // Most names are none, and splitting each takes time.
    let begins = |part: &[u8]| {
        matches!(part, [b'P' | b'p', b'U' | b'u', b'B' | b'b'] | [b'A' | b'a', b'N' | b'n', b'O' | b'o'])
    };
    let amid = |part: &[u8]| matches!(part, [_, b'U' | b'u' | b'N' | b'n', _]);
    if !name.as_bytes().windows(3).any(|part| amid(part) && begins(part)) {
        return None;
    }
    let words = words(name);
    let (kept, _) = parted(&words, |_| false);
    let half = match kept {
        [.., pair, key] => match pair.as_str() {
            "publishable" => matches!(key.as_str(), "key" | "token"),
            "anon" | "public" | "pub" => key == "key",
            _ => false,
        },
        _ => false,
    };
    // What else follows belongs to the key, and is none: `PUBLISHABLE_KEY_SIGNER`.
    let plain = |word: &&String| matches!(word.as_str(), "key" | "token" | "api" | "client" | "default");
    let last = kept.iter().rev().find(|word| !plain(word)).map(String::as_str);
    let said = || last.is_some_and(|word| matches!(word, "publishable" | "public" | "pub" | "anon"));
    if half { Some(Public::Half) } else { said().then_some(Public::Called) }
}
