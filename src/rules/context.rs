//! What rules are given to look at.

use std::cell::OnceCell;

use globset::{GlobBuilder, GlobMatcher};

use crate::finding::location::Place;
use crate::finding::{Subject, Why};
use crate::model::{Content, Environment, Facts, File, Role, Variable};
use crate::policy::{Effective, FileEntry, KeyEntry, Policy, Set};
use crate::syntax::readers::{Outcome, Reader};
use crate::text::KeyName;

use super::Sink;
use super::shared::fingerprint::ProjectKey;
use super::shared::given_away::{GivenAway, given_away, names};
use super::shared::shape::has_reference;

/// One environment and what holds for it.
pub struct Context<'a> {
    /// The merged policy.
    pub policy: &'a Effective,
    /// The environment.
    pub environment: &'a Environment,
    /// What the rules asked for.
    pub facts: &'a Facts,
    files: Vec<(GlobMatcher, &'a FileEntry)>,
    names: Vec<&'a [u8]>,
}

impl<'a> Context<'a> {
    /// Puts the parts together and readies the policy's path patterns.
    #[must_use]
    pub fn new(policy: &'a Effective, environment: &'a Environment, facts: &'a Facts) -> Self {
        let matcher = |entry: &'a FileEntry| Some((matcher(&pattern(entry, policy))?, entry));
        let files = policy.layer.files.iter().filter_map(matcher).collect();
        Self { policy, environment, facts, files, names: names(environment) }
    }

    /// What the policy says of one field of a file: the strongest layer that names the file and says it; in it an exact
    /// path before a pattern, a longer pattern before a shorter, the last of equals.
    #[must_use]
    pub fn file_field<T>(
        &self,
        file: &File,
        field: impl Fn(&'a FileEntry) -> &'a Option<Set<T>>,
    ) -> Option<&'a Set<T>> {
        // A pattern means files; a folder has to be named to the letter, since its bits mean other things.
        let is_named = |entry: &FileEntry| pattern(entry, self.policy) == file.path.as_str();
        let folder = matches!(file.role, Role::SecretsFolder | Role::Folder);
        let named = self.files.iter().filter(|(matcher, entry)| {
            field(entry).is_some()
                && if folder { is_named(entry) } else { matcher.is_match(file.path.as_str()) }
        });
        let strength = |entry: &'a FileEntry| {
            let pattern = pattern(entry, self.policy);
            let said = field(entry).as_ref().map(|set| entry.strength(set));
            (said.map(|(rank, _)| rank), pattern == file.path.as_str(), pattern.len(), said)
        };
        named.max_by_key(|(_, entry)| strength(entry)).and_then(|(_, entry)| field(entry).as_ref())
    }

    /// Names that the environment itself gives to the application, its database and its users: what a guesser tries first.
    #[must_use]
    pub fn names(&self) -> &[&'a [u8]] {
        &self.names
    }

    /// The patterns of the policy's `files`, for this environment.
    pub fn file_patterns(&self) -> impl Iterator<Item = (String, &'a FileEntry)> {
        self.policy.layer.files.iter().map(|entry| (pattern(entry, self.policy), entry))
    }
}

fn pattern(entry: &FileEntry, policy: &Effective) -> String {
    entry.path.for_env(policy.environment.as_str())
}

/// A matcher for path patterns: `*` stays within a folder, `**` goes through folders.
#[must_use]
pub fn matcher(pattern: &str) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
    glob.ok().map(|glob| glob.compile_matcher())
}

/// One variable as some of its readers see it.
pub struct KeyView<'a> {
    /// Its name.
    pub key: &'a KeyName,
    /// The service that has it otherwise than the others.
    pub service: Option<&'a KeyName>,
    /// What the policy says of it.
    pub entry: Option<&'a KeyEntry>,
    /// The occurrence that counts; nothing if the variable is declared and not there.
    pub variable: Option<&'a Variable>,
    /// What the readers make of it; nothing if its value is not known.
    pub outcome: Option<&'a Outcome>,
    /// The readers that see it so.
    pub readers: &'a [Reader],
    /// Whether all of these are guessed from what the project depends on.
    pub guessed: bool,
    /// What its value gives away, once a rule has asked.
    pub given: OnceCell<Option<GivenAway>>,
}

