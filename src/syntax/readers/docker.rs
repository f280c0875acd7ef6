//! `docker run --env-file`, and `kubectl create secret|configmap --from-env-file`: line by line, no quotes, no substitution.
//!
//! Both are written in Go after the same plan: lines as `bufio.Scanner` finds them, each UTF-8, a byte order mark off the
//! first, white space off the front, empty lines and `#` lines passed over, name and value parted at the first `=`. The
//! value is the rest of the line to the letter: quotes, ` # comment`, blanks at its end and all. A name alone takes the
//! value that the calling process has.
//!
//! Docker is held to the client's 26.1.5 of Debian 13 and, by hand, to 28.2.2 (no difference found); rules:
//! `pkg/kvfile/kvfile.go` (before: `opts/file.go`) of docker/cli. `docker create` is pointed at a stand-in for the daemon,
//! that keeps the list of variables which it is asked for. What the daemon makes of the list is added here and in the
//! stand-in, after `container/env.go` of moby/moby and `libcontainer/env.go` of opencontainers/runc: the last of a name
//! counts, and with a NUL in any that counts the container does not start. Unmodelled: a NUL in a value that a name alone
//! behind it may replace.
//!
//! Kubectl is held to 1.32.3 of Debian 13 (and, by hand, to 1.33), run with `create secret generic --dry-run=client`; rules:
//! `pkg/cmd/util/env_file.go` of kubernetes/kubectl, names by `IsEnvVarName` and `IsConfigMapKey` of k8s.io/apimachinery.
//! It knows no value of a name alone that the process does not have: the key is there and empty. A line of 64 KiB ends the
//! file without a word. Unmodelled: values of more than 1 MiB in all, which the client takes and the server refuses.

use crate::syntax::dotenv::scan::Scanner;
use crate::text::Span;

use super::{End, FileView, Refusal, Seen, Sheet};

/// What `bufio.Scanner` has room for, less the line feed.
const MOST_LINE: usize = (64 << 10) - 1;
/// The longest key of a secret or config map.
const MOST_KEY: usize = 253;
/// Most bytes of all values of a secret or config map.
const MOST_DATA: usize = 1 << 20;

/// What docker makes of a file.
pub(super) fn read(bytes: &[u8]) -> FileView {
    let mut sheet = Sheet::new(bytes);
    let end = docker(&mut sheet).map_or_else(|end| end, |()| End::Whole);
    sheet.finish(end)
}

/// What kubectl makes of a file.
pub(super) fn kubectl(bytes: &[u8]) -> FileView {
    let mut sheet = Sheet::new(bytes);
    let end = secret(&mut sheet).map_or_else(|end| end, |()| End::Whole);
    sheet.finish(end)
}

fn docker(sheet: &mut Sheet<'_>) -> Result<(), End> {
    let bytes = sheet.bytes();
    let any_nul = bytes.contains(&0);
    let mut with_nul = Vec::new();
    let mut lines = Lines::new(bytes);
    while let Some(line) = lines.next().map_err(|at| End::Refused(Refusal::LineTooLong, at))? {
        let Some(Entry { key, value }) = entry(bytes, line)? else { continue };
        let name = key.of(bytes);
        if name.is_empty() || name.contains(&b' ') || name.contains(&b'\t') {
            return Err(End::Refused(Refusal::BadKey, key.start));
        }
        let whole = Span::new(key.start, value.map_or(key.end, |value| value.end)).of(bytes);
        let nul = whole.iter().position(|byte| any_nul && *byte == 0).map(|at| key.start + at);
        match (value, nul) {
            // A name that no process has a value for.
            (None, Some(_)) => continue,
            (None, None) => sheet.assign(key, Seen::DependsOnProcess),
            (Some(value), _) => sheet.assign(key, value.into()),
        }
        with_nul.extend(nul.map(|at| (key, at)));
    }
    for (key, at) in with_nul {
        match sheet.last(key.of(bytes)) {
            Some(last) if last.key == key => return Err(End::Refused(Refusal::NulByte, at)),
            Some(last) if matches!(last.seen, Seen::DependsOnProcess) => return Err(End::Unmodelled(at)),
            _ => {}
        }
    }
    Ok(())
}

