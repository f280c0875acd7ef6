//! Values of settings that say their key's name again and what is to stand there: `clientid`, `db_user`, `redis_url`.

use zeroize::Zeroizing;

use super::Sign;
use super::hosts::names_things;
use super::own;
use super::things;

/// Longer values say more than a name.
const LONGEST: usize = 48;

/// Things whose accounts are called after them in templates; of a machine's they may be so in truth: `sshuser`.
const SERVICES: &[&str] = &["db", "email"];

/// Words for the same thing, and how they are cut short.
const SAME: &[&[&str]] = &[
    &[
        "db",
        "database",
        "databases",
        "bd",
        "bdd",
        "bbdd",
        "sql",
        "postgres",
        "postgresql",
        "pg",
        "mysql",
        "mariadb",
        "mongo",
        "mongodb",
    ],
    &["user", "username", "usr", "login", "users"],
    &["email", "mail", "smtp", "gmail"],
    &["host", "hostname"],
    &["organization", "organisation", "org"],
    &["project", "proj"],
    &["application", "app"],
    &["account", "acct", "acc"],
    &["directory", "dir", "folder"],
    &["google", "gcp", "gcs"],
    &["github", "gh", "git"],
    &["facebook", "fb"],
    &["cloudflare", "cf"],
    &["telegram", "tg"],
    &["elasticsearch", "elastic", "es"],
    &["aws", "s3", "bucket"],
    &["wifi", "ssid"],
    &["guild", "server"],
    &["channel", "chat"],
];

/// What a key asks for, by its last word, and the words that a value ends with which only names it.
struct Role {
    keys: &'static [&'static str],
    ends: &'static [&'static str],
    /// Words that say so by themselves.
    alone: &'static [&'static str],
    /// Whether the words before may be any that name things: no such value is called so.
    loose: bool,
}

const ROLES: &[Role] = &[
    Role {
        keys: &["id", "ids", "sid", "uid", "identifier", "guid", "appid", "clientid", "projectid"],
        ends: &["id", "ids", "sid", "uid", "identifier"],
        alone: &["id", "number"],
        loose: true,
    },
    Role {
        keys: &["url", "uri", "dsn", "endpoint", "webhook", "link", "baseurl"],
        ends: &["url", "uri", "dsn", "endpoint", "string", "link", "webhook", "baseurl"],
        alone: &["url", "uri", "dsn", "endpoint"],
        loose: true,
    },
    Role {
        keys: &["email", "mail", "sender", "recipient"],
        ends: &["email", "mail", "address", "sender", "recipient"],
        alone: &["email"],
        loose: true,
    },
    Role {
        keys: &["phone", "number", "port", "mobile"],
        ends: &["phone", "number", "port", "no"],
        alone: &["port", "number", "phone"],
        loose: true,
    },
    Role {
        keys: &["key", "apikey", "sitekey", "token"],
        ends: &["key", "apikey", "sitekey", "token"],
        alone: &["apikey", "sitekey"],
        loose: true,
    },
    Role {
        keys: &["host", "hostname", "ip", "server", "address"],
        ends: &["hostname", "ip", "endpoint", "address"],
        alone: &["host", "hostname", "ip", "url"],
        loose: true,
    },
    Role {
        keys: &["host", "hostname", "ip", "server", "address"],
        ends: &["host", "_host"],
        alone: &[],
        loose: false,
    },
    Role {
        keys: &["user", "username", "login", "usr"],
        ends: &["user", "username", "login", "usr"],
        alone: &[],
        loose: false,
    },
    Role {
        keys: &["domain", "subdomain"],
        ends: &["domain", "subdomain"],
        alone: &["domain", "subdomain"],
        loose: false,
    },
    Role {
        keys: &["path", "dir", "directory", "folder", "file"],
        ends: &["path", "dir", "directory"],
        alone: &[],
        loose: false,
    },
];

/// What labels a thing that the key names: `org_name` under `GITHUB_ORG`.
const LABELS: &[&str] = &["name", "slug", "id", "identifier", "username"];

const MARKS: [char; 3] = ['_', '-', ' '];

/// The shortest of all words that a value ends with here.
const ENDS: &[&str] = &[
    "name",
    "pubkey",
    "slug",
    "id",
    "ids",
    "identifier",
    "url",
    "uri",
    "dsn",
    "endpoint",
    "string",
    "link",
    "webhook",
    "mail",
    "address",
    "sender",
    "recipient",
    "phone",
    "number",
    "port",
    "no",
    "key",
    "token",
    "host",
    "ip",
    "server",
    "user",
    "login",
    "usr",
    "domain",
    "path",
    "dir",
    "directory",
];
const ORGANIZATION: &[&str] = &["organization", "organisation"];

