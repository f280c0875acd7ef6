//! JSON web keys (RFC 7517): which one each is, and what it holds (RFC 7518, section 6; RFC 8037, section 2).

use std::fmt;
use std::marker::PhantomData;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

use super::keys::{PrivateKey, PublicKey};
use super::{Item, der, pem};

/// Keys of one set that are looked at; the largest provider has some ten.
const MOST_KEYS: usize = 1024;

/// A set of keys.
pub struct JsonKeys<'a> {
    /// They, as far as they are objects.
    pub keys: Vec<JsonKey<'a>>,
    /// How many members the set has, of whatever kind.
    pub count: usize,
    /// Whether any of them is no object.
    pub has_others: bool,
}

/// The members of one key that are looked at.
#[derive(Default)]
pub struct JsonKey<'a> {
    /// Its kind (RFC 7517, section 4.1).
    pub kty: Text<'a>,
    /// Its name (RFC 7517, section 4.5).
    pub kid: Text<'a>,
    /// What it is for (RFC 7517, section 4.2).
    pub purpose: Text<'a>,
    crv: Text<'a>,
    x: Text<'a>,
    y: Text<'a>,
    n: Text<'a>,
    d: Text<'a>,
    k: Text<'a>,
}

/// What a member is.
#[derive(Default)]
pub enum Text<'a> {
    /// It is not there, or null.
    #[default]
    Nothing,
    /// Text, borrowed from the value.
    Plain(&'a str),
    /// Text that has escapes.
    Escaped(Zeroizing<String>),
    /// Something else: a number, a list.
    Other,
}

impl Text<'_> {
    /// It, if it is text that is not empty.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        let text = match self {
            Self::Plain(text) => text,
            Self::Escaped(text) => text.as_str(),
            Self::Nothing | Self::Other => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// The bytes that it is the base64url of (RFC 7515, section 2), with padding or without.
    fn bytes(&self) -> Option<Zeroizing<Vec<u8>>> {
        DIGITS.decode(self.text()?).ok().map(Zeroizing::new)
    }
}

const DIGITS: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl JsonKey<'_> {
    /// Whether it is taken for a key: it says of what kind, or has a name and what only keys have beside it.
    #[must_use]
    pub fn is_key(&self) -> bool {
        let parts = [&self.crv, &self.x, &self.n, &self.d, &self.k];
        !matches!(self.kty, Text::Nothing)
            || !matches!(self.kid, Text::Nothing) && parts.iter().any(|part| part.text().is_some())
    }

    /// Whether it holds what only its owner may know: the private half (`d`) or the whole of a symmetric key (`k`).
    fn is_secret(&self) -> bool {
        match self.kty.text() {
            Some("oct") => self.k.text().is_some(),
            Some("RSA" | "EC" | "OKP") => self.d.text().is_some(),
            _ => false,
        }
    }

    fn item(&self) -> Option<Item> {
        let public = match self.kty.text()? {
            "RSA" => PublicKey::rsa(der::stripped(&self.n.bytes()?)),
            "EC" => self.point()?,
            "OKP" => PublicKey::edwards(self.crv.text()?, &self.x.bytes()?)?,
            "oct" => return self.k.bytes().map(Item::Symmetric),
            _ => return None,
        };
        let Some(private) = self.d.bytes() else { return Some(Item::PublicKey(public)) };
        let key = PrivateKey::of(public);
        // As PKCS #8 has them without the public half (RFC 5915, section 3; RFC 8410, section 7), which RSA never is.
        Some(Item::PrivateKey(match self.kty.text() {
            Some("EC") => key.and_private(&private),
            Some("OKP") => {
                let length = u8::try_from(private.len()).ok()?;
                let inner = Zeroizing::new([&[der::OCTET_STRING, length], private.as_slice()].concat());
                key.and_private(&inner)
            }
            _ => key,
        }))
    }

    /// A point as SEC 1 has it. Both coordinates have the length of the field (RFC 7518, section 6.2.1.2); some leave out zeros.
    fn point(&self) -> Option<PublicKey> {
        let bits: usize = match self.crv.text()? {
            "P-256" | "secp256k1" => 256,
            "P-384" => 384,
            "P-521" => 521,
            _ => return None,
        };
        let length = bits.div_ceil(8);
        let mut point = Zeroizing::new(vec![4]);
        for coordinate in [self.x.bytes()?, self.y.bytes()?] {
            let missing = usize::checked_sub(length, coordinate.len())?;
            point.extend(std::iter::repeat_n(0, missing));
            point.extend_from_slice(&coordinate);
        }
        PublicKey::point(Some(bits as u64), &point).ok()
    }
}

