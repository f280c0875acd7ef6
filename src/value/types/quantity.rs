//! Values as quantities that can be put in order, exactly: no floating point, no rounding.

use std::cmp::Ordering;
use std::fmt;

use zeroize::Zeroizing;

use super::{Fault, ValueType, duration, number, size};

/// What a type's values measure; only those of one measure can be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// A plain number.
    Number,
    /// A length of time.
    Duration,
    /// A number of bytes.
    Size,
}

impl ValueType {
    /// What the type's values measure, if they have an order.
    #[must_use]
    pub const fn measure(self) -> Option<Measure> {
        match self {
            Self::Int | Self::Float | Self::Port => Some(Measure::Number),
            Self::Duration => Some(Measure::Duration),
            Self::Size => Some(Measure::Size),
            _ => None,
        }
    }
}

/// A value that has an order: a number, nanoseconds or bytes. Equal quantities are equal however they are written:
/// `1.50` and `15e-1`, `90m` and `PT1H30M`, `1GiB` and `1024Mi`. Compare only those of one [`Measure`].
#[derive(Clone, PartialEq, Eq)]
pub struct Quantity {
    negative: bool,
    /// The number is `0.` with these digits, times ten to this power.
    exponent: i64,
    /// Without zeros at either end; none is zero.
    digits: Zeroizing<Vec<u8>>,
}

/// A value as a quantity of its type's measure; `None` if it does not read as the type, or the type has no order.
#[must_use]
pub fn quantity(kind: ValueType, value: &[u8]) -> Option<Quantity> {
    match kind {
        ValueType::Int | ValueType::Port if kind.reads_as(value) => plain(value),
        ValueType::Float => plain(value),
        ValueType::Duration => duration::parse(value).ok().map(Quantity::scaled),
        ValueType::Size => size::parse(value).ok().map(Quantity::scaled),
        _ => None,
    }
}

fn plain(value: &[u8]) -> Option<Quantity> {
    let decimal = number::decimal(value)?;
    Some(Quantity::new(decimal.negative, decimal.whole, decimal.fraction, decimal.exponent))
}

impl Quantity {
    fn new(negative: bool, whole: &[u8], fraction: &[u8], exponent: i64) -> Self {
        let both = || whole.iter().chain(fraction);
        let leading = both().take_while(|b| **b == b'0').count();
        let trailing = both().rev().take_while(|b| **b == b'0').count();
        let length = whole.len() + fraction.len();
        let kept = length.saturating_sub(leading).saturating_sub(trailing);
        // Of its full size from the start: growing would leave a copy behind.
        let mut digits = Zeroizing::new(Vec::with_capacity(kept));
        digits.extend(both().skip(leading).take(kept));
        if digits.is_empty() {
            return Self { negative: false, exponent: 0, digits };
        }
        let point = signed(whole.len()).saturating_sub(signed(leading));
        Self { negative, exponent: exponent.saturating_add(point), digits }
    }

    /// The same bytes for equal quantities of one measure, and for no others.
    #[must_use]
    pub fn bytes(&self) -> Zeroizing<Vec<u8>> {
        let exponent = self.exponent.to_be_bytes();
        let mut bytes = Zeroizing::new(Vec::with_capacity(self.digits.len().saturating_add(9)));
        bytes.push(u8::from(self.negative));
        bytes.extend_from_slice(&exponent);
        bytes.extend_from_slice(&self.digits);
        bytes
    }

    /// Of a number of [`SCALE`]ths.
    fn scaled(amount: i128) -> Self {
        let mut digits = Zeroizing::new([b'0'; 40]);
        let mut rest = amount.unsigned_abs();
        for digit in digits.iter_mut().rev() {
            // A remainder by ten is a digit.
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            rest /= 10;
        }
        Self::new(amount < 0, digits.as_slice(), b"", -PLACES)
    }

    fn sign(&self) -> i8 {
        match (self.digits.is_empty(), self.negative) {
            (true, _) => 0,
            (false, true) => -1,
            (false, false) => 1,
        }
    }
}

