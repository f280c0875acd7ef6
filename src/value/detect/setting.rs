//! What gives the value of a setting away: only what asks to be replaced, since any word may be a setting's value.

use super::Sign;
use super::asked;
use super::echo;
use super::hosts;
use super::marks::{is_mask, is_octets, mask_run};
use super::naming;
use super::own;
use super::said::{RANDOM, Said};
use super::slots;
use super::split::{Kind, Split, Whole, split};
use super::words::Class;

const ASKED: Class = Class::SECRET.with(Class::NOUN).with(Class::LABEL);
/// Words between `your` and what is asked for.
const NEAR: Class = ASKED
    .with(Class::SOFTWARE)
    .with(Class::SAMPLE)
    .with(Class::VENDOR)
    .with(Class::WEAKWORD)
    .with(Class::HERE);
/// Last words of keys whose values show how others look.
const SHAPES: &[&str] =
    &["format", "pattern", "mask", "template", "regex", "regexp", "separator", "delimiter"];

/// What a setting's text says of itself.
#[must_use]
pub fn setting(text: &str, key: &str) -> Option<Sign> {
    let last = key.rsplit(['_', '.', '-']).next().unwrap_or_default();
    let shape = SHAPES.iter().any(|shape| last.eq_ignore_ascii_case(shape));
    if shape || text.contains("${") && !text.contains("${{") {
        return None;
    }
    if is_mask(text, false) || text.len() > 2 && text.bytes().all(|b| b == b'#') && own::is_technical(key) {
        return Some(Sign::Mask);
    }
    let bracketed = text.starts_with('(') && text.ends_with(')') && text.len() > 6;
    if bracketed && own::is_own(key) && !text.contains('|') {
        return Some(Sign::Comment);
    }
    if !text.is_ascii() && is_foreign(text) && own::is_own(key) && naming::is_named(text, key) {
        return Some(Sign::Descriptive);
    }
    if matches!(text.trim_end_matches(':'), "TODO" | "FIXME" | "TBD")
        || text.starts_with("TODO:")
        || text.starts_with("FIXME:")
    {
        return Some(Sign::Todo);
    }
    let whole = Whole::new(text);
    if let Some(sign) = naming::told(&whole, key).or_else(|| naming::shouted(&whole)) {
        return Some(sign);
    }
    let address = text.contains("://") || text.contains('@');
    // What people read says `your` and `change` without asking for anything.
    if !text.is_ascii() && !address && own::is_shown(key) && !text.contains('_') {
        return naming::is_asked_for(text).then_some(Sign::YourValue);
    }
    if slots::counts(text, key) {
        return Some(Sign::Dummy);
    }
    // A public key of which only the beginning is shown: RFC 4253, section 6.6.
    if text.starts_with("ssh-") && text.contains("AAAA") && text.contains("...") {
        return Some(Sign::Mask);
    }
    let words = text.split_whitespace().count();
    if words > 1 && !text.contains("://") && !text.contains([',', ';', '@', '=']) {
        return sentence(text, words, key);
    }
    // What is short or a number is asked for by nobody.
    if text.len() < 3 || text.len() < 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let cut = text.strip_suffix("...").is_some_and(|rest| rest.len() > 1 && !rest.contains(['/', '(']));
    // An identifier with its end left out; of a text letters alone.
    if cut && text.len() >= 10 && text.bytes().any(|b| b.is_ascii_digit()) {
        return Some(Sign::Mask);
    }
    if cut
        && own::words(key).last().is_some_and(|last| {
            matches!(last.as_str(), "key" | "token" | "id" | "sid" | "secret" | "hash" | "dsn" | "address")
        })
    {
        return Some(Sign::Mask);
    }
    if !address && let Some(sign) = echo::echo(text, key) {
        return Some(sign);
    }
    if (address || text.contains('.'))
        && let Some(sign) = hosts::host(text)
    {
        return Some(sign);
    }
    if text.ends_with(".x") && is_octets(text) {
        return Some(Sign::Mask);
    }
    let listed = address || text.contains(',');
    if !listed && whole.split().random >= RANDOM {
        return None;
    }
    if text.split_once('@').is_some_and(|(user, _)| hosts::is_somebody(user)) || asked::is_mine(text) {
        return Some(Sign::YourValue);
    }
    let path = text.find("://").and_then(|at| Some(at + 3 + text.get(at + 3..)?.find('/')?));
    let (head, path) = path.and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""));
    // Nobody fills in a scheme.
    let head = ["https://", "http://"].iter().find_map(|scheme| head.strip_prefix(scheme)).unwrap_or(head);
    // Pages are called `/my-account` and `/change-me`.
    let behind = || {
        parts(path, &whole, address, |part| !asked::begins_mine(part)).filter(|sign| *sign != Sign::ChangeMe)
    };
    let host = || naming::host(head);
    parts(head, &whole, address, |_| true).or_else(behind).or_else(host).or_else(|| named(&whole, key))
}

