//! L5: selects rules, has their questions answered, lets them judge, and keeps their faults from being anyone else's.

mod ask;
mod tasks;
mod views;
mod waive;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use crate::finding::report::{FileRead, SubjectResult, Waived};
use crate::finding::{
    Arg, Coverage, EnvironmentResult, ErrorKind, Finding, Level, Location, Message, NotChecked, ReportError,
    Severity, Subject, Verdict, Why,
};
use crate::model::{Answer, Content, Environment, File, Model, Role, Variable, Want, why_unopened};
use crate::policy::{Effective, Policy};
use crate::rules::shared::fingerprint::ProjectKey;
use crate::rules::{Context, Project, Rule, Sink};
use crate::syntax::readers::Outcome;
use crate::text::{EnvName, KeyName, SourceMap};

use views::{key_views, reader_views};

/// What is judged, and by what.
pub struct Input<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// What was found.
    pub model: &'a Model,
    /// The files by number.
    pub sources: &'a SourceMap,
    /// The rules.
    pub rules: &'a [&'a dyn Rule],
    /// When the run began.
    pub now: SystemTime,
    /// The user in whose name files are opened; none where users have no numbers.
    pub user: Option<u32>,
    /// A random key of this run alone.
    pub digest_key: [u8; 64],
    /// The project's key, if it is at hand.
    pub project_key: Option<&'a ProjectKey>,
    /// The service that alone is checked.
    pub service: Option<&'a KeyName>,
    /// Whether every environment of the project is judged.
    pub all: bool,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Judged {
    /// One result for each environment asked for; verdicts are given by the report.
    pub environments: Vec<EnvironmentResult>,
    /// All findings that count.
    pub findings: Vec<Finding>,
    /// Findings that somebody answers for.
    pub waived: Vec<Waived>,
    /// Internal faults.
    pub errors: Vec<ReportError>,
}

/// Judges every environment asked for. `answer` is the loader: it finds out what rules want to know.
pub fn judge(input: &Input<'_>, answer: &mut dyn FnMut(&Want) -> Answer) -> Judged {
    let effective: Vec<(Effective, &Environment)> =
        input.model.environments.iter().map(|env| (effective(input.policy, env), env)).collect();
    let mut run = Run { input, judged: Judged::default(), gaps: BTreeMap::new() };
    let facts = run.ask(&effective, answer);
    let asked = || effective.iter().filter(|(_, environment)| environment.asked);
    let project = Project {
        policy: input.policy,
        environments: &effective,
        facts: &facts,
        digest_key: &input.digest_key,
        project_key: input.project_key,
    };
    run.tasks(&asked().collect::<Vec<_>>(), &project, &facts);
    run.keep_to_service(&effective);
    run.waive(&effective);
    run.judged.environments = run.results(&asked().collect::<Vec<_>>());
    run.judged
}

/// The worst severity by environment and subject.
type Worst<'a> = BTreeMap<&'a EnvName, BTreeMap<&'a Subject, Severity>>;

/// What was found of each environment.
struct Said<'a> {
    worst: Worst<'a>,
    waived: BTreeMap<&'a EnvName, BTreeSet<&'a Subject>>,
}

struct Run<'a> {
    input: &'a Input<'a>,
    judged: Judged,
    gaps: BTreeMap<EnvName, Vec<NotChecked>>,
}

