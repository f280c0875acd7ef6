//! What gives a secret's value away. The patterns are over classes of words; an unexplained stretch vetoes them all.

use super::asked::is_praised;
use super::drawn::{is_choppy, is_drawn, repeats};
use super::marks::{is_mask, is_mostly_hidden, mask_run};
use super::phrase::is_passphrase;
use super::runs::Run;
use super::said::Said;
use super::slots::is_noise as is_signs;
use super::split::{Kind, Piece, split};
use super::words::Class;
use super::{Found, Sign, Weakness, own, published, request};

/// What a secret costs at least that is not called weak: 28 bits; in tenths of a bit. `docs/detection.md` says how it is counted.
const WEAK: u32 = 280;

/// Two characters that nothing explains make no difference to a guesser.
const SCRAP: u32 = 120;

/// Fewer characters than these can be tried out one by one.
const SHORT: usize = 8;

/// From so many characters on signs of all kinds are drawn.
const DRAWN: usize = 16;

const ASKED: Class = Class::SECRET.with(Class::NOUN);
/// Words of which sentences about a value are made.
const PLAIN: Class = ASKED
    .with(Class::FILLER)
    .with(Class::ME)
    .with(Class::MY)
    .with(Class::YOUR)
    .with(Class::YOU)
    .with(Class::HERE)
    .with(Class::SAMPLE)
    .with(Class::WEAKWORD)
    .with(Class::SOFTWARE)
    .with(Class::VENDOR)
    .with(Class::FILL)
    .with(Class::CHANGE)
    .with(Class::REPLACE)
    .with(Class::STANDIN)
    .with(Class::NOTHING)
    .with(Class::LABEL)
    .with(Class::TODO);

/// What is known beside a secret's value.
pub struct Beside<'a> {
    /// Its key.
    pub key: &'a str,
    /// Names that a guesser would try: the user's in the URL, the application's.
    pub names: &'a [&'a [u8]],
    /// Whether it is judged whether it can be guessed.
    pub weak: bool,
}

/// What a secret's text says of itself.
#[must_use]
pub fn secret(text: &str, beside: &Beside<'_>) -> Option<Found> {
    // What is soon guessed although it may have been drawn from a list of words.
    let chosen = || {
        if is_praised(text) {
            Some(Weakness::Words)
        } else if own::ends_as_key(text, beside.key) && split(text).random == 0 {
            Some(Weakness::OwnName)
        } else {
            None
        }
    };
    of_text(text, beside).or_else(|| chosen().filter(|_| beside.weak).map(Found::Weak))
}