/// Text in a script in which no host, account or number is written; a domain may be.
fn is_foreign(text: &str) -> bool {
    let other = |c: char| c.is_alphabetic() && c > '\u{36f}';
    let document = text.starts_with(['{', '[']);
    let domain = document || text.contains('.') && !text.contains([' ', '_', '/', '（', '('].as_slice());
    text.chars().filter(|c| other(*c)).count() >= 2 && !domain
}

/// Words of another script that name what belongs there, in an address.
fn foreign(text: &str, split: &Split) -> Option<Sign> {
    if text.is_ascii() {
        return None;
    }
    let said = Said::of(split);
    (said.has(ASKED) && said.odd <= 1).then_some(Sign::Descriptive)
}

/// What the first says that says anything of all that stands between blanks and the marks of lists and URLs.
fn parts(text: &str, known: &Whole<'_>, address: bool, counts: impl Fn(&str) -> bool) -> Option<Sign> {
    let apart = |c: char| "?&=@:|[](){}<>".contains(c);
    let said = |text: &str, split: &Split| {
        let foreign = || if address { foreign(text, split) } else { None };
        part_of(text, split).or_else(foreign)
    };
    let values = text.split(|c: char| c.is_whitespace() || ",;/\"'".contains(c)).take(64);
    let mut room = 64_usize;
    for value in values.filter(|value| value.len() > 2) {
        let own = Whole::new(value);
        let whole = if value == known.text { known } else { &own }.split();
        // What is random as a whole has no parts that say anything.
        if whole.random >= RANDOM {
            continue;
        }
        let found = if value.contains(apart) {
            let parts = value.split(apart).filter(|part| part.len() > 2 && counts(part)).take(room);
            parts.map(|part| (part, split(part))).find_map(|(part, split)| said(part, &split))
        } else if counts(value) {
            said(value, whole)
        } else {
            None
        };
        room = room.saturating_sub(1);
        if found.is_some() || room == 0 {
            return found;
        }
    }
    None
}

/// What a part of a list, of an address or of a URL says.
#[must_use]
pub fn part(text: &str) -> Option<Sign> {
    part_of(text, &split(text))
}

fn part_of(text: &str, split: &Split) -> Option<Sign> {
    if split.text.contains("xxxxx") && split.random < RANDOM
        || text
            .split('.')
            .any(|label| label.len() > 3 && label.bytes().all(|b| b.eq_ignore_ascii_case(&b'x')))
    {
        return Some(Sign::Mask);
    }
    if text.contains(".x") && is_octets(text) {
        return Some(Sign::Mask);
    }
    let said = Said::of(split);
    if said.random {
        return None;
    }
    let few = said.odd <= 2 || said.few;
    let asking = Class::CHANGE.with(Class::REPLACE).with(Class::FILL);
    if let [first, second, ..] = said.words.as_slice() {
        if naming::is_please(split.of(first)) && said.words.len() == 2 && second.class().is(asking) {
            return Some(Sign::ChangeMe);
        }
        if first.class().is(Class::FILL) && second.class().is(Class::HERE) && said.words.len() > 2 {
            return Some(Sign::YourValue);
        }
    }
    if few && yours(split, &said) {
        return Some(Sign::YourValue);
    }
    let paired =
        |class: Class| said.words.iter().any(|piece| piece.class().is(class) && piece.class().is(Class::ME));
    if few && (said.begins(Class::CHANGE) && said.pair(Class::CHANGE, Class::ME) || paired(Class::CHANGE)) {
        return Some(Sign::ChangeMe);
    }
    let with =
        said.pair(Class::REPLACE, Class::ME.with(Class::FILLER)) || said.words.len() > 1 && said.has(ASKED);
    let to_be = ["to_be_", "to-be-"].iter().any(|start| said.split.text.starts_with(start));
    if to_be && few {
        return Some(Sign::ReplaceMe);
    }
    if few && (said.begins(Class::REPLACE) && with && !naming::is_doing(&said) || paired(Class::REPLACE)) {
        return Some(Sign::ReplaceMe);
    }
    let here = said.ends(Class::HERE) || said.begins(Class::HERE);
    // In some languages the verb stands last.
    let last = said.begins(Class::HERE) && said.ends(Class::FILL);
    let filled = said.begins(Class::FILL) && here
        || last
        || here && said.begins(Class::VENDOR) && said.whole(Class::HERE)
        || here && said.words.len() > 1 && said.whole(Class::HERE) && said.has(ASKED);
    if few && filled {
        return Some(Sign::YourValue);
    }
    let fake = ["fake", "dummy"].iter().any(|start| said.split.text.starts_with(start));
    if fake && said.words.len() > 1 && said.has(ASKED) && said.only(NEAR.with(Class::STANDIN)) {
        return Some(Sign::Word);
    }
    if said.has(Class::HOLDER) && said.odd <= 1 && said.only(NEAR.with(Class::STANDIN).with(Class::FILLER)) {
        return Some(Sign::Word);
    }
    let hidden = said.words.len() > 1 && mask_run(&said) && said.odd <= 2 && !said.has(Class::COMMON);
    hidden.then_some(Sign::Mask)
}

