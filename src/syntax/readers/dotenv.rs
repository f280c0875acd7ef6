//! The npm package dotenv: `dotenv.parse` of a file read as UTF-8, which is what `config()` puts into the environment.
//!
//! Held against dotenv 18.0.10 in Node.js 20. The rules are the regular expression `LINE` and what `parse` does with its matches
//! (`lib/main.js` of the repository motdotla/dotenv; 16.6.1 and 17.4.2 have the same). The `fast` parser of 18, which has to be
//! asked for, is not modelled.
//!
//! The expression backtracks, but what it comes to can be said without. White space in front of a name and around `=` reaches
//! over line ends. A value is quoted if behind a closing quote only white space and a comment are left of the line; the quote that
//! closes is the first without a backslash before it, or else the last one with. Otherwise it reaches to the next `#` or line end.
//! Then quotes that stand at both of its ends come off, and where it began with `"`, `\n` and `\r` are replaced.
//! White space and line ends are JavaScript's: U+2028 ends a line, but not a value; NBSP and U+FEFF are white space.
//!
//! Unmodelled: files so large that the expression may run out of stack, which it does from about 7 MiB within quotes on.
//! A value may have a NUL here; in the environment it would end there.

use crate::syntax::dotenv::scan::Scanner;
use crate::text::{Span, ValueBuilder};

use super::node::lossy;
use super::{End, FileView, Seen, Sheet};

/// Largest file that is modelled.
const LARGEST: usize = 4 << 20;

/// What it makes of a file.
pub(super) fn read(bytes: &[u8]) -> FileView {
    let mut sheet = Sheet::new(bytes);
    if bytes.len() > LARGEST {
        return sheet.finish(End::Unmodelled(0));
    }
    let mut at = Scanner::new(bytes);
    loop {
        white_space(&mut at);
        if at.is_done() {
            return sheet.finish(End::Whole);
        }
        let start = at.at();
        if !assignment(&mut sheet, &mut at) {
            at.seek(start);
            rest_of_line(&mut at);
        }
    }
}

/// Reads an assignment and goes behind it.
fn assignment(sheet: &mut Sheet<'_>, at: &mut Scanner<'_>) -> bool {
    let start = at.at();
    if at.eat_all(b"export") && !(white_space(at).any && at.peek().is_some_and(in_name)) {
        at.seek(start);
    }
    let key = at.eat_while(in_name);
    if key.is_empty() {
        return false;
    }
    white_space(at);
    if !at.eat(b'=') {
        at.seek(key.end);
        // The line end of Windows is one character by then.
        if !at.eat(b':') || !(at.eat_all(b"\r\n") || white(at).is_some()) {
            return false;
        }
    }
    let start = at.at();
    let seen = if let Some(value) = quoted(at) {
        inner(sheet, value)
    } else {
        at.seek(start);
        let value = at.eat_while(|byte| !matches!(byte, b'#' | b'\r' | b'\n'));
        ends_line(at);
        unquoted(sheet, trim(sheet.bytes(), value))
    };
    // Assigning this sets an object's prototype, and a text is none.
    if key.of(sheet.bytes()) != b"__proto__" {
        sheet.assign(key, seen);
    }
    true
}

/// The value with its quotes, if one stands here; the place is then behind its line.
fn quoted(at: &mut Scanner<'_>) -> Option<Span> {
    white_space(at);
    let start = at.at();
    let quote = at.bump().filter(|byte| matches!(byte, b'\'' | b'"' | b'`'))?;
    let inside = at.at();
    let mut before = quote;
    at.eat_while(|byte| {
        let goes_on = byte != quote || before == b'\\';
        before = byte;
        goes_on
    });
    let inside = Span::new(inside, at.at());
    if at.eat(quote) {
        let value = at.since(start);
        if ends_line(at) {
            return Some(value);
        }
    }
    at.seek(inside.start);
    // Each quote in there has a backslash before it.
    let escaped = at.rest().get(..inside.len()).unwrap_or_default();
    for (offset, _) in escaped.iter().enumerate().rev().filter(|(_, byte)| **byte == quote) {
        at.seek(inside.start + offset + 1);
        let value = at.since(start);
        if ends_line(at) {
            return Some(value);
        }
    }
    None
}

/// Whether only white space and a comment are left of the line. If so, the place is then where the next line is looked for.
fn ends_line(at: &mut Scanner<'_>) -> bool {
    if white_space(at).line {
        return true;
    }
    let ends = matches!(at.peek(), None | Some(b'#'));
    if ends {
        rest_of_line(at);
    }
    ends
}

/// Text in names: `[\w.-]`, and `\w` is ASCII.
const fn in_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// What of white space was taken.
#[derive(Clone, Copy, Default)]
struct White {
    any: bool,
    /// With a line end in it.
    line: bool,
}

