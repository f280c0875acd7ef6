//! What a value says, form by form.

use super::{Form, Weight};

/// Where anybody may put files.
const OPEN: &[&[u8]] = &[b"/tmp/", b"/var/tmp/", b"/dev/shm/"];
/// Where a system keeps its libraries.
const LIBRARIES: &[&[u8]] =
    &[b"/lib/", b"/lib64/", b"/usr/lib/", b"/usr/lib64/", b"/usr/local/lib/", b"/opt/", b"/nix/store/"];
/// Where a system keeps its programs.
const PROGRAMS: &[&[u8]] = &[
    b"/bin/",
    b"/sbin/",
    b"/usr/bin/",
    b"/usr/sbin/",
    b"/usr/local/bin/",
    b"/usr/lib/",
    b"/usr/libexec/",
    b"/opt/",
    b"/nix/store/",
];
/// Programs that run what they are given.
const INTERPRETERS: &[&[u8]] = &[
    b"sh", b"bash", b"dash", b"zsh", b"env", b"eval", b"exec", b"python", b"python3", b"node", b"perl",
    b"ruby", b"php",
];
/// Settings of git's that name something to run (git-config(1)), in lower case; the whole, or beginning and end.
const GIT_SETTINGS: &[(&str, &str)] = &[
    ("core.hookspath", ""),
    ("core.sshcommand", ""),
    ("core.fsmonitor", ""),
    ("core.editor", ""),
    ("core.pager", ""),
    ("core.askpass", ""),
    ("core.gitproxy", ""),
    ("core.alternaterefscommand", ""),
    ("sequence.editor", ""),
    ("init.templatedir", ""),
    ("uploadpack.packobjectshook", ""),
    ("gpg.", "program"),
    ("credential.", "helper"),
    ("include.", "path"),
    ("includeif.", "path"),
    ("diff.", "external"),
    ("diff.", "command"),
    ("diff.", "textconv"),
    ("filter.", "clean"),
    ("filter.", "smudge"),
    ("filter.", "process"),
    ("merge.", "driver"),
    ("mergetool.", "cmd"),
    ("difftool.", "cmd"),
    ("remote.", "uploadpack"),
    ("remote.", "receivepack"),
    ("alias.", ""),
    ("pager.", ""),
];

pub(super) fn weigh(form: Form, value: &[u8]) -> Option<Weight> {
    let word = |words: &[&str]| words.iter().any(|word| word.as_bytes().eq_ignore_ascii_case(value));
    match form {
        Form::Libraries => Some(libraries(value)),
        Form::Folders => Some(folders(value, Weight::Names)),
        Form::Sources => Some(folders(value, Weight::Steers)),
        Form::Path => path(value),
        Form::MaybePath if is_path(value) => path(value),
        Form::Command => command(value),
        Form::Piped => {
            let start = value.iter().position(|b| !b"|- \t\"".contains(b)).unwrap_or(value.len());
            command(value.get(start..).unwrap_or_default())
        }
        Form::Options(known) => options(known, value),
        Form::Code => Some(Weight::Names),
        Form::Prompt => substitutes(value).then_some(Weight::Names),
        Form::Any(but) => (!word(but)).then_some(Weight::Steers),
        Form::GitSetting => is_running_setting(value).then_some(Weight::Names),
        Form::Words(words) => word(words).then_some(Weight::Names),
        Form::AllBut(words) => (!word(words)).then_some(Weight::Names),
        Form::MaybePath => None,
    }
}

fn begins(value: &[u8], with: &[&[u8]]) -> bool {
    with.iter().any(|start| value.starts_with(start))
}

/// Whether a path goes up: where it ends is not where it begins.
fn goes_up(path: &[u8]) -> bool {
    path.split(|b| *b == b'/').any(|part| part == b"..")
}

/// Whether a path lies where anybody may write, the folder itself included.
fn is_open(path: &[u8]) -> bool {
    begins(path, OPEN) || OPEN.iter().any(|open| open.strip_suffix(b"/") == Some(path))
}

/// Whether a path does not depend on where the program is started: `$HOME/bin` does not either.
fn is_rooted(path: &[u8]) -> bool {
    path.first().is_some_and(|first| b"/~$%".contains(first))
}

/// Whether a value reads as a path, and not as a word such as `eu/prod`.
fn is_path(value: &[u8]) -> bool {
    value.contains(&b'/') && (is_rooted(value) || value.starts_with(b"./") || value.starts_with(b"../"))
}

/// `$(...)` and backquotes.
fn substitutes(value: &[u8]) -> bool {
    value.contains(&b'`') || value.windows(2).any(|part| part == b"$(")
}

