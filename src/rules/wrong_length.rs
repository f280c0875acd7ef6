//! `wrong-length`: a value is shorter or longer than the policy allows

use std::cmp::Ordering;

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::policy::{KeyEntry, Said, ValueType};
use crate::value::types::is_encoding;

use super::shared::shape::{byte_len, char_len};
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "wrong-length",
    summary: "a value is shorter or longer than the policy allows",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("length:short", "fewer characters than `min_length`"),
        CauseMeta::new("length:long", "more characters than `max_length`"),
        CauseMeta::new("length:other", "more or fewer characters than `length`"),
        CauseMeta::new("bytes:short", "fewer bytes than `min_bytes`"),
        CauseMeta::new("bytes:long", "more bytes than `max_bytes`"),
        CauseMeta::new("bytes:other", "more or fewer bytes than `bytes`"),
    ],
    page: include_str!("../../docs/rules/wrong-length.md"),
};

/// See the module.
pub struct WrongLength;

/// What a bound counts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Characters,
    Bytes,
    Decoded,
}

/// On which side of a bound a value may not be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Short,
    Long,
    Other,
}

impl Rule for WrongLength {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(entry) = key.entry.filter(|entry| bounds(entry).iter().any(|(set, ..)| set.is_some()))
        else {
            return;
        };
        let Some(value) = key.judgeable(cx, sink) else { return };
        let Some(place) = key.place(cx.environment) else { return };
        let kind = entry.kind.as_ref().map(|set| set.value);
        let bytes = if kind.is_some_and(is_encoding) { Unit::Decoded } else { Unit::Bytes };
        for (bound, of_bytes, side) in bounds(entry) {
            let Some(bound) = bound else { continue };
            let length = as_bound(if of_bytes { byte_len(kind, value) } else { char_len(value) });
            let beyond = match length.cmp(&bound.value) {
                Ordering::Equal => false,
                Ordering::Less => side != Side::Long,
                Ordering::Greater => side != Side::Short,
            };
            if !beyond {
                continue;
            }
            let unit = if of_bytes { bytes } else { Unit::Characters };
            let args = [Arg::Key(key.key.clone()), Arg::Number(bound.value)];
            let finding = FindingBuilder::about_key(&META, cause(of_bytes, side), key.key)
                .environment(&cx.environment.name)
                .message(Message::with(template(unit, side), args))
                .help(help(kind, side, bound.value))
                .readers(key.reader_names())
                .at(place.clone())
                .asked_by(Some(bound.at.place()));
            sink.report(finding);
        }
    }
}

/// Every bound of an entry, whether it counts bytes, and the side beyond it.
const fn bounds(entry: &KeyEntry) -> [(&Said<u64>, bool, Side); 6] {
    [
        (&entry.min_length, false, Side::Short),
        (&entry.max_length, false, Side::Long),
        (&entry.length, false, Side::Other),
        (&entry.min_bytes, true, Side::Short),
        (&entry.max_bytes, true, Side::Long),
        (&entry.bytes, true, Side::Other),
    ]
}

const fn cause(of_bytes: bool, side: Side) -> Cause {
    let word = match side {
        Side::Short => "short",
        Side::Long => "long",
        Side::Other => "other",
    };
    Cause::word(if of_bytes { "bytes" } else { "length" }, word)
}

const fn template(unit: Unit, side: Side) -> &'static str {
    match (unit, side) {
        (Unit::Characters, Side::Short) => "{} has fewer than {} characters",
        (Unit::Characters, Side::Long) => "{} has more than {} characters",
        (Unit::Characters, Side::Other) => "{} does not have {} characters",
        (Unit::Bytes, Side::Short) => "{} has fewer than {} bytes",
        (Unit::Bytes, Side::Long) => "{} has more than {} bytes",
        (Unit::Bytes, Side::Other) => "{} does not have {} bytes",
        (Unit::Decoded, Side::Short) => "{} holds fewer than {} bytes once decoded",
        (Unit::Decoded, Side::Long) => "{} holds more than {} bytes once decoded",
        (Unit::Decoded, Side::Other) => "{} does not hold {} bytes once decoded",
    }
}

fn help(kind: Option<ValueType>, side: Side, bound: u64) -> Message {
    match side {
        Side::Short => longer(kind, bound),
        Side::Long => Message::new("shorten it, or see whether something was pasted twice"),
        Side::Other => {
            Message::new("see whether it was cut off or pasted twice, or is meant for another key")
        }
    }
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
