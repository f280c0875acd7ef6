//! `node --env-file`, and `process.loadEnvFile` and `util.parseEnv`, which read alike.
//!
//! Held against Node.js 20.20.2 as built for Linux. The rules are those of `Dotenv::ParseContent` in `src/node_dotenv.cc` of Node's
//! repository, and of `Dotenv::SetEnvironment` for what becomes of the bytes: names and values are decoded from UTF-8, with U+FFFD
//! for what is none, and end at a NUL.
//!
//! A name reaches from the start of a line to the next `=`, over as many lines as that takes, so a line without `=` swallows the
//! name of the next one. Carriage returns are taken out of the whole file first, wherever they stand. A line that begins with `=`
//! ends the reading without a word, and a comment is one only in the first column. `#` ends an unquoted value wherever it stands.
//!
//! A name that is a number is in the list of the environment's names, but `process.env` gives nothing under it and no child gets
//! it, so it is not assigned. `util.parseEnv` has it, and ends nothing at a NUL. A `NODE_OPTIONS` in the file takes effect on Node
//! itself; that is not looked at here.
//!
//! The parser was rewritten several times (once it was a regular expression), and other major versions read otherwise. From the
//! source of 24.21, which was read and not run: a line without `=` is skipped, an empty name is too, tabs and line breaks are
//! trimmed, so that a value may come from the next line, and a last line with a quote that nothing closes is taken.
//!
//! Not said: a name that does not stand in the file as it is (a carriage return was taken out of it and a line feed is left, or
//! U+FFFD was put in). No policy can ask for one. Unmodelled: a file with a carriage return within a name that might be asked
//! for, and one in which names are told apart only by what the decoding takes away.

use crate::syntax::dotenv::scan::{Scanner, trimmed};
use crate::text::{Span, ValueBuilder};

use super::{End, FileView, Seen, Sheet};

/// What stands in a decoded text for bytes that are no UTF-8.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();

/// What it makes of a file.
pub(super) fn read(bytes: &[u8]) -> FileView {
    let mut file =
        File { sheet: Sheet::new(bytes), at: Scanner::new(bytes), cut: Vec::new(), names: Names::default() };
    file.spaces();
    while let Some(step) = file.step() {
        if let Err(at) = step {
            return file.sheet.finish(End::Unmodelled(at));
        }
    }
    file.finish()
}

struct File<'a> {
    sheet: Sheet<'a>,
    at: Scanner<'a>,
    /// Assignments to names that a NUL ended.
    cut: Vec<(Span, Seen)>,
    names: Names,
}

/// Which kinds of odd names were met.
#[derive(Default)]
struct Names {
    /// One that does not stand in the file as it is.
    unsaid: bool,
    /// One with bytes that are no UTF-8.
    undecodable: bool,
    /// One with U+FFFD as it is.
    replacement: bool,
}

/// What is assigned to.
enum Name {
    Whole(Span),
    /// What comes before a NUL.
    Cut(Span),
    /// Nothing, or nothing that the file has a span of.
    Unsaid,
}

