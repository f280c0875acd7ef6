//! What one environment has and another has not, or says and another does not, as far as that can be told here.

use std::path::Path;
use std::sync::Arc;

use crate::finding::Why;
use crate::finding::location::Place;
use crate::model::{Content, Environment, File, Role, Variable};
use crate::policy::{At, EnvironmentSpec, Forbidden, KeyEntry, Policy, SourceKind, SourceSpec};
use crate::sealed::without_ending;
use crate::syntax::readers::Outcome;
use crate::text::{EnvName, KeyName, SafePath};

/// Variables that one has and the other has not; with the service, where only some services lack it. `concerns` says
/// whether a variable is for a service.
pub fn lacking<'a>(
    here: &'a Environment,
    there: &Environment,
    concerns: impl Fn(&KeyName, &KeyName) -> bool,
) -> Vec<(&'a KeyName, Option<&'a KeyName>)> {
    let single = here.views() == [None] && there.views() == [None];
    let services: Vec<Option<&KeyName>> =
        if single { vec![None] } else { here.services.iter().map(Some).collect() };
    let mut found = Vec::new();
    for key in here.winners.keys() {
        let lacks = |service: &Option<&KeyName>| {
            service.is_none_or(|service| concerns(key, service))
                && has_value(here.winner(*service, key))
                && !has_value(there.winner(*service, key))
        };
        let lacking: Vec<Option<&KeyName>> = services.iter().copied().filter(lacks).collect();
        if there.winners.contains_key(key) {
            found.extend(lacking.into_iter().map(|service| (key, service)));
        } else if !lacking.is_empty() {
            found.push((key, None));
        }
    }
    found
}

/// Whether the policy lets a variable stand in one of two environments alone: it names it for one, says of one that it is
/// optional or must not be there, or requires it in one, which is judged as a guard or by `missing-key`.
#[must_use]
pub fn may_stand_alone(own: Option<&KeyEntry>, other: Option<&KeyEntry>) -> bool {
    let free = |entry: &KeyEntry| {
        let optional = entry.default.is_some() || entry.required.as_ref().is_some_and(|set| !set.value);
        optional || entry.is_forbidden()
    };
    let required = |entry: Option<&KeyEntry>| entry.is_some_and(KeyEntry::is_required);
    own.is_some() != other.is_some()
        || required(own) != required(other)
        || own.into_iter().chain(other).any(free)
}

/// The occurrence of a variable that counts for a service, or else any that counts for somebody.
#[must_use]
pub fn standing<'a>(
    environment: &'a Environment,
    service: Option<&KeyName>,
    key: &KeyName,
) -> Option<&'a Variable> {
    let first = || environment.counting().find(|variable| variable.key == *key);
    environment.winner(service, key).or_else(first)
}

/// The file or folder in which a variable would be set here, for a service, that is set there.
#[must_use]
pub fn home(
    here: &Environment,
    service: Option<&KeyName>,
    there: &Environment,
    variable: &Variable,
) -> Option<Place> {
    let role = match there.file_of(variable)?.role {
        Role::Secret | Role::Ciphertext => Role::SecretsFolder,
        role => role,
    };
    let files = || here.files.iter().filter(|file| file.role == role && role != Role::Process);
    let own = files().find(|file| file.service.as_ref() == service);
    own.or_else(|| files().next()).map(|file| Place::File(file.path.clone()))
}

/// Where an environment's own overlay has its last word on a field of a variable, be it that it does not hold.
#[must_use]
pub fn said_by(environment: &EnvironmentSpec, key: &KeyName, field: &str) -> Option<At> {
    let word = |entry: &Arc<KeyEntry>| {
        let said = entry.said().get(field).or(entry.unset.get(field)).copied();
        said.or(entry.more.get(field).map(|set| set.at)).or(entry.erases.then_some(entry.at))
    };
    environment.layers.iter().flat_map(|layer| layer.entries(key)).filter_map(word).last()
}

/// Whether there is nothing, or something of which not even the names are known.
#[must_use]
pub fn is_hidden(environment: &Environment) -> bool {
    // Of what is encrypted the names are known, but those in a file of variables.
    let named = |why: Why| matches!(why, Why::Encrypted | Why::Undecryptable | Why::NotDecrypted);
    let hides = |why: Why| why.blocks() && !named(why);
    environment.variables.is_empty()
        || environment.gaps.iter().any(|gap| hides(gap.why))
        || environment.files.iter().any(|file| file.role.holds_variables() && file.is_unopened())
}

/// Whether a source is there for one environment and not for the other, though it may be on another machine. What is
/// there for neither says nothing.
#[must_use]
pub fn lacks_source(policy: &Policy, here: &Environment, there: &Environment) -> bool {
    let mine = policy.sources(&here.name);
    let theirs = policy.sources(&there.name).iter();
    let wanted = theirs.filter(|source| !is_forbidden(policy, &there.name, source.kind));
    let absent = |source: &SourceSpec, environment: &Environment| -> Vec<bool> {
        let paths = paths(source, environment).into_iter();
        let is = |file: &File, path: &SafePath| {
            file.path == *path || without_ending(file.path.as_str()) == Some(path.as_str())
        };
        paths.map(|path| !environment.files.iter().any(|file| is(file, &path))).collect()
    };
    let mut wanted = wanted.filter(|source| source.path.is_some());
    wanted.any(|source| {
        let shared = mine.iter().any(|own| own.path == source.path);
        let both = absent(source, there).into_iter().zip(absent(source, here));
        both.into_iter().any(|(theirs, mine)| theirs && !(shared && mine))
    })
}

/// Whether an environment takes variables of the process, and nobody looked there.
#[must_use]
pub fn is_process_unread(policy: &Policy, environment: &Environment) -> bool {
    let process = |source: &SourceSpec| source.kind == SourceKind::Process;
    policy.sources(&environment.name).iter().any(process)
        && !is_forbidden(policy, &environment.name, SourceKind::Process)
        && !environment.files.iter().any(|file| file.role == Role::Process)
}

fn is_forbidden(policy: &Policy, environment: &EnvName, kind: SourceKind) -> bool {
    let forbid = policy.forbid(environment);
    forbid.is_some_and(|set| set.value.contains(&Forbidden::Source(kind)))
}

/// The paths of a source in an environment, one for each service where it has them.
fn paths(source: &SourceSpec, environment: &Environment) -> Vec<SafePath> {
    let Some(path) = &source.path else { return Vec::new() };
    let services = environment.services.iter();
    let each = services.map(|service| path.for_service(service.as_str()));
    let each = if path.has_service() { each.collect() } else { vec![path.clone()] };
    let shown = |path: String| SafePath::new(Path::new(&path));
    each.iter().map(|path| shown(path.for_env(environment.name.as_str()))).collect()
}

/// Whether a variable is there and is not a name alone.
fn has_value(variable: Option<&Variable>) -> bool {
    variable.is_some_and(|variable| match &variable.content {
        Content::Read(readings) => readings.iter().any(|(outcome, _)| matches!(outcome, Outcome::Value(_))),
        Content::PresentOnly | Content::Unopened(_) => true,
    })
}
