//! Lossless lexer for `.env` files: bytes in, a gapless list of items out.
//!
//! It is the only parser of such bytes; readers give its items a meaning. It decides no more than
//! all readers share: lines, comments, keys, where a quote ends. Not here: escapes, substitution,
//! and any error that carries text.

pub mod scan;

use memchr::memchr;

use crate::text::Span;
use crate::text::find::holds;
use crate::text::name::is_key_byte;

/// A lexed file. The items' spans follow each other without gap from [`Lexed::bom`] to the end.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lexed {
    /// Bytes of a UTF-8 byte order mark at the start: 0 or 3.
    pub bom: usize,
    /// The file's lines, one item each; a quoted value may take several.
    pub items: Vec<Item>,
}

/// One line, or the lines of one quoted value, line break included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// All bytes of the item.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
    /// A fault that does not hinder reading the item's kind, such as bytes that are no UTF-8.
    pub fault: Option<Fault>,
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing, or blanks.
    Blank,
    /// A comment line. What looks like an assignment in it is text.
    Comment,
    /// `[export] KEY = value`.
    Assignment(Assignment),
    /// None of these.
    Malformed {
        /// What is wrong.
        fault: Fault,
        /// The key, if the line has one: its value is then lost.
        key: Option<Span>,
    },
}

/// The parts of `[export] KEY = value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The word `export`, if it stands there.
    pub export: Option<Span>,
    /// The key.
    pub key: Span,
    /// The value as it stands: quotes included, surrounding blanks and comment not.
    pub raw: Span,
    /// The value without its quotes.
    pub value: Span,
    /// The quotes round it.
    pub quote: Quote,
    /// A comment behind the value.
    pub comment: Option<Span>,
}

/// The quotes round a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// None.
    Bare,
    /// `'`: no escapes.
    Single,
    /// `"`: a backslash keeps the next byte from ending the value.
    Double,
}

/// Why a line, or a part of it, cannot be taken as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The file starts with a byte order mark.
    ByteOrderMark,
    /// The file is UTF-16 or UTF-32.
    Utf16,
    /// No `=`, and not a bare name either.
    NoEquals,
    /// A name and nothing else: compose and docker pass such a variable through from their own environment.
    BareName,
    /// What stands before `=` is not a key.
    BadKey,
    /// A quote that nothing ends.
    UnterminatedQuote,
    /// Text follows the closing quote.
    TextAfterQuote,
    /// A line of a PEM block, or of base64 in several lines, whose value is not quoted.
    PemLine,
    /// What stands before `=` fits a name and looks like key material: not shown as a name.
    UnprintableName,
    /// A NUL byte.
    NulByte,
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// Bytes that are not UTF-8, in a comment.
    InvalidUtf8Comment,
    /// A carriage return that no line feed follows: some readers end the line there.
    LoneCarriageReturn,
}

/// Lexes a file. Never fails: what cannot be read becomes an item that says so.
#[must_use]
pub fn lex(bytes: &[u8]) -> Lexed {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        let item = Item { span: Span::new(0, bytes.len()), kind: malformed(Fault::Utf16), fault: None };
        return Lexed { bom: 0, items: vec![item] };
    }
    let bom = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let mut lexer = Lexer { bytes, at: bom, material: Material::None, no_quote_from: [usize::MAX; 2] };
    let mut items = Vec::with_capacity(bytes.len() / 32);
    while lexer.at < bytes.len() {
        items.push(lexer.item());
    }
    Lexed { bom, items }
}

/// Key material that a value without quotes may have left behind it. Its lines look like names, the last like an assignment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Material {
    None,
    /// A PEM block, up to its END line or the next line that is surely an assignment.
    Pem,
    /// Base64 in several lines.
    Wrapped,
    /// A value that may be the first line of such.
    Long(Span),
    /// A line that a backslash ends.
    Continued,
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    /// What the line before may go on with.
    material: Material,
    /// From these offsets on no closing `'` or `"` is to be found: keeps a file of lone quotes linear.
    no_quote_from: [usize; 2],
}

