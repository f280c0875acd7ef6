//! dash and bash that source a file, and `export $(grep -v '^#' file | xargs)`.
//!
//! What is generated is executed here. So it runs as a user without rights (where the test is root), each file in an empty
//! folder of its own, with a `PATH` in which no program is, with limits, a timeout, and no input.
//!
//! A driver, itself a dash, goes over the files: dash sources each in a subshell, bash is started anew for each, since in a
//! subshell it ends where otherwise it goes on. Afterwards `env -0`, by its absolute path, prints what is exported, behind
//! a marker that no file can know. What an empty file has too does not count.
//!
//! A file counts as refused where nothing is printed, since the shell has ended: so dash takes every error. bash goes on
//! behind a syntax error in the file: it is known by the message, which begins with the file's path and `line`, while
//! those of a substitution's own shell have more in between, and those of commands end in `command not found`. A bad
//! substitution counts as refused as well; where it can have happened in a subshell the observation is unclear.
//!
//! `unset` and `exit` and all that could hide a variable from `env` the model calls unmodelled, or does itself.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Stdio};

use preflight::syntax::readers::Reader;
use tempfile::TempDir;

use super::compare::{self, Observed, PROCESS};

#[path = "shell_corpus.rs"]
mod shell_corpus;

const NOBODY: &str = "65534";
/// For how long a batch may run.
const SECONDS: &str = "900";

/// Goes over the files `0.env` to `$pf_count.env` of the folder above.
const DRIVER: &str = r#"
ulimit -c 0; ulimit -t 60; ulimit -f 2000; ulimit -v 2000000; ulimit -n 200; ulimit -p 2000
pf_at=0
while [ "$pf_at" -lt "$pf_count" ]; do
  cd "$pf_base/$pf_at"; unset OLDPWD
  printf '\0%s %s\0' "$pf_nonce" "$pf_at"
  printf '\0%s %s\0' "$pf_nonce" "$pf_at" >&2
  READ
  pf_at=$((pf_at + 1))
done
"#;
const SH: &str = r#"( set -a; . "../$pf_at.env" >/dev/null; /usr/bin/env -0 )"#;
const BASH: &str =
    r#"/bin/bash --norc --noprofile -c "set -a; . ../$pf_at.env >/dev/null; /usr/bin/env -0; :""#;
const XARGS: &str = r#"/bin/bash --norc --noprofile -c "export \$(/bin/grep -v '^#' ../$pf_at.env | /usr/bin/xargs) >/dev/null; /usr/bin/env -0; :""#;

struct Printed {
    out: Vec<u8>,
    errors: Vec<u8>,
}

fn run(files: &[Vec<u8>], read: &str, locale: &str) -> Vec<Printed> {
    let folder = TempDir::new().unwrap();
    let open = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o777)).unwrap();
    open(folder.path());
    let bin = folder.path().join("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink("/bin/echo", bin.join("echo")).unwrap();
    for (at, file) in files.iter().enumerate() {
        fs::write(folder.path().join(format!("{at}.env")), file).unwrap();
        let own = folder.path().join(at.to_string());
        fs::create_dir(&own).unwrap();
        open(&own);
    }
    let mut nonce = [0; 16];
    fs::File::open("/dev/urandom")
        .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut nonce))
        .unwrap();
    let nonce: String = nonce.iter().map(|byte| format!("{byte:02x}")).collect();
    let quoted = folder.path().to_str().unwrap();
    let script = format!(
        "pf_nonce={nonce} pf_count={} pf_base='{quoted}'\n{}",
        files.len(),
        DRIVER.replace("READ", read)
    );
    let as_root =
        fs::metadata("/proc/self").map(|data| std::os::unix::fs::MetadataExt::uid(&data)).unwrap() == 0;
    let drop: Vec<String> = [format!("--reuid={NOBODY}"), format!("--regid={NOBODY}")].to_vec();
    let mut command = Command::new(if as_root { "/usr/bin/setpriv" } else { "/usr/bin/timeout" });
    if as_root {
        command.args(drop).args(["--clear-groups", "--no-new-privs", "/usr/bin/timeout"]);
    }
    let output = command
        .args(["-k", "5", SECONDS, "/bin/dash", "-c", &script])
        .env_clear()
        .env(PROCESS.0, PROCESS.1)
        .env("PATH", if read == XARGS { bin.as_os_str() } else { "/nonexistent".as_ref() })
        .env("HOME", "/nonexistent/home")
        .env("LC_CTYPE", locale)
        .current_dir(folder.path())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let outs = parts(&output.stdout, &nonce);
    let errors = parts(&output.stderr, &nonce);
    assert_eq!(
        (outs.len(), errors.len()),
        (files.len(), files.len()),
        "{}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr[output.stderr.len().saturating_sub(300)..])
    );
    outs.into_iter().zip(errors).map(|(out, errors)| Printed { out, errors }).collect()
}

