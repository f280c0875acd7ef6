//! What compose makes of `$` in a value: compose-go's `template/template.go`.
//!
//! It goes by a regular expression that takes `${NAME-...}` up to the last `}` of the line, and only then looks for the
//! `}` that belongs to it. What is left behind that one is gone over again, so that one pass over the line says the same.

use crate::text::ValueBuilder;

use super::{Seen, Sheet};

/// Most bytes that substitution may make of one file.
const MOST_EXPANDED: usize = 4 << 20;
/// How deep defaults may lie in defaults.
const DEEPEST: usize = 32;

/// What a file's values may still grow by.
pub(super) struct Room(usize);

impl Room {
    pub(super) const fn new() -> Self {
        Self(MOST_EXPANDED)
    }
}

/// Why there is no value.
pub(super) enum Failure {
    /// It cannot read the text, and refuses the file.
    Refused,
    /// Whether it refuses the file is not known.
    Unmodelled,
}

/// The value of a text, and whether a variable of the process would take the place of one that the file sets.
pub(super) fn expanded(sheet: &mut Sheet<'_>, room: &mut Room, text: &[u8]) -> Result<(Seen, bool), Failure> {
    let out = ValueBuilder::with_capacity(text.len());
    let mut template =
        Template { sheet, room, out, on_process: false, process_first: false, unmodelled: false };
    template.expand(text, true, 0)?;
    let Template { sheet, out, on_process, process_first, unmodelled, .. } = template;
    let seen = match (on_process, unmodelled) {
        (true, _) => Seen::DependsOnProcess,
        (_, true) => Seen::Unmodelled,
        _ => sheet.built(out),
    };
    Ok((seen, process_first))
}

struct Template<'t, 'a> {
    sheet: &'t mut Sheet<'a>,
    room: &'t mut Room,
    out: ValueBuilder,
    on_process: bool,
    process_first: bool,
    unmodelled: bool,
}

/// What the file says of a variable up to here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    Empty,
    Filled,
    OnProcess,
    Unmodelled,
}

/// The line that was last looked at for its last `}`.
#[derive(Default)]
struct Line {
    end: usize,
    brace: Option<usize>,
}

impl Line {
    /// The last `}` between a place and the end of its line. Places only grow.
    fn last_brace(&mut self, text: &[u8], from: usize) -> Option<usize> {
        if from > self.end || self.end == 0 {
            let line = text.get(from..)?.split(|byte| *byte == b'\n').next()?;
            self.end = from + line.len();
            self.brace = line.iter().rposition(|byte| *byte == b'}').map(|at| from + at);
        }
        self.brace.filter(|brace| *brace >= from)
    }
}

impl Template<'_, '_> {
    /// Goes over a text; what comes of it is only written down if `write`.
    fn expand(&mut self, text: &[u8], write: bool, depth: usize) -> Result<(), Failure> {
        if depth > DEEPEST {
            return Err(Failure::Unmodelled);
        }
        let mut line = Line::default();
        let mut rest = text;
        while let Some(plain) = rest.iter().position(|byte| *byte == b'$') {
            self.append(rest.get(..plain).unwrap_or_default(), write);
            rest = rest.get(plain + 1..).unwrap_or_default();
            if let Some(after) = rest.strip_prefix(b"$") {
                self.append(b"$", write);
                rest = after;
            } else if let Some(after) = rest.strip_prefix(b"{") {
                let taken = self.braced(text, text.len() - after.len(), &mut line, write, depth)?;
                rest = text.get(taken..).unwrap_or_default();
            } else {
                let (name, after) = name(rest);
                if name.is_empty() {
                    self.append(b"$", write);
                } else {
                    self.append_value(name, write);
                }
                rest = after;
            }
        }
        self.append(rest, write);
        Ok(())
    }

