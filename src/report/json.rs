//! `preflight.report/v1`: frozen structs of their own, so that no change inside changes what other programs read.
//! Within v1 fields are only added.

use serde::Serialize;

use crate::finding::{self, Report, Severity};

/// The schema's name.
pub const SCHEMA: &str = "preflight.report/v1";

/// The published JSON Schema of a report. A test holds it equal to what the structs below say.
pub const JSON_SCHEMA: &str = include_str!("../../docs/report-v1.schema.json");

/// A report as one JSON document, line break included.
#[must_use]
pub fn render(report: &Report) -> String {
    super::written(&Document::of(report))
}

/// What a run of preflight found. No field ever holds a value of the checked project.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Document {
    /// `preflight.report/v1`.
    schema: &'static str,
    /// The program.
    tool: Tool,
    /// The project's folder: below git's top, `.` for the top itself; outside git its path.
    project: String,
    /// The only part that varies between equal runs.
    run: Run,
    /// `pass`, `fail` or `none`.
    verdict: &'static str,
    /// 0, 1 or 2.
    exit_code: u8,
    /// Ways round the gate that were taken.
    bypasses: Vec<String>,
    /// The policy, or null where the project has none.
    policy: Option<Policy>,
    /// The commit that is checked out, or null outside git.
    commit: Option<String>,
    /// The environments asked for.
    environments: Vec<Environment>,
    /// Numbers of findings.
    summary: Summary,
    /// What is wrong.
    findings: Vec<Finding>,
    /// Findings that the policy excuses.
    waived: Vec<Waived>,
    /// Why there is no verdict, beyond the environments' own gaps.
    errors: Vec<Error>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Tool {
    name: &'static str,
    version: &'static str,
    /// The newest edition of policies that it knows.
    edition: u32,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Run {
    /// RFC 3339, UTC.
    started_at: String,
    duration_ms: u64,
    host_os: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Policy {
    path: String,
    /// Of the resolved policy: its own text and that of every pack under it.
    sha256: String,
    packs: Vec<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Environment {
    /// The canonical name, never an alias.
    name: String,
    verdict: &'static str,
    coverage: Coverage,
    not_checked: Vec<NotChecked>,
    /// Everything that was looked at.
    subjects: Vec<Subject>,
    /// By which programs the `.env` files are read, as far as that is known.
    readers: Vec<FileRead>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Coverage {
    keys: usize,
    secret_files: usize,
    documents: usize,
    rules: usize,
    checks: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NotChecked {
    /// Kind and name: `file .env.local`.
    what: String,
    /// A code of `docs/verdict.md`.
    why: &'static str,
    /// Whether no verdict is given because of it.
    blocks: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Subject {
    kind: &'static str,
    name: String,
    service: Option<String>,
    /// `pass`, `waived`, `warning`, `not-checked` or `fail`.
    result: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FileRead {
    /// The `.env` file.
    path: String,
    /// How its readers are known: `policy`; `named`: the project's files name it; `dependency`: guessed.
    basis: &'static str,
    readers: Vec<ReadBy>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ReadBy {
    reader: &'static str,
    /// What says so.
    location: Option<Location>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Summary {
    error: usize,
    warning: usize,
    waived: usize,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Finding {
    /// 16 hexadecimal digits; the same fault keeps its id when lines move.
    id: String,
    rule: &'static str,
    /// A code out of the rule's closed list.
    cause: String,
    /// `error` or `warning`.
    severity: &'static str,
    environment: Option<String>,
    service: Option<String>,
    key: Option<String>,
    document: Option<String>,
    route: Option<String>,
    message: String,
    help: Option<String>,
    /// The rule's page, relative to the documentation.
    url: String,
    /// `safe`, `unsafe` or `no`.
    fixable: &'static str,
    /// The readers that see it so; empty where reading plays no part.
    readers: Vec<&'static str>,
    location: Option<Location>,
    /// The policy line that asks for it.
    policy_location: Option<Location>,
    related: Vec<Related>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Waived {
    #[serde(flatten)]
    finding: Finding,
    /// Why it is waived.
    reason: String,
    /// Who answers for it.
    owner: String,
    /// The last day, `YYYY-MM-DD` in UTC.
    until: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Location {
    /// `file`, `stdin`, `git`, `archive` or `process`.
    source: &'static str,
    path: String,
    /// Lines and columns count from one and cover a name, never a value; null for a file as a whole.
    line: Option<usize>,
    column: Option<usize>,
    end_line: Option<usize>,
    end_column: Option<usize>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Related {
    label: &'static str,
    location: Location,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Error {
    /// A code of `docs/exit-codes.md`.
    kind: &'static str,
    message: String,
    help: Option<String>,
    location: Option<Location>,
}

impl Document {
    fn of(report: &Report) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool { name: "preflight", version: env!("CARGO_PKG_VERSION"), edition: report.edition },
            project: report.project.to_string(),
            run: Run {
                started_at: report.run.started_at.clone(),
                duration_ms: report.run.duration_ms,
                host_os: report.run.host_os,
            },
            verdict: report.verdict.as_str(),
            exit_code: report.verdict.exit_code(),
            bypasses: Vec::new(),
            policy: report.policy.as_ref().map(Policy::of),
            commit: report.commit.clone(),
            environments: report.environments.iter().map(Environment::of).collect(),
            summary: Summary {
                error: report.count(Severity::Error),
                warning: report.count(Severity::Warning),
                waived: report.waived.len(),
            },
            findings: report.findings.iter().map(Finding::of).collect(),
            waived: report.waived.iter().map(Waived::of).collect(),
            errors: report.errors.iter().map(Error::of).collect(),
        }
    }
}

impl Environment {
    fn of(result: &finding::EnvironmentResult) -> Self {
        let coverage = result.coverage;
        let gap = |gap: &finding::NotChecked| NotChecked {
            what: format!("{} {}", gap.what.kind().as_str(), gap.what.name()),
            why: gap.why.as_str(),
            blocks: gap.why.blocks(),
        };
        let subject = |(subject, result): &(finding::Subject, finding::report::SubjectResult)| Subject {
            kind: subject.kind().as_str(),
            name: subject.name().to_owned(),
            service: None,
            result: result.as_str(),
        };
        Self {
            name: result.name.to_string(),
            verdict: result.verdict.as_str(),
            coverage: Coverage {
                keys: coverage.keys,
                secret_files: coverage.secret_files,
                documents: coverage.documents,
                rules: coverage.rules,
                checks: coverage.checks,
            },
            not_checked: result.not_checked.iter().map(gap).collect(),
            subjects: result.subjects.iter().map(subject).collect(),
            readers: result.readers.iter().map(FileRead::of).collect(),
        }
    }
}

impl FileRead {
    fn of(read: &finding::report::FileRead) -> Self {
        let by = |(reader, location): &(&'static str, Option<finding::Location>)| ReadBy {
            reader,
            location: location.as_ref().map(Location::of),
        };
        Self { path: read.path.to_string(), basis: read.basis, readers: read.by.iter().map(by).collect() }
    }
}

impl Finding {
    fn of(finding: &finding::Finding) -> Self {
        Self {
            id: finding.id.clone(),
            rule: finding.rule,
            cause: finding.cause.to_string(),
            severity: finding.severity.as_str(),
            environment: finding.environment.as_ref().map(ToString::to_string),
            service: finding.service.as_ref().map(ToString::to_string),
            key: finding.key.as_ref().map(ToString::to_string),
            document: finding.document.as_ref().map(ToString::to_string),
            route: finding.route.as_ref().map(ToString::to_string),
            message: finding.message.to_string(),
            help: finding.help.as_ref().map(ToString::to_string),
            url: finding.url.clone(),
            fixable: "no",
            readers: finding.readers.clone(),
            location: Some(Location::of(&finding.location)),
            policy_location: finding.policy_location.as_ref().map(Location::of),
            related: finding.related.iter().map(Related::of).collect(),
        }
    }
}

impl Waived {
    fn of(waived: &finding::report::Waived) -> Self {
        Self {
            finding: Finding::of(&waived.finding),
            reason: waived.waiver.reason.clone(),
            owner: waived.waiver.owner.clone(),
            until: waived.waiver.until.clone(),
        }
    }
}

impl Policy {
    pub(super) fn of(policy: &finding::report::PolicyInfo) -> Self {
        Self { path: policy.path.to_string(), sha256: policy.sha256.clone(), packs: policy.packs.clone() }
    }
}

impl Related {
    fn of(related: &finding::report::Related) -> Self {
        Self { label: related.label, location: Location::of(&related.location) }
    }
}

impl Location {
    pub(super) fn of(location: &finding::Location) -> Self {
        let lines = location.lines.as_ref();
        Self {
            source: location.medium.as_str(),
            path: location.path.to_string(),
            line: lines.map(|lines| lines.line.get()),
            column: lines.map(|lines| lines.column.get()),
            end_line: lines.map(|lines| lines.end_line.get()),
            end_column: lines.map(|lines| lines.end_column.get()),
        }
    }
}

impl Error {
    pub(super) fn of(error: &finding::ReportError) -> Self {
        Self {
            kind: error.kind.as_str(),
            message: error.message.to_string(),
            help: error.help.as_ref().map(ToString::to_string),
            location: error.location.as_ref().map(Location::of),
        }
    }
}
