//! The files of a run by number: their shown path, where their lines begin, and what of them may be shown.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use memchr::memchr_iter;

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
pub struct FileId {
    part: u32,
    number: u32,
}

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

/// What a file lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Medium {
    /// The file system.
    File,
    /// A commit.
    Git,
    /// Nothing: it is a variable of the process that runs the check.
    Process,
}

impl Medium {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Git => "git",
            Self::Process => "process",
        }
    }
}

#[derive(Debug)]
struct File {
    path: SafePath,
    medium: Medium,
    line_starts: Vec<usize>,
    /// Bytes before the first column: a byte order mark.
    bom: usize,
    /// Whether the lines are those of a decrypted text.
    sealed: bool,
    /// What may be shown; only policies have it.
    shown: Option<Shown>,
}

/// A text and how to mask it: done when the first line is asked for, since most runs show none.
#[derive(Debug)]
struct Shown {
    text: String,
    /// Characters before each block of bytes: a policy may be one line of a megabyte.
    blocks: Vec<usize>,
    mask: fn(&str) -> String,
    masked: OnceLock<String>,
}

/// Bytes of a block.
const BLOCK: usize = 1024;

impl Shown {
    fn new(text: String, mask: fn(&str) -> String) -> Self {
        let mut before = 0;
        let blocks = text.as_bytes().chunks(BLOCK).map(|block| {
            before += characters(block);
            before
        });
        let blocks = std::iter::once(0).chain(blocks).collect();
        Self { text, blocks, mask, masked: OnceLock::new() }
    }

    /// Characters from one byte to another.
    fn between(&self, start: usize, end: usize) -> usize {
        if end.saturating_sub(start) <= BLOCK {
            return characters(self.text.as_bytes().get(start..end).unwrap_or_default());
        }
        self.before(end).saturating_sub(self.before(start))
    }

    /// Characters before a byte.
    fn before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        let rest = self.text.as_bytes().get(block * BLOCK..offset).unwrap_or_default();
        self.blocks.get(block).copied().unwrap_or_default() + characters(rest)
    }
}

/// Characters that begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| **byte & 0xc0 != 0x80).count()
}

/// Append-only list of files; a value, not a global.
#[derive(Debug, Default)]
pub struct SourceMap {
    part: u32,
    files: Vec<File>,
    /// Parts that were made apart from this one.
    others: BTreeMap<u32, Vec<File>>,
}

impl SourceMap {
    /// A list of its own, to be joined with another when all of it is there. Files of a later part stand behind those of an
    /// earlier one.
    #[must_use]
    pub fn part(number: u32) -> Self {
        Self { part: number, ..Self::default() }
    }

    /// Takes a part in.
    pub fn join(&mut self, part: Self) {
        self.others.insert(part.part, part.files);
        self.others.extend(part.others);
    }

    /// Registers a file whose text is never shown: of `bytes` only the line starts are kept.
    pub fn add_hidden(&mut self, path: SafePath, bytes: &[u8]) -> FileId {
        let bom = if bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        self.push(File {
            path,
            medium: Medium::File,
            line_starts: line_starts(bytes),
            bom,
            sealed: false,
            shown: None,
        })
    }

    /// Registers a file whose text may be shown once `mask` has replaced each byte that must not be
    /// seen by [`HIDDEN`], so that all places stay where they are.
    pub fn add_masked(&mut self, path: SafePath, text: String, mask: fn(&str) -> String) -> FileId {
        let line_starts = line_starts(text.as_bytes());
        let shown = Some(Shown::new(text, mask));
        self.push(File { path, medium: Medium::File, line_starts, bom: 0, sealed: false, shown })
    }

    /// Notes what a file lies in, if it is not the file system.
    pub fn set_medium(&mut self, id: FileId, medium: Medium) {
        if let Some(file) = self.file_mut(id) {
            file.medium = medium;
        }
    }

    /// Notes that a file is encrypted where it lies: its lines are those of what is in it, and nothing of them is shown.
    pub fn set_sealed(&mut self, id: FileId) {
        if let Some(file) = self.file_mut(id) {
            file.sealed = true;
        }
    }

    /// Whether a file is encrypted where it lies.
    #[must_use]
    pub fn is_sealed(&self, id: FileId) -> bool {
        self.file(id).is_some_and(|file| file.sealed)
    }

