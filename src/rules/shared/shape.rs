//! What rules ask of a value's shape.

pub use crate::value::text::{char_len, has_reference, references};
pub use crate::value::types::byte_len;
