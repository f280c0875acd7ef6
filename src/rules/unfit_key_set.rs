//! `unfit-key-set`: JSON web keys that cannot be told apart, or too few of them

use std::collections::BTreeMap;

use memchr::memchr2;

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::policy::At;
use crate::text::KeyName;
use crate::value::certificates::{JsonKey, JsonKeys, Text, json_keys};

use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "unfit-key-set",
    summary: "JSON web keys of a set cannot be told apart, or are too few for a rotation",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("nameless", "a key of several has no `kid`, or an empty one"),
        CauseMeta::new("same-name", "two keys of one kind and use have the same `kid`"),
        CauseMeta::new("few", "the set has fewer keys than the policy's `min_keys`"),
        CauseMeta::new("unreadable", "a key of it has no `kty`, a `kid` that is no text, or is none at all"),
        CauseMeta::soft("empty", "a set without a key stands where the variable's name says that it is one"),
        CauseMeta::soft("nameless-alone", "the only key of a set has no `kid`"),
    ],
    page: include_str!("../../docs/rules/unfit-key-set.md"),
};

/// See the module.
pub struct UnfitKeySet;

impl Rule for UnfitKeySet {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let least = key.entry.and_then(|entry| entry.min_keys.as_ref());
        let Some(value) = key.some_value() else { return };
        let is_named = names_key_set(key.key);
        let is_set = |set: &JsonKeys<'_>| least.is_some() || is_named || set.keys.iter().any(JsonKey::is_key);
        let Some(set) = json_keys(value).filter(is_set) else {
            if least.is_some() {
                sink.gap(&cx.environment.name, Subject::key(key.key), Why::KeySetUnjudged);
            }
            return;
        };
        let few = least.filter(|least| (set.count as u64) < least.value);
        let is_few = few.is_some();
        let found = faults(&set)
            .into_iter()
            .filter(|(cause, _)| *cause != "empty" || !is_few)
            .map(|(cause, message)| (cause, message, None));
        let few = few.map(|least| ("few", "{} has fewer keys than the policy wants: {}", Some(least)));
        for (cause, message, least) in found.chain(few) {
            let Some(place) = key.place(cx.environment) else { return };
            let wanted = least.map(|set| Arg::Number(set.value));
            let help = match cause {
                "few" => "add the next key to the set before the present one is given up",
                "unreadable" => "give each key its `kty` (RFC 7517, section 4.1), and a `kid` in quotes",
                "empty" => "put the public keys in with which tokens are verified",
                _ => "give each key a `kid` of its own, such as its thumbprint (RFC 7638)",
            };
            let finding = FindingBuilder::about_key(&META, Cause::new(cause), key.key)
                .environment(&cx.environment.name)
                .message(Message::with(
                    message,
                    [Arg::Key(key.key.clone())].into_iter().chain(wanted).collect::<Vec<_>>(),
                ))
                .help(Message::new(help))
                .readers(key.reader_names())
                .at(place)
                .asked_by(least.map(|set| set.at).map(At::place));
            sink.report(finding);
        }
    }
}

/// Whether a variable's name says that its value is a set of JSON web keys.
fn names_key_set(key: &KeyName) -> bool {
    let name = key.as_str().as_bytes();
    memchr2(b'J', b'j', name).is_some() && name.windows(4).any(|part| part.eq_ignore_ascii_case(b"jwks"))
}

/// Each kind of fault once: cause and message.
fn faults(set: &JsonKeys<'_>) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    if set.count == 0 {
        return vec![("empty", "the set in {} has no key")];
    }
    let unreadable = |key: &JsonKey<'_>| key.kty.text().is_none() || matches!(key.kid, Text::Other);
    if set.has_others || set.keys.iter().any(unreadable) {
        found.push(("unreadable", "a key in {} cannot be read: no `kty`, or a `kid` that is no text"));
    }
    let nameless = |key: &JsonKey<'_>| key.kid.text().is_none() && !matches!(key.kid, Text::Other);
    if set.keys.iter().any(nameless) {
        found.push(match set.count {
            1 => {
                ("nameless-alone", "the only key in {} has no `kid`: a second one could not be told from it")
            }
            _ => ("nameless", "a key in {} has no `kid`"),
        });
    }
    // RFC 7517, section 4.5: keys of different kinds may be alternatives under one name. What says nothing of its use is for all.
    let mut seen: BTreeMap<_, Vec<Option<&str>>> = BTreeMap::new();
    let same = set.keys.iter().any(|key| {
        let (Some(kid), Some(kty)) = (key.kid.text(), key.kty.text()) else { return false };
        let uses = seen.entry((kid, kty)).or_default();
        let own = key.purpose.text();
        let is_taken = uses.iter().any(|other| own.is_none() || other.is_none_or(|other| own == Some(other)));
        uses.push(own);
        is_taken
    });
    if same {
        found.push(("same-name", "two keys in {} have the same `kid`"));
    }
    found
}
