//! L0: bytes, places in them, and what may be printed. No input, no output.

pub mod escape;
pub mod find;
pub mod memo;
pub mod name;
pub mod path;
pub mod secret;
pub mod source_map;
pub mod span;

pub use escape::printable;
pub use name::{EnvName, KeyName};
pub use path::SafePath;
pub use secret::{SecretValue, ValueBuilder};
pub use source_map::{FileId, SourceMap};
pub use span::{OneIndexed, Span};

/// What stands for a value in every excerpt: one width for all, so that it tells no length.
pub const MASK: &str = "********";
