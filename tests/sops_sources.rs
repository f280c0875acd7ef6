//! SOPS files as sources: what does not fit into a row of `docs/encrypted.md`.
#![cfg(unix)]
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

use age::secrecy::ExposeSecret;
use support::case::{random_hex, set_mode};
use support::sealed::Keys;
use support::{Run, finish, lines, preflight, report};
use tempfile::TempDir;

const POLICY: &str = "version: 1\nedition: 2026\nenvironments: { prod: {} }\n\
    sources: [{ dotenv: .env.prod }]\n";

fn write(folder: &Path, path: &str, content: &[u8]) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for parent in path.ancestors().skip(1).take_while(|parent| *parent != folder) {
        set_mode(parent, 0o755);
    }
    fs::write(&path, content).unwrap();
    set_mode(&path, 0o644);
}

fn project(keys: &Keys) -> TempDir {
    let folder = TempDir::new().unwrap();
    set_mode(folder.path(), 0o755);
    write(folder.path(), "key.txt", keys.identity().as_bytes());
    set_mode(&folder.path().join("key.txt"), 0o600);
    folder
}

const OPEN: [&str; 3] = ["prod", "--identity", "key.txt"];

/// The plain files of every form, each with a secret in it, and where they are sources without a word of a policy.
fn forms(secret: &str) -> Vec<(&'static str, String)> {
    vec![
        (".env.prod", format!("# note\nPORT=80\nAPI_TOKEN={secret}\n")),
        (".env.prod.sops", format!("API_TOKEN={secret}\n")),
        ("secrets/prod/API_TOKEN", secret.to_owned()),
        ("secrets/prod/API_TOKEN.enc", secret.to_owned()),
        ("secrets/prod/app.yaml", format!("PORT: 80\nAPI_TOKEN: {secret}\nON: true\n")),
        ("secrets/prod/app.json", format!("{{\"PORT\": 80, \"API_TOKEN\": \"{secret}\"}}")),
        ("secrets/prod/app.ini", format!("API_TOKEN={secret}\n")),
        ("secrets/prod/app.env", format!("API_TOKEN={secret}\nPORT=80\n")),
    ]
}

/// Where damage is done: within each value, its nonce and tag, the code, the time it is sealed with, the recipient's stanza.
fn places(file: &str) -> Vec<usize> {
    let mut found = Vec::new();
    for mark in ["data:", ",iv:", ",tag:", ",type:"] {
        found.extend(file.match_indices(mark).map(|(at, _)| at + mark.len() + 1));
    }
    let after = |mark: &str, more: usize| file.find(mark).map(|at| at + mark.len() + more);
    found.extend(after("BEGIN AGE ENCRYPTED FILE-----", 60));
    found.extend(after("BEGIN AGE ENCRYPTED FILE-----", 200));
    // The seconds, behind `2026-05-22T20:15:2`.
    found.extend(file.find("20:15:29").map(|at| at + 7));
    found
}

/// Nothing of a file comes out that was damaged anywhere.
#[test]
fn damage_anywhere_is_no_verdict() {
    let keys = Keys::default();
    for (name, plain) in forms(&random_hex()) {
        let secret = plain.split(['=', '"', ' ', '\n']).max_by_key(|part| part.len()).unwrap().to_owned();
        let folder = project(&keys);
        let whole = String::from_utf8(keys.seal_file(name, "sops", plain.as_bytes())).unwrap();
        write(folder.path(), name, whole.as_bytes());
        assert_eq!(report(folder.path(), OPEN).0, 0, "{name}: {:#}", report(folder.path(), OPEN).1);
        for at in places(&whole) {
            let mut changed = whole.clone().into_bytes();
            // Another letter of base64, or another digit.
            changed[at] = if changed[at] == b'5' { b'6' } else { b'5' };
            write(folder.path(), name, &changed);
            let (code, report) = report(folder.path(), OPEN);
            assert_eq!(code, 2, "{name} at {at}: {report:#}");
            assert!(!report.to_string().contains(&secret[..20]), "{name} at {at}");
            let known = |line: &String| line.contains(" undecryptable[");
            assert!(lines(&report).iter().all(known), "{name} at {at}: {:?}", lines(&report));
            assert_eq!(lines(&report).len(), 1, "{name} at {at}");
        }
        for part in 1..8 {
            write(folder.path(), name, &whole.as_bytes()[..whole.len() * part / 8]);
            let (code, report) = report(folder.path(), OPEN);
            assert_eq!(code, 2, "{name} cut at {part}/8: {report:#}");
            assert!(!report.to_string().contains(&secret[..20]));
        }
    }
}

