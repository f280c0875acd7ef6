//! L5: selects rules, has their questions answered, lets them judge, and keeps their faults from being anyone else's.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::SystemTime;

use crate::finding::report::SubjectResult;
use crate::finding::{
    Arg, Coverage, EnvironmentResult, ErrorKind, Finding, Level, Message, NotChecked, ReportError, Severity,
    Subject, Verdict, Why,
};
use crate::model::{Content, Environment, Facts, File, Model, Role, Variable, Want, why_unopened};
use crate::policy::{Effective, Policy};
use crate::rules::{Context, KeyView, Project, ReaderView, Rule, Sink};
use crate::syntax::reader::{Outcome, Reader};
use crate::text::{EnvName, SourceMap};

/// Rounds of questions and answers before a rule is held to ask without end.
const MOST_ROUNDS: usize = 8;

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
    /// A random key of this run alone.
    pub digest_key: [u8; 64],
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Judged {
    /// One result for each environment asked for; verdicts are given by the report.
    pub environments: Vec<EnvironmentResult>,
    /// All findings.
    pub findings: Vec<Finding>,
    /// Internal faults.
    pub errors: Vec<ReportError>,
}

/// Judges every environment asked for. `answer` is the loader: it finds out what rules want to know.
pub fn judge(input: &Input<'_>, answer: &mut dyn FnMut(&Want) -> Vec<File>) -> Judged {
    let effective: Vec<(Effective, &Environment)> =
        input.model.environments.iter().map(|env| (input.policy.effective(&env.name), env)).collect();
    let mut run = Run { input, judged: Judged::default(), gaps: BTreeMap::new() };
    let facts = run.ask(&effective, answer);
    let asked = || effective.iter().filter(|(_, environment)| environment.asked);
    for (policy, environment) in asked() {
        let context = Context::new(policy, environment, &facts);
        run.environment(&context);
    }
    let project = Project {
        policy: input.policy,
        environments: &effective,
        facts: &facts,
        digest_key: &input.digest_key,
    };
    run.project(&project);
    let worst = run.worst();
    for (policy, environment) in asked() {
        let result = run.result(policy, environment, &worst);
        run.judged.environments.push(result);
    }
    run.judged
}

/// The worst severity by environment and subject.
type Worst = BTreeMap<(Option<EnvName>, Subject), Severity>;

struct Run<'a> {
    input: &'a Input<'a>,
    judged: Judged,
    gaps: BTreeMap<EnvName, Vec<NotChecked>>,
}

