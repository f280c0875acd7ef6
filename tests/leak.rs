//! No value leaves: canaries in every case, looked for in every format, stream and file.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;
use support::case::{Case, random_hex};
use support::{finish, preflight};

/// Ways of running; a new output of preflight is a new row here.
const RUNS: &[&[&str]] = &[
    &["--color", "always"],
    &["--color", "never", "-v"],
    &["-q"],
    &["--format", "json"],
    &["--warnings-as-errors", "--format", "json", "-v"],
    &["--output", "json=out.json", "--output", "human=out.txt"],
    &["--public-log", "-v"],
    &["--output", "human=/dev/stdout", "--output", "json=/dev/stderr"],
];
/// Pieces of a canary this long must not be seen either.
const PIECE: usize = 10;

/// A variable of the process that holds the canary.
const PROCESS: &str = "PLANTED_VALUE";

/// What must not be seen: pieces of the canary, and the canary in the forms that programs turn bytes into.
fn forbidden(canary: &str) -> Vec<String> {
    let pieces = canary.as_bytes().windows(PIECE).map(|piece| String::from_utf8(piece.to_vec()).unwrap());
    let hex: String = canary.bytes().map(|byte| format!("{byte:02x}")).collect();
    let reversed: String = canary.chars().rev().collect();
    let decimal = format!("{:?}", &canary.as_bytes()[..PIECE]);
    let further =
        [hex, reversed, STANDARD.encode(canary), STANDARD.encode(canary.trim_start_matches('Z')), decimal];
    pieces.chain(further).collect()
}

/// Runs every way over a project and looks for the canary.
fn search(folder: &Path, args: &[String], canary: &str, what: &str) {
    search_in(folder, args, canary, what, RUNS);
}

fn search_in(folder: &Path, args: &[String], canary: &str, what: &str, runs: &[&[&str]]) {
    let forbidden = forbidden(canary);
    let environment = args.iter().find(|arg| !arg.starts_with('-')).map_or("prod", String::as_str);
    // Fingerprints lie in the project from here on, so that they are judged too.
    let run = finish(&preflight(folder).args(["fingerprint", environment]).output().unwrap());
    let path = folder.join(format!("policies/fingerprints/{environment}.yaml"));
    let written = fs::read_to_string(path).unwrap_or_default();
    for text in [&run.stdout, &run.stderr, &written] {
        if let Some(piece) = forbidden.iter().find(|piece| text.contains(piece.as_str())) {
            panic!("{what} fingerprint shows {piece}:\n{text}");
        }
    }
    for way in runs {
        // A variable of the process is a value too.
        let mut command = preflight(folder);
        let output = command.env(PROCESS, canary).arg("check").args(args).args(*way).output().unwrap();
        let run = finish(&output);
        let written =
            ["out.json", "out.txt"].map(|name| fs::read_to_string(folder.join(name)).unwrap_or_default());
        for text in [&run.stdout, &run.stderr, &written[0], &written[1]] {
            if let Some(piece) = forbidden.iter().find(|piece| text.contains(piece.as_str())) {
                panic!("{what} {way:?} shows {piece}:\n{text}");
            }
        }
        if way.windows(2).any(|args| args == ["--format", "json"]) {
            support::valid(&serde_json::from_str(&run.stdout).unwrap());
        }
        assert!(!run.stdout.is_empty() || !run.stderr.is_empty(), "{what} {way:?} says nothing");
    }
    search_files(folder, &forbidden, what);
    // What is known of every variable, with the policy's fields.
    let mut key = None;
    for format in ["human", "json"] {
        let run = support::run(folder, ["explain", "--format", format, "--env", environment]);
        key = key.or_else(|| run.stdout.split(' ').next().map(str::to_owned));
        // And where the value of one of them stands.
        let typed = key.as_deref().filter(|key| !key.is_empty()).unwrap_or("A");
        let places = support::run(folder, ["where", typed, "--format", format, "--env", environment]);
        for text in [&run.stdout, &run.stderr, &places.stdout, &places.stderr] {
            if let Some(piece) = forbidden.iter().find(|piece| text.contains(piece.as_str())) {
                panic!("{what} explain or where shows {piece}:\n{text}");
            }
        }
    }
}

/// Looks for the canary in what is said of every `.env` file of a folder and of those below it.
fn search_files(folder: &Path, forbidden: &[String], what: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let facts = path.symlink_metadata().unwrap();
        if facts.is_dir() {
            search_files(&path, forbidden, what);
        }
        if !facts.is_file() || !path.file_name().unwrap().to_string_lossy().contains("env") {
            continue;
        }
        // Each of the thousands of cases once: both ways show the same names.
        let way = if what.len().is_multiple_of(2) { "human" } else { "json" };
        let mut command = preflight(folder);
        command.arg("readers").args(path.file_name()).args(["--format", way]);
        let run = finish(&command.output().unwrap());
        for text in [&run.stdout, &run.stderr] {
            if let Some(piece) = forbidden.iter().find(|piece| text.contains(piece.as_str())) {
                panic!("{what} readers {way:?} shows {piece}:\n{text}");
            }
        }
        assert!(!run.stdout.is_empty() || !run.stderr.is_empty(), "{what} {way:?} says nothing");
    }
}

