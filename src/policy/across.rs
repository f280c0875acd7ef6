//! What a policy says of several environments at once: of values that have to differ or to be the same, and of an environment
//! that is held against another.

use std::fmt;

use crate::finding::Message;
use crate::syntax::yaml::Value;
use crate::text::{EnvName, KeyName};

use super::parse::Parser;
use super::table::{Field, Problems, Table};
use super::{KeyPattern, Set};

/// What a variable's value has to be like in other environments.
#[derive(Clone, PartialEq, Eq)]
pub enum Across {
    /// It may be the same, for this reason, or another one.
    Any(String),
    /// It may not be the same.
    Distinct,
    /// It has to be the same.
    Same,
}

impl Across {
    /// The word in a policy.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Any(_) => "any",
            Self::Distinct => "distinct",
            Self::Same => "same",
        }
    }

    /// Why it may be the same.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Any(reason) => Some(reason),
            Self::Distinct | Self::Same => None,
        }
    }
}

impl fmt::Debug for Across {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.reason().unwrap_or(self.as_str()))
    }
}

/// Which of two values of a variable guards more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stricter {
    /// The greater number, duration or size.
    Higher,
    /// The smaller one.
    Lower,
    /// A switch that is on.
    On,
    /// A switch that is off.
    Off,
}

impl Stricter {
    /// The word in a policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::On => "on",
            Self::Off => "off",
        }
    }
}

/// Words of `across`.
pub(super) const ACROSS: &[(&str, &str)] = &[("any", "any"), ("distinct", "distinct"), ("same", "same")];
/// Words of `stricter`.
pub(super) const STRICTER: &[(&str, Stricter)] = &[
    (Stricter::Higher.as_str(), Stricter::Higher),
    (Stricter::Lower.as_str(), Stricter::Lower),
    (Stricter::On.as_str(), Stricter::On),
    (Stricter::Off.as_str(), Stricter::Off),
];

/// Variables that are left out of a comparison, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Except {
    /// The variables by name.
    pub names: Vec<KeyName>,
    /// The variables by pattern.
    pub patterns: Vec<KeyPattern>,
    /// Why.
    pub reason: String,
}

impl Except {
    /// Whether a variable is left out.
    #[must_use]
    pub fn covers(&self, key: &KeyName) -> bool {
        self.names.contains(key) || self.patterns.iter().any(|pattern| pattern.matches(key))
    }

    /// The names and patterns as written.
    pub fn written(&self) -> impl Iterator<Item = &str> {
        let names = self.names.iter().map(KeyName::as_str);
        names.chain(self.patterns.iter().map(KeyPattern::as_str))
    }
}

/// Another environment that one is held against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Against {
    /// The environment.
    pub environment: EnvName,
    /// What may differ.
    pub except: Option<Except>,
}

impl Against {
    /// Whether a variable is left out.
    #[must_use]
    pub fn spares(&self, key: &KeyName) -> bool {
        self.except.as_ref().is_some_and(|except| except.covers(key))
    }
}

impl Parser<'_> {
    /// `stage`, or `{ environment: stage, except: [A, "B_*"], reason: "..." }`.
    pub(super) fn against(&mut self, field: Field<'_>) -> Option<Set<Against>> {
        let Value::Mapping(_) = &field.node.value else {
            let environment = self.environment_name(field)?;
            return Some(self.origin.set(field, Against { environment, except: None }));
        };
        let mut table = Table::new(field.node, &mut self.problems, field.span, "what is held against")?;
        let named = table.take("environment");
        let (except, reason) = (table.take("except"), table.take("reason"));
        table.finish(&mut self.problems);
        let except = excepted(except, reason, &mut self.problems);
        let Some(named) = named else {
            let help = Message::new("`environment: prod` names the other one");
            let message = Message::new("the mapping needs `environment`");
            self.problems.push(field.span, message, Some(help));
            return None;
        };
        let environment = self.environment_name(named)?;
        Some(self.origin.set(field, Against { environment, except }))
    }
}

fn excepted(except: Option<Field<'_>>, reason: Option<Field<'_>>, problems: &mut Problems) -> Option<Except> {
    let why = reason.and_then(|field| super::entries::said(field, problems));
    let Some(except) = except else {
        if let Some(field) = reason {
            problems.push(field.span, Message::new("`reason` belongs to `except`"), None);
        }
        return None;
    };
    if reason.is_none() {
        let help = Message::new("add `reason: \"...\"` beside it");
        problems.push(except.span, Message::new("`except` needs a reason"), Some(help));
    }
    let words = except.words(problems)?;
    if words.is_empty() {
        problems.form(except, "a list that is not empty");
    }
    let (mut names, mut patterns) = (Vec::new(), Vec::new());
    for (text, span) in words {
        match (KeyPattern::new(text), KeyName::declared(text)) {
            (Some(pattern), _) => patterns.push(pattern),
            (None, Some(name)) => names.push(name),
            (None, None) => {
                let message = Message::new("this is neither the name of a variable nor a pattern of names");
                problems.push(span, message, None);
            }
        }
    }
    Some(Except { names, patterns, reason: why? })
}
