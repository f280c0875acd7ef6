//! Systemd's `EnvironmentFile=`: what the environment of a service gets of a file.
//!
//! Held to systemd 252, as Debian 12 has it: `tests/differential/systemd.py` has its own library
//! (`libsystemd-shared-252.so`) read files by `load_env_file` and clean the result by `strv_env_clean_with_callback`, which
//! is what the service manager does for a unit (`exec_context_load_environment`). The rules are those of `src/basic/`:
//! `env-file.c` (one state machine over the whole file), `env-util.c` (names, duplicates) and `utf8.c`.
//!
//! - A line ends at a line feed or a carriage return. Only within quotes and behind a backslash it goes on.
//! - `#` and `;` begin a comment where a name could begin, and nowhere else. A backslash in a comment takes the byte behind
//!   it, a line feed too: the comment goes on. (Since systemd 254 it does not.)
//! - A line without `=` is passed over. A name that is none (`export A`, a byte order mark) is dropped with its value.
//! - Behind `=` and behind each closing quote blanks are skipped and another quote may begin: `"a" 'b'` is `ab`. From the
//!   first other byte on quotes mean nothing, and blanks at the end are cut off.
//! - Nothing is substituted.
//! - NUL anywhere, or a name or value that is not UTF-8, refuses the file: the service does not start (or, with
//!   `EnvironmentFile=-`, starts without any of it). To systemd noncharacters such as U+FFFE are not UTF-8.
//!
//! Unmodelled: an assignment of 128 KiB and more, with which Linux does not execute a program; a name of 4 MiB, with which
//! systemd itself ends.

use crate::syntax::dotenv::scan::{Scanner, trimmed};
use crate::text::{Span, ValueBuilder};

use super::{End, FileView, Refusal, Seen, Sheet};

/// Most bytes of `NAME=value` that Linux takes: its `MAX_ARG_STRLEN` without the final NUL.
const MOST_ENTRY: usize = (128 << 10) - 1;
/// Most bytes of a name before systemd trips over its own assertion (`ALLOCA_MAX`).
const MOST_NAME: usize = 4 << 20;

/// What it makes of a file.
pub(super) fn read(bytes: &[u8]) -> FileView {
    let mut sheet = Sheet::new(bytes);
    let end = entries(&mut sheet).map_or_else(|end| end, |()| End::Whole);
    sheet.finish(end)
}

fn entries(sheet: &mut Sheet<'_>) -> Result<(), End> {
    let bytes = sheet.bytes();
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        return Err(End::Refused(Refusal::NulByte, at));
    }
    let ascii = bytes.is_ascii();
    let mut scanner = Scanner::new(bytes);
    loop {
        scanner.eat_while(|byte| is_blank(byte) || is_newline(byte));
        match scanner.peek() {
            None => return Ok(()),
            Some(b'#' | b';') => comment(&mut scanner),
            Some(_) => entry(&mut scanner, sheet, ascii)?,
        }
    }
}

/// Passes a comment, up to the end of its line.
fn comment(scanner: &mut Scanner<'_>) {
    loop {
        scanner.eat_while(|byte| byte != b'\\' && !is_newline(byte));
        if !scanner.eat(b'\\') {
            return;
        }
        scanner.bump();
    }
}

/// Reads an assignment, or passes a line that is none.
fn entry(scanner: &mut Scanner<'_>, sheet: &mut Sheet<'_>, ascii: bool) -> Result<(), End> {
    let bytes = sheet.bytes();
    let start = scanner.at();
    // Whatever comes first is part of the name, `=` too.
    scanner.bump();
    scanner.eat_while(|byte| byte != b'=' && !is_newline(byte));
    let key = trimmed(bytes, scanner.since(start), is_blank);
    if !scanner.eat(b'=') {
        return Ok(());
    }
    let value = value(scanner, bytes);
    if !ascii {
        if !is_text(key.of(bytes)) {
            return Err(End::Refused(Refusal::InvalidUtf8, key.start));
        }
        if !is_text(value.of(bytes)) {
            return Err(End::Refused(Refusal::InvalidUtf8, key.end));
        }
    }
    if key.len() >= MOST_NAME {
        return Err(End::Unmodelled(start));
    }
    if !is_name(key.of(bytes)) {
        return Ok(());
    }
    let seen = match value {
        _ if key.len() + 1 + value.of(bytes).len() > MOST_ENTRY => Seen::Unmodelled,
        Value::Literal(span) => Seen::from(span),
        Value::Built(built) => sheet.built(built),
    };
    sheet.assign(key, seen);
    Ok(())
}

