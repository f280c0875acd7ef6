//! PostgreSQL connection strings, read as libpq 15 and later read them.
//!
//! Source: "Connection Strings" and "Parameter Key Words" in the libpq chapter of the
//! PostgreSQL manual, and libpq itself (`tests/libpq.rs`). On purpose not as libpq:
//! - `sslmode=no-verify`, node-postgres' word, is one of the modes;
//! - unknown URI parameters (`schema`, `pgbouncer`) are ignored, they belong to other drivers;
//! - `postgresql+driver://` is accepted and split as SQLAlchemy splits it;
//! - keywords of every version from 15 to 18 are known, and must look meant as a connection.
//!
//! Not here: defaults from the environment, service and password files. Ports are read as settings and not looked at.

mod keywords;
mod modes;
mod settings;
mod uri;

use std::fmt;

use memchr::memchr2;

use zeroize::Zeroizing;

pub use super::url::{HostClass, classify_host};
use crate::text::secret::SecretValue;

pub use modes::{Mode, SslMode};

use keywords::read_keywords;
use uri::{read_uri, split_scheme};

/// Text that may hold a secret, out of its escapes and quotes.
pub type Decoded = Zeroizing<Vec<u8>>;

/// Which of libpq's two notations a connection string is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `postgres://user@host/db`.
    Uri,
    /// `host=h dbname=d`.
    Keywords,
}

/// A setting of a connection string, out of its escapes and quotes.
#[derive(Clone)]
pub struct Setting {
    /// libpq's word for it: `user`, `password`, `host`, `port` and `dbname` stand for the parts of a URI.
    pub keyword: Decoded,
    /// What it is set to.
    pub value: Decoded,
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[setting]")
    }
}

/// A connection string that libpq, or SQLAlchemy for its own scheme, accepts.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The notation.
    pub form: Form,
    /// One entry for each host, in order; never empty, no host means the local socket.
    pub hosts: Vec<HostClass>,
    /// The password; an empty one is none, as for libpq.
    pub password: Option<SecretValue>,
    /// The TLS mode.
    pub mode: Mode,
    /// Every setting in the order of its writing; none of a text of more than 64 KiB. The last of a keyword counts.
    pub settings: Vec<Setting>,
}

/// Why libpq refuses a connection string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The scheme is not in lower case, has an empty driver, or follows blanks.
    BadScheme,
    /// `%` without two hexadecimal digits, or `%00`.
    BadEscape,
    /// `[` without `]`.
    UnterminatedBracket,
    /// `[]`, or `[...]` with something else than `:`, `,`, `/` or `?` after it.
    BadBracket,
    /// A parameter or keyword without `=`.
    MissingEquals,
    /// A URI parameter with a second `=`.
    ExtraEquals,
    /// A quoted value without its closing quote.
    UnterminatedQuote,
    /// `host` and `hostaddr` list different numbers of hosts.
    HostCount,
    /// A NUL byte, which no C string can hold.
    NulByte,
}

/// What a value is, read as a connection string.
#[derive(Clone, Debug)]
pub enum Parsed {
    /// Not meant for PostgreSQL.
    NotPostgres,
    /// Meant for PostgreSQL, but no connection comes of it.
    Refused(Refusal),
    /// A connection.
    Connection(Connection),
}

/// Reads a value as a connection string in URI or keyword form.
///
/// Keywords count only if all of them are libpq's own and one of them is hardly anybody else's: `dbname`,
/// `hostaddr`, `sslmode`, `service`, or `port` with PostgreSQL's number.
#[must_use]
pub fn parse(value: &[u8]) -> Parsed {
    // Neither of a URI's marks and no keyword: what most values are.
    let marked = memchr2(b':', b'=', value).is_some();
    if marked { read(value, false) } else { Parsed::NotPostgres }
}

/// Reads a value that somebody says is a connection string: then keywords count whatever they are, and what is neither URI
/// nor keywords is refused.
#[must_use]
pub fn parse_meant(value: &[u8]) -> Parsed {
    read(value, true)
}

fn read(value: &[u8], meant: bool) -> Parsed {
    let connection = match split_scheme(value) {
        Err(refusal) => Err(refusal),
        Ok(Some(_)) if value.contains(&0) => Err(Refusal::NulByte),
        Ok(Some((reader, rest))) => read_uri(reader, rest).map(Some),
        Ok(None) if value.contains(&0) => Ok(None),
        Ok(None) => read_keywords(value, meant),
    };
    match connection {
        Ok(Some(connection)) => Parsed::Connection(connection),
        Ok(None) => Parsed::NotPostgres,
        Err(refusal) => Parsed::Refused(refusal),
    }
}
