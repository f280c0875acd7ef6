//! What gives the value of a setting away: only what asks to be replaced, since any word may be a setting's value.

use std::cell::RefCell;

use crate::text::find::Signs;
use crate::text::memo::{Memo, known};

use super::Sign;
use super::asked;
use super::called::named;
use super::echo;
use super::hosts;
use super::listed::{Part, parts};
use super::marks::{is_mask, is_mostly_hidden, is_octets};
use super::naming;
use super::numbers;
use super::own;
use super::said::RANDOM;
use super::sentence::sentence;
use super::shown;
use super::slots;
use super::split::Whole;
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

thread_local! {
    static SETTINGS: RefCell<Memo<Option<Sign>>> = RefCell::new(Memo::default());
}

/// What a setting's text says of itself.
#[must_use]
pub fn setting(text: &str, key: &str) -> Option<Sign> {
    known(&SETTINGS, (text, key), || of_text(text, key))
}

fn of_text(text: &str, key: &str) -> Option<Sign> {
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
    if asked::is_my_secret(text, key) {
        return Some(Sign::Descriptive);
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
        parts(path, &whole, address, |part| !Part::known(part).begins_mine)
            .filter(|sign| *sign != Sign::ChangeMe)
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
