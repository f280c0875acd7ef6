//! The catalogue of the policy's language, and what is made of it: the published schema and the reference page.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jsonschema::Validator;
use preflight::policy::catalogue::{
    ENVIRONMENT, Field, Form, KEY, Name, POLICY, SECTIONS, Section, Shape, Words, packs, schema,
};
use preflight::policy::waiver::is_waivable;
use preflight::policy::{self, PolicyText, Problem};
use preflight::rules::{RULES, ids, metas};
use preflight::syntax::yaml;
use preflight::text::{EnvName, KeyName, SafePath, SourceMap};
use rstest::rstest;
use serde_json::Value;
use support::case::{Case, Part};
use tempfile::TempDir;

const SCHEMA: &str = "docs/policy-v1.schema.json";
/// Variables that examples refer to.
const OTHERS: &str = "DATABASE_URL: {}, DB_PASSWORD: {}, DB_MAX_OPEN_CONNS: {}, DB_MIN_IDLE_CONNS: {}, \
                      EMAIL_PROVIDER: {}, SMTP_URL: {}, RESEND_API_KEY: {}, \
                      TLS_KEY: {}, PUBLIC_URL: {}, JWT_SECRET.rotated: {}";
const HEAD: &str = "version: 1\nedition: 2026\n";

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(&schema(&metas(RULES))).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::draft202012::new(&schema).unwrap()
});

/// A policy as three editors may read it: with types as YAML 1.2 has them, with every number that can be one, and
/// all as text.
fn readings(text: &str) -> Vec<Value> {
    let node = yaml::parse(text).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    let typed = serde_yaml::from_str(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    vec![typed, read(&node, &eager), read(&node, &|text| text.into())]
}

fn eager(text: &str) -> Value {
    let octal = text.strip_prefix("0o").and_then(|digits| u64::from_str_radix(digits, 8).ok());
    match (text.to_lowercase().as_str(), octal.or_else(|| text.parse().ok()), text.parse::<f64>()) {
        ("true", ..) => true.into(),
        ("false", ..) => false.into(),
        (_, Some(whole), _) => whole.into(),
        (_, _, Ok(number)) if number.is_finite() => number.into(),
        _ => text.into(),
    }
}

fn read(node: &yaml::Node, scalar: &dyn Fn(&str) -> Value) -> Value {
    match &node.value {
        yaml::Value::Null => Value::Null,
        yaml::Value::Scalar(text) => scalar(text),
        yaml::Value::Sequence(items) => items.iter().map(|item| read(item, scalar)).collect(),
        yaml::Value::Mapping(pairs) => {
            pairs.iter().map(|(key, item)| (key.text.clone(), read(item, scalar))).collect()
        }
    }
}

/// What the schema has against a policy, in any reading.
fn faults(text: &str) -> Vec<String> {
    let readings = readings(text);
    let faults = readings.iter().flat_map(|value| VALIDATOR.iter_errors(value));
    faults.map(|error| format!("{} at {}", error, error.instance_path())).collect()
}

#[track_caller]
fn takes(text: &str) {
    assert_eq!(faults(text), Vec::<String>::new(), "{text}");
}

/// The schema refuses the policy in every reading.
#[track_caller]
fn refuses(text: &str) {
    for value in readings(text) {
        assert!(!VALIDATOR.is_valid(&value), "{text}\n{value:#}");
    }
}

fn parsed(text: &str) -> Result<(), Vec<Problem>> {
    let path = SafePath::named("p");
    let text = PolicyText {
        path: &path,
        place: "p.yaml",
        medium: preflight::text::source_map::Medium::File,
        bytes: text.as_bytes(),
    };
    let mut extended = |_: &str| Ok(b"version: 1\nedition: 2026\n".to_vec());
    let parsed = policy::parse(Some(text), &ids(RULES), &mut extended, &mut SourceMap::default());
    parsed.map(|_| ())
}

/// What has to be said for a field to say anything; it may as well stand in a layer below, so that no schema asks for it.
fn companion(name: &str) -> Option<&'static str> {
    match name {
        "ignore_case" => Some("one_of: [a, b]"),
        "schemes" | "without" => Some("type: url"),
        "min" => Some("type: int"),
        "rotate_after" => Some("rotated: JWT_SECRET.rotated"),
        "rotated" | "rotated_in" => Some("rotate_after: 90d"),
        "within" => Some("secret: true"),
        "reason" => Some("across: any"),
        "max" => Some("type: duration"),
        _ => None,
    }
}

