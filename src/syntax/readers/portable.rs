//! Why readers do not agree on a value, and how it can be written so that they do.
//!
//! The cause is found by trial: what readers are known to trip over is taken out of the line, and the same readers go over
//! what is left. What has to go for them to agree is the cause.

use zeroize::Zeroizing;

use crate::syntax::dotenv::lex;
use crate::text::{KeyName, SecretValue, Span};

use super::merged::{Written, item_at};
use super::{End, Outcome, Reader, Seen, plain};

/// Most bytes of a line that is tried out.
const LONGEST: usize = 16 << 10;

/// That readers do not agree on a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// Why.
    pub cause: Cause,
    /// How to write the value that stands there so that all of them read it.
    pub advice: Advice,
}

/// How a value can be written so that all readers get it to the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// So.
    Write(Spelling),
    /// In no way that was tried.
    Impossible,
    /// It was not tried, or nobody can say which value is meant.
    Open,
}

impl Advice {
    /// The spelling, if there is one.
    #[must_use]
    pub const fn spelling(self) -> Option<Spelling> {
        match self {
            Self::Write(spelling) => Some(spelling),
            Self::Impossible | Self::Open => None,
        }
    }
}

/// What readers trip over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A byte order mark before the first name.
    ByteOrderMark,
    /// Lines that end with CR LF.
    CarriageReturn,
    /// `export` before the name.
    Export,
    /// The variable stands in the file more than once.
    Repeated,
    /// A name that some take for none.
    Name,
    /// A value of several lines, or one above that goes on into this one.
    MultiLine,
    /// `#`: a comment to some.
    Hash,
    /// `$`: a reference to some.
    Dollar,
    /// A backslash: an escape to some.
    Backslash,
    /// Blanks round `=`, within the value or at its ends.
    Blanks,
    /// `& ; | < > ( ) * ? [ ] ~ !`: what means something to a shell.
    Operators,
    /// Quotes that do not enclose the whole value, or that stay in it.
    Quotes,
    /// Bytes that are no UTF-8, no ASCII blank, or NUL.
    Encoding,
    /// The environment of the process that reads.
    Process,
    /// Less of the value is taken than stands there.
    Cut,
    /// The quotes round the value are taken for a part of it.
    KeptQuotes,
    /// The line is not taken.
    Dropped,
    /// A model does not say.
    Unmodelled,
    /// Something else.
    Other,
}

impl Cause {
    /// Every cause.
    pub const ALL: &[Self] = &[
        Self::ByteOrderMark,
        Self::CarriageReturn,
        Self::Export,
        Self::Repeated,
        Self::Name,
        Self::MultiLine,
        Self::Hash,
        Self::Dollar,
        Self::Backslash,
        Self::Blanks,
        Self::Operators,
        Self::Quotes,
        Self::Encoding,
        Self::Process,
        Self::Cut,
        Self::KeptQuotes,
        Self::Dropped,
        Self::Unmodelled,
        Self::Other,
    ];

    /// The code in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ByteOrderMark => "byte-order-mark",
            Self::CarriageReturn => "carriage-return",
            Self::Export => "export",
            Self::Repeated => "repeated",
            Self::Name => "name",
            Self::MultiLine => "multi-line",
            Self::Hash => "hash",
            Self::Dollar => "dollar",
            Self::Backslash => "backslash",
            Self::Blanks => "blanks",
            Self::Operators => "operators",
            Self::Quotes => "quotes",
            Self::Encoding => "encoding",
            Self::Process => "process-environment",
            Self::Cut => "cut",
            Self::KeptQuotes => "kept-quotes",
            Self::Dropped => "dropped",
            Self::Unmodelled => "unmodelled",
            Self::Other => "other",
        }
    }

    /// Takes it out of a line; nothing where it is not in there, or cannot be taken out.
    fn taken_out(self, line: &Line) -> Option<Line> {
        let Line { before, value, .. } = line;
        // Each byte of the value as it is, or another one in its place, or none.
        let with = |map: &dyn Fn(u8) -> Option<u8>| {
            let value = Trial::new(value.iter().filter_map(|byte| map(*byte)).collect());
            Line { value, ..line.clone() }
        };
        let swap = |marks: &[u8], other: Option<u8>| {
            with(&|byte| if marks.contains(&byte) { other } else { Some(byte) })
        };
        let taken = match self {
            Self::CarriageReturn => swap(b"\r", None),
            Self::Export if before.trim_ascii() == b"export" => {
                Line { before: Trial::default(), ..line.clone() }
            }
            Self::Name => Line { key: Trial::new(b"A".to_vec()), ..line.clone() },
            Self::MultiLine if value.trim_ascii_end().contains(&b'\n') => {
                let inner = value.trim_ascii_end().iter();
                let inner = inner.map(|byte| if *byte == b'\n' { b'_' } else { *byte });
                Line { value: Trial::new(inner.collect()), ..line.clone() }
            }
            Self::Hash => swap(b"#", Some(b'h')),
            Self::Dollar => swap(b"$", Some(b'd')),
            Self::Backslash => swap(b"\\", Some(b'b')),
            Self::Blanks => {
                let (equals, value) = value.trim_ascii_start().split_at_checked(1)?;
                let value = value.trim_ascii().iter();
                let value = value.map(|byte| if matches!(byte, b' ' | b'\t') { b'_' } else { *byte });
                let value = Trial::new(equals.iter().copied().chain(value).collect());
                let before = Trial::new(before.trim_ascii_start().to_vec());
                Line { before, value, ..line.clone() }
            }
            Self::Operators => swap(b"&;|<>()*?[]~!", Some(b'o')),
            Self::Quotes => swap(b"'\"`", None),
            Self::Encoding => {
                let plain =
                    |byte: u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
                with(&|byte| Some(if plain(byte) { byte } else { b'e' }))
            }
            Self::Export
            | Self::MultiLine
            | Self::ByteOrderMark
            | Self::Repeated
            | Self::Process
            | Self::Cut
            | Self::KeptQuotes
            | Self::Dropped
            | Self::Unmodelled
            | Self::Other => return None,
        };
        (taken.text() != line.text()).then_some(taken)
    }
}

