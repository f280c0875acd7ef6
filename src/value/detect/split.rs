//! A value taken apart into words, stretches and what is left: the way that costs a guesser least.
//!
//! Every piece has a price in tenths of a bit: a known word that of finding it in the lexicon, a stretch that of its kind, a
//! character that nothing explains that of drawing it by lot. The cheapest way through the value is found from its end of each
//! prefix (as Wheeler, "zxcvbn: Low-Budget Password Strength Estimation", USENIX Security 2016, does). What then is left
//! unexplained is what speaks for a random value.

use std::cell::OnceCell;

use zeroize::Zeroizing;

use super::fold::{Folded, fold};
use super::runs::{Run, run};
use super::words::{Class, prefixes};

/// Of a longer value only so many bytes are looked at: no placeholder says so little in so much.
pub const LIMIT: usize = 512;

/// Prices in tenths of a bit.
const WORD: u32 = 70;
const NAME: u32 = 90;
const FREQUENT: u32 = 100;
const GLUED: u32 = 15;
const TINY: u32 = 80;
const SHORT: u32 = 40;
const OVER_HUMP: u32 = 60;
const RUN: u32 = 50;
const SHORT_RUN: u32 = 90;
pub(super) const DIGIT: u32 = 33;
const LETTER: u32 = 47;
const OTHER_LETTER: u32 = 140;
const MARK: u32 = 30;
const SEPARATOR: u32 = 10;

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A word of the lexicon.
    Word(Class),
    /// What reads like a word and is none that is known.
    Unknown,
    /// One character again and again, or counting.
    Run(Run),
    /// A few digits.
    Digits,
    /// What nothing explains.
    Random,
    /// Blanks, dashes and the like.
    Mark,
}

/// A piece of a value.
#[derive(Clone, Copy, Debug)]
pub struct Piece {
    /// Where it begins in the folded text.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// What it costs to guess, in tenths of a bit.
    pub price: u32,
    /// Whether a word may end on both of its sides: it is not cut out of a longer one.
    pub whole: bool,
}

impl Piece {
    /// Its class; none for what is no word.
    #[must_use]
    pub const fn class(&self) -> Class {
        match self.kind {
            Kind::Word(class) => class,
            _ => Class::NONE,
        }
    }
}

/// A value taken apart.
pub struct Split {
    /// The folded text.
    pub text: Zeroizing<String>,
    /// For each byte of it whether a capital stood there.
    pub upper: Vec<bool>,
    /// Every piece, in order.
    pub pieces: Vec<Piece>,
    /// What the unexplained pieces cost together, in tenths of a bit.
    pub random: u32,
}

impl Split {
    /// The pieces that are no marks.
    pub fn said(&self) -> impl DoubleEndedIterator<Item = &Piece> {
        self.pieces.iter().filter(|piece| piece.kind != Kind::Mark)
    }

    /// A piece's text.
    #[must_use]
    pub fn of(&self, piece: &Piece) -> &str {
        self.text.get(piece.start..piece.end).unwrap_or_default()
    }

    /// Whether no letter or digit stands right before a piece; scripts without blanks begin anywhere.
    #[must_use]
    pub fn is_begun(&self, piece: &Piece) -> bool {
        let before = self.text.get(..piece.start).and_then(|text| text.chars().next_back());
        piece.whole || !self.of(piece).is_ascii() || before.is_none_or(|c| !c.is_ascii_alphanumeric())
    }

    /// What it costs to guess the whole, in tenths of a bit.
    #[must_use]
    pub fn price(&self) -> u32 {
        self.pieces.iter().map(|piece| piece.price).sum()
    }
}

/// Takes a value apart.
#[must_use]
pub fn split(value: &str) -> Split {
    let Folded { text, upper } = fold(value, LIMIT);
    let found = Finder::new(&text, &upper).pieces();
    let random = found.iter().filter(|piece| piece.kind == Kind::Random).map(|piece| piece.price).sum();
    Split { text, upper, pieces: found, random }
}

/// A text that is taken apart when that is first asked for, and then no more.
pub struct Whole<'a> {
    /// The text.
    pub text: &'a str,
    split: OnceCell<Split>,
}

