//! SOPS files both ways with the real program: what it seals is opened here, and what the tests seal it opens. Runs where
//! `PREFLIGHT_REAL_TOOLS=1` is set.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use preflight::sealed::age::Keyring;
use preflight::sealed::sops::{Contents, Form, Kind, SopsFile};
use serde_json::Value;
use support::case::{random_hex, set_mode};
use support::sealed::Keys;
use support::trace::nothing_is_written;
use support::{finish, preflight, real_tools};
use tempfile::TempDir;

/// The program `sops` of getsops. The first implementation, an oracle of the tests too, bears that name.
const SOPS: &str = "getsops";

fn sops(folder: &Path, args: &[&str]) -> Output {
    Command::new(SOPS)
        .args(args)
        .current_dir(folder)
        .env("SOPS_AGE_KEY_FILE", folder.join("key.txt"))
        .env("SOPS_DISABLE_VERSION_CHECK", "1")
        .env("HOME", folder)
        .output()
        .unwrap_or_else(|error| panic!("{SOPS}: {error}; scripts/install-tools.sh installs it"))
}

fn right(output: Output) -> Vec<u8> {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn project(keys: &Keys) -> TempDir {
    let folder = TempDir::new().unwrap();
    set_mode(folder.path(), 0o755);
    fs::write(folder.path().join("key.txt"), keys.identity()).unwrap();
    set_mode(&folder.path().join("key.txt"), 0o600);
    folder
}

/// What a tree of JSON holds, by the names that the reader gives.
fn flat(name: &str, value: &Value, out: &mut BTreeMap<String, String>) {
    let below = |key: &str| if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
    match value {
        Value::Object(map) => map.iter().for_each(|(key, item)| flat(&below(key), item, out)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| flat(&below(&at.to_string()), item, out));
        }
        Value::String(text) => drop(out.insert(name.to_owned(), text.clone())),
        Value::Null => drop(out.insert(name.to_owned(), String::new())),
        other => drop(out.insert(name.to_owned(), other.to_string())),
    }
}

/// Numbers are one if their values are.
fn same(one: &str, other: &str) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    one == other || (number(one).is_some() && number(one) == number(other))
}

const YAML: &str = "\
# at the top
text: plain
two: |
    lines
    and more # no comment
blanks: ' x '
unicode: größe 😀
empty: \"\"
nothing: null
number: 5432
large: 9223372036854775807
octal: 0600
float: 1.5
exact: 0.1
whole: 1.0
million: 1000000.0
tiny: 1e-7
huge: 1e21
on: true
off: false
time: 2026-01-02T03:04:05Z
date: 2026-01-02
ENCish: ENC[x]
# seal this
sealed: {a: 1, b: [x, {c: y}]}
data:
    # within
    inner: one # behind
    list:
        - a
        # between
        - b
    # at the end
