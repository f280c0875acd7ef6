//! Files of keys and values, lists of names that a platform prints, and the process's own environment.

use std::collections::BTreeSet;

use crate::finding::{NotChecked, Subject, Why};
use crate::model::{Content, Environment, File, Occurrence, Role};
use crate::os::{FileFacts, FileKind};
use crate::policy::SourceSpec;
use crate::sealed::sops::Entry;
use crate::syntax::{config, names};
use crate::text::{KeyName, SafePath, Span};

use super::entries::{Found, NoMapping};
use super::environment::{Loader, Place, plain_value};

impl Loader<'_> {
    pub(super) fn config(&mut self, environment: &mut Environment, source: &SourceSpec, place: &Place<'_>) {
        let Some((mut file, opened, unsealed)) = self.open(environment, source, place, Role::Config) else {
            return;
        };
        if let Some(entries) = unsealed.as_ref().and_then(|unsealed| unsealed.entries.as_ref()) {
            if let Err(NoMapping(file)) = self.entries(environment, source, file, &opened.bytes, entries) {
                unparsable(environment, *file);
            }
            return;
        }
        let id = self.sources.add_hidden(file.path.clone(), &opened.bytes);
        file.id = Some(id);
        if file.sealed.is_some() {
            self.sources.set_sealed(id);
        }
        let format = source.config_format().unwrap_or(config::Format::Yaml);
        let wanted = self.wants_encrypted(environment);
        // Where secrets must not stand in the clear, all of the file matters.
        let matters = |section: &str| wanted || source.is_about(section);
        let Ok(keys) = config::read_part(&opened.bytes, format, !source.map.is_empty(), matters) else {
            unparsable(environment, file);
            return;
        };
        let bom = if opened.bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let found = keys.into_iter().map(|key| {
            let span = Span::new(key.span.start + bom, key.span.end + bom);
            let span = Some(span).filter(|span| begins_line(&opened.bytes, *span));
            Found::plain(key, span)
        });
        let found = found.collect();
        let all = wanted.then(|| config::read(&opened.bytes, format, true)).and_then(Result::ok);
        let all = all.into_iter().flatten().map(|key| Found::plain(key, None)).collect();
        if let Err(NoMapping(file)) = self.keys_of(environment, source, file, found, all) {
            unparsable(environment, *file);
        }
    }

    pub(super) fn platform_names(
        &mut self,
        environment: &mut Environment,
        source: &SourceSpec,
        place: &Place<'_>,
    ) {
        let Some((file, opened, unsealed)) = self.open(environment, source, place, Role::Names) else {
            return;
        };
        let entries = unsealed.as_ref().and_then(|unsealed| unsealed.entries.as_ref());
        let of_entries = |entries: &Vec<Entry>| entries.iter().map(|entry| entry.path.name()).collect();
        let Some(listed) = entries.map(of_entries).or_else(|| names::read(&opened.bytes)) else {
            unparsable(environment, file);
            return;
        };
        let mut variables = Vec::with_capacity(listed.len());
        for name in listed {
            match self.names.get(name.as_bytes()) {
                Some(key) => variables.push(Occurrence::new(key, None, true, Content::PresentOnly)),
                None => {
                    let what = Subject::file(file.path.clone());
                    environment.gaps.push(NotChecked { what, why: Why::NoKeyName });
                }
            }
        }
        environment.add(file, variables);
    }

    /// The variables of this process that the policy names. They are one environment's: the one that is checked.
    pub(super) fn process(&mut self, environment: &mut Environment, source: &SourceSpec) {
        if self.forbids(&environment.name, source.kind) {
            return;
        }
        if !environment.asked {
            return;
        }
        let shown = SafePath::named("process environment");
        if !self.bind_process {
            let why = if source.optional { Why::ProcessUnread } else { Why::ProcessUnbound };
            environment.gaps.push(NotChecked { what: Subject::environment(&environment.name), why });
            return;
        }
        let overlays = self.policy.overlays(self.policy.spec(&environment.name));
        let overlaid = overlays.iter().flat_map(|(_, layer)| layer.keys.keys());
        // A pack's names are nobody's word that this process has them.
        let named: BTreeSet<&KeyName> = self.policy.own.keys.keys().chain(overlaid).collect();
        let effective = self.policy.effective(&environment.name, []);
        let own = named.into_iter().filter(|name| effective.key(name).is_some());
        let occurrence = |key: &KeyName| {
            let value = std::env::var_os(key.as_str())?;
            let content = plain_value(value.as_encoded_bytes());
            Some(Occurrence::new(key.clone(), None, true, content))
        };
        let variables: Vec<Occurrence> = own.filter_map(occurrence).collect();
        environment.add(File::new(shown, Role::Process, Ok(FileFacts::none(FileKind::Regular))), variables);
    }
}

/// Whether nothing stands before a name on its line: behind a value its column would tell how long that is.
fn begins_line(bytes: &[u8], span: Span) -> bool {
    let before = bytes.get(..span.start).unwrap_or_default();
    let line = before.rsplit(|b| *b == b'\n').next().unwrap_or_default();
    line.iter().all(|b| b" \t{\"'-?".contains(b))
}

fn unparsable(environment: &mut Environment, file: File) {
    environment.gaps.push(NotChecked { what: Subject::file(file.path.clone()), why: Why::Unparsable });
    environment.add(file, []);
}
