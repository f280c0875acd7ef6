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
        Form::Code => Some(Weight::Names),
        Form::Prompt => substitutes(value).then_some(Weight::Names),
        Form::Any(but) => (!word(but)).then_some(Weight::Steers),
        Form::Protocols => {
            // `ext::COMMAND` is run (git-remote-ext(1)).
            value.split(|b| *b == b':').any(|name| name == b"ext").then_some(Weight::Names)
        }
        Form::Words(words) => word(words).then_some(Weight::Names),
        Form::AllBut(words) => (!word(words)).then_some(Weight::Names),
        // The others are read with what stands beside them.
        Form::MaybePath | Form::Options(_) | Form::GitSetting => None,
    }
}

fn begins(value: &[u8], with: &[&[u8]]) -> bool {
    with.iter().any(|start| value.starts_with(start))
}

/// Whether a path goes up: where it ends is not where it begins.
pub(super) fn goes_up(path: &[u8]) -> bool {
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
pub(super) fn folders(value: &[u8], relative: Weight) -> Weight {
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

pub(super) fn path(value: &[u8]) -> Option<Weight> {
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
    if !known || more || INTERPRETERS.contains(&name) || hands_on(words.clone()) {
        return Some(Weight::Names);
    }
    let plain = !first.contains(&b'/') && (name != b"ssh" || words.next().is_none());
    (!plain).then_some(Weight::Steers)
}

/// Whether options of ssh's run a command, or load a library or a file of options from where others may have put it
/// (ssh_config(5), ssh(1)).
fn hands_on<'a>(mut words: impl Iterator<Item = &'a [u8]>) -> bool {
    const RUN: [&[u8]; 3] = [b"proxycommand", b"localcommand", b"knownhostscommand"];
    const LOAD: [&[u8]; 2] = [b"pkcs11provider", b"securitykeyprovider"];
    while let Some(word) = words.next() {
        if RUN.iter().any(|part| has_folded(word, part)) {
            return true;
        }
        let library = if LOAD.iter().any(|part| has_folded(word, part)) {
            word.iter().position(|b| *b == b'=').and_then(|at| word.get(at + 1..)).or_else(|| words.next())
        } else {
            word.strip_prefix(b"-I")
                .map(|rest| if rest.is_empty() { words.next().unwrap_or(rest) } else { rest })
        };
        let file = word.strip_prefix(b"-F");
        let file = file.map(|rest| if rest.is_empty() { words.next().unwrap_or(rest) } else { rest });
        let foreign = library.is_some_and(|library| libraries(library) == Weight::Names);
        if foreign || file.is_some_and(|file| path(file) == Some(Weight::Names)) {
            return true;
        }
    }
    false
}

/// Whether a word has another in it, in whatever case.
fn has_folded(word: &[u8], part: &[u8]) -> bool {
    word.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part))
}
