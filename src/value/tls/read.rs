//! What a connection is, and how its drivers read it.

use memchr::{memchr, memchr3};

use crate::syntax::url::{HostClass, break_at, classify_host, percent_decode, split_authority, split_scheme};
use crate::text::find::holds;
use crate::value::connection::{self, Connection, Text};

use super::schemes::{HINTS, SCHEMES, Security};
use super::{Driver, Effect, Family, Notation, Spelling, SslMode, Switch, drivers, pieces};

/// A value that leads somewhere.
pub struct Target {
    /// The family.
    pub family: Family,
    /// The farthest host.
    pub hosts: HostClass,
    security: Security,
    jdbc: Option<&'static str>,
    dsn: bool,
    params: Vec<(Text, Text)>,
    /// The driver that the scheme names, `mysql+pymysql`; empty for one that is in no row.
    hint: Option<&'static str>,
    /// The other connections of a list, and whether each may be a part of the query before it.
    rest: Vec<(Self, bool)>,
    /// Where the first connection leads, and not the farthest.
    first: HostClass,
    /// Whether a piece of the list is no connection that can be read.
    unread: bool,
}

/// How drivers read a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The weakest mode that one of them makes of it; nothing where none of them can tell.
    pub mode: Option<SslMode>,
    /// The strongest.
    pub strongest: SslMode,
    /// Whether a word of the connection names the mode, and not the scheme or a default.
    pub named: bool,
    /// The driver whose reading is the weakest.
    pub driver: &'static str,
    /// Whether it runs in Node.
    pub node: bool,
    /// Whether verifying needs a file of certificates that the connection does not name.
    pub lacks_root: bool,
    /// Whether a list has a connection of which nothing can be told, so that it may be weaker.
    pub partly: bool,
}

/// Reads a value that leads somewhere by its own letters, or a list of such; nothing for any other.
#[must_use]
pub fn read(value: &[u8]) -> Option<Target> {
    if value.len() > connection::LONGEST || !leads(value) {
        return None;
    }
    let listed = pieces(value);
    let [first, rest @ ..] = listed.as_slice() else { return None };
    let mut target = one(if rest.is_empty() { value } else { first.text })?;
    for piece in rest {
        match one(piece.text) {
            Some(other) => {
                target.hosts = target.hosts.max(other.hosts);
                target.rest.push((other, piece.doubtful));
            }
            None => target.unread = true,
        }
    }
    Some(target)
}

/// Reads one connection.
fn one(written: &[u8]) -> Option<Target> {
    let usual = connection::usual(written);
    let value = usual.as_ref().map_or(written, |usual| usual.as_slice());
    let (head, _) = break_at(value, |b| b == b':');
    // No scheme is longer, and no copy is made of what is none.
    let head = if head.len() > 20 { &[][..] } else { head };
    let scheme = str::from_utf8(head).ok()?.to_ascii_lowercase();
    let (name, hint) = scheme.split_once('+').unwrap_or((scheme.as_str(), ""));
    // Ecto takes TLS from the program's own settings, not from a URL ("Ecto.Adapters.Postgres", `ssl`).
    if name == "ecto" {
        return None;
    }
    let plain = SCHEMES.iter().find(|(known, ..)| *known == scheme);
    if let Some((_, family @ (Family::Ldap | Family::Http), security)) = plain {
        let (_, hosts, _) = split_authority(split_scheme(value)?.1);
        let host = connection::take_apart(value)?.hosts.first().map(|host| classify_host(&host.name));
        let hosts = if hosts.is_empty() { HostClass::Socket } else { host? };
        return Some(Target { security: *security, ..Target::of(*family, hosts) });
    }
    let found = connection::take_apart(value)?;
    let jdbc = ["postgresql", "mysql", "mysql+srv", "mariadb"]
        .into_iter()
        .find(|protocol| value.strip_prefix(b"jdbc:").is_some_and(|rest| starts(rest, protocol)));
    let family = match (plain, found.family, jdbc) {
        (Some((_, family, _)), ..) => *family,
        (_, _, Some("postgresql")) => Family::Postgres,
        (_, _, Some(_)) => Family::Mysql,
        (_, Some(connection::Family::Postgres), _) => Family::Postgres,
        (_, Some(connection::Family::Mysql), _) => Family::Mysql,
        // Other schemes of Redis are sockets; `kafka://` says nothing of TLS.
        _ => return None,
    };
    let mut security = plain.map_or(Security::Plain, |(.., security)| *security);
    if family == Family::Smtp && found.hosts.first().and_then(|host| host.port) == Some(465) {
        security = Security::Secure;
    }
    let hosts = farthest(&found);
    // `mysql+srv` is a scheme of its own.
    let driven =
        matches!(name, "postgresql" | "postgres" | "mysql" | "mariadb") && !matches!(hint, "" | "srv");
    let named = HINTS.iter().find(|(known, _)| *known == hint).map_or("", |(_, driver)| *driver);
    Some(Target {
        security,
        jdbc,
        dsn: family == Family::Mysql && found.scheme.is_none(),
        params: params(found, family, value),
        hint: driven.then_some(named),
        ..Target::of(family, hosts)
    })
}

