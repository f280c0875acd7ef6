//! The parts of a value that are judged each by itself: what is behind base64, the parts of URLs, pairs of user and password.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use crate::syntax::url::{self, Url};
use crate::text::find::Signs;
use crate::value::password;

use super::drawn::is_drawn;
use super::listed::part;
use super::meant::is_meant;
use super::naming::part_names;
use super::numbers::ends_drawn;
use super::numbers::{is_cut_id, is_filler};
use super::said::RANDOM;
use super::secret::{Beside, secret};
use super::setting::setting;
use super::slots::{is_worded, slot, unframed};
use super::split::split;
use super::{Found, Place, Sign, Weakness, published};

/// So many bytes of a value are looked at; a longer one has said what it is by then.
pub(super) const LIMIT: usize = 4096;

/// What stands where a port's number belongs.
const PORTS: &[&str] =
    &["port", "puerto", "porta", "poort", "porte", "порт", "端口", "ポート", "포트", "db_port"];

/// What tools put round a name that they fill in: `@NAME@` (GNU Autoconf manual, "Configuration Actions"; CMake manual,
/// `configure_file`), `#{NAME}#` (Azure Pipelines' task "Replace Tokens"), and what scripts make up.
const SLOTS: &[(&str, &str)] =
    &[("__", "__"), ("@", "@"), ("@@", "@@"), ("#{", "}#"), ("[[", "]]"), ("[[[", "]]]"), ("%%", "%%")];

/// What gives a value away, or its parts.
#[must_use]
pub fn judge(value: &[u8], place: &Place<'_>) -> Option<Found> {
    let text = readable(value)?;
    judge_text(text, place).filter(|found| !is_meant(*found, text, place))
}

/// What of a value is looked at, as text.
fn readable(value: &[u8]) -> Option<&str> {
    let head = value.get(..LIMIT).unwrap_or(value);
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character that is cut in two by the limit.
        Err(error) if value.len() > LIMIT && error.error_len().is_none() => {
            std::str::from_utf8(head.get(..error.valid_up_to())?).ok()?
        }
        Err(_) => return None,
    };
    let text = unframed(text.trim());
    (!text.is_empty()).then_some(text)
}

fn judge_text(text: &str, place: &Place<'_>) -> Option<Found> {
    // Switches and small numbers, as most settings are.
    let plain = matches!(text, "true" | "false" | "on" | "off" | "yes" | "no");
    let small = text.len() < 6 && text.bytes().all(|b| b.is_ascii_digit());
    let placeholder = |sign: Sign| Some(Found::Placeholder(sign));
    let drawn = is_drawn(text.as_bytes());
    // Most secrets: nothing is left open in them, and no account stands before them.
    if drawn && place.secret {
        let published = place.weak && published::is_known(text);
        let beside = || Beside { key: place.key, names: place.names, weak: place.weak };
        return if published { Some(Found::Weak(Weakness::Published)) } else { encoded(text, &beside()) };
    }
    if !place.secret && (plain || small || drawn) {
        let counted = !plain && if small { is_cut_id(text, place.key) } else { is_filler(text, place.key) };
        return if counted { placeholder(Sign::Dummy) } else { None };
    }
    if let Some(sign) = wrapped(text, place).or_else(|| stands_for(text, place)) {
        return placeholder(sign);
    }
    if let Some(sign) = slot(text, place.secret) {
        return placeholder(sign);
    }
    if let Some(url) = url::parse(strip_jdbc(text).as_bytes()) {
        return of_url(&url, text, place);
    }
    if place.inner
        && !is_salt(text)
        && let Some(password) = password::within(text.as_bytes())
    {
        return of_password(password.expose(), &[], place);
    }
    if let Some(password) = in_pairs(text).filter(|_| place.inner || place.secret) {
        return of_password(password.as_bytes(), &[], place);
    }
    if place.inner && !place.secret && is_account(place.key) {
        return pair(text, place);
    }
    if place.secret && !text.starts_with("{\"") {
        let beside = Beside { key: place.key, names: place.names, weak: place.weak };
        let bare = text.strip_prefix("base64:").unwrap_or(text);
        return secret(bare, &beside).or_else(|| pair(bare, place)).or_else(|| encoded(bare, &beside));
    }
    let named = |sign: &Sign| *sign != Sign::Descriptive || !ends_drawn(text);
    setting(text, place.key).filter(named).and_then(placeholder)
}

