//! The YAML store: documents in order, with their comments, which SOPS seals too.
//!
//! Comments are put where SOPS has them: before the entry whose line they are on or above, in the mapping that they are
//! indented into.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use granit_parser::{Event, Parser, ScalarStyle, Tag};
use zeroize::Zeroizing;

use crate::text::Span;

use super::fault::{Fault, Why};
use super::scalar;
use super::tree::{Budget, Item, Kind, MAX_DEPTH, Node, Scalar, Text};

/// The mappings of a file's documents; nothing if one of them is another value.
pub(super) fn read(text: &str) -> Result<Option<Vec<Vec<Item>>>, Fault> {
    let mut events = Vec::new();
    let mut taken = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|_| Why::Syntax)?;
        let span = span.byte_range().map(|range| Span::new(range.start, range.end)).unwrap_or_default();
        if matches!(event, Event::Scalar(..) | Event::Alias(_)) {
            taken.push(span);
        }
        events.push((event, span));
    }
    let lines = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    let mut builder = Builder { text, lines, comments: comments(text, &taken), ..Builder::default() };
    for (event, span) in events {
        builder.take(event, span).map_err(|why| Fault::at(why, span))?;
    }
    Ok(if builder.other { None } else { Some(builder.documents) })
}

/// Comments between scalars: `#` at a line's start or behind a blank.
fn comments(text: &str, taken: &[Span]) -> Vec<Span> {
    let (bytes, mut found, mut at) = (text.as_bytes(), Vec::new(), 0);
    let ends = taken.iter().map(|span| (span.start, span.end)).chain([(bytes.len(), bytes.len())]);
    for (start, end) in ends {
        while at < start {
            let opens = bytes.get(at) == Some(&b'#')
                && at
                    .checked_sub(1)
                    .is_none_or(|before| bytes.get(before).is_some_and(u8::is_ascii_whitespace));
            if opens {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len());
                found.push(Span::new(at, at + length));
                at += length;
            } else {
                at += 1;
            }
        }
        at = at.max(end);
    }
    found
}

#[derive(Default)]
struct Builder<'a> {
    text: &'a str,
    /// Where lines begin, the first left out.
    lines: Vec<usize>,
    comments: Vec<Span>,
    /// Comments that have found their place.
    placed: usize,
    open: Vec<Open>,
    documents: Vec<Vec<Item>>,
    /// Whether a document is no mapping.
    other: bool,
    budget: Budget,
    /// Finished nodes by anchor, with the number of nodes in them.
    anchors: BTreeMap<usize, (Node, usize)>,
}

