//! What a run does, as strace sees it.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::finish;

/// Runs preflight, which has to pass, and holds it to writing no file and starting no child; `count` files whose names hold `name`
/// are opened at least.
pub fn nothing_is_written(folder: &Path, args: &[&str], (name, count): (&str, usize)) {
    let log = TempDir::new().unwrap();
    let log = log.path().join("trace");
    let output = Command::new("strace")
        .args(["-f", "-qq", "-e", "trace=%file,%process,%desc", "-o"])
        .arg(&log)
        .arg(env!("CARGO_BIN_EXE_preflight"))
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| panic!("strace: {error}; scripts/install-tools.sh installs it"));
    assert_eq!(finish(&output).code, 0);
    let trace = fs::read_to_string(&log).unwrap();
    let calls = |names: &[&str]| -> Vec<&str> {
        let call = |line: &&str| names.iter().any(|name| line.contains(&format!(" {name}(")));
        trace.lines().filter(call).collect()
    };
    let opened = calls(&["open", "openat", "openat2", "creat"]);
    assert!(
        opened.iter().filter(|line| line.contains(name)).count() >= count,
        "the trace shows what is opened"
    );
    let writing = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TMPFILE", "O_TRUNC", "O_APPEND", " creat("];
    let written: Vec<&&str> =
        opened.iter().filter(|line| writing.iter().any(|flag| line.contains(flag))).collect();
    assert!(written.is_empty(), "{written:#?}");
    let made = calls(&[
        "memfd_create",
        "mkdir",
        "mkdirat",
        "mknod",
        "mknodat",
        "link",
        "linkat",
        "symlink",
        "symlinkat",
        "rename",
        "renameat",
        "renameat2",
        "truncate",
        "ftruncate",
    ]);
    assert!(made.is_empty(), "{made:#?}");
    assert_eq!(calls(&["execve", "execveat"]).len(), 1, "no child is started");
    // What is written goes to standard output and standard error alone.
    let write = |line: &&str| !line.contains("write(1,") && !line.contains("write(2,");
    let elsewhere: Vec<&str> =
        calls(&["write", "writev", "pwrite64", "sendfile", "splice"]).into_iter().filter(write).collect();
    assert!(elsewhere.is_empty(), "{elsewhere:#?}");
}
