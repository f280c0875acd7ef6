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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::SpecialFile;
    use crate::model::{Environment, Facts, File, Role};
    use crate::os::{FileKind, OpenError};
    use crate::rules::{Context, Rule, Sink};
    use crate::text::{EnvName, SafePath, SourceMap};

    /// Only root can make a device, so no case has one.
    #[test]
    fn a_device_is_reported() {
        let mut sources = SourceMap::default();
        let policy = crate::policy::parse(None, &[], &mut |_| Ok(Vec::new()), &mut sources).unwrap();
        let environment = Environment::new(EnvName::new("prod").unwrap(), true);
        let effective = policy.effective(&environment.name, []);
        let facts = Facts::new(std::time::SystemTime::UNIX_EPOCH, None);
        let context = Context::new(&effective, &environment, &facts);
        let path = SafePath::named("secrets/prod/DISK");
        let state = Err(OpenError::Kind(FileKind::Device));
        let file = File::new(path, Role::Secret, state);
        let mut sink = Sink::new(SpecialFile.meta(), &sources, None);
        SpecialFile.file(&context, &file, &mut sink);
        let causes: Vec<String> = sink.findings.iter().map(|finding| finding.cause.to_string()).collect();
        assert_eq!(causes, ["kind:device"]);
    }
}
