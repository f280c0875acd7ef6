//! Root certificates that connections name by a path below the project.

use crate::model::{Content, Want};
use crate::rules::Context;
use crate::syntax::postgres::SslMode;
use crate::syntax::readers::Outcome;
use crate::text::KeyName;
use crate::value::tls::{self, Family, Target};

/// Longest path that is looked for.
const LONGEST: usize = 200;

/// What has to be known of the project's files: a certificate for each connection that the policy has verified.
#[must_use]
pub fn wanted<'a>(cx: &'a Context<'a>) -> Vec<Want> {
    let verified = cx
        .policy
        .layer
        .keys
        .iter()
        .filter(|(_, entry)| entry.tls.as_ref().is_some_and(|set| set.value >= SslMode::VerifyCa));
    let verified: Vec<&KeyName> = verified.map(|(key, _)| key).collect();
    if verified.is_empty() {
        return Vec::new();
    }
    let apart = cx.environment.winners.keys().filter(|key| prefix(key.as_str()).is_some());
    let values = |key: &'a KeyName| {
        let views = cx.environment.views().into_iter();
        let variables = views.filter_map(move |service| cx.environment.winner(service, key));
        let outcomes = variables.flat_map(|variable| match &variable.content {
            Content::Read(readings) => readings.iter().map(|(outcome, _)| outcome).collect(),
            _ => Vec::new(),
        });
        outcomes.filter_map(|outcome| match outcome {
            Outcome::Value(value) => Some(value.expose()),
            _ => None,
        })
    };
    let named = verified.into_iter().flat_map(values).filter_map(|value| below(tls::read(value)?.root()?));
    let apart = apart.flat_map(values).filter_map(below);
    let mut wanted: Vec<Want> = named.chain(apart).map(Want::Files).collect();
    wanted.sort();
    wanted.dedup();
    wanted
}

/// Whether a connection names a certificate below the project, and none is there.
#[must_use]
pub fn is_missing(cx: &Context<'_>, target: &Target) -> bool {
    target.root().is_some_and(|path| leads_nowhere(cx, path))
}

/// Whether a path lies below the project, and no file is there.
#[must_use]
pub fn leads_nowhere(cx: &Context<'_>, path: &[u8]) -> bool {
    below(path).is_some_and(|path| cx.facts.files(&path).is_some_and(<[_]>::is_empty))
}

/// What stands before the end of a name that names a root certificate: `PGSSLROOTCERT` (libpq manual, "Environment
/// Variables"), `DATABASE_SSL_ROOT_CERT`, `DB_CA_CERT` and the like.
#[must_use]
pub fn prefix(key: &str) -> Option<&str> {
    if !key.ends_with(['A', 'E', 'T']) {
        return None;
    }
    let ends = [
        "SSLROOTCERT",
        "SSL_ROOT_CERT",
        "SSL_CA_CERT",
        "SSL_CA_FILE",
        "SSL_CERT_FILE",
        "SSL_CA",
        "CA_CERT",
        "CA_FILE",
    ];
    ends.iter().find_map(|end| key.strip_suffix(end)).map(|prefix| prefix.trim_end_matches('_'))
}

/// Whether a certificate that stands apart is a connection's: it is named alike, or libpq's own.
#[must_use]
pub fn belongs(root: &str, connection: &str, target: &Target) -> bool {
    match prefix(root) {
        Some("PG") => target.family == Family::Postgres,
        Some(prefix) if !prefix.is_empty() => {
            connection.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('_'))
        }
        _ => false,
    }
}

/// The path, where it is a plain one below the folder that the program starts in; of any other nothing can be told here.
fn below(path: &[u8]) -> Option<String> {
    let path = str::from_utf8(path.get(..LONGEST + 1).unwrap_or(path)).ok()?;
    let path = path.strip_prefix("./").unwrap_or(path);
    let plain = |part: &str| {
        let known = part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
        !part.is_empty() && part != "." && part != ".." && known
    };
    // A lone word, such as `system`, is no path that could be told from one.
    let is_path = path.contains('/') || path.contains('.');
    (path.len() <= LONGEST && is_path && path.split('/').all(plain)).then(|| path.to_owned())
}
