//! What `weak-tls-mode` says, apart from why it says it.

use crate::finding::{Arg, Message};
use crate::model::Variable;
use crate::syntax::postgres::SslMode;

use super::tls::split_prefix;

/// What is wrong. `word` is the cause's argument.
#[must_use]
pub fn message(variable: &Variable, word: &'static str, floor: SslMode) -> Message {
    let key = Arg::Key(variable.key.clone());
    let floor = Arg::Word(floor.as_str());
    let template = match word {
        "absent" if matches!(variable.key.as_str(), "PGHOST" | "PGHOSTADDR") => {
            "{} is set and PGSSLMODE is not: libpq then takes `prefer`; at least `{}` is needed"
        }
        "absent" => "{} names no TLS mode: libpq then takes `prefer`; at least `{}` is needed",
        "unknown" => "{} names a TLS mode that libpq does not know; at least `{}` is needed",
        "refused" => "{} is no connection string that libpq takes, so that its TLS mode cannot be told",
        "disagrees" => "{} names one TLS mode, and the variable beside it another",
        mode => {
            return Message::with(
                "{} asks for TLS mode `{}`; at least `{}` is needed",
                [key, Arg::Word(mode), floor],
            );
        }
    };
    Message::with(template, [key, floor])
}

/// What to do about it.
#[must_use]
pub fn help(variable: &Variable, word: &str, floor: SslMode, internal: bool) -> Message {
    let alone = match variable.key.as_str() {
        "PGHOST" | "PGHOSTADDR" => Some("PGSSLMODE={}"),
        key if split_prefix(key).is_some() => Some("set it to {}"),
        _ => None,
    };
    let value = Arg::Word(floor.as_str());
    match (word, alone) {
        ("refused", _) => {
            Message::new("percent-encode user and password; write scheme and parameter names in lower case")
        }
        ("disagrees", _) => Message::new("name the mode in one place, or the same in both"),
        _ if internal => Message::with(
            "use sslmode={}, or say `tls: disable` at the key if the network is trusted",
            [value],
        ),
        (_, Some("PGSSLMODE={}")) => Message::with("set PGSSLMODE={}", [value]),
        (_, Some(_)) => Message::with("set it to {}", [value]),
        _ if floor == SslMode::VerifyFull => {
            Message::new("add sslmode=verify-full, and sslrootcert, which it needs")
        }
        _ => Message::with("add sslmode={}; verify-full also checks the server's name", [value]),
    }
}
