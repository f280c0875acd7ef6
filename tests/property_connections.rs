//! Connection strings and URLs: tables, and properties of strings made from known parts.

#![allow(clippy::panic, clippy::unwrap_used)]

use preflight::syntax::postgres::{Connection, Form, Mode, Parsed, Refusal, SslMode, classify_host, parse};
use preflight::syntax::url;
use proptest::prelude::*;
use proptest::sample::select;

fn connection(text: &[u8]) -> Connection {
    match parse(text) {
        Parsed::Connection(connection) => connection,
        other => panic!("{}: {other:?}", text.escape_ascii()),
    }
}

fn password(connection: &Connection) -> Option<&[u8]> {
    connection.password.as_ref().map(|password| password.expose())
}

#[test]
fn refusals_are_told_apart() {
    let table: &[(Refusal, &str)] = &[
        (Refusal::BadScheme, "POSTGRES://h|Postgresql://h|\tpostgres://h"),
        (Refusal::BadScheme, "postgres+://h|POSTGRESQL+asyncpg://h"),
        (Refusal::BadEscape, "postgres://u:p%zz@h|postgres://u%:p@h"),
        (Refusal::BadEscape, "postgres://h%|postgres://h:%4/|postgres://h/%00"),
        (Refusal::BadEscape, "postgres://h?user=%%41|postgres://h?us%er=a"),
        (Refusal::UnterminatedBracket, "postgres://[::1/db|postgres://a,["),
        (Refusal::BadBracket, "postgres://[]|postgres://[::1]x|postgres://a,[]"),
        (Refusal::MissingEquals, "postgres://h?a|postgres://h?&|postgres://h?a=b&&"),
        (Refusal::MissingEquals, "dbname=d host|host=h sslmode=require and more text|port=5432 user=u x"),
        (Refusal::ExtraEquals, "postgres://h?a=b=c"),
        (Refusal::UnterminatedQuote, "host=h password='x|host=h user='x\\'"),
        (Refusal::HostCount, "host=a,b hostaddr=::1|postgres://a,b?hostaddr=::1"),
        (Refusal::NulByte, "postgres://h\0"),
    ];
    for (expected, texts) in table {
        for text in texts.split('|') {
            let refused = matches!(parse(text.as_bytes()), Parsed::Refused(r) if r == *expected);
            assert!(refused, "{text}");
        }
    }
}

#[test]
fn other_text_is_not_postgres() {
    let texts = "|  |free text|a = b|host|host='abc|user=admin|sslmode=require|password=x|host=h|host=h dbname|user=u and more text|\
        host=smtp.example.com port=587 user=u password=p|host=h;dbname=d;port=5432|port=1 x|\
        connect_timeout=3 options=x|host=h colour=red|Host=h dbname=d|host=h dbname=d\0|host=h = x|\
        https://u:p@h/?host=x|mysql://host=x|postgres:/h|postgresql:h|postgresql+two words://h|\
        jdbc:postgresql://h/db?user=u|postgresx://h|postgres";
    for text in texts.split('|') {
        assert!(matches!(parse(text.as_bytes()), Parsed::NotPostgres), "{text}");
    }
}

