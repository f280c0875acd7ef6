//! Which files hold secrets, and whether what the system says of a file means anything.

use crate::model::{Content, File, Role, Variable};
use crate::os::FileFacts;
use crate::syntax::readers::Outcome;

use super::super::Context;
use super::secrecy::{is_secret_value, only_says_where};

/// Whether a file holds secrets in the clear.
#[must_use]
pub fn holds_secrets(cx: &Context<'_>, file: &File) -> bool {
    match file.role {
        _ if file.is_ciphertext() => false,
        Role::Secret | Role::Nested | Role::Copy | Role::Identity => true,
        Role::Dotenv | Role::Config => has_secret(cx, file, |_| true),
        Role::SecretsFolder | Role::Ciphertext | Role::Named | Role::Names | Role::Process | Role::Folder => {
            false
        }
    }
}

/// The same, where what only says where a secret is to be had is none: to encrypt it would gain nothing.
#[must_use]
pub fn holds_secrets_itself(cx: &Context<'_>, file: &File) -> bool {
    if file.is_ciphertext() || !matches!(file.role, Role::Dotenv | Role::Config) {
        return holds_secrets(cx, file);
    }
    has_secret(cx, file, |variable| !only_says_where(variable, cx.policy.key(&variable.key)))
}

/// Whether modes and owners are kept where a file lies: a Kubernetes volume's are the kubelet's own, and some file
/// systems have none.
#[must_use]
pub const fn is_kept(facts: &FileFacts) -> bool {
    facts.modes_kept && !facts.kubernetes_volume
}

/// Whether a `.env` file holds a secret, whichever occurrence of a key counts.
fn has_secret(cx: &Context<'_>, file: &File, counts: impl Fn(&Variable) -> bool) -> bool {
    cx.environment.variables.iter().any(|variable| {
        let here = cx.environment.file_of(variable).is_some_and(|f| f.path == file.path);
        here && holds(variable)
            && is_secret_value(variable, cx.policy.key(&variable.key), cx.environment)
            && counts(variable)
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
