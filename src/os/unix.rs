//! Unix: descriptors, modes, core limits.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Metadata};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Component, Path, PathBuf};
use std::sync::OnceLock;

use nix::dir::{Dir, Type};
use nix::errno::Errno;
use nix::fcntl::{AtFlags, OFlag, openat, readlinkat};
use nix::libc::{mode_t, rlim_t};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat, fstatat};

use super::{Entry, FileFacts, FileKind, MAX_LINKS, OpenError, Opened, Passed, whole};

/// A folder below which files are opened; nothing outside it ever is.
#[derive(Debug)]
pub struct Root {
    folder: OwnedFd,
    /// The folder without links, to judge absolute links by.
    canonical: PathBuf,
}

/// The end of a walk: the folder that holds the last part, the part's name, and what was met on the way.
struct Walked {
    folders: Vec<OwnedFd>,
    /// The folders' names.
    names: Vec<OsString>,
    name: OsString,
    stat: FileStat,
    links: usize,
    kubernetes_volume: bool,
}

/// A folder that was opened and listed.
#[derive(Debug)]
pub struct Folder {
    folder: Dir,
    device: u64,
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

    /// Opens and reads a regular file of this folder, without going down to it again.
    ///
    /// # Errors
    /// See [`OpenError`]; a name that was a regular file and is a link by now is refused as circular.
    pub fn read(&self, entry: &Entry, limit: usize) -> Result<Opened, OpenError> {
        regular(entry.kind)?;
        let read = whole::read(limit, || open_regular(&self.folder, &entry.name))?;
        let same = read.metadata.dev() == self.device;
        let modes_kept = if same { self.facts.modes_kept } else { modes_kept(&read.file) };
        let (links, kubernetes_volume) = (self.facts.links, self.facts.kubernetes_volume);
        let facts = FileFacts { modes_kept, links, kubernetes_volume, ..told(&read.metadata) };
        Ok(Opened { bytes: read.bytes, facts })
    }
}

impl Root {
    /// Opens a folder as root.
    ///
    /// # Errors
    /// If it is no folder or cannot be opened.
    pub fn open(path: &Path) -> io::Result<Self> {
        let canonical = path.canonicalize()?;
        let flags = OFlag::O_DIRECTORY | OFlag::O_CLOEXEC | OFlag::O_RDONLY;
        let folder = nix::fcntl::open(&canonical, flags, Mode::empty())?;
        Ok(Self { folder, canonical })
    }

    /// Opens and reads a regular file, at most `limit` bytes of it.
    ///
    /// # Errors
    /// See [`OpenError`]; a FIFO, socket or device is never waited for.
    pub fn read(&self, path: &Path, limit: usize) -> Result<Opened, OpenError> {
        let walked = self.walk(path)?;
        regular(kind_of(&walked.stat))?;
        // Another file may have taken its place since: what counts is what is opened.
        let read = whole::read(limit, || open_regular(self.folder_of(&walked), &walked.name))?;
        let (links, kubernetes_volume) = (walked.links, walked.kubernetes_volume);
        let modes_kept = modes_kept(&read.file);
        let facts = FileFacts { modes_kept, links, kubernetes_volume, ..told(&read.metadata) };
        Ok(Opened { bytes: read.bytes, facts })
    }

