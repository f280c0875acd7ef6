//! What a value means to its type, as bytes that are equal where two values mean the same.

use std::net::IpAddr;

use zeroize::Zeroizing;

use super::{ValueType, quantity};

/// Bytes that two values of a type share if, and only if, they mean the same: quantities however they are written, switches by
/// what they say, hosts and the hosts of URLs without regard to case (RFC 3986, section 6.2.2.1), ports left out where they are
/// the scheme's (section 6.2.3). A value that does not read as its type means itself; blanks at its ends never count.
#[must_use]
pub fn meaning(kind: ValueType, value: &[u8]) -> Zeroizing<Vec<u8>> {
    let value = value.trim_ascii();
    let own = match kind {
        // A port that is written with zeros before it is no port, and yet one to most programs.
        ValueType::Port => quantity(ValueType::Int, value).map(|quantity| quantity.bytes()),
        kind if kind.measure().is_some() => quantity(kind, value).map(|quantity| quantity.bytes()),
        _ if !kind.reads_as(value) => None,
        ValueType::Bool => {
            let on: [&[u8]; 4] = [b"true", b"yes", b"on", b"1"];
            Some(Zeroizing::new(vec![u8::from(on.iter().any(|word| value.eq_ignore_ascii_case(word)))]))
        }
        ValueType::Host | ValueType::Hostname | ValueType::Ip => Some(host(value)),
        ValueType::Uuid | ValueType::Hex => Some(Zeroizing::new(value.to_ascii_lowercase())),
        ValueType::Url | ValueType::HttpsUrl | ValueType::Origin => url(value),
        _ => None,
    };
    own.unwrap_or_else(|| Zeroizing::new(value.to_vec()))
}

/// Whether a switch is on; nothing for what is no switch.
#[must_use]
pub fn switch(value: &[u8]) -> Option<bool> {
    let value = value.trim_ascii();
    ValueType::Bool.reads_as(value).then(|| meaning(ValueType::Bool, value).as_slice() == [1])
}

/// A host without regard to case, to a dot at its end and to how an address is written.
#[must_use]
pub fn host(name: &[u8]) -> Zeroizing<Vec<u8>> {
    let bare = name.strip_prefix(b"[").and_then(|name| name.strip_suffix(b"]")).unwrap_or(name);
    let address = str::from_utf8(bare).ok().and_then(|text| text.parse::<IpAddr>().ok());
    if let Some(address) = address {
        return Zeroizing::new(address.to_canonical().to_string().into_bytes());
    }
    Zeroizing::new(bare.strip_suffix(b".").unwrap_or(bare).to_ascii_lowercase())
}

fn url(value: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let at = value.windows(3).position(|part| part == b"://")?;
    let (scheme, rest) = value.split_at_checked(at)?;
    let rest = rest.get(3..)?;
    let end = rest.iter().position(|b| b"/?#".contains(b)).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let user = authority.iter().rposition(|b| *b == b'@').map_or(0, |at| at + 1);
    let (user, address) = authority.split_at_checked(user)?;
    let usual: &[u8] = match scheme.to_ascii_lowercase().as_slice() {
        b"https" | b"wss" => b":443",
        b"http" | b"ws" => b":80",
        _ => b":",
    };
    let address = address.strip_suffix(usual).unwrap_or(address);
    let path = if path == b"/" { b"" } else { path };
    // Of its full size from the start: growing would leave a copy behind.
    let mut found = Zeroizing::new(Vec::with_capacity(value.len()));
    found.extend(scheme.iter().map(u8::to_ascii_lowercase));
    found.extend_from_slice(b"://");
    found.extend_from_slice(user);
    found.extend(address.iter().map(u8::to_ascii_lowercase));
    found.extend_from_slice(path);
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::{host, meaning, switch};
    use crate::value::types::ValueType::{self, *};
    use rstest::rstest;

    #[rstest]
    #[case(Port, "8080", "08080", true)]
    #[case(Port, "8080", "8081", false)]
    #[case(Int, "1", "-1", false)]
    #[case(Int, "10", "100", false)]
    #[case(Float, "0.10", "1e-1", true)]
    #[case(Duration, "30", "30s", false)]
    #[case(Url, "HTTPS://A.example.com:443/", "https://a.example.com", true)]
    #[case(Url, "https://a.example.com:8443", "https://a.example.com", false)]
    #[case(Url, "https://U@a.example.com", "https://u@a.example.com", false)]
    #[case(Host, "::1", "0:0::1", true)]
    #[case(String, "A", "a", false)]
    #[case(String, " a", "a", true)]
    #[case(Bool, "maybe", "Maybe", false)]
    fn means(#[case] kind: ValueType, #[case] one: &str, #[case] other: &str, #[case] same: bool) {
        assert_eq!(meaning(kind, one.as_bytes()) == meaning(kind, other.as_bytes()), same);
    }

    #[test]
    fn parts() {
        assert_eq!((switch(b"On"), switch(b"0"), switch(b"2")), (Some(true), Some(false), None));
        assert_eq!(host(b"::ffff:10.0.0.1").as_slice(), b"10.0.0.1");
    }
}
