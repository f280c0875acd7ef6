//! What other programs are built on, in one golden file: rules, causes, exit codes, flags, fields of the report.
//! The file changes only in a commit of its own, with a line in CHANGELOG.md.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod support;

use std::fmt::Write as _;

use clap::CommandFactory;
use preflight::app::args::Cli;
use preflight::app::usage::RESERVED;
use preflight::finding::verdict::{EXIT_FAIL, EXIT_NONE, EXIT_PASS};
use preflight::finding::{ErrorKind, Why};
use preflight::policy::packs;
use preflight::report::json::JSON_SCHEMA;
use preflight::report::{diff, explain, readers, whereabouts};
use preflight::rules::RULES;
use serde_json::Value;

#[test]
fn the_contract_is_as_published() {
    let mut text = String::new();
    let _ = writeln!(text, "# exit codes\npass {EXIT_PASS}\nfail {EXIT_FAIL}\nno verdict {EXIT_NONE}");
    text.push_str("\n# rules, their severity and causes (soft ones are never more than a warning)\n");
    for rule in RULES {
        let meta = rule.meta();
        let _ = writeln!(text, "{} {}", meta.id, meta.severity.as_str());
        for cause in meta.causes {
            let _ = writeln!(text, "  {}{}", cause.code, if cause.soft { " soft" } else { "" });
        }
    }
    text.push_str("\n# why something is not checked\n");
    for why in Why::ALL {
        let _ = writeln!(text, "{}{}", why.as_str(), if why.blocks() { " blocks" } else { "" });
    }
    text.push_str("\n# kinds of errors\n");
    for kind in ErrorKind::ALL {
        let _ = writeln!(text, "{}", kind.as_str());
    }
    text.push_str("\n# packs\n");
    for pack in [packs::BASELINE, packs::RELAXED].iter().chain(packs::EXTENDABLE) {
        let _ = writeln!(text, "{}", pack.name);
    }
    text.push_str("\n# commands and flags\n");
    let cli = Cli::command();
    flags(&mut text, "preflight", &cli);
    for command in cli.get_subcommands() {
        flags(&mut text, command.get_name(), command);
        for below in command.get_subcommands() {
            flags(&mut text, &format!("{} {}", command.get_name(), below.get_name()), below);
        }
    }
    let _ = writeln!(text, "\n# reserved words\n{}", RESERVED.join(" "));
    text.push_str("\n# fields of preflight.report/v1\n");
    let schema: Value = serde_json::from_str(JSON_SCHEMA).unwrap();
    fields(&mut text, "", &schema, &schema);
    for (name, schema) in [
        ("explain/v1", explain::JSON_SCHEMA),
        ("policy-diff/v1", diff::JSON_SCHEMA),
        ("readers/v1", readers::JSON_SCHEMA),
        ("where/v1", whereabouts::JSON_SCHEMA),
    ] {
        let _ = writeln!(text, "\n# fields of preflight.{name}");
        let schema: Value = serde_json::from_str(schema).unwrap();
        fields(&mut text, "", &schema, &schema);
    }
    support::golden("tests/contract.txt", &text);
}

fn flags(text: &mut String, name: &str, command: &clap::Command) {
    let _ = write!(text, "{name}");
    for arg in command.get_arguments() {
        match (arg.get_long(), arg.get_short()) {
            (Some(long), Some(short)) => {
                let _ = write!(text, " --{long}/-{short}");
            }
            (Some(long), None) => {
                let _ = write!(text, " --{long}");
            }
            _ => {
                let _ = write!(text, " {}", arg.get_id().as_str().to_uppercase());
            }
        }
    }
    text.push('\n');
}

fn fields(text: &mut String, at: &str, schema: &Value, root: &Value) {
    let target = schema["$ref"].as_str().map(|name| &root["$defs"][name.trim_start_matches("#/$defs/")]);
    if let Some(target) = target {
        return fields(text, at, target, root);
    }
    if let Some(any) = schema["anyOf"].as_array() {
        return any.iter().for_each(|schema| fields(text, at, schema, root));
    }
    if schema["items"].is_object() {
        return fields(text, &format!("{at}[]"), &schema["items"], root);
    }
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        // One waived finding has the fields of a finding; a place those of a place.
        if path.starts_with("waived[].") || path.matches("location").count() > 1 {
            continue;
        }
        let _ = writeln!(text, "{path}");
        fields(text, &path, field, root);
    }
}
