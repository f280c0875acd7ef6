//! How the file of a secret is written, as far as that tells nothing of the secret.

use crate::text::KeyName;

/// What a file of one value has round it or in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The variable that it is the value of, if its name is one.
    pub key: Option<KeyName>,
    /// Whether there is anything but blanks in it.
    pub is_filled: bool,
    /// Whether its last byte is a line break.
    pub final_break: bool,
    /// What does not belong to a value, and comes to the program that reads it.
    pub stray: Vec<Stray>,
}

/// What does not belong to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stray {
    /// A byte order mark at the beginning.
    ByteOrderMark,
    /// Carriage returns before line breaks.
    CarriageReturns,
    /// Blanks or empty lines at an end.
    BlankEnds,
    /// A last line break, where every byte counts.
    FinalBreak,
    /// A NUL byte in a text.
    NulByte,
    /// Another control character in a text.
    Control,
    /// An assignment to the file's own variable.
    Assignment,
    /// Further lines, in no form that has several.
    FurtherLines,
}
