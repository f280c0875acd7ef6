//! `uneven-guard`: one strict environment is guarded more than another, and nobody said that the other may be looser

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity};
use crate::model::Environment;
use crate::policy::guard::{Difference, Shift, differences};
use crate::policy::layers::resolve;
use crate::policy::{At, Effective, EnvironmentSpec, KeyEntry, Policy};
use crate::text::KeyName;

use super::shared::peers::said_by;
use super::{Project, Rule, Sink, looser_than, mirror_drift};

static META: RuleMeta = RuleMeta {
    id: "uneven-guard",
    summary: "an overlay guards one strict environment more than another",
    severity: Severity::Warning,
    causes: &[CauseMeta::new(
        "looser",
        "another strict environment's overlay tightens the key, and this environment's says nothing of it",
    )],
    page: include_str!("../../docs/rules/uneven-guard.md"),
};

/// Fields that say what a variable is for rather than how it is guarded.
const NO_GUARDS: &[&str] = &["default", "services", "secret", "description"];

/// Further places that one finding names; a fleet of environments tightens one key a thousand times.
const MOST_PLACES: usize = 8;

/// See the module.
pub struct UnevenGuard;

impl Rule for UnevenGuard {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        for (policy, environment) in cx.environments.iter().filter(|(_, environment)| environment.asked) {
            let level = policy.level(META.id).map(|set| set.value);
            let own = cx.policy.spec(&environment.name).filter(|spec| !spec.relaxed);
            let (Some(own), false) = (own, level == Some(Level::Off)) else { continue };
            let judged = Own { policy: cx.policy, effective: policy, environment, own };
            let mut found: BTreeMap<&KeyName, Vec<Tighter<'_>>> = BTreeMap::new();
            for other in cx.policy.environments.iter().filter(|other| is_model(own, other)) {
                for name in judged.names(other) {
                    found.entry(name).or_default().extend(judged.uneven(other, name));
                }
            }
            for (name, found) in found {
                judged.report(name, &found, level, sink);
            }
        }
    }
}

/// Whether another environment's overlay counts: one of a strict environment, not inherited already.
fn is_model(own: &EnvironmentSpec, other: &EnvironmentSpec) -> bool {
    let inherits = own.inherits.as_ref().is_some_and(|set| set.value == other.name);
    let speaks = other.layers.iter().any(|layer| layer.names_keys());
    // That it is stricter is said already.
    let stricter = other.stricter_than.as_ref().is_some_and(|set| set.value.environment == own.name);
    speaks && own.name != other.name && !other.relaxed && !inherits && !stricter
}

/// A field that another environment's overlay tightens, and where.
struct Tighter<'a> {
    environment: &'a EnvironmentSpec,
    field: &'static str,
    at: At,
}

/// The environment that is judged.
struct Own<'a> {
    policy: &'a Policy,
    effective: &'a Effective,
    environment: &'a Environment,
    own: &'a EnvironmentSpec,
}

