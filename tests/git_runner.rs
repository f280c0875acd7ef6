//! The runner of git: right answers out of every kind of repository, and nothing of a hostile one executed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use preflight::load::git::{Branch, Git, GitError, Head, scrubbed};
use rstest::rstest;
use serde_json::Value;
use support::case::{fifo, link, set_mode};
use support::repo::{Repo, git, plain_git};
use support::{preflight, scrub};
use tempfile::TempDir;

const LIMIT: usize = 1 << 20;

fn open(folder: &Path) -> Git {
    Git::open(folder).expect("a folder within git")
}

fn resolve(folder: &Path, reference: &str) -> Result<String, GitError> {
    open(folder).resolve(reference).map(|commit| commit.as_str().to_owned())
}

/// A file as HEAD has it.
fn read(folder: &Path, path: &str) -> Result<String, GitError> {
    let git = open(folder);
    let bytes = git.read(&git.resolve("HEAD")?, path, LIMIT)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn branch(folder: &Path, name: &str) -> Branch {
    open(folder).branch(name)
}

/// `A - B - C` on `main`, `B - D` on `side`, with what else may have a name.
struct History {
    repo: Repo,
    a: String,
    b: String,
    c: String,
    d: String,
}

fn history() -> History {
    let repo = Repo::new();
    repo.write("policy.yaml", "first\n");
    let a = repo.commit("first");
    repo.write("policy.yaml", "second\n");
    let b = repo.commit("second");
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    let d = repo.commit("aside");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("policy.yaml", "third\n");
    repo.write("both", "a file and a branch\n");
    let c = repo.commit("third");
    for (name, target) in [
        ("refs/heads/both", &a),
        ("refs/heads/release/2026", &b),
        ("refs/heads/grün", &b),
        ("refs/heads/--output=x", &a),
        ("refs/heads/twice", &a),
        ("refs/remotes/origin/main", &a),
        ("refs/remotes/origin/dev", &a),
        ("refs/remotes/up/late", &c),
        ("refs/remotes/up/stream/deep", &c),
        ("refs/tags/twice", &b),
    ] {
        repo.git(&["update-ref", name, target]);
    }
    repo.git(&["tag", "--annotate", "--message", "one", "v1", &b]);
    repo.git(&["tag", "--annotate", "--message", "two", "v1-again", "v1"]);
    History { repo, a, b, c, d }
}

#[test]
fn references() {
    let History { repo, a, b, c, d } = history();
    let named = |commit| match commit {
        'a' => &a,
        'b' => &b,
        'c' => &c,
        _ => &d,
    };
    for (reference, commit) in [
        ("main", 'c'),
        ("HEAD", 'c'),
        ("@", 'c'),
        ("HEAD~1", 'b'),
        ("main~2", 'a'),
        ("main^{/sec}", 'b'),
        ("origin/main", 'a'),
        ("refs/heads/main", 'c'),
        ("heads/side", 'd'),
        ("release/2026", 'b'),
        ("grün", 'b'),
        ("v1", 'b'),
        ("v1-again", 'b'),
        // A file of that name is no reason for doubt.
        ("both", 'a'),
        ("refs/heads/--output=x", 'a'),
    ] {
        assert_eq!(resolve(repo.path(), reference).as_ref(), Ok(named(commit)), "{reference}");
    }
    // To git the tag goes before the branch; who takes a policy from there has to say which is meant.
    assert_eq!(resolve(repo.path(), "twice"), Err(GitError::Ambiguous));
}

#[test]
fn what_names_no_commit() {
    let repo = history().repo;
    for reference in [
        "",
        "-h",
        "--all",
        "--git-dir",
        "--output=x",
        "nowhere",
        "main ",
        " main",
        "main\n",
        "main\0",
        "main\u{85}",
        "main side",
        "main:policy.yaml",
        ":policy.yaml",
        ":/first",
        "^main",
        "side..main",
        "main^@",
        "main^!",
        "main^{tree}",
        "HEAD~99",
        "main@{99}",
        "main@{upstream}",
        "1111111111111111111111111111111111111111",
        "policy.yaml",
        "*",
        "mai?",
        "../x",
    ] {
        assert_eq!(resolve(repo.path(), reference), Err(GitError::UnknownRef), "{reference:?}");
    }
}

#[test]
fn commits_go_by_their_names_and_other_objects_do_not() {
    let History { repo, a, b, .. } = history();
    assert_eq!(resolve(repo.path(), &b), Ok(b.clone()));
    assert_eq!(resolve(repo.path(), b.get(..12).unwrap()), Ok(b));
    let blob = repo.git(&["rev-parse", "main:policy.yaml"]);
    assert_eq!(resolve(repo.path(), &blob), Err(GitError::UnknownRef));
    // A submodule's path names whatever its entry says, once the question's own ending is part of it.
    repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{a},module^{{commit}}")]);
    repo.git(&["commit", "--quiet", "--message", "module"]);
    assert_eq!(repo.git(&["rev-parse", "main:module^{commit}"]), a);
    assert_eq!(resolve(repo.path(), "main:module"), Err(GitError::UnknownRef));
}

#[test]
fn a_file_is_read_from_the_commit_that_was_named() {
    let History { repo, .. } = history();
    repo.write("policy.yaml", "not committed\n");
    repo.git(&["rm", "--quiet", "--cached", "policy.yaml"]);
    let git = open(repo.path());
    for (reference, text) in [("v1-again", "second\n"), ("main", "third\n"), ("main~2", "first\n")] {
        let commit = git.resolve(reference).unwrap();
        assert_eq!(git.read(&commit, "policy.yaml", LIMIT).unwrap().as_slice(), text.as_bytes());
    }
    let other = Repo::new();
    other.commit("another repository");
    let foreign = open(other.path()).resolve("HEAD").unwrap();
    assert_eq!(git.read(&foreign, "policy.yaml", LIMIT).unwrap_err(), GitError::Failed);
}

#[test]
fn a_path_is_taken_to_the_letter() {
    let paths = [
        "plain",
        "with blanks  and more",
        "grün/straße.yaml",
        "*",
        "a?[b]",
        ":(top)x",
        ":/x",
        ":!x",
        "-l",
        "--",
        "back\\slash",
        "tab\tline\n\"quote\"",
        "a:b",
    ];
    let repo = Repo::new();
    for other in ["x", "a", "abc", "a1b", "deep/x"] {
        repo.write(other, "another\n");
    }
    repo.commit("what patterns would find");
    for path in paths {
        assert_eq!(read(repo.path(), path), Err(GitError::Missing), "{path:?}");
        repo.write(path, path);
    }
    repo.commit("files");
    for path in paths {
        assert_eq!(read(repo.path(), path).as_deref(), Ok(path));
    }
}

#[test]
fn what_is_no_file_of_the_commit() {
    let repo = Repo::new();
    repo.git(&["config", "core.ignoreCase", "true"]);
    repo.write("plain", "text\n");
    repo.write("folder/inner", "text\n");
    link("plain", &repo.path().join("link"));
    link("nowhere", &repo.path().join("dangling"));
    link("inner", &repo.path().join("folder/link"));
    link("folder", &repo.path().join("linked"));
    let module = repo.path().join("module");
    fs::create_dir(&module).unwrap();
    git(&module, &["init", "--quiet"]);
    fs::write(module.join("plain"), "text\n").unwrap();
    git(&module, &["add", "plain"]);
    git(&module, &["commit", "--quiet", "--message", "inner"]);
    repo.commit("files");
    repo.write("untracked", "text\n");
    assert_eq!(read(repo.path(), "plain").as_deref(), Ok("text\n"));
    assert_eq!(read(repo.path(), "folder/inner").as_deref(), Ok("text\n"));
    for (path, error) in [
        ("folder", GitError::NotAFile),
        ("link", GitError::NotAFile),
        ("dangling", GitError::NotAFile),
        ("module", GitError::NotAFile),
        ("folder/link", GitError::NotAFile),
        ("", GitError::Missing),
        (".", GitError::Missing),
        ("folder/", GitError::Missing),
        ("./plain", GitError::Missing),
        ("folder/../plain", GitError::Missing),
        ("../plain", GitError::Missing),
        ("/plain", GitError::Missing),
        ("folder//inner", GitError::Missing),
        ("plain\0", GitError::Missing),
        ("plain/below", GitError::Missing),
        ("linked/inner", GitError::Missing),
        ("module/plain", GitError::Missing),
        ("PLAIN", GitError::Missing),
        ("plai", GitError::Missing),
        ("untracked", GitError::Missing),
        (".git/HEAD", GitError::Missing),
    ] {
        assert_eq!(read(repo.path(), path), Err(error), "{path:?}");
    }
}

#[test]
fn a_file_up_to_the_limit_is_read_and_no_more() {
    let repo = Repo::new();
    repo.write("empty", "");
    repo.write("ten", "0123456789");
    repo.write("executable", "#!/bin/sh\n");
    set_mode(&repo.path().join("executable"), 0o755);
    repo.commit("sizes");
    let git = open(repo.path());
    let head = git.resolve("HEAD").unwrap();
    let read = |path, limit| git.read(&head, path, limit).map(|bytes| bytes.to_vec());
    assert_eq!(read("empty", 0), Ok(Vec::new()));
    assert_eq!(read("ten", 10), Ok(b"0123456789".to_vec()));
    assert_eq!(read("ten", 9), Err(GitError::TooLarge));
    assert_eq!(read("executable", 10), Ok(b"#!/bin/sh\n".to_vec()));
}

#[test]
fn the_bytes_are_the_blob_s_whatever_a_checkout_makes_of_them() {
    let repo = Repo::new();
    let files: [(&str, &[u8]); 3] =
        [("crlf", b"a\r\nb\n"), ("bytes", b"\xff\0\xfe"), ("utf16", "grün".as_bytes())];
    for (path, bytes) in files {
        repo.write(path, bytes);
    }
    repo.commit("bytes");
    repo.write(".gitattributes", "* text eol=crlf ident\nutf16 working-tree-encoding=UTF-16\n");
    repo.git(&["config", "core.autocrlf", "true"]);
    let careless = plain_git(repo.path()).args(["cat-file", "--filters", "HEAD:crlf"]).output().unwrap();
    assert_eq!(careless.stdout, b"a\r\nb\r\n", "a caller who asks for the checkout's bytes gets others");
    let git = open(repo.path());
    let head = git.resolve("HEAD").unwrap();
    for (path, bytes) in files {
        assert_eq!(git.read(&head, path, LIMIT).unwrap().as_slice(), bytes, "{path}");
    }
}

#[test]
fn paths_start_at_the_folder_that_was_opened() {
    let repo = Repo::new();
    // Not every system has names that are no text.
    let name: &[u8] = if cfg!(target_os = "linux") { b"caf\xe9" } else { b"cafe" };
    let odd = repo.path().join(OsStr::from_bytes(name));
    fs::create_dir(&odd).unwrap();
    fs::write(odd.join("policy.yaml"), "odd\n").unwrap();
    repo.write("policy.yaml", "top\n");
    let below = repo.write("services/api/policy.yaml", "api\n").parent().unwrap().to_owned();
    let head = repo.commit("one");
    link("services/api", &repo.path().join("short"));
    let expect = |folder: &Path, text: &str| {
        assert_eq!(resolve(folder, "HEAD"), Ok(head.clone()));
        assert_eq!(read(folder, "policy.yaml").as_deref(), Ok(text), "{}", folder.display());
    };
    let all = || {
        expect(repo.path(), "top\n");
        expect(&below, "api\n");
        expect(&repo.path().join("short"), "api\n");
        expect(&odd, "odd\n");
        assert_eq!(read(&below, "../../policy.yaml"), Err(GitError::Missing));
        assert_eq!(read(&below, "services/api/policy.yaml"), Err(GitError::Missing));
    };
    all();
    // Settings that move git's own idea of where paths start.
    for tree in [below.as_path(), repo.path().parent().unwrap()] {
        repo.git(&["config", "core.worktree", tree.to_str().unwrap()]);
        all();
    }
    repo.git(&["config", "--unset", "core.worktree"]);
    repo.git(&["config", "core.bare", "true"]);
    all();
}

#[test]
fn the_commit_is_found_for_a_relative_folder_too() {
    let repo = Repo::new();
    let below = repo.write("services/api/.env.prod", "A=1\n").parent().unwrap().to_owned();
    let head = repo.commit("one");
    for folder in [".", "..", "../api", "../../services/api"] {
        let output = preflight(&below).args(["prod", "--format=json", "-C", folder]).output().unwrap();
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report.get("commit"), Some(&Value::from(head.as_str())), "{folder}");
    }
}

