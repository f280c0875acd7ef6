//! The command line as it is typed. Nothing is looked up here: no file, no environment, no terminal.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;

use crate::finding::RuleMeta;
use crate::report::Format;
use crate::rules::{RULES, metas};
use crate::syntax::readers::Reader;

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
    /// Show a rule's page, or what holds for a variable and where it comes from
    Explain(ExplainArgs),
    /// Write keyed fingerprints of an environment's secrets, to compare with where the environment is not
    Fingerprint(FingerprintArgs),
    /// Show every place in which a variable's value stands: what a rotation of it takes
    Where(WhereArgs),
    /// Show which variables of a `.env` file mean the same to all programs that read it, and why the others do not
    Readers(ReadersArgs),
    /// List the rules
    Rules,
    /// Print a published schema
    Schema {
        /// Which one
        #[arg(value_name = "NAME")]
        name: SchemaName,
    },
    /// Compare the policy with an older one
    Policy {
        /// What to do
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// Check a sample project with planted mistakes, then mend it and check it again
    Demo,
    /// Print a completion script
    Completions {
        /// The shell that reads it
        #[arg(value_name = "SHELL", value_enum)]
        shell: Shell,
    },
    /// Print the manual page, or a command's, as roff
    Man {
        /// The command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
    /// Print help, for one command if it is named
    Help {
        /// The command
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

/// Whose value to look for.
#[derive(Debug, Args)]
pub struct WhereArgs {
    /// The variable's name
    #[arg(value_name = "KEY")]
    pub key: String,
    /// The environment whose value is meant, by name or alias
    #[arg(long, value_name = "ENV")]
    pub env: String,
    /// The project's key for fingerprints; `-` for standard input [default: the file named by PREFLIGHT_FINGERPRINT_KEY_FILE]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub fingerprint_key: Option<OsString>,
    /// Where the project and its policy are.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", value_enum)]
    pub format: Format,
}

/// Whose fingerprints to write, and under which key.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 written, or up to date; 1 a file would change (--check); 2 no key, an environment that cannot be read whole, or a file that cannot be written."
)]
pub struct FingerprintArgs {
    /// Environments, by name or alias
    #[arg(value_name = "ENV")]
    pub environments: Vec<OsString>,
    /// Every environment of the project
    #[arg(long, conflicts_with = "environments")]
    pub all: bool,
    /// The project's key; `-` for standard input [default: the file named by PREFLIGHT_FINGERPRINT_KEY_FILE]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub key: Option<OsString>,
    /// Only say whether the files are up to date
    #[arg(long)]
    pub check: bool,
    /// How to make them [default: as the file was made, else hmac-sha256]
    #[arg(long, value_name = "METHOD", value_enum)]
    pub method: Option<MethodName>,
    /// Make a key instead, and write it to this new file outside the project
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with_all = ["environments", "all", "key", "check", "method"])]
    pub new_key: Option<PathBuf>,
    /// Where the project and its policy are.
    #[command(flatten)]
    pub place: PlaceArgs,
}

/// How fingerprints are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MethodName {
    /// Fast; the key and the floor for values protect
    HmacSha256,
    /// Each guess, and each secret of a check, costs 19 MiB and tens of milliseconds
    Argon2id,
}

/// What is done with a policy.
#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// List what the policy loosens and tightens against that of a git reference; exit code 1 if it loosens anything
    Diff(DiffArgs),
}

/// Where the project and its policy are.
#[derive(Clone, Debug, Default, Args)]
pub struct PlaceArgs {
    /// The project's folder [default: the nearest parent with a policy within the git work tree, else this folder]
    #[arg(short = 'C', long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub project: Option<PathBuf>,
    /// The policy [default: policies/preflight.yaml or preflight.yaml in the project]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub policy: Option<PathBuf>,
}

/// What to explain.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A rule's id, or a variable's name; without it every variable
    #[arg(value_name = "RULE|KEY", required_unless_present = "env")]
    pub subject: Option<String>,
    /// The environment, by name or alias [default: all]
    #[arg(long, value_name = "ENV")]
    pub env: Option<String>,
    /// Where the project and its policy are.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Take the policy from this git reference, whatever the work tree holds
    #[arg(long, value_name = "REF")]
    pub policy_from: Option<String>,
    /// What goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", value_enum)]
    pub format: Format,
}

impl ExplainArgs {
    /// The rule whose page is asked for; with an environment a variable of that name is meant.
    #[must_use]
    pub fn rule(&self) -> Option<&'static RuleMeta> {
        let subject = self.subject.as_deref().filter(|_| self.env.is_none())?;
        metas(RULES).into_iter().find(|meta| meta.id == subject)
    }
}

/// Which file to compare, between which programs.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all of it means the same to all of them, 1 it does not, 2 the file cannot be read."
)]
pub struct ReadersArgs {
    /// The file, relative to the current folder; `-` for standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: OsString,
    /// A program to compare; repeatable [default: all of them]
    #[arg(long = "reader", value_name = "NAME", value_parser = reader())]
    pub readers: Vec<Reader>,
    /// What goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", value_enum)]
    pub format: Format,
}

/// Takes a program's name; a misspelt one is answered with the nearest.
fn reader() -> impl TypedValueParser<Value = Reader> {
    let names = Reader::programs().map(|reader| PossibleValue::new(reader.as_str()).help(reader.program()));
    PossibleValuesParser::new(names)
        .try_map(|name| Reader::named(&name).ok_or("there is no program of that name"))
}

/// What to compare the policy with.
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// A branch, tag or commit: the policy there is the one that counts so far
    #[arg(value_name = "REF")]
    pub reference: String,
    /// Where the project and its policy are.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// What goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", value_enum)]
    pub format: Format,
}

/// Names of schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchemaName {
    /// The JSON report
    Report,
    /// The JSON of `explain`
    Explain,
    /// The JSON of `policy diff`
    PolicyDiff,
    /// The JSON of `readers`
    Readers,
    /// The JSON of `where`
    Where,
    /// The policy, for editors
    Policy,
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
    /// Where the project and its policy are.
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Take the policy from this git reference, whatever the work tree holds
    #[arg(long, value_name = "REF")]
    pub policy_from: Option<String>,
    /// The project's key for fingerprints; `-` for standard input [default: the file named by PREFLIGHT_FINGERPRINT_KEY_FILE]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub fingerprint_key: Option<OsString>,
    /// Check for one of the policy's services alone
    #[arg(long, value_name = "NAME")]
    pub service: Option<String>,
    /// Open encrypted files with the age identities in this file; `-` for standard input; repeatable [also: PREFLIGHT_AGE_IDENTITY and SOPS_AGE_KEY_FILE, paths, and SOPS_AGE_KEY]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "no_decrypt")]
    pub identity: Vec<OsString>,
    /// Decrypt nothing: check names, permissions, recipients and headers of encrypted files
    #[arg(long)]
    pub no_decrypt: bool,
    /// What goes to standard output
    #[arg(long, value_name = "FORMAT", default_value = "human", value_enum)]
    pub format: Format,
    /// Also write a report to a file, whole or not at all; repeatable
    #[arg(long, value_name = "FORMAT=FILE", value_parser = parse_output)]
    pub output: Vec<Output>,
    /// Let warnings fail the verdict
    #[arg(long)]
    pub warnings_as_errors: bool,
    /// For logs that strangers read: verdicts, rules and numbers, no key, path or message [files behind --output hold all]
    #[arg(long)]
    pub public_log: bool,
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

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
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
    if file == "-" {
        return Err("`-` is no file: --format says what goes to standard output".to_owned());
    }
    Ok(Output { format, file: file.into() })
}
