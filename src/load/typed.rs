//! A file that was typed on the command line: any path, standard input, or a pipe that a shell made.

use std::ffi::OsStr;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use zeroize::Zeroizing;

use crate::os::{FileKind, OpenError, read_anywhere, read_stdin};
use crate::sealed;
use crate::text::SafePath;

use super::FILE_LIMIT;

/// What stands for standard input.
pub const STDIN: &str = "-";

/// Why there is nothing to go over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// There is no such file.
    Missing,
    /// It is a folder.
    Folder,
    /// It is larger than [`FILE_LIMIT`].
    TooLarge,
    /// It changes while it is read.
    Changed,
    /// It is encrypted: what stands there is no variable.
    Encrypted,
    /// The system refused.
    Refused(ErrorKind),
}

/// How a file of keys is spoken of: by its path where something stands there, or where the text can be nothing but a path; else
/// by what named it. The key itself may have been put where its path is wanted.
#[must_use]
pub fn shown(typed: &OsStr, by: &'static str) -> SafePath {
    let path = Path::new(typed);
    let there = fs::symlink_metadata(path).is_ok().then(|| SafePath::new(path));
    there.or_else(|| SafePath::plainly(path)).unwrap_or_else(|| SafePath::named(&format!("that {by} names")))
}

/// Reads a file to its end. Unlike a project's files it is followed wherever it leads, and waited for: whoever types a
/// pipe's name wants what comes out of it.
///
/// # Errors
/// If it cannot be opened or read, or is too large.
pub fn read(typed: &OsStr) -> Result<Zeroizing<Vec<u8>>, Unread> {
    let bytes = read_any(typed)?;
    let sealed = sealed::sealer(OsStr::new(""), &bytes).is_some();
    if sealed { Err(Unread::Encrypted) } else { Ok(bytes) }
}

fn read_any(typed: &OsStr) -> Result<Zeroizing<Vec<u8>>, Unread> {
    let read = if typed == STDIN {
        read_stdin(FILE_LIMIT)
    } else {
        read_anywhere(Path::new(typed), FILE_LIMIT).map(|opened| opened.bytes)
    };
    read.map_err(|error| match error {
        // An empty word names no file either.
        OpenError::Missing => Unread::Missing,
        OpenError::Kind(FileKind::Folder) => Unread::Folder,
        OpenError::TooLarge => Unread::TooLarge,
        OpenError::Changed => Unread::Changed,
        OpenError::Refused(kind) => Unread::Refused(kind),
        // Links are followed by the system here, and pipes are read.
        _ => Unread::Refused(ErrorKind::Other),
    })
}
