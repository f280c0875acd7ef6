//! Shells that source the file: `set -a; . ./file`, as dash 0.5.12 (`sh`) and bash 5.2 (`bash`, not in POSIX mode) do it.
//!
//! A file is a program to them. The model parses lists of simple commands as the shells' grammars have them and follows
//! what they do to variables: assignments, `export`, `unset`, expansion. Written from behaviour and from the manual pages
//! dash(1) and bash(1), with the order in which dash's parser takes characters.
//!
//! What is taken as given: a word that is neither builtin nor keyword is an external command, which changes no variable;
//! what `>name` without a slash names can be written; IFS is as it is at the start unless the file sets it.
//!
//! Refused is what ends the reading with an error. bash goes on behind a bad substitution if it sources the file itself,
//! and gives up if a subshell of it does: that too is refused here.
//!
//! Unmodelled: compound commands, functions, here documents, arithmetic, arrays, trimming and the further operators of
//! `${...}`, builtins other than `:`, `true`, `false`, `echo`, `pwd`, `export` and `unset`, and bash's variables that are no
//! plain ones (`RANDOM`, `SECONDS`, `BASH_*` ...).

mod ansi;
mod builtins;
mod expand;
pub(super) mod names;
mod outcome;
mod parse;
mod run;
#[cfg(test)]
mod shell_tests;
mod words;

use crate::text::{SecretValue, Span, ValueBuilder};

use super::{End, FileView, Refusal, Seen, Sheet, Text};

use run::Shell;

/// So many NUL bytes make bash take a file for a program.
const MOST_NULS: usize = 256;

/// Which shell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    Sh,
    Bash,
}

/// Why reading goes no further.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Refused(Refusal, usize),
    Unmodelled(usize),
    /// bash drops the rest of the line and goes on.
    Discard,
}

/// What it makes of a file.
pub(super) fn sh(bytes: &[u8]) -> FileView {
    read(Dialect::Sh, bytes)
}

/// What it makes of a file.
pub(super) fn bash(bytes: &[u8]) -> FileView {
    read(Dialect::Bash, bytes)
}

fn read(dialect: Dialect, bytes: &[u8]) -> FileView {
    if bytes.contains(&0) {
        return without_nul(dialect, bytes);
    }
    Shell::new(dialect, bytes).source()
}

/// Both shells leave NUL bytes out, but bash sees every other one of several in a row, and the file ends there for it.
/// They are left out here before, and places are those of the file again after.
fn without_nul(dialect: Dialect, bytes: &[u8]) -> FileView {
    let mut kept = ValueBuilder::with_capacity(bytes.len());
    let mut places = Vec::new();
    let mut left_out = 0_usize;
    let mut ended = false;
    let mut after_nul = false;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == 0 {
            let seen = after_nul && dialect == Dialect::Bash;
            ended |= seen;
            left_out += usize::from(!seen);
            after_nul = !seen;
            continue;
        }
        after_nul = false;
        if !ended {
            kept.push(*byte);
            places.push(at);
        }
    }
    if dialect == Dialect::Bash && left_out > MOST_NULS {
        let first = bytes.iter().position(|byte| *byte == 0).unwrap_or_default();
        return Sheet::new(bytes).finish(End::Refused(Refusal::NulByte, first));
    }
    let place = |at: usize| places.get(at).copied().unwrap_or(bytes.len());
    let mut view = Shell::new(dialect, kept.expose()).source();
    view.end = match view.end {
        End::Whole => End::Whole,
        End::Refused(why, at) => End::Refused(why, place(at)),
        End::Unmodelled(at) => End::Unmodelled(place(at)),
    };
    for executed in &mut view.executed {
        executed.at = place(executed.at);
    }
    for assigned in &mut view.assigned {
        if let Seen::Value(Text::Span(span)) = &assigned.seen {
            assigned.seen = SecretValue::new(span.of(kept.expose())).into();
        }
        let key = assigned.key;
        let moved = Span::new(place(key.start), place(key.end.saturating_sub(1)) + 1);
        // A name with a NUL byte inside stands nowhere in the file.
        if moved.len() != key.len() {
            view.end = End::Unmodelled(moved.start);
        }
        assigned.key = moved;
    }
    view
}
