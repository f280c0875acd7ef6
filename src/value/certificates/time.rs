//! Points in time as certificates write them.

use super::{Fault, der};

/// Seconds since the beginning of 1970 in UTC (RFC 5280, section 4.1.2.5: `UTCTime` with two digits of the year up to 2049,
/// `GeneralizedTime` with four; both to the second and with a `Z`).
pub fn seconds(tag: u8, content: &[u8]) -> Result<i64, Fault> {
    let (year, rest) = match tag {
        der::UTC_TIME => {
            let (year, rest) = digits(content, 2)?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        der::GENERALIZED_TIME => digits(content, 4)?,
        _ => return Err(Fault::Contents),
    };
    let (month, rest) = digits(rest, 2)?;
    let (day, rest) = digits(rest, 2)?;
    let (hour, rest) = digits(rest, 2)?;
    let (minute, rest) = digits(rest, 2)?;
    let (second, rest) = digits(rest, 2)?;
    let clock = hour < 24 && minute < 60 && second < 61 && rest == b"Z";
    let days = days(year, month, day).filter(|_| clock).ok_or(Fault::Contents)?;
    Ok(((days * 24 + hour) * 60 + minute) * 60 + second)
}

fn digits(text: &[u8], count: usize) -> Result<(i64, &[u8]), Fault> {
    let (digits, rest) = text.split_at_checked(count).ok_or(Fault::Contents)?;
    if !digits.iter().all(u8::is_ascii_digit) {
        return Err(Fault::Contents);
    }
    Ok((digits.iter().fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')), rest))
}

/// Days from the first of January 1970 to a day of the Gregorian calendar; `None` if there is no such day.
///
/// A year is taken to begin in March, so that the leap day is its last; 400 years have 146,097 days.
pub fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let most = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    if !(1..=most).contains(&day) {
        return None;
    }
    let year = if month > 2 { year } else { year - 1 };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    // The months from March on have 31, 30, 31, 30, 31 days, and again.
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

#[cfg(test)]
mod tests {
    use super::super::der::{GENERALIZED_TIME, UTC_TIME};
    use super::{days, seconds};
    use rstest::rstest;

    #[rstest]
    #[case(UTC_TIME, "700101000000Z", Some(0))]
    #[case(UTC_TIME, "491231235959Z", Some(2_524_607_999))]
    #[case(UTC_TIME, "500101000000Z", Some(-631_152_000))]
    #[case(GENERALIZED_TIME, "20000229120000Z", Some(951_825_600))]
    #[case(GENERALIZED_TIME, "99991231235959Z", Some(253_402_300_799))]
    #[case(GENERALIZED_TIME, "19000229000000Z", None)]
    #[case(GENERALIZED_TIME, "20260101000000", None)]
    #[case(GENERALIZED_TIME, "20260101000000+0100", None)]
    #[case(GENERALIZED_TIME, "20260101240000Z", None)]
    #[case(GENERALIZED_TIME, "20261301000000Z", None)]
    #[case(GENERALIZED_TIME, "20260100000000Z", None)]
    #[case(UTC_TIME, "2601010000Z", None)]
    #[case(UTC_TIME, "", None)]
    #[case(4, "260101000000Z", None)]
    fn points(#[case] tag: u8, #[case] text: &str, #[case] expected: Option<i64>) {
        assert_eq!(seconds(tag, text.as_bytes()).ok(), expected);
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut last = days(1899, 12, 31);
        for year in 1900..2101 {
            for (month, day) in (1..=12).flat_map(|month| (1..=31).map(move |day| (month, day))) {
                let Some(this) = days(year, month, day) else { continue };
                assert_eq!(Some(this - 1), last, "{year} {month} {day}");
                last = Some(this);
            }
        }
    }
}
