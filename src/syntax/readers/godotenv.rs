//! The Go package `github.com/joho/godotenv`, held against 1.5.1 as Debian trixie packs it.
//!
//! The rules are those of its `parser.go`. It never fails on a value, only on a name or a quote; it knows nothing of the
//! process's environment: a name that the file has not set yet stands for nothing. Nothing is unmodelled but values that
//! substitution makes larger than is taken.

use crate::syntax::dotenv::scan::Scanner;
use crate::text::{Span, ValueBuilder};

use super::go_text::{ends_with, is_space, next_statement, rune, skip, without_end};
use super::{End, FileView, Refusal, Seen, Sheet};

/// Most bytes that substitution may make of one file.
const MOST_EXPANDED: usize = 4 << 20;

/// What it makes of a file.
pub(super) fn read(bytes: &[u8]) -> FileView {
    let mut parser = Parser {
        scanner: Scanner::new(bytes),
        sheet: Sheet::new(bytes),
        room: MOST_EXPANDED,
        no_more_names: false,
    };
    let end = parser.file().map_or_else(|(why, at)| End::Refused(why, at), |()| End::Whole);
    parser.sheet.finish(end)
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    sheet: Sheet<'a>,
    /// Bytes that substitution may still make.
    room: usize,
    /// From here to the end all could be part of a name, and nothing ends one.
    no_more_names: bool,
}

type Fail = (Refusal, usize);

impl Parser<'_> {
    fn file(&mut self) -> Result<(), Fail> {
        while next_statement(&mut self.scanner) {
            let key = self.key()?;
            skip(&mut self.scanner, is_space);
            let seen = match self.scanner.peek() {
                Some(quote @ (b'"' | b'\'')) => self.quoted(quote)?,
                _ => self.unquoted(),
            };
            self.sheet.assign(key, seen);
        }
        Ok(())
    }

    /// The name, and its end passed. Where nothing ends it, it is taken for a value, and the name is empty.
    fn key(&mut self) -> Result<Span, Fail> {
        let scanner = &mut self.scanner;
        let mut after = scanner.clone();
        if after.eat_all(b"export") && rune(after.rest()).is_some_and(|(rune, _)| is_space(rune)) {
            skip(&mut after, is_space);
            *scanner = after;
        }
        let start = scanner.at();
        if !self.no_more_names {
            scanner.eat_while(is_key);
        }
        match scanner.peek().filter(|_| !self.no_more_names) {
            Some(b'=' | b':') => {
                let key = without_end(self.sheet.bytes(), scanner.since(start), char::is_whitespace);
                scanner.bump();
                Ok(key)
            }
            Some(b'\n') => Err((Refusal::NoEquals, start)),
            Some(_) => Err((Refusal::BadKey, scanner.at())),
            None if start == self.sheet.bytes().len() => Err((Refusal::NoEquals, start)),
            None => {
                self.no_more_names = true;
                scanner.seek(start);
                Ok(Span::new(start, start))
            }
        }
    }

    /// Up to the line's end, without a comment: the last one alone.
    fn unquoted(&mut self) -> Seen {
        let bytes = self.sheet.bytes();
        let mut span = self.scanner.eat_while(|byte| !matches!(byte, b'\n' | b'\r'));
        let line = span.of(bytes);
        let is_comment = |at: &usize| {
            line.get(*at) == Some(&b'#') && ends_with(line.get(..*at).unwrap_or_default(), is_space)
        };
        if let Some(at) = (1..line.len()).rev().find(is_comment) {
            span.end = span.start + at;
        }
        let span = without_end(bytes, span, is_space);
        let text = span.of(bytes);
        if std::str::from_utf8(text).is_ok() {
            return if text.contains(&b'$') { self.expanded(text) } else { span.into() };
        }
        // It goes through runes: each byte that belongs to none becomes U+FFFD.
        let mut runes = ValueBuilder::with_capacity(text.len() * 3);
        for chunk in text.utf8_chunks() {
            runes.extend(chunk.valid().as_bytes());
            chunk.invalid().iter().for_each(|_| runes.extend("\u{fffd}".as_bytes()));
        }
        self.expanded(runes.expose())
    }

    /// Up to a quote that no backslash stands right before, whatever stands before that.
    fn quoted(&mut self, quote: u8) -> Result<Seen, Fail> {
        let open = self.scanner.at();
        self.scanner.bump();
        let mut previous = quote;
        let mut special = false;
        let mut returns = false;
        let mut span = self.scanner.eat_while(|byte| {
            let inside = byte != quote || previous == b'\\';
            if inside {
                special |= matches!(byte, b'\\' | b'$');
                returns |= byte == b'\n' && previous == b'\r';
                previous = byte;
            }
            inside
        });
        if !self.scanner.eat(quote) {
            return Err((Refusal::UnterminatedQuote, open));
        }
        // The quotes are trimmed off, and with the closing one an escaped one before it.
        let bytes = self.sheet.bytes();
        span.end -= usize::from(span.of(bytes).ends_with(&[quote]));
        let special = special && quote == b'"';
        if !special && !returns {
            return Ok(span.into());
        }
        let text = span.of(bytes);
        let mut plain = ValueBuilder::with_capacity(text.len());
        let mut rest = text.iter().copied().enumerate();
        while let Some((at, byte)) = rest.next() {
            let next = text.get(at + 1).copied();
            match (byte, next) {
                // Before anything else is done `\r\n` becomes `\n` everywhere.
                (b'\r', Some(b'\n')) => {}
                (b'\\', Some(next)) if special => {
                    match next {
                        b'n' => plain.push(b'\n'),
                        b'r' => plain.push(b'\r'),
                        // Left for substitution to take off.
                        b'$' => plain.extend(b"\\$"),
                        b'\r' if text.get(at + 2) == Some(&b'\n') => {}
                        _ => plain.push(next),
                    }
                    rest.next();
                }
                _ => plain.push(byte),
            }
        }
        Ok(if special { self.expanded(plain.expose()) } else { self.sheet.built(plain) })
    }

    /// Replaces `$NAME`, of capitals, digits and `_`, with any of `(`, `{` and `}` around it.
    fn expanded(&mut self, text: &[u8]) -> Seen {
        let mut out = ValueBuilder::with_capacity(text.len());
        let mut scanner = Scanner::new(text);
        loop {
            let plain = scanner.eat_while(|byte| byte != b'$').of(text);
            let dollar = scanner.at();
            let escaped = plain.ends_with(b"\\");
            out.extend(plain.strip_suffix(b"\\").filter(|_| !scanner.is_done()).unwrap_or(plain));
            if !scanner.eat(b'$') {
                break;
            }
            scanner.eat(b'(');
            scanner.eat(b'{');
            let name =
                scanner.eat_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
            scanner.eat(b'}');
            if escaped || name.is_empty() {
                out.extend(scanner.since(dollar).of(text));
            } else if !self.append(name.of(text), &mut out) {
                return Seen::Unmodelled;
            }
        }
        self.sheet.built(out)
    }

    /// Appends a variable's value; nothing if it has none yet. False if that cannot be said.
    fn append(&mut self, name: &[u8], out: &mut ValueBuilder) -> bool {
        let bytes = self.sheet.bytes();
        let Some(assigned) = self.sheet.last(name) else { return true };
        let Seen::Value(value) = &assigned.seen else { return false };
        let value = value.of(bytes);
        let Some(room) = self.room.checked_sub(value.len()) else {
            self.room = 0;
            return false;
        };
        self.room = room;
        out.extend(value);
        true
    }
}

