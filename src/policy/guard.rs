//! Which of two entries guards more: one is looser if it lets something pass that the other stops.
//!
//! Used where environments are compared with each other and where a policy is compared with an older one.

use std::collections::BTreeSet;

use crate::finding::Level;
use crate::syntax::postgres::SslMode;

use super::{At, FileEntry, KeyEntry, Set, ValueType};

/// How a field changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shift {
    /// It lets something pass that it stopped.
    Looser,
    /// It stops more, and nothing that it stopped passes.
    Tighter,
}

/// A field that one entry has otherwise than another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The field's name.
    pub field: &'static str,
    /// Which way it goes.
    pub shift: Shift,
    /// Where the first says it.
    pub from: Option<At>,
    /// Where the second says it.
    pub to: Option<At>,
}

/// Every field that guards and that differs from one entry to the other. An entry that is not there says nothing.
#[must_use]
pub fn differences(from: Option<&KeyEntry>, to: Option<&KeyEntry>) -> Vec<Difference> {
    fn place(entry: Option<&KeyEntry>, field: &str) -> Option<At> {
        entry.and_then(|entry| entry.said().get(field).copied())
    }
    let shifted = |field: &&'static str| {
        let shift = shift(field, from, to)?;
        Some(Difference { field, shift, from: place(from, field), to: place(to, field) })
    };
    KeyEntry::FIELDS.iter().filter_map(shifted).collect()
}

fn shift(field: &str, from: Option<&KeyEntry>, to: Option<&KeyEntry>) -> Option<Shift> {
    /// A field's value in one of the two.
    fn of<T>(entry: Option<&KeyEntry>, field: fn(&KeyEntry) -> &Option<Set<T>>) -> Option<&T> {
        entry.and_then(|entry| field(entry).as_ref()).map(|set| &set.value)
    }
    let flag = |field| (of(from, field) == Some(&true), of(to, field) == Some(&true));
    let number = |field| (of(from, field), of(to, field));
    match field {
        "required" => rising(flag(|e| &e.required)),
        "forbidden" => rising(flag(|e| &e.forbidden)),
        // A secret is judged by more rules than what is none; nobody's word lies between the two.
        "secret" => {
            let rank = |entry| of(entry, |e| &e.secret).map_or(1, |secret| if *secret { 2 } else { 0 });
            rising((rank(from), rank(to)))
        }
        "public" => falling(flag(|e| &e.public)),
        "across" => falling((of(from, |e| &e.across_any).is_some(), of(to, |e| &e.across_any).is_some())),
        "type" => {
            let kind = |entry| of(entry, |e| &e.kind).copied().unwrap_or(ValueType::String);
            narrowing(kind(from) == kind(to), is_within(kind(to), kind(from)))
        }
        // Without a floor of its own a connection has the default one, which spares hosts of private networks.
        "tls" => {
            let rank = |entry| {
                of(entry, |e| &e.tls)
                    .map_or((SslMode::Require, false), |mode| (*mode, *mode >= SslMode::Require))
            };
            rising((rank(from), rank(to)))
        }
        "min_length" => rising(or_zero(number(|e| &e.min_length))),
        "min_bytes" => rising(or_zero(number(|e| &e.min_bytes))),
        "max_length" => {
            let (from, to) = number(|e| &e.max_length);
            falling((from.copied().unwrap_or(u64::MAX), to.copied().unwrap_or(u64::MAX)))
        }
        "one_of" => {
            let (from, to) = (of(from, |e| &e.one_of), of(to, |e| &e.one_of));
            narrowing(same(from, to), from.is_none_or(|from| to.is_some_and(|to| holds(from, to))))
        }
        "not" => {
            let (from, to) = (of(from, |e| &e.not), of(to, |e| &e.not));
            narrowing(same(from, to), from.is_none_or(|from| to.is_some_and(|to| holds(to, from))))
        }
        "services" => {
            let (from, to) = (of(from, |e| &e.services), of(to, |e| &e.services));
            narrowing(same(from, to), to.is_none_or(|to| from.is_some_and(|from| holds(to, from))))
        }
        "default" => {
            let (from, to) = (of(from, |e| &e.default), of(to, |e| &e.default));
            narrowing(from == to, from.is_none())
        }
        _ => None,
    }
}

/// How the permissions of files changed.
#[must_use]
pub fn file_shifts(from: Option<&FileEntry>, to: Option<&FileEntry>) -> Vec<Difference> {
    let mode = |entry: Option<&FileEntry>| {
        entry.and_then(|entry| entry.mode.as_ref()).map(|set| (set.value, set.at))
    };
    let owner = |entry: Option<&FileEntry>| entry.and_then(|entry| entry.owner.as_ref()).map(|set| set.at);
    let mut found = Vec::new();
    let bits = |set: Option<(u32, At)>| set.map(|(bits, _)| bits);
    let (old, new) = (mode(from), mode(to));
    // No entry: the files that hold secrets are held to 0600, others to nothing.
    let within = match (bits(old), bits(new)) {
        (None, Some(new)) => new & !0o600 == 0,
        (Some(old), Some(new)) => new & !old == 0,
        (_, None) => false,
    };
    let shift = narrowing(bits(old) == bits(new), within);
    found.extend(shift.map(|shift| Difference {
        field: "mode",
        shift,
        from: old.map(|(_, at)| at),
        to: new.map(|(_, at)| at),
    }));
    let shift = rising((owner(from).is_some(), owner(to).is_some()));
    found.extend(shift.map(|shift| Difference { field: "owner", shift, from: owner(from), to: owner(to) }));
    found
}

