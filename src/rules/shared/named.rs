//! What a name says besides that it sounds like a secret's: that browsers are meant to have the value, or that the value
//! is the name of a thing.

use zeroize::Zeroizing;

use super::secret_names::{TAILS, words};

/// Owners and ends of the names of keys that their vendors have web pages use: Laravel, "Broadcasting", for Pusher's protocol
/// (<https://laravel.com/docs/broadcasting>); Algolia, Typesense and Meilisearch, "API keys", for those that search alone.
const FOR_BROWSERS: &[(&str, &[&str])] = &[
    ("pusher", &["app", "key"]),
    ("reverb", &["app", "key"]),
    ("soketi", &["app", "key"]),
    ("algolia", &["search", "api", "key"]),
    ("algolia", &["search", "only", "api", "key"]),
    ("typesense", &["search", "api", "key"]),
    ("typesense", &["search", "only", "api", "key"]),
    ("meilisearch", &["search", "api", "key"]),
];
/// Google's own that web pages use: <https://firebase.google.com/docs/projects/api-keys>,
/// <https://developers.google.com/maps/api-security-best-practices>. Keys for its models have the same form and are secret.
const GOOGLE: &[&str] = &["maps", "firebase"];

/// Whether web pages are meant to have a key, by its name; by its form where the vendor has one for that.
#[must_use]
pub fn is_for_browsers(name: &str, value: &[u8]) -> bool {
    if is_client_token(value) {
        return true;
    }
    let google = value.starts_with(b"AIza");
    // Most names are none, and splitting each takes time.
    if !google && !name.as_bytes().windows(3).any(|part| part.eq_ignore_ascii_case(b"key")) {
        return false;
    }
    let words = words(name);
    let words = untailed(&words);
    let owned = |(owner, end): &(&str, &[&str])| ends(words, end) && words.iter().any(|word| word == owner);
    FOR_BROWSERS.iter().any(owned) || google && words.iter().any(|word| GOOGLE.contains(&word.as_str()))
}

/// Datadog's: `pub` and 32 hexadecimal digits (<https://docs.datadoghq.com/account_management/api-app-keys/#client-tokens>).
fn is_client_token(value: &[u8]) -> bool {
    value.strip_prefix(b"pub").is_some_and(|rest| rest.len() == 32 && rest.iter().all(u8::is_ascii_hexdigit))
}

/// How sure a name is that its value names a thing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sure {
    /// Nothing else stands there: an `EXISTING_SECRET` is the name of one.
    Quite,
    /// What stands there may be a secret as well, and is a name only where it looks like one.
    ByValue,
}

/// Ends of names whose values name something: keys of a key management, secrets that a cluster or a store holds (Kubernetes,
/// "Secrets"; charts' `existingSecret`), settings (git-config(1), `GIT_CONFIG_KEY_<n>`), entries of stores and tables.
const THINGS: &[(&[&str], Sure)] = &[
    (&["kms", "key"], Sure::Quite),
    // IMS Global, "Learning Tools Interoperability" 1.1, `oauth_consumer_key`: who asks, signed with the secret beside it.
    (&["lti", "consumer", "key"], Sure::Quite),
    (&["pull", "secret"], Sure::Quite),
    (&["pull", "secrets"], Sure::Quite),
    (&["existing", "secret"], Sure::Quite),
    (&["config", "key"], Sure::Quite),
    (&["tls", "secret"], Sure::ByValue),
    (&["password", "secret"], Sure::ByValue),
    (&["credentials", "secret"], Sure::ByValue),
    (&["consul", "key"], Sure::ByValue),
    (&["etcd", "key"], Sure::ByValue),
    (&["metric", "key"], Sure::ByValue),
    (&["table", "key"], Sure::ByValue),
    (&["translation", "key"], Sure::ByValue),
    (&["feature", "key"], Sure::ByValue),
    (&["flag", "key"], Sure::ByValue),
];
/// What a key is of that is the name of a field, an entry or a label: `ORDERING_KEY=customer_id`.
const FIELDS: &[&str] = &[
    "aggregation",
    "annotation",
    "attribute",
    "baggage",
    "binding",
    "business",
    "claim",
    "composite",
    "compound",
    "context",
    "correlation",
    "counter",
    "dedup",
    "deduplication",
    "distribution",
    "doc",
    "document",
    "entity",
    "env",
    "environment",
    "experiment",
    "group",
    "header",
    "i18n",
    "idempotency",
    "issue",
    "json",
    "label",
    "map",
    "merge",
    "message",
    "metadata",
    "natural",
    "ordering",
    "param",
    "parameter",
    "pivot",
    "queue",
    "range",
    "row",
    "shard",
    "split",
    "sticky",
    "surrogate",
    "tag",
    "taint",
    "topology",
];
/// The same, where it may be a secret as well.
const MAYBE_FIELDS: &[&str] =
    &["date", "event", "graph", "hash", "join", "lock", "query", "transit", "user", "vault"];
