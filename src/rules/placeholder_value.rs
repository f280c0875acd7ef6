//! `placeholder-value`: a value stands for one that somebody has yet to fill in

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::Role;

use super::shared::placeholder;
use super::shared::secrecy::is_secret;
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "placeholder-value",
    summary: "a value stands for one that somebody has yet to fill in",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("placeholder:says-change-me", "`CHANGE_ME`, `changeme123`"),
        CauseMeta::new("placeholder:says-replace-me", "`REPLACE_WITH_...`, `to be replaced`"),
        CauseMeta::new("placeholder:says-your-value", "`your-api-key`, `insert token here`"),
        CauseMeta::new("placeholder:says-todo", "`TODO`, `FIXME`, `TBD`"),
        CauseMeta::new("placeholder:angle-brackets", "`<password>`"),
        CauseMeta::new("placeholder:mask", "`xxxx`, `****`, `...`"),
        CauseMeta::new(
            "placeholder:unrendered-template",
            "`{{ password }}`, `<%= password %>`; in a secret file also `${PASSWORD}`",
        ),
        CauseMeta::new(
            "placeholder:placeholder-word",
            "`placeholder`; `dummy` or `example` where a secret should be",
        ),
        CauseMeta::new(
            "placeholder:nothing-word",
            "`undefined`; `null`, `none`, `-` in a secret file or where the policy requires a secret",
        ),
        CauseMeta::soft(
            "placeholder:stands-for-nothing",
            "`null`, `none`, `-` elsewhere in a `.env` file: some programs read it as nothing",
        ),
    ],
    page: include_str!("../../docs/rules/placeholder-value.md"),
};

/// See the module.
pub struct PlaceholderValue;

impl Rule for PlaceholderValue {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let (Some(variable), Some(value)) = (key.variable, key.some_value()) else { return };
        let whole_file = cx.environment.file_of(variable).is_some_and(|file| file.role == Role::Secret);
        let secret = is_secret(variable, key.entry, cx.environment);
        let required = key.entry.and_then(|entry| entry.required.as_ref()).is_some_and(|set| set.value);
        let Some(sign) = placeholder::sign(value, placeholder::Place { secret, whole_file, required }) else {
            return;
        };
        if key
            .entry
            .and_then(|entry| entry.one_of.as_ref())
            .is_some_and(|set| set.value.iter().any(|v| v.as_bytes() == value))
        {
            // The policy lists it as a value.
            return;
        }
        let Some(place) = key.place(cx.environment) else { return };
        let asked = key.entry.and_then(|entry| entry.required.as_ref()).map(|set| set.at.place());
        let (message, help) = match sign {
            placeholder::Sign::NothingSaid => (
                "{} holds a word for nothing",
                "leave it empty or remove it if nothing needs it; else give it its value",
            ),
            _ if secret => (
                "{} holds a placeholder",
                "put the real secret in its place; for a new random one: openssl rand -hex 32",
            ),
            _ => ("{} holds a placeholder", "put the real value in its place"),
        };
        let finding = FindingBuilder::about_key(&META, Cause::word("placeholder", sign.as_str()), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(message, [Arg::Key(key.key.clone())]))
            .help(Message::new(help))
            .readers(key.readers.clone())
            .at(place)
            .asked_by(asked);
        sink.report(finding);
    }
}