/// Two policies that differ in every field that holds values.
#[test]
fn a_comparison_of_policies_shows_no_value() {
    use support::repo::Repo;
    let repo = Repo::new();
    let canaries = [format!("Zq9{}", &random_hex()[..40]), format!("Zq9{}", &random_hex()[..40])];
    for canary in &canaries {
        repo.write(
            "preflight.yaml",
            format!("version: 1\nedition: 2026\nkeys:\n  A: {{ one_of: [{canary}], not: [x{canary}], default: \"{canary}\" }}\n  \"B_*\": {{ not: [{canary}] }}\n"),
        );
        repo.commit("policy");
    }
    for format in ["human", "json"] {
        let run = support::run(repo.path(), ["policy", "diff", "HEAD~1", "--format", format]);
        assert_eq!(run.code, 1, "{}", run.stderr);
        for piece in canaries.iter().flat_map(|canary| forbidden(canary)) {
            assert!(!run.stdout.contains(&piece) && !run.stderr.contains(&piece), "{}", run.stdout);
        }
    }
}

/// Puts the canary into a file's values, in one of several ways.
fn plant(path: &str, content: &[u8], canary: &str, way: usize) -> Vec<u8> {
    let text = String::from_utf8_lossy(content).into_owned();
    let policy = text.contains("edition: 2026");
    let lines =
        |change: &dyn Fn(&str) -> String| text.lines().map(change).collect::<Vec<_>>().join("\n") + "\n";
    let assigned = |line: &str, value: &dyn Fn(&str) -> String| match line.split_once('=') {
        Some((key, rest)) if !line.trim_start().starts_with('#') => format!("{key}={}", value(rest)),
        _ => line.to_owned(),
    };
    let changed = match (policy, way) {
        (true, 0) => text
            .replace("one_of: [", &format!("one_of: [{canary}, "))
            .replace("not: [", &format!("not: [{canary}, "))
            .replace("not+: [", &format!("not+: [{canary}, "))
            .replace("default: ", &format!("default: {canary}")),
        (true, 1) => format!("# {canary}\n{text}# {canary}\n"),
        (true, _) => text.replace("edition: 2026", &format!("edition: 2026 # {canary}")),
        // Values of a file of keys and values, and names in a list of them.
        _ if [".yaml", ".yml", ".toml", ".json"].iter().any(|end| path.ends_with(end)) => match way {
            0 => text.replace(": ", &format!(": {canary}")).replace("= ", &format!("= {canary}")),
            1 => text.replace(": \"", &format!(": \"{canary}")).replace("= \"", &format!("= \"{canary}")),
            2 => format!("{text}\n# {canary}\n"),
            _ => format!("{text}\n{canary}\n\"{canary}"),
        },
        _ if !path.contains(".env") => match way {
            0 => format!("{}{canary}\n", text.trim_end()),
            1 => format!("{canary}{text}"),
            _ => format!("{canary}\n{text}\n{canary}"),
        },
        (_, 0) => lines(&|line| assigned(line, &|rest| format!("{rest}{canary}"))),
        (_, 1) => lines(&|line| assigned(line, &|rest| format!("{canary}{rest}"))),
        (_, 2) => lines(&|line| {
            assigned(line, &|_| format!("postgres://u:{canary}@{canary}/{canary}?sslmode={canary}"))
        }),
        (_, 3) => format!(
            "{text}# OLD={canary}\n{canary}\n{canary}==\nexport {canary}\n A={canary}\"\nB='{canary}\n{canary}={canary}\n"
        ),
        _ => format!(
            "-----BEGIN X-----\n{canary}\n{text}X=\"{canary}\n{canary}\"x\n\0{canary}\n\u{feff}{canary}=1\n"
        ),
    };
    changed.into_bytes()
}

#[test]
fn no_case_shows_a_planted_value() {
    let mut cases = Case::all();
    cases.retain(|(_, case)| case.is_possible());
    assert!(!cases.is_empty());
    // Thousands of runs: every core takes its share.
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let share = cases.iter().skip(worker).step_by(workers);
            scope.spawn(move || share.for_each(|(_, case)| plant_in(case)));
        }
    });
}

fn plant_in(case: &Case) {
    for way in 0..5 {
        // Mixed case and digits, as key material is.
        let canary = format!("Zq9{}", &random_hex()[..40]);
        let project = case.lay_out_with(|path, content| plant(path, &content, &canary, way));
        // Planted the first way it is looked for in every format; the other four ways share the formats among them.
        let some: Vec<&[&str]> = RUNS.iter().skip(way % 4).step_by(3).copied().collect();
        let runs = if way == 0 { RUNS } else { &some };
        search_in(project.path(), &case.args, &canary, &format!("{} ({way})", case.name), runs);
    }
}

