//! Cases: a project and what is to be found in it, in one text. `tests/rules/README.md` describes the form.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;

use super::keys::{self, Pair, Words};
use super::sealed::Keys;

/// A case as it is written down.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// Where it stands, for messages.
    pub name: String,
    /// Arguments behind `preflight check`.
    pub args: Vec<String>,
    /// What to lay out, in order.
    pub parts: Vec<Part>,
    /// The findings expected, as [`super::lines`] gives them.
    pub expect: Vec<String>,
}

/// One thing of a case's project.
#[derive(Clone, Debug)]
pub enum Part {
    File { path: String, mode: u32, content: String },
    Sealed { path: String, mode: u32, how: String, content: String },
    Identity { path: String, mode: u32 },
    Folder { path: String, mode: u32 },
    Link { path: String, target: String },
    Fifo { path: String },
    Socket { path: String },
    Owner { path: String, user: u32 },
    Fingerprint { environment: String },
    Remove { path: String },
}

impl Case {
    /// Reads a case. What does not fit the form is a mistake of the test.
    pub fn parse(name: &str, text: &str) -> Self {
        let mut case = Self { name: name.to_owned(), args: vec!["prod".to_owned()], ..Self::default() };
        let mut expecting = false;
        for line in text.split_inclusive('\n') {
            let head = line.trim_end().strip_prefix("-- ").and_then(|rest| rest.strip_suffix(" --"));
            if let Some(head) = head {
                expecting = false;
                let (kind, rest) = head.split_once(':').unwrap_or((head, ""));
                let words: Vec<&str> = rest.split_whitespace().collect();
                let mode = |at: usize, usual| {
                    words.get(at).map_or(usual, |text| u32::from_str_radix(text, 8).unwrap())
                };
                match kind {
                    "run" => case.args = words.iter().map(ToString::to_string).collect(),
                    "file" => case.parts.push(Part::File {
                        path: words[0].to_owned(),
                        mode: mode(1, 0o600),
                        content: String::new(),
                    }),
                    "sealed" => case.parts.push(Part::Sealed {
                        path: words[0].to_owned(),
                        mode: mode(1, 0o644),
                        how: words.get(2).unwrap_or(&"me").to_string(),
                        content: String::new(),
                    }),
                    "identity" => {
                        case.parts.push(Part::Identity { path: words[0].to_owned(), mode: mode(1, 0o600) })
                    }
                    "folder" => {
                        case.parts.push(Part::Folder { path: words[0].to_owned(), mode: mode(1, 0o700) })
                    }
                    "link" => {
                        case.parts.push(Part::Link { path: words[0].to_owned(), target: words[2].to_owned() })
                    }
                    "fifo" => case.parts.push(Part::Fifo { path: words[0].to_owned() }),
                    "owner" => case
                        .parts
                        .push(Part::Owner { path: words[0].to_owned(), user: words[1].parse().unwrap() }),
                    "socket" => case.parts.push(Part::Socket { path: words[0].to_owned() }),
                    "fingerprint" => case.parts.push(Part::Fingerprint { environment: words[0].to_owned() }),
                    "remove" => case.parts.push(Part::Remove { path: words[0].to_owned() }),
                    "expect" => expecting = true,
                    _ => panic!("{name}: unknown part `{kind}`"),
                }
            } else if expecting {
                case.expect.extend((!line.trim().is_empty()).then(|| line.trim().to_owned()));
            } else if let Some(Part::File { content, .. } | Part::Sealed { content, .. }) =
                case.parts.last_mut()
            {
                content.push_str(line);
            }
        }
        assert!(!case.parts.is_empty(), "{name}: a case without a project");
        case
    }

    /// Every case below `tests/rules/<rule>/`.
    pub fn all() -> Vec<(String, Self)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
        let mut cases = Vec::new();
        for rule in sorted(&folder).into_iter().filter(|path| path.is_dir()) {
            let id = file_name(&rule);
            for path in sorted(&rule) {
                let name = format!("{id}/{}", file_name(&path));
                cases.push((id.clone(), Self::parse(&name, &fs::read_to_string(&path).unwrap())));
            }
        }
        cases
    }

    /// Whether some of its files belong to others.
    pub fn has_owners(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Owner { .. }))
    }

    /// Whether it can be laid out here: to give a file away takes root.
    pub fn is_possible(&self) -> bool {
        static CHOWN: LazyLock<bool> = LazyLock::new(|| {
            let folder = TempDir::new().unwrap();
            set_owner(folder.path(), 4321).is_ok()
        });
        !self.has_owners() || *CHOWN
    }

    /// Lays the project out in a temporary folder.
    pub fn lay_out(&self) -> TempDir {
        self.lay_out_with(|_, content| content)
    }

    /// The same, each file's content changed on its way.
    pub fn lay_out_with(&self, change: impl Fn(&str, Vec<u8>) -> Vec<u8>) -> TempDir {
        let folder = TempDir::new().unwrap();
        set_mode(folder.path(), 0o755);
        let (mut made, keys) = (Made::default(), Keys::default());
        for part in &self.parts {
            let at = |path: &str| {
                let path = folder.path().join(path);
                make_folders(path.parent().unwrap());
                path
            };
            match part {
                Part::File { path, mode, content } => {
                    let at = at(path);
                    fs::write(&at, change(path, made.fill(content))).unwrap();
                    set_mode(&at, *mode);
                }
                Part::Sealed { path, mode, how, content } => {
                    let at = at(path);
                    fs::write(&at, keys.seal_file(path, how, &change(path, made.fill(content)))).unwrap();
                    set_mode(&at, *mode);
                }
                Part::Identity { path, mode } => {
                    let at = at(path);
                    fs::write(&at, keys.identity()).unwrap();
                    set_mode(&at, *mode);
                }
                Part::Folder { path, mode } => {
                    make_folders(&at(path));
                    set_mode(&at(path), *mode);
                }
                Part::Link { path, target } => link(target, &at(path)),
                Part::Fifo { path } => fifo(&at(path)),
                Part::Socket { path } => socket(&at(path)),
                Part::Owner { path, user } => set_owner(&at(path), *user).unwrap(),
                Part::Fingerprint { environment } => {
                    super::run(folder.path(), ["fingerprint", environment]);
                }
                Part::Remove { path } => fs::remove_file(at(path)).unwrap(),
            }
        }
        folder
    }
}

