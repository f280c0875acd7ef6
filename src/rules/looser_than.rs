//! `looser-than`: an environment is looser than one that it has to be stricter than.

use crate::finding::{
    Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::{Environment, Variable};
use crate::policy::guard::{Shift, file_shifts, level_shift, looser};
use crate::policy::{Against, At, Effective, FileEntry, Set};
use crate::text::SafePath;

use super::shared::order::{self, Looser};
use super::shared::peers::is_hidden;
use super::{Project, RULES, Rule, Sink};

/// The rule's id.
pub(super) const ID: &str = "looser-than";

static META: RuleMeta = RuleMeta {
    id: ID,
    summary: "an environment is looser than one that it has to be stricter than",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("guard", "the policy guards a variable less here"),
        CauseMeta::new("rule", "the policy gives a rule a lower severity here"),
        CauseMeta::new("file", "the policy allows files more here"),
        CauseMeta::new("value:declared", "a value is looser here, by the order that the policy gives it"),
        CauseMeta::new("value:debug", "a switch called `DEBUG` is on here"),
        CauseMeta::new("value:log-level", "more is logged here, of what is meant for developers"),
        CauseMeta::new("value:tls", "a connection asks for less TLS here"),
    ],
    page: include_str!("../../docs/rules/looser-than.md"),
};

/// Fields that say what a variable is for, and guard nothing.
const NO_GUARDS: &[&str] = &["secret", "default", "services", "description"];

/// See the module.
pub struct LooserThan;

impl Rule for LooserThan {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        for (policy, environment) in cx.environments.iter().filter(|(_, environment)| environment.asked) {
            let level = policy.level(META.id).map(|set| set.value);
            let against = cx.policy.spec(&environment.name).and_then(|spec| spec.stricter_than.as_ref());
            let Some(against) = against.filter(|_| level != Some(Level::Off)) else { continue };
            let named = |(_, other): &&(_, &Environment)| other.name == against.value.environment;
            let Some((_, other)) = cx.environments.iter().find(named) else { continue };
            // A pattern names what either of them has.
            let names = || environment.winners.keys().chain(other.winners.keys());
            let own = (&cx.policy.effective(&environment.name, names()), *environment);
            let theirs = (&cx.policy.effective(&other.name, names()), *other);
            let mut pair = Pair { cx, own, theirs, against, level, sink };
            pair.guards();
            pair.rules();
            pair.files();
            pair.values();
        }
    }
}

type Side<'a> = (&'a Effective, &'a Environment);

struct Pair<'a, 's, 'f> {
    cx: &'a Project<'a>,
    own: Side<'a>,
    theirs: Side<'a>,
    against: &'a Set<Against>,
    level: Option<Level>,
    sink: &'s mut Sink<'f>,
}

