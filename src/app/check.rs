//! `preflight check ENV...` and the bare form: load, judge, report.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Instant, SystemTime};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::cores::let_go;
use crate::engine;
use crate::finding::report::{ErrorKind, Parts, PolicyInfo, RunInfo};
use crate::finding::{Arg, Message, Report, ReportError};
use crate::load::fingerprints::Prints;
use crate::load::git::Head;
use crate::load::project::{self, Project};
use crate::load::{answers, committed};
use crate::model::{Answer, Want};
use crate::policy::EDITION;
use crate::report::{Detail, Format, Style, human, public, render};
use crate::rules::Rule;
use crate::text::{SafePath, SourceMap};

use super::args::CheckArgs;
use super::asked;
use super::key;
use super::opened::{self, From, Opened};
use super::output::{to_stderr, write_file, write_stdout};
use super::{settings, usage, vault};

/// Checks, writes every report asked for and gives the exit code.
pub fn run(args: &CheckArgs, rules: &[&dyn Rule]) -> u8 {
    if let Some(code) = usage::refuse_whole_in_public(args) {
        return code;
    }
    let report = check(args, rules);
    emit(args, report)
}

/// Checks and gives the report. Whatever goes wrong is in it, a panic included.
pub fn check(args: &CheckArgs, rules: &[&dyn Rule]) -> Report {
    let started = Started { at: SystemTime::now(), clock: Instant::now() };
    let project = match project::find(args.place.project.as_deref()) {
        Ok(project) => project,
        Err(error) => return started.report(SafePath::named("."), None, Err(vec![*error]), args),
    };
    let head = Head::ask(&project.folder);
    let judged = catch_unwind(AssertUnwindSafe(|| judged(args, rules, &project, started.at)));
    let judged = judged.unwrap_or_else(|_| {
        let message = Message::new("preflight failed by a fault of its own");
        let help = Some(Message::new("please report it with the line on standard error"));
        Err(vec![ReportError { kind: ErrorKind::Internal, message, help, location: None }])
    });
    started.report(project.shown(), head.answer(), judged, args)
}

#[derive(Clone, Copy)]
struct Started {
    at: SystemTime,
    clock: Instant,
}

impl Started {
    fn info(self) -> RunInfo {
        // Years beyond 9999 are no times of a run.
        let started_at = OffsetDateTime::from(self.at).format(&Rfc3339).unwrap_or_default();
        let duration_ms = u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX);
        RunInfo { started_at, duration_ms, host_os: std::env::consts::OS }
    }

    fn report(
        self,
        project: SafePath,
        commit: Option<String>,
        judged: Result<(Option<PolicyInfo>, engine::Judged), Vec<ReportError>>,
        args: &CheckArgs,
    ) -> Report {
        let (policy, judged) = judged.unwrap_or_else(|errors| {
            let nothing = engine::Judged { errors, ..engine::Judged::default() };
            (None, nothing)
        });
        Report::new(Parts {
            edition: EDITION,
            project,
            run: self.info(),
            policy,
            commit,
            environments: judged.environments,
            findings: judged.findings,
            waived: judged.waived,
            errors: judged.errors,
            warnings_as_errors: args.warnings_as_errors,
        })
    }
}

fn judged(
    args: &CheckArgs,
    rules: &[&dyn Rule],
    project: &Project,
    now: SystemTime,
) -> Result<(Option<PolicyInfo>, engine::Judged), Vec<ReportError>> {
    let mut sources = SourceMap::default();
    let from = From { file: args.place.policy.as_deref(), reference: args.policy_from.as_deref() };
    let opened = opened::open(project, &from, rules, &mut sources)?;
    let asked = asked::environments(args, project, &opened).map_err(|error| vec![*error])?;
    let service = asked::service(args.service.as_deref(), &opened.policy).map_err(|error| vec![*error])?;
    let project_key = key::at_hand(project, args.fingerprint_key.as_deref()).map_err(|error| vec![*error])?;
    let mut prints = Prints::new(&project.root, project_key.as_ref());
    let mut vault = vault::open(args);
    let model = opened.model(project, &asked, service.as_ref(), &mut prints, &mut sources, &mut vault);
    let errors = vault.errors();
    if !errors.is_empty() {
        return Err(errors);
    }
    let Opened { policy, known } = opened;
    let input = engine::Input {
        policy: &policy,
        model: &model,
        sources: &sources,
        rules,
        now,
        user: crate::os::effective_user(),
        digest_key: key::of_this_run().map_err(|error| vec![*error])?,
        project_key: project_key.as_ref(),
        service: service.as_ref(),
        all: asked.len() == known.names.len(),
    };
    let judged = engine::judge(&input, &mut |want| match want {
        Want::Files(_) | Want::Folders(_) | Want::Copies(_) => {
            Answer::Files(answers::files(&project.root, want))
        }
        Want::Branch(name) => Answer::Branch(committed::on_branch(&project.folder, name)),
        Want::Changed(path) => Answer::Changed(committed::changed(&project.folder, &project.root, path)),
        Want::Fingerprints(name) => Answer::Fingerprints(prints.of(name)),
    });
    let_go(model.environments);
    Ok((opened::info(&policy), judged))
}

/// Writes the files, then standard output. If anything of it fails there is no verdict, and no file that was written
/// before may say otherwise.
fn emit(args: &CheckArgs, mut report: Report) -> u8 {
    let style = settings::style(args);
    let failed = write_files(args, &report, style);
    let mut again = !failed.is_empty();
    if again {
        report.fail(failed);
    }
    let text = rendered(args, &report, style);
    if args.format == Format::Human && report.environments.is_empty() {
        to_stderr(&text);
    } else if write_stdout(&text).is_err() {
        to_stderr("preflight: the report could not be written to standard output\n");
        report.fail(vec![no_stdout()]);
        again = true;
    }
    if again {
        // What could not be written before may fail again: that is in the report already.
        let _ = write_files(args, &report, style);
    }
    report.verdict.exit_code()
}

fn no_stdout() -> ReportError {
    let message = Message::new("the report could not be written to standard output");
    ReportError { kind: ErrorKind::OutputFailed, message, help: None, location: None }
}

/// The report for standard output; where rendering it fails, a line that says so.
fn rendered(args: &CheckArgs, report: &Report, style: Style) -> String {
    let errors_alone = args.format == Format::Human && report.environments.is_empty();
    let render = || {
        if args.public_log {
            public::render(report, style)
        } else if errors_alone {
            human::render_errors(report, style)
        } else {
            render(args.format, report, style)
        }
    };
    catch_unwind(AssertUnwindSafe(render)).unwrap_or_else(|_| {
        format!("preflight: the report could not be rendered; verdict: {}\n", report.verdict.as_str())
    })
}

fn write_files(args: &CheckArgs, report: &Report, style: Style) -> Vec<ReportError> {
    let plain = Style { color: false, detail: Detail::default().max(style.detail) };
    let mut failed = Vec::new();
    for output in &args.output {
        let text = catch_unwind(AssertUnwindSafe(|| render(output.format, report, plain)));
        let written = text
            .map_err(|_| io::ErrorKind::Other)
            .and_then(|text| write_file(&output.file, &text).map_err(|error| error.kind()));
        if let Err(kind) = written {
            let shown = Arg::Path(SafePath::new(&output.file));
            let reason = match kind {
                io::ErrorKind::NotFound => "its folder is not there",
                kind => crate::os::reason(kind),
            };
            let message = Message::with("the report {} could not be written: {}", [shown, Arg::Word(reason)]);
            failed.push(ReportError { kind: ErrorKind::OutputFailed, message, help: None, location: None });
        }
    }
    failed
}
