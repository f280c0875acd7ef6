//! Where words end: quotes, `$...`, backquotes. Nothing is expanded here.

use crate::syntax::dotenv::scan::Scanner;

use super::names::in_name;
use super::parse::{DEEPEST, Parser, Word, ends_word, is_plain};
use super::{Dialect, Refusal, Stop};

impl Parser<'_> {
    /// Passes a word.
    pub(super) fn word(&mut self) -> Result<Word, Stop> {
        let start = self.at();
        self.scanner.eat_while(is_plain);
        let mut plain = true;
        while let Some(byte) = self.scanner.peek() {
            if ends_word(byte) {
                if self.is_bash() && matches!(byte, b'<' | b'>') && self.peek_second() == Some(b'(') {
                    return Err(Stop::Unmodelled(start));
                }
                break;
            }
            if !is_plain(byte) {
                plain = false;
            }
            self.unit(byte, false)?;
        }
        Ok(Word { span: self.scanner.since(start), plain })
    }

    /// Passes one unit of unquoted text, or of text within `${...}`: a quoted part, an expansion, or one byte.
    fn unit(&mut self, byte: u8, in_quotes: bool) -> Result<(), Stop> {
        let at = self.at();
        match byte {
            b'\'' if !in_quotes => {
                self.scanner.bump();
                self.scanner.eat_while(|byte| byte != b'\'');
                self.closing(b'\'', at)
            }
            b'"' => self.double_quoted(),
            b'\\' => {
                self.scanner.bump();
                self.scanner.bump();
                Ok(())
            }
            b'$' => self.dollar(in_quotes),
            b'`' => self.backquotes(in_quotes),
            _ => {
                self.scanner.bump();
                Ok(())
            }
        }
    }

    fn closing(&mut self, quote: u8, at: usize) -> Result<(), Stop> {
        if self.scanner.eat(quote) { Ok(()) } else { Err(Stop::Refused(Refusal::UnterminatedQuote, at)) }
    }

    /// Passes `"..."`.
    pub(super) fn double_quoted(&mut self) -> Result<(), Stop> {
        let at = self.at();
        self.scanner.bump();
        loop {
            self.scanner.eat_while(|byte| !matches!(byte, b'"' | b'\\' | b'$' | b'`'));
            match self.scanner.peek() {
                None | Some(b'"') => return self.closing(b'"', at),
                Some(byte) => self.unit(byte, true)?,
            }
        }
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        if self.depth >= DEEPEST {
            return Err(Stop::Unmodelled(self.at()));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Passes what `$` begins, or the `$` alone.
    pub(super) fn dollar(&mut self, in_quotes: bool) -> Result<(), Stop> {
        let at = self.at();
        self.scanner.bump();
        match self.peek() {
            Some(b'(') => {
                self.scanner.bump();
                if self.peek() == Some(b'(') {
                    return Err(Stop::Unmodelled(at));
                }
                self.deeper(Self::substitution)
            }
            Some(b'{') => {
                self.scanner.bump();
                self.deeper(|parser| match parser.dialect {
                    Dialect::Sh => parser.braces_of_sh(at, in_quotes),
                    Dialect::Bash => parser.braces_of_bash(at, in_quotes),
                })
            }
            Some(b'[') if self.is_bash() => Err(Stop::Unmodelled(at)),
            Some(b'\'') if self.is_bash() && !in_quotes => self.ansi_quoted(),
            Some(b'$') => {
                self.scanner.bump();
                // bash's parser and its expansion disagree on where this begins.
                if self.is_bash() && matches!(self.peek(), Some(b'(' | b'{' | b'[')) {
                    return Err(Stop::Unmodelled(at));
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Passes `'...'` of `$'...'`, in which a backslash escapes.
    pub(super) fn ansi_quoted(&mut self) -> Result<(), Stop> {
        let at = self.at();
        self.scanner.bump();
        loop {
            self.scanner.eat_while(|byte| !matches!(byte, b'\'' | b'\\'));
            if !self.scanner.eat(b'\\') {
                return self.closing(b'\'', at);
            }
            self.scanner.bump();
        }
    }

    /// Passes what stands behind `$(`.
    fn substitution(&mut self) -> Result<(), Stop> {
        loop {
            self.line(true)?;
            if self.scanner.eat(b')') {
                return Ok(());
            }
            if !self.scanner.eat(b'\n') {
                return self.syntax();
            }
        }
    }

    /// Passes what stands behind `${`, whatever it may be.
    fn braces_of_bash(&mut self, at: usize, in_quotes: bool) -> Result<(), Stop> {
        loop {
            match self.peek() {
                None => return Err(Stop::Refused(Refusal::Syntax, at)),
                Some(b'}') => {
                    self.scanner.bump();
                    return Ok(());
                }
                // Though they are no quotes to what expands it: the parser wants the other one.
                Some(b'\'') => self.unit(b'\'', false)?,
                Some(byte) => self.unit(byte, in_quotes)?,
            }
        }
    }

    /// As above; dash reads name and operator at once, and swallows a byte that is no operator.
    fn braces_of_sh(&mut self, at: usize, in_quotes: bool) -> Result<(), Stop> {
        let mut length = false;
        match self.peek() {
            Some(b'#') => {
                self.scanner.bump();
                length = self.peek().is_some_and(in_name);
                if length {
                    self.names();
                } else if self.peek() != Some(b'}') {
                    return Err(Stop::Unmodelled(at));
                }
            }
            Some(byte) if in_name(byte) => self.names(),
            None | Some(b'}') => {}
            Some(b'@' | b'*' | b'?' | b'$' | b'!' | b'-') => {
                self.scanner.bump();
            }
            // No name: the byte is taken for one, and what follows for the word.
            Some(_) => {
                self.scanner.bump();
                length = true;
            }
        }
        let mut quoted = in_quotes;
        if !length {
            match self.peek() {
                None | Some(b'}') => {}
                Some(b':') => {
                    self.scanner.bump();
                    if self.peek() == Some(b'}') {
                        return Err(Stop::Unmodelled(at));
                    }
                    self.scanner.bump();
                }
                Some(byte) => {
                    self.scanner.bump();
                    quoted &= !matches!(byte, b'%' | b'#');
                }
            }
        }
        loop {
            match self.peek() {
                None => return Err(Stop::Refused(Refusal::Syntax, at)),
                Some(b'}') => {
                    self.scanner.bump();
                    return Ok(());
                }
                Some(byte) => self.unit(byte, quoted)?,
            }
        }
    }

    /// Passes a name, line continuations included.
    fn names(&mut self) {
        while self.peek().is_some_and(in_name) {
            self.scanner.bump();
        }
    }

    /// Passes a substitution in backquotes. dash parses at once what stands in them, bash only when it runs it.
    pub(super) fn backquotes(&mut self, in_quotes: bool) -> Result<(), Stop> {
        let at = self.at();
        self.scanner.bump();
        let start = self.at();
        loop {
            self.scanner.eat_while(|byte| !matches!(byte, b'`' | b'\\' | b'#'));
            match self.scanner.peek() {
                Some(b'\\') if self.is_bash() => {
                    self.scanner.bump();
                    self.scanner.bump();
                }
                // What a comment hides, and what an escape makes of what follows.
                Some(b'\\') => return Err(Stop::Unmodelled(at)),
                Some(b'#') if self.is_bash() && !in_quotes => return Err(Stop::Unmodelled(at)),
                Some(b'#') => {
                    self.scanner.bump();
                }
                _ => break,
            }
        }
        let inner = self.scanner.since(start);
        self.closing(b'`', at)?;
        if self.is_bash() {
            return Ok(());
        }
        let within = Self { scanner: Scanner::within(self.bytes, inner), ..self.clone() };
        self.deeper(|outer| {
            let mut within = Self { depth: outer.depth, ..within };
            loop {
                // dash takes much for the end there that elsewhere is an error.
                within.line(false).map_err(|stop| match stop {
                    Stop::Refused(Refusal::Syntax, at) => Stop::Unmodelled(at),
                    stop => stop,
                })?;
                if !within.scanner.eat(b'\n') {
                    return Ok(());
                }
            }
        })
    }
}
