//! One environment's sources to its part of the model. One file beside this one for each kind of source.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::finding::{NotChecked, Subject, Why};
use crate::model::{Content, Environment, File, Readings, Role, SourcePath, why_unopened};
use crate::os::{OpenError, Opened, Root};
use crate::policy::{Forbidden, Policy, SourceKind, SourceSpec};
use crate::sealed;
use crate::syntax::readers::{Outcome, Reader};
use crate::syntax::template::PathTemplate;
use crate::text::{EnvName, FileId, KeyName, SafePath, SecretValue, SourceMap};

use super::beside::Marked;
use super::clues::Clues;
use super::discover::Known;
use super::fleet::Budget;
use super::names::Names;
use super::opening::Unsealed;
use super::template::Found;
use super::unseal::Vault;
use super::{FILE_LIMIT, SEALED_LIMIT};

/// Endings of `.env` files' encrypted twins. What is behind the last may be of any program's making.
pub(super) const TWINS: &[&str] = &[sealed::AGE, sealed::SOPS, sealed::ENC];

/// Reads environments of one project.
pub struct Loader<'a> {
    /// The project.
    pub root: &'a Root,
    /// The policy, for its sources.
    pub policy: &'a Policy,
    /// The project's environments.
    pub known: &'a Known,
    /// Takes the files.
    pub sources: &'a mut SourceMap,
    /// Makes key names.
    pub names: Names,
    /// The service that alone is checked.
    pub service: Option<&'a KeyName>,
    /// Whether the process's environment may be taken for the one environment that is checked.
    pub bind_process: bool,
    /// Bytes that this run may still read.
    pub budget: Budget,
    /// What the project's files say about who reads its `.env` files, once it was asked for.
    pub clues: Option<Arc<Clues>>,
    /// The files that say so.
    pub evidence: BTreeMap<SafePath, FileId>,
    /// The identities to open encrypted files with.
    pub vault: &'a mut Vault,
    /// What lies in folders that may be encrypted twins or their copies, once a folder was listed.
    pub marked: BTreeMap<String, Arc<[Marked]>>,
    /// The template that stands where templates usually do, once it was looked for.
    pub usual_template: Option<Found>,
}