/// Words of a mail's account.
const MAIL: &[&str] = &["mail", "email", "smtp", "gmail"];

/// What a value says that is made of its key's words and a word for what belongs there.
#[must_use]
pub fn echo(text: &str, key: &str) -> Option<Sign> {
    if !(2..=LONGEST).contains(&text.len())
        || !text.bytes().all(|b| b.is_ascii_alphabetic() || b.is_ascii_digit() || b"_- ".contains(&b))
        || !text.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        return None;
    }
    // `clientid_from_github`: what is behind it says where it is to be had.
    let parted = text.contains(MARKS);
    let apart =
        ["_from_", "-from-", "_of_", "-of-"].iter().filter(|_| parted).find_map(|by| text.split_once(by));
    let text = apart.map_or(text, |(head, _)| head);
    // Most values end with no such word; the rest takes longer.
    if !may_echo(text, key) || things::is_one_of_several(key, text) {
        return None;
    }
    let folded = Zeroizing::new(text.to_ascii_lowercase());
    let folded = folded.as_str();
    let named = own::words(key);
    if named.iter().any(|word| own::ABOUT.contains(&word.as_str())) {
        return None;
    }
    let last = named.last()?.as_str();
    let mail = named.iter().any(|word| MAIL.contains(&word.as_str()));
    let account = matches!(last, "user" | "username" | "login" | "from" | "to" | "address");
    let asked = |role: &&Role| role.keys.contains(&last) || mail && account && role.keys.contains(&"email");
    if last == "host" && things::is_host_of_two(folded) && folded == text
        || things::is_own_name(&named, folded)
        || things::is_kept_under(&named, folded)
        || matches!(last, "name" | "account") && things::is_called_after(&named, folded)
    {
        return None;
    }
    for role in ROLES.iter().filter(asked) {
        if role.alone.contains(&folded) || role.says(folded, &named) {
            return Some(Sign::Descriptive);
        }
    }
    (is_label(folded, &named) || is_key_again(folded, &named) || is_kind(folded, &named))
        .then_some(Sign::Descriptive)
}

/// `org_name` under `GITHUB_ORG`, `twitch_username` under `TWITCH_CHANNEL`.
fn is_label(text: &str, named: &[String]) -> bool {
    let Some((label, rest)) = LABELS.iter().find_map(|label| Some((*label, text.strip_suffix(label)?)))
    else {
        return false;
    };
    let bare = rest.trim_end_matches(MARKS);
    let last = named.last().map(String::as_str).unwrap_or_default();
    let last =
        if last == "name" { named.iter().rev().nth(1).map(String::as_str).unwrap_or_default() } else { last };
    let thing = bare.ends_with(last) || alike(last).iter().any(|word| bare.ends_with(word));
    bare.len() >= 2
        && (label == "identifier" && names_things(bare)
            || (thing || label == "username") && !last.is_empty() && cut(bare, &own_words(named)).is_some())
}

/// `printer-serial-number`: names of things, and the last is of a kind that nothing is called by.
fn is_kind(text: &str, named: &[String]) -> bool {
    const KINDS: &[&str] = &["hostname", "identifier", "number", "pubkey", "username"];
    let Some((bare, last)) = text.rsplit_once(MARKS) else { return false };
    let called = named.last().is_some_and(|last| own::RESOURCES.contains(&last.as_str()) || last == "name");
    let own = || bare.split(MARKS).any(|word| named.iter().any(|name| name == word && word.len() >= 4));
    KINDS.contains(&last) && own() && !called && bare.len() >= 3 && named.len() >= 2 && names_things(bare)
}

