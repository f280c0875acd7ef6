//! Encrypted sources, opened in memory.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use zeroize::Zeroizing;

use crate::finding::{NotChecked, Subject, Why};
use crate::model::{Environment, Opening, Sealed, Sops};
use crate::os::{Opened, Root};
use crate::policy::Sealing;
use crate::sealed::age::{self, Keyring};
use crate::sealed::sops::{self, Contents, Entry, Form, SopsFile};
use crate::sealed::{self, Fault, Sealer};
use crate::text::SafePath;

use super::SEALED_LIMIT;
use super::environment::Loader;

/// Threads beyond which nothing is gained.
const MOST_THREADS: usize = 16;

/// An encrypted file, and what was found in it.
pub(super) struct Unsealed {
    /// What is known of the file.
    pub sealed: Sealed,
    /// Entries of a SOPS file: with their values if it was opened and is one of keys and values, without them if it was
    /// not opened.
    pub entries: Option<Vec<Entry>>,
    /// Names that stand in the clear in a SOPS file whose text was put in its place.
    pub clear: Vec<String>,
    /// The form of a SOPS file.
    pub form: Option<Form>,
    /// What is to be put in the place of the encrypted text.
    text: Option<Zeroizing<Vec<u8>>>,
}

impl Unsealed {
    const fn new(sealed: Sealed) -> Self {
        Self { sealed, entries: None, clear: Vec::new(), form: None, text: None }
    }

    /// Whether it holds variables of several names, whatever the file is called.
    pub fn holds_several(&self) -> bool {
        self.form.is_some_and(|form| form != Form::Binary)
    }

    /// Puts the text in its place.
    fn settle(mut self, opened: &mut Opened) -> Self {
        if let Some(text) = self.text.take() {
            opened.bytes = text;
        }
        self
    }
}

