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

use std::collections::BTreeSet;
use std::fmt;

use zeroize::Zeroizing;

pub use super::url::{HostClass, classify_host};
use super::url::{break_at, has_valid_escapes, percent_decode};
use crate::text::secret::SecretValue;

/// Text that may hold a secret, out of its escapes and quotes.
pub type Decoded = Zeroizing<Vec<u8>>;

/// How far a connection is protected by TLS, weakest first (libpq manual, "SSL Mode Descriptions").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SslMode {
    /// Never TLS.
    Disable,
    /// TLS only where the server insists.
    Allow,
    /// TLS where the server offers it.
    Prefer,
    /// Always TLS, with any certificate.
    Require,
    /// Always TLS, with a certificate from a trusted authority.
    VerifyCa,
    /// Always TLS, with a certificate from a trusted authority for this host.
    VerifyFull,
}

impl SslMode {
    /// Every mode, weakest first.
    pub const ALL: [Self; 6] =
        [Self::Disable, Self::Allow, Self::Prefer, Self::Require, Self::VerifyCa, Self::VerifyFull];

    /// The mode of that name to the letter, as libpq wants it.
    #[must_use]
    pub fn exact(text: &[u8]) -> Option<Self> {
        let lower = !text.iter().any(|b| b.is_ascii_uppercase() || b.is_ascii_whitespace());
        Self::parse(text).filter(|_| lower)
    }

    /// The mode of that name, without regard to case and surrounding blanks, as programs take their own variables.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let word = text.trim_ascii();
        // node-postgres: always TLS, and nobody's certificate is looked at.
        if word.eq_ignore_ascii_case(b"no-verify") {
            return Some(Self::Require);
        }
        let is_named = |mode: &Self| word.eq_ignore_ascii_case(mode.as_str().as_bytes());
        Self::ALL.into_iter().find(is_named)
    }

    /// The mode's name as libpq spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// What a connection string says about TLS.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Mode {
    /// Nothing: libpq's default is `prefer`.
    #[default]
    Absent,
    /// One of libpq's modes.
    Known(SslMode),
    /// A mode that libpq refuses; the empty one is among them.
    Unknown,
}

/// Which of libpq's two notations a connection string is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `postgres://user@host/db`.
    Uri,
    /// `host=h dbname=d`.
    Keywords,
}

/// Longest text whose settings are kept; only who takes a connection string apart needs them.
const KEPT: usize = 64 * 1024;

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
    let marked = value.iter().any(|b| matches!(b, b':' | b'='));
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

/// Whose rules a URI is read by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    Libpq,
    SqlAlchemy,
}

/// Whose URI it is and what follows `://`; `None` for any other value.
fn split_scheme(value: &[u8]) -> Result<Option<(Reader, &[u8])>, Refusal> {
    const NAMES: [&[u8]; 2] = [b"postgres", b"postgresql"];
    let (scheme, after) = break_at(value, |b| b == b':');
    let (name, driver) = break_at(scheme, |b| b == b'+');
    let (exact, word) = (NAMES.contains(&name), name.trim_ascii_start());
    let in_driver = |b: &u8| b.is_ascii_alphanumeric() || b"+_-.".contains(b);
    let similar = NAMES.iter().any(|name| word.eq_ignore_ascii_case(name));
    let meant = similar && driver.iter().all(in_driver);
    match (after.strip_prefix(b"://"), driver) {
        (Some(rest), b"") if exact => Ok(Some((Reader::Libpq, rest))),
        (Some(rest), [_, _, ..]) if exact && meant => Ok(Some((Reader::SqlAlchemy, rest))),
        (Some(_), _) if meant => Err(Refusal::BadScheme),
        _ => Ok(None),
    }
}

/// The settings that are of interest; the last of several wins, as for libpq.
#[derive(Default)]
struct Settings {
    host: Decoded,
    hostaddr: Decoded,
    password: Decoded,
    mode: Mode,
    /// `sslrootcert=system`, which changes what no mode means.
    system_roots: bool,
    /// `ssl` with a word that libpq refuses.
    other_ssl: bool,
    /// The port is PostgreSQL's, or the one that PgBouncer is shipped with.
    usual_port: bool,
    /// Every one, where they are kept.
    all: Option<Vec<Setting>>,
}

