//! `preflight explain RULE` and `preflight rules`.

use std::fmt::Write as _;

use crate::finding::verdict::EXIT_NONE;
use crate::policy::nearest;
use crate::rules::{RULES, ids};

use super::output::{to_stderr, to_stdout};

/// Prints a rule's page.
pub fn page(id: &str) -> u8 {
    if let Some(rule) = RULES.iter().find(|rule| rule.meta().id == id) {
        return to_stdout(rule.meta().page);
    }
    let near = nearest(id, &ids(RULES)).map(|near| format!("  did you mean `{near}`?\n")).unwrap_or_default();
    let shown = crate::text::printable(id);
    to_stderr(&format!("preflight: there is no rule `{shown}`\n{near}  `preflight rules` lists them\n"));
    EXIT_NONE
}

/// Prints every rule with its severity and what it finds.
pub fn list() -> u8 {
    let widest = RULES.iter().map(|rule| rule.meta().id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for rule in RULES {
        let meta = rule.meta();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:widest$}  {:7}  {}", meta.id, meta.severity.as_str(), meta.summary);
    }
    to_stdout(&text)
}
