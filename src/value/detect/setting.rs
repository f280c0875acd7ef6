//! What gives the value of a setting away: only what asks to be replaced, since any word may be a setting's value.

use crate::text::find::Signs;

use super::Sign;
use super::asked;
use super::called::named;
use super::echo;
use super::hosts;
use super::marks::{is_mask, is_mostly_hidden, is_octets, mask_run};
use super::naming;
use super::numbers;
use super::own;
use super::phrase::is_passphrase;
use super::said::{RANDOM, Said};
use super::sentence::sentence;
use super::shown;
use super::slots;
use super::split::{Kind, Split, Whole, split};
use super::tenants;
use super::words::Class;

pub(super) const ASKED: Class = Class::SECRET.with(Class::NOUN).with(Class::LABEL);
/// Words between `your` and what is asked for.
pub(super) const NEAR: Class = ASKED
    .with(Class::SOFTWARE)
    .with(Class::SAMPLE)
    .with(Class::VENDOR)
    .with(Class::WEAKWORD)
    .with(Class::HERE);
/// Last words of keys whose values show how others look.
pub(super) const SHAPES: &[&str] =
    &["format", "pattern", "mask", "template", "regex", "regexp", "separator", "delimiter", "series"];

/// What a setting's text says of itself.
#[must_use]
pub fn setting(text: &str, key: &str) -> Option<Sign> {
    let last = key.rsplit(['_', '.', '-']).next().unwrap_or_default();
    let shape = SHAPES.iter().any(|shape| last.eq_ignore_ascii_case(shape));
    let signs = Signs::of(text.as_bytes());
    if shape || signs.any(b"$") && text.contains("${") && !text.contains("${{") {
        return None;
    }
    if is_mask(text, false) || text.len() > 2 && text.bytes().all(|b| b == b'#') && own::is_technical(key) {
        return Some(Sign::Mask);
    }
    let bracketed = text.starts_with('(') && text.ends_with(')') && text.len() > 6;
    if bracketed && own::is_own(key) && !text.contains('|') {
        return Some(Sign::Comment);
    }
    if text.ends_with(')') && slots::is_remarked(text) {
        return Some(Sign::Comment);
    }
    if text.contains(" http") && own::is_own(key) && slots::tells_where(text) {
        return Some(Sign::Comment);
    }
    let foreign = !text.is_ascii() && is_foreign(text) && own::is_own(key);
    if foreign && !shown::is_shown(key) && !shown::is_place(key) && naming::is_named(text, key) {
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
    let address = signs.any(b"@") || signs.any(b":") && text.contains("://");
    // What people read says `your` and `change` without asking for anything.
    if !text.is_ascii() && !address && shown::is_shown(key) && !text.contains('_') {
        return naming::is_asked_for(text).then_some(Sign::YourValue);
    }
    if numbers::counts(text, key) || numbers::is_filler(text, key) || numbers::is_first(text, key) {
        return Some(Sign::Dummy);
    }
    let dashes = text.len() >= 3 && text.bytes().all(|b| b == b'-');
    if (dashes || text.contains("######")) && own::is_own(key) {
        return Some(Sign::Mask);
    }
    // A public key of which only the beginning is shown: RFC 4253, section 6.6.
    if text.starts_with("ssh-") && text.contains("AAAA") && text.contains("...") {
        return Some(Sign::Mask);
    }
    if let Some(sign) = shown(text, key) {
        return Some(sign);
    }
    let words =
        if signs.any(b" \t\r\n\x0b\x0c") || !text.is_ascii() { text.split_whitespace().count() } else { 1 };
    if words > 1 && !text.contains("://") && !text.contains([',', ';', '@', '=']) {
        return sentence(text, words, key);
    }
    // `base api url, trailing slash`
    if words > 2
        && let Some((head, _)) = text.split_once(", ").filter(|_| !text.contains(['@', '=', ';', ':', '"']))
        && asked::is_blankless(key)
        && head.contains(' ')
    {
        return sentence(head, head.split_whitespace().count(), key);
    }
    // What is short or a number is asked for by nobody.
    if text.len() < 3 || text.len() < 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let cut = text
        .strip_suffix("...")
        .map(|rest| rest.trim_end_matches('.'))
        .is_some_and(|rest| rest.len() > 1 && !rest.contains(['/', '(']));
    // An identifier with its end left out; of a text letters alone.
    if cut && text.len() >= 10 && text.bytes().any(|b| b.is_ascii_digit()) {
        return Some(Sign::Mask);
    }
    if cut
        && own::words(key).last().is_some_and(|last| {
            matches!(
                last.as_str(),
                "key"
                    | "token"
                    | "id"
                    | "sid"
                    | "secret"
                    | "hash"
                    | "dsn"
                    | "address"
                    | "cert"
                    | "certificate"
                    | "contract"
            )
        })
    {
        return Some(Sign::Mask);
    }
    if address && text.contains("....") {
        return Some(Sign::Mask);
    }
    if text.contains(',') && numbers::lists_names(text, key) {
        return Some(Sign::Descriptive);
    }
    if !address && let Some(sign) = echo::echo(text, key) {
        return Some(sign);
    }
    if (address || text.contains('.'))
        && let Some(sign) = hosts::host(text)
    {
        return Some(sign);
    }
    if text.ends_with(['x', 'X']) && is_octets(text) {
        return Some(Sign::Mask);
    }
    let block = last.eq_ignore_ascii_case("cidr");
    let host = text.split_once('/').filter(|_| block).map_or(text, |(host, _)| host);
    if tenants::is_no_address(host) && (block || own::is_technical(key)) {
        return Some(Sign::Dummy);
    }
    if let Some(handle) = text.strip_prefix('@')
        && (handle == "username" || echo::echo(handle, key).is_some())
    {
        return Some(Sign::Descriptive);
    }
    let listed = address || text.contains(',');
    if !listed && whole.split().random >= RANDOM {
        return None;
    }
    if text.split_once('@').is_some_and(|(user, domain)| hosts::is_begun(domain) && hosts::is_somebody(user))
        || asked::is_mine(text)
    {
        return Some(Sign::YourValue);
    }
    let path = text.find("://").and_then(|at| Some(at + 3 + text.get(at + 3..)?.find('/')?));
    let (head, path) = path.and_then(|at| text.split_at_checked(at)).unwrap_or((text, ""));
    let page = text.starts_with("http") || text.starts_with("ws");
    if page && tenants::is_path_open(path) || !address && tenants::is_name_open(text) {
        return Some(Sign::Descriptive);
    }
    // Nobody fills in a scheme.
    let head = ["https://", "http://"].iter().find_map(|scheme| head.strip_prefix(scheme)).unwrap_or(head);
    // Pages are called `/my-account` and `/change-me`.
    let behind = || {
        parts(path, &whole, address, |part| !asked::begins_mine(part)).filter(|sign| *sign != Sign::ChangeMe)
    };
    let host = || naming::host(head);
    parts(head, &whole, address, |_| true).or_else(behind).or_else(host).or_else(|| named(&whole, key))
}

/// What is shown instead of a value: rows of `x`, names and numbers that documentation has.
fn shown(text: &str, key: &str) -> Option<Sign> {
    if is_mostly_hidden(text) {
        return Some(Sign::Mask);
    }
    if tenants::is_documented(text) {
        return Some(Sign::Dummy);
    }
    if tenants::is_package(text, key) || tenants::is_no_hex(text) {
        return Some(Sign::YourValue);
    }
    // As AWS's documentation marks its identifiers (IAM, "Unique identifiers").
    let marked = text.strip_suffix("EXAMPLE").is_some_and(|rest| rest.starts_with('A') && rest.len() >= 4);
    if marked && text.len() <= 21 && own::is_own(key) {
        return Some(Sign::Word);
    }
    None
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
    // What stands in a document, before a host or behind it may be a secret, which is drawn from a list of words too.
    let account = text.rsplit_once('@').map_or("", |(account, _)| account);
    let holds = text.starts_with(['{', '[', '/']);
    let said = |text: &str, split: &Split| {
        let foreign = || if address { foreign(text, split) } else { None };
        let found = part_of(text, split).or_else(foreign)?;
        let drawn = (holds || account.contains(text)) && is_passphrase(&Said::of(split));
        (!drawn).then_some(found)
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
    let to_be = ["to_be_", "to-be-"].iter().any(|start| said.split.text.starts_with(start))
        || matches!(said.split.text.as_str(), "to_fill" | "to-fill" | "to_fill_in" | "to-fill-in");
    if to_be && few {
        return Some(Sign::ReplaceMe);
    }
    if few && (said.begins(Class::REPLACE) && with && !naming::is_doing(&said) || paired(Class::REPLACE)) {
        return Some(Sign::ReplaceMe);
    }
    // `web-92tu`: letters behind a digit are no word.
    let behind_digit = said.words.last().is_some_and(|piece| {
        let before = piece.start.checked_sub(1).and_then(|at| split.text.as_bytes().get(at));
        piece.end - piece.start <= 2 && before.is_some_and(u8::is_ascii_digit)
    });
    let here = said.ends(Class::HERE) && !behind_digit || said.begins(Class::HERE);
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
        if text.len() > 5 && text.starts_with("your") && said.words.len() > 1 {
            return true;
        }
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
        // `onze-kettle-dev` is somebody's own.
        let ours = piece.class().is(Class::MY) && !piece.class().is(Class::YOUR);
        if ours && next.kind == Kind::Unknown {
            return false;
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
        begins
            && (general
                || asked(&next) && (text.len() > 2 || next.end - next.start > 2)
                || soon && (piece.whole || !text.is_ascii()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Sign;
    use super::setting;

    #[test]
    fn a_public_key_of_which_the_middle_is_left_out() {
        assert_eq!(setting("ssh-ed25519 AAAA... deploy", "SSH_PUBLIC_KEY"), Some(Sign::Mask));
        let whole = format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} deploy", "k7Qz91xWb".repeat(5));
        assert_eq!(setting(&whole, "SSH_PUBLIC_KEY"), None);
        assert_eq!(setting("ssh-agent is started...", "LOG_MESSAGE"), None);
    }
}