/// ld.so(8): a name without a slash is looked for where the system's libraries lie.
fn libraries(value: &[u8]) -> Weight {
    let usual = |item: &[u8]| !item.contains(&b'/') || (begins(item, LIBRARIES) && !goes_up(item));
    let mut items = value.split(|b| b.is_ascii_whitespace() || *b == b':').filter(|item| !item.is_empty());
    if items.all(usual) { Weight::Steers } else { Weight::Names }
}

/// Folders between colons; `relative` is what one weighs that depends on where the program is started. An empty entry is the
/// current folder (POSIX, "Environment Variables"; ld.so(8)).
fn folders(value: &[u8], relative: Weight) -> Weight {
    let windows = value.windows(2).any(|part| part == b":\\");
    let weigh = |folder: &[u8]| {
        if is_open(folder) || substitutes(folder) {
            Weight::Names
        } else if is_rooted(folder) && !goes_up(folder) {
            Weight::Steers
        } else {
            relative
        }
    };
    let names = !windows && value.split(|b| *b == b':').any(|folder| weigh(folder) == Weight::Names);
    if names { Weight::Names } else { Weight::Steers }
}

fn path(value: &[u8]) -> Option<Weight> {
    let windows = value.get(1..3) == Some(b":\\");
    match value {
        b"/dev/null" => None,
        _ if is_open(value) || goes_up(value) || substitutes(value) => Some(Weight::Names),
        _ if is_rooted(value) || windows => Some(Weight::Steers),
        _ => Some(Weight::Names),
    }
}

/// A command of the system's that a shell would make no more of. A word alone is as harmless as `EDITOR=vim`.
fn command(value: &[u8]) -> Option<Weight> {
    let mut words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    let first = words.next().unwrap_or_default();
    let name = first.rsplit(|b| *b == b'/').next().unwrap_or_default();
    let known = !first.contains(&b'/') || (begins(first, PROGRAMS) && !goes_up(first));
    let more = value.iter().any(|b| b"|&;<>()`\n".contains(b)) || substitutes(value);
    // ssh_config(5): these hand a command on to a shell.
    let hands_on = [&b"proxycommand"[..], b"localcommand"];
    let hands_on = |word: &[u8]| hands_on.iter().any(|part| has_folded(word, part));
    if !known || more || INTERPRETERS.contains(&name) || words.clone().any(hands_on) {
        return Some(Weight::Names);
    }
    let plain = !first.contains(&b'/') && (name != b"ssh" || words.next().is_none());
    (!plain).then_some(Weight::Steers)
}

/// Whether a word has another in it, in whatever case.
fn has_folded(word: &[u8], part: &[u8]) -> bool {
    word.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}

fn options(known: &[&str], value: &[u8]) -> Option<Weight> {
    let mut found = None;
    for word in value.split(u8::is_ascii_whitespace) {
        let word = word.trim_ascii();
        let start = word.iter().position(|b| !b"\"'".contains(b)).unwrap_or(word.len());
        let word = word.get(start..).unwrap_or_default();
        for option in known {
            let (option, weight) = match option.strip_prefix('?') {
                Some(option) => (option, Weight::Steers),
                None => (*option, Weight::Names),
            };
            if is_option(word, option) {
                if weight == Weight::Names {
                    return Some(weight);
                }
                found = Some(weight);
            }
        }
    }
    found
}

/// Whether a word of a command line is this option. Node takes `_` for `-` in long ones.
fn is_option(word: &[u8], option: &str) -> bool {
    let (option, open) = match option.strip_suffix('*') {
        Some(start) => (start.as_bytes(), true),
        None => (option.as_bytes(), false),
    };
    let same = |(a, b): (&u8, &u8)| a == b || (*b == b'-' && *a == b'_');
    let Some(head) = word.get(..option.len()) else { return false };
    let rest = word.get(option.len()..).unwrap_or_default();
    let ends = rest.first().is_none_or(|next| b"=\"'".contains(next));
    head.iter().zip(option).all(same) && (open || ends)
}

/// Settings' names fold case, but for what stands between their first and last dots (git-config(1)).
fn is_running_setting(name: &[u8]) -> bool {
    let folded = |part: Option<&[u8]>, known: &str| {
        part.is_some_and(|part| part.eq_ignore_ascii_case(known.as_bytes()))
    };
    GIT_SETTINGS.iter().any(|(start, end)| {
        let whole = end.is_empty() && !start.ends_with('.');
        let last = name.len().checked_sub(end.len()).and_then(|from| name.get(from..));
        (!whole || name.len() == start.len()) && folded(name.get(..start.len()), start) && folded(last, end)
    })
}
