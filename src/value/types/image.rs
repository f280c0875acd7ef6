//! References to container images.

use std::net::Ipv6Addr;

use crate::text::find::holds;

use super::network::labels_are;
use super::{Fault, all, ensure, rsplit_once, split_once};

/// `[domain[:port]/]path[:tag][@digest]`, after the grammar in `reference.go` of
/// <https://github.com/distribution/reference>; the name has at most 255 bytes. The digest's algorithm is one that is
/// registered in the OCI image specification (`descriptor.md`, "Digests").
pub(super) fn reference(value: &[u8]) -> Result<(), Fault> {
    ensure(!value.iter().any(|b| b.is_ascii_control() || *b == b' '), Fault::Blank)?;
    ensure(!holds(value, b"://"), Fault::Scheme)?;
    let (value, sum) = match split_once(value, b'@') {
        Some((value, sum)) => (value, Some(sum)),
        None => (value, None),
    };
    // A colon before the last slash is a registry's port.
    let (name, tag) = match rsplit_once(value, b':') {
        Some((name, tag)) if !tag.contains(&b'/') => (name, Some(tag)),
        _ => (value, None),
    };
    ensure(is_name(name), Fault::Name)?;
    ensure(tag.is_none_or(is_tag), Fault::Tag)?;
    ensure(sum.is_none_or(is_digest), Fault::Digest)
}

fn is_name(name: &[u8]) -> bool {
    let path = |path: &[u8]| path.split(|b| *b == b'/').all(is_component);
    // 64 digits would be taken for an image's id (`ErrNameNotCanonical` and `anchoredIdentifierRegexp`, same source).
    let id = name.len() == 64 && name.iter().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(b));
    let named = match split_once(name, b'/') {
        Some((domain, rest)) if path(rest) => is_component(domain) || is_domain(domain),
        Some(_) => false,
        None => path(name),
    };
    name.len() <= 255 && named && !id
}

/// Lower-case letters and digits; between them one dot, one or two underscores, or any number of hyphens.
fn is_component(part: &[u8]) -> bool {
    let letter = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let ends = part.first().is_some_and(letter) && part.last().is_some_and(letter);
    ends && part
        .split(letter)
        .all(|between| matches!(between, [] | b"." | b"_" | b"__") || between.iter().all(|b| *b == b'-'))
}

/// A registry: labels or an IPv6 address in brackets, and its port.
fn is_domain(domain: &[u8]) -> bool {
    if let Some(inner) = domain.strip_prefix(b"[") {
        let Some((address, port)) = rsplit_once(inner, b']') else { return false };
        let port = port.is_empty() || port.strip_prefix(b":").is_some_and(digits);
        return port && str::from_utf8(address).is_ok_and(|text| text.parse::<Ipv6Addr>().is_ok());
    }
    let (host, port) = match split_once(domain, b':') {
        Some((host, port)) => (host, Some(port)),
        None => (domain, None),
    };
    port.is_none_or(digits) && labels_are(host, |b| b.is_ascii_alphanumeric() || b == b'-')
}

fn digits(text: &[u8]) -> bool {
    all(text, |b| b.is_ascii_digit())
}

/// A letter, a digit or an underscore, and up to 127 of these, dots and hyphens.
fn is_tag(tag: &[u8]) -> bool {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    tag.len() <= 128
        && tag.first().is_some_and(|b| word(*b))
        && tag.iter().all(|b| word(*b) || matches!(b, b'.' | b'-'))
}

fn is_digest(digest: &[u8]) -> bool {
    const LENGTHS: [(&[u8], usize); 3] = [(b"sha256", 64), (b"sha384", 96), (b"sha512", 128)];
    let Some((algorithm, hex)) = split_once(digest, b':') else { return false };
    let length = LENGTHS.iter().find(|(known, _)| *known == algorithm).map(|(_, length)| *length);
    length == Some(hex.len()) && hex.iter().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(b))
}
