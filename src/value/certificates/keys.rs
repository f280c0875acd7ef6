//! Public and private keys: of what kind and size they are, and whether two belong together.

use zeroize::Zeroizing;

use super::Fault;
use super::curves;
use super::der::{self, Der};

/// What a key is for, and how large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// RSA, with the bits of its modulus.
    Rsa(u64),
    /// A key on an elliptic curve, with the bits of its field; nothing where the curve is not known here.
    Ec(Option<u64>),
    /// Ed25519 or X25519, Ed448 or X448 (RFC 8410), with their security in bits.
    Edwards(u64),
    /// DSA, with the bits of its modulus.
    Dsa(u64),
    /// Something else.
    Other,
}

/// A public key.
#[derive(Clone)]
pub struct PublicKey {
    /// What it is for.
    pub algorithm: Algorithm,
    /// What tells it from others of its kind.
    id: Zeroizing<Vec<u8>>,
}

impl PublicKey {
    /// Whether both are the same key.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.algorithm == other.algorithm && *self.id == *other.id
    }

    /// What stands for the key in comparisons that outlast a run: its kind, its size and what tells it from others of these.
    #[must_use]
    pub fn identity(&self) -> Zeroizing<Vec<u8>> {
        let (kind, size) = match self.algorithm {
            Algorithm::Rsa(bits) => (b'r', bits),
            Algorithm::Ec(bits) => (b'e', bits.unwrap_or_default()),
            Algorithm::Edwards(bits) => (b'd', bits),
            Algorithm::Dsa(bits) => (b'a', bits),
            Algorithm::Other => (b'o', 0),
        };
        let mut whole = Zeroizing::new(Vec::with_capacity(self.id.len() + 9));
        whole.push(kind);
        whole.extend_from_slice(&size.to_be_bytes());
        whole.extend_from_slice(&self.id);
        whole
    }

    pub(super) fn new(algorithm: Algorithm, id: &[u8]) -> Self {
        Self { algorithm, id: Zeroizing::new(id.to_vec()) }
    }

    pub(super) fn rsa(modulus: &[u8]) -> Self {
        Self::new(Algorithm::Rsa(der::bit_length(modulus)), modulus)
    }

    /// A key of RFC 8410 by its curve's name (RFC 8037, section 2).
    pub(super) fn edwards(curve: &str, bytes: &[u8]) -> Option<Self> {
        let strength = match curve {
            "Ed25519" | "X25519" => 128,
            "Ed448" | "X448" => 224,
            _ => return None,
        };
        Some(Self::new(Algorithm::Edwards(strength), bytes))
    }

    /// A point as SEC 1, section 2.3.3 writes it: compressed, or with both coordinates. Compared by the first and the sign of
    /// the second, which say the same.
    pub(super) fn point(curve: Option<u64>, point: &[u8]) -> Result<Self, Fault> {
        let (&form, coordinates) = point.split_first().ok_or(Fault::Contents)?;
        let (x, sign) = match form {
            2 | 3 => (coordinates, form & 1),
            4 | 6 | 7 => {
                let half = coordinates.len() / 2;
                let (x, y) = coordinates.split_at_checked(half).ok_or(Fault::Contents)?;
                (x, y.last().copied().unwrap_or_default() & 1)
            }
            _ => return Err(Fault::Contents),
        };
        let mut id = Zeroizing::new(Vec::with_capacity(x.len() + 1));
        id.push(sign);
        id.extend_from_slice(x);
        Ok(Self { algorithm: Algorithm::Ec(curve), id })
    }
}

/// A private key.
pub struct PrivateKey {
    /// What it is for; nothing where encryption hides it.
    pub algorithm: Option<Algorithm>,
    /// The public key that belongs to it, where it says so: RSA always does; a key of a curve need not.
    pub public: Option<PublicKey>,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// The private half, of a key that does not have its public one, or that other forms have without it.
    bare: Option<Zeroizing<Vec<u8>>>,
}

impl PrivateKey {
    pub(super) fn encrypted(public: Option<PublicKey>) -> Self {
        Self { algorithm: public.as_ref().map(|key| key.algorithm), public, encrypted: true, bare: None }
    }

    fn plain(algorithm: Algorithm, public: Option<PublicKey>) -> Self {
        Self { algorithm: Some(algorithm), public, encrypted: false, bare: None }
    }

    fn with_private(mut self, private: &[u8]) -> Self {
        self.bare = self.public.is_none().then(|| Zeroizing::new(private.to_vec()));
        self
    }