impl<'a> Whole<'a> {
    /// The text, not yet taken apart.
    #[must_use]
    pub const fn new(text: &'a str) -> Self {
        Self { text, split: OnceCell::new() }
    }

    /// Taken apart.
    pub fn split(&self) -> &Split {
        self.split.get_or_init(|| split(self.text))
    }
}

/// The price of a place to which no way leads yet.
const UNREACHED: u32 = u32::MAX;

/// One step of the cheapest way to a place.
#[derive(Clone, Copy)]
struct Step {
    price: u32,
    from: usize,
    kind: Kind,
}

/// A folded text in which pieces are looked for.
pub(super) struct Finder<'a> {
    /// Its bytes.
    pub text: &'a [u8],
    /// Where capitals stood.
    pub upper: &'a [bool],
    /// Whether any stood anywhere.
    pub has_upper: bool,
    /// For each place, also that behind the last byte, whether a word may begin or end there.
    edges: Vec<bool>,
}

impl<'a> Finder<'a> {
    /// Readies a folded text.
    pub(super) fn new(text: &'a str, upper: &'a [bool]) -> Self {
        let text = text.as_bytes();
        let has_upper = upper.contains(&true);
        Self { text, upper, has_upper, edges: edges(text, upper, has_upper) }
    }

    /// The byte at a place; nothing beyond the end.
    pub(super) fn at(&self, at: usize) -> u8 {
        self.text.get(at).copied().unwrap_or_default()
    }

    /// Whether a word may begin or end at a place: at a mark, a hump, between letters and digits, between scripts.
    pub(super) fn is_edge(&self, at: usize) -> bool {
        self.edges.get(at).is_none_or(|edge| *edge)
    }

    fn pieces(&self) -> Vec<Piece> {
        let steps = self.cheapest();
        let mut raw = Vec::with_capacity(self.text.len());
        let mut at = self.text.len();
        while let Some(step) = steps.get(at).filter(|step| at > 0 && step.price < UNREACHED) {
            let before = steps.get(step.from).map_or(0, |step| step.price);
            raw.push(Piece {
                start: step.from,
                end: at,
                kind: step.kind,
                price: step.price.saturating_sub(before),
                whole: self.is_edge(step.from) && self.is_edge(at),
            });
            at = step.from;
        }
        raw.reverse();
        self.weighed(raw)
    }

    /// The cheapest way to each place.
    fn cheapest(&self) -> Vec<Step> {
        let length = self.text.len();
        let mut steps = vec![Step { price: UNREACHED, from: 0, kind: Kind::Mark }; length + 1];
        if let Some(first) = steps.first_mut() {
            first.price = 0;
        }
        let offer = |steps: &mut Vec<Step>, to: usize, step: Step| {
            if let Some(slot) = steps.get_mut(to).filter(|old| step.price < old.price) {
                *slot = step;
            }
        };
        for from in 0..length {
            let Some(price) = steps.get(from).map(|step| step.price).filter(|price| *price < UNREACHED)
            else {
                continue;
            };
            let rest = self.text.get(from..).unwrap_or_default();
            let begins = self.is_edge(from);
            for (count, class) in prefixes(rest) {
                let to = from + count;
                let glued = u32::from(!begins) + u32::from(!self.is_edge(to));
                let Some(cost) = self.cost(from, to, class, glued) else { continue };
                offer(&mut steps, to, Step { price: price + cost, from, kind: Kind::Word(class) });
            }
            if let Some((count, run)) = run(rest) {
                let cost = if count == 3 && run == Run::Sequence { SHORT_RUN } else { RUN };
                offer(&mut steps, from + count, Step { price: price + cost, from, kind: Kind::Run(run) });
            }
            let (count, cost, kind) = self.single(from);
            offer(&mut steps, from + count, Step { price: price + cost, from, kind });
        }
        steps
    }