impl Loader<'_> {
    pub(super) fn sealing(&self, environment: &Environment) -> Sealing {
        self.policy.sealing_of(&environment.name)
    }

    /// The identities of an environment; none where nothing is to be opened.
    fn keys(&mut self, environment: &Environment) -> Option<Keyring> {
        if self.vault.is_shut() {
            return None;
        }
        let sealing = self.sealing(environment);
        let paths = sealing.identities.iter().flat_map(|set| &set.value);
        let paths: Vec<PathBuf> =
            paths.map(|path| PathBuf::from(path.for_env(environment.name.as_str()))).collect();
        Some(self.vault.keys(self.root, &paths))
    }

    /// Opens a file if it is encrypted, and puts what is in it into the place of what was read, where that is a text.
    pub(super) fn unseal(
        &mut self,
        environment: &Environment,
        path: &Path,
        opened: &mut Opened,
    ) -> Option<Unsealed> {
        let sealer = sealed::sealer(path.as_os_str(), &opened.bytes)?;
        let keys = if opens(sealer) { self.keys(environment) } else { None };
        let shut = self.vault.is_shut();
        Some(unsealed(sealer, shut, keys.as_ref(), path.as_os_str(), &opened.bytes)?.settle(opened))
    }

    /// Opens many files at once; what is not encrypted comes back as it is.
    pub(super) fn unseal_all(
        &mut self,
        environment: &Environment,
        mut files: Vec<(OsString, Opened)>,
    ) -> BTreeMap<OsString, (Opened, Option<Unsealed>)> {
        let sealers: Vec<Option<Sealer>> =
            files.iter().map(|(name, opened)| sealed::sealer(name, &opened.bytes)).collect();
        let any = sealers.iter().flatten().any(|sealer| opens(*sealer));
        let keys = if any { self.keys(environment) } else { None };
        let shut = self.vault.is_shut();
        let results: Vec<OnceLock<Option<Unsealed>>> = files.iter().map(|_| OnceLock::new()).collect();
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(((name, opened), (sealer, result))) = {
                let at = next.fetch_add(1, Ordering::Relaxed);
                files.get(at).zip(sealers.get(at).zip(results.get(at)))
            } {
                let found =
                    sealer.and_then(|sealer| unsealed(sealer, shut, keys.as_ref(), name, &opened.bytes));
                let _ = result.set(found);
            }
        };
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = if any { cores.min(MOST_THREADS).min(files.len()) } else { 1 };
        thread::scope(|scope| {
            // This thread works too; where no other can be had it works alone.
            for _ in 1..threads {
                if thread::Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
        let mut found = BTreeMap::new();
        for ((name, mut opened), result) in files.drain(..).zip(results) {
            // Each was taken by one of the threads.
            let unsealed = result.into_inner().flatten().map(|unsealed| unsealed.settle(&mut opened));
            found.insert(name, (opened, unsealed));
        }
        found
    }

    /// A value or file that is encrypted by what cannot be opened where it stands.
    pub(super) const fn unopened(&self, sealer: Sealer) -> Sealed {
        let opening = if self.vault.is_shut() { Opening::NotTried } else { Opening::Unable };
        Sealed::new(sealer, opening)
    }

    /// Says of a SOPS file that comments in it were not looked at that should be sealed, where secrets have to be.
    pub(super) fn note_comments(&self, environment: &mut Environment, path: &SafePath, sealed: &Sealed) {
        let clear = sealed.sops.as_ref().is_some_and(|sops| sops.clear_comments);
        if clear && self.wants_encrypted(environment) {
            let what = Subject::file(path.clone());
            environment.gaps.push(NotChecked { what, why: Why::ClearComments });
        }
    }

    /// Says of a file that was not opened why it was not checked.
    pub(super) fn note_sealed(&self, environment: &mut Environment, path: &SafePath, sealed: &Sealed) {
        let sealing = self.sealing(environment);
        let why = match sealed.opening {
            Opening::Opened => return,
            Opening::NotTried => not_decrypted(&sealing),
            Opening::Failed(fault) if fault.wants_key() && sealing.skips() => Why::UndecryptableSkipped,
            Opening::Failed(_) => Why::Undecryptable,
            Opening::Unable if sealing.skips() => Why::UndecryptableSkipped,
            Opening::Unable => Why::Encrypted,
        };
        environment.gaps.push(NotChecked { what: Subject::file(path.clone()), why });
    }

    /// Why a value is not checked that is encrypted where it stands.
    pub(super) fn why_sealed_value(&self, environment: &Environment) -> Why {
        let sealing = self.sealing(environment);
        match (self.vault.is_shut(), sealing.skips()) {
            (true, _) => not_decrypted(&sealing),
            (false, true) => Why::UndecryptableSkipped,
            (false, false) => Why::Encrypted,
        }
    }
}

/// Whether a file beside a plain one is its encrypted twin: of an ending that says nothing the file has to.
pub(super) fn is_twin(root: &Root, path: &Path) -> bool {
    let says_nothing = path.as_os_str().as_encoded_bytes().ends_with(sealed::ENC.as_bytes());
    !says_nothing
        || root.read(path, SEALED_LIMIT).is_ok_and(|opened| {
            matches!(sealed::sealer(path.as_os_str(), &opened.bytes), Some(Sealer::Age | Sealer::Sops))
        })
}

fn not_decrypted(sealing: &Sealing) -> Why {
    if sealing.passes_unopened() { Why::LeftEncrypted } else { Why::NotDecrypted }
}

/// Whether this version can open what it sealed.
const fn opens(sealer: Sealer) -> bool {
    matches!(sealer, Sealer::Age | Sealer::Sops)
}

/// What is found in a file without writing to anything. A fault of the libraries under it is one more way in which a file
/// cannot be opened.
fn unsealed(
    sealer: Sealer,
    shut: bool,
    keys: Option<&Keyring>,
    name: &OsStr,
    bytes: &[u8],
) -> Option<Unsealed> {
    let broken = |fault| Some(Unsealed::new(Sealed::new(sealer, Opening::Failed(fault))));
    match sealer {
        Sealer::Age => catch_unwind(AssertUnwindSafe(|| Some(age_file(keys, bytes))))
            .unwrap_or_else(|_| broken(age::Fault::Header.into())),
        Sealer::Sops => catch_unwind(AssertUnwindSafe(|| sops_file(keys, name, bytes)))
            .unwrap_or_else(|_| broken(sops::Why::Syntax.into())),
        _ if shut => Some(Unsealed::new(Sealed::new(sealer, Opening::NotTried))),
        _ => Some(Unsealed::new(Sealed::new(sealer, Opening::Unable))),
    }
}

fn age_file(keys: Option<&Keyring>, bytes: &[u8]) -> Unsealed {
    let header = age::header(bytes);
    let opened = match (&header, keys) {
        (Err(fault), _) => Err(Opening::Failed((*fault).into())),
        (Ok(header), None) => match header.followed() {
            Ok(()) => Err(Opening::NotTried),
            Err(fault) => Err(Opening::Failed(fault.into())),
        },
        (Ok(_), Some(keys)) => keys.open(bytes, SEALED_LIMIT).map_err(|fault| Opening::Failed(fault.into())),
    };
    let stanzas = header.map(|header| header.stanzas.clone()).unwrap_or_default();
    let (opening, text) = match opened {
        Ok(text) => (Opening::Opened, Some(text)),
        Err(opening) => (opening, None),
    };
    Unsealed { text, ..Unsealed::new(Sealed { stanzas, ..Sealed::new(Sealer::Age, opening) }) }
}

/// Nothing where a file has no more than a word of SOPS in it.
fn sops_file(keys: Option<&Keyring>, name: &OsStr, bytes: &[u8]) -> Option<Unsealed> {
    let name = name.to_string_lossy();
    let form = Form::of(&name, bytes);
    let failed = |fault| {
        let sealed = Sealed::new(Sealer::Sops, Opening::Failed(fault));
        Some(Unsealed { form: Some(form), ..Unsealed::new(sealed) })
    };
    let named = sealed::without_ending(&name).is_some();
    let file = match SopsFile::recognise(bytes, form) {
        Some(Ok(file)) => file,
        None if named => return failed(Fault::NotSops),
        // Values that were pasted into another file are told one by one.
        None => return None,
        Some(Err(fault)) if fault.why == sops::Why::NoMetadata && !named && !sealed::is_structured(&name) => {
            return None;
        }
        Some(Err(fault)) => return failed(fault.why.into()),
    };
    let misplaced = file.misplaced();
    let mut about = Sops {
        services: file.services(),
        names: form != Form::Binary,
        clear_comments: file.leaves().iter().any(sops::Leaf::is_clear_comment),
        unsealed: misplaced.iter().filter(|(_, why)| *why == sops::Why::NotSealed).count() as u64,
        ..Sops::default()
    };
    let entries = file.entries();
    let recipients = file.recipients();
    about.recipients = recipients.clone().unwrap_or_default();
    let nobody = file.age_keys().next().is_none() && about.services == sops::Services::default();
    let sane = recipients.map(|_| ()).and_then(|()| match misplaced.first() {
        Some((_, why)) => Err((*why).into()),
        // Its data key is sealed for nobody.
        None if nobody => Err(sops::Why::BadMetadata.into()),
        None => file.can_be_opened().map_err(|fault| fault.why.into()),
    });
    let opened = match (sane, keys) {
        (Err(fault), Some(_)) => Err(Opening::Failed(fault)),
        (Err(fault), None) if !fault.wants_key() => Err(Opening::Failed(fault)),
        (_, None) => Err(Opening::NotTried),
        (Ok(()), Some(keys)) => {
            let opened = file.data_key(keys);
            let opened = opened.and_then(|key| file.decrypt(&key).map_err(|fault| fault.why.into()));
            opened.map(|opened| file.contents(bytes, opened)).map_err(Opening::Failed)
        }
    };
    let (opening, entries, clear, text) = match opened {
        Err(opening) => (opening, Some(entries), Vec::new(), None),
        Ok(Contents::Entries(entries)) => (Opening::Opened, Some(entries), Vec::new(), None),
        Ok(Contents::Text(text)) => {
            let clear = entries.iter().filter(|entry| entry.plain);
            (Opening::Opened, None, clear.map(|entry| entry.path.name()).collect(), Some(text))
        }
    };
    let sealed = Sealed { sops: Some(about), ..Sealed::new(Sealer::Sops, opening) };
    Some(Unsealed { sealed, entries, clear, form: Some(form), text })
}