#[test]
fn a_linked_worktree_answers_for_itself() {
    let History { repo, c, d, .. } = history();
    let other = TempDir::new().unwrap();
    let linked = other.path().join("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().unwrap(), "side"]);
    assert!(linked.join(".git").is_file());
    assert_eq!(resolve(&linked, "HEAD"), Ok(d));
    assert_eq!(resolve(&linked, "main"), Ok(c));
    assert_eq!(read(&linked, "policy.yaml").as_deref(), Ok("second\n"));
    assert_eq!(branch(&linked, "side"), Branch::On);
    assert_eq!(branch(&linked, "main"), Branch::Elsewhere);
    assert_eq!(branch(repo.path(), "main"), Branch::On);
    // One of a bare repository that stands beside it.
    let around = other.path().join("around");
    let from = repo.path().to_str().unwrap();
    git(other.path(), &["clone", "--quiet", "--bare", "--branch=main", from, "around/.bare"]);
    fs::write(around.join(".git"), "gitdir: ./.bare\n").unwrap();
    git(&around, &["worktree", "add", "--quiet", "tree", "main"]);
    assert_eq!(read(&around.join("tree"), "policy.yaml").as_deref(), Ok("third\n"));
    assert_eq!(read(&around, "policy.yaml").as_deref(), Ok("third\n"));
    assert_eq!(branch(&around.join("tree"), "main"), Branch::On);
}

#[test]
fn a_submodule_s_work_tree_answers_for_the_submodule() {
    let inner = Repo::new();
    inner.write("policy.yaml", "inner\n");
    let head = inner.commit("inner");
    let outer = Repo::new();
    outer.commit("outer");
    let allowed = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
    outer.git(&[&allowed[..], &[inner.path().to_str().unwrap(), "module"]].concat());
    let module = outer.path().join("module");
    assert_eq!(resolve(&module, "HEAD"), Ok(head));
    assert_eq!(read(&module, "policy.yaml").as_deref(), Ok("inner\n"));
}

#[test]
fn sha_256_names_are_names() {
    let folder = TempDir::new().unwrap();
    git(folder.path(), &["init", "--quiet", "--initial-branch=main", "--object-format=sha256"]);
    fs::write(folder.path().join("policy.yaml"), "text\n").unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "--quiet", "--message", "one"]);
    assert_eq!(resolve(folder.path(), "main").unwrap().len(), 64);
    assert_eq!(read(folder.path(), "policy.yaml").as_deref(), Ok("text\n"));
    assert_eq!(branch(folder.path(), "main"), Branch::On);
}

