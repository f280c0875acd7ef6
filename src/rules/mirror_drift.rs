//! `mirror-drift`: an environment that stands in for another differs from it

use std::collections::BTreeSet;

use crate::finding::{
    Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::Environment;
use crate::policy::guard::{Shift, differences};
use crate::policy::{Effective, Except, KeyEntry, Set};
use crate::text::{EnvName, KeyName};

use super::shared::outline::{Clash, clashes};
use super::shared::peers::{
    home, is_hidden, is_process_unread, lacking, lacks_source, may_stand_alone, said_by, standing,
};
use super::{Project, Rule, Sink};

/// The rule's id.
pub(super) const ID: &str = "mirror-drift";

static META: RuleMeta = RuleMeta {
    id: ID,
    summary: "an environment that stands in for another differs from it",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("only-here", "a variable is set here and not in the environment that is mirrored"),
        CauseMeta::new("only-there", "a variable is set in the environment that is mirrored and not here"),
        CauseMeta::new("looser", "the policy guards a variable less here than in the mirrored environment"),
        CauseMeta::soft("form", "a value is of another form here than in the environment that is mirrored"),
    ],
    page: include_str!("../../docs/rules/mirror-drift.md"),
};

/// Fields in which a mirror may not be looser. Lists of values differ where hosts and sizes do.
pub(super) const GUARDS: &[&str] = &["required", "forbidden", "tls", "min_length", "min_bytes", "type"];

/// See the module.
pub struct MirrorDrift;

impl Rule for MirrorDrift {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        for (policy, environment) in cx.environments.iter().filter(|(_, environment)| environment.asked) {
            let level = policy.level(META.id).map(|set| set.value);
            let spec = cx.policy.spec(&environment.name).filter(|_| level != Some(Level::Off));
            let mirrors = spec.and_then(|spec| spec.mirrors.as_ref());
            let (Some(spec), Some(mirrors)) = (spec, mirrors) else { continue };
            let model = cx.environments.iter().find(|(_, other)| other.name == mirrors.value);
            let Some((_, other)) = model else { continue };
            // A pattern names what either of them has.
            let names = || environment.winners.keys().chain(other.winners.keys());
            let own = cx.policy.effective(&environment.name, names());
            let theirs = cx.policy.effective(&other.name, names());
            let (own, other, except) =
                ((&own, *environment), (&theirs, *other), spec.mirrors_except.as_ref());
            let mut pair = Pair { cx, own, other, mirrors, except, level, sink };
            pair.variables();
            pair.guards();
            pair.forms();
        }
    }
}

type Side<'a> = (&'a Effective, &'a Environment);

struct Pair<'a, 's, 'f> {
    cx: &'a Project<'a>,
    own: Side<'a>,
    other: Side<'a>,
    mirrors: &'a Set<EnvName>,
    except: Option<&'a Except>,
    level: Option<Level>,
    sink: &'s mut Sink<'f>,
}

impl<'a> Pair<'a, '_, '_> {
    fn variables(&mut self) {
        let (own, other) = (self.own.1, self.other.1);
        // What is not on this machine may be set elsewhere: that it was not compared is said.
        let unknown = is_hidden(other)
            || lacks_source(self.cx.policy, own, other)
            || is_process_unread(self.cx.policy, other);
        if unknown {
            self.sink.gap(&own.name, Subject::rule(META.id), Why::PeerUnreadable);
        }
        if is_hidden(own) {
            return;
        }
        if !unknown {
            for (key, service) in self.missing(own, other) {
                self.lone(true, key, service);
            }
        }
        if !is_process_unread(self.cx.policy, own) {
            for (key, service) in self.missing(other, own) {
                self.lone(false, key, service);
            }
        }
    }

    /// Variables that one has and the other has not, where the policy does not say that they may differ.
    fn missing(&self, here: &'a Environment, there: &Environment) -> Vec<(&'a KeyName, Option<&'a KeyName>)> {
        let mut found = lacking(here, there, |key, service| self.own.0.concerns(key, service));
        found.retain(|(key, _)| !self.spares(key));
        found.retain(|(key, _)| !may_stand_alone(self.own.0.key(key), self.other.0.key(key)));
        found
    }

    fn spares(&self, key: &KeyName) -> bool {
        self.except.is_some_and(|except| except.covers(key))
    }

