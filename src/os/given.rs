//! Files that the user names wherever they lie, pipes and the terminal: keys and passphrases come from there.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use super::{FileFacts, FileKind, OpenError, Opened};

/// Reads a file or a pipe, links followed.
///
/// # Errors
/// See [`OpenError`].
pub fn read_anywhere(path: &Path, limit: usize) -> Result<Opened, OpenError> {
    let mut file = fs::File::open(path).map_err(|error| refused(&error))?;
    let metadata = file.metadata().map_err(|error| refused(&error))?;
    if metadata.is_dir() {
        return Err(OpenError::Kind(FileKind::Folder));
    }
    let facts = facts(&file, &metadata);
    let bytes = read_up_to(&mut file, limit)?;
    Ok(Opened { bytes, facts })
}

/// Reads standard input to its end.
///
/// # Errors
/// See [`OpenError`].
pub fn read_stdin(limit: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    read_up_to(&mut io::stdin().lock(), limit)
}

/// Reads a descriptor that this process was started with, to its end.
///
/// # Errors
/// See [`OpenError`].
pub fn read_descriptor(number: u32, limit: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let path = format!("/dev/fd/{number}");
    let mut file = fs::File::open(path).map_err(|error| refused(&error))?;
    read_up_to(&mut file, limit)
}

fn refused(error: &io::Error) -> OpenError {
    match error.kind() {
        io::ErrorKind::NotFound => OpenError::Missing,
        kind => OpenError::Refused(kind),
    }
}

/// Into memory that never moves and is zeroed.
fn read_up_to(source: &mut dyn Read, limit: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let mut buffer = Zeroizing::new(vec![0; limit + 1]);
    let mut length = 0;
    while let Some(room) = buffer.get_mut(length..).filter(|room| !room.is_empty()) {
        match source.read(room) {
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

#[cfg(unix)]
fn facts(file: &fs::File, metadata: &fs::Metadata) -> FileFacts {
    use std::os::unix::fs::{FileTypeExt, MetadataExt};
    let kind = metadata.file_type();
    let kind = if kind.is_fifo() {
        FileKind::Fifo
    } else if kind.is_file() {
        FileKind::Regular
    } else if kind.is_socket() {
        FileKind::Socket
    } else {
        FileKind::Device
    };
    FileFacts {
        mode: Some(metadata.mode() & 0o7777),
        owner: Some(metadata.uid()),
        modes_kept: super::unix::modes_kept(file),
        ..FileFacts::none(kind)
    }
}

#[cfg(not(unix))]
fn facts(_: &fs::File, _: &fs::Metadata) -> FileFacts {
    FileFacts::none(FileKind::Regular)
}

/// Asks for a line on the terminal that this process belongs to, without showing what is typed. Nothing where there is none.
#[cfg(unix)]
#[must_use]
pub fn ask_terminal(question: &str, limit: usize) -> Option<Zeroizing<Vec<u8>>> {
    use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
    use std::io::Write;

    let mut terminal = fs::File::options().read(true).write(true).open("/dev/tty").ok()?;
    let shown = tcgetattr(&terminal).ok()?;
    let mut hidden = shown.clone();
    hidden.local_flags.remove(LocalFlags::ECHO);
    hidden.local_flags.insert(LocalFlags::ICANON | LocalFlags::ECHONL);
    // Before the question: what is typed at it is not shown, and not thrown away.
    tcsetattr(&terminal, SetArg::TCSAFLUSH, &hidden).ok()?;
    let asked = terminal.write_all(question.as_bytes());
    let mut line = Zeroizing::new(vec![0; limit + 1]);
    let mut length = 0;
    // A terminal gives a line at a time.
    let read = loop {
        if asked.is_err() {
            break None;
        }
        let Some(room) = line.get_mut(length..).filter(|room| !room.is_empty()) else { break None };
        match terminal.read(room) {
            Ok(0) => break None,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(_) => break None,
        }
        if line.get(..length).is_some_and(|line| line.ends_with(b"\n")) {
            break Some(length);
        }
    };
    let _ = tcsetattr(&terminal, SetArg::TCSAFLUSH, &shown);
    line.truncate(read?);
    Some(line)
}

/// There is no such terminal here.
#[cfg(not(unix))]
#[must_use]
pub fn ask_terminal(_: &str, _: usize) -> Option<Zeroizing<Vec<u8>>> {
    None
}
