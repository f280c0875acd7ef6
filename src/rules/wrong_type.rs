//! `wrong-type`: a value does not read as the type that the policy gives it

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::policy::ValueType;

use super::shared::shape::reads_as;
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "wrong-type",
    summary: "a value does not read as the type that the policy gives it",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("type:bool", "the value is no bool"),
        CauseMeta::new("type:int", "the value is no int"),
        CauseMeta::new("type:port", "the value is no port"),
        CauseMeta::new("type:url", "the value is no url"),
        CauseMeta::new("type:base64", "the value is no base64"),
        CauseMeta::new("type:hex", "the value is no hex"),
        CauseMeta::new("type:uuid", "the value is no uuid"),
        CauseMeta::new("type:git-sha", "the value is no git-sha"),
    ],
    page: include_str!("../../docs/rules/wrong-type.md"),
};

/// See the module.
pub struct WrongType;

impl Rule for WrongType {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(kind) = key.entry.and_then(|entry| entry.kind.as_ref()) else { return };
        let Some(value) = key.judgeable(cx, sink) else { return };
        if reads_as(kind.value, value) {
            return;
        }
        let Some(place) = key.place(cx.environment) else { return };
        let finding = FindingBuilder::about_key(&META, Cause::word("type", kind.value.as_str()), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(
                "{} does not read as {}",
                [Arg::Key(key.key.clone()), Arg::Word(named(kind.value))],
            ))
            .help(Message::with("preflight explain {} shows what the type takes", [Arg::Word(META.id)]))
            .readers(key.readers.clone())
            .at(place)
            .asked_by(Some(kind.at.place()));
        sink.report(finding);
    }
}

const fn named(kind: ValueType) -> &'static str {
    match kind {
        ValueType::String => "text",
        ValueType::Bool => "a boolean: true/false, yes/no, on/off, 1/0",
        ValueType::Int => "a whole number",
        ValueType::Port => "a port, 1 to 65535",
        ValueType::Url => "a URL",
        ValueType::Base64 => "base64",
        ValueType::Hex => "hexadecimal bytes",
        ValueType::Uuid => "a UUID",
        ValueType::GitSha => "a git commit",
    }
}
