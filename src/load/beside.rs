//! Plain and encrypted files that lie beside each other: twins of the sources that are no sources themselves.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

use crate::finding::{NotChecked, Subject, Why};
use crate::model::{Environment, File, Role};
use crate::os::{Entry, FileFacts, FileKind, Folder, Opened};
use crate::rules::shared::inner::Inner;
use crate::rules::shared::secrecy::is_to_come;
use crate::sealed::sops::{Named, holds_sealed};
use crate::sealed::twins::{decrypted_of, is_marked, of_dotenv, plain_names};
use crate::sealed::{self, Sealer};
use crate::text::SafePath;

use super::environment::Loader;
use super::opening::Unsealed;

/// Endings of files of keys and values that SOPS writes.
pub(super) const FORMS: &[&str] = &[".env", ".ini", ".json", ".yaml", ".yml"];

/// A name in a folder that an encrypted file or a decrypted copy may have, or a file of keys and values.
#[derive(Debug)]
pub struct Marked {
    pub(super) name: String,
    pub(super) kind: FileKind,
    /// Whether it is that of an encrypted file, or of a decrypted copy.
    twin: bool,
}

/// A file in the folder of a source, which none of the sources is.
struct Beside {
    path: String,
    facts: FileFacts,
}

impl Loader<'_> {
    /// Looks for encrypted twins of plain sources and for decrypted copies of encrypted ones. Folders are listed once, and what
    /// is found by its name is read to see what it is.
    pub(super) fn beside(&mut self, environment: &mut Environment) {
        if !environment.asked {
            return;
        }
        self.unlike(environment);
        let found = self.strangers(environment);
        let mut plain: BTreeMap<String, SafePath> = BTreeMap::new();
        for file in environment.files.iter().filter(|file| is_plain(file)) {
            if environment.twin(&file.path).is_none() {
                plain.insert(file.path.as_str().to_owned(), file.path.clone());
            }
        }
        let (mut sealed, mut others) = (Vec::new(), Vec::new());
        for beside in found {
            let original = plain_names(&beside.path).into_iter().find_map(|name| plain.get(&name));
            match original.and_then(|original| self.sealed_twin(environment, original, &beside)) {
                Some(true) => sealed.push(beside),
                // Another part of what the environment has, it may be, and nobody looks at it.
                Some(false) => note(environment, &beside.path),
                None => others.push(beside),
            }
        }
        for Beside { path, facts } in sealed {
            set_apart(environment, &path, Role::Ciphertext, facts);
        }
        for beside in others {
            if let Some(twin) = environment.twin(&shown(&beside.path)).map(|twin| twin.path.clone())
                && self.is_plain_copy(environment, &beside, &twin)
            {
                set_apart(environment, &beside.path, Role::Nested, beside.facts);
            }
        }
    }

    /// Keeps plain sources apart from SOPS files of like names that are sources too and have sealed other things: settings and secrets
    /// in two files. In a folder of secrets nothing plain is settings.
    fn unlike(&mut self, environment: &mut Environment) {
        let named = environment.files.iter().filter(|file| is_plain(file) && file.role != Role::Secret);
        let pairs: Vec<(SafePath, SafePath)> = named
            .filter_map(|file| Some((file.path.clone(), environment.twin(&file.path)?)))
            .filter(|(_, twin)| twin.sealed.as_ref().is_some_and(|sealed| sealed.sealer == Sealer::Sops))
            .map(|(plain, twin)| (plain, twin.path.clone()))
            .collect();
        for (plain, twin) in pairs {
            let read = [&plain, &twin].map(|path| self.read(Path::new(path.as_str())));
            if let [Ok(opened), Ok(sealed)] = read
                && !self.holds_sealed(
                    environment,
                    (plain.as_str(), &opened.bytes),
                    (twin.as_str(), &sealed.bytes),
                )
            {
                environment.set_unlike(plain);
            }
        }
    }

    /// The names in a folder that are looked at, listed once: in a fleet's common folder there are many others.
    pub(super) fn marked(&mut self, folder: &str) -> Arc<[Marked]> {
        if let Some(known) = self.marked.get(folder) {
            return Arc::clone(known);
        }
        let at = if folder.is_empty() { Path::new(".") } else { Path::new(folder.trim_end_matches('/')) };
        // A folder that cannot be listed is unexpected-file's.
        let listed = self.root.folder(at).ok();
        let entries = listed.iter().flat_map(|listed| listed.entries());
        let found: Arc<[Marked]> = entries
            .filter_map(|entry| {
                let name = entry.name.to_str()?;
                let twin = is_marked(name) || of_dotenv(name).is_some() || !decrypted_of(name).is_empty();
                let kept = twin || may_hold_keys(name);
                kept.then(|| Marked { name: name.to_owned(), kind: entry.kind, twin })
            })
            .collect();
        self.marked.insert(folder.to_owned(), Arc::clone(&found));
        found
    }

    /// What lies in the folders of files that hold variables, and is none of the files that are known.
    fn strangers(&mut self, environment: &Environment) -> Vec<Beside> {
        let judged = environment.files.iter().filter(|file| is_plain(file) || file.is_ciphertext());
        let folders: BTreeSet<&str> = judged.map(|file| folder_of(file.path.as_str())).collect();
        let known: BTreeSet<&str> = environment.files.iter().map(|file| file.path.as_str()).collect();
        let sources: BTreeSet<&str> = environment.sources.iter().map(|source| source.path.as_str()).collect();
        let mut paths: BTreeSet<String> = BTreeSet::new();
        for folder in &folders {
            let listed = self.marked(folder);
            let twins = listed.iter().filter(|marked| marked.twin);
            paths.extend(twins.map(|marked| format!("{folder}{}", marked.name)));
        }
        let plain = environment.names_of_twins().filter(|plain| folders.contains(folder_of(plain)));
        paths.extend(plain.map(str::to_owned));
        let new = paths
            .into_iter()
            .filter(|path| !known.contains(path.as_str()) && !sources.contains(path.as_str()));
        new.filter_map(|path| {
            let facts = self.root.stat(Path::new(&path)).ok()?;
            (facts.kind == FileKind::Regular).then_some(Beside { path, facts })
        })
        .collect()
    }

    /// Of a file that by its name is the encrypted one of a plain source, whether it holds the same; nothing where it is not
    /// encrypted.
    fn sealed_twin(
        &mut self,
        environment: &Environment,
        original: &SafePath,
        beside: &Beside,
    ) -> Option<bool> {
        let sealed = self.read(Path::new(&beside.path)).ok()?;
        // By what is in it alone: the name of the plain file says nothing of a sealer.
        sealed::sealer(OsStr::new(original.as_str()), &sealed.bytes)?;
        let Ok(plain) = self.read(Path::new(original.as_str())) else { return Some(true) };
        let (plain, sealed) =
            ((original.as_str(), plain.bytes.as_slice()), (beside.path.as_str(), sealed.bytes.as_slice()));
        Some(self.holds_sealed(environment, plain, sealed))
    }

    /// Whether a file that by its name is the plain one of an encrypted source is so by what is in it.
    fn is_plain_copy(&mut self, environment: &Environment, beside: &Beside, twin: &SafePath) -> bool {
        let path = Path::new(&beside.path);
        // What cannot be read lies there all the same.
        let Ok(plain) = self.read(path) else { return true };
        if sealed::sealer(path.as_os_str(), &plain.bytes).is_some() {
            return false;
        }
        let Ok(sealed) = self.read(Path::new(twin.as_str())) else { return true };
        self.holds_sealed(environment, (&beside.path, &plain.bytes), (twin.as_str(), &sealed.bytes))
    }

    /// Whether a plain file has what a sealed one has, by the names that the environment's sources give to it.
    fn holds_sealed(&self, environment: &Environment, plain: Named<'_>, sealed: Named<'_>) -> bool {
        let sources = self.policy.sources(&environment.name).iter();
        let unders: BTreeSet<&str> = sources.filter_map(|source| source.under.as_deref()).collect();
        let inner = Inner::default();
        let is_secret = |name: &str, value: Option<&[u8]>| inner.is_secret(name, value);
        holds_sealed(plain, sealed, &unders, is_secret, is_to_come)
    }
}

