//! `docs/threat-model.md`: that every test it names is there, and the claims that no other test shows.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rstest::rstest;
use support::bounded::bounded;
use support::case::{Case, fifo, random_hex, set_mode};
use support::rows::findings;
use support::{finish, preflight, real_tools, report, run, scrub};
use tempfile::TempDir;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// Whether a file has a test of that name: a function, and on the lines above it what makes it one.
fn is_test(text: &str, name: &str) -> bool {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let head = format!("fn {name}(");
    let found = lines.iter().position(|line| line.starts_with(&head));
    found.is_some_and(|at| {
        let above = lines[..at].iter().rev().take_while(|line| !line.is_empty() && **line != "}");
        above.into_iter().any(|line| matches!(*line, "#[test]" | "#[rstest]"))
    })
}

#[test]
fn every_claim_names_tests_that_are_there() {
    let page = read("docs/threat-model.md");
    let mut faults = String::new();
    let mut named = 0;
    let quoted: Vec<&str> = page.split('`').skip(1).step_by(2).collect();
    for (path, name) in quoted.iter().filter_map(|quoted| quoted.split_once(".rs: ")) {
        named += 1;
        if !is_test(&read(&format!("{path}.rs")), name) {
            let _ = writeln!(faults, "{path}.rs has no test {name}");
        }
    }
    let claims = page.split("\n## Claims").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = claims.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| claim"));
    for row in rows.filter(|row| !row.contains(".rs: ")) {
        let _ = writeln!(faults, "nothing shows it: {row}");
    }
    assert!(faults.is_empty() && named > 60, "{named} tests are named\n{faults}");
    assert!(!is_test("#[test]\nfn a() {\n}\n\nfn b() {", "b") && is_test("#[test]\nfn a() {", "a"));
}

/// What the system keeps of an undumpable process is root's: nobody else may read its memory or attach to it.
#[cfg(target_os = "linux")]
#[test]
fn the_process_cannot_be_looked_into() {
    let folder = TempDir::new().unwrap();
    set_mode(folder.path(), 0o755);
    let at = |name: &str| folder.path().join(name);
    fs::write(at(".env.prod"), "A=1\n").unwrap();
    set_mode(&at(".env.prod"), 0o644);
    fs::copy(env!("CARGO_BIN_EXE_preflight"), at("preflight")).unwrap();
    set_mode(&at("preflight"), 0o755);
    // The policy is a FIFO: the process waits for it while it is looked at.
    fifo(&at("policy"));
    set_mode(&at("policy"), 0o644);
    let mut command = Command::new(at("preflight"));
    scrub(&mut command);
    command.args(["prod", "--policy", "policy"]).current_dir(folder.path()).stdout(Stdio::null());
    if fs::metadata("/proc/self").unwrap().uid() == 0 {
        command.uid(65_534).gid(65_534);
    }
    let mut child = command.spawn().unwrap();
    let mut pipe = fs::OpenOptions::new().write(true).open(at("policy")).unwrap();
    for what in ["mem", "environ", "maps"] {
        assert_eq!(fs::metadata(format!("/proc/{}/{what}", child.id())).unwrap().uid(), 0, "{what}");
    }
    pipe.write_all(b"version: 1\nedition: 2026\n").unwrap();
    drop(pipe);
    assert!(child.wait().unwrap().success());
}

#[test]
fn reports_are_their_owners_alone() {
    let project = Case::parse("x", "x\n-- file: .env.prod --\nA=1\n").lay_out();
    for report in ["new.json", "new.json"] {
        run(project.path(), ["prod", "--output", &format!("json={report}")]);
        assert_eq!(fs::metadata(project.path().join(report)).unwrap().mode() & 0o777, 0o600);
        // One that stands there already, readable by all, is replaced.
        set_mode(&project.path().join(report), 0o644);
    }
}

/// Not one call about a socket, while values are judged, decrypted and compared, and git is asked.
#[cfg(target_os = "linux")]
#[test]
fn no_network_is_used() {
    if !real_tools() {
        return;
    }
    let text = "x
-- file: preflight.yaml --
version: 1
edition: 2026
environments: { prod: { branch: main }, stage: {} }
identities: key.txt
-- file: .env.prod --
DATABASE_URL=postgres://u:{{hex:p}}@db.example.com/d?sslmode=verify-full&sslrootcert=system
-- file: .env.stage --
DATABASE_URL=postgres://u:{{hex:q}}@db2.example.com/d?sslmode=verify-full&sslrootcert=system
-- sealed: secrets/prod/TOKEN.age --
{{hex:t}}
-- identity: key.txt --
";
    let project = Case::parse("network", text).lay_out();
    support::repo::git(project.path(), &["init", "--quiet", "--initial-branch=main"]);
    support::repo::git(project.path(), &["commit", "--quiet", "--allow-empty", "--message", "first"]);
    let log = TempDir::new().unwrap();
    let trace = |what: &str| {
        let log = log.path().join("trace");
        let mut command = Command::new("strace");
        scrub(&mut command);
        let output = command
            .args(["-f", "-qq", "-e", what, "-o"])
            .arg(&log)
            .arg(env!("CARGO_BIN_EXE_preflight"))
            .arg("prod")
            .current_dir(project.path())
            .output()
            .unwrap_or_else(|error| panic!("strace: {error}; scripts/install-tools.sh installs it"));
        let run = finish(&output);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        fs::read_to_string(log).unwrap()
    };
    assert!(trace("trace=execve").contains("/git\""), "git is asked");
    // Of pairs of sockets within a process, by which children tell of their start, there is no address.
    let calls = trace("trace=socket,connect,bind,listen,accept,accept4,sendto,sendmsg,sendmmsg");
    let open = |line: &&str| {
        ["socket(", "connect(", "bind(", "listen(", "AF_INET"].iter().any(|call| line.contains(call))
    };
    let open: Vec<&str> = calls.lines().filter(open).collect();
    assert!(open.is_empty(), "{open:#?}");
}

