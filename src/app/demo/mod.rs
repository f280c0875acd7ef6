//! `preflight demo`: the sample project, mistakes planted, found, mended and passed. Asserted, not narrated.

mod plan;
mod sample;

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use crate::app::args::{CheckArgs, PlaceArgs};
use crate::app::{check, settings};
use crate::finding::verdict::{EXIT_NONE, EXIT_PASS};
use crate::finding::{Report, Verdict};
use crate::report::human;
use crate::rules::Rule;

use super::output::{to_stderr, to_stdout};
use plan::Plan;
use sample::Sample;

/// The environment that is spoilt and mended.
const ENV: &str = "prod";

/// Why the demo could not be shown.
#[derive(Debug, thiserror::Error)]
enum DemoError {
    /// The temporary folder could not be filled.
    #[error("the sample could not be laid out: {0}")]
    Io(#[from] io::Error),
    /// The mistakes' file is not of its form: a fault of this program.
    #[error("the list of mistakes cannot be read")]
    Plan,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random,
    /// What was found is not what was planted: a fault of this program.
    #[error("the demo did not find what it planted; please report it:\n{0}")]
    Unexpected(String),
}

/// Shows the demo; 0 if everything was found and then everything passed.
pub fn run(rules: &[&dyn Rule]) -> u8 {
    match shown(rules) {
        Ok(text) => to_stdout(&text),
        Err(error) => {
            to_stderr(&format!("preflight demo: {error}\n"));
            EXIT_NONE
        }
    }
}

fn shown(rules: &[&dyn Rule]) -> Result<String, DemoError> {
    let plan = Plan::read()?;
    let folder = tempfile::Builder::new().prefix("preflight-demo-").tempdir()?;
    let sample = Sample::lay_out(folder.path(), &plan)?;
    let mut text = String::from(
        "A sample project is copied to a temporary folder, its secrets are made, and mistakes are planted:\n\n",
    );
    for (number, mistake) in plan.mistakes.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {}. {} ({})", number + 1, mistake.what, mistake.file);
        sample.plant(mistake)?;
    }
    let _ = writeln!(text, "\n$ preflight {ENV}\n");
    let (report, page) = checked(folder.path(), rules);
    expect(Verdict::Fail, &plan.finds(), &report)?;
    text.push_str(&page);
    let _ = writeln!(text, "\nEach mistake was found. Now they are mended.\n\n$ preflight {ENV}\n");
    sample.mend(&plan)?;
    let (report, page) = checked(folder.path(), rules);
    expect(Verdict::Pass, &[], &report)?;
    text.push_str(&page);
    let _ = writeln!(text, "\nExit code {EXIT_PASS}: `preflight {ENV} && deploy` would go on.");
    Ok(text)
}

fn checked(folder: &Path, rules: &[&dyn Rule]) -> (Report, String) {
    let args = CheckArgs {
        environments: vec![ENV.into()],
        place: PlaceArgs { project: Some(folder.to_owned()), policy: None },
        ..CheckArgs::default()
    };
    let report = check::check(&args, rules);
    let page = human::render(&report, settings::style(&args));
    (report, page)
}

fn expect(verdict: Verdict, finds: &[&str], report: &Report) -> Result<(), DemoError> {
    let line = |finding: &crate::finding::Finding| {
        format!(
            "{} {}[{}] {}",
            finding.severity.as_str(),
            finding.rule,
            finding.cause,
            finding.subject.name()
        )
    };
    let mut found: Vec<String> = report.findings.iter().map(line).collect();
    let mut wanted: Vec<&str> = finds.to_vec();
    found.sort();
    wanted.sort_unstable();
    if found == wanted && report.verdict == verdict {
        return Ok(());
    }
    let mut text = format!("verdict {}\n", report.verdict.as_str());
    for line in found.iter().filter(|line| !wanted.contains(&line.as_str())) {
        let _ = writeln!(text, "not planted: {line}");
    }
    for line in wanted.iter().filter(|line| !found.iter().any(|found| found == *line)) {
        let _ = writeln!(text, "not found: {line}");
    }
    Err(DemoError::Unexpected(text))
}
