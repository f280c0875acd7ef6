//! The Ruby gem dotenv, as `Dotenv.load` reads a file: the process's own variables win over those of the file.
//!
//! The rules are those of dotenv 3.1.8 (`lib/dotenv/parser.rb` and `lib/dotenv/substitutions/*.rb`). The gem cannot be
//! installed where the tests run: the model is held by published facts, the rows of its `spec/dotenv/parser_spec.rb`. One
//! pattern is looked for line start by line start; what does not fit it is dropped. Its blanks may be line breaks, so a name,
//! its `=` and a quoted value may stand on lines of their own, and a line that is nothing but a name sets it to nothing.
//! `$(...)` is run, also where it comes out of another variable.
//!
//! Taken for granted: that the process has no `DOTENV_LINEBREAK_MODE`, which the file may have, and that it has no variable
//! that `export NAME` asks for. Version 3.2.0 looks for `$(...)` before it replaces variables and not after.
//!
//! Unmodelled: files with a mark of UTF-16 or UTF-32, a NUL where only the process decides whether it counts, line breaks in
//! double quotes where it decides on their mode, and what substitution makes of one file beyond some megabytes.

use crate::syntax::dotenv::scan::{Scanner, trimmed};
use crate::text::{Span, ValueBuilder};

use super::{Assigned, End, FileView, How, Refusal, Seen, Sheet, python};

/// Most bytes that values of one file may be put together from; what is beyond is unmodelled.
const MOST_BUILT: usize = 4 << 20;

