//! Files of fingerprints and of the project's key, read and written.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::Fingerprints;
use crate::os::{self, FileKind, OpenError, Root};
use crate::rules::shared::fingerprint::ProjectKey;
use crate::syntax::fingerprints::{self, FOLDER, FingerprintFile, LIMIT, path_of};
use crate::text::EnvName;

use super::RUN_LIMIT;
use super::project::Project;
use super::typed::{self, Unread};

/// The project's fingerprints, each file read once.
pub struct Prints<'a> {
    root: &'a Root,
    key: Option<&'a ProjectKey>,
    known: BTreeMap<EnvName, Fingerprints>,
    /// Bytes that may still be read: a repository can hold any number of environments.
    left: usize,
    /// Whether there is no folder of them at all, once it was looked for.
    none: Option<bool>,
}

impl<'a> Prints<'a> {
    /// Those of a project, and the key at hand.
    #[must_use]
    pub const fn new(root: &'a Root, key: Option<&'a ProjectKey>) -> Self {
        Self { root, key, known: BTreeMap::new(), left: RUN_LIMIT, none: None }
    }

    /// Those of an environment.
    pub fn of(&mut self, environment: &EnvName) -> Fingerprints {
        if let Some(known) = self.known.get(environment) {
            return known.clone();
        }
        let found = self.read(environment);
        self.known.insert(environment.clone(), found.clone());
        found
    }

    fn read(&mut self, environment: &EnvName) -> Fingerprints {
        let gone = || self.root.stat(Path::new(FOLDER)).is_err_and(|error| error == OpenError::Missing);
        if *self.none.get_or_insert_with(gone) {
            return Fingerprints::Missing;
        }
        let bytes = match self.root.read(Path::new(&path_of(environment)), LIMIT.min(self.left)) {
            Ok(opened) => opened.bytes,
            Err(OpenError::Missing) => return Fingerprints::Missing,
            Err(_) => return Fingerprints::Unsound,
        };
        self.left = self.left.saturating_sub(bytes.len());
        match (fingerprints::read(&bytes), self.key) {
            (Some((file, _)), _) if file.environment != *environment => Fingerprints::Unsound,
            (None, _) => Fingerprints::Unsound,
            (Some(_), None) => Fingerprints::NoKey,
            (Some((file, _)), Some(key)) if file.key != key.id() => Fingerprints::OtherKey,
            (Some((file, seal)), Some(key)) if key.seal(&file) == seal => Fingerprints::Sound(Arc::new(file)),
            (Some(_), Some(_)) => Fingerprints::Unsound,
        }
    }
}

/// Why there is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoKey {
    /// The file could not be read.
    Unread(Unread),
    /// It lies in the work tree.
    Inside,
    /// It holds no key.
    Malformed,
}

/// Reads the project's key from a file, `-` for standard input.
///
/// # Errors
/// See [`NoKey`].
pub fn key(project: &Project, typed: &OsStr) -> Result<ProjectKey, NoKey> {
    let inside = || Path::new(typed).canonicalize().is_ok_and(|path| is_inside(project, &path));
    if typed != typed::STDIN && inside() {
        return Err(NoKey::Inside);
    }
    let bytes = typed::read(typed).map_err(NoKey::Unread)?;
    ProjectKey::read(&bytes).ok_or(NoKey::Malformed)
}

/// Writes a new key's file, for its owner alone. What is there already is left as it is.
///
/// # Errors
/// Whether it would lie in the work tree, or what the system says.
pub fn write_key(project: &Project, path: &Path, text: &[u8]) -> Result<(), Option<io::ErrorKind>> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let folder = folder.canonicalize().map_err(|error| Some(error.kind()))?;
    if is_inside(project, &folder) {
        return Err(None);
    }
    os::atomic::write_new(path, text).map_err(|error| Some(error.kind()))
}

/// Whether a path without links lies in the git work tree of the project, or in its folder.
fn is_inside(project: &Project, path: &Path) -> bool {
    let Ok(folder) = project.folder.canonicalize() else { return false };
    let top = folder.ancestors().find(|parent| parent.join(".git").symlink_metadata().is_ok());
    let top = top.unwrap_or(&folder);
    // In a container the project may be all there is.
    top.parent().is_some() && path.starts_with(top)
}

/// The bytes of an environment's file as it is; none if it is not there.
///
/// # Errors
/// Why it cannot be read.
pub fn current(project: &Project, environment: &EnvName) -> Result<Vec<u8>, OpenError> {
    match project.root.read(Path::new(&path_of(environment)), LIMIT) {
        Ok(opened) => Ok(opened.bytes.to_vec()),
        // What is too large was not written by this program, and is replaced.
        Err(OpenError::Missing | OpenError::TooLarge) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Writes an environment's file, whole or not at all, and its folder if that is not there.
///
/// # Errors
/// Why it could not be written.
pub fn write(
    project: &Project,
    file: &FingerprintFile,
    seal: &fingerprints::Fingerprint,
) -> Result<(), OpenError> {
    let refused = |error: io::Error| OpenError::Refused(error.kind());
    // Links are gone down and judged here, so that nothing is written outside the project.
    let parents = FOLDER.match_indices('/').filter_map(|(at, _)| FOLDER.get(..at)).chain([FOLDER]);
    for folder in parents {
        match project.root.stat(Path::new(folder)) {
            Ok(facts) if facts.kind == FileKind::Folder => {}
            Ok(facts) => return Err(OpenError::Kind(facts.kind)),
            Err(OpenError::Missing) => fs::create_dir(project.folder.join(folder)).map_err(refused)?,
            Err(error) => return Err(error),
        }
    }
    let path: PathBuf = project.folder.join(path_of(&file.environment));
    os::atomic::write(&path, file.render(seal).as_bytes()).map_err(refused)?;
    // Like any other file of the repository: whoever deploys reads it.
    os::set_mode(&path, 0o644).map_err(refused)
}
