//! Variables that say of a connection's TLS what stands apart from it: `REDIS_TLS`, `MAIL_ENCRYPTION`, `DB_SSL_REJECT_UNAUTHORIZED`.
//!
//! Their names are the frameworks' and templates' own; where one document defines the name it is cited at its row. Modes of
//! libpq (`PGSSLMODE`, `DB_SSLMODE`) are `crate::rules`' own affair, which knows their history.

use super::Effect::{self, AtMost, Is, Nothing, Unknown};
use super::Family::{self, Amqp, Http, Kafka, Ldap, Mongodb, Mysql, Postgres, Redis, Smtp};
use super::SslMode::{Disable, Prefer, Require, VerifyCa, VerifyFull};

/// A variable that says something of TLS, apart from a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Apart {
    /// What its name begins with; empty for one that concerns every connection.
    pub prefix: &'static str,
    /// The families that it can speak of.
    pub families: &'static [Family],
    /// What it does.
    pub effect: Effect,
    /// Whether it names a mode, and not only whether there is TLS.
    pub exact: bool,
    /// Whether it reaches the drivers of Node alone.
    pub node: bool,
}

/// What names begin with, and of which connections they then speak.
const PREFIXES: &[(&str, &[Family])] = &[
    ("DATABASE", &[Postgres, Mysql, Mongodb]),
    ("DB", &[Postgres, Mysql, Mongodb]),
    ("POSTGRES", &[Postgres]),
    ("POSTGRESQL", &[Postgres]),
    ("PG", &[Postgres]),
    ("MYSQL", &[Mysql]),
    ("MARIADB", &[Mysql]),
    ("REDIS", &[Redis]),
    ("VALKEY", &[Redis]),
    ("CACHE", &[Redis]),
    ("MONGO", &[Mongodb]),
    ("MONGODB", &[Mongodb]),
    ("AMQP", &[Amqp]),
    ("RABBITMQ", &[Amqp]),
    ("RABBIT", &[Amqp]),
    ("SMTP", &[Smtp]),
    ("MAIL", &[Smtp]),
    ("MAILER", &[Smtp]),
    ("EMAIL", &[Smtp]),
    ("KAFKA", &[Kafka]),
    ("LDAP", &[Ldap]),
    // Vault's and Consul's manuals, "Environment Variables": `VAULT_SKIP_VERIFY`, `CONSUL_HTTP_SSL_VERIFY`.
    ("VAULT", &[Http]),
    ("CONSUL_HTTP", &[Http]),
];

const ON: &[&str] = &["true", "1", "yes", "on", "enabled", "require", "required"];
const OFF: &[&str] = &["false", "0", "no", "off", "disabled", "none"];

/// Flags: whether there is TLS.
const FLAGS: &[&str] = &[
    "SSL",
    "TLS",
    "USE_SSL",
    "USE_TLS",
    "ENABLE_SSL",
    "ENABLE_TLS",
    "SSL_ENABLED",
    "TLS_ENABLED",
    "SECURE",
    "START_TLS",
    "STARTTLS",
];

/// Off takes verification away.
const VERIFIES: &[&str] = &[
    "SSL_REJECT_UNAUTHORIZED",
    "TLS_REJECT_UNAUTHORIZED",
    "REJECT_UNAUTHORIZED",
    "SSL_VERIFY",
    "TLS_VERIFY",
    "VERIFY_SSL",
    "VERIFY_TLS",
    "VERIFY_PEER",
    "SSL_VERIFY_CERT",
    "SSL_CERT_REQS",
    "SSL_VERIFY_MODE",
    "TLS_VERIFY_MODE",
    // PHP manual, "PDO_MYSQL constants".
    "ATTR_SSL_VERIFY_SERVER_CERT",
];

/// On takes verification away.
const SKIPS: &[&str] = &[
    "TLS_INSECURE",
    "SSL_INSECURE",
    "TLS_SKIP_VERIFY",
    "SSL_SKIP_VERIFY",
    "INSECURE_SKIP_VERIFY",
    "SKIP_VERIFY",
];

type Words = &'static [(&'static str, Effect)];

/// Names with words of their own; `Nothing` and `Unknown` are for what is none of them.
const NAMED: &[(&str, Family, Words, Effect)] = &[
    (
        "ENCRYPTION",
        Smtp,
        &[
            ("tls", Is(Require)),
            ("starttls", Is(Require)),
            ("ssl", Is(VerifyFull)),
            ("smtps", Is(VerifyFull)),
            ("", Is(Prefer)),
            ("null", Is(Prefer)),
            ("none", Is(Prefer)),
        ],
        Unknown,
    ),
    // Laravel's `config/mail.php`, from version 11 on; left empty, the port decides.
    (
        "SCHEME",
        Smtp,
        &[("smtps", Is(VerifyFull)), ("smtp", Is(Prefer)), ("", Nothing), ("null", Nothing)],
        Unknown,
    ),
    // MySQL manual, `--ssl-mode`.
    ("SSL_MODE", Mysql, MYSQL, Unknown),
    ("SSLMODE", Mysql, MYSQL, Unknown),
    // PHP manual, "PDO_MYSQL constants": TLS is asked for where an authority is named.
    ("ATTR_SSL_CA", Mysql, &[("", Nothing)], Is(Require)),
    // Kafka's manual, `security.protocol` and `ssl.endpoint.identification.algorithm`.
    (
        "SECURITY_PROTOCOL",
        Kafka,
        &[
            ("plaintext", Is(Disable)),
            ("sasl_plaintext", Is(Disable)),
            ("ssl", Is(VerifyFull)),
            ("sasl_ssl", Is(VerifyFull)),
        ],
        Unknown,
    ),
    (
        "SSL_ENDPOINT_IDENTIFICATION_ALGORITHM",
        Kafka,
        &[("", AtMost(VerifyCa)), ("none", AtMost(VerifyCa))],
        Nothing,
    ),
    // ldap.conf(5), `TLS_REQCERT`.
    ("TLS_REQCERT", Ldap, &[("never", AtMost(Require)), ("allow", AtMost(Require))], Nothing),
];

