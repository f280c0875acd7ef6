//! Layers laid over each other, field by field: packs, extended files, top level, `relaxed`, inherited
//! environment, environment. Later ones win; within one a pattern gives way to a longer one, and that to an exact key.
//! `docs/policy-layers.md` has the table, and `tests/property_layers.rs` holds merging to it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::finding::Level;
use crate::syntax::template::PathTemplate;
use crate::text::KeyName;

use super::constraint::Group;
use super::{At, KeyEntry, KeyPattern, Set};

/// How strong a layer is: its place among the layers, weakest first.
pub type Rank = u8;

/// What the policy says of files' permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Where the entry's path stands.
    pub at: At,
    /// Which files: a path below the project, `*` and `**` allowed.
    pub path: PathTemplate,
    /// The permission bits that may be set, at most.
    pub mode: Option<Set<u32>>,
    /// `owner: self`: the user who runs the check, or root.
    pub owner: Option<Set<bool>>,
    /// Whether a secret's file has to end with a line break, or must not.
    pub final_newline: Option<Set<bool>>,
    /// Fields that are `null`.
    pub unset: BTreeMap<&'static str, At>,
    /// For each place at which a field is said, how strong its layer is.
    pub ranks: BTreeMap<At, Rank>,
}

/// What one level of a policy says, as written: the top, a pack, or an environment.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Variables by name.
    pub keys: BTreeMap<KeyName, Arc<KeyEntry>>,
    /// Variables by pattern, weakest first.
    pub patterns: Vec<(KeyPattern, Arc<KeyEntry>)>,
    /// Files.
    pub files: Vec<FileEntry>,
    /// Rules; nothing gives a rule its own severity back.
    pub rules: BTreeMap<&'static str, Set<Option<Level>>>,
    /// Groups by name; nothing takes one back.
    pub groups: BTreeMap<KeyName, Set<Option<Group>>>,
}

/// Layers laid over each other.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    /// Variables that are named, and those found that a pattern names.
    pub keys: BTreeMap<KeyName, Arc<KeyEntry>>,
    /// Files.
    pub files: Vec<FileEntry>,
    /// Rules.
    pub rules: BTreeMap<&'static str, Set<Level>>,
    /// Groups of variables.
    pub groups: BTreeMap<KeyName, Set<Group>>,
}

impl Layer {
    /// Whether the layer says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.names_keys() && self.files.is_empty() && self.rules.is_empty() && self.groups.is_empty()
    }

    /// Whether it says anything of variables.
    #[must_use]
    pub fn names_keys(&self) -> bool {
        !self.keys.is_empty() || !self.patterns.is_empty()
    }

    /// Takes in what another file's layer says; for finding entries, not for merging them.
    pub fn add(&mut self, over: &Self) {
        self.keys.extend(over.keys.iter().map(|(name, entry)| (name.clone(), entry.clone())));
        self.patterns.extend(over.patterns.iter().cloned());
        let said: BTreeSet<&PathTemplate> = over.files.iter().map(|entry| &entry.path).collect();
        self.files.retain(|known| !said.contains(&known.path));
        self.files.extend(over.files.iter().cloned());
        self.rules.extend(over.rules.iter().map(|(rule, level)| (*rule, level.clone())));
        self.groups.extend(over.groups.iter().map(|(name, group)| (name.clone(), group.clone())));
    }

    /// Its entries for a name, weakest first.
    pub fn entries<'a>(&'a self, name: &'a KeyName) -> impl Iterator<Item = &'a Arc<KeyEntry>> {
        let patterns = self.patterns.iter().filter(|(pattern, _)| pattern.matches(name));
        patterns.map(|(_, entry)| entry).chain(self.keys.get(name))
    }
}

