//! Files, folders and surroundings that are not as they should be: the tables of `docs/hostile-input.md` row by row, and what does
//! not fit into a row.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use rstest::rstest;
use serde_json::Value;
use support::bounded::{ended, limited};
use support::case::{Case, fifo, link, set_mode, socket};
use support::rows::{cells, findings, gaps, sorted};
use support::{finish, real_tools, scrub};
use tempfile::TempDir;

/// Whoever owns nothing.
const NOBODY: u32 = 65_534;

/// A project with a file of every kind that is read.
const PROJECT: &str = "x
-- file: preflight.yaml --
version: 1
edition: 2026
extends: [base.yaml]
environments: { prod: {}, stage: {} }
sources: [{ dotenv: \".env.{env}\" }, { secrets: \"secrets/{env}\" }, { config: \"config/{env}.yaml\" }, { names: \"ci/{env}.names\" }]
template: .env.example
identities: key.txt
keys: { PORT: { required: true, type: port }, TOKEN: { required: true }, SEALED: { required: true }, LEVEL: { required: true }, CI_TOKEN: { required: true } }
rules: { undeclared-key: off, unused-policy-entry: off, undocumented-key: off }
-- file: base.yaml --
version: 1
edition: 2026
-- file: .env.prod --
PORT=80
-- file: secrets/prod/TOKEN --
{{hex:token}}
-- sealed: secrets/prod/SEALED.age --
{{hex:sealed}}
-- file: config/prod.yaml --
LEVEL: info
-- file: ci/prod.names --
CI_TOKEN
-- file: .env.example 0644 --
PORT=80
TOKEN=
SEALED=
LEVEL=info
CI_TOKEN=
-- identity: key.txt --
";

/// The same, and what another environment's host left.
const FINGERPRINTED: &str = "-- file: .env.stage --
PORT=81
-- file: secrets/stage/TOKEN --
{{hex:other}}
-- sealed: secrets/stage/SEALED.age --
{{hex:other-sealed}}
-- file: config/stage.yaml --
LEVEL: info
-- file: ci/stage.names --
CI_TOKEN
-- fingerprint: stage --
-- remove: .env.stage --
-- remove: secrets/stage/TOKEN --
-- remove: secrets/stage/SEALED.age --
-- remove: config/stage.yaml --
-- remove: ci/stage.names --
";

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

fn project(input: &str) -> TempDir {
    let more = if input.contains("fingerprints") { FINGERPRINTED } else { "" };
    Case::parse("hostile", &format!("{PROJECT}{more}")).lay_out()
}

/// The program where everybody may start it.
fn program() -> &'static Path {
    static PROGRAM: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
        let folder = TempDir::new().unwrap();
        set_mode(folder.path(), 0o755);
        let path = folder.path().join("preflight");
        fs::copy(env!("CARGO_BIN_EXE_preflight"), &path).unwrap();
        set_mode(&path, 0o755);
        (folder, path)
    });
    &PROGRAM.1
}

