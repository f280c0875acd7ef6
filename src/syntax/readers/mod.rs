//! Readers: what programs make of a `.env` file, each in its own way.
//!
//! One file a reader: a small model of the program's own parser, which goes over the file by the lexer's [`Scanner`] and
//! says what variables come of it. Each is held to the real program by `tests/differential.rs`. What a model cannot say for
//! sure it must call unmodelled; it never guesses a value.
//!
//! [`Scanner`]: super::dotenv::scan::Scanner

mod compose;
mod compose_template;
mod docker;
mod dotenv;
mod dotenvy;
mod go_text;
mod godotenv;
mod merged;
mod node;
mod outcomes;
mod plain;
mod portable;
mod python;
mod ruby;
#[cfg(test)]
mod said_tests;
mod sheet;
mod shell;
mod systemd;
mod xargs;

pub use merged::{Merged, Merging, Run, Stop, merged};
pub use outcomes::Outcomes;
pub use plain::{BadLine, PlainFile, Reading, plain};
pub use portable::{Advice, Cause, Divergence, Spelling, loss};
pub use sheet::Sheet;

use crate::text::{SecretValue, Span};

/// A program, or family of programs, that reads `.env` files in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reader {
    /// The lexer's own reading: quotes off, ` #` comment off, no escapes, no substitution.
    Plain,
    /// docker compose: `env_file`, and `.env` for interpolation.
    Compose,
    /// `docker run --env-file`, and compose's `env_file` with `format: raw`.
    Docker,
    /// `kubectl create configmap|secret --from-env-file`.
    Kubectl,
    /// A POSIX shell that sources the file: `set -a; . ./file`, as dash does it.
    Sh,
    /// bash that sources the file.
    Bash,
    /// `export $(grep -v '^#' file | xargs)`.
    Xargs,
    /// systemd's `EnvironmentFile=`.
    Systemd,
    /// `node --env-file`.
    Node,
    /// The npm package dotenv.
    Dotenv,
    /// The Python package python-dotenv.
    Python,
    /// The Ruby gem dotenv.
    Ruby,
    /// The Go package godotenv.
    Godotenv,
    /// The Rust crate dotenvy.
    Dotenvy,
}

impl Reader {
    /// Every reader.
    pub const ALL: &[Self] = &[
        Self::Plain,
        Self::Compose,
        Self::Docker,
        Self::Kubectl,
        Self::Sh,
        Self::Bash,
        Self::Xargs,
        Self::Systemd,
        Self::Node,
        Self::Dotenv,
        Self::Python,
        Self::Ruby,
        Self::Godotenv,
        Self::Dotenvy,
    ];

    /// Those that model a program: all but [`Reader::Plain`].
    pub fn programs() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|reader| *reader != Self::Plain)
    }

    /// The name used in policies and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Compose => "compose",
            Self::Docker => "docker",
            Self::Kubectl => "kubectl",
            Self::Sh => "sh",
            Self::Bash => "bash",
            Self::Xargs => "xargs",
            Self::Systemd => "systemd",
            Self::Node => "node",
            Self::Dotenv => "dotenv",
            Self::Python => "python",
            Self::Ruby => "ruby",
            Self::Godotenv => "godotenv",
            Self::Dotenvy => "dotenvy",
        }
    }

    /// The program in words.
    #[must_use]
    pub const fn program(self) -> &'static str {
        match self {
            Self::Plain => "the file as it stands there",
            Self::Compose => "docker compose, env_file and .env",
            Self::Docker => "docker run --env-file, and compose's env_file with format: raw",
            Self::Kubectl => "kubectl create configmap or secret, --from-env-file",
            Self::Sh => "a POSIX shell that sources it, as dash does",
            Self::Bash => "bash that sources it",
            Self::Xargs => "export $(grep -v '^#' FILE | xargs)",
            Self::Systemd => "systemd, EnvironmentFile=",
            Self::Node => "node --env-file",
            Self::Dotenv => "the npm package dotenv",
            Self::Python => "the Python package python-dotenv",
            Self::Ruby => "the Ruby gem dotenv",
            Self::Godotenv => "the Go package godotenv",
            Self::Dotenvy => "the Rust crate dotenvy",
        }
    }

    /// The version that the model was held against; nothing for [`Reader::Plain`].
    #[must_use]
    pub const fn held_against(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Compose => "docker compose 2.26.1 (compose-go 2.4.8)",
            Self::Docker => "docker CLI 26.1.5",
            Self::Kubectl => "kubectl 1.32.3",
            Self::Sh => "dash 0.5.12",
            Self::Bash => "bash 5.2",
            Self::Xargs => "GNU grep 3.8, xargs 4.9.0, bash 5.2",
            Self::Systemd => "systemd 252",
            Self::Node => "Node.js 20.20",
            Self::Dotenv => "dotenv 18.0.10",
            Self::Python => "python-dotenv 1.2.4",
            Self::Ruby => "dotenv 3.1.8",
            Self::Godotenv => "godotenv 1.5.1",
            Self::Dotenvy => "dotenvy 0.15.7",
        }
    }

    /// Whether the program itself holds the model; if not, the facts that its authors published.
    #[must_use]
    pub const fn is_held_by_program(self) -> bool {
        !matches!(self, Self::Ruby)
    }

    /// The reader of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reader| reader.as_str() == name)
    }

    /// Which of several assignments to one variable counts in the end.
    #[must_use]
    pub const fn first_wins(self) -> bool {
        matches!(self, Self::Dotenvy)
    }

    /// What the program makes of a file. [`Reader::Plain`] has a richer answer, [`plain`]; here it makes nothing.
    #[must_use]
    pub fn read(self, bytes: &[u8]) -> FileView {
        match self {
            Self::Plain => Sheet::new(bytes).finish(End::Whole),
            Self::Compose => compose::read(bytes),
            Self::Docker => docker::read(bytes),
            Self::Kubectl => docker::kubectl(bytes),
            Self::Sh => shell::sh(bytes),
            Self::Bash => shell::bash(bytes),
            Self::Xargs => xargs::read(bytes),
            Self::Systemd => systemd::read(bytes),
            Self::Node => node::read(bytes),
            Self::Dotenv => dotenv::read(bytes),
            Self::Python => python::read(bytes),
            Self::Ruby => ruby::read(bytes),
            Self::Godotenv => godotenv::read(bytes),
            Self::Dotenvy => dotenvy::read(bytes),
        }
    }
}

