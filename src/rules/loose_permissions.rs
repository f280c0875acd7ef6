//! `loose-permissions`: a file with secrets is open to others

use crate::finding::location::Place;
use crate::finding::{
    Arg, Cause, CauseArg, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::{Content, File, Role, Variable, Want};
use crate::syntax::reader::Outcome;

use super::shared::secrecy::is_secret_value;
use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "loose-permissions",
    summary: "a file with secrets is open to others",
    severity: Severity::Error,
    causes: &[CauseMeta::new(
        "mode:*",
        "permission bits beyond those allowed; the argument is the mode found",
    )],
    page: include_str!("../../docs/rules/loose-permissions.md"),
};

/// See the module.
pub struct LoosePermissions;

impl Rule for LoosePermissions {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        cx.file_patterns().map(|(pattern, _)| Want::Files(pattern)).collect()
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let Ok(facts) = file.state else { return };
        let entry = cx.file_entry(file);
        let holds_secrets = match file.role {
            Role::Secret | Role::Nested => true,
            Role::Dotenv => holds_secret(cx, file),
            // Judged only where the policy names it.
            Role::SecretsFolder | Role::Ciphertext | Role::Named => false,
        };
        let allowed = match entry {
            Some(entry) => entry.mode.value,
            None if holds_secrets => OWNER_ONLY,
            None => return,
        };
        // The right to execute gives the owner nothing that others could use, unless the policy says so to the letter.
        let tolerated = if entry.is_some() { allowed } else { allowed | 0o100 };
        let subject = Subject::file(file.path.clone());
        let Some(mode) = facts.mode.filter(|_| facts.modes_kept && !facts.kubernetes_volume) else {
            sink.gap(&cx.environment.name, subject, Why::ModesMeanNothing);
            return;
        };
        let mode = mode & 0o777;
        if mode & !tolerated == 0 {
            return;
        }
        let path = Arg::ShellPath(file.path.clone());
        let finding = FindingBuilder::new(&META, Cause::with("mode", CauseArg::Mode(mode)), subject)
            .environment(&cx.environment.name)
            .message(Message::with(
                "the file's mode is {}; at most {} is allowed",
                [Arg::Mode(mode), Arg::Mode(allowed)],
            ))
            .help(Message::with("chmod {} {}", [Arg::Mode(mode & allowed), path]))
            .at(Place::File(file.path.clone()))
            .asked_by(entry.map(|entry| entry.mode.at.place()));
        sink.report(finding);
    }
}

/// Read and write for the owner, nothing for others.
const OWNER_ONLY: u32 = 0o600;

/// Whether a `.env` file holds a secret, whichever occurrence of a key counts.
fn holds_secret(cx: &Context<'_>, file: &File) -> bool {
    cx.environment.variables.iter().any(|variable| {
        let here = cx.environment.file_of(variable).is_some_and(|f| f.path == file.path);
        here && holds(variable) && is_secret_value(variable, cx.policy.key(&variable.key), cx.environment)
    })
}

/// Whether there is anything to protect: a value that is not known counts.
fn holds(variable: &Variable) -> bool {
    match &variable.content {
        Content::Read(readings) => readings.iter().any(|(outcome, _)| match outcome {
            Outcome::Value(value) => !value.expose().is_empty(),
            Outcome::Unset => false,
            _ => true,
        }),
        // Ciphertext: what it protects is not in this file.
        Content::PresentOnly => false,
        Content::Unopened(_) => true,
    }
}
