//! `preflight readers`: what programs make of a file's variables, as text and as JSON. No value is in it.

mod document;
mod human;

use crate::finding::ReportError;
use crate::text::{KeyName, SafePath};

use super::readings::Group;

#[cfg(test)]
pub(super) use document::Document;
pub use document::json;
pub use human::human;

/// The published schema of the JSON that it prints.
pub const JSON_SCHEMA: &str = include_str!("../../../docs/readers-v1.schema.json");

/// What programs make of a file.
#[derive(Debug)]
pub struct Compared {
    /// The file, as typed.
    pub path: SafePath,
    /// The programs.
    pub readers: Vec<Program>,
    /// Each variable once.
    pub keys: Vec<KeyReadings>,
    /// Programs that refuse the file.
    pub refused: Vec<Stopped>,
    /// Programs of which nothing can be said from some line on.
    pub unmodelled: Vec<Stopped>,
    /// Lines of which something is run.
    pub runs: Vec<RunLine>,
    /// Lines with variables that are not compared.
    pub unnamed: Vec<Unnamed>,
    /// The advice where no spelling is read alike.
    pub no_spelling: &'static str,
    /// 0, 1 or 2.
    pub exit_code: u8,
    /// Why nothing is compared.
    pub errors: Vec<ReportError>,
}

impl Compared {
    /// Nothing said yet.
    #[must_use]
    pub const fn new(path: SafePath, readers: Vec<Program>) -> Self {
        Self {
            path,
            readers,
            keys: Vec::new(),
            refused: Vec::new(),
            unmodelled: Vec::new(),
            runs: Vec::new(),
            unnamed: Vec::new(),
            no_spelling: "",
            exit_code: 0,
            errors: Vec::new(),
        }
    }
}

/// A program that reads `.env` files.
#[derive(Debug)]
pub struct Program {
    /// Its name here.
    pub name: &'static str,
    /// What it is.
    pub program: &'static str,
    /// The version that the model was held against.
    pub version: &'static str,
    /// By what: `program`, or `published` facts.
    pub proof: &'static str,
}

/// One variable.
#[derive(Debug)]
pub struct KeyReadings {
    /// Its name, unless it may not be shown.
    pub key: Option<KeyName>,
    /// The line that counts.
    pub line: usize,
    /// Whether it means the same to all.
    pub portable: bool,
    /// The code of what they trip over, if it is known.
    pub cause: Option<&'static str>,
    /// The same in words.
    pub why: Option<&'static str>,
    /// The quotes in which all of them read it alike.
    pub spelling: Option<&'static str>,
    /// How to make them agree, if there is a way.
    pub help: Option<&'static str>,
    /// Who sees what.
    pub readings: Vec<Group>,
}

/// A program that does not get to the end of the file.
#[derive(Debug)]
pub struct Stopped {
    /// It.
    pub reader: &'static str,
    /// Where it stops.
    pub line: usize,
    /// Why it refuses the file.
    pub why: Option<&'static str>,
}

/// A line of which something is run.
#[derive(Debug)]
pub struct RunLine {
    /// The line.
    pub line: usize,
    /// Its variable, if it has one that may be shown.
    pub key: Option<KeyName>,
    /// In which way: `substitution`, `command` or `background`.
    pub how: &'static str,
    /// By whom.
    pub readers: Vec<&'static str>,
}

/// A line with a variable whose name is none to this program.
#[derive(Debug)]
pub struct Unnamed {
    /// The line.
    pub line: usize,
    /// Those that see it.
    pub readers: Vec<&'static str>,
}
