//! Clues: what a project's files say about the programs that read its `.env` files.
//!
//! A file is searched, not understood: a clue that is missed leaves a reader out, but one that is made up puts findings where there is
//! nothing wrong, so what is in doubt is no clue. Nothing is run, and nothing but the text is looked at.
//! [`docs/readers-inferred.md`](../../../docs/readers-inferred.md) has the forms row by row.
//!
//! Time is linear in the text: what is nested is looked at to a fixed depth, and what nothing closes goes on to the text's end.

mod calls;
mod commands;
mod compose;
mod depends;
mod names;
mod scripts;
mod tokens;
mod units;
mod words;

pub use names::Names;
pub use tokens::Language;

use crate::text::Span;

use super::readers::Reader;
use super::yaml;

/// What a file of a project is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A compose file (the Compose Specification).
    Compose,
    /// A shell script, by its name's ending.
    Shell {
        /// Whether the ending is bash's.
        bash: bool,
    },
    /// A file without ending: a shell script if its first line says so.
    Unnamed,
    /// make's.
    Makefile,
    /// just's.
    Justfile,
    /// Task's.
    Taskfile,
    /// A list of processes, as foreman and platforms read it.
    Procfile,
    /// How an image is built.
    Dockerfile,
    /// A workflow of GitHub Actions.
    Workflow,
    /// The pipeline of GitLab CI.
    GitlabCi,
    /// A unit of systemd.
    Unit,
    /// Program text.
    Program(Language),
    /// npm's `package.json`.
    Package,
    /// Python's lists of dependencies: `pyproject.toml`, `requirements.txt`, `setup.cfg`, `Pipfile`.
    PythonDependencies,
    /// Bundler's `Gemfile`.
    Gemfile,
    /// Go's `go.mod`.
    GoMod,
    /// `Cargo.toml`.
    CargoToml,
}

/// How sure it is that a program reads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Basis {
    /// The program is told to read that very file.
    Named,
    /// The project depends on a library that reads such files.
    Dependency,
}

/// A place that says who reads a `.env` file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clue {
    /// Who reads it.
    pub reader: Reader,
    /// Which files.
    pub names: Names,
    /// The place.
    pub span: Span,
    /// How sure that is.
    pub basis: Basis,
}

/// What a file says, in the order of its places. `depends` are the readers that the project depends on: they tell programs of one name apart.
#[must_use]
pub fn clues(kind: Kind, bytes: &[u8], depends: &[Reader]) -> Vec<Clue> {
    let Ok(text) = std::str::from_utf8(bytes) else { return Vec::new() };
    let bare = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = match kind {
        Kind::Compose => compose::clues(bare),
        Kind::Unit => units::clues(bare, depends),
        Kind::Program(language) => calls::clues(language, bare),
        Kind::Package => package(bare, depends),
        Kind::PythonDependencies => depends::python(bare),
        Kind::Gemfile => depends::gemfile(bare),
        Kind::GoMod => depends::go_mod(bare),
        Kind::CargoToml => depends::cargo(bare),
        Kind::Taskfile => {
            let mut found = compose::taskfile(bare);
            found.extend(scripts::clues(kind, bare, depends));
            found
        }
        _ => scripts::clues(kind, bare, depends),
    };
    let bom = text.len() - bare.len();
    for clue in &mut found {
        clue.span = Span::new(clue.span.start + bom, clue.span.end + bom);
    }
    found.sort_by_key(|clue| (clue.span, clue.reader));
    found.dedup();
    found
}

/// JSON is YAML, as far as such files go.
fn package(text: &str, depends: &[Reader]) -> Vec<Clue> {
    let Ok(root) = yaml::parse(text) else { return Vec::new() };
    let mut found = depends::package(&root);
    found.extend(scripts::package_scripts(&root, depends));
    found
}
