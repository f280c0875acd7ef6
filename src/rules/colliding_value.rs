//! `colliding-value`: a value that has to differ between environments is the same in two.

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity};
use crate::policy::Across;

use super::shared::across::{Alike, Compared, Holder, MOST_PEERS, is_placeholder, named, others};
use super::shared::digest::held;
use super::{Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "colliding-value",
    summary: "a value that has to differ between environments is the same in two",
    severity: Severity::Error,
    causes: &[CauseMeta::new("across:distinct", "the policy says `across: distinct` of the variable")],
    page: include_str!("../../docs/rules/colliding-value.md"),
};

/// See the module.
pub struct CollidingValue;

impl Rule for CollidingValue {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        for group in Compared::of(cx, &Across::Distinct, sink).groups.into_values().flatten() {
            let [first, .., last] = group.holders.as_slice() else { continue };
            if first.at == last.at || is_placeholder(cx, *first, group.sample) {
                continue;
            }
            for holder in &group.holders {
                report(cx, &group, *holder, sink);
            }
        }
    }
}

fn report(cx: &Project<'_>, group: &Alike<'_>, holder: Holder<'_>, sink: &mut Sink<'_>) {
    let Some((policy, environment)) = cx.environments.get(holder.at) else { return };
    let level = policy.level(META.id).map(|set| set.value);
    let variable = holder.variable;
    let entry = policy.key(&variable.key);
    if !environment.asked || level == Some(Level::Off) {
        return;
    }
    let told = policy.level("reused-secret").is_none_or(|set| set.value != Level::Off)
        && held(variable, entry, environment).iter().any(|secret| secret.expose() == group.sample);
    let Some(place) = environment.place(variable).filter(|_| !told) else { return };
    let others = others(cx, holder.at, group.holders.iter().copied());
    let Some((peer, same)) = others.first() else { return };
    let key = Arg::Key(variable.key.clone());
    let names = Arg::Envs(named(&others));
    let shared = environment.file_of(variable).zip(peer.file_of(same));
    let shared = shared.filter(|(own, other)| own.path == other.path).map(|(file, _)| file);
    let message = match shared {
        Some(file) => Message::with(
            "{} stands in {}, which is read for {} too",
            [key.clone(), Arg::Path(file.path.clone()), names],
        ),
        None => Message::with("{} has the same value in {}, and has to differ", [key.clone(), names]),
    };
    let help = if others.len() > MOST_PEERS {
        let most = Arg::Number(MOST_PEERS as u64);
        Message::with("give each environment a value of its own; more than {} others share this one", [most])
    } else {
        let args = [Arg::Env(environment.name.clone()), key];
        Message::with(
            "give {} a value of its own; if sharing is meant, say `across: any` with a reason at {}",
            args,
        )
    };
    let at = entry.and_then(|entry| entry.across.as_ref()).map(|set| set.at.place());
    let mut finding = FindingBuilder::about_key(&META, Cause::word("across", "distinct"), &variable.key)
        .environment(&environment.name)
        .service(variable.service.as_ref())
        .message(message)
        .help(help)
        .at(place)
        .asked_by(at);
    for (peer, same) in others.iter().take(MOST_PEERS).filter(|_| shared.is_none()) {
        if let Some(place) = peer.place(same) {
            finding = finding.related("the same value", place);
        }
    }
    sink.report_at(level, finding);
}
