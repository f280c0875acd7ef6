//! The program `preflight`: see the library.

fn main() {}
