//! Encrypted sources against real programs: files that age and rage made, keys of age-keygen and ssh-keygen, the published
//! vectors of the format, and what the system is asked for meanwhile. Runs where `PREFLIGHT_REAL_TOOLS=1` is set.
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
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use preflight::sealed::age::{Fault, Keyring};
use sha2::{Digest, Sha256};
use support::case::{random_hex, set_mode};
use support::trace::nothing_is_written;
use support::{finish, preflight, real_tools, report};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// Runs a program with something on its standard input, and gives what it prints.
fn tool(folder: &Path, program: &str, args: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new(program)
        .args(args)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}; scripts/install-tools.sh installs it"));
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{program} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// A folder with an identity of age-keygen's, and its recipient.
fn keygen() -> (TempDir, String) {
    let folder = TempDir::new().unwrap();
    set_mode(folder.path(), 0o755);
    fs::create_dir_all(folder.path().join("secrets/prod")).unwrap();
    tool(folder.path(), "age-keygen", &["-o", "key.txt"], b"");
    let recipient = tool(folder.path(), "age-keygen", &["-y", "key.txt"], b"");
    (folder, String::from_utf8(recipient).unwrap().trim().to_owned())
}

fn put(folder: &Path, name: &str, bytes: &[u8]) {
    let path = folder.join("secrets/prod").join(name);
    fs::write(&path, bytes).unwrap();
    set_mode(&path, 0o644);
}

#[test]
fn files_of_age_and_rage_are_opened() {
    if !real_tools() {
        return;
    }
    let (project, me) = keygen();
    let folder = project.path();
    let (_other, stranger) = keygen();
    for (name, kind, bits) in [("ed", "ed25519", "256"), ("rsa", "rsa", "3072")] {
        tool(folder, "ssh-keygen", &["-q", "-t", kind, "-b", bits, "-N", "", "-f", name], b"");
        tool(
            folder,
            "ssh-keygen",
            &["-q", "-t", kind, "-b", bits, "-N", "x y", "-f", &format!("{name}.locked")],
            b"",
        );
    }
    // openssl's own form, which age takes as well.
    fs::copy(folder.join("rsa"), folder.join("rsa.pkcs8")).unwrap();
    tool(folder, "ssh-keygen", &["-q", "-p", "-m", "PKCS8", "-P", "", "-N", "", "-f", "rsa.pkcs8"], b"");
    assert!(fs::read(folder.join("rsa.pkcs8")).unwrap().starts_with(b"-----BEGIN PRIVATE KEY-----"));
    let mut files = 0;
    for program in ["age", "rage"] {
        for (armor, how) in [(&["-e"][..], "binary"), (&["-e", "-a"], "armored")] {
            let ways: [&[&str]; 6] = [
                &["-r", &me],
                &["-r", &stranger, "-r", &me],
                &["-R", "ed.pub"],
                &["-R", "rsa.pub"],
                &["-R", "ed.locked.pub"],
                &["-R", "rsa.locked.pub", "-r", &stranger],
            ];
            for (at, way) in ways.into_iter().enumerate() {
                let args = [armor, way].concat();
                put(
                    folder,
                    &format!("T_{program}_{how}_{at}.age"),
                    &tool(folder, program, &args, random_hex().as_bytes()),
                );
                files += 1;
            }
        }
    }
    let mut args = vec!["check", "prod", "--format", "json"];
    for identity in ["key.txt", "ed", "rsa", "rsa.pkcs8", "ed.locked", "rsa.locked"] {
        args.extend(["--identity", identity]);
    }
    let mut child = preflight(folder)
        .args(args)
        .env("PREFLIGHT_AGE_PASSPHRASE_FD", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(b"x y\n").unwrap();
    let run = finish(&child.wait_with_output().unwrap());
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let report: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["environments"][0]["coverage"]["secret_files"], files);
}

/// A published vector: what is expected of it, what it is opened with, and the file.
struct Vector {
    expect: String,
    payload: Option<String>,
    identities: Vec<String>,
    passphrase: Option<String>,
    file: Vec<u8>,
}