/// Text that is tried out: as secret as what it is made of.
type Trial = Zeroizing<Vec<u8>>;

/// A line's parts: what stands before the name, the name, and the rest from behind the name on.
#[derive(Clone)]
struct Line {
    before: Trial,
    key: Trial,
    value: Trial,
}

impl Line {
    fn new(line: &[u8], name: Span) -> Option<Self> {
        let part = |text: Option<&[u8]>| text.map(|text| Trial::new(text.to_vec()));
        Some(Self {
            before: part(line.get(..name.start))?,
            key: part(line.get(name.start..name.end))?,
            value: part(line.get(name.end..))?,
        })
    }

    fn text(&self) -> Trial {
        Trial::new([self.before.as_slice(), &self.key, &self.value].concat())
    }

    /// Without some of these causes.
    fn without<'c>(&self, causes: impl Iterator<Item = &'c Cause>) -> Self {
        causes.fold(self.clone(), |line, cause| cause.taken_out(&line).unwrap_or(line))
    }
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spelling {
    /// Without quotes.
    Bare,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
}

impl Spelling {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bare => "bare",
            Self::Single => "single",
            Self::Double => "double",
        }
    }

    const fn mark(self) -> &'static [u8] {
        match self {
            Self::Bare => b"",
            Self::Single => b"'",
            Self::Double => b"\"",
        }
    }
}

/// That readers do not agree on an occurrence, if so. Readers that are `lost` do not get to the file's end: that is a matter
/// of the file, and none of each of its variables.
pub(super) fn divergence(
    place: &Written<'_>,
    outcomes: &[(Outcome, Vec<Reader>)],
    lost: &[Reader],
    process_first: &[Reader],
) -> Option<Divergence> {
    let all = || outcomes.iter().flat_map(|(_, readers)| readers.iter().copied());
    let readers: Vec<Reader> = all().filter(|reader| !lost.contains(reader)).collect();
    let judged: Vec<&Outcome> = outcomes
        .iter()
        .filter(|(_, known)| known.iter().any(|reader| !lost.contains(reader)))
        .map(|(outcome, _)| outcome)
        .collect();
    let has = |wanted: fn(&Outcome) -> bool| judged.iter().any(|outcome| wanted(outcome));
    let cause = if has(|outcome| matches!(outcome, Outcome::Unmodelled)) {
        Cause::Unmodelled
    } else if judged.len() > 1 {
        cause(place, &judged, &readers)
    } else if has(|outcome| matches!(outcome, Outcome::DependsOnProcess))
        || (!process_first.is_empty() && process_first.len() < readers.len())
    {
        Cause::Process
    } else if has(|outcome| matches!(outcome, Outcome::Runs)) {
        // All of them run it: no divergence, and yet to be written otherwise.
        cause(place, &judged, &readers)
    } else {
        let one = judged.first()?;
        // Beside what stands there a reader that gets less is found to differ already.
        loss(place.value.filter(|_| !readers.contains(&Reader::Plain))?, one)?
    };
    let all: Vec<Reader> = all().collect();
    Some(Divergence { cause, advice: advice(place, cause, &judged, &all) })
}

fn advice(place: &Written<'_>, cause: Cause, judged: &[&Outcome], readers: &[Reader]) -> Advice {
    // What stands there is taken for what is meant if any of them gets it, or if none gets anything.
    let mut seen = judged.iter().filter_map(|outcome| outcome.value()).peekable();
    let none = seen.peek().is_none();
    match place.value {
        Some(value)
            if place.tried
                && value.len() <= LONGEST
                && cause != Cause::Name
                && (none
                    || matches!(cause, Cause::Cut | Cause::KeptQuotes)
                    || seen.any(|seen| seen == value)) =>
        {
            spelling(value, readers).map_or(Advice::Impossible, Advice::Write)
        }
        _ => Advice::Open,
    }
}

