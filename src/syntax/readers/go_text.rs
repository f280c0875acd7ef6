//! Text as Go's `unicode`, `unicode/utf8` and `strings` packages see it, and what compose's parser has kept of godotenv's,
//! from which it comes: where a statement starts.

use crate::syntax::dotenv::scan::Scanner;
use crate::text::Span;

/// The first rune and its width. A byte that starts none is U+FFFD, one byte wide.
pub(super) fn rune(text: &[u8]) -> Option<(char, usize)> {
    let first = *text.first()?;
    if first.is_ascii() {
        return Some((char::from(first), 1));
    }
    let head = text.get(..text.len().min(4)).unwrap_or_default();
    let whole = head.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
    Some(whole.map_or((char::REPLACEMENT_CHARACTER, 1), |rune| (rune, rune.len_utf8())))
}

/// The last rune and its width.
fn last_rune(text: &[u8]) -> Option<(char, usize)> {
    let last = *text.last()?;
    if last.is_ascii() {
        return Some((char::from(last), 1));
    }
    let whole = (2..=4).find_map(|width| {
        let tail = text.get(text.len().checked_sub(width)?..)?;
        rune(tail).filter(|(_, found)| *found == width)
    });
    Some(whole.unwrap_or((char::REPLACEMENT_CHARACTER, 1)))
}

/// What both parsers call a space: a line feed is none, nor is what only Unicode calls one.
pub(super) const fn is_space(rune: char) -> bool {
    matches!(rune, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ' | '\u{85}' | '\u{a0}')
}

/// Whether a text ends with such a rune.
pub(super) fn ends_with(text: &[u8], fits: impl Fn(char) -> bool) -> bool {
    last_rune(text).is_some_and(|(rune, _)| fits(rune))
}

/// Passes runes as long as they fit.
pub(super) fn skip(scanner: &mut Scanner<'_>, fits: impl Fn(char) -> bool) {
    while let Some((_, width)) = rune(scanner.rest()).filter(|(rune, _)| fits(*rune)) {
        scanner.seek(scanner.at() + width);
    }
}

/// A span without the runes at its end that fit.
pub(super) fn without_end(bytes: &[u8], mut span: Span, fits: impl Fn(char) -> bool) -> Span {
    while let Some((_, width)) = last_rune(span.of(bytes)).filter(|(rune, _)| fits(*rune)) {
        span.end -= width;
    }
    span
}

/// Goes to the next statement, over blank space and comments; false at the file's end.
pub(super) fn next_statement(scanner: &mut Scanner<'_>) -> bool {
    loop {
        // White space in Unicode's sense, which is Go's and Rust's alike.
        skip(scanner, char::is_whitespace);
        match scanner.peek() {
            None => return false,
            Some(b'#') => drop(scanner.eat_while(|byte| byte != b'\n')),
            Some(_) => return true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_space, last_rune, rune, without_end};
    use crate::text::Span;

    #[test]
    fn takes_runes_off_both_ends_as_go_does() {
        let bad = Some((char::REPLACEMENT_CHARACTER, 1));
        assert_eq!((rune(b""), last_rune(b"")), (None, None));
        assert_eq!((rune(b"\xe2\x80x"), last_rune(b"x\xe2\x80")), (bad, bad));
        assert_eq!((rune(b"\xed\xa0\x80"), last_rune(b"\xed\xa0\x80")), (bad, bad));
        assert_eq!((rune("éx".as_bytes()), last_rune("xé".as_bytes())), (Some(('é', 2)), Some(('é', 2))));
        assert_eq!(last_rune(b"\xc3\xa9\xa9"), bad);
        let text = "x\u{2028}\u{a0} \n".as_bytes();
        let whole = Span::new(0, text.len());
        assert_eq!(without_end(text, whole, char::is_whitespace), Span::new(0, 1));
        assert_eq!(without_end(text, Span::new(0, text.len() - 1), is_space), Span::new(0, 4));
    }
}
