//! Writing to the standard streams without panicking when nobody reads them any more.

use std::io::{self, ErrorKind, Write};

use crate::finding::ReportError;
use crate::finding::verdict::{EXIT_NONE, EXIT_PASS};
use crate::report::human;

/// Writes to standard output. A closed pipe is the reader's business and no fault; any other failure is.
pub fn write_stdout(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
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
