//! The walls between the layers: who may import whom, and who may touch the world.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those that it may import. `docs/architecture.md` gives the reasons.
const MAY: &[(&str, &[&str])] = &[
    ("cores", &[]),
    ("text", &[]),
    ("os", &[]),
    ("finding", &["text"]),
    ("sealed", &["text", "syntax"]),
    ("syntax", &["text"]),
    ("value", &["text", "syntax"]),
    ("policy", &["text", "finding", "syntax", "value", "sealed"]),
    ("model", &["text", "finding", "os", "syntax", "sealed"]),
    ("rules", &["cores", "text", "finding", "os", "syntax", "value", "sealed", "policy", "model"]),
    ("engine", &["cores", "text", "finding", "syntax", "value", "policy", "model", "rules"]),
    ("report", &["cores", "text", "finding"]),
    ("load", &["cores", "text", "finding", "os", "syntax", "value", "sealed", "policy", "model", "rules"]),
    (
        "app",
        &[
            "cores", "text", "finding", "os", "syntax", "value", "policy", "model", "rules", "engine",
            "report", "load",
        ],
    ),
];

/// What of the world a module may touch; all others may touch nothing of it.
const WORLD: &[(&str, &[&str])] = &[
    ("std::fs", &["os", "load", "app/demo"]),
    ("std::env::", &["load", "app"]),
    ("std::process::", &["load", "main.rs"]),
    ("TcpStream", &[]),
    ("UdpSocket", &[]),
    ("ToSocketAddrs", &[]),
    ("nix::", &["os"]),
    ("cfg(unix)", &["os"]),
    ("cfg(target_os", &["os"]),
    ("io::stdout", &["app"]),
    ("io::stderr", &["app"]),
    ("println!", &[]),
    ("eprintln!", &[]),
    ("SystemTime::now", &["app"]),
    ("Instant::now", &["app"]),
    ("getrandom", &["app"]),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Every source file: its path below `src` and its text without comments and unit tests.
fn sources() -> Vec<(String, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&src, &mut found);
    found.sort();
    let name = |path: &PathBuf| path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
    let kept = found.iter().filter(|path| !name(path).ends_with("_tests.rs"));
    kept.map(|path| (name(path), code(&fs::read_to_string(path).unwrap()))).collect()
}

fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap();
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

fn module(path: &str) -> &str {
    path.split(['/', '.']).next().unwrap()
}

/// Modules named behind `crate::`, lists in braces included.
fn imports(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let list = rest.strip_prefix('{').map(|rest| rest.split('}').next().unwrap());
        let parts: Vec<&str> = list.map_or_else(|| vec![rest], |list| list.split(',').collect());
        for part in parts {
            let name: String = part.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            names.push(name);
        }
    }
    names
}

#[test]
fn imports_go_upward_only() {
    let mut faults = String::new();
    for (path, text) in sources() {
        let own = module(&path);
        if matches!(own, "lib" | "main") {
            continue;
        }
        let (_, may) =
            MAY.iter().find(|(name, _)| *name == own).unwrap_or_else(|| panic!("{own} has no row"));
        for name in imports(&text) {
            if name != own && !may.contains(&name.as_str()) {
                let _ = writeln!(faults, "{path} imports {name}");
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

#[test]
fn only_the_edge_touches_the_world() {
    let mut faults = String::new();
    for (path, text) in sources() {
        for (what, may) in WORLD {
            // `use std::fs;` and `std::fs::read` alike.
            let touched = text.contains(what);
            if touched && !may.iter().any(|start| path.starts_with(start)) {
                let _ = writeln!(faults, "{path} uses {what}");
            }
        }
    }
    assert!(faults.is_empty(), "{faults}");
}

/// A wall that no file leans on has moved: the lists above name what is there.
#[test]
fn the_lists_name_what_there_is() {
    let sources = sources();
    for (name, _) in MAY {
        assert!(sources.iter().any(|(path, _)| module(path) == *name), "{name} is gone");
    }
    for (what, may) in WORLD {
        for start in *may {
            let used = sources.iter().any(|(path, text)| path.starts_with(start) && text.contains(what));
            assert!(used, "{start} no longer uses {what}");
        }
    }
}

#[test]
fn files_keep_their_size() {
    for (path, text) in sources() {
        let limit = if path == "main.rs" {
            60
        } else if path.starts_with("rules/") && !path.starts_with("rules/shared") {
            200
        } else {
            400
        };
        assert!(text.lines().count() <= limit, "{path} has {} lines", text.lines().count());
    }
}
