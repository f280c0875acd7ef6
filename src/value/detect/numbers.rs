//! Numbers and identifiers that are nobody's: counted, or filled up with zeros.

use zeroize::Zeroizing;

use super::hosts::names_things;
use super::own;
use super::runs::Run;
use super::split::{Kind, Piece, split};

/// Whether a short number stands where Discord's identifiers belong, which have 17 digits and more: they hold the milliseconds since 2015
/// (Discord, "API Reference", Snowflakes).
#[must_use]
pub fn is_cut_id(text: &str, key: &str) -> bool {
    if !matches!(text, "123" | "1234" | "12345") {
        return false;
    }
    let words = own::words(key);
    words.last().is_some_and(|last| last == "id")
        && words.iter().any(|word| matches!(word.as_str(), "discord" | "guild"))
}

/// `1234567890` where a number of somebody's own belongs.
#[must_use]
pub fn counts(text: &str, key: &str) -> bool {
    let zeros = text.bytes().filter(|b| *b == b'0').count();
    // A card's number, the nil UUID (RFC 9562).
    let nothing = |text: &str| text.bytes().all(|b| matches!(b, b'0' | b' ' | b'-'));
    // An IBAN begins with the letters of a country (ISO 13616).
    let account = || text.get(..2).is_some_and(|land| land.bytes().all(|b| b.is_ascii_uppercase()));
    if zeros >= 12 && (nothing(text) || account() && text.get(2..).is_some_and(nothing) && text.contains(' '))
    {
        return true;
    }
    // A chat of Telegram's whose number was not filled in, and a page of a number that nobody has.
    let zeros = |text: &str| text.len() >= 8 && text.bytes().all(|b| b == b'0');
    let page = || text.rsplit_once('/').is_some_and(|(before, last)| before.contains("://") && zeros(last));
    if text.strip_prefix("-1").is_some_and(zeros) || page() {
        return true;
    }
    // All nine of them in a row: under keys of numbers that are somebody's, and of Telegram's chats, whose numbers begin so.
    let counted = text.contains("123456789");
    let several = text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b',' | b' '));
    if counted && several && text.starts_with("-100") {
        return true;
    }
    let unused = text.starts_with("(555)") && text.bytes().filter(u8::is_ascii_digit).count() == 10;
    if unused || text.starts_with("+1") && text.split(',').all(is_unused_area) || is_unfilled(text, key) {
        return true;
    }
    let id = || own::words(key).last().is_some_and(|last| matches!(last.as_str(), "id" | "ids"));
    if counted && text.contains(':') && id() {
        return true;
    }
    let digits = text.trim_start_matches(['+', '-']);
    // Ports and limits are shorter.
    if digits.len() < 6 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let named = own::words(key).last().is_some_and(|last| {
        matches!(
            last.as_str(),
            "account" | "id" | "ids" | "phone" | "number" | "sid" | "pixel" | "uid" | "user"
        )
    });
    let named = named || counted && own::words(key).iter().any(|word| word == "discord");
    if named && digits.len() >= 8 && digits.bytes().all(|b| b == b'0') {
        return true;
    }
    let split = split(digits);
    // Three digits count by chance in one number of ten, and twice in one of a thousand.
    let counting = |piece: &&Piece| piece.kind == Kind::Run(Run::Sequence) && piece.end - piece.start >= 4;
    let counting = split.said().filter(counting);
    let covered: usize = counting.map(|piece| piece.end - piece.start).sum();
    // Numbers of telephones hold a few that count by chance.
    let phone = text.starts_with('+') && !counted;
    named && !phone && covered >= 6 && covered * 4 >= digits.len() * 3
}

/// What has digits in it and is a name of its own.
const WITH_DIGITS: &[&str] = &[
    "auth0", "base64", "ec2", "i18n", "ipv4", "ipv6", "k8s", "l10n", "n8n", "oauth1", "oauth2", "p12", "s3",
    "sha256", "utf8", "web3", "x509",
];

