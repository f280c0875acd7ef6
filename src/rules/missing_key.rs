//! `missing-key`: a variable that must be there is not

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::{Content, File};
use crate::syntax::readers::{Outcome, Reader};
use crate::text::KeyName;

use super::shared::conditions::{self, divided};
use super::shared::home::{home, how_to_set, source_unopened};
use super::{Context, KeyView, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "missing-key",
    summary: "a variable that must be there is not",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("required", "the policy requires the key, and no source has it"),
        CauseMeta::new("no-value", "the policy requires the key, and what stands there gives no value"),
        CauseMeta::new("mapped", "the policy takes the key from a place in a file, and nothing is there"),
        CauseMeta::new(
            "required-if",
            "the policy requires the key where others have certain values, and they have",
        ),
        CauseMeta::soft(
            "template",
            "without a policy: `.env.example` has the key and the environment has not",
        ),
    ],
    page: include_str!("../../docs/rules/missing-key.md"),
};

/// See the module.
pub struct MissingKey;

impl Rule for MissingKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        for unmapped in cx.environment.unmapped.iter().filter(|unmapped| unmapped.path == file.path) {
            let args = [Arg::Key(unmapped.key.clone()), Arg::Path(file.path.clone())];
            let (message, help) = if unmapped.mapping {
                (
                    "{} is to come from {}, and where the policy says a mapping stands, which is no value",
                    "name one of its keys in the line of `map`: the path, a dot, the key",
                )
            } else {
                (
                    "{} is to come from {}, and nothing is where the policy says",
                    "mend the line of `map`, or put the value where it points",
                )
            };
            let finding = FindingBuilder::about_key(&META, Cause::new("mapped"), &unmapped.key)
                .environment(&cx.environment.name)
                .message(Message::with(message, args))
                .help(Message::new(help))
                .at(Place::File(file.path.clone()))
                .asked_by(Some(unmapped.asked_by.clone()));
            sink.report(finding);
        }
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(required) = key.entry.and_then(|entry| entry.required.as_ref()).filter(|set| set.value)
        else {
            return;
        };
        let cause = match key.variable.map(|variable| &variable.content) {
            // It may stand in the source that was not opened, which blocks the verdict.
            None if source_unopened(cx) || is_unmapped(cx, key.key) => return,
            None => Cause::new("required"),
            // What is not known is said as such: it may well be a value.
            Some(Content::Read(_))
                if !matches!(key.outcome, Some(Outcome::Value(_) | Outcome::Unmodelled)) =>
            {
                Cause::new("no-value")
            }
            // There, though its value may not be known: that is said elsewhere.
            Some(_) => return,
        };
        let (message, help) = match key.variable {
            None => (
                Message::with("{} is required and not set", [Arg::Key(key.key.clone())]),
                how_to_set(cx, key.key, key.service),
            ),
            Some(_) => no_value(key),
        };
        let place = key.place(cx.environment).or_else(|| home(cx, key.key, key.service).map(Place::File));
        let finding = FindingBuilder::about_key(&META, cause, key.key)
            .environment(&cx.environment.name)
            .message(message)
            .help(help)
            .readers(key.reader_names())
            .at(place.unwrap_or_else(|| required.at.place()))
            .asked_by(Some(required.at.place()));
        sink.report(found_elsewhere(cx, finding, key.key));
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        conditional(cx, view, sink);
        if source_unopened(cx) {
            return;
        }
        // A policy says itself which variables there have to be.
        let template = cx.environment.template.as_ref().filter(|_| !cx.policy.has_policy);
        for wanted in template.iter().flat_map(|template| &template.keys) {
            if cx.environment.winners.contains_key(&wanted.key) {
                continue;
            }
            let message = Message::with(
                "{} stands in {} and is not set",
                [Arg::Key(wanted.key.clone()), Arg::Path(wanted.path.clone())],
            );
            let home = home(cx, &wanted.key, None).map_or_else(|| wanted.place.clone(), Place::File);
            let finding = FindingBuilder::about_key(&META, Cause::new("template"), &wanted.key)
                .environment(&cx.environment.name)
                .message(message)
                .help(how_to_set(cx, &wanted.key, None))
                .at(home)
                .related("named here", wanted.place.clone());
            sink.report(found_elsewhere(cx, finding, &wanted.key));
        }
    }
}

/// Whether it is told already that nothing is where the policy takes a key from.
fn is_unmapped(cx: &Context<'_>, key: &KeyName) -> bool {
    cx.environment.unmapped.iter().any(|unmapped| unmapped.key == *key)
}

/// Keys that are required where others have certain values.
fn conditional(cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
    for (key, set, reasons) in conditions::required(cx, view, sink) {
        let variable = view.winner(key);
        let name = || Arg::Key(key.clone());
        let (message, help) = match variable.map(|variable| &variable.content) {
            // It may stand in the source that was not opened, which blocks the verdict.
            None if source_unopened(cx) => continue,
            None => ("{} is not set, and required by what {} is", how_to_set(cx, key, view.service)),
            // What is not known is said as such: it may well be a value.
            Some(Content::Read(readings)) => match readings.seen_by(view.reader) {
                Some(Outcome::Value(_) | Outcome::Unmodelled) => continue,
                _ => (
                    "{} has no value, and is required by what {} is",
                    Message::with("write {}=value on its line", [name()]),
                ),
            },
            Some(_) => continue,
        };
        let reason = Arg::Keys(reasons.iter().map(|reason| reason.key.clone()).collect());
        let place = variable.and_then(|variable| cx.environment.place(variable));
        let place = place.or_else(|| home(cx, key, view.service).map(Place::File));
        let finding = FindingBuilder::about_key(&META, Cause::new("required-if"), key)
            .environment(&cx.environment.name)
            .service(divided(cx, view, reasons.iter().map(|reason| reason.key).chain([key])))
            .message(Message::with(message, [name(), reason]))
            .help(help)
            .readers(view.readers.clone())
            .at(place.unwrap_or_else(|| set.at.place()))
            .asked_by(Some(set.at.place()));
        sink.report(conditions::shown(found_elsewhere(cx, finding, key), reasons));
    }
}

/// Names the encrypted file that has a key of this name, and that no source takes.
fn found_elsewhere(cx: &Context<'_>, finding: FindingBuilder, key: &KeyName) -> FindingBuilder {
    match cx.environment.unsourced.get(key) {
        Some(path) => finding.related(
            "it stands in a file that no source takes: name it in `sources`",
            Place::File(path.clone()),
        ),
        None => finding,
    }
}

/// What to say of a line that gives no value.
fn no_value(key: &KeyView<'_>) -> (Message, Message) {
    let name = || Arg::Key(key.key.clone());
    let written = Message::with("write {}=value on that line", [name()]);
    if key.readers.contains(&Reader::Plain) {
        return (Message::with("{} is required, and its line gives it no value", [name()]), written);
    }
    let who = Arg::Words(key.reader_names());
    let told = |template| Message::with(template, [name(), who.clone()]);
    match key.outcome {
        Some(Outcome::DependsOnProcess) => (
            told("{} is required, and to {} its value depends on the process that reads the file"),
            Message::new("write the value out, in single quotes if it holds a `$` of its own"),
        ),
        Some(Outcome::Runs) => (
            told("{} is required, and {} would run a part of its line"),
            Message::new("put the value in single quotes"),
        ),
        Some(Outcome::Refused) => (
            told("{} is required, and not set by {}, which refuses the file"),
            Message::new("mend the line that it refuses"),
        ),
        _ => (told("{} is required, and its line gives {} no value"), written),
    }
}