/// A value before it is judged.
enum Value {
    Literal(Span),
    Built(ValueBuilder),
}

impl Value {
    fn of<'a>(&'a self, bytes: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Literal(span) => span.of(bytes),
            Self::Built(built) => built.expose(),
        }
    }
}

/// Reads a value and leaves the place at the end of its line.
fn value(scanner: &mut Scanner<'_>, bytes: &[u8]) -> Value {
    literal(scanner, bytes).map_or_else(|| Value::Built(assembled(scanner, bytes)), Value::Literal)
}

/// A value that stands in the file as it is; nothing if it has to be put together, and then nothing is taken.
fn literal(scanner: &mut Scanner<'_>, bytes: &[u8]) -> Option<Span> {
    let mut ahead = scanner.clone();
    ahead.eat_while(is_blank);
    let value = match ahead.peek() {
        Some(quote @ (b'\'' | b'"')) => {
            ahead.bump();
            let inner = ahead.eat_while(|byte| byte != quote && (byte != b'\\' || quote == b'\''));
            if !ahead.eat(quote) {
                return None;
            }
            ahead.eat_while(is_blank);
            inner
        }
        _ => trimmed(bytes, ahead.eat_while(|byte| byte != b'\\' && !is_newline(byte)), is_blank),
    };
    if !ahead.peek().is_none_or(is_newline) {
        return None;
    }
    *scanner = ahead;
    Some(value)
}

/// A value of several parts: quoted ones, then one without quotes.
fn assembled(scanner: &mut Scanner<'_>, bytes: &[u8]) -> ValueBuilder {
    let mut value = ValueBuilder::default();
    loop {
        scanner.eat_while(is_blank);
        if scanner.eat(b'\'') {
            value.extend(scanner.eat_while(|byte| byte != b'\'').of(bytes));
            scanner.eat(b'\'');
        } else if scanner.eat(b'"') {
            double_quoted(scanner, bytes, &mut value);
        } else {
            break;
        }
    }
    // Blanks at the end go, but none from before the last escape.
    let mut fixed = value.len();
    loop {
        value.extend(scanner.eat_while(|byte| byte != b'\\' && !is_newline(byte)).of(bytes));
        if !scanner.eat(b'\\') {
            break;
        }
        if let Some(byte) = scanner.bump().filter(|byte| !is_newline(*byte)) {
            value.push(byte);
        }
        fixed = value.len();
    }
    let loose = value.expose().get(fixed..).unwrap_or_default();
    let blanks = loose.iter().rev().take_while(|byte| is_blank(**byte)).count();
    value.truncate(value.len() - blanks);
    value
}

/// From behind a `"` to behind the next, or to the end of the file.
fn double_quoted(scanner: &mut Scanner<'_>, bytes: &[u8], value: &mut ValueBuilder) {
    loop {
        value.extend(scanner.eat_while(|byte| byte != b'"' && byte != b'\\').of(bytes));
        if scanner.bump() != Some(b'\\') {
            return;
        }
        match scanner.bump() {
            Some(byte @ (b'"' | b'\\' | b'`' | b'$')) => value.push(byte),
            Some(b'\n') | None => {}
            Some(byte) => value.extend(&[b'\\', byte]),
        }
    }
}

const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

const fn is_newline(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

fn is_name(name: &[u8]) -> bool {
    name.first().is_some_and(|byte| !byte.is_ascii_digit())
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

/// Whether it is UTF-8 to systemd, which is stricter than Unicode.
fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| !text.chars().any(is_noncharacter))
}

