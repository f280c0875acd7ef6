#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use proptest::prelude::*;
use rstest::rstest;

use super::{Fault, Kind, Lexed, Quote, lex};

/// `key=value` for assignments, the fault's name for the rest; blank lines and comments left out.
fn read(text: &[u8]) -> Vec<String> {
    let lexed = lex(text);
    tiles(text, &lexed);
    let show = |span: crate::text::Span| String::from_utf8_lossy(span.of(text)).into_owned();
    lexed
        .items
        .iter()
        .filter_map(|item| match &item.kind {
            Kind::Assignment(a) => Some(format!("{}={}", show(a.key), show(a.value))),
            Kind::Malformed { fault, .. } => Some(format!("{fault:?}")),
            _ => None,
        })
        .collect()
}

/// The items cover the file: no gap, no overlap, every inner span inside its item.
fn tiles(text: &[u8], lexed: &Lexed) {
    let mut at = lexed.bom;
    for item in &lexed.items {
        assert_eq!(item.span.start, at);
        assert!(item.span.end > at);
        at = item.span.end;
        if let Kind::Assignment(a) = &item.kind {
            for part in [Some(a.key), Some(a.raw), Some(a.value), a.export, a.comment].into_iter().flatten() {
                assert!(part.start <= part.end && item.span.start <= part.start && part.end <= item.span.end);
            }
        }
    }
    assert_eq!(at, text.len());
}

#[rstest]
#[case("A=1\n", &["A=1"])]
#[case("A=1", &["A=1"])]
#[case("A=1\r\nB=2\r\n", &["A=1", "B=2"])]
#[case("A=", &["A="])]
#[case("  export  A = 1  \n", &["A=1"])]
#[case("export=1", &["export=1"])]
#[case("A=pa ss", &["A=pa ss"])]
#[case("A=pa#ss", &["A=pa#ss"])]
#[case("A=#pass", &["A=#pass"])]
#[case("A= # c", &["A="])]
#[case("A=pa #ss", &["A=pa"])]
#[case("A=pa\t#ss", &["A=pa"])]
#[case("A='pa #ss' # c", &["A=pa #ss"])]
#[case("A=\"pa\\\"ss\"", &["A=pa\\\"ss"])]
#[case("A=\"l1\nl2\"\nB=2", &["A=l1\nl2", "B=2"])]
#[case("A=\"l1\r\nl2\" # c\r\nB=2", &["A=l1\r\nl2", "B=2"])]
#[case("A=\"pass\nB=2", &["UnterminatedQuote", "B=2"])]
#[case("A=\"pass\nB=\"2\"\nC=3", &["UnterminatedQuote", "B=2", "C=3"])]
#[case("A='x\nB='y\nC=3", &["UnterminatedQuote", "UnterminatedQuote", "C=3"])]
#[case("A=\"pa\"ss\nB=2", &["TextAfterQuote", "B=2"])]
#[case("A=\"pa\"#c", &["TextAfterQuote"])]
#[case("A=it's\nB=2\nC=don't", &["A=it's", "B=2", "C=don't"])]
#[case("OUTER\nB=2", &["BareName", "B=2"])]
#[case("export OUTER", &["BareName"])]
#[case("A: pass", &["NoEquals"])]
#[case("1A=2", &["BadKey"])]
#[case("A B=2", &["BadKey"])]
#[case("=2", &["BadKey"])]
#[case("# A=1\n#B=2", &[])]
#[case("\n \t\n", &[])]
#[case("\u{feff}A=1", &["A=1"])]
#[case("K=-----BEGIN X-----\nMIIEabc\nTz3q==\n-----END X-----\nB=2", &["K=-----BEGIN X-----", "PemLine", "PemLine", "PemLine", "B=2"])]
#[case("K=-----BEGIN X-----\nMIIEabc\nMY_KEY=1\n", &["K=-----BEGIN X-----", "PemLine", "MY_KEY=1"])]
#[case("K=-----BEGIN X-----\nMIIEabc\n  -----END X-----\nlow\n", &["K=-----BEGIN X-----", "PemLine", "PemLine", "BareName"])]
#[case("K=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlq\nTzqWkj==\nB=2", &["K=QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlq", "PemLine", "B=2"])]
#[case("K=00112233445566778899aabbccddeeff00112233\nPORT=\nX", &["K=00112233445566778899aabbccddeeff00112233", "PORT=", "BareName"])]
#[case("K=\"-----BEGIN X-----\nMIIE\n-----END X-----\"\nB=2", &["K=-----BEGIN X-----\nMIIE\n-----END X-----", "B=2"])]
fn items(#[case] text: &str, #[case] expected: &[&str]) {
    assert_eq!(read(text.as_bytes()), expected);
}

#[test]
fn bytes_that_are_no_text_are_faults_of_their_line_alone() {
    let lexed = lex(b"A=\xe9\nB=1\n# \xe9\nC=a\0b\n");
    let faults: Vec<_> = lexed.items.iter().map(|item| item.fault).collect();
    let expected = [Some(Fault::InvalidUtf8), None, Some(Fault::InvalidUtf8Comment), Some(Fault::NulByte)];
    assert_eq!(faults, expected);
    let utf16 = lex(b"\xff\xfeA\0=\x001\0");
    assert_eq!(utf16.items[0].kind, Kind::Malformed { fault: Fault::Utf16, key: None });
}

#[test]
fn many_lone_quotes_take_linear_time() {
    let text = "A=\"\\\n".repeat(100_000);
    assert_eq!(lex(text.as_bytes()).items.len(), 100_000);
}

proptest! {
    #[test]
    fn any_bytes_are_tiled(text in proptest::collection::vec(any::<u8>(), 0..300)) {
        tiles(&text, &lex(&text));
    }

    #[test]
    fn any_dotenv_like_text_is_tiled(text in "([A-C]|=|'|\"|\\\\|#| |\t|\r|\n|\u{feff}|export |-----BEGIN |-----END ){0,60}") {
        tiles(text.as_bytes(), &lex(text.as_bytes()));
    }

    #[test]
    fn a_bad_line_hides_no_other(bad in "[ -~]{0,20}", value in "[a-z0-9]{0,12}") {
        let text = format!("{bad}\nLAST_KEY={value}");
        let lexed = lex(text.as_bytes());
        let last = lexed.items.last().unwrap();
        // Only a quote that the bad line opens and the last line closes could swallow it; it holds none.
        let found = matches!(&last.kind, Kind::Assignment(a)
            if a.key.of(text.as_bytes()) == b"LAST_KEY" && a.value.of(text.as_bytes()) == value.as_bytes());
        prop_assert!(found, "{:?}", lexed);
    }

    #[test]
    fn quoting_is_undone(value in "[^'\r\0]{0,40}") {
        let text = format!("A='{value}'\nB=2\n");
        let lexed = lex(text.as_bytes());
        let Kind::Assignment(a) = &lexed.items[0].kind else { panic!("{lexed:?}") };
        prop_assert_eq!(a.value.of(text.as_bytes()), value.as_bytes());
        prop_assert_eq!(a.quote, Quote::Single);
    }
}
