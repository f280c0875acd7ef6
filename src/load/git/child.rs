//! The program `git` as a child: what it is told, how long it is waited for, how much of it is heard.
//!
//! Its answers are read up to a limit and for a time. What it says on standard error is not heard: it may quote the repository.

use std::env;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use zeroize::Zeroizing;

use super::GitError;
use crate::os::with_core_limit_restored;

/// What a child has said, and how it ended; without a code where a signal ended it.
pub(super) struct Answer {
    pub(super) code: Option<i32>,
    pub(super) bytes: Zeroizing<Vec<u8>>,
}

/// A child that ends with its owner.
#[derive(Debug)]
pub(super) struct Running(Child);

impl Running {
    pub(super) fn start(git: &mut Command) -> Result<Self, GitError> {
        let child = with_core_limit_restored(|| git.spawn());
        child.map(Self).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => GitError::NoGit,
            _ => GitError::Failed,
        })
    }

    /// Waits for the end and gives what was said, at most `limit` bytes of it.
    pub(super) fn answer(mut self, limit: usize, patience: Duration) -> Result<Answer, GitError> {
        let stdout = self.0.stdout.take().ok_or(GitError::Failed)?;
        let (sender, receiver) = mpsc::channel();
        // A pipe cannot be read with a deadline; a thread that nobody waits for can.
        let reader = move || {
            // Whoever asked may have gone by now.
            let _ = sender.send(read_up_to(stdout, limit));
        };
        thread::Builder::new().spawn(reader).map_err(|_| GitError::Failed)?;
        let bytes = match receiver.recv_timeout(patience) {
            Ok(Ok(bytes)) => bytes,
            Err(RecvTimeoutError::Timeout) => return Err(GitError::TimedOut),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => return Err(GitError::Failed),
        };
        if bytes.len() > limit {
            return Err(GitError::TooLarge);
        }
        let status = self.ended(patience).ok_or(GitError::TimedOut)?;
        Ok(Answer { code: status.code(), bytes })
    }

    /// How it ended, if it did in time. Its output is closed by now, so that this is a matter of microseconds.
    fn ended(&mut self, patience: Duration) -> Option<ExitStatus> {
        let (mut waited, mut pause) = (Duration::ZERO, Duration::from_micros(100));
        loop {
            if let Ok(Some(status)) = self.0.try_wait() {
                return Some(status);
            }
            if waited >= patience {
                return None;
            }
            thread::sleep(pause);
            waited = waited.saturating_add(pause);
            pause = pause.saturating_mul(2).min(Duration::from_millis(20));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Nothing happens to a child that has ended. One that the system cannot end just now is not waited for.
        if self.0.kill().is_ok() {
            let _ = self.ended(Duration::from_secs(1));
        }
    }
}

/// At most one byte more than `limit`, in memory that does not move while it is read.
fn read_up_to(stdout: ChildStdout, limit: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let most = limit.saturating_add(1);
    let mut bytes = Zeroizing::new(Vec::with_capacity(most));
    stdout.take(u64::try_from(most).unwrap_or(u64::MAX)).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// `git` at a folder that holds `.git`, with nothing of the caller's environment or the repository run.
///
/// For plumbing that neither looks at files of the work tree (filters, `diff` drivers) nor signs or shows anything: attributes and
/// drivers of the repository have no switch that turns all of them off.
#[must_use]
pub fn scrubbed(top: &Path) -> Command {
    // HOME and its kin hold `safe.directory`, without which git refuses other people's folders.
    const KEPT: [&str; 4] = ["HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "USERPROFILE"];
    let mut git = Command::new("git");
    git.env_clear().envs(KEPT.iter().filter_map(|name| Some((*name, env::var_os(name)?))));
    // PATH finds git. A relative entry of it, `.` or an empty one, would find the project's own.
    let path = env::var_os("PATH").unwrap_or_default();
    let absolute: Vec<PathBuf> = env::split_paths(&path).filter(|folder| folder.is_absolute()).collect();
    if let (false, Ok(path)) = (absolute.is_empty(), env::join_paths(absolute)) {
        git.env("PATH", path);
    }
    git.envs([
        // Objects that are not there are not fetched: a remote's address, ssh command or helper may be any program. To git
        // before 2.45 only the second says so: a list of the transports that may be used, with no name of one in it.
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_ALLOW_PROTOCOL", "_"),
        // What stands for other objects or other parents changes the answers.
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_GRAFT_FILE", "/dev/null"),
        // A path is a path, not a pattern or `:(top)`.
        ("GIT_LITERAL_PATHSPECS", "1"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("LC_ALL", "C"),
    ]);
    // The repository is the one at this folder, or none.
    git.envs(top.parent().map(|parent| ("GIT_CEILING_DIRECTORIES", parent)));
    git.args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]);
    // To older git this setting of a repository says more than the environment.
    git.args(["-c", "core.useReplaceRefs=false"]);
    // Nor is the folder itself taken for a repository where `.git` is none (from git 2.38 on).
    git.args(["-c", "safe.bareRepository=explicit", "-C"]).arg(top);
    git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    git
}