    /// The same with its private half, as forms without the public one have it.
    pub(super) fn and_private(mut self, private: &[u8]) -> Self {
        self.bare = Some(Zeroizing::new(private.to_vec()));
        self
    }

    /// What stands for the key, in whatever form it is written: its public half, and the private one where a form without the
    /// public half would have nothing else; nothing where neither can be seen.
    #[must_use]
    pub fn identities(&self) -> Vec<Zeroizing<Vec<u8>>> {
        let bare = self.bare.iter().map(|private| Zeroizing::new([b"b".as_slice(), private].concat()));
        self.public.iter().map(PublicKey::identity).chain(bare).collect()
    }

    pub(super) fn of(public: PublicKey) -> Self {
        Self::plain(public.algorithm, Some(public))
    }
}

/// rsaEncryption and id-RSASSA-PSS (RFC 4055, section 1.2).
const RSA: &[&[u8]] = &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a"];
/// id-ecPublicKey (RFC 5480, section 2.1.1).
const EC: &[u8] = b"\x2a\x86\x48\xce\x3d\x02\x01";
/// id-dsa (RFC 3279, section 2.3.2).
const DSA: &[u8] = b"\x2a\x86\x48\xce\x38\x04\x01";
/// id-X25519, id-X448, id-Ed25519, id-Ed448 (RFC 8410, section 3).
const EDWARDS: &[(&[u8], u64)] =
    &[(b"\x2b\x65\x6e", 128), (b"\x2b\x65\x6f", 224), (b"\x2b\x65\x70", 128), (b"\x2b\x65\x71", 224)];

fn curve(parameters: Der<'_>) -> Option<u64> {
    let mut parameters = parameters;
    // Parameters that are written out are no named curve.
    let oid = parameters.take(der::OID).ok()?;
    curves::bits(oid)
}

/// An `AlgorithmIdentifier` (RFC 5280, section 4.1.1.2): which, and its parameters.
pub(super) fn identifier<'a>(from: &mut Der<'a>) -> Result<(&'a [u8], Der<'a>), Fault> {
    let mut identifier = from.within(der::SEQUENCE)?;
    Ok((identifier.take(der::OID)?, identifier))
}

/// `SubjectPublicKeyInfo` (RFC 5280, section 4.1.2.7), alone.
pub(super) fn spki(bytes: &[u8]) -> Result<PublicKey, Fault> {
    let mut outer = Der::new(bytes);
    let key = public(&mut outer)?;
    outer.end()?;
    Ok(key)
}

/// `SubjectPublicKeyInfo` among other elements.
pub(super) fn public(from: &mut Der<'_>) -> Result<PublicKey, Fault> {
    let mut info = from.within(der::SEQUENCE)?;
    let (oid, parameters) = identifier(&mut info)?;
    let bits = info.bits()?;
    info.end()?;
    if RSA.contains(&oid) {
        return rsa_public(bits);
    }
    if oid == EC {
        return PublicKey::point(curve(parameters), bits);
    }
    if let Some((_, strength)) = EDWARDS.iter().find(|(known, _)| *known == oid) {
        return Ok(PublicKey::new(Algorithm::Edwards(*strength), bits));
    }
    if oid == DSA {
        return Ok(PublicKey::new(Algorithm::Dsa(modulus(parameters)?), Der::new(bits).natural()?));
    }
    Ok(PublicKey::new(Algorithm::Other, bits))
}

/// The size of DSA's prime, the first of its parameters (RFC 3279, section 2.3.2).
fn modulus(parameters: Der<'_>) -> Result<u64, Fault> {
    let mut parameters = parameters;
    // They may be those of the issuer's key.
    if parameters.is_empty() {
        return Ok(0);
    }
    Ok(der::bit_length(parameters.within(der::SEQUENCE)?.natural()?))
}

/// `RSAPublicKey` (RFC 8017, appendix A.1.1).
pub(super) fn rsa_public(bytes: &[u8]) -> Result<PublicKey, Fault> {
    let mut outer = Der::new(bytes);
    let mut key = outer.within(der::SEQUENCE)?;
    outer.end()?;
    let modulus = key.natural()?;
    key.natural()?;
    key.end()?;
    Ok(PublicKey::rsa(modulus))
}

