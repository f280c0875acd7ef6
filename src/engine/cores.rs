//! Environments do not know of each other while they are judged, and rules not of each other while they compare them: both are
//! done on several cores.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::finding::{EnvironmentResult, NotChecked};
use crate::model::{Environment, Facts};
use crate::policy::Effective;
use crate::rules::{Context, Project, Rule};
use crate::text::EnvName;

use super::{Judged, Run};

/// Fewer environments are judged on one core.
const LEAST_SHARED: usize = 8;
/// More cores are left to others: a gate runs beside builds.
const MOST_CORES: usize = 8;
/// Shares of the environments for each core, so that none waits long for another.
const SHARES: usize = 8;

/// What one core does at a time.
enum Task<'a> {
    /// A rule compares environments.
    Project(&'a dyn Rule),
    /// All rules judge some of them.
    Environments(&'a [&'a (Effective, &'a Environment)]),
}

/// What came of a task.
type Done = (Judged, BTreeMap<EnvName, Vec<NotChecked>>);

impl Run<'_> {
    /// Judges the environments asked for, each by itself, and compares all of them, on as many cores as there are; what is
    /// found stands in their order all the same.
    pub(super) fn tasks(
        &mut self,
        asked: &[&(Effective, &Environment)],
        project: &Project<'_>,
        facts: &Facts,
    ) {
        let cores = cores(asked.len());
        let size = asked.len().div_ceil(if cores == 1 { 1 } else { cores * SHARES }).max(1);
        // What compares all of them takes longest and is begun first.
        let rules = self.input.rules.iter().map(|rule| Task::Project(*rule));
        let tasks: Vec<Task<'_>> = rules.chain(asked.chunks(size).map(Task::Environments)).collect();
        let input = self.input;
        let work = |task: &Task<'_>| {
            let mut run = Run { input, judged: Judged::default(), gaps: BTreeMap::new() };
            match task {
                Task::Project(rule) => run.project(*rule, project),
                Task::Environments(share) => {
                    for (policy, environment) in *share {
                        run.environment(&Context::new(policy, environment, facts));
                    }
                }
            }
            (run.judged, run.gaps)
        };
        let (compared, judged): (Vec<_>, Vec<_>) = on_cores(cores, &tasks, &work)
            .into_iter()
            .zip(&tasks)
            .partition(|(_, task)| matches!(task, Task::Project(_)));
        judged.into_iter().chain(compared).for_each(|(done, _)| self.add(done));
    }

    /// Sums up what came of each environment.
    pub(super) fn results(&self, asked: &[&(Effective, &Environment)]) -> Vec<EnvironmentResult> {
        let worst = self.worst();
        on_cores(cores(asked.len()), asked, &|(policy, environment)| {
            self.result(policy, environment, &worst)
        })
    }

    fn add(&mut self, (judged, gaps): Done) {
        self.judged.findings.extend(judged.findings);
        self.judged.errors.extend(judged.errors);
        for (environment, gaps) in gaps {
            self.gaps.entry(environment).or_default().extend(gaps);
        }
    }
}

/// On how many cores so many environments are judged.
fn cores(environments: usize) -> usize {
    // A thread costs more than a few environments, and so does finding out how many cores there are.
    let several = environments >= LEAST_SHARED;
    let cores = if several { std::thread::available_parallelism().map_or(1, NonZero::get) } else { 1 };
    cores.min(MOST_CORES)
}

/// Does all tasks, each once; what came of them stands in their order.
fn on_cores<T: Sync, D: Send + Sync>(
    cores: usize,
    tasks: &[T],
    work: &(impl Fn(&T) -> D + Sync),
) -> Vec<D> {
    if cores == 1 {
        return tasks.iter().map(work).collect();
    }
    let done: Vec<OnceLock<D>> = tasks.iter().map(|_| OnceLock::new()).collect();
    let next = AtomicUsize::new(0);
    let take = || {
        while let Some((task, done)) = {
            let at = next.fetch_add(1, Ordering::Relaxed);
            tasks.get(at).zip(done.get(at))
        } {
            done.get_or_init(|| work(task));
        }
    };
    std::thread::scope(|scope| {
        // Rules are guarded one by one; what fails beside them is done again below, where it fails loudly.
        let started: Vec<_> = (1..cores).map(|_| scope.spawn(take)).collect();
        take();
        started.into_iter().for_each(|thread| drop(thread.join()));
    });
    done.into_iter().zip(tasks).map(|(done, task)| done.into_inner().unwrap_or_else(|| work(task))).collect()
}
