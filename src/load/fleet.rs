//! Many environments, read on several cores.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::cores::{SHARES, cores, on_cores};
use crate::model::Environment;
use crate::text::SourceMap;

use super::RUN_LIMIT;
use super::environment::Loader;

/// The bytes that a run may still read, whoever reads them.
#[derive(Debug)]
pub struct Budget {
    left: Arc<AtomicUsize>,
    short: Arc<AtomicBool>,
    /// What was read by way of this one.
    spent: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: Arc::new(AtomicUsize::new(RUN_LIMIT)), short: Arc::default(), spent: 0 }
    }
}

impl Budget {
    /// The same for another reader.
    fn shared(&self) -> Self {
        Self { left: Arc::clone(&self.left), short: Arc::clone(&self.short), spent: 0 }
    }

    /// Most bytes of the next file, of which `most` are read otherwise.
    pub(super) fn room(&self, most: usize) -> usize {
        let left = self.left.load(Ordering::Relaxed);
        if left < most {
            self.short.store(true, Ordering::Relaxed);
        }
        left.min(most)
    }

    /// Notes what was read.
    pub(super) fn spend(&mut self, bytes: usize) {
        let less = |left: usize| Some(left.saturating_sub(bytes));
        if self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less).is_ok() {
            self.spent += bytes;
        }
    }

    /// Gives back what was read for nothing.
    fn give_back(&self, bytes: usize) {
        self.left.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// What came of a share.
enum Loaded {
    /// Its environments, and their files.
    Whole(Vec<Environment>, SourceMap),
    /// So much was read of it, and identities are needed.
    Locked(usize),
}

impl Loader<'_> {
    /// Reads environments with `load`, many of them on several cores. What comes of it is the same.
    pub fn fleet<T: Sync>(
        &mut self,
        wanted: &[T],
        load: &(impl Fn(&mut Loader<'_>, &T) -> Environment + Sync),
    ) -> Vec<Environment> {
        let cores = cores(wanted.len());
        let Some((first, rest)) = wanted.split_first() else { return Vec::new() };
        // The first shows what is the same for all, and whether identities are asked for, which one alone may do.
        let mut found = vec![load(self, first)];
        if cores == 1 || self.vault.is_used() {
            found.extend(rest.iter().map(|one| load(self, one)));
            return found;
        }
        let size = rest.len().div_ceil(cores * SHARES).max(1);
        let shares: Vec<(u32, &[T])> = (1..).zip(rest.chunks(size)).collect();
        let before = self.budget.left.load(Ordering::Relaxed);
        let loaded = {
            let (this, names, template) = (&*self, &self.names, &self.usual_template);
            let marked = &self.marked;
            let (root, policy, known, service, bind_process) =
                (this.root, this.policy, this.known, this.service, this.bind_process);
            let (clues, evidence, vault, budget) = (&self.clues, &self.evidence, &*self.vault, &self.budget);
            on_cores(cores, &shares, &|(number, share): &(u32, &[T])| {
                let (mut sources, mut vault) = (SourceMap::part(*number), vault.stand_in());
                let mut loader = Loader {
                    root,
                    policy,
                    known,
                    sources: &mut sources,
                    names: names.clone(),
                    service,
                    bind_process,
                    budget: budget.shared(),
                    clues: clues.clone(),
                    evidence: evidence.clone(),
                    vault: &mut vault,
                    marked: marked.clone(),
                    usual_template: template.clone(),
                };
                let mut environments = Vec::with_capacity(share.len());
                for one in *share {
                    environments.push(load(&mut loader, one));
                    if loader.vault.is_used() {
                        return Loaded::Locked(loader.budget.spent);
                    }
                }
                Loaded::Whole(environments, sources)
            })
        };
        if self.budget.short.load(Ordering::Relaxed) {
            // Which file then is left out must not hang on who came first.
            drop(loaded);
            self.budget.left.store(before, Ordering::Relaxed);
            found.extend(rest.iter().map(|one| load(self, one)));
            return found;
        }
        for (loaded, (_, share)) in loaded.into_iter().zip(&shares) {
            match loaded {
                Loaded::Whole(environments, sources) => {
                    found.extend(environments);
                    self.sources.join(sources);
                }
                Loaded::Locked(read) => {
                    self.budget.give_back(read);
                    found.extend(share.iter().map(|one| load(self, one)));
                }
            }
        }
        found
    }
}
