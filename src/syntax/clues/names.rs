//! Paths of `.env` files as project files write them, and which files they fit.

/// Stands for a part of a path that is not known: a variable, a template's part. No path holds it.
pub(super) const UNKNOWN: char = '\0';
/// Bytes of a path that is looked at.
const LONGEST: usize = 500;

/// The files that a place speaks of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names(Form);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// Every file of the project whose name begins with `.env`.
    EveryDotenv,
    /// A path, part by part.
    Path(Below, Vec<String>),
}

/// What a written path starts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Below {
    /// The folder of the project, or of the file that has it.
    Folder,
    /// A variable: most likely some folder of the project.
    Unknown,
    /// The root of the file system, or somebody's home: there a project lies elsewhere than here.
    Absolute,
}

impl Names {
    /// Every file of the project whose name begins with `.env`.
    pub(super) const fn every_dotenv() -> Self {
        Self(Form::EveryDotenv)
    }

    /// The path that is written, [`UNKNOWN`] for what is not known of it. Nothing if it could be any file's.
    pub(super) fn written(text: &str) -> Option<Self> {
        if text.is_empty() || text.len() > LONGEST || text.chars().any(|c| c != UNKNOWN && c.is_control()) {
            return None;
        }
        let below = match text.chars().next() {
            Some('/' | '~') => Below::Absolute,
            _ if text.split('/').next().is_some_and(is_unknown) => Below::Unknown,
            _ => Below::Folder,
        };
        let parts = text.split('/').filter(|part| !matches!(*part, "" | "."));
        let mut parts: Vec<String> = parts.map(str::to_owned).collect();
        let last = parts.last()?;
        // `$FILE` may be any file; `..` and what ends in a slash are folders.
        if text.ends_with('/') || !last.contains(char::is_alphanumeric) {
            return None;
        }
        // Files that lie in somebody's home itself are theirs, not a project's.
        if text.starts_with('~') && parts.len() == 2 {
            return None;
        }
        if below == Below::Unknown {
            parts.remove(0);
            parts = resolved(&[], &parts, true)?;
        }
        Some(Self(Form::Path(below, parts)))
    }

    /// Whether the path is sure not to depend on a folder in which something is started.
    pub(super) fn is_absolute(&self) -> bool {
        matches!(self.0, Form::Path(Below::Absolute | Below::Unknown, _))
    }

    /// Whether the path begins at the root of a disk, or in somebody's home.
    #[must_use]
    pub const fn is_rooted(&self) -> bool {
        matches!(self.0, Form::Path(Below::Absolute, _))
    }

    /// Whether this may be the file at `path` below the project, if what is relative is so to one of `folders`.
    #[must_use]
    pub fn fit(&self, path: &str, folders: &[&str]) -> bool {
        let path = parts_of(path);
        let Some(last) = path.last() else { return false };
        match &self.0 {
            Form::EveryDotenv => last.starts_with(".env"),
            Form::Path(Below::Absolute, parts) => parts.last().is_some_and(|part| fits(part, last)),
            Form::Path(Below::Unknown, parts) => {
                let same = parts.iter().rev().zip(path.iter().rev()).all(|(part, name)| fits(part, name));
                same && parts.len() <= path.len()
            }
            Form::Path(Below::Folder, parts) => folders.iter().any(|folder| {
                let Some(parts) = resolved(&parts_of(folder), parts, false) else { return false };
                parts.len() == path.len() && parts.iter().zip(&path).all(|(part, name)| fits(part, name))
            }),
        }
    }
}

/// Whether nothing of a part is known.
fn is_unknown(part: &str) -> bool {
    !part.is_empty() && part.chars().all(|c| c == UNKNOWN)
}

fn parts_of(path: &str) -> Vec<&str> {
    path.split('/').filter(|part| !matches!(*part, "" | ".")).collect()
}

/// `parts` gone down from `folder`; nothing if they lead out of the project, unless where they start is not known.
fn resolved(folder: &[&str], parts: &[String], unknown: bool) -> Option<Vec<String>> {
    let mut out: Vec<String> = folder.iter().map(|part| (*part).to_owned()).collect();
    for part in parts {
        if part == ".." {
            if out.pop().is_none() && !unknown {
                return None;
            }
        } else {
            out.push(part.clone());
        }
    }
    Some(out)
}

/// Whether a part may be this name. What is not known holds no dot but at its start: `.env.$ENV` is not
/// `.env.prod.bak`, and `.env$SUFFIX` may be `.env.prod`.
fn fits(part: &str, name: &str) -> bool {
    let name = name.as_bytes();
    // For each length of the name's start: whether the part so far may be it.
    let mut reached: Vec<bool> = std::iter::once(true).chain(name.iter().map(|_| false)).collect();
    for want in part.bytes() {
        let mut next = Vec::with_capacity(reached.len());
        let mut inside = false;
        for (at, here) in reached.iter().enumerate() {
            let before = at.checked_sub(1);
            let byte = before.and_then(|before| name.get(before).copied());
            let was = before.and_then(|before| reached.get(before).copied()).unwrap_or_default();
            if want == 0 {
                // Goes on within what is not known, or starts there with a dot.
                inside = *here || (was && byte == Some(b'.')) || (inside && byte != Some(b'.'));
                next.push(inside);
            } else {
                next.push(was && byte == Some(want));
            }
        }
        reached = next;
    }
    reached.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::Names;
    use rstest::rstest;

    /// `*` stands for what is not known.
    #[rstest]
    #[case(".env.prod", ".env.prod", true)]
    #[case("./.env.prod", ".env.prod", true)]
    #[case("../.env.prod", ".env.prod", true)]
    #[case("../../.env.prod", ".env.prod", false)]
    #[case(".env.prod", "deploy/.env.prod", true)]
    #[case(".env.prod", "api/.env.prod", false)]
    #[case(".env.*", ".env.prod", true)]
    #[case(".env.*", ".env.prod.bak", false)]
    #[case(".env*", ".env.prod", true)]
    #[case(".env*", ".env", true)]
    #[case(".env.*-*", ".env.prod-eu", true)]
    #[case(".env.*-*", ".env.prod", false)]
    #[case("envs/*/.env", "envs/prod/.env", true)]
    #[case("envs/*/.env", "envs/.env", false)]
    #[case("*/.env", "api/.env", true)]
    #[case("*/.env", ".env", true)]
    #[case("*/api/.env", "api/.env", true)]
    #[case("*/api/.env", "web/.env", false)]
    #[case("*/../.env", ".env", true)]
    #[case("/opt/app/.env", "deploy/.env", true)]
    #[case("/opt/app/.env", ".env.prod", false)]
    #[case("~/app/.env", ".env", true)]
    #[case("prod.env", "x-prod.env", false)]
    fn which_files_fit(#[case] written: &str, #[case] path: &str, #[case] expected: bool) {
        let names = Names::written(&written.replace('*', "\0")).unwrap();
        assert_eq!(names.fit(path, &["", "deploy"]), expected);
    }

    #[rstest]
    #[case("")]
    #[case("*")]
    #[case("*/*")]
    #[case("deploy/")]
    #[case("..")]
    #[case("~/.env")]
    #[case(".*")]
    fn what_fits_nothing(#[case] written: &str) {
        assert_eq!(Names::written(&written.replace('*', "\0")), None);
    }
}
