//! `required_if`: keys that are required where others have certain values, as one reader sees the whole environment.

use crate::finding::location::Place;
use crate::finding::{FindingBuilder, Subject, Why};
use crate::model::Variable;
use crate::policy::{Condition, KeyEntry, Set, ValueType};
use crate::syntax::readers::Reader;
use crate::text::KeyName;
use crate::value::text::has_reference;
use crate::value::types::meaning;

use super::super::{Context, ReaderView, Sink};

/// A condition that holds.
pub struct Reason<'a> {
    /// The variable that has the value.
    pub key: &'a KeyName,
    /// Where it has it; nothing where the program's default is meant.
    pub place: Option<Place>,
}

/// What is required, where the policy says so, and by what.
type Required<'a> = (&'a KeyName, &'a Set<Vec<Condition>>, Vec<Reason<'a>>);

/// The keys whose conditions all hold in this view; not those that are required anyway.
#[must_use]
pub fn required<'a>(cx: &Context<'a>, view: &ReaderView<'a>, sink: &mut Sink<'_>) -> Vec<Required<'a>> {
    let mut found = Vec::new();
    for (key, entry) in &cx.policy.layer.keys {
        let Some(set) = entry.required_if.as_deref().filter(|_| !entry.is_required()) else { continue };
        // What is not for a service it need not have.
        if view.service.is_some_and(|service| !cx.policy.concerns(key, service)) {
            continue;
        }
        let reasons = set.value.iter().map(|condition| holds(cx, view, condition, sink));
        if let Some(reasons) = reasons.collect() {
            found.push((key, set, reasons));
        }
    }
    found
}

fn holds<'a>(
    cx: &Context<'a>,
    view: &ReaderView<'a>,
    condition: &'a Condition,
    sink: &mut Sink<'_>,
) -> Option<Reason<'a>> {
    let key = &condition.key;
    let entry = cx.policy.key(key);
    let is_one = |value: &[u8]| condition.values.iter().any(|word| means(entry, value, word.as_bytes()));
    if view.winner(key).is_none() {
        // Nobody sets it: the program takes its default.
        let default = entry?.default.as_ref()?;
        return is_one(default.value.as_bytes()).then_some(Reason { key, place: None });
    }
    let (variable, value) = view.value(key.as_str())?;
    let known = is_known(cx, view, variable, value, sink);
    (known && is_one(value)).then(|| Reason { key, place: cx.environment.place(variable) })
}

/// Whether a value is the one that a condition names: to the letter, or as the policy itself says that values of the variable are
/// compared.
fn means(entry: Option<&KeyEntry>, value: &[u8], word: &[u8]) -> bool {
    let folds = entry.and_then(|entry| entry.ignore_case.as_ref()).is_some_and(|set| set.value);
    let kind = entry.and_then(|entry| entry.kind.as_ref()).map(|set| set.value);
    let typed = |kind: ValueType| {
        let both = kind.reads_as(value.trim_ascii()) && kind.reads_as(word);
        both && meaning(kind, value) == meaning(kind, word)
    };
    value == word
        || folds && value.eq_ignore_ascii_case(word)
        || kind.filter(|kind| *kind != ValueType::String).is_some_and(typed)
}

/// Whether a value can be judged by its letters; if not, the report says so.
#[must_use]
pub fn is_known(
    cx: &Context<'_>,
    view: &ReaderView<'_>,
    variable: &Variable,
    value: &[u8],
    sink: &mut Sink<'_>,
) -> bool {
    // A program's own reading is final: what it would replace it has replaced.
    let stands = view.readers.contains(&Reader::Plain.as_str());
    if stands && has_reference(value) && !variable.origin.literal {
        sink.gap(&cx.environment.name, Subject::key(&variable.key), Why::ValueUnknown);
        return false;
    }
    true
}

/// The service whose view it is, where any of these variables is one service's own: else what is found is everybody's.
#[must_use]
pub fn divided<'a, 'k>(
    cx: &Context<'_>,
    view: &ReaderView<'a>,
    keys: impl IntoIterator<Item = &'k KeyName>,
) -> Option<&'a KeyName> {
    let own =
        |key: &KeyName| cx.environment.winners.get(key).is_some_and(|winners| !winners.services.is_empty());
    let divided = keys.into_iter().any(own);
    view.service.filter(|_| divided)
}

/// Adds the places of what makes a key required.
#[must_use]
pub fn shown(finding: FindingBuilder, reasons: Vec<Reason<'_>>) -> FindingBuilder {
    let places = reasons.into_iter().filter_map(|reason| reason.place);
    places.fold(finding, |finding, place| finding.related("requires it", place))
}
