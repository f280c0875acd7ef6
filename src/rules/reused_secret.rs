//! `reused-secret`: one secret in two environments.
//!
//! Values are compared through HMAC-SHA-256 under a key of this run alone; no digest leaves the rule. Environments that
//! are elsewhere are compared with by their fingerprints.

use crate::finding::location::Place;
use crate::finding::{
    Arg, Cause, CauseArg, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::{Environment, Variable, Want};
use crate::policy::Effective;
use crate::syntax::fingerprints::path_of;
use crate::text::SafePath;

use super::shared::digest::Comparison;
use super::shared::elsewhere::Elsewhere;
use super::shared::sharing::{Other, Shared, Sharing};
use super::{Context, Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "reused-secret",
    summary: "a secret is the same in another environment",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("reuse:*", "the argument is the other environment's name"),
        CauseMeta::new("reuse-many", "more than eight other environments hold it"),
        CauseMeta::new(
            "within",
            "another variable of the environment holds it, and the policy says `within: distinct`",
        ),
        CauseMeta::soft(
            "key-of:*",
            "a certificate's private key is another environment's, which the argument names",
        ),
    ],
    page: include_str!("../../docs/rules/reused-secret.md"),
};

/// Other environments that have a finding each for one variable. A fleet that shares a secret everywhere is told once for each that
/// holds it, so that findings grow with the variables and not with their pairs.
const MOST_PEERS: usize = 8;

/// See the module.
pub struct ReusedSecret;

impl Rule for ReusedSecret {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    /// What is not here may have left its fingerprints.
    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        let elsewhere = !cx.environment.asked && cx.environment.is_unread();
        elsewhere.then(|| Want::Fingerprints(cx.environment.name.clone())).into_iter().collect()
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        let elsewhere = Elsewhere::of(cx);
        // Nothing to compare with, and no time to lose.
        if cx.environments.len() < 2 && elsewhere.is_empty() && !any_within(cx) {
            return;
        }
        let comparison = Comparison::new(cx.digest_key);
        let sharing = Sharing::of(cx, &comparison, !elsewhere.is_empty());
        let mut names = (usize::MAX, Vec::new());
        for own in &sharing.own {
            let (at, index) = own.at;
            let Some((policy, environment)) = cx.environments.get(at) else { continue };
            let level = policy.level(META.id).map(|set| set.value);
            let Some(variable) = environment.variables.get(index) else { continue };
            if level == Some(Level::Off) {
                continue;
            }
            if names.0 != at {
                names = (at, elsewhere.names(environment));
                for (one, other, shared) in sharing.within(at) {
                    report_within(policy, environment, (one, other, shared), level, sink);
                }
            }
            let mut others = sharing.others(own, MOST_PEERS);
            let (far, guessable) = if elsewhere.is_empty() {
                (Vec::new(), false)
            } else {
                elsewhere.holders(variable, policy.key(&variable.key), (*environment, &names.1))
            };
            if guessable {
                sink.gap(&environment.name, Subject::key(&variable.key), Why::NotFingerprinted);
            }
            for (name, key, shared) in far {
                let told = shared == Shared::Certificate && sharing.has_key(own);
                if !told && !others.iter().any(|other| other.environment == name) {
                    others.push(Other { environment: name, key, shared, here: None });
                }
            }
            report(environment, variable, level, &others, sink);
        }
    }
}

/// Whether a policy says of a secret that no other variable of its environment may hold it.
fn any_within(cx: &Project<'_>) -> bool {
    cx.environments.iter().any(|(policy, environment)| {
        let mut entries = environment.winners.keys().filter_map(|key| policy.key(key));
        entries.any(|entry| entry.within_distinct.is_some())
    })
}

fn report(
    environment: &Environment,
    variable: &Variable,
    level: Option<Level>,
    others: &[Other<'_>],
    sink: &mut Sink<'_>,
) {
    let Some(place) = environment.place(variable) else { return };
    let held = others.iter().filter(|peer| peer.shared != Shared::Certificate);
    if held.clone().count() > MOST_PEERS {
        return report_many(environment, (variable, place), level, held, sink);
    }
    for peer in others.iter().take(MOST_PEERS) {
        let theirs = peer.here.and_then(|(environment, same)| environment.file_of(same));
        let shared = environment.file_of(variable).zip(theirs).filter(|(own, other)| own.path == other.path);
        let message = peer.said(variable, shared.map(|(file, _)| file));
        let mut finding = about((environment, variable), place.clone(), cause(peer), message);
        let place = peer.here.and_then(|(environment, same)| environment.place(same));
        if let Some(place) = place.filter(|_| shared.is_none()) {
            finding = finding.related("the same secret", place);
        }
        if peer.here.is_none() {
            let path = SafePath::named(&path_of(peer.environment));
            finding = finding.related("its fingerprint", Place::File(path));
        }
        sink.report_at(level, finding);
    }
}

fn about(
    (environment, variable): (&Environment, &Variable),
    place: Place,
    cause: Cause,
    message: Message,
) -> FindingBuilder {
    FindingBuilder::about_key(&META, cause, &variable.key)
        .environment(&environment.name)
        .service(variable.service.as_ref())
        .message(message)
        .help(Message::with(
            "give {} a secret of its own; if sharing is meant, say `across: any` with a reason at {}",
            [Arg::Env(environment.name.clone()), Arg::Key(variable.key.clone())],
        ))
        .at(place)
}

/// One finding for all the environments that share a secret, with some of them by name.
fn report_many<'a>(
    environment: &Environment,
    (variable, place): (&Variable, Place),
    level: Option<Level>,
    held: impl Iterator<Item = &'a Other<'a>> + Clone,
    sink: &mut Sink<'_>,
) {
    let key = Arg::Key(variable.key.clone());
    let names = held.clone().take(MOST_PEERS).map(|peer| peer.environment.clone()).collect();
    let message =
        Message::with("{} is the same secret in {} and in more environments", [key, Arg::Envs(names)]);
    let mut finding = about((environment, variable), place, Cause::new("reuse-many"), message);
    let mut here = held.filter_map(|peer| peer.here);
    if let Some(place) = here.find_map(|(environment, same)| environment.place(same)) {
        finding = finding.related("the same secret", place);
    }
    sink.report_at(level, finding);
}

fn cause(peer: &Other<'_>) -> Cause {
    let code = if peer.shared == Shared::Certificate { "key-of" } else { "reuse" };
    Cause::with(code, CauseArg::Env(peer.environment.clone()))
}

fn report_within(
    policy: &Effective,
    environment: &Environment,
    (variable, other, shared): (&Variable, &Variable, Shared),
    level: Option<Level>,
    sink: &mut Sink<'_>,
) {
    let Some(place) = environment.place(variable) else { return };
    let template = match shared {
        Shared::PrivateKey => "{} is the same private key as {}",
        Shared::Secret | Shared::Certificate => "{} is the same secret as {}",
    };
    let (key, same) = (Arg::Key(variable.key.clone()), Arg::Key(other.key.clone()));
    let asked = policy.key(&variable.key).and_then(|entry| entry.within_distinct.as_ref());
    let mut finding = FindingBuilder::about_key(&META, Cause::new("within"), &variable.key)
        .environment(&environment.name)
        .service(variable.service.as_ref().or(other.service.as_ref()))
        .message(Message::with(template, [key, same]))
        .help(Message::new(
            "give each a secret of its own; where one has to be the other's, say so with `equals`",
        ))
        .at(place)
        .asked_by(asked.map(|set| set.at.place()));
    if let Some(place) = environment.place(other) {
        finding = finding.related("the same secret", place);
    }
    sink.report_at(level, finding);
}