/// `release-da5d`: the end of a name was drawn, as orchestrators do it. What says so names nothing that is yet to be filled in.
#[must_use]
pub fn ends_drawn(text: &str) -> bool {
    let last = text.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    if last.len() < 4 || !last.is_ascii() {
        return false;
    }
    let last = Zeroizing::new(last.to_ascii_lowercase());
    let known = WITH_DIGITS.iter().find(|known| last.contains(**known));
    let rest = Zeroizing::new(known.map_or_else(|| last.to_string(), |known| last.replace(known, "")));
    let pairs = rest.bytes().zip(rest.bytes().skip(1));
    let turns = pairs.filter(|(a, b)| a.is_ascii_digit() != b.is_ascii_digit()).count();
    let letters = rest.bytes().filter(u8::is_ascii_lowercase).count();
    turns >= 2 || turns == 1 && letters <= 2 && rest.len() >= 4
}

/// What Google puts behind its clients' identifiers.
const GOOGLE: &str = ".apps.googleusercontent.com";

/// `acct_123456789`, `ABCDE12345`, `0123456789abcdef0123456789abcdef`: an identifier, or a list of some, filled by counting, behind
/// the few letters that such a one begins with.
#[must_use]
pub fn is_filler(text: &str, key: &str) -> bool {
    let text = text.strip_suffix(GOOGLE).unwrap_or(text);
    let listed = text.contains(',');
    // Most are told by their first characters.
    if !(6..=128).contains(&text.len())
        || !listed && !is_filled(text)
        || !text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_:,".contains(&b))
    {
        return false;
    }
    let fits =
        || own::is_own(key) || own::words(key).last().is_some_and(|last| last == "ids" || last == "admins");
    let filled = |part: &str| {
        let digits = part.bytes().all(|b| b.is_ascii_digit());
        if listed && digits { part.len() >= 8 && is_filled(part) } else { !digits && is_filled(part) }
    };
    text.split(',').take(8).all(filled) && fits()
}

/// `USER_ID_1,USER_ID_2`: names of identifiers, numbered.
#[must_use]
pub fn lists_names(text: &str, key: &str) -> bool {
    let listed = own::words(key).last().is_some_and(|last| {
        matches!(last.as_str(), "admins" | "channels" | "emails" | "guilds" | "id" | "ids" | "users")
    });
    let named = |part: &str| {
        let bare = part.trim_end_matches(|c: char| c.is_ascii_digit() || c == '_').to_ascii_lowercase();
        part.contains('_')
            && (bare.ends_with("id") || bare.ends_with("email"))
            && part.bytes().any(|b| b.is_ascii_digit())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
            && names_things(&Zeroizing::new(
                part.replace(|c: char| c.is_ascii_digit(), "").to_ascii_lowercase(),
            ))
    };
    listed && text.len() <= 256 && text.split(',').map(str::trim).all(named)
}

/// `price_123`: what a vendor's identifier begins with, and the first numbers or letters.
#[must_use]
pub fn is_first(text: &str, key: &str) -> bool {
    let Some((head, tail)) = text.split_once('_') else { return false };
    let plain = |b: u8| b.is_ascii_lowercase();
    matches!(tail, "123" | "1234" | "12345" | "abc" | "abc123" | "abcd" | "xyz")
        && (2..=6).contains(&head.len())
        && head.bytes().all(plain)
        && key.get(key.len().saturating_sub(3)..).is_some_and(|last| last.eq_ignore_ascii_case("_id"))
}

/// Whether stretches that count or repeat cover an identifier, from the beginning of the digits or of the letters.
fn is_filled(text: &str) -> bool {
    // So many letters may stand before, and so many digits behind.
    const BEFORE: usize = 5;
    const BEHIND: usize = 2;
    let text = text.strip_prefix("0x").unwrap_or(text).as_bytes();
    let lower = |at: usize| text.get(at).map(u8::to_ascii_lowercase);
    let (mut at, mut covered, mut before, mut behind) = (0, 0, 0, 0);
    while let Some(first) = lower(at) {
        let stretch = stretch(text.get(at..).unwrap_or_default());
        // `10000000` is a number like any other.
        let amid = covered == 0 && at.checked_sub(1).and_then(lower).is_some_and(|b| b.is_ascii_digit());
        let opens = matches!(first, b'0' | b'1' | b'a') || lower(at + 1) == Some(first);
        // `MID00012345` is a number that was filled up with zeros.
        let padded = first == b'0'
            && covered == 0
            && before >= 2
            && stretch == 3
            && matches!(lower(at + 3), Some(b'1'..=b'9'));
        if padded {
            return false;
        }
        if stretch >= 3 && (covered > 0 || opens && !(amid && first.is_ascii_digit())) {
            covered += stretch;
            at += stretch;
        } else {
            let counts = first.is_ascii_alphanumeric();
            if covered > 0 {
                behind += if first.is_ascii_digit() {
                    1
                } else if counts {
                    BEHIND + 1
                } else {
                    0
                };
            } else {
                before += usize::from(counts);
            }
            at += 1;
            if before > BEFORE || behind > BEHIND {
                return false;
            }
        }
    }
    // Of a hundred thousand names with six drawn hexadecimal digits behind them one has two such stretches: `pool-ccc888`.
    let least = if before > 2 { 8 } else { 6 };
    covered >= least && covered > before
}

