//! `non-ascii`: a value has characters that look like ASCII, or like nothing

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::Role;
use crate::policy::{KeyEntry, ValueType};
use crate::syntax::url;

use super::shared::letters::{belongs_at_ends, is_dash, is_invisible, is_quote, mixes_scripts};
use super::shared::secrecy::is_secret;
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "non-ascii",
    summary: "a value has characters that look like ASCII, or like nothing",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("invisible", "a character that nobody sees, or a blank that is not ASCII's"),
        CauseMeta::new("typographic", "a quotation mark or dash of texts in a value for programs"),
        CauseMeta::new("homoglyph", "Greek or Cyrillic letters among the Latin ones of a host's name"),
        CauseMeta::new("declared", "the policy says `ascii: true`, and something is beyond ASCII"),
        CauseMeta::soft(
            "typographic-ends",
            "quotation marks of texts at both ends of a text, or a dash before its first word",
        ),
    ],
    page: include_str!("../../docs/rules/non-ascii.md"),
};

/// See the module.
pub struct NonAscii;

impl Rule for NonAscii {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let (Some(variable), Some(value)) = (key.variable, key.value()) else { return };
        if value.is_ascii() {
            return;
        }
        let ascii = key.entry.and_then(|entry| entry.ascii.as_ref()).filter(|set| set.value);
        let secret = is_secret(variable, key.entry, cx.environment);
        // Of a mark at a secret file's beginning `unclean-secret-file` speaks.
        let whole = cx.environment.file_of(variable).is_some_and(|file| file.role == Role::Secret);
        let value = if whole { value.strip_prefix(b"\xef\xbb\xbf").unwrap_or(value) } else { value };
        let found = std::str::from_utf8(value).ok().and_then(|text| judged(text, key.entry, secret));
        let declared = || {
            (ascii.is_some() && !value.is_ascii())
                .then_some(("declared", "{} has more than ASCII, which the policy asks for"))
        };
        let Some((cause, message)) = found.or_else(declared) else { return };
        let Some(place) = key.place(cx.environment) else { return };
        let finding = FindingBuilder::about_key(&META, Cause::new(cause), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(message, [Arg::Key(key.key.clone())]))
            .help(Message::new(
                "type the value anew, by hand: what was copied from a text brings such characters along",
            ))
            .readers(key.reader_names())
            .at(place)
            .asked_by(ascii.filter(|_| cause == "declared").map(|set| set.at.place()));
        sink.report(finding);
    }
}

fn judged(text: &str, entry: Option<&KeyEntry>, secret: bool) -> Option<(&'static str, &'static str)> {
    // Who lists a value has seen it.
    let listed = entry.and_then(|entry| entry.one_of.as_ref());
    if listed.is_some_and(|set| set.value.iter().any(|word| word == text)) {
        return None;
    }
    let plain = is_for_programs(text, entry, secret);
    let ends = [text.chars().next(), text.chars().next_back()];
    let all =
        |test: fn(char) -> bool| ends.iter().flatten().all(|c| test(*c)) && text.chars().nth(1).is_some();
    let hidden = |c: &&char| is_invisible(**c) && !belongs_at_ends(**c, text);
    if ends.iter().flatten().any(|c| hidden(&c)) || (plain && text.chars().any(is_invisible)) {
        return Some(("invisible", "{} has a character in it that nobody sees"));
    }
    if plain && text.chars().any(|c| is_quote(c) || is_dash(c)) {
        return Some(("typographic", "{} has a quotation mark or dash in it that is not ASCII's"));
    }
    if host(text, entry).is_some_and(mixes_scripts) {
        return Some((
            "homoglyph",
            "the host that {} names has letters of another alphabet among its Latin ones",
        ));
    }
    // `–Xmx512m`, and not `– from 9 to 5 –`.
    let mut letters = text.chars();
    let option = letters.next().is_some_and(is_dash)
        && letters.next().is_some_and(|c| c == '-' || is_dash(c) || c.is_ascii_alphabetic());
    (all(is_quote) || option)
        .then_some(("typographic-ends", "{} begins with a quotation mark or dash that is not ASCII's"))
}

/// Whether programs alone read a value: one line of a secret, an address, what the policy types or lists.
fn is_for_programs(text: &str, entry: Option<&KeyEntry>, secret: bool) -> bool {
    // These hold what people wrote to people.
    const TEXTS: &[&str] = &["string", "mailbox", "json", "regex"];
    let kind = entry.and_then(|entry| entry.kind.as_ref());
    let listed = entry.is_some_and(|entry| entry.one_of.is_some());
    // Of several lines it may be a document, with names of people in it.
    let line = !text.trim_end().contains('\n');
    (secret && line)
        || listed
        || kind.is_some_and(|kind| !TEXTS.contains(&kind.value.as_str()))
        || is_address(text)
}

/// `scheme://...` in one piece.
fn is_address(text: &str) -> bool {
    url::parse(text.as_bytes()).is_some() && !text.contains([' ', '\n'])
}

/// The host that a value names: a URL's, or all of it where the policy says that it is one.
fn host<'t>(text: &'t str, entry: Option<&KeyEntry>) -> Option<&'t str> {
    let kind = entry.and_then(|entry| entry.kind.as_ref()).map(|kind| kind.value);
    if matches!(kind, Some(ValueType::Host | ValueType::Hostname)) {
        return Some(text);
    }
    let host = url::parse(text.as_bytes()).filter(|_| is_address(text))?.host?;
    std::str::from_utf8(host).ok()
}