/// Entries of a section as `name: value`, the first of them the one in question, completed by what has to stand
/// beside it.
fn beside(section: &Section, name: &str, value: &str) -> Vec<String> {
    let mut names = vec![name];
    let field = section.fields.iter().find(|field| field.name == name);
    let needs = |field: &&Field| field.needs_for.is_none_or(|word| word == value);
    names.extend(field.iter().filter(|field| needs(field)).flat_map(|field| field.needs));
    names.extend(section.fields.iter().filter(|field| field.required).map(|field| field.name));
    match section.shape {
        Shape::OneOf(any) if !any.iter().any(|one| names.contains(one)) => names.push(any[0]),
        Shape::OneField if field.is_none() => names.push(section.fields[0].name),
        _ => {}
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    let example = |name: &str| section.fields.iter().find(|field| field.name == name).unwrap().example;
    let lines_of = name;
    let mut lines = vec![format!("{name}: {value}")];
    let beside = |name: &&&str| section.id != KEY.id || companion(lines_of).is_none() || **name != "across";
    lines.extend(names.iter().skip(1).filter(beside).map(|name| format!("{name}: {}", example(name))));
    lines.extend(companion(name).filter(|_| section.id == KEY.id).map(str::to_owned));
    lines
}

/// A whole policy with these entries in a section.
fn policy_with(section: &Section, entries: &[String]) -> String {
    let entry = format!("{{ {} }}", entries.join(", "));
    let mut fields = BTreeMap::from([
        ("version", "1".to_owned()),
        ("edition", "2026".to_owned()),
        ("services", "[api, worker]".to_owned()),
        ("environments", "{ stage: {}, prod: {} }".to_owned()),
        ("keys", format!("{{ {OTHERS} }}")),
    ]);
    match section.id {
        "policy" => {
            fields.retain(|name, _| !entries.iter().any(|entry| entry.starts_with(&format!("{name}:"))));
            let scaffold = fields.iter().map(|(name, value)| format!("{name}: {value}\n"));
            return scaffold.chain(entries.iter().map(|entry| format!("{entry}\n"))).collect();
        }
        "environment" => {
            fields.insert("environments", format!("{{ stage: {entry}, prod: {{}}, dev: {{}} }}"))
        }
        "source" => fields.insert("sources", format!("[{entry}]")),
        "dotenv" | "secrets" | "config" | "process" | "names" => {
            fields.insert("sources", format!("[{{ {}: {entry} }}]", section.id))
        }
        "key" => fields.insert("keys", format!("{{ EXAMPLE: {entry}, {OTHERS} }}")),
        "group" => {
            fields.insert("keys", format!("{{ {OTHERS} }}"));
            fields.insert("groups", format!("{{ EXAMPLE: {entry} }}"))
        }
        "naming" => fields.insert("naming", entry),
        "file" => fields.insert("files", format!("[{entry}]")),
        "against" => {
            fields.insert("environments", format!("{{ stage: {{ mirrors: {entry} }}, prod: {{}} }}"))
        }
        "waiver" => fields.insert("waivers", format!("[{entry}]")),
        other => panic!("where does {other} stand?"),
    };
    fields.iter().map(|(name, value)| format!("{name}: {value}\n")).collect()
}

/// A whole policy that shows a field at work with a value.
fn showing(section: &Section, field: &Field, value: &str) -> String {
    policy_with(section, &beside(section, field.name, value))
}

/// A whole policy that says a key's field and, in an environment, something over it.
fn overlaid(field: &Field, over: &str) -> String {
    let Field { name, example, .. } = field;
    format!(
        "{HEAD}services: [api, worker]\nkeys: {{ EXAMPLE: {{ {name}: {example} }}, {OTHERS} }}\n\
         environments: {{ stage: {{ keys: {{ EXAMPLE: {{ {name}{over} }} }} }} }}\n"
    )
}

/// A whole policy that appends to a field's list.
fn appending(field: &Field) -> String {
    overlaid(field, "+: [worker]")
}

fn fields() -> impl Iterator<Item = (&'static Section, &'static Field)> {
    SECTIONS.iter().flat_map(|section| section.fields.iter().map(move |field| (*section, field)))
}

/// The words that a form takes, where it takes words.
fn words(form: Form) -> Option<Vec<&'static str>> {
    match form {
        Form::Word(words) | Form::WordList(words) => Some(words.list()),
        Form::Bool => Some(vec!["true", "false"]),
        Form::Secret => Some(vec!["auto", "true", "false"]),
        Form::Rule => Some(ids(RULES).into_iter().filter(|id| is_waivable(id)).collect()),
        _ => None,
    }
}

