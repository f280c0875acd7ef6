//! The INI store, by the grammar of the library that SOPS uses (gopkg.in/ini.v1, default options).
//!
//! Every key is in a section; those before the first header are in `DEFAULT`.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::Span;

use super::fault::{Fault, Why};
use super::metadata;
use super::tree::{Budget, Item, Node, Stored};

/// A file's sections; `sops` is the metadata.
pub(super) fn read(text: &str) -> Result<Stored, Fault> {
    let mut reader = Reader {
        text,
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        sections: vec![Section::new("DEFAULT")],
        known: BTreeMap::from([("DEFAULT".to_owned(), 0)]),
        comment: None,
        open: 0,
        budget: Budget::default(),
    };
    while reader.at < text.len() {
        reader.line()?;
    }
    let (mut items, mut metadata) = (Vec::new(), None);
    for Section { name, keys, .. } in reader.sections {
        if name == "sops" {
            let known = |item: &Item| item.key.as_deref().is_some_and(metadata::is_own);
            if keys.iter().any(known) {
                metadata = Some(metadata::unflatten(escaped(keys))?);
                continue;
            }
        }
        items.push(Item { key: Some(name), span: Span::default(), node: Node::Map(keys) });
    }
    Ok(Stored { documents: vec![items], metadata })
}

/// Metadata have `\n` for line breaks, whatever the store makes of them.
fn escaped(keys: Vec<Item>) -> Vec<Item> {
    let unescape = |item: Item| match &item.node {
        Node::Scalar(scalar) => Item { node: Node::text(&scalar.text.as_str().replace("\\n", "\n")), ..item },
        _ => item,
    };
    keys.into_iter().map(unescape).collect()
}

struct Section {
    name: String,
    keys: Vec<Item>,
    seen: BTreeSet<String>,
}

impl Section {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), keys: Vec::new(), seen: BTreeSet::new() }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    sections: Vec<Section>,
    /// Sections by name.
    known: BTreeMap<String, usize>,
    /// The comment lines that the next key or header takes.
    comment: Option<(String, Span)>,
    /// The section that keys go into.
    open: usize,
    budget: Budget,
}

impl<'a> Reader<'a> {
    /// The next line with its line break, and where it begins.
    fn next(&mut self) -> (usize, &'a str) {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        self.at += end;
        (start, rest.get(..end).unwrap_or_default())
    }

    fn line(&mut self) -> Result<(), Fault> {
        let (start, whole) = self.next();
        let line = whole.trim_start();
        let start = start + whole.len() - line.len();
        if line.is_empty() {
            return Ok(());
        }
        self.budget.take(1)?;
        if line.starts_with(['#', ';']) {
            self.remember(line, start);
            return Ok(());
        }
        let fault = |why| Fault::at(why, Span::new(start, start + line.trim_end().len()));
        if let Some(rest) = line.strip_prefix('[') {
            let (name, behind) = rest.rsplit_once(']').ok_or_else(|| fault(Why::Syntax))?;
            if let Some(at) = behind.find(['#', ';']) {
                self.remember(behind.get(at..).unwrap_or_default(), start);
            }
            self.section(name);
            return Ok(());
        }
        let (key, value_at) = key_name(line).ok_or_else(|| fault(Why::Syntax))?;
        // `-` is a key that is numbered: SOPS writes none.
        if key.is_empty() || key == "-" {
            return Err(fault(Why::Unsupported));
        }
        let value =
            self.value(line.get(value_at..).unwrap_or_default(), start)?.ok_or_else(|| fault(Why::Syntax))?;
        let comment = self.take_comment();
        let span = Span::new(start, start + line.find(key).unwrap_or(0) + key.len());
        let Some(Section { keys, seen, .. }) = self.sections.get_mut(self.open) else {
            return Err(fault(Why::Syntax));
        };
        if !seen.insert(key.to_owned()) {
            return Err(Fault::at(Why::DuplicateKey, span));
        }
        keys.push(Item::text(key, span, &value));
        keys.extend(comment);
        Ok(())
    }

    fn section(&mut self, name: &str) {
        let comment = self.take_comment();
        let next = self.sections.len();
        self.open = *self.known.entry(name.to_owned()).or_insert(next);
        if self.open == next {
            self.sections.push(Section::new(name));
        }
        if let Some(Section { keys, .. }) = self.sections.get_mut(self.open) {
            keys.extend(comment);
        }
    }

    fn remember(&mut self, text: &str, start: usize) {
        let span = Span::new(start, start + text.trim_end().len());
        let (comment, _) = self.comment.get_or_insert_with(|| (String::new(), span));
        comment.push_str(text);
    }

    /// The comment lines so far without the mark of the first.
    fn take_comment(&mut self) -> Option<Item> {
        let (text, span) = self.comment.take()?;
        let text = text.trim();
        let text = if text.starts_with(';') {
            text.trim_start_matches([';', ' '])
        } else {
            text.trim_start_matches(['#', ' '])
        };
        Some(Item::comment(text, span))
    }

    /// A value, which may go on over several lines: in `"""` or backquotes, or with a backslash at the line's end.
    fn value(&mut self, text: &str, start: usize) -> Result<Option<String>, Fault> {
        let line = text.trim_start();
        let quote = if line.len() > 3 && line.starts_with("\"\"\"") { "\"\"\"" } else { "`" };
        if let Some(rest) = line.strip_prefix(quote) {
            if let Some((value, _)) = rest.rsplit_once(quote) {
                return Ok(Some(value.to_owned()));
            }
            let mut value = rest.to_owned();
            while self.at < self.text.len() {
                let (_, next) = self.next();
                self.budget.take(1)?;
                if let Some((last, behind)) = next.rsplit_once(quote) {
                    value.push_str(last);
                    if let Some(at) = behind.find(['#', ';']) {
                        self.remember(behind.get(at..).unwrap_or_default().trim(), start);
                    }
                    return Ok(Some(value));
                }
                value.push_str(next);
            }
            return Ok(None);
        }
        let mut line = line.trim();
        if let Some(first) = line.strip_suffix('\\') {
            let mut value = first.to_owned();
            while self.at < self.text.len() {
                let (_, next) = self.next();
                self.budget.take(1)?;
                value.push_str(next.trim());
                match value.strip_suffix('\\') {
                    Some(shorter) if !next.trim().is_empty() => value.truncate(shorter.len()),
                    _ => break,
                }
            }
            return Ok(Some(value));
        }
        if let Some(at) = line.find(['#', ';']) {
            self.remember(line.get(at..).unwrap_or_default(), start);
            line = line.get(..at).unwrap_or_default().trim();
        }
        let inner = |quote: char| {
            let inner = line.strip_prefix(quote)?.strip_suffix(quote)?;
            (!inner.contains(quote)).then_some(inner)
        };
        Ok(Some(inner('\'').or_else(|| inner('"')).unwrap_or(line).to_owned()))
    }
}

/// A line's key and where its value begins.
fn key_name(line: &str) -> Option<(&str, usize)> {
    let quote = if line.starts_with("\"\"\"") && line.len() > 6 {
        "\"\"\""
    } else if line.starts_with('"') {
        "\""
    } else {
        "`"
    };
    if let Some(rest) = line.strip_prefix(quote) {
        let (key, behind) = rest.split_once(quote)?;
        let delimiter = behind.find(['=', ':'])?;
        return Some((key.trim(), line.len() - behind.len() + delimiter + 1));
    }
    let delimiter = line.find(['=', ':'])?;
    Some((line.get(..delimiter)?.trim(), delimiter + 1))
}