impl Settings {
    fn of(text: &[u8]) -> Self {
        Self { all: (text.len() <= KEPT).then(Vec::new), ..Self::default() }
    }

    fn keep(&mut self, keyword: &[u8], value: &Decoded) {
        if let Some(all) = &mut self.all {
            all.push(Setting { keyword: Zeroizing::new(keyword.to_vec()), value: value.clone() });
        }
    }

    fn store(&mut self, keyword: &[u8], value: Decoded) {
        self.keep(keyword, &value);
        match keyword {
            b"host" => self.host = value,
            b"hostaddr" => self.hostaddr = value,
            b"password" => self.password = value,
            b"port" => self.usual_port = [&b"5432"[..], b"6432"].contains(&value.as_slice()),
            b"sslrootcert" => self.system_roots = *value == b"system",
            // In another case it is no parameter, and libpq refuses it.
            _ if keyword != b"sslmode" && keyword.eq_ignore_ascii_case(b"sslmode") => {
                self.mode = Mode::Unknown
            }
            b"sslmode" => self.mode = SslMode::exact(&value).map_or(Mode::Unknown, Mode::Known),
            // Gone from the manual, but still translated by libpq.
            b"requiressl" if value.starts_with(b"1") => self.mode = Mode::Known(SslMode::Require),
            b"requiressl" => self.mode = Mode::Known(SslMode::Prefer),
            _ => {}
        }
    }

    fn connection(self, form: Form) -> Result<Connection, Refusal> {
        let password = (!self.password.is_empty()).then(|| SecretValue::new(&self.password));
        // Manual, "sslrootcert": with `system` the mode is `verify-full` unless another is named.
        let mode = match self.mode {
            Mode::Absent if self.other_ssl => Mode::Unknown,
            Mode::Absent if self.system_roots => Mode::Known(SslMode::VerifyFull),
            mode => mode,
        };
        Ok(Connection { form, hosts: self.hosts()?, password, mode, settings: self.all.unwrap_or_default() })
    }

    /// Entry by entry, an address says where the connection goes and a name only without one.
    fn hosts(&self) -> Result<Vec<HostClass>, Refusal> {
        let hosts = self.host.split(|b| *b == b',');
        let addresses = self.hostaddr.split(|b| *b == b',');
        if self.hostaddr.is_empty() {
            return Ok(hosts.map(classify_host).collect());
        } else if self.host.is_empty() {
            return Ok(addresses.map(classify_host).collect());
        } else if hosts.clone().count() != addresses.clone().count() {
            return Err(Refusal::HostCount);
        }
        let pairs = addresses.zip(hosts);
        let used = pairs.map(|(address, host)| if address.is_empty() { host } else { address });
        Ok(used.map(classify_host).collect())
    }
}

/// `[user[:password]@][host[:port],...][/dbname][?parameters]`
fn read_uri(reader: Reader, text: &[u8]) -> Result<Connection, Refusal> {
    let mut found = Settings::of(text);
    let (user, password, mut text) = credentials(reader, text);
    found.store(b"user", decode(reader, user)?);
    found.store(b"password", decode(reader, password)?);
    // Never grows; may hold the end of a password with an unescaped `@`.
    let mut hosts = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut ports = Zeroizing::new(Vec::with_capacity(text.len()));
    loop {
        let (host, after) = read_host(text)?;
        let (port, after) = break_at(after, |b| b"/?,".contains(&b));
        hosts.extend_from_slice(host);
        ports.extend_from_slice(port.strip_prefix(b":").unwrap_or(port));
        text = after.strip_prefix(b",").unwrap_or(after);
        if text.len() == after.len() {
            break;
        }
        hosts.push(b',');
        ports.push(b',');
    }
    found.store(b"host", decode(reader, &hosts)?);
    found.keep(b"port", &decode(reader, &ports)?);
    let (dbname, query) = break_at(text, |b| b == b'?');
    found.store(b"dbname", decode(reader, dbname.strip_prefix(b"/").unwrap_or(dbname))?);
    read_parameters(reader, query.get(1..).unwrap_or_default(), &mut found)?;
    found.connection(Form::Uri)
}

