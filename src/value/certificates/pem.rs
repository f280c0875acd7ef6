//! PEM: blocks of base64 between lines of dashes (RFC 7468), as they stand in files and in variables.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::text::find::find;

use super::Fault;
use super::layout::Lines;

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"-----END ";
const DASHES: &[u8] = b"-----";

/// Bytes of a first line that are looked at; no label comes near it.
const MOST_LINE: usize = 128;

/// Base64 whose padding may be missing, as it often is where somebody moved a key into a variable; spare bits at its end do
/// not count.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// One block.
pub struct Block<'a> {
    /// The text before it.
    pub before: &'a [u8],
    /// What stands behind `BEGIN`, if it may be a label (RFC 7468, section 3): `CERTIFICATE`.
    pub label: &'a [u8],
    /// Whether a header says that the contents are encrypted (RFC 1421, section 4.6.1.1), as OpenSSL's own keys have it.
    pub encrypted: bool,
    /// The contents, or what keeps them from being read.
    pub contents: Result<Zeroizing<Vec<u8>>, Fault>,
    /// What stands round its lines, if it has both.
    pub lines: Option<Lines<'a>>,
}

/// Whether a value holds the beginning of a block.
pub fn has_block(value: &[u8]) -> bool {
    find(value, BEGIN).is_some()
}

/// Whether a value holds a text.
pub fn holds(value: &[u8], text: &[u8]) -> bool {
    find(value, text).is_some()
}

/// The next block, and what follows it. Text before a block is none of it (RFC 7468, section 2).
pub fn next(text: &[u8]) -> Option<(Block<'_>, &[u8])> {
    let (before, rest) = split(text, BEGIN)?;
    let broken = |label, fault| Block { before, label, encrypted: false, contents: Err(fault), lines: None };
    // A line without an end would be gone over once for each block in it.
    let start = rest.get(..MOST_LINE).unwrap_or(rest);
    let line = start.split(|b| matches!(b, b'\n' | b'\r' | b'\\')).next().unwrap_or_default();
    let Some((label, _)) = split(line, DASHES) else {
        return Some((broken(&[], Fault::Label), rest));
    };
    let behind = rest.get(label.len() + DASHES.len()..).unwrap_or_default();
    // Where the next block begins this one has ended, with or without its own last line.
    let until = find(behind, BEGIN).unwrap_or(behind.len());
    let Some((body, last)) = behind.get(..until).and_then(|body| split(body, END)) else {
        return Some((broken(label, Fault::CutOff), behind.get(until..).unwrap_or_default()));
    };
    let last = last.strip_prefix(label).and_then(|last| last.strip_prefix(DASHES));
    let Some(rest) = last.and_then(|_| behind.get(body.len() + END.len() + label.len() + DASHES.len()..))
    else {
        let follows = behind.get(body.len() + END.len()..).unwrap_or_default();
        return Some((broken(label, Fault::Label), follows));
    };
    let (encrypted, digits) = without_headers(body);
    let lines = Some(Lines { before, body, digits, after: rest });
    Some((Block { before, label, encrypted, contents: decode(digits), lines }, rest))
}

/// Whether what stands before a block is of JSON, XML or the like. What OpenSSL writes there is text, whatever is in it: the subject and
/// the issuer of a certificate (`x509 -text`, `s_client -showcerts`), and what a store says of each block (`pkcs12 -nodes`,
/// `print_attribs` in its `pkcs12.c`).
pub fn is_more_than_text(before: &[u8]) -> bool {
    let mut in_attributes = false;
    let mut rest = before;
    loop {
        let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        let line = rest.get(..end).unwrap_or_default();
        let line_end = find(line, b"\\n").unwrap_or(end);
        let line = line.get(..line_end).unwrap_or_default();
        let text = line.trim_ascii();
        if text.starts_with(b"Bag Attributes") || text.starts_with(b"Key Attributes") {
            in_attributes = true;
        } else {
            let is_attribute = in_attributes && line.starts_with(b" ")
                || OPENSSL.iter().any(|start| text.starts_with(start));
            if !is_attribute && text.iter().any(|byte| b"<>{}[]\"".contains(byte)) {
                return true;
            }
        }
        let skipped = if line_end < end { 2 } else { 1 };
        match rest.get(line_end + skipped..) {
            Some(further) => rest = further,
            None => return false,
        }
    }
}

/// How lines begin that OpenSSL writes over a block.
const OPENSSL: &[&[u8]] = &[b"subject=", b"issuer=", b"localKeyID:", b"friendlyName:", b"s:", b"i:"];

/// What stands behind the headers of a block, if it has some, and whether they say that it is encrypted. They end with an
/// empty line (RFC 1421, section 4.4), which in a variable may be written `\n\n`.
fn without_headers(body: &[u8]) -> (bool, &[u8]) {
    if !body.contains(&b':') {
        return (false, body);
    }
    let colon = body.iter().rposition(|b| *b == b':').unwrap_or_default();
    let (head, rest) = body.split_at(colon);
    // The last header's value ends with its line.
    let end = rest.iter().position(|b| matches!(b, b'\n' | b'\\')).unwrap_or(rest.len());
    (
        find(head, b"Proc-Type").is_some() && find(body, b"ENCRYPTED").is_some(),
        rest.get(end..).unwrap_or_default(),
    )
}

/// Base64 with line breaks, and with what JSON makes of both, once or several times over: `\n`, `\r`, `\/`, `\u002b`.
pub fn decode(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut digits = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte == b'\\' {
            let escapes = after.iter().take_while(|byte| **byte == b'\\').count();
            let (digit, after) = escaped(after.get(escapes..).unwrap_or_default()).ok_or(Fault::Base64)?;
            digits.extend(digit);
            rest = after;
        } else if !byte.is_ascii_whitespace() {
            digits.push(*byte);
        }
    }
    if digits.is_empty() {
        return Err(Fault::Empty);
    }
    LENIENT.decode(digits.as_slice()).map(Zeroizing::new).map_err(|_| Fault::Base64)
}

/// What stands for itself behind a backslash (RFC 8259, section 7), nothing for a line break; and what follows it.
fn escaped(text: &[u8]) -> Option<(Option<u8>, &[u8])> {
    match text {
        [b'n' | b'r' | b't', rest @ ..] => Some((None, rest)),
        [b'/', rest @ ..] => Some((Some(b'/'), rest)),
        [b'u', b'0', b'0', high, low, rest @ ..] => {
            let digit = |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            let byte = digit(high)? << 4 | digit(low)?;
            Some((Some(byte).filter(|byte| !byte.is_ascii_whitespace()), rest))
        }
        _ => None,
    }
}

fn split<'a>(text: &'a [u8], mark: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = find(text, mark)?;
    Some((text.get(..at)?, text.get(at + mark.len()..)?))
}
