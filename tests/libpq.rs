//! Connection strings compared with the real libpq, through `tests/oracles/libpq.py`.
//!
//! Runs only with `PREFLIGHT_REAL_TOOLS=1`; then a missing python3 or libpq is a failure.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used
)]

use std::env;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use preflight::syntax::postgres::{Mode, Parsed, Refusal, Setting, SslMode, parse};
use serde_json::Value;

/// Strings of each kind that are made.
const GENERATED: u64 = 10_000;

/// What libpq says of each text; `None` without `PREFLIGHT_REAL_TOOLS=1`.
fn ask(texts: &[Vec<u8>]) -> Option<Vec<Value>> {
    if env::var_os("PREFLIGHT_REAL_TOOLS").is_none_or(|value| value != "1") {
        return None;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles/libpq.py");
    let mut command = Command::new("python3");
    command.arg(script).env("LC_ALL", "C").stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("python3 runs");
    let mut stdin = child.stdin.take().unwrap();
    for text in texts {
        stdin.write_all(&[text, &b"\0"[..]].concat()).unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "the script and libpq.so.5 work");
    let lines = output.stdout.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    let answers: Vec<Value> = lines.map(|line| serde_json::from_slice(line).unwrap()).collect();
    assert_eq!(answers.len(), texts.len());
    Some(answers)
}

/// The bytes of a hexadecimal field; `None` for `null`.
fn bytes(field: &Value) -> Option<Vec<u8>> {
    let pairs = field.as_str()?.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap();
    Some(pairs.map(byte).collect())
}

/// Whether keywords show that PostgreSQL is meant; libpq is not that choosy.
fn is_meant(text: &[u8], answer: &Value) -> bool {
    let keys: Vec<&str> = answer["keys"].as_array().unwrap().iter().flat_map(Value::as_str).collect();
    let main = ["host", "hostaddr", "dbname", "user", "port", "password", "sslmode", "service"];
    let main = if keys.len() > 1 { &main[..] } else { &main[1..3] };
    text.starts_with(b"postgres") || keys.iter().any(|key| main.contains(key))
}

/// Whether only keywords stand there that mail servers and brokers have too: then the port decides.
fn is_common(text: &[u8], answer: &Value) -> bool {
    let keys: Vec<&str> = answer["keys"].as_array().into_iter().flatten().flat_map(Value::as_str).collect();
    let common = ["host", "user", "port", "password"];
    answer["ok"] == true && !text.starts_with(b"postgres") && keys.iter().all(|key| common.contains(key))
}

/// Fails where the two disagree; `false` if there is nothing to compare.
fn compare(text: &[u8], answer: &Value) -> bool {
    let shown = text.escape_ascii();
    let parsed = parse(text);
    if answer["unknown_parameter"] == true
        || (is_common(text, answer) && matches!(parsed, Parsed::NotPostgres))
    {
        return false;
    }
    let refused = answer["ok"] == false || answer["counts_ok"] == false;
    if refused || !is_meant(text, answer) {
        assert!(!matches!(parsed, Parsed::Connection(_)), "{shown}: {parsed:?}, {answer}");
        assert!(refused || matches!(parsed, Parsed::NotPostgres), "{shown}: {parsed:?}, {answer}");
        let counts = matches!(parsed, Parsed::Refused(Refusal::HostCount));
        assert_eq!(counts, answer["counts_ok"] == false, "{shown}: {parsed:?}, {answer}");
        return true;
    }
    let Parsed::Connection(found) = parsed else {
        panic!("{shown}: {parsed:?}, {answer}");
    };
    let classes: Vec<String> = found.hosts.iter().map(|class| format!("{class:?}")).collect();
    assert_eq!(answer["classes"], Value::from(classes), "{shown}: {answer}");
    let password = bytes(&answer["password"]).filter(|password| !password.is_empty());
    assert_eq!(found.password.map(|found| found.expose().to_vec()), password, "{shown}: {answer}");
    settings(&found.settings, &answer["settings"], &shown.to_string());
    let mode = match bytes(&answer["sslmode"]) {
        None => Mode::Absent,
        Some(word) => match SslMode::exact(&word) {
            // The one difference: a word of node-postgres, which encrypts.
            Some(mode) if answer["sslmode_ok"] == true || word == b"no-verify" => Mode::Known(mode),
            _ => {
                assert_eq!(answer["sslmode_ok"], false, "{shown}: {answer}");
                Mode::Unknown
            }
        },
    };
    assert_eq!(found.mode, mode, "{shown}: {answer}");
    true
}

/// Every setting of libpq's is read alike, the last of several; what a URI leaves empty libpq does not set.
fn settings(found: &[Setting], answer: &Value, shown: &str) {
    let answer = answer.as_object().unwrap();
    let last = |keyword: &str| {
        let same = found.iter().rev().find(|setting| *setting.keyword == keyword.as_bytes());
        same.map(|setting| setting.value.to_vec()).unwrap_or_default()
    };
    for (keyword, value) in answer {
        // Another word for a mode.
        if keyword != "sslmode" {
            assert_eq!(last(keyword), bytes(value).unwrap(), "{keyword} of {shown}: {answer:?}");
        }
    }
    for setting in found.iter().filter(|setting| !setting.value.is_empty()) {
        let keyword = str::from_utf8(&setting.keyword).unwrap();
        assert!(answer.contains_key(keyword) || keyword == "requiressl", "{keyword} of {shown}: {answer:?}");
    }
}

/// SplitMix64: the same strings on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ mixed >> 31) >> 33).unwrap() % limit
    }

    /// One of the pieces that bars stand between.
    fn one(&mut self, pieces: &'static str) -> &'static str {
        let at = self.below(pieces.split('|').count());
        pieces.split('|').nth(at).unwrap()
    }

    fn several(&mut self, pieces: &'static str, limit: usize) -> String {
        (0..self.below(limit)).map(|_| self.one(pieces)).collect()
    }
}