/// `your-domain`, `yourdomain`, `dein-projekt`: somebody is spoken to who is to put his own there.
fn yours(split: &Split, said: &Said<'_>) -> bool {
    let mut at = 0;
    said.words.iter().any(|piece| {
        at += 1;
        // `my-bucket` is a name that people give; `meine-firma` is none.
        let foreign = || {
            piece.class().is(Class::MY)
                && piece.end - piece.start > 3
                && piece.whole
                && split.of(piece) != "mine"
        };
        if !piece.class().is(Class::YOUR) && !foreign() {
            return false;
        }
        let text = split.of(piece);
        let behind = said.words.get(at..).unwrap_or_default();
        // One word for both, as Turkish has it.
        if piece.class().is(Class::NOUN)
            && text.len() > 5
            && said.words.len() > 1
            && (split.is_begun(piece) || said.odd == 0)
        {
            return true;
        }
        let Some(next) = behind.first() else { return false };
        if text == "your" {
            // `your_fb_app_id`: two letters may be a name.
            let soon =
                next.end - next.start <= 3 && behind.iter().take(3).any(|piece| piece.class().is(ASKED));
            return next.kind != Kind::Random || soon;
        }
        let asked = |piece: &&&super::split::Piece| piece.class().is(NEAR);
        // Short possessives of other languages stand in names too.
        let begins = split.is_begun(piece);
        let soon = behind.iter().take(3).any(|piece| piece.class().is(ASKED));
        // `tu-tienda.example`
        let ends = behind
            .get(1)
            .map_or(next.end == split.text.len(), |after| split.text.get(next.end..after.start) == Some("."));
        let general = piece.whole && piece.class().is(Class::YOUR) && asked::is_general(next) && ends;
        begins && (general || asked(&next) || soon && (piece.whole || !text.is_ascii()))
    })
}

/// Of sentences only those that speak of nothing but filling in.
fn sentence(text: &str, words: usize, key: &str) -> Option<Sign> {
    let shown = own::is_shown(key) || own::words(key).last().is_some_and(|last| last == "notice");
    if words > 12 {
        return None;
    }
    let split = split(text);
    let said = Said::of(&split);
    if said.random {
        return None;
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
    // People are told to type something below too.
    let here = said.ends(Class::HERE)
        && said.has(Class::YOUR.with(Class::FILL))
        && (!shown || said.split.text.ends_with("here"));
    let yours = !shown
        && (said.begins(Class::YOUR)
            || said.begins(Class::FILL) && said.has(Class::YOUR) && own::is_technical(key))
        && said.ends(ASKED.with(Class::HERE));
    let technical = own::is_technical(key);
    let yours = yours || technical && said.has(Class::YOUR);
    if technical && pure && said.has(Class::LABEL) && words >= 2 {
        return Some(Sign::Descriptive);
    }
    if let Some(sign) = asked::phrase(&said, key) {
        return Some(sign);
    }
    let told = own::is_own(key) && words >= 3 && naming::is_told_to(&said);
    if pure && (here || yours || told) {
        return Some(Sign::YourValue);
    }
    let other = !text.is_ascii() && !own::is_shown(key) && said.has(ASKED) && naming::is_named(text, key);
    (other && said.unknown <= 2 && !said.has(Class::MY)).then_some(Sign::Descriptive)
}

/// Words that name what belongs there: those of the key, or in another language.
fn named(whole: &Whole<'_>, key: &str) -> Option<Sign> {
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
    let parted = text.contains(['_', '-', ' '])
        || text.chars().any(char::is_uppercase) && text.chars().any(char::is_lowercase);
    // Databases and cookies are called after what they are for.
    let whole =
        said.words.last().is_some_and(|piece| split.of(piece) == last) && !matches!(last, "db" | "database");
    if words >= 2 && parted && whole && own::is_part(&said, key) && said.has(ASKED) {
        return Some(Sign::Descriptive);
    }
    if let Some(sign) = asked::label(&said, key, parted) {
        return Some(sign);
    }
    if naming::is_label_elsewhere(&said, parted) && !own::is_shown(key) {
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
    let tokens = matches!(last, "key" | "token" | "sid") && said.begins(Class::VENDOR.with(Class::SAMPLE));
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
    let port = last == "port" && said.only(ASKED.with(Class::FILLER));
    let shouted = matches!(last, "host" | "hostname" | "url" | "uri" | "endpoint")
        && text.contains('_')
        && !text.chars().any(char::is_lowercase)
        && said.has(ASKED);
    (user || labelled || other || port || shouted || of || loud || label || at).then_some(Sign::Descriptive)
}
