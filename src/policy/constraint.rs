//! What an entry may ask of a value beyond its type, in the forms that the policy's language has.

use std::fmt;

use regex::bytes::{Regex, RegexBuilder};

use crate::finding::{Arg, Message};
use crate::syntax::yaml::Value;
use crate::text::KeyName;

/// What an address must not have.
pub use crate::value::types::Part as Without;

use super::Set;
use super::parse::Parser;
use super::table::{Field, Problems, Table, shown};

/// The largest automaton that a pattern may become, in bytes: the default of the `regex` crate is 10 MiB.
const MOST_PATTERN: usize = 1 << 20;

/// A regular expression that the whole value has to match; the syntax is that of the `regex` crate.
#[derive(Clone, Debug)]
pub struct TextPattern {
    text: String,
    whole: Regex,
}

impl PartialEq for TextPattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for TextPattern {}

impl TextPattern {
    /// Compiles an expression; nothing if it is none, or would become too large.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        // Alone first: `a)|(b` would be two halves of the group below.
        RegexBuilder::new(text).size_limit(MOST_PATTERN).build().ok()?;
        let whole = RegexBuilder::new(&format!(r"\A(?:{text})\z")).size_limit(MOST_PATTERN).build();
        // An expression whose last line is a comment (`(?x)`) swallows the group's end.
        let whole = whole
            .or_else(|_| RegexBuilder::new(&format!("\\A(?:{text}\n)\\z")).size_limit(MOST_PATTERN).build());
        Some(Self { text: text.to_owned(), whole: whole.ok()? })
    }

    /// Whether the whole value matches.
    #[must_use]
    pub fn matches(&self, value: &[u8]) -> bool {
        self.whole.is_match(value)
    }
}

/// What `min` and `max` say: a quantity of the key's type, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound(pub String);

/// A length of time in hours, days or weeks, as `30d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    count: u32,
    unit: char,
}

impl Period {
    /// Reads one; nothing if it is none, or longer than a hundred years.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let unit = text.chars().last().filter(|unit| matches!(unit, 'h' | 'd' | 'w'))?;
        let digits = text.strip_suffix(unit).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
        let period = Self { count: digits.parse().ok()?, unit };
        (period.seconds() <= 36_525 * 86_400).then_some(period)
    }

    /// Its seconds.
    #[must_use]
    pub fn seconds(self) -> i64 {
        let hours = match self.unit {
            'w' => 7 * 24,
            'd' => 24,
            _ => 1,
        };
        i64::from(self.count) * hours * 3600
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit)
    }
}

/// What holds the day on which a value was made, where no other variable does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotatedIn {
    /// The variable's own name.
    Name,
    /// The last commit that changed the variable's own file.
    Git,
}

impl RotatedIn {
    /// The word in a policy.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Git => "git",
        }
    }
}

/// One condition of `required_if`: the variable has one of these values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The variable.
    pub key: KeyName,
    /// The values, to the letter.
    pub values: Vec<String>,
}

/// How many of a group's variables have to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Share {
    /// One or more.
    Any,
    /// One and no second one.
    ExactlyOne,
}

impl Share {
    /// The field that says it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Any => "any_of",
            Self::ExactlyOne => "exactly_one_of",
        }
    }
}

/// Variables of which some have to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// How many.
    pub share: Share,
    /// The variables, in the policy's order; two at least.
    pub keys: Vec<KeyName>,
}

/// How variables have to be named.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Naming {
    /// In capitals, digits and `_`.
    pub upper_snake: bool,
    /// Behind the name of the service that they are for.
    pub service_prefix: bool,
}

/// The name of a variable, or of a part of one.
pub(super) fn key(field: Field<'_>, problems: &mut Problems) -> Option<KeyName> {
    let text = field.text(problems, "the name of a variable")?;
    let name = KeyName::declared(text);
    if name.is_none() {
        problems.form(field, "the name of a variable");
    }
    name
}

