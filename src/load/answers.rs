//! Answers to what rules want to know.

use std::path::{Path, PathBuf};

use crate::model::{File, Role};
use crate::os::{FileKind, OpenError, Root};
use crate::rules::context::matcher;
use crate::text::SafePath;

/// Entries that are looked at for one pattern.
const MOST_ENTRIES: usize = 100_000;
const MOST_DEPTH: usize = 16;

/// The files that a path pattern names, without reading them.
#[must_use]
pub fn files(root: &Root, pattern: &str) -> Vec<File> {
    let fixed: PathBuf = pattern.split('/').take_while(|part| !is_pattern(part)).collect();
    if fixed == Path::new(pattern) {
        return file(root, &fixed).into_iter().collect();
    }
    let Some(matcher) = matcher(pattern) else { return Vec::new() };
    let mut found = Vec::new();
    let mut budget = MOST_ENTRIES;
    walk(root, &fixed, 0, &mut budget, &mut |path, failed| match failed {
        Some(error) => found.push(unopened(path, error)),
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
    Some(File { path: SafePath::new(path), id: None, role: Role::Named, state, bad_lines: Vec::new() })
}

/// Takes each file, or a folder that could not be gone through and why.
type Visit<'a> = dyn FnMut(&Path, Option<OpenError>) + 'a;

fn unopened(path: &Path, error: OpenError) -> File {
    File { path: SafePath::new(path), id: None, role: Role::Named, state: Err(error), bad_lines: Vec::new() }
}

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
