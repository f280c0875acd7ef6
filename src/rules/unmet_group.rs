//! `unmet-group`: of a group of variables too few are there, or too many

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::Content;
use crate::policy::{Group, Set, Share};
use crate::syntax::readers::Outcome;
use crate::text::{KeyName, SafePath};

use super::shared::conditions::divided;
use super::shared::home::{home, source_unopened};
use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "unmet-group",
    summary: "of a group of variables too few are there, or too many",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("group:none", "none of the group's variables has a value"),
        CauseMeta::new("group:several", "more than one has a value, and just one may"),
    ],
    page: include_str!("../../docs/rules/unmet-group.md"),
};

/// See the module.
pub struct UnmetGroup;

impl Rule for UnmetGroup {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        for (name, set) in &cx.policy.layer.groups {
            let mine = |key: &&KeyName| view.service.is_none_or(|service| cx.policy.concerns(key, service));
            let keys: Vec<&KeyName> = set.value.keys.iter().filter(mine).collect();
            let there: Vec<&KeyName> = keys.iter().copied().filter(|key| is_there(view, key)).collect();
            match (set.value.share, there.as_slice()) {
                // It may stand in the source that was not opened, which blocks the verdict.
                (_, []) if keys.is_empty() || source_unopened(cx) => {}
                (_, []) => none(cx, view, name, set, &keys, sink),
                (Share::ExactlyOne, [_, _, ..]) => several(cx, view, name, set, &there, sink),
                _ => {}
            }
        }
    }
}

/// Whether a variable has a value; one that is there and not known counts, and is said to be not known elsewhere.
fn is_there(view: &ReaderView<'_>, key: &KeyName) -> bool {
    match view.winner(key).map(|variable| &variable.content) {
        None => false,
        Some(Content::PresentOnly | Content::Unopened(_)) => true,
        Some(Content::Read(readings)) => match readings.seen_by(view.reader) {
            Some(Outcome::Value(value)) => !value.expose().trim_ascii().is_empty(),
            Some(Outcome::Unmodelled) => true,
            _ => false,
        },
    }
}

fn none(
    cx: &Context<'_>,
    view: &ReaderView<'_>,
    name: &KeyName,
    set: &Set<Group>,
    keys: &[&KeyName],
    sink: &mut Sink<'_>,
) {
    let Some(first) = keys.first() else { return };
    let all = Arg::Keys(keys.iter().map(|key| (*key).clone()).collect());
    let message = Message::with("of the group {} none is set: {}", [Arg::Key(name.clone()), all]);
    // Set to nothing, the variable's own line is the place.
    let set_empty = keys.iter().find_map(|key| view.winner(key));
    let place = set_empty.and_then(|variable| cx.environment.place(variable));
    let place = place.or_else(|| home(cx, first, view.service).map(Place::File));
    let finding = about(cx, view, name, Cause::word("group", "none"), keys)
        .message(message)
        .help(Message::new("give one of them its value"))
        .at(place.unwrap_or_else(|| set.at.place()))
        .asked_by(Some(set.at.place()));
    sink.report(finding);
}

fn several(
    cx: &Context<'_>,
    view: &ReaderView<'_>,
    name: &KeyName,
    set: &Set<Group>,
    there: &[&KeyName],
    sink: &mut Sink<'_>,
) {
    let mut places = there
        .iter()
        .filter_map(|key| cx.environment.place(view.winner(key)?))
        .collect::<Vec<_>>()
        .into_iter();
    let Some(place) = places.next() else { return };
    let all = Arg::Keys(there.iter().map(|key| (*key).clone()).collect());
    let finding = about(cx, view, name, Cause::word("group", "several"), there)
        .message(Message::with("of the group {} just one may be set: {}", [Arg::Key(name.clone()), all]))
        .help(Message::new("remove all but the one that is meant"))
        .at(place)
        .asked_by(Some(set.at.place()));
    sink.report(places.fold(finding, |finding, place| finding.related("set too", place)));
}

/// A finding about the group; by the first of its variables it is waived, and left to the services that have it.
fn about(
    cx: &Context<'_>,
    view: &ReaderView<'_>,
    name: &KeyName,
    cause: Cause,
    keys: &[&KeyName],
) -> FindingBuilder {
    let route = SafePath::named(&format!("groups.{name}"));
    let finding = FindingBuilder::new(&META, cause, Subject::policy_entry(route))
        .environment(&cx.environment.name)
        .service(divided(cx, view, keys.iter().copied()))
        .readers(view.readers.clone());
    match keys.first() {
        Some(key) => finding.key(key),
        None => finding,
    }
}
