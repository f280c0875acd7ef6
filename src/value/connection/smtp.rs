//! Mail servers.
//!
//! No standard has these URLs; they are read as Symfony Mailer, Nodemailer and lettre read them, after
//! draft-earhart-url-smtp-00. A host has to be there. Clients differ on the port that `smtp` means (25, 465 or 587), so it has
//! none of its own here; `submissions` and `smtps` are RFC 8314, section 3.3, `submission` RFC 6409.

use super::uri::{Coding, Count, Schemes, hosts};
use super::{Connection, Family, Fault, uri};

/// Schemes that mail clients know.
pub const SCHEMES: Schemes = &[
    ("smtp", None),
    ("smtps", Some(465)),
    ("smtp+tls", None),
    ("smtp+ssl", Some(465)),
    ("smtp+starttls", None),
    ("submission", Some(587)),
    ("submissions", Some(465)),
];

/// Reads `smtp://[user[:password]@]host[:port][/...][?name=value&...]`.
pub fn read(value: &[u8]) -> Result<Connection, Fault> {
    let (uri, port) = uri::of_family(value, SCHEMES)?;
    Ok(Connection {
        family: Some(Family::Smtp),
        hosts: hosts(uri.hosts, Count::One)?,
        default_port: port,
        ..uri.but_hosts(Coding::Form)
    })
}
