//! Dates and times.

use super::{Fault, ensure, span};

/// `full-date` or `date-time` of RFC 3339, section 5.6. A blank may stand for the `T`, as the note there has it; the offset
/// must be there, since a time without one is another moment in another place.
pub(super) fn iso8601(value: &[u8]) -> Result<(), Fault> {
    let (date, rest) = value.split_at_checked(10).ok_or(Fault::Date)?;
    is_date(date)?;
    match rest {
        [] => Ok(()),
        [b'T' | b't' | b' ', time @ ..] => is_time(time),
        _ => Err(Fault::Form),
    }
}

fn is_date(date: &[u8]) -> Result<(), Fault> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else { return Err(Fault::Date) };
    let (century, of) = (pair(y1, y2).ok_or(Fault::Date)?, pair(y3, y4).ok_or(Fault::Date)?);
    let (month, day) = (pair(m1, m2).ok_or(Fault::Date)?, pair(d1, d2).ok_or(Fault::Date)?);
    // RFC 3339, appendix C.
    let leap = if of == 0 { century % 4 == 0 } else { of % 4 == 0 };
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    ensure((1..=days).contains(&day), Fault::Date)
}

fn is_time(time: &[u8]) -> Result<(), Fault> {
    let (clock, rest) = time.split_at_checked(8).ok_or(Fault::Time)?;
    let &[h1, h2, b':', m1, m2, b':', s1, s2] = clock else { return Err(Fault::Time) };
    let two = |high, low, most| pair(high, low).filter(|number| *number <= most).ok_or(Fault::Time);
    let (hour, minute, second) = (two(h1, h2, 23)?, two(m1, m2, 59)?, two(s1, s2, 60)?);
    let offset = match rest {
        [b'.', digits @ ..] => {
            let (fraction, offset) = span(digits, |b| b.is_ascii_digit());
            ensure(!fraction.is_empty(), Fault::Time)?;
            offset
        }
        _ => rest,
    };
    let offset = offset_of(offset).ok_or(Fault::Offset)?;
    // A leap second is the last of a day in UTC (RFC 3339, section 5.7).
    let utc = (i32::from(hour) * 60 + i32::from(minute) - offset).rem_euclid(24 * 60);
    ensure(second < 60 || utc == 24 * 60 - 1, Fault::Time)
}

/// Minutes east of UTC.
fn offset_of(text: &[u8]) -> Option<i32> {
    let (sign, h1, h2, m1, m2) = match *text {
        [b'Z' | b'z'] => return Some(0),
        [b'+', h1, h2, b':', m1, m2] => (1, h1, h2, m1, m2),
        [b'-', h1, h2, b':', m1, m2] => (-1, h1, h2, m1, m2),
        _ => return None,
    };
    let hour = pair(h1, h2).filter(|hour| *hour <= 23)?;
    let minute = pair(m1, m2).filter(|minute| *minute <= 59)?;
    Some(sign * (i32::from(hour) * 60 + i32::from(minute)))
}

fn pair(high: u8, low: u8) -> Option<u8> {
    let digits = high.is_ascii_digit() && low.is_ascii_digit();
    digits.then(|| (high - b'0') * 10 + (low - b'0'))
}
