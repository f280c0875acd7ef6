//! The report: findings, gaps, passes and the verdict over them.

use std::collections::{BTreeMap, BTreeSet};

use crate::text::{EnvName, KeyName, SafePath};

use super::{Cause, Location, Message, NotChecked, Severity, Subject, Verdict};

/// One fault, weighed and placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable identity: survives edits above it, changes with the cause.
    pub id: String,
    /// The rule's id.
    pub rule: &'static str,
    /// The value-free code of what is wrong.
    pub cause: Cause,
    /// Its weight.
    pub severity: Severity,
    /// What it is about.
    pub subject: Subject,
    /// The environment it is about, unless it is about the project.
    pub environment: Option<EnvName>,
    /// The service it is about, if it is one's alone.
    pub service: Option<KeyName>,
    /// The variable it is about.
    pub key: Option<KeyName>,
    /// The rendered document it is about.
    pub document: Option<SafePath>,
    /// The place in that document: `services.api.environment`.
    pub route: Option<SafePath>,
    /// What is wrong.
    pub message: Message,
    /// What to do about it.
    pub help: Option<Message>,
    /// The rule's page.
    pub url: String,
    /// The readers that see it so; empty where reading plays no part.
    pub readers: Vec<&'static str>,
    /// The primary place.
    pub location: Location,
    /// The policy line that asks for it.
    pub policy_location: Option<Location>,
    /// Further places.
    pub related: Vec<Related>,
}

/// A further place of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// What the place is.
    pub label: &'static str,
    /// The place.
    pub location: Location,
}

/// A finding that somebody answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// The finding.
    pub finding: Finding,
    /// Who answers for it, why, and how long.
    pub waiver: WaiverInfo,
}

/// What a waiver says. Its texts are the policy's own words: a policy is no place for values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaiverInfo {
    /// Why.
    pub reason: String,
    /// Who.
    pub owner: String,
    /// The last day, `YYYY-MM-DD`.
    pub until: String,
}

/// How much of an environment was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Variables, each name once.
    pub keys: usize,
    /// Files below the secrets.
    pub secret_files: usize,
    /// Rendered documents.
    pub documents: usize,
    /// Rules that ran.
    pub rules: usize,
    /// The policy's own checks that ran.
    pub checks: usize,
}

/// The worst that was found of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubjectResult {
    /// Nothing.
    Pass,
    /// Nothing but what somebody answers for.
    Waived,
    /// A warning.
    Warning,
    /// It was not, or not wholly, checked.
    NotChecked,
    /// An error.
    Fail,
}

impl SubjectResult {
    /// The word in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Waived => "waived",
            Self::Warning => "warning",
            Self::NotChecked => "not-checked",
            Self::Fail => "fail",
        }
    }
}

/// What came of one environment.
#[derive(Clone, Debug)]
pub struct EnvironmentResult {
    /// Its canonical name.
    pub name: EnvName,
    /// Its verdict.
    pub verdict: Verdict,
    /// How much of it was looked at.
    pub coverage: Coverage,
    /// What was not checked.
    pub not_checked: Vec<NotChecked>,
    /// Everything that was looked at, with the worst that was found of it.
    pub subjects: Vec<(Subject, SubjectResult)>,
    /// By what its `.env` files are read, as far as that is known.
    pub readers: Vec<FileRead>,
}

