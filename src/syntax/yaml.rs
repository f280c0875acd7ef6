//! YAML text to a tree with a place for every key and scalar.
//!
//! Scalars keep their raw text: `0600`, `no` and `12e4567` mean what is written. Errors carry a kind
//! and a place, never text of the document.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::Spanned;
use serde_saphyr::options::NonFiniteFloatPolicy;

use crate::text::Span;

/// Depth, nodes and bytes that no honest policy reaches.
const MAX_DEPTH: usize = 32;
const MAX_NODES: usize = 200_000;

/// A node with its place. Block mappings and lists have an empty span: point at a key instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where the node stands.
    pub span: Span,
    /// What it is.
    pub value: Value,
}

/// The content of a [`Node`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar's text: raw if plain, without quotes and escapes if quoted.
    Scalar(String),
    /// A list.
    Sequence(Vec<Node>),
    /// A mapping, in order; no key stands twice.
    Mapping(Vec<(Key, Node)>),
}

/// A mapping's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Where it stands.
    pub span: Span,
    /// Its text.
    pub text: String,
}

/// Why a text is no usable YAML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YamlFault {
    /// Broken syntax.
    Syntax,
    /// A key stands twice in one mapping.
    DuplicateKey,
    /// Too deep, too many nodes, or aliases that multiply.
    Budget,
    /// Several documents in one file.
    SeveralDocuments,
    /// A key that is no scalar.
    ComplexKey,
}

/// A fault and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YamlError {
    /// What is wrong.
    pub fault: YamlFault,
    /// Where, as far as it is known.
    pub span: Span,
}

/// Parses one document. An empty one is [`Value::Null`].
///
/// # Errors
/// The first fault of the text, by kind and place.
pub fn parse(text: &str) -> Result<Node, YamlError> {
    let budget = serde_saphyr::budget! { max_depth: MAX_DEPTH, max_nodes: MAX_NODES };
    let options = serde_saphyr::options! {
        budget: budget,
        // `.inf` is text like any other scalar here.
        non_finite_float_policy: NonFiniteFloatPolicy::PassThrough,
        with_snippet: false
    };
    match serde_saphyr::from_str_with_options::<Spanned<Raw>>(text, options) {
        Ok(raw) => raw.value.into_node(span_of(&raw.defined), text),
        Err(error) => Err(fault_of(&error)),
    }
}

fn fault_of(error: &serde_saphyr::Error) -> YamlError {
    use serde_saphyr::Error;
    let mut inner = error;
    while let Error::AliasError { error, .. } | Error::WithSnippet { error, .. } = inner {
        inner = error;
    }
    let fault = match inner {
        Error::DuplicateMappingKey { .. } => YamlFault::DuplicateKey,
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => YamlFault::Budget,
        Error::MultipleDocuments { .. } => YamlFault::SeveralDocuments,
        _ => YamlFault::Syntax,
    };
    let span = error.location().map(|location| span_of(&location)).unwrap_or_default();
    YamlError { fault, span }
}

fn span_of(location: &serde_saphyr::Location) -> Span {
    let span = location.span();
    let number = |value: Option<u64>| value.and_then(|v| usize::try_from(v).ok()).unwrap_or_default();
    let start = number(span.byte_offset());
    Span::new(start, start.saturating_add(number(span.byte_len())))
}

/// The tree as serde sees it; scalars that YAML types are looked up by their place afterwards.
enum Raw {
    Null,
    Text(String),
    Typed,
    Sequence(Vec<Spanned<Raw>>),
    Mapping(Vec<(Spanned<Raw>, Spanned<Raw>)>),
}

impl Raw {
    fn into_node(self, span: Span, source: &str) -> Result<Node, YamlError> {
        let value = match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::Scalar(text),
            Self::Typed => Value::Scalar(raw_text(span, source)),
            Self::Sequence(items) => {
                let nodes = items.into_iter().map(|item| {
                    let span = span_of(&item.defined);
                    item.value.into_node(span, source)
                });
                Value::Sequence(nodes.collect::<Result<_, _>>()?)
            }
            Self::Mapping(pairs) => {
                let nodes = pairs.into_iter().map(|(key, item)| {
                    let at = span_of(&key.defined);
                    let text = match key.value {
                        Self::Text(text) => text,
                        Self::Typed => raw_text(at, source),
                        _ => return Err(YamlError { fault: YamlFault::ComplexKey, span: at }),
                    };
                    let span = span_of(&item.defined);
                    Ok((Key { span: at, text }, item.value.into_node(span, source)?))
                });
                Value::Mapping(nodes.collect::<Result<_, _>>()?)
            }
        };
        Ok(Node { span, value })
    }
}

