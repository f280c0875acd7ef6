//! Encrypted sources: the tables of `docs/encrypted.md` row by row, and what does not fit into a row.
#![cfg(unix)]
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
use std::process::{Command, Stdio};

use age::secrecy::ExposeSecret;
use age::x25519;
use serde_json::Value;
use support::case::{random_hex, set_mode};
use support::rows::{bytes, cells, findings, gaps, sorted};
use support::sealed::{Keys, PASSPHRASE, armor, encrypt, passphrase};
use support::{Run, finish, lines, preflight, report, valid};
use tempfile::TempDir;

const HEAD: &str = "version: 1\nedition: 2026\n";
const OFF: &str = "reused-secret: off, undeclared-key: off, unused-policy-entry: off, template-drift: off, undocumented-key: off";

/// A project with a policy, and files as a row has them.
fn project(keys: &Keys, policy: &str, files: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    set_mode(folder.path(), 0o755);
    let policy = format!("{HEAD}rules: {{ {OFF} }}\n{policy}");
    fs::write(folder.path().join("preflight.yaml"), policy).unwrap();
    write(folder.path(), "key.txt", keys.identity().as_bytes(), 0o600);
    for file in files.split(" · ") {
        let (head, content) = file.split_once(':').unwrap();
        let (path, how) = head.rsplit_once(' ').unwrap();
        let strong = bytes(content.strip_prefix(' ').unwrap_or(content).replace('※', &random_hex()).as_str());
        let sealed = how != "plain" || path.ends_with(".age");
        write(folder.path(), path, &keys.seal_file(path, how, &strong), if sealed { 0o644 } else { 0o600 });
    }
    folder
}

fn write(folder: &Path, path: &str, content: &[u8], mode: u32) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    for parent in path.ancestors().skip(1).take_while(|parent| *parent != folder) {
        set_mode(parent, 0o755);
    }
    fs::write(&path, content).unwrap();
    set_mode(&path, mode);
}

/// Runs with a passphrase on a descriptor.
fn with_passphrase(folder: &Path, args: &[&str], passphrase: Option<&str>) -> (i32, Value) {
    let mut command = preflight(folder);
    command.arg("check").args(args).args(["--format", "json"]);
    if passphrase.is_some() {
        // Standard input is a descriptor like any other.
        command.env("PREFLIGHT_AGE_PASSPHRASE_FD", "0").stdin(Stdio::piped());
    }
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if let (Some(mut stdin), Some(text)) = (child.stdin.take(), passphrase) {
        let _ = stdin.write_all(format!("{text}\n").as_bytes());
    }
    let run = finish(&child.wait_with_output().unwrap());
    let report: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}{}", run.stdout, run.stderr));
    valid(&report);
    (run.code, report)
}

fn fault(row: &str) -> Option<String> {
    let [files, policy, flags, wanted, unchecked, exit] = cells(row)[..] else { panic!("six cells: {row}") };
    let keys = Keys::default();
    let other = x25519::Identity::generate().to_public().to_string();
    let policy = policy.replace("ME", &keys.me.to_public().to_string()).replace("OTHER", &other);
    // Fields in one cell are joined by a comma; one within braces is none.
    let mut depth = 0_i32;
    let policy: String = policy
        .chars()
        .map(|c| {
            depth += i32::from("{[".contains(c)) - i32::from("}]".contains(c));
            if c == ',' && depth == 0 { '\n' } else { c }
        })
        .collect();
    let policy = policy.lines().map(str::trim_start).collect::<Vec<_>>().join("\n");
    let project = project(&keys, &policy, files);
    let mut args = vec!["prod"];
    args.extend(flags.contains("key").then_some(["--identity", "key.txt"]).into_iter().flatten());
    args.extend(flags.contains("closed").then_some("--no-decrypt"));
    let passphrase = match flags.split(' ').next_back() {
        Some("passphrase") => Some(PASSPHRASE),
        Some("wrong") => Some("another"),
        _ => None,
    };
    let (code, report) = with_passphrase(project.path(), &args, passphrase);
    let errors = report["errors"].as_array().unwrap();
    if !errors.is_empty() {
        return Some(format!("{errors:?}"));
    }
    let (found, gaps) = (findings(&report), gaps(&report));
    let same = found == sorted(wanted, " ") && gaps == sorted(unchecked, ",") && code.to_string() == exit;
    (!same).then(|| format!("{} | {} | {code}", found.join(" "), gaps.join(", ")))
}

