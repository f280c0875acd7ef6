//! What is left of a value once its words and stretches are known: unknown words, digits, or characters that were drawn by lot.

use std::borrow::Cow;

use super::split::{DIGIT, Finder, Kind, Piece};
use super::words::Class;

/// A letter of what can be spoken and is no known word.
const SPOKEN: u32 = 30;
/// Characters drawn by lot: letters of which every one may be large or small, letters of one case with digits, hexadecimal digits.
const MIXED: u32 = 57;
const EITHER: u32 = 50;
const HEX: u32 = 40;

impl Finder<'_> {
    /// Puts unexplained characters beside each other together, and says what they are.
    pub(super) fn weighed(&self, raw: Vec<Piece>) -> Vec<Piece> {
        let mut joined: Vec<Piece> = Vec::with_capacity(raw.len());
        for piece in raw {
            match joined.last_mut() {
                Some(last)
                    if last.kind == Kind::Random
                        && piece.kind == Kind::Random
                        && !self.breaks(last, &piece) =>
                {
                    last.end = piece.end;
                    last.whole = self.is_edge(last.start) && self.is_edge(piece.end);
                    last.price += piece.price;
                }
                _ => joined.push(piece),
            }
        }
        let mut pieces = Vec::with_capacity(joined.len() + 2);
        for piece in joined {
            if piece.kind == Kind::Random {
                self.weigh(piece, &mut pieces);
            } else {
                pieces.push(piece);
            }
        }
        self.settled(pieces)
    }

    /// Words in humps are words of their own; digits and letters in turn belong together.
    fn breaks(&self, last: &Piece, next: &Piece) -> bool {
        let both = self.at(next.start.saturating_sub(1)).is_ascii_alphabetic()
            && self.at(next.start).is_ascii_alphabetic();
        both && last.end - last.start >= 3 && self.is_edge(next.start) && self.humps(next.start)
    }

    /// Whether at least three small letters follow the large one here.
    fn humps(&self, at: usize) -> bool {
        (1..=3).all(|more| {
            self.at(at + more).is_ascii_lowercase() && !self.upper.get(at + more).copied().unwrap_or(true)
        })
    }

    fn weigh(&self, piece: Piece, into: &mut Vec<Piece>) {
        let text = self.text.get(piece.start..piece.end).unwrap_or_default();
        if !text.is_ascii() {
            into.push(Piece { kind: Kind::Unknown, ..piece });
            return;
        }
        let letters = text.iter().take_while(|b| b.is_ascii_lowercase()).count();
        let behind = text.get(letters..).unwrap_or_default();
        let lead = text.iter().take_while(|b| b.is_ascii_digit()).count();
        let rest = text.get(lead..).unwrap_or_default();
        let part = |start: usize, end: usize, kind: Kind, price: u32| {
            let whole = self.is_edge(start) && self.is_edge(end);
            Piece { start, end, kind, price, whole }
        };
        let digits = |start: usize, end: usize| {
            let kind = if end - start <= 4 { Kind::Digits } else { Kind::Random };
            part(start, end, kind, times(end - start, DIGIT))
        };
        if letters == 0 && lead == text.len() {
            into.push(digits(piece.start, piece.end));
        } else if behind.iter().all(u8::is_ascii_digit) && self.reads_as_word(piece.start, letters) {
            let middle = piece.start + letters;
            into.push(part(piece.start, middle, Kind::Unknown, times(letters, SPOKEN)));
            if !behind.is_empty() {
                into.push(digits(middle, piece.end));
            }
        } else if lead > 0
            && rest.iter().all(u8::is_ascii_lowercase)
            && self.reads_as_word(piece.start + lead, rest.len())
        {
            let middle = piece.start + lead;
            into.push(digits(piece.start, middle));
            into.push(part(middle, piece.end, Kind::Unknown, times(rest.len(), SPOKEN)));
        } else {
            into.push(Piece { price: self.lot(piece.start, piece.end), ..piece });
        }
    }

    /// What it costs to guess characters that were drawn by lot.
    fn lot(&self, start: usize, end: usize) -> u32 {
        let text = self.text.get(start..end).unwrap_or_default();
        let uppers = self.upper.get(start..end).unwrap_or_default();
        let mixed = uppers.iter().any(|up| *up)
            && text.iter().zip(uppers).any(|(b, up)| b.is_ascii_lowercase() && !up);
        let hex = text.iter().all(u8::is_ascii_hexdigit);
        times(
            text.len(),
            if mixed {
                MIXED
            } else if hex {
                HEX
            } else {
                EITHER
            },
        )
    }

    /// Looks at each stretch of letters and digits as a whole: where a part of it is random, so are the digits and the short
    /// words beside it; letters that are left over beside a word that they cut are a longer unknown word.
    fn settled(&self, pieces: Vec<Piece>) -> Vec<Piece> {
        let ascii = |piece: &Piece| self.at(piece.start).is_ascii_alphanumeric() && piece.kind != Kind::Mark;
        let mut settled: Vec<Piece> = Vec::with_capacity(pieces.len());
        let mut rest = pieces.as_slice();
        while let Some((first, more)) = rest.split_first() {
            if !ascii(first) {
                settled.push(*first);
                rest = more;
                continue;
            }
            let count = rest.iter().take_while(|piece| ascii(piece)).count().max(1);
            let (run, behind) = rest.split_at(count);
            self.settle(run, &mut settled);
            rest = behind;
        }
        settled
    }

    fn settle(&self, run: &[Piece], into: &mut Vec<Piece>) {
        let mut whole: Vec<Piece> = Vec::with_capacity(run.len());
        let parted = self.parted(run);
        let mut rest = parted.as_ref();
        // The letters between two edges are one word, or several that were written together.
        while !rest.is_empty() {
            let count = 1 + rest.iter().take_while(|piece| !self.is_edge(piece.end)).count();
            let (word, behind) = rest.split_at(count.min(rest.len()));
            self.word(word, &mut whole);
            rest = behind;
        }
        let digits: usize = whole
            .iter()
            .filter(|piece| piece.kind == Kind::Digits)
            .map(|piece| piece.end - piece.start)
            .sum();
        let lettered = |piece: &Piece| {
            self.text.get(piece.start..piece.end).is_some_and(|text| !text.iter().all(u8::is_ascii_digit))
        };
        let of = |kind: Kind| whole.iter().any(|piece| piece.kind == kind && lettered(piece));
        let humps = self.has_upper
            && whole.iter().any(|piece| {
                self.upper.get(piece.start + 1..piece.end).is_some_and(|part| part.contains(&true))
            });
        let over = |piece: &Piece| {
            humps
                && (piece.start + 1..piece.end).any(|at| self.is_edge(at) && self.at(at).is_ascii_lowercase())
        };
        let known = |piece: &Piece| {
            let length = piece.end - piece.start;
            matches!(piece.kind, Kind::Word(_)) && (piece.whole && length >= 4 || length >= 6) && !over(piece)
        };
        let strange = !whole.iter().any(known);
        let torn = self.is_torn(&whole, strange);
        let loose = strange && of(Kind::Unknown);
        let scrap = |piece: &Piece| matches!(piece.kind, Kind::Word(class) if piece.end - piece.start <= 2 && is_scrap(class));
        let poisoned = torn || of(Kind::Random) || loose && whole.iter().any(scrap);
        for piece in whole {
            let length = piece.end - piece.start;
            let small = match piece.kind {
                Kind::Digits => poisoned || digits > 4,
                Kind::Word(_) => poisoned && (length <= 3 || length == 4 && over(&piece)),
                Kind::Unknown => torn || poisoned && length <= 4,
                _ => false,
            };
            if small {
                into.push(Piece { kind: Kind::Random, price: self.lot(piece.start, piece.end), ..piece });
            } else {
                into.push(piece);
            }
        }
    }

    /// Whether letters and digits take turns as often as they do where each character is drawn by itself: `u4n035anqfvdihav`.
    fn is_torn(&self, run: &[Piece], strange: bool) -> bool {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { return false };
        let text = self.text.get(first.start..last.end).unwrap_or_default();
        if text.iter().all(u8::is_ascii_lowercase) {
            return false;
        }
        let pairs = text.iter().zip(text.iter().skip(1));
        let turns = pairs.filter(|(a, b)| a.is_ascii_digit() != b.is_ascii_digit()).count();
        let hex = text.len() >= 10 && text.iter().all(u8::is_ascii_hexdigit);
        let stretch = |piece: &&Piece| matches!(piece.kind, Kind::Run(_));
        let counted: usize = run.iter().filter(stretch).map(|piece| piece.end - piece.start).sum();
        let tiny = |piece: &&Piece| {
            piece.end - piece.start <= 2
                && self.at(piece.start).is_ascii_lowercase()
                && piece.kind != Kind::Mark
        };
        let often = turns >= 4 || strange && (turns >= 3 && text.len() >= 6 || turns >= 2 && hex);
        often && counted * 2 <= text.len() && (strange || run.iter().filter(tiny).count() >= 2)
    }

    /// Cuts what nothing explains where letters and digits meet, if a word before it took letters away from it.
    fn parted<'p>(&self, run: &'p [Piece]) -> Cow<'p, [Piece]> {
        let middle = |piece: &Piece| {
            if piece.kind != Kind::Random || self.is_edge(piece.start) {
                return None;
            }
            let text = self.text.get(piece.start..piece.end).unwrap_or_default();
            let letters = text.iter().take_while(|b| b.is_ascii_lowercase()).count();
            let digits = text.get(letters..).unwrap_or_default();
            let fits =
                letters > 0 && (1..=4).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
            fits.then_some(piece.start + letters)
        };
        if !run.iter().any(|piece| middle(piece).is_some()) {
            return Cow::Borrowed(run);
        }
        let mut parted = Vec::with_capacity(run.len() + 1);
        for piece in run {
            let Some(middle) = middle(piece) else {
                parted.push(*piece);
                continue;
            };
            parted.push(Piece { end: middle, price: self.lot(piece.start, middle), ..*piece });
            let price = times(piece.end - middle, DIGIT);
            parted.push(Piece {
                start: middle,
                kind: Kind::Digits,
                price,
                whole: self.is_edge(piece.end),
                ..*piece
            });
        }
        Cow::Owned(parted)
    }

    /// Letters that short words and leftovers share are a longer word that is not known, or none.
    fn word(&self, parts: &[Piece], into: &mut Vec<Piece>) {
        let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
        let length = last.end - first.start;
        let letters =
            self.text.get(first.start..last.end).is_some_and(|text| text.iter().all(u8::is_ascii_lowercase));
        let known = |piece: &&Piece| matches!(piece.kind, Kind::Word(_)) && piece.end - piece.start >= 4;
        let covered: usize = parts.iter().filter(known).map(|piece| piece.end - piece.start).sum();
        let of = |kind: Kind| parts.iter().any(|piece| piece.kind == kind);
        let left_over =
            of(Kind::Unknown) && covered * 2 < length || of(Kind::Random) && covered * 3 < length * 2;
        // Words of two and three letters make up anything.
        let bare = covered == 0 || parts.len() >= 3 && length * 2 < parts.len() * 6;
        // Three letters of the alphabet in their order stand in longer words.
        let counted = parts.iter().any(|piece| {
            let run = matches!(piece.kind, Kind::Run(_));
            run && (piece.end - piece.start > 3 || length < 6)
        });
        if parts.len() < 2 || counted || !letters || !(left_over || bare) {
            into.extend_from_slice(parts);
            return;
        }
        let (kind, price) = if self.reads_as_word(first.start, length) {
            (Kind::Unknown, times(length, SPOKEN))
        } else {
            (Kind::Random, self.lot(first.start, last.end))
        };
        into.push(Piece { end: last.end, kind, price, whole: true, ..*first });
    }

    /// Whether letters could be a word: from 3 to 16 of them, of one case but for the first, with vowels as languages have them.
    fn reads_as_word(&self, start: usize, length: usize) -> bool {
        let text = self.text.get(start..start + length).unwrap_or_default();
        let uppers = self.upper.get(start..start + length).unwrap_or_default();
        let (first, others) = uppers.split_first().unwrap_or((&false, &[]));
        let one_case = others.iter().all(|up| !up) || *first && others.iter().all(|up| *up);
        if !(3..=16).contains(&length) || !one_case {
            return false;
        }
        let vowel = |b: u8| b"aeiouy".contains(&b);
        let vowels = text.iter().filter(|b| vowel(**b)).count();
        let longest = |wanted: bool| {
            let runs = text.split(|b| vowel(*b) != wanted);
            runs.map(<[u8]>::len).max().unwrap_or(0)
        };
        let odd = |part: &[u8]| matches!(part, [before, a, b, c] if is_odd_pair(*before, *a, *b, *c));
        let share = vowels * 6 >= length && vowels * 4 <= length * 3;
        length <= 4
            || vowels > 0
                && (length <= 6 || share)
                && longest(false) <= 4 + usize::from(length > 8)
                && longest(true) <= 4
                && !(length >= 7 && text.windows(4).any(odd))
    }
}

