//! YAML, TOML, JSON and INI files of keys and values to one flat list, with a place for every key.
//!
//! Nested names are joined by `.`: `db: { port: 1 }` is `db.port`. Scalars keep the text that is written; a list has no
//! value that a variable could have. `<<` of YAML gives way to what stands beside it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::text::{SecretValue, Span};

use super::ini;
use super::yaml::{self, Node, Value};

/// Forms of such files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// YAML 1.2.
    Yaml,
    /// TOML 1.0.
    Toml,
    /// JSON (RFC 8259).
    Json,
    /// INI, of which there is no standard: see [`super::ini`].
    Ini,
}

/// Lines of an INI file that no honest one has.
const MOST_LINES: usize = 200_000;

/// One key of such a file.
#[derive(Clone, Debug)]
pub struct ConfigKey {
    /// Its name, with those of the mappings around it.
    pub name: String,
    /// Its last part in the file.
    pub span: Span,
    /// Its value; nothing where it is a list, or not sure. What is `null` is empty.
    pub value: Option<SecretValue>,
    /// Whether readers of the form do not agree on the value.
    pub unsure: bool,
}

/// Why a text is none of the form: where, as far as it is known, and nothing of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigError {
    /// The place.
    pub span: Span,
}

/// Reads a file. An empty one has no keys. With `items` what is in a list has a name too: `hosts.0`.
///
/// # Errors
/// If it is not of the form, or a key stands twice in one mapping; of INI, if a line is none of its.
pub fn read(bytes: &[u8], format: Format, items: bool) -> Result<Vec<ConfigKey>, ConfigError> {
    read_part(bytes, format, items, |_| true)
}

/// Reads a file of which not all sections matter, if it is INI: what is wrong in the others is no fault.
///
/// # Errors
/// As those of [`read`].
pub fn read_part(
    bytes: &[u8],
    format: Format,
    items: bool,
    matters: impl Fn(&str) -> bool,
) -> Result<Vec<ConfigKey>, ConfigError> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| ConfigError { span: Span::new(error.valid_up_to(), error.valid_up_to()) })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut keys = Vec::new();
    match format {
        Format::Yaml => yaml_keys(text, true, items, &mut keys)?,
        Format::Json => {
            // JSON is YAML, but not the other way round.
            let strict: Result<serde::de::IgnoredAny, _> = serde_json::from_str(text);
            strict.map_err(|_| ConfigError { span: Span::default() })?;
            yaml_keys(text, false, items, &mut keys)?;
        }
        Format::Toml => {
            let table = DeTable::parse(text).map_err(|error| ConfigError {
                span: error.span().map(|range| Span::new(range.start, range.start)).unwrap_or_default(),
            })?;
            let reader = TomlReader { text, items };
            reader.table("", table.get_ref(), &mut keys);
        }
        Format::Ini => {
            let loose =
                ini::read_loosely(text, MOST_LINES).map_err(|error| ConfigError { span: error.span })?;
            if let Some((_, error)) = loose.faults.iter().find(|(section, _)| matters(section)) {
                return Err(ConfigError { span: error.span });
            }
            for section in loose.sections {
                let prefix = section.name;
                keys.extend(section.entries.into_iter().filter_map(|entry| ini_key(&prefix, entry)));
            }
        }
    }
    Ok(keys)
}

fn joined(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}

fn yaml_keys(text: &str, merges: bool, items: bool, keys: &mut Vec<ConfigKey>) -> Result<(), ConfigError> {
    let root = yaml::parse(text).map_err(|error| ConfigError { span: error.span })?;
    match root.value {
        Value::Null => Ok(()),
        Value::Mapping(_) => {
            yaml_node("", Span::default(), &root, (merges, items), keys);
            Ok(())
        }
        _ => Err(ConfigError { span: root.span }),
    }
}

/// The pairs of a mapping, with what `<<` merges in: names that stand in the mapping itself are not merged, and of
/// several sources the first that has a name counts (YAML's merge key type, 2005).
fn merged(pairs: &[(yaml::Key, Node)], merges: bool, depth: usize) -> Vec<&(yaml::Key, Node)> {
    let is_merge = |key: &yaml::Key| merges && key.text == "<<";
    let mut found: Vec<&(yaml::Key, Node)> = pairs.iter().filter(|(key, _)| !is_merge(key)).collect();
    for (_, source) in pairs.iter().filter(|(key, _)| is_merge(key) && depth < 8) {
        let sources = match &source.value {
            Value::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(source),
        };
        for source in sources {
            let Value::Mapping(pairs) = &source.value else { continue };
            for pair in merged(pairs, merges, depth + 1) {
                if !found.iter().any(|(key, _)| key.text == pair.0.text) {
                    found.push(pair);
                }
            }
        }
    }
    found
}

/// `how`: whether `<<` merges, and whether what is in a list has a name.
fn yaml_node(name: &str, span: Span, node: &Node, how: (bool, bool), keys: &mut Vec<ConfigKey>) {
    let value = match &node.value {
        Value::Mapping(pairs) => {
            for (key, item) in merged(pairs, how.0, 0) {
                yaml_node(&joined(name, &key.text), key.span, item, how, keys);
            }
            return;
        }
        Value::Null => Some(SecretValue::new(b"")),
        Value::Scalar(text) => Some(SecretValue::new(text.as_bytes())),
        Value::Sequence(items) => {
            for (at, item) in items.iter().enumerate().filter(|_| how.1) {
                yaml_node(&joined(name, &at.to_string()), item.span, item, how, keys);
            }
            None
        }
    };
    keys.push(ConfigKey { name: name.to_owned(), span, value, unsure: false });
}

