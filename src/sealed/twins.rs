//! Names of encrypted files, of the plain ones that they stand for, and of what tools leave decrypted beside them.

use super::without_ending;

/// Marks that say that a file is encrypted, and not what of: at the end of its name, or before its ending.
const SEALED: &[&str] = &[".enc", ".encrypted", ".sops"];
/// Marks of decrypted copies: helm-secrets has `.dec` (`HELM_SECRETS_DEC_SUFFIX`), others write the word out.
const OPENED: &[&str] = &[".dec", ".decrypted"];
/// What the SOPS extension of VS Code puts before the name of the copy that it opens (`.decrypted~NAME`).
const OPENED_HEAD: &str = ".decrypted~";

/// The names that an encrypted file would have in the clear: without the ending of encrypted files, `app.yaml` of
/// `app.enc.yaml` too.
#[must_use]
pub fn plain_names(path: &str) -> Vec<String> {
    let mut names: Vec<String> = without_ending(path).map(str::to_owned).into_iter().collect();
    names.extend(without_mark(path, SEALED).filter(|name| !names.contains(name)));
    names
}

/// Whether a name says that the file is encrypted, whatever it ends in.
#[must_use]
pub fn is_marked(path: &str) -> bool {
    without_ending(path).is_some() || without_mark(path, SEALED).is_some()
}

/// The names of the files of which one of this name is a decrypted copy: `app.yaml` of `app.yaml.dec`, of `app.dec.yaml` and of
/// `.decrypted~app.yaml`. None if nothing makes it one.
#[must_use]
pub fn decrypted_of(path: &str) -> Vec<String> {
    let (folder, name) = parts(path);
    let headed = name.strip_prefix(OPENED_HEAD).filter(|rest| !rest.is_empty());
    let mut names: Vec<String> = headed.map(|rest| joined(folder, rest)).into_iter().collect();
    names.extend(without_mark(path, OPENED));
    names
}

/// A path without a mark in its name.
fn without_mark(path: &str, marks: &[&str]) -> Option<String> {
    let (folder, name) = parts(path);
    let plain = marks.iter().find_map(|mark| {
        let at = name.rfind(mark)?;
        let (before, behind) = (name.get(..at)?, name.get(at + mark.len()..)?);
        // `.enc` alone is no mark of anything, `.enc.env` is one of `.env`.
        let whole = if behind.is_empty() { !before.is_empty() } else { behind.starts_with('.') };
        whole.then(|| format!("{before}{behind}"))
    })?;
    Some(joined(folder, &plain))
}

/// The folder of a path, with its slash, and the name in it.
fn parts(path: &str) -> (&str, &str) {
    let at = path.rfind('/').map_or(0, |at| at + 1);
    path.split_at_checked(at).unwrap_or(("", path))
}

fn joined(folder: &str, name: &str) -> String {
    format!("{folder}{name}")
}

#[cfg(test)]
mod tests {
    use super::{decrypted_of, plain_names};
    use rstest::rstest;

    #[rstest]
    #[case(".env.prod.sops", ".env.prod")]
    #[case(".env.prod.age", ".env.prod")]
    #[case(".env.enc.prod", ".env.prod")]
    #[case(".enc.env.prod", ".env.prod")]
    #[case("s/app.enc.yaml", "s/app.yaml")]
    #[case("s/app.encrypted.yaml", "s/app.yaml")]
    #[case("app.yaml.encrypted", "app.yaml")]
    #[case("secrets.prod.sops.yaml", "secrets.prod.yaml")]
    #[case("a.encoded", "")]
    #[case(".enc", "")]
    #[case("s/.sops", "")]
    #[case("a.yaml", "")]
    #[case("enc/a.yaml", "")]
    fn names_in_the_clear(#[case] name: &str, #[case] plain: &str) {
        assert_eq!(plain_names(name).join(" "), plain);
    }

    #[rstest]
    #[case("s/app.yaml.dec", "s/app.yaml")]
    #[case("app.dec.yaml", "app.yaml")]
    #[case("app.decrypted.yaml", "app.yaml")]
    #[case(".env.prod.decrypted", ".env.prod")]
    #[case("s/.decrypted~.env.prod", "s/.env.prod")]
    #[case(".decrypted~", "")]
    #[case("a.decimal", "")]
    #[case(".dec", "")]
    #[case("s.dec/app.yaml", "")]
    fn decrypted_copies(#[case] name: &str, #[case] original: &str) {
        assert_eq!(decrypted_of(name).join(" "), original);
    }
}
