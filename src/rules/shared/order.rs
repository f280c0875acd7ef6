//! Which of two values of one variable guards less, where values have an order at all.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::model::{Environment, Variable};
use crate::policy::{Stricter, ValueType};
use crate::syntax::postgres::{self, HostClass, Mode, Parsed, SslMode, classify_host};
use crate::syntax::url;
use crate::text::KeyName;
use crate::value::connection::take_apart;
use crate::value::tls::{self, Effect};
use crate::value::types::switch;

use super::across::values;
use super::relation::{Order, compare};

/// What of two values is looser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looser {
    /// The first.
    Own(&'static str),
    /// Neither, or the other.
    No,
    /// They should have an order and have none here.
    Unknown,
}

/// A variable in an environment.
pub type Side<'a> = (&'a Environment, &'a Variable);

/// The variables that two environments have both: those that count for everybody, or for a service where any has its own.
#[must_use]
pub fn pairs<'a>(
    own: &'a Environment,
    other: &'a Environment,
    services: &[KeyName],
) -> Vec<(&'a Variable, &'a Variable)> {
    let single = own.views() == [None] && other.views() == [None];
    let services: Vec<Option<&KeyName>> =
        if single { vec![None] } else { services.iter().map(Some).collect() };
    let mut found = Vec::new();
    for key in own.winners.keys().filter(|key| other.winners.contains_key(*key)) {
        let mut seen: BTreeSet<Option<&KeyName>> = BTreeSet::new();
        for service in &services {
            let both = own.winner(*service, key).zip(other.winner(*service, key));
            found.extend(both.filter(|(here, _)| seen.insert(here.service.as_ref())));
        }
    }
    found
}

/// Whether the value that a program gets in one environment is looser than in another: by the policy's word, or by what its
/// name or its form says.
#[must_use]
pub fn looser(own: Side<'_>, other: Side<'_>, said: Option<Stricter>, kind: Option<ValueType>) -> Looser {
    let (one, two) = (only(own.1), only(other.1));
    let key = &own.1.key;
    let ordered = said.is_some() || is_debug(key) || is_log_level(key);
    let (Some(one), Some(two)) = (one, two) else {
        return if ordered { Looser::Unknown } else { Looser::No };
    };
    if one.is_empty() || two.is_empty() {
        return Looser::No;
    }
    if let Some(stricter) = said {
        return declared(stricter, kind, one, two);
    }
    let debug = is_debug(key) && switch(one) == Some(true) && switch(two) == Some(false);
    let log = || is_log_level(key) && is_louder(one, two);
    let tls = || is_barer(own, one, two);
    match () {
        () if debug => Looser::Own("debug"),
        () if log() => Looser::Own("log-level"),
        () if tls() => Looser::Own("tls"),
        () => Looser::No,
    }
}

/// The one value that all readers get, empty where it is; nothing if that is not known.
fn only(variable: &Variable) -> Option<&[u8]> {
    match values(variable)?.as_slice() {
        [] => Some(b""),
        [value] => Some(value.trim_ascii()),
        _ => None,
    }
}

fn declared(stricter: Stricter, kind: Option<ValueType>, own: &[u8], other: &[u8]) -> Looser {
    let looser = match stricter {
        Stricter::Higher | Stricter::Lower => match compare((kind, own), (kind, other)) {
            Order::Known(Ordering::Less) => Some(stricter == Stricter::Higher),
            Order::Known(Ordering::Greater) => Some(stricter == Stricter::Lower),
            Order::Known(Ordering::Equal) | Order::Elsewhere => Some(false),
            Order::None => None,
        },
        Stricter::On | Stricter::Off => {
            let on = stricter == Stricter::On;
            switch(own).zip(switch(other)).map(|(own, other)| own != on && other == on)
        }
    };
    match looser {
        Some(true) => Looser::Own("declared"),
        Some(false) => Looser::No,
        None => Looser::Unknown,
    }
}

