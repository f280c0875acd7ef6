//! Keys and certificates for cases: written here element by element, the same for one name within a case. Nobody has signed
//! them: preflight verifies no signature, and `tests/certificates.rs` has the real ones of openssl.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

/// One element of DER.
pub fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len();
    let mut out = vec![tag];
    match length {
        0..0x80 => out.push(length as u8),
        0x80..0x100 => out.extend([0x81, length as u8]),
        0x100..0x1_0000 => out.extend([0x82, (length >> 8) as u8, length as u8]),
        _ => out.extend([0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8]),
    }
    out.extend(content);
    out
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    der(0x30, parts)
}

/// An object identifier, such as `1.2.840.10045.2.1`.
pub fn oid(text: &str) -> Vec<u8> {
    let arcs: Vec<u32> = text.split('.').map(|arc| arc.parse().unwrap()).collect();
    let mut content = vec![(arcs[0] * 40 + arcs[1]) as u8];
    for arc in &arcs[2..] {
        let digits: Vec<u8> = (0..5).rev().map(|at| (arc >> (7 * at) & 0x7f) as u8).collect();
        let first = digits.iter().position(|digit| *digit != 0).unwrap_or(4);
        content.extend(digits[first..4].iter().map(|digit| digit | 0x80));
        content.push(digits[4]);
    }
    der(6, &[&content])
}

fn integer(bytes: &[u8]) -> Vec<u8> {
    let zero: &[u8] = if bytes[0] >= 0x80 { &[0] } else { &[] };
    der(2, &[zero, bytes])
}

fn bits(bytes: &[u8]) -> Vec<u8> {
    der(3, &[&[0], bytes])
}

/// Bytes that depend on a seed and a purpose alone.
fn stream(seed: &str, purpose: &str, count: usize) -> Vec<u8> {
    let block = |at: usize| Sha256::digest(format!("{seed} {purpose} {at}")).to_vec();
    let mut bytes: Vec<u8> = (0..=count / 32).flat_map(block).collect();
    bytes.truncate(count);
    bytes
}

/// An odd number of exactly so many bits.
fn number(seed: &str, purpose: &str, size: usize) -> Vec<u8> {
    let mut bytes = stream(seed, purpose, size / 8);
    bytes[0] |= 0x80;
    *bytes.last_mut().unwrap() |= 1;
    bytes
}

/// The numbers of a key of DSA: prime, order, base, public and private half.
fn dsa(seed: &str, size: usize) -> [Vec<u8>; 5] {
    [("p", size), ("q", 160), ("g", size), ("y", size), ("x", 160)]
        .map(|(name, size)| integer(&number(seed, name, size)))
}

/// Words of a `{{cert:NAME ...}}` or `{{key:NAME ...}}`.
pub struct Words<'a>(Vec<&'a str>);

impl<'a> Words<'a> {
    pub fn new(text: &'a str) -> Self {
        Self(text.split_whitespace().skip(1).collect())
    }

    pub fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    pub fn has(&self, name: &str) -> bool {
        self.0.contains(&name)
    }
}

/// A key pair of a kind: `rsa2048`, `p256`, `ed25519` and others.
pub struct Pair {
    algorithm: Vec<u8>,
    public: Vec<u8>,
    /// The private key as PKCS #8 has it inside, without the public one.
    bare: Vec<u8>,
    /// The same with it.
    inner: Vec<u8>,
    kind: String,
}