#[test]
fn without_a_commit_there_is_nothing_to_say() {
    let repo = Repo::new();
    assert_eq!(Head::ask(repo.path()).answer(), None);
    assert_eq!(resolve(repo.path(), "HEAD"), Err(GitError::UnknownRef));
    assert_eq!(branch(repo.path(), "main"), Branch::Unknown);
    let History { repo, c, .. } = history();
    repo.git(&["checkout", "--quiet", "--orphan", "new"]);
    assert_eq!(resolve(repo.path(), "HEAD"), Err(GitError::UnknownRef));
    assert_eq!(resolve(repo.path(), "main"), Ok(c));
    assert_eq!(branch(repo.path(), "new"), Branch::Unknown);
    assert_eq!(branch(repo.path(), "main"), Branch::Unknown);
}

#[test]
fn outside_a_work_tree_nothing_is_asked() {
    let folder = TempDir::new().unwrap();
    assert!(Git::open(folder.path()).is_none());
    assert!(Git::open(&folder.path().join("nowhere")).is_none());
    assert_eq!(Head::ask(folder.path()).answer(), None);
    let bare = folder.path().join("bare");
    let source = history().repo;
    git(folder.path(), &["clone", "--quiet", "--bare", source.path().to_str().unwrap(), "bare"]);
    assert!(git(&bare, &["rev-parse", "HEAD"]).len() == 40, "a careless caller gets an answer");
    assert!(Git::open(&bare).is_none());
}

