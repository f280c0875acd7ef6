//! `plaintext-secret`: a secret lies in the clear where it should be encrypted

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::{Content, File, Leaf, Role, Variable};
use crate::policy::{KeyEntry, Set};
use crate::syntax::readers::Outcome;
use crate::text::SecretValue;

use super::shared::held::holds_secrets_itself;
use super::shared::inner::Inner;
use super::shared::secrecy::{is_secret_value, only_says_where};
use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "plaintext-secret",
    summary: "a secret lies in the clear where it should be encrypted",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("twin", "the same file lies beside it encrypted"),
        CauseMeta::new("required", "the policy says that secrets have to be encrypted where they lie"),
        CauseMeta::new("unsealed", "a SOPS file has a value in the clear that its own rule wants encrypted"),
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
        if file.state.is_err() {
            return;
        }
        let path = Arg::Path(file.path.clone());
        let demanded = cx.policy.sealing.encrypted.as_ref().filter(|set| set.value);
        if file.is_ciphertext() {
            return sealed_by_sops(cx, file, demanded, sink);
        }
        let finding = if let Some(twin) = cx.environment.twin(&file.path).filter(|_| is_judged(file)) {
            FindingBuilder::new(&META, Cause::new("twin"), Subject::file(file.path.clone()))
                .message(Message::with("{} lies here in the clear, and beside it encrypted", [path]))
                .help(Message::with(
                    "remove it, if the encrypted file holds the same: rm -- {}",
                    [Arg::ShellPath(file.path.clone())],
                ))
                .related("encrypted here", Place::File(twin.path.clone()))
        } else if let Some(demanded) = demanded
            .filter(|_| is_judged(file) && (holds_secrets_itself(cx, file) || holds_inner_secrets(cx, file)))
        {
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

/// What stands in the clear in a SOPS file: against its own rule, or by it and against the policy.
fn sealed_by_sops(cx: &Context<'_>, file: &File, demanded: Option<&Set<bool>>, sink: &mut Sink<'_>) {
    let Some(sops) = file.sealed.as_ref().and_then(|sealed| sealed.sops.as_ref()) else { return };
    let path = || Arg::Path(file.path.clone());
    let report = |finding: FindingBuilder, sink: &mut Sink<'_>| {
        sink.report(finding.environment(&cx.environment.name).at(Place::File(file.path.clone())));
    };
    if sops.unsealed > 0 {
        let message = "of the values in {} that its own rule wants encrypted, {} are not";
        let finding = FindingBuilder::new(&META, Cause::new("unsealed"), Subject::file(file.path.clone()))
            .message(Message::with(message, [path(), Arg::Number(sops.unsealed)]))
            .help(Message::new("replace what stood there, and change the file with `sops edit` alone"));
        report(finding, sink);
    }
    let Some(demanded) = demanded else { return };
    let inner = Inner::default();
    let is_secret = |variable: &&Variable| {
        let here = cx.environment.file_of(variable).is_some_and(|other| other.path == file.path);
        here && sops.clear.contains(&variable.key)
            && (is_secret_value(variable, cx.policy.key(&variable.key), cx.environment)
                && !only_says_where(variable, cx.policy.key(&variable.key))
                || holds_inner_secret(cx, variable, &inner))
    };
    let mut told = Vec::new();
    for variable in cx.environment.variables.iter().filter(is_secret) {
        told.push(&variable.key);
        let message = "{} is a secret, and stands in the clear in {}, which is encrypted in part alone";
        let help = "let the rule of the SOPS file take it in (encrypted_regex, unencrypted_suffix), and replace the secret";
        let finding = FindingBuilder::about_key(&META, Cause::new("required"), &variable.key)
            .message(Message::with(message, [Arg::Key(variable.key.clone()), path()]))
            .help(Message::new(help))
            .asked_by(Some(demanded.at.place()));
        report(finding, sink);
    }
    // A list is a variable, and its items are none.
    let within = |leaf: &Leaf, key: &str| {
        leaf.name.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    };
    let reported = |leaf: &Leaf| told.iter().any(|key| within(leaf, key.as_str()));
    let more = secret_leaves(file, &inner).filter(|leaf| !reported(leaf)).count() as u64;
    if more > 0 {
        let message = "{} holds secrets that are no variables and stand in the clear, {} in all";
        let help = "let the rule of the SOPS file take them in (encrypted_regex, unencrypted_suffix), and replace them";
        let finding = FindingBuilder::new(&META, Cause::new("required"), Subject::file(file.path.clone()))
            .message(Message::with(message, [path(), Arg::Number(more)]))
            .help(Message::new(help))
            .asked_by(Some(demanded.at.place()));
        report(finding, sink);
    }
}

/// Whether secrets stand in a file that are no variables, or within one that is none itself.
fn holds_inner_secrets(cx: &Context<'_>, file: &File) -> bool {
    let inner = Inner::default();
    let here =
        |variable: &&Variable| cx.environment.file_of(variable).is_some_and(|other| other.path == file.path);
    secret_leaves(file, &inner).next().is_some()
        || cx
            .environment
            .variables
            .iter()
            .filter(here)
            .any(|variable| holds_inner_secret(cx, variable, &inner))
}

/// Whether secrets stand within a variable that the policy does not call open.
fn holds_inner_secret(cx: &Context<'_>, variable: &Variable, inner: &Inner) -> bool {
    let open = cx.policy.key(&variable.key).and_then(KeyEntry::secrecy) == Some(false);
    let Content::Read(readings) = &variable.content else { return false };
    !open
        && readings.iter().any(|(outcome, _)| match outcome {
            Outcome::Value(value) => inner.holds_secret(variable.key.as_str(), value.expose()),
            _ => false,
        })
}

/// Secrets in a file that are no variables.
fn secret_leaves<'a>(file: &'a File, inner: &Inner) -> impl Iterator<Item = &'a Leaf> {
    file.unnamed
        .iter()
        .filter(|leaf| inner.is_secret(&leaf.name, leaf.value.as_ref().map(SecretValue::expose)))
}

/// Copies are unexpected-file's, and identities have to be readable by somebody.
const fn is_judged(file: &File) -> bool {
    matches!(file.role, Role::Secret | Role::Nested | Role::Dotenv | Role::Config)
}