/// What is done to the fields that a list names.
const LISTED: &[&str] = &[
    "allowed",
    "excluded",
    "filtered",
    "hidden",
    "ignored",
    "included",
    "masked",
    "ordering",
    "redact",
    "redacted",
    "sensitive",
];
/// Words of the Fetch standard, "credentials mode".
const FETCH: [&[u8]; 3] = [b"include", b"omit", b"same-origin"];

/// Names are no longer: 253 for Kubernetes (RFC 1123), 256 for keys' aliases.
const LONGEST: usize = 256;

/// Whether a value is the name of a thing rather than a secret, by its variable's name and its own form. What can be such a name
/// only, not what asks to be replaced, is for the caller to tell.
#[must_use]
pub fn is_thing(name: &str, value: &[u8]) -> bool {
    if value.len() > LONGEST {
        return false;
    }
    is_key_file(name, value)
        || is_entry(name, value)
        || is_list_of_fields(name, value)
        || is_coin(name, value)
        || FETCH.contains(&value) && words(name).last().is_some_and(|last| last == "credentials")
        || sure(name, value).is_some_and(|sure| is_thing_name(sure, value))
}

/// Whether a name says that its value is that of a key within a secret of the cluster (Bitnami's charts: `auth.secretKeys`,
/// `existingSecretPasswordKey`).
#[must_use]
pub fn is_key_in_secret(name: &str) -> bool {
    let mut parts = name.rsplit('.');
    let last = parts.next().unwrap_or_default();
    parts.next() == Some("secretKeys") || last.starts_with("existingSecret") && last.ends_with("Key")
}

fn sure(name: &str, value: &[u8]) -> Option<Sure> {
    if is_key_in_secret(name) {
        return Some(Sure::Quite);
    }
    let bytes = name.as_bytes();
    let any = |part: &[u8]| bytes.windows(part.len()).any(|word| word.eq_ignore_ascii_case(part));
    if !any(b"key") && !any(b"secret") {
        return None;
    }
    let words = words(name);
    let words = untailed(&words);
    if let [.., of, last] = words
        && last == "key"
    {
        let fields = [(FIELDS, Sure::Quite), (MAYBE_FIELDS, Sure::ByValue)];
        // `MERGE_KEY=merge-key` says only what belongs there.
        let again = value.eq_ignore_ascii_case(name.as_bytes()) || value.ends_with(b"key");
        let found = fields.iter().filter(|_| !again).find(|(fields, _)| fields.contains(&of.as_str()));
        if let Some((_, sure)) = found {
            return Some(*sure);
        }
    }
    THINGS.iter().find(|(end, _)| ends(words, end)).map(|(_, sure)| *sure)
}

/// Whether a value could be what people call something, rather than drawn characters.
#[must_use]
pub fn is_called(value: &[u8]) -> bool {
    value.len() <= LONGEST && is_thing_name(Sure::Quite, value)
}