/// Folders that git would take for a repository, or pass over on its way up.
#[test]
fn the_repository_is_the_nearest_dot_git_or_none() {
    let outer = Repo::new();
    let head = outer.commit("outer");
    let careless = |folder: &Path| git(folder, &["rev-parse", "HEAD"]);
    // An empty `.git` is not passed over.
    let inner = outer.path().join("inner");
    fs::create_dir_all(inner.join(".git")).unwrap();
    assert_eq!(careless(&inner), head);
    let git_there = open(&inner);
    assert_eq!(git_there.resolve("HEAD"), Err(GitError::NotARepository));
    assert_eq!(git_there.branch("main"), Branch::Unknown);
    assert_eq!(Head::ask(&inner).answer(), None);
    // A committed folder that looks like a bare repository is none, neither above a broken `.git` nor on its own.
    let source = Repo::new();
    source.write("policy.yaml", "another's\n");
    let another = source.commit("another");
    git(outer.path(), &["clone", "--quiet", "--bare", source.path().to_str().unwrap(), "looks-bare"]);
    let looks_bare = outer.path().join("looks-bare");
    assert_eq!(careless(&looks_bare), another);
    assert_eq!(resolve(&looks_bare, "HEAD"), Ok(head));
    fs::create_dir(looks_bare.join(".git")).unwrap();
    assert_eq!(careless(&looks_bare), another);
    assert_eq!(resolve(&looks_bare, "HEAD"), Err(GitError::NotARepository));
    // A `.git` that leads nowhere.
    let astray = outer.path().join("astray");
    fs::create_dir(&astray).unwrap();
    fs::write(astray.join(".git"), "gitdir: /nowhere/at/all\n").unwrap();
    assert_eq!(resolve(&astray, "HEAD"), Err(GitError::NotARepository));
}

/// The list of folders that git may not leave is divided by `:`.
#[test]
fn a_folder_with_a_colon_is_as_good_as_any() {
    let outer = Repo::new();
    outer.commit("outer");
    let stamped = outer.path().join("releases/2026-01-01T10:00:00/app");
    fs::create_dir_all(&stamped).unwrap();
    fs::create_dir(stamped.join(".git")).unwrap();
    assert!(Git::open(&stamped).is_none(), "a `.git` that is none is not passed over here either");
    fs::remove_dir(stamped.join(".git")).unwrap();
    git(&stamped, &["init", "--quiet", "--initial-branch=main"]);
    git(&stamped, &["commit", "--quiet", "--allow-empty", "--message", "inner"]);
    assert_eq!(resolve(&stamped, "HEAD"), Ok(git(&stamped, &["rev-parse", "HEAD"])));
    git(&stamped, &["worktree", "add", "--quiet", "linked"]);
    assert_eq!(branch(&stamped.join("linked"), "linked"), Branch::On);
}

#[test]
fn branches() {
    let repo = history().repo;
    for (checkout, name, expected) in [
        ("main", "main", Branch::On),
        ("side", "side", Branch::On),
        ("main", "side", Branch::Elsewhere),
        ("side", "main", Branch::Elsewhere),
        ("--detach main", "main", Branch::Contained),
        ("--detach main~1", "main", Branch::Contained),
        ("--detach main~1", "side", Branch::Contained),
        ("--detach main", "side", Branch::Elsewhere),
        // Only a remote has it.
        ("--detach main~2", "dev", Branch::Contained),
        ("--detach main", "late", Branch::Contained),
        ("side", "late", Branch::Elsewhere),
        ("main", "dev", Branch::Elsewhere),
        ("--detach main", "stream/deep", Branch::Contained),
        ("--detach main", "deep", Branch::Unknown),
        // No branches.
        ("main", "nowhere", Branch::Unknown),
        ("--detach v1", "v1", Branch::Unknown),
        ("main", "release", Branch::Unknown),
        ("main", "origin/main", Branch::Unknown),
        ("main", "refs/heads/main", Branch::Unknown),
        ("main", "heads/main", Branch::Unknown),
        ("main", "HEAD", Branch::Unknown),
        ("main", "@", Branch::Unknown),
        ("main", "", Branch::Unknown),
        // Names are no expressions and no patterns.
        ("side", "main~1", Branch::Unknown),
        ("side", "main^", Branch::Unknown),
        ("side", "@{-1}", Branch::Unknown),
        ("side", "m*", Branch::Unknown),
        ("side", "mai?", Branch::Unknown),
        ("side", "[m]ain", Branch::Unknown),
        ("side", "../heads/main", Branch::Unknown),
        ("side", "main\n", Branch::Unknown),
        ("side", "main\0", Branch::Unknown),
        ("side", "--output=x", Branch::Elsewhere),
    ] {
        let words: Vec<&str> = checkout.split(' ').collect();
        repo.git(&[&["checkout", "--quiet"], &words[..]].concat());
        assert_eq!(branch(repo.path(), name), expected, "{checkout}: {name:?}");
    }
}

#[test]
fn a_history_that_was_cut_off_does_not_say_no() {
    let source = history().repo;
    source.git(&["checkout", "--quiet", "-b", "later"]);
    source.commit("fourth");
    source.commit("fifth");
    let folder = TempDir::new().unwrap();
    let address = format!("file://{}", source.path().display());
    git(folder.path(), &["clone", "--quiet", "--depth=1", "--branch=main", &address, "shallow"]);
    let shallow = folder.path().join("shallow");
    assert_eq!(read(&shallow, "policy.yaml").as_deref(), Ok("third\n"));
    assert_eq!(resolve(&shallow, "HEAD~1"), Err(GitError::UnknownRef));
    assert_eq!(branch(&shallow, "main"), Branch::On);
    assert_eq!(branch(&shallow, "later"), Branch::Unknown, "never fetched");
    git(&shallow, &["checkout", "--quiet", "--detach"]);
    assert_eq!(branch(&shallow, "main"), Branch::Contained);
    git(&shallow, &["fetch", "--quiet", "--depth=1", "origin", "later:refs/remotes/origin/later"]);
    let careless =
        plain_git(&shallow).args(["merge-base", "--is-ancestor", "HEAD", "origin/later"]).status().unwrap();
    assert_eq!(careless.code(), Some(1), "a careless caller is told no, though later grew from it");
    assert_eq!(branch(&shallow, "later"), Branch::Unknown);
    git(&shallow, &["fetch", "--quiet", "--unshallow", "origin"]);
    assert_eq!(branch(&shallow, "later"), Branch::Contained);
    git(&shallow, &["fetch", "--quiet", "origin", "side:refs/remotes/origin/side"]);
    assert_eq!(branch(&shallow, "side"), Branch::Elsewhere);
}

