//! `symlinked-secret`: a link leads out of the project, in circles or nowhere

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::File;
use crate::os::OpenError;

use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "symlinked-secret",
    summary: "a link leads out of the project, in circles or nowhere",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("link:leaves", "the link leaves the project; it is not followed"),
        CauseMeta::new("link:loop", "links in a circle"),
        CauseMeta::new("link:dangling", "a link to nothing"),
    ],
    page: include_str!("../../docs/rules/symlinked-secret.md"),
};

/// See the module.
pub struct SymlinkedSecret;

impl Rule for SymlinkedSecret {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let (word, message, help) = match file.state {
            Err(OpenError::Leaves) => (
                "leaves",
                "the link leaves the project and was not followed",
                "keep the file itself below the project; where the link leads: readlink {}",
            ),
            Err(OpenError::Loop) => ("loop", "the link goes in circles", "remove it: rm {}"),
            Err(OpenError::Dangling) => {
                ("dangling", "the link leads nowhere", "see where it points: readlink {}")
            }
            _ => return,
        };
        let finding = FindingBuilder::new(&META, Cause::word("link", word), Subject::file(file.path.clone()))
            .environment(&cx.environment.name)
            .message(Message::new(message))
            .help(Message::with(help, [Arg::ShellPath(file.path.clone())]))
            .at(Place::File(file.path.clone()));
        sink.report(finding);
    }
}
