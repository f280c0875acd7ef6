//! Options that variables put before a program's own.

use super::table::{Flags, Takes};
use super::values::{folders, goes_up, path};
use super::{Kind, Weight};

const NAMES: Option<Weight> = Some(Weight::Names);
const STEERS: Option<Weight> = Some(Weight::Steers);

/// What the weightiest of the options does.
pub(super) fn weigh(known: Flags, kind: Kind, value: &[u8]) -> Option<(Kind, Weight)> {
    let mut found = jmx(value).map(|weight| (kind, weight));
    let mut words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let (word, quoted) = opened(word);
        for (option, takes) in known {
            let Some(rest) = rest_of(word, option) else { continue };
            let separate = rest.is_empty() && !matches!(takes, Takes::Door | Takes::Unsafe);
            let next = words.peek().copied().filter(|next| separate && !next.starts_with(b"-"));
            let weight = match argument(next.unwrap_or(rest), quoted) {
                // What stands in quotes goes on behind a blank, or ends somewhere in the middle.
                None => NAMES,
                Some(text) => weigh_one(*takes, text, option.ends_with('*')),
            };
            let kind = if *takes == Takes::Unsafe { Kind::Tls } else { kind };
            match weight {
                Some(Weight::Names) => return Some((kind, Weight::Names)),
                Some(Weight::Steers) => found = Some((kind, Weight::Steers)),
                None => {}
            }
        }
    }
    found
}

/// A word without the quote that it begins with, and whether it has one.
fn opened(word: &[u8]) -> (&[u8], bool) {
    let start = word.iter().position(|b| !b"\"'".contains(b)).unwrap_or(word.len());
    (word.get(start..).unwrap_or_default(), start > 0)
}

/// What an option takes, out of its quotes; nothing where they do not end with it.
fn argument(text: &[u8], quoted: bool) -> Option<&[u8]> {
    let (text, own) = opened(text);
    let end = text.iter().rposition(|b| !b"\"'".contains(b)).map_or(0, |at| at + 1);
    let (text, ended) = text.split_at_checked(end)?;
    let whole = (!own && !quoted || !ended.is_empty()) && !text.iter().any(|b| b"\"'".contains(b));
    whole.then_some(text)
}

fn weigh_one(takes: Takes, text: &[u8], open: bool) -> Option<Weight> {
    // `-javaagent:FILE=options`.
    let head = || text.split(|b| *b == b'=' && open).next().unwrap_or_default();
    match takes {
        Takes::Code => NAMES,
        Takes::Package if is_package(text) => STEERS,
        Takes::Package | Takes::File => {
            let file = head();
            path(file.strip_prefix(b"file://").unwrap_or(file))
        }
        Takes::Folders => Some(folders(text, Weight::Names)),
        Takes::Library => {
            let debugger = head().starts_with(b"jdwp") || text.is_empty() || text.contains(&b'/');
            if debugger { NAMES } else { STEERS }
        }
        Takes::Address => Some(address(text)),
        Takes::Door => STEERS,
        Takes::Unsafe => (text != b"false").then_some(Weight::Names),
    }
}

/// A package by its name, with what it has inside: `@scope/name/register`, `bundler/setup`, `Devel::Cover`. It is looked for where
/// packages are installed.
fn is_package(text: &[u8]) -> bool {
    let first = text.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'@');
    let letters = text.iter().all(|b| b.is_ascii_alphanumeric() || b"@/_-.:".contains(b));
    let colons = text.split(|b| *b == b':').count();
    let pairs = text.windows(2).filter(|two| *two == b"::").count();
    first && letters && colons == 2 * pairs + 1 && !goes_up(text)
}

/// `[host:]port` of a debugger: other machines reach all but the loopback addresses. A number alone is a port.
fn address(text: &[u8]) -> Weight {
    const OWN: [&[u8]; 3] = [b"localhost", b"[::1]", b"::1"];
    let host = match text.iter().rposition(|b| *b == b':') {
        Some(at) if text.get(at + 1..).is_some_and(|port| port.iter().all(u8::is_ascii_digit)) => {
            text.get(..at).unwrap_or_default()
        }
        _ if text.iter().all(u8::is_ascii_digit) => b"",
        _ => text,
    };
    let own =
        host.is_empty() || host.starts_with(b"127.") || OWN.iter().any(|own| host.eq_ignore_ascii_case(own));
    if own { Weight::Steers } else { Weight::Names }
}

/// Java's door for managing it, with nobody asked who he is; where it is bound to this machine alone that is a door to the machine
/// (<https://docs.oracle.com/en/java/javase/21/management/monitoring-and-management-using-jmx-technology.html>).
fn jmx(value: &[u8]) -> Option<Weight> {
    let has = |word: &[u8]| value.split(u8::is_ascii_whitespace).any(|own| own.eq_ignore_ascii_case(word));
    let local = has(b"-Dcom.sun.management.jmxremote.host=127.0.0.1")
        || has(b"-Dcom.sun.management.jmxremote.host=localhost");
    has(b"-Dcom.sun.management.jmxremote.authenticate=false").then_some(if local {
        Weight::Steers
    } else {
        Weight::Names
    })
}

/// What stands behind an option in its word, if the word is that option. Node takes `_` for `-` in long ones.
fn rest_of<'a>(word: &'a [u8], option: &str) -> Option<&'a [u8]> {
    let (option, open) = match option.strip_suffix('*') {
        Some(start) => (start.as_bytes(), true),
        None => (option.as_bytes(), false),
    };
    let same = |(a, b): (&u8, &u8)| a == b || (*b == b'-' && *a == b'_');
    let (head, rest) = word.split_at_checked(option.len())?;
    let ends = rest.first().is_none_or(|next| b"=\"'".contains(next));
    let is = head.iter().zip(option).all(same) && (open || ends);
    is.then(|| if open { rest } else { rest.strip_prefix(b"=").unwrap_or(rest) })
}
