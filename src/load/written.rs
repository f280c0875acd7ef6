//! Facts about the file of a secret: what is not part of the value and comes to its reader all the same.

use crate::model::{Stray, Written};
use crate::policy::FileReading;
use crate::syntax::secret_file::{Form, form, is_binary};
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
        stray: stray(how, bytes),
    }
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
    if rest.trim_ascii().is_empty() || is_binary(rest) || how == FileReading::FirstLine {
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
    found
}

#[cfg(test)]
mod tests {
    use super::stray;
    use crate::model::Stray::{self, *};
    use crate::policy::FileReading::{self, *};
    use rstest::rstest;

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
    fn files(#[case] how: FileReading, #[case] bytes: &[u8], #[case] expected: &[Stray]) {
        assert_eq!(stray(how, bytes), expected);
    }
}