const MYSQL: Words = &[
    ("disabled", Is(Disable)),
    ("preferred", Is(Prefer)),
    ("required", Is(Require)),
    ("verify_ca", Is(VerifyCa)),
    ("verify_identity", Is(VerifyFull)),
    ("", Nothing),
];

/// What names a server, behind what names begin with.
const SERVERS: &[&str] = &[
    "HOST",
    "HOSTNAME",
    "HOSTS",
    "SERVER",
    "SERVERS",
    "ADDR",
    "ADDRESS",
    "NODES",
    "BROKER",
    "BROKERS",
    "BROKER_LIST",
    "BOOTSTRAP_SERVER",
    "BOOTSTRAP_SERVERS",
];

/// What a variable's name begins with and what it can speak of, if it names a server: `REDIS_HOST`, `KAFKA_BROKERS`.
#[must_use]
pub fn server(key: &str) -> Option<(&'static str, &'static [Family])> {
    let (prefix, families, end) = split(key)?;
    SERVERS.contains(&end).then_some((prefix, families))
}

/// The likeliest family that a variable's name speaks of.
#[must_use]
pub fn family(key: &str) -> Option<Family> {
    split(key).and_then(|(_, families, _)| families.first().copied())
}

/// The variables that can name the server of a beginning, the likeliest first.
#[must_use]
pub fn server_names(prefix: &str) -> Vec<String> {
    SERVERS.iter().map(|name| format!("{prefix}_{name}")).collect()
}

fn split(key: &str) -> Option<(&'static str, &'static [Family], &str)> {
    let first = key.bytes().next()?;
    PREFIXES.iter().filter(|(prefix, _)| prefix.bytes().next() == Some(first)).find_map(
        |(prefix, families)| {
            let end = key.strip_prefix(prefix)?.strip_prefix('_')?;
            Some((*prefix, *families, end))
        },
    )
}

/// What a variable says, if its name is one of these.
#[must_use]
pub fn apart(key: &str, value: &[u8]) -> Option<Apart> {
    let said = value.trim_ascii();
    let is = |words: &[&str]| words.iter().any(|word| said.eq_ignore_ascii_case(word.as_bytes()));
    let global = |families, node| {
        let effect = if said == b"0" { AtMost(Require) } else { Nothing };
        Some(Apart { prefix: "", families, effect, exact: false, node })
    };
    match key {
        // Node's manual, "NODE_TLS_REJECT_UNAUTHORIZED=value".
        "NODE_TLS_REJECT_UNAUTHORIZED" => return global(ALL, true),
        // PEP 493.
        "PYTHONHTTPSVERIFY" => return global(&[Http], false),
        // ldap.conf(5), "ENVIRONMENT VARIABLES": an option's name behind `LDAP`.
        "LDAPTLS_REQCERT" => {
            let takes = [&b"never"[..], b"allow"].iter().any(|word| said.eq_ignore_ascii_case(word));
            let effect = if takes { AtMost(Require) } else { Nothing };
            return Some(Apart { prefix: "", families: &[Ldap], effect, exact: false, node: false });
        }
        _ => {}
    }
    let (prefix, families, end) = split(key)?;
    let ends = |names: &[&str]| names.contains(&end);
    // Their manuals have no flag for TLS: it is the address that says so.
    if families == [Http] && !ends(SKIPS) && !ends(VERIFIES) {
        return None;
    }
    let named = NAMED.iter().find(|(name, family, ..)| *name == end && families.contains(family));
    let effect = if let Some((_, _, words, other)) = named {
        said_in(words, said).unwrap_or(*other)
    } else if ends(FLAGS) {
        match (is(ON), is(OFF)) {
            (true, _) => Is(Require),
            // STARTTLS is off where TLS begins with the first byte.
            (_, true) if end == "STARTTLS" || end == "START_TLS" => Nothing,
            (_, true) if families == [Ldap] && end.ends_with("TLS") => Nothing,
            // Nodemailer's manual: `secure: false` is STARTTLS where the server has it.
            (_, true) if families == [Smtp] && end == "SECURE" => Is(Prefer),
            (_, true) if families == [Smtp] => Nothing,
            (_, true) => Is(Disable),
            _ => Nothing,
        }
    } else if ends(VERIFIES) && (is(OFF) || is(&["verify_none", "cert_none"])) || ends(SKIPS) && is(ON) {
        AtMost(Require)
    } else if ends(VERIFIES) || ends(SKIPS) {
        Nothing
    } else {
        return None;
    };
    let families = named.map_or(families, |(_, family, ..)| std::slice::from_ref(family));
    Some(Apart { prefix, families, effect, exact: ends(&["SSL_MODE", "SSLMODE"]), node: false })
}

/// What a word does; programs take these in any case, and `-` for `_`.
fn said_in(words: Words, said: &[u8]) -> Option<Effect> {
    let fold = |b: &u8| if *b == b'-' { b'_' } else { b.to_ascii_lowercase() };
    let is = |known: &str| {
        known.len() == said.len() && known.as_bytes().iter().map(fold).eq(said.iter().map(fold))
    };
    words.iter().find(|(known, _)| is(known)).map(|(_, effect)| *effect)
}

const ALL: &[Family] = &[Postgres, Mysql, Redis, Mongodb, Amqp, Smtp, Kafka, Ldap, Http];
