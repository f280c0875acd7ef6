//! `public-secret`: a variable that everybody gets to see holds a secret

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::Variable;
use crate::policy::KeyEntry;
use crate::text::SecretValue;

use super::shared::digest::held;
use super::shared::secrecy::{is_public_name, is_secret_shaped};
use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "public-secret",
    summary: "a variable that everybody gets to see holds a secret",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("shape", "the value is a private key, or a URL or connection string with a password"),
        CauseMeta::new("same", "the value is that of a secret variable of the same environment"),
    ],
    page: include_str!("../../docs/rules/public-secret.md"),
};

/// Bytes below which two values may well be equal by chance.
const SHORTEST: usize = 8;

/// See the module.
pub struct PublicSecret;

impl Rule for PublicSecret {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        let entry = |variable: &Variable| cx.policy.key(&variable.key);
        let public: Vec<_> =
            view.values().filter(|(variable, _)| is_public(variable, entry(variable))).collect();
        if public.is_empty() {
            return;
        }
        let others = view.values().map(|(variable, _)| variable).filter(|variable| {
            let entry = entry(variable);
            !is_public(variable, entry) && entry.and_then(KeyEntry::secrecy) != Some(false)
        });
        let secrets: Vec<(&Variable, SecretValue)> = others
            .flat_map(|other| {
                held(other, entry(other), cx.environment).into_iter().map(move |it| (other, it))
            })
            .collect();
        for (variable, value) in public {
            let trimmed = value.trim_ascii();
            let same = secrets.iter().find(|(_, secret)| secret.expose().trim_ascii() == trimmed);
            let same = same.filter(|_| trimmed.len() >= SHORTEST);
            let key = Arg::Key(variable.key.clone());
            let (cause, message) = match same {
                Some((other, _)) => {
                    let args = [key.clone(), Arg::Key(other.key.clone())];
                    ("same", Message::with("{} is public, and its value is the secret of {}", args))
                }
                None if is_secret_shaped(value) => {
                    ("shape", Message::with("{} is public, and its value holds a secret", [key.clone()]))
                }
                None => continue,
            };
            let Some(place) = cx.environment.place(variable) else { continue };
            let public = entry(variable).and_then(|entry| entry.public.as_ref());
            let mut finding = FindingBuilder::about_key(&META, Cause::new(cause), &variable.key)
                .environment(&cx.environment.name)
                .service(variable.scope.service.as_ref())
                .message(message)
                .help(match same {
                    Some((other, _)) => Message::with(
                        "replace it, it may have been published; if {} is public by design, say `public: true` of it",
                        [Arg::Key(other.key.clone())],
                    ),
                    None => Message::with(
                        "take the secret out of {} and replace it where it is used: it may have been published",
                        [key],
                    ),
                })
                .readers(view.readers.clone())
                .at(place)
                .asked_by(public.map(|set| set.at.place()));
            if let Some(place) = same.and_then(|(other, _)| cx.environment.place(other)) {
                finding = finding.related("the secret", place);
            }
            sink.report(finding);
        }
    }
}

/// By the policy's word, else by a prefix that bundlers inline.
fn is_public(variable: &Variable, entry: Option<&KeyEntry>) -> bool {
    let said = entry.and_then(|entry| entry.public.as_ref()).map(|set| set.value);
    said.unwrap_or_else(|| is_public_name(variable.key.as_str()))
}
