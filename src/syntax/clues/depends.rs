//! Libraries that read `.env` files, in the files that list what a project depends on.

use toml::de::{DeTable, DeValue};

use crate::syntax::readers::Reader;
use crate::syntax::yaml::{Node, Value};
use crate::text::Span;

use super::names::Names;
use super::{Basis, Clue};

fn clue(reader: Reader, span: Span) -> Clue {
    Clue { reader, names: Names::every_dotenv(), span, basis: Basis::Dependency }
}

/// npm packages that read as dotenv does.
const DOTENV: &[&str] = &["dotenv", "dotenv-flow", "dotenv-safe"];
/// npm packages that also expand variables, which is not modelled: a project that has one of them may read any of its files so.
const EXPANDING: &[&str] = &[
    "@dotenvx/dotenvx",
    "@nestjs/config",
    "@vue/cli-service",
    "dotenv-cli",
    "dotenv-expand",
    "dotenv-extended",
    "dotenv-webpack",
    "next",
    "nuxt",
    "react-scripts",
    "vite",
];

/// `package.json`: dependencies, those of development included.
pub(super) fn package(root: &Node) -> Vec<Clue> {
    let Value::Mapping(fields) = &root.value else { return Vec::new() };
    let lists =
        fields.iter().filter(|(key, _)| matches!(key.text.as_str(), "dependencies" | "devDependencies"));
    let mut names = lists.filter_map(|(_, list)| match &list.value {
        Value::Mapping(list) => Some(list),
        _ => None,
    });
    let mut found = None;
    for (name, _) in names.by_ref().flatten() {
        if EXPANDING.contains(&name.text.as_str()) {
            return Vec::new();
        }
        if DOTENV.contains(&name.text.as_str()) {
            found = found.or(Some(name.span));
        }
    }
    found.map(|span| clue(Reader::Dotenv, span)).into_iter().collect()
}

/// `pyproject.toml`, `requirements.txt`, `setup.cfg`, `Pipfile`: `python-dotenv` at the start of a line or of a string. Names of packages are the
/// same in either case and with `-`, `_` or `.` (PEP 503).
pub(super) fn python(text: &str) -> Vec<Clue> {
    const NAME: &str = "python-dotenv";
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let said = line.split('#').next().unwrap_or_default();
        let folded = said.to_ascii_lowercase().replace(['_', '.'], "-");
        for (start, _) in folded.match_indices(NAME) {
            let before = folded.get(..start).unwrap_or_default();
            let behind = folded.get(start + NAME.len()..).and_then(|rest| rest.chars().next());
            let begins = before.trim().is_empty() || before.ends_with(['"', '\'']);
            let ends = behind.is_none_or(|c| c.is_whitespace() || "\"'=<>!~;[,@(".contains(c));
            if begins && ends {
                return vec![clue(Reader::Python, Span::new(at + start, at + start + NAME.len()))];
            }
        }
        at += line.len();
    }
    Vec::new()
}

/// `Gemfile`: `gem "dotenv"`.
pub(super) fn gemfile(text: &str) -> Vec<Clue> {
    let line = lines(text).find(|(_, line)| {
        let name = line.strip_prefix("gem").map(|rest| rest.trim_start_matches([' ', '(']));
        let name = name
            .and_then(|rest| rest.strip_prefix(['"', '\'']))
            .and_then(|rest| rest.split(['"', '\'']).next());
        matches!(name, Some("dotenv" | "dotenv-rails"))
    });
    line.map(|(span, _)| clue(Reader::Ruby, span)).into_iter().collect()
}

/// `go.mod`: `require github.com/joho/godotenv v1.5.1`, by the project's own code.
pub(super) fn go_mod(text: &str) -> Vec<Clue> {
    let line = lines(text).find(|(_, line)| {
        let required = line.strip_prefix("require ").unwrap_or(line).trim_start();
        let version = required.strip_prefix("github.com/joho/godotenv ");
        version.is_some_and(|rest| rest.starts_with('v') && !rest.contains("// indirect"))
    });
    line.map(|(span, _)| clue(Reader::Godotenv, span)).into_iter().collect()
}

/// `Cargo.toml`: `dotenvy` among dependencies; those of tests and build scripts read other files.
pub(super) fn cargo(text: &str) -> Vec<Clue> {
    let Ok(root) = DeTable::parse(text) else { return Vec::new() };
    let root = root.get_ref();
    let workspace = table(root, "workspace").and_then(|workspace| table(workspace, "dependencies"));
    let lists = [table(root, "dependencies"), workspace];
    let key = lists.into_iter().flatten().find_map(|list| list.keys().find(|key| key.get_ref() == "dotenvy"));
    key.map(|key| clue(Reader::Dotenvy, Span::new(key.span().start, key.span().end))).into_iter().collect()
}

fn table<'a, 'i>(parent: &'a DeTable<'i>, name: &str) -> Option<&'a DeTable<'i>> {
    match parent.get(name)?.get_ref() {
        DeValue::Table(table) => Some(table),
        _ => None,
    }
}

/// Lines without the blanks around them, with their places.
fn lines(text: &str) -> impl Iterator<Item = (Span, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let line = line.trim();
        (Span::new(start, start + line.len()), line)
    })
}
