//! Where rules leave what they have to say.

use crate::finding::{Finding, FindingBuilder, Level, NotChecked, RuleMeta, Subject, Why};
use crate::text::{EnvName, KeyName, SourceMap};

/// Takes findings and gaps of one rule.
pub struct Sink<'a> {
    rule: &'static RuleMeta,
    sources: &'a SourceMap,
    level: Option<Level>,
    /// The service whose view is judged.
    pub service: Option<KeyName>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// What could not be judged, by environment.
    pub gaps: Vec<(EnvName, NotChecked)>,
    /// Whether the rule made a finding that cannot be built: its own fault.
    pub broken: bool,
}

impl<'a> Sink<'a> {
    /// An empty sink for a rule; `level` is what the policy says of it.
    #[must_use]
    pub const fn new(rule: &'static RuleMeta, sources: &'a SourceMap, level: Option<Level>) -> Self {
        Self { rule, sources, level, service: None, findings: Vec::new(), gaps: Vec::new(), broken: false }
    }

    /// Takes a finding.
    pub fn report(&mut self, finding: FindingBuilder) {
        self.report_at(self.level, finding);
    }

    /// Takes a finding that the policy weighs otherwise, as rules over several environments need.
    pub fn report_at(&mut self, level: Option<Level>, finding: FindingBuilder) {
        match finding.service(self.service.as_ref()).build(level, self.sources) {
            Ok(finding) => self.findings.push(finding),
            Err(_) => self.broken = true,
        }
    }

    /// Notes that something could not be judged.
    pub fn gap(&mut self, environment: &EnvName, what: Subject, why: Why) {
        self.gaps.push((environment.clone(), NotChecked { what, why }));
    }

    /// The rule that this sink belongs to.
    #[must_use]
    pub const fn rule(&self) -> &'static RuleMeta {
        self.rule
    }
}