/// How many characters from here on count up, or are the same; after `9` comes `0` or `a`, after `f` may come `0`.
fn stretch(text: &[u8]) -> usize {
    let along = |follows: fn(u8, u8) -> bool| {
        let pairs = text.iter().zip(text.iter().skip(1));
        let fits = |(a, b): &(&u8, &u8)| {
            let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
            a.is_ascii_alphanumeric() && follows(a, b)
        };
        1 + pairs.take_while(fits).count()
    };
    let counting = |a: u8, b: u8| {
        a.is_ascii_digit() == b.is_ascii_digit() && a.checked_add(1) == Some(b)
            || matches!((a, b), (b'9', b'0' | b'a') | (b'f', b'0'))
    };
    along(counting).max(along(|a, b| a == b))
}

/// Whether a telephone's number is one of the area 555, which no number in North America has (NANPA's list of codes that are not
/// available).
fn is_unused_area(number: &str) -> bool {
    let digits = number.trim().strip_prefix("+1").map(|rest| rest.trim_start_matches(['-', ' ', '(']));
    let count = number.bytes().filter(u8::is_ascii_digit).count();
    count == 11 && digits.is_some_and(|digits| digits.starts_with("555") || is_rows(digits))
}

/// `222-333-4444`: each part of the number is one digit.
fn is_rows(number: &str) -> bool {
    let digits: Zeroizing<Vec<u8>> = Zeroizing::new(number.bytes().filter(u8::is_ascii_digit).collect());
    let same = |part: &[u8]| part.iter().all(|digit| part.first() == Some(digit));
    // 888 is assigned (NANPA), and such numbers are sold.
    let assigned = digits.starts_with(b"888");
    !assigned
        && matches!(digits.split_at_checked(6), Some((head, last)) if same(last) && head.chunks(3).all(same))
}

