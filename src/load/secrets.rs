//! Folders with one value a file.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use crate::finding::{NotChecked, Subject, Why};
use crate::model::copies::{DOTS, originals};
use crate::model::{Content, Environment, File, Occurrence, Opening, Role, Sealed, why_unopened};
use crate::os::{Entry, FileKind, Folder, OpenError, Opened};
use crate::policy::{FileReading, SourceSpec};
use crate::sealed::age::{self, has_armor};
use crate::sealed::sops::{self, Form, has_sealed};
use crate::sealed::twins::is_marked;
use crate::sealed::{self, ENDINGS, Sealer, value_sealer};
use crate::text::{KeyName, SafePath};

use super::beside::{FORMS, Ready, copied, is_decrypted, sealed_names};
use super::environment::{Loader, Place, gap, limit, plain_value};
use super::opening::Unsealed;
use super::written::written;

/// Folders below the secrets, and files in them, beyond which a tree is not gone through.
const MOST_DEPTH: usize = 8;
const MOST_FILES: usize = 10_000;

impl Loader<'_> {
    pub(super) fn secrets(&mut self, environment: &mut Environment, source: &SourceSpec, place: &Place<'_>) {
        let shown = SafePath::new(place.path);
        let mut folder = File::new(shown.clone(), Role::SecretsFolder, Err(OpenError::Missing));
        folder.service = place.service.cloned();
        let listed = self.root.folder(place.path);
        match listed.and_then(|listed| {
            if listed.entries().len() > MOST_FILES { Err(OpenError::TooLarge) } else { Ok(listed) }
        }) {
            Ok(listed) => {
                folder.state = Ok(listed.facts());
                environment.add(folder, []);
                let elsewhere = self.elsewhere(environment);
                let own = |entry: &&Entry| !elsewhere.contains(&place.path.join(&entry.name));
                let entries: Vec<&Entry> = listed.entries().iter().filter(own).collect();
                let mut ready = self.unsealed(environment, &listed, &entries);
                let sealed = sealed_names(&ready);
                for entry in entries {
                    if is_decrypted(entry, &ready, &sealed) {
                        self.apart(environment, &place.path.join(&entry.name), Role::Nested);
                        continue;
                    }
                    self.secret(environment, source, place, &listed, entry, ready.remove(&entry.name));
                }
            }
            Err(OpenError::Missing) => self.missing(environment, source, shown),
            Err(error) => {
                let why = if matches!(error, OpenError::Kind(FileKind::Regular)) {
                    Why::WrongKind
                } else {
                    why_unopened(error)
                };
                environment.gaps.push(NotChecked { what: Subject::file(shown), why });
                folder.state = Err(error);
                environment.add(folder, []);
            }
        }
    }

    /// The folder's files that are encrypted by their name, or that SOPS may have written, opened together. Those that cannot
    /// be read are left to be said.
    fn unsealed(&mut self, environment: &Environment, folder: &Folder, entries: &[&Entry]) -> Ready {
        let copied = copied(folder);
        let may_be = |entry: &&Entry| {
            let name = entry.name.to_str().filter(|_| entry.kind == FileKind::Regular);
            name.is_some_and(|name| {
                is_marked(name) || copied.contains(name) || FORMS.iter().any(|ending| name.ends_with(ending))
            })
        };
        let mut read = Vec::new();
        for entry in entries.iter().copied().filter(may_be) {
            if let Ok(opened) = folder.read(entry, self.budget.room(limit(&entry.name))) {
                self.budget.spend(opened.bytes.len());
                read.push((entry.name.clone(), opened));
            }
        }
        self.unseal_all(environment, read)
    }

    fn secret(
        &mut self,
        environment: &mut Environment,
        source: &SourceSpec,
        place: &Place<'_>,
        folder: &Folder,
        entry: &Entry,
        ready: Option<(Opened, Option<Unsealed>)>,
    ) {
        let path = place.path.join(&entry.name);
        let shown = SafePath::new(&path);
        if is_kubernetes_inside(&entry.name) && entry.kind != FileKind::Regular {
            return;
        }
        if is_no_secret(&entry.name) {
            environment.gaps.push(NotChecked { what: Subject::file(shown), why: Why::SetApart });
            return;
        }
        if entry.kind == FileKind::Folder {
            self.folder_below(environment, source, place, &path, &entry.name);
            return;
        }
        if self.is_copy(source, entry, folder) {
            return self.apart(environment, &path, Role::Copy);
        }
        let mut file = File::new(shown.clone(), Role::Secret, Err(OpenError::Missing));
        file.service = place.service.cloned();
        let opened = match (ready, entry.kind) {
            (Some(ready), _) => Ok(ready),
            (None, FileKind::Regular) => {
                let opened = folder.read(entry, self.budget.room(limit(&entry.name)));
                self.budget.spend(opened.as_ref().map_or(0, |opened| opened.bytes.len()));
                opened.map(|opened| self.with_sealed(environment, &path, opened))
            }
            _ => self.read(&path).map(|opened| self.with_sealed(environment, &path, opened)),
        };
        if let Ok((opened, Some(unsealed))) = &opened
            && unsealed.holds_several()
        {
            return self.several(
                environment,
                source,
                &Place { path: &path, ..*place },
                file,
                opened,
                unsealed,
            );
        }
        let key = entry.name.to_str().and_then(|name| self.names.get(key_name(name, source).as_bytes()));
        if key.is_none() {
            environment.gaps.push(NotChecked { what: Subject::file(shown.clone()), why: Why::NoKeyName });
        }
        let content = match opened {
            Ok((opened, unsealed)) => {
                self.secret_content(environment, &mut file, unsealed, &opened, source.reading, key.as_ref())
            }
            Err(OpenError::Kind(FileKind::Folder)) => {
                // A link to a folder.
                self.folder_below(environment, source, place, &path, &entry.name);
                return;
            }
            Err(error) => {
                environment.gaps.push(gap(shown, error));
                file.state = Err(error);
                Content::Unopened(error)
            }
        };
        environment.add(file, key.map(|key| Occurrence::new(key, None, true, content)));
    }

    fn with_sealed(
        &mut self,
        environment: &Environment,
        path: &Path,
        mut opened: Opened,
    ) -> (Opened, Option<Unsealed>) {
        let unsealed = self.unseal(environment, path, &mut opened);
        (opened, unsealed)
    }

    /// A SOPS file among the secrets that holds several variables.
    fn several(
        &mut self,
        environment: &mut Environment,
        source: &SourceSpec,
        place: &Place<'_>,
        mut file: File,
        opened: &Opened,
        unsealed: &Unsealed,
    ) {
        file.state = Ok(opened.facts);
        file.role = if unsealed.form == Some(Form::Dotenv) { Role::Dotenv } else { Role::Config };
        file.sealed = Some(Box::new(unsealed.sealed.clone()));
        self.note_comments(environment, &file.path, &unsealed.sealed);
        self.note_sealed(environment, &file.path, &unsealed.sealed);
        if unsealed.sealed.has_names() {
            self.dotenv_opened(environment, source, place, file, opened, Some(unsealed));
        } else {
            environment.add(file, []);
        }
    }

    /// What is known of the value of a file of one value that was read, and decrypted if that could be done.
    pub(super) fn secret_content(
        &self,
        environment: &mut Environment,
        file: &mut File,
        unsealed: Option<Unsealed>,
        opened: &Opened,
        how: FileReading,
        key: Option<&KeyName>,
    ) -> Content {
        file.state = Ok(opened.facts);
        file.sealed = unsealed.map(|unsealed| Box::new(unsealed.sealed));
        if let Some(sealed) = file.sealed.as_deref().filter(|sealed| !sealed.is_open()) {
            self.note_sealed(environment, &file.path, sealed);
            // What only bears the name of an encrypted file is kept as a plain one.
            if !sealed.is_named_only() {
                file.role = Role::Ciphertext;
            }
            return Content::PresentOnly;
        }
        if let Some(sealed) = self.within(&opened.bytes) {
            self.note_sealed(environment, &file.path, &sealed);
            (file.role, file.sealed) = (Role::Ciphertext, Some(Box::new(sealed)));
            return Content::PresentOnly;
        }
        file.written = Some(Box::new(written(how, &opened.bytes, key)));
        plain_value(reading(how, &opened.bytes))
    }

    /// What is encrypted in a file of one value that is no encrypted file itself: the value, or a piece of something that was
    /// cut off.
    fn within(&self, bytes: &[u8]) -> Option<Sealed> {
        let failed = |sealer, fault| Some(Sealed::new(sealer, Opening::Failed(fault)));
        match value_sealer(bytes) {
            Some(sealer) if sealer != Sealer::Age => Some(self.unopened(sealer)),
            None if has_sealed(bytes) => failed(Sealer::Sops, sops::Why::NoMetadata.into()),
            // An armored file behind something else is no value either.
            sealer if sealer.is_some() || has_armor(bytes) => failed(Sealer::Age, age::Fault::Armor.into()),
            _ => None,
        }
    }

    /// A folder among the secrets: a service's own, or one whose values nobody is known to read.
    fn folder_below(
        &mut self,
        environment: &mut Environment,
        source: &SourceSpec,
        place: &Place<'_>,
        path: &Path,
        name: &OsStr,
    ) {
        let services = &self.policy.services;
        let service = name.to_str().and_then(|name| services.iter().find(|service| service.as_str() == name));
        match service.filter(|_| place.service.is_none()).cloned() {
            Some(service) if self.serves(environment.asked, &service) => {
                self.secrets(environment, source, &Place { path, service: Some(&service) });
            }
            Some(_) => {
                let what = Subject::file(SafePath::new(path));
                environment.gaps.push(NotChecked { what, why: Why::OtherService });
            }
            None => {
                let mut budget = MOST_FILES;
                self.nested(environment, source, path, 1, &mut budget);
            }
        }
    }

    /// Whether a file of a folder of secrets is what an editor or a person left of another: that one is there too, or no
    /// variable can have such a name.
    fn is_copy(&self, source: &SourceSpec, entry: &Entry, folder: &Folder) -> bool {
        let Some(name) = entry.name.to_str().filter(|_| entry.kind == FileKind::Regular) else {
            return false;
        };
        let is_plain = |name: &&String| {
            !is_no_secret(OsStr::new(name)) && !ENDINGS.iter().any(|(ending, _)| name.ends_with(ending))
        };
        // Entries are sorted by name, and a name stands there once.
        let entries = folder.entries();
        let is_there = |name: &String| {
            entries.binary_search_by(|entry| entry.name.as_os_str().cmp(OsStr::new(name))).is_ok()
        };
        let key = |name: &str| KeyName::declared(&key_name(name, source));
        let no_key = key(name).is_none();
        let copied = |name: &String| is_there(name) || (no_key && key(name).is_some());
        let declared = self.names.is_declared(&key_name(name, source));
        !declared && originals(name, DOTS).iter().filter(is_plain).any(copied)
    }

    /// A copy is looked at, and none of the variables.
    fn apart(&self, environment: &mut Environment, path: &Path, role: Role) {
        let shown = SafePath::new(path);
        environment.gaps.push(NotChecked { what: Subject::file(shown.clone()), why: Why::SetApart });
        let state = self.root.stat(path);
        environment.add(File::new(shown, role, state), []);
    }

    /// Whether a file that is encrypted by its name, or by that of a decrypted copy beside it, is so by its first bytes.
    fn is_sealed(&mut self, path: &Path, copied: &BTreeSet<String>) -> bool {
        let copied = || path.file_name().and_then(OsStr::to_str).is_some_and(|name| copied.contains(name));
        (path.to_str().is_some_and(is_marked) || copied())
            && self.read(path).is_ok_and(|opened| {
                sealed::sealer(path.as_os_str(), &opened.bytes)
                    .is_some_and(|sealer| sealer != Sealer::Age || sealed::age::is_age(&opened.bytes))
            })
    }

    /// Files in folders below the secrets: looked at, their values not read.
    fn nested(
        &mut self,
        environment: &mut Environment,
        source: &SourceSpec,
        folder: &Path,
        depth: usize,
        budget: &mut usize,
    ) {
        let shown = SafePath::new(folder);
        let listed = match self.root.folder(folder) {
            Ok(listed) if depth <= MOST_DEPTH => listed,
            Ok(_) => {
                return environment.gaps.push(NotChecked { what: Subject::file(shown), why: Why::TooLarge });
            }
            Err(error) => return environment.gaps.push(gap(shown, error)),
        };
        let copied = copied(&listed);
        let elsewhere = self.elsewhere(environment);
        for entry in listed.entries() {
            let path = folder.join(&entry.name);
            if elsewhere.contains(&path) {
                continue;
            }
            let shown = SafePath::new(&path);
            if *budget == 0 {
                environment.gaps.push(NotChecked { what: Subject::file(shown), why: Why::TooLarge });
                return;
            }
            *budget -= 1;
            if entry.kind == FileKind::Folder {
                self.nested(environment, source, &path, depth + 1, budget);
                continue;
            }
            let inside = is_kubernetes_inside(&entry.name) && entry.kind != FileKind::Regular;
            if inside || is_no_secret(&entry.name) {
                continue;
            }
            if self.is_copy(source, entry, &listed) {
                self.apart(environment, &path, Role::Copy);
                continue;
            }
            let state = self.root.stat(&path);
            let special = state.ok().filter(|facts| facts.kind != FileKind::Regular);
            let state = special.map_or(state, |facts| Err(OpenError::Kind(facts.kind)));
            let sealed = state.is_ok() && self.is_sealed(&path, &copied);
            let why = state.as_ref().err().map_or(Why::NestedFile, |error| why_unopened(*error));
            environment.gaps.push(NotChecked { what: Subject::file(shown.clone()), why });
            let role = if sealed { Role::Ciphertext } else { Role::Nested };
            environment.add(File::new(shown, role, state), []);
        }
    }
}

