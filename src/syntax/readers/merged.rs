//! One file as several readers see it: every occurrence of a variable, with the outcomes and who sees them.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::syntax::dotenv::{Fault, Lexed, lex};
use crate::text::{KeyName, SecretValue, Span};

use super::portable::{Divergence, divergence};
use super::{
    Assigned, BadLine, End, Executed, FileView, How, Outcome, Outcomes, Reader, Refusal, Seen, plain,
};

/// Variables of one file whose divergence is looked into: finding out takes dozens of readings of the line. A long line
/// counts as several.
const MOST_TRIALS: usize = 500;

/// A file as several readers see it.
#[derive(Debug)]
pub struct Merged {
    /// Every occurrence of a variable that the lexer or one of the readers sees, in the file's order.
    pub occurrences: Vec<Merging>,
    /// Lines that cannot be taken as written; those that all readers take alike are not among them.
    pub bad_lines: Vec<BadLine>,
    /// Readers that do not get to the file's end.
    pub stops: Vec<Stop>,
    /// What is run, and by whom.
    pub runs: Vec<Run>,
}

/// One occurrence of a variable.
#[derive(Debug)]
pub struct Merging {
    /// The variable.
    pub key: KeyName,
    /// Where it stands.
    pub span: Span,
    /// Whether only a reader sees a variable here, in the middle of a value as it may be.
    pub within: bool,
    /// What the lexer has here, where readers may make something else of it.
    pub stands: Option<Outcome>,
    /// Whether it is written so that no reader replaces anything in it.
    pub literal: bool,
    /// What comes of it, each distinct outcome once. The last occurrence has what the variable is in the end.
    pub outcomes: Outcomes,
    /// That, and why, the readers do not agree; only said of the last occurrence.
    pub divergence: Option<Divergence>,
}

/// A reader that does not get to the end of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// The reader.
    pub reader: Reader,
    /// Why it refuses the file; nothing where the model cannot say what it does.
    pub refusal: Option<Refusal>,
    /// The start of the line at which it stops.
    pub span: Span,
}

/// A place where readers run something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// In which way.
    pub how: How,
    /// The start of the line.
    pub span: Span,
    /// The variable of that line, if it assigns one.
    pub key: Option<KeyName>,
    /// The readers.
    pub readers: Vec<Reader>,
}

/// A reader's view of the file, and its last word on every variable.
struct View<'a> {
    reader: Reader,
    view: FileView,
    last: HashMap<&'a [u8], usize>,
    at: HashMap<usize, usize>,
}

