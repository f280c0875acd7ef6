//! `preflight policy diff REF`: what the work tree's policy loosens against that of a commit.

use crate::finding::verdict::{EXIT_FAIL, EXIT_NONE};
use crate::finding::{Location, ReportError};
use crate::load::committed::Committed;
use crate::load::project;
use crate::policy::At;
use crate::policy::diff::{self, changes};
use crate::policy::guard::Shift;
use crate::report::Format;
use crate::report::diff::{Change, PolicyDiff, human, json};
use crate::rules::{RULES, metas};
use crate::text::{SafePath, SourceMap};

use super::args::DiffArgs;
use super::opened;
use super::output::{errors_to_stderr, to_stdout};

/// Prints the comparison; exit code 1 if anything is looser than it was.
pub fn diff(args: &DiffArgs) -> u8 {
    match compared(args) {
        Err(errors) => {
            errors_to_stderr(&errors);
            EXIT_NONE
        }
        Ok(diff) => {
            let text = match args.format {
                Format::Human => human(&diff),
                Format::Json => json(&diff),
            };
            let printed = to_stdout(&text);
            if printed == EXIT_NONE || diff.loosened.is_empty() { printed } else { EXIT_FAIL }
        }
    }
}

fn compared(args: &DiffArgs) -> Result<PolicyDiff, Vec<ReportError>> {
    let one = |error: Box<ReportError>| vec![*error];
    let project = project::find(args.place.project.as_deref()).map_err(one)?;
    let named = args.place.policy.as_deref();
    let committed = Committed::at(&project, &args.reference).map_err(one)?;
    let commit = committed.commit().to_owned();
    let mut sources = SourceMap::default();
    let old = committed.policy(named).map_err(one)?;
    let old = opened::parse(&project, old.as_ref(), RULES, &mut sources)?;
    let new = project::policy(&project, named).map_err(one)?;
    let new = opened::parse(&project, new.as_ref(), RULES, &mut sources)?;
    let place = |at: Option<At>| at.and_then(|at| Location::resolve(&at.place(), &sources));
    let shown = |change: diff::Change| Change {
        environment: change.environment.as_ref().map(ToString::to_string),
        subject: change.subject,
        field: change.field,
        from: change.from,
        to: change.to,
        was: place(change.was),
        location: place(change.at),
    };
    let (loosened, tightened): (Vec<_>, Vec<_>) =
        changes(&old, &new, &metas(RULES)).into_iter().partition(|change| change.shift == Shift::Looser);
    Ok(PolicyDiff {
        reference: SafePath::named(&args.reference),
        commit,
        loosened: loosened.into_iter().map(shown).collect(),
        tightened: tightened.into_iter().map(shown).collect(),
    })
}