/// Whether signs that no user or database is called with stand in what would be Go's DSN for MySQL: `u:p@/db`. Of WordPress's salts one
/// in twenty thousand has `@/` behind a colon.
fn is_salt(text: &str) -> bool {
    let sign = |c: &u8| b"!#$*+;[]^`|~<>{}\\".contains(c);
    text.contains('@')
        && text.contains("@/")
        && !text.contains("://")
        && text.bytes().filter(|b| sign(b)).count() >= 4
}

/// `jdbc:postgresql://...`: the driver's own URL stands behind it.
pub(super) fn strip_jdbc(text: &str) -> &str {
    text.strip_prefix("jdbc:").unwrap_or(text)
}

fn of_url(url: &Url<'_>, text: &str, place: &Place<'_>) -> Option<Found> {
    if let Some(password) = url.password.as_ref().filter(|_| place.inner || place.secret) {
        let mut names: Vec<&[u8]> = url.user.into_iter().collect();
        names.extend(place.names.iter().take(7));
        let found = of_password(password.expose(), &names, place);
        if found.is_some() {
            return found;
        }
    }
    let weak = in_query(url.rest).filter(|_| place.inner || place.secret);
    if let Some(found) = weak.and_then(|password| of_password(password.as_bytes(), &[], place)) {
        return Some(found);
    }
    // JDBC's URLs have other signs between parameters too.
    if url.password.is_none()
        && (place.inner || place.secret)
        && text.contains(';')
        && let Some(password) = password::within(text.as_bytes())
        && let Some(found) = of_password(password.expose(), &[], place)
    {
        return Some(found);
    }
    let sign = |sign: Sign| Some(Found::Placeholder(sign));
    let signs = Signs::of(text.as_bytes());
    let braced = |host: &[u8]| host.contains(&b'{') && host.contains(&b'}') && !host.contains(&b'$');
    if url.host.is_some_and(braced) {
        return sign(Sign::Template);
    }
    if signs.any(b"<") && signs.any(b">") {
        return sign(Sign::AngleBrackets);
    }
    if signs.any(b"{<") && (text.contains("{{") && text.contains("}}") || text.contains("<%")) {
        return sign(Sign::Template);
    }
    if text.ends_with("...") {
        return sign(Sign::Mask);
    }
    let worded = |port: &[u8]| PORTS.iter().any(|word| port.eq_ignore_ascii_case(word.as_bytes()));
    if url.port.is_some_and(worded) {
        return sign(Sign::Descriptive);
    }
    if url.host.is_some_and(is_shouted) {
        return sign(Sign::Descriptive);
    }
    if let Some(found) = of_database(text) {
        return sign(found);
    }
    let named = url.host.and_then(|host| std::str::from_utf8(host).ok()).filter(|host| !host.is_ascii());
    // The password has been judged by itself.
    let judged = url.password.is_some() && (place.inner || place.secret);
    let bare = if judged { without_password(text) } else { None };
    let text = bare.as_ref().map_or(text, |bare| bare.as_str());
    setting(text, place.key).or_else(|| named.and_then(|host| setting(host, "HOST"))).map(Found::Placeholder)
}

/// What the name of the database says in a database's URL: `mongodb://db/nombre_de_la_bd`.
fn of_database(text: &str) -> Option<Sign> {
    const SCHEMES: &[&str] = &["mariadb", "mongodb", "mssql", "mysql", "postgres", "sqlserver"];
    let (scheme, rest) = strip_jdbc(text).split_once("://")?;
    if !SCHEMES.iter().any(|known| scheme.starts_with(known)) {
        return None;
    }
    let (_, path) = rest.split_once('/')?;
    let name = path.split(['?', '#', ';']).next().filter(|name| name.contains(['_', '-']))?;
    setting(name, "DB_NAME")
}

/// A URL without what stands between its user's name and the host.
fn without_password(text: &str) -> Option<Zeroizing<String>> {
    let (scheme, rest) = text.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at_checked(end)?;
    let (account, host) = authority.rsplit_once('@')?;
    let (user, _) = account.split_once(':')?;
    Some(Zeroizing::new(format!("{scheme}://{user}@{host}{behind}")))
}

/// Whether a part of a host's name is written as names of variables are: `PROJECT_REF.supabase.co`, `HOST`.
fn is_shouted(host: &[u8]) -> bool {
    let Ok(host) = std::str::from_utf8(host) else { return false };
    let large = |label: &str| {
        label.len() > 3 && label.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') && part_names(label)
    };
    host.split('.').any(large)
        && !host.split('.').any(|label| {
            label.bytes().any(|b| b.is_ascii_uppercase()) && label.bytes().any(|b| b.is_ascii_lowercase())
        })
}

