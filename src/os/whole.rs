//! A file's content as it stood there at one moment.
//!
//! Somebody may write a file while it is read. Before and after reading, the descriptor is asked for size, times, mode, owner and names; a file that changed
//! meanwhile is opened anew and read once more, and then given up. What a file system's clock cannot tell apart (two changes within one of its steps
//! that leave the size as it was) is not seen.

use std::fs::{File, Metadata};
use std::io::{self, Read};

use zeroize::Zeroizing;

use super::OpenError;

/// How often a file is read that changes meanwhile.
const ATTEMPTS: usize = 2;
/// Asked for less than it buffers, standard input would keep a copy that is never zeroed.
const LEAST_ROOM: usize = 64 << 10;

/// A regular file that was read, and what the system says of it.
pub(super) struct Whole {
    /// The content; zeroed when dropped.
    pub bytes: Zeroizing<Vec<u8>>,
    /// The file.
    pub file: File,
    /// What it was before and after.
    pub metadata: Metadata,
}

/// Reads a regular file that `open` opens, again if it has to.
///
/// # Errors
/// Those of `open`; that the file is larger than `limit` bytes; that it changed each time.
pub(super) fn read(
    limit: usize,
    mut open: impl FnMut() -> Result<(File, Metadata), OpenError>,
) -> Result<Whole, OpenError> {
    for _ in 0..ATTEMPTS {
        let (mut file, metadata) = open()?;
        let size = usize::try_from(metadata.len()).unwrap_or(usize::MAX);
        let bytes = read_all(&mut file, size, limit)?;
        let after = file.metadata().map_err(|error| refused(&error))?;
        // Files that the kernel makes up while they are read have no size.
        let is_whole = bytes.len() == size || size == 0;
        if is_whole && moment(&metadata) == moment(&after) {
            return Ok(Whole { bytes, file, metadata });
        }
    }
    Err(OpenError::Changed)
}

/// What tells one state of a file from the next.
#[cfg(unix)]
fn moment(metadata: &Metadata) -> impl PartialEq {
    use std::os::unix::fs::MetadataExt;
    let times = (metadata.mtime(), metadata.mtime_nsec(), metadata.ctime(), metadata.ctime_nsec());
    (metadata.len(), times, metadata.mode(), metadata.uid(), metadata.nlink())
}

#[cfg(not(unix))]
fn moment(metadata: &Metadata) -> impl PartialEq {
    (metadata.len(), metadata.modified().ok())
}

/// Reads to the end through buffers that are zeroed when dropped; a growing plain `Vec` would leave copies behind.
fn read_all(file: &mut File, expected: usize, limit: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    if expected > limit {
        return Err(OpenError::TooLarge);
    }
    let mut buffer = Zeroizing::new(vec![0; expected + 1]);
    let mut length = 0;
    loop {
        let room = buffer.get_mut(length..).unwrap_or_default();
        let asked = room.len();
        match file.read(room) {
            // Less than asked for, and all that was announced: a regular file is at its end.
            Ok(count) if count == 0 || (count < asked && length + count == expected) => {
                length += count;
                break;
            }
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(refused(&error)),
        }
        if length > limit {
            return Err(OpenError::TooLarge);
        }
        if length == buffer.len() {
            let mut larger = Zeroizing::new(vec![0; (length * 2).max(4096)]);
            if let Some(start) = larger.get_mut(..length) {
                start.copy_from_slice(&buffer);
            }
            buffer = larger;
        }
    }
    buffer.truncate(length);
    Ok(buffer)
}

/// Reads what says nothing of its size, a pipe or a terminal, into memory that never moves and is zeroed.
///
/// # Errors
/// If there is more than `limit` bytes of it, or the system refuses.
pub(super) fn read_stream(source: &mut dyn Read, limit: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut buffer = Zeroizing::new(vec![0; limit + LEAST_ROOM]);
    let mut length = 0;
    while length <= limit {
        match source.read(buffer.get_mut(length..).unwrap_or_default()) {
            Ok(0) => {
                buffer.truncate(length);
                return Ok(buffer);
            }
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(refused(&error)),
        }
    }
    Err(OpenError::TooLarge)
}

