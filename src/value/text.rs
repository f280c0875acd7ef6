//! Values as text: how long they are, what they refer to, how they compare.

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

/// Whether two texts are equal but for upper and lower case, letter by letter (Unicode's simple lower case, no locale); bytes
/// that are no UTF-8 have no case.
#[must_use]
pub fn same_but_case(one: &[u8], other: &[u8]) -> bool {
    match (str::from_utf8(one), str::from_utf8(other)) {
        (Ok(one), Ok(other)) => one.chars().map(lower).eq(other.chars().map(lower)),
        _ => one.eq_ignore_ascii_case(other),
    }
}

/// The lower case of a character where that is one character, else the character itself.
fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::{char_len, same_but_case};

    #[test]
    fn lengths() {
        assert_eq!(char_len("\u{e9}\u{1f600}".as_bytes()), 2);
        assert_eq!(char_len(b"a\xff\xfe"), 3);
    }

    #[test]
    fn case() {
        let same = |one: &str, other: &str| same_but_case(one.as_bytes(), other.as_bytes());
        assert!(same("Info", "INFO") && same("\u{c4}rger", "\u{e4}RGER") && same("", ""));
        assert!(!same("info", "inf") && !same("stra\u{df}e", "STRASSE") && !same("a", "\u{e4}"));
        assert!(same_but_case(b"A\xff", b"a\xff") && !same_but_case(b"\xff", b"\xfe"));
    }
}