#[test]
fn connections_are_read() {
    // Hosts, password and mode of each.
    let table = [
        "postgres:// => [Socket] - absent",
        "postgresql:///db => [Socket] - absent",
        "postgres://u:p@ss@h/db => [SingleLabel] p absent",
        "postgres://u:pa/ss@h/db => [SingleLabel] - absent",
        "postgres://u:@h.example => [Remote] - absent",
        "postgres://u:p%40%2Fq@h => [SingleLabel] p@/q absent",
        "postgres://a,b.internal:1,[::1]:2/ => [SingleLabel, Cluster, Loopback] - absent",
        "postgres://a%2Cb.example/ => [SingleLabel, Remote] - absent",
        "postgres://,/ => [Socket, Socket] - absent",
        "postgres://%2Ftmp/db => [Socket] - absent",
        "postgres://[a]@h => [SingleLabel] - absent",
        "postgres://h?sslmode=require#x => [SingleLabel] - unknown",
        "postgres://h?sslmode= => [SingleLabel] - unknown",
        "postgres://h?sslmode=%20requirE%09 => [SingleLabel] - unknown",
        "postgres://h?sslmode=x&sslmode=verify-full => [SingleLabel] - verify-full",
        "postgres://h?ssl=true => [SingleLabel] - require",
        "postgres://h?ssl=true&sslmode=prefer => [SingleLabel] - prefer",
        "postgres://h?ssl=verify-full&schema=x => [SingleLabel] - unknown",
        "postgres://h?requiressl=1 => [SingleLabel] - require",
        "postgres://a.example?host=b&host=/tmp => [Socket] - absent",
        "postgres://a.example?host= => [Socket] - absent",
        "postgres://a.example?hostaddr=127.0.0.1 => [Loopback] - absent",
        "postgres://a.example,b?hostaddr=127.0.0.1, => [Loopback, SingleLabel] - absent",
        "postgres://u:p@h?password=q&pgbouncer=true& => [SingleLabel] q absent",
        "postgresql+asyncpg://u:p/q@h.example/d?ssl=require => [Remote] p/q require",
        "postgres+x://u@v:100%@h?ssl=no&sslmode=&x => [SingleLabel] 100% unknown",
        "postgresql+x://u@h/d?sslmode=prefer= => [SingleLabel] - unknown",
        "hostaddr= host=h => [SingleLabel] - absent",
        "dbname = d => [Socket] - absent",
        "user=u port=5432 => [Socket] - absent",
        "service=s sslmode=require => [Socket] - require",
        "host= dbname=x dbname=y => [SingleLabel] - absent",
        "host='a.example' password = 'pa \\'\\\\ss'dbname=u => [Remote] pa '\\ss absent",
        "host=a\\ b\ndbname=d password=p\\' => [SingleLabel] p' absent",
        "host=a host=::1 sslmode='' => [Loopback] - unknown",
        "hostaddr=10.0.0.1 host=localhost => [Remote] - absent",
        "host=h load_balance_hosts=random => [SingleLabel] - absent",
    ];
    for row in table {
        let (text, expected) = row.split_once(" => ").unwrap();
        let found = connection(text.as_bytes());
        let uri = text.contains("://");
        assert_eq!(found.form, if uri { Form::Uri } else { Form::Keywords }, "{text}");
        let secret = password(&found).map_or("-", |secret| str::from_utf8(secret).unwrap());
        let mode = match found.mode {
            Mode::Absent => "absent",
            Mode::Known(mode) => mode.as_str(),
            Mode::Unknown => "unknown",
        };
        assert_eq!(format!("{:?} {secret} {mode}", found.hosts), expected, "{text}");
    }
    // A backslash at the very end stands for nothing.
    assert_eq!(password(&connection(b"dbname=d host=h password=p\\")), Some(&b"p"[..]));
}

#[test]
fn modes_are_named() {
    for mode in SslMode::ALL {
        assert_eq!(SslMode::parse(mode.as_str().as_bytes()), Some(mode));
        assert_eq!(SslMode::parse(mode.as_str().to_uppercase().as_bytes()), Some(mode));
        assert_eq!(SslMode::exact(mode.as_str().as_bytes()), Some(mode));
        assert_eq!(SslMode::exact(mode.as_str().to_uppercase().as_bytes()), None);
    }
    assert!(SslMode::ALL.is_sorted());
    assert_eq!(SslMode::parse(b""), None);
    assert_eq!(SslMode::parse(b"verify_full"), None);
}

/// A URI component; `every` byte escaped, or only those that have to be.
fn escape(text: &[u8], every: bool) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$()*;".contains(&b);
    let escaped = text.iter().map(|b| match *b {
        b if plain(b) && !every => char::from(b).to_string(),
        b => format!("%{b:02x}"),
    });
    escaped.collect()
}

/// A host as a URI lists it.
fn bracket(host: &str, every: bool) -> String {
    if host.contains(':') {
        return format!("[{}]", host.replace('%', "%25"));
    }
    escape(host.as_bytes(), every)
}

/// A value of the keyword form.
fn quote(text: &[u8]) -> Vec<u8> {
    let escaped = text.iter().flat_map(|b| match b {
        b'\'' | b'\\' => vec![b'\\', *b],
        b => vec![*b],
    });
    [b'\''].into_iter().chain(escaped).chain([b'\'']).collect()
}

fn hosts() -> impl Strategy<Value = Vec<&'static str>> {
    let host = select(vec![
        "db",
        "localhost",
        "db.internal",
        "db.example.com",
        "127.0.0.1",
        "10.1.2.3",
        "::1",
        "fe80::1%1",
        "2001:db8::7",
        "/var/run/postgresql",
        "@abstract",
    ]);
    prop::collection::vec(host, 1..4)
}

fn secret() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(1..=u8::MAX, 0..12)
}

fn mode() -> impl Strategy<Value = (String, Mode)> {
    let known = (select(SslMode::ALL.to_vec()), any::<bool>()).prop_map(|(mode, upper)| {
        let word = mode.as_str();
        let word = if upper { word.to_uppercase() } else { word.to_owned() };
        (word, if upper { Mode::Unknown } else { Mode::Known(mode) })
    });
    prop_oneof![known, "[a-z]{1,3}".prop_map(|word| (word, Mode::Unknown))]
}