/// Fields, files and sources in which values stand, each where something is found about it.
#[rstest]
#[case::fields(
    "keys:
  A: { type: int, not: [CANARY, \"x CANARY\"], default: CANARY }
  B: { one_of: [CANARY, a], default: \"CANARY\" }
  D:
    default: >-
      CANARY
      CANARY
  E: { not: [ # CANARY
      CANARY, 'CANARY' ] }
  \"C_*\": { not: [&x CANARY, *x], type: int, min_length: 99 }
environments:
  prod:
    forbid: [default]
    keys: { A: { not+: [CANARY2, CANARY], one_of: [CANARY7] }, B: { one_of+: [CANARY3], type: port } }
  stage: { mirrors: prod, inherits: prod, keys: { A: { one_of+: [CANARY4], not+: [CANARY5] } } }
-- file: .env.prod --
A=CANARY
B=CANARY9
C_1=CANARY
E=CANARY
-- file: .env.stage --
A=CANARY
C_2=CANARY
"
)]
#[case::extended(
    "extends: [base.yaml, shared/more.yaml]
keys: { A: { one_of+: [CANARY1] } }
-- file: base.yaml --
# CANARY
version: 1
edition: 2026
keys: { A: { one_of: [CANARY, b], not: [CANARY2], default: CANARY, type: int } }
environments: { prod: { keys: { A: { one_of+: [CANARY3], not+: [CANARY4] } } } }
-- file: shared/more.yaml --
version: 1
edition: 2026
keys: { B: { not: [CANARY], default: CANARY, min_length: 999 } }
-- file: .env.prod --
A=CANARY
B=CANARY
"
)]
#[case::broken_extended_file(
    "extends: [base.yaml, more.yaml]
keys: { A: { not: [CANARY], requird: CANARY } }
-- file: base.yaml --
version: 1
edition: 2026
keys: { A: { one_of: [CANARY, b], typ: CANARY, default: CANARY } }
CANARY: 1
-- file: more.yaml --
PASSWORD=CANARY
-- file: .env.prod --
A=CANARY
"
)]
#[case::patterns_in_conflict(
    "keys: { \"A*\": { not: [CANARY], default: CANARY }, \"*B\": { not: [x, CANARY], default: CANARY2 } }
-- file: .env.prod --
AB=CANARY
"
)]
#[case::nothing_below(
    "keys: { A: { one_of+: [CANARY], not+: [CANARY2] }, B: { one_of: [CANARY], not: [CANARY] } }
-- file: .env.prod --
A=CANARY
"
)]
#[case::config(
    "sources: [{ config: c.yaml }, { config: c.toml }, { config: c.json }, { config: broken.yaml }, { config: broken.toml }, { config: broken.json }]
environments: { prod: {} }
keys: { A: { type: int }, db.password: { min_length: 99 }, B: { type: url }, t.c: { type: hex }, J: { not: [CANARY] }, L: { type: int } }
-- file: c.yaml 0644 --
# CANARY
A: CANARY
db: { password: 'CANARY', CANARY: 1, \"a CANARY\": 2 }
L: [CANARY, { x: CANARY }]
x: &x { y: CANARY }
z: { <<: *x }
-- file: c.toml 0644 --
B = \"CANARY\" # CANARY
t.c = \"\"\"CANARY
CANARY\"\"\"
l = [\"CANARY\"]
-- file: c.json 0644 --
{\"J\": \"CANARY\", \"n\": {\"CANARY\": \"CANARY\"}}
-- file: broken.yaml --
A: CANARY
A: CANARY
-- file: broken.toml --
A = CANARY
-- file: broken.json --
{\"A\": \"CANARY\",, \"CANARY\"
"
)]
#[case::names(
    "sources: [{ names: k }, { names: f }, { names: l }, { names: e }, { names: j }, { names: v }, { names: b }]
environments: { prod: {} }
keys: { A: { type: int, required: true }, MISSING: { required: true } }
-- file: k --
{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"kind\":\"Secret\",\"metadata\":{\"annotations\":{\"last\":\"CANARY\"}},\"data\":{\"A\":\"CANARY\"},\"stringData\":{\"B\":\"CANARY\"}}]}
-- file: f --
[{\"Name\":\"C\",\"Digest\":\"CANARY\"},{\"Name\":\"CANARY\"}]
-- file: l --
D=CANARY
E   CANARY
CANARY
-- file: e --
error: token CANARY is not valid
-- file: j --
{\"message\":\"CANARY\"}
-- file: v --
{\"request_id\":\"CANARY\",\"data\":{\"data\":{\"F\":\"CANARY\"},\"metadata\":{\"x\":\"CANARY\"}}}
-- file: b --
{\"A\":\"CANARY
"
)]
#[case::files_behind_variables(
    "sources: [{ dotenv: { path: a, mounts: { /run/secrets: s, /run/CANARY: s } } }]
environments: { prod: {} }
keys: { A: { type: int }, B: { type: int }, C: { type: url }, D: { min_length: 99 }, E: { not: [CANARY] } }
-- file: a 0644 --
A_FILE=/run/secrets/a
A=CANARY
B_FILE=CANARY
C_FILE=/run/secrets/c
D_FILE=/elsewhere/CANARY
E_FILE=\"/run/secrets/e
F_FILE=/run/secrets/f
-- file: s/a 0644 --
CANARY
-- file: s/c 0644 --
postgres://u:CANARY@CANARY.example.com/CANARY
-- file: s/e --
CANARY
-- file: s/f --
age-encryption.org/v1 CANARY
"
)]
#[case::process(
    "sources: [{ process: {} }, { dotenv: { path: a, optional: true } }]
keys: { PLANTED_VALUE: { type: port, not: [CANARY], default: CANARY, min_bytes: 99 } }
environments: { prod: { forbid: [default, dotenv] } }
-- file: other --
CANARY
"
)]
#[case::services(
    "services: [api, web]
keys: { A: { type: int, services: [api] }, WEB__A: { type: int }, B: { required: true } }
-- file: secrets/prod/api/A 0644 --
CANARY
-- file: secrets/prod/web/A --
CANARY
-- file: secrets/prod/web/B --
CANARY
-- file: .env.prod --
WEB__A=CANARY
PGHOST=CANARY
"
)]
#[case::readers(
    "readers: [docker, sh, node, systemd]
