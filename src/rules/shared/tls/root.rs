//! Root certificates that connections name by a path below the project.

use crate::model::{Content, Want};
use crate::rules::Context;
use crate::syntax::postgres::SslMode;
use crate::syntax::readers::Outcome;
use crate::value::tls::{self, Target};

/// Longest path that is looked for.
const LONGEST: usize = 200;

/// What has to be known of the project's files: a certificate for each connection that the policy has verified.
#[must_use]
pub fn wanted(cx: &Context<'_>) -> Vec<Want> {
    let verified = cx
        .policy
        .layer
        .keys
        .iter()
        .filter(|(_, entry)| entry.tls.as_ref().is_some_and(|set| set.value >= SslMode::VerifyCa));
    let variables = verified.flat_map(|(key, _)| {
        let views = cx.environment.views().into_iter();
        views.filter_map(|service| cx.environment.winner(service, key))
    });
    let mut wanted: Vec<Want> = variables
        .flat_map(|variable| match &variable.content {
            Content::Read(readings) => readings.iter().map(|(outcome, _)| outcome).collect(),
            _ => Vec::new(),
        })
        .filter_map(|outcome| match outcome {
            Outcome::Value(value) => below(&tls::read(value.expose())?),
            _ => None,
        })
        .map(Want::Files)
        .collect();
    wanted.sort();
    wanted.dedup();
    wanted
}

/// Whether a connection names a certificate below the project, and none is there.
#[must_use]
pub fn is_missing(cx: &Context<'_>, target: &Target) -> bool {
    below(target).is_some_and(|path| cx.facts.files(&path).is_some_and(<[_]>::is_empty))
}

/// The path, where it is a plain one below the folder that the program starts in; of any other nothing can be told here.
fn below(target: &Target) -> Option<String> {
    let path = str::from_utf8(target.root()?).ok()?;
    let path = path.strip_prefix("./").unwrap_or(path);
    let plain = |part: &str| {
        let known = part.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b));
        !part.is_empty() && part != "." && part != ".." && known
    };
    // A lone word, such as `system`, is no path that could be told from one.
    let is_path = path.contains('/') || path.contains('.');
    (path.len() <= LONGEST && is_path && path.split('/').all(plain)).then(|| path.to_owned())
}
