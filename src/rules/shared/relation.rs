//! What a relation compares: a variable with another or a part of it, and two values that have an order.

use std::cmp::Ordering;

use crate::finding::location::Place;
use crate::policy::ValueType;
use crate::text::KeyName;
use crate::value::connection::{self, Connection, PARTS};
use crate::value::types::{Measure, quantity};

use super::super::Context;

/// What `equals` and `differs_from` name.
pub struct Target {
    /// The variable.
    pub key: KeyName,
    /// The part of it.
    pub part: Option<String>,
}

/// What a variable is compared with.
pub struct Other<'k> {
    /// The variable.
    pub key: &'k KeyName,
    /// Where it is set; nothing where its default is meant.
    pub place: Option<Place>,
}

impl Target {
    /// A part's own word; none for a parameter, whose name is the policy's.
    #[must_use]
    pub fn word(part: &str) -> Option<&'static str> {
        PARTS.iter().copied().find(|word| *word == part)
    }
}

/// Takes `KEY` or `KEY.part` apart. A name may itself hold dots: the longest that the policy declares or that is there wins.
#[must_use]
pub fn target(cx: &Context<'_>, named: &KeyName) -> Target {
    let known = |key: &KeyName| cx.policy.key(key).is_some() || cx.environment.winners.contains_key(key);
    let whole = || Target { key: named.clone(), part: None };
    if known(named) {
        return whole();
    }
    let text = named.as_str();
    let ends = text.match_indices('.').map(|(at, _)| at).rev();
    let mut parts = ends.filter_map(|end| {
        let key = KeyName::declared(text.get(..end)?)?;
        let part = text.get(end + 1..).filter(|part| connection::is_part(part))?;
        known(&key).then(|| Target { key, part: Some(part.to_owned()) })
    });
    parts.next().unwrap_or_else(whole)
}

/// A value in its parts, if it has some; read by the rules of its type, if that is one of connection strings.
#[must_use]
pub fn connection(kind: Option<ValueType>, value: &[u8]) -> Option<Connection> {
    let strict = kind.and_then(ValueType::family).and_then(|family| connection::parse(family, value).ok());
    strict.or_else(|| connection::take_apart(value))
}

/// How two values stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Both are quantities of one measure.
    Known(Ordering),
    /// One is empty, or not what its type says: another rule's affair.
    Elsewhere,
    /// They have none.
    None,
}

/// Compares two values, each with the type that the policy gives it. What one's type measures the other has to be too; where
/// neither has such a type both have to read as numbers, or as durations, or as sizes.
#[must_use]
pub fn compare(one: (Option<ValueType>, &[u8]), other: (Option<ValueType>, &[u8])) -> Order {
    let told = |(kind, value): (Option<ValueType>, &[u8])| {
        value.trim_ascii().is_empty() || kind.is_some_and(|kind| !kind.reads_as(value))
    };
    if told(one) || told(other) {
        return Order::Elsewhere;
    }
    let measure = |kind: Option<ValueType>| kind.and_then(ValueType::measure);
    let tried = match (measure(one.0), measure(other.0)) {
        (Some(one), Some(other)) if one != other => vec![],
        (Some(measure), _) | (None, Some(measure)) => vec![measure],
        (None, None) => vec![Measure::Number, Measure::Duration, Measure::Size],
    };
    let untyped = tried.len() > 1;
    let read = |measure: &Measure, value: &[u8]| {
        let kind = match measure {
            Measure::Number => ValueType::Float,
            Measure::Duration => ValueType::Duration,
            Measure::Size => ValueType::Size,
        };
        quantity(kind, value.trim_ascii())
    };
    let is = |measure: Measure, value: &[u8]| read(&measure, value).is_some();
    // `1m` beside `60` can be a minute or a million.
    let unsure = |one: &[u8], other: &[u8]| is(Measure::Duration, one) && is(Measure::Number, other);
    let found = tried.iter().find_map(|measure| {
        let order = read(measure, one.1)?.cmp(&read(measure, other.1)?);
        let unsure =
            untyped && *measure == Measure::Size && (unsure(one.1, other.1) || unsure(other.1, one.1));
        (!unsure).then_some(order)
    });
    found.map_or(Order::None, Order::Known)
}

#[cfg(test)]
mod tests {
    use super::{Order, compare};
    use crate::policy::ValueType::{self, *};
    use rstest::rstest;
    use std::cmp::Ordering::*;

    #[rstest]
    #[case(None, "5", None, "10", Order::Known(Less))]
    #[case(None, "1.5", None, "1", Order::Known(Greater))]
    #[case(None, "1m", None, "60s", Order::Known(Equal))]
    #[case(None, "512", None, "1KiB", Order::Known(Less))]
    #[case(None, "30s", None, "60", Order::None)]
    #[case(None, "60", None, "1m", Order::None)]
    #[case(None, "1m", None, "512k", Order::Known(Greater))]
    #[case(Some(Size), "1m", None, "60", Order::Known(Greater))]
    #[case(None, "a", None, "b", Order::None)]
    #[case(Some(Int), "5", None, "1.5", Order::Known(Greater))]
    #[case(Some(Duration), "5s", None, "1.5", Order::None)]
    #[case(Some(Duration), "5s", Some(Int), "1", Order::None)]
    #[case(Some(Int), "x", None, "1", Order::Elsewhere)]
    #[case(None, "1", Some(Port), "0", Order::Elsewhere)]
    #[case(Some(String), "1", Some(Port), "80", Order::Known(Less))]
    #[case(None, " ", None, "1", Order::Elsewhere)]
    fn order(
        #[case] kind: Option<ValueType>,
        #[case] one: &str,
        #[case] other_kind: Option<ValueType>,
        #[case] other: &str,
        #[case] expected: Order,
    ) {
        assert_eq!(compare((kind, one.as_bytes()), (other_kind, other.as_bytes())), expected);
    }
}
