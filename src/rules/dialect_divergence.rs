//! `dialect-divergence`: the programs that read a `.env` file do not agree on a value

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::{Basis, Content, File, FileReaders, Variable};
use crate::syntax::readers::{self, Divergence};
use crate::text::{FileId, KeyName};

use super::shared::agreement::{divergence, groups};
use super::shared::words::{help, why};
use super::sink::{names, read_by};
use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "dialect-divergence",
    summary: "the programs that read a `.env` file do not agree on a value",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new(
            "byte-order-mark",
            "the file starts with a byte order mark: a part of the first name to some",
        ),
        CauseMeta::new("carriage-return", "lines end with CR LF: to some the CR is a part of the value"),
        CauseMeta::new("export", "`export` before the name"),
        CauseMeta::new("repeated", "the variable stands there more than once: to some the first counts"),
        CauseMeta::new("name", "some take the name for none"),
        CauseMeta::new("multi-line", "the value has several lines, or one above goes on into this one"),
        CauseMeta::new("hash", "`#`: a comment to some"),
        CauseMeta::new("dollar", "`$`: a reference to some"),
        CauseMeta::new("backslash", "a backslash: an escape to some"),
        CauseMeta::new("blanks", "blanks round `=`, in the value or at its ends"),
        CauseMeta::new("operators", "`& ; | < > ( ) * ? [ ~`: they mean something of their own to a shell"),
        CauseMeta::new("quotes", "quotes that are a part of the value to some"),
        CauseMeta::new("encoding", "bytes that are no UTF-8, NUL, or blanks that are not ASCII"),
        CauseMeta::soft(
            "process-environment",
            "the value depends on the environment of the process that reads it",
        ),
        CauseMeta::soft("cut", "the one reader takes less of the value than stands there"),
        CauseMeta::soft("kept-quotes", "the one reader takes the quotes round the value for a part of it"),
        CauseMeta::new("dropped", "the one reader does not take the line"),
        CauseMeta::new("unmodelled", "what one of them makes of it is not known"),
        CauseMeta::new("other", "something else"),
    ],
    page: include_str!("../../docs/rules/dialect-divergence.md"),
};

/// See the module.
pub struct DialectDivergence;

impl Rule for DialectDivergence {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let (Some(id), Some(read)) = (file.id, &file.readers) else { return };
        sink.guessed = read.basis == Basis::Dependency;
        for stop in read.stops.iter().filter(|stop| stop.refusal.is_none()) {
            let message = Message::with(
                "what {} makes of this file from here on cannot be said",
                [Arg::Word(stop.reader.as_str())],
            );
            let help = Message::new(
                "keep to lines of the form NAME=value here, and put commands into the script that reads the file",
            );
            let subject = Subject::file(file.path.clone());
            let finding =
                FindingBuilder::new(&META, Cause::new(readers::Cause::Unmodelled.as_str()), subject)
                    .environment(&cx.environment.name)
                    .message(message)
                    .help(help)
                    .readers(vec![stop.reader.as_str()])
                    .at(Place::Line(id, stop.span));
            sink.report(read_by(finding, read));
        }
        let mut whole: BTreeMap<readers::Cause, Vec<&Variable>> = BTreeMap::new();
        // What they run of a line is said by `executes-code`, whatever is left of its value.
        let run: BTreeSet<&KeyName> = read.runs.iter().filter_map(|run| run.key.as_ref()).collect();
        for variable in counting(cx, file) {
            let Some(groups) = groups(variable, read) else { continue };
            let Some(divergence) = divergence(cx.policy.key(&variable.key), variable, &groups) else {
                continue;
            };
            if matches!(divergence.cause, readers::Cause::Cut | readers::Cause::Dropped)
                && run.contains(&variable.key)
            {
                continue;
            }
            let groups: Vec<Vec<&'static str>> = groups.into_iter().map(|(_, readers)| readers).collect();
            match divergence.cause {
                readers::Cause::ByteOrderMark | readers::Cause::CarriageReturn => {
                    whole.entry(divergence.cause).or_default().push(variable);
                }
                _ => one(cx, read, variable, divergence, &groups, sink),
            }
        }
        for (cause, variables) in whole {
            sink.report(read_by(throughout(cx, (file, id), cause, &variables), read));
        }
        sink.guessed = false;
    }
}

