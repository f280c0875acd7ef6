//! How the keys of a file become variables: `map`, `join` and `case` of a source.

use std::collections::BTreeSet;

use crate::finding::Message;
use crate::text::KeyName;

use super::parse::Parser;
use super::sources::{MapEntry, SourceSpec};
use super::table::{Field, Table};

/// Variables of one source.
const MOST_MAPPED: usize = 1000;
/// What may join the names of nested keys.
pub const JOINS: &[(&str, &str)] = &[("_", "_"), ("__", "__")];

impl SourceSpec {
    /// Whether anything in a section of an INI file may be a variable of the source: what it takes stands there, or in a part of it.
    #[must_use]
    pub fn is_about(&self, section: &str) -> bool {
        let below = |one: &str, other: &str| {
            one.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        match &self.under {
            _ if !self.map.is_empty() => self.map.iter().any(|entry| below(&entry.path, section)),
            Some(under) => below(section, under) || below(under, section),
            None => true,
        }
    }
}

impl Parser<'_> {
    /// `case: upper`.
    pub(super) fn case(&mut self, table: &mut Table<'_>, spec: &mut SourceSpec) {
        let case = table.take("case").and_then(|field| field.word(&mut self.problems, &[("upper", ())]));
        spec.upper = case.is_some();
    }

    /// `map`, or `join` and `case`.
    pub(super) fn mapping(&mut self, table: &mut Table<'_>, spec: &mut SourceSpec) {
        self.case(table, spec);
        let join = table.take("join").and_then(|field| field.word(&mut self.problems, JOINS));
        spec.join = join.map(str::to_owned);
        let Some(field) = table.take("map") else { return };
        if spec.under.is_some() || spec.join.is_some() || spec.upper {
            let message = "`map` names each variable: `under`, `join` and `case` have no say beside it";
            self.problems.push(field.span, Message::new(message), None);
            return;
        }
        spec.map = self.map(field);
    }

    /// `map: { DB_PASSWORD: database.password }`.
    fn map(&mut self, field: Field<'_>) -> Vec<MapEntry> {
        let Some(table) = Table::new(field.node, &mut self.problems, field.span, "`map`") else {
            return Vec::new();
        };
        let wanted = "the keys that lead to the value, joined by dots, such as \"database.password\"";
        let mut found: Vec<MapEntry> = Vec::new();
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        for (name, node) in table.entries() {
            let path = Field { name: "map", span: name.span, node };
            let text = path.text(&mut self.problems, wanted);
            let Some(key) = KeyName::declared(&name.text) else {
                self.problems.push(name.span, Message::new("this cannot be a variable's name"), None);
                continue;
            };
            let Some(text) = text else { continue };
            if text.is_empty() {
                self.problems.form(path, wanted);
            } else if !seen.insert(&name.text) {
                self.problems.push(name.span, Message::new("this variable is mapped twice"), None);
            } else {
                found.push(MapEntry { key, path: text.to_owned(), at: self.origin.at(path.span) });
            }
        }
        if table.entries().is_empty() {
            self.problems.form(field, "at least one variable");
        }
        if found.len() > MOST_MAPPED {
            self.problems.form(field, "at most 1000 variables");
        }
        found
    }
}
