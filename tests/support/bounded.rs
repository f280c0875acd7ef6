//! Runs that are ended if they want too much time or memory.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;

/// No run comes near; one that hangs is ended.
const PATIENCE: Duration = Duration::from_secs(300);
/// Kilobytes of address space: a run that wants more dies of it.
const MOST_MEMORY: &str = "4000000";

/// Runs `preflight check prod --format json` in a folder, and gives exit code and report.
pub fn bounded(folder: &Path) -> (i32, Value) {
    ended(limited(folder))
}

/// `preflight check prod --format json` in a folder, with little memory.
pub fn limited(folder: &Path) -> Command {
    let script = format!("ulimit -v {MOST_MEMORY}; exec \"$0\" \"$@\"");
    let mut command = Command::new("sh");
    super::scrub(&mut command);
    command.args(["-c", &script, env!("CARGO_BIN_EXE_preflight"), "check", "prod", "--format", "json"]);
    command.env("PREFLIGHT_FINGERPRINT_KEY_FILE", super::project_key());
    command.current_dir(folder);
    command
}

/// Runs a command that prints a report, and gives exit code and report.
pub fn ended(mut command: Command) -> (i32, Value) {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let out = read(child.stdout.take().unwrap());
    let err = read(child.stderr.take().unwrap());
    let started = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if started.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("the run does not end");
        }
        thread::sleep(Duration::from_millis(5));
    };
    let (out, err) = (out.join().unwrap(), err.join().unwrap());
    let report = serde_json::from_str(&out).unwrap_or_else(|_| panic!("no report: {status} {err}"));
    (status.code().unwrap(), report)
}

/// Takes a stream's text as it comes, so that the child is not held up.
fn read(mut stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    })
}
