//! Where rules leave what they have to say.

use crate::finding::{Finding, FindingBuilder, Level, NotChecked, RuleMeta, Severity, Subject, Why};
use crate::model::{Basis, FileReaders};
use crate::syntax::readers::Reader;
use crate::text::{EnvName, KeyName, SourceMap};

/// Takes findings and gaps of one rule.
pub struct Sink<'a> {
    rule: &'static RuleMeta,
    sources: &'a SourceMap,
    level: Option<Level>,
    /// Whether what is judged is seen so only by readers that are guessed: then nothing is more than a warning.
    pub guessed: bool,
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
        Self {
            rule,
            sources,
            level,
            guessed: false,
            service: None,
            findings: Vec::new(),
            gaps: Vec::new(),
            broken: false,
        }
    }

    /// Takes a finding.
    pub fn report(&mut self, finding: FindingBuilder) {
        self.report_at(self.level, finding);
    }

    /// Takes a finding that the policy weighs otherwise, as rules over several environments need.
    pub fn report_at(&mut self, level: Option<Level>, finding: FindingBuilder) {
        match finding.service(self.service.as_ref()).build(level, self.sources) {
            Ok(mut finding) => {
                if self.guessed {
                    finding.severity = finding.severity.max(Severity::Warning);
                }
                self.findings.push(finding);
            }
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

/// The readers' names.
#[must_use]
pub fn names(readers: &[Reader]) -> Vec<&'static str> {
    readers.iter().map(|reader| reader.as_str()).collect()
}

/// Adds what says that these programs read the file: the policy's line, or places in the project.
#[must_use]
pub fn read_by(finding: FindingBuilder, read: &FileReaders) -> FindingBuilder {
    if read.basis == Basis::Policy {
        return finding.asked_by(read.by.first().map(|by| by.place.clone()));
    }
    let label = |reader| match reader {
        Reader::Plain => "read here",
        Reader::Compose => "read by compose",
        Reader::Docker => "read by docker",
        Reader::Kubectl => "read by kubectl",
        Reader::Sh => "read by sh",
        Reader::Bash => "read by bash",
        Reader::Xargs => "read by xargs",
        Reader::Systemd => "read by systemd",
        Reader::Node => "read by node",
        Reader::Dotenv => "read by dotenv",
        Reader::Python => "read by python",
        Reader::Ruby => "read by ruby",
        Reader::Godotenv => "read by godotenv",
        Reader::Dotenvy => "read by dotenvy",
    };
    read.by.iter().fold(finding, |finding, by| finding.related(label(by.reader), by.place.clone()))
}
