//! `differing-value`: a value that has to be the same in all environments differs in one.

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity};
use crate::policy::Across;

use super::shared::across::{Alike, Compared, Holder, MOST_PEERS, is_placeholder, named, others};
use super::{Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "differing-value",
    summary: "a value that has to be the same in all environments differs in one",
    severity: Severity::Error,
    causes: &[CauseMeta::new("across:same", "the policy says `across: same` of the variable")],
    page: include_str!("../../docs/rules/differing-value.md"),
};

/// See the module.
pub struct DifferingValue;

impl Rule for DifferingValue {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        for mut groups in Compared::of(cx, &Across::Same, sink).groups.into_values() {
            if groups.len() < 2 {
                continue;
            }
            groups.retain(|group| {
                group.holders.first().is_none_or(|first| !is_placeholder(cx, *first, group.sample))
            });
            for (own, group) in groups.iter().enumerate() {
                for holder in &group.holders {
                    report(cx, &groups, own, *holder, sink);
                }
            }
        }
    }
}

fn report(cx: &Project<'_>, groups: &[Alike<'_>], own: usize, holder: Holder<'_>, sink: &mut Sink<'_>) {
    let Some((policy, environment)) = cx.environments.get(holder.at) else { return };
    let level = policy.level(META.id).map(|set| set.value);
    if !environment.asked || level == Some(Level::Off) {
        return;
    }
    let others_of = groups.iter().enumerate().filter(|(at, _)| *at != own);
    let others = others(cx, holder.at, others_of.flat_map(|(_, group)| group.holders.iter().copied()));
    let variable = holder.variable;
    let Some(place) = environment.place(variable).filter(|_| !others.is_empty()) else { return };
    let key = Arg::Key(variable.key.clone());
    let help = if others.len() > MOST_PEERS {
        let most = Arg::Number(MOST_PEERS as u64);
        Message::with("set one value in all of them; it differs in more than {}", [most])
    } else {
        let message = "set {} alike in all of them; where it may differ, say `across: any` with a reason in that \
                       environment's `keys`";
        Message::with(message, [key.clone()])
    };
    let at = policy.key(&variable.key).and_then(|entry| entry.across.as_ref()).map(|set| set.at.place());
    let mut finding = FindingBuilder::about_key(&META, Cause::word("across", "same"), &variable.key)
        .environment(&environment.name)
        .service(variable.service.as_ref())
        .message(Message::with(
            "{} differs from what it is in {}, and has to be the same",
            [key, Arg::Envs(named(&others))],
        ))
        .help(help)
        .at(place)
        .asked_by(at);
    for (peer, other) in others.iter().take(MOST_PEERS) {
        if let Some(place) = peer.place(other) {
            finding = finding.related("another value", place);
        }
    }
    sink.report_at(level, finding);
}
