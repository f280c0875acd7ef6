//! What rules need to know of values and environments. Pure functions; no rule, no finding.

pub mod agreement;
pub mod certificates;
pub mod conditions;
pub mod digest;
pub mod elsewhere;
pub mod fingerprint;
pub mod forms;
pub mod given_away;
pub mod held;
pub mod home;
pub mod key_pairs;
pub mod kinds;
pub mod letters;
pub mod pairs;
pub mod peers;
pub mod relation;
pub mod secrecy;
pub mod shape;
pub mod sharing;
pub mod steering;
pub mod tls;
pub mod vendors;
pub mod words;
