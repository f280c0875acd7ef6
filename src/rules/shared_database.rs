//! `shared-database`: two environments use one database.

use std::collections::HashMap;

use crate::finding::{
    Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::{Environment, Variable};
use crate::policy::{Across, Effective};

use super::shared::across::{Digests, Holder, MOST_PEERS, named, others};
use super::shared::databases::{Reach, Spot, leads};
use super::{Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "shared-database",
    summary: "two environments use one database",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("database", "host, port and database are the same in another environment"),
        CauseMeta::soft(
            "private",
            "so they are, and the host is named by an address or a name of a private network",
        ),
    ],
    page: include_str!("../../docs/rules/shared-database.md"),
};

/// See the module.
pub struct SharedDatabase;

/// A variable that leads to databases, each by its digest.
struct Found<'a> {
    holder: Holder<'a>,
    spots: Vec<([u8; 32], Reach)>,
}

/// What a variable leads to.
struct Led<'a> {
    variable: &'a Variable,
    spots: Vec<([u8; 32], Reach)>,
    unknown: bool,
}

impl Rule for SharedDatabase {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        if cx.environments.len() < 2 {
            return;
        }
        let digests = Digests::new(cx.digest_key, "database");
        let leads = cx.of_each(|(policy, environment)| led(cx, policy, environment, &digests));
        let mut holders: HashMap<[u8; 32], Vec<Holder<'_>>> = HashMap::new();
        let mut found: Vec<Found<'_>> = Vec::new();
        for (at, (leads, (_, environment))) in leads.into_iter().zip(cx.environments).enumerate() {
            for Led { variable, spots, unknown } in leads {
                if unknown && environment.asked {
                    sink.gap(&environment.name, Subject::key(&variable.key), Why::ValueUnknown);
                }
                let holder = Holder { at, variable };
                for (digest, _) in &spots {
                    let known = holders.entry(*digest).or_default();
                    // One variable of each environment is enough to name it by.
                    if known.last().is_none_or(|last| last.at != at) {
                        known.push(holder);
                    }
                }
                if environment.asked && !spots.is_empty() {
                    found.push(Found { holder, spots });
                }
            }
        }
        for one in found {
            report(cx, &one, &holders, sink);
        }
    }
}

/// Where the variables of an environment lead, but for those that the policy excuses.
fn led<'a>(
    cx: &Project<'_>,
    policy: &Effective,
    environment: &'a Environment,
    digests: &Digests,
) -> Vec<Led<'a>> {
    let machine = cx.policy.spec(&environment.name).and_then(|spec| spec.machine.as_ref());
    let digest = |spot: &Spot| {
        let machine = match (spot.reach, machine) {
            (Reach::Own, None) => return None,
            (Reach::Own, Some(machine)) => machine.value.as_str().as_bytes(),
            _ => b"",
        };
        let [host, port, database, tenant] = &spot.parts;
        Some((digests.of(&[machine, host, port, database, tenant]), spot.reach))
    };
    leads(environment)
        .into_iter()
        .filter(|lead| !is_excused(policy, lead.variable))
        .map(|lead| Led {
            variable: lead.variable,
            spots: lead.spots.iter().filter_map(digest).collect(),
            unknown: lead.unknown,
        })
        .collect()
}

/// The policy says that sharing is meant.
fn is_excused(policy: &Effective, variable: &Variable) -> bool {
    let across = policy.key(&variable.key).and_then(|entry| entry.across.as_ref());
    across.is_some_and(|set| set.value != Across::Distinct)
}

fn report(
    cx: &Project<'_>,
    found: &Found<'_>,
    holders: &HashMap<[u8; 32], Vec<Holder<'_>>>,
    sink: &mut Sink<'_>,
) {
    let Holder { at, variable } = found.holder;
    let Some((policy, environment)) = cx.environments.get(at) else { return };
    let level = policy.level(META.id).map(|set| set.value);
    if level == Some(Level::Off) {
        return;
    }
    let spots = || found.spots.iter().filter_map(|(digest, reach)| Some((holders.get(digest)?, reach)));
    let shared = |holders: &[Holder<'_>]| holders.iter().any(|holder| holder.at != at);
    let Some(reach) = spots().filter(|(holders, _)| shared(holders)).map(|(_, reach)| *reach).min() else {
        return;
    };
    let others = others(cx, at, spots().flat_map(|(holders, _)| holders.iter().copied()));
    let Some(place) = environment.place(variable) else { return };
    let cause = if reach == Reach::Private { "private" } else { "database" };
    let key = Arg::Key(variable.key.clone());
    let message =
        Message::with("{} leads to a database that {} uses too", [key.clone(), Arg::Envs(named(&others))]);
    let message = if others.len() > 1 {
        let names = Arg::Envs(named(&others));
        Message::with("{} leads to a database that others use too: {}", [key.clone(), names])
    } else {
        message
    };
    let help = if others.len() > MOST_PEERS {
        let most = Arg::Number(MOST_PEERS as u64);
        Message::with(
            "give each environment a database of its own; more than {} others share this one",
            [most],
        )
    } else {
        let args = [Arg::Env(environment.name.clone()), key];
        Message::with(
            "give {} a database of its own; if sharing is meant, say `across: any` with a reason at {}",
            args,
        )
    };
    let mut finding = FindingBuilder::about_key(&META, Cause::new(cause), &variable.key)
        .environment(&environment.name)
        .service(variable.service.as_ref())
        .message(message)
        .help(help)
        .at(place);
    for (peer, other) in others.iter().take(MOST_PEERS) {
        if let Some(place) = peer.place(other) {
            finding = finding.related("the same database", place);
        }
    }
    sink.report_at(level, finding);
}
