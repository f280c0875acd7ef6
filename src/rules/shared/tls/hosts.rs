//! Where a connection leads: by its own words, by variables that stand beside it, by libpq's.

use memchr::memchr;

use crate::model::Variable;
use crate::rules::ReaderView;
use crate::syntax::postgres::{self, Form, HostClass};

/// Where PostgreSQL's own client library ends up (manual, "Environment Variables" and `hostaddr`): `PGHOST` stands in for a host that is
/// not named, and of a host and an address the address decides. Programs without libpq take the string's host, so
/// that the farther of both counts.
pub(super) fn reached(view: &ReaderView<'_>, found: &postgres::Connection, own: HostClass) -> HostClass {
    // Of what is too long to be kept nothing can be told.
    if found.settings.is_empty() {
        return own;
    }
    let named = |keyword: &[u8]| {
        // In a URI the part before the path is a host even where it is empty, and then is none.
        let mine = found.settings.iter().filter(|setting| *setting.keyword == *keyword);
        mine.clone().any(|setting| !setting.value.is_empty())
            || (found.form == Form::Keywords && mine.count() > 0)
    };
    if named(b"hostaddr") {
        return own;
    }
    let given =
        |name: &str| view.value(name).map(|(_, hosts)| hosts).filter(|hosts| !hosts.trim_ascii().is_empty());
    match (given("PGHOSTADDR"), given("PGHOST"), named(b"host")) {
        (Some(address), _, true) => own.max(farthest(address)),
        (Some(hosts), _, false) | (None, Some(hosts), false) => farthest(hosts),
        _ => own,
    }
}

/// The host of `...@${DB_HOST}/...` and of `...://${DB_HOST}/...`, where the variable is there.
pub(super) fn named_host(view: &ReaderView<'_>, value: &[u8]) -> Option<HostClass> {
    memchr(b'$', value)?;
    let text = std::str::from_utf8(value).ok()?;
    let after = text.split_once("@${").or_else(|| text.split_once("://${"))?.1;
    let (name, rest) = after.split_once('}')?;
    // `redis://${USER}:...@host`: a name before an `@` is none of a host's.
    if !text.contains("@${") && rest.contains('@') {
        return None;
    }
    view.value(name).map(|(_, hosts)| farthest(hosts))
}

pub(super) fn host_beside<'a>(view: &ReaderView<'a>, prefix: &str) -> Option<&'a [u8]> {
    if prefix == "PG" {
        return libpq_host(view).map(|(_, hosts)| hosts);
    }
    host_names(prefix).iter().find_map(|name| view.value(name)).map(|(_, hosts)| hosts)
}

/// Where libpq's own variables lead: to the address if one is given, else to the host.
pub(super) fn libpq_host<'a>(view: &ReaderView<'a>) -> Option<(&'a Variable, &'a [u8])> {
    let given =
        |name| view.value(name).filter(|(_, value): &(&Variable, &[u8])| !value.trim_ascii().is_empty());
    given("PGHOSTADDR").or_else(|| given("PGHOST"))
}

pub(super) fn host_names(prefix: &str) -> Vec<String> {
    ["HOST", "HOSTNAME", "SERVER", "ADDR", "ADDRESS"].iter().map(|name| format!("{prefix}_{name}")).collect()
}

/// The host of a comma-separated list that is farthest away.
pub(super) fn farthest(hosts: &[u8]) -> HostClass {
    hosts.split(|b| *b == b',').map(postgres::classify_host).max().unwrap_or(HostClass::Socket)
}
