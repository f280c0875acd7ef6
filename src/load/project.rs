//! Which folder is the project, and which file its policy.

use std::io;
use std::path::{Path, PathBuf};

use crate::finding::{Arg, ErrorKind, Message, ReportError};
use crate::os::{OpenError, Root, read_anywhere};
use crate::text::SafePath;
use crate::text::source_map::Medium;

use super::POLICY_LIMIT;
use super::committed::Committed;

/// Where a project keeps its policy; the first is the usual one.
pub const POLICY_PATHS: [&str; 2] = ["policies/preflight.yaml", "preflight.yaml"];

/// A project that was found.
#[derive(Debug)]
pub struct Project {
    /// Its folder.
    pub folder: PathBuf,
    /// The same, opened.
    pub root: Root,
}

impl Project {
    /// The folder as reports name it: below git's top, `.` for the top itself; outside git as it is.
    #[must_use]
    pub fn shown(&self) -> SafePath {
        let folder = self.folder.canonicalize().unwrap_or_else(|_| self.folder.clone());
        let top = folder.ancestors().find(|parent| parent.join(".git").symlink_metadata().is_ok());
        match top.and_then(|top| folder.strip_prefix(top).ok()) {
            Some(below) if below.as_os_str().is_empty() => SafePath::named("."),
            Some(below) => SafePath::new(below),
            None => SafePath::new(&folder),
        }
    }
}

/// A policy's text, and the folder out of which it extends nothing.
#[derive(Debug)]
pub struct PolicyFile {
    /// Its path as shown.
    pub path: SafePath,
    /// Its path below that folder.
    pub place: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    base: Base,
}

/// What a policy extends from.
#[derive(Debug)]
enum Base {
    /// The project's folder.
    Project,
    /// The policy's own folder, which lies elsewhere.
    Folder(Option<Root>),
    /// A commit.
    Commit(Box<Committed>),
}

impl PolicyFile {
    /// A policy as a commit has it.
    pub(super) fn committed(path: SafePath, place: String, bytes: Vec<u8>, commit: Committed) -> Self {
        Self { path, place, bytes, base: Base::Commit(Box::new(commit)) }
    }

    /// What it lies in.
    #[must_use]
    pub const fn medium(&self) -> Medium {
        match self.base {
            Base::Commit(_) => Medium::Git,
            Base::Project | Base::Folder(_) => Medium::File,
        }
    }

    /// Reads a file that the policy extends, by its path below the folder.
    ///
    /// # Errors
    /// Why it could not be read.
    pub fn read(&self, project: &Project, place: &str) -> Result<Vec<u8>, Message> {
        let root = match &self.base {
            Base::Project => &project.root,
            Base::Folder(Some(root)) => root,
            Base::Folder(None) => return Err(Message::new("the policy's folder cannot be opened")),
            Base::Commit(commit) => return commit.read(place).map_err(|error| commit.why(place, error)),
        };
        let opened = root.read(Path::new(place), POLICY_LIMIT);
        opened
            .map(|opened| opened.bytes.to_vec())
            .map_err(|error| why_unreadable(SafePath::named(place), error))
    }
}

/// Opens the folder that was named, or finds one: the nearest parent with a policy up to git's top, else the current folder.
///
/// # Errors
/// If the folder cannot be opened.
pub fn find(named: Option<&Path>) -> Result<Project, Box<ReportError>> {
    let folder = match named {
        Some(folder) => folder.to_owned(),
        None => nearest(&std::env::current_dir().map_err(|error| unusable(Path::new("."), &error))?),
    };
    match Root::open(&folder) {
        Ok(root) => Ok(Project { folder, root }),
        Err(error) => Err(unusable(&folder, &error)),
    }
}

fn unusable(folder: &Path, error: &io::Error) -> Box<ReportError> {
    let path = Arg::Path(SafePath::new(folder));
    let message = match error.kind() {
        io::ErrorKind::NotFound => Message::with("the project folder {} is not there", [path]),
        io::ErrorKind::NotADirectory => Message::with("the project {} is no folder", [path]),
        kind => Message::with(
            "the project folder {} cannot be opened: {}",
            [path, Arg::Word(crate::os::reason(kind))],
        ),
    };
    Box::new(ReportError {
        kind: ErrorKind::BadProject,
        message,
        help: Some(Message::new("name the project's folder: -C DIR")),
        location: None,
    })
}

