//! `wrong-length`: a value is shorter or longer than the policy allows

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::policy::{KeyEntry, Set, ValueType};

use super::shared::shape::{byte_len, char_len};
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "wrong-length",
    summary: "a value is shorter or longer than the policy allows",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("length:short", "fewer characters than `min_length`"),
        CauseMeta::new("length:long", "more characters than `max_length`"),
        CauseMeta::new("bytes:short", "fewer bytes than `min_bytes`"),
    ],
    page: include_str!("../../docs/rules/wrong-length.md"),
};

/// See the module.
pub struct WrongLength;

impl Rule for WrongLength {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(entry) = key.entry.filter(|entry| has_bounds(entry)) else { return };
        let Some(value) = key.judgeable(cx, sink) else { return };
        let Some(place) = key.place(cx.environment) else { return };
        let kind = entry.kind.as_ref().map(|set| set.value);
        let chars = as_bound(char_len(value));
        let bytes = as_bound(byte_len(kind, value));
        let mut report = |bound: &Set<u64>, cause, template, help| {
            let args = [Arg::Key(key.key.clone()), Arg::Number(bound.value)];
            let finding = FindingBuilder::about_key(&META, cause, key.key)
                .environment(&cx.environment.name)
                .message(Message::with(template, args))
                .help(help)
                .readers(key.readers.clone())
                .at(place.clone())
                .asked_by(Some(bound.at.place()));
            sink.report(finding);
        };
        if let Some(least) = entry.min_length.as_ref().filter(|bound| chars < bound.value) {
            let cause = Cause::word("length", "short");
            report(least, cause, "{} has fewer than {} characters", longer(kind, least.value));
        }
        if let Some(most) = entry.max_length.as_ref().filter(|bound| chars > bound.value) {
            let help = Message::new("shorten it, or see whether something was pasted twice");
            report(most, Cause::word("length", "long"), "{} has more than {} characters", help);
        }
        if let Some(least) = entry.min_bytes.as_ref().filter(|bound| bytes < bound.value) {
            let encoded = matches!(kind, Some(ValueType::Base64 | ValueType::Hex));
            let template = if encoded {
                "{} holds fewer than {} bytes once decoded"
            } else {
                "{} has fewer than {} bytes"
            };
            report(least, Cause::word("bytes", "short"), template, longer(kind, least.value));
        }
    }
}

const fn has_bounds(entry: &KeyEntry) -> bool {
    entry.min_length.is_some() || entry.max_length.is_some() || entry.min_bytes.is_some()
}

/// How to make a random value that is long enough.
fn longer(kind: Option<ValueType>, least: u64) -> Message {
    let bytes = Arg::Number(least.clamp(32, 4096));
    match kind {
        Some(ValueType::Base64) => Message::with("a new random one: openssl rand -base64 {}", [bytes]),
        _ => Message::with("a new random one, if it is a secret: openssl rand -hex {}", [bytes]),
    }
}

fn as_bound(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