/// What a reader makes of one variable.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The variable has this value.
    Value(SecretValue),
    /// The variable ends up not set.
    Unset,
    /// The reader refuses the line, or the file because of it.
    Refused,
    /// The reader would run a part of the value as a command.
    Runs,
    /// The value depends on the reading process's own environment.
    DependsOnProcess,
    /// What the reader does here is not known well enough to say.
    Unmodelled,
}

impl Outcome {
    /// Whether two readers see the same.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(one), Self::Value(other)) => one.expose() == other.expose(),
            (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
        }
    }

    /// The word in reports.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Value(value) if value.expose().is_empty() => "empty",
            Self::Value(_) => "set",
            Self::Unset => "unset",
            Self::Refused => "refused",
            Self::Runs => "runs",
            Self::DependsOnProcess => "depends-on-process",
            Self::Unmodelled => "unmodelled",
        }
    }

    /// The value, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<&[u8]> {
        match self {
            Self::Value(value) => Some(value.expose()),
            _ => None,
        }
    }
}

/// What a program makes of a whole file.
#[derive(Debug)]
pub struct FileView {
    /// What it assigns, in its order, repeated keys included. What it drops or skips is not here.
    pub assigned: Vec<Assigned>,
    /// Where it would run something.
    pub executed: Vec<Executed>,
    /// How far it gets.
    pub end: End,
}

/// How far a program gets with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// To its end.
    Whole,
    /// It refuses the file, because of what stands at this offset. What came before counts for nothing.
    Refused(Refusal, usize),
    /// From this offset on the model cannot say what it does, and that may touch what came before.
    Unmodelled(usize),
}

/// One assignment as a program sees it.
#[derive(Debug)]
pub struct Assigned {
    /// The variable's name as it stands in the file.
    pub key: Span,
    /// What it is set to.
    pub seen: Seen,
    /// Whether a variable of the reading process's own environment would take the place of one that the value
    /// refers to, and that the file sets.
    pub process_first: bool,
}

/// What a program makes of one assignment.
#[derive(Debug)]
pub enum Seen {
    /// The variable has this value.
    Value(Text),
    /// The variable is not set, or no longer.
    Unset,
    /// A part of the assignment is run as a command, and what comes of it is not to be known.
    Runs,
    /// The value depends on the reading process's own environment.
    DependsOnProcess,
    /// The model does not say.
    Unmodelled,
}

/// A value: where it stands in the file, if it stands there as it is.
#[derive(Debug)]
pub enum Text {
    /// To the letter in the file.
    Span(Span),
    /// Put together: escapes resolved, variables replaced.
    Built(SecretValue),
}

impl Text {
    /// The value's bytes; `file` are the bytes of the file.
    #[must_use]
    pub fn of<'a>(&'a self, file: &'a [u8]) -> &'a [u8] {
        match self {
            Self::Span(span) => span.of(file),
            Self::Built(value) => value.expose(),
        }
    }
}

/// A place where a program would run something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Executed {
    /// Offset of what is run.
    pub at: usize,
    /// In which way.
    pub how: How,
}

/// In which way a part of a file comes to be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// `$(...)` or backquotes.
    Substitution,
    /// A word where a command stands: `A=b word`, or a line of its own.
    Command,
    /// What an unquoted `&` ends is run in the background.
    Background,
    /// An unquoted `>` or `<`: a file is written or read.
    Redirection,
}

/// Why a program refuses a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// A name that it takes for none.
    BadKey,
    /// A name that is there already.
    DuplicateKey,
    /// A line without `=`.
    NoEquals,
    /// A quote that nothing ends.
    UnterminatedQuote,
    /// Text behind a closing quote, or a blank within a value.
    TextAfterValue,
    /// An escape that it does not know.
    BadEscape,
    /// `${...}` that it cannot read.
    BadSubstitution,
    /// `${NAME:?...}` of a variable that is not set.
    UnsetVariable,
    /// What a shell's grammar does not allow.
    Syntax,
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// A NUL byte.
    NulByte,
    /// A byte order mark.
    ByteOrderMark,
    /// A line longer than it reads.
    LineTooLong,
    /// A file larger than it reads.
    FileTooLarge,
}
