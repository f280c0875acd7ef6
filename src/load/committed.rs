//! The policy as a commit has it, whatever the work tree holds.

use std::path::Path;

use crate::finding::{Arg, ErrorKind, Message, ReportError};
use crate::model::OnBranch;
use crate::os::Root;
use crate::text::SafePath;

use super::git::{Branch, Commit, Git, GitError};
use super::project::{POLICY_PATHS, PolicyFile, Project};
use super::{FILE_LIMIT, POLICY_LIMIT};

/// Where policies are read from: a commit of the project's repository.
#[derive(Debug)]
pub struct Committed {
    git: Git,
    commit: Commit,
    /// The reference as it was typed.
    shown: SafePath,
}

impl Committed {
    /// Looks a reference up.
    ///
    /// # Errors
    /// If the project lies in no repository, or the reference names no commit of it.
    pub fn at(project: &Project, reference: &str) -> Result<Self, Box<ReportError>> {
        let shown = SafePath::named(reference);
        let Some(git) = Git::open(&project.folder) else {
            let message = Message::with(
                "the policy is asked for from {}, and the project lies in no git repository",
                [Arg::Typed(shown)],
            );
            return Err(bad_policy(message, None));
        };
        match git.resolve(reference) {
            Ok(commit) => Ok(Self { git, commit, shown }),
            Err(error) => {
                let message = Message::with("{}: {}", [Arg::Typed(shown), Arg::Word(said(error))]);
                let help =
                    Message::new("name a branch, tag or commit that is here; fetch it first if it is not");
                Err(bad_policy(message, (error == GitError::UnknownRef).then_some(help)))
            }
        }
    }

    /// The commit's full name.
    #[must_use]
    pub fn commit(&self) -> &str {
        self.commit.as_str()
    }

    /// Reads a file by its path below the project.
    ///
    /// # Errors
    /// See [`GitError`].
    pub fn read(&self, place: &str) -> Result<Vec<u8>, GitError> {
        self.git.read(&self.commit, place, POLICY_LIMIT).map(|bytes| bytes.to_vec())
    }

    /// A path with the reference before it, as git writes it.
    #[must_use]
    pub fn shown(&self, place: &str) -> SafePath {
        SafePath::named(&format!("{}:{place}", self.shown))
    }

    /// Why a file could not be read.
    #[must_use]
    pub fn why(&self, place: &str, error: GitError) -> Message {
        Message::with(
            "the policy {} cannot be read: it {}",
            [Arg::Path(self.shown(place)), Arg::Word(said(error))],
        )
    }

    /// The policy at the commit, by its path or at the usual places; nothing if there is none.
    ///
    /// # Errors
    /// If there is one that cannot be read, or two.
    pub fn policy(self, named: Option<&Path>) -> Result<Option<PolicyFile>, Box<ReportError>> {
        let places: Vec<String> = match named {
            Some(path) => vec![place_of(path).ok_or_else(|| not_below(path))?],
            None => POLICY_PATHS.map(str::to_owned).into(),
        };
        let mut found: Option<(String, Vec<u8>)> = None;
        for place in places {
            match self.read(&place) {
                Ok(bytes) if found.is_none() => found = Some((place, bytes)),
                Ok(_) => {
                    let message = Message::with("{} holds two policies", [Arg::Typed(self.shown)]);
                    return Err(bad_policy(message, Some(Message::new("name one: --policy FILE"))));
                }
                Err(GitError::Missing) => {}
                Err(error) => return Err(bad_policy(self.why(&place, error), None)),
            }
        }
        Ok(found.map(|(place, bytes)| PolicyFile::committed(self.shown(&place), place, bytes, self)))
    }
}

/// The policy at a reference, which has to be there.
///
/// # Errors
/// If there is none: a run that was told to judge by it must not judge by less.
pub fn policy(
    project: &Project,
    reference: &str,
    named: Option<&Path>,
) -> Result<PolicyFile, Box<ReportError>> {
    let found = Committed::at(project, reference)?.policy(named)?;
    found.ok_or_else(|| {
        let message = Message::with("{} holds no policy", [Arg::Typed(SafePath::named(reference))]);
        bad_policy(message, Some(Message::new("commit one there first, or leave out --policy-from")))
    })
}

/// Whether the commit that is checked out is on a branch.
#[must_use]
pub fn on_branch(folder: &Path, name: &str) -> OnBranch {
    match Git::open(folder).map(|git| git.branch(name)) {
        Some(Branch::On | Branch::Contained) => OnBranch::Yes,
        Some(Branch::Elsewhere) => OnBranch::No,
        Some(Branch::Unknown) | None => OnBranch::Unknown,
    }
}

/// When the last commit that changed a file below the project was made, in seconds since the beginning of 1970 in UTC; nothing where git
/// cannot say, or where what lies there is not what is committed: whose day that would be nobody knows.
#[must_use]
pub fn changed(folder: &Path, root: &Root, path: &str) -> Option<i64> {
    let (time, committed) = Git::open(folder)?.changed(path, FILE_LIMIT).ok()?;
    let opened = root.read(Path::new(path), FILE_LIMIT).ok()?;
    (*opened.bytes == *committed).then_some(time)
}

/// A path that was typed as one below the project.
fn place_of(path: &Path) -> Option<String> {
    let text = path.to_str()?.replace('\\', "/");
    let parts: Vec<&str> = text.split('/').filter(|part| !matches!(*part, "" | ".")).collect();
    let below = !path.is_absolute() && !parts.is_empty() && !parts.contains(&"..");
    below.then(|| parts.join("/"))
}

fn not_below(path: &Path) -> Box<ReportError> {
    let message = Message::with("{} is no path below the project", [Arg::Path(SafePath::new(path))]);
    bad_policy(message, Some(Message::new("with --policy-from, --policy takes a path as the commit has it")))
}

fn bad_policy(message: Message, help: Option<Message>) -> Box<ReportError> {
    Box::new(ReportError { kind: ErrorKind::BadPolicy, message, help, location: None })
}

const fn said(error: GitError) -> &'static str {
    match error {
        GitError::NotARepository => {
            "git does not read this repository; of another user's it does once `git config --global --add safe.directory` names it"
        }
        GitError::NoGit => "needs git, which is not installed",
        GitError::UnknownRef => "names no commit of this repository",
        GitError::Ambiguous => {
            "names several commits here, a branch and a tag; write it out, as refs/remotes/origin/main"
        }
        GitError::Missing => "is not in that commit",
        GitError::NotAFile => "is no regular file in that commit",
        GitError::TooLarge => "is larger than 1 MiB",
        GitError::Failed => "could not be had: git failed",
        GitError::TimedOut => "could not be had: git did not answer in time",
    }
}
