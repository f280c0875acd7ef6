//! The detector, measured: with labelled values of public templates, with strong secrets from a seed, through the library and through
//! the program. `PREFLIGHT_BLESS=1` writes the table of `docs/detection.md` anew; `--nocapture` prints figures by language.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "tests"
)]

#[path = "detection/drawn.rs"]
mod drawn;
#[path = "detection/strong.rs"]
mod strong;
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use preflight::rules::shared::given_away::{can_be_weak, is_pin};
use preflight::rules::shared::secret_names::is_secret_name;
use preflight::value::detect::{Found, Place, judge};
use sha2::{Digest, Sha256};
use strong::{Draw, KEYS, ROWS, adversarial, places};
use support::case::set_mode;

/// The parts of the corpus, in the order in which they were labelled.
const PARTS: [&str; 8] = ["dev", "test", "fresh", "natural", "last", "further", "later", "latest"];
/// Of placeholders and weak secrets what has to be found at least, of settings what may be flagged at most, in each part. All have been
/// read by now, so that a loss is one; `docs/detection.md` has what was found before they were.
const BOUNDS: [(&str, [f64; 8]); 3] = [
    ("placeholder", [0.97, 0.97, 0.97, 0.97, 0.93, 0.97, 0.96, 0.95]),
    ("weak", [0.95, 0.94, 0.97, 0.97, 0.97, 0.95, 0.97, 0.9]),
    ("setting", [0.01, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005, 0.005]),
];

/// A labelled value.
struct Row {
    class: String,
    language: String,
    key: String,
    value: String,
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

fn rows(part: &str) -> Vec<Row> {
    let text = read(&format!("tests/corpus/{part}.tsv"));
    let row = |line: &str| {
        let cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
        let [class, _, language, key, value, _] = <[String; 6]>::try_from(cells).unwrap();
        Row { class, language, key, value }
    };
    text.lines().skip(1).map(row).collect()
}

/// As the rules ask, of a variable in a `.env` file of which a policy says nothing.
fn found(key: &str, value: &str) -> Option<Found> {
    let secret = is_secret_name(key);
    let pin = is_pin(key, None, value.as_bytes());
    let (secret, weak) = (secret || pin, pin || secret && can_be_weak(key, value.as_bytes()));
    judge(value.as_bytes(), &Place { key, secret, weak, inner: true, ..Place::default() })
}

/// How many of a kind are flagged, of how many.
type Figures = BTreeMap<String, (usize, usize)>;

fn count(rows: &[Row], by: impl Fn(&Row) -> String, flagged: impl Fn(usize, &Row) -> bool) -> Figures {
    let mut figures = Figures::new();
    for (at, row) in rows.iter().enumerate() {
        let figure = figures.entry(by(row)).or_default();
        figure.0 += usize::from(flagged(at, row));
        figure.1 += 1;
    }
    figures
}

fn share((flagged, all): (usize, usize)) -> f64 {
    flagged as f64 / all as f64
}

fn assert_reached(part: &str, figures: &Figures) {
    for (class, bounds) in BOUNDS {
        let bound = bounds[PARTS.iter().position(|known| *known == part).unwrap()];
        let share = share(figures[class]);
        let reached = if class == "setting" { share <= bound } else { share >= bound };
        assert!(reached, "{part}: of {class} {share:.3} are flagged, the bound is {bound}");
    }
}

/// The test part was labelled before there was a detector, each of the others before the detector was widened once more.
#[test]
fn the_test_parts_are_as_they_were_labelled() {
    for part in PARTS.iter().filter(|part| **part != "dev") {
        let digest = Sha256::digest(read(&format!("tests/corpus/{part}.tsv")).as_bytes());
        let hex = digest.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let said = read(&format!("tests/corpus/{part}.sha256"));
        assert_eq!(said.split_whitespace().next(), Some(hex.as_str()), "{part}");
    }
}

#[test]
fn what_is_labelled_is_found() {
    let mut table = format!("| class | {} |\n|{}\n", PARTS.join(" | "), "---|".repeat(PARTS.len() + 1));
    let parts = PARTS.map(|part| {
        let rows = rows(part);
        let flagged = |_: usize, row: &Row| found(&row.key, &row.value).is_some();
        println!(
            "{part} by language: {:?}",
            count(&rows, |row| format!("{} {}", row.class, row.language), flagged)
        );
        if std::env::var_os("PREFLIGHT_SHOW").is_some() && part == "dev" {
            for row in rows.iter().filter(|row| flagged(0, row) == (row.class == "setting")) {
                println!("{}: {}={} {:?}", row.class, row.key, row.value, found(&row.key, &row.value));
            }
        }
        (part, count(&rows, |row| row.class.clone(), flagged))
    });
    for (class, ..) in BOUNDS {
        let cell = |(_, figures): &(&str, Figures)| {
            let (flagged, all) = figures[class];
            format!("{flagged} of {all} ({:.1} %)", 100.0 * share((flagged, all)))
        };
        let said = if class == "setting" { "settings flagged".to_owned() } else { format!("{class}: found") };
        let cells: Vec<String> = parts.iter().map(cell).collect();
        let _ = writeln!(table, "| {said} | {} |", cells.join(" | "));
    }
    let page = read("docs/detection.md");
    let (before, rest) = page.split_once("<!-- measured:start -->").unwrap();
    let (_, after) = rest.split_once("<!-- measured:end -->").unwrap();
    let written = format!("{before}<!-- measured:start -->\n{table}<!-- measured:end -->{after}");
    support::golden("docs/detection.md", &written);
    for (part, figures) in &parts {
        assert_reached(part, figures);
    }
}

/// `PREFLIGHT_DRAWS` draws a row, `PREFLIGHT_SEED` the seed. A value is never printed, but where `PREFLIGHT_SHOW` is set.
#[test]
fn no_strong_secret_is_flagged() {
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let (draws, seed) = (number("PREFLIGHT_DRAWS", 20), number("PREFLIGHT_SEED", 1));
    let mut draw = Draw(seed);
    let mut faults = BTreeMap::new();
    let mut try_one = |row: &'static str, secret: &str, draw: &mut Draw| {
        let key = *draw.of(KEYS);
        for value in places(secret) {
            if let Some(found) = found(key, &value) {
                if std::env::var_os("PREFLIGHT_SHOW").is_some() {
                    println!("{row}: {key}={value} {found:?}");
                }
                *faults.entry((row, format!("{found:?}"))).or_insert(0) += 1;
            }
        }
    };
    for (row, make) in ROWS {
        for _ in 0..draws {
            let secret = make(&mut draw);
            try_one(row, &secret, &mut draw);
        }
    }
    for _ in 0..40 * draws {
        let secret = adversarial(&mut draw);
        try_one("made to look like a stand-in", &secret, &mut draw);
    }
    assert!(faults.is_empty(), "seed {seed}, {draws} draws a row: {faults:#?}");
}

