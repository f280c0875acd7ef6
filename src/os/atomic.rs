//! Files that are there whole or not at all.

use std::io::{self, Write};
use std::path::Path;

use super::MAX_LINKS;

#[cfg(unix)]
pub use std::os::fd::AsFd as Descriptor;
#[cfg(not(unix))]
pub use std::os::windows::io::AsHandle as Descriptor;

/// Writes `bytes` to `path`: beside it first, flushed to disk, then renamed over it. New files are readable by their owner alone.
/// A link makes way like a file, unless it leads to a device or to something that a process has open: that is written to.
///
/// # Errors
/// Any error of the file system; `path` is then as it was before.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // /dev/stdout is a link to what may be a regular file: renamed over, the link would be gone for the whole machine.
    let device = std::fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir());
    if device || leads_to_descriptor(path) {
        return std::fs::OpenOptions::new().append(true).open(path)?.write_all(bytes);
    }
    let folder = folder_of(path);
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// Writes `bytes` to a new file that its owner alone can read.
///
/// # Errors
/// Any error of the file system; [`io::ErrorKind::AlreadyExists`] if something is there, which stays as it is.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// Whether a path leads to what this process has open as `own`, by whatever name.
#[cfg(unix)]
#[must_use]
pub fn is_open_as(path: &Path, own: impl Descriptor) -> bool {
    use nix::sys::stat::{fstat, stat};
    let same = stat(path).ok().zip(fstat(own).ok());
    same.is_some_and(|(named, own)| (named.st_dev, named.st_ino) == (own.st_dev, own.st_ino))
}

/// There are no such paths here.
#[cfg(not(unix))]
#[must_use]
pub fn is_open_as(_: &Path, _: impl Descriptor) -> bool {
    false
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Whether a path, or a link that it leads through, stands among devices or in a process's list of what it has open.
fn leads_to_descriptor(path: &Path) -> bool {
    let mut path = path.to_owned();
    for _ in 0..=MAX_LINKS {
        let folder = folder_of(&path).canonicalize().unwrap_or_default();
        if folder.starts_with("/proc") || folder == Path::new("/dev") || folder.starts_with("/dev/fd") {
            return true;
        }
        let Ok(target) = std::fs::read_link(&path) else { return false };
        path = folder.join(target);
    }
    false
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{leads_to_descriptor, write};
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    #[test]
    fn what_a_process_has_open_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for path in ["/dev/stdout", "/dev/stderr", "/dev/fd/7", "/proc/self/fd/1", "/dev/none"] {
            assert!(leads_to_descriptor(Path::new(path)), "{path}");
        }
        symlink("/proc/self/fd/7", at("fd")).unwrap();
        symlink("fd", at("again")).unwrap();
        symlink("round", at("round")).unwrap();
        symlink("file", at("link")).unwrap();
        assert!(leads_to_descriptor(&at("fd")) && leads_to_descriptor(&at("again")));
        assert!(!leads_to_descriptor(&at("round")) && !leads_to_descriptor(&at("link")));
        assert!(!leads_to_descriptor(&at("none")));
        fs::write(at("file"), "old").unwrap();
        write(&at("link"), b"new").unwrap();
        assert_eq!(
            (fs::read(at("file")).unwrap(), fs::read(at("link")).unwrap()),
            (b"old".into(), b"new".into())
        );
    }
}