impl Run<'_> {
    /// Asks every rule what it needs until nothing new is wanted.
    fn ask(
        &mut self,
        environments: &[(Effective, &Environment)],
        answer: &mut dyn FnMut(&Want) -> Vec<File>,
    ) -> Facts {
        let mut facts = Facts::new(self.input.now);
        let mut faulty: BTreeSet<&'static str> = BTreeSet::new();
        for round in 0..=MOST_ROUNDS {
            let mut wanted: BTreeSet<Want> = BTreeSet::new();
            for (policy, environment) in environments {
                let context = Context::new(policy, environment, &facts);
                for rule in self.input.rules.iter().filter(|rule| !is_off(policy, rule.meta().id)) {
                    let Some(asked) = guarded(|| rule.needs(&context)) else {
                        // It would judge without what it meant to ask for.
                        faulty.insert(rule.meta().id);
                        continue;
                    };
                    let new: Vec<Want> = asked.into_iter().filter(|want| !facts.answers(want)).collect();
                    if round == MOST_ROUNDS && !new.is_empty() && environment.asked {
                        self.gap(&environment.name, Subject::rule(rule.meta().id), Why::FactsUnanswered);
                    }
                    wanted.extend(new);
                }
            }
            if wanted.is_empty() || round == MOST_ROUNDS {
                break;
            }
            for want in wanted {
                let files = answer(&want);
                let Want::Files(pattern) = want;
                facts.files.insert(pattern, files);
            }
        }
        let asked: Vec<&EnvName> =
            environments.iter().filter(|(_, e)| e.asked).map(|(_, e)| &e.name).collect();
        faulty.into_iter().for_each(|rule| self.fault(rule, &asked));
        facts
    }

    fn environment(&mut self, context: &Context<'_>) {
        let environment = context.environment;
        let views = key_views(context);
        let known: BTreeSet<&str> = environment.files.iter().map(|file| file.path.as_str()).collect();
        let asked =
            context.file_patterns().filter_map(|(pattern, _)| context.facts.files.get(&pattern)).flatten();
        let further: BTreeMap<&str, &File> = asked
            .filter(|file| !known.contains(file.path.as_str()))
            .map(|file| (file.path.as_str(), file))
            .collect();
        for file in further.values() {
            if let Err(error) = file.state {
                self.gap(&environment.name, Subject::file(file.path.clone()), why_unopened(error));
            }
        }
        for rule in self.input.rules {
            let level = context.policy.level(rule.meta().id).map(|set| set.value);
            if level == Some(Level::Off) {
                self.gap(&environment.name, Subject::rule(rule.meta().id), Why::RuleOff);
                continue;
            }
            let mut sink = Sink::new(rule.meta(), self.input.sources, level);
            let done = guarded(|| {
                for view in &views {
                    rule.key(context, view, &mut sink);
                }
                rule.view(context, &ReaderView { reader: Reader::Plain, environment }, &mut sink);
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
        for variable in environment.winners.values().filter_map(|at| environment.variables.get(*at)) {
            let subject = Subject::key(&variable.key);
            if !has_value(variable) && !said.contains(&subject) {
                self.gap(&environment.name, subject, Why::ValueUnknown);
            }
        }
    }

    fn project(&mut self, project: &Project<'_>) {
        let asked: Vec<&EnvName> =
            project.environments.iter().filter(|(_, env)| env.asked).map(|(_, env)| &env.name).collect();
        for rule in self.input.rules {
            let mut sink = Sink::new(rule.meta(), self.input.sources, None);
            let done = guarded(|| rule.project(project, &mut sink));
            self.take(sink, done.is_some(), &asked);
        }
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

    fn worst(&self) -> Worst {
        let mut worst = Worst::new();
        for finding in &self.judged.findings {
            let entry = worst.entry((finding.environment.clone(), finding.subject.clone()));
            let severity = entry.or_insert(finding.severity);
            *severity = (*severity).min(finding.severity);
        }
        worst
    }

    fn result(&mut self, policy: &Effective, environment: &Environment, worst: &Worst) -> EnvironmentResult {
        let mut not_checked = environment.gaps.clone();
        not_checked.extend(self.gaps.remove(&environment.name).unwrap_or_default());
        let read = |file: &&File| file.state.is_ok() && file.role == Role::Secret;
        let coverage = Coverage {
            keys: environment
                .winners
                .values()
                .filter_map(|at| environment.variables.get(*at))
                .filter(|v| has_value(v))
                .count(),
            secret_files: environment.files.iter().filter(read).count(),
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
        if coverage.keys == 0 {
            let what = Subject::environment(&environment.name);
            not_checked.push(NotChecked { what, why: Why::NothingToCheck });
        }
        let keys = environment.winners.keys().map(Subject::key);
        let files = environment.files.iter().map(|file| Subject::file(file.path.clone()));
        let mine = |(name, _): &&(Option<EnvName>, Subject)| name.as_ref() == Some(&environment.name);
        let found = worst.keys().filter(mine).map(|(_, subject)| subject.clone());
        let subjects: BTreeSet<Subject> = keys.chain(files).chain(found).collect();
        let unchecked: BTreeSet<&Subject> = not_checked.iter().map(|gap| &gap.what).collect();
        let judged = |subject: Subject| {
            let result = match worst.get(&(Some(environment.name.clone()), subject.clone())) {
                Some(Severity::Error) => SubjectResult::Fail,
                _ if unchecked.contains(&subject) => SubjectResult::NotChecked,
                Some(Severity::Warning) => SubjectResult::Warning,
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
        }
    }
}

/// Whether any reader gets a value.
fn has_value(variable: &Variable) -> bool {
    match &variable.content {
        Content::Read(readings) => readings.iter().any(|(outcome, _)| matches!(outcome, Outcome::Value(_))),
        Content::PresentOnly | Content::Unopened(_) => false,
    }
}

/// Every variable that is there or declared, once for each distinct outcome.
fn key_views<'a>(context: &Context<'a>) -> Vec<KeyView<'a>> {
    let environment = context.environment;
    let declared = context.policy.layer.keys.keys().filter(|key| !environment.winners.contains_key(*key));
    let keys = environment.winners.keys().chain(declared);
    let mut views = Vec::with_capacity(environment.winners.len());
    for key in keys {
        let variable = environment.winner(key);
        let entry = context.policy.key(key);
        let mut push = |outcome, readers| views.push(KeyView { key, entry, variable, outcome, readers });
        match variable.map(|variable| &variable.content) {
            Some(Content::Read(readings)) => {
                for (outcome, readers) in readings.iter() {
                    push(Some(outcome), readers.iter().map(|reader| reader.as_str()).collect());
                }
            }
            _ => push(None, Vec::new()),
        }
    }
    views
}

fn is_off(policy: &Effective, rule: &str) -> bool {
    policy.level(rule).is_some_and(|set| set.value == Level::Off)
}

/// Runs what a rule does; nothing if it panicked. The panic's text never gets here: it could hold a value.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
