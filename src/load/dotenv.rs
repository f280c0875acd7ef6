//! `.env` files, and the files to which their `*_FILE` variables lead.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::finding::{NotChecked, Subject, Why};
use crate::model::{Content, Environment, File, FileReaders, Occurrence, Readings, Role};
use crate::os::{OpenError, Opened};
use crate::policy::{FileReading, SourceSpec};
use crate::sealed::{self, value_sealer};
use crate::syntax::readers::{Merging, Reader, merged};
use crate::text::{KeyName, SafePath, Span};

use super::environment::{Loader, Place, TWINS, gap, twins};
use super::opening::{Unsealed, is_twin};

/// The end of a variable's name that makes its value a path.
const FILE: &str = "_FILE";

/// A `*_FILE` variable: where it stands, and the path that it holds, if it is one.
struct Pointer {
    span: Span,
    path: Option<String>,
}

impl Pointer {
    /// Where readers see different paths, that of the first of them.
    fn new(reading: &Merging) -> Option<Self> {
        let value = reading.outcomes.iter().find_map(|(outcome, _)| outcome.value())?;
        let path = std::str::from_utf8(value).ok().map(|text| text.trim().to_owned());
        // Nothing set is nothing pointed to.
        (path.as_deref() != Some("")).then_some(Self { span: reading.span, path })
    }
}

fn is_empty(reading: &Merging) -> bool {
    reading.outcomes.iter().all(|(outcome, _)| outcome.value().is_some_and(<[u8]>::is_empty))
}