const SCHEMES: &str = "postgres://|postgresql://";
const HOSTS: &str = "|db|db.|localhost|db.internal|db.example.com|127.0.0.1|127.1|10.0.0.1|\
    0x7f.0.0.1|\
    2130706433|/tmp|@x|DB.Local|app.flycast|a.b.svc";
const ADDRESSES: &str = "|127.0.0.1|::1|10.0.0.1|fe80::1|::ffff:127.0.0.9";
const WORDS: &str = "pa|s w|'|\\|@|/|:|,|[|]|=|&|?|#|\u{fc}";
const ESCAPED: &str = "pa|%41|%2C|%2f|%40|%5B|%25|%C3%BC|x|%27";
const MODES: &str = "disable|allow|prefer|require|verify-ca|verify-full||requires|none|true|Require| require";
const URI_PIECES: &str = "u|p|h.example|:|@|/|?|,|[|]|[::1]|::1|127.0.0.1|%41|%2C|%|%zz|%00|=|&|\
    ?sslmode=require|\
    &host=a,b|&password=q|#| |?hostaddr=";
const KEYWORD_PIECES: &str = "host|hostaddr|password|sslmode|dbname|user|port|=|=|=| = |'|'|\
    \\| | |\n|\t|\u{b}|a|b.c|\
    ,|require|host=h |password='p\\'q'|\u{fc}|passwd=";

