//! What of a policy's text may be shown.

use crate::syntax::yaml::{self, Node, Value};
use crate::text::Span;
use crate::text::source_map::HIDDEN;

use super::table::shown;

/// The fields whose scalars can be values of the checked project.
const VALUES: [&str; 8] = ["not", "not+", "default", "one_of", "one_of+", "equals", "pattern", "required_if"];

/// What may be shown, and what must not be to its last byte.
#[derive(Default)]
struct Places {
    open: Vec<Span>,
    closed: Vec<Span>,
}

/// The text of a valid policy with everything hidden that can be a value, and every comment.
pub fn mask(source: &str) -> String {
    masked(source, true)
}

/// The text with nothing left but names: a file with problems may be no policy at all.
pub fn mask_all(source: &str) -> String {
    masked(source, false)
}

fn masked(source: &str, scalars: bool) -> String {
    let mut places = Places::default();
    if let Ok(root) = yaml::parse(source) {
        reveal(&root, false, scalars, &mut places);
    }
    hide(source, &places)
}

/// Collects what may be shown: names, and in a valid policy the scalars that cannot be values.
fn reveal(node: &Node, value: bool, scalars: bool, places: &mut Places) {
    match &node.value {
        Value::Scalar(_) if scalars && !value => places.open.push(node.span),
        Value::Scalar(_) => places.closed.push(node.span),
        // It says that there is no value.
        Value::Null if scalars => places.open.push(node.span),
        Value::Null => {}
        Value::Sequence(items) => items.iter().for_each(|item| reveal(item, value, scalars, places)),
        Value::Mapping(pairs) => {
            for (key, item) in pairs {
                // A pattern is as good as the names that it is for, and `not+` as `not`.
                let name = key.text.trim_end_matches('+').replace('*', "");
                let list = if shown(&name).is_some() { &mut places.open } else { &mut places.closed };
                list.push(key.span);
                reveal(item, value || VALUES.contains(&key.text.as_str()), scalars, places);
            }
        }
    }
}

/// Hides every byte outside the open places but for blanks and the marks of YAML's own grammar.
fn hide(source: &str, places: &Places) -> String {
    let mut shown = vec![None; source.len()];
    for (spans, open) in [(&places.open, true), (&places.closed, false)] {
        for span in spans {
            shown.get_mut(span.start..span.end).unwrap_or_default().fill(Some(open));
        }
    }
    let mut out = String::with_capacity(source.len());
    let mut comment = false;
    let mut previous = '\n';
    for (at, c) in source.char_indices() {
        let place = shown.get(at).copied().flatten();
        let begins = c == '#' && previous.is_whitespace() && place.is_none();
        comment = c != '\n' && (comment || begins);
        let grammar = place.is_none() && (c.is_whitespace() || "{}[],:-".contains(c));
        // One byte each for every byte of the original, so that all places stay.
        match c {
            '\n' => out.push(c),
            _ if comment => out.extend(std::iter::repeat_n(' ', c.len_utf8())),
            _ if grammar || place == Some(true) => out.push(c),
            _ => out.extend(std::iter::repeat_n(HIDDEN, c.len_utf8())),
        }
        previous = c;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{mask, mask_all};

    #[test]
    fn names_and_nulls_are_shown_and_values_are_not() {
        let text = "keys:\n  A: { not+: [x1], one_of: null, default: y2 }\n  B: null\n";
        let shown = mask(text);
        for part in ["A: { not+: [", "one_of: null,", "default: ", "B: null\n"] {
            assert!(shown.contains(part), "{part}: {shown}");
        }
        assert!(!shown.contains("x1") && !shown.contains("y2"), "{shown}");
        assert!(!mask_all(text).contains("null"));
    }
}
