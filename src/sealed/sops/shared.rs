//! Whether a plain file holds what a SOPS file beside it has sealed.

use std::collections::BTreeSet;

use crate::syntax::pairs::Called;

use super::metadata::Rule;
use super::walk::Content;
use super::{Form, SopsFile, State, read, walk};

/// A file by its name and what is in it.
pub type Named<'a> = (&'a str, &'a [u8]);

/// Whether anything stands in a plain file under a name under which the SOPS file has a sealed value: `app.yaml` with the settings
/// beside `app.enc.yaml` with the secrets is no copy of it. No key is needed. Where either cannot be taken apart, their names
/// are all there is to go by, and it is so. Where any of what is sealed is a secret by its name, others are settings that are laid in layers:
/// `is_secret` says what is one, of a value where it is known, and `is_to_come` which values stand for one that is had elsewhere. `unders` are mappings that sources take alone: what is below one of them
/// is known without it too.
#[must_use]
pub fn holds_sealed(
    plain: Named<'_>,
    sealed: Named<'_>,
    unders: &BTreeSet<&str>,
    is_secret: impl Fn(&str, Option<&[u8]>) -> bool,
    is_to_come: impl Fn(&str, &[u8]) -> bool,
) -> bool {
    let form = Form::of(sealed.0, sealed.1);
    let Some(Ok(file)) = SopsFile::recognise(sealed.1, form) else { return true };
    if form == Form::Binary {
        return true;
    }
    let kept = |state: State| move |leaf: &&walk::Leaf| !leaf.comment && leaf.state == state;
    let below = |name: String| {
        let rest = unders.iter().find_map(|under| name.strip_prefix(under)?.strip_prefix('.'));
        rest.map(str::to_owned).unwrap_or(name)
    };
    let names: BTreeSet<String> =
        file.leaves.iter().filter(kept(State::Sealed)).map(|leaf| below(leaf.path.name())).collect();
    let Ok(Some(stored)) = read(plain.1, form_of_plain(plain.0, form)) else { return true };
    // What the rule would be is of no matter.
    let Ok(walked) = walk::leaves(stored.documents, &Rule::UnencryptedSuffix(String::new())) else {
        return true;
    };
    // Lists of variables: by the names beside the values, of which the sealed may be sealed too.
    let own = called(&walked.leaves);
    let other = called(&file.leaves);
    let (own, other) = (Called::of(pairs(&own)), Called::of(pairs(&other)));
    let several = names.iter().any(|name| is_secret(name, None));
    walked.leaves.iter().filter(kept(State::Plain)).any(|leaf| {
        let name = below(leaf.path.name());
        let value = match &leaf.content {
            Content::Plain(text) => Some(text.as_bytes()),
            Content::Sealed(_) => None,
        };
        let place = leaf.path.name();
        // The name beside a value is judged with it.
        if let Some(item) = place.strip_suffix(".name")
            && names.contains(&below(format!("{item}.value")))
            && own.name(&format!("{item}.value")).is_some()
        {
            return false;
        }
        if let Some(called) = own.name(&place) {
            return names.contains(&name)
                && other.name(&place).is_none_or(|other| other == called)
                && is_secret(&called, value)
                && !value.is_some_and(|value| is_to_come(&called, value));
        }
        names.contains(&name)
            && !is_of_kubernetes(&name)
            && (!several || is_secret(&name, value))
            && !value.is_some_and(|value| is_to_come(&name, value))
    })
}

/// The names and values of what stands in the clear.
fn called(leaves: &[walk::Leaf]) -> Vec<(String, &[u8])> {
    let clear = leaves.iter().filter(|leaf| !leaf.comment && leaf.state == State::Plain);
    let known = clear.filter_map(|leaf| match &leaf.content {
        Content::Plain(text) => Some((leaf.path.name(), text.as_bytes())),
        Content::Sealed(_) => None,
    });
    known.collect()
}

fn pairs<'a>(known: &'a [(String, &'a [u8])]) -> impl Iterator<Item = (&'a str, Option<&'a [u8]>)> {
    known.iter().map(|(name, value)| (name.as_str(), Some(*value)))
}

/// What every manifest of Kubernetes begins with, whatever it is of.
fn is_of_kubernetes(name: &str) -> bool {
    matches!(name, "apiVersion" | "kind" | "type" | "immutable") || name.starts_with("metadata.")
}

/// The form of a plain file by its name, and else that of the sealed one.
fn form_of_plain(path: &str, sealed: Form) -> Form {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("yaml" | "yml") => Form::Yaml,
        Some("json") => Form::Json,
        Some("ini") => Form::Ini,
        Some("env") => Form::Dotenv,
        _ if name.starts_with(".env") => Form::Dotenv,
        _ => sealed,
    }
}

