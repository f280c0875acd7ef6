//! Connection strings taken apart into the parts that policies can name.
//!
//! Eight families, a file each; `docs/connections.md` has their grammars as a table that is run. [`parse`] is for a value
//! that is said to be of a family and refuses what its drivers refuse; [`take_apart`] is for any value, finds the family
//! itself and is lenient: what matters there is which parts a client would see.
//!
//! Nothing is resolved, connected to or filled in from the environment.

mod alias;
mod amqp;
mod fault;
mod jdbc;
mod kafka;
mod mongodb;
mod mysql;
mod oracle;
mod postgres;
mod redis;
mod smtp;
mod sqlserver;
mod uri;

use std::fmt;

use zeroize::Zeroizing;

use crate::text::SecretValue;

pub use alias::usual;
pub use fault::Fault;

/// Bytes of a part, out of their escapes; zeroed when dropped.
pub type Text = Zeroizing<Vec<u8>>;

/// Longest text that is taken apart, in bytes. Linux limits one string of a process's environment to 128 KiB
/// (`execve(2)`, `MAX_ARG_STRLEN`), and no driver needs half of that.
pub const LONGEST: usize = 64 * 1024;

/// What a connection string leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// PostgreSQL: a URI or libpq's keywords (libpq manual, "Connection Strings").
    Postgres,
    /// MySQL and MariaDB: a URI (MySQL manual, "Connecting Using URI-Like Connection Strings") or a DSN of
    /// go-sql-driver (its README, "DSN (Data Source Name)").
    Mysql,
    /// Redis and Valkey (IANA's registrations of `redis` and `rediss`, redis-py, Lettuce).
    Redis,
    /// MongoDB (its "Connection String Spec" and "Initial DNS Seedlist Discovery").
    Mongodb,
    /// AMQP 0-9-1 (RabbitMQ's "URI Specification").
    Amqp,
    /// Mail submission; no standard (draft-earhart-url-smtp-00, Symfony Mailer, Nodemailer, lettre).
    Smtp,
    /// Brokers of Kafka (its manual, `bootstrap.servers`).
    Kafka,
    /// `jdbc:subprotocol:subname` (JDBC 4.3, section 9.4, and each driver's manual).
    Jdbc,
}

impl Family {
    /// Every family.
    pub const ALL: &'static [Self] = &[
        Self::Postgres,
        Self::Mysql,
        Self::Redis,
        Self::Mongodb,
        Self::Amqp,
        Self::Smtp,
        Self::Kafka,
        Self::Jdbc,
    ];

    /// The word that a policy's `type` has for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Postgres => "postgres-url",
            Self::Mysql => "mysql-url",
            Self::Redis => "redis-url",
            Self::Mongodb => "mongodb-url",
            Self::Amqp => "amqp-url",
            Self::Smtp => "smtp-url",
            Self::Kafka => "kafka-brokers",
            Self::Jdbc => "jdbc-url",
        }
    }

    /// The family that a value's first letters show.
    fn of(value: &[u8]) -> Option<Self> {
        // Pages' addresses are none of them, and are most of what has a scheme.
        let web = value.starts_with(b"https://") || value.starts_with(b"http://");
        if web && !value.iter().any(|b| matches!(b, b'=' | b'(')) {
            return None;
        }
        let shown = [
            (Self::Postgres, postgres::is_meant(value)),
            (Self::Jdbc, jdbc::is_meant(value)),
            (Self::Mysql, mysql::is_meant(value)),
            (Self::Redis, uri::has_scheme(value, redis::SCHEMES)),
            (Self::Mongodb, uri::has_scheme(value, mongodb::SCHEMES)),
            (Self::Amqp, uri::has_scheme(value, amqp::SCHEMES)),
            (Self::Smtp, uri::has_scheme(value, smtp::SCHEMES)),
            (Self::Kafka, kafka::is_meant(value)),
        ];
        shown.into_iter().find(|(_, shown)| *shown).map(|(family, _)| family)
    }

    fn read(self, value: &[u8]) -> Result<Connection, Fault> {
        match self {
            Self::Postgres => postgres::read(value),
            Self::Mysql => mysql::read(value),
            Self::Redis => redis::read(value),
            Self::Mongodb => mongodb::read(value),
            Self::Amqp => amqp::read(value),
            Self::Smtp => smtp::read(value),
            Self::Kafka => kafka::read(value),
            Self::Jdbc => jdbc::read(value),
        }
    }

    /// Whether the family's URIs are RFC 3986's but for what their own documents say.
    const fn is_uri(self) -> bool {
        matches!(self, Self::Redis | Self::Mongodb | Self::Amqp | Self::Smtp)
    }
}

