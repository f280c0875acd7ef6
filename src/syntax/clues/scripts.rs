//! Where a project's files hold shell commands: which parts of a text a shell is given.

use crate::syntax::readers::Reader;
use crate::syntax::yaml::{self, Node, Value};
use crate::text::Span;

use super::commands::{Shell, scan};
use super::words::Dollar;
use super::{Clue, Kind};

/// What the commands of a text say.
pub(super) fn clues(kind: Kind, text: &str, depends: &[Reader]) -> Vec<Clue> {
    let shell = |dot: Option<Reader>| Shell { dot, dollar: Dollar::Shell, depends };
    match kind {
        Kind::Shell { bash } => match shebang(text) {
            Some(dot) => scan(text, [whole(text)], shell(dot)),
            None => scan(text, [whole(text)], shell(Some(if bash { Reader::Bash } else { Reader::Sh }))),
        },
        // Without an ending only the first line says that it is a script.
        Kind::Unnamed => match shebang(text) {
            Some(Some(dot)) => scan(text, [whole(text)], shell(Some(dot))),
            _ => Vec::new(),
        },
        Kind::Makefile => {
            let bash = text.lines().any(|line| line.starts_with("SHELL") && line.contains("bash"));
            let dot = Some(if bash { Reader::Bash } else { Reader::Sh });
            let recipes = parts(text, |line| line.starts_with('\t').then_some(1));
            scan(text, recipes, Shell { dollar: Dollar::Make, ..shell(dot) })
        }
        Kind::Justfile => {
            let bash = text.lines().any(|line| line.starts_with("set shell") && line.contains("bash"));
            let bash =
                bash || text.lines().any(|line| line.trim_start().starts_with("#!") && line.contains("bash"));
            let recipes = parts(text, |line| line.starts_with([' ', '\t']).then_some(0));
            scan(text, recipes, shell(Some(if bash { Reader::Bash } else { Reader::Sh })))
        }
        Kind::Procfile => {
            let processes = parts(text, |line| {
                let name = line.find(|c: char| c != '_' && c != '-' && !c.is_ascii_alphanumeric())?;
                line.get(name..)?.starts_with(": ").then_some(name + 1)
            });
            scan(text, processes, shell(Some(Reader::Sh)))
        }
        Kind::Dockerfile => {
            let text = &without_lists(text);
            scan(text, parts(text, instruction), shell(Some(Reader::Sh)))
        }
        // A step of a workflow without a shell of its own is bash's.
        Kind::Workflow => yaml_clues(text, &["run"], shell(Some(Reader::Bash))),
        Kind::GitlabCi => {
            yaml_clues(text, &["script", "before_script", "after_script"], shell(Some(Reader::Sh)))
        }
        Kind::Taskfile => yaml_clues(text, &["cmds", "cmd", "sh"], shell(Some(Reader::Sh))),
        _ => Vec::new(),
    }
}

/// The `scripts` of a `package.json`: npm gives them to `sh`. Strings are looked at without their escapes, so that a clue stands at the whole string.
pub(super) fn package_scripts(root: &Node, depends: &[Reader]) -> Vec<Clue> {
    let Value::Mapping(fields) = &root.value else { return Vec::new() };
    let scripts = fields.iter().filter(|(key, _)| key.text == "scripts");
    let scripts = scripts.filter_map(|(_, node)| match &node.value {
        Value::Mapping(scripts) => Some(scripts),
        _ => None,
    });
    let shell = Shell { dot: Some(Reader::Sh), dollar: Dollar::Shell, depends };
    let mut found = Vec::new();
    for (_, script) in scripts.flatten() {
        if let Value::Scalar(text) = &script.value {
            let clues = scan(text, [whole(text)], shell);
            found.extend(clues.into_iter().map(|clue| Clue { span: script.span, ..clue }));
        }
    }
    found
}

fn whole(text: &str) -> Span {
    Span::new(0, text.len())
}

/// The shell that a text's first line names: none that is modelled is `Some(None)`.
fn shebang(text: &str) -> Option<Option<Reader>> {
    let line = text.lines().next()?.strip_prefix("#!")?;
    let mut words = line.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or_default());
    let program = words.find(|word| *word != "env" && !word.starts_with('-'))?;
    Some(match program {
        "bash" => Some(Reader::Bash),
        "sh" | "dash" | "ash" => Some(Reader::Sh),
        _ => None,
    })
}

