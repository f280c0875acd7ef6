//! What of the shells surprises, as the shells themselves have shown it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::collections::BTreeMap;

use super::{End, FileView, Seen, bash, sh};

/// What is left in the end, in one line.
fn told(file: &[u8], view: &FileView) -> String {
    let end = match view.end {
        End::Whole => String::new(),
        End::Refused(why, _) => return format!("{why:?}"),
        End::Unmodelled(_) => return "unmodelled".to_owned(),
    };
    let mut last = BTreeMap::new();
    for assigned in &view.assigned {
        let text = match &assigned.seen {
            Seen::Value(text) => format!("={}", text.of(file).escape_ascii()),
            Seen::Unset => "-".to_owned(),
            Seen::Runs => "!".to_owned(),
            Seen::DependsOnProcess => "?".to_owned(),
            Seen::Unmodelled => "...".to_owned(),
        };
        last.insert(assigned.key.of(file), text);
    }
    let one = |(key, text): (&&[u8], &String)| format!("{}{text}", key.escape_ascii());
    end + &last.iter().map(one).collect::<Vec<_>>().join(" ")
}

/// File, dash's view, bash's.
const TABLE: &[(&str, &str, &str)] = &[
    ("A=pa#ss\nB=pa #ss\n", "A=pa#ss B=pa", "A=pa#ss B=pa"),
    ("A=pa ss\n", "A!", "A!"),
    ("A=1 :\n", "A=1", "A!"),
    ("A=1\nA=2 ss\nB=$A\n", "A! B=1", "A! B=1"),
    ("A=u?a&x=1\n", "A- x=1", "A- x=1"),
    ("A=1\nA=2 &\nB=$A\n", "A! B=1", "A! B=1"),
    ("A=a|b\nB=2\n", "A- B=2", "A- B=2"),
    ("A=a;b\nB=2\n", "A=a B=2", "A=a B=2"),
    ("A=a>b c\nB=2\n", "A! B=2", "A! B=2"),
    ("A=a>b\nB=<x\n", "A=a B?", "A=a B="),
    ("A=pa(ss)\n", "Syntax", "Syntax"),
    ("A=(1 2)\n", "Syntax", "unmodelled"),
    ("A=!@#$%^&*()_+\nB=2\n", "Syntax", "Syntax"),
    ("A=1&f() { x; }\n", "unmodelled", "unmodelled"),
    ("A=1&f() _x\n", "unmodelled", "Syntax"),
    ("A=1&\\f() if\n", "unmodelled", "unmodelled"),
    ("A=it's\nB=2\n", "UnterminatedQuote", "UnterminatedQuote"),
    ("A=it's\nB=don't\n", "A=its\\nB=dont", "A=its\\nB=dont"),
    ("A=${FOO:?e}\n", "UnsetVariable", "UnsetVariable"),
    ("A=${}\n", "BadSubstitution", "BadSubstitution"),
    ("A=$FOO\nB=${FOO:-d}\n", "A? B?", "A? B?"),
    ("unset FOO\nA=$FOO\nB=${FOO:-d}\n", "A= B=d FOO-", "A= B=d FOO-"),
    ("FOO=\nA=${FOO:=d}\n", "A=d FOO=d", "A=d FOO=d"),
    ("FOO=1\nA=\"${FOO:+'}\"\n", "A... FOO=1", "UnterminatedQuote"),
    ("A=$(ss)\nB=`ss`\n", "A! B!", "A! B!"),
    ("A=`if`\nB=2\n", "unmodelled", "A! B=2"),
    ("A=$'a\\n'\nB=$\"b\"\n", "A=$a\\\\n B=$b", "A=a\\n B=b"),
    ("A+=1\n", "", "A?"),
    ("A=1\nA+=2\n", "A=1", "A=12"),
    ("export 1A=1\nB=2\n", "BadKey", "B=2"),
    ("FOO='a b'\nexport A=$FOO B={a,b}\n", "A=a b B={a,b} FOO=a b", "A=a b B... FOO=a b"),
    ("UID=1000; A=1\nB=2\n", "A=1 B=2 UID=1000", "B=2 UID-"),
    ("A=1\r\nB='2' \r\n", "A=1\\r B!", "A=1\\r B!"),
    ("\u{feff}A=1\nB=2\n", "B=2", "B=2"),
    ("A=p\0a\nB\0=1\n", "A=pa B=1", "A=pa B=1"),
    ("A=1\0\0x\nB=2\n", "A=1x B=2", "A=1"),
    ("A=~/x\nB='~'\nC=a:~\n", "A? B=~ C?", "A? B=~ C?"),
    ("A=1 \\\nB=2\n", "A=1 B=2", "A=1 B=2"),
    ("CRON=* * * * *\n", "CRON!", "CRON!"),
    ("A-B=1\nA.B=1\n", "", ""),
    ("if true; then A=1; fi\n", "unmodelled", "unmodelled"),
    ("export JSON={\"a\":1}\n", "JSON={a:1}", "JSON={a:1}"),
];

