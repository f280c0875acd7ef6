//! YAML text to a tree with a place for every key and scalar.
//!
//! Scalars keep their text: `0600`, `no` and `12e4567` mean what is written, so no schema is applied. Errors carry a
//! kind and a place, never text of the document.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use granit_parser::{Event, Parser, ScalarStyle};

use crate::text::Span;

/// Depth and nodes, aliases followed, that no honest policy reaches.
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

/// Parses one document. An empty one is [`Value::Null`]. Tags are not looked at, and `<<` is a key like any other.
///
/// # Errors
/// The first fault of the text, by kind and place.
pub fn parse(text: &str) -> Result<Node, YamlError> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let marker = error.marker();
            let at = marker.byte_offset().unwrap_or_else(|| offset_of(text, marker.line(), marker.col()));
            YamlError { fault: YamlFault::Syntax, span: Span::new(at, at) }
        })?;
        let span = span.byte_range().map(|range| Span::new(range.start, range.end)).unwrap_or_default();
        builder.take(event, span).map_err(|fault| YamlError { fault, span })?;
    }
    Ok(builder.root.unwrap_or(Node { span: Span::default(), value: Value::Null }))
}

/// The byte at a line from one and a column from zero, in characters.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text.get(before..).unwrap_or_default();
    before + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
}

/// Puts nodes together out of the parser's events.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    root: Option<Node>,
    documents: usize,
    nodes: usize,
    /// Finished nodes by anchor, with the number of nodes in them.
    anchors: BTreeMap<usize, (Node, usize)>,
}

/// A list or mapping whose end has not come yet.
struct Open {
    span: Span,
    anchor: usize,
    /// Nodes that there were before it.
    before: usize,
    items: Items,
}

enum Items {
    Sequence(Vec<Node>),
    Mapping { pairs: Vec<(Key, Node)>, key: Option<Key>, seen: BTreeSet<String> },
}

impl Builder {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), YamlFault> {
        match event {
            Event::DocumentStart(..) => {
                self.documents += 1;
                if self.documents > 1 { Err(YamlFault::SeveralDocuments) } else { Ok(()) }
            }
            Event::Scalar(text, style, anchor, _) => {
                let value = scalar(text, style);
                self.count(1)?;
                self.finish(Node { span, value }, anchor, 1)
            }
            Event::SequenceStart(_, anchor, _) => self.start(span, anchor, Items::Sequence(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                let items = Items::Mapping { pairs: Vec::new(), key: None, seen: BTreeSet::new() };
                self.start(span, anchor, items)
            }
            Event::SequenceEnd | Event::MappingEnd => {
                let Some(Open { span, anchor, before, items }) = self.open.pop() else {
                    return Err(YamlFault::Syntax);
                };
                let value = match items {
                    Items::Sequence(items) => Value::Sequence(items),
                    Items::Mapping { pairs, .. } => Value::Mapping(pairs),
                };
                self.finish(Node { span, value }, anchor, self.nodes - before)
            }
            Event::Alias(anchor) => {
                // An alias to a node that it stands in has no finished node.
                let (node, size) = self.anchors.get(&anchor).ok_or(YamlFault::Syntax)?;
                let (node, size) = (Node { span, ..node.clone() }, *size);
                self.count(size)?;
                self.finish(node, 0, size)
            }
            _ => Ok(()),
        }
    }

    fn count(&mut self, nodes: usize) -> Result<(), YamlFault> {
        self.nodes += nodes;
        if self.nodes > MAX_NODES { Err(YamlFault::Budget) } else { Ok(()) }
    }

    fn start(&mut self, span: Span, anchor: usize, items: Items) -> Result<(), YamlFault> {
        let before = self.nodes;
        self.count(1)?;
        self.open.push(Open { span, anchor, before, items });
        if self.open.len() > MAX_DEPTH { Err(YamlFault::Budget) } else { Ok(()) }
    }

    /// Puts a finished node where it belongs.
    fn finish(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), YamlFault> {
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        match self.open.last_mut().map(|open| &mut open.items) {
            None => self.root = Some(node),
            Some(Items::Sequence(items)) => items.push(node),
            Some(Items::Mapping { pairs, key, seen }) => match key.take() {
                Some(key) => pairs.push((key, node)),
                None => {
                    let Value::Scalar(text) = node.value else { return Err(YamlFault::ComplexKey) };
                    if !seen.insert(text.clone()) {
                        return Err(YamlFault::DuplicateKey);
                    }
                    *key = Some(Key { span: node.span, text });
                }
            },
        }
        Ok(())
    }
}

/// Null is what YAML 1.2's core schema takes for it, if it is not quoted.
fn scalar(text: Cow<'_, str>, style: ScalarStyle) -> Value {
    let null = matches!(&*text, "" | "~" | "null" | "Null" | "NULL");
    if null && style == ScalarStyle::Plain { Value::Null } else { Value::Scalar(text.into_owned()) }
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
    fn a_fault_has_its_place() {
        let error = parse("a: 1\nb:\n\t- x: [\n").unwrap_err();
        assert_eq!((error.fault, error.span.start > 5), (YamlFault::Syntax, true), "{error:?}");
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
