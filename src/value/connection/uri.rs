//! What the families' URIs have in common: RFC 3986, section 3, with several hosts.

use zeroize::Zeroizing;

use crate::syntax::url::{
    break_at, has_valid_escapes, is_host, percent_decode, split_authority, split_port, split_scheme,
    unbracketed,
};
use crate::text::SecretValue;

use super::{Connection, Fault, Host, Text};

/// Schemes of a family, and the ports that their documents give them.
pub type Schemes = &'static [(&'static str, Option<u16>)];

/// A URI in its raw parts.
pub struct Uri<'a> {
    /// What stands before `://`.
    pub scheme: &'a [u8],
    /// The user, and the password if a `:` follows; none without an `@`.
    pub userinfo: Option<(&'a [u8], Option<&'a [u8]>)>,
    /// What else stands in the authority.
    pub hosts: &'a [u8],
    /// The path, with its first `/`.
    pub path: &'a [u8],
    /// What follows `?`.
    pub query: Option<&'a [u8]>,
    /// What follows `#`.
    pub fragment: Option<&'a [u8]>,
}

/// Splits a URI; nothing for what has no `scheme://`.
pub fn split(value: &[u8]) -> Option<Uri<'_>> {
    let (scheme, after) = split_scheme(value)?;
    Some(split_after(scheme, after))
}

/// Splits what follows `//`. The user ends at the last `@` of the authority, as WHATWG's URL standard has it.
pub fn split_after<'a>(scheme: &'a [u8], after: &'a [u8]) -> Uri<'a> {
    let (userinfo, hosts, rest) = split_authority(after);
    let (rest, fragment) = break_at(rest, |b| b == b'#');
    let (path, query) = break_at(rest, |b| b == b'?');
    let userinfo = userinfo.map(|userinfo| {
        let (user, password) = break_at(userinfo, |b| b == b':');
        (user, password.strip_prefix(b":"))
    });
    Uri {
        scheme,
        userinfo,
        hosts,
        path,
        query: query.strip_prefix(b"?"),
        fragment: fragment.strip_prefix(b"#"),
    }
}

/// Splits a URI of one of these schemes, and says which port they have.
pub fn of_family(value: &[u8], schemes: Schemes) -> Result<(Uri<'_>, Option<u16>), Fault> {
    let uri = split(value).ok_or(Fault::Scheme)?;
    let port = port_of(uri.scheme, schemes).ok_or(Fault::Scheme)?;
    Ok((uri, port))
}

/// Whether a value begins with one of these schemes.
pub fn has_scheme(value: &[u8], schemes: Schemes) -> bool {
    split_scheme(value).is_some_and(|(scheme, _)| port_of(scheme, schemes).is_some())
}

fn port_of(scheme: &[u8], schemes: Schemes) -> Option<Option<u16>> {
    // RFC 3986, section 3.1: schemes are compared without regard to case.
    let is_named = |(known, _): &&(&str, _)| scheme.eq_ignore_ascii_case(known.as_bytes());
    schemes.iter().find(is_named).map(|(_, port)| *port)
}

/// Whether everything that has to be percent-encoded is (RFC 3986, section 2). In the query `%` is left alone: many clients
/// take there what is no escape.
pub fn clean(value: &[u8]) -> Result<(), Fault> {
    if value.contains(&0) {
        return Err(Fault::Nul);
    }
    if value.iter().any(|b| b.is_ascii_control() || *b == b' ') {
        return Err(Fault::Blank);
    }
    // Python's `urlsplit` and MongoDB's parsers refuse them, Go's `net/url` too.
    let bracket = |part: &[u8]| part.iter().any(|b| b"[]".contains(b));
    let userinfo = split(value).and_then(|uri| uri.userinfo);
    if userinfo.is_some_and(|(user, password)| bracket(user) || password.is_some_and(bracket)) {
        return Err(Fault::Userinfo);
    }
    let (head, _) = break_at(value, |b| b == b'?');
    if has_valid_escapes(head) { Ok(()) } else { Err(Fault::Escape) }
}

/// How many hosts there may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// One.
    One,
    /// One, or none for the driver's own.
    Upto1,
    /// One or more.
    Several,
}

