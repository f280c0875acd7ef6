//! systemd's units: `EnvironmentFile=` and the commands of `Exec...=`.

use crate::syntax::readers::Reader;
use crate::text::Span;

use super::commands::{Shell, scan};
use super::names::{Names, UNKNOWN};
use super::scripts::parts;
use super::words::Dollar;
use super::{Basis, Clue};

/// What a unit says. No shell reads its commands, unless it calls one.
pub(super) fn clues(text: &str, depends: &[Reader]) -> Vec<Clue> {
    let mut files = Vec::new();
    let mut service = false;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let setting = line.trim();
        if setting.starts_with('[') {
            service = setting == "[Service]";
        } else if let Some((name, value)) = setting.split_once('=').filter(|_| service)
            && name.trim_end() == "EnvironmentFile"
        {
            let value = value.trim();
            // Nothing takes back all that came before.
            if value.is_empty() {
                files.clear();
            }
            let start = line.trim_end().len() - value.len();
            files.extend(environment_file(value, Span::new(at + start, at + start + value.len())));
        }
        at += line.len();
    }
    let commands = parts(text, |line| {
        let name = line.find('=')?;
        line.get(..name)?.starts_with("Exec").then_some(name + 1)
    });
    files.extend(scan(text, commands, Shell { dot: None, dollar: Dollar::Shell, depends }));
    files
}

/// The clue in a value of `EnvironmentFile=`. systemd leaves relative paths out of account (systemd.exec(5)).
pub(super) fn environment_file(value: &str, span: Span) -> Option<Clue> {
    let path = value.strip_prefix('-').unwrap_or(value);
    let path = path.trim_matches(['"', '\'']);
    let mut text = String::with_capacity(path.len());
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match c {
            // A specifier, and a glob.
            '%' => text.push(if chars.next() == Some('%') { '%' } else { UNKNOWN }),
            '*' | '?' => text.push(UNKNOWN),
            c => text.push(c),
        }
    }
    let names = Names::written(&text).filter(Names::is_absolute)?;
    Some(Clue { reader: Reader::Systemd, names, span, basis: Basis::Named })
}
