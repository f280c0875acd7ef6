//! Python-dotenv, as `load_dotenv` reads a file: the process's own variables win over those of the file.
//!
//! Held against python-dotenv 1.2.4; the rules are those of its `parser.py`, `variables.py` and `main.py`. A file is text:
//! bytes that are not UTF-8 raise, one byte order mark at the start goes, and every kind of line break is a line feed before
//! the parser sees it. What does not parse is dropped up to the end of its line. Then `${NAME}` and `${NAME:-default}` are
//! replaced in every value, single-quoted ones included.
//!
//! Unmodelled: a quoted name with a carriage return in it, and a NUL where only the process decides whether it counts.

use std::collections::HashMap;

use crate::syntax::dotenv::scan::Scanner;
use crate::text::{Span, ValueBuilder};

use super::{End, FileView, Refusal, Seen, Sheet};

/// Most bytes that values of one file may be put together from; what is beyond is unmodelled.
const MOST_BUILT: usize = 4 << 20;

/// What it makes of a file.
pub(super) fn read(bytes: &[u8]) -> FileView {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            return Sheet::new(bytes).finish(End::Refused(Refusal::InvalidUtf8, error.valid_up_to()));
        }
    };
    let mut scanner = Scanner::new(bytes);
    scanner.eat_all("\u{feff}".as_bytes());
    let sheet = Sheet::new(bytes);
    let mut parser = Parser { text, scanner, sheet, left: MOST_BUILT, end: End::Whole };
    while !parser.scanner.is_done() {
        if parser.binding().is_none() {
            parser.rest_of_line();
        }
    }
    let end = parser.end;
    let view = parser.sheet.finish(end);
    if end == End::Whole { settable(bytes, view) } else { view }
}

/// What is set must be a name and a value that the operating system takes; otherwise it raises while setting them.
pub(super) fn settable(bytes: &[u8], mut view: FileView) -> FileView {
    let has_nul = bytes.contains(&0);
    // Only a quoted name can hold a `=`.
    if !has_nul && !view.assigned.iter().any(|one| one.key.of(bytes).contains(&b'=')) {
        return view;
    }
    let last: HashMap<&[u8], usize> =
        view.assigned.iter().enumerate().map(|(at, one)| (one.key.of(bytes), at)).collect();
    let mut end = End::Whole;
    for (at, one) in view.assigned.iter().enumerate() {
        let key = one.key.of(bytes);
        if last.get(key) != Some(&at) {
            continue;
        }
        let known = match &one.seen {
            Seen::Unset => continue,
            Seen::Value(text) => Some(text.of(bytes).contains(&0)),
            _ => None,
        };
        if key.contains(&b'=') {
            end = End::Refused(Refusal::BadKey, one.key.start);
        } else if key.contains(&0) || known == Some(true) && !one.process_first {
            end = End::Refused(Refusal::NulByte, one.key.start);
        } else if has_nul && (known.is_none() || one.process_first) {
            end = End::Unmodelled(one.key.start);
        }
        if matches!(end, End::Refused(..)) {
            break;
        }
    }
    view.end = end;
    view
}

/// A value before names in it are replaced.
enum Raw {
    Span(Span),
    Built(ValueBuilder),
}

struct Parser<'a> {
    text: &'a str,
    scanner: Scanner<'a>,
    sheet: Sheet<'a>,
    /// What is left of [`MOST_BUILT`].
    left: usize,
    end: End,
}

