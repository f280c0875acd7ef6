//! `rotated_in: git` against real git repositories: the cases of `tests/rules` cannot hold one.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use support::case::{link, random_hex, set_mode};
use support::repo::{Repo, git, plain_git};
use support::{lines, report};
use tempfile::TempDir;

const SECRET: &str = "secrets/prod/JWT_SECRET";
const POLICY: &str = "version: 1\nedition: 2026\nenvironments: { prod: {} }\nkeys:\n  \
    JWT_SECRET: { secret: true, rotate_after: 90d, rotated_in: git }\n";

/// Writes a project with the secret in a file of its own.
fn lay_out(repo: &Repo, below: &str) {
    repo.write(&format!("{below}preflight.yaml"), POLICY);
    renew(repo, below);
    set_mode(&repo.path().join(below).join("secrets/prod"), 0o700);
}

fn renew(repo: &Repo, below: &str) {
    let path = repo.write(&format!("{below}{SECRET}"), random_hex());
    set_mode(&path, 0o600);
}

/// Commits everything, as if so many days ago.
fn commit(repo: &Repo, days: i64) {
    repo.git(&["add", "--all"]);
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap();
    let at = format!("{} +0000", now - days * 24 * 3600);
    let mut command = plain_git(repo.path());
    // The author's day is no sign of anything: a rebase keeps it.
    command.env("GIT_COMMITTER_DATE", at).env("GIT_AUTHOR_DATE", "2005-04-07T22:13:13Z");
    assert!(command.args(["commit", "--quiet", "--allow-empty", "-m", "x"]).status().unwrap().success());
}

/// The rule's causes, or `unknown`; nothing else may be found.
fn outcome(folder: &Path) -> String {
    let (code, report) = report(folder, ["prod"]);
    let found = lines(&report);
    let gaps = report["environments"][0]["not_checked"].as_array().unwrap();
    let unknown = gaps.iter().any(|gap| gap["why"] == "rotation-unknown");
    let causes: Vec<&str> =
        found.iter().filter_map(|line| line.split_once("overdue-rotation[")?.1.split(']').next()).collect();
    assert_eq!(causes.len(), found.len(), "{found:?}");
    let expected = if unknown { 2 } else { i32::from(causes.iter().any(|cause| *cause != "due")) };
    assert_eq!(code, expected, "{found:?} {gaps:?}");
    if unknown { "unknown".to_owned() } else { causes.join(" ") }
}

#[test]
fn the_last_commit_that_changed_the_file_counts() {
    let repo = Repo::new();
    lay_out(&repo, "");
    commit(&repo, 100);
    assert_eq!(outcome(repo.path()), "overdue");
    repo.write("README", "x");
    commit(&repo, 1);
    assert_eq!(outcome(repo.path()), "overdue", "another file's commit is none of its own");
    renew(&repo, "");
    commit(&repo, 85);
    assert_eq!(outcome(repo.path()), "due");
    renew(&repo, "");
    commit(&repo, 30);
    assert_eq!(outcome(repo.path()), "");
    renew(&repo, "");
    commit(&repo, -3);
    assert_eq!(outcome(repo.path()), "future");
}

#[test]
fn a_merge_brings_the_day_of_what_it_brings() {
    let repo = Repo::new();
    lay_out(&repo, "");
    commit(&repo, 200);
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    renew(&repo, "");
    commit(&repo, 120);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("README", "x");
    commit(&repo, 2);
    repo.git(&["merge", "--quiet", "--no-edit", "side"]);
    set_mode(&repo.path().join(SECRET), 0o600);
    assert_eq!(outcome(repo.path()), "overdue");
}

#[test]
fn a_project_below_the_top_has_paths_of_its_own() {
    let repo = Repo::new();
    lay_out(&repo, "services/api/");
    commit(&repo, 100);
    lay_out(&repo, "");
    commit(&repo, 1);
    assert_eq!(outcome(&repo.path().join("services/api")), "overdue");
    assert_eq!(outcome(repo.path()), "");
}

#[test]
fn what_no_commit_says_is_not_known() {
    let outside = TempDir::new().unwrap();
    let repo = Repo::new();
    lay_out(&repo, "");
    assert_eq!(outcome(repo.path()), "unknown", "no commit yet");
    commit(&repo, 1);
    assert_eq!(outcome(repo.path()), "");
    renew(&repo, "");
    assert_eq!(outcome(repo.path()), "unknown", "changed since");
    repo.git(&["update-index", "--skip-worktree", SECRET]);
    assert_eq!(outcome(repo.path()), "unknown", "changed behind git's back");
    repo.git(&["update-index", "--no-skip-worktree", SECRET]);
    repo.git(&["rm", "--quiet", "--cached", SECRET]);
    repo.git(&["commit", "--quiet", "--message", "x"]);
    assert_eq!(outcome(repo.path()), "unknown", "not tracked");
    fs::rename(repo.path().join(SECRET), repo.path().join("elsewhere")).unwrap();
    link("../../elsewhere", &repo.path().join(SECRET));
    commit(&repo, 1);
    assert_eq!(report(repo.path(), ["prod"]).0, 2, "the commit has a link, and no value");
    let text = format!("JWT_SECRET={}\n", random_hex());
    fs::remove_file(repo.path().join(SECRET)).unwrap();
    set_mode(&repo.write(".env.prod", text), 0o600);
    commit(&repo, 1);
    assert_eq!(outcome(repo.path()), "unknown", "a `.env` file holds more than one");
    // Without a repository.
    let copy = outside.path().join("copy");
    fs::create_dir_all(copy.join("secrets/prod")).unwrap();
    fs::write(copy.join("preflight.yaml"), POLICY).unwrap();
    fs::write(copy.join(SECRET), random_hex()).unwrap();
    set_mode(&copy.join(SECRET), 0o600);
    set_mode(&copy.join("secrets/prod"), 0o700);
    assert_eq!(outcome(&copy), "unknown");
}

#[test]
fn a_shallow_clone_knows_no_day() {
    let repo = Repo::new();
    lay_out(&repo, "");
    commit(&repo, 100);
    repo.write("README", "x");
    commit(&repo, 1);
    let kept = TempDir::new().unwrap();
    let address = format!("file://{}", repo.path().display());
    for (depth, name, expected) in [("--depth=1", "shallow", "unknown"), ("--no-tags", "whole", "overdue")] {
        git(kept.path(), &["clone", "--quiet", depth, &address, name]);
        let clone = kept.path().join(name);
        set_mode(&clone.join(SECRET), 0o600);
        set_mode(&clone.join("secrets/prod"), 0o700);
        assert_eq!(outcome(&clone), expected, "{name}");
    }
}