#[test]
fn a_history_that_cannot_be_read_does_not_say_no() {
    let History { repo, b, .. } = history();
    assert_eq!(branch(repo.path(), "side"), Branch::Elsewhere);
    let (folder, file) = b.split_at(2);
    fs::remove_file(repo.path().join(".git/objects").join(folder).join(file)).unwrap();
    assert_eq!(branch(repo.path(), "side"), Branch::Unknown);
    repo.write(".git/refs/heads/broken", "1111111111111111111111111111111111111111\n");
    assert_eq!(branch(repo.path(), "broken"), Branch::Unknown);
    repo.write(".git/HEAD", "nonsense\n");
    assert_eq!(branch(repo.path(), "main"), Branch::Unknown);
}

#[test]
fn more_remotes_than_are_looked_through_do_not_say_no() {
    let repo = history().repo;
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let remote = |number: usize| {
        let root = repo.git(&["commit-tree", "-m", &format!("root {number}"), &tree]);
        repo.git(&["update-ref", &format!("refs/remotes/r{number:02}/many"), &root]);
    };
    (0..16).for_each(remote);
    assert_eq!(branch(repo.path(), "many"), Branch::Elsewhere);
    remote(16);
    assert_eq!(branch(repo.path(), "many"), Branch::Unknown);
    repo.git(&["update-ref", "refs/heads/many", "HEAD"]);
    assert_eq!(branch(repo.path(), "many"), Branch::Contained, "the local branch comes first");
}

/// Objects that stand for others, and parents that are none.
#[test]
fn replaced_objects_and_grafts_change_nothing() {
    let History { repo, a, b, c, d } = history();
    repo.git(&["config", "core.useReplaceRefs", "true"]);
    repo.write("elsewhere", "replaced\n");
    let other = repo.git(&["hash-object", "-w", "elsewhere"]);
    let blob = repo.git(&["rev-parse", "main:policy.yaml"]);
    repo.git(&["replace", &blob, &other]);
    repo.git(&["replace", &b, &d]);
    let careless = |args: &[&str]| repo.git(args);
    assert_eq!(careless(&["cat-file", "blob", "main:policy.yaml"]), "replaced");
    assert_eq!(careless(&["cat-file", "commit", &b]), careless(&["cat-file", "commit", &d]));
    assert_eq!(read(repo.path(), "policy.yaml").as_deref(), Ok("third\n"));
    // The replaced commit's parent is D's, which is B.
    assert_eq!(resolve(repo.path(), "main~2"), Ok(a.clone()));
    repo.git(&["replace", "--delete", &blob, &b]);
    fs::create_dir_all(repo.path().join(".git/info")).unwrap();
    fs::write(repo.path().join(".git/info/grafts"), format!("{c} {d}\n")).unwrap();
    repo.git(&["checkout", "--quiet", "side"]);
    assert_eq!(careless(&["rev-parse", "main~1"]), d, "a careless caller believes the graft");
    assert_eq!(careless(&["merge-base", "side", "main"]), d);
    assert_eq!(resolve(repo.path(), "main~1"), Ok(b));
    assert_eq!(branch(repo.path(), "main"), Branch::Elsewhere);
}

/// Programs that leave a mark when they are run.
struct Traps(TempDir);

impl Traps {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("marks")).unwrap();
        Self(folder)
    }

    /// The path of a program that leaves the mark `name`.
    fn set(&self, name: &str) -> String {
        let path = self.0.path().join(name);
        self.set_at(&path, name);
        path.to_str().unwrap().to_owned()
    }

    fn set_at(&self, path: &Path, name: &str) {
        fs::write(path, format!("#!/bin/sh\n: > '{}'\nexit 1\n", self.mark(name).display())).unwrap();
        set_mode(path, 0o755);
    }

    fn mark(&self, name: &str) -> PathBuf {
        self.0.path().join("marks").join(name)
    }

    /// The marks left since the last look.
    fn sprung(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(self.0.path().join("marks")).unwrap() {
            let entry = entry.unwrap();
            names.insert(entry.file_name().into_string().unwrap());
            fs::remove_file(entry.path()).unwrap();
        }
        names
    }
}

/// All hooks of githooks(5).
const HOOKS: &[&str] = &[
    "applypatch-msg",
    "commit-msg",
    "fsmonitor-watchman",
    "p4-changelist",
    "p4-post-changelist",
    "p4-pre-submit",
    "p4-prepare-changelist",
    "post-applypatch",
    "post-checkout",
    "post-commit",
    "post-index-change",
    "post-merge",
    "post-receive",
    "post-rewrite",
    "post-update",
    "pre-applypatch",
    "pre-auto-gc",
    "pre-commit",
    "pre-merge-commit",
    "pre-push",
    "pre-rebase",
    "pre-receive",
    "prepare-commit-msg",
    "proc-receive",
    "push-to-checkout",
    "reference-transaction",
    "sendemail-validate",
    "update",
];

