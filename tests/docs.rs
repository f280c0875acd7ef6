//! The documentation says what is so: README's commands and screen, tables, paths.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use preflight::finding::{ErrorKind, Why};
use preflight::policy::packs;
use support::case::Case;
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Blocks of a page behind a fence of one language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    page.split(&fence).skip(1).map(|rest| rest.split("\n```").next().unwrap().to_owned()).collect()
}

/// The first cells of a page's table rows.
fn rows(page: &str) -> Vec<Vec<String>> {
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| -"));
    rows.map(|row| {
        row.trim_matches('|').split('|').map(|cell| cell.trim().trim_matches('`').to_owned()).collect()
    })
    .collect()
}

#[test]
fn every_reason_for_not_checking_stands_in_the_table() {
    let page = read("docs/verdict.md");
    let table: BTreeSet<(String, bool)> = rows(&page)
        .into_iter()
        .filter(|cells| cells.len() == 3 && matches!(cells[1].as_str(), "yes" | "no"))
        .map(|cells| (cells[0].clone(), cells[1] == "yes"))
        .collect();
    let known = Why::ALL.iter().map(|why| (why.as_str().to_owned(), why.blocks())).collect();
    assert_eq!(table, known);
}

#[test]
fn every_kind_of_error_stands_in_the_table() {
    let page = read("docs/exit-codes.md");
    let table: BTreeSet<String> = rows(page.split("## Kinds of errors").nth(1).unwrap())
        .into_iter()
        .map(|cells| cells[0].clone())
        .collect();
    let known: BTreeSet<String> = ErrorKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect();
    assert_eq!(table.difference(&["kind".to_owned()].into()).cloned().collect::<BTreeSet<_>>(), known);
}

/// What README tells newcomers to type. `cargo` commands run this test, or would build the program anew:
/// their words are checked, and what they come to is run.
#[test]
fn readme_s_commands_work() {
    let readme = read("README.md");
    let commands: Vec<String> = blocks(&readme, "sh")
        .iter()
        .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let known = ["cargo run --release --locked -- demo", "cargo test --locked", "preflight prod && ./deploy"];
    assert_eq!(commands, known, "a new command needs a test here");
    let folder = TempDir::new().unwrap();
    assert_eq!(support::run(folder.path(), ["demo"]).code, 0);
    let project = Case::parse("x", "x\n-- file: .env.prod --\nA=1\n").lay_out();
    fs::write(project.path().join("deploy"), "#!/bin/sh\necho deployed\n").unwrap();
    support::case::set_mode(&project.path().join("deploy"), 0o755);
    let bin = Path::new(env!("CARGO_BIN_EXE_preflight")).parent().unwrap().to_owned();
    let path = std::env::join_paths(
        std::iter::once(bin).chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    );
    let mut shell = Command::new("sh");
    support::scrub(&mut shell);
    let gate = |shell: &mut Command| {
        let output =
            shell.args(["-c", "preflight prod && ./deploy"]).current_dir(project.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    shell.env("PATH", path.unwrap());
    assert!(gate(&mut shell).ends_with("deployed\n"));
    fs::write(project.path().join(".env.prod"), "A=CHANGE_ME\n").unwrap();
    assert!(!gate(&mut shell).contains("deployed"));
}

/// README shows a screen of real output; `PREFLIGHT_BLESS=1` writes it anew.
#[test]
fn readme_s_screen_is_real() {
    let text = format!(
        "x\n-- file: policies/preflight.yaml --\n{}-- file: .env.stage --\nJWT_SECRET={{{{base64:jwt}}}}\n-- file: .env.prod 0644 --\n{}",
        "version: 1\nedition: 2026\nenvironments: { stage: {}, prod: {} }\nkeys:\n  DATABASE_URL: { required: true, secret: true, type: url, tls: verify-full }\n  JWT_SECRET: { required: true, secret: true, type: base64, min_bytes: 32 }\n",
        "DATABASE_URL=postgres://app:{{hex:pw}}@db.example.com/app?sslmode=require\nJWT_SECRET={{base64:jwt}}\n"
    );
    let project = Case::parse("screen", &text).lay_out();
    let run = support::run(project.path(), ["prod"]);
    assert_eq!(run.code, 1);
    let screen = format!("<!-- sample:start -->\n```text\n$ preflight prod\n{}```\n", run.stdout);
    let readme = read("README.md");
    let (before, rest) = readme.split_once("<!-- sample:start -->").unwrap();
    let (_, after) = rest.split_once("<!-- sample:end -->").unwrap();
    support::golden("README.md", &format!("{before}{screen}<!-- sample:end -->{after}"));
}

fn pages(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "target" && !name.starts_with('.') {
            pages(&path, found);
        } else if name.ends_with(".md") {
            found.push(path);
        }
    }
}

/// Guides rot where they name what is gone.
#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    let mut found = Vec::new();
    pages(root(), &mut found);
    assert!(found.len() > 20);
    for page in found {
        let text = fs::read_to_string(&page).unwrap();
        for link in text.split("](").skip(1).map(|rest| rest.split([')', '#']).next().unwrap()) {
            let local = !link.is_empty() && !link.contains("://");
            assert!(!local || page.parent().unwrap().join(link).exists(), "{}: {link}", page.display());
        }
    }
}

