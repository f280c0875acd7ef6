//! What rules need to know of values and environments. Pure functions; no rule, no finding.

pub mod agreement;
pub mod conditions;
pub mod digest;
pub mod given_away;
pub mod held;
pub mod home;
pub mod kinds;
pub mod letters;
pub mod peers;
pub mod relation;
pub mod secrecy;
pub mod shape;
pub mod steering;
pub mod tls;
pub mod tls_text;
pub mod vendors;
pub mod words;