/// Each word as a value of the form.
fn values(form: Form) -> Vec<String> {
    let value = |word| match form {
        Form::WordList(_) => format!("[{word}]"),
        _ => word,
    };
    words(form).into_iter().flatten().map(|word| value(word.to_owned())).collect()
}

#[test]
fn every_field_is_described_and_fits_together() {
    let mut names = BTreeSet::new();
    for (section, field) in fields() {
        let Field { name, text, example, .. } = field;
        assert!(names.insert((section.id, name)), "{name} stands twice");
        assert!(text.len() > 8 && text.ends_with('.') && text.is_ascii(), "{name}: {text}");
        assert!(!example.is_empty() && !example.contains('\n') && !example.contains('|'), "{name}");
        let known = |other: &str| section.fields.iter().any(|field| field.name == other);
        assert!(field.needs.iter().all(|other| known(other)), "{name}");
        assert!(!field.append || matches!(field.form, Form::Texts(_) | Form::Names(_)), "{name}");
        assert!(!field.unset || field.overlay, "{name}: nothing lies below");
    }
    for section in SECTIONS {
        assert!(section.text.ends_with('.') && section.text.is_ascii(), "{}", section.id);
        let known = |other: &str| section.fields.iter().any(|field| field.name == other);
        assert!(section.conflicts.iter().flatten().all(|(name, _)| known(name)), "{}", section.id);
        assert!(!matches!(section.shape, Shape::OneOf(names) if !names.iter().all(|name| known(name))));
    }
    // What an environment may say over the top level is what stands in both.
    let overlays = |section: &Section| -> Vec<&str> {
        section.fields.iter().filter(|field| field.overlay).map(|field| field.name).collect()
    };
    assert_eq!(overlays(&POLICY), overlays(&ENVIRONMENT));
}

#[test]
fn the_published_schema_is_the_catalogue() {
    let text = schema(&metas(RULES));
    support::golden(SCHEMA, &text);
    let printed = support::run(TempDir::new().unwrap().path(), ["schema", "policy"]);
    assert_eq!((printed.code, printed.stdout.as_str()), (0, text.as_str()));
    assert!(text.is_ascii());
}

#[test]
fn every_field_of_the_schema_has_title_description_and_examples() {
    fn visit(at: &str, schema: &Value, seen: &mut usize) {
        if let Some(properties) = schema["properties"].as_object().filter(|_| schema["title"].is_string()) {
            for (name, field) in properties {
                *seen += 1;
                assert!(field["title"].is_string(), "{at}.{name}");
                assert!(field["description"].as_str().is_some_and(|text| text.ends_with('.')), "{at}.{name}");
                assert!(field["examples"].as_array().is_some_and(|list| list.len() == 1), "{at}.{name}");
            }
        }
        match schema {
            Value::Object(map) => map.iter().for_each(|(name, it)| visit(&format!("{at}.{name}"), it, seen)),
            Value::Array(list) => list.iter().for_each(|it| visit(at, it, seen)),
            _ => {}
        }
    }
    let schema: Value = serde_json::from_str(&schema(&metas(RULES))).unwrap();
    let mut seen = 0;
    visit("", &schema, &mut seen);
    let appending = fields().filter(|(_, field)| field.append).count();
    assert_eq!(seen, fields().count() + appending, "no field has another place");
    let levels = schema["$defs"]["rules"]["properties"].as_object().unwrap();
    assert_eq!(levels.keys().map(String::as_str).collect::<Vec<_>>(), ids(RULES));
    for level in levels.values() {
        assert!(level["title"].is_string() && level["description"].is_string());
        assert!(level["examples"].is_array());
    }
}