/// A project in which whatever git can be told to run leaves a mark.
fn hostile(traps: &Traps) -> Repo {
    let repo = history().repo;
    repo.write(".env.prod", "A=1\n");
    repo.write("driven", "text\n");
    repo.write("filtered", "text\n");
    repo.write("processed", "text\n");
    repo.write(".gitattributes", "driven diff=x merge=x\nfiltered filter=x\nprocessed filter=y\n");
    repo.commit("fourth");
    let included = repo.path().join("included");
    for (key, name) in [("core.fsmonitor", "fsmonitor"), ("diff.external", "external-diff")] {
        repo.git(&["config", "--file", included.to_str().unwrap(), key, &traps.set(name)]);
    }
    let set = |key: &str, value: &str| repo.git(&["config", key, value]);
    set("include.path", included.to_str().unwrap());
    for (key, name) in [
        ("core.pager", "pager"),
        ("pager.rev-parse", "pager"),
        ("core.editor", "editor"),
        ("core.askPass", "ask-pass"),
        ("core.sshCommand", "ssh"),
        ("core.gitProxy", "proxy"),
        ("core.alternateRefsCommand", "alternates"),
        ("credential.helper", "credentials"),
        ("diff.x.textconv", "textconv"),
        ("diff.x.command", "diff-driver"),
        ("merge.x.driver", "merge-driver"),
        ("filter.x.clean", "clean"),
        ("filter.x.smudge", "smudge"),
        ("filter.y.process", "process"),
        ("gpg.program", "gpg"),
        ("remote.origin.uploadpack", "upload-pack"),
    ] {
        set(key, &traps.set(name));
    }
    for command in
        ["cat-file", "for-each-ref", "ls-tree", "merge-base", "rev-list", "rev-parse", "symbolic-ref"]
    {
        set(&format!("alias.{command}"), &format!("!{}", traps.set("alias")));
    }
    set("remote.origin.url", &format!("ext::{}", traps.set("transport")));
    set("protocol.allow", "always");
    set("protocol.ext.allow", "always");
    fs::create_dir_all(repo.path().join(".git/hooks")).unwrap();
    for hook in HOOKS {
        traps.set_at(&repo.path().join(".git/hooks").join(hook), &format!("hook-{hook}"));
    }
    repo.write("driven", "changed\n");
    repo.write("policy.yaml", "changed\n");
    // A process that dies takes git with it wherever git chances to compare the file.
    fs::remove_file(repo.path().join("processed")).unwrap();
    repo
}

#[rstest]
#[case("status", "fsmonitor")]
#[case("diff policy.yaml", "external-diff")]
#[case("diff driven", "diff-driver")]
#[case("diff --no-ext-diff driven", "textconv")]
#[case("cat-file --textconv HEAD:driven", "textconv")]
#[case("cat-file --filters HEAD:filtered", "smudge")]
#[case("cat-file --filters HEAD:processed", "process")]
#[case("hash-object filtered", "clean")]
#[case("update-ref refs/heads/new HEAD", "hook-reference-transaction")]
#[case("commit --allow-empty", "hook-pre-commit")]
#[case("commit --allow-empty --no-verify", "hook-prepare-commit-msg")]
#[case("-c core.hooksPath=/dev/null commit --allow-empty --no-verify", "editor")]
#[case("ls-remote origin", "transport")]
#[case("ls-remote ssh://host.invalid/x", "ssh")]
#[case("ls-remote git://host.invalid/x", "proxy")]
#[case("ls-remote file:///", "upload-pack")]
#[case("credential fill", "credentials")]
#[case("credential fill", "ask-pass")]
fn a_careless_caller_springs_the_traps(#[case] command: &str, #[case] trap: &str) {
    let traps = Traps::new();
    let repo = hostile(&traps);
    let asked = repo.write("asked", "protocol=https\nhost=host.invalid\n\n");
    if command.contains("file://") {
        // A remote's own `uploadpack` counts for its own address.
        repo.git(&["config", "remote.origin.url", "file:///"]);
    }
    traps.sprung();
    let words = if command.contains("file://") { "ls-remote origin" } else { command }.split(' ');
    let mut careless = plain_git(repo.path());
    careless.args(words).stdin(fs::File::open(asked).unwrap());
    let output = careless.output().unwrap();
    let sprung = traps.sprung();
    assert!(sprung.contains(trap), "{sprung:?} {}", String::from_utf8_lossy(&output.stderr));
}

/// What a folder's repository says, asked in every way there is.
fn answers(folder: &Path) -> String {
    let commit = resolve(folder, "HEAD");
    let tag = resolve(folder, "v1-again");
    let before = resolve(folder, "main~2");
    let text = read(folder, "policy.yaml");
    let gone = read(folder, "nowhere");
    let changed = open(folder).changed("policy.yaml", LIMIT).map(|(_, bytes)| bytes.len());
    let branches = ["main", "side", "dev", "nowhere"].map(|name| branch(folder, name));
    let head = Head::ask(folder).answer();
    format!("{head:?} {commit:?} {tag:?} {before:?} {changed:?} {text:?} {gone:?} {branches:?}")
}