/// Whether a value may lead somewhere: most do not, and are not looked at further.
fn leads(value: &[u8]) -> bool {
    // Marks that stand in few values, before what takes longer.
    memchr3(b':', b'=', b'(', value).is_some()
        && (memchr(b'=', value).is_some()
            || holds(value, b"://")
            || value.starts_with(b"jdbc:")
            || holds(value, b"tcp("))
}

fn starts(rest: &[u8], protocol: &str) -> bool {
    rest.strip_prefix(protocol.as_bytes()).is_some_and(|rest| rest.starts_with(b":"))
}

fn farthest(found: &Connection) -> HostClass {
    // Without a host drivers take this machine.
    found.hosts.iter().map(|host| classify_host(&host.name)).max().unwrap_or(HostClass::Socket)
}

/// Names and values as they are written: libpq's own reading of `ssl=true` is one of several.
fn params(found: Connection, family: Family, value: &[u8]) -> Vec<(Text, Text)> {
    let mut params = match &found.query {
        Some(query) if family == Family::Postgres && !value.starts_with(b"jdbc:") => {
            let pairs = query.split(|b| *b == b'&').filter(|pair| !pair.is_empty());
            let read = |pair| {
                let (name, value) = break_at(pair, |b| b == b'=');
                (percent_decode(name), percent_decode(value.strip_prefix(b"=").unwrap_or_default()))
            };
            pairs.map(read).collect()
        }
        _ => found.params,
    };
    params.extend(found.fragment.map(|fragment| (Text::new(b"#".to_vec()), fragment)));
    params
}

/// What a word does.
pub(super) fn word(words: &[(&str, Effect)], said: &[u8], spelling: Spelling) -> Option<Effect> {
    let is = |known: &str| match spelling {
        Spelling::Strict | Spelling::Exact => known.as_bytes() == said,
        Spelling::Words | Spelling::Folded => known.as_bytes().eq_ignore_ascii_case(said),
    };
    words.iter().find(|(known, _)| is(known)).map(|(_, effect)| *effect)
}

impl Target {
    const fn of(family: Family, hosts: HostClass) -> Self {
        Self {
            family,
            hosts,
            security: Security::Plain,
            jdbc: None,
            dsn: false,
            params: Vec::new(),
            hint: None,
            rest: Vec::new(),
            first: hosts,
            unread: false,
        }
    }

