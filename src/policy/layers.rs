//! Layers laid over each other, field by field: packs, top level, `relaxed`, environment. Later ones win.

use std::sync::Arc;

use crate::finding::Level;
use crate::text::{EnvName, KeyName};

use super::{EnvironmentSpec, FileEntry, KeyEntry, Layer, Policy, Set};

/// Ranks of layers, weakest first.
pub const PACKS: u8 = 0;
/// See [`PACKS`].
pub const TOP: u8 = 1;
/// See [`PACKS`].
pub const ENVIRONMENT: u8 = 2;

/// What holds for one environment after all layers are laid.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The environment.
    pub environment: EnvName,
    /// Whether it is relaxed.
    pub relaxed: bool,
    /// The merged layers.
    pub layer: Arc<Layer>,
    /// Whether the policy itself, not only a pack, names any variable for this environment.
    pub declares_keys: bool,
}

impl Effective {
    /// What is said of a variable.
    #[must_use]
    pub fn key(&self, key: &KeyName) -> Option<&KeyEntry> {
        self.layer.keys.get(key)
    }

    /// What the policy says of a rule.
    #[must_use]
    pub fn level(&self, rule: &str) -> Option<&Set<Level>> {
        self.layer.rules.get(rule)
    }
}

impl Policy {
    /// What holds for `environment`. Environments that the policy does not name get its top level.
    #[must_use]
    pub fn effective(&self, environment: &EnvName) -> Effective {
        let spec = self.environments.iter().find(|spec| spec.name == *environment);
        let mut layer = Arc::clone(&self.base);
        if let Some(spec) = spec {
            if spec.relaxed {
                Arc::make_mut(&mut layer).relax(&self.relaxed);
            }
            if !spec.layer.is_empty() {
                Arc::make_mut(&mut layer).lay(&spec.layer, ENVIRONMENT);
            }
        }
        let overlay = spec.is_some_and(|spec| !spec.layer.keys.is_empty());
        Effective {
            environment: environment.clone(),
            relaxed: spec.is_some_and(|spec| spec.relaxed),
            layer,
            declares_keys: overlay || !self.own.keys.is_empty(),
        }
    }

    /// The environment that `typed` names: its canonical name or an alias, case folded.
    #[must_use]
    pub fn environment(&self, typed: &str) -> Option<&EnvironmentSpec> {
        let folded = typed.to_lowercase();
        let named = |spec: &&EnvironmentSpec| {
            let mut names =
                std::iter::once(spec.name.as_str()).chain(spec.aliases.iter().map(String::as_str));
            names.any(|name| name.to_lowercase() == folded)
        };
        self.environments.iter().find(named)
    }
}

impl Layer {
    /// Whether the layer says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty() && self.files.is_empty() && self.rules.is_empty()
    }

    /// Lays `over` on top of this layer; `rank` is its place among the layers.
    pub fn lay(&mut self, over: &Self, rank: u8) {
        for (name, entry) in &over.keys {
            match self.keys.get_mut(name) {
                Some(below) => below.lay(entry),
                None => {
                    self.keys.insert(name.clone(), entry.clone());
                }
            }
        }
        for entry in over.files.iter().map(|entry| FileEntry { rank, ..entry.clone() }) {
            match self.files.iter_mut().find(|below| below.path == entry.path) {
                Some(below) => *below = entry,
                None => self.files.push(entry),
            }
        }
        for (rule, level) in &over.rules {
            self.rules.insert(rule, level.clone());
        }
    }

    /// Lowers the rules that `relaxed` lists; what is lower already stays.
    fn relax(&mut self, relaxed: &Self) {
        for (rule, level) in &relaxed.rules {
            let below = self.rules.get(rule).map_or(Level::Error, |set| set.value);
            if level.value > below {
                self.rules.insert(rule, level.clone());
            }
        }
    }
}

impl KeyEntry {
    fn lay(&mut self, over: &Self) {
        fn field<T: Clone>(below: &mut Option<T>, over: &Option<T>) {
            if over.is_some() {
                below.clone_from(over);
            }
        }
        self.at = over.at;
        field(&mut self.required, &over.required);
        field(&mut self.secret, &over.secret);
        field(&mut self.kind, &over.kind);
        field(&mut self.tls, &over.tls);
        field(&mut self.min_length, &over.min_length);
        field(&mut self.max_length, &over.max_length);
        field(&mut self.min_bytes, &over.min_bytes);
        field(&mut self.one_of, &over.one_of);
        field(&mut self.across_any, &over.across_any);
    }
}