fn vector(path: &Path) -> Vector {
    let bytes = fs::read(path).unwrap();
    let end = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let field = |name: &str| {
        head.lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut file = bytes[end + 2..].to_vec();
    if field("compressed") == ["zlib"] {
        let inflate = "import sys,zlib; sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read()))";
        file = tool(Path::new("."), "python3", &["-c", inflate], &file);
    }
    Vector {
        expect: field("expect").concat(),
        payload: field("payload").pop(),
        identities: field("identity"),
        passphrase: field("passphrase").pop(),
        file,
    }
}

/// The folder of vectors that the `age` crate comes with (<https://c2sp.org/CCTV/age>).
fn vectors() -> PathBuf {
    let args = ["metadata", "--format-version", "1", "--locked", "--offline"];
    let output = tool(Path::new(env!("CARGO_MANIFEST_DIR")), env!("CARGO"), &args, b"");
    let metadata: serde_json::Value = serde_json::from_slice(&output).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let manifest =
        packages.iter().find(|package| package["name"] == "age").unwrap()["manifest_path"].as_str();
    Path::new(manifest.unwrap()).parent().unwrap().join("tests/testdata/testkit")
}

#[test]
fn published_vectors_mean_what_they_say() {
    if !real_tools() {
        return;
    }
    let (mut seen, mut faults) = (0, String::new());
    for entry in fs::read_dir(vectors()).unwrap() {
        let path = entry.unwrap().path();
        let Vector { expect, payload, identities, passphrase, file } = vector(&path);
        let mut keys = Keyring::new(Box::new(move || passphrase.clone().map(Zeroizing::new)));
        if !identities.is_empty() {
            keys.push(keys.unlock(identities.join("\n").as_bytes()).unwrap());
        }
        let opened = keys.open(&file, 64 << 20);
        let digest =
            |bytes: &[u8]| Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        use Fault as F;
        let same = match (expect.as_str(), &opened) {
            ("success", Ok(bytes)) => payload == Some(digest(bytes)),
            ("armor failure", Err(fault)) => matches!(fault, F::Armor | F::NotAge),
            ("header failure", Err(fault)) => {
                matches!(fault, F::Header | F::Version | F::Work | F::NotAge | F::Empty | F::Payload)
            }
            ("HMAC failure", Err(fault)) => *fault == F::Mac,
            ("no match", Err(fault)) => {
                matches!(fault, F::NoMatch | F::Passphrase | F::NoIdentity | F::Unsupported(_))
            }
            ("payload failure", Err(fault)) => *fault == F::Payload,
            _ => false,
        };
        if !same {
            let _ = writeln!(faults, "{}: {expect}, {:?}", path.display(), opened.map(|bytes| bytes.len()));
        }
        seen += 1;
    }
    assert!(faults.is_empty() && seen > 100, "{seen} vectors\n{faults}");
}

/// Nothing is written while files are decrypted, and no child started.
#[test]
fn no_file_is_written() {
    if !real_tools() {
        return;
    }
    let (project, me) = keygen();
    let folder = project.path();
    for at in 0..20 {
        put(folder, &format!("TOKEN_{at}.age"), &tool(folder, "age", &["-r", &me], random_hex().as_bytes()));
    }
    let env = tool(folder, "age", &["-a", "-r", &me], b"PORT=3000\n");
    fs::write(folder.join(".env.prod.age"), env).unwrap();
    assert_eq!(report(folder, ["prod", "--identity", "key.txt"]).0, 0);
    nothing_is_written(folder, &["prod", "--identity", "key.txt"], ("TOKEN_", 20));
}

/// A passphrase is asked for once, on the terminal, and what is typed is not shown.
#[test]
fn a_passphrase_is_typed_unseen() {
    if !real_tools() {
        return;
    }
    let (project, _) = keygen();
    let folder = project.path();
    let passphrase = random_hex();
    for name in ["one", "two"] {
        tool(folder, "ssh-keygen", &["-q", "-t", "ed25519", "-N", &passphrase, "-f", name], b"");
        let file = tool(folder, "age", &["-R", &format!("{name}.pub")], random_hex().as_bytes());
        put(folder, &format!("{name}.age"), &file);
    }
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracles/terminal.py");
    for (line, code) in [(passphrase.as_str(), 0), ("another", 2), ("", 2)] {
        let mut command = Command::new("python3");
        support::scrub(&mut command);
        let output = command
            .arg(&oracle)
            .args([line, env!("CARGO_BIN_EXE_preflight"), "prod", "--identity", "one", "--identity", "two"])
            .current_dir(folder)
            .output()
            .unwrap();
        let run = finish(&output);
        assert_eq!(run.code, code, "{}", run.stdout);
        assert_eq!(run.stdout.matches("Passphrase").count(), 1, "{}", run.stdout);
        assert!(!run.stdout.contains(&passphrase[..8]) && !run.stdout.contains("another"), "{}", run.stdout);
    }
}
