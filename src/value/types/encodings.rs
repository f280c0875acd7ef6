//! Encodings, identifiers made of digits, and JSON.

use serde::de::IgnoredAny;

use super::{Fault, ValueType, all, ensure};

/// The standard alphabet with padding, on one line (RFC 4648, section 4). Bits behind the last byte are not looked at, as
/// most decoders do.
pub(super) fn base64(value: &[u8]) -> Result<(), Fault> {
    let digits = unpadded(value);
    ensure(!digits.is_empty(), Fault::Length)?;
    ensure(digits.iter().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(b)), Fault::Alphabet)?;
    ensure(value.len().is_multiple_of(4), Fault::Padding)
}

/// The alphabet with `-` and `_` (RFC 4648, section 5). The padding may be missing, as in JSON Web Tokens (RFC 7515, section
/// 2), but not in part.
pub(super) fn base64url(value: &[u8]) -> Result<(), Fault> {
    let digits = unpadded(value);
    ensure(!digits.is_empty(), Fault::Length)?;
    ensure(digits.iter().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(b)), Fault::Alphabet)?;
    ensure(digits.len() == value.len() || value.len().is_multiple_of(4), Fault::Padding)?;
    // One digit holds six bits, which are no byte.
    ensure(digits.len() % 4 != 1, Fault::Length)
}

/// Without up to two `=` at the end.
fn unpadded(value: &[u8]) -> &[u8] {
    let once = value.strip_suffix(b"=").unwrap_or(value);
    once.strip_suffix(b"=").unwrap_or(once)
}

/// Pairs of digits in either case, no `0x` (RFC 4648, section 8).
pub(super) fn hex(value: &[u8]) -> Result<(), Fault> {
    ensure(all(value, |b| b.is_ascii_hexdigit()), Fault::Alphabet)?;
    ensure(value.len().is_multiple_of(2), Fault::Length)
}

/// 8-4-4-4-12 digits in either case (RFC 9562, section 4); version and variant are not looked at.
pub(super) fn uuid(value: &[u8]) -> Result<(), Fault> {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    ensure(value.len() == 36, Fault::Length)?;
    let fits = |(at, b): (usize, &u8)| if DASHES.contains(&at) { *b == b'-' } else { b.is_ascii_hexdigit() };
    ensure(value.iter().enumerate().all(fits), Fault::Form)
}

/// 40 digits (SHA-1) or 64 (SHA-256), or an abbreviation of at least 7 (git-config(1), `core.abbrev`).
pub(super) fn git_sha(value: &[u8]) -> Result<(), Fault> {
    ensure(all(value, |b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)), Fault::Alphabet)?;
    ensure((7..=40).contains(&value.len()) || value.len() == 64, Fault::Length)
}

/// Any JSON text in UTF-8, a number or a string alone too (RFC 8259, sections 2 and 8.1). Nothing of it is copied, and depth
/// costs no stack.
pub(super) fn json(value: &[u8]) -> Result<(), Fault> {
    ensure(str::from_utf8(value).is_ok(), Fault::Encoding)?;
    ensure(serde_json::from_slice::<IgnoredAny>(value).is_ok(), Fault::Syntax)
}

/// Whether values of the type stand for bytes that they encode.
#[must_use]
pub const fn is_encoding(kind: ValueType) -> bool {
    matches!(kind, ValueType::Base64 | ValueType::Base64Url | ValueType::Hex)
}

/// Bytes that a value stands for: decoded where its type is an encoding that it reads as, else its own.
#[must_use]
pub fn byte_len(kind: Option<ValueType>, value: &[u8]) -> usize {
    match kind.filter(|kind| is_encoding(*kind) && kind.reads_as(value)) {
        Some(ValueType::Hex) => value.len() / 2,
        // Four digits are three bytes.
        Some(_) => {
            let digits = unpadded(value).len();
            digits / 4 * 3 + digits % 4 * 3 / 4
        }
        None => value.len(),
    }
}
