//! Wrong arguments, and words that name both a command and an environment.

use clap::CommandFactory;
use clap::error::ContextValue;

use crate::finding::verdict::EXIT_NONE;
use crate::load::project;
use crate::report::Format;
use crate::rules::RULES;
use crate::text::path::holds_key;
use crate::text::{SafePath, SourceMap};

use super::args::{CheckArgs, Cli, Command};
use super::opened::{self, From, Opened};
use super::output::{stream, to_stderr, to_stdout};

/// Every word that is or will be a command: `preflight WORD` never checks an environment of that name.
pub const RESERVED: &[&str] = &[
    "baseline",
    "check",
    "completions",
    "demo",
    "diff",
    "exec",
    "explain",
    "fingerprint",
    "fix",
    "help",
    "hook",
    "init",
    "lock",
    "man",
    "policy",
    "prove",
    "readers",
    "record",
    "redact",
    "rules",
    "scaffold",
    "schema",
    "serve",
    "verify",
    "where",
];

/// Prints what clap has to say: help and version to standard output, mistakes to standard error.
pub fn answer(error: &clap::Error) -> u8 {
    if error.context().any(|(_, value)| has_key(value)) {
        // A key in its armor begins like a flag, and is what hands put where its file is to be named.
        to_stderr(
            "preflight: an argument that cannot be understood holds a key, and is not shown\n  \
             name the file that holds it; what was typed may be in the shell's history\n",
        );
        EXIT_NONE
    } else if error.use_stderr() {
        to_stderr(&crate::text::escape::printable_lines(&error.render().to_string()));
        EXIT_NONE
    } else {
        to_stdout(&error.render().to_string())
    }
}

fn has_key(value: &ContextValue) -> bool {
    match value {
        ContextValue::String(text) => holds_key(text),
        ContextValue::Strings(texts) => texts.iter().any(|text| holds_key(text)),
        _ => false,
    }
}

/// Prints the program's help, or a command's.
pub fn help(command: Option<&str>) -> u8 {
    let mut program = Cli::command();
    let Some(name) = command else { return to_stdout(&program.render_long_help().to_string()) };
    match program.find_subcommand_mut(name) {
        Some(command) => to_stdout(&command.render_long_help().to_string()),
        None => no_command(name),
    }
}

/// Says that a word names no command.
pub fn no_command(name: &str) -> u8 {
    to_stderr(&format!("preflight: there is no command `{}`\n", crate::text::printable(name)));
    EXIT_NONE
}

/// Refuses a command whose name is also an environment of the project here: `preflight demo && deploy`
/// must never run the sample. `check` takes any name.
pub fn refuse_ambiguous(cli: &Cli) -> Option<u8> {
    let word = match &cli.command {
        None | Some(Command::Check(_)) => return None,
        Some(Command::Explain(_)) => "explain",
        Some(Command::Fingerprint(_)) => "fingerprint",
        Some(Command::Policy { .. }) => "policy",
        Some(Command::Where(_)) => "where",
        Some(Command::Readers(_)) => "readers",
        Some(Command::Rules) => "rules",
        Some(Command::Schema { .. }) => "schema",
        Some(Command::Demo) => "demo",
        Some(Command::Completions { .. }) => "completions",
        Some(Command::Man { .. }) => "man",
        Some(Command::Help { .. }) => "help",
    };
    match is_environment_here(word) {
        Some(false) => return None,
        // The command reads the policy itself, and says what is wrong with it; or it has nothing to do with one, and
        // the word alone is no command.
        None if reads_policy(cli) || matches!(cli.command, Some(Command::Readers(_))) => return None,
        Some(true) | None => {}
    }
    to_stderr(&format!(
        "preflight: `{word}` is a command, and this project has, or may have, an environment of that name\n  \
         to check the environment: preflight check {word}\n  \
         to run the command, call it in another folder\n"
    ));
    Some(EXIT_NONE)
}

/// Nothing where a policy is there and cannot be read: it may well name such an environment.
fn is_environment_here(word: &str) -> Option<bool> {
    let Ok(project) = project::find(None) else { return Some(false) };
    let opened = opened::open(&project, &From::default(), RULES, &mut SourceMap::default());
    let Opened { policy, known } = opened.ok()?;
    Some(known.find(word, &policy).is_some())
}

/// Refuses a whole report on standard output or error where strangers read it, whatever path leads there.
pub fn refuse_whole_in_public(args: &CheckArgs) -> Option<u8> {
    let leads_there = || args.output.iter().any(|output| stream(&output.file).is_some());
    if !args.public_log || (args.format == Format::Human && !leads_there()) {
        return None;
    }
    to_stderr(
        "preflight: with --public-log standard output and error hold no whole report\n  \
         write it to a file instead: --output json=FILE\n",
    );
    Some(EXIT_NONE)
}

fn reads_policy(cli: &Cli) -> bool {
    match &cli.command {
        Some(Command::Explain(args)) => args.rule().is_none(),
        Some(Command::Policy { .. } | Command::Fingerprint(_) | Command::Where(_)) => true,
        _ => false,
    }
}

/// `word` as it is shown in an error.
pub fn shown(word: &std::ffi::OsStr) -> SafePath {
    SafePath::new(std::path::Path::new(word))
}
