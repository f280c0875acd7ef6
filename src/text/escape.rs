//! Text from outside, made harmless for terminals and for the log readers of CI systems.

use std::fmt::Write as _;

/// `text` with every control, format and bidirectional character written as an escape, and with
/// nothing left that a CI system takes for a command.
///
/// GitHub Actions, Azure Pipelines and `TeamCity` act on `##[...`, `##vso[...` and `##teamcity[...`
/// found in a log; GitHub also on lines that begin with `::`.
#[must_use]
pub fn printable(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_graphic() && b != b'#' && b != b':';
    if text.bytes().all(plain) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut previous = None;
    for c in text.chars() {
        let command = (c == '#' && previous == Some('#')) || (c == ':' && previous == Some(':'));
        if command || is_hidden(c) {
            push_escaped(&mut out, c);
            // An escaped character no longer pairs with the next one.
            previous = None;
        } else {
            out.push(c);
            previous = Some(c);
        }
    }
    out
}

/// The same for text of several lines.
#[must_use]
pub fn printable_lines(text: &str) -> String {
    text.split_inclusive('\n').map(|line| printable(line.trim_end_matches('\n')) + "\n").collect()
}

/// The same for bytes that need not be UTF-8: each invalid byte becomes `\xNN`.
#[must_use]
pub fn printable_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(&printable(chunk.valid()));
        for byte in chunk.invalid() {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// A JSON document in which the same characters are written as `\\u....`: another spelling of the same strings.
///
/// Neither two `#` nor two `:` stand side by side in JSON but in a string.
#[must_use]
pub fn harmless_json(text: String) -> String {
    if text.is_ascii() && !text.contains('\x7f') && !text.contains("##") && !text.contains("::") {
        return text;
    }
    let mut out = String::with_capacity(text.len());
    let mut previous = None;
    for c in text.chars() {
        let command = matches!(c, '#' | ':') && previous == Some(c);
        if command || (is_hidden(c) && c != '\n') {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
            previous = None;
        } else {
            out.push(c);
            previous = Some(c);
        }
    }
    out
}

fn push_escaped(out: &mut String, c: char) {
    let _ = if c.is_ascii() {
        write!(out, "\\x{:02x}", u32::from(c))
    } else {
        write!(out, "\\u{{{:x}}}", u32::from(c))
    };
}

/// Characters that a reader cannot see or that change how others are shown (Unicode categories Cc, Cf, Zl, Zp).
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c),
            0xad | 0x600..=0x605 | 0x61c | 0x6dd | 0x70f | 0x180e
            | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f
            | 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
}

#[cfg(test)]
mod tests {
    use super::{harmless_json, printable, printable_bytes};

    #[test]
    fn controls_and_ci_commands_are_defused() {
        assert_eq!(printable("a\x1b[31mb\x07"), "a\\x1b[31mb\\x07");
        assert_eq!(printable("##[error]x"), "#\\x23[error]x");
        assert_eq!(printable("####vso[x]"), "#\\x23#\\x23vso[x]");
        assert_eq!(printable("::error::x"), ":\\x3aerror:\\x3ax");
        assert_eq!(printable("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(printable("ключ/é"), "ключ/é");
    }

    #[test]
    fn json_is_spelled_otherwise_and_says_the_same() {
        let text = "a::b:::c ##[x]### \u{7f}\u{9b}\u{202e}\u{e0041}é";
        let json = serde_json::to_string_pretty(&serde_json::json!({ "::##": [text], "a": ":", "b": "#" }));
        let json = json.unwrap_or_default();
        let other = harmless_json(json.clone());
        let same = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        assert_eq!(same(&other), same(&json));
        assert!(same(&json).is_some() && !other.contains("::") && !other.contains("##"), "{other}");
        assert!(
            !other.contains(['\u{7f}', '\u{9b}', '\u{202e}', '\u{e0041}']) && other.contains('é'),
            "{other}"
        );
    }

    #[test]
    fn invalid_bytes_are_named() {
        assert_eq!(printable_bytes(b"a\xffb\xc3"), "a\\xffb\\xc3");
    }
}