impl Pair {
    pub fn new(kind: &str, seed: &str) -> Self {
        let kind = kind.to_owned();
        if let Some(size) = kind.strip_prefix("rsa") {
            let modulus = number(seed, "n", size.parse().unwrap());
            let half = modulus.len() * 4;
            let rest = ["p", "q", "dp", "dq", "qi"].map(|name| integer(&number(seed, name, half)));
            let (n, e) = (integer(&modulus), integer(&[1, 0, 1]));
            let d = integer(&number(seed, "d", modulus.len() * 8));
            let inner = sequence(&[&integer(&[0]), &n, &e, &d, &rest.concat()]);
            let algorithm = sequence(&[&oid("1.2.840.113549.1.1.1"), &[5, 0]]);
            return Self { algorithm, public: sequence(&[&n, &e]), bare: inner.clone(), inner, kind };
        }
        if let Some(size) = kind.strip_prefix("dsa") {
            let [p, q, g, y, x] = dsa(seed, size.parse().unwrap());
            let algorithm = sequence(&[&oid("1.2.840.10040.4.1"), &sequence(&[&p, &q, &g])]);
            return Self { algorithm, public: y, bare: x.clone(), inner: x, kind };
        }
        if kind == "ed25519" {
            let (public, private) = (stream(seed, "public", 32), der(4, &[&stream(seed, "private", 32)]));
            let algorithm = sequence(&[&oid("1.3.101.112")]);
            return Self { algorithm, public, bare: private.clone(), inner: private, kind };
        }
        let (curve, size) = match kind.as_str() {
            "brainpool160" => ("1.3.36.3.3.2.8.1.1.1", 20),
            "sect131" => ("1.3.132.0.22", 17),
            "nameless" => ("1.3.9999.1", 32),
            "p192" => ("1.2.840.10045.3.1.1", 24),
            "p256" => ("1.2.840.10045.3.1.7", 32),
            "p384" => ("1.3.132.0.34", 48),
            _ => panic!("no such kind of key: {kind}"),
        };
        let algorithm = sequence(&[&oid("1.2.840.10045.2.1"), &oid(curve)]);
        let public = [vec![4], stream(seed, "point", 2 * size)].concat();
        let (one, private) = (integer(&[1]), der(4, &[&stream(seed, "private", size)]));
        let bare = sequence(&[&one, &private]);
        let inner = sequence(&[&one, &private, &der(0xa0, &[&oid(curve)]), &der(0xa1, &[&bits(&public)])]);
        Self { algorithm, public, bare, inner, kind }
    }

    pub fn spki(&self) -> Vec<u8> {
        sequence(&[&self.algorithm, &bits(&self.public)])
    }

    /// The private key in one of its forms, with the label that it has there.
    pub fn private(&self, form: &str, seed: &str) -> (&'static str, Vec<u8>) {
        let version = |number| integer(&[number]);
        let inner = |bytes: &[u8]| der(4, &[bytes]);
        match form {
            "pkcs8" if self.kind == "ed25519" => {
                let public = der(0x81, &[&[0], &self.public]);
                ("PRIVATE KEY", sequence(&[&version(1), &self.algorithm, &inner(&self.inner), &public]))
            }
            "pkcs8" => ("PRIVATE KEY", sequence(&[&version(0), &self.algorithm, &inner(&self.inner)])),
            "bare" => ("PRIVATE KEY", sequence(&[&version(0), &self.algorithm, &inner(&self.bare)])),
            "own" if self.kind.starts_with("rsa") => ("RSA PRIVATE KEY", self.inner.clone()),
            "own" if self.kind.starts_with("dsa") => {
                let numbers = dsa(seed, self.kind.trim_start_matches("dsa").parse().unwrap());
                ("DSA PRIVATE KEY", sequence(&[&version(0), &numbers.concat()]))
            }
            "own" => ("EC PRIVATE KEY", self.inner.clone()),
            "public" => ("PUBLIC KEY", self.spki()),
            "encrypted" => {
                let algorithm = sequence(&[&oid("1.2.840.113549.1.5.13"), &sequence(&[])]);
                let text = der(4, &[&stream(seed, "text", 160)]);
                ("ENCRYPTED PRIVATE KEY", sequence(&[&algorithm, &text]))
            }
            // The beginning of a PKCS #12 store.
            "store" => {
                let text = der(0xa0, &[&der(4, &[&stream(seed, "text", 160)])]);
                ("PKCS12", sequence(&[&version(3), &sequence(&[&oid("1.2.840.113549.1.7.1"), &text])]))
            }
            "openssh" | "openssh-encrypted" => ("OPENSSH PRIVATE KEY", self.openssh(form == "openssh", seed)),
            _ => panic!("no such form of a key: {form}"),
        }
    }