/// Every way to name an identity opens the same file, and one of them is enough.
#[test]
fn identities_come_from_everywhere() {
    let keys = Keys::default();
    for (name, plain) in forms(&random_hex()) {
        let folder = project(&keys);
        write(folder.path(), name, &keys.seal_file(name, "sops-both", plain.as_bytes()));
        let path = folder.path().join("key.txt");
        let (mine, stranger) = (keys.me.to_string(), age::x25519::Identity::generate().to_string());
        let run = |args: &[&str], variables: &[(&str, &str)]| -> Run {
            let mut command = preflight(folder.path());
            finish(&command.arg("prod").args(args).envs(variables.iter().copied()).output().unwrap())
        };
        let code = |args: &[&str], variables: &[(&str, &str)]| run(args, variables).code;
        assert_eq!(code(&[], &[]), 2, "{name}");
        assert_eq!(code(&["--identity", "key.txt"], &[]), 0, "{name}");
        assert_eq!(code(&[], &[("PREFLIGHT_AGE_IDENTITY", path.to_str().unwrap())]), 0, "{name}");
        assert_eq!(code(&[], &[("SOPS_AGE_KEY_FILE", path.to_str().unwrap())]), 0, "{name}");
        assert_eq!(code(&[], &[("SOPS_AGE_KEY", mine.expose_secret())]), 0, "{name}");
        assert_eq!(code(&[], &[("SOPS_AGE_KEY", stranger.expose_secret())]), 2, "{name}");
        let closed = run(&["--no-decrypt"], &[]);
        assert_eq!(closed.code, 2, "{name}: {}", closed.stdout);
    }
}

/// What no honest file is like ends soon, with a finding.
#[test]
fn hostile_files_are_findings() {
    let keys = Keys::default();
    let folder = project(&keys);
    let sealed =
        |path: &str, plain: &str| String::from_utf8(keys.seal_file(path, "sops", plain.as_bytes())).unwrap();
    let yaml = sealed("a.yaml", "A: x\n");
    let deep = (0..100).fold("x".to_owned(), |inner, _| format!("[{inner}]"));
    let bomb = (1..9).fold("x0: &x0 [y, y, y, y, y, y, y, y, y]\n".to_owned(), |text, n| {
        format!("{text}x{n}: &x{n} [{}]\n", vec![format!("*x{}", n - 1); 9].join(", "))
    });
    let many = sealed("a.yaml", "A: x\n").replacen("\"recipient\"", &"\"x\": 1, ".repeat(1000), 1);
    let env = sealed(".env.prod", "A=x\n");
    for (name, text, wanted) in [
        ("secrets/prod/a.yaml", format!("deep: {deep}\n{yaml}"), "undecryptable[size]"),
        ("secrets/prod/a.yaml", format!("{bomb}{yaml}"), "undecryptable[size]"),
        ("secrets/prod/a.yaml", many, "undecryptable[format]"),
        ("secrets/prod/a.yaml", yaml.replacen("A:", "A: 1\nA:", 1), "undecryptable[format]"),
        (
            "secrets/prod/a.yaml",
            yaml.replacen(
                "\"age\"",
                "\"unencrypted_suffix\": \"x\", \"encrypted_suffix\": \"y\", \"age\"",
                1,
            ),
            "undecryptable[format]",
        ),
        (".env.prod", format!("{}{env}", "#\n".repeat(200_001)), "undecryptable[size]"),
        (".env.prod", format!("{}\n{env}", "A=".repeat(3 << 20)), "undecryptable[changed]"),
        (".env.prod.sops", "x".repeat(21 << 20), ""),
    ] {
        let _ = fs::remove_dir_all(folder.path().join("secrets"));
        let _ = fs::remove_file(folder.path().join(".env.prod"));
        write(folder.path(), name, text.as_bytes());
        let started = std::time::Instant::now();
        let (code, report) = report(folder.path(), OPEN);
        assert_eq!(code, 2, "{name}: {report:#}");
        let found = lines(&report);
        assert!(wanted.is_empty() || found.iter().any(|line| line.contains(wanted)), "{wanted}: {found:?}");
        assert!(started.elapsed().as_secs() < 20, "{name} took {:?}", started.elapsed());
    }
}