fn uri(dice: &mut Dice) -> String {
    let mut text = dice.one(SCHEMES).to_owned();
    if dice.below(2) == 0 {
        text += &dice.several(ESCAPED, 3);
        if dice.below(4) > 0 {
            text += ":";
            text += &if dice.below(3) > 0 { dice.several(ESCAPED, 5) } else { dice.several(WORDS, 4) };
        }
        text += "@";
    }
    for at in 0..dice.below(4) {
        text += if at == 0 { "" } else { "," };
        text += &match dice.below(4) {
            0 => format!("[{}]", dice.one(ADDRESSES)),
            _ => dice.one(HOSTS).replace('/', "%2F").replace('@', "%40"),
        };
        text += dice.one("||:5432|:");
    }
    text += dice.one("|/|/db|/d%20b");
    for at in 0..dice.below(5) {
        text += if at == 0 { "?" } else { "&" };
        text += &match dice.below(8) {
            0 => format!("host={},{}", dice.one(HOSTS), dice.one(HOSTS)),
            1 => format!("host={}", dice.one(HOSTS)),
            2 => format!("hostaddr={}", dice.one(ADDRESSES)),
            3 => format!("hostaddr={},{}", dice.one(ADDRESSES), dice.one(ADDRESSES)),
            4 => format!("password={}", dice.several(ESCAPED, 4)),
            5 => dice.one("ssl=true|requiressl=1|requiressl=0|s%73l=tru%65|port=1").to_owned(),
            _ => format!("sslmode={}", dice.one(MODES)),
        };
    }
    text
}

fn keywords(dice: &mut Dice) -> String {
    let mut text = dice.one("| |host=first ").to_owned();
    for _ in 0..=dice.below(5) {
        let (key, value) = match dice.below(8) {
            0 => ("host", format!("{},{}", dice.one(HOSTS), dice.one(HOSTS))),
            1 => ("host", dice.one(HOSTS).to_owned()),
            2 => ("hostaddr", dice.one(ADDRESSES).to_owned()),
            3 => ("hostaddr", format!("{},{}", dice.one(ADDRESSES), dice.one(ADDRESSES))),
            4 => ("password", dice.several(WORDS, 6)),
            5 => (dice.one("user|dbname|port|options|service"), dice.several(WORDS, 3)),
            _ => ("sslmode", dice.one(MODES).to_owned()),
        };
        text += key;
        text += dice.one("=|=| = |=\n|\t=");
        text += &match dice.below(3) {
            0 => value,
            1 => value.replace('\\', "\\\\").replace('\'', "\\'").replace(' ', "\\ "),
            _ => format!("'{}'", value.replace('\\', "\\\\").replace('\'', "\\'")),
        };
        text += dice.one(" | |\r\n|\u{b}|");
    }
    text
}

/// Removes, doubles or puts in a few bytes.
fn damage(dice: &mut Dice, text: &mut Vec<u8>, pieces: &'static str) {
    let from = dice.below(text.len() + 1);
    let to = (from + dice.below(4)).min(text.len());
    let put = match dice.below(3) {
        0 => vec![],
        1 => text[from..to].repeat(2),
        _ => dice.one(pieces).into(),
    };
    text.splice(from..to, put);
}

fn generated() -> Vec<Vec<u8>> {
    let made = (0..GENERATED).flat_map(|seed| {
        let dice = &mut Dice(seed);
        let mut texts = [
            uri(dice).into_bytes(),
            keywords(dice).into_bytes(),
            [dice.one(SCHEMES), &dice.several(URI_PIECES, 12)].concat().into_bytes(),
            dice.several(KEYWORD_PIECES, 14).into_bytes(),
        ];
        // Without one of libpq's own, most keyword strings are as good as anybody's.
        if seed % 4 != 0 {
            texts[1].splice(..0, *b"dbname=d ");
        }
        if seed % 2 == 0 {
            damage(dice, &mut texts[0], URI_PIECES);
            damage(dice, &mut texts[1], KEYWORD_PIECES);
        }
        texts
    });
    made.collect()
}

#[test]
fn generated_strings_are_read_as_libpq_reads_them() {
    let texts = generated();
    let Some(answers) = ask(&texts) else {
        return;
    };
    let compared: Vec<_> =
        texts.iter().zip(&answers).filter(|(text, answer)| compare(text, answer)).collect();
    let accepted = compared.iter().filter(|(_, answer)| answer["ok"] == true).count();
    println!("{} made, {} compared, {accepted} accepted by libpq", texts.len(), compared.len());
    // Neither side of the comparison may dry up unnoticed.
    assert!(compared.len() > texts.len() / 10 * 8);
    assert!(accepted > texts.len() / 4 && accepted < texts.len() / 4 * 3);
}