/// The set of keys that a value is (RFC 7517, section 5); `None` if it is no object with a list of `keys`. A single key is no set.
#[must_use]
pub fn json_keys(value: &[u8]) -> Option<JsonKeys<'_>> {
    parse(value)?.keys
}

/// What a single key or a set of them holds; nothing where there is no key that can be read.
pub(super) fn items(value: &[u8]) -> Vec<Item> {
    keys(value).iter().filter_map(JsonKey::item).collect()
}

/// Whether a value is a single key or a set with a private half or a symmetric key in it.
#[must_use]
pub fn is_secret_json_key(value: &[u8]) -> bool {
    keys(value).iter().any(JsonKey::is_secret)
}

/// Whether a value is a single key or a set that everybody may see: public halves alone.
#[must_use]
pub fn is_public_json_key(value: &[u8]) -> bool {
    let keys = keys(value);
    let is_public =
        |key: &JsonKey<'_>| matches!(key.kty.text(), Some("RSA" | "EC" | "OKP")) && !key.is_secret();
    !keys.is_empty() && keys.iter().all(is_public)
}

fn keys(value: &[u8]) -> Vec<JsonKey<'_>> {
    // Most objects are something else.
    if !value.trim_ascii_start().starts_with(b"{") || !pem::holds(value, b"\"kty\"") {
        return Vec::new();
    }
    let Some(parsed) = parse(value) else { return Vec::new() };
    parsed.keys.map_or_else(|| vec![parsed.own], |set| set.keys)
}

/// An object: a set of keys, or a key.
struct Parsed<'a> {
    keys: Option<JsonKeys<'a>>,
    own: JsonKey<'a>,
}

fn parse(value: &[u8]) -> Option<Parsed<'_>> {
    let value = value.trim_ascii();
    if !value.starts_with(b"{") {
        return None;
    }
    match serde_json::from_slice(value).ok()? {
        Member::Object(parsed) => Some(*parsed),
        Member::Other => None,
    }
}

/// Something of JSON of which only an object is of use.
enum Member<'a> {
    Object(Box<Parsed<'a>>),
    Other,
}

/// Takes whatever stands there, and reads on.
struct Anything<T>(PhantomData<T>);

/// What no member of a key is: each is taken, and says nothing.
macro_rules! scalars {
    ($other:expr) => {
        fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
            out.write_str("JSON")
        }
        fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
            Ok($other)
        }
        fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
            Ok($other)
        }
    };
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Anything::<Self>(PhantomData))
    }
}

impl<'de> Visitor<'de> for Anything<Text<'de>> {
    type Value = Text<'de>;

    scalars!(Text::Other);

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Text::Nothing)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text::Plain(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text::Escaped(Zeroizing::new(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::Other)
    }
}

impl<'de> Deserialize<'de> for Member<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Anything::<Self>(PhantomData))
    }
}