/// Words as people name things with: in lower case or in camel case, no digits that a generator made.
fn is_thing_name(sure: Sure, value: &[u8]) -> bool {
    let letters = |b: &u8| b.is_ascii_alphanumeric() || b"-_./:*".contains(b);
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let parts = || value.split(|b| b"-_./:".contains(b));
    let short = |part: &[u8]| part.len() <= 24 && part.iter().filter(|b| b.is_ascii_digit()).count() <= 4;
    let capitals = value.iter().filter(|b| b.is_ascii_uppercase()).count();
    !value.is_empty()
        && value.iter().all(letters)
        && digits * 2 <= value.len()
        && parts().all(short)
        && match sure {
            Sure::Quite => capitals * 3 <= value.len(),
            Sure::ByValue => capitals == 0 && parts().filter(|part| !part.is_empty()).count() > 1,
        }
}

/// `REDACT_KEYS=password,authorization`
fn is_list_of_fields(name: &str, value: &[u8]) -> bool {
    if !value.contains(&b',') {
        return false;
    }
    let words = words(name);
    let listed = matches!(&*words, [.., done, last] if last == "keys" && LISTED.contains(&done.as_str()));
    let field = |part: &[u8]| part.iter().all(|b| b.is_ascii_alphabetic() || b"_-.".contains(b));
    listed && value.split(|b| *b == b',').all(|part| field(part.trim_ascii()))
}

/// `GAS_TOKEN=MATIC`: the sign of what is paid with (ERC-20, `symbol`).
fn is_coin(name: &str, value: &[u8]) -> bool {
    const PAID: &[&str] = &[
        "base",
        "collateral",
        "fee",
        "gas",
        "governance",
        "settlement",
        "utility",
        "native",
        "payment",
        "quote",
        "reward",
        "staking",
        "wrapped",
    ];
    let sign =
        (2..=8).contains(&value.len()) && value.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    sign && matches!(&*words(name), [.., of, last] if last == "token" && PAID.contains(&of.as_str()))
}

/// `LEADERBOARD_KEY=leaderboard:global`, `ORDERS_CACHE_KEY=orders`: what an entry of a store is called (Redis, "Keys and values"), by the words of
/// the variable's name.
fn is_entry(name: &str, value: &[u8]) -> bool {
    const STORES: &[&str] = &["cache", "local", "lock", "redis", "storage", "store"];
    let any = |part: &[u8]| name.as_bytes().windows(part.len()).any(|word| word.eq_ignore_ascii_case(part));
    let Ok(text) = str::from_utf8(value) else { return false };
    if value.len() > LONGEST || !any(b"key") {
        return false;
    }
    let bare = Zeroizing::new(value.iter().copied().filter(|b| !b"{}".contains(b)).collect::<Vec<u8>>());
    if !text.starts_with(|c: char| c.is_ascii_lowercase()) || !is_thing_name(Sure::Quite, &bare) {
        return false;
    }
    let words = words(name);
    let [before @ .., last] = untailed(&words) else { return false };
    let stored = before.last().is_some_and(|word| STORES.contains(&word.as_str()));
    let before = before.get(..before.len() - usize::from(stored)).unwrap_or_default();
    // `order:{id}:state` has a field.
    let said: Vec<&str> =
        text.split(['-', '_', '.', ':', '/']).filter(|part| !part.starts_with('{')).take(16).collect();
    let same = before.iter().map(String::as_str).eq(said.iter().copied().take(before.len()))
        || text.contains(':')
            && !text.contains('/')
            && before.iter().all(|word| said.contains(&word.as_str()));
    last == "key" && !before.is_empty() && same && (stored || text.contains(':'))
}

