//! `preflight explain RULE`, `preflight explain KEY --env ENV` and `preflight rules`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use crate::finding::verdict::EXIT_NONE;
use crate::finding::{Arg, ErrorKind, Location, Message, ReportError};
use crate::load::project::{self, Project};
use crate::load::unseal::Vault;
use crate::model::{Content, Environment, Variable};
use crate::policy::{Effective, KeyEntry, nearest};
use crate::report::Format;
use crate::report::explain::{
    Explained, ExplainedEnvironment, ExplainedField, ExplainedKey, Occurrence, human, json,
};
use crate::report::readings::Group;
use crate::rules::shared::secrecy::why_secret;
use crate::rules::{RULES, ids};
use crate::syntax::readers::Outcome;
use crate::text::{EnvName, KeyName, SafePath, SourceMap};

use super::args::ExplainArgs;
use super::opened::{self, From, Opened};
use super::output::{errors_to_stderr, to_stderr, to_stdout};
use super::readers::groups;

/// Prints a rule's page, or what is known of variables.
pub fn run(args: &ExplainArgs) -> u8 {
    let subject = args.subject.as_deref();
    if let Some(rule) = args.rule() {
        return to_stdout(rule.page);
    }
    match explained(args) {
        Err(errors) => {
            errors_to_stderr(&errors);
            EXIT_NONE
        }
        Ok(explained) if explained.environments.iter().all(|environment| environment.keys.is_empty()) => {
            if args.format == Format::Json {
                // Whoever parses the output gets a document with nothing in it.
                let _ = to_stdout(&json(&explained));
            }
            nothing(subject)
        }
        Ok(explained) => to_stdout(&match args.format {
            Format::Human => human(&explained),
            Format::Json => json(&explained),
        }),
    }
}

/// Neither a rule nor a variable.
fn nothing(subject: Option<&str>) -> u8 {
    let Some(subject) = subject else {
        to_stderr(
            "preflight: there is no variable to explain: the policy names none, and no source has one\n",
        );
        return EXIT_NONE;
    };
    if ids(RULES).contains(&subject) {
        to_stderr(&format!(
            "preflight: there is no variable `{subject}` here; `preflight explain {subject}` shows the rule's page\n"
        ));
        return EXIT_NONE;
    }
    let near =
        nearest(subject, &ids(RULES)).map(|near| format!("  did you mean `{near}`?\n")).unwrap_or_default();
    let shown = crate::text::printable(subject);
    to_stderr(&format!(
        "preflight: there is no rule `{shown}`, and no variable of that name here\n{near}  \
         `preflight rules` lists the rules, `preflight explain --env ENV` the variables\n"
    ));
    EXIT_NONE
}

fn explained(args: &ExplainArgs) -> Result<Explained, Vec<ReportError>> {
    let project = project::find(args.place.project.as_deref()).map_err(|error| vec![*error])?;
    let mut sources = SourceMap::default();
    let from = From { file: args.place.policy.as_deref(), reference: args.policy_from.as_deref() };
    let opened = opened::open(&project, &from, RULES, &mut sources)?;
    let names = match &args.env {
        Some(typed) => vec![environment(typed, &opened)?],
        None => opened.known.names.clone(),
    };
    let mut environments = Vec::new();
    for name in &names {
        environments.push(one(args, &project, &opened, name, names.len() == 1, &mut sources));
    }
    Ok(Explained { policy: opened::info(&opened.policy), environments })
}

/// The environment that was typed.
///
/// # Errors
/// If there is none of that name.
pub(super) fn environment(typed: &str, opened: &Opened) -> Result<EnvName, Vec<ReportError>> {
    opened.known.find(typed, &opened.policy).ok_or_else(|| {
        let message = Message::with("there is no environment `{}`", [Arg::Typed(SafePath::named(typed))]);
        let help = Message::with("environments here: {}", [Arg::Envs(opened.known.names.clone())]);
        let kind = ErrorKind::UnknownEnvironment;
        vec![ReportError { kind, message, help: Some(help), location: None }]
    })
}

