//! Texts of several words: what asks to be filled in, and what names what belongs there.

use super::Sign;
use super::asked;
use super::naming;
use super::own;
use super::phrase::is_passphrase;
use super::said::Said;
use super::setting::{ASKED, NEAR};
use super::shown;
use super::slots;
use super::split::{Piece, Split, split};
use super::words::Class;

/// `yourapp`: what nobody writes in a sentence.
fn is_glued(split: &Split, said: &Said<'_>) -> bool {
    said.words.windows(2).any(|pair| {
        let [your, next] = pair else { return false };
        split.of(your) == "your" && split.is_begun(your) && your.end == next.start && next.class().is(ASKED)
    })
}

/// `your api hash from the portal`: whoever reads it is asked for the thing that the first words name.
fn is_addressed(said: &Said<'_>) -> bool {
    said.words.windows(2).take(1).any(|pair| {
        matches!(pair, [your, thing] if said.split.of(your) == "your" && thing.class().is(ASKED) && thing.whole)
    })
}

/// `paste your cookies`, `seed phrase here`.
fn is_placed(said: &Said<'_>) -> bool {
    let split = said.split;
    let pasting =
        said.words.first().is_some_and(|piece| matches!(split.of(piece), "paste" | "insert" | "put"));
    let pasted = pasting && said.words.get(1).is_some_and(|piece| piece.class().is(Class::YOUR));
    let lead = said.words.split_last().map(|(_, lead)| lead).unwrap_or_default();
    let placed = split.text.ends_with(" here")
        && lead.iter().all(|piece| piece.class().is(ASKED) && piece.whole)
        && lead.iter().any(|piece| piece.class().is(Class::SECRET));
    pasted || placed
}

/// `connection string`, `folder id`: nothing but names of things, and the last is of a kind whose values are no words.
fn is_titled(split: &Split, said: &Said<'_>) -> bool {
    const KINDS: &[&str] = &[
        "address", "dsn", "email", "endpoint", "hostname", "id", "key", "number", "port", "string", "token",
        "uri", "url", "username", "uuid",
    ];
    let named = |piece: &&Piece| piece.class().is(ASKED.with(Class::SOFTWARE)) && piece.whole;
    let last = said.words.last().map_or("", |piece| split.of(piece));
    let plain = split.text.bytes().all(|b| b.is_ascii_lowercase() || b == b' ');
    let lower = plain && !split.upper.iter().any(|upper| *upper);
    lower && (2..=4).contains(&said.words.len()) && KINDS.contains(&last) && said.words.iter().all(named)
}

/// `Your order is here`: a verb before the last word, or behind the first, makes it news.
#[must_use]
pub fn is_told_where(said: &Said<'_>) -> bool {
    const IS: &[&str] = &["are", "is", "est", "esta", "estan", "ist", "sind", "e", "sono", "sont"];
    let is = |at: usize| said.words.get(at).is_some_and(|piece| IS.contains(&said.split.of(piece)));
    is(1) && said.begins(Class::HERE) || is(said.words.len().saturating_sub(2))
}