/// `SSH_KEY=id_ed25519`, `TLS_KEY=server.key`: a file's name where a key is said to be (ssh-keygen(1), "FILES").
fn is_key_file(name: &str, value: &[u8]) -> bool {
    const SSH: [&[u8]; 5] = [b"id_rsa", b"id_ecdsa", b"id_ecdsa_sk", b"id_ed25519", b"id_ed25519_sk"];
    const ENDINGS: [&[u8]; 4] = [b".pem", b".key", b".ppk", b".p8"];
    let plain = |b: &u8| b.is_ascii_alphanumeric() || b"_-.".contains(b);
    let ended = ENDINGS.iter().any(|end| value.ends_with(end) && value.len() > end.len());
    let file = SSH.contains(&value) || ended && value.iter().all(plain);
    file && {
        let words = words(name);
        ends(untailed(&words), &["key"])
    }
}

/// Whether a name says that its value is a secret, not only a key or a token, of which browsers have some.
#[must_use]
pub fn names_secret(name: &str) -> bool {
    // What opens a key file, rather than what a bundler inlines.
    if name.starts_with("PUBLIC_KEY_") {
        return false;
    }
    let words = words(name);
    // `SECRET_API_KEY` says no more than `SECRET`.
    let (kept, behind) = parted(&words, |word| matches!(word, "key" | "token" | "api" | "access" | "pass"));
    match kept {
        [.., last] if matches!(last.as_str(), "secret" | "password" | "passphrase") => true,
        [.., last] if last == "private" => behind.first().is_some_and(|next| next == "key"),
        [.., first, last] => first == "service" && last == "role",
        _ => false,
    }
}

/// A name's words, and those at its end that say which of several it is, how it is written, or no more than the rest.
#[must_use]
pub fn parted(words: &[String], further: impl Fn(&str) -> bool) -> (&[String], &[String]) {
    let tail = |word: &&String| word.is_empty() || TAILS.contains(&word.as_str()) || further(word);
    words.split_at(words.len() - words.iter().rev().take_while(tail).count())
}

/// Words without those at the end that say which of several it is.
fn untailed(words: &[String]) -> &[String] {
    parted(words, |_| false).0
}

fn ends(words: &[String], end: &[&str]) -> bool {
    let tail = words.len().checked_sub(end.len()).and_then(|from| words.get(from..));
    tail.is_some_and(|tail| tail.iter().zip(end).all(|(word, known)| word == known))
}

#[cfg(test)]
mod tests {
    use super::{is_for_browsers, is_thing};
    use rstest::rstest;

    #[rstest]
    #[case("PUSHER_APP_KEY", "0a1b2c3d4e5f", true)]
    #[case("REVERB_APP_KEY", "0a1b2c3d4e5f", true)]
    #[case("PUSHER_APP_SECRET", "0a1b2c3d4e5f", false)]
    #[case("APP_KEY", "0a1b2c3d4e5f", false)]
    #[case("ALGOLIA_SEARCH_API_KEY", "0a1b2c3d4e5f", true)]
    #[case("ALGOLIA_ADMIN_API_KEY", "0a1b2c3d4e5f", false)]
    #[case("AZURE_SEARCH_API_KEY", "0a1b2c3d4e5f", false)]
    #[case("GOOGLE_MAPS_API_KEY", "AIza0a1b2c3d4e5f", true)]
    #[case("FIREBASE_API_KEY", "AIza0a1b2c3d4e5f", true)]
    #[case("FIREBASE_API_KEY", "0a1b2c3d4e5f", false)]
    #[case("GEMINI_API_KEY", "AIza0a1b2c3d4e5f", false)]
    #[case("DD_CLIENT_TOKEN", "pub0123456789abcdef0123456789abcdef", true)]
    #[case("DD_API_KEY", "0123456789abcdef0123456789abcdef", false)]
    fn browsers(#[case] name: &str, #[case] value: &str, #[case] meant: bool) {
        assert_eq!(is_for_browsers(name, value.as_bytes()), meant);
    }

