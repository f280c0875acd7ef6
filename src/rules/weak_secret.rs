//! `weak-secret`: a secret can be guessed

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::value::detect::{Found, Weakness};

use super::shared::given_away::What;
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "weak-secret",
    summary: "a secret can be guessed",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("weak:common", "`password1`, `letmein`, `admin`, `test-secret`"),
        CauseMeta::new("weak:default", "the name of a program, as its default is: `postgres`, `minioadmin`"),
        CauseMeta::new("weak:published", "a key that documentation or software publishes"),
        CauseMeta::new("weak:own-name", "the name of the user, of the application or of the key"),
        CauseMeta::new("weak:short", "fewer than eight characters"),
        CauseMeta::new("weak:repeated", "one character again and again"),
        CauseMeta::new("weak:sequence", "`12345678`, `abcdef`, rows of a keyboard"),
        CauseMeta::new("weak:words", "a word or two, with little else: fewer than 28 bits to guess"),
    ],
    page: include_str!("../../docs/rules/weak-secret.md"),
};

/// See the module.
pub struct WeakSecret;

impl Rule for WeakSecret {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(What::Found(Found::Weak(weakness))) = key.given_away(cx).map(|given| given.what) else {
            return;
        };
        let Some(place) = key.place(cx.environment) else { return };
        let message = match weakness {
            Weakness::Common | Weakness::Words => "{} can be guessed: it is made of common words",
            Weakness::Default => "{} is what many programs have by default",
            Weakness::Published => "{} is a key that everybody can read in a program's documentation",
            Weakness::OwnName => "{} can be guessed from the names around it",
            Weakness::Short => "{} is short enough to be tried out",
            Weakness::Repeated => "{} repeats one character",
            Weakness::Sequence => "{} counts up or down, or follows the keyboard",
        };
        let finding = FindingBuilder::about_key(&META, Cause::word("weak", weakness.as_str()), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(message, [Arg::Key(key.key.clone())]))
            .help(Message::new("make a new random one: openssl rand -hex 32"))
            .readers(key.reader_names())
            .at(place);
        sink.report(finding);
    }
}
