//! Floors at variables that are no connection: what all variables that are named alike say of one server.

use crate::model::Variable;
use crate::syntax::postgres::{HostClass, Mode, SslMode};
use crate::syntax::url::{classify_host, split_port};
use crate::text::KeyName;
use crate::value::tls::{self, Effect, Family};
use crate::value::types::switch;

use super::judge::{Fault, Judge};
use super::others::{Beside, Others};
use super::{Postgres, text};

/// What the variables of one beginning say.
struct Said<'a> {
    /// A mode, the variable that says it, and whether it names the mode and not only whether there is TLS.
    modes: Vec<(SslMode, &'a Variable, bool)>,
    /// No more than this, and the variable that takes the rest away.
    lowered: Option<(SslMode, &'a Variable)>,
}

impl<'a> Said<'a> {
    /// All of it together: a word for the mode goes before flags, and of flags one that is off before those that are on.
    fn together(&self) -> Option<(SslMode, &'a Variable)> {
        let by_mode = |(mode, ..): &&(SslMode, &Variable, bool)| *mode;
        let named = self.modes.iter().filter(|(.., exact)| *exact).min_by_key(by_mode);
        let off = self.modes.iter().filter(|(mode, ..)| *mode < SslMode::Require).min_by_key(by_mode);
        let on = self.modes.iter().max_by_key(by_mode);
        named.or(off).or(on).map(|(mode, variable, _)| (*mode, *variable))
    }

    /// What says less than the floor beside a variable that says enough: another mode, or that there is no TLS.
    fn against(&self, key: &KeyName, floor: SslMode) -> Option<&'a Variable> {
        let less = |(mode, variable, exact): &&(SslMode, &Variable, bool)| {
            variable.key != *key && *mode < floor && (*exact || *mode < SslMode::Require)
        };
        self.modes.iter().find(less).map(|(_, variable, _)| *variable)
    }
}

impl Judge<'_, '_, '_, '_> {
    /// Judges what stands apart from connections and has a floor of its own.
    pub fn alone(&mut self, found: &Postgres<'_>, others: &Others<'_>) {
        for split in &found.splits {
            let hosts = found.hosts_of(split).unwrap_or(split.hosts);
            let said = self.said(found, others, split.variable, split.prefix, &[Family::Postgres]);
            if let (Some(floor), Mode::Known(mode)) = (self.own_floor(split.variable), split.mode)
                && mode >= floor
            {
                self.beside_alone(split.variable, hosts, floor, &said);
            }
        }
        for beside in &others.beside {
            if !found.splits.iter().any(|split| split.variable.key == beside.variable.key) {
                self.variable(found, others, beside);
            }
        }
        let floors = self.cx.policy.layer.keys.iter().filter(|(_, entry)| entry.tls.is_some());
        for (key, _) in floors {
            let known = others.targets.contains_key(key) || self.judged.contains(key);
            let meant = self.view.service.is_none_or(|service| self.cx.policy.concerns(key, service));
            if let Some((prefix, families)) = tls::server(key.as_str())
                && let Some((variable, value)) = self.view.value(key.as_str())
                && meant
                && !known
                && !value.trim_ascii().is_empty()
            {
                let said = self.said(found, others, variable, prefix, families);
                self.together(variable, servers(value), &said);
            }
        }
    }

    /// A floor that the policy has at the variable itself.
    fn own_floor(&self, variable: &Variable) -> Option<SslMode> {
        self.floor(variable).filter(|floor| floor.at.is_some()).map(|floor| floor.value)
    }

    /// A flag or word whose key has a floor.
    fn variable(&mut self, found: &Postgres<'_>, others: &Others<'_>, beside: &Beside<'_>) {
        let Beside { variable, apart, .. } = beside;
        let Some(floor) = self.own_floor(variable) else { return };
        let names = tls::server_names(apart.prefix);
        let host = names.iter().find_map(|name| self.view.value(name)).map(|(_, host)| host);
        let hosts = host.map_or(HostClass::Remote, servers);
        let said = self.said(found, others, variable, apart.prefix, apart.families);
        match apart.effect {
            Effect::Is(mode) | Effect::AtMost(mode) if mode < floor => {
                self.little(variable, hosts, mode, None)
            }
            Effect::Is(_) => self.beside_alone(variable, hosts, floor, &said),
            Effect::AtMost(_) if said.modes.is_empty() => drop(self.judged.insert(variable.key.clone())),
            Effect::AtMost(_) | Effect::Nothing => self.together(variable, hosts, &said),
            _ => {}
        }
    }