/// What stands between the markers.
fn parts(text: &[u8], nonce: &str) -> Vec<Vec<u8>> {
    let mut parts = Vec::new();
    let mut rest = text;
    for at in 0.. {
        let marker = format!("\0{nonce} {at}\0").into_bytes();
        let Some(found) = rest.windows(marker.len()).position(|part| part == marker) else { break };
        if let Some(before) = parts.last_mut() {
            *before = rest[..found].to_vec();
        }
        parts.push(Vec::new());
        rest = &rest[found + marker.len()..];
    }
    if let Some(last) = parts.last_mut() {
        *last = rest.to_vec();
    }
    parts
}

type Environment = BTreeMap<Vec<u8>, Vec<u8>>;

fn environment(out: &[u8]) -> Environment {
    let entries = out.split(|byte| *byte == 0).filter_map(|entry| {
        let equals = entry.iter().position(|byte| *byte == b'=')?;
        Some((entry[..equals].to_vec(), entry[equals + 1..].to_vec()))
    });
    entries.collect()
}

fn observed(files: &[Vec<u8>], read: &str, locale: &str) -> Vec<Observed> {
    let mut all = files.to_vec();
    all.push(Vec::new());
    let mut printed = run(&all, read, locale);
    let empty = environment(&printed.pop().unwrap().out);
    assert_eq!(empty.get(PROCESS.0.as_bytes()).map(Vec::as_slice), Some(PROCESS.1.as_bytes()));
    let one = |(at, printed): (usize, &Printed)| {
        let mut values = environment(&printed.out);
        if values.is_empty() {
            return Observed::Refused;
        }
        if read == BASH
            && let Some(observed) = bash_refuses(&files[at], at, &printed.errors)
        {
            return observed;
        }
        // A quote that nothing closes ends the reading before bytes that are no UTF-8: then the message is of no account.
        if read == XARGS && files[at].contains(&0) && holds(&printed.errors, b": binary file matches\n") {
            return Observed::Refused;
        }
        let here = format!("/{at}").into_bytes();
        let is_folder = |name: &[u8], value: &[u8]| name == b"PWD" && value.ends_with(&here);
        // bash gives each program its own path in `_`.
        if read != SH {
            values.remove(b"_".as_slice());
        }
        values.retain(|name, value| empty.get(name) != Some(value) && !is_folder(name, value));
        Observed::Values(values)
    };
    printed.iter().enumerate().map(one).collect()
}

fn bash_refuses(file: &[u8], at: usize, errors: &[u8]) -> Option<Observed> {
    let prefix = format!("../{at}.env: line ").into_bytes();
    for line in errors.split(|byte| *byte == b'\n') {
        let Some(message) = line.strip_prefix(prefix.as_slice()) else { continue };
        let Some(colon) = message.iter().position(|byte| *byte == b':') else { continue };
        let message = &message[colon + 2..];
        let has = |text: &[u8]| message.starts_with(text);
        if !message.ends_with(b"command not found")
            && (has(b"syntax error") || has(b"unexpected EOF while looking"))
        {
            return Some(Observed::Refused);
        }
    }
    if holds(errors, b": bad substitution\n") {
        let in_subshell = file.iter().any(|byte| b"&|`(".contains(byte));
        return Some(if in_subshell { Observed::Unclear("where the error was") } else { Observed::Refused });
    }
    None
}

fn holds(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

fn hold(reader: Reader, read: &'static str, locale: &'static str) {
    if !crate::support::real_tools() {
        return;
    }
    compare::hold_with(reader, shell_corpus::FILES, |files| observed(files, read, locale));
}

#[test]
fn sh() {
    hold(Reader::Sh, SH, "C.UTF-8");
}

#[test]
fn bash() {
    hold(Reader::Bash, BASH, "C.UTF-8");
}

#[test]
fn bash_in_the_posix_locale() {
    hold(Reader::Bash, BASH, "C");
}

#[test]
fn xargs() {
    hold(Reader::Xargs, XARGS, "C.UTF-8");
}
