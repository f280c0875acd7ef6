//! Environments that are not on this machine, by their fingerprints.

use std::collections::{BTreeSet, HashMap};

use crate::model::{Environment, Fingerprints, Variable};
use crate::policy::KeyEntry;
use crate::syntax::fingerprints::{Fingerprint, FingerprintFile, Method};
use crate::text::{EnvName, KeyName};

use super::super::Project;
use super::fingerprint::{ProjectKey, of_one};
use super::given_away::names;
use super::sharing::Shared;

/// The fingerprints of environments that cannot be read here.
pub struct Elsewhere<'a> {
    key: Option<&'a ProjectKey>,
    methods: BTreeSet<Method>,
    holders: HashMap<Fingerprint, Vec<(&'a EnvName, &'a KeyName)>>,
}

impl<'a> Elsewhere<'a> {
    /// Those that were asked for and can be compared with.
    #[must_use]
    pub fn of(cx: &Project<'a>) -> Self {
        let peers = cx.environments.iter().filter(|(_, env)| !env.asked && env.is_unread());
        let sound = peers.filter_map(|(_, peer)| match cx.facts.fingerprints(&peer.name) {
            Some(Fingerprints::Sound(file)) => Some((&peer.name, file.as_ref())),
            _ => None,
        });
        Self::new(cx.project_key, sound)
    }

    /// Those of these files.
    #[must_use]
    pub fn new(
        key: Option<&'a ProjectKey>,
        files: impl Iterator<Item = (&'a EnvName, &'a FingerprintFile)>,
    ) -> Self {
        let mut elsewhere = Self { key, methods: BTreeSet::new(), holders: HashMap::new() };
        for (name, file) in files {
            elsewhere.methods.insert(file.method);
            for (key, list) in &file.fingerprints {
                for print in list {
                    let known = elsewhere.holders.entry(*print).or_default();
                    // One variable of each environment is enough to name it by.
                    if known.last().is_none_or(|(last, _)| *last != name) {
                        known.push((name, key));
                    }
                }
            }
        }
        elsewhere
    }

    /// Whether there is nothing to compare with.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.methods.is_empty()
    }

    /// What [`Self::holders`] tries of an environment's own names; nothing where there is nothing to compare with.
    #[must_use]
    pub fn names<'e>(&self, environment: &'e Environment) -> Vec<&'e [u8]> {
        if self.key.is_none() || self.methods.is_empty() { Vec::new() } else { names(environment) }
    }

    /// Where else a variable's secrets are, and whether some of them can be guessed and so were not compared.
    #[must_use]
    pub fn holders(
        &self,
        variable: &Variable,
        entry: Option<&KeyEntry>,
        (environment, names): (&Environment, &[&[u8]]),
    ) -> (Vec<(&'a EnvName, &'a KeyName, Shared)>, bool) {
        let mut found = Vec::new();
        let mut guessable = false;
        for (key, method) in self.key.iter().flat_map(|key| self.methods.iter().map(move |of| (key, *of))) {
            let (prints, weak) = of_one(variable, entry, (environment, names), key, method);
            guessable |= weak;
            for (shared, print) in prints {
                let holders = self.holders.get(&print).into_iter().flatten();
                found.extend(holders.map(|(name, key)| (*name, *key, shared)));
            }
        }
        (found, guessable)
    }
}
