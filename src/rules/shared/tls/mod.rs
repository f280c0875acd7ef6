//! Where an environment says how it reaches PostgreSQL: in connection strings, in modes that stand apart from them, in
//! libpq's own variables.

mod alone;
mod hosts;
mod judge;
mod others;
mod pooled;
mod root;
mod text;

pub use judge::Judge;
pub use others::Others;
pub use pooled::is_pooled;
pub use root::wanted;

use crate::model::Variable;
use crate::syntax::postgres::{self, HostClass, Mode, Parsed, SslMode};
use crate::syntax::url;

use crate::rules::{Context, ReaderView};
use crate::value::{connection, tls::pieces};

use hosts::{farthest, host_beside, libpq_host, named_host};

/// A variable that holds a connection string.
pub struct Connection<'a> {
    /// The variable.
    pub variable: &'a Variable,
    /// Its value.
    pub value: &'a [u8],
    /// The farthest of the hosts that it names itself.
    pub own: HostClass,
    /// The same, with what libpq's own variables make of it.
    pub hosts: HostClass,
    /// Its mode.
    pub mode: Mode,
}

/// A variable that holds a mode alone.
pub struct Split<'a> {
    /// The variable.
    pub variable: &'a Variable,
    /// What its name begins with; `PG` for libpq's own.
    pub prefix: &'static str,
    /// Its mode.
    pub mode: Mode,
    /// The word for it, as it is written.
    pub word: &'a [u8],
    /// The host named beside it; the farthest if several are, and the internet if none is.
    pub hosts: HostClass,
    /// The host named beside it, as it is written.
    host: Option<&'a [u8]>,
}

/// All that one reader's view says of PostgreSQL.
pub struct Postgres<'a> {
    /// Connection strings.
    pub connections: Vec<Connection<'a>>,
    /// Connection strings that libpq refuses.
    pub refused: Vec<&'a Variable>,
    /// Modes that stand apart.
    pub splits: Vec<Split<'a>>,
    /// `PGHOSTADDR` or `PGHOST`, and what it names.
    pub host: Option<(&'a Variable, HostClass)>,
}

impl<'a> Postgres<'a> {
    /// Gathers it.
    #[must_use]
    pub fn of(cx: &Context<'_>, view: &ReaderView<'a>) -> Self {
        // With `system` roots libpq verifies fully unless a mode is named (manual, "sslrootcert").
        let system = view.value("PGSSLROOTCERT").is_some_and(|(_, roots)| roots == b"system");
        let mut found = Self { connections: Vec::new(), refused: Vec::new(), splits: Vec::new(), host: None };
        for (variable, value) in view.values().filter(|(variable, _)| !is_pooled(cx, variable)) {
            match weakest(value) {
                Parsed::Connection(connection) => {
                    let own = connection.hosts.iter().copied().max().unwrap_or(HostClass::Socket);
                    let own = named_host(view, value).unwrap_or(own);
                    let hosts = hosts::reached(view, &connection, own);
                    let mode = match connection.mode {
                        Mode::Absent if system => Mode::Known(SslMode::VerifyFull),
                        mode => mode,
                    };
                    found.connections.push(Connection { variable, value, own, hosts, mode });
                }
                Parsed::Refused(_) => found.refused.push(variable),
                Parsed::NotPostgres => {}
            }
        }
        found.splits = splits(view, !found.connections.is_empty());
        let host = libpq_host(view).filter(|_| !system);
        found.host = host.map(|(variable, hosts)| (variable, farthest(hosts)));
        found
    }

    /// The mode that stands beside a connection string.
    #[must_use]
    pub fn beside(&self, connection: &Connection<'_>) -> Option<&Split<'a>> {
        let only = self.connections.len() == 1;
        self.splits
            .iter()
            .find(|split| (only && split.may_lead_to(connection)) || split.belongs_to(connection))
    }

    /// The farthest host of the connection strings that a mode stands beside.
    #[must_use]
    pub fn hosts_of(&self, split: &Split<'_>) -> Option<HostClass> {
        let only = self.connections.len() == 1;
        let mine = |found: &&Connection<'_>| (only && split.may_lead_to(found)) || split.belongs_to(found);
        self.connections.iter().filter(mine).map(|found| found.hosts).max()
    }
}

impl Split<'_> {
    /// Whether the host named beside the mode, if one is, stands in the connection string: else it is another database's.
    fn may_lead_to(&self, connection: &Connection<'_>) -> bool {
        let Some(host) = self.host.filter(|host| !host.is_empty()) else { return true };
        connection.value.windows(host.len()).any(|part| part == host)
    }

