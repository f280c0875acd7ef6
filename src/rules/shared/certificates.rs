//! Keys and certificates among the variables.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::finding::{Arg, Message};
use crate::model::{Content, Environment, Role, Variable};
use crate::policy::{KeyEntry, Said, Set};
use crate::syntax::readers::Reader;
use crate::text::KeyName;
use crate::value::certificates::Certificate;

use super::super::ReaderView;
use super::super::views::value_for;
use super::shape::has_reference;

/// Certificates of one chain that are followed; longer ones are none that anybody made on purpose.
const MOST_LINKS: usize = 16;

/// The variables of a view of which the policy says a field, with it; those that have a value.
pub fn said<'v, 'a, T: 'a>(
    view: &'v ReaderView<'a>,
    field: fn(&KeyEntry) -> &Said<T>,
) -> impl Iterator<Item = (&'a Variable, &'a [u8], &'a Set<T>)> + use<'v, 'a, T> {
    let (policy, reader) = (view.policy, view.reader);
    let entries =
        policy.layer.keys.iter().filter_map(move |(key, entry)| Some((key, field(entry).as_deref()?)));
    entries.filter_map(move |(key, set)| {
        let variable = view.winner(key)?;
        let value = value_for(variable, reader).filter(|value| !value.trim_ascii().is_empty())?;
        Some((variable, value, set))
    })
}

/// What stands in the variable that a policy's entry leads to.
pub enum Other<'a> {
    /// Its value, as the view's reader gets it.
    Value(&'a Variable, &'a [u8]),
    /// It is there and nobody can know its value here, which the report says of every such variable.
    Unknown,
    /// It is not there, has no value, or one that is put together from others.
    Nothing,
}

/// The variable that an entry leads to, whichever service it is for.
#[must_use]
pub fn other<'a>(view: &ReaderView<'a>, key: &KeyName) -> Other<'a> {
    let Some(variable) = view.environment.winner(view.service, key) else { return Other::Nothing };
    if !matches!(variable.content, Content::Read(_)) {
        return Other::Unknown;
    }
    let is_final =
        |value: &[u8]| view.reader != Reader::Plain || variable.origin.literal || !has_reference(value);
    match value_for(variable, view.reader).filter(|value| is_final(value)) {
        Some(value) => Other::Value(variable, value),
        None => Other::Nothing,
    }
}

/// Seconds since the beginning of 1970 in UTC.
#[must_use]
pub fn seconds(time: SystemTime) -> i64 {
    let after = |time: SystemTime, other| time.duration_since(other).ok().map(|length| length.as_secs());
    let since = after(time, UNIX_EPOCH).and_then(|count| i64::try_from(count).ok());
    let before = || after(UNIX_EPOCH, time).and_then(|count| i64::try_from(count).ok());
    since.or_else(|| before().map(|count| -count)).unwrap_or_default()
}

/// The certificates of a value from the first on, each followed by its issuer as far as that stands there too.
#[must_use]
pub fn path<'m>(all: &[&'m Certificate]) -> Vec<&'m Certificate> {
    let mut path: Vec<&Certificate> = all.first().copied().into_iter().collect();
    while let Some(last) = path.last().filter(|last| path.len() < MOST_LINKS && !last.is_own_issuer()) {
        let known = |other: &Certificate| path.iter().any(|one| one.is_for_same(other));
        let Some(issuer) = all.iter().find(|other| last.is_from(other) && !known(other)) else { break };
        path.push(issuer);
    }
    path
}

/// A command that shows what was judged, where it stands in a file of its own; else `otherwise`.
#[must_use]
pub fn look(environment: &Environment, variable: Option<&Variable>, otherwise: &'static str) -> Message {
    let file = variable.and_then(|variable| environment.file_of(variable));
    match file.filter(|file| file.role == Role::Secret) {
        Some(file) => Message::with(
            "renew it; to see what it says: openssl x509 -noout -text -in {}",
            [Arg::ShellPath(file.path.clone())],
        ),
        None => Message::new(otherwise),
    }
}
