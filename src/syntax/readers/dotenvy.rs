//! The Rust crate dotenvy, as `dotenvy::dotenv()` and `from_path` load a file: into the process, where a variable that is
//! there already stays.
//!
//! Held against dotenvy 0.15.7; the rules are those of its `iter.rs`, which finds where a statement ends, and of its
//! `parse.rs`, which reads one. The two do not agree on quotes, blanks and comments, and both are followed here. An error
//! stops the loading, and what was set before it stays set: the file counts as refused. So it does where the crate panics,
//! which is what setting a value with a NUL comes to.
//!
//! What a name refers to is looked up in the process first, and that is where the file's variables went: the first
//! assignment counts for what follows as well. A name that no program exports, such as the `X:-d` of `${X:-d}`, is taken for
//! one that the process does not have.
//!
//! Unmodelled: `${...}` with a `=` in the name, which the C library may find within another variable, and a NUL where only
//! the process decides whether it counts.

use std::collections::HashMap;

use crate::syntax::dotenv::scan::Scanner;
use crate::text::{Span, ValueBuilder};

use super::{Assigned, End, FileView, Refusal, Seen};

/// Most bytes that values of one file may be put together from; what is beyond is unmodelled.
const MOST_BUILT: usize = 4 << 20;

/// Why it stops, and where.
type Stop = (Refusal, usize);

/// What it makes of a file.
pub(super) fn read(bytes: &[u8]) -> FileView {
    let mut assigned = Vec::with_capacity(bytes.len() / 48);
    let end = match std::str::from_utf8(bytes) {
        Ok(text) => {
            let mut parser = Parser { text, assigned, first: HashMap::new(), indexed: 0, left: MOST_BUILT };
            let end = parser.file();
            assigned = parser.assigned;
            end
        }
        Err(error) => End::Refused(Refusal::InvalidUtf8, error.valid_up_to()),
    };
    FileView { assigned, executed: Vec::new(), end }
}

struct Parser<'a> {
    text: &'a str,
    assigned: Vec<Assigned>,
    /// Name to its first assignment; made when first asked for, up to `indexed`.
    first: HashMap<&'a [u8], usize>,
    indexed: usize,
    /// What is left of [`MOST_BUILT`].
    left: usize,
}

impl<'a> Parser<'a> {
    fn file(&mut self) -> End {
        let mut scanner = Scanner::new(self.text.as_bytes());
        scanner.eat_all("\u{feff}".as_bytes());
        while !scanner.is_done() {
            let done = self.statement(&mut scanner).and_then(|statement| self.assignment(statement));
            if let Err((why, at)) = done {
                return End::Refused(why, at);
            }
        }
        self.settable()
    }

    fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Takes a statement: a line, or several where a quote is open at its end, without a comment that it sees there.
    fn statement(&self, scanner: &mut Scanner) -> Result<Span, Stop> {
        let start = scanner.at();
        let mut line = scanner.line();
        let text = self.slice(line);
        let with_break = scanner.at() > line.end;
        // Nothing here that could open anything: this is a statement, whatever the blanks.
        if with_break
            && text.bytes().all(|byte| byte.is_ascii() && !matches!(byte, b'\\' | b'\'' | b'"' | b'#'))
        {
            return Ok(line);
        }
        if text.trim_start().starts_with('#') {
            return Ok(Span::new(start, start));
        }
        let mut state = Scan::Text;
        loop {
            for (at, c) in self.slice(line).char_indices() {
                state = match (state, c) {
                    (Scan::Blank, '#') => return Ok(Span::new(start, line.start + at)),
                    (Scan::Text | Scan::Blank, '\\') => Scan::Escape,
                    (Scan::Text | Scan::Blank, '"') => Scan::Quote('"'),
                    (Scan::Text | Scan::Blank, '\'') => Scan::Quote('\''),
                    // A second blank is none to it.
                    (Scan::Text, _) if c.is_whitespace() && c != '\r' => Scan::Blank,
                    (Scan::Text | Scan::Blank | Scan::Escape, _) => Scan::Text,
                    (Scan::Quote(quote), '\\') => Scan::QuoteEscape(quote),
                    (Scan::Quote(quote), _) if c == quote => Scan::Text,
                    (Scan::Quote(quote) | Scan::QuoteEscape(quote), _) => Scan::Quote(quote),
                };
            }
            // The line feed is one more character.
            if scanner.at() > line.end {
                state = match state {
                    Scan::Quote(quote) | Scan::QuoteEscape(quote) => Scan::Quote(quote),
                    _ => Scan::Text,
                };
            }
            match state {
                Scan::Text => return Ok(Span::new(start, line.end)),
                _ if !scanner.is_done() => line = scanner.line(),
                Scan::Escape => return Err((Refusal::BadEscape, start)),
                Scan::Blank => return Err((Refusal::TextAfterValue, start)),
                Scan::Quote(_) | Scan::QuoteEscape(_) => return Err((Refusal::UnterminatedQuote, start)),
            }
        }
    }