impl<'de> Visitor<'de> for Anything<Member<'de>> {
    type Value = Member<'de>;

    scalars!(Member::Other);

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Member::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(Member::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Member::Other)
    }

    /// Of members with one name the last counts, as in most readers (RFC 8259, section 4).
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut keys = None;
        let mut own = JsonKey::default();
        while let Some(name) = map.next_key::<Text<'de>>()? {
            let member = match name.text() {
                Some("kty") => &mut own.kty,
                Some("kid") => &mut own.kid,
                Some("use") => &mut own.purpose,
                Some("crv") => &mut own.crv,
                Some("x") => &mut own.x,
                Some("y") => &mut own.y,
                Some("n") => &mut own.n,
                Some("d") => &mut own.d,
                Some("k") => &mut own.k,
                Some("keys") => {
                    keys = map.next_value::<List<'de>>()?.0;
                    continue;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *member = map.next_value()?;
        }
        Ok(Member::Object(Box::new(Parsed { keys, own })))
    }
}

/// What stands under `keys`, if it is a list.
struct List<'a>(Option<JsonKeys<'a>>);

impl<'de> Deserialize<'de> for List<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Anything::<Self>(PhantomData))
    }
}

impl<'de> Visitor<'de> for Anything<List<'de>> {
    type Value = List<'de>;

    scalars!(List(None));

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(List(None))
    }

    fn visit_str<E>(self, _: &str) -> Result<Self::Value, E> {
        Ok(List(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut set = JsonKeys { keys: Vec::new(), count: 0, has_others: false };
        while set.keys.len() < MOST_KEYS {
            let Some(member) = list.next_element::<Member<'de>>()? else { return Ok(List(Some(set))) };
            set.count += 1;
            match member {
                Member::Object(parsed) => set.keys.push(parsed.own),
                Member::Other => set.has_others = true,
            }
        }
        while list.next_element::<IgnoredAny>()?.is_some() {
            set.count += 1;
        }
        Ok(List(Some(set)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(List(None))
    }
}

#[cfg(test)]
mod tests {
    use super::{is_public_json_key, is_secret_json_key, json_keys};
    use rstest::rstest;

    #[rstest]
    #[case(r#"{"keys":[]}"#, Some((0, 0)))]
    #[case(
        r#" {"other":[1,{"a":null}],"keys":[{"kty":"EC","kid":"a","x":"y"},{"kty":"RSA","kid":null}]} "#,
        Some((2, 2))
    )]
    #[case(r#"{"keys":[{"kty":"EC","kid":"\u0061"}]}"#, Some((1, 1)))]
    #[case(r#"{"keys":[{"kid":1},"a",{"kty":"EC","kid":["a",{}],"keys":[[]]}]}"#, Some((3, 1)))]
    #[case(r#"{"keys":{"a":1}}"#, None)]
    #[case(r#"{"kty":"EC","kid":"a"}"#, None)]
    #[case(r#"[{"kty":"EC"}]"#, None)]
    #[case("{", None)]
    #[case("", None)]
    fn sets(#[case] text: &str, #[case] expected: Option<(usize, usize)>) {
        let found = json_keys(text.as_bytes());
        assert_eq!(
            found.map(|set| (set.count, set.keys.iter().filter(|key| key.is_key()).count())),
            expected
        );
    }

    #[rstest]
    #[case(r#"{"kty":"RSA","n":"AQ","e":"AQAB"}"#, false, true)]
    #[case(r#"{"kty":"RSA","n":"AQ","e":"AQAB","d":"AQ"}"#, true, false)]
    #[case(r#"{"kty":"EC","d":""}"#, false, true)]
    #[case(r#" {"keys":[{"kty":"EC","x":"AQ"},{"kty":"OKP","crv":"Ed25519","d":"AQ"}]}"#, true, false)]
    #[case(r#"{"kty":"oct","k":"AQ"}"#, true, false)]
    #[case(r#"{"kty":"oct","d":"AQ"}"#, false, false)]
    #[case(r#"{"kty":"?","d":"AQ"}"#, false, false)]
    #[case(r#"{"d":"AQ","k":"AQ"}"#, false, false)]
    fn halves(#[case] text: &str, #[case] secret: bool, #[case] public: bool) {
        let text = text.as_bytes();
        assert_eq!((is_secret_json_key(text), is_public_json_key(text)), (secret, public));
    }
}
