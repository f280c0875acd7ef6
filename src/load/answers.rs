//! Answers to what rules want to know.

use std::path::{Path, PathBuf};

use crate::model::copies::{JOINTS, originals};
use crate::model::{File, Role, Want};
use crate::os::{FileFacts, FileKind, OpenError, Root};
use crate::rules::context::matcher;
use crate::text::SafePath;

/// Entries that are looked at for one pattern.
const MOST_ENTRIES: usize = 100_000;
const MOST_DEPTH: usize = 16;

/// Answers a question about files. Nothing is read for it.
#[must_use]
pub fn files(root: &Root, want: &Want) -> Vec<File> {
    match want {
        Want::Files(pattern) => matching(root, pattern),
        Want::Folders(path) => folders(root, Path::new(path)),
        Want::Copies(path) => copies(root, Path::new(path)),
        Want::Branch(_) | Want::Changed(_) | Want::Fingerprints(_) => Vec::new(),
    }
}

fn folders(root: &Root, path: &Path) -> Vec<File> {
    let folder = |path: &Path, state| seen(path, Role::Folder, state);
    match root.folders(path) {
        Ok(passed) => passed.into_iter().map(|passed| folder(&passed.path, Ok(passed.facts))).collect(),
        Err(error) => vec![folder(path, Err(error))],
    }
}

fn copies(root: &Root, folder: &Path) -> Vec<File> {
    let listed = match root.folder(folder) {
        Ok(listed) => listed,
        Err(OpenError::Missing) => return Vec::new(),
        Err(error) => return vec![seen(folder, Role::Folder, Err(error))],
    };
    let copies = listed.entries().iter().filter(|entry| {
        let kind = matches!(entry.kind, FileKind::Regular | FileKind::Folder);
        kind && entry.name.to_str().is_some_and(|name| !originals(name, JOINTS).is_empty())
    });
    // Paths are as they are written: without a dot in front.
    let below = folder.strip_prefix(".").unwrap_or(folder);
    let paths = copies.map(|entry| below.join(&entry.name));
    paths.map(|path| seen(&path, Role::Copy, root.stat(&path))).collect()
}

/// The files that a path pattern names.
fn matching(root: &Root, pattern: &str) -> Vec<File> {
    let fixed: PathBuf = pattern.split('/').take_while(|part| !is_pattern(part)).collect();
    if fixed == Path::new(pattern) {
        return file(root, &fixed).into_iter().collect();
    }
    let Some(matcher) = matcher(pattern) else { return Vec::new() };
    let mut found = Vec::new();
    let mut budget = MOST_ENTRIES;
    walk(root, &fixed, 0, &mut budget, &mut |path, failed| match failed {
        Some(error) => found.push(seen(path, Role::Named, Err(error))),
        None if matcher.is_match(path) => found.extend(file(root, path)),
        None => {}
    });
    found
}

fn is_pattern(part: &str) -> bool {
    part.contains(['*', '?', '[', '{'])
}

fn file(root: &Root, path: &Path) -> Option<File> {
    let state = match root.stat(path) {
        Err(OpenError::Missing) => return None,
        Ok(facts) if facts.kind == FileKind::Folder => return None,
        Ok(facts) if facts.kind != FileKind::Regular => Err(OpenError::Kind(facts.kind)),
        state => state,
    };
    Some(seen(path, Role::Named, state))
}

fn seen(path: &Path, role: Role, state: Result<FileFacts, OpenError>) -> File {
    File::new(SafePath::new(path), role, state)
}

/// Takes each file, or a folder that could not be gone through and why.
type Visit<'a> = dyn FnMut(&Path, Option<OpenError>) + 'a;

/// Goes through a folder; links are named, not followed.
fn walk(root: &Root, folder: &Path, depth: usize, budget: &mut usize, visit: &mut Visit<'_>) {
    let at = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let listed = match root.folder(at) {
        Ok(listed) => listed,
        Err(OpenError::Missing) => return,
        Err(error) => return visit(at, Some(error)),
    };
    for entry in listed.entries() {
        if *budget == 0 {
            return visit(at, Some(OpenError::TooLarge));
        }
        *budget -= 1;
        let path = folder.join(&entry.name);
        match entry.kind {
            FileKind::Folder if depth < MOST_DEPTH && entry.name != ".git" => {
                walk(root, &path, depth + 1, budget, visit)
            }
            FileKind::Folder if entry.name == ".git" => {}
            FileKind::Folder => visit(&path, Some(OpenError::TooLarge)),
            _ => visit(&path, None),
        }
    }
}
