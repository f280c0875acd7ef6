//! `broken-relation`: two variables do not stand to each other as the policy says

use std::cmp::Ordering;

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::Variable;
use crate::policy::{KeyEntry, Said, Set};
use crate::text::KeyName;
use crate::value::connection::Connection;

use super::shared::conditions::{divided, is_known};
use super::shared::relation::{Order, Other, Target, compare, connection, target};
use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "broken-relation",
    summary: "two variables do not stand to each other as the policy says",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("relation:equals", "the value is not that of the other variable, or of its part"),
        CauseMeta::new("relation:differs-from", "the value is that of the other variable"),
        CauseMeta::new("relation:at-most", "the value exceeds that of the other variable"),
        CauseMeta::new("relation:at-least", "the value falls below that of the other variable"),
        CauseMeta::new(
            "relation:incomparable",
            "the two have no order to each other, or the other one has no parts",
        ),
    ],
    page: include_str!("../../docs/rules/broken-relation.md"),
};

/// See the module.
pub struct BrokenRelation;

impl Rule for BrokenRelation {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        for (key, entry) in &cx.policy.layer.keys {
            let related = [&entry.equals, &entry.differs_from, &entry.at_most, &entry.at_least];
            if related.iter().all(|set| set.is_none()) {
                continue;
            }
            let Some((variable, value)) = view.value(key.as_str()) else { continue };
            if !is_known(cx, view, variable, value, sink) {
                continue;
            }
            let mut judge = Judge { cx, view, sink, entry, variable, value };
            judge.equals();
            judge.differs();
            judge.order("at-most", &entry.at_most, Ordering::Greater);
            judge.order("at-least", &entry.at_least, Ordering::Less);
        }
    }
}

struct Judge<'a, 's, 'f> {
    cx: &'a Context<'a>,
    view: &'a ReaderView<'a>,
    sink: &'s mut Sink<'f>,
    entry: &'a KeyEntry,
    variable: &'a Variable,
    value: &'a [u8],
}

