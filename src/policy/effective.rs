//! What holds for one environment after all layers are laid.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::finding::Level;
use crate::syntax::readers::Reader;
use crate::syntax::template::PathTemplate;
use crate::text::{EnvName, KeyName};

use super::layers::{Layer, Merged, Rank, resolve};
use super::{EnvironmentSpec, Forbidden, KeyEntry, Naming, Policy, Sealing, Set, SourceSpec};

/// What holds for one environment.
#[derive(Clone, Debug)]
pub struct Effective {
    /// The environment.
    pub environment: EnvName,
    /// Whether it is relaxed.
    pub relaxed: bool,
    /// The merged layers.
    pub layer: Arc<Merged>,
    /// The variables among `layer.keys` that patterns alone name.
    pub by_pattern: BTreeSet<KeyName>,
    /// Whether the policy itself, not only a pack, names any variable for this environment.
    pub declares_keys: bool,
    /// Whether the project has a policy at all.
    pub has_policy: bool,
    /// Kinds of sources, and defaults, that the environment must do without.
    pub forbid: Option<Set<Vec<Forbidden>>>,
    /// The git branch from which the environment is deployed.
    pub branch: Option<Set<String>>,
    /// The services of the project.
    pub services: Arc<[KeyName]>,
    /// How variables have to be named.
    pub naming: Option<Set<Naming>>,
    /// What holds for encrypted files.
    pub sealing: Sealing,
}

impl Effective {
    /// What is said of a variable.
    #[must_use]
    pub fn key(&self, key: &KeyName) -> Option<&KeyEntry> {
        self.layer.keys.get(key).map(AsRef::as_ref)
    }

    /// Whether a variable is named to the letter, not only by a pattern.
    #[must_use]
    pub fn names(&self, key: &KeyName) -> bool {
        self.layer.keys.contains_key(key) && !self.by_pattern.contains(key)
    }

    /// What the policy says of a rule.
    #[must_use]
    pub fn level(&self, rule: &str) -> Option<&Set<Level>> {
        self.layer.rules.get(rule)
    }

    /// Where the environment is told to do without a kind of source, or without defaults.
    #[must_use]
    pub fn forbids(&self, what: Forbidden) -> Option<&Set<Vec<Forbidden>>> {
        self.forbid.as_ref().filter(|set| set.value.contains(&what))
    }

    /// Whether a variable is for a service: by its entry, and by its name, since `API__PORT` is `api`'s alone.
    #[must_use]
    pub fn concerns(&self, key: &KeyName, service: &KeyName) -> bool {
        let owner = service_of(key, &self.services).is_none_or(|owner| owner == service);
        let listed = self.key(key).and_then(|entry| entry.services.as_ref());
        owner && listed.is_none_or(|set| set.value.iter().any(|name| name == service.as_str()))
    }
}

/// The service that a name like `API__PORT` is prefixed by; `-` and `.` of a service's name are `_` there.
#[must_use]
pub fn service_of<'s>(key: &KeyName, services: &'s [KeyName]) -> Option<&'s KeyName> {
    let (prefix, _) = key.as_str().split_once("__")?;
    let folded = |text: &str| text.to_ascii_lowercase().replace(['-', '.'], "_");
    let prefix = folded(prefix);
    services.iter().find(|service| folded(service.as_str()) == prefix)
}

