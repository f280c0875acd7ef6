//! A file that was typed on the command line: any path, standard input, or a pipe that a shell made.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, ErrorKind, Read};

use zeroize::Zeroizing;

use crate::sealed;

use super::FILE_LIMIT;

/// What stands for standard input.
pub const STDIN: &str = "-";

/// Asked for less than it buffers, standard input would keep a copy that is never zeroed.
const LEAST_ROOM: usize = 64 << 10;

/// Why there is nothing to go over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// There is no such file.
    Missing,
    /// It is a folder.
    Folder,
    /// It is larger than [`FILE_LIMIT`].
    TooLarge,
    /// It is encrypted: what stands there is no variable.
    Encrypted,
    /// The system refused.
    Refused(ErrorKind),
}

/// Reads a file to its end. Unlike a project's files it is followed wherever it leads, and waited for: whoever types a
/// pipe's name wants what comes out of it.
///
/// # Errors
/// If it cannot be opened or read, or is too large.
pub fn read(typed: &OsStr) -> Result<Zeroizing<Vec<u8>>, Unread> {
    let bytes = read_any(typed)?;
    if sealed::age::is_age(&bytes) { Err(Unread::Encrypted) } else { Ok(bytes) }
}

fn read_any(typed: &OsStr) -> Result<Zeroizing<Vec<u8>>, Unread> {
    if typed == STDIN {
        return to_end(io::stdin().lock(), 0);
    }
    let file = File::open(typed).map_err(|error| match error.kind() {
        // An empty word names no file either.
        ErrorKind::NotFound => Unread::Missing,
        ErrorKind::IsADirectory => Unread::Folder,
        kind => Unread::Refused(kind),
    })?;
    let facts = file.metadata().map_err(|error| Unread::Refused(error.kind()))?;
    if facts.is_dir() {
        return Err(Unread::Folder);
    }
    to_end(file, usize::try_from(facts.len()).unwrap_or(usize::MAX))
}

/// The whole content. The buffer is not left to grow by itself: it would free the old memory as it is.
fn to_end(mut from: impl Read, expected: usize) -> Result<Zeroizing<Vec<u8>>, Unread> {
    if expected > FILE_LIMIT {
        return Err(Unread::TooLarge);
    }
    let mut buffer = Zeroizing::new(vec![0; expected + LEAST_ROOM]);
    let mut length = 0;
    loop {
        let room = buffer.get_mut(length..).unwrap_or_default();
        match from.read(room) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::IsADirectory => return Err(Unread::Folder),
            Err(error) => return Err(Unread::Refused(error.kind())),
        }
        if length > FILE_LIMIT {
            return Err(Unread::TooLarge);
        }
        if buffer.len() - length < LEAST_ROOM {
            let mut larger = Zeroizing::new(vec![0; buffer.len() * 2]);
            if let (Some(start), Some(read)) = (larger.get_mut(..length), buffer.get(..length)) {
                start.copy_from_slice(read);
            }
            buffer = larger;
        }
    }
    buffer.truncate(length);
    Ok(buffer)
}