impl File<'_> {
    /// Reads one assignment, or skips a line; nothing if the program stops here. An error is what is not modelled.
    fn step(&mut self) -> Option<Result<(), usize>> {
        let line = self.at.at();
        self.at.eat_while(|byte| byte == b'\r');
        let front = self.at.peek()?;
        // The last line is a comment only if a line feed ends it.
        if matches!(front, b'\n' | b'#') && self.next_line() {
            return Some(Ok(()));
        }
        let key = self.at.eat_while(|byte| byte != b'=');
        if !self.at.eat(b'=') {
            return None;
        }
        self.spaces();
        let bytes = self.sheet.bytes();
        let mut name = trimmed(bytes, key, is_space);
        if name.is_empty() {
            if !key.of(bytes).contains(&b' ') {
                return None;
            }
            // Trimming a name of spaces alone goes wrong there: the byte before it gets in, which is the line feed.
            name = Span::new(line.saturating_sub(1), line);
        }
        let name = match self.name(name) {
            Ok(name) => name,
            Err(at) => return Some(Err(at)),
        };
        if let Some(seen) = self.value() {
            match name {
                Name::Whole(key) => self.sheet.assign(key, seen),
                Name::Cut(key) => self.cut.push((key, seen)),
                Name::Unsaid => {}
            }
        }
        Some(Ok(()))
    }

    /// The value that begins here; nothing if the last line opens a quote that nothing closes, which is then read on as a name.
    fn value(&mut self) -> Option<Seen> {
        let start = self.at.at();
        let front = self.at.peek().unwrap_or(b'\n');
        if !matches!(front, b'\'' | b'"' | b'`') {
            let mut value = self.at.eat_while(|byte| byte != b'\n' && byte != b'#');
            value = trimmed(self.sheet.bytes(), value, is_space);
            self.rest_of_line();
            return Some(self.decoded(value, false));
        }
        self.at.bump();
        let inner = self.at.eat_while(|byte| byte != front);
        if self.at.eat(front) {
            self.rest_of_line();
            return Some(self.decoded(inner, front == b'"'));
        }
        self.at.seek(start);
        let line = self.at.eat_while(|byte| byte != b'\n');
        if self.at.eat(b'\n') {
            return Some(self.decoded(line, false));
        }
        self.at.seek(start);
        None
    }

    fn spaces(&mut self) {
        self.at.eat_while(is_space);
    }

    /// Goes behind the next line feed, if there is one.
    fn next_line(&mut self) -> bool {
        let start = self.at.at();
        self.at.eat_while(|byte| byte != b'\n');
        let found = self.at.eat(b'\n');
        if !found {
            self.at.seek(start);
        }
        found
    }

    fn rest_of_line(&mut self) {
        self.at.line();
    }

    /// The value that comes of a part of the file.
    fn decoded(&mut self, span: Span, escapes: bool) -> Seen {
        let bytes = self.sheet.bytes();
        let text = span.of(bytes);
        if text.iter().all(|byte| matches!(byte, b' '..=b'[' | b']'..=b'~')) {
            return span.into();
        }
        let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
        // Those at the ends leave a span.
        let span = trimmed(bytes, Span::new(span.start, span.start + text.len()), |byte| byte == b'\r');
        let text = span.of(bytes);
        let literal = !(text.contains(&b'\r') || escapes && text.windows(2).any(|pair| pair == b"\\n"));
        if literal && std::str::from_utf8(text).is_ok() {
            return span.into();
        }
        let mut value = without_returns(text);
        if escapes {
            value = line_feeds(value.expose());
        }
        if std::str::from_utf8(value.expose()).is_err() {
            value = lossy(value.expose());
        }
        self.sheet.built(value)
    }

    /// What is assigned to where this stands as a name, trimmed of spaces.
    fn name(&mut self, span: Span) -> Result<Name, usize> {
        let bytes = self.sheet.bytes();
        let mut span = without_export(bytes, span);
        let text = span.of(bytes);
        if text.contains(&b'\r') {
            return self.name_with_return(span);
        }
        let shown = text.split(|byte| *byte == 0).next().unwrap_or_default();
        if shown.is_empty() || is_index(shown) || !self.decodable(shown) {
            return Ok(Name::Unsaid);
        }
        if shown.len() == text.len() {
            return Ok(Name::Whole(span));
        }
        span.end = span.start + shown.len();
        Ok(Name::Cut(span))
    }

    /// The same for a name with a carriage return within it.
    fn name_with_return(&mut self, span: Span) -> Result<Name, usize> {
        let name = without_returns(span.of(self.sheet.bytes()));
        let name = name.expose();
        if name.first() == Some(&0) {
            return Ok(Name::Unsaid);
        }
        if name.contains(&0) {
            return Err(span.start);
        }
        if !self.decodable(name) {
            return Ok(Name::Unsaid);
        }
        if let Some(before) = self.sheet.last(name) {
            return Ok(Name::Whole(before.key));
        }
        if !name.contains(&b'\n') {
            return Err(span.start);
        }
        self.names.unsaid = true;
        Ok(Name::Unsaid)
    }

    /// Whether a name is UTF-8.
    fn decodable(&mut self, name: &[u8]) -> bool {
        if name.is_ascii() {
            return true;
        }
        let decodable = std::str::from_utf8(name).is_ok();
        self.names.undecodable |= !decodable;
        self.names.replacement |= name.windows(REPLACEMENT.len()).any(|part| part == REPLACEMENT);
        decodable
    }

    /// The reading, when the names that a NUL ends find their place: of those that become one, the one that sorts first
    /// counts, which is the one without NUL.
    fn finish(mut self) -> FileView {
        let unclear = self.names.undecodable && self.names.replacement
            || self.cut.len() > 1
            || !self.cut.is_empty() && self.names.unsaid;
        if unclear {
            return self.sheet.finish(End::Unmodelled(0));
        }
        for (key, seen) in self.cut {
            if self.sheet.last(key.of(self.sheet.bytes())).is_none() {
                self.sheet.assign(key, seen);
            }
        }
        self.sheet.finish(End::Whole)
    }
}

/// What is trimmed: blanks, and carriage returns, which are not there any more by then.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\r')
}

/// Whether a name is an array's index to JavaScript, up to 2^32 - 2: under such a name `process.env` gives nothing, and no child
/// process gets it.
fn is_index(name: &[u8]) -> bool {
    let digits = name.iter().all(u8::is_ascii_digit) && (name == b"0" || name.first() != Some(&b'0'));
    let number = || std::str::from_utf8(name).ok()?.parse::<u32>().ok();
    digits && number().is_some_and(|number| number < u32::MAX)
}