#[test]
fn every_example_and_every_word_validates() {
    for (section, field) in fields() {
        takes(&showing(section, field, field.example));
        for value in values(field.form) {
            takes(&showing(section, field, &value));
        }
        if field.append {
            takes(&appending(field));
        }
        if field.unset {
            takes(&showing(section, field, "~"));
        }
    }
    for level in Words::Levels.list() {
        takes(&format!("{HEAD}rules: {{ missing-key: {level}, wrong-type: ~ }}\n"));
    }
    for pack in packs() {
        takes(&format!("{HEAD}extends: [{pack}, policies/common.yaml, ../base.yml]\n"));
    }
}

#[test]
fn every_field_refuses_what_is_not_its_form() {
    for (section, field) in fields() {
        refuses(&showing(section, field, "{ nothing: { like: it } }"));
        refuses(&showing(section, field, "[[[]]]"));
        if words(field.form).is_some() {
            refuses(&showing(section, field, "nonsense"));
            refuses(&showing(section, field, "[nonsense]"));
        }
        if !field.unset && !matches!(field.form, Form::Levels | Form::Keys(_) | Form::Entries(..)) {
            refuses(&showing(section, field, "~"));
        }
    }
}

#[test]
fn every_section_refuses_strangers_and_asks_for_what_is_required() {
    for section in SECTIONS {
        let strange = beside(section, "nonsense", "1");
        refuses(&policy_with(section, &strange));
        let without = |name: &str| -> Vec<String> {
            let start = format!("{name}:");
            strange.iter().skip(1).filter(|entry| !entry.starts_with(&start)).cloned().collect()
        };
        if section.id != POLICY.id {
            takes(&policy_with(section, &without("nonsense")));
            for field in section.fields.iter().filter(|field| field.required) {
                refuses(&policy_with(section, &without(field.name)));
            }
        }
        for pair in section.conflicts {
            let both = pair.map(|(name, word)| format!("{name}: {word}"));
            refuses(&policy_with(section, &both));
            takes(&policy_with(section, &both[..1]));
            takes(&policy_with(section, &both[1..]));
        }
    }
}

#[rstest]
#[case("")]
#[case("version: 1\n")]
#[case("edition: 2026\n")]
#[case("version: 2\nedition: 2026\n")]
#[case("version: 1\nedition: 2025\n")]
#[case("[]\n")]
#[case("text\n")]
fn broken_at_the_top(#[case] text: &str) {
    refuses(text);
    assert!(parsed(text).is_err(), "{text}");
}

