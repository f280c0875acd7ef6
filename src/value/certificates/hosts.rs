//! Whether a certificate names a host.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::syntax::url;

use super::Certificate;

/// A host that stands in a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Host<'a> {
    /// A name, without the dot of the root.
    Name(&'a [u8]),
    /// A name and all below it, by the dot in front of it, as in Django's `ALLOWED_HOSTS`, cookies and `NO_PROXY`; without it.
    Domain(&'a [u8]),
    /// An IPv4 address.
    V4(Ipv4Addr),
    /// An IPv6 address.
    V6(Ipv6Addr),
    /// None that can be compared: empty, a path, `*` for all, or a name beyond ASCII, which certificates hold in another spelling.
    Unknown,
}

/// How a certificate names a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Naming {
    /// By an alternative name.
    Named,
    /// Some of what it stands for, and not all.
    Partly,
    /// By its common name alone, at which RFC 9525, section 2 and most clients no longer look.
    CommonName,
    /// Not at all, and it has no alternative names of hosts.
    Nameless,
    /// Not at all.
    Other,
}

/// The hosts of a value: a URL or origin, a host with or without a port, several of them with commas or blanks between, or a
/// JSON array of them.
pub fn hosts(value: &[u8]) -> impl Iterator<Item = Host<'_>> {
    let value = value.trim_ascii();
    let is_array = value.starts_with(b"[") && value.contains(&b'"');
    let list = value.strip_prefix(b"[").and_then(|rest| rest.strip_suffix(b"]")).filter(|_| is_array);
    let list = list.unwrap_or(value);
    let is_between = |byte: &u8| *byte == b',' || byte.is_ascii_whitespace();
    let none = list.iter().all(is_between).then_some(Host::Unknown);
    list.split(is_between).filter(|text| !text.is_empty()).map(host).chain(none)
}

fn host(text: &[u8]) -> Host<'_> {
    let text = text.trim_ascii();
    let text = text.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(text);
    if let Some(url) = url::parse(text) {
        return url.host.map_or(Host::Unknown, named);
    }
    // The second host of a URL has what follows the hosts behind it.
    let text = text.split(|b| b"/?#".contains(b)).next().unwrap_or_default();
    let text = text.rsplit(|b| *b == b'@').next().unwrap_or_default();
    if let Some(rest) = text.strip_prefix(b"[") {
        return named(rest.split(|b| *b == b']').next().unwrap_or_default());
    }
    match text.iter().filter(|b| **b == b':').count() {
        1 => named(text.split(|b| *b == b':').next().unwrap_or_default()),
        _ => named(text),
    }
}

fn named(text: &[u8]) -> Host<'_> {
    if let Some(domain) = text.strip_prefix(b".") {
        return match named(domain) {
            // Not of itself without an end: dots may follow dots.
            Host::Name(name) if !domain.starts_with(b".") => Host::Domain(name),
            _ => Host::Unknown,
        };
    }
    let name = text.strip_suffix(b".").unwrap_or(text);
    let Ok(text) = str::from_utf8(name) else { return Host::Unknown };
    if let Ok(address) = text.parse() {
        return Host::V4(address);
    }
    if let Ok(address) = text.parse() {
        return Host::V6(address);
    }
    let fits = |b: &u8| b.is_ascii_alphanumeric() || b"-._*".contains(b);
    if name.is_empty() || name == b"*" || !name.iter().all(fits) { Host::Unknown } else { Host::Name(name) }
}

/// How a certificate names a host (RFC 9525, section 6): case does not count, and `*` stands for the whole first label alone.
#[must_use]
pub fn naming(certificate: &Certificate, host: Host<'_>) -> Naming {
    let listed = match host {
        Host::Name(name) => certificate.dns_names.iter().any(|pattern| fits(pattern, name)),
        Host::V4(address) => certificate.addresses.iter().any(|bytes| **bytes == address.octets()),
        Host::V6(address) => certificate.addresses.iter().any(|bytes| **bytes == address.octets()),
        Host::Domain(_) | Host::Unknown => false,
    };
    if let Host::Domain(name) = host {
        return naming_all(certificate, name);
    }
    let nameless = certificate.dns_names.is_empty() && certificate.addresses.is_empty();
    let common = || match (&certificate.common_name, host) {
        (Some(common), Host::Name(name)) => fits(common, name),
        _ => false,
    };
    if listed {
        Naming::Named
    } else if nameless && common() {
        Naming::CommonName
    } else if nameless {
        Naming::Nameless
    } else {
        Naming::Other
    }
}

