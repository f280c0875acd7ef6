//! What git says, by its plumbing alone and with nothing of the repository executed.
//!
//! [`Git`] answers questions about the repository that a folder lies in, [`Head`] one of them while other work goes on. Both
//! start `git` through [`scrubbed`] alone.

mod child;

use std::env;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use zeroize::Zeroizing;

use crate::os::physical;

pub use child::scrubbed;
use child::{Answer, Running};

/// How long git may take for an answer. Real answers take milliseconds, or seconds on a cold disk.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Most bytes of an answer that names commits, refs or one entry of a tree.
const NAMES_LIMIT: usize = 64 << 10;
/// Most branches of one name, all remotes taken together, whose history is looked through.
const TIPS_LIMIT: usize = 16;

/// Why git gave no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GitError {
    /// What stands at `.git` is no repository, or one that git refuses: other people's, of an unknown format.
    #[error("git finds no repository here that it would read")]
    NotARepository,
    /// The program is not there.
    #[error("git is not installed")]
    NoGit,
    /// A reference that names no commit.
    #[error("names no commit of this repository")]
    UnknownRef,
    /// A reference that names several commits: a branch and a tag of one name.
    #[error("names several commits of this repository")]
    Ambiguous,
    /// Not in that commit.
    #[error("is not in that commit")]
    Missing,
    /// A folder, submodule or symbolic link in that commit.
    #[error("is no regular file in that commit")]
    NotAFile,
    /// Larger than the limit.
    #[error("is larger than what is read")]
    TooLarge,
    /// Anything else that git stumbles over, such as an object that is not there.
    #[error("git failed")]
    Failed,
    /// No answer in time; the program was ended.
    #[error("git did not answer in time")]
    TimedOut,
}

/// A commit's full name, as git gave it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit(String);

impl Commit {
    /// The name: 40 hexadecimal digits, or 64 where the repository uses SHA-256.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn read(answer: &[u8]) -> Option<Self> {
        let name = std::str::from_utf8(answer).ok()?.trim();
        let full = matches!(name.len(), 40 | 64) && name.bytes().all(|b| b.is_ascii_hexdigit());
        full.then(|| Self(name.to_owned()))
    }
}

impl fmt::Display for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How what is checked out stands to a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Branch {
    /// It is that local branch.
    On,
    /// Its commit is the tip of the local branch or of a remote's branch of that name, or in their history.
    Contained,
    /// There are such branches, and its commit is in none of them.
    Elsewhere,
    /// It cannot be told: no such branch, no commit yet, history that was cut off, no git.
    Unknown,
}

/// A repository, seen from a folder in its work tree.
#[derive(Clone, Debug)]
pub struct Git {
    /// The folder that holds `.git`.
    top: PathBuf,
    /// From there to the folder that was opened: nothing, or parts that each end with `/`.
    below: OsString,
    patience: Duration,
}

impl Git {
    /// The repository that `folder` lies in; nothing where no `.git` stands in it or above it.
    #[must_use]
    pub fn open(folder: &Path) -> Option<Self> {
        let folder = physical(folder).ok()?;
        let top = folder.ancestors().find(|parent| parent.join(".git").symlink_metadata().is_ok())?;
        // Git would pass over a `.git` that is none and answer for a repository further up. `scrubbed` forbids that in
        // a list, which a path with the list's separator cannot stand in.
        let listed = top.parent().is_none_or(|parent| env::join_paths([parent]).is_ok());
        let git = top.join(".git");
        let sound = || ["HEAD", "objects", "refs"].iter().all(|part| git.join(part).exists());
        if !listed && !git.is_file() && !sound() {
            return None;
        }
        let mut below = OsString::new();
        for part in folder.strip_prefix(top).ok()?.components() {
            below.push(part);
            below.push("/");
        }
        Some(Self { top: top.to_owned(), below, patience: PATIENCE })
    }

    /// The same, waiting for each answer only as long as given.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// The commit that a reference names: branch, tag, remote's branch, hexadecimal name, or an expression such as `HEAD~1`
    /// (gitrevisions(7)). Options and `COMMIT:PATH` are no references.
    ///
    /// # Errors
    /// See [`GitError`].
    pub fn resolve(&self, reference: &str) -> Result<Commit, GitError> {
        let odd = |c: char| c == ':' || c.is_control();
        if reference.is_empty() || reference.starts_with('-') || reference.contains(odd) {
            return Err(GitError::UnknownRef);
        }
        let answer = self.ask(naming(reference), NAMES_LIMIT)?;
        match answer.code {
            // What is no single commit, such as `^main`, is not answered with a name.
            Some(0) => {
                let commit = Commit::read(&answer.bytes).ok_or(GitError::UnknownRef)?;
                if self.is_ambiguous(reference, &commit)? { Err(GitError::Ambiguous) } else { Ok(commit) }
            }
            _ => Err(self.refusal(&answer, GitError::UnknownRef)),
        }
    }

