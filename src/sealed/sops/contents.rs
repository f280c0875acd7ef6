//! What a SOPS file holds for whoever reads it: a text, or entries.

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use crate::text::{SecretValue, Span};

use super::tree::Kind;
use super::walk::Path;
use super::{Form, Opened, Part, SopsFile, State};

/// Endings that say that a file is encrypted, and not what of.
const SEALED: &[&str] = &[".enc", ".encrypted", ".sops"];

/// An entry of a file of keys and values.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where it is.
    pub path: Path,
    /// Its key in the sealed file.
    pub span: Span,
    /// Its value, if the file was opened.
    pub value: Option<SecretValue>,
    /// Whether it stands in the clear.
    pub plain: bool,
}

impl Entry {
    /// Whether no key is around it. What INI has before its first section is in `DEFAULT`.
    #[must_use]
    pub fn is_top(&self) -> bool {
        match self.path.0.as_slice() {
            [Part::Key(_)] => true,
            [Part::Key(section), Part::Key(_)] => &**section == "DEFAULT",
            _ => false,
        }
    }

    /// The keys that lead to it joined by dots, and whether it is one item of a list there. What YAML merges (`<<`) stands
    /// where it is merged into.
    #[must_use]
    pub fn config_name(&self) -> (String, bool) {
        if let [Part::Key(_)] = self.path.0.as_slice() {
            return (self.path.name(), false);
        }
        let list = self.path.0.iter().position(|part| matches!(part, Part::Index(_)));
        let keys = self.path.0.iter().take(list.unwrap_or(self.path.0.len()));
        let keys = keys.filter_map(|part| match part {
            Part::Key(key) if &**key != "<<" => Some(key.trim()),
            _ => None,
        });
        (keys.collect::<Vec<_>>().join("."), list.is_some())
    }
}

/// What an opened file holds.
#[derive(Debug)]
pub enum Contents {
    /// A text: of dotenv files as they were before they were sealed, each line where the sealed one stands; of the binary
    /// store whole.
    Text(Zeroizing<Vec<u8>>),
    /// Entries of a file of keys and values, in order.
    Entries(Vec<Entry>),
}

impl Form {
    /// The form of a file: by the ending of its name as SOPS has it, behind any that says that it is encrypted, and else by
    /// how its metadata stand in it.
    #[must_use]
    pub fn of(name: &str, bytes: &[u8]) -> Self {
        let mut stem = name;
        while let Some(shorter) = SEALED.iter().find_map(|ending| stem.strip_suffix(ending)) {
            stem = shorter;
        }
        let ending = stem.rsplit('/').next().and_then(|name| name.rsplit_once('.')).map(|(_, ending)| ending);
        match ending {
            Some("yaml" | "yml") => return Self::Yaml,
            Some("json") => return Self::Json,
            Some("ini") => return Self::Ini,
            _ => {}
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
        if bytes.starts_with(b"{") {
            // The store for files of any kind writes one entry, and its metadata behind it.
            let first = bytes.get(1..).unwrap_or_default().trim_ascii_start();
            return if first.starts_with(b"\"data\"") { Self::Binary } else { Self::Json };
        }
        let line = |fits: fn(&[u8]) -> bool| bytes.split(|b| *b == b'\n').any(fits);
        if line(|line| line.starts_with(b"sops_")) {
            Self::Dotenv
        } else if line(|line| line.trim_ascii_end() == b"[sops]") {
            Self::Ini
        } else if line(|line| line.starts_with(b"sops:") || line.starts_with(b"\"sops\":")) {
            Self::Yaml
        } else {
            Self::Dotenv
        }
    }
}

/// The names that a file would have in the clear: without an ending that says that it is encrypted, `app.yaml` of
/// `app.enc.yaml` too.
#[must_use]
pub fn plain_name(path: &str) -> Option<String> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let plain = SEALED.iter().find_map(|mark| {
        let at = name.rfind(mark)?;
        let (before, behind) = (name.get(..at)?, name.get(at + mark.len()..)?);
        let whole = !before.is_empty() && (behind.is_empty() || behind.starts_with('.'));
        whole.then(|| format!("{before}{behind}"))
    })?;
    Some(if folder.is_empty() { plain } else { format!("{folder}/{plain}") })
}

