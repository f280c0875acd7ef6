//! Patterns of key names: `*_URL`, `NEXT_PUBLIC_*`.

use crate::text::KeyName;

/// Bytes of a pattern; names that are printed are no longer.
const LONGEST: usize = 96;

/// A key name in which `*` stands for any run of characters, also none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyPattern(String);

impl KeyPattern {
    /// A name that fits this pattern and, if there is one, another pattern too; for asking what holds where both match.
    #[must_use]
    pub fn witness(&self, other: Option<&Self>) -> Option<KeyName> {
        let fill = |filler: &str| self.0.replace('*', filler);
        let parts = other.map(|other| other.0.split('*').collect::<Vec<_>>()).unwrap_or_default();
        let (first, last) =
            (parts.first().copied().unwrap_or_default(), parts.last().copied().unwrap_or_default());
        let middle = parts.concat();
        let fillers = ["X9", "", &middle, first, last, &format!("{first}X9"), &format!("X9{last}")];
        let own: Vec<&str> = self.0.split('*').collect();
        let both = format!("{first}{}{last}", own.concat());
        let names = fillers.iter().map(|filler| fill(filler)).chain([both]);
        names
            .filter_map(|text| KeyName::declared(text.trim_start_matches(|c: char| c.is_ascii_digit())))
            .find(|name| self.matches(name) && other.is_none_or(|other| other.matches(name)))
    }

    /// Checks a pattern: the characters of key names and at least one `*`.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"_.-*".contains(&b);
        let pattern = text.contains('*') && !text.contains("**");
        (pattern && text.len() <= LONGEST && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// The pattern as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How much it says: its characters other than `*`. Of two patterns that match a name the one that says more is stronger.
    #[must_use]
    pub fn literals(&self) -> usize {
        self.0.bytes().filter(|b| *b != b'*').count()
    }

    /// Whether a name fits; case counts. Each piece between two `*` is taken where it first stands, which is never worse.
    #[must_use]
    pub fn matches(&self, name: &KeyName) -> bool {
        let (first, middle, last) = self.parts();
        let between = name.as_str().strip_prefix(first).and_then(|rest| rest.strip_suffix(last));
        let Some(mut between) = between else { return false };
        middle.split('*').filter(|piece| !piece.is_empty()).all(|piece| {
            let found = between.split_once(piece);
            between = found.map_or("", |(_, behind)| behind);
            found.is_some()
        })
    }

    /// What every name that fits begins and ends with.
    #[must_use]
    pub fn ends(&self) -> Ends<'_> {
        let (first, _, last) = self.parts();
        Ends { first, last }
    }

    /// What stands before the first `*`, between it and the last, and behind that.
    fn parts(&self) -> (&str, &str, &str) {
        let (first, rest) = self.0.split_once('*').unwrap_or((&self.0, ""));
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        (first, middle, last)
    }
}

/// See [`KeyPattern::ends`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends<'a> {
    first: &'a str,
    last: &'a str,
}

