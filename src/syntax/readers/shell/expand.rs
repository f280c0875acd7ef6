//! What words come to: quotes off, variables replaced.

use crate::text::{Span, ValueBuilder};

use super::ansi::ansi;
use super::names::{Variable, in_name, is_everywhere, starts_name, variable};
use super::outcome::{Out, Unknown};
use super::parse::{Parser, Word};
use super::run::{Shell, Truth};
use super::{Dialect, Refusal, Seen, Stop};

/// Most bytes that are copied out of variables in one file.
const MOST_COPIED: usize = 8 << 20;

/// What surrounds a text: which characters are special in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Within {
    /// A word.
    Word,
    /// `"..."`.
    Quotes,
    /// The word of a `${...}` outside of quotes.
    Braces,
    /// The word of a `${...}` within quotes.
    QuotedBraces,
}

impl Within {
    const fn is_quoted(self) -> bool {
        matches!(self, Self::Quotes | Self::QuotedBraces)
    }
}

impl Shell<'_> {
    /// The value of a word that is assigned.
    pub(super) fn value(&mut self, word: Word) -> Result<Seen, Stop> {
        let text = word.span.of(self.bytes);
        if word.plain {
            return Ok(word.span.into());
        }
        if let [quote @ (b'\'' | b'"'), inner @ .., last] = text
            && quote == last
        {
            let literal =
                |byte: &u8| byte != quote && (*quote == b'\'' || !matches!(byte, b'\\' | b'$' | b'`'));
            if inner.iter().all(literal) {
                return Ok(Span::new(word.span.start + 1, word.span.end - 1).into());
            }
        }
        let out = self.expanded(word.span)?;
        Ok(self.seen(out))
    }

    pub(super) fn seen(&mut self, out: Out) -> Seen {
        match out.unknown {
            Some(why) => why.seen(),
            None => self.sheet.built(out.text),
        }
    }

    /// A word with its quotes off and its variables replaced.
    pub(super) fn expanded(&mut self, span: Span) -> Result<Out, Stop> {
        let mut out = Out { text: ValueBuilder::with_capacity(span.len()), ..Out::default() };
        self.append(span, &mut out)?;
        Ok(out)
    }

    pub(super) fn append(&mut self, span: Span, out: &mut Out) -> Result<(), Stop> {
        self.text(span, Within::Word, out)
    }

    fn text(&mut self, span: Span, within: Within, out: &mut Out) -> Result<(), Stop> {
        let bytes = self.bytes;
        let mut parser = Parser::within(self.dialect, bytes, span);
        let mut before = None;
        while let Some(byte) = parser.peek() {
            let at = parser.at();
            match byte {
                b'$' => self.dollar(&mut parser, within, out)?,
                b'`' => {
                    parser.backquotes(within.is_quoted())?;
                    self.substitution(Span::new(at, parser.at()), out)?;
                }
                b'\\' => {
                    // bash marks quoted bytes by these two.
                    if self.dialect == Dialect::Bash && matches!(bytes.get(at + 1), Some(0x01 | 0x7f)) {
                        out.unknown(Unknown::Unmodelled);
                    }
                    escape(&mut parser, within, out);
                }
                b'"' if within == Within::Quotes => {
                    parser.scanner.bump();
                }
                b'"' | b'\'' if within == Within::QuotedBraces => {
                    out.unknown(Unknown::Unmodelled);
                    parser.scanner.bump();
                }
                b'"' => {
                    parser.double_quoted()?;
                    let inner = Span::new(at + 1, parser.at().saturating_sub(1));
                    self.text(inner, Within::Quotes, out)?;
                }
                b'\'' if within != Within::Quotes => {
                    parser.scanner.bump();
                    let inner = parser.scanner.eat_while(|byte| byte != b'\'');
                    parser.scanner.bump();
                    out.text.extend(inner.of(bytes));
                }
                // A home directory: of HOME, or of the system's list of users.
                b'~' if within == Within::Braces
                    || (within == Within::Word && matches!(before, None | Some(b':' | b'='))) =>
                {
                    out.unknown(Unknown::Process);
                    parser.scanner.bump();
                }
                _ => {
                    let run = parser
                        .scanner
                        .eat_while(|byte| !matches!(byte, b'$' | b'`' | b'\\' | b'"' | b'\'' | b'~'));
                    if run.is_empty() {
                        parser.scanner.bump();
                    }
                    out.text.extend(parser.scanner.since(at).of(bytes));
                }
            }
            before = parser.at().checked_sub(1).and_then(|last| bytes.get(last)).copied();
        }
        Ok(())
    }

    /// `$(...)` or backquotes, delimiters included.
    fn substitution(&mut self, span: Span, out: &mut Out) -> Result<(), Stop> {
        let text = span.of(self.bytes);
        let mut inner =
            text.iter().skip_while(|byte| matches!(byte, b'$' | b'(' | b'`' | b' ' | b'\t' | b'\n'));
        // bash reads the file of `$(<file)` by itself, and so expands its name.
        if self.dialect == Dialect::Bash && inner.next() == Some(&b'<') && inner.any(|byte| *byte == b'$') {
            return Err(Stop::Unmodelled(span.start));
        }
        self.runs(span.start, out);
        Ok(())
    }

    fn runs(&mut self, at: usize, out: &mut Out) {
        self.sheet.run(at, super::super::How::Substitution);
        out.unknown(Unknown::Runs);
    }

    fn dollar(&mut self, parser: &mut Parser<'_>, within: Within, out: &mut Out) -> Result<(), Stop> {
        let at = parser.at();
        let quoted = within.is_quoted();
        let is_bash = self.dialect == Dialect::Bash;
        let mut ahead = parser.clone();
        ahead.scanner.bump();
        match ahead.peek() {
            Some(b'(') => {
                parser.dollar(quoted)?;
                self.substitution(Span::new(at, parser.at()), out)?;
            }
            Some(b'{') => {
                ahead.scanner.bump();
                let start = ahead.at();
                parser.dollar(quoted)?;
                let inner = Span::new(start, parser.at().saturating_sub(1));
                out.loose |= !quoted;
                self.braces(at, inner, within, out)?;
            }
            Some(byte) if starts_name(byte) => {
                let name = ahead.scanner.eat_while(in_name);
                if ahead.scanner.rest().starts_with(b"\\\n") && ahead.peek().is_some_and(in_name) {
                    return Err(Stop::Unmodelled(at));
                }
                out.loose |= !quoted;
                self.variable(name, out);
                parser.scanner.seek(name.end);
            }
            Some(byte)
                if byte.is_ascii_digit()
                    || matches!(byte, b'@' | b'*' | b'#' | b'?' | b'$' | b'!' | b'-') =>
            {
                ahead.scanner.bump();
                out.loose |= !quoted;
                out.unknown(Unknown::Process);
                parser.scanner.seek(ahead.at());
            }
            Some(b'\'') if is_bash && !quoted => {
                let start = ahead.at() + 1;
                ahead.ansi_quoted()?;
                let inner = Span::new(start, ahead.at().saturating_sub(1));
                if ansi(inner.of(self.bytes), &mut out.text).is_none() {
                    out.unknown(Unknown::Unmodelled);
                }
                parser.scanner.seek(ahead.at());
            }
            Some(b'"') if is_bash && !quoted => parser.scanner.seek(ahead.at()),
            _ => {
                out.text.push(b'$');
                parser.scanner.bump();
            }
        }
        Ok(())
    }

    /// Adds a variable's value.
    pub(super) fn variable(&mut self, name: Span, out: &mut Out) {
        let name = name.of(self.bytes);
        let mut copied = self.copied;
        match self.truth(name) {
            Truth::Value(text) => {
                copied = copied.saturating_add(text.len());
                if copied > MOST_COPIED {
                    out.unknown(Unknown::Unmodelled);
                } else {
                    out.text.extend(text);
                }
            }
            Truth::Unset => {}
            Truth::Absent => out.unknown(Unknown::Process),
            Truth::Unknown(why) => out.unknown(why),
        }
        self.copied = copied;
    }

    /// `${...}`: `inner` is what stands between the braces.
    fn braces(&mut self, at: usize, inner: Span, within: Within, out: &mut Out) -> Result<(), Stop> {
        let mut parser = Parser::within(self.dialect, self.bytes, inner);
        let bad = Err(Stop::Refused(Refusal::BadSubstitution, at));
        match parser.peek() {
            Some(byte) if starts_name(byte) => {}
            Some(b'#') => return self.length(at, parser, out),
            Some(byte)
                if byte.is_ascii_digit() || matches!(byte, b'@' | b'*' | b'?' | b'$' | b'!' | b'-') =>
            {
                parser.scanner.eat_while(|byte| byte.is_ascii_digit());
                if parser.at() == inner.start {
                    parser.scanner.bump();
                }
                if parser.peek().is_some() {
                    return Err(Stop::Unmodelled(at));
                }
                out.unknown(Unknown::Process);
                return Ok(());
            }
            _ => return bad,
        }
        let name = parser.scanner.eat_while(in_name);
        let continued = parser.scanner.rest().starts_with(b"\\\n");
        let Some(mut operator) = parser.peek() else {
            self.variable(name, out);
            return Ok(());
        };
        if continued {
            return Err(Stop::Unmodelled(at));
        }
        parser.scanner.bump();
        let colon = operator == b':';
        if colon {
            operator = parser.peek().unwrap_or(b':');
            parser.scanner.bump();
        }
        let word = Span::new(parser.at(), inner.end);
        match operator {
            b'-' | b'+' | b'?' | b'=' => self.operator(at, (name, colon, operator), word, within, out),
            b'%' | b'#' if !colon => self.trimmed(at, word, out),
            _ if self.dialect == Dialect::Sh => bad,
            _ if colon || matches!(operator, b'/' | b'^' | b',' | b'~' | b'@' | b'[' | b'%' | b'#') => {
                Err(Stop::Unmodelled(at))
            }
            _ => bad,
        }
    }

    /// `${#NAME}`. How many characters other than ASCII are depends on the locale.
    fn length(&mut self, at: usize, mut parser: Parser<'_>, out: &mut Out) -> Result<(), Stop> {
        parser.scanner.bump();
        let name = parser.scanner.eat_while(in_name);
        if parser.peek().is_some() || !name.of(self.bytes).first().is_some_and(|byte| starts_name(*byte)) {
            if parser.peek().is_none() && name.of(self.bytes).iter().all(u8::is_ascii_digit) {
                out.unknown(Unknown::Process);
                return Ok(());
            }
            return Err(Stop::Unmodelled(at));
        }
        let allowed = MOST_COPIED.saturating_sub(self.copied);
        let length = match self.truth(name.of(self.bytes)) {
            Truth::Value(text) if text.len() <= allowed && text.is_ascii() => Ok(text.len()),
            Truth::Value(_) => Err(Unknown::Unmodelled),
            Truth::Unset => Ok(0),
            Truth::Absent => Err(Unknown::Process),
            Truth::Unknown(why) => Err(why),
        };
        match length {
            Ok(length) => {
                self.copied += length;
                out.text.extend(length.to_string().as_bytes());
            }
            Err(why) => out.unknown(why),
        }
        Ok(())
    }

    /// `${NAME%word}` and its kin: not modelled, but with a literal pattern they do no harm.
    fn trimmed(&mut self, at: usize, word: Span, out: &mut Out) -> Result<(), Stop> {
        if word.of(self.bytes).iter().any(|byte| matches!(byte, b'$' | b'`')) {
            return Err(Stop::Unmodelled(at));
        }
        out.unknown(Unknown::Unmodelled);
        Ok(())
    }

    fn operator(
        &mut self,
        at: usize,
        (name, colon, operator): (Span, bool, u8),
        word: Span,
        within: Within,
        out: &mut Out,
    ) -> Result<(), Stop> {
        let key = name;
        let name = name.of(self.bytes);
        let inner = if within.is_quoted() { Within::QuotedBraces } else { Within::Braces };
        let (set, why) = match self.truth(name) {
            Truth::Value(text) => (Some(!colon || !text.is_empty()), Unknown::Unmodelled),
            Truth::Unset => (Some(false), Unknown::Unmodelled),
            Truth::Absent => (None, Unknown::Process),
            Truth::Unknown(why) => (None, why),
        };
        match (operator, set) {
            (b'+', Some(false)) => Ok(()),
            (b'-' | b'?' | b'=', Some(true)) => {
                self.variable(key, out);
                Ok(())
            }
            (b'-', Some(false)) | (b'+', Some(true)) => self.text(word, inner, out),
            (b'?', Some(false)) => Err(Stop::Refused(Refusal::UnsetVariable, at)),
            (b'?', None) if why == Unknown::Process && !self.is_assigned(name) && !is_everywhere(name) => {
                Err(Stop::Refused(Refusal::UnsetVariable, at))
            }
            (b'=', Some(false)) if variable(self.dialect, name) == Variable::Plain => {
                let mut value = Out::default();
                self.text(word, inner, &mut value)?;
                match value.unknown {
                    Some(why) => out.unknown(why),
                    None => out.text.extend(value.text.expose()),
                }
                let seen = self.seen(value);
                self.assign(key, seen);
                Ok(())
            }
            (b'=', None) if variable(self.dialect, name) == Variable::Plain => {
                self.perhaps(at, word, out)?;
                out.unknown(why);
                self.assign(key, why.seen());
                Ok(())
            }
            (b'-' | b'+', None) => {
                out.unknown(why);
                self.perhaps(at, word, out)
            }
            _ => Err(Stop::Unmodelled(at)),
        }
    }

    /// A word of which it is not known whether it is expanded at all: what it would do else is.
    fn perhaps(&mut self, at: usize, word: Span, out: &mut Out) -> Result<(), Stop> {
        let text = word.of(self.bytes);
        let has = |wanted: &[u8]| text.iter().any(|byte| wanted.contains(byte));
        if has(b"`") || text.windows(2).any(|pair| pair == b"$(") {
            self.runs(at, out);
        }
        if has(b"$`") && has(b"=?{") { Err(Stop::Unmodelled(at)) } else { Ok(()) }
    }

    /// Whether the file assigns a variable somewhere before.
    fn is_assigned(&mut self, name: &[u8]) -> bool {
        !matches!(self.truth(name), Truth::Absent)
    }
}

/// A backslash and what it escapes, if it does.
fn escape(parser: &mut Parser<'_>, within: Within, out: &mut Out) {
    parser.scanner.bump();
    let next = parser.scanner.peek();
    match within {
        Within::QuotedBraces => out.unknown(Unknown::Unmodelled),
        Within::Quotes if !matches!(next, Some(b'$' | b'`' | b'"' | b'\\')) => out.text.push(b'\\'),
        _ if next.is_none() => out.text.push(b'\\'),
        _ => {}
    }
    if let Some(byte) = next {
        out.text.push(byte);
        parser.scanner.bump();
    }
}
