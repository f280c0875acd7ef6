//! The plain reader and the real programs, on lines that all programs read alike.
//!
//! Which lines these are was found by running eight readers: an unquoted value of `A-Za-z0-9_./:@%+,=-`, and a single-quoted
//! one without quote, backslash, line break or `${`. What they make of other lines is a matter of readers to come.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use preflight::syntax::dotenv::lex;
use preflight::syntax::readers::{Outcome, plain};
use preflight::text::KeyName;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};
use tempfile::TempDir;

fn plainly(text: &str) -> BTreeMap<String, String> {
    let file = plain(text.as_bytes(), &lex(text.as_bytes()), KeyName::visible);
    assert!(file.bad_lines.is_empty(), "{text:?}");
    let value = |outcome: &Outcome| match outcome {
        Outcome::Value(value) => String::from_utf8(value.expose().to_vec()).unwrap(),
        outcome => panic!("{outcome:?}"),
    };
    file.readings.iter().map(|reading| (reading.key.as_str().to_owned(), value(&reading.outcome))).collect()
}

fn line() -> impl Strategy<Value = String> {
    let bare = "[A-Za-z0-9_./:@%+,=-]{1,40}";
    let quoted = "'[ -#%-&(-\\[\\]-~]{0,40}'";
    let commented = "[A-Za-z0-9_./:@%+,-]{1,20} #[ -~]{0,20}";
    (0..6_u8, prop_oneof![bare, quoted, commented]).prop_map(|(n, value)| format!("PF_KEY_{n}={value}"))
}

fn file() -> impl Strategy<Value = String> {
    let filler = prop_oneof![Just(String::new()), "#[ -&(-\\[\\]-~]{0,30}"];
    proptest::collection::vec(prop_oneof![4 => line().boxed(), 1 => filler.boxed()], 1..8)
        .prop_map(|lines| lines.join("\n") + "\n")
}

proptest! {
    #[test]
    fn dotenvy_reads_plain_lines_alike(text in file()) {
        let read: Result<Vec<_>, _> = dotenvy::from_read_iter(text.as_bytes()).collect();
        let read: BTreeMap<String, String> = read.expect("dotenvy takes plain lines").into_iter().collect();
        prop_assert_eq!(plainly(&text), read);
    }
}

const NODE: &str = "
const fs = require('fs');
for (const name of process.argv.slice(1))
  console.log(JSON.stringify(require('util').parseEnv(fs.readFileSync(name, 'utf8'))));";
const PYTHON: &str = "
import json, sys, dotenv
for name in sys.argv[1:]:
    print(json.dumps(dict(dotenv.dotenv_values(name, interpolate=False))))";
const BASH: &str = "
for name in \"$@\"; do
  (set -a; . \"$name\"; unset name; env -0 | grep -z '^PF_KEY_' | tr '\\0' '\\n'; printf -- '--\\n')
done";

fn files(folder: &Path, count: usize) -> Vec<String> {
    let mut runner = TestRunner::deterministic();
    let _ = Config::default();
    (0..count)
        .map(|n| {
            let text = file().new_tree(&mut runner).unwrap().current();
            fs::write(folder.join(format!("{n}.env")), &text).unwrap();
            text
        })
        .collect()
}

fn output(folder: &Path, program: &str, args: &[&str], count: usize) -> String {
    let names = (0..count).map(|n| format!("./{n}.env"));
    let mut command = Command::new(program);
    support::scrub(&mut command);
    let output = command
        .current_dir(folder)
        .args(args)
        .args(names)
        .output()
        .unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn real_programs_read_plain_lines_alike() {
    if !support::real_tools() {
        return;
    }
    let folder = TempDir::new().unwrap();
    let count = 300;
    let texts = files(folder.path(), count);
    let expected: Vec<BTreeMap<String, String>> = texts.iter().map(|text| plainly(text)).collect();
    for (program, args) in [("node", ["-e", NODE]), ("python3", ["-c", PYTHON])] {
        let text = output(folder.path(), program, &args, count);
        let read: Vec<BTreeMap<String, String>> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(read, expected, "{program}");
    }
    // The shell's first argument behind -c is its own name.
    let text = output(folder.path(), "bash", &["-c", BASH, "bash"], count);
    let read: Vec<BTreeMap<String, String>> = text
        .split_terminator("--\n")
        .map(|part| {
            part.lines()
                .map(|line| line.split_once('=').unwrap())
                .map(|(k, v)| (k.to_owned(), v.to_owned()))
                .collect()
        })
        .collect();
    assert_eq!(read, expected, "bash");
}
