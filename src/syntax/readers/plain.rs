//! The lexer's own reading of a file: what stands there, whoever reads it.

use crate::text::{KeyName, SecretValue, Span};

use super::Outcome;
use crate::syntax::dotenv::{Fault, Kind, Lexed, Quote};

/// One occurrence of a key in a file, as a reader sees it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The key; only names that may be printed become readings.
    pub key: KeyName,
    /// Where the key stands.
    pub span: Span,
    /// Whether it is written so that no reader replaces anything in it.
    pub literal: bool,
    /// What comes of it.
    pub outcome: Outcome,
}

/// A line that could not be taken as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// The line's start; never a place inside it.
    pub span: Span,
    /// What is wrong with it.
    pub fault: Fault,
}

/// A file as [`Reader::Plain`](super::Reader::Plain) sees it.
#[derive(Debug, Default)]
pub struct PlainFile {
    /// Every assignment in order, repeated keys included.
    pub readings: Vec<Reading>,
    /// Lines that could not be taken as written.
    pub bad_lines: Vec<BadLine>,
}

/// Reads a lexed file. `name` makes a key printable, or refuses it as one that looks like key material.
pub fn plain(bytes: &[u8], lexed: &Lexed, mut name: impl FnMut(&[u8]) -> Option<KeyName>) -> PlainFile {
    let mut file = PlainFile::default();
    let mut bad = |span: Span, fault| {
        file.bad_lines.push(BadLine { span: Span::new(span.start, span.start), fault });
    };
    if lexed.bom > 0 {
        bad(Span::new(lexed.bom, lexed.bom), Fault::ByteOrderMark);
    }
    for item in &lexed.items {
        if let Some(fault) = item.fault {
            bad(item.span, fault);
        }
        match &item.kind {
            Kind::Blank | Kind::Comment => {}
            Kind::Malformed { fault, key } => {
                let shown = |text: &[u8]| *fault != Fault::BareName || is_upper_case(text);
                let key = key.filter(|span| shown(span.of(bytes)));
                let key = key.and_then(|span| Some((name(span.of(bytes))?, span)));
                // A bare word that may not be printed as a name is a stray piece of a value.
                let stray = *fault == Fault::BareName && key.is_none();
                if item.fault.is_none() {
                    bad(item.span, if stray { Fault::NoEquals } else { *fault });
                }
                if let Some((key, span)) = key {
                    let outcome = if *fault == Fault::BareName { Outcome::Unset } else { Outcome::Refused };
                    file.readings.push(Reading { key, span, literal: false, outcome });
                }
            }
            Kind::Assignment(parts) => match name(parts.key.of(bytes)) {
                None => bad(item.span, Fault::UnprintableName),
                Some(key) => {
                    let outcome = match item.fault {
                        Some(_) => Outcome::Refused,
                        None => Outcome::Value(SecretValue::new(parts.value.of(bytes))),
                    };
                    let literal = parts.quote == Quote::Single;
                    file.readings.push(Reading { key, span: parts.key, literal, outcome });
                }
            },
        }
    }
    file
}

/// A word alone on its line is taken for a name only if it is written as environment variables are: it could as well
/// be the rest of a value.
fn is_upper_case(text: &[u8]) -> bool {
    text.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || *b == b'_')
}
