//! `preflight check ENV...` and the bare form: load, judge, report.

use std::ffi::OsString;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Instant, SystemTime};

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::engine;
use crate::finding::report::{ErrorKind, Parts, PolicyInfo, RunInfo};
use crate::finding::{Arg, Location, Message, NotChecked, Report, ReportError, Subject, Why};
use crate::load::discover::{self, Known};
use crate::load::environment::Loader;
use crate::load::git::Head;
use crate::load::names::Names;
use crate::load::project::{self, Project};
use crate::load::{RUN_LIMIT, answers, project::PolicyFile};
use crate::model::{Model, Want};
use crate::policy::{self, EDITION, Policy, PolicyText};
use crate::report::{Detail, Format, Style, human, render};
use crate::rules::{Rule, ids};
use crate::text::{EnvName, SafePath, SourceMap};

use super::args::CheckArgs;
use super::output::{to_stderr, write_stdout};
use super::settings;
use super::usage::{RESERVED, shown};

/// Checks, writes every report asked for and gives the exit code.
pub fn run(args: &CheckArgs, rules: &[&dyn Rule]) -> u8 {
    let report = check(args, rules);
    emit(args, report)
}

/// Checks and gives the report. Whatever goes wrong is in it, a panic included.
pub fn check(args: &CheckArgs, rules: &[&dyn Rule]) -> Report {
    let started = Started { at: SystemTime::now(), clock: Instant::now() };
    let project = match project::find(args.project.as_deref()) {
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
    let file = project::policy(project, args.policy.as_deref()).map_err(|error| vec![*error])?;
    let policy = parse(file.as_ref(), rules, &mut sources)?;
    let known = discover::environments(&project.root, &policy);
    let asked = asked(args, project, &policy, &known).map_err(|error| vec![*error])?;
    let model = load(project, &policy, &known, &asked, &mut sources);
    let digest_key = digest_key()?;
    let input = engine::Input { policy: &policy, model: &model, sources: &sources, rules, now, digest_key };
    let judged = engine::judge(&input, &mut |want| match want {
        Want::Files(pattern) => answers::files(&project.root, pattern),
    });
    let info = policy.path.as_ref().map(|path| PolicyInfo {
        path: path.clone(),
        sha256: policy.sha256.clone(),
        packs: policy.packs.clone(),
    });
    Ok((info, judged))
}

fn parse(
    file: Option<&PolicyFile>,
    rules: &[&dyn Rule],
    sources: &mut SourceMap,
) -> Result<Policy, Vec<ReportError>> {
    let text = file.map(|file| PolicyText { path: &file.path, bytes: &file.bytes });
    policy::parse(text, &ids(rules), sources).map_err(|(file, mut problems)| {
        // In the order of the file, whatever order they were found in.
        problems.sort_by_key(|problem| problem.at);
        let error = |problem: policy::Problem| ReportError {
            kind: ErrorKind::BadPolicy,
            message: problem.message,
            help: problem.help,
            location: match problem.at {
                Some(span) => Location::resolve(&policy::At { file, span, pack: false }.place(), sources),
                None => sources.path(file).cloned().map(Location::file),
            },
        };
        problems.into_iter().map(error).collect()
    })
}

/// The environments that were asked for, each once, by canonical name.
fn asked(
    args: &CheckArgs,
    project: &Project,
    policy: &Policy,
    known: &Known,
) -> Result<Vec<EnvName>, Box<ReportError>> {
    let error =
        |kind, message, help| Err(Box::new(ReportError { kind, message, help: Some(help), location: None }));
    let here = match (known.names.as_slice(), known.set_apart.first()) {
        ([], None) => Message::new(
            "put its variables into .env.<env> or secrets/<env>/, or name the project's folder: -C DIR",
        ),
        ([], Some(gap)) => Message::with(
            "{} is here and names no environment: rename it to .env.<env>, or name it in a policy's `sources`",
            [Arg::Path(SafePath::named(gap.what.name()))],
        ),
        (names, _) => Message::with("environments here: {}", [Arg::Envs(names.to_vec())]),
    };
    if args.all && known.names.is_empty() {
        let message =
            Message::with("{} holds no environment to check", [Arg::Path(SafePath::new(&project.folder))]);
        return error(ErrorKind::NothingToCheck, message, here);
    }
    if args.all {
        return Ok(known.names.clone());
    }
    if args.environments.is_empty() {
        return error(
            ErrorKind::Usage,
            Message::new("name an environment to check, or say `check --all`"),
            here,
        );
    }
    let mut asked: Vec<EnvName> = Vec::new();
    for typed in &args.environments {
        match (find(typed, policy, known), reserved(typed)) {
            (None, Some(word)) => {
                let message = Message::with(
                    "`{}` is a reserved word, and not a command of this version",
                    [Arg::Word(word)],
                );
                return error(ErrorKind::ReservedName, message, here);
            }
            (None, None) => {
                let message = Message::with("there is no environment `{}`", [Arg::Typed(shown(typed))]);
                return error(ErrorKind::UnknownEnvironment, message, here);
            }
            (Some(_), Some(word)) if !args.explicit => {
                let message = Message::with(
                    "`{}` is a reserved word, and this project has an environment of that name",
                    [Arg::Word(word)],
                );
                let help = Message::with("to check the environment: preflight check {}", [Arg::Word(word)]);
                return error(ErrorKind::ReservedName, message, help);
            }
            (Some(name), _) if !asked.contains(&name) => asked.push(name),
            (Some(_), _) => {}
        }
    }
    Ok(asked)
}

fn find(typed: &OsString, policy: &Policy, known: &Known) -> Option<EnvName> {
    known.find(typed.to_str()?, policy)
}

fn reserved(typed: &OsString) -> Option<&'static str> {
    RESERVED.iter().copied().find(|word| typed == *word)
}

