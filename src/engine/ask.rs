//! What rules want to know beyond what was loaded, and the answers to it.

use std::collections::BTreeSet;

use crate::cores::{cores, on_cores};
use crate::finding::{Subject, Why};
use crate::model::{Answer, Environment, Facts, Want};
use crate::policy::Effective;
use crate::rules::Context;
use crate::text::EnvName;

use super::{Run, guarded, is_off};

/// Rounds of questions and answers before a rule is held to ask without end.
const MOST_ROUNDS: usize = 8;

impl Run<'_> {
    /// Asks every rule what it needs until nothing new is wanted.
    pub(super) fn ask(
        &mut self,
        environments: &[(Effective, &Environment)],
        answer: &mut dyn FnMut(&Want) -> Answer,
    ) -> Facts {
        let mut facts = Facts::new(self.input.now, self.input.user);
        let mut faulty: BTreeSet<&'static str> = BTreeSet::new();
        for round in 0..=MOST_ROUNDS {
            let asked = on_cores(cores(environments.len()), environments, &|(policy, environment)| {
                self.wanted(&Context::new(policy, environment, &facts))
            });
            let mut wanted: BTreeSet<Want> = BTreeSet::new();
            for ((_, environment), asked) in environments.iter().zip(asked) {
                for (rule, asked) in asked {
                    let Some(new) = asked else {
                        // It would judge without what it meant to ask for.
                        faulty.insert(rule);
                        continue;
                    };
                    if round == MOST_ROUNDS && !new.is_empty() && environment.asked {
                        self.gap(&environment.name, Subject::rule(rule), Why::FactsUnanswered);
                    }
                    wanted.extend(new);
                }
            }
            if wanted.is_empty() || round == MOST_ROUNDS {
                break;
            }
            for want in wanted {
                let answered = answer(&want);
                facts.take(want, answered);
            }
        }
        let asked: Vec<&EnvName> =
            environments.iter().filter(|(_, e)| e.asked).map(|(_, e)| &e.name).collect();
        faulty.into_iter().for_each(|rule| self.fault(rule, &asked));
        facts
    }

    /// What each rule wants to know of an environment beyond what it has been told; nothing where asking failed.
    fn wanted(&self, context: &Context<'_>) -> Vec<(&'static str, Option<Vec<Want>>)> {
        let on = self.input.rules.iter().filter(|rule| !is_off(context.policy, rule.meta().id));
        let asked = on.map(|rule| (rule.meta().id, guarded(|| rule.needs(context))));
        let new = |wants: Vec<Want>| wants.into_iter().filter(|want| !context.facts.answers(want)).collect();
        asked
            .map(|(rule, asked)| (rule, asked.map(new)))
            .filter(|(_, asked): &(_, Option<Vec<Want>>)| asked.as_ref().is_none_or(|new| !new.is_empty()))
            .collect()
    }
}