/// Whether a name is that of an encrypted file, or of one of keys and values.
pub(super) fn may_hold_keys(name: &str) -> bool {
    is_marked(name) || FORMS.iter().any(|ending| name.ends_with(ending))
}

/// Files that hold variables in the clear.
fn is_plain(file: &File) -> bool {
    let judged = matches!(file.role, Role::Dotenv | Role::Config | Role::Secret);
    judged && !file.is_ciphertext() && file.state.is_ok_and(|facts| facts.kind == FileKind::Regular)
}

pub(super) fn shown(path: &str) -> SafePath {
    SafePath::new(Path::new(path))
}

fn folder_of(path: &str) -> &str {
    path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or_default()
}

/// Listed as set apart, for rules to judge.
fn set_apart(environment: &mut Environment, path: &str, role: Role, facts: FileFacts) {
    note(environment, path);
    environment.add(File::new(shown(path), role, Ok(facts)), []);
}

fn note(environment: &mut Environment, path: &str) {
    environment.gaps.push(NotChecked { what: Subject::file(shown(path)), why: Why::SetApart });
}

/// Files that were read, and opened if they are encrypted, by name.
pub(super) type Ready = BTreeMap<OsString, (Opened, Option<Unsealed>)>;

/// The names of those that are encrypted, and of the plain files that they stand for.
pub(super) fn sealed_names(ready: &Ready) -> BTreeSet<String> {
    let sealed = ready.iter().filter(|(_, (_, unsealed))| {
        unsealed.as_ref().is_some_and(|unsealed| !unsealed.sealed.is_named_only())
    });
    let names = sealed.filter_map(|(name, _)| name.to_str());
    names.flat_map(|name| plain_names(name).into_iter().chain([name.to_owned()])).collect()
}

/// The names of files that have, by its name, a decrypted copy in the folder; and the copies'.
pub(super) fn copied(folder: &Folder) -> BTreeSet<String> {
    let names = folder.entries().iter().filter_map(|entry| entry.name.to_str());
    let copies = names.map(|name| (name, decrypted_of(name))).filter(|(_, of)| !of.is_empty());
    copies.flat_map(|(name, of)| of.into_iter().chain([name.to_owned()])).collect()
}

/// Whether a file is what a tool left of an encrypted one: it has the name of its decrypted copy, and is not encrypted.
pub(super) fn is_decrypted(entry: &Entry, ready: &Ready, sealed: &BTreeSet<String>) -> bool {
    let plain = ready.get(&entry.name).is_some_and(|(_, unsealed)| unsealed.is_none());
    let of = entry.name.to_str().filter(|_| plain).map(decrypted_of).unwrap_or_default();
    of.iter().any(|original| sealed.contains(original))
}
