//! Which environments a project has, where its policy does not say.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::finding::{NotChecked, Subject, Why};
use crate::os::{FileKind, Root};
use crate::policy::{Policy, SourceKind};
use crate::sealed;
use crate::syntax::template::PathTemplate;
use crate::text::{EnvName, SafePath};

use super::environment::TWINS;
use super::opening::is_twin;

/// What stands behind `.env.` where it names no environment: overrides, tests, templates, key stores, copies.
const SET_APART: &[&str] = &[
    "age",
    "all",
    "asc",
    "backup",
    "bak",
    "base",
    "common",
    "d",
    "default",
    "defaults",
    "dist",
    "dusk",
    "enc",
    "encrypted",
    "example",
    "global",
    "gpg",
    "j2",
    "keys",
    "local",
    "me",
    "old",
    "op",
    "orig",
    "original",
    "sample",
    "save",
    "schema",
    "shared",
    "sops",
    "swp",
    "template",
    "test",
    "testing",
    "tmp",
    "tmpl",
    "tpl",
    "ts",
    "txt",
    "vault",
    "yml",
];
/// Names that mean the same environment, unless a project has both.
const SYNONYMS: &[&[&str]] = &[&["prod", "production"], &["stage", "staging"], &["dev", "development"]];

/// The environments of a project.
#[derive(Debug, Default)]
pub struct Known {
    /// Canonical names, in the policy's order or else sorted.
    pub names: Vec<EnvName>,
    /// Files that look like an environment's and are set apart.
    pub set_apart: Vec<NotChecked>,
    /// Environments that are found and not declared; with the one whose alias they are named by.
    pub others: Vec<(Option<EnvName>, NotChecked)>,
}

/// The environments that the policy names; if it names none, those that the sources' folders show.
#[must_use]
pub fn environments(root: &Root, policy: &Policy) -> Known {
    let mut found = BTreeSet::new();
    let mut set_apart = Vec::new();
    let mut others = Vec::new();
    for (kind, path) in paths(policy) {
        look(root, kind, &path, &mut found, &mut set_apart);
    }
    if policy.path.is_none() {
        // Not an environment's, and yet what many projects keep their values in.
        set_apart.extend(root.stat(Path::new(".env")).is_ok().then(|| apart(Path::new(".env"))));
    }
    if policy.environments.is_empty() {
        split_synonyms(root, policy, &found, &mut others);
        return Known { names: found.into_iter().collect(), set_apart, others };
    }
    let names: Vec<EnvName> = policy.environments.iter().map(|spec| spec.name.clone()).collect();
    // An environment may be named as no discovery would: then its file is not set apart.
    let all = paths(policy);
    let own = |path: &str| {
        names.iter().any(|name| all.iter().any(|(_, template)| template.for_env(name.as_str()) == path))
    };
    set_apart.retain(|gap| !own(gap.what.name()));
    for name in found.into_iter().filter(|name| !names.contains(name)) {
        // Its files stand under a name that stands for a declared environment, and nobody would read them.
        let declared = policy.environment(name.as_str());
        let why = if declared.is_some() { Why::AliasNamed } else { Why::NotDeclared };
        let owner = declared.map(|spec| spec.name.clone());
        others.push((owner, NotChecked { what: Subject::environment(&name), why }));
    }
    Known { names, set_apart, others }
}

/// `secrets/prod/` beside `.env.production`: two names for one environment, it seems, each with half of it.
fn split_synonyms(
    root: &Root,
    policy: &Policy,
    found: &BTreeSet<EnvName>,
    others: &mut Vec<(Option<EnvName>, NotChecked)>,
) {
    let has = |name: &EnvName, path: &PathTemplate| {
        let path = path.for_env(name.as_str());
        let twin = |ending: &&str| root.stat(Path::new(&format!("{path}{ending}"))).is_ok();
        root.stat(Path::new(&path)).is_ok() || TWINS.iter().any(twin)
    };
    let all = paths(policy);
    for group in SYNONYMS {
        let [Some(one), Some(other)] = [group.first(), group.last()].map(|name| {
            name.and_then(|name| found.iter().find(|known| known.as_str().eq_ignore_ascii_case(name)))
        }) else {
            continue;
        };
        if !all.iter().any(|(_, path)| has(one, path) && has(other, path)) {
            for (owner, half) in [(one, other), (other, one)] {
                let what = Subject::environment(half);
                others.push((Some(owner.clone()), NotChecked { what, why: Why::AliasNamed }));
            }
        }
    }
}