/// Of sentences only those that speak of nothing but filling in.
#[must_use]
pub fn sentence(text: &str, words: usize, key: &str) -> Option<Sign> {
    let shown = shown::is_shown(key);
    if words > 12 {
        return None;
    }
    if text.contains('|') {
        return slots::choice(text, key);
    }
    // `Your code is {code}`: a program fills it in.
    if words >= 3 && !own::is_own(key) && slots::has_field(text) {
        return None;
    }
    let split = split(text);
    let said = Said::of(&split);
    if said.random {
        return None;
    }
    let own = own::is_own(key) && !shown;
    if is_glued(&split, &said) || own && is_addressed(&said) || !shown && is_placed(&said) {
        return Some(Sign::YourValue);
    }
    if !shown
        && is_titled(&split, &said)
        && !own::words(key).iter().any(|word| own::ABOUT.contains(&word.as_str()))
    {
        return Some(Sign::Descriptive);
    }
    let pure = said.only(
        NEAR.with(Class::FILLER)
            .with(Class::ME)
            .with(Class::FILL)
            .with(Class::YOUR)
            .with(Class::CHANGE)
            .with(Class::REPLACE),
    );
    let please = said.split.text.starts_with("please ") && words == 2;
    if said.has(Class::CHANGE) && pure && words <= 3 && (please || said.pair(Class::CHANGE, Class::ME)) {
        return Some(Sign::ChangeMe);
    }
    if said.has(Class::REPLACE) && pure && words <= 4 && said.has(Class::ME.with(Class::FILLER)) {
        return Some(Sign::ReplaceMe);
    }
    // People are told to type something below too, and in a field what to type there.
    let field = own::words(key).last().is_some_and(|last| matches!(last.as_str(), "hint" | "placeholder"));
    let here = !field
        && !is_told_where(&said)
        && said.ends(Class::HERE)
        && said.has(Class::YOUR.with(Class::FILL))
        && (!shown || said.split.text.ends_with("here") || said.begins(Class::YOUR) && words <= 4);
    let yours = !shown
        && (said.begins(Class::YOUR)
            || said.begins(Class::FILL) && said.has(Class::YOUR) && own::is_technical(key))
        && said.ends(ASKED.with(Class::HERE));
    let technical = own::is_technical(key) && !shown;
    let yours = yours || technical && said.has(Class::YOUR);
    if technical && pure && said.has(Class::LABEL) && words >= 2 {
        return Some(Sign::Descriptive);
    }
    // Of texts only names are asked for so.
    let title = !shown || own::words(key).last().is_some_and(|last| last == "name");
    if let Some(sign) = asked::phrase(&said, key).filter(|_| title) {
        return Some(sign);
    }
    let told = own && words >= 3 && naming::is_told_to(&said);
    if pure && (here || yours || told) {
        return Some(Sign::YourValue);
    }
    // Where blanks part words, one that is cut out of another names nothing: `Новгород`.
    let cyrillic = text.chars().any(|c| ('\u{400}'..'\u{530}').contains(&c));
    let named = if cyrillic { said.whole(ASKED) } else { said.has(ASKED) };
    // Under a key of a company's own language, what labels something.
    let label = || said.unknown == 0 && said.whole(Class::LABEL);
    let asked = || shown::is_everyones(key) || label();
    let other = !text.is_ascii() && !shown && named && naming::is_named(text, key) && asked();
    let other = other && said.unknown <= 2 && !said.has(Class::MY) && !is_passphrase(&said);
    other.then_some(Sign::Descriptive)
}

#[cfg(test)]
mod tests {
    use super::sentence;
    use rstest::rstest;

    fn said(key: &str, text: &str) -> bool {
        sentence(text, text.split_whitespace().count(), key).is_some()
    }

    #[rstest]
    #[case("CONNECTION_STRING", "connection string")]
    #[case("DRIVE_FOLDER", "folder id")]
    #[case("API_HASH", "your api hash from my.portal.example")]
    #[case("USER_AGENT", "script:yourapp (by /u/yourusername)")]
    #[case("NODE_ENV", "development | production")]
    #[case("COOKIES", "paste your cookies")]
    #[case("WALLET", "seed phrase here")]
    #[case("API_URL", "Your url here")]
    fn asked_for(#[case] key: &str, #[case] text: &str) {
        assert!(said(key, text));
    }

    #[rstest]
    #[case("MENU_LABEL", "account number")]
    #[case("CSV_HEADER", "account id")]
    #[case("APP_TITLE", "Your Health")]
    #[case("BUTTON_LABEL", "Put your feet up")]
    #[case("INPUT_HINT", "Type your message here")]
    #[case("JOB_NAME", "Customer Email")]
    #[case("PUSH_TITLE", "Your order is here")]
    #[case("DEFAULT_MESSAGE", "Aquí está tu pedido")]
    #[case("SYNONYMS", "red | blue")]
    #[case("SCOPE", "read:user user:email")]
    fn said_to_people(#[case] key: &str, #[case] text: &str) {
        assert!(!said(key, text));
    }
}
