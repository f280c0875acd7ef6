//! `executes-code`: a program that reads a `.env` file would run a part of it

use std::collections::BTreeMap;

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::{Basis, File};
use crate::syntax::readers::{self, Advice, Divergence, How};
use crate::text::KeyName;

use super::shared::words::{help, how, written};
use super::sink::{names, read_by};
use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "executes-code",
    summary: "a program that reads a `.env` file would run a part of it",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("substitution", "`$(...)` or backquotes: what they hold is run"),
        CauseMeta::new("command", "a word where a shell takes it for a command: `NAME=value word`"),
        CauseMeta::new("background", "an unquoted `&`: what stands before it is run in the background"),
        CauseMeta::new("redirection", "an unquoted `>` or `<`: a file is written or read"),
    ],
    page: include_str!("../../docs/rules/executes-code.md"),
};

/// See the module.
pub struct ExecutesCode;

impl Rule for ExecutesCode {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let (Some(id), Some(read)) = (file.id, &file.readers) else { return };
        sink.guessed = read.basis == Basis::Dependency;
        let environment = cx.environment;
        let here = environment
            .counting()
            .filter(|variable| environment.file_of(variable).is_some_and(|own| std::ptr::eq(own, file)));
        let divergences: BTreeMap<&KeyName, Divergence> =
            here.filter_map(|variable| Some((&variable.key, variable.divergence?))).collect();
        for run in &read.runs {
            let cause = Cause::new(how(run.how));
            let by = names(&run.readers);
            let who = Arg::Words(by.clone());
            let (finding, message) = match &run.key {
                Some(key) => (
                    FindingBuilder::about_key(&META, cause, key),
                    Message::with(with_key(run.how), [who, Arg::Key(key.clone())]),
                ),
                None => (
                    FindingBuilder::new(&META, cause, Subject::file(file.path.clone())),
                    Message::with("{} would run this line as a command", [who]),
                ),
            };
            let divergence = run.key.as_ref().and_then(|key| divergences.get(key)).copied();
            let help = match divergence {
                Some(divergence) if divergence.cause == readers::Cause::Name => help(divergence),
                Some(Divergence { advice: advice @ (Advice::Write(_) | Advice::Impossible), .. }) => {
                    written(advice)
                }
                _ if run.key.is_some() => {
                    "quote the value; one that is made by a command belongs in the script that reads the file"
                }
                _ => "put # in front of the line, or move it into the script that reads the file",
            };
            let finding = finding
                .environment(&cx.environment.name)
                .message(message)
                .help(Message::new(help))
                .readers(by)
                .at(Place::Line(id, run.span));
            sink.service.clone_from(&file.service);
            sink.report(read_by(finding, read));
        }
        sink.service = None;
        sink.guessed = false;
    }
}

const fn with_key(how: How) -> &'static str {
    match how {
        How::Substitution => "{} would run the command that the line of {} holds",
        How::Command => "{} would take a word on the line of {} for a command, and run it",
        How::Background => "{} would set {} in a job of its own, run in the background, and go on without it",
        How::Redirection => "{} would write or read a file that the line of {} names",
    }
}
