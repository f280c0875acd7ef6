//! The project's template: a committed `.env` file with placeholders, which shows what variables there are.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use crate::finding::location::Place;
use crate::finding::{NotChecked, Subject, Why};
use crate::model::{Examples, Template, TemplateKey};
use crate::os::{FileKind, OpenError};
use crate::syntax::dotenv::lex;
use crate::syntax::readers::{Outcome, plain};
use crate::text::{EnvName, KeyName, SafePath, SecretValue};

use super::FILE_LIMIT;
use super::environment::{Loader, gap};

/// Where a template stands if nobody says; the first that is there counts.
const USUAL: [&str; 4] = [".env.example", ".env.sample", ".env.template", ".env.dist"];

/// Folders that show which secrets there are.
const EXAMPLES: [&str; 4] = ["secrets.example", "secrets.sample", "secrets.template", "secrets.dist"];
/// Files beyond which such a folder is not gone through, and bytes of each.
const MOST_EXAMPLES: usize = 1000;
const EXAMPLE_LIMIT: usize = 64 * 1024;

/// A template, or why there is none where there should be.
pub type Found = (Option<Arc<Template>>, Option<NotChecked>);

impl Loader<'_> {
    /// The template for an environment, or why there is none where there should be.
    pub fn template(&mut self, environment: &EnvName) -> Found {
        let said = self.policy.template_of(environment);
        let Some(said) = said else {
            // The same for all environments.
            let found = self.usual_template.take().unwrap_or_else(|| self.usual());
            self.usual_template = Some(found.clone());
            return found;
        };
        // A template that the policy names is a file that it names; of several all count.
        let mut united: Option<Template> = None;
        for path in said.value.iter().map(|path| path.for_env(environment.as_str())) {
            let opened = match self.root.read(Path::new(&path), FILE_LIMIT) {
                Ok(opened) => opened,
                Err(OpenError::Missing) => {
                    let what = Subject::file(SafePath::named(&path));
                    return (None, Some(NotChecked { what, why: Why::SourceMissing }));
                }
                Err(error) => return (None, Some(gap(SafePath::named(&path), error))),
            };
            let read = self.read_template(&path, &opened.bytes);
            match &mut united {
                None => united = Some(read),
                Some(united) => {
                    let new = |key: &TemplateKey| !united.keys.iter().any(|known| known.key == key.key);
                    let new: Vec<TemplateKey> = read.keys.into_iter().filter(new).collect();
                    united.keys.extend(new);
                    united.commented.extend(read.commented);
                    for (key, values) in read.values {
                        united.values.entry(key).or_default().extend(values);
                    }
                }
            }
        }
        (united.map(Arc::new), None)
    }

    /// Where templates usually stand the first that is there counts.
    fn usual(&mut self) -> Found {
        for path in USUAL {
            let opened = match self.root.read(Path::new(path), FILE_LIMIT) {
                Ok(opened) => opened,
                Err(OpenError::Missing) => continue,
                Err(error) => return (None, Some(gap(SafePath::named(path), error))),
            };
            let mut read = self.read_template(path, &opened.bytes);
            // Many programs read a committed `.env` beneath the environment's own file.
            if self.policy.path.is_none()
                && let Ok(opened) = self.root.read(Path::new(".env"), FILE_LIMIT)
            {
                let below = plain(&opened.bytes, &lex(&opened.bytes), |name| self.names.get(name));
                let below: BTreeSet<KeyName> =
                    below.readings.into_iter().map(|reading| reading.key).collect();
                read.keys.retain(|wanted| !below.contains(&wanted.key));
            }
            return (Some(Arc::new(read)), None);
        }
        (None, None)
    }

    /// The values in the project's folders of example secrets, for all environments and for this one.
    pub fn examples(&mut self, environment: &EnvName) -> Arc<Examples> {
        let mut found = Examples::new();
        let own = |folder: &str| format!("{folder}/{environment}");
        for folder in EXAMPLES.iter().flat_map(|folder| [(*folder).to_owned(), own(folder)]) {
            let Ok(listed) = self.root.folder(Path::new(&folder)) else { continue };
            for entry in
                listed.entries().iter().filter(|entry| entry.kind == FileKind::Regular).take(MOST_EXAMPLES)
            {
                let Some(key) = entry.name.to_str().and_then(|name| self.names.get(stem(name).as_bytes()))
                else {
                    continue;
                };
                if let Ok(opened) = listed.read(entry, EXAMPLE_LIMIT) {
                    found.entry(key).or_default().push(SecretValue::new(&opened.bytes));
                }
            }
        }
        Arc::new(found)
    }

    fn read_template(&mut self, path: &str, bytes: &[u8]) -> Template {
        let shown = SafePath::named(path);
        let id = self.sources.add_hidden(shown.clone(), bytes);
        let read = plain(bytes, &lex(bytes), |name| self.names.get(name));
        let mut seen = BTreeSet::new();
        let mut keys = Vec::new();
        let mut values = Examples::new();
        for reading in read.readings {
            if seen.insert(reading.key.clone()) {
                let place = Place::Key(id, reading.span, reading.key.clone());
                keys.push(TemplateKey { key: reading.key.clone(), path: shown.clone(), place });
            }
            if let Outcome::Value(value) = reading.outcome {
                values.entry(reading.key).or_default().push(value);
            }
        }
        let commented = bytes.split(|b| *b == b'\n').filter_map(|line| self.names.get(commented(line)?));
        Template { path: shown, commented: commented.collect(), keys, values }
    }
}

/// The key that an example's file shows: `DB_PASSWORD`, `DB_PASSWORD.txt`, `DB_PASSWORD.example`.
fn stem(name: &str) -> &str {
    let ending = name.rsplit_once('.').filter(|(_, ending)| matches!(*ending, "txt" | "example" | "sample"));
    ending.map_or(name, |(stem, _)| stem)
}

/// The name in `# NAME=...`: a variable that the template knows and does not set.
fn commented(line: &[u8]) -> Option<&[u8]> {
    let text = line.trim_ascii_start().strip_prefix(b"#")?.trim_ascii_start();
    let text = text.strip_prefix(b"export ").unwrap_or(text);
    let end = text.iter().position(|b| *b == b'=')?;
    let name = text.get(..end)?.trim_ascii_end();
    let fits = |b: &u8| b.is_ascii_alphanumeric() || b"_.-".contains(b);
    (!name.is_empty() && name.iter().all(fits)).then_some(name)
}
