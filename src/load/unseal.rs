//! The identities of a run, from wherever they were named.

use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use zeroize::Zeroizing;

use crate::finding::{Arg, ErrorKind, Message, ReportError};
use crate::model::{File, Role};
use crate::os::{FileKind, OpenError, Opened, Root, read_anywhere, read_stdin};
use crate::sealed::age::{Ask, Fault, Identities, IdentityFault, Keyring, MOST_BYTES};
use crate::text::SafePath;
use crate::text::path::holds_key;

use super::typed::shown;

/// Variables of the environment that hold the path of a file of identities.
const PATHS: [&str; 2] = ["PREFLIGHT_AGE_IDENTITY", "SOPS_AGE_KEY_FILE"];
/// The one that holds identities.
const KEY: &str = "SOPS_AGE_KEY";

/// The identities of a run, and what went wrong with them.
pub struct Vault {
    /// Whether nothing is to be opened.
    shut: bool,
    /// Whether it stands in for another, and opens nothing itself.
    stand_in: bool,
    keyring: Keyring,
    /// Identities that were read and are not unlocked until a file needs them.
    given: Vec<(SafePath, Zeroizing<Vec<u8>>)>,
    /// Whether identities were asked for; then those of the environment variables were looked for.
    ready: bool,
    /// The policy's, by path.
    named: BTreeMap<PathBuf, Option<Arc<Identities>>>,
    /// Files of identities as rules see them.
    files: Vec<File>,
    /// Identities that cannot be used.
    errors: Vec<ReportError>,
    /// Why no passphrase was had where there should be one; set when it is asked for.
    unread: Arc<OnceLock<ReportError>>,
}

impl Vault {
    /// A vault that opens nothing.
    #[must_use]
    pub fn shut() -> Self {
        Self {
            shut: true,
            stand_in: false,
            keyring: Keyring::new(Box::new(|| None)),
            given: Vec::new(),
            ready: false,
            named: BTreeMap::new(),
            files: Vec::new(),
            errors: Vec::new(),
            unread: Arc::default(),
        }
    }

    /// Reads the files of identities that were named; `-` is standard input. `ask` gives the passphrase, or sets `unread`.
    pub fn open(identities: &[OsString], ask: Box<Ask>, unread: Arc<OnceLock<ReportError>>) -> Self {
        let mut vault = Self { shut: false, keyring: Keyring::new(ask), unread, ..Self::shut() };
        for named in identities {
            vault.read(named, "--identity");
        }
        vault
    }

    fn read(&mut self, named: &OsStr, by: &'static str) {
        if named == "-" {
            match read_stdin(MOST_BYTES) {
                Ok(bytes) => self.given.push((SafePath::named("standard input"), bytes)),
                Err(error) => self.errors.push(unreadable(SafePath::named("standard input"), error, None)),
            }
            return;
        }
        let shown = shown(named, by);
        match read_anywhere(Path::new(named), MOST_BYTES) {
            Ok(opened) => self.take(shown, opened),
            Err(error) => {
                let key = holds_key(&named.to_string_lossy());
                self.errors.push(unreadable(shown, error, key.then_some(NO_PATH)));
            }
        }
    }

    fn take(&mut self, shown: SafePath, opened: Opened) {
        // A pipe has no bits that anybody could set.
        if opened.facts.kind == FileKind::Regular {
            self.files.push(File::new(shown.clone(), Role::Identity, Ok(opened.facts)));
        }
        self.given.push((shown, opened.bytes));
    }

    /// Whether nothing is to be opened.
    #[must_use]
    pub const fn is_shut(&self) -> bool {
        self.shut
    }

    /// One that opens nothing and shows whether this one is needed.
    pub(super) fn stand_in(&self) -> Self {
        Self { shut: self.shut, stand_in: true, ..Self::shut() }
    }

    /// Whether identities were asked for.
    pub(super) const fn is_used(&self) -> bool {
        self.ready
    }

    /// The identities for an environment, unlocked when the first file needs them. `named` are those of its policy, below
    /// the project.
    pub(super) fn keys(&mut self, root: &Root, named: &[PathBuf]) -> Keyring {
        if self.stand_in {
            self.ready = true;
            return self.keyring.clone();
        }
        if !self.ready {
            self.ready = true;
            for name in PATHS {
                if let Some(path) = env::var_os(name).filter(|path| !path.is_empty()) {
                    self.read(&path, name);
                }
            }
            if let Some(text) = env::var_os(KEY).filter(|text| !text.is_empty()) {
                let bytes = Zeroizing::new(text.into_encoded_bytes());
                self.given.push((SafePath::named("the variable SOPS_AGE_KEY"), bytes));
            }
        }
        for (shown, bytes) in std::mem::take(&mut self.given) {
            if let Some(identities) = self.unlock(shown, &bytes) {
                self.keyring.push(identities);
            }
        }
        let mut keyring = self.keyring.clone();
        for path in named {
            let known = match self.named.get(path) {
                Some(known) => known.clone(),
                None => {
                    let shown = SafePath::new(path);
                    let found = match root.read(path, MOST_BYTES) {
                        Ok(opened) => {
                            self.files.push(File::new(shown.clone(), Role::Identity, Ok(opened.facts)));
                            self.unlock(shown, &opened.bytes)
                        }
                        // On another machine the key is elsewhere; what it would have opened is said.
                        Err(OpenError::Missing) => None,
                        Err(error) => {
                            self.errors.push(unreadable(shown, error, None));
                            None
                        }
                    };
                    self.named.insert(path.clone(), found.clone());
                    found
                }
            };
            if let Some(identities) = known {
                keyring.push(identities);
            }
        }
        keyring
    }

