//! Names and addresses of hosts.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::syntax::url::{HostClass, classify_host, percent_decode};
use crate::text::find::holds;

use super::{Fault, all, ensure, rsplit_once};

/// Letters, digits and hyphens between dots (RFC 952; RFC 1123, section 2.1); 63 bytes a label, 253 in all (RFC 1035,
/// section 2.3.4). A dot at the end is the root's (RFC 1034, section 3.1). A last label that is a number would make it an
/// address (RFC 1123, section 2.1; RFC 3696, section 2).
pub(super) fn hostname(value: &[u8]) -> Result<(), Fault> {
    ensure(!value.iter().any(|b| b.is_ascii_control() || *b == b' '), Fault::Blank)?;
    ensure(!holds(value, b"://"), Fault::Scheme)?;
    ensure(!value.contains(&b'/'), Fault::Path)?;
    ensure(!value.contains(&b'@'), Fault::Userinfo)?;
    ensure(address(value).is_none(), Fault::Address)?;
    ensure(!value.contains(&b':'), Fault::Port)?;
    ensure(!value.contains(&b'*'), Fault::Wildcard)?;
    let name = value.strip_suffix(b".").unwrap_or(value);
    let letters = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    ensure(name.len() <= 253 && labels_are(name, letters) && !ends_in_number(name), Fault::Host)
}

pub(super) fn host(value: &[u8]) -> Result<(), Fault> {
    if address(value).is_some() { Ok(()) } else { hostname(value) }
}

/// Four decimal bytes without leading zeros (RFC 3986, section 3.2.2), or IPv6 (RFC 4291, section 2.2) without brackets
/// and zone.
pub(super) fn ip(value: &[u8]) -> Result<(), Fault> {
    ensure(address(value).is_some(), Fault::Address)
}

/// Bits of the address beyond the prefix may be set: programs differ in whether they take that.
pub(super) fn cidr(value: &[u8]) -> Result<(), Fault> {
    let Some((start, prefix)) = rsplit_once(value, b'/') else {
        return Err(if address(value).is_some() { Fault::Prefix } else { Fault::Address });
    };
    let most: u8 = match address(start).ok_or(Fault::Address)? {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    };
    let digits = all(prefix, |b| b.is_ascii_digit()) && (prefix == b"0" || !prefix.starts_with(b"0"));
    let length = str::from_utf8(prefix).ok().and_then(|text| text.parse::<u8>().ok());
    ensure(digits && length.is_some_and(|length| length <= most), Fault::Prefix)
}

pub(super) fn address(value: &[u8]) -> Option<IpAddr> {
    // No address is longer; a hostile value need not be looked at.
    str::from_utf8(value.get(..value.len().min(64))?).ok()?.parse().ok().filter(|_| value.len() <= 64)
}

/// Whether every label is there, has at most 63 of these bytes and no hyphen at an end.
pub(super) fn labels_are(name: &[u8], byte: impl Fn(u8) -> bool + Copy) -> bool {
    name.split(|b| *b == b'.').all(|label| {
        let hyphen = label.starts_with(b"-") || label.ends_with(b"-");
        label.len() <= 63 && !hyphen && all(label, byte)
    })
}

