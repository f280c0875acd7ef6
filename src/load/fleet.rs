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
    left: AtomicUsize,
    short: AtomicBool,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: AtomicUsize::new(RUN_LIMIT), short: AtomicBool::new(false) }
    }
}

impl Budget {
    /// Most bytes of the next file, of which `most` are read otherwise.
    pub(super) fn room(&self, most: usize) -> usize {
        let left = self.left.load(Ordering::Relaxed);
        if left < most {
            self.short.store(true, Ordering::Relaxed);
        }
        left.min(most)
    }

    /// Notes what was read.
    pub(super) fn spend(&self, bytes: usize) {
        let less = |left: usize| Some(left.saturating_sub(bytes));
        // It never fails: there is always something less.
        let _ = self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }

    /// Whether a file may have been left out for want of it.
    fn was_short(&self) -> bool {
        self.short.load(Ordering::Relaxed)
    }
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
        let budget = Arc::clone(&self.budget);
        let before = budget.left.load(Ordering::Relaxed);
        let loaded = {
            let (this, names, template) = (&*self, &self.names, &self.usual_template);
            let (root, policy, service, bind_process) =
                (this.root, this.policy, this.service, this.bind_process);
            let (clues, evidence, vault) = (&self.clues, &self.evidence, &*self.vault);
            on_cores(cores, &shares, &|(number, share): &(u32, &[T])| {
                let (mut sources, mut vault) = (SourceMap::part(*number), vault.stand_in());
                let mut loader = Loader {
                    root,
                    policy,
                    sources: &mut sources,
                    names: names.clone(),
                    service,
                    bind_process,
                    budget: Arc::clone(&budget),
                    clues: clues.clone(),
                    evidence: evidence.clone(),
                    vault: &mut vault,
                    usual_template: template.clone(),
                };
                let mut environments = Vec::with_capacity(share.len());
                for one in *share {
                    environments.push(load(&mut loader, one));
                    if loader.vault.is_used() {
                        return None;
                    }
                }
                Some((environments, sources))
            })
        };
        let short = budget.was_short();
        if short {
            // Which file then is left out must not hang on who came first.
            budget.left.store(before, Ordering::Relaxed);
        }
        for (loaded, (_, share)) in loaded.into_iter().zip(&shares) {
            match loaded.filter(|_| !short) {
                Some((environments, sources)) => {
                    found.extend(environments);
                    self.sources.join(sources);
                }
                None => found.extend(share.iter().map(|one| load(self, one))),
            }
        }
        found
    }
}