impl<'a> Judge<'a, '_, '_> {
    /// The other variable, if it is there and its value can be judged; else what the program takes where nobody sets it.
    fn other<'k>(&mut self, key: &'k KeyName) -> Option<(Other<'k>, &'a [u8])> {
        if self.view.winner(key).is_none() {
            let default = self.cx.policy.key(key)?.default.as_ref()?;
            return Some((Other { key, place: None }, default.value.as_bytes()));
        }
        let (other, value) = self.view.value(key.as_str())?;
        let known = is_known(self.cx, self.view, other, value, self.sink);
        known.then(|| (Other { key, place: self.cx.environment.place(other) }, value))
    }

    /// What is not there is as good as nothing: `REDIS_PASSWORD=` equals the password of a URL that has none.
    fn equals(&mut self) {
        let Some(set) = &self.entry.equals else { return };
        let target = target(self.cx, &set.value);
        let Some((other, value)) = self.other(&target.key) else { return };
        let Some(named) = target.part else {
            if self.value != value {
                let message = Message::with("{} is not the same as {}", self.both(&other));
                self.report("equals", set, &other, message, Message::new("give both the same value"));
            }
            return;
        };
        let Some(found) = self.apart(set, &other, value) else { return };
        let found = found.part(&named);
        let found = found.as_ref().map_or(&[][..], |found| found.as_slice());
        // RFC 3986, section 3.2.2: case does not count in a host.
        let folded = matches!(named.as_str(), "host" | "hosts" | "scheme");
        let same = if folded { found.eq_ignore_ascii_case(self.value) } else { found == self.value };
        if !same {
            let [own, whole] = self.both(&other);
            let message = match Target::word(&named) {
                Some(word) => Message::with("{} is not the {} of {}", [own, Arg::Word(word), whole]),
                None => Message::with("{} is not the parameter of {} that the policy names", [own, whole]),
            };
            let help =
                Message::new("give both the same value; of a URL what counts is behind its percent-encoding");
            self.report("equals", set, &other, message, help);
        }
    }

    /// The other variable in its parts. An empty one has none, and a malformed one is told by `wrong-type`.
    fn apart(&mut self, set: &Set<KeyName>, other: &Other<'_>, value: &[u8]) -> Option<Connection> {
        let kind = self.cx.policy.key(other.key).and_then(|entry| entry.kind.as_ref()).map(|set| set.value);
        let found = connection(kind, value);
        if found.is_none() && !value.trim_ascii().is_empty() && kind.is_none_or(|kind| kind.reads_as(value)) {
            let template = "{} is compared with a part of {}, which is no URL or connection string";
            let message = Message::with(template, self.both(other));
            let key = [Arg::Key(other.key.clone())];
            let help = Message::with("see docs/connections.md for what {} can be", key);
            self.report("incomparable", set, other, message, help);
        }
        found
    }

    fn differs(&mut self) {
        let Some(set) = &self.entry.differs_from else { return };
        let target = target(self.cx, &set.value);
        let Some((other, mut value)) = self.other(&target.key) else { return };
        let part;
        if let Some(named) = &target.part {
            let Some(found) = self.apart(set, &other, value) else { return };
            part = found.part(named).unwrap_or_default();
            value = &part;
        }
        // A final line break is an editor's, not the credential's.
        let own = self.value.trim_ascii();
        if own.is_empty() || own != value.trim_ascii() {
            return;
        }
        let message = match &target.part {
            None => "{} is the same as {}, from which it has to differ",
            Some(_) => "{} is the same as a part of {}, from which it has to differ",
        };
        let message = Message::with(message, self.both(&other));
        let help = Message::with("give {} a value of its own", [Arg::Key(self.variable.key.clone())]);
        self.report("differs-from", set, &other, message, help);
    }

    fn order(&mut self, word: &'static str, set: &'a Said<KeyName>, wrong: Ordering) {
        let Some(set) = set else { return };
        let Some((other, value)) = self.other(&set.value) else { return };
        let kind = |entry: Option<&KeyEntry>| entry?.kind.as_ref().map(|set| set.value);
        let kinds = (kind(Some(self.entry)), kind(self.cx.policy.key(other.key)));
        match compare((kinds.0, self.value), (kinds.1, value)) {
            Order::Known(order) if order == wrong => {
                let template = if wrong == Ordering::Greater { "{} exceeds {}" } else { "{} falls below {}" };
                let help =
                    if wrong == Ordering::Greater { "lower {} or raise {}" } else { "raise {} or lower {}" };
                let help = Message::with(help, self.both(&other));
                self.report(word, set, &other, Message::with(template, self.both(&other)), help);
            }
            Order::Known(_) | Order::Elsewhere => {}
            Order::None => {
                let message = Message::with(
                    "{} and {} have no order: they do not both read as numbers, durations or sizes",
                    self.both(&other),
                );
                let help = Message::new("write both with units of one kind, or both without");
                self.report("incomparable", set, &other, message, help);
            }
        }
    }

    fn both(&self, other: &Other<'_>) -> [Arg; 2] {
        [Arg::Key(self.variable.key.clone()), Arg::Key(other.key.clone())]
    }

    fn report(
        &mut self,
        word: &'static str,
        set: &Set<KeyName>,
        other: &Other<'_>,
        message: Message,
        help: Message,
    ) {
        let (cx, own) = (self.cx, self.variable);
        let Some(place) = cx.environment.place(own) else { return };
        let mut finding = FindingBuilder::about_key(&META, Cause::word("relation", word), &own.key)
            .environment(&cx.environment.name)
            .service(divided(cx, self.view, [&own.key, other.key]))
            .message(message)
            .help(help)
            .readers(self.view.readers.clone())
            .at(place)
            .asked_by(Some(set.at.place()));
        if let Some(place) = other.place.clone() {
            finding = finding.related("compared with", place);
        }
        self.sink.report(finding);
    }
}
