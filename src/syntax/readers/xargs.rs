//! `export $(grep -v '^#' file | xargs)` in bash 5.2, with GNU grep 3.8 and GNU xargs 4.9, in a UTF-8 locale.
//!
//! grep drops the lines that begin with `#`. xargs splits the rest at blanks and line ends, with quotes and backslashes of
//! its own, and has echo print it; bash splits that again at blanks, quoted or not, takes what is a pattern for file names,
//! and `export` takes each word. A word that is no assignment sets nothing. Behind a quote that its line does not close
//! nothing counts any more. Written from behaviour and from the manual pages grep(1), xargs(1) and bash(1).
//!
//! Refused is a file with a NUL byte, of which grep says only that it is binary. Unmodelled: bytes that are not UTF-8,
//! which grep takes for binary or not by the locale; words that echo takes for options; very long files.

use crate::syntax::dotenv::scan::Scanner;
use crate::text::{Span, ValueBuilder};

use super::shell::Dialect;
use super::shell::names::{Variable, is_name, variable};
use super::{End, FileView, Refusal, Seen, Sheet};

/// So much grep looks at before it prints the first line, at least.
const MOST: usize = 32_000;
/// So much xargs gives to one call of echo, at least.
const MOST_ECHOED: usize = 100_000;

/// What it makes of a file.
pub(super) fn read(bytes: &[u8]) -> FileView {
    let mut words = Words {
        bytes,
        sheet: Sheet::new(bytes),
        state: State::Space,
        word: Word::default(),
        echoes: false,
        exports: false,
    };
    let end = match bytes.iter().position(|byte| *byte == 0) {
        Some(nul) if bytes.len() > MOST => End::Unmodelled(nul),
        Some(nul) => binary(bytes, nul),
        None => match lines(&mut words) {
            Ok(()) | Err(Stop::Unterminated) => End::Whole,
            Err(Stop::Unmodelled(at)) => End::Unmodelled(at),
        },
    };
    words.sheet.finish(end)
}

/// A word as xargs puts it together, and where its bytes stand in the file.
#[derive(Default)]
struct Word {
    text: ValueBuilder,
    places: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Between words.
    Space,
    Word,
    Quoted(u8),
    Escaped,
}

struct Words<'a> {
    bytes: &'a [u8],
    sheet: Sheet<'a>,
    state: State,
    word: Word,
    /// Whether echo has got a word already.
    echoes: bool,
    /// Whether `export` has.
    exports: bool,
}

/// Why no further line counts.
enum Stop {
    Unterminated,
    Unmodelled(usize),
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

/// What xargs leaves out before a word, other than a line feed.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | 0x0b | 0x0c)
}

fn lines(words: &mut Words<'_>) -> Result<(), Stop> {
    let bytes = words.bytes;
    let mut scanner = Scanner::new(bytes);
    while !scanner.is_done() {
        let line = scanner.line();
        let text = line.of(bytes);
        if text.first() == Some(&b'#') {
            continue;
        }
        if let Err(error) = std::str::from_utf8(text) {
            return Err(Stop::Unmodelled(line.start + error.valid_up_to()));
        }
        if words.state == State::Space && !text.iter().any(|byte| matches!(byte, b'\'' | b'"' | b'\\')) {
            words.unquoted(line)?;
        } else {
            for at in line.start..line.end {
                words.byte(bytes.get(at).copied().unwrap_or_default(), at)?;
            }
            // grep ends the last line too.
            words.byte(b'\n', line.end)?;
        }
    }
    if words.word.places.is_empty() { Ok(()) } else { words.end() }
}

/// grep's view of a binary file: NUL bytes end lines too, and one line that it would print is enough.
fn binary(bytes: &[u8], nul: usize) -> End {
    let mut pieces: Vec<&[u8]> = bytes.split(|byte| matches!(byte, b'\n' | 0)).collect();
    if matches!(bytes.last(), Some(b'\n' | 0)) {
        pieces.pop();
    }
    let printed = pieces.iter().any(|piece| piece.first() != Some(&b'#'));
    if printed { End::Refused(Refusal::NulByte, nul) } else { End::Whole }
}