keys: { A: { type: int }, B: { type: int }, C: { not: [CANARY] } }
-- file: .env.prod --
A=$(echo CANARY)
B='CANARY'
C=\"CANARY
CANARY=CANARY
D=x\"
E=x#CANARY & CANARY
export F=\"CANARY $CANARY ${CANARY:-CANARY}\"
"
)]
#[case::certificates(
    "keys:
  tls.crt: { host_of: HOST_URL, valid_for: 900d, private_key: tls.key }
  tls.key: { secret: true, rotate_after: 1d, rotated: DAY }
  HOST_URL: { secret: true }
  DAY: {}
  SET: { min_keys: 9 }
-- file: secrets/prod/tls.crt 0644 --
{{cert:CANARY.example.com dns=CANARY.example.org by=CANARY to=1h digest=sha1 kind=rsa1024 logged}}
{{cert:x by=CANARY ca}}
-- file: secrets/prod/tls.key 0644 --
{{key:CANARY kind=rsa1024}}
-- file: .env.prod --
DAY=2020-01-01 CANARY
HOST_URL=https://CANARY.example.net/CANARY
SET='{\"keys\":[{\"kty\":\"CANARY\",\"kid\":\"CANARY\"},{\"kty\":\"CANARY\",\"kid\":\"CANARY\"},{\"kty\":\"x\"}]}'
A_KEY=-----BEGIN CANARY
B_CERT=\"-----BEGIN CERTIFICATE-----
CANARY
-----END CERTIFICATE-----\"
"
)]
#[case::encrypted(
    "identities: [key.txt]
encrypted: true
keys: { A: { type: int }, B: { type: int, not: [CANARY] }, D: { type: port } }
-- identity: key.txt 0644 --
-- sealed: secrets/prod/A.age --
CANARY
-- file: secrets/prod/A 0644 --
CANARY
-- sealed: secrets/prod/C.age 0644 changed --
CANARY
-- sealed: secrets/prod/D.age 0644 armored --
CANARY
-- sealed: secrets/prod/E.age 0644 stranger --
CANARY
-- sealed: secrets/prod/F.age 0644 plain --
CANARY
-- sealed: .env.prod.age --
B=CANARY
B=x CANARY
CANARY
G='CANARY
"
)]
#[case::sops(
    "sources:
  - dotenv: .env.{env}
  - dotenv: a.enc
  - secrets: secrets/{env}
  - config: { path: c.yaml, map: { M: list.1.m, N: under.n, O: absent } }
  - config: { path: d.json, join: _, case: upper }
  - config: { path: e.yaml }
  - config: { path: g.yaml }
environments: { prod: { identities: key.txt }, dev: {} }
encrypted: true
keys: { A: { type: port }, B: { type: port, one_of: [x] }, M: { type: port }, N: { type: url }, UNDER_N: { pattern: z } }
-- identity: key.txt --
-- sealed: .env.prod 0644 sops --
# CANARY
A=CANARY
A=xCANARY
SECRET_unencrypted=CANARY
-- sealed: a.enc 0644 sops-binary --
B=CANARY
CANARY
C='CANARY
-- sealed: secrets/prod/F 0644 sops --
CANARY
-- sealed: secrets/prod/h.yaml 0644 sops-part --
B: CANARY
TOKEN: CANARY
list: [CANARY, { CANARY: CANARY }]
-- sealed: secrets/prod/i.ini 0644 sops --
A=CANARY
[s]
B=CANARY
-- sealed: secrets/prod/j.json 0644 sops-mac --
{\"A\": \"CANARY\"}
-- sealed: secrets/prod/k.yaml 0644 sops-edited --
A: CANARY
-- sealed: secrets/prod/l.enc 0644 sops-cut --
CANARY
-- sealed: c.yaml 0644 sops --
list: [CANARY, { m: CANARY }]
under: { n: CANARY, note_unencrypted: CANARY }
-- sealed: d.json 0644 sops --
{\"under\": {\"n\": \"CANARY\", \"PASSWORD_unencrypted\": \"CANARY\"}}
-- sealed: e.yaml 0644 sops-changed --
A: CANARY
-- sealed: g.yaml 0644 sops-bare --
A: CANARY
x_unencrypted: CANARY
"
)]
#[case::within_values(
    "sources:
  - config: c.yaml
  - config: { path: d.yaml, under: env }
  - config: e.ini
  - config: g.yaml
