//! Mappings taken apart field by field, with every problem gathered.

use crate::finding::{Arg, Message};
use crate::syntax::yaml::{Key, Node, Value};
use crate::text::{FileId, KeyName, SafePath, Span};

use super::{At, Problem};

/// Names that are planned and that this version does not judge yet. They are refused like any unknown
/// name, since what is parsed and ignored passes in silence; only the message differs.
const NOT_YET: &[&str] = &["checks", "documents", "git"];

/// A mapping whose fields are taken one by one; [`Table::finish`] complains of what is left.
pub struct Table<'a> {
    pairs: &'a [(Key, Node)],
    asked: Vec<&'static str>,
}

/// A field that was taken.
#[derive(Clone, Copy)]
pub struct Field<'a> {
    /// The field's name.
    pub name: &'static str,
    /// Where the name stands.
    pub span: Span,
    /// The value.
    pub node: &'a Node,
}

/// Problems as they are gathered; those with a bare span are of one file.
#[derive(Default)]
pub struct Problems {
    file: Option<FileId>,
    /// What was found.
    pub list: Vec<Problem>,
}

impl Problems {
    /// Gathers the problems of one file.
    #[must_use]
    pub const fn of(file: FileId) -> Self {
        Self { file: Some(file), list: Vec::new() }
    }

    /// Notes a problem.
    pub fn push(&mut self, at: Span, message: Message, help: Option<Message>) {
        self.list.extend(self.file.map(|file| Problem { file, at: Some(at), message, help }));
    }

    /// Notes a problem in any of the policy's files.
    pub fn push_at(&mut self, at: At, message: Message, help: Option<Message>) {
        self.list.push(Problem { file: at.file, at: Some(at.span), message, help });
    }

    /// Notes a problem of the file as a whole.
    pub fn whole(&mut self, message: Message) {
        self.list.extend(self.file.map(|file| Problem { file, at: None, message, help: None }));
    }

    /// Notes that a field's value is of the wrong form.
    pub fn form(&mut self, field: Field<'_>, wanted: &'static str) {
        let args = [Arg::Word(field.name), Arg::Word(wanted)];
        self.push(field.span, Message::with("`{}` takes {}", args), None);
    }

    /// Notes a name that is none of `known`, with the nearest of them.
    pub fn unknown(&mut self, at: Span, what: &'static str, text: &str, known: &[&'static str]) {
        let name = Arg::Word(what);
        let (message, shown) = match shown(text) {
            Some(shown) => (Message::with("unknown {} `{}`", [name, Arg::Typed(shown.clone())]), Some(shown)),
            None => (Message::with("unknown {}, of a form that is not shown", [name]), None),
        };
        let help = if shown.is_some() && NOT_YET.contains(&text) {
            Message::new("it is planned, but this version does not judge it and so does not accept it")
        } else if let Some(near) = nearest(text, known) {
            Message::with("did you mean `{}`?", [Arg::Word(near)])
        } else {
            Message::with("known here: {}", [Arg::Words(known.to_vec())])
        };
        self.push(at, message, Some(help));
    }
}

/// A word out of a policy, if it may be shown: what is no name could be anything, also a value in the wrong place.
pub fn shown(text: &str) -> Option<SafePath> {
    KeyName::visible(text.as_bytes()).map(|name| SafePath::named(name.as_str()))
}

impl<'a> Table<'a> {
    /// A node that must be a mapping.
    pub fn new(node: &'a Node, problems: &mut Problems, field: Span, what: &'static str) -> Option<Self> {
        match &node.value {
            Value::Mapping(pairs) => Some(Self { pairs, asked: Vec::new() }),
            Value::Null if nothing_is_empty(what) => Some(Self { pairs: &[], asked: Vec::new() }),
            _ => {
                let at = if node.span.is_empty() { field } else { node.span };
                problems.push(at, Message::with("{} must be a mapping", [Arg::Word(what)]), None);
                None
            }
        }
    }

