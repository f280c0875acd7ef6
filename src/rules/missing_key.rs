//! `missing-key`: a variable that must be there is not

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::{Content, File, Role};
use crate::syntax::reader::Outcome;
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
            Some(Content::Read(_)) if !matches!(key.outcome, Some(Outcome::Value(_))) => {
                Cause::new("no-value")
            }
            // There, though its value may not be known: that is said elsewhere.
            Some(_) => return,
        };
        let (message, help) = match key.variable {
            None => (
                Message::with("{} is required and not set", [Arg::Key(key.key.clone())]),
                how_to_set(cx, key.key),
            ),
            Some(_) => (
                Message::with("{} is required, and its line gives it no value", [Arg::Key(key.key.clone())]),
                Message::with("write {}=value on that line", [Arg::Key(key.key.clone())]),
            ),
        };
        let place = key.place(cx.environment).or_else(|| home(cx, key.key).map(Place::File));
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
        for wanted in &cx.environment.template {
            if cx.environment.winners.contains_key(&wanted.key) {
                continue;
            }
            let message = Message::with(
                "{} stands in {} and is not set",
                [Arg::Key(wanted.key.clone()), Arg::Path(wanted.path.clone())],
            );
            let home = home(cx, &wanted.key).map_or_else(|| wanted.place.clone(), Place::File);
            let finding = FindingBuilder::about_key(&META, Cause::new("template"), &wanted.key)
                .environment(&cx.environment.name)
                .message(message)
                .help(how_to_set(cx, &wanted.key))
                .at(home)
                .related("named here", wanted.place.clone());
            sink.report(finding);
        }
    }
}

/// Whether a `.env` file or folder of secrets is there and could not be opened, so that nobody knows what is in it.
fn source_unopened(cx: &Context<'_>) -> bool {
    let source = |file: &&File| matches!(file.role, Role::Dotenv | Role::SecretsFolder);
    cx.environment.files.iter().filter(source).any(|file| file.state.is_err())
}

/// The file or folder in which a key would be set: secrets in their folder, where there is one.
fn home(cx: &Context<'_>, key: &KeyName) -> Option<SafePath> {
    let declared = cx.policy.key(key).and_then(|entry| entry.secret.as_ref()).map(|set| set.value);
    let secret = declared.unwrap_or_else(|| is_secret_name(key.as_str()));
    let first = |role| cx.environment.files.iter().find(move |file| file.role == role);
    let (dotenv, folder) = (first(Role::Dotenv), first(Role::SecretsFolder));
    let file = if secret { folder.or(dotenv) } else { dotenv.or(folder) };
    file.map(|file| file.path.clone())
}

fn how_to_set(cx: &Context<'_>, key: &KeyName) -> Message {
    let folder = |path: &SafePath| {
        cx.environment.files.iter().any(|f| f.path == *path && f.role == Role::SecretsFolder)
    };
    let key_arg = Arg::Key(key.clone());
    match home(cx, key) {
        Some(path) if folder(&path) => {
            Message::with("put its value into the file {}/{}, mode 0600", [Arg::Path(path), key_arg])
        }
        Some(path) => Message::with("set {} in {}", [key_arg, Arg::Path(path)]),
        None => Message::with("set {} in a source of the environment", [key_arg]),
    }
}
