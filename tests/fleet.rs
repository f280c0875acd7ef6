//! Many environments at once are read and judged on several cores: nothing of a report may hang on that.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::Value;
use support::case::{random_hex, set_mode};
use support::report;
use support::sealed::Keys;
use tempfile::TempDir;

/// Enough of them for several shares on each core.
const COUNT: usize = 40;

fn name(at: usize) -> String {
    format!("e{at:02}")
}

fn write(folder: &Path, path: &str, content: &[u8], mode: u32) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    set_mode(path.parent().unwrap(), 0o755);
    fs::write(&path, content).unwrap();
    set_mode(&path, mode);
}

/// Environments with faults of many kinds; compose names some of their files, and so says who reads them.
fn fleet() -> TempDir {
    let folder = TempDir::new().unwrap();
    let mut policy = "version: 1\nedition: 2026\nenvironments:\n".to_owned();
    let mut compose = "services:\n".to_owned();
    for at in 0..COUNT {
        let name = name(at);
        writeln!(policy, "  {name}: {{}}").unwrap();
        let mut text = String::new();
        match at % 5 {
            0 => writeln!(text, "TOKEN=CHANGE_ME").unwrap(),
            1 => writeln!(text, "TOKEN={}\nTOKEN={}", random_hex(), random_hex()).unwrap(),
            2 => writeln!(text, "PORT=80").unwrap(),
            3 => writeln!(text, "\n\nTOKEN='{}\nPORT=x", random_hex()).unwrap(),
            _ => writeln!(text, "TOKEN={}\nPORT=99999", random_hex()).unwrap(),
        }
        write(
            folder.path(),
            &format!(".env.{name}"),
            text.as_bytes(),
            if at % 7 == 0 { 0o644 } else { 0o600 },
        );
        if at % 3 == 0 {
            let secret = random_hex();
            write(folder.path(), &format!("secrets/{name}/SALT"), secret.as_bytes(), 0o600);
        }
        if at % 4 == 0 {
            writeln!(compose, "  s{at}:\n    image: app\n    env_file: .env.{name}").unwrap();
        }
    }
    policy.push_str("keys:\n  TOKEN: { required: true, secret: true }\n  PORT: { type: port }\n");
    write(folder.path(), "preflight.yaml", policy.as_bytes(), 0o644);
    write(folder.path(), "compose.yaml", compose.as_bytes(), 0o644);
    write(folder.path(), ".env.example", b"TOKEN=\nPORT=80\nOTHER=1\n", 0o644);
    folder
}

/// What a report says of one environment.
fn of(report: &Value, environment: &str) -> (Vec<Value>, Value) {
    let all = report["findings"].as_array().unwrap();
    let findings = all.iter().filter(|finding| finding["environment"] == environment).cloned().collect();
    let all = report["environments"].as_array().unwrap();
    let result = all.iter().find(|one| one["name"] == environment).unwrap();
    (findings, result.clone())
}

#[test]
fn each_environment_is_reported_as_it_is_by_itself() {
    let folder = fleet();
    let (code, all) = report(folder.path(), ["--all"]);
    assert_ne!(code, 0);
    assert_eq!(report(folder.path(), ["--all"]).1["findings"], all["findings"], "twice the same");
    let mut kinds = 0;
    for at in (0..COUNT).step_by(3) {
        let (_, alone) = report(folder.path(), [name(at)]);
        let expected = of(&alone, &name(at));
        assert_eq!(of(&all, &name(at)), expected, "{}", name(at));
        kinds += usize::from(!expected.0.is_empty());
    }
    assert!(kinds > COUNT / 6, "most of them have faults");
}

/// Identities are asked for by one reader alone, whoever finds the encrypted file.
#[test]
fn encrypted_files_among_plain_ones_are_opened() {
    let folder = fleet();
    let keys = Keys::default();
    write(folder.path(), "key.txt", keys.identity().as_bytes(), 0o600);
    for at in [13, 14, 33] {
        let path = format!(".env.{}", name(at));
        fs::remove_file(folder.path().join(&path)).unwrap();
        let sealed = keys.seal("me", b"TOKEN=CHANGE_ME\nPORT=80\n");
        write(folder.path(), &format!("{path}.age"), &sealed, 0o644);
    }
    let (_, all) = report(folder.path(), ["--all", "--identity", "key.txt"]);
    for at in [0, 12, 13, 14, 15, 33, 34] {
        let (_, alone) = report(folder.path(), [&name(at), "--identity", "key.txt"]);
        assert_eq!(of(&all, &name(at)), of(&alone, &name(at)), "{}", name(at));
    }
    let found = of(&all, &name(13)).0;
    assert!(found.iter().any(|finding| finding["rule"] == "placeholder-value"), "{found:#?}");
}

/// What is beyond the bytes of a run is left out from the end, however many read.
#[test]
fn what_is_beyond_a_run_does_not_hang_on_who_came_first() {
    let folder = TempDir::new().unwrap();
    let mut policy = "version: 1\nedition: 2026\nenvironments:\n".to_owned();
    let mut text = b"TOKEN=1\n#".to_vec();
    text.resize(7 << 20, b'x');
    for at in 0..COUNT {
        writeln!(policy, "  {}: {{}}", name(at)).unwrap();
        write(folder.path(), &format!(".env.{}", name(at)), &text, 0o600);
    }
    write(folder.path(), "preflight.yaml", policy.as_bytes(), 0o644);
    let (_, all) = report(folder.path(), ["--all"]);
    let large =
        |one: &Value| one["not_checked"].as_array().unwrap().iter().any(|gap| gap["why"] == "too-large");
    let all: Vec<bool> = all["environments"].as_array().unwrap().iter().map(large).collect();
    // 36 files of 7 MiB are 252 MiB.
    let expected: Vec<bool> = (0..COUNT).map(|at| at >= 36).collect();
    assert_eq!(all, expected);
}

/// Who is asked for too is compared with all the same: where peers are required, one that cannot be opened keeps the others from
/// passing, however many are asked for.
#[test]
fn required_peers_are_so_in_every_run() {
    let folder = TempDir::new().unwrap();
    let policy = "version: 1\nedition: 2026\nrequire_peers: true\nenvironments: { stage: {}, prod: {} }\n";
    write(folder.path(), "preflight.yaml", policy.as_bytes(), 0o644);
    write(folder.path(), ".env.prod", b"PORT=80\n", 0o600);
    write(folder.path(), ".env.stage", b"PORT=81\n", 0o600);
    let sealed = Keys::default().seal("stranger", random_hex().as_bytes());
    write(folder.path(), "secrets/stage/SALT.age", &sealed, 0o644);
    for asked in [&["prod"][..], &["prod", "stage"], &["--all"]] {
        let (code, report) = report(folder.path(), asked);
        let gaps = of(&report, "prod").1["not_checked"].clone();
        let required = gaps.as_array().unwrap().iter().any(|gap| gap["why"] == "peer-required");
        assert!(required && code == 2, "{asked:?}: {gaps:#}");
    }
}
