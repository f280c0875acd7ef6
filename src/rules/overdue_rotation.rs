//! `overdue-rotation`: a value that is older than the policy lets it become

use std::ops::Range;

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::model::{File, Role, Variable, Want};
use crate::policy::{At, KeyEntry, RotatedIn};
use crate::value::certificates::days;

use super::shared::certificates::{Other, other, said, seconds};
use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "overdue-rotation",
    summary: "a value is older than the policy lets it become",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("overdue", "it was made longer ago than `rotate_after`"),
        CauseMeta::soft("due", "a tenth of `rotate_after` is left, or less"),
        CauseMeta::new("future", "the day on which it is said to have been made has not come yet"),
    ],
    page: include_str!("../../docs/rules/overdue-rotation.md"),
};

const DAY: i64 = 24 * 3600;

/// See the module.
pub struct OverdueRotation;

impl Rule for OverdueRotation {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        if !cx.environment.asked || !cx.policy.layer.keys.values().any(|entry| is_in_git(entry)) {
            return Vec::new();
        }
        let mine = cx.environment.counting().filter(|one| cx.policy.key(&one.key).is_some_and(is_in_git));
        mine.filter_map(|one| Some(Want::Changed(own_file(cx, one)?.path.as_str().to_owned()))).collect()
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        let now = seconds(cx.facts.now);
        for (variable, _, after) in said(view, |entry| &entry.rotate_after) {
            let entry = cx.policy.key(&variable.key);
            let own = |made: i64| (made, variable);
            let found =
                match entry.and_then(|entry| entry.rotated.as_ref()).map(|set| other(view, &set.value)) {
                    Some(Other::Value(beside, text)) => day(text).map(|made| (made, beside)),
                    Some(Other::Unknown | Other::Nothing) => None,
                    None if entry.is_some_and(is_in_git) => in_git(cx, variable).map(own),
                    None => in_name(variable.key.as_str()).map(own),
                };
            let Some((made, beside)) = found else {
                sink.gap(&cx.environment.name, Subject::key(&variable.key), Why::RotationUnknown);
                continue;
            };
            let (longest, age) = (after.value.seconds(), now.saturating_sub(made));
            // The day may be one of a zone that is ahead of UTC.
            let cause = if age < -DAY {
                "future"
            } else if age > longest {
                "overdue"
            } else if age > longest.saturating_sub(longest / 10) {
                "due"
            } else {
                continue;
            };
            report(cx, view, (variable, beside), after.at, (cause, age / DAY), sink);
        }
    }
}

/// The beginning of the day that a value names in UTC: `2026-01-31`, and whatever time follows it (RFC 3339, section 5.6).
fn day(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii();
    let (date, rest) = text.split_at_checked(10)?;
    if !matches!(rest.first(), None | Some(b'T' | b't' | b' ')) {
        return None;
    }
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else { return None };
    let number = |digits: &[u8]| {
        let all = digits.iter().all(u8::is_ascii_digit);
        all.then(|| digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
    };
    days(number(&[y1, y2, y3, y4])?, number(&[m1, m2])?, number(&[d1, d2])?).map(|days| days * DAY)
}

fn is_in_git(entry: &KeyEntry) -> bool {
    entry.rotated_in.as_ref().is_some_and(|set| set.value == RotatedIn::Git)
}

/// The file that holds a variable and nothing else.
fn own_file<'a>(cx: &Context<'a>, variable: &Variable) -> Option<&'a File> {
    cx.environment.file_of(variable).filter(|file| file.role == Role::Secret)
}

/// The beginning of the day on which a commit last changed a variable's own file.
fn in_git(cx: &Context<'_>, variable: &Variable) -> Option<i64> {
    let time = cx.facts.changed(own_file(cx, variable)?.path.as_str())?;
    Some(time.saturating_sub(time.rem_euclid(DAY)))
}

