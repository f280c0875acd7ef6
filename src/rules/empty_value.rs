//! `empty-value`: a variable that needs a value has none

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::Role;
use crate::policy::KeyEntry;

use super::shared::conditions::{self, divided};
use super::shared::secrecy::is_secret;
use super::{Context, KeyView, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "empty-value",
    summary: "a variable that needs a value has none",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("required", "the policy requires the key"),
        CauseMeta::new(
            "constrained",
            "the policy gives the key a type, a list, a length or a TLS mode that an empty value cannot have",
        ),
        CauseMeta::new(
            "required-if",
            "the policy requires the key where others have certain values, and they have",
        ),
        CauseMeta::new(
            "blank-file",
            "the file of a secret holds blanks or line breaks alone, and nothing says that it may be empty",
        ),
        CauseMeta::soft("secret", "the key is a secret, and nothing says that it may be empty"),
    ],
    page: include_str!("../../docs/rules/empty-value.md"),
};

/// See the module.
pub struct EmptyValue;

impl Rule for EmptyValue {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let (Some(variable), Some(value)) = (key.variable, key.value()) else { return };
        if !value.trim_ascii().is_empty() {
            return;
        }
        let required = key.entry.and_then(|entry| entry.required.as_ref());
        let conditional = key.entry.is_some_and(|entry| entry.required_if.is_some());
        let (cause, at) = if let Some(required) = required.filter(|set| set.value) {
            (Cause::new("required"), Some(required.at))
        } else if key.entry.is_some_and(KeyEntry::lists_empty) {
            return;
        } else if let Some(at) = key.entry.and_then(|entry| entry.constrains()) {
            (Cause::new("constrained"), Some(at))
        } else if required.is_none() && !conditional && is_secret(variable, key.entry, cx.environment) {
            // What made a file of nothing but a line break was meant to make one with a value.
            let file = cx.environment.file_of(variable).filter(|file| file.role == Role::Secret);
            let written = file.and_then(|file| file.written.as_deref());
            let blank = written.is_some_and(|written| !value.is_empty() || written.final_break);
            (Cause::new(if blank { "blank-file" } else { "secret" }), None)
        } else {
            return;
        };
        let help = if required.is_some_and(|set| set.value) {
            "give {} its value"
        } else {
            "give {} its value, or remove it if nothing needs it"
        };
        let Some(place) = key.place(cx.environment) else { return };
        let finding = FindingBuilder::about_key(&META, cause, key.key)
            .environment(&cx.environment.name)
            .message(Message::with("{} is set to nothing", [Arg::Key(key.key.clone())]))
            .help(Message::with(help, [Arg::Key(key.key.clone())]))
            .readers(key.reader_names())
            .at(place)
            .asked_by(at.map(|at| at.place()));
        sink.report(finding);
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        for (key, set, reasons) in conditions::required(cx, view, sink) {
            let Some((variable, value)) = view.value(key.as_str()) else { continue };
            let Some(place) = cx.environment.place(variable) else { continue };
            let constrained = cx.policy.key(key).is_some_and(|entry| entry.constrains().is_some());
            if !value.trim_ascii().is_empty() || constrained {
                continue;
            }
            let reason = Arg::Keys(reasons.iter().map(|reason| reason.key.clone()).collect());
            let finding = FindingBuilder::about_key(&META, Cause::new("required-if"), key)
                .environment(&cx.environment.name)
                .service(divided(cx, view, reasons.iter().map(|reason| reason.key).chain([key])))
                .message(Message::with(
                    "{} is set to nothing, and required by what {} is",
                    [Arg::Key(key.clone()), reason],
                ))
                .help(Message::with("give {} its value", [Arg::Key(key.clone())]))
                .readers(view.readers.clone())
                .at(place)
                .asked_by(Some(set.at.place()));
            sink.report(conditions::shown(finding, reasons));
        }
    }
}
