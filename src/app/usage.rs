//! Wrong arguments, and words that name both a command and an environment.

use clap::CommandFactory;

use crate::finding::verdict::EXIT_NONE;
use crate::load::{discover, project};
use crate::policy;
use crate::rules::{RULES, ids};
use crate::text::{SafePath, SourceMap};

use super::args::{Cli, Command};
use super::output::{to_stderr, to_stdout};

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
    if error.use_stderr() {
        to_stderr(&crate::text::escape::printable_lines(&error.render().to_string()));
        EXIT_NONE
    } else {
        to_stdout(&error.render().to_string())
    }
}

/// Prints the program's help, or a command's.
pub fn help(command: Option<&str>) -> u8 {
    let mut program = Cli::command();
    let Some(name) = command else { return to_stdout(&program.render_long_help().to_string()) };
    match program.find_subcommand_mut(name) {
        Some(command) => to_stdout(&command.render_long_help().to_string()),
        None => {
            to_stderr(&format!("preflight: there is no command `{}`\n", crate::text::printable(name)));
            EXIT_NONE
        }
    }
}

/// Refuses a command whose name is also an environment of the project here: `preflight demo && deploy`
/// must never run the sample. `check` takes any name.
pub fn refuse_ambiguous(cli: &Cli) -> Option<u8> {
    let word = match &cli.command {
        None | Some(Command::Check(_)) => return None,
        Some(Command::Explain { .. }) => "explain",
        Some(Command::Rules) => "rules",
        Some(Command::Schema { .. }) => "schema",
        Some(Command::Demo) => "demo",
        Some(Command::Help { .. }) => "help",
    };
    if !is_environment_here(word) {
        return None;
    }
    to_stderr(&format!(
        "preflight: `{word}` is a command, and this project has, or may have, an environment of that name\n  \
         to check the environment: preflight check {word}\n  \
         to run the command, call it in another folder\n"
    ));
    Some(EXIT_NONE)
}

/// Errs to yes: where a policy is there and cannot be read, it may well name such an environment.
fn is_environment_here(word: &str) -> bool {
    let Ok(project) = project::find(None) else { return false };
    let mut sources = SourceMap::default();
    let Ok(file) = project::policy(&project, None) else { return true };
    let text = file.as_ref().map(|file| policy::PolicyText { path: &file.path, bytes: &file.bytes });
    match policy::parse(text, &ids(RULES), &mut sources) {
        Ok(policy) => discover::environments(&project.root, &policy).find(word, &policy).is_some(),
        Err(_) => true,
    }
}

/// `word` as it is shown in an error.
pub fn shown(word: &std::ffi::OsStr) -> SafePath {
    SafePath::new(std::path::Path::new(word))
}
