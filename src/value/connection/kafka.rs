//! Brokers of Kafka.
//!
//! Source: Kafka manual, `bootstrap.servers`: `host1:port1,host2:port2,...`. A security protocol may stand before each, which
//! clients skip (Kafka's `ClientUtils`, librdkafka's `bootstrap.servers`). Blanks round the commas and empty entries are
//! skipped by both; a port has to be there, since the Java client refuses an entry without one.

use zeroize::Zeroizing;

use crate::syntax::url::{is_host, percent_decode, split_port, unbracketed};

use super::{Connection, Family, Fault, Host, uri};

/// `security.protocol` of Kafka's manual, and the scheme of hosted brokers.
const PROTOCOLS: [&[u8]; 6] = [b"plaintext", b"ssl", b"sasl_plaintext", b"sasl_ssl", b"kafka", b"kafka+ssl"];

/// Whether a value shows by itself that it lists brokers: every entry is `host:port`.
pub fn is_meant(value: &[u8]) -> bool {
    let lists = |value: &[u8]| value.contains(&b':') && !value.iter().any(|b| b"@?#".contains(b));
    lists(value) && read(value).is_ok()
}

/// Reads the list.
pub fn read(value: &[u8]) -> Result<Connection, Fault> {
    let mut found = Connection { family: Some(Family::Kafka), ..Connection::default() };
    let entries = value.split(|b| *b == b',').map(<[u8]>::trim_ascii).filter(|entry| !entry.is_empty());
    for entry in entries {
        let (scheme, address) = match entry.windows(3).position(|part| part == b"://") {
            Some(at) => {
                let (scheme, rest) = entry.split_at_checked(at).unwrap_or_default();
                (Some(Zeroizing::new(scheme.to_ascii_lowercase())), rest.get(3..).unwrap_or_default())
            }
            None => (None, entry),
        };
        if let Some(scheme) = scheme {
            if !PROTOCOLS.contains(&scheme.as_slice()) {
                return Err(Fault::Scheme);
            }
            found.scheme.get_or_insert(scheme);
        }
        found.hosts.push(broker(address)?);
    }
    if found.hosts.is_empty() { Err(Fault::Host) } else { Ok(found) }
}

fn broker(text: &[u8]) -> Result<Host, Fault> {
    if text.contains(&b'@') {
        return Err(Fault::Userinfo);
    }
    if text.iter().any(|b| b.is_ascii_whitespace() || b.is_ascii_control()) {
        return Err(Fault::Blank);
    }
    let (name, digits) = split_port(text);
    if name.starts_with(b"[") && !name.ends_with(b"]") {
        return Err(Fault::Bracket);
    }
    if !is_host(name) || name.iter().any(|b| b"/?#".contains(b)) {
        return Err(Fault::Host);
    }
    let port = uri::port(digits.ok_or(Fault::Port)?)?;
    Ok(Host { name: percent_decode(unbracketed(name)), port: Some(port) })
}
