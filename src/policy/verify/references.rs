//! Variables that entries and groups refer to: of each the policy has to say something.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::{Arg, Message};
use crate::policy::constraint::unknown_key;
use crate::policy::layers::Rank;
use crate::policy::table::Problems;
use crate::policy::{At, KeyEntry, Layer, Policy};
use crate::text::KeyName;
use crate::value::connection;

use super::constraints::lacks_order;

/// Notes every reference to nothing, in what holds without an environment and for each of them.
pub(super) fn policy(policy: &Policy, problems: &mut Problems) {
    within(policy, &[], problems);
    for spec in &policy.environments {
        within(policy, &policy.overlays(Some(spec)), problems);
    }
}

fn within(policy: &Policy, overlays: &[(Rank, Arc<Layer>)], problems: &mut Problems) {
    let layers = || policy.stack.iter().chain(overlays).map(|(_, layer)| layer);
    let refers = |entry: &KeyEntry| referred(entry).next().is_some();
    let named = layers().flat_map(|layer| layer.keys.iter().filter(|(_, entry)| refers(entry)));
    let names: BTreeSet<&KeyName> = named.map(|(name, _)| name).collect();
    for name in names {
        let Some(entry) = policy.resolved(overlays, name) else { continue };
        for (at, other, _) in referred(&entry).filter(|(_, other, _)| *other == name) {
            let message = Message::with("{} is compared with itself", [Arg::Key(other.clone())]);
            problems.push_at(at, message, None);
        }
        known(policy, overlays, &entry, problems);
    }
    let patterned = layers().flat_map(|layer| layer.patterns.iter().map(|(_, entry)| entry));
    for entry in patterned.filter(|entry| refers(entry)) {
        known(policy, overlays, entry, problems);
    }
    for set in layers().flat_map(|layer| layer.groups.values()) {
        for key in set.value.iter().flat_map(|group| &group.keys) {
            match policy.resolved(overlays, key) {
                None => unknown_key(set.at, key, problems),
                Some(entry) if entry.is_forbidden() => {
                    let args = [Arg::Key(key.clone())];
                    let message = Message::with("{} stands in the group and is `forbidden`", args);
                    problems.push_at(set.at, message, None);
                }
                Some(_) => {}
            }
        }
    }
}

/// Notes what an entry refers to and nobody says anything of.
fn known(policy: &Policy, overlays: &[(Rank, Arc<Layer>)], entry: &KeyEntry, problems: &mut Problems) {
    let is_known = |name: &KeyName| policy.resolved(overlays, name).is_some();
    for (field, set) in [("at_most", &entry.at_most), ("at_least", &entry.at_least)] {
        let Some(set) = set else { continue };
        if policy.resolved(overlays, &set.value).is_some_and(|other| lacks_order(&other)) {
            let args = [Arg::Word(field), Arg::Key(set.value.clone())];
            let message = Message::with("`{}` needs an order, and the `type` of {} has none", args);
            problems.push_at(set.at, message, None);
        }
    }
    for (at, other, parts) in referred(entry) {
        if is_known(other) {
            continue;
        }
        match whole(other).filter(|_| parts).find(|(whole, _)| is_known(whole)) {
            None => unknown_key(at, other, problems),
            Some((_, part)) if connection::is_part(part) => {}
            Some((whole, _)) => {
                let args = [Arg::Key(whole)];
                let message = Message::with("this is no part that {} can have", args);
                let parts = Arg::Words(connection::PARTS.to_vec());
                let help = Message::with("one of: {}, or `params.` and a name", [parts]);
                problems.push_at(at, message, Some(help));
            }
        }
    }
}

/// The variables that an entry refers to, each with its place and whether a part of one may be meant.
fn referred(entry: &KeyEntry) -> impl Iterator<Item = (At, &KeyName, bool)> {
    let sets = [
        (&entry.equals, true),
        (&entry.differs_from, true),
        (&entry.at_most, false),
        (&entry.at_least, false),
        (&entry.private_key, false),
        (&entry.host_of, false),
        (&entry.rotated, false),
    ];
    let one = sets.into_iter().filter_map(|(set, parts)| {
        let set = set.as_ref()?;
        Some((set.at, &set.value, parts))
    });
    let conditions = entry.required_if.iter();
    one.chain(conditions.flat_map(|set| set.value.iter().map(|it| (set.at, &it.key, false))))
}

/// What `A.b.c` may be a part of, and the part: `A.b` and `c`, `A` and `b.c`.
fn whole(name: &KeyName) -> impl Iterator<Item = (KeyName, &str)> {
    let text = name.as_str();
    let ends = text.match_indices('.').map(|(at, _)| at).rev();
    ends.filter_map(|end| Some((KeyName::declared(text.get(..end)?)?, text.get(end + 1..)?)))
}