    fn unlock(&mut self, shown: SafePath, bytes: &[u8]) -> Option<Arc<Identities>> {
        match self.keyring.unlock(bytes) {
            Ok(identities) => Some(identities),
            // Why there is none is said once.
            Err(IdentityFault::NoPassphrase) if self.unread.get().is_some() => None,
            Err(fault) => {
                self.errors.push(unusable(shown, fault));
                None
            }
        }
    }

    /// What went wrong with identities and their passphrase, each said once.
    #[must_use]
    pub fn errors(&self) -> Vec<ReportError> {
        self.errors.iter().chain(self.unread.get()).cloned().collect()
    }

    /// The files of identities that were read.
    #[must_use]
    pub fn files(&self) -> &[File] {
        &self.files
    }
}

/// Where a key stands for a path.
const NO_PATH: &str = "it holds a key, and the path of a key's file is wanted: SOPS_AGE_KEY takes keys";

fn unreadable(shown: SafePath, error: OpenError, help: Option<&'static str>) -> ReportError {
    let path = Arg::Path(shown);
    let message = match error {
        OpenError::Missing => Message::with("the identity {} is not there", [path]),
        OpenError::TooLarge => Message::with("the identity {} is larger than 1 MiB", [path]),
        OpenError::Changed => Message::with("the identity {} changes while it is read", [path]),
        OpenError::Kind(kind) => Message::with("the identity {} is a {}", [path, Arg::Word(kind.as_str())]),
        OpenError::Refused(kind) => {
            Message::with("the identity {} cannot be read: {}", [path, Arg::Word(crate::os::reason(kind))])
        }
        _ => Message::with("the identity {} cannot be reached by its path", [path]),
    };
    bad_identity(message, help)
}

fn unusable(shown: SafePath, fault: IdentityFault) -> ReportError {
    let path = Arg::Path(shown);
    let line = |at: usize| Arg::Number(u64::try_from(at).unwrap_or(u64::MAX));
    let say = |template| Message::with(template, [path.clone()]);
    let passphrase = "type it on a terminal, or give its file to a descriptor: PREFLIGHT_AGE_PASSPHRASE_FD=3 preflight prod 3<FILE";
    let (message, help) = match fault {
        IdentityFault::None => (say("there is no identity in {}"), None),
        IdentityFault::TooLarge => (say("the identity {} is larger than what is read"), None),
        IdentityFault::Line(at) => {
            let args = [path.clone(), line(at)];
            let help =
                "an identity has a line to itself, without blanks and in capitals: AGE-SECRET-KEY-1...";
            (Message::with("the identity {} has something else on line {}", args), Some(help))
        }
        IdentityFault::Recipient(at) => (
            Message::with("the identity {} holds a recipient on line {}", [path.clone(), line(at)]),
            Some("a recipient is the public half: name the file that age-keygen wrote"),
        ),
        IdentityFault::Unsupported(kind) => (
            Message::with(
                "the identity {} is of a kind that cannot be used here: {}",
                [path.clone(), Arg::Word(kind.text())],
            ),
            Some("X25519 identities, ssh-ed25519 and ssh-rsa keys can"),
        ),
        IdentityFault::Ssh => (
            say("the SSH key {} is damaged, or of a kind that cannot be used"),
            Some(
                "ssh-ed25519 and ssh-rsa keys can, encrypted ones in OpenSSH's form: ssh-keygen -p -f FILE writes it",
            ),
        ),
        IdentityFault::Work => (say("the passphrase of the identity {} costs more work than is spent"), None),
        IdentityFault::NoPassphrase => (say("the identity {} needs a passphrase"), Some(passphrase)),
        IdentityFault::Passphrase => (say("the passphrase does not open the identity {}"), None),
        IdentityFault::Sealed(Fault::NoMatch) => (
            say("the identity {} is encrypted, and not by a passphrase"),
            Some("decrypt it into a pipe: --identity <(age -d ...)"),
        ),
        IdentityFault::Sealed(fault) => (
            Message::with("the identity {} cannot be opened: {}", [path.clone(), Arg::Word(said(fault))]),
            None,
        ),
    };
    bad_identity(message, help)
}

/// A fault in words that are fixed.
fn said(fault: Fault) -> &'static str {
    match fault {
        Fault::Armor => "its armor is damaged",
        Fault::Mac | Fault::Payload => "it was changed or cut off",
        Fault::Work => "its passphrase costs more work than is spent",
        _ => "its header is damaged",
    }
}

fn bad_identity(message: Message, help: Option<&'static str>) -> ReportError {
    ReportError { kind: ErrorKind::BadIdentity, message, help: help.map(Message::new), location: None }
}
