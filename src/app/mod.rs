//! L7: arguments as typed, then settings, then one file a subcommand; exit codes.

pub mod args;
mod asked;
mod check;
mod demo;
mod explain;
mod fingerprint;
mod generate;
mod key;
mod opened;
mod output;
mod policy;
mod readers;
mod settings;
pub mod usage;
mod vault;
mod whereabouts;

use std::ffi::OsString;
use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::Parser;

use crate::finding::verdict::EXIT_NONE;
use crate::policy::catalogue;
use crate::report::{self, json};
use crate::rules::{RULES, Rule, metas};

use args::{Cli, Command, PolicyCommand, SchemaName};
use output::{to_stderr, to_stdout};

/// Runs the program and gives its exit code. `rules` are those that judge; all but a test hand in [`RULES`].
pub fn run(args: impl IntoIterator<Item = OsString>, rules: &'static [&'static dyn Rule]) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => return usage::answer(&error),
    };
    if let Some(code) = usage::refuse_ambiguous(&cli) {
        return code;
    }
    match cli.command {
        None => check::run(&cli.check, rules),
        Some(Command::Check(args)) => check::run(&args::CheckArgs { explicit: true, ..args }, rules),
        Some(Command::Explain(args)) => explain::run(&args),
        Some(Command::Fingerprint(args)) => fingerprint::run(&args),
        Some(Command::Where(args)) => whereabouts::run(&args),
        Some(Command::Policy { command: PolicyCommand::Diff(args) }) => policy::diff(&args),
        Some(Command::Readers(args)) => readers::run(&args),
        Some(Command::Rules) => explain::list(),
        Some(Command::Schema { name: SchemaName::Report }) => to_stdout(json::JSON_SCHEMA),
        Some(Command::Schema { name: SchemaName::Explain }) => to_stdout(report::explain::JSON_SCHEMA),
        Some(Command::Schema { name: SchemaName::PolicyDiff }) => to_stdout(report::diff::JSON_SCHEMA),
        Some(Command::Schema { name: SchemaName::Readers }) => to_stdout(report::readers::JSON_SCHEMA),
        Some(Command::Schema { name: SchemaName::Where }) => to_stdout(report::whereabouts::JSON_SCHEMA),
        Some(Command::Schema { name: SchemaName::Policy }) => to_stdout(&catalogue::schema(&metas(RULES))),
        Some(Command::Demo) => demo::run(rules),
        Some(Command::Completions { shell }) => generate::completions(shell),
        Some(Command::Man { command }) => generate::man(command.as_deref()),
        Some(Command::Help { command }) => usage::help(command.as_deref()),
    }
}

/// What `main` does: no core dumps, no panic text, then [`run`].
pub fn main() -> u8 {
    crate::os::forbid_core_dumps();
    quiet_panics();
    let done = catch_unwind(AssertUnwindSafe(|| run(std::env::args_os(), RULES)));
    done.unwrap_or(EXIT_NONE)
}

/// Replaces the panic message, which can hold a value, by the place of the panic alone.
pub fn quiet_panics() {
    std::panic::set_hook(Box::new(|info| {
        let place =
            info.location().map(|place| format!(" at line {} of {}", place.line(), file_name(place.file())));
        to_stderr(&format!("preflight: internal fault{}; please report it\n", place.unwrap_or_default()));
    }));
}

fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}