#[test]
fn nothing_of_a_hostile_repository_is_run_or_written() {
    let traps = Traps::new();
    let repo = hostile(&traps);
    let head = repo.git(&["rev-parse", "HEAD"]);
    traps.sprung();
    let before = repo.inside();
    let said = answers(repo.path());
    let output = preflight(repo.path()).args(["prod", "--format=json"]).output().unwrap();
    assert_eq!(traps.sprung(), BTreeSet::new());
    assert!(repo.inside() == before, "git left something behind");
    assert!(said.starts_with(&format!("Some({head:?}) Ok({head:?}) ")), "{said}");
    assert!(said.ends_with(r#"Ok("third\n") Err(Missing) [On, Elsewhere, Elsewhere, Unknown]"#), "{said}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report.get("commit"), Some(&Value::from(head)));
    // The same from a work tree of it.
    let other = TempDir::new().unwrap();
    let linked = other.path().join("linked");
    repo.git(&[
        "-c",
        "core.hooksPath=/dev/null",
        "worktree",
        "add",
        "--no-checkout",
        linked.to_str().unwrap(),
    ]);
    traps.sprung();
    assert_eq!(branch(&linked, "linked"), Branch::On);
    assert_eq!(read(&linked, "policy.yaml").as_deref(), Ok("third\n"));
    assert_eq!(traps.sprung(), BTreeSet::new());
}

/// The switches themselves, by commands that are not in use and would spring the traps without them.
#[rstest]
#[case("status")]
#[case("-c user.name=x -c user.email=x commit --allow-empty --message x")]
#[case("ls-remote origin")]
#[case("ls-remote ssh://host.invalid/x")]
#[case("ls-remote git://host.invalid/x")]
#[case("submodule--helper status")]
fn a_scrubbed_git_runs_neither_hooks_nor_monitors_nor_transports(#[case] command: &str) {
    let traps = Traps::new();
    let repo = hostile(&traps);
    // Filters and drivers have no switch; the runner's plumbing never comes to them.
    repo.write(".gitattributes", "");
    traps.sprung();
    scrubbed(repo.path()).args(command.split(' ')).status().unwrap();
    assert_eq!(traps.sprung(), BTreeSet::new());
}

/// A clone without its files, whose remote is a program.
#[rstest]
#[case("ext::{trap}")]
#[case("ssh://host.invalid/x")]
#[case("git://host.invalid/x")]
#[case("made-up::x")]
fn what_is_not_there_is_not_fetched(#[case] address: &str) {
    let traps = Traps::new();
    let source = history().repo;
    source.git(&["config", "uploadpack.allowFilter", "true"]);
    let folder = TempDir::new().unwrap();
    let from = format!("file://{}", source.path().display());
    git(folder.path(), &["clone", "--quiet", "--no-checkout", "--filter=blob:none", &from, "partial"]);
    let partial = folder.path().join("partial");
    let trap = traps.set("fetched");
    for (key, value) in [
        ("remote.origin.url", address.replace("{trap}", &trap).as_str()),
        ("core.sshCommand", &trap),
        ("core.gitProxy", &trap),
        ("alias.remote-made-up", &format!("!{trap}")),
        ("protocol.allow", "always"),
    ] {
        git(&partial, &["config", key, value]);
    }
    plain_git(&partial).args(["cat-file", "blob", "HEAD:policy.yaml"]).output().unwrap();
    assert!(traps.sprung().contains("fetched"), "a careless caller fetches");
    assert_eq!(read(&partial, "policy.yaml"), Err(GitError::Failed));
    assert_eq!(branch(&partial, "main"), Branch::On);
    assert_eq!(traps.sprung(), BTreeSet::new());
    // A git that knows no GIT_NO_LAZY_FETCH, as before 2.45.
    let old = with_git("unset GIT_NO_LAZY_FETCH");
    let said = elsewhere(&partial, |probe| probe.env("PATH", path_with(old.path())));
    assert!(said.contains("Err(Failed)"), "{said}");
    assert_eq!(traps.sprung(), BTreeSet::new());
}

/// Does nothing unless [`elsewhere`] runs it in a process of its own.
#[test]
fn probe() {
    let Some(folder) = std::env::var_os("PROBE_FOLDER").map(PathBuf::from) else { return };
    let Some(patience) = std::env::var_os("PROBE_PATIENCE") else {
        println!("probe: {}", answers(&folder));
        return;
    };
    let patience = patience.to_str().unwrap().parse().unwrap();
    let git = open(&folder).with_patience(Duration::from_millis(patience));
    println!("probe: {:?} {:?} {:?}", git.resolve("HEAD"), git.resolve("--all"), git.branch("main"));
}

/// The answers of a process of its own, whose environment may be another.
fn elsewhere(folder: &Path, change: impl FnOnce(&mut Command) -> &mut Command) -> String {
    let mut probe = Command::new(std::env::current_exe().unwrap());
    scrub(&mut probe);
    probe.args(["--exact", "probe", "--nocapture"]).env("PROBE_FOLDER", folder).stdin(Stdio::null());
    let output = change(&mut probe).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text.lines().find_map(|line| line.split_once("probe: ")).unwrap().1.to_owned()
}

/// A folder with a `git` that does something before the real one, or instead of it.
fn with_git(first: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let path = std::env::var_os("PATH").unwrap();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join("git"));
    let real = places.find(|place| place.is_file()).expect("git is installed");
    let script = format!("#!/bin/sh\n{first}\nexec '{}' \"$@\"\n", real.display());
    fs::write(folder.path().join("git"), script).unwrap();
    set_mode(&folder.path().join("git"), 0o755);
    folder
}

fn path_with(first: &Path) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap();
    std::env::join_paths(std::iter::once(first.to_owned()).chain(std::env::split_paths(&path))).unwrap()
}