/// `preflight check prod --format json`, as who is no root if this is.
fn as_nobody(folder: &Path) -> Command {
    let mut command = Command::new(program());
    scrub(&mut command);
    // The folder itself may be one that cannot be entered.
    command.current_dir("/").args(["check", "prod", "--format", "json", "-C"]).arg(folder);
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Gives everything in a folder, links aside, to another user.
fn give(path: &Path, user: u32) {
    let metadata = path.symlink_metadata().unwrap();
    if metadata.is_symlink() {
        return;
    }
    chown(path, Some(user), None).unwrap();
    if metadata.is_dir() {
        fs::read_dir(path).unwrap().for_each(|entry| give(&entry.unwrap().path(), user));
    }
}

fn remove(path: &Path) {
    if path.symlink_metadata().is_err() {
        return;
    }
    if path.is_dir() { fs::remove_dir_all(path).unwrap() } else { fs::remove_file(path).unwrap() }
}

/// Texts that are no file of their kind, or too much of one.
fn content(what: &str, before: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(before);
    Some(match what {
        "empty" => Vec::new(),
        "NUL bytes" => vec![0; 100],
        "a NUL byte at its end" => [before, b"\0"].concat(),
        "UTF-16" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16, marked" => {
            [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        }
        "no UTF-8" => [b"A\xff: \xfe\n".as_slice(), before].concat(),
        "a line of 20 MiB" => vec![b'a'; 20 << 20],
        "a line of 7 MiB" => [before, b"LONG=".as_slice(), &vec![b'a'; 7 << 20], b"\n"].concat(),
        "10,000 keys" | "100,000 keys" => {
            let many = if what.starts_with("100") { 100_000 } else { 10_000 };
            let line = |n| if text.contains('=') { format!("K{n}=1\n") } else { format!("K{n}: 1\n") };
            [before, (0..many).map(line).collect::<String>().as_bytes()].concat()
        }
        "100,000 names" => {
            [before, (0..100_000).map(|n| format!("K{n}\n")).collect::<String>().as_bytes()].concat()
        }
        "10,000 levels" => format!("{}1{}\n", "{a: ".repeat(10_000), "}".repeat(10_000)).into_bytes(),
        _ => return None,
    })
}

/// Does to a file what the row says; false if only root could.
fn treat(path: &Path, what: &str) -> bool {
    let before = if path.is_file() { fs::read(path).unwrap() } else { Vec::new() };
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    if let Some(content) = content(what, &before) {
        fs::write(path, content).unwrap();
        return true;
    }
    match what {
        "1 GiB" => {
            let file = fs::File::options().write(true).create(true).truncate(false).open(path).unwrap();
            file.set_len(1 << 30).unwrap();
            if before.is_empty() {
                set_mode(path, 0o600);
            }
        }
        "mode 0000" => set_mode(path, 0),
        "another user's" if !is_root() => return false,
        "another user's" => give(path, 4321),
        "100,000 entries" => {
            for n in 0..100_000 {
                fs::write(path.join(format!("K{n}")), "").unwrap();
            }
        }
        "writable by others" => set_mode(path, 0o777),
        _ => {
            remove(path);
            match what {
                "missing" => {}
                "a folder" => fs::create_dir(path).unwrap(),
                "a file" => fs::write(path, "x").unwrap(),
                "a FIFO" => fifo(path),
                "a socket" => socket(path),
                "a link to itself" => link(path.file_name().unwrap().to_str().unwrap(), path),
                "a link to nothing" => link("nowhere", path),
                "a link to /dev/zero" => link("/dev/zero", path),
                "a link out" => link("/etc/hostname", path),
                "/dev/zero" => {
                    let made = Command::new("mknod").arg(path).args(["c", "1", "5"]).output().unwrap();
                    return made.status.success();
                }
                what => panic!("unknown: {what}"),
            }
        }
    }
    true
}

/// What a report says, as a row does: findings, what was not checked and errors, exit code.
fn said(code: i32, report: &Value) -> [String; 3] {
    let errors = report["errors"].as_array().unwrap().iter();
    let errors = errors.map(|error| error["kind"].as_str().unwrap().to_owned());
    let gaps = if report["environments"].as_array().unwrap().is_empty() { vec![] } else { gaps(report) };
    // Known names without values are in every row.
    let gaps = gaps.into_iter().filter(|gap| gap != "value-unknown CI_TOKEN");
    let unchecked: Vec<String> = errors.chain(gaps).collect();
    // Of a hundred thousand of a kind one stands for all.
    let many = |gap: &String| gap.split('K').nth(1).is_some_and(|n| n.parse::<u32>().is_ok_and(|n| n > 0));
    let unchecked: Vec<String> = unchecked.into_iter().filter(|gap| !many(gap)).collect();
    let cell = |words: Vec<String>, by: &str| {
        let mut words = words;
        words.sort();
        words.dedup();
        if words.is_empty() { "-".to_owned() } else { words.join(by) }
    };
    [cell(findings(report), " "), cell(unchecked, ", "), code.to_string()]
}

fn rows(heading: &str) -> Vec<String> {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hostile-input.md")).unwrap();
    let part = page.split("\n## ").find(|part| part.starts_with(heading)).unwrap();
    part.lines().filter(|line| line.starts_with("| `")).map(str::to_owned).collect()
}

/// Runs a row's command within its limits; none if it can only be had as root.
fn row(input: &str, what: &str) -> Option<[String; 3]> {
    let project = project(input);
    let folder = project.path();
    let nobody = what == "mode 0000";
    let path = folder.join(input);
    let mut command = if nobody { as_nobody(folder) } else { limited(folder) };
    // Keys that the caller names may lie anywhere.
    if input == "--identity" {
        fs::rename(folder.join("key.txt"), folder.join("mine.txt")).unwrap();
        command.args(["--identity", "mine.txt"]);
    }
    let path = if input == "--identity" { folder.join("mine.txt") } else { path };
    if nobody && is_root() {
        give(folder, NOBODY);
    }
    if !treat(&path, what) {
        return None;
    }
    let (code, report) = ended(command);
    // Holding a hundred thousand of anything against the schema takes longer than the run.
    if !what.starts_with("100,000") {
        support::valid(&report);
    }
    Some(said(code, &report))
}

fn faults(heading: &str) -> String {
    let mut faults = String::new();
    let rows = rows(heading);
    assert!(!rows.is_empty(), "the table is there");
    for line in rows {
        let [input, what, wanted, unchecked, exit] = cells(&line)[..] else { panic!("five cells: {line}") };
        let Some([found, gaps, code]) = row(input, what) else { continue };
        let same = sorted(&found, " ") == sorted(wanted, " ")
            && sorted(&gaps, ", ") == sorted(unchecked, ", ")
            && code == exit;
        if !same {
            let _ = writeln!(faults, "| `{input}` | {what} | {found} | {gaps} | {code} |");
        }
    }
    faults
}

#[rstest]
#[case::size("Too large")]
#[case::kind("No file at all")]
#[case::rights("Not to be read")]
#[case::content("Not what it should hold")]
#[case::folders("Folders")]
#[case::beside("Beside the sources")]
fn every_row_means_what_it_says(#[case] heading: &str) {
    let faults = faults(heading);
    assert!(faults.is_empty(), "{faults}");
}

/// To root modes mean nothing: what nobody else can read is judged like anything.
#[test]
fn as_root_modes_keep_nothing_back() {
    if !is_root() {
        return;
    }
    let project = project("");
    for path in [".env.prod", "secrets/prod/TOKEN", "key.txt", "secrets/prod", "."] {
        set_mode(&project.path().join(path), 0);
    }
    let (code, report) = ended(limited(project.path()));
    assert_eq!((code, findings(&report)), (0, vec![]), "{report:#}");
}

/// Tells this program, started anew, to be the parent of nothing but runs over large files.
const MEASURING: &str = "A_CHILD_OF_THE_MEMORY_TEST";

/// Not a test by itself: what each row of the first table takes, as the system counts it for a process's children.
#[test]
fn measure() {
    use nix::sys::resource::{UsageWho, getrusage};
    if std::env::var_os(MEASURING).is_none() {
        return;
    }
    assert!(faults("Too large").is_empty());
    // Kilobytes; on macOS bytes.
    let most = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    let most = if cfg!(target_os = "macos") { most / 1024 } else { most };
    assert!(most < 64 << 10, "{most} kB");
}

#[test]
fn a_gigabyte_takes_no_memory() {
    let mut command = Command::new(std::env::current_exe().unwrap());
    scrub(&mut command);
    command.args(["--exact", "measure", "--test-threads=1"]).env(MEASURING, "1");
    let run = finish(&command.output().unwrap());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

/// A file that is written all the time is judged as it was at one moment, or not at all.
#[test]
fn a_file_that_is_written_meanwhile() {
    let project = TempDir::new().unwrap();
    let path = project.path().join(".env.prod");
    // A new file each time: what grows alone can be no mixture. Lines of 16 bytes: one that goes over a page of memory can be seen
    // half written, as if its writer paused there.
    let begin = || {
        let new = project.path().join("new");
        fs::write(&new, "FIRST_NAME=0001\n").unwrap();
        set_mode(&new, 0o600);
        fs::rename(&new, &path).unwrap();
        fs::File::options().append(true).open(&path).unwrap()
    };
    begin();
    let done = AtomicBool::new(false);
    let unsound = || {
        let (code, report) = ended(limited(project.path()));
        let gaps = gaps(&report);
        let whole = code == 0 && gaps.is_empty();
        let none = code == 2 && gaps == ["changing .env.prod", "nothing-to-check prod"];
        let sound = (whole || none) && findings(&report).is_empty();
        (!sound).then(|| format!("{code} {report:#}"))
    };
    let unsound = thread::scope(|scope| {
        scope.spawn(|| {
            let mut file = begin();
            for n in (0..600).cycle().take_while(|_| !done.load(Ordering::Relaxed)) {
                if n == 0 {
                    file = begin();
                }
                file.write_all(format!("NAME_{n:04}=00001\n").as_bytes()).unwrap();
            }
        });
        let unsound = (0..30).find_map(|_| unsound());
        done.store(true, Ordering::Relaxed);
        unsound
    });
    assert!(unsound.is_none(), "neither one state nor none: {unsound:?}");
}

/// No name of a file is a command to a terminal or a CI system, in any format.
#[rstest]
#[case(b"A\n::error title=x::y")]
#[case(b"A\r##[error]x")]
#[case(b"A\x1b[2J\x1b]0;x\x07")]
#[case(b"A\xff\xfe\xc3")]
#[case("A\u{202e}cba\u{2066}".as_bytes())]
#[case("A\u{2028}::warning::\u{85}\u{9b}31m".as_bytes())]
#[case(b"##vso[task.setvariable variable=x]y")]
#[case(b"<script>&\"'")]
#[case(b"-rf \t *")]
fn names_of_files_are_shown_harmless(#[case] name: &[u8]) {
    let project = project("");
    let at = |folder: &str| project.path().join(folder).join(OsStr::from_bytes(name));
    for folder in ["secrets/prod", "secrets", "config", "."] {
        fs::write(at(folder), "x").unwrap();
        set_mode(&at(folder), 0o644);
    }
    fs::create_dir(project.path().join("policies")).unwrap();
    let other = at("policies");
    fs::write(&other, "version: 9\nkeys: [").unwrap();
    let runs: [&[&OsStr]; 7] = [
        &["prod".as_ref(), "-v".as_ref()],
        &["prod".as_ref(), "--format".as_ref(), "json".as_ref()],
        &["prod".as_ref(), "--public-log".as_ref()],
        &["prod".as_ref(), "--policy".as_ref(), other.as_os_str()],
        &["prod".as_ref(), "--format".as_ref(), "json".as_ref(), "--policy".as_ref(), other.as_os_str()],
        &["prod".as_ref(), "-C".as_ref(), other.as_os_str()],
        &["prod".as_ref(), "--identity".as_ref(), other.as_os_str()],
    ];
    for args in runs {
        let run = support::run(project.path(), args);
        for text in [&run.stdout, &run.stderr] {
            let bad = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{2066}\u{2028}".contains(c));
            assert!(!text.contains(bad), "{args:?}: {text:?}");
            assert!(!["##[", "##vso["].iter().any(|command| text.contains(command)), "{args:?}: {text}");
            assert!(!text.lines().any(|line| line.trim_start().starts_with("::")), "{args:?}: {text}");
        }
    }
}

/// A shell in which nothing of the folder can be written; none where the system does not let us.
fn read_only(folder: &Path, script: &str) -> Option<Command> {
    let unshare = if is_root() { "-m" } else { "-rm" };
    let mount = "mount --bind . . && mount -o remount,bind,ro . && cd \"$PWD\" && ! touch x 2>/dev/null";
    let shell = |script: &str| {
        let mut command = Command::new("unshare");
        command.args([unshare, "sh", "-c", script]).current_dir(folder);
        command
    };
    let possible = shell(mount).output().is_ok_and(|output| output.status.success());
    assert!(possible || !real_tools(), "unshare and mount: no read-only file system can be had here");
    possible.then(|| shell(&format!("{mount}\n{script}")))
}

#[test]
fn surroundings() {
    let mut faults = String::new();
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/hostile-input.md")).unwrap();
    let rows = page.split("\n## Surroundings").nth(1).unwrap().lines();
    let rows: Vec<&str> =
        rows.filter(|line| line.starts_with("| - ") || line.starts_with("| read-only ")).collect();
    assert!(rows.len() > 20);
    for line in rows {
        let [place, script, exit, says] = cells(line)[..] else { panic!("four cells: {line}") };
        let project = project("");
        let mut command = match place {
            "read-only" => match read_only(project.path(), script) {
                Some(command) => command,
                None => continue,
            },
            _ => {
                let mut command = Command::new("sh");
                command.args(["-c", script]).current_dir(project.path());
                command
            }
        };
        scrub(&mut command);
        if script.contains("fingerprint prod") {
            command.env("PREFLIGHT_FINGERPRINT_KEY_FILE", support::project_key());
        }
        let run = finish(&command.env("P", program()).stdin(std::process::Stdio::null()).output().unwrap());
        let text = format!("{}{}", run.stdout, run.stderr);
        let said = says == "-" || text.contains(says);
        if run.code.to_string() != exit || !said || text.contains("internal") {
            let _ = writeln!(faults, "{line}\n  {} {text}", run.code);
        }
    }
    assert!(faults.is_empty(), "{faults}");
}
