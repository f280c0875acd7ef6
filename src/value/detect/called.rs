//! Values of one word or several written together that name what belongs there.

use super::Sign;
use super::asked;
use super::naming;
use super::own;
use super::said::Said;
use super::setting::{ASKED, NEAR};
use super::shown;
use super::slots;
use super::split::{Kind, Whole};
use super::things;
use super::words::Class;

/// Kinds of things, in capitals: `GRAFANA_URL=URL`.
const KINDS: &[&str] = &[
    "ADDRESS", "DOMAIN", "EMAIL", "HOST", "HOSTNAME", "NAME", "PATH", "PORT", "REGION", "URI", "URL", "USER",
    "USERNAME", "VALUE",
];

/// Words that name what belongs there: those of the key, or in another language.
#[must_use]
pub fn named(whole: &Whole<'_>, key: &str) -> Option<Sign> {
    let text = whole.text;
    if text.contains('|') {
        return slots::choice(text, key);
    }
    if text.contains(['/', '.', ':', ',']) || text.len() > 64 || text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let split = whole.split();
    let said = Said::of(split);
    let words = said.words.iter().filter(|piece| matches!(piece.kind, Kind::Word(_) | Kind::Unknown)).count();
    if said.random || words == 0 {
        return None;
    }
    if said.words.len() > 1
        && said.begins(Class::FILLER)
        && split.text.starts_with("some")
        && said.has(ASKED)
        && said.odd <= 1
    {
        return Some(Sign::Descriptive);
    }
    let key_words = own::words(key);
    let last = key_words.last().map(String::as_str).unwrap_or_default();
    if things::is_about_names(&split.text, last) || things::is_one_of_several(key, text) {
        return None;
    }
    let parted = text.contains(['_', '-', ' '])
        || text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase);
    // Databases and cookies are called after what they are for.
    let whole =
        said.words.last().is_some_and(|piece| split.of(piece) == last) && !matches!(last, "db" | "database");
    // Nothing has the name of its type.
    let resource = last != "type" && things::is_called_after(&key_words, &split.text)
        || things::is_own_name(&key_words, &split.text);
    if words >= 2 && parted && whole && !resource && own::is_part(&said, key) && said.has(ASKED) {
        return Some(Sign::Descriptive);
    }
    if let Some(sign) = asked::label(&said, key, parted) {
        return Some(sign);
    }
    if naming::is_label_elsewhere(&said, parted) && !shown::is_shown(key) {
        return Some(Sign::Descriptive);
    }
    let technical = own::is_technical(key);
    if technical && parted && words >= 2 && naming::is_phrase_elsewhere(&said, last) {
        return Some(Sign::Descriptive);
    }
    let labels = ASKED.with(Class::FILLER).with(Class::SOFTWARE).with(Class::WEAKWORD);
    let login = matches!(last, "user" | "username" | "login");
    let titles = if login { Class::LABEL.with(Class::USER) } else { Class::LABEL };
    let user = login && words == 1 && said.has(titles) && text.len() > 4;
    let labelled = words >= 2 && parted && said.has(titles) && said.only(labels) && technical;
    let asked = technical || matches!(last, "code" | "key" | "token" | "secret" | "password");
    // A Latin word that is part of a longer one names nothing: `Stadtbücherei`.
    let latin = !text.chars().any(|c| c > '\u{24f}');
    let told = !latin || said.whole(ASKED);
    let other = !text.is_ascii()
        && asked
        && said.has(ASKED)
        && said.unknown <= 1
        && told
        && naming::is_named(text, key);
    // A word that is cut out of a longer one opens nothing.
    let begun = said.words.first().is_some_and(|piece| piece.whole);
    let filled = begun && naming::is_told_to(&said) && said.words.len() > 2 && said.odd == 0 && asked;
    if filled {
        return Some(Sign::YourValue);
    }
    // Databases are called so, and live.
    let kind = KINDS.contains(&text) && (technical || key.len() > text.len() && key.ends_with(text));
    // `the_secret_passphrase`
    let the = split.text.starts_with("the")
        && said.begins(Class::FILLER)
        && said.has(Class::SECRET)
        && said.only(ASKED.with(Class::FILLER).with(Class::WEAKWORD));
    if the && asked && words >= 3 {
        return Some(Sign::Descriptive);
    }
    let stands = ["foo", "bar", "baz", "dummy", "fake"].iter().any(|word| text.eq_ignore_ascii_case(word))
        && technical;
    let label = technical && words == 1 && said.has(Class::LABEL) && text.len() > 5;
    let near = ASKED.with(Class::FILLER).with(Class::SOFTWARE);
    // What has a name of its own may be called so: `queue_for_mail`.
    let own_name = matches!(last, "name" | "bucket" | "db" | "database");
    let opening = if own_name { Class::LABEL } else { Class::LABEL.with(Class::NOUN) };
    let at = technical && words == 3 && said.begins(opening) && naming::is_of(&said, last) && said.only(near);
    let sample = ["example", "sample"].iter().any(|word| text.eq_ignore_ascii_case(word))
        && matches!(last, "host" | "hostname" | "user" | "username" | "email" | "domain" | "bucket");
    // `pk_from_the_dashboard`
    let from = matches!(last, "key" | "token" | "sid" | "id" | "secret" | "pk")
        && said.words.iter().skip(1).any(|piece| split.of(piece) == "from")
        && said.begins(ASKED.with(Class::VENDOR))
        && said.words.len() >= 3
        && said.only(NEAR.with(Class::FILLER));
    if from {
        return Some(Sign::Descriptive);
    }
    let tokens =
        matches!(last, "key" | "token" | "sid" | "pk") && said.begins(Class::VENDOR.with(Class::SAMPLE));
    let counted = said.words.iter().any(|piece| matches!(piece.kind, Kind::Run(_)));
    if tokens && said.only(Class::VENDOR.with(Class::SAMPLE)) && (counted || said.words.len() > 1) {
        return Some(Sign::Dummy);
    }
    // `id_of_the_channel`: a label, and what it is a label of.
    let article = said.begins(Class::FILLER) && said.count(Class::FILLER) > 1;
    let opened = said.begins(opening) && naming::is_of(&said, last)
        || article && said.words.get(1).is_some_and(|piece| piece.class().is(opening));
    let of = technical && begun && words >= 4 && opened && said.has(Class::FILLER) && said.odd <= 2;
    let loud = technical
        && said.only(Class::LABEL.with(Class::NOUN))
        && said.has(Class::LABEL)
        && !text.chars().any(char::is_lowercase);
    if sample || stands {
        return Some(Sign::Word);
    }
    let port =
        last == "port" && (said.only(ASKED.with(Class::FILLER)) || parted && words >= 3 && said.has(ASKED));
    let again = said.words.len() >= 3
        && matches!(last, "address" | "email" | "endpoint" | "host" | "id" | "path" | "port" | "uri" | "url")
        && said.words.last().is_some_and(|piece| split.of(piece) == last)
        && text.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    let shouted = again
        || matches!(last, "host" | "hostname" | "url" | "uri" | "endpoint" | "domain" | "fqdn")
            && text.contains('_')
            && !text.chars().any(char::is_lowercase)
            && said.has(ASKED);
    (kind || user || labelled || other || port || shouted || of || loud || label || at)
        .then_some(Sign::Descriptive)
}
