//! Regular expressions, whatever program they are for.

use super::{Fault, ensure, span};

/// What the engines of Rust, Go, Python, Java, JavaScript and PCRE agree on: groups and classes are closed, an escape is
/// complete, what is repeated is there and repeated once, a range of repetitions goes upward. What else an engine
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
    let mut quotes = true;
    while let Some((byte, after)) = rest.split_first() {
        (rest, before) = match byte {
            b'\\' => (escape(after, &mut quotes)?, Before::Item),
            b'[' => (class(after)?, Before::Item),
            b'(' => {
                depth += 1;
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
    match end {
        Some(at) => within.get(at + 1..),
        None => first,
    }
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
