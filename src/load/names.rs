//! Names of keys, made printable once and shared.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::text::KeyName;

/// Gives every key name of a run one allocation, and knows which names the policy declares.
#[derive(Clone, Debug, Default)]
pub struct Names {
    declared: Arc<HashSet<Vec<u8>>>,
    /// By the text, where it stands in `all`.
    known: HashMap<Vec<u8>, usize>,
    all: Vec<KeyName>,
    /// The name behind the one that was asked for last: files of several environments name the same variables in the same order.
    next: usize,
}

impl Names {
    /// `declared` are names that the policy uses: they may be printed whatever they look like.
    pub fn new<'a>(declared: impl Iterator<Item = &'a KeyName>) -> Self {
        let declared = declared.map(|key| key.as_str().as_bytes().to_vec()).collect();
        Self { declared: Arc::new(declared), known: HashMap::new(), all: Vec::new(), next: 0 }
    }

    /// Whether the policy uses a name.
    #[must_use]
    pub fn is_declared(&self, name: &str) -> bool {
        self.declared.contains(name.as_bytes())
    }

    /// The names that the policy uses.
    #[must_use]
    pub fn declared(&self) -> Arc<HashSet<Vec<u8>>> {
        Arc::clone(&self.declared)
    }

    /// The name in `bytes`, if it may be printed.
    pub fn get(&mut self, bytes: &[u8]) -> Option<KeyName> {
        let next = self.all.get(self.next).filter(|name| name.as_str().as_bytes() == bytes);
        if let Some(name) = next {
            self.next += 1;
            return Some(name.clone());
        }
        if let Some(at) = self.known.get(bytes) {
            self.next = at + 1;
            return self.all.get(*at).cloned();
        }
        let declared = || std::str::from_utf8(bytes).ok().and_then(KeyName::declared);
        let name = if self.declared.contains(bytes) { declared() } else { KeyName::visible(bytes) };
        // What may not be printed may be a secret's piece: it is not kept.
        if let Some(name) = &name {
            self.known.insert(bytes.to_vec(), self.all.len());
            self.all.push(name.clone());
            self.next = self.all.len();
        }
        name
    }
}
