//! Places as reports name them.

use crate::text::source_map::{Lines, Medium, collapse};
use crate::text::{FileId, KeyName, MASK, OneIndexed, SafePath, SourceMap, Span};

/// A place as a rule names it; the builder makes a [`Location`] of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A variable's name in a file.
    Key(FileId, Span, KeyName),
    /// A line of which nothing may be shown.
    Line(FileId, Span),
    /// A name in a policy.
    Policy(FileId, Span),
    /// A file as a whole.
    File(SafePath),
    /// A variable of the process that runs the check.
    Process(KeyName),
}

/// A place in a file, resolved. Without lines it is the file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// What it lies in.
    pub medium: Medium,
    /// The file, relative to the project where it lies in it.
    pub path: SafePath,
    /// Lines and columns, if a part of the file is meant. They cover a name, never a value.
    pub lines: Option<Lines>,
    /// What of the line may be shown.
    pub excerpt: Option<Excerpt>,
}

/// One line of text that may be shown, every value in it masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The text.
    pub text: String,
    /// First byte of what is pointed at.
    pub start: usize,
    /// Number of bytes pointed at.
    pub len: usize,
}

impl Excerpt {
    /// `KEY=********`.
    #[must_use]
    pub fn of_key(key: &KeyName) -> Self {
        Self { text: format!("{key}={MASK}"), start: 0, len: key.as_str().len() }
    }

    /// A line of which nothing may be shown.
    #[must_use]
    pub fn of_line() -> Self {
        Self { text: MASK.to_owned(), start: 0, len: MASK.len() }
    }
}

/// Characters shown on each side of what is pointed at: a policy may be one line of a megabyte.
const MOST_SHOWN: usize = 100;

fn first(text: &str) -> &str {
    let end = text.char_indices().nth(MOST_SHOWN).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or_default()
}

fn last(text: &str) -> &str {
    let start = text.char_indices().rev().nth(MOST_SHOWN).map_or(0, |(at, c)| at + c.len_utf8());
    text.get(start..).unwrap_or_default()
}

impl Location {
    /// A file as a whole.
    #[must_use]
    pub const fn file(path: SafePath) -> Self {
        Self { medium: Medium::File, path, lines: None, excerpt: None }
    }

    /// Looks a place up; nothing if its file is unknown.
    #[must_use]
    pub fn resolve(place: &Place, sources: &SourceMap) -> Option<Self> {
        let (file, span, excerpt) = match place {
            Place::File(path) => return Some(Self::file(path.clone())),
            Place::Process(key) => {
                let path = SafePath::named(&format!("environment variable {key}"));
                return Some(Self { medium: Medium::Process, ..Self::file(path) });
            }
            Place::Key(file, span, key) => (*file, *span, Some(Excerpt::of_key(key))),
            Place::Line(file, span) => (*file, Span::new(span.start, span.start), Some(Excerpt::of_line())),
            Place::Policy(file, span) => (*file, *span, None),
        };
        let lines = sources.lines(file, span)?;
        let excerpt = excerpt.filter(|_| !sources.is_sealed(file)).or_else(|| {
            let most = span.len().saturating_add(4 * (MOST_SHOWN + 1));
            let (before, rest) = sources.masked_line(file, span, most)?;
            let (named, behind) = rest.split_at_checked(span.len().min(rest.len()))?;
            let (before, behind) = (last(before), first(behind));
            let (before, named) = (collapse(before), collapse(first(named)));
            let (start, len) = (before.len(), named.len());
            let text = before + &named + &collapse(behind);
            Some(Excerpt { text: text.trim_end().to_owned(), start, len })
        });
        Some(Self {
            medium: sources.medium(file),
            path: sources.path(file)?.clone(),
            lines: Some(lines),
            excerpt,
        })
    }

    /// The line, if a part of the file is meant.
    #[must_use]
    pub fn line(&self) -> Option<OneIndexed> {
        self.lines.map(|lines| lines.line)
    }
}
