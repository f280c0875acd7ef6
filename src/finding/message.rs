//! Messages: a static template and typed arguments. No argument can be made of arbitrary text.

use std::fmt;

use crate::text::{EnvName, KeyName, OneIndexed, SafePath};

use super::cause::Cause;

/// Names of a list that are shown; a fleet of a thousand is not.
const MOST_NAMES: usize = 20;

/// A sentence about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    template: &'static str,
    args: Vec<Arg>,
}

/// What may fill a `{}` of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg {
    /// A variable's name.
    Key(KeyName),
    /// An environment's name.
    Env(EnvName),
    /// Several environments' names.
    Envs(Vec<EnvName>),
    /// A path.
    Path(SafePath),
    /// A path as a shell word, for help that is pasted.
    ShellPath(SafePath),
    /// A line number.
    Line(OneIndexed),
    /// A number of things, or a bound that the policy states.
    Number(u64),
    /// Permission bits.
    Mode(u32),
    /// One of this program's own words.
    Word(&'static str),
    /// Several names of services or variables.
    Keys(Vec<KeyName>),
    /// Several of this program's own words.
    Words(Vec<&'static str>),
    /// A cause.
    Cause(Cause),
    /// A word that was typed on the command line, escaped; of a policy only one that may be printed as a name.
    Typed(SafePath),
}

impl Message {
    /// A message without arguments.
    #[must_use]
    pub const fn new(template: &'static str) -> Self {
        Self { template, args: Vec::new() }
    }

    /// A message whose `{}` are filled in order.
    #[must_use]
    pub fn with(template: &'static str, args: impl Into<Vec<Arg>>) -> Self {
        Self { template, args: args.into() }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut args = self.args.iter();
        let mut parts = self.template.split("{}");
        if let Some(first) = parts.next() {
            f.write_str(first)?;
        }
        for part in parts {
            match args.next() {
                Some(arg) => arg.fmt(f)?,
                None => f.write_str("?")?,
            }
            f.write_str(part)?;
        }
        Ok(())
    }
}

impl fmt::Display for Arg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Key(key) => key.fmt(f),
            Self::Env(env) => env.fmt(f),
            Self::Envs(envs) => {
                joined(f, envs.iter().take(MOST_NAMES))?;
                let more = envs.len().saturating_sub(MOST_NAMES);
                if more > 0 { write!(f, " and {more} more") } else { Ok(()) }
            }
            Self::Path(path) | Self::Typed(path) => path.fmt(f),
            Self::ShellPath(path) => shell_word(f, path.as_str()),
            Self::Line(line) => line.fmt(f),
            Self::Number(number) => number.fmt(f),
            Self::Mode(mode) => write!(f, "{mode:04o}"),
            Self::Word(word) => f.write_str(word),
            Self::Keys(keys) => joined(f, keys.iter().take(MOST_NAMES)),
            Self::Words(words) => joined(f, words.iter()),
            Self::Cause(cause) => cause.fmt(f),
        }
    }
}

fn joined<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: impl Iterator<Item = T>) -> fmt::Result {
    for (at, item) in items.enumerate() {
        if at > 0 {
            f.write_str(", ")?;
        }
        item.fmt(f)?;
    }
    Ok(())
}

/// `text` in single quotes if a POSIX shell would take a part of it for anything but itself.
fn shell_word(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_@%+=:,./-".contains(&b);
    if !text.is_empty() && !text.starts_with('-') && text.bytes().all(plain) {
        f.write_str(text)
    } else {
        write!(f, "'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Arg, Message};
    use crate::text::SafePath;

    #[test]
    fn arguments_fill_the_template_in_order() {
        let message = Message::with("{} of {}", [Arg::Number(1), Arg::Mode(0o600)]);
        assert_eq!(message.to_string(), "1 of 0600");
        assert_eq!(Message::new("{}").to_string(), "?");
    }

    #[test]
    fn pasted_paths_are_quoted() {
        let word = |text| Message::with("{}", [Arg::ShellPath(SafePath::named(text))]).to_string();
        assert_eq!(word(".env.prod"), ".env.prod");
        assert_eq!(word("a b;c"), "'a b;c'");
        assert_eq!(word("it's"), "'it'\\''s'");
    }
}
