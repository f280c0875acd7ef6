//! L1: what differs between operating systems, and the only place with `cfg(unix)`.
//!
//! Files are opened below a root, part by part: links are seen and judged, what is read is what was
//! looked at, and nothing that is opened can block. Of a file that is written meanwhile one state is read, or none.
//!
//! Where there are no mode bits (Windows) [`FileFacts::mode`] is `None`, and rules about modes say so. Nor are there
//! numbers of owners: [`FileFacts::owner`] and [`effective_user`] are `None`.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use zeroize::Zeroizing;

pub mod atomic;
mod given;
mod whole;
pub use given::{NoLine, ask_terminal, read_anywhere, read_line_of, read_stdin};
#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::{
    Folder, Root, effective_user, forbid_core_dumps, physical, set_mode, with_core_limit_restored,
};
#[cfg(not(unix))]
mod other;
#[cfg(not(unix))]
pub use other::{
    Folder, Root, effective_user, forbid_core_dumps, physical, set_mode, with_core_limit_restored,
};

/// Links followed before a path counts as circular; Linux gives up after as many.
pub const MAX_LINKS: usize = 40;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A folder.
    Folder,
    /// A FIFO.
    Fifo,
    /// A socket.
    Socket,
    /// A block or character device.
    Device,
    /// A symbolic link, not followed.
    Link,
}

impl FileKind {
    /// The word in messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "file",
            Self::Folder => "folder",
            Self::Fifo => "fifo",
            Self::Socket => "socket",
            Self::Device => "device",
            Self::Link => "link",
        }
    }
}

/// What the operating system says of an opened file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// What it is, links followed.
    pub kind: FileKind,
    /// The nine permission bits and the three above them; none where the system has none.
    pub mode: Option<u32>,
    /// The owner's number; none where the system has no such numbers.
    pub owner: Option<u32>,
    /// Whether mode bits are kept by the file system; false for FAT, NTFS, SMB and WSL mounts.
    pub modes_kept: bool,
    /// Links followed on the way.
    pub links: usize,
    /// Whether the way led through a `..data` link: a Kubernetes volume, whose modes the kubelet sets.
    pub kubernetes_volume: bool,
}

impl FileFacts {
    /// Of something that is no file, and that has no modes.
    #[must_use]
    pub const fn none(kind: FileKind) -> Self {
        Self { kind, mode: None, owner: None, modes_kept: false, links: 0, kubernetes_volume: false }
    }
}

/// A folder on the way to a path, links on the way resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    /// Its path below the root, without links; `.` for the root itself.
    pub path: PathBuf,
    /// What it is.
    pub facts: FileFacts,
}

/// An opened file's content and facts, from one descriptor.
#[derive(Debug)]
pub struct Opened {
    /// The content; zeroed when dropped.
    pub bytes: Zeroizing<Vec<u8>>,
    /// What was opened.
    pub facts: FileFacts,
}

/// Why a file could not be opened or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Not there.
    #[error("is not there")]
    Missing,
    /// A link to somewhere outside the root.
    #[error("is a link that leaves the project")]
    Leaves,
    /// A part of its path is a file.
    #[error("lies below a file")]
    BelowFile,
    /// Links in a circle.
    #[error("is a link that goes in circles")]
    Loop,
    /// A link to nothing.
    #[error("is a link that leads nowhere")]
    Dangling,
    /// Not a regular file, nor a folder where one is wanted.
    #[error("is a {}", .0.as_str())]
    Kind(FileKind),
    /// Larger than the limit.
    #[error("is larger than what is read")]
    TooLarge,
    /// It changed while it was read, and again while it was read once more.
    #[error("changes while it is read")]
    Changed,
    /// The system refused.
    #[error("could not be opened: {}", reason(*.0))]
    Refused(io::ErrorKind),
}

/// An error kind in words of ours: the system's own texts may name paths.
#[must_use]
pub const fn reason(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::PermissionDenied => "permission denied",
        io::ErrorKind::InvalidFilename => "its name is too long",
        io::ErrorKind::NotADirectory => "a part of its path is no folder",
        io::ErrorKind::ResourceBusy => "it is busy",
        io::ErrorKind::ReadOnlyFilesystem => "the file system is read-only",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "there is no room left",
        _ => "the system refused",
    }
}

/// A name in a folder, and what stands there, links not followed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The name.
    pub name: OsString,
    /// What stands there.
    pub kind: FileKind,
}
