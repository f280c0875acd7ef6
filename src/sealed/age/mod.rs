//! age files: what their headers show, and opening them with identities. <https://c2sp.org/age>.
//!
//! What the `age` crate takes and the format does not is refused before the crate sees it: stanzas without their last
//! line. What the format has and the crate does not, white space round the armor, is taken.

mod armor;
mod fault;
mod header;
mod identity;
mod keyring;
mod recipient;

use std::borrow::Cow;

pub use fault::{Fault, IdentityFault};
pub use header::{Header, Kind, MOST_HEADER, MOST_STANZAS, MOST_WORK, Stanza};
pub use identity::MOST_BYTES;
pub use keyring::{Ask, Identities, Keyring};
pub use recipient::Recipient;

/// Whether bytes begin as an age file does, binary or in its armor.
#[must_use]
pub fn is_age(bytes: &[u8]) -> bool {
    bytes.starts_with(header::MAGIC) || is_armored(bytes)
}

fn is_armored(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(armor::BEGIN)
}

/// Whether an armored file stands anywhere in a text, be it behind something else.
#[must_use]
pub fn has_armor(bytes: &[u8]) -> bool {
    bytes.windows(armor::BEGIN.len()).any(|window| window == armor::BEGIN)
}

/// What the header of a file shows, without any key.
///
/// # Errors
/// See [`Fault`].
pub fn header(bytes: &[u8]) -> Result<Header, Fault> {
    Header::parse(&binary(bytes)?)
}

/// The file without its armor, if it has one.
fn binary(bytes: &[u8]) -> Result<Cow<'_, [u8]>, Fault> {
    if bytes.trim_ascii().is_empty() {
        Err(Fault::Empty)
    } else if is_armored(bytes) {
        armor::decode(bytes).map(Cow::Owned)
    } else if !bytes.starts_with(header::MAGIC) && has_armor(bytes) {
        Err(Fault::Armor)
    } else {
        Ok(Cow::Borrowed(bytes))
    }
}

#[cfg(test)]
#[path = "age_tests.rs"]
mod tests;
