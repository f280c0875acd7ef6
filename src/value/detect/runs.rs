//! Stretches that nobody draws by lot: one character again and again, counting up, rows of a keyboard.

/// What a stretch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// One character, three times at least.
    Repeat(u8),
    /// `1234`, `abcd`, `qwerty`, `a1b2c3`.
    Sequence,
}

/// Rows and columns of keyboards (US, German and French layouts).
const ROWS: &[&[u8]] = &[
    b"qwertyuiop",
    b"asdfghjkl",
    b"zxcvbnm",
    b"qwertzuiop",
    b"yxcvbnm",
    b"azertyuiop",
    b"qsdfghjklm",
    b"wxcvbn",
    b"1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    b"qazwsxedcrfvtgbyhnujm",
    b"1q2w3e4r5t6y7u8i9o0p",
    b"q1w2e3r4t5y6u7i8o9p0",
    b"!@#$%^&*()",
];

/// For each ASCII character those that lie beside it in one of the rows, as bits: most texts leave a row at once.
#[allow(clippy::indexing_slicing, reason = "evaluated when the program is built, of rows that are ASCII")]
const BESIDE: [u128; 128] = {
    let mut beside = [0; 128];
    let mut rest = ROWS;
    while let [row, others @ ..] = rest {
        let mut keys = *row;
        while let [left, right, ..] = keys {
            beside[*left as usize] |= 1 << *right;
            let [_, shorter @ ..] = keys else { break };
            keys = shorter;
        }
        rest = others;
    }
    beside
};

fn is_beside(left: u8, right: u8) -> bool {
    BESIDE.get(usize::from(left)).is_some_and(|keys| right < 128 && keys >> right & 1 == 1)
}

/// The stretch that begins here, and its length in bytes; the longest of its kinds.
#[must_use]
pub fn run(text: &[u8]) -> Option<(usize, Run)> {
    // None of them is shorter.
    let [first, second, third, ..] = *text else { return None };
    // A character of several bytes is none of these.
    if first == second && second == third && first.is_ascii() {
        return Some((text.iter().take_while(|b| **b == first).count(), Run::Repeat(first)));
    }
    if !first.is_ascii_graphic() {
        return None;
    }
    // Each is looked for where its first characters fit: most places of a text begin none.
    let near = |a: u8, b: u8| a.abs_diff(b) == 1 || a == b'9' && b == b'0';
    let counted =
        if near(first, second) && near(second, third) { steps(text, 1).max(steps(text, -1)) } else { 0 };
    let rows = if is_beside(first, second) { row(text) } else { 0 };
    let woven = if near(first, third) { woven(text) } else { 0 };
    let twice = if first == second { twice(text) } else { 0 };
    let found = counted.max(rows).max(woven).max(again(text)).max(twice);
    (found > 0).then_some((found, Run::Sequence))
}

/// `1234`, `9876`, `abcd`; after 9 may come 0. Letters and digits may follow each other: `1234567890abcdef`.
fn steps(text: &[u8], by: i8) -> usize {
    let follows = |a: u8, b: u8| {
        let both =
            a.is_ascii_digit() && b.is_ascii_digit() || a.is_ascii_lowercase() && b.is_ascii_lowercase();
        both && a.checked_add_signed(by) == Some(b) || by == 1 && a == b'9' && b == b'0'
    };
    if !text.first().zip(text.get(1)).is_some_and(|(a, b)| follows(*a, *b)) {
        return 0;
    }
    let count = 1 + text.windows(2).take_while(|pair| matches!(pair, [a, b] if follows(*a, *b))).count();
    if count >= 3 { count } else { 0 }
}

/// A part of a keyboard's row, forth or back, of four keys at least.
fn row(text: &[u8]) -> usize {
    let along = |row: &[u8]| {
        let starts = (0..row.len()).map(|at| row.get(at..).unwrap_or_default());
        starts.map(|rest| rest.iter().zip(text).take_while(|(a, b)| a == b).count()).max().unwrap_or(0)
    };
    let [first, second, third, fourth] =
        text.get(..4).and_then(|head| <[u8; 4]>::try_from(head).ok()).unwrap_or_default();
    if !(is_beside(first, second) && is_beside(second, third) && is_beside(third, fourth)) {
        return 0;
    }
    let begins = |row: &[u8]| row.windows(4).any(|keys| keys == [first, second, third, fourth]);
    let found = ROWS.iter().filter(|row| begins(row)).map(|row| along(row)).max().unwrap_or(0);
    if found >= 4 { found } else { 0 }
}

/// A few characters three times at least: `abcabcabc`.
fn again(text: &[u8]) -> usize {
    // Both of the first two have to come again.
    let (first, second) = (text.first(), text.get(1));
    // Most places of a text are told by the next few characters.
    let near = text.get(2..9).and_then(|near| <[u8; 7]>::try_from(near).ok());
    if near.is_some_and(|near| near.iter().all(|byte| Some(byte) != first)) {
        return 0;
    }
    let of = |period: usize| {
        if text.get(period) != first || text.get(period + 1) != second {
            return 0;
        }
        let later = text.get(period..).unwrap_or_default();
        let same = text.iter().zip(later).take_while(|(a, b)| a == b && a.is_ascii_alphanumeric()).count();
        if same >= 2 * period { same + period } else { 0 }
    };
    (2..=8).map(of).max().unwrap_or(0)
}

/// `112233`, `aabbcc`: each twice.
fn twice(text: &[u8]) -> usize {
    let follows = |a: &[u8]| matches!(a, [x, y] if x == y && x.is_ascii_alphanumeric());
    if !text.get(..2).is_some_and(follows) {
        return 0;
    }
    let pairs = text.chunks(2).zip(text.chunks(2).skip(1));
    let counts = |(a, b): &(&[u8], &[u8])| {
        follows(b) && a.first().zip(b.first()).is_some_and(|(a, b)| a.checked_add(1) == Some(*b))
    };
    let count = 2 + 2 * pairs.take_while(counts).count();
    if count >= 6 { count } else { 0 }
}

/// Two sequences in turn: `a1b2c3d4`, `1a2b3c`.
fn woven(text: &[u8]) -> usize {
    let kind = |b: u8| b.is_ascii_digit();
    let follows =
        |a: u8, b: u8| kind(a) == kind(b) && (a.checked_add(1) == Some(b) || a == b'9' && b == b'0');
    let Some((first, second)) = text.first().zip(text.get(1)) else { return 0 };
    if kind(*first) == kind(*second) || !second.is_ascii_alphanumeric() {
        return 0;
    }
    let count = 2 + text.windows(3).take_while(|part| matches!(part, [a, _, b] if follows(*a, *b))).count();
    if count >= 4 { count } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{Run, run};
    use rstest::rstest;

    #[rstest]
    #[case("xxxx", Some((4, Run::Repeat(b'x'))))]
    #[case("1234567890ab", Some((10, Run::Sequence)))]
    #[case("fedc", Some((4, Run::Sequence)))]
    #[case("qwertz", Some((6, Run::Sequence)))]
    #[case("a1b2c3d4", Some((8, Run::Sequence)))]
    #[case("1q2w3e", Some((6, Run::Sequence)))]
    #[case("112233", Some((6, Run::Sequence)))]
    #[case("aabbccdd1", Some((8, Run::Sequence)))]
    #[case("1122", None)]
    #[case("12", None)]
    #[case("kettle", None)]
    #[case("é", None)]
    fn runs(#[case] text: &str, #[case] found: Option<(usize, Run)>) {
        assert_eq!(run(text.as_bytes()), found);
    }
}
