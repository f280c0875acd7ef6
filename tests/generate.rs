//! Completion scripts and manual pages, held against the programs that read them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fs;
use std::process::{Command, Output};

use clap::CommandFactory;
use preflight::app::args::Cli;
use preflight::finding::verdict::{EXIT_FAIL, EXIT_NONE, EXIT_PASS};
use rstest::rstest;
use support::case::Case;
use support::{finish, run, scrub};
use tempfile::TempDir;

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

/// What a command prints, in a folder where nothing is.
fn printed(args: &[&str]) -> String {
    let run = run(TempDir::new().unwrap().path(), args);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
    run.stdout
}

/// Each page's words behind `preflight`: none for the main page.
fn pages() -> Vec<Vec<String>> {
    let cli = Cli::command();
    let commands = cli.get_subcommands().map(|it| vec!["man".to_owned(), it.get_name().to_owned()]);
    std::iter::once(vec!["man".to_owned()]).chain(commands).collect()
}

fn page(args: &[String]) -> String {
    printed(&args.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Runs a program over a text in a file.
fn check(program: &str, args: &[&str], name: &str, text: &str) -> Output {
    let folder = TempDir::new().unwrap();
    let at = folder.path().join(name);
    fs::write(&at, text).unwrap();
    let mut command = Command::new(program);
    scrub(&mut command);
    let output = command.args(args).arg(&at).current_dir(folder.path()).output();
    output.unwrap_or_else(|error| panic!("{program}: {error}"))
}

#[test]
fn scripts_and_pages_are_ascii_and_the_same_each_time() {
    let scripts = SHELLS.map(|shell| vec!["completions".to_owned(), shell.to_owned()]);
    for args in scripts.into_iter().chain(pages()) {
        let text = page(&args);
        assert!(text.is_ascii() && text.len() > 300, "{args:?}: {text}");
        assert_eq!(page(&args), text, "{args:?}");
    }
}

/// The function that the script registers for `preflight`, called as bash calls it.
#[rstest]
#[case(&["ch"], "check")]
#[case(&["co"], "completions")]
#[case(&["--form"], "--format")]
#[case(&["--format", ""], "human json")]
#[case(&["check", "--format", ""], "human json")]
#[case(&["check", "--warn"], "--warnings-as-errors")]
#[case(&["--color", "a"], "auto always")]
#[case(&["completions", "fi"], "fish")]
#[case(&["explain", "weak"], "weak-key weak-secret weak-tls-mode")]
#[case(&["man", "ex"], "explain")]
#[case(&["readers", "--reader", "comp"], "compose")]
#[case(&["help", "ch"], "check")]
fn bash_completes(#[case] words: &[&str], #[case] expected: &str) {
    let script = "set -u
source \"$1\"
shift
words=$(complete -p preflight)
call=${words#*-F }
COMP_WORDS=(preflight \"$@\")
COMP_CWORD=$#
previous=${COMP_WORDS[COMP_CWORD-1]}
\"${call%% *}\" preflight \"${COMP_WORDS[COMP_CWORD]}\" \"$previous\"
echo \"${COMPREPLY[*]}\"
";
    let folder = TempDir::new().unwrap();
    let at = folder.path().join("preflight.bash");
    fs::write(&at, printed(&["completions", "bash"])).unwrap();
    let mut bash = Command::new("bash");
    scrub(&mut bash);
    let bash = bash.args(["--norc", "-c", script, "bash"]).arg(&at).args(words);
    let run = finish(&bash.output().unwrap());
    assert_eq!((run.stdout.trim(), run.stderr.as_str(), run.code), (expected, "", 0));
}

#[test]
fn shells_read_their_scripts() {
    let mut shells = vec!["bash"];
    if support::real_tools() {
        shells.extend(["fish", "zsh"]);
    }
    for shell in shells {
        let output = check(shell, &["-n"], "script", &printed(&["completions", shell]));
        let run = finish(&output);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}");
        let broken = check(shell, &["-n"], "script", "if true; then (\n");
        assert!(!broken.status.success(), "{shell} -n finds what is broken");
    }
}

#[test]
fn every_page_has_its_sections_and_exit_codes() {
    for args in pages() {
        let page = page(&args);
        let name = std::iter::once("preflight").chain(args.iter().skip(1).map(String::as_str));
        let title = name.collect::<Vec<_>>().join("-");
        assert!(page.contains(&format!(".TH {title} 1 \"\" \"preflight ")), "{page}");
        for section in ["NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "\"EXIT STATUS\""] {
            assert_eq!(page.matches(&format!(".SH {section}\n")).count(), 1, "{title}: {section}");
        }
        assert!(!page.contains(".SH EXTRA"), "{title}");
        let (_, exit) = page.split_once(".SH \"EXIT STATUS\"\n").unwrap();
        let judges = matches!(title.as_str(), "preflight" | "preflight-check" | "preflight-readers");
        for (code, there) in [(EXIT_PASS, true), (EXIT_FAIL, judges), (EXIT_NONE, true)] {
            assert_eq!(exit.contains(&format!("\n\\fB{code}\\fR\n")), there, "{title}: {code}");
        }
    }
    let main = page(&["man".to_owned()]);
    for args in pages().iter().skip(1) {
        assert!(main.contains(&format!("\npreflight\\-{}(1)\n", args[1])), "{args:?}");
    }
}

/// What mandoc complains of beyond what the generator always leaves: no date, and breaks around blank lines.
#[test]
fn mandoc_has_no_complaint() {
    if !support::real_tools() {
        return;
    }
    let complaints = |text: &str| -> Vec<String> {
        let run = finish(&check("mandoc", &["-T", "lint", "-W", "warning"], "page.1", text));
        let known = ["missing date", "skipping paragraph macro: br before sp", "br after sp"];
        let lines = run.stdout.lines().chain(run.stderr.lines()).map(str::to_owned);
        lines.filter(|line| !known.iter().any(|known| line.contains(known))).collect()
    };
    for args in pages() {
        assert_eq!(complaints(&page(&args)), Vec::<String>::new(), "{args:?}");
    }
    assert!(!complaints(".TH X 1\n.SH NAME\n.RE\n.nosuch\n").is_empty(), "mandoc complains where it should");
}

#[test]
fn a_name_that_is_no_shell_or_command_is_refused() {
    let folder = TempDir::new().unwrap();
    for args in [&["completions"][..], &["completions", "csh"], &["man", "chekc"], &["man", "nothing"]] {
        let run = run(folder.path(), args);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.is_empty()), (2, "", false), "{args:?}");
    }
}

/// `preflight man && deploy` must not deploy an environment that is called so unchecked.
#[test]
fn both_commands_give_way_to_an_environment_of_their_name() {
    let text =
        "x\n-- file: .env.man --\nA=1\n-- file: .env.completions --\nA=1\n-- file: .env.readers --\nA=1\n";
    let project = Case::parse("words", text).lay_out();
    for args in [&["man"][..], &["man", "check"], &["completions", "bash"], &["readers", ".env.man"]] {
        let refused = run(project.path(), args);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""), "{args:?}");
        assert!(refused.stderr.contains(&format!("preflight check {}", args[0])), "{}", refused.stderr);
        assert_eq!(run(project.path(), ["check", args[0]]).code, 0);
    }
}