#[test]
fn every_row_means_what_it_says() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/encrypted.md")).unwrap();
    let rows: Vec<&str> =
        page.lines().filter(|line| line.starts_with("| `") && line.matches(" | ").count() == 5).collect();
    assert!(rows.len() > 60, "the tables are there: {}", rows.len());
    let mut faults = String::new();
    for row in rows {
        if let Some(fault) = fault(row) {
            let _ = writeln!(faults, "{row}\n  found {fault}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// A project with one encrypted secret, and no policy.
fn bare(keys: &Keys) -> TempDir {
    let folder = TempDir::new().unwrap();
    set_mode(folder.path(), 0o755);
    write(folder.path(), "secrets/prod/API_TOKEN.age", &keys.seal("me", random_hex().as_bytes()), 0o644);
    write(folder.path(), "key.txt", keys.identity().as_bytes(), 0o600);
    folder
}

/// Runs with further arguments and variables.
fn check(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command = preflight(folder);
    command.arg("prod").args(args).envs(variables.iter().copied());
    finish(&command.output().unwrap())
}

/// Every way to name an identity opens the same file; without a policy too.
#[test]
fn identities_come_from_everywhere() {
    let keys = Keys::default();
    let project = bare(&keys);
    let folder = project.path();
    let path = folder.join("key.txt");
    let (mine, other) = (keys.me.to_string(), x25519::Identity::generate().to_string());
    let named = path.to_str().unwrap();
    let code = |args: &[&str], variables: &[(&str, &str)]| check(folder, args, variables).code;
    assert_eq!(code(&[], &[]), 2);
    assert_eq!(code(&["--identity", "key.txt"], &[]), 0);
    assert_eq!(code(&[], &[("PREFLIGHT_AGE_IDENTITY", named)]), 0);
    assert_eq!(code(&[], &[("SOPS_AGE_KEY_FILE", named)]), 0);
    assert_eq!(code(&[], &[("SOPS_AGE_KEY", mine.expose_secret())]), 0);
    let mut command = preflight(folder);
    command.args(["prod", "--identity", "-"]).stdin(fs::File::open(&path).unwrap());
    assert_eq!(finish(&command.output().unwrap()).code, 0);
    let piped = Command::new("bash")
        .args(["-c", "\"$0\" prod --identity <(cat key.txt)", env!("CARGO_BIN_EXE_preflight")])
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!(finish(&piped).code, 0);
    // One that opens nothing beside one that does, and alone.
    let stranger = [("SOPS_AGE_KEY", other.expose_secret())];
    assert_eq!(code(&["--identity", "key.txt"], &stranger), 0);
    assert_eq!(code(&[], &stranger), 2);
}

/// What cannot be used as an identity is said, and nothing of it is shown.
#[test]
fn bad_identities_are_errors() {
    let keys = Keys::default();
    let project = bare(&keys);
    let folder = project.path();
    let secret = keys.me.to_string().expose_secret().to_owned();
    write(folder, "empty", b"# nothing\n", 0o600);
    write(folder, "line", format!("# one\n{secret}x\n").as_bytes(), 0o600);
    write(folder, "public", keys.me.to_public().to_string().as_bytes(), 0o600);
    write(folder, "pq", b"AGE-SECRET-KEY-PQ-1QQQQ\n", 0o600);
    write(folder, "plugin", b"AGE-PLUGIN-YUBIKEY-1QQQQ\n", 0o600);
    write(folder, "sealed", &encrypt(&[&keys.me.to_public()], b"x"), 0o600);
    write(folder, "locked", &encrypt(&[&passphrase("x")], secret.as_bytes()), 0o600);
    write(folder, "large", &[b'#'; 2 << 20], 0o600);
    for (name, wanted) in [
        ("absent", "is not there"),
        ("secrets", "is a folder"),
        ("empty", "there is no identity in empty"),
        ("line", "something else on line 2"),
        ("public", "a recipient on line 1"),
        ("pq", "post-quantum"),
        ("plugin", "a plugin's"),
        ("sealed", "not by a passphrase"),
        ("locked", "needs a passphrase"),
        ("large", "larger than 1 MiB"),
    ] {
        let (code, report) = report(folder, ["prod", "--identity", name]);
        let error = &report["errors"][0];
        assert_eq!((code, error["kind"].as_str()), (2, Some("bad-identity")), "{name}: {report:#}");
        assert!(error["message"].as_str().unwrap().contains(wanted), "{name}: {error}");
        assert!(!report.to_string().contains(secret.get(20..40).unwrap()), "{name}");
    }
    // Nobody needs one where nothing is encrypted.
    fs::remove_dir_all(folder.join("secrets")).unwrap();
    write(folder, ".env.prod", b"PORT=80\n", 0o600);
    assert_eq!(check(folder, &[], &[("SOPS_AGE_KEY_FILE", "absent")]).code, 0);
    let beside = check(folder, &["--no-decrypt", "--identity", "key.txt"], &[]);
    assert_eq!((beside.code, beside.stdout.as_str()), (2, ""));
}

/// One passphrase unlocks an identity file, and an SSH key as ssh-keygen makes it.
#[test]
fn passphrases_are_read_from_a_descriptor() {
    let keys = Keys::default();
    let project = bare(&keys);
    let folder = project.path();
    write(
        folder,
        "locked",
        armor(&encrypt(&[&passphrase(PASSPHRASE)], keys.identity().as_bytes())).as_bytes(),
        0o600,
    );
    let args = ["prod", "--identity", "locked"];
    assert_eq!(with_passphrase(folder, &args, Some(PASSPHRASE)).0, 0);
    assert_eq!(with_passphrase(folder, &args, Some("another")).0, 2);
    assert_eq!(with_passphrase(folder, &args, Some("")).0, 2);
    for (number, wanted) in [
        ("99", "nothing is open"),
        ("x", "holds no number"),
        ("-1", "holds no number"),
        ("1", "open for writing"),
    ] {
        let variables = [("PREFLIGHT_AGE_PASSPHRASE_FD", number)];
        let run = check(folder, &["--identity", "locked"], &variables);
        assert_eq!(run.code, 2, "{number}");
        assert!(run.stderr.contains(wanted) && !run.stderr.contains("needs a passphrase"), "{}", run.stderr);
    }
}

/// A first line and no more is waited for, whatever holds the other end open; what is no source of one is said.
#[test]
fn one_line_of_a_descriptor_is_enough() {
    let keys = Keys::default();
    let project = bare(&keys);
    let folder = project.path();
    write(folder, "locked", &encrypt(&[&passphrase(PASSPHRASE)], keys.identity().as_bytes()), 0o600);
    write(folder, "pass", format!("{PASSPHRASE}\n").as_bytes(), 0o600);
    write(folder, "much", format!("{PASSPHRASE}\r\n{}", "x".repeat(100_000)).as_bytes(), 0o600);
    write(folder, "long", &[b'x'; 5000], 0o600);
    write(folder, "none", b"\n", 0o600);
    write(folder, "bytes", b"\xff\n", 0o600);
    let run = |script: &str| {
        let script = format!("mkfifo fifo$$; {script}");
        let mut bash = Command::new("timeout");
        bash.args(["60", "bash", "-c", &script, env!("CARGO_BIN_EXE_preflight"), "--identity", "locked"]);
        bash.current_dir(folder).stdin(Stdio::null());
        support::scrub(&mut bash);
        finish(&bash.output().unwrap())
    };
    for (script, code, wanted) in [
        ("PREFLIGHT_AGE_PASSPHRASE_FD=3 $0 prod $@ 3<pass", 0, ""),
        ("PREFLIGHT_AGE_PASSPHRASE_FD=3 $0 prod $@ 3<much", 0, ""),
        ("PREFLIGHT_AGE_PASSPHRASE_FD=3 $0 prod $@ 3< <(cat pass)", 0, ""),
        ("PREFLIGHT_AGE_PASSPHRASE_FD=0 $0 prod $@ < <(cat pass; sleep 30 2>/dev/null)", 0, ""),
        ("PREFLIGHT_AGE_PASSPHRASE_FD=3 $0 prod $@ 3< <(cat pass; sleep 30 2>/dev/null)", 0, ""),
        ("exec 9<>fifo$$; cat pass >&9; PREFLIGHT_AGE_PASSPHRASE_FD=9 $0 prod $@", 0, ""),
        ("exec 9<>fifo$$ 8<fifo$$; cat pass >&9; exec 9<&-; PREFLIGHT_AGE_PASSPHRASE_FD=8 $0 prod $@", 0, ""),
        ("PREFLIGHT_AGE_PASSPHRASE_FD=1 $0 prod $@ | cat >&2; exit ${PIPESTATUS[0]}", 2, "for writing"),
        ("PREFLIGHT_AGE_PASSPHRASE_FD=3 $0 prod $@ 3<.", 2, "a folder's"),
        ("PREFLIGHT_AGE_PASSPHRASE_FD=3 $0 prod $@ 3<long", 2, "longer than 4096 bytes"),
        ("PREFLIGHT_AGE_PASSPHRASE_FD=3 $0 prod $@ 3<none", 2, "is empty"),
        ("PREFLIGHT_AGE_PASSPHRASE_FD=3 $0 prod $@ 3<bytes", 2, "no UTF-8"),
        ("PREFLIGHT_AGE_PASSPHRASE_FD='a passphrase of mine' $0 prod $@", 2, "no number"),
    ] {
        let ran = run(script);
        assert_eq!(ran.code, code, "{script}: {}", ran.stderr);
        assert!(
            ran.stderr.contains(wanted) && !ran.stderr.contains("passphrase of mine"),
            "{script}: {}",
            ran.stderr
        );
    }
}

/// Nothing of a file comes out that was damaged anywhere: header, each stanza, MAC, nonce, each chunk.
#[test]
fn damage_anywhere_is_no_verdict() {
    let keys = Keys::default();
    let project = bare(&keys);
    let path = project.path().join("secrets/prod/API_TOKEN.age");
    let secret: String = (0..5000).map(|_| random_hex()).collect();
    let whole = keys.seal("both", secret.as_bytes());
    let head = whole.windows(4).position(|part| part == b"\n---").unwrap();
    let content = whole.len() - 66_000 * 4;
    let places =
        [3, 30, head - 60, head - 10, head + 10, head + 60, content, whole.len() / 2, whole.len() - 1];
    for at in places {
        let mut changed = whole.clone();
        changed[at] ^= 4;
        for file in [changed, whole[..at].to_vec()] {
            fs::write(&path, &file).unwrap();
            let (code, report) = report(project.path(), ["prod", "--identity", "key.txt"]);
            assert_eq!(code, 2, "at {at}");
            // What does not begin as an age file is held to a plain one's mode.
            let known =
                |line: &String| line.contains(" undecryptable[") || line.contains(" loose-permissions[");
            assert!(lines(&report).iter().all(known), "at {at}: {:?}", lines(&report));
            assert!(!report.to_string().contains(&secret[..20]));
        }
    }
    let armored = armor(&whole);
    for text in [
        format!("x{armored}"),
        format!("{armored}x"),
        format!("{armored}{armored}"),
        armored.replacen("\n", "\n\n", 1),
    ] {
        fs::write(&path, text).unwrap();
        assert_eq!(report(project.path(), ["prod", "--identity", "key.txt"]).0, 2);
    }
    fs::write(&path, &armored).unwrap();
    assert_eq!(report(project.path(), ["prod", "--identity", "key.txt"]).0, 0);
}

/// A finding names the encrypted file and the variable, and shows no line.
#[test]
fn findings_point_at_the_encrypted_file() {
    let keys = Keys::default();
    let project = bare(&keys);
    write(project.path(), ".env.prod.age", &keys.seal("me", b"\nA=1\nA=2\n"), 0o644);
    let (_, report) = report(project.path(), ["prod", "--identity", "key.txt"]);
    assert_eq!(lines(&report), ["error duplicate-key[different] prod key:A .env.prod.age:3"]);
    let run = check(project.path(), &["--identity", "key.txt"], &[]);
    assert!(run.stdout.contains(".env.prod.age:3") && !run.stdout.contains("A=**"), "{}", run.stdout);
}

/// A key that is missing, and stands in an encrypted file that no source takes: the finding names the file.
#[test]
fn what_is_missing_may_stand_in_a_file_without_a_source() {
    let keys = Keys::default();
    let policy =
        "keys: { API_TOKEN: { required: true }, DB_PASSWORD: { required: true }, C: { required: true } }\n";
    let files = ".env.prod plain: PORT=80 · secrets.prod.enc.yaml sops: API_TOKEN: ※␤db: { password: ※ }";
    let project = project(&keys, policy, files);
    let (code, report) = report(project.path(), ["prod"]);
    assert_eq!(code, 1, "{report:#}");
    for finding in report["findings"].as_array().unwrap() {
        let file = finding["related"][0]["location"]["path"].as_str();
        let wanted = (finding["key"] != "C").then_some("secrets.prod.enc.yaml");
        assert_eq!(file, wanted, "{finding:#}");
    }
}

/// Children get none of the variables that hold keys or lead to them.
#[test]
fn git_gets_no_identity() {
    let keys = Keys::default();
    let project = bare(&keys);
    let folder = project.path();
    let bin = TempDir::new().unwrap();
    let log = bin.path().join("log");
    write(bin.path(), "git", format!("#!/bin/sh\nenv >> '{}'\nexit 1\n", log.display()).as_bytes(), 0o755);
    fs::create_dir(folder.join(".git")).unwrap();
    let secret = keys.me.to_string();
    let path = format!("{}:{}", bin.path().display(), std::env::var("PATH").unwrap());
    let key = folder.join("key.txt");
    let key = key.to_str().unwrap();
    let variables = [
        ("PATH", path.as_str()),
        ("SOPS_AGE_KEY", secret.expose_secret()),
        ("SOPS_AGE_KEY_FILE", key),
        ("PREFLIGHT_AGE_IDENTITY", key),
        ("PREFLIGHT_AGE_PASSPHRASE_FD", "0"),
    ];
    let run = check(folder, &[], &variables);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let seen = fs::read_to_string(&log).unwrap();
    assert!(seen.contains("PATH="), "git was run");
    for name in ["SOPS_", "AGE", "PREFLIGHT_"] {
        assert!(!seen.contains(name), "{seen}");
    }
}

/// What to type never writes the plain text over the encrypted file.
#[test]
fn help_for_an_encrypted_file_keeps_it_encrypted() {
    let keys = Keys::default();
    for (content, wanted, filter) in
        [("※␤", "absent", "head -c -1"), ("※", "present", "sed '$a\\'"), ("※␍␤", "present", "sed 's/\\r$//'")]
    {
        let policy = format!("files: [{{ path: \"secrets/{{env}}/*\", final_newline: {wanted} }}]\n");
        let project = project(&keys, &policy, &format!("secrets/prod/A.age me: {content}"));
        let (code, report) = report(project.path(), ["prod", "--identity", "key.txt"]);
        let help = report["findings"][0]["help"].as_str().unwrap();
        let said = format!("age -d -i KEY secrets/prod/A.age | {filter} | age -R RECIPIENTS -o NEW");
        assert!(code == 1 && help.contains(&said), "{help}");
    }
}

/// Two hundred files, opened by several threads, in the order of their names.
#[test]
fn many_files_are_opened() {
    let keys = Keys::default();
    let project = bare(&keys);
    for at in 0..200 {
        let path = format!("secrets/prod/TOKEN_{at:03}.age");
        write(project.path(), &path, &keys.seal("me", random_hex().as_bytes()), 0o644);
    }
    let (code, one) = report(project.path(), ["prod", "--identity", "key.txt"]);
    assert_eq!(
        (code, one["environments"][0]["coverage"]["secret_files"].as_u64()),
        (0, Some(201)),
        "{one:#}"
    );
    let (_, other) = report(project.path(), ["prod", "--identity", "key.txt"]);
    assert_eq!(one["environments"], other["environments"]);
}

/// A file that the policy passes over has no fingerprints, and those of the rest would say that it is not there.
#[test]
fn what_is_passed_over_gets_no_fingerprints() {
    let keys = Keys::default();
    let project = project(
        &keys,
        "undecryptable: skip\n",
        ".env.prod plain: B=1 · secrets/prod/A.age me: ※ · secrets/prod/C.age stranger: ※",
    );
    let apart = TempDir::new().unwrap();
    write(apart.path(), "print.key", format!("{}\n", random_hex()).as_bytes(), 0o600);
    let print_key = apart.path().join("print.key");
    let print_key = print_key.to_str().unwrap();
    let run = |identity: bool, args: &[&str]| {
        let mut command = preflight(project.path());
        command.args(args);
        if identity {
            command.env("PREFLIGHT_AGE_IDENTITY", "key.txt");
        }
        finish(&command.output().unwrap())
    };
    let written = project.path().join("policies/fingerprints/prod.yaml");
    let refused = run(true, &["fingerprint", "prod", "--key", print_key]);
    assert_eq!((refused.code, written.exists()), (2, false), "{}", refused.stderr);
    assert!(refused.stderr.contains("secrets/prod/C.age"), "{}", refused.stderr);
    let places = run(true, &["where", "A", "--env", "prod"]);
    assert!(places.stdout.contains("not looked at: file secrets/prod/C.age"), "{}", places.stdout);
    // Opened by an identity of the environment it is a secret like any other.
    fs::remove_file(project.path().join("secrets/prod/C.age")).unwrap();
    let made = run(true, &["fingerprint", "prod", "--key", print_key]);
    assert_eq!((made.code, written.exists()), (0, true), "{}", made.stderr);
    assert!(fs::read_to_string(&written).unwrap().contains("A: ["));
    let closed = run(false, &["fingerprint", "prod", "--key", print_key, "--check"]);
    assert_eq!(closed.code, 2, "{}", closed.stderr);
}
