//! `loose-permissions`: a file with secrets is open to others

use crate::finding::location::Place;
use crate::finding::{
    Arg, Cause, CauseArg, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::{File, Want};
use crate::sealed::without_ending;

use super::context::matcher;
use super::shared::held::{holds_secrets, is_kept};
use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "loose-permissions",
    summary: "a file with secrets is open to others",
    severity: Severity::Error,
    causes: &[CauseMeta::new(
        "mode:*",
        "permission bits beyond those allowed; the argument is the mode found",
    )],
    page: include_str!("../../docs/rules/loose-permissions.md"),
};

/// See the module.
pub struct LoosePermissions;

impl Rule for LoosePermissions {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        cx.file_patterns().map(|(pattern, _)| Want::Files(pattern)).collect()
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let Ok(facts) = file.state else { return };
        let entry = cx.file_field(file, |entry| &entry.mode);
        let allowed = match entry {
            Some(entry) if is_meant(cx, file) => entry.value,
            // What git keeps of modes is no fault; who may write the file can put his own in its place.
            Some(entry) => entry.value | CIPHERTEXT,
            None if file.is_ciphertext() => CIPHERTEXT,
            None if holds_secrets(cx, file) => OWNER_ONLY,
            None => return,
        };
        // The right to execute gives the owner nothing that others could use, unless the policy says so to the letter.
        let tolerated = if entry.is_some() { allowed } else { allowed | 0o100 };
        let subject = Subject::file(file.path.clone());
        let Some(mode) = facts.mode.filter(|_| is_kept(&facts)) else {
            sink.gap(&cx.environment.name, subject, Why::ModesMeanNothing);
            return;
        };
        let mode = mode & 0o777;
        if mode & !tolerated == 0 {
            return;
        }
        let path = Arg::ShellPath(file.path.clone());
        let finding = FindingBuilder::new(&META, Cause::with("mode", CauseArg::Mode(mode)), subject)
            .environment(&cx.environment.name)
            .message(Message::with(
                "the file's mode is {}; at most {} is allowed",
                [Arg::Mode(mode), Arg::Mode(allowed)],
            ))
            .help(Message::with("chmod {} {}", [Arg::Mode(mode & allowed), path]))
            .at(Place::File(file.path.clone()))
            .asked_by(entry.map(|entry| entry.at.place()));
        sink.report(finding);
    }
}

/// Whether a mode that the policy gives to a path is meant for the file to the letter. Git keeps ciphertext at 0644: of a pattern that names
/// plain files too, only who may write is meant.
fn is_meant(cx: &Context<'_>, file: &File) -> bool {
    let names = |pattern: &str| {
        let matched = matcher(pattern).is_some_and(|matcher| matcher.is_match(file.path.as_str()));
        matched && (pattern == file.path.as_str() || without_ending(pattern).is_some())
    };
    !file.is_ciphertext()
        || cx.file_patterns().any(|(pattern, entry)| entry.mode.is_some() && names(&pattern))
}

/// Read and write for the owner, nothing for others.
const OWNER_ONLY: u32 = 0o600;
/// For anybody to read and for its owner to write, as git keeps encrypted files. age names no sender: a file that somebody else put in their
/// place opens like the right one.
const CIPHERTEXT: u32 = 0o755;