fn check(text: &[u8], form: Form, hosts: &[&str], secret: &[u8], mode: Option<Mode>) {
    let found = connection(text);
    let classes: Vec<_> = hosts.iter().map(|host| classify_host(host.as_bytes())).collect();
    assert_eq!(found.hosts, classes);
    assert_eq!((found.form, found.mode), (form, mode.unwrap_or(Mode::Absent)));
    assert_eq!(password(&found).unwrap_or_default(), secret);
}

fn total(value: &[u8]) {
    let _ = (parse(value), classify_host(value));
    let _ = (SslMode::parse(value), url::percent_decode(value));
    assert!(!url::is_url(value) || url::parse(value).is_some());
}

proptest! {
    #[test]
    fn nothing_panics(value in prop::collection::vec(any::<u8>(), 0..64)) {
        total(&value);
    }

    #[test]
    fn nothing_panics_close_to_the_syntax(
        pieces in prop::collection::vec(select(vec![
            "postgres://", "postgresql+x://", "host", "hostaddr", "password", "sslmode", "ssl",
            "=", "'", "\\", " ", "&", "?", "/", "#", "@", ":", ",", "[", "]", "%", "%41", "%00",
            "::1", "127.1", ".internal", "h", "65536", "\0", "\u{fc}",
        ]), 0..16),
    ) {
        total(pieces.concat().as_bytes());
    }

    #[test]
    fn uris_give_back_their_parts(
        hosts in hosts(),
        secret in secret(),
        mode in prop::option::of(mode()),
        every in any::<bool>(),
        in_query in any::<bool>(),
        driver in select(vec!["", "+asyncpg"]),
    ) {
        let listed: Vec<_> = hosts.iter().map(|host| bracket(host, every)).collect();
        let (listed, query) = if in_query {
            (String::new(), format!("&host={}", escape(hosts.join(",").as_bytes(), every)))
        } else {
            (listed.join(":5432,"), String::new())
        };
        let password = escape(&secret, every);
        let (word, mode) = mode.map_or((String::new(), None), |(word, mode)| {
            (format!("&sslmode={word}"), Some(mode))
        });
        let text = format!("postgresql{driver}://u:{password}@{listed}/d?user=v{query}{word}");
        check(text.as_bytes(), Form::Uri, &hosts, &secret, mode);
    }

    #[test]
    fn keywords_give_back_their_parts(
        hosts in hosts(),
        secret in secret(),
        mode in prop::option::of(mode()),
        equals in select(vec!["=", " = ", "=\n", "\t="]),
        blank in select(vec!["", " ", "\r\n", "\x0b"]),
        turn in 0..5usize,
    ) {
        let mut pairs = vec![
            ("host", quote(hosts.join(",").as_bytes())),
            ("password", quote(b"another")),
            ("dbname", quote(b"")),
        ];
        pairs.extend(mode.as_ref().map(|(word, _)| ("sslmode", quote(word.as_bytes()))));
        let places = pairs.len();
        pairs.rotate_left(turn % places);
        // The last one of several wins.
        pairs.push(("password", quote(&secret)));
        let written = pairs.iter().map(|(key, value)| {
            [key.as_bytes(), equals.as_bytes(), value, blank.as_bytes()].concat()
        });
        let text: Vec<u8> = written.flatten().collect();
        check(&text, Form::Keywords, &hosts, &secret, mode.map(|(_, mode)| mode));
    }

    #[test]
    fn urls_give_back_their_parts(
        scheme in "[a-zA-Z][a-zA-Z0-9+.-]{0,8}",
        user in "[a-z@%]{0,5}",
        secret in secret(),
        host in select(vec!["db", "db.example.com", "::1", "10.0.0.1"]),
        port in prop::option::of(any::<u16>()),
        rest in "([/?][!-~]{0,9})?",
    ) {
        let listed = bracket(host, false);
        let number = port.map(|port| port.to_string());
        let colon = number.as_ref().map(|number| format!(":{number}")).unwrap_or_default();
        let password = escape(&secret, false);
        let text = format!("{scheme}://{user}:{password}@{listed}{colon}{rest}");
        prop_assert!(url::is_url(text.as_bytes()));
        let found = url::parse(text.as_bytes()).unwrap();
        prop_assert_eq!((found.scheme, found.rest), (scheme.as_bytes(), rest.as_bytes()));
        prop_assert_eq!((found.user, found.host), (Some(user.as_bytes()), Some(host.as_bytes())));
        prop_assert_eq!(found.port, number.as_ref().map(|number| number.as_bytes()));
        prop_assert_eq!(found.password.map_or(vec![], |found| found.expose().to_vec()), secret);
    }
}
