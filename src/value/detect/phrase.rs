//! Whether words were drawn from a list, as passphrases are, or say something.

use super::said::Said;
use super::split::{Finder, Kind, Piece, Split};
use super::words::Class;

/// As many words as make a passphrase: four of EFF's long list are 51 bits.
const WORDS: usize = 4;
/// Letters without a mark between them that may be four words: those of a list have from three letters to nine.
const GLUED: usize = 18;
/// What the words have to say together. Four words of EFF's long list reach it once in a million draws, as do five and more.
const SAYS: i32 = 12;

/// What they have to say behind the name of a secret.
const REST: i32 = 7;

/// Words of the request, and what each tells, in bits: how much more often it stands in a template's sentence than in a list of words
/// for passphrases (EFF's long list, and those of the programs `diceware` and `mnemonic` in eight languages).
const WEIGHTS: [(Class, i32); 5] = [
    (Class::YOUR, 8),
    (Class::SECRET.with(Class::HERE), 7),
    (
        Class::CHANGE
            .with(Class::REPLACE)
            .with(Class::ME)
            .with(Class::TODO)
            .with(Class::HOLDER)
            .with(Class::MY)
            .with(Class::YOU),
        5,
    ),
    (Class::SAMPLE.with(Class::LABEL), 4),
    (Class::FILLER.with(Class::FILL).with(Class::STANDIN).with(Class::NOTHING), 3),
];
/// Other words of configuration.
const OTHER: i32 = 2;
/// More for a word that the lists are known not to have.
const UNLISTED: i32 = 1;
/// And for a word of a secret that they have.
const LISTED: i32 = -2;
/// How a vendor's tokens begin.
const PREFIX: i32 = 4;
/// A name of a program; a list has some.
const NAME: i32 = 1;
/// A word that is not known: nine of ten words of a list.
const UNKNOWN: i32 = -3;
/// Words of one or two letters stand in no list but go between those of a sentence.
const TINY: i32 = 4;
/// Two words that are one in a list as well: `backroom`.
const COMPOUND: i32 = -1;
/// Two letters that are left between words written together.
const CRUMB: i32 = -2;
/// The longest words of EFF's long list have one letter less.
const LONG: usize = 10;

/// What is counted of a value's words.
#[derive(Default)]
struct Count {
    words: usize,
    says: i32,
    /// What the first word tells where it is a secret's name.
    first: i32,
}

/// Four words or more that have nothing to do with each other.
#[must_use]
pub fn is_passphrase(said: &Said<'_>) -> bool {
    let split = said.split;
    let digits = split.text.bytes().filter(u8::is_ascii_digit).count();
    if split.text.len() < GLUED - 4 || digits > 8 {
        return false;
    }
    let mut count = Count::default();
    let finder = Finder::new(&split.text, &split.upper);
    let mut rest = split.pieces.as_slice();
    // What stands between two places where a word may end is one word, or several written together.
    while !rest.is_empty() {
        let length = 1 + rest.iter().take_while(|piece| !finder.is_edge(piece.end)).count();
        let (token, behind) = rest.split_at(length.min(rest.len()));
        count.add(token, split, &finder);
        rest = behind;
    }
    // A passphrase may stand behind what it is: `secret-...`.
    let behind = count.first > 0 && count.words > WORDS && count.says - count.first < REST;
    // Of many words more say something by chance.
    let least = SAYS.max(i32::try_from(count.words).unwrap_or(i32::MAX).saturating_mul(3) / 2);
    count.words >= WORDS && (count.says < least || behind)
}

impl Count {
    /// Adds what stands between two edges.
    fn add(&mut self, token: &[Piece], split: &Split, finder: &Finder<'_>) {
        let (Some(first), Some(last)) = (token.first(), token.last()) else { return };
        let text = split.text.get(first.start..last.end).unwrap_or_default();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        if letters == 0 {
            return;
        }
        let known = token.iter().all(|piece| matches!(piece.kind, Kind::Word(_)));
        // A piece that was found over a hump hides where a word ends.
        let humps = (first.start + 1..last.end).filter(|at| finder.is_edge(*at)).count();
        if let [piece] = token
            && (humps == 0 || piece.kind != Kind::Unknown)
        {
            if first.start == 0 && piece.class().is(Class::SECRET) {
                self.first = weight(piece.class());
            }
            self.words +=
                usize::from(letters >= 3).max(if piece.kind == Kind::Unknown { letters / 7 } else { 0 });
            // What is said again tells no more.
            let again =
                letters >= 3 && split.text.get(..first.start).is_some_and(|before| before.contains(text));
            self.says += match letters {
                _ if again => 0,
                _ if matches!(piece.kind, Kind::Run(_)) => 0,
                1 | 2 if known => TINY,
                1 | 2 => 0,
                _ => alone(piece.class(), letters, text.is_ascii()),
            };
            return;
        }
        let parts = token.len();
        let several = letters >= GLUED || letters >= GLUED - 2 && parts >= WORDS;
        self.words += match (several, known) {
            (true, true) => parts,
            (true, false) => WORDS.max(letters / 6),
            (false, true) => usize::from(letters >= 3) + humps,
            (false, false) => (usize::from(letters >= 3) + humps).max(unknown(token) / 7),
        };
        let least = token.iter().map(|piece| piece.end - piece.start).min().unwrap_or_default();
        let whole = known && !token.iter().any(is_crumb);
        let heaviest = token.iter().map(Piece::class).max_by_key(|class| weight(*class)).unwrap_or_default();
        self.says += if several {
            token.iter().map(|piece| glued(piece, whole, split)).sum()
        } else if known && (least >= 5 && heaviest.is(Class::FOREIGN) || !text.is_ascii()) {
            weight(heaviest)
        } else if known && least >= 4 {
            COMPOUND
        } else if longest(token) + 2 >= text.len() && letters >= 5 {
            // An inflection.
            0
        } else {
            UNKNOWN
        };
    }
}