    /// What stands at a path, without opening it for reading.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn stat(&self, path: &Path) -> Result<FileFacts, OpenError> {
        let walked = self.walk(path)?;
        Ok(facts(&walked.stat, modes_kept(self.folder_of(&walked)), &walked))
    }

    /// Opens a folder and lists what is in it.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn folder(&self, path: &Path) -> Result<Folder, OpenError> {
        let walked = self.walk(path)?;
        let kind = kind_of(&walked.stat);
        if kind != FileKind::Folder {
            return Err(OpenError::Kind(kind));
        }
        let flags = OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | OFlag::O_RDONLY;
        let folder = openat(self.folder_of(&walked), walked.name.as_os_str(), flags, Mode::empty());
        let mut folder = Dir::from_fd(folder.map_err(refused)?).map_err(refused)?;
        let mut entries = Vec::new();
        let mut unknown = Vec::new();
        for entry in folder.iter() {
            let entry = entry.map_err(refused)?;
            let name = OsString::from_vec(entry.file_name().to_bytes().to_vec());
            if name == "." || name == ".." {
                continue;
            }
            match entry.file_type().map(kind_of_entry) {
                Some(kind) => entries.push(Entry { name, kind }),
                // Some file systems do not say; then the file itself is asked.
                None => unknown.push(name),
            }
        }
        for name in unknown {
            if let Ok(stat) = fstatat(&folder, name.as_os_str(), AtFlags::AT_SYMLINK_NOFOLLOW) {
                entries.push(Entry { name, kind: kind_of(&stat) });
            }
        }
        entries.sort();
        let facts = facts(&walked.stat, modes_kept(&folder), &walked);
        #[allow(clippy::useless_conversion, clippy::unnecessary_cast, reason = "dev_t differs by system")]
        let device = walked.stat.st_dev as u64;
        Ok(Folder { folder, device, facts, entries })
    }

    /// The folders that `path` leads through, from the root down: those in which its parts stand, those in which the
    /// targets of its links stand, and at last what stands there, if that is a folder.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn folders(&self, path: &Path) -> Result<Vec<Passed>, OpenError> {
        let mut passed: Vec<Passed> = Vec::new();
        let mut see = |names: &[OsString], folder: BorrowedFd<'_>| {
            let path = below_root(names);
            if passed.iter().all(|known| known.path != path) {
                let stat = fstat(folder).map_err(refused)?;
                passed.push(Passed { path, facts: folder_facts(&stat, modes_kept(folder)) });
            }
            Ok(())
        };
        let walked = self.walk_seeing(path, &mut see)?;
        if kind_of(&walked.stat) == FileKind::Folder && walked.name != "." {
            let path = below_root(&walked.names).join(&walked.name);
            let path = path.strip_prefix(".").map(Path::to_owned).unwrap_or(path);
            let kept = modes_kept(self.folder_of(&walked));
            passed.push(Passed { path, facts: folder_facts(&walked.stat, kept) });
        }
        Ok(passed)
    }

    fn folder_of<'a>(&'a self, walked: &'a Walked) -> BorrowedFd<'a> {
        walked.folders.last().map_or(self.folder.as_fd(), AsFd::as_fd)
    }

    fn walk(&self, path: &Path) -> Result<Walked, OpenError> {
        self.walk_seeing(path, &mut |_, _| Ok(()))
    }

    /// Goes down `path` part by part. Links are read, not followed by the system, so that each part stays below the root.
    /// Shows `see` every folder in which a part was looked up, each time.
    fn walk_seeing(&self, path: &Path, see: &mut See<'_>) -> Result<Walked, OpenError> {
        let mut parts: VecDeque<OsString> = parts_of(path)?;
        let mut folders: Vec<OwnedFd> = Vec::new();
        let mut names: Vec<OsString> = Vec::new();
        let mut links = 0;
        // How many of the parts to come stand in a link's target, not in the path that was asked for.
        let mut of_link = 0_usize;
        let mut kubernetes_volume = false;
        loop {
            let linked = of_link > 0;
            of_link = of_link.saturating_sub(1);
            let name = parts.pop_front().unwrap_or_else(|| OsString::from("."));
            if name == ".." {
                folders.pop().ok_or(OpenError::Leaves)?;
                names.pop();
                if !parts.is_empty() {
                    continue;
                }
            }
            let name = if name == ".." { OsString::from(".") } else { name };
            let here = folders.last().map_or(self.folder.as_fd(), AsFd::as_fd);
            see(&names, here)?;
            let stat = fstatat(here, name.as_os_str(), AtFlags::AT_SYMLINK_NOFOLLOW);
            let stat = stat.map_err(|errno| match refused(errno) {
                OpenError::Missing if linked => OpenError::Dangling,
                error => error,
            })?;
            if kind_of(&stat) == FileKind::Link {
                links += 1;
                if links > MAX_LINKS {
                    return Err(OpenError::Loop);
                }
                kubernetes_volume |= name == "..data";
                let target = PathBuf::from(readlinkat(here, name.as_os_str()).map_err(refused)?);
                let target = if target.is_absolute() {
                    folders.clear();
                    names.clear();
                    target.strip_prefix(&self.canonical).map_err(|_| OpenError::Leaves)?.to_owned()
                } else {
                    target
                };
                let target = parts_of(&target)?;
                of_link += target.len();
                target.into_iter().rev().for_each(|part| parts.push_front(part));
                continue;
            }
            if parts.is_empty() {
                return Ok(Walked { folders, names, name, stat, links, kubernetes_volume });
            }
            let flags = OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC | SEARCH;
            let folder = openat(here, name.as_os_str(), flags, Mode::empty()).map_err(refused)?;
            folders.push(folder);
            names.push(name);
        }
    }
}

