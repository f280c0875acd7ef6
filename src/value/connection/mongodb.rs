//! MongoDB.
//!
//! Sources: MongoDB specifications, "Connection String Spec", "Initial DNS Seedlist Discovery" for `mongodb+srv` and "URI
//! Options" for `directConnection`. What they leave undefined, a repeated option, is no part.

use super::uri::{Coding, Count, Schemes, hosts};
use super::{Connection, Family, Fault, uri};

/// MongoDB manual, "Default MongoDB Port".
pub const SCHEMES: Schemes = &[("mongodb", Some(27017)), ("mongodb+srv", None)];

/// Reads `mongodb://[user[:password]@]host[:port][,...][/[authdb]][?name=value&...]`.
pub fn read(value: &[u8]) -> Result<Connection, Fault> {
    let (uri, port) = uri::of_family(value, SCHEMES)?;
    let srv = port.is_none();
    // "Userinfo": an `@`, or a second `:`, has to be encoded.
    if let Some((user, password)) = uri.userinfo {
        let both = [user, password.unwrap_or_default()];
        if user.is_empty() || both.iter().any(|part| part.contains(&b'@') || part.contains(&b':')) {
            return Err(Fault::Userinfo);
        }
    }
    let hosts = hosts(uri.hosts, if srv { Count::One } else { Count::Several })?;
    for (host, raw) in hosts.iter().zip(uri.hosts.split(|b| *b == b',')) {
        // "Port": a number, if there is a colon; "Host": sockets end in `.sock` and have none.
        let socket = host.name.starts_with(b"/");
        if raw.ends_with(b":") || socket && host.port.is_some() {
            return Err(Fault::Port);
        }
        if socket && !host.name.ends_with(b".sock") {
            return Err(Fault::Host);
        }
        if srv && host.port.is_some() {
            return Err(Fault::SrvPort);
        }
    }
    let database = uri::some(uri.path.strip_prefix(b"/"));
    // "Auth Database", once it is decoded.
    if database.as_ref().is_some_and(|name| name.iter().any(|b| b"/\\ \"$".contains(b))) {
        return Err(Fault::Database);
    }
    let found = Connection {
        family: Some(Family::Mongodb),
        default_port: port,
        database,
        folded: true,
        hosts,
        ..uri.but_hosts(Coding::Percent)
    };
    let direct = found.param(b"directConnection").is_some_and(|value| **value == *b"true");
    if direct && (srv || found.hosts.len() > 1) {
        return Err(Fault::Parameter);
    }
    Ok(found)
}