impl Parser<'_> {
    /// One statement, with its line break; nothing if it does not parse from the place on where it then stands.
    fn binding(&mut self) -> Option<()> {
        self.skip(true);
        if self.scanner.is_done() {
            return Some(());
        }
        let start = self.scanner.at();
        if self.scanner.eat_all(b"export") && self.skip(false) == 0 {
            self.scanner.seek(start);
        }
        let key = match self.scanner.peek() {
            Some(b'#') => None,
            Some(b'\'') => Some(self.quoted_key()?),
            _ => Some(self.bare_key()?),
        };
        self.skip(false);
        let value = if self.scanner.eat(b'=') {
            let blanks = self.skip(false);
            let comment = blanks > 0 && self.scanner.peek() == Some(b'#');
            Some(if comment { Raw::Span(self.scanner.since(self.scanner.at())) } else { self.value()? })
        } else {
            None
        };
        self.skip(false);
        if self.scanner.peek() == Some(b'#') {
            self.scanner.eat_while(|byte| !is_break(byte));
        }
        if !self.scanner.is_done() && !self.line_break() {
            return None;
        }
        match (key, value) {
            (Some(key), Some(raw)) => self.assign(key, raw),
            (Some(key), None) => self.sheet.assign(key, Seen::Unset),
            (None, _) => {}
        }
        Some(())
    }

    fn quoted_key(&mut self) -> Option<Span> {
        let quote = self.scanner.at();
        self.scanner.bump();
        let key = self.scanner.eat_while(|byte| byte != b'\'');
        if key.is_empty() || !self.scanner.eat(b'\'') {
            self.scanner.seek(quote);
            return None;
        }
        if key.of(self.sheet.bytes()).contains(&b'\r') {
            self.end = End::Unmodelled(key.start);
        }
        Some(key)
    }

    fn bare_key(&mut self) -> Option<Span> {
        let start = self.scanner.at();
        loop {
            let byte = self.scanner.peek();
            if byte.is_none_or(|byte| matches!(byte, b'=' | b'#')) || space(self.scanner.rest()) > 0 {
                break;
            }
            self.scanner.bump();
        }
        let key = self.scanner.since(start);
        (!key.is_empty()).then_some(key)
    }

    fn value(&mut self) -> Option<Raw> {
        match self.scanner.peek() {
            Some(quote @ (b'\'' | b'"')) => self.quoted(quote),
            _ => Some(Raw::Span(self.unquoted())),
        }
    }

    fn quoted(&mut self, quote: u8) -> Option<Raw> {
        let opening = self.scanner.at();
        self.scanner.bump();
        let start = self.scanner.at();
        let mut literal = true;
        loop {
            self.scanner.eat_while(|byte| byte != quote && byte != b'\\' && byte != b'\r');
            match self.scanner.bump() {
                Some(b'\r') => literal = false,
                Some(b'\\') => {
                    literal = false;
                    self.scanner.bump();
                }
                Some(_) => break,
                None => {
                    self.scanner.seek(opening);
                    return None;
                }
            }
        }
        let inner = Span::new(start, self.scanner.at() - 1);
        if literal {
            return Some(Raw::Span(inner));
        }
        Some(Raw::Built(unescaped(inner.of(self.sheet.bytes()), quote)))
    }

    /// The rest of the line up to a `#` with white space before it, trimmed.
    fn unquoted(&mut self) -> Span {
        let line = self.scanner.eat_while(|byte| !is_break(byte));
        let text = self.text.get(line.start..line.end).unwrap_or_default();
        let before = |at: usize| text.get(..at).unwrap_or_default();
        let comment = text
            .match_indices('#')
            .map(|(at, _)| before(at))
            .find(|before| before.chars().next_back().is_some_and(is_space));
        Span::new(line.start, line.start + comment.unwrap_or(text).trim_end_matches(is_space).len())
    }

    fn assign(&mut self, key: Span, raw: Raw) {
        let (seen, process_first) = match raw {
            Raw::Span(span) => {
                self.resolved(span.of(self.sheet.bytes())).unwrap_or_else(|| (Seen::from(span), false))
            }
            Raw::Built(value) => match self.resolved(value.expose()) {
                Some(resolved) => resolved,
                None => (self.sheet.built(value), false),
            },
        };
        self.sheet.assign_after_process(key, seen, process_first);
    }

    /// The value with names replaced, and whether the process may have another; nothing if there are none.
    fn resolved(&mut self, value: &[u8]) -> Option<(Seen, bool)> {
        let mut stops = Next::new(value, |byte| matches!(byte, b'}' | b':'));
        let mut braces = Next::new(value, |byte| byte == b'}');
        let mut dollars = Next::new(value, |byte| byte == b'$');
        let mut built: Option<ValueBuilder> = None;
        let (mut from, mut done, mut process_first) = (0, 0, false);
        while let Some(dollar) = dollars.after(from) {
            from = dollar + 1;
            if value.get(from) != Some(&b'{') {
                continue;
            }
            let start = dollar + 2;
            let Some(stop) = stops.after(start) else { break };
            let mut default: &[u8] = b"";
            let mut close = stop;
            if value.get(stop) == Some(&b':') {
                if value.get(stop + 1) != Some(&b'-') {
                    continue;
                }
                let Some(brace) = braces.after(stop + 2) else { continue };
                default = value.get(stop + 2..brace).unwrap_or_default();
                close = brace;
            }
            let out = built.get_or_insert_with(|| ValueBuilder::with_capacity(value.len()));
            out.extend(value.get(done..dollar).unwrap_or_default());
            from = close + 1;
            done = from;
            let name = value.get(start..stop).unwrap_or_default();
            // Without a name of this kind no environment is asked.
            let possible = !name.is_empty() && !name.iter().any(|byte| matches!(byte, b'=' | 0));
            let bytes = self.sheet.bytes();
            let replacement = match self.sheet.last(name).map(|one| &one.seen) {
                None if possible => return Some((Seen::DependsOnProcess, false)),
                None => default,
                Some(Seen::DependsOnProcess) => return Some((Seen::DependsOnProcess, false)),
                Some(Seen::Value(text)) => text.of(bytes),
                // There, but without a value: no default takes its place.
                Some(Seen::Unset) => b"",
                Some(_) => return Some((Seen::Unmodelled, false)),
            };
            process_first |= possible;
            self.left = self.left.saturating_sub(replacement.len());
            if self.left == 0 {
                return Some((Seen::Unmodelled, false));
            }
            out.extend(replacement);
        }
        let mut out = built?;
        out.extend(value.get(done..).unwrap_or_default());
        Some((self.sheet.built(out), process_first))
    }

    fn rest_of_line(&mut self) {
        self.scanner.eat_while(|byte| !is_break(byte));
        self.line_break();
    }

    fn line_break(&mut self) -> bool {
        self.scanner.eat_all(b"\r\n") || self.scanner.eat(b'\n') || self.scanner.eat(b'\r')
    }

    /// Skips white space, with line breaks or without, and says how many bytes.
    fn skip(&mut self, breaks: bool) -> usize {
        let start = self.scanner.at();
        loop {
            let rest = self.scanner.rest();
            let length = space(rest);
            if length == 0 || !breaks && rest.first().is_some_and(|byte| is_break(*byte)) {
                return self.scanner.at() - start;
            }
            self.scanner.seek(self.scanner.at() + length);
        }
    }
}