fn of_text(text: &str, beside: &Beside<'_>) -> Option<Found> {
    // Of WordPress's salts one in ten thousand begins as a remark does, and some hold a row of asterisks.
    let drawn = || text.len() >= DRAWN && is_signs(text);
    if is_mask(text, true) && !drawn() {
        return Some(Found::Placeholder(Sign::Mask));
    }
    if is_name_of(text, beside.key) {
        return Some(Found::Placeholder(Sign::Descriptive));
    }
    if beside.weak && published::is_known(text) {
        return Some(Found::Weak(Weakness::Published));
    }
    if is_drawn(text.as_bytes()) {
        return None;
    }
    if is_mostly_hidden(text) && !drawn() {
        return Some(Found::Placeholder(Sign::Mask));
    }
    // The letters of the alphabet, each large and small.
    if text.len() <= 128 && (text.contains("AaBbCc") || text.contains("aAbBcC")) {
        return Some(Found::Placeholder(Sign::Dummy));
    }
    // The words of a phrase, counted.
    let worded = text.split(' ').zip(1..=3).all(|(word, at)| word == format!("word{at}"));
    if worded && text.split(' ').count() >= 3 {
        return Some(Found::Placeholder(Sign::Word));
    }
    let marked = ["# ", "// ", "/* ", "-- ", "; "].iter().any(|start| text.starts_with(start));
    let bracketed = text.starts_with('(') && text.ends_with(')') && text.contains(' ');
    let worded = |c: char| c.is_alphanumeric() || " -_".contains(c);
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let boxed = inner.is_some_and(|inner| inner.trim().contains(' ') && inner.chars().all(worded));
    if (marked || bracketed || boxed) && !drawn() {
        return Some(Found::Placeholder(Sign::Comment));
    }
    if beside.weak && repeats(text) {
        return Some(Found::Weak(Weakness::Repeated));
    }
    if own::says_key(text, beside.key) {
        return Some(Found::Placeholder(Sign::Descriptive));
    }
    let split = split(text);
    let said = Said::of(&split);
    let runs = said.words.iter().all(|piece| matches!(piece.kind, Kind::Run(_)));
    let lot = said.random || is_noise(text, &said) || is_choppy(text) && !runs;
    if lot && is_disguised(text) && beside.weak {
        return Some(Found::Weak(Weakness::Common));
    }
    let named = || (beside.weak && is_name_of_year(text)).then_some(Found::Weak(Weakness::Words));
    if request::stands_beside_little(&said, lot) {
        return Some(Found::Placeholder(Sign::ChangeMe));
    }
    if lot || said.words.is_empty() || !runs && is_passphrase(&said) {
        // Even random characters are soon tried out where they are few.
        let short = beside.weak && text.chars().count() < SHORT;
        return short.then_some(Found::Weak(Weakness::Short)).or_else(named);
    }
    if let Some(sign) = asks(text, &said) {
        return Some(Found::Placeholder(sign));
    }
    let weak = || beside.weak.then(|| guessable(text, &said, beside)).flatten().map(Found::Weak);
    let described = || beside.weak.then(|| described(&said, beside)).flatten().map(Found::Placeholder);
    described().or_else(weak).or_else(named)
}

/// What asks to be replaced.
fn asks(text: &str, said: &Said<'_>) -> Option<Sign> {
    let Said { odd, few, .. } = *said;
    if text.get(..5).is_some_and(|head| head.eq_ignore_ascii_case("todo:")) && odd <= 4 {
        return Some(Sign::Todo);
    }
    // What begins by asking and ends with what is asked for may name whose it is in between.
    let asking = Class::YOUR.with(Class::CHANGE).with(Class::REPLACE).with(Class::FILL);
    let framed = odd <= 3
        && !said.grown
        && said.begins(asking)
        && said.ends(Class::SECRET.with(Class::HERE))
        && said.words.len() > 2;
    // Who is spoken to right at the beginning is asked for the rest, however long that is.
    let addressed = said
        .words
        .windows(2)
        .take(2)
        .any(|pair| matches!(pair, [a, b] if a.class().is(Class::YOUR) && b.class().is(Class::SECRET)));
    let first =
        said.begins(Class::YOUR) && said.words.get(1).is_some_and(|piece| piece.class().is(Class::SECRET));
    let whole = said.begins(Class::YOUR) && said.ends(Class::SECRET) && said.words.len() <= 8;
    if first || whole && odd <= 3 {
        return Some(Sign::YourValue);
    }
    if let [first, second, ..] = said.words.as_slice()
        && first.class().is(Class::FILL)
        && second.class().is(Class::HERE)
    {
        return Some(Sign::YourValue);
    }
    if addressed && (said.has(Class::FILLER) || said.ends(Class::HERE.with(Class::SECRET))) {
        return Some(Sign::YourValue);
    }
    let called = said.begins(Class::YOUR) && said.ends(Class::HERE);
    // In some languages the verb stands last.
    let last = said.begins(Class::HERE) && said.ends(Class::FILL);
    if (called || last) && odd <= 5 && said.has(ASKED) {
        return Some(Sign::YourValue);
    }
    let few = few || framed;
    if !few {
        return is_comment(text, said).then_some(Sign::Comment);
    }
    // A word that is cut out of an unknown one says nothing.
    let stands = |class: Class| said.has(class) && (said.whole(class) || odd == 0);
    let counted = said.words.iter().any(|piece| matches!(piece.kind, Kind::Digits));
    if said.begins(Class::TODO) && !counted && (odd == 0 || said.words.len() <= 3) {
        return Some(Sign::Todo);
    }
    if stands(Class::CHANGE) {
        return Some(Sign::ChangeMe);
    }
    if stands(Class::REPLACE) {
        return Some(Sign::ReplaceMe);
    }
    // Of two and three letters it stands beside anything: `ur`, `tu`.
    let long = |piece: &&Piece| piece.class().is(Class::YOUR) && piece.end - piece.start > 3;
    let yours = odd == 0 || said.has(ASKED) || said.words.iter().any(long);
    if stands(Class::YOUR) && said.words.len() > 1 && yours {
        return Some(Sign::YourValue);
    }
    let asked = ASKED.with(Class::FILL).with(Class::VENDOR);
    // `beim Support erfragen`
    let last = said.ends(Class::FILL) && said.has(Class::FILLER) && said.has(ASKED) && odd == 0;
    let filled = last
        || said.begins(Class::FILL) && said.has(ASKED.with(Class::HERE))
        || stands(Class::HERE) && said.has(asked);
    if filled && said.words.len() > 1 {
        return Some(Sign::YourValue);
    }
    let short =
        |piece: &&Piece| piece.class().is(Class::STANDIN) && (piece.end - piece.start > 3 || odd == 0);
    if stands(Class::STANDIN) && said.words.iter().any(short) {
        return Some(Sign::Word);
    }
    if mask_run(said) {
        return Some(Sign::Mask);
    }
    is_comment(text, said).then_some(Sign::Comment)
}

