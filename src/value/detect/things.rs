//! What is called after its key, and names that only look like a label.

use super::own::{COMPONENTS, ITSELF, RESOURCES};
use super::split::split;
use super::words::Class;

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

/// Kinds of things that have names of their own, in words of keys in several languages; their plurals in `-s` count too.
const KINDS: &[&str] = &[
    "bucket",
    "channel",
    "cola",
    "collection",
    "exchange",
    "event",
    "evento",
    "fila",
    "group",
    "index",
    "kolejka",
    "kuyruk",
    "kuyrugu",
    "ochered",
    "queue",
    "servicio",
    "servico",
    "servis",
    "servisi",
    "stream",
    "subject",
    "subscription",
    "table",
    "tabla",
    "tabela",
    "tablosu",
    "tema",
    "topic",
    "topico",
    "warteschlange",
];

/// What everybody who uses a service has one of, each by a name of his own: a value that says only what it is stands for that name.
const HAD: &[&str] = &[
    "account",
    "bucket",
    "cloud",
    "company",
    "customer",
    "domain",
    "org",
    "organization",
    "project",
    "repo",
    "repository",
    "site",
    "team",
    "tenant",
    "user",
    "workspace",
];

/// What programs of a company's own are told apart by, in words that it chooses: `PAYMENT_CONSUMER_ID=payment-consumer`. Identifiers of
/// other things are given out by who runs the service.
const CHOSEN: &[&str] = &[
    "broker",
    "connector",
    "consumer",
    "event",
    "feed",
    "flow",
    "index",
    "job",
    "node",
    "pipeline",
    "plan",
    "process",
    "producer",
    "queue",
    "realm",
    "role",
    "schema",
    "segment",
    "service",
    "subscription",
    "task",
    "template",
    "topic",
    "worker",
    "workflow",
];

/// Whether a value is some of its key's words in their order, and what it names is a thing of the company's own: `payment-api` under
/// `PAYMENT_API_NAME`, `pedido-criado` under `TOPICO_PEDIDO_CRIADO`. A stand-in has the key's last word too, which says what belongs there
/// (`cloud-name`), or the name of what everybody has.
#[must_use]
pub fn is_own_name(words: &[String], text: &str) -> bool {
    let [before @ .., last] = words else { return false };
    let said: Vec<&str> = text.split(['-', '_']).collect();
    let within = |words: &[String]| {
        words.windows(said.len()).any(|part| part.iter().map(String::as_str).eq(said.iter().copied()))
    };
    let [.., of] = said.as_slice() else { return false };
    if said.len() < 2 || !within(words) {
        return false;
    }
    // What a vendor has, and what every project has.
    let first = said.first().copied().unwrap_or_default();
    if matches!(first, "app" | "company" | "default" | "my" | "site" | "your") || is_vendors(first) {
        return false;
    }
    match last.as_str() {
        "name" => return !HAD.contains(of) && of != last && within(before),
        "id" => return CHOSEN.contains(of) && within(before),
        _ => {}
    }
    // Who sends mail is an address, a program that sends is none.
    let mail =
        |word: &String| matches!(word.as_str(), "default" | "email" | "from" | "mail" | "sms" | "smtp");
    let sends = last == "sender" && !words.iter().any(mail);
    if is_slot(last) && !sends {
        return false;
    }
    let kind = |word: &String| {
        KINDS.contains(&word.as_str()) || word.strip_suffix('s').is_some_and(|one| KINDS.contains(&one))
    };
    let behind = words.iter().position(kind).is_some_and(|at| words.len() - at > said.len());
    // Behind what it is a name of: `RULE_KEY_EXPORT`. With underscores it may be a variable's.
    let tail =
        words.len() > said.len() && words.iter().rev().zip(said.iter().rev()).all(|(word, own)| word == own);
    behind || text.contains('-') && of == last && (tail || said.len() == words.len())
}

/// Whether a word is the name of a program or a vendor.
#[must_use]
pub fn is_vendors(word: &str) -> bool {
    split(word).pieces.iter().any(|piece| piece.whole && piece.class().is(Class::SOFTWARE))
}

/// Last words of keys that say what belongs there, and that no thing is called by.
fn is_slot(last: &str) -> bool {
    const SLOTS: &[&str] = &[
        "account",
        "address",
        "arn",
        "author",
        "avatar",
        "base",
        "bucket",
        "cert",
        "code",
        "company",
        "count",
        "customer",
        "date",
        "description",
        "domain",
        "driver",
        "dsn",
        "email",
        "endpoint",
        "env",
        "format",
        "header",
        "host",
        "hostname",
        "icon",
        "id",
        "ids",
        "ip",
        "key",
        "level",
        "limit",
        "link",
        "logo",
        "login",
        "mail",
        "mobile",
        "mode",
        "number",
        "org",
        "origin",
        "owner",
        "password",
        "path",
        "phone",
        "port",
        "preset",
        "price",
        "project",
        "protocol",
        "provider",
        "repo",
        "repository",
        "scheme",
        "secret",
        "sender",
        "sid",
        "size",
        "slogan",
        "slug",
        "status",
        "string",
        "timeout",
        "title",
        "token",
        "type",
        "uri",
        "url",
        "user",
        "username",
        "value",
        "webhook",
    ];
    SLOTS.contains(&last) || ITSELF.contains(&last)
}

/// Whether a value is called after the word before `key`: what browsers, caches and stores keep a thing under
/// (`VITE_ACCESS_TOKEN_KEY=access_token`).
#[must_use]
pub fn is_kept_under(words: &[String], text: &str) -> bool {
    const KEPT: &[&str] = &[
        "auth", "cookie", "csrf", "jwt", "language", "locale", "session", "storage", "theme", "token", "user",
    ];
    let [.., kept, last] = words else { return false };
    last == "key" && KEPT.contains(&kept.as_str()) && text.rsplit(['-', '_']).next() == Some(kept.as_str())
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