#[rstest]
#[case("keyz: {}")]
#[case("keys: [A]")]
#[case("keys: { A: port }")]
#[case("keys: { 1A: {} }")]
#[case("keys: { 'A B': {} }")]
#[case("keys: { A: { requird: true } }")]
#[case("keys: { A: { required: yes } }")]
#[case("keys: { A: { required: [true] } }")]
#[case("keys: { A: { secret: maybe } }")]
#[case("keys: { A: { type: number } }")]
#[case("keys: { A: { tls: verify } }")]
#[case("keys: { A: { min_length: -1 } }")]
#[case("keys: { A: { min_length: many } }")]
#[case("keys: { A: { min_bytes: 1.5 } }")]
#[case("keys: { A: { one_of: debug } }")]
#[case("keys: { A: { one_of: [] } }")]
#[case("keys: { A: { one_of: [[a]] } }")]
#[case("keys: { A: { one_of: [~] } }")]
#[case("keys: { A: { across: any } }")]
#[case("keys: { A: { across: any, reason: ' ' } }")]
#[case("keys: { A: { across: prod, reason: x } }")]
#[case("keys: { A: { reason: x } }")]
#[case("keys: { 'A_*': { required: true } }")]
#[case("keys: { A: { required: true, forbidden: true } }")]
#[case("keys: { A: { public: true, secret: true } }")]
#[case("files: { path: a, mode: '0600' }")]
#[case("files: [{ path: a }]")]
#[case("files: [{ mode: '0600' }]")]
#[case("files: [{ path: /etc/a, mode: '0600' }]")]
#[case("files: [{ path: ../a, mode: '0600' }]")]
#[case("files: [{ path: 'a/{name}', mode: '0600' }]")]
#[case("files: [{ path: a, mode: '1777' }]")]
#[case("files: [{ path: a, mode: u=rw }]")]
#[case("files: [{ path: a, owner: root }]")]
#[case("rules: [missing-key]")]
#[case("rules: { no-such-rule: off }")]
#[case("rules: { missing-key: on }")]
#[case("sources: []")]
#[case("sources: [{}]")]
#[case("sources: secrets")]
#[case("sources: [{ dotenv: a, secrets: b }]")]
#[case("sources: [{ env: a }]")]
#[case("sources: [{ dotenv: {} }]")]
#[case("sources: [{ dotenv: { path: a, optinal: true } }]")]
#[case("sources: [{ dotenv: 'a{name}' }]")]
#[case("sources: [{ process: a }]")]
#[case("sources: [{ secrets: { path: a, reading: all } }]")]
#[case("sources: [{ config: { path: a, format: xml } }]")]
#[case("environments: [prod]")]
#[case("environments: { -x: {} }")]
#[case("environments: { prod: { aliases: production } }")]
#[case("environments: { prod: { aliases: ['a/b'] } }")]
#[case("environments: { prod: { relaxed: maybe } }")]
#[case("environments: { prod: { services: [a] } }")]
#[case("environments: { prod: { extends: [postgres] } }")]
#[case("environments: { prod: { forbid: [default, env] } }")]
#[case("environments: { prod: { keys: { A: { type: number } } } }")]
#[case("extends: postgres")]
#[case("extends: [nothing]")]
#[case("extends: [5]")]
#[case("extends: [/etc/policy.yaml]")]
#[case("services: api")]
#[case("services: ['a/b']")]
#[case("template: /etc/example")]
#[case("waivers: [{ rule: no-such-rule, cause: a, key: A, reason: a, owner: a, until: 2026-12-31 }]")]
#[case("waivers: [{ rule: wrong-type, cause: a, key: A, reason: a, owner: a }]")]
#[case("waivers: [{ rule: wrong-type, cause: a, key: A, reason: a, owner: a, until: later }]")]
#[case("waivers: [{ rule: wrong-type, cause: a, reason: a, owner: a, until: 2026-12-31 }]")]
fn broken(#[case] part: &str) {
    let text = format!("{HEAD}{part}\n");
    refuses(&text);
    assert!(parsed(&text).is_err(), "{text}");
}

/// Blocks of YAML in a page.
fn blocks(page: &str) -> Vec<String> {
    page.split("```yaml\n")
        .skip(1)
        .map(|rest| rest.split("\n```").next().unwrap().to_owned() + "\n")
        .collect()
}

