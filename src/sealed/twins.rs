//! Names of encrypted files, of the plain ones that they stand for, and of what tools leave decrypted beside them.

use super::without_ending;

/// Marks that say that a file is encrypted, and not what of: at the end of its name, or before its ending.
const SEALED: &[&str] = &[".enc", ".encrypted", ".sops"];
/// Marks of decrypted copies: helm-secrets has `.dec` (`HELM_SECRETS_DEC_SUFFIX`), others write the word out.
const OPENED: &[&str] = &[".dec", ".decrypted"];
/// What the SOPS extension of VS Code puts before the name of the copy that it opens (`.decrypted~NAME`).
const OPENED_HEAD: &str = ".decrypted~";

/// Endings that tell SOPS the form of a file, whatever the plain one is called.
const TOLD: &[&str] = &[".env", ".ini", ".json", ".yaml", ".yml"];

/// The names that an encrypted file would have in the clear: without the ending of encrypted files, `app.yaml` and `app.yml` of
/// `app.enc.yaml` too, and `.env.prod` of `.env.prod.sops.yaml` and of `.env.prod.json`.
#[must_use]
pub fn plain_names(path: &str) -> Vec<String> {
    let mut names: Vec<String> = without_ending(path).map(str::to_owned).into_iter().collect();
    names.extend(without_mark(path, SEALED).filter(|name| !names.contains(name)));
    let others: Vec<String> = names.iter().filter_map(|name| other_yaml(name)).collect();
    names.extend(others);
    names.extend(of_dotenv(path).filter(|name| !names.contains(name)));
    names
}

/// Whether a name says that the file is encrypted, whatever it ends in.
#[must_use]
pub fn is_marked(path: &str) -> bool {
    without_ending(path).is_some() || without_mark(path, SEALED).is_some()
}

/// The `.env` file of which a file of another form could be the encrypted one.
#[must_use]
pub fn of_dotenv(path: &str) -> Option<String> {
    let stem = TOLD.iter().find_map(|ending| path.strip_suffix(ending))?;
    let at_end = SEALED.iter().find_map(|mark| stem.strip_suffix(mark));
    let plain = at_end.unwrap_or(stem);
    let (_, name) = parts(plain);
    let dotenv = name == ".env" || name.starts_with(".env.") || at_end.is_some() && name.ends_with(".env");
    dotenv.then(|| plain.to_owned())
}

/// The same name with the other ending of YAML.
fn other_yaml(path: &str) -> Option<String> {
    let other = |from, to| path.strip_suffix(from).map(|stem| format!("{stem}{to}"));
    other(".yaml", ".yml").or_else(|| other(".yml", ".yaml"))
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
    #[case("s/app.enc.yaml", "s/app.yaml s/app.yml")]
    #[case("s/app.enc.yml", "s/app.yml s/app.yaml")]
    #[case("app.yml.age", "app.yml app.yaml")]
    #[case("s/app.encrypted.yaml", "s/app.yaml s/app.yml")]
    #[case("s/.env.prod.sops.env", "s/.env.prod.env s/.env.prod")]
    #[case(".env.prod.sops.yaml", ".env.prod.yaml .env.prod.yml .env.prod")]
    #[case(".env.prod.enc.json", ".env.prod.json .env.prod")]
    #[case(".env.prod.json", ".env.prod")]
    #[case(".env.sops.env", ".env.env .env")]
    #[case("prod.env.enc.json", "prod.env.json prod.env")]
    #[case("prod.env.json", "")]
    #[case("app.enc.json", "app.json")]
    #[case(".environment.json", "")]
    #[case("app.yaml.encrypted", "app.yaml app.yml")]
    #[case("secrets.prod.sops.yaml", "secrets.prod.yaml secrets.prod.yml")]
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
