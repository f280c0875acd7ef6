//! L3: what is checked. Variables with their origin and content, files with their facts. Knows no policy.

pub mod copies;
pub mod facts;
mod readings;
mod sealed;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::finding::location::Place;
use crate::finding::{NotChecked, Why};
use crate::os::{FileFacts, FileKind, OpenError};
use crate::sealed::twins::{decrypted_of, plain_names};
use crate::syntax::postgres::Mode;
use crate::syntax::readers::{BadLine, Divergence, Outcome};
use crate::text::{EnvName, FileId, KeyName, SafePath, SecretValue, Span};

pub use facts::{Answer, Facts, Fingerprints, OnBranch, Want};
pub use readings::{Basis, FileReaders, ReadBy, Readings};
pub use sealed::{Opening, Sealed, Sops};
pub use written::{Stray, Written};

/// Where a variable stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Index into [`Environment::files`].
    pub file: usize,
    /// The key in the file; nothing where the file is the value.
    pub span: Option<Span>,
    /// Whether it is written so that no reader replaces anything in it.
    pub literal: bool,
}

/// What is known of a variable's value.
#[derive(Clone, Debug)]
pub enum Content {
    /// It was read, and means this to its readers.
    Read(Readings),
    /// It is said to be there; its value cannot be known here.
    PresentOnly,
    /// It is there and could not be opened.
    Unopened(OpenError),
}

/// One occurrence of a variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub key: KeyName,
    /// The service, if it is one's alone.
    pub service: Option<KeyName>,
    /// Where it stands.
    pub origin: Origin,
    /// What is known of its value.
    pub content: Content,
    /// That, and why, its readers do not agree on it.
    pub divergence: Option<Divergence>,
    /// What stands there, where readers make something else of it.
    pub stands: Option<Outcome>,
}

/// What a file is to the environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A `.env` file.
    Dotenv,
    /// A file with one secret value.
    Secret,
    /// A file in a folder below the secrets; its value is not judged.
    Nested,
    /// An encrypted file among the secrets that was not opened.
    Ciphertext,
    /// The folder of secrets.
    SecretsFolder,
    /// A YAML, TOML, JSON or INI file of keys and values.
    Config,
    /// A list of names that a platform says are set.
    Names,
    /// The environment of the process that runs the check.
    Process,
    /// A file that only the policy's `files` names.
    Named,
    /// A folder on the way to a file.
    Folder,
    /// What an editor or a person left of a file; not read.
    Copy,
    /// A file of identities, to open encrypted files with.
    Identity,
}

/// A place where an environment's variables are looked for, whether or not anything is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourcePath {
    /// The path below the project.
    pub path: String,
    /// Whether a folder is wanted there.
    pub is_folder: bool,
}

impl SourcePath {
    /// The folder that holds it, `.` for the project's own, and its name there.
    #[must_use]
    pub fn parts(&self) -> (&str, &str) {
        self.path.rsplit_once('/').unwrap_or((".", &self.path))
    }
}

impl Role {
    /// Whether a file holds variables of several names.
    #[must_use]
    pub const fn holds_variables(self) -> bool {
        matches!(self, Self::Dotenv | Self::Config)
    }
}

/// A file that was looked for.
#[derive(Clone, Debug)]
pub struct File {
    /// Its path below the project.
    pub path: SafePath,
    /// The service that it is for, if it is one's alone.
    pub service: Option<KeyName>,
    /// Its number, if it was read.
    pub id: Option<FileId>,
    /// What it is to the environment.
    pub role: Role,
    /// What came of opening it.
    pub state: Result<FileFacts, OpenError>,
    /// Lines that could not be taken as written.
    pub bad_lines: Vec<BadLine>,
    /// The programs that read it, where any are known.
    pub readers: Option<Box<FileReaders>>,
    /// How it is written, if it holds one value that was read.
    pub written: Option<Box<Written>>,
    /// What is known of it as an encrypted file, if it is one.
    pub sealed: Option<Box<Sealed>>,
    /// What stands in the clear in a file of keys and values and is no variable, where the policy wants secrets to be encrypted.
    pub unnamed: Vec<Leaf>,
    /// Its connections that PgBouncer makes, if it is a configuration of PgBouncer.
    pub pooled: Option<Box<Pooled>>,
}

/// The lines of `[databases]` in a configuration of PgBouncer, whose TLS is a setting of `[pgbouncer]` (PgBouncer, "config", "server_tls_sslmode").
#[derive(Clone, Debug)]
pub struct Pooled {
    /// The variables that are such lines.
    pub lines: BTreeSet<KeyName>,
    /// The mode that holds for all of them; nothing where its value is not known.
    pub mode: Option<Mode>,
}