/// Takes all white space that comes next.
fn white_space(at: &mut Scanner<'_>) -> White {
    let mut taken = White::default();
    while let Some(line) = white(at) {
        taken.any = true;
        taken.line |= line;
    }
    taken
}

/// Takes one character of white space (ECMAScript's WhiteSpace and LineTerminator); whether it ends a line.
fn white(at: &mut Scanner<'_>) -> Option<bool> {
    let (length, line) = match at.peek()? {
        b'\n' | b'\r' => (1, true),
        b' ' | b'\t' | 0x0b | 0x0c => (1, false),
        0x80.. => wide(at.rest())?,
        _ => return None,
    };
    at.seek(at.at() + length);
    Some(line)
}

/// The length of the white space beyond ASCII that a text begins with, and whether it ends a line. A lead byte always begins a
/// character, whatever comes before it.
fn wide(text: &[u8]) -> Option<(usize, bool)> {
    match text {
        [0xc2, 0xa0, ..] => Some((2, false)),
        [0xe2, 0x80, 0xa8 | 0xa9, ..] => Some((3, true)),
        [0xe1, 0x9a, 0x80, ..]
        | [0xe2, 0x80, 0x80..=0x8a | 0xaf, ..]
        | [0xe2, 0x81, 0x9f, ..]
        | [0xe3, 0x80, 0x80, ..]
        | [0xef, 0xbb, 0xbf, ..] => Some((3, false)),
        _ => None,
    }
}

/// Takes all up to the next line end.
fn rest_of_line(at: &mut Scanner<'_>) {
    loop {
        at.eat_while(|byte| !matches!(byte, b'\n' | b'\r' | 0xe2));
        match at.peek() {
            Some(0xe2) if !matches!(wide(at.rest()), Some((_, true))) => at.bump(),
            _ => return,
        };
    }
}

/// A part of a file without the white space at its ends.
fn trim(bytes: &[u8], span: Span) -> Span {
    let mut at = Scanner::within(bytes, span);
    white_space(&mut at);
    let start = at.at();
    let mut text = at.rest();
    loop {
        text = match text {
            [rest @ .., b' ' | b'\t' | 0x0b | 0x0c] => rest,
            [rest @ .., a, b] if wide(&[*a, *b]).is_some() => rest,
            [rest @ .., a, b, c] if wide(&[*a, *b, *c]).is_some_and(|(length, _)| length == 3) => rest,
            _ => return Span::new(start, start + text.len()),
        };
    }
}

/// The value of a text without quotes around it, or with quotes that do not belong together. Both kinds come off.
fn unquoted(sheet: &mut Sheet<'_>, span: Span) -> Seen {
    let text = span.of(sheet.bytes());
    match text {
        [first @ (b'\'' | b'"' | b'`'), .., last] if first == last => inner(sheet, span),
        _ if !text.is_ascii() && has_separator(text) => lines(sheet, text),
        [first, ..] => value(sheet, span, *first == b'"'),
        [] => span.into(),
    }
}

/// The value of a text between quotes.
fn inner(sheet: &mut Sheet<'_>, span: Span) -> Seen {
    let escapes = sheet.bytes().get(span.start) == Some(&b'"');
    value(sheet, Span::new(span.start + 1, span.end.saturating_sub(1)), escapes)
}

/// Whether U+2028 or U+2029 stands in a text.
fn has_separator(text: &[u8]) -> bool {
    text.windows(3).any(|part| matches!(wide(part), Some((_, true))))
}

/// The value of a text with U+2028 or U+2029 in it: quotes come off from the start of one such line to the end of one, the
/// last that there is.
fn lines(sheet: &mut Sheet<'_>, text: &[u8]) -> Seen {
    let ends_line = |rest: &[u8]| rest.is_empty() || matches!(wide(rest), Some((_, true)));
    let last = |quote: u8| {
        let mut quotes = text.iter().enumerate().rev().filter(|(_, byte)| **byte == quote);
        quotes.find(|(at, _)| text.get(at + 1..).is_some_and(ends_line)).map_or(0, |(at, _)| at)
    };
    let last = [b'\'', b'"', b'`'].map(|quote| (quote, last(quote)));
    let escapes = text.first() == Some(&b'"');
    let mut made = ValueBuilder::with_capacity(text.len());
    let mut at = Scanner::new(text);
    while let Some(first) = at.peek() {
        let start = at.at();
        if let Some((_, end)) = last.iter().find(|(quote, end)| *quote == first && *end > start) {
            write(&mut made, Span::new(start + 1, *end).of(text), escapes);
            at.seek(end + 1);
        }
        let start = at.at();
        rest_of_line(&mut at);
        white(&mut at);
        write(&mut made, at.since(start).of(text), escapes);
    }
    sheet.built(made)
}

