//! The types that a policy can ask of a value.

/// What a value must read as. `docs/rules/wrong-type.md` gives each one's grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ValueType {
    /// Any text.
    String,
    /// `true`, `false`, `yes`, `no`, `on`, `off`, `1`, `0`, in any case.
    Bool,
    /// A decimal whole number, with or without sign.
    Int,
    /// A TCP or UDP port, 1 to 65535.
    Port,
    /// `scheme://...` (RFC 3986).
    Url,
    /// Base64 with padding (RFC 4648, section 4).
    Base64,
    /// Pairs of hexadecimal digits (RFC 4648, section 8).
    Hex,
    /// A UUID in its 8-4-4-4-12 form (RFC 9562).
    Uuid,
    /// A git object name: 7 to 40 or 64 lower-case hexadecimal digits.
    GitSha,
}

impl ValueType {
    /// Every type.
    pub const ALL: &'static [Self] = &[
        Self::String,
        Self::Bool,
        Self::Int,
        Self::Port,
        Self::Url,
        Self::Base64,
        Self::Hex,
        Self::Uuid,
        Self::GitSha,
    ];

    /// The word in policies and causes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Port => "port",
            Self::Url => "url",
            Self::Base64 => "base64",
            Self::Hex => "hex",
            Self::Uuid => "uuid",
            Self::GitSha => "git-sha",
        }
    }
}