/// A value of a file of keys and values that no variable is made of.
#[derive(Clone)]
pub struct Leaf {
    /// The keys that lead to it, joined by dots, items of lists with their numbers; or the name that stands beside it. Never shown.
    pub name: String,
    /// The value, if it is known.
    pub value: Option<SecretValue>,
}

impl std::fmt::Debug for Leaf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[leaf]")
    }
}

impl File {
    /// A file with no more known of it than where it is and what came of opening it.
    #[must_use]
    pub const fn new(path: SafePath, role: Role, state: Result<FileFacts, OpenError>) -> Self {
        Self {
            path,
            service: None,
            id: None,
            role,
            state,
            bad_lines: Vec::new(),
            readers: None,
            written: None,
            sealed: None,
            unnamed: Vec::new(),
            pooled: None,
        }
    }

    /// Whether what lies there is encrypted, opened or not.
    #[must_use]
    pub fn is_ciphertext(&self) -> bool {
        self.role == Role::Ciphertext || self.sealed.as_ref().is_some_and(|sealed| !sealed.is_named_only())
    }

    /// Whether nobody knows which variables are in it: it could not be read, or not be decrypted.
    #[must_use]
    pub fn is_unopened(&self) -> bool {
        self.state.is_err() || self.sealed.as_ref().is_some_and(|sealed| !sealed.has_names())
    }
}

/// The project's template: the committed file that shows which variables there are.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its path; of several files that of the first.
    pub path: SafePath,
    /// Its keys, each once, in its order.
    pub keys: Vec<TemplateKey>,
    /// Keys that it has behind a comment's sign: known, and not wanted.
    pub commented: Vec<KeyName>,
    /// The values that it shows, as they stand there. For comparing, and never for showing.
    pub values: Examples,
}

/// A key of the project's template.
#[derive(Clone, Debug)]
pub struct TemplateKey {
    /// Its name.
    pub key: KeyName,
    /// The file in which it stands.
    pub path: SafePath,
    /// Where it stands there.
    pub place: Place,
}

/// The occurrences of one key that count.
#[derive(Clone, Debug, Default)]
pub struct Winners {
    /// The one for every service that has none of its own.
    pub shared: Option<usize>,
    /// Those of single services.
    pub services: BTreeMap<KeyName, usize>,
}

/// One occurrence of a key in a file that is added.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// The key.
    pub key: KeyName,
    /// Where it stands; nothing where the file is the value.
    pub span: Option<Span>,
    /// See [`Origin::literal`].
    pub literal: bool,
    /// What is known of its value.
    pub content: Content,
    /// See [`Variable::divergence`].
    pub divergence: Option<Divergence>,
    /// See [`Variable::stands`].
    pub stands: Option<Outcome>,
}

impl Occurrence {
    /// An occurrence on which all readers agree.
    #[must_use]
    pub const fn new(key: KeyName, span: Option<Span>, literal: bool, content: Content) -> Self {
        Self { key, span, literal, content, divergence: None, stands: None }
    }
}

/// One environment as it was found.
#[derive(Debug)]
pub struct Environment {
    /// Canonical name.
    pub name: EnvName,
    /// Whether it is judged, or only compared with.
    pub asked: bool,
    /// Where its variables are looked for.
    pub sources: Vec<SourcePath>,
    /// Files in order of precedence, highest first.
    pub files: Vec<File>,
    /// Its encrypted files by their own names and by those of the plain ones that they stand for.
    twins: BTreeMap<String, usize>,
    /// Plain files that have the name of an encrypted one's twin and hold other things than that.
    unlike: BTreeSet<SafePath>,
    /// How often each path stands among the files.
    times: BTreeMap<SafePath, usize>,
    /// Every occurrence of every variable, in the files' order.
    pub variables: Vec<Variable>,
    /// For each key the occurrences that count.
    pub winners: BTreeMap<KeyName, Winners>,
    /// The services whose own variables were looked for.
    pub services: Vec<KeyName>,
    /// What could not be looked at.
    pub gaps: Vec<NotChecked>,
    /// The project's template.
    pub template: Option<Arc<Template>>,
    /// Values that the project's folders of example secrets show. For comparing, and never for showing.
    pub examples: Arc<Examples>,
    /// Variables that the policy takes from a place in a file where nothing is.
    pub unmapped: Vec<Unmapped>,
    /// What could be variables in encrypted files that no source takes, by the names that stand in them.
    pub unsourced: BTreeMap<KeyName, SafePath>,
}