const fn is_noncharacter(char: char) -> bool {
    matches!(char, '\u{fdd0}'..='\u{fdef}') || char as u32 & 0xFFFE == 0xFFFE
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use crate::syntax::readers::{End, Reader, Refusal, Seen};

    /// `NAME=value` of all that a file assigns, one behind the other.
    fn read(file: &[u8]) -> Result<String, End> {
        let view = Reader::Systemd.read(file);
        if view.end != End::Whole {
            return Err(view.end);
        }
        let one = |one: &crate::syntax::readers::Assigned| {
            let Seen::Value(value) = &one.seen else { panic!("a value") };
            let pair = [one.key.of(file), b"=", value.of(file)].concat();
            String::from_utf8(pair).unwrap()
        };
        Ok(view.assigned.iter().map(one).collect::<Vec<_>>().join("|"))
    }

    /// Inputs and outcomes as systemd 252 has them; the last three are of its own tests (`src/test/test-env-file.c`).
    #[rstest::rstest]
    #[case(b"A=pa #ss\n", "A=pa #ss")]
    #[case(b"A=#pass\n;B=1\n #C=1\n", "A=#pass")]
    #[case(b"export A=1\nB=2\n", "B=2")]
    #[case(b"\xef\xbb\xbfA=1\nB=2\n", "B=2")]
    #[case(b"A=1\rB=2\r", "A=1|B=2")]
    #[case(b"A = 1 \n", "A=1")]
    #[case(b"A=\"a\" 'b' c\n", "A=abc")]
    #[case(b"A=a'b'\"c\"\n", "A=a'b'\"c\"")]
    #[case(b"A=it's\nB=2\n", "A=it's|B=2")]
    #[case(b"A='l1\nl2'\nB=\"l1\nl2\"\n", "A=l1\nl2|B=l1\nl2")]
    #[case(b"A=\"a\nB=2\n", "A=a\nB=2\n")]
    #[case(b"A=\"a\\nb\\$\\`\\\"\\\\\"\n", "A=a\\nb$`\"\\")]
    #[case(b"A=C:\\temp\n", "A=C:temp")]
    #[case(b"A=a\\\n  b\n", "A=a  b")]
    #[case(b"A=\"a\\\nb\"\n", "A=ab")]
    #[case(b"A=a\\ \n", "A=a ")]
    #[case(b"A=$B${C}`d`\n", "A=$B${C}`d`")]
    #[case(b"# c \\\nA=1\nB=2\n", "B=2")]
    #[case(b"A\nB=\n", "B=")]
    #[case(b"=A=1\n", "")]
    #[case(b"A=\xc3\\\xa9\n", "A=\u{e9}")]
    #[case(b"#\xe9\n\xe9\nA=1\n", "A=1")]
    #[case(b"a=a\nb=b\\\nc\nd=d\\\ne\\\nf\ng=g\\ \nh=h\ni=i\\", "a=a|b=bc|d=def|g=g |h=h|i=i")]
    #[case(b"#A=\"-d --path=/x \\\n#--nouser \\\nnormal=line", "")]
    #[case(b"a=\nb=", "a=|b=")]
    fn reads_as_systemd_does(#[case] file: &[u8], #[case] expected: &str) {
        assert_eq!(read(file).as_deref(), Ok(expected));
    }

    #[rstest::rstest]
    #[case(b"A=1\nB=\0\n", Refusal::NulByte, 6)]
    #[case(b"A=p\xe9ss\n", Refusal::InvalidUtf8, 1)]
    #[case(b"export \xe9=1\n", Refusal::InvalidUtf8, 0)]
    #[case(b"A=\"\xc3\\\xa9\"\n", Refusal::InvalidUtf8, 1)]
    #[case(b"A=\xef\xbf\xbe\n", Refusal::InvalidUtf8, 1)]
    #[case(b"\xff\xfeA\0=\x001\0\n\0", Refusal::NulByte, 3)]
    fn refuses_as_systemd_does(#[case] file: &[u8], #[case] why: Refusal, #[case] at: usize) {
        assert_eq!(read(file), Err(End::Refused(why, at)));
    }

    #[test]
    fn leaves_open_what_no_program_gets() {
        let file =
            |key: usize, value: usize| format!("{}={}\n", "k".repeat(key), "v".repeat(value)).into_bytes();
        assert!(read(&file(1, (128 << 10) - 3)).is_ok());
        let view = Reader::Systemd.read(&file(1, (128 << 10) - 2));
        assert!(view.assigned.iter().all(|one| matches!(one.seen, Seen::Unmodelled)), "{view:?}");
        assert_eq!(read(&file(4 << 20, 1)), Err(End::Unmodelled(0)));
    }
}
