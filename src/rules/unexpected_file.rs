//! `unexpected-file`: a copy of a file with secrets was left beside it

use crate::finding::location::Place;
use crate::finding::{
    Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::copies::is_copy;
use crate::model::{Environment, File, Role, SourcePath, Want};
use crate::os::FileKind;
use crate::policy::Effective;
use crate::text::SafePath;

use super::{Context, Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "unexpected-file",
    summary: "a copy of a file with secrets was left beside it",
    severity: Severity::Warning,
    causes: &[CauseMeta::new("copy", "by its name a copy that an editor or a person left")],
    page: include_str!("../../docs/rules/unexpected-file.md"),
};

/// See the module.
pub struct UnexpectedFile;

impl Rule for UnexpectedFile {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        let sources = cx.environment.sources.iter().filter(|_| cx.environment.asked);
        sources.map(|source| Want::Copies(source.parts().0.to_owned())).collect()
    }

    // Over all environments: what reads like a copy may be another environment's own file.
    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        for (policy, environment) in cx.environments.iter().filter(|(_, environment)| environment.asked) {
            let level = policy.level(META.id).map(|set| set.value);
            if level == Some(Level::Off) {
                continue;
            }
            for source in &environment.sources {
                let beside = cx.facts.copies(source.parts().0).into_iter().flatten();
                beside.for_each(|file| beside_source(cx, policy, environment, source, file, level, sink));
            }
            let left = environment.files.iter().filter(|file| file.role == Role::Copy);
            for file in left.filter(|file| !is_named(policy, &file.path)) {
                let message = Message::new("by its name a copy of a file with a secret, left beside it");
                report(environment, file, message, level, sink);
            }
        }
    }
}

fn beside_source(
    cx: &Project<'_>,
    policy: &Effective,
    environment: &Environment,
    source: &SourcePath,
    file: &File,
    level: Option<Level>,
    sink: &mut Sink<'_>,
) {
    let Ok(facts) = file.state else {
        if file.role == Role::Folder {
            sink.gap(&environment.name, Subject::file(file.path.clone()), Why::FolderUnseen);
        }
        return;
    };
    let wanted = if source.is_folder { FileKind::Folder } else { FileKind::Regular };
    let mut sources = cx.environments.iter().flat_map(|(_, environment)| &environment.sources);
    let is_source = sources.any(|source| SafePath::named(&source.path) == file.path);
    let name = file.path.as_str().rsplit('/').next().unwrap_or_default();
    let copied = facts.kind == wanted && is_copy(name, source.parts().1);
    if copied && !is_source && !is_named(policy, &file.path) {
        let original = Arg::Path(SafePath::named(&source.path));
        let message = Message::with("by its name a copy of {}, left beside it", [original]);
        report(environment, file, message, level, sink);
    }
}

/// Whether the policy's `files` names a path to the letter: then it is expected.
fn is_named(policy: &Effective, path: &SafePath) -> bool {
    let named = |name: String| SafePath::named(&name) == *path;
    policy.layer.files.iter().any(|entry| named(entry.path.for_env(policy.environment.as_str())))
}

fn report(
    environment: &Environment,
    file: &File,
    message: Message,
    level: Option<Level>,
    sink: &mut Sink<'_>,
) {
    let is_folder = file.state.is_ok_and(|facts| facts.kind == FileKind::Folder);
    let help = if is_folder {
        "if nothing needs it, remove it: rm -r -- {}"
    } else {
        "if nothing needs it, remove it: rm -- {}"
    };
    let path = file.path.clone();
    let finding = FindingBuilder::new(&META, Cause::new("copy"), Subject::file(path.clone()))
        .environment(&environment.name)
        .message(message)
        .help(Message::with(help, [Arg::ShellPath(path.clone())]))
        .at(Place::File(path));
    sink.report_at(level, finding);
}