environments: { prod: { identities: key.txt } }
encrypted: true
keys: { MISSING: { required: true } }
-- identity: key.txt --
-- sealed: secrets.prod.enc.yaml 0644 sops --
MISSING: CANARY
db: { missing: CANARY }
-- file: c.yaml 0644 --
env: [{ name: CANARY, value: CANARY }, { name: API_TOKEN, value: CANARY }, { CANARY: CANARY }]
environment: [CANARY=CANARY, API_TOKEN=CANARY, \"API_TOKEN='CANARY\"]
data: { app.env: \"API_TOKEN=CANARY\\nCANARY\\nCANARY='CANARY\\n\", app.json: '{\"API_TOKEN\": \"CANARY\"}' }
-- file: d.yaml 0644 --
env: { A: 1 }
CANARY: \"CANARY:\\n  API_TOKEN: CANARY\\n\"
-- file: e.ini 0644 --
[program:CANARY]
environment=API_TOKEN=\"CANARY\",CANARY=\"CANARY\",CANARY
-- sealed: g.yaml 0644 sops-part --
env: [{ name: API_TOKEN, value: CANARY }]
text: \"API_TOKEN=CANARY\\n\"
B: CANARY
"
)]
#[case::ini_and_twins(
    "sources:
  - config: { path: c.ini, map: { A: s.a, B: DEFAULT.b, M: s, N: absent } }
  - config: { path: d.ini, case: upper, join: _ }
  - config: broken.ini
  - config: { path: e.yaml, map: { E: e, F: list } }
  - config: f.yaml
  - dotenv: .env.{env}
environments: { prod: { identities: key.txt } }
encrypted: true
recipients: [age16rqveqp47wew0862vhnzqevsjsxv496q6lr2582n7llafyuwq2ys8cky9c]
keys: { A: { type: port }, B: { one_of: [x] }, S_A: { type: port }, E: { type: port } }
-- identity: key.txt --
-- file: c.ini 0644 --
b = CANARY
[s]
; CANARY
a = CANARY ; CANARY
password = x#CANARY
CANARY = CANARY
[CANARY]
a = `CANARY`
-- file: d.ini --
[s]
a = \"CANARY\"
token = %(CANARY)s
c = \"\"\"CANARY
CANARY\"\"\"
-- sealed: d.enc.ini 0644 sops --
[s]
a=CANARY
-- file: broken.ini --
[s]
a = CANARY
CANARY
-- file: e.yaml --
e: CANARY
list: [{ password: CANARY }, CANARY, []]
CANARY: { token: CANARY }
-- sealed: e.yaml.age --
e: CANARY
-- file: e.dec.yaml --
e: CANARY
-- sealed: f.yaml 0644 sops-part --
B: CANARY
secrets: { CANARY: CANARY, token: CANARY, list: [CANARY] }
-- file: .decrypted~f.yaml --
B: CANARY
-- sealed: .env.prod 0644 sops-twice --
C=CANARY
-- file: .env.prod.dec --
C=CANARY
-- sealed: x.prod.enc.yaml 0644 sops --
C: CANARY
-- file: x.prod.yaml --
C: CANARY
"
)]
#[case::waivers(
    "keys: { A: { type: int, not: [CANARY], default: CANARY } }
waivers:
  - { rule: wrong-type, cause: \"type:int\", key: A, reason: known, owner: us, until: 2099-01-01 }
  - { rule: wrong-type, cause: \"type:port\", key: A, reason: known, owner: us, until: 2020-01-01 }
-- file: .env.prod --
A=CANARY
"
)]
fn no_field_file_or_source_shows_a_planted_value(#[case] text: &str) {
    let canary = format!("Zq9{}", &random_hex()[..40]);
    let case = format!(
        "x\n-- file: preflight.yaml --\nversion: 1\nedition: 2026\n{}",
        text.replace("CANARY", &canary)
    );
    let project = Case::parse("new", &case).lay_out();
    search(project.path(), &["prod".to_owned()], &canary, text);
    search(project.path(), &["--all".to_owned()], &canary, text);
    // That nothing is shown says something only where there is something to say.
    let (_, report) = support::report(project.path(), ["prod"]);
    let refused =
        ["requird", "\"*B\": { not", "{ one_of+: [CANARY], not+"].iter().any(|mark| text.contains(mark));
    let (errors, findings) = (report["errors"].as_array().unwrap(), report["findings"].as_array().unwrap());
    assert_eq!((errors.is_empty(), findings.is_empty()), (!refused, refused), "{report:#}");
}

/// Nothing of a key or certificate but how long it lasts: no line of it, and no piece of a line.
#[test]
fn no_piece_of_a_key_or_certificate_is_shown() {
    let mut cases = Case::all();
    cases.retain(|(rule, case)| {
        let rules = [
            "broken-pem",
            "expired-certificate",
            "incomplete-chain",
            "key-certificate-mismatch",
            "weak-key",
            "wrong-host",
        ];
        rules.contains(&rule.as_str()) && case.name.contains("/fires-")
    });
    assert!(cases.len() > 7);
    for (_, case) in cases {
        let project = case.lay_out();
        let mut texts = Vec::new();
        for format in ["human", "json"] {
            let run = support::run(project.path(), ["check", "prod", "-v", "--format", format]);
            texts.extend([run.stdout, run.stderr]);
        }
        for path in project_files(project.path()) {
            let content = fs::read(&path).unwrap();
            let content = String::from_utf8_lossy(&content);
            let material = content
                .split(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c))
                .filter(|word| word.len() > 40);
            for piece in material.flat_map(|word| word.as_bytes().windows(PIECE)) {
                let piece = str::from_utf8(piece).unwrap();
                assert!(!texts.iter().any(|text| text.contains(piece)), "{} shows {piece}", case.name);
            }
        }
    }
}

