//! Connections of every family, and what variables beside them say of their TLS.
//!
//! Where nobody wrote a floor down, only a word of the connection itself that takes TLS away is at fault: schemes and
//! defaults of drivers are, in most private networks, meant as they are.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Variable;
use crate::rules::{Context, ReaderView};
use crate::syntax::postgres::{HostClass, SslMode};
use crate::text::KeyName;
use crate::value::tls::{self, Apart, Effect, Family, Reading, Target};

use super::hosts::{host_names, named_host};
use super::judge::{Fault, Judge};
use super::{Connection, Postgres, Split, is_pooled};
use super::{root, text};

/// A variable apart from connections.
pub(super) struct Beside<'a> {
    pub variable: &'a Variable,
    pub value: &'a [u8],
    pub apart: Apart,
    /// The host that is named like it: what it speaks of then leads there.
    host: Option<&'a [u8]>,
}

/// A connection.
pub(super) struct Found<'a> {
    variable: &'a Variable,
    value: &'a [u8],
    target: Target,
}

/// All that one reader's view says of connections and of TLS beside them.
pub struct Others<'a> {
    pub(super) targets: BTreeMap<&'a KeyName, Found<'a>>,
    /// How many connections of a family there are.
    counts: BTreeMap<Family, usize>,
    pub(super) beside: Vec<Beside<'a>>,
    /// Files of certificates that stand apart.
    roots: Vec<(&'a Variable, &'a [u8])>,
}

impl<'a> Others<'a> {
    /// Gathers it.
    #[must_use]
    pub fn of(cx: &Context<'_>, view: &ReaderView<'a>) -> Self {
        let mut found =
            Self { targets: BTreeMap::new(), counts: BTreeMap::new(), beside: Vec::new(), roots: Vec::new() };
        for (variable, value) in view.values().filter(|(variable, _)| !is_pooled(cx, variable)) {
            let key = variable.key.as_str();
            if let Some(mut target) = tls::read(value) {
                target.hosts = named_host(view, value).unwrap_or(target.hosts);
                *found.counts.entry(target.family).or_default() += 1;
                found.targets.insert(&variable.key, Found { variable, value, target });
            } else if let Some(apart) = tls::apart(key, value) {
                let host = host_names(apart.prefix).iter().find_map(|name| view.value(name));
                let host = host.map(|(_, host)| host.trim_ascii()).filter(|host| !host.is_empty());
                found.beside.push(Beside { variable, value, apart, host });
            }
            if root::prefix(key).is_some() && !value.trim_ascii().is_empty() {
                found.roots.push((variable, value));
            }
        }
        found
    }

    /// Whether a flag beside a connection says that the program asks for TLS itself.
    #[must_use]
    pub fn asks_for_tls(&self, variable: &Variable) -> bool {
        let asks = |beside: &&Beside<'_>| beside.says().is_some_and(|mode| mode >= SslMode::Require);
        self.targets.get(&variable.key).is_some_and(|found| self.belonging(found).any(|beside| asks(&beside)))
    }

    /// Whether the scheme names another driver than those that are libpq underneath.
    #[must_use]
    pub fn names_its_driver(&self, variable: &Variable) -> bool {
        let found = self.targets.get(&variable.key);
        found.is_some_and(|found| found.target.driver().is_some_and(|name| name != "sqlalchemy"))
    }

    /// Whether the scheme names a driver of which nothing is known.
    #[must_use]
    pub fn has_unknown_driver(&self, variable: &Variable) -> bool {
        self.targets.get(&variable.key).is_some_and(|found| found.target.has_unknown_driver())
    }

    /// The weakest mode that stands beside a connection which names none. A scheme without TLS is no such connection: it is one
    /// of two.
    fn said_beside(&self, key: &KeyName) -> Option<SslMode> {
        let found = self.targets.get(key)?;
        let open = found.target.is_plain() && !is_told_by_scheme(found.target.family);
        self.belonging(found).filter_map(Beside::says).min().filter(|_| open)
    }

    /// What stands beside a connection: what is named alike, or speaks of the only one that it can, unless it has a host of
    /// its own elsewhere.
    fn belonging<'s>(&'s self, found: &'s Found<'a>) -> impl Iterator<Item = &'s Beside<'a>> {
        self.beside.iter().filter(move |beside| {
            let Apart { prefix, families, .. } = beside.apart;
            let count = |family: &Family| self.counts.get(family).copied().unwrap_or_default();
            // A client's own flag speaks of no other server.
            let only = families != [Family::Http] && families.iter().map(count).sum::<usize>() == 1;
            let rest = found.variable.key.as_str().strip_prefix(prefix);
            let alike = rest.is_some_and(|rest| prefix.is_empty() || rest.starts_with('_'));
            families.contains(&found.target.family)
                && (alike || only)
                && (alike && prefix.is_empty() || beside.host.is_none_or(|host| leads_to(found.value, host)))
        })
    }
}

