//! `unused-policy-entry`: a line of the policy that matches nothing. Never one of a shipped pack.

use crate::finding::{
    Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::{Environment, Want};
use crate::policy::{At, FileEntry, KeyEntry, Layer};
use crate::text::{EnvName, KeyName, SafePath};

use super::context::matcher;
use super::shared::peers::is_process_unread;
use super::{Context, Project, Rule, Sink};

/// Its identity, also for the waivers of which only the engine knows that they covered nothing.
pub static META: RuleMeta = RuleMeta {
    id: "unused-policy-entry",
    summary: "an entry of the policy matches nothing",
    severity: Severity::Warning,
    causes: &[
        CauseMeta::new("key", "no environment has the key, and `required` is not said"),
        CauseMeta::new("file", "no file matches the path"),
        CauseMeta::new("unset", "a `null` takes back what nothing says"),
        CauseMeta::new("waiver", "a waiver covers no finding of a run that looked at all it is for"),
    ],
    page: include_str!("../../docs/rules/unused-policy-entry.md"),
};

/// See the module.
pub struct UnusedPolicyEntry;

impl Rule for UnusedPolicyEntry {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        cx.file_patterns().map(|(pattern, _)| Want::Files(pattern)).collect()
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        let all: Vec<&Environment> = cx.environments.iter().map(|(_, environment)| *environment).collect();
        let level = cx.policy.base.rules.get(META.id).map(|set| set.value);
        layer(cx, &cx.policy.own, None, level, &all, sink);
        if level != Some(Level::Off) {
            for idle in &cx.policy.idle {
                let message = Message::new("this takes back what nothing below it says");
                let help = Message::new("remove it, or correct the name of what it is for");
                report(idle.at, Cause::new("unset"), &idle.route, message, help, level, sink);
            }
        }
        for spec in &cx.policy.environments {
            let found = cx.environments.iter().find(|(_, environment)| environment.name == spec.name);
            if let Some((policy, environment)) = found {
                let level = policy.level(META.id).map(|set| set.value);
                for own in &spec.layers {
                    layer(cx, own, Some(&spec.name), level, &[environment], sink);
                }
            }
        }
    }
}

/// What could not be read, or is not on this machine, may be just what an entry is for.
pub(super) fn unread(environment: &Environment) -> bool {
    environment.variables.is_empty() || environment.gaps.iter().any(|gap| gap.why.hides_values())
}

/// Why this run does not know all variables of an environment: some are other services', or are the process's where
/// that is another environment's.
fn left_out(cx: &Project<'_>, environment: &Environment) -> Option<Why> {
    if environment.services.len() < cx.policy.services.len() {
        Some(Why::OtherService)
    } else {
        is_process_unread(cx.policy, environment).then_some(Why::PeerUnreadable)
    }
}

/// Whether an entry says itself that the variable may be absent.
fn is_optional(entry: &KeyEntry) -> bool {
    // What has to be gone is best met by nothing, and a default is for when nothing sets the variable.
    let said = entry.required.as_ref().is_some_and(|set| !set.value) || entry.required_if.is_some();
    said || entry.default.is_some() || entry.erases || entry.is_forbidden()
}

fn layer(
    cx: &Project<'_>,
    layer: &Layer,
    overlay: Option<&EnvName>,
    level: Option<Level>,
    environments: &[&Environment],
    sink: &mut Sink<'_>,
) {
    // What another service has was not looked at, and is said to be so.
    let apart = |environment: &&Environment| environment.gaps.iter().any(|gap| gap.why == Why::OtherService);
    if level == Some(Level::Off) || environments.iter().any(apart) {
        return;
    }
    let gap = |why: Why, sink: &mut Sink<'_>| {
        let asked = cx.environments.iter().filter(|(_, environment)| environment.asked);
        asked.for_each(|(_, environment)| sink.gap(&environment.name, Subject::rule(META.id), why));
    };
    if environments.iter().any(|environment| unread(environment)) {
        if layer.names_keys() || !layer.files.is_empty() {
            gap(Why::PeerUnreadable, sink);
        }
        return;
    }
    let route = overlay.map(|name| format!("environments.{name}.")).unwrap_or_default();
    match environments.iter().find_map(|environment| left_out(cx, environment)) {
        Some(why) if layer.names_keys() => gap(why, sink),
        Some(_) => {}
        None => keys(cx, layer, overlay, &route, level, environments, sink),
    }
    for entry in &layer.files {
        if !environments.iter().any(|environment| matches(cx, entry, environment)) {
            let message = Message::new("no file matches this path");
            let route = format!("{route}files.{}", entry.path.as_str());
            let help = Message::new("remove the entry, or correct its path");
            report(entry.at, Cause::new("file"), &route, message, help, level, sink);
        }
    }
}

