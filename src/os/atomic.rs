//! Files that are there whole or not at all.

use std::io::{self, Write};
use std::path::Path;

/// Writes `bytes` to `path`: beside it first, flushed to disk, then renamed over it. New files are readable by their owner alone.
///
/// # Errors
/// Any error of the file system; `path` is then as it was before.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A device such as /dev/stdout is written to, not replaced.
    if std::fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
        return std::fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
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
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}
