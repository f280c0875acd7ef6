//! L6: the only reader of files, environment and processes: bytes to model and facts.

pub mod answers;
pub mod beside;
pub mod clues;
pub mod committed;
pub mod discover;
mod dotenv;
mod entries;
pub mod environment;
pub mod fingerprints;
pub mod fleet;
pub mod git;
pub mod names;
mod opening;
mod platform;
pub mod project;
mod read_by;
mod secrets;
pub mod template;
pub mod typed;
pub mod unseal;
mod unsourced;
mod written;

/// Most bytes read of one file. Real ones stay a thousand times below.
pub const FILE_LIMIT: usize = 8 << 20;
/// Most bytes read of an encrypted file, and most that may be in it.
pub const SEALED_LIMIT: usize = 20 << 20;
/// Most bytes read in one run; values stay in memory until its end.
pub const RUN_LIMIT: usize = 256 << 20;
/// Most bytes read of a policy.
pub const POLICY_LIMIT: usize = 1 << 20;
