//! The tables of `docs/policy-layers.md`, row by row.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use preflight::model::{Environment, Facts, File, Role};
use preflight::os::{FileFacts, FileKind};
use preflight::policy::{self, Effective, Policy, PolicyText};
use preflight::rules::{Context, RULES, ids};
use preflight::syntax::yaml::{self, Value};
use preflight::text::source_map::Medium;
use preflight::text::{EnvName, KeyName, SafePath, SourceMap};
use rstest::rstest;
use support::entry::shown;

/// Fields of the policy that a cell may begin with; every other name is a key's.
const FIELDS: &[&str] = &[
    "aliases",
    "branch",
    "environments",
    "extends",
    "files",
    "forbid",
    "groups",
    "inherits",
    "keys",
    "mirrors",
    "relaxed",
    "rules",
    "services",
    "sources",
    "template",
];

/// One table: what its columns are, and its rows.
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

fn cells(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches('|').trim_end_matches('|');
    line.split(" | ").map(|cell| cell.trim().to_owned()).collect()
}

fn tables(page: &str) -> Vec<Table> {
    let mut tables: Vec<Table> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        if !line.starts_with('|') {
            inside = false;
        } else if !inside {
            tables.push(Table { columns: cells(line), rows: Vec::new() });
            inside = true;
        } else if !line.starts_with("|---") {
            tables.last_mut().unwrap().rows.push(cells(line));
        }
    }
    tables
}

/// A cell as the fields of a layer, in flow style and without braces.
fn fields(cell: &str) -> String {
    let text = cell.trim_matches('`');
    match text {
        "-" => String::new(),
        text if FIELDS.iter().any(|field| text.starts_with(&format!("{field}:"))) => text.to_owned(),
        text => format!("keys: {{ {text} }}"),
    }
}

/// The fields that a layer says, and the names below `keys` and `rules`.
fn names(layer: &str) -> BTreeMap<String, Vec<String>> {
    let root = yaml::parse(&format!("{{ {layer} }}")).unwrap_or_else(|error| panic!("{error:?}: {layer}"));
    let Value::Mapping(pairs) = root.value else { panic!("{layer}") };
    let inner = |value: &Value| match value {
        Value::Mapping(pairs) => pairs.iter().map(|(key, _)| key.text.clone()).collect(),
        _ => Vec::new(),
    };
    pairs.iter().map(|(key, node)| (key.text.clone(), inner(&node.value))).collect()
}

/// A policy of several files: the first is the policy, the others are those it may extend.
fn parse(files: &BTreeMap<String, String>) -> Result<Policy, Vec<String>> {
    let path = SafePath::named("policy.yaml");
    let text = PolicyText {
        path: &path,
        place: "policy.yaml",
        medium: Medium::File,
        bytes: files["policy.yaml"].as_bytes(),
    };
    let mut read = |place: &str| Ok(files[place].clone().into_bytes());
    policy::parse(Some(text), &ids(RULES), &mut read, &mut SourceMap::default())
        .map_err(|problems| problems.iter().map(|problem| problem.message.to_string()).collect())
}

fn document(parts: &[String]) -> String {
    let head = ["version: 1".to_owned(), "edition: 2026".to_owned()];
    let parts: Vec<&String> = head.iter().chain(parts).filter(|part| !part.is_empty()).collect();
    format!("{{ {} }}\n", parts.iter().map(|part| part.as_str()).collect::<Vec<_>>().join(",\n"))
}

/// The files of a row, and the environment whose layers are laid.
fn files(columns: &[String], row: &[String]) -> (BTreeMap<String, String>, String) {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut top: Vec<String> = Vec::new();
    let mut environments: BTreeMap<&str, String> =
        ["dev", "prod", "stage"].map(|name| (name, String::new())).into();
    let mut environment = "prod".to_owned();
    let layers: Vec<&str> = columns
        .iter()
        .map(|column| column.trim_start_matches("below: ").trim_start_matches("above: "))
        .collect();
    for (layer, cell) in layers.iter().zip(row) {
        let fields = fields(cell);
        match *layer {
            "top level" | "the policy" => top.push(fields),
            "prod" | "stage" => {
                environment = (*layer).to_owned();
                environments.insert(layer, fields);
            }
            file if file.ends_with(".yaml") => {
                files.insert(file.to_owned(), document(&[fields]));
            }
            "holds" => {}
            "holds in stage" => environment = "stage".to_owned(),
            other => panic!("what layer is {other}?"),
        }
    }
    // The rows with all three say no `inherits`: the page does.
    if layers.len() == 4 && layers[1] == "prod" {
        let stage = environments["stage"].clone();
        let both =
            if stage.is_empty() { "inherits: prod".to_owned() } else { format!("inherits: prod, {stage}") };
        environments.insert("stage", both);
    }
    let said: BTreeSet<String> = top.iter().flat_map(|text| names(text).into_keys()).collect();
    if !said.contains("services") {
        top.push("services: [api, web]".to_owned());
    }
    if !said.contains("environments") {
        let each = environments.iter().map(|(name, fields)| format!("{name}: {{ {fields} }}"));
        top.push(format!("environments: {{ {} }}", each.collect::<Vec<_>>().join(", ")));
    }
    files.insert("policy.yaml".to_owned(), document(&top));
    (files, environment)
}

