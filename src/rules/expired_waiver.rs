//! `expired-waiver`: a waiver's last day is over

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity, Subject};
use crate::text::{EnvName, KeyName, SafePath};

use super::{Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "expired-waiver",
    summary: "a waiver's last day is over",
    severity: Severity::Warning,
    causes: &[CauseMeta::new(
        "expired",
        "the day in `until` is over, in UTC; the waiver covers nothing any more",
    )],
    page: include_str!("../../docs/rules/expired-waiver.md"),
};

/// See the module.
pub struct ExpiredWaiver;

impl Rule for ExpiredWaiver {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        for waiver in cx.policy.waivers.iter().filter(|waiver| waiver.is_expired(cx.facts.now)) {
            let judged = waiver.environment.as_ref().map(|name| {
                cx.environments.iter().find(|(_, environment)| environment.asked && environment.name == *name)
            });
            let level = match judged {
                // Another environment's.
                Some(None) => continue,
                Some(Some((policy, _))) => policy.level(META.id),
                None => cx.policy.base.rules.get(META.id),
            };
            let level = level.map(|set| set.value);
            if level == Some(Level::Off) {
                continue;
            }
            let environment = waiver.environment.as_ref().map_or("*", EnvName::as_str);
            let what = waiver.key.as_ref().map(KeyName::as_str);
            let what = what.or(waiver.path.as_ref().map(SafePath::as_str)).unwrap_or("*");
            let route = SafePath::named(&format!("waivers.{}.{environment}.{what}", waiver.rule));
            let mut finding = FindingBuilder::new(&META, Cause::new("expired"), Subject::policy_entry(route))
                .message(Message::with("the waiver for {} has expired", [Arg::Word(waiver.rule)]))
                .help(Message::new(
                    "mend what it was for and remove it, or decide again and give it another day",
                ))
                .at(waiver.at.place());
            if let Some(name) = &waiver.environment {
                finding = finding.environment(name);
            }
            sink.report_at(level, finding);
        }
    }
}
