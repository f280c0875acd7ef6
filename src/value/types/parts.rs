//! Parts of a value that a policy can forbid.

use super::network::{is_address, is_local};
use super::{ValueType, rsplit_once, web};
use crate::value::words::words;

words! {
    /// A part that a policy can forbid.
    Part {
        Path = "path", "a path other than `/`";
        Query = "query", "a query";
        Fragment = "fragment", "a fragment";
        Userinfo = "userinfo", "a user or a password";
        Port = "port", "a port";
        Localhost = "localhost", "this machine as its host";
        Wildcard = "wildcard", "a wildcard";
        Ip = "ip", "an address as its host";
    }
}

impl ValueType {
    /// Whether values of the type are addresses, of which parts can be forbidden.
    #[must_use]
    pub const fn has_parts(self) -> bool {
        self.is_url() || matches!(self, Self::Hostname | Self::Host | Self::Email | Self::Mailbox)
    }

    /// Whether values of the type have a scheme that can be chosen.
    #[must_use]
    pub const fn has_schemes(self) -> bool {
        matches!(self, Self::Url | Self::Origin | Self::Origins)
    }

    const fn is_url(self) -> bool {
        self.has_schemes() || matches!(self, Self::HttpsUrl)
    }
}

/// The parts that a value has, each once; of a list those of all items. A value that does not read as its type has none.
#[must_use]
pub fn parts(kind: ValueType, value: &[u8]) -> Vec<Part> {
    let mut found = Vec::new();
    if !kind.has_parts() || !kind.reads_as(value) {
        return found;
    }
    match kind {
        ValueType::Origins => {
            let mut add = |item: &[u8]| {
                of_url(item, &mut found);
                Ok(())
            };
            // It reads as its type, and `add` refuses nothing.
            let _ = web::each_origin(value, &mut add);
        }
        _ if kind.is_url() => of_url(value, &mut found),
        ValueType::Email | ValueType::Mailbox => {
            let domain = rsplit_once(value, b'@').map_or(value, |(_, domain)| domain);
            of_host(domain.strip_suffix(b">").unwrap_or(domain), &mut found);
        }
        _ => of_host(value, &mut found),
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn of_url(value: &[u8], found: &mut Vec<Part>) {
    let Some(url) = web::split(value) else { return };
    let mut add = |holds: bool, part| {
        if holds && !found.contains(&part) {
            found.push(part);
        }
    };
    // `https://host/` and `https://host` are the same (RFC 9110, section 4.2.3).
    add(!matches!(url.path, b"" | b"/"), Part::Path);
    add(url.query, Part::Query);
    add(url.fragment, Part::Fragment);
    add(url.userinfo.is_some(), Part::Userinfo);
    for text in url.hosts.split(|b| *b == b',') {
        let (host, port) = web::split_port(text);
        if port.is_some() && !found.contains(&Part::Port) {
            found.push(Part::Port);
        }
        of_host(host, found);
    }
}

fn of_host(host: &[u8], found: &mut Vec<Part>) {
    let mut add = |part, holds: fn(&[u8]) -> bool| {
        if !found.contains(&part) && holds(host) {
            found.push(part);
        }
    };
    add(Part::Localhost, is_local);
    add(Part::Wildcard, |host| host.contains(&b'*'));
    add(Part::Ip, is_address);
}

/// Whether the value's scheme, or that of every item of a list, is one of these, in any case (RFC 3986, section 3.1).
/// True for a value that has no scheme: its type has to complain.
#[must_use]
pub fn schemes_are(kind: ValueType, value: &[u8], allowed: &[String]) -> bool {
    if !kind.is_url() || !kind.reads_as(value) {
        return true;
    }
    let mut fits = true;
    let mut look = |item: &[u8]| {
        let scheme = web::split(item).map(|url| url.scheme);
        fits &= scheme
            .is_none_or(|scheme| allowed.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(scheme)));
        Ok(())
    };
    if kind == ValueType::Origins {
        let _ = web::each_origin(value, &mut look);
    } else {
        let _ = look(value);
    }
    fits
}
