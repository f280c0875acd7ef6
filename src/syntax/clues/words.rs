//! Shell text to simple commands: words with their quotes taken off, as far as a search for file names needs it.
//!
//! A modest reading of POSIX.1-2024, XCU 2 (Shell Command Language): quotes, expansions, redirections, here-documents and what ends a command. No
//! expansion is made: its place is taken by [`UNKNOWN`].

use crate::text::Span;

use super::names::UNKNOWN;

/// Bytes in which `}}` is looked for.
const TEMPLATE: usize = 200;

/// A word of a command.
#[derive(Debug, Default)]
pub(super) struct Word {
    /// Its text, without quotes.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
    /// What stands in its unquoted `$(...)`.
    pub substituted: Vec<Span>,
    /// The text of `${NAME:-text}`, if there is one.
    default: Option<String>,
}

/// A simple command.
#[derive(Debug, Default)]
pub(super) struct Command {
    /// Its words, redirections left out.
    pub words: Vec<Word>,
    /// Where its input comes from: `< file`.
    pub input: Option<Word>,
    /// Whether its input is what the command before it prints.
    pub piped: bool,
}

/// What a text makes of `$`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dollar {
    /// A shell's expansion.
    Shell,
    /// make's: `$$` is the shell's.
    Make,
}

/// The commands of a text, and what stands in its substitutions.
#[derive(Debug, Default)]
pub(super) struct Commands {
    /// In their order.
    pub commands: Vec<Command>,
    /// Texts that are commands in turn.
    pub inner: Vec<Span>,
}

/// Where the next word goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Word,
    Input,
    Nowhere,
}

/// Goes over a part of a text.
struct Scan<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    dollar: Dollar,
    found: Commands,
    command: Command,
    next: Next,
    /// Ends of here-documents that start behind this line.
    ends: Vec<String>,
}

/// Reads the part of `text` at `span`.
pub(super) fn commands(text: &str, span: Span, dollar: Dollar) -> Commands {
    let Some(part) = text.get(..span.end) else { return Commands::default() };
    let mut scan = Scan {
        text: part,
        bytes: part.as_bytes(),
        at: span.start,
        dollar,
        found: Commands::default(),
        command: Command::default(),
        next: Next::Word,
        ends: Vec::new(),
    };
    while let Some(byte) = scan.peek(0) {
        scan.step(byte);
    }
    scan.end_command(false);
    scan.found
}

