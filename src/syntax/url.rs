//! URLs split into their parts, after the generic syntax of RFC 3986, and where their hosts are.
//!
//! Lenient by design: values of real environments are not all valid URIs, and what a
//! client would connect with matters more than what the grammar allows. Schemes with
//! rules of their own have their own module.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

use memchr::memchr;
use zeroize::Zeroizing;

use crate::text::secret::SecretValue;

/// The parts of a URL (RFC 3986, section 3), borrowed from the value.
pub struct Url<'a> {
    /// What stands before `://`, in the case it was written in.
    pub scheme: &'a [u8],
    /// The user name as written, escapes included; `None` without an `@`.
    pub user: Option<&'a [u8]>,
    /// The password, percent-decoded; `None` where it is missing or empty.
    pub password: Option<SecretValue>,
    /// The first host as written, without brackets; `None` where it is empty.
    pub host: Option<&'a [u8]>,
    /// The first host's port as written; `None` where it is missing or empty.
    pub port: Option<&'a [u8]>,
    /// Path, query and fragment, from their first byte (`/`, `?` or `#`) on.
    pub rest: &'a [u8],
}

impl fmt::Debug for Url<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[url]")
    }
}

/// Splits `scheme://authority/rest`; `None` for a value that does not begin like this.
///
/// The user part ends at the last `@` of the authority: clients are lenient with an
/// unescaped `@` in a password. The rest of it is RFC 3986, section 3.
#[must_use]
pub fn parse(value: &[u8]) -> Option<Url<'_>> {
    let (scheme, after) = split_scheme(value)?;
    let (userinfo, hosts, rest) = split_authority(after);
    let (user, password) = match userinfo.map(|userinfo| break_at(userinfo, |b| b == b':')) {
        Some((user, password)) => (Some(user), password.strip_prefix(b":")),
        None => (None, None),
    };
    let (host, port) = split_port(break_at(hosts, |b| b == b',').0);
    Some(Url {
        scheme,
        user,
        password: password
            .filter(|password| !password.is_empty())
            .map(|password| SecretValue::new(&percent_decode(password))),
        host: Some(unbracketed(host)).filter(|host| !host.is_empty()),
        port: port.filter(|port| !port.is_empty()),
        rest,
    })
}

/// Whether a policy's `type: url` accepts the value; stricter than [`parse`].
///
/// No blanks or control bytes, ports from 0 to 65535, valid IPv6 addresses in brackets
/// (RFC 3986, section 3.2.2, zones as in RFC 6874). Several hosts may be listed with
/// commas, as PostgreSQL and MongoDB do. A single host may be empty where a path or a
/// query follows, as in `file:///x` or `postgres:///db`.
#[must_use]
pub fn is_url(value: &[u8]) -> bool {
    if value.iter().any(|b| b.is_ascii_control() || *b == b' ') {
        return false;
    }
    let Some((_, after)) = split_scheme(value) else {
        return false;
    };
    let (_, hosts, rest) = split_authority(after);
    let may_be_empty = !hosts.contains(&b',') && matches!(rest.first(), Some(b'/' | b'?'));
    hosts.split(|b| *b == b',').all(|text| {
        let (host, port) = split_port(text);
        port.is_none_or(is_port) && (is_host(host) || may_be_empty && host.is_empty())
    })
}

/// Decodes `%41` and the like (RFC 3986, section 2.1); an invalid escape stays as it stands.
#[must_use]
pub fn percent_decode(bytes: &[u8]) -> Zeroizing<Vec<u8>> {
    // Never grows: a reallocation would leave a copy of the secret behind.
    let mut decoded = Zeroizing::new(Vec::with_capacity(bytes.len()));
    // Most have none.
    let (plain, mut rest) =
        bytes.split_at_checked(memchr(b'%', bytes).unwrap_or(bytes.len())).unwrap_or_default();
    decoded.extend_from_slice(plain);
    while let Some((&byte, tail)) = rest.split_first() {
        if byte == b'%'
            && let [high, low, after @ ..] = tail
            && let (Some(high), Some(low)) = (hex_digit(*high), hex_digit(*low))
        {
            decoded.push(high << 4 | low);
            rest = after;
        } else {
            decoded.push(byte);
            rest = tail;
        }
    }
    decoded
}

