//! `foreign-owner`: a file with secrets belongs to another user

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::model::{File, Want};
use crate::policy::At;

use super::shared::held::{holds_secrets, is_kept};
use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "foreign-owner",
    summary: "a file with secrets belongs to another user",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("declared", "the policy says `owner: self` of the file"),
        CauseMeta::soft("unsaid", "the policy says nothing of its owner"),
    ],
    page: include_str!("../../docs/rules/foreign-owner.md"),
};

/// The one user whom no permission keeps out: credentials(7).
const ROOT: u32 = 0;

/// The project's own folder.
const PROJECT: &str = ".";

/// See the module.
pub struct ForeignOwner;

impl Rule for ForeignOwner {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        let declared = cx.file_patterns().filter(|(_, entry)| entry.owner.is_some());
        let files = declared.map(|(pattern, _)| Want::Files(pattern));
        let project = (cx.facts.user == Some(ROOT)).then(|| Want::Folders(PROJECT.to_owned()));
        files.chain(project).collect()
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let Ok(facts) = file.state else { return };
        // Where users have no numbers there is nothing to judge.
        let (Some(owner), Some(user)) = (facts.owner, cx.facts.user) else { return };
        let asked_by = cx.file_field(file, |entry| &entry.owner).map(|set| set.at);
        if asked_by.is_none() && !holds_secrets(cx, file) {
            return;
        }
        let subject = Subject::file(file.path.clone());
        if !is_kept(&facts) {
            sink.gap(&cx.environment.name, subject, Why::ModesMeanNothing);
            return;
        }
        if [user, ROOT].contains(&owner) || (user == ROOT && project_owner(cx) == Some(owner)) {
            return;
        }
        let cause = Cause::new(if asked_by.is_some() { "declared" } else { "unsaid" });
        let (message, help) = if user == ROOT {
            (
                "the file belongs to user {}, who is neither root nor the project's owner",
                "chown root {}, unless the program that reads it runs as that user",
            )
        } else {
            (
                "the file belongs to user {}, who is neither the one that runs this nor root",
                "sudo chown \"$(id -un)\" {}",
            )
        };
        let finding = FindingBuilder::new(&META, cause, subject)
            .environment(&cx.environment.name)
            .message(Message::with(message, [Arg::Number(owner.into())]))
            .help(Message::with(help, [Arg::ShellPath(file.path.clone())]))
            .at(Place::File(file.path.clone()))
            .asked_by(asked_by.map(At::place));
        sink.report(finding);
    }
}

/// Whose the project is: with `sudo` one works on somebody's project.
fn project_owner(cx: &Context<'_>) -> Option<u32> {
    let folder = cx.facts.folders(PROJECT)?.first()?;
    folder.state.ok()?.owner
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{ForeignOwner, PROJECT};
    use crate::model::{Answer, Environment, Facts, File, Role, Want};
    use crate::os::{FileFacts, FileKind};
    use crate::rules::{Context, Rule, Sink};
    use crate::text::{EnvName, SafePath, SourceMap};
    use rstest::rstest;

    const FACTS: FileFacts = FileFacts {
        kind: FileKind::Regular,
        mode: Some(0o600),
        owner: None,
        modes_kept: true,
        links: 0,
        kubernetes_volume: false,
    };

    fn file(path: &str, role: Role, facts: FileFacts) -> File {
        File::new(SafePath::named(path), role, Ok(facts))
    }

    /// Causes and gaps for a secret with these facts, as `user` sees it.
    fn found(user: Option<u32>, project: u32, facts: FileFacts) -> (Vec<String>, usize) {
        let mut sources = SourceMap::default();
        let policy = crate::policy::parse(None, &[], &mut |_| Ok(Vec::new()), &mut sources).unwrap();
        let environment = Environment::new(EnvName::new("prod").unwrap(), true);
        let effective = policy.effective(&environment.name, []);
        let mut told = Facts::new(std::time::SystemTime::UNIX_EPOCH, user);
        let folder = FileFacts { kind: FileKind::Folder, owner: Some(project), ..FACTS };
        let answer = Answer::Files(vec![file(PROJECT, Role::Folder, folder)]);
        told.take(Want::Folders(PROJECT.to_owned()), answer);
        let context = Context::new(&effective, &environment, &told);
        let mut sink = Sink::new(ForeignOwner.meta(), &sources, None);
        ForeignOwner.file(&context, &file("secrets/prod/KEY", Role::Secret, facts), &mut sink);
        let causes = sink.findings.iter().map(|finding| finding.cause.to_string()).collect();
        (causes, sink.gaps.len())
    }

    /// Only root can make a file another's, and these hold whoever runs the tests.
    #[rstest]
    #[case(1000, 1000, 1000, false)]
    #[case(1000, 1000, 0, false)]
    #[case(1000, 1000, 1001, true)]
    #[case(1000, 1001, 1001, true)]
    #[case(0, 1000, 0, false)]
    #[case(0, 1000, 1000, false)]
    #[case(0, 1000, 1001, true)]
    fn owners(#[case] user: u32, #[case] project: u32, #[case] owner: u32, #[case] fires: bool) {
        let (causes, gaps) = found(Some(user), project, FileFacts { owner: Some(owner), ..FACTS });
        assert_eq!((causes, gaps), (if fires { vec!["unsaid".to_owned()] } else { Vec::new() }, 0));
    }

    #[test]
    fn where_owners_mean_nothing_that_is_said() {
        let facts = FileFacts { owner: Some(1001), ..FACTS };
        assert_eq!(found(Some(1000), 1000, FileFacts { kubernetes_volume: true, ..facts }), (vec![], 1));
        assert_eq!(found(Some(1000), 1000, FileFacts { modes_kept: false, ..facts }), (vec![], 1));
        // And where there are none, nothing.
        assert_eq!(found(None, 1000, FileFacts { owner: None, modes_kept: false, ..FACTS }), (vec![], 0));
    }
}
