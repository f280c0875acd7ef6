//! The catalogue as a JSON Schema (draft 2020-12), for editors.
//!
//! The parser takes scalars by their text, while an editor has turned `0600` into a number and `true` into a
//! boolean before it asks the schema. So the schema takes either wherever the parser would: what the parser
//! accepts is never marked.

use crate::finding::RuleMeta;
use crate::policy::waiver::is_waivable;
use crate::syntax::yaml;

use super::json::{Json, Map};
use super::{
    AGAINST, ENVIRONMENT, FILE, Field, Form, GROUP, KEY, Least, Name, POLICY, SOURCE, Section, Shape, WAIVER,
    Words,
};

/// Sections that are referred to by name; all others stand where they are used.
const NAMED: [&Section; 7] = [&ENVIRONMENT, &SOURCE, &KEY, &GROUP, &FILE, &AGAINST, &WAIVER];
/// The definition for `rules`.
const RULES: &str = "rules";
/// The definition for names with `*`.
const PATTERN: &str = "key-pattern";
/// Names with at least one `*`.
const PATTERN_NAME: &str = r"^[A-Za-z0-9_.-]*\*[A-Za-z0-9_.*-]*$";

/// The schema as text. `rules` are those that a policy may name.
#[must_use]
pub fn schema(rules: &[&'static RuleMeta]) -> String {
    let writer = Writer { rules };
    let mut defs: Map =
        NAMED.iter().map(|named| (named.id.to_owned(), writer.section(named).into())).collect();
    defs = defs.with(RULES, writer.levels()).with(
        PATTERN,
        Map::default()
            .with("description", "What holds for all variables that a pattern names.")
            .with("allOf", vec![reference(KEY.id), says("required", "true").not()]),
    );
    let schema = Map::default()
        .with("$schema", "https://json-schema.org/draft/2020-12/schema")
        .and(writer.section(&POLICY))
        .with("$defs", defs);
    // Every key is a text, so that it cannot fail.
    serde_json::to_string_pretty(&Json::from(schema)).unwrap_or_default() + "\n"
}

struct Writer<'r> {
    rules: &'r [&'static RuleMeta],
}

