//! Where a variable that is not there would be set, and how.

use crate::finding::{Arg, Message, NotChecked, Why};
use crate::model::{File, Role};
use crate::policy::KeyEntry;
use crate::text::{KeyName, SafePath};

use super::super::Context;
use super::secret_names::is_secret_name;

/// Whether a source was not read that has to be: it could not be opened, is not in its form, or is a process's environment that
/// belongs to nobody. Nobody knows what is in it.
#[must_use]
pub fn source_unopened(cx: &Context<'_>) -> bool {
    let source =
        |file: &&File| file.role.holds_variables() || matches!(file.role, Role::SecretsFolder | Role::Names);
    // One that the policy names and that is not there blocks the verdict too.
    let lost =
        |gap: &NotChecked| matches!(gap.why, Why::SourceMissing | Why::ProcessUnbound | Why::Unparsable);
    cx.environment.files.iter().filter(source).any(|file| file.is_unopened())
        || cx.environment.gaps.iter().any(lost)
}

/// The file or folder in which a key would be set: secrets in their folder, where there is one.
#[must_use]
pub fn home(cx: &Context<'_>, key: &KeyName, service: Option<&KeyName>) -> Option<SafePath> {
    let declared = cx.policy.key(key).and_then(KeyEntry::secrecy);
    let secret = declared.unwrap_or_else(|| is_secret_name(key.as_str()));
    // A service's own place before a shared one, and never another service's.
    let fits = |file: &File| match (&file.service, service) {
        (None, _) => true,
        (Some(own), Some(service)) => own == service,
        (Some(own), None) => cx.policy.concerns(key, own),
    };
    let first = |role| {
        let mut files: Vec<&File> =
            cx.environment.files.iter().filter(|file| file.role == role && fits(file)).collect();
        files.sort_by_key(|file| file.service.is_none());
        files.first().copied()
    };
    let (dotenv, folder) = (first(Role::Dotenv), first(Role::SecretsFolder));
    let file = if secret { folder.or(dotenv) } else { dotenv.or(folder) };
    file.map(|file| file.path.clone())
}

/// How to set a key where it would be set.
#[must_use]
pub fn how_to_set(cx: &Context<'_>, key: &KeyName, service: Option<&KeyName>) -> Message {
    let pointer = KeyName::declared(&format!("{key}_FILE"));
    if let Some(pointer) = pointer.filter(|pointer| cx.environment.winners.contains_key(pointer)) {
        let text =
            "{} is set: say with `mounts` at its source where the path leads, so that the file is read";
        return Message::with(text, [Arg::Key(pointer)]);
    }
    let folder = |path: &SafePath| {
        cx.environment.files.iter().any(|f| f.path == *path && f.role == Role::SecretsFolder)
    };
    let key_arg = Arg::Key(key.clone());
    match home(cx, key, service) {
        Some(path) if folder(&path) => {
            Message::with("put its value into the file {}/{}, mode 0600", [Arg::Path(path), key_arg])
        }
        Some(path) => Message::with("set {} in {}", [key_arg, Arg::Path(path)]),
        None => Message::with("set {} in a source of the environment", [key_arg]),
    }
}