/// Whether a family's scheme alone says whether there is TLS.
const fn is_told_by_scheme(family: Family) -> bool {
    matches!(family, Family::Redis | Family::Amqp | Family::Http)
}

/// Whether a host stands in a connection, and not as a part of another's name.
fn leads_to(value: &[u8], host: &[u8]) -> bool {
    // Hosts stand near the beginning, and no more is looked at.
    let value = value.get(..2048).unwrap_or(value);
    let part_of_name = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b"._-".contains(b));
    let at = |at: usize| {
        let (before, rest) = value.split_at_checked(at).unwrap_or_default();
        let after = rest.strip_prefix(host);
        after.is_some_and(|after| !part_of_name(before.last()) && !part_of_name(after.first()))
    };
    (0..value.len()).any(at)
}

impl Beside<'_> {
    /// The mode that it names; a mail client's own way to begin is none.
    fn says(&self) -> Option<SslMode> {
        match self.apart.effect {
            Effect::Is(SslMode::Prefer) if self.apart.families == [Family::Smtp] => None,
            Effect::Is(mode) => Some(mode),
            _ => None,
        }
    }
}

impl Judge<'_, '_, '_, '_> {
    /// A connection to PostgreSQL as the policy's driver reads it; a mode beside it is a default for it.
    pub(super) fn by_driver(
        &mut self,
        found: &Connection<'_>,
        beside: Option<&Split<'_>>,
        others: &Others<'_>,
    ) {
        let Some(mut target) = tls::read(found.value) else { return self.untold(&found.variable.key) };
        if let Some(split) = beside.filter(|split| !split.word.trim_ascii().is_empty()) {
            target.with_beside(target.mode_name(self.driver(found.variable)), split.word);
        }
        if let Some((_, roots)) = self.view.value("PGSSLROOTCERT").filter(|(_, roots)| !roots.is_empty()) {
            target.with_beside("sslrootcert", roots);
        }
        // These read none of libpq's variables.
        let alone = ["tokio-postgres", "npgsql", "prisma"].map(Some).contains(&self.driver(found.variable));
        target.hosts = if alone { found.own } else { found.hosts };
        self.target(found.variable, &target, others);
    }

    /// Judges every other family's connections, and what variables beside them make of them.
    pub fn others(&mut self, found: &Postgres<'_>, others: &Others<'_>) {
        let libpq: BTreeMap<_, _> =
            found.connections.iter().map(|known| (&known.variable.key, known)).collect();
        let refused: BTreeSet<_> = found.refused.iter().map(|known| &known.key).collect();
        for (key, known) in &others.targets {
            let (libpq, refused) = (libpq.get(key).copied(), refused.contains(key));
            if libpq.is_none() && !refused {
                self.target(known.variable, &known.target, others);
            }
            if !refused {
                self.beside(known, others, libpq);
            }
        }
    }

    /// What the connection says by itself.
    fn target(&mut self, variable: &Variable, target: &Target, others: &Others<'_>) {
        let Some(floor) = self.floor(variable) else { return };
        let own = floor.at.is_some();
        if !own && matches!(target.family, Family::Http | Family::Ldap | Family::Kafka | Family::Smtp) {
            return;
        }
        let reading = target.reading(self.driver(variable));
        let chosen = target.family == Family::Postgres
            && (self.driver(variable).is_some() || target.driver().is_some());
        if chosen && reading.is_some_and(|reading| reading.mode.is_none()) {
            // PostgreSQL's drivers look nothing up in code: they refuse the word, and the program does not start.
            self.judged.insert(variable.key.clone());
            let driver = reading.map_or("", |reading| reading.driver);
            let (message, help) = text::refused_word(variable, driver, floor.value);
            let (hosts, word) = (target.hosts, "unknown");
            return self.fault(Fault { variable, hosts, code: None, word, message, help, beside: None });
        }
        let Some((reading, mode)) = reading.and_then(|reading| Some((reading, reading.mode?))) else {
            // A driver of another family, or words that are looked up in code.
            if own && !self.judged.contains(&variable.key) {
                self.untold(&variable.key);
            }
            self.judged.insert(variable.key.clone());
            return;
        };
        self.judged.insert(variable.key.clone());
        let said = if reading.named { None } else { others.said_beside(&variable.key) };
        let (mode, named) = said.map_or((mode, reading.named), |said| (said, true));
        let clear = own || chosen || (reading.named && reading.strongest < floor.value);
        if mode >= floor.value || !clear {
            if own && reading.partly {
                self.untold(&variable.key);
            }
            return;
        }
        let word = if named || mode >= SslMode::Require { mode.as_str() } else { "absent" };
        let message = match said {
            Some(_) => text::says(variable, mode, floor.value),
            None => text::reading(variable, &reading, mode, floor.value),
        };
        let help = text::remedy(target.family, floor.value);
        self.fault(Fault { variable, hosts: target.hosts, code: None, word, message, help, beside: None });
    }