    /// A JSON web key, its name the pair's; without the private half if it is public.
    pub fn jwk(&self, name: &str, is_public: bool, seed: &str) -> String {
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (members, private) = if let Some(size) = self.kind.strip_prefix("rsa") {
            let size = size.parse().unwrap();
            let modulus = text(&number(seed, "n", size));
            (format!("\"kty\":\"RSA\",\"n\":\"{modulus}\",\"e\":\"AQAB\""), number(seed, "d", size))
        } else if self.kind == "ed25519" {
            let public = text(&self.public);
            (format!("\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"{public}\""), stream(seed, "private", 32))
        } else {
            let (x, y) = self.public[1..].split_at(self.public.len() / 2);
            let curve = self.kind.replace('p', "P-");
            let members =
                format!("\"kty\":\"EC\",\"crv\":\"{curve}\",\"x\":\"{}\",\"y\":\"{}\"", text(x), text(y));
            (members, stream(seed, "private", x.len()))
        };
        let private = if is_public { String::new() } else { format!(",\"d\":\"{}\"", text(&private)) };
        format!("{{\"kid\":\"{name}\",{members}{private}}}")
    }

    fn openssh(&self, plain: bool, seed: &str) -> Vec<u8> {
        let text = |bytes: &[u8]| [&(bytes.len() as u32).to_be_bytes(), bytes].concat();
        let public = match self.kind.as_str() {
            "ed25519" => [text(b"ssh-ed25519"), text(&self.public)].concat(),
            "p256" => [text(b"ecdsa-sha2-nistp256"), text(b"nistp256"), text(&self.public)].concat(),
            kind => {
                let modulus = number(seed, "n", kind.strip_prefix("rsa").unwrap().parse().unwrap());
                [text(b"ssh-rsa"), text(&[1, 0, 1]), text(&[&[0], modulus.as_slice()].concat())].concat()
            }
        };
        let (cipher, method): (&[u8], &[u8]) =
            if plain { (b"none", b"none") } else { (b"aes256-ctr", b"bcrypt") };
        let options = if plain { Vec::new() } else { stream(seed, "options", 24) };
        let private = stream(seed, "private", 160);
        let head = [b"openssh-key-v1\0".to_vec(), text(cipher), text(method), text(&options)].concat();
        [head, 1_u32.to_be_bytes().to_vec(), text(&public), text(&private)].concat()
    }
}

/// `-90d`, `47h`: so far from now.
fn from_now(text: &str) -> OffsetDateTime {
    let (count, unit) = text.split_at(text.len() - 1);
    let hours: i64 = count.parse::<i64>().unwrap() * if unit == "d" { 24 } else { 1 };
    OffsetDateTime::now_utc() + time::Duration::hours(hours)
}

/// A day so far from now, as `2026-01-31`.
pub fn day(text: &str) -> String {
    let (year, month, day) = from_now(text).to_calendar_date();
    format!("{year:04}-{:02}-{day:02}", u8::from(month))
}

fn moment(text: &str) -> Vec<u8> {
    // Half an hour later, so that the count is right while the test runs.
    let at = from_now(text) + time::Duration::minutes(30);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.to_hms();
    let text = format!("{year:04}{:02}{day:02}{hour:02}{minute:02}{second:02}Z", u8::from(month));
    der(0x18, &[text.as_bytes()])
}

fn name(text: &str) -> Vec<u8> {
    let attribute = sequence(&[&oid("2.5.4.3"), &der(12, &[text.as_bytes()])]);
    sequence(&[&der(0x31, &[&attribute])])
}

fn extension(id: &str, value: &[u8]) -> Vec<u8> {
    sequence(&[&oid(id), &der(4, &[value])])
}

