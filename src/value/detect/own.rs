//! Names that stand around a value, and the values that are made of them.

use std::cell::RefCell;
use std::rc::Rc;

use crate::text::memo::{Memo, known};

use super::fold::fold;
use super::said::Said;
use super::secret::Beside;
use super::split::{Kind, split};
use super::words::Class;

thread_local! {
    static WORDS: RefCell<Memo<Rc<[String]>>> = RefCell::default();
}

/// Words for the same thing.
const SAME: &[&[&str]] = &[
    &["password", "passwd", "pass", "pwd", "pw"],
    &["user", "username", "login", "usr"],
    &["db", "database", "databases"],
    &["id", "ids", "identifier"],
    &["key", "apikey", "keys"],
    &["email", "mail"],
    &["url", "uri", "link"],
];

/// Words of keys about what others are called: their values are names.
pub const ABOUT: &[&str] = &[
    "attr",
    "attribute",
    "cache",
    "claim",
    "class",
    "column",
    "cookie",
    "field",
    "fields",
    "foreign",
    "header",
    "index",
    "label",
    "lookup",
    "mapping",
    "param",
    "parameter",
    "partition",
    "primary",
    "property",
    "routing",
    "selector",
    "sort",
    "var",
    "variable",
];

/// Things that are called after what they are for, in words of the key: `NOTIFICATION_QUEUE=notification_queue`.
pub const RESOURCES: &[&str] = &[
    "app",
    "client",
    "cluster",
    "collection",
    "container",
    "database",
    "dataset",
    "db",
    "dir",
    "directory",
    "env",
    "exchange",
    "folder",
    "function",
    "group",
    "image",
    "index",
    "job",
    "key",
    "mode",
    "model",
    "module",
    "namespace",
    "network",
    "path",
    "prefix",
    "queue",
    "role",
    "schema",
    "server",
    "service",
    "session",
    "set",
    "store",
    "stream",
    "table",
    "task",
    "topic",
    "type",
    "user",
    "username",
    "vhost",
    "view",
    "volume",
    "worker",
];

/// More of them, which are called after two words of the key at least: `LOG_BUCKET=log-bucket`.
pub const COMPONENTS: &[&str] =
    &["broker", "bucket", "bus", "gateway", "instance", "issuer", "manager", "map", "pool"];

/// What nothing is called by itself: `JWT_ALGORITHM=algorithm`.
pub const ITSELF: &[&str] = &[
    "account",
    "address",
    "algorithm",
    "audience",
    "certificate",
    "city",
    "cluster",
    "country",
    "currency",
    "dataset",
    "deployment",
    "environment",
    "issuer",
    "language",
    "latitude",
    "license",
    "locale",
    "longitude",
    "realm",
    "region",
    "subdomain",
    "tenant",
    "timezone",
    "version",
    "workspace",
];

fn same(a: &str, b: &str) -> bool {
    a == b || SAME.iter().any(|words| words.contains(&a) && words.contains(&b))
}

/// Whether each of a value's words stands in its key's name, under that or a like name.
#[must_use]
pub fn is_of(said: &Said<'_>, key: &str) -> bool {
    let apart = split(key);
    let mut named = words(key).to_vec();
    named.extend(apart.said().map(|piece| apart.of(piece).to_owned()));
    said.words.iter().all(|piece| {
        let word = said.split.of(piece);
        let little = piece.class().is(Class::MY.with(Class::VENDOR)) || matches!(piece.kind, Kind::Digits);
        little || named.iter().any(|name| same(name, word))
    })
}

