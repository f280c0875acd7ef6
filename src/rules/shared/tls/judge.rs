//! Holds what an environment says of TLS against the floors of its keys.

use std::collections::BTreeSet;

use crate::finding::{Cause, FindingBuilder, Message, Subject, Why};
use crate::model::{Content, Variable};
use crate::policy::At;
use crate::rules::{Context, ReaderView, Sink};
use crate::syntax::postgres::{HostClass, Mode, SslMode};
use crate::text::KeyName;

use super::text::{help, message};
use super::{Connection, Others, Postgres, Split, split_prefix};

/// The floor of an environment that is not relaxed, where the policy names none.
const DEFAULT_FLOOR: SslMode = SslMode::Require;

/// One reader's view of an environment, and where findings go.
pub struct Judge<'a, 'v, 's, 'f> {
    pub(super) cx: &'a Context<'a>,
    pub(super) view: &'v ReaderView<'v>,
    pub(super) sink: &'s mut Sink<'f>,
    /// Keys whose floor has been held against something.
    pub(super) judged: BTreeSet<KeyName>,
}

/// The weakest mode allowed, and the policy's line that says so.
pub(super) struct Floor {
    pub value: SslMode,
    pub at: Option<At>,
}

/// A finding in the making.
pub(super) struct Fault<'a> {
    pub variable: &'a Variable,
    pub hosts: HostClass,
    /// The cause's first half, where it is neither `tls` nor `internal`.
    pub code: Option<&'static str>,
    pub word: &'static str,
    pub message: Message,
    pub help: Message,
    pub beside: Option<(&'static str, &'a Variable)>,
}

impl<'a, 'v, 's, 'f> Judge<'a, 'v, 's, 'f> {
    /// Nothing judged yet.
    #[must_use]
    pub fn new(cx: &'a Context<'a>, view: &'v ReaderView<'v>, sink: &'s mut Sink<'f>) -> Self {
        Self { cx, view, sink, judged: BTreeSet::new() }
    }

    /// Judges what libpq reads, and PostgreSQL's other drivers where the policy names one.
    pub fn postgres(&mut self, found: &Postgres<'_>, others: &Others<'_>) {
        for variable in &found.refused {
            self.judged.insert(variable.key.clone());
            self.report(variable, HostClass::Remote, "refused", None);
        }
        for connection in &found.connections {
            let beside = found.beside(connection);
            if self.driver(connection.variable).is_some() || others.names_its_driver(connection.variable) {
                self.by_driver(connection, beside, others);
            } else {
                self.judged.insert(connection.variable.key.clone());
                self.connection(connection, beside, others);
                self.driver_unknown(connection, others);
            }
        }
        for split in &found.splits {
            let beside = found.hosts_of(split);
            // Set to nothing beside a connection: the connection speaks for itself.
            if split.mode != Mode::Absent || beside.is_none() {
                self.mode(split.variable, beside.unwrap_or(split.hosts), split.mode);
            }
        }
        if let Some((variable, hosts)) = found.host.filter(|_| found.connections.is_empty()) {
            let split = found.splits.iter().find(|split| split.prefix == "PG");
            self.bare_host(variable, hosts, split);
        }
    }

