//! The shells' grammar: lists of simple commands.
//!
//! Words are passed over, in `words`, and left as they stand; `expand` makes values of them.

use crate::syntax::dotenv::scan::Scanner;
use crate::text::{Span, ValueBuilder};

use super::names::{Keyword, in_name, is_name, keyword, starts_name};
use super::{Dialect, Refusal, Stop};

/// How deep `$(...)` and `${...}` are followed.
pub(super) const DEEPEST: usize = 24;

/// A word as it stands in the file.
#[derive(Clone, Copy, Debug)]
pub(super) struct Word {
    pub(super) span: Span,
    /// Whether it has nothing to expand and no quotes.
    pub(super) plain: bool,
}

/// `key=word`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Assignment {
    pub(super) key: Span,
    pub(super) append: bool,
    pub(super) word: Word,
}

/// Where a command's output goes, or its input comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Redirect {
    pub(super) writes: bool,
    pub(super) word: Word,
}

/// A simple command.
#[derive(Debug, Default)]
pub(super) struct Simple {
    pub(super) at: usize,
    pub(super) assignments: Vec<Assignment>,
    pub(super) words: Vec<Word>,
    pub(super) redirects: Vec<Redirect>,
}

impl Simple {
    const fn is_empty(&self) -> bool {
        self.assignments.is_empty() && self.words.is_empty() && self.redirects.is_empty()
    }
}

/// Commands joined by `|`.
pub(super) type Pipeline = Vec<Simple>;

/// Pipelines joined by `&&` and `||`.
#[derive(Debug)]
pub(super) struct AndOr {
    pub(super) at: usize,
    pub(super) first: Pipeline,
    /// Whether `&&` stands before it.
    pub(super) rest: Vec<(bool, Pipeline)>,
    pub(super) background: bool,
}

/// Goes over a file, or a part of one.
#[derive(Clone, Debug)]
pub(super) struct Parser<'a> {
    pub(super) dialect: Dialect,
    pub(super) bytes: &'a [u8],
    pub(super) scanner: Scanner<'a>,
    pub(super) depth: usize,
}

pub(super) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// Whether a byte ends an unquoted word.
pub(super) const fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

/// Whether a byte stands for itself in an unquoted word.
pub(super) const fn is_plain(byte: u8) -> bool {
    !ends_word(byte) && !matches!(byte, b'\'' | b'"' | b'\\' | b'$' | b'`' | b'~')
}

impl<'a> Parser<'a> {
    pub(super) const fn new(dialect: Dialect, bytes: &'a [u8]) -> Self {
        Self { dialect, bytes, scanner: Scanner::new(bytes), depth: 0 }
    }

