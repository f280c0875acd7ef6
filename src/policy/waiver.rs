//! `waivers`: findings that somebody answers for until a day.

use std::time::SystemTime;

use time::{Date, Month, OffsetDateTime};

use crate::finding::{Arg, Finding, Message, SubjectKind};
use crate::syntax::yaml::Value;
use crate::text::{EnvName, KeyName, SafePath};

use super::At;
use super::entries::said;
use super::parse::Parser;
use super::table::{Field, Table};

/// Rules whose findings nobody can waive: they are about the policy's own exceptions.
const NEVER: &[&str] = &["expired-waiver", "unused-policy-entry"];

/// Whether findings of a rule can be waived.
#[must_use]
pub fn is_waivable(rule: &str) -> bool {
    !NEVER.contains(&rule)
}

/// One waiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Where it stands.
    pub at: At,
    /// The rule.
    pub rule: &'static str,
    /// The cause, to the letter.
    pub cause: String,
    /// The environment; any, if none is named.
    pub environment: Option<EnvName>,
    /// The variable.
    pub key: Option<KeyName>,
    /// The file, as reports name it.
    pub path: Option<SafePath>,
    /// Why it is waived.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The last day on which it holds, in UTC.
    pub until: Date,
}

impl Waiver {
    /// Whether its last day is over.
    #[must_use]
    pub fn is_expired(&self, now: SystemTime) -> bool {
        OffsetDateTime::from(now).date() > self.until
    }

    /// Whether it is for this finding.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        let environment =
            self.environment.as_ref().is_none_or(|own| finding.environment.as_ref() == Some(own));
        let key = self.key.as_ref().is_none_or(|own| finding.key.as_ref() == Some(own));
        let path = self.path.as_ref().is_none_or(|own| {
            let name = finding.environment.as_ref().map_or("{env}", EnvName::as_str);
            let own = own.as_str().replace("{env}", name);
            finding.location.path.as_str() == own
                || (finding.subject.kind() == SubjectKind::File && finding.subject.name() == own)
        });
        finding.rule == self.rule && finding.cause.to_string() == self.cause && environment && key && path
    }
}

