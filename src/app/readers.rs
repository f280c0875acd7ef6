//! `preflight readers FILE`: which variables of a file mean the same to all programs, and why others do not.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ffi::OsStr;
use std::path::Path;

use crate::finding::verdict::{EXIT_FAIL, EXIT_NONE, EXIT_PASS};
use crate::finding::{Arg, ErrorKind, Message, ReportError};
use crate::load::FILE_LIMIT;
use crate::load::typed::{self, Unread};
use crate::report::Format;
use crate::report::readers::{Compared, KeyReadings, Program, RunLine, Stopped, Unnamed, human, json};
use crate::report::readings::Group;
use crate::rules::shared::words;
use crate::syntax::dotenv::lex;
use crate::syntax::readers::{End, Merging, Outcome, Reader, merged, plain};
use crate::text::{FileId, KeyName, SafePath, SourceMap, Span};

use super::args::ReadersArgs;
use super::output::{errors_to_stderr, to_stderr, write_stdout};

/// Prints the comparison; exit code 1 if the file is not portable.
pub fn run(args: &ReadersArgs) -> u8 {
    let is_asked = |reader: &Reader| args.readers.is_empty() || args.readers.contains(reader);
    let readers: Vec<Reader> = Reader::programs().filter(is_asked).collect();
    let path = SafePath::new(Path::new(&args.file));
    let compared = match typed::read(&args.file) {
        Ok(bytes) => File::new(path, &bytes, &readers).compared(),
        Err(why) => {
            let errors = vec![unread(&args.file, why)];
            if args.format == Format::Human {
                errors_to_stderr(&errors);
                return EXIT_NONE;
            }
            Compared { exit_code: EXIT_NONE, errors, ..Compared::new(path, programs(&readers)) }
        }
    };
    let text = match args.format {
        Format::Human => human(&compared),
        Format::Json => json(&compared),
    };
    if write_stdout(&text).is_err() {
        to_stderr("preflight: the comparison could not be written to standard output\n");
        return EXIT_NONE;
    }
    compared.exit_code
}

fn unread(typed: &OsStr, why: Unread) -> ReportError {
    let is_stdin = typed == typed::STDIN;
    let shown = if is_stdin { SafePath::named("standard input") } else { SafePath::new(Path::new(typed)) };
    let path = || Arg::Path(shown.clone());
    let (message, help) = match why {
        Unread::Missing => (
            Message::with("there is no file {}", [path()]),
            Message::new("name one that is there, as in: preflight readers .env; - is standard input"),
        ),
        Unread::Folder => (
            Message::with("{} is a folder", [path()]),
            Message::with(
                "name a file in it: preflight readers {}",
                [Arg::ShellPath(SafePath::new(&Path::new(typed).join(".env")))],
            ),
        ),
        Unread::TooLarge => (
            Message::with(
                "{} is larger than what is read, {} bytes",
                [path(), Arg::Number(u64::try_from(FILE_LIMIT).unwrap_or(u64::MAX))],
            ),
            Message::new("name a file of NAME=value lines: preflight readers .env"),
        ),
        Unread::Changed => (
            Message::with("{} changes while it is read", [path()]),
            Message::new("have what writes it put the whole file beside it and rename that"),
        ),
        Unread::Encrypted => (
            Message::with("{} is encrypted", [path()]),
            Message::new("decrypt it into a pipe: age -d -i key.txt FILE | preflight readers -"),
        ),
        Unread::Refused(kind) => (
            Message::with("{} could not be read: {}", [path(), Arg::Word(crate::os::reason(kind))]),
            if is_stdin {
                Message::new("name the file instead: preflight readers .env")
            } else {
                Message::with("look at its owner and mode: ls -l {}", [Arg::ShellPath(shown.clone())])
            },
        ),
    };
    ReportError { kind: ErrorKind::BadFile, message, help: Some(help), location: None }
}

fn programs(readers: &[Reader]) -> Vec<Program> {
    let program = |reader: &Reader| Program {
        name: reader.as_str(),
        program: reader.program(),
        version: reader.held_against(),
        proof: if reader.is_held_by_program() { "program" } else { "published" },
    };
    readers.iter().map(program).collect()
}

fn names(readers: &[Reader]) -> Vec<&'static str> {
    readers.iter().map(|reader| reader.as_str()).collect()
}

/// Groups of readers that see a variable alike.
pub(super) fn groups<'a>(outcomes: impl Iterator<Item = (&'a Outcome, &'a [Reader])>) -> Vec<Group> {
    outcomes.map(|(outcome, readers)| Group { outcome: outcome.as_str(), readers: names(readers) }).collect()
}

/// A file that several programs go over.
struct File<'a> {
    path: SafePath,
    bytes: &'a [u8],
    readers: &'a [Reader],
    /// Names that may be printed: those of the file's own lines. What a program takes for a name in the middle of a
    /// value is a piece of the value.
    visible: HashSet<KeyName>,
    /// Where a name stands alone.
    bare: HashSet<usize>,
    sources: SourceMap,
    id: FileId,
}

