//! No value leaves: canaries in every case, looked for in every format, stream and file.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use support::case::{Case, random_hex};
use support::{finish, preflight};

/// Ways of running; a new output of preflight is a new row here.
const RUNS: &[&[&str]] = &[
    &["--color", "always"],
    &["--color", "never", "-v"],
    &["-q"],
    &["--format", "json"],
    &["--warnings-as-errors", "--format", "json", "-v"],
    &["--output", "json=out.json", "--output", "human=out.txt"],
];
/// Pieces of a canary this long must not be seen either.
const PIECE: usize = 10;

/// What must not be seen: pieces of the canary, and the canary in the forms that programs turn bytes into.
fn forbidden(canary: &str) -> Vec<String> {
    let pieces = canary.as_bytes().windows(PIECE).map(|piece| String::from_utf8(piece.to_vec()).unwrap());
    let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
    let reversed: String = canary.chars().rev().collect();
    let decimal = format!("{:?}", &canary.as_bytes()[..PIECE]);
    let further =
        [hex, reversed, STANDARD.encode(canary), STANDARD.encode(canary.trim_start_matches('Z')), decimal];
    pieces.chain(further).collect()
}

/// Runs every way over a project and looks for the canary.
fn search(folder: &Path, args: &[String], canary: &str, what: &str) {
    let forbidden = forbidden(canary);
    for way in RUNS {
        let output = preflight(folder).arg("check").args(args).args(*way).output().unwrap();
        let run = finish(&output);
        let written =
            ["out.json", "out.txt"].map(|name| fs::read_to_string(folder.join(name)).unwrap_or_default());
        for text in [&run.stdout, &run.stderr, &written[0], &written[1]] {
            if let Some(piece) = forbidden.iter().find(|piece| text.contains(piece.as_str())) {
                panic!("{what} {way:?} shows {piece}:\n{text}");
            }
        }
        if way.windows(2).any(|args| args == ["--format", "json"]) {
            support::valid(&serde_json::from_str(&run.stdout).unwrap());
        }
        assert!(!run.stdout.is_empty() || !run.stderr.is_empty(), "{what} {way:?} says nothing");
    }
}

/// Puts the canary into a file's values, in one of several ways.
fn plant(path: &str, content: &[u8], canary: &str, way: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(content).into_owned();
    let policy = path.ends_with(".yaml");
    let lines =
        |change: &dyn Fn(&str) -> String| text.lines().map(change).collect::<Vec<_>>().join("\n") + "\n";
    let assigned = |line: &str, value: &dyn Fn(&str) -> String| match line.split_once('=') {
        Some((key, rest)) if !line.trim_start().starts_with('#') => format!("{key}={}", value(rest)),
        _ => line.to_owned(),
    };
    let changed = match (policy, way) {
        (true, 0) => text.replace("one_of: [", &format!("one_of: [{canary}, ")),
        (true, 1) => format!("# {canary}\n{text}# {canary}\n"),
        (true, _) => text.replace("edition: 2026", &format!("edition: 2026 # {canary}")),
        _ if !path.contains(".env") => match way {
            0 => format!("{}{canary}\n", text.trim_end()),
            1 => format!("{canary}{text}"),
            _ => format!("{canary}\n{text}\n{canary}"),
        },
        (_, 0) => lines(&|line| assigned(line, &|rest| format!("{rest}{canary}"))),
        (_, 1) => lines(&|line| assigned(line, &|rest| format!("{canary}{rest}"))),
        (_, 2) => lines(&|line| {
            assigned(line, &|_| format!("postgres://u:{canary}@{canary}/{canary}?sslmode={canary}"))
        }),
        (_, 3) => format!(
            "{text}# OLD={canary}\n{canary}\n{canary}==\nexport {canary}\n A={canary}\"\nB='{canary}\n{canary}={canary}\n"
        ),
        _ => format!(
            "-----BEGIN X-----\n{canary}\n{text}X=\"{canary}\n{canary}\"x\n\0{canary}\n\u{feff}{canary}=1\n"
        ),
    };
    changed.into_bytes()
}

#[test]
fn no_case_shows_a_planted_value() {
    let cases = Case::all();
    assert!(!cases.is_empty());
    // Thousands of runs: every core takes its share.
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let share = cases.iter().skip(worker).step_by(workers);
            scope.spawn(move || share.for_each(|(_, case)| plant_in(case)));
        }
    });
}

fn plant_in(case: &Case) {
    for way in 0..5 {
        // Mixed case and digits, as key material is.
        let canary = format!("Zq9{}", &random_hex()[..40]);
        let project = case.lay_out_with(|path, content| plant(path, &content, &canary, way));
        search(project.path(), &case.args, &canary, &format!("{} ({way})", case.name));
    }
}

