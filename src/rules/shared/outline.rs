//! The form of a value, as far as no program takes two of them for one variable.

use crate::model::{Environment, Variable};
use crate::text::KeyName;
use crate::value::connection::{Family, take_apart};
use crate::value::types::ValueType;

use super::across::values;

/// What a value looks like from afar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A connection string of a family.
    Connection(Family),
    /// Any other URL.
    Url,
    /// A JSON list or object.
    Json,
    /// A number or a switch.
    Scalar,
}

/// Longest value that is looked at, in bytes.
const LONGEST: usize = 64 * 1024;

/// The form of a value; nothing for one that could be anything.
#[must_use]
pub fn form(value: &[u8]) -> Option<Form> {
    let value = value.trim_ascii();
    if value.is_empty() || value.len() > LONGEST {
        return None;
    }
    if matches!((value.first(), value.last()), (Some(b'['), Some(b']')) | (Some(b'{'), Some(b'}')))
        && ValueType::Json.reads_as(value)
    {
        return Some(Form::Json);
    }
    if ValueType::Bool.reads_as(value) || ValueType::Float.reads_as(value) {
        return Some(Form::Scalar);
    }
    let url = value.windows(3).take(64).any(|part| part == b"://");
    if !url && !value.starts_with(b"jdbc:") {
        return None;
    }
    // A list of URLs is one of texts.
    if value.contains(&b',') && !ValueType::Url.reads_as(value) && take_apart(value)?.family.is_none() {
        return None;
    }
    match take_apart(value)?.family {
        // What is behind `jdbc:` is told by the driver alone.
        Some(family) => Some(Form::Connection(family)),
        None => ValueType::Url.reads_as(value).then_some(Form::Url),
    }
}

impl Form {
    /// In words.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connection(Family::Postgres) => "a connection string for PostgreSQL",
            Self::Connection(Family::Mysql) => "a connection string for MySQL",
            Self::Connection(Family::Redis) => "a connection string for Redis",
            Self::Connection(Family::Mongodb) => "a connection string for MongoDB",
            Self::Connection(Family::Amqp) => "a connection string for AMQP",
            Self::Connection(Family::Smtp) => "a URL of a mail server",
            Self::Connection(Family::Kafka) => "a list of brokers",
            Self::Connection(Family::Jdbc) => "a JDBC URL",
            Self::Url => "a URL",
            Self::Json => "a JSON list or object",
            Self::Scalar => "a number or a switch",
        }
    }

    /// Whether one program can hardly take both: a URL of any scheme may be for a client that takes many.
    #[must_use]
    pub fn clashes(self, other: Self) -> bool {
        match (self, other) {
            (Self::Connection(one), Self::Connection(other)) => one != other,
            (Self::Connection(_) | Self::Url, Self::Connection(_) | Self::Url) => false,
            (one, other) => one != other,
        }
    }
}

/// A variable whose values in two environments are of forms that clash.
pub struct Clash<'a> {
    /// The variable.
    pub key: &'a KeyName,
    /// The one.
    pub here: &'a Variable,
    /// The other.
    pub there: &'a Variable,
    /// Their forms.
    pub forms: (Form, Form),
}

/// The variables of two environments whose values, those that count for everybody, clash in form.
#[must_use]
pub fn clashes<'a>(here: &'a Environment, there: &'a Environment) -> Vec<Clash<'a>> {
    let clash = |key: &'a KeyName| {
        let (here, there) = (here.winner(None, key)?, there.winner(None, key)?);
        let forms = (only(here)?, only(there)?);
        forms.0.clashes(forms.1).then_some(Clash { key, here, there, forms })
    };
    here.winners.keys().filter_map(clash).collect()
}

/// The form of the one value that all readers get.
fn only(variable: &Variable) -> Option<Form> {
    match values(variable)?.as_slice() {
        [value] => form(value),
        _ => None,
    }
}
