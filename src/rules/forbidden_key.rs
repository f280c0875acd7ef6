//! `forbidden-key`: a variable is set that must not be

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::{Content, Variable};
use crate::syntax::readers::Outcome;

use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "forbidden-key",
    summary: "a variable is set that the policy says must be gone",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("set", "the policy forbids the key, and it is there"),
        CauseMeta::soft("empty", "the policy forbids the key, and it is there with nothing in it"),
    ],
    page: include_str!("../../docs/rules/forbidden-key.md"),
};

/// See the module.
pub struct ForbiddenKey;

impl Rule for ForbiddenKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let forbidden = key.entry.and_then(|entry| entry.forbidden.as_ref()).filter(|set| set.value);
        let (Some(forbidden), Some(place)) = (forbidden, key.place(cx.environment)) else { return };
        // What another source shadows comes to light once the first is removed.
        let mine = |variable: &&Variable| {
            let service = variable.service.as_ref();
            variable.key == *key.key && (service.is_none() || service == key.service)
        };
        let occurrences: Vec<&Variable> = cx.environment.variables.iter().filter(mine).collect();
        let (cause, message) = if occurrences.iter().all(|variable| is_empty(variable)) {
            ("empty", "{} is set to nothing, and must not be in {} at all")
        } else {
            ("set", "{} is set, and must not be in {}")
        };
        let args = [Arg::Key(key.key.clone()), Arg::Env(cx.environment.name.clone())];
        let mut finding = FindingBuilder::about_key(&META, Cause::new(cause), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(message, args))
            .help(Message::with("remove {} everywhere it stands", [Arg::Key(key.key.clone())]))
            .readers(key.reader_names())
            .at(place.clone())
            .asked_by(Some(forbidden.at.place()));
        let others = occurrences.into_iter().filter_map(|variable| cx.environment.place(variable));
        for other in others.filter(|other| *other != place) {
            finding = finding.related("also here", other);
        }
        sink.report(finding);
    }
}

/// Whether no reader gets anything of an occurrence but blanks.
fn is_empty(variable: &Variable) -> bool {
    let Content::Read(readings) = &variable.content else { return false };
    let blank = |outcome: &Outcome| match outcome {
        Outcome::Value(value) => value.expose().trim_ascii().is_empty(),
        _ => false,
    };
    readings.iter().all(|(outcome, _)| blank(outcome))
}