/// Looks for bytes from places that grow, at each byte once.
struct Next<'a, F> {
    bytes: &'a [u8],
    fits: F,
    /// The first byte that fits at or after the last place asked for.
    found: Option<usize>,
    asked: bool,
}

impl<'a, F: Fn(u8) -> bool> Next<'a, F> {
    fn new(bytes: &'a [u8], fits: F) -> Self {
        Self { bytes, fits, found: None, asked: false }
    }

    fn after(&mut self, place: usize) -> Option<usize> {
        if !self.asked || self.found.is_some_and(|found| found < place) {
            self.asked = true;
            let rest = self.bytes.get(place..).unwrap_or_default();
            self.found = rest.iter().position(|byte| (self.fits)(*byte)).map(|at| place + at);
        }
        self.found
    }
}

/// What stands between quotes, with its escapes resolved and every line break a line feed.
fn unescaped(inner: &[u8], quote: u8) -> ValueBuilder {
    let mut out = ValueBuilder::with_capacity(inner.len());
    let mut scanner = Scanner::new(inner);
    while let Some(byte) = scanner.bump() {
        let next = scanner.peek();
        let decoded = match (byte, next) {
            (b'\r', _) => {
                scanner.eat(b'\n');
                out.push(b'\n');
                continue;
            }
            (b'\\', Some(next @ (b'\\' | b'\''))) => Some(next),
            (b'\\', Some(next)) if quote == b'"' => escape(next),
            _ => None,
        };
        if decoded.is_some() {
            scanner.bump();
        }
        out.push(decoded.unwrap_or(byte));
    }
    out
}