#[test]
fn nothing_of_the_caller_s_git_settings_is_heard() {
    let traps = Traps::new();
    let History { repo, .. } = history();
    repo.write(".env.prod", "A=1\n");
    let decoy = Repo::new();
    decoy.write("policy.yaml", "decoy\n");
    let decoyed = decoy.commit("decoy");
    let at = |below: &str| decoy.path().join(below).to_str().unwrap().to_owned();
    let trap = traps.set("variable");
    let trace = traps.mark("trace").to_str().unwrap().to_owned();
    let settings: Vec<(&str, String)> = vec![
        ("GIT_DIR", at(".git")),
        ("GIT_WORK_TREE", at("")),
        ("GIT_COMMON_DIR", at(".git")),
        ("GIT_INDEX_FILE", at(".git/index")),
        ("GIT_OBJECT_DIRECTORY", at(".git/objects")),
        ("GIT_CEILING_DIRECTORIES", repo.path().to_str().unwrap().to_owned()),
        ("GIT_CONFIG_COUNT", "2".to_owned()),
        ("GIT_CONFIG_KEY_0", "core.fsmonitor".to_owned()),
        ("GIT_CONFIG_VALUE_0", trap.clone()),
        ("GIT_CONFIG_KEY_1", "core.bare".to_owned()),
        ("GIT_CONFIG_VALUE_1", "true".to_owned()),
        ("GIT_CONFIG_PARAMETERS", "'alias.x'='!true'".to_owned()),
        ("GIT_EXEC_PATH", at("")),
        ("GIT_EXTERNAL_DIFF", trap.clone()),
        ("GIT_SSH_COMMAND", trap.clone()),
        ("GIT_ASKPASS", trap.clone()),
        ("GIT_PAGER", trap),
        ("GIT_TRACE", trace.clone()),
        ("GIT_TRACE2_EVENT", trace.clone()),
        ("GIT_TRACE_SETUP", trace),
        ("GIT_NAMESPACE", "another".to_owned()),
        ("GIT_SHALLOW_FILE", at("shallow")),
        ("GIT_ICASE_PATHSPECS", "1".to_owned()),
        ("GIT_DEFAULT_HASH", "sha256".to_owned()),
        ("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1".to_owned()),
    ];
    let mut careless = plain_git(repo.path());
    let output = careless.args(["rev-parse", "HEAD"]).envs(settings.iter().cloned()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), decoyed, "a careless caller is led away");
    assert!(traps.sprung().contains("trace"));
    let said = elsewhere(repo.path(), |probe| probe.envs(settings.iter().cloned()));
    assert_eq!(said, answers(repo.path()));
    let mut gate = preflight(repo.path());
    let output = gate.args(["prod", "--format=json"]).envs(settings).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report.get("commit"), Some(&Value::from(repo.git(&["rev-parse", "HEAD"]))));
    assert_eq!(traps.sprung(), BTreeSet::new());
}

/// With `.` in PATH a careless caller runs the project's own `git`.
#[rstest]
#[case("", "{real}")]
#[case(".", "{real}")]
#[case("bin", "{real}")]
#[case(".", "")]
fn no_git_of_the_project_is_run(#[case] first: &str, #[case] last: &str) {
    let traps = Traps::new();
    let repo = history().repo;
    fs::create_dir(repo.path().join("bin")).unwrap();
    for place in ["git", "bin/git"] {
        traps.set_at(&repo.path().join(place), "own-git");
    }
    let path = format!("{first}:{last}").replace("{real}", &std::env::var("PATH").unwrap());
    let shell = Command::new("/bin/sh")
        .args(["-c", "git rev-parse HEAD"])
        .current_dir(repo.path())
        .env("PATH", &path)
        .output();
    assert!(!shell.unwrap().status.success() && traps.sprung().contains("own-git"));
    let said = elsewhere(repo.path(), |probe| probe.current_dir(repo.path()).env("PATH", &path));
    assert_eq!(traps.sprung(), BTreeSet::new());
    // Where nothing but the project is in PATH, git is looked for where the system has its programs.
    assert!(said == answers(repo.path()) || (last.is_empty() && said.contains("NoGit")), "{said}");
}

#[rstest]
#[case("exec sleep 600", "Err(TimedOut) Err(UnknownRef) Unknown")]
#[case("exec >&-; exec sleep 600", "Err(TimedOut) Err(UnknownRef) Unknown")]
#[case("exec yes", "Err(TooLarge) Err(UnknownRef) Unknown")]
#[case("kill -KILL $$", "Err(Failed) Err(UnknownRef) Unknown")]
#[case("echo nonsense; exit 0", "Err(UnknownRef) Err(UnknownRef) Unknown")]
#[case("exit 1", "Err(NotARepository) Err(UnknownRef) Unknown")]
// A folder of other people's, which git refuses.
#[case("export GIT_TEST_ASSUME_DIFFERENT_OWNER=1", "Err(NotARepository) Err(UnknownRef) Unknown")]
fn a_git_that_does_not_answer(#[case] first: &str, #[case] expected: &str) {
    let repo = history().repo;
    let odd = with_git(first);
    // Only a git that never answers is not waited for.
    let patience = if first.contains("sleep") { "300" } else { "600000" };
    let said = elsewhere(repo.path(), |probe| {
        probe.env("PATH", path_with(odd.path())).env("PROBE_PATIENCE", patience)
    });
    assert_eq!(said, expected);
}

#[test]
fn without_git_nothing_is_said_and_odd_references_are_still_odd() {
    let repo = history().repo;
    let empty = TempDir::new().unwrap();
    let said =
        elsewhere(repo.path(), |probe| probe.env("PATH", empty.path()).env("PROBE_PATIENCE", "600000"));
    assert_eq!(said, "Err(NoGit) Err(UnknownRef) Unknown");
    let said = elsewhere(repo.path(), |probe| probe.env("PATH", empty.path()));
    assert!(said.starts_with("None Err(NoGit) ") && said.ends_with("[Unknown, Unknown, Unknown, Unknown]"));
}

/// Git waits for a writer for ever; the runner does not, and leaves no git behind.
#[test]
fn a_git_that_hangs_is_ended() {
    let repo = history().repo;
    let pipe = repo.path().join("pipe");
    fifo(&pipe);
    repo.git(&["config", "include.path", pipe.to_str().unwrap()]);
    let git = open(repo.path()).with_patience(Duration::from_millis(300));
    assert_eq!(git.resolve("HEAD"), Err(GitError::TimedOut));
    assert_eq!(git.branch("main"), Branch::Unknown);
    // Nobody has the other end open, or waits to.
    let writing = fs::OpenOptions::new().write(true).custom_flags(nix::libc::O_NONBLOCK).open(&pipe);
    assert_eq!(writing.unwrap_err().raw_os_error(), Some(nix::libc::ENXIO));
}