pub(super) fn bound(field: Field<'_>, problems: &mut Problems) -> Option<Bound> {
    const WANTED: &str = "a number, a duration or a size, such as 10, 1.5, 30s or 512MiB";
    let text = field.text(problems, WANTED)?.trim();
    let begins =
        text.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit() || ".P".contains(c));
    if !begins {
        problems.form(field, WANTED);
    }
    begins.then(|| Bound(text.to_owned()))
}

pub(super) fn period(field: Field<'_>, problems: &mut Problems) -> Option<Period> {
    const WANTED: &str = "hours, days or weeks, such as 48h, 30d or 12w";
    let period = Period::new(field.text(problems, WANTED)?);
    if period.is_none() {
        problems.form(field, WANTED);
    }
    period
}

pub(super) fn pattern(field: Field<'_>, problems: &mut Problems) -> Option<TextPattern> {
    let text = field.text(problems, "a regular expression")?;
    let pattern = TextPattern::new(text);
    if pattern.is_none() {
        let message = Message::new("`pattern` is no regular expression, or one that becomes too large");
        let help = Message::new(
            "the syntax is that of Rust's `regex`: no look-around, no references back; `\\` needs single quotes in YAML",
        );
        problems.push(field.span, message, Some(help));
    }
    pattern
}

pub(super) fn without(field: Field<'_>, problems: &mut Problems) -> Option<Vec<Without>> {
    let words: Vec<(&'static str, Without)> = Without::ALL.iter().map(|it| (it.as_str(), *it)).collect();
    listed(field, problems, |text, span, problems| {
        let found = words.iter().find(|(word, _)| *word == text).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<&'static str> = words.iter().map(|(word, _)| *word).collect();
            problems.unknown(span, "word", text, &known);
        }
        found
    })
}

/// Schemes as RFC 3986, section 3.1 has them, in lower case.
pub(super) fn schemes(field: Field<'_>, problems: &mut Problems) -> Option<Vec<String>> {
    listed(field, problems, |text, span, problems| {
        let fits = text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b));
        if !fits {
            let help = Message::new("write it in lower case, without `://`");
            problems.push(span, Message::new("this is no scheme of a URL"), Some(help));
        }
        fits.then(|| text.to_owned())
    })
}

fn listed<T: PartialEq>(
    field: Field<'_>,
    problems: &mut Problems,
    mut read: impl FnMut(&str, crate::text::Span, &mut Problems) -> Option<T>,
) -> Option<Vec<T>> {
    let words = field.words(problems)?;
    if words.is_empty() {
        problems.form(field, "a list that is not empty");
    }
    let mut found = Vec::with_capacity(words.len());
    for (text, span) in words {
        let Some(value) = read(text, span, problems) else { continue };
        if found.contains(&value) {
            problems.push(span, Message::new("this is named twice"), None);
        } else {
            found.push(value);
        }
    }
    Some(found)
}

/// `{ EMAIL_PROVIDER: resend, FEATURE: ["on", "true"] }`.
pub(super) fn conditions(field: Field<'_>, problems: &mut Problems) -> Option<Vec<Condition>> {
    let Value::Mapping(pairs) = &field.node.value else {
        problems.form(field, "a mapping of variables to values");
        return None;
    };
    if pairs.is_empty() {
        problems.form(field, "a mapping that is not empty");
    }
    let mut found = Vec::with_capacity(pairs.len());
    for (key, node) in pairs {
        let Some(name) = KeyName::declared(&key.text) else {
            problems.push(key.span, Message::new("this cannot be the name of a variable"), None);
            continue;
        };
        let values = match &node.value {
            Value::Scalar(text) => vec![text.clone()],
            Value::Sequence(_) => {
                let field = Field { name: field.name, span: key.span, node };
                let words = field.words(problems).unwrap_or_default();
                words.into_iter().map(|(text, _)| text.to_owned()).collect()
            }
            Value::Null | Value::Mapping(_) => Vec::new(),
        };
        if values.is_empty() {
            let message = Message::new("a condition takes a value, or a list of them");
            problems.push(key.span, message, None);
            continue;
        }
        found.push(Condition { key: name, values });
    }
    Some(found)
}

