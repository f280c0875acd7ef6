//! `default-in-use`: the program's built-in default is in force where it must not be

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::policy::Forbidden;
use crate::syntax::readers::Outcome;

use super::shared::home::source_unopened;
use super::shared::secrecy::is_secret_value;
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "default-in-use",
    summary: "a program's built-in default is in force where it must not be",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new(
            "unset",
            "nothing sets the key, so that its `default` holds, and the environment forbids defaults",
        ),
        CauseMeta::new(
            "same",
            "the value is the key's `default`, and the environment forbids defaults or the key is a secret",
        ),
    ],
    page: include_str!("../../docs/rules/default-in-use.md"),
};

/// See the module.
pub struct DefaultInUse;

impl Rule for DefaultInUse {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(entry) = key.entry else { return };
        let Some(default) = &entry.default else { return };
        let forbidden = cx.policy.forbids(Forbidden::Default);
        let name = Arg::Key(key.key.clone());
        let (cause, message, help) = match (key.variable, key.outcome) {
            // A name without a value sets nothing.
            (None, _) | (_, Some(Outcome::Unset)) => {
                // A required key that is missing, and a source that nobody could read, are said elsewhere.
                if forbidden.is_none() || entry.is_required() || entry.is_forbidden() || source_unopened(cx) {
                    return;
                }
                (
                    "unset",
                    "{} is not set, so that the program's own default holds",
                    "set {} to a value of its own",
                )
            }
            (Some(variable), Some(Outcome::Value(_))) => {
                let secret = !cx.policy.relaxed && is_secret_value(variable, key.entry, cx.environment);
                if forbidden.is_none() && !secret {
                    return;
                }
                // A file that is read raw has its line break.
                let value = key.judgeable(cx, sink).map(<[u8]>::trim_ascii);
                if value != Some(default.value.as_bytes().trim_ascii()) {
                    return;
                }
                ("same", "{} is set to the program's own default", "give {} a value of its own")
            }
            _ => return,
        };
        let place = key.place(cx.environment).unwrap_or_else(|| default.at.place());
        let asked = forbidden.map_or(default.at, |set| set.at);
        let finding = FindingBuilder::about_key(&META, Cause::new(cause), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(message, [name.clone()]))
            .help(Message::with(help, [name]))
            .readers(key.reader_names())
            .at(place)
            .asked_by(Some(asked.place()));
        sink.report(finding);
    }
}