/// The variable that a file's name stands for: `DB_PASSWORD.age` holds DB_PASSWORD, `db-password.txt` does where the policy says so.
fn key_name(name: &str, source: &SourceSpec) -> String {
    let name = sealed::without_ending(name).unwrap_or(name);
    let suffix = source.suffix.as_deref().unwrap_or_default();
    let name = name.strip_suffix(suffix).filter(|stem| !stem.is_empty()).unwrap_or(name);
    if source.upper { name.to_ascii_uppercase().replace(['-', '.'], "_") } else { name.to_owned() }
}

/// What of a file is its value.
pub(super) fn reading(how: FileReading, bytes: &[u8]) -> &[u8] {
    match how {
        FileReading::Usual => without_final_break(bytes),
        FileReading::Raw => bytes,
        FileReading::Trimmed => bytes.trim_ascii(),
        FileReading::FirstLine => first_line(bytes),
    }
}

/// The first line that is neither blank nor a comment, blanks and one pair of quotes off.
fn first_line(bytes: &[u8]) -> &[u8] {
    let mut lines = bytes.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
    let line = lines.find(|line| !line.is_empty() && !line.starts_with(b"#")).unwrap_or_default();
    let quoted = |quote: u8| line.strip_prefix(&[quote])?.strip_suffix(&[quote]);
    quoted(b'"').or_else(|| quoted(b'\'')).unwrap_or(line)
}

