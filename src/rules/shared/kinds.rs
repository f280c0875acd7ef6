//! Which kind of environment a name says it is.

/// Kinds of environments that have usual words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What users meet.
    Production,
    /// As production, for those who make it.
    Staging,
    /// A second staging, nearer to production.
    PreProduction,
    /// Where a customer tries it.
    Acceptance,
    /// Where testers try it.
    Quality,
    /// Where it is made.
    Development,
    /// One's own machine.
    Local,
    /// What automatic tests run against.
    Test,
}

/// The usual words, as people write them, case and joints left out.
const WORDS: &[(Kind, &[&str])] = &[
    (Kind::Production, &["production", "prod", "prd", "live"]),
    (Kind::Staging, &["staging", "stage", "stg", "stag"]),
    (Kind::PreProduction, &["preproduction", "preprod"]),
    (Kind::Acceptance, &["acceptance", "uat"]),
    (Kind::Quality, &["qa"]),
    (Kind::Development, &["development", "dev", "devel", "develop"]),
    (Kind::Local, &["local"]),
    (Kind::Test, &["test", "testing", "ci"]),
];
/// What joins the words of a name.
const JOINTS: [char; 4] = ['-', '_', '.', ' '];
/// Words that turn the one beside them into something else: `non-prod`, `prod-like`.
const TURNING: &[&str] = &["clone", "copy", "like", "mirror", "no", "non", "not", "pre"];

impl Kind {
    /// The kind that a whole name is a word for: `Prod`, `pre-prod`, `staging2`.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        let plain: String = name.to_lowercase().replace(JOINTS, "");
        let plain = plain.trim_end_matches(|c: char| c.is_ascii_digit());
        WORDS.iter().find(|(_, words)| words.contains(&plain)).map(|(kind, _)| *kind)
    }

    /// Every kind that a name or a part of it is a word for: `prod-eu`. None where a part turns the others.
    #[must_use]
    pub fn within(name: &str) -> Vec<Self> {
        if let Some(kind) = Self::of(name) {
            return vec![kind];
        }
        let lower = name.to_lowercase();
        let parts = || lower.split(JOINTS);
        if parts().any(|part| TURNING.contains(&part)) {
            return Vec::new();
        }
        parts().filter_map(Self::of).collect()
    }

    /// The kind's own word.
    #[must_use]
    pub fn word(self) -> &'static str {
        let words = WORDS.iter().find(|(kind, _)| *kind == self).map(|(_, words)| *words);
        words.and_then(|words| words.first()).copied().unwrap_or_default()
    }

    /// Whether it is a kind that its makers alone meet. Such environments call themselves by each other's words.
    #[must_use]
    pub const fn is_at_home(self) -> bool {
        matches!(self, Self::Development | Self::Local | Self::Test)
    }

    /// Whether the word of `other` can never be right in an environment of this kind.
    #[must_use]
    pub fn excludes(self, other: Self) -> bool {
        match self {
            Self::Production => other != Self::Production,
            Self::Staging => matches!(other, Self::Production | Self::Development | Self::Local),
            Self::Development | Self::Local => matches!(other, Self::Production | Self::Staging),
            Self::PreProduction | Self::Acceptance | Self::Quality | Self::Test => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind::{self, *};
    use rstest::rstest;

    #[rstest]
    #[case("prod", &[Production])]
    #[case("PRODUCTION", &[Production])]
    #[case("prod2", &[Production])]
    #[case("pre-prod", &[PreProduction])]
    #[case("prod-eu", &[Production])]
    #[case("eu_west.staging", &[Staging])]
    #[case("non-prod", &[])]
    #[case("prod-like", &[])]
    #[case("product", &[])]
    #[case("eu", &[])]
    #[case("", &[])]
    fn names(#[case] name: &str, #[case] kinds: &[Kind]) {
        assert_eq!(Kind::within(name), kinds);
    }
}
