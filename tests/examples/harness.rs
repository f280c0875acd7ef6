//! Example projects laid out with good values, broken in one way after another. `tests/examples/README.md` describes the files.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fmt, fs};

use serde_json::Value;
use tempfile::TempDir;

use super::support::case::{Case, Made, Part, link, set_mode};
use super::support::repo::git;
use super::support::{finish, preflight, valid};

/// One of the systems that preflight is made for.
pub struct System {
    /// Its folder below `examples/`.
    pub name: &'static str,
    /// Its requirements: the letters of their ids, and how many there are.
    pub ids: [(&'static str, usize); 2],
    /// Its environments.
    pub environments: &'static [&'static str],
    /// Whether one run may check them all: the process's environment is one environment's alone.
    pub together: bool,
}

/// All of them.
pub const SYSTEMS: &[System] = &[
    System {
        name: "sanctum",
        ids: [("DS", 12), ("S", 37)],
        environments: &["dev", "stage", "prod"],
        together: true,
    },
    System {
        name: "togather",
        ids: [("DT", 8), ("T", 43)],
        environments: &["development", "staging", "production"],
        together: true,
    },
    System {
        name: "phase2",
        ids: [("DP", 12), ("F", 15)],
        environments: &["local", "ci", "staging", "production"],
        together: false,
    },
    System {
        name: "microbima",
        ids: [("DM", 7), ("M", 30)],
        environments: &["development", "staging", "production"],
        together: true,
    },
];

/// This repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

impl System {
    /// The example's folder.
    pub fn folder(&self) -> PathBuf {
        root().join("examples").join(self.name)
    }

    fn text(&self, ending: &str) -> String {
        fs::read_to_string(root().join(format!("tests/examples/{}.{ending}", self.name))).unwrap()
    }

    /// Every requirement's id, in order.
    pub fn all_ids(&self) -> Vec<String> {
        let ids = |(letters, count): &(&str, usize)| {
            (1..=*count).map(|number| format!("{letters}{number}")).collect::<Vec<_>>()
        };
        self.ids.iter().flat_map(ids).collect()
    }

    /// What is tried on it.
    pub fn probes(&self) -> Vec<Probe> {
        let text = self.text("probes");
        let (_, probes) = text.split_once("\n## ").unwrap();
        probes.split("\n## ").map(Probe::parse).collect()
    }

    /// What cannot be said or checked: id, whether a part of it is, and why the rest is not.
    pub fn gaps(&self) -> Vec<(String, bool, String)> {
        let text = fs::read_to_string(self.folder().join("gaps.txt")).unwrap();
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        let gap = |line: &str| {
            let (id, reason) = line.split_once(' ').unwrap();
            let partly = reason.strip_prefix("partly: ");
            let why = partly.unwrap_or(reason).trim().to_owned();
            assert!(why.len() > 10, "{}: {id} has no reason", self.name);
            (id.to_owned(), partly.is_some(), why)
        };
        lines.map(gap).collect()
    }

    /// Lines of the policy that say something.
    pub fn policy_lines(&self) -> usize {
        let text = fs::read_to_string(self.folder().join("policies/preflight.yaml")).unwrap();
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).count()
    }
}

/// One way of breaking a good configuration, or of writing a good one otherwise.
pub struct Probe {
    /// The requirements that it is about.
    pub ids: Vec<String>,
    /// What they ask, in a sentence.
    pub asks: String,
    run: Vec<String>,
    changes: Vec<String>,
    /// What has to be found, and nothing else; nothing where the configuration is to pass.
    pub finds: Vec<String>,
    /// Rules that may find more because of the change: what is missing is missed in several ways.
    beside: Vec<String>,
}

impl Probe {
    fn parse(text: &str) -> Self {
        let mut lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        let (ids, asks) = lines.next().unwrap().split_once(": ").unwrap();
        let mut probe = Self {
            ids: ids.split(' ').map(str::to_owned).collect(),
            asks: asks.to_owned(),
            run: Vec::new(),
            changes: Vec::new(),
            finds: Vec::new(),
            beside: Vec::new(),
        };
        let mut passes = false;
        for line in lines {
            match line.split_once(' ').unwrap_or((line, "")) {
                ("run", args) => probe.run = args.split(' ').map(str::to_owned).collect(),
                ("finds", finding) => probe.finds.push(finding.to_owned()),
                ("beside", rules) => probe.beside = rules.split(' ').map(str::to_owned).collect(),
                ("passes", "") => passes = true,
                _ => probe.changes.push(line.to_owned()),
            }
        }
        assert!(!probe.run.is_empty() && passes == probe.finds.is_empty(), "{text}");
        probe
    }

    /// The codes of what is found.
    pub fn codes(&self) -> String {
        let code = |find: &String| {
            let mut words = find.split(' ');
            let first = words.next().unwrap();
            let word = if first.contains('[') { first } else { words.next().unwrap() };
            format!("`{word}`")
        };
        let codes: BTreeSet<String> = self.finds.iter().map(code).collect();
        let codes: Vec<String> = codes.into_iter().collect();
        if codes.is_empty() { "passes".to_owned() } else { codes.join(" ") }
    }

