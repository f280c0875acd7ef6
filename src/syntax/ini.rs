//! INI, by the grammar of the library that SOPS reads it with (gopkg.in/ini.v1 with its defaults), a common one among the many that there are.
//!
//! Every key is in a section; those before the first header are in `DEFAULT`. Sections of one name are one. `docs/sources.md`
//! and `docs/sops.md` have it row by row. What other readers take otherwise, or take at all, is read [loosely](read_loosely) and not sure.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::text::Span;

/// The section of what stands before the first header.
pub const DEFAULT: &str = "DEFAULT";

/// A section, in the order of the file.
#[derive(Debug)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// What is in it, in order.
    pub entries: Vec<Entry>,
}

/// A key or comment of a section.
pub enum Entry {
    /// A key.
    Key {
        /// Its name.
        name: String,
        /// Its place.
        span: Span,
        /// Its value.
        value: Zeroizing<String>,
        /// Whether other readers of INI have another value: a sign of comments without a blank before it, or in quotes, backquotes, three quotes, `%(name)s` or `%%`.
        unsure: bool,
    },
    /// Comment lines, without the sign of the first.
    Comment {
        /// Their text.
        text: Zeroizing<String>,
        /// The place of the first.
        span: Span,
    },
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[entry]")
    }
}

/// What is wrong with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A line that is neither key nor header nor comment, or quotes that nothing closes.
    Syntax,
    /// A key without a name, or one that is numbered (`-`).
    Unnamed,
    /// A key stands twice in one section.
    Twice,
    /// More lines than are looked at.
    TooLong,
}

/// A fault and its place; nothing of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IniError {
    /// What is wrong.
    pub why: Why,
    /// Where; empty where that is nowhere.
    pub span: Span,
}

/// What is read of a text in which not all is of the form.
#[derive(Debug)]
pub struct Loose {
    /// Its sections.
    pub sections: Vec<Section>,
    /// Lines that are left out, each with the name of its section.
    pub faults: Vec<(String, IniError)>,
}

/// The sections of a text of at most so many lines.
///
/// # Errors
/// If it is not of the form, or a key stands twice in one section.
pub fn read(text: &str, most: usize) -> Result<Vec<Section>, IniError> {
    let mut reader = Reader::new(text, most, false);
    while reader.at < text.len() {
        reader.line()?;
    }
    Ok(reader.finish().sections)
}

/// The same for files of programs that read INI in their own way: a key that stands twice, one without a value (MySQL, "Using Option Files"), one
/// whose value goes on in lines that stand further in (Python's `configparser`) are not sure. A line of another kind is a fault of its section.
///
/// # Errors
/// If a header is none, so that nobody knows what is in which section, or there are too many lines.
pub fn read_loosely(text: &str, most: usize) -> Result<Loose, IniError> {
    let mut reader = Reader::new(text, most, true);
    while reader.at < text.len() {
        let open = reader.open;
        if let Err(error) = reader.line() {
            if error.why == Why::TooLong || reader.headless {
                return Err(error);
            }
            reader.faults.push((open, error));
        }
    }
    Ok(reader.finish())
}

struct Open {
    name: String,
    entries: Vec<Entry>,
    /// Keys, and where they are among the entries.
    seen: BTreeMap<String, usize>,
}

impl Open {
    fn new(name: &str) -> Self {
        Self { name: name.to_owned(), entries: Vec::new(), seen: BTreeMap::new() }
    }

