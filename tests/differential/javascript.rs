//! Node.js and the npm package dotenv behind their models.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use preflight::syntax::readers::{End, Reader, Seen};

use super::compare::{Observed, hold_with};
use super::{corpus, generator, support};

#[path = "javascript_files.rs"]
mod own;

use own::{DOTENV, NODE, REAL};

/// Puts what a program makes of files on standard output: a line a file, words of a name and a value in hexadecimal digits. The
/// files are lines of such digits. Its own part of the driver is the function `read`, from a file's bytes to an object.
const DRIVER: &str = "
const fs = require('fs');
const lines = fs.readFileSync(process.argv[2], 'latin1').split('\\n').slice(0, -1);
const said = lines.map(line => {
  try { return words(read(Buffer.from(line, 'hex'))); } catch { return '!'; }
});
fs.writeFileSync(process.argv[3], said.map(line => line + '\\n').join(''));
";
const WORDS: &str = "
const hex = text => Buffer.from(text, 'utf8').toString('hex');
// A number's name is in the list of the environment's names, but there is nothing under it.
const names = values => Object.keys(values).filter(name => values[name] !== undefined);
const words = values => names(values).map(name => hex(name) + '=' + hex(values[name])).join(' ');
";
/// What `--env-file` does, within a process: the same parser and the same way into the environment. A variable that is already
/// there is left alone, so nothing may be there.
const LOAD_ENV_FILE: &str = "
const { ftruncateSync, openSync, writeSync } = require('fs');
const path = process.argv[3] + '.env';
// To open and truncate it for each would be most of the waiting.
const file = openSync(path, 'w');
const read = bytes => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  ftruncateSync(file);
  writeSync(file, bytes, 0, bytes.length, 0);
  process.loadEnvFile(path);
  return process.env;
};";
const PARSE_ENV: &str = "const read = bytes => require('util').parseEnv(bytes.toString('utf8'));";
const PARSE_DOTENV: &str = "
const dotenv = require('dotenv');
const read = bytes => dotenv.parse(bytes.toString('utf8'));";

fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn node() -> Command {
    let mut command = Command::new("node");
    command.env_clear();
    for name in ["PATH", "HOME"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// Its path, for where it gets no PATH.
fn node_itself() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).map(|folder| folder.join("node")).find(|file| file.is_file()).expect("node")
}

/// Where `scripts/install-tools.sh` puts packages of npm.
fn packages() -> PathBuf {
    let home = || Path::new(&std::env::var_os("HOME").unwrap()).join(".cache/preflight/tools");
    std::env::var_os("PREFLIGHT_TOOLS").map_or_else(home, PathBuf::from).join("node/node_modules")
}

fn words(line: &str) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let bytes = |hex: &str| {
        let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
        hex.as_bytes().chunks(2).map(pair).collect::<Vec<u8>>()
    };
    let pair = |word: &str| word.split_once('=').map(|(name, value)| (bytes(name), bytes(value))).unwrap();
    line.split_terminator(' ').map(pair).collect()
}

