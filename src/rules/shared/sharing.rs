//! Which variables of which environments hold the same secret.

use std::collections::btree_map::Range;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::iter::Peekable;
use std::sync::Arc;

use crate::finding::{Arg, Message};
use crate::model::{Environment, File, Variable};
use crate::policy::{Effective, KeyEntry};
use crate::text::{EnvName, KeyName};

use super::digest::{Comparison, Digest, digests, held_digests};
use super::key_pairs::{halves, private_text};
use crate::rules::Project;

/// How two variables belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shared {
    /// They hold the same secret.
    Secret,
    /// They hold the same private key, written in two ways.
    PrivateKey,
    /// The other one's private key is that of the certificate.
    Certificate,
}

/// Where a variable stands: indices of environment and variable.
pub type Holder = (usize, usize);

/// Who holds a secret: nearly always one alone.
struct Held {
    first: Holder,
    more: Vec<Holder>,
}

impl Held {
    /// Notes another holder. One variable of each environment is enough to name it by.
    fn add(&mut self, holder: Holder) {
        if self.more.last().unwrap_or(&self.first).0 != holder.0 {
            self.more.push(holder);
        }
    }

    fn iter(&self) -> impl Iterator<Item = &Holder> {
        std::iter::once(&self.first).chain(&self.more)
    }
}

/// A variable of an environment that was asked for.
pub struct Own {
    /// Which.
    pub at: Holder,
    /// What it has in common with others that hold one of these.
    pub seeks: Vec<(Shared, Digest)>,
    /// Whether the policy lets other environments have it too.
    pub is_excused: bool,
}

/// Another environment that holds the same, with one variable that does.
pub struct Other<'a> {
    /// Which.
    pub environment: &'a EnvName,
    /// The variable there.
    pub key: &'a KeyName,
    /// How they belong together.
    pub shared: Shared,
    /// Where it stands; nothing if only its fingerprint is here.
    pub here: Option<(&'a Environment, &'a Variable)>,
}

impl Other<'_> {
    /// What it is of a variable that this environment holds the same; `file` is one that both read.
    #[must_use]
    pub fn said(&self, variable: &Variable, file: Option<&File>) -> Message {
        let (key, same) = (Arg::Key(variable.key.clone()), Arg::Key(self.key.clone()));
        let name = Arg::Env(self.environment.clone());
        if let Some(file) = file {
            let args = [key, Arg::Path(file.path.clone()), name];
            return Message::with("{} stands in {}, which {} reads too", args);
        }
        let template = match (self.shared, self.here) {
            (Shared::Secret, Some(_)) if *self.key == variable.key => {
                return Message::with("{} is the same secret in {}", [key, name]);
            }
            (Shared::Secret, Some(_)) => "{} is the same secret as {} in {}",
            (Shared::PrivateKey, Some(_)) => "{} is the same private key as {} in {}",
            (Shared::Certificate, Some(_)) => "the private key of the certificate in {} is {} in {}",
            (Shared::Secret | Shared::PrivateKey, None) => "{} equals {} of {}, by its fingerprint",
            (Shared::Certificate, None) => {
                "the private key of the certificate in {} is {} of {}, by its fingerprint"
            }
        };
        Message::with(template, [key, same, name])
    }
}

/// All that can be compared on this machine.
pub struct Sharing<'a> {
    environments: &'a [(Effective, &'a Environment)],
    comparison: &'a Comparison,
    /// Who holds what several hold.
    holders: HashMap<Digest, Held>,
    /// The variables that were asked for and have something in common with others, in order; all with a secret where all are wanted.
    pub own: Vec<Own>,
}

/// What a variable has in common with others, if there are any.
struct Seek {
    index: usize,
    shared: Shared,
    digest: Digest,
    is_excused: bool,
}

impl<'a> Sharing<'a> {
    /// Compares the environments; `all` wants each variable with a secret, not only those that are alike.
    #[must_use]
    pub fn of(cx: &Project<'a>, comparison: &'a Comparison, all: bool) -> Self {
        let environments = cx.environments;
        let sought = cx.of_each(|(policy, environment)| sought(policy, environment, comparison));
        let several = Several::of(sought.iter().flatten().map(|seek| &seek.digest));
        let mut sharing = Self { environments, comparison, holders: HashMap::new(), own: Vec::new() };
        for (at, seeks) in sought.into_iter().enumerate() {
            let asked = environments.get(at).is_some_and(|(_, environment)| environment.asked);
            for seek in seeks {
                let (place, counts) = ((at, seek.index), several.holds(&seek.digest));
                if counts && !seek.is_excused && seek.shared != Shared::Certificate {
                    match sharing.holders.entry(seek.digest) {
                        Entry::Occupied(held) => held.into_mut().add(place),
                        Entry::Vacant(free) => {
                            free.insert(Held { first: place, more: Vec::new() });
                        }
                    }
                }
                if !(asked && (counts || all)) {
                    continue;
                }
                let new = Own { at: place, seeks: Vec::new(), is_excused: seek.is_excused };
                if sharing.own.last().is_none_or(|own| own.at != place) {
                    sharing.own.push(new);
                }
                if let Some(own) = sharing.own.last_mut().filter(|_| counts) {
                    own.seeks.push((seek.shared, seek.digest));
                }
            }
        }
        sharing
    }

