//! The ASCII armor of age files: PEM as RFC 7468 has it, and stricter (<https://c2sp.org/age#ascii-armor>).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Fault;

pub(super) const BEGIN: &[u8] = b"-----BEGIN AGE ENCRYPTED FILE-----";
const END: &[u8] = b"-----END AGE ENCRYPTED FILE-----";
/// Columns of every line but the last.
const COLUMNS: usize = 64;

/// The binary file in the armor. White space may stand before and behind it, and nothing else.
///
/// # Errors
/// [`Fault::Armor`] for anything that the format does not allow.
pub(super) fn decode(bytes: &[u8]) -> Result<Vec<u8>, Fault> {
    let mut decoded = Vec::with_capacity(bytes.len() / 4 * 3);
    let mut lines = bytes.trim_ascii().split(|byte| *byte == b'\n').map(without_return);
    if lines.next() != Some(BEGIN) {
        return Err(Fault::Armor);
    }
    let mut short = false;
    loop {
        let line = lines.next().ok_or(Fault::Armor)?;
        if line == END {
            break;
        }
        if short || line.is_empty() || line.len() > COLUMNS {
            return Err(Fault::Armor);
        }
        short = line.len() < COLUMNS;
        let before = decoded.len();
        STANDARD.decode_vec(line, &mut decoded).map_err(|_| Fault::Armor)?;
        // A line that ends in padding is the last, however long it is.
        short |= decoded.len() - before < COLUMNS / 4 * 3;
    }
    if lines.next().is_some() { Err(Fault::Armor) } else { Ok(decoded) }
}

/// The last line may end without a line break, and then not in half of one.
fn without_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}