/// Where a host is, as far as its name tells; nearest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum HostClass {
    /// A Unix socket of this machine.
    Socket,
    /// This machine, over TCP.
    Loopback,
    /// A name without dots, such as a Compose service.
    SingleLabel,
    /// A name of a private cluster network.
    Cluster,
    /// Everything else.
    Remote,
}

/// Where a host is, by its name or address alone; nothing is looked up.
///
/// Empty, `/...` and `@...` are sockets (libpq manual, `host`). IPv4 addresses are read
/// as `inet_aton` reads them, since libpq's resolver does: `127.1` is loopback.
#[must_use]
pub fn classify_host(host: &[u8]) -> HostClass {
    // `.cluster.local` of Kubernetes is within `.local`.
    const CLUSTER: [&[u8]; 4] = [b".internal", b".flycast", b".svc", b".local"];
    if matches!(host.first(), None | Some(b'/' | b'@')) {
        return HostClass::Socket;
    }
    let bare = unbracketed(host);
    match str::from_utf8(bare).ok().and_then(is_loopback) {
        Some(true) => return HostClass::Loopback,
        Some(false) => return HostClass::Remote,
        None => {}
    }
    // A name that is put together from others could be anything.
    if bare.contains(&b'$') {
        return HostClass::Remote;
    }
    let name = bare.strip_suffix(b".").unwrap_or(bare);
    // No copy in lower case: a host may hold the end of a password.
    let within = |domain: &[u8]| {
        let (label, end) = name.split_at_checked(name.len().saturating_sub(domain.len())).unwrap_or_default();
        !label.is_empty() && end.eq_ignore_ascii_case(domain)
    };
    if name.eq_ignore_ascii_case(b"localhost") || within(b".localhost") {
        HostClass::Loopback
    } else if CLUSTER.into_iter().any(within) {
        HostClass::Cluster
    } else if name.is_empty() || name.contains(&b'.') {
        HostClass::Remote
    } else {
        HostClass::SingleLabel
    }
}

/// Whether an address is of this machine; `None` if the text is no address.
fn is_loopback(text: &str) -> Option<bool> {
    if let Some(address) = inet_aton(text) {
        return Some(address.is_loopback());
    }
    let address: Ipv6Addr = text.split('%').next()?.parse().ok()?;
    let mapped = address.to_ipv4_mapped();
    Some(address.is_loopback() || mapped.is_some_and(|address| address.is_loopback()))
}

/// One to four numbers, decimal, octal or hexadecimal; the last fills the bytes that are left.
fn inet_aton(text: &str) -> Option<Ipv4Addr> {
    let number = |part: &str| {
        let (digits, radix) = match part.strip_prefix("0x").or_else(|| part.strip_prefix("0X")) {
            Some(digits) => (digits, 16),
            None if part.starts_with('0') => (part, 8),
            None => (part, 10),
        };
        // from_str_radix takes a sign, inet_aton does not.
        let number = u32::from_str_radix(digits, radix).ok();
        number.filter(|_| !digits.starts_with('+'))
    };
    let numbers: Vec<u32> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, leading) = numbers.split_last()?;
    let limit = [u32::MAX, 0xff_ffff, 0xffff, 0xff].get(leading.len())?;
    if last > limit || leading.iter().any(|byte| *byte > 0xff) {
        return None;
    }
    let bytes = leading.iter().zip([24, 16, 8]);
    let bits = bytes.fold(*last, |bits, (byte, shift)| bits | byte << shift);
    Some(Ipv4Addr::from_bits(bits))
}

/// Whether every `%` has two hexadecimal digits after it that are not `00`, as libpq demands.
pub(crate) fn has_valid_escapes(bytes: &[u8]) -> bool {
    bytes.split(|b| *b == b'%').skip(1).all(|part| match part {
        [b'0', b'0', ..] => false,
        [high, low, ..] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit(),
        _ => false,
    })
}

