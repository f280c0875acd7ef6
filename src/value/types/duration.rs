//! Lengths of time.

use super::quantity::amount;
use super::{Fault, ensure, number, span};

const NS: i128 = 1;
const US: i128 = 1000 * NS;
const MS: i128 = 1000 * US;
const SECOND: i128 = 1000 * MS;
const MINUTE: i128 = 60 * SECOND;
const HOUR: i128 = 60 * MINUTE;
const DAY: i128 = 24 * HOUR;
const WEEK: i128 = 7 * DAY;

/// Go's units (<https://pkg.go.dev/time#ParseDuration>), and `d` and `w`, which Prometheus, systemd and the `ms` package
/// of npm have. Both letters that look like a Greek mu are Go's.
const UNITS: &[(&str, i128)] = &[
    ("ns", NS),
    ("us", US),
    ("\u{b5}s", US),
    ("\u{3bc}s", US),
    ("ms", MS),
    ("s", SECOND),
    ("m", MINUTE),
    ("h", HOUR),
    ("d", DAY),
    ("w", WEEK),
];

/// Designators of ISO 8601, section 5.5.2, in their order; those behind the `T` are true. Years and months have no fixed
/// length, and Java's `Duration.parse` refuses them too.
const DESIGNATORS: &[(u8, bool, i128)] = &[
    (b'W', false, WEEK),
    (b'D', false, DAY),
    (b'H', true, HOUR),
    (b'M', true, MINUTE),
    (b'S', true, SECOND),
];

/// A duration in the smallest parts of a nanosecond that are counted.
///
/// A number alone is none, as its unit is anybody's guess; zero needs none.
pub(super) fn parse(value: &[u8]) -> Result<i128, Fault> {
    let (negative, rest) = number::sign(value);
    let sum = match rest {
        b"0" => 0,
        [b'P', rest @ ..] => iso(rest)?,
        _ => units(rest)?,
    };
    Ok(if negative { -sum } else { sum })
}

/// `1h30m`: numbers with their units.
fn units(value: &[u8]) -> Result<i128, Fault> {
    ensure(!value.is_empty(), Fault::Number)?;
    let mut sum = 0_i128;
    let mut rest = value;
    while !rest.is_empty() {
        let (whole, fraction, after) = number::plain(rest).ok_or(Fault::Number)?;
        let (name, after) = span(after, |b| !b.is_ascii_digit() && b != b'.');
        let unit = UNITS.iter().find(|(unit, _)| unit.as_bytes() == name).ok_or(Fault::Unit)?.1;
        sum = sum.checked_add(amount(whole, fraction, unit)?).ok_or(Fault::Range)?;
        rest = after;
    }
    Ok(sum)
}

/// What stands behind the `P`: weeks alone, or days, and behind a `T` hours, minutes and seconds; only the last may
/// have a fraction.
fn iso(value: &[u8]) -> Result<i128, Fault> {
    let mut left = DESIGNATORS;
    let (mut sum, mut rest, mut time, mut last) = (0_i128, value, false, None);
    while !rest.is_empty() || last.is_none() {
        if let ([b'T', after @ ..], false) = (rest, time) {
            ensure(!after.is_empty(), Fault::Number)?;
            (time, rest) = (true, after);
        }
        // A week stands alone, and nothing follows a fraction.
        ensure(!matches!(last, Some((b'W', _) | (_, true))), Fault::Form)?;
        let (whole, fraction, after) =
            number::plain(rest).filter(|(whole, ..)| !whole.is_empty()).ok_or(Fault::Number)?;
        let (name, after) = after.split_first().ok_or(Fault::Unit)?;
        let at = left.iter().position(|(sign, late, _)| sign == name && *late == time).ok_or(Fault::Unit)?;
        let (found, behind) = left.get(at..).and_then(<[_]>::split_first).ok_or(Fault::Unit)?;
        sum = sum.checked_add(amount(whole, fraction, found.2)?).ok_or(Fault::Range)?;
        last = Some((found.0, !fraction.is_empty()));
        (left, rest) = (behind, after);
    }
    Ok(sum)
}
