//! `preflight readers`: the table of its page, what it reads, what it refuses, how it speaks.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use rstest::rstest;
use serde_json::Value;
use support::case::{Case, fifo, random_hex, set_mode};
use support::{Run, finish, preflight, run};
use tempfile::TempDir;

/// Runs `preflight readers` over a text.
fn over(text: &[u8], args: &[&str]) -> Run {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.env"), text).unwrap();
    run(folder.path(), ["readers", "a.env"].iter().chain(args))
}

/// The document that was printed: the only one, and as published.
fn document(run: &Run) -> Value {
    let document = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("one document: {error}\n{}{}", run.stdout, run.stderr));
    support::fits(preflight::report::readers::JSON_SCHEMA, &document);
    assert_eq!(document["exit_code"], run.code);
    document
}

fn words(list: &Value) -> String {
    list.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// The document as the table has it.
fn said(document: &Value) -> String {
    let rows = |name: &str| document[name].as_array().unwrap().clone();
    let text = |value: &Value, none: &str| value.as_str().unwrap_or(none).to_owned();
    let mut said = Vec::new();
    for key in rows("keys") {
        let groups = key["readings"].as_array().unwrap().iter();
        let groups: Vec<String> = groups
            .map(|group| format!("{} {}", text(&group["outcome"], ""), words(&group["readers"])))
            .collect();
        let how = match (key["portable"].as_bool(), &key["cause"]) {
            (Some(true), Value::Null) => "portable".to_owned(),
            (Some(false), cause) => format!("{}/{}", text(cause, "-"), text(&key["spelling"], "-")),
            (_, cause) => format!("portable, and yet {cause}"),
        };
        said.push(format!("{}@{} {how}: {}", text(&key["key"], "?"), key["line"], groups.join(", ")));
    }
    for name in ["refused", "unmodelled"] {
        for row in rows(name) {
            said.push(format!("{name} {}: {}", row["line"], text(&row["reader"], "")));
        }
    }
    for row in rows("runs") {
        let (key, how) = (text(&row["key"], "?"), text(&row["how"], ""));
        said.push(format!("runs {} {key} {how}: {}", row["line"], words(&row["readers"])));
    }
    for row in rows("unnamed") {
        said.push(format!("unnamed {}: {}", row["line"], words(&row["readers"])));
    }
    if said.is_empty() { "-".to_owned() } else { said.join("; ") }
}

/// A cell without the backticks round it.
fn cell(cell: &str) -> &str {
    let cell = cell.trim();
    match cell.strip_prefix("`` ").and_then(|inner| inner.strip_suffix(" ``")) {
        Some(inner) => inner,
        None => cell.trim_matches('`'),
    }
}

#[test]
fn every_row_says_what_is_so() {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/readers-command.md")).unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 40, "the table is there");
    let mut faults = String::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(cell).collect();
        let [input, readers, expected, exit] = cells[..] else { panic!("four cells: {row}") };
        let input = input.replace('␤', "\n").replace('␍', "\r").replace('␀', "\0").replace('␢', "\u{feff}");
        let readers: Vec<&str> = readers.split(' ').flat_map(|name| ["--reader", name]).collect();
        let args: Vec<&str> = readers.into_iter().chain(["--format", "json"]).collect();
        let run = over(input.as_bytes(), &args);
        let found = said(&document(&run));
        if found != expected || run.code.to_string() != exit {
            let _ = writeln!(faults, "{row}\n  found {found}, exit {}", run.code);
        }
        // For people it comes to the same.
        let human = over(input.as_bytes(), &args[..args.len() - 2]);
        assert_eq!((human.code, human.stderr.as_str()), (run.code, ""), "{row}");
        assert!(human.stdout.starts_with("a.env: "), "{row}: {}", human.stdout);
    }
    assert!(faults.is_empty(), "{faults}");
}

const FILE: &str = "LEVEL=info
PASSWORD=pa#ss
COLOUR=fff#000
EMPTY=
KEY=`date`
NONE
";