impl SopsFile {
    /// Its entries without their values: no key is needed for their names. Of the binary store there are none.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let leaves = self.leaves.iter().filter(|leaf| !leaf.comment && self.form != Form::Binary);
        let entry = |leaf: &super::Leaf| Entry {
            path: leaf.path.clone(),
            span: leaf.span,
            value: None,
            plain: leaf.state == State::Plain,
        };
        leaves.map(entry).collect()
    }

    /// What was opened, as whoever reads the file gets it. `sealed` is the file's own text.
    #[must_use]
    pub fn contents(&self, sealed: &[u8], opened: Vec<Opened>) -> Contents {
        match self.form {
            Form::Dotenv => Contents::Text(lines(sealed, &opened)),
            Form::Binary => {
                let bytes = opened.first().map(|opened| opened.value.expose().to_vec());
                Contents::Text(Zeroizing::new(bytes.unwrap_or_default()))
            }
            Form::Yaml | Form::Json | Form::Ini => {
                let values = opened.into_iter().filter(|opened| opened.kind != Kind::Comment);
                let entry = |opened: Opened| Entry {
                    path: opened.path,
                    span: opened.span,
                    plain: !opened.sealed && !opened.value.expose().is_empty(),
                    value: Some(opened.value),
                };
                Contents::Entries(own_first(values.map(entry).collect()))
            }
        }
    }
}

/// Without what is merged into a mapping that has such a key itself.
fn own_first(entries: Vec<Entry>) -> Vec<Entry> {
    let merged =
        |entry: &Entry| entry.path.0.iter().any(|part| matches!(part, Part::Key(key) if &**key == "<<"));
    let own: BTreeSet<String> =
        entries.iter().filter(|entry| !merged(entry)).map(|entry| entry.config_name().0).collect();
    entries.into_iter().filter(|entry| !merged(entry) || !own.contains(&entry.config_name().0)).collect()
}

/// The lines of a dotenv file as `sops decrypt` writes them, each where the sealed one stands.
fn lines(sealed: &[u8], opened: &[Opened]) -> Zeroizing<Vec<u8>> {
    let at: BTreeMap<usize, &Opened> = opened.iter().map(|one| (one.span.start, one)).collect();
    let escaped = |value: &[u8]| value.len() + value.iter().filter(|b| **b == b'\n').count();
    let room: usize = opened.iter().map(|one| escaped(one.value.expose())).sum();
    // It never grows, and so leaves nothing behind.
    let mut text = Zeroizing::new(Vec::with_capacity(sealed.len() + room));
    let mut start = 0;
    for (index, line) in sealed.split(|b| *b == b'\n').enumerate() {
        if index > 0 {
            text.push(b'\n');
        }
        if let Some(one) = at.get(&start) {
            if one.kind == Kind::Comment {
                text.push(b'#');
            } else {
                text.extend_from_slice(one.span.of(sealed));
                text.push(b'=');
            }
            for byte in one.value.expose() {
                if *byte == b'\n' { text.extend_from_slice(b"\\n") } else { text.push(*byte) }
            }
        }
        start += line.len() + 1;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::Form;
    use super::plain_name;
    use rstest::rstest;

    #[rstest]
    #[case("a.yaml", "", Form::Yaml)]
    #[case("s/a.enc.yml", "", Form::Yaml)]
    #[case("a.yaml.enc", "", Form::Yaml)]
    #[case("a.json.sops", "{", Form::Json)]
    #[case("a.ini", "", Form::Ini)]
    #[case(".env.prod", "A=x\nsops_mac=y\n", Form::Dotenv)]
    #[case(".env.prod", "{ \"data\": \"x\"", Form::Binary)]
    #[case("DB_PASSWORD", "{\n\t\"data\": \"x\"", Form::Binary)]
    #[case("DB_PASSWORD", "{\"a\": \"x\"", Form::Json)]
    #[case("app.enc", "a: x\nsops:\n", Form::Yaml)]
    #[case("app", "[a]\nb=x\n[sops]\r\n", Form::Ini)]
    #[case("app", "", Form::Dotenv)]
    fn forms(#[case] name: &str, #[case] text: &str, #[case] form: Form) {
        assert_eq!(Form::of(name, text.as_bytes()), form);
    }

    #[rstest]
    #[case(".env.prod.sops", Some(".env.prod"))]
    #[case("s/app.enc.yaml", Some("s/app.yaml"))]
    #[case("secrets.prod.sops.yaml", Some("secrets.prod.yaml"))]
    #[case("a.encoded", None)]
    #[case(".enc", None)]
    #[case("a.yaml", None)]
    fn plain_names(#[case] name: &str, #[case] plain: Option<&str>) {
        assert_eq!(plain_name(name).as_deref(), plain);
    }
}
