//! What the policy says of encrypted files: at its top level, and of an environment over it.

use crate::finding::Message;
use crate::sealed::age::Recipient;
use crate::syntax::template::PathTemplate;
use crate::syntax::yaml::Value;
use crate::text::EnvName;
use crate::text::path::holds_key;
use crate::value::types::ValueType;

use super::parse::Parser;
use super::table::{Field, Table};
use super::{Policy, Set};

/// What is made of a file that cannot be opened for want of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecryptable {
    /// There is no verdict.
    Fail,
    /// It is listed, and does not keep the verdict from being given.
    Skip,
}

/// What is made of a run that was told to open nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoDecrypt {
    /// There is no verdict.
    Fail,
    /// What was not opened is listed, and does not keep the verdict from being given.
    Pass,
}

pub(super) const UNDECRYPTABLE: &[(&str, Undecryptable)] =
    &[("fail", Undecryptable::Fail), ("skip", Undecryptable::Skip)];
pub(super) const NO_DECRYPT: &[(&str, NoDecrypt)] = &[("fail", NoDecrypt::Fail), ("pass", NoDecrypt::Pass)];

/// What is said of encrypted files, field by field.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sealing {
    /// Whether secrets must be encrypted where they lie.
    pub encrypted: Option<Set<bool>>,
    /// For whom files may be encrypted: these and nobody else.
    pub recipients: Option<Set<Vec<Recipient>>>,
    /// Files of identities, below the project.
    pub identities: Option<Set<Vec<PathTemplate>>>,
    /// What is made of files that cannot be opened.
    pub undecryptable: Option<Set<Undecryptable>>,
    /// What is made of a run that opens nothing.
    pub no_decrypt: Option<Set<NoDecrypt>>,
}

impl Sealing {
    /// This, and where it says nothing what `below` says.
    #[must_use]
    pub fn over(self, below: &Self) -> Self {
        Self {
            encrypted: self.encrypted.or_else(|| below.encrypted.clone()),
            recipients: self.recipients.or_else(|| below.recipients.clone()),
            identities: self.identities.or_else(|| below.identities.clone()),
            undecryptable: self.undecryptable.or_else(|| below.undecryptable.clone()),
            no_decrypt: self.no_decrypt.or_else(|| below.no_decrypt.clone()),
        }
    }

    /// Whether files that cannot be opened are only listed.
    #[must_use]
    pub fn skips(&self) -> bool {
        self.undecryptable.as_ref().is_some_and(|set| set.value == Undecryptable::Skip)
    }

    /// Whether a run that opens nothing may pass.
    #[must_use]
    pub fn passes_unopened(&self) -> bool {
        self.no_decrypt.as_ref().is_some_and(|set| set.value == NoDecrypt::Pass)
    }
}

impl Policy {
    /// What holds for an environment: its own word before that of the one it inherits from, and that before the top level's.
    #[must_use]
    pub fn sealing_of(&self, environment: &EnvName) -> Sealing {
        let said = self.lineage(environment).map(|spec| &spec.sealing).chain([&self.sealing]);
        said.fold(Sealing::default(), Sealing::over)
    }
}

impl Parser<'_> {
    pub(super) fn sealing(&mut self, table: &mut Table<'_>) -> Sealing {
        let encrypted = table.take("encrypted");
        let undecryptable = table.take("undecryptable");
        let no_decrypt = table.take("no_decrypt");
        let origin = self.origin;
        Sealing {
            encrypted: encrypted
                .and_then(|field| Some(origin.set(field, field.boolean(&mut self.problems)?))),
            recipients: table.take("recipients").and_then(|field| self.recipients(field)),
            identities: table.take("identities").and_then(|field| self.identities(field)),
            undecryptable: undecryptable
                .and_then(|field| Some(origin.set(field, field.word(&mut self.problems, UNDECRYPTABLE)?))),
            no_decrypt: no_decrypt
                .and_then(|field| Some(origin.set(field, field.word(&mut self.problems, NO_DECRYPT)?))),
        }
    }

    /// Paths. Of a key that stands where its path is wanted nothing is shown, nor is it passed over as a file that is elsewhere.
    fn identities(&mut self, field: Field<'_>) -> Option<Set<Vec<PathTemplate>>> {
        let texts = match &field.node.value {
            Value::Sequence(items) => items.as_slice(),
            _ => std::slice::from_ref(field.node),
        };
        let key = texts.iter().find(|node| matches!(&node.value, Value::Scalar(text) if holds_key(text)));
        let Some(node) = key else { return self.templates(field) };
        let help = "name its file: a policy is read by many, and what stood in it has to be replaced";
        let message = Message::new("this is an identity, and the path of a file of identities is wanted");
        self.problems.push(node.span, message, Some(Message::new(help)));
        None
    }

    fn recipients(&mut self, field: Field<'_>) -> Option<Set<Vec<Recipient>>> {
        let words = field.words(&mut self.problems)?;
        if words.is_empty() {
            self.problems.form(field, "at least one recipient");
        }
        let mut found: Vec<Recipient> = Vec::with_capacity(words.len());
        for (text, span) in words {
            // What stands here may be the wrong half of a pair of keys: nothing of it is shown.
            let is_whole = !text.starts_with("age1") || ValueType::AgeRecipient.reads_as(text.as_bytes());
            match Recipient::parse(text).filter(|_| is_whole) {
                None => {
                    let help = Message::new(
                        "write age1..., ssh-ed25519 ... or ssh-rsa ...: the public half, never the identity",
                    );
                    self.problems.push(span, Message::new("this is no recipient"), Some(help));
                }
                Some(one) if found.contains(&one) => {
                    self.problems.push(span, Message::new("this recipient is named twice"), None);
                }
                Some(one) => found.push(one),
            }
        }
        Some(self.origin.set(field, found))
    }
}
