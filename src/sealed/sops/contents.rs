//! What a SOPS file holds for whoever reads it: a text, or entries.

use std::collections::BTreeMap;

use zeroize::Zeroizing;

use crate::syntax::ini::DEFAULT;
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
    /// Whether it is a list with nothing in it.
    pub empty_list: bool,
}

impl Entry {
    /// Whether no key is around it. What INI has before its first section is in `DEFAULT`.
    #[must_use]
    pub fn is_top(&self) -> bool {
        match self.path.0.as_slice() {
            _ if self.empty_list => false,
            [Part::Key(_)] => true,
            [Part::Key(section), Part::Key(_)] => &**section == DEFAULT,
            _ => false,
        }
    }

    /// The keys that lead to it joined by dots, and whether it is a list there, or one item of it. What YAML merges (`<<`) stands
    /// where it is merged into.
    #[must_use]
    pub fn config_name(&self) -> (String, bool) {
        let parts = &self.path.0;
        let list = (0..parts.len()).find(|at| is_item(parts, *at));
        (
            name(parts.get(..list.unwrap_or(parts.len())).unwrap_or_default()),
            list.is_some() || self.empty_list,
        )
    }

    /// The same with the numbers of items of lists.
    #[must_use]
    pub fn item_name(&self) -> String {
        name(&self.path.0)
    }

    /// The names of the lists around it in which the entry before it does not stand.
    #[must_use]
    pub fn new_lists(&self, before: Option<&Self>) -> Vec<String> {
        let parts = &self.path.0;
        let before = before.map_or(&[][..], |before| &before.path.0);
        let shared = parts.iter().zip(before).take_while(|(one, other)| one == other).count();
        let known = |at: usize| at <= shared && matches!(before.get(at), Some(Part::Index(_)));
        let items = (0..parts.len()).filter(|at| is_item(parts, *at) && !known(*at));
        items.map(|at| name(parts.get(..at).unwrap_or_default())).collect()
    }

    /// The mapping that is merged, of one that stands there by `<<`: of several in a list by which one.
    fn merged(&self) -> Option<&[Part]> {
        let parts = &self.path.0;
        let at = parts.iter().rposition(is_merge)?;
        parts.get(..=at + usize::from(matches!(parts.get(at + 1), Some(Part::Index(_)))))
    }
}

fn is_merge(part: &Part) -> bool {
    matches!(part, Part::Key(key) if &**key == "<<")
}

/// Whether a part is the place in a list, and not which of the mappings it is that are merged.
fn is_item(parts: &[Part], at: usize) -> bool {
    let merges = || at.checked_sub(1).and_then(|at| parts.get(at)).is_some_and(is_merge);
    matches!(parts.get(at), Some(Part::Index(_))) && !merges()
}

/// Parts joined by dots, without those by which something is merged.
fn name(parts: &[Part]) -> String {
    if let [Part::Key(_)] = parts {
        return Path(parts.to_vec()).name();
    }
    let shown = parts.iter().enumerate().filter_map(|(at, part)| match part {
        Part::Key(_) if is_merge(part) => None,
        Part::Key(key) => Some(key.trim().to_owned()),
        Part::Index(number) => is_item(parts, at).then(|| number.to_string()),
    });
    shown.collect::<Vec<_>>().join(".")
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
            empty_list: false,
        };
        own_first(leaves.map(entry).chain(self.lists()).collect())
    }

    fn lists(&self) -> impl Iterator<Item = Entry> {
        let entry = |(path, span): &(Path, Span)| {
            let (path, span) = (path.clone(), *span);
            Entry { path, span, value: None, plain: false, empty_list: true }
        };
        self.empty_lists.iter().map(entry)
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
                    empty_list: false,
                };
                Contents::Entries(own_first(values.map(entry).chain(self.lists()).collect()))
            }
        }
    }
}

/// Without what is merged into a mapping that has such a key itself, or that of another one that is merged before it.
fn own_first(entries: Vec<Entry>) -> Vec<Entry> {
    let mut from: BTreeMap<String, Vec<Part>> = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.merged().is_none()) {
        from.insert(entry.config_name().0, Vec::new());
    }
    let counts = |entry: &Entry| {
        let Some(merged) = entry.merged() else { return true };
        from.entry(entry.config_name().0).or_insert_with(|| merged.to_vec()) == merged
    };
    let mut counts = counts;
    entries.into_iter().filter(|entry| counts(entry)).collect()
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
}