    /// Whether a tag, branch or remote's branch of this name is another commit: whoever may push a tag `origin/main` must not
    /// decide what `origin/main` is.
    fn is_ambiguous(&self, reference: &str, commit: &Commit) -> Result<bool, GitError> {
        for kind in ["refs/tags/", "refs/heads/", "refs/remotes/"] {
            let full = format!("{kind}{reference}");
            let answer = self.ask(naming(&full), NAMES_LIMIT)?;
            if answer.code == Some(0) && Commit::read(&answer.bytes).is_some_and(|other| other != *commit) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The bytes of a file as `commit` holds it, unfiltered. `path` is relative to the folder that was opened, its parts
    /// divided by `/`; one that leads out of it is in no commit.
    ///
    /// # Errors
    /// See [`GitError`].
    pub fn read(&self, commit: &Commit, path: &str, limit: usize) -> Result<Zeroizing<Vec<u8>>, GitError> {
        let down = |part: &str| !matches!(part, "" | "." | "..");
        if !path.split('/').all(down) || path.contains('\0') {
            return Err(GitError::Missing);
        }
        let mut full = self.below.clone();
        full.push(path);
        // From the top, whatever the repository's settings say of where its work tree is.
        let list = ["ls-tree", "--full-tree", "-l", "-z", "--", commit.as_str()].map(OsStr::new);
        let answer = self.ask(list.into_iter().chain([full.as_os_str()]), NAMES_LIMIT)?;
        if answer.code != Some(0) {
            return Err(self.refusal(&answer, GitError::Failed));
        }
        let entry = Entry::read(&answer.bytes)?;
        if entry.size > limit {
            return Err(GitError::TooLarge);
        }
        // By the object's name: nothing of the path is looked at twice.
        let answer = self.ask(["cat-file", "blob", entry.object], entry.size)?;
        match answer.code {
            Some(0) if answer.bytes.len() == entry.size => Ok(answer.bytes),
            _ => Err(GitError::Failed),
        }
    }

    /// When a file below the folder that was opened got its bytes: the committer's time of the last commit, in seconds since the
    /// beginning of 1970 in UTC, that changed it on the way to what is checked out; and its bytes there. Where history is cut off
    /// nobody knows that commit.
    ///
    /// # Errors
    /// See [`GitError`].
    pub fn changed(&self, path: &str, limit: usize) -> Result<(i64, Zeroizing<Vec<u8>>), GitError> {
        let head = self.resolve("HEAD")?;
        let bytes = self.read(&head, path, limit)?;
        if !self.is_whole()? {
            return Err(GitError::Missing);
        }
        let mut full = self.below.clone();
        full.push(path);
        // Trees are compared and no texts: no `diff` driver is asked, no signature looked at.
        let list = ["rev-list", "--max-count=1", "--timestamp", head.as_str(), "--"].map(OsStr::new);
        let answer = self.ask(list.into_iter().chain([full.as_os_str()]), NAMES_LIMIT)?;
        if answer.code != Some(0) {
            return Err(GitError::Failed);
        }
        let text = std::str::from_utf8(&answer.bytes).map_err(|_| GitError::Failed)?;
        let time = text.split_ascii_whitespace().next().and_then(|time| time.parse().ok());
        time.map(|time| (time, bytes)).ok_or(GitError::Failed)
    }

    /// Whether all of the history is here.
    fn is_whole(&self) -> Result<bool, GitError> {
        let shallow = self.ask(["rev-parse", "--is-shallow-repository"], NAMES_LIMIT)?;
        Ok(shallow.code == Some(0) && shallow.bytes.trim_ascii_end() == b"false")
    }

    /// How what is checked out stands to the branch `name`.
    #[must_use]
    pub fn branch(&self, name: &str) -> Branch {
        self.standing(name).unwrap_or(Branch::Unknown)
    }

    fn standing(&self, name: &str) -> Result<Branch, GitError> {
        let head = self.resolve("HEAD")?;
        let local = format!("refs/heads/{name}");
        let checked_out = self.ask(["symbolic-ref", "--quiet", "HEAD"], NAMES_LIMIT)?;
        if checked_out.code == Some(0) && checked_out.bytes.trim_ascii_end() == local.as_bytes() {
            return Ok(Branch::On);
        }
        let tips = self.tips(&local, name)?;
        if tips.is_empty() {
            return Ok(Branch::Unknown);
        }
        let mut told = tips.len() <= TIPS_LIMIT;
        for tip in tips.iter().take(TIPS_LIMIT) {
            let within = ["merge-base", "--is-ancestor", head.as_str(), tip.as_str()];
            match self.ask(within, NAMES_LIMIT)?.code {
                Some(0) => return Ok(Branch::Contained),
                Some(1) => {}
                _ => told = false,
            }
        }
        // Where history is cut off a commit's descendants may not know it.
        let whole = self.is_whole()?;
        Ok(if told && whole { Branch::Elsewhere } else { Branch::Unknown })
    }

    /// What the branches of a name point at, the local one and every remote's, each once.
    fn tips(&self, local: &str, name: &str) -> Result<Vec<Commit>, GitError> {
        let remotes = format!("refs/remotes/*/{name}");
        let list = ["for-each-ref", "--format=%(objectname) %(refname)", local, &remotes];
        let answer = self.ask(list, NAMES_LIMIT)?;
        if answer.code != Some(0) {
            return Err(GitError::Failed);
        }
        let text = std::str::from_utf8(&answer.bytes).map_err(|_| GitError::Failed)?;
        let mut tips = Vec::new();
        for (object, found) in text.lines().filter_map(|line| line.split_once(' ')) {
            // Patterns match more: what lies below (`refs/heads/main/x`), and by `*` where the name has one.
            let remote = found.strip_prefix("refs/remotes/").and_then(|rest| rest.split_once('/'));
            if found == local || remote.is_some_and(|(_, branch)| branch == name) {
                let tip = Commit::read(object.as_bytes()).ok_or(GitError::Failed)?;
                if !tips.contains(&tip) {
                    tips.push(tip);
                }
            }
        }
        Ok(tips)
    }

    fn ask<A: AsRef<OsStr>>(
        &self,
        args: impl IntoIterator<Item = A>,
        limit: usize,
    ) -> Result<Answer, GitError> {
        Running::start(scrubbed(&self.top).args(args))?.answer(limit, self.patience)
    }

    /// What a refusal means: git has one exit code for a question without an answer and for what is no repository.
    fn refusal(&self, answer: &Answer, otherwise: GitError) -> GitError {
        if answer.code.is_none() {
            return GitError::Failed;
        }
        match self.ask(["rev-parse", "--git-dir"], NAMES_LIMIT) {
            Ok(answer) if answer.code == Some(0) => otherwise,
            Ok(_) => GitError::NotARepository,
            Err(error) => error,
        }
    }
}

/// A question to git that is being answered while other work goes on.
#[derive(Debug)]
pub struct Head(Option<Running>);

impl Head {
    /// Asks for the commit that is checked out at `folder`, if it lies in a git work tree.
    #[must_use]
    pub fn ask(folder: &Path) -> Self {
        Self(Git::open(folder).and_then(|git| Running::start(scrubbed(&git.top).args(naming("HEAD"))).ok()))
    }

    /// The answer: a commit's full name in hex, or nothing.
    #[must_use]
    pub fn answer(self) -> Option<String> {
        let answer = self.0?.answer(NAMES_LIMIT, PATIENCE).ok()?;
        (answer.code == Some(0)).then(|| Commit::read(&answer.bytes))?.map(|commit| commit.0)
    }
}

/// The question for a commit's full name.
fn naming(reference: &str) -> [String; 5] {
    ["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{reference}^{{commit}}")]
        .map(str::to_owned)
}

/// A regular file in a tree.
struct Entry<'a> {
    object: &'a str,
    size: usize,
}

impl<'a> Entry<'a> {
    /// Reads git-ls-tree(1): `MODE TYPE OBJECT SIZE<tab>PATH<nul>`, or nothing.
    fn read(answer: &'a [u8]) -> Result<Self, GitError> {
        let head = answer.split(|byte| *byte == b'\t').next().unwrap_or_default();
        if head.is_empty() {
            return Err(GitError::Missing);
        }
        let mut words = std::str::from_utf8(head).map_err(|_| GitError::Failed)?.split_ascii_whitespace();
        let (mode, _, object, size) = (words.next(), words.next(), words.next(), words.next());
        // 040000 is a folder, 120000 a symbolic link, 160000 a submodule.
        if !mode.is_some_and(|mode| mode.starts_with("100")) {
            return Err(GitError::NotAFile);
        }
        // The size of an object that is not there is a word.
        let size = size.and_then(|size| size.parse().ok()).ok_or(GitError::Failed)?;
        Ok(Self { object: object.ok_or(GitError::Failed)?, size })
    }
}