/// A password inside a URL or a keyword string: a secret, whatever the key is called.
fn of_password(password: &[u8], names: &[&[u8]], place: &Place<'_>) -> Option<Found> {
    let text = std::str::from_utf8(password).ok()?.trim();
    if text.is_empty() || text.starts_with('$') {
        return None;
    }
    let inner = Place { secret: true, inner: false, whole_file: false, required: false, ..*place };
    if let Some(sign) = wrapped(text, &inner) {
        return Some(Found::Placeholder(sign));
    }
    secret(text, &Beside { key: "PASSWORD", names, weak: place.weak || place.inner })
}

/// The password among pairs: `Server=db;Password=...;` (ADO.NET, ODBC), `?user=app&password=...`.
pub(super) fn in_pairs(text: &str) -> Option<&str> {
    let pairs = |by: &char| {
        let mut parts = text.trim_end_matches(*by).split(*by);
        text.contains(*by) && parts.all(|part| part.contains('='))
    };
    let by = [';', ' ', '&'].into_iter().find(pairs)?;
    let value = |pair: &'_ str| -> Option<(usize, usize)> {
        let (name, value) = pair.split_once('=')?;
        let name = name.rsplit(['?', ' ']).next().unwrap_or(name);
        let named = ["password", "pwd", "pass", "accountkey", "sharedaccesskey"];
        let named = named.iter().any(|known| name.eq_ignore_ascii_case(known));
        (named && !value.is_empty()).then_some((pair.len() - value.len(), pair.len()))
    };
    text.split(by).find_map(|pair| value(pair).and_then(|(start, end)| pair.get(start..end)))
}

/// The password in a URL's query: `jdbc:mysql://db/app?user=root&password=...`.
fn in_query(rest: &[u8]) -> Option<&str> {
    let (_, query) = std::str::from_utf8(rest).ok()?.split_once('?')?;
    let query = query.split('#').next()?;
    query.split(['&', ';']).take(64).find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        let named = ["password", "pwd", "pass"].iter().any(|known| name.eq_ignore_ascii_case(known));
        (named && !value.is_empty()).then_some(value)
    })
}

/// `admin:admin`, `neo4j/password`: what is asked of programs that take both at once.
fn pair(text: &str, place: &Place<'_>) -> Option<Found> {
    let auth = place.key.to_ascii_lowercase().ends_with("auth");
    let (user, password) = text.split_once(if auth { [':', '/'] } else { [':', ':'] })?;
    let named = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_-.@".contains(&b);
    // Words that colons join are a passphrase.
    if user.is_empty()
        || user.len() > 32
        || password.contains([':', '~', '<', '>', '^', '(', ')', '[', ']', '{', '}', '|', '\\'])
        || !user.bytes().all(named)
        || !user.starts_with(|c: char| c.is_ascii_lowercase())
    {
        return None;
    }
    of_password(password.as_bytes(), &[user.as_bytes()], place)
}

/// Whether a key's value is a user with his password (RFC 7617; Neo4j's image takes both so).
fn is_account(key: &str) -> bool {
    let tail = key.len().checked_sub(5).and_then(|at| key.get(at..));
    tail.is_some_and(|tail| tail.eq_ignore_ascii_case("_auth"))
        && ["neo4j_auth", "basic_auth", "http_auth"].iter().any(|end| key.to_ascii_lowercase().ends_with(end))
}

/// What stands behind base64, where that is text.
fn encoded(text: &str, beside: &Beside<'_>) -> Option<Found> {
    secret(decoded(text)?.trim(), beside)
}

/// The text of which another is the base64 (RFC 4648, sections 4 and 5), with its padding or without.
pub(super) fn decoded(text: &str) -> Option<Zeroizing<String>> {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"+/=-_".contains(&b);
    if !(8..=LIMIT).contains(&text.len()) || !text.bytes().all(fits) {
        return None;
    }
    let alphabet = if text.contains(['-', '_']) { alphabet::URL_SAFE } else { alphabet::STANDARD };
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let engine = GeneralPurpose::new(&alphabet, config);
    // Random bytes are told by the first of them.
    let mut head = Zeroizing::new([0; 6]);
    let known = engine.decode_slice(text.get(..8)?, head.as_mut_slice()).ok()?;
    if !head.get(..known)?.is_ascii() {
        return None;
    }
    let bytes = Zeroizing::new(engine.decode(text).ok()?);
    let inner = Zeroizing::new(str::from_utf8(&bytes).ok()?.to_owned());
    let shown = inner.trim();
    let readable = shown.len() >= 4 && shown.is_ascii() && shown.chars().all(|c| !c.is_control());
    readable.then_some(inner)
}

