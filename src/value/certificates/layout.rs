//! How the lines of a block stand. OpenSSL's reader, and with it nginx and Node's `crypto`, takes a line of dashes only from the beginning
//! of a line to its end (`get_name` and `get_header_and_data` in its `pem_lib.c`); Go's `encoding/pem` does too. Others look for the
//! dashes wherever they are.

/// How the lines of a block stand, the worst last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// As RFC 7468, section 3 has them, or so that every reader takes them.
    #[default]
    Lines,
    /// Indented, run together, with empty lines among them, or with something behind the last one.
    Loose,
    /// The last line and the first of the next block are one.
    Glued,
}

/// What stands round the lines of dashes of one block.
pub struct Lines<'a> {
    /// The text before the first line, as far as the block before it or the beginning.
    pub before: &'a [u8],
    /// What stands between both.
    pub body: &'a [u8],
    /// What of it follows its headers.
    pub digits: &'a [u8],
    /// What follows the last line's dashes.
    pub after: &'a [u8],
}

impl Lines<'_> {
    /// How they stand. In a text with more in it (`is_text`), such as YAML, indentation is the text's own.
    pub fn layout(&self, is_text: bool) -> Layout {
        let behind = behind(self.after);
        let begins = match own_line(self.before) {
            Edge::Line | Edge::Other => true,
            Edge::Indented => is_text,
            Edge::Glued => false,
        };
        let ends = match own_line(self.body) {
            Edge::Line => true,
            Edge::Indented => is_text,
            Edge::Glued | Edge::Other => false,
        };
        let first = pieces(self.body).find(|piece| *piece != Piece::Blank);
        let is_apart = first.is_none_or(|piece| piece == Piece::Break);
        let sound = begins && ends && is_apart && !has_empty_line(self.digits);
        behind.max(if sound { Layout::Lines } else { Layout::Loose })
    }
}

/// Where on its line something begins.
enum Edge {
    Line,
    Indented,
    /// Letters, digits or dashes run into it.
    Glued,
    /// Something stands before it, such as a quote or a name: a notation that is somebody else's.
    Other,
}

/// What a line break, or a piece of a line, is in text that may have escapes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Break,
    Blank,
    Byte(u8),
}

/// The pieces of a text: `\n` is a line break whether it is written out or not, however many backslashes it has.
fn pieces(text: &[u8]) -> impl Iterator<Item = Piece> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (&byte, after) = rest.split_first()?;
        rest = after;
        if byte != b'\\' {
            return Some(piece(byte));
        }
        let escapes = after.iter().take_while(|byte| **byte == b'\\').count();
        rest = after.get(escapes..).unwrap_or_default();
        let found = match rest.first() {
            Some(b'n') => Piece::Break,
            Some(b'r' | b't') => Piece::Blank,
            _ => return Some(Piece::Byte(byte)),
        };
        rest = rest.get(1..).unwrap_or_default();
        Some(found)
    })
}

/// A carriage return alone ends no line.
const fn piece(byte: u8) -> Piece {
    match byte {
        b'\n' => Piece::Break,
        b' ' | b'\t' | b'\r' => Piece::Blank,
        _ => Piece::Byte(byte),
    }
}

/// Where on its line that begins which follows a text.
fn own_line(text: &[u8]) -> Edge {
    let start = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let mut edge = Edge::Line;
    for piece in pieces(text.get(start..).unwrap_or_default()) {
        edge = match (piece, edge) {
            (Piece::Break, _) => Edge::Line,
            (Piece::Blank, Edge::Line | Edge::Indented) => Edge::Indented,
            (Piece::Byte(byte), _) if byte.is_ascii_alphanumeric() || byte == b'-' => Edge::Glued,
            (Piece::Blank | Piece::Byte(_), _) => Edge::Other,
        };
    }
    edge
}

/// What the last line's own line holds behind its dashes. Quotes and separators are a notation that is somebody else's.
fn behind(after: &[u8]) -> Layout {
    if after.starts_with(b"-----BEGIN ") {
        return Layout::Glued;
    }
    match pieces(after).find(|piece| *piece != Piece::Blank) {
        Some(Piece::Byte(byte)) if byte.is_ascii_alphanumeric() || b"-#".contains(&byte) => Layout::Loose,
        _ => Layout::Lines,
    }
}

/// Whether a line among those of base64 is empty: OpenSSL takes it for the end of headers. One may stand before them all.
fn has_empty_line(digits: &[u8]) -> bool {
    let mut breaks = 0;
    let mut most = 2;
    for piece in pieces(digits) {
        match piece {
            Piece::Break => breaks += 1,
            Piece::Byte(_) => (breaks, most) = (0, 1),
            Piece::Blank => {}
        }
        if breaks > most {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::{Layout, read};
    use rstest::rstest;

    #[rstest]
    #[case("-----BEGIN X-----\nMAA=\n-----END X-----", Layout::Lines)]
    #[case("-----BEGIN X-----\\nMAA=\\n-----END X-----\\n", Layout::Lines)]
    #[case("-----BEGIN X-----\\\\nMAA=\\\\n-----END X-----\\\\n", Layout::Lines)]
    #[case("-----BEGIN X----- \r\n  MAA=\r\n-----END X----- \r\n", Layout::Lines)]
    #[case("\u{feff}-----BEGIN X-----\n\nMAA=\n-----END X-----", Layout::Lines)]
    #[case("-----BEGIN X-----\nDEK-Info: A\n\nMAA=\n-----END X-----", Layout::Lines)]
    #[case(
        "K=-----BEGIN X-----\nMAA=\n-----END X-----,-----BEGIN X-----\nMAA=\n-----END X-----",
        Layout::Lines
    )]
    #[case("key: |\n  -----BEGIN X-----\n  MAA=\n  -----END X-----\n", Layout::Lines)]
    #[case("[\"-----BEGIN X-----MAA=-----END X-----\"]", Layout::Lines)]
    #[case("-----BEGIN X-----\n\n\nMAA=\n-----END X-----", Layout::Loose)]
    #[case("-----BEGIN X-----\nMAA=\n\n-----END X-----", Layout::Loose)]
    #[case("-----BEGIN X-----\rMAA=\r-----END X-----\r", Layout::Loose)]
    #[case(" -----BEGIN X-----\nMAA=\n-----END X-----", Layout::Loose)]
    #[case("-----BEGIN X-----\nMAA=\n\t-----END X-----", Layout::Loose)]
    #[case("key: |\n  -----BEGIN X-----\n  MAA=-----END X-----\n", Layout::Loose)]
    #[case("-----BEGIN X-----\nMAA=\n-----END X------", Layout::Loose)]
    #[case("------BEGIN X-----\nMAA=\n-----END X-----", Layout::Loose)]
    #[case("-----BEGIN X-----\nMAA=\n-----END X----- # x", Layout::Loose)]
    #[case("-----BEGIN X-----\nMAA=\n-----END X----------BEGIN X-----\nMAA=\n-----END X-----", Layout::Glued)]
    fn lines(#[case] text: &str, #[case] expected: Layout) {
        let text = text.replace('X', "CERTIFICATE");
        assert_eq!(read(text.as_bytes()).map(|material| material.layout), Some(expected), "{text}");
    }
}