impl Writer<'_> {
    /// A mapping with named fields.
    fn section(&self, section: &Section) -> Map {
        let mut properties = Map::default();
        for field in section.fields {
            properties = properties.with(field.name, self.field(field));
            if field.append {
                properties = properties.with(format!("{}+", field.name), self.appending(field));
            }
        }
        let required: Vec<&str> = section.fields.iter().filter(|it| it.required).map(|it| it.name).collect();
        // `prod:` says nothing, `KEY:` nothing or that nothing holds: both read as null.
        let layered = [ENVIRONMENT.id, KEY.id, GROUP.id].contains(&section.id);
        let map = Map::default()
            .with("title", section.id)
            .with("description", section.text)
            .and(if layered { typed(["object", "null"]) } else { typed(["object"]) })
            .with("properties", properties)
            .with_some("required", Some(required).filter(|names| !names.is_empty()))
            .with("additionalProperties", false);
        let map = match section.shape {
            Shape::Free => map,
            Shape::OneField => map.with("minProperties", 1).with("maxProperties", 1),
            Shape::OneOf(names) => {
                let any = names.iter().map(|name| Map::default().with("required", vec![*name]));
                map.with("anyOf", any.collect::<Vec<_>>())
            }
        };
        let all: Vec<Map> = conflicts(section).chain(needs(section)).chain(excludes(section)).collect();
        map.with_some("allOf", Some(all).filter(|all| !all.is_empty()))
    }

    fn field(&self, field: &Field) -> Map {
        let form = self.form(field.form);
        let form = if field.unset { form.nullable() } else { form };
        let judged = match field.rules {
            [] => String::new(),
            rules => format!(" Judged by {}.", rules.join(", ")),
        };
        described(field.name, format!("{}{judged}", field.text), field.example).and(form)
    }

    /// The field that appends to the list of a layer below.
    fn appending(&self, field: &Field) -> Map {
        let text = format!("Appends to the `{}` of the layers below; there has to be one.", field.name);
        described(&format!("{}+", field.name), text, field.example).and(self.form(field.form))
    }

    fn form(&self, form: Form) -> Map {
        match form {
            Form::Bool => typed(["boolean", "string"]).with("pattern", "^(true|false)$"),
            Form::Number => typed(["integer", "string"]).with("minimum", 0).with("pattern", r"^\+?[0-9]+$"),
            Form::Constant(number) => {
                Map::default().with("enum", vec![Json::from(number), number.to_string().into()])
            }
            Form::Secret => {
                let words: [Json; 5] =
                    ["auto".into(), true.into(), false.into(), "true".into(), "false".into()];
                Map::default().with("enum", words.to_vec())
            }
            Form::Text => scalar(),
            Form::Sentence => scalar().with("pattern", r"\S"),
            Form::Texts(least) => list(scalar(), least),
            Form::Word(words) => among(words.list()),
            Form::WordList(words) => list(among(words.list()), Least::None),
            Form::Name(name) => scalar().with("pattern", name.pattern()),
            Form::Names(name) => list(scalar().with("pattern", name.pattern()), Least::None),
            Form::Quantity => scalar().with("pattern", r"^[+-]?[0-9.PT]"),
            Form::Period => typed(["string"]).with("pattern", r"^[0-9]{1,7}[hdw]$"),
            Form::Pattern => scalar(),
            Form::Schemes => list(scalar().with("pattern", "^[a-z][a-z0-9+.-]*$"), Least::One),
            Form::Recipients => {
                let one = scalar().with("pattern", "^\\s*(age1|ssh-ed25519 |ssh-rsa )");
                list(one, Least::One)
            }
            Form::Conditions => {
                let values = either([scalar(), list(scalar(), Least::One)]);
                entries(vec![(Name::Key.pattern(), values.into())]).with("minProperties", 1)
            }
            Form::KeyList => {
                let key = scalar().with("pattern", Name::Key.pattern());
                list(key, Least::None).with("minItems", 2).with("uniqueItems", true)
            }
            Form::Rule => among(self.rules.iter().map(|rule| rule.id).filter(|id| is_waivable(id)).collect()),
            Form::Mode => typed(["string", "integer"])
                .with("pattern", r"^(0o)?\+?0*[0-7]{1,3}$")
                .with("minimum", 0)
                .with("maximum", 777),
            Form::Date => typed(["string"]).with("pattern", r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
            Form::Path => path(),
            Form::Paths => either([path(), list(path(), Least::None)]),
            Form::Mounts => entries(vec![("^/", path().into())]),
            Form::Mapping => entries(vec![(Name::Key.pattern(), scalar().with("minLength", 1).into())])
                .with("minProperties", 1),
            Form::Extends => {
                let file = matching(r"/|\.ya?ml$").with("not", matching(r"^[/\\]|^[A-Za-z]:"));
                list(either([among(super::packs()), file]), Least::None)
            }
            Form::Levels => Map::default().with("allOf", vec![reference(RULES)]),
            Form::Keys(section) => entries(vec![
                (Name::Key.pattern(), reference(section.id).into()),
                (PATTERN_NAME, reference(PATTERN).into()),
            ])
            .nullable(),
            Form::Entries(name, section) => {
                entries(vec![(name.pattern(), reference(section.id).into())]).nullable()
            }
            Form::List(section, least) => list(reference(section.id), least),
            Form::EnvironmentOr(section) => {
                either([scalar().with("pattern", Name::Environment.pattern()), reference(section.id)])
            }
            Form::KeyPatterns => {
                let name = scalar().with("pattern", Name::Key.pattern());
                list(either([name, matching(PATTERN_NAME)]), Least::One)
            }
            Form::PathOr(section) => either([path(), self.section(section)]),
            Form::Only(section) => self.section(section),
        }
    }

    fn levels(&self) -> Map {
        let mut properties = Map::default();
        for rule in self.rules {
            let text = format!("{} Its own severity: {}.", rule.summary, rule.severity.as_str());
            let level = described(rule.id, text, "error").and(among(Words::Levels.list())).nullable();
            properties = properties.with(rule.id, level);
        }
        typed(["object", "null"]).with("properties", properties).with("additionalProperties", false)
    }
}