    /// `${...}`, of which `at` is behind the brace; gives the place behind it.
    fn braced(
        &mut self,
        text: &[u8],
        at: usize,
        line: &mut Line,
        write: bool,
        depth: usize,
    ) -> Result<usize, Failure> {
        let (name, after) = name(text.get(at..).unwrap_or_default());
        if name.is_empty() {
            return Err(Failure::Refused);
        }
        if let Some(after) = after.strip_prefix(b"}") {
            self.append_value(name, write);
            return Ok(text.len() - after.len());
        }
        let (filled, after) = match after.strip_prefix(b":") {
            Some(after) => (true, after),
            None => (false, after),
        };
        let Some((operator @ (b'-' | b'+' | b'?'), after)) = after.split_first() else {
            return Err(Failure::Refused);
        };
        let start = text.len() - after.len();
        let last = line.last_brace(text, start).ok_or(Failure::Refused)?;
        let close = closing(text, start, last);
        let word = text.get(start..close).unwrap_or_default();
        let known = self.known(name);
        let has = match known {
            Known::Empty => Some(!filled),
            Known::Filled => Some(true),
            Known::OnProcess | Known::Unmodelled => None,
        };
        // The word is gone over in any case: what is wrong with it is wrong.
        let takes_word = match (operator, has) {
            (b'-', Some(has)) => !has,
            (b'+', Some(has)) => has,
            _ => false,
        };
        self.expand(word, write && takes_word, depth + 1)?;
        match (operator, has) {
            (b'?', Some(false) | None) => return Err(Failure::Unmodelled),
            // Set is set, whatever to.
            (b'+', Some(true)) if !filled => {}
            (b'+', Some(_)) => self.process_first |= write,
            (_, Some(true) | None) => self.append_value(name, write),
            (_, Some(false)) => self.process_first |= write,
        }
        Ok(close + 1)
    }

    /// What the file says of a variable.
    fn known(&mut self, name: &[u8]) -> Known {
        let bytes = self.sheet.bytes();
        match self.sheet.last(name).map(|assigned| &assigned.seen) {
            Some(Seen::Value(value)) if value.of(bytes).is_empty() => Known::Empty,
            Some(Seen::Value(_)) => Known::Filled,
            None | Some(Seen::DependsOnProcess) => Known::OnProcess,
            Some(_) => Known::Unmodelled,
        }
    }

    fn append_value(&mut self, name: &[u8], write: bool) {
        if !write {
            return;
        }
        match self.known(name) {
            Known::OnProcess => self.on_process = true,
            Known::Unmodelled => self.unmodelled = true,
            Known::Empty => self.process_first = true,
            Known::Filled => {
                self.process_first = true;
                let bytes = self.sheet.bytes();
                let value = match self.sheet.last(name).map(|assigned| &assigned.seen) {
                    Some(Seen::Value(value)) => value.of(bytes),
                    _ => b"",
                };
                if let Some(room) = self.room.0.checked_sub(value.len()) {
                    self.room.0 = room;
                    self.out.extend(value);
                } else {
                    self.room.0 = 0;
                    self.unmodelled = true;
                }
            }
        }
    }

    fn append(&mut self, text: &[u8], write: bool) {
        if write {
            self.out.extend(text);
        }
    }
}

/// The `}` that ends a `${` before `start`, `last` at the latest. Each `{` opens one, and what stands right behind it is
/// passed over.
fn closing(text: &[u8], start: usize, last: usize) -> usize {
    let mut open = 1_usize;
    let mut at = start;
    while at < last {
        match text.get(at) {
            Some(b'}') if open == 1 => return at,
            Some(b'}') => open -= 1,
            Some(b'{') => {
                open += 1;
                at += 1;
            }
            _ => {}
        }
        at += 1;
    }
    last
}

/// The name at a text's start, and the rest. Without regard to case a letter is also what folds to one: the long s, and
/// the Kelvin sign.
fn name(text: &[u8]) -> (&[u8], &[u8]) {
    let mut rest = text;
    while let Some(first) = rest.first() {
        let ascii = first.is_ascii_alphabetic()
            || *first == b'_'
            || first.is_ascii_digit() && rest.len() < text.len();
        let after = if ascii {
            rest.get(1..)
        } else {
            ["\u{17f}", "\u{212a}"].iter().find_map(|letter| rest.strip_prefix(letter.as_bytes()))
        };
        let Some(after) = after else { break };
        rest = after;
    }
    text.split_at(text.len() - rest.len())
}