/// `gnct00000000`: letters of one case that begin such an identifier, and nothing filled in behind them.
fn is_unfilled(text: &str, key: &str) -> bool {
    let bare = text.trim_end_matches('0');
    let lower = bare.bytes().all(|b| b.is_ascii_lowercase());
    text.len() - bare.len() >= 8
        && (2..=8).contains(&bare.len())
        && (lower || bare.bytes().all(|b| b.is_ascii_uppercase()))
        && own::is_own(key)
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Place, Sign, judge};
    use rstest::rstest;

    fn said(key: &str, value: &str) -> bool {
        let place = Place { key, inner: true, ..Place::default() };
        judge(value.as_bytes(), &place) == Some(Found::Placeholder(Sign::Dummy))
    }

    #[rstest]
    #[case("ALERT_PHONE", "+15551234567")]
    #[case("COMPANY_PHONE", "(555) 123-4567")]
    #[case("ALERT_PHONES", "+1 (555) 123-4567,+1-555-987-6543")]
    #[case("FROM_NUMBER", "+12223334444")]
    #[case("METRICS_USER", "123456")]
    #[case("CLOUD_TENANT_NAME", "gnct00000000")]
    #[case("DISCORD_GUILD_ID", "123")]
    #[case("GUILD_ID", "12345")]
    #[case("TELEGRAM_CHAT_ID", "-1001234567890")]
    #[case("TELEGRAM_CHAT_ID", "-1000000000000")]
    #[case("TELEGRAM_BOT_URL", "https://t.me/00000000000")]
    #[case("ACCOUNT_ID", "1234567890")]
    #[case("STRIPE_ACCOUNT_ID", "acct_123456789")]
    #[case("GA_ID", "G-ABCDEF1234")]
    #[case("GA_ID", "UA-000000-01")]
    #[case("APPLE_TEAM_ID", "ABCDE12345")]
    #[case("GOOGLE_CLIENT_ID", "123456789-abc.apps.googleusercontent.com")]
    #[case("TELEGRAM_API_HASH", "0123456789abcdef0123456789abcdef")]
    #[case("CONTRACT_ADDRESS", "0x1234567890123456789012345678901234567890")]
    #[case("ADMIN_IDS", "111111111,222222222")]
    #[case("STRIPE_PRICE_ID", "price_123")]
    #[case("TAX_IBAN", "DE00 0000 0000 0000 0000 00")]
    fn numbers_of_nobody(#[case] key: &str, #[case] value: &str) {
        assert!(said(key, value));
    }

    #[rstest]
    #[case("ALERT_PHONE", "+12025550143")]
    #[case("FROM_NUMBER", "+12223334445")]
    #[case("SUPPORT_PHONE", "+1 888 777 6666")]
    #[case("METRICS_USER", "703234")]
    #[case("COMPANY_PHONE", "(512) 123-4567")]
    #[case("ALERT_PHONE", "+1555123")]
    #[case("ALERT_PHONE", "+4930123456")]
    #[case("ALERT_PHONE", "+4955512345678")]
    #[case("CLOUD_TENANT_NAME", "gnct10000000")]
    #[case("FIRST_BATCH", "inv00000000")]
    #[case("SHOP_ID", "123")]
    #[case("COMPANY_ID", "12345")]
    #[case("DISCORD_SHARD_COUNT", "123")]
    #[case("DISCORD_GUILD_ID", "124")]
    #[case("POSTGRES_PORT", "12345")]
    #[case("MERCHANT_ID", "MID00012345")]
    #[case("CLIENT_ID", "shop-abc")]
    #[case("CLIENT_ID", "order-service-12345")]
    #[case("STRIPE_ACCOUNT_ID", "acct_1234k7Qz91xW")]
    #[case("BUILD_TAG", "abc123def456")]
    #[case("ADMIN_USER_IDS", "shop_7,shop_9")]
    #[case("KAFKA_USERS", "service_user1,service_user2")]
    #[case("STRIPE_PRICE_ID", "price_monthly123")]
    #[case("WORKER_NAME", "worker_123")]
    #[case("ADMIN_IDS", "1111,2222")]
    #[case("CONNECTION_STRING", "pool-ccc888")]
    #[case("CONNECTION_STRING", "pool-000111")]
    #[case("OFFSET_MIN", "-1000000")]
    #[case("API_URL", "https://api.example.net/v1/0000000")]
    #[case("API_URL", "https://api.example.net/v1/100000000")]
    fn numbers_of_somebody(#[case] key: &str, #[case] value: &str) {
        assert!(!said(key, value));
    }

    #[rstest]
    #[case("703234")]
    #[case("3451449")]
    #[case("7489876")]
    #[case("90404567")]
    #[case("41172345")]
    #[case("93678543")]
    fn drawn_numbers_count_by_chance(#[case] value: &str) {
        assert!(!said("TENANT_ID", value));
    }

    #[rstest]
    #[case("release-da5d", true)]
    #[case("node-app-x2x4z", true)]
    #[case("workerde63d8", true)]
    #[case("web-da05", true)]
    #[case("oauth2_client_id", false)]
    #[case("s3bucketname", false)]
    #[case("auth0domain", false)]
    #[case("user_id_1", false)]
    #[case("client2024", false)]
    fn ends(#[case] text: &str, #[case] drawn: bool) {
        assert_eq!(super::ends_drawn(text), drawn);
    }

    #[test]
    fn names_in_a_list() {
        let place = Place { key: "ADMIN_USER_IDS", inner: true, ..Place::default() };
        let named = judge(b"ADMIN_1_USER_ID,ADMIN_2_USER_ID", &place);
        assert_eq!(named, Some(Found::Placeholder(Sign::Descriptive)));
    }
}