/// Reads `host[:port]`, one or with commas.
pub fn hosts(raw: &[u8], count: Count) -> Result<Vec<Host>, Fault> {
    if raw.is_empty() && count == Count::Upto1 {
        return Ok(Vec::new());
    }
    let mut hosts = Vec::new();
    for one in raw.split(|b| *b == b',') {
        if !hosts.is_empty() && count != Count::Several {
            return Err(Fault::HostCount);
        }
        hosts.push(host(one)?);
    }
    Ok(hosts)
}

/// Reads one `host[:port]`; a port of no digits is none (RFC 3986, section 3.2.3).
pub fn host(raw: &[u8]) -> Result<Host, Fault> {
    let (name, digits) = split_port(raw);
    if name.starts_with(b"[") && !name.ends_with(b"]") {
        return Err(Fault::Bracket);
    }
    if !is_host(name) {
        return Err(Fault::Host);
    }
    let port = digits.filter(|digits| !digits.is_empty()).map(port).transpose()?;
    Ok(Host { name: percent_decode(unbracketed(name)), port })
}

/// Reads a port: 1 to 65535.
pub fn port(digits: &[u8]) -> Result<u16, Fault> {
    let number = digits.iter().all(u8::is_ascii_digit).then_some(digits);
    let number = number.and_then(|digits| str::from_utf8(digits).ok()?.parse().ok());
    number.filter(|port| *port > 0).ok_or(Fault::Port)
}

/// How a query's names and values are decoded.
#[derive(Clone, Copy)]
pub enum Coding {
    /// Percent-encoding alone (RFC 3986).
    Percent,
    /// `application/x-www-form-urlencoded`: `+` is a blank too (WHATWG's URL standard, section 5.1).
    Form,
}

impl Coding {
    /// Decodes a name or a value.
    pub fn decode(self, raw: &[u8]) -> Text {
        match self {
            Self::Percent => percent_decode(raw),
            Self::Form => {
                let mut copy = Zeroizing::new(raw.to_vec());
                copy.iter_mut().filter(|b| **b == b'+').for_each(|b| *b = b' ');
                percent_decode(&copy)
            }
        }
    }

    /// Reads `name=value` pairs with `&` between them; a name alone has the empty value.
    pub fn params(self, query: &[u8]) -> Vec<(Text, Text)> {
        let pairs = query.split(|b| *b == b'&').filter(|pair| !pair.is_empty());
        let read = |pair| {
            let (name, value) = break_at(pair, |b| b == b'=');
            (self.decode(name), self.decode(value.strip_prefix(b"=").unwrap_or_default()))
        };
        pairs.map(read).collect()
    }
}

/// A part that is there and not empty, decoded.
pub fn some(raw: Option<&[u8]>) -> Option<Text> {
    raw.filter(|raw| !raw.is_empty()).map(percent_decode)
}

/// A password that is there and not empty, decoded.
pub fn secret(raw: Option<&[u8]>) -> Option<SecretValue> {
    some(raw).map(|text| SecretValue::new(&text))
}

impl Uri<'_> {
    /// The parts that every family reads alike, hosts as far as they can be told.
    pub fn connection(&self) -> Connection {
        let parts = |one| {
            let (name, digits) = split_port(one);
            Host {
                name: percent_decode(unbracketed(name)),
                port: digits.and_then(|digits| port(digits).ok()),
            }
        };
        let hosts = if self.hosts.is_empty() {
            Vec::new()
        } else {
            self.hosts.split(|b| *b == b',').map(parts).collect()
        };
        Connection { hosts, ..self.but_hosts(Coding::Form) }
    }

    /// The parts that every family reads alike, without hosts.
    pub fn but_hosts(&self, coding: Coding) -> Connection {
        // HTTP and WebSocket: RFC 9110, sections 4.2.1 and 4.2.2; RFC 6455, section 3. FTP: RFC 1738.
        const PORTS: Schemes = &[
            ("http", Some(80)),
            ("ws", Some(80)),
            ("https", Some(443)),
            ("wss", Some(443)),
            ("ftp", Some(21)),
        ];
        Connection {
            scheme: Some(Zeroizing::new(self.scheme.to_ascii_lowercase())),
            user: some(self.userinfo.map(|(user, _)| user)),
            password: secret(self.userinfo.and_then(|(_, password)| password)),
            default_port: port_of(self.scheme, PORTS).flatten(),
            path: some(Some(self.path)),
            query: self.query.map(|query| Zeroizing::new(query.to_vec())),
            fragment: self.fragment.map(percent_decode),
            params: coding.params(self.query.unwrap_or_default()),
            ..Connection::default()
        }
    }
}