    /// The driver that the policy names for a key.
    pub(super) fn driver(&self, variable: &Variable) -> Option<&'static str> {
        self.cx.policy.key(&variable.key)?.driver.as_ref().map(|set| set.value)
    }

    /// What reaches the floor as libpq reads it need not do so with a driver of which nothing is known.
    fn driver_unknown(&mut self, found: &Connection<'_>, others: &Others<'_>) {
        let floor = self.floor(found.variable).filter(|floor| floor.at.is_some());
        let reaches =
            floor.is_some_and(|floor| matches!(found.mode, Mode::Known(mode) if mode >= floor.value));
        if reaches && found.hosts > HostClass::Loopback && others.has_unknown_driver(found.variable) {
            self.untold(&found.variable.key);
        }
    }

    fn connection(&mut self, found: &Connection<'_>, beside: Option<&Split<'_>>, others: &Others<'_>) {
        match (found.mode, beside) {
            // The variable beside it says the mode and is judged by itself; a floor at the URL holds for it too.
            (Mode::Absent, Some(split)) if split.mode != Mode::Absent => {
                self.said_beside(found.variable, found.hosts, split)
            }
            (Mode::Known(mode), Some(Split { mode: Mode::Known(other), variable, .. })) if mode != *other => {
                self.report(found.variable, found.hosts, "disagrees", Some(("the other mode", variable)));
                self.mode(found.variable, found.hosts, found.mode);
            }
            // `DATABASE_SSL=true`: the program asks for TLS by itself.
            (Mode::Absent, _) if others.asks_for_tls(found.variable) => {
                self.mode(found.variable, found.hosts, Mode::Known(SslMode::Require));
            }
            _ => self.mode(found.variable, found.hosts, found.mode),
        }
    }

    /// `PGHOST` without `PGSSLMODE` makes libpq connect with `prefer`.
    fn bare_host(&mut self, variable: &Variable, hosts: HostClass, split: Option<&Split<'_>>) {
        match split {
            Some(split) => self.said_beside(variable, hosts, split),
            None => self.mode(variable, hosts, Mode::Absent),
        }
    }

    fn said_beside(&mut self, variable: &Variable, hosts: HostClass, split: &Split<'_>) {
        if self.floor(variable).is_some_and(|floor| floor.at.is_some()) {
            self.mode(variable, hosts, split.mode);
        }
    }

    /// A floor that is asked for where no mode can be read must not pass in silence.
    pub fn unjudged(&mut self, found: &Postgres<'_>) {
        let splits: BTreeSet<&KeyName> = found.splits.iter().map(|split| &split.variable.key).collect();
        for (key, entry) in &self.cx.policy.layer.keys {
            let wanted = entry.tls.as_ref().is_some_and(|set| set.value > SslMode::Disable);
            let apart = split_prefix(key.as_str()).is_some() || key.as_str().starts_with("PGHOST");
            if !wanted || apart || self.judged.contains(key) || splits.contains(key) {
                continue;
            }
            // What a service does not have, or what is not for it, has nothing to be judged.
            let variable = self.cx.environment.winner(self.view.service, key);
            if self.view.service.is_some_and(|service| !self.cx.policy.concerns(key, service)) {
                continue;
            }
            // A value that is not known is said to be so, like every other.
            if !variable.is_some_and(|variable| matches!(variable.content, Content::Read(_))) {
                continue;
            }
            // An empty value is another rule's.
            let empty = self.view.value(key.as_str()).is_some_and(|(_, value)| value.trim_ascii().is_empty());
            if !empty {
                self.untold(key);
            }
        }
    }

    /// Says that a key's floor could not be judged.
    pub(super) fn untold(&mut self, key: &KeyName) {
        self.sink.gap(&self.cx.environment.name, Subject::key(key), Why::TlsUnjudged);
    }

    fn mode(&mut self, variable: &Variable, hosts: HostClass, mode: Mode) {
        let Some(floor) = self.floor(variable) else { return };
        let (known, word) = match mode {
            Mode::Known(mode) => (Some(mode), mode.as_str()),
            Mode::Absent => (Some(SslMode::Prefer), "absent"),
            Mode::Unknown => (None, "unknown"),
        };
        if known.is_none_or(|mode| mode < floor.value) {
            self.report(variable, hosts, word, None);
        }
    }

    /// Nothing where no floor is asked for.
    pub(super) fn floor(&self, variable: &Variable) -> Option<Floor> {
        let set = self.cx.policy.key(&variable.key).and_then(|entry| entry.tls.as_ref());
        match set {
            Some(set) if set.value == SslMode::Disable => None,
            Some(set) => Some(Floor { value: set.value, at: Some(set.at) }),
            None if self.cx.policy.relaxed => None,
            None => Some(Floor { value: DEFAULT_FLOOR, at: None }),
        }
    }

    fn report(
        &mut self,
        variable: &Variable,
        hosts: HostClass,
        word: &'static str,
        beside: Option<(&'static str, &Variable)>,
    ) {
        let Some(floor) = self.floor(variable) else { return };
        let internal = is_internal(&floor, hosts, word);
        let message = message(variable, word, floor.value);
        let help = help(variable, word, floor.value, internal);
        self.fault(Fault { variable, hosts, code: None, word, message, help, beside });
    }

    /// Reports what stays in no way on this machine.
    pub(super) fn fault(&mut self, fault: Fault<'_>) {
        let Some(floor) = self.floor(fault.variable) else { return };
        if fault.hosts <= HostClass::Loopback {
            return;
        }
        let Some(place) = self.cx.environment.place(fault.variable) else { return };
        let internal = is_internal(&floor, fault.hosts, fault.word);
        let code = fault.code.unwrap_or(if internal { "internal" } else { "tls" });
        let cause = Cause::word(code, fault.word);
        let mut finding = FindingBuilder::about_key(self.sink.rule(), cause, &fault.variable.key)
            .environment(&self.cx.environment.name)
            .service(fault.variable.service.as_ref())
            .message(fault.message)
            .help(fault.help)
            .readers(self.view.readers.clone())
            .at(place)
            .asked_by(floor.at.map(|at| at.place()));
        let beside = fault.beside.and_then(|(label, other)| Some((label, self.cx.environment.place(other)?)));
        if let Some((label, place)) = beside {
            finding = finding.related(label, place);
        }
        self.sink.report(finding);
    }
}

/// A floor that the policy names is meant for this very connection, wherever it goes.
fn is_internal(floor: &Floor, hosts: HostClass, word: &str) -> bool {
    let inside = matches!(hosts, HostClass::SingleLabel | HostClass::Cluster);
    floor.at.is_none() && inside && word != "refused"
}
