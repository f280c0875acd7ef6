//! MySQL and MariaDB: URIs, and the DSNs of Go's driver.
//!
//! Sources: MySQL manual, "Connecting Using URI-Like Connection Strings"; SQLAlchemy, "Database URLs", for `mysql+driver`;
//! go-sql-driver/mysql, README, "DSN (Data Source Name)", and its `dsn.go` for what it refuses. A DSN has no escapes but in
//! the database's name and in parameters. Not read: sockets in parentheses, as MySQL Shell takes them.

use zeroize::Zeroizing;

use crate::syntax::url::{break_at, percent_decode, rsplit_once, split_scheme};
use crate::text::SecretValue;

use super::uri::{Coding, Count, Schemes, Uri, hosts};
use super::{Connection, Family, Fault, Host, Repeats, uri};

/// MySQL manual, "MySQL Port Reference".
const SCHEMES: Schemes = &[
    ("mysql", Some(3306)),
    ("mysql2", Some(3306)),
    ("trilogy", Some(3306)),
    ("mariadb", Some(3306)),
    ("mysqlx", Some(33060)),
    ("mysql+srv", None),
    ("mysqlx+srv", None),
];

/// Whether a value shows by itself that it leads to MySQL.
pub fn is_meant(value: &[u8]) -> bool {
    scheme(value).is_some() || is_dsn(value)
}

/// Whether `tcp(` or `unix(` stands where a DSN has its address.
fn is_dsn(value: &[u8]) -> bool {
    let left = rsplit_once(value, b'/').map_or(value, |(left, _)| left);
    let net = rsplit_once(left, b'@').map_or(left, |(_, net)| net);
    net.starts_with(b"tcp(") || net.starts_with(b"unix(")
}

/// The port of the scheme, if it is one of MySQL's; a driver may follow it behind `+`.
fn scheme(value: &[u8]) -> Option<Option<u16>> {
    let (scheme, _) = split_scheme(value)?;
    let (name, driver) = break_at(scheme, |b| b == b'+');
    let find = |word: &[u8]| SCHEMES.iter().find(|(known, _)| word.eq_ignore_ascii_case(known.as_bytes()));
    let with_driver = |(known, _): &&(&str, _)| !driver.is_empty() && ["mysql", "mariadb"].contains(known);
    find(scheme).or_else(|| find(name).filter(with_driver)).map(|(_, port)| *port)
}

/// Reads a URI, or else a DSN.
pub fn read(value: &[u8]) -> Result<Connection, Fault> {
    match (scheme(value), uri::split(value)) {
        (Some(port), Some(uri)) if has_driver(uri.scheme) => read_sqlalchemy(value, port),
        (Some(port), Some(uri)) => read_uri(&uri, port),
        (_, Some(_)) if !is_dsn(value) => Err(Fault::Scheme),
        _ => read_dsn(value),
    }
}

/// Whether a driver follows a scheme, as SQLAlchemy has it.
pub fn has_driver(scheme: &[u8]) -> bool {
    scheme.contains(&b'+') && !scheme.to_ascii_lowercase().ends_with(b"+srv")
}

/// As SQLAlchemy's own expression takes a URL apart (`engine/url.py`, `_parse_url`): a password goes on to the first `@`, whatever
/// is in it, a user without one to the last; of escapes only those that are some are taken, and nothing else is a fragment.
fn read_sqlalchemy(value: &[u8], port: Option<u16>) -> Result<Connection, Fault> {
    let (scheme, text) = split_scheme(value).ok_or(Fault::Scheme)?;
    if value.iter().any(u8::is_ascii_control) {
        return Err(if value.contains(&0) { Fault::Nul } else { Fault::Blank });
    }
    let (head, tail) = break_at(text, |b| b":/".contains(&b));
    let end = if tail.starts_with(b":") && tail.contains(&b'@') {
        Some(head.len() + break_at(tail, |b| b == b'@').0.len())
    } else {
        head.iter().rposition(|b| *b == b'@')
    };
    let (userinfo, rest) = match end.and_then(|end| text.split_at_checked(end)) {
        Some((userinfo, rest)) => (Some(userinfo), rest.strip_prefix(b"@").unwrap_or(rest)),
        None => (None, text),
    };
    let userinfo = userinfo.map(|userinfo| {
        let (user, password) = break_at(userinfo, |b| b == b':');
        (user, password.strip_prefix(b":"))
    });
    let (address, query) = break_at(rest, |b| b == b'?');
    let (hosts, path) = break_at(address, |b| b == b'/');
    // The password ended before its own `@`.
    if hosts.contains(&b'@') {
        return Err(Fault::Userinfo);
    }
    read_uri(&Uri { scheme, userinfo, hosts, path, query: query.strip_prefix(b"?"), fragment: None }, port)
}

