//! Types of values, by property: against second opinions, and against generators of each grammar.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{Duration as Time, Instant};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use preflight::value::types::ValueType::{
    self, AgeRecipient, Base64, Base64Url, Cidr, Duration, Email, Float, Hex, Host, Hostname, HttpsUrl,
    Image, Int, Ip, Iso8601, Json, Mailbox, Origin, Origins, Port, Semver, Size, SshPublicKey, Url,
};
use preflight::value::types::{Part, byte_len, parts, quantity, schemes_are};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use regex::Regex;

fn fits(kind: ValueType, text: &str) -> bool {
    kind.reads_as(text.as_bytes())
}

fn kinds() -> impl Strategy<Value = ValueType> {
    select(ValueType::ALL)
}

/// Texts of these characters alone, short enough for all of them to meet.
fn over(alphabet: &str, most: usize) -> impl Strategy<Value = String> + use<> {
    let letters: Vec<char> = alphabet.chars().collect();
    prop::collection::vec(select(letters), 0..most).prop_map(|chars| chars.into_iter().collect())
}

/// A text with one character put in, taken out or put in another's place.
fn mutated(text: &str, at: Index, how: u8, c: char) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = at.index(chars.len() + 1);
    match how % 3 {
        0 => chars.insert(at, c),
        1 if at < chars.len() => drop(chars.remove(at)),
        _ if at < chars.len() => chars[at] = c,
        _ => chars.push(c),
    }
    chars.into_iter().collect()
}

fn label() -> impl Strategy<Value = String> {
    "[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?"
}

/// A host's name whose last label is no number.
fn name() -> impl Strategy<Value = String> {
    (prop::collection::vec(label(), 0..4), "[a-z][a-z0-9]{0,5}").prop_map(|(mut labels, last)| {
        labels.push(last);
        labels.join(".")
    })
}

/// Bech32 as BIP 173 describes it, bit by bit.
fn bech32(prefix: &str, data: &[u8]) -> String {
    const LETTERS: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let bits: Vec<u32> =
        data.iter().flat_map(|byte| (0..8).rev().map(move |bit| u32::from(byte >> bit & 1))).collect();
    let mut digits: Vec<u32> = bits
        .chunks(5)
        .map(|five| five.iter().chain([0; 4].iter()).take(5).fold(0, |sum, bit| sum << 1 | bit))
        .collect();
    let spread = prefix.bytes().map(|b| u32::from(b) >> 5).chain([0]);
    let spread = spread.chain(prefix.bytes().map(|b| u32::from(b) & 31));
    let all: Vec<u32> = spread.chain(digits.iter().copied()).chain([0; 6]).collect();
    let mut sum: u32 = 1;
    for value in all {
        let top = sum >> 25;
        sum = (sum & 0x01ff_ffff) << 5 ^ value;
        for (bit, part) in
            [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3].iter().enumerate()
        {
            if top >> bit & 1 == 1 {
                sum ^= part;
            }
        }
    }
    sum ^= 1;
    digits.extend((0..6).map(|at| sum >> (5 * (5 - at)) & 31));
    let text = digits.iter().map(|digit| LETTERS.as_bytes()[*digit as usize] as char);
    format!("{prefix}1{}", text.collect::<String>())
}

fn ssh_strings(fields: &[&[u8]]) -> Vec<u8> {
    fields.iter().flat_map(|field| [&(field.len() as u32).to_be_bytes()[..], field].concat()).collect()
}

/// The grammar of an image's name and tag as one expression.
fn image_grammar() -> Regex {
    let part = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
    let domain = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?";
    Regex::new(&format!(r"\A(?:{domain}/)?{part}(?:/{part})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?\z"))
        .unwrap()
}

/// Nanoseconds of `number` units, with as many places as are given.
fn nanos(number: u32, thousandths: u32, unit: &str) -> i128 {
    let size: i128 = match unit {
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => 86_400_000_000_000,
    };
    i128::from(number) * size + i128::from(thousandths) * size / 1000
}

fn duration() -> impl Strategy<Value = (String, i128)> {
    let term = (0u32..2000, 0u32..1000, select(vec!["ms", "s", "m", "h", "d"]));
    prop::collection::vec(term, 1..4).prop_map(|terms| {
        let text = terms.iter().map(|(number, part, unit)| format!("{number}.{part:03}{unit}")).collect();
        (text, terms.iter().map(|(number, part, unit)| nanos(*number, *part, unit)).sum())
    })
}

/// A JSON value that is not deep.
fn json() -> impl Strategy<Value = serde_json::Value> {
    use serde_json::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".{0,4}", inner, 0..4)
                .prop_map(|map| Value::from(map.into_iter().collect::<serde_json::Map<_, _>>())),
        ]
    })
}

