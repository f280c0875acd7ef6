//! The files of a run by number: their shown path, where their lines begin, and what of them may be shown.

use std::cell::OnceCell;

use super::MASK;
use super::path::SafePath;
use super::span::{OneIndexed, Span};

/// Stands for each byte of a masked value in shown text; [`collapse`] makes one mask of a run of them.
pub const HIDDEN: char = '\u{1}';

/// `text` with each run of [`HIDDEN`] as one mask of fixed width.
#[must_use]
pub fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut hidden = false;
    for c in text.chars() {
        if c != HIDDEN {
            out.push(c);
        } else if !hidden {
            out.push_str(MASK);
        }
        hidden = c == HIDDEN;
    }
    out
}

/// A file of a [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// Where a span begins and ends, in lines and columns from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Line of the first byte.
    pub line: OneIndexed,
    /// Column of the first byte, in characters where the text is held, else in bytes.
    pub column: OneIndexed,
    /// Line of the end.
    pub end_line: OneIndexed,
    /// Column one past the last character.
    pub end_column: OneIndexed,
}

#[derive(Debug)]
struct File {
    path: SafePath,
    line_starts: Vec<usize>,
    /// Bytes before the first column: a byte order mark.
    bom: usize,
    /// What may be shown; only policies have it.
    shown: Option<Shown>,
}

/// A text and how to mask it: done when the first line is asked for, since most runs show none.
#[derive(Debug)]
struct Shown {
    text: String,
    mask: fn(&str) -> String,
    masked: OnceCell<String>,
}

/// Append-only list of files; a value, not a global.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<File>,
}

impl SourceMap {
    /// Registers a file whose text is never shown: of `bytes` only the line starts are kept.
    pub fn add_hidden(&mut self, path: SafePath, bytes: &[u8]) -> FileId {
        let bom = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        self.push(File { path, line_starts: line_starts(bytes), bom, shown: None })
    }

    /// Registers a file whose text may be shown once `mask` has replaced each byte that must not be
    /// seen by [`HIDDEN`], so that all places stay where they are.
    pub fn add_masked(&mut self, path: SafePath, text: String, mask: fn(&str) -> String) -> FileId {
        let line_starts = line_starts(text.as_bytes());
        let shown = Some(Shown { text, mask, masked: OnceCell::new() });
        self.push(File { path, line_starts, bom: 0, shown })
    }

    fn push(&mut self, file: File) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    fn file(&self, id: FileId) -> Option<&File> {
        self.files.get(usize::try_from(id.0).ok()?)
    }

    /// The shown path of a file.
    #[must_use]
    pub fn path(&self, id: FileId) -> Option<&SafePath> {
        self.file(id).map(|file| &file.path)
    }

    /// Lines and columns of a span.
    #[must_use]
    pub fn lines(&self, id: FileId, span: Span) -> Option<Lines> {
        let file = self.file(id)?;
        let (line, column) = file.line_column(span.start);
        let (end_line, end_column) = file.line_column(span.end.max(span.start));
        Some(Lines { line, column, end_line, end_column })
    }

    /// The line on which a span begins, as it may be shown, without its line break; nothing for files whose text is never shown.
    #[must_use]
    pub fn masked_line(&self, id: FileId, span: Span) -> Option<&str> {
        let file = self.file(id)?;
        let index = file.line_index(span.start);
        let start = *file.line_starts.get(index)?;
        let shown = file.shown.as_ref()?;
        let text = shown.masked.get_or_init(|| (shown.mask)(&shown.text)).get(start..)?;
        Some(text.lines().next().unwrap_or_default())
    }
}

impl File {
    fn line_index(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    fn line_column(&self, offset: usize) -> (OneIndexed, OneIndexed) {
        let index = self.line_index(offset);
        let start = self.line_starts.get(index).copied().unwrap_or_default();
        let before = match &self.shown {
            Some(shown) => shown.text.get(start..offset).map_or(0, |text| text.chars().count()),
            None if index == 0 => offset.saturating_sub(self.bom),
            None => offset.saturating_sub(start),
        };
        (OneIndexed::after(index), OneIndexed::after(before))
    }
}

fn line_starts(bytes: &[u8]) -> Vec<usize> {
    let breaks = bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(at, _)| at + 1);
    std::iter::once(0).chain(breaks).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{SourceMap, Span};
    use crate::text::SafePath;

    #[test]
    fn lines_and_columns_count_from_one_and_skip_a_bom() {
        let mut map = SourceMap::default();
        let id = map.add_hidden(SafePath::named("f"), b"\xef\xbb\xbfA=1\nexport B=2\n");
        let first = map.lines(id, Span::new(3, 4)).unwrap();
        assert_eq!((first.line.get(), first.column.get(), first.end_column.get()), (1, 1, 2));
        let second = map.lines(id, Span::new(14, 15)).unwrap();
        assert_eq!((second.line.get(), second.column.get()), (2, 8));
        assert_eq!(map.masked_line(id, Span::new(14, 15)), None);
    }

    #[test]
    fn shown_text_counts_characters() {
        let mut map = SourceMap::default();
        let id = map.add_masked(SafePath::named("p"), "a: é x\nb: 1".to_owned(), str::to_owned);
        let place = map.lines(id, Span::new(6, 7)).unwrap();
        assert_eq!(place.column.get(), 6);
        assert_eq!(map.masked_line(id, Span::new(8, 9)), Some("b: 1"));
    }
}