    /// Whether a scheme is the one without TLS, or there is none for either.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.security == Security::Plain || self.rest.iter().any(|(other, _)| other.is_plain())
    }

    /// Adds a parameter that stands in a variable of its own, before those of the connection.
    pub fn with_beside(&mut self, name: &str, value: &[u8]) {
        self.params.insert(0, (Text::new(name.as_bytes().to_vec()), Text::new(value.to_vec())));
        self.rest.iter_mut().for_each(|(other, _)| other.with_beside(name, value));
    }

    /// The file of certificates that a connection to PostgreSQL names; `system` is none.
    #[must_use]
    pub fn root(&self) -> Option<&[u8]> {
        let named = self.params.iter().rfind(|(name, _)| name.eq_ignore_ascii_case(b"sslrootcert"));
        named.map(|(_, path)| path.as_slice()).filter(|path| !path.is_empty() && *path != b"system")
    }

    /// How the driver of that name reads it, or else every driver of the family that takes the notation and knows a setting
    /// that is there; nothing where the family has no driver of that name. Without a name PostgreSQL's reading is libpq's.
    ///
    /// Of a list the weakest that leaves this machine counts.
    #[must_use]
    pub fn reading(&self, driver: Option<&str>) -> Option<Reading> {
        let mut found = self.alone(driver)?;
        if self.rest.is_empty() {
            return Some(Reading { partly: self.unread, ..found });
        }
        let leaves = |hosts: HostClass| hosts > HostClass::Loopback || self.hosts <= HostClass::Loopback;
        let (mut counts, mut partly) = (leaves(self.first), self.unread);
        for (other, doubtful) in self.rest.iter().filter(|(other, _)| leaves(other.hosts)) {
            match other.alone(driver) {
                Some(reading) if reading.mode.is_some() => {
                    let weaker = !counts || found.mode.is_some_and(|mode| reading.mode < Some(mode));
                    if *doubtful {
                        partly |= weaker;
                        continue;
                    }
                    let strongest =
                        reading.strongest.min(if counts { found.strongest } else { SslMode::VerifyFull });
                    if weaker {
                        (found, counts) = (reading, true);
                    }
                    found.strongest = strongest;
                }
                _ => partly = true,
            }
        }
        let mode = found.mode.filter(|_| counts);
        Some(Reading { mode, partly, ..found })
    }

    /// The driver that the scheme names, where it is in a row of the table.
    #[must_use]
    pub fn driver(&self) -> Option<&'static str> {
        self.hint.filter(|name| !name.is_empty())
    }

    /// What the driver calls a mode that stands in a variable of its own: SQLAlchemy hands asyncpg its arguments by name.
    #[must_use]
    pub fn mode_name(&self, driver: Option<&str>) -> &'static str {
        if self.chosen(driver) == Some("sqlalchemy-asyncpg") { "ssl" } else { "sslmode" }
    }

    /// Whether the scheme names a driver that is in no row.
    #[must_use]
    pub fn has_unknown_driver(&self) -> bool {
        self.hint == Some("")
    }

    /// The policy's driver, or the scheme's; what SQLAlchemy makes of a driver's settings goes before the driver.
    fn chosen<'a>(&'a self, driver: Option<&'a str>) -> Option<&'a str> {
        let wrapped = |hint: &&str| match hint.strip_prefix("sqlalchemy-") {
            Some(name) => driver == Some(name),
            None => *hint == "sqlalchemy" && matches!(driver, Some("libpq" | "psycopg" | "psycopg2")),
        };
        self.hint.filter(wrapped).or(driver).or(self.hint)
    }

    /// The reading of one connection.
    fn alone(&self, driver: Option<&str>) -> Option<Reading> {
        let rows: Vec<&Driver> = drivers().filter(|row| row.family == self.family).collect();
        let by_name = |name: &str| rows.iter().copied().find(|row| row.names.contains(&name));
        match self.chosen(driver) {
            // Of a driver that has no row nothing can be told.
            Some("") => return rows.first().map(|row| Reading { mode: None, ..self.by(row) }),
            Some(name) => return Some(self.by(by_name(name)?)),
            None => {}
        }
        let takes = |row: &&Driver| match (row.notation, self.jdbc) {
            (Notation::Jdbc(protocols), Some(protocol)) => protocols.contains(&protocol),
            (Notation::Dsn, None) => self.dsn,
            (Notation::Uri, None) => !self.dsn,
            _ => false,
        };
        let mut rows: Vec<&Driver> = rows.into_iter().filter(takes).collect();
        if self.family == Family::Postgres {
            rows.truncate(1);
        }
        let knows = |row: &&Driver| {
            self.params.iter().any(|(name, _)| switches(row).any(|s| s.is(name, row.spelling)))
        };
        if rows.iter().any(knows) {
            rows.retain(knows);
        }
        let readings: Vec<Reading> = rows.iter().map(|row| self.by(row)).collect();
        let told = readings.iter().filter(|reading| reading.mode.is_some());
        let weakest = told.clone().min_by_key(|reading| reading.mode).or(readings.first())?;
        let strongest = told.map(|reading| reading.strongest).max().unwrap_or(weakest.strongest);
        Some(Reading { strongest, ..*weakest })
    }

    fn by(&self, row: &Driver) -> Reading {
        let base = match self.security {
            Security::Plain => row.bases.plain,
            Security::Starttls => row.bases.starttls,
            Security::Secure => row.bases.secure,
        };
        let instead = row.instead.filter(|(name, word, _)| self.has(name, word));
        let switches = instead.map_or(row.switches, |(.., switches)| switches);
        let (mut mode, mut named) = (Some(base), false);
        let effects: Vec<Effect> =
            switches.iter().flat_map(|switch| self.said(switch, row.spelling)).collect();
        for effect in &effects {
            match effect {
                Effect::Is(said) => (mode, named) = (Some(*said), true),
                Effect::Unknown => (mode, named) = (None, true),
                _ => {}
            }
        }
        if row.spelling == Spelling::Strict && self.misspells(row) {
            (mode, named) = (None, true);
        }
        for effect in &effects {
            if let (Effect::Lift(from, to), Some(now)) = (effect, mode)
                && now >= *from
            {
                mode = Some(now.max(*to));
            }
        }
        for effect in &effects {
            if let (Effect::AtMost(most), Some(now)) = (effect, mode) {
                mode = Some(now.min(*most));
            }
        }
        let lacks_root = row.wants_root
            && mode.is_some_and(|mode| mode >= SslMode::VerifyCa)
            && !self.params.iter().any(|(name, value)| is_root(name) && !value.is_empty());
        let strongest = mode.unwrap_or(SslMode::Disable);
        Reading { mode, strongest, named, driver: row.name(), node: row.node, lacks_root, partly: false }
    }

    /// Whether a setting that the driver knows stands there in another case.
    fn misspells(&self, row: &Driver) -> bool {
        let misspelt = |name: &Text| {
            switches(row).any(|switch| switch.is(name, Spelling::Folded) && !switch.is(name, Spelling::Exact))
        };
        self.params.iter().any(|(name, _)| misspelt(name))
    }

    fn has(&self, name: &str, said: &str) -> bool {
        let is = |(known, value): &(Text, Text)| {
            known.eq_ignore_ascii_case(name.as_bytes()) && value.eq_ignore_ascii_case(said.as_bytes())
        };
        self.params.iter().any(is)
    }

    /// What the settings that are there do, in their order.
    fn said<'a>(&'a self, switch: &'a Switch, spelling: Spelling) -> impl Iterator<Item = Effect> + 'a {
        let mine = self.params.iter().filter(move |(name, _)| switch.is(name, spelling));
        mine.map(move |(_, value)| {
            let exact = matches!(spelling, Spelling::Strict | Spelling::Exact);
            let said = if exact { value.as_slice() } else { value.trim_ascii() };
            match word(switch.words, said, spelling).unwrap_or(switch.other) {
                Effect::Json => json(value),
                effect => effect,
            }
        })
    }
}