/// Cuts before the first byte that `stop` is true for; the second part is empty without one.
pub(crate) fn break_at(bytes: &[u8], mut stop: impl FnMut(u8) -> bool) -> (&[u8], &[u8]) {
    let at = bytes.iter().position(|b| stop(*b)).unwrap_or(bytes.len());
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

/// Cuts at the last `separator`, which is in neither part.
pub(crate) fn rsplit_once(bytes: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().rposition(|b| *b == separator)?;
    let (before, after) = bytes.split_at_checked(at)?;
    Some((before, after.get(1..)?))
}

/// Without the brackets of an IPv6 address.
pub(crate) fn unbracketed(host: &[u8]) -> &[u8] {
    let inner = host.strip_prefix(b"[");
    inner.and_then(|host| host.strip_suffix(b"]")).unwrap_or(host)
}

/// `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`, RFC 3986, section 3.1.
pub(crate) fn split_scheme(value: &[u8]) -> Option<(&[u8], &[u8])> {
    let (scheme, after) = break_at(value, |b| b == b':');
    let after = after.strip_prefix(b"://")?;
    let (first, others) = scheme.split_first()?;
    let valid =
        first.is_ascii_alphabetic() && others.iter().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b));
    valid.then_some((scheme, after))
}

/// User part, hosts with their ports, and what follows the authority.
pub(crate) fn split_authority(after: &[u8]) -> (Option<&[u8]>, &[u8], &[u8]) {
    let (authority, rest) = break_at(after, |b| b"/?#".contains(&b));
    match rsplit_once(authority, b'@') {
        Some((userinfo, hosts)) => (Some(userinfo), hosts, rest),
        None => (None, authority, rest),
    }
}

/// One host, brackets included, and its port.
pub(crate) fn split_port(text: &[u8]) -> (&[u8], Option<&[u8]>) {
    match rsplit_once(text, b':') {
        // A colon inside brackets belongs to the address.
        Some((host, port)) if !port.contains(&b']') => (host, Some(port)),
        _ => (text, None),
    }
}

pub(crate) fn is_host(host: &[u8]) -> bool {
    if let Some(inner) = host.strip_prefix(b"[") {
        let (address, zone) = break_at(inner.strip_suffix(b"]").unwrap_or_default(), |b| b == b'%');
        let is_address = |text: &str| text.parse::<Ipv6Addr>().is_ok();
        return str::from_utf8(address).is_ok_and(is_address) && zone != b"%" && zone != b"%25";
    }
    !host.is_empty() && !host.iter().any(|b| matches!(b, b':' | b'[' | b']'))
}

/// `port = *DIGIT`, RFC 3986, section 3.2.3: none at all is the scheme's default.
fn is_port(port: &[u8]) -> bool {
    let fits = |text: &str| text.is_empty() || text.parse::<u16>().is_ok();
    port.iter().all(u8::is_ascii_digit) && str::from_utf8(port).is_ok_and(fits)
}

