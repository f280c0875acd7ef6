//! The JSON store: one object, in order. Not `serde_json`'s tree: the order counts, and so does the last bit of a number.

use std::collections::BTreeSet;

use crate::text::Span;

use super::fault::{Fault, Why};
use super::scalar;
use super::tree::{Budget, Item, Kind, MAX_DEPTH, Node, Scalar, Text};

/// The entries of a file's object; nothing if it is another value.
pub(super) fn read(text: &str) -> Result<Option<Vec<Item>>, Fault> {
    // What is JSON, another parser says; here it is only taken apart.
    let strict: Result<serde::de::IgnoredAny, _> = serde_json::from_str(text);
    strict.map_err(|_| Why::Syntax)?;
    let mut reader = Reader { text, at: 0, budget: Budget::default() };
    match reader.value(0)? {
        Node::Map(items) => Ok(Some(items)),
        _ => Ok(None),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    budget: Budget,
}

impl<'a> Reader<'a> {
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        self.at += rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    fn fault(&self, why: Why) -> Fault {
        Fault::at(why, Span::new(self.at, self.at))
    }

    fn value(&mut self, depth: usize) -> Result<Node, Fault> {
        self.budget.take(1)?;
        if depth > MAX_DEPTH {
            return Err(self.fault(Why::TooLarge));
        }
        match self.peek() {
            Some(b'{') => Ok(Node::Map(self.items(b'}', depth)?)),
            Some(b'[') => Ok(Node::List(self.items(b']', depth)?)),
            Some(b'"') => Ok(Node::text(&self.string()?)),
            _ => {
                let rest = self.text.get(self.at..).unwrap_or_default();
                let end = rest.find([',', '}', ']', ' ', '\t', '\n', '\r']).unwrap_or(rest.len());
                let word = rest.get(..end).unwrap_or_default();
                let scalar = match word {
                    "null" => Some(Scalar { kind: Kind::Null, text: Text::new("") }),
                    "true" | "false" => Some(Scalar { kind: Kind::Bool, text: Text::new(word) }),
                    _ => scalar::json_number(word),
                };
                let node = scalar.map(Node::Scalar).ok_or_else(|| self.fault(Why::Syntax))?;
                self.at += end;
                Ok(node)
            }
        }
    }

    /// What is between brackets.
    fn items(&mut self, close: u8, depth: usize) -> Result<Vec<Item>, Fault> {
        self.at += 1;
        let (mut items, mut seen) = (Vec::new(), BTreeSet::new());
        loop {
            match self.peek() {
                None => return Err(self.fault(Why::Syntax)),
                Some(byte) if byte == close => break,
                Some(b',') => self.at += 1,
                Some(_) => {
                    let start = self.at;
                    let key = if close == b'}' { Some(self.string()?) } else { None };
                    let span = Span::new(start, self.at);
                    if let Some(key) = &key {
                        if !seen.insert(key.clone()) {
                            return Err(Fault::at(Why::DuplicateKey, span));
                        }
                        self.peek();
                        self.at += 1; // the colon
                    }
                    items.push(Item { key, span, node: self.value(depth + 1)? });
                }
            }
        }
        self.at += 1;
        Ok(items)
    }

    /// A string without its escapes. What is no character becomes U+FFFD, as in Go.
    fn string(&mut self) -> Result<String, Fault> {
        if self.peek() != Some(b'"') {
            return Err(self.fault(Why::Syntax));
        }
        let body: &'a str = self.text.get(self.at + 1..).unwrap_or_default();
        let mut out = String::new();
        let mut chars = body.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 2;
                    return Ok(out);
                }
                '\\' => match chars.next().map(|(_, c)| c) {
                    Some('b') => out.push('\u{8}'),
                    Some('f') => out.push('\u{c}'),
                    Some('n') => out.push('\n'),
                    Some('r') => out.push('\r'),
                    Some('t') => out.push('\t'),
                    Some('u') => {
                        let unit = hex(&mut chars);
                        let mut after = chars.clone();
                        let low = (0xd800..0xdc00).contains(&unit)
                            && after.next().is_some_and(|(_, c)| c == '\\')
                            && after.next().is_some_and(|(_, c)| c == 'u');
                        let low = if low { hex(&mut after) } else { 0 };
                        let code = if (0xdc00..0xe000).contains(&low) {
                            chars = after;
                            0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)
                        } else {
                            unit
                        };
                        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                    }
                    Some(other) => out.push(other),
                    None => break,
                },
                c => out.push(c),
            }
        }
        Err(self.fault(Why::Syntax))
    }
}

fn hex(chars: &mut std::str::CharIndices<'_>) -> u32 {
    chars.by_ref().take(4).fold(0, |sum, (_, c)| sum * 16 + c.to_digit(16).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::super::fault::Why;
    use super::super::tree::{Item, Node};
    use super::read;
    use rstest::rstest;

    fn show(item: &Item) -> String {
        let key = item.key.as_ref().map(|key| format!("{key}:")).unwrap_or_default();
        let node = match &item.node {
            Node::Scalar(scalar) => format!("<{}>", scalar.text.as_str()),
            Node::Comment(_) => panic!("no comments"),
            Node::Map(items) => format!("{{{}}}", all(items)),
            Node::List(items) => format!("[{}]", all(items)),
        };
        key + &node
    }

    fn all(items: &[Item]) -> String {
        items.iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case(r#"{"b": 1, "a": ["x", {"c": null}, []], "d": {}}"#, "b:<1> a:[<x> {c:<>} []] d:{}")]
    #[case(r#"{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00","é":true}"#, "a:<\"\\/\u{8}\u{c}\n\r\té😀> é:<true>")]
    #[case(r#"{"a":"\ud83dx"}"#, "a:<\u{fffd}x>")]
    fn objects(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(all(&read(text).unwrap().unwrap()), shown);
    }

    #[rstest]
    #[case("[1]")]
    #[case("1")]
    fn other_values_are_no_stores(#[case] text: &str) {
        assert!(read(text).unwrap().is_none());
    }

    #[rstest]
    #[case("{", Why::Syntax)]
    #[case(r#"{"a":1,}"#, Why::Syntax)]
    #[case(r#"{"a":1,"a":2}"#, Why::DuplicateKey)]
    #[case(&format!("{{\"a\":{}{}}}", "[".repeat(60), "]".repeat(60)), Why::TooLarge)]
    fn faults(#[case] text: &str, #[case] why: Why) {
        assert_eq!(read(text).unwrap_err().why, why);
    }
}