/// Lets readers go over a file. Without any, or with [`Reader::Plain`] alone, it is the lexer's own reading.
///
/// `name` makes a name of the lexer's printable. What readers alone take for a name may stand within a value and be a piece
/// of it: it is no variable here unless `declared` knows it.
pub fn merged(
    bytes: &[u8],
    readers: &[Reader],
    mut name: impl FnMut(&[u8]) -> Option<KeyName>,
    declared: impl Fn(&[u8]) -> bool,
) -> Merged {
    let lexed = lex(bytes);
    let file = plain(bytes, &lexed, &mut name);
    let views: Vec<View<'_>> = readers
        .iter()
        .filter(|reader| **reader != Reader::Plain)
        .map(|reader| View::new(*reader, bytes))
        .collect();
    if views.is_empty() {
        let whole = |reading: super::Reading| Merging {
            key: reading.key,
            span: reading.span,
            literal: reading.literal,
            within: false,
            stands: None,
            outcomes: Outcomes::one(reading.outcome, Reader::Plain),
            divergence: None,
        };
        let occurrences = file.readings.into_iter().map(whole).collect();
        return Merged { occurrences, bad_lines: file.bad_lines, stops: Vec::new(), runs: Vec::new() };
    }
    let with_plain = readers.contains(&Reader::Plain);
    let mut found: BTreeMap<usize, (KeyName, Span, bool, Option<Outcome>)> = BTreeMap::new();
    for reading in file.readings {
        found.insert(reading.span.start, (reading.key, reading.span, reading.literal, Some(reading.outcome)));
    }
    let known: HashSet<KeyName> = found.values().map(|(key, ..)| key.clone()).collect();
    let known: HashSet<&[u8]> = known.iter().map(|key| key.as_str().as_bytes()).collect();
    for view in &views {
        for assigned in &view.view.assigned {
            let text = assigned.key.of(bytes);
            if !found.contains_key(&assigned.key.start)
                && (known.contains(text) || declared(text))
                && let Some(key) = name(text)
            {
                found.insert(assigned.key.start, (key, assigned.key, false, None));
            }
        }
    }
    // Where each name stands last, and how often it stands there.
    let mut last: HashMap<KeyName, (usize, usize)> = HashMap::new();
    for (at, (key, ..)) in &found {
        let (place, times) = last.entry(key.clone()).or_default();
        *place = *at;
        *times += 1;
    }
    let lost: Vec<Reader> =
        views.iter().filter(|view| view.view.end != End::Whole).map(|view| view.reader).collect();
    let mut trials = MOST_TRIALS;
    let mut occurrences = Vec::with_capacity(found.len());
    for (at, (key, span, literal, stands)) in found {
        let (counts, repeated) =
            last.get(&key).map_or((false, false), |(place, times)| (*place == at, *times > 1));
        let mut outcomes: Vec<(Outcome, Vec<Reader>)> = Vec::new();
        let mut process_first = Vec::new();
        if with_plain {
            add(&mut outcomes, stands.clone().unwrap_or(Outcome::Unset), Reader::Plain);
        }
        for view in &views {
            let assigned = if counts { view.in_the_end(key.as_str().as_bytes()) } else { view.at(at) };
            if assigned.is_some_and(|assigned| assigned.process_first) {
                process_first.push(view.reader);
            }
            add(&mut outcomes, view.outcome(assigned, bytes), view.reader);
        }
        let difference = || {
            let written = stands.as_ref().and_then(Outcome::value);
            let place = Written { bytes, lexed: &lexed, span, value: written, repeated, tried: trials > 0 };
            divergence(&place, &outcomes, &lost, &process_first)
        };
        let divergence = if counts { difference() } else { None };
        if divergence.is_some() {
            let length = item_at(&lexed, span.start).map_or(0, Span::len);
            trials = trials.saturating_sub(1 + length / 1024);
        }
        let within = stands.is_none();
        let outcomes = Outcomes::several(outcomes);
        occurrences.push(Merging { key, span, within, stands, literal, outcomes, divergence });
    }
    let stops = views.iter().filter_map(|view| view.stop(&lexed)).collect();
    // To a shell a line without an assignment is a command: what it runs of the file is said elsewhere.
    let shells = !with_plain
        && views
            .iter()
            .all(|view| matches!(view.reader, Reader::Sh | Reader::Bash) && view.view.end == End::Whole);
    let is_script = |line: &BadLine| shells && matches!(line.fault, Fault::NoEquals | Fault::BadKey);
    let runs = runs(&views, &lexed, &occurrences);
    let bad_lines = file
        .bad_lines
        .into_iter()
        .filter(|line| !is_taken(line, &lexed, &occurrences) && !is_script(line))
        .collect();
    Merged { occurrences, bad_lines, stops, runs }
}

/// An occurrence as it stands in its file.
pub(super) struct Written<'a> {
    /// The file.
    pub bytes: &'a [u8],
    /// The file's items.
    pub lexed: &'a Lexed,
    /// The key.
    pub span: Span,
    /// The value as it stands there, if the lexer has one.
    pub value: Option<&'a [u8]>,
    /// Whether the name stands in the file more than once.
    pub repeated: bool,
    /// Whether causes and spellings are to be tried out.
    pub tried: bool,
}

fn add(outcomes: &mut Vec<(Outcome, Vec<Reader>)>, outcome: Outcome, reader: Reader) {
    match outcomes.iter_mut().find(|(known, _)| known.is_same(&outcome)) {
        Some((_, readers)) => readers.push(reader),
        None => outcomes.push((outcome, vec![reader])),
    }
}

