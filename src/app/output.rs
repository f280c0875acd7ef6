//! Writing to the standard streams without panicking when nobody reads them any more.

use std::io::{self, ErrorKind, Write};
use std::path::Path;

use crate::finding::ReportError;
use crate::finding::verdict::{EXIT_NONE, EXIT_PASS};
use crate::os::atomic::{self, is_open_as};
use crate::report::human;

/// Writes to standard output. A closed pipe is the reader's business and no fault; any other failure is.
pub fn write_stdout(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// One of the two streams that this program writes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Which of them a path leads to, by whatever name: what is written to it stands there.
pub fn stream(path: &Path) -> Option<Stream> {
    if is_open_as(path, io::stdout()) {
        Some(Stream::Out)
    } else {
        is_open_as(path, io::stderr()).then_some(Stream::Err)
    }
}

/// Writes a file whole or not at all, and to the streams what leads there: another descriptor of theirs would begin at the
/// beginning, and then be written over.
pub fn write_file(path: &Path, text: &str) -> io::Result<()> {
    match stream(path) {
        Some(Stream::Out) => {
            let mut out = io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        }
        Some(Stream::Err) => io::stderr().lock().write_all(text.as_bytes()),
        None => atomic::write(path, text.as_bytes()),
    }
}

/// Writes to standard output and gives the exit code of a command that does nothing else.
pub fn to_stdout(text: &str) -> u8 {
    if write_stdout(text).is_ok() { EXIT_PASS } else { EXIT_NONE }
}

/// Writes errors as a report has them to standard error.
pub fn errors_to_stderr(errors: &[ReportError]) {
    to_stderr(&human::errors(errors));
}

/// Writes to standard error; there is nowhere to say that it failed.
pub fn to_stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
