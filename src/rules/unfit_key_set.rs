//! `unfit-key-set`: JSON web keys that cannot be told apart, or too few of them

use std::collections::BTreeSet;

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::policy::At;
use crate::value::certificates::{JsonKeys, json_keys};

use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "unfit-key-set",
    summary: "JSON web keys of a set cannot be told apart, or are too few for a rotation",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("nameless", "a key of several has no `kid`, or an empty one"),
        CauseMeta::new("same-name", "two keys of one kind and use have the same `kid`"),
        CauseMeta::new("few", "the set has fewer keys than the policy's `min_keys`"),
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
        let Some(set) = json_keys(value) else {
            if least.is_some() {
                sink.gap(&cx.environment.name, Subject::key(key.key), Why::KeySetUnjudged);
            }
            return;
        };
        let few = least.filter(|least| (set.keys.len() as u64) < least.value);
        let found = faults(&set).into_iter().map(|(cause, message)| (cause, message, None));
        let few = few.map(|least| ("few", "{} has fewer keys than the policy wants: {}", Some(least)));
        for (cause, message, least) in found.chain(few) {
            let Some(place) = key.place(cx.environment) else { return };
            let wanted = least.map(|set| Arg::Number(set.value));
            let help = match cause {
                "few" => "add the next key to the set before the present one is given up",
                _ => "give each key a `kid` of its own, such as its thumbprint (RFC 7638)",
            };
            let finding = FindingBuilder::about_key(&META, Cause::new(cause), key.key)
                .environment(&cx.environment.name)
                .message(Message::with(
                    message,
                    [Arg::Key(key.key.clone())].into_iter().chain(wanted).collect::<Vec<_>>(),
                ))
                .help(Message::new(help))
                .readers(key.readers.clone())
                .at(place)
                .asked_by(least.map(|set| set.at).map(At::place));
            sink.report(finding);
        }
    }
}

/// Each kind of fault once: cause and message.
fn faults(set: &JsonKeys<'_>) -> Vec<(&'static str, &'static str)> {
    let mut found = Vec::new();
    let named = |kid: Option<&str>| kid.is_some_and(|kid| !kid.is_empty());
    if set.keys.iter().any(|key| !named(key.kid.as_deref())) {
        found.push(match set.keys.len() {
            1 => ("nameless-alone", "the key in {} has no `kid`: a second one could not be told from it"),
            _ => ("nameless", "a key in {} has no `kid`"),
        });
    }
    // RFC 7517, section 4.5: keys of different kinds may be alternatives under one name.
    let mut seen = BTreeSet::new();
    let same = set
        .keys
        .iter()
        .filter(|key| named(key.kid.as_deref()))
        .any(|key| !seen.insert((key.kid.as_deref(), key.kty.as_ref(), key.purpose.as_deref())));
    if same {
        found.push(("same-name", "two keys in {} have the same `kid`"));
    }
    found
}
