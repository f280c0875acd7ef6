//! What rules need to know of values and environments. Pure functions; no rule, no finding.

pub mod agreement;
pub mod digest;
pub mod held;
pub mod kinds;
pub mod peers;
pub mod placeholder;
pub mod secrecy;
pub mod shape;
pub mod tls;
pub mod tls_text;
pub mod words;
