//! `forbidden-part`: an address has a part that the policy forbids, or another scheme than it allows

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::policy::At;
use crate::value::types::{parts, schemes_are};

use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "forbidden-part",
    summary: "an address has a part that the policy forbids, or another scheme than it allows",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("part:scheme", "the scheme is not in `schemes`"),
        CauseMeta::new("part:path", "there is a path other than `/`"),
        CauseMeta::new("part:query", "there is a query"),
        CauseMeta::new("part:fragment", "there is a fragment"),
        CauseMeta::new("part:userinfo", "there is a user or a password"),
        CauseMeta::new("part:port", "there is a port"),
        CauseMeta::new("part:localhost", "the host is the machine itself"),
        CauseMeta::new("part:wildcard", "there is a wildcard"),
        CauseMeta::new("part:ip", "the host is an IP address"),
    ],
    page: include_str!("../../docs/rules/forbidden-part.md"),
};

/// See the module.
pub struct ForbiddenPart;

impl Rule for ForbiddenPart {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(entry) = key.entry.filter(|entry| entry.schemes.is_some() || entry.without.is_some()) else {
            return;
        };
        let Some(kind) = entry.kind.as_ref().map(|kind| kind.value) else { return };
        let Some(value) = key.judgeable(cx, sink) else { return };
        if let Some(schemes) = &entry.schemes
            && !schemes_are(kind, value, &schemes.value)
        {
            let message = Message::with(
                "{} has a scheme that is none of those that the policy lists",
                [Arg::Key(key.key.clone())],
            );
            report(cx, key, "scheme", message, schemes.at, sink);
        }
        let Some(without) = &entry.without else { return };
        for part in parts(kind, value) {
            if without.value.contains(&part) {
                let args = [Arg::Key(key.key.clone()), Arg::Word(part.named())];
                let message = Message::with("{} has {}, which the policy forbids", args);
                report(cx, key, part.as_str(), message, without.at, sink);
            }
        }
    }
}

fn report(
    cx: &Context<'_>,
    key: &KeyView<'_>,
    part: &'static str,
    message: Message,
    asked: At,
    sink: &mut Sink<'_>,
) {
    let Some(place) = key.place(cx.environment) else { return };
    let help = if part == "scheme" {
        "the policy's line has the schemes; of a list every item has to have one of them"
    } else {
        "take it out, or write another address; of a list every item is judged"
    };
    let finding = FindingBuilder::about_key(&META, Cause::word("part", part), key.key)
        .environment(&cx.environment.name)
        .message(message)
        .help(Message::new(help))
        .readers(key.reader_names())
        .at(place)
        .asked_by(Some(asked.place()));
    sink.report(finding);
}
