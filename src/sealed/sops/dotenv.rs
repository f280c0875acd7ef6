//! The dotenv store. SOPS has a grammar of its own for it: a line, up to the first `=` the key, behind it the value, `\n`
//! in a value for a line break; no quotes, no escapes, no blank around the key taken off.

use crate::text::Span;

use super::fault::{Fault, Why};
use super::metadata;
use super::tree::{Budget, Item, Stored};

const PREFIX: &str = "sops_";

/// A file's lines. Those with a name of SOPS's metadata are the metadata.
pub(super) fn read(text: &str) -> Result<Stored, Fault> {
    let (mut items, mut flat, mut budget, mut at) = (Vec::new(), Vec::new(), Budget::default(), 0);
    for line in text.split('\n') {
        let start = at;
        at += line.len() + 1;
        if line.is_empty() {
            continue;
        }
        budget.take(1)?;
        if let Some(comment) = line.strip_prefix('#') {
            items.push(Item::comment(comment, Span::new(start, start + line.len())));
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            return Err(Fault::at(Why::Syntax, Span::new(start, start + line.len())));
        };
        let item = Item::text(key, Span::new(start, start + key.len()), &value.replace("\\n", "\n"));
        match key.strip_prefix(PREFIX) {
            Some(name) => flat.push(Item { key: Some(name.to_owned()), ..item }),
            None => items.push(item),
        }
    }
    // Names of an application's own may begin so too.
    let ours = flat.iter().any(|item| item.key.as_deref().is_some_and(metadata::is_own));
    let metadata = if ours { Some(metadata::unflatten(flat)?) } else { None };
    Ok(Stored { documents: vec![items], metadata })
}
