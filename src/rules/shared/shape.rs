//! What a value reads as.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::policy::ValueType;
use crate::syntax::url;

/// Whether a value reads as a type. The grammar of each stands in `docs/rules/wrong-type.md`.
#[must_use]
pub fn reads_as(kind: ValueType, value: &[u8]) -> bool {
    match kind {
        ValueType::String => true,
        ValueType::Bool => {
            const WORDS: [&[u8]; 8] = [b"true", b"false", b"yes", b"no", b"on", b"off", b"1", b"0"];
            WORDS.iter().any(|word| value.eq_ignore_ascii_case(word))
        }
        ValueType::Int => {
            let digits = value.strip_prefix(b"-").or_else(|| value.strip_prefix(b"+")).unwrap_or(value);
            all(digits, |b| b.is_ascii_digit())
        }
        ValueType::Port => {
            let number = std::str::from_utf8(value).ok().and_then(|text| text.parse::<u16>().ok());
            all(value, |b| b.is_ascii_digit()) && !value.starts_with(b"0") && number.is_some()
        }
        ValueType::Url => url::is_url(value),
        ValueType::Base64 => base64_len(value).is_some(),
        ValueType::Hex => value.len().is_multiple_of(2) && all(value, |b| b.is_ascii_hexdigit()),
        ValueType::Uuid => is_uuid(value),
        ValueType::GitSha => {
            let hex = all(value, |b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            hex && ((7..=40).contains(&value.len()) || value.len() == 64)
        }
    }
}

fn all(value: &[u8], test: impl Fn(u8) -> bool) -> bool {
    !value.is_empty() && value.iter().all(|b| test(*b))
}

fn is_uuid(value: &[u8]) -> bool {
    const DASHES: [usize; 4] = [8, 13, 18, 23];
    let fits = |(at, b): (usize, &u8)| if DASHES.contains(&at) { *b == b'-' } else { b.is_ascii_hexdigit() };
    value.len() == 36 && value.iter().enumerate().all(fits)
}

/// Bytes behind a value in base64 with padding, if it is some. Bits beyond the last byte are not looked at, as
/// most decoders do.
fn base64_len(value: &[u8]) -> Option<usize> {
    let config = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    let decoded = GeneralPurpose::new(&STANDARD, config).decode(value).map(Zeroizing::new);
    decoded.ok().filter(|bytes| !bytes.is_empty()).map(|bytes| bytes.len())
}

/// Bytes that a value stands for: decoded where its type is an encoding, else its own.
#[must_use]
pub fn byte_len(kind: Option<ValueType>, value: &[u8]) -> usize {
    match kind {
        Some(ValueType::Base64) => base64_len(value).unwrap_or(value.len()),
        Some(ValueType::Hex) if reads_as(ValueType::Hex, value) => value.len() / 2,
        _ => value.len(),
    }
}

/// Whether a value holds `${NAME...}`, which most readers replace: what it will read as cannot be told from it.
#[must_use]
pub fn has_reference(value: &[u8]) -> bool {
    let Some(last) = value.iter().rposition(|b| *b == b'}') else { return false };
    let closed = value.get(..last).unwrap_or_default();
    closed
        .windows(3)
        .any(|part| matches!(part, [b'$', b'{', name] if name.is_ascii_alphabetic() || *name == b'_'))
}

/// Characters of a value; a byte that is no UTF-8 counts as one.
#[must_use]
pub fn char_len(value: &[u8]) -> usize {
    value.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

#[cfg(test)]
mod tests {
    use super::{byte_len, char_len, reads_as};
    use crate::policy::ValueType::{self, *};
    use rstest::rstest;

    #[rstest]
    #[case(Bool, "TRUE", true)]
    #[case(Bool, "y", false)]
    #[case(Int, "-12", true)]
    #[case(Int, "1.0", false)]
    #[case(Int, "-", false)]
    #[case(Port, "65535", true)]
    #[case(Port, "65536", false)]
    #[case(Port, "0", false)]
    #[case(Port, "080", false)]
    #[case(Port, "+80", false)]
    #[case(Base64, "QUJD", true)]
    #[case(Base64, "QUI=", true)]
    #[case(Base64, "QUI", false)]
    #[case(Base64, "Q===", false)]
    #[case(Base64, "QU-_", false)]
    #[case(Hex, "00fF", true)]
    #[case(Hex, "00f", false)]
    #[case(Uuid, "123e4567-e89b-12d3-a456-426614174000", true)]
    #[case(Uuid, "123e4567e89b12d3a456426614174000", false)]
    #[case(GitSha, "0a1b2c3", true)]
    #[case(GitSha, "0A1B2C3", false)]
    #[case(GitSha, "latest", false)]
    #[case(String, "", true)]
    fn types(#[case] kind: ValueType, #[case] value: &str, #[case] fits: bool) {
        assert_eq!(reads_as(kind, value.as_bytes()), fits);
    }

    #[test]
    fn lengths() {
        assert_eq!(byte_len(Some(Base64), b"QUI="), 2);
        assert_eq!(byte_len(Some(Hex), b"00ff"), 2);
        assert_eq!(byte_len(None, "é".as_bytes()), 2);
        assert_eq!(char_len("é\u{1f600}".as_bytes()), 2);
        assert_eq!(char_len(b"a\xff\xfe"), 3);
    }
}