    fn assignment(&mut self, statement: Span) -> Result<(), Stop> {
        let text = self.slice(statement).trim_end();
        let mut rest = text.trim_start();
        if rest.is_empty() || rest.starts_with('#') {
            return Ok(());
        }
        let place = |rest: &str| statement.start + text.len() - rest.len();
        let key_of = |rest: &mut &'a str| {
            let start = place(rest);
            let key =
                rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
            let length = key.count();
            if rest.starts_with(|c: char| c == '.' || c.is_ascii_digit()) || length == 0 {
                return Err((Refusal::BadKey, start));
            }
            *rest = rest.get(length..).unwrap_or_default().trim_start();
            Ok(Span::new(start, start + length))
        };
        let mut key = key_of(&mut rest)?;
        if self.slice(key) == "export" && !rest.starts_with('=') {
            key = key_of(&mut rest)?;
        }
        let value = rest.strip_prefix('=').ok_or((Refusal::NoEquals, place(rest)))?.trim_start();
        let span = Span::new(place(value), statement.start + text.len());
        let (seen, process_first) = if value.starts_with('#') {
            (Seen::from(Span::new(span.start, span.start)), false)
        } else {
            self.value(span)?
        };
        self.assigned.push(Assigned { key, seen, process_first });
        Ok(())
    }

    fn value(&mut self, span: Span) -> Result<(Seen, bool), Stop> {
        let mut out = Out { span: Span::new(span.start, span.start), built: None };
        let mut met = Met::default();
        let mut state = Read::Text;
        // Within double quotes, which a `$` and an escape come back to.
        let mut quoted = false;
        for (at, c) in self.slice(span).char_indices() {
            let at = span.start + at;
            let here = Span::new(at, at + c.len_utf8());
            state = match (state, c) {
                (Read::Behind, ' ' | '\t') => Read::Behind,
                (Read::Behind, '#') => break,
                (Read::Behind, _) => return Err((Refusal::TextAfterValue, at)),
                (Read::Escape, '\\' | '\'' | '"' | '$' | ' ') => {
                    out.literal(self.text, here);
                    Read::Text
                }
                (Read::Escape, 'n') => {
                    out.put(self.text, b"\n");
                    Read::Text
                }
                (Read::Escape, _) => return Err((Refusal::BadEscape, at)),
                (Read::Single, '\'') => Read::Text,
                (Read::Name(start), _) if c.is_alphanumeric() => Read::Name(start),
                (Read::Name(start), '{') if start == at => Read::Braced(here.end),
                (Read::Name(start), _) => {
                    self.replace(Span::new(start, at), &mut out, &mut met);
                    if c == '$' {
                        Read::Name(here.end)
                    } else {
                        // Whatever it is: a quote here neither opens nor closes anything.
                        out.literal(self.text, here);
                        Read::Text
                    }
                }
                (Read::Braced(start), '}') => {
                    self.replace(Span::new(start, at), &mut out, &mut met);
                    Read::Text
                }
                (Read::Braced(start), _) => Read::Braced(start),
                (Read::Text, '$') => Read::Name(here.end),
                (Read::Text, '\\') => Read::Escape,
                (Read::Text, '"') => {
                    quoted = !quoted;
                    Read::Text
                }
                (Read::Text, '\'') if !quoted => Read::Single,
                (Read::Text, ' ' | '\t') if !quoted => Read::Behind,
                (Read::Text | Read::Single, _) => {
                    out.literal(self.text, here);
                    state
                }
            };
        }
        match state {
            Read::Braced(start) => return Err((Refusal::BadSubstitution, start)),
            Read::Single => return Err((Refusal::UnterminatedQuote, span.start)),
            _ if quoted => return Err((Refusal::UnterminatedQuote, span.start)),
            Read::Name(start) => self.replace(Span::new(start, span.end), &mut out, &mut met),
            _ => {}
        }
        let seen = match met.unknown {
            Some(unknown) => unknown,
            None => match out.built {
                Some(built) => Seen::from(built.finish()),
                None => Seen::from(out.span),
            },
        };
        Ok((seen, met.process_first))
    }

    /// Puts what a name stands for.
    fn replace(&mut self, name: Span, out: &mut Out, met: &mut Met) {
        let name = name.of(self.text.as_bytes());
        let bytes = self.text.as_bytes();
        for (at, assigned) in self.assigned.iter().enumerate().skip(self.indexed) {
            self.first.entry(assigned.key.of(bytes)).or_insert(at);
        }
        self.indexed = self.assigned.len();
        let unknown = match self.first.get(name).and_then(|at| self.assigned.get(*at)).map(|one| &one.seen) {
            Some(Seen::Value(text)) => {
                let value = text.of(bytes);
                met.process_first = true;
                self.left = self.left.saturating_sub(value.len());
                if self.left > 0 {
                    out.put(self.text, value);
                    return;
                }
                Seen::Unmodelled
            }
            Some(Seen::DependsOnProcess) => Seen::DependsOnProcess,
            Some(_) => Seen::Unmodelled,
            None if name.contains(&b'=') => Seen::Unmodelled,
            None if exportable(name) => Seen::DependsOnProcess,
            None => return,
        };
        met.unknown.get_or_insert(unknown);
    }

    /// Setting a value with a NUL panics.
    fn settable(&mut self) -> End {
        let bytes = self.text.as_bytes();
        if !bytes.contains(&0) {
            return End::Whole;
        }
        let mut end = End::Whole;
        let mut seen = std::collections::HashSet::new();
        for one in &self.assigned {
            if !seen.insert(one.key.of(bytes)) {
                continue;
            }
            match &one.seen {
                Seen::Value(text) if text.of(bytes).contains(&0) => {
                    return End::Refused(Refusal::NulByte, one.key.start);
                }
                Seen::Value(_) => {}
                _ => end = End::Unmodelled(one.key.start),
            }
        }
        end
    }
}