/// A name without `export ` before it; what follows that is not trimmed again.
fn without_export(bytes: &[u8], span: Span) -> Span {
    let mut at = Scanner::within(bytes, span);
    let mut eat = |wanted: &u8| {
        at.eat_while(|byte| byte == b'\r');
        at.eat(*wanted)
    };
    if !b"export ".iter().all(&mut eat) {
        return span;
    }
    at.eat_while(|byte| byte == b'\r');
    Span::new(at.at(), span.end)
}

fn without_returns(text: &[u8]) -> ValueBuilder {
    let mut kept = ValueBuilder::with_capacity(text.len());
    for part in text.split(|byte| *byte == b'\r') {
        kept.extend(part);
    }
    kept
}

/// A text with a line feed for each backslash and `n`; a backslash before that does not count.
fn line_feeds(text: &[u8]) -> ValueBuilder {
    let mut made = ValueBuilder::with_capacity(text.len());
    let mut at = Scanner::new(text);
    while !at.is_done() {
        made.extend(at.eat_while(|byte| byte != b'\\').of(text));
        if at.eat_all(b"\\n") {
            made.push(b'\n');
        } else if let Some(byte) = at.bump() {
            made.push(byte);
        }
    }
    made
}

/// A text with U+FFFD for each part that is no UTF-8 (the longest that could have begun a character), as Node and web browsers
/// decode it (WHATWG Encoding, "UTF-8 decoder").
pub(super) fn lossy(text: &[u8]) -> ValueBuilder {
    let mut decoded = ValueBuilder::with_capacity(text.len().saturating_mul(2));
    for part in text.utf8_chunks() {
        decoded.extend(part.valid().as_bytes());
        if !part.invalid().is_empty() {
            decoded.extend(REPLACEMENT);
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::{End, Seen, read};

    fn lossy(text: &[u8]) -> String {
        String::from_utf8_lossy(text).into_owned()
    }

    /// Names and values, the first of equal names too, or what else it is.
    fn table(file: &[u8]) -> String {
        let view = read(file);
        let mut text = String::new();
        for one in &view.assigned {
            let Seen::Value(value) = &one.seen else { return format!("{:?}", one.seen) };
            text += &format!("{}={};", lossy(one.key.of(file)), lossy(value.of(file)));
        }
        if let End::Unmodelled(at) = view.end {
            text = format!("unmodelled at {at}");
        }
        text
    }

    #[test]
    fn surprising_rows() {
        let rows: &[(&[u8], &str)] = &[
            (b"A=pa#ss\nB='x' y\nC=x # c\n", "A=pa;B=x;C=x;"),
            (b"OUTER\nB=2\n", "OUTER\nB=2;"),
            (b"OUTER\r\nB=2\r\nC=3\r\n", "C=3;"),
            (b"B=1\n  # c\nA=1\n", "B=1;# c\nA=1;"),
            (b"A=1\n=2\nB=3\n", "A=1;"),
            (b"A=1\n =2\nB=3\n", "A=1;\n=2;B=3;"),
            (b"A=1\n#B=2", "A=1;#B=2;"),
            (b"A=1\n#B=2\n", "A=1;"),
            (b"A=\"x", ""),
            (b"A=\"x=1", "\"x=1;"),
            (b"A=\"x \nB=1", "A=\"x ;B=1;"),
            (b"A=\"x\\ny\\ty\"", "A=x\ny\\ty;"),
            (b"A='x\\ny'", "A=x\\ny;"),
            (b"A=\"a\r\nb\"\r\nB=c\rd\r\n", "A=a\nb;B=cd;"),
            (b"A=\"\\\rn\"", "A=\n;"),
            (b"A=1\rB=2\r", "A=1B=2;"),
            (b"export  A=1\nexport B=1", " A=1;B=1;"),
            (b"A=\t1\n", "A=\t1;"),
            (b"A=\n\"x\"", "A=;"),
            (b"A=a\0b\n", "A=a;"),
            (b"A\0B=1\nA=2\n", "A=2;"),
            (b"A=p\xe9ss\nB=\xc3\r\xa9\n", "A=p\u{fffd}ss;B=\u{e9};"),
            (b"\xe9=1\nB=1\n", "B=1;"),
            (b"\xef\xbb\xbfA=1\n", "\u{feff}A=1;"),
            (b"99=1\nA=1\n", "A=1;"),
            (b"A\rB=1\n", "unmodelled at 0"),
            (b"AB=1\nA\rB=2\n", "AB=1;AB=2;"),
            (b"\xff\xfeA\0=\x001\0\n\0", ""),
        ];
        for (file, expected) in rows {
            assert_eq!(table(file), *expected, "{}", file.escape_ascii());
        }
    }
}
