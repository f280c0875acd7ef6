//! Parts of hosts' names and of addresses that say what belongs there.

use zeroize::Zeroizing;

use super::Sign;
use super::split::{Kind, split};
use super::tenants;
use super::words::Class;

/// `resource-name.openai.azure.com`, `plex-ip`: a part of a host's name that says what belongs there; `user@email.com`.
#[must_use]
pub fn host(text: &str) -> Option<Sign> {
    const TOLD: &[&str] = &["ip", "id", "ref", "name", "slug", "identifier", "url", "uri"];
    const ACCOUNTS: &[&str] = &[
        "user",
        "username",
        "email",
        "name",
        "mail",
        "account",
        "address",
        "sender",
        "me",
        "you",
        "recipient",
        "receiver",
        "from",
        "to",
        "recipient",
        "receiver",
        "from",
        "to",
    ];
    const PROVIDERS: &[&str] = &["email", "domain", "mail", "company", "provider", "mydomain", "mycompany"];
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if tenants::is_anybodys(host) {
        return Some(Sign::YourValue);
    }
    // `logs-prod-XX.grafana.net`: a part that is left out, in a name whose others are small letters.
    let hidden = |label: &str| label.contains('-') && label.split('-').any(|part| part == "XX");
    if text.contains("://")
        && host.contains("XX")
        && host.bytes().any(|b| b.is_ascii_lowercase())
        && host.split('.').any(hidden)
    {
        return Some(Sign::Mask);
    }
    let (user, host) = host.rsplit_once('@').unwrap_or(("", host));
    let bracketed = host.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    let named = |b: u8| b.is_ascii_alphabetic() || b"-_ ".contains(&b);
    // An address of IPv6 has hexadecimal digits there (RFC 3986, section 3.2.2).
    if bracketed.is_some_and(|(inner, _)| inner.len() > 1 && inner.bytes().all(named)) {
        return Some(Sign::AngleBrackets);
    }
    let host = host.split(':').next().unwrap_or_default();
    // Nobody sells what would be called so: names that registrars keep for themselves.
    let nobodys =
        ["domain.com", "www.domain.com", "domain.net", "domain.org", "domain.example"].contains(&host);
    let under = host.ends_with(".domain.com") || host.ends_with(".domain.tld");
    let mail = matches!(
        host,
        "smtp.email.com" | "imap.email.com" | "mail.email.com" | "smtp.provider.com" | "mail.provider.com"
    );
    if nobodys || under || mail || host.contains('.') && tenants::is_anybody(host) {
        return Some(Sign::YourValue);
    }
    let (first, more) = host.split_once('.').unwrap_or((host, ""));
    // Django's tutorial calls the package of a site so ("Writing your first Django app").
    let module = matches!(more, "settings" | "urls" | "wsgi" | "asgi" | "celery");
    let dotted = !more.is_empty() && !module;
    let is = |word: &str, words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    // The last word of an account: `from_address`, `myuser`.
    let account = user.rsplit(['_', '-', '.']).next().unwrap_or_default();
    let mine =
        user.strip_prefix("my").is_some_and(|rest| is(rest.trim_start_matches(['_', '-', '.']), ACCOUNTS));
    if dotted && (is_my_domain(first) || mine || is(account, ACCOUNTS) && is(first, PROVIDERS)) {
        return Some(Sign::YourValue);
    }
    // Nobody's: `something.turso.io`, `logs-xyz.grafana.net`.
    if dotted && (is(first, &["something"]) || first.len() > 4 && first.ends_with("-xyz")) {
        return Some(Sign::YourValue);
    }
    let numbered = text.ends_with(|c: char| c.is_ascii_digit());
    if text.contains("://") && !numbered && matches!(user, "key" | "public_key" | "publickey" | "public-key")
    {
        return Some(Sign::Descriptive);
    }
    let label = |label: &str| {
        let Some((bare, told)) = label.rsplit_once(['-', '_']) else { return false };
        let told = is(told, TOLD) && bare.len() >= 2;
        // No host (RFC 1123) has an underscore.
        told && (label.contains('_') || names_things(&Zeroizing::new(bare.to_ascii_lowercase())))
    };
    ((dotted || text.contains("://")) && label(first)).then_some(Sign::Descriptive)
}

/// `mydomain`, `mon-domaine`: nobody's.
fn is_my_domain(label: &str) -> bool {
    const WORDS: &[&str] =
        &["domain", "domaine", "dominio", "domein", "domena", "company", "site", "website"];
    let folded = Zeroizing::new(label.to_ascii_lowercase());
    WORDS.iter().filter_map(|word| folded.strip_suffix(word)).any(|rest| {
        let split = split(rest.trim_end_matches('-'));
        let mut said = split.said();
        said.next().is_some_and(|piece| piece.class().is(Class::MY)) && said.next().is_none()
    })
}

/// Whether all of a text's words name things.
#[must_use]
pub fn names_things(text: &str) -> bool {
    const THINGS: Class = Class::FILLER
        .with(Class::SAMPLE)
        .with(Class::SECRET)
        .with(Class::NOUN)
        .with(Class::LABEL)
        .with(Class::SOFTWARE)
        .with(Class::USER)
        .with(Class::MY);
    let split = split(text);
    split.said().all(|piece| match piece.kind {
        Kind::Word(class) => class.is(THINGS) && (piece.whole || piece.end - piece.start >= 3),
        _ => false,
    })
}

/// Whether the name of a host may begin so.
#[must_use]
pub fn is_begun(text: &str) -> bool {
    text.chars().count() >= 3 && text.chars().take(3).all(|c| c.is_alphanumeric() || "-_.<[".contains(c))
}

/// `your@email.com`, `deine@email.de`: nobody's address.
#[must_use]
pub fn is_somebody(user: &str) -> bool {
    let split = split(user.strip_prefix("mailto:").unwrap_or(user));
    let mut words = split.said();
    let first =
        words.next().is_some_and(|piece| piece.class().is(Class::YOUR.with(Class::YOU)) && piece.whole);
    first && words.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::host;
    use rstest::rstest;

    #[rstest]
    #[case("https://resource-name.openai.azure.com/")]
    #[case("http://plex-ip:32400")]
    #[case("http://homeassistant_ip:8123")]
    #[case("project-id.appspot.com")]
    #[case("https://mon-domaine.fr")]
    #[case("https://wiki.domain.com")]
    #[case("smtp.email.com")]
    #[case("user@email.com")]
    #[case("from_address@domain.com")]
    #[case("myuser@gmail.com")]
    #[case("libsql://something.turso.io")]
    #[case("https://logs-xyz.grafana.net/push")]
    #[case("https://key@sentry.io/project")]
    fn parts_that_name_something(#[case] text: &str) {
        assert!(host(text).is_some());
    }

    #[rstest]
    #[case("https://api.example.com")]
    #[case("https://paid.example.com")]
    #[case("db-host.internal")]
    #[case("https://wiki.domain.company")]
    #[case("user@example.com")]
    #[case("mya@gmail.com")]
    #[case("https://abc.xyz")]
    #[case("https://acme-shop.example.net/user-name")]
    fn others(#[case] text: &str) {
        assert_eq!(host(text), None);
    }
}
