//! docker compose, held against 2.26.1 as Debian trixie packs it, which is built with compose-go 2.4.8.
//!
//! The rules are those of compose-go's `dotenv/parser.go`; what it does about `$` is in [`compose_template`]. One parser
//! serves `env_file`, without a `format`, and the `.env` file for interpolation. With `env_file` a variable counts as the
//! file sets it, and only what a value refers to is looked up in the process's environment first. With `.env` the
//! process's own variable of that name counts too, and a file that gives a value to no name, or a NUL to any, is refused:
//! neither is in the model.
//!
//! Not modelled: a file with `${NAME:?...}` of a variable that it does not set, or sets to nothing, since the process
//! decides whether the file is refused; names with letters that only Unicode's later versions and rarer scripts have;
//! defaults within defaults below a depth; values that substitution makes larger than is taken.
//!
//! [`compose_template`]: super::compose_template

use crate::syntax::dotenv::scan::Scanner;
use crate::text::{Span, ValueBuilder};

use super::compose_template::{Failure, Room, expanded};
use super::go_text::{is_space, next_statement, rune, skip, without_end};
use super::{End, FileView, Refusal, Seen, Sheet};

/// What it makes of a file.
pub(super) fn read(bytes: &[u8]) -> FileView {
    let mut parser = Parser { scanner: Scanner::new(bytes), sheet: Sheet::new(bytes), room: Room::new() };
    let end = parser.file().err().unwrap_or(End::Whole);
    parser.sheet.finish(end)
}

struct Parser<'a> {
    scanner: Scanner<'a>,
    sheet: Sheet<'a>,
    room: Room,
}

/// A name, and what follows it.
enum Key {
    /// A value does.
    Assigned(Span),
    /// The line's end: the variable is the process's, if that has one.
    Inherited(Span),
}

impl Parser<'_> {
    fn file(&mut self) -> Result<(), End> {
        self.scanner.eat_all(b"\xef\xbb\xbf");
        while next_statement(&mut self.scanner) {
            match self.key()? {
                Key::Assigned(key) => self.assignment(key)?,
                // What `export` alone comes to; no process has a variable without a name.
                Key::Inherited(key) if key.is_empty() => {}
                // Without it the variable stays as it is: a value that the file gave it before counts.
                Key::Inherited(key) => self.sheet.assign(key, Seen::DependsOnProcess),
            }
        }
        Ok(())
    }

    fn assignment(&mut self, key: Span) -> Result<(), End> {
        skip(&mut self.scanner, is_space);
        let (seen, process_first) = match self.scanner.peek() {
            Some(b'"') => self.double_quoted()?,
            Some(b'\'') => (self.single_quoted()?, false),
            _ => self.unquoted()?,
        };
        self.sheet.assign_after_process(key, seen, process_first);
        Ok(())
    }

    /// The name, and its end passed. Where the file ends first, it is taken for a value, and the name is empty.
    fn key(&mut self) -> Result<Key, End> {
        let scanner = &mut self.scanner;
        let mut after = scanner.clone();
        if after.eat_all(b"export") && matches!(after.peek(), Some(b'\t' | b'\n' | b'\x0c' | b'\r' | b' ')) {
            skip(&mut after, is_space);
            *scanner = after;
        }
        let start = scanner.at();
        let end = loop {
            scanner.eat_while(is_key);
            match rune(scanner.rest()) {
                Some((end @ ('=' | ':' | '\n'), _)) => break Some(end),
                None => break None,
                Some((rune, width)) => {
                    match is_space(rune).then_some(true).or_else(|| is_letter_or_number(rune)) {
                        Some(true) => scanner.seek(scanner.at() + width),
                        Some(false) => return Err(End::Refused(Refusal::BadKey, scanner.at())),
                        None => return Err(End::Unmodelled(scanner.at())),
                    }
                }
            }
        };
        let bytes = self.sheet.bytes();
        let Some(end) = end else {
            scanner.seek(start);
            return if start == bytes.len() {
                Err(End::Refused(Refusal::NoEquals, start))
            } else {
                Ok(Key::Assigned(Span::new(start, start)))
            };
        };
        let key = without_end(bytes, scanner.since(start), char::is_whitespace);
        scanner.bump();
        if key.of(bytes).contains(&b' ') {
            return Err(End::Refused(Refusal::BadKey, start));
        }
        Ok(if end == '\n' { Key::Inherited(key) } else { Key::Assigned(key) })
    }

    /// Up to the line's end, or to the first ` #`.
    fn unquoted(&mut self) -> Result<(Seen, bool), End> {
        let bytes = self.sheet.bytes();
        let mut previous = 0;
        let mut dollar = false;
        let mut span = self.scanner.eat_while(|byte| {
            let inside = byte != b'\n' && (byte != b'#' || previous != b' ');
            dollar |= byte == b'$';
            previous = byte;
            inside
        });
        if self.scanner.peek() == Some(b'#') {
            span.end -= 1;
        }
        self.scanner.line();
        let span = without_end(bytes, span, char::is_whitespace);
        if dollar { self.expanded(span.of(bytes), span.start) } else { Ok((span.into(), false)) }
    }

    fn single_quoted(&mut self) -> Result<Seen, End> {
        let bytes = self.sheet.bytes();
        let (span, _) = self.quoted(b'\'')?;
        let text = span.of(bytes);
        if !text.contains(&b'\'') {
            return Ok(span.into());
        }
        let mut plain = ValueBuilder::with_capacity(text.len());
        // A quote within is one behind a backslash, which goes.
        for part in text.split_inclusive(|byte| *byte == b'\'') {
            match part.strip_suffix(b"\\'") {
                Some(part) => {
                    plain.extend(part);
                    plain.push(b'\'');
                }
                None => plain.extend(part),
            }
        }
        Ok(self.sheet.built(plain))
    }

    fn double_quoted(&mut self) -> Result<(Seen, bool), End> {
        let bytes = self.sheet.bytes();
        let (span, special) = self.quoted(b'"')?;
        if !special {
            return Ok((span.into(), false));
        }
        let text = span.of(bytes);
        if !text.contains(&b'\\') {
            return self.expanded(text, span.start);
        }
        let mut plain = ValueBuilder::with_capacity(text.len() * 2);
        let mut scanner = Scanner::new(text);
        loop {
            plain.extend(scanner.eat_while(|byte| byte != b'\\').of(text));
            if scanner.bump().is_none() {
                break;
            }
            escape(&mut scanner, text, &mut plain);
        }
        if plain.expose().contains(&b'$') {
            self.expanded(plain.expose(), span.start)
        } else {
            Ok((self.sheet.built(plain), false))
        }
    }

    /// What stands between quotes, and whether a backslash or `$` is there.
    fn quoted(&mut self, quote: u8) -> Result<(Span, bool), End> {
        let open = self.scanner.at();
        self.scanner.bump();
        let mut special = false;
        let mut escaped = false;
        let span = self.scanner.eat_while(|byte| {
            let inside = escaped || byte != quote;
            escaped = byte == b'\\' && !escaped;
            special |= matches!(byte, b'\\' | b'$');
            inside
        });
        if self.scanner.eat(quote) {
            Ok((span, special))
        } else {
            Err(End::Refused(Refusal::UnterminatedQuote, open))
        }
    }

    /// A value with what `$` stands for; `at` is where it stands.
    fn expanded(&mut self, text: &[u8], at: usize) -> Result<(Seen, bool), End> {
        expanded(&mut self.sheet, &mut self.room, text).map_err(|failure| match failure {
            Failure::Refused => End::Refused(Refusal::BadSubstitution, at),
            Failure::Unmodelled => End::Unmodelled(at),
        })
    }
}