fn below(folder: &str, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn policies_that_ship_and_those_of_the_documentation_validate() {
    let read = |path: &PathBuf| fs::read_to_string(path).unwrap();
    let mut policies: Vec<String> = below("policies", ".yaml").iter().map(read).collect();
    assert!(policies.len() > 3);
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let mut pages = below("docs", ".md");
    pages.push(readme);
    let blocks: Vec<String> = pages.iter().flat_map(|page| blocks(&read(page))).collect();
    assert!(blocks.len() > 4);
    // A block without a version is a part of a policy.
    let whole = |block: String| match block.lines().any(|line| line.starts_with("version:")) {
        true => block,
        false => format!("{HEAD}{block}"),
    };
    policies.extend(blocks.into_iter().map(whole));
    policies.iter().for_each(|policy| takes(policy));
}

/// Hundreds of policies that the parser takes: the schema marks none of them.
#[test]
fn what_the_parser_takes_validates() {
    let policy = |part: &Part| match part {
        Part::File { path, content, .. } if path.ends_with("preflight.yaml") => Some(content.clone()),
        _ => None,
    };
    let policies: Vec<String> = Case::all()
        .iter()
        .flat_map(|(_, case)| case.parts.iter().filter_map(policy).collect::<Vec<_>>())
        .collect();
    let valid: Vec<&String> = policies.iter().filter(|text| parsed(text).is_ok()).collect();
    assert!(valid.len() > 100, "{}", valid.len());
    valid.iter().for_each(|text| takes(text));
    for text in [
        "keys: { A: { required: \"true\", min_length: \"8\", max_length: 010 } }",
        "keys: { A: { one_of: [1, on, 1.5, true, \"\", 0x1] } }",
        "keys: { A: }",
        "keys:",
        "environments: { prod: , 2024: { aliases: [1, on] } }",
        "files: [{ path: a, mode: 0600 }, { path: b, mode: 0o640 }, { path: c, mode: 600 }]",
        "sources: [{ dotenv: 1 }, { secrets: { path: \"a/./b\", optional: \"false\" } }]",
        "extends: [baseline, postgres]",
        "rules:",
    ] {
        let text = format!("{HEAD}{text}\n");
        assert!(parsed(&text).is_ok(), "{text}: {:?}", parsed(&text));
        takes(&text);
    }
    takes("version: \"1\"\nedition: \"2026\"\n");
}

/// The patterns of names are the grammar that the program's own types have.
#[test]
fn patterns_of_names_are_the_grammar() {
    let fits = |name: Name, text: &str| {
        let schema = serde_json::json!({ "pattern": name.pattern() });
        jsonschema::validator_for(&schema).unwrap().is_valid(&text.into())
    };
    let long = "A".repeat(64);
    let longer = "A".repeat(96);
    for text in [
        "",
        "A",
        "_a",
        "1A",
        "-a",
        ".a",
        "a-b.c_1",
        "a b",
        "a/b",
        "é",
        "A\n",
        "a*",
        &long,
        &longer,
        &(longer.clone() + "A"),
    ] {
        assert_eq!(fits(Name::Key, text), KeyName::declared(text).is_some(), "{text:?}");
        assert_eq!(fits(Name::Environment, text), EnvName::new(text).is_some(), "{text:?}");
    }
}

fn shown_words(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// What a form takes, for the page.
fn takes_cell(form: Form) -> String {
    let name = |name| match name {
        Name::Environment => "environment",
        Name::Service => "service",
        Name::Machine => "machine",
        Name::Key => "variable",
    };
    let link = |section: &Section| format!("[{0}](#{0})", section.id);
    match form {
        Form::Bool | Form::Secret | Form::Word(_) => shown_words(&words(form).unwrap()),
        Form::WordList(_) => format!("list of {}", shown_words(&words(form).unwrap())),
        Form::Number => "whole number".to_owned(),
        Form::Constant(number) => format!("`{number}`"),
        Form::Text | Form::Sentence => "text".to_owned(),
        Form::Texts(_) => "list of texts".to_owned(),
        Form::Name(of) => format!(
            "name of {}",
            name(of).replace("environment", "an environment").replace("variable", "a variable")
        ),
        Form::Names(of) => format!("list of {}s", name(of)),
        Form::Quantity => "number, duration or size".to_owned(),
        Form::Period => "hours, days or weeks".to_owned(),
        Form::Pattern => "regular expression".to_owned(),
        Form::Schemes => "list of schemes".to_owned(),
        Form::Recipients => "list of age recipients".to_owned(),
        Form::Conditions => "value or list of values, by variable".to_owned(),
        Form::KeyList => "list of two variables or more".to_owned(),
        Form::Rule => "id of a rule".to_owned(),
        Form::Mode => "octal number".to_owned(),
        Form::Date => "day".to_owned(),
        Form::Path => "path".to_owned(),
        Form::Paths => "path or list of paths".to_owned(),
        Form::Mounts => "path by folder".to_owned(),
        Form::Mapping => "keys, by variable".to_owned(),
        Form::Extends => format!("list of packs ({}) and paths", shown_words(&packs())),
        Form::Levels => format!("{} by rule", shown_words(&Words::Levels.list())),
        Form::Keys(section) => format!("{} by variable or pattern", link(section)),
        Form::Entries(of, section) => format!("{} by {}", link(section), name(of)),
        Form::List(section, _) => format!("list of {}", link(section)),
        Form::EnvironmentOr(section) => format!("environment, or {}", link(section)),
        Form::KeyPatterns => "list of variables and patterns".to_owned(),
        Form::PathOr(section) => format!("path, or {}", link(section)),
        Form::Only(section) => link(section),
    }
}

fn row(field: &Field, top: bool) -> String {
    let page = |rule: &&str| match ids(RULES).contains(rule) {
        true => format!("[{rule}](rules/{rule}.md)"),
        false => format!("`{rule}`"),
    };
    let rules: Vec<String> = field.rules.iter().map(page).collect();
    let mut text = field.text.to_owned();
    if field.required {
        text.push_str(" Required.");
    }
    if !field.needs.is_empty() {
        let of = field.needs_for.map_or_else(String::new, |word| format!("`{word}` "));
        let needs = if of.is_empty() { "Needs" } else { "needs" };
        let _ = write!(text, " {of}{needs} {} beside it.", shown_words(field.needs));
    }
    if field.append {
        let _ = write!(text, " `{}+` appends to the list below.", field.name);
    }
    if top && field.overlay {
        text.push_str(" In environments too.");
    }
    let Field { name, form, example, .. } = field;
    format!("| `{name}` | {} | {text} | `{example}` | {} |\n", takes_cell(*form), rules.join(", "))
}

const INTRO: &str = "# Every field of the policy

Made from the catalogue in [`src/policy/catalogue`](../src/policy/catalogue); [policy](policy.md) explains how the parts belong together.
`preflight schema policy` prints the same as a JSON Schema, [`policy-v1.schema.json`](policy-v1.schema.json). An editor with the YAML
language server completes and checks a policy that names it in its first line, by a path from the policy's folder:

```yaml
# yaml-language-server: $schema=../docs/policy-v1.schema.json
version: 1
edition: 2026
```

Scalars are meant by their text: quoted or not is the same, and `0600` is no number. Fields that are not listed are refused.
";

/// The page; `PREFLIGHT_BLESS=1` writes it anew.
#[test]
fn the_reference_is_the_catalogue() {
    let mut page = INTRO.to_owned();
    for section in SECTIONS {
        let _ = write!(page, "\n## {}\n\nAt `{}`. {}", section.id, section.path, section.text);
        if section.fields.iter().any(|field| field.unset) {
            let unset: Vec<&str> =
                section.fields.iter().filter(|field| field.unset).map(|field| field.name).collect();
            let which = if unset.len() > 3 { "a field".to_owned() } else { shown_words(&unset) };
            let _ = write!(page, " `null` takes back what the layers below say of {which}.");
        }
        match section.shape {
            Shape::Free => {}
            Shape::OneField => page.push_str(" One kind an entry."),
            Shape::OneOf(names) => {
                let _ = write!(page, " At least one of {}.", shown_words(names));
            }
        }
        for [(first, word), (second, other)] in section.conflicts {
            let _ = write!(page, " Not both `{first}: {word}` and `{second}: {other}`.");
        }
        page.push_str("\n\n| field | takes | meaning | example | judged by |\n|---|---|---|---|---|\n");
        for field in section.fields {
            page.push_str(&row(field, section.id == POLICY.id));
        }
    }
    support::golden("docs/policy-reference.md", &page);
}

/// The names that the parser knows in a section: it lists them where it is given a strange one.
fn known_to_the_parser(section: &Section) -> BTreeSet<String> {
    // Like no field, so that no single one is suggested.
    let strange = "zzzzzzzzzzzzzzzzzzzzzzzz";
    let text = policy_with(section, &beside(section, strange, "1"));
    let problems = parsed(&text).unwrap_err();
    let help = problems.iter().filter_map(|problem| problem.help.as_ref().map(ToString::to_string));
    let lists: Vec<String> =
        help.filter_map(|help| Some(help.strip_prefix("known here: ")?.to_owned())).collect();
    let [list] = lists.as_slice() else { panic!("one list: {problems:#?}\n{text}") };
    list.split(", ").map(str::to_owned).collect()
}

#[test]
fn parser_and_catalogue_agree() {
    for (section, field) in fields() {
        let mut texts = vec![showing(section, field, field.example)];
        texts.extend(values(field.form).iter().map(|value| showing(section, field, value)));
        texts.extend(field.append.then(|| appending(field)));
        let alone = section.id == KEY.id && field.needs.is_empty() && companion(field.name).is_none();
        texts.extend((field.unset && alone).then(|| overlaid(field, ": ~")));
        for text in texts {
            assert_eq!(parsed(&text), Ok(()), "{text}");
        }
    }
    for section in SECTIONS {
        let own: BTreeSet<String> = section
            .fields
            .iter()
            .flat_map(|field| [Some(field.name.to_owned()), field.append.then(|| format!("{}+", field.name))])
            .flatten()
            .collect();
        assert_eq!(known_to_the_parser(section), own, "{}", section.id);
    }
    let rules = ids(RULES);
    for (section, field) in fields() {
        assert!(field.rules.iter().all(|rule| rules.contains(rule)), "{} {}", section.id, field.name);
    }
}