/// `storagebucket` under `FIREBASE_STORAGE_BUCKET`, `s3-bucket` under `S3_BUCKET_NAME`; not what may be called so.
fn is_key_again(text: &str, named: &[String]) -> bool {
    let labelled = named.last().is_some_and(|last| matches!(last.as_str(), "name" | "id"));
    let Some(last) = named.iter().rev().nth(usize::from(labelled)).map(String::as_str) else { return false };
    if named.len() == 1 {
        const SHORT: [(&str, &str); 4] =
            [("lat", "latitude"), ("lon", "longitude"), ("lng", "longitude"), ("dim", "dimension")];
        let cut = SHORT.contains(&(last, text));
        return cut || last == text && (text == "login" || own::ITSELF.contains(&text));
    }
    if text == last && own::ITSELF.contains(&text) {
        return true;
    }
    let access = || last == "key" && matches!(text, "accesskey" | "access_key" | "access-key");
    if labelled && access() {
        return true;
    }
    let bare = || text.split(MARKS).eq(named.iter().take(named.len() - 1).map(String::as_str));
    if labelled && named.len() >= 4 && bare() {
        return true;
    }
    if own::RESOURCES.contains(&last) {
        return false;
    }
    if text.len() > 5 && alike(last).contains(&text) && ORGANIZATION.contains(&text) {
        return true;
    }
    let own: Vec<&str> = named.iter().map(String::as_str).collect();
    let ends = text.ends_with(last) && (text.contains('_') || labelled || own.len() >= 3);
    ends && cut(text, &own).is_some_and(|count| count >= 2)
}

/// Whether a value ends with a word that may say what belongs there.
fn may_echo(text: &str, key: &str) -> bool {
    let text = text.as_bytes();
    let ends = |end: &str| {
        let tail = text.len().checked_sub(end.len()).and_then(|from| text.get(from..));
        tail.is_some_and(|tail| tail.eq_ignore_ascii_case(end.as_bytes()))
    };
    let words = || key.rsplit(['_', '.', '-']).take(2).filter(|word| !word.is_empty());
    ENDS.iter().any(|end| ends(end)) || words().any(ends) || ORGANIZATION.iter().any(|word| ends(word))
}

impl Role {
    /// Whether a value ends with a word for what belongs there, and the rest are words of the key, or any that name things.
    fn says(&self, text: &str, named: &[String]) -> bool {
        let Some(rest) =
            self.ends.iter().filter_map(|end| text.strip_suffix(end)).min_by_key(|rest| rest.len())
        else {
            return false;
        };
        let bare = rest.trim_end_matches(MARKS);
        if bare.len() < 2 {
            return false;
        }
        let glued = !text.contains(MARKS);
        let served = |word: &&str| {
            SERVICES.iter().any(|service| alike(service).contains(word))
                || matches!(*word, "my" | "admin" | "super")
                || !glued && (matches!(*word, "name" | "ftp") || things::is_vendors(word))
        };
        let mut own = own_words(named);
        // A service's account is called after it.
        if self.keys.contains(&"login") {
            own.retain(served);
        }
        // `demo-token` is one for everybody.
        let shown =
            self.keys.contains(&"token") && ["demo", "test", "dev"].iter().any(|word| bare.starts_with(word));
        // No URL is written so, no host (RFC 1123) has an underscore.
        let none = self.keys.contains(&"url") && bare.len() < rest.len()
            || self.keys.contains(&"host") && text.ends_with("_host") && text.matches('_').count() >= 2;
        none || cut(bare, &own).is_some() || self.loose && !shown && names_things(bare)
    }
}

/// A key's words and those for the same.
fn own_words(named: &[String]) -> Vec<&str> {
    let mut own: Vec<&str> = vec!["my", "name", "address"];
    for word in named.iter().filter(|word| word.len() >= 2) {
        own.push(word);
        own.extend(alike(word));
    }
    own
}

/// Words for the same as this, or itself.
fn alike(word: &str) -> &[&str] {
    SAME.iter().find(|words| words.contains(&word)).copied().unwrap_or_default()
}