/// Identities, passphrases and recipients that cannot be used are said without a letter of them.
#[test]
fn no_identity_is_shown() {
    use support::sealed::Keys;
    let canary = format!("ZQ9{}", &random_hex()[..40].to_uppercase());
    let keys = Keys::default();
    let folder = tempfile::TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("secrets/prod")).unwrap();
    fs::write(at("secrets/prod/A.age"), keys.seal("me", b"x")).unwrap();
    fs::write(at("secrets/prod/B.age"), keys.seal("passphrase", b"x")).unwrap();
    let texts = [
        canary.clone(),
        format!("AGE-SECRET-KEY-1{canary}"),
        format!("AGE-SECRET-KEY-PQ-1{canary}"),
        format!("AGE-PLUGIN-{canary}-1{canary}"),
        format!("age1{canary}"),
        format!("# {canary}\n\n{canary}\n"),
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{canary}\n-----END OPENSSH PRIVATE KEY-----\n"),
        format!("-----BEGIN RSA PRIVATE KEY-----\n{canary}\n-----END RSA PRIVATE KEY-----\n"),
        format!("age-encryption.org/v1\n-> X25519 {canary}\n{canary}\n--- {canary}\n{canary}"),
    ];
    for text in &texts {
        fs::write(at("identity"), text).unwrap();
        fs::write(at("pass"), &canary).unwrap();
        fs::write(
            at("preflight.yaml"),
            format!("version: 1\nedition: 2026\nrecipients: [\"{}\"]\n", text.replace('\n', " ")),
        )
        .unwrap();
        for way in RUNS {
            for policy in [true, false] {
                let mut command = preflight(folder.path());
                command.args(["check", "prod", "--identity", "identity"]).args(*way);
                command.env("SOPS_AGE_KEY", text).env("PREFLIGHT_AGE_PASSPHRASE_FD", "0");
                command.stdin(fs::File::open(at("pass")).unwrap());
                if !policy {
                    fs::write(at("none.yaml"), "version: 1\nedition: 2026\n").unwrap();
                    command.args(["--policy", "none.yaml"]);
                }
                let run = finish(&command.output().unwrap());
                assert_eq!(run.code, 2, "{}", run.stdout);
                for text in [&run.stdout, &run.stderr] {
                    let piece = forbidden(&canary).into_iter().find(|piece| text.contains(piece.as_str()));
                    assert_eq!(piece, None, "{way:?}\n{text}");
                }
            }
        }
    }
}

/// A key that stands where the path of its file is wanted: beside the variables of paths is one that takes the key itself.
#[test]
fn no_key_in_the_place_of_its_path_is_shown() {
    use support::sealed::Keys;
    let hex = random_hex();
    let canary = format!("ZQ9{}", &hex[..40].to_uppercase());
    let keys = Keys::default();
    let folder = tempfile::TempDir::new().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("secrets/prod")).unwrap();
    fs::write(at("secrets/prod/A.age"), keys.seal("me", b"x")).unwrap();
    fs::write(at("secrets/prod/B.age"), keys.seal("passphrase", b"x")).unwrap();
    let texts = [
        canary.clone(),
        canary.to_lowercase(),
        format!("{canary}{canary}"),
        format!("AGE-SECRET-KEY-1{canary}"),
        format!("age-secret-key-1{}", canary.to_lowercase()),
        format!("AGE-PLUGIN-{canary}-1{canary}"),
        format!("# created\n# {canary}\nAGE-SECRET-KEY-1{canary}\n"),
        format!("-----BEGIN OPENSSH PRIVATE KEY-----\n{canary}\n-----END OPENSSH PRIVATE KEY-----\n"),
        format!("{canary}/{canary}+{canary}=="),
        format!("/{canary}"),
    ];
    // What can be nothing but a path is shown: a slip of the hand is seen at once.
    let run = support::run(folder.path(), ["check", "prod", "--identity", "keys/prod.txt"]);
    assert!(run.stderr.contains("the identity keys/prod.txt is not there"), "{}", run.stderr);
    let named = |name: &'static str| {
        move |command: &mut Command, text: &str| {
            command.env(name, text);
        }
    };
    let typed = |flag: &'static str| {
        move |command: &mut Command, text: &str| {
            command.args([flag, text]);
        }
    };
    type Way<'a> = (&'static [&'static str], Box<dyn Fn(&mut Command, &str) + 'a>);
    let check: &[&str] = &["check", "prod"];
    let places: [Way<'_>; 9] = [
        (check, Box::new(named("PREFLIGHT_AGE_IDENTITY"))),
        (check, Box::new(named("SOPS_AGE_KEY_FILE"))),
        (check, Box::new(named("PREFLIGHT_FINGERPRINT_KEY_FILE"))),
        (check, Box::new(named("PREFLIGHT_AGE_PASSPHRASE_FD"))),
        (check, Box::new(typed("--identity"))),
        (check, Box::new(typed("--fingerprint-key"))),
        (&["fingerprint", "prod"], Box::new(typed("--key"))),
        (&["where", "A", "--env", "prod"], Box::new(typed("--fingerprint-key"))),
        (
            check,
            Box::new(|_, text| {
                let text = text.replace('\n', " ");
                let policy = format!("version: 1\nedition: 2026\nidentities: [a.txt, \"{text}\"]\n");
                fs::write(at("preflight.yaml"), policy).unwrap();
            }),
        ),
    ];
    let ways: [&[&str]; 3] = [&["-v"], &["--format", "json"], RUNS[5]];
    for (at_place, (words, put)) in places.iter().enumerate() {
        for text in &texts {
            for way in ways.iter().take(if words[0] == "check" { 3 } else { 1 }) {
                let mut command = preflight(folder.path());
                command.args(*words);
                put(&mut command, text);
                if words[0] == "check" {
                    command.args(*way);
                }
                let run = finish(&command.output().unwrap());
                assert_eq!(run.code, 2, "{at_place} {}", run.stdout);
                let written =
                    ["out.json", "out.txt"].map(|name| fs::read_to_string(at(name)).unwrap_or_default());
                for shown in [&run.stdout, &run.stderr, &written[0], &written[1]] {
                    let shown = shown.to_lowercase();
                    let piece = forbidden(&canary.to_lowercase())
                        .into_iter()
                        .find(|piece| shown.contains(piece.as_str()));
                    assert_eq!(piece, None, "{at_place} {way:?}\n{shown}");
                }
            }
        }
    }
}

