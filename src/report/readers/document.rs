//! `preflight.readers/v1`: frozen structs of their own. Within v1 fields are only added.

use serde::Serialize;

use super::{Compared, KeyReadings, RunLine, Stopped};
use crate::report::json;
use crate::report::readings::Group;
use crate::text::KeyName;

/// What programs make of the variables of a `.env` file. No field ever holds a value.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Document<'a> {
    /// `preflight.readers/v1`.
    schema: &'static str,
    /// The file, as typed.
    path: &'a str,
    /// The programs that are compared.
    readers: Vec<ReaderRow>,
    /// Each variable once, at the line that counts.
    keys: Vec<KeyRow<'a>>,
    /// Programs that refuse the file: they take nothing of it.
    refused: Vec<RefusedRow>,
    /// Programs of which it cannot be said what they make of the file from a line on.
    unmodelled: Vec<UnmodelledRow>,
    /// Lines of which programs run a part.
    runs: Vec<RunRow<'a>>,
    /// Lines on which programs see a variable whose name has more than letters, digits, `_`, `.` and `-`: it is neither
    /// shown nor compared.
    unnamed: Vec<UnnamedRow<'a>>,
    /// 0 where every variable is portable, all programs take the file and run nothing of it; 1 otherwise; 2 if it cannot be read.
    exit_code: u8,
    /// Why nothing was compared.
    errors: Vec<json::Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ReaderRow {
    name: &'static str,
    /// The program in words.
    program: &'static str,
    /// The version that its model was held against.
    version: &'static str,
    /// By what it was held: `program`, the program itself; `published`, the facts that its authors published.
    proof: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct KeyRow<'a> {
    /// Null for a name that looks like key material, or that stands in the middle of a value: it is not shown.
    key: Option<&'a str>,
    line: usize,
    /// Whether it means the same to all programs that take the file.
    portable: bool,
    /// A cause of the rule `dialect-divergence`.
    cause: Option<&'static str>,
    /// How the value can be written so that all of them read it alike: `bare`, `single` or `double` quotes.
    spelling: Option<&'static str>,
    /// Groups of programs that see the same; different groups see different things, also where both have a value.
    readings: Vec<GroupRow<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct GroupRow<'a> {
    /// `set`, `empty`, `unset`, `refused`, `runs`, `depends-on-process` or `unmodelled`.
    outcome: &'static str,
    readers: &'a [&'static str],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RefusedRow {
    reader: &'static str,
    line: usize,
    /// For people; its wording may change.
    why: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UnmodelledRow {
    reader: &'static str,
    line: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RunRow<'a> {
    line: usize,
    key: Option<&'a str>,
    /// A cause of the rule `executes-code`: `substitution`, `command` or `background`.
    how: &'static str,
    readers: &'a [&'static str],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UnnamedRow<'a> {
    line: usize,
    readers: &'a [&'static str],
}

/// For programs: one JSON document.
#[must_use]
pub fn json(compared: &Compared) -> String {
    let unmodelled = |stop: &Stopped| UnmodelledRow { reader: stop.reader, line: stop.line };
    let refused = |stop: &Stopped| RefusedRow {
        reader: stop.reader,
        line: stop.line,
        why: stop.why.unwrap_or_default(),
    };
    let document = Document {
        schema: "preflight.readers/v1",
        path: compared.path.as_str(),
        readers: compared
            .readers
            .iter()
            .map(|reader| ReaderRow {
                name: reader.name,
                program: reader.program,
                version: reader.version,
                proof: reader.proof,
            })
            .collect(),
        keys: compared.keys.iter().map(KeyRow::of).collect(),
        refused: compared.refused.iter().map(refused).collect(),
        unmodelled: compared.unmodelled.iter().map(unmodelled).collect(),
        runs: compared.runs.iter().map(RunRow::of).collect(),
        unnamed: compared
            .unnamed
            .iter()
            .map(|unnamed| UnnamedRow { line: unnamed.line, readers: &unnamed.readers })
            .collect(),
        exit_code: compared.exit_code,
        errors: compared.errors.iter().map(json::Error::of).collect(),
    };
    super::super::written(&document)
}

impl<'a> KeyRow<'a> {
    fn of(key: &'a KeyReadings) -> Self {
        let group = |group: &'a Group| GroupRow { outcome: group.outcome, readers: &group.readers };
        Self {
            key: key.key.as_ref().map(KeyName::as_str),
            line: key.line,
            portable: key.portable,
            cause: key.cause,
            spelling: key.spelling,
            readings: key.readings.iter().map(group).collect(),
        }
    }
}

impl<'a> RunRow<'a> {
    fn of(run: &'a RunLine) -> Self {
        let key = run.key.as_ref().map(KeyName::as_str);
        Self { line: run.line, key, how: run.how, readers: &run.readers }
    }
}
