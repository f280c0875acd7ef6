//! What a policy says, in words that may be shown: never a value that a variable may, must not or does have.

use super::{KeyEntry, Said};

impl KeyEntry {
    /// What a field says, nothing if it says nothing. Of lists of values and of defaults only that they are there.
    #[must_use]
    pub fn shown(&self, field: &str) -> Option<String> {
        let flag = |set: &Said<bool>| set.as_ref().map(|set| set.value.to_string());
        let number = |set: &Said<u64>| set.as_ref().map(|set| set.value.to_string());
        let name = |set: &Said<crate::text::KeyName>| set.as_ref().map(|set| set.value.as_str().to_owned());
        let values = |set: &Said<Vec<String>>| {
            set.as_ref().map(|set| match set.value.len() {
                1 => "1 value".to_owned(),
                many => format!("{many} values"),
            })
        };
        match field {
            "required" => flag(&self.required),
            "secret" => flag(&self.secret),
            "type" => self.kind.as_ref().map(|set| set.value.as_str().to_owned()),
            "tls" => self.tls.as_ref().map(|set| set.value.as_str().to_owned()),
            "driver" => self.driver.as_ref().map(|set| set.value.to_owned()),
            "min_length" => number(&self.min_length),
            "max_length" => number(&self.max_length),
            "min_bytes" => number(&self.min_bytes),
            "length" => number(&self.length),
            "bytes" => number(&self.bytes),
            "max_bytes" => number(&self.max_bytes),
            "min" => self.min.as_ref().map(|set| set.value.0.clone()),
            "max" => self.max.as_ref().map(|set| set.value.0.clone()),
            "pattern" => self.pattern.as_ref().map(|_| "a pattern".to_owned()),
            "schemes" => self.schemes.as_ref().map(|set| set.value.join(", ")),
            "without" => self.without.as_ref().map(|set| {
                let words: Vec<&str> = set.value.iter().map(|what| what.as_str()).collect();
                words.join(", ")
            }),
            "ascii" => flag(&self.ascii),
            "one_of" => values(&self.one_of),
            "not" => values(&self.not),
            "ignore_case" => flag(&self.ignore_case),
            "default" => self.default.as_ref().map(|_| "a value".to_owned()),
            "forbidden" => flag(&self.forbidden),
            "public" => flag(&self.public),
            "services" => self.services.as_ref().map(|set| set.value.join(", ")),
            "description" => self.description.as_ref().map(|set| set.value.clone()),
            "equals" => name(&self.equals),
            "differs_from" => name(&self.differs_from),
            "at_most" => name(&self.at_most),
            "at_least" => name(&self.at_least),
            "required_if" => self.required_if.as_ref().map(|set| {
                let keys: Vec<&str> = set.value.iter().map(|condition| condition.key.as_str()).collect();
                format!("by {}", keys.join(", "))
            }),
            "private_key" => name(&self.private_key),
            "host_of" => name(&self.host_of),
            "valid_for" => self.valid_for.as_ref().map(|set| set.value.to_string()),
            "min_keys" => number(&self.min_keys),
            "rotate_after" => self.rotate_after.as_ref().map(|set| set.value.to_string()),
            "rotated" => name(&self.rotated),
            "rotated_in" => self.rotated_in.as_ref().map(|set| set.value.as_str().to_owned()),
            "within" => self.within_distinct.as_ref().map(|_| "distinct".to_owned()),
            "across" => self.across.as_ref().map(|set| match set.value.reason() {
                Some(reason) => format!("any: {reason}"),
                None => set.value.as_str().to_owned(),
            }),
            "stricter" => self.stricter.as_ref().map(|set| set.value.as_str().to_owned()),
            _ => None,
        }
    }
}