fn described(title: &str, text: String, example: &str) -> Map {
    // An example that is no YAML would show as text; a test holds that there is none.
    let value = yaml::parse(example).map_or_else(|_| example.into(), |node| Json::from(&node));
    Map::default().with("title", title).with("description", text).with("examples", vec![value])
}

/// Pairs of fields that may not have these words together.
fn conflicts(section: &Section) -> impl Iterator<Item = Map> {
    section.conflicts.iter().map(|pair| {
        let [(first, word), (second, other)] = pair;
        let both = vec![says(first, word), says(second, other)];
        Map::default().with("allOf", both).not()
    })
}

/// Fields that may not stand beside each other.
fn excludes(section: &Section) -> impl Iterator<Item = Map> {
    let pairs =
        section.fields.iter().flat_map(|field| field.excludes.iter().map(|other| (field.name, *other)));
    pairs.map(|(one, other)| typed(["object"]).with("required", vec![one, other]).not())
}

/// Fields that need others beside them, unless they are `null`.
fn needs(section: &Section) -> impl Iterator<Item = Map> {
    section.fields.iter().filter(|field| !field.needs.is_empty()).map(|field| {
        let set = Map::default().with(field.name, typed(["null"]).not());
        let there = match field.needs_for {
            Some(word) => says(field.name, word),
            None => typed(["object"]).with("required", vec![field.name]).with("properties", set),
        };
        let beside = Map::default().with("required", field.needs.to_vec());
        Map::default().with("if", there).with("then", beside)
    })
}

/// The field is there and is this word.
fn says(field: &str, word: &str) -> Map {
    let mut words = vec![Json::from(word)];
    if let Ok(value) = word.parse::<bool>() {
        words.push(value.into());
    }
    let property = Map::default().with(field, Map::default().with("enum", words));
    // Of what is no object, `null` above all, the other two would say nothing and so hold.
    typed(["object"]).with("required", vec![field]).with("properties", property)
}

fn typed<const N: usize>(types: [&str; N]) -> Map {
    match types.as_slice() {
        [one] => Map::default().with("type", *one),
        _ => Map::default().with("type", types.to_vec()),
    }
}

/// A text, which an editor may have read as something else.
fn scalar() -> Map {
    typed(["string", "number", "boolean"])
}

fn among(words: Vec<&str>) -> Map {
    Map::default().with("enum", words)
}

fn list(items: Map, least: Least) -> Map {
    let list = typed(["array"]).with("items", items);
    if least == Least::One { list.with("minItems", 1) } else { list }
}

fn entries(patterns: Vec<(&str, Json)>) -> Map {
    let patterns: Map = patterns.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    typed(["object"]).with("patternProperties", patterns).with("additionalProperties", false)
}

fn either<const N: usize>(forms: [Map; N]) -> Map {
    Map::default().with("anyOf", forms.to_vec())
}

fn matching(pattern: &str) -> Map {
    typed(["string"]).with("pattern", pattern)
}

/// As `syntax::template` takes it.
fn path() -> Map {
    let outside = matching(r"^[/\\]|^[A-Za-z]:|(^|/)\.\.(/|$)");
    scalar().with("pattern", r"^([^{}]|\{env\}|\{service\})+$").with("not", outside)
}

fn reference(id: &str) -> Map {
    Map::default().with("$ref", format!("#/$defs/{id}"))
}