/// What a stack of layers, weakest first, says of a variable.
pub fn resolve<'a>(stack: impl IntoIterator<Item = &'a Layer>, name: &'a KeyName) -> Option<Arc<KeyEntry>> {
    let mut merged: Option<Arc<KeyEntry>> = None;
    for over in stack.into_iter().flat_map(|layer| layer.entries(name)) {
        merged = match merged {
            _ if over.erases => None,
            // Most entries stand alone: nothing is copied for them.
            None if over.unset.is_empty() && over.more.is_empty() => Some(Arc::clone(over)),
            below => {
                let mut entry = below.unwrap_or_else(|| Arc::new(KeyEntry::new(over.at)));
                Arc::make_mut(&mut entry).lay(over);
                Some(entry)
            }
        };
    }
    merged
}

impl Merged {
    /// Lays a stack of layers, weakest first, each with its rank.
    #[must_use]
    pub fn of(stack: &[(Rank, Arc<Layer>)]) -> Self {
        let names: BTreeSet<&KeyName> = stack.iter().flat_map(|(_, layer)| layer.keys.keys()).collect();
        let layers = || stack.iter().map(|(_, layer)| layer.as_ref());
        let mut merged = Self::default();
        for name in names {
            merged.keys.extend(resolve(layers(), name).map(|entry| (name.clone(), entry)));
        }
        for (rank, layer) in stack {
            merged.lay_rest(layer, *rank);
        }
        merged
    }

    /// Lays a layer's files and rules on top.
    pub fn lay_rest(&mut self, over: &Layer, rank: Rank) {
        let mut laid: BTreeMap<&PathTemplate, &FileEntry> =
            over.files.iter().map(|entry| (&entry.path, entry)).collect();
        for below in &mut self.files {
            if let Some(entry) = laid.remove(&below.path) {
                below.lay(entry, rank);
            }
        }
        for entry in over.files.iter().filter(|entry| laid.contains_key(&entry.path)) {
            let mut new = FileEntry {
                mode: None,
                owner: None,
                final_newline: None,
                ranks: BTreeMap::new(),
                ..entry.clone()
            };
            new.lay(entry, rank);
            self.files.push(new);
        }
        self.files.retain(FileEntry::says_anything);
        for (rule, level) in &over.rules {
            match level.value {
                Some(value) => self.rules.insert(rule, Set { value, at: level.at }),
                None => self.rules.remove(rule),
            };
        }
        for (name, group) in &over.groups {
            match &group.value {
                Some(value) => self.groups.insert(name.clone(), Set { value: value.clone(), at: group.at }),
                None => self.groups.remove(name),
            };
        }
    }

    /// Lowers the rules that `relaxed` lists; what is lower already stays.
    pub fn relax(&mut self, relaxed: &Layer) {
        for (rule, level) in &relaxed.rules {
            let below = self.rules.get(rule).map_or(Level::Error, |set| set.value);
            if let Some(value) = level.value.filter(|value| *value > below) {
                self.rules.insert(rule, Set { value, at: level.at });
            }
        }
    }
}

impl FileEntry {
    /// Whether any field says something.
    const fn says_anything(&self) -> bool {
        self.mode.is_some() || self.owner.is_some() || self.final_newline.is_some()
    }

    /// How strong a field is that this entry says: first by its layer, in that by its place.
    #[must_use]
    pub fn strength<T>(&self, field: &Set<T>) -> (Rank, At) {
        (self.ranks.get(&field.at).copied().unwrap_or_default(), field.at)
    }

    fn lay(&mut self, over: &Self, rank: Rank) {
        self.at = over.at;
        if over.mode.is_some() || over.unset.contains_key("mode") {
            self.mode.clone_from(&over.mode);
        }
        if over.owner.is_some() || over.unset.contains_key("owner") {
            self.owner.clone_from(&over.owner);
        }
        if over.final_newline.is_some() || over.unset.contains_key("final_newline") {
            self.final_newline.clone_from(&over.final_newline);
        }
        let newline = over.final_newline.as_ref().map(|set| set.at);
        let said = [over.mode.as_ref().map(|set| set.at), over.owner.as_ref().map(|set| set.at), newline];
        self.ranks.extend(said.into_iter().flatten().map(|at| (at, rank)));
    }
}
