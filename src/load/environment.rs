//! One environment's sources to its part of the model.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::finding::location::Place;
use crate::finding::{NotChecked, Subject, Why};
use crate::model::{Content, Environment, File, Occurrence, Readings, Role, TemplateKey, why_unopened};
use crate::os::{Entry, FileKind, Folder, OpenError, Root};
use crate::policy::{Policy, SourceKind, SourceSpec};
use crate::syntax::dotenv::lex;
use crate::syntax::reader::{Outcome, Reader, plain};
use crate::text::{EnvName, KeyName, SafePath, SecretValue, SourceMap};

use super::FILE_LIMIT;
use super::names::Names;

/// Folders below the secrets, and files in them, beyond which a tree is not gone through.
const MOST_DEPTH: usize = 8;
const MOST_FILES: usize = 10_000;

/// Reads environments of one project.
pub struct Loader<'a> {
    /// The project.
    pub root: &'a Root,
    /// The policy, for its sources.
    pub policy: &'a Policy,
    /// Takes the files.
    pub sources: &'a mut SourceMap,
    /// Makes key names.
    pub names: Names,
    /// A template that is there and could not be read.
    pub template_gap: Option<NotChecked>,
    /// Bytes that this run may still read.
    pub bytes_left: usize,
}

impl Loader<'_> {
    /// Reads one environment. What cannot be read becomes a gap.
    pub fn environment(&mut self, name: &EnvName, asked: bool) -> Environment {
        let mut environment = Environment::new(name.clone(), asked);
        for source in &self.policy.sources {
            let path = PathBuf::from(source.path.for_env(name.as_str()));
            match source.kind {
                SourceKind::Dotenv => self.dotenv(&mut environment, source, &path),
                SourceKind::Secrets => self.secrets(&mut environment, source, &path),
            }
        }
        environment
    }

    fn dotenv(&mut self, environment: &mut Environment, source: &SourceSpec, path: &Path) {
        let shown = SafePath::new(path);
        let mut file = File {
            path: shown.clone(),
            id: None,
            role: Role::Dotenv,
            state: Err(OpenError::Missing),
            bad_lines: Vec::new(),
        };
        match self.root.read(path, FILE_LIMIT.min(self.bytes_left)) {
            Ok(opened) => {
                self.bytes_left -= opened.bytes.len();
                let id = self.sources.add_hidden(shown, &opened.bytes);
                let read = plain(&opened.bytes, &lex(&opened.bytes), |bytes| self.names.get(bytes));
                file.id = Some(id);
                file.state = Ok(opened.facts);
                file.bad_lines = read.bad_lines;
                let gaps = &mut environment.gaps;
                let variables: Vec<_> = read
                    .readings
                    .into_iter()
                    .map(|reading| {
                        let content = if is_ciphertext(&reading.outcome) {
                            gaps.push(NotChecked { what: Subject::key(&reading.key), why: Why::Encrypted });
                            Content::PresentOnly
                        } else {
                            Content::Read(Readings::one(reading.outcome, Reader::Plain))
                        };
                        Occurrence {
                            key: reading.key,
                            span: Some(reading.span),
                            literal: reading.literal,
                            content,
                        }
                    })
                    .collect();
                environment.add(file, variables);
            }
            Err(OpenError::Missing) => missing(environment, source, shown),
            Err(error) => {
                environment.gaps.push(gap(shown, error));
                file.state = Err(error);
                environment.add(file, []);
            }
        }
    }

    fn secrets(&mut self, environment: &mut Environment, source: &SourceSpec, path: &Path) {
        let shown = SafePath::new(path);
        let listed = self.root.folder(path);
        let mut folder = File {
            path: shown.clone(),
            id: None,
            role: Role::SecretsFolder,
            state: Err(OpenError::Missing),
            bad_lines: Vec::new(),
        };
        match listed {
            Ok(listed) => {
                folder.state = Ok(listed.facts());
                environment.add(folder, []);
                for entry in listed.entries() {
                    self.secret(environment, path, &listed, entry);
                }
            }
            Err(OpenError::Missing) => missing(environment, source, shown),
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

    fn secret(&mut self, environment: &mut Environment, path: &Path, folder: &Folder, entry: &Entry) {
        let path = path.join(&entry.name);
        let shown = SafePath::new(&path);
        if is_kubernetes_inside(&entry.name) && entry.kind != FileKind::Regular {
            return;
        }
        if is_no_secret(&entry.name) {
            environment.gaps.push(NotChecked { what: Subject::file(shown), why: Why::SetApart });
            return;
        }
        if entry.kind == FileKind::Folder {
            let mut budget = MOST_FILES;
            self.nested(environment, &path, 1, &mut budget);
            return;
        }
        // `DB_PASSWORD.age` holds DB_PASSWORD.
        let stem =
            |name: &str| ENCRYPTED.iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name).to_owned();
        let key = entry.name.to_str().and_then(|name| self.names.get(stem(name).as_bytes()));
        if key.is_none() {
            environment.gaps.push(NotChecked { what: Subject::file(shown.clone()), why: Why::NoKeyName });
        }
        let mut file = File {
            path: shown.clone(),
            id: None,
            role: Role::Secret,
            state: Err(OpenError::Missing),
            bad_lines: Vec::new(),
        };
        let opened = match entry.kind {
            FileKind::Regular => folder.read(entry, FILE_LIMIT.min(self.bytes_left)),
            _ => self.root.read(&path, FILE_LIMIT.min(self.bytes_left)),
        };
        self.bytes_left -= opened.as_ref().map_or(0, |opened| opened.bytes.len());
        let content = match opened {
            Ok(opened) => {
                file.state = Ok(opened.facts);
                if is_encrypted(&entry.name, &opened.bytes) {
                    environment.gaps.push(NotChecked { what: Subject::file(shown), why: Why::Encrypted });
                    file.role = Role::Ciphertext;
                    Content::PresentOnly
                } else {
                    let value = SecretValue::new(without_final_break(&opened.bytes));
                    Content::Read(Readings::one(Outcome::Value(value), Reader::Plain))
                }
            }
            Err(OpenError::Kind(FileKind::Folder)) => {
                // A link to a folder.
                let mut budget = MOST_FILES;
                self.nested(environment, &path, 1, &mut budget);
                return;
            }
            Err(error) => {
                environment.gaps.push(gap(shown, error));
                file.state = Err(error);
                Content::Unopened(error)
            }
        };
        environment.add(file, key.map(|key| Occurrence { key, span: None, literal: true, content }));
    }

    /// Files in folders below the secrets: looked at, not read.
    fn nested(&mut self, environment: &mut Environment, folder: &Path, depth: usize, budget: &mut usize) {
        let shown = SafePath::new(folder);
        let listed = match self.root.folder(folder) {
            Ok(listed) if depth <= MOST_DEPTH => listed,
            Ok(_) => {
                return environment.gaps.push(NotChecked { what: Subject::file(shown), why: Why::TooLarge });
            }
            Err(error) => return environment.gaps.push(gap(shown, error)),
        };
        for entry in listed.entries() {
            let path = folder.join(&entry.name);
            let shown = SafePath::new(&path);
            if *budget == 0 {
                environment.gaps.push(NotChecked { what: Subject::file(shown), why: Why::TooLarge });
                return;
            }
            *budget -= 1;
            if entry.kind == FileKind::Folder {
                self.nested(environment, &path, depth + 1, budget);
                continue;
            }
            let inside = is_kubernetes_inside(&entry.name) && entry.kind != FileKind::Regular;
            if inside || is_no_secret(&entry.name) {
                continue;
            }
            let state = self.root.stat(&path);
            let special = state.ok().filter(|facts| facts.kind != FileKind::Regular);
            let state = special.map_or(state, |facts| Err(OpenError::Kind(facts.kind)));
            let why = state.as_ref().err().map_or(Why::NestedFile, |error| why_unopened(*error));
            environment.gaps.push(NotChecked { what: Subject::file(shown.clone()), why });
            environment
                .add(File { path: shown, id: None, role: Role::Nested, state, bad_lines: Vec::new() }, []);
        }
    }

    /// The keys of the project's template, for projects whose policy does not say which are wanted.
    pub fn template(&mut self) -> Vec<TemplateKey> {
        for name in [".env.example", ".env.sample", ".env.template", ".env.dist"] {
            let opened = match self.root.read(Path::new(name), FILE_LIMIT) {
                Ok(opened) => opened,
                Err(OpenError::Missing) => continue,
                Err(error) => {
                    self.template_gap = Some(gap(SafePath::named(name), error));
                    continue;
                }
            };
            let id = self.sources.add_hidden(SafePath::named(name), &opened.bytes);
            let read = plain(&opened.bytes, &lex(&opened.bytes), |bytes| self.names.get(bytes));
            let place = |key: &KeyName, span| Place::Key(id, span, key.clone());
            let mut keys: Vec<TemplateKey> = Vec::new();
            let mut seen = BTreeSet::new();
            for reading in read.readings {
                if seen.insert(reading.key.clone()) {
                    keys.push(TemplateKey {
                        place: place(&reading.key, reading.span),
                        path: SafePath::named(name),
                        key: reading.key,
                    });
                }
            }
            // Many programs read a committed `.env` beneath the environment's own file.
            if let Ok(opened) = self.root.read(Path::new(".env"), FILE_LIMIT) {
                let below = plain(&opened.bytes, &lex(&opened.bytes), |bytes| self.names.get(bytes));
                let below: BTreeSet<KeyName> =
                    below.readings.into_iter().map(|reading| reading.key).collect();
                keys.retain(|wanted| !below.contains(&wanted.key));
            }
            return keys;
        }
        Vec::new()
    }
}

