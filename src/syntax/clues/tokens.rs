//! Program text to words, strings and marks, as far as a search for calls with a file's name needs it.
//!
//! Comments are left out, and so are Python's strings in three quotes, which mostly are documentation. What is put into a string when the program runs
//! is [`UNKNOWN`].

use crate::text::Span;

use super::names::UNKNOWN;

/// Bytes in which the end of a part of a string is looked for.
const NEAR: usize = 200;

/// Languages of program text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    JavaScript,
    /// Go.
    Go,
    /// Rust.
    Rust,
    /// Ruby.
    Ruby,
}

/// One token.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A name, a keyword or a number.
    Word(&'a str),
    /// A string.
    Text(String),
    /// Any other character; a line break where it may end a statement.
    Mark(u8),
}

/// A token and its place.
pub(super) type Placed<'a> = (Token<'a>, Span);

/// Goes over a text.
struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    language: Language,
    tokens: Vec<Placed<'a>>,
}

/// The tokens of a text.
pub(super) fn tokens(text: &str, language: Language) -> Vec<Placed<'_>> {
    let mut lexer = Lexer { text, bytes: text.as_bytes(), at: 0, language, tokens: Vec::new() };
    while let Some(byte) = lexer.peek(0) {
        lexer.step(byte);
    }
    lexer.tokens
}

impl<'a> Lexer<'a> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// Whether the language writes its comments and line ends as scripts do.
    fn is_script(&self) -> bool {
        matches!(self.language, Language::Python | Language::Ruby)
    }

    /// Goes on to `end`, or to the end of the text.
    fn past(&mut self, end: &str) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at += rest.find(end).map_or(rest.len(), |length| length + end.len());
    }

    fn step(&mut self, byte: u8) {
        match (byte, self.peek(1)) {
            (b'\n', _) => {
                self.at += 1;
                if self.is_script() {
                    self.push(Token::Mark(b'\n'), self.at - 1);
                }
            }
            (b' ' | b'\t' | b'\r', _) => self.at += 1,
            (b'#', _) if self.is_script() => self.line(),
            (b'/', Some(b'/')) if !self.is_script() => self.line(),
            (b'/', Some(b'*')) if !self.is_script() => {
                self.at += 2;
                self.past("*/");
            }
            (b'\'', _) if self.language == Language::Rust => {
                // A character, or else a lifetime.
                let length = match (self.peek(1), self.peek(2), self.peek(3)) {
                    (Some(b'\\'), _, Some(b'\'')) => 4,
                    (_, Some(b'\''), _) => 3,
                    _ => 1,
                };
                self.at += length;
                self.push(Token::Mark(b'\''), self.at - length);
            }
            (b'"' | b'\'', _) => self.string(byte),
            (b'`', _) if matches!(self.language, Language::JavaScript | Language::Go) => self.string(byte),
            (byte, _) if is_word(byte) => {
                let rest = self.bytes.get(self.at..).unwrap_or_default();
                let length = rest.iter().position(|b| !is_word(*b)).unwrap_or(rest.len());
                let word = self.text.get(self.at..self.at + length);
                self.at += length;
                self.push(Token::Word(word.unwrap_or_default()), self.at - length);
            }
            (byte, _) => {
                self.at += 1;
                self.push(Token::Mark(byte), self.at - 1);
            }
        }
    }

    fn push(&mut self, token: Token<'a>, start: usize) {
        self.tokens.push((token, Span::new(start, self.at.min(self.bytes.len()))));
    }

    /// Goes on to the line's end.
    fn line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
    }

    fn string(&mut self, quote: u8) {
        let start = self.at;
        let python = self.language == Language::Python;
        let mut formatted = false;
        if python
            && let Some((Token::Word(prefix), _)) = self.tokens.last()
            && prefix.len() <= 2
            && prefix.bytes().all(|b| b"rRbBuUfF".contains(&b))
        {
            formatted = prefix.contains(['f', 'F']);
            self.tokens.pop();
        }
        if python && self.peek(1) == Some(quote) && self.peek(2) == Some(quote) {
            self.at += 3;
            self.past(if quote == b'"' { "\"\"\"" } else { "'''" });
            self.push(Token::Mark(quote), start);
            return;
        }
        self.at += 1;
        let mut text = String::new();
        loop {
            match (self.peek(0), self.peek(1)) {
                // Strings of several lines name no file, and a quote that nothing ends must not take the next one's.
                (None, _) | (Some(b'\n'), _) if quote != b'`' || self.peek(0).is_none() => {
                    self.push(Token::Mark(quote), start);
                    return;
                }
                (Some(byte), _) if byte == quote => break,
                (Some(b'\\'), Some(_)) if !(quote == b'`' && self.language == Language::Go) => {
                    self.at += 1;
                    self.literal(&mut text);
                }
                (Some(b'$'), Some(b'{')) if quote == b'`' && self.language == Language::JavaScript => {
                    self.unknown(2, &mut text);
                }
                (Some(b'#'), Some(b'{')) if quote == b'"' && self.language == Language::Ruby => {
                    self.unknown(2, &mut text);
                }
                (Some(b'{'), Some(b'{')) if formatted => {
                    self.at += 1;
                    self.literal(&mut text);
                }
                (Some(b'{'), _) if formatted || self.language == Language::Rust => self.unknown(1, &mut text),
                _ => self.literal(&mut text),
            }
        }
        self.at += 1;
        self.push(Token::Text(text), start);
    }

    fn literal(&mut self, text: &mut String) {
        let Some(c) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) else {
            self.at += 1;
            return;
        };
        self.at += c.len_utf8();
        text.push(if c == UNKNOWN { char::REPLACEMENT_CHARACTER } else { c });
    }

    /// A part that is known when the program runs, up to the brace that closes it.
    fn unknown(&mut self, opening: usize, text: &mut String) {
        let rest = self.bytes.get(self.at + opening..).unwrap_or_default();
        let mut open = 1_usize;
        let end = rest.iter().take(NEAR).position(|byte| {
            open = match byte {
                b'{' => open + 1,
                b'}' => open - 1,
                _ => open,
            };
            open == 0
        });
        match end {
            Some(end) => {
                self.at += opening + end + 1;
                text.push(UNKNOWN);
            }
            None => self.literal(text),
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}
