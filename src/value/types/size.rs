//! Numbers of bytes.

use super::quantity::amount;
use super::{Fault, ensure, number};

/// Letters of the multiples, smallest first.
const LETTERS: &[u8] = b"kmgtpe";

/// A size in the smallest parts of a byte that are counted.
///
/// A number without sign and a unit behind it or behind one blank, in any case: nothing or `B` for bytes; `k`, `M`, `G`,
/// `T`, `P`, `E` with or without `B` for powers of 1000 (SI; Kubernetes' quantities); with `i` for powers of 1024 (IEC
/// 80000-13). `1e6` is a million bytes, as in Kubernetes. Some programs take `MB` for 1024 times 1024: two sizes are
/// compared as this page reads them.
pub(super) fn parse(value: &[u8]) -> Result<i128, Fault> {
    let (whole, fraction, rest) = number::plain(value).ok_or(Fault::Number)?;
    if let [b'e' | b'E', digits @ ..] = rest
        && let Some(power) = number::exponent(digits)
    {
        return scientific(whole, fraction, power);
    }
    let unit = rest.strip_prefix(b" ").filter(|unit| !unit.is_empty()).unwrap_or(rest);
    amount(whole, fraction, unit_of(unit).ok_or(Fault::Unit)?)
}

fn unit_of(unit: &[u8]) -> Option<i128> {
    let letter = match unit {
        [] | [b'b' | b'B'] => return Some(1),
        [letter, ..] => letter.to_ascii_lowercase(),
    };
    let at = LETTERS.iter().position(|known| *known == letter)?;
    let power = u32::try_from(at).ok()?.checked_add(1)?;
    let base: i128 = match unit.get(1..)? {
        [] | [b'b' | b'B'] => 1000,
        [b'i' | b'I'] | [b'i' | b'I', b'b' | b'B'] => 1024,
        _ => return None,
    };
    base.checked_pow(power)
}

fn scientific(whole: &[u8], fraction: &[u8], power: i64) -> Result<i128, Fault> {
    ensure(!whole.is_empty(), Fault::Number)?;
    let power = u32::try_from(power).ok().and_then(|power| 10_i128.checked_pow(power)).ok_or(Fault::Range)?;
    amount(whole, fraction, power)
}
