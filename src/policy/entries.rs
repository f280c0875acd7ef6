//! The entries of a layer as they are written: `keys`, `files`, `rules`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::finding::{Arg, Level, Message};
use crate::syntax::postgres::SslMode;
use crate::syntax::template::PathTemplate;
use crate::syntax::yaml::{Node, Value};
use crate::text::{KeyName, Span};
use crate::value::tls::driver_names;

use super::across::{ACROSS, Across, STRICTER};
use super::constraint::{self, NEWLINES, RotatedIn};
use super::parse::Parser;
use super::table::{Field, Problems, Table};
use super::{At, FileEntry, KeyEntry, KeyPattern, Layer, Said, Set, ValueType};

/// Words of `tls`.
pub(super) const MODES: &[(&str, SslMode)] = &[
    ("disable", SslMode::Disable),
    ("allow", SslMode::Allow),
    ("prefer", SslMode::Prefer),
    ("require", SslMode::Require),
    ("verify-ca", SslMode::VerifyCa),
    ("verify-full", SslMode::VerifyFull),
];
/// Words of `rotated_in`.
pub(super) const ROTATED_IN: &[(&str, RotatedIn)] = &[("name", RotatedIn::Name), ("git", RotatedIn::Git)];
/// Words of `within`.
pub(super) const WITHIN: &[(&str, bool)] = &[("distinct", true)];
/// Words of `rules`.
pub(super) const LEVELS: &[(&str, Level)] =
    &[("error", Level::Error), ("warning", Level::Warning), ("off", Level::Off)];

/// Whether `null` is written out. Nothing at all behind a colon may as well be a line that is not finished.
fn is_null(node: &Node) -> bool {
    node.value == Value::Null && !node.span.is_empty()
}

