//! Redis and Valkey.
//!
//! Sources: IANA, "Uniform Resource Identifier (URI) Schemes", provisional registrations of `redis` and `rediss`; redis-py,
//! `Redis.from_url`, for `unix`; Lettuce, "Redis URI and connection details", for `redis-socket` and `redis-sentinel`;
//! valkey-py for `valkey` and `valkeys`. A database in the query goes before the one in the path (Lettuce, redis-py, go-redis).

use zeroize::Zeroizing;

use crate::text::SecretValue;

use super::uri::{Coding, Count, Schemes, Uri, hosts};
use super::{Connection, Family, Fault, Host, Text, uri};

/// Ports: IANA's registration, and Redis' manual for sentinels.
pub const SCHEMES: Schemes = &[
    ("redis", Some(6379)),
    ("rediss", Some(6379)),
    ("valkey", Some(6379)),
    ("valkeys", Some(6379)),
    ("redis-cluster", Some(6379)),
    ("redis-sentinel", Some(26379)),
    ("redis+sentinel", Some(26379)),
    ("redis-socket", None),
    ("redis+unix", None),
    ("redis+socket", None),
    ("unix", None),
];

/// Reads `redis://[[user]:password@]host[:port][/database][?name=value&...]` and its kin.
pub fn read(value: &[u8]) -> Result<Connection, Fault> {
    let (uri, port) = uri::of_family(value, SCHEMES)?;
    let kind = uri.scheme.to_ascii_lowercase();
    let several = kind.ends_with(b"sentinel") || kind.ends_with(b"cluster");
    let mut found = Connection {
        family: Some(Family::Redis),
        default_port: port,
        hosts: if port.is_none() {
            socket(&uri)?
        } else {
            // Left out, the host is this machine.
            hosts(uri.hosts, if several { Count::Several } else { Count::Upto1 })?
        },
        ..uri.but_hosts(Coding::Form)
    };
    let named = |name: &[u8]| found.param(name).filter(|value| !value.is_empty()).cloned();
    let in_path = found.path.as_ref().filter(|_| port.is_some()).map_or(&[][..], |path| path);
    let in_path = if several {
        // A master's name may stand before the number.
        in_path.rsplit(|b| *b == b'/').next().filter(|last| last.iter().all(u8::is_ascii_digit))
    } else {
        Some(in_path.strip_prefix(b"/").unwrap_or(in_path))
    };
    let in_path = in_path.filter(|number| !number.is_empty()).map(|number| Zeroizing::new(number.to_vec()));
    let database = named(b"db").or_else(|| named(b"database")).or(in_path);
    if database.as_ref().is_some_and(|number| !number.iter().all(u8::is_ascii_digit)) {
        return Err(Fault::Database);
    }
    let (user, password) = (named(b"username"), named(b"password"));
    // What stands before the host goes before the query (redis-py).
    found.user = found.user.or(user);
    found.password = found.password.or(password.map(|text| SecretValue::new(&text)));
    found.database = database;
    Ok(found)
}

/// The socket's path stands where a host would.
fn socket(uri: &Uri<'_>) -> Result<Vec<Host>, Fault> {
    let name: Text = uri::some(Some(uri.path)).ok_or(Fault::Host)?;
    if !uri.hosts.is_empty() {
        return Err(Fault::Host);
    }
    Ok(vec![Host { name, port: None }])
}