#[test]
fn for_people() {
    let args = ["--reader", "sh", "--reader", "systemd", "--reader", "node", "--reader", "docker"];
    let run = over(FILE.as_bytes(), &args);
    assert_eq!(
        run.stdout,
        "a.env: 2 of 6 variables mean the same to all 4 programs (docker, sh, systemd and node)

PASSWORD (line 2), COLOUR (line 3): a `#` begins a comment to some
  docker, sh, systemd: one value
  node: another
  there is no way to write it that all of them read alike: keep it in a file of its own below secrets/, or have one program alone read this file and name it in `readers`

KEY (line 5): quotes are a part of the value to some
  docker, systemd: one value
  sh: runs a command
  node: another
  no way to write this one alike either

NONE (line 6): it is written as not all of them read it
  sh, systemd, node: not set
  docker: depends on the process
  write KEY=value; some readers drop a name without value

line 5 (KEY): sh would run the command that it holds
line 6 (NONE): sh would take a word of it for a command, and run it

the same to all: LEVEL, EMPTY
"
    );
}

#[test]
fn everything_reads_plain_lines_alike() {
    let run = over(b"A=1\n", &[]);
    assert!(run.stdout.starts_with("a.env: its one variable "), "{}", run.stdout);
    let nothing = over(b"# nothing here\n", &["--reader", "compose"]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (0, "a.env: no variables\n"));
}

/// Neither a project nor a policy is asked, not even one that is broken.
#[test]
fn it_needs_no_project() {
    let folder =
        Case::parse("x", "x\n-- file: preflight.yaml --\nbroken: [\n-- file: a/b.env --\nA=1\n").lay_out();
    let done = run(folder.path(), ["readers", "a/b.env", "--reader", "node"]);
    assert_eq!((done.code, done.stderr.as_str()), (0, ""), "{}", done.stdout);
    let absolute = folder.path().join("a/b.env");
    let done = run(&folder.path().join("a"), [Path::new("readers"), &absolute, Path::new("--reader=node")]);
    assert_eq!(done.code, 0, "{}", done.stderr);
}

