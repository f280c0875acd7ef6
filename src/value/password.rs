//! The password inside a value that is more than the password, in whatever notation it stands there.
//!
//! Sources: the families' own documents, which [`super::connection`] names; for pairs Microsoft, "Connection String Syntax"
//! (ADO.NET, ODBC); for credentials in a header RFC 7617, section 2.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use memchr::memchr2;
use zeroize::Zeroizing;

use crate::syntax::postgres::{self, Parsed};
use crate::syntax::url::{self, break_at, percent_decode, rsplit_once};
use crate::text::SecretValue;

use super::connection::{self, Connection, Family, LONGEST, Text};

/// Names of parameters that hold a password, in whatever case.
const NAMES: [&[u8]; 3] = [b"password", b"passwd", b"pwd"];
/// What pairs call a secret besides: Azure's storage and service bus.
const SHARED: [&[u8]; 3] = [b"accountkey", b"sharedaccesskey", b"sharedsecretvalue"];
/// Pairs of one value that are looked at.
const MOST_PAIRS: usize = 256;

/// The password inside a value: in a URL, before its host or, but for pages' addresses, among its parameters; in JDBC's URLs, Go's DSNs for MySQL, libpq's
/// keywords, pairs with `;` between them (`Server=db;Password=...`), and `Basic` credentials. Nothing where it is empty.
#[must_use]
pub fn within(value: &[u8]) -> Option<SecretValue> {
    find(value).filter(|password| !password.expose().is_empty())
}

fn find(value: &[u8]) -> Option<SecretValue> {
    let text = value.trim_ascii_start();
    if text.get(..6).is_some_and(|head| head.eq_ignore_ascii_case(b"basic ")) {
        return basic(text.get(6..)?);
    }
    // No notation does without both.
    memchr2(b'=', b'@', value)?;
    if let Some(url) = url::parse(value) {
        // Prisma's have everything behind `;` (Prisma, "Microsoft SQL Server", connection details).
        let listed = value.contains(&b';') && !value.contains(&b'?') && url.password.is_none();
        if url.scheme.eq_ignore_ascii_case(b"sqlserver") && listed && names_one(value) {
            return among_parameters(value);
        }
        // Among the parameters one may stand as well, and then counts for libpq.
        let named = if names_one(url.rest) && !is_web(url.scheme) { connected(value) } else { None };
        return named.or(url.password);
    }
    if value.len() > LONGEST {
        return None;
    }
    if let Some(inner) = text.strip_prefix(b"jdbc:").or_else(|| text.strip_prefix(b"r2dbc:")) {
        let bare = || url::parse(inner).and_then(|url| url.password);
        return connected(text).or_else(bare).or_else(|| among_parameters(inner));
    }
    if is_dsn(value) {
        return connection::parse(Family::Mysql, value).ok()?.password;
    }
    if let Parsed::Connection(connection) = postgres::parse(value) {
        return connection.password;
    }
    if !names_one(value) && !SHARED.iter().any(|name| holds(value, name)) {
        return None;
    }
    in_pairs(value).or_else(|| in_keywords(value))
}

/// Whether it is a page's address: links to forms, and templates of links, have parameters of any name.
fn is_web(scheme: &[u8]) -> bool {
    [&b"http"[..], b"https", b"ws", b"wss"].iter().any(|web| scheme.eq_ignore_ascii_case(web))
}

/// The password of what some family reads, or of its parameters.
fn connected(value: &[u8]) -> Option<SecretValue> {
    let Connection { password, params, .. } = connection::take_apart(value)?;
    let named = || last(params.iter().map(|(name, value)| (name.as_slice(), value)), &NAMES);
    password.or_else(|| named().map(|text| SecretValue::new(text)))
}

/// Parameters of a URL of any kind: `?user=u&password=p`, and those behind `;`, or `:` for DB2.
fn among_parameters(text: &[u8]) -> Option<SecretValue> {
    let pairs = text.split(|b| b"?&;".contains(b)).take(MOST_PAIRS).skip(1);
    let pairs = pairs.map(|pair| {
        let (name, value) = break_at(pair, |b| b == b'=');
        (name, percent_decode(value.strip_prefix(b"=").unwrap_or_default()))
    });
    let found: Vec<(&[u8], Text)> = pairs.collect();
    last(found.iter().map(|(name, value)| (*name, value)), &NAMES).map(|text| SecretValue::new(text))
}

