//! What rules are given to look at.

use globset::{GlobBuilder, GlobMatcher};

use crate::cores::{cores, on_cores};
use crate::model::{Environment, Facts, File, Role};
use crate::policy::{Effective, FileEntry, Policy, Set};

use super::shared::fingerprint::ProjectKey;
use super::shared::given_away::names;

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

impl<'a> Project<'a> {
    /// Does the same with each environment, on several cores where there are many; what comes of it stands in their order.
    pub fn of_each<D: Send + Sync>(
        &self,
        work: impl Fn(&(Effective, &'a Environment)) -> D + Sync,
    ) -> Vec<D> {
        on_cores(cores(self.environments.len()), self.environments, &work)
    }
}
