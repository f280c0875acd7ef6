//! Who reads a project's `.env` files, as far as its own files say so.
//!
//! Looked for only where a policy does not say it. Files are opened below the project's folder and searched, at most 200 of them; what cannot be
//! opened or read says nothing.

use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use crate::os::{FileKind, Folder, Root};
use crate::syntax::clues::{Basis, Clue, Kind, Language, clues};
use crate::syntax::readers::Reader;
use crate::text::{SafePath, Span};

/// Most files read: those that say most come first.
const FILES: usize = 200;
/// Most bytes of one; a script or program that people write is shorter.
const BYTES: usize = 256 << 10;
/// Most folders looked into for program text.
const FOLDERS: usize = 60;

/// Folders that hold scripts.
const SCRIPTS: &[&str] =
    &["bin", "scripts", "script", "deploy", "ops", "ci", ".ci", "infra", "docker", "systemd"];
/// Folders that hold compose files.
const COMPOSE: &[&str] = &["deploy", "docker", "ops", "infra"];
/// Folders that those which hold compose files often part into: `deploy/docker`.
const PARTS: &[&str] = &["bin", "compose", "docker", "scripts", "systemd"];
/// The folder of workflows.
const WORKFLOWS: &str = ".github/workflows";
/// Folders of what others wrote, or of what was built.
const FOREIGN: &[&str] =
    &["__pycache__", "build", "dist", "env", "node_modules", "out", "target", "tmp", "vendor", "venv"];

/// What a project's files say about who reads its `.env` files.
#[derive(Debug, Default)]
pub struct Clues {
    files: Vec<Evidence>,
}

/// A file that says something.
#[derive(Debug)]
struct Evidence {
    path: SafePath,
    bytes: Arc<Zeroizing<Vec<u8>>>,
    /// Folders below the project that its paths are relative to.
    folders: Vec<String>,
    clues: Vec<Clue>,
}

/// A reader of a file, and the place that says so.
#[derive(Clone, Debug)]
pub struct Found {
    /// Who reads it.
    pub reader: Reader,
    /// How sure that is.
    pub basis: Basis,
    /// The file that says so.
    pub path: SafePath,
    /// Its bytes, in which lines can be counted.
    pub bytes: Arc<Zeroizing<Vec<u8>>>,
    /// The place in it.
    pub span: Span,
}

/// A file to be searched.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Candidate {
    /// What is read first.
    rank: u8,
    /// Its folder below the project, nothing for the project itself.
    folder: String,
    name: String,
}

impl Clues {
    /// Searches a project.
    #[must_use]
    pub fn gather(root: &Root) -> Self {
        let mut candidates = candidates(root);
        candidates.sort();
        candidates.truncate(FILES);
        let mut found = Self::default();
        let mut depends = Vec::new();
        for Candidate { folder, name, .. } in candidates {
            let Some((_, kind)) = kind(&folder, &name) else { continue };
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            let Ok(opened) = root.read(Path::new(&path), BYTES) else { continue };
            let clues = clues(kind, &opened.bytes, &depends);
            // Lists of dependencies come first.
            let depended = clues.iter().filter(|clue| clue.basis == Basis::Dependency);
            depends.extend(depended.map(|clue| clue.reader));
            if clues.is_empty() {
                continue;
            }
            let folders = match kind {
                Kind::Compose | Kind::Unit => vec![folder],
                // A script may be started in its own folder or in the project's.
                _ => vec![String::new(), folder],
            };
            let (path, bytes) = (SafePath::named(&path), Arc::new(opened.bytes));
            found.files.push(Evidence { path, bytes, folders, clues });
        }
        found.files.sort_by(|one, other| one.path.cmp(&other.path));
        found
    }

    /// The readers of the file at `path` below the project, each once and with the first place that says so. Where a program is told to read that very
    /// file, libraries that the project merely depends on are left out.
    #[must_use]
    pub fn of(&self, path: &str) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for file in &self.files {
            let folders: Vec<&str> = file.folders.iter().map(String::as_str).collect();
            for clue in file.clues.iter().filter(|clue| clue.names.fit(path, &folders)) {
                // A path on some machine's disk may be another project's file of that name.
                let basis = if clue.names.is_rooted() { Basis::Dependency } else { clue.basis };
                if !found.iter().any(|known| (known.reader, known.basis) == (clue.reader, basis)) {
                    found.push(Found {
                        reader: clue.reader,
                        basis,
                        path: file.path.clone(),
                        bytes: Arc::clone(&file.bytes),
                        span: clue.span,
                    });
                }
            }
        }
        if found.iter().any(|found| found.basis == Basis::Named) {
            found.retain(|found| found.basis == Basis::Named);
        }
        found.sort_by_key(|found| found.reader);
        found
    }
}

