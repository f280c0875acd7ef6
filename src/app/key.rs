//! The keys under which secrets are compared: one of each run, and the project's own.

use std::ffi::{OsStr, OsString};

use crate::finding::{Arg, ErrorKind, Message, ReportError};
use crate::load::fingerprints::{self, NoKey};
use crate::load::project::Project;
use crate::load::typed::{Unread, shown};
use crate::rules::shared::fingerprint::ProjectKey;

/// Names the file of the project's key.
pub const VARIABLE: &str = "PREFLIGHT_FINGERPRINT_KEY_FILE";

/// A key of this run alone.
///
/// # Errors
/// If the system gives no random bytes.
pub fn of_this_run() -> Result<[u8; 64], Box<ReportError>> {
    let mut key = [0; 64];
    match getrandom::fill(&mut key) {
        Ok(()) => Ok(key),
        Err(_) => Err(error(
            ErrorKind::Internal,
            Message::new("the system gives no random bytes, without which secrets are not compared"),
            None,
        )),
    }
}

/// The project's key: from the file that was typed, else from the one that the environment names, else none.
///
/// # Errors
/// If a file is named, and no key can be had from it.
pub fn at_hand(project: &Project, typed: Option<&OsStr>) -> Result<Option<ProjectKey>, Box<ReportError>> {
    let named = || std::env::var_os(VARIABLE).filter(|name| !name.is_empty());
    let by = if typed.is_some() { "the command line" } else { VARIABLE };
    let Some(file) = typed.map(OsString::from).or_else(named) else { return Ok(None) };
    let path = || Arg::Path(shown(&file, by));
    let bad = |message, help| Err(error(ErrorKind::BadFile, message, Some(help)));
    match fingerprints::key(project, &file) {
        Ok(key) => Ok(Some(key)),
        Err(NoKey::Inside) => bad(
            Message::with("the key {} lies in the project's work tree", [path()]),
            Message::new("keep it apart from the fingerprints: who copies the folder must not have both"),
        ),
        Err(NoKey::Malformed) => bad(
            Message::with("{} holds no key: 32 to 64 random bytes in hexadecimal digits", [path()]),
            Message::new("make one: preflight fingerprint --new-key FILE"),
        ),
        Err(NoKey::Unread(why)) => bad(
            Message::with("the key {} could not be read: {}", [path(), Arg::Word(said(why))]),
            Message::with("name its file with --fingerprint-key or {}", [Arg::Word(VARIABLE)]),
        ),
    }
}

const fn said(why: Unread) -> &'static str {
    match why {
        Unread::Missing => "it is not there",
        Unread::Folder => "it is a folder",
        Unread::Encrypted => "it is encrypted",
        Unread::TooLarge => "it is larger than any key",
        Unread::Changed => "it changes while it is read",
        Unread::Refused(kind) => crate::os::reason(kind),
    }
}

pub(super) fn error(kind: ErrorKind, message: Message, help: Option<Message>) -> Box<ReportError> {
    Box::new(ReportError { kind, message, help, location: None })
}
