//! What was drawn by lot, told by how its characters follow each other, and what stands again and again.

use super::split::LIMIT;

/// What differs from one character that stands again and again, where that is all.
const REST: usize = 8;

/// Characters that take turns all the way and do not count up by turns: most keys, told without taking them apart.
pub fn is_drawn(bytes: &[u8]) -> bool {
    const LEAST: usize = 25;
    if !(LEAST..=LIMIT).contains(&bytes.len()) {
        return false;
    }
    let (mut turns, mut last) = (0, Sort::Sign);
    for byte in bytes {
        let sort = SORTS.get(usize::from(*byte)).copied().unwrap_or(Sort::Other);
        if sort == Sort::Other {
            return false;
        }
        turns += usize::from(sort.takes_turn_after(last));
        last = sort;
    }
    // Of sixteen digits and letters fewer take turns; so many words are written with six letters that they have to count up less, too.
    let hex = || bytes.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
    let (most, parts) = if turns * 3 >= bytes.len() { (3, 3) } else { (4, 5) };
    if turns * most < bytes.len() || most == 4 && !hex() {
        return false;
    }
    let pairs = bytes.iter().zip(bytes.iter().skip(2));
    let counting = pairs.filter(|(a, b)| a.abs_diff(**b) <= 1).count();
    counting * parts < bytes.len() && !repeats_bytes(bytes)
}

/// What a byte is among those of keys.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Small,
    Capital,
    Digit,
    /// One of base64's signs, or what joins the parts of a key.
    Sign,
    /// What stands in no key.
    Other,
}

impl Sort {
    const fn of(byte: u8) -> Self {
        match byte {
            b'a'..=b'z' => Self::Small,
            b'A'..=b'Z' => Self::Capital,
            b'0'..=b'9' => Self::Digit,
            b'+' | b'/' | b'=' | b'_' | b'-' => Self::Sign,
            _ => Self::Other,
        }
    }

    /// From a small letter to a capital, from a letter to a digit or back.
    const fn takes_turn_after(self, before: Self) -> bool {
        matches!(
            (before, self),
            (Self::Small, Self::Capital | Self::Digit)
                | (Self::Capital, Self::Digit)
                | (Self::Digit, Self::Small | Self::Capital)
        )
    }
}

/// What each byte is.
#[allow(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const SORTS: [Sort; 256] = {
    let mut sorts = [Sort::Other; 256];
    let mut byte = 0;
    while byte < 128 {
        sorts[byte as usize] = Sort::of(byte);
        byte += 1;
    }
    sorts
};

/// Cases and digits that take turns as they do where every character is drawn by itself.
pub fn is_choppy(text: &str) -> bool {
    let pairs = text.bytes().zip(text.bytes().skip(1));
    let count = pairs.filter(|(a, b)| Sort::of(*b).takes_turn_after(Sort::of(*a))).count();
    count >= 4 && count * 3 >= text.len()
}

/// One block again and again, three times at least, or one character for nearly all of it.
pub fn repeats(text: &str) -> bool {
    repeats_bytes(text.as_bytes())
}

fn repeats_bytes(bytes: &[u8]) -> bool {
    if !(9..=4096).contains(&bytes.len()) {
        return false;
    }
    let cycle = |period: &usize| {
        bytes.len() >= period * 3 && bytes.iter().zip(bytes.iter().skip(*period)).all(|(a, b)| a == b)
    };
    let first = bytes.first().copied().unwrap_or_default();
    let same = bytes.iter().filter(|b| **b == first).count();
    ((1..=12).any(|period| cycle(&period)) || same * 5 >= bytes.len() * 4 && bytes.len() - same <= REST)
        && bytes.iter().any(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::is_drawn;
    use rstest::rstest;
    use sha2::{Digest, Sha256};

    #[test]
    fn keys_are_told_without_taking_them_apart() {
        let digest = |n: u32| -> String {
            Sha256::digest(n.to_le_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
        };
        let uuid = |digest: &str| {
            [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| digest.get(part).unwrap_or_default()).join("-")
        };
        let drawn = (0..1000).map(digest).filter(|digest| is_drawn(digest.as_bytes())).count();
        assert!(drawn >= 980, "{drawn}");
        let drawn = (0..1000).map(digest).filter(|digest| is_drawn(uuid(digest).as_bytes())).count();
        assert!(drawn >= 850, "{drawn}");
    }

    #[rstest]
    #[case("a1b2c3d4-e5f6-7890-abcd-ef1234567890")]
    #[case("0123456789abcdef0123456789abcdef")]
    #[case("deadbeefcafebabedeadbeefcafebabe")]
    #[case("00000000-0000-0000-0000-000000000001")]
    #[case("1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d")]
    fn what_counts_up_is_not_drawn(#[case] value: &str) {
        assert!(!is_drawn(value.as_bytes()));
    }
}