/// What one outcome loses of what stands there, if nothing else is to be said of it.
#[must_use]
pub fn loss(stands: &[u8], outcome: &Outcome) -> Option<Cause> {
    if stands.is_empty() {
        return None;
    }
    let value = match outcome {
        Outcome::Unset => return Some(Cause::Dropped),
        outcome => outcome.value()?,
    };
    let quoted =
        |mark: u8| value.strip_prefix(&[mark]).and_then(|rest| rest.strip_suffix(&[mark])) == Some(stands);
    if quoted(b'"') || quoted(b'\'') {
        return Some(Cause::KeptQuotes);
    }
    // Of a value of several lines the first, with the quote before it.
    let start = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
    let cut =
        |start: &[u8]| stands.strip_prefix(start).is_some_and(|rest| !rest.is_empty() && !is_reference(rest));
    (cut(value) || (stands.contains(&b'\n') && cut(start))).then_some(Cause::Cut)
}

/// `${NAME}` and nothing else: where the value ends before it, what it refers to is empty, and nothing was cut off.
fn is_reference(rest: &[u8]) -> bool {
    let name = rest.strip_prefix(b"${").and_then(|rest| rest.strip_suffix(b"}"));
    name.is_some_and(|name| !name.is_empty() && name.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_'))
}

fn differ_in_quotes(value: &[u8], judged: &[&Outcome]) -> bool {
    let is_whole = |outcome: &&Outcome| outcome.value() == Some(value);
    let is_kept = |outcome: &&Outcome| loss(value, outcome) == Some(Cause::KeptQuotes);
    judged.iter().all(|outcome| is_whole(outcome) || is_kept(outcome))
}

fn cause(place: &Written<'_>, judged: &[&Outcome], readers: &[Reader]) -> Cause {
    let Some(item) = item_at(place.lexed, place.span.start) else { return Cause::Other };
    let line = item.of(place.bytes);
    if !place.tried || line.len() > LONGEST {
        return Cause::Other;
    }
    let within =
        |span: Span| Span::new(span.start.saturating_sub(item.start), span.end.saturating_sub(item.start));
    let name = within(place.span);
    if place.lexed.bom > 0 && item.start <= place.lexed.bom && agree(line, readers) {
        return Cause::ByteOrderMark;
    }
    if agree(line, readers) {
        // What stands above it goes on into it for some, or is there twice.
        return if place.repeated { Cause::Repeated } else { Cause::MultiLine };
    }
    let Some(line) = Line::new(line, name) else { return Cause::Other };
    // Where quotes are all that differs, what stands within them does not matter.
    if place.value.is_some_and(|value| differ_in_quotes(value, judged)) {
        return Cause::Quotes;
    }
    let mut causes: Vec<Cause> =
        Cause::ALL.iter().copied().filter(|cause| cause.taken_out(&line).is_some()).collect();
    if !agree(&line.without(causes.iter()).text(), readers) {
        return Cause::Other;
    }
    // Of all that is there only what has to go for them to agree; the last are given up first.
    for at in (0..causes.len()).rev() {
        let others = causes.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, cause)| cause);
        if agree(&line.without(others).text(), readers) {
            causes.remove(at);
        }
    }
    causes.first().copied().unwrap_or(Cause::Other)
}

/// Whether readers make the same value of a line.
fn agree(line: &[u8], readers: &[Reader]) -> bool {
    let mut values = readers.iter().map(|reader| value_of(line, *reader));
    match values.next() {
        Some(Some(first)) => values.all(|value| value.is_some_and(|value| value.expose() == first.expose())),
        _ => false,
    }
}

/// What a reader makes of one line: a single variable, with its value.
fn value_of(line: &[u8], reader: Reader) -> Option<SecretValue> {
    if reader == Reader::Plain {
        let file = plain(line, &lex(line), KeyName::visible);
        return match file.readings.into_iter().next()?.outcome {
            Outcome::Value(value) => Some(value),
            _ => None,
        };
    }
    let view = reader.read(line);
    let [one] = view.assigned.as_slice() else { return None };
    match (&one.seen, view.end) {
        (Seen::Value(text), End::Whole) if !one.process_first => Some(SecretValue::new(text.of(line))),
        _ => None,
    }
}

/// A spelling of a value that all readers take for it.
fn spelling(value: &[u8], readers: &[Reader]) -> Option<Spelling> {
    [Spelling::Bare, Spelling::Single, Spelling::Double].into_iter().find(|spelling| {
        let line = Trial::new([b"A=", spelling.mark(), value, spelling.mark(), b"\n"].concat());
        let takes = |reader: &Reader| value_of(&line, *reader).is_some_and(|taken| taken.expose() == value);
        readers.iter().all(takes)
    })
}
