//! Which protection a connection gets, by family and driver: one table of drivers, each row with its document.
//!
//! Protection is told in libpq's words, which a policy's `tls` has too: `disable` is none, `allow` and `prefer` are
//! opportunistic, `require` is encrypted, `verify-ca` a verified authority, `verify-full` the host as well. `docs/tls.md`
//! has rows that are run. Nothing is connected to, and no file is read.

mod apart;
mod list;
mod mysql;
mod others;
mod postgres;
mod read;
mod schemes;

pub use crate::syntax::postgres::SslMode;
pub use apart::{Apart, apart, family, server, server_names};
pub use list::{Piece, pieces};
pub use read::{Reading, Target, read};

/// What a connection leads to, as far as TLS differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// PostgreSQL, whatever takes its wire protocol.
    Postgres,
    /// MySQL and MariaDB.
    Mysql,
    /// Redis and Valkey.
    Redis,
    /// MongoDB.
    Mongodb,
    /// AMQP 0-9-1.
    Amqp,
    /// Mail submission.
    Smtp,
    /// Brokers of Kafka.
    Kafka,
    /// LDAP.
    Ldap,
    /// HTTP and WebSocket.
    Http,
}

impl Family {
    /// The family's word in tables and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Redis => "redis",
            Self::Mongodb => "mongodb",
            Self::Amqp => "amqp",
            Self::Smtp => "smtp",
            Self::Kafka => "kafka",
            Self::Ldap => "ldap",
            Self::Http => "http",
        }
    }
}

/// Which notation a driver takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notation {
    /// `scheme://...`, and libpq's keywords.
    Uri,
    /// `jdbc:subprotocol:`, with these subprotocols.
    Jdbc(&'static [&'static str]),
    /// The DSN of go-sql-driver.
    Dsn,
}

/// What a setting does to the protection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It names the mode.
    Is(SslMode),
    /// It takes verification away: no more than this.
    AtMost(SslMode),
    /// From the first mode on it makes the second of it.
    Lift(SslMode, SslMode),
    /// Node's `ssl` as JSON, or the name of a profile.
    Json,
    /// It says nothing of the mode.
    Nothing,
    /// The driver refuses it, or looks its meaning up in code.
    Unknown,
}

/// How a driver compares what is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Names and words are exact, and names that the driver does not know are refused, by it or by the server.
    Strict,
    /// Names and words are exact.
    Exact,
    /// Names are exact, words have no case.
    Words,
    /// Neither names nor words have a case.
    Folded,
}

/// A setting that a driver knows.
#[derive(Debug)]
pub struct Switch {
    /// Its names.
    pub names: &'static [&'static str],
    /// Its words.
    pub words: &'static [(&'static str, Effect)],
    /// What any other word does.
    pub other: Effect,
}

/// What is taken where no setting says anything, by the scheme.
#[derive(Clone, Copy, Debug)]
pub struct Bases {
    /// `redis://`.
    pub plain: SslMode,
    /// `smtp+tls://`.
    pub starttls: SslMode,
    /// `rediss://`.
    pub secure: SslMode,
}

/// A row of the table.
#[derive(Debug)]
pub struct Driver {
    /// The words that a policy's `driver` has for it; the first is shown.
    pub names: &'static [&'static str],
    /// The family.
    pub family: Family,
    /// The notation.
    pub notation: Notation,
    /// How its settings are spelt.
    pub spelling: Spelling,
    /// Without any setting.
    pub bases: Bases,
    /// Settings; of two that name a mode the later row counts.
    pub switches: &'static [Switch],
    /// Where a parameter has this word, these settings stand for the others.
    pub instead: Option<(&'static str, &'static str, &'static [Switch])>,
    /// Whether Node's own `NODE_TLS_REJECT_UNAUTHORIZED` reaches it.
    pub node: bool,
    /// Whether `verify-ca` and `verify-full` need a file of certificates, not the system's.
    pub wants_root: bool,
    /// The driver's document.
    pub source: &'static str,
}

impl Driver {
    /// The name that is shown.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

/// Every row.
pub fn drivers() -> impl Iterator<Item = &'static Driver> {
    postgres::DRIVERS.iter().chain(mysql::DRIVERS).chain(others::DRIVERS)
}

/// Every word that a policy's `driver` takes, sorted.
#[must_use]
pub fn driver_names() -> Vec<&'static str> {
    let mut names: Vec<_> = drivers().flat_map(|driver| driver.names.iter().copied()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The words of libpq.
const LIBPQ: &[(&str, Effect)] = &[
    ("disable", Effect::Is(SslMode::Disable)),
    ("allow", Effect::Is(SslMode::Allow)),
    ("prefer", Effect::Is(SslMode::Prefer)),
    ("require", Effect::Is(SslMode::Require)),
    ("verify-ca", Effect::Is(SslMode::VerifyCa)),
    ("verify-full", Effect::Is(SslMode::VerifyFull)),
];

/// A setting without a word for everything.
const fn switch(names: &'static [&'static str], words: &'static [(&'static str, Effect)]) -> Switch {
    Switch { names, words, other: Effect::Unknown }
}

/// A setting of which only these words do anything.
const fn when_on(names: &'static [&'static str], words: &'static [(&'static str, Effect)]) -> Switch {
    Switch { names, words, other: Effect::Nothing }
}

/// A setting that names a file: any but the empty one.
const fn when_named(names: &'static [&'static str], effect: Effect) -> Switch {
    Switch { names, words: &[("", Effect::Nothing)], other: effect }
}

/// A switch of verification: only these words are known, and another may take it away.
const fn verifies(names: &'static [&'static str], words: &'static [(&'static str, Effect)]) -> Switch {
    Switch { names, words, other: Effect::AtMost(SslMode::Require) }
}

#[cfg(test)]
mod tests {
    use super::{driver_names, drivers};

    #[test]
    fn every_row_names_its_document_and_itself() {
        for driver in drivers() {
            assert!(driver.source.starts_with("https://"), "{driver:?}");
            assert!(!driver.name().is_empty(), "{driver:?}");
            for switch in driver.switches {
                assert!(!switch.names.is_empty(), "{driver:?}");
            }
        }
        let mut seen = Vec::new();
        for (family, name) in drivers().flat_map(|d| d.names.iter().map(move |name| (d.family, *name))) {
            assert!(!seen.contains(&(family, name)), "{name} twice");
            seen.push((family, name));
        }
        assert!(driver_names().is_sorted());
    }
}