    /// Makes the changes and runs preflight; gives what is not as the probe says.
    pub fn fault(&self, system: &System) -> Option<String> {
        let mut project = Project::lay_out(system, &self.run[0]);
        self.changes.iter().for_each(|change| project.change(change));
        let found = project.run(&self.run);
        let fits = |wanted: &String, got: &Found| match wanted.rsplit_once(" in ") {
            Some((wanted, place)) => got.is(wanted) && place == got.place,
            None => got.is(wanted),
        };
        let mut left = found.iter().collect::<Vec<_>>();
        let missing: Vec<&String> = self
            .finds
            .iter()
            .filter(|wanted| match left.iter().position(|got| fits(wanted, got)) {
                Some(at) => {
                    left.remove(at);
                    false
                }
                None => true,
            })
            .collect();
        left.retain(|got| !self.beside.iter().any(|rule| got.text.contains(&format!(" {rule}["))));
        if missing.is_empty() && left.is_empty() {
            return None;
        }
        let left: Vec<String> = left.iter().map(ToString::to_string).collect();
        Some(format!(
            "{} {}: {} {:?}\n  not found: {missing:#?}\n  found beside: {left:#?}\n",
            system.name,
            self.ids.join(" "),
            self.asks,
            self.changes
        ))
    }
}

/// Something that a report says: a finding, a gap that blocks, an error.
pub struct Found {
    /// `error missing-key[required] KEY`, `gap source-missing file .env.prod`, `problem unknown-environment`.
    pub text: String,
    /// Where it stands.
    pub place: String,
    /// What is said of it.
    message: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} ({})", self.text, self.place, self.message)
    }
}

impl Found {
    /// Whether it is what a probe wants; without its severity any will do.
    fn is(&self, wanted: &str) -> bool {
        self.text == wanted || self.text.split_once(' ').is_some_and(|(_, text)| text == wanted)
    }
}

/// An example in a temporary folder.
pub struct Project {
    folder: TempDir,
    /// The environment of the process that runs the check, by the environment that is checked.
    process: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    made: Made,
}

impl Project {
    /// A policy that names branches is about a repository: each branch holds the one commit.
    fn commit_where_branches_count(&self) {
        let policy = fs::read_to_string(self.path().join("policies/preflight.yaml")).unwrap();
        let mut branches = policy.lines().filter_map(|line| line.trim().strip_prefix("branch: "));
        let Some(first) = branches.next() else { return };
        git(self.path(), &["init", "--quiet", "--initial-branch", first]);
        git(self.path(), &["add", "--all"]);
        git(self.path(), &["commit", "--quiet", "--message", "start"]);
        branches.for_each(|branch| drop(git(self.path(), &["branch", branch])));
    }

    /// The committed files and the good values, as they are where an environment is checked.
    pub fn lay_out(system: &System, environment: &str) -> Self {
        let mut project =
            Self { folder: TempDir::new().unwrap(), process: BTreeMap::new(), made: Made::default() };
        copy(&system.folder(), project.path());
        project.commit_where_branches_count();
        for part in Case::parse(system.name, &system.text("case")).parts {
            let Part::File { path, mode, content } = part else { panic!("{}: only files", system.name) };
            let bytes = project.made.fill(&content);
            let here = path.strip_prefix("on/").map(|path| path.split_once('/').unwrap());
            match (path.strip_prefix("process/"), here) {
                (Some(environment), _) => {
                    let lines = content.lines().map(|line| line.split_once('=').unwrap());
                    let made = &mut project.made;
                    let vars = lines.map(|(key, value)| (key.to_owned(), made.fill(value))).collect();
                    project.process.insert(environment.to_owned(), vars);
                }
                (None, Some((other, _))) if other != environment => {}
                (None, Some((_, path))) => project.write(path, &bytes, mode),
                (None, None) => project.write(&path, &bytes, mode),
            }
        }
        project
    }

    /// Its folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The variables of the process in which an environment is checked.
    pub fn process(&self, environment: &str) -> impl Iterator<Item = (&String, String)> {
        let vars = self.process.get(environment).into_iter().flatten();
        vars.map(|(key, value)| (key, String::from_utf8(value.clone()).unwrap()))
    }