impl Lexer<'_> {
    fn item(&mut self) -> Item {
        let start = self.at;
        let line = self.line_from(start);
        let text = line.of(self.bytes);
        let (kind, end) = self.kind(line);
        self.material = self.material_after(text.trim_ascii(), &kind);
        let next = if end > line.end { self.line_from(end).end } else { line.end };
        self.at = self.after_break(next);
        let span = Span::new(start, self.at);
        let whole = span.of(self.bytes);
        let fault = if memchr(0, whole).is_some() {
            Some(Fault::NulByte)
        } else if std::str::from_utf8(whole).is_err() {
            let comment = matches!(kind, Kind::Comment);
            Some(if comment { Fault::InvalidUtf8Comment } else { Fault::InvalidUtf8 })
        } else if memchr(b'\r', text).is_some() {
            Some(Fault::LoneCarriageReturn)
        } else {
            None
        };
        Item { span, kind, fault }
    }

    /// What the line is, and where it ends if its value goes on below it.
    fn kind(&mut self, line: Span) -> (Kind, usize) {
        let begin = self.skip_blanks(line.start, line.end);
        let text = Span::new(begin, line.end).of(self.bytes);
        let kind = match text.first() {
            None => Kind::Blank,
            Some(b'#') => Kind::Comment,
            Some(_) if self.continues(text) => malformed(Fault::PemLine),
            Some(_) => return self.assignment(begin, line.end),
        };
        (kind, line.end)
    }

    fn assignment(&mut self, begin: usize, line_end: usize) -> (Kind, usize) {
        let text = Span::new(begin, line_end).of(self.bytes);
        let Some(equals) = memchr(b'=', text).map(|at| begin + at) else {
            let word = self.after_export(begin, line_end).map_or(begin, |(_, at)| at);
            let name = Span::new(word, line_end).of(self.bytes).trim_ascii_end();
            let kind = if is_key(name) {
                Kind::Malformed { fault: Fault::BareName, key: Some(Span::new(word, word + name.len())) }
            } else {
                malformed(Fault::NoEquals)
            };
            return (kind, line_end);
        };
        let (export, key_start) = match self.after_export(begin, equals) {
            Some((span, at)) => (Some(span), at),
            None => (None, begin),
        };
        let key = Span::new(key_start, equals);
        let key = Span::new(key_start, key_start + key.of(self.bytes).trim_ascii_end().len());
        if !is_key(key.of(self.bytes)) {
            return (malformed(Fault::BadKey), line_end);
        }
        match self.value(equals + 1, line_end) {
            Ok((raw, value, quote, comment)) => {
                let end = comment.map_or(raw.end, |comment: Span| comment.end);
                (Kind::Assignment(Assignment { export, key, raw, value, quote, comment }), end)
            }
            Err(fault) => (Kind::Malformed { fault, key: Some(key) }, line_end),
        }
    }

    /// The word `export` and where the key behind it begins.
    fn after_export(&self, begin: usize, end: usize) -> Option<(Span, usize)> {
        let rest = Span::new(begin, end).of(self.bytes).strip_prefix(b"export")?;
        let blanks = rest.iter().take_while(|b| is_blank(**b)).count();
        let word = begin + b"export".len();
        (blanks > 0 && rest.len() > blanks).then_some((Span::new(begin, word), word + blanks))
    }

    fn value(&mut self, from: usize, line_end: usize) -> Result<(Span, Span, Quote, Option<Span>), Fault> {
        let start = self.skip_blanks(from, line_end);
        let quote = match self.bytes.get(start) {
            Some(b'\'') if start < line_end => Quote::Single,
            Some(b'"') if start < line_end => Quote::Double,
            _ => return Ok(self.bare(from, start, line_end)),
        };
        let close = self.closing(start, quote).ok_or(Fault::UnterminatedQuote)?;
        let raw = Span::new(start, close + 1);
        let value = Span::new(start + 1, close);
        let rest = Span::new(close + 1, self.line_from(close + 1).end);
        let behind = self.skip_blanks(rest.start, rest.end);
        match self.bytes.get(behind) {
            _ if behind >= rest.end => Ok((raw, value, quote, None)),
            Some(b'#') if behind > rest.start => Ok((raw, value, quote, Some(Span::new(behind, rest.end)))),
            // A quote that closes on a later line amid text is no end of this value but the start of another.
            _ if close > line_end => Err(Fault::UnterminatedQuote),
            _ => Err(Fault::TextAfterQuote),
        }
    }

    fn bare(&self, from: usize, start: usize, line_end: usize) -> (Span, Span, Quote, Option<Span>) {
        let text = Span::new(start, line_end).of(self.bytes);
        let mut comment = None;
        let mut blank = start > from;
        // Most values have none, and are not gone over for it.
        let text = if memchr(b'#', text).is_some() { text } else { &[] };
        for (at, byte) in text.iter().enumerate() {
            if *byte == b'#' && blank {
                comment = Some(Span::new(start + at, line_end));
                break;
            }
            blank = is_blank(*byte);
        }
        let end = comment.map_or(line_end, |comment| comment.start);
        let length = trim_end(Span::new(start, end).of(self.bytes)).len();
        let value = Span::new(start, start + length);
        (value, value, Quote::Bare, comment)
    }

    /// Offset of the quote that ends the value opened at `open`.
    fn closing(&mut self, open: usize, quote: Quote) -> Option<usize> {
        let mark = if quote == Quote::Single { b'\'' } else { b'"' };
        let hopeless = match quote {
            Quote::Single => self.no_quote_from.first_mut(),
            _ => self.no_quote_from.last_mut(),
        }?;
        if open >= *hopeless {
            return None;
        }
        let mut at = open + 1;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'\\' if quote == Quote::Double => at += 1,
                byte if *byte == mark => return Some(at),
                _ => {}
            }
            at += 1;
        }
        *hopeless = open;
        None
    }

    /// The line from `start` on, without its break.
    fn line_from(&self, start: usize) -> Span {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        let end = start + length;
        let has_break = length < rest.len();
        let carriage = has_break && end > start && self.bytes.get(end - 1) == Some(&b'\r');
        Span::new(start, if carriage { end - 1 } else { end })
    }

    fn after_break(&self, end: usize) -> usize {
        match (self.bytes.get(end), self.bytes.get(end + 1)) {
            (Some(b'\n'), _) => end + 1,
            (Some(b'\r'), Some(b'\n')) => end + 2,
            _ => end,
        }
    }

    fn skip_blanks(&self, from: usize, end: usize) -> usize {
        let text = Span::new(from, end).of(self.bytes);
        from + text.iter().take_while(|b| is_blank(**b)).count()
    }

    /// Whether a line belongs to the key material above it.
    fn continues(&self, text: &[u8]) -> bool {
        match self.material {
            Material::None => false,
            Material::Pem => !is_plain_assignment(text),
            // `PORT=` is base64 to the letter, and an assignment to everybody.
            Material::Wrapped => is_base64_line(text.trim_ascii_end()) && !is_upper_case(text),
            Material::Long(value) => {
                let value = value.of(self.bytes);
                is_base64_line(text.trim_ascii_end())
                    && !is_upper_case(text)
                    && is_base64_line(value)
                    && !value.iter().all(u8::is_ascii_hexdigit)
            }
            Material::Continued => !text.contains(&b'='),
        }
    }

    fn material_after(&self, text: &[u8], kind: &Kind) -> Material {
        let wrapped = |text: &[u8], least| text.len() >= least && is_base64_line(text);
        match kind {
            Kind::Malformed { fault: Fault::PemLine, .. } if text.starts_with(b"-----END ") => Material::None,
            Kind::Malformed { fault: Fault::PemLine, .. } => match self.material {
                Material::Long(_) => Material::Wrapped,
                material => material,
            },
            Kind::Malformed { .. } if wrapped(text, 16) => Material::Wrapped,
            Kind::Assignment(parts) if parts.quote == Quote::Bare => {
                let value = parts.value.of(self.bytes);
                let begins = holds(value, b"-----BEGIN ");
                if begins && !holds(value, b"-----END ") {
                    Material::Pem
                } else if value.ends_with(b"\\") {
                    Material::Continued
                } else if value.len() >= 40 && !value.ends_with(b"=") {
                    // Looked at more closely where the next line looks so, which few do.
                    Material::Long(parts.value)
                } else {
                    Material::None
                }
            }
            _ => Material::None,
        }
    }
}

