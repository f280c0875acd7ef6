//! `preflight` answers one question before every deploy step: may this environment be deployed with the
//! configuration and secrets that are there right now?

pub mod engine;
pub mod finding;
pub mod model;
pub mod os;
pub mod policy;
pub mod rules;
pub mod syntax;
pub mod text;
