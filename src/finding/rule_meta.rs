//! What is known of a rule without running it. A plain value in a low layer, so that nothing imports the rules to name one.

use super::severity::Severity;

/// A rule's identity and its closed list of causes.
#[derive(Debug)]
pub struct RuleMeta {
    /// Kebab-case name: the rule's file, page and fixtures' folder.
    pub id: &'static str,
    /// One sentence: what a finding says.
    pub summary: &'static str,
    /// Severity without a policy's word.
    pub severity: Severity,
    /// Every cause that a finding of the rule may have.
    pub causes: &'static [CauseMeta],
    /// The rule's page, Markdown.
    pub page: &'static str,
}

/// One entry of a rule's closed list of causes.
#[derive(Debug)]
pub struct CauseMeta {
    /// The code; `mode:*` stands for `mode:` with an argument.
    pub code: &'static str,
    /// A soft cause is never more than a warning, whatever the rule's severity.
    pub soft: bool,
    /// When it is given.
    pub text: &'static str,
}

impl CauseMeta {
    /// A cause that weighs as the rule does.
    #[must_use]
    pub const fn new(code: &'static str, text: &'static str) -> Self {
        Self { code, soft: false, text }
    }

    /// A cause that is at most a warning.
    #[must_use]
    pub const fn soft(code: &'static str, text: &'static str) -> Self {
        Self { code, soft: true, text }
    }
}

/// Where a rule's page is published.
pub const PAGES: &str = "docs/rules/";

impl RuleMeta {
    /// The published address of the rule's page, relative to the project's documentation.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{PAGES}{}.md", self.id)
    }
}