/// `RSAPrivateKey` (RFC 8017, appendix A.1.2).
pub(super) fn pkcs1(bytes: &[u8]) -> Result<PrivateKey, Fault> {
    let mut outer = Der::new(bytes);
    let mut key = outer.within(der::SEQUENCE)?;
    outer.end()?;
    key.natural()?;
    let modulus = key.natural()?;
    // Both exponents, both primes, and what is made of them.
    for _ in 0..7 {
        key.natural()?;
    }
    Ok(PrivateKey::of(PublicKey::rsa(modulus)))
}

/// `DSAPrivateKey` as OpenSSL writes it (`DSAPrivateKey(3)`): the parameters, the public half, the private one. PKCS #8 has the last
/// alone.
pub(super) fn dsa(bytes: &[u8]) -> Result<PrivateKey, Fault> {
    let mut outer = Der::new(bytes);
    let mut key = outer.within(der::SEQUENCE)?;
    outer.end()?;
    key.natural()?;
    let prime = key.natural()?;
    key.natural()?;
    key.natural()?;
    let (public, private) = (key.natural()?, key.natural()?);
    key.end()?;
    let algorithm = Algorithm::Dsa(der::bit_length(prime));
    Ok(PrivateKey::of(PublicKey::new(algorithm, public)).and_private(private))
}

/// `ECPrivateKey` (RFC 5915, section 3); its curve may be said outside.
pub(super) fn sec1(bytes: &[u8], outside: Option<u64>) -> Result<PrivateKey, Fault> {
    let mut outer = Der::new(bytes);
    let mut key = outer.within(der::SEQUENCE)?;
    outer.end()?;
    key.natural()?;
    let private = key.take(der::OCTET_STRING)?;
    let inside = key.optional(der::constructed(0))?;
    let curve = inside.and_then(|parameters| curve(Der::new(parameters))).or(outside);
    let point = key.optional(der::constructed(1))?;
    let public = point.map(|point| PublicKey::point(curve, Der::new(point).bits()?)).transpose()?;
    Ok(PrivateKey::plain(Algorithm::Ec(curve), public).with_private(private))
}

/// `OneAsymmetricKey` (RFC 5958, section 2).
pub(super) fn pkcs8(bytes: &[u8]) -> Result<PrivateKey, Fault> {
    let mut outer = Der::new(bytes);
    let mut key = outer.within(der::SEQUENCE)?;
    outer.end()?;
    key.natural()?;
    let (oid, parameters) = identifier(&mut key)?;
    let inner = key.take(der::OCTET_STRING)?;
    key.optional(der::constructed(0))?;
    if RSA.contains(&oid) {
        return pkcs1(inner);
    }
    if oid == EC {
        return sec1(inner, curve(parameters));
    }
    if let Some((_, strength)) = EDWARDS.iter().find(|(known, _)| *known == oid) {
        let algorithm = Algorithm::Edwards(*strength);
        // Of an implicit tag the primitive form is the right one; some write the other.
        let public = match key.optional(der::primitive(1))? {
            Some(content) => Some(der::octets(content)?),
            None => key.optional(der::constructed(1))?.map(|inner| Der::new(inner).bits()).transpose()?,
        };
        let public = public.map(|public| PublicKey::new(algorithm, public));
        return Ok(PrivateKey::plain(algorithm, public).with_private(inner));
    }
    if oid == DSA {
        let private = Der::new(inner).natural()?;
        return Ok(PrivateKey::plain(Algorithm::Dsa(modulus(parameters)?), None).with_private(private));
    }
    Ok(PrivateKey::plain(Algorithm::Other, None))
}

/// Whether it is a store of keys in PKCS #12, which is encrypted as a rule: `PFX` (RFC 7292, section 4) with the version 3.
pub(super) fn is_store(bytes: &[u8]) -> bool {
    /// id-data and id-signedData (RFC 2315, section 14).
    const WRAPS: &[&[u8]] =
        &[b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"];
    let wrap = || {
        let mut outer = Der::new(bytes).within(der::SEQUENCE)?;
        let version = outer.natural()?;
        let oid = outer.within(der::SEQUENCE)?.take(der::OID)?;
        Ok::<_, Fault>(version == [3] && WRAPS.contains(&oid))
    };
    wrap().unwrap_or(false)
}

/// `EncryptedPrivateKeyInfo` (RFC 5958, section 3): nothing of the key can be seen.
pub(super) fn encrypted(bytes: &[u8]) -> Result<PrivateKey, Fault> {
    let mut outer = Der::new(bytes);
    let mut info = outer.within(der::SEQUENCE)?;
    outer.end()?;
    identifier(&mut info)?;
    info.take(der::OCTET_STRING)?;
    info.end()?;
    Ok(PrivateKey::encrypted(None))
}
