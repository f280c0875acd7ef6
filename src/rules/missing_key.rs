//! `missing-key`: a variable that must be there is not

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, NotChecked, RuleMeta, Severity, Why};
use crate::model::{Content, File, Role};
use crate::policy::KeyEntry;
use crate::syntax::readers::{Outcome, Reader};
use crate::text::{KeyName, SafePath};

use super::shared::secrecy::is_secret_name;
use super::{Context, KeyView, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "missing-key",
    summary: "a variable that must be there is not",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("required", "the policy requires the key, and no source has it"),
        CauseMeta::new("no-value", "the policy requires the key, and what stands there gives no value"),
        CauseMeta::soft(
            "template",
            "without a policy: `.env.example` has the key and the environment has not",
        ),
    ],
    page: include_str!("../../docs/rules/missing-key.md"),
};

/// See the module.
pub struct MissingKey;

impl Rule for MissingKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(required) = key.entry.and_then(|entry| entry.required.as_ref()).filter(|set| set.value)
        else {
            return;
        };
        let cause = match key.variable.map(|variable| &variable.content) {
            // It may stand in the source that was not opened, which blocks the verdict.
            None if source_unopened(cx) => return,
            None => Cause::new("required"),
            // What is not known is said as such: it may well be a value.
            Some(Content::Read(_))
                if !matches!(key.outcome, Some(Outcome::Value(_) | Outcome::Unmodelled)) =>
            {
                Cause::new("no-value")
            }
            // There, though its value may not be known: that is said elsewhere.
            Some(_) => return,
        };
        let (message, help) = match key.variable {
            None => (
                Message::with("{} is required and not set", [Arg::Key(key.key.clone())]),
                how_to_set(cx, key.key, key.service),
            ),
            Some(_) => no_value(key),
        };
        let place = key.place(cx.environment).or_else(|| home(cx, key.key, key.service).map(Place::File));
        let finding = FindingBuilder::about_key(&META, cause, key.key)
            .environment(&cx.environment.name)
            .message(message)
            .help(help)
            .readers(key.readers.clone())
            .at(place.unwrap_or_else(|| required.at.place()))
            .asked_by(Some(required.at.place()));
        sink.report(finding);
    }

    fn view(&self, cx: &Context<'_>, _view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        if source_unopened(cx) {
            return;
        }
        // A policy says itself which variables there have to be.
        let template = cx.environment.template.as_ref().filter(|_| !cx.policy.has_policy);
        for wanted in template.iter().flat_map(|template| &template.keys) {
            if cx.environment.winners.contains_key(&wanted.key) {
                continue;
            }
            let message = Message::with(
                "{} stands in {} and is not set",
                [Arg::Key(wanted.key.clone()), Arg::Path(wanted.path.clone())],
            );
            let home = home(cx, &wanted.key, None).map_or_else(|| wanted.place.clone(), Place::File);
            let finding = FindingBuilder::about_key(&META, Cause::new("template"), &wanted.key)
                .environment(&cx.environment.name)
                .message(message)
                .help(how_to_set(cx, &wanted.key, None))
                .at(home)
                .related("named here", wanted.place.clone());
            sink.report(finding);
        }
    }
}

/// What to say of a line that gives no value.
fn no_value(key: &KeyView<'_>) -> (Message, Message) {
    let name = || Arg::Key(key.key.clone());
    let written = Message::with("write {}=value on that line", [name()]);
    if key.readers.contains(&Reader::Plain.as_str()) {
        return (Message::with("{} is required, and its line gives it no value", [name()]), written);
    }
    let who = Arg::Words(key.readers.clone());
    let told = |template| Message::with(template, [name(), who.clone()]);
    match key.outcome {
        Some(Outcome::DependsOnProcess) => (
            told("{} is required, and to {} its value depends on the process that reads the file"),
            Message::new("write the value out, in single quotes if it holds a `$` of its own"),
        ),
        Some(Outcome::Runs) => (
            told("{} is required, and {} would run a part of its line"),
            Message::new("put the value in single quotes"),
        ),
        Some(Outcome::Refused) => (
            told("{} is required, and not set by {}, which refuses the file"),
            Message::new("mend the line that it refuses"),
        ),
        _ => (told("{} is required, and its line gives {} no value"), written),
    }
}

/// Whether a source was not read that has to be: it could not be opened, is not in its form, or is a process's environment that
/// belongs to nobody. Nobody knows what is in it.
pub(super) fn source_unopened(cx: &Context<'_>) -> bool {
    let source =
        |file: &&File| file.role.holds_variables() || matches!(file.role, Role::SecretsFolder | Role::Names);
    // One that the policy names and that is not there blocks the verdict too.
    let lost =
        |gap: &NotChecked| matches!(gap.why, Why::SourceMissing | Why::ProcessUnbound | Why::Unparsable);
    cx.environment.files.iter().filter(source).any(|file| file.state.is_err())
        || cx.environment.gaps.iter().any(lost)
}

/// The file or folder in which a key would be set: secrets in their folder, where there is one.
fn home(cx: &Context<'_>, key: &KeyName, service: Option<&KeyName>) -> Option<SafePath> {
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

fn how_to_set(cx: &Context<'_>, key: &KeyName, service: Option<&KeyName>) -> Message {
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