#[cfg(test)]
mod tests {
    use super::holds_sealed;
    use rstest::rstest;
    use std::collections::BTreeSet;

    fn no(_: &str, _: &[u8]) -> bool {
        false
    }

    const VALUE: &str = "ENC[AES256_GCM,data:eA==,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]";
    const SEALED: &str = "db:\n  password: ENC[AES256_GCM,data:eA==,iv:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,tag:AAAAAAAAAAAAAAAAAAAAAA==,type:str]\nsops: {mac: x, lastmodified: \"2026-01-01T00:00:00Z\"}\n";

    #[rstest]
    #[case("db: {password: x}", true)]
    #[case("db: {password: ''}", false)]
    #[case("db: {port: 1}", false)]
    #[case("password: x", false)]
    #[case("db: [", true)]
    #[case("- x", true)]
    fn by_the_names_of_what_is_sealed(#[case] plain: &str, #[case] shared: bool) {
        let any = |_: &str, _: Option<&[u8]>| false;
        let held = |sealed: &[u8]| {
            holds_sealed(("a.yaml", plain.as_bytes()), ("a.enc.yaml", sealed), &BTreeSet::new(), any, no)
        };
        assert_eq!(held(SEALED.as_bytes()), shared);
        assert!(held(b"no SOPS file"));
    }

    #[rstest]
    #[case("db: {password: x}", true)]
    #[case("db: {password: '${DB_PASSWORD}'}", false)]
    #[case("db: {host: localhost}", false)]
    fn by_the_names_of_secrets(#[case] plain: &str, #[case] shared: bool) {
        let sealed = SEALED.replace("db:\n", &format!("db:\n  host: {}\n", VALUE));
        let secret = |name: &str, value: Option<&[u8]>| {
            name.ends_with("password") && value.is_none_or(|value| !value.starts_with(b"$"))
        };
        let held = holds_sealed(
            ("a.yml", plain.as_bytes()),
            ("a.enc.yaml", sealed.as_bytes()),
            &BTreeSet::new(),
            secret,
            no,
        );
        assert_eq!(held, shared);
    }

    #[rstest]
    #[case("env: [{name: API_TOKEN, value: x}]", "API_TOKEN", true)]
    #[case("env: [{name: PORT, value: '80'}]", "API_TOKEN", false)]
    #[case("env: [{name: API_TOKEN, value: x}]", VALUE, true)]
    #[case("env: [{name: OTHER_TOKEN, value: x}]", "API_TOKEN", false)]
    #[case("type: Opaque", "API_TOKEN", false)]
    #[case("env: [{name: PORT, value: '80'}]", VALUE, false)]
    fn by_the_names_beside_values(#[case] plain: &str, #[case] name: &str, #[case] shared: bool) {
        let list = format!("type: {VALUE}\nenv:\n  - name: {name}\n    value: {VALUE}\ndb:\n");
        let sealed = SEALED.replace("db:\n", &list);
        let secret = |name: &str, _: Option<&[u8]>| name.ends_with("TOKEN") || name.ends_with("password");
        let unders = BTreeSet::new();
        let held = holds_sealed(
            ("a.yaml", plain.as_bytes()),
            ("a.enc.yaml", sealed.as_bytes()),
            &unders,
            secret,
            no,
        );
        assert_eq!(held, shared);
    }

    #[rstest]
    #[case(".env.prod", "password=x\n", &["db"], true)]
    #[case(".env.prod", "password=x\n", &[], false)]
    #[case(".env.prod", "db.password=x\n", &[], true)]
    #[case("a.yml", "env: {db: {password: x}}", &["env"], true)]
    #[case("a.yml", "environment: {db: {password: x}}", &["env"], false)]
    fn in_other_forms_and_below_mappings(
        #[case] name: &str,
        #[case] plain: &str,
        #[case] unders: &[&str],
        #[case] shared: bool,
    ) {
        let any = |_: &str, _: Option<&[u8]>| false;
        let unders = unders.iter().copied().collect();
        assert_eq!(
            holds_sealed((name, plain.as_bytes()), ("a.enc.yaml", SEALED.as_bytes()), &unders, any, no),
            shared
        );
    }
}