/// A remark that was taken for the value: a sentence, with words that go between.
fn is_comment(text: &str, said: &Said<'_>) -> bool {
    let blanks = text.split_whitespace().count();
    let linking = Class::FILLER.with(Class::FILL).with(Class::YOUR).with(Class::HERE);
    // A word that is cut out of a longer one goes between no others.
    let foreign = !text.is_ascii();
    let between =
        said.words.iter().filter(|piece| (foreign || piece.whole) && piece.class().is(linking)).count();
    // `something long and hard to guess`
    let asking = Class::CHANGE.with(Class::REPLACE).with(Class::YOUR);
    let bare = blanks >= 4
        && !said.has(asking)
        && said.odd == 0
        && said.unknown == 0
        && said.count(Class::FILLER) >= 4;
    bare && said.only(PLAIN) || blanks >= 3 && between >= 2 && said.odd * 2 <= between + 1 && said.has(ASKED)
}

/// `JWT_RECOVERY_SECRET=jwtrecoverysecret`: the name of the variable, however its words are joined. Of a name of one word that is a
/// password that people choose.
fn is_name_of(text: &str, key: &str) -> bool {
    let letters = |text: &'_ str| -> Vec<u8> {
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|b| b.to_ascii_lowercase()).collect()
    };
    text.len() >= 8
        && text.len() <= key.len()
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-. ".contains(&b))
        && own::words(key).len() >= 2
        && letters(text) == letters(key)
}

/// Words that say what belongs there, and nothing else.
fn described(said: &Said<'_>, beside: &Beside<'_>) -> Option<Sign> {
    let counted = said.words.iter().any(|piece| matches!(piece.kind, Kind::Run(_)));
    let words = said.words.iter().filter(|piece| matches!(piece.kind, Kind::Word(_) | Kind::Unknown)).count();
    if said.only(Class::VENDOR.with(Class::SAMPLE).with(Class::SECRET)) && said.has(Class::VENDOR) && counted
    {
        return Some(Sign::Dummy);
    }
    let named = said.has(ASKED) && !said.grown;
    if words >= 2 && named && own::is_of(said, beside.key) && said.has(Class::SECRET) {
        return Some(Sign::Descriptive);
    }
    if said.has(Class::SAMPLE)
        && said.has(Class::SECRET)
        && said.odd == 0
        && ["example", "sample"].iter().any(|word| said.split.text.contains(word))
    {
        return Some(Sign::Word);
    }
    let foreign = !said.split.text.is_ascii()
        && said.few
        && words >= 2
        && said.has(ASKED.with(Class::FILLER).with(Class::FILL));
    if foreign {
        return Some(Sign::Descriptive);
    }
    let plain = said.unknown == 0 && said.odd <= 1 && said.only(PLAIN) && said.has(ASKED);
    (words >= 3 && plain
        || words >= 2 && plain && said.has(Class::SECRET) && !said.has(Class::WEAKWORD.with(Class::SAMPLE)))
    .then_some(Sign::Descriptive)
}

