//! Environments do not know of each other while they are judged, and rules not of each other while they compare them: both are
//! done on several cores.

use std::collections::BTreeMap;

use crate::cores::{SHARES, cores, on_cores};
use crate::finding::{EnvironmentResult, NotChecked};
use crate::model::{Environment, Facts};
use crate::policy::Effective;
use crate::rules::{Context, Project, Rule};
use crate::text::EnvName;

use super::{Judged, Run};

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
        let said = self.said();
        on_cores(cores(asked.len()), asked, &|(policy, environment)| self.result(policy, environment, &said))
    }

    fn add(&mut self, (judged, gaps): Done) {
        self.judged.findings.extend(judged.findings);
        self.judged.errors.extend(judged.errors);
        for (environment, gaps) in gaps {
            self.gaps.entry(environment).or_default().extend(gaps);
        }
    }
}