impl Scan<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// What stands between words; a word otherwise.
    fn step(&mut self, byte: u8) {
        let second = self.peek(1);
        match byte {
            b' ' | b'\t' | b'\r' => self.at += 1,
            b'\\' if self.continues() > 0 => self.at += self.continues(),
            b'\n' => {
                self.at += 1;
                self.end_command(false);
                self.here_documents();
            }
            b'#' => self.at = self.line_end(),
            b';' | b'(' | b')' => {
                self.at += 1;
                self.end_command(false);
            }
            b'&' if second == Some(b'>') => {
                self.at += 2;
                self.next = Next::Nowhere;
            }
            b'&' => {
                self.at += 1;
                self.end_command(false);
            }
            b'|' => {
                let piped = second != Some(b'|');
                self.at += if matches!(second, Some(b'|' | b'&')) { 2 } else { 1 };
                self.end_command(piped);
            }
            b'<' | b'>' if second != Some(b'(') => self.redirect(byte),
            _ => {
                let word = self.word();
                // The number of a redirection is no word.
                let number = !word.text.is_empty() && word.text.bytes().all(|b| b.is_ascii_digit());
                if number && matches!(self.peek(0), Some(b'<' | b'>')) {
                    return;
                }
                match std::mem::replace(&mut self.next, Next::Word) {
                    Next::Word => self.command.words.push(word),
                    Next::Input => self.command.input = Some(word),
                    Next::Nowhere => {}
                }
            }
        }
    }

    /// The bytes of a line's end behind `\`, none if there is no line's end.
    fn continues(&self) -> usize {
        match (self.peek(1), self.peek(2)) {
            (Some(b'\n'), _) => 2,
            (Some(b'\r'), Some(b'\n')) => 3,
            _ => 0,
        }
    }

    fn line_end(&self) -> usize {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        rest.iter().position(|b| *b == b'\n').map_or(self.bytes.len(), |length| self.at + length)
    }

    fn end_command(&mut self, piped: bool) {
        let command = std::mem::take(&mut self.command);
        if !command.words.is_empty() {
            self.found.commands.push(command);
        }
        (self.command.piped, self.next) = (piped, Next::Word);
    }

    fn redirect(&mut self, byte: u8) {
        self.at += 1;
        self.next = if byte == b'<' { Next::Input } else { Next::Nowhere };
        if byte == b'<' && self.peek(0) == Some(b'<') {
            self.at += 1;
            if self.peek(0) == Some(b'<') {
                self.at += 1;
                self.next = Next::Nowhere;
                return;
            }
            self.at += usize::from(self.peek(0) == Some(b'-'));
            while matches!(self.peek(0), Some(b' ' | b'\t')) {
                self.at += 1;
            }
            self.next = Next::Word;
            let end = self.word().text;
            self.ends.push(end);
        } else if let Some(b'>' | b'&' | b'|') = self.peek(0) {
            self.at += 1;
            self.next = Next::Nowhere;
        }
    }

    /// Goes past the here-documents that this line announces. Texts within other files indent their ends.
    fn here_documents(&mut self) {
        for end in std::mem::take(&mut self.ends) {
            while self.at < self.bytes.len() {
                let line_end = self.line_end();
                let line = self.text.get(self.at..line_end).unwrap_or_default();
                self.at = (line_end + 1).min(self.bytes.len());
                if line.trim() == end {
                    break;
                }
            }
        }
    }

    /// A word, whose first byte is none that stands between words.
    fn word(&mut self) -> Word {
        let mut word = Word { span: Span::new(self.at, self.at), ..Word::default() };
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b';' | b'&' | b'|' | b'(' | b')' => break,
                b'<' | b'>' if self.peek(1) != Some(b'(') => break,
                b'<' | b'>' => {
                    self.at += 1;
                    self.substitution(&mut word, b')');
                }
                b'\\' if self.continues() > 0 => self.at += self.continues(),
                b'\\' => {
                    self.at += 1;
                    self.literal(&mut word);
                }
                b'\'' => {
                    self.at += 1;
                    let rest = self.bytes.get(self.at..).unwrap_or_default();
                    let length = rest.iter().position(|b| *b == b'\'').unwrap_or(rest.len());
                    word.text.push_str(self.text.get(self.at..self.at + length).unwrap_or_default());
                    self.at = (self.at + length + 1).min(self.bytes.len());
                }
                b'"' => self.double_quoted(&mut word),
                _ => self.unit(&mut word, true),
            }
        }
        word.span.end = self.at.min(self.bytes.len());
        // A word that is nothing but a variable with a default names its default.
        if let Some(default) = word.default.take().filter(|_| word.text.len() == 1) {
            word.text = default;
        }
        word
    }

    fn double_quoted(&mut self, word: &mut Word) {
        self.at += 1;
        while let Some(byte) = self.peek(0) {
            match (byte, self.peek(1)) {
                (b'"', _) => {
                    self.at += 1;
                    return;
                }
                (b'\\', _) if self.continues() > 0 => self.at += self.continues(),
                (b'\\', Some(b'"' | b'\\' | b'$' | b'`')) => {
                    self.at += 1;
                    self.literal(word);
                }
                _ => self.unit(word, false),
            }
        }
    }

    /// An expansion, or a character as it is.
    fn unit(&mut self, word: &mut Word, unquoted: bool) {
        match (self.peek(0), self.peek(1)) {
            (Some(b'`'), _) => {
                self.substitution(word, b'`');
            }
            (Some(b'{'), Some(b'{')) if self.template(0) => word.text.push(UNKNOWN),
            (Some(b'$'), _) => self.expansion(word, unquoted),
            _ => self.literal(word),
        }
    }

    fn literal(&mut self, word: &mut Word) {
        let Some(c) = self.text.get(self.at..).and_then(|rest| rest.chars().next()) else {
            self.at += 1;
            return;
        };
        self.at += c.len_utf8();
        word.text.push(if c == UNKNOWN { char::REPLACEMENT_CHARACTER } else { c });
    }

    /// Goes past `{{...}}`, which starts `ahead`, if it is one.
    fn template(&mut self, ahead: usize) -> bool {
        let rest = self.bytes.get(self.at + ahead..).unwrap_or_default();
        let near = rest.get(..TEMPLATE.min(rest.len())).unwrap_or_default();
        let end = near.iter().zip(near.iter().skip(1)).position(|pair| pair == (&b'}', &b'}'));
        self.at += end.map_or(0, |end| ahead + end + 2);
        end.is_some()
    }

    fn expansion(&mut self, word: &mut Word, unquoted: bool) {
        let make = self.dollar == Dollar::Make;
        if make && self.peek(1) == Some(b'$') {
            self.at += 1;
        } else if make {
            // A variable or function of make's own.
            match self.peek(1) {
                Some(b'(') => self.closed(1, b')'),
                Some(b'{') => self.closed(1, b'}'),
                _ => self.at += 2,
            }
            word.text.push(UNKNOWN);
            return;
        }
        match (self.peek(1), self.peek(2)) {
            (Some(b'{'), Some(b'{')) if self.template(1) => word.text.push(UNKNOWN),
            (Some(b'{'), _) => {
                let start = self.at + 2;
                self.closed(1, b'}');
                let inner = self.text.get(start..self.at.saturating_sub(1)).unwrap_or_default();
                let home = inner == "HOME" && word.text.is_empty();
                word.default = default_of(inner).filter(|_| word.text.is_empty());
                word.text.push(if home { '~' } else { UNKNOWN });
            }
            (Some(b'('), Some(b'(')) => {
                self.closed(1, b')');
                word.text.push(UNKNOWN);
            }
            (Some(b'('), _) => {
                self.at += 1;
                let inner = self.substitution(word, b')');
                word.substituted.extend(unquoted.then_some(inner));
            }
            (Some(b'\'' | b'"'), _) if unquoted => self.at += 1,
            (Some(b), _) if b == b'_' || b.is_ascii_alphabetic() => {
                let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
                let length = rest.iter().position(|b| *b != b'_' && !b.is_ascii_alphanumeric());
                let length = length.unwrap_or(rest.len());
                let home = rest.get(..length) == Some(b"HOME") && word.text.is_empty();
                self.at += 1 + length;
                word.text.push(if home { '~' } else { UNKNOWN });
            }
            (Some(b'0'..=b'9' | b'@' | b'*' | b'#' | b'?' | b'!' | b'-' | b'$'), _) => {
                self.at += 2;
                word.text.push(UNKNOWN);
            }
            _ => self.literal(word),
        }
    }

    /// A command substitution, whose opening byte is the next one.
    fn substitution(&mut self, word: &mut Word, closer: u8) -> Span {
        let start = self.at + 1;
        self.closed(0, closer);
        let inner = Span::new(start, self.at.saturating_sub(1).max(start));
        self.found.inner.push(inner);
        word.text.push(UNKNOWN);
        inner
    }

    /// Goes past what is opened `ahead` and closed by `closer`, or to the end if nothing closes it.
    fn closed(&mut self, ahead: usize, closer: u8) {
        self.at += ahead + 1;
        let mut open = vec![closer];
        while let (Some(top), Some(byte)) = (open.last().copied(), self.peek(0)) {
            self.at += 1;
            match (top, byte) {
                (b'\'', b'\'') => {
                    open.pop();
                }
                (b'\'', _) => {}
                (_, b'\\') => self.at += 1,
                (_, byte) if byte == top => {
                    open.pop();
                }
                (b'`', _) => {}
                (b')', b'\'' | b'"' | b'`') | (b'"' | b'}', b'`') => open.push(byte),
                (b'}', b'"') => open.push(b'"'),
                (b')', b'(') => open.push(b')'),
                (_, b'$') => match self.peek(0) {
                    Some(b'(') => {
                        open.push(b')');
                        self.at += 1;
                    }
                    Some(b'{') => {
                        open.push(b'}');
                        self.at += 1;
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        self.at = self.at.min(self.bytes.len());
    }
}

/// The text in `NAME:-text`, if it is one to the letter.
fn default_of(inner: &str) -> Option<String> {
    let name = inner.find(|c: char| c != '_' && !c.is_ascii_alphanumeric())?;
    let rest = inner.get(name..)?;
    let text = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'))?;
    let plain = !text.contains(['$', '`', '\\', UNKNOWN]);
    plain.then(|| text.trim_matches(['"', '\'']).to_owned())
}
