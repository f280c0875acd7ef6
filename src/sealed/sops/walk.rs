//! A tree's leaves in the order in which SOPS goes over them, each with what the file's rule says of it.

use std::sync::Arc;

use regex::{Regex, RegexBuilder};

use crate::text::Span;

use super::fault::{Fault, Why};
use super::metadata::Rule;
use super::re2;
use super::tree::{Item, Kind, Node, Scalar, Text};
use super::value::{Sealed, begins_sealed};

/// Bytes of all paths together: each is hashed with its value.
const MAX_PATH_BYTES: usize = 64 << 20;

/// Bytes of a key: each comment may have to be tried at its neighbours' places.
const MAX_KEY_BYTES: usize = 4 << 10;

/// Bytes of a rule's pattern, of the program that it makes, and of all that it is matched with: a file comes from anybody, and its
/// rule is looked at before anything of it is authenticated.
const MAX_PATTERN: usize = 1 << 10;
const MAX_PROGRAM: usize = 64 << 10;
const MAX_MATCHED: usize = 1 << 20;

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// A key.
    Key(Arc<str>),
    /// A place in a list, from zero.
    Index(usize),
}

/// Where a leaf is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub Vec<Part>);

impl Path {
    /// The path as a name: its parts joined by `.`, places in lists as numbers, without blanks around a key and without
    /// the `export` that a line of a dotenv file may begin with.
    #[must_use]
    pub fn name(&self) -> String {
        if let [Part::Key(key)] = self.0.as_slice() {
            let key = key.trim();
            return key.strip_prefix("export ").unwrap_or(key).trim_start().to_owned();
        }
        let parts = self.0.iter().map(|part| match part {
            Part::Key(key) => key.trim().to_owned(),
            Part::Index(at) => at.to_string(),
        });
        parts.collect::<Vec<_>>().join(".")
    }

    /// What is authenticated with the value: the keys, each with a colon behind it. Places in lists are not in it.
    pub(super) fn place(&self) -> Vec<u8> {
        let keys =
            self.0.iter().filter_map(|part| if let Part::Key(key) = part { Some(&**key) } else { None });
        let mut place = keys.collect::<Vec<_>>().join(":").into_bytes();
        place.push(b':');
        place
    }
}

/// How a leaf is kept in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// Sealed.
    Sealed,
    /// In plain.
    Plain,
    /// Empty text, which SOPS leaves empty, or `null`.
    Empty,
}

/// A value or comment of a file, as far as it can be known without a key.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Where it is; of a comment, what it stands in.
    pub path: Path,
    /// The place of its key in the file, or of the value in a list.
    pub span: Span,
    /// How it is kept.
    pub state: State,
    /// What it is. Of what is sealed, what the file says it is.
    pub kind: Kind,
    /// Whether the file's rule wants it sealed.
    pub to_be_sealed: bool,
    /// Whether it stands as a comment.
    pub comment: bool,
    pub(super) content: Content,
}

impl Leaf {
    /// Whether it is a comment that stands in the clear though the file's rule wants it sealed. SOPS seals such a one when the
    /// file is edited next, and takes it until then.
    #[must_use]
    pub fn is_clear_comment(&self) -> bool {
        self.comment && self.to_be_sealed && self.state == State::Plain
    }
}

#[derive(Clone)]
pub(super) enum Content {
    Sealed(Box<Sealed>),
    Plain(Text),
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[content]")
    }
}

/// What is in documents.
pub(super) struct Walked {
    /// Their values and comments.
    pub leaves: Vec<Leaf>,
    /// Lists with nothing in them: they are no values, and yet are there.
    pub empty_lists: Vec<(Path, Span)>,
}

/// All leaves of documents.
pub(super) fn leaves(documents: Vec<Vec<Item>>, rule: &Rule) -> Result<Walked, Fault> {
    let walked = Walked { leaves: Vec::new(), empty_lists: Vec::new() };
    let mut walk = Walk { rule: Compiled::new(rule)?, walked, path: Path::default(), bytes: 0, matched: 0 };
    for items in documents {
        walk.items(items, false, false)?;
    }
    Ok(walk.walked)
}

/// The place of the first value that is sealed, whatever the rule.
pub(super) fn first_sealed(items: &[Item]) -> Option<Span> {
    items.iter().find_map(|item| match &item.node {
        Node::Map(items) | Node::List(items) => first_sealed(items),
        Node::Scalar(scalar) => begins_sealed(scalar.text.as_bytes()).then_some(item.span),
        Node::Comment(_) => None,
    })
}

/// A rule's test, and whether what passes it is sealed.
struct Compiled {
    test: Test,
    of_comments: bool,
    seals: bool,
}

enum Test {
    Suffix(String),
    Regex(Regex),
}

impl Compiled {
    fn new(rule: &Rule) -> Result<Self, Fault> {
        let suffix = |suffix: &String| Ok::<_, Fault>(Test::Suffix(suffix.clone()));
        let regex = |pattern: &str| {
            if pattern.len() > MAX_PATTERN {
                return Err(Why::TooLarge.into());
            }
            // Go's grammar: by the other one a rule would be another rule, and the file a changed one.
            let pattern = re2::translated(pattern).ok_or(Why::BadPattern)?;
            let built = RegexBuilder::new(&pattern).size_limit(MAX_PROGRAM).build();
            built.map(Test::Regex).map_err(|_| Fault::from(Why::BadPattern))
        };
        let (test, of_comments, seals) = match rule {
            Rule::UnencryptedSuffix(text) => (suffix(text)?, false, false),
            Rule::EncryptedSuffix(text) => (suffix(text)?, false, true),
            Rule::UnencryptedRegex(pattern) => (regex(pattern)?, false, false),
            Rule::EncryptedRegex(pattern) => (regex(pattern)?, false, true),
            Rule::UnencryptedCommentRegex(pattern) => (regex(pattern)?, true, false),
            Rule::EncryptedCommentRegex(pattern) => (regex(pattern)?, true, true),
        };
        Ok(Self { test, of_comments, seals })
    }