/// Of settings with something drawn in them hardly any is taken for a placeholder: one of five thousand, by the chance that it holds
/// what speaks to a reader.
#[test]
fn drawn_settings_are_no_placeholders() {
    const DRAWS: usize = 30_000;
    let number = |name: &str, usual: u64| std::env::var(name).map_or(usual, |text| text.parse().unwrap());
    let mut draw = Draw(number("PREFLIGHT_SEED", 1));
    let mut flagged = Vec::new();
    for _ in 0..DRAWS {
        let (key, value) = drawn::setting(&mut draw);
        if let Some(found) = found(&key, &value) {
            flagged.push(format!("{key}={value} {found:?}"));
        }
    }
    assert!(flagged.len() * 5_000 <= DRAWS, "{flagged:#?}");
}

/// The program over `.env` files with one labelled value a line: what it says is what the library says.
#[test]
fn the_program_says_the_same() {
    let all: Vec<Row> = rows("dev").into_iter().chain(rows("test")).collect();
    let plain = |row: &&Row| {
        let named = row.key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && !row.key.starts_with(|c: char| c.is_ascii_digit());
        named && !row.value.contains(['\'', '\\', '\n'])
    };
    let mut files: Vec<(String, BTreeSet<String>, BTreeSet<String>)> = Vec::new();
    for row in all.iter().filter(plain) {
        let free = files.iter_mut().find(|(_, keys, _)| !keys.contains(&row.key) && keys.len() < 200);
        let (text, keys, expected) = match free {
            Some(file) => file,
            None => {
                files.push(Default::default());
                files.last_mut().unwrap()
            }
        };
        let _ = writeln!(text, "{}='{}'", row.key, row.value);
        keys.insert(row.key.clone());
        if found(&row.key, &row.value).is_some() {
            expected.insert(row.key.clone());
        }
    }
    for (text, _, expected) in &files {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env.prod");
        fs::write(&path, text).unwrap();
        set_mode(&path, 0o600);
        let (_, report) = support::report(folder.path(), ["prod"]);
        let findings = report["findings"].as_array().unwrap().iter();
        let mut said = BTreeSet::new();
        let mut beside = Vec::new();
        for finding in
            findings.filter(|f| ["placeholder-value", "weak-secret"].contains(&f["rule"].as_str().unwrap()))
        {
            let key = finding["key"].as_str().unwrap().to_owned();
            // Names that stand around a secret in the same file give more away than its own letters do.
            let known = expected.contains(&key) || finding["cause"] == "weak:own-name";
            beside.extend((!known).then(|| format!("{key} {}", finding["cause"])));
            said.insert(key);
        }
        let missing: Vec<&String> = expected.difference(&said).collect();
        assert!(missing.is_empty() && beside.is_empty(), "not said: {missing:?}, said beside: {beside:?}");
    }
}
