//! `weak-tls-mode`: a PostgreSQL connection may go unencrypted, or to a server that nobody verified.
//!
//! The mode stands in a URL or keyword string, or apart from it in `PGSSLMODE` or `DB_SSLMODE`. Modes and
//! their order are libpq's (PostgreSQL documentation, "SSL Support", table "SSL Mode Descriptions").

use std::collections::BTreeSet;

use crate::finding::{Cause, CauseMeta, FindingBuilder, RuleMeta, Severity, Subject, Why};
use crate::model::{Content, Variable};
use crate::policy::At;
use crate::syntax::postgres::{HostClass, Mode, SslMode};
use crate::text::KeyName;

use super::shared::tls::{Connection, Postgres, Split, split_prefix};
use super::shared::tls_text::{help, message};
use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "weak-tls-mode",
    summary: "a PostgreSQL connection may go unencrypted or unverified",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("tls:disable", "the mode is `disable`"),
        CauseMeta::new("tls:allow", "the mode is `allow`"),
        CauseMeta::new("tls:prefer", "the mode is `prefer`"),
        CauseMeta::new("tls:require", "the mode is `require`, and the floor is above it"),
        CauseMeta::new("tls:verify-ca", "the mode is `verify-ca`, and the floor is above it"),
        CauseMeta::new("tls:absent", "no mode is named: libpq then takes `prefer`"),
        CauseMeta::new("tls:unknown", "the mode is none of libpq's"),
        CauseMeta::new("tls:refused", "libpq refuses the connection string, so that no mode can be told"),
        CauseMeta::new("tls:disagrees", "the connection names one mode, the variable beside it another"),
        CauseMeta::soft("internal:disable", "as `tls:disable`, to a host inside a private network"),
        CauseMeta::soft("internal:allow", "as `tls:allow`, to a host inside a private network"),
        CauseMeta::soft("internal:prefer", "as `tls:prefer`, to a host inside a private network"),
        CauseMeta::soft("internal:absent", "as `tls:absent`, to a host inside a private network"),
        CauseMeta::soft("internal:unknown", "as `tls:unknown`, to a host inside a private network"),
        CauseMeta::soft("internal:disagrees", "as `tls:disagrees`, to a host inside a private network"),
    ],
    page: include_str!("../../docs/rules/weak-tls-mode.md"),
};

/// The floor of an environment that is not relaxed, where the policy names none.
const DEFAULT_FLOOR: SslMode = SslMode::Require;

/// See the module.
pub struct WeakTlsMode;

impl Rule for WeakTlsMode {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        let found = Postgres::of(view);
        let mut judge = Judge { cx, readers: view.readers.clone(), sink };
        for variable in &found.refused {
            judge.report(variable, HostClass::Remote, "refused", None);
        }
        for connection in &found.connections {
            judge.connection(connection, found.beside(connection));
        }
        for split in &found.splits {
            let beside = found.hosts_of(split);
            // Set to nothing beside a connection: the connection speaks for itself.
            if split.mode != Mode::Absent || beside.is_none() {
                judge.mode(split.variable, beside.unwrap_or(split.hosts), split.mode);
            }
        }
        if let Some((variable, hosts)) = found.host.filter(|_| found.connections.is_empty()) {
            let split = found.splits.iter().find(|split| split.prefix == "PG");
            judge.bare_host(variable, hosts, split);
        }
        judge.unjudged(view, &found);
    }
}

struct Judge<'a, 's, 'f> {
    cx: &'a Context<'a>,
    readers: Vec<&'static str>,
    sink: &'s mut Sink<'f>,
}

/// The weakest mode allowed, and the policy's line that says so.
struct Floor {
    value: SslMode,
    at: Option<At>,
}

impl Judge<'_, '_, '_> {
    fn connection(&mut self, found: &Connection<'_>, beside: Option<&Split<'_>>) {
        match (found.mode, beside) {
            // The variable beside it says the mode and is judged by itself; a floor at the URL holds for it too.
            (Mode::Absent, Some(split)) if split.mode != Mode::Absent => {
                self.said_beside(found.variable, found.hosts, split)
            }
            (Mode::Known(mode), Some(Split { mode: Mode::Known(other), variable, .. })) if mode != *other => {
                self.report(found.variable, found.hosts, "disagrees", Some(variable));
                self.mode(found.variable, found.hosts, found.mode);
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
    fn unjudged(&mut self, view: &ReaderView<'_>, found: &Postgres<'_>) {
        let judged: BTreeSet<&KeyName> = found
            .connections
            .iter()
            .map(|c| &c.variable.key)
            .chain(found.refused.iter().map(|v| &v.key))
            .collect();
        for (key, entry) in &self.cx.policy.layer.keys {
            let wanted = entry.tls.as_ref().is_some_and(|set| set.value > SslMode::Disable);
            let apart = split_prefix(key.as_str()).is_some() || key.as_str().starts_with("PGHOST");
            if !wanted || apart || judged.contains(key) {
                continue;
            }
            // What a service does not have, or what is not for it, has nothing to be judged.
            let variable = self.cx.environment.winner(view.service, key);
            if view.service.is_some_and(|service| !self.cx.policy.concerns(key, service)) {
                continue;
            }
            // A value that is not known is said to be so, like every other.
            if !variable.is_some_and(|variable| matches!(variable.content, Content::Read(_))) {
                continue;
            }
            // An empty value is another rule's.
            let empty = view.value(key.as_str()).is_some_and(|(_, value)| value.trim_ascii().is_empty());
            if !empty {
                self.sink.gap(&self.cx.environment.name, Subject::key(key), Why::TlsUnjudged);
            }
        }
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
    fn floor(&self, variable: &Variable) -> Option<Floor> {
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
        beside: Option<&Variable>,
    ) {
        let Some(floor) = self.floor(variable) else { return };
        if hosts <= HostClass::Loopback {
            return;
        }
        // A floor that the policy names is meant for this very connection, wherever it goes.
        let inside = matches!(hosts, HostClass::SingleLabel | HostClass::Cluster);
        let internal = floor.at.is_none() && inside && word != "refused";
        let Some(place) = self.cx.environment.place(variable) else { return };
        let code = if internal { "internal" } else { "tls" };
        let mut finding = FindingBuilder::about_key(&META, Cause::word(code, word), &variable.key)
            .environment(&self.cx.environment.name)
            .service(variable.scope.service.as_ref())
            .message(message(variable, word, floor.value))
            .help(help(variable, word, floor.value, internal))
            .readers(self.readers.clone())
            .at(place)
            .asked_by(floor.at.map(|at| at.place()));
        if let Some(place) = beside.and_then(|variable| self.cx.environment.place(variable)) {
            finding = finding.related("the other mode", place);
        }
        self.sink.report(finding);
    }
}