    /// The other environments that hold the same, `most` of them and one more.
    #[must_use]
    pub fn others(&self, own: &Own, most: usize) -> Vec<Other<'a>> {
        let mut others: Vec<Other<'_>> = Vec::new();
        if own.is_excused {
            return others;
        }
        for (shared, digest) in &own.seeks {
            // Most secrets are held by the one that asks.
            let holders =
                self.holders.get(digest).filter(|held| !held.more.is_empty() || held.first.0 != own.at.0);
            if *shared == Shared::Certificate && self.has_key(own) {
                continue;
            }
            // Judged once, and only where another holds it.
            let mut own_holds = None;
            for (peer, index) in holders.into_iter().flat_map(Held::iter) {
                let Some((_, environment)) = self.environments.get(*peer) else { continue };
                let known = others.iter().any(|known| *known.environment == environment.name);
                if *peer == own.at.0 || known {
                    continue;
                }
                if !*own_holds.get_or_insert_with(|| self.holds(own.at, *shared, digest)) {
                    break;
                }
                if !self.holds((*peer, *index), *shared, digest) {
                    continue;
                }
                if let Some(variable) = environment.variables.get(*index) {
                    let here = Some((*environment, variable));
                    let (environment, key) = (&environment.name, &variable.key);
                    others.push(Other { environment, key, shared: *shared, here });
                }
                if others.len() > most {
                    return others;
                }
            }
        }
        others
    }

    /// Whether it is a secret that two have in common, and no placeholder: judged only now, since that takes longer than comparing.
    fn holds(&self, (at, index): Holder, shared: Shared, digest: &Digest) -> bool {
        if shared != Shared::Secret {
            return true;
        }
        let Some((policy, environment)) = self.environments.get(at) else { return false };
        let Some(variable) = environment.variables.get(index) else { return false };
        held_digests(variable, policy.key(&variable.key), environment, self.comparison).contains(digest)
    }

    /// Whether the key of a certificate stands in its own environment: who shares that one is said there.
    #[must_use]
    pub fn has_key(&self, own: &Own) -> bool {
        let certified = own.seeks.iter().filter(|(shared, _)| *shared == Shared::Certificate);
        let mut holders = certified.filter_map(|(_, digest)| self.holders.get(digest)).flat_map(Held::iter);
        holders.any(|(peer, _)| *peer == own.at.0)
    }

    /// Pairs of variables of one environment that hold the same secret, although the policy says `within: distinct` of the
    /// first; with how they do.
    #[must_use]
    pub fn within(&self, at: usize) -> Vec<(&'a Variable, &'a Variable, Shared)> {
        let Some((policy, environment)) = self.environments.get(at) else { return Vec::new() };
        let entry = |variable: &Variable| policy.key(&variable.key);
        // Asked of the policy first: it is shorter than the list of what was found.
        if !policy.layer.keys.values().any(|entry| is_distinct(Some(entry))) {
            return Vec::new();
        }
        let start = self.own.partition_point(|own| own.at.0 < at);
        let all = || self.own.iter().skip(start).take_while(|own| own.at.0 == at);
        let named = all().filter_map(|own| Some((environment.variables.get(own.at.1)?, own)));
        let named: Vec<(&Variable, &Own)> = named.collect();
        if !named.iter().any(|(variable, _)| is_distinct(entry(variable))) {
            return Vec::new();
        }
        let mut holders: HashMap<Digest, Vec<(&Variable, Holder)>> = HashMap::new();
        for (variable, own) in &named {
            for (_, digest) in own.seeks.iter().filter(|(how, _)| *how != Shared::Certificate) {
                holders.entry(*digest).or_default().push((variable, own.at));
            }
        }
        // Of each pair of names one place and the plainest reason.
        let mut found: BTreeMap<(&KeyName, &KeyName), (&Variable, &Variable, Shared)> = BTreeMap::new();
        for (variable, own) in named.iter().filter(|(variable, _)| is_distinct(entry(variable))) {
            for (shared, digest) in own.seeks.iter().filter(|(how, _)| *how != Shared::Certificate) {
                for (other, place) in holders.get(digest).into_iter().flatten().take(MOST_WITHIN) {
                    let again = found.contains_key(&(&other.key, &variable.key));
                    let tied = is_tied(entry(variable), &other.key) || is_tied(entry(other), &variable.key);
                    let held = || self.holds(own.at, *shared, digest) && self.holds(*place, *shared, digest);
                    if other.key != variable.key && !again && !tied && held() {
                        found.entry((&variable.key, &other.key)).or_insert((variable, other, *shared));
                    }
                }
            }
        }
        found.into_values().collect()
    }
}

