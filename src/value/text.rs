//! Values as text: how long they are, what they refer to, how they compare.

use memchr::memrchr;

/// Whether a value holds `${NAME...}`, which most readers replace: what it will read as cannot be told from it.
#[must_use]
pub fn has_reference(value: &[u8]) -> bool {
    let Some(last) = memrchr(b'}', value) else { return false };
    let closed = value.get(..last).unwrap_or_default();
    closed
        .windows(3)
        .any(|part| matches!(part, [b'$', b'{', name] if name.is_ascii_alphabetic() || *name == b'_'))
}

/// The names in a value that refer to other variables: `${NAME}`, with a default or without, and `$NAME`. What is behind `\` or a
/// second `$` is none.
pub fn references(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let starts = value.iter().enumerate().filter(|(_, b)| **b == b'$').map(|(at, _)| at);
    starts.filter_map(|at| {
        let escaped =
            at.checked_sub(1).and_then(|before| value.get(before)).is_some_and(|b| b"\\$".contains(b));
        let rest = value.get(at + 1..)?;
        let (rest, braced) = rest.strip_prefix(b"{").map_or((rest, false), |rest| (rest, true));
        let end = rest.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'_');
        let name = end.map_or(rest, |end| rest.get(..end).unwrap_or(rest));
        let begins = name.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
        // What follows the name in braces: its end, or what stands there for want of it.
        let ends = !braced || end.and_then(|end| rest.get(end)).is_some_and(|b| b"}:-?+=".contains(b));
        (!escaped && begins && ends).then_some(name)
    })
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
    use super::{char_len, references, same_but_case};

    #[test]
    fn names_are_found() {
        let table = [
            ("${A}", "A"),
            ("x${A}y$B_1-${_C:-d}", "A B_1 _C"),
            ("${A:-${B}}", "A B"),
            ("$", ""),
            ("$1 ${1} ${} ${A ${A!} $", ""),
            ("\\${A} $${B} $$C", ""),
        ];
        for (value, names) in table {
            let found: Vec<&str> =
                references(value.as_bytes()).filter_map(|name| str::from_utf8(name).ok()).collect();
            assert_eq!(found.join(" "), names, "{value}");
        }
    }

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
