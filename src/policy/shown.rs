//! What a policy says, in words that may be shown: never a value that a variable may, must not or does have.

use super::KeyEntry;

impl KeyEntry {
    /// What a field says, nothing if it says nothing. Of lists of values and of defaults only that they are there.
    #[must_use]
    pub fn shown(&self, field: &str) -> Option<String> {
        let flag = |set: &Option<super::Set<bool>>| set.as_ref().map(|set| set.value.to_string());
        let number = |set: &Option<super::Set<u64>>| set.as_ref().map(|set| set.value.to_string());
        let values = |set: &Option<super::Set<Vec<String>>>| {
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
            "min_length" => number(&self.min_length),
            "max_length" => number(&self.max_length),
            "min_bytes" => number(&self.min_bytes),
            "one_of" => values(&self.one_of),
            "not" => values(&self.not),
            "default" => self.default.as_ref().map(|_| "a value".to_owned()),
            "forbidden" => flag(&self.forbidden),
            "public" => flag(&self.public),
            "services" => self.services.as_ref().map(|set| set.value.join(", ")),
            "description" => self.description.as_ref().map(|set| set.value.clone()),
            "across" => self.across_any.as_ref().map(|set| format!("any: {}", set.value)),
            _ => None,
        }
    }
}