impl KeyView<'_> {
    /// The names of the readers that see it so.
    #[must_use]
    pub fn reader_names(&self) -> Vec<&'static str> {
        self.readers.iter().map(|reader| reader.as_str()).collect()
    }

    /// What the value gives away.
    pub fn given_away(&self, cx: &Context<'_>) -> Option<GivenAway> {
        *self.given.get_or_init(|| given_away(cx, self))
    }

    /// The value, if the readers get one.
    #[must_use]
    pub fn value(&self) -> Option<&[u8]> {
        match self.outcome? {
            Outcome::Value(value) => Some(value.expose()),
            _ => None,
        }
    }

    /// The value, if the readers get one that is not empty.
    #[must_use]
    pub fn some_value(&self) -> Option<&[u8]> {
        self.value().filter(|value| !value.trim_ascii().is_empty())
    }

    /// The value as far as it can be judged by its letters: not one that the readers put together from
    /// others (`${BASE}/x`), which the report then says.
    #[must_use]
    pub fn judgeable(&self, cx: &Context<'_>, sink: &mut Sink<'_>) -> Option<&[u8]> {
        let value = self.some_value()?;
        let variable = self.variable?;
        // A program's own reading is final: what it would replace it has replaced.
        let stands = self.readers.contains(&Reader::Plain);
        if stands && has_reference(value) && !variable.origin.literal {
            sink.gap(&cx.environment.name, Subject::key(self.key), Why::ValueUnknown);
            return None;
        }
        Some(value)
    }

    /// The place of the variable.
    #[must_use]
    pub fn place(&self, environment: &Environment) -> Option<Place> {
        environment.place(self.variable?)
    }
}

/// All variables of an environment as one reader sees them.
pub struct ReaderView<'a> {
    /// The reader.
    pub reader: Reader,
    /// The names of all readers that see the same.
    pub readers: Vec<&'static str>,
    /// Whether all of these are guessed from what the project depends on.
    pub guessed: bool,
    /// The service in whose place it is looked; nothing where no service has variables of its own.
    pub service: Option<&'a KeyName>,
    /// What holds for the environment.
    pub policy: &'a Effective,
    /// The environment.
    pub environment: &'a Environment,
    values: Vec<(&'a Variable, &'a [u8])>,
}

impl<'a> ReaderView<'a> {
    /// The view of a reader in the place of a service, if any has variables of its own; `readers` see the same.
    #[must_use]
    pub fn new(
        (policy, environment): (&'a Effective, &'a Environment),
        reader: Reader,
        service: Option<&'a KeyName>,
        (readers, guessed): (Vec<&'static str>, bool),
    ) -> Self {
        let concerned = |key: &KeyName| service.is_none_or(|service| policy.concerns(key, service));
        let counting = environment.winners.iter().filter(|(key, _)| concerned(key));
        let winners = counting.filter_map(|(_, winners)| environment.winner_of(service, winners));
        let values = winners.filter_map(|variable| Some((variable, value_for(variable, reader)?))).collect();
        Self { reader, readers, guessed, service, policy, environment, values }
    }

    /// The variables that have a value for this reader, by key; each with the occurrence that counts.
    pub fn values(&self) -> impl Iterator<Item = (&'a Variable, &'a [u8])> {
        self.values.iter().copied()
    }

    /// The occurrence of a key that counts here, if it is for the one in whose place it is looked.
    #[must_use]
    pub fn winner(&self, key: &KeyName) -> Option<&'a Variable> {
        winner(self.policy, self.environment, self.service, key)
    }

    /// The value of one key, and where it stands.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<(&'a Variable, &'a [u8])> {
        let (name, _) = self.environment.winners.get_key_value(key)?;
        let variable = self.winner(name)?;
        value_for(variable, self.reader).map(|value| (variable, value))
    }
}

fn winner<'a>(
    policy: &Effective,
    environment: &'a Environment,
    service: Option<&KeyName>,
    key: &KeyName,
) -> Option<&'a Variable> {
    let concerned = service.is_none_or(|service| policy.concerns(key, service));
    environment.winner(service, key).filter(|_| concerned)
}

/// The value that a reader gets of a variable.
#[must_use]
pub fn value_for(variable: &Variable, reader: Reader) -> Option<&[u8]> {
    match &variable.content {
        Content::Read(readings) => match readings.seen_by(reader)? {
            Outcome::Value(value) => Some(value.expose()),
            _ => None,
        },
        _ => None,
    }
}

/// All environments at once.
pub struct Project<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Every environment with what holds for it; those asked for and those to compare with.
    pub environments: &'a [(Effective, &'a Environment)],
    /// What the rules asked for.
    pub facts: &'a Facts,
    /// A key of this run alone, for digests under which values are compared.
    pub digest_key: &'a [u8; 64],
    /// The project's own key, under which fingerprints are made, if it is at hand.
    pub project_key: Option<&'a ProjectKey>,
}