/// User, password and what follows them. libpq ends both at the first `@` if no `/` comes
/// before it; SQLAlchemy allows a `/` in the password and an `@` in a user name.
fn credentials(reader: Reader, text: &[u8]) -> (&[u8], &[u8], &[u8]) {
    let (head, tail) = break_at(text, |b| b":/".contains(&b));
    let end = match reader {
        Reader::Libpq => text.iter().position(|b| b"@/".contains(b)),
        Reader::SqlAlchemy if tail.starts_with(b":") && tail.contains(&b'@') => {
            Some(head.len() + break_at(tail, |b| b == b'@').0.len())
        }
        Reader::SqlAlchemy => head.iter().rposition(|b| *b == b'@'),
    };
    let Some((userinfo, [b'@', rest @ ..])) = end.and_then(|end| text.split_at_checked(end)) else {
        return (&[], &[], text);
    };
    let (user, password) = break_at(userinfo, |b| b == b':');
    (user, password.get(1..).unwrap_or_default(), rest)
}

/// One host without its brackets, and what follows it.
fn read_host(text: &[u8]) -> Result<(&[u8], &[u8]), Refusal> {
    let is_end = |b: u8| b":/?,".contains(&b);
    let Some(inner) = text.strip_prefix(b"[") else {
        return Ok(break_at(text, is_end));
    };
    match break_at(inner, |b| b == b']') {
        (_, []) => Err(Refusal::UnterminatedBracket),
        ([], _) => Err(Refusal::BadBracket),
        (host, [_, rest @ ..]) if rest.first().is_none_or(|b| is_end(*b)) => Ok((host, rest)),
        _ => Err(Refusal::BadBracket),
    }
}

/// `key=value` pairs with `&` between them; one `&` may end them.
fn read_parameters(reader: Reader, query: &[u8], found: &mut Settings) -> Result<(), Refusal> {
    let mut rest = query;
    while !rest.is_empty() {
        let (pair, after) = break_at(rest, |b| b == b'&');
        rest = after.get(1..).unwrap_or_default();
        let (key, value) = break_at(pair, |b| b == b'=');
        let value = match (reader, value) {
            (Reader::Libpq, []) => return Err(Refusal::MissingEquals),
            (Reader::Libpq, [_, x @ ..]) if x.contains(&b'=') => return Err(Refusal::ExtraEquals),
            // Python's parse_qsl drops what has no value.
            (Reader::SqlAlchemy, [] | [_]) => continue,
            (_, [_, value @ ..]) => decode(reader, value)?,
        };
        let key = decode(reader, key)?;
        if *key != b"ssl" {
            found.store(&key, value);
        } else if *value == b"true" && reader == Reader::Libpq {
            // JDBC's parameter, which libpq translates.
            found.store(b"sslmode", Zeroizing::new(b"require".to_vec()));
        } else if reader == Reader::SqlAlchemy && SslMode::exact(&value).is_some() {
            // What asyncpg calls `sslmode`.
            found.store(b"sslmode", value);
        } else {
            found.keep(b"ssl", &value);
            found.other_ssl |= !value.is_empty();
        }
    }
    Ok(())
}

fn decode(reader: Reader, text: &[u8]) -> Result<Decoded, Refusal> {
    if reader == Reader::Libpq && !has_valid_escapes(text) {
        return Err(Refusal::BadEscape);
    }
    Ok(percent_decode(text))
}

