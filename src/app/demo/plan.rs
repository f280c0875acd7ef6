//! The mistakes of the demo, as their data file has them.

use crate::syntax::yaml::{self, Node, Value};

use super::DemoError;

/// What is planted and how the sample's secrets are made.
pub struct Plan {
    /// Name of a secret's file, and `hex` or `base64`.
    pub secrets: Vec<(String, String)>,
    /// In the order in which they are told.
    pub mistakes: Vec<Mistake>,
}

/// One mistake.
pub struct Mistake {
    /// In a sentence.
    pub what: String,
    /// The file it is made in.
    pub file: String,
    /// How.
    pub change: Change,
    /// Findings that it must cause, nothing else.
    pub finds: Vec<String>,
}

/// A change to a file.
pub enum Change {
    /// One text by another, once.
    Replace(String, String),
    /// Its content by this.
    Write(String),
    /// Its content by that of another file.
    Copy(String),
    /// Its permission bits.
    Mode(u32),
}

impl Plan {
    /// Reads the embedded file.
    pub fn read() -> Result<Self, DemoError> {
        let root = yaml::parse(include_str!("mistakes.yaml")).map_err(|_| DemoError::Plan)?;
        Self::of(&root).ok_or(DemoError::Plan)
    }

    fn of(root: &Node) -> Option<Self> {
        let Value::Mapping(secrets) = &field(root, "secrets")?.value else { return None };
        let Value::Sequence(mistakes) = &field(root, "mistakes")?.value else { return None };
        let secrets = secrets.iter().map(|(key, node)| Some((key.text.clone(), scalar(node)?)));
        Some(Self {
            secrets: secrets.collect::<Option<_>>()?,
            mistakes: mistakes.iter().map(Mistake::of).collect::<Option<_>>()?,
        })
    }

    /// Every finding that the mistakes must cause.
    pub fn finds(&self) -> Vec<&str> {
        self.mistakes.iter().flat_map(|mistake| mistake.finds.iter().map(String::as_str)).collect()
    }
}

impl Mistake {
    fn of(node: &Node) -> Option<Self> {
        let text = |name| field(node, name).and_then(scalar);
        let mode = || u32::from_str_radix(&text("mode")?, 8).ok();
        let change = match (text("replace"), text("write"), text("copy")) {
            (Some(from), _, _) => Change::Replace(from, text("by")?),
            (_, Some(content), _) => Change::Write(content),
            (_, _, Some(other)) => Change::Copy(other),
            _ => Change::Mode(mode()?),
        };
        let mut finds = vec![text("finds")?];
        if let Some(Value::Sequence(further)) = field(node, "and").map(|node| &node.value) {
            finds.extend(further.iter().filter_map(scalar));
        }
        Some(Self { what: text("what")?, file: text("file")?, change, finds })
    }
}

fn field<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    let Value::Mapping(pairs) = &node.value else { return None };
    pairs.iter().find(|(key, _)| key.text == name).map(|(_, node)| node)
}

fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar(text) => Some(text.clone()),
        _ => None,
    }
}