impl Parser<'_> {
    /// What one level of a policy says.
    pub fn layer(&mut self, table: &mut Table<'_>) -> Layer {
        let mut layer = Layer::default();
        if let Some(field) = table.take("keys") {
            self.keys(field, &mut layer);
        }
        if let Some(field) = table.take("files") {
            self.files(field, &mut layer);
        }
        if let Some(field) = table.take("rules") {
            self.rules(field, &mut layer);
        }
        if let Some(field) = table.take("groups") {
            self.groups(field, &mut layer);
        }
        layer
    }

    fn keys(&mut self, field: Field<'_>, layer: &mut Layer) {
        let Some(table) = Table::new(field.node, &mut self.problems, field.span, "`keys`") else { return };
        for (key, node) in table.entries() {
            let at = self.origin.at(key.span);
            if key.text.contains('*') {
                let Some(pattern) = KeyPattern::new(&key.text) else {
                    let help =
                        Message::new("letters, digits, `_`, `.`, `-`, and single `*`, as in \"*_URL\"");
                    self.problems.push(key.span, Message::new("this is no pattern of names"), Some(help));
                    continue;
                };
                let mut entry = self.entry(at, key.span, node);
                for (field, more) in entry.iter_mut().flat_map(|entry| std::mem::take(&mut entry.more)) {
                    let args = [Arg::Word(field), Arg::Word(field)];
                    let message = Message::with("a pattern takes `{}`, not `{}+`", args);
                    self.problems.push(more.at.span, message, None);
                }
                let entry_of = entry.as_ref();
                let required = entry_of.and_then(|entry| entry.required.as_ref()).filter(|set| set.value);
                let condition = entry_of.and_then(|entry| entry.required_if.as_ref()).map(|set| set.at);
                if let Some(at) = required.map(|set| set.at).or(condition) {
                    let help = Message::new("name each key that must be there; a pattern may match none");
                    let message = Message::new("a pattern cannot be `required`");
                    self.problems.push(at.span, message, Some(help));
                }
                layer.patterns.extend(entry.map(|entry| (pattern, Arc::new(entry))));
                continue;
            }
            match KeyName::declared(&key.text) {
                Some(name) => {
                    layer.keys.extend(self.entry(at, key.span, node).map(|entry| (name, Arc::new(entry))));
                }
                None => {
                    self.problems.push(key.span, Message::new("this cannot be the name of a variable"), None)
                }
            }
        }
        layer.patterns.sort_by_key(|(pattern, _)| pattern.literals());
    }

    fn entry(&mut self, at: At, span: Span, node: &Node) -> Option<KeyEntry> {
        if is_null(node) {
            return Some(KeyEntry { erases: true, ..KeyEntry::new(at) });
        }
        if self.overlay && node.value == Value::Null {
            let help = Message::with(
                "write {} for an entry that says nothing, `null` to take back what is said below it",
                [Arg::Word("{}")],
            );
            self.problems.push(span, Message::new("the entry is empty"), Some(help));
            return None;
        }
        let table = Table::new(node, &mut self.problems, span, "a key's entry")?;
        Some(self.key(at, table))
    }

    fn key(&mut self, at: At, mut table: Table<'_>) -> KeyEntry {
        let mut entry = KeyEntry::new(at);
        let kinds: Vec<_> = ValueType::ALL.iter().map(|kind| (kind.as_str(), *kind)).collect();
        let number = |f: Field<'_>, p: &mut Problems| f.number(p);
        let boolean = |f: Field<'_>, p: &mut Problems| f.boolean(p);
        let text = |f: Field<'_>, p: &mut Problems| said(f, p);
        let mut fields =
            Fields { parser: self, table: &mut table, unset: BTreeMap::new(), more: BTreeMap::new() };
        entry.required = fields.take("required", boolean);
        entry.secret = fields.take_or_auto("secret");
        entry.kind = fields.take("type", |f, p| f.word(p, &kinds));
        entry.tls = fields.take("tls", |f, p| f.word(p, MODES));
        entry.driver = fields.take("driver", |f, p| {
            let words: Vec<_> = driver_names().into_iter().map(|name| (name, name)).collect();
            f.word(p, &words)
        });
        entry.min_length = fields.take("min_length", number);
        entry.max_length = fields.take("max_length", number);
        entry.min_bytes = fields.take("min_bytes", number);
        entry.length = fields.take("length", number);
        entry.bytes = fields.take("bytes", number);
        entry.max_bytes = fields.take("max_bytes", number);
        entry.min = fields.take("min", constraint::bound);
        entry.max = fields.take("max", constraint::bound);
        entry.pattern = fields.take("pattern", constraint::pattern);
        entry.schemes = fields.take("schemes", constraint::schemes);
        entry.without = fields.take("without", constraint::without);
        entry.ascii = fields.take("ascii", boolean);
        entry.one_of = fields.list("one_of", "one_of+");
        entry.not = fields.list("not", "not+");
        entry.ignore_case = fields.take("ignore_case", boolean);
        entry.default = fields.take("default", |f, p| f.text(p, "a text").map(str::to_owned));
        entry.forbidden = fields.take("forbidden", boolean);
        entry.public = fields.take("public", boolean);
        entry.services = fields.list("services", "services+");
        entry.description = fields.take("description", text);
        entry.equals = fields.take("equals", constraint::key);
        entry.differs_from = fields.take("differs_from", constraint::key);
        entry.at_most = fields.take("at_most", constraint::key);
        entry.at_least = fields.take("at_least", constraint::key);
        entry.required_if = fields.take("required_if", constraint::conditions);
        entry.private_key = fields.take("private_key", constraint::key);
        entry.host_of = fields.take("host_of", constraint::key);
        entry.valid_for = fields.take("valid_for", constraint::period);
        entry.min_keys = fields.take("min_keys", number);
        entry.rotate_after = fields.take("rotate_after", constraint::period);
        entry.rotated = fields.take("rotated", constraint::key);
        entry.rotated_in = fields.take("rotated_in", |f, p| f.word(p, ROTATED_IN));
        entry.within_distinct = fields.take("within", |f, p| f.word(p, WITHIN));
        entry.across = fields.across();
        entry.stricter = fields.take("stricter", |f, p| f.word(p, STRICTER));
        (entry.unset, entry.more) = (fields.unset, fields.more);
        entry.excuse();
        table.finish(&mut self.problems);
        entry
    }

    fn files(&mut self, field: Field<'_>, layer: &mut Layer) {
        let Value::Sequence(items) = &field.node.value else {
            self.problems.form(field, "a list of files");
            return;
        };
        let mut paths: BTreeSet<PathTemplate> = BTreeSet::new();
        for item in items {
            let Some(mut table) = Table::new(item, &mut self.problems, field.span, "an entry of `files`")
            else {
                continue;
            };
            let path = table.take("path");
            let mut fields =
                Fields { parser: self, table: &mut table, unset: BTreeMap::new(), more: BTreeMap::new() };
            let mode = fields.set("mode", permission_bits);
            let owner = fields.set("owner", |f, p| f.word(p, &[("self", true)]));
            let final_newline = fields.set("final_newline", |f, p| f.word(p, NEWLINES));
            let unset = fields.unset;
            let says = table.takes_any(&["mode", "owner", "final_newline"]);
            table.finish(&mut self.problems);
            let (Some(path), true) = (path, says) else {
                let at = path.unwrap_or(field).span;
                let message =
                    Message::new("an entry of `files` needs `path`, and `mode`, `owner` or `final_newline`");
                self.problems.push(at, message, None);
                continue;
            };
            let at = self.origin.at(path.span);
            let Some(template) = self.template(path) else { continue };
            if globset::Glob::new(&template.for_env("x")).is_err() {
                self.problems.push(path.span, Message::new("this is no valid path pattern"), None);
            }
            if !paths.insert(template.clone()) {
                self.problems.push(path.span, Message::new("this path stands in `files` twice"), None);
            }
            let ranks = BTreeMap::new();
            layer.files.push(FileEntry { at, path: template, mode, owner, final_newline, unset, ranks });
        }
    }

    fn rules(&mut self, field: Field<'_>, layer: &mut Layer) {
        let Some(table) = Table::new(field.node, &mut self.problems, field.span, "`rules`") else { return };
        for (key, node) in table.entries() {
            let Some(id) = self.rules.iter().find(|id| **id == key.text) else {
                self.problems.unknown(key.span, "rule", &key.text, self.rules);
                continue;
            };
            let field = Field { name: id, span: key.span, node };
            if is_null(node) {
                layer.rules.insert(id, self.origin.set(field, None));
            } else if let Some(level) = field.word(&mut self.problems, LEVELS) {
                layer.rules.insert(id, self.origin.set(field, Some(level)));
            }
        }
    }

    fn groups(&mut self, field: Field<'_>, layer: &mut Layer) {
        let Some(table) = Table::new(field.node, &mut self.problems, field.span, "`groups`") else { return };
        for (key, node) in table.entries() {
            let Some(name) = KeyName::declared(&key.text) else {
                self.problems.push(key.span, Message::new("this cannot be the name of a group"), None);
                continue;
            };
            let at = self.origin.at(key.span);
            let group = if is_null(node) {
                None
            } else {
                let Some(table) = Table::new(node, &mut self.problems, key.span, "a group") else { continue };
                let Some(group) = constraint::group(table, key.span, &mut self.problems) else { continue };
                Some(group)
            };
            layer.groups.insert(name, Set { value: group, at });
        }
    }

    /// A field that names a rule.
    pub fn rule_id(&mut self, field: Field<'_>) -> Option<&'static str> {
        let text = field.text(&mut self.problems, "a rule's id")?;
        let id = self.rules.iter().find(|id| **id == text).copied();
        if id.is_none() {
            self.problems.unknown(field.span, "rule", text, self.rules);
        }
        id
    }
}

