//! Settings with something drawn in them, made of a seed: identifiers, hosts, names with drawn ends. Knows nothing of the detector.

use super::strong::{Draw, word};

const HEX: &str = "0123456789abcdef";
const ALNUM: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const LARGE: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const DIGITS: &str = "0123456789";

/// Keys of everything that has a name with a drawn end.
const NAMED: &[&str] = &[
    "ACCOUNT",
    "APP_ID",
    "BUCKET",
    "CLIENT_ID",
    "DB_USER",
    "DOMAIN",
    "ENDPOINT",
    "HOST",
    "INSTANCE",
    "POD_NAME",
    "PROJECT_ID",
    "QUEUE",
    "REDIS_HOST",
    "RELEASE",
    "TENANT_ID",
    "TOPIC",
];
/// What names of machines and releases are made of.
const PARTS: &[&str] = &[
    "api", "app", "build", "cache", "image", "job", "node", "order", "pool", "queue", "release", "shard",
    "stage", "tenant", "user", "web", "worker",
];

/// `release-da5d`: one name or two of the usual parts, and a few characters.
fn named(d: &mut Draw) -> (String, String) {
    let length = *d.of(&[4, 5, 6, 7, 8, 10, 12]);
    let alphabet = *d.of(&[HEX, ALNUM, DIGITS]);
    let (first, second) = (*d.of(PARTS), *d.of(PARTS));
    let start = match d.below(5) {
        0 => String::new(),
        1 => format!("{first}-{second}-"),
        2 => format!("{first}-"),
        3 => format!("{first}_"),
        _ => first.to_owned(),
    };
    ((*d.of(NAMED)).to_owned(), start + &d.text(alphabet, length))
}

/// A key and its value.
type Kind = (&'static str, fn(&mut Draw) -> String);

const KINDS: &[Kind] = &[
    ("AWS_ACCOUNT_ID", |d| d.text(DIGITS, 12)),
    ("TELEGRAM_ADMIN_ID", |d| {
        let count = 8 + d.below(3);
        d.text(DIGITS, count)
    }),
    ("TELEGRAM_CHAT_ID", |d| format!("-100{}", d.text(DIGITS, 10))),
    ("DISCORD_GUILD_ID", |d| d.text(DIGITS, 18)),
    ("MERCHANT_ID", |d| d.text(DIGITS, 9)),
    ("SUPPORT_PHONE", |d| format!("+{}{}", d.of(&["1", "49", "33", "81"]), d.text("23456789", 10))),
    ("VAT_ID", |d| format!("DE{}", d.text(DIGITS, 9))),
    ("GA_ID", |d| format!("G-{}", d.text(LARGE, 10))),
    ("SLACK_CHANNEL", |d| format!("C{}", d.text(LARGE, 10))),
    ("TWILIO_ACCOUNT_SID", |d| format!("AC{}", d.text(HEX, 32))),
    ("CDN_HOST", |d| format!("d{}.cloudfront.net", d.text(ALNUM, 13))),
    ("DB_HOST", |d| format!("{}-db.{}.eu-west-1.rds.amazonaws.com", word(d), d.text(ALNUM, 12))),
    ("S3_BUCKET_NAME", |d| format!("{}-{}-{}", word(d), word(d), d.text(HEX, 6))),
    ("GCP_PROJECT", |d| format!("{}-{}-{}", word(d), word(d), d.text(DIGITS, 6))),
    ("SENTRY_PROJECT", |d| word(d)),
    ("API_URL", |d| format!("https://api.{}.io/v{}", word(d), 1 + d.below(3))),
    ("CORS_ORIGINS", |d| format!("https://{}.com,https://www.{}.com", word(d), word(d))),
    ("MAIL_FROM", |d| format!("{} <no-reply@{}.io>", word(d), word(d))),
    ("SMTP_USER", |d| format!("{}.{}@{}.net", word(d), word(d), word(d))),
    ("DB_NAME", |d| format!("{}_{}", word(d), word(d))),
    ("QUEUE_NAME", |d| format!("{}-{}-queue", word(d), word(d))),
    ("IMAGE", |d| format!("ghcr.io/{}/{}:{}", word(d), word(d), d.text(HEX, 7))),
    ("DATA_DIR", |d| format!("/var/lib/{}/{}", word(d), word(d))),
    ("GREETING", |d| format!("{} {} {} {}", word(d), word(d), word(d), word(d))),
];

/// One setting.
pub fn setting(draw: &mut Draw) -> (String, String) {
    if draw.below(2) == 0 {
        return named(draw);
    }
    let (key, make) = draw.of(KINDS);
    ((*key).to_owned(), make(draw))
}