/// The last that is not empty of those with one of these names.
fn last<'a>(pairs: impl Iterator<Item = (&'a [u8], &'a Text)>, names: &[&[u8]]) -> Option<&'a Text> {
    let is_named = |name: &[u8]| names.iter().any(|known| name.trim_ascii().eq_ignore_ascii_case(known));
    pairs.filter(|(name, value)| is_named(name) && !value.is_empty()).map(|(_, value)| value).last()
}

/// Whether the name of a parameter for a password may stand there.
fn names_one(text: &[u8]) -> bool {
    NAMES.iter().any(|name| holds(text, name))
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    let text = text.get(..LONGEST).unwrap_or(text);
    text.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word))
}

/// `user:password@net(address)/name`, `user:password@/name`: go-sql-driver/mysql, "DSN (Data Source Name)".
fn is_dsn(value: &[u8]) -> bool {
    let Some((left, _)) = rsplit_once(value, b'/') else { return false };
    let Some((user, net)) = rsplit_once(left, b'@') else { return false };
    let (net, address) = break_at(net, |b| b == b'(');
    let word = net.iter().all(|b| b.is_ascii_alphanumeric() || b"+-_".contains(b));
    let told = if address.is_empty() { net.is_empty() } else { address.ends_with(b")") };
    // Blanks are a sentence's.
    user.contains(&b':') && word && told && !user.contains(&b' ')
}

/// `Server=db;User Id=u;Password=p`: values may stand in quotes or, for ODBC, in braces; the end is doubled within.
fn in_pairs(text: &[u8]) -> Option<SecretValue> {
    let mut found: Vec<(&[u8], Text)> = Vec::new();
    let mut rest = text.trim_ascii();
    while !rest.is_empty() {
        let (name, after) = break_at(rest, |b| b"=;".contains(&b));
        if name.trim_ascii().is_empty() && after.starts_with(b";") {
            rest = after.get(1..)?.trim_ascii_start();
            continue;
        }
        let word = |b: &u8| b.is_ascii_alphanumeric() || b" -_.".contains(b);
        if name.trim_ascii().is_empty() || !name.iter().all(word) || found.len() >= MOST_PAIRS {
            return None;
        }
        let (value, after) = quoted(after.strip_prefix(b"=")?)?;
        found.push((name, value));
        rest = after.strip_prefix(b";").unwrap_or(after).trim_ascii_start();
    }
    let pairs = || found.iter().map(|(name, value)| (*name, value));
    let several = found.len() > 1;
    let secret = last(pairs(), &NAMES).or_else(|| last(pairs(), &SHARED)).filter(|_| several);
    secret.map(|text| SecretValue::new(text))
}

/// One value, and what follows it from its `;` on; nothing where its end is missing.
fn quoted(text: &[u8]) -> Option<(Text, &[u8])> {
    let text = text.trim_ascii_start();
    let end = match text.first() {
        Some(b'{') => b'}',
        Some(quote @ (b'"' | b'\'')) => *quote,
        _ => {
            let (value, after) = break_at(text, |b| b == b';');
            return Some((Zeroizing::new(value.trim_ascii().to_vec()), after));
        }
    };
    let mut inner = text.get(1..)?;
    // Never grows: a reallocation would leave a copy of a secret behind.
    let mut value = Zeroizing::new(Vec::with_capacity(inner.len()));
    loop {
        let (part, after) = break_at(inner, |b| b == end);
        value.extend_from_slice(part);
        let after = after.get(1..)?;
        let Some(more) = after.strip_prefix(&[end]) else {
            let after = after.trim_ascii_start();
            return matches!(after.first(), None | Some(b';')).then_some((value, after));
        };
        value.push(end);
        inner = more;
    }
}

