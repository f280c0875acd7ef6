//! Regular expressions, whatever program they are for.

use std::collections::BTreeSet;

use super::{Fault, ensure, span};

/// What the engines of Rust, Go, Python, Java, JavaScript and PCRE agree on: groups and classes are closed, an escape is
/// complete, what is repeated is there and repeated once, ranges of repetitions and of characters go upward, groups' names are
/// names, flags and verbs are somebody's. What else an engine
/// knows or refuses is not looked at; a pattern in "verbose" mode may have brackets in a comment, which count here.
pub(super) fn regex(value: &[u8]) -> Result<(), Fault> {
    ensure(str::from_utf8(value).is_ok(), Fault::Encoding)?;
    ensure(is_regex(value).is_some(), Fault::Syntax)
}

/// What stands before the place that is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// Nothing that could be repeated.
    Nothing,
    /// Something that can be.
    Item,
    /// A repetition, which a `?` or `+` may follow.
    Repeated,
    /// A repetition and its `?` or `+`.
    Done,
}

fn is_regex(text: &[u8]) -> Option<()> {
    let (mut rest, mut depth, mut before) = (text, 0_usize, Before::Nothing);
    let (mut quotes, mut names) = (true, BTreeSet::new());
    while let Some((byte, after)) = rest.split_first() {
        (rest, before) = match byte {
            b'\\' => (escape(after, &mut quotes)?, Before::Item),
            b'[' => (class(after)?, Before::Item),
            b'(' => {
                depth += 1;
                opening(after, &mut names)?;
                let (after, closed) = group(after)?;
                depth -= usize::from(closed);
                (after, if closed { Before::Item } else { Before::Nothing })
            }
            b')' => {
                depth = depth.checked_sub(1)?;
                (after, Before::Item)
            }
            b'|' => (after, Before::Nothing),
            b'*' | b'+' | b'?' => (after, repeated(*byte, before)?),
            b'{' => match counts(after) {
                Some((true, after)) => (after, repeated(b'{', before)?),
                Some((false, _)) => return None,
                None => (after, Before::Item),
            },
            _ => (after, Before::Item),
        };
    }
    (depth == 0).then_some(())
}

/// What stands there behind a repetition.
const fn repeated(sign: u8, before: Before) -> Option<Before> {
    match before {
        Before::Item => Some(Before::Repeated),
        Before::Repeated if matches!(sign, b'?' | b'+') => Some(Before::Done),
        _ => None,
    }
}

/// Behind a backslash; `\Q` quotes all up to `\E` in Java and PCRE. Where no `\E` is left none is looked for again.
fn escape<'t>(after: &'t [u8], quotes: &mut bool) -> Option<&'t [u8]> {
    let (byte, rest) = after.split_first()?;
    if *byte == b'Q' && *quotes {
        match rest.windows(2).position(|two| two == b"\\E") {
            Some(end) => return rest.get(end + 2..),
            None => *quotes = false,
        }
    }
    Some(rest)
}

/// Behind a class. A `]` that comes first is a part of it, but in JavaScript.
fn class(after: &[u8]) -> Option<&[u8]> {
    let body = after.strip_prefix(b"^").unwrap_or(after);
    let first = body.strip_prefix(b"]");
    let within = first.unwrap_or(body);
    let mut escaped = false;
    let end = within.iter().position(|b| {
        let ends = !escaped && *b == b']';
        escaped = !escaped && *b == b'\\';
        ends
    });
    let (inside, rest) = match end {
        // A `]` that comes first is one of the characters.
        Some(at) => (body.get(..at + usize::from(first.is_some()))?, within.get(at + 1..)?),
        None => (&b""[..], first?),
    };
    rises(str::from_utf8(inside).ok()?).then_some(rest)
}

/// Whether all ranges of a class go upward. Of escapes only those that stand for themselves are looked at, and nothing where an
/// engine takes two hyphens for an operator of sets.
fn rises(inside: &str) -> bool {
    let mut rest = inside.chars();
    while let Some(first) = item(&mut rest) {
        let mut ahead = rest.clone();
        if ahead.next() != Some('-') || ahead.as_str().starts_with('-') || ahead.as_str().is_empty() {
            continue;
        }
        let last = item(&mut ahead).flatten();
        if first.zip(last).is_some_and(|(first, last)| first > last) {
            return false;
        }
        rest = ahead;
    }
    true
}

/// The next of a class: a character, or an escape that stands for something else.
fn item(rest: &mut std::str::Chars<'_>) -> Option<Option<char>> {
    match rest.next()? {
        '\\' => Some(rest.next().filter(char::is_ascii_punctuation)),
        // A named class, or a class in a class: what an engine makes of it is its own affair.
        '[' => Some(None),
        letter => Some(Some(letter)),
    }
}