/// What a backslash before this byte makes of it within double quotes.
const fn escape(byte: u8) -> Option<u8> {
    Some(match byte {
        b'"' => b'"',
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        _ => return None,
    })
}

const fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// White space to Python: Unicode's own, and four separators of ASCII.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// How long the white space character is that UTF-8 text starts with; zero if it does not start with one.
fn space(text: &[u8]) -> usize {
    match text {
        [0x09..=0x0d | 0x1c..=0x20, ..] => 1,
        [0xc2, 0x85 | 0xa0, ..] => 2,
        [0xe1, 0x9a, 0x80, ..]
        | [0xe2, 0x80, 0x80..=0x8a | 0xa8 | 0xa9 | 0xaf, ..]
        | [0xe2, 0x81, 0x9f, ..]
        | [0xe3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "tests"
    )]

    use super::{is_space, read, space};
    use crate::syntax::readers::said_tests::said_of;
    use crate::syntax::readers::{Assigned, End};

    /// What comes of a file, in words: each variable's last assignment, or why there is none.
    fn said(file: &[u8]) -> String {
        let view = read(file);
        if let End::Refused(why, _) = view.end {
            return format!("{why:?}");
        }
        if view.end != End::Whole {
            return "unmodelled".to_owned();
        }
        let one = |one: &Assigned| said_of(one, file);
        view.assigned.iter().map(one).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn rows() {
        let rows: &[(&[u8], &str)] = &[
            (b"A=a #c\nB=a#c\nC= #c\nD=#c\nE=\"a\"#c\n", "A=a | B=a#c | C= | D=#c | E=a"),
            (b"A\nB = 1\nC D\nexport E='x'\n", "A Unset | B=1 | E=x"),
            (b"A=\"a\\n\\x\\\"b\"\nB='a\\n\\'b'\n", "A=a\\n\\\\x\\\"b | B=a\\\\n\\'b"),
            (b"A=\"a\"b\nB=\"a\nC=1\n", "C=1"),
            (b"A=1\r\nB=\"a\r\nb\rc\"\rC=2\r", "A=1 | B=a\\nb\\nc | C=2"),
            (b"A=1\nB='${A}$A${C:-d}'\n", "A=1 | B DependsOnProcess"),
            (b"A=1\nB='${A}$A${A:+d}${A:-d}'\n", "A=1 | B?=1$A${A:+d}1"),
            (b"A\nB=${A:-d}.\n", "A Unset | B?=."),
            (b"A=${}${:-x}${a=:-d}\n", "A=xd"),
            (b"\xef\xbb\xbfA=1\n\xef\xbb\xbfB=2\n", "A=1 | \\xef\\xbb\\xbfB=2"),
            (b"A=\xff\n", "InvalidUtf8"),
            (b"A=a\0b\n", "NulByte"),
            (b"A=a\0b\nA=1\n", "A=a\\x00b | A=1"),
            (b"'A=B'=1\n", "BadKey"),
            (b"B=\0\nA=${B}\nB=1\n", "unmodelled"),
            (b"'a\rb'=1\n", "unmodelled"),
            ("A\u{a0}=\u{3000}x\u{2028}#c\u{85}\n\u{1c}B=1".as_bytes(), "A=x | B=1"),
        ];
        for (file, expected) in rows {
            assert_eq!(said(file), *expected, "{}", file.escape_ascii());
        }
    }

    #[test]
    fn knows_the_same_white_space_as_bytes_and_as_characters() {
        for c in '\0'..=char::MAX {
            let text = c.to_string();
            assert_eq!(space(text.as_bytes()), if is_space(c) { text.len() } else { 0 }, "{c:?}");
        }
    }

    #[test]
    fn ends_soon_on_hostile_files() {
        for unit in ["\"", "'", "A=\"\n", "A='\n", "A=${", "A=${${:", "${:-", "#", " #", "export ", "A=\\"] {
            read(unit.repeat((1 << 20) / unit.len()).as_bytes());
            read(["A=", &unit.repeat((1 << 20) / unit.len())].concat().as_bytes());
        }
        let mut doubling = String::from("A=xxxxxxxx\n");
        doubling.push_str(&"A=${A}${A}\n".repeat(50_000));
        read(doubling.as_bytes());
    }
}