/// What a guesser finds soon.
fn guessable(text: &str, said: &Said<'_>, beside: &Beside<'_>) -> Option<Weakness> {
    let runs = |wanted: fn(Run) -> bool| {
        said.words.iter().all(|piece| matches!(piece.kind, Kind::Run(run) if wanted(run)))
    };
    if runs(|run| matches!(run, Run::Repeat(_))) {
        return Some(Weakness::Repeated);
    }
    let digits = |kind: Kind| matches!(kind, Kind::Digits | Kind::Run(_));
    if runs(|_| true) || said.words.iter().all(|piece| digits(piece.kind)) && said.split.price() < WEAK {
        return Some(Weakness::Sequence);
    }
    let explained = said.split.random < SCRAP;
    if explained && own::is_name(said, beside) {
        return Some(Weakness::OwnName);
    }
    if explained && said.odd == 0 && said.only(Class::ALL) {
        let everyones = Class::COMMON.with(Class::WEAKWORD).with(Class::SECRET).with(Class::SAMPLE);
        return Some(if said.has(Class::SOFTWARE) && said.words.len() == 1 {
            Weakness::Default
        } else if said.has(everyones.with(Class::SOFTWARE)) {
            Weakness::Common
        } else {
            Weakness::Words
        });
    }
    if explained && said.has(Class::COMMON) && said.words.len() <= 2 && said.odd <= 1 {
        return Some(Weakness::Common);
    }
    if text.chars().count() < SHORT {
        return Some(Weakness::Short);
    }
    // A name beside words that everybody has there: `acme-dev-secret`; a name and a year.
    let everyones = Class::SECRET.with(Class::WEAKWORD).with(Class::SAMPLE);
    let named = said.has(everyones)
        && (said.whole(everyones) || said.split.random == 0)
        && (said.odd <= 1 || said.few)
        && !said.grown;
    let year = matches!(said.words.as_slice(), [name, year] if name.kind == Kind::Unknown && name.end - name.start <= 10 && is_year(said.split.of(year)));
    // `zk_jwt_secret`: two words that only say what it is, behind a name.
    let titled =
        said.ends(Class::SECRET) && said.count(Class::SECRET) > 1 && said.unknown <= 2 && !said.grown;
    // `acmesecret`: a name and what it is, written together.
    let glued = ["secret", "password", "passwort", "passwd"].iter().any(|word| {
        let name = said.split.text.strip_suffix(word).unwrap_or_default();
        (3..=9).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_lowercase())
            && text.bytes().all(|b| b.is_ascii_lowercase())
    });
    let year = year
        || titled
        || glued
        || matches!(said.words.as_slice(), [name, run] if name.kind == Kind::Unknown && name.end - name.start <= 10 && matches!(run.kind, Kind::Run(_)));
    let cheap = said.split.price() < WEAK && !is_choppy(text);
    (explained && (named || year || cheap)).then_some(Weakness::Words)
}

