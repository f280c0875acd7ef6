//! `preflight fingerprint ENV...`: writes the tracked files that stand in for secrets elsewhere, or says whether they still do.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use zeroize::Zeroizing;

use crate::finding::verdict::{EXIT_FAIL, EXIT_NONE, EXIT_PASS};
use crate::finding::{Arg, ErrorKind, Message, ReportError};
use crate::load::fingerprints::{self, Prints};
use crate::load::project::{self, Project};
use crate::model::{Environment, Fingerprints};
use crate::os::OpenError;
use crate::rules::RULES;
use crate::rules::shared::fingerprint::{Made, ProjectKey, made};
use crate::syntax::fingerprints::{FingerprintFile, MOST_KEYS, Method, hex, path_of};
use crate::text::{EnvName, KeyName, SafePath, SourceMap};

use super::args::{FingerprintArgs, MethodName};
use super::asked;
use super::key::{self, error};
use super::opened::{self, From, Opened};
use super::output::{errors_to_stderr, to_stderr, write_stdout};
use super::vault;

/// Bytes of a new key: as many as HMAC-SHA-256 gives.
const KEY_BYTES: usize = 32;
/// Names that are listed; of a thousand nobody reads the rest.
const MOST_NAMES: usize = 20;

/// Writes a new key, or fingerprints. Exit code 1 if `--check` finds a file that would change.
pub fn run(args: &FingerprintArgs) -> u8 {
    let done = match &args.new_key {
        Some(path) => new_key(args, path),
        None => all(args),
    };
    match done {
        Ok((text, code)) if write_stdout(&text).is_ok() => code,
        Ok(_) => {
            to_stderr("preflight: what was done could not be written to standard output\n");
            EXIT_NONE
        }
        Err(errors) => {
            errors_to_stderr(&errors);
            EXIT_NONE
        }
    }
}

type Done = Result<(String, u8), Vec<ReportError>>;

fn new_key(args: &FingerprintArgs, path: &Path) -> Done {
    let project = project::find(args.place.project.as_deref()).map_err(|error| vec![*error])?;
    let mut bytes = Zeroizing::new([0; KEY_BYTES]);
    let no_entropy = |_| {
        let message = Message::new("the system gives no random bytes, of which a key is made");
        vec![*error(ErrorKind::Internal, message, None)]
    };
    getrandom::fill(&mut *bytes).map_err(no_entropy)?;
    let mut text = Zeroizing::new(String::with_capacity(KEY_BYTES * 2 + 1));
    for byte in bytes.iter() {
        let _ = write!(text, "{byte:02x}");
    }
    text.push('\n');
    let shown = SafePath::new(path);
    fingerprints::write_key(&project, path, text.as_bytes()).map_err(|why| {
        let path = Arg::Path(shown.clone());
        let (message, help) = match why {
            None => (
                Message::with("{} lies in the project's work tree", [path]),
                Message::new(
                    "keep the key apart from the fingerprints: who copies the folder must not have both",
                ),
            ),
            Some(std::io::ErrorKind::AlreadyExists) => (
                Message::with("{} is there already, and was left as it is", [path]),
                Message::new("name another file, or use the key that is there: --key FILE"),
            ),
            Some(kind) => (
                Message::with("{} could not be written: {}", [path, Arg::Word(crate::os::reason(kind))]),
                Message::new("name a file in a folder that is there and yours"),
            ),
        };
        vec![*error(ErrorKind::OutputFailed, message, Some(help))]
    })?;
    Ok((
        format!("wrote a new key to {shown}; give it to whoever checks, apart from the repository\n"),
        EXIT_PASS,
    ))
}

fn all(args: &FingerprintArgs) -> Done {
    let project = project::find(args.place.project.as_deref()).map_err(|error| vec![*error])?;
    let mut sources = SourceMap::default();
    let from = From { file: args.place.policy.as_deref(), reference: None };
    let opened = opened::open(&project, &from, RULES, &mut sources)?;
    let names =
        asked::named(&args.environments, args.all, true, &project, &opened).map_err(|error| vec![*error])?;
    let Some(key) = key::at_hand(&project, args.key.as_deref()).map_err(|error| vec![*error])? else {
        let message =
            Message::with("there is no key: name its file with --key or {}", [Arg::Word(key::VARIABLE)]);
        let help = Message::new("make one outside the project first: preflight fingerprint --new-key FILE");
        return Err(vec![*error(ErrorKind::Usage, message, Some(help))]);
    };
    let mut one = One { args, project: &project, key: &key, prints: Prints::new(&project.root, Some(&key)) };
    let (mut errors, mut text, mut changed) = (Vec::new(), String::new(), false);
    let mut vault = vault::unnamed();
    for name in &names {
        let mut loader = opened.loader(&project, names.len() == 1, None, &mut sources, &mut vault);
        let environment = loader.environment(name, true);
        match one.environment(&opened, &environment) {
            Ok((lines, differs)) => {
                text.push_str(&lines);
                changed |= differs;
            }
            Err(error) => errors.push(*error),
        }
    }
    errors.extend(vault.errors());
    if !errors.is_empty() {
        // What was written is written, and said.
        to_stderr(&text);
        return Err(errors);
    }
    Ok((text, if changed && args.check { EXIT_FAIL } else { EXIT_PASS }))
}

