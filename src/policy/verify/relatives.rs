//! Environments that environments name: what each is to the other.

use std::collections::BTreeSet;

use crate::finding::{Arg, Message};
use crate::policy::table::{Problems, shown};
use crate::policy::{At, EnvironmentSpec, Policy};
use crate::text::EnvName;

/// Notes who names nobody, itself, or somebody who cannot be what he is said to be.
pub(super) fn policy(policy: &Policy, problems: &mut Problems) {
    for spec in &policy.environments {
        relaxed(policy, spec, problems);
        let inherits = spec.inherits.as_ref().map(|set| (&set.value, set.at, "{} cannot be its own model"));
        let mirrors = spec.mirrors.as_ref().map(|set| (&set.value, set.at, "{} cannot be its own model"));
        let stricter = spec.stricter_than.as_ref();
        let stricter =
            stricter.map(|set| (&set.value.environment, set.at, "{} cannot be stricter than itself"));
        for (name, at, own) in [inherits, mirrors, stricter].into_iter().flatten() {
            named(policy, spec, name, at, own, problems);
        }
        one_step(policy, spec, problems);
    }
    circles(policy, problems);
}

/// What is relaxed is neither like a strict environment nor stricter than one.
fn relaxed(policy: &Policy, spec: &EnvironmentSpec, problems: &mut Problems) {
    let is_strict = |name: &EnvName| policy.spec(name).is_some_and(|model| !model.relaxed);
    let mirrors = spec
        .mirrors
        .as_ref()
        .filter(|set| is_strict(&set.value))
        .map(|set| (set.at, "an environment that mirrors a strict one cannot be relaxed"));
    let stricter = spec.stricter_than.as_ref().filter(|set| is_strict(&set.value.environment));
    let stricter =
        stricter.map(|set| (set.at, "an environment that is stricter than a strict one cannot be relaxed"));
    for (at, message) in [mirrors, stricter].into_iter().flatten().filter(|_| spec.relaxed) {
        problems.push_at(at, Message::new(message), None);
    }
}

/// The other environment is one of the policy's, and another one.
fn named(
    policy: &Policy,
    spec: &EnvironmentSpec,
    name: &EnvName,
    at: At,
    own: &'static str,
    problems: &mut Problems,
) {
    let (message, help) = match policy.spec(name) {
        Some(other) if other.name == spec.name => (own, None),
        Some(_) => return,
        None => {
            let canonical = policy.environment(name.as_str()).map(|spec| Arg::Env(spec.name.clone()));
            let help = canonical.map(|name| Message::with("it is an alias; write `{}`", [name]));
            ("the policy names no environment {}", help)
        }
    };
    // What is no environment may be anything.
    let shown = shown(name.as_str()).map(Arg::Typed);
    let message = match shown {
        Some(name) => Message::with(message, [name]),
        None => Message::new("this names no environment of the policy"),
    };
    problems.push_at(at, message, help);
}

fn one_step(policy: &Policy, spec: &EnvironmentSpec, problems: &mut Problems) {
    if let (Some(set), Some(parent)) = (&spec.inherits, policy.inherited(spec))
        && parent.inherits.is_some()
        && parent.name != spec.name
    {
        let help =
            Message::with("inherit from where it inherits, or lay what both share into the top level", []);
        let message =
            Message::with("{} inherits itself: inheriting goes one step", [Arg::Env(parent.name.clone())]);
        problems.push_at(set.at, message, Some(help));
    }
}

/// Two that are each stricter than the other would have to be alike, which `mirrors` says.
fn circles(policy: &Policy, problems: &mut Problems) {
    let mut done: BTreeSet<&EnvName> = BTreeSet::new();
    for first in &policy.environments {
        let mut path: BTreeSet<&EnvName> = BTreeSet::new();
        let mut next = Some(first);
        while let Some(spec) = next.filter(|spec| !done.contains(&spec.name)) {
            let Some(set) = &spec.stricter_than else { break };
            path.insert(&spec.name);
            let other = &set.value.environment;
            if path.contains(other) && *other != spec.name {
                let message =
                    Message::new("environments are said to be stricter than each other, in a circle");
                problems.push_at(set.at, message, None);
                break;
            }
            next = policy.spec(other).filter(|other| other.name != spec.name);
        }
        done.extend(path);
    }
}