    /// What a word costs where it stands; nothing where it can be none.
    fn cost(&self, from: usize, to: usize, class: Class, glued: u32) -> Option<u32> {
        let first = self.at(from);
        // One or two letters stand in anything. Signs of scripts without blanks stand for words.
        let least = if class.is(Class::YOUR) { 4 } else { 6 };
        if glued > 0 && (first.is_ascii() && to - from <= 2 || is_cyrillic(first) && to - from <= least) {
            return (first.is_ascii() && to - from == 2).then_some(TINY);
        }
        if glued == 0 && to - from <= 2 {
            return Some(SHORT);
        }
        // Three letters of another language beside a digit are a part of what was drawn: `a18aca`.
        let digit = |at: usize| self.at(at).is_ascii_digit();
        let beside = from.checked_sub(1).is_some_and(digit) || digit(to);
        if to - from == 3 && first.is_ascii() && class.is(Class::FOREIGN) && beside {
            return None;
        }
        let hump = |at: usize| {
            let upper = |at: usize| self.upper.get(at).copied().unwrap_or_default();
            !upper(at - 1) && upper(at) && self.at(at).is_ascii_lowercase()
        };
        let over = self.has_upper && (from + 1..to).any(hump);
        Some(word_price(class) + GLUED * glued + if over { OVER_HUMP } else { 0 })
    }

    /// The character at a place, as nothing explains it.
    fn single(&self, at: usize) -> (usize, u32, Kind) {
        let byte = self.at(at);
        match byte {
            b'0'..=b'9' => (1, DIGIT, Kind::Random),
            b'a'..=b'z' => (1, LETTER, Kind::Random),
            b'-' | b'_' | b'.' | b' ' | b':' | b'/' | b'@' | b',' => (1, SEPARATOR, Kind::Mark),
            0..=0x7f => (1, MARK, Kind::Mark),
            _ => {
                let more = self.text.get(at + 1..).unwrap_or_default();
                let more = more.iter().take_while(|b| **b & 0xc0 == 0x80).count();
                let wide = self.text.get(at..at + 1 + more).and_then(|c| std::str::from_utf8(c).ok());
                let letter = wide.and_then(|c| c.chars().next()).is_some_and(char::is_alphanumeric);
                (
                    1 + more,
                    if letter { OTHER_LETTER } else { MARK },
                    if letter { Kind::Random } else { Kind::Mark },
                )
            }
        }
    }
}

/// What a word of the lexicon costs: most for what is there because it is a word like any other.
const fn word_price(class: Class) -> u32 {
    let said = class.without(Class::COMMON.with(Class::SOFTWARE));
    if said.is(Class::ALL) {
        WORD
    } else if class.is(Class::SOFTWARE) {
        NAME
    } else {
        FREQUENT
    }
}

/// Whether a byte begins a Cyrillic letter (Unicode block U+0400, two bytes each).
const fn is_cyrillic(byte: u8) -> bool {
    matches!(byte, 0xd0..=0xd4)
}

/// What a byte is where edges are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sort {
    Mark,
    Digit,
    Letter,
    /// A byte of a character beyond ASCII.
    Beyond,
}

impl Sort {
    const fn of(byte: u8) -> Self {
        match byte {
            b'0'..=b'9' => Self::Digit,
            b'a'..=b'z' | b'A'..=b'Z' => Self::Letter,
            0..=0x7f => Self::Mark,
            _ => Self::Beyond,
        }
    }
}

/// See [`Finder::is_edge`].
fn edges(text: &[u8], upper: &[bool], has_upper: bool) -> Vec<bool> {
    let mut edges = Vec::with_capacity(text.len() + 1);
    let mut left = Sort::Mark;
    for byte in text {
        let right = Sort::of(*byte);
        edges.push(left != right || right == Sort::Mark);
        left = right;
    }
    edges.push(true);
    if has_upper {
        let up = |at: usize| upper.get(at).copied().unwrap_or_default();
        let small = |at: usize| text.get(at).is_some_and(u8::is_ascii_lowercase) && !up(at);
        // Behind the first byte, which is one already: a capital, after a small letter or before one as in `APIKey`.
        for (at, edge) in edges.iter_mut().enumerate().skip(1).filter(|(at, _)| up(*at)) {
            *edge |= !up(at - 1) || small(at + 1);
        }
    }
    edges
}
