//! PostgreSQL, as libpq reads it; the reading itself is [`crate::syntax::postgres`].
//!
//! Source: libpq manual, "Connection Strings", "Parameter Key Words" and "Specifying Multiple Hosts"; libpq's own
//! `fe-connect.c` for what it says of ports.

use zeroize::Zeroizing;

use crate::syntax::postgres::{Form, Parsed, Refusal, Setting, parse, parse_meant};
use crate::syntax::url::break_at;
use crate::text::SecretValue;

use super::{Connection, Family, Fault, Host, Repeats, Text, uri};

/// libpq manual, `port`: the number that the server was built with.
const PORT: u16 = 5432;

/// What frameworks call the same: django-environ's and dj-database-url's schemes (their `DB_SCHEMES` and `SCHEMES`), and the one
/// of Ecto, the library of Phoenix (`Ecto.Repo`, "URLs").
const OTHER_SCHEMES: [&[u8]; 4] = [b"psql", b"pgsql", b"postgis", b"ecto"];

/// What follows such a scheme, from the colon on.
fn behind_other(value: &[u8]) -> Option<&[u8]> {
    let (scheme, rest) = break_at(value, |b| b == b':');
    let known = OTHER_SCHEMES.iter().any(|known| scheme.eq_ignore_ascii_case(known));
    (known && rest.starts_with(b"://")).then_some(rest)
}

/// Whether a value shows by itself that it is a connection string for PostgreSQL.
pub fn is_meant(value: &[u8]) -> bool {
    behind_other(value).is_some() || !matches!(parse(value), Parsed::NotPostgres)
}

/// Reads a URI or keywords.
pub fn read(value: &[u8]) -> Result<Connection, Fault> {
    let renamed = behind_other(value).map(|rest| Zeroizing::new([b"postgres", rest].concat()));
    let found = match parse_meant(renamed.as_deref().map_or(value, Vec::as_slice)) {
        Parsed::Connection(connection) => connection,
        Parsed::Refused(refusal) => return Err(fault(refusal)),
        // A keyword that is none of libpq's.
        Parsed::NotPostgres if uri::split(value).is_none() && value.contains(&b'=') => {
            return Err(Fault::Parameter);
        }
        Parsed::NotPostgres => return Err(Fault::Scheme),
    };
    let mut settings = found.settings;
    // Entry by entry, an address stands in for a name that is not given (manual, `hostaddr`).
    let addresses = last(&settings, b"hostaddr");
    let names = last(&settings, b"host").filter(|names| !names.is_empty());
    let hosts = hosts(
        names.as_deref().or(addresses.as_deref()).map_or(&[][..], |names| names),
        last(&settings, b"port").as_deref().map_or(&[][..], |ports| ports),
    )?;
    let uri = found.form == Form::Uri;
    // libpq ends the password at the first `@`; what is left is no host's name.
    if uri && hosts.iter().any(|host| !host.name.starts_with(b"@") && host.name.contains(&b'@')) {
        return Err(Fault::Userinfo);
    }
    let scheme = break_at(value, |b| b == b':').0;
    let part = |keyword: &[u8]| last(&settings, keyword).filter(|text| !text.is_empty());
    let (user, database) = (part(b"user"), part(b"dbname"));
    let path = database.as_ref().filter(|_| uri).map(|name| Zeroizing::new([b"/", name.as_slice()].concat()));
    let query = break_at(value, |b| b == b'?').1.strip_prefix(b"?").filter(|_| uri);
    settings.retain(|setting| !is_own(&setting.keyword));
    Ok(Connection {
        family: Some(Family::Postgres),
        scheme: uri.then(|| Zeroizing::new(scheme.to_ascii_lowercase())),
        user,
        password: found.password.map(|password| SecretValue::new(password.expose())),
        hosts,
        default_port: Some(PORT),
        database,
        path,
        query: query.map(|query| Zeroizing::new(query.to_vec())),
        params: settings.into_iter().map(|setting| (setting.keyword, setting.value)).collect(),
        repeats: Repeats::Last,
        ..Connection::default()
    })
}

/// Whether a keyword is a part of its own.
fn is_own(keyword: &[u8]) -> bool {
    [&b"user"[..], b"password", b"host", b"port", b"dbname"].contains(&keyword)
}

/// The last of several settings counts (manual, "Connection Strings"; held against libpq by `tests/libpq.rs`).
fn last(settings: &[Setting], keyword: &[u8]) -> Option<Text> {
    settings.iter().rev().find(|setting| *setting.keyword == keyword).map(|setting| setting.value.clone())
}

/// Hosts and ports are lists that belong together (manual, `port`).
fn hosts(names: &[u8], ports: &[u8]) -> Result<Vec<Host>, Fault> {
    let names: Vec<&[u8]> = names.split(|b| *b == b',').collect();
    let ports: Vec<&[u8]> = ports.split(|b| *b == b',').collect();
    if ports.len() > 1 && ports.len() != names.len() {
        return Err(Fault::HostCount);
    }
    if let ([b""], [port]) = (names.as_slice(), ports.as_slice()) {
        return match number(port)? {
            None => Ok(Vec::new()),
            port => Ok(vec![Host { name: Text::default(), port }]),
        };
    }
    // One that is given is everybody's.
    let one = ports.first().copied().unwrap_or_default();
    let ports = ports.iter().copied().chain(std::iter::repeat(one));
    let host =
        |(name, port): (&&[u8], &[u8])| Ok(Host { name: Zeroizing::new(name.to_vec()), port: number(port)? });
    names.iter().zip(ports).map(host).collect()
}

/// libpq takes blanks round the number.
fn number(port: &[u8]) -> Result<Option<u16>, Fault> {
    let digits = port.trim_ascii();
    if digits.is_empty() { Ok(None) } else { uri::port(digits).map(Some) }
}

const fn fault(refusal: Refusal) -> Fault {
    match refusal {
        Refusal::BadScheme => Fault::Scheme,
        Refusal::BadEscape => Fault::Escape,
        Refusal::UnterminatedBracket | Refusal::BadBracket => Fault::Bracket,
        Refusal::MissingEquals | Refusal::ExtraEquals => Fault::Parameter,
        Refusal::UnterminatedQuote => Fault::Quote,
        Refusal::HostCount => Fault::HostCount,
        Refusal::NulByte => Fault::Nul,
    }
}
