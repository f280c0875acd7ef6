//! What a policy loosens and tightens against an older one.

mod own;

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::{Level, RuleMeta, Severity};
use crate::text::{EnvName, KeyName};

use crate::policy::guard::{self, Shift};
use crate::policy::{At, FileEntry, Group, KeyEntry, KeyPattern, Merged, Policy, Set};

use own::{environment, naming, readers, require_peers, sealing, sources, templates, waivers};

/// Other patterns with which each is held together.
const MOST_RIVALS: usize = 100;

/// One change of what a policy stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which way it goes.
    pub shift: Shift,
    /// The environment; nothing where it is about the policy as a whole.
    pub environment: Option<EnvName>,
    /// What it is about: a variable, a pattern, a rule, a file, a waiver. Names and words of the policy's alone.
    pub subject: String,
    /// The field, or what happened to it.
    pub field: &'static str,
    /// What the older policy says, as far as that may be shown.
    pub from: Option<String>,
    /// What the newer one says.
    pub to: Option<String>,
    /// Where the older one says it.
    pub was: Option<At>,
    /// Where the newer one says it.
    pub at: Option<At>,
}

impl Change {
    fn new(
        shift: Shift,
        environment: Option<&EnvName>,
        subject: impl Into<String>,
        field: &'static str,
    ) -> Self {
        let environment = environment.cloned();
        Self { shift, environment, subject: subject.into(), field, from: None, to: None, was: None, at: None }
    }
}

/// Every change from the older policy to the newer. `rules` give the severity of rules of which a policy says nothing.
#[must_use]
pub fn changes(old: &Policy, new: &Policy, rules: &[&'static RuleMeta]) -> Vec<Change> {
    let mut found = Vec::new();
    sources(None, &old.sources, &new.sources, &mut found);
    readers(None, old.readers.as_ref(), new.readers.as_ref(), &mut found);
    sealing(None, &old.sealing, &new.sealing, &mut found);
    for service in old.services.iter().filter(|service| !new.services.contains(service)) {
        found.push(Change::new(Shift::Looser, None, format!("service {service}"), "removed"));
    }
    templates(None, old.template.as_ref(), new.template.as_ref(), &mut found);
    naming(old.naming.as_ref(), new.naming.as_ref(), &mut found);
    require_peers(old.require_peers.as_ref(), new.require_peers.as_ref(), &mut found);
    if let (true, Some(first)) = (old.environments.is_empty(), new.environments.first()) {
        // Environments that are only found are not checked by `--all` any more once others are named.
        let change = Change::new(Shift::Looser, None, "environments", "named");
        found.push(Change { at: Some(first.at), ..change });
    }
    waivers(old, new, &mut found);
    // What holds where no environment says anything, for a policy without environments too.
    let names: BTreeSet<&EnvName> =
        old.environments.iter().chain(&new.environments).map(|spec| &spec.name).collect();
    let common = Side { old, new, rules, environment: None };
    common.compare(&old.base, &new.base, &mut found);
    for name in names {
        let side = Side { environment: Some(name), ..common };
        let mut own = Vec::new();
        environment(old, new, name, &mut own);
        side.compare(&old.effective(name, []).layer, &new.effective(name, []).layer, &mut own);
        // A change of the top level is said once.
        let said = |change: &Change| {
            found.iter().any(|known| {
                known.environment.is_none() && Change { environment: None, ..change.clone() } == *known
            })
        };
        let own: Vec<Change> = own.into_iter().filter(|change| !said(change)).collect();
        found.extend(own);
    }
    found.sort_by(|one, other| {
        (one.shift, &one.environment, &one.subject, one.field).cmp(&(
            other.shift,
            &other.environment,
            &other.subject,
            other.field,
        ))
    });
    found
}

#[derive(Clone, Copy)]
struct Side<'a> {
    old: &'a Policy,
    new: &'a Policy,
    rules: &'a [&'static RuleMeta],
    environment: Option<&'a EnvName>,
}