/// Keywords of libpq 15 to 18 (manual, "Parameter Key Words"); main ones first.
const KEYWORDS: &str = "host user port password hostaddr dbname sslmode service \
    application_name channel_binding client_encoding connect_timeout fallback_application_name \
    gssdelegation gssencmode gsslib keepalives keepalives_count keepalives_idle \
    keepalives_interval krbsrvname load_balance_hosts max_protocol_version min_protocol_version \
    oauth_client_id oauth_client_secret oauth_issuer oauth_scope options passfile replication \
    require_auth requirepeer requiressl scram_client_key scram_server_key servicefile \
    ssl_max_protocol_version ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl \
    sslcrldir sslkey sslkeylogfile sslnegotiation sslpassword sslrootcert sslsni \
    target_session_attrs tcp_user_timeout";

/// Those from here on show that a text is meant for PostgreSQL, if one below `MAIN` stands with them.
const OWN: usize = 4;
/// Those below and not below `OWN` show it alone.
const ALONE: usize = 6;
const MAIN: usize = 8;

/// `None` where nothing shows that the text is meant as a connection.
fn read_keywords(text: &[u8], meant: bool) -> Result<Option<Connection>, Refusal> {
    let mut found = Settings::of(text);
    let mut seen = BTreeSet::new();
    let mut rest = skip_blanks(text);
    while !rest.is_empty() {
        let (key, value, after) = match read_pair(rest) {
            Err(Refusal::UnterminatedQuote) if !seen.is_empty() => return Err(Refusal::UnterminatedQuote),
            Err(refusal) if (meant && !seen.is_empty()) || shows_postgres(&seen, &found) => {
                return Err(refusal);
            }
            Err(_) => return Ok(None),
            Ok(pair) => pair,
        };
        let mut known = KEYWORDS.split(' ').map(str::as_bytes);
        let Some(rank) = known.position(|known| known == key) else {
            return Ok(None);
        };
        seen.insert(rank);
        found.store(key, value);
        rest = skip_blanks(after);
    }
    let shown = if meant { !seen.is_empty() } else { shows_postgres(&seen, &found) };
    // ADO.NET puts `;` between its pairs.
    if !shown || found.host.contains(&b';') {
        return Ok(None);
    }
    found.connection(Form::Keywords).map(Some)
}

/// Whether the keywords are hardly anybody else's: mail servers and brokers have a host, port, user and password too.
fn shows_postgres(seen: &BTreeSet<usize>, found: &Settings) -> bool {
    let main = seen.first().is_some_and(|rank| *rank < MAIN);
    let own = seen.last().is_some_and(|rank| *rank >= OWN);
    match seen.len() {
        1 => own && seen.first().is_some_and(|rank| *rank < ALONE),
        _ => main && (own || found.usual_port),
    }
}

/// One `key = value` with blanks where libpq allows them, and what follows it.
fn read_pair(text: &[u8]) -> Result<(&[u8], Decoded, &[u8]), Refusal> {
    let (key, after) = break_at(text, |b| b == b'=' || is_blank(b));
    let after = skip_blanks(after).strip_prefix(b"=");
    let after = skip_blanks(after.ok_or(Refusal::MissingEquals)?);
    let quoted = after.starts_with(b"'");
    let text = after.get(usize::from(quoted)..).unwrap_or_default();
    let mut escaped = false;
    let (raw, rest) = break_at(text, |b| {
        let ends = !escaped && if quoted { b == b'\'' } else { is_blank(b) };
        escaped = !escaped && b == b'\\';
        ends
    });
    if quoted && rest.is_empty() {
        return Err(Refusal::UnterminatedQuote);
    }
    // Never grows: a reallocation would leave a copy of the secret behind.
    let mut value = Zeroizing::new(Vec::with_capacity(raw.len()));
    escaped = false;
    value.extend(raw.iter().filter(|b| {
        escaped = !escaped && **b == b'\\';
        !escaped
    }));
    let rest = rest.get(usize::from(quoted)..).unwrap_or_default();
    Ok((key, value, rest))
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    break_at(text, |b| !is_blank(b)).1
}

/// C's `isspace`: unlike Rust's ASCII whitespace, the vertical tab is one.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
