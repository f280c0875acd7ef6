//! Oracle's JDBC driver, as far as user, hosts, ports and service.
//!
//! Source: Oracle Database JDBC Java API Reference, "URL Formats": EZConnect, TNS names and descriptors; the older
//! `host:port:SID`.

use zeroize::Zeroizing;

use crate::syntax::url::{break_at, rsplit_once};
use crate::text::SecretValue;

use super::uri::{Coding, Count};
use super::{Connection, Family, Fault, Host, Repeats, Text, uri};

/// Oracle Net's listener.
const PORT: u16 = 1521;

/// Reads `[user/password]@` and one of the formats.
pub fn read(text: &[u8]) -> Result<Connection, Fault> {
    let (credentials, target) = rsplit_once(text, b'@').ok_or(Fault::Host)?;
    let (user, password) = break_at(credentials, |b| b == b'/');
    let (target, query) =
        if target.starts_with(b"(") { (target, &[][..]) } else { break_at(target, |b| b == b'?') };
    let raw = |text: &[u8]| Some(Zeroizing::new(text.to_vec())).filter(|text| !text.is_empty());
    let (hosts, database) = match target {
        [] => return Err(Fault::Host),
        [b'(', ..] => descriptor(target)?,
        _ => easy(target)?,
    };
    let query = query.strip_prefix(b"?");
    let password = password.strip_prefix(b"/").filter(|password| !password.is_empty());
    Ok(Connection {
        family: Some(Family::Jdbc),
        user: raw(user),
        password: password.map(SecretValue::new),
        default_port: (!hosts.is_empty()).then_some(PORT),
        hosts,
        database,
        query: query.map(|query| Zeroizing::new(query.to_vec())),
        params: Coding::Percent.params(query.unwrap_or_default()),
        repeats: Repeats::Undefined,
        ..Connection::default()
    })
}

/// `[[protocol:]//]host[,host][:port][/service][:mode][/instance]`, `host:port:SID`, or a name that is looked up.
fn easy(target: &[u8]) -> Result<(Vec<Host>, Option<Text>), Fault> {
    let at = target.windows(2).position(|part| part == b"//");
    let (protocol, rest) = match at.and_then(|at| target.split_at_checked(at)) {
        Some((protocol, rest)) => (Some(protocol), rest.get(2..).unwrap_or_default()),
        None => (None, target),
    };
    // A directory, or a file, says where it is.
    if protocol.is_some_and(|word| !matches!(word, b"" | b"tcp:" | b"tcps:")) {
        return Ok((Vec::new(), None));
    }
    let (hosts, service) = break_at(rest, |b| b == b'/');
    let name = |text: &[u8]| Some(Zeroizing::new(text.to_vec())).filter(|text| !text.is_empty());
    if let Some(service) = service.strip_prefix(b"/") {
        let service = break_at(service, |b| b":/".contains(&b)).0;
        return Ok((listed(hosts)?, name(service)));
    }
    let in_brackets = hosts.contains(&b']');
    match rsplit_once(hosts, b':') {
        Some((address, sid)) if address.contains(&b':') && !in_brackets => Ok((listed(address)?, name(sid))),
        Some(_) => Ok((listed(hosts)?, None)),
        // A host for EZConnect, or a name of `tnsnames.ora`.
        None if protocol.is_some() => Ok((listed(hosts)?, None)),
        None => Ok((Vec::new(), None)),
    }
}

/// A port is that of the hosts before it, too.
fn listed(text: &[u8]) -> Result<Vec<Host>, Fault> {
    let mut hosts = uri::hosts(text, Count::Several)?;
    let mut port = None;
    for host in hosts.iter_mut().rev() {
        port = host.port.or(port);
        host.port = port;
    }
    Ok(hosts)
}

/// `(DESCRIPTION=(ADDRESS=(HOST=h)(PORT=p))(CONNECT_DATA=(SERVICE_NAME=s)))`
fn descriptor(target: &[u8]) -> Result<(Vec<Host>, Option<Text>), Fault> {
    let mut depth = 0_usize;
    for byte in target {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.checked_sub(1).ok_or(Fault::Bracket)?,
            _ => {}
        }
    }
    if depth != 0 {
        return Err(Fault::Bracket);
    }
    let mut hosts: Vec<Host> = Vec::new();
    let mut database = None;
    for pair in target.split(|b| b"()".contains(b)) {
        let (name, value) = break_at(pair, |b| b == b'=');
        let (name, value) = (name.trim_ascii(), value.strip_prefix(b"=").unwrap_or_default().trim_ascii());
        if value.is_empty() {
            continue;
        }
        if name.eq_ignore_ascii_case(b"host") {
            hosts.push(Host { name: Zeroizing::new(value.to_vec()), port: None });
        } else if name.eq_ignore_ascii_case(b"port") {
            let port = uri::port(value)?;
            if let Some(host) = hosts.last_mut() {
                host.port = Some(port);
            }
        } else if name.eq_ignore_ascii_case(b"service_name") || name.eq_ignore_ascii_case(b"sid") {
            database.get_or_insert(Zeroizing::new(value.to_vec()));
        }
    }
    Ok((hosts, database))
}