fn raw_text(span: Span, source: &str) -> String {
    source.get(span.start..span.end).unwrap_or_default().trim().to_owned()
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any YAML node")
    }

    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw, D::Error> {
        Raw::deserialize(deserializer)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Typed)
    }

    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Raw, E> {
        Ok(Raw::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Raw, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Raw::Sequence(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Raw::Mapping(pairs))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::{Node, Value, YamlFault, parse};
    use rstest::rstest;

    fn show(node: &Node) -> String {
        match &node.value {
            Value::Null => "null".to_owned(),
            Value::Scalar(text) => format!("<{text}>"),
            Value::Sequence(items) => {
                format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" "))
            }
            Value::Mapping(pairs) => {
                let pairs = pairs.iter().map(|(key, item)| format!("{}:{}", key.text, show(item)));
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[rstest]
    #[case("a: 0600", "{a:<0600>}")]
    #[case(
        "a: no\nb: 12e4567\nc: 1_000\nd: .inf\ne: 20_0",
        "{a:<no> b:<12e4567> c:<1_000> d:<.inf> e:<20_0>}"
    )]
    #[case("a: '0600'\nb: \"x\\ty\"", "{a:<0600> b:<x\ty>}")]
    #[case("a: [1, two, ~]", "{a:[<1> <two> null]}")]
    #[case("no: 1\n8080: x", "{no:<1> 8080:<x>}")]
    #[case("a:\nb: ~", "{a:null b:null}")]
    #[case("x: &k {a: 1}\ny: *k", "{x:{a:<1>} y:{a:<1>}}")]
    #[case("a: 123456789012345678901234567890", "{a:<123456789012345678901234567890>}")]
    #[case("é: ü", "{é:<ü>}")]
    fn scalars_keep_their_text(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(show(&parse(text).unwrap()), expected);
    }

    #[test]
    fn keys_and_scalars_have_byte_places() {
        let text = "é: 1\nkeys:\n  A: {type: port}\n";
        let root = parse(text).unwrap();
        let Value::Mapping(pairs) = root.value else { panic!() };
        let (key, keys) = pairs.last().unwrap();
        assert_eq!(text.get(key.span.start..key.span.end), Some("keys"));
        let Value::Mapping(inner) = &keys.value else { panic!() };
        let (key, entry) = inner.first().unwrap();
        assert_eq!(text.get(key.span.start..key.span.end), Some("A"));
        let Value::Mapping(fields) = &entry.value else { panic!() };
        let (_, port) = fields.first().unwrap();
        assert_eq!(text.get(port.span.start..port.span.end), Some("port"));
    }

    #[rstest]
    #[case("a: 1\na: 2", YamlFault::DuplicateKey)]
    #[case("a: [", YamlFault::Syntax)]
    #[case("a: 1\n---\nb: 2", YamlFault::SeveralDocuments)]
    #[case(&("[".repeat(40) + &"]".repeat(40)), YamlFault::Budget)]
    #[case(&"[".repeat(10_000), YamlFault::Syntax)]
    #[case("a: *nowhere", YamlFault::Syntax)]
    #[case("{a: 1}: 2", YamlFault::ComplexKey)]
    fn faults(#[case] text: &str, #[case] fault: YamlFault) {
        assert_eq!(parse(text).unwrap_err().fault, fault);
    }

    #[test]
    fn an_alias_bomb_is_stopped() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
        for n in 1..10 {
            let before = vec![format!("*a{}", n - 1); 9].join(", ");
            text.push_str(&format!("a{n}: &a{n} [{before}]\n"));
        }
        assert_eq!(parse(&text).unwrap_err().fault, YamlFault::Budget);
    }
}