/// `{ any_of: [A, B] }` or `{ exactly_one_of: [A, B] }`.
pub(super) fn group(mut table: Table<'_>, at: crate::text::Span, problems: &mut Problems) -> Option<Group> {
    let any = table.take(Share::Any.as_str()).map(|field| (Share::Any, field));
    let one = table.take(Share::ExactlyOne.as_str()).map(|field| (Share::ExactlyOne, field));
    table.finish(problems);
    let (share, field) = match (any, one) {
        (Some(said), None) | (None, Some(said)) => said,
        _ => {
            let message = Message::new("a group takes `any_of` or `exactly_one_of`, and one of them");
            problems.push(at, message, None);
            return None;
        }
    };
    let keys = listed(field, problems, |text, span, problems| {
        let name = KeyName::declared(text);
        if name.is_none() {
            problems.push(span, Message::new("this cannot be the name of a variable"), None);
        }
        name
    })?;
    if keys.len() < 2 {
        let message = Message::with("`{}` takes two variables or more", [Arg::Word(share.as_str())]);
        problems.push(field.span, message, None);
        return None;
    }
    Some(Group { share, keys })
}

impl Parser<'_> {
    /// `{ case: upper-snake, prefix: service }`.
    pub(super) fn naming(&mut self, field: Field<'_>) -> Option<Set<Naming>> {
        let naming = naming(field, &mut self.problems)?;
        Some(self.origin.set(field, naming))
    }
}

fn naming(field: Field<'_>, problems: &mut Problems) -> Option<Naming> {
    let mut table = Table::new(field.node, problems, field.span, "`naming`")?;
    let upper_snake = table.take("case").and_then(|f| f.word(problems, CASES)).is_some();
    let service_prefix = table.take("prefix").and_then(|f| f.word(problems, PREFIXES)).is_some();
    if !table.takes_any(&["case", "prefix"]) {
        problems.push(field.span, Message::new("`naming` needs `case` or `prefix`"), None);
    }
    table.finish(problems);
    Some(Naming { upper_snake, service_prefix })
}

/// Words of `naming.case`.
pub(super) const CASES: &[(&str, ())] = &[("upper-snake", ())];
/// Words of `naming.prefix`.
pub(super) const PREFIXES: &[(&str, ())] = &[("service", ())];
/// Words of `final_newline`.
pub(super) const NEWLINES: &[(&str, bool)] = &[("present", true), ("absent", false)];

/// A variable that something refers to and of which the policy says nothing: a slip would switch the check off in silence.
pub(super) fn unknown_key(at: super::At, key: &KeyName, problems: &mut Problems) {
    let message = match shown(key.as_str()) {
        Some(name) => Message::with("the policy says nothing of {}", [Arg::Typed(name)]),
        None => Message::new("the policy says nothing of the variable that this names"),
    };
    let help =
        Message::with("name it under `keys`, with {} if there is nothing else to say", [Arg::Word("{}")]);
    problems.push_at(at, message, Some(help));
}

#[cfg(test)]
mod tests {
    use super::TextPattern;
    use rstest::rstest;

    #[rstest]
    #[case("[a-z]+", "abc", true)]
    #[case("[a-z]+", "abc\n", false)]
    #[case("a|b", "ab", false)]
    #[case("^a$", "a", true)]
    #[case("(?i)a", "A", true)]
    #[case("(?x) a # why", "a", true)]
    #[case("(?m)^a$", "a\nb", false)]
    fn the_whole_value_has_to_match(#[case] text: &str, #[case] value: &str, #[case] fits: bool) {
        let pattern = TextPattern::new(text);
        assert_eq!(pattern.map(|pattern| pattern.matches(value.as_bytes())), Some(fits));
    }

    #[rstest]
    #[case("a)|(b")]
    #[case("(")]
    #[case("(?=a)")]
    #[case("a{1000}{1000}")]
    fn what_is_no_pattern(#[case] text: &str) {
        assert_eq!(TextPattern::new(text), None);
    }
}
