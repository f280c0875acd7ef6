//! What a secret costs at least to guess, for what must not be guessed even by who has all the time there is.

use zeroize::Zeroizing;

use crate::syntax::url;
use crate::value::password;

use super::drawn::is_drawn;
use super::parts::{LIMIT, decoded, in_pairs, strip_jdbc};
use super::slots::unframed;
use super::split::{Kind, split};

/// Prices are in tenths of a bit.
const BIT: u32 = 10;
/// A word that the lexicon does not have is still one of a list: EFF's for passphrases has 7,776, which makes 12.9 bits.
const MOST_OF_A_WORD: u32 = 129;
/// What a character costs that takes turns with others as in a drawn value, however it was drawn.
const OF_DRAWN: u32 = 35;
/// Hexadecimal digits, letters and numbers alike.
const OF_HEX: u32 = 40;
/// A value of so few different characters is taken to be drawn from these alone.
const FEW: usize = 4;
const OF_FEW: u32 = 20;
/// The longest piece that is tried as one which is only repeated.
const MOST_PERIOD: usize = 64;
/// Parts of a URL or of JSON that are looked at.
const MOST_PARTS: usize = 64;

/// What guessing a value costs, in bits. It errs low: all that can be read as a word is one.
///
/// Of a connection string the password counts, of a URL without one and of JSON the part that costs most, of base64 what is in
/// it, judged in the same way once.
#[must_use]
pub fn cost(value: &[u8]) -> u32 {
    let head = value.get(..LIMIT).unwrap_or(value);
    // Bytes that are no text cost little, each for itself.
    let text = Zeroizing::new(String::from_utf8_lossy(head).into_owned());
    whole(unframed(text.trim())) / BIT
}

fn whole(text: &str) -> u32 {
    composed(text).unwrap_or_else(|| match decoded(text) {
        Some(inner) => composed(inner.trim()).unwrap_or_else(|| one(inner.trim())),
        None => one(text),
    })
}

/// What only holds a secret: who guesses it knows or finds the rest.
fn composed(text: &str) -> Option<u32> {
    if let Some(password) = password::within(text.as_bytes()) {
        return Some(str::from_utf8(password.expose()).map_or(0, one));
    }
    if let Some(url) = url::parse(strip_jdbc(text).as_bytes()) {
        // Scheme and host are no secret.
        let user = url.user.and_then(|user| str::from_utf8(user).ok()).map_or(0, one);
        return Some(user.max(str::from_utf8(url.rest).map_or(0, dearest)));
    }
    if let Some(password) = in_pairs(text) {
        return Some(one(password));
    }
    text.starts_with('{').then(|| dearest(text))
}

/// The part of a text that costs most.
fn dearest(text: &str) -> u32 {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && !"-_+".contains(c));
    parts.filter(|part| !part.is_empty()).take(MOST_PARTS).map(one).max().unwrap_or_default()
}

fn one(text: &str) -> u32 {
    let text = once(text);
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    if is_of_few(text.as_bytes()) {
        return length.saturating_mul(OF_FEW);
    }
    if is_drawn(text.as_bytes()) {
        return length.saturating_mul(OF_DRAWN);
    }
    let hex = text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
        && text.bytes().any(|b| b.is_ascii_alphabetic());
    let split = split(text);
    let prices = split.pieces.iter().map(|piece| match piece.kind {
        Kind::Random | Kind::Digits if hex => {
            u32::try_from(piece.end - piece.start).unwrap_or_default().saturating_mul(OF_HEX)
        }
        Kind::Unknown => piece.price.min(MOST_OF_A_WORD),
        _ => piece.price,
    });
    prices.sum()
}

/// A text that only repeats a piece of itself costs no more than the piece.
fn once(text: &str) -> &str {
    let bytes = text.as_bytes();
    let repeats = |period: &usize| bytes.iter().zip(bytes.iter().skip(*period)).all(|(a, b)| a == b);
    let period = (1..bytes.len().min(MOST_PERIOD + 1)).find(repeats);
    period.and_then(|period| text.get(..period)).unwrap_or(text)
}

