//! What users and hosts do to a checker: every row ends with a verdict, in bounded time, and says what to type next.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fs;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rstest::rstest;
use serde_json::Value;
use support::case::{fifo, link, random_hex, set_mode, socket};
use support::{lines, report, run, scrub};
use tempfile::TempDir;

const POLICY: &str =
    "version: 1\nedition: 2026\nenvironments: { dev: {}, prod: { aliases: [production] } }\n";

fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        set_mode(&path, 0o600);
    }
    folder
}

fn whys(report: &Value) -> Vec<String> {
    let gaps = report["environments"][0]["not_checked"].as_array().unwrap();
    gaps.iter()
        .map(|gap| format!("{} {}", gap["why"].as_str().unwrap(), gap["what"].as_str().unwrap()))
        .collect()
}

/// One error of a kind, nothing else.
fn error(folder: &Path, args: &[&str], kind: &str) -> (String, String) {
    let (code, report) = report(folder, args);
    assert_eq!(code, 2);
    assert_eq!(report["verdict"], "none");
    assert_eq!(report["errors"][0]["kind"], kind, "{report:#}");
    let text = |field: &str| report["errors"][0][field].as_str().unwrap_or_default().to_owned();
    let human = run(folder, std::iter::once("check").chain(args.iter().copied()));
    assert_eq!((human.code, human.stdout.as_str()), (2, ""), "errors alone go to standard error");
    assert!(human.stderr.contains(kind), "{}", human.stderr);
    (text("message"), text("help"))
}

#[test]
fn an_unknown_environment_lists_those_there_are() {
    let folder = project(&[(".env.dev", "A=1\n"), (".env.prod", "A=1\n")]);
    let (message, help) = error(folder.path(), &["produ"], "unknown-environment");
    assert_eq!(message, "there is no environment `produ`");
    assert_eq!(help, "environments here: dev, prod");
}

#[test]
fn names_of_environments_are_shown_harmless() {
    let folder = project(&[(".env.dev", "A=1\n")]);
    let (message, _) = error(folder.path(), &["a\u{1b}[31m::error::"], "unknown-environment");
    assert_eq!(message, "there is no environment `a\\x1b[31m:\\x3aerror:\\x3a`");
    let (message, _) = error(folder.path(), &["../../etc"], "unknown-environment");
    assert_eq!(message, "there is no environment `../../etc`");
}

#[rstest]
#[case("demo")]
#[case("rules")]
#[case("help")]
#[case("init")]
#[case("lock")]
fn an_environment_named_like_a_command_is_refused_in_the_bare_form(#[case] name: &str) {
    let folder = project(&[(&format!(".env.{name}"), "A=1\n")]);
    let bare = run(folder.path(), [name]);
    assert_eq!((bare.code, bare.stdout.as_str()), (2, ""), "{}", bare.stderr);
    assert!(bare.stderr.contains(&format!("preflight check {name}")), "{}", bare.stderr);
    assert_eq!(run(folder.path(), ["check", name]).code, 0);
}

#[test]
fn a_reserved_word_without_such_an_environment_is_no_command_either() {
    let folder = project(&[(".env.dev", "A=1\n")]);
    error(folder.path(), &["serve"], "reserved-name");
}

#[test]
fn a_source_that_the_policy_names_has_to_be_there() {
    let sources = "sources: [{ dotenv: \"deploy/{env}.env\" }]\n";
    let folder = project(&[("preflight.yaml", &(POLICY.to_owned() + sources))]);
    let (code, found) = report(folder.path(), ["prod"]);
    assert_eq!(code, 2);
    assert!(whys(&found).contains(&"source-missing file deploy/prod.env".to_owned()), "{found:#}");
    let sources =
        "sources: [{ dotenv: \".env.{env}\" }, { dotenv: { path: \"more/{env}\", optional: true } }]\n";
    let folder = project(&[("preflight.yaml", &(POLICY.to_owned() + sources)), (".env.prod", "A=1\n")]);
    let (code, found) = report(folder.path(), ["prod"]);
    assert_eq!(code, 0);
    assert!(whys(&found).contains(&"optional-missing file more/prod".to_owned()), "{found:#}");
}