struct Open {
    mapping: bool,
    items: Vec<Item>,
    seen: BTreeSet<String>,
    /// A key that waits for its value.
    key: Option<(String, Span)>,
    /// Column of the first entry.
    column: Option<usize>,
    anchor: usize,
    nodes: usize,
    span: Span,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Why> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                self.before(span);
                self.count(1)?;
                let scalar = resolve(&text, style, tag.as_deref())?;
                self.finish(Node::Scalar(scalar), span, anchor, 1)
            }
            Event::Alias(anchor) => {
                self.before(span);
                let (node, nodes) = self.anchors.get(&anchor).cloned().ok_or(Why::Syntax)?;
                self.count(nodes)?;
                self.finish(node, span, 0, nodes)
            }
            Event::SequenceStart(_, anchor, _) => self.start(false, span, anchor),
            Event::MappingStart(_, anchor, _) => self.start(true, span, anchor),
            Event::SequenceEnd | Event::MappingEnd => {
                self.close(span);
                let Some(open) = self.open.pop() else { return Err(Why::Syntax) };
                let node = if open.mapping { Node::Map(open.items) } else { Node::List(open.items) };
                self.finish(node, open.span, open.anchor, open.nodes)
            }
            Event::DocumentStart(..) => {
                self.anchors.clear();
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn count(&mut self, nodes: usize) -> Result<(), Why> {
        self.budget.take(nodes).map_err(|fault| fault.why)
    }

    fn start(&mut self, mapping: bool, span: Span, anchor: usize) -> Result<(), Why> {
        self.count(1)?;
        // A comment on the line of the key belongs to the whole value.
        if let Some((_, key)) = self.open.last().and_then(|open| open.key.as_ref()) {
            let key = *key;
            while self
                .pending()
                .is_some_and(|next| next.start < span.start && self.same_line(key.end, next.start))
            {
                self.place();
            }
        }
        self.open.push(Open {
            mapping,
            items: Vec::new(),
            seen: BTreeSet::new(),
            key: None,
            column: None,
            anchor,
            nodes: 1,
            span,
        });
        if self.open.len() > MAX_DEPTH { Err(Why::TooLarge) } else { Ok(()) }
    }

    fn pending(&self) -> Option<Span> {
        self.comments.get(self.placed).copied()
    }

    /// Lines are looked up: a file may be one line of megabytes.
    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|start| *start <= at)
    }

    fn same_line(&self, one: usize, other: usize) -> bool {
        self.line(one) == self.line(other)
    }

    fn column(&self, at: usize) -> usize {
        let start = self.line(at).checked_sub(1).and_then(|line| self.lines.get(line));
        at - start.copied().unwrap_or(0)
    }

    /// Puts the next comment behind the entries of the innermost open collection.
    fn place(&mut self) {
        let Some(span) = self.pending() else { return };
        self.placed += 1;
        let text = self.text.get(span.start + 1..span.end).unwrap_or_default().trim_end_matches('\r');
        if let Some(open) = self.open.last_mut() {
            open.items.push(Item::comment(text, span));
        }
    }

    /// Comments above a key, an item or a value.
    fn before(&mut self, span: Span) {
        while self.pending().is_some_and(|next| next.start < span.start) {
            self.place();
        }
        let column = self.column(span.start);
        if let Some(open) = self.open.last_mut() {
            open.column.get_or_insert(column);
        }
    }

    /// Comments at the end of a collection that are indented into it.
    fn close(&mut self, span: Span) {
        let column = self.open.last().and_then(|open| open.column).unwrap_or(usize::MAX);
        let outermost = self.open.len() == 1;
        while let Some(next) = self.pending() {
            if next.start >= span.start.max(span.end) || (!outermost && self.column(next.start) < column) {
                break;
            }
            self.place();
        }
    }

    fn finish(&mut self, node: Node, span: Span, anchor: usize, nodes: usize) -> Result<(), Why> {
        if anchor > 0 {
            self.anchors.insert(anchor, (node.clone(), nodes));
        }
        let keyed = self.open.last().is_none_or(|open| !open.mapping || open.key.is_some());
        // A comment on the line of a value comes before its entry.
        let inline = matches!(node, Node::Scalar(_)) && keyed;
        // Of block scalars the last byte is a line break.
        let last = span.end.saturating_sub(1);
        while inline
            && self.pending().is_some_and(|next| next.start >= span.end && self.same_line(last, next.start))
        {
            self.place();
        }
        let Some(open) = self.open.last_mut() else {
            match node {
                Node::Map(items) => self.documents.push(items),
                Node::Scalar(Scalar { kind: Kind::Null, .. }) => self.documents.push(Vec::new()),
                _ => self.other = true,
            }
            return Ok(());
        };
        open.nodes += nodes;
        if !open.mapping {
            open.items.push(Item { key: None, span, node });
            return Ok(());
        }
        match open.key.take() {
            Some((key, span)) => open.items.push(Item { key: Some(key), span, node }),
            None => {
                let key = match node {
                    Node::Scalar(Scalar { kind: Kind::Str, text })
                        if std::str::from_utf8(text.as_bytes()).is_ok() =>
                    {
                        text.as_str().to_owned()
                    }
                    _ => return Err(Why::Unsupported),
                };
                if !open.seen.insert(key.clone()) {
                    return Err(Why::DuplicateKey);
                }
                open.key = Some((key, span));
            }
        }
        Ok(())
    }
}

/// Quoted scalars are text; what others are, their spelling says. Of tags only `!!str` and `!!binary` leave no doubt.
fn resolve(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Result<Scalar, Why> {
    let string = || Scalar { kind: Kind::Str, text: Text::new(text) };
    match tag {
        Some(tag) if tag.handle() == "tag:yaml.org,2002:" && tag.suffix() == "str" => Ok(string()),
        // So SOPS writes the key under which other mappings are taken in.
        Some(tag) if tag.handle() == "tag:yaml.org,2002:" && tag.suffix() == "merge" && text == "<<" => {
            Ok(string())
        }
        // SOPS writes so what is no UTF-8, and reads it as text.
        Some(tag) if tag.handle() == "tag:yaml.org,2002:" && tag.suffix() == "binary" => binary(text),
        Some(_) => Err(Why::Unsupported),
        None if style == ScalarStyle::Plain => Ok(scalar::plain_yaml(text)),
        None => Ok(string()),
    }
}

/// Go's `base64.StdEncoding`: with padding, line breaks passed over, and what the last letter has too many bits of as well.
fn binary(text: &str) -> Result<Scalar, Why> {
    const LIKE_GO: GeneralPurpose = GeneralPurpose::new(
        &STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::RequireCanonical),
    );
    let letters: Zeroizing<Vec<u8>> =
        Zeroizing::new(text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')).collect());
    let bytes = LIKE_GO.decode(&*letters).map_err(|_| Why::Syntax)?;
    Ok(Scalar { kind: Kind::Str, text: Text::of_bytes(bytes) })
}
