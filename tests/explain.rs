//! `preflight explain`: the merged entry of a variable, the line of each part, where it comes from and what it shadows.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

use serde_json::Value;
use support::case::{Case, random_hex};
use support::run;
use tempfile::TempDir;

const POLICY: &str = "version: 1
edition: 2026
extends: [postgres, base.yaml]
services: [api, web]
sources:
  - secrets: { path: \"secrets/{env}\", optional: true }
  - dotenv: \".env.{env}\"
  - dotenv: { path: .env.shared, optional: true }
  - names: { path: names.txt, optional: true }
environments:
  dev: { relaxed: true }
  stage: { inherits: prod }
  prod: { aliases: [production], keys: { DATABASE_URL: { tls: verify-full }, LEVEL: { one_of: [info, warn] } } }
keys:
  DATABASE_URL: { required: true, description: \"where the data is\" }
  LEVEL: { required: true }
  \"*_TOKEN\": { min_length: 20 }
";

fn project(canary: &str) -> TempDir {
    let text = format!(
        "x
-- file: preflight.yaml --
{POLICY}-- file: base.yaml --
version: 1
edition: 2026
keys: {{ DATABASE_URL: {{ min_length: 9, default: \"{canary}\" }} }}
-- file: .env.prod --
DATABASE_URL=postgres://u:{canary}@db.example.com/d?sslmode=verify-full
LEVEL=info
LEVEL=warn
EMPTY=
A_TOKEN={canary}
-- file: .env.shared --
DATABASE_URL={canary}
-- file: .env.stage --
LEVEL=info
-- file: names.txt --
STORED
-- file: secrets/prod/api/API_ONLY --
{canary}
-- file: .env.dev --
LEVEL=x
"
    );
    Case::parse("explain", &text).lay_out()
}

fn json(folder: &TempDir, args: &[&str]) -> Value {
    let run = run(folder.path(), ["explain"].iter().chain(args).chain(&["--format", "json"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = serde_json::from_str(&run.stdout).unwrap();
    support::fits(preflight::report::explain::JSON_SCHEMA, &document);
    document
}

/// `name=value path:line` of each field.
fn fields(key: &Value) -> Vec<String> {
    let fields = key["fields"].as_array().unwrap().iter();
    fields
        .map(|field| {
            let location = &field["location"];
            format!(
                "{}={} {}:{}",
                field["name"].as_str().unwrap(),
                field["value"].as_str().unwrap(),
                location["path"].as_str().unwrap(),
                location["line"]
            )
        })
        .collect()
}

fn key<'a>(document: &'a Value, environment: &str, key: &str) -> &'a Value {
    let environments = document["environments"].as_array().unwrap();
    let environment = environments.iter().find(|it| it["name"] == environment).unwrap();
    environment["keys"].as_array().unwrap().iter().find(|it| it["key"] == key).unwrap()
}

#[test]
fn every_part_has_its_line_and_no_value_is_shown() {
    let canary = random_hex();
    let folder = project(&canary);
    let document = json(&folder, &["DATABASE_URL", "--env", "production"]);
    assert_eq!(document["schema"], "preflight.explain/v1");
    let found = key(&document, "prod", "DATABASE_URL");
    assert_eq!(
        fields(found),
        [
            "required=true preflight.yaml:15",
            "secret=true pack postgres:7",
            "type=url pack postgres:7",
            "tls=verify-full preflight.yaml:13",
            "min_length=9 base.yaml:3",
            "default=a value base.yaml:3",
            "description=where the data is preflight.yaml:15",
        ]
    );
    assert_eq!((&found["declared"], &found["secret"]["secret"]), (&Value::from(true), &Value::from(true)));
    let places: Vec<(&Value, &Value, bool)> = found["occurrences"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (&it["location"]["path"], &it["location"]["line"], it["counts"] == true))
        .collect();
    assert_eq!(places, [(&".env.prod".into(), &1.into(), true), (&".env.shared".into(), &1.into(), false)]);
    for format in ["human", "json"] {
        for args in [vec!["DATABASE_URL"], vec!["--env", "prod"], vec!["A_TOKEN", "--env", "prod"]] {
            let run = run(folder.path(), ["explain", "--format", format].iter().chain(&args));
            assert_eq!(run.code, 0);
            assert!(!(run.stdout + &run.stderr).contains(&canary[..12]), "{args:?}");
        }
    }
}

#[test]
fn a_whole_environment_and_what_is_known_of_each_value() {
    let folder = project(&random_hex());
    let document = json(&folder, &["--env", "prod"]);
    let prod = &document["environments"][0];
    let names: Vec<&str> =
        prod["keys"].as_array().unwrap().iter().map(|it| it["key"].as_str().unwrap()).collect();
    // The pack's other names are not this project's.
    assert_eq!(names, ["API_ONLY", "A_TOKEN", "DATABASE_URL", "EMPTY", "LEVEL", "STORED"]);
    let value = |name| key(&document, "prod", name)["occurrences"][0]["value"].clone();
    assert_eq!(value("EMPTY"), "empty");
    assert_eq!(value("STORED"), "unknown");
    assert_eq!(value("LEVEL"), "set");
    assert_eq!(key(&document, "prod", "API_ONLY")["occurrences"][0]["service"], "api");
    assert_eq!(key(&document, "prod", "API_ONLY")["secret"]["why"], "it lies among the secrets");
    assert_eq!(fields(key(&document, "prod", "A_TOKEN")), ["min_length=20 preflight.yaml:17"]);
    // Of two lines in one file the last counts.
    let level = key(&document, "prod", "LEVEL");
    let lines: Vec<&Value> =
        level["occurrences"].as_array().unwrap().iter().map(|it| &it["location"]["line"]).collect();
    assert_eq!(lines, [&Value::from(3), &Value::from(2)]);
}

#[test]
fn inherited_lines_are_those_of_the_other_environment() {
    let folder = project(&random_hex());
    let document = json(&folder, &["LEVEL"]);
    assert!(
        fields(key(&document, "stage", "LEVEL")).contains(&"one_of=2 values preflight.yaml:13".to_owned())
    );
    assert_eq!(document["environments"][1]["inherits"], "prod");
    assert_eq!(fields(key(&document, "dev", "LEVEL")), ["required=true preflight.yaml:16"]);
    assert_eq!(document["environments"][0]["relaxed"], true);
}

#[test]
fn for_people() {
    let folder = project(&random_hex());
    let run = run(folder.path(), ["explain", "DATABASE_URL", "--env", "prod"]);
    assert_eq!(
        run.stdout,
        "DATABASE_URL in prod
  required: true                  preflight.yaml:15
  secret: true                    pack postgres:7
  type: url                       pack postgres:7
  tls: verify-full                preflight.yaml:13
  min_length: 9                   base.yaml:3
  default: a value                base.yaml:3
  description: where the data is  preflight.yaml:15
  a secret: the policy says so
  set: .env.prod:1
  shadows: .env.shared:1
"
    );
}

#[test]
fn what_cannot_be_explained_says_what_to_type() {
    let folder = project(&random_hex());
    let unknown = run(folder.path(), ["explain", "mising-key"]);
    assert_eq!((unknown.code, unknown.stdout.as_str()), (2, ""));
    assert!(unknown.stderr.contains("did you mean `missing-key`?"), "{}", unknown.stderr);
    let nowhere = run(folder.path(), ["explain", "LEVEL", "--env", "nope"]);
    assert_eq!(nowhere.code, 2);
    assert!(nowhere.stderr.contains("environments here: dev, stage, prod"), "{}", nowhere.stderr);
    let nothing = run(folder.path(), ["explain"]);
    assert_eq!(nothing.code, 2);
    std::fs::write(folder.path().join("preflight.yaml"), "version: 1\nedition: 2026\nkyes: {}\n").unwrap();
    let broken = run(folder.path(), ["explain", "LEVEL", "--env", "prod"]);
    assert_eq!(broken.code, 2);
    assert!(broken.stderr.contains("did you mean `keys`?"), "{}", broken.stderr);
}

#[test]
fn a_rule_s_page_needs_no_project() {
    let folder = TempDir::new().unwrap();
    let page = run(folder.path(), ["explain", "missing-key"]);
    assert_eq!((page.code, page.stdout.starts_with("# missing-key\n")), (0, true));
    let variable = Case::parse("x", "x\n-- file: .env.prod --\nmissing-key=1\n").lay_out();
    let asked = run(variable.path(), ["explain", "missing-key", "--env", "prod"]);
    assert!(asked.stdout.starts_with("missing-key in prod\n"), "{}", asked.stdout);
}

#[test]
fn a_project_without_a_policy_has_its_variables() {
    let folder = Case::parse("x", "x\n-- file: .env.prod --\nDB_PASSWORD={{hex:a}}\n").lay_out();
    let run = run(folder.path(), ["explain", "DB_PASSWORD"]);
    assert_eq!(
        run.stdout,
        "DB_PASSWORD in prod\n  the policy does not name it\n  a secret: its name says so\n  set: .env.prod:1\n"
    );
}

/// Two values that programs see are equal or different; which they are is not said.
#[test]
fn it_says_who_reads_a_value_alike() {
    let canary = random_hex();
    let text = format!(
        "x
-- file: preflight.yaml --
version: 1
edition: 2026
readers: [compose, node, sh]
environments: {{ prod: {{}} }}
-- file: .env.prod --
ALIKE={canary}
HASH=x#{canary}
HASH=#{canary}
OLD=$(echo {canary})
HOME_OF=$HOME/{canary}
"
    );
    let folder = Case::parse("readers", &text).lay_out();
    let document = json(&folder, &["--env", "prod"]);
    assert!(!document.to_string().contains(&canary));
    let readings = |name: &str, at: usize| -> Vec<String> {
        let readings = &key(&document, "prod", name)["occurrences"][at]["readings"];
        let group = |group: &Value| format!("{} {}", group["value"].as_str().unwrap(), group["readers"]);
        readings.as_array().unwrap().iter().map(group).collect()
    };
    assert_eq!(readings("ALIKE", 0), ["set [\"compose\",\"node\",\"sh\"]"]);
    // What counts, then what it shadows.
    assert_eq!(readings("HASH", 0), ["set [\"compose\",\"sh\"]", "empty [\"node\"]"]);
    assert_eq!(readings("HASH", 1), ["set [\"compose\",\"sh\"]", "set [\"node\"]"]);
    let human = run(folder.path(), ["explain", "--env", "prod"]).stdout;
    assert!(!human.contains(&canary));
    for lines in [
        "  set: .env.prod:1\n    read alike by compose, node and sh\n",
        "  shadows: .env.prod:2\n    compose, sh: one value\n    node: another\n",
        "  set: .env.prod:5\n    compose, sh: depends on the process\n    node: a value\n",
    ] {
        assert!(human.contains(lines), "{lines}{human}");
    }
}

#[test]
fn where_no_program_is_known_nothing_is_said_of_them() {
    let folder = project(&random_hex());
    let document = json(&folder, &["LEVEL", "--env", "prod"]);
    let occurrences = &key(&document, "prod", "LEVEL")["occurrences"];
    assert_eq!(occurrences[0]["readings"], Value::Array(Vec::new()));
}

/// Whoever parses the output gets a document, with nothing in it.
#[test]
fn nothing_found_is_a_document_too() {
    let folder = project(&random_hex());
    for args in [["NOWHERE", "--env", "prod"], ["missing-key", "--env", "prod"]] {
        let run = run(folder.path(), ["explain", "--format", "json"].iter().chain(&args));
        assert_eq!(run.code, 2);
        assert!(run.stderr.contains("there is no"), "{}", run.stderr);
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        support::fits(preflight::report::explain::JSON_SCHEMA, &document);
        assert_eq!(document["environments"][0]["keys"], Value::Array(Vec::new()));
    }
}
