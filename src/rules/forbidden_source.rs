//! `forbidden-source`: an environment has a source of a kind that it must do without

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::model::{File, Role};
use crate::os::OpenError;
use crate::policy::{Forbidden, SourceKind};

use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "forbidden-source",
    summary: "an environment has a source of a kind that it must do without",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("kind:dotenv", "a `.env` file is there, and the environment forbids `dotenv`"),
        CauseMeta::new("kind:secrets", "secret files are there, and the environment forbids `secrets`"),
        CauseMeta::new(
            "kind:config",
            "a file of keys and values is there, and the environment forbids `config`",
        ),
        CauseMeta::new("kind:names", "a list of names is there, and the environment forbids `names`"),
    ],
    page: include_str!("../../docs/rules/forbidden-source.md"),
};

/// See the module.
pub struct ForbiddenSource;

impl Rule for ForbiddenSource {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let kind = match file.role {
            // A file of several variables among the secrets is no source of its own.
            Role::Dotenv | Role::Config if is_among_secrets(cx, file) => return,
            Role::Dotenv => SourceKind::Dotenv,
            Role::SecretsFolder if holds_files(cx, file) => SourceKind::Secrets,
            Role::Config => SourceKind::Config,
            Role::Names => SourceKind::Names,
            _ => return,
        };
        let Some(forbidden) = cx.policy.forbids(Forbidden::Source(kind)) else { return };
        if file.state.is_err_and(|error| error == OpenError::Missing) {
            return;
        }
        let path = file.path.clone();
        let finding =
            FindingBuilder::new(&META, Cause::word("kind", kind.as_str()), Subject::file(path.clone()))
                .environment(&cx.environment.name)
                .service(file.service.as_ref())
                .message(Message::with(
                    "{} has a source of the kind `{}`, which it must do without",
                    [Arg::Env(cx.environment.name.clone()), Arg::Word(kind.as_str())],
                ))
                .help(Message::with(
                    "move what is in it to where the environment gets its values, then remove {}",
                    [Arg::ShellPath(path.clone())],
                ))
                .at(Place::File(path))
                .asked_by(Some(forbidden.at.place()));
        sink.report(finding);
    }
}

fn is_among_secrets(cx: &Context<'_>, file: &File) -> bool {
    let folder = file.path.as_str().rsplit_once('/').map(|(folder, _)| folder);
    let mut folders = cx.environment.files.iter().filter(|other| other.role == Role::SecretsFolder);
    folders.any(|other| Some(other.path.as_str()) == folder)
}

/// An empty folder holds nothing that could be used; a service's folder below another one is told with that. One that is
/// none of the environment's sources was not gone through.
fn holds_files(cx: &Context<'_>, folder: &File) -> bool {
    let below = |file: &File, folder: &File| {
        let rest = file.path.as_str().strip_prefix(folder.path.as_str());
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    let files = || cx.environment.files.iter();
    let apart = Subject::file(folder.path.clone());
    let unread = cx.environment.gaps.iter().any(|gap| gap.what == apart && gap.why == Why::SetApart);
    (unread || files().any(|file| file.role != Role::SecretsFolder && below(file, folder)))
        && !files().any(|file| file.role == Role::SecretsFolder && below(folder, file))
}
