//! `preflight completions SHELL` and `preflight man [COMMAND]`: the command line written down for shells and man(1).

use std::io;

use clap::builder::PossibleValuesParser;
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::finding::verdict::{EXIT_FAIL, EXIT_NONE, EXIT_PASS};
use crate::rules::{RULES, ids};

use super::args::Cli;
use super::output::to_stdout;
use super::usage::{RESERVED, no_command};

/// Exit codes of the commands that give a verdict.
const JUDGING: [(u8, &str); 3] = [
    (EXIT_PASS, "Pass: everything asked for was checked, nothing failed."),
    (EXIT_FAIL, "Fail: at least one error."),
    (
        EXIT_NONE,
        "No verdict: wrong arguments, a bad policy, something missing or unreadable, nothing to check, an internal fault.",
    ),
];
/// Exit codes of those that compare.
const COMPARING: [(u8, &str); 3] = [
    (EXIT_PASS, "All of it means the same to all programs."),
    (EXIT_FAIL, "It does not, or a program refuses the file or runs a part of it."),
    (EXIT_NONE, "Not done: standard error says what was wrong."),
];
/// Exit codes of all others.
const PRINTING: [(u8, &str); 2] =
    [(EXIT_PASS, "Done."), (EXIT_NONE, "Not done: standard error says what was wrong.")];

/// Prints a completion script.
pub fn completions(shell: Shell) -> u8 {
    let mut script = Vec::new();
    let mut program = with_names();
    let name = program.get_name().to_owned();
    clap_complete::generate(shell, &mut program, name, &mut script);
    to_stdout(&String::from_utf8_lossy(&script))
}

/// The command line with the names that a shell can offer. What the program itself takes stays any text: it answers
/// a misspelt one with the nearest.
fn with_names() -> Command {
    let program = Cli::command();
    let commands: Vec<&'static str> =
        RESERVED.iter().copied().filter(|word| program.find_subcommand(word).is_some()).collect();
    [("explain", "subject", ids(RULES)), ("help", "command", commands.clone()), ("man", "command", commands)]
        .into_iter()
        .fold(program, |program, (command, arg, names)| {
            let parser = PossibleValuesParser::new(names);
            program.mut_subcommand(command, |it| it.mut_arg(arg, |arg| arg.value_parser(parser)))
        })
}

/// Prints the manual page of the program, or of a command.
pub fn man(command: Option<&str>) -> u8 {
    let mut program = Cli::command();
    program.build();
    let page = match command {
        None => page(&program),
        Some(name) => match program.find_subcommand(name) {
            Some(command) => page(command),
            None => return no_command(name),
        },
    };
    // Writing to a buffer cannot fail.
    page.map_or(EXIT_NONE, |page| to_stdout(&page))
}

/// The page as clap's help texts make it, with the exit codes in the section where man(7) has them.
fn page(command: &Command) -> io::Result<String> {
    let codes = match command.get_name() {
        "preflight" | "check" => JUDGING.as_slice(),
        "readers" => &COMPARING,
        _ => &PRINTING,
    };
    let command = command.clone().after_help(None::<&str>).subcommand_help_heading("COMMANDS");
    let mut text = Vec::new();
    let source = concat!("preflight ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.subcommand_value_name("command")).source(source).manual("preflight");
    // Pages carry no date, so that equal programs print equal pages; unquoted, the empty argument would be lost.
    man.date("\"\"").render(&mut text)?;
    let mut roff = Roff::default();
    roff.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in codes {
        roff.control("TP", []);
        roff.text([bold(code.to_string())]);
        roff.text([roman(*meaning)]);
    }
    Ok(String::from_utf8_lossy(&text).into_owned() + &roff.to_roff())
}
