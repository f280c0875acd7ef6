//! Plain scalars as SOPS takes them: what YAML says of an unquoted one, and how Go prints numbers.
//!
//! The authentication code is over these texts, so they have to be the same to the byte.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use super::tree::{Kind, Scalar, Text};

fn scalar(kind: Kind, text: impl Into<String>) -> Scalar {
    Scalar { kind, text: Text::new(text) }
}

/// An unquoted YAML scalar, by the rules of the library that SOPS uses (gopkg.in/yaml.v3, `resolve.go`).
pub(super) fn plain_yaml(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return scalar(Kind::Null, ""),
        "true" | "True" | "TRUE" => return scalar(Kind::Bool, "true"),
        "false" | "False" | "FALSE" => return scalar(Kind::Bool, "false"),
        ".nan" | ".NaN" | ".NAN" => return scalar(Kind::Float, "NaN"),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return scalar(Kind::Float, "+Inf"),
        "-.inf" | "-.Inf" | "-.INF" => return scalar(Kind::Float, "-Inf"),
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return scalar(Kind::Str, text);
    }
    if let Some(time) = yaml_time(text) {
        return scalar(Kind::Time, time);
    }
    let bare = text.replace('_', "");
    if let Some(int) = go_int(&bare) {
        return scalar(Kind::Int, int);
    }
    match is_yaml_float(&bare).then(|| bare.parse::<f64>()) {
        Some(Ok(number)) if number.is_finite() => scalar(Kind::Float, go_float(number)),
        _ => scalar(Kind::Str, text),
    }
}

/// A JSON number: Go reads it as a float, whatever it is.
pub(super) fn json_number(text: &str) -> Option<Scalar> {
    let number: f64 = text.parse().ok()?;
    let shown = number.is_finite().then(|| go_float(number))?;
    let kind = if shown.contains('.') { Kind::Float } else { Kind::Int };
    Some(scalar(kind, shown))
}

/// Go's `strconv.FormatFloat(number, 'f', -1, 64)`: the shortest digits that give the number again, no exponent.
pub(super) fn go_float(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() }
    } else {
        number.to_string()
    }
}

/// Go's `strconv.ParseInt(text, 0, 64)`, or `ParseUint`, in decimal.
fn go_int(text: &str) -> Option<String> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let lower = digits.get(..2).map(str::to_ascii_lowercase);
    let (radix, digits) = match lower.as_deref() {
        Some("0x") => (16, digits.get(2..)?),
        Some("0b") => (2, digits.get(2..)?),
        Some("0o") => (8, digits.get(2..)?),
        Some(_) if digits.starts_with('0') => (8, digits.get(1..)?),
        _ => (10, digits),
    };
    if !digits.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let value = i128::from(u64::from_str_radix(digits, radix).ok()?);
    let value = if negative { -value } else { value };
    (value >= i128::from(i64::MIN)).then(|| value.to_string())
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_yaml_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let whole = match mantissa.split_once('.') {
        Some(("", fraction)) => digits(fraction),
        Some((whole, fraction)) => digits(whole) && (fraction.is_empty() || digits(fraction)),
        None => digits(mantissa),
    };
    whole && exponent.is_none_or(|text| digits(text.strip_prefix(['-', '+']).unwrap_or(text)))
}

/// What a sealed value of a type says: the text that the authentication code is over. None if it does not fit.
pub(super) fn opened(kind: Kind, text: &str) -> Option<Zeroizing<String>> {
    let text = match kind {
        Kind::Int => {
            let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
            let fits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
            let short = digits.trim_start_matches('0');
            let sign = if text.starts_with('-') && !short.is_empty() { "-" } else { "" };
            fits.then(|| format!("{sign}{}", if short.is_empty() { "0" } else { short }))?
        }
        Kind::Float => {
            let number: f64 = text.parse().ok()?;
            go_float(number)
        }
        // Go's ParseBool; SOPS itself writes `True` and `False`.
        Kind::Bool => match text {
            "1" | "t" | "T" | "true" | "TRUE" | "True" => "true".to_owned(),
            "0" | "f" | "F" | "false" | "FALSE" | "False" => "false".to_owned(),
            _ => return None,
        },
        Kind::Time => rfc3339(text)?,
        Kind::Str | Kind::Bytes | Kind::Comment => text.to_owned(),
        Kind::Null => return None,
    };
    Some(Zeroizing::new(text))
}

