//! L2: what a value reads as, what it is made of, and what gives it away. Pure functions over bytes; nothing here knows a
//! policy, and nothing prints.

pub mod certificates;
pub mod connection;
pub mod detect;
pub mod password;
pub mod text;
pub mod tls;
pub mod types;
mod words;