/// How many words of a list a text is made of, with marks between them or without.
fn cut(text: &str, words: &[&str]) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut counts: Vec<Option<usize>> = vec![None; bytes.len() + 1];
    *counts.first_mut()? = Some(0);
    for from in 0..bytes.len() {
        let Some(count) = counts.get(from).copied().flatten() else { continue };
        let rest = bytes.get(from..).unwrap_or_default();
        if rest.first().is_some_and(|b| b"_- ".contains(b))
            && let Some(slot) = counts.get_mut(from + 1)
        {
            *slot = Some(count);
        }
        for word in words.iter().filter(|word| rest.starts_with(word.as_bytes())) {
            if let Some(slot) = counts.get_mut(from + word.len()) {
                *slot = Some(slot.map_or(count + 1, |old| old.min(count + 1)));
            }
        }
    }
    counts.last().copied().flatten()
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Place, Sign, judge};
    use rstest::rstest;

    fn said(key: &str, value: &str) -> bool {
        let place = Place { key, inner: true, ..Place::default() };
        judge(value.as_bytes(), &place) == Some(Found::Placeholder(Sign::Descriptive))
    }

    #[rstest]
    #[case("DB_USER", "dbuser")]
    #[case("POSTGRES_USER", "database_user")]
    #[case("SMTP_HOST", "smtphost")]
    #[case("DISCORD_GUILD_ID", "serverid")]
    #[case("ALGOLIA_APP_ID", "algoliaappid")]
    #[case("GITHUB_CLIENT_ID", "clientid_from_github")]
    #[case("REDIS_URL", "redis-connection-string")]
    #[case("GITHUB_ORG", "org_name")]
    #[case("SENTRY_PROJECT", "project-slug")]
    #[case("FIREBASE_STORAGE_BUCKET", "storagebucket")]
    #[case("JWT_ALGORITHM", "algorithm")]
    #[case("WIFI_SSID", "netzwerkname")]
    #[case("ACCOUNT_ID", "NUMBER")]
    #[case("SENSOR_SERIAL", "printer-serial-number")]
    #[case("PROJECT_NAME", "project-name")]
    #[case("SLACK_CHANNEL_NAME", "slack-channel")]
    #[case("STRIPE_PLAN_ID", "stripe-plan")]
    #[case("COMPANY_SLOGAN", "company-slogan")]
    #[case("CLOUDINARY_UPLOAD_PRESET", "upload-preset")]
    #[case("YANDEX_CLIENT_ID", "client-id")]
    #[case("MAIL_DEFAULT_SENDER", "default-sender")]
    #[case("CLOUD_NAME", "cloud-name")]
    #[case("MONGODB_USER", "mongodb-user")]
    #[case("POSTGRES_USER", "postgres_user")]
    #[case("LOG_TYPE", "log-type")]
    #[case("PROJECT_ACCOUNT_ID", "project-account")]
    #[case("GITHUB_PROJECT_NAME", "github-project")]
    #[case("AWS_ACCESS_KEY_ID", "access-key")]
    #[case("VITE_API_KEY", "vite-api-key")]
    fn values_that_say_their_key_again(#[case] key: &str, #[case] value: &str) {
        assert!(said(key, value));
    }

    #[rstest]
    #[case("DB_USER", "app")]
    #[case("DB_USER", "shop_user")]
    #[case("SSH_USER", "sshuser")]
    #[case("DB_HOST", "postgres-server")]
    #[case("KAFKA_CLIENT_ID", "order-service")]
    #[case("PARTITION_KEY", "user_id")]
    #[case("USER_ID_FIELD", "user_id")]
    #[case("COOKIE_NAME", "access_token")]
    #[case("S3_BUCKET", "user-uploads")]
    #[case("SERVICE_NAME", "account-api")]
    #[case("FIELD_TYPE", "NUMBER")]
    #[case("EVENT_TOPIC", "customer-number")]
    #[case("PAYMENT_API_NAME", "payment-api")]
    #[case("API_AUTH_NAME", "api-auth")]
    #[case("REPORT_METRICS_NAME", "report-metrics")]
    #[case("EMAIL_TEMPLATE_NAME", "email-template")]
    #[case("AUDIT_LOG_NAME", "audit_log")]
    #[case("USER_API", "user-api")]
    #[case("BILLING_EVENTS", "billing-events")]
    #[case("INVOICE_PAID", "invoice-paid")]
    #[case("MAIL_RELAY", "mail-relay")]
    #[case("NOTIFICATION_SENDER", "notification-sender")]
    #[case("RULE_KEY_EXPORT", "key-export")]
    #[case("WORKFLOW_POLICY_RENEWAL", "policy-renewal")]
    #[case("DRIVER_LOCATION_V2", "driver-location-v2")]
    #[case("PAYMENT_CONSUMER_ID", "payment-consumer")]
    #[case("BACKUP_FILE_NAME", "backup-file")]
    #[case("CATALOG_USER", "catalog_user")]
    #[case("ORDER_DB_USER", "order_user")]
    #[case("BACKUP_USER", "backup-user")]
    #[case("ServiceBus__Queues__ClaimSubmitted", "claim-submitted")]
    #[case("FILA_NOTAS_FISCAIS", "notas-fiscais")]
    #[case("TOPICO_PEDIDO_CRIADO", "pedido-criado")]
    #[case("VITE_ACCESS_TOKEN_KEY", "access_token")]
    #[case("VITE_TOKEN_KEY", "stadtkarte_token")]
    #[case("LOGIN_WITH", "phone_number")]
    #[case("INPUT_ID_FIELD", "number")]
    fn values_that_are_called_so(#[case] key: &str, #[case] value: &str) {
        assert!(!said(key, value));
    }
}