/// What a driver says of files.
fn run(read: &str, files: &[Vec<u8>]) -> Vec<Observed> {
    let folder = folder();
    let path = |name: &str| folder.path().join(name);
    let mut text = String::new();
    for file in files {
        for byte in file {
            write!(text, "{byte:02x}").unwrap();
        }
        text.push('\n');
    }
    fs::write(path("files"), text).unwrap();
    fs::write(path("driver.js"), format!("{WORDS}{read}{DRIVER}")).unwrap();
    let output = node()
        .env("NODE_PATH", packages())
        .args([path("driver.js"), path("files"), path("said")])
        .output()
        .expect("node starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let said = fs::read_to_string(path("said")).unwrap();
    said.lines()
        .map(|line| if line == "!" { Observed::Refused } else { Observed::Values(words(line)) })
        .collect()
}

/// Without the names that the model does not say: those with U+FFFD that was put in, or with a line feed where carriage returns
/// were taken out.
fn said_names(files: &[Vec<u8>], mut observed: Vec<Observed>) -> Vec<Observed> {
    for (file, observed) in files.iter().zip(&mut observed) {
        let decoded = std::str::from_utf8(file).is_err();
        let taken_out = file.contains(&b'\r');
        if !decoded && !taken_out {
            continue;
        }
        let view = Reader::Node.read(file);
        let said = |name: &[u8]| {
            let replacement = String::from_utf8_lossy(name).contains('\u{fffd}');
            let odd = taken_out && name.contains(&b'\n') || decoded && replacement;
            !odd || view.assigned.iter().any(|one| one.key.of(file) == name)
        };
        if let Observed::Values(values) = observed {
            values.retain(|name, _| said(name));
        }
    }
    observed
}

/// Lines that begin as both parsers look for them, with what they trip over in between.
fn more(seed: u64, count: usize) -> Vec<Vec<u8>> {
    const PARTS: &[&[u8]] = &[
        b"A=",
        b"B=",
        b"A",
        b"=",
        b"\n",
        b"\n",
        b"\r",
        b"\r\n",
        b" ",
        b" ",
        b"\t",
        b"#",
        b"'",
        b"\"",
        b"`",
        b"'",
        b"\"",
        b"\\'",
        b"\\\"",
        b"\\\\",
        b"\\n",
        b"\\r",
        b"\\",
        b"n",
        b"x",
        b"x y",
        b"export ",
        b"export",
        b":",
        b": ",
        b":\r\n",
        b"\0",
        b"\xc3",
        b"\xa9",
        b"\xe9",
        b"\xc2\xa0",
        b"\xe2\x80\xa8",
        b"\xe2\x80\xa9",
        b"\xef\xbb\xbf",
        b"\xe2\x80",
        b"\xe1\x9a\x80",
        b"\xe2\x80\xaf",
        b"\xe2\x81\x9f",
        b"\xe3\x80\x80",
        b"\xe2\x82\xac",
        b"\x0b",
        b"\x0c",
        b"__proto__",
        b"\xf0\x9f\x98\x80",
        b"\xed\xa0\x80",
        b"\xc2\x85",
        b"-",
        b".",
        b"_",
    ];
    let mut random = generator::Random::new(seed);
    let file = |random: &mut generator::Random| {
        let mut file = Vec::new();
        for _ in 0..=random.below(16) {
            file.extend(random.pick(PARTS));
        }
        file
    };
    (0..count).map(|_| file(&mut random)).collect()
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// The reader's own files: those of a list, and as many by chance as a third of what the common generator makes.
fn files(list: &[&[u8]]) -> Vec<Vec<u8>> {
    let lines = usize::try_from(number("PREFLIGHT_DIFFERENTIAL").unwrap_or(3_000)).unwrap();
    let mut files: Vec<Vec<u8>> = list.iter().chain(REAL).map(|file| file.to_vec()).collect();
    files.extend(more(number("PREFLIGHT_DIFFERENTIAL_SEED").unwrap_or(1), lines / 3));
    files
}

fn hold(reader: Reader, list: &[&[u8]], read: impl Fn(&[Vec<u8>]) -> Vec<Observed>) {
    let own = files(list);
    hold_with(reader, &own.iter().map(Vec::as_slice).collect::<Vec<_>>(), read);
}

#[test]
fn node_reads_as_its_model() {
    if !support::real_tools() {
        return;
    }
    hold(Reader::Node, NODE, |files| said_names(files, run(LOAD_ENV_FILE, files)));
}

#[test]
fn dotenv_reads_as_its_model() {
    if !support::real_tools() {
        return;
    }
    hold(Reader::Dotenv, DOTENV, |files| run(PARSE_DOTENV, files));
}

/// `node --env-file` itself, a process a file, does as `process.loadEnvFile`; and `util.parseEnv` does so too, but for a NUL, which ends
/// nothing there, for what is no UTF-8, which it gets decoded, and for names that are numbers, which it has.
#[test]
fn env_file_is_what_load_env_file_does() {
    if !support::real_tools() {
        return;
    }
    let mut files: Vec<Vec<u8>> = corpus::FILES.iter().chain(NODE).map(|file| file.to_vec()).collect();
    let seed = number("PREFLIGHT_DIFFERENTIAL_SEED").unwrap_or(1);
    files.extend(more(seed, 200));
    files.extend(generator::files(seed, 400));
    if number("PREFLIGHT_DIFFERENTIAL").is_none() {
        // Each is a process: not all of them in every run.
        files = files.into_iter().step_by(8).collect();
    }
    let loaded = run(LOAD_ENV_FILE, &files);
    let folder = folder();
    let path = folder.path().join("env");
    let script = format!("{WORDS}process.stdout.write(words(process.env));");
    let mut flag = OsString::from("--env-file=");
    flag.push(&path);
    for (file, loaded) in files.iter().zip(&loaded) {
        fs::write(&path, file).unwrap();
        // Nothing may be in the environment here either.
        let output =
            Command::new(node_itself()).env_clear().arg(&flag).args(["-e", &script]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(&Observed::Values(words(&text)), loaded, "{:?}", file.escape_ascii().to_string());
    }
    let plain = |file: &&Vec<u8>| std::str::from_utf8(file).is_ok() && !file.contains(&0);
    let plain: Vec<Vec<u8>> = files.iter().filter(plain).cloned().collect();
    let without_numbers = |observed: Observed| {
        let Observed::Values(mut values) = observed else { panic!("Node refuses nothing") };
        values.retain(|name, _| !name.iter().all(u8::is_ascii_digit));
        values
    };
    for ((file, parsed), loaded) in plain.iter().zip(run(PARSE_ENV, &plain)).zip(run(LOAD_ENV_FILE, &plain)) {
        assert_eq!(without_numbers(parsed), without_numbers(loaded), "{:?}", file.escape_ascii().to_string());
    }
}

/// None of the lines that projects have is unmodelled.
#[test]
fn ordinary_files_are_modelled() {
    for reader in [Reader::Node, Reader::Dotenv] {
        for file in REAL {
            let view = reader.read(file);
            let text = file.escape_ascii();
            assert_eq!(view.end, End::Whole, "{reader:?} {text}");
            assert!(view.assigned.iter().all(|one| matches!(one.seen, Seen::Value(_))), "{reader:?} {text}");
        }
    }
}
