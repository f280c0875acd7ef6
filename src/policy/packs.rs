//! The packs that ship with preflight.

/// A shipped pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Its name in `extends`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Lies under every policy.
pub const BASELINE: Pack =
    Pack { name: "baseline", text: include_str!("../../policies/packs/baseline.yaml") };

/// Is laid over environments that are `relaxed`.
pub const RELAXED: Pack = Pack { name: "relaxed", text: include_str!("../../policies/packs/relaxed.yaml") };

/// Packs that a policy may name in `extends`.
pub const EXTENDABLE: &[Pack] =
    &[Pack { name: "postgres", text: include_str!("../../policies/packs/postgres.yaml") }];
