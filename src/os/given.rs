//! Files that the user names wherever they lie, pipes and the terminal: keys and passphrases come from there.

use std::fs::{self, File, Metadata};
use std::io::{self, Read};
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

/// Why no line was read from a descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoLine {
    /// Nothing is open there.
    #[error("it is not open")]
    Closed,
    /// It is open for writing alone.
    #[error("it is open for writing, not for reading")]
    WriteOnly,
    /// A folder.
    #[error("it is a folder")]
    Folder,
    /// A socket: what cannot be opened by a name is read as standard input alone.
    #[error("it is a socket, which is read as descriptor 0 alone")]
    Socket,
    /// A first line of more bytes than are read.
    #[error("its first line is longer than what is read")]
    TooLong,
    /// The system refused.
    #[error("it cannot be read")]
    Refused,
}

/// Reads the first line of a descriptor that this process was started with, without its line break; to the end where there is
/// none. Whoever holds the other end open is not waited for.
///
/// # Errors
/// See [`NoLine`].
pub fn read_line_of(number: u32, limit: usize) -> Result<Zeroizing<Vec<u8>>, NoLine> {
    if number == 0 {
        return first_line(&mut io::stdin().lock(), limit);
    }
    first_line(&mut reopened(number)?, limit)
}

/// A descriptor opened anew: this program takes none over by its number. On Linux the link to it says what it is open for.
#[cfg(unix)]
fn reopened(number: u32) -> Result<fs::File, NoLine> {
    use nix::fcntl::{FcntlArg, OFlag, fcntl};
    use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};

    let link = fs::symlink_metadata(format!("/proc/self/fd/{number}"));
    if link.is_ok_and(|link| link.mode() & 0o400 == 0) {
        return Err(NoLine::WriteOnly);
    }
    let path = format!("/dev/fd/{number}");
    let kind = fs::metadata(&path).map_err(|_| NoLine::Closed)?.file_type();
    if kind.is_dir() {
        return Err(NoLine::Folder);
    }
    if kind.is_socket() {
        return Err(NoLine::Socket);
    }
    // A FIFO whose writers have gone would be waited for.
    let open = fs::OpenOptions::new().read(true).custom_flags(OFlag::O_NONBLOCK.bits()).open(path);
    let file = open.map_err(|_| NoLine::Refused)?;
    fcntl(&file, FcntlArg::F_SETFL(OFlag::empty())).map_err(|_| NoLine::Refused)?;
    Ok(file)
}

/// There are no other descriptors.
#[cfg(not(unix))]
fn reopened(_: u32) -> Result<fs::File, NoLine> {
    Err(NoLine::Closed)
}

/// Asked for less than it buffers, standard input would keep a copy that is never zeroed.
const ROOM: usize = 64 << 10;

fn first_line(source: &mut dyn Read, limit: usize) -> Result<Zeroizing<Vec<u8>>, NoLine> {
    let mut buffer = Zeroizing::new(vec![0; limit + ROOM]);
    let mut length = 0;
    loop {
        let room = buffer.get_mut(length..).unwrap_or_default();
        let count = match source.read(room) {
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) if error.kind() == io::ErrorKind::IsADirectory => return Err(NoLine::Folder),
            Err(_) => return Err(NoLine::Refused),
        };
        length += count;
        let read = buffer.get(..length).unwrap_or_default();
        let end = read.iter().position(|byte| *byte == b'\n');
        if end.unwrap_or(length) > limit {
            return Err(NoLine::TooLong);
        }
        if end.is_some() || count == 0 {
            buffer.truncate(end.unwrap_or(length));
            return Ok(buffer);
        }
    }
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
    use std::io::Write;

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