    /// All entries, for mappings whose keys are names of the user's.
    pub const fn entries(&self) -> &'a [(Key, Node)] {
        self.pairs
    }

    /// A field, if it is there. `null` counts as there: its reader says what it takes instead.
    pub fn take(&mut self, name: &'static str) -> Option<Field<'a>> {
        self.asked.push(name);
        let (key, node) = self.pairs.iter().find(|(key, _)| key.text == name)?;
        Some(Field { name, span: key.span, node })
    }

    /// Whether a field that was asked for is there.
    #[must_use]
    pub fn taken(&self, name: &str) -> Option<&'a Node> {
        self.pairs.iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
    }

    /// Whether any of these fields is there.
    #[must_use]
    pub fn takes_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.taken(name).is_some())
    }

    /// Complains of every field that nobody asked for.
    pub fn finish(self, problems: &mut Problems) {
        for (key, _) in self.pairs {
            if !self.asked.iter().any(|name| *name == key.text) {
                problems.unknown(key.span, "field", &key.text, &self.asked);
            }
        }
    }
}

impl<'a> Field<'a> {
    /// The value as text.
    pub fn text(self, problems: &mut Problems, wanted: &'static str) -> Option<&'a str> {
        match &self.node.value {
            Value::Scalar(text) => Some(text),
            _ => {
                problems.form(self, wanted);
                None
            }
        }
    }

    /// The value as `true` or `false`.
    pub fn boolean(self, problems: &mut Problems) -> Option<bool> {
        match self.text(problems, "true or false")? {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                problems.form(self, "true or false");
                None
            }
        }
    }

    /// The value as a whole number.
    pub fn number(self, problems: &mut Problems) -> Option<u64> {
        let number = self.text(problems, "a whole number")?.parse().ok();
        if number.is_none() {
            problems.form(self, "a whole number");
        }
        number
    }

    /// The value as one of a list of words.
    pub fn word<T: Copy>(self, problems: &mut Problems, words: &[(&'static str, T)]) -> Option<T> {
        let text = self.text(problems, "one word")?;
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let names: Vec<&'static str> = words.iter().map(|(word, _)| *word).collect();
            let help = nearest(text, &names).map_or_else(
                || Message::with("write one of: {}", [Arg::Words(names.clone())]),
                |near| Message::with("did you mean `{}`?", [Arg::Word(near)]),
            );
            let message = Message::with("`{}` has an unknown value", [Arg::Word(self.name)]);
            problems.push(self.span, message, Some(help));
        }
        found
    }

    /// The value as a list of scalars, with the place of each.
    pub fn words(self, problems: &mut Problems) -> Option<Vec<(&'a str, Span)>> {
        let Value::Sequence(items) = &self.node.value else {
            problems.form(self, "a list");
            return None;
        };
        let mut words = Vec::with_capacity(items.len());
        for item in items {
            match &item.value {
                Value::Scalar(text) => words.push((text.as_str(), item.span)),
                _ => {
                    let message = Message::with("`{}` takes a list of plain words", [Arg::Word(self.name)]);
                    let help = Message::new("quote a word such as \"null\" to mean its letters");
                    problems.push(self.span, message, Some(help));
                }
            }
        }
        Some(words)
    }
}

/// Whether nothing may stand for an empty mapping: in an environment's entry, and in a file that says nothing yet.
fn nothing_is_empty(what: &str) -> bool {
    matches!(
        what,
        "a policy"
            | "an environment"
            | "`environments`"
            | "`keys`"
            | "`rules`"
            | "`groups`"
            | "a key's entry"
    )
}

/// The known name that `text` is most like, if it is like any.
pub fn nearest(text: &str, known: &[&'static str]) -> Option<&'static str> {
    let folded = text.to_lowercase().replace('-', "_");
    known
        .iter()
        .map(|name| (strsim::osa_distance(&folded, &name.replace('-', "_")), *name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 4)
        .min()
        .map(|(_, name)| name)
}