fn project_files(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(project_files(&path));
        } else if !path.ends_with("preflight.yaml") {
            found.push(path);
        }
    }
    found
}

/// What a program takes for a name in the middle of a value looks like any name, and is a piece of the value.
#[test]
fn no_piece_of_a_value_is_shown_as_a_name() {
    let word: String =
        random_hex()[..24].chars().map(|c| char::from(b'g' + c.to_digit(16).unwrap() as u8)).collect();
    for readers in ["[docker, node]", "[docker]", "[bash, xargs, systemd]", "[kubectl, ruby, python]"] {
        let text = "x\n-- file: preflight.yaml --\nversion: 1\nedition: 2026\nreaders: READERS\n-- file: .env.prod --\n\
            A=\"x\nWORD=1\nx WORD\"\nB=1;WORD=2 WORD=3\nC='\n WORD='\nexport E=1 WORD=5\n";
        let project = Case::parse("word", &text.replace("READERS", readers).replace("WORD", &word)).lay_out();
        search(project.path(), &["prod".to_owned()], &word, readers);
    }
}

#[test]
fn no_error_shows_a_planted_value() {
    let canary = format!("Zq9{}", &random_hex()[..40]);
    let base = "version: 1\nedition: 2026\n";
    let policies = [
        format!("{base}keys: {{ A: {{ one_of: [{canary}], one_off: 1 }} }}\n"),
        format!("{base}keys: {{ A: {{ type: {canary} }} }}\n"),
        format!("{base}keys: {{ A: {canary} }}\n"),
        format!("{base}keys: {canary}\n"),
        format!("{base}{canary}: 1\n"),
        format!("{base}rules: {{ {canary}: off, missing-key: {canary} }}\n"),
        format!("{base}environments: {{ prod: {{ aliases: [\"{canary}!\"] }}, \"{canary}!\": {{}} }}\n"),
        format!("{base}sources: [{{ dotenv: \"/{canary}\" }}, {{ secrets: {{ path: [{canary}] }} }}]\n"),
        format!("{base}files: [{{ path: \"[{canary}\", mode: {canary} }}]\n"),
        format!("{base}extends: [{canary}]\n"),
        format!("version: {canary}\nedition: {canary}\n"),
        format!("{base}a: [{canary}\n"),
        format!("{base}a: *{canary}\n"),
        format!("{base}a: !{canary} 1\n"),
        format!("{base}\"{canary}\": 1\n\"{canary}\": 2\n"),
        format!("DB_PASSWORD={canary}\n"),
        format!("{base}keys: {{ A: {{ one_of: [\"a--{canary}{{}}[],:--b\"], type: port }} }}\n"),
        format!(
            "{base}keys: {{ A: {{ not: {canary}, default: [{canary}], one_of+: {{ {canary}: 1 }} }} }}\n"
        ),
        format!(
            "{base}keys: {{ A: {{ description: [{canary}], services: [{canary}], secret: {canary} }} }}\n"
        ),
        format!(
            "{base}keys: {{ A: {{ forbidden: {canary}, public: {canary}, min_bytes: {canary}, tls: {canary} }} }}\n"
        ),
        format!("{base}keys: {{ \"{canary}**\": {{}}, \"{canary}*\": {{ required: true }} }}\n"),
        format!("{base}services: [{canary}, {canary}]\ntemplate: [/{canary}, {{ {canary}: 1 }}]\n"),
        format!(
            "{base}environments: {{ prod: {{ inherits: {canary}, mirrors: \"{canary}!\", forbid: [{canary}] }} }}\n"
        ),
        format!(
            "{base}environments: {{ prod: {{ stricter_than: {canary}, machine: \"{canary}!\" }} }}\n\
             keys: {{ A: {{ across: {canary}, stricter: {canary} }} }}\n"
        ),
        format!(
            "{base}environments: {{ prod: {{ mirrors: {{ environment: \"{canary}!\", except: [\"{canary}!\"], {canary}: 1 }} }} }}\n"
        ),
        format!(
            "{base}environments: {{ prod: {{ branch: \"{canary}..\", relaxed: {canary}, {canary}: 1 }} }}\n"
        ),
        format!(
            "{base}sources: [{{ dotenv: {{ path: a, mounts: {{ \"../{canary}\": x, /a: /{canary} }} }} }}]\n"
        ),
        format!(
            "{base}sources: [{{ secrets: {{ path: a, reading: {canary}, case: {canary}, suffix: \"{canary}!\" }} }}]\n"
        ),
        format!(
            "{base}sources: [{{ config: {{ path: \"a.{canary}\" }} }}, {{ config: {{ path: a, format: {canary} }} }}]\n"
        ),
        format!(
            "{base}sources: [{{ process: {{ optional: {canary} }} }}, {{ names: [{canary}] }}, {{ {canary}: a }}]\n"
        ),
        format!("{base}files: [{{ path: a, owner: {canary} }}]\nextends: [\"/{canary}\", \"{canary}*/\"]\n"),
        format!(
            "{base}waivers: [{{ rule: {canary}, cause: [{canary}], key: \"{canary}!\", reason: [{canary}], owner: [{canary}], until: {canary} }}]\n"
        ),
    ];
    for policy in policies {
        let case =
            format!("x\n-- file: .env.prod --\nA={canary}\n-- file: policies/preflight.yaml --\n{policy}");
        let project = Case::parse("policy", &case).lay_out();
        search(project.path(), &["prod".to_owned()], &canary, &policy);
    }
}