impl Run<'_> {
    fn environment(&mut self, context: &Context<'_>) {
        let environment = context.environment;
        let (views, whole) = (key_views(context), reader_views(context));
        let known: BTreeSet<&str> = environment.files.iter().map(|file| file.path.as_str()).collect();
        let asked =
            context.file_patterns().filter_map(|(pattern, _)| context.facts.files(&pattern)).flatten();
        let others: Vec<&str> = environment
            .gaps
            .iter()
            .filter(|gap| gap.why == Why::OtherService)
            .map(|gap| gap.what.name())
            .collect();
        let elsewhere = |path: &str| {
            others.iter().any(|other| {
                path.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
        };
        let further: BTreeMap<&str, &File> = asked
            .filter(|file| !known.contains(file.path.as_str()) && !elsewhere(file.path.as_str()))
            .map(|file| (file.path.as_str(), file))
            .collect();
        for file in further.values() {
            if let Err(error) = file.state {
                self.gap(&environment.name, Subject::file(file.path.clone()), why_unopened(error));
            }
        }
        let plain = views.iter().all(|view| view.service.is_none() && !view.guessed);
        for rule in self.input.rules {
            let level = context.policy.level(rule.meta().id).map(|set| set.value);
            if level == Some(Level::Off) {
                self.gap(&environment.name, Subject::rule(rule.meta().id), Why::RuleOff);
                continue;
            }
            let mut sink = Sink::new(rule.meta(), self.input.sources, level);
            let done = guarded(|| {
                rule.keys(context, &views, plain, &mut sink);
                sink.service = None;
                for view in &whole {
                    sink.guessed = view.guessed;
                    rule.view(context, view, &mut sink);
                }
                sink.guessed = false;
                for file in environment.files.iter().chain(further.values().copied()) {
                    rule.file(context, file, &mut sink);
                }
            });
            self.take(sink, done.is_some(), &[&environment.name]);
        }
        self.unknown_values(environment);
    }

    /// A variable whose value nobody knows passes no rule about values: that is said.
    fn unknown_values(&mut self, environment: &Environment) {
        let said: BTreeSet<&Subject> = environment.gaps.iter().map(|gap| &gap.what).collect();
        for variable in environment.counting() {
            let subject = Subject::key(&variable.key);
            if !has_value(variable) && !said.contains(&subject) {
                self.gap(&environment.name, subject, Why::ValueUnknown);
            }
        }
    }

    fn project(&mut self, rule: &dyn Rule, project: &Project<'_>) {
        let mut sink = Sink::new(rule.meta(), self.input.sources, None);
        let done = guarded(|| rule.project(project, &mut sink));
        let asked = project.environments.iter().filter(|(_, env)| env.asked).map(|(_, env)| &env.name);
        self.take(sink, done.is_some(), &asked.collect::<Vec<_>>());
    }

    /// Takes what a rule left, or notes its fault in every environment that it was judging.
    fn take(&mut self, sink: Sink<'_>, done: bool, environments: &[&EnvName]) {
        let rule = sink.rule().id;
        if !done || sink.broken {
            self.fault(rule, environments);
        }
        self.judged.findings.extend(sink.findings);
        for (environment, gap) in sink.gaps {
            self.gaps.entry(environment).or_default().push(gap);
        }
    }

    /// Notes that a rule failed: no environment that it was to judge gets a verdict.
    fn fault(&mut self, rule: &'static str, environments: &[&EnvName]) {
        for name in environments {
            self.gap(name, Subject::rule(rule), Why::RuleFault);
        }
        self.judged.errors.push(ReportError {
            kind: ErrorKind::Internal,
            message: Message::with("the rule {} failed by a fault of preflight itself", [Arg::Word(rule)]),
            help: Some(Message::new(
                "please report it; until it is mended, `rules: { <rule>: off }` leaves the rule out",
            )),
            location: None,
        });
    }

    fn gap(&mut self, environment: &EnvName, what: Subject, why: Why) {
        self.gaps.entry(environment.clone()).or_default().push(NotChecked { what, why });
    }

    /// With one service alone what is about the others' variables is left out, and said to be.
    fn keep_to_service(&mut self, environments: &[(Effective, &Environment)]) {
        let Some(service) = self.input.service else { return };
        let concerns = |name: Option<&EnvName>, key: &KeyName| {
            let found = environments.iter().find(|(_, environment)| Some(&environment.name) == name);
            found.is_none_or(|(policy, environment)| is_for(policy, environment, key, service))
        };
        self.judged.findings.retain(|finding| {
            let key = finding.key.as_ref();
            finding.service.as_ref().is_none_or(|own| own == service)
                && key.is_none_or(|key| concerns(finding.environment.as_ref(), key))
        });
        for (policy, environment) in environments.iter().filter(|(_, environment)| environment.asked) {
            let names: BTreeSet<&KeyName> =
                environment.winners.keys().chain(policy.layer.keys.keys()).collect();
            let others: Vec<Subject> = names
                .into_iter()
                .filter(|key| !is_for(policy, environment, key, service))
                .map(Subject::key)
                .collect();
            let gaps = self.gaps.entry(environment.name.clone()).or_default();
            gaps.retain(|gap| !others.contains(&gap.what));
            gaps.extend(others.into_iter().map(|what| NotChecked { what, why: Why::OtherService }));
        }
    }

    fn said(&self) -> Said<'_> {
        let mut waived: BTreeMap<&EnvName, BTreeSet<&Subject>> = BTreeMap::new();
        for Waived { finding, .. } in &self.judged.waived {
            if let Some(environment) = &finding.environment {
                waived.entry(environment).or_default().insert(&finding.subject);
            }
        }
        Said { worst: self.worst(), waived }
    }

    fn worst(&self) -> Worst<'_> {
        let mut worst = Worst::new();
        for finding in &self.judged.findings {
            let Some(environment) = &finding.environment else { continue };
            let severity = worst.entry(environment).or_default().entry(&finding.subject);
            let severity = severity.or_insert(finding.severity);
            *severity = (*severity).min(finding.severity);
        }
        worst
    }

    fn result(&self, policy: &Effective, environment: &Environment, said: &Said<'_>) -> EnvironmentResult {
        let concerns = |key: &KeyName| {
            self.input.service.is_none_or(|service| is_for(policy, environment, key, service))
        };
        let others: BTreeSet<Subject> =
            environment.winners.keys().filter(|key| !concerns(key)).map(Subject::key).collect();
        let own_gap = |gap: &&NotChecked| !others.contains(&gap.what);
        let mut not_checked: Vec<NotChecked> = environment.gaps.iter().filter(own_gap).cloned().collect();
        not_checked.extend(self.gaps.get(&environment.name).into_iter().flatten().cloned());
        let read = |file: &&File| file.state.is_ok() && file.role == Role::Secret;
        let coverage = Coverage {
            keys: environment
                .counting()
                .filter(|variable| {
                    (has_value(variable) || is_listed(environment, variable)) && concerns(&variable.key)
                })
                .map(|variable| &variable.key)
                .collect::<BTreeSet<_>>()
                .len(),
            // One may be read as a source's and for a variable that leads to it.
            secret_files: environment
                .files
                .iter()
                .filter(read)
                .map(|f| &f.path)
                .collect::<BTreeSet<_>>()
                .len(),
            documents: 0,
            rules: self.input.rules.len()
                - self
                    .input
                    .rules
                    .iter()
                    .filter(|rule| policy.level(rule.meta().id).is_some_and(|set| set.value == Level::Off))
                    .count(),
            checks: 0,
        };
        let told = |variable: &&Variable| matches!(variable.content, Content::PresentOnly);
        let found = environment.counting().filter(told).any(|variable| concerns(&variable.key));
        if coverage.keys == 0 && !found && !fails_unread(environment, &said.worst, &concerns) {
            let what = Subject::environment(&environment.name);
            not_checked.push(NotChecked { what, why: Why::NothingToCheck });
        }
        let keys = environment.winners.keys().map(Subject::key);
        let files = environment.files.iter().filter(|file| file.role != Role::Process);
        let files = files.map(|file| Subject::file(file.path.clone()));
        let worst = said.worst.get(&environment.name);
        let found = worst.into_iter().flat_map(BTreeMap::keys).map(|subject| (*subject).clone());
        let subjects: BTreeSet<Subject> = keys.chain(files).chain(found).collect();
        let unchecked: BTreeSet<&Subject> = not_checked.iter().map(|gap| &gap.what).collect();
        let waived = said.waived.get(&environment.name);
        let judged = |subject: Subject| {
            let result = match worst.and_then(|worst| worst.get(&subject)) {
                Some(Severity::Error) => SubjectResult::Fail,
                _ if unchecked.contains(&subject) => SubjectResult::NotChecked,
                Some(Severity::Warning) => SubjectResult::Warning,
                None if waived.is_some_and(|waived| waived.contains(&subject)) => SubjectResult::Waived,
                None => SubjectResult::Pass,
            };
            (subject, result)
        };
        let subjects = subjects.into_iter().map(judged).collect();
        EnvironmentResult {
            name: environment.name.clone(),
            verdict: Verdict::None,
            coverage,
            not_checked,
            subjects,
            readers: self.readers(environment),
        }
    }

    fn readers(&self, environment: &Environment) -> Vec<FileRead> {
        let known = environment.files.iter().filter_map(|file| Some((file, file.readers.as_ref()?)));
        known
            .map(|(file, readers)| FileRead {
                path: file.path.clone(),
                basis: readers.basis.as_str(),
                by: readers
                    .by
                    .iter()
                    .map(|by| (by.reader.as_str(), Location::resolve(&by.place, self.input.sources)))
                    .collect(),
            })
            .collect()
    }
}

