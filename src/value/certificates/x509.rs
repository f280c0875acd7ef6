//! Certificates (RFC 5280).

use std::fmt;

use zeroize::Zeroizing;

use super::der::{self, Der};
use super::keys::{self, PublicKey};
use super::{Fault, time};

/// The digest under a signature, as far as it is known to be weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// MD2, MD4 or MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// Any other.
    Other,
}

/// What a certificate says that can be judged. Nobody has looked whether its signature is right.
pub struct Certificate {
    /// The first second at which it is valid, since the beginning of 1970 in UTC.
    pub not_before: i64,
    /// The last second at which it is valid.
    pub not_after: i64,
    /// The key that it vouches for.
    pub public_key: PublicKey,
    /// The digest under its signature.
    pub digest: Digest,
    /// Names of hosts among its alternative names, as written.
    pub dns_names: Vec<Zeroizing<Vec<u8>>>,
    /// Addresses among its alternative names: 4 or 16 bytes each.
    pub addresses: Vec<Zeroizing<Vec<u8>>>,
    /// The last common name of its subject.
    pub common_name: Option<Zeroizing<Vec<u8>>>,
    /// Whether it may vouch for others.
    pub is_ca: bool,
    /// Whether it is on record in the logs of public authorities (RFC 6962, section 3.3): these never sign with their root's key.
    pub is_logged: bool,
    /// Whether it is meant for servers: it says so, or says nothing of what it is for.
    pub for_servers: bool,
    subject: Zeroizing<Vec<u8>>,
    issuer: Zeroizing<Vec<u8>>,
    key_id: Option<Zeroizing<Vec<u8>>>,
    issuer_key_id: Option<Zeroizing<Vec<u8>>>,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[certificate]")
    }
}

impl Certificate {
    /// Seconds for which it is valid, from the first to the last.
    #[must_use]
    pub const fn lifetime(&self) -> i64 {
        self.not_after.saturating_sub(self.not_before).saturating_add(1)
    }

    /// Whether it vouches for itself, as roots do.
    #[must_use]
    pub fn is_own_issuer(&self) -> bool {
        self.subject == self.issuer && self.is_from(self)
    }

    /// Whether the other one's name is that of its issuer.
    #[must_use]
    pub fn names_issuer(&self, other: &Self) -> bool {
        self.issuer == other.subject
    }

    /// Whether the other one is its issuer, by name and by the key's identifier where both say it (RFC 5280, sections
    /// 4.1.2.4, 4.2.1.1 and 4.2.1.2).
    #[must_use]
    pub fn is_from(&self, other: &Self) -> bool {
        match (&self.issuer_key_id, &other.key_id) {
            (Some(wanted), Some(own)) => wanted == own,
            _ => self.names_issuer(other),
        }
    }

    /// Whether both are the same certificate, or one made anew for the same key and name.
    #[must_use]
    pub fn is_for_same(&self, other: &Self) -> bool {
        self.subject == other.subject && self.public_key.is(&other.public_key)
    }
}

/// A certificate and nothing behind it.
pub(super) fn parse(bytes: &[u8]) -> Result<Certificate, Fault> {
    let mut outer = Der::new(bytes);
    let certificate = certificate(&mut outer)?;
    outer.end()?;
    Ok(certificate)
}

/// A certificate behind which OpenSSL has written for what it is trusted.
pub(super) fn parse_first(bytes: &[u8]) -> Result<Certificate, Fault> {
    certificate(&mut Der::new(bytes))
}

fn certificate(outer: &mut Der<'_>) -> Result<Certificate, Fault> {
    let mut whole = outer.within(der::SEQUENCE)?;
    let mut body = whole.within(der::SEQUENCE)?;
    let (algorithm, parameters) = keys::identifier(&mut whole)?;
    whole.bits()?;
    whole.end()?;

    body.optional(der::constructed(0))?;
    body.take(der::INTEGER)?;
    keys::identifier(&mut body)?;
    let issuer = body.whole(der::SEQUENCE)?;
    let mut validity = body.within(der::SEQUENCE)?;
    let (not_before, not_after) = (moment(&mut validity)?, moment(&mut validity)?);
    let subject = body.whole(der::SEQUENCE)?;
    let public_key = keys::public(&mut body)?;
    let mut found = Certificate {
        not_before,
        not_after,
        public_key,
        digest: digest(algorithm, parameters),
        dns_names: Vec::new(),
        addresses: Vec::new(),
        common_name: common_name(subject),
        is_ca: false,
        is_logged: false,
        for_servers: true,
        subject: Zeroizing::new(subject.to_vec()),
        issuer: Zeroizing::new(issuer.to_vec()),
        key_id: None,
        issuer_key_id: None,
    };
    body.optional(der::primitive(1))?;
    body.optional(der::primitive(2))?;
    if let Some(content) = body.optional(der::constructed(3))? {
        let mut extensions = Der::new(content).within(der::SEQUENCE)?;
        while !extensions.is_empty() {
            let mut extension = extensions.within(der::SEQUENCE)?;
            let oid = extension.take(der::OID)?;
            extension.optional(der::BOOLEAN)?;
            found.extend(oid, Der::new(extension.take(der::OCTET_STRING)?))?;
        }
    }
    body.end()?;
    Ok(found)
}