/// What an escape in double quotes stands for; its backslash is passed.
fn escape(scanner: &mut Scanner<'_>, text: &[u8], out: &mut ValueBuilder) {
    let Some(byte) = scanner.bump() else { return out.push(b'\\') };
    match byte {
        b'a' => out.push(0x07),
        b'b' => out.push(0x08),
        b'f' => out.push(0x0c),
        b'n' => out.push(b'\n'),
        b'r' => out.push(b'\r'),
        b't' => out.push(b'\t'),
        b'v' => out.push(0x0b),
        b'"' | b'\\' => out.push(byte),
        // What substitution takes for a plain `$`.
        b'$' => out.extend(b"$$"),
        b'0' => {
            let mut most = 3;
            let digits = scanner.eat_while(|byte| {
                most -= 1;
                most >= 0 && byte.is_ascii_digit()
            });
            let digits = digits.of(text);
            match octal(digits) {
                Some(rune) => out.extend(rune.encode_utf8(&mut [0; 2]).as_bytes()),
                // The zero is lost.
                None => {
                    out.push(b'\\');
                    out.extend(digits);
                }
            }
        }
        _ => out.extend(&[b'\\', byte]),
    }
}

/// The rune that three octal digits are the number of, up to that of a byte.
fn octal(digits: &[u8]) -> Option<char> {
    let digits = std::str::from_utf8(digits).ok().filter(|digits| digits.len() == 3)?;
    u8::from_str_radix(digits, 8).ok().map(char::from)
}

/// What may stand in a name, of ASCII.
const fn is_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'.' | b'-' | b'[' | b']' | b'\t' | 0x0b | 0x0c | b'\r' | b' ')
}