/// Whether a text is the key's name over again, in whatever order, or with words for what belongs there: `duckdns-token`,
/// `OctoPrint API Key`. One of its words is a secret's name, another the key's.
#[must_use]
pub fn says_key(text: &str, key: &str) -> bool {
    const GENERIC: &[&str] =
        &["access", "api", "app", "client", "fake", "id", "local", "mock", "my", "private", "sample", "the"];
    const SECRETS: &[&str] =
        &["apikey", "credentials", "key", "pass", "passphrase", "password", "pwd", "secret", "token"];
    if !(5..=48).contains(&text.len()) {
        return false;
    }
    // Most values hold no such word, which is soon seen.
    let mark = |c: char| matches!(c, '_' | '-' | ' ');
    let (first, last) = (text.split(mark).next(), text.rsplit(mark).next());
    let edges = [first, last].into_iter().flatten().filter(|word| word.len() < text.len());
    let secret = |word: &str| SECRETS.iter().any(|known| word.eq_ignore_ascii_case(known));
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"_- ".contains(&b);
    if !edges.into_iter().any(secret) || !text.bytes().all(plain) {
        return false;
    }
    let named = words(key);
    let folded = zeroize::Zeroizing::new(text.to_ascii_lowercase());
    let said: Vec<&str> = folded.split(['_', '-', ' ']).filter(|word| !word.is_empty()).collect();
    let is = |word: &str, list: &[&str]| list.contains(&word);
    let keys = |word: &str| named.iter().any(|name| name == word);
    let known = |word: &&str| keys(word) || is(word, GENERIC) || is(word, SECRETS);
    let own = |word: &&str| keys(word) && !is(word, SECRETS) && word.len() >= 2;
    said.len() >= 2
        && said.iter().all(known)
        && said.iter().any(|word| is(word, SECRETS))
        && said.iter().any(own)
}

/// Whether words end as the key's name does: `urban_renewal_pass` under `DB_PASSWORD`, `acme-shop-preview-secret` under
/// `CMS_PREVIEW_SECRET`. What is drawn from a list of words does not.
#[must_use]
pub fn ends_as_key(text: &str, key: &str) -> bool {
    const PASSWORDS: &[&str] = &["pass", "passwd", "password", "pwd", "secret"];
    let joined = |b: u8| b.is_ascii_lowercase() || b"_-".contains(&b);
    if !(8..=48).contains(&text.len()) || !text.bytes().all(joined) {
        return false;
    }
    let named = words(key);
    let said: Vec<&str> = text.split(['_', '-']).collect();
    let (mut own, mut last) = (named.iter().rev(), said.iter().rev());
    let Some((name, word)) = own.next().zip(last.next()) else { return false };
    let more = own.next().zip(last.next()).is_some_and(|(name, word)| name == word);
    let whole = said.iter().all(|word| word.len() >= 2);
    whole
        && match said.len() {
            2 | 3 => PASSWORDS.contains(word) && same(name, word),
            4 => name == word && more,
            _ => false,
        }
}

/// Whether a value's words are a part of its key's name, in its order.
#[must_use]
pub fn is_part(said: &Said<'_>, key: &str) -> bool {
    let named = words(key);
    let own: Vec<&str> = said.words.iter().map(|piece| said.split.of(piece)).collect();
    let fits = |part: &[String]| part.iter().zip(&own).all(|(name, word)| same(name, word));
    !own.is_empty() && named.windows(own.len()).any(fits)
}

/// Whether a value is one of the names around it, alone or with a few digits, or the key's own words.
#[must_use]
pub fn is_name(said: &Said<'_>, beside: &Beside<'_>) -> bool {
    let bare = |text: &str| -> String { text.chars().filter(|c| c.is_alphabetic()).collect() };
    let value = zeroize::Zeroizing::new(bare(&said.split.text));
    if value.chars().count() < 2 {
        return false;
    }
    let names = beside.names.iter().filter_map(|name| std::str::from_utf8(name).ok()).take(8);
    let mut names = names.map(|name| bare(&fold(name, 64).text)).filter(|name| !name.is_empty());
    if names.any(|name| name == *value || value.strip_prefix(name.as_str()).is_some_and(is_little)) {
        return true;
    }
    let key = split(beside.key);
    let telling = Class::SECRET.with(Class::WEAKWORD).with(Class::SAMPLE).with(Class::FILLER);
    let mut names = key
        .said()
        .filter(|piece| matches!(piece.kind, Kind::Word(_) | Kind::Unknown) && !piece.class().is(telling));
    names.any(|piece| key.of(piece) == value.as_str())
}

