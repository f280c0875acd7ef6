//! What several rules need to know of values. Pure functions; no rule, no finding.

pub mod digest;
pub mod placeholder;
pub mod secrecy;
pub mod shape;
pub mod tls;
pub mod tls_text;