/// A finding names the encrypted file, the variable and the line in the sealed file, and shows no line.
#[test]
fn findings_point_at_the_sealed_file() {
    let keys = Keys::default();
    let folder = project(&keys);
    let policy = "keys: { PORT: { type: port } }\n";
    write(folder.path(), "preflight.yaml", format!("{POLICY}{policy}").as_bytes());
    write(folder.path(), ".env.prod", &keys.seal_file(".env.prod", "sops", b"# note\nA=1\nPORT=x1\n"));
    let (_, report) = report(folder.path(), OPEN);
    let found = lines(&report);
    assert!(
        found.iter().any(|line| line == "error wrong-type[type:port] prod key:PORT .env.prod:3"),
        "{found:?}"
    );
    let run = support::run(folder.path(), OPEN);
    assert!(run.stdout.contains(".env.prod:3") && !run.stdout.contains("PORT=**"), "{}", run.stdout);
    let policy = "keys: { db.port: { type: port } }\n";
    let policy = format!("{POLICY}{policy}").replace("dotenv: .env.prod", "config: c.yaml");
    write(folder.path(), "preflight.yaml", policy.as_bytes());
    write(folder.path(), "c.yaml", &keys.seal_file("c.yaml", "sops", b"a: 1\ndb:\n  host: h\n  port: x1\n"));
    let found = lines(&support::report(folder.path(), OPEN).1);
    assert!(
        found.iter().any(|line| line == "error wrong-type[type:port] prod key:db.port c.yaml:4"),
        "{found:?}"
    );
}

/// What is known of a variable, where its value stands, and its fingerprint: over SOPS files as over all others.
#[test]
fn other_commands_read_them_too() {
    let keys = Keys::default();
    let folder = project(&keys);
    let secret = random_hex();
    let policy =
        format!("{POLICY}identities: key.txt\nkeys: {{ API_TOKEN: {{ secret: true }}, OTHER: {{}} }}\n");
    write(folder.path(), "preflight.yaml", policy.as_bytes());
    let plain = format!("API_TOKEN={secret}\nOTHER={secret}\n");
    write(folder.path(), ".env.prod", &keys.seal_file(".env.prod", "sops", plain.as_bytes()));
    let explain = support::run(folder.path(), ["explain", "API_TOKEN", "--env", "prod"]);
    assert_eq!(explain.code, 0, "{}", explain.stderr);
    assert!(explain.stdout.contains(".env.prod:1"), "{}", explain.stdout);
    let places = support::run(folder.path(), ["where", "API_TOKEN", "--env", "prod"]);
    assert!(places.stdout.contains("OTHER"), "{}{}", places.stdout, places.stderr);
    for run in [explain, places] {
        assert!(!run.stdout.contains(&secret[..16]) && !run.stderr.contains(&secret[..16]));
    }
}

/// Two hundred files, opened by several threads, in the order of their names.
#[test]
fn many_files_are_opened() {
    let keys = Keys::default();
    let folder = project(&keys);
    for at in 0..200 {
        let path = format!("secrets/prod/app{at:03}.yaml");
        let plain = format!("TOKEN_{at:03}: {}\n", random_hex());
        write(folder.path(), &path, &keys.seal_file(&path, "sops", plain.as_bytes()));
    }
    let (code, one) = report(folder.path(), OPEN);
    assert_eq!((code, one["environments"][0]["coverage"]["keys"].as_u64()), (0, Some(200)), "{one:#}");
    let (_, other) = report(folder.path(), OPEN);
    assert_eq!(one["environments"], other["environments"]);
}

/// A comment in the clear that the rule wants sealed is taken by SOPS, and listed where secrets have to be encrypted.
#[test]
fn clear_comments_are_listed_where_secrets_are_to_be_encrypted() {
    let keys = Keys::default();
    let folder = project(&keys);
    let sealed = keys.seal_file(".env.prod", "sops", b"# sealed\nPORT=80\n");
    let said = random_hex();
    for (policy, comment, listed) in [
        ("encrypted: true\n", format!("# API_TOKEN: {said}\n"), true),
        ("encrypted: true\n", String::new(), false),
        ("", format!("# API_TOKEN: {said}\n"), false),
    ] {
        write(folder.path(), "preflight.yaml", format!("{POLICY}{policy}").as_bytes());
        write(folder.path(), ".env.prod", &[comment.as_bytes(), &sealed].concat());
        for (args, code) in [(&OPEN[..], 0), (&["prod", "--no-decrypt"][..], 2)] {
            let (found, report) = report(folder.path(), args.iter().copied());
            let gaps = report["environments"][0]["not_checked"].to_string();
            assert_eq!((found, gaps.contains("clear-comments")), (code, listed), "{policy}{report:#}");
            assert!(!report.to_string().contains(&said));
        }
    }
}