#[test]
fn strings_of_the_table_are_read_as_libpq_reads_them() {
    let table = "|  |free text|postgres://|postgresql:///db|postgres://u:p@ss@h/db|\
        postgres://u:pa/ss@h/db|postgres://u:@h|postgres://@h|postgres://:p@h|postgres://u@|\
        postgres://h?sslmode=require#x|postgres://h?sslmode=|postgres://h#?sslmode=require|\
        postgres://h/?a|postgres://h/?user=a=b|postgres://h/?user=a&|postgres://h/?&|\
        postgres://h/?user=a&&user=b|postgres://h?user=a?b|postgres://h/a/b?user=c?d|\
        postgres://[::1]:1,b:2,[fe80::1]/d|postgres://[::1|postgres://[]|postgres://[::1]x|\
        postgres://[a]@h|postgres://a%2Cb|postgres://a%00|postgres://a%|postgres://%4|\
        postgres://,|postgres://h b/d?user=a b|postgres://h/?ho%73t=k|\
        postgres://h?host=&host=b|postgres://h?host=|postgres://h?ssl=true|\
        postgres://h?ssl=true&sslmode=allow|postgres://h?requiressl=|\
        postgres://a,b?hostaddr=::1|postgres://a,b?hostaddr=::1,|\
        postgres://?hostaddr=::1,::1|postgres:/h|postgresql:h|POSTGRES://h| postgres://h|\
        postgres+://h|host=h|host|host=|host = |host= dbname=x|host=a  = b|=x|Host=a|\
        host=a tty=1|password='x'host=b|host=a\\|host='a\\|host='a\\' port=1|\
        host=a'b' port=1|host=''port=1|user=b\u{b}port=1|user=b\u{a0}port=1|host='a'b|\
        host=a\\ b|requiressl=0 host=x|host=a,b hostaddr=::1|host=a,b hostaddr=,|\
        host=a,b hostaddr=::1,|host=, hostaddr=::1,::1|hostaddr=localhost|sslmode=require|\
        user=a|user=a user=b|options=a connect_timeout=1|host=[::1]|host=127.0.0.1.|\
        host=00 user=a|host=0x user=a|host=1.2.3.4.5|host=256.1|host=127.16777216|\
        host=1.2.3.256|host=127.65536|host=127.1.65536|\
        host=+1|host=08.1|host=::127.0.0.1|host=::ffff:7f00:1";
    let with_dbname =
        table.split('|').filter(|text| !text.contains("://")).map(|text| format!("dbname=d {text}"));
    let texts: Vec<Vec<u8>> =
        table.split('|').map(str::to_owned).chain(with_dbname).map(Into::into).collect();
    let Some(answers) = ask(&texts) else {
        return;
    };
    for (text, answer) in texts.iter().zip(&answers) {
        assert!(compare(text, answer) || is_common(text, answer), "{}", text.escape_ascii());
    }
    println!("{} compared", texts.len());
}

#[test]
fn differences_from_libpq_are_the_documented_ones() {
    // libpq takes none of these; each is a connection to us.
    let table = [
        "postgres://h?schema=public",
        "postgres://h?pgbouncer=true&connection_limit=1",
        "postgres://h?ssl=verify-full",
        "postgresql+asyncpg://h?ssl=require",
        "postgres+psycopg2://u:100%@h/d",
        "postgres://h?sslmode=requirE",
        "host=h sslmode=' require'",
    ];
    let texts = table.map(|text| text.as_bytes().to_vec());
    let Some(answers) = ask(&texts) else {
        return;
    };
    for (text, answer) in table.into_iter().zip(&answers) {
        assert!(answer["ok"] == false || answer["sslmode_ok"] == false, "{text}");
        assert!(matches!(parse(text.as_bytes()), Parsed::Connection(_)), "{text}");
    }
}
