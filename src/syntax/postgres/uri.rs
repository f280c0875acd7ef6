//! Connection strings that are URIs.

use zeroize::Zeroizing;

use super::settings::Settings;
use super::{Connection, Decoded, Form, Refusal, SslMode};
use crate::syntax::url::{break_at, has_valid_escapes, percent_decode};

/// Whose rules a URI is read by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reader {
    Libpq,
    SqlAlchemy,
}

/// Whose URI it is and what follows `://`; `None` for any other value.
pub(super) fn split_scheme(value: &[u8]) -> Result<Option<(Reader, &[u8])>, Refusal> {
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

/// `[user[:password]@][host[:port],...][/dbname][?parameters]`
pub(super) fn read_uri(reader: Reader, text: &[u8]) -> Result<Connection, Refusal> {
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
