//! `template-drift`: the template and the policy do not name the same variables

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity};
use crate::model::{Environment, Role, Template, TemplateKey};
use crate::policy::{
    Effective, EnvironmentSpec, Forbidden, KeyEntry, Layer, Merged, Policy, Rank, SourceKind, SourceSpec,
};
use crate::text::KeyName;

use super::shared::secret_names::is_secret_name;
use super::{Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "template-drift",
    summary: "the template and the policy do not name the same variables",
    severity: Severity::Warning,
    causes: &[
        CauseMeta::new("not-in-template", "the policy names the key, and the template does not"),
        CauseMeta::new("not-in-policy", "the template sets the key, and the policy does not name it"),
    ],
    page: include_str!("../../docs/rules/template-drift.md"),
};

/// See the module.
pub struct TemplateDrift;

impl Rule for TemplateDrift {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        let mut apart: Option<Apart<'_>> = None;
        for (policy, environment) in cx.environments.iter().filter(|(_, environment)| environment.asked) {
            let level = policy.level(META.id).map(|set| set.value);
            let template = environment.template.as_ref().filter(|_| policy.declares_keys);
            let (Some(template), false) = (template, level == Some(Level::Off)) else { continue };
            let pair = Pair { cx, policy, environment, template, level };
            let known = apart.take().filter(|apart| apart.is_of(policy, template));
            let apart = apart.insert(known.unwrap_or_else(|| pair.apart()));
            for wanted in &apart.unnamed {
                pair.not_in_policy(wanted, sink);
            }
            let overlays = cx.policy.overlays(cx.policy.spec(&environment.name));
            for (key, entry) in &apart.unshown {
                if pair.is_own(&overlays, key, entry) && pair.belongs(key, entry) {
                    pair.not_in_template(key, entry, sink);
                }
            }
        }
    }
}

/// In what the policy and a template differ. Most environments have both in common, and are not compared each by itself.
struct Apart<'a> {
    layer: &'a Arc<Merged>,
    template: &'a Arc<Template>,
    /// What the template has and the policy does not name.
    unnamed: Vec<&'a TemplateKey>,
    /// What the policy names and the template does not show.
    unshown: Vec<(&'a KeyName, &'a Arc<KeyEntry>)>,
}

impl Apart<'_> {
    fn is_of(&self, policy: &Effective, template: &Arc<Template>) -> bool {
        Arc::ptr_eq(self.layer, &policy.layer) && Arc::ptr_eq(self.template, template)
    }
}

/// The policy and the template as they are for one environment.
struct Pair<'a> {
    cx: &'a Project<'a>,
    policy: &'a Effective,
    environment: &'a Environment,
    template: &'a Arc<Template>,
    level: Option<Level>,
}

impl<'a> Pair<'a> {
    /// Whether the policy knows a variable of the template, which may serve other environments too.
    fn is_named(&self, key: &KeyName) -> bool {
        let named = |key: &KeyName| {
            let layers = self.cx.policy.environments.iter().flat_map(|spec| &spec.layers);
            self.policy.key(key).is_some()
                || self.cx.policy.base.keys.contains_key(key)
                || layers.flat_map(|layer| layer.entries(key)).any(|entry| !entry.erases)
        };
        let stem = key.as_str().strip_suffix("_FILE").and_then(KeyName::declared);
        named(key) || stem.is_some_and(|stem| named(&stem) && mounts(self.cx.policy))
    }