fn secret(sheet: &mut Sheet<'_>) -> Result<(), End> {
    let bytes = sheet.bytes();
    let mut data = 0;
    let mut lines = Lines::new(bytes);
    // It does not ask why there is no further line.
    while let Ok(Some(line)) = lines.next() {
        let Some(Entry { key, value }) = entry(bytes, line)? else { continue };
        if !is_key(key.of(bytes)) {
            return Err(End::Refused(Refusal::BadKey, key.start));
        }
        if sheet.last(key.of(bytes)).is_some() {
            return Err(End::Refused(Refusal::DuplicateKey, key.start));
        }
        data += value.map_or(0, Span::len);
        if data > MOST_DATA {
            return Err(End::Unmodelled(key.start));
        }
        sheet.assign(key, value.map_or(Seen::DependsOnProcess, Seen::from));
    }
    Ok(())
}

/// Lines up to one that is too long.
struct Lines<'a>(Scanner<'a>);

impl<'a> Lines<'a> {
    const fn new(bytes: &'a [u8]) -> Self {
        Self(Scanner::new(bytes))
    }

    /// The next line; where it starts if it is too long.
    fn next(&mut self) -> Result<Option<Span>, usize> {
        if self.0.is_done() {
            return Ok(None);
        }
        let line = self.0.line();
        if line.len() > MOST_LINE { Err(line.start) } else { Ok(Some(line)) }
    }
}

/// `NAME=value`, or a name alone.
struct Entry {
    key: Span,
    value: Option<Span>,
}

/// What a line says; nothing if it is empty or a comment.
fn entry(bytes: &[u8], line: Span) -> Result<Option<Entry>, End> {
    let text = line.of(bytes);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    let end = line.start + text.len();
    let Ok(text) = std::str::from_utf8(text) else {
        return Err(End::Refused(Refusal::InvalidUtf8, line.start));
    };
    let marked = text.strip_prefix('\u{feff}').filter(|_| line.start == 0);
    let text = marked.unwrap_or(text).trim_start();
    if text.is_empty() || text.starts_with('#') {
        return Ok(None);
    }
    let start = end - text.len();
    Ok(Some(match text.find('=') {
        Some(at) => Entry { key: Span::new(start, start + at), value: Some(Span::new(start + at + 1, end)) },
        None => Entry { key: Span::new(start, end), value: None },
    }))
}