impl Side<'_> {
    fn compare(&self, old: &Merged, new: &Merged, found: &mut Vec<Change>) {
        let written = |policy: &Policy| -> BTreeSet<KeyName> {
            let overlays = policy.overlays(self.environment.and_then(|name| policy.spec(name)));
            let overlays = overlays.iter().flat_map(|(_, layer)| layer.keys.keys());
            policy.written().flat_map(|layer| layer.keys.keys()).chain(overlays).cloned().collect()
        };
        let mut names = written(self.old);
        names.extend(written(self.new));
        // What only packs name, and an `extends` brought or took.
        names.extend(old.keys.keys().filter(|name| !new.keys.contains_key(*name)).cloned());
        names.extend(new.keys.keys().filter(|name| !old.keys.contains_key(*name)).cloned());
        for name in &names {
            let (before, after) = (self.resolved(self.old, name), self.resolved(self.new, name));
            self.entries(name.as_str(), before.as_deref(), after.as_deref(), found);
        }
        self.patterns(&names, found);
        for rule in self.rules {
            let usual = match rule.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
            };
            let (before, after) = (old.rules.get(rule.id), new.rules.get(rule.id));
            let level = |set: Option<&Set<Level>>| set.map(|set| set.value);
            if let Some(shift) = guard::level_shift(level(before), level(after), usual) {
                found.push(Change {
                    from: Some(level(before).unwrap_or(usual).as_str().to_owned()),
                    to: Some(level(after).unwrap_or(usual).as_str().to_owned()),
                    was: before.map(|set| set.at),
                    at: after.map(|set| set.at),
                    ..Change::new(shift, self.environment, format!("rule {}", rule.id), "severity")
                });
            }
        }
        self.files(&old.files, &new.files, found);
        let groups: BTreeSet<&KeyName> = old.groups.keys().chain(new.groups.keys()).collect();
        for name in groups {
            let (before, after) = (old.groups.get(name), new.groups.get(name));
            let group = |set: Option<&Set<Group>>| set.map(|set| set.value.clone());
            let shown = |set: Option<&Set<Group>>| {
                set.map(|set| {
                    let keys: Vec<&str> = set.value.keys.iter().map(KeyName::as_str).collect();
                    format!("{} {}", set.value.share.as_str(), keys.join(", "))
                })
            };
            if let Some(shift) = guard::group_shift(group(before).as_ref(), group(after).as_ref()) {
                found.push(Change {
                    from: shown(before),
                    to: shown(after),
                    was: before.map(|set| set.at),
                    at: after.map(|set| set.at),
                    ..Change::new(shift, self.environment, format!("group {name}"), "keys")
                });
            }
        }
    }

    fn resolved(&self, policy: &Policy, name: &KeyName) -> Option<Arc<KeyEntry>> {
        policy.resolved(&policy.overlays(self.environment.and_then(|name| policy.spec(name))), name)
    }

    /// What holds for names that nobody writes out: one that each pattern matches, and one for each two that may match it.
    fn patterns(&self, exact: &BTreeSet<KeyName>, found: &mut Vec<Change>) {
        let mut patterns = patterns_of(self.old, self.environment);
        patterns.extend(patterns_of(self.new, self.environment));
        let patterns: Vec<KeyPattern> = patterns.into_iter().collect();
        let mut said: BTreeSet<(String, &'static str, Shift)> = BTreeSet::new();
        let alone = patterns.iter().map(|pattern| (pattern, None));
        let pairs = patterns.iter().enumerate().flat_map(|(at, pattern)| {
            let others = patterns.iter().skip(at + 1).take(MOST_RIVALS);
            others.filter(|other| pattern.ends().meet(&other.ends())).map(move |other| (pattern, Some(other)))
        });
        for (pattern, other) in alone.chain(pairs) {
            let Some(name) = pattern.witness(other).filter(|name| !exact.contains(name)) else {
                continue;
            };
            let subject = match other {
                Some(other) => format!("{} with {}", pattern.as_str(), other.as_str()),
                None => pattern.as_str().to_owned(),
            };
            let (before, after) = (self.resolved(self.old, &name), self.resolved(self.new, &name));
            let mut changes = Vec::new();
            self.entries(&subject, before.as_deref(), after.as_deref(), &mut changes);
            if before.is_none() && after.is_some() {
                // A name that a pattern takes in is no undeclared one any more.
                changes.push(Change::new(Shift::Looser, self.environment, subject.as_str(), "declares"));
            }
            // Of two that meet only what neither has alone is news.
            let news = |change: &Change| {
                let alone = [Some(pattern), other].into_iter().flatten();
                !alone.into_iter().any(|one| {
                    subject != one.as_str()
                        && said.contains(&(one.as_str().to_owned(), change.field, change.shift))
                })
            };
            let changes: Vec<Change> = changes.into_iter().filter(news).collect();
            said.extend(changes.iter().map(|change| (subject.clone(), change.field, change.shift)));
            found.extend(changes);
        }
    }

    fn entries(&self, name: &str, old: Option<&KeyEntry>, new: Option<&KeyEntry>, found: &mut Vec<Change>) {
        for difference in guard::differences(old, new) {
            found.push(Change {
                from: old.and_then(|entry| entry.shown(difference.field)),
                to: new.and_then(|entry| entry.shown(difference.field)),
                was: difference.from,
                at: difference.to,
                ..Change::new(difference.shift, self.environment, name, difference.field)
            });
        }
    }

    fn files(&self, old: &[FileEntry], new: &[FileEntry], found: &mut Vec<Change>) {
        // Of equally long patterns the last counts.
        let both = |list: &[FileEntry], other: &[FileEntry]| -> Vec<String> {
            let known = |entry: &&FileEntry| other.iter().any(|it| it.path == entry.path);
            list.iter().filter(known).map(|entry| entry.path.as_str().to_owned()).collect()
        };
        if both(old, new) != both(new, old) {
            found.push(Change::new(Shift::Looser, self.environment, "files", "order"));
        }
        let paths: BTreeSet<&str> = old.iter().chain(new).map(|entry| entry.path.as_str()).collect();
        for path in paths {
            let of =
                |entries: &[FileEntry]| entries.iter().find(|entry| entry.path.as_str() == path).cloned();
            let (before, after) = (of(old), of(new));
            let mode = |entry: &Option<FileEntry>| {
                entry.as_ref().and_then(|entry| entry.mode.as_ref()).map(|set| format!("{:04o}", set.value))
            };
            // A new entry takes files from those that named them so far.
            let least = old
                .iter()
                .filter_map(|entry| entry.mode.as_ref())
                .fold(0o600, |least, set| least & set.value);
            let takes = |set: &Set<u32>| before.is_none() && set.value & !least != 0;
            let loosens = after.as_ref().and_then(|entry| entry.mode.as_ref()).is_some_and(takes);
            for mut difference in guard::file_shifts(before.as_ref(), after.as_ref()) {
                let modes = difference.field == "mode";
                if modes && loosens {
                    difference.shift = Shift::Looser;
                }
                found.push(Change {
                    from: mode(&before).filter(|_| modes),
                    to: mode(&after).filter(|_| modes),
                    was: difference.from,
                    at: difference.to,
                    ..Change::new(
                        difference.shift,
                        self.environment,
                        format!("file {path}"),
                        difference.field,
                    )
                });
            }
        }
    }
}

/// The patterns that a policy writes, at its top level and over it.
fn patterns_of(policy: &Policy, environment: Option<&EnvName>) -> BTreeSet<KeyPattern> {
    let overlays = policy.overlays(environment.and_then(|name| policy.spec(name)));
    let layers = policy.stack.iter().chain(&overlays).map(|(_, layer)| layer);
    layers.flat_map(|layer| &layer.patterns).map(|(pattern, _)| pattern.clone()).collect()
}