fn one(
    args: &ExplainArgs,
    project: &Project,
    opened: &Opened,
    name: &EnvName,
    alone: bool,
    sources: &mut SourceMap,
) -> ExplainedEnvironment {
    // What a value is does not matter here: nothing is decrypted.
    let mut vault = Vault::shut();
    let environment = opened.loader(project, alone, None, sources, &mut vault).environment(name, true);
    let effective = opened.policy.effective(name, environment.winners.keys());
    let spec = opened.policy.spec(name);
    let wanted = |key: &&KeyName| args.subject.as_deref().is_none_or(|subject| key.as_str() == subject);
    // Names that only a shipped pack knows are not this project's, unless they are asked for.
    let declared = effective.layer.keys.iter().filter(|(_, entry)| !entry.at.pack || args.subject.is_some());
    let keys: BTreeSet<&KeyName> =
        environment.winners.keys().chain(declared.map(|(key, _)| key)).filter(wanted).collect();
    let view = View { environment: &environment, effective: &effective, sources };
    ExplainedEnvironment {
        name: name.clone(),
        relaxed: effective.relaxed,
        inherits: spec.and_then(|spec| spec.inherits.as_ref()).map(|set| set.value.clone()),
        keys: keys.into_iter().map(|key| view.key(key)).collect(),
        unread: environment
            .gaps
            .iter()
            .filter(|gap| gap.why.hides_values())
            .map(|gap| format!("{} {}: {}", gap.what.kind().as_str(), gap.what.name(), gap.why.text()))
            .collect(),
    }
}

struct View<'a> {
    environment: &'a Environment,
    effective: &'a Effective,
    sources: &'a SourceMap,
}

impl View<'_> {
    fn key(&self, key: &KeyName) -> ExplainedKey {
        let entry = self.effective.key(key);
        ExplainedKey {
            key: key.clone(),
            declared: entry.is_some(),
            fields: entry.map(|entry| self.fields(entry)).unwrap_or_default(),
            secret: why_secret(key, entry, self.environment),
            occurrences: self.occurrences(key),
        }
    }

    fn fields(&self, entry: &KeyEntry) -> Vec<ExplainedField> {
        let said = entry.said();
        let field = |name: &&'static str| {
            let at = said.get(*name)?;
            let location = Location::resolve(&at.place(), self.sources);
            Some(ExplainedField { name, value: entry.shown(name)?, location })
        };
        KeyEntry::FIELDS.iter().filter_map(field).collect()
    }

    /// What counts first, then what it shadows, both in order of precedence.
    fn occurrences(&self, key: &KeyName) -> Vec<Occurrence> {
        let counting: Vec<*const Variable> = self.environment.counting().map(std::ptr::from_ref).collect();
        let mine = self.environment.variables.iter().filter(|variable| variable.key == *key);
        let mut found: Vec<Occurrence> = mine
            .filter_map(|variable| {
                let place = self.environment.place(variable)?;
                Some(Occurrence {
                    service: variable.service.clone(),
                    location: Location::resolve(&place, self.sources)?,
                    counts: counting.contains(&std::ptr::from_ref(variable)),
                    value: known(variable),
                    readings: self.readings(variable),
                })
            })
            .collect();
        found.sort_by_key(|occurrence| !occurrence.counts);
        found
    }

    /// What the programs see that read the variable's file, where they are known.
    fn readings(&self, variable: &Variable) -> Vec<Group> {
        let read_by = self.environment.file_of(variable).and_then(|file| file.readers.as_ref());
        match (&variable.content, read_by) {
            (Content::Read(readings), Some(_)) => groups(readings.iter()),
            _ => Vec::new(),
        }
    }
}

fn known(variable: &Variable) -> &'static str {
    match &variable.content {
        Content::PresentOnly => "unknown",
        Content::Unopened(_) => "unreadable",
        Content::Read(readings) => match readings.iter().next() {
            Some((Outcome::Value(value), _)) if value.expose().is_empty() => "empty",
            Some((Outcome::Value(_), _)) => "set",
            _ => "unknown",
        },
    }
}

/// Prints every rule with its severity and what it finds.
pub fn list() -> u8 {
    let widest = RULES.iter().map(|rule| rule.meta().id.len()).max().unwrap_or_default();
    let mut text = String::new();
    for rule in RULES {
        let meta = rule.meta();
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:widest$}  {:7}  {}", meta.id, meta.severity.as_str(), meta.summary);
    }
    to_stdout(&text)
}