/// Expressions that keep other engines busy for ever, and some that want all memory.
#[rstest]
#[case("(a*)*b", false)]
#[case("(a|a)*b", false)]
#[case("(a|aa)+$", false)]
#[case("(.*)(.*)(.*)(.*)(.*)b", false)]
#[case("(((a{100}){100}){100}){100}", true)]
#[case("\\\\w{1000000}", true)]
fn patterns_are_bounded(#[case] pattern: &str, #[case] refused: bool) {
    let policy = format!(
        "version: 1\nedition: 2026\nenvironments: {{ prod: {{}} }}\nkeys: {{ A: {{ secret: false, pattern: \"{pattern}\" }} }}\n"
    );
    let project = TempDir::new().unwrap();
    fs::write(project.path().join("preflight.yaml"), policy).unwrap();
    fs::write(project.path().join(".env.prod"), format!("A={}\n", "a".repeat(200_000))).unwrap();
    set_mode(&project.path().join(".env.prod"), 0o600);
    let (code, report) = bounded(project.path());
    match refused {
        true => assert_eq!((code, report["errors"][0]["kind"].as_str()), (2, Some("bad-policy"))),
        false => assert!(report["errors"].as_array().unwrap().is_empty() && code < 2, "{report:#}"),
    }
}

/// Descriptions and reasons are free text of a policy: in no format a command, and in JSON the same text all the same.
#[test]
fn what_a_policy_says_is_shown_as_text() {
    let evil = "\\e[31m\\n::error::x ##[error]y ##vso[z] \\u202e \\u2028 \\x7f \\x9b \\U000e0041 é";
    let policy = format!(
        "version: 1\nedition: 2026\nenvironments: {{ prod: {{}} }}\nkeys: {{ PORT: {{ type: port, description: \"{evil}\" }}, \
         TOKEN: {{ across: any, reason: \"{evil}\" }} }}\nwaivers: [{{ rule: wrong-type, cause: type:port, key: PORT, \
         reason: \"{evil}\", owner: \"{evil}\", until: 2999-12-31 }}]\n"
    );
    let text = format!(
        "x\n-- file: preflight.yaml --\n{policy}-- file: .env.prod --\nPORT=x\nTOKEN={{{{hex:t}}}}\n"
    );
    let project = Case::parse("words", &text).lay_out();
    let runs: [&[&str]; 8] = [
        &["prod", "-v"],
        &["prod", "--format", "json"],
        &["prod", "--public-log"],
        &["explain", "PORT", "--env", "prod"],
        &["explain", "PORT", "--env", "prod", "--format", "json"],
        &["explain", "TOKEN", "--env", "prod", "--format", "json"],
        &["where", "TOKEN", "--env", "prod", "--format", "json"],
        &["readers", ".env.prod", "--format", "json"],
    ];
    for args in runs {
        let run = run(project.path(), args);
        let all = format!("{}{}", run.stdout, run.stderr);
        let bad = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{2028}\u{e0041}".contains(c));
        assert!(!all.contains(bad), "{args:?}: {all:?}");
        assert!(!["##", "::"].iter().any(|command| all.contains(command)), "{args:?}: {all}");
    }
    let json = run(project.path(), ["explain", "PORT", "--env", "prod", "--format", "json"]).stdout;
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    let meant = "\u{1b}[31m\n::error::x ##[error]y ##vso[z] \u{202e} \u{2028} \u{7f} \u{9b} \u{e0041} é";
    let found = document["environments"][0]["keys"][0]["fields"].as_array().unwrap();
    assert!(found.iter().any(|field| field["value"] == meant), "{document:#}");
}

/// What the page says of a policy that a pull request may change: no value is shown, and yet a question is answered.
#[test]
fn a_changed_policy_can_ask_about_values() {
    let secret = random_hex();
    let project = TempDir::new().unwrap();
    let write = |name: &str, text: &str| {
        fs::write(project.path().join(name), text).unwrap();
        set_mode(&project.path().join(name), 0o600);
    };
    write(".env.prod", &format!("TOKEN={secret}\n"));
    let first = secret.chars().next().unwrap();
    for (guess, exit) in [(first, 0), (if first == '0' { '1' } else { '0' }, 1)] {
        write(
            "preflight.yaml",
            &format!(
                "version: 1\nedition: 2026\nenvironments: {{ prod: {{}} }}\nkeys: {{ TOKEN: {{ pattern: \"{guess}.*\" }} }}\n"
            ),
        );
        let (code, report) = report(project.path(), ["prod"]);
        assert_eq!(code, exit, "{:?}", findings(&report));
        assert!(!report.to_string().contains(&secret));
    }
    let rendered = preflight(project.path()).args(["prod", "-v"]).output().unwrap();
    assert!(!finish(&rendered).stdout.contains(&secret));
}
