//! SQL Server's JDBC driver.
//!
//! Source: Microsoft, "Building the connection URL": properties have `;` between them, names have no case and cannot be
//! repeated, values in braces may hold anything, with `}}` for `}`.

use zeroize::Zeroizing;

use crate::syntax::url::break_at;
use crate::text::SecretValue;

use super::{Connection, Family, Fault, Text, uri};

/// "Building the connection URL", `portNumber`.
const PORT: u16 = 1433;

/// Reads `[server[\instance][:port]][;name=value...]`.
pub fn read(text: &[u8]) -> Result<Connection, Fault> {
    let (server, rest) = break_at(text, |b| b == b';');
    let params = properties(rest)?;
    let named = |names: [&str; 3]| {
        let is_named = |known: &Text| names.iter().any(|name| known.eq_ignore_ascii_case(name.as_bytes()));
        let value = params.iter().find(|(known, _)| is_named(known)).map(|(_, value)| value.clone());
        value.filter(|value| !value.is_empty())
    };
    let (name, port) = break_at(server, |b| b == b'\\');
    // The instance's name stands between the server and its port.
    let written = [name, break_at(port, |b| b == b':').1].concat();
    let written = Zeroizing::new(written);
    let mut hosts = match written.as_slice() {
        b"" => Vec::new(),
        written => vec![uri::host(written)?],
    };
    if let (true, Some(name)) = (hosts.is_empty(), named(["serverName", "server", "server"])) {
        hosts.push(super::Host { name, port: None });
    }
    if let Some(digits) = named(["portNumber", "port", "port"]) {
        let port = uri::port(&digits)?;
        hosts.iter_mut().filter(|host| host.port.is_none()).for_each(|host| host.port = Some(port));
    }
    Ok(Connection {
        family: Some(Family::Jdbc),
        user: named(["user", "userName", "user"]),
        password: named(["password", "password", "password"]).map(|text| SecretValue::new(&text)),
        database: named(["databaseName", "database", "database"]),
        hosts,
        default_port: Some(PORT),
        folded: true,
        params,
        ..Connection::default()
    })
}

fn properties(text: &[u8]) -> Result<Vec<(Text, Text)>, Fault> {
    let mut found: Vec<(Text, Text)> = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_first() {
        let (name, after) = break_at(after, |b| b"=;".contains(&b));
        let name = name.trim_ascii();
        match after.strip_prefix(b"=") {
            None if name.is_empty() => rest = after,
            None => return Err(Fault::Parameter),
            Some(after) => {
                let (value, after) = value(after)?;
                if name.is_empty() {
                    return Err(Fault::Parameter);
                }
                found.push((Zeroizing::new(name.to_vec()), value));
                rest = after;
            }
        }
    }
    // Compared in place: what stands before a `=` may be the end of a password.
    let mut names: Vec<&Text> = found.iter().map(|(name, _)| name).collect();
    names.sort_by(|one, other| {
        one.iter().map(u8::to_ascii_lowercase).cmp(other.iter().map(u8::to_ascii_lowercase))
    });
    let mut pairs = names.iter().zip(names.iter().skip(1));
    if pairs.any(|(one, other)| one.eq_ignore_ascii_case(other)) {
        return Err(Fault::Parameter);
    }
    Ok(found)
}

/// One value, and what follows it from its `;` on.
fn value(text: &[u8]) -> Result<(Text, &[u8]), Fault> {
    let Some(mut inner) = text.trim_ascii_start().strip_prefix(b"{") else {
        let (value, after) = break_at(text, |b| b == b';');
        return Ok((Zeroizing::new(value.trim_ascii().to_vec()), after));
    };
    let mut value = Zeroizing::new(Vec::with_capacity(inner.len()));
    loop {
        let (part, after) = break_at(inner, |b| b == b'}');
        value.extend_from_slice(part);
        match after {
            [] => return Err(Fault::Quote),
            [_, b'}', more @ ..] => {
                value.push(b'}');
                inner = more;
            }
            [_, more @ ..] => {
                let (blank, after) = break_at(more, |b| b == b';');
                let ends = blank.trim_ascii().is_empty();
                return if ends { Ok((value, after)) } else { Err(Fault::Quote) };
            }
        }
    }
}
