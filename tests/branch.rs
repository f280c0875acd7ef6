//! `wrong-branch` against real git repositories: the cases of `tests/rules` cannot hold one.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::{lines, report, scrub};
use tempfile::TempDir;

/// What a check of `prod`, which is deployed from `main`, comes to.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    OnIt,
    Other,
    Unknown,
}
use Outcome::{OnIt, Other, Unknown};

/// A folder with a project, and git.
struct Checkout {
    folder: PathBuf,
    _kept: TempDir,
}

impl Checkout {
    fn new() -> Self {
        let kept = TempDir::new().unwrap();
        let checkout = Self { folder: kept.path().join("project"), _kept: kept };
        fs::create_dir(&checkout.folder).unwrap();
        checkout.project("");
        checkout
    }

    /// A repository whose branch `main` has two commits, the second checked out.
    fn on_main() -> Self {
        let checkout = Self::new();
        checkout.git(&["init", "-q", "--initial-branch=main"]);
        checkout.commit("first");
        checkout.commit("second");
        checkout
    }

    /// Writes the project below the folder. Its files are not committed: they are no matter of git's here.
    fn project(&self, below: &str) {
        let folder = self.folder.join(below);
        let policy = "version: 1\nedition: 2026\nenvironments: { prod: { branch: main } }\nkeys: { A: {} }\n";
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("preflight.yaml"), policy).unwrap();
        fs::write(folder.join(".env.prod"), "A=1\n").unwrap();
        support::case::set_mode(&folder.join(".env.prod"), 0o600);
    }

    fn git(&self, args: &[&str]) -> String {
        git(&self.folder, args)
    }

    fn commit(&self, message: &str) {
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    fn outcome(&self) -> Outcome {
        outcome(&self.folder)
    }
}

fn git(folder: &Path, args: &[&str]) -> String {
    let mut command = Command::new("git");
    scrub(&mut command);
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let identity =
        ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "protocol.file.allow=always"];
    let output = command.current_dir(folder).args(identity).args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn outcome(folder: &Path) -> Outcome {
    let (code, report) = report(folder, ["prod"]);
    let found = lines(&report);
    let gaps = report["environments"][0]["not_checked"].as_array().unwrap();
    let unknown = gaps.iter().any(|gap| gap["why"] == "branch-unknown");
    match code {
        0 => assert!(found.is_empty() && !unknown, "{found:?}"),
        1 => assert!(
            found == ["error wrong-branch[other] prod file preflight.yaml:3"] && !unknown,
            "{found:?}"
        ),
        _ => assert!(found.is_empty() && unknown, "{found:?} {gaps:?}"),
    }
    [OnIt, Other, Unknown].into_iter().nth(usize::try_from(code).unwrap()).unwrap()
}

#[test]
fn the_branch_itself_and_its_older_commits_are_on_it() {
    let checkout = Checkout::on_main();
    assert_eq!(checkout.outcome(), OnIt);
    checkout.git(&["checkout", "-q", "--detach"]);
    assert_eq!(checkout.outcome(), OnIt);
    checkout.git(&["checkout", "-q", "--detach", "main~1"]);
    assert_eq!(checkout.outcome(), OnIt);
}

#[test]
fn another_branch_is_on_it_until_it_has_commits_of_its_own() {
    let checkout = Checkout::on_main();
    checkout.git(&["checkout", "-q", "-b", "feature"]);
    assert_eq!(checkout.outcome(), OnIt, "the same commit");
    checkout.git(&["reset", "-q", "--hard", "main~1"]);
    assert_eq!(checkout.outcome(), OnIt, "an older commit");
    checkout.commit("own");
    assert_eq!(checkout.outcome(), Other);
    checkout.git(&["checkout", "-q", "--detach"]);
    assert_eq!(checkout.outcome(), Other, "without a branch's name");
    let own = checkout.git(&["rev-parse", "HEAD"]);
    checkout.git(&["checkout", "-q", "main"]);
    checkout.git(&["merge", "-q", "--no-ff", "-m", "merge", "feature"]);
    checkout.git(&["checkout", "-q", "--detach", &own]);
    assert_eq!(checkout.outcome(), OnIt, "merged");
}

