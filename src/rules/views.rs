//! Variables as their readers see them: what rules judge.

use std::cell::OnceCell;

use crate::finding::location::Place;
use crate::finding::{Subject, Why};
use crate::model::{Content, Environment, Variable};
use crate::policy::{Effective, KeyEntry};
use crate::syntax::readers::{Outcome, Reader};
use crate::text::KeyName;
use crate::value::certificates::{Material, read};

use super::shared::given_away::{GivenAway, given_away};
use super::shared::shape::has_reference;
use super::{Context, Sink};

/// One variable as some of its readers see it.
pub struct KeyView<'a> {
    /// Its name.
    pub key: &'a KeyName,
    /// The service that has it otherwise than the others.
    pub service: Option<&'a KeyName>,
    /// What the policy says of it.
    pub entry: Option<&'a KeyEntry>,
    /// The occurrence that counts; nothing if the variable is declared and not there.
    pub variable: Option<&'a Variable>,
    /// What the readers make of it; nothing if its value is not known.
    pub outcome: Option<&'a Outcome>,
    /// The readers that see it so.
    pub readers: &'a [Reader],
    /// Whether all of these are guessed from what the project depends on.
    pub guessed: bool,
    /// What its value gives away, once a rule has asked.
    pub given: OnceCell<Option<GivenAway>>,
    /// The keys and certificates in its value, once a rule has asked.
    pub material: OnceCell<Option<Material>>,
}

impl KeyView<'_> {
    /// The names of the readers that see it so.
    #[must_use]
    pub fn reader_names(&self) -> Vec<&'static str> {
        self.readers.iter().map(|reader| reader.as_str()).collect()
    }

    /// What the value gives away.
    pub fn given_away(&self, cx: &Context<'_>) -> Option<GivenAway> {
        *self.given.get_or_init(|| given_away(cx, self))
    }

    /// The keys and certificates in the value.
    #[must_use]
    pub fn material(&self) -> Option<&Material> {
        self.material.get_or_init(|| self.value().and_then(read)).as_ref()
    }

    /// The value, if the readers get one.
    #[must_use]
    pub fn value(&self) -> Option<&[u8]> {
        match self.outcome? {
            Outcome::Value(value) => Some(value.expose()),
            _ => None,
        }
    }

    /// The value, if the readers get one that is not empty.
    #[must_use]
    pub fn some_value(&self) -> Option<&[u8]> {
        self.value().filter(|value| !value.trim_ascii().is_empty())
    }

    /// The value as far as it can be judged by its letters: not one that the readers put together from
    /// others (`${BASE}/x`), which the report then says.
    #[must_use]
    pub fn judgeable(&self, cx: &Context<'_>, sink: &mut Sink<'_>) -> Option<&[u8]> {
        let value = self.some_value()?;
        let variable = self.variable?;
        // A program's own reading is final: what it would replace it has replaced.
        let stands = self.readers.contains(&Reader::Plain);
        if stands && has_reference(value) && !variable.origin.literal {
            sink.gap(&cx.environment.name, Subject::key(self.key), Why::ValueUnknown);
            return None;
        }
        Some(value)
    }

    /// The place of the variable.
    #[must_use]
    pub fn place(&self, environment: &Environment) -> Option<Place> {
        environment.place(self.variable?)
    }
}

/// All variables of an environment as one reader sees them.
pub struct ReaderView<'a> {
    /// The reader.
    pub reader: Reader,
    /// The names of all readers that see the same.
    pub readers: Vec<&'static str>,
    /// Whether all of these are guessed from what the project depends on.
    pub guessed: bool,
    /// The service in whose place it is looked; nothing where no service has variables of its own.
    pub service: Option<&'a KeyName>,
    /// What holds for the environment.
    pub policy: &'a Effective,
    /// The environment.
    pub environment: &'a Environment,
    values: Vec<(&'a Variable, &'a [u8])>,
    /// By the index of the value.
    materials: OnceCell<Vec<(usize, Material)>>,
}

impl<'a> ReaderView<'a> {
    /// The view of a reader in the place of a service, if any has variables of its own; `readers` see the same.
    #[must_use]
    pub fn new(
        (policy, environment): (&'a Effective, &'a Environment),
        reader: Reader,
        service: Option<&'a KeyName>,
        (readers, guessed): (Vec<&'static str>, bool),
    ) -> Self {
        let concerned = |key: &KeyName| service.is_none_or(|service| policy.concerns(key, service));
        let counting = environment.winners.iter().filter(|(key, _)| concerned(key));
        let winners = counting.filter_map(|(_, winners)| environment.winner_of(service, winners));
        let values = winners.filter_map(|variable| Some((variable, value_for(variable, reader)?))).collect();
        let materials = OnceCell::new();
        Self { reader, readers, guessed, service, policy, environment, values, materials }
    }

    /// The variables that have a value for this reader, by key; each with the occurrence that counts.
    pub fn values(&self) -> impl Iterator<Item = (&'a Variable, &'a [u8])> {
        self.values.iter().copied()
    }

    /// The variables that hold keys or certificates.
    #[must_use]
    pub fn materials(&self) -> Vec<(&'a Variable, &Material)> {
        let read = |(at, (_, value)): (usize, &(&Variable, &[u8]))| Some((at, read(value)?));
        let found = self.materials.get_or_init(|| self.values.iter().enumerate().filter_map(read).collect());
        let variable = |at: usize| self.values.get(at).map(|(variable, _)| *variable);
        found.iter().filter_map(|(at, material)| Some((variable(*at)?, material))).collect()
    }

    /// The occurrence of a key that counts here, if it is for the one in whose place it is looked.
    #[must_use]
    pub fn winner(&self, key: &KeyName) -> Option<&'a Variable> {
        winner(self.policy, self.environment, self.service, key)
    }

    /// The value of one key, and where it stands.
    #[must_use]
    pub fn value(&self, key: &str) -> Option<(&'a Variable, &'a [u8])> {
        let (name, _) = self.environment.winners.get_key_value(key)?;
        let variable = self.winner(name)?;
        value_for(variable, self.reader).map(|value| (variable, value))
    }
}

fn winner<'a>(
    policy: &Effective,
    environment: &'a Environment,
    service: Option<&KeyName>,
    key: &KeyName,
) -> Option<&'a Variable> {
    let concerned = service.is_none_or(|service| policy.concerns(key, service));
    environment.winner(service, key).filter(|_| concerned)
}

/// The value that a reader gets of a variable.
#[must_use]
pub fn value_for(variable: &Variable, reader: Reader) -> Option<&[u8]> {
    match &variable.content {
        Content::Read(readings) => match readings.seen_by(reader)? {
            Outcome::Value(value) => Some(value.expose()),
            _ => None,
        },
        _ => None,
    }
}