stringData: {A: x}
note_unencrypted: in the clear
meta: {name: n, list: [1, 2.5, true, null, \"\"]}
long: \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"
";
const JSON: &str = r#"{"text": "x\n\"y\" é 😀", "n": {"i": 5, "f": 0.1, "big": 12345678901234567890, "b": [true, false, null, ""]}, "data": {"a": "x"}, "z_unencrypted": [1, "1"]}"#;
const ENV: &str = "# note\nA=one\nB=\"two # words\"\nC=\nD=a=b\\nc\nexport E=x\nF_unencrypted=clear\n";
const INI: &str = "; note\n[one]\na = x\nb = 5\n\n[two]\n# why\na = \"y z\"\nc_unencrypted = clear\n";

#[test]
fn files_of_sops_are_opened() {
    if !real_tools() {
        return;
    }
    let keys = Keys::default();
    let project = project(&keys);
    let folder = project.path();
    let (me, stranger) = (keys.me.to_public().to_string(), keys.stranger.to_public().to_string());
    let mut keyring = Keyring::new(Box::new(|| None));
    keyring.push(keyring.unlock(keys.identity().as_bytes()).unwrap());
    let both = format!("{stranger},{me}");
    let ways: &[&[&str]] = &[
        &[],
        &["--unencrypted-suffix", "_unencrypted"],
        &["--encrypted-suffix", "a"],
        &["--encrypted-regex", "^(data|stringData|a|A)$"],
        &["--unencrypted-regex", "^(meta|n|b|B)"],
        // No flag says these.
        &["mac_only_encrypted: true, encrypted_regex: ^(data|stringData|a|A)$"],
        &["encrypted_comment_regex: seal|why|note"],
        &["unencrypted_comment_regex: seal|why|note"],
    ];
    let files = [
        ("a.yaml", Form::Yaml, YAML),
        ("b.json", Form::Json, JSON),
        ("c.env", Form::Dotenv, ENV),
        ("d.ini", Form::Ini, INI),
        ("e.bin", Form::Binary, "any\ntext\n"),
    ];
    let mut opened = 0;
    for (name, form, plain) in files {
        for (at, way) in ways.iter().enumerate() {
            // Stores without comments, and the one entry of a file of any kind, are as they are without a rule.
            if form == Form::Binary && at > 0 || form == Form::Json && at > 5 {
                continue;
            }
            fs::write(folder.join(name), plain).unwrap();
            let to = if at % 2 == 0 { &me } else { &both };
            let _ = fs::remove_file(folder.join(".sops.yaml"));
            let mut args = vec!["encrypt", "--age", to];
            if let [rule] = way {
                let rules = format!("creation_rules: [{{ {rule}, age: \"{to}\" }}]\n");
                fs::write(folder.join(".sops.yaml"), rules).unwrap();
                args = vec!["encrypt"];
            } else {
                args.extend(way.iter().copied());
            }
            args.push(name);
            let sealed = right(sops(folder, &args));
            let what = format!("{name} {way:?}");
            assert_eq!(Form::of(name, &sealed), form);
            let file =
                SopsFile::recognise(&sealed, form).unwrap().unwrap_or_else(|fault| panic!("{what}: {fault}"));
            assert_eq!(file.misplaced(), [], "{what}");
            assert!(file.recipients().unwrap().iter().all(|(_, named)| named.is_some()));
            let key = file.data_key(&keyring).unwrap_or_else(|fault| panic!("{what}: {fault}"));
            let found = file
                .decrypt(&key)
                .unwrap_or_else(|fault| panic!("{what}: {fault}\n{}", String::from_utf8_lossy(&sealed)));
            fs::write(folder.join(name), &sealed).unwrap();
            opened += 1;
            if matches!(form, Form::Dotenv | Form::Binary) {
                let shown = right(sops(folder, &["decrypt", name]));
                let Contents::Text(text) = file.contents(&sealed, found) else { panic!("{what}: no text") };
                let trim = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\n').to_owned();
                assert_eq!(trim(&text), trim(&shown), "{what}");
                continue;
            }
            let shown = right(sops(folder, &["decrypt", "--output-type", "json", name]));
            let mut wanted = BTreeMap::new();
            flat("", &serde_json::from_slice(&shown).unwrap(), &mut wanted);
            let values = found.iter().filter(|one| one.kind != Kind::Comment);
            let held: BTreeMap<String, String> = values
                .map(|one| (one.path.name(), String::from_utf8(one.value.expose().to_vec()).unwrap()))
                .collect();
            let names = |map: &BTreeMap<String, String>| map.keys().cloned().collect::<Vec<_>>();
            assert_eq!(names(&held), names(&wanted), "{what}");
            for (name, value) in &held {
                assert!(same(value, &wanted[name]), "{what} {name}: {value} {}", wanted[name]);
            }
        }
    }
    assert_eq!(opened, 8 * 3 + 6 + 1);
}

#[test]
fn sops_opens_what_the_tests_seal() {
    if !real_tools() {
        return;
    }
    let keys = Keys::default();
    let project = project(&keys);
    let folder = project.path();
    let files = [
        ("a.yaml", "A: x\nB: {c: 5, d: [true, 1.5]}\ndata: {e: y}\n"),
        ("b.json", "{\"A\": \"x\", \"B\": 5, \"data\": {\"e\": false}}"),
        ("c.env", "# note\nA=x\nB=y\nC_unencrypted=z\n"),
        ("d.ini", "[s]\nA=x\nB=y\n"),
        ("e", "any text"),
    ];
    for (name, plain) in files {
        for way in [
            "sops",
            "sops-both",
            "sops-kms-me",
            "sops-part",
            "sops-part-mac",
            "sops-changed",
            "sops-mac",
            "sops-edited",
        ] {
            // One entry of a file of any kind has no part, and no name by which it could be left out.
            if name == "e" && way == "sops-edited" {
                continue;
            }
            fs::write(folder.join(name), keys.seal_file(name, way, plain.as_bytes())).unwrap();
            let output = sops(folder, &["decrypt", name]);
            let wanted = !["sops-changed", "sops-mac", "sops-edited"].contains(&way);
            assert_eq!(
                output.status.success(),
                wanted,
                "{name} {way}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
    }
}

/// A project as people make it: every file by the real program, and no word of a policy but of what is asked.
#[test]
fn a_project_of_sops_files_is_checked() {
    if !real_tools() {
        return;
    }
    let keys = Keys::default();
    let project = project(&keys);
    let folder = project.path();
    let me = keys.me.to_public().to_string();
    fs::create_dir_all(folder.join("secrets/prod")).unwrap();
    set_mode(&folder.join("secrets"), 0o755);
    set_mode(&folder.join("secrets/prod"), 0o755);
    let policy = "version: 1\nedition: 2026\nidentities: key.txt\nencrypted: true\n\
        sources: [{ secrets: \"secrets/{env}\" }, { dotenv: \".env.{env}\" }, { config: { path: \"app.{env}.enc.yaml\", map: { DB_PORT: db.port } } }]\n\
        environments: { prod: {} }\n\
        keys: { PORT: { type: port }, API_TOKEN: { secret: true }, DB_PASSWORD: { secret: true, min_length: 20 }, DB_PORT: { type: port } }\n";
    fs::write(folder.join("preflight.yaml"), policy).unwrap();
    let seal = |name: &str, plain: &str, args: &[&str]| {
        fs::write(folder.join("plain"), plain).unwrap();
        let args: Vec<&str> =
            ["encrypt", "--age", &me].into_iter().chain(args.iter().copied()).chain(["plain"]).collect();
        fs::write(folder.join(name), right(sops(folder, &args))).unwrap();
        set_mode(&folder.join(name), 0o644);
        fs::remove_file(folder.join("plain")).unwrap();
    };
    let dotenv = ["--input-type", "dotenv", "--output-type", "dotenv"];
    let yaml = ["--input-type", "yaml", "--output-type", "yaml"];
    seal(".env.prod", "PORT=8080\n", &dotenv);
    seal("secrets/prod/API_TOKEN", &random_hex(), &[]);
    seal("secrets/prod/db.yaml", &format!("DB_PASSWORD: {}\n", random_hex()), &yaml);
    seal("app.prod.enc.yaml", "db: {port: 5432, host: h}\n", &yaml);
    let run = || finish(&preflight(folder).args(["prod"]).output().unwrap());
    let whole = run();
    assert_eq!(whole.code, 0, "{}{}", whole.stdout, whole.stderr);
    nothing_is_written(folder, &["prod"], ("app.prod", 1));
    // What is taken in by `<<` stands below that key, and each of several documents counts.
    seal("app.prod.enc.yaml", "a: &a {port: 1}\ndb:\n  <<: *a\n  port: 5432\n", &yaml);
    let merged = run();
    assert_eq!(merged.code, 0, "{}", merged.stdout);
    seal("app.prod.enc.yaml", "db: {port: 5432}\n---\ndb: {port: 80}\n", &yaml);
    let several = run();
    assert!(several.stdout.contains("duplicate-key[different]"), "{}", several.stdout);
    seal("app.prod.enc.yaml", "db: {port: 543200, host: h}\n", &yaml);
    let wrong = run();
    assert_eq!(wrong.code, 1, "{}", wrong.stdout);
    assert!(
        wrong.stdout.contains("wrong-type[type:port]") && wrong.stdout.contains("DB_PORT"),
        "{}",
        wrong.stdout
    );
}