/// A `.env` file and the programs that read it.
#[derive(Clone, Debug)]
pub struct FileRead {
    /// The file.
    pub path: SafePath,
    /// How they are known: `policy`, `named` or `dependency`.
    pub basis: &'static str,
    /// The programs, each with what says so.
    pub by: Vec<(&'static str, Option<Location>)>,
}

/// A reason for having no verdict at all.
#[derive(Clone, Debug)]
pub struct ReportError {
    /// Which kind.
    pub kind: ErrorKind,
    /// What happened.
    pub message: Message,
    /// What to type next.
    pub help: Option<Message>,
    /// Where.
    pub location: Option<Location>,
}

/// Kinds of [`ReportError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// The arguments ask for nothing, or for what cannot be.
    Usage,
    /// The project folder cannot be used.
    BadProject,
    /// The policy cannot be used.
    BadPolicy,
    /// A file that was named on the command line cannot be read.
    BadFile,
    /// A file of identities, named to open encrypted files with, cannot be used.
    BadIdentity,
    /// The project has no environment of that name.
    UnknownEnvironment,
    /// The policy names no service of that name.
    UnknownService,
    /// The word names both a command and an environment.
    ReservedName,
    /// The project holds nothing to check.
    NothingToCheck,
    /// A report could not be written.
    OutputFailed,
    /// A fault of preflight itself.
    Internal,
}

impl ErrorKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[
        Self::Usage,
        Self::BadProject,
        Self::BadPolicy,
        Self::BadFile,
        Self::BadIdentity,
        Self::UnknownEnvironment,
        Self::UnknownService,
        Self::ReservedName,
        Self::NothingToCheck,
        Self::OutputFailed,
        Self::Internal,
    ];

    /// The code in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Usage => "usage",
            Self::BadProject => "bad-project",
            Self::BadPolicy => "bad-policy",
            Self::BadFile => "bad-file",
            Self::BadIdentity => "bad-identity",
            Self::UnknownEnvironment => "unknown-environment",
            Self::UnknownService => "unknown-service",
            Self::ReservedName => "reserved-name",
            Self::NothingToCheck => "nothing-to-check",
            Self::OutputFailed => "output-failed",
            Self::Internal => "internal",
        }
    }
}

/// The policy that was held against the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyInfo {
    /// Its path below the project.
    pub path: SafePath,
    /// SHA-256 over the policy's text and that of every pack under it, in hex.
    pub sha256: String,
    /// Names of the packs under it, weakest first.
    pub packs: Vec<&'static str>,
}

/// When a run took place. The only part of a report that varies between equal runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunInfo {
    /// Start, RFC 3339 in UTC.
    pub started_at: String,
    /// Milliseconds up to the verdict.
    pub duration_ms: u64,
    /// The operating system.
    pub host_os: &'static str,
}

/// Everything a run has to say. Made by [`Report::new`] alone.
#[derive(Clone, Debug)]
pub struct Report {
    /// The newest edition of policies that this version knows.
    pub edition: u32,
    /// The project's folder: below git's top, `.` for the top itself; outside git its path.
    pub project: SafePath,
    /// When.
    pub run: RunInfo,
    /// The verdict over all environments.
    pub verdict: Verdict,
    /// The policy, if there is one.
    pub policy: Option<PolicyInfo>,
    /// The commit that is checked out, if the project lies in a git work tree.
    pub commit: Option<String>,
    /// One result for each environment asked for.
    pub environments: Vec<EnvironmentResult>,
    /// All findings, in a fixed order.
    pub findings: Vec<Finding>,
    /// Findings that somebody answers for, in the same order. They weigh nothing.
    pub waived: Vec<Waived>,
    /// Why there is no verdict, beyond the environments' own gaps.
    pub errors: Vec<ReportError>,
}

/// What a report is made of, before merging, sorting and judging.
#[derive(Debug)]
pub struct Parts {
    /// See [`Report::edition`].
    pub edition: u32,
    /// See [`Report::project`].
    pub project: SafePath,
    /// See [`Report::run`].
    pub run: RunInfo,
    /// See [`Report::policy`].
    pub policy: Option<PolicyInfo>,
    /// See [`Report::commit`].
    pub commit: Option<String>,
    /// The environments; their verdicts are filled in.
    pub environments: Vec<EnvironmentResult>,
    /// Findings in any order, equal ids allowed.
    pub findings: Vec<Finding>,
    /// Waived findings in any order.
    pub waived: Vec<Waived>,
    /// See [`Report::errors`].
    pub errors: Vec<ReportError>,
    /// Whether a warning fails its environment.
    pub warnings_as_errors: bool,
}

