//! Rows of marks that stand for what is hidden.

use super::runs::Run;
use super::said::Said;
use super::split::Kind;

/// Whether a text is a mask: the same mark again and again, or a beginning with the rest left out.
#[must_use]
pub fn is_mask(text: &str, secret: bool) -> bool {
    let row = |marks: &str| {
        text.chars().next().is_some_and(|first| {
            let first = first.to_ascii_lowercase();
            let same = |c: char| c.to_ascii_lowercase() == first;
            let count = || text.chars().filter(|c| same(*c)).count();
            marks.contains(first) && text.chars().all(|c| same(c) || c == '-') && count() >= 3
        })
    };
    // In a setting `___` and `###` are there to separate things.
    row("x*.•?…") || secret && (row("_#") || is_cut(text) || text == "…")
}

/// `sk-...`, `1234abcd…`: a beginning, and that it goes on. One sign alone may be part of a random value.
fn is_cut(text: &str) -> bool {
    let hidden = text.contains("****") || text.contains("••••");
    let dots =
        text.strip_suffix("...").is_some_and(|rest| rest.len() <= 64 && !rest.contains(char::is_whitespace));
    let sign =
        text.strip_suffix('…').is_some_and(|rest| rest.len() <= 12 && !rest.contains(char::is_whitespace));
    let body = text.contains("-----BEGIN") && text.contains("...");
    hidden || dots || sign || body
}

/// `RGAPI-xxxxxxxx-xxxx`, `xx.xx.xx.xx`: rows of `x` make up half of a text and more.
#[must_use]
pub fn is_mostly_hidden(text: &str) -> bool {
    let hidden = |b: u8| b | 0x20 == b'x';
    if !(6..=128).contains(&text.len()) || text.bytes().filter(|b| hidden(*b)).count() < 3 {
        return false;
    }
    let rows = text.as_bytes().chunk_by(|a, b| hidden(*a) && hidden(*b) || a == b);
    let count: usize =
        rows.filter(|row| row.len() >= 2 && row.iter().all(|b| hidden(*b))).map(<[u8]>::len).sum();
    let all = text.bytes().filter(u8::is_ascii_alphanumeric).count();
    let ascii = text.bytes().all(|b| b.is_ascii_graphic());
    let short = text.ends_with(['x', 'X']) && (all <= 6 && count >= 3 || all <= 8 && count >= 4);
    ascii && count * 2 >= all && (count >= 6 || short)
}

/// Whether one of the pieces is a row of `x` or another mark; three `x` are one only by themselves.
#[must_use]
pub fn mask_run(said: &Said<'_>) -> bool {
    let alone = |start: usize, end: usize| {
        let text = &said.split.text;
        let before = text.get(..start).and_then(|text| text.chars().next_back());
        let behind = text.get(end..).and_then(|text| text.chars().next());
        !before.is_some_and(char::is_alphanumeric) && !behind.is_some_and(char::is_alphanumeric)
    };
    said.split.pieces.iter().any(|piece| match piece.kind {
        Kind::Run(Run::Repeat(mark)) => {
            let long = piece.end - piece.start >= 4;
            b"x*?_#.".contains(&mark)
                && (long || mark == b'x' && alone(piece.start, piece.end) || mark == b'.')
        }
        _ => false,
    })
}

/// Whether a text is an IPv4 address of which parts may be left open: `192.168.x.x`.
#[must_use]
pub fn is_octets(text: &str) -> bool {
    let octet = |label: &str| {
        label.eq_ignore_ascii_case("x") || label.len() <= 3 && label.bytes().all(|b| b.is_ascii_digit())
    };
    text.split('.').count() == 4 && text.split('.').all(octet)
}
