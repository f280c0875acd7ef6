//! What a driver refuses a connection string for.

/// The part whose shape is wrong. It says nothing of what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Longer than any driver needs; not looked into.
    TooLong,
    /// No scheme, or none of the family's.
    Scheme,
    /// A blank or control character that is not percent-encoded (RFC 3986, section 2).
    Blank,
    /// `%` without two hexadecimal digits, or `%00` (RFC 3986, section 2.1).
    Escape,
    /// A NUL byte.
    Nul,
    /// User or password hold what has to be percent-encoded, or stand where the driver takes none.
    Userinfo,
    /// Brackets, braces or parentheses that do not match.
    Bracket,
    /// A host that is missing, or is none.
    Host,
    /// A port that is missing, is no number or lies outside 1 to 65535.
    Port,
    /// A port beside a name whose DNS records say it.
    SrvPort,
    /// More hosts than the driver takes, or as many ports or addresses as do not match them.
    HostCount,
    /// A database, virtual host or number of a database that cannot be one.
    Database,
    /// A parameter without `=`, with two of them, or one that contradicts the rest.
    Parameter,
    /// A quoted value that does not end, or goes on behind its end.
    Quote,
}

impl Fault {
    /// Every fault.
    pub const ALL: &'static [Self] = &[
        Self::TooLong,
        Self::Scheme,
        Self::Blank,
        Self::Escape,
        Self::Nul,
        Self::Userinfo,
        Self::Bracket,
        Self::Host,
        Self::Port,
        Self::SrvPort,
        Self::HostCount,
        Self::Database,
        Self::Parameter,
        Self::Quote,
    ];

    /// The word of tables and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "too-long",
            Self::Scheme => "scheme",
            Self::Blank => "blank",
            Self::Escape => "escape",
            Self::Nul => "nul",
            Self::Userinfo => "userinfo",
            Self::Bracket => "bracket",
            Self::Host => "host",
            Self::Port => "port",
            Self::SrvPort => "srv-port",
            Self::HostCount => "host-count",
            Self::Database => "database",
            Self::Parameter => "parameter",
            Self::Quote => "quote",
        }
    }
}