/// What of a value goes into the authentication code: `True` and `False` with capitals, as the first SOPS had it.
pub(super) fn hashed(kind: Kind, text: &[u8]) -> &[u8] {
    match (kind, text) {
        (Kind::Bool, b"true") => b"True",
        (Kind::Bool, _) => b"False",
        (Kind::Null, _) => b"",
        _ => text,
    }
}

/// A time as Go's `time.RFC3339` prints it: no fraction, `Z` for UTC. The additional data of the authentication code.
pub(super) fn rfc3339_seconds(text: &str) -> Option<String> {
    let parts = Time::parse(text, true)?;
    parts.zone.is_some().then(|| parts.show(false))
}

/// A time as Go's `MarshalText` prints it.
fn rfc3339(text: &str) -> Option<String> {
    let parts = Time::parse(text, true)?;
    parts.zone.is_some().then(|| parts.show(true))
}

/// An unquoted YAML time, as Go prints it: `2006-1-2`, with a time of day after `T`, `t` or a blank.
fn yaml_time(text: &str) -> Option<String> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (digits == 4 && text.as_bytes().get(4) == Some(&b'-'))
        .then(|| Time::parse(text, false))?
        .map(|time| time.show(true))
}

struct Time<'a> {
    date: [u32; 3],
    clock: [u32; 3],
    fraction: &'a str,
    /// Minutes east of UTC.
    zone: Option<i32>,
}

impl<'a> Time<'a> {
    /// `strict`: two digits each and all parts, as RFC 3339 wants it.
    fn parse(text: &'a str, strict: bool) -> Option<Self> {
        let number = |text: &str, least: u32, most: u32| {
            let fits = (1..=2).contains(&text.len()) && (!strict || text.len() == 2);
            let value: u32 =
                (fits && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())??;
            (least..=most).contains(&value).then_some(value)
        };
        let (year, rest) = text.split_once('-')?;
        let year = (year.len() == 4).then(|| year.parse().ok())??;
        let (month, rest) = rest.split_once('-')?;
        let month = number(month, 1, 12)?;
        let day_end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (day, rest) = rest.split_at_checked(day_end)?;
        let date = [year, month, number(day, 1, days(year, month))?];
        if rest.is_empty() {
            return (!strict).then_some(Self { date, clock: [0; 3], fraction: "", zone: None });
        }
        let blank = rest.starts_with(' ');
        let rest = rest.strip_prefix(if strict { &['T'][..] } else { &['T', 't', ' '][..] })?;
        let zone_at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
        let (clock, zone) = rest.split_at_checked(zone_at)?;
        // A blank goes with no zone, `T` with one.
        let zone = match zone {
            "" if blank => None,
            _ if blank => return None,
            "Z" => Some(0),
            _ => {
                let (hours, minutes) = zone.get(1..)?.split_once(':')?;
                let two = hours.len() == 2 && minutes.len() == 2;
                let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
                let minutes = (two && (0..24).contains(&hours) && (0..60).contains(&minutes))
                    .then_some(hours * 60 + minutes)?;
                Some(if zone.starts_with('-') { -minutes } else { minutes })
            }
        };
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
        if !fraction.bytes().all(|b| b.is_ascii_digit()) || fraction.len() > 9 {
            return None;
        }
        let mut parts = clock.split(':');
        let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next()?);
        let clock = [number(hour, 0, 23)?, number(minute, 0, 59)?, number(second, 0, 59)?];
        parts.next().is_none().then_some(Self { date, clock, fraction: fraction.trim_end_matches('0'), zone })
    }

    fn show(&self, fraction: bool) -> String {
        let ([year, month, day], [hour, minute, second]) = (self.date, self.clock);
        let mut out = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
        if fraction && !self.fraction.is_empty() {
            out.push('.');
            out.push_str(self.fraction);
        }
        match self.zone {
            None | Some(0) => out.push('Z'),
            Some(zone) => {
                let sign = if zone < 0 { '-' } else { '+' };
                let _ = write!(out, "{sign}{:02}:{:02}", zone.abs() / 60, zone.abs() % 60);
            }
        }
        out
    }
}

const fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
#[path = "scalar_tests.rs"]
mod tests;
