//! `special-file`: a FIFO, socket or device stands where a file should be

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::File;
use crate::os::{FileKind, OpenError};

use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "special-file",
    summary: "a FIFO, socket or device stands where a file should be",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("kind:fifo", "a FIFO"),
        CauseMeta::new("kind:socket", "a socket"),
        CauseMeta::new("kind:device", "a device"),
    ],
    page: include_str!("../../docs/rules/special-file.md"),
};

/// See the module.
pub struct SpecialFile;

impl Rule for SpecialFile {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let Err(OpenError::Kind(kind @ (FileKind::Fifo | FileKind::Socket | FileKind::Device))) = file.state
        else {
            return;
        };
        let finding =
            FindingBuilder::new(&META, Cause::word("kind", kind.as_str()), Subject::file(file.path.clone()))
                .environment(&cx.environment.name)
                .message(Message::with("a {} stands here, and was not opened", [Arg::Word(shown(kind))]))
                .help(Message::with(
                    "if nothing needs it, replace it by a regular file; what it is: ls -l {}",
                    [Arg::ShellPath(file.path.clone())],
                ))
                .at(Place::File(file.path.clone()));
        sink.report(finding);
    }
}

const fn shown(kind: FileKind) -> &'static str {
    match kind {
        FileKind::Fifo => "FIFO",
        FileKind::Socket => "socket",
        _ => "device",
    }
}