/// Keywords of libpq's form that name host or user beside the password, whoever reads them.
fn in_keywords(text: &[u8]) -> Option<SecretValue> {
    if !holds(text, b"host=") && !holds(text, b"user=") {
        return None;
    }
    let Parsed::Connection(found) = postgres::parse_meant(text) else { return None };
    found.password
}

/// `user-id:password` in base64 behind `Basic` (RFC 7617, section 2): the user-id has no colon.
fn basic(text: &[u8]) -> Option<SecretValue> {
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let text = text.get(..LONGEST).unwrap_or(text).trim_ascii();
    let mut room = Zeroizing::new(vec![0; text.len()]);
    let length = GeneralPurpose::new(&STANDARD, config).decode_slice(text, &mut room).ok()?;
    let (_, password) = break_at(room.get(..length)?, |b| b == b':');
    password.strip_prefix(b":").map(SecretValue::new)
}

#[cfg(test)]
mod tests {
    use super::within;
    use rstest::rstest;

    #[rstest]
    #[case("redis://:p@h", "p")]
    #[case("redis://:p%40@h", "p@")]
    #[case("redis://h", "-")]
    #[case("postgres://a/x?user=u&password=p%20q&sslmode=require", "p q")]
    #[case("postgres://u:o@a/x?password=p", "p")]
    #[case("mysql://a/x?user=u&password=p", "p")]
    #[case("sqlserver://a?user+id=u&password=p+q", "p q")]
    #[case("sqlserver://a:1433;database=d;user=u;password=p!q;encrypt=true", "p!q")]
    #[case("https://h/reset?token=p", "-")]
    #[case("https://h/?user=u&password={password}", "-")]
    #[case("https://u:p@h/?password=x", "p")]
    #[case("redis://h/?forgot-password=1", "-")]
    #[case("jdbc:postgresql://a/x?user=u&password=p&sslmode=require", "p")]
    #[case("jdbc:mysql://u:p@a/x", "p")]
    #[case("jdbc:sqlserver://a:1433;user=u;password={p;q}}r};encrypt=true", "p;q}r")]
    #[case("jdbc:oracle:thin:u/p@//a:1521/x", "p")]
    #[case("jdbc:snowflake://a/?user=u&password=p", "p")]
    #[case("jdbc:aws-wrapper:postgresql://a/x?user=u&password=p", "p")]
    #[case("jdbc:db2://a:50000/x:user=u;password=p;", "p")]
    #[case("jdbc:postgresql://u:p@a/x", "p")]
    #[case("r2dbc:postgresql://u:p@a/x", "p")]
    #[case("u:p@tcp(a:3306)/x?tls=true", "p")]
    #[case("u:p@q/r@tcp(a:3306)/x", "p@q/r")]
    #[case("u:p@cloudsql(project:region:name)/x", "p")]
    #[case("u:p@/x", "p")]
    #[case("u@tcp(a)/x", "-")]
    #[case("key:a@b", "-")]
    #[case("see: who@ /x", "-")]
    #[case("Server=a;Password=p;Encrypt=True", "p")]
    #[case("Server=a; User Id=u; Pwd='p;''q';", "p;'q")]
    #[case("Server=a;Password=\"p\"x;Encrypt=True", "-")]
    #[case("Driver={ODBC 18};Server=a;PWD={p}}q}", "p}q")]
    #[case("Endpoint=sb://a/;SharedAccessKeyName=n;SharedAccessKey=p=", "p=")]
    #[case("AccountName=a;AccountKey=p==;EndpointSuffix=b", "p==")]
    #[case("Password=p", "-")]
    #[case("a=1;password policy", "-")]
    #[case("host=a user=u password='p q' dbname=x", "p q")]
    #[case("host=a user=u password=p", "p")]
    #[case("length=8 password=p", "-")]
    #[case("Basic dTpwOnE=", "p:q")]
    #[case("basic dTpwOnE", "p:q")]
    #[case("Basic plan=1", "-")]
    #[case("Basic", "-")]
    fn passwords(#[case] value: &str, #[case] password: &str) {
        let found = within(value.as_bytes());
        let found = found.as_ref().map(|password| password.expose());
        assert_eq!(found, Some(password.as_bytes()).filter(|_| password != "-"));
    }
}
