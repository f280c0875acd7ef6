//! What is wrong with a policy only once all its files are read and its layers laid.

mod constraints;
mod references;
mod relatives;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::{Arg, Message};
use crate::syntax::template::PathTemplate;
use crate::text::KeyName;

use crate::policy::layers::{Layer, resolve};
use crate::policy::pattern::Ends;
use crate::policy::table::{Problems, shown};
use crate::policy::{At, FileEntry, Idle, KeyEntry, KeyPattern, Policy, SourceSpec};

/// Patterns are compared with each other and with every name: no honest policy comes near.
const MOST_PATTERNS: usize = 10_000;

/// Notes every problem of the policy as a whole.
pub(in crate::policy) fn policy(policy: &Policy, problems: &mut Problems) {
    let own = policy.stack.iter().map(|(_, layer)| layer);
    let layers = || own.clone().chain(policy.environments.iter().flat_map(|spec| &spec.layers));
    if let Some((_, entry)) = layers().flat_map(|layer| &layer.patterns).nth(MOST_PATTERNS) {
        let most = Arg::Number(MOST_PATTERNS as u64);
        problems.push_at(entry.at, Message::with("a policy has at most {} patterns", [most]), None);
        return;
    }
    layers().for_each(|layer| patterns(layer, problems));
    for (name, entry) in &policy.base.keys {
        merged(policy, name, entry, problems);
    }
    pattern_entries(policy, problems);
    let sources = policy.environments.iter().filter_map(|spec| spec.sources.as_ref()).flatten();
    for source in policy.sources.iter().chain(sources) {
        services_in(policy, source, problems);
    }
    relatives::policy(policy, problems);
    for spec in &policy.environments {
        let overlays = policy.overlays(Some(spec));
        for name in policy.touched(&overlays) {
            if let Some(entry) = policy.resolved(&overlays, &name) {
                merged(policy, &name, &entry, problems);
            }
        }
    }
    references::policy(policy, problems);
    for waiver in &policy.waivers {
        let unknown = waiver.environment.as_ref().filter(|name| policy.spec(name).is_none());
        if unknown.is_some() && !policy.environments.is_empty() {
            let help = Message::new("a waiver takes an environment's canonical name, not an alias");
            let message = Message::new("the waiver's environment is none of the policy's");
            problems.push_at(waiver.at, message, Some(help));
        }
    }
    // What holds for several environments is one problem.
    let mut seen: BTreeSet<String> = BTreeSet::new();
    problems.list.retain(|p| seen.insert(format!("{:?} {:?} {}", p.file, p.at, p.message)));
}

/// A pattern with what pairs of patterns are compared by.
struct Rival<'a> {
    ends: Ends<'a>,
    entry: &'a KeyEntry,
    literals: usize,
    /// The fields of which it says anything.
    speaks: Vec<&'static str>,
}

impl<'a> Rival<'a> {
    fn new((pattern, entry): &'a (KeyPattern, Arc<KeyEntry>)) -> Self {
        let said = entry.said();
        let speaks = KeyEntry::FIELDS.iter().copied().filter(|field| {
            said.contains_key(field) || entry.unset.contains_key(field) || entry.more.contains_key(field)
        });
        Self { ends: pattern.ends(), entry, literals: pattern.literals(), speaks: speaks.collect() }
    }

    /// The first field of which the two say different things.
    fn differs(&self, other: &Self) -> Option<&'static str> {
        let more = |entry: &'a KeyEntry, field: &str| entry.more.get(field).map(|set| &set.value);
        self.speaks.iter().copied().filter(|field| other.speaks.contains(field)).find(|field| {
            !self.entry.agrees(other.entry, field) || more(self.entry, field) != more(other.entry, field)
        })
    }
}

