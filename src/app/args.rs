//! The command line as it is typed. Nothing is looked up here: no file, no environment, no terminal.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::report::Format;

/// May this environment be deployed with the configuration and secrets that are there right now?
#[derive(Debug, Parser)]
#[command(
    name = "preflight",
    version,
    about,
    long_about = None,
    args_conflicts_with_subcommands = true,
    disable_help_subcommand = true,
    after_help = "Exit codes: 0 pass, 1 fail, 2 no verdict (usage, bad policy, missing input, internal fault)."
)]
pub struct Cli {
    /// What to do; without it, the environments named are checked.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// What to check, for the bare form.
    #[command(flatten)]
    pub check: CheckArgs,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check environments and give a verdict
    Check(CheckArgs),
    /// Show a rule's page
    Explain {
        /// The rule's id
        #[arg(value_name = "RULE")]
        rule: String,
    },
    /// List the rules
    Rules,
    /// Print a published schema
    Schema {
        /// Which one
        #[arg(value_name = "NAME")]
        name: SchemaName,
    },
    /// Check a sample project with planted mistakes, then mend it and check it again
    Demo,
    /// Print help, for one command if it is named
    Help {
        /// The command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

/// Names of schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// The JSON report
    Report,
}

/// What to check, against what, and how to say it.
#[derive(Debug, Default, Args)]
pub struct CheckArgs {
    /// Environments to check, by name or alias
    #[arg(value_name = "ENV")]
    pub environments: Vec<OsString>,
    /// Check every environment of the project
    #[arg(long, conflicts_with = "environments")]
    pub all: bool,
    /// The project's folder [default: the nearest parent with a policy within the git work tree, else this folder]
    #[arg(short = 'C', long, value_name = "DIR")]
    pub project: Option<PathBuf>,
    /// The policy [default: policies/preflight.yaml or preflight.yaml in the project]
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// What goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", value_enum)]
    pub format: Format,
    /// Also write a report to a file, whole or not at all; repeatable
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse_output)]
    pub output: Vec<Output>,
    /// Let warnings fail the verdict
    #[arg(long)]
    pub warnings_as_errors: bool,
    /// Only the closing line of each environment
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Also what passed, and everything that was not checked
    #[arg(short, long)]
    pub verbose: bool,
    /// Whether the word `check` was typed: then any environment's name is taken as one.
    #[arg(skip)]
    pub explicit: bool,
    /// Colour the human report
    #[arg(long, value_name = "WHEN", default_value = "auto", value_enum)]
    pub color: Color,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// A report to write to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// Its format.
    pub format: Format,
    /// The file.
    pub file: PathBuf,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.as_str()))
    }
}

fn parse_output(text: &str) -> Result<Output, String> {
    let formats = || Format::ALL.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(", ");
    let (format, file) =
        text.split_once('=').ok_or_else(|| "write FORMAT=FILE, such as json=report.json".to_owned())?;
    let known = Format::ALL.iter().find(|known| known.as_str() == format);
    let format = *known.ok_or_else(|| format!("unknown format; known are: {}", formats()))?;
    if file.is_empty() {
        return Err("the file's name is missing behind `=`".to_owned());
    }
    Ok(Output { format, file: file.into() })
}