impl Loader<'_> {
    /// Reads one environment. What cannot be read becomes a gap.
    pub fn environment(&mut self, name: &EnvName, asked: bool) -> Environment {
        let mut environment = Environment::new(name.clone(), asked);
        let all = self.policy.services.iter();
        environment.services = all.filter(|service| self.serves(asked, service)).cloned().collect();
        let policy = self.policy;
        let own = policy.sources(name);
        // Of a kind that is forbidden also what the environment's own list leaves out: it must not be there.
        let forbidden: Vec<SourceKind> =
            SourceKind::ALL.iter().copied().filter(|kind| self.forbids(name, *kind)).collect();
        let is_forbidden = |source: &SourceSpec| forbidden.contains(&source.kind);
        let further = policy.sources.iter().filter(|source| {
            asked && is_forbidden(source) && !own.iter().any(|known| known.path == source.path)
        });
        // Where the environment is only compared with, what must not be there counts for nobody.
        let own = own.iter().filter(|source| asked || !is_forbidden(source));
        for source in own.chain(further) {
            let Some(template) = &source.path else {
                self.process(&mut environment, source);
                continue;
            };
            if !template.has_service() {
                let path = PathBuf::from(template.for_env(name.as_str()));
                self.source(&mut environment, source, &Place { path: &path, service: None });
                continue;
            }
            for service in environment.services.clone() {
                let path = PathBuf::from(template.for_service(service.as_str()).for_env(name.as_str()));
                self.source(&mut environment, source, &Place { path: &path, service: Some(&service) });
            }
            for service in policy.services.iter().filter(|service| !self.serves(asked, service)) {
                let path = PathBuf::from(template.for_service(service.as_str()).for_env(name.as_str()));
                if self.root.stat(&path) != Err(OpenError::Missing) {
                    let what = Subject::file(SafePath::new(&path));
                    environment.gaps.push(NotChecked { what, why: Why::OtherService });
                }
            }
        }
        self.sealed_at_top(&mut environment);
        self.beside(&mut environment);
        environment
    }

    fn source(&mut self, environment: &mut Environment, source: &SourceSpec, place: &Place<'_>) {
        let path = place.path.to_string_lossy().into_owned();
        let is_folder = source.kind == SourceKind::Secrets;
        environment.sources.push(SourcePath { path, is_folder });
        for twin in twins(source, place.path) {
            // What lies there is no copy of the plain file.
            let path = twin.to_string_lossy().into_owned();
            environment.sources.push(SourcePath { path, is_folder: false });
        }
        match source.kind {
            _ if !policy_sources(self.policy, environment, source) => self.seen(environment, source, place),
            SourceKind::Dotenv => self.dotenv(environment, source, place),
            SourceKind::Secrets => self.secrets(environment, source, place),
            SourceKind::Config => self.config(environment, source, place),
            SourceKind::Names => self.platform_names(environment, source, place),
            SourceKind::Process => {}
        }
    }

    /// Notes that a source is not there.
    pub(super) fn missing(&self, environment: &mut Environment, source: &SourceSpec, path: SafePath) {
        // The default sources are named by nobody: one of them is enough, and the engine sees to it that there is one. And
        // what must not be there is not missed.
        if source.at.is_some() && !self.forbids(&environment.name, source.kind) {
            let why = if source.optional { Why::OptionalMissing } else { Why::SourceMissing };
            environment.gaps.push(NotChecked { what: Subject::file(path), why });
        }
    }

    /// Whether an environment must do without a kind of source.
    pub(super) fn forbids(&self, environment: &EnvName, kind: SourceKind) -> bool {
        let forbid = self.policy.forbid(environment);
        forbid.is_some_and(|set| set.value.contains(&Forbidden::Source(kind)))
    }

    /// A source of a forbidden kind that is none of the environment's own is looked at, and not read.
    fn seen(&self, environment: &mut Environment, source: &SourceSpec, place: &Place<'_>) {
        let role = match source.kind {
            SourceKind::Dotenv => Role::Dotenv,
            SourceKind::Secrets => Role::SecretsFolder,
            SourceKind::Config => Role::Config,
            SourceKind::Names | SourceKind::Process => Role::Names,
        };
        let state = self.root.stat(place.path);
        if state.is_err_and(|error| error == OpenError::Missing) {
            return;
        }
        let what = Subject::file(SafePath::new(place.path));
        environment.gaps.push(NotChecked { what, why: Why::SetApart });
        let mut file = File::new(SafePath::new(place.path), role, state);
        file.service = place.service.cloned();
        environment.add(file, []);
    }

    /// The files that are sources themselves: a folder of secrets that holds one leaves it to that source.
    pub(super) fn elsewhere(&self, environment: &Environment) -> BTreeSet<PathBuf> {
        let sources = self.policy.sources(&environment.name).iter();
        let files = sources.filter(|source| source.kind != SourceKind::Secrets);
        let mut found = BTreeSet::new();
        for source in files {
            let Some(template) = &source.path else { continue };
            let each = self.policy.services.iter().map(|service| template.for_service(service.as_str()));
            let each: Vec<PathTemplate> =
                if template.has_service() { each.collect() } else { vec![template.clone()] };
            for path in each.iter().map(|path| PathBuf::from(path.for_env(environment.name.as_str()))) {
                found.extend(twins(source, &path));
                found.insert(path);
            }
        }
        found
    }

    /// Whether a service is among those that are looked at: all of them, where an environment is only compared with.
    pub(super) fn serves(&self, asked: bool, service: &KeyName) -> bool {
        !asked || self.service.is_none_or(|only| only == service)
    }

    /// Reads a file once, within what the run may still read.
    pub(super) fn read(&mut self, path: &Path) -> Result<Opened, OpenError> {
        let opened = self.root.read(path, self.budget.room(limit(path.as_os_str())))?;
        self.budget.spend(opened.bytes.len());
        Ok(opened)
    }

    /// Opens a source's file. What is missing or cannot be opened is noted, and nothing comes back; of a file that says without
    /// a key which variables it has, these do.
    pub(super) fn open(
        &mut self,
        environment: &mut Environment,
        source: &SourceSpec,
        place: &Place<'_>,
        role: Role,
    ) -> Option<(File, Opened, Option<Unsealed>)> {
        let shown = SafePath::new(place.path);
        let mut file = File::new(shown.clone(), role, Err(OpenError::Missing));
        file.service = place.service.cloned();
        match self.read(place.path) {
            Ok(mut opened) => {
                file.state = Ok(opened.facts);
                let unsealed = self.unseal(environment, place.path, &mut opened);
                file.sealed = unsealed.as_ref().map(|unsealed| Box::new(unsealed.sealed.clone()));
                if let Some(sealed) = &file.sealed {
                    self.note_comments(environment, &shown, sealed);
                }
                if let Some(sealed) = file.sealed.as_ref().filter(|sealed| !sealed.is_open()) {
                    self.note_sealed(environment, &shown, sealed);
                    if !sealed.has_names() {
                        environment.add(file, []);
                        return None;
                    }
                }
                Some((file, opened, unsealed))
            }
            Err(OpenError::Missing) => {
                self.missing(environment, source, shown);
                None
            }
            Err(error) => {
                environment.gaps.push(gap(shown, error));
                file.state = Err(error);
                environment.add(file, []);
                None
            }
        }
    }
}

/// Most bytes read of a file: an encrypted one is larger than what is in it.
pub(super) fn limit(name: &OsStr) -> usize {
    let sealed = name.to_str().is_some_and(|name| sealed::without_ending(name).is_some());
    if sealed { SEALED_LIMIT } else { FILE_LIMIT }
}

/// Whether a source is among those from which the environment takes variables.
fn policy_sources(policy: &Policy, environment: &Environment, source: &SourceSpec) -> bool {
    policy.sources(&environment.name).iter().any(|own| own == source)
}

/// Where encrypted twins of a `.env` file stand, if it is not encrypted itself.
pub(super) fn twins(source: &SourceSpec, path: &Path) -> Vec<PathBuf> {
    let name = path.to_string_lossy();
    let plain = source.kind == SourceKind::Dotenv && sealed::without_ending(&name).is_none();
    let twins = TWINS.iter().filter(|_| plain).map(|ending| {
        let mut twin = path.as_os_str().to_owned();
        twin.push(ending);
        PathBuf::from(twin)
    });
    twins.collect()
}

/// Where a source stands for one environment and, it may be, one service.
pub(super) struct Place<'a> {
    /// Its path.
    pub path: &'a Path,
    /// The service that it is for.
    pub service: Option<&'a KeyName>,
}

pub(super) fn gap(path: SafePath, error: OpenError) -> NotChecked {
    NotChecked { what: Subject::file(path), why: why_unopened(error) }
}

/// A value as every reader sees it.
pub(super) fn plain_value(bytes: &[u8]) -> Content {
    Content::Read(Readings::one(Outcome::Value(SecretValue::new(bytes)), Reader::Plain))
}
