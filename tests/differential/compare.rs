//! Holds a model's reading of a file against what the program itself made of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use preflight::syntax::readers::{Assigned, End, Reader, Seen};

use super::{corpus, generator};

/// The one variable of those that generated files name that the programs find in their own environment.
pub const PROCESS: (&str, &str) = ("OUTER", "proc");
/// Lines of the slice that every run does.
const SLICE: usize = 3_000;

/// What a program made of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Observed {
    /// It refused the file.
    Refused,
    /// The variables that the file gave it. Those of its own environment are not here, unless the file set them.
    Values(BTreeMap<Vec<u8>, Vec<u8>>),
    /// Nothing that could be observed, and why: counted, and never many.
    Unclear(&'static str),
    /// It was not asked, since that takes too long for all: a sample of its kind was.
    NotAsked,
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Lines to generate.
pub fn lines() -> usize {
    number("PREFLIGHT_DIFFERENTIAL").map_or(SLICE, |lines| usize::try_from(lines).unwrap())
}

/// What to generate them from.
pub fn seed() -> u64 {
    number("PREFLIGHT_DIFFERENTIAL_SEED").unwrap_or(1)
}

/// Runs a program over files, those of the reader's own among them. `read` gets all of a part at once and answers for each.
pub fn hold_with(reader: Reader, own: &[&[u8]], read: impl Fn(&[Vec<u8>]) -> Vec<Observed>) {
    hold_part(reader, 1, own, read);
}

/// As [`hold_with`], for a program to which a file is dear: it gets one part in so many of what is generated, and its own
/// files have to make up for it.
pub fn hold_part(reader: Reader, part: usize, own: &[&[u8]], read: impl Fn(&[Vec<u8>]) -> Vec<Observed>) {
    let mut files: Vec<Vec<u8>> = corpus::FILES.iter().chain(own).map(|file| file.to_vec()).collect();
    files.extend(generator::files(seed(), lines() / part));
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for part in files.chunks(5_000) {
        let observed = read(part);
        assert_eq!(observed.len(), part.len(), "{}", reader.as_str());
        for (file, observed) in part.iter().zip(&observed) {
            if let Err(why) = compare(reader, file, observed, &mut tally) {
                wrong.push((file.len(), format!("{:?}\n    {why}", shown(file))));
            }
        }
    }
    println!("{:9} {tally:?}", reader.as_str());
    // The shortest first: they say most.
    wrong.sort();
    let mut text = String::new();
    for (_, one) in wrong.iter().take(12) {
        let _ = writeln!(text, "  {one}");
    }
    assert!(
        wrong.is_empty(),
        "{}: {} of {} files are read otherwise\n{text}",
        reader.as_str(),
        wrong.len(),
        files.len()
    );
    assert!(tally.compared > files.len() / 4, "{}: hardly anything was compared: {tally:?}", reader.as_str());
    assert!(tally.unclear * 20 < files.len(), "{}: {tally:?}", reader.as_str());
}

/// What was compared.
#[derive(Debug, Default)]
pub struct Tally {
    files: usize,
    refused: usize,
    compared: usize,
    unset: usize,
    runs: usize,
    process: usize,
    unmodelled: usize,
    unmodelled_files: usize,
    unclear: usize,
    not_asked: usize,
}

fn shown(bytes: &[u8]) -> String {
    bytes.escape_ascii().to_string()
}

/// The assignment of each name that counts in the end.
fn last<'a>(reader: Reader, assigned: &'a [Assigned], file: &'a [u8]) -> BTreeMap<&'a [u8], &'a Assigned> {
    let mut by_name = BTreeMap::new();
    for one in assigned {
        let name = one.key.of(file);
        if !(reader.first_wins() && by_name.contains_key(name)) {
            by_name.insert(name, one);
        }
    }
    by_name
}

fn compare(reader: Reader, file: &[u8], observed: &Observed, tally: &mut Tally) -> Result<(), String> {
    tally.files += 1;
    let view = reader.read(file);
    let values = match (view.end, observed) {
        (_, Observed::Unclear(_)) => {
            tally.unclear += 1;
            return Ok(());
        }
        (_, Observed::NotAsked) => {
            tally.not_asked += 1;
            return Ok(());
        }
        (End::Unmodelled(_), _) => {
            tally.unmodelled_files += 1;
            return Ok(());
        }
        (End::Refused(..), Observed::Refused) => {
            tally.refused += 1;
            return Ok(());
        }
        (End::Refused(why, at), Observed::Values(values)) => {
            return Err(format!("refused in the model ({why:?} at {at}); the program: {}", table(values)));
        }
        (End::Whole, Observed::Refused) => return Err("read by the model; the program refuses it".to_owned()),
        (End::Whole, Observed::Values(values)) => values,
    };
    let by_name = last(reader, &view.assigned, file);
    for (name, value) in values {
        let Some(one) = by_name.get(name.as_slice()) else {
            return Err(format!("the model has no {}; the program: {}", shown(name), table(values)));
        };
        match &one.seen {
            Seen::Value(_) if one.process_first && has_process(file) => {
                tally.process += 1;
            }
            Seen::Value(text) if text.of(file) == value.as_slice() => tally.compared += 1,
            Seen::Value(text) => {
                let text = shown(text.of(file));
                return Err(format!(
                    "{} is {text:?} to the model; the program: {}",
                    shown(name),
                    table(values)
                ));
            }
            Seen::Unset => {
                return Err(format!(
                    "{} is not set in the model; the program: {}",
                    shown(name),
                    table(values)
                ));
            }
            Seen::Runs => tally.runs += 1,
            Seen::DependsOnProcess => tally.process += 1,
            Seen::Unmodelled => tally.unmodelled += 1,
        }
    }
    for (name, one) in by_name {
        if values.contains_key(name) {
            continue;
        }
        match one.seen {
            Seen::Value(_) => {
                return Err(format!("the model has {}; the program: {}", shown(name), table(values)));
            }
            Seen::Unset => tally.unset += 1,
            Seen::Runs => tally.runs += 1,
            Seen::DependsOnProcess => tally.process += 1,
            Seen::Unmodelled => tally.unmodelled += 1,
        }
    }
    Ok(())
}

fn has_process(file: &[u8]) -> bool {
    file.windows(PROCESS.0.len()).any(|part| part == PROCESS.0.as_bytes())
}

fn table(values: &BTreeMap<Vec<u8>, Vec<u8>>) -> String {
    let one = |(name, value): (&Vec<u8>, &Vec<u8>)| format!("{}={:?}", shown(name), shown(value));
    values.iter().map(one).collect::<Vec<_>>().join(" ")
}
