//! Encrypted files at the top of a project that by their names are an environment's, and that no source takes.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use crate::finding::{NotChecked, Subject, Why};
use crate::model::{Environment, File, Role};
use crate::os::FileKind;
use crate::sealed::sops::{Form, SopsFile};
use crate::sealed::twins::plain_names;
use crate::sealed::{self, AGE, Sealer, without_ending};

use super::beside::{FORMS, Marked, may_hold_keys, shown};
use super::environment::Loader;

/// Files that are read to see whether they are an environment's, and bytes of each.
const MOST: usize = 16;
const LARGEST: usize = 1 << 20;
/// Words before an environment's name that make it another's, or none's.
const OTHERS: &[&str] = &["no", "non", "not", "pre"];

impl Loader<'_> {
    /// Lists files of SOPS or age at the top of the project that by their name are the environment's, and that no source takes. Names are
    /// looked at first, and of those that fit a few are read.
    pub(super) fn sealed_at_top(&mut self, environment: &mut Environment) {
        if !environment.asked {
            return;
        }
        let listed = self.marked("");
        let known: BTreeSet<&str> = environment.files.iter().map(|file| file.path.as_str()).collect();
        let taken = self.elsewhere(environment);
        let sources: BTreeSet<&str> = environment.sources.iter().map(|source| source.path.as_str()).collect();
        let told = self.known.set_apart.iter().chain(&environment.gaps).map(|gap| gap.what.name());
        let told: BTreeSet<&str> = told.collect();
        let (mine, others) = self.names_of(environment);
        let fits = |entry: &&Marked| {
            let name = entry.name.as_str();
            entry.kind == FileKind::Regular
                && may_hold_keys(name)
                && (!name.ends_with(AGE) || has_form(name))
                && mine.iter().any(|wanted| names(name, wanted, &others))
                && !known.contains(name)
                && !told.contains(name)
                && !plain_names(name).iter().any(|plain| known.contains(plain.as_str()))
                && !sources.contains(name)
                && !taken.contains(Path::new(name))
        };
        let found: Vec<&str> =
            listed.iter().filter(fits).take(MOST).map(|marked| marked.name.as_str()).collect();
        for name in found {
            let room = self.budget.room(LARGEST);
            let Ok(opened) = self.root.read(Path::new(name), room) else { continue };
            self.budget.spend(opened.bytes.len());
            // By what is in it, whatever its ending says.
            let sealer = sealed::sealer(OsStr::new(without_ending(name).unwrap_or(name)), &opened.bytes);
            match sealer {
                Some(Sealer::Sops) => self.note_names(environment, name, &opened.bytes),
                Some(Sealer::Age) if has_form(name) => {}
                _ => continue,
            }
            let what = Subject::file(shown(name));
            environment.gaps.push(NotChecked { what, why: Why::NoSource });
            environment.add(File::new(shown(name), Role::Ciphertext, Ok(opened.facts)), []);
        }
    }

    /// The names of an environment in small letters, and those of the others.
    fn names_of(&self, environment: &Environment) -> (Vec<String>, Vec<String>) {
        let specs = &self.policy.environments;
        let all = self.known.names.iter().map(|name| (name, name.as_str()));
        let aliases =
            specs.iter().flat_map(|spec| spec.aliases.iter().map(|alias| (&spec.name, alias.as_str())));
        let (mut mine, mut others) = (vec![environment.name.as_str().to_ascii_lowercase()], Vec::new());
        for (name, word) in all.chain(aliases) {
            let names = if *name == environment.name { &mut mine } else { &mut others };
            names.push(word.to_ascii_lowercase());
        }
        (mine, others)
    }

    /// Notes what the names in a SOPS file, which are in the clear, would be as variables: as they are, and with those around them.
    fn note_names(&mut self, environment: &mut Environment, name: &str, bytes: &[u8]) {
        let Some(Ok(file)) = SopsFile::recognise(bytes, Form::of(name, bytes)) else { return };
        for entry in file.entries() {
            let whole = entry.item_name();
            let last = whole.rsplit('.').next().unwrap_or(&whole);
            let joined = whole.replace(['.', '-'], "_").to_ascii_uppercase();
            for key in [last, &joined].into_iter().filter_map(|said| self.names.get(said.as_bytes())) {
                environment.unsourced.entry(key).or_insert_with(|| shown(name));
            }
        }
    }
}

/// Whether a file of age, which hides what is in it, holds keys and values by its name: no archive, database or key.
fn has_form(name: &str) -> bool {
    let plain = without_ending(name).unwrap_or(name);
    plain.starts_with(".env")
        || plain.ends_with(".toml")
        || FORMS.iter().any(|ending| plain.ends_with(ending))
}

/// Whether an environment's name is one of the words of a file's, and no part of another's: `secrets.prod.enc.yaml`,
/// `prod-secrets.yaml`, and neither `prod-eu.yaml`, where that is one, nor `non-prod.yaml`.
fn names(name: &str, wanted: &str, others: &[String]) -> bool {
    let name = name.to_ascii_lowercase();
    let other = |at: usize| {
        let longer = others.iter().filter(|other| other.len() > wanted.len() && other.contains(wanted));
        longer
            .flat_map(|other| places(&name, other).map(|from| (from, from + other.len())))
            .any(|(from, to)| from <= at && at + wanted.len() <= to)
    };
    let denied = |at: usize| {
        let before =
            name.get(..at).unwrap_or_default().trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let word = before.rsplit(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        OTHERS.contains(&word)
    };
    places(&name, wanted).any(|at| !other(at) && !denied(at))
}

/// Where a name stands in another as a word, or several.
fn places<'a>(name: &'a str, wanted: &'a str) -> impl Iterator<Item = usize> + 'a {
    let ends = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    name.match_indices(wanted).map(|(at, _)| at).filter(move |at| {
        let (before, behind) = (name.get(..*at), name.get(at + wanted.len()..));
        ends(before.and_then(|text| text.chars().next_back()))
            && ends(behind.and_then(|text| text.chars().next()))
    })
}

#[cfg(test)]
mod tests {
    use super::{has_form, names};
    use rstest::rstest;

    #[rstest]
    #[case("secrets.prod.enc.yaml", true)]
    #[case("prod-secrets.json", true)]
    #[case("Prod.json", true)]
    #[case("product.yaml", false)]
    #[case("secrets.prod-eu.enc.yaml", false)]
    #[case("eu.prod-eu.prod.yaml", true)]
    #[case("secrets.prod-us.enc.yaml", true)]
    #[case("non-prod.enc.yaml", false)]
    #[case("not.prod.enc.yaml", false)]
    #[case("pre_prod.yaml", false)]
    #[case("nonprod.yaml", false)]
    fn of_the_environment(#[case] name: &str, #[case] mine: bool) {
        assert_eq!(names(name, "prod", &["prod-eu".to_owned(), "dev".to_owned()]), mine);
    }

    #[rstest]
    #[case("secrets.prod.yaml.age", true)]
    #[case(".env.prod.age", true)]
    #[case("prod.env.age", true)]
    #[case("prod.tar.gz.age", false)]
    #[case("backup-prod.sql.age", false)]
    #[case("id-prod.age", false)]
    #[case("prod.key.age", false)]
    fn that_hold_keys(#[case] name: &str, #[case] holds: bool) {
        assert_eq!(has_form(name), holds);
    }
}
