//! Who reads a `.env` file, inferred from a project's files: the tables of `docs/readers-inferred.md` row by row, and what does not fit into a row.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use preflight::load::clues::{Clues, Found};
use preflight::os::Root;
use preflight::syntax::clues::{Basis, Kind, Language, clues};
use preflight::text::SourceMap;
use proptest::prelude::*;
use tempfile::TempDir;

/// Lays out `path: content`, joined by ` · `.
fn lay_out(files: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    for file in files.split(" · ") {
        let (path, content) = file.split_once(": ").unwrap_or_else(|| panic!("a path and a content: {file}"));
        let content = content.replace('␤', "\n").replace('⇥', "\t").replace('¦', "|").replace('ˋ', "`");
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

/// `reader path:line`, and `depends`.
fn shown(found: Vec<Found>) -> Vec<String> {
    let show = |found: Found| {
        let mut sources = SourceMap::default();
        let id = sources.add_hidden(found.path.clone(), &found.bytes);
        let line = sources.lines(id, found.span).unwrap().line;
        let depends = if found.basis == Basis::Dependency { " depends" } else { "" };
        format!("{} {}:{line}{depends}", found.reader.as_str(), found.path)
    };
    found.into_iter().map(show).collect()
}

fn of(folder: &Path, path: &str) -> Vec<String> {
    shown(Clues::gather(&Root::open(folder).unwrap()).of(path))
}

fn cells(row: &str) -> Vec<&str> {
    let row = row.trim().trim_start_matches('|').trim_end_matches('|');
    row.split(" | ").map(|cell| cell.trim().trim_matches('`')).collect()
}

#[test]
fn every_row_is_inferred() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/readers-inferred.md"));
    let page = page.unwrap();
    let rows: Vec<&str> = page.lines().filter(|line| line.starts_with("| `")).collect();
    assert!(rows.len() > 120, "the tables are there");
    let mut faults = String::new();
    for row in rows {
        let [files, path, readers] = cells(row)[..] else { panic!("three cells: {row}") };
        let found = of(lay_out(files).path(), path);
        let mut wanted: Vec<&str> = readers.split(", ").filter(|reader| *reader != "-").collect();
        let mut sorted: Vec<&str> = found.iter().map(String::as_str).collect();
        sorted.sort_unstable();
        wanted.sort_unstable();
        if sorted != wanted {
            let _ = writeln!(faults, "{row}\n  found {}", found.join(", "));
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// Nothing outside the project is looked at, nothing is waited for, and what is too large or no text says nothing.
#[test]
fn what_cannot_be_read_says_nothing() {
    let outside = lay_out("run.sh: . ./.env");
    let project = lay_out("ok.sh: . ./.env.prod · folder.sh/x: y");
    let at = |name: &str| project.path().join(name);
    std::os::unix::fs::symlink(outside.path().join("run.sh"), at("link.sh")).unwrap();
    std::os::unix::fs::symlink(outside.path(), at("scripts")).unwrap();
    std::os::unix::fs::symlink("ok.sh", at("inside.sh")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(at("fifo.sh")).status().unwrap().success());
    fs::write(at("latin.sh"), b"# \xe9\n. ./.env\n").unwrap();
    fs::write(at("large.sh"), format!(". ./.env\n#{}", "x".repeat(256 << 10))).unwrap();
    assert_eq!(of(project.path(), ".env"), [""; 0]);
    assert_eq!(of(project.path(), ".env.prod"), ["sh inside.sh:1"]);
    assert_eq!(of(&project.path().join("folder.sh"), ".env"), [""; 0]);
}

/// Of many files those are read that say most.
#[test]
fn scripts_are_read_before_program_text() {
    let project = lay_out("zz.sh: . ./.env");
    for n in 0..300 {
        fs::write(project.path().join(format!("a{n}.js")), "process.loadEnvFile('.env')").unwrap();
    }
    assert_eq!(of(project.path(), ".env"), ["sh zz.sh:1", "node a0.js:1"]);
}

#[test]
fn a_byte_order_mark_moves_no_place() {
    let project = lay_out("compose.yml: \u{feff}services:␤  app:␤    env_file: .env.prod");
    let found = Clues::gather(&Root::open(project.path()).unwrap()).of(".env.prod");
    assert_eq!(found[0].span.of(&found[0].bytes), b".env.prod");
}

const KINDS: [Kind; 21] = [
    Kind::Compose,
    Kind::Shell { bash: false },
    Kind::Unnamed,
    Kind::Makefile,
    Kind::Justfile,
    Kind::Taskfile,
    Kind::Procfile,
    Kind::Dockerfile,
    Kind::Workflow,
    Kind::GitlabCi,
    Kind::Unit,
    Kind::Program(Language::Python),
    Kind::Program(Language::JavaScript),
    Kind::Program(Language::Go),
    Kind::Program(Language::Rust),
    Kind::Program(Language::Ruby),
    Kind::Package,
    Kind::PythonDependencies,
    Kind::Gemfile,
    Kind::GoMod,
    Kind::CargoToml,
];

/// What stands before the text that a kind of file is searched for.
const fn start(kind: Kind) -> &'static str {
    match kind {
        Kind::Unnamed => "#!/bin/sh\n",
        Kind::Makefile | Kind::Justfile => "\t",
        Kind::Dockerfile => "RUN ",
        Kind::Procfile => "web: ",
        Kind::Unit => "[Service]\nExecStart=",
        Kind::Workflow => "run: |\n  ",
        Kind::GitlabCi => "script: |\n  ",
        Kind::Taskfile => "cmd: |\n  ",
        Kind::Compose => "services:\n  a:\n    env_file: ",
        Kind::Program(_) => "'dotenv' dotenv uvicorn\n",
        _ => "\"",
    }
}

/// Texts that are meant to take long: all of them are gone through, in every kind of file, in time that does not square.
#[test]
fn hostile_texts_come_to_an_end() {
    let units = [
        "$(",
        "${",
        "\"$(",
        "`",
        "{{",
        "${{",
        "'",
        "\"",
        "\\",
        "<<a\n",
        "<(",
        "((",
        "$((",
        "f'{",
        "#{",
        "/*",
        "a=$(",
        "\\\n",
        ";.",
        "sh -c '",
        "config({path:",
        "load_dotenv(",
        "env_file=(",
        "Dotenv.load ",
        ". .env;",
        "[",
        "- ",
        "export $(cat a|",
        "\t. a\\\n",
        "dotenvy::from_path(",
        "é",
        "\0",
        "\u{feff}",
    ];
    for unit in units {
        let text = unit.repeat((32 << 10) / unit.len());
        for kind in KINDS {
            for start in ["", start(kind)] {
                for clue in clues(kind, format!("{start}{text}").as_bytes(), &[]) {
                    assert!(clue.span.end <= start.len() + text.len(), "{kind:?} {unit:?}");
                }
            }
        }
    }
}

proptest! {
    /// Whatever a text is, places lie in it.
    #[test]
    fn places_lie_in_the_text(parts in proptest::collection::vec(0..PARTS.len(), 0..40), kind in 0..KINDS.len()) {
        let text: String = parts.iter().map(|part| PARTS[*part]).collect();
        for clue in clues(KINDS[kind], text.as_bytes(), &[]) {
            prop_assert!(text.get(clue.span.start..clue.span.end).is_some_and(|place| !place.is_empty()), "{text:?} {clue:?}");
        }
    }
}

const PARTS: [&str; 44] = [
    " ",
    "\n",
    "\t",
    ". ",
    "source ",
    ".env",
    "./.env.prod",
    "\"",
    "'",
    "`",
    "$(",
    "${",
    ")",
    "}",
    "(",
    "{",
    "[",
    "]",
    ",",
    "|",
    "&&",
    "\\",
    "<<E\n",
    "E\n",
    "#",
    "docker run ",
    "--env-file ",
    "--env-file=",
    "export ",
    "cat ",
    "xargs",
    "grep -v x ",
    "env_file: ",
    "services:\n  a:\n    ",
    "run: ",
    "RUN ",
    "[Service]\n",
    "EnvironmentFile=",
    "dotenv",
    "load_dotenv",
    ".config",
    "path: ",
    "é",
    "\r\n",
];