/// A certificate after the words of a case.
pub fn certificate(own: &str, words: &Words<'_>, pair: &Pair, seed: impl Fn(&str) -> String) -> Vec<u8> {
    let issuer = words.get("by").unwrap_or(own);
    let algorithm = match words.get("digest") {
        Some("sha1") => sequence(&[&oid("1.2.840.113549.1.1.5"), &[5, 0]]),
        Some("md4") => sequence(&[&oid("1.2.840.113549.1.1.3"), &[5, 0]]),
        Some("md5") => sequence(&[&oid("1.2.840.113549.1.1.4"), &[5, 0]]),
        Some("pss-sha1") => sequence(&[&oid("1.2.840.113549.1.1.10"), &sequence(&[])]),
        Some(digest) => panic!("no such digest: {digest}"),
        None => sequence(&[&oid("1.2.840.113549.1.1.11"), &[5, 0]]),
    };
    let mut names = Vec::new();
    for host in words.get("dns").into_iter().flat_map(|text| text.split(',')) {
        names.extend(der(0x82, &[host.as_bytes()]));
    }
    for address in words.get("ip").into_iter().flat_map(|text| text.split(',')) {
        let bytes = match address.parse().unwrap() {
            std::net::IpAddr::V4(address) => address.octets().to_vec(),
            std::net::IpAddr::V6(address) => address.octets().to_vec(),
        };
        names.extend(der(0x87, &[&bytes]));
    }
    let mut extensions = Vec::new();
    if !names.is_empty() {
        extensions.extend(extension("2.5.29.17", &sequence(&[&names])));
    }
    if words.has("ca") {
        extensions.extend(extension("2.5.29.19", &sequence(&[&[1, 1, 0xff]])));
    }
    if !words.has("no-ids") {
        // Of the key, so that an authority with a new key has another one.
        let of = |name: &str| stream(&seed(name), "id", 20);
        extensions.extend(extension("2.5.29.14", &der(4, &[&of(words.get("key").unwrap_or(own))])));
        let issuer_key = words.get("by-key").unwrap_or(issuer);
        extensions.extend(extension("2.5.29.35", &sequence(&[&der(0x80, &[&of(issuer_key)])])));
    }
    if words.has("client") {
        extensions.extend(extension("2.5.29.37", &sequence(&[&oid("1.3.6.1.5.5.7.3.2")])));
    }
    if words.has("logged") {
        extensions.extend(extension("1.3.6.1.4.1.11129.2.4.2", &der(4, &[&stream("log", "log", 120)])));
    }
    let from = moment(words.get("from").unwrap_or("-10d"));
    let to = moment(words.get("to").unwrap_or("80d"));
    let body = sequence(&[
        &der(0xa0, &[&integer(&[2])]),
        &integer(&number(&seed(own), "serial", 64)),
        &algorithm,
        &name(issuer),
        &sequence(&[&from, &to]),
        &name(own),
        &pair.spki(),
        &der(0xa3, &[&sequence(&[&extensions])]),
    ]);
    sequence(&[&body, &algorithm, &bits(&stream(&seed(issuer), "signature", 256))])
}

/// PEM, in one of the spellings that variables have it in.
pub fn pem(label: &str, bytes: &[u8], spelling: Option<&str>) -> Vec<u8> {
    let text = STANDARD.encode(bytes);
    let lines: Vec<&str> = text.as_bytes().chunks(64).map(|line| str::from_utf8(line).unwrap()).collect();
    let block =
        |end: &str| format!("-----BEGIN {label}-----{end}{}{end}-----END {label}-----", lines.join(end));
    let text = match spelling {
        None => block("\n"),
        Some("line") => block("\\n") + "\\n",
        Some("base64") => STANDARD.encode(block("\n") + "\n"),
        Some("json") => block("\\n").replace('/', "\\/").replace('+', "\\u002b"),
        Some("indented") => format!("  {}", block("\n  ")),
        Some("blanks") => block(" "),
        Some("der") => text,
        Some("raw") => return bytes.to_vec(),
        Some("cut") => format!("-----BEGIN {label}-----\n{}", lines[0]),
        Some(other) => panic!("no such spelling: {other}"),
    };
    text.into_bytes()
}