fn ini_key(section: &str, entry: ini::Entry) -> Option<ConfigKey> {
    let ini::Entry::Key { name, span, value, unsure } = entry else { return None };
    let value = (!unsure).then(|| SecretValue::new(value.as_bytes()));
    Some(ConfigKey { name: joined(section, &name), span, value, unsure })
}

struct TomlReader<'a> {
    text: &'a str,
    items: bool,
}

impl TomlReader<'_> {
    fn table(&self, prefix: &str, table: &DeTable<'_>, keys: &mut Vec<ConfigKey>) {
        for (key, item) in table {
            let span = Span::new(key.span().start, key.span().end);
            self.item(joined(prefix, key.get_ref()), span, item, keys);
        }
    }

    fn item(&self, name: String, span: Span, item: &Spanned<DeValue<'_>>, keys: &mut Vec<ConfigKey>) {
        let value = match item.get_ref() {
            DeValue::Table(table) => return self.table(&name, table, keys),
            DeValue::Array(list) => {
                for (at, item) in list.iter().enumerate().filter(|_| self.items) {
                    let span = Span::new(item.span().start, item.span().end);
                    self.item(joined(&name, &at.to_string()), span, item, keys);
                }
                None
            }
            DeValue::String(value) => Some(SecretValue::new(value.as_bytes())),
            _ => Some(SecretValue::new(self.text.get(item.span()).unwrap_or_default().as_bytes())),
        };
        keys.push(ConfigKey { name, span, value, unsure: false });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Format, read};
    use rstest::rstest;

    fn show(text: &str, format: Format) -> String {
        let keys = read(text.as_bytes(), format, false).unwrap().into_iter().map(|key| {
            let value = key.value.map(|value| String::from_utf8(value.expose().to_vec()).unwrap());
            format!("{}={}", key.name, value.as_deref().unwrap_or("[]"))
        });
        keys.collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case(Format::Yaml, "A: 0600\nb: { c: 'x', d: [1] }\nE:\n", "A=0600 b.c=x b.d=[] E=")]
    #[case(Format::Yaml, "x: &x { A: 1, B: 1 }\ny: { A: 2, <<: *x }\n", "x.A=1 x.B=1 y.A=2 y.B=1")]
    #[case(Format::Yaml, "y: { db: { port: 1 }, <<: { db: { host: h } } }\n", "y.db.port=1")]
    #[case(Format::Yaml, "y: { <<: [{ A: 1 }, { A: 2, B: 3 }] }\n", "y.A=1 y.B=3")]
    #[case(Format::Json, "{\"<<\": {\"A\": 1}}", "<<.A=1")]
    #[case(Format::Yaml, "", "")]
    #[case(Format::Yaml, "# nothing\n", "")]
    #[case(Format::Ini, "[s]\nA=1\nA=2\nB\n", "s.A=[] s.B=[]")]
    #[case(Format::Ini, "A = x\n[s]\nb = 1 ; n\nc = x#y\n", "DEFAULT.A=x s.b=1 s.c=[]")]
    #[case(Format::Toml, "A = 'x'\nn = 0x10\n[b]\nc = true\nd = [1]\n", "A=x b.c=true b.d=[] n=0x10")]
    #[case(
        Format::Json,
        "{\n\t\"A\": \"x\\u0041\",\n\t\"n\": 1.50, \"o\": {\"p\": null}\n}\n",
        "A=xA n=1.50 o.p="
    )]
    fn keys_and_values(#[case] format: Format, #[case] text: &str, #[case] expected: &str) {
        assert_eq!(show(text, format), expected);
    }

    #[rstest]
    #[case(Format::Yaml, "- a\n")]
    #[case(Format::Yaml, "A: 1\nA: 2\n")]
    #[case(Format::Yaml, "A=1\n")]
    #[case(Format::Json, "A: 1\n")]
    #[case(Format::Json, "{\"A\": 1, \"A\": 2}")]
    #[case(Format::Json, "")]
    #[case(Format::Toml, "A = 1\nA = 2\n")]
    #[case(Format::Toml, "A: 1\n")]
    #[case(Format::Ini, "[s]\nA=1\nsome words\n")]
    #[case(Format::Ini, "[s\nA=1\n")]
    fn other_texts_are_refused(#[case] format: Format, #[case] text: &str) {
        assert!(read(text.as_bytes(), format, false).is_err());
    }

    #[test]
    fn a_key_has_its_place() {
        for (format, text) in [
            (Format::Yaml, "a:\n  key: 1\n"),
            (Format::Toml, "[a]\nkey = 1\n"),
            (Format::Json, "{\"a\": {\"key\": 1}}"),
            (Format::Ini, "[a]\n key = 1\n"),
        ] {
            let key = read(text.as_bytes(), format, false).unwrap().remove(0);
            assert!(text.get(key.span.start..key.span.end).unwrap().contains("key"), "{format:?}");
        }
    }
}