/// Two patterns of one layer, equally strong, that may say different things of one name. Of each pattern one is said.
fn patterns(layer: &Layer, problems: &mut Problems) {
    let rivals: Vec<Rival<'_>> = layer.patterns.iter().map(Rival::new).collect();
    for (at, second) in rivals.iter().enumerate() {
        // The layer has them by their strength.
        let equals = rivals.iter().take(at).rev().take_while(|first| first.literals == second.literals);
        let conflict = equals.filter(|first| first.ends.meet(&second.ends)).find_map(|first| {
            let field = first.differs(second);
            (field.is_some() || first.entry.erases != second.entry.erases).then_some(field)
        });
        match conflict {
            None => {}
            Some(Some(field)) => {
                let at = second.entry.said().get(field).copied().unwrap_or(second.entry.at);
                let message = Message::with(
                    "two patterns of equal strength say different things of `{}` where both match",
                    [Arg::Word(field)],
                );
                let help = Message::new("make one of them longer, or name the keys that both match");
                problems.push_at(at, message, Some(help));
            }
            Some(None) => {
                let message =
                    Message::new("of two patterns of equal strength one is `null`, the other is not");
                problems.push_at(second.entry.at, message, None);
            }
        }
    }
}

/// Fields of one entry that contradict each other.
fn merged(policy: &Policy, name: &KeyName, entry: &KeyEntry, problems: &mut Problems) {
    contradictions(policy, entry, problems);
    constraints::rotation(entry, problems);
    constraints::within(entry, problems);
    if let (true, Some(owner)) =
        (entry.services.is_some(), crate::policy::effective::service_of(name, &policy.services))
    {
        let listed = entry.services.as_ref().filter(|set| set.value.iter().any(|s| s != owner.as_str()));
        if let Some(set) = listed {
            let message = Message::new("by its prefix the key is one service's, and `services` names others");
            problems.push_at(set.at, message, None);
        }
    }
}

fn contradictions(policy: &Policy, entry: &KeyEntry, problems: &mut Problems) {
    if let (Some(required), Some(forbidden)) = (&entry.required, &entry.forbidden)
        && required.value
        && forbidden.value
    {
        let message = Message::new("the key is both `required` and `forbidden`");
        let help = Message::new("in an environment that differs: `required: false` or `forbidden: false`");
        problems.push_at(stronger(required.at, forbidden.at, entry), message, Some(help));
    }
    if let (Some(public), Some(secret)) = (&entry.public, &entry.secret)
        && public.value
        && secret.value
    {
        let message = Message::new("the key is both `public` and `secret`");
        problems.push_at(stronger(public.at, secret.at, entry), message, None);
    }
    if let (Some(one_of), Some(not)) = (&entry.one_of, &entry.not) {
        let refused: BTreeSet<&String> = not.value.iter().collect();
        if one_of.value.iter().all(|word| refused.contains(word)) {
            let message = Message::new("every value of `one_of` stands in `not`: no value can satisfy both");
            problems.push_at(stronger(one_of.at, not.at, entry), message, None);
        }
    }
    constraints::contradictions(entry, problems);
    for (field, more) in &entry.more {
        let message = Message::with("`{}+` adds to a list, and below it there is none", [Arg::Word(field)]);
        let help = Message::with("write `{}: [..]`", [Arg::Word(field)]);
        problems.push_at(more.at, message, Some(help));
    }
    if let Some(set) = &entry.services {
        let unknown = |name: &&String| !policy.services.iter().any(|service| service.as_str() == *name);
        for name in set.value.iter().filter(unknown) {
            let message = match shown(name) {
                Some(name) => Message::with("the policy names no service {}", [Arg::Typed(name)]),
                None => Message::new("the policy names no such service"),
            };
            let help = Message::with("services here: {}", [Arg::Keys(policy.services.to_vec())]);
            let none = Message::new("name them at the policy's top level: `services: [api, worker]`");
            problems.push_at(set.at, message, Some(if policy.services.is_empty() { none } else { help }));
        }
    }
}

/// The place that was laid last: that is where to look.
fn stronger(one: At, other: At, entry: &KeyEntry) -> At {
    let within = |at: At| at.file == entry.at.file && at.span.start >= entry.at.span.start;
    match (within(one), within(other)) {
        (false, true) => other,
        _ => one,
    }
}

