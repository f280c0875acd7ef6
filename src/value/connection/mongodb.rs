//! MongoDB.
//!
//! Sources: MongoDB specifications, "Connection String Spec", "Initial DNS Seedlist Discovery" for `mongodb+srv` and "URI
//! Options" for what contradicts itself. What they leave undefined, a repeated option, is no part.

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
    if contradicts(&found, srv) { Err(Fault::Parameter) } else { Ok(found) }
}

/// What the specification has clients refuse of options that do not go together ("URI Options", sections on `tls` and
/// `loadBalanced`; "Connection String Spec" on `directConnection`; "Initial DNS Seedlist Discovery" on those for SRV alone).
fn contradicts(found: &Connection, srv: bool) -> bool {
    const APART: [(&[u8], &[u8]); 7] = [
        (b"tlsInsecure", b"tlsAllowInvalidCertificates"),
        (b"tlsInsecure", b"tlsAllowInvalidHostnames"),
        (b"tlsInsecure", b"tlsDisableOCSPEndpointCheck"),
        (b"tlsInsecure", b"tlsDisableCertificateRevocationCheck"),
        (b"tlsAllowInvalidCertificates", b"tlsDisableOCSPEndpointCheck"),
        (b"tlsAllowInvalidCertificates", b"tlsDisableCertificateRevocationCheck"),
        (b"tlsDisableOCSPEndpointCheck", b"tlsDisableCertificateRevocationCheck"),
    ];
    let is = |name: &[u8]| found.param(name).is_some_and(|value| **value == *b"true");
    let has = |name: &[u8]| found.params.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
    let several = found.hosts.len() > 1;
    let secure = |name: &[u8]| name.eq_ignore_ascii_case(b"tls") || name.eq_ignore_ascii_case(b"ssl");
    let mut said = found.params.iter().filter(|(name, _)| secure(name)).map(|(_, value)| value);
    let one = said.next().is_none_or(|first| said.all(|value| value == first));
    let balanced = is(b"loadBalanced") && (several || has(b"replicaSet") || is(b"directConnection"));
    let srv_only = !srv && (has(b"srvMaxHosts") || has(b"srvServiceName"));
    !one || balanced
        || srv_only
        || is(b"directConnection") && (srv || several)
        || APART.iter().any(|(one, other)| has(one) && has(other))
}