/// What the system said of a file that is opened by its whole path, or read.
pub(super) fn refused(error: &io::Error) -> OpenError {
    match error.kind() {
        io::ErrorKind::NotFound => OpenError::Missing,
        io::ErrorKind::IsADirectory => OpenError::Kind(super::FileKind::Folder),
        kind => OpenError::Refused(kind),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{OpenError, read};
    use rstest::rstest;
    use std::fs::{self, File, OpenOptions};
    use std::io::{Seek, SeekFrom, Write};
    use std::path::Path;

    /// Something happens to the file after it was opened and looked at, and before it is read: the first time, or each time.
    fn while_read(happens: fn(&Path, usize), times: usize) -> Result<Vec<u8>, OpenError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "0123456789").unwrap();
        let mut opened = 0;
        let whole = read(100, || {
            let file = File::open(&path).unwrap();
            let metadata = file.metadata().unwrap();
            if opened < times {
                happens(&path, opened);
            }
            opened += 1;
            Ok((file, metadata))
        });
        whole.map(|whole| whole.bytes.to_vec())
    }

    fn grow(path: &Path, _: usize) {
        OpenOptions::new().append(true).open(path).unwrap().write_all(b"x").unwrap();
    }

    fn shrink(path: &Path, at: usize) {
        let left = u64::try_from(5 - at).unwrap();
        OpenOptions::new().write(true).open(path).unwrap().set_len(left).unwrap();
    }

    /// From the second time on it grows from nothing.
    fn empty(path: &Path, at: usize) {
        fs::write(path, "y".repeat(at)).unwrap();
    }

    fn replace(path: &Path, at: usize) {
        let other = path.with_extension("new");
        fs::write(&other, format!("new{at}")).unwrap();
        fs::rename(&other, path).unwrap();
    }

    /// As long as it was, other bytes, and the time of last writing put back: the system notes it all the same.
    fn disguise(path: &Path, at: usize) {
        let before = fs::metadata(path).unwrap();
        // The clock of file systems goes in steps.
        while fs::metadata(path).unwrap().modified().unwrap() == before.modified().unwrap() {
            let mut file = OpenOptions::new().write(true).open(path).unwrap();
            file.seek(SeekFrom::Start(0)).unwrap();
            write!(file, "{at}").unwrap();
        }
        let file = OpenOptions::new().write(true).open(path).unwrap();
        file.set_modified(before.modified().unwrap()).unwrap();
    }

    #[rstest]
    #[case::grows(grow, "0123456789x")]
    #[case::shrinks(shrink, "01234")]
    #[case::is_emptied(empty, "")]
    #[case::is_replaced(replace, "new0")]
    #[case::is_disguised(disguise, "0123456789")]
    fn a_file_that_changes(#[case] happens: fn(&Path, usize), #[case] once: &str) {
        // As it was the second time, or not at all.
        assert_eq!(while_read(happens, 1), Ok(once.as_bytes().to_vec()));
        assert_eq!(while_read(happens, 2), Err(OpenError::Changed));
    }

    #[test]
    fn a_file_that_does_not_change() {
        assert_eq!(while_read(grow, 0), Ok(b"0123456789".to_vec()));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_without_a_size() {
        let open = || {
            let file = File::open("/proc/self/limits").unwrap();
            let metadata = file.metadata().unwrap();
            Ok((file, metadata))
        };
        assert!(!read(1 << 20, open).unwrap().bytes.is_empty());
        assert_eq!(read(10, open).err(), Some(OpenError::TooLarge));
    }

    #[test]
    fn a_file_that_outgrows_the_limit() {
        let huge =
            |path: &Path, _: usize| File::options().write(true).open(path).unwrap().set_len(1 << 30).unwrap();
        assert_eq!(while_read(huge, 1), Err(OpenError::TooLarge));
    }
}
