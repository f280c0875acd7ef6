//! Causes: value-free codes for what exactly is wrong.

use std::fmt;

use crate::text::EnvName;

/// `code` or `code:argument`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    code: &'static str,
    arg: Option<CauseArg>,
}

/// What may stand behind the colon: never text of a checked file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CauseArg {
    /// A word out of this program's own lists.
    Word(&'static str),
    /// Permission bits.
    Mode(u32),
    /// An environment's name.
    Env(EnvName),
}

impl Cause {
    /// A cause without argument.
    #[must_use]
    pub const fn new(code: &'static str) -> Self {
        Self { code, arg: None }
    }

    /// A cause with an argument.
    #[must_use]
    pub const fn with(code: &'static str, arg: CauseArg) -> Self {
        Self { code, arg: Some(arg) }
    }

    /// A cause with one of this program's own words.
    #[must_use]
    pub const fn word(code: &'static str, word: &'static str) -> Self {
        Self::with(code, CauseArg::Word(word))
    }

    /// Whether `pattern`, an entry of a rule's list, covers this cause.
    #[must_use]
    pub fn fits(&self, pattern: &str) -> bool {
        match (pattern.split_once(':'), &self.arg) {
            (None, None) => pattern == self.code,
            (Some((code, "*")), Some(_)) => code == self.code,
            (Some((code, word)), Some(CauseArg::Word(arg))) => code == self.code && word == *arg,
            _ => false,
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)?;
        match &self.arg {
            None => Ok(()),
            Some(CauseArg::Word(word)) => write!(f, ":{word}"),
            Some(CauseArg::Mode(mode)) => write!(f, ":{mode:04o}"),
            Some(CauseArg::Env(env)) => write!(f, ":{env}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cause, CauseArg};

    #[test]
    fn patterns_cover_causes() {
        let mode = Cause::with("mode", CauseArg::Mode(0o644));
        assert_eq!(mode.to_string(), "mode:0644");
        assert!(mode.fits("mode:*") && !mode.fits("mode") && !mode.fits("tls:*"));
        let word = Cause::word("tls", "require");
        assert!(word.fits("tls:require") && !word.fits("tls:disable"));
        assert!(Cause::new("other").fits("other"));
    }
}
