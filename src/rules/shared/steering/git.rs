//! Settings of git's that variables hold, each with its value (git-config(1)).

use super::{Kind, Weight};

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
    ("gpg.", "defaultkeycommand"),
    ("interactive.difffilter", ""),
    ("sendemail.", "cmd"),
    ("submodule.", "update"),
    ("tar.", "command"),
    ("imap.tunnel", ""),
    ("browser.", "cmd"),
    ("browser.", "path"),
    ("man.", "cmd"),
    ("man.", "path"),
    ("trailer.", "cmd"),
    ("trailer.", "command"),
    ("guitool.", "cmd"),
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
    ("mergetool.", "path"),
    ("difftool.", "cmd"),
    ("difftool.", "path"),
    ("remote.", "uploadpack"),
    ("remote.", "receivepack"),
    ("alias.", ""),
    ("pager.", ""),
];

/// Values of these settings that run nothing: git's own words for off and on, and what is no place.
const HARMLESS: &[&[u8]] =
    &[b"", b"false", b"no", b"off", b"0", b"true", b"yes", b"on", b"1", b"cat", b"/dev/null"];

/// What a setting does, as far as its value is known.
pub(super) fn setting(name: &[u8], value: Option<&[u8]>) -> Option<(Kind, Weight)> {
    let value = value.map(<[u8]>::trim_ascii);
    let is = |words: &[&[u8]]| {
        value.is_some_and(|value| words.iter().any(|word| value.eq_ignore_ascii_case(word)))
    };
    if is_setting(name, "http.", "sslverify") {
        return is(&[b"false", b"no", b"off", b"0", b""]).then_some((Kind::Tls, Weight::Names));
    }
    // `ext::COMMAND` is run (git-remote-ext(1)).
    if is_setting(name, "protocol.ext.allow", "") || is_setting(name, "protocol.allow", "") {
        return is(&[b"always", b"user"]).then_some((Kind::Git, Weight::Names));
    }
    let alias = is_setting(name, "alias.", "");
    (is_running_setting(name) && (alias || !is(HARMLESS))).then_some((Kind::Git, Weight::Names))
}

/// Settings' names fold case, but for what stands between their first and last dots (git-config(1)).
fn is_running_setting(name: &[u8]) -> bool {
    GIT_SETTINGS.iter().any(|(start, end)| is_setting(name, start, end))
}

fn is_setting(name: &[u8], start: &str, end: &str) -> bool {
    let folded = |part: Option<&[u8]>, known: &str| {
        part.is_some_and(|part| part.eq_ignore_ascii_case(known.as_bytes()))
    };
    let whole = end.is_empty() && !start.ends_with('.');
    let last = name.len().checked_sub(end.len()).and_then(|from| name.get(from..));
    (!whole || name.len() == start.len()) && folded(name.get(..start.len()), start) && folded(last, end)
}