/// The policies that ship and those that the documentation shows are ones that the program takes.
#[test]
fn every_policy_shown_is_one() {
    let mut policies = vec![read("policies/preflight.yaml"), blocks(&read("README.md"), "yaml").remove(0)];
    policies.extend(
        blocks(&read("docs/policy.md"), "yaml")
            .iter()
            // What is no whole policy is a part of one.
            .map(|part| match part.starts_with("version: ") {
                true => part.clone(),
                false => format!("version: 1\nedition: 2026\n{part}\n"),
            }),
    );
    let systems = ["sanctum", "togather", "phase2", "microbima"];
    policies.extend(systems.map(|name| read(&format!("examples/{name}/policies/preflight.yaml"))));
    assert_eq!(policies.len(), 2 + 6 + systems.len());
    for policy in policies {
        let mut sources = preflight::text::SourceMap::default();
        let path = preflight::text::SafePath::named("p");
        let text = preflight::policy::PolicyText {
            path: &path,
            place: "p",
            medium: preflight::text::source_map::Medium::File,
            bytes: policy.as_bytes(),
        };
        let rules = preflight::rules::ids(preflight::rules::RULES);
        let parsed =
            preflight::policy::parse(Some(text), &rules, &mut |_| panic!("nothing to read"), &mut sources);
        assert!(parsed.is_ok(), "{policy}\n{:?}", parsed.err());
    }
}

/// Packs parse without a problem, say nothing but what they may, and read the same with another YAML library.
#[test]
fn packs_are_policies_and_relaxed_only_lowers() {
    let rules = preflight::rules::ids(preflight::rules::RULES);
    for pack in [packs::BASELINE, packs::RELAXED].iter().chain(packs::EXTENDABLE) {
        let mut sources = preflight::text::SourceMap::default();
        let path = preflight::text::SafePath::named(pack.name);
        let text = preflight::policy::PolicyText {
            path: &path,
            place: "p",
            medium: preflight::text::source_map::Medium::File,
            bytes: pack.text.as_bytes(),
        };
        let policy =
            preflight::policy::parse(Some(text), &rules, &mut |_| panic!("nothing to read"), &mut sources)
                .unwrap();
        assert!(policy.environments.is_empty(), "{}", pack.name);
        assert_eq!(pack.text, read(&format!("policies/packs/{}.yaml", pack.name)));
    }
    let value: serde_yaml::Value = serde_yaml::from_str(packs::RELAXED.text).unwrap();
    let mapping = value.as_mapping().unwrap();
    let fields: Vec<&str> = mapping.keys().map(|key| key.as_str().unwrap()).collect();
    assert_eq!(fields, ["version", "edition", "rules"]);
    for (rule, level) in value["rules"].as_mapping().unwrap() {
        let rule =
            preflight::rules::RULES.iter().find(|known| known.meta().id == rule.as_str().unwrap()).unwrap();
        assert_eq!(rule.meta().severity, preflight::finding::Severity::Error);
        assert_eq!(level.as_str(), Some("warning"));
        // Reuse, leaks, tracking and code execution are never relaxed.
        assert!(
            !["reused-secret", "malformed-line", "symlinked-secret", "special-file"]
                .contains(&rule.meta().id)
        );
    }
}

/// The second opinion on YAML: the same keys and scalars with the maintained fork of `serde_yaml`.
#[test]
fn shipped_policies_read_the_same_with_another_library() {
    use preflight::syntax::yaml::{Node, Value, parse};
    fn same(node: &Node, other: &serde_yaml::Value) {
        match &node.value {
            Value::Null => assert!(other.is_null()),
            Value::Scalar(text) => {
                let scalar = serde_yaml::to_string(other).unwrap();
                assert_eq!(scalar.trim().trim_matches(['\'', '"']), text.as_str());
            }
            Value::Sequence(items) => {
                let other = other.as_sequence().unwrap();
                assert_eq!(items.len(), other.len());
                items.iter().zip(other).for_each(|(item, other)| same(item, other));
            }
            Value::Mapping(pairs) => {
                let other = other.as_mapping().unwrap();
                assert_eq!(pairs.len(), other.len());
                for ((key, item), (name, other)) in pairs.iter().zip(other) {
                    assert_eq!(serde_yaml::to_string(name).unwrap().trim(), key.text);
                    same(item, other);
                }
            }
        }
    }
    let packs = [packs::BASELINE, packs::RELAXED].into_iter().chain(packs::EXTENDABLE.iter().copied());
    let texts = packs
        .map(|pack| pack.text.to_owned())
        .chain([read("policies/preflight.yaml"), read("src/app/demo/mistakes.yaml")]);
    for text in texts {
        same(&parse(&text).unwrap(), &serde_yaml::from_str(&text).unwrap());
    }
}

/// The published fields, and no others, are described.
#[test]
fn the_report_s_fields_are_described() {
    let page = read("docs/report.md");
    let contract = read("tests/contract.txt");
    let fields = contract.split("# fields of preflight.report/v1\n").nth(1).unwrap();
    let fields = fields.split("\n\n").next().unwrap();
    for field in fields.lines().filter(|field| !field.contains('.')) {
        assert!(page.contains(&format!("`{field}`")), "{field}");
    }
    for field in fields
        .lines()
        .filter_map(|field| field.strip_prefix("findings[]."))
        .filter(|field| !field.contains('.') && !field.contains('['))
    {
        assert!(page.contains(&format!("`{field}`")), "{field}");
    }
}
