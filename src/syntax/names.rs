//! Lists of names that platforms print: JSON or lines. Values that stand beside the names are dropped as they are read.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use zeroize::Zeroizing;

/// A part of a JSON text as far as names may stand in it.
enum Json {
    Map(BTreeMap<String, Json>),
    List(Vec<Json>),
    Text(Zeroizing<String>),
    Other,
}

/// The names in a list, as they are written, path prefixes off; nothing if the text is no such list.
///
/// Read are: a JSON list of names, or of objects with `name` (`fly secrets list --json`, `gh secret list --json name`), such a list under
/// `secrets`, `SecretList` or `Parameters` (the APIs of GitHub, AWS Secrets Manager and SSM), Kubernetes' Secrets and lists of them
/// (`kubectl get secret -o json`), Vault's `data.keys`, `data.data` and plain lists, any other object as name -> value; and lines, the first
/// word of each, behind a heading or not (`fly secrets list`, `gh secret list`).
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Vec<String>> {
    let text = std::str::from_utf8(bytes).ok()?.trim_start_matches('\u{feff}').trim();
    if text.starts_with(['[', '{']) {
        return from_json(&serde_json::from_str(text).ok()?);
    }
    lines(text)
}

fn lines(text: &str) -> Option<Vec<String>> {
    let rows = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    let mut names = Vec::new();
    let mut seen = false;
    // Of a table with a heading, where its second column begins.
    let mut table: Option<usize> = None;
    for row in rows {
        // Marks of what is not deployed yet.
        let row = row.trim_end().trim_start_matches(['*', '!']);
        let mut words = row.split([' ', '\t', '|', '=']).filter(|word| !word.is_empty() && *word != "-");
        let name = words.next()?;
        let second = words.next();
        let heading =
            !seen && matches!(name, "NAME" | "Name" | "Keys" | "KEY") && (second.is_some() || name == "Keys");
        let rule = name.bytes().all(|b| b"-+=".contains(&b));
        seen = true;
        if heading {
            table = Some(second.and_then(|word| row.find(word)).unwrap_or_default());
        }
        if heading || rule {
            continue;
        }
        let prose = second.is_some_and(|word| is_prose(row, name, word, table));
        if prose && table.is_some() {
            // What is said below a table is no row of it.
            continue;
        }
        if prose || !is_name(last_part(name)) {
            return None;
        }
        names.push(last_part(name).to_owned());
    }
    seen.then_some(names)
}

/// Columns are kept apart by tabs, bars or several blanks, names and values by `=`; one blank stands between words, or where the
/// longest name of a table leaves no more.
fn is_prose(row: &str, first: &str, second: &str, table: Option<usize>) -> bool {
    let behind = row.trim_start().strip_prefix(first).and_then(|rest| rest.strip_prefix(' '));
    let lone = behind.is_some_and(|rest| rest.starts_with(second));
    lone && table.is_none_or(|column| row.find(&format!(" {second}")).map(|at| at + 1) != Some(column))
}