/// Root may read anything, so the child is somebody else.
#[test]
fn an_unreadable_file_is_no_verdict() {
    let folder = project(&[(".env.prod", "A=1\n"), ("secrets/prod/TOKEN", "x")]);
    let nobody = 65_534;
    set_mode(folder.path(), 0o755);
    set_mode(&folder.path().join("secrets/prod/TOKEN"), 0o000);
    set_mode(&folder.path().join(".env.prod"), 0o644);
    let program = folder.path().join("preflight");
    fs::copy(env!("CARGO_BIN_EXE_preflight"), &program).unwrap();
    set_mode(&program, 0o755);
    let mut command = Command::new(&program);
    scrub(&mut command);
    if fs::metadata("/proc/self").is_ok_and(|me| std::os::unix::fs::MetadataExt::uid(&me) == 0) {
        command.uid(nobody).gid(nobody);
    }
    let output =
        command.current_dir(folder.path()).args(["check", "prod", "--format", "json"]).output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    support::valid(&found);
    assert_eq!(output.status.code(), Some(2));
    assert!(whys(&found).contains(&"unreadable file secrets/prod/TOKEN".to_owned()), "{found:#}");
}

#[test]
fn a_folder_where_a_file_should_be_is_no_verdict() {
    let folder = project(&[("secrets/prod/A", "1\n")]);
    fs::create_dir(folder.path().join(".env.prod")).unwrap();
    let (code, found) = report(folder.path(), ["prod"]);
    assert_eq!(code, 2);
    assert!(whys(&found).contains(&"wrong-kind file .env.prod".to_owned()), "{found:#}");
    let folder = project(&[(".env.prod", "A=1\n"), ("secrets/prod", "no folder\n")]);
    let (code, found) = report(folder.path(), ["prod"]);
    assert_eq!((code, &whys(&found)[0]), (2, &"wrong-kind file secrets/prod".to_owned()));
}

/// Copies beside a source would not be seen: that is said, and blocks nothing of its own.
#[test]
fn a_folder_that_cannot_be_listed_is_said() {
    let policy =
        format!("{POLICY}sources: [{{ dotenv: '.env.{{env}}' }}, {{ dotenv: 'deploy/{{env}}.env' }}]\n");
    let folder = project(&[("preflight.yaml", &policy), (".env.prod", "A=1\n"), ("deploy", "no folder\n")]);
    let (_, found) = report(folder.path(), ["prod"]);
    let whys = whys(&found);
    assert!(whys.contains(&"folder-unseen file deploy".to_owned()), "{found:#}");
    assert!(whys.contains(&"wrong-kind file deploy/prod.env".to_owned()), "{found:#}");
}