/// The file's variables that count.
fn counting<'a>(cx: &Context<'a>, file: &'a File) -> impl Iterator<Item = &'a Variable> {
    let environment = cx.environment;
    environment
        .counting()
        .filter(move |variable| environment.file_of(variable).is_some_and(|own| std::ptr::eq(own, file)))
}

fn one(
    cx: &Context<'_>,
    read: &FileReaders,
    variable: &Variable,
    divergence: Divergence,
    groups: &[Vec<&'static str>],
    sink: &mut Sink<'_>,
) {
    let Some(place) = cx.environment.place(variable) else { return };
    let key = Arg::Key(variable.key.clone());
    let why = Arg::Word(why(divergence.cause));
    let all = || groups.iter().flatten().copied().collect::<Vec<_>>();
    let message = match groups {
        [_] if divergence.cause == readers::Cause::Unmodelled => {
            Message::with("what {} makes of {} cannot be said", [Arg::Words(all()), key])
        }
        [one] => Message::with(
            match divergence.cause {
                readers::Cause::Cut => "{} is cut short by {}: {}",
                readers::Cause::KeptQuotes => "{} has its quotes in it to {}: {}",
                readers::Cause::Dropped => "{} is not set by {}: {}",
                _ => "{} is not the same in every process of {}: {}",
            },
            [key, Arg::Words(one.clone()), why],
        ),
        [one, other] => Message::with(
            "{} is one thing to {} and another to {}: {}",
            [key, Arg::Words(one.clone()), Arg::Words(other.clone()), why],
        ),
        [one, other, third] => Message::with(
            "{} is one thing to {}, another to {} and a third to {}: {}",
            [key, Arg::Words(one.clone()), Arg::Words(other.clone()), Arg::Words(third.clone()), why],
        ),
        _ => {
            let count = Arg::Number(u64::try_from(groups.len()).unwrap_or(u64::MAX));
            Message::with("{} is {} different things to {}: {}", [key, count, Arg::Words(all()), why])
        }
    };
    let finding = FindingBuilder::about_key(&META, Cause::new(divergence.cause.as_str()), &variable.key)
        .environment(&cx.environment.name)
        .message(message)
        .help(Message::new(help(divergence)))
        .readers(all())
        .at(place);
    sink.service.clone_from(&variable.service);
    sink.report(read_by(finding, read));
    sink.service = None;
}

/// What is wrong with every line of a file is said once.
fn throughout(
    cx: &Context<'_>,
    (file, id): (&File, FileId),
    cause: readers::Cause,
    variables: &[&Variable],
) -> FindingBuilder {
    let count = Arg::Number(u64::try_from(variables.len()).unwrap_or(u64::MAX));
    let starts = variables.iter().filter_map(|variable| variable.origin.span);
    let place = starts.min_by_key(|span| span.start).map_or_else(
        || Place::File(file.path.clone()),
        |span| Place::Line(id, crate::text::Span::new(span.start, span.start)),
    );
    let readers = variables.iter().filter_map(|variable| match &variable.content {
        Content::Read(readings) => Some(readings.iter().flat_map(|(_, readers)| names(readers))),
        _ => None,
    });
    let mut readers: Vec<&'static str> = readers.flatten().collect();
    readers.sort_unstable();
    readers.dedup();
    let message = Message::with(
        "{} do not agree on {} of this file's variables: {}",
        [Arg::Words(readers.clone()), count, Arg::Word(why(cause))],
    );
    FindingBuilder::new(&META, Cause::new(cause.as_str()), Subject::file(file.path.clone()))
        .environment(&cx.environment.name)
        .message(message)
        .help(Message::new(help(Divergence { cause, advice: readers::Advice::Open })))
        .readers(readers)
        .at(place)
}