impl Ends<'_> {
    /// Whether there may be a name that fits both patterns: if the beginnings agree and the ends do, the `*` of each takes
    /// what the other has between them.
    #[must_use]
    pub fn meet(&self, other: &Self) -> bool {
        (self.first.starts_with(other.first) || other.first.starts_with(self.first))
            && (self.last.ends_with(other.last) || other.last.ends_with(self.last))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::KeyPattern;
    use crate::text::KeyName;
    use rstest::rstest;

    #[rstest]
    #[case("*_URL", "DATABASE_URL", true)]
    #[case("*_URL", "_URL", true)]
    #[case("*_URL", "URL", false)]
    #[case("*_URL", "DATABASE_URLS", false)]
    #[case("NEXT_PUBLIC_*", "NEXT_PUBLIC_A", true)]
    #[case("NEXT_PUBLIC_*", "next_public_a", false)]
    #[case("A*B*C", "AxBBxC", true)]
    #[case("A*B*C", "AxCxB", false)]
    #[case("A*B*C", "ABC", true)]
    #[case("AB*BC", "ABC", false)]
    #[case("*AB*B*", "AAB", false)]
    #[case("*A*", "BAB", true)]
    #[case("*", "X", true)]
    fn names(#[case] pattern: &str, #[case] name: &str, #[case] fits: bool) {
        let pattern = KeyPattern::new(pattern).unwrap();
        assert_eq!(pattern.matches(&KeyName::declared(name).unwrap()), fits);
    }

    #[rstest]
    #[case("A*", "*B", true)]
    #[case("A*", "B*", false)]
    #[case("A*X", "*B", false)]
    #[case("A*C*", "A*B*", true)]
    #[case("*_URL", "*_KEY", false)]
    #[case("*A*", "*B*", true)]
    #[case("AB*", "A*B", true)]
    #[case("AB*BC", "A*C", true)]
    fn patterns_in_common(#[case] one: &str, #[case] other: &str, #[case] meet: bool) {
        let (one, other) = (KeyPattern::new(one).unwrap(), KeyPattern::new(other).unwrap());
        assert_eq!((one.ends().meet(&other.ends()), other.ends().meet(&one.ends())), (meet, meet));
    }

    #[rstest]
    #[case("A")]
    #[case("")]
    #[case("A**")]
    #[case("A *")]
    #[case("A?*")]
    fn no_patterns(#[case] text: &str) {
        assert!(KeyPattern::new(text).is_none());
    }

    proptest::proptest! {
        #[test]
        fn a_pattern_of_a_name_matches_it(name in "[A-C]{1,6}", from in 0usize..6, to in 0usize..6) {
            let (from, to) = (from.min(to).min(name.len()), to.max(from).min(name.len()));
            let text = format!("{}*{}", name.get(..from).unwrap(), name.get(to..).unwrap());
            let pattern = KeyPattern::new(&text).unwrap();
            proptest::prop_assert!(pattern.matches(&KeyName::declared(&name).unwrap()));
            proptest::prop_assert!(pattern.ends().meet(&pattern.ends()));
        }

        /// Letters are few, so that both answers are common; the other way of finding out tries every way to match.
        #[test]
        fn matching_is_what_trying_every_way_says(text in "[AB*]{1,6}", name in "[AB]{1,7}") {
            fn fits(pattern: &[u8], name: &[u8]) -> bool {
                match (pattern.split_first(), name.split_first()) {
                    (None, None) => true,
                    (Some((b'*', rest)), None) => fits(rest, name),
                    (Some((b'*', rest)), Some((_, behind))) => fits(rest, name) || fits(pattern, behind),
                    (Some((one, rest)), Some((other, behind))) => one == other && fits(rest, behind),
                    (None, Some(_)) | (Some(_), None) => false,
                }
            }
            let Some(pattern) = KeyPattern::new(&text) else { return Ok(()) };
            let matches = pattern.matches(&KeyName::declared(&name).unwrap());
            proptest::prop_assert_eq!(matches, fits(text.as_bytes(), name.as_bytes()));
        }

        /// Of two patterns that meet, a name of both can be made: what the one has between its ends, then what the other has.
        #[test]
        fn patterns_meet_in_a_name(one in "[AB]{0,2}(\\*[AB]{1,2}){1,2}|\\*", other in "[AB]{0,2}(\\*[AB]{1,2}){1,2}|[AB]\\*",
                name in "[AB]{1,6}") {
            let pair = (KeyPattern::new(&one).unwrap(), KeyPattern::new(&other).unwrap());
            let longer = |a: &str, b: &str| if a.len() > b.len() { a.to_owned() } else { b.to_owned() };
            let ((first, middle, last), (its_first, its_middle, its_last)) = (pair.0.parts(), pair.1.parts());
            let made = format!("{}{middle}{its_middle}{}", longer(first, its_first), longer(last, its_last)).replace('*', "");
            for name in [KeyName::declared(&name), KeyName::declared(&made)].into_iter().flatten() {
                let both = pair.0.matches(&name) && pair.1.matches(&name);
                proptest::prop_assert!(!both || pair.0.ends().meet(&pair.1.ends()), "{}", name);
                if name.as_str() == made {
                    proptest::prop_assert_eq!(both, pair.0.ends().meet(&pair.1.ends()), "{}", name);
                }
            }
        }
    }
}