fn missing(environment: &mut Environment, source: &SourceSpec, path: SafePath) {
    // The default sources are named by nobody: one of them is enough, and the engine sees to it that there is one.
    if source.at.is_some() {
        let why = if source.optional { Why::OptionalMissing } else { Why::SourceMissing };
        environment.gaps.push(NotChecked { what: Subject::file(path), why });
    }
}

fn gap(path: SafePath, error: OpenError) -> NotChecked {
    NotChecked { what: Subject::file(path), why: why_unopened(error) }
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

/// Endings of encrypted files.
const ENCRYPTED: &[&str] = &[".age", ".asc", ".enc", ".gpg", ".sops"];

/// Known by their ending or their first bytes; this version opens none of them.
fn is_encrypted(name: &OsStr, bytes: &[u8]) -> bool {
    const HEADS: &[&[u8]] =
        &[b"age-encryption.org/v1", b"-----BEGIN AGE ENCRYPTED FILE-----", b"-----BEGIN PGP MESSAGE-----"];
    let name = name.as_encoded_bytes();
    ENCRYPTED.iter().any(|ending| name.ends_with(ending.as_bytes()))
        || HEADS.iter().any(|head| bytes.starts_with(head))
}

/// What SOPS and dotenvx write in the place of a value.
fn is_ciphertext(outcome: &Outcome) -> bool {
    let Outcome::Value(value) = outcome else { return false };
    let value = value.expose();
    (value.starts_with(b"ENC[AES256_GCM,") && value.ends_with(b"]"))
        || value.strip_prefix(b"encrypted:").is_some_and(|rest| rest.len() > 40)
}

/// Editors end files with a line break; programs that read secret files strip it.
fn without_final_break(bytes: &[u8]) -> &[u8] {
    let line = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    line.strip_suffix(b"\r").unwrap_or(line)
}
