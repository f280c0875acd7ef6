//! Whether a plain file holds what a SOPS file beside it has sealed.

use std::collections::BTreeSet;

use super::metadata::Rule;
use super::walk::Content;
use super::{Form, SopsFile, State, read, walk};

/// Whether anything stands in a plain file under a name under which the SOPS file has a sealed value: `app.yaml` with the settings
/// beside `app.enc.yaml` with the secrets is no copy of it. No key is needed. Where either cannot be taken apart, their names
/// are all there is to go by, and it is so. Where any of what is sealed is a secret by its name, others are settings that are laid in layers:
/// `is_secret` says what is one, of a value where it is known.
#[must_use]
pub fn holds_sealed(
    plain: &[u8],
    sealed: &[u8],
    form: Form,
    is_secret: impl Fn(&str, Option<&[u8]>) -> bool,
) -> bool {
    let Some(Ok(file)) = SopsFile::recognise(sealed, form) else { return true };
    if form == Form::Binary {
        return true;
    }
    let kept = |state: State| move |leaf: &&walk::Leaf| !leaf.comment && leaf.state == state;
    let names: BTreeSet<String> =
        file.leaves.iter().filter(kept(State::Sealed)).map(|leaf| leaf.path.name()).collect();
    let Ok(Some(stored)) = read(plain, form) else { return true };
    // What the rule would be is of no matter.
    let Ok(walked) = walk::leaves(stored.documents, &Rule::UnencryptedSuffix(String::new())) else {
        return true;
    };
    let several = names.iter().any(|name| is_secret(name, None));
    walked.leaves.iter().filter(kept(State::Plain)).any(|leaf| {
        let name = leaf.path.name();
        let value = match &leaf.content {
            Content::Plain(text) => Some(text.as_bytes()),
            Content::Sealed(_) => None,
        };
        names.contains(&name) && (!several || is_secret(&name, value))
    })
}

#[cfg(test)]
mod tests {
    use super::{Form, holds_sealed};
    use rstest::rstest;

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
        assert_eq!(holds_sealed(plain.as_bytes(), SEALED.as_bytes(), Form::Yaml, any), shared);
        assert!(holds_sealed(plain.as_bytes(), b"no SOPS file", Form::Yaml, any));
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
        assert_eq!(holds_sealed(plain.as_bytes(), sealed.as_bytes(), Form::Yaml, secret), shared);
    }
}
