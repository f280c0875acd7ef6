//! Systems without Unix descriptors and modes: paths are made canonical and must lie below the root.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use super::whole::{self, refused};
use super::{Entry, FileFacts, FileKind, OpenError, Opened, Passed};

/// A folder below which files are opened; nothing outside it ever is.
#[derive(Debug)]
pub struct Root {
    canonical: PathBuf,
}

/// A folder that was opened and listed.
#[derive(Debug)]
pub struct Folder {
    root: Root,
    path: PathBuf,
    facts: FileFacts,
    entries: Vec<Entry>,
}

impl Folder {
    /// What is in it, sorted by name.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What the folder is.
    #[must_use]
    pub const fn facts(&self) -> FileFacts {
        self.facts
    }

    /// Opens and reads a regular file of this folder.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn read(&self, entry: &Entry, limit: usize) -> Result<Opened, OpenError> {
        self.root.read(&self.path.join(&entry.name), limit)
    }
}

impl Root {
    /// Opens a folder as root.
    ///
    /// # Errors
    /// If it is no folder or cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let canonical = path.canonicalize()?;
        if !canonical.is_dir() {
            return Err(io::ErrorKind::NotADirectory.into());
        }
        Ok(Self { canonical })
    }

    /// Opens and reads a regular file, at most `limit` bytes of it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn read(&self, path: &Path, limit: usize) -> Result<Opened, OpenError> {
        let facts = self.stat(path)?;
        if facts.kind != FileKind::Regular {
            return Err(OpenError::Kind(facts.kind));
        }
        let path = self.below(path)?;
        let open = || {
            let file = fs::File::open(&path).map_err(|error| refused(&error))?;
            let metadata = file.metadata().map_err(|error| refused(&error))?;
            Ok((file, metadata))
        };
        Ok(Opened { bytes: whole::read(limit, open)?.bytes, facts })
    }

    /// What stands at a path, without opening it for reading.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn stat(&self, path: &Path) -> Result<FileFacts, OpenError> {
        let link = fs::symlink_metadata(self.canonical.join(path)).map_err(|error| refused(&error))?;
        let meta = fs::metadata(self.below(path)?).map_err(|error| refused(&error))?;
        Ok(FileFacts {
            kind: kind_of(meta.file_type()),
            mode: None,
            owner: None,
            modes_kept: false,
            links: usize::from(link.file_type().is_symlink()),
            kubernetes_volume: false,
        })
    }

    /// Opens a folder and lists what is in it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn folder(&self, path: &Path) -> Result<Folder, OpenError> {
        let facts = self.stat(path)?;
        let mut entries = Vec::new();
        for entry in fs::read_dir(self.below(path)?).map_err(|error| refused(&error))? {
            let entry = entry.map_err(|error| refused(&error))?;
            let kind = entry.file_type().map_err(|error| refused(&error))?;
            entries.push(Entry { name: entry.file_name(), kind: kind_of(kind) });
        }
        entries.sort();
        let root = Self { canonical: self.canonical.clone() };
        Ok(Folder { root, path: path.to_owned(), facts, entries })
    }

    /// The folders that `path` leads through, from the root down, as they are written; and what stands there, if that is
    /// a folder.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn folders(&self, path: &Path) -> Result<Vec<Passed>, OpenError> {
        let mut passed = vec![Passed { path: PathBuf::from("."), facts: self.stat(Path::new("."))? }];
        let mut below = PathBuf::new();
        for part in path.components().filter(|part| *part != Component::CurDir) {
            below.push(part);
            let facts = self.stat(&below)?;
            if facts.kind == FileKind::Folder {
                passed.push(Passed { path: below.clone(), facts });
            }
        }
        Ok(passed)
    }

    fn below(&self, path: &Path) -> Result<PathBuf, OpenError> {
        if !path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(OpenError::Leaves);
        }
        let path = self.canonical.join(path).canonicalize().map_err(|error| refused(&error))?;
        if path.starts_with(&self.canonical) { Ok(path) } else { Err(OpenError::Leaves) }
    }
}

fn kind_of(kind: fs::FileType) -> FileKind {
    if kind.is_dir() {
        FileKind::Folder
    } else if kind.is_symlink() {
        FileKind::Link
    } else if kind.is_file() {
        FileKind::Regular
    } else {
        FileKind::Device
    }
}

/// A folder's path from the root. Links stay: a resolved path is written in a way that few other programs read.
///
/// # Errors
/// If the path is empty.
pub fn physical(path: &Path) -> io::Result<PathBuf> {
    std::path::absolute(path)
}

/// There are no core dumps to forbid.
pub const fn forbid_core_dumps() {}

/// There is no limit to restore.
pub fn with_core_limit_restored<T>(spawn: impl FnOnce() -> T) -> T {
    spawn()
}

/// Users have no numbers.
#[must_use]
pub const fn effective_user() -> Option<u32> {
    None
}

/// There are no permission bits to set.
///
/// # Errors
/// None.
pub fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