/// Reads the environments asked for, and the others to compare them with.
fn load(
    project: &Project,
    policy: &Policy,
    known: &Known,
    asked: &[EnvName],
    sources: &mut SourceMap,
) -> Model {
    let declared =
        policy.base.keys.keys().chain(policy.environments.iter().flat_map(|spec| spec.layer.keys.keys()));
    let names = Names::new(declared);
    let mut loader =
        Loader { root: &project.root, policy, sources, names, template_gap: None, bytes_left: RUN_LIMIT };
    let mut model = Model::default();
    let template = if policy.path.is_none() { loader.template() } else { Vec::new() };
    for name in asked {
        let mut environment = loader.environment(name, true);
        environment.gaps.extend(known.set_apart.iter().cloned());
        let concerns = |owner: &Option<EnvName>| owner.as_ref().is_none_or(|owner| owner == name);
        let others = known.others.iter().filter(|(owner, _)| concerns(owner));
        environment.gaps.extend(others.map(|(_, gap)| gap.clone()));
        environment.gaps.extend(loader.template_gap.clone());
        environment.template.clone_from(&template);
        model.environments.push(environment);
    }
    let mut unread = Vec::new();
    for name in known.names.iter().filter(|name| !asked.contains(name)) {
        let environment = loader.environment(name, false);
        if environment.variables.is_empty() || environment.gaps.iter().any(|gap| gap.why.blocks()) {
            unread.push(NotChecked { what: Subject::environment(name), why: Why::PeerUnreadable });
        }
        model.environments.push(environment);
    }
    for environment in model.environments.iter_mut().filter(|environment| environment.asked) {
        environment.gaps.extend(unread.iter().cloned());
    }
    model
}

fn digest_key() -> Result<[u8; 64], Vec<ReportError>> {
    let mut key = [0; 64];
    match getrandom::fill(&mut key) {
        Ok(()) => Ok(key),
        Err(_) => {
            let message =
                Message::new("the system gives no random bytes, without which secrets are not compared");
            Err(vec![ReportError { kind: ErrorKind::Internal, message, help: None, location: None }])
        }
    }
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
        if errors_alone { human::render_errors(report, style) } else { render(args.format, report, style) }
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
        let written = text.map_err(|_| io::ErrorKind::Other).and_then(|text| {
            crate::os::atomic::write(&output.file, text.as_bytes()).map_err(|error| error.kind())
        });
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