/// Takes the names of a folder below the root, and the folder.
type See<'a> = dyn FnMut(&[OsString], BorrowedFd<'_>) -> Result<(), OpenError> + 'a;

fn below_root(names: &[OsString]) -> PathBuf {
    if names.is_empty() { PathBuf::from(".") } else { names.iter().collect() }
}

/// Opening a folder to go through it needs the right to search it, not to read it.
#[cfg(target_os = "linux")]
const SEARCH: OFlag = OFlag::O_PATH;
#[cfg(not(target_os = "linux"))]
const SEARCH: OFlag = OFlag::O_RDONLY;

fn parts_of(path: &Path) -> Result<VecDeque<OsString>, OpenError> {
    path.components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| match part {
            Component::Normal(name) => Ok(name.to_owned()),
            Component::ParentDir => Ok(OsStr::from_bytes(b"..").to_owned()),
            _ => Err(OpenError::Leaves),
        })
        .collect()
}

/// Opens a file for reading without following a link or waiting for anybody, and makes sure that it is one.
fn open_regular(folder: impl AsFd, name: &OsStr) -> Result<(File, Metadata), OpenError> {
    let flags = OFlag::O_RDONLY | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_NOCTTY | OFlag::O_CLOEXEC;
    let file = openat(folder, name, flags, Mode::empty());
    let file = file.map_err(|errno| if errno == Errno::ELOOP { OpenError::Loop } else { refused(errno) })?;
    let file = File::from(file);
    let metadata = file.metadata().map_err(|error| whole::refused(&error))?;
    regular(told(&metadata).kind)?;
    Ok((file, metadata))
}

fn regular(kind: FileKind) -> Result<(), OpenError> {
    if kind == FileKind::Regular { Ok(()) } else { Err(OpenError::Kind(kind)) }
}

fn refused(errno: Errno) -> OpenError {
    match errno {
        Errno::ENOENT => OpenError::Missing,
        Errno::ENOTDIR => OpenError::BelowFile,
        Errno::ELOOP => OpenError::Loop,
        // What the system says of opening a socket, or a FIFO's device without driver.
        Errno::ENXIO | Errno::ENODEV => OpenError::Kind(FileKind::Device),
        errno => OpenError::Refused(io::Error::from(errno).kind()),
    }
}

fn kind_of(stat: &FileStat) -> FileKind {
    match SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT {
        SFlag::S_IFREG => FileKind::Regular,
        SFlag::S_IFDIR => FileKind::Folder,
        SFlag::S_IFIFO => FileKind::Fifo,
        SFlag::S_IFSOCK => FileKind::Socket,
        SFlag::S_IFLNK => FileKind::Link,
        _ => FileKind::Device,
    }
}

fn mode_of(stat: &FileStat) -> u32 {
    let bits: mode_t = stat.st_mode & 0o7777;
    #[allow(clippy::useless_conversion, reason = "mode_t is 16 bits wide on some systems")]
    u32::from(bits)
}

/// What the system says of an opened file, without the way to it.
pub(super) fn told(metadata: &Metadata) -> FileFacts {
    let kind = metadata.file_type();
    let kind = if kind.is_file() {
        FileKind::Regular
    } else if kind.is_dir() {
        FileKind::Folder
    } else if kind.is_fifo() {
        FileKind::Fifo
    } else if kind.is_socket() {
        FileKind::Socket
    } else {
        FileKind::Device
    };
    FileFacts { mode: Some(metadata.mode() & 0o7777), owner: Some(metadata.uid()), ..FileFacts::none(kind) }
}

const fn kind_of_entry(kind: Type) -> FileKind {
    match kind {
        Type::File => FileKind::Regular,
        Type::Directory => FileKind::Folder,
        Type::Symlink => FileKind::Link,
        Type::Fifo => FileKind::Fifo,
        Type::Socket => FileKind::Socket,
        Type::CharacterDevice | Type::BlockDevice => FileKind::Device,
    }
}

fn facts(stat: &FileStat, modes_kept: bool, walked: &Walked) -> FileFacts {
    let (links, kubernetes_volume) = (walked.links, walked.kubernetes_volume);
    FileFacts { links, kubernetes_volume, ..folder_facts(stat, modes_kept) }
}

/// Facts of what was come to without links.
fn folder_facts(stat: &FileStat, modes_kept: bool) -> FileFacts {
    FileFacts {
        kind: kind_of(stat),
        mode: Some(mode_of(stat)),
        owner: Some(stat.st_uid),
        modes_kept,
        links: 0,
        kubernetes_volume: false,
    }
}

