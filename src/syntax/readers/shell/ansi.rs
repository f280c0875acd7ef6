//! The escapes of bash's `$'...'`.

use crate::text::ValueBuilder;

/// The escapes of `$'...'`; nothing for those that depend on the locale, or that end the text early.
pub(super) fn ansi(text: &[u8], out: &mut ValueBuilder) -> Option<()> {
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        if *byte != b'\\' {
            out.push(*byte);
            continue;
        }
        let (escaped, after) = rest.split_first()?;
        rest = after;
        let plain = match escaped {
            b'a' => 0x07,
            b'b' => 0x08,
            b'e' | b'E' => 0x1b,
            b'f' => 0x0c,
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'v' => 0x0b,
            b'\\' | b'\'' | b'"' | b'?' => *escaped,
            b'0'..=b'7' => {
                let (number, after) = digits(text.get(text.len() - rest.len() - 1..)?, 8, 3);
                rest = after;
                u8::try_from(number & 0xff).ok().filter(|byte| *byte != 0)?
            }
            b'x' | b'u' | b'U' => {
                let most = match escaped {
                    b'x' => 2,
                    b'u' => 4,
                    _ => 8,
                };
                let (number, after) = digits(rest, 16, most);
                if after.len() == rest.len() {
                    if rest.first() == Some(&b'{') {
                        return None;
                    }
                    out.push(b'\\');
                    *escaped
                } else {
                    rest = after;
                    let most = if *escaped == b'x' { 0xff } else { 0x7f };
                    u8::try_from(number).ok().filter(|byte| (1..=most).contains(byte))?
                }
            }
            b'c' => return None,
            _ => {
                out.push(b'\\');
                *escaped
            }
        };
        out.push(plain);
    }
    Some(())
}

/// A number of at most so many digits, and what stands behind it.
fn digits(text: &[u8], base: u32, most: usize) -> (u32, &[u8]) {
    let mut number = 0_u32;
    let mut rest = text;
    while text.len() - rest.len() < most
        && let Some((byte, after)) = rest.split_first()
        && let Some(digit) = char::from(*byte).to_digit(base)
    {
        number = number.wrapping_mul(base).wrapping_add(digit);
        rest = after;
    }
    (number, rest)
}