fn moment(validity: &mut Der<'_>) -> Result<i64, Fault> {
    let (tag, content) = validity.next()?.ok_or(Fault::Contents)?;
    time::seconds(tag, content)
}

/// The precertificate's entry in the logs (RFC 6962, section 3.3).
const TIMESTAMPS: &[u8] = b"\x2b\x06\x01\x04\x01\xd6\x79\x02\x04\x02";
/// id-kp-serverAuth, and any purpose (RFC 5280, section 4.2.1.12).
const SERVERS: &[&[u8]] = &[b"\x2b\x06\x01\x05\x05\x07\x03\x01", b"\x55\x1d\x25\x00"];

impl Certificate {
    /// Takes what an extension says (RFC 5280, section 4.2.1); of those that nothing here asks for, nothing.
    fn extend(&mut self, oid: &[u8], value: Der<'_>) -> Result<(), Fault> {
        let mut value = value;
        match oid {
            b"\x55\x1d\x0e" => self.key_id = Some(Zeroizing::new(value.take(der::OCTET_STRING)?.to_vec())),
            b"\x55\x1d\x11" => {
                let mut names = value.within(der::SEQUENCE)?;
                while let Some((tag, content)) = names.next()? {
                    let content = Zeroizing::new(content.to_vec());
                    match tag {
                        0x82 => self.dns_names.push(content),
                        0x87 => self.addresses.push(content),
                        _ => {}
                    }
                }
            }
            b"\x55\x1d\x13" => {
                let is_ca = value.within(der::SEQUENCE)?.optional(der::BOOLEAN)?;
                self.is_ca = is_ca.is_some_and(|content| content != [0]);
            }
            b"\x55\x1d\x23" => {
                let id = value.within(der::SEQUENCE)?.optional(der::primitive(0))?;
                self.issuer_key_id = id.map(|id| Zeroizing::new(id.to_vec()));
            }
            b"\x55\x1d\x25" => {
                let mut purposes = value.within(der::SEQUENCE)?;
                self.for_servers = false;
                while !purposes.is_empty() {
                    self.for_servers |= SERVERS.contains(&purposes.take(der::OID)?);
                }
            }
            TIMESTAMPS => self.is_logged = true,
            _ => {}
        }
        Ok(())
    }
}

/// Signature algorithms by their digests (RFC 3279, section 2.2; RFC 4055, section 3.1).
fn digest(algorithm: &[u8], parameters: Der<'_>) -> Digest {
    const MD5: &[&[u8]] = &[
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x02",
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x03",
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x04",
    ];
    const SHA1: &[&[u8]] = &[
        b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x05",
        b"\x2a\x86\x48\xce\x3d\x04\x01",
        b"\x2a\x86\x48\xce\x38\x04\x03",
        b"\x2b\x0e\x03\x02\x1d",
    ];
    const PSS: &[u8] = b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
    if MD5.contains(&algorithm) {
        return Digest::Md5;
    }
    // Without a word of it PSS takes SHA-1.
    let mut parameters = parameters;
    let mut unsaid =
        || parameters.within(der::SEQUENCE)?.optional(der::constructed(0)).map(|hash| hash.is_none());
    if SHA1.contains(&algorithm) || algorithm == PSS && unsaid() == Ok(true) {
        return Digest::Sha1;
    }
    Digest::Other
}

/// The last common name (X.520, section 6.2.2) of a name. One that is not in the usual form has none.
fn common_name(name: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut sets = Der::new(name).within(der::SEQUENCE).ok()?;
    let mut last = None;
    while let Ok(Some((der::SET, content))) = sets.next() {
        let Ok(mut attribute) = Der::new(content).within(der::SEQUENCE) else { continue };
        if attribute.take(der::OID) == Ok(b"\x55\x04\x03")
            && let Ok(Some((_, text))) = attribute.next()
        {
            last = Some(Zeroizing::new(text.to_vec()));
        }
    }
    last
}
