//! Constraints of one entry that contradict each other, or that nothing could judge.

use crate::finding::{Arg, Message};
use crate::policy::table::Problems;
use crate::policy::{At, KeyEntry, Said, Set, Stricter, ValueType};
use crate::value::types::quantity;

use super::stronger;

/// Notes what of an entry cannot be.
pub(super) fn contradictions(entry: &KeyEntry, problems: &mut Problems) {
    let lengths =
        [("min_length", &entry.min_length), ("length", &entry.length), ("max_length", &entry.max_length)];
    let bytes = [("min_bytes", &entry.min_bytes), ("bytes", &entry.bytes), ("max_bytes", &entry.max_bytes)];
    for bounds in [lengths, bytes] {
        rising(entry, bounds, problems);
    }
    if let (Some(folds), None, None) = (&entry.ignore_case, &entry.one_of, &entry.not) {
        let message = Message::new("`ignore_case` is about `one_of` and `not`, and neither is there");
        problems.push_at(folds.at, message, None);
    }
    let kind = entry.kind.as_ref().map_or(ValueType::String, |set| set.value);
    let place = |at: At| entry.kind.as_ref().map_or(at, |kind| stronger(at, kind.at, entry));
    if let (Some(set), false) = (&entry.without, kind.has_parts()) {
        need(place(set.at), "without", "such parts", ValueType::has_parts, problems);
    }
    if let (Some(set), false) = (&entry.schemes, kind.has_schemes()) {
        need(place(set.at), "schemes", "such parts", ValueType::has_schemes, problems);
    }
    range(entry, kind, place, problems);
    ordered(entry, kind, place, problems);
    for (field, set) in [("at_most", &entry.at_most), ("at_least", &entry.at_least)] {
        if let (Some(set), true) = (set, lacks_order(entry)) {
            need(place(set.at), field, "an order", |kind| kind.measure().is_some(), problems);
        }
    }
}

/// Whether an entry says a type of whose values none is more than another. A text may well hold numbers.
pub(super) fn lacks_order(entry: &KeyEntry) -> bool {
    let kind = entry.kind.as_ref().map_or(ValueType::String, |set| set.value);
    kind != ValueType::String && kind.measure().is_none()
}

/// Values of which one is the stricter have an order: the quantities of a type, or the two of a switch.
fn ordered(entry: &KeyEntry, kind: ValueType, place: impl Fn(At) -> At, problems: &mut Problems) {
    let (Some(set), Some(_)) = (&entry.stricter, &entry.kind) else { return };
    let switch = matches!(set.value, Stricter::On | Stricter::Off);
    if switch && kind != ValueType::Bool {
        need(place(set.at), "stricter", "two values", |kind| kind == ValueType::Bool, problems);
    } else if !switch && kind.measure().is_none() {
        need(place(set.at), "stricter", "an order", |kind| kind.measure().is_some(), problems);
    }
}

/// Only secrets are compared with each other.
pub(super) fn within(entry: &KeyEntry, problems: &mut Problems) {
    let secret = entry.secret.as_ref().is_some_and(|set| set.value);
    if let (Some(set), false) = (&entry.within_distinct, secret) {
        problems.push_at(set.at, Message::new("`within` needs `secret: true`"), None);
    }
}

/// How old a value may become says nothing without the day from which it is counted, nor the other way round.
pub(super) fn rotation(entry: &KeyEntry, problems: &mut Problems) {
    if let (Some(_), Some(set)) = (&entry.rotated, &entry.rotated_in) {
        let message = Message::new("`rotated` and `rotated_in` exclude each other");
        problems.push_at(set.at, message, None);
        return;
    }
    let said = entry.rotated.as_ref().map(|set| (set.at, "rotated"));
    let said = said.or_else(|| entry.rotated_in.as_ref().map(|set| (set.at, "rotated_in")));
    match (&entry.rotate_after, said) {
        (Some(set), None) => {
            let help = "say where the day stands: `rotated: KEY` in another variable, `rotated_in: name` in its own name, \
                        `rotated_in: git` in the commit that last changed its file";
            let message = Message::new("`rotate_after` needs `rotated` or `rotated_in`");
            problems.push_at(set.at, message, Some(Message::new(help)));
        }
        (None, Some((at, said))) => {
            problems.push_at(at, Message::with("`{}` needs `rotate_after`", [Arg::Word(said)]), None);
        }
        _ => {}
    }
}

/// `min` and `max` are quantities of the type, and the one is not above the other.
fn range(entry: &KeyEntry, kind: ValueType, place: impl Fn(At) -> At, problems: &mut Problems) {
    let bounds = [("min", &entry.min), ("max", &entry.max)];
    let mut read = Vec::new();
    for (field, set) in bounds.into_iter().filter_map(|(field, set)| Some((field, set.as_ref()?))) {
        if kind.measure().is_none() {
            need(place(set.at), field, "an order", |kind| kind.measure().is_some(), problems);
            continue;
        }
        match quantity(kind, set.value.0.as_bytes()) {
            Some(bound) => read.push((set.at, bound)),
            None => {
                let args = [Arg::Word(field), Arg::Word(kind.as_str())];
                let message = Message::with("`{}` does not read as the key's type, `{}`", args);
                problems.push_at(place(set.at), message, None);
            }
        }
    }
    if let [(least_at, least), (most_at, most)] = read.as_slice()
        && least > most
    {
        let message = Message::new("`min` is above `max`: no value can satisfy both");
        problems.push_at(stronger(*least_at, *most_at, entry), message, None);
    }
}

fn need(
    at: At,
    field: &'static str,
    what: &'static str,
    has: impl Fn(ValueType) -> bool,
    problems: &mut Problems,
) {
    let args = [Arg::Word(field), Arg::Word(what)];
    let kinds = ValueType::ALL.iter().filter(|kind| has(**kind)).map(|kind| kind.as_str()).collect();
    let help = Message::with("one of: {}", [Arg::Words(kinds)]);
    problems.push_at(at, Message::with("`{}` needs a `type` that has {}", args), Some(help));
}

/// Bounds that have to rise from the first to the last.
fn rising(entry: &KeyEntry, bounds: [(&'static str, &Said<u64>); 3], problems: &mut Problems) {
    let said: Vec<(&'static str, &Set<u64>)> =
        bounds.into_iter().filter_map(|(name, set)| Some((name, set.as_deref()?))).collect();
    for ((lower, least), (upper, most)) in said.iter().zip(said.iter().skip(1)) {
        if least.value > most.value {
            let args = [Arg::Word(lower), Arg::Word(upper)];
            let message = Message::with("`{}` is above `{}`: no value can satisfy both", args);
            problems.push_at(stronger(least.at, most.at, entry), message, None);
        }
    }
}
