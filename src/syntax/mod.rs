//! L2: pure functions from bytes to spanned trees. Nothing here reads files or knows a policy.

pub mod clues;
pub mod config;
pub mod dotenv;
pub mod fingerprints;
pub mod ini;
pub mod names;
pub mod pairs;
pub mod postgres;
pub mod readers;
pub mod secret_file;
pub mod template;
pub mod url;
pub mod yaml;