/// The beginning of the one day that a name holds: `KEY_20260131`, `key.2026-01-31`.
fn in_name(name: &str) -> Option<i64> {
    let pieces: Vec<&str> = name.split_inclusive(|c: char| !c.is_ascii_digit()).collect();
    let digits = |piece: &&str| piece.trim_end_matches(|c: char| !c.is_ascii_digit()).to_owned();
    let sign = |piece: &str| piece.chars().next_back().filter(|c| "-_.".contains(*c));
    let whole = pieces.iter().map(digits).filter(|text| text.len() == 8);
    let apart = pieces.windows(3).filter_map(|three| {
        let [year, month, day] = three else { return None };
        let parts = [digits(year), digits(month), digits(day)];
        let fits =
            parts.iter().map(String::len).eq([4, 2, 2]) && sign(year).is_some() && sign(year) == sign(month);
        fits.then(|| parts.concat())
    });
    let mut found = whole.chain(apart).filter_map(|text| {
        let part = |range: Range<usize>| text.get(range).and_then(|text: &str| text.parse::<i64>().ok());
        days(part(0..4).filter(|year| (1970..2200).contains(year))?, part(4..6)?, part(6..8)?)
    });
    let day = found.next()?;
    found.next().is_none().then_some(day * DAY)
}

fn report(
    cx: &Context<'_>,
    view: &ReaderView<'_>,
    (variable, beside): (&Variable, &Variable),
    asked: At,
    (cause, age): (&'static str, i64),
    sink: &mut Sink<'_>,
) {
    let Some(place) = cx.environment.place(variable) else { return };
    let key = Arg::Key(variable.key.clone());
    let age = Arg::Number(u64::try_from(age).unwrap_or_default());
    let message = match cause {
        "overdue" => Message::with("{} is {} days old, which is more than the policy allows", [key, age]),
        "due" => Message::with("{} is {} days old and soon due for another", [key, age]),
        _ => Message::with("the day on which {} was made has not come yet", [key]),
    };
    let alone = std::ptr::eq(variable, beside);
    let in_git = alone && cx.policy.key(&variable.key).is_some_and(is_in_git);
    let help = if in_git && cause == "future" {
        Message::new(
            "the clock that the commit was made by is ahead of this machine's: commit a new value by a right one",
        )
    } else if in_git {
        Message::new("make a new one, and commit it")
    } else if cause == "future" {
        Message::with("correct the day in {}", [Arg::Key(beside.key.clone())])
    } else if alone {
        Message::new("make a new one, with its day in its name, and take this one away")
    } else {
        Message::with("make a new one, and write its day into {}", [Arg::Key(beside.key.clone())])
    };
    let mut finding = FindingBuilder::about_key(&META, Cause::new(cause), &variable.key)
        .environment(&cx.environment.name)
        .service(variable.service.as_ref().or(beside.service.as_ref()))
        .message(message)
        .help(help)
        .readers(view.readers.clone())
        .at(place)
        .asked_by(Some(asked.place()));
    if let Some(place) = cx.environment.place(beside).filter(|_| !alone) {
        finding = finding.related("its day", place);
    }
    sink.report(finding);
}

#[cfg(test)]
mod tests {
    use super::{DAY, day, in_name};
    use rstest::rstest;

    #[rstest]
    #[case("KEY_19700102", Some(1))]
    #[case("19700102", Some(1))]
    #[case("KEY_1970_01_02_OLD", Some(1))]
    #[case("key.1970-01-02.pem", Some(1))]
    #[case("KEY_1970_01_02_1970_01_03", None)]
    #[case("KEY_1970-01_02", None)]
    #[case("KEY_119700102", None)]
    #[case("KEY_19701302", None)]
    #[case("KEY_10000101", None)]
    #[case("KEY_1970X01X02", None)]
    #[case("KEY2_256_1970", None)]
    #[case("KEY", None)]
    #[case("", None)]
    fn names(#[case] name: &str, #[case] expected: Option<i64>) {
        assert_eq!(in_name(name), expected.map(|days| days * DAY));
    }

    #[rstest]
    #[case("1970-01-02", Some(1))]
    #[case(" 1970-02-01\n", Some(31))]
    #[case("1970-01-02T10:00:00Z", Some(1))]
    #[case("1970-01-02 10:00", Some(1))]
    #[case("2026-02-29", None)]
    #[case("2026-1-2", None)]
    #[case("02.01.2026", None)]
    #[case("1970-01-021", None)]
    #[case("yesterday!", None)]
    #[case("", None)]
    fn dates(#[case] text: &str, #[case] expected: Option<i64>) {
        assert_eq!(day(text.as_bytes()), expected.map(|days| days * DAY));
    }
}
