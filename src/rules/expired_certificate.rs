//! `expired-certificate`: a certificate that has expired, expires soon, or is not valid yet

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::value::certificates::Certificate;

use super::shared::certificates::{look, path, seconds};
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "expired-certificate",
    summary: "a certificate has expired, expires soon, or is not valid yet",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("expired", "it, or one of its issuers that stands with it, is no longer valid"),
        CauseMeta::new("soon", "it expires within 48 hours, or sooner than the policy's `valid_for` allows"),
        CauseMeta::soft("ageing", "less than a third of its lifetime is left"),
        CauseMeta::new("not-yet", "it is not valid yet"),
    ],
    page: include_str!("../../docs/rules/expired-certificate.md"),
};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// A third of 398 days, the most that public authorities give a server (CA/Browser Forum, Baseline Requirements, section
/// 6.3.2): what lives for ten years is not due for three of them.
const LONGEST_AGEING: i64 = 133 * DAY;

/// What is wrong with a certificate at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Seconds since it ended.
    Expired(i64),
    /// Seconds that it has left.
    Soon(i64),
    Ageing(i64),
    /// Seconds until it begins.
    NotYet(i64),
}

/// See the module.
pub struct ExpiredCertificate;

impl Rule for ExpiredCertificate {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        if key.some_value().is_none() {
            return;
        }
        let asked = key.entry.and_then(|entry| entry.valid_for.as_ref());
        let material = key.material();
        if material.is_none() && asked.is_none() {
            return;
        }
        let all: Vec<&Certificate> = material.iter().flat_map(|material| material.certificates()).collect();
        if all.is_empty() && asked.is_some() {
            sink.gap(&cx.environment.name, Subject::key(key.key), Why::CertificateUnjudged);
        }
        let window = asked.map(|set| set.value.seconds());
        let now = seconds(cx.facts.now);
        let found = match material {
            Some(material) if material.is_scattered => each(&all, now, window).map(|state| (state, true)),
            _ => judge(&all, now, window),
        };
        let Some((state, own)) = found else { return };
        let Some(place) = key.place(cx.environment) else { return };
        let by_policy = asked.filter(|_| matches!(state, State::Soon(_)));
        let finding = FindingBuilder::about_key(&META, cause(state), key.key)
            .environment(&cx.environment.name)
            .message(message(state, own, Arg::Key(key.key.clone())))
            .help(look(cx.environment, key.variable, "put a renewed certificate in its place"))
            .readers(key.reader_names())
            .at(place)
            .asked_by(by_policy.map(|set| set.at.place()));
        sink.report(finding);
    }
}

/// What is wrong with any of several certificates that do not belong together; what is merely ageing comes last.
fn each(all: &[&Certificate], now: i64, window: Option<i64>) -> Option<State> {
    let states = || all.iter().filter_map(|one| state(one, now, window));
    states().find(|state| !matches!(state, State::Ageing(_))).or_else(|| states().next())
}

/// What is wrong with the certificates of a value, and whether it is the first one or one of its issuers.
fn judge(all: &[&Certificate], now: i64, window: Option<i64>) -> Option<(State, bool)> {
    let first = all.first()?;
    let chain = path(all);
    if (first.is_ca || first.is_own_issuer()) && all.len() > 1 && chain.len() == 1 {
        // A bundle of what is trusted: it serves as long as one of them does.
        let last = all.iter().max_by_key(|one| one.not_after)?;
        return state(last, now, window).map(|state| (state, true));
    }
    if let Some(found) = state(first, now, window).filter(|state| !matches!(state, State::Ageing(_))) {
        return Some((found, true));
    }
    // A root that stands with its chain is the client's own business.
    let issuers = chain.iter().skip(1).filter(|one| !one.is_own_issuer());
    let found = issuers.filter_map(|one| state(one, now, None)).find(|it| !matches!(it, State::Ageing(_)));
    found.map(|found| (found, false)).or_else(|| Some((state(first, now, window)?, true)))
}

fn state(certificate: &Certificate, now: i64, window: Option<i64>) -> Option<State> {
    let Certificate { not_before, not_after, .. } = *certificate;
    if now > not_after {
        return Some(State::Expired(now - not_after));
    }
    if now < not_before {
        return Some(State::NotYet(not_before - now));
    }
    let (left, lifetime) = (not_after - now, certificate.lifetime());
    if let Some(window) = window {
        return (left < window).then_some(State::Soon(left));
    }
    // One that lives for a day is renewed every few hours: 48 of them would never be left.
    if left < (48 * HOUR).min(lifetime / 6) {
        Some(State::Soon(left))
    } else if left < LONGEST_AGEING.min(lifetime / 3) {
        Some(State::Ageing(left))
    } else {
        None
    }
}

const fn cause(state: State) -> Cause {
    Cause::new(match state {
        State::Expired(_) => "expired",
        State::Soon(_) => "soon",
        State::Ageing(_) => "ageing",
        State::NotYet(_) => "not-yet",
    })
}

fn message(state: State, own: bool, key: Arg) -> Message {
    let (template, by_days) = match (state, own) {
        (State::Expired(_), true) => {
            ("the certificate in {} expired {} hours ago", "the certificate in {} expired {} days ago")
        }
        (State::Expired(_), false) => (
            "an issuer in the chain of {} expired {} hours ago",
            "an issuer in the chain of {} expired {} days ago",
        ),
        (State::Soon(_), true) => {
            ("the certificate in {} expires in {} hours", "the certificate in {} expires in {} days")
        }
        (State::Soon(_), false) => (
            "an issuer in the chain of {} expires in {} hours",
            "an issuer in the chain of {} expires in {} days",
        ),
        (State::Ageing(_), _) => (
            "the certificate in {} has less than a third of its lifetime left: {} hours",
            "the certificate in {} has less than a third of its lifetime left: {} days",
        ),
        (State::NotYet(_), true) => (
            "the certificate in {} is not valid yet: its time begins in {} hours",
            "the certificate in {} is not valid yet: its time begins in {} days",
        ),
        (State::NotYet(_), false) => (
            "an issuer in the chain of {} is not valid yet: its time begins in {} hours",
            "an issuer in the chain of {} is not valid yet: its time begins in {} days",
        ),
    };
    let (State::Expired(count) | State::Soon(count) | State::Ageing(count) | State::NotYet(count)) = state;
    let (template, count) = if count < 3 * DAY { (template, count / HOUR) } else { (by_days, count / DAY) };
    Message::with(template, [key, Arg::Number(u64::try_from(count).unwrap_or_default())])
}
