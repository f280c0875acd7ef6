//! Names that stand beside their values: `- { name: PORT, value: 80 }`, as Kubernetes, ECS and others list variables.

use std::collections::BTreeMap;

/// The names that mappings of lists give to the values beside them.
#[derive(Debug, Default)]
pub struct Called<'a> {
    /// By the mapping: `env.0` is `PORT`, said under `name`.
    by_place: BTreeMap<&'a str, &'a str>,
}

impl<'a> Called<'a> {
    /// Out of the names and values of a file, items of lists by their numbers.
    #[must_use]
    pub fn of(leaves: impl Iterator<Item = (&'a str, Option<&'a [u8]>)>) -> Self {
        let mut by_place = BTreeMap::new();
        for (name, value) in leaves {
            let Some((place, last)) = item(name) else { continue };
            let named = last.eq_ignore_ascii_case("name");
            let said = value.and_then(|value| str::from_utf8(value).ok()).filter(|said| !said.is_empty());
            if let Some(said) = said.filter(|_| named || last.eq_ignore_ascii_case("key")) {
                let known = by_place.entry(place).or_insert(said);
                // `name` goes before `key`, whichever comes first.
                if named {
                    *known = said;
                }
            }
        }
        Self { by_place }
    }

    /// What a value is called by the name beside it: `env.PORT` of `env.0.value`.
    #[must_use]
    pub fn name(&self, name: &str) -> Option<String> {
        let (place, last) = item(name)?;
        let said = self.by_place.get(place).filter(|_| last.eq_ignore_ascii_case("value"))?;
        let list = place.rsplit_once('.').map_or("", |(list, _)| list);
        Some(format!("{list}.{said}"))
    }
}

/// A mapping of a list, and the name in it.
fn item(name: &str) -> Option<(&str, &str)> {
    let (place, last) = name.rsplit_once('.')?;
    is_item(place).then_some((place, last))
}

/// Whether a name is that of an item of a list: `hosts.0`.
#[must_use]
pub fn is_item(name: &str) -> bool {
    let last = name.rsplit_once('.').map(|(_, last)| last);
    last.is_some_and(|last| !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::Called;
    use rstest::rstest;

    #[rstest]
    #[case(&[("env.0.name", "A"), ("env.0.value", "1")], "env.0.value", Some("env.A"))]
    #[case(&[("t.3.Key", "A"), ("t.3.Value", "1")], "t.3.Value", Some("t.A"))]
    #[case(&[("e.0.key", "K"), ("e.0.name", "A"), ("e.0.value", "1")], "e.0.value", Some("e.A"))]
    #[case(&[("e.0.name", "A"), ("e.1.value", "1")], "e.1.value", None)]
    #[case(&[("e.name", "A"), ("e.value", "1")], "e.value", None)]
    #[case(&[("e.0.name", "A"), ("e.0.port", "1")], "e.0.port", None)]
    fn names_beside_values(#[case] leaves: &[(&str, &str)], #[case] of: &str, #[case] name: Option<&str>) {
        let called = Called::of(leaves.iter().map(|(name, value)| (*name, Some(value.as_bytes()))));
        assert_eq!(called.name(of).as_deref(), name);
    }
}