impl Policy {
    /// What holds for `environment`, of which `present` are the variables found: patterns may name them. Environments
    /// that the policy does not name get its top level.
    #[must_use]
    pub fn effective<'k>(
        &self,
        environment: &EnvName,
        present: impl IntoIterator<Item = &'k KeyName>,
    ) -> Effective {
        let spec = self.spec(environment);
        let overlays = self.overlays(spec);
        let mut layer = Arc::clone(&self.base);
        if spec.is_some_and(|spec| spec.relaxed) {
            Arc::make_mut(&mut layer).relax(&self.relaxed);
        }
        if !overlays.is_empty() {
            let merged = Arc::make_mut(&mut layer);
            overlays.iter().for_each(|(rank, over)| merged.lay_rest(over, *rank));
            for name in self.touched(&overlays) {
                match self.resolved(&overlays, &name) {
                    Some(entry) => merged.keys.insert(name, entry),
                    None => merged.keys.remove(&name),
                };
            }
        }
        let mut by_pattern = BTreeSet::new();
        let patterned = |(_, layer): &(Rank, Arc<Layer>)| !layer.patterns.is_empty();
        if self.stack.iter().any(patterned) || overlays.iter().any(patterned) {
            let named: Vec<(KeyName, Arc<KeyEntry>)> = present
                .into_iter()
                .filter(|name| !layer.keys.contains_key(*name))
                .filter_map(|name| Some((name.clone(), self.resolved(&overlays, name)?)))
                .collect();
            by_pattern = named.iter().map(|(name, _)| name.clone()).collect();
            Arc::make_mut(&mut layer).keys.extend(named);
        }
        Effective {
            environment: environment.clone(),
            relaxed: spec.is_some_and(|spec| spec.relaxed),
            layer,
            by_pattern,
            declares_keys: self.own.names_keys() || overlays.iter().any(|(_, layer)| layer.names_keys()),
            has_policy: self.path.is_some(),
            forbid: self.forbid(environment).cloned(),
            branch: spec.and_then(|spec| spec.branch.clone()),
            services: Arc::clone(&self.services),
            naming: self.naming.clone(),
            sealing: self.sealing_of(environment),
        }
    }

    /// What the policy and its extended files say at their top levels, weakest first.
    pub fn written(&self) -> impl Iterator<Item = &Layer> {
        self.stack.iter().skip(self.packs.len()).map(|(_, layer)| layer.as_ref())
    }

    /// The environment's entry, by canonical name.
    #[must_use]
    pub fn spec(&self, environment: &EnvName) -> Option<&EnvironmentSpec> {
        self.places.get(environment).and_then(|at| self.environments.get(*at))
    }

    /// The environment whose overlays another one inherits.
    #[must_use]
    pub fn inherited(&self, spec: &EnvironmentSpec) -> Option<&EnvironmentSpec> {
        spec.inherits.as_ref().and_then(|parent| self.spec(&parent.value))
    }

    /// The layers above the top level, weakest first.
    #[must_use]
    pub fn overlays(&self, spec: Option<&EnvironmentSpec>) -> Vec<(Rank, Arc<Layer>)> {
        let Some(spec) = spec else { return Vec::new() };
        let inherited = self.inherited(spec).into_iter().flat_map(|parent| &parent.layers);
        let layers = inherited.chain(&spec.layers).filter(|layer| !layer.is_empty()).map(Arc::clone);
        let above = self.stack.last().map_or(0, |(rank, _)| rank.saturating_add(1));
        (above..).zip(layers).collect()
    }

    /// The names whose entries the overlays change.
    pub(super) fn touched(&self, overlays: &[(Rank, Arc<Layer>)]) -> BTreeSet<KeyName> {
        let named = overlays.iter().flat_map(|(_, layer)| layer.keys.keys()).cloned();
        let patterns = || overlays.iter().flat_map(|(_, layer)| &layer.patterns);
        let matched = self.base.keys.keys().filter(|name| patterns().any(|(p, _)| p.matches(name)));
        named.chain(matched.cloned()).collect()
    }

    /// A variable's entry after all layers, `overlays` on top.
    pub(super) fn resolved(&self, overlays: &[(Rank, Arc<Layer>)], name: &KeyName) -> Option<Arc<KeyEntry>> {
        resolve(self.stack.iter().chain(overlays).map(|(_, layer)| layer.as_ref()), name)
    }

    /// What an environment must do without.
    #[must_use]
    pub fn forbid(&self, environment: &EnvName) -> Option<&Set<Vec<Forbidden>>> {
        self.lineage(environment).find_map(|spec| spec.forbid.as_ref())
    }

    /// The template of an environment, if the policy names one.
    #[must_use]
    pub fn template_of(&self, environment: &EnvName) -> Option<&Set<Vec<PathTemplate>>> {
        let own = self.lineage(environment).find_map(|spec| spec.template.as_ref());
        own.or(self.template.as_ref())
    }

    /// The environment's entry, then that of the environment that it inherits from.
    pub fn lineage(&self, environment: &EnvName) -> impl Iterator<Item = &EnvironmentSpec> {
        let spec = self.spec(environment);
        [spec, spec.and_then(|spec| self.inherited(spec))].into_iter().flatten()
    }

    /// Where an environment's variables come from, highest precedence first.
    #[must_use]
    pub fn sources(&self, environment: &EnvName) -> &[SourceSpec] {
        self.lineage(environment).find_map(|spec| spec.sources.as_deref()).unwrap_or(&self.sources)
    }

    /// The programs that read an environment's `.env` files, where the policy says so for all of them.
    #[must_use]
    pub fn readers(&self, environment: &EnvName) -> Option<&Set<Vec<Reader>>> {
        self.lineage(environment).find_map(|spec| spec.readers.as_ref()).or(self.readers.as_ref())
    }

    /// The environment that `typed` names: its canonical name or an alias, case folded.
    #[must_use]
    pub fn environment(&self, typed: &str) -> Option<&EnvironmentSpec> {
        let folded = typed.to_lowercase();
        let named = |spec: &&EnvironmentSpec| {
            let mut names =
                std::iter::once(spec.name.as_str()).chain(spec.aliases.iter().map(String::as_str));
            names.any(|name| name.to_lowercase() == folded)
        };
        self.environments.iter().find(named)
    }
}