/// Two consonants that no language with Latin letters has beside each other, or only in names: `bw`, `qf`, `vp`.
fn is_odd_pair(before: u8, left: u8, right: u8, next: u8) -> bool {
    const RARE: &[u8] = b"jqvwxz";
    const USUAL: &[&[u8]] = &[
        b"tz", b"nz", b"lz", b"rz", b"zz", b"cz", b"sz", b"dz", b"kz", b"gz", b"bz", b"pz", b"zw", b"sw",
        b"tw", b"kw", b"dw", b"gw", b"rw", b"lw", b"nw", b"ww", b"wn", b"wl", b"wr", b"ws", b"wk", b"wh",
        b"wb", b"wd", b"wf", b"wm", b"wt", b"wp", b"wc", b"wg", b"lv", b"rv", b"vr", b"vl", b"nv", b"sv",
        b"dv", b"tv", b"bv", b"vv", b"vn", b"vs", b"xt", b"xp", b"xc", b"xh", b"xf", b"xs", b"xx", b"xb",
        b"xm", b"nx", b"rx", b"lx", b"dj", b"nj", b"tj", b"lj", b"rj", b"sj", b"bj", b"kj", b"zl", b"zn",
        b"zm", b"zk", b"zd", b"zb", b"zc", b"zt", b"zh", b"zr", b"zg", b"zp", b"cq", b"sq", b"qq", b"nq",
        b"rq",
    ];
    let consonant = |b: u8| !b"aeiouy".contains(&b);
    // `qu` is one sound, `ij` is another.
    let sound = right == b'q' && next == b'u' || before == b'i' && left == b'j';
    !sound
        && (RARE.contains(&left) || RARE.contains(&right))
        && consonant(left)
        && consonant(right)
        && !USUAL.contains(&[left, right].as_slice())
}