/// Marks of UTF-16 and UTF-32. Ruby takes them for what they are, and reads on only where it was told to turn everything
/// into UTF-8 (`Encoding.default_internal`), as Rails does.
const WIDE_MARKS: [&[u8]; 3] = [b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff"];

/// The variable that says whether `\n` and `\r` in double quotes are line breaks. The process's own does not win over it.
const MODE: &[u8] = b"DOTENV_LINEBREAK_MODE";

/// What it makes of a file.
pub(super) fn read(bytes: &[u8]) -> FileView {
    let mut sheet = Sheet::new(bytes);
    if WIDE_MARKS.iter().any(|mark| bytes.starts_with(mark)) {
        return sheet.finish(End::Unmodelled(0));
    }
    if let Err(error) = std::str::from_utf8(bytes) {
        return sheet.finish(End::Refused(Refusal::InvalidUtf8, error.valid_up_to()));
    }
    let mut left = MOST_BUILT;
    let mut scanner = Scanner::new(bytes);
    scanner.eat_all("\u{feff}".as_bytes());
    loop {
        scanner.eat_while(is_space);
        if scanner.is_done() {
            break;
        }
        let found = Statement::found(&mut scanner);
        scanner.eat_while(|byte| !is_break(byte));
        match found {
            Some(Statement { key, value: Some(value), .. }) => value_of(&mut sheet, key, value, &mut left),
            Some(Statement { key, exported: false, .. }) => {
                sheet.assign(key, Seen::from(Span::new(key.end, key.end)));
            }
            Some(Statement { key, .. }) if !is_set(&mut sheet, key.of(bytes)) => {
                return sheet.finish(End::Refused(Refusal::UnsetVariable, key.start));
            }
            _ => {}
        }
    }
    python::settable(bytes, sheet.finish(End::Whole))
}

/// Whether a variable is set for `export`: by the file, or in every process.
fn is_set(sheet: &mut Sheet, name: &[u8]) -> bool {
    matches!(name, b"PATH" | b"HOME") || sheet.last(name).is_some()
}

/// What fits the pattern.
struct Statement {
    key: Span,
    /// Quotes included.
    value: Option<Span>,
    exported: bool,
}

impl Statement {
    /// That at the scanner's place, which then is somewhere on its last line.
    fn found(scanner: &mut Scanner) -> Option<Self> {
        let start = scanner.at();
        if scanner.eat_all(b"export")
            && !scanner.eat_while(is_space).is_empty()
            && let Some(found) = Self::behind_export(scanner, true)
        {
            return Some(found);
        }
        scanner.seek(start);
        let found = Self::behind_export(scanner, false);
        if found.is_none() {
            scanner.seek(start);
        }
        found
    }

    fn behind_export(scanner: &mut Scanner, exported: bool) -> Option<Self> {
        let key = scanner.eat_while(|byte| is_word(byte) || byte == b'.');
        if key.is_empty() {
            return None;
        }
        scanner.eat_while(is_space);
        let separated = scanner.eat(b'=') || {
            scanner.seek(key.end);
            scanner.eat(b':') && eat_blank(scanner)
        };
        let value = if separated { value(scanner) } else { None };
        if !separated {
            scanner.seek(key.end);
            if !ends(scanner.rest()) {
                return None;
            }
        }
        Some(Self { key, value, exported })
    }
}

/// One blank, to which a line break of two bytes is one.
fn eat_blank(scanner: &mut Scanner) -> bool {
    if scanner.eat(b'\r') {
        scanner.eat(b'\n');
        return true;
    }
    scanner.peek().is_some_and(is_space) && scanner.bump().is_some()
}

/// The value at the scanner's place: quotes with nothing but a comment behind them, on a later line, too; or else what there
/// is on this line before a `#`.
fn value(scanner: &mut Scanner) -> Option<Span> {
    let start = scanner.at();
    scanner.eat_while(is_space);
    if let Some(quote @ (b'\'' | b'"')) = scanner.peek()
        && let Some(length) = quoted(scanner.rest(), quote)
    {
        let from = scanner.at();
        scanner.seek(from + length);
        return Some(scanner.since(from));
    }
    scanner.seek(start);
    let bare = scanner.eat_while(|byte| byte != b'#' && !is_break(byte));
    (!bare.is_empty()).then_some(bare)
}

/// Length of the text in quotes that `text` starts with. The first quote without a backslash before it ends it; if it cannot,
/// for what stands behind it, then the last one before it that can.
///
/// No other text in such quotes starts before that first quote, so looking for it takes no more than the file's length in all.
fn quoted(text: &[u8], quote: u8) -> Option<usize> {
    let mut last = None;
    let mut before = quote;
    for (at, byte) in text.iter().enumerate().skip(1) {
        if *byte == quote {
            if ends(text.get(at + 1..).unwrap_or_default()) {
                last = Some(at + 1);
            }
            if before != b'\\' {
                break;
            }
        }
        before = *byte;
    }
    last
}

/// Whether nothing but blanks and a comment is left of a line.
fn ends(text: &[u8]) -> bool {
    let next = text.iter().find(|byte| !is_space(**byte) || is_break(**byte));
    next.is_none_or(|byte| *byte == b'#' || is_break(*byte))
}

/// Notes what a key is set to.
fn value_of(sheet: &mut Sheet, key: Span, value: Span, left: &mut usize) {
    let bytes = sheet.bytes();
    let mut value = trimmed(bytes, value, is_blank);
    let mut quote = None;
    if let [first @ (b'\'' | b'"'), .., last] = value.of(bytes)
        && first == last
    {
        quote = Some(*first);
        value = Span::new(value.start + 1, value.end - 1);
    }
    let text = value.of(bytes);
    let mut unknown = None;
    let mut made = text.contains(&b'\r').then(|| with_line_feeds(text));
    if quote != Some(b'\'') && text.contains(&b'\\') {
        let mut plain = made.take().unwrap_or_else(|| with_line_feeds(text));
        if quote == Some(b'"') && has_line_break(plain.expose()) {
            let legacy = mode(sheet);
            plain = broken(plain.expose(), matches!(legacy, Ok(true)));
            unknown = legacy.err();
        }
        made = Some(unescaped(plain.expose()));
    }
    let plain = made.as_ref().map_or(text, ValueBuilder::expose);
    if quote == Some(b'\'') || !plain.contains(&b'$') {
        let seen = match (unknown, made) {
            (Some(unknown), _) => unknown,
            (None, Some(made)) => sheet.built(made),
            (None, None) => Seen::from(value),
        };
        sheet.assign(key, seen);
        return;
    }
    let replaced = variables(sheet, plain, left);
    let commands = Commands::of(replaced.text.expose());
    if commands.run {
        let within = text.windows(2).position(|two| two == b"$(").unwrap_or_default();
        sheet.run(value.start + within, How::Substitution);
    }
    let seen = if commands.run {
        Seen::Runs
    } else if let Some(unknown) = unknown.or(replaced.unknown) {
        unknown
    } else if commands.escaped.is_empty() && replaced.text.expose() == text {
        Seen::from(value)
    } else {
        sheet.built(commands.without_backslashes(replaced.text.expose()))
    };
    sheet.assign_after_process(key, seen, replaced.process_first);
}

/// A text whose line breaks are line feeds.
fn with_line_feeds(text: &[u8]) -> ValueBuilder {
    let mut out = ValueBuilder::with_capacity(text.len());
    let mut scanner = Scanner::new(text);
    while !scanner.is_done() {
        out.extend(scanner.eat_while(|byte| byte != b'\r').of(text));
        if eat_blank(&mut scanner) {
            out.push(b'\n');
        }
    }
    out
}

fn has_line_break(text: &[u8]) -> bool {
    text.windows(2).any(|two| matches!(two, b"\\n" | b"\\r"))
}

/// Whether `\\n` is a line break by what the file says so far.
fn mode(sheet: &mut Sheet) -> Result<bool, Seen> {
    let bytes = sheet.bytes();
    match sheet.last(MODE) {
        None => Ok(false),
        Some(Assigned { seen: Seen::Value(text), process_first: false, .. }) => {
            Ok(text.of(bytes) == b"legacy")
        }
        Some(Assigned { seen: Seen::Runs, .. }) => Err(Seen::Runs),
        Some(Assigned { seen: Seen::DependsOnProcess, .. }) => Err(Seen::DependsOnProcess),
        Some(_) => Err(Seen::Unmodelled),
    }
}

/// Text of double quotes with its `\n` and `\r`, whatever stands before them: line breaks, or kept from being unescaped.
fn broken(text: &[u8], legacy: bool) -> ValueBuilder {
    let mut out = ValueBuilder::with_capacity(text.len());
    let mut scanner = Scanner::new(text);
    while let Some(byte) = scanner.bump() {
        let letter = scanner.peek().filter(|next| byte == b'\\' && matches!(next, b'n' | b'r'));
        match letter {
            None => out.push(byte),
            Some(b'n') if legacy => out.push(b'\n'),
            Some(_) if legacy => out.push(b'\r'),
            Some(letter) => out.extend(&[b'\\', b'\\', letter]),
        }
        if letter.is_some() {
            scanner.bump();
        }
    }
    out
}

/// A text without its backslashes, but for those before `$`.
fn unescaped(text: &[u8]) -> ValueBuilder {
    let mut out = ValueBuilder::with_capacity(text.len());
    let mut scanner = Scanner::new(text);
    while let Some(byte) = scanner.bump() {
        match scanner.peek() {
            Some(next) if byte == b'\\' && next != b'$' => {
                scanner.bump();
                out.push(next);
            }
            _ => out.push(byte),
        }
    }
    out
}

/// A value with its variables replaced.
#[derive(Default)]
struct Replaced {
    text: ValueBuilder,
    /// Why the text is not the value; a letter stands for what is not known.
    unknown: Option<Seen>,
    process_first: bool,
}

fn variables(sheet: &mut Sheet, text: &[u8], left: &mut usize) -> Replaced {
    let mut out = Replaced { text: ValueBuilder::with_capacity(text.len()), ..Replaced::default() };
    let mut scanner = Scanner::new(text);
    while !scanner.is_done() {
        let literal = scanner.eat_while(|byte| !matches!(byte, b'\\' | b'$'));
        out.text.extend(literal.of(text));
        let start = scanner.at();
        let escaped = scanner.eat(b'\\');
        if !scanner.eat(b'$') || scanner.peek() == Some(b'(') {
            out.text.extend(scanner.since(start).of(text));
            continue;
        }
        // Either brace may be missing.
        scanner.eat(b'{');
        let from = scanner.at();
        // Letters in either case, by the rules of Unicode: two more are a `k` and an `s` to it.
        while !scanner.eat_while(is_word).is_empty()
            || scanner.eat_all("\u{212a}".as_bytes())
            || scanner.eat_all("\u{17f}".as_bytes())
        {}
        let name = scanner.since(from).of(text);
        scanner.eat(b'}');
        if escaped || name.is_empty() {
            out.text.extend(Span::new(start + usize::from(escaped), scanner.at()).of(text));
        } else {
            out.replace(sheet, name, left);
        }
    }
    out
}

impl Replaced {
    /// Puts what a name stands for.
    fn replace(&mut self, sheet: &mut Sheet, name: &[u8], left: &mut usize) {
        let bytes = sheet.bytes();
        let set = sheet.last(name).map(|one| &one.seen);
        self.process_first |= set.is_some() && name != MODE;
        let unknown = match set {
            Some(Seen::Value(value)) => {
                let value = value.of(bytes);
                *left = left.saturating_sub(value.len());
                if *left > 0 {
                    self.text.extend(value);
                    return;
                }
                Seen::Unmodelled
            }
            None | Some(Seen::DependsOnProcess) => Seen::DependsOnProcess,
            Some(Seen::Runs) => Seen::Runs,
            Some(_) => Seen::Unmodelled,
        };
        self.text.push(b'x');
        self.unknown.get_or_insert(unknown);
    }
}

/// What `$(...)` in a text, the variables replaced, come to.
#[derive(Default)]
struct Commands {
    /// Whether one is run.
    run: bool,
    /// Backslashes that keep one from being run, and go.
    escaped: Vec<usize>,
}

impl Commands {
    fn of(text: &[u8]) -> Self {
        let mut found = Self::default();
        if !text.windows(2).any(|two| two == b"$(") {
            return found;
        }
        let ends = balanced(text);
        let mut from = 0;
        for (open, end) in ends {
            let before = text.get(from..open).unwrap_or_default();
            if open < from || !before.ends_with(b"$") {
                continue;
            }
            if before.ends_with(b"\\$") {
                found.escaped.push(open - 2);
            } else {
                found.run = true;
            }
            from = end;
        }
        found
    }

    fn without_backslashes(&self, text: &[u8]) -> ValueBuilder {
        let mut out = ValueBuilder::with_capacity(text.len());
        let mut from = 0;
        for at in &self.escaped {
            out.extend(text.get(from..*at).unwrap_or_default());
            from = at + 1;
        }
        out.extend(text.get(from..).unwrap_or_default());
        out
    }
}

/// Each `(` that has its `)`, and where that ends. Empty ones do not count, nor what holds one that does not count.
fn balanced(text: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    // Where it opens, and whether it counts so far.
    let mut open: Vec<(usize, bool)> = Vec::new();
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'(' => open.push((at, true)),
            b')' => {
                let Some((start, counts)) = open.pop() else { continue };
                if counts && at > start + 1 {
                    found.push((start, at + 1));
                } else if let Some((_, counts)) = open.last_mut() {
                    *counts = false;
                }
            }
            _ => {}
        }
    }
    found.sort_unstable();
    found
}

