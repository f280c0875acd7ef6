//! `value-not-allowed`: a value is none of those that the policy lists or describes, or one that it forbids

use std::borrow::Cow;

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};

use crate::policy::{At, KeyEntry};
use crate::syntax::template::{ENV, SERVICE};
use crate::value::text::same_but_case;

use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "value-not-allowed",
    summary: "a value is none of those that the policy lists or describes, or one that it forbids",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("one-of", "the value is not in `one_of`"),
        CauseMeta::new("not", "the value is in `not`"),
        CauseMeta::new("one-of-case", "the value is in `one_of` but for upper and lower case"),
        CauseMeta::new("pattern", "the value does not match `pattern`"),
    ],
    page: include_str!("../../docs/rules/value-not-allowed.md"),
};

/// See the module.
pub struct ValueNotAllowed;

impl Rule for ValueNotAllowed {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(entry) = key.entry.filter(|entry| says(entry)) else { return };
        // The empty value can be forbidden too; `one_of` and `pattern` leave it to `empty-value`.
        let empty = key.value().filter(|value| value.is_empty());
        let Some(value) = empty.or_else(|| key.judgeable(cx, sink)) else { return };
        let folds = entry.ignore_case.as_ref().is_some_and(|set| set.value);
        let is_value = |word: &String| {
            let equals = |word: &Cow<'_, str>| match word.as_bytes() {
                word if folds => same_but_case(word, value),
                word => word == value,
            };
            means(cx, key, word).iter().any(equals)
        };
        if let Some(not) = entry.not.as_ref().filter(|set| set.value.iter().any(is_value)) {
            let message = "{} has a value that the policy forbids";
            report(cx, key, Cause::new("not"), message, not.at, sink);
        }
        if value.is_empty() {
            return;
        }
        if let Some(pattern) = entry.pattern.as_ref().filter(|set| !set.value.matches(value)) {
            let message = "{} does not match the policy's pattern";
            report(cx, key, Cause::new("pattern"), message, pattern.at, sink);
        }
        let Some(allowed) = &entry.one_of else { return };
        if allowed.value.iter().any(is_value) {
            return;
        }
        let words = allowed.value.iter().flat_map(|word| means(cx, key, word));
        let folded = words.into_iter().any(|word| word.as_bytes().eq_ignore_ascii_case(value));
        let (cause, message) = if folded {
            (
                Cause::new("one-of-case"),
                "{} is one of the values that the policy lists but for upper and lower case",
            )
        } else {
            (Cause::new("one-of"), "{} is none of the values that the policy lists")
        };
        report(cx, key, cause, message, allowed.at, sink);
    }
}

const fn says(entry: &KeyEntry) -> bool {
    entry.one_of.is_some() || entry.not.is_some() || entry.pattern.is_some()
}

/// What a word of a list stands for: `{env}` for the environment's canonical name, `{service}` for the service's; a value
/// that several services share fits no word with it.
fn means<'w>(cx: &Context<'_>, key: &KeyView<'_>, word: &'w str) -> Vec<Cow<'w, str>> {
    if !word.contains('{') {
        return vec![Cow::Borrowed(word)];
    }
    let word = word.replace(ENV, cx.environment.name.as_str());
    if !word.contains(SERVICE) || cx.policy.services.is_empty() {
        return vec![Cow::Owned(word)];
    }
    let own = key.service.or(key.variable.and_then(|variable| variable.service.as_ref()));
    let mut all =
        cx.policy.services.iter().filter(|service| {
            own.map_or_else(|| cx.policy.concerns(key.key, service), |own| own == *service)
        });
    // One value that several services share cannot be the name of each.
    match (all.next(), all.next()) {
        (Some(service), None) => vec![Cow::Owned(word.replace(SERVICE, service.as_str()))],
        _ => Vec::new(),
    }
}

fn report(
    cx: &Context<'_>,
    key: &KeyView<'_>,
    cause: Cause,
    message: &'static str,
    asked: At,
    sink: &mut Sink<'_>,
) {
    let Some(place) = key.place(cx.environment) else { return };
    let help = if cause == Cause::new("pattern") {
        "the policy's line has the pattern; the whole value has to match it"
    } else {
        "the policy's line has the list; values are compared to the letter, unless it says `ignore_case`"
    };
    let finding = FindingBuilder::about_key(&META, cause, key.key)
        .environment(&cx.environment.name)
        .message(Message::with(message, [Arg::Key(key.key.clone())]))
        .help(Message::new(help))
        .readers(key.reader_names())
        .at(place)
        .asked_by(Some(asked.place()));
    sink.report(finding);
}
