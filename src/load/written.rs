//! Facts about the file of a secret: what is not part of the value and comes to its reader all the same.

use crate::model::{Stray, Written};
use crate::policy::FileReading;
use crate::syntax::secret_file::{Form, form, is_binary, is_control};
use crate::text::KeyName;

const UTF8: &[u8] = b"\xef\xbb\xbf";
/// UTF-8, and UTF-16 either way round.
const MARKS: [&[u8]; 3] = [UTF8, b"\xff\xfe", b"\xfe\xff"];

/// Looks at a file's bytes; `how` says what of them its reader takes.
pub(super) fn written(how: FileReading, bytes: &[u8], key: Option<&KeyName>) -> Written {
    Written {
        key: key.cloned(),
        is_filled: !bytes.trim_ascii().is_empty(),
        final_break: bytes.ends_with(b"\n"),
        stray: strays(how, bytes, key),
    }
}

fn strays(how: FileReading, bytes: &[u8], key: Option<&KeyName>) -> Vec<Stray> {
    let mut found = stray(how, bytes);
    let own = key.is_some_and(|key| is_own_assignment(bytes, key.as_str()));
    found.extend(own.then_some(Stray::Assignment));
    found
}

/// Whether a file of one line sets its own variable: `NAME=value`, `export NAME=value`. What has further lines is a list of settings.
fn is_own_assignment(bytes: &[u8], name: &str) -> bool {
    let line = bytes.strip_prefix(UTF8).unwrap_or(bytes).trim_ascii();
    let line = line.strip_prefix(b"export ").map_or(line, <[u8]>::trim_ascii_start);
    let rest = line.strip_prefix(name.as_bytes()).and_then(|rest| rest.strip_prefix(b"="));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(&b'\n'))
}

fn stray(how: FileReading, bytes: &[u8]) -> Vec<Stray> {
    let mut found = Vec::new();
    let marked = MARKS.iter().find_map(|mark| bytes.strip_prefix(*mark));
    found.extend(marked.map(|_| Stray::ByteOrderMark));
    let rest = marked.unwrap_or(bytes);
    // UTF-16 is no text to anybody who does not know of it.
    if marked.is_some() && !bytes.starts_with(UTF8) {
        return found;
    }
    // Of the first line blanks and quotes come off, and what is behind it is not read.
    if rest.trim_ascii().is_empty() || is_binary(rest) {
        return found;
    }
    if how == FileReading::FirstLine {
        let first = rest.split(|b| *b == b'\n').next().unwrap_or_default();
        found.extend(first.iter().any(|b| is_control(*b)).then_some(Stray::Control));
        return found;
    }
    let form = form(rest);
    let trimmed = how == FileReading::Trimmed;
    let taken = if trimmed { rest.trim_ascii() } else { rest };
    let returns = taken.windows(2).any(|pair| pair == b"\r\n") && form != Some(Form::Document);
    found.extend(returns.then_some(Stray::CarriageReturns));
    let line = taken.strip_suffix(b"\n").unwrap_or(taken);
    let value = line.strip_suffix(b"\r").filter(|_| line.len() < taken.len()).unwrap_or(line);
    if form.is_none() {
        found.extend((value != value.trim_ascii()).then_some(Stray::BlankEnds));
        // With a carriage return before it that is the one to speak of.
        let kept = how == FileReading::Raw && line.len() < taken.len() && value.len() == line.len();
        found.extend(kept.then_some(Stray::FinalBreak));
        found.extend(value.trim_ascii().contains(&b'\n').then_some(Stray::FurtherLines));
    }
    found.extend(value.contains(&0).then_some(Stray::NulByte));
    found.extend(value.iter().any(|b| is_control(*b)).then_some(Stray::Control));
    found
}

#[cfg(test)]
mod tests {
    use super::{is_own_assignment, stray};
    use crate::model::Stray::{self, *};
    use crate::policy::FileReading::{self, *};
    use rstest::rstest;

    #[rstest]
    #[case(b"API_TOKEN=x\n", true)]
    #[case(b"export API_TOKEN='x'\n", true)]
    #[case(b"\xef\xbb\xbfAPI_TOKEN=x", true)]
    #[case(b"API_TOKEN=\n", false)]
    #[case(b"API_TOKENS=x\n", false)]
    #[case(b"API_TOKEN=x\nB=y\n", false)]
    #[case(b"{\"API_TOKEN\":\"x\"}\n", false)]
    fn assignments(#[case] bytes: &[u8], #[case] own: bool) {
        assert_eq!(is_own_assignment(bytes, "API_TOKEN"), own);
    }

    #[rstest]
    #[case(Usual, b"a", &[])]
    #[case(Usual, b"a\n", &[])]
    #[case(Usual, b"a\r\n", &[CarriageReturns])]
    #[case(Usual, b"a\r", &[BlankEnds])]
    #[case(Usual, b"a\n\n", &[BlankEnds])]
    #[case(Usual, b" a\n", &[BlankEnds])]
    #[case(Usual, b"a\nb\n", &[FurtherLines])]
    #[case(Usual, b"a\r\nb\r\n", &[CarriageReturns, FurtherLines])]
    #[case(Usual, b"\xef\xbb\xbfa\n", &[ByteOrderMark])]
    #[case(Usual, b"\xff\xfea\0\n\0", &[ByteOrderMark])]
    #[case(Usual, b"a\0\n", &[NulByte])]
    #[case(Usual, b"\x30\x82\x01 \r\n\n", &[])]
    #[case(Usual, b"", &[])]
    #[case(Usual, b" \r\n\n", &[])]
    #[case(Usual, b"{\r\n}\r\n\r\n", &[])]
    #[case(Usual, b"-----BEGIN OPENSSH PRIVATE KEY-----\r\na\r\n", &[CarriageReturns])]
    #[case(Raw, b"a", &[])]
    #[case(Raw, b"a\n", &[FinalBreak])]
    #[case(Raw, b"a\r\n", &[CarriageReturns])]
    #[case(Raw, b"{ }\n", &[])]
    #[case(Trimmed, b" a \r\n\n", &[])]
    #[case(Trimmed, b"a\nb", &[FurtherLines])]
    #[case(Trimmed, b"a\r\nb", &[CarriageReturns, FurtherLines])]
    #[case(FirstLine, b" a \r\nb\n", &[])]
    #[case(FirstLine, b"\xef\xbb\xbfa", &[ByteOrderMark])]
    #[case(FirstLine, b"k7Qx9mT2v\x1a\nb\n", &[Control])]
    #[case(FirstLine, b"k7Qx9mT2v\nb\x1a\n", &[])]
    #[case(Usual, b"\x1b[32mk7Qx9mT2v\x1b[0m\r\n", &[CarriageReturns, Control])]
    #[case(Usual, b"k7Qx9mT2v\x04\nb\n", &[FurtherLines, Control])]
    #[case(Trimmed, b"k7Qx9mT2v\x7f\n", &[Control])]
    fn files(#[case] how: FileReading, #[case] bytes: &[u8], #[case] expected: &[Stray]) {
        assert_eq!(stray(how, bytes), expected);
    }
}