/// Whatever is done to it, a run ends: a child that waits on a FIFO is killed and fails the test.
#[test]
fn special_files_never_block() {
    let folder = project(&[("secrets/prod/A", "1\n")]);
    let at = |path: &str| folder.path().join(path);
    fifo(&at("secrets/prod/FIFO"));
    socket(&at("secrets/prod/SOCKET"));
    link("/dev/zero", &at("secrets/prod/DEVICE"));
    // Only root can make one: /dev/zero, which would be read for ever.
    let made = Command::new("mknod")
        .arg(at("secrets/prod/ZERO"))
        .args(["c", "1", "5"])
        .stderr(Stdio::null())
        .status();
    let device = made.is_ok_and(|status| status.success());
    fifo(&at(".env.prod"));
    let mut child = support::preflight(folder.path())
        .args(["check", "prod", "--format", "json"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > Duration::from_secs(60) {
            child.kill().unwrap();
            panic!("the run does not end");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    let output = child.wait_with_output().unwrap();
    let found: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2));
    support::valid(&found);
    let lines = lines(&found);
    let zero = "error special-file[kind:device] prod file secrets/prod/ZERO".to_owned();
    assert_eq!(lines.contains(&zero), device, "{lines:#?}");
    for expected in [
        "error special-file[kind:fifo] prod file .env.prod",
        "error special-file[kind:fifo] prod file secrets/prod/FIFO",
        "error special-file[kind:socket] prod file secrets/prod/SOCKET",
        "error symlinked-secret[link:leaves] prod file secrets/prod/DEVICE",
    ] {
        assert!(lines.iter().any(|line| line == expected), "{expected} not in {lines:#?}");
    }
}

#[test]
fn links_that_leave_or_circle_are_not_followed() {
    let outside = project(&[("TOKEN", "1\n"), ("prod/TOKEN", "1\n")]);
    let out = outside.path().join("TOKEN");
    let folder = project(&[(".env.prod", "A=1\n"), ("secrets/prod/KEPT", "1\n")]);
    let at = |path: &str| folder.path().join(path);
    link(out.to_str().unwrap(), &at("secrets/prod/OUT"));
    link("LOOP", &at("secrets/prod/LOOP"));
    link("nowhere", &at("secrets/prod/DANGLING"));
    link("../../secrets/prod/KEPT", &at("secrets/prod/INSIDE"));
    let (code, found) = report(folder.path(), ["prod"]);
    assert_eq!(code, 2);
    let lines: Vec<String> = lines(&found).into_iter().filter(|line| line.contains("symlinked")).collect();
    assert_eq!(
        lines,
        [
            "error symlinked-secret[link:dangling] prod file secrets/prod/DANGLING",
            "error symlinked-secret[link:loop] prod file secrets/prod/LOOP",
            "error symlinked-secret[link:leaves] prod file secrets/prod/OUT",
        ]
    );
    let folder = project(&[(".env.prod", "A=1\n")]);
    link(outside.path().to_str().unwrap(), &folder.path().join("secrets"));
    let (code, found) = report(folder.path(), ["prod"]);
    assert_eq!(code, 2);
    assert!(whys(&found).contains(&"bad-link file secrets/prod".to_owned()), "{found:#}");
}

#[test]
fn odd_file_names_are_escaped() {
    let folder = project(&[(".env.prod", "A=1\n"), ("secrets/prod/OK", "1\n")]);
    let odd = folder.path().join(std::ffi::OsStr::from_bytes(b"secrets/prod/\xff\x1b[31m##[error]"));
    fs::write(&odd, "x").unwrap();
    set_mode(&odd, 0o644);
    let (code, found) = report(folder.path(), ["prod"]);
    assert_eq!(code, 1);
    let shown = "secrets/prod/\\xff\\x1b[31m#\\x23[error]";
    assert!(
        lines(&found).contains(&format!("error loose-permissions[mode:0644] prod file {shown}")),
        "{found:#}"
    );
    let human = run(folder.path(), ["prod", "-v"]);
    assert!(human.stdout.contains(shown) && !human.stdout.contains('\u{1b}'), "{}", human.stdout);
}

#[test]
fn what_looks_like_a_key_and_is_key_material_is_named_by_its_line() {
    let pem = format!(
        "KEY=-----BEGIN RSA PRIVATE KEY-----\n{}\nTz3q==\n-----END RSA PRIVATE KEY-----\n",
        random_hex()
    );
    let alone = "Tz3qXa91==\n";
    let escaped = "A\u{1b}[31m=1\n";
    for text in [pem.as_str(), alone, escaped] {
        let folder = project(&[(".env.prod", &format!("{text}LAST=1\n"))]);
        let (code, found) = report(folder.path(), ["prod"]);
        assert_eq!(code, 1);
        let all = format!("{found}{}", run(folder.path(), ["prod", "-v"]).stdout);
        for piece in ["Tz3q", "\u{1b}"] {
            assert!(!all.contains(piece), "{all}");
        }
        assert!(lines(&found).iter().any(|line| line.starts_with("error malformed-line")), "{found:#}");
    }
}

#[test]
fn a_huge_file_is_not_read_and_a_large_one_is() {
    let folder = project(&[(".env.prod", "A=1\n")]);
    let file = fs::File::create(folder.path().join("huge")).unwrap();
    file.set_len(9 << 20).unwrap();
    fs::rename(folder.path().join("huge"), folder.path().join(".env.prod")).unwrap();
    let (code, found) = report(folder.path(), ["prod"]);
    assert_eq!(code, 2);
    assert!(whys(&found).contains(&"too-large file .env.prod".to_owned()), "{found:#}");
    let many: String = (0..50_000).map(|n| format!("ITEM_{n}=value{n}\n")).collect();
    let folder = project(&[(".env.prod", &many)]);
    let (code, found) = report(folder.path(), ["prod"]);
    assert_eq!((code, &found["environments"][0]["coverage"]["keys"]), (0, &Value::from(50_000)));
}

#[test]
fn a_closed_standard_output_ends_quietly_with_the_verdict() {
    let many: String = (0..5_000).map(|n| format!("KEY_{n}=CHANGE_ME\n")).collect();
    let folder = project(&[(".env.prod", &many)]);
    let mut child = support::preflight(folder.path())
        .arg("prod")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 8];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(1), b"".as_slice()));
}