/// Editors end files with a line break; programs that read secret files strip it.
fn without_final_break(bytes: &[u8]) -> &[u8] {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// `..data` and `..2026_...`: how the kubelet swaps a volume's content at once. The names beside them lead through these.
fn is_kubernetes_inside(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b"..")
}

/// Files that keep a folder in git or explain it.
fn is_no_secret(name: &OsStr) -> bool {
    const NAMES: &[&str] = &[
        ".DS_Store",
        ".gitattributes",
        ".gitignore",
        ".gitkeep",
        ".keep",
        "README",
        "README.md",
        "README.txt",
    ];
    NAMES.iter().any(|known| name == *known)
}

#[cfg(test)]
mod tests {
    use super::{key_name, reading};
    use crate::policy::{FileReading, SourceKind, SourceSpec};
    use rstest::rstest;

    #[rstest]
    #[case(FileReading::Usual, " a \n", " a ")]
    #[case(FileReading::Usual, "a\r\n", "a")]
    #[case(FileReading::Usual, "a\n\n", "a\n")]
    #[case(FileReading::Raw, "a\r\n", "a\r\n")]
    #[case(FileReading::Trimmed, " \na b\n\n", "a b")]
    #[case(FileReading::FirstLine, "# c\n\n  a b \r\nsecond\n", "a b")]
    #[case(FileReading::FirstLine, "\"a\"\n", "a")]
    #[case(FileReading::FirstLine, "'a'\n", "a")]
    #[case(FileReading::FirstLine, "\"a\n", "\"a")]
    #[case(FileReading::FirstLine, "\"", "\"")]
    #[case(FileReading::FirstLine, "# only\n", "")]
    fn readings(#[case] how: FileReading, #[case] text: &str, #[case] value: &str) {
        assert_eq!(reading(how, text.as_bytes()), value.as_bytes());
    }

    #[rstest]
    #[case("DB_PASSWORD", false, None, "DB_PASSWORD")]
    #[case("db-password", true, None, "DB_PASSWORD")]
    #[case("db_password.txt", true, Some(".txt"), "DB_PASSWORD")]
    #[case("db_password", true, Some(".txt"), "DB_PASSWORD")]
    #[case("DB_PASSWORD.age", false, None, "DB_PASSWORD")]
    #[case("db.txt.age", true, Some(".txt"), "DB")]
    #[case(".txt", false, Some(".txt"), ".txt")]
    fn names(#[case] file: &str, #[case] upper: bool, #[case] suffix: Option<&str>, #[case] key: &str) {
        let suffix = suffix.map(str::to_owned);
        let source = SourceSpec { upper, suffix, ..SourceSpec::new(SourceKind::Secrets, None, None) };
        assert_eq!(key_name(file, &source), key);
    }
}
