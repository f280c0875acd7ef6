//! `undeclared-key`: a variable is set that the policy does not name

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::Role;
use crate::text::KeyName;

use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "undeclared-key",
    summary: "a variable is set that the policy does not name",
    severity: Severity::Warning,
    causes: &[
        CauseMeta::new("undeclared", "neither the policy nor a pack under it names the key"),
        CauseMeta::new("misspelt", "the policy names a key that differs by a letter or two"),
    ],
    page: include_str!("../../docs/rules/undeclared-key.md"),
};

/// See the module.
pub struct UndeclaredKey;

impl Rule for UndeclaredKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        if !cx.policy.declares_keys || key.entry.is_some() || key.variable.is_none() {
            return;
        }
        if leads(cx, key.key) || is_read_elsewhere(cx, key) {
            return;
        }
        let Some(place) = key.place(cx.environment) else { return };
        let (cause, help) = match nearest(cx, key.key) {
            Some(near) => (
                Cause::new("misspelt"),
                Message::with("did you mean {}? else name it in the policy's `keys`", [Arg::Key(near)]),
            ),
            None => {
                let help = "add `{}: {}` to the policy's `keys`, or remove the variable if nothing reads it";
                (Cause::new("undeclared"), Message::with(help, [Arg::Key(key.key.clone()), Arg::Word("{}")]))
            }
        };
        let finding = FindingBuilder::about_key(&META, cause, key.key)
            .environment(&cx.environment.name)
            .message(Message::with(
                "{} is set, and the policy does not name it for {}",
                [Arg::Key(key.key.clone()), Arg::Env(cx.environment.name.clone())],
            ))
            .help(help)
            .readers(key.reader_names())
            .at(place);
        sink.report(finding);
    }
}

/// Whether it is a secret's file that counts as another variable's value already: a `*_FILE` leads to it.
fn is_read_elsewhere(cx: &Context<'_>, key: &KeyView<'_>) -> bool {
    let file = key.variable.and_then(|variable| cx.environment.file_of(variable));
    file.is_some_and(|file| file.role == Role::Secret && cx.environment.is_shared(&file.path))
}

/// Whether it is the `X_FILE` of a declared `X` whose value was looked for behind it.
fn leads(cx: &Context<'_>, key: &KeyName) -> bool {
    let stem = key.as_str().strip_suffix("_FILE").and_then(KeyName::declared);
    stem.is_some_and(|stem| cx.policy.key(&stem).is_some() && cx.environment.winners.contains_key(&stem))
}

/// A declared key that is not set and that this one is a slip of: the same but for case and separators, or one letter
/// left out, added, changed or swapped. A changed digit is no slip, and neither is a key that only a pack names.
fn nearest(cx: &Context<'_>, key: &KeyName) -> Option<KeyName> {
    let folded = |name: &KeyName| name.as_str().to_ascii_uppercase().replace(['-', '.'], "_");
    let own = folded(key);
    let alike = |name: &KeyName| name.as_str().len().abs_diff(key.as_str().len()) <= 1;
    let letters = |name: &str| name.chars().filter(|c| !c.is_ascii_digit()).collect::<String>();
    let keys = cx.policy.layer.keys.iter().filter(|(name, _)| alike(name));
    let unset = keys.filter(|(name, _)| !cx.environment.winners.contains_key(*name));
    let near = unset.filter(|(_, entry)| !entry.at.pack).filter_map(|(name, _)| {
        let other = folded(name);
        let far = strsim::osa_distance(&other, &own);
        let digits = far > 0 && letters(&other) == letters(&own);
        (far <= 1 && !digits).then_some((far, name))
    });
    near.min().map(|(_, name)| name.clone())
}