#[test]
fn standard_input_and_pipes_are_read_to_their_end() {
    let folder = TempDir::new().unwrap();
    let mut child = preflight(folder.path())
        .args(["readers", "-", "--reader", "node", "--reader", "sh", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    // More than a pipe holds, in pieces.
    for n in 0..20_000 {
        writeln!(pipe, "KEY_NUMBER_{n}=value{n}").unwrap();
    }
    drop(pipe);
    let run = finish(&child.wait_with_output().unwrap());
    let document = document(&run);
    assert_eq!((run.code, &document["path"]), (0, &Value::from("-")));
    assert_eq!(document["keys"].as_array().unwrap().len(), 20_000);

    let at = folder.path().join("pipe");
    fifo(&at);
    let child = preflight(folder.path())
        .args(["readers", "pipe", "--reader", "node", "--reader", "sh"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    fs::write(&at, "A=1\n").unwrap();
    let run = finish(&child.wait_with_output().unwrap());
    assert_eq!(run.stdout, "pipe: its one variable means the same to sh and node\n\nthe same to all: A\n");
    let named =
        finish(&preflight(folder.path()).args(["readers", "-", "--reader", "node"]).output().unwrap());
    assert_eq!((named.code, named.stdout.as_str()), (0, "standard input: no variables\n"));
}

#[rstest]
#[case::missing("nowhere.env", "there is no file nowhere.env", "preflight readers .env")]
#[case::nothing("", "there is no file ", "preflight readers .env")]
#[case::folder("folder", "folder is a folder", "preflight readers folder/.env")]
#[case::below_file("small/x", "small/x could not be read: a part of its path is no folder", "ls -l small/x")]
#[case::large("large", "large is larger than what is read, 8388608 bytes", "preflight readers .env")]
#[case::endless("/dev/zero", "/dev/zero is larger than what is read", "preflight readers .env")]
fn what_cannot_be_read_says_what_to_type(#[case] path: &str, #[case] message: &str, #[case] help: &str) {
    let folder = TempDir::new().unwrap();
    fs::create_dir(folder.path().join("folder")).unwrap();
    fs::write(folder.path().join("small"), "A=1\n").unwrap();
    fs::File::create(folder.path().join("large")).unwrap().set_len((8 << 20) + 1).unwrap();
    let human = run(folder.path(), ["readers", path]);
    assert_eq!((human.code, human.stdout.as_str()), (2, ""));
    assert!(human.stderr.contains(message) && human.stderr.contains(help), "{}", human.stderr);
    let json = run(folder.path(), ["readers", path, "--format", "json"]);
    let document = document(&json);
    assert_eq!((json.code, &document["errors"][0]["kind"]), (2, &Value::from("bad-file")));
    assert!(document["errors"][0]["message"].as_str().unwrap().contains(message), "{document}");
    assert_eq!(
        (words(&document["keys"]), document["readers"].as_array().unwrap().len()),
        (String::new(), 13)
    );
}

#[test]
fn a_file_that_may_not_be_opened() {
    let folder = TempDir::new().unwrap();
    let at = folder.path().join("a.env");
    fs::write(&at, "A=1\n").unwrap();
    set_mode(&at, 0);
    // Root opens it all the same.
    if fs::read(&at).is_err() {
        let run = run(folder.path(), ["readers", "a.env"]);
        assert_eq!(run.code, 2);
        assert!(
            run.stderr.contains("permission denied") && run.stderr.contains("ls -l a.env"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_program_that_is_not_known_is_answered_with_the_nearest() {
    let run = over(b"A=1\n", &["--reader", "pyton"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("'python'"), "{}", run.stderr);
    let plain = over(b"A=1\n", &["--reader", "plain"]);
    assert_eq!(plain.code, 2, "the file as it stands there is no program");
}

#[test]
fn programs_are_listed_once_and_in_one_order() {
    let args = ["--reader", "node", "--reader", "compose", "--reader", "node", "--format", "json"];
    let document = document(&over(b"A=1\n", &args));
    let readers = document["readers"].as_array().unwrap().iter();
    assert_eq!(
        readers.map(|reader| reader["name"].as_str().unwrap()).collect::<Vec<_>>(),
        ["compose", "node"]
    );
    assert_eq!(document["readers"][1]["program"], "node --env-file");
}

/// What looks like key material is compared, and neither its name nor what a program takes for a name within a value is shown.
#[test]
fn names_that_may_be_pieces_of_a_value_are_not_shown() {
    let material = format!("Zq9{}", &random_hex()[..40]);
    let word = "correcthorsebattery";
    let text = format!("{material}='x'\nA=\"x\n{word}=1\n\"\nB=`{material} {word}`\n{material}\n");
    for format in ["human", "json"] {
        let run = over(text.as_bytes(), &["--format", format]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        assert!(!run.stdout.contains(&material) && !run.stdout.contains(word), "{}", run.stdout);
    }
    let readers = ["--reader", "docker", "--reader", "systemd"];
    let human = over(format!("{material}='x'\nA=1\n").as_bytes(), &readers);
    assert!(human.stdout.contains("\na name that is not shown (line 1): quotes are"), "{}", human.stdout);
    let alike = over(format!("{material}=1\nA=1\nB{material}=1\n").as_bytes(), &readers);
    assert!(alike.stdout.ends_with("the same to all: A, 2 names that are not shown\n"), "{}", alike.stdout);
}

/// `preflight readers .env && deploy` must not deploy environments of these names unchecked.
#[test]
fn an_environment_of_that_name_is_checked_by_name() {
    let project = Case::parse("x", "x\n-- file: .env.readers --\nA=1\n").lay_out();
    let refused = run(project.path(), ["readers", ".env.readers"]);
    assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
    assert!(refused.stderr.contains("preflight check readers"), "{}", refused.stderr);
}