/// Expressions that every engine takes.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-z0-9 ]{1,3}",
        select(vec![r"\.", r"\d", r"\(", "[a-z]", "[^a-z()]", r"[\]]", "[(]", ".", "[]a]"])
            .prop_map(str::to_owned),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}{b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(?:{a}|{b})")),
            (inner.clone(), select(vec!["*", "+?", "{2}", "{1,3}", "{2,}?", ""]))
                .prop_map(|(a, many)| format!("({a}){many}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics_on_bytes(kind in kinds(), value in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = (kind.check(&value), quantity(kind, &value), parts(kind, &value), byte_len(Some(kind), &value));
        let _ = schemes_are(kind, &value, &["https".to_owned()]);
    }

    #[test]
    fn nothing_panics_on_what_looks_like_a_value(
        kind in kinds(),
        value in over("https://a.b:1@[]\"\\,*?#%2 <>{}()|^$+-_=Tz0PTage1ssh-rsa×", 40),
    ) {
        let _ = (kind.check(value.as_bytes()), quantity(kind, value.as_bytes()), parts(kind, value.as_bytes()));
    }

    #[test]
    fn numbers_are_those_of_the_standard_library(text in over("0123456789+-.eE", 8)) {
        assert_eq!(fits(Float, &text), text.parse::<f64>().is_ok());
        let digits = text.trim_start_matches(['+', '-']);
        assert_eq!(fits(Int, &text), text.parse::<i64>().is_ok(), "{}", digits);
        let port = text.parse::<u16>().is_ok_and(|port| port > 0 && port.to_string() == text);
        assert_eq!(fits(Port, &text), port);
    }

    #[test]
    fn whole_numbers_are_in_order(one: i128, other: i128, zeros in 0usize..4) {
        let written = |number: i128| match number {
            0.. => format!("+{}{number}", "0".repeat(zeros)),
            _ => number.to_string(),
        };
        let read = |number: i128| quantity(Int, written(number).as_bytes()).unwrap();
        assert_eq!(read(one).cmp(&read(other)), one.cmp(&other));
    }

    #[test]
    fn decimals_are_in_order(one in -9999i64..9999, other in -9999i64..9999, up in 0usize..6, down in 0usize..6) {
        // The same number with its point moved and the exponent moved back, beside ten thousandths of another.
        let moved = format!("{one}{}e-{}", "0".repeat(up), up + 4);
        let plain = format!("{other}e{down}");
        let read = |text: &str| quantity(Float, text.as_bytes()).unwrap();
        let expected = i128::from(one).cmp(&(i128::from(other) * 10i128.pow(4 + down as u32)));
        assert_eq!(read(&moved).cmp(&read(&plain)), expected);
    }

    #[test]
    fn durations_are_in_order((one, nanos) in duration(), (other, others) in duration()) {
        let read = |text: &str| quantity(Duration, text.as_bytes()).unwrap();
        assert_eq!(read(&one).cmp(&read(&other)), nanos.cmp(&others));
        assert_eq!(read(&format!("-{one}")).cmp(&read(&format!("-{other}"))), others.cmp(&nanos));
        let whole = format!("{}ns", nanos);
        assert_eq!(read(&one).cmp(&read(&whole)), Ordering::Equal);
    }

    #[test]
    fn iso_durations_are_those_of_go(days in 0u32..99, hours in 0u32..99, minutes in 0u32..99, milli in 0u32..99999) {
        let seconds = format!("{}.{:03}", milli / 1000, milli % 1000);
        let iso = format!("P{days}DT{hours}H{minutes}M{seconds}S");
        let go = format!("{days}d{hours}h{minutes}m{seconds}s");
        let read = |text: &str| quantity(Duration, text.as_bytes()).unwrap();
        assert!(read(&iso) == read(&go));
        for cut in 1..iso.len() {
            let unfinished = iso.as_bytes()[cut - 1].is_ascii_digit() || matches!(iso.as_bytes()[cut - 1], b'P' | b'T' | b'.');
            assert!(!unfinished || !fits(Duration, &iso[..cut]), "{}", &iso[..cut]);
        }
    }

    #[test]
    fn sizes_are_in_order(one in 0u64..1 << 36, other in 0u64..1 << 36, a in 0usize..4, b in 0usize..4) {
        const UNITS: [(&str, u128); 4] = [("", 1), ("k", 1000), ("MiB", 1 << 20), (" gb", 1_000_000_000)];
        let read = |number: u64, unit: usize| quantity(Size, format!("{number}{}", UNITS[unit].0).as_bytes()).unwrap();
        let bytes = |number: u64, unit: usize| u128::from(number) * UNITS[unit].1;
        assert_eq!(read(one, a).cmp(&read(other, b)), bytes(one, a).cmp(&bytes(other, b)));
    }

    #[test]
    fn addresses_are_those_of_the_standard_library(
        text in over("0123456789abf:.", 12), v4: [u8; 4], v6: [u16; 8], length in 0u16..150,
    ) {
        assert_eq!(fits(Ip, &text), text.parse::<IpAddr>().is_ok());
        for address in [IpAddr::from(v4), IpAddr::from(v6), IpAddr::V6(Ipv4Addr::from(v4).to_ipv6_mapped())] {
            let most = if address.is_ipv4() { 32 } else { 128 };
            assert!(fits(Ip, &address.to_string()) && fits(Host, &address.to_string()));
            assert!(!fits(Hostname, &address.to_string()));
            assert_eq!(fits(Cidr, &format!("{address}/{length}")), length <= most);
        }
        let origin = format!("https://[{}]:{}", Ipv6Addr::from(v6), v4[0]);
        assert!(fits(Origin, &origin) && fits(HttpsUrl, &origin));
    }

    #[test]
    fn dates_are_those_of_the_calendar(year in 0i32..10000, month in 0u8..14, day in 0u8..33) {
        let real = time::Month::try_from(month).is_ok_and(|month| time::Date::from_calendar_date(year, month, day).is_ok());
        assert_eq!(fits(Iso8601, &format!("{year:04}-{month:02}-{day:02}")), real);
    }

    #[test]
    fn times_are_those_of_a_day(hour in 0u8..26, minute in 0u8..62, second in 0u8..60, h in 0u8..26, m in 0u8..62) {
        let real = time::Time::from_hms(hour, minute, second).is_ok();
        let zone = h < 24 && m < 60;
        let text = format!("2026-01-31T{hour:02}:{minute:02}:{second:02}");
        assert_eq!(fits(Iso8601, &format!("{text}Z")), real);
        assert_eq!(fits(Iso8601, &format!("{text}.25-{h:02}:{m:02}")), real && zone);
        assert!(!fits(Iso8601, &text));
    }

    #[test]
    fn versions_are_those_of_the_semver_crate(
        text in r"(0|[1-9][0-9]{0,3})\.(0|[1-9][0-9]?)\.[0-9]{1,2}(-[0-9a-z.-]{1,6})?(\+[0-9A-Z.-]{1,6})?",
        at: Index, how: u8, c in select("0123456789.-+avx ".chars().collect::<Vec<_>>()),
    ) {
        for text in [mutated(&text, at, how, c), text] {
            assert_eq!(fits(Semver, &text), semver::Version::parse(&text).is_ok(), "{}", text);
        }
    }

    #[test]
    fn images_are_those_of_the_grammar(
        text in r"([a-zA-Z0-9.-]{1,6}(:[0-9]{1,4})?/)?[a-z0-9]{1,4}([._-]{1,2}[a-z]{1,3}){0,2}(/[a-z]{1,3})?(:[a-zA-Z0-9_.-]{1,5})?",
        at: Index, how: u8, c in select("aB0._-:/@ ".chars().collect::<Vec<_>>()), sum: [u8; 32],
    ) {
        let grammar = image_grammar();
        let digest: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        for text in [mutated(&text, at, how, c), text] {
            assert_eq!(fits(Image, &text), grammar.is_match(&text), "{}", text);
            assert_eq!(fits(Image, &format!("{text}@sha256:{digest}")), grammar.is_match(&text), "{}", text);
            assert!(!fits(Image, &format!("{text}@sha256:{}", &digest[1..])));
        }
    }

    #[test]
    fn encodings_are_those_of_their_crate(bytes in prop::collection::vec(any::<u8>(), 1..40), text in over("AQz09+/-_=", 9)) {
        for (kind, text) in [
            (Base64, STANDARD.encode(&bytes)),
            (Base64Url, URL_SAFE.encode(&bytes)),
            (Base64Url, URL_SAFE_NO_PAD.encode(&bytes)),
            (Hex, bytes.iter().map(|byte| format!("{byte:02x}")).collect()),
        ] {
            assert!(fits(kind, &text));
            assert_eq!(byte_len(Some(kind), text.as_bytes()), bytes.len());
        }
        use base64::alphabet;
        use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
        let lax = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
        let standard = GeneralPurpose::new(&alphabet::STANDARD, lax);
        let url = GeneralPurpose::new(&alphabet::URL_SAFE, lax.with_decode_padding_mode(DecodePaddingMode::Indifferent));
        for (kind, engine) in [(Base64, standard), (Base64Url, url)] {
            let decoded = engine.decode(&text).ok().filter(|bytes| !bytes.is_empty());
            // What is padded in part is nobody's.
            let whole = !text.contains('=') || text.len() % 4 == 0;
            assert_eq!(fits(kind, &text), decoded.is_some() && whole, "{} {:?}", text, kind);
            if let Some(bytes) = decoded.filter(|_| whole) {
                assert_eq!(byte_len(Some(kind), text.as_bytes()), bytes.len());
            }
        }
    }

    #[test]
    fn json_is_that_of_serde(value in json(), at: Index, how: u8, c in select("{}[]\",:1 tu\\".chars().collect::<Vec<_>>())) {
        let text = value.to_string();
        assert!(fits(Json, &text));
        let text = mutated(&text, at, how, c);
        assert_eq!(fits(Json, &text), serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", text);
    }

    #[test]
    fn expressions_are_whole(text in expression()) {
        assert!(Regex::new(&text).is_ok() && fits(ValueType::Regex, &text), "{}", text);
        for broken in [format!("({text}"), format!("{text})"), format!("{text}\\"), format!("[{}", text.replace(']', "")), format!("*{text}")] {
            assert!(!fits(ValueType::Regex, &broken), "{}", broken);
        }
    }

    #[test]
    fn names_are_labels(name in name(), at: Index, bad in select(" _/:@*!\u{e9}\0".chars().collect::<Vec<_>>())) {
        assert!(fits(Hostname, &name) && fits(Host, &name) && fits(Hostname, &format!("{name}.")));
        assert!(!fits(Hostname, &mutated(&name, at, 0, bad)));
        assert!(!fits(Hostname, &format!("{name}..")) && !fits(Hostname, &format!("-{name}")));
        assert!(!fits(Hostname, &format!("{name}.7")), "a number at its end");
    }

    #[test]
    fn mail_goes_to_names(
        local in r"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,8}(\.[a-z0-9+-]{1,6}){0,2}", name in name(),
        shown in "[A-Za-z\u{e4}\u{df} ]{0,12}", at: Index, bad in select(" @()<>[]:;,\\\"\0".chars().collect::<Vec<_>>()),
    ) {
        let address = format!("{local}@{name}");
        let boxed = format!("{shown} <{address}>");
        assert!(fits(Email, &address) && fits(Mailbox, &address) && fits(Mailbox, &boxed), "{}", boxed);
        assert!(fits(Mailbox, &format!("\"{shown}, (x)\" <{address}>")));
        assert!(!fits(Email, &boxed) && !fits(Email, &mutated(&address, at, 0, bad)), "{}", address);
        assert!(!fits(Email, &format!(".{address}")) && !fits(Email, &format!("{address}.")));
    }

    #[test]
    fn origins_are_bare(
        items in prop::collection::vec((select(vec!["http", "https", "tauri"]), name(), prop::option::of(any::<u16>())), 1..4),
        tail in select(vec!["/", "/a", "?a", "#a", " ", ":", ":x", "*", ",x"]),
    ) {
        let items: Vec<String> = items
            .iter()
            .map(|(scheme, name, port)| format!("{scheme}://{name}{}", port.map_or(String::new(), |port| format!(":{port}"))))
            .collect();
        for item in &items {
            assert!(fits(Origin, item) && fits(Url, item) && fits(Origins, item));
            assert!(!fits(Origin, &format!("{item}{tail}")));
        }
        let json = serde_json::to_string(&items).unwrap();
        for list in [items.join(","), items.join(" , "), json.clone(), json.replace('/', "\\/"), json.replace(',', " ,\n ")] {
            assert!(fits(Origins, &list), "{}", list);
            assert!(schemes_are(Origins, list.as_bytes(), &["http".into(), "https".into(), "TAURI".into()]));
            let ports = items.iter().any(|item| item.matches(':').count() > 1);
            assert_eq!(parts(Origins, list.as_bytes()).contains(&Part::Port), ports);
        }
        assert!(!fits(Origins, &format!("{},", items.join(","))) && !fits(Origins, &json[..json.len() - 1]));
    }

    #[test]
    fn urls_have_the_parts_that_they_are_made_of(
        wanted in subsequence(Part::ALL, 0..=Part::ALL.len()), name in name(), secure: bool,
    ) {
        let has = |part| wanted.contains(&part);
        let host = match (has(Part::Ip), has(Part::Localhost), has(Part::Wildcard)) {
            (true, true, _) => "127.0.0.9".to_owned(),
            (true, ..) => "192.0.2.9".to_owned(),
            (_, true, _) => format!("{name}.LocalHost"),
            (.., true) => format!("*.{name}"),
            _ => name,
        };
        let part = |part, text: &'static str| if has(part) { text } else { "" };
        let text = format!(
            "{}://{}{host}{}{}{}{}",
            if secure { "https" } else { "http" },
            part(Part::Userinfo, "u:p@"),
            part(Part::Port, ":80"),
            if has(Part::Path) { "/a" } else { part(Part::Query, "/") },
            part(Part::Query, "?b"),
            part(Part::Fragment, "#c"),
        );
        let masked = has(Part::Ip) || has(Part::Localhost);
        let expected: BTreeSet<Part> =
            wanted.iter().copied().filter(|part| *part != Part::Wildcard || !masked).collect();
        let found: BTreeSet<Part> = parts(Url, text.as_bytes()).into_iter().collect();
        assert_eq!(&found, &expected, "{}", text);
        assert_eq!(schemes_are(Url, text.as_bytes(), &["https".to_owned()]), secure);
        assert_eq!(fits(HttpsUrl, &text), secure);
    }

    #[test]
    fn recipients_have_a_checksum(
        key: [u8; 32], plugin in "[a-z0-9]{1,8}", at: Index, c in select("qpzry9x8gf2tvdw0s3jn54khce6mua7l".chars().collect::<Vec<_>>()),
    ) {
        let text = bech32("age", &key);
        let known = ["pq", "tag", "tagpq"].contains(&plugin.as_str());
        assert!(fits(AgeRecipient, &text), "{}", text);
        assert_eq!(fits(AgeRecipient, &bech32(&format!("age1{plugin}"), &key)), !known);
        assert!(!fits(AgeRecipient, &bech32("age", &key[..31])) && !fits(AgeRecipient, &bech32("bge", &key)));
        // Bech32 finds any four wrong characters; the first five are the kind.
        let mut changed: Vec<char> = text.chars().collect();
        let at = 4 + at.index(changed.len() - 4);
        let same = changed[at] == c;
        changed[at] = c;
        assert_eq!(fits(AgeRecipient, &changed.into_iter().collect::<String>()), same);
    }

    #[test]
    fn ssh_keys_are_whole(key: [u8; 32], point: [u8; 32], comment in "[a-z@. ]{0,10}", cut: Index) {
        let curve = [&[4][..], &point, &key].concat();
        let modulus = [&[0, 0xc5][..], &key, &point].concat();
        for (kind, blob) in [
            ("ssh-ed25519", ssh_strings(&[b"ssh-ed25519", &key])),
            ("ssh-rsa", ssh_strings(&[b"ssh-rsa", &[1, 0, 1], &modulus])),
            ("ecdsa-sha2-nistp256", ssh_strings(&[b"ecdsa-sha2-nistp256", b"nistp256", &curve])),
        ] {
            let line = |blob: &[u8]| format!("{kind} {} {comment}", STANDARD.encode(blob));
            assert!(fits(SshPublicKey, &line(&blob)));
            assert!(!fits(SshPublicKey, &line(&blob[..cut.index(blob.len())])));
            assert!(!fits(SshPublicKey, &line(&[&blob[..], &[0]].concat())));
            assert!(!fits(SshPublicKey, &format!("ssh-dss {}", STANDARD.encode(&blob))));
        }
    }
}

/// Long values that make careless readers go back and forth.
#[test]
fn long_values_are_read_once() {
    let many = |part: &str| part.repeat((1 << 18) / part.len());
    let values = [
        many("a"),
        many("1"),
        many("1h"),
        many("["),
        many("[]"),
        many("(?"),
        many("\\Q"),
        many("a@"),
        many("<"),
        many("https://a,"),
        many("%41"),
        many("a."),
        many("0."),
        many("::"),
        many("["),
        many("\"\\\""),
        many("-_"),
        format!("[\"{}\"", many("\\/")),
        format!("age1{}", many("q")),
        format!("ssh-rsa {}", many("A")),
        format!("https://{}/", many("a,")),
        format!("https://u{}@h", many(":")),
        format!("1{}", many("0")),
    ];
    for kind in ValueType::ALL {
        for value in &values {
            let start = Instant::now();
            let _ = (
                kind.check(value.as_bytes()),
                quantity(*kind, value.as_bytes()),
                parts(*kind, value.as_bytes()),
            );
            let head: String = value.chars().take(12).collect();
            assert!(start.elapsed() < Time::from_secs(2), "{} on {head}...", kind.as_str());
        }
    }
}