fn is_of_few(bytes: &[u8]) -> bool {
    let mut seen = [false; 256];
    let mut count = 0;
    for byte in bytes {
        if let Some(known) = seen.get_mut(usize::from(*byte))
            && !std::mem::replace(known, true)
        {
            count += 1;
            if count > FEW {
                return false;
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::cost;
    use rstest::rstest;

    #[rstest]
    #[case("")]
    #[case("4111111111111111")]
    #[case("correct horse battery staple")]
    #[case("AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH")]
    #[case("00000000000000000000000000000000000")]
    #[case("0110100110010110100101100110100")]
    #[case("abcdefghijklmnopqrstuvwxyz0123456789")]
    #[case("k7Qz91xWk7Qz91xW")]
    #[case("0f8e2b7c41d96a35")]
    #[case("https://hooks.example.com/services/incoming/of-the/shop-in-production/orders")]
    #[case("Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZQ==")]
    #[case("host=db.example.com user=app password=letmein99 dbname=a_long_name_of_a_database")]
    #[case("Server=db.example.com;User=application;Password=letmein99;Database=orders_of_the_shop")]
    #[case("jdbc:postgresql://app:letmein99@db.example.com/a_long_name_of_a_database")]
    #[case(r#"{"user":"application","password":"letmein99","host":"db.example.com","pool":10}"#)]
    #[case("application:letmein99@tcp(db.example.com:3306)/a_long_name_of_a_database?parseTime=true")]
    #[case(
        "YXBwbGljYXRpb246bGV0bWVpbjk5QHRjcChkYi5leGFtcGxlLmNvbTozMzA2KS9hX2xvbmdfbmFtZV9vZl9hX2RhdGFiYXNl"
    )]
    #[case("Basic YXBwbGljYXRpb24tb2YtdGhlLXNob3A6aHVudGVyMg==")]
    #[case("jdbc:postgresql://db.example.com/a_long_name?user=application&password=letmein99")]
    fn little(#[case] value: &str) {
        assert!(cost(value.as_bytes()) < 72, "{}", cost(value.as_bytes()));
    }

    #[test]
    fn bytes_that_are_no_text() {
        assert!(cost(b"mot de pass\xe9 d'\xe9t\xe9") < 72);
    }

    /// Values as generators make them, of digits that a hash gives.
    #[test]
    fn drawn_values_cost_much() {
        use sha2::{Digest, Sha256};
        for n in 0..500_u32 {
            let digest: [u8; 32] = Sha256::digest(n.to_le_bytes()).into();
            let drawn = |letters: &[u8], length: usize| -> String {
                let pick = |byte: &u8| letters.get(usize::from(*byte) % letters.len()).copied();
                digest.iter().take(length).filter_map(pick).map(char::from).collect()
            };
            let base62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
            let all = [
                drawn(b"0123456789abcdef", 24),
                drawn(b"0123456789abcdef", 32),
                drawn(base62, 20),
                drawn(base62, 32),
                drawn(b"0123456789abcdefghijklmnopqrstuvwxyz", 32),
                drawn(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 32),
                drawn(b"abcdefghijklmnopqrstuvwxyz", 32),
            ];
            for (kind, value) in all.iter().enumerate() {
                let dear = |text: &str| cost(text.as_bytes()) >= 72;
                assert!(dear(value), "{n} {kind}: {}", cost(value.as_bytes()));
                assert!(dear(&format!("https://hooks.example.com/{value}")), "{n} {kind}");
                assert!(dear(&format!("postgres://u:{value}@db/d")), "{n} {kind}");
                assert!(dear(&format!(r#"{{"key":"{value}"}}"#)), "{n} {kind}");
            }
        }
    }
}