#[test]
fn nothing_to_check_is_no_verdict() {
    let folder = project(&[("README", "x")]);
    error(folder.path(), &["--all"], "nothing-to-check");
    error(folder.path(), &["prod"], "unknown-environment");
    error(folder.path(), &[], "usage");
    for files in [
        [(".env.prod", "")],
        [(".env.prod", "# A=1\n")],
        [(".env.prod", "ALONE\n")],
        [("secrets/prod/db/A", "x\n")],
    ] {
        let (code, found) = report(project(&files).path(), ["prod"]);
        assert_eq!(code, 2);
        assert!(whys(&found).contains(&"nothing-to-check environment prod".to_owned()), "{found:#}");
    }
    let folder = project(&[("preflight.yaml", POLICY)]);
    let (code, found) = report(folder.path(), ["prod"]);
    assert_eq!(code, 2);
    assert!(whys(&found).contains(&"nothing-to-check environment prod".to_owned()), "{found:#}");
}

#[test]
fn a_project_folder_that_cannot_be_used_is_said() {
    let folder = project(&[("file", "x")]);
    let (message, _) = error(folder.path(), &["prod", "-C", "nowhere"], "bad-project");
    assert_eq!(message, "the project folder nowhere is not there");
    error(folder.path(), &["prod", "-C", "file"], "bad-project");
}