/// Signs of several kinds between letters of both cases and digits: a short word among them stands there by chance.
fn is_noise(text: &str, said: &Said<'_>) -> bool {
    // A remark in brackets is a sentence's: `password of the account (16 letters)`.
    let remark = text.ends_with(')') && text.contains(" (");
    let plain = if remark { "-_.,:/@()" } else { "-_.,:/@" };
    let signs = |c: char| c.is_ascii_punctuation() && !plain.contains(c);
    // A row of a keyboard with its signs was not drawn.
    let rows = || said.split.pieces.iter().filter(|piece| matches!(piece.kind, Kind::Run(_)));
    let amid = |at: usize| rows().any(|row| (row.start..row.end).contains(&at));
    let mut kinds: Vec<char> = text
        .char_indices()
        .filter(|(at, c)| signs(*c) && !(text.is_ascii() && amid(*at)))
        .map(|(_, c)| c)
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    let has = |test: fn(&char) -> bool| text.chars().any(|c| test(&c));
    let mixed = has(char::is_ascii_digit) || has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase);
    let signed = kinds.len() >= 2 && mixed || kinds.len() >= 4;
    let word = |kind: Kind| matches!(kind, Kind::Word(_) | Kind::Run(_) | Kind::Unknown);
    let longest =
        said.words.iter().filter(|piece| word(piece.kind)).map(|piece| piece.end - piece.start).max();
    signed && longest.is_none_or(|longest| longest <= 4 || longest * 3 <= text.len()) && text.len() >= SHORT
}

/// Whether a text is words once digits and signs are read for the letters that they look like: `K3YS3CR3T`, `P@ssw0rd`.
fn is_disguised(text: &str) -> bool {
    if !(6..=24).contains(&text.len()) || !text.is_ascii() {
        return false;
    }
    let read = |c: char| match c {
        '0' => 'o',
        '1' | '!' => 'i',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c.to_ascii_lowercase(),
    };
    let plain = zeroize::Zeroizing::new(text.chars().map(read).collect::<String>());
    let split = split(&plain);
    let said = Said::of(&split);
    let telling = Class::SECRET.with(Class::WEAKWORD).with(Class::COMMON).with(Class::CHANGE);
    let long = |piece: &super::split::Piece| piece.end - piece.start >= 3;
    said.odd == 0 && said.only(Class::ALL) && said.has(telling) && said.words.iter().all(|piece| long(piece))
}

/// `summer2023!`, `Shop2024`: a name of at most ten letters, and a year.
fn is_name_of_year(text: &str) -> bool {
    let bare = text.trim_end_matches(['!', '@', '#', '$', '.']);
    if !(7..=14).contains(&bare.len()) || text.len() - bare.len() > 1 || !bare.is_ascii() {
        return false;
    }
    let Some((name, year)) = bare.split_at_checked(bare.len() - 4) else { return false };
    let name = name.trim_end_matches(['@', '_', '-', '#']);
    let (first, rest) = name.split_at_checked(1).unwrap_or_default();
    name.len() >= 3
        && is_year(year)
        && first.bytes().all(|b| b.is_ascii_alphabetic())
        && rest.bytes().all(|b| b.is_ascii_lowercase())
}