/// Words that people put behind a name: `acme-secret`.
fn is_little(rest: &str) -> bool {
    let rest = split(rest);
    let little =
        Class::SECRET.with(Class::WEAKWORD).with(Class::SAMPLE).with(Class::NOUN).with(Class::FILLER);
    rest.said().all(|piece| piece.class().is(little))
}

/// The words of a key's name, as marks and humps part them, in lower case.
#[must_use]
pub fn words(key: &str) -> Rc<[String]> {
    known(&WORDS, (key, ""), || taken_apart(key).into())
}

fn taken_apart(key: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for c in key.chars() {
        let hump = c.is_uppercase() && before.is_lowercase();
        match words.last_mut() {
            Some(word) if c.is_alphanumeric() && before.is_alphanumeric() && !hump => match c {
                c if c.is_ascii() => word.push(c.to_ascii_lowercase()),
                c => word.extend(c.to_lowercase()),
            },
            _ if c.is_ascii_alphanumeric() => {
                let mut word = String::with_capacity(12);
                word.push(c.to_ascii_lowercase());
                words.push(word);
            }
            _ if c.is_alphanumeric() => words.push(c.to_lowercase().collect()),
            _ => {}
        }
        before = c;
    }
    words
}

/// Whether a key's value is for machines: a host, a user, a number.
#[must_use]
pub fn is_technical(key: &str) -> bool {
    const LAST: &[&str] = &[
        "account",
        "address",
        "bucket",
        "database",
        "databases",
        "db",
        "dbname",
        "dir",
        "directory",
        "domain",
        "email",
        "endpoint",
        "fqdn",
        "host",
        "hostname",
        "id",
        "ip",
        "login",
        "number",
        "path",
        "port",
        "region",
        "server",
        "uri",
        "url",
        "user",
        "username",
    ];
    const SHOWN: &[&str] = &[
        "app",
        "site",
        "company",
        "brand",
        "display",
        "store",
        "shop",
        "from",
        "sender",
        "project",
        "title",
        "service",
        "bot",
        "channel",
        "template",
        "font",
        "voice",
        "tariff",
        "plan",
        "product",
        "category",
        "menu",
        "page",
        "report",
        "language",
        "theme",
        "sign",
        "speaker",
        "course",
        "event",
        "label",
        "field",
        "column",
        "header",
        "cookie",
        "claim",
        "param",
        "attribute",
    ];
    let words = words(key);
    let named = words.last().is_some_and(|last| last == "name" || last == "user" || last == "username")
        && !words.iter().any(|word| SHOWN.contains(&word.as_str()));
    named || words.last().is_some_and(|last| LAST.contains(&last.as_str()))
}

/// Whether a key's value is a project's own: a number, a key, a name of something that it has, no text for people.
#[must_use]
pub fn is_own(key: &str) -> bool {
    const LAST: &[&str] = &[
        "key",
        "token",
        "secret",
        "password",
        "string",
        "sid",
        "dsn",
        "no",
        "nr",
        "num",
        "uuid",
        "accesskey",
        "apikey",
        "instance",
        "proxy",
        "appid",
        "webhook",
        "hash",
        "phrase",
        "ids",
        "link",
        "inn",
        "nip",
        "crc",
    ];
    let words = words(key);
    is_technical(key) || words.last().is_some_and(|last| LAST.contains(&last.as_str()))
}

#[cfg(test)]
mod tests {
    use super::says_key;
    use rstest::rstest;

    #[rstest]
    #[case("DUCKDNS_TOKEN", "duckdns-token", true)]
    #[case("OCTOPRINT_KEY", "OctoPrint API Key", true)]
    #[case("IG_PASSWORD", "password_ig", true)]
    #[case("HALO_CLIENT_SECRET", "halo-mock-client-secret", true)]
    #[case("DUCKDNS_TOKEN", "duckdns-lunar-token", false)]
    #[case("DB_PASSWORD", "secret-password", false)]
    #[case("DUCKDNS_TOKEN", "duckdns", false)]
    fn words_of_the_key(#[case] key: &str, #[case] text: &str, #[case] again: bool) {
        assert_eq!(says_key(text, key), again);
    }
}
