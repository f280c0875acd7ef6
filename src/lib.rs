//! `preflight` answers one question before every deploy step: may this environment be deployed with the
//! configuration and secrets that are there right now?
//!
//! Data flows one way. A module imports only from those above it in this list, and `tests/layering.rs` says so:
//!
//! | layer | module | what it is |
//! |---|---|---|
//! | L0 | [`cores`] | work on several cores |
//! | L0 | [`text`] | bytes, places in them, what may be printed |
//! | L1 | [`finding`] | what is said: findings, gaps, report, verdict |
//! | L1 | [`os`] | what differs between operating systems |
//! | L2 | [`syntax`] | bytes to spanned trees, pure |
//! | L2 | [`sealed`] | encrypted files: what they show, and opening them in memory |
//! | L2 | [`value`] | what a value reads as, and what gives it away |
//! | L3 | [`policy`] | the YAML policy, validated and laid in layers |
//! | L3 | [`model`] | what is checked; knows no policy |
//! | L4 | [`rules`] | one file a rule |
//! | L5 | [`engine`] | select, ask, judge |
//! | L5 | [`report`] | a report to text; knows no rule |
//! | L6 | [`load`] | the only reader of files, environment and processes |
//! | L7 | [`app`] | arguments, settings, subcommands, exit codes |
//!
//! The interfaces that other programs may build on are the command line, the exit codes and the JSON report,
//! not this library's: it serves the program and its tests.

pub mod app;
pub mod cores;
pub mod engine;
pub mod finding;
pub mod load;
pub mod model;
pub mod os;
pub mod policy;
pub mod report;
pub mod rules;
pub mod sealed;
pub mod syntax;
pub mod text;
pub mod value;