/// White space to its patterns.
const fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t'..=b'\r' | b' ')
}

/// What `strip` takes off.
const fn is_blank(byte: u8) -> bool {
    is_space(byte) || byte == 0
}

const fn is_break(byte: u8) -> bool {
    matches!(byte, b'\n' | b'\r')
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice,
        reason = "tests"
    )]

    use super::read;
    use crate::syntax::readers::said_tests::said_of;
    use crate::syntax::readers::{Assigned, End};

    /// What comes of a file, in words.
    fn said(file: &[u8]) -> String {
        let view = read(file);
        if let End::Refused(why, at) = view.end {
            return format!("{why:?} {at}");
        }
        if view.end != End::Whole {
            return "unmodelled".to_owned();
        }
        let one = |one: &Assigned| said_of(one, file);
        let ran = view.executed.iter().map(|one| format!("runs at {}", one.at));
        view.assigned.iter().map(one).chain(ran).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn rows() {
        let rows: &[(&[u8], &str)] = &[
            // Each rule once.
            (b"FOO= bar\nFOO =bar\nFOO\n = bar\n", "FOO=bar | FOO=bar | FOO=bar"),
            (b"FOO=\"escaped\\\"bar\"\n", "FOO=escaped\\\"bar"),
            (b"FOO=test\nBAR=\"foo\\${FOO} ${FOO}\"\n", "FOO=test | BAR?=foo${FOO} test"),
            (b"FOO=test\nBAR='quote $FOO'\n", "FOO=test | BAR=quote $FOO"),
            (b"OPTION_A: 1\nOPTION_B:1\n", "OPTION_A=1"),
            (b"foo=\"ba#r\"\nfoo='ba#r' # x\nfoo=ba#r\n", "foo=ba#r | foo=ba#r | foo=ba"),
            (b"FOO=\"ab\\$(x)\"\n", "FOO=ab$(x)"),
            (b"FOO=$(echo \"foo bar(x)\")\n", "FOO Runs | runs at 4"),
            // A name of its own is set to nothing, unless to be exported; that asks for it.
            (b"lol\nlol wut\n", "lol="),
            (b"A=2\nexport A # c\nexport PATH\nexport\nA=3\n", "A=2 | A=3"),
            (b"OPTION_A=2\nexport OH_NO_NOT_SET\n", "UnsetVariable 18"),
            (b"export A=\n", "UnsetVariable 7"),
            (b"export A B\nexport\nA B\n", "export="),
            // Quotes span lines, and may open on a later one.
            (b"A=\"a\nb\"\nB=\r\n'c\r\nd'\n", "A=a\\nb | B=c\\nd"),
            (b"A='a\nB='b'\n", "A=\\'a | B=b"),
            (b"A:\nB=1\nC:\r\nD=1\n", "A=B=1 | C=D=1"),
            // The first quote without a backslash ends it, or the last one before it that can.
            (b"A='a # b' # c'\nB='a' # it's\nC='a'b # c\n", "A=a # b | B=a | C=\\'a\\'b"),
            (b"A='\\'\nB='\\' x\n", "A=\\\\ | B=\\'\\' x"),
            (b"A='\\'\nB=\\' x'\n", "A=\\\\\\'\\nB=\\\\\\' x"),
            (b"A:  'x#y'\nB: 'x#y'\n", "A=x#y | B=x#y"),
            // Backslashes go without quotes, too. A line break they make only in the mode that the file asks for.
            (b"FOO=\"bar\\nbaz\\\\n\"\nBAR=bar\\nbaz\n", "FOO=bar\\\\nbaz\\\\n | BAR=barnbaz"),
            (
                b"DOTENV_LINEBREAK_MODE=legacy\nA=\"b\\n\\r\"\nB=$DOTENV_LINEBREAK_MODE\n",
                "DOTENV_LINEBREAK_MODE=legacy | A=b\\n\\r | B=legacy",
            ),
            (
                b"DOTENV_LINEBREAK_MODE=$X\nA=\"b\\n\"\nB=\"\\n$(x)\"\n",
                "DOTENV_LINEBREAK_MODE DependsOnProcess | A DependsOnProcess | B Runs | runs at 38",
            ),
            (b"A=\"C:\\\\new\"\n", "A=C:\\\\new"),
            (b"A=1\nB=$A}${A:-d}$\n", "A=1 | B?=11:-d}$"),
            (b"A='$(x)'\nB=$A\nC=$B\n", "A=$(x) | B Runs | C Runs | runs at 11"),
            (b"A=$()$(f())\nB=\\$(a)$(b\n", "A=$()$(f()) | B=$(a)$(b"),
            (b"A=$X$(y)\nB=$\xe2\x84\xaa\n", "A Runs | B DependsOnProcess | runs at 4"),
            (b"\xef\xbb\xbfexport =1\rA=2\r", "export=1 | A=2"),
            (b"\xff\xfeA\0", "unmodelled"),
            (b"A=\0x\0\n", "A=x"),
            (b"A=x\0x\n", "NulByte 0"),
            (b"A=\xff\n", "InvalidUtf8 2"),
        ];
        for (file, expected) in rows {
            assert_eq!(said(file), *expected, "{}", file.escape_ascii());
        }
    }

    #[test]
    fn ends_soon_on_hostile_files() {
        for unit in [
            "\"",
            "'",
            "\n",
            "\\'",
            "\\' ",
            "\nA='\\'x",
            "\nA=\n",
            "\nA:\n",
            "\nA\n\n",
            "\nexport\n\n",
            "' ",
            "'#",
            "$(",
            "$(a",
            ")",
            "$(a)",
            "\\$(a)",
            "${",
            "\\",
            "$",
            "\"'\n",
        ] {
            read(["A=", &unit.repeat((1 << 20) / unit.len())].concat().as_bytes());
            read(["A=\"", &unit.repeat((1 << 20) / unit.len()), "\""].concat().as_bytes());
        }
        read(["A=x\n", &"A=$A$A.\n".repeat(100_000)].concat().as_bytes());
    }
}