    /// Several databases in one environment: names that begin alike belong together; `PGSSLMODE` is everybody's default.
    fn belongs_to(&self, connection: &Connection<'_>) -> bool {
        let rest = connection.variable.key.as_str().strip_prefix(self.prefix);
        self.prefix == "PG" || rest.is_some_and(|rest| rest.starts_with('_'))
    }
}

/// Of several connection strings in one value the one that is refused, or else the weakest that leaves this machine.
fn weakest(value: &[u8]) -> Parsed {
    if let Some(usual) = connection::usual(value) {
        return weakest(&usual);
    }
    let whole = postgres::parse(value);
    if matches!(whole, Parsed::NotPostgres) {
        return whole;
    }
    let pieces = pieces(value);
    if pieces.len() < 2 {
        return whole;
    }
    let rank = |piece: &Parsed| match piece {
        Parsed::Refused(_) => (0, SslMode::Disable),
        Parsed::Connection(found) => {
            let near = found.hosts.iter().all(|hosts| *hosts <= HostClass::Loopback);
            let mode = match found.mode {
                Mode::Known(mode) => mode,
                Mode::Absent => SslMode::Prefer,
                Mode::Unknown => SslMode::Disable,
            };
            (if near { 2 } else { 1 }, mode)
        }
        Parsed::NotPostgres => (3, SslMode::VerifyFull),
    };
    let read = pieces.iter().map(|piece| postgres::parse(piece.text));
    read.min_by_key(rank).unwrap_or(whole)
}

fn splits<'a>(view: &ReaderView<'a>, postgres: bool) -> Vec<Split<'a>> {
    let split = |(variable, value): (&'a Variable, &'a [u8])| {
        let prefix = split_prefix(variable.key.as_str())?;
        let read = if prefix == "PG" { SslMode::exact(value) } else { SslMode::parse(value) };
        let mode = match read {
            Some(mode) => Mode::Known(mode),
            // libpq refuses its own variable if it is empty; programs take an empty one of theirs for none.
            None if value.trim_ascii().is_empty() && prefix != "PG" => Mode::Absent,
            // MySQL's words, where nothing else says PostgreSQL.
            None if !postgres && is_mysql_mode(value) => return None,
            None => Mode::Unknown,
        };
        if !postgres && prefix != "PG" && names_another_database(view, prefix) {
            return None;
        }
        let host = host_beside(view, prefix);
        let hosts = host.map_or(HostClass::Remote, farthest);
        Some(Split { variable, prefix, mode, word: value, hosts, host: host.filter(|_| prefix != "PG") })
    };
    view.values().filter_map(split).collect()
}

/// What a variable that holds a mode alone speaks of, if it is one.
#[must_use]
pub fn split_prefix(key: &str) -> Option<&'static str> {
    const PREFIXES: [&str; 4] = ["DATABASE", "DB", "POSTGRES", "POSTGRESQL"];
    if key == "PGSSLMODE" {
        return Some("PG");
    }
    let prefix = key.strip_suffix("_SSLMODE").or_else(|| key.strip_suffix("_SSL_MODE"))?;
    PREFIXES.into_iter().find(|known| *known == prefix)
}

/// MySQL's own mode names (MySQL manual, `--ssl-mode`).
fn is_mysql_mode(value: &[u8]) -> bool {
    const MODES: [&[u8]; 5] = [b"disabled", b"preferred", b"required", b"verify_ca", b"verify_identity"];
    MODES.iter().any(|mode| value.trim_ascii().eq_ignore_ascii_case(mode))
}

/// Whether the variables beside a mode say that it is not PostgreSQL's: `DB_CONNECTION=mysql`, `DB_URL=mysql://...`.
fn names_another_database(view: &ReaderView<'_>, prefix: &str) -> bool {
    let kinds = ["CONNECTION", "DRIVER", "ENGINE", "DIALECT", "CLIENT", "TYPE", "ADAPTER"];
    let value = |name: &str| view.value(&format!("{prefix}_{name}")).map(|(_, value)| value.trim_ascii());
    let is_other = |kind: &[u8]| {
        let kind = kind.to_ascii_lowercase();
        !kind.is_empty()
            && !kind.windows(2).any(|part| part == b"pg")
            && !kind.windows(8).any(|part| part == b"postgres")
    };
    let scheme = value("URL").and_then(|value| url::parse(value).map(|url| url.scheme));
    kinds.iter().filter_map(|kind| value(kind)).chain(scheme).any(is_other)
}