/// Outside git only the current folder counts: a parent may be anyone's.
fn nearest(current: &Path) -> PathBuf {
    let top = current.ancestors().find(|folder| folder.join(".git").symlink_metadata().is_ok());
    let Some(top) = top else { return current.to_owned() };
    let holds = |folder: &&Path| POLICY_PATHS.iter().any(|path| folder.join(path).symlink_metadata().is_ok());
    let inside = current.ancestors().take_while(|folder| folder.starts_with(top));
    inside.into_iter().find(holds).unwrap_or(current).to_owned()
}

/// Reads the policy that was named, or the project's own; nothing if it has none.
///
/// # Errors
/// If there is one that cannot be read, or two.
pub fn policy(project: &Project, named: Option<&Path>) -> Result<Option<PolicyFile>, Box<ReportError>> {
    if let Some(path) = named {
        return read_named(project, path).map(Some);
    }
    let mut found = None;
    for path in POLICY_PATHS {
        let shown = SafePath::named(path);
        match project.root.read(Path::new(path), POLICY_LIMIT) {
            Ok(opened) if found.is_none() => {
                let (place, bytes) = (path.to_owned(), opened.bytes.to_vec());
                found = Some(PolicyFile { path: shown, place, bytes, base: Base::Project })
            }
            Ok(_) => {
                let message =
                    Message::with("the project has two policies: {} and {}", POLICY_PATHS.map(Arg::Word));
                let help = Message::new("keep one, or name one: --policy FILE");
                return Err(Box::new(ReportError {
                    kind: ErrorKind::BadPolicy,
                    message,
                    help: Some(help),
                    location: None,
                }));
            }
            Err(OpenError::Missing | OpenError::BelowFile) => {}
            Err(error) => return Err(unreadable(shown, error)),
        }
    }
    Ok(found)
}

fn read_named(project: &Project, path: &Path) -> Result<PolicyFile, Box<ReportError>> {
    let shown = SafePath::new(path);
    let opened = read_anywhere(path, POLICY_LIMIT).map_err(|error| unreadable(shown.clone(), error))?;
    let (base, place) = base_of(project, path);
    Ok(PolicyFile { path: shown, place, bytes: opened.bytes.to_vec(), base })
}

/// Where a policy that was named extends from: the project, if it lies there, else its own folder.
fn base_of(project: &Project, path: &Path) -> (Base, String) {
    let top = project.folder.canonicalize().ok();
    let file = path.canonicalize().ok();
    let below =
        top.zip(file).and_then(|(top, file)| Some(file.strip_prefix(top).ok()?.to_str()?.replace('\\', "/")));
    if let Some(place) = below {
        return (Base::Project, place);
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    (Base::Folder(Root::open(folder).ok()), name.unwrap_or_default())
}

fn unreadable(path: SafePath, error: OpenError) -> Box<ReportError> {
    let message = why_unreadable(path, error);
    Box::new(ReportError { kind: ErrorKind::BadPolicy, message, help: None, location: None })
}

fn why_unreadable(path: SafePath, error: OpenError) -> Message {
    let shown = Arg::Path(path);
    match error {
        OpenError::Missing => Message::with("the policy {} is not there", [shown]),
        OpenError::BelowFile => Message::with("the policy {} lies below a file", [shown]),
        OpenError::Leaves => Message::with("the policy {} is a link that leaves the project", [shown]),
        OpenError::Loop => Message::with("the policy {} is a link that goes in circles", [shown]),
        OpenError::Dangling => Message::with("the policy {} is a link that leads nowhere", [shown]),
        OpenError::Kind(kind) => Message::with("the policy {} is a {}", [shown, Arg::Word(kind.as_str())]),
        OpenError::TooLarge => Message::with("the policy {} is larger than 1 MiB", [shown]),
        OpenError::Changed => Message::with("the policy {} changes while it is read", [shown]),
        OpenError::Refused(kind) => {
            Message::with("the policy {} cannot be read: {}", [shown, Arg::Word(crate::os::reason(kind))])
        }
    }
}