/// What may stand in a name. It is looked at byte by byte, each taken for the rune of that number, so that of names in
/// UTF-8 some are taken and some are not.
const fn is_key(byte: u8) -> bool {
    match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'_' | b'.' => true,
        b'\t' | 0x0b | 0x0c | b'\r' | b' ' | 0x85 | 0xa0 => true,
        0xaa | 0xb2 | 0xb3 | 0xb5 | 0xb9 | 0xba | 0xbc..=0xbe => true,
        0xc0..=0xff => !matches!(byte, 0xd7 | 0xf7),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::super::{End, Seen};
    use super::read;

    /// The file's variables as it assigns them, or nothing if it is refused.
    fn values(file: &[u8]) -> Option<String> {
        let view = read(file);
        if view.end != End::Whole {
            return None;
        }
        let one = |assigned: &super::super::Assigned| {
            let Seen::Value(value) = &assigned.seen else { panic!("{:?}", assigned.seen) };
            format!("{}={}", assigned.key.of(file).escape_ascii(), value.of(file).escape_ascii())
        };
        Some(view.assigned.iter().map(one).collect::<Vec<_>>().join("|"))
    }

    #[test]
    fn surprises() {
        let rows: &[(&[u8], Option<&str>)] = &[
            // Of several comments only the last goes; behind `=` there is none.
            (b"A=x # a # b", Some("A=x # a")),
            (b"A= # a", Some("A=# a")),
            // A variable that the file has not set is nothing, whatever the process has; only capitals count.
            (b"A=$B-${B:-d}$b\nB=1", Some("A=-:-d}$b|B=1")),
            (b"FOO=1\nA=$(FOO) $Foo", Some("FOO=1|A=1) oo")),
            // A backslash before the closing quote escapes it, escaped or not; and an escaped quote at the end goes.
            (b"A=\"x\\\\\"", None),
            (b"A=\"x\\\"\"", Some("A=x\\\\")),
            (b"A=\"\\n\\t\\$B\"", Some("A=\\nt$B")),
            // What follows a closing quote is the next statement.
            (b"A='x'B=y", Some("A=x|B=y")),
            (b"A='x'y\n", None),
            // A word that the file ends with is a value without a name.
            (b"A=1\nB", Some("A=1|=B")),
            (b"A\nB=1\n", None),
            (b"export ", None),
            (b"A B=1", Some("A B=1")),
            (b"A-B=1", None),
            // Names are looked at byte by byte.
            (b"\xc3\xa0=1", Some("\\xc3\\xa0=1")),
            (b"\xc3\xa9=1", None),
            (b"\xef\xbb\xbfA=1", None),
            (b"A=\xff\nB='\xff'", Some("A=\\xef\\xbf\\xbd|B=\\xff")),
            (b"A='x\r\ny'\r\n", Some("A=x\\ny")),
            (b"A=x\rB=y", Some("A=x|B=y")),
        ];
        for (file, expected) in rows {
            assert_eq!(values(file).as_deref(), *expected, "{}", file.escape_ascii());
        }
    }

    #[test]
    fn hostile_files_end() {
        let many = 1 << 20;
        assert_eq!(read("A\r".repeat(many / 2).as_bytes()).assigned.len(), many / 2);
        assert_eq!(read("A=$ # ".repeat(many / 6).as_bytes()).assigned.len(), 1);
        let doubled = "A=xxxxxxxx\n".to_owned() + &"A=$A$A\n".repeat(10_000);
        let view = read(doubled.as_bytes());
        assert!(matches!(view.assigned.last().unwrap().seen, Seen::Unmodelled));
        let large = format!("A='{}'\n", "x".repeat(many)) + &"B=$A$A\n".repeat(10_000);
        assert!(matches!(read(large.as_bytes()).assigned.last().unwrap().seen, Seen::Unmodelled));
    }
}