/// How a certificate names a name and all below it. Which of them clients ask for nobody can tell from that.
fn naming_all(certificate: &Certificate, name: &[u8]) -> Naming {
    let mut patterns = certificate.dns_names.iter();
    let has =
        |wanted: &[u8]| certificate.dns_names.iter().any(|pattern| below(pattern, name) == Some(wanted));
    if has(b"") && has(b"*.") {
        Naming::Named
    } else if patterns.any(|pattern| below(pattern, name).is_some()) {
        Naming::Partly
    } else if certificate.dns_names.is_empty() && certificate.addresses.is_empty() {
        Naming::Nameless
    } else {
        Naming::Other
    }
}

/// What stands before a name in one that is at or below it.
fn below<'p>(pattern: &'p [u8], name: &[u8]) -> Option<&'p [u8]> {
    let (front, end) = pattern.split_at_checked(pattern.len().checked_sub(name.len())?)?;
    (end.eq_ignore_ascii_case(name) && (front.is_empty() || front.ends_with(b"."))).then_some(front)
}

fn fits(pattern: &[u8], name: &[u8]) -> bool {
    let pattern = pattern.strip_suffix(b".").unwrap_or(pattern);
    if pattern.eq_ignore_ascii_case(name) {
        return true;
    }
    let Some(parent) = pattern.strip_prefix(b"*.") else { return false };
    let dot = name.iter().position(|b| *b == b'.');
    // `*.com` is none that anybody would sign; clients refuse it too.
    let rest = dot.filter(|dot| *dot > 0).and_then(|dot| name.get(dot + 1..));
    parent.contains(&b'.') && rest.is_some_and(|rest| parent.eq_ignore_ascii_case(rest))
}

#[cfg(test)]
mod tests {
    use super::{Host, fits, hosts};
    use rstest::rstest;

    #[rstest]
    #[case("*.example.com", "api.example.com", true)]
    #[case("*.example.com", "API.EXAMPLE.com", true)]
    #[case("*.example.com", "example.com", false)]
    #[case("*.example.com", "a.b.example.com", false)]
    #[case("a*.example.com", "ab.example.com", false)]
    #[case("*.com", "example.com", false)]
    #[case("example.com.", "example.com", true)]
    #[case("example.com", "xample.com", false)]
    fn names(#[case] pattern: &str, #[case] name: &str, #[case] expected: bool) {
        assert_eq!(fits(pattern.as_bytes(), name.as_bytes()), expected);
    }

    fn shown(host: Host<'_>) -> String {
        match host {
            Host::Name(name) => String::from_utf8_lossy(name).into_owned(),
            Host::Domain(name) => format!("below {}", String::from_utf8_lossy(name)),
            Host::V4(address) => address.to_string(),
            Host::V6(address) => address.to_string(),
            Host::Unknown => "?".to_owned(),
        }
    }

    #[rstest]
    #[case("https://a.example.com:8443/x?y#z", "a.example.com")]
    #[case("https://u:p@a.example.com.", "a.example.com")]
    #[case("a.example.com:443", "a.example.com")]
    #[case("a.example.com", "a.example.com")]
    #[case("https://[::1]:443/", "::1")]
    #[case("[::1]:443", "::1")]
    #[case("::1", "::1")]
    #[case("192.0.2.1:80", "192.0.2.1")]
    #[case("postgres://u@h1:5432,h2:5432/d?x=1", "h1 h2")]
    #[case("https://a.example.com, https://b.example.com", "a.example.com b.example.com")]
    #[case("[\"https://a.example.com\", \"b.example.com\"]", "a.example.com b.example.com")]
    #[case("a.example.com b.example.com\n", "a.example.com b.example.com")]
    #[case(".example.com,a.example", "below example.com a.example")]
    #[case("*.example.com", "*.example.com")]
    #[case("*", "?")]
    #[case("..example.com", "?")]
    #[case(".", "?")]
    #[case(" , ", "?")]
    #[case("https://m\u{fc}nchen.example", "?")]
    #[case("", "?")]
    #[case("/run/socket", "?")]
    #[case("https:///path", "?")]
    fn of_values(#[case] value: &str, #[case] expected: &str) {
        let found: Vec<String> = hosts(value.as_bytes()).map(shown).collect();
        assert_eq!(found.join(" "), expected);
    }
}