impl Parser<'_> {
    /// `waivers`.
    pub fn waivers(&mut self, field: Field<'_>) -> Vec<Waiver> {
        let Value::Sequence(items) = &field.node.value else {
            self.problems.form(field, "a list of waivers");
            return Vec::new();
        };
        let waiver = |item| {
            let mut table = Table::new(item, &mut self.problems, field.span, "a waiver")?;
            let waiver = self.waiver(field, &mut table);
            table.finish(&mut self.problems);
            waiver
        };
        items.iter().filter_map(waiver).collect()
    }

    fn waiver(&mut self, list: Field<'_>, table: &mut Table<'_>) -> Option<Waiver> {
        let fields = ["rule", "cause", "reason", "owner", "until"].map(|name| table.take(name));
        let scope = ["environment", "key", "path"].map(|name| table.take(name));
        let first = fields.iter().chain(&scope).flatten().next().map_or(list.span, |field| field.span);
        if fields.iter().any(Option::is_none) {
            let names = ["rule", "cause", "reason", "owner", "until"];
            let missing = names.into_iter().zip(fields).filter(|(_, field)| field.is_none());
            let missing = Arg::Words(missing.map(|(name, _)| name).collect());
            let help = Message::new("a waiver needs `rule`, `cause`, `reason`, `owner` and `until`");
            self.problems.push(first, Message::with("the waiver lacks: {}", [missing]), Some(help));
        } else if scope.iter().all(Option::is_none) {
            let help = Message::new("add `environment`, `key` or `path`");
            let message = Message::new("a waiver for a whole rule is `rules: { ...: off }`");
            self.problems.push(first, message, Some(help));
        }
        // Each field is read, whatever is wrong with the others.
        let ([rule, cause, reason, owner, until], [environment, key, path]) = (fields, scope);
        let at = rule.map(|field| self.origin.at(field.span));
        let id = rule.and_then(|field| self.rule_id(field));
        if let (Some(at), false) = (at, id.is_none_or(is_waivable)) {
            self.problems.push(at.span, Message::new("findings of this rule are not waived"), None);
        }
        let cause = cause.and_then(|field| self.waived_cause(field));
        let environment = environment.map(|field| self.environment_name(field));
        let key = key.map(|field| self.waived_key(field));
        let path = path.map(|field| Some(SafePath::named(self.template(field)?.as_str())));
        let reason = reason.and_then(|field| said(field, &mut self.problems));
        let owner = owner.and_then(|field| said(field, &mut self.problems));
        let until = until.and_then(|field| self.date(field));
        Some(Waiver {
            at: at?,
            rule: id?,
            cause: cause?,
            environment: transposed(environment)?,
            key: transposed(key)?,
            path: transposed(path)?,
            reason: reason?,
            owner: owner?,
            until: until?,
        })
    }

    fn waived_cause(&mut self, field: Field<'_>) -> Option<String> {
        const WANTED: &str = "a cause, such as \"tls:require\"";
        let text = field.text(&mut self.problems, WANTED)?;
        if text.trim().is_empty() {
            self.problems.form(field, WANTED);
        }
        Some(text.to_owned())
    }

    fn waived_key(&mut self, field: Field<'_>) -> Option<KeyName> {
        let name = KeyName::declared(field.text(&mut self.problems, "a variable's name")?);
        if name.is_none() {
            self.problems.form(field, "a variable's name; a waiver takes no pattern");
        }
        name
    }

    /// A calendar day (RFC 3339, `full-date`).
    fn date(&mut self, field: Field<'_>) -> Option<Date> {
        let text = field.text(&mut self.problems, "a day, such as 2027-01-31")?;
        let date = day(text);
        if date.is_none() {
            self.problems.form(field, "a day, such as 2027-01-31");
        }
        date
    }
}

/// A field that is not there is no fault; one that could not be read is.
fn transposed<T>(field: Option<Option<T>>) -> Option<Option<T>> {
    match field {
        None => Some(None),
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
    }
}

fn day(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return None };
    let digits = |text: &str, len: usize| text.len() == len && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use std::time::{Duration, SystemTime};

    use super::day;
    use crate::policy::{PolicyText, parse};
    use crate::text::source_map::Medium;
    use crate::text::{SafePath, SourceMap};
    use rstest::rstest;

    #[rstest]
    #[case("2027-01-31", true)]
    #[case("2028-02-29", true)]
    #[case("2027-02-29", false)]
    #[case("2027-1-31", false)]
    #[case("27-01-31", false)]
    #[case("2027-01-31T00:00", false)]
    #[case("+027-01-31", false)]
    fn days(#[case] text: &str, #[case] fits: bool) {
        assert_eq!(day(text).is_some(), fits);
    }

    /// It holds to the last second of its last day, in UTC.
    #[test]
    fn the_last_day_is_one_that_it_holds() {
        let text = "version: 1\nedition: 2026\nwaivers: [{ rule: x, cause: c, key: A, reason: r, owner: o, until: 2027-01-31 }]\n";
        let path = SafePath::named("p");
        let text = PolicyText { path: &path, place: "p", medium: Medium::File, bytes: text.as_bytes() };
        let policy = parse(Some(text), &["x"], &mut |_| panic!(), &mut SourceMap::default()).unwrap();
        let midnight = SystemTime::UNIX_EPOCH + Duration::from_secs(1_801_440_000);
        let expired = |at| policy.waivers.iter().map(|waiver| waiver.is_expired(at)).collect::<Vec<_>>();
        assert_eq!(expired(midnight - Duration::from_secs(1)), [false]);
        assert_eq!(expired(midnight), [true]);
        assert_eq!(expired(SystemTime::UNIX_EPOCH), [false]);
    }
}
