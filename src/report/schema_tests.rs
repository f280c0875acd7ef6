//! The published JSON Schemas are what the structs say; `PREFLIGHT_BLESS=1` writes the files anew.
#![allow(clippy::unwrap_used, reason = "tests")]

use schemars::{Schema, schema_for};

use super::{diff, explain, json, readers, whereabouts};

fn is_published(schema: &Schema, published: &str, name: &str) {
    let schema = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if std::env::var_os("PREFLIGHT_BLESS").is_some() {
        let path = format!("{}/docs/{name}.schema.json", env!("CARGO_MANIFEST_DIR"));
        std::fs::write(path, &schema).unwrap();
    } else {
        assert!(schema == published, "docs/{name}.schema.json differs from the structs");
    }
}

#[test]
fn the_published_schemas_are_the_structs() {
    is_published(&schema_for!(json::Document), json::JSON_SCHEMA, "report-v1");
    is_published(&schema_for!(explain::Document), explain::JSON_SCHEMA, "explain-v1");
    is_published(&schema_for!(readers::Document<'_>), readers::JSON_SCHEMA, "readers-v1");
    is_published(&schema_for!(whereabouts::Document), whereabouts::JSON_SCHEMA, "where-v1");
    is_published(&schema_for!(diff::Document), diff::JSON_SCHEMA, "policy-diff-v1");
}
