//! Where identities and their passphrase come from, as it was typed and as the environment says.

use std::env;
use std::io::IsTerminal;

use zeroize::Zeroizing;

use crate::load::unseal::Vault;
use crate::os::{ask_terminal, read_descriptor};

use super::args::CheckArgs;

/// The variable that holds the number of a descriptor on which the passphrase can be read.
const DESCRIPTOR: &str = "PREFLIGHT_AGE_PASSPHRASE_FD";
/// Bytes of a passphrase.
const MOST: usize = 4096;

/// The vault of a run.
pub fn open(args: &CheckArgs) -> Vault {
    if args.no_decrypt { Vault::shut() } else { Vault::open(&args.identity, Box::new(passphrase)) }
}

/// The vault of a command that takes no identities: those of the environment and of the policy open it.
pub fn unnamed() -> Vault {
    Vault::open(&[], Box::new(passphrase))
}

/// The passphrase; never an argument or a variable, which other processes see.
fn passphrase() -> Option<Zeroizing<String>> {
    let line = match env::var_os(DESCRIPTOR).filter(|number| !number.is_empty()) {
        Some(number) => read_descriptor(number.to_str()?.parse().ok()?, MOST).ok()?,
        // Where nobody sees a question nobody answers it.
        None if !std::io::stderr().is_terminal() => return None,
        None => ask_terminal("Passphrase of the age identity or file: ", MOST)?,
    };
    let text = std::str::from_utf8(&line).ok()?;
    let text = text.split('\n').next().unwrap_or_default();
    let text = text.strip_suffix('\r').unwrap_or(text);
    (!text.is_empty()).then(|| Zeroizing::new(text.to_owned()))
}