/// One or two letters that are a word of some language only by chance.
fn is_scrap(class: Class) -> bool {
    class.is(Class::FOREIGN) || !class.is(Class::NOUN.with(Class::SECRET))
}

fn times(count: usize, price: u32) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).saturating_mul(price)
}

#[cfg(test)]
mod tests {
    use super::super::split::{Kind, split};
    use rstest::rstest;

    fn kinds(text: &str) -> String {
        let split = split(text);
        let kind = |piece: &super::Piece| match piece.kind {
            Kind::Word(_) => 'w',
            Kind::Unknown => 'u',
            Kind::Run(_) => 'r',
            Kind::Digits => 'd',
            Kind::Random => '?',
            Kind::Mark => '-',
        };
        split.pieces.iter().map(kind).collect()
    }

    #[rstest]
    #[case("changeme123", "wr")]
    #[case("your-kettle-key", "w-u-w")]
    #[case("mySecretKey", "ww")]
    #[case("kettle42", "ud")]
    #[case("empire", "u")]
    #[case("你的密码", "ww")]
    #[case("kR7mP2xQ9z", "??")]
    #[case("mohwohpahxUr", "??")]
    #[case("futhoovooghi", "u")]
    #[case("abc123xyz789", "wwr")]
    #[case("xxxx", "r")]
    fn values_come_apart(#[case] text: &str, #[case] expected: &str) {
        assert_eq!(kinds(text), expected);
    }

    #[test]
    fn hostile_lengths_end_soon() {
        for text in ["a".repeat(100_000), "ab1".repeat(50_000), "密".repeat(50_000), "change".repeat(20_000)]
        {
            assert!(split(&text).text.len() <= super::super::split::LIMIT + 8);
        }
    }
}