/// Every setting that a driver knows, whatever stands for what.
fn switches(row: &Driver) -> impl Iterator<Item = &Switch> {
    row.switches.iter().chain(row.instead.iter().flat_map(|(.., switches)| switches.iter()))
}

fn is_root(name: &[u8]) -> bool {
    // pgJDBC names a factory that takes the system's where no file is meant.
    name.eq_ignore_ascii_case(b"sslrootcert") || name.eq_ignore_ascii_case(b"sslfactory")
}

impl Switch {
    fn is(&self, name: &[u8], spelling: Spelling) -> bool {
        let is = |known: &str| match spelling {
            Spelling::Folded => name.eq_ignore_ascii_case(known.as_bytes()),
            _ => name == known.as_bytes(),
        };
        self.names.iter().any(|known| is(known))
    }
}

/// mysql2's `ssl`: an object, whose `rejectUnauthorized` is true unless it is false, or the name of a profile.
fn json(value: &[u8]) -> Effect {
    let text = value.trim_ascii();
    let bare = Text::new(text.iter().copied().filter(|b| !b.is_ascii_whitespace()).collect());
    let has = |part: &[u8]| bare.windows(part.len()).any(|window| window == part);
    if text == b"Amazon RDS" {
        return Effect::Is(SslMode::VerifyCa);
    }
    if !bare.starts_with(b"{") || !bare.ends_with(b"}") {
        return Effect::Unknown;
    }
    if has(br#""rejectUnauthorized":false"#) {
        return Effect::Is(SslMode::Require);
    }
    let full = has(br#""verifyIdentity":true"#);
    Effect::Is(if full { SslMode::VerifyFull } else { SslMode::VerifyCa })
}
