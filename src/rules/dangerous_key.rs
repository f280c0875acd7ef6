//! `dangerous-key`: a file of settings sets a variable that changes how programs are run

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::model::Content;
use crate::text::KeyName;

use super::shared::steering::{self, Kind, Weight};
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "dangerous-key",
    summary: "a file of settings sets a variable that changes how programs are run",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("loader", "libraries from where no system keeps them are put into every program"),
        CauseMeta::new(
            "shell",
            "shells read a file or run a command, or find commands where anybody may put some",
        ),
        CauseMeta::new(
            "language",
            "code is loaded before the program's own, or a debugger may come in from other machines",
        ),
        CauseMeta::new("git", "git is told to run something"),
        CauseMeta::new("tool", "another program is told to run or load something"),
        CauseMeta::new(
            "tls-off",
            "certificates are not checked, or the keys of connections are written down",
        ),
        CauseMeta::soft("steers", "it changes how programs are run, and names nothing out of the ordinary"),
        CauseMeta::soft(
            "declared",
            "any of the first six, of a variable that the policy names to the letter",
        ),
    ],
    page: include_str!("../../docs/rules/dangerous-key.md"),
};

/// See the module.
pub struct DangerousKey;

impl Rule for DangerousKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        if !steering::is_known(key.key.as_str()) {
            return;
        }
        let Some(file) = key.variable.and_then(|variable| cx.environment.file_of(variable)) else { return };
        // What a process has it was started with, and a list of names sets nothing.
        if !file.role.holds_variables() {
            return;
        }
        let Some(value) = key.value() else {
            sink.gap(&cx.environment.name, Subject::key(key.key), Why::ValueUnknown);
            return;
        };
        let one_of = key.entry.and_then(|entry| entry.one_of.as_ref());
        // The policy says this very value.
        if one_of.is_some_and(|set| set.value.iter().any(|word| word.as_bytes() == value)) {
            return;
        }
        let declared = cx.policy.names(key.key);
        let Some((kind, weight)) = steering::weigh(key.key.as_str(), value, |name| beside(cx, key, name))
        else {
            return;
        };
        let (cause, message) = match (weight, declared) {
            (Weight::Names, false) => named(kind),
            (Weight::Names, true) => ("declared", named(kind).1),
            (Weight::Steers, false) => ("steers", "{} is set from a file, and changes how programs are run"),
            (Weight::Steers, true) => return,
        };
        let Some(place) = key.place(cx.environment) else { return };
        let name = || Arg::Key(key.key.clone());
        let help = match cause {
            "declared" => Message::with(
                "if this value is meant, say so in the policy: `one_of` of {} takes it",
                [name()],
            ),
            "steers" => Message::with(
                "if it is meant, add `{}: {}` to the policy's `keys`",
                [name(), Arg::Word("{}")],
            ),
            _ => Message::with(
                "let whatever starts the program set {}, where it is reviewed as code is; else name it and its value in the policy",
                [name()],
            ),
        };
        let finding = FindingBuilder::about_key(&META, Cause::new(cause), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(message, [name()]))
            .help(help)
            .readers(key.reader_names())
            .at(place)
            .asked_by(key.entry.filter(|_| declared).map(|entry| entry.at.place()));
        sink.report(finding);
    }
}

/// The value of another variable, as any of its readers has it.
fn beside<'a>(cx: &Context<'a>, key: &KeyView<'_>, name: &str) -> Option<&'a [u8]> {
    let variable = cx.environment.winner(key.service, &KeyName::declared(name)?)?;
    let Content::Read(readings) = &variable.content else { return None };
    readings.iter().find_map(|(outcome, _)| outcome.value())
}

const fn named(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Loader => ("loader", "{} puts libraries into every program from where no system keeps them"),
        Kind::Shell => (
            "shell",
            "{} has shells run code that its value names, or find commands where others may put some",
        ),
        Kind::Language => ("language", "{} loads code that its value names before the program's own"),
        Kind::Git => ("git", "{} has git run what its value names"),
        Kind::Tool => ("tool", "{} has other programs run or load what its value names"),
        Kind::Tls => {
            ("tls-off", "{} takes away the safety of TLS: certificates are not checked, or keys written down")
        }
    }
}