/// The files of a project that may say something.
fn candidates(root: &Root) -> Vec<Candidate> {
    let Ok(project) = root.folder(Path::new(".")) else { return Vec::new() };
    let mut found = Vec::new();
    take("", &project, &mut found);
    let parts = COMPOSE.iter().flat_map(|folder| PARTS.iter().map(move |part| format!("{folder}/{part}")));
    let parts: Vec<String> = parts.collect();
    let mut below: Vec<&str> = SCRIPTS.to_vec();
    below.push(WORKFLOWS);
    below.extend(parts.iter().map(String::as_str));
    let others = project.entries().iter().filter(|entry| entry.kind == FileKind::Folder);
    let others = others.filter_map(|entry| entry.name.to_str());
    let others =
        others.filter(|name| !name.starts_with('.') && !FOREIGN.contains(name) && !SCRIPTS.contains(name));
    below.extend(others.take(FOLDERS));
    for folder in below {
        if let Ok(listed) = root.folder(Path::new(folder)) {
            take(folder, &listed, &mut found);
        }
    }
    found
}

fn take(folder: &str, listed: &Folder, found: &mut Vec<Candidate>) {
    let entries =
        listed.entries().iter().filter(|entry| matches!(entry.kind, FileKind::Regular | FileKind::Link));
    for name in entries.filter_map(|entry| entry.name.to_str()) {
        if let Some((rank, _)) = kind(folder, name) {
            found.push(Candidate { rank, folder: folder.to_owned(), name: name.to_owned() });
        }
    }
}

/// What a file is by its place, and how early it is read.
fn kind(folder: &str, name: &str) -> Option<(u8, Kind)> {
    let yaml = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    if folder == WORKFLOWS {
        return yaml.map(|_| (2, Kind::Workflow));
    }
    let ranked = if folder.is_empty() { of_project(name) } else { None };
    let part = folder
        .split_once('/')
        .is_some_and(|(folder, part)| COMPOSE.contains(&folder) && PARTS.contains(&part));
    let compose = || {
        let stem = yaml.filter(|_| folder.is_empty() || part || COMPOSE.contains(&folder))?;
        let rest = stem.strip_prefix("docker-compose").or_else(|| stem.strip_prefix("compose"))?;
        (rest.is_empty() || rest.starts_with('.')).then_some((1, Kind::Compose))
    };
    let script = || {
        if !folder.is_empty() && !part && !SCRIPTS.contains(&folder) {
            return None;
        }
        let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
        Some(match ending {
            _ if stem == "Dockerfile" || ending == "Dockerfile" => (3, Kind::Dockerfile),
            "sh" => (3, Kind::Shell { bash: false }),
            "bash" => (3, Kind::Shell { bash: true }),
            "service" => (1, Kind::Unit),
            "" if !stem.is_empty() && !name.contains('.') => (4, Kind::Unnamed),
            _ => return None,
        })
    };
    let program = || {
        if part {
            return None;
        }
        let (stem, ending) = name.rsplit_once('.')?;
        let language = match ending {
            "py" => Language::Python,
            "js" | "ts" | "mjs" | "cjs" if !stem.ends_with(".min") && !stem.ends_with(".d") => {
                Language::JavaScript
            }
            "go" => Language::Go,
            "rs" => Language::Rust,
            "rb" => Language::Ruby,
            _ => return None,
        };
        Some((if folder.is_empty() { 5 } else { 6 }, Kind::Program(language)))
    };
    ranked.or_else(compose).or_else(script).or_else(program)
}

/// Files that stand in a project's folder alone.
fn of_project(name: &str) -> Option<(u8, Kind)> {
    let kind = match name {
        "package.json" => Kind::Package,
        "pyproject.toml" | "setup.cfg" | "Pipfile" => Kind::PythonDependencies,
        "Gemfile" => Kind::Gemfile,
        "go.mod" => Kind::GoMod,
        "Cargo.toml" => Kind::CargoToml,
        "Makefile" | "makefile" | "GNUmakefile" => return Some((2, Kind::Makefile)),
        "justfile" | "Justfile" | ".justfile" => return Some((2, Kind::Justfile)),
        "Taskfile.yml" | "Taskfile.yaml" => return Some((2, Kind::Taskfile)),
        "Procfile" => return Some((2, Kind::Procfile)),
        ".gitlab-ci.yml" => return Some((2, Kind::GitlabCi)),
        _ if name.starts_with("requirements") && name.ends_with(".txt") => Kind::PythonDependencies,
        _ => return None,
    };
    Some((0, kind))
}