    /// Notes that a key's value is not known for sure.
    fn doubt(&mut self, at: usize) {
        if let Some(Entry::Key { unsure, .. }) = self.entries.get_mut(at) {
            *unsure = true;
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    sections: Vec<Open>,
    /// Sections by name.
    known: BTreeMap<String, usize>,
    /// The comment lines that the next key or header takes.
    comment: Option<(Zeroizing<String>, Span)>,
    /// The section that keys go into.
    open: usize,
    /// Lines that may still come.
    left: usize,
    /// Whether what other programs read otherwise is read too.
    loose: bool,
    /// Lines that were left out, by their section.
    faults: Vec<(usize, IniError)>,
    /// Whether a header was none.
    headless: bool,
    /// How far in the last key stands, and where it is among its section's entries.
    last: Option<(usize, usize)>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, most: usize, loose: bool) -> Self {
        Self {
            text,
            at: if text.starts_with('\u{feff}') { 3 } else { 0 },
            sections: vec![Open::new(DEFAULT)],
            known: BTreeMap::from([(DEFAULT.to_owned(), 0)]),
            comment: None,
            open: 0,
            left: most,
            loose,
            faults: Vec::new(),
            headless: false,
            last: None,
        }
    }

    fn finish(self) -> Loose {
        let name = |at: usize| self.sections.get(at).map(|open| open.name.clone()).unwrap_or_default();
        let faults = self.faults.iter().map(|(at, error)| (name(*at), *error)).collect();
        let sections = self.sections.into_iter();
        Loose {
            sections: sections.map(|open| Section { name: open.name, entries: open.entries }).collect(),
            faults,
        }
    }

    /// The next line with its line break, and where it begins.
    fn next(&mut self) -> (usize, &'a str) {
        let start = self.at;
        let rest = self.text.get(start..).unwrap_or_default();
        let end = rest.find('\n').map_or(rest.len(), |at| at + 1);
        self.at += end;
        (start, rest.get(..end).unwrap_or_default())
    }

    fn line(&mut self) -> Result<(), IniError> {
        let (start, whole) = self.next();
        let line = whole.trim_start();
        let indent = whole.len() - line.len();
        let start = start + indent;
        if line.is_empty() {
            return Ok(());
        }
        self.count()?;
        if line.starts_with(['#', ';']) {
            self.remember(line, start);
            return Ok(());
        }
        let fault = |why| IniError { why, span: Span::new(start, start + line.trim_end().len()) };
        if let Some(rest) = line.strip_prefix('[') {
            let Some((name, behind)) = rest.rsplit_once(']') else {
                self.headless = true;
                return Err(fault(Why::Syntax));
            };
            if let Some(at) = behind.find(['#', ';']) {
                self.remember(behind.get(at..).unwrap_or_default(), start);
            }
            self.section(name);
            return Ok(());
        }
        let further = self.loose && self.goes_on(indent);
        let Some((key, value_at)) = key_name(line) else {
            let name = line.trim_end();
            if self.loose && !further && is_bare(name) {
                return self.key(
                    name,
                    Span::new(start, start + name.len()),
                    Zeroizing::default(),
                    true,
                    indent,
                );
            }
            return if further { Ok(()) } else { Err(fault(Why::Syntax)) };
        };
        if key.is_empty() || key == "-" {
            return if further { Ok(()) } else { Err(fault(Why::Unnamed)) };
        }
        let rest = line.get(value_at..).unwrap_or_default();
        let (value, unsure) = self.whole_value(rest, start)?.ok_or_else(|| fault(Why::Syntax))?;
        let span = Span::new(start, start + line.find(key).unwrap_or(0) + key.len());
        let last = self.last;
        self.key(key, span, value, unsure || further, indent)?;
        // To those that read it as a line of its own, what stands as far in as it does is one too.
        if further {
            self.last = last;
        }
        Ok(())
    }

    /// Whether a line that stands further in than the last key may be a part of its value, which then is not sure.
    fn goes_on(&mut self, indent: usize) -> bool {
        let Some((_, at)) = self.last.filter(|(of_last, _)| indent > *of_last) else { return false };
        if let Some(open) = self.sections.get_mut(self.open) {
            open.doubt(at);
        }
        true
    }

    fn key(
        &mut self,
        name: &str,
        span: Span,
        value: Zeroizing<String>,
        unsure: bool,
        indent: usize,
    ) -> Result<(), IniError> {
        let comment = self.take_comment();
        let Some(open) = self.sections.get_mut(self.open) else { return Ok(()) };
        if let Some(at) = open.seen.get(name).copied() {
            if !self.loose {
                return Err(IniError { why: Why::Twice, span });
            }
            open.doubt(at);
            self.last = Some((indent, at));
            return Ok(());
        }
        let at = open.entries.len();
        open.seen.insert(name.to_owned(), at);
        self.last = Some((indent, at));
        // Python's `configparser` replaces both.
        let unsure = unsure || value.contains("%(") || value.contains("%%");
        open.entries.push(Entry::Key { name: name.to_owned(), span, value, unsure });
        open.entries.extend(comment);
        Ok(())
    }

    /// A value; where quotes are closed nowhere, and that is no fault, the line.
    fn whole_value(
        &mut self,
        rest: &str,
        start: usize,
    ) -> Result<Option<(Zeroizing<String>, bool)>, IniError> {
        let (at, left) = (self.at, self.left);
        let value = self.value(rest, start)?;
        if value.is_some() || !self.loose {
            return Ok(value);
        }
        (self.at, self.left) = (at, left);
        Ok(Some((Zeroizing::new(rest.trim().to_owned()), true)))
    }

    fn count(&mut self) -> Result<(), IniError> {
        self.left = self.left.checked_sub(1).ok_or(IniError { why: Why::TooLong, span: Span::default() })?;
        Ok(())
    }

    fn section(&mut self, name: &str) {
        self.last = None;
        let comment = self.take_comment();
        let next = self.sections.len();
        self.open = *self.known.entry(name.to_owned()).or_insert(next);
        if self.open == next {
            self.sections.push(Open::new(name));
        }
        if let Some(Open { entries, .. }) = self.sections.get_mut(self.open) {
            entries.extend(comment);
        }
    }

    fn remember(&mut self, text: &str, start: usize) {
        let span = Span::new(start, start + text.trim_end().len());
        let (comment, _) = self.comment.get_or_insert_with(|| (Zeroizing::default(), span));
        comment.push_str(text);
    }

    /// The comment lines so far without the mark of the first.
    fn take_comment(&mut self) -> Option<Entry> {
        let (text, span) = self.comment.take()?;
        let text = text.trim();
        let text = if text.starts_with(';') {
            text.trim_start_matches([';', ' '])
        } else {
            text.trim_start_matches(['#', ' '])
        };
        Some(Entry::Comment { text: Zeroizing::new(text.to_owned()), span })
    }

    /// A value, and whether others would read another one. It may go on over several lines: in `"""` or backquotes, or with a
    /// backslash at the line's end.
    fn value(&mut self, text: &str, start: usize) -> Result<Option<(Zeroizing<String>, bool)>, IniError> {
        let line = text.trim_start();
        let quote = if line.len() > 3 && line.starts_with("\"\"\"") { "\"\"\"" } else { "`" };
        if let Some(rest) = line.strip_prefix(quote) {
            // To others a backquote is a sign like any, and the second of three quotes ends the value.
            return Ok(self.quoted(rest, quote, start)?.map(|value| (value, true)));
        }
        let mut line = line.trim();
        if let Some(first) = line.strip_suffix('\\') {
            return Ok(Some((self.continued(first)?, true)));
        }
        let mut unsure = false;
        if let Some(at) = line.find(['#', ';']) {
            self.remember(line.get(at..).unwrap_or_default(), start);
            let before = line.get(..at).unwrap_or_default();
            line = before.trim();
            // For others a sign without a blank before it is a part of the value, as any is in quotes.
            unsure = line.len() == before.len() || line.starts_with(['"', '\'']) && !is_quoted(line);
        }
        let inner = |quote: char| {
            let inner = line.strip_prefix(quote)?.strip_suffix(quote)?;
            (!inner.contains(quote)).then_some(inner)
        };
        let value = inner('\'').or_else(|| inner('"')).unwrap_or(line);
        Ok(Some((Zeroizing::new(value.to_owned()), unsure)))
    }

    /// Behind an opening quote: up to the last closing one of the line that has any.
    fn quoted(
        &mut self,
        rest: &str,
        quote: &str,
        start: usize,
    ) -> Result<Option<Zeroizing<String>>, IniError> {
        if let Some((value, _)) = rest.rsplit_once(quote) {
            return Ok(Some(Zeroizing::new(value.to_owned())));
        }
        let mut value = Zeroizing::new(rest.to_owned());
        while self.at < self.text.len() {
            let (_, next) = self.next();
            self.count()?;
            if let Some((last, behind)) = next.rsplit_once(quote) {
                value.push_str(last);
                if let Some(at) = behind.find(['#', ';']) {
                    self.remember(behind.get(at..).unwrap_or_default().trim(), start);
                }
                return Ok(Some(value));
            }
            value.push_str(next);
        }
        Ok(None)
    }

    /// The lines behind one that ends in a backslash, as long as they do.
    fn continued(&mut self, first: &str) -> Result<Zeroizing<String>, IniError> {
        let mut value = Zeroizing::new(first.to_owned());
        while self.at < self.text.len() {
            let (_, next) = self.next();
            self.count()?;
            value.push_str(next.trim());
            match value.strip_suffix('\\').map(str::len) {
                Some(shorter) if !next.trim().is_empty() => value.truncate(shorter),
                _ => break,
            }
        }
        Ok(value)
    }
}

/// Whether a line is a key without a value, or takes in another file: MySQL's `skip-networking` and `!includedir`, `%include` of PgBouncer.
fn is_bare(line: &str) -> bool {
    let includes = ["!include", "%include"].iter().any(|word| line.starts_with(word));
    includes || line.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

/// Whether a text is in quotes of one kind.
fn is_quoted(text: &str) -> bool {
    text.len() > 1 && ['"', '\''].iter().any(|quote| text.starts_with(*quote) && text.ends_with(*quote))
}

/// A line's key and where its value begins.
fn key_name(line: &str) -> Option<(&str, usize)> {
    let quote = if line.starts_with("\"\"\"") && line.len() > 6 {
        "\"\"\""
    } else if line.starts_with('"') {
        "\""
    } else {
        "`"
    };
    if let Some(rest) = line.strip_prefix(quote) {
        let (key, behind) = rest.split_once(quote)?;
        let delimiter = behind.find(['=', ':'])?;
        return Some((key.trim(), line.len() - behind.len() + delimiter + 1));
    }
    let delimiter = line.find(['=', ':'])?;
    Some((line.get(..delimiter)?.trim(), delimiter + 1))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Entry, Section, Why, read, read_loosely};
    use rstest::rstest;

    fn show(sections: &[Section]) -> String {
        let entries =
            sections.iter().flat_map(|section| section.entries.iter().map(|entry| (&section.name, entry)));
        let shown = entries.map(|(section, entry)| match entry {
            Entry::Key { name, value, unsure, .. } => {
                format!("{section}.{name}={}{}", value.as_str(), if *unsure { "?" } else { "" })
            }
            Entry::Comment { text, .. } => format!("#{}", text.as_str()),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case("A = 1\n[s]\nb: two\n", "DEFAULT.A=1 s.b=two")]
    #[case("[s]\na=1 ; why\n", "s.a=1 #why")]
    #[case("[s]\na=x#y\nb=x;y\nc=#y\n", "s.a=x? #y s.b=x? #y s.c=? #y")]
    #[case("[s]\na=\"x ; y\"\nb='x' # y\n", "s.a=\"x? #y\" s.b=x #y")]
    #[case("[s]\na=%(b)s\nb=%d\n", "s.a=%(b)s? s.b=%d")]
    #[case("[s]\na=x%%y\nb=`80`\n", "s.a=x%%y? s.b=80?")]
    #[case("[s]\na=\"\"\"80\"\"\"\n", "s.a=80?")]
    #[case("[s]\na=x\\\n  y\n", "s.a=xy?")]
    #[case("[s]\na=\n[t]\n[s]\nb=1\n", "s.a= s.b=1")]
    #[case("\u{feff}[s]\r\na=1\r\n", "s.a=1")]
    fn keys_and_values(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(show(&read(text, 100).unwrap()), shown);
    }

    #[rstest]
    #[case("[s\na=1\n", Why::Syntax)]
    #[case("[s]\na\n", Why::Syntax)]
    #[case("[s]\na=`x\n", Why::Syntax)]
    #[case("[s]\n=x\n", Why::Unnamed)]
    #[case("[s]\na=1\n[s]\na=2\n", Why::Twice)]
    fn faults(#[case] text: &str, #[case] why: Why) {
        assert_eq!(read(text, 100).unwrap_err().why, why);
    }

    #[rstest]
    #[case("[s]\na=1\na=2\nb=3\n", "s.a=1? s.b=3", "")]
    #[case("[s]\na=1\n[t]\na=2\n[s]\na=1\n", "s.a=1? t.a=2", "")]
    #[case(
        "[s]\nskip-networking\nb=3\n!includedir /etc/x\n",
        "s.skip-networking=? s.b=3 s.!includedir /etc/x=?",
        ""
    )]
    #[case("[s]\na =\n  x\n\n  y z\nb=3\n", "s.a=? s.b=3", "")]
    #[case("[s]\na = 1\n  b = 2\n  c = 3\nd = 4\n", "s.a=1? s.b=2? s.c=3? s.d=4", "")]
    #[case("[s]\n\ta = 1\n\tb = 2\n[t]\n\tc = 3\n", "s.a=1 s.b=2 t.c=3", "")]
    #[case("[s]\na=`x\nb=1\n", "s.a=`x? s.b=1", "")]
    #[case("[s]\na=\"\"\"x\nb=1\n", "s.a=\"\"\"x? s.b=1", "")]
    #[case("[s]\nb=1\nsome words\n[t]\n=1\nc=2\n", "s.b=1 t.c=2", "s t")]
    fn what_others_write(#[case] text: &str, #[case] shown: &str, #[case] faults: &str) {
        let loose = read_loosely(text, 100).unwrap();
        let of: Vec<&str> = loose.faults.iter().map(|(section, _)| section.as_str()).collect();
        assert_eq!((show(&loose.sections).as_str(), of.join(" ").as_str()), (shown, faults));
    }

    #[test]
    fn sections_have_to_be_known() {
        assert_eq!(read_loosely("[s\na=1\n", 100).unwrap_err().why, Why::Syntax);
        assert_eq!(read_loosely("a\nb=2\n", 1).unwrap_err().why, Why::TooLong);
    }

    #[test]
    fn only_so_many_lines() {
        assert_eq!(read("a=1\nb=2\n", 1).unwrap_err().why, Why::TooLong);
        assert_eq!(read("a=1\n\n\n", 1).unwrap().len(), 1);
    }
}