/// Flags that an engine has: Java's, JavaScript's, Python's, PCRE's, Go's and Rust's, on and off.
const FLAGS: &[u8] = b"aiLmsuxUnJdR-^";
/// PCRE's verbs and what it has behind `(*` besides (pcre2pattern(3)).
const VERBS: &[&str] = &[
    "ACCEPT",
    "FAIL",
    "F",
    "COMMIT",
    "PRUNE",
    "SKIP",
    "THEN",
    "MARK",
    "UTF",
    "UTF8",
    "UTF16",
    "UTF32",
    "UCP",
    "CR",
    "LF",
    "CRLF",
    "ANY",
    "ANYCRLF",
    "NUL",
    "BSR_ANYCRLF",
    "BSR_UNICODE",
    "LIMIT_MATCH",
    "LIMIT_DEPTH",
    "LIMIT_HEAP",
    "LIMIT_RECURSION",
    "NO_AUTO_POSSESS",
    "NO_DOTSTAR_ANCHOR",
    "NO_JIT",
    "NO_START_OPT",
    "NOTEMPTY",
    "NOTEMPTY_ATSTART",
    "pla",
    "plb",
    "nla",
    "nlb",
    "napla",
    "naplb",
    "positive_lookahead",
    "positive_lookbehind",
    "negative_lookahead",
    "negative_lookbehind",
    "non_atomic_positive_lookahead",
    "non_atomic_positive_lookbehind",
    "atomic",
    "sr",
    "asr",
    "script_run",
    "atomic_script_run",
];

/// Whether a group opens as one does: with a name that is one, with flags that somebody has. `names` are those of groups before it.
fn opening<'t>(after: &'t [u8], names: &mut BTreeSet<&'t [u8]>) -> Option<()> {
    let named = |rest: &'t [u8], close: u8| {
        let (name, rest) = span(rest, |b| b.is_ascii_alphanumeric() || b == b'_' || !b.is_ascii());
        let begins = name.first().is_some_and(|b| !b.is_ascii_digit());
        (begins && rest.first() == Some(&close)).then_some(name)
    };
    match after {
        [b'?', b'<', b'=' | b'!', ..] => {}
        [b'?', b'P', b'<', rest @ ..] | [b'?', b'<', rest @ ..] => drop(names.insert(named(rest, b'>')?)),
        [b'?', b'\'', rest @ ..] => drop(names.insert(named(rest, b'\'')?)),
        [b'?', b'P', b'=', rest @ ..] => return names.contains(named(rest, b')')?).then_some(()),
        [b'?', b'P', b'>', rest @ ..] | [b'?', b'&', rest @ ..] => return named(rest, b')').map(drop),
        // PCRE's recursion.
        [b'?', b'R', b')', ..] => {}
        [b'?', b'-', digit, ..] if digit.is_ascii_digit() => {}
        [b'?', letter, ..] if letter.is_ascii_alphabetic() && *letter != b'C' || b"-^".contains(letter) => {
            let (_, rest) = span(after.get(1..)?, |b| FLAGS.contains(&b));
            return rest.first().is_some_and(|next| b":)".contains(next)).then_some(());
        }
        [b'*', rest @ ..] if rest.first().is_some_and(u8::is_ascii_alphabetic) => {
            let (verb, _) = span(rest, |b| b.is_ascii_alphanumeric() || b == b'_');
            return VERBS.iter().any(|known| known.as_bytes() == verb).then_some(());
        }
        _ => {}
    }
    Some(())
}

/// Behind what opens a group, and whether the group is closed there, as a comment is.
fn group(after: &[u8]) -> Option<(&[u8], bool)> {
    match after {
        [b'?', b'#', rest @ ..] => {
            let end = rest.iter().position(|b| *b == b')')?;
            Some((rest.get(end + 1..)?, true))
        }
        // What kind of group it is can be repeated no more than its beginning.
        [b'?', b':' | b'=' | b'!' | b'>' | b'|', rest @ ..] | [b'?', b'<', b'=' | b'!', rest @ ..] => {
            Some((rest, false))
        }
        [b'?', rest @ ..] => Some((rest, false)),
        // PCRE's verbs.
        [b'*', rest @ ..] if rest.first().is_some_and(u8::is_ascii_alphabetic) => Some((rest, false)),
        _ => Some((after, false)),
    }
}

/// `{2}`, `{2,}`, `{,3}`, `{2,3}`: whether they go upward, and what follows. Other braces are letters.
fn counts(after: &[u8]) -> Option<(bool, &[u8])> {
    let digits = |bytes| span(bytes, |b: u8| b.is_ascii_digit());
    let (least, rest) = digits(after);
    let (most, rest) = match rest {
        [b',', rest @ ..] => digits(rest),
        _ => (least, rest),
    };
    let rest = rest.strip_prefix(b"}").filter(|_| !least.is_empty() || !most.is_empty())?;
    let number = |digits: &[u8]| str::from_utf8(digits).ok().and_then(|text| text.parse::<u64>().ok());
    let upward = number(least).zip(number(most)).is_none_or(|(least, most)| least <= most);
    Some((upward, rest))
}