/// How many letters are unknown words.
fn unknown(token: &[Piece]) -> usize {
    let unknown = token.iter().filter(|piece| piece.kind == Kind::Unknown);
    unknown.map(|piece| piece.end - piece.start).sum()
}

/// Two letters that are a word of some language by chance.
fn is_crumb(piece: &Piece) -> bool {
    const GO_BETWEEN: Class = Class::FILLER.with(Class::ME).with(Class::MY);
    let class = piece.class();
    piece.end - piece.start <= 2 && (class.is(Class::FOREIGN) || !class.is(GO_BETWEEN))
}

/// How long the longest known word is.
fn longest(token: &[Piece]) -> usize {
    let known = token.iter().filter(|piece| matches!(piece.kind, Kind::Word(_)));
    known.map(|piece| piece.end - piece.start).max().unwrap_or_default()
}

/// What a word tells that stands by itself.
fn alone(class: Class, letters: usize, ascii: bool) -> i32 {
    let weight = weight(class);
    if weight < 0 {
        return if letters >= LONG && class.is(Class::COMMON) { OTHER } else { weight };
    }
    // In other scripts hardly anybody draws; words so short and so long stand in few lists.
    let rare = !ascii || letters <= 3 || letters >= LONG;
    weight + i32::from(rare && class.is(Class::FOREIGN))
}

/// What a word tells that has others right beside it: less the shorter it is, since any few letters are a word of some language.
fn glued(piece: &Piece, whole: bool, split: &Split) -> i32 {
    let length = piece.end - piece.start;
    match piece.kind {
        Kind::Word(class) if length >= LONG && class.is(Class::COMMON) => weight(Class::SECRET),
        Kind::Word(class) if !split.of(piece).is_ascii() => weight(class),
        Kind::Word(class) => match length {
            0..=2 => {
                if whole {
                    1
                } else {
                    CRUMB
                }
            }
            3 if class.is(Class::FOREIGN) => 0,
            4 if class.is(Class::FOREIGN) => weight(class).min(1 + weight(class) / 4),
            _ if whole => weight(class),
            3 => 0,
            4 => weight(class).min(2),
            5 => weight(class).min(4),
            _ => weight(class),
        },
        Kind::Unknown | Kind::Random => {
            let letters = split.of(piece).chars().count();
            UNKNOWN * i32::try_from(letters.div_ceil(8)).unwrap_or(1)
        }
        _ => 0,
    }
}

fn weight(class: Class) -> i32 {
    // A word of one language's request may be a plain one of another.
    let plain = class.is(Class::LISTED) && class.is(Class::FILLER.with(Class::NOUN));
    let class = if plain { class.without(Class::YOUR.with(Class::HERE).with(Class::MY)) } else { class };
    let unlisted = if class.is(Class::FOREIGN.with(Class::LISTED)) { 0 } else { UNLISTED };
    if let Some((of, weight)) = WEIGHTS.iter().find(|(of, _)| class.is(*of)) {
        let listed = match (class.is(Class::LISTED), of) {
            (true, of) if of.is(Class::SECRET) => LISTED,
            (true, of) if of.is(Class::CHANGE) => -UNLISTED,
            _ => 0,
        };
        let foreign = i32::from(of.is(Class::LABEL) && class.is(Class::FOREIGN));
        return *weight + listed - foreign + if of.is(Class::FILLER) { unlisted } else { 0 };
    }
    let said = class.without(Class::COMMON.with(Class::SOFTWARE));
    if !said.without(Class::VENDOR).is(Class::ALL) && said.is(Class::VENDOR) {
        PREFIX
    } else if said.is(Class::ALL) {
        OTHER + unlisted
    } else if class.is(Class::SOFTWARE) {
        NAME
    } else {
        UNKNOWN
    }
}

#[cfg(test)]
mod tests {
    use super::super::said::Said;
    use super::super::split::split;
    use super::is_passphrase;
    use rstest::rstest;

    #[rstest]
    // Words of EFF's long list (https://www.eff.org/dice, CC BY 3.0), some of which ask or configure elsewhere.
    #[case("replica ensure grimace sixteen")]
    #[case("avatar-garnish-public-cannot")]
    #[case("Override-Spree-Supply-Scrubbed6")]
    #[case("StubbedCraftyCommonPoppy")]
    #[case("platformapplicantsalinegutter")]
    #[case("my-rubber-sample-output-tag")]
    #[case("secret-passably-suitable-passable-encore")]
    fn drawn(#[case] text: &str) {
        let split = split(text);
        assert!(is_passphrase(&Said::of(&split)));
    }

    #[rstest]
    #[case("enter your password here")]
    #[case("generate a long random string")]
    #[case("some-long-random-string")]
    #[case("insecure-local-dev-only")]
    #[case("acme-super-secret-jwt-key")]
    #[case("thisismysecretkeyforsigning")]
    #[case("kies een lang willekeurig wachtwoord")]
    #[case("lunar-kettle-piano")]
    fn said(#[case] text: &str) {
        let split = split(text);
        assert!(!is_passphrase(&Said::of(&split)));
    }
}