/// Whether programs have variables of such names.
fn exportable(name: &[u8]) -> bool {
    let part =
        |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'(' | b')' | 0x80..);
    !name.is_empty() && name.iter().all(part)
}

/// Where it is while it looks for the end of a statement.
#[derive(Clone, Copy)]
enum Scan {
    Text,
    /// Behind a blank: here a `#` starts a comment.
    Blank,
    Escape,
    Quote(char),
    QuoteEscape(char),
}

/// Where it is in a value.
#[derive(Clone, Copy)]
enum Read {
    /// In text, double-quoted or not.
    Text,
    /// Within single quotes.
    Single,
    Escape,
    /// Behind a `$`; its name starts here.
    Name(usize),
    /// Behind `${`; its name starts here.
    Braced(usize),
    /// Behind a blank that ended the value.
    Behind,
}

/// What names in a value came to.
#[derive(Default)]
struct Met {
    unknown: Option<Seen>,
    process_first: bool,
}

/// A value as it grows: a span as long as it stands together in the file.
struct Out {
    span: Span,
    built: Option<ValueBuilder>,
}

impl Out {
    fn literal(&mut self, file: &str, piece: Span) {
        if self.built.is_none() && self.span.is_empty() {
            self.span = piece;
        } else if self.built.is_none() && self.span.end == piece.start {
            self.span.end = piece.end;
        } else {
            self.put(file, piece.of(file.as_bytes()));
        }
    }

