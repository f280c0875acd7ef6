//! The tables of `docs/connections.md`, row by row, and properties of strings that are made of known parts.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use preflight::value::connection::{
    Connection, Family, Fault, LONGEST, PARTS, fits, is_part, parse, take_apart,
};
use proptest::prelude::*;
use proptest::sample::select;

fn page() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/connections.md")).unwrap()
}

/// The cells of a table's row, without their backticks.
fn cells(row: &str) -> Vec<&str> {
    let row = row.trim().trim_start_matches('|').trim_end_matches('|');
    row.split(" | ").map(|cell| cell.trim().trim_matches('`')).collect()
}

/// Rows with the heading that they stand below and the head of their table.
fn rows(page: &str) -> Vec<(&str, &str, &str)> {
    let (mut rows, mut heading, mut head) = (Vec::new(), "", "");
    for line in page.lines() {
        match line {
            line if line.starts_with("## ") => heading = line.trim_start_matches("## ").trim_matches('`'),
            line if !line.starts_with('|') => head = "",
            line if head.is_empty() => head = line,
            line if line.starts_with("|---") => {}
            line => rows.push((heading, head, line)),
        }
    }
    rows
}

/// Every part of a connection; path and query only where they are wanted.
fn shown(connection: &Connection, all: bool) -> String {
    let names =
        PARTS.iter().filter(|name| all || !["path", "query"].contains(name)).map(|name| (*name).to_owned());
    let mut params: Vec<String> = Vec::new();
    for (name, _) in &connection.params {
        let name = format!("params.{}", String::from_utf8_lossy(name));
        if !params.contains(&name) {
            params.push(name);
        }
    }
    let found = names.chain(params).filter_map(|name| {
        let part = connection.part(&name)?;
        Some(format!("{name}={}", String::from_utf8_lossy(&part)))
    });
    let found: Vec<String> = found.collect();
    if found.is_empty() { "-".to_owned() } else { found.join(" · ") }
}