#[rstest]
#[case::not_utf8(b"version: 1\n# \xff\n", "the policy is not UTF-8")]
#[case::not_yaml(b"version: [1\n", "the policy is not valid YAML here")]
#[case::no_mapping(b"- a\n", "a policy must be a mapping")]
#[case::twice(
    b"version: 1\nedition: 2026\nkeys: { A: {}, A: {} }\n",
    "the policy says the same key twice in one mapping"
)]
#[case::two_documents(b"version: 1\n---\nversion: 1\n", "the policy's file holds more than one document")]
#[case::no_version(b"edition: 2026\n", "`version: 1` is missing")]
#[case::no_edition(
    b"version: 1\n",
    "`edition: 2026` is missing: it says which year's rules the policy was written for"
)]
#[case::other_version(b"version: 2\nedition: 2026\n", "this version reads policies of version 1")]
#[case::other_edition(b"version: 1\nedition: 2031\n", "unknown edition")]
#[case::unknown_field(b"version: 1\nedition: 2026\nkesy: {}\n", "unknown field `kesy`")]
#[case::planned_field(b"version: 1\nedition: 2026\ndocuments: []\n", "unknown field `documents`")]
#[case::unknown_rule(
    b"version: 1\nedition: 2026\nrules: { missing-kee: off }\n",
    "unknown rule `missing-kee`"
)]
#[case::unknown_level(
    b"version: 1\nedition: 2026\nrules: { missing-key: never }\n",
    "`missing-key` has an unknown value"
)]
#[case::unknown_pack(b"version: 1\nedition: 2026\nextends: [postgre]\n", "unknown pack `postgre`")]
#[case::relaxed_pack(b"version: 1\nedition: 2026\nextends: [relaxed]\n", "`relaxed` is no pack to extend")]
#[case::unknown_type(
    b"version: 1\nedition: 2026\nkeys: { A: { type: urls } }\n",
    "`type` has an unknown value"
)]
#[case::no_boolean(
    b"version: 1\nedition: 2026\nkeys: { A: { required: yes } }\n",
    "`required` takes true or false"
)]
#[case::no_number(
    b"version: 1\nedition: 2026\nkeys: { A: { min_length: -1 } }\n",
    "`min_length` takes a whole number"
)]
#[case::no_pattern(b"version: 1\nedition: 2026\nkeys: { \"A_**\": {} }\n", "this is no pattern of names")]
#[case::required_pattern(
    b"version: 1\nedition: 2026\nkeys: { \"A_*\": { required: true } }\n",
    "a pattern cannot be `required`"
)]
#[case::no_key_name(
    b"version: 1\nedition: 2026\nkeys: { \"A B\": {} }\n",
    "this cannot be the name of a variable"
)]
#[case::across_reason(
    b"version: 1\nedition: 2026\nkeys: { A: { across: any } }\n",
    "`across: any` needs a reason"
)]
#[case::lengths(
    b"version: 1\nedition: 2026\nkeys: { A: { min_length: 9, max_length: 8 } }\n",
    "`min_length` is above `max_length`: no value can satisfy both"
)]
#[case::mode(
    b"version: 1\nedition: 2026\nfiles: [{ path: x, mode: 0999 }]\n",
    "`mode` takes permission bits in octal, such as \"0600\""
)]
#[case::no_mode(
    b"version: 1\nedition: 2026\nfiles: [{ path: x }]\n",
    "an entry of `files` needs `path`, and `mode`, `owner` or `final_newline`"
)]
#[case::same_path(
    b"version: 1\nedition: 2026\nfiles: [{ path: x, mode: 0600 }, { path: ./x, mode: 0640 }]\n",
    "this path stands in `files` twice"
)]
#[case::leaving(
    b"version: 1\nedition: 2026\nsources: [{ dotenv: ../x }]\n",
    "the path leaves the project through `..`"
)]
#[case::absolute(
    b"version: 1\nedition: 2026\nsources: [{ secrets: /run/secrets }]\n",
    "the path is absolute; paths are relative to the project"
)]
#[case::planned_source(b"version: 1\nedition: 2026\nsources: [{ git: {} }]\n", "unknown field `git`")]
#[case::no_source(b"version: 1\nedition: 2026\nsources: []\n", "`sources` takes at least one source")]
#[case::alias_twice(
    b"version: 1\nedition: 2026\nenvironments: { prod: { aliases: [PROD] } }\n",
    "this name stands for another environment already (case does not count)"
)]
#[case::no_env_name(
    b"version: 1\nedition: 2026\nenvironments: { ../prod: {} }\n",
    "this cannot be an environment's name"
)]
fn broken_policies(#[case] policy: &[u8], #[case] message: &str) {
    let folder = project(&[(".env.prod", "A=1\n")]);
    fs::write(folder.path().join("preflight.yaml"), policy).unwrap();
    let (found, _) = error(folder.path(), &["prod"], "bad-policy");
    assert_eq!(found, message);
}