fn hex_digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{HostClass, classify_host, is_url, parse, percent_decode};

    #[test]
    fn parts_are_found() {
        // Scheme, user, password, host, port and rest; what is missing is a dash.
        let table = [
            ("redis://:pw@cache:6379/0", "redis  pw cache 6379 /0"),
            ("a://u:p@ss@h/@", "a u p@ss h - /@"),
            ("a://u:p%40s%zz@h", "a u p@s%zz h - "),
            ("a://u:@h:?x", "a u - h - ?x"),
            ("a://u@h#x@y", "a u - h - #x@y"),
            ("a://u%40b:x:y@h", "a u%40b x:y h - "),
            ("HTTPS+x-1.b://[::1]:80/", "HTTPS+x-1.b - - ::1 80 /"),
            ("a://[::1]", "a - - ::1 - "),
            ("a://u:1@h", "a u 1 h - "),
            ("a://h1:1,h2:2/db", "a - - h1 1 /db"),
            ("file:///x", "file - - - - /x"),
            ("a://", "a - - - - "),
        ];
        for (text, expected) in table {
            let url = parse(text.as_bytes()).unwrap();
            let password = url.password.as_ref().map(|password| password.expose());
            let parts = [Some(url.scheme), url.user, password, url.host, url.port, Some(url.rest)];
            let parts = parts.map(|part| str::from_utf8(part.unwrap_or(b"-")).unwrap());
            assert_eq!(parts.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn policies_accept_urls() {
        let good = "https://example.com https://u:p@example.com:443/a?b#c http://h: \
            http://h:65535 http://h:0080/ http://[::1] http://[fe80::1%25eth0]:8080/ \
            postgres://a:1,b:2,[::1]:3/db mongodb://u:p@a,b/db postgres:///db \
            postgres://u:p@/db postgres://?host=/tmp postgres://:5433/db file:///x \
            https://b\u{fc}cher.example/";
        for text in good.split(' ') {
            assert!(is_url(text.as_bytes()), "{text}");
        }
        let bad = "https:// https://#x https://u@ https://:80 https://example.com\n \
            https://example.com/\u{7f} http://h:65536 http://h:+1 http://h:x http://h:1:2 \
            http://::1/ http://[::1 http://[]/ http://[::g]/ http://[::1]x/ http://[::1%]/ \
            http://a[::1]/ mongodb://a,,b/db mongodb://a:1,b:99999/db mongodb://,/";
        for text in bad.split(' ').chain(["https://exa mple.com", "a b://h"]) {
            assert!(!is_url(text.as_bytes()), "{text}");
        }
        for text in "|://h|1a://h|a:/h|a b://h|jdbc:postgresql://h/db|h:5432/db".split('|') {
            assert!(parse(text.as_bytes()).is_none() && !is_url(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn hosts_are_classified() {
        use HostClass::{Cluster, Loopback, Remote, SingleLabel, Socket};

        let table = [
            (Socket, "|/run/postgresql|@abstract"),
            (Loopback, "localhost|LOCALHOST.|db.localhost"),
            (Loopback, "127.0.0.1|127.255.1.2|::1|[::1]|::1%1"),
            (Loopback, "::ffff:127.0.0.1|::ffff:7f01:1"),
            (Loopback, "127.1|2130706433|0x7f.1|0177.65536"),
            (SingleLabel, "db|db.|svc|internal|256x|a:b|0x"),
            (SingleLabel, "my_db|4294967296"),
            (Remote, "${HOST}|db.${ZONE}"),
            (Cluster, "host.docker.internal|db.internal."),
            (Cluster, "app.flycast|a.b.svc|a.b.svc.cluster.local"),
            (Cluster, "top1.nearest.of.app.internal|Mac.Local"),
            (Remote, "db.example.com|10.0.0.5|[2001:db8::1]"),
            (Remote, "0|8.8|0.0.0.0|::|fe80::1|128.1|134744072"),
            (Remote, "localhost.example|127.0.0.1.example"),
            (Remote, ".internal|.|127.0.0.256|::ffff:10.0.0.1"),
            (Remote, "a.b.svc.example|x.notinternal|a..|+1.2"),
        ];
        for (expected, hosts) in table {
            for host in hosts.split('|') {
                assert_eq!(classify_host(host.as_bytes()), expected, "{host}");
            }
        }
    }

    #[test]
    fn escapes_are_decoded() {
        let table: &[(&str, &[u8])] = &[
            ("a%41%2fb", b"aA/b"),
            ("%", b"%"),
            ("%4", b"%4"),
            ("%zz%4g%%41", b"%zz%4g%A"),
            ("%00%fF", b"\0\xff"),
        ];
        for (text, expected) in table {
            assert_eq!(percent_decode(text.as_bytes()).as_slice(), *expected, "{text}");
        }
    }

    #[test]
    fn debug_is_constant() {
        for text in ["a://u:p@h", "b://"] {
            assert_eq!(format!("{:?}", parse(text.as_bytes())), "Some([url])");
        }
    }
}