    /// What variables beside the connection make of it.
    fn beside(&mut self, known: &Found<'_>, others: &Others<'_>, libpq: Option<&Connection<'_>>) {
        let Found { variable, target, .. } = known;
        let Some(floor) = self.floor(variable) else { return };
        let own = floor.at.is_some();
        if !own && others.beside.is_empty() {
            return;
        }
        let driver = self.driver(variable);
        let Some(reading) = target.reading(driver) else { return };
        let Some(mode) = reading.mode else { return };
        let hosts = libpq.map_or(target.hosts, |found| found.hosts);
        // A scheme for TLS is a word for it; one without it, or a default, is none.
        let told = reading.named || !target.is_plain();
        let has = mode >= SslMode::Require;
        let on = |mode: SslMode| mode >= SslMode::Require;
        let differs = |beside: &Beside<'_>| {
            let said = beside.says()?;
            Some(on(said) != has || (beside.apart.exact && reading.named && said != mode))
        };
        let scheme = is_told_by_scheme(target.family);
        let clear = (told || own && !has && scheme) && on(reading.strongest) == has;
        // Of several flags one that agrees is enough: `EMAIL_USE_TLS` is on where `EMAIL_USE_SSL` is off.
        let agrees = others.belonging(known).any(|beside| differs(beside) == Some(false));
        let other = others.belonging(known).find(|beside| differs(beside) == Some(true));
        if let Some(other) = other.filter(|_| clear && !agrees) {
            self.disagrees(variable, hosts, other.variable, own);
        }
        let lowers = |beside: &&Beside<'_>| {
            let lowers = matches!(beside.apart.effect, Effect::AtMost(most) if most < floor.value);
            lowers && reaches(beside.apart, &reading, driver)
        };
        let lowered = others.belonging(known).find(lowers).map(|beside| beside.variable);
        if mode < floor.value {
            return;
        }
        if let Some(other) = lowered {
            let (message, help) = text::overridden(variable, floor.value);
            let beside = Some(("what takes it away", other));
            self.fault(Fault { variable, hosts, code: None, word: "overridden", message, help, beside });
        } else if own && mode >= SslMode::VerifyCa {
            self.root(variable, target, hosts, reading, others);
        }
    }

    /// The certificate that a server is verified with. One in the user's home folder may do: no more than a warning.
    fn root(
        &mut self,
        variable: &Variable,
        target: &Target,
        hosts: HostClass,
        reading: Reading,
        others: &Others<'_>,
    ) {
        let unsaid = self.driver(variable).is_some() && reading.lacks_root && others.roots.is_empty();
        let apart = others.roots.iter().find(|(root, path)| {
            root::belongs(root.key.as_str(), variable.key.as_str(), target)
                && root::leads_nowhere(self.cx, path)
        });
        let (word, (message, help)) = match apart.filter(|_| target.root().is_none()) {
            Some((root, _)) => ("missing", text::missing_root_apart(variable, root)),
            None if root::is_missing(self.cx, target) => ("missing", text::missing_root(variable)),
            None if unsaid => ("unsaid", text::no_root(variable, reading.driver)),
            None => return,
        };
        let beside = apart.filter(|_| target.root().is_none()).map(|(root, _)| ("where it is named", *root));
        self.fault(Fault { variable, hosts, code: Some("root"), word, message, help, beside });
    }

    pub(super) fn disagrees(&mut self, variable: &Variable, hosts: HostClass, other: &Variable, own: bool) {
        let (message, help) = text::flag(variable);
        let code = (!own).then_some("flag");
        let beside = Some(("the variable beside it", other));
        self.fault(Fault { variable, hosts, code, word: "disagrees", message, help, beside });
    }
}

/// Whether a variable of Node's own reaches the driver; where none is named, one of Node's can be meant.
fn reaches(apart: Apart, reading: &Reading, driver: Option<&str>) -> bool {
    !apart.node || reading.node || driver.is_none()
}