/// What a parameter that stands there more than once means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Repeats {
    /// The last one counts, by the family's own driver.
    Last,
    /// Drivers do not agree: several that differ are no part.
    #[default]
    Undefined,
}

/// One host of a connection.
#[derive(Clone)]
pub struct Host {
    /// Its name, address without brackets or socket; empty where it is left out and others stand beside it.
    pub name: Text,
    /// Its port, where one is given.
    pub port: Option<u16>,
}

/// A connection string in its parts, all of them out of their escapes.
#[derive(Clone, Default)]
pub struct Connection {
    /// The family; none for a URL of any other scheme.
    pub family: Option<Family>,
    /// The scheme in lower case: `postgres`, `jdbc:mysql`; none where the notation has none.
    pub scheme: Option<Text>,
    /// The user; an empty one is none.
    pub user: Option<Text>,
    /// The password; an empty one is none.
    pub password: Option<SecretValue>,
    /// The hosts in their order.
    pub hosts: Vec<Host>,
    /// The port of hosts that name none, where the family's own document says one.
    pub default_port: Option<u16>,
    /// Database, virtual host or service.
    pub database: Option<Text>,
    /// The path with its first `/`.
    pub path: Option<Text>,
    /// The query as it is written, without its `?`.
    pub query: Option<Text>,
    /// What follows `#`.
    pub fragment: Option<Text>,
    /// Parameters in their order, names and values.
    pub params: Vec<(Text, Text)>,
    /// What repeated ones mean.
    pub repeats: Repeats,
    /// Whether names of parameters are compared without regard to case.
    pub folded: bool,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[connection]")
    }
}

/// The names of parts that [`Connection::part`] knows, besides `params.NAME`.
pub const PARTS: &[&str] =
    &["scheme", "user", "password", "host", "hosts", "port", "database", "path", "query", "fragment"];

/// Whether a part can be asked for by this name.
#[must_use]
pub fn is_part(name: &str) -> bool {
    PARTS.contains(&name) || name.strip_prefix("params.").is_some_and(|name| !name.is_empty())
}

impl Connection {
    /// A part by its name; nothing where the connection string has none, or the name is no part's.
    ///
    /// `host` is the first host's name; `hosts` are all as they are written, with commas; `port` is the first host's, or else
    /// the family's own where its document names one; `params.NAME` is a parameter.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<Text> {
        match name {
            "scheme" => self.scheme.clone(),
            "user" => self.user.clone(),
            "password" => self.password.as_ref().map(|password| Zeroizing::new(password.expose().to_vec())),
            "host" => self.hosts.first().map(|host| host.name.clone()).filter(|name| !name.is_empty()),
            "hosts" => self.listed(),
            "port" => self.port().map(|port| Zeroizing::new(port.to_string().into_bytes())),
            "database" => self.database.clone(),
            "path" => self.path.clone(),
            "query" => self.query.clone(),
            "fragment" => self.fragment.clone(),
            _ => self.param(name.strip_prefix("params.")?.as_bytes()).cloned(),
        }
    }

    /// A parameter's value.
    #[must_use]
    pub fn param(&self, name: &[u8]) -> Option<&Text> {
        let is_named =
            |known: &[u8]| if self.folded { known.eq_ignore_ascii_case(name) } else { known == name };
        let mut found = self.params.iter().filter(|(known, _)| is_named(known)).map(|(_, value)| value).rev();
        let last = found.next()?;
        let counts = self.repeats == Repeats::Last || found.all(|value| value == last);
        counts.then_some(last)
    }

    fn port(&self) -> Option<u16> {
        let first = self.hosts.first();
        // A socket has no port, but for PostgreSQL, which names it by one.
        let socket = first.is_some_and(|host| host.name.starts_with(b"/"));
        let usual = self.default_port.filter(|_| !socket || self.family == Some(Family::Postgres));
        first.and_then(|host| host.port).or(usual)
    }

    fn listed(&self) -> Option<Text> {
        let room = self.hosts.iter().map(|host| host.name.len().saturating_add(9)).sum();
        // Never grows: a reallocation would leave a copy of a secret behind.
        let mut listed = Zeroizing::new(Vec::with_capacity(room));
        for (at, Host { name, port }) in self.hosts.iter().enumerate() {
            if at > 0 {
                listed.push(b',');
            }
            let address = name.contains(&b':') && port.is_some();
            listed.extend_from_slice(if address { b"[" } else { b"" });
            listed.extend_from_slice(name);
            listed.extend_from_slice(if address { b"]" } else { b"" });
            if let Some(port) = port {
                listed.push(b':');
                listed.extend_from_slice(port.to_string().as_bytes());
            }
        }
        Some(listed).filter(|listed| !listed.is_empty())
    }
}

