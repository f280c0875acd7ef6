//! Addresses of e-mail.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::{Fault, all, ensure, network, rsplit_once};

/// `local@domain`: dot-strings of at most 64 bytes before the `@` (RFC 5321, sections 4.1.2 and 4.5.3.1.1), a host's name or
/// an address in brackets behind it, 254 bytes in all (RFC 3696, erratum 1690). Quoted local parts and letters beyond
/// ASCII are valid mail and hardly ever meant in a setting.
pub(super) fn address(value: &[u8]) -> Result<(), Fault> {
    ensure(!value.iter().any(|b| b.is_ascii_control() || *b == b' '), Fault::Blank)?;
    let (local, domain) = rsplit_once(value, b'@').ok_or(Fault::At)?;
    ensure(value.len() <= 254 && local.len() <= 64, Fault::Length)?;
    ensure(local.split(|b| *b == b'.').all(|atom| all(atom, is_atext)), Fault::Mailbox)?;
    if let Some(inner) = domain.strip_prefix(b"[") {
        return literal(inner.strip_suffix(b"]").ok_or(Fault::Host)?);
    }
    let named = !domain.ends_with(b".") && network::hostname(domain).is_ok();
    ensure(named, Fault::Host)
}

/// An address literal (RFC 5321, section 4.1.3) without its brackets.
fn literal(text: &[u8]) -> Result<(), Fault> {
    let text = str::from_utf8(text).map_err(|_| Fault::Host)?;
    let fits = match text.get(..5) {
        Some(tag) if tag.eq_ignore_ascii_case("IPv6:") => {
            text.get(5..).is_some_and(|text| text.parse::<Ipv6Addr>().is_ok())
        }
        _ => text.parse::<Ipv4Addr>().is_ok(),
    };
    ensure(fits, Fault::Host)
}

/// An address, or `Name <address>` (RFC 5322, section 3.4; RFC 6532 for letters beyond ASCII). The name is words of text,
/// in which dots may stand (`obs-phrase`), or stands in double quotes.
pub(super) fn mailbox(value: &[u8]) -> Result<(), Fault> {
    let Some(inner) = value.strip_suffix(b">") else { return address(value) };
    let (name, inner) = rsplit_once(inner, b'<').ok_or(Fault::Form)?;
    ensure(str::from_utf8(name).is_ok(), Fault::Encoding)?;
    let name = name.trim_ascii();
    let quoted = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\""));
    let fits = match quoted {
        Some(text) => is_quoted(text),
        None => name.iter().all(|b| is_atext(*b) || b" .".contains(b) || !b.is_ascii()),
    };
    ensure(fits, Fault::Name)?;
    address(inner)
}

/// `atext` (RFC 5322, section 3.2.3).
fn is_atext(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b)
}

/// What may stand within double quotes: a quote or a backslash only behind a backslash, no control characters.
fn is_quoted(text: &[u8]) -> bool {
    let mut escaped = false;
    let plain = text.iter().all(|b| {
        let fits = !b.is_ascii_control() && (escaped || *b != b'"');
        escaped = !escaped && *b == b'\\';
        fits
    });
    plain && !escaped
}
