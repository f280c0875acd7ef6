//! What a value's pieces say together.

use super::split::{Kind, Piece, Split};
use super::words::Class;

/// Unexplained characters of a value that cost a guesser as much as this speak for a random value, whatever words stand beside
/// them: four random letters and digits; in tenths of a bit.
pub const RANDOM: u32 = 200;

/// Words that speak to whoever fills a template in.
const ASKING: Class = Class::CHANGE
    .with(Class::REPLACE)
    .with(Class::FILL)
    .with(Class::YOUR)
    .with(Class::HERE)
    .with(Class::STANDIN)
    .with(Class::TODO);

/// A letter count from which an unknown word is no name that somebody put in.
const LONG: usize = 12;

/// And one from which letters and digits are more than a name that was written together with another word.
const GROWN: usize = 12;

/// A value's words and what is known of them.
pub struct Said<'a> {
    /// The value taken apart.
    pub split: &'a Split,
    /// Its pieces but the marks.
    pub words: Vec<&'a Piece>,
    /// All classes that stand in it.
    pub any: Class,
    /// Words that say nothing here: unknown ones, frequent passwords, names beyond the first. A passphrase has many.
    pub odd: usize,
    /// Unknown words.
    pub unknown: usize,
    /// Whether so few words say nothing that the others carry the meaning.
    pub few: bool,
    /// Whether an unknown word is long, or grown together with a known one.
    pub grown: bool,
    /// Whether something in it is not explained and costs as much as [`RANDOM`].
    pub random: bool,
}

impl<'a> Said<'a> {
    /// Reads the pieces.
    #[must_use]
    pub fn of(split: &'a Split) -> Self {
        let words: Vec<&Piece> = split.said().collect();
        let mut any = Class::NONE;
        let (mut unknown, mut names, mut frequent) = (0, 0, 0_usize);
        let mut grown = false;
        for piece in &words {
            match piece.kind {
                Kind::Word(class) => {
                    any = any.with(class);
                    let says = class.without(Class::COMMON.with(Class::SOFTWARE)).is(Class::ALL);
                    names += usize::from(!says && class.is(Class::SOFTWARE));
                    frequent += usize::from(!says && !class.is(Class::SOFTWARE));
                }
                Kind::Unknown => {
                    let ascii = split.of(piece).is_ascii();
                    // Beyond ASCII words that are not known run together; ten letters are more than one.
                    unknown += if ascii { 1 } else { 1.max((piece.end - piece.start) / 20) };
                    let length = piece.end - piece.start;
                    grown |=
                        ascii && (length >= LONG || !piece.whole && length + beside(split, piece) >= GROWN);
                }
                _ => {}
            }
        }
        let odd = unknown + frequent + usize::from(names > 1) * (names.saturating_sub(1));
        // Words of one or two letters stand in anything; by themselves they explain nothing.
        let scrap = |piece: &&Piece| !matches!(piece.kind, Kind::Run(_)) && piece.end - piece.start <= 2;
        let scraps = words.len() > 3 && words.iter().all(scrap);
        // Letters by themselves, more of them than words.
        let single = |piece: &&&Piece| piece.end - piece.start == 1 && piece.kind != Kind::Digits;
        let singles = words.iter().filter(single).count();
        let joined = split.text.len() >= 12 && !split.text.contains([' ', '\'']);
        let scraps = scraps || joined && singles >= 3 && singles * 3 >= words.len();
        // `aise0urofo`: what reads like words on both sides of a digit was pronounceable by chance.
        let unknown_word = |piece: &Piece| matches!(piece.kind, Kind::Unknown | Kind::Random);
        let chance = |piece: &Piece| {
            unknown_word(piece) || piece.class().is(Class::FOREIGN) && piece.end - piece.start <= 4
        };
        let cut = split.text.is_ascii()
            && split.pieces.windows(3).any(|part| {
                matches!(part, [a, b, c] if chance(a) && chance(c) && (unknown_word(a) || unknown_word(c))
                    && matches!(b.kind, Kind::Digits | Kind::Random) && b.end - b.start == 1
                    && c.end - a.start >= 10)
            });
        // Few digits tell little, many in several places as much as letters.
        let digits: u32 =
            split.pieces.iter().filter(|piece| piece.kind == Kind::Digits).map(|piece| piece.price).sum();
        let numbers = split.random > 0 && split.random + digits >= RANDOM * 3 / 2;
        let mut said = Self {
            split,
            words,
            any,
            odd,
            unknown,
            few: false,
            grown,
            random: split.random >= RANDOM || scraps || cut || numbers,
        };
        let between = Class::FILLER.with(Class::ME).with(Class::MY);
        let known = said.words.iter().filter(|piece| piece.class().is(Class::ALL)).count();
        let carrying = known.saturating_sub(odd.saturating_sub(unknown) + said.count(between));
        let asked = said.has(Class::SECRET);
        // In scripts beyond ASCII nobody draws; there a sentence may hold more that is not known.
        let foreign =
            !split.text.is_ascii() && said.has(ASKING.with(Class::SECRET)) && odd * 2 <= said.words.len();
        said.few = !grown
            && (odd <= 1 || asked && (odd == 2 && carrying >= 3 || odd == 3 && carrying >= 4) || foreign);
        said
    }

    /// Whether a class stands anywhere.
    #[must_use]
    pub const fn has(&self, class: Class) -> bool {
        self.any.is(class)
    }

    /// Whether the first word is of a class.
    #[must_use]
    pub fn begins(&self, class: Class) -> bool {
        self.words.first().is_some_and(|piece| piece.class().is(class))
    }

    /// Whether the last word is of a class.
    #[must_use]
    pub fn ends(&self, class: Class) -> bool {
        self.words.last().is_some_and(|piece| piece.class().is(class))
    }

    /// Whether a word of the one class stands right before one of the other.
    #[must_use]
    pub fn pair(&self, first: Class, second: Class) -> bool {
        self.words
            .windows(2)
            .any(|pair| matches!(pair, [a, b] if a.class().is(first) && b.class().is(second)))
    }

    /// Whether every piece is of a class, a stretch or a few digits.
    #[must_use]
    pub fn only(&self, class: Class) -> bool {
        self.words.iter().all(|piece| match piece.kind {
            Kind::Word(own) => own.is(class),
            Kind::Run(_) | Kind::Digits => true,
            _ => false,
        })
    }

    /// How many pieces are words of a class.
    #[must_use]
    pub fn count(&self, class: Class) -> usize {
        self.words.iter().filter(|piece| piece.class().is(class)).count()
    }

    /// Whether a word of a class stands by itself, not cut out of a longer one.
    #[must_use]
    pub fn whole(&self, class: Class) -> bool {
        self.words.iter().any(|piece| piece.class().is(class) && piece.whole)
    }
}

/// Letters and digits that are written together with a piece.
fn beside(split: &Split, piece: &Piece) -> usize {
    let joined = |c: &char| c.is_ascii_alphanumeric();
    let before = split.text.get(..piece.start).unwrap_or_default().chars().rev().take_while(joined).count();
    let behind = split.text.get(piece.end..).unwrap_or_default().chars().take_while(joined).count();
    before + behind
}