fn faults(check: impl Fn(&str, &str, &str) -> Option<(String, String)>) {
    let page = page();
    let mut faults = String::new();
    for (heading, head, row) in rows(&page) {
        if let Some((wanted, found)) = check(heading, head, row)
            && wanted != found
        {
            let _ = writeln!(faults, "{row}\n  FOUND {found}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn every_row_of_a_family_is_read_as_it_says() {
    let mut seen = Vec::new();
    for family in Family::ALL {
        let page = page();
        let count = rows(&page).iter().filter(|(heading, ..)| *heading == family.as_str()).count();
        assert!(count > 10, "{} has its table", family.as_str());
        seen.push(count);
    }
    faults(|heading, head, row| {
        let family = Family::ALL.iter().find(|family| family.as_str() == heading)?;
        assert_eq!(head, "| value | parts |");
        let [value, wanted] = cells(row)[..] else { panic!("two cells: {row}") };
        assert_eq!(fits(*family, value.as_bytes()).err(), parse(*family, value.as_bytes()).err());
        let found = match parse(*family, value.as_bytes()) {
            Ok(connection) => shown(&connection, false),
            Err(fault) => format!("refused: {}", fault.as_str()),
        };
        Some((wanted.to_owned(), found))
    });
}

#[test]
fn any_value_is_taken_apart_as_its_row_says() {
    faults(|_, head, row| {
        if head != "| any value | family | parts |" {
            return None;
        }
        let [value, family, parts] = cells(row)[..] else { panic!("three cells: {row}") };
        let found = match take_apart(value.as_bytes()) {
            Some(connection) => {
                let family = connection.family.map_or("-", Family::as_str);
                format!("{family} | {}", shown(&connection, true))
            }
            None => "none | -".to_owned(),
        };
        Some((format!("{family} | {parts}"), found))
    });
}

#[test]
fn the_page_names_every_part_and_fault() {
    let page = page();
    let of = |head: &str| -> Vec<String> {
        let rows = rows(&page).into_iter().filter(|(_, its, _)| *its == head);
        rows.flat_map(|(.., row)| {
            cells(row)[0].split(", ").map(|word| word.trim_matches('`').to_owned()).collect::<Vec<_>>()
        })
        .collect()
    };
    let faults: Vec<&str> = Fault::ALL.iter().map(|fault| fault.as_str()).collect();
    assert_eq!(of("| refused for | what is wrong |"), faults);
    let parts: Vec<&str> = PARTS.iter().copied().chain(["params.NAME"]).collect();
    assert_eq!(of("| part | what it is |"), parts);
    assert!(parts.iter().all(|part| is_part(part)) && !is_part("params.") && !is_part("passwd"));
}

#[test]
fn what_no_table_can_hold() {
    let long = format!("redis://:{}@h", "p".repeat(LONGEST));
    assert_eq!(fits(Family::Redis, long.as_bytes()), Err(Fault::TooLong));
    assert!(take_apart(long.as_bytes()).is_none());
    for family in Family::ALL {
        assert!(fits(*family, b"").is_err() && fits(*family, b" ").is_err(), "{}", family.as_str());
    }
    assert_eq!(fits(Family::Postgres, b"postgres://h\0"), Err(Fault::Nul));
    assert_eq!(fits(Family::Amqp, b"amqp://h\0"), Err(Fault::Nul));
    assert_eq!(fits(Family::Jdbc, b"jdbc:h2:\0"), Err(Fault::Nul));
    assert_eq!(fits(Family::Amqp, b"amqp://h/%00"), Err(Fault::Escape));
    assert_eq!(fits(Family::Mongodb, b"mongodb://u:p\xc3\xbc@h"), Ok(()));
}

/// Time grows with the text's length, not with its square: each is at the limit, and looked at a few times.
#[test]
fn long_texts_end_soon() {
    let fill = |piece: &str| piece.repeat(LONGEST / piece.len() - 1);
    let heads = [
        "",
        "postgres://",
        "mysql://",
        "redis://h/?",
        "mongodb://",
        "jdbc:sqlserver://h;",
        "jdbc:oracle:thin:@",
        "host=a ",
    ];
    let pieces = [
        "a", "a=b&", ",", "h:1,", "@", "%", "(", ")", "a=b;", "a='b' ", "host=a ", "://", "/", "[", "{}}",
        "a1=b ",
    ];
    let start = Instant::now();
    for head in heads {
        for piece in pieces {
            let text = format!("{head}{}", fill(piece));
            let text = text.get(..LONGEST.min(text.len())).unwrap();
            total(text.as_bytes());
        }
    }
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

/// Every function, on any bytes.
fn total(value: &[u8]) {
    for family in Family::ALL {
        let read = parse(*family, value);
        assert_eq!(fits(*family, value).is_ok(), read.is_ok());
        if let Ok(connection) = read {
            let _ = PARTS.iter().filter_map(|part| connection.part(part)).count();
            // What is strictly right is at least taken apart where its first letters show the family.
            assert!(connection.scheme.is_none() || take_apart(value).is_some());
        }
    }
    let _ = take_apart(value).and_then(|connection| connection.part("params.x"));
}

/// A URI component with every byte escaped, or with all that are not letters and digits.
fn escape(text: &[u8], every: bool) -> String {
    let keep = |b: u8| !every && b.is_ascii_alphanumeric();
    text.iter().map(|b| if keep(*b) { char::from(*b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[derive(Clone, Debug)]
struct Made {
    user: Vec<u8>,
    password: Vec<u8>,
    hosts: Vec<(&'static str, Option<u16>)>,
    database: Vec<u8>,
    params: Vec<(String, Vec<u8>)>,
}

fn made() -> impl Strategy<Value = Made> {
    let bytes = || prop::collection::vec(1..=u8::MAX, 1..12);
    let host = select(vec!["db", "db.example.com", "10.1.2.3", "::1", "2001:db8::7", "my_db"]);
    let port = prop::option::of(1..=u16::MAX);
    let hosts = prop::collection::vec((host, port), 1..4);
    let params = prop::collection::btree_map("[a-z]{3,6}x", bytes(), 0..4);
    (bytes(), bytes(), hosts, bytes(), params).prop_map(|(user, password, hosts, database, params)| Made {
        user,
        password,
        hosts,
        database,
        params: params.into_iter().collect(),
    })
}

impl Made {
    fn listed(&self) -> String {
        let one = |(host, port): &(&str, Option<u16>)| {
            let host = if host.contains(':') { format!("[{host}]") } else { (*host).to_owned() };
            port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"))
        };
        self.hosts.iter().map(one).collect::<Vec<_>>().join(",")
    }

    fn query(&self, every: bool) -> String {
        let pair = |(name, value): &(String, Vec<u8>)| format!("{name}={}", escape(value, every));
        self.params.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    fn uri(&self, scheme: &str, every: bool) -> String {
        let (user, password) = (escape(&self.user, every), escape(&self.password, every));
        let (database, query) = (escape(&self.database, every), self.query(every));
        format!("{scheme}://{user}:{password}@{}/{database}?{query}", self.listed())
    }

    fn check(&self, family: Family, text: &str, default: Option<u16>) {
        let found = parse(family, text.as_bytes()).unwrap_or_else(|fault| panic!("{text}: {fault:?}"));
        let part = |name: &str| found.part(name).map(|part| part.to_vec());
        let some = |bytes: &[u8]| Some(bytes.to_vec());
        assert_eq!((part("user"), part("password")), (some(&self.user), some(&self.password)), "{text}");
        let (host, port) = self.hosts[0];
        assert_eq!(part("host"), some(host.as_bytes()), "{text}");
        assert_eq!(part("port"), port.or(default).map(|port| port.to_string().into_bytes()), "{text}");
        let hosts: Vec<_> = found.hosts.iter().map(|host| (host.name.to_vec(), host.port)).collect();
        let wanted: Vec<_> =
            self.hosts.iter().map(|(host, port)| (host.as_bytes().to_vec(), *port)).collect();
        assert_eq!(hosts, wanted, "{text}");
        assert_eq!(part("database"), some(&self.database), "{text}");
        for (name, value) in &self.params {
            assert_eq!(part(&format!("params.{name}")), some(value), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn nothing_panics(value in prop::collection::vec(any::<u8>(), 0..80)) {
        total(&value);
    }

    #[test]
    fn nothing_panics_close_to_the_syntax(
        pieces in prop::collection::vec(select(vec![
            "postgres://", "mysql://", "redis://", "unix://", "mongodb://", "mongodb+srv://", "amqp://", "smtp://",
            "kafka://", "SASL_SSL://", "jdbc:", "jdbc:mysql://", "jdbc:sqlserver://", "jdbc:oracle:thin:@", "tcp(",
            "unix(", ")", "(HOST=", "(", "{", "}}", "}", ";", "host", "port", "dbname", "=", "'", "\\", " ", "&", "?",
            "/", "#", "@", ":", ",", "[", "]", "%", "%41", "%00", "::1", "h", "9092", "65536", "\0", "\u{fc}",
        ]), 0..16),
    ) {
        total(pieces.concat().as_bytes());
    }

    #[test]
    fn uris_give_back_their_parts(made in made(), every in any::<bool>()) {
        let one = Made { hosts: made.hosts[..1].to_vec(), ..made.clone() };
        made.check(Family::Postgres, &made.uri("postgresql", every), Some(5432));
        made.check(Family::Mysql, &made.uri("mysql", every), Some(3306));
        made.check(Family::Mysql, &made.uri("mariadb+connector", every), Some(3306));
        one.check(Family::Amqp, &one.uri("amqps", every), Some(5671));
        let number = Made { database: b"7".to_vec(), ..one.clone() };
        number.check(Family::Redis, &number.uri("rediss", every).replace("%37", "7"), Some(6379));
        let name = Made { database: b"a\xff-db".to_vec(), ..made.clone() };
        name.check(Family::Mongodb, &name.uri("mongodb", every), Some(27017));
        let srv = Made { hosts: vec![("db.example.com", None)], ..name };
        srv.check(Family::Mongodb, &srv.uri("mongodb+srv", every), None);
        made.check(Family::Jdbc, &format!("jdbc:{}", made.uri("mysql", every)), Some(3306));
        let user = [("user".to_owned(), made.user.clone()), ("password".to_owned(), made.password.clone())];
        let params = user.into_iter().chain(made.params.clone()).collect();
        let jdbc = Made { params, ..made.clone() };
        let (listed, query) = (jdbc.listed(), jdbc.query(every));
        let database = escape(&jdbc.database, every);
        jdbc.check(Family::Jdbc, &format!("jdbc:postgresql://{listed}/{database}?{query}"), Some(5432));
    }

    #[test]
    fn go_s_dsn_gives_back_its_parts(
        user in "[ -9;-~]{1,6}",
        password in "[ -~]{1,12}",
        made in made(),
    ) {
        // The user ends at the first `:`; nothing else of the two has to be escaped.
        let made = Made {
            user: user.into_bytes(),
            password: password.into_bytes(),
            hosts: made.hosts[..1].to_vec(),
            ..made
        };
        let (listed, database, query) = (made.listed(), escape(&made.database, true), made.query(true));
        let text = [
            made.user.as_slice(),
            b":",
            &made.password,
            b"@tcp(",
            listed.as_bytes(),
            b")/",
            database.as_bytes(),
            b"?",
            query.as_bytes(),
        ];
        made.check(Family::Mysql, str::from_utf8(&text.concat()).unwrap(), Some(3306));
    }

    #[test]
    fn brokers_and_properties_give_back_their_parts(made in made(), blank in select(vec!["", " "])) {
        let brokers: Vec<_> = made.hosts.iter().map(|(host, port)| (*host, Some(port.unwrap_or(9092)))).collect();
        let list = Made { hosts: brokers.clone(), ..made.clone() };
        let text = list.listed().replace(',', &format!("{blank},{blank}"));
        let found = parse(Family::Kafka, text.as_bytes()).unwrap();
        let hosts: Vec<_> = found.hosts.iter().map(|host| (host.name.to_vec(), host.port)).collect();
        let wanted: Vec<_> = brokers.iter().map(|(host, port)| (host.as_bytes().to_vec(), *port)).collect();
        prop_assert_eq!(hosts, wanted);
        let brace = |text: &[u8]| [b"{".to_vec(), text.iter().flat_map(|b| if *b == b'}' { vec![*b, *b] } else { vec![*b] }).collect(), b"}".to_vec()].concat();
        let one = Made { hosts: made.hosts[..1].to_vec(), ..made };
        let text = [
            b"jdbc:sqlserver://".to_vec(),
            one.listed().into_bytes(),
            b";user=".to_vec(),
            brace(&one.user),
            b"; password =".to_vec(),
            brace(&one.password),
            b";databaseName=".to_vec(),
            brace(&one.database),
        ]
        .concat();
        let found = parse(Family::Jdbc, &text).unwrap();
        let part = |name: &str| found.part(name).map(|part| part.to_vec());
        prop_assert_eq!((part("user"), part("password")), (Some(one.user), Some(one.password)));
        prop_assert_eq!(part("database"), Some(one.database));
    }
}
