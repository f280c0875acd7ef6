//! What the tests of models compare.

use super::{Assigned, Seen};

/// An assignment in words: `A=1`, `A?=1` where the process comes first, `A Unset`.
pub fn said_of(one: &Assigned, file: &[u8]) -> String {
    let key = one.key.of(file).escape_ascii();
    match &one.seen {
        Seen::Value(text) => {
            let first = if one.process_first { "?" } else { "" };
            format!("{key}{first}={}", text.of(file).escape_ascii())
        }
        other => format!("{key} {other:?}"),
    }
}
