//! What a connection string says about TLS.

/// How far a connection is protected by TLS, weakest first (libpq manual, "SSL Mode Descriptions").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum SslMode {
    /// Never TLS.
    Disable,
    /// TLS only where the server insists.
    Allow,
    /// TLS where the server offers it.
    Prefer,
    /// Always TLS, with any certificate.
    Require,
    /// Always TLS, with a certificate from a trusted authority.
    VerifyCa,
    /// Always TLS, with a certificate from a trusted authority for this host.
    VerifyFull,
}

impl SslMode {
    /// Every mode, weakest first.
    pub const ALL: [Self; 6] =
        [Self::Disable, Self::Allow, Self::Prefer, Self::Require, Self::VerifyCa, Self::VerifyFull];

    /// The mode of that name to the letter, as libpq wants it.
    #[must_use]
    pub fn exact(text: &[u8]) -> Option<Self> {
        let lower = !text.iter().any(|b| b.is_ascii_uppercase() || b.is_ascii_whitespace());
        Self::parse(text).filter(|_| lower)
    }

    /// The mode of that name, without regard to case and surrounding blanks, as programs take their own variables.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let word = text.trim_ascii();
        // node-postgres: always TLS, and nobody's certificate is looked at.
        if word.eq_ignore_ascii_case(b"no-verify") {
            return Some(Self::Require);
        }
        let is_named = |mode: &Self| word.eq_ignore_ascii_case(mode.as_str().as_bytes());
        Self::ALL.into_iter().find(is_named)
    }

    /// The mode's name as libpq spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Allow => "allow",
            Self::Prefer => "prefer",
            Self::Require => "require",
            Self::VerifyCa => "verify-ca",
            Self::VerifyFull => "verify-full",
        }
    }
}

/// What a connection string says about TLS.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Mode {
    /// Nothing: libpq's default is `prefer`.
    #[default]
    Absent,
    /// One of libpq's modes.
    Known(SslMode),
    /// A mode that libpq refuses; the empty one is among them.
    Unknown,
}