/// The value that comes of a part of the file.
fn value(sheet: &mut Sheet<'_>, span: Span, escapes: bool) -> Seen {
    let text = span.of(sheet.bytes());
    let escaped = |pair: &[u8]| matches!(pair, [b'\\', b'n' | b'r']);
    let literal = !(text.contains(&b'\r') || escapes && text.windows(2).any(escaped));
    if literal && std::str::from_utf8(text).is_ok() {
        return span.into();
    }
    let mut made = ValueBuilder::with_capacity(text.len());
    write(&mut made, text, escapes);
    sheet.built(made)
}

/// Writes a part of the file as the program has it: decoded, with line feeds for line ends.
fn write(made: &mut ValueBuilder, text: &[u8], escapes: bool) {
    let decoded = lossy(text);
    let text = decoded.expose();
    let mut at = Scanner::new(text);
    while !at.is_done() {
        made.extend(at.eat_while(|byte| !matches!(byte, b'\r' | b'\\')).of(text));
        if at.eat_all(b"\r\n") || at.eat(b'\r') || escapes && at.eat_all(b"\\n") {
            made.push(b'\n');
        } else if escapes && at.eat_all(b"\\r") {
            made.push(b'\r');
        } else if let Some(byte) = at.bump() {
            made.push(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{End, LARGEST, Seen, read};

    fn lossy(text: &[u8]) -> String {
        String::from_utf8_lossy(text).into_owned()
    }

    fn table(file: &[u8]) -> String {
        let view = read(file);
        assert_eq!(view.end, End::Whole);
        let mut text = String::new();
        for one in &view.assigned {
            let Seen::Value(value) = &one.seen else { return format!("{:?}", one.seen) };
            text += &format!("{}={};", lossy(one.key.of(file)), lossy(value.of(file)));
        }
        text
    }

    #[test]
    fn surprising_rows() {
        let rows: &[(&[u8], &str)] = &[
            (b"A=pa#ss\nB='x' y\nC=x # c\n", "A=pa;B='x' y;C=x;"),
            (b"A='x' # c\nB='x' 'y'\n", "A=x;B=x' 'y;"),
            (b"A\nB=1\nC D=1\n=2\n", "B=1;"),
            (b"A\n=\n1\nB=\n'2'\n", "A=;B=2;"),
            (b"A: 1\nB:2\nC:\n3\nD:\r\n4\n", "A=1;C=3;D=4;"),
            (b"export A=1\nexport\nB=1\nexport =1\n", "A=1;B=1;export=1;"),
            (b"A='a\\'b'\nB='a\\'\n", "A=a\\'b;B=a\\;"),
            (b"A='a\\' b\\' c\nB=1", "A='a\\' b\\' c;B=1;"),
            (b"A=\"a\\nb\\rc\\td\"\nB='a\\nb'\n", "A=a\nb\rc\\td;B=a\\nb;"),
            (b"A=\"a\\nb\nB=1", "A=\"a\nb;B=1;"),
            (b"A=\"a#b\nB=1", "A=\"a;B=1;"),
            (b"A='a\r\nb'\r\nB=1\rC=2\r", "A=a\nb;B=1;C=2;"),
            (b"\xef\xbb\xbfA=\xc2\xa01\xc2\xa0\n", "A=1;"),
            (b"A=x\xe2\x80\xa8'a'\n#\xe2\x80\xa8B=1\n", "A=x\u{2028}a;B=1;"),
            (b"A=p\xe9ss\nB=p\0s\n", "A=p\u{fffd}ss;B=p\0s;"),
            (b"\xe9=1\nA\xc3\xa9=1\n__proto__=1\nA=1", "A=1;"),
        ];
        for (file, expected) in rows {
            assert_eq!(table(file), *expected, "{}", file.escape_ascii());
        }
    }

    #[test]
    fn the_largest_files_are_unmodelled() {
        assert_eq!(read(&vec![b'\n'; LARGEST + 1]).end, End::Unmodelled(0));
    }

    /// What would take hours if it were looked for again and again.
    #[test]
    fn hostile_files_take_linear_time() {
        for piece in
            ["A='\\'", "A=\"\\\"x\n", "'\u{2028}", "export ", "A\n", "A='x\u{2028}", "\\'x", "export\nA "]
        {
            let file = format!("A='{}", piece.repeat((1 << 18) / piece.len()));
            for file in [&file, file.trim_start_matches("A='")] {
                let view = read(file.as_bytes());
                assert!(matches!(view.end, End::Whole));
                let view = super::super::node::read(file.as_bytes());
                assert!(matches!(view.end, End::Whole));
            }
        }
    }
}
