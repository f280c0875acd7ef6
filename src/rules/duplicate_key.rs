//! `duplicate-key`: a variable stands twice in one file

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use std::collections::BTreeMap;

use crate::model::{Content, File, Role, Variable};
use crate::sealed::without_ending;
use crate::syntax::readers::{Outcome, Reader};
use crate::text::KeyName;

use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "duplicate-key",
    summary: "a variable stands twice in one file",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("different", "the values differ: which one counts depends on the reader"),
        CauseMeta::soft("same", "the values are the same"),
    ],
    page: include_str!("../../docs/rules/duplicate-key.md"),
};

/// See the module.
pub struct DuplicateKey;

impl Rule for DuplicateKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        // Two files of one folder may hold one variable where their names are mapped: `DB_KEY` and `db-key`.
        let folder = file.role == Role::SecretsFolder;
        if !file.role.holds_variables() && !folder {
            return;
        }
        // Most environments set nothing twice: every occurrence counts.
        if cx.environment.counting().count() == cx.environment.variables.len() {
            return;
        }
        let mut by_key: BTreeMap<&KeyName, Vec<&Variable>> = BTreeMap::new();
        let within = |path: &str| path.rsplit_once('/').is_some_and(|(above, _)| above == file.path.as_str());
        let mine = |variable: &&Variable| {
            cx.environment.file_of(variable).is_some_and(|f| {
                if folder { f.role == Role::Secret && within(f.path.as_str()) } else { f.path == file.path }
            })
        };
        for variable in cx.environment.variables.iter().filter(mine) {
            let known = by_key.entry(&variable.key).or_default();
            // A file that a `*_FILE` leads to as well is one file; a plain twin of an encrypted one is plaintext-secret's.
            let path = |variable: &Variable| {
                let path = cx.environment.file_of(variable).map(|file| file.path.as_str());
                path.map(|path| without_ending(path).unwrap_or(path))
            };
            if !folder || !known.iter().any(|other| path(other) == path(variable)) {
                known.push(variable);
            }
        }
        for (key, occurrences) in by_key {
            let Some((last, earlier)) = occurrences.split_last().filter(|(_, earlier)| !earlier.is_empty())
            else {
                continue;
            };
            let same = earlier.iter().all(|variable| is_same(variable, last));
            let cause = Cause::new(if same { "same" } else { "different" });
            let message = match (folder, same) {
                (false, true) => "{} is set {} times in this file, always to the same value",
                (false, false) => "{} is set {} times in this file, and not to the same value each time",
                (true, true) => "{} is held by {} files of this folder, always with the same value",
                (true, false) => "{} is held by {} files of this folder, and not with the same value",
            };
            let Some(place) = cx.environment.place(last) else { continue };
            let count = Arg::Number(u64::try_from(occurrences.len()).unwrap_or(u64::MAX));
            let mut finding = FindingBuilder::about_key(&META, cause, key)
                .environment(&cx.environment.name)
                .message(Message::with(message, [Arg::Key(key.clone()), count]))
                .help(Message::new(if folder {
                    "keep one of the files"
                } else {
                    "keep one of the lines: most readers take the last, some the first"
                }))
                .readers(vec![Reader::Plain.as_str()])
                .at(place);
            for variable in earlier {
                if let Some(place) = cx.environment.place(variable) {
                    finding = finding.related("also set here", place);
                }
            }
            sink.report(finding);
        }
    }
}

fn is_same(one: &Variable, other: &Variable) -> bool {
    match (outcome(one), outcome(other)) {
        (Some(Outcome::Value(one)), Some(Outcome::Value(other))) => one.expose() == other.expose(),
        (Some(Outcome::Unset), Some(Outcome::Unset)) => true,
        _ => false,
    }
}

fn outcome(variable: &Variable) -> Option<&Outcome> {
    if variable.stands.is_some() {
        return variable.stands.as_ref();
    }
    match &variable.content {
        Content::Read(readings) => readings.seen_by(Reader::Plain),
        _ => None,
    }
}
