//! URLs and origins.

use std::net::Ipv6Addr;

use zeroize::Zeroizing;

use crate::syntax::url;

use super::network::{address, ends_in_number, folds_to_ascii, labels_are};
use super::{Fault, encodings, ensure, rsplit_once, split_once};

/// A URL taken apart (RFC 3986, section 3), borrowed from the value. A part that is there may be empty.
pub(super) struct Web<'a> {
    pub scheme: &'a [u8],
    pub userinfo: Option<&'a [u8]>,
    /// One host or several with commas, ports included.
    pub hosts: &'a [u8],
    pub path: &'a [u8],
    pub query: bool,
    pub fragment: bool,
}

/// A URL's parts; `None` if it does not begin with a scheme and `://`.
pub(super) fn split(value: &[u8]) -> Option<Web<'_>> {
    let (scheme, after) = url::break_at(value, |b| b == b':');
    let after = after.strip_prefix(b"://")?;
    let letters = |b: &u8| b.is_ascii_alphanumeric() || b"+-.".contains(b);
    if !scheme.first().is_some_and(u8::is_ascii_alphabetic) || !scheme.iter().all(letters) {
        return None;
    }
    let (authority, rest) = url::break_at(after, |b| b"/?#".contains(&b));
    let (rest, fragment) = url::break_at(rest, |b| b == b'#');
    let (path, query) = url::break_at(rest, |b| b == b'?');
    let (userinfo, hosts) = match rsplit_once(authority, b'@') {
        Some((userinfo, hosts)) => (Some(userinfo), hosts),
        None => (None, authority),
    };
    Some(Web { scheme, userinfo, hosts, path, query: !query.is_empty(), fragment: !fragment.is_empty() })
}

/// A host, brackets included, and its port.
pub(super) fn split_port(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match rsplit_once(text, b':') {
        // A colon inside brackets belongs to the address.
        Some((host, port)) if !port.contains(&b']') => (host, Some(port)),
        _ => (text, None),
    }
}

fn no_blank(value: &[u8]) -> Result<(), Fault> {
    ensure(!value.iter().any(|b| b.is_ascii_control() || *b == b' '), Fault::Blank)
}

/// What [`url::is_url`] takes.
pub(super) fn url(value: &[u8]) -> Result<(), Fault> {
    if url::is_url(value) {
        let hosts = split(value).map_or(&[][..], |web| web.hosts);
        return ensure(!folds_to_ascii(hosts), Fault::Host);
    }
    no_blank(value)?;
    let web = split(value).ok_or(Fault::Scheme)?;
    for text in web.hosts.split(|b| *b == b',') {
        port(split_port(text).1, true)?;
    }
    Err(Fault::Host)
}

/// The scheme `https` in any case, one host that is not empty, and what may follow; a label may be `*`.
pub(super) fn https_url(value: &[u8]) -> Result<(), Fault> {
    no_blank(value)?;
    let web = split(value).ok_or(Fault::Scheme)?;
    ensure(web.scheme.eq_ignore_ascii_case(b"https"), Fault::Scheme)?;
    let (name, number) = split_port(web.hosts);
    port(number, true)?;
    host(name, |b| b.is_ascii_alphanumeric() || b"-_*".contains(&b) || !b.is_ascii())?;
    ensure(!folds_to_ascii(name), Fault::Host)?;
    ensure(str::from_utf8(value).is_ok(), Fault::Encoding)
}

/// Neither `null`, which is the origin of all that has none, nor a wildcard. A port may be the scheme's own one; names
/// are ASCII, as RFC 6454, section 6.2 serializes them.
pub(super) fn origin(value: &[u8]) -> Result<(), Fault> {
    no_blank(value)?;
    ensure(!value.contains(&b'*'), Fault::Wildcard)?;
    let web = split(value).ok_or(Fault::Scheme)?;
    ensure(web.userinfo.is_none(), Fault::Userinfo)?;
    ensure(web.path.is_empty() && !web.query && !web.fragment, Fault::Path)?;
    let (name, number) = split_port(web.hosts);
    port(number, false)?;
    host(name, |b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
}

/// 0 to 65535 (RFC 3986, section 3.2.3); whether the digits may be missing behind the colon.
fn port(port: Option<&[u8]>, may_be_empty: bool) -> Result<(), Fault> {
    let Some(port) = port else { return Ok(()) };
    let fits = |text: &str| if text.is_empty() { may_be_empty } else { text.parse::<u16>().is_ok() };
    let digits = port.iter().all(u8::is_ascii_digit);
    ensure(digits && str::from_utf8(port).is_ok_and(fits), Fault::Port)
}

/// An IPv6 address in brackets, an IPv4 address, or a name of these bytes.
fn host(host: &[u8], byte: impl Fn(u8) -> bool + Copy) -> Result<(), Fault> {
    if let Some(inner) = host.strip_prefix(b"[") {
        let inner = inner.strip_suffix(b"]").and_then(|inner| str::from_utf8(inner).ok());
        return ensure(inner.is_some_and(|text| text.parse::<Ipv6Addr>().is_ok()), Fault::Host);
    }
    let name = host.strip_suffix(b".").unwrap_or(host);
    let numeric = ends_in_number(name) && address(host).is_none();
    ensure(name.len() <= 253 && labels_are(name, byte) && !numeric, Fault::Host)
}

/// Calls `check` with each item of a list: texts with commas between them and blanks round them, or a JSON array of
/// strings. A JSON array may be empty, an item may not.
pub(super) fn each_origin(
    value: &[u8],
    check: &mut dyn FnMut(&[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if !value.trim_ascii_start().starts_with(b"[") {
        return value.split(|b| *b == b',').try_for_each(|item| match item.trim_ascii() {
            [] => Err(Fault::Item),
            item => check(item),
        });
    }
    encodings::json(value)?;
    let inside = value.trim_ascii().strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]"));
    let mut rest = inside.ok_or(Fault::Item)?.trim_ascii_start();
    // Of valid JSON only strings are left to be told from other items.
    while let Some(text) = rest.strip_prefix(b"\"") {
        let (text, after) = string(text).ok_or(Fault::Item)?;
        if text.contains(&b'\\') {
            check(&unescaped(text)?)?;
        } else {
            check(text)?;
        }
        rest = after.trim_ascii_start();
        rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
    }
    ensure(rest.is_empty(), Fault::Item)
}

/// A JSON string without its quotes, and what follows.
fn string(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut escaped = false;
    let end = text.iter().position(|b| {
        let ends = !escaped && *b == b'"';
        escaped = !escaped && *b == b'\\';
        ends
    })?;
    let (inside, after) = text.split_at_checked(end)?;
    Some((inside, after.get(1..)?))
}

/// PHP writes `\/` for `/`; no origin needs another escape (RFC 8259, section 7).
fn unescaped(text: &[u8]) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let mut plain = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let Some((before, after)) = split_once(rest, b'\\') {
        plain.extend(before);
        plain.push(b'/');
        rest = after.strip_prefix(b"/").ok_or(Fault::Item)?;
    }
    plain.extend(rest);
    Ok(plain)
}
