//! `undocumented-key`: a policy that says what its variables are for does not say it of this one

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity};
use crate::policy::layers::resolve;
use crate::policy::{At, KeyEntry, Layer, Policy};
use crate::text::KeyName;

use super::{Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "undocumented-key",
    summary: "a policy that describes its keys does not describe this one",
    severity: Severity::Warning,
    causes: &[CauseMeta::new(
        "no-description",
        "at least half of the policy's keys have a `description`, this one has none",
    )],
    page: include_str!("../../docs/rules/undocumented-key.md"),
};

/// See the module.
pub struct UndocumentedKey;

impl Rule for UndocumentedKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        let level = cx.policy.base.rules.get(META.id).map(|set| set.value);
        let written = cx.policy.written();
        let describes = |layer: &Layer| {
            let patterns = layer.patterns.iter().map(|(_, entry)| entry);
            layer.keys.values().chain(patterns).any(|entry| entry.description.is_some())
        };
        if level == Some(Level::Off) || !written.chain(overlays(cx.policy)).any(describes) {
            return;
        }
        // What a stronger file takes out again is none of the policy's.
        let own = cx.policy.own.keys.iter().filter(|(key, _)| cx.policy.base.keys.contains_key(*key));
        let mut said: BTreeMap<&KeyName, At> = BTreeMap::new();
        let mut settled: BTreeSet<&KeyName> = BTreeSet::new();
        for (key, entry) in own.chain(overlays(cx.policy).flat_map(|layer| &layer.keys)) {
            // What must not be there needs no word on what it is for.
            if entry.erases || entry.is_forbidden() {
                continue;
            }
            if is_settled(cx.policy, key) {
                settled.insert(key);
            } else {
                said.entry(key).or_insert(entry.at);
            }
        }
        // Whoever writes a first description has not promised the others yet.
        if said.len() <= settled.len() {
            said.into_iter().for_each(|(key, at)| report(key, at, level, sink));
        }
    }
}

/// What the environments say over the top level, in the policy's order.
fn overlays(policy: &Policy) -> impl Iterator<Item = &Layer> {
    policy.environments.iter().flat_map(|spec| &spec.layers).map(AsRef::as_ref)
}

/// Whether a key has a description, by the top level or in any environment, or must not be there.
fn is_settled(policy: &Policy, key: &KeyName) -> bool {
    let top = resolve(policy.stack.iter().map(|(_, layer)| layer.as_ref()), key);
    let described = |entry: &KeyEntry| entry.description.is_some();
    top.is_some_and(|entry| described(&entry) || entry.is_forbidden())
        || overlays(policy).flat_map(|layer| layer.entries(key)).any(|entry| described(entry))
}

fn report(key: &KeyName, at: At, level: Option<Level>, sink: &mut Sink<'_>) {
    let finding = FindingBuilder::about_key(&META, Cause::new("no-description"), key)
        .message(Message::with("the policy does not say what {} is for", [Arg::Key(key.clone())]))
        .help(Message::new("add `description: \"...\"`, as other keys of the policy have it"))
        .at(at.place());
    sink.report_at(level, finding);
}
