//! Keys and certificates: what a value says of itself, without asking anybody.
//!
//! Pure functions over bytes. PEM (RFC 7468) in the spellings in which it stands in variables, X.509 certificates
//! (RFC 5280), private keys in PKCS #8 (RFC 5958), PKCS #1 (RFC 8017), SEC 1 (RFC 5915) and OpenSSH's form, sets of JSON
//! web keys (RFC 7517).
//! No signature is verified and nothing is decrypted. Every length is checked, nothing is recursive, and time is linear in
//! the value: values are whatever somebody put there.

mod curves;
mod der;
mod hosts;
mod jwks;
mod keys;
mod layout;
mod openssh;
mod pem;
mod time;
mod x509;

pub use hosts::{Host, Naming, hosts, naming};
pub use jwks::{JsonKey, JsonKeys, Text, is_public_json_key, is_secret_json_key, json_keys};
pub use keys::{Algorithm, PrivateKey, PublicKey};
pub use layout::Layout;
pub use time::days;
pub use x509::{Certificate, Digest};

use zeroize::Zeroizing;

/// What keeps a block from being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It has no last line.
    CutOff,
    /// Its first and last line do not name the same, or are not whole.
    Label,
    /// There is nothing in it.
    Empty,
    /// What is in it is no base64.
    Base64,
    /// What is in it is not what its label says.
    Contents,
}

/// One thing that stands in a value.
pub enum Item {
    /// A certificate.
    Certificate(Box<Certificate>),
    /// A private key.
    PrivateKey(PrivateKey),
    /// A public key on its own.
    PublicKey(PublicKey),
    /// The bytes of a symmetric key (RFC 7518, section 6.4).
    Symmetric(Zeroizing<Vec<u8>>),
    /// A private key in a form that is not read here.
    Unread,
    /// A block of another kind: parameters, a request, a revocation list, a public key of PGP.
    Other,
    /// A block that cannot be read.
    Broken(Fault),
}

/// Blocks of one value that are looked at; the largest bundle of trusted roots has some 150.
const MOST_ITEMS: usize = 512;

/// No beginning of a block that names its kind is shorter, and most values are.
const LEAST: usize = 20;

/// What the keys and certificates of a value say, in its order.
#[derive(Default)]
pub struct Material {
    /// Them.
    pub items: Vec<Item>,
    /// Whether more than text stands between them, as in JSON or an OpenVPN profile: then their order says nothing.
    pub is_scattered: bool,
    /// How their lines stand, in what is read here.
    pub layout: Layout,
}

impl Material {
    /// The certificates.
    pub fn certificates(&self) -> impl Iterator<Item = &Certificate> {
        self.items.iter().filter_map(|item| match item {
            Item::Certificate(certificate) => Some(certificate.as_ref()),
            _ => None,
        })
    }

    /// The private keys.
    pub fn private_keys(&self) -> impl Iterator<Item = &PrivateKey> {
        self.items.iter().filter_map(|item| match item {
            Item::PrivateKey(key) => Some(key),
            _ => None,
        })
    }

    /// The bytes of the symmetric keys.
    pub fn symmetric_keys(&self) -> impl Iterator<Item = &[u8]> {
        self.items.iter().filter_map(|item| match item {
            Item::Symmetric(bytes) => Some(bytes.as_slice()),
            _ => None,
        })
    }

    /// Whether any block cannot be read, and why.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        self.items.iter().find_map(|item| match item {
            Item::Broken(fault) => Some(*fault),
            _ => None,
        })
    }

    /// The certificate that the value is about: the first, or where the order says nothing the first that is no authority's.
    #[must_use]
    pub fn leaf(&self) -> Option<&Certificate> {
        let mut all = self.certificates();
        let end = all.next().filter(|first| !self.is_scattered || !first.is_ca);
        end.or_else(|| self.certificates().find(|one| !one.is_ca)).or_else(|| self.certificates().next())
    }

    fn one(item: Item) -> Self {
        Self { items: vec![item], ..Self::default() }
    }
}

/// What a value holds of keys and certificates; `None` where it holds none, and nothing that looks like one.
///
/// PEM, with line breaks that are some or that are written `\n`, as in JSON; PEM that is base64 once more; DER and base64 of it,
/// if it is a certificate or a private key; a JSON web key or a set of them. A store of keys (PKCS #12, Java's own) is a private key of which nothing can be seen.
#[must_use]
pub fn read(value: &[u8]) -> Option<Material> {
    let trimmed = value.trim_ascii();
    if trimmed.len() < LEAST {
        return None;
    }
    if trimmed.starts_with(PUTTY) {
        let is_open = pem::holds(trimmed, b"Encryption: none");
        return Some(Material::one(if is_open { Item::Unread } else { hidden() }));
    }
    if pem::has_block(trimmed) {
        return Some(blocks(value));
    }
    if trimmed.starts_with(b"{") {
        let items = jwks::items(trimmed);
        return (!items.is_empty()).then(|| Material { items, is_scattered: true, ..Material::default() });
    }
    if value.starts_with(&[der::SEQUENCE]) || value.starts_with(STORE) {
        return binary(value).map(Material::one);
    }
    // `-----BEGIN` in base64, and the beginning of a DER sequence with a length of two bytes.
    if trimmed.starts_with(b"LS0tLS1CRUdJTi") {
        let text = pem::decode(trimmed).ok()?;
        return pem::has_block(&text).then(|| blocks(&text));
    }
    if trimmed.starts_with(b"MI") || trimmed.starts_with(b"/u3+7Q") {
        let bytes = pem::decode(trimmed).ok()?;
        return bare(&bytes).map(Material::one);
    }
    None
}