/// Takes an entry's fields, and notes which are `null` and what is added to lists.
struct Fields<'p, 'r, 't, 'n> {
    parser: &'p mut Parser<'r>,
    table: &'t mut Table<'n>,
    unset: BTreeMap<&'static str, At>,
    more: BTreeMap<&'static str, Set<Vec<String>>>,
}

impl<'n> Fields<'_, '_, '_, 'n> {
    fn take<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Field<'n>, &mut Problems) -> Option<T>,
    ) -> Said<T> {
        self.set(name, read).map(Box::new)
    }

    fn set<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(Field<'n>, &mut Problems) -> Option<T>,
    ) -> Option<Set<T>> {
        let field = self.table.take(name)?;
        if is_null(field.node) {
            self.unset.insert(name, self.parser.origin.at(field.span));
            return None;
        }
        let value = read(field, &mut self.parser.problems)?;
        Some(self.parser.origin.set(field, value))
    }

    /// `auto` is what holds where nobody says anything.
    fn take_or_auto(&mut self, name: &'static str) -> Said<bool> {
        const WORDS: &[(&str, Option<bool>)] =
            &[("auto", None), ("true", Some(true)), ("false", Some(false))];
        let set = self.take(name, |f, p| f.word(p, WORDS))?;
        if set.value.is_none() {
            self.unset.insert(name, set.at);
        }
        Some(Box::new(Set { value: set.value?, at: set.at }))
    }

    fn list(&mut self, name: &'static str, more: &'static str) -> Said<Vec<String>> {
        // No value forbidden takes back what is; no value allowed, and no service, would stop everything.
        let list = self.take(name, if name == "not" { any_words } else { words });
        let Some(added) = self.table.take(more) else { return list };
        let words = words(added, &mut self.parser.problems);
        // Without a list below it the addition alone is none: `null` beside `+` would be one.
        if self.table.taken(name).is_some() {
            let message =
                Message::with("`{}` and `{}` exclude each other", [Arg::Word(name), Arg::Word(more)]);
            self.parser.problems.push(added.span, message, None);
        } else if let Some(words) = words {
            self.more.insert(name, self.parser.origin.set(added, words));
        }
        list
    }

    /// `across: any` excuses a value that several environments share, and has to say why.
    fn across(&mut self) -> Said<Across> {
        let across = self.take("across", |f, p| f.word(p, ACROSS));
        let reason = self.table.take("reason");
        let problems = &mut self.parser.problems;
        let text = reason.and_then(|field| field.text(problems, "a sentence"));
        let held = |word: &str| if word == "same" { Across::Same } else { Across::Distinct };
        match (across, reason) {
            (Some(set), reason) if set.value == "any" => {
                if reason.is_none() || text.is_some_and(|text| text.trim().is_empty()) {
                    let help = Message::new("add `reason: \"...\"` beside it");
                    problems.push_at(set.at, Message::new("`across: any` needs a reason"), Some(help));
                }
                Some(Box::new(Set { value: Across::Any(text?.to_owned()), at: set.at }))
            }
            (Some(set), None) => Some(Box::new(Set { value: held(set.value), at: set.at })),
            (_, Some(field)) => {
                problems.push(field.span, Message::new("`reason` belongs to `across: any`"), None);
                None
            }
            (None, None) => None,
        }
    }
}

fn words(field: Field<'_>, problems: &mut Problems) -> Option<Vec<String>> {
    let words = any_words(field, problems)?;
    if words.is_empty() {
        problems.form(field, "a list that is not empty");
    }
    Some(words)
}

fn any_words(field: Field<'_>, problems: &mut Problems) -> Option<Vec<String>> {
    let words = field.words(problems)?;
    Some(words.into_iter().map(|(text, _)| text.to_owned()).collect())
}

/// A text that is not blank.
pub(super) fn said(field: Field<'_>, problems: &mut Problems) -> Option<String> {
    let text = field.text(problems, "a sentence")?;
    if text.trim().is_empty() {
        problems.form(field, "a sentence");
    }
    Some(text.to_owned())
}

fn permission_bits(field: Field<'_>, problems: &mut Problems) -> Option<u32> {
    let text = field.text(problems, "a mode such as \"0600\"")?;
    let text = text.strip_prefix("0o").unwrap_or(text);
    let bits = u32::from_str_radix(text, 8).ok().filter(|bits| *bits <= 0o777);
    if bits.is_none() {
        problems.form(field, "permission bits in octal, such as \"0600\"");
    }
    bits
}