/// Whether all readers that go over a faulty line get the same value of its variable: then it is no fault to them.
fn is_taken(line: &BadLine, lexed: &Lexed, occurrences: &[Merging]) -> bool {
    // Bytes that are no text are a fault, whatever is made of them.
    let of_form = matches!(
        line.fault,
        Fault::TextAfterQuote | Fault::UnterminatedQuote | Fault::BadKey | Fault::LoneCarriageReturn
    );
    let Some(item) = item_at(lexed, line.span.start).filter(|_| of_form) else { return false };
    let mut here = within(occurrences, item).peekable();
    here.peek().is_some()
        && here.all(|one| {
            let mut outcomes = one.outcomes.iter();
            matches!((outcomes.next(), outcomes.next()), (Some((Outcome::Value(_), _)), None))
        })
}

fn runs(views: &[View<'_>], lexed: &Lexed, occurrences: &[Merging]) -> Vec<Run> {
    let mut found: BTreeMap<(usize, How), Run> = BTreeMap::new();
    for view in views {
        for Executed { at, how } in &view.view.executed {
            let item = item_at(lexed, *at).unwrap_or(Span::new(*at, *at));
            let run = found.entry((item.start, *how)).or_insert_with(|| Run {
                how: *how,
                span: Span::new(item.start, item.start),
                key: within(occurrences, item).next().map(|one| one.key.clone()),
                readers: Vec::new(),
            });
            if !run.readers.contains(&view.reader) {
                run.readers.push(view.reader);
            }
        }
    }
    found.into_values().collect()
}

/// The occurrences in an item; they stand in the file's order.
fn within(occurrences: &[Merging], item: Span) -> impl Iterator<Item = &Merging> {
    let first = occurrences.partition_point(|one| one.span.start < item.start);
    occurrences.iter().skip(first).take_while(move |one| item.contains(one.span.start))
}

/// The item in which an offset lies.
pub(super) fn item_at(lexed: &Lexed, at: usize) -> Option<Span> {
    let index = lexed.items.partition_point(|item| item.span.end <= at);
    lexed.items.get(index).map(|item| item.span)
}

impl<'a> View<'a> {
    fn new(reader: Reader, bytes: &'a [u8]) -> Self {
        let view = reader.read(bytes);
        let mut last = HashMap::with_capacity(view.assigned.len());
        let mut at = HashMap::with_capacity(view.assigned.len());
        for (index, assigned) in view.assigned.iter().enumerate() {
            at.insert(assigned.key.start, index);
            let name = assigned.key.of(bytes);
            if reader.first_wins() {
                last.entry(name).or_insert(index);
            } else {
                last.insert(name, index);
            }
        }
        Self { reader, view, last, at }
    }

    fn in_the_end(&self, name: &[u8]) -> Option<&Assigned> {
        self.last.get(name).and_then(|index| self.view.assigned.get(*index))
    }

    fn at(&self, at: usize) -> Option<&Assigned> {
        self.at.get(&at).and_then(|index| self.view.assigned.get(*index))
    }

    fn outcome(&self, assigned: Option<&Assigned>, bytes: &[u8]) -> Outcome {
        match (self.view.end, assigned.map(|assigned| &assigned.seen)) {
            (End::Refused(..), _) => Outcome::Refused,
            (End::Unmodelled(_), _) | (_, Some(Seen::Unmodelled)) => Outcome::Unmodelled,
            (_, None | Some(Seen::Unset)) => Outcome::Unset,
            (_, Some(Seen::Runs)) => Outcome::Runs,
            (_, Some(Seen::DependsOnProcess)) => Outcome::DependsOnProcess,
            (_, Some(Seen::Value(text))) => Outcome::Value(SecretValue::new(text.of(bytes))),
        }
    }

    fn stop(&self, lexed: &Lexed) -> Option<Stop> {
        let (refusal, at) = match self.view.end {
            End::Whole => return None,
            End::Refused(refusal, at) => (Some(refusal), at),
            End::Unmodelled(at) => (None, at),
        };
        let start =
            item_at(lexed, at).or(lexed.items.last().map(|item| item.span)).map_or(0, |item| item.start);
        Some(Stop { reader: self.reader, refusal, span: Span::new(start, start) })
    }
}