impl Pair<'_, '_, '_> {
    fn guards(&mut self) {
        for (key, theirs) in &self.theirs.0.layer.keys {
            let own = self.own.0.key(key);
            // What is named for the other one alone, and is not here, is that one's affair.
            let known = own.is_some() || self.own.1.winners.contains_key(key);
            if !known || self.against.value.spares(key) {
                continue;
            }
            let mut found = looser(own, Some(theirs));
            found.retain(|difference| !NO_GUARDS.contains(&difference.field));
            let Some(first) = found.first() else { continue };
            let fields = Arg::Words(found.iter().map(|difference| difference.field).collect());
            let message = "the policy guards {} less than in {}, which this environment is stricter than: {}";
            let args = [Arg::Key(key.clone()), self.other(), fields];
            let finding = FindingBuilder::about_key(&META, Cause::new("guard"), key)
                .message(Message::with(message, args))
                .help(Message::new("guard it here too, or say it at the top level for both"));
            self.report(finding, first.to, first.from);
        }
    }

    fn rules(&mut self) {
        let (own, theirs) = (&self.own.0.layer.rules, &self.theirs.0.layer.rules);
        for rule in RULES.iter().map(|rule| rule.meta()) {
            let usual = match rule.severity {
                Severity::Error => Level::Error,
                Severity::Warning => Level::Warning,
            };
            let (here, there) = (own.get(rule.id), theirs.get(rule.id));
            let level = |set: Option<&Set<Level>>| set.map(|set| set.value);
            if level_shift(level(there), level(here), usual) != Some(Shift::Looser) {
                continue;
            }
            let message = "{} weighs less than in {}, which this environment is stricter than";
            let finding = FindingBuilder::new(&META, Cause::new("rule"), Subject::rule(rule.id))
                .message(Message::with(message, [Arg::Word(rule.id), self.other()]))
                .help(Message::new("give the rule the same severity in both"));
            self.report(finding, here.map(|set| set.at), there.map(|set| set.at));
        }
    }

    fn files(&mut self) {
        for theirs in &self.theirs.0.layer.files {
            let own = self.own.0.layer.files.iter().find(|own| own.path == theirs.path);
            let tighter = |field| {
                let back = file_shifts(own, Some(theirs));
                back.iter().any(|back| back.field == field && back.shift == Shift::Tighter)
            };
            let mut found = file_shifts(Some(theirs), own);
            found.retain(|difference| difference.shift == Shift::Looser && tighter(difference.field));
            let Some(first) = found.first() else { continue };
            let fields = Arg::Words(found.iter().map(|difference| difference.field).collect());
            let path = SafePath::named(theirs.path.as_str());
            let message = "the policy allows {} more than in {}, which this environment is stricter than: {}";
            let finding = FindingBuilder::new(&META, Cause::new("file"), Subject::policy_entry(path.clone()))
                .message(Message::with(message, [Arg::Path(path), self.other(), fields]))
                .help(Message::new("allow the files no more here than there"));
            self.report(finding, first.to.or(own.map(|own: &FileEntry| own.at)), first.from);
        }
    }

    fn values(&mut self) {
        let (own, theirs) = (self.own.1, self.theirs.1);
        if is_hidden(theirs) {
            self.sink.gap(&own.name, Subject::rule(META.id), Why::PeerUnreadable);
        }
        for (here, there) in order::pairs(own, theirs, &self.cx.policy.services) {
            if !self.against.value.spares(&here.key) {
                self.value(here, there);
            }
        }
    }

    fn value(&mut self, here: &Variable, there: &Variable) {
        let key = &here.key;
        let entries = [self.own.0.key(key), self.theirs.0.key(key)];
        let said = entries.iter().flatten().find_map(|entry| entry.stricter.as_ref());
        let kind = entries.iter().flatten().find_map(|entry| entry.kind.as_ref()).map(|set| set.value);
        let own = (self.own.1, here);
        match order::looser(own, (self.theirs.1, there), said.map(|set| set.value), kind) {
            Looser::No => {}
            Looser::Unknown => {
                self.sink.gap(&self.own.1.name, Subject::key(key), Why::ValueUnknown);
            }
            Looser::Own(word) => {
                let message = match word {
                    "debug" => "{} is on here and off in {}, which this environment is stricter than",
                    "log-level" => "{} logs more than in {}, which this environment is stricter than",
                    "tls" => "{} asks for less TLS than in {}, which this environment is stricter than",
                    _ => "{} is looser than in {}, which this environment is stricter than",
                };
                let Some(place) = self.own.1.place(here) else { return };
                let mut finding = FindingBuilder::about_key(&META, Cause::word("value", word), key)
                    .environment(&self.own.1.name)
                    .service(here.service.as_ref())
                    .message(Message::with(message, [Arg::Key(key.clone()), self.other()]))
                    .help(Message::new("set it here at least as strictly; `except` beside `stricter_than` spares it, with a reason"))
                    .at(place)
                    .asked_by(Some(said.map_or(self.against.at, |set| set.at).place()));
                if let Some(place) = self.theirs.1.place(there) {
                    finding = finding.related("stricter there", place);
                }
                self.sink.report_at(self.level, finding);
            }
        }
    }

    fn other(&self) -> Arg {
        Arg::Env(self.against.value.environment.clone())
    }

    fn report(&mut self, finding: FindingBuilder, here: Option<At>, there: Option<At>) {
        let at = here.or(there).unwrap_or(self.against.at);
        let mut finding = finding.environment(&self.own.1.name).at(at.place());
        if let Some(there) = there.filter(|there| *there != at) {
            finding = finding.related("stricter there", there.place());
        }
        self.sink.report_at(self.level, finding.asked_by(Some(self.against.at.place())));
    }
}
