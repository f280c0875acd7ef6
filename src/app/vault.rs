//! Where identities and their passphrase come from, as it was typed and as the environment says.

use std::env;
use std::ffi::OsStr;
use std::io::IsTerminal;
use std::sync::{Arc, OnceLock};

use zeroize::Zeroizing;

use crate::finding::{Arg, ErrorKind, Message, ReportError};
use crate::load::unseal::Vault;
use crate::os::{NoLine, ask_terminal, read_line_of};

use super::args::CheckArgs;

/// The variable that holds the number of a descriptor on which the passphrase can be read.
const DESCRIPTOR: &str = "PREFLIGHT_AGE_PASSPHRASE_FD";
/// Bytes of a passphrase.
const MOST: usize = 4096;

/// The vault of a run.
pub fn open(args: &CheckArgs) -> Vault {
    if args.no_decrypt { Vault::shut() } else { asking(&args.identity) }
}

/// The vault of a command that takes no identities: those of the environment and of the policy open it.
pub fn unnamed() -> Vault {
    asking(&[])
}

fn asking(identities: &[std::ffi::OsString]) -> Vault {
    let unread = Arc::new(OnceLock::new());
    let note = Arc::clone(&unread);
    let ask = move || {
        let passphrase = passphrase();
        passphrase.unwrap_or_else(|why| {
            let _ = note.set(no_passphrase(why));
            None
        })
    };
    Vault::open(identities, Box::new(ask), unread)
}

/// Why there is no passphrase on the descriptor.
#[derive(Clone, Copy)]
enum Unread {
    /// The variable holds no number.
    Number,
    /// The descriptor gives no line.
    Line(NoLine),
    /// The line is empty.
    Empty,
    /// The line is no text.
    Text,
}

/// The passphrase; never an argument or a variable, which other processes see.
fn passphrase() -> Result<Option<Zeroizing<String>>, Unread> {
    let (line, given) = match env::var_os(DESCRIPTOR).filter(|number| !number.is_empty()) {
        Some(number) => (read_line_of(descriptor(&number)?, MOST).map_err(Unread::Line)?, true),
        // Where nobody sees a question nobody answers it.
        None if !std::io::stderr().is_terminal() => return Ok(None),
        None => match ask_terminal("Passphrase of the age identity or file: ", MOST) {
            Some(line) => (line, false),
            None => return Ok(None),
        },
    };
    let text = std::str::from_utf8(&line).map_err(|_| Unread::Text)?;
    let text = text.split('\n').next().unwrap_or_default();
    let text = text.strip_suffix('\r').unwrap_or(text);
    match text.is_empty() {
        true if given => Err(Unread::Empty),
        true => Ok(None),
        false => Ok(Some(Zeroizing::new(text.to_owned()))),
    }
}

fn descriptor(number: &OsStr) -> Result<u32, Unread> {
    number.to_str().and_then(|number| number.parse().ok()).ok_or(Unread::Number)
}

fn no_passphrase(why: Unread) -> ReportError {
    let said = match why {
        Unread::Number => "it holds no number of a descriptor",
        Unread::Line(NoLine::Closed) => "nothing is open on the descriptor",
        Unread::Line(NoLine::WriteOnly) => "the descriptor is open for writing, not for reading",
        Unread::Line(NoLine::Folder) => "the descriptor is a folder's",
        Unread::Line(NoLine::Socket) => "the descriptor is a socket's, which is read as number 0 alone",
        Unread::Line(NoLine::TooLong) => "its first line is longer than 4096 bytes",
        Unread::Line(NoLine::Refused) => "the descriptor cannot be read",
        Unread::Empty => "its first line is empty",
        Unread::Text => "its first line is no UTF-8",
    };
    ReportError {
        kind: ErrorKind::BadIdentity,
        message: Message::with(
            "no passphrase can be read where {} says: {}",
            [Arg::Word(DESCRIPTOR), Arg::Word(said)],
        ),
        help: Some(Message::with(
            "{}=3 preflight prod 3<FILE, or type it on a terminal",
            [Arg::Word(DESCRIPTOR)],
        )),
        location: None,
    }
}
