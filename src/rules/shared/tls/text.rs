//! What `weak-tls-mode` says, apart from why it says it.

use crate::finding::{Arg, Message};
use crate::model::Variable;
use crate::syntax::postgres::SslMode;

use crate::value::tls::{Family, Reading};

use super::split_prefix;

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

/// What PgBouncer connects by, where that is too little.
#[must_use]
pub fn pooled(variable: &Variable, word: &'static str, floor: SslMode) -> (Message, Message) {
    let (key, wanted) = (Arg::Key(variable.key.clone()), Arg::Word(floor.as_str()));
    let message = match word {
        "absent" => {
            "{} is reached by PgBouncer, which has no server_tls_sslmode here and then takes `prefer`, before 1.20 `disable`; at least `{}` is needed"
        }
        "unknown" => {
            "{} is reached by PgBouncer, whose server_tls_sslmode is none of its modes; at least `{}` is needed"
        }
        mode => {
            let message =
                "{} is reached by PgBouncer, whose server_tls_sslmode is `{}`; at least `{}` is needed";
            return (Message::with(message, [key, Arg::Word(mode), wanted]), pooled_remedy(floor));
        }
    };
    (Message::with(message, [key, wanted]), pooled_remedy(floor))
}

fn pooled_remedy(floor: SslMode) -> Message {
    let wanted = [Arg::Word(floor.as_str())];
    match floor {
        SslMode::VerifyFull | SslMode::VerifyCa => {
            Message::with("set server_tls_sslmode = {} under [pgbouncer], and server_tls_ca_file", wanted)
        }
        _ => Message::with("set server_tls_sslmode = {} under [pgbouncer]", wanted),
    }
}

/// What a driver makes of a connection, where that is too little.
#[must_use]
pub fn reading(variable: &Variable, reading: &Reading, mode: SslMode, floor: SslMode) -> Message {
    let template = if !reading.named && mode < SslMode::Require && reading.strongest < floor {
        "{} does not ask for TLS: it gets `{}` from {}; at least `{}` is needed"
    } else if reading.strongest >= floor {
        "{} is protected as by TLS mode `{}` with some drivers, such as {}; at least `{}` is needed"
    } else {
        "{} is protected as by TLS mode `{}`, as {} reads it; at least `{}` is needed"
    };
    let words = [mode.as_str(), reading.driver, floor.as_str()].map(Arg::Word);
    let args: Vec<Arg> = std::iter::once(Arg::Key(variable.key.clone())).chain(words).collect();
    Message::with(template, args)
}

/// A word for the mode that the driver refuses.
#[must_use]
pub fn refused_word(variable: &Variable, driver: &'static str, floor: SslMode) -> (Message, Message) {
    let words = [driver, floor.as_str()].map(Arg::Word);
    let args: Vec<Arg> = std::iter::once(Arg::Key(variable.key.clone())).chain(words).collect();
    (
        Message::with("{} says something of TLS that {} does not know; at least `{}` is needed", args),
        remedy(Family::Postgres, floor),
    )
}

/// What a variable apart from a connection says, where that is too little.
#[must_use]
pub fn says(variable: &Variable, mode: SslMode, floor: SslMode) -> Message {
    let args = [Arg::Key(variable.key.clone()), Arg::Word(mode.as_str()), Arg::Word(floor.as_str())];
    Message::with("{} asks for no more than TLS mode `{}`; at least `{}` is needed", args)
}

/// Verification that a variable takes away.
#[must_use]
pub fn overridden(variable: &Variable, floor: SslMode) -> (Message, Message) {
    let args = [Arg::Key(variable.key.clone()), Arg::Word(floor.as_str())];
    (
        Message::with("{} is not verified: a variable beside it takes that away; `{}` is needed", args),
        Message::new("take that variable out, and name the authority's certificate"),
    )
}

/// A flag that says otherwise than the connection.
#[must_use]
pub fn flag(variable: &Variable) -> (Message, Message) {
    let key = [Arg::Key(variable.key.clone())];
    (
        Message::with("{} and the variable beside it disagree whether there is TLS", key),
        Message::new("say it in one place, or the same in both"),
    )
}

/// Nothing to verify a server with.
#[must_use]
pub fn no_root(variable: &Variable, driver: &'static str) -> (Message, Message) {
    let args = [Arg::Key(variable.key.clone()), Arg::Word(driver)];
    (
        Message::with(
            "{} names no root certificate: {} then takes one in the user's home folder, or fails",
            args,
        ),
        Message::new("add sslrootcert with the certificate's path, or sslrootcert=system"),
    )
}

/// A certificate that is not where it is said to be.
#[must_use]
pub fn missing_root(variable: &Variable) -> (Message, Message) {
    let key = [Arg::Key(variable.key.clone())];
    (
        Message::with("{} names a root certificate below the project, and there is no such file", key),
        Message::new("put the certificate there, or name it by its whole path on the host"),
    )
}

/// The same, where another variable names it.
#[must_use]
pub fn missing_root_apart(variable: &Variable, root: &Variable) -> (Message, Message) {
    let keys = [variable, root].map(|variable| Arg::Key(variable.key.clone()));
    (
        Message::with(
            "{} is verified with the root certificate that {} names below the project, and there is no such file",
            keys,
        ),
        missing_root(variable).1,
    )
}

/// How a family's drivers spell more protection.
#[must_use]
pub fn remedy(family: Family, floor: SslMode) -> Message {
    let verifies = floor > SslMode::Require;
    Message::new(match (family, verifies) {
        (Family::Postgres, true) => "add sslmode=verify-full, or what the driver has for it",
        (Family::Postgres, false) => "add sslmode=require, or what the driver has for it",
        (Family::Mysql, true) => "use ssl-mode=VERIFY_IDENTITY, tls=true, or what the driver has for it",
        (Family::Mysql, false) => "use ssl-mode=REQUIRED, tls=true, or what the driver has for it",
        (Family::Redis, true) => "use rediss://, let the client verify, and name the `driver` in the policy",
        (Family::Redis, false) => "use rediss://",
        (Family::Mongodb, true) => "use tls=true without tlsInsecure and tlsAllowInvalid...",
        (Family::Mongodb, false) => "use tls=true",
        (Family::Amqp, true) => "use amqps:// with verify=verify_peer, or what the client has for it",
        (Family::Amqp, false) => "use amqps://",
        (Family::Smtp, _) => "use smtps:// or port 465, or have STARTTLS required",
        (Family::Kafka, _) => "use SSL or SASL_SSL, with the host's name checked",
        (Family::Ldap, _) => "use ldaps://, and TLS_REQCERT=demand",
        (Family::Http, _) => "use https://",
    })
}
