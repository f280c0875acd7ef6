//! Finding marks in bytes.

use memchr::memchr_iter;

/// Where a short mark begins first. Looks closer only where its first byte stands, which is to be a rare one.
#[must_use]
pub fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    let first = *mark.first()?;
    memchr_iter(first, text).find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(mark)))
}

/// Whether a mark stands in a text.
#[must_use]
pub fn holds(text: &[u8], mark: &[u8]) -> bool {
    find(text, mark).is_some()
}

/// The ASCII characters that stand in a text: asked of several, it is gone over but once.
#[derive(Clone, Copy, Debug)]
pub struct Signs {
    low: u64,
    high: u64,
}

impl Signs {
    /// Those of a text.
    #[must_use]
    pub const fn of(text: &[u8]) -> Self {
        let (mut low, mut high) = (0, 0);
        let mut rest = text;
        while let [byte, more @ ..] = rest {
            let bit = 1 << (*byte & 63);
            match *byte {
                0..=63 => low |= bit,
                64..=127 => high |= bit,
                128.. => {}
            }
            rest = more;
        }
        Self { low, high }
    }

    /// Whether any of these stands there.
    #[must_use]
    pub const fn any(self, signs: &[u8]) -> bool {
        let wanted = Self::of(signs);
        self.low & wanted.low != 0 || self.high & wanted.high != 0
    }

    /// How many different ones of these stand there.
    #[must_use]
    pub const fn count(self, signs: &[u8]) -> u32 {
        let wanted = Self::of(signs);
        (self.low & wanted.low).count_ones() + (self.high & wanted.high).count_ones()
    }
}

#[cfg(test)]
mod tests {
    use super::{Signs, find, holds};

    #[test]
    fn signs_of_a_text() {
        let signs = Signs::of("a-b{é}\u{7f}0".as_bytes());
        assert!(signs.any(b"{") && signs.any(b"x0") && signs.any(b"\x7f") && signs.any(b"a"));
        assert!(!signs.any(b"cd$~1") && !signs.any(b""));
        assert_eq!(signs.count(b"-{}[]a"), 4);
    }

    #[test]
    fn marks_are_found_where_they_begin_first() {
        assert_eq!(find(b"a--b-->c-->", b"-->"), Some(4));
        assert_eq!(find(b"---", b"---"), Some(0));
        assert_eq!(find(b"--", b"---"), None);
        assert_eq!(find(b"", b"-"), None);
        assert!(!holds(b"abc", b""));
    }
}