impl<'a> Own<'a> {
    /// The variables of which another environment's overlay speaks, by name or by pattern.
    fn names(&self, other: &'a EnvironmentSpec) -> BTreeSet<&'a KeyName> {
        let named = other.layers.iter().flat_map(|layer| layer.keys.keys());
        let patterns = || other.layers.iter().flat_map(|layer| &layer.patterns);
        let keys = self.effective.layer.keys.keys();
        let matched = keys.filter(|name| patterns().any(|(pattern, _)| pattern.matches(name)));
        named.chain(matched.filter(|name| self.knows(name))).collect()
    }

    /// Whether the environment has a variable, or the project's own policy names it for it.
    fn knows(&self, name: &KeyName) -> bool {
        let overlays = self.policy.overlays(Some(self.own));
        self.environment.winners.contains_key(name)
            || self.policy.own.keys.contains_key(name)
            || overlays.iter().any(|(_, layer)| layer.keys.contains_key(name))
    }

    /// What another environment's own overlay tightens and of which this environment's overlays say nothing.
    fn uneven<'o>(&self, other: &'o EnvironmentSpec, name: &KeyName) -> Vec<Tighter<'o>> {
        let (from, to) = (resolved(self.policy, self.own, name), resolved(self.policy, other, name));
        let knows = self.knows(name);
        let tighter = differences(from.as_deref(), to.as_deref()).into_iter();
        let tighter = tighter.filter(|difference| difference.shift == Shift::Tighter);
        let counts = |difference: &Difference| {
            // What an environment does not have needs no guard; that it has to be there, or not, is one.
            let field = difference.field;
            let counts = knows || matches!(field, "required" | "forbidden");
            let told = self.mirrored(other, field) || (knows && self.stricter(other));
            counts && !NO_GUARDS.contains(&field) && !told
        };
        let theirs = tighter.filter(counts).filter_map(|Difference { field, to, .. }| {
            let at = said_by(other, name, field).filter(|at| to.is_none_or(|to| to == *at))?;
            Some(Tighter { environment: other, field, at })
        });
        let own = |field: &str| {
            self.policy.lineage(&self.own.name).any(|spec| said_by(spec, name, field).is_some())
        };
        theirs.filter(|tighter| !own(tighter.field)).collect()
    }

    /// Whether `mirror-drift` says it.
    fn mirrored(&self, other: &EnvironmentSpec, field: &str) -> bool {
        let off = self.effective.level(mirror_drift::ID).is_some_and(|set| set.value == Level::Off);
        let mirrors = self.own.mirrors.as_ref().is_some_and(|set| set.value == other.name);
        mirrors && !off && mirror_drift::GUARDS.contains(&field)
    }

    /// Whether `looser-than` says it.
    fn stricter(&self, other: &EnvironmentSpec) -> bool {
        let off = self.effective.level(looser_than::ID).is_some_and(|set| set.value == Level::Off);
        let stricter = self.own.stricter_than.as_ref();
        !off && stricter.is_some_and(|set| set.value.environment == other.name)
    }

    /// One finding for a variable, whatever and however many tighten it.
    fn report(&self, name: &KeyName, found: &[Tighter<'_>], level: Option<Level>, sink: &mut Sink<'_>) {
        let Some(first) = found.first() else { return };
        let mut others = Vec::new();
        let mut fields = Vec::new();
        for Tighter { environment, field, .. } in found {
            others.extend((!others.contains(&environment.name)).then(|| environment.name.clone()));
            fields.extend((!fields.contains(field)).then_some(*field));
        }
        let own = Arg::Env(self.own.name.clone());
        let args = [Arg::Key(name.clone()), own, Arg::Envs(others), Arg::Words(fields)];
        let message = "{} is guarded less in {}, which is strict, than in {}: {}";
        let mut finding = FindingBuilder::about_key(&META, Cause::new("looser"), name)
            .environment(&self.own.name)
            .message(Message::with(message, args))
            .help(self.help(first.environment))
            .at(first.at.place());
        let further = found.iter().skip(1).filter(|further| further.at != first.at);
        for further in further.take(MOST_PLACES) {
            finding = finding.related("tighter here too", further.at.place());
        }
        sink.report_at(level, finding.related("the looser environment", self.own.at.place()));
    }

    fn help(&self, other: &EnvironmentSpec) -> Message {
        let own = &self.own.name;
        let parent = |spec: &EnvironmentSpec| spec.inherits.as_ref().is_some_and(|set| set.value == *own);
        // Inheriting goes one step.
        let taken = self.own.inherits.is_some() || other.inherits.is_some();
        if taken || self.policy.environments.iter().any(parent) {
            let own = Arg::Env(own.clone());
            return Message::with("say it at the top level, or say in {} what it should be", [own]);
        }
        let names = [Arg::Env(other.name.clone()), Arg::Env(own.clone())];
        let help = "say it at the top level, write `inherits: {}` in {}, or say there what it should be";
        Message::with(help, names)
    }
}

/// What holds for one variable in an environment.
fn resolved(policy: &Policy, spec: &EnvironmentSpec, name: &KeyName) -> Option<Arc<KeyEntry>> {
    let overlays = policy.overlays(Some(spec));
    resolve(policy.stack.iter().chain(&overlays).map(|(_, layer)| layer.as_ref()), name)
}
