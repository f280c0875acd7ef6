//! The environments and the service that were typed, looked up.

use std::ffi::OsString;

use crate::finding::report::ErrorKind;
use crate::finding::{Arg, Message, ReportError};
use crate::load::discover::Known;
use crate::load::project::Project;
use crate::policy::Policy;
use crate::text::{EnvName, KeyName, SafePath};

use clap::CommandFactory;

use super::args::{CheckArgs, Cli};
use super::opened::Opened;
use super::usage::{RESERVED, shown};

/// The environments that were asked for, each once, by canonical name.
///
/// # Errors
/// If none is, or one is not there.
pub fn environments(
    args: &CheckArgs,
    project: &Project,
    opened: &Opened,
) -> Result<Vec<EnvName>, Box<ReportError>> {
    named(&args.environments, args.all, args.explicit, project, opened)
}

/// The same; `explicit` says that a command was typed before the names.
///
/// # Errors
/// If none is named, or one is not there.
pub fn named(
    typed: &[OsString],
    all: bool,
    explicit: bool,
    project: &Project,
    opened: &Opened,
) -> Result<Vec<EnvName>, Box<ReportError>> {
    let Opened { policy, known } = opened;
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
    if all && known.names.is_empty() {
        let message =
            Message::with("{} holds no environment to check", [Arg::Path(SafePath::new(&project.folder))]);
        return error(ErrorKind::NothingToCheck, message, here);
    }
    if all {
        return Ok(known.names.clone());
    }
    if typed.is_empty() {
        return error(ErrorKind::Usage, Message::new("name an environment, or say `--all`"), here);
    }
    let mut asked: Vec<EnvName> = Vec::new();
    for typed in typed {
        match (find(typed, policy, known), reserved(typed)) {
            (None, Some(word)) => {
                if Cli::command().find_subcommand(word).is_some() {
                    let message = Message::with("`{}` is a command and comes first", [Arg::Word(word)]);
                    let help =
                        Message::with("type: preflight {} ..., its options behind it", [Arg::Word(word)]);
                    return error(ErrorKind::ReservedName, message, help);
                }
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
            (Some(_), Some(word)) if !explicit => {
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

/// The service that was named.
///
/// # Errors
/// If the policy names no such service.
pub fn service(typed: Option<&str>, policy: &Policy) -> Result<Option<KeyName>, Box<ReportError>> {
    let Some(typed) = typed else { return Ok(None) };
    if let Some(service) = policy.services.iter().find(|service| service.as_str() == typed) {
        return Ok(Some(service.clone()));
    }
    let known = Message::with("services here: {}", [Arg::Keys(policy.services.to_vec())]);
    let none = Message::new("name them at the policy's top level: `services: [api, worker]`");
    Err(Box::new(ReportError {
        kind: ErrorKind::UnknownService,
        message: Message::with("there is no service `{}`", [Arg::Typed(SafePath::named(typed))]),
        help: Some(if policy.services.is_empty() { none } else { known }),
        location: None,
    }))
}

fn find(typed: &OsString, policy: &Policy, known: &Known) -> Option<EnvName> {
    known.find(typed.to_str()?, policy)
}

fn reserved(typed: &OsString) -> Option<&'static str> {
    RESERVED.iter().copied().find(|word| typed == *word)
}
