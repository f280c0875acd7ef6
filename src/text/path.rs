//! Paths as reports show them.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::escape::{printable, printable_bytes};
use super::name::KeyName;

/// A path fit to be printed: `/` between parts, control characters and invalid UTF-8 escaped.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SafePath(Arc<str>);

impl SafePath {
    /// `path` as it is printed. Two paths may be shown alike only if they differ in nothing but escapes.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let bytes = path.as_os_str().as_encoded_bytes();
        let shown = printable_bytes(bytes);
        Self(Arc::from(if cfg!(windows) { shown.replace('\\', "/") } else { shown }))
    }

    /// A name that is no path of the file system, such as a shipped pack's.
    #[must_use]
    pub fn named(text: &str) -> Self {
        Self(Arc::from(printable(text)))
    }

    /// A variable's name: nothing in it needs an escape.
    #[must_use]
    pub fn of_key(name: &KeyName) -> Self {
        Self(name.shared())
    }

    /// The printed form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
