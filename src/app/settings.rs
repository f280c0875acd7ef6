//! The command line resolved: what was typed, and what the terminal and the environment say.

use std::io::IsTerminal;

use crate::report::{Detail, Style};

use super::args::{CheckArgs, Color};

/// How the human report on standard output is rendered.
#[must_use]
pub fn style(args: &CheckArgs) -> Style {
    let detail = match (args.quiet, args.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Verbose,
        _ => Detail::Usual,
    };
    Style { color: color(args.color), detail }
}

/// <https://no-color.org>: set and not empty means no colour, whatever its value.
fn color(wanted: Color) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match wanted {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
            std::io::stdout().is_terminal() && !set("NO_COLOR") && !dumb
        }
    }
}