/// A variable that is to come from a place in a file, and no value is there.
#[derive(Clone, Debug)]
pub struct Unmapped {
    /// The variable.
    pub key: KeyName,
    /// The file.
    pub path: SafePath,
    /// Where the policy says so.
    pub asked_by: Place,
    /// Whether a mapping stands there, and no value.
    pub mapping: bool,
}

/// Values that are shown to everybody, by key.
pub type Examples = BTreeMap<KeyName, Vec<SecretValue>>;

impl Environment {
    /// An environment with nothing in it.
    #[must_use]
    pub fn new(name: EnvName, asked: bool) -> Self {
        Self {
            name,
            asked,
            sources: Vec::new(),
            files: Vec::new(),
            twins: BTreeMap::new(),
            unlike: BTreeSet::new(),
            times: BTreeMap::new(),
            variables: Vec::new(),
            winners: BTreeMap::new(),
            services: Vec::new(),
            gaps: Vec::new(),
            template: None,
            examples: Arc::default(),
            unmapped: Vec::new(),
            unsourced: BTreeMap::new(),
        }
    }

    /// Adds a file and its variables, which are all the file's service's. Files come in order of precedence: within a
    /// file the last occurrence of a key counts, among files the first file that has it.
    pub fn add(&mut self, file: File, variables: impl IntoIterator<Item = Occurrence>) {
        let index = self.files.len();
        let service = file.service.clone();
        if file.is_ciphertext() {
            // By its own name too: a decrypted copy may have that and a mark.
            let own = file.path.as_str().to_owned();
            for name in plain_names(&own).into_iter().chain([own]) {
                self.twins.entry(name).or_insert(index);
            }
        }
        *self.times.entry(file.path.clone()).or_default() += 1;
        self.files.push(file);
        let first = self.variables.len();
        self.variables.extend(variables.into_iter().map(|occurrence| {
            let Occurrence { key, span, literal, content, divergence, stands } = occurrence;
            let origin = Origin { file: index, span, literal };
            Variable { key, service: service.clone(), origin, content, divergence, stands }
        }));
        let added = self.variables.iter().enumerate().skip(first);
        if self.winners.is_empty() && service.is_none() {
            // Made in one go: as `entry` would, the map keeps the last of equal keys.
            let shared = |at| Winners { shared: Some(at), services: BTreeMap::new() };
            self.winners = added.map(|(at, variable)| (variable.key.clone(), shared(at))).collect();
            return;
        }
        for (at, variable) in added {
            let earlier = self.winners.entry(variable.key.clone()).or_default();
            let earlier = match &service {
                Some(service) => earlier.services.entry(service.clone()).or_insert(at),
                None => earlier.shared.get_or_insert(at),
            };
            if self.variables.get(*earlier).is_none_or(|winner| winner.origin.file == index) {
                *earlier = at;
            }
        }
    }

    /// Whether the file at a path was read for several variables.
    #[must_use]
    pub fn is_shared(&self, path: &SafePath) -> bool {
        self.times.get(path).is_some_and(|times| *times > 1)
    }

    /// Notes that a plain file is no twin, whatever its name.
    pub fn set_unlike(&mut self, plain: SafePath) {
        self.unlike.insert(plain);
    }

    /// The encrypted file that by its name stands for the plain one at a path, or whose decrypted copy that is by its own.
    #[must_use]
    pub fn twin(&self, plain: &SafePath) -> Option<&File> {
        if self.unlike.contains(plain) {
            return None;
        }
        let known = |name: &str| self.twins.get(name).copied();
        let at = known(plain.as_str())
            .or_else(|| decrypted_of(plain.as_str()).iter().find_map(|original| known(original)));
        at.and_then(|at| self.files.get(at)).filter(|file| file.path != *plain)
    }

    /// The names of the plain files for which its encrypted ones stand, and their own.
    pub fn names_of_twins(&self) -> impl Iterator<Item = &str> {
        self.twins.keys().map(String::as_str)
    }

    /// The occurrence of a key that counts for a service: its own before the shared one. Without a service the shared one.
    #[must_use]
    pub fn winner(&self, service: Option<&KeyName>, key: &KeyName) -> Option<&Variable> {
        self.winner_of(service, self.winners.get(key)?)
    }

    /// The occurrence that counts for a service, of those that count for anyone.
    #[must_use]
    pub fn winner_of(&self, service: Option<&KeyName>, winners: &Winners) -> Option<&Variable> {
        let own = service.and_then(|service| winners.services.get(service));
        own.or(winners.shared.as_ref()).and_then(|at| self.variables.get(*at))
    }