/// Braces and brackets around a name.
fn wrapped(text: &str, place: &Place<'_>) -> Option<Sign> {
    let within = |open: &str, close: &str| {
        let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| !inner.is_empty() && !inner.contains(['<', '>', '{', '}', '\n']))
    };
    // Most values have none of it.
    if !Signs::of(text.as_bytes()).any(b"{<(_[@%") {
        return None;
    }
    let holds = |open: &str, close: &str| text.split_once(open).is_some_and(|(_, rest)| rest.contains(close));
    if within("{{", "}}") || text.len() <= 256 && (holds("<%=", "%>") || within("<%", "%>")) {
        return Some(Sign::Template);
    }
    let filled = |(open, close): &(&str, &str)| {
        text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(is_name)
    };
    if SLOTS.iter().any(filled)
        || place.secret
            && text.strip_prefix("$(").and_then(|rest| rest.strip_suffix(')')).is_some_and(is_name)
    {
        return Some(Sign::Template);
    }
    let secret = place.secret && text.len() <= 256;
    // Nothing is put together in a file of its own, whatever it holds.
    let unread = place.whole_file && text.len() <= 256 && (within("${", "}") || within("$(", ")"));
    // Two signs of a random value may be braces.
    let drawn = |text: &str| {
        let rest = text.split_once("{{").map_or(text, |(_, rest)| rest);
        let inner = rest.split_once("}}").map_or(rest, |(inner, _)| inner);
        inner.contains(['&', '?', ';', '#', '^', '~', '`', '\\', '%', '<', '>', '{', '}', '='])
    };
    if unread || secret && holds("{{", "}}") && !drawn(text) {
        return Some(Sign::Template);
    }
    // RFC 5322 writes addresses in angle brackets.
    let address = !place.secret && text.contains('@') && !text.contains(' ');
    let asked = |inner: &str| part(inner) == Some(Sign::YourValue);
    // Two signs of a random value may be brackets.
    let drawn = || {
        let inner = text.trim_matches(['<', '>']);
        let signs = inner.bytes().filter(|b| b.is_ascii_punctuation() && !b"-_.:/|,@'".contains(b)).count();
        place.secret && signs >= 2 && inner.bytes().any(|b| b.is_ascii_digit()) && !is_worded(inner)
    };
    if within("<", ">") && !drawn() && (!address || asked(text.trim_matches(['<', '>']))) {
        return Some(Sign::AngleBrackets);
    }
    let bracketed = |open: &str, close: &str| {
        let rest = text.split_once(open).map(|(_, rest)| rest)?;
        rest.split_once(close).map(|(inner, _)| inner)
    };
    let inner = bracketed("<", ">").filter(|_| secret)?;
    let word = inner.len() > 2 && inner.chars().all(|c| c.is_alphabetic() || "-_ ".contains(c));
    (word && part(inner).is_some()).then_some(Sign::AngleBrackets)
}

/// `NAME`, as templates write it.
fn is_name(text: &str) -> bool {
    text.len() > 2
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
        && split(text).random < RANDOM
}

/// Names of secrets in stores, and words for nothing.
fn stands_for(text: &str, place: &Place<'_>) -> Option<Sign> {
    const STORES: &[&str] = &[
        "op://",
        "vault:",
        "ref+",
        "secretsmanager:",
        "ssm:",
        "awssm:",
        "gcpsm:",
        "arn:aws:secretsmanager:",
        "arn:aws:ssm:",
        "@Microsoft.KeyVault(",
        "bws://",
        "doppler://",
        "infisical://",
        "keychain://",
        "sm://",
        "gcpsm://",
        "akv://",
        "keyvault://",
        "aws-sm://",
        "secret://",
        "pass://",
        "bitwarden://",
    ];
    if text.contains([':', '+', '@']) && STORES.iter().any(|store| text.starts_with(store)) {
        return Some(if place.whole_file { Sign::Reference } else { Sign::LauncherReference });
    }
    if !place.secret || text.len() > 9 {
        return None;
    }
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    // What a script prints when it has no value is nobody's wish; the others are read as nothing by some programs.
    let broken = is(&["undefined", "n/a", "na", "nan", "tba", "?", "??"]);
    let nothing = is(&["null", "(null)", "nil", "none", "-", "--"]);
    let meant = !broken && !place.whole_file && !place.required;
    (broken || nothing).then_some(if meant { Sign::NothingSaid } else { Sign::Nothing })
}
