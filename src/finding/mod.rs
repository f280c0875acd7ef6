//! L1: what preflight says. Findings, what was not checked, the report and its verdict.
//!
//! Nothing here can hold a value: messages are static templates with typed, value-safe arguments.

pub mod builder;
pub mod cause;
pub mod location;
pub mod message;
pub mod not_checked;
pub mod report;
pub mod rule_meta;
pub mod severity;
pub mod shares;
pub mod subject;
pub mod verdict;

pub use builder::{BuildError, FindingBuilder};
pub use cause::{Cause, CauseArg};
pub use location::{Excerpt, Location, Place};
pub use message::{Arg, Message};
pub use not_checked::{NotChecked, Why};
pub use report::{Coverage, EnvironmentResult, ErrorKind, Finding, Report, ReportError};
pub use rule_meta::{CauseMeta, RuleMeta};
pub use severity::{Level, Severity};
pub use subject::{Subject, SubjectKind};
pub use verdict::Verdict;