/// Pieces of a value on lines of their own: to the letter they are names.
#[test]
fn the_rest_of_a_value_is_not_taken_for_a_name() {
    // Lower-case letters alone, as in a passphrase: nothing about them looks like key material.
    let canary: String = random_hex().bytes().take(24).map(|b| char::from(b'a' + b % 26)).collect();
    let base64 = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5";
    for text in [
        format!("A=correct-horse-\\\n{canary}\n"),
        format!("A=\"correct horse\n{canary}\nB=1\n"),
        format!("A={base64}\n{canary}==\n"),
        format!("A={base64}\n{canary}\n"),
        format!("A=-----BEGIN PRIVATE KEY-----\n{canary}\n{canary}==\n  -----END PRIVATE KEY-----\n"),
        format!("A=-----BEGIN PRIVATE KEY-----\n{canary}\n{canary}=\n"),
        format!("A=1\n{canary}\n"),
        format!("A=x\rPASSWORD={canary}\n"),
    ] {
        let project = Case::parse("rest", &format!("x\n-- file: .env.prod --\n{text}LAST_KEY=1\n")).lay_out();
        search(project.path(), &["prod".to_owned()], &canary, &text.replace(&canary, "CANARY"));
    }
}

/// Rendering the rules' own types for debugging must not show a value either.
#[test]
fn debug_output_of_the_model_shows_no_value() {
    use preflight::syntax::dotenv::lex;
    use preflight::syntax::readers::plain;
    use preflight::text::KeyName;
    let canary = random_hex();
    let text = format!("A={canary}\nB='{canary}\n{canary}\n");
    let read = plain(text.as_bytes(), &lex(text.as_bytes()), KeyName::visible);
    assert!(!format!("{read:?}").contains(&canary));
}

/// Values are in no argument, no environment and no core of the process, and its children are not told.
#[cfg(target_os = "linux")]
#[test]
fn the_process_keeps_values_to_itself() {
    use std::io::Write;
    use std::process::Stdio;
    use support::case::{fifo, set_mode};

    let canary = random_hex();
    let case = format!("x\n-- file: .env.prod --\nA={canary}\n");
    let project = Case::parse("process", &case).lay_out();
    let folder = project.path();
    // A git that writes down what it is given, in a work tree that makes preflight ask it.
    fs::create_dir_all(folder.join(".git")).unwrap();
    fs::create_dir_all(folder.join("bin")).unwrap();
    let told = folder.join("told");
    let script = format!("#!/bin/sh\n{{ env; echo \"$@\"; ulimit -Sc; }} > '{}'\n", told.display());
    fs::write(folder.join("bin/git"), script).unwrap();
    set_mode(&folder.join("bin/git"), 0o755);
    // The policy is a FIFO: the process waits for it while it is looked at.
    let policy = folder.join("policy.yaml");
    fifo(&policy);
    let path = format!("{}:{}", folder.join("bin").display(), std::env::var("PATH").unwrap());
    let mut child = preflight(folder)
        .args(["prod", "--policy", "policy.yaml"])
        .env("PATH", path)
        .env("SOPS_AGE_KEY", &canary)
        .env("GIT_DIR", "/nowhere")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Opening for writing waits until the child reads.
    let mut pipe = fs::OpenOptions::new().write(true).open(&policy).unwrap();
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
    pipe.write_all(b"version: 1\nedition: 2026\n").unwrap();
    drop(pipe);
    assert!(child.wait().unwrap().success());
    let told = fs::read_to_string(told).unwrap();
    assert!(!told.contains(&canary) && !told.contains("SOPS") && !told.contains("GIT_DIR"), "{told}");
    let original = std::process::Command::new("sh").args(["-c", "ulimit -Sc"]).output().unwrap().stdout;
    assert_eq!(
        told.lines().last(),
        Some(String::from_utf8(original).unwrap().trim()),
        "the child's own core limit"
    );
}
