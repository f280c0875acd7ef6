//! Every model of a reader against the program that it models.
//!
//! The program reads generated files and the corpus; what it makes of them, the model has to say, or say that it cannot.
//! With `PREFLIGHT_REAL_TOOLS=1` a slice is run; `scripts/differential.sh` runs the whole.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "tests"
)]

#[path = "differential/compare.rs"]
mod compare;
#[path = "differential/compose.rs"]
mod compose;
#[path = "differential/corpus.rs"]
mod corpus;
#[path = "differential/docker.rs"]
mod docker;
#[path = "differential/dotenvy.rs"]
mod dotenvy;
#[path = "differential/generator.rs"]
mod generator;
#[path = "differential/godotenv.rs"]
mod godotenv;
#[path = "differential/javascript.rs"]
mod javascript;
#[path = "differential/python.rs"]
mod python;
#[path = "differential/ruby.rs"]
mod ruby;
#[path = "differential/shell.rs"]
mod shell;
mod support;
#[path = "differential/systemd.rs"]
mod systemd;
