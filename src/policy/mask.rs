//! What of a policy's text may be shown.

use crate::syntax::yaml::{self, Node, Value};
use crate::text::Span;
use crate::text::source_map::HIDDEN;

use super::table::shown;

/// The fields whose scalars can be values of the checked project.
const VALUES: [&str; 4] = ["not", "default", "one_of", "equals"];

/// The text of a valid policy with everything hidden that can be a value, and every comment.
pub fn mask(source: &str) -> String {
    masked(source, true)
}

/// The text with nothing left but names: a file with problems may be no policy at all.
pub fn mask_all(source: &str) -> String {
    masked(source, false)
}

fn masked(source: &str, scalars: bool) -> String {
    let mut open = Vec::new();
    if let Ok(root) = yaml::parse(source) {
        reveal(&root, false, scalars, &mut open);
    }
    hide(source, &open)
}

/// Collects what may be shown: names, and in a valid policy the scalars that cannot be values.
fn reveal(node: &Node, value: bool, scalars: bool, open: &mut Vec<Span>) {
    match &node.value {
        Value::Scalar(_) if scalars && !value => open.push(node.span),
        Value::Scalar(_) | Value::Null => {}
        Value::Sequence(items) => items.iter().for_each(|item| reveal(item, value, scalars, open)),
        Value::Mapping(pairs) => {
            for (key, item) in pairs {
                if shown(&key.text).is_some() {
                    open.push(key.span);
                }
                reveal(item, value || VALUES.contains(&key.text.as_str()), scalars, open);
            }
        }
    }
}

/// Hides every byte outside `open` but for blanks and the marks of YAML's own grammar.
fn hide(source: &str, open: &[Span]) -> String {
    let mut shown = vec![false; source.len()];
    for span in open {
        shown.get_mut(span.start..span.end).unwrap_or_default().fill(true);
    }
    let mut out = String::with_capacity(source.len());
    let mut comment = false;
    let mut previous = '\n';
    for (at, c) in source.char_indices() {
        comment = c != '\n' && (comment || (c == '#' && previous.is_whitespace()));
        let grammar = c.is_whitespace() || "{}[],:-".contains(c);
        // One byte each for every byte of the original, so that all places stay.
        match c {
            '\n' => out.push(c),
            _ if comment => out.extend(std::iter::repeat_n(' ', c.len_utf8())),
            _ if grammar || shown.get(at) == Some(&true) => out.push(c),
            _ => out.extend(std::iter::repeat_n(HIDDEN, c.len_utf8())),
        }
        previous = c;
    }
    out
}