/// How a rule's level changed; nothing is its own severity, which `usual` tells.
#[must_use]
pub fn level_shift(from: Option<Level>, to: Option<Level>, usual: Level) -> Option<Shift> {
    falling((from.unwrap_or(usual), to.unwrap_or(usual)))
}

fn rising<T: PartialOrd>((from, to): (T, T)) -> Option<Shift> {
    if to > from {
        Some(Shift::Tighter)
    } else if to < from {
        Some(Shift::Looser)
    } else {
        None
    }
}

fn falling<T: PartialOrd>((from, to): (T, T)) -> Option<Shift> {
    rising((to, from))
}

fn narrowing(same: bool, within: bool) -> Option<Shift> {
    if same { None } else { Some(if within { Shift::Tighter } else { Shift::Looser }) }
}

fn or_zero((from, to): (Option<&u64>, Option<&u64>)) -> (u64, u64) {
    (from.copied().unwrap_or_default(), to.copied().unwrap_or_default())
}

/// Lists are sets: order does not count.
fn same(from: Option<&Vec<String>>, to: Option<&Vec<String>>) -> bool {
    match (from, to) {
        (Some(from), Some(to)) => holds(from, to) && holds(to, from),
        (from, to) => from == to,
    }
}

fn holds(list: &[String], other: &[String]) -> bool {
    let list: BTreeSet<&String> = list.iter().collect();
    other.iter().all(|word| list.contains(word))
}

/// Whether all that reads as one type reads as the other too.
fn is_within(one: ValueType, other: ValueType) -> bool {
    one == other || other == ValueType::String || (one == ValueType::Port && other == ValueType::Int)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::{Shift, differences};
    use std::sync::Arc;

    use crate::policy::{KeyEntry, PolicyText, parse};
    use crate::text::source_map::Medium;
    use crate::text::{KeyName, SafePath, SourceMap};
    use rstest::rstest;

    fn entry(text: &str) -> Arc<KeyEntry> {
        let policy = format!("version: 1\nedition: 2026\nservices: [api, web]\nkeys:\n  A: {text}\n");
        let path = SafePath::named("p");
        let text = PolicyText { path: &path, place: "p", medium: Medium::File, bytes: policy.as_bytes() };
        let policy = parse(Some(text), &[], &mut |_| panic!(), &mut SourceMap::default()).unwrap();
        policy.base.keys.get(&KeyName::declared("A").unwrap()).unwrap().clone()
    }

    #[rstest]
    #[case("{}", "{ required: true }", Shift::Tighter)]
    #[case("{ required: true }", "{ required: false }", Shift::Looser)]
    #[case("{ secret: true }", "{}", Shift::Looser)]
    #[case("{}", "{ secret: false }", Shift::Looser)]
    #[case("{ type: int }", "{ type: port }", Shift::Tighter)]
    #[case("{ type: port }", "{ type: int }", Shift::Looser)]
    #[case("{ type: hex }", "{ type: base64 }", Shift::Looser)]
    #[case("{ tls: verify-full }", "{ tls: require }", Shift::Looser)]
    #[case("{ tls: require }", "{}", Shift::Looser)]
    #[case("{}", "{ tls: require }", Shift::Tighter)]
    #[case("{}", "{ tls: prefer }", Shift::Looser)]
    #[case("{ min_length: 8 }", "{ min_length: 7 }", Shift::Looser)]
    #[case("{ max_length: 8 }", "{}", Shift::Looser)]
    #[case("{ one_of: [a, b] }", "{ one_of: [b] }", Shift::Tighter)]
    #[case("{ one_of: [a, b] }", "{ one_of: [b, c] }", Shift::Looser)]
    #[case("{ not: [a] }", "{ not: [b] }", Shift::Looser)]
    #[case("{ not: [a] }", "{ not: [b, a] }", Shift::Tighter)]
    #[case("{ default: a }", "{ default: b }", Shift::Looser)]
    #[case("{ forbidden: true }", "{}", Shift::Looser)]
    #[case("{}", "{ public: true }", Shift::Looser)]
    #[case("{}", "{ services: [api] }", Shift::Looser)]
    #[case("{ services: [api] }", "{ services: [api, web] }", Shift::Tighter)]
    #[case("{}", "{ across: any, reason: r }", Shift::Looser)]
    fn one_field(#[case] from: &str, #[case] to: &str, #[case] shift: Shift) {
        let found = differences(Some(&entry(from)), Some(&entry(to)));
        assert_eq!(found.iter().map(|d| d.shift).collect::<Vec<_>>(), [shift]);
        assert!(differences(Some(&entry(from)), Some(&entry(from))).is_empty());
    }

    #[rstest]
    #[case("{ one_of: [a, b] }", "{ one_of: [b, a] }")]
    #[case("{ description: x }", "{ description: y }")]
    #[case("{ required: false }", "{}")]
    fn no_change(#[case] from: &str, #[case] to: &str) {
        assert!(differences(Some(&entry(from)), Some(&entry(to))).is_empty());
    }
}
