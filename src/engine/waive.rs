//! Waivers: findings that somebody answers for are taken out of those that count, and stay to be seen.

use crate::finding::report::{Waived, WaiverInfo};
use crate::finding::{Arg, Cause, FindingBuilder, Level, Message, NotChecked, Subject, Why};
use crate::model::Environment;
use crate::policy::{Effective, Waiver};
use crate::rules::unused_policy_entry;
use crate::text::{EnvName, KeyName, SafePath};

use super::{Run, Sink};

impl Run<'_> {
    /// Sets aside what a waiver covers that has not expired, and complains of waivers that cover nothing.
    pub(super) fn waive(&mut self, environments: &[(Effective, &Environment)]) {
        let waivers = &self.input.policy.waivers;
        if waivers.is_empty() {
            return;
        }
        let mut used = vec![false; waivers.len()];
        let findings = std::mem::take(&mut self.judged.findings);
        for finding in findings {
            let mut covering = waivers.iter().zip(&mut used).filter(|(waiver, _)| waiver.covers(&finding));
            let mut holds: Option<&Waiver> = None;
            for (waiver, used) in &mut covering {
                *used = true;
                if !waiver.is_expired(self.input.now) {
                    holds = holds.or(Some(waiver));
                }
            }
            match holds {
                None => self.judged.findings.push(finding),
                Some(waiver) => {
                    let info = WaiverInfo {
                        reason: waiver.reason.clone(),
                        owner: waiver.owner.clone(),
                        until: waiver.until.to_string(),
                    };
                    self.judged.waived.push(Waived { finding, waiver: info });
                }
            }
        }
        let idle = waivers
            .iter()
            .zip(&used)
            .filter(|(waiver, used)| !**used && self.is_judged(waiver, environments));
        let mut sink = Sink::new(&unused_policy_entry::META, self.input.sources, None);
        for (waiver, _) in idle {
            let level = waiver.environment.as_ref().and_then(|name| {
                let policy = environments.iter().find(|(_, environment)| environment.name == *name);
                policy.and_then(|(policy, _)| policy.level(unused_policy_entry::META.id))
            });
            let level = level.or(self.input.policy.base.rules.get(unused_policy_entry::META.id));
            unmatched(waiver, level.map(|set| set.value), &mut sink);
        }
        self.judged.findings.extend(sink.findings);
    }

    /// Whether all that a waiver may cover was looked at in this run.
    fn is_judged(&self, waiver: &Waiver, environments: &[(Effective, &Environment)]) -> bool {
        let whole = |environment: &Environment| {
            let gaps = self.gaps.get(&environment.name).into_iter().flatten();
            environment.asked
                && !environment.gaps.iter().chain(gaps).any(|gap| self.hides(gap, waiver, environment))
        };
        let mine = |environment: &Environment| {
            waiver.environment.as_ref().is_none_or(|own| environment.name == *own)
        };
        let mut own = environments.iter().filter(|(_, environment)| mine(environment)).peekable();
        let scoped = waiver.environment.is_some() || self.input.all;
        self.input.service.is_none() && scoped && own.peek().is_some() && own.all(|(_, e)| whole(e))
    }

    /// Whether what was not looked at may be just what a waiver is for.
    fn hides(&self, gap: &NotChecked, waiver: &Waiver, environment: &Environment) -> bool {
        let peer = gap.what.name();
        let compared = || {
            let spec = self.input.policy.spec(&environment.name);
            let mirrored = spec.and_then(|spec| spec.mirrors.as_ref());
            let stricter = spec.and_then(|spec| spec.stricter_than.as_ref());
            mirrored.is_some_and(|set| set.value.as_str() == peer)
                || stricter.is_some_and(|set| set.value.environment.as_str() == peer)
                // Any of them may be the one that a value is shared with.
                || ["colliding-value", "differing-value", "shared-database"].contains(&waiver.rule)
                || waiver.cause.split_once(':').is_some_and(|(_, argument)| argument == peer)
        };
        match gap.why {
            Why::PeerUnreadable
            | Why::PeerAbsent
            | Why::FingerprintKeyMissing
            | Why::FingerprintKeyDiffers
            | Why::FingerprintUnsound => compared(),
            Why::ValueUnknown => match &waiver.key {
                Some(key) => gap.what == Subject::key(key),
                None => waiver.path.is_none(),
            },
            Why::ModesMeanNothing => waiver.key.is_none(),
            Why::OptionalMissing | Why::ProcessUnread => true,
            why => why.blocks(),
        }
    }
}

/// Tells of a waiver that covered nothing.
fn unmatched(waiver: &Waiver, level: Option<Level>, sink: &mut Sink<'_>) {
    if level == Some(Level::Off) {
        return;
    }
    let environment = waiver.environment.as_ref().map_or("*", EnvName::as_str);
    let what = waiver.key.as_ref().map(KeyName::as_str).or(waiver.path.as_ref().map(SafePath::as_str));
    let route = format!("waivers.{}.{environment}.{}", waiver.rule, what.unwrap_or("*"));
    let subject = Subject::policy_entry(SafePath::named(&route));
    let finding = FindingBuilder::new(&unused_policy_entry::META, Cause::new("waiver"), subject)
        .message(Message::with("the waiver for {} covers no finding", [Arg::Word(waiver.rule)]))
        .help(Message::new("remove it if what it was for is mended, else correct what it names"))
        .at(waiver.at.place());
    sink.report_at(level, finding);
}
