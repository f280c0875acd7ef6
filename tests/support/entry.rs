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
        field("required", entry.required.as_ref()),
        field("secret", entry.secret.as_ref()),
        field("type", entry.kind.as_ref()),
        field("tls", entry.tls.as_ref()),
        field("driver", entry.driver.as_ref()),
        field("min_length", entry.min_length.as_ref()),
        field("max_length", entry.max_length.as_ref()),
        field("min_bytes", entry.min_bytes.as_ref()),
        field("length", entry.length.as_ref()),
        field("bytes", entry.bytes.as_ref()),
        field("max_bytes", entry.max_bytes.as_ref()),
        field("min", entry.min.as_ref()),
        field("max", entry.max.as_ref()),
        field("pattern", entry.pattern.as_ref()),
        field("schemes", entry.schemes.as_ref()),
        field("without", entry.without.as_ref()),
        field("ascii", entry.ascii.as_ref()),
        field("one_of", entry.one_of.as_ref()),
        field("not", entry.not.as_ref()),
        field("ignore_case", entry.ignore_case.as_ref()),
        field("default", entry.default.as_ref()),
        field("forbidden", entry.forbidden.as_ref()),
        field("public", entry.public.as_ref()),
        field("services", entry.services.as_ref()),
        field("description", entry.description.as_ref()),
        field("equals", entry.equals.as_ref()),
        field("differs_from", entry.differs_from.as_ref()),
        field("at_most", entry.at_most.as_ref()),
        field("at_least", entry.at_least.as_ref()),
        field("required_if", entry.required_if.as_ref()),
        field("private_key", entry.private_key.as_ref()),
        field("host_of", entry.host_of.as_ref()),
        field("valid_for", entry.valid_for.as_ref()),
        field("min_keys", entry.min_keys.as_ref()),
        field("rotate_after", entry.rotate_after.as_ref()),
        field("rotated", entry.rotated.as_ref()),
        field("rotated_in", entry.rotated_in_name.as_ref()),
        field("within", entry.within_distinct.as_ref()),
        field("across", entry.across.as_ref()),
        field("stricter", entry.stricter.as_ref()),
    ];
    assert_eq!(fields.len(), KeyEntry::FIELDS.len(), "a new field");
    Some(fields.into_iter().flatten().collect::<Vec<_>>().join(", "))
}
