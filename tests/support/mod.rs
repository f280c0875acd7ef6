//! What the black-box tests share: projects written down as text, and the binary run in a scrubbed environment.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

pub mod bounded;
pub mod case;
pub mod entry;
pub mod keys;
pub mod repo;
pub mod rows;
pub mod sealed;
pub mod sops;
pub mod trace;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;
use sha2::{Digest, Sha256};

/// Variables that change what a child prints or finds; a test that wants one sets it.
const SCRUBBED: &[&str] =
    &["CI", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "FORCE_COLOR", "GITHUB_ACTIONS", "NO_COLOR", "TERM"];

/// The binary, in a folder, with nothing of the tester's own environment that could matter.
pub fn preflight(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_preflight"));
    scrub(&mut command);
    command.current_dir(folder).stdin(Stdio::null());
    if !folder.starts_with(env!("CARGO_MANIFEST_DIR")) {
        command.env("PREFLIGHT_FINGERPRINT_KEY_FILE", project_key());
    }
    command
}

/// Takes out of a child's environment what could change its output.
pub fn scrub(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if SCRUBBED.contains(&text.as_ref())
            || text.starts_with("PREFLIGHT_")
            || text.starts_with("GIT_")
            || text.starts_with("PG")
            || text.starts_with("SOPS_")
        {
            command.env_remove(&name);
        }
    }
}

/// What a run left.
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

/// Runs `preflight ARGS` in a folder.
pub fn run<A: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = A>) -> Run {
    finish(&preflight(folder).args(args).output().unwrap())
}

/// The file of a project's key, the same for all tests; its bytes stand nowhere.
pub fn project_key() -> &'static Path {
    static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let digest = Sha256::digest(folder.as_os_str().as_encoded_bytes());
        let text: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let path = folder.join("project-key");
        // Other tests run beside this one and write the same.
        let file = tempfile::NamedTempFile::new_in(folder).unwrap();
        std::fs::write(file.path(), text).unwrap();
        file.persist(&path).unwrap();
        path
    });
    &FILE
}

/// A child's output as text.
pub fn finish(output: &Output) -> Run {
    Run {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout.clone()).expect("standard output is UTF-8"),
        stderr: String::from_utf8(output.stderr.clone()).expect("standard error is UTF-8"),
    }
}

/// Runs `preflight check ARGS --format json`, holds the report against the published schema and gives it with the exit code.
pub fn report<A: AsRef<OsStr>>(folder: &Path, args: impl IntoIterator<Item = A>) -> (i32, Value) {
    let output = preflight(folder).arg("check").args(args).args(["--format", "json"]).output().unwrap();
    let run = finish(&output);
    let report: Value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("one JSON document: {error}\n{}\n{}", run.stdout, run.stderr));
    valid(&report);
    assert_eq!(report["exit_code"], run.code, "the report says the exit code");
    (run.code, report)
}

/// Fails unless a report is what the published schema says.
pub fn valid(report: &Value) {
    use std::sync::LazyLock;
    static SCHEMA: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
        let schema = serde_json::from_str(preflight::report::json::JSON_SCHEMA).unwrap();
        jsonschema::validator_for(&schema).unwrap()
    });
    let faults: Vec<String> = SCHEMA.iter_errors(report).map(|error| error.masked().to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// Fails unless a document is what a published schema says.
pub fn fits(schema: &str, document: &Value) {
    let schema = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<String> = validator.iter_errors(document).map(|e| e.masked().to_string()).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

/// `severity rule[cause] kind:name path[:line]` for each finding.
pub fn lines(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .map(|finding| {
            let location = &finding["location"];
            let line = location["line"].as_u64().map(|line| format!(":{line}")).unwrap_or_default();
            let subject = match finding["key"].as_str() {
                Some(key) => format!("key:{key}"),
                None => "file".to_owned(),
            };
            let environment = finding["environment"].as_str().unwrap_or("-");
            format!(
                "{} {}[{}] {environment} {subject} {}{line}",
                text(&finding["severity"]),
                text(&finding["rule"]),
                text(&finding["cause"]),
                text(&location["path"]),
            )
        })
        .collect()
}

/// Whether the tests against real programs are to run. Then a missing program is a failure.
pub fn real_tools() -> bool {
    std::env::var_os("PREFLIGHT_REAL_TOOLS").is_some_and(|value| value == "1")
}

/// Compares with a file that a person has read; `PREFLIGHT_BLESS=1` writes it anew.
pub fn golden(path: &str, actual: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("PREFLIGHT_BLESS").is_some() {
        std::fs::write(&path, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == actual,
        "{} differs; read it, then PREFLIGHT_BLESS=1 writes it:\n{actual}",
        path.display()
    );
}
