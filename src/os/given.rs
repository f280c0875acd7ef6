//! Files that the user names wherever they lie, pipes and the terminal: keys and passphrases come from there.

use std::fs::{File, Metadata};
use std::io;
use std::path::Path;

use zeroize::Zeroizing;

use super::whole::{self, read_stream, refused};
use super::{FileFacts, FileKind, OpenError, Opened};

/// Reads a file or a pipe, links followed. A pipe is waited for: whoever names one wants what comes out of it.
///
/// # Errors
/// See [`OpenError`].
pub fn read_anywhere(path: &Path, limit: usize) -> Result<Opened, OpenError> {
    let (mut file, metadata) = open(path)?;
    if metadata.is_dir() {
        return Err(OpenError::Kind(FileKind::Folder));
    }
    if !metadata.is_file() {
        let facts = facts(&file, &metadata);
        return Ok(Opened { bytes: read_stream(&mut file, limit)?, facts });
    }
    let mut first = Some((file, metadata));
    let again = || match open(path)? {
        (_, metadata) if !metadata.is_file() => Err(OpenError::Changed),
        opened => Ok(opened),
    };
    let read = whole::read(limit, || first.take().map_or_else(again, Ok))?;
    Ok(Opened { facts: facts(&read.file, &read.metadata), bytes: read.bytes })
}

fn open(path: &Path) -> Result<(File, Metadata), OpenError> {
    let file = File::open(path).map_err(|error| refused(&error))?;
    let metadata = file.metadata().map_err(|error| refused(&error))?;
    Ok((file, metadata))
}

/// Reads standard input to its end.
///
/// # Errors
/// See [`OpenError`].
pub fn read_stdin(limit: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    read_stream(&mut io::stdin().lock(), limit)
}

/// Reads a descriptor that this process was started with, to its end.
///
/// # Errors
/// See [`OpenError`].
pub fn read_descriptor(number: u32, limit: usize) -> Result<Zeroizing<Vec<u8>>, OpenError> {
    let (mut file, _) = open(Path::new(&format!("/dev/fd/{number}")))?;
    read_stream(&mut file, limit)
}

#[cfg(unix)]
fn facts(file: &File, metadata: &Metadata) -> FileFacts {
    FileFacts { modes_kept: super::unix::modes_kept(file), ..super::unix::told(metadata) }
}

#[cfg(not(unix))]
fn facts(_: &File, _: &Metadata) -> FileFacts {
    FileFacts::none(FileKind::Regular)
}

/// Asks for a line on the terminal that this process belongs to, without showing what is typed. Nothing where there is none.
#[cfg(unix)]
#[must_use]
pub fn ask_terminal(question: &str, limit: usize) -> Option<Zeroizing<Vec<u8>>> {
    use nix::sys::termios::{LocalFlags, SetArg, tcgetattr, tcsetattr};
    use std::io::{Read, Write};

    let mut terminal = File::options().read(true).write(true).open("/dev/tty").ok()?;
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