/// How a store of Java's begins (`sun.security.provider.JavaKeyStore`).
const STORE: &[u8] = b"\xfe\xed\xfe\xed";

/// How a key of PuTTY's begins (`ppk_load` in its `sshpubk.c`).
const PUTTY: &[u8] = b"PuTTY-User-Key-File-";

/// A private key of which encryption leaves nothing to see.
fn hidden() -> Item {
    Item::PrivateKey(PrivateKey::encrypted(None))
}

/// DER without a label. Most of what looks like it is something else, which is no fault.
fn bare(bytes: &[u8]) -> Option<Item> {
    let certificate = || x509::parse(bytes).ok().map(|found| Item::Certificate(Box::new(found)));
    let key = || keys::pkcs8(bytes).or_else(|_| keys::pkcs1(bytes)).ok();
    let key = || key().or_else(|| keys::encrypted(bytes).ok()).map(Item::PrivateKey);
    let store = || keys::is_store(bytes) || bytes.starts_with(STORE);
    let store = || store().then(|| Item::PrivateKey(PrivateKey::encrypted(None)));
    certificate().or_else(key).or_else(store)
}

/// A file of DER. What reads files as values takes off a line break at their end, which is none here.
fn binary(bytes: &[u8]) -> Option<Item> {
    let with = |end: &[u8]| bare(&Zeroizing::new([bytes, end].concat()));
    bare(bytes).or_else(|| with(b"\n")).or_else(|| with(b"\r\n"))
}

fn blocks(text: &[u8]) -> Material {
    let mut material = Material::default();
    let mut is_text = false;
    let mut rest = text;
    while let Some((block, after)) = pem::next(rest) {
        material.items.push(item(&block));
        material.is_scattered |= pem::is_more_than_text(block.before);
        is_text |= !block.before.trim_ascii().is_empty();
        let layout = block.lines.as_ref().map(|lines| lines.layout(is_text)).unwrap_or_default();
        // Blocks of other kinds have other readers; run into the next one they are nobody's.
        if layout == Layout::Glued || is_known(block.label) && !material.is_scattered {
            material.layout = material.layout.max(layout);
        }
        rest = after;
        if material.items.len() == MOST_ITEMS {
            break;
        }
    }
    material
}

fn item(block: &pem::Block<'_>) -> Item {
    if let Some(item) = foreign(block.label) {
        return item;
    }
    let bytes = match &block.contents {
        // What nobody reads here may be written as it likes.
        Err(fault) => return if is_known(block.label) { Item::Broken(*fault) } else { Item::Other },
        Ok(bytes) => bytes,
    };
    let read = match block.label {
        b"CERTIFICATE" | b"X509 CERTIFICATE" => {
            x509::parse(bytes).map(|found| Item::Certificate(Box::new(found)))
        }
        b"TRUSTED CERTIFICATE" => x509::parse_first(bytes).map(|found| Item::Certificate(Box::new(found))),
        _ if block.encrypted => Ok(Item::PrivateKey(PrivateKey::encrypted(None))),
        b"PRIVATE KEY" => keys::pkcs8(bytes).map(Item::PrivateKey),
        b"ENCRYPTED PRIVATE KEY" => keys::encrypted(bytes).map(Item::PrivateKey),
        b"RSA PRIVATE KEY" => keys::pkcs1(bytes).map(Item::PrivateKey),
        b"DSA PRIVATE KEY" => keys::dsa(bytes).map(Item::PrivateKey),
        b"EC PRIVATE KEY" => keys::sec1(bytes, None).map(Item::PrivateKey),
        b"OPENSSH PRIVATE KEY" => openssh::parse(bytes).map(Item::PrivateKey),
        b"PUBLIC KEY" => keys::spki(bytes).map(Item::PublicKey),
        b"RSA PUBLIC KEY" => keys::rsa_public(bytes).map(Item::PublicKey),
        _ => Ok(Item::Other),
    };
    read.unwrap_or_else(Item::Broken)
}

/// A private key under a label that is not read here: `ENCRYPTED COSIGN PRIVATE KEY`, `PGP PRIVATE KEY BLOCK`.
fn foreign(label: &[u8]) -> Option<Item> {
    let is_private = label.ends_with(b"PRIVATE KEY") || label.ends_with(b"PRIVATE KEY BLOCK");
    let is_foreign = is_private && !is_known(label);
    is_foreign.then(|| if label.starts_with(b"ENCRYPTED ") { hidden() } else { Item::Unread })
}

/// Labels of what is read here. An unfinished first line may be that of anything.
fn is_known(label: &[u8]) -> bool {
    const LABELS: &[&[u8]] = &[
        b"",
        b"CERTIFICATE",
        b"X509 CERTIFICATE",
        b"TRUSTED CERTIFICATE",
        b"PRIVATE KEY",
        b"ENCRYPTED PRIVATE KEY",
        b"RSA PRIVATE KEY",
        b"DSA PRIVATE KEY",
        b"EC PRIVATE KEY",
        b"OPENSSH PRIVATE KEY",
        b"PUBLIC KEY",
        b"RSA PUBLIC KEY",
    ];
    LABELS.contains(&label)
}