/// Whether an entry is laid over one that stands on its own, or a stronger file takes it out again.
fn is_laid(cx: &Project<'_>, overlay: Option<&EnvName>, name: &KeyName) -> bool {
    let Some(overlay) = overlay else { return !cx.policy.base.keys.contains_key(name) };
    let parent = cx.policy.spec(overlay).and_then(|spec| cx.policy.inherited(spec));
    let inherited = parent.into_iter().flat_map(|spec| &spec.layers);
    cx.policy.own.keys.contains_key(name) || inherited.into_iter().any(|layer| layer.keys.contains_key(name))
}

fn keys(
    cx: &Project<'_>,
    layer: &Layer,
    overlay: Option<&EnvName>,
    route: &str,
    level: Option<Level>,
    environments: &[&Environment],
    sink: &mut Sink<'_>,
) {
    for (name, entry) in &layer.keys {
        let mut merged = cx
            .environments
            .iter()
            .filter(|(_, environment)| environments.iter().any(|e| e.name == environment.name))
            .filter_map(|(policy, _)| policy.key(name));
        let settled = merged.any(|entry| entry.is_required() || is_optional(entry)) || is_optional(entry);
        // Of a group some are there and some are not.
        let grouped = cx
            .environments
            .iter()
            .any(|(policy, _)| policy.layer.groups.values().any(|set| set.value.keys.contains(name)));
        if settled
            || grouped
            || is_laid(cx, overlay, name)
            || environments.iter().any(|e| e.winners.contains_key(name))
        {
            continue;
        }
        let key = Arg::Key(name.clone());
        let message = match overlay {
            Some(env) => Message::with(
                "{} has no {}, and nothing says that it is optional",
                [Arg::Env(env.clone()), key],
            ),
            None => Message::with("no environment has {}, and nothing says that it is optional", [key]),
        };
        report(entry.at, Cause::new("key"), &format!("{route}keys.{name}"), message, key_help(), level, sink);
    }
    for (pattern, entry) in &layer.patterns {
        let met = environments.iter().any(|e| e.winners.keys().any(|name| pattern.matches(name)));
        if !met && !is_optional(entry) {
            let shown = Arg::Path(SafePath::named(pattern.as_str()));
            let message = Message::with("no variable matches the pattern {}", [shown]);
            let route = format!("{route}keys.{}", pattern.as_str());
            report(entry.at, Cause::new("key"), &route, message, key_help(), level, sink);
        }
    }
}

fn matches(cx: &Project<'_>, entry: &FileEntry, environment: &Environment) -> bool {
    let pattern = entry.path.for_env(environment.name.as_str());
    let known = matcher(&pattern)
        .is_some_and(|m| environment.files.iter().any(|file| m.is_match(file.path.as_str())));
    // A folder above the secrets, named for `loose-directory`.
    known
        || cx.facts.files(&pattern).is_some_and(|files| !files.is_empty())
        || cx.facts.is_folder_on_the_way(&pattern)
}

const fn key_help() -> Message {
    Message::new("remove the entry, correct its name, or say `required: false`")
}

fn report(
    at: At,
    cause: Cause,
    route: &str,
    message: Message,
    help: Message,
    level: Option<Level>,
    sink: &mut Sink<'_>,
) {
    let finding = FindingBuilder::new(&META, cause, Subject::policy_entry(SafePath::named(route)))
        .message(message)
        .help(help)
        .at(at.place());
    sink.report_at(level, finding);
}
