//! `wrong-type`: a value does not read as the type that the policy gives it

use super::{Context, KeyView, Rule, Sink};
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};

static META: RuleMeta = RuleMeta {
    id: "wrong-type",
    summary: "a value does not read as the type that the policy gives it",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("type:bool", "the value is no bool"),
        CauseMeta::new("type:int", "the value is no int"),
        CauseMeta::new("type:float", "the value is no float"),
        CauseMeta::new("type:port", "the value is no port"),
        CauseMeta::new("type:duration", "the value is no duration"),
        CauseMeta::new("type:size", "the value is no size"),
        CauseMeta::new("type:url", "the value is no url"),
        CauseMeta::new("type:https-url", "the value is no https-url"),
        CauseMeta::new("type:origin", "the value is no origin"),
        CauseMeta::new("type:origins", "the value is no origins"),
        CauseMeta::new("type:hostname", "the value is no hostname"),
        CauseMeta::new("type:host", "the value is no host"),
        CauseMeta::new("type:ip", "the value is no ip"),
        CauseMeta::new("type:cidr", "the value is no cidr"),
        CauseMeta::new("type:email", "the value is no email"),
        CauseMeta::new("type:mailbox", "the value is no mailbox"),
        CauseMeta::new("type:semver", "the value is no semver"),
        CauseMeta::new("type:image", "the value is no image"),
        CauseMeta::new("type:iso8601", "the value is no iso8601"),
        CauseMeta::new("type:base64", "the value is no base64"),
        CauseMeta::new("type:base64url", "the value is no base64url"),
        CauseMeta::new("type:hex", "the value is no hex"),
        CauseMeta::new("type:json", "the value is no json"),
        CauseMeta::new("type:regex", "the value is no regex"),
        CauseMeta::new("type:uuid", "the value is no uuid"),
        CauseMeta::new("type:git-sha", "the value is no git-sha"),
        CauseMeta::new("type:age-recipient", "the value is no age-recipient"),
        CauseMeta::new("type:ssh-public-key", "the value is no ssh-public-key"),
        CauseMeta::new("type:postgres-url", "the value is no postgres-url"),
        CauseMeta::new("type:mysql-url", "the value is no mysql-url"),
        CauseMeta::new("type:redis-url", "the value is no redis-url"),
        CauseMeta::new("type:mongodb-url", "the value is no mongodb-url"),
        CauseMeta::new("type:amqp-url", "the value is no amqp-url"),
        CauseMeta::new("type:smtp-url", "the value is no smtp-url"),
        CauseMeta::new("type:kafka-brokers", "the value is no kafka-brokers"),
        CauseMeta::new("type:jdbc-url", "the value is no jdbc-url"),
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
        let Err(fault) = kind.value.check(value) else { return };
        let Some(place) = key.place(cx.environment) else { return };
        let finding = FindingBuilder::about_key(&META, Cause::word("type", kind.value.as_str()), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(
                "{} does not read as {}: {}",
                [Arg::Key(key.key.clone()), Arg::Word(kind.value.named()), Arg::Word(fault.named())],
            ))
            .help(Message::with("preflight explain {} shows what the type takes", [Arg::Word(META.id)]))
            .readers(key.reader_names())
            .at(place)
            .asked_by(Some(kind.at.place()));
        sink.report(finding);
    }
}
