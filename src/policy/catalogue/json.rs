//! JSON whose mappings keep the order they were written in, so that a schema reads like the language.

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::syntax::yaml::{Node, Value};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    Null,
    Bool(bool),
    Number(u64),
    Text(String),
    List(Vec<Json>),
    Map(Map),
}

/// A JSON object.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Map(Vec<(String, Json)>);

impl Map {
    /// The object with one more member.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Json>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }

    /// The object with one more member, if there is a value.
    pub fn with_some(self, name: &str, value: Option<impl Into<Json>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// The object with another's members behind its own.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// A schema that takes `null` as well.
    pub fn nullable(mut self) -> Self {
        for (name, value) in &mut self.0 {
            match (name.as_str(), &mut *value) {
                ("type", Json::List(types)) => types.push("null".into()),
                ("type", Json::Text(one)) => *value = vec![std::mem::take(one), "null".to_owned()].into(),
                ("enum", Json::List(words)) => words.push(Json::Null),
                _ => {}
            }
        }
        self
    }

    /// A schema that takes what this one does not.
    pub fn not(self) -> Self {
        Self::default().with("not", self)
    }
}

impl FromIterator<(String, Json)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Json)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<u32> for Json {
    fn from(value: u32) -> Self {
        Self::Number(value.into())
    }
}

impl From<&str> for Json {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Json {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Map> for Json {
    fn from(value: Map) -> Self {
        Self::Map(value)
    }
}

impl<T: Into<Self>> From<Vec<T>> for Json {
    fn from(values: Vec<T>) -> Self {
        Self::List(values.into_iter().map(Into::into).collect())
    }
}

impl From<&Node> for Json {
    /// As an editor reads the YAML, so far as it matters to examples: plain numbers and booleans are such.
    fn from(node: &Node) -> Self {
        match &node.value {
            Value::Null => Self::Null,
            Value::Scalar(text) => match (text.as_str(), text.parse::<u64>()) {
                ("true", _) => Self::Bool(true),
                ("false", _) => Self::Bool(false),
                (_, Ok(number)) if number.to_string() == *text => Self::Number(number),
                _ => Self::Text(text.clone()),
            },
            Value::Sequence(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Mapping(pairs) => {
                Self::Map(pairs.iter().map(|(key, item)| (key.text.clone(), Self::from(item))).collect())
            }
        }
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Bool(value) => serializer.serialize_bool(*value),
            Self::Number(value) => serializer.serialize_u64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(items) => serializer.collect_seq(items),
            Self::Map(Map(pairs)) => {
                let mut map = serializer.serialize_map(Some(pairs.len()))?;
                for (name, value) in pairs {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}