    fn put(&mut self, file: &str, text: &[u8]) {
        let literal = self.span;
        let built = self.built.get_or_insert_with(|| {
            let mut built = ValueBuilder::with_capacity(literal.len() + text.len());
            built.extend(literal.of(file.as_bytes()));
            built
        });
        built.extend(text);
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

    use super::read;
    use crate::syntax::readers::said_tests::said_of;
    use crate::syntax::readers::{Assigned, End};

    /// What comes of a file, in words.
    fn said(file: &[u8]) -> String {
        let view = read(file);
        if let End::Refused(why, at) = view.end {
            return format!("{why:?} {at}");
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
            // Of the crate's own tests (parse.rs).
            (b"KEY='sweet $\\fgs'\\''fds'\n", "KEY=sweet $\\\\fgs\\'fds"),
            (b"KEY=\"'\\\"yay\\\\\"\\ \"stuff\"\n", "KEY=\\'\\\"yay\\\\ stuff"),
            (b"KEY=h\\8u\n", "BadEscape 6"),
            (b"KEY=my uncool value\n", "TextAfterValue 7"),
            (b"KEY1=test_user\nKEY=>$KEY1_1<>$KEY1}<\n", "KEY1=test_user | KEY?=>test_user_1<>test_user}<"),
            (b"K=V\nKEY1=>${KEY{<\n", "BadSubstitution 12"),
            (b".Key=VALUE\n", "BadKey 0"),
            // Where its two passes do not agree.
            (b"A=1 # it's\nB=2\n", "A=1 | B=2"),
            (b"A=1  # it's\nB=2\n", "UnterminatedQuote 0"),
            (b"A=1  # it's\nB=it's\nC=3\n", "A=1 | C=3"),
            (b"A=1 ", "TextAfterValue 0"),
            (b"A=1\n  ", "A=1"),
            (b"A=a\\", "BadEscape 0"),
            (b"A=a\\\nB=1\n", "A=a | B=1"),
            (b"A='a\\'b'\n", "UnterminatedQuote 2"),
            // What follows `$NAME` is literal, a quote too.
            (b"A=1\nB=\"$A\"\n", "UnterminatedQuote 6"),
            (b"A=1\nB=\"$A.\"\n", "A=1 | B?=1."),
            (b"A=1\nB=$A x\n", "A=1 | B?=1 x"),
            (b"A=a$\nB=a$$\n", "A=a | B=a"),
            (b"A=1\nA=2\nB=$A\n", "A=1 | A=2 | B?=1"),
            (b"B=${A:-d}x$A_\n", "B DependsOnProcess"),
            (b"B=${A:-d}x\nC=${A=d}\n", "B=x | C Unmodelled"),
            (b"\xef\xbb\xbfexport A='x'\r\n", "A=x"),
            (b"A=\xff\n", "InvalidUtf8 2"),
            (b"A=1\nA=\0\n", "A=1 | A=\\x00"),
            (b"A=\0\n", "NulByte 0"),
            (b"A=\0$B\n", "unmodelled"),
        ];
        for (file, expected) in rows {
            assert_eq!(said(file), *expected, "{}", file.escape_ascii());
        }
    }

    #[test]
    fn ends_soon_on_hostile_files() {
        for unit in ["\"", "'", "A=\"\\n", "A=$", "A=${", "#", " #", "A=\\\\", "$A", "\"\n"] {
            read(["A=", &unit.repeat((1 << 20) / unit.len())].concat().as_bytes());
        }
        let doubling: String = (0..40).map(|at| format!("A{}=$A{at}$A{at}.\n", at + 1)).collect();
        read(["A0=x\n", &doubling, &"B=$A30\n".repeat(100_000)].concat().as_bytes());
    }
}