/// Whether the file system under `fd` keeps mode bits.
#[cfg(target_os = "linux")]
pub(super) fn modes_kept(fd: impl AsFd) -> bool {
    use nix::sys::statfs::{FsType, MSDOS_SUPER_MAGIC, SMB_SUPER_MAGIC, fstatfs};
    // linux/magic.h and the file systems' own sources: 9P (WSL's mounts of Windows drives), CIFS, SMB2, exFAT, NTFS3, NTFS.
    const WITHOUT: [i64; 6] = [0x0102_1997, 0xff53_4d42, 0xfe53_4d42, 0x2011_bab0, 0x7366_746e, 0x5346_544e];
    let Ok(stat) = fstatfs(fd) else { return true };
    let FsType(magic) = stat.filesystem_type();
    #[allow(clippy::unnecessary_cast, clippy::cast_lossless, reason = "the type differs by C library")]
    let listed = WITHOUT.contains(&(magic as i64));
    !listed && ![MSDOS_SUPER_MAGIC, SMB_SUPER_MAGIC].contains(&stat.filesystem_type())
}

#[cfg(not(target_os = "linux"))]
pub(super) fn modes_kept(_: impl AsFd) -> bool {
    true
}

/// The number of the user in whose name this process opens files.
#[must_use]
pub fn effective_user() -> Option<u32> {
    Some(nix::unistd::geteuid().as_raw())
}

/// Sets a file's permission bits.
///
/// # Errors
/// Any error of the file system.
pub fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

/// A folder's path from the root, links resolved.
///
/// # Errors
/// Any error of the file system.
pub fn physical(path: &Path) -> io::Result<PathBuf> {
    path.canonicalize()
}

/// Keeps this process from being dumped: first thing in `main`, before any value is read.
pub fn forbid_core_dumps() {
    // Neither can fail for a process about itself; a system without them has no cores to fear from us.
    if let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_CORE) {
        let _ = CORE_LIMIT.set(soft);
        let _ = setrlimit(Resource::RLIMIT_CORE, 0, hard);
    }
    #[cfg(target_os = "linux")]
    let _ = nix::sys::prctl::set_dumpable(false);
}

/// Runs `spawn` with the core limit that this process was started with, so that a child gets that one.
/// This process stays undumpable meanwhile: that flag is not handed on to a new program.
pub fn with_core_limit_restored<T>(spawn: impl FnOnce() -> T) -> T {
    let limits = getrlimit(Resource::RLIMIT_CORE).ok().zip(CORE_LIMIT.get());
    if let Some(((_, hard), original)) = limits {
        let _ = setrlimit(Resource::RLIMIT_CORE, *original, hard);
    }
    let child = spawn();
    if let Some(((soft, hard), _)) = limits {
        let _ = setrlimit(Resource::RLIMIT_CORE, soft, hard);
    }
    child
}

/// The soft core limit that this process was started with.
static CORE_LIMIT: OnceLock<rlim_t> = OnceLock::new();

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Root, set_mode};
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    /// Folders of a link's own path and of its target, each once and by its path without links.
    #[test]
    fn folders_on_the_way_are_those_that_links_lead_through() {
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| folder.path().join(path);
        fs::create_dir_all(at("a/b")).unwrap();
        fs::create_dir_all(at("c/d")).unwrap();
        set_mode(&at("c/d"), 0o750).unwrap();
        fs::write(at("c/d/file"), "").unwrap();
        symlink("../../c/link", at("a/b/x")).unwrap();
        symlink(at("c/d"), at("c/link")).unwrap();
        symlink("../..", at("a/b/up")).unwrap();
        let root = Root::open(folder.path()).unwrap();
        let way = |path: &str| {
            let passed = root.folders(Path::new(path)).unwrap();
            passed.iter().map(|p| p.path.to_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(way("a/b/x/file"), [".", "a", "a/b", "c", "c/d"]);
        assert_eq!(way("a/b/x"), [".", "a", "a/b", "c", "c/d"]);
        assert_eq!(way("c/d"), [".", "c", "c/d"]);
        assert_eq!(way("."), ["."]);
        assert_eq!(way("a/b/up/c/d/file"), [".", "a", "a/b", "c", "c/d"]);
        let last = root.folders(Path::new("a/b/x")).unwrap().pop().unwrap();
        assert_eq!((last.facts.mode, last.facts.owner), (Some(0o750), super::effective_user()));
        assert!(root.folders(Path::new("a/nothing")).is_err());
    }
}