    fn fits(&self, text: &str) -> bool {
        match &self.test {
            Test::Suffix(suffix) => text.ends_with(suffix.as_str()),
            Test::Regex(regex) => regex.is_match(text),
        }
    }
}

fn is_sealed_comment(text: &Text) -> bool {
    let text = text.as_str();
    begins_sealed(text.as_bytes()) && Sealed::parse(text).is_some_and(|sealed| sealed.kind == Kind::Comment)
}

struct Walk {
    rule: Compiled,
    walked: Walked,
    path: Path,
    bytes: usize,
    matched: usize,
}

impl Walk {
    /// Whether the rule's test passes.
    fn fits(&mut self, text: &str) -> Result<bool, Fault> {
        if matches!(self.rule.test, Test::Regex(_)) {
            self.matched = self.matched.saturating_add(text.len());
        }
        if self.matched > MAX_MATCHED { Err(Why::TooLarge.into()) } else { Ok(self.rule.fits(text)) }
    }

    /// `below_key` and `below_comment`: whether the rule fits a key or comment further up.
    fn items(&mut self, items: Vec<Item>, below_key: bool, below_comment: bool) -> Result<(), Fault> {
        // Comments count for the entry that follows them.
        let (mut commented, mut index) = (false, 0);
        for Item { key, span, node } in items {
            // A comment in a list is sealed as one of its items, and comes back as a comment.
            let node = match node {
                Node::Scalar(Scalar { text, .. }) if key.is_none() && is_sealed_comment(&text) => {
                    Node::Comment(text)
                }
                node => node,
            };
            let node = match node {
                Node::Comment(text) => {
                    let fits = self.rule.of_comments && self.fits(text.as_str())?;
                    // The comment that says "sealed from here on" is not sealed itself; the one that says "plain" is plain.
                    let own = fits && !self.rule.seals;
                    let hit =
                        if self.rule.of_comments { below_comment || commented || own } else { below_key };
                    self.leaf(text, Kind::Comment, span, hit)?;
                    commented |= fits;
                    continue;
                }
                node => node,
            };
            let fits = match key.as_deref() {
                Some(key) if key.len() > MAX_KEY_BYTES => return Err(Why::TooLarge.into()),
                Some(key) if !self.rule.of_comments => self.fits(key)?,
                _ => false,
            };
            let (below_key, below_comment) = (below_key || fits, below_comment || commented);
            self.path.0.push(key.map_or(Part::Index(index), |key| Part::Key(key.into())));
            match node {
                Node::Map(items) => self.items(items, below_key, below_comment)?,
                Node::List(items) => {
                    if items.iter().all(|item| matches!(item.node, Node::Comment(_))) {
                        self.room()?;
                        self.walked.empty_lists.push((self.path.clone(), span));
                    }
                    self.items(items, below_key, below_comment)?;
                }
                Node::Scalar(Scalar { kind, text }) => {
                    let hit = if self.rule.of_comments { below_comment } else { below_key };
                    self.leaf(text, kind, span, hit)?;
                }
                Node::Comment(_) => {}
            }
            self.path.0.pop();
            commented = false;
            index += 1;
        }
        Ok(())
    }

    /// Counts the path that is kept.
    fn room(&mut self) -> Result<(), Fault> {
        let length = |part: &Part| if let Part::Key(key) = part { key.len() + 1 } else { 1 };
        self.bytes = self.bytes.saturating_add(self.path.0.iter().map(length).sum());
        if self.bytes > MAX_PATH_BYTES { Err(Why::TooLarge.into()) } else { Ok(()) }
    }

    fn leaf(&mut self, text: Text, kind: Kind, span: Span, hit: bool) -> Result<(), Fault> {
        self.room()?;
        let path = self.path.clone();
        let comment = kind == Kind::Comment;
        let sealed = matches!(kind, Kind::Str | Kind::Comment) && begins_sealed(text.as_bytes());
        let (kind, state, content) = if sealed {
            let fault = Fault { why: Why::BadSealed, span, leaf: Some(self.walked.leaves.len()) };
            let sealed = Sealed::parse(text.as_str()).ok_or(fault)?;
            // The type is not authenticated: one that takes a value out of the authentication code is refused here. Old
            // versions sealed comments as text.
            let fits = if comment {
                matches!(sealed.kind, Kind::Comment | Kind::Str)
            } else {
                sealed.kind != Kind::Comment
            };
            if !fits {
                return Err(fault);
            }
            (sealed.kind, State::Sealed, Content::Sealed(Box::new(sealed)))
        } else {
            let empty = text.as_bytes().is_empty();
            (kind, if empty { State::Empty } else { State::Plain }, Content::Plain(text))
        };
        let to_be_sealed = hit == self.rule.seals;
        self.walked.leaves.push(Leaf { path, span, state, kind, to_be_sealed, comment, content });
        Ok(())
    }
}
