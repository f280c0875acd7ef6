//! Every reader over a million lines, beside the dotenvy crate over the same ones: `cargo bench --bench readers`.
//!
//! The lines are as projects have them: most plain, some in quotes, with comments, references and escapes.
#![allow(clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints, and has no one to answer to")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use preflight::syntax::dotenv::lex;
use preflight::syntax::readers::{Reader, plain};
use preflight::text::KeyName;

const LINES: usize = 1_000_000;
/// As many lines as real files have at most: none has a million.
const FILE: usize = 1_000;

fn file(from: usize) -> String {
    let mut text = String::new();
    for n in from..from + FILE {
        let _ = match n % 20 {
            0 => writeln!(text, "# section {n}"),
            1 => writeln!(text),
            2 | 3 => writeln!(text, "NAME_{n}='some words, {n}'"),
            4 | 5 => writeln!(text, "TITLE_{n}=\"some words, {n}\""),
            6 => writeln!(text, "LEVEL_{n}=info # or debug"),
            7 => writeln!(text, "LINK_{n}=https://example.com:8080/path/{n}?x=1"),
            _ => writeln!(text, "SETTING_{n}=value-{n}"),
        };
    }
    text
}

fn timed(mut work: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let start = Instant::now();
        work();
        best = best.min(start.elapsed());
    }
    best
}

fn main() {
    let files: Vec<String> = (0..LINES / FILE).map(|n| file(n * FILE)).collect();
    let crate_itself = timed(|| {
        for file in &files {
            dotenvy::from_read_iter(file.as_bytes()).for_each(|item| drop(black_box(item)));
        }
    });
    let row = |name: &str, time: Duration| {
        let each = time.as_secs_f64() * 1e9 / LINES as f64;
        println!(
            "{name:16} {:8.0} ms {each:6.0} ns a line {:6.2}x",
            time.as_secs_f64() * 1e3,
            time.as_secs_f64() / crate_itself.as_secs_f64()
        );
    };
    println!("{LINES} lines in {} files", files.len());
    row("dotenvy, crate", crate_itself);
    row(
        "plain",
        timed(|| {
            for file in &files {
                black_box(plain(file.as_bytes(), &lex(file.as_bytes()), KeyName::visible));
            }
        }),
    );
    let mut all = Duration::ZERO;
    for reader in Reader::programs() {
        let time = timed(|| {
            for file in &files {
                black_box(reader.read(file.as_bytes()));
            }
        });
        all += time;
        row(reader.as_str(), time);
    }
    row("all programs", all);
}