/// What is said of a file's mode, owner and end.
fn of_file(effective: &Effective, path: &str) -> (Option<u32>, Option<bool>, Option<bool>) {
    let environment = Environment::new(effective.environment.clone(), true);
    let facts = Facts::new(UNIX_EPOCH, None);
    let context = Context::new(effective, &environment, &facts);
    let file = File::new(SafePath::named(path), Role::Secret, Ok(FileFacts::none(FileKind::Regular)));
    let mode = context.file_field(&file, |entry| &entry.mode).map(|set| set.value);
    let owner = context.file_field(&file, |entry| &entry.owner).map(|set| set.value);
    (mode, owner, context.file_field(&file, |entry| &entry.final_newline).map(|set| set.value))
}

/// What holds in an environment, of all that a row speaks of.
fn said(
    policy: &Policy,
    environment: &str,
    row: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeMap<String, String> {
    let name = EnvName::new(environment).unwrap();
    let keys: Vec<KeyName> =
        row.get("keys").into_iter().flatten().filter_map(|key| KeyName::declared(key)).collect();
    let effective = policy.effective(&name, &keys);
    let spec = policy.spec(&name);
    let mut said = BTreeMap::new();
    for (field, names) in row {
        let text = match field.as_str() {
            "keys" => {
                for key in &keys {
                    let entry = shown(effective.key(key));
                    said.insert(format!("keys.{key}"), entry.unwrap_or_else(|| "undeclared".to_owned()));
                }
                continue;
            }
            "rules" => {
                for rule in names {
                    let level = effective.level(rule).map(|set| set.value);
                    said.insert(format!("rules.{rule}"), format!("{level:?}"));
                }
                continue;
            }
            "files" => {
                for path in names {
                    said.insert(format!("files.{path}"), format!("{:?}", of_file(&effective, path)));
                }
                continue;
            }
            "groups" => {
                for group in names {
                    let found = effective.layer.groups.get(&KeyName::declared(group).unwrap());
                    said.insert(format!("groups.{group}"), format!("{:?}", found.map(|set| &set.value)));
                }
                continue;
            }
            "sources" => {
                let source = |spec: &policy::SourceSpec| {
                    let path = spec.path.as_ref().map(|path| path.as_str().to_owned());
                    format!("{:?} {path:?} {}", spec.kind, spec.optional)
                };
                policy.sources(&name).iter().map(source).collect::<Vec<_>>().join(", ")
            }
            "template" => {
                let own = policy.lineage(&name).find_map(|spec| spec.template.as_ref());
                format!("{:?}", own.or(policy.template.as_ref()).map(|set| &set.value))
            }
            "forbid" => format!("{:?}", effective.forbid.as_ref().map(|set| &set.value)),
            "aliases" => format!("{:?}", spec.map(|spec| &spec.aliases)),
            "relaxed" => format!("{:?} {:?}", effective.relaxed, spec.map(|spec| spec.relaxed)),
            "branch" => format!("{:?}", effective.branch.as_ref().map(|set| &set.value)),
            "mirrors" => format!("{:?}", spec.and_then(|spec| spec.mirrors.as_ref()).map(|set| &set.value)),
            _ => continue,
        };
        said.insert(field.clone(), text);
    }
    said
}

/// What is wrong with a row, if anything is.
fn fault(columns: &[String], row: &[String]) -> Option<String> {
    let (files, environment) = files(columns, row);
    let holds = row.last().unwrap();
    let parsed = parse(&files);
    if let Some(message) = holds.strip_prefix("error: ") {
        let found = parsed.err().unwrap_or_default();
        let plain = |text: &str| text.replace('`', "");
        let same = !found.is_empty() && found.iter().all(|text| plain(text) == plain(message));
        return (!same).then(|| format!("found {found:?}"));
    }
    let policy = match parsed {
        Ok(policy) => policy,
        Err(problems) => return Some(format!("refused: {problems:?}\n{}", files["policy.yaml"])),
    };
    let expected = fields(holds);
    // Whom stage mirrors must be as relaxed as it is.
    let others = if environment == "prod" { "stage: {}" } else { "prod: { relaxed: true }" };
    let environments = format!("environments: {{ dev: {{}}, {others}, {environment}: {{ {expected} }} }}");
    let flat = document(&["services: [api, web]".to_owned(), environments]);
    let flat = parse(&[("policy.yaml".to_owned(), flat)].into());
    let flat = flat.unwrap_or_else(|problems| panic!("{problems:?}: {expected}"));
    // Everything that any cell names is compared.
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (column, cell) in columns.iter().zip(row) {
        let mut said = names(&fields(cell));
        if column.starts_with("holds") {
            let paths = flat.overlays(flat.spec(&EnvName::new(&environment).unwrap()));
            let paths = paths.iter().flat_map(|(_, layer)| &layer.files);
            said.insert("files".to_owned(), paths.map(|entry| entry.path.as_str().to_owned()).collect());
        } else {
            // Of files only the paths behind `holds` are ones.
            said.remove("files");
        }
        for (field, names) in said {
            all.entry(field).or_default().extend(names);
        }
    }
    let (found, wanted) = (said(&policy, &environment, &all), said(&flat, &environment, &all));
    (found != wanted).then(|| format!("found {found:#?}\nwanted {wanted:#?}"))
}

#[test]
fn every_row_holds() {
    let page =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policy-layers.md")).unwrap();
    let tables = tables(&page);
    let rows: usize = tables.iter().map(|table| table.rows.len()).sum();
    assert!(tables.len() > 10 && rows > 120, "{} tables, {rows} rows", tables.len());
    let mut faults = String::new();
    for table in &tables {
        for row in &table.rows {
            assert_eq!(row.len(), table.columns.len(), "{row:?}");
            if let Some(fault) = fault(&table.columns, row) {
                let _ = writeln!(faults, "| {} |\n{fault}\n", row.join(" | "));
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// No name is known for which both patterns are, so that nothing is wrong with the policy.
#[test]
fn what_two_patterns_make_public_and_secret_is_a_secret() {
    let text = document(&["keys: { \"A*\": { public: true }, \"*BC\": { secret: true } }".to_owned()]);
    let policy = parse(&[("policy.yaml".to_owned(), text)].into()).unwrap();
    let name = |text: &str| KeyName::declared(text).unwrap();
    let present = [name("ABC"), name("AB"), name("BC")];
    let effective = policy.effective(&EnvName::new("prod").unwrap(), &present);
    let secrecy = present.each_ref().map(|key| effective.key(key).unwrap().secrecy());
    assert_eq!(secrecy, [Some(true), Some(false), Some(true)]);
}

/// A `null` that takes nothing back, by its route.
#[rstest]
#[case("keys: { A: ~ }", &["keys.A"])]
#[case("keys: { A: { type: ~ } }", &["keys.A.type"])]
#[case("keys: { \"A*\": { type: int }, A: { type: ~, tls: ~ } }", &["keys.A.tls"])]
#[case("keys: { A: { secret: auto } }", &[])]
#[case("keys: { SENTRY_DSN: ~ }", &[])]
#[case("keys: { A: { type: int } }, environments: { prod: { keys: { A: { type: ~ } } }, stage: { keys: { A: { tls: ~ } } } }", &["environments.stage.keys.A.tls"])]
#[case("environments: { prod: { keys: { A: { type: int } } }, stage: { inherits: prod, keys: { A: { type: ~ } } } }", &[])]
#[case("environments: { prod: { keys: { A: { type: int } } }, stage: { keys: { A: { type: ~ } } } }", &["environments.stage.keys.A.type"])]
#[case("rules: { wrong-type: ~ }", &["rules.wrong-type"])]
#[case("rules: { wrong-type: off }, environments: { prod: { rules: { wrong-type: ~ } } }", &[])]
#[case("environments: { prod: { relaxed: true, rules: { wrong-length: ~, wrong-type: ~ } } }", &["environments.prod.rules.wrong-type"])]
#[case("files: [{ path: a, mode: ~ }]", &["files.a.mode"])]
#[case("files: [{ path: a, final_newline: ~ }]", &["files.a.final_newline"])]
#[case("groups: { g: ~ }", &["groups.g"])]
#[case("keys: { A: {}, B: {} }, groups: { g: { any_of: [A, B] } }, environments: { prod: { groups: { g: ~ } } }", &[])]
#[case("files: [{ path: a, mode: \"0600\" }], environments: { prod: { files: [{ path: a, mode: ~, owner: ~ }] } }", &["environments.prod.files.a.owner"])]
#[case("files: [{ path: a, mode: \"0600\" }], environments: { prod: { files: [{ path: \"a*\", mode: ~ }] } }", &["environments.prod.files.a*.mode"])]
fn what_takes_nothing_back_is_known(#[case] fields: &str, #[case] routes: &[&str]) {
    let policy = parse(&[("policy.yaml".to_owned(), document(&[fields.to_owned()]))].into()).unwrap();
    let found: Vec<&str> = policy.idle.iter().map(|idle| idle.route.as_str()).collect();
    assert_eq!(found, routes);
}
