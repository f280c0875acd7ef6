//! Connection strings of keywords and values.

use std::collections::BTreeSet;

use zeroize::Zeroizing;

use super::settings::Settings;
use super::{Connection, Decoded, Form, Refusal};
use crate::syntax::url::break_at;

/// Keywords of libpq 15 to 18 (manual, "Parameter Key Words"); main ones first.
const KEYWORDS: &str = "host user port password hostaddr dbname sslmode service \
    application_name channel_binding client_encoding connect_timeout fallback_application_name \
    gssdelegation gssencmode gsslib keepalives keepalives_count keepalives_idle \
    keepalives_interval krbsrvname load_balance_hosts max_protocol_version min_protocol_version \
    oauth_client_id oauth_client_secret oauth_issuer oauth_scope options passfile replication \
    require_auth requirepeer requiressl scram_client_key scram_server_key servicefile \
    ssl_max_protocol_version ssl_min_protocol_version sslcert sslcertmode sslcompression sslcrl \
    sslcrldir sslkey sslkeylogfile sslnegotiation sslpassword sslrootcert sslsni \
    target_session_attrs tcp_user_timeout";

/// Those from here on show that a text is meant for PostgreSQL, if one below `MAIN` stands with them.
const OWN: usize = 4;
/// Those below and not below `OWN` show it alone.
const ALONE: usize = 6;
const MAIN: usize = 8;

/// `None` where nothing shows that the text is meant as a connection.
pub(super) fn read_keywords(text: &[u8], meant: bool) -> Result<Option<Connection>, Refusal> {
    let mut found = Settings::of(text);
    let mut seen = BTreeSet::new();
    let mut rest = skip_blanks(text);
    while !rest.is_empty() {
        let (key, value, after) = match read_pair(rest) {
            Err(Refusal::UnterminatedQuote) if !seen.is_empty() => return Err(Refusal::UnterminatedQuote),
            Err(refusal) if (meant && !seen.is_empty()) || shows_postgres(&seen, &found) => {
                return Err(refusal);
            }
            Err(_) => return Ok(None),
            Ok(pair) => pair,
        };
        let mut known = KEYWORDS.split(' ').map(str::as_bytes);
        let Some(rank) = known.position(|known| known == key) else {
            return Ok(None);
        };
        seen.insert(rank);
        found.store(key, value);
        rest = skip_blanks(after);
    }
    let shown = if meant { !seen.is_empty() } else { shows_postgres(&seen, &found) };
    // ADO.NET puts `;` between its pairs.
    if !shown || found.host.contains(&b';') {
        return Ok(None);
    }
    found.connection(Form::Keywords).map(Some)
}

/// Whether the keywords are hardly anybody else's: mail servers and brokers have a host, port, user and password too.
fn shows_postgres(seen: &BTreeSet<usize>, found: &Settings) -> bool {
    let main = seen.first().is_some_and(|rank| *rank < MAIN);
    let own = seen.last().is_some_and(|rank| *rank >= OWN);
    match seen.len() {
        1 => own && seen.first().is_some_and(|rank| *rank < ALONE),
        _ => main && (own || found.usual_port),
    }
}

/// One `key = value` with blanks where libpq allows them, and what follows it.
fn read_pair(text: &[u8]) -> Result<(&[u8], Decoded, &[u8]), Refusal> {
    let (key, after) = break_at(text, |b| b == b'=' || is_blank(b));
    let after = skip_blanks(after).strip_prefix(b"=");
    let after = skip_blanks(after.ok_or(Refusal::MissingEquals)?);
    let quoted = after.starts_with(b"'");
    let text = after.get(usize::from(quoted)..).unwrap_or_default();
    let mut escaped = false;
    let (raw, rest) = break_at(text, |b| {
        let ends = !escaped && if quoted { b == b'\'' } else { is_blank(b) };
        escaped = !escaped && b == b'\\';
        ends
    });
    if quoted && rest.is_empty() {
        return Err(Refusal::UnterminatedQuote);
    }
    // Never grows: a reallocation would leave a copy of the secret behind.
    let mut value = Zeroizing::new(Vec::with_capacity(raw.len()));
    escaped = false;
    value.extend(raw.iter().filter(|b| {
        escaped = !escaped && **b == b'\\';
        !escaped
    }));
    let rest = rest.get(usize::from(quoted)..).unwrap_or_default();
    Ok((key, value, rest))
}

fn skip_blanks(text: &[u8]) -> &[u8] {
    break_at(text, |b| !is_blank(b)).1
}

/// C's `isspace`: unlike Rust's ASCII whitespace, the vertical tab is one.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}