/// Whether a rune is a letter or a number to Go; where that hangs on Unicode's version, or on what only its tables tell
/// apart, nothing.
fn is_letter_or_number(rune: char) -> Option<bool> {
    match rune {
        '\0'..='\u{24f}'
        | '\u{370}'..='\u{481}'
        | '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{4e00}'..='\u{9fa5}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{212a}' => Some(rune.is_alphanumeric()),
        _ => (!rune.is_alphanumeric()).then_some(false),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::super::{Assigned, End, Seen};
    use super::{is_letter_or_number, read};

    /// The file's variables as it assigns them, or how far it is read. `^` marks what the process's variables come before.
    fn values(file: &[u8]) -> String {
        let view = read(file);
        let one = |assigned: &Assigned| {
            let key = assigned.key.of(file).escape_ascii();
            let first = if assigned.process_first { "^" } else { "" };
            match &assigned.seen {
                Seen::Value(value) => format!("{key}{first}={}", value.of(file).escape_ascii()),
                seen => format!("{key}:{seen:?}"),
            }
        };
        match view.end {
            End::Whole => view.assigned.iter().map(one).collect::<Vec<_>>().join("|"),
            End::Refused(why, _) => format!("{why:?}"),
            End::Unmodelled(_) => "Unmodelled".to_owned(),
        }
    }

    #[test]
    fn surprises() {
        let rows: &[(&[u8], &str)] = &[
            (b"A=x # a # b", "A=x"),
            (b"A= # a\nB=x\t# b", "A=# a|B=x\\t# b"),
            (b"A=1\nB=$A${A:-d}${A+x}\nC=${A+x}", "A=1|B^=11x|C=x"),
            (b"A=$B\nC=${B:-d}", "A:DependsOnProcess|C:DependsOnProcess"),
            (b"A=\nB=${A:-d}${A-d}${A:+x}", "A=|B^=d"),
            (b"A=${B:?e}", "Unmodelled"),
            // The last brace of the line says what is read, the first that fits what is replaced.
            (b"A=1\nB=${A:+x} y} z", "A=1|B^=x y} z"),
            (b"A=1\nB=${A+{}x}", "A=1|B={}x"),
            (b"A=1\nB=${A+{x}}}", "A=1|B={x}}"),
            (b"A=1\nB=${A-${}}", "BadSubstitution"),
            (b"A=${", "BadSubstitution"),
            (b"A=pa$ $1 $( $$", "A=pa$ $1 $( $"),
            (b"A=\"\\$B\\0101\\0\\c\"", "A=$BA\\\\\\\\c"),
            (b"A='x\\'y\\\\'", "A=x\\'y\\\\\\\\"),
            // What follows a closing quote is the next statement: here a variable that is the process's.
            (b"A='x'B=y", "A=x|B=y"),
            (b"A='x'y\n", "A=x|y:DependsOnProcess"),
            (b"A\nB=1\n", "A:DependsOnProcess|B=1"),
            (b"A=1\nB", "A=1|=B"),
            (b"export \nA=1\nexport", "A=1|=export"),
            (b"export ", "NoEquals"),
            (b"A B=1", "BadKey"),
            (b"A-B[0]=1\nA\tB=1", "A-B[0]=1|A\\tB=1"),
            (b"\xef\xbb\xbfA=\xff", "A=\\xff"),
            (b"A=\"x\n", "UnterminatedQuote"),
            ("\u{17f}=1\nA=$\u{17f}".as_bytes(), "\\xc5\\xbf=1|A^=1"),
            ("Ⓐ=1".as_bytes(), "Unmodelled"),
        ];
        for (file, expected) in rows {
            let expected = expected.replace("\\'", "'");
            assert_eq!(values(file).replace("\\'", "'"), expected, "{}", file.escape_ascii());
        }
    }

    /// `strconv` and `unicode` of Go 1.24 are the source.
    #[test]
    fn letters_and_numbers() {
        let sure = |rune| is_letter_or_number(rune);
        assert_eq!(['é', 'ª', '²', 'я', '中', 'K'].map(sure), [Some(true); 6]);
        assert_eq!(['×', '\u{301}', '€', '\u{fffd}', '\0'].map(sure), [Some(false); 5]);
        assert_eq!(['Ⓐ', 'ا'].map(sure), [None; 2]);
    }

    #[test]
    fn hostile_files_end() {
        let many = 1 << 20;
        for file in [
            "A=\"".to_owned() + &"${A:-".repeat(many / 5) + "\"",
            "A=1\nB=".to_owned() + &"${A:-".repeat(many / 5) + "}",
            "A=1\nB=".to_owned() + &"${A:-{".repeat(many / 6) + "}",
            "A=1\nB=".to_owned() + &"${A:-x}".repeat(many / 7),
            "A=1\nB=".to_owned() + &"${A:-".repeat(many / 6) + &"}".repeat(many / 6),
            "A=xxxxxxxx\n".to_owned() + &"A=$A$A\n".repeat(10_000),
            format!("A='{}'\n", "x".repeat(many)) + &"B=$A$A\n".repeat(10_000),
            format!("A='{}'\n", "x".repeat(many)) + &"B=${A:+$A$A}${A:-$A$A}\n".repeat(10_000),
        ] {
            let view = read(file.as_bytes());
            assert!(view.end != End::Whole || !view.assigned.is_empty());
        }
    }
}