/// What the policy says of one variable after the other. Files mostly name them in its order, and then nothing is looked up.
struct Entries<'a> {
    keys: &'a BTreeMap<KeyName, Arc<KeyEntry>>,
    next: Peekable<Range<'a, KeyName, Arc<KeyEntry>>>,
}

impl<'a> Entries<'a> {
    fn of(policy: &'a Effective) -> Self {
        let keys = &policy.layer.keys;
        Self { keys, next: keys.range::<KeyName, _>(..).peekable() }
    }

    fn get(&mut self, key: &KeyName) -> Option<&'a KeyEntry> {
        if self.next.peek().is_none_or(|(next, _)| *next != key) {
            self.next = self.keys.range::<KeyName, _>(key..).peekable();
        }
        self.next.next_if(|(next, _)| *next == key).map(|(_, entry)| entry.as_ref())
    }
}

/// Variables of one environment with one secret that are named; nobody reads more.
const MOST_WITHIN: usize = 16;

fn is_distinct(entry: Option<&KeyEntry>) -> bool {
    entry.is_some_and(|entry| entry.within_distinct.is_some())
}

/// Whether the policy ties a variable to another, or to a part of it: `equals: DATABASE_URL.password`.
fn is_tied(entry: Option<&KeyEntry>, other: &KeyName) -> bool {
    let equals = entry.and_then(|entry| entry.equals.as_ref()).map(|set| set.value.as_str());
    let rest = equals.and_then(|equals| equals.strip_prefix(other.as_str()));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What the variables of an environment have in common with others, if there are any, in their order.
fn sought(policy: &Effective, environment: &Environment, comparison: &Comparison) -> Vec<Seek> {
    let mut entries = Entries::of(policy);
    let mut sought = Vec::new();
    for (index, variable) in environment.variables.iter().enumerate() {
        let entry = entries.get(&variable.key);
        let is_excused = entry.is_some_and(|entry| entry.across_any.is_some());
        if is_excused && !(environment.asked && is_distinct(entry)) {
            continue;
        }
        let mut seek = |shared, digest| sought.push(Seek { index, shared, digest, is_excused });
        // A certificate is none, and has a private key all the same.
        let is_secret = entry.is_none_or(|entry| entry.secrecy() != Some(false));
        if is_secret {
            let secrets = digests(variable, entry, environment, comparison);
            secrets.into_iter().for_each(|digest| seek(Shared::Secret, digest));
        }
        let halves = halves(variable);
        let of = |identity: &Vec<u8>| comparison.digest(&private_text(identity));
        if is_secret {
            halves.private.iter().for_each(|identity| seek(Shared::PrivateKey, of(identity)));
        }
        halves.certified.iter().for_each(|identity| seek(Shared::Certificate, of(identity)));
    }
    sought
}

/// The digests that stand somewhere more than once, by their first bytes: nearly all stand alone, and of those nothing is kept. Two that
/// begin alike are looked at more closely, no more.
struct Several(Vec<u64>);

impl Several {
    fn of<'a>(digests: impl Iterator<Item = &'a Digest>) -> Self {
        let mut heads: Vec<u64> = digests.map(head).collect();
        heads.sort_unstable();
        let twice = heads.windows(2).filter(|pair| pair.first() == pair.last());
        let mut several: Vec<u64> = twice.filter_map(|pair| pair.first().copied()).collect();
        several.dedup();
        Self(several)
    }

    fn holds(&self, digest: &Digest) -> bool {
        self.0.binary_search(&head(digest)).is_ok()
    }
}

fn head(digest: &Digest) -> u64 {
    digest.first_chunk().map_or(0, |head| u64::from_le_bytes(*head))
}

#[cfg(test)]
mod tests {
    use super::{Digest, Several};

    #[test]
    fn what_stands_once_is_not_kept() {
        let digest = |head: u8, tail: u8| -> Digest {
            let mut digest = [head; 32];
            digest[31] = tail;
            digest
        };
        let all = [digest(3, 0), digest(1, 0), digest(3, 0), digest(2, 0), digest(2, 1)];
        let several = Several::of(all.iter());
        assert!(several.holds(&digest(3, 0)));
        assert!(several.holds(&digest(2, 0)), "what begins alike is looked at");
        assert!(!several.holds(&digest(1, 0)) && !several.holds(&digest(4, 0)));
        assert!(!Several::of([].iter()).holds(&digest(1, 0)));
    }
}