/// `scheme://[user[:password]@]host[:port][/schema][?attribute=value&...]`
pub fn read_uri(uri: &Uri<'_>, port: Option<u16>) -> Result<Connection, Fault> {
    let srv = uri.scheme.to_ascii_lowercase().ends_with(b"+srv");
    let hosts = hosts(uri.hosts, if srv { Count::One } else { Count::Several }).or_else(|fault| {
        // Left out, the host is the client's own.
        if uri.hosts.is_empty() && !srv { Ok(Vec::new()) } else { Err(fault) }
    })?;
    // Manual: the names that DNS has for an SRV record bring their ports.
    if srv && hosts.iter().any(|host| host.port.is_some()) {
        return Err(Fault::SrvPort);
    }
    Ok(Connection {
        family: Some(Family::Mysql),
        hosts,
        default_port: port,
        database: uri::some(uri.path.strip_prefix(b"/")),
        ..uri.but_hosts(Coding::Form)
    })
}

/// `[user[:password]@][net[(address)]]/dbname[?name=value&...]`
fn read_dsn(value: &[u8]) -> Result<Connection, Fault> {
    // Password and address may hold a `/`, and so may nothing that follows the last one.
    let (left, right) = rsplit_once(value, b'/').ok_or(Fault::Database)?;
    let (userinfo, net) = rsplit_once(left, b'@').unwrap_or((b"", left));
    let (user, password) = break_at(userinfo, |b| b == b':');
    let (net, address) = break_at(net, |b| b == b'(');
    let address = match address.strip_prefix(b"(").map(|address| address.strip_suffix(b")")) {
        Some(Some(address)) => address,
        // A parameter with a `/` that is not escaped.
        Some(None) if address.contains(&b')') => return Err(Fault::Parameter),
        Some(None) => return Err(Fault::Bracket),
        None => b"",
    };
    let host = match (net, address) {
        (b"" | b"tcp" | b"unix", b"") => None,
        (_, b"") => return Err(Fault::Host),
        (b"" | b"tcp" | b"tcp4" | b"tcp6", address) => Some(uri::host(address)?),
        // Sockets, and nets that the program registers.
        (_, address) => Some(Host { name: Zeroizing::new(address.to_vec()), port: None }),
    };
    let (name, query) = break_at(right, |b| b == b'?');
    let raw = |text: &[u8]| Some(Zeroizing::new(text.to_vec())).filter(|text| !text.is_empty());
    let password = password.strip_prefix(b":").filter(|password| !password.is_empty());
    Ok(Connection {
        family: Some(Family::Mysql),
        user: raw(user),
        password: password.map(SecretValue::new),
        hosts: host.into_iter().collect(),
        default_port: matches!(net, b"" | b"tcp" | b"tcp4" | b"tcp6").then_some(3306),
        database: Some(percent_decode(name)).filter(|name| !name.is_empty()),
        query: query.strip_prefix(b"?").map(|query| Zeroizing::new(query.to_vec())),
        params: Coding::Form.params(query.strip_prefix(b"?").unwrap_or_default()),
        // The driver sets one after the other.
        repeats: Repeats::Last,
        ..Connection::default()
    })
}