    #[rstest]
    #[case("GIT_CONFIG_KEY_0", "safe.directory", true)]
    #[case("GIT_CONFIG_KEY_12", "core.autocrlf", true)]
    #[case("auth.secretKeys.userPasswordKey", "password", true)]
    #[case("auth.existingSecretPasswordKey", "postgres-password", true)]
    #[case("auth.existingSecretPasswordKey", "k7Qx9mT2vR4wZ8bN", false)]
    #[case("auth.secretKeys", "k7Qx9mT2vR4wZ8bN", false)]
    #[case("KMS_KEY", "my-key", true)]
    #[case("IMAGE_PULL_SECRET", "regcred", true)]
    #[case("POSTGRES_EXISTING_SECRET", "shop-db", true)]
    #[case("EXISTING_SECRET", "db-credentials", true)]
    #[case("EXISTING_SECRET", "k7Qx9mT2vR4wZ8bN", false)]
    #[case("TLS_SECRET", "widgets-tls", true)]
    #[case("TLS_SECRET", "widgets", false)]
    #[case("DB_PASSWORD_SECRET", "prod/db/password", true)]
    #[case("DB_PASSWORD_SECRET", "0a1b2c3d-4e5f6a7b8c9d", false)]
    #[case("CONSUL_KEY", "config/app", true)]
    #[case("METRIC_KEY", "http.requests", true)]
    #[case("TABLE_KEY", "user_id", true)]
    #[case("TRANSLATION_KEY", "home.title", true)]
    #[case("FEATURE_KEY", "dark-mode", true)]
    #[case("JSON_KEY", "items", true)]
    #[case("GOOGLE_JSON_KEY", "k7Qx9mT2vR4wZ8bN", false)]
    #[case("DEDUP_KEY", "order_id", true)]
    #[case("BINDING_KEY", "orders.*", true)]
    #[case("TAG_KEY", "Environment", true)]
    #[case("HASH_KEY", "user_id", true)]
    #[case("HASH_KEY", "user", false)]
    #[case("ORDERING_KEYS", "customer_id,created_at", true)]
    #[case("REDACT_KEYS", "password,authorization", true)]
    #[case("API_KEYS", "password,authorization", false)]
    #[case("GAS_TOKEN", "MATIC", true)]
    #[case("BOT_TOKEN", "MATIC", false)]
    #[case("FETCH_CREDENTIALS", "same-origin", true)]
    #[case("DB_CREDENTIALS", "letmein", false)]
    #[case("JOIN_KEY", "customer_id", true)]
    #[case("JOIN_KEY", "customer", false)]
    #[case("LEADERBOARD_KEY", "leaderboard:global", true)]
    #[case("LEADERBOARD_REDIS_KEY", "leaderboard", true)]
    #[case("ORDER_STATE_KEY", "order:{id}:state", true)]
    #[case("SIGNAL_KEY", "spread:signal", true)]
    #[case("MERGE_KEY", "merge-key", false)]
    #[case("JSON_KEY", "json_key", false)]
    #[case("BACKUP_KEY", "pass:infra/backup", false)]
    #[case("LD_ENV_KEY", "production", true)]
    #[case("SURGE_MULTIPLIER_KEY", "surge:multiplier:v2", true)]
    #[case("ADMIN_KEY", "admin", false)]
    #[case("REDIS_KEY", "redis", false)]
    #[case("API_KEY", "user:pass", false)]
    #[case("SSH_KEY", "id_ed25519", true)]
    #[case("SSH_KEY", "deploy.pem", true)]
    #[case("SSH_PASSWORD", "id_ed25519", false)]
    #[case("JWT_KEY", "my-secret", false)]
    #[case("JWT_SECRET", "my-secret", false)]
    #[case("COOKIE_KEY", "my-cookie", false)]
    #[case("API_KEY", "shop-prod", false)]
    fn things(#[case] name: &str, #[case] value: &str, #[case] thing: bool) {
        assert_eq!(is_thing(name, value.as_bytes()), thing, "{name}");
    }
}