/// Whether a value is a connection string of a family.
///
/// # Errors
/// What the family's documents or drivers refuse it for.
pub fn fits(family: Family, value: &[u8]) -> Result<(), Fault> {
    parse(family, value).map(|_| ())
}

/// Reads a value that is said to be a connection string of a family.
///
/// # Errors
/// What the family's documents or drivers refuse it for.
pub fn parse(family: Family, value: &[u8]) -> Result<Connection, Fault> {
    if value.len() > LONGEST {
        return Err(Fault::TooLong);
    }
    let connection = family.read(value)?;
    // SQLAlchemy takes what is no escape as it stands.
    let strict = |scheme: &Text| family == Family::Mysql && !mysql::has_driver(scheme);
    if family.is_uri() || connection.scheme.as_ref().is_some_and(strict) {
        uri::clean(value)?;
    }
    if family == Family::Jdbc {
        jdbc::clean(value)?;
    }
    Ok(connection)
}

/// Takes any value apart that is a connection string or URL: by the rules of the family that its first letters show, or by
/// those of RFC 3986 where the family refuses it or there is none. Escapes that are none stay as they stand.
#[must_use]
pub fn take_apart(value: &[u8]) -> Option<Connection> {
    if value.len() > LONGEST {
        return None;
    }
    if let Some(usual) = usual(value) {
        let written = uri::split(value).map(|uri| Zeroizing::new(uri.scheme.to_vec()));
        let found = take_apart(&usual)?;
        // CockroachDB's and Redshift's manuals.
        let default_port = match written.as_ref().map(|scheme| scheme.as_slice()) {
            Some(scheme) if scheme.starts_with(b"cockroach") => Some(26257),
            Some(scheme) if scheme.starts_with(b"redshift") => Some(5439),
            _ => found.default_port,
        };
        return Some(Connection { scheme: written.or(found.scheme), default_port, ..found });
    }
    let family = Family::of(value);
    if let Some(found) = family.and_then(|family| family.read(value).ok()) {
        // A list of hosts and ports without a protocol can be anybody's.
        let anybody = found.family == Some(Family::Kafka) && found.scheme.is_none();
        return Some(Connection { family: found.family.filter(|_| !anybody), ..found });
    }
    let found = uri::split(value)?.connection();
    let name = found.path.as_ref().filter(|_| family.is_some()).and_then(|path| path.strip_prefix(b"/"));
    let database = name.filter(|name| !name.is_empty()).map(|name| Zeroizing::new(name.to_vec()));
    Some(Connection { database, ..found })
}

#[cfg(test)]
mod tests {
    use super::{Connection, Family, take_apart};

    #[test]
    fn debug_is_constant() {
        let connection = take_apart(b"redis://u:p@h");
        assert_eq!(format!("{connection:?}"), "Some([connection])");
        assert_eq!(format!("{:?}", Connection::default()), "[connection]");
    }

    #[test]
    fn families_are_listed() {
        assert_eq!(Family::ALL.len(), 8);
        assert!(Family::ALL.is_sorted());
    }
}
