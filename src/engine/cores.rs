//! Environments do not know of each other while they are judged, and so are on several cores.

use std::collections::BTreeMap;
use std::num::NonZero;

use crate::finding::NotChecked;
use crate::model::{Environment, Facts};
use crate::policy::Effective;
use crate::rules::Context;
use crate::text::EnvName;

use super::{Judged, Run};

/// Fewer environments are judged on one core.
const LEAST_SHARED: usize = 8;
/// More cores are left to others: a gate runs beside builds.
const MOST_CORES: usize = 8;

impl Run<'_> {
    /// Judges each environment by itself, on as many cores as there are; what is found stands in their order all the same.
    pub(super) fn environments(&mut self, asked: &[&(Effective, &Environment)], facts: &Facts) {
        let input = self.input;
        let judged = |share: &[&(Effective, &Environment)]| {
            let mut run = Run { input, judged: Judged::default(), gaps: BTreeMap::new() };
            for (policy, environment) in share {
                run.environment(&Context::new(policy, environment, facts));
            }
            (run.judged, run.gaps)
        };
        // A thread costs more than a few environments, and so does finding out how many cores there are.
        let several = asked.len() >= LEAST_SHARED;
        let cores = if several { std::thread::available_parallelism().map_or(1, NonZero::get) } else { 1 };
        let cores = cores.min(MOST_CORES);
        if cores == 1 {
            let done = judged(asked);
            return self.add(done);
        }
        let shares: Vec<_> = std::thread::scope(|scope| {
            let size = asked.len().div_ceil(cores);
            let started: Vec<_> =
                asked.chunks(size).map(|share| (share, scope.spawn(move || judged(share)))).collect();
            // Rules are guarded one by one; what fails beside them is done again here, where it fails loudly.
            started.into_iter().map(|(share, work)| work.join().unwrap_or_else(|_| judged(share))).collect()
        });
        shares.into_iter().for_each(|done| self.add(done));
    }

    fn add(&mut self, (judged, gaps): (Judged, BTreeMap<EnvName, Vec<NotChecked>>)) {
        self.judged.findings.extend(judged.findings);
        self.judged.errors.extend(judged.errors);
        for (environment, gaps) in gaps {
            self.gaps.entry(environment).or_default().extend(gaps);
        }
    }
}