const fn malformed(fault: Fault) -> Kind {
    Kind::Malformed { fault, key: None }
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn trim_end(bytes: &[u8]) -> &[u8] {
    let length = bytes.iter().rposition(|b| !is_blank(*b)).map_or(0, |at| at + 1);
    bytes.get(..length).unwrap_or_default()
}

/// Whether `bytes` fit the key grammar `[A-Za-z_][A-Za-z0-9_.-]*`.
fn is_key(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_')
        && bytes.iter().all(|b| is_key_byte(*b))
}

fn is_base64_line(text: &[u8]) -> bool {
    let padding = text.iter().rev().take_while(|b| **b == b'=').count();
    let (digits, _) = text.split_at_checked(text.len() - padding).unwrap_or_default();
    padding <= 2
        && !digits.is_empty()
        && digits.iter().all(|b| b.is_ascii_alphanumeric() || b"+/".contains(b))
}

fn is_upper_case(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'_' | b'='))
}

/// Whether a line amid key material is surely an assignment: base64 has no `_`, and its only `=` are the last bytes.
fn is_plain_assignment(text: &[u8]) -> bool {
    let text = text.strip_prefix(b"export ").unwrap_or(text);
    let Some(equals) = text.iter().position(|b| *b == b'=') else { return false };
    let (key, value) = text.split_at(equals);
    let key = key.trim_ascii();
    let padding = value.iter().all(|b| *b == b'=');
    is_key(key) && (key.contains(&b'_') || !padding)
}

#[cfg(test)]
#[path = "dotenv_tests.rs"]
mod tests;