/// Whether it may name an environment variable to Kubernetes, and a key of a secret.
fn is_key(name: &[u8]) -> bool {
    (1..=MOST_KEY).contains(&name.len())
        && name != b"."
        && !name.starts_with(b"..")
        && !name.first().is_some_and(u8::is_ascii_digit)
        && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_'))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

    use crate::syntax::readers::{Assigned, End, Reader, Refusal, Seen};

    /// `NAME=value`, or the name alone where the process says, of all that a file assigns.
    fn read(reader: Reader, file: &[u8]) -> Result<String, End> {
        let view = reader.read(file);
        if view.end != End::Whole {
            return Err(view.end);
        }
        let one = |one: &Assigned| {
            let pair = match &one.seen {
                Seen::Value(value) => [one.key.of(file), b"=", value.of(file)].concat(),
                Seen::DependsOnProcess => one.key.of(file).to_vec(),
                _ => panic!("no such outcome"),
            };
            String::from_utf8(pair).unwrap()
        };
        Ok(view.assigned.iter().map(one).collect::<Vec<_>>().join("|"))
    }

    const DOCKER: Reader = Reader::Docker;
    const KUBECTL: Reader = Reader::Kubectl;

    /// The first rows of each are of its own tests (`pkg/kvfile/kvfile_test.go`, `pkg/cmd/util/env_file_test.go`).
    #[rstest::rstest]
    #[case(DOCKER, b"foo=bar\n    baz=quux\n# comment\n\n_foobar=foobaz\nwith.dots=working\nand_underscore=working too\n\n    \t  ",
        "foo=bar|baz=quux|_foobar=foobaz|with.dots=working|and_underscore=working too")]
    #[case(
        DOCKER,
        b"# comment=\nVAR=VAR_VALUE\nEMPTY_VAR=\nUNDEFINED_VAR\n",
        "VAR=VAR_VALUE|EMPTY_VAR=|UNDEFINED_VAR"
    )]
    #[case(DOCKER, b"A=\"q\" # c\n", "A=\"q\" # c")]
    #[case(DOCKER, b"A= 1 \r\nB=2\r\r\n", "A= 1 |B=2\r")]
    #[case(DOCKER, b"\xef\xbb\xbf A=1\n\xef\xbb\xbfA=2", "A=1|\u{feff}A=2")]
    #[case(DOCKER, b"\xc2\xa0\x0bA=1\n1.'=2\n", "A=1|1.'=2")]
    #[case(DOCKER, b"A=1\nA=2\n", "A=1|A=2")]
    #[case(DOCKER, b"A=\0\nA=1\nB\0\n", "A=\0|A=1")]
    #[case(KUBECTL, b"\xef\xbb\xbfa=c", "a=c")]
    #[case(KUBECTL, b" #c\n  \t\n x=", "x=")]
    #[case(KUBECTL, b"my_key1=alpha\nmy_key2=beta\nmy_key3\n", "my_key1=alpha|my_key2=beta|my_key3")]
    #[case(KUBECTL, b"\xef\xbb\xbf a=c\n\xc2\xa0#\n", "a=c")]
    #[case(KUBECTL, b"A='1' # c\r\nB\r\n", "A='1' # c|B")]
    #[case(KUBECTL, b"A.b-C_1=\0\n.a=1\n", "A.b-C_1=\0|.a=1")]
    fn reads_as_the_client_does(#[case] reader: Reader, #[case] file: &[u8], #[case] expected: &str) {
        assert_eq!(read(reader, file).as_deref(), Ok(expected));
    }

    #[rstest::rstest]
    #[case(DOCKER, b"foo=bar\n    f   =quux\n", End::Refused(Refusal::BadKey, 12))]
    #[case(DOCKER, b"=blank variable names are an error case\n", End::Refused(Refusal::BadKey, 0))]
    #[case(DOCKER, b"A=1\nexport B=1\n", End::Refused(Refusal::BadKey, 4))]
    #[case(DOCKER, b"A=1\n#\xff\n", End::Refused(Refusal::InvalidUtf8, 4))]
    #[case(DOCKER, b"A=1\nB=a\0b\n", End::Refused(Refusal::NulByte, 7))]
    #[case(DOCKER, b"A=\0\nA\n", End::Unmodelled(2))]
    #[case(KUBECTL, b"#\n\xef\xbb\xbfa=c", End::Refused(Refusal::BadKey, 2))]
    #[case(KUBECTL, b"A=1\nA=2\n", End::Refused(Refusal::DuplicateKey, 4))]
    #[case(KUBECTL, b"A\nA\n", End::Refused(Refusal::DuplicateKey, 2))]
    #[case(KUBECTL, b"1A=1\n", End::Refused(Refusal::BadKey, 0))]
    #[case(KUBECTL, b"A =1\n", End::Refused(Refusal::BadKey, 0))]
    #[case(KUBECTL, b"..a=1\n", End::Refused(Refusal::BadKey, 0))]
    #[case(KUBECTL, b"A=1\n\xff", End::Refused(Refusal::InvalidUtf8, 4))]
    fn refuses_as_the_client_does(#[case] reader: Reader, #[case] file: &[u8], #[case] end: End) {
        assert_eq!(read(reader, file), Err(end));
    }

    #[test]
    fn a_line_of_64_kib_is_refused_by_docker_and_ends_the_file_for_kubectl() {
        let file = |length: usize| format!("B=1\nA={}\nC=1\n", "x".repeat(length - 2)).into_bytes();
        let names = |reader: Reader, file: &[u8]| reader.read(file).assigned.len();
        assert_eq!((names(DOCKER, &file(65_535)), names(KUBECTL, &file(65_535))), (3, 3));
        assert_eq!(read(DOCKER, &file(65_536)), Err(End::Refused(Refusal::LineTooLong, 4)));
        assert_eq!(read(KUBECTL, &file(65_536)).as_deref(), Ok("B=1"));
    }

    #[test]
    fn kubectl_has_limits_of_its_own() {
        let key = |length: usize| format!("{}=1\n", "k".repeat(length)).into_bytes();
        assert!(read(KUBECTL, &key(253)).is_ok());
        assert_eq!(read(KUBECTL, &key(254)), Err(End::Refused(Refusal::BadKey, 0)));
        let data = |lines: usize| -> String {
            (0..lines).map(|n| format!("A{n}={}\n", "x".repeat(1 << 15))).collect()
        };
        assert!(read(KUBECTL, data(32).as_bytes()).is_ok());
        assert!(matches!(read(KUBECTL, data(33).as_bytes()), Err(End::Unmodelled(_))));
    }
}