impl Words<'_> {
    /// A line without quotes: its words are those of the file.
    fn unquoted(&mut self, line: Span) -> Result<(), Stop> {
        let mut scanner = Scanner::within(self.bytes, line);
        loop {
            scanner.eat_while(is_space);
            let word = scanner.eat_while(|byte| !is_blank(byte));
            if word.is_empty() {
                return Ok(());
            }
            self.echo(word.of(self.bytes), word.start)?;
            self.option(word.of(self.bytes), word.start)?;
            self.argument(word, None);
        }
    }

    fn byte(&mut self, byte: u8, at: usize) -> Result<(), Stop> {
        match (self.state, byte) {
            (State::Space, byte) if is_space(byte) || byte == b'\n' => {}
            (State::Space | State::Word, b'\'' | b'"') => self.state = State::Quoted(byte),
            (State::Space | State::Word, b'\\') => self.state = State::Escaped,
            (State::Word, byte) if is_blank(byte) || byte == b'\n' => return self.end(),
            (State::Quoted(_), b'\n') => return Err(Stop::Unterminated),
            (State::Quoted(quote), byte) if quote == byte => self.state = State::Word,
            (state, byte) => {
                self.word.text.push(byte);
                self.word.places.push(at);
                if !matches!(state, State::Quoted(_)) {
                    self.state = State::Word;
                }
            }
        }
        Ok(())
    }

    /// The end of a word of xargs: bash splits it again.
    fn end(&mut self) -> Result<(), Stop> {
        self.state = State::Space;
        let word = std::mem::take(&mut self.word);
        let text = word.text.expose();
        self.echo(text, word.places.first().copied().unwrap_or_default())?;
        let mut start = 0;
        for piece in text.split(|byte| is_blank(*byte) || *byte == b'\n') {
            let places = word.places.get(start..start + piece.len()).unwrap_or_default();
            start += piece.len() + 1;
            let (Some(first), Some(last)) = (places.first(), places.last()) else { continue };
            self.option(piece, *first)?;
            if last - first + 1 == piece.len() {
                self.argument(Span::new(*first, last + 1), None);
                continue;
            }
            // A name that does not stand in the file as it is has no place.
            let name = piece.iter().take_while(|byte| **byte != b'=' && **byte != b'+').count();
            let key = places.get(..name).unwrap_or_default();
            let whole = key.first().zip(key.last()).is_some_and(|(first, last)| last - first + 1 == name);
            if is_name(piece.get(..name).unwrap_or_default()) && name < piece.len() {
                if !whole {
                    return Err(Stop::Unmodelled(*first));
                }
                self.argument(Span::new(*first, first + name), piece.get(name..));
            }
        }
        Ok(())
    }

    /// What echo takes for options.
    fn echo(&mut self, word: &[u8], at: usize) -> Result<(), Stop> {
        let first = !std::mem::replace(&mut self.echoes, true);
        let letters = word.strip_prefix(b"-").unwrap_or_default();
        let option = !letters.is_empty() && letters.iter().all(|byte| b"neE".contains(byte));
        // There are further calls of echo for long files; which words come first in them is not modelled.
        let first = first || self.bytes.len() > MOST_ECHOED;
        if word.len() > MOST_ECHOED {
            return Err(Stop::Unmodelled(at));
        }
        if first && (option || word == b"--help" || word == b"--version") {
            return Err(Stop::Unmodelled(at));
        }
        Ok(())
    }

    /// An option to `export`, most likely an unknown one, with which it does nothing.
    fn option(&mut self, word: &[u8], at: usize) -> Result<(), Stop> {
        let first = !std::mem::replace(&mut self.exports, true);
        if first && word.first() == Some(&b'-') { Err(Stop::Unmodelled(at)) } else { Ok(()) }
    }

    /// An argument of `export`: `word` is all of it, or its name where `rest`, from the `=` on, is not in the file.
    fn argument(&mut self, word: Span, rest: Option<&[u8]>) {
        let text = word.of(self.bytes);
        let length = text.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let key = Span::new(word.start, word.start + length);
        let behind = rest.unwrap_or_else(|| text.get(length..).unwrap_or_default());
        if !is_name(key.of(self.bytes)) || (rest.is_some() && length != text.len()) {
            return;
        }
        let special = variable(Dialect::Bash, key.of(self.bytes));
        let seen = match behind {
            // It depends on the files in the folder whether a pattern stays as it is.
            [b'=', value @ ..] if value.iter().any(|byte| b"*?[".contains(byte)) => Seen::DependsOnProcess,
            // bash does not assign it, but exports what it has there: the user's own number, say.
            [b'=', ..] if special == Variable::ReadOnly => Seen::DependsOnProcess,
            [b'=', ..] if special != Variable::Plain => Seen::Unmodelled,
            [b'=', value @ ..] if rest.is_some() => {
                let mut text = ValueBuilder::with_capacity(value.len());
                text.extend(value);
                self.sheet.built(text)
            }
            [b'=', ..] => Span::new(key.end + 1, word.end).into(),
            [b'+', b'=', ..] => Seen::Unmodelled,
            // What bash has without anybody's doing is exported by its name alone.
            [] if special == Variable::ReadOnly => Seen::DependsOnProcess,
            [] if matches!(
                key.of(self.bytes),
                b"HOSTNAME" | b"HOSTTYPE" | b"IFS" | b"MACHTYPE" | b"OSTYPE" | b"PS4"
            ) =>
            {
                Seen::DependsOnProcess
            }
            [] if special != Variable::Plain => Seen::Unmodelled,
            _ => return,
        };
        self.sheet.assign(key, seen);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use super::{End, Refusal, Seen, read};

    fn told(file: &[u8]) -> String {
        let view = read(file);
        match view.end {
            End::Whole => {}
            End::Refused(why, _) => return format!("{why:?}"),
            End::Unmodelled(at) => return format!("unmodelled at {at}"),
        }
        let one = |assigned: &super::super::Assigned| {
            let text = match &assigned.seen {
                Seen::Value(text) => format!("={}", text.of(file).escape_ascii()),
                seen => format!(" {seen:?}"),
            };
            format!("{}{text}", assigned.key.of(file).escape_ascii())
        };
        view.assigned.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn surprises() {
        let table: &[(&[u8], &str)] = &[
            (b"A=1 B=2\n# c\n #C=3\nexport D=4\n", "A=1 B=2 D=4"),
            (b"A=pa #ss\nB='c d'\n", "A=pa B=c"),
            (b"A=it's\nB=2\n", ""),
            (b"A=1 B=\"2\nC=3\n", "A=1"),
            (b"A='a'b\"c\"\\d\n", "A=abcd"),
            (b"A=a\\\nb\n", "A=a"),
            (b"A=*\n", "A DependsOnProcess"),
            (b"A=$B;c&d\n", "A=$B;c&d"),
            (b"A=1\r\n\rB=2\r\n", "A=1\\r B=2\\r"),
            (b"A=1\0\n", "NulByte"),
            (b"#\0\n", "NulByte"),
            (b"#\0", ""),
            (b"-----BEGIN X-----\nA=1\n", "unmodelled at 0"),
            (b"#a\0#b\n", ""),
            (b"A=1\nB=\xe9\n", "unmodelled at 6"),
            (b"#\xe9\nB=2\n", "B=2"),
            (b"-n A=1\n", "unmodelled at 0"),
            (b"1A=1 A.B=2 C\n", ""),
            (b"'A'=1 \"B=2\"\n", "A=1 B=2"),
            (b"A'B'=1\n", "unmodelled at 0"),
            (b"A=1\nUID=1000\nB=2\n", "A=1 UID DependsOnProcess B=2"),
            (b"UID OSTYPE C\n", "UID DependsOnProcess OSTYPE DependsOnProcess"),
        ];
        for (file, expected) in table {
            assert_eq!(told(file), *expected, "{}", file.escape_ascii());
        }
        assert_eq!(read(b"A\0").end, End::Refused(Refusal::NulByte, 1));
    }
}