struct One<'a> {
    args: &'a FingerprintArgs,
    project: &'a Project,
    key: &'a ProjectKey,
    prints: Prints<'a>,
}

impl One<'_> {
    /// Writes the file of an environment, if it changes; gives what to say, and whether it changes.
    fn environment(
        &mut self,
        opened: &Opened,
        environment: &Environment,
    ) -> Result<(String, bool), Box<ReportError>> {
        let name = &environment.name;
        if let Some(gap) = environment.gaps.iter().find(|gap| gap.why.hides_values()) {
            let args = [
                Arg::Env(name.clone()),
                Arg::Path(SafePath::named(gap.what.name())),
                Arg::Word(gap.why.text()),
            ];
            let message = Message::with("{} cannot be fingerprinted: {}: {}", args);
            let help = Message::new(
                "fingerprints of a part would say that the rest is not there; run it where all of it can be read",
            );
            return Err(error(ErrorKind::NothingToCheck, message, Some(help)));
        }
        if environment.variables.is_empty() {
            let message = Message::with("there is nothing of {} here", [Arg::Env(name.clone())]);
            let help = Message::new("run it where the environment's files are");
            return Err(error(ErrorKind::NothingToCheck, message, Some(help)));
        }
        let policy = opened.policy.effective(name, environment.winners.keys());
        let method = self.method(name);
        let Made { fingerprints, refused } = made(environment, &policy, self.key, method);
        if fingerprints.len() > MOST_KEYS {
            let args = [Arg::Env(name.clone()), Arg::Number(MOST_KEYS as u64)];
            let message = Message::with("{} has more secrets than the {} that a file takes", args);
            return Err(error(ErrorKind::OutputFailed, message, None));
        }
        let file = FingerprintFile { environment: name.clone(), method, key: self.key.id(), fingerprints };
        let seal = self.key.seal(&file);
        let current = fingerprints::current(self.project, name).map_err(|why| unwritten(name, why))?;
        let differs = current != file.render(&seal).as_bytes();
        if differs && !self.args.check {
            fingerprints::write(self.project, &file, &seal).map_err(|why| unwritten(name, why))?;
        }
        Ok((self.said(&file, &refused, differs), differs))
    }

    /// What was typed; else what the file was made with, so that it is not lowered by forgetting to type it.
    fn method(&mut self, name: &EnvName) -> Method {
        match (self.args.method, self.prints.of(name)) {
            (Some(MethodName::HmacSha256), _) => Method::Hmac,
            (Some(MethodName::Argon2id), _) => Method::Argon2id,
            (None, Fingerprints::Sound(file)) => file.method,
            (None, _) => Method::default(),
        }
    }

    fn said<'k>(
        &self,
        file: &FingerprintFile,
        refused: impl IntoIterator<Item = &'k KeyName>,
        differs: bool,
    ) -> String {
        let path = SafePath::named(&path_of(&file.environment));
        let done = match (differs, self.args.check) {
            (true, true) => "would change",
            (true, false) => "written",
            (false, _) => "unchanged",
        };
        let prints: usize = file.fingerprints.values().map(Vec::len).sum();
        let mut text = format!(
            "{path}: {done}; {} of {} of {}, {}, key {}\n",
            counted(prints, "fingerprint"),
            counted(file.fingerprints.len(), "secret"),
            file.environment,
            file.method.as_str(),
            hex(&file.key)
        );
        let refused: BTreeMap<&str, ()> =
            refused.into_iter().filter_map(|key| Some((visible(key)?, ()))).collect();
        if !refused.is_empty() {
            let names: Vec<&str> = refused.keys().copied().take(MOST_NAMES).collect();
            let more = refused.len().saturating_sub(MOST_NAMES);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let _ = writeln!(
                text,
                "  no fingerprint, since the value can be guessed: {}{more}",
                names.join(", ")
            );
        }
        text
    }
}

/// What looks like key material is not named.
fn visible(key: &KeyName) -> Option<&str> {
    KeyName::visible(key.as_str().as_bytes()).map(|_| key.as_str())
}

fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

fn unwritten(name: &EnvName, why: OpenError) -> Box<ReportError> {
    let path = Arg::Path(SafePath::named(&path_of(name)));
    let message = match why {
        OpenError::Leaves => {
            Message::with("{} is a link that leaves the project, or lies behind one", [path])
        }
        OpenError::Loop | OpenError::Dangling => Message::with("{} is a link that leads nowhere", [path]),
        OpenError::Kind(kind) => {
            Message::with("on the way to {} stands a {}", [path, Arg::Word(kind.as_str())])
        }
        OpenError::Missing | OpenError::BelowFile => Message::with("{} lies below a file", [path]),
        OpenError::TooLarge => Message::with("{} is too large", [path]),
        OpenError::Changed => Message::with("{} changes while it is read", [path]),
        OpenError::Refused(kind) => {
            Message::with("{} could not be read or written: {}", [path, Arg::Word(crate::os::reason(kind))])
        }
    };
    error(ErrorKind::OutputFailed, message, None)
}
