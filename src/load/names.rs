//! Names of keys, made printable once and shared.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::text::KeyName;

/// Gives every key name of a run one allocation, and knows which names the policy declares.
#[derive(Clone, Debug, Default)]
pub struct Names {
    declared: Arc<HashSet<Vec<u8>>>,
    known: HashMap<Vec<u8>, Option<KeyName>>,
}

impl Names {
    /// `declared` are names that the policy uses: they may be printed whatever they look like.
    pub fn new<'a>(declared: impl Iterator<Item = &'a KeyName>) -> Self {
        let declared = declared.map(|key| key.as_str().as_bytes().to_vec()).collect();
        Self { declared: Arc::new(declared), known: HashMap::new() }
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
        if let Some(name) = self.known.get(bytes) {
            return name.clone();
        }
        let declared = || std::str::from_utf8(bytes).ok().and_then(KeyName::declared);
        let name = if self.declared.contains(bytes) { declared() } else { KeyName::visible(bytes) };
        // What may not be printed may be a secret's piece: it is not kept.
        if name.is_some() {
            self.known.insert(bytes.to_vec(), name.clone());
        }
        name
    }
}
