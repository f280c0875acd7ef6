//! `preflight fingerprint`: the tables of its page, the key, what is written, and what the gate makes of it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rstest::rstest;
use serde_json::Value;
use support::case::{Made, link, random_hex};
use support::rows::{bytes, cells};
use support::{Run, finish, preflight, run};
use tempfile::TempDir;

const POLICY: &str = "version: 1\nedition: 2026\nrules: { undeclared-key: off, weak-secret: off, placeholder-value: off, empty-value: off, \
    malformed-line: off, default-in-use: off }\n";
const STAGE: &str = "policies/fingerprints/stage.yaml";
const KEY: &str = "PREFLIGHT_FINGERPRINT_KEY_FILE";

/// The rows of the page's table below a heading.
fn rows(heading: &str) -> Vec<Vec<String>> {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/fingerprints.md")).unwrap();
    let part = page.split("\n## ").find(|part| part.starts_with(heading)).unwrap();
    let rows = part.lines().filter(|line| line.starts_with("| ") && !line.starts_with("|--"));
    let rows: Vec<Vec<String>> =
        rows.map(|row| cells(row).into_iter().map(str::to_owned).collect()).skip(1).collect();
    assert!(rows.len() > 5, "the table of {heading}");
    rows
}

/// A project with this policy and these files, beside which there is room for keys.
struct Place {
    folder: TempDir,
    made: Made,
}

impl Place {
    fn new(policy: &str) -> Self {
        let place = Self { folder: TempDir::new().unwrap(), made: Made::default() };
        fs::create_dir(place.project()).unwrap();
        fs::write(place.project().join("preflight.yaml"), format!("{POLICY}{policy}")).unwrap();
        place
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    fn put(&mut self, path: &str, cell: &str) {
        let filled = String::from_utf8(self.made.fill(cell)).unwrap();
        let path = self.project().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes(&filled)).unwrap();
        support::case::set_mode(&path, 0o600);
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.project().join(path)).unwrap();
    }

    fn fingerprint(&self, args: &[&str]) -> Run {
        run(&self.project(), ["fingerprint"].iter().chain(args))
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.project().join(path)).unwrap()
    }

    /// `rule[cause]` of each finding and `why name` of each gap about prints and peers, both sorted, and the exit code.
    fn check(&self, key: &str) -> (String, String, Value, i32) {
        let mut command = preflight(&self.project());
        command.args(["check", "prod", "--format", "json"]);
        match key {
            "right" => {}
            "none" => {
                command.env_remove(KEY);
            }
            _ => {
                let other = self.folder.path().join("other.key");
                fs::write(&other, random_hex()).unwrap();
                command.env(KEY, other);
            }
        }
        let done = finish(&command.output().unwrap());
        let report: Value =
            serde_json::from_str(&done.stdout).unwrap_or_else(|_| panic!("{}{}", done.stdout, done.stderr));
        support::valid(&report);
        let found: BTreeSet<String> = support::rows::findings(&report).into_iter().collect();
        let found: Vec<String> = found.into_iter().collect();
        let mut gaps = Vec::new();
        for gap in report["environments"][0]["not_checked"].as_array().unwrap() {
            let why = gap["why"].as_str().unwrap();
            let named =
                ["peer-", "fingerprint-", "not-fingerprinted"].iter().any(|start| why.starts_with(start));
            let what = gap["what"].as_str().unwrap().split_once(' ').unwrap().1;
            // The rule that compares all of an environment says so itself.
            if named && what != "mirror-drift" {
                gaps.push(format!("{why} {what}"));
            }
        }
        gaps.sort();
        let or_none = |list: Vec<String>, by| if list.is_empty() { "-".to_owned() } else { list.join(by) };
        (or_none(found, " "), or_none(gaps, ", "), report, done.code)
    }
}

