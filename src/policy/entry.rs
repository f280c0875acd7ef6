//! Entries of `keys`, and how one is laid over another.

use std::collections::{BTreeMap, BTreeSet};

use crate::syntax::postgres::SslMode;

use crate::text::KeyName;

use super::across::{Across, Stricter};
use super::constraint::{Bound, Condition, Period, RotatedIn, TextPattern, Without};
use super::{At, Set, ValueType};

/// What an entry says in a field. Most say little of what could be said: what is not said takes no room.
pub type Said<T> = Option<Box<Set<T>>>;

/// Declares the fields of an entry once: struct, names, laying and comparing go by this list.
macro_rules! entry {
    ($($field:ident: $type:ty = $name:literal $doc:literal,)*) => {
        /// What the policy says of one variable, or of all that a pattern names.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct KeyEntry {
            /// Where the entry stands; the strongest layer's, after merging.
            pub at: At,
            /// `KEY: null`: nothing that is said below it holds.
            pub erases: bool,
            /// Fields that are `null`: what is said below them does not hold.
            pub unset: BTreeMap<&'static str, At>,
            /// `one_of+` and its like: what is added to the list below.
            pub more: BTreeMap<&'static str, Set<Vec<String>>>,
            /// The reason for which the value may be the same in several environments: what `across: any` says of it.
            pub across_any: Option<Set<String>>,
            $(#[doc = $doc] pub $field: Said<$type>,)*
        }

        impl KeyEntry {
            /// Every field's name in a policy.
            pub const FIELDS: &'static [&'static str] = &[$($name,)*];

            /// An entry that says nothing yet.
            #[must_use]
            pub const fn new(at: At) -> Self {
                Self {
                    at,
                    erases: false,
                    unset: BTreeMap::new(),
                    more: BTreeMap::new(),
                    across_any: None,
                    $($field: None,)*
                }
            }

            /// Where each field that says something is set.
            #[must_use]
            pub fn said(&self) -> BTreeMap<&'static str, At> {
                let fields = [$(($name, self.$field.as_ref().map(|set| set.at)),)*];
                fields.into_iter().filter_map(|(name, at)| Some((name, at?))).collect()
            }

            /// Whether both say the same of a field, wherever they say it.
            #[must_use]
            pub fn agrees(&self, other: &Self, field: &str) -> bool {
                match field {
                    $($name => self.$field.as_ref().map(|set| &set.value)
                        == other.$field.as_ref().map(|set| &set.value),)*
                    _ => true,
                }
            }

            fn lay_fields(&mut self, over: &Self) {
                $(if over.unset.contains_key($name) {
                    self.$field = None;
                }
                if over.$field.is_some() {
                    self.$field.clone_from(&over.$field);
                })*
            }
        }
    };
}

entry! {
    required: bool = "required" "Must be there, and not be empty.",
    secret: bool = "secret" "Whether the value is secret; inferred from name and shape if nobody says.",
    kind: ValueType = "type" "What the value must read as.",
    tls: SslMode = "tls" "The weakest TLS mode allowed.",
    driver: &'static str = "driver" "The driver that reads the connection.",
    min_length: u64 = "min_length" "Fewest characters.",
    max_length: u64 = "max_length" "Most characters.",
    min_bytes: u64 = "min_bytes" "Fewest bytes, decoded if the type is an encoding.",
    length: u64 = "length" "Exactly so many characters.",
    bytes: u64 = "bytes" "Exactly so many bytes, decoded if the type is an encoding.",
    max_bytes: u64 = "max_bytes" "Most bytes, decoded if the type is an encoding.",
    min: Bound = "min" "The least that the value may be.",
    max: Bound = "max" "The most that the value may be.",
    pattern: TextPattern = "pattern" "What the whole value must match.",
    schemes: Vec<String> = "schemes" "The only schemes allowed in a URL.",
    without: Vec<Without> = "without" "What an address must not have.",
    ascii: bool = "ascii" "Nothing beyond ASCII.",
    one_of: Vec<String> = "one_of" "The only values allowed.",
    not: Vec<String> = "not" "Values that are not allowed.",
    ignore_case: bool = "ignore_case" "Case does not count in `one_of` and `not`.",
    default: String = "default" "What the program takes where the variable is not set.",
    forbidden: bool = "forbidden" "Must not be there.",
    public: bool = "public" "Published by design: may repeat, must not hold a secret.",
    services: Vec<String> = "services" "The services that it is for; all if nobody says.",
    description: String = "description" "What the variable is for.",
    equals: KeyName = "equals" "The variable, or the part of one, that it has to equal.",
    differs_from: KeyName = "differs_from" "The variable that it must not equal.",
    at_most: KeyName = "at_most" "The variable that it must not exceed.",
    at_least: KeyName = "at_least" "The variable that it must not fall below.",
    required_if: Vec<Condition> = "required_if" "Must be there where all of this holds.",
    private_key: KeyName = "private_key" "The variable with the certificate's private key.",
    host_of: KeyName = "host_of" "The variable whose hosts the certificate has to name.",
    valid_for: Period = "valid_for" "How long the certificate has to be valid yet.",
    min_keys: u64 = "min_keys" "Fewest keys in a set of JSON web keys.",
    rotate_after: Period = "rotate_after" "How old the value may become.",
    rotated: KeyName = "rotated" "The variable with the day on which the value was made.",
    rotated_in: RotatedIn = "rotated_in" "What holds the day on which the value was made, where no other variable does.",
    within_distinct: bool = "within" "No other variable of the environment may hold the secret.",
    across: Across = "across" "What the value has to be like in other environments.",
    stricter: Stricter = "stricter" "Which of two values guards more.",
}

