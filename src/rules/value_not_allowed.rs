//! `value-not-allowed`: a value is none of those that the policy lists

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};

use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "value-not-allowed",
    summary: "a value is none of those that the policy lists",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("one-of", "the value is not in `one_of`"),
        CauseMeta::new("one-of-case", "the value is in `one_of` but for upper and lower case"),
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
        let Some(allowed) = key.entry.and_then(|entry| entry.one_of.as_ref()) else { return };
        let Some(value) = key.judgeable(cx, sink) else { return };
        if allowed.value.iter().any(|word| word.as_bytes() == value) {
            return;
        }
        let folded = allowed.value.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(value));
        let (cause, message) = if folded {
            (
                Cause::new("one-of-case"),
                "{} is one of the values that the policy lists but for upper and lower case",
            )
        } else {
            (Cause::new("one-of"), "{} is none of the values that the policy lists")
        };
        let Some(place) = key.place(cx.environment) else { return };
        let finding = FindingBuilder::about_key(&META, cause, key.key)
            .environment(&cx.environment.name)
            .message(Message::with(message, [Arg::Key(key.key.clone())]))
            .help(Message::new("the policy's line has the list; values are compared to the letter"))
            .readers(key.readers.clone())
            .at(place)
            .asked_by(Some(allowed.at.place()));
        sink.report(finding);
    }
}