    fn write(&self, path: &str, bytes: &[u8], mode: u32) {
        let at = self.path().join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(&at, bytes).unwrap();
        set_mode(&at, mode);
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// One change, as the files of probes write it.
    pub fn change(&mut self, change: &str) {
        let (verb, rest) = change.split_once(' ').unwrap();
        let (path, what) = rest.split_once(' ').unwrap_or((rest, ""));
        let at = self.path().join(path);
        match verb {
            "set" => {
                let value = self.made.fill(&what.replace("\\n", "\n"));
                let (key, _) = what.split_once('=').unwrap();
                self.line(path, key, Some(value));
            }
            "drop" => self.line(path, what, None),
            "write" => {
                let bytes = self.made.fill(&what.replace("\\n", "\n").replace("\\r", "\r"));
                self.write(path, &bytes, 0o600);
            }
            "swap" => {
                let (old, new) = what.split_once(" => ").unwrap();
                let (text, old) = (self.read(path), old.replace("\\n", "\n"));
                assert_eq!(text.matches(&old).count(), 1, "{change}");
                let new = self.made.fill(&new.replace("\\n", "\n"));
                fs::write(&at, text.replacen(&old, &String::from_utf8(new).unwrap(), 1)).unwrap();
            }
            "copy" => drop(fs::copy(&at, self.path().join(what)).unwrap()),
            "move" => fs::rename(&at, self.path().join(what)).unwrap(),
            "mode" => set_mode(&at, u32::from_str_radix(what, 8).unwrap()),
            "link" => link(what, &at),
            "folder" => fs::create_dir_all(&at).unwrap(),
            "remove" if at.is_dir() => fs::remove_dir_all(&at).unwrap(),
            "remove" => fs::remove_file(&at).unwrap(),
            "branch" => {
                git(self.path(), &["switch", "--quiet", "--create", path]);
                git(self.path(), &["commit", "--quiet", "--allow-empty", "--message", "next"]);
            }
            _ => panic!("unknown change: {change}"),
        }
    }

    /// Replaces, adds or takes away a variable of a `.env` file or of a process.
    fn line(&mut self, path: &str, key: &str, line: Option<Vec<u8>>) {
        let removes = line.is_none();
        let known = match path.strip_prefix("process/") {
            Some(environment) => {
                let vars = self.process.get_mut(environment).unwrap();
                let value = line.map(|line| line.get(key.len() + 1..).unwrap().to_vec());
                let old = vars.remove(key);
                vars.extend(value.map(|value| (key.to_owned(), value)));
                old.is_some()
            }
            None => {
                let text = self.read(path);
                let mut known = false;
                let mut bytes = Vec::new();
                for old in text.split_inclusive('\n') {
                    if old.strip_prefix(key).is_some_and(|rest| rest.starts_with('=')) {
                        known = true;
                    } else {
                        bytes.extend_from_slice(old.as_bytes());
                    }
                }
                if let Some(line) = line {
                    bytes.extend_from_slice(&line);
                    bytes.push(b'\n');
                }
                fs::write(self.path().join(path), bytes).unwrap();
                known
            }
        };
        assert!(known || !removes, "{path} has no {key}");
    }

    /// Runs `preflight check ARGS` and gives all that is said, after a look for values in it.
    pub fn run(&self, args: &[String]) -> Vec<Found> {
        let [human, json] = [vec!["-v"], vec!["--format", "json"]].map(|format| {
            let mut command = preflight(self.path());
            command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
            command.envs(self.process(&args[0])).arg("check").args(args).args(format);
            finish(&command.output().unwrap())
        });
        for text in [&human.stdout, &human.stderr, &json.stdout, &json.stderr] {
            let shown = self.made.values().find(|value| text.contains(*value));
            assert!(shown.is_none(), "{args:?} shows a value:\n{text}");
        }
        let report: Value = serde_json::from_str(&json.stdout).unwrap();
        valid(&report);
        let found = found(&report);
        let starts = |start: &str| found.iter().any(|found| found.text.starts_with(start));
        let code = if starts("gap") || starts("problem") { 2 } else { i32::from(starts("error")) };
        assert_eq!((human.code, json.code), (code, code), "{args:?}: {}", human.stdout);
        found
    }
}

/// All that a report says, in one list.
fn found(report: &Value) -> Vec<Found> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut all = Vec::new();
    let waived = list(&report["waived"]).into_iter().map(|finding| ("waived".to_owned(), finding));
    let counting = list(&report["findings"]).into_iter().map(|finding| (text(&finding["severity"]), finding));
    for (weight, finding) in counting.chain(waived) {
        let place = text(&finding["location"]["path"]);
        let subject = finding["key"].as_str().map_or_else(|| place.clone(), str::to_owned);
        let service = finding["service"].as_str().map(|name| format!(" of {name}")).unwrap_or_default();
        let [rule, cause, message] = ["rule", "cause", "message"].map(|field| text(&finding[field]));
        all.push(Found { text: format!("{weight} {rule}[{cause}] {subject}{service}"), place, message });
    }
    let mut other = |text, message| all.push(Found { text, place: String::new(), message });
    let gaps = list(&report["environments"]).into_iter().flat_map(|one| list(&one["not_checked"]));
    for gap in gaps.filter(|gap| gap["blocks"] == true) {
        other(format!("gap {} {}", text(&gap["why"]), text(&gap["what"])), String::new());
    }
    for error in list(&report["errors"]) {
        other(format!("problem {}", text(&error["kind"])), text(&error["message"]));
    }
    all
}

/// Ids that appear in what was tried.
pub fn tested(system: &System) -> BTreeSet<String> {
    system.probes().into_iter().flat_map(|probe| probe.ids).collect()
}

fn copy(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name())).unwrap();
        if path.is_dir() {
            fs::create_dir_all(to.join(&name)).unwrap();
            copy(&path, &to.join(&name));
        } else {
            fs::copy(&path, to.join(&name)).unwrap();
        }
    }
}