/// What holds for an environment, also for variables that only its template names.
fn effective(policy: &Policy, environment: &Environment) -> Effective {
    let template = environment.template.iter().flat_map(|template| &template.keys).map(|wanted| &wanted.key);
    policy.effective(&environment.name, environment.winners.keys().chain(template))
}

/// Whether any reader gets a value.
fn has_value(variable: &Variable) -> bool {
    match &variable.content {
        Content::Read(readings) => readings.iter().any(|(outcome, _)| matches!(outcome, Outcome::Value(_))),
        Content::PresentOnly | Content::Unopened(_) => false,
    }
}

/// Whether anything is at fault with a value that is there and not known, or with the file of keys and values in which it stands: then
/// something was looked at. A `.env` file may be at fault for a line that says nothing of its variables.
fn fails_unread(environment: &Environment, worst: &Worst<'_>, concerns: &dyn Fn(&KeyName) -> bool) -> bool {
    let Some(worst) = worst.get(&environment.name) else { return false };
    let fails = |subject: Subject| worst.get(&subject) == Some(&Severity::Error);
    let file = |variable| {
        let file = environment.file_of(variable).filter(|file| file.role == Role::Config);
        file.map(|file| Subject::file(file.path.clone()))
    };
    environment
        .counting()
        .filter(|variable| is_unknown(variable) && concerns(&variable.key))
        .any(|variable| fails(Subject::key(&variable.key)) || file(variable).is_some_and(fails))
}

/// Whether a variable is set to what nobody here can tell.
fn is_unknown(variable: &Variable) -> bool {
    match &variable.content {
        Content::Read(readings) => readings.iter().any(|(outcome, _)| matches!(outcome, Outcome::Unmodelled)),
        Content::PresentOnly | Content::Unopened(_) => false,
    }
}

/// Whether a variable is a service's business: by the policy, or because it stands in a source of its own.
fn is_for(policy: &Effective, environment: &Environment, key: &KeyName, service: &KeyName) -> bool {
    let own = environment.winners.get(key).is_some_and(|winners| winners.services.contains_key(service));
    own || policy.concerns(key, service)
}

/// Whether a platform's list names it: that it is there is all that can be known here, and was looked at.
fn is_listed(environment: &Environment, variable: &Variable) -> bool {
    environment.file_of(variable).is_some_and(|file| file.role == Role::Names)
}

fn is_off(policy: &Effective, rule: &str) -> bool {
    policy.level(rule).is_some_and(|set| set.value == Level::Off)
}

/// Runs what a rule does; nothing if it panicked. The panic's text never gets here: it could hold a value.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
