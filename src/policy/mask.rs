//! What of a policy's text may be shown.

use crate::syntax::yaml::{Node, Value};
use crate::text::Span;
use crate::text::source_map::HIDDEN;

/// The text with every scalar that can be a value, and every comment, hidden.
pub fn mask(source: &str, root: &Node) -> String {
    let mut hidden = Vec::new();
    collect_hidden(root, false, &mut hidden);
    let in_hidden = |at: usize| hidden.iter().any(|span: &Span| span.start <= at && at < span.end);
    let mut out = String::with_capacity(source.len());
    let mut comment = false;
    let mut previous = '\n';
    for (at, c) in source.char_indices() {
        comment = c != '\n' && (comment || (c == '#' && (previous.is_whitespace() || previous == '\n')));
        // One byte each for every byte of the original, so that all places stay.
        let filler = if comment { ' ' } else { HIDDEN };
        if c != '\n' && (comment || in_hidden(at)) {
            out.extend(std::iter::repeat_n(filler, c.len_utf8()));
        } else {
            out.push(c);
        }
        previous = c;
    }
    out
}

fn collect_hidden(node: &Node, inside: bool, hidden: &mut Vec<Span>) {
    const VALUES: [&str; 4] = ["not", "default", "one_of", "equals"];
    match &node.value {
        Value::Scalar(_) if inside => hidden.push(node.span),
        Value::Scalar(_) | Value::Null => {}
        Value::Sequence(items) => items.iter().for_each(|item| collect_hidden(item, inside, hidden)),
        Value::Mapping(pairs) => {
            for (key, item) in pairs {
                collect_hidden(item, inside || VALUES.contains(&key.text.as_str()), hidden);
            }
        }
    }
}
