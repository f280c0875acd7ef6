//! The INI store: [`crate::syntax::ini`]'s sections, of which `sops` is the metadata.

use crate::syntax::ini::{self, Entry};
use crate::text::Span;

use super::fault::{Fault, Why};
use super::metadata;
use super::tree::{Item, MAX_NODES, Node, Stored};

/// A file's sections; `sops` is the metadata.
pub(super) fn read(text: &str) -> Result<Stored, Fault> {
    let sections = ini::read(text, MAX_NODES).map_err(|error| {
        let why = match error.why {
            ini::Why::Syntax => Why::Syntax,
            // SOPS writes none.
            ini::Why::Unnamed => Why::Unsupported,
            ini::Why::Twice => Why::DuplicateKey,
            ini::Why::TooLong => Why::TooLarge,
        };
        Fault::at(why, error.span)
    })?;
    let (mut items, mut metadata) = (Vec::new(), None);
    for section in sections {
        let keys: Vec<Item> = section.entries.into_iter().map(item).collect();
        if section.name == "sops" {
            let known = |item: &Item| item.key.as_deref().is_some_and(metadata::is_own);
            if keys.iter().any(known) {
                metadata = Some(metadata::unflatten(escaped(keys))?);
                continue;
            }
        }
        items.push(Item { key: Some(section.name), span: Span::default(), node: Node::Map(keys) });
    }
    Ok(Stored { documents: vec![items], metadata })
}

fn item(entry: Entry) -> Item {
    match entry {
        Entry::Key { name, span, value, .. } => Item::text(&name, span, &value),
        Entry::Comment { text, span } => Item::comment(&text, span),
    }
}

/// Metadata have `\n` for line breaks, whatever the store makes of them.
fn escaped(keys: Vec<Item>) -> Vec<Item> {
    let unescape = |item: Item| match &item.node {
        Node::Scalar(scalar) => Item { node: Node::text(&scalar.text.as_str().replace("\\n", "\n")), ..item },
        _ => item,
    };
    keys.into_iter().map(unescape).collect()
}
