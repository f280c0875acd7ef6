//! What is called after its key, and names that only look like a label.

use super::own::{COMPONENTS, RESOURCES};

/// Whether what a key asks for is called after the key's words: `LOG_BUCKET=log-bucket`, `DB_INSTANCE_NAME=db-instance`, and hosts of two
/// words, which have no underscore (RFC 1123).
#[must_use]
pub fn is_called_after(words: &[String], text: &str) -> bool {
    let [before @ .., last] = words else { return false };
    let thing = |word: &str| RESOURCES.contains(&word) || COMPONENTS.contains(&word);
    if thing(last) {
        return true;
    }
    let hosts = last == "host" && is_host_of_two(text);
    // Accounts of services, and secrets that a cluster holds, have names of their own.
    let held = |word: &str| COMPONENTS.contains(&word) && word != "bucket" || word == "secret";
    let named =
        last == "name" && before.last().is_some_and(|thing| held(thing) && text.ends_with(thing.as_str()));
    let account = last == "account" && before.last().is_some_and(|word| word == "service");
    hosts || named && text.contains('-') || account
}

/// `db-host`; and two names that stand in hosts' files since long.
#[must_use]
pub fn is_host_of_two(text: &str) -> bool {
    let parted = text.strip_suffix("-host").is_some_and(|service| {
        !matches!(service, "any" | "my" | "our" | "some" | "the" | "your")
            && (2..=10).contains(&service.len())
            && service.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    parted || matches!(text, "loghost" | "mailhost")
}

/// `DB_ORDERS=db_orders`: which of several databases or tables, by what is in it.
#[must_use]
pub fn is_one_of_several(key: &str, text: &str) -> bool {
    const KINDS: &[&str] = &["bd_", "bdd_", "db_", "index_", "queue_", "schema_", "table_", "topic_"];
    text.ends_with('s') && KINDS.iter().any(|kind| text.starts_with(kind)) && text.eq_ignore_ascii_case(key)
}

/// `name_service` under `DB_NAME`: what deals with names is called after them; accounts of services are called so too.
#[must_use]
pub fn is_about_names(text: &str, last: &str) -> bool {
    const DEALS: &[&str] = &[
        "cache",
        "checker",
        "db",
        "generator",
        "index",
        "lookup",
        "registry",
        "resolver",
        "s",
        "search",
        "server",
        "service",
        "services",
        "store",
    ];
    const NAMES: &[&str] = &["filename", "hostname", "name", "nickname", "username"];
    // The German word for an account of a program.
    const SERVED: &[&str] = &["dienstbenutzer", "servicebenutzer", "systembenutzer"];
    let own = matches!(last, "database" | "db" | "dbname" | "login" | "name" | "user" | "username");
    let before = |end: &&str| {
        let head = text.strip_suffix(*end).map(|head| head.trim_end_matches(['_', '-', ' ']));
        head.is_some_and(|head| NAMES.iter().any(|name| head.ends_with(name)))
    };
    own && DEALS.iter().any(before) || SERVED.contains(&text)
}
