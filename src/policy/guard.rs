//! Which of two entries guards more: one is looser if it lets something pass that the other stops.
//!
//! Used where environments are compared with each other and where a policy is compared with an older one.

use std::collections::BTreeSet;

use crate::finding::Level;
use crate::syntax::postgres::SslMode;

use crate::value::types::{Quantity, quantity};

use super::constraint::Bound;
use super::{Across, At, FileEntry, Group, KeyEntry, Said, Share, ValueType};

/// What a certificate has to be valid yet where the policy names no window, in seconds: `expired-certificate` has the rest.
pub const USUAL_WINDOW: i64 = 48 * 3600;

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

/// The fields in which `own` is looser than `other`, and not only otherwise: those that are tighter the other way round. Of
/// two lists of which neither lies within the other, and of two patterns, neither is looser.
#[must_use]
pub fn looser(own: Option<&KeyEntry>, other: Option<&KeyEntry>) -> Vec<Difference> {
    let mut found = differences(other, own);
    found.retain(|difference| {
        difference.shift == Shift::Looser && shift(difference.field, own, other) == Some(Shift::Tighter)
    });
    found
}

fn shift(field: &str, from: Option<&KeyEntry>, to: Option<&KeyEntry>) -> Option<Shift> {
    /// A field's value in one of the two.
    fn of<T>(entry: Option<&KeyEntry>, field: fn(&KeyEntry) -> &Said<T>) -> Option<&T> {
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
        "rotated_in" => asked(of(from, |e| &e.rotated_in), of(to, |e| &e.rotated_in)),
        "within" => rising(flag(|e| &e.within_distinct)),
        "across" => across(of(from, |e| &e.across), of(to, |e| &e.across)),
        "stricter" => asked(of(from, |e| &e.stricter), of(to, |e| &e.stricter)),
        "type" => {
            let kind = |entry| of(entry, |e| &e.kind).copied().unwrap_or(ValueType::String);
            narrowing(kind(from) == kind(to), kind(to).is_within(kind(from)))
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
        "max_length" => falling(or_most(number(|e| &e.max_length))),
        "max_bytes" => falling(or_most(number(|e| &e.max_bytes))),
        "length" => asked(of(from, |e| &e.length), of(to, |e| &e.length)),
        "bytes" => asked(of(from, |e| &e.bytes), of(to, |e| &e.bytes)),
        "min" => bound((from, of(from, |e| &e.min)), (to, of(to, |e| &e.min)), rising),
        "max" => bound((from, of(from, |e| &e.max)), (to, of(to, |e| &e.max)), falling),
        "pattern" => asked(of(from, |e| &e.pattern), of(to, |e| &e.pattern)),
        "equals" => asked(of(from, |e| &e.equals), of(to, |e| &e.equals)),
        "differs_from" => asked(of(from, |e| &e.differs_from), of(to, |e| &e.differs_from)),
        "at_most" => asked(of(from, |e| &e.at_most), of(to, |e| &e.at_most)),
        "at_least" => asked(of(from, |e| &e.at_least), of(to, |e| &e.at_least)),
        "required_if" => asked(of(from, |e| &e.required_if), of(to, |e| &e.required_if)),
        "private_key" => asked(of(from, |e| &e.private_key), of(to, |e| &e.private_key)),
        "host_of" => asked(of(from, |e| &e.host_of), of(to, |e| &e.host_of)),
        // Without a word the window is the usual one of some days: to name a shorter one lets more pass.
        "valid_for" => {
            let window = |entry| of(entry, |e| &e.valid_for).map_or(USUAL_WINDOW, |period| period.seconds());
            rising((window(from), window(to)))
        }
        "min_keys" => rising(or_zero(number(|e| &e.min_keys))),
        "rotate_after" => {
            let longest = |entry| of(entry, |e| &e.rotate_after).map_or(i64::MAX, |period| period.seconds());
            falling((longest(from), longest(to)))
        }
        "rotated" => asked(of(from, |e| &e.rotated), of(to, |e| &e.rotated)),
        "ascii" => rising(flag(|e| &e.ascii)),
        "ignore_case" => {
            let folds = flag(|e| &e.ignore_case);
            // A list of values takes more of them with case folded, a list of forbidden ones stops more.
            let allows = of(from, |e| &e.one_of).is_some() || of(to, |e| &e.one_of).is_some();
            let stops = of(from, |e| &e.not).is_some() || of(to, |e| &e.not).is_some();
            match rising(folds)? {
                _ if allows && stops => Some(Shift::Looser),
                _ if allows => falling(folds),
                shift => Some(shift),
            }
        }
        "schemes" => {
            let (from, to) = (of(from, |e| &e.schemes), of(to, |e| &e.schemes));
            narrowing(same(from, to), from.is_none_or(|from| to.is_some_and(|to| holds(from, to))))
        }
        "without" => {
            let (from, to) = (of(from, |e| &e.without), of(to, |e| &e.without));
            narrowing(same(from, to), from.is_none_or(|from| to.is_some_and(|to| holds(to, from))))
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
    let newline = |entry: Option<&FileEntry>| {
        entry.and_then(|entry| entry.final_newline.as_ref()).map(|set| (set.value, set.at))
    };
    let mut found = Vec::new();
    let (before, after) = (newline(from), newline(to));
    let said = |set: Option<(bool, At)>| set.map(|(value, _)| value);
    found.extend(asked(said(before).as_ref(), said(after).as_ref()).map(|shift| Difference {
        field: "final_newline",
        shift,
        from: before.map(|(_, at)| at),
        to: after.map(|(_, at)| at),
    }));
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

/// How a group changed: which of its variables have to be there.
#[must_use]
pub fn group_shift(from: Option<&Group>, to: Option<&Group>) -> Option<Shift> {
    let (Some(from), Some(to)) = (from, to) else {
        return rising((from.is_some(), to.is_some()));
    };
    let (narrower, wider) = (holds(&from.keys, &to.keys), holds(&to.keys, &from.keys));
    let same_keys = narrower && wider;
    match (from.share, to.share) {
        (Share::Any, Share::Any) => narrowing(same_keys, narrower),
        (Share::Any, Share::ExactlyOne) if same_keys => Some(Shift::Tighter),
        (Share::ExactlyOne, Share::ExactlyOne) if same_keys => None,
        _ => Some(Shift::Looser),
    }
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

/// A demand that is there or not: of two that differ nobody can say which is the narrower.
fn asked<T: PartialEq>(from: Option<&T>, to: Option<&T>) -> Option<Shift> {
    narrowing(from == to, from.is_none())
}

/// An excuse lets more pass than nothing, a demand less; of the two demands neither is the narrower.
fn across(from: Option<&Across>, to: Option<&Across>) -> Option<Shift> {
    let rank = |across: Option<&Across>| match across {
        Some(Across::Any(_)) => 0,
        None => 1,
        Some(Across::Distinct | Across::Same) => 2,
    };
    match (rank(from), rank(to)) {
        (2, 2) => asked(from, to),
        ranks => rising(ranks),
    }
}

fn or_most((from, to): (Option<&u64>, Option<&u64>)) -> (u64, u64) {
    (from.copied().unwrap_or(u64::MAX), to.copied().unwrap_or(u64::MAX))
}

fn or_zero((from, to): (Option<&u64>, Option<&u64>)) -> (u64, u64) {
    (from.copied().unwrap_or_default(), to.copied().unwrap_or_default())
}

/// How a bound moved, if both are quantities of one measure; else any change may let something pass.
fn bound(
    (old, from): (Option<&KeyEntry>, Option<&Bound>),
    (new, to): (Option<&KeyEntry>, Option<&Bound>),
    order: fn((Quantity, Quantity)) -> Option<Shift>,
) -> Option<Shift> {
    let kind = |entry: Option<&KeyEntry>| entry?.kind.as_ref().map(|set| set.value);
    let read = |entry, bound: Option<&Bound>| quantity(kind(entry)?, bound?.0.as_bytes());
    let measure = |entry| kind(entry).and_then(ValueType::measure);
    match (read(old, from), read(new, to)) {
        (Some(from), Some(to)) if measure(old) == measure(new) => order((from, to)),
        _ => asked(from, to),
    }
}

/// Lists are sets: order does not count.
fn same<T: Ord>(from: Option<&Vec<T>>, to: Option<&Vec<T>>) -> bool {
    match (from, to) {
        (Some(from), Some(to)) => holds(from, to) && holds(to, from),
        (from, to) => from == to,
    }
}

fn holds<T: Ord>(list: &[T], other: &[T]) -> bool {
    let list: BTreeSet<&T> = list.iter().collect();
    other.iter().all(|word| list.contains(word))
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
        let policy = format!(
            "version: 1\nedition: 2026\nservices: [api, web]\nkeys:\n  B: {{}}\n  C: {{}}\n  A: {text}\n"
        );
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
    #[case("{ type: url }", "{ type: https-url }", Shift::Tighter)]
    #[case("{ type: hostname }", "{ type: host }", Shift::Looser)]
    #[case("{ type: int, min: 9 }", "{ type: int, min: 10 }", Shift::Tighter)]
    #[case("{ type: duration, min: 90s }", "{ type: duration, min: 1m }", Shift::Looser)]
    #[case("{ type: size, max: 1GB }", "{ type: size, max: 1GiB }", Shift::Looser)]
    #[case("{ type: size, max: 1GB }", "{ type: size }", Shift::Looser)]
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
    #[case("{ secret: true, within: distinct }", "{ secret: true }", Shift::Looser)]
    #[case("{ across: any, reason: r }", "{ across: distinct }", Shift::Tighter)]
    #[case("{ across: same }", "{}", Shift::Looser)]
    #[case("{ across: same }", "{ across: distinct }", Shift::Looser)]
    #[case("{ stricter: lower }", "{}", Shift::Looser)]
    #[case("{ length: 8 }", "{ length: 9 }", Shift::Looser)]
    #[case("{}", "{ bytes: 9 }", Shift::Tighter)]
    #[case("{ max_bytes: 8 }", "{ max_bytes: 9 }", Shift::Looser)]
    #[case("{ pattern: a }", "{ pattern: b }", Shift::Looser)]
    #[case("{ type: url, schemes: [https] }", "{ type: url, schemes: [https, http] }", Shift::Looser)]
    #[case("{ type: url, without: [path] }", "{ type: url, without: [path, port] }", Shift::Tighter)]
    #[case("{ one_of: [a] }", "{ one_of: [a], ignore_case: true }", Shift::Looser)]
    #[case("{ not: [a] }", "{ not: [a], ignore_case: true }", Shift::Tighter)]
    #[case("{ ascii: true }", "{}", Shift::Looser)]
    #[case("{ at_most: B }", "{ at_most: C }", Shift::Looser)]
    #[case("{}", "{ required_if: { B: x } }", Shift::Tighter)]
    #[case("{ private_key: B }", "{ private_key: C }", Shift::Looser)]
    #[case("{}", "{ host_of: B }", Shift::Tighter)]
    #[case("{ valid_for: 30d }", "{ valid_for: 4w }", Shift::Looser)]
    #[case("{ valid_for: 30d }", "{}", Shift::Looser)]
    #[case("{}", "{ valid_for: 24h }", Shift::Looser)]
    #[case("{ min_keys: 1 }", "{ min_keys: 2 }", Shift::Tighter)]
    #[case("{ rotate_after: 30d, rotated: B }", "{ rotate_after: 5w, rotated: B }", Shift::Looser)]
    fn one_field(#[case] from: &str, #[case] to: &str, #[case] shift: Shift) {
        let found = differences(Some(&entry(from)), Some(&entry(to)));
        assert_eq!(found.iter().map(|d| d.shift).collect::<Vec<_>>(), [shift]);
        assert!(differences(Some(&entry(from)), Some(&entry(from))).is_empty());
    }

    #[rstest]
    #[case("{ one_of: [a, b] }", "{ one_of: [b, a] }")]
    #[case("{ description: x }", "{ description: y }")]
    #[case("{ type: duration, max: 60m }", "{ type: duration, max: PT1H }")]
    #[case("{ valid_for: 48h }", "{ valid_for: 2d }")]
    #[case("{ required: false }", "{}")]
    fn no_change(#[case] from: &str, #[case] to: &str) {
        assert!(differences(Some(&entry(from)), Some(&entry(to))).is_empty());
    }
}