/// The paths of all sources, the top level's and those of single environments, one for each service.
fn paths(policy: &Policy) -> Vec<(SourceKind, PathTemplate)> {
    let own = policy.environments.iter().filter_map(|spec| spec.sources.as_ref()).flatten();
    let mut found: Vec<(SourceKind, PathTemplate)> = Vec::new();
    for source in policy.sources.iter().chain(own) {
        if let Some(path) = &source.path {
            let each = policy.services.iter().map(|service| path.for_service(service.as_str()));
            let each: Vec<PathTemplate> =
                if path.has_service() { each.collect() } else { vec![path.clone()] };
            found.extend(each.into_iter().map(|path| (source.kind, path)));
        }
    }
    found.sort_by(|one, other| one.1.cmp(&other.1));
    found.dedup();
    found
}

fn look(
    root: &Root,
    kind: SourceKind,
    path: &PathTemplate,
    found: &mut BTreeSet<EnvName>,
    set_apart: &mut Vec<NotChecked>,
) {
    let Some(part) = path.env_part() else { return };
    let folder = Path::new(part.folder);
    let Ok(listed) = root.folder(folder) else { return };
    for entry in listed.entries() {
        let path = if part.folder == "." { PathBuf::from(&entry.name) } else { folder.join(&entry.name) };
        let name = entry.name.to_str();
        // An encrypted file stands for its plain twin.
        let may_be = kind == SourceKind::Dotenv && part.deeper.is_empty() && entry.kind == FileKind::Regular;
        let plain = |name: &'_ str| TWINS.iter().any(|ending| name.ends_with(ending)) && is_twin(root, &path);
        let plain = name.filter(|name| may_be && plain(name)).and_then(sealed::without_ending);
        let plain = plain.and_then(|name| part.environment(name));
        let name = plain.or_else(|| name.and_then(|name| part.environment(name)));
        let folder_wanted = kind == SourceKind::Secrets || !part.deeper.is_empty();
        let Some(name) = name else { continue };
        match entry.kind {
            FileKind::Folder if !folder_wanted && !is_apart(name) => {}
            FileKind::Regular if folder_wanted => {
                if !name.starts_with('.') {
                    set_apart.push(apart(&path));
                }
                continue;
            }
            _ => {}
        }
        match EnvName::new(name).filter(|_| !is_apart(name)) {
            Some(name) if part.deeper.is_empty() || root.stat(&path.join(part.below(&name))).is_ok() => {
                found.insert(name);
            }
            Some(_) => {}
            None if name.starts_with('.') => {}
            None => set_apart.push(apart(&path)),
        }
    }
}

fn apart(path: &Path) -> NotChecked {
    NotChecked { what: Subject::file(SafePath::new(path)), why: Why::SetApart }
}

/// A dot in the name makes a copy or variant of an environment's file: `.env.prod.bak`, `.env.prod.local`.
fn is_apart(name: &str) -> bool {
    const ENDINGS: [&str; 6] = ["sample", "example", "template", "dist", "local", "bak"];
    let ending = name.rsplit_once(['-', '_']).is_some_and(|(_, ending)| ENDINGS.contains(&ending));
    ending || name.contains('.') || name.ends_with('~') || SET_APART.contains(&name.to_lowercase().as_str())
}

impl Known {
    /// The environment that was typed: by name, case folded; by the policy's aliases; without a policy by synonym.
    #[must_use]
    pub fn find(&self, typed: &str, policy: &Policy) -> Option<EnvName> {
        if let Some(spec) = policy.environment(typed) {
            return Some(spec.name.clone());
        }
        let folded = typed.to_lowercase();
        let named =
            |wanted: &str| self.names.iter().find(|name| name.as_str().to_lowercase() == wanted).cloned();
        let exact = self.names.iter().find(|name| name.as_str() == typed).cloned();
        let several = self.names.iter().filter(|name| name.as_str().to_lowercase() == folded).count() > 1;
        if exact.is_none() && several {
            return None;
        }
        exact.or_else(|| named(&folded)).or_else(|| {
            if !policy.environments.is_empty() {
                return None;
            }
            let group = SYNONYMS.iter().find(|group| group.contains(&folded.as_str()))?;
            group.iter().find_map(|name| named(name))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::is_apart;
    use rstest::rstest;

    #[rstest]
    #[case("prod", false)]
    #[case("eu-west-1", false)]
    #[case("local", true)]
    #[case("example", true)]
    #[case("prod.bak", true)]
    #[case("prod.local", true)]
    #[case("prod~", true)]
    fn copies_and_templates_are_set_apart(#[case] name: &str, #[case] apart: bool) {
        assert_eq!(is_apart(name), apart);
    }
}