fn signed(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// Places behind the point that durations (of a nanosecond) and sizes (of a byte) are counted in.
const PLACES: i64 = 18;

/// What one nanosecond or one byte counts as.
pub(super) const SCALE: i128 = 10_i128.pow(18);

/// `whole.fraction` units, in [`SCALE`]ths of the smallest one.
///
/// # Errors
///
/// [`Fault::Range`] where it does not fit, or has more places than are counted.
pub(super) fn amount(whole: &[u8], fraction: &[u8], unit: i128) -> Result<i128, Fault> {
    let add = |sum: i128, b: &u8| sum.checked_mul(10)?.checked_add(i128::from(b - b'0'));
    let zeros = fraction.iter().rev().take_while(|b| **b == b'0').count();
    let fraction = fraction.get(..fraction.len() - zeros).unwrap_or_default();
    let places = u32::try_from(fraction.len()).ok().and_then(|places| 18_u32.checked_sub(places));
    let sum = || {
        let whole = whole.iter().try_fold(0, add)?.checked_mul(SCALE)?;
        let fraction = fraction.iter().try_fold(0, add)?.checked_mul(10_i128.checked_pow(places?)?)?;
        whole.checked_add(fraction)?.checked_mul(unit)
    };
    sum().ok_or(Fault::Range)
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        let size = || (self.exponent, &*self.digits).cmp(&(other.exponent, &*other.digits));
        self.sign().cmp(&other.sign()).then_with(|| match self.sign() {
            -1 => size().reverse(),
            _ => size(),
        })
    }
}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[quantity]")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::quantity;
    use crate::value::types::ValueType::{self, *};
    use rstest::rstest;
    use std::cmp::Ordering::{self, *};

    #[rstest]
    #[case(Int, "007", "7", Equal)]
    #[case(Int, "-0", "0", Equal)]
    #[case(Int, "-10", "-9", Less)]
    #[case(
        Int,
        "99999999999999999999999999999999999999999998",
        "99999999999999999999999999999999999999999999",
        Less
    )]
    #[case(Float, "1.50", "15e-1", Equal)]
    #[case(Float, "0.1e1", "1", Equal)]
    #[case(Float, ".5", "0.49", Greater)]
    #[case(Float, "1e400", "2e400", Less)]
    #[case(Float, "1e-400", "0", Greater)]
    #[case(Float, "-1e400", "-1", Less)]
    #[case(Float, "9007199254740993", "9007199254740992", Greater)]
    #[case(Port, "80", "443", Less)]
    #[case(Duration, "90m", "PT1H30M", Equal)]
    #[case(Duration, "1.5h", "1h30m", Equal)]
    #[case(Duration, "1w", "7d", Equal)]
    #[case(Duration, "-1s", "0", Less)]
    #[case(Duration, "1ns", "0.5ns", Greater)]
    #[case(Duration, "500ms", "0.5s", Equal)]
    #[case(Size, "1GiB", "1024Mi", Equal)]
    #[case(Size, "1k", "1000", Equal)]
    #[case(Size, "512MB", "512MiB", Less)]
    #[case(Size, "1e3", "1kB", Equal)]
    fn order(#[case] kind: ValueType, #[case] one: &str, #[case] other: &str, #[case] expected: Ordering) {
        let read = |text: &str| quantity(kind, text.as_bytes()).unwrap();
        assert_eq!(read(one).cmp(&read(other)), expected);
        assert_eq!(read(other).cmp(&read(one)), expected.reverse());
        assert_eq!(read(one) == read(other), expected == Equal);
        assert_eq!(read(one).bytes() == read(other).bytes(), expected == Equal);
    }

    #[test]
    fn what_has_no_order_is_none() {
        for (kind, text) in
            [(Int, "1.0"), (Port, "0"), (Duration, "5"), (Size, "-1"), (String, "1"), (Float, "nan")]
        {
            assert!(quantity(kind, text.as_bytes()).is_none(), "{text}");
        }
        assert_eq!(format!("{:?}", quantity(Int, b"7").unwrap()), "[quantity]");
    }
}