#[test]
fn surprises() {
    for (file, in_sh, in_bash) in TABLE {
        let bytes = file.as_bytes();
        assert_eq!(told(bytes, &sh(bytes)), *in_sh, "sh: {file:?}");
        assert_eq!(told(bytes, &bash(bytes)), *in_bash, "bash: {file:?}");
    }
}

#[test]
fn says_what_runs() {
    let file = b"A=$(x)\nB=c d\nE=f&g=1\nh | i\nj\n";
    let at: Vec<usize> = sh(file).executed.iter().map(|executed| executed.at).collect();
    assert_eq!(at, [2, 11, 13, 21, 25, 27]);
}

/// Of ordinary files next to nothing is left open.
#[test]
fn ordinary_files_are_modelled() {
    const FILE: &str = r#"# Rails
RAILS_ENV=production
export SECRET_KEY_BASE="0f3c$5"
DATABASE_URL=postgres://u:p%40@db:5432/app?sslmode=require
REDIS_URL="redis://:pw@redis:6379/0?a=1&b=2"
MAIL_FROM="App <noreply@example.org>"
GREETING=Hello World
CRON=0 3 * * *
CRON_ALL=* * * * *
CRON_QUOTED='*/5 * * * *'
JSON={"a": [1, 2], "b": "c"}
JSON_QUOTED='{"a": "b"}'
JWT=eyJhbGciOi.eyJzdWIi.SflKxwRJSM-eK_x==
PRIVATE_KEY="-----BEGIN RSA PRIVATE KEY-----\nMIIE+/=\n-----END RSA PRIVATE KEY-----\n"
PRIVATE_KEY_LINES="-----BEGIN RSA PRIVATE KEY-----
MIIE+/=
-----END RSA PRIVATE KEY-----"
BARE=-----BEGIN RSA PRIVATE KEY-----
MIIE+/=
-----END RSA PRIVATE KEY-----
HOSTS=a.example.org, b.example.org
REGEX='^[a-z]+$'
OPTS=--max-old-space-size=4096 --trace
WIN=C:\temp\new
PRICE=$5
PASSWORD=p@ss!w0rd%^*
EMPTY=
UID=1000
GID=1000
PATH=/app/bin:$PATH
NODE_ENV=${NODE_ENV:-production} # note
DEBUG=app:*,-app:x
TZ=Europe/Berlin
BASE=https://example.org
API=${BASE}/api/v1
"#;
    for file in [FILE.to_owned(), FILE.replace('\n', "\r\n")] {
        for view in [sh(file.as_bytes()), bash(file.as_bytes())] {
            assert!(matches!(view.end, End::Whole), "{:?}", view.end);
            let open = view.assigned.iter().filter(|one| matches!(one.seen, Seen::Unmodelled)).count();
            assert_eq!(open, 0);
        }
    }
}

/// Each of these would take minutes if anything were gone over again and again.
#[test]
fn hostile_files_end() {
    let parts: &[&str] =
        &["\"", "'", "$", "${", "$(", "`", "\\\n", "&", "A=${A:-", "A=\"${A:-", "$($(", "{", "A=b c\n", "#`"];
    for part in parts {
        let file = part.repeat((1 << 16) / part.len());
        sh(file.as_bytes());
        bash(file.as_bytes());
    }
    let long = format!("A={}\n", "x".repeat(1 << 18));
    for line in ["A=$A$A\n", "B=$A\n", "A+=x\n", "A+=x c\n", "B=${#A}\n", "A=$B c\n", "B=$A$OUTER\n"] {
        let file = long.clone() + &line.repeat(1 << 10);
        sh(file.as_bytes());
        bash(file.as_bytes());
    }
}
