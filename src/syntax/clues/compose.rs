//! Compose files: `env_file` of services, and the `.env` beside the file. Taskfiles: `dotenv`.

use crate::syntax::readers::Reader;
use crate::syntax::yaml::{self, Key, Node, Value};
use crate::text::Span;

use super::names::{Names, UNKNOWN};
use super::{Basis, Clue};

/// Merges in merges that are followed.
const MERGES: usize = 8;

/// What a compose file says. Paths are relative to the folder that it stands in.
pub(super) fn clues(text: &str) -> Vec<Clue> {
    let Ok(root) = yaml::parse(text) else { return Vec::new() };
    let Some((key, services)) = field(&root, "services") else { return Vec::new() };
    let Value::Mapping(services) = &services.value else { return Vec::new() };
    let mut found = Vec::new();
    // Read for the variables of the file itself, whatever they are.
    named(Reader::Compose, ".env", key.span, &mut found);
    for (_, service) in services {
        if let Some(files) = merged_field(service, "env_file", MERGES) {
            each(files, &mut |item| env_file(item, &mut found));
        }
    }
    found
}

/// What a Taskfile's `dotenv` says: Task reads such files with godotenv.
pub(super) fn taskfile(text: &str) -> Vec<Clue> {
    let Ok(root) = yaml::parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    let tasks = field(&root, "tasks").and_then(|(_, tasks)| match &tasks.value {
        Value::Mapping(tasks) => Some(tasks.as_slice()),
        _ => None,
    });
    let tasks = tasks.unwrap_or_default().iter().map(|(_, task)| task);
    for (_, files) in std::iter::once(&root).chain(tasks).filter_map(|node| field(node, "dotenv")) {
        each(files, &mut |item| {
            if let Value::Scalar(path) = &item.value {
                named(Reader::Godotenv, &templated(path, "{{", "}}"), item.span, &mut found);
            }
        });
    }
    found
}

/// `path`, or `{ path, format }`.
fn env_file(item: &Node, found: &mut Vec<Clue>) {
    let (path, reader) = match &item.value {
        Value::Mapping(_) => {
            let raw = match field(item, "format").map(|(_, format)| &format.value) {
                None | Some(Value::Null) => false,
                Some(Value::Scalar(format)) if format == "raw" => true,
                // A format that nobody knows.
                Some(_) => return,
            };
            let Some((_, path)) = field(item, "path") else { return };
            (path, if raw { Reader::Docker } else { Reader::Compose })
        }
        _ => (item, Reader::Compose),
    };
    if let Value::Scalar(text) = &path.value {
        named(reader, &interpolated(text), path.span, found);
    }
}

fn named(reader: Reader, path: &str, span: Span, found: &mut Vec<Clue>) {
    if let Some(names) = Names::written(path) {
        found.push(Clue { reader, names, span, basis: Basis::Named });
    }
}

/// Each item of a list, or the one that stands in its place.
fn each(node: &Node, take: &mut dyn FnMut(&Node)) {
    match &node.value {
        Value::Sequence(items) => items.iter().for_each(take),
        _ => take(node),
    }
}

fn field<'a>(node: &'a Node, name: &str) -> Option<(&'a Key, &'a Node)> {
    let Value::Mapping(pairs) = &node.value else { return None };
    pairs.iter().find(|(key, _)| key.text == name).map(|(key, node)| (key, node))
}

/// A field of a mapping, or of what `<<` merges into it.
fn merged_field<'a>(node: &'a Node, name: &str, depth: usize) -> Option<&'a Node> {
    if let Some((_, found)) = field(node, name) {
        return Some(found);
    }
    let (_, merged) = field(node, "<<").filter(|_| depth > 0)?;
    let sources = match &merged.value {
        Value::Sequence(sources) => sources.as_slice(),
        _ => std::slice::from_ref(merged),
    };
    sources.iter().find_map(|source| merged_field(source, name, depth - 1))
}

/// A path with its variables as what is not known; of `${NAME:-path}` alone the path.
fn interpolated(text: &str) -> String {
    if let Some(inner) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
        && let Some((_, default)) = inner.split_once(":-")
        && !default.contains(['$', '{', '}'])
    {
        return default.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        out.push_str(before);
        if let Some(behind) = behind.strip_prefix('$') {
            out.push('$');
            rest = behind;
            continue;
        }
        out.push(UNKNOWN);
        rest = match behind.strip_prefix('{') {
            // Nested ones end a little early, and then the path fits nothing.
            Some(inner) => inner.split_once('}').map_or("", |(_, behind)| behind),
            None => behind.trim_start_matches(|c: char| c == '_' || c.is_ascii_alphanumeric()),
        };
    }
    out.push_str(rest);
    out
}

/// A text with what stands between `open` and `close` as what is not known.
pub(super) fn templated(text: &str, open: &str, close: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(open) {
        out.push_str(before);
        out.push(UNKNOWN);
        rest = behind.split_once(close).map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    out
}