impl Loader<'_> {
    pub(super) fn dotenv(&mut self, environment: &mut Environment, source: &SourceSpec, place: &Place<'_>) {
        let is_there =
            |path: &Path| !matches!(self.root.stat(path), Err(OpenError::Missing | OpenError::BelowFile));
        let mut twins = twins(source, place.path);
        twins.retain(|twin| is_there(twin) && is_twin(self.root, twin));
        // The encrypted twin may stand alone; beside it the plain file counts, since that is what programs read.
        if twins.is_empty() || is_there(place.path) {
            self.dotenv_at(environment, source, place);
        }
        for path in &twins {
            self.dotenv_at(environment, source, &Place { path, service: place.service });
        }
    }

    fn dotenv_at(&mut self, environment: &mut Environment, source: &SourceSpec, place: &Place<'_>) {
        if let Some((file, opened, unsealed)) = self.open(environment, source, place, Role::Dotenv) {
            self.dotenv_opened(environment, source, place, file, &opened, unsealed.as_ref());
        }
    }

    /// Takes the variables of a file that was read, and opened if it is encrypted.
    pub(super) fn dotenv_opened(
        &mut self,
        environment: &mut Environment,
        source: &SourceSpec,
        place: &Place<'_>,
        mut file: File,
        opened: &Opened,
        unsealed: Option<&Unsealed>,
    ) {
        if let Some(entries) = unsealed.and_then(|unsealed| unsealed.entries.as_ref()) {
            // Nothing but names, or a file of keys and values in the place of a `.env` file.
            let _ = self.entries(environment, source, file, &opened.bytes, entries);
            return;
        }
        self.note_clear(&mut file, unsealed);
        let id = self.sources.add_hidden(file.path.clone(), &opened.bytes);
        if file.sealed.is_some() {
            self.sources.set_sealed(id);
        }
        // Whoever decrypts it gives the plain file to those that read that.
        let plain = place.path.to_str().filter(|_| file.sealed.is_some()).and_then(sealed::without_ending);
        let readers = self.read_by(environment, source, plain.map_or(place.path, Path::new));
        let programs: Vec<Reader> = readers.iter().flat_map(|known| known.readers()).collect();
        let declared = self.names.declared();
        let read =
            merged(&opened.bytes, &programs, |bytes| self.names.get(bytes), |bytes| declared.contains(bytes));
        file.id = Some(id);
        file.bad_lines = read.bad_lines;
        file.readers =
            readers.map(|known| Box::new(FileReaders { stops: read.stops, runs: read.runs, ..known }));
        let mut pointers: BTreeMap<KeyName, Pointer> = BTreeMap::new();
        for reading in read.occurrences.iter().filter(|_| !source.mounts.is_empty()) {
            if let Some(key) = self.pointed_by(reading) {
                // The last line counts, also if it points to nothing.
                match Pointer::new(reading) {
                    Some(pointer) => pointers.insert(key, pointer),
                    None => pointers.remove(&key),
                };
            }
        }
        // What the last line of a variable says that has a `*_FILE` too. An empty one counts as none, as it does to the
        // entry points of container images.
        let own: BTreeMap<KeyName, bool> = read
            .occurrences
            .iter()
            .filter(|reading| pointers.contains_key(&reading.key))
            .map(|reading| (reading.key.clone(), is_empty(reading)))
            .collect();
        let mut variables: Vec<Occurrence> = Vec::with_capacity(read.occurrences.len());
        let mut led: Vec<(KeyName, Span, PathBuf)> = Vec::new();
        // Before the file's own lines: of a variable that has both its own line counts, wherever it stands.
        for (key, Pointer { span, path }) in pointers {
            // A path that leads to no mounted folder is one like any other: `SSL_CERT_FILE` stands for no SSL_CERT.
            let Some(target) = path.and_then(|path| target(environment, source, place, &path)) else {
                continue;
            };
            if own.get(&key) == Some(&false) {
                let (key, content) = (key.clone(), Content::PresentOnly);
                variables.push(Occurrence::new(key, Some(span), true, content));
            }
            led.push((key, span, target));
        }
        let mut found = Vec::new();
        for (key, span, target) in led {
            let target = self.there_or_twin(target);
            match self.read(&target) {
                // What stands behind a prefix may be anything, also a value: only a path that is there is shown.
                Err(error @ (OpenError::Missing | OpenError::BelowFile)) => {
                    environment.gaps.push(NotChecked { what: Subject::key(&key), why: Why::PointsNowhere });
                    let (span, content) = (Some(span), Content::Unopened(error));
                    variables.push(Occurrence::new(key, span, true, content));
                }
                opened => found.push((key, target, opened)),
            }
        }
        let why = self.why_sealed_value(environment);
        let gaps = &mut environment.gaps;
        for Merging { key, span, within, stands, literal, outcomes, divergence } in read.occurrences {
            if own.get(&key) == Some(&true) {
                continue;
            }
            let content =
                if outcomes.iter().any(|(outcome, _)| outcome.value().and_then(value_sealer).is_some()) {
                    gaps.push(NotChecked { what: Subject::key(&key), why });
                    Content::PresentOnly
                } else {
                    Content::Read(Readings::several(outcomes))
                };
            // Where a variable stands within a value the column would tell of the value.
            let span = (!within).then_some(span);
            let occurrence = Occurrence::new(key, span, literal, content);
            variables.push(Occurrence { divergence, stands, ..occurrence });
        }
        environment.add(file, variables);
        for (key, path, opened) in found {
            self.pointed(environment, place, key, &path, opened);
        }
    }

    /// The file to which a variable leads, or its encrypted twin where that alone is there.
    fn there_or_twin(&self, target: PathBuf) -> PathBuf {
        let twin = |ending: &&str| {
            let mut twin = target.clone().into_os_string();
            twin.push(ending);
            Some(PathBuf::from(twin)).filter(|twin| self.root.stat(twin).is_ok())
        };
        let missing = self.root.stat(&target) == Err(OpenError::Missing);
        TWINS.iter().filter(|_| missing).find_map(twin).unwrap_or(target)
    }

    /// Adds the file that a variable leads to as that of another one.
    fn pointed(
        &mut self,
        environment: &mut Environment,
        place: &Place<'_>,
        key: KeyName,
        path: &Path,
        opened: Result<Opened, OpenError>,
    ) {
        let mut file = File::new(SafePath::new(path), Role::Secret, Err(OpenError::Missing));
        file.service = place.service.cloned();
        let content = match opened {
            Ok(mut opened) => {
                let unsealed = self.unseal(environment, path, &mut opened);
                self.secret_content(environment, &mut file, unsealed, &opened, FileReading::Usual, Some(&key))
            }
            Err(error) => {
                environment.gaps.push(gap(file.path.clone(), error));
                file.state = Err(error);
                Content::Unopened(error)
            }
        };
        environment.add(file, [Occurrence::new(key, None, true, content)]);
    }

    /// The variable for which a `*_FILE` variable holds the path.
    fn pointed_by(&mut self, reading: &Merging) -> Option<KeyName> {
        let stem = reading.key.as_str().strip_suffix(FILE).filter(|stem| !stem.is_empty())?;
        self.names.get(stem.as_bytes())
    }
}

/// The project's file behind a path as the program sees it, if a mounted folder holds it. The longest prefix counts.
fn target(environment: &Environment, source: &SourceSpec, place: &Place<'_>, path: &str) -> Option<PathBuf> {
    let below = |inside: &str| {
        let rest = path.strip_prefix(inside)?.strip_prefix('/')?;
        let plain = !rest.is_empty() && rest.split('/').all(|part| !matches!(part, "" | "." | ".."));
        plain.then(|| rest.to_owned())
    };
    let found =
        source.mounts.iter().filter_map(|(inside, folder)| Some((inside.len(), folder, below(inside)?)));
    let (_, folder, rest) = found.max_by_key(|(len, ..)| *len)?;
    let folder = match place.service {
        Some(service) => folder.for_service(service.as_str()),
        None if folder.has_service() => return None,
        None => folder.clone(),
    };
    Some(PathBuf::from(folder.for_env(environment.name.as_str())).join(rest))
}
