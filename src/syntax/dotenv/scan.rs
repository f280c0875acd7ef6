//! The lexer's hands: how readers, which disagree on where lines and quotes end, go over a file's bytes.

use crate::text::Span;

/// A place in a file that moves forward. What it passes it gives as spans; it never copies and never fails.
#[derive(Clone, Debug)]
pub struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Scanner<'a> {
    /// At the start of a file.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0, end: bytes.len() }
    }

    /// Over a part of a file; places stay those of the file.
    #[must_use]
    pub fn within(bytes: &'a [u8], span: Span) -> Self {
        let end = span.end.min(bytes.len());
        Self { bytes, at: span.start.min(end), end }
    }

    /// The place.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }

    /// Goes to a place, the end at most.
    pub fn seek(&mut self, at: usize) {
        self.at = at.min(self.end);
    }

    /// Whether nothing is left.
    #[must_use]
    pub const fn is_done(&self) -> bool {
        self.at >= self.end
    }

    /// All that is left.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..self.end).unwrap_or_default()
    }

    /// The next byte.
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.peek_nth(0)
    }

    /// The byte `n` bytes on.
    #[must_use]
    pub fn peek_nth(&self, n: usize) -> Option<u8> {
        let at = self.at.checked_add(n).filter(|at| *at < self.end)?;
        self.bytes.get(at).copied()
    }

    /// Takes the next byte.
    pub fn bump(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// Takes the next byte if it is this one.
    pub fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    /// Takes these bytes if they come next.
    pub fn eat_all(&mut self, text: &[u8]) -> bool {
        let found = self.rest().starts_with(text);
        self.at += if found { text.len() } else { 0 };
        found
    }

    /// Takes bytes as long as they fit.
    pub fn eat_while(&mut self, mut fits: impl FnMut(u8) -> bool) -> Span {
        let length = self.rest().iter().take_while(|byte| fits(**byte)).count();
        let span = Span::new(self.at, self.at + length);
        self.at = span.end;
        span
    }

    /// Takes all up to the next line feed, and the line feed itself, which is not part of the span.
    pub fn line(&mut self) -> Span {
        let line = self.eat_while(|byte| byte != b'\n');
        self.eat(b'\n');
        line
    }

    /// From `start` up to the place.
    #[must_use]
    pub const fn since(&self, start: usize) -> Span {
        Span::new(start, self.at)
    }
}

/// A span without the bytes at its ends that fit.
#[must_use]
pub fn trimmed(bytes: &[u8], span: Span, fits: impl Fn(u8) -> bool) -> Span {
    let text = span.of(bytes);
    let start = text.iter().take_while(|byte| fits(**byte)).count();
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.iter().rev().take_while(|byte| fits(**byte)).count();
    Span::new(span.start + start, span.start + text.len() - end)
}

#[cfg(test)]
mod tests {
    use super::{Scanner, trimmed};
    use crate::text::Span;

    #[test]
    fn stays_within_its_part() {
        let mut scanner = Scanner::within(b"abc\ndef", Span::new(1, 5));
        assert_eq!(scanner.line(), Span::new(1, 3));
        assert_eq!((scanner.bump(), scanner.bump(), scanner.at()), (Some(b'd'), None, 5));
        scanner.seek(99);
        assert!(scanner.is_done() && !scanner.eat(b'e') && !scanner.eat_all(b"e"));
        assert_eq!(Scanner::within(b"ab", Span::new(7, 9)).rest(), b"");
    }

    #[test]
    fn trims_both_ends() {
        assert_eq!(trimmed(b" a b ", Span::new(0, 5), |byte| byte == b' '), Span::new(1, 4));
        assert_eq!(trimmed(b"   ", Span::new(0, 3), |byte| byte == b' ').len(), 0);
    }
}