    /// What a file lies in.
    #[must_use]
    pub fn medium(&self, id: FileId) -> Medium {
        self.file(id).map_or(Medium::File, |file| file.medium)
    }

    /// Masks a file otherwise from now on; a file whose text is never shown stays so.
    pub fn remask(&mut self, id: FileId, mask: fn(&str) -> String) {
        if let Some(shown) = self.file_mut(id).and_then(|file| file.shown.as_mut()) {
            (shown.mask, shown.masked) = (mask, OnceLock::new());
        }
    }

    fn push(&mut self, file: File) -> FileId {
        let number = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.push(file);
        FileId { part: self.part, number }
    }

    fn file(&self, id: FileId) -> Option<&File> {
        let files = if id.part == self.part { &self.files } else { self.others.get(&id.part)? };
        files.get(usize::try_from(id.number).ok()?)
    }

    fn file_mut(&mut self, id: FileId) -> Option<&mut File> {
        let files = if id.part == self.part { &mut self.files } else { self.others.get_mut(&id.part)? };
        files.get_mut(usize::try_from(id.number).ok()?)
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

    /// The line on which a span begins, as it may be shown, without its line break: what stands before the span, and at most
    /// `most` bytes from its start on. Nothing for files whose text is never shown.
    #[must_use]
    pub fn masked_line(&self, id: FileId, span: Span, most: usize) -> Option<(&str, &str)> {
        let file = self.file(id)?;
        let start = *file.line_starts.get(file.line_index(span.start))?;
        let shown = file.shown.as_ref()?;
        // A mask has a byte for every byte.
        let masked = shown.masked.get_or_init(|| (shown.mask)(&shown.text));
        let end = masked.floor_char_boundary(span.start.saturating_add(most));
        let rest = masked.get(span.start..end)?.lines().next().unwrap_or_default();
        Some((masked.get(start..span.start)?, rest))
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
            Some(shown) => shown.between(start, offset),
            None if index == 0 => offset.saturating_sub(self.bom),
            None => offset.saturating_sub(start),
        };
        (OneIndexed::after(index), OneIndexed::after(before))
    }
}

fn line_starts(bytes: &[u8]) -> Vec<usize> {
    let breaks = memchr_iter(b'\n', bytes).map(|at| at + 1);
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
        assert_eq!(map.masked_line(id, Span::new(14, 15), 9), None);
    }

    #[test]
    fn parts_are_joined() {
        let mut map = SourceMap::default();
        let own = map.add_hidden(SafePath::named("own"), b"A=1\n");
        let mut part = SourceMap::part(2);
        let first = part.add_hidden(SafePath::named("first"), b"A=1\n");
        part.add_hidden(SafePath::named("second"), b"\nA=1\n");
        assert_eq!(part.path(own), None);
        map.join(part);
        let last = map.add_hidden(SafePath::named("last"), b"");
        for (id, name) in [(own, "own"), (first, "first"), (last, "last")] {
            assert_eq!(map.path(id).unwrap().as_str(), name);
        }
        assert!(own < last && last < first, "a later part stands behind");
    }

    #[test]
    fn shown_text_counts_characters() {
        let mut map = SourceMap::default();
        let id = map.add_masked(SafePath::named("p"), "a: é x\nb: 1".to_owned(), str::to_owned);
        let place = map.lines(id, Span::new(6, 7)).unwrap();
        assert_eq!(place.column.get(), 6);
        assert_eq!(map.masked_line(id, Span::new(8, 9), 9), Some(("", "b: 1")));
        assert_eq!(map.masked_line(id, Span::new(3, 5), 9), Some(("a: ", "é x")));
        assert_eq!(map.masked_line(id, Span::new(3, 5), 1), Some(("a: ", "")));
    }

    #[test]
    fn characters_are_counted_over_blocks() {
        let mut map = SourceMap::default();
        let text = "xé€😀".repeat(1_000) + "\n" + &"é".repeat(2_000);
        let id = map.add_masked(SafePath::named("p"), text.clone(), str::to_owned);
        for (at, _) in text.char_indices().step_by(7) {
            let line = text.get(..at).unwrap().rsplit('\n').next().unwrap();
            let column = map.lines(id, Span::new(at, at)).unwrap().column.get();
            assert_eq!(column, line.chars().count() + 1, "{at}");
        }
    }
}
