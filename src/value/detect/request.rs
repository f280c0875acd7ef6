//! A request at one end of a secret, beside a little that nothing explains.

use super::said::Said;
use super::words::Class;

/// Five characters that nothing explains; in tenths of a bit.
const LITTLE: u32 = 290;

/// `ChangeThisInTFC`, `k7q-secret-change-me`: too little is left over to be the secret itself. `lot` says that it was drawn.
#[must_use]
pub fn stands_beside_little(said: &Said<'_>, lot: bool) -> bool {
    said.split.random <= LITTLE && (opens(said) || lot && said.has(Class::SECRET) && closes(&said.split.text))
}

/// Whether a value begins with a request to change it, and goes on for a word or two.
fn opens(said: &Said<'_>) -> bool {
    let [first, second, more @ ..] = said.words.as_slice() else { return false };
    let this = first.class().is(Class::ME) || second.class().is(Class::ME);
    first.class().is(Class::CHANGE) && first.whole && this && more.len() <= 2
}

/// Whether a text ends with one that marks part from the rest.
fn closes(text: &str) -> bool {
    let bare =
        ["-change-me", "_change_me", "-changeme", "_changeme"].iter().find_map(|end| text.strip_suffix(end));
    bare.is_some_and(|bare| bare.len() >= 4)
}