#[test]
fn no_error_shows_a_planted_value() {
    let canary = format!("Zq9{}", &random_hex()[..40]);
    let base = "version: 1\nedition: 2026\n";
    let policies = [
        format!("{base}keys: {{ A: {{ one_of: [{canary}], one_off: 1 }} }}\n"),
        format!("{base}keys: {{ A: {{ type: {canary} }} }}\n"),
        format!("{base}keys: {{ A: {canary} }}\n"),
        format!("{base}keys: {canary}\n"),
        format!("{base}{canary}: 1\n"),
        format!("{base}rules: {{ {canary}: off, missing-key: {canary} }}\n"),
        format!("{base}environments: {{ prod: {{ aliases: [\"{canary}!\"] }}, \"{canary}!\": {{}} }}\n"),
        format!("{base}sources: [{{ dotenv: \"/{canary}\" }}, {{ secrets: {{ path: [{canary}] }} }}]\n"),
        format!("{base}files: [{{ path: \"[{canary}\", mode: {canary} }}]\n"),
        format!("{base}extends: [{canary}]\n"),
        format!("version: {canary}\nedition: {canary}\n"),
        format!("{base}a: [{canary}\n"),
        format!("{base}a: *{canary}\n"),
        format!("{base}a: !{canary} 1\n"),
        format!("{base}\"{canary}\": 1\n\"{canary}\": 2\n"),
        format!("DB_PASSWORD={canary}\n"),
        format!("{base}keys: {{ A: {{ one_of: [\"a--{canary}{{}}[],:--b\"], type: port }} }}\n"),
    ];
    for policy in policies {
        let case =
            format!("x\n-- file: .env.prod --\nA={canary}\n-- file: policies/preflight.yaml --\n{policy}");
        let project = Case::parse("policy", &case).lay_out();
        search(project.path(), &["prod".to_owned()], &canary, &policy);
    }
}

/// Pieces of a value on lines of their own: to the letter they are names.
#[test]
fn the_rest_of_a_value_is_not_taken_for_a_name() {
    // Lower-case letters alone, as in a passphrase: nothing about them looks like key material.
    let canary: String = random_hex().bytes().take(24).map(|b| char::from(b'a' + b % 26)).collect();
    let base64 = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5";
    for text in [
        format!("A=correct-horse-\\\n{canary}\n"),
        format!("A=\"correct horse\n{canary}\nB=1\n"),
        format!("A={base64}\n{canary}==\n"),
        format!("A={base64}\n{canary}\n"),
        format!("A=-----BEGIN PRIVATE KEY-----\n{canary}\n{canary}==\n  -----END PRIVATE KEY-----\n"),
        format!("A=-----BEGIN PRIVATE KEY-----\n{canary}\n{canary}=\n"),
        format!("A=1\n{canary}\n"),
        format!("A=x\rPASSWORD={canary}\n"),
    ] {
        let project = Case::parse("rest", &format!("x\n-- file: .env.prod --\n{text}LAST_KEY=1\n")).lay_out();
        search(project.path(), &["prod".to_owned()], &canary, &text.replace(&canary, "CANARY"));
    }
}

/// Rendering the rules' own types for debugging must not show a value either.
#[test]
fn debug_output_of_the_model_shows_no_value() {
    use preflight::syntax::dotenv::lex;
    use preflight::syntax::reader::plain;
    use preflight::text::KeyName;
    let canary = random_hex();
    let text = format!("A={canary}\nB='{canary}\n{canary}\n");
    let read = plain(text.as_bytes(), &lex(text.as_bytes()), KeyName::visible);
    assert!(!format!("{read:?}").contains(&canary));
}

/// Values are in no argument, no environment and no core of the process, and its children are not told.
#[cfg(target_os = "linux")]
#[test]
fn the_process_keeps_values_to_itself() {
    use std::io::Write;
    use std::process::Stdio;
    use support::case::{fifo, set_mode};

    let canary = random_hex();
    let case = format!("x\n-- file: .env.prod --\nA={canary}\n");
    let project = Case::parse("process", &case).lay_out();
    let folder = project.path();
    // A git that writes down what it is given, in a work tree that makes preflight ask it.
    fs::create_dir_all(folder.join(".git")).unwrap();
    fs::create_dir_all(folder.join("bin")).unwrap();
    let told = folder.join("told");
    let script = format!("#!/bin/sh\n{{ env; echo \"$@\"; ulimit -Sc; }} > '{}'\n", told.display());
    fs::write(folder.join("bin/git"), script).unwrap();
    set_mode(&folder.join("bin/git"), 0o755);
    // The policy is a FIFO: the process waits for it while it is looked at.
    let policy = folder.join("policy.yaml");
    fifo(&policy);
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    let mut child = preflight(folder)
        .args(["prod", "--policy", "policy.yaml"])
        .env("PATH", path)
        .env("SOPS_AGE_KEY", &canary)
        .env("GIT_DIR", "/nowhere")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Opening for writing waits until the child reads.
    let mut pipe = fs::OpenOptions::new().write(true).open(&policy).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    pipe.write_all(b"version: 1\nedition: 2026\n").unwrap();
    drop(pipe);
    assert!(child.wait().unwrap().success());
    let told = fs::read_to_string(told).unwrap();
    assert!(!told.contains(&canary) && !told.contains("SOPS") && !told.contains("GIT_DIR"), "{told}");
    let original = std::process::Command::new("sh").args(["-c", "ulimit -Sc"]).output().unwrap().stdout;
    assert_eq!(
        told.lines().last(),
        Some(String::from_utf8(original).unwrap().trim()),
        "the child's own core limit"
    );
}
