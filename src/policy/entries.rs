//! The entries of a layer: `keys`, `files`, `rules`.

use crate::finding::{Arg, Level, Message};
use crate::syntax::postgres::SslMode;
use crate::syntax::yaml::Value;
use crate::text::KeyName;

use super::parse::Parser;
use super::table::{Field, Table};
use super::{At, FileEntry, KeyEntry, Layer, Set, ValueType};

const MODES: &[(&str, SslMode)] = &[
    ("disable", SslMode::Disable),
    ("allow", SslMode::Allow),
    ("prefer", SslMode::Prefer),
    ("require", SslMode::Require),
    ("verify-ca", SslMode::VerifyCa),
    ("verify-full", SslMode::VerifyFull),
];
const LEVELS: &[(&str, Level)] = &[("error", Level::Error), ("warning", Level::Warning), ("off", Level::Off)];

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
        layer
    }

    fn keys(&mut self, field: Field<'_>, layer: &mut Layer) {
        let Some(table) = Table::new(field.node, &mut self.problems, field.span, "`keys`") else { return };
        for (key, node) in table.entries() {
            let Some(name) = KeyName::declared(&key.text) else {
                let message = if key.text.contains('*') {
                    Message::new("patterns of keys are planned; this version takes exact names only")
                } else {
                    Message::new("this cannot be the name of a variable")
                };
                self.problems.push(key.span, message, None);
                continue;
            };
            if self.overlay && node.value == Value::Null {
                let help = Message::with("write {} for an entry that says nothing", [Arg::Word("{}")]);
                let message = Message::new("unsetting a key by null is planned; this version does not do it");
                self.problems.push(key.span, message, Some(help));
                continue;
            }
            if let Some(table) = Table::new(node, &mut self.problems, key.span, "a key's entry") {
                let entry = self.key(self.origin.at(key.span), table);
                layer.keys.insert(name, entry);
            }
        }
    }

    fn key(&mut self, at: At, mut table: Table<'_>) -> KeyEntry {
        let mut entry = KeyEntry::new(at);
        let kinds: Vec<_> = ValueType::ALL.iter().map(|kind| (kind.as_str(), *kind)).collect();
        let origin = self.origin;
        let problems = &mut self.problems;
        entry.required = table.take("required").and_then(|f| Some(origin.set(f, f.boolean(problems)?)));
        entry.secret = table.take("secret").and_then(|f| Some(origin.set(f, f.boolean(problems)?)));
        entry.kind = table.take("type").and_then(|f| Some(origin.set(f, f.word(problems, &kinds)?)));
        entry.tls = table.take("tls").and_then(|f| Some(origin.set(f, f.word(problems, MODES)?)));
        entry.min_length = table.take("min_length").and_then(|f| Some(origin.set(f, f.number(problems)?)));
        entry.max_length = table.take("max_length").and_then(|f| Some(origin.set(f, f.number(problems)?)));
        entry.min_bytes = table.take("min_bytes").and_then(|f| Some(origin.set(f, f.number(problems)?)));
        entry.one_of = table.take("one_of").and_then(|f| {
            let words = f.words(problems)?;
            if words.is_empty() {
                problems.form(f, "a list that is not empty");
            }
            Some(origin.set(f, words.into_iter().map(|(text, _)| text.to_owned()).collect()))
        });
        entry.across_any = self.across(&mut table);
        if let (Some(least), Some(most)) = (&entry.min_length, &entry.max_length)
            && least.value > most.value
        {
            let message = Message::new("`min_length` is above `max_length`: no value can satisfy both");
            self.problems.push(least.at.span, message, None);
        }
        table.finish(&mut self.problems);
        entry
    }

    /// `across: any` excuses a value that several environments share, and has to say why.
    fn across(&mut self, table: &mut Table<'_>) -> Option<Set<bool>> {
        let across = table.take("across");
        let reason = table.take("reason");
        let said = reason.and_then(|field| field.text(&mut self.problems, "a sentence"));
        match (across, reason) {
            (Some(field), reason) => {
                field.word(&mut self.problems, &[("any", ())])?;
                if reason.is_none() || said.is_some_and(|text| text.trim().is_empty()) {
                    let help = Message::new("add `reason: \"...\"` beside it");
                    self.problems.push(field.span, Message::new("`across: any` needs a reason"), Some(help));
                }
                Some(self.origin.set(field, true))
            }
            (None, Some(field)) => {
                self.problems.push(field.span, Message::new("`reason` belongs to `across: any`"), None);
                None
            }
            (None, None) => None,
        }
    }

    fn files(&mut self, field: Field<'_>, layer: &mut Layer) {
        let Value::Sequence(items) = &field.node.value else {
            self.problems.form(field, "a list of files");
            return;
        };
        for item in items {
            let Some(mut table) = Table::new(item, &mut self.problems, field.span, "an entry of `files`")
            else {
                continue;
            };
            let path = table.take("path");
            let mode = table.take("mode");
            table.finish(&mut self.problems);
            let (Some(path), Some(mode)) = (path, mode) else {
                let at = path.or(mode).unwrap_or(field).span;
                self.problems.push(at, Message::new("an entry of `files` needs `path` and `mode`"), None);
                continue;
            };
            let bits = mode.text(&mut self.problems, "a mode such as \"0600\"");
            let bits = bits.map(|text| text.strip_prefix("0o").unwrap_or(text));
            let bits = bits.and_then(|text| u32::from_str_radix(text, 8).ok()).filter(|bits| *bits <= 0o777);
            if bits.is_none() {
                self.problems.form(mode, "permission bits in octal, such as \"0600\"");
            }
            let at = self.origin.at(path.span);
            let Some(template) = self.template(path) else { continue };
            if globset::Glob::new(&template.for_env("x")).is_err() {
                self.problems.push(path.span, Message::new("this is no valid path pattern"), None);
            }
            if layer.files.iter().any(|entry| entry.path == template) {
                self.problems.push(path.span, Message::new("this path stands in `files` twice"), None);
            }
            if let Some(bits) = bits {
                layer.files.push(FileEntry {
                    at,
                    path: template,
                    mode: self.origin.set(mode, bits),
                    rank: 0,
                });
            }
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
            if let Some(level) = field.word(&mut self.problems, LEVELS) {
                layer.rules.insert(id, self.origin.set(field, level));
            }
        }
    }
}