/// A switch called `DEBUG` or `..._DEBUG`, but for those that switch it off.
fn is_debug(key: &KeyName) -> bool {
    const TURNED: [&str; 9] =
        ["NO", "NOT", "DISABLE", "DISABLED", "WITHOUT", "SKIP", "HIDE", "SUPPRESS", "IGNORE"];
    let name = key.as_str().to_ascii_uppercase();
    let words: Vec<&str> = name.split(['_', '.', '-']).collect();
    words.last() == Some(&"DEBUG") && !words.iter().any(|word| TURNED.contains(word))
}

fn is_log_level(key: &KeyName) -> bool {
    let name = key.as_str().to_ascii_uppercase();
    let words: Vec<&str> = name.split(['_', '.', '-']).collect();
    words.ends_with(&["LOG", "LEVEL"]) || words.ends_with(&["LOGLEVEL"])
}

/// Whether the first tells what is meant for developers, and the second less. Between the levels above nothing guards more.
fn is_louder(own: &[u8], other: &[u8]) -> bool {
    const LEVELS: [&[&str]; 3] = [
        &["trace", "silly", "finest"],
        &["debug", "verbose", "fine", "finer"],
        &[
            "info",
            "information",
            "notice",
            "http",
            "warn",
            "warning",
            "error",
            "err",
            "critical",
            "fatal",
            "alert",
            "emergency",
            "emerg",
            "panic",
            "off",
            "none",
            "silent",
        ],
    ];
    let rank = |value: &[u8]| {
        LEVELS.iter().position(|words| words.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes())))
    };
    rank(own).zip(rank(other)).is_some_and(|(own, other)| own < other)
}

/// Schemes without TLS, each with the one that has it.
const SCHEMES: [(&[u8], &[u8]); 8] = [
    (b"http", b"https"),
    (b"ws", b"wss"),
    (b"redis", b"rediss"),
    (b"valkey", b"valkeys"),
    (b"amqp", b"amqps"),
    (b"ldap", b"ldaps"),
    (b"mqtt", b"mqtts"),
    (b"ftp", b"ftps"),
];

/// Whether the first goes over a network with less TLS than the second asks for.
fn is_barer(own: Side<'_>, one: &[u8], two: &[u8]) -> bool {
    let key = own.1.key.as_str();
    let named = key.ends_with("SSLMODE") || key.ends_with("SSL_MODE");
    if let Some((one, two)) = SslMode::parse(one).zip(SslMode::parse(two)).filter(|_| named) {
        let prefix = key.trim_end_matches("MODE").trim_end_matches("SSL_").trim_end_matches("SSL");
        return one < two && !is_near(own, prefix);
    }
    if let Some((one, two)) = tls::apart(key, one).zip(tls::apart(key, two)) {
        let less = match (one.effect, two.effect) {
            (Effect::Is(one), Effect::Is(two)) | (Effect::AtMost(one), Effect::AtMost(two)) => one < two,
            (Effect::AtMost(_), Effect::Nothing) => true,
            _ => false,
        };
        return less && !is_near(own, &format!("{}_", one.prefix));
    }
    if let (Parsed::Connection(one), Parsed::Connection(two)) = (postgres::parse(one), postgres::parse(two)) {
        let farthest = one.hosts.iter().copied().max().unwrap_or(HostClass::Socket);
        let (Mode::Known(one), Mode::Known(two)) = (one.mode, two.mode) else { return false };
        return farthest == HostClass::Remote && one < two;
    }
    let (Some(bare), Some(safe)) = (url::parse(one), url::parse(two)) else { return false };
    let pair = SCHEMES
        .iter()
        .any(|(plain, tls)| bare.scheme.eq_ignore_ascii_case(plain) && safe.scheme.eq_ignore_ascii_case(tls));
    pair && take_apart(one)
        .is_some_and(|one| one.hosts.iter().any(|host| classify_host(&host.name) == HostClass::Remote))
}

/// Whether the host that stands beside a mode is this machine, or one of a network of its own.
fn is_near((environment, variable): Side<'_>, prefix: &str) -> bool {
    let host = KeyName::declared(&format!("{prefix}HOST"));
    let host = host.and_then(|host| environment.winner(variable.service.as_ref(), &host));
    host.and_then(only).is_some_and(|host| {
        host.split(|b| *b == b',').all(|host| classify_host(host.trim_ascii()) < HostClass::Remote)
    })
}
