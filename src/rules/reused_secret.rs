//! `reused-secret`: one secret in two environments.
//!
//! Values are compared through HMAC-SHA-256 under a key of this run alone; no digest leaves the rule.

use std::collections::HashMap;

use crate::finding::{Arg, Cause, CauseArg, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity};
use crate::model::{Environment, Variable};
use crate::policy::KeyEntry;
use crate::text::EnvName;

use super::shared::digest::{Comparison, Digest, digests, held_digests};
use super::{Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "reused-secret",
    summary: "a secret is the same in another environment",
    severity: Severity::Error,
    causes: &[CauseMeta::new("reuse:*", "the argument is the other environment's name")],
    page: include_str!("../../docs/rules/reused-secret.md"),
};

/// Other environments named for one variable; a fleet that shares a secret everywhere is told once, not a thousand times.
const MOST_PEERS: usize = 8;

/// See the module.
pub struct ReusedSecret;

/// Where a secret stands: indices of environment and variable.
type Holder = (usize, usize);

impl Rule for ReusedSecret {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        if cx.environments.len() < 2 {
            return;
        }
        let comparison = Comparison::new(cx.digest_key);
        let mut holders: HashMap<Digest, Vec<Holder>> = HashMap::new();
        let mut parts: Vec<(Holder, Vec<Digest>)> = Vec::new();
        for (at, (policy, environment)) in cx.environments.iter().enumerate() {
            for (index, variable) in environment.variables.iter().enumerate() {
                let entry = policy.key(&variable.key);
                if entry.is_some_and(is_excused) {
                    continue;
                }
                let digests = digests(variable, entry, environment, &comparison);
                for digest in &digests {
                    let known = holders.entry(*digest).or_default();
                    // One variable of each environment is enough to name it by.
                    if known.last().is_none_or(|(last, _)| *last != at) {
                        known.push((at, index));
                    }
                }
                if environment.asked && !digests.is_empty() {
                    parts.push(((at, index), digests));
                }
            }
        }
        for ((at, index), digests) in parts {
            let Some((policy, environment)) = cx.environments.get(at) else { continue };
            let level = policy.level(META.id).map(|set| set.value);
            let Some(variable) = environment.variables.get(index) else { continue };
            if level == Some(Level::Off) {
                continue;
            }
            let elsewhere = |digest: &Digest| {
                holders.get(digest).is_some_and(|known| known.iter().any(|(peer, _)| *peer != at))
            };
            if !digests.iter().any(elsewhere) {
                continue;
            }
            // Only now is it worth the time to tell placeholders apart.
            let digests = held_digests(variable, policy.key(&variable.key), environment, &comparison);
            let others = others(cx, &holders, at, &digests, &comparison);
            report(environment, variable, level, &others, sink);
        }
    }
}

/// The other environments that hold one of the digests, each with one variable that does.
fn others<'a>(
    cx: &Project<'a>,
    holders: &HashMap<Digest, Vec<Holder>>,
    at: usize,
    digests: &[Digest],
    comparison: &Comparison,
) -> Vec<(&'a Environment, &'a Variable)> {
    let mut others: Vec<(&Environment, &Variable)> = Vec::new();
    let held = digests.iter().filter_map(|digest| Some((digest, holders.get(digest)?)));
    for (digest, (peer, index)) in held.flat_map(|(digest, known)| known.iter().map(move |at| (digest, at))) {
        let Some((policy, environment)) = cx.environments.get(*peer) else { continue };
        let known = others.iter().any(|(known, _)| known.name == environment.name);
        if *peer == at || known {
            continue;
        }
        let Some(variable) = environment.variables.get(*index) else { continue };
        if held_digests(variable, policy.key(&variable.key), environment, comparison).contains(digest) {
            others.push((environment, variable));
        }
        if others.len() > MOST_PEERS {
            break;
        }
    }
    others
}

fn report(
    environment: &Environment,
    variable: &Variable,
    level: Option<Level>,
    others: &[(&Environment, &Variable)],
    sink: &mut Sink<'_>,
) {
    let Some(place) = environment.place(variable) else { return };
    for (peer, same) in others.iter().take(MOST_PEERS) {
        let key = Arg::Key(variable.key.clone());
        let name = Arg::Env(peer.name.clone());
        let shared = environment
            .file_of(variable)
            .zip(peer.file_of(same))
            .filter(|(own, other)| own.path == other.path);
        let message = if let Some((file, _)) = shared {
            let args = [key.clone(), Arg::Path(file.path.clone()), name.clone()];
            Message::with("{} stands in {}, which {} reads too", args)
        } else if same.key == variable.key {
            Message::with("{} is the same secret in {}", [key.clone(), name.clone()])
        } else {
            Message::with(
                "{} is the same secret as {} in {}",
                [key.clone(), Arg::Key(same.key.clone()), name.clone()],
            )
        };
        let help = if others.len() > MOST_PEERS {
            Message::with(
                "give each environment a secret of its own; more environments than {} share this one",
                [Arg::Number(MOST_PEERS as u64)],
            )
        } else {
            Message::with(
                "give {} a secret of its own; if sharing is meant, say `across: any` with a reason at {}",
                [Arg::Env(environment.name.clone()), key],
            )
        };
        let mut finding = FindingBuilder::about_key(&META, cause(&peer.name), &variable.key)
            .environment(&environment.name)
            .service(variable.scope.service.as_ref())
            .message(message)
            .help(help)
            .at(place.clone());
        if let Some(place) = peer.place(same).filter(|_| shared.is_none()) {
            finding = finding.related("the same secret", place);
        }
        sink.report_at(level, finding);
    }
}

/// The policy says that the value is no secret, or that it may be shared.
fn is_excused(entry: &KeyEntry) -> bool {
    entry.secrecy() == Some(false) || entry.across_any.is_some()
}

fn cause(peer: &EnvName) -> Cause {
    Cause::with("reuse", CauseArg::Env(peer.clone()))
}
