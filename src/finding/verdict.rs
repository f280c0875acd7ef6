//! The verdict and the exit codes, decided before anything is rendered.

/// The answer to: may this be deployed?
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Everything asked for was checked, nothing failed.
    Pass,
    /// Something is wrong.
    Fail,
    /// Not everything could be checked.
    None,
}

/// Exit code: everything asked for was checked, nothing failed.
pub const EXIT_PASS: u8 = 0;
/// Exit code: findings of severity error.
pub const EXIT_FAIL: u8 = 1;
/// Exit code: no verdict. Usage, bad policy, missing or unreadable input, nothing to check, internal fault.
pub const EXIT_NONE: u8 = 2;

impl Verdict {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::None => "none",
        }
    }

    /// The exit code.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Pass => EXIT_PASS,
            Self::Fail => EXIT_FAIL,
            Self::None => EXIT_NONE,
        }
    }
}