impl<'a> File<'a> {
    fn new(path: SafePath, bytes: &'a [u8], readers: &'a [Reader]) -> Self {
        let own = plain(bytes, &lex(bytes), KeyName::visible);
        let alone = own.readings.iter().filter(|reading| matches!(reading.outcome, Outcome::Unset));
        let bare = alone.map(|reading| reading.span.start).collect();
        let visible = own.readings.into_iter().map(|reading| reading.key).collect();
        let mut sources = SourceMap::default();
        let id = sources.add_hidden(path.clone(), bytes);
        Self { path, bytes, readers, visible, bare, sources, id }
    }

    fn compared(self) -> Compared {
        // Names that look like key material are compared like all others, and not shown in the end.
        let merged = merged(self.bytes, self.readers, name, |_| true);
        let lost: Vec<Reader> = merged.stops.iter().map(|stop| stop.reader).collect();
        // The last occurrence has what a variable is in the end.
        let mut last: HashMap<KeyName, usize> = HashMap::new();
        for one in &merged.occurrences {
            last.insert(one.key.clone(), one.span.start);
        }
        let counting = merged.occurrences.iter().filter(|one| last.get(&one.key) == Some(&one.span.start));
        let keys: Vec<KeyReadings> = counting.map(|one| self.key(one, &lost)).collect();
        let (mut refused, mut unmodelled) = (Vec::new(), Vec::new());
        for stop in &merged.stops {
            let list = if stop.refusal.is_some() { &mut refused } else { &mut unmodelled };
            let why = stop.refusal.map(words::refused);
            list.push(Stopped { reader: stop.reader.as_str(), line: self.line(stop.span), why });
        }
        let runs: Vec<RunLine> = merged
            .runs
            .iter()
            .map(|run| RunLine {
                line: self.line(run.span),
                key: self.visible(run.key.as_ref()),
                how: words::how(run.how),
                readers: names(&run.readers),
            })
            .collect();
        let unnamed = self.unnamed();
        let portable = keys.iter().all(|key| key.portable)
            && merged.stops.is_empty()
            && runs.is_empty()
            && unnamed.is_empty();
        Compared {
            keys,
            refused,
            unmodelled,
            runs,
            unnamed,
            no_spelling: words::NO_SPELLING,
            exit_code: if portable { EXIT_PASS } else { EXIT_FAIL },
            ..Compared::new(self.path, programs(self.readers))
        }
    }

    fn key(&self, one: &Merging, lost: &[Reader]) -> KeyReadings {
        let divergence = one.divergence;
        // Readers that do not get to the file's end are its matter as a whole.
        let mut judged =
            one.outcomes.iter().filter(|(_, readers)| readers.iter().any(|reader| !lost.contains(reader)));
        let alike =
            matches!((judged.next(), judged.next()), (Some((Outcome::Value(_) | Outcome::Unset, _)), None));
        let help = |known| {
            if self.bare.contains(&one.span.start) { words::BARE_NAME } else { words::help(known) }
        };
        KeyReadings {
            key: self.visible(Some(&one.key)),
            line: self.line(one.span),
            portable: divergence.is_none() && alike,
            cause: divergence.map(|known| known.cause.as_str()),
            why: divergence.map(|known| words::why(known.cause)),
            spelling: divergence.and_then(|known| known.advice.spelling()).map(|spelling| spelling.as_str()),
            // That there is none is said once for all.
            help: divergence.map(help).filter(|help| *help != words::NO_SPELLING),
            readings: groups(one.outcomes.iter()),
        }
    }

    /// Lines on which programs see a name that no variable here can have.
    fn unnamed(&self) -> Vec<Unnamed> {
        let mut lines: BTreeMap<usize, Vec<&'static str>> = BTreeMap::new();
        for reader in self.readers {
            let view = reader.read(self.bytes);
            // What a program saw before it refused the file counts for nothing.
            if matches!(view.end, End::Refused(..)) {
                continue;
            }
            for assigned in view.assigned.iter().filter(|one| name(one.key.of(self.bytes)).is_none()) {
                let readers = lines.entry(self.line(assigned.key)).or_default();
                if !readers.contains(&reader.as_str()) {
                    readers.push(reader.as_str());
                }
            }
        }
        lines.into_iter().map(|(line, readers)| Unnamed { line, readers }).collect()
    }

    fn visible(&self, key: Option<&KeyName>) -> Option<KeyName> {
        key.filter(|key| self.visible.contains(*key)).cloned()
    }

    fn line(&self, span: Span) -> usize {
        self.sources.lines(self.id, span).map_or(1, |lines| lines.line.get())
    }
}

/// Whatever can be the name of a variable here; whether it may be shown is another matter.
fn name(bytes: &[u8]) -> Option<KeyName> {
    std::str::from_utf8(bytes).ok().and_then(KeyName::declared)
}
