//! The program `preflight`: see the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(preflight::app::main())
}
