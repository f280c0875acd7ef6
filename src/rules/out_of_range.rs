//! `out-of-range`: a number, duration or size lies outside the policy's bounds

use std::cmp::Ordering;

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::value::types::quantity;

use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "out-of-range",
    summary: "a number, duration or size lies outside the policy's bounds",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("range:low", "the value is less than `min`"),
        CauseMeta::new("range:high", "the value is more than `max`"),
    ],
    page: include_str!("../../docs/rules/out-of-range.md"),
};

/// See the module.
pub struct OutOfRange;

impl Rule for OutOfRange {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(entry) = key.entry.filter(|entry| entry.min.is_some() || entry.max.is_some()) else {
            return;
        };
        let Some(kind) = entry.kind.as_ref().map(|kind| kind.value) else { return };
        let Some(value) = key.judgeable(cx, sink) else { return };
        // What does not read as its type is `wrong-type`'s.
        let Some(value) = quantity(kind, value) else { return };
        let Some(place) = key.place(cx.environment) else { return };
        let sides = [
            (&entry.min, Ordering::Less, "low", "{} is less than the policy's `min`"),
            (&entry.max, Ordering::Greater, "high", "{} is more than the policy's `max`"),
        ];
        for (bound, beyond, side, template) in sides {
            let Some(bound) = bound else { continue };
            let Some(limit) = quantity(kind, bound.value.0.as_bytes()) else { continue };
            if value.cmp(&limit) != beyond {
                continue;
            }
            let finding = FindingBuilder::about_key(&META, Cause::word("range", side), key.key)
                .environment(&cx.environment.name)
                .message(Message::with(template, [Arg::Key(key.key.clone())]))
                .help(Message::new("the policy's line has the bound, which itself is allowed"))
                .readers(key.reader_names())
                .at(place.clone())
                .asked_by(Some(bound.at.place()));
            sink.report(finding);
        }
    }
}