#[test]
fn all_problems_of_a_policy_are_said_at_once_with_their_places() {
    let policy = "version: 1\nedition: 2026\nkeys:\n  A: { requird: true }\n  B: { type: prot }\nrulez: {}\n";
    let folder = project(&[("preflight.yaml", policy), (".env.prod", "A=1\n")]);
    let (_, found) = report(folder.path(), ["prod"]);
    let errors: Vec<String> = found["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            format!("{}:{} {} {}", e["location"]["line"], e["location"]["column"], e["message"], e["help"])
        })
        .collect();
    assert_eq!(
        errors,
        [
            "4:8 \"unknown field `requird`\" \"did you mean `required`?\"",
            "5:8 \"`type` has an unknown value\" \"did you mean `port`?\"",
            "6:1 \"unknown field `rulez`\" \"did you mean `rules`?\"",
        ]
    );
}

#[test]
fn a_policy_that_is_none_shows_nothing_of_itself() {
    let canary = random_hex();
    for text in [
        format!("PASSWORD={canary}\n"),
        format!("password: {canary}\n"),
        format!("{canary}: 1\n"),
        format!("version: 1\nedition: 2026\nkeys: {{ A: {{ type: {canary} }} }}\n"),
        format!("version: 1\nedition: 2026\nkeys: [{canary}\n"),
        format!("version: 1\nedition: 2026\nrules: {{ {canary}: off }}\n"),
        format!("version: 1\nedition: 2026\nextends: [{canary}]\n"),
    ] {
        let folder = project(&[("other", &text), (".env.prod", "A=1\n")]);
        let (code, found) = report(folder.path(), ["prod", "--policy", "other"]);
        let human = run(folder.path(), ["prod", "--policy", "other", "-v"]);
        assert_eq!((code, human.code), (2, 2));
        for shown in [found.to_string(), human.stderr, human.stdout] {
            assert!(!shown.contains(&canary), "{shown}");
        }
    }
}

#[test]
fn policies_that_cannot_be_read() {
    let folder =
        project(&[(".env.prod", "A=1\n"), ("preflight.yaml", POLICY), ("policies/preflight.yaml", POLICY)]);
    let (message, _) = error(folder.path(), &["prod"], "bad-policy");
    assert_eq!(message, "the project has two policies: policies/preflight.yaml and preflight.yaml");
    let (message, _) = error(folder.path(), &["prod", "--policy", "nowhere.yaml"], "bad-policy");
    assert_eq!(message, "the policy nowhere.yaml is not there");
    let (message, _) = error(folder.path(), &["prod", "--policy", "."], "bad-policy");
    assert_eq!(message, "the policy . is a folder");
    let large = format!("# {}\n", "x".repeat(2 << 20));
    let folder = project(&[(".env.prod", "A=1\n"), ("preflight.yaml", &large)]);
    let (message, _) = error(folder.path(), &["prod"], "bad-policy");
    assert_eq!(message, "the policy preflight.yaml is larger than 1 MiB");
}

#[test]
fn hostile_policies_end_in_bounded_time() {
    let mut bomb = "version: 1\nedition: 2026\na0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..10 {
        bomb.push_str(&format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", ")));
    }
    let long = format!("{{version: 1,{}edition: 2026, keyz: 1}}", " ".repeat(90_000));
    let pattern =
        format!("version: 1\nedition: 2026\nfiles: [{{ path: \"{}\", mode: 0600 }}]\n", "*a".repeat(9_000));
    for policy in
        [long, pattern, bomb, "[".repeat(100_000), format!("a: {}{}", "{a: ".repeat(64), "}".repeat(64))]
    {
        let folder = project(&[(".env.prod", "A=1\n"), ("preflight.yaml", &policy)]);
        error(folder.path(), &["prod"], "bad-policy");
    }
}
