//! `export`, `unset` and `set -a`: the commands that say which variables there are.

use crate::text::Span;

use super::names::{Variable, is_name, variable};
use super::parse::Word;
use super::run::Shell;
use super::{Dialect, Refusal, Seen, Stop};

impl Shell<'_> {
    /// `set -a` says again what the script has said; behind `set +a` assignments are not exported any more.
    pub(super) fn option(&mut self, name: Word, arguments: &[Word]) -> Result<Option<bool>, Stop> {
        let unmodelled = Err(Stop::Unmodelled(name.span.start));
        if name.span.of(self.bytes) != b"set" || arguments.iter().any(|word| !word.plain) {
            return unmodelled;
        }
        let words: Vec<&[u8]> = arguments.iter().map(|word| word.span.of(self.bytes)).collect();
        match words.as_slice() {
            [b"-a"] | [b"-o", b"allexport"] => self.exports = true,
            [b"+a"] | [b"+o", b"allexport"] => self.exports = false,
            _ => return unmodelled,
        }
        Ok(Some(true))
    }

    /// An argument of `export`: the name's place, and its value if there is one; nothing if it is no name.
    pub(super) fn argument(&mut self, word: Word) -> Result<(Span, Option<Seen>, bool), Stop> {
        let bytes = self.bytes;
        let text = word.span.of(bytes);
        let at = word.span.start;
        let length = text.iter().take_while(|byte| super::names::in_name(**byte)).count();
        let name = Span::new(at, at + length);
        if is_name(name.of(bytes)) {
            let rest = text.get(length..).unwrap_or_default();
            let value = Word { span: Span::new(name.end + 1, word.span.end), plain: word.plain };
            if rest.first() == Some(&b'=') {
                let seen = self.value(value)?;
                let text = value.span.of(bytes);
                let marks =
                    self.dialect == Dialect::Bash && text.iter().any(|byte| matches!(byte, 0x01 | 0x7f));
                let braced = self.is_braced(text) || (marks && !word.plain);
                return Ok((name, Some(if braced { Seen::Unmodelled } else { seen }), true));
            }
            if rest.is_empty() {
                return Ok((name, None, true));
            }
            if self.dialect == Dialect::Bash && rest.starts_with(b"+=") {
                return Err(Stop::Unmodelled(at));
            }
        }
        if text.iter().any(|byte| b"*?[{~".contains(byte)) || text.starts_with(b"-") {
            return Err(Stop::Unmodelled(at));
        }
        if word.plain {
            return Ok((word.span, None, false));
        }
        // "NAME=value" and 'NAME=value', quoted as a whole.
        let out = self.expanded(word.span)?;
        if out.unknown.is_some() || out.loose {
            return Err(Stop::Unmodelled(at));
        }
        let whole = out.text.expose();
        let length = whole.iter().take_while(|byte| super::names::in_name(**byte)).count();
        let name = Span::new(at + 1, at + 1 + length);
        if whole.starts_with(b"-") || whole.is_empty() {
            return Err(Stop::Unmodelled(at));
        }
        if !whole.get(..length).is_some_and(is_name) || !matches!(whole.get(length), None | Some(b'=')) {
            return if self.dialect == Dialect::Bash
                && whole.get(length..).is_some_and(|rest| rest.starts_with(b"+="))
            {
                Err(Stop::Unmodelled(at))
            } else {
                Ok((word.span, None, false))
            };
        }
        if whole.get(..length) != Some(name.of(bytes)) || !matches!(text.first(), Some(b'"' | b'\'')) {
            return Err(Stop::Unmodelled(at));
        }
        let Some(value) = whole.get(length + 1..) else { return Ok((name, None, true)) };
        let mut built = crate::text::ValueBuilder::with_capacity(value.len());
        built.extend(value);
        Ok((name, Some(self.sheet.built(built)), true))
    }

    pub(super) fn export(
        &mut self,
        arguments: Vec<(Span, Option<Seen>, bool)>,
    ) -> Result<Option<bool>, Stop> {
        let mut status = true;
        for (key, value, is_name) in arguments {
            if !is_name {
                if self.dialect == Dialect::Sh {
                    return Err(Stop::Refused(Refusal::BadKey, key.start));
                }
                status = false;
            } else if variable(self.dialect, key.of(self.bytes)) != Variable::Plain {
                return Err(Stop::Unmodelled(key.start));
            } else if let Some(seen) = value {
                self.assign(key, seen);
            }
        }
        Ok(Some(status))
    }

    pub(super) fn unset(&mut self, arguments: &[Word]) -> Result<Option<bool>, Stop> {
        for word in arguments {
            let name = word.span.of(self.bytes);
            if !word.plain || !is_name(name) || variable(self.dialect, name) != Variable::Plain {
                return Err(Stop::Unmodelled(word.span.start));
            }
            self.assign(word.span, Seen::Unset);
        }
        Ok(Some(true))
    }
}
