//! `placeholder-value`: a value stands for one that somebody has yet to fill in

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::value::detect::{Found, Sign};

use super::shared::given_away::What;
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "placeholder-value",
    summary: "a value stands for one that somebody has yet to fill in",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("placeholder:says-change-me", "`CHANGE_ME`, `changeme123`"),
        CauseMeta::new("placeholder:says-replace-me", "`REPLACE_WITH_...`, `to be replaced`"),
        CauseMeta::new("placeholder:says-your-value", "`your-api-key`, `insert token here`"),
        CauseMeta::new("placeholder:says-todo", "`TODO`, `FIXME`, `TBD`"),
        CauseMeta::new("placeholder:angle-brackets", "`<password>`"),
        CauseMeta::new("placeholder:mask", "`xxxx`, `****`, `sk-...`"),
        CauseMeta::new(
            "placeholder:unrendered-template",
            "`{{ password }}`, `<%= password %>`; in a secret file also `${PASSWORD}`",
        ),
        CauseMeta::new(
            "placeholder:placeholder-word",
            "`placeholder`; `dummy` or `example-key` where a secret should be",
        ),
        CauseMeta::new(
            "placeholder:names-the-value",
            "`db_password` for `DB_PASSWORD`, `long-random-string`, `nombre_de_usuario`",
        ),
        CauseMeta::new("placeholder:dummy-pattern", "`sk_test_1234567890`; `1234567890` for an id"),
        CauseMeta::new("placeholder:comment", "a remark in place of a secret: `generate with openssl rand`"),
        CauseMeta::new(
            "placeholder:reference",
            "`op://vault/item` in a secret's own file, where nothing resolves it",
        ),
        CauseMeta::soft(
            "placeholder:launcher-reference",
            "the same in a `.env` file: a launcher may resolve it",
        ),
        CauseMeta::soft(
            "placeholder:unset-reference",
            "a secret is `${NAME}`, and nothing in the environment sets it",
        ),
        CauseMeta::new(
            "placeholder:stands-in-template",
            "a secret is the one that the project's template shows",
        ),
        CauseMeta::new(
            "placeholder:nothing-word",
            "`undefined`; `null`, `none`, `-` in a secret file or where the policy requires a secret",
        ),
        CauseMeta::soft(
            "placeholder:stands-for-nothing",
            "`null`, `none`, `-` elsewhere in a `.env` file: some programs read it as nothing",
        ),
    ],
    page: include_str!("../../docs/rules/placeholder-value.md"),
};

/// See the module.
pub struct PlaceholderValue;

impl Rule for PlaceholderValue {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(given) = key.given_away(cx) else { return };
        let cause = match given.what {
            What::Found(Found::Placeholder(sign)) => sign.as_str(),
            What::Found(Found::Weak(_)) => return,
            What::Template => "stands-in-template",
            What::Unset => "unset-reference",
        };
        let Some(place) = key.place(cx.environment) else { return };
        let asked = key.entry.and_then(|entry| entry.required.as_ref()).map(|set| set.at.place());
        let (message, help) = said(given.what, given.secret);
        let finding = FindingBuilder::about_key(&META, Cause::word("placeholder", cause), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(message, [Arg::Key(key.key.clone())]))
            .help(Message::new(help))
            .readers(key.reader_names())
            .at(place)
            .asked_by(asked);
        sink.report(finding);
    }
}

/// The message and the help.
const fn said(what: What, secret: bool) -> (&'static str, &'static str) {
    match what {
        What::Found(Found::Placeholder(Sign::NothingSaid)) => (
            "{} holds a word for nothing",
            "leave it empty or remove it if nothing needs it; else give it its value",
        ),
        What::Found(Found::Placeholder(Sign::Reference | Sign::LauncherReference)) => (
            "{} holds a reference to a secret in a store",
            "put the secret itself in its place, or start the program with the launcher that fetches it",
        ),
        What::Unset => (
            "{} refers to a variable that nothing in this environment sets",
            "put the secret itself in its place, or set the variable that it refers to",
        ),
        What::Template => (
            "{} holds the value that the project's template shows to everybody",
            "put a secret of this environment in its place; for a new random one: openssl rand -hex 32",
        ),
        _ if secret => (
            "{} holds a placeholder",
            "put the real secret in its place; for a new random one: openssl rand -hex 32",
        ),
        _ => ("{} holds a placeholder", "put the real value in its place"),
    }
}