    pub(super) fn within(dialect: Dialect, bytes: &'a [u8], span: Span) -> Self {
        Self { dialect, bytes, scanner: Scanner::within(bytes, span), depth: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.scanner.at()
    }

    /// The next byte behind line continuations.
    pub(super) fn peek(&mut self) -> Option<u8> {
        while self.scanner.eat_all(b"\\\n") {}
        self.scanner.peek()
    }

    pub(super) fn peek_second(&self) -> Option<u8> {
        let mut ahead = self.clone();
        ahead.scanner.bump();
        ahead.peek()
    }

    pub(super) fn syntax<T>(&self) -> Result<T, Stop> {
        Err(Stop::Refused(Refusal::Syntax, self.at()))
    }

    pub(super) fn is_bash(&self) -> bool {
        self.dialect == Dialect::Bash
    }

    /// Passes blanks and a comment.
    fn skip(&mut self) {
        while self.peek().is_some_and(is_blank) {
            self.scanner.bump();
        }
        if self.scanner.peek() == Some(b'#') {
            self.scanner.eat_while(|byte| byte != b'\n');
        }
    }

    fn skip_lines(&mut self) {
        loop {
            self.skip();
            if !self.scanner.eat(b'\n') {
                return;
            }
        }
    }

    /// The commands of a line, which several lines may be; up to its line feed, to `)` if that closes, or to the end.
    pub(super) fn line(&mut self, closes: bool) -> Result<Vec<AndOr>, Stop> {
        let mut list = Vec::new();
        loop {
            self.skip();
            match self.peek() {
                None | Some(b'\n') => return Ok(list),
                Some(b')') if closes => return Ok(list),
                Some(_) => {}
            }
            let mut and_or = self.and_or()?;
            match self.peek() {
                Some(b';') => {
                    self.scanner.bump();
                    match self.peek() {
                        Some(b';') => return self.syntax(),
                        Some(b'&') if self.is_bash() => return self.syntax(),
                        _ => {}
                    }
                }
                Some(b'&') => {
                    self.scanner.bump();
                    and_or.background = true;
                }
                None | Some(b'\n') => {}
                Some(b')') if closes => {}
                Some(_) => return self.syntax(),
            }
            list.push(and_or);
        }
    }

    fn and_or(&mut self) -> Result<AndOr, Stop> {
        let at = self.at();
        let mut and_or = AndOr { at, first: self.pipeline()?, rest: Vec::new(), background: false };
        loop {
            let and = match (self.peek(), self.peek_second()) {
                (Some(b'&'), Some(b'&')) => true,
                (Some(b'|'), Some(b'|')) => false,
                _ => return Ok(and_or),
            };
            self.scanner.bump();
            self.peek();
            self.scanner.bump();
            self.skip_lines();
            and_or.rest.push((and, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Result<Pipeline, Stop> {
        let mut pipeline = vec![self.simple()?];
        while self.peek() == Some(b'|') && self.peek_second() != Some(b'|') {
            self.scanner.bump();
            if self.peek() == Some(b'&') && self.is_bash() {
                self.scanner.bump();
            }
            self.skip_lines();
            pipeline.push(self.simple()?);
        }
        Ok(pipeline)
    }

    fn simple(&mut self) -> Result<Simple, Stop> {
        let mut simple = Simple { at: self.at(), ..Simple::default() };
        loop {
            self.skip();
            match self.peek() {
                Some(b'&') if self.is_bash() && self.peek_second() == Some(b'>') => {
                    self.scanner.bump();
                    self.peek();
                    self.scanner.bump();
                    if self.peek() == Some(b'>') {
                        self.scanner.bump();
                    }
                    simple.redirects.push(self.target(true)?);
                }
                None | Some(b'\n' | b';' | b'&' | b'|' | b')') => break,
                Some(b'(') => return self.parenthesis(&simple),
                Some(b'<' | b'>') => simple.redirects.push(self.redirect()?),
                Some(_) => self.item(&mut simple)?,
            }
        }
        if simple.is_empty() { self.syntax() } else { Ok(simple) }
    }

    /// `(` where a command or a further word of one might stand.
    fn parenthesis<T>(&mut self, simple: &Simple) -> Result<T, Stop> {
        let at = self.at();
        let before = at.checked_sub(1).and_then(|before| self.bytes.get(before));
        if simple.is_empty() || (self.is_bash() && before == Some(&b'=') && !simple.words.is_empty()) {
            return Err(Stop::Unmodelled(at));
        }
        if let ([name], true, true) =
            (simple.words.as_slice(), simple.assignments.is_empty(), simple.redirects.is_empty())
        {
            self.scanner.bump();
            self.skip();
            if self.peek() == Some(b')') && !self.is_no_function(name.span) {
                return Err(Stop::Unmodelled(simple.at));
            }
        }
        Err(Stop::Refused(Refusal::Syntax, at))
    }

    /// Whether `name ()`, with the scanner at its `)`, can be no function: to dash for its name, to bash for what follows.
    fn is_no_function(&mut self, name: Span) -> bool {
        if self.is_bash() {
            self.scanner.bump();
            self.skip();
            // No compound command begins so.
            self.peek().is_some_and(|byte| matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
        } else {
            let name = name.of(self.bytes);
            !is_name(name) && !name.contains(&b'\\')
        }
    }

    /// A word of a simple command: an assignment, a redirection's number, or a word.
    fn item(&mut self, simple: &mut Simple) -> Result<(), Stop> {
        let start = self.at();
        if simple.words.is_empty() && self.scanner.peek().is_some_and(starts_name) {
            let key = self.scanner.eat_while(in_name);
            let append = self.is_bash() && self.scanner.eat_all(b"+=");
            if append || self.scanner.eat(b'=') {
                if self.is_bash() && self.peek() == Some(b'(') {
                    return Err(Stop::Unmodelled(start));
                }
                let word = self.word()?;
                simple.assignments.push(Assignment { key, append, word });
                return Ok(());
            }
            let continued = self.scanner.rest().starts_with(b"\\\n");
            if continued || (self.is_bash() && self.scanner.peek() == Some(b'[')) {
                return Err(Stop::Unmodelled(start));
            }
            self.scanner.seek(start);
        }
        let word = self.word()?;
        let text = word.span.of(self.bytes);
        let redirects = matches!(self.scanner.peek(), Some(b'<' | b'>'));
        if redirects && word.plain {
            let number = text.iter().all(u8::is_ascii_digit);
            match self.dialect {
                Dialect::Sh if number && text.len() == 1 => return Ok(()),
                Dialect::Bash if number && text.len() == 1 => return Ok(()),
                Dialect::Bash if number || text.starts_with(b"{") => return Err(Stop::Unmodelled(start)),
                _ => {}
            }
        }
        if simple.is_empty() {
            let continued = !word.plain && text.windows(2).any(|pair| pair == b"\\\n");
            let mut whole = ValueBuilder::default();
            for part in text.split(|byte| matches!(byte, b'\\' | b'\n')).filter(|_| continued) {
                whole.extend(part);
            }
            match keyword(self.dialect, if continued { whole.expose() } else { text }) {
                Keyword::None => {}
                Keyword::Misplaced if word.plain => return Err(Stop::Refused(Refusal::Syntax, start)),
                _ => return Err(Stop::Unmodelled(start)),
            }
        }
        simple.words.push(word);
        Ok(())
    }

    fn redirect(&mut self) -> Result<Redirect, Stop> {
        let at = self.at();
        let writes = self.peek() == Some(b'>');
        self.scanner.bump();
        match (writes, self.peek()) {
            (_, Some(b'&')) => {
                self.scanner.bump();
                // A word has to follow; which descriptor it names is another matter.
                self.target(writes)?;
                return Err(Stop::Unmodelled(at));
            }
            (false, Some(b'<')) => {
                self.scanner.bump();
                if self.peek() == Some(b'-') || (self.peek() == Some(b'<') && self.is_bash()) {
                    self.scanner.bump();
                }
                self.target(writes)?;
                return Err(Stop::Unmodelled(at));
            }
            (_, Some(b'(')) if self.is_bash() => return Err(Stop::Unmodelled(at)),
            (_, Some(b'>')) | (true, Some(b'|')) => {
                self.scanner.bump();
            }
            _ => {}
        }
        self.target(writes)
    }

    fn target(&mut self, writes: bool) -> Result<Redirect, Stop> {
        self.skip();
        match self.peek() {
            Some(b'<' | b'>') if self.is_bash() && self.peek_second() == Some(b'(') => {
                Err(Stop::Unmodelled(self.at()))
            }
            None => self.syntax(),
            Some(byte) if ends_word(byte) => self.syntax(),
            Some(_) => {
                let word = self.word()?;
                let text = word.span.of(self.bytes);
                let number = text.iter().all(u8::is_ascii_digit) && (text.len() == 1 || self.is_bash());
                // Taken for the number of another redirection.
                if number && matches!(self.scanner.peek(), Some(b'<' | b'>')) {
                    return self.syntax();
                }
                Ok(Redirect { writes, word })
            }
        }
    }

    /// `NAME=word` on a line of its own, with nothing to expand: what most lines are. Moves only if it is one.
    pub(super) fn ordinary(&mut self) -> Option<(Span, Span)> {
        let mut scanner = self.scanner.clone();
        let key = scanner.eat_while(in_name);
        if !is_name(key.of(self.bytes)) || !scanner.eat(b'=') {
            return None;
        }
        let value = scanner.eat_while(is_plain);
        if scanner.peek().is_some_and(|byte| byte != b'\n') {
            return None;
        }
        self.scanner = scanner;
        Some((key, value))
    }
}