/// Whether a host has characters of which browsers make ASCII, or nothing (WHATWG URL, "domain to ASCII"; UTS #46, section 4: mapped
/// and ignored code points), so that it is not the host that it looks like: other full stops, letters and digits of full width, in
/// circles, raised, mathematical, ligatures, invisible ones.
pub(super) fn folds_to_ascii(host: &[u8]) -> bool {
    const FOLDED: &[(char, char)] = &[
        ('\u{aa}', '\u{aa}'),
        ('\u{ad}', '\u{ad}'),
        ('\u{b2}', '\u{b3}'),
        ('\u{b9}', '\u{ba}'),
        ('\u{bc}', '\u{be}'),
        ('\u{132}', '\u{133}'),
        ('\u{17f}', '\u{17f}'),
        ('\u{1c7}', '\u{1cc}'),
        ('\u{1f1}', '\u{1f3}'),
        ('\u{2b0}', '\u{2b8}'),
        ('\u{2e1}', '\u{2e3}'),
        ('\u{34f}', '\u{34f}'),
        ('\u{180b}', '\u{180f}'),
        ('\u{1d2c}', '\u{1d6a}'),
        ('\u{200b}', '\u{200b}'),
        ('\u{2024}', '\u{2026}'),
        ('\u{2060}', '\u{2064}'),
        ('\u{2070}', '\u{209c}'),
        ('\u{2100}', '\u{218b}'),
        ('\u{2460}', '\u{24ea}'),
        ('\u{3002}', '\u{3002}'),
        ('\u{3250}', '\u{3250}'),
        ('\u{32cc}', '\u{32cf}'),
        ('\u{3371}', '\u{33df}'),
        ('\u{fb00}', '\u{fb06}'),
        ('\u{fe00}', '\u{fe0f}'),
        ('\u{fe50}', '\u{fe6b}'),
        ('\u{feff}', '\u{feff}'),
        ('\u{ff01}', '\u{ff61}'),
        ('\u{1d400}', '\u{1d7ff}'),
        ('\u{1f100}', '\u{1f18f}'),
        ('\u{1fbf0}', '\u{1fbf9}'),
        ('\u{e0100}', '\u{e01ef}'),
    ];
    let folds = |c: char| FOLDED.iter().any(|(first, last)| (*first..=*last).contains(&c));
    let decoded = || percent_decode(host);
    (!host.is_ascii() || host.contains(&b'%'))
        && str::from_utf8(&decoded()).is_ok_and(|host| host.chars().any(folds))
}

/// Whether programs take the host for an IPv4 address by its last label (WHATWG URL, section 3.5, "ends in a number").
pub(super) fn ends_in_number(name: &[u8]) -> bool {
    let name = name.strip_suffix(b".").unwrap_or(name);
    let last = name.rsplit(|b| *b == b'.').next().unwrap_or(name);
    let hex = last.strip_prefix(b"0x").or_else(|| last.strip_prefix(b"0X"));
    all(last, |b| b.is_ascii_digit()) || hex.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

/// Whether a host of a URL is an address, however it is written.
pub(super) fn is_address(host: &[u8]) -> bool {
    host.starts_with(b"[") || address(host).is_some() || ends_in_number(&percent_decode(host))
}

/// Whether a host is this machine: loopback names (RFC 6761, section 6.3; the usual lines of `/etc/hosts`), loopback
/// addresses (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.3), and the unspecified one, which leads here too.
pub(super) fn is_local(host: &[u8]) -> bool {
    const NAMES: [&[u8]; 4] = [b"localhost.localdomain", b"localhost6", b"ip6-localhost", b"ip6-loopback"];
    let host = percent_decode(host);
    let bare = host.strip_prefix(b"[").and_then(|host| host.strip_suffix(b"]")).unwrap_or(&host);
    // An address literal of e-mail says which kind it is (RFC 5321, section 4.1.3).
    let tagged = bare.split_at_checked(5).filter(|(tag, _)| tag.eq_ignore_ascii_case(b"IPv6:"));
    let bare = tagged.map_or(bare, |(_, address)| address);
    let name = bare.strip_suffix(b".").unwrap_or(bare);
    let unspecified = match address(bare) {
        Some(IpAddr::V4(address)) => address == Ipv4Addr::UNSPECIFIED,
        Some(IpAddr::V6(address)) => {
            address == Ipv6Addr::UNSPECIFIED || address.to_ipv4_mapped() == Some(Ipv4Addr::UNSPECIFIED)
        }
        // One number is the whole address, as `inet_aton` reads it.
        None => name == b"0",
    };
    unspecified
        || NAMES.iter().any(|known| name.eq_ignore_ascii_case(known))
        || classify_host(bare) == HostClass::Loopback
}
