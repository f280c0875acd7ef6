//! AMQP 0-9-1.
//!
//! Source: RabbitMQ, "URI Specification": one host, which may be left out; the virtual host is one segment, percent-decoded,
//! so that `/%2F` is `/`, a lone `/` is the empty name, and nothing is the client's default. A second segment is the exchange of
//! Symfony's Messenger ("AMQP Transport": `amqp://...:5672/%2f/messages`).

use super::uri::{Coding, Count, Schemes, hosts};
use super::{Connection, Family, Fault, uri};
use crate::syntax::url::{break_at, percent_decode};

/// "URI Specification", section "Port"; `pyamqp` is Kombu's name for the same.
pub const SCHEMES: Schemes = &[("amqp", Some(5672)), ("amqps", Some(5671)), ("pyamqp", Some(5672))];

/// Reads `amqp://[user[:password]@]host[:port][/vhost[/exchange]][?name=value&...]`.
pub fn read(value: &[u8]) -> Result<Connection, Fault> {
    let (uri, port) = uri::of_family(value, SCHEMES)?;
    let vhost = uri.path.strip_prefix(b"/");
    // Celery's own default ends in `//` and means `/` (Kombu, "Connection URLs").
    let whole = vhost == Some(b"/");
    let (name, exchange) = break_at(vhost.unwrap_or_default(), |b| b == b'/' && !whole);
    let one = exchange.strip_prefix(b"/").is_none_or(|one| !one.is_empty() && !one.contains(&b'/'));
    if !one || (name.is_empty() && !exchange.is_empty()) {
        return Err(Fault::Database);
    }
    Ok(Connection {
        family: Some(Family::Amqp),
        hosts: hosts(uri.hosts, Count::Upto1)?,
        default_port: port,
        database: vhost.map(|_| percent_decode(name)),
        ..uri.but_hosts(Coding::Form)
    })
}