#[test]
fn keys_are_taken_or_not() {
    let mut faults = String::new();
    for row in rows("The key") {
        let [content, taken] = &row[..] else { panic!("two cells: {row:?}") };
        let mut place = Place::new("");
        place.put(".env.prod", "A_SECRET={{hex:a}}\n");
        let filled = String::from_utf8(place.made.fill(content)).unwrap();
        let key = place.folder.path().join("key");
        fs::write(&key, bytes(&filled)).unwrap();
        let done = place.fingerprint(&["prod", "--key", key.to_str().unwrap()]);
        let expected = if taken == "yes" { 0 } else { 2 };
        if done.code != expected {
            let _ = writeln!(faults, "{row:?}: exit {} {}", done.code, done.stderr);
        }
        assert!(content.is_empty() || !done.stderr.contains(filled.trim()), "{}", done.stderr);
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn what_gets_a_fingerprint() {
    let mut faults = String::new();
    for row in rows("What gets a fingerprint") {
        let [line, expected] = &row[..] else { panic!("two cells: {row:?}") };
        let mut place = Place::new("");
        place.put(".env.stage", &format!("{line}\nOTHER=x\n"));
        let done = place.fingerprint(&["stage"]);
        assert_eq!(done.code, 0, "{row:?} {}", done.stderr);
        let key = line.split_once('=').unwrap().0;
        let file = place.read(STAGE);
        let list = file.lines().find_map(|line| line.strip_prefix(&format!("  {key}: [")));
        let count = list.map_or(0, |list| list.split(", ").count());
        let found = if done.stdout.contains(&format!("can be guessed: {key}")) && count == 0 {
            "refused".to_owned()
        } else {
            count.to_string()
        };
        if found != *expected {
            let _ = writeln!(faults, "{row:?}: {found}\n{file}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn what_is_compared() {
    let mut faults = String::new();
    for row in rows("What is compared") {
        let [stage, prod, findings, gaps] = &row[..] else { panic!("four cells: {row:?}") };
        for method in ["hmac-sha256", "argon2id"] {
            let mut place = Place::new("environments: { stage: {}, prod: {} }\n");
            place.put(".env.stage", stage);
            place.put(".env.prod", prod);
            assert_eq!(place.fingerprint(&["stage", "--method", method]).code, 0);
            place.remove(".env.stage");
            let (found, listed, report, _) = place.check("right");
            if found != *findings || listed != *gaps {
                let _ = writeln!(faults, "{row:?} {method}: {found} / {listed}\n{report:#}");
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn files_that_somebody_changed() {
    let mut faults = String::new();
    for row in rows("Files that somebody changed") {
        let [change, key, findings, gaps] = &row[..] else { panic!("four cells: {row:?}") };
        let mut place = Place::new("environments: { stage: {}, prod: {} }\n");
        place.put(".env.stage", "JWT_SECRET={{hex:a}}\n");
        place.put(".env.prod", "JWT_SECRET={{hex:a}}\n");
        place.fingerprint(&["stage"]);
        place.remove(".env.stage");
        let (path, text) = (place.project().join(STAGE), place.read(STAGE));
        match change.split_once(' ') {
            _ if change == "-" => {}
            _ if change == "delete" => fs::remove_file(&path).unwrap(),
            _ if change == "empty" => fs::write(&path, "").unwrap(),
            _ if change.starts_with("s/") => {
                let parts: Vec<&str> = change.split('/').collect();
                assert!(text.contains(parts[1]), "{row:?}");
                fs::write(&path, text.replacen(parts[1], parts[2], 1)).unwrap();
            }
            Some(("append", more)) => fs::write(&path, format!("{text}{more}\n")).unwrap(),
            _ => panic!("{row:?}"),
        }
        let (found, listed, _, code) = place.check(key);
        if found != *findings || listed != *gaps || code != i32::from(findings != "-") {
            let _ = writeln!(faults, "{row:?}: {found} / {listed} / {code}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn files_that_no_longer_fit() {
    let mut faults = String::new();
    for row in rows("Files that no longer fit") {
        let [then, now, findings] = &row[..] else { panic!("three cells: {row:?}") };
        let mut place = Place::new("environments: { prod: {} }\n");
        place.put(".env.prod", then);
        assert_eq!(place.fingerprint(&["prod"]).code, 0);
        place.put(".env.prod", now);
        let (found, ..) = place.check("right");
        // Whether it is up to date both ways of asking agree on.
        let code = place.fingerprint(&["prod", "--check"]).code;
        if found != *findings || code != i32::from(findings != "-") {
            let _ = writeln!(faults, "{row:?}: {found}, --check {code}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn environments_that_have_to_be_compared() {
    let mut faults = String::new();
    for row in rows("Environments that have to be compared") {
        let [stage, key, required, blocks, exit] = &row[..] else { panic!("five cells: {row:?}") };
        let policy = format!(
            "require_peers: {required}\nenvironments: {{ dev: {{ relaxed: true }}, stage: {{}}, prod: {{}} }}\n"
        );
        let mut place = Place::new(&policy);
        place.put(".env.prod", "JWT_SECRET={{hex:a}}\n");
        match stage.as_str() {
            "values" => place.put(".env.stage", "JWT_SECRET={{hex:b}}\n"),
            "fingerprints" => {
                place.put(".env.stage", "JWT_SECRET={{hex:b}}\n");
                place.fingerprint(&["stage"]);
                place.remove(".env.stage");
            }
            "nothing" => {}
            "broken values" => {
                place.put(".env.stage", "JWT_SECRET={{hex:b}}\n");
                link("/etc/passwd", &place.project().join("secrets"));
            }
            _ => panic!("{row:?}"),
        }
        if stage == "broken values" {
            fs::remove_file(place.project().join("secrets")).unwrap();
            link("/etc/passwd", &{
                place.remove(".env.stage");
                place.project().join(".env.stage")
            });
        }
        let (_, listed, _, code) = place.check(key);
        let blocking: Vec<&str> = listed.split(", ").filter(|gap| gap.starts_with("peer-required")).collect();
        let found = if blocking.is_empty() { "-".to_owned() } else { blocking.join(", ") };
        if found != *blocks || code.to_string() != *exit {
            let _ = writeln!(faults, "{row:?}: {listed} / {code}");
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// The file as an example shows it: sorted, the same bytes each time, readable by all.
#[test]
fn the_same_secrets_make_the_same_bytes() {
    let mut place = Place::new("environments: { stage: {}, prod: {} }\n");
    place.put(".env.stage", "Z_SECRET={{hex:z}}\nA_SECRET={{hex:a}}\nDB_PASSWORD=hunter2\nLOG_LEVEL=info\n");
    let first = place.fingerprint(&["stage"]);
    let shown =
        "policies/fingerprints/stage.yaml: written; 2 fingerprints of 2 secrets of stage, hmac-sha256, key ";
    assert!(first.stdout.starts_with(shown), "{}", first.stdout);
    assert!(first.stdout.ends_with("  no fingerprint, since the value can be guessed: DB_PASSWORD\n"));
    let text = place.read(STAGE);
    let names: Vec<&str> = text.lines().map(|line| line.split(':').next().unwrap()).collect();
    assert_eq!(
        names[1..],
        ["version", "environment", "method", "key", "fingerprints", "  A_SECRET", "  Z_SECRET", "seal"]
    );
    assert!(!text.contains("DB_PASSWORD"), "no list of where to begin");
    assert_eq!(fs::metadata(place.project().join(STAGE)).unwrap().permissions().mode() & 0o777, 0o644);
    place.put(".env.stage", "A_SECRET='{{hex:a}}'\nLOG_LEVEL=warn\nZ_SECRET={{hex:z}}\n");
    let again = place.fingerprint(&["stage"]);
    assert!(again.stdout.contains(": unchanged; 2 fingerprints"), "{}", again.stdout);
    assert_eq!(place.read(STAGE), text);
}

/// A slower method stays until somebody types another.
#[test]
fn the_method_is_kept() {
    let mut place = Place::new("environments: { stage: {} }\n");
    place.put(".env.stage", "A_SECRET={{hex:a}}\n");
    place.fingerprint(&["stage", "--method", "argon2id"]);
    place.put(".env.stage", "A_SECRET={{hex:b}}\n");
    assert!(place.fingerprint(&["stage"]).stdout.contains(", argon2id, "));
    assert!(place.fingerprint(&["stage", "--method", "hmac-sha256"]).stdout.contains(", hmac-sha256, "));
}

#[test]
fn a_new_key_is_its_owners_alone_and_replaces_none() {
    let mut place = Place::new("environments: { prod: {} }\n");
    place.put(".env.prod", "A_SECRET={{hex:a}}\n");
    let key = place.folder.path().join("new.key");
    let typed = key.to_str().unwrap();
    let done = place.fingerprint(&["--new-key", typed]);
    let text = fs::read_to_string(&key).unwrap();
    assert_eq!((done.code, text.len()), (0, 65), "{}", done.stderr);
    assert!(!done.stdout.contains(text.trim()) && done.stdout.contains("new.key"));
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let again = place.fingerprint(&["--new-key", typed]);
    assert_eq!((again.code, fs::read_to_string(&key).unwrap()), (2, text.clone()));
    assert_eq!(place.fingerprint(&["prod", "--key", typed]).code, 0);
    // From standard input, for the gate too.
    for (args, code) in [
        (&["fingerprint", "prod", "--key", "-", "--check"][..], 0),
        (&["check", "prod", "--fingerprint-key", "-"], 0),
        (&["where", "A_SECRET", "--env", "prod", "--fingerprint-key", "-"], 0),
    ] {
        let child = preflight(&place.project())
            .args(args)
            .env_remove(KEY)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let done = finish(&child.wait_with_output().unwrap());
        assert_eq!(done.code, code, "{args:?} {}{}", done.stdout, done.stderr);
        assert!(!done.stdout.contains("fingerprint-key"), "{}", done.stdout);
    }
}

/// In the folder of the project, or anywhere in its git work tree, the key does not travel apart.
#[rstest]
#[case("project/fp.key")]
#[case("project/a/fp.key")]
#[case("fp.key")]
fn a_key_in_the_work_tree_is_refused(#[case] path: &str) {
    let mut place = Place::new("environments: { prod: {} }\n");
    place.put(".env.prod", "A_SECRET={{hex:a}}\n");
    let key = place.folder.path().join(path);
    fs::create_dir_all(key.parent().unwrap()).unwrap();
    let made = place.fingerprint(&["--new-key", key.to_str().unwrap()]);
    let outside = path == "fp.key";
    assert_eq!((made.code, key.exists()), if outside { (0, true) } else { (2, false) }, "{}", made.stderr);
    fs::write(&key, random_hex()).unwrap();
    if outside {
        // A link into the project is no key in it; a work tree round the project is.
        assert_eq!(place.fingerprint(&["prod", "--key", "../fp.key"]).code, 0);
        assert!(
            Command::new("git").arg("init").arg("-q").arg(place.folder.path()).status().unwrap().success()
        );
    }
    for args in [&["fingerprint", "prod", "--key"][..], &["check", "prod", "--fingerprint-key"]] {
        let done = run(&place.project(), args.iter().copied().chain([key.to_str().unwrap()]));
        assert_eq!(done.code, 2, "{}", done.stdout);
        assert!(done.stderr.contains("lies in the project's work tree"), "{}", done.stderr);
    }
}

#[test]
fn what_cannot_be_read_whole_is_not_written() {
    let mut place = Place::new("environments: { stage: {}, prod: {} }\n");
    place.put(".env.prod", "A_SECRET={{hex:a}}\n");
    link("/etc/passwd", &place.project().join(".env.stage"));
    let done = place.fingerprint(&["--all"]);
    assert_eq!((done.code, done.stdout.as_str()), (2, ""));
    assert!(done.stderr.contains("stage cannot be fingerprinted: .env.stage"), "{}", done.stderr);
    assert!(done.stderr.contains("prod.yaml: written"), "{}", done.stderr);
    assert!(!place.project().join(STAGE).exists());
    place.remove(".env.stage");
    let nothing = place.fingerprint(&["stage"]);
    assert!(
        nothing.code == 2 && nothing.stderr.contains("there is nothing of stage here"),
        "{}",
        nothing.stderr
    );
    for (args, said) in [
        (&["fingerprint"][..], "name an environment"),
        (&["fingerprint", "nowhere"], "there is no environment `nowhere`"),
        (&["fingerprint", "prod", "--key", "/nowhere"], "it is not there"),
        (&["fingerprint", "prod", "--new-key", "x"], "cannot be used with"),
        (&["check", "prod", "--fingerprint-key", "/nowhere"], "it is not there"),
    ] {
        let done = run(&place.project(), args);
        assert!(done.code == 2 && done.stderr.contains(said), "{args:?} {}", done.stderr);
    }
    let none =
        finish(&preflight(&place.project()).args(["fingerprint", "prod"]).env_remove(KEY).output().unwrap());
    assert!(none.code == 2 && none.stderr.contains("there is no key"), "{}", none.stderr);
}

/// Nothing is written outside the project, whatever the repository's links say.
#[test]
fn links_lead_nowhere() {
    let mut place = Place::new("environments: { prod: {} }\n");
    place.put(".env.prod", "A_SECRET={{hex:a}}\n");
    let outside = place.folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    link(outside.to_str().unwrap(), &place.project().join("policies"));
    let done = place.fingerprint(&["prod"]);
    assert_eq!((done.code, fs::read_dir(&outside).unwrap().count()), (2, 0), "{}", done.stdout);
    fs::remove_file(place.project().join("policies")).unwrap();
    fs::create_dir_all(place.project().join("policies/fingerprints")).unwrap();
    let victim = outside.join("victim");
    fs::write(&victim, "kept").unwrap();
    link(victim.to_str().unwrap(), &place.project().join("policies/fingerprints/prod.yaml"));
    place.fingerprint(&["prod"]);
    assert_eq!(fs::read_to_string(&victim).unwrap(), "kept");
}

/// `where`: variables that refer to it, and values that nobody knows.
#[test]
fn references_are_places_too() {
    let mut place = Place::new("environments: { prod: {}, stage: {} }\n");
    let prod = "DB_PASSWORD={{hex:a}}\nDATABASE_URL=postgres://u:${DB_PASSWORD}@db.example.com/app\n\
        ALIAS=${DB_PASSWORD:-none}\nSECOND=x-$ALIAS-${SECOND}\nQUOTED='${DB_PASSWORD}'\nOTHER=http://${HOST}/x\n\
        MIXED=postgres://u:{{hex:a}}@${HOST}/app\n";
    place.put(".env.prod", prod);
    place.put(".env.stage", "DB_PASSWORD={{hex:b}}\nMINE=${DB_PASSWORD}\n");
    let done = run(&place.project(), ["where", "DB_PASSWORD", "--env", "prod"]);
    let expected = "DB_PASSWORD of prod stands in 5 places
  prod
    .env.prod:1  DB_PASSWORD
    .env.prod:2  DATABASE_URL, which refers to it
    .env.prod:3  ALIAS, which refers to it
    .env.prod:4  SECOND, which refers to it
    .env.prod:7  MIXED, as the password in it
not looked at: key OTHER: its value is not known
not looked at: key MINE: its value is not known
";
    assert_eq!((done.code, done.stdout.as_str()), (0, expected), "{}", done.stderr);
    let alias = run(&place.project(), ["where", "ALIAS", "--env", "prod"]);
    let expected = "ALIAS of prod stands in 2 places
  prod
    .env.prod:3  ALIAS
    .env.prod:4  SECOND, which refers to it
other variables were not looked through: its value is not known, being put together from others
";
    assert_eq!((alias.code, alias.stdout.as_str()), (0, expected), "{}", alias.stderr);
    let json = run(&place.project(), ["where", "ALIAS", "--env", "prod", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.stdout).unwrap();
    support::fits(preflight::report::whereabouts::JSON_SCHEMA, &document);
    assert_eq!((&document["compared"], &document["places"][1]["form"]), (&false.into(), &"reference".into()));
    assert_eq!(document["not_looked_at"][0]["what"], "key ALIAS");
    assert_eq!(document["not_looked_at"][0]["why"], "value-unknown");
}

/// `where`, over every form and place.
#[test]
fn a_value_is_found_wherever_it_stands() {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    let policy = "services: [api, web]\nenvironments: { prod: {}, stage: {}, far: {}, gone: {} }\n";
    let mut place = Place::new(policy);
    place.put("secrets/prod/JWT_SECRET", "{{hex:a}}\n");
    place.put("secrets/prod/api/OLD_SECRET", "{{hex:a}}");
    let a = String::from_utf8(place.made.fill("{{hex:a}}")).unwrap();
    let encoded = STANDARD.encode(&a);
    place.put(".env.prod", &format!("JWT_SECRET={{{{hex:b}}}}\nENCODED={encoded}\nLOG_LEVEL=info\n"));
    place.put(".env.stage", "X=postgres://u:{{hex:a}}@db/d\nLOG_LEVEL=info\n");
    place.put(".env.far", "FAR_SECRET={{hex:a}}\n");
    assert_eq!(place.fingerprint(&["far"]).code, 0);
    place.remove(".env.far");
    let done = run(&place.project(), ["where", "JWT_SECRET", "--env", "prod"]);
    assert_eq!(
        (done.code, done.stdout.as_str()),
        (
            0,
            "JWT_SECRET of prod stands in 6 places
  prod
    secrets/prod/JWT_SECRET  JWT_SECRET
    secrets/prod/api/OLD_SECRET  OLD_SECRET, for api
    .env.prod:1  JWT_SECRET, shadowed
    .env.prod:2  ENCODED, as its base64
  stage
    .env.stage:1  X, as the password in it
  far
    policies/fingerprints/far.yaml  FAR_SECRET, by its fingerprint
not looked at: environment gone: another environment is not here to be compared with, nor are its fingerprints
"
        ),
        "{}",
        done.stderr
    );
    let json = run(&place.project(), ["where", "JWT_SECRET", "--env", "prod", "--format", "json"]);
    let document: Value = serde_json::from_str(&json.stdout).unwrap();
    support::fits(preflight::report::whereabouts::JSON_SCHEMA, &document);
    assert_eq!(document["places"].as_array().unwrap().len(), 6);
    assert_eq!(document["places"][4]["form"], "password");
    assert_eq!(document["not_looked_at"][0]["why"], "peer-absent");
    let plain = run(&place.project(), ["where", "LOG_LEVEL", "--env", "prod"]);
    assert!(plain.stdout.starts_with("LOG_LEVEL of prod stands in 1 place\n"), "{}", plain.stdout);
    assert!(plain.stdout.contains("too many have such a value"), "{}", plain.stdout);
    for (args, said) in [
        (&["where", "NOTHING", "--env", "prod"][..], "there is no variable `NOTHING` in prod"),
        (&["where", "JWT_SECRET", "--env", "nowhere"], "there is no environment `nowhere`"),
        (&["where", "JWT_SECRET"], "--env"),
    ] {
        let done = run(&place.project(), args);
        assert!(done.code == 2 && done.stderr.contains(said), "{args:?} {}", done.stderr);
    }
}
