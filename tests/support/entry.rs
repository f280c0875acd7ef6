//! Entries of a policy as text, to be compared.

use std::fmt::Debug;

use preflight::policy::{KeyEntry, Set};

fn field<T: Debug>(name: &str, set: Option<&Set<T>>) -> Option<String> {
    set.map(|set| format!("{name}: {:?}", set.value))
}

/// Every field that an entry says.
pub fn shown(entry: Option<&KeyEntry>) -> Option<String> {
    let entry = entry?;
    let fields = [
        field("required", entry.required.as_deref()),
        field("secret", entry.secret.as_deref()),
        field("type", entry.kind.as_deref()),
        field("tls", entry.tls.as_deref()),
        field("driver", entry.driver.as_deref()),
        field("min_length", entry.min_length.as_deref()),
        field("max_length", entry.max_length.as_deref()),
        field("min_bytes", entry.min_bytes.as_deref()),
        field("length", entry.length.as_deref()),
        field("bytes", entry.bytes.as_deref()),
        field("max_bytes", entry.max_bytes.as_deref()),
        field("min", entry.min.as_deref()),
        field("max", entry.max.as_deref()),
        field("pattern", entry.pattern.as_deref()),
        field("schemes", entry.schemes.as_deref()),
        field("without", entry.without.as_deref()),
        field("ascii", entry.ascii.as_deref()),
        field("one_of", entry.one_of.as_deref()),
        field("not", entry.not.as_deref()),
        field("ignore_case", entry.ignore_case.as_deref()),
        field("default", entry.default.as_deref()),
        field("forbidden", entry.forbidden.as_deref()),
        field("public", entry.public.as_deref()),
        field("services", entry.services.as_deref()),
        field("description", entry.description.as_deref()),
        field("equals", entry.equals.as_deref()),
        field("differs_from", entry.differs_from.as_deref()),
        field("at_most", entry.at_most.as_deref()),
        field("at_least", entry.at_least.as_deref()),
        field("required_if", entry.required_if.as_deref()),
        field("private_key", entry.private_key.as_deref()),
        field("host_of", entry.host_of.as_deref()),
        field("valid_for", entry.valid_for.as_deref()),
        field("min_keys", entry.min_keys.as_deref()),
        field("rotate_after", entry.rotate_after.as_deref()),
        field("rotated", entry.rotated.as_deref()),
        field("rotated_in", entry.rotated_in.as_deref()),
        field("within", entry.within_distinct.as_deref()),
        field("across", entry.across.as_deref()),
        field("stricter", entry.stricter.as_deref()),
    ];
    assert_eq!(fields.len(), KeyEntry::FIELDS.len(), "a new field");
    Some(fields.into_iter().flatten().collect::<Vec<_>>().join(", "))
}
