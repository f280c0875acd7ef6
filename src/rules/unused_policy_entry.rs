//! `unused-policy-entry`: a line of the policy that matches nothing. Never one of a shipped pack.

use crate::finding::{
    Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::{Environment, Want};
use crate::policy::{At, FileEntry, Layer};
use crate::text::{EnvName, SafePath};

use super::context::matcher;
use super::{Context, Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "unused-policy-entry",
    summary: "an entry of the policy matches nothing",
    severity: Severity::Warning,
    causes: &[
        CauseMeta::new("key", "no environment has the key, and `required` is not said"),
        CauseMeta::new("file", "no file matches the path"),
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
        for spec in &cx.policy.environments {
            let found = cx.environments.iter().find(|(_, environment)| environment.name == spec.name);
            if let Some((policy, environment)) = found {
                let level = policy.level(META.id).map(|set| set.value);
                layer(cx, &spec.layer, Some(&spec.name), level, &[environment], sink);
            }
        }
    }
}

/// What could not be read, or is not on this machine, may be just what an entry is for.
fn unread(environment: &Environment) -> bool {
    environment.variables.is_empty() || environment.gaps.iter().any(|gap| gap.why.blocks())
}

fn layer(
    cx: &Project<'_>,
    layer: &Layer,
    overlay: Option<&EnvName>,
    level: Option<Level>,
    environments: &[&Environment],
    sink: &mut Sink<'_>,
) {
    if level == Some(Level::Off) {
        return;
    }
    if environments.iter().any(|environment| unread(environment)) {
        if !layer.keys.is_empty() || !layer.files.is_empty() {
            let asked = cx.environments.iter().filter(|(_, environment)| environment.asked);
            asked.for_each(|(_, environment)| {
                sink.gap(&environment.name, Subject::rule(META.id), Why::PeerUnreadable)
            });
        }
        return;
    }
    let route = overlay.map(|name| format!("environments.{name}.")).unwrap_or_default();
    for (name, entry) in &layer.keys {
        let required = cx.environments.iter().any(|(policy, environment)| {
            let entry = policy.key(name).and_then(|entry| entry.required.as_ref());
            environments.iter().any(|e| e.name == environment.name) && entry.is_some_and(|set| set.value)
        });
        // Said to be optional, or laid over an entry that stands on its own.
        let optional = entry.required.as_ref().is_some_and(|set| !set.value);
        let laid = overlay.is_some() && cx.policy.own.keys.contains_key(name);
        if required || optional || laid || environments.iter().any(|e| e.winners.contains_key(name)) {
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
        report(entry.at, Cause::new("key"), &format!("{route}keys.{name}"), message, level, sink);
    }
    for entry in &layer.files {
        if !environments.iter().any(|environment| matches(cx, entry, environment)) {
            let message = Message::new("no file matches this path");
            let route = format!("{route}files.{}", entry.path.as_str());
            report(entry.at, Cause::new("file"), &route, message, level, sink);
        }
    }
}

fn matches(cx: &Project<'_>, entry: &FileEntry, environment: &Environment) -> bool {
    let pattern = entry.path.for_env(environment.name.as_str());
    let known = matcher(&pattern)
        .is_some_and(|m| environment.files.iter().any(|file| m.is_match(file.path.as_str())));
    known || cx.facts.files.get(&pattern).is_some_and(|files| !files.is_empty())
}

fn report(at: At, cause: Cause, route: &str, message: Message, level: Option<Level>, sink: &mut Sink<'_>) {
    let finding = FindingBuilder::new(&META, cause, Subject::policy_entry(SafePath::named(route)))
        .message(message)
        .help(Message::new("remove the entry, correct its name, or say `required: false`"))
        .at(at.place());
    sink.report_at(level, finding);
}