    fn forms(&mut self) {
        let (own, other) = (self.own.1, self.other.1);
        for Clash { key, here, there, forms: (form, theirs) } in clashes(own, other) {
            let Some(place) = own.place(here).filter(|_| !self.spares(key)) else { continue };
            let [form, theirs] = [form, theirs].map(|form| Arg::Word(form.as_str()));
            let args = [Arg::Key(key.clone()), form, Arg::Env(other.name.clone()), theirs];
            let message = "{} is {} here, and in {}, which this environment mirrors, {}";
            let help = "set values of one form in both; `except` beside `mirrors` spares it, with a reason";
            let finding = self.finding("form", key, Message::with(message, args), help).at(place);
            let finding = other.place(there).into_iter().fold(finding, |f, at| f.related("set there", at));
            self.sink.report_at(self.level, finding);
        }
    }

    fn guards(&mut self) {
        let keys: BTreeSet<&KeyName> =
            self.own.0.layer.keys.keys().chain(self.other.0.layer.keys.keys()).collect();
        for key in keys.into_iter().filter(|key| !self.except.is_some_and(|it| it.covers(key))) {
            let (own, theirs) = (self.own.0.key(key), self.other.0.key(key));
            let known = own.is_some() || self.own.1.winners.contains_key(key);
            let looser = differences(theirs, own).into_iter().filter(|difference| {
                // What is not there needs no guard; that it has to be there, or not, is one.
                let counts = known || matches!(difference.field, "required" | "forbidden");
                counts && difference.shift == Shift::Looser && GUARDS.contains(&difference.field)
            });
            let looser: Vec<_> = looser.collect();
            let Some(first) = looser.first() else { continue };
            let own = self.cx.policy.spec(&self.own.1.name).and_then(|own| said_by(own, key, first.field));
            let at = own.or(first.from).or(first.to).unwrap_or(self.mirrors.at);
            let fields = Arg::Words(looser.iter().map(|difference| difference.field).collect());
            let args = [Arg::Key(key.clone()), Arg::Env(self.other.1.name.clone()), fields];
            let message = "the policy guards {} less than in {}, which this environment mirrors: {}";
            let help = "guard {} alike in both, or write `inherits` beside `mirrors`";
            let finding = self.finding("looser", key, Message::with(message, args), help).at(at.place());
            let further = [("tighter there", first.from), ("looser here", first.to)].into_iter();
            let further =
                further.filter_map(|(label, place)| Some((label, place.filter(|place| *place != at)?)));
            let finding = further.fold(finding, |finding, (label, at)| finding.related(label, at.place()));
            self.sink.report_at(self.level, finding);
        }
    }

    fn lone(&mut self, here: bool, key: &KeyName, service: Option<&KeyName>) {
        let (own, other) = (self.own.1, self.other.1);
        // That a required variable is missing is said already.
        if !here && self.own.0.key(key).is_some_and(KeyEntry::is_required) {
            return;
        }
        let cause = if here { "only-here" } else { "only-there" };
        let message = match (here, service.is_some()) {
            (true, false) => "{} is set here and not in {}, which this environment mirrors",
            (true, true) => "{} is set here for {} and not in {}, which this environment mirrors",
            (false, false) => "{} is not set here, and is in {}, which this environment mirrors",
            (false, true) => "{} is not set here for {}, and is in {}, which this environment mirrors",
        };
        let mut args = vec![Arg::Key(key.clone()), Arg::Env(other.name.clone())];
        service.into_iter().for_each(|service| args.insert(1, Arg::Key(service.clone())));
        let help = "set {} in both, or in neither; `required: false` says that it may differ";
        let stands = if here { standing(own, service, key) } else { own.winner(service, key) };
        let there = standing(other, service, key).filter(|_| !here);
        let at =
            stands.and_then(|variable| own.place(variable)).or_else(|| home(own, service, other, there?));
        let mut finding = self.finding(cause, key, Message::with(message, args), help).service(service);
        finding = finding.at(at.unwrap_or_else(|| self.mirrors.at.place()));
        if let Some(place) = there.and_then(|variable| other.place(variable)) {
            finding = finding.related("set there", place);
        }
        self.sink.report_at(self.level, finding);
    }

    fn finding(
        &self,
        cause: &'static str,
        key: &KeyName,
        message: Message,
        help: &'static str,
    ) -> FindingBuilder {
        FindingBuilder::about_key(&META, Cause::new(cause), key)
            .environment(&self.own.1.name)
            .message(message)
            .help(Message::with(help, [Arg::Key(key.clone())]))
            .asked_by(Some(self.mirrors.at.place()))
    }
}