/// Patterns are judged as they stand: which names they will match is not known yet.
fn pattern_entries(policy: &Policy, problems: &mut Problems) {
    let layers = policy.stack.iter().map(|(_, layer)| layer);
    let all = layers.chain(policy.environments.iter().flat_map(|spec| &spec.layers));
    for (_, entry) in all.flat_map(|layer| &layer.patterns) {
        contradictions(policy, entry, problems);
    }
}

fn services_in(policy: &Policy, source: &SourceSpec, problems: &mut Problems) {
    let paths = source.path.iter().chain(source.mounts.iter().map(|(_, folder)| folder));
    if policy.services.is_empty()
        && let Some(at) = source.at
        && paths.into_iter().any(PathTemplate::has_service)
    {
        let message =
            Message::with("the path holds {}, and the policy names no services", [Arg::Word("{service}")]);
        let help = Message::new("name them at the top level: `services: [api, worker]`");
        problems.push_at(at, message, Some(help));
    }
}

/// Every `null` that takes nothing back.
pub(in crate::policy) fn idle(policy: &Policy) -> Vec<Idle> {
    let mut found = Vec::new();
    let stack: Vec<&Layer> = policy.stack.iter().map(|(_, layer)| layer.as_ref()).collect();
    for (at, layer) in stack.iter().enumerate() {
        let below: Vec<&Layer> = stack.iter().take(at).copied().collect();
        idle_in(layer, &below, "", &mut found);
    }
    for spec in &policy.environments {
        let inherited = policy.inherited(spec).into_iter().flat_map(|parent| &parent.layers);
        let relaxed = spec.relaxed.then_some(&policy.relaxed);
        let stack = stack.iter().copied().chain(relaxed);
        let mut below: Vec<&Layer> = stack.chain(inherited.map(Arc::as_ref)).collect();
        for layer in &spec.layers {
            idle_in(layer, &below, &format!("environments.{}.", spec.name), &mut found);
            below.push(layer);
        }
    }
    found
}

fn idle_in(layer: &Layer, below: &[&Layer], route: &str, found: &mut Vec<Idle>) {
    let patterned = Layer { patterns: layer.patterns.clone(), ..Layer::default() };
    for (name, entry) in &layer.keys {
        if !entry.erases && entry.unset.is_empty() {
            continue;
        }
        let under = resolve(below.iter().copied().chain([&patterned]), name);
        if entry.erases && under.is_none() {
            found.push(Idle { at: entry.at, route: format!("{route}keys.{name}") });
        }
        let said = under.map(|entry| entry.said()).unwrap_or_default();
        // `secret: auto` may as well be said where nothing else was.
        let taken_back = |field: &str| said.contains_key(field) || field == "secret";
        for (field, at) in entry.unset.iter().filter(|(field, _)| !taken_back(field)) {
            found.push(Idle { at: *at, route: format!("{route}keys.{name}.{field}") });
        }
    }
    for (rule, level) in layer.rules.iter().filter(|(_, level)| level.value.is_none()) {
        if !below.iter().any(|layer| layer.rules.get(rule).is_some_and(|set| set.value.is_some())) {
            found.push(Idle { at: level.at, route: format!("{route}rules.{rule}") });
        }
    }
    for (name, group) in layer.groups.iter().filter(|(_, group)| group.value.is_none()) {
        if !below.iter().any(|layer| layer.groups.get(name).is_some_and(|set| set.value.is_some())) {
            found.push(Idle { at: group.at, route: format!("{route}groups.{name}") });
        }
    }
    for entry in &layer.files {
        let under = || below.iter().flat_map(|layer| &layer.files).filter(|file| file.path == entry.path);
        for (field, at) in &entry.unset {
            let says = |file: &FileEntry| match *field {
                "mode" => file.mode.is_some(),
                "owner" => file.owner.is_some(),
                _ => file.final_newline.is_some(),
            };
            if !under().any(says) {
                found.push(Idle { at: *at, route: format!("{route}files.{}.{field}", entry.path.as_str()) });
            }
        }
    }
}