    /// A variable that says nothing of the mode itself.
    fn together(&mut self, variable: &Variable, hosts: HostClass, said: &Said<'_>) {
        let Some((floor, (mode, by))) = self.own_floor(variable).zip(said.together()) else { return };
        if mode < floor {
            self.little(variable, hosts, mode, Some(by));
        } else {
            self.beside_alone(variable, hosts, floor, said);
        }
    }

    fn little(&mut self, variable: &Variable, hosts: HostClass, mode: SslMode, by: Option<&Variable>) {
        let Some(floor) = self.own_floor(variable) else { return };
        self.judged.insert(variable.key.clone());
        let message = text::says(variable, mode, floor);
        let family = tls::family(variable.key.as_str()).unwrap_or(Family::Http);
        let help = text::remedy(family, floor);
        let beside = by.filter(|by| by.key != variable.key).map(|by| ("what says so", by));
        self.fault(Fault { variable, hosts, code: None, word: mode.as_str(), message, help, beside });
    }

    /// A variable that says enough, held against those beside it.
    fn beside_alone(&mut self, variable: &Variable, hosts: HostClass, floor: SslMode, said: &Said<'_>) {
        self.judged.insert(variable.key.clone());
        if let Some(other) = said.against(&variable.key, floor) {
            self.disagrees(variable, hosts, other, true);
        } else if let Some((_, other)) = said.lowered.filter(|(most, _)| *most < floor) {
            let (message, help) = text::overridden(variable, floor);
            let beside = Some(("what takes it away", other));
            self.fault(Fault { variable, hosts, code: None, word: "overridden", message, help, beside });
        }
    }

    /// Gathers what is said of one beginning.
    fn said<'a>(
        &self,
        found: &Postgres<'a>,
        others: &Others<'a>,
        about: &Variable,
        prefix: &str,
        families: &[Family],
    ) -> Said<'a> {
        let driver = self.driver(about);
        let node = driver.is_none_or(|name| tls::drivers().any(|row| row.node && row.names.contains(&name)));
        let splits = found.splits.iter().filter(|split| split.prefix == prefix);
        let known = splits.filter_map(|split| match split.mode {
            Mode::Known(mode) => Some((mode, split.variable, true)),
            _ => None,
        });
        let mut said = Said { modes: known.collect(), lowered: None };
        let mut off = Vec::new();
        for Beside { variable, apart, value, .. } in &others.beside {
            let speaks = apart.families.iter().any(|family| families.contains(family));
            let mine = apart.prefix == prefix || apart.prefix.is_empty() && (node || !apart.node);
            if !mine || !speaks || found.splits.iter().any(|split| split.variable.key == variable.key) {
                continue;
            }
            match apart.effect {
                Effect::Is(mode) => said.modes.push((mode, variable, apart.exact)),
                Effect::AtMost(most) if said.lowered.is_none_or(|(known, _)| most < known) => {
                    said.lowered = Some((most, variable));
                }
                _ => {}
            }
            let key = variable.key.as_str();
            if (key.ends_with("_USE_TLS") || key.ends_with("_USE_SSL")) && switch(value) == Some(false) {
                off.push(*variable);
            }
        }
        if families == [Family::Smtp] {
            // How a mail client begins says nothing where another word says that it goes on with TLS.
            if said.modes.iter().any(|(mode, ..)| *mode != SslMode::Prefer) {
                said.modes.retain(|(mode, ..)| *mode != SslMode::Prefer);
            }
            // Django, `EMAIL_USE_TLS` and `EMAIL_USE_SSL`: with neither there is none.
            if let ([one, _, ..], true) = (off.as_slice(), said.modes.is_empty()) {
                said.modes.push((SslMode::Disable, one, false));
            }
        }
        said
    }
}

/// The farthest of a list of servers, with or without ports.
fn servers(list: &[u8]) -> HostClass {
    let parts = list.split(|b| b",; \t".contains(b)).filter(|part| !part.is_empty());
    // More than one colon without brackets is an address.
    let name = |part| match split_port(part) {
        (name, _) if name.starts_with(b"[") || !name.contains(&b':') => classify_host(name),
        _ => classify_host(part),
    };
    parts.map(name).max().unwrap_or(HostClass::Socket)
}
