//! JSON web keys (RFC 7517), as far as they say which one each is.

use std::borrow::Cow;

use serde::Deserialize;

/// A set of keys.
#[derive(Deserialize)]
pub struct JsonKeys<'a> {
    /// They.
    #[serde(borrow)]
    pub keys: Vec<JsonKey<'a>>,
}

/// One key; what it says is borrowed from the value where it has no escapes.
#[derive(Deserialize)]
pub struct JsonKey<'a> {
    /// Its kind (section 4.1).
    #[serde(borrow)]
    pub kty: Cow<'a, str>,
    /// Its name (section 4.5).
    #[serde(borrow)]
    pub kid: Option<Cow<'a, str>>,
    /// What it is for (section 4.2).
    #[serde(borrow, rename = "use")]
    pub purpose: Option<Cow<'a, str>>,
}

/// The set of keys that a value is (section 5); `None` if it is none. A single key is no set.
#[must_use]
pub fn json_keys(value: &[u8]) -> Option<JsonKeys<'_>> {
    let value = value.trim_ascii();
    if !value.starts_with(b"{") {
        return None;
    }
    serde_json::from_slice(value).ok()
}

#[cfg(test)]
mod tests {
    use super::json_keys;
    use rstest::rstest;

    #[rstest]
    #[case(r#"{"keys":[]}"#, Some(0))]
    #[case(
        r#" {"other":[1,{"a":null}],"keys":[{"kty":"EC","kid":"a","x":"y"},{"kty":"RSA","kid":null}]} "#,
        Some(2)
    )]
    #[case(r#"{"keys":[{"kty":"EC","kid":"\u0061"}]}"#, Some(1))]
    #[case(r#"{"keys":[{"kid":"a"}]}"#, None)]
    #[case(r#"{"keys":{"a":1}}"#, None)]
    #[case(r#"{"keys":[{"kty":"EC"}],"keys":[]}"#, None)]
    #[case(r#"{"kty":"EC","kid":"a"}"#, None)]
    #[case(r#"[{"kty":"EC"}]"#, None)]
    #[case("{", None)]
    #[case("", None)]
    fn sets(#[case] text: &str, #[case] count: Option<usize>) {
        assert_eq!(json_keys(text.as_bytes()).map(|set| set.keys.len()), count);
    }
}