/// What a variable's name may be made of; an error message in the place of a list is not.
fn is_name(text: &str) -> bool {
    let start = text.bytes().next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    start && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

/// Stores name secrets by paths: `prod/api/DB_PASSWORD`.
fn last_part(name: &str) -> &str {
    name.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

fn from_json(json: &Json) -> Option<Vec<String>> {
    let map = match json {
        Json::List(items) => return items.iter().map(name_of).collect(),
        Json::Map(map) => map,
        _ => return None,
    };
    let keys = |map: &BTreeMap<String, Json>| map.keys().map(|name| last_part(name).to_owned()).collect();
    if let Some(Json::Text(kind)) = map.get("kind") {
        return kubernetes(kind, map);
    }
    for list in ["secrets", "SecretList", "Parameters", "variables"] {
        if let Some(Json::List(items)) = map.get(list) {
            return items.iter().map(name_of).collect();
        }
    }
    match map.get("data") {
        Some(Json::Map(data)) => match (data.get("keys"), data.get("data")) {
            (Some(Json::List(items)), _) => items.iter().map(name_of).collect(),
            (_, Some(Json::Map(inner))) if data.contains_key("metadata") => Some(keys(inner)),
            _ => Some(keys(data)),
        },
        // An answer that says what went wrong is no list.
        _ if ["code", "error", "errors", "message", "__type"].iter().any(|name| map.contains_key(*name)) => {
            None
        }
        // Values are texts, or objects that hold them; what else stands there is no list of variables.
        _ if map.values().any(|value| matches!(value, Json::Other | Json::List(_))) => None,
        _ => Some(keys(map)),
    }
}

fn kubernetes(kind: &str, map: &BTreeMap<String, Json>) -> Option<Vec<String>> {
    match kind {
        "Secret" | "ConfigMap" => {
            let parts = ["data", "stringData", "binaryData"].map(|part| map.get(part));
            let parts = parts.into_iter().flatten().filter_map(|part| match part {
                Json::Map(map) => Some(map.keys().cloned()),
                _ => None,
            });
            Some(parts.flatten().collect())
        }
        "List" | "SecretList" | "ConfigMapList" => {
            let Some(Json::List(items)) = map.get("items") else { return None };
            let each = items.iter().map(|item| match item {
                Json::Map(map) if kind != "List" => kubernetes(kind.trim_end_matches("List"), map),
                item => from_json(item),
            });
            let each: Option<Vec<Vec<String>>> = each.collect();
            Some(each?.into_iter().flatten().collect())
        }
        _ => None,
    }
}

fn name_of(item: &Json) -> Option<String> {
    let text = match item {
        Json::Text(text) => text,
        Json::Map(map) => {
            let name = ["name", "Name", "key", "Key"].iter().find_map(|field| map.get(*field));
            let Some(Json::Text(text)) = name else { return None };
            text
        }
        _ => return None,
    };
    Some(last_part(text).to_owned())
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut map = BTreeMap::new();
        while let Some(name) = access.next_key::<String>()? {
            map.insert(name, access.next_value()?);
        }
        Ok(Json::Map(map))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = access.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(Zeroizing::new(text.to_owned())))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Other)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Json::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use rstest::rstest;

    #[rstest]
    #[case::list(r#"["A", "B"]"#, "A B")]
    #[case::fly(r#"[{"Name":"A","Digest":"0a","CreatedAt":"x"},{"name":"B"}]"#, "A B")]
    #[case::github(r#"{"total_count":1,"secrets":[{"name":"A","created_at":"x"}]}"#, "A")]
    #[case::aws(r#"{"SecretList":[{"ARN":"x","Name":"prod/api/DB_PASSWORD"}]}"#, "DB_PASSWORD")]
    #[case::ssm(r#"{"Parameters":[{"Name":"/prod/A"}]}"#, "A")]
    #[case::kubernetes(
        r#"{"kind":"Secret","metadata":{"name":"x"},"data":{"A":"eA=="},"stringData":{"B":"y"}}"#,
        "A B"
    )]
    #[case::kubernetes_list(
        r#"{"kind":"List","items":[{"kind":"Secret","data":{"A":"eA=="}},{"kind":"Secret"}]}"#,
        "A"
    )]
    #[case::vault_list(r#"{"request_id":"x","data":{"keys":["A","B/"]}}"#, "A B")]
    #[case::vault_get(r#"{"data":{"data":{"A":"x"},"metadata":{"version":1}}}"#, "A")]
    #[case::pairs(r#"{"A":"x","B":{"computed":"y"}}"#, "A B")]
    #[case::empty_list("[]", "")]
    #[case::lines("A\nB\n", "A B")]
    #[case::fly_table("NAME\tDIGEST\tCREATED AT\nA\t0a\t1h ago\n", "A")]
    #[case::marks(
        "NAME     DIGEST  STATUS\nA        0a      Deployed\n* B      0b      Staged\n\nThere is 1 secret not deployed.\n",
        "A B"
    )]
    #[case::table("NAME   DIGEST\nA      0a\nLONGER 0b\n", "A LONGER")]
    #[case::bars(" NAME | DIGEST \n------|--------\n A    | 0a \n", "A")]
    #[case::columns("A   0a\nB = x\nC | y\n", "A B C")]
    #[case::gh_lines("A\t2026-01-01T00:00:00Z\nB\t2026-01-01T00:00:00Z\n", "A B")]
    #[case::vault_lines("Keys\n----\nA\nB\n", "A B")]
    #[case::a_variable_called_name("NAME\nA\n", "NAME A")]
    #[case::pairs_in_lines("A=x\n# c\nB=y=z\n", "A B")]
    fn names(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(read(text.as_bytes()).map(|names| names.join(" ")).as_deref(), Some(expected));
    }

    #[rstest]
    #[case("")]
    #[case("Error: not logged in\n")]
    #[case("could not find app\n")]
    #[case("A\nnot logged in\n")]
    #[case(r#"{"message":"Bad credentials","status":"401"}"#)]
    #[case(r#"{"errors":["permission denied"]}"#)]
    #[case(r#"{"A":null}"#)]
    #[case(r#"{"code":404,"status":"error"}"#)]
    #[case("[1, 2]")]
    #[case("[{\"id\": 1}]")]
    #[case("{\"kind\":\"Pod\"}")]
    #[case("{\"A\":")]
    #[case("<html></html>")]
    fn what_is_no_list(#[case] text: &str) {
        assert_eq!(read(text.as_bytes()), None);
    }
}
