//! What git says, by its plumbing alone and with nothing of the project executed.

use std::ffi::OsString;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::os::with_core_limit_restored;

/// A question to git that is being answered while other work goes on.
#[derive(Debug)]
pub struct Head(Option<Child>);

impl Head {
    /// Asks for the commit that is checked out at `folder`, if it lies in a git work tree.
    #[must_use]
    pub fn ask(folder: &Path) -> Self {
        let in_git = folder.ancestors().any(|parent| parent.join(".git").symlink_metadata().is_ok());
        if !in_git {
            return Self(None);
        }
        let mut git = scrubbed(folder);
        git.args(["rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}"]);
        Self(with_core_limit_restored(|| git.spawn()).ok())
    }

    /// The answer: a commit's full name in hex, or nothing.
    #[must_use]
    pub fn answer(self) -> Option<String> {
        let output = self.0?.wait_with_output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let name = text.trim();
        let full = matches!(name.len(), 40 | 64) && name.bytes().all(|b| b.is_ascii_hexdigit());
        (output.status.success() && full).then(|| name.to_owned())
    }
}

/// `git` with an environment in which nothing of the caller's or the project's is run.
fn scrubbed(folder: &Path) -> Command {
    // PATH finds git; HOME and its kin hold `safe.directory`, without which git refuses other people's folders.
    const KEPT: [&str; 5] = ["PATH", "HOME", "XDG_CONFIG_HOME", "SYSTEMROOT", "USERPROFILE"];
    let kept = KEPT.iter().filter_map(|name| Some((*name, std::env::var_os(name)?)));
    let kept: Vec<(&str, OsString)> = kept.collect();
    let mut git = Command::new("git");
    git.env_clear().envs(kept);
    git.envs([
        ("GIT_NO_LAZY_FETCH", "1"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("GIT_OPTIONAL_LOCKS", "0"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("LC_ALL", "C"),
    ]);
    git.args(["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C"]).arg(folder);
    git.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    git
}
