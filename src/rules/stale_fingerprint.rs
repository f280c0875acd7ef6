//! `stale-fingerprint`: an environment's tracked fingerprints are not those of its secrets any more.

use std::collections::BTreeSet;

use crate::finding::location::Place;
use crate::finding::{
    Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::{Environment, Fingerprints, Want};
use crate::policy::Effective;
use crate::syntax::fingerprints::{Fingerprint, FingerprintFile, path_of};
use crate::text::{KeyName, SafePath};

use super::shared::fingerprint::{ProjectKey, made};
use super::shared::peers::is_process_unread;
use super::{Context, Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "stale-fingerprint",
    summary: "the tracked fingerprints of an environment are not those of its secrets",
    severity: Severity::Warning,
    causes: &[
        CauseMeta::new("changed", "the secret is another one than when its fingerprints were made"),
        CauseMeta::new("missing", "the secret has no fingerprint"),
        CauseMeta::new("gone", "there are fingerprints of a secret that is not here, or no longer gets any"),
        CauseMeta::new("other-key", "the fingerprints were made under another project key"),
        CauseMeta::new("unsound", "the file is not as it was written"),
    ],
    page: include_str!("../../docs/rules/stale-fingerprint.md"),
};

/// See the module.
pub struct StaleFingerprint;

impl Rule for StaleFingerprint {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        let wanted = cx.environment.asked || cx.environment.is_unread();
        wanted.then(|| Want::Fingerprints(cx.environment.name.clone())).into_iter().collect()
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        for (policy, environment) in cx.environments.iter().filter(|(_, environment)| environment.asked) {
            let level = policy.level(META.id).map(|set| set.value);
            let Some(prints) = cx.facts.fingerprints(&environment.name) else { continue };
            if level == Some(Level::Off) {
                continue;
            }
            let path = SafePath::named(&path_of(&environment.name));
            let mut one = One { environment, level, path, sink };
            match (prints, cx.project_key) {
                (Fingerprints::Missing, _) => {}
                (Fingerprints::NoKey, _) | (Fingerprints::Sound(_), None) => one.no_key(),
                (Fingerprints::OtherKey, _) => one.whole(
                    Cause::new("other-key"),
                    "the fingerprints of {} were made under another project key than the one at hand",
                ),
                (Fingerprints::Unsound, _) => one.whole(
                    Cause::new("unsound"),
                    "the fingerprints of {} are not as they were written: changed by hand, merged or broken",
                ),
                (Fingerprints::Sound(file), Some(key)) => {
                    let partial = is_partial(environment) || is_process_unread(cx.policy, environment);
                    one.compare(policy, file, key, partial);
                }
            }
        }
    }
}

/// Whether something of an environment was not read, so that nobody can say what is gone.
fn is_partial(environment: &Environment) -> bool {
    environment.gaps.iter().any(|gap| gap.why.hides_values() || gap.why == Why::OtherService)
}

struct One<'a, 's, 'f> {
    environment: &'a Environment,
    level: Option<Level>,
    path: SafePath,
    sink: &'s mut Sink<'f>,
}

impl One<'_, '_, '_> {
    fn no_key(&mut self) {
        let file = Subject::file(self.path.clone());
        self.sink.gap(&self.environment.name, file, Why::FingerprintKeyMissing);
    }

    fn compare(&mut self, policy: &Effective, file: &FingerprintFile, key: &ProjectKey, partial: bool) {
        let now = made(self.environment, policy, key, file.method).fingerprints;
        for (name, list) in &now {
            let list: BTreeSet<&Fingerprint> = list.iter().collect();
            match file.fingerprints.get(name) {
                None => self.of_key(
                    Cause::new("missing"),
                    name,
                    "{} has no fingerprint yet, and is not compared where {} is elsewhere",
                ),
                Some(known) => {
                    let known = known.iter().collect();
                    if list != known && !(partial && list.is_subset(&known)) {
                        self.of_key(
                            Cause::new("changed"),
                            name,
                            "{} is another secret than when the fingerprints of {} were made",
                        );
                    }
                }
            }
        }
        for name in file.fingerprints.keys().filter(|name| !partial && !now.contains_key(*name)) {
            self.of_key(
                Cause::new("gone"),
                name,
                "{} has fingerprints, and in {} it is no secret that gets any",
            );
        }
    }

    fn of_key(&mut self, cause: Cause, key: &KeyName, message: &'static str) {
        let standing = self.environment.variables.iter().find(|variable| variable.key == *key);
        let place = standing.and_then(|variable| self.environment.place(variable));
        let place = place.unwrap_or_else(|| Place::File(self.path.clone()));
        let args = [Arg::Key(key.clone()), Arg::Env(self.environment.name.clone())];
        let finding = FindingBuilder::about_key(&META, cause, key).message(Message::with(message, args));
        self.report(finding.at(place));
    }

    fn whole(&mut self, cause: Cause, message: &'static str) {
        let subject = Subject::file(self.path.clone());
        let args = [Arg::Env(self.environment.name.clone())];
        let finding = FindingBuilder::new(&META, cause, subject).message(Message::with(message, args));
        self.report(finding.at(Place::File(self.path.clone())));
    }

    fn report(&mut self, finding: FindingBuilder) {
        let name = &self.environment.name;
        let help =
            Message::with("write them anew and commit: preflight fingerprint {}", [Arg::Env(name.clone())]);
        self.sink.report_at(self.level, finding.environment(name).help(help));
    }
}
