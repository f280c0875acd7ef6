//! `jdbc:subprotocol:subname` (JDBC 4.3, section 9.4).
//!
//! Sources: pgJDBC, "Initializing the Driver", "Connecting to the Database"; MySQL Connector/J, "Connection URL Syntax";
//! MariaDB Connector/J, "Connection Strings"; for the others see their files. Any other subprotocol is taken as it is, and has
//! no parts but its scheme.

use zeroize::Zeroizing;

use crate::syntax::url::{break_at, has_valid_escapes, percent_decode};
use crate::text::SecretValue;

use super::uri::{Coding, Count, hosts, split_after};
use super::{Connection, Family, Fault, Host, Repeats, Text, oracle, sqlserver, uri};

/// Whether a value says that it is for JDBC.
pub fn is_meant(value: &[u8]) -> bool {
    value.starts_with(b"jdbc:")
}

/// Whether everything that begins an escape is one: pgJDBC and Connector/J decode with Java's `URLDecoder`, which refuses others.
pub fn clean(value: &[u8]) -> Result<(), Fault> {
    let encoded = value.starts_with(b"jdbc:postgresql:") || value.starts_with(b"jdbc:mysql:");
    if !encoded || has_valid_escapes(value) { Ok(()) } else { Err(Fault::Escape) }
}

/// Reads it by its subprotocol.
pub fn read(value: &[u8]) -> Result<Connection, Fault> {
    let text = value.strip_prefix(b"jdbc:").ok_or(Fault::Scheme)?;
    let (protocol, name) = break_at(text, |b| b == b':');
    let name = name.strip_prefix(b":").ok_or(Fault::Scheme)?;
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || b"+-._".contains(b);
    if protocol.is_empty() || !protocol.iter().all(is_word) {
        return Err(Fault::Scheme);
    }
    if value.contains(&0) {
        return Err(Fault::Nul);
    }
    let found = match protocol {
        b"postgresql" => postgres(name)?,
        b"mysql" | b"mysql+srv" | b"mariadb" => mysql(protocol, name)?,
        b"sqlserver" => sqlserver::read(name.strip_prefix(b"//").ok_or(Fault::Scheme)?)?,
        b"oracle" => {
            let (kind, rest) = break_at(name, |b| b == b':');
            if !matches!(kind, b"thin" | b"oci" | b"oci8") {
                return Err(Fault::Scheme);
            }
            oracle::read(rest.strip_prefix(b":").ok_or(Fault::Host)?)?
        }
        _ => Connection { family: Some(Family::Jdbc), ..Connection::default() },
    };
    let mut scheme = b"jdbc:".to_vec();
    scheme.extend_from_slice(protocol);
    Ok(Connection { scheme: Some(Zeroizing::new(scheme)), ..found })
}

/// `//host[:port][,...]/database?name=value`, `/` or `database`. The driver knows no user before the hosts, and reads `+` as a
/// blank everywhere.
fn postgres(name: &[u8]) -> Result<Connection, Fault> {
    let (address, query) = break_at(name, |b| b == b'?');
    let query = query.strip_prefix(b"?");
    let (authority, path) = match address.strip_prefix(b"//") {
        Some(rest) => break_at(rest, |b| b == b'/'),
        None => (&[][..], address),
    };
    if authority.contains(&b'@') {
        return Err(Fault::Userinfo);
    }
    let database = path.strip_prefix(b"/").unwrap_or(path);
    Ok(with_credentials(Connection {
        family: Some(Family::Jdbc),
        hosts: if authority.is_empty() { Vec::new() } else { hosts(authority, Count::Several)? },
        default_port: Some(5432),
        database: Some(Coding::Form.decode(database)).filter(|name| !name.is_empty()),
        path: uri::some(Some(path)),
        query: query.map(|query| Zeroizing::new(query.to_vec())),
        params: Coding::Form.params(query.unwrap_or_default()),
        // The driver keeps one value a property and sets it anew.
        repeats: Repeats::Last,
        ..Connection::default()
    }))
}

/// `[loadbalance:|replication:|sequential:]//[user[:password]@]host[:port][,...][/database][?name=value]`
fn mysql(protocol: &[u8], name: &[u8]) -> Result<Connection, Fault> {
    let (mode, rest) = break_at(name, |b| b == b'/');
    let is_mode = |b: &u8| b.is_ascii_alphabetic() || b"+:-".contains(b);
    if !(mode.is_empty() || mode.ends_with(b":")) || !mode.iter().all(is_mode) {
        return Err(Fault::Scheme);
    }
    let uri = split_after(protocol, rest.strip_prefix(b"//").ok_or(Fault::Scheme)?);
    let listed = if uri.hosts.is_empty() {
        Vec::new()
    } else if uri.hosts.contains(&b'(') {
        described(uri.hosts)?
    } else {
        hosts(uri.hosts, Count::Several)?
    };
    if protocol.ends_with(b"+srv") && listed.iter().any(|host| host.port.is_some()) {
        return Err(Fault::SrvPort);
    }
    Ok(with_credentials(Connection {
        family: Some(Family::Jdbc),
        hosts: listed,
        default_port: (!protocol.ends_with(b"+srv")).then_some(3306),
        database: uri::some(uri.path.strip_prefix(b"/")),
        ..uri.but_hosts(Coding::Form)
    }))
}

/// `address=(host=h)(port=p),...` and `(host=h,port=p),...`
fn described(text: &[u8]) -> Result<Vec<Host>, Fault> {
    let open = text.iter().filter(|b| **b == b'(').count();
    if open != text.iter().filter(|b| **b == b')').count() {
        return Err(Fault::Bracket);
    }
    let mut hosts: Vec<Host> = Vec::new();
    for pair in text.split(|b| b"(),".contains(b)) {
        let (name, value) = break_at(pair, |b| b == b'=');
        let (name, value) = (name.trim_ascii(), value.strip_prefix(b"=").unwrap_or_default().trim_ascii());
        if name.eq_ignore_ascii_case(b"host") {
            hosts.push(Host { name: percent_decode(value), port: None });
        } else if name.eq_ignore_ascii_case(b"port") {
            let port = uri::port(value)?;
            if let Some(host) = hosts.last_mut() {
                host.port = Some(port);
            }
        }
    }
    if hosts.is_empty() { Err(Fault::Host) } else { Ok(hosts) }
}

/// User and password that stand among the properties, where none stand before the hosts.
fn with_credentials(mut found: Connection) -> Connection {
    let named = |name: &[u8]| -> Option<Text> { found.param(name).filter(|text| !text.is_empty()).cloned() };
    let (user, password) = (named(b"user"), named(b"password"));
    found.user = found.user.or(user);
    found.password = found.password.or(password.map(|text| SecretValue::new(&text)));
    found
}
