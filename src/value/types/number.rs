//! Booleans and numbers.

use super::{Fault, all, ensure, span};

/// A decimal number taken apart, borrowed from the value.
pub(super) struct Decimal<'a> {
    pub negative: bool,
    /// Digits before the point.
    pub whole: &'a [u8],
    /// Digits behind it.
    pub fraction: &'a [u8],
    /// The power of ten that multiplies it; beyond what fits, the nearest that does.
    pub exponent: i64,
}

/// Eight words, in any case: those that the YAML 1.1 type repository lists, `y` and `n` left out, and the two digits.
pub(super) fn bool(value: &[u8]) -> Result<(), Fault> {
    const WORDS: [&[u8]; 8] = [b"true", b"false", b"yes", b"no", b"on", b"off", b"1", b"0"];
    ensure(WORDS.iter().any(|word| value.eq_ignore_ascii_case(word)), Fault::Form)
}

/// Digits with or without a sign, of any length.
pub(super) fn int(value: &[u8]) -> Result<(), Fault> {
    let (_, digits) = sign(value);
    ensure(all(digits, |b| b.is_ascii_digit()), Fault::Number)
}

pub(super) fn float(value: &[u8]) -> Result<(), Fault> {
    decimal(value).map(drop).ok_or(Fault::Number)
}

/// 1 to 65535 (RFC 6335, section 6; 0 is reserved), without a leading zero.
pub(super) fn port(value: &[u8]) -> Result<(), Fault> {
    ensure(all(value, |b| b.is_ascii_digit()) && !value.starts_with(b"0"), Fault::Number)?;
    ensure(str::from_utf8(value).is_ok_and(|text| text.parse::<u16>().is_ok()), Fault::Range)
}

/// `[+-] (digits [. digits] | . digits) [e [+-] digits]`; neither `inf` nor `nan` nor hexadecimal digits.
pub(super) fn decimal(value: &[u8]) -> Option<Decimal<'_>> {
    let (negative, rest) = sign(value);
    let (whole, fraction, rest) = plain(rest)?;
    let exponent = match rest {
        [] => 0,
        [b'e' | b'E', digits @ ..] => exponent(digits)?,
        _ => return None,
    };
    Some(Decimal { negative, whole, fraction, exponent })
}

/// Digits, a point and digits, of which either may be missing but not both; and what follows.
pub(super) fn plain(value: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (whole, rest) = span(value, |b| b.is_ascii_digit());
    let (fraction, rest) = match rest {
        [b'.', rest @ ..] => span(rest, |b| b.is_ascii_digit()),
        _ => (&[][..], rest),
    };
    (!whole.is_empty() || !fraction.is_empty()).then_some((whole, fraction, rest))
}

/// An exponent's sign and digits.
pub(super) fn exponent(value: &[u8]) -> Option<i64> {
    let (negative, digits) = sign(value);
    if !all(digits, |b| b.is_ascii_digit()) {
        return None;
    }
    let add = |sum: i64, b: &u8| sum.saturating_mul(10).saturating_add(i64::from(b - b'0'));
    // Far from the ends, so that lengths can be added to it.
    let size = digits.iter().fold(0, add).min(i64::MAX / 4);
    Some(if negative { -size } else { size })
}

/// Whether there is a minus, and what stands behind the sign.
pub(super) fn sign(value: &[u8]) -> (bool, &[u8]) {
    match value {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, value),
    }
}