/// `1999`, `2024`
fn is_year(text: &str) -> bool {
    text.len() == 4
        && (text.starts_with("19") || text.starts_with("20"))
        && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Place, Sign, Weakness, judge};
    use rstest::rstest;
    use sha2::{Digest, Sha256};

    const SECRET: Place<'_> = Place {
        key: "AUTH_SALT",
        secret: true,
        weak: true,
        inner: true,
        whole_file: false,
        required: false,
        names: &[],
    };

    /// As the service of WordPress draws salts: 64 of 92 signs.
    fn salt(n: u32) -> String {
        const SIGNS: &[u8] =
            b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!@#$%^&*()-_ []{}<>~`+=,.;:/?|";
        let digest =
            |half: u8| -> [u8; 32] { Sha256::digest([&n.to_le_bytes()[..], &[half]].concat()).into() };
        let bytes = [digest(0), digest(1)].concat();
        bytes
            .iter()
            .filter_map(|byte| SIGNS.get(usize::from(*byte) % SIGNS.len()))
            .map(|b| char::from(*b))
            .collect()
    }

    #[rstest]
    #[case("DB_PASSWORD", "asupersecretpassword", true)]
    #[case("JWT_SECRET", "averyveryverylongandrandompassword", true)]
    #[case("DB_PASSWORD", "VeryLongAndSecureSecret", true)]
    #[case("DB_PASSWORD", "asuxkqvzjwbpfm", false)]
    #[case("DB_PASSWORD", "urban_renewal_pass", true)]
    #[case("CMS_PREVIEW_SECRET", "bubs-shop-preview-secret", true)]
    #[case("CMS_PREVIEW_SECRET", "anvil-kettle-marmot-plaza", false)]
    #[case("DB_PASSWORD", "xkqvzjwbpfm-pass", false)]
    #[case("AUTH_CUSTOM_JWT", "mysupersecretkey", true)]
    #[case("AUTH_CUSTOM_JWT", "my-secret-token", true)]
    fn what_everybody_chooses(#[case] key: &str, #[case] value: &str, #[case] found: bool) {
        let secret = key != "AUTH_CUSTOM_JWT";
        let place = Place { key, secret, weak: secret, ..SECRET };
        assert_eq!(judge(value.as_bytes(), &place).is_some(), found);
    }

    #[rstest]
    #[case("TLS_SECRET_NAME", "my-secret-token")]
    #[case("KEY_PAIR", "my-deploy-key")]
    #[case("PROJECT", "my-secret-garden")]
    fn what_may_be_called_so(#[case] key: &str, #[case] value: &str) {
        let place = Place { key, secret: false, weak: false, ..SECRET };
        assert_eq!(judge(value.as_bytes(), &place), None);
    }

    /// A few in a thousand have too few kinds of signs, and one in ten thousand salts begins so.
    #[rstest]
    #[case("# ", "")]
    #[case("; ", "")]
    #[case("", "****")]
    #[case("", "...")]
    fn salts_that_look_like_remarks(#[case] head: &str, #[case] tail: &str) {
        let drawn = (0..500_u32).map(|n| format!("{head}{}{tail}", salt(n).trim()));
        let flagged = drawn.filter(|value| judge(value.as_bytes(), &SECRET).is_some()).count();
        assert!(flagged <= 10, "{flagged}");
    }

    /// `u:p@/db` is a notation of Go's driver for MySQL.
    #[test]
    fn salts_that_look_like_addresses() {
        let addressed = |n: u32| {
            let value = salt(n);
            let (head, rest) = value.split_at_checked(8).unwrap_or_default();
            format!("{head}:x#{}@/{rest}", n % 10)
        };
        let flagged = (0..500).filter(|n| judge(addressed(*n).as_bytes(), &SECRET).is_some()).count();
        assert!(flagged <= 2, "{flagged}");
    }

    #[test]
    fn little_that_differs_from_a_row() {
        let row = "a".repeat(4000);
        assert_eq!(judge(row.as_bytes(), &SECRET), Some(Found::Weak(Weakness::Repeated)));
        let drawn: String = Sha256::digest(b"row").iter().map(|byte| format!("{byte:02x}")).collect();
        let value = format!("a{drawn}{}", "a".repeat(1 << 20));
        assert_eq!(judge(value.as_bytes(), &SECRET), None);
    }

    #[rstest]
    #[case("summer2023!", Found::Weak(Weakness::Common))]
    #[case("Shop2024", Found::Weak(Weakness::Words))]
    #[case("thisisaverysecretkey", Found::Placeholder(Sign::Descriptive))]
    #[case("RGAPI-xxxxxxxx-xxxx-xxxx", Found::Placeholder(Sign::Mask))]
    #[case("abcd efgh ijkl mnop", Found::Weak(Weakness::Sequence))]
    fn what_templates_write(#[case] value: &str, #[case] expected: Found) {
        assert_eq!(judge(value.as_bytes(), &SECRET), Some(expected));
    }

    #[rstest]
    #[case("Long Tu Long Long Long")]
    #[case("Ladrillo Hierba Nube Sombrero Bar.votre.co")]
    fn words_that_were_drawn(#[case] value: &str) {
        assert_eq!(judge(value.as_bytes(), &SECRET), None);
    }
}