/// The lines of which `start` says where commands begin in them, each with those that a `\` at its end joins to it. What only says how
/// make, just and systemd run a line (`@`, `-`, `+`) is left out.
pub(super) fn parts(text: &str, start: impl Fn(&str) -> Option<usize>) -> Vec<Span> {
    let mut found: Vec<Span> = Vec::new();
    let mut at = 0;
    // Whether the line before goes on, and whether it is one of those.
    let (mut goes_on, mut wanted) = (false, false);
    for line in text.split_inclusive('\n') {
        let end = at + line.len();
        let begin = if goes_on { Some(0) } else { start(line) };
        if goes_on && wanted {
            if let Some(last) = found.last_mut() {
                last.end = end;
            }
        } else if let Some(begin) = begin.filter(|_| !goes_on) {
            let rest = line.get(begin..).unwrap_or_default();
            let marks = rest.len() - rest.trim_start_matches(['@', '-', '+', ':', '!', ' ', '\t']).len();
            found.push(Span::new(at + begin + marks, end));
            wanted = true;
        } else if !goes_on {
            wanted = false;
        }
        goes_on = line.trim_end_matches(['\r', '\n']).ends_with('\\');
        at = end;
    }
    found
}

/// Where the command of a Dockerfile's instruction begins.
fn instruction(line: &str) -> Option<usize> {
    let name = line.split([' ', '\t']).next()?;
    if !["RUN", "CMD", "ENTRYPOINT"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
        return None;
    }
    // `RUN --mount=... command`
    let mut at = name.len();
    loop {
        let rest = line.get(at..)?;
        let word = rest.trim_start_matches([' ', '\t']);
        let start = at + rest.len() - word.len();
        if !word.starts_with("--") {
            return Some(start);
        }
        at = start + word.find([' ', '\t'])?;
    }
}

/// A Dockerfile with blanks for the brackets and commas of `["sh", "-c", "command"]`.
fn without_lists(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let list = instruction(line).and_then(|at| line.split_at_checked(at));
        let Some((before, list)) = list.filter(|(_, rest)| rest.starts_with('[')) else {
            out.push_str(line);
            continue;
        };
        out.push_str(before);
        let (mut quoted, mut escaped) = (false, false);
        for c in list.chars() {
            quoted ^= c == '"' && !escaped;
            escaped = c == '\\' && !escaped;
            out.push(if !quoted && matches!(c, '[' | ']' | ',') { ' ' } else { c });
        }
    }
    out
}

fn yaml_clues(text: &str, keys: &[&str], shell: Shell<'_>) -> Vec<Clue> {
    let Ok(root) = yaml::parse(text) else { return Vec::new() };
    let mut found = Vec::new();
    scalars(&root, keys, false, &mut found);
    let mut masked = text.as_bytes().to_vec();
    let parts: Vec<Span> =
        found.into_iter().filter_map(|scalar| command_part(text, scalar, &mut masked)).collect();
    let Ok(masked) = String::from_utf8(masked) else { return Vec::new() };
    scan(&masked, parts, shell)
}

/// The scalars below one of the keys.
fn scalars<'a>(node: &'a Node, keys: &[&str], below: bool, found: &mut Vec<(Span, &'a str)>) {
    match &node.value {
        Value::Scalar(text) if below => found.push((node.span, text)),
        Value::Sequence(items) => items.iter().for_each(|item| scalars(item, keys, below, found)),
        Value::Mapping(pairs) => {
            for (key, item) in pairs {
                scalars(item, keys, keys.contains(&key.text.as_str()), found);
            }
        }
        _ => {}
    }
}

/// The part of the file that is a scalar's text. Where YAML folds lines into one, blanks take the place of line breaks.
fn command_part(text: &str, (span, value): (Span, &str), masked: &mut [u8]) -> Option<Span> {
    let raw = text.get(span.start..span.end)?;
    let quoted = raw.len() >= 2 && raw.starts_with(['"', '\'']) && raw.ends_with(['"', '\'']);
    let breaks = |text: &str| text.trim_end().matches('\n').count();
    if breaks(raw) > breaks(value) {
        for byte in masked.get_mut(span.start..span.end)?.iter_mut().filter(|byte| **byte == b'\n') {
            *byte = b' ';
        }
    }
    Some(if quoted { Span::new(span.start + 1, span.end - 1) } else { span })
}