    /// Every occurrence that counts for anyone, by key.
    pub fn counting(&self) -> impl Iterator<Item = &Variable> {
        let each = self.winners.values().flat_map(|one| one.shared.iter().chain(one.services.values()));
        each.filter_map(|at| self.variables.get(*at))
    }

    /// Every occurrence of one key that counts for anyone.
    pub fn counting_of(&self, key: &str) -> impl Iterator<Item = &Variable> {
        let winners = self.winners.get(key).into_iter();
        let each = winners.flat_map(|one| one.shared.iter().chain(one.services.values()));
        each.filter_map(|at| self.variables.get(*at))
    }

    /// Whose views of the variables there are: each service's, once any has variables of its own; else everybody's.
    #[must_use]
    pub fn views(&self) -> Vec<Option<&KeyName>> {
        let own = self.variables.iter().any(|variable| variable.service.is_some());
        if own { self.services.iter().map(Some).collect() } else { vec![None] }
    }

    /// Whether it cannot be compared with in full: there is nothing of it, or something that could not be read.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        self.variables.is_empty() || self.gaps.iter().any(|gap| gap.why.hides_values())
    }

    /// The file in which a variable stands.
    #[must_use]
    pub fn file_of(&self, variable: &Variable) -> Option<&File> {
        self.files.get(variable.origin.file)
    }

    /// The place of a variable.
    #[must_use]
    pub fn place(&self, variable: &Variable) -> Option<Place> {
        let file = self.file_of(variable)?;
        match (file.id, variable.origin.span) {
            _ if file.role == Role::Process => Some(Place::Process(variable.key.clone())),
            (Some(id), Some(span)) => Some(Place::Key(id, span, variable.key.clone())),
            _ => Some(Place::File(file.path.clone())),
        }
    }
}

/// Why a file that could not be opened was not checked.
#[must_use]
pub const fn why_unopened(error: OpenError) -> Why {
    match error {
        OpenError::Missing => Why::SourceMissing,
        OpenError::Leaves | OpenError::Loop | OpenError::Dangling => Why::BadLink,
        OpenError::BelowFile | OpenError::Kind(FileKind::Folder | FileKind::Regular | FileKind::Link) => {
            Why::WrongKind
        }
        OpenError::Kind(FileKind::Fifo | FileKind::Socket | FileKind::Device) => Why::SpecialFile,
        OpenError::TooLarge => Why::TooLarge,
        OpenError::Changed => Why::Changing,
        OpenError::Refused(_) => Why::Unreadable,
    }
}

/// Everything that was found.
#[derive(Debug, Default)]
pub struct Model {
    /// The environments asked for, then those to compare with.
    pub environments: Vec<Environment>,
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Content, Environment, File, Occurrence, Role};
    use crate::os::OpenError;
    use crate::text::{EnvName, KeyName, SafePath, Span};

    #[test]
    fn the_first_file_wins_and_in_it_the_last_line() {
        let mut env = Environment::new(EnvName::new("prod").unwrap(), true);
        let file = |path, service: Option<&KeyName>| File {
            service: service.cloned(),
            ..File::new(SafePath::named(path), Role::Dotenv, Err(OpenError::Missing))
        };
        let key = |name| KeyName::declared(name).unwrap();
        let at = |start| Some(Span::new(start, start + 1));
        let occurrence = |name, start| Occurrence::new(key(name), at(start), false, Content::PresentOnly);
        env.add(file("a", None), [occurrence("A", 0), occurrence("A", 9)]);
        env.add(file("b", None), [occurrence("A", 1), occurrence("B", 5)]);
        assert_eq!(env.views(), [None]);
        let (api, web) = (key("api"), key("web"));
        env.services = vec![api.clone(), web.clone()];
        env.add(file("c", Some(&api)), [occurrence("A", 2), occurrence("A", 3)]);
        env.add(file("d", Some(&api)), [occurrence("A", 4)]);
        assert_eq!(env.winner(None, &key("A")).unwrap().origin.span, at(9));
        assert_eq!(env.winner(Some(&web), &key("A")).unwrap().origin.span, at(9));
        assert_eq!(env.winner(Some(&api), &key("A")).unwrap().origin.span, at(3));
        assert_eq!(env.winner(None, &key("B")).unwrap().origin.file, 1);
        assert_eq!((env.variables.len(), env.counting().count()), (7, 3));
        assert_eq!(env.views(), [Some(&api), Some(&web)]);
    }
}