impl Report {
    /// Merges equal findings, sorts, and gives the verdict.
    ///
    /// Per environment: any blocking gap is no verdict; else any error is a fail; else a pass.
    /// Over all: no verdict beats fail beats pass.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts {
            edition,
            project,
            run,
            policy,
            commit,
            mut environments,
            findings,
            waived,
            errors,
            warnings_as_errors,
        } = parts;
        let findings = sorted(merged(findings), &environments);
        let waived = set_aside(waived, &environments);
        let fails = |finding: &Finding| finding.severity == Severity::Error || warnings_as_errors;
        let failing: BTreeSet<Option<&EnvName>> =
            findings.iter().filter(|f| fails(f)).map(|finding| finding.environment.as_ref()).collect();
        for environment in &mut environments {
            environment.not_checked.sort();
            environment.not_checked.dedup();
            environment.subjects.sort();
            environment.verdict = if environment.not_checked.iter().any(|gap| gap.why.blocks()) {
                Verdict::None
            } else if failing.contains(&None) || failing.contains(&Some(&environment.name)) {
                Verdict::Fail
            } else {
                Verdict::Pass
            };
        }
        let worst = environments.iter().map(|environment| environment.verdict).max();
        let verdict = if errors.is_empty() { worst.unwrap_or(Verdict::None) } else { Verdict::None };
        Self { edition, project, run, verdict, policy, commit, environments, findings, waived, errors }
    }

    /// Adds errors that came up after the verdict: there is none now.
    pub fn fail(&mut self, errors: Vec<ReportError>) {
        self.errors.extend(errors);
        self.verdict = Verdict::None;
    }

    /// Number of findings of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// Further places of one finding that are kept; a file of nothing but bad lines has them by the ten thousand.
const MOST_RELATED: usize = 100;

/// Equal ids are one finding: the first place stays, the others become related.
fn merged(findings: Vec<Finding>) -> Vec<Finding> {
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    let mut out: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        let first = by_id.get(&finding.id).and_then(|at| out.get_mut(*at));
        let Some(first) = first else {
            by_id.insert(finding.id.clone(), out.len());
            out.push(finding);
            continue;
        };
        first.severity = first.severity.min(finding.severity);
        for reader in finding.readers {
            if !first.readers.contains(&reader) {
                first.readers.push(reader);
            }
        }
        let further = std::iter::once(Related { label: "also here", location: finding.location });
        for place in further.chain(finding.related) {
            let full = first.related.len() >= MOST_RELATED;
            let known = || {
                place.location == first.location || first.related.iter().any(|r| r.location == place.location)
            };
            if !full && !known() {
                first.related.push(place);
            }
        }
        first.severity = first.severity.min(finding.severity);
    }
    out
}

/// Waived findings merged and sorted as the others are; of equal ids the first waiver stays.
fn set_aside(waived: Vec<Waived>, environments: &[EnvironmentResult]) -> Vec<Waived> {
    let mut waivers: BTreeMap<String, WaiverInfo> = BTreeMap::new();
    let mut findings = Vec::with_capacity(waived.len());
    for Waived { finding, waiver } in waived {
        waivers.entry(finding.id.clone()).or_insert(waiver);
        findings.push(finding);
    }
    let findings = sorted(merged(findings), environments);
    let with = |finding: Finding| Some(Waived { waiver: waivers.remove(&finding.id)?, finding });
    findings.into_iter().filter_map(with).collect()
}

fn sorted(mut findings: Vec<Finding>, environments: &[EnvironmentResult]) -> Vec<Finding> {
    let order: BTreeMap<&EnvName, usize> =
        environments.iter().enumerate().map(|(at, e)| (&e.name, at)).collect();
    findings.sort_by_cached_key(|f| {
        let environment =
            f.environment.as_ref().and_then(|name| order.get(name)).copied().unwrap_or(usize::MAX);
        let place = (f.location.path.clone(), f.location.line());
        (environment, f.severity, place, f.rule, f.cause.clone(), f.subject.clone())
    });
    findings
}