/// Makes a folder and those above it, whatever the tester's umask, with the mode that most have.
fn make_folders(path: &Path) {
    if !path.exists() {
        make_folders(path.parent().unwrap());
        fs::create_dir(path).unwrap();
        set_mode(path, 0o755);
    }
}

/// Strong values that stand in no file of the repository, the same for one name within a case.
#[derive(Clone, Default)]
pub struct Made(BTreeMap<String, String>);

impl Made {
    /// The values made so far.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }

    /// Replaces `{{hex:NAME}}` and its kin; see `tests/rules/README.md`.
    pub fn fill(&mut self, text: &str) -> Vec<u8> {
        let mut out = Vec::new();
        let mut rest = text;
        while let Some((before, tail)) = rest.split_once("{{") {
            out.extend_from_slice(before.as_bytes());
            let (word, after) = tail.split_once("}}").expect("closed braces");
            match word.split_once(':') {
                Some(("byte", hex)) => out.push(u8::from_str_radix(hex, 16).unwrap()),
                Some(("repeat", what)) => {
                    let (text, times) = what.rsplit_once('*').unwrap();
                    out.extend(text.repeat(times.parse().unwrap()).into_bytes());
                }
                Some(("hex" | "base64" | "uuid", _)) => {
                    let value = self.0.entry(word.to_owned()).or_insert_with(|| generate(word));
                    out.extend_from_slice(value.as_bytes());
                }
                Some(("number", when)) => out.extend(keys::day(when).replace('-', "").into_bytes()),
                Some(("day", when)) => out.extend(keys::day(when).into_bytes()),
                Some((kind @ ("cert" | "key"), rest)) => out.extend(self.material(kind, rest)),
                // Template text of the checked project, such as `{{ password }}`.
                _ => out.extend_from_slice(format!("{{{{{word}}}}}").as_bytes()),
            }
            rest = after;
        }
        out.extend_from_slice(rest.as_bytes());
        out
    }

    /// A certificate or a key; see `tests/rules/README.md`.
    fn material(&mut self, kind: &str, text: &str) -> Vec<u8> {
        let own = text.split_whitespace().next().unwrap();
        let words = Words::new(text);
        let key = words.get("key").unwrap_or(own);
        let named = [own, key, words.get("by").unwrap_or(own), words.get("by-key").unwrap_or(own)];
        let seeds = named.map(|name| {
            let seed = self.0.entry(format!("key:{name}")).or_insert_with(|| generate("hex:seed"));
            (name, seed.clone())
        });
        let seed = |name: &str| seeds.iter().find(|(known, _)| *known == name).unwrap().1.clone();
        let pair = Pair::new(words.get("kind").unwrap_or("p256"), &seed(key));
        if kind == "cert" {
            return keys::pem("CERTIFICATE", &keys::certificate(own, &words, &pair, seed), words.get("as"));
        }
        if let Some("jwk") = words.get("form") {
            let one = pair.jwk(own, words.has("public"), &seed(key));
            let one = if words.get("as") == Some("indented") { one.replace(',', ",\n  ") } else { one };
            return one.into_bytes();
        }
        let (label, bytes) = pair.private(words.get("form").unwrap_or("pkcs8"), &seed(key));
        keys::pem(label, &bytes, words.get("as"))
    }
}

fn generate(word: &str) -> String {
    let hex = random_hex();
    match word.split_once(':').unwrap().0 {
        "uuid" => {
            let part = |from, to| hex.get(from..to).unwrap();
            format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32))
        }
        // 44 characters of base64 for 32 bytes, by taking hexadecimal digits as its digits.
        "base64" => format!("{}=", hex.get(..43).unwrap()),
        _ => hex,
    }
}

/// 64 hexadecimal digits of the system's randomness.
pub fn random_hex() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).unwrap();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

#[cfg(unix)]
pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[cfg(unix)]
fn set_owner(path: &Path, user: u32) -> std::io::Result<()> {
    std::os::unix::fs::chown(path, Some(user), None)
}

#[cfg(unix)]
pub fn link(target: &str, path: &Path) {
    std::os::unix::fs::symlink(target, path).unwrap();
}

#[cfg(unix)]
pub fn fifo(path: &Path) {
    assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[cfg(unix)]
pub fn socket(path: &Path) {
    // The name stays when the listener is gone.
    drop(std::os::unix::net::UnixListener::bind(path).unwrap());
}
