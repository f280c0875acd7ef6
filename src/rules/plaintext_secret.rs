//! `plaintext-secret`: a secret lies in the clear where it should be encrypted

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::{File, Role};

use super::shared::held::holds_secrets;
use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "plaintext-secret",
    summary: "a secret lies in the clear where it should be encrypted",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("twin", "the same file lies beside it encrypted"),
        CauseMeta::new("required", "the policy says that secrets have to be encrypted where they lie"),
    ],
    page: include_str!("../../docs/rules/plaintext-secret.md"),
};

/// See the module.
pub struct PlaintextSecret;

impl Rule for PlaintextSecret {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        if file.state.is_err() || file.is_ciphertext() {
            return;
        }
        let path = Arg::Path(file.path.clone());
        let demanded = cx.policy.sealing.encrypted.as_ref().filter(|set| set.value);
        let finding = if let Some(twin) = cx.environment.twin(&file.path).filter(|_| is_judged(file)) {
            FindingBuilder::new(&META, Cause::new("twin"), Subject::file(file.path.clone()))
                .message(Message::with("{} lies here in the clear, and beside it encrypted", [path]))
                .help(Message::with(
                    "remove it, if the encrypted file holds the same: rm -- {}",
                    [Arg::ShellPath(file.path.clone())],
                ))
                .related("encrypted here", Place::File(twin.path.clone()))
        } else if let Some(demanded) = demanded.filter(|_| is_judged(file) && holds_secrets(cx, file)) {
            FindingBuilder::new(&META, Cause::new("required"), Subject::file(file.path.clone()))
                .message(Message::with(
                    "{} holds secrets in the clear, and the policy wants them encrypted",
                    [path],
                ))
                .help(Message::with(
                    "encrypt it and remove the plain file: age -e -r RECIPIENT -o ENCRYPTED.age {}",
                    [Arg::ShellPath(file.path.clone())],
                ))
                .asked_by(Some(demanded.at.place()))
        } else {
            return;
        };
        sink.report(finding.environment(&cx.environment.name).at(Place::File(file.path.clone())));
    }
}

/// Copies are unexpected-file's, and identities have to be readable by somebody.
const fn is_judged(file: &File) -> bool {
    matches!(file.role, Role::Secret | Role::Nested | Role::Dotenv | Role::Config)
}