#[test]
fn a_branch_without_common_history_is_another() {
    let checkout = Checkout::on_main();
    checkout.git(&["checkout", "-q", "--orphan", "fresh"]);
    checkout.commit("own");
    assert_eq!(checkout.outcome(), Other);
}

/// As a build agent has it: a commit is checked out, and the branch is known from the remote alone.
#[test]
fn a_branch_of_the_remote_counts() {
    let origin = Checkout::on_main();
    origin.git(&["checkout", "-q", "-b", "feature", "main~1"]);
    origin.commit("own");
    let clone = Checkout::new();
    clone.git(&["init", "-q", "--initial-branch=none"]);
    clone.git(&["remote", "add", "origin", origin.folder.to_str().unwrap()]);
    clone.git(&["fetch", "-q", "origin"]);
    for (commit, expected) in [("main", OnIt), ("main~1", OnIt), ("feature", Other)] {
        clone.git(&["checkout", "-q", "--detach", &format!("refs/remotes/origin/{commit}")]);
        assert_eq!(clone.outcome(), expected, "{commit}");
    }
    assert_eq!(clone.git(&["branch", "--list", "main"]), "", "there is no local one");
}

/// What lies behind the cut of a shallow clone cannot be seen: no commit of it is said to be on another branch.
#[test]
fn a_shallow_clone_tells_what_it_can() {
    let origin = Checkout::on_main();
    origin.commit("third");
    let old = origin.git(&["rev-parse", "main~2"]);
    origin.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let clone = Checkout::new();
    let url = format!("file://{}", origin.folder.display());
    clone.git(&["init", "-q", "--initial-branch=none"]);
    clone.git(&["fetch", "-q", "--depth=1", &url, "main:refs/remotes/origin/main"]);
    clone.git(&["checkout", "-q", "--detach", "refs/remotes/origin/main"]);
    assert_eq!(clone.outcome(), OnIt);
    clone.git(&["fetch", "-q", "--depth=1", &url, &old]);
    clone.git(&["checkout", "-q", "--detach", &old]);
    assert_eq!(clone.outcome(), Unknown);
}

/// A tag or a file of the branch's name is not the branch.
#[test]
fn only_a_branch_is_a_branch() {
    let checkout = Checkout::on_main();
    checkout.git(&["checkout", "-q", "-b", "feature"]);
    checkout.commit("own");
    checkout.git(&["tag", "main"]);
    fs::write(checkout.folder.join("main"), "").unwrap();
    assert_eq!(checkout.outcome(), Other);
    checkout.git(&["branch", "-q", "-D", "main"]);
    assert_eq!(checkout.outcome(), Unknown, "the tag alone is left");
}

#[test]
fn a_folder_below_and_a_linked_work_tree_are_in_the_repository() {
    let checkout = Checkout::on_main();
    checkout.project("deploy/shop");
    assert_eq!(outcome(&checkout.folder.join("deploy/shop")), OnIt);
    checkout.git(&["worktree", "add", "-q", "-b", "feature", "linked"]);
    checkout.project("linked");
    let linked = checkout.folder.join("linked");
    assert_eq!(outcome(&linked), OnIt);
    git(&linked, &["commit", "-q", "--allow-empty", "-m", "own"]);
    assert_eq!(outcome(&linked), Other);
    assert_eq!(checkout.outcome(), OnIt);
}

/// Git cannot say: no verdict, never a pass. It holds before git is asked at all, so it is not ignored.
#[test]
fn where_git_cannot_say_there_is_no_verdict() {
    let checkout = Checkout::new();
    assert_eq!(checkout.outcome(), Unknown, "no repository");
    checkout.git(&["init", "-q", "--initial-branch=main"]);
    assert_eq!(checkout.outcome(), Unknown, "no commit yet");
    checkout.git(&["checkout", "-q", "-b", "feature"]);
    checkout.commit("first");
    assert_eq!(checkout.outcome(), Unknown, "no such branch");
}