    fn apart(&self) -> Apart<'a> {
        let (policy, template) = (self.policy, self.template);
        let known: BTreeSet<&KeyName> =
            template.keys.iter().map(|wanted| &wanted.key).chain(&template.commented).collect();
        let shown = |key: &KeyName| {
            known.contains(key)
                || suffixed(key).is_some_and(|key| known.contains(&key) && mounts(self.cx.policy))
        };
        Apart {
            layer: &policy.layer,
            template,
            unnamed: template.keys.iter().filter(|wanted| !self.is_named(&wanted.key)).collect(),
            unshown: policy.layer.keys.iter().filter(|(key, _)| !shown(key)).collect(),
        }
    }

    /// Whether the project's own policy names a key for the environment, letter for letter.
    fn is_own(&self, overlays: &[(Rank, Arc<Layer>)], key: &KeyName, entry: &KeyEntry) -> bool {
        let own = &self.cx.policy.own.keys;
        let named = own.contains_key(key) || overlays.iter().any(|(_, l)| l.keys.contains_key(key));
        named && !entry.is_forbidden()
    }

    /// Whether a key would be expected in a template, which shows what goes into `.env` files: where it stands decides,
    /// here or else in other environments; for one that stands nowhere, where it would be set.
    fn belongs(&self, key: &KeyName, entry: &KeyEntry) -> bool {
        let here = roles(self.environment, key);
        let others = || self.cx.environments.iter().flat_map(|(_, other)| roles(other, key)).collect();
        let found: Vec<Role> = if here.is_empty() { others() } else { here };
        if !found.is_empty() {
            return found.contains(&Role::Dotenv);
        }
        let kind = |kind: SourceKind| {
            let mut sources = self.cx.policy.sources(&self.environment.name).iter();
            let forbidden = self.policy.forbids(Forbidden::Source(kind)).is_some();
            !forbidden && sources.any(|source| source.kind == kind)
        };
        let elsewhere = |file: &crate::model::File| matches!(file.role, Role::SecretsFolder | Role::Names);
        let secret = entry.secrecy().unwrap_or_else(|| is_secret_name(key.as_str()));
        kind(SourceKind::Dotenv) && !(secret && self.environment.files.iter().any(elsewhere))
    }

    fn not_in_policy(&self, wanted: &TemplateKey, sink: &mut Sink<'_>) {
        let args = [Arg::Key(wanted.key.clone()), Arg::Path(wanted.path.clone())];
        let help = "add `{}: {}` to the policy's `keys`, or remove it from the template";
        let finding = FindingBuilder::about_key(&META, Cause::new("not-in-policy"), &wanted.key)
            .environment(&self.environment.name)
            .message(Message::with("{} stands in {}, and the policy does not name it", args))
            .help(Message::with(help, [Arg::Key(wanted.key.clone()), Arg::Word("{}")]))
            .at(wanted.place.clone());
        sink.report_at(self.level, finding);
    }

    fn not_in_template(&self, key: &KeyName, entry: &KeyEntry, sink: &mut Sink<'_>) {
        let message = "the policy names {}, and the template does not show it";
        let help = "add {} to the template, with a placeholder or behind a `#`";
        let finding = FindingBuilder::about_key(&META, Cause::new("not-in-template"), key)
            .environment(&self.environment.name)
            .message(Message::with(message, [Arg::Key(key.clone())]))
            .help(Message::with(help, [Arg::Key(key.clone())]))
            .at(Place::File(self.template.path.clone()))
            .asked_by(Some(entry.at.place()));
        sink.report_at(self.level, finding);
    }
}

/// What the files are in which a variable's counting occurrences stand.
fn roles(environment: &Environment, key: &KeyName) -> Vec<Role> {
    let winners = environment.winners.get(key).into_iter();
    let each = winners.flat_map(|winners| winners.shared.iter().chain(winners.services.values()));
    let files = each.filter_map(|at| environment.file_of(environment.variables.get(*at)?));
    files.map(|file| file.role).collect()
}

/// The variable that leads to this one's value.
fn suffixed(key: &KeyName) -> Option<KeyName> {
    KeyName::declared(&format!("{key}_FILE"))
}

/// Whether `X_FILE` stands for X in any of the project's `.env` files.
fn mounts(policy: &Policy) -> bool {
    let sources = |spec: &EnvironmentSpec| spec.sources.as_ref().is_some_and(|list| any_mounts(list));
    any_mounts(&policy.sources) || policy.environments.iter().any(sources)
}

fn any_mounts(sources: &[SourceSpec]) -> bool {
    sources.iter().any(|source| !source.mounts.is_empty())
}