impl KeyEntry {
    /// Lays `over` on this entry, field by field: what it says replaces, `null` unsets, `+` adds to the list.
    pub fn lay(&mut self, over: &Self) {
        self.at = over.at;
        self.lay_fields(over);
        self.excuse();
        for (name, more) in &over.more {
            match self.list_mut(name) {
                Some(list) => {
                    let mut known: BTreeSet<String> = list.value.iter().cloned().collect();
                    let new = more.value.iter().filter(|word| known.insert((*word).clone())).cloned();
                    list.value.extend(new);
                    list.at = more.at;
                }
                // Nothing to add to: `verify` complains of what is left here.
                None => {
                    self.more.insert(name, more.clone());
                }
            }
        }
    }

    /// Has the excuse follow what `across` says.
    pub(super) fn excuse(&mut self) {
        let reason = self.across.as_ref().and_then(|set| Some((set.value.reason()?, set.at)));
        self.across_any = reason.map(|(reason, at)| Set { value: reason.to_owned(), at });
    }

    fn list_mut(&mut self, name: &str) -> Option<&mut Set<Vec<String>>> {
        match name {
            "one_of" => self.one_of.as_deref_mut(),
            "not" => self.not.as_deref_mut(),
            "services" => self.services.as_deref_mut(),
            _ => None,
        }
    }

    /// Whether the policy says that the value is secret, or that it is none; nothing where nobody says.
    #[must_use]
    pub fn secrecy(&self) -> Option<bool> {
        match self.secret.as_ref().map(|set| set.value) {
            // Both can be said where patterns meet: the one that guards more counts.
            Some(false) | None if self.is_public() => Some(false),
            None if self.kind.as_ref().is_some_and(|kind| kind.value.is_open()) => Some(false),
            said => said,
        }
    }

    /// Whether the variable is published by design.
    #[must_use]
    pub fn is_public(&self) -> bool {
        is_set(&self.public)
    }

    /// Whether the variable must be there.
    #[must_use]
    pub fn is_required(&self) -> bool {
        is_set(&self.required)
    }

    /// Whether the variable must not be there.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        is_set(&self.forbidden)
    }

    /// Whether the list of allowed values holds the empty one.
    #[must_use]
    pub fn lists_empty(&self) -> bool {
        self.one_of.as_ref().is_some_and(|set| set.value.iter().any(String::is_empty))
    }

    /// Whether the entry says anything that an empty value cannot satisfy.
    #[must_use]
    pub fn constrains(&self) -> Option<At> {
        let kind = self.kind.as_ref().filter(|kind| kind.value != ValueType::String).map(|kind| kind.at);
        kind.or_else(|| self.tls.as_ref().map(|set| set.at))
            .or_else(|| self.one_of.as_ref().map(|set| set.at))
            .or_else(|| self.min_length.as_ref().filter(|set| set.value > 0).map(|set| set.at))
            .or_else(|| self.min_bytes.as_ref().filter(|set| set.value > 0).map(|set| set.at))
            .or_else(|| self.length.as_ref().filter(|set| set.value > 0).map(|set| set.at))
            .or_else(|| self.bytes.as_ref().filter(|set| set.value > 0).map(|set| set.at))
            .or_else(|| self.min.as_ref().or(self.max.as_ref()).map(|set| set.at))
            .or_else(|| self.pattern.as_ref().filter(|set| !set.value.matches(b"")).map(|set| set.at))
    }
}

fn is_set(field: &Said<bool>) -> bool {
    field.as_ref().is_some_and(|set| set.value)
}
