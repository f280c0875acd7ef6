//! Connections that PgBouncer makes: their TLS is a setting of its own (PgBouncer, "config", "server_tls_sslmode" and "Section [databases]").

use crate::model::{Pooled, Variable};
use crate::rules::Context;
use crate::syntax::postgres::{HostClass, Mode, SslMode};

use super::hosts::farthest;
use super::judge::{Fault, Judge};
use super::text;

/// Whether a variable is a line of `[databases]`, which names no mode.
#[must_use]
pub fn is_pooled(cx: &Context<'_>, variable: &Variable) -> bool {
    pooled(cx, variable).is_some()
}

fn pooled<'a>(cx: &'a Context<'_>, variable: &Variable) -> Option<&'a Pooled> {
    let pooled = cx.environment.file_of(variable)?.pooled.as_deref()?;
    pooled.lines.contains(&variable.key).then_some(pooled)
}

impl Judge<'_, '_, '_, '_> {
    /// Holds the pooler's mode against the floors of the lines that it connects for.
    pub fn pooled(&mut self) {
        let cx = self.cx;
        for (variable, value) in self.view.values() {
            let Some(pooled) = pooled(cx, variable) else { continue };
            self.judged.insert(variable.key.clone());
            let Some(floor) = self.floor(variable) else { continue };
            // Its own default since 1.20 (pull request 866), and `disable` before that.
            let (mode, word) = match pooled.mode {
                Some(Mode::Known(mode)) => (Some(mode), mode.as_str()),
                Some(Mode::Absent) => (Some(SslMode::Prefer), "absent"),
                Some(Mode::Unknown) => (None, "unknown"),
                None => {
                    self.untold(&variable.key);
                    continue;
                }
            };
            if mode.is_none_or(|mode| mode < floor.value) {
                let (message, help) = text::pooled(variable, word, floor.value);
                let hosts = hosts(value);
                self.fault(Fault { variable, hosts, code: None, word, message, help, beside: None });
            }
        }
    }
}

/// The farthest host of a line; without one a socket's.
fn hosts(value: &[u8]) -> HostClass {
    let mut named = value.windows(4).enumerate().filter_map(|(at, word)| {
        let begins = at.checked_sub(1).and_then(|at| value.get(at)).is_none_or(u8::is_ascii_whitespace);
        let rest = value.get(at + 4..).filter(|_| begins && word == b"host")?;
        Some(rest.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start())
    });
    named.next_back().map_or(HostClass::Socket, |host| {
        let quote = host.first().copied().filter(|b| *b == b'\'');
        let host = host.get(usize::from(quote.is_some())..).unwrap_or_default();
        let ends = |b: &u8| quote.map_or(b.is_ascii_whitespace(), |quote| *b == quote);
        farthest(host.split(ends).next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::{HostClass, hosts};
    use rstest::rstest;

    #[rstest]
    #[case("host=10.0.0.5 port=5432 dbname=app pool_size=20", HostClass::Remote)]
    #[case("dbname=app host = 'db.example.com'", HostClass::Remote)]
    #[case("host=db", HostClass::SingleLabel)]
    #[case("host=127.0.0.1,::1", HostClass::Loopback)]
    #[case("host=/run/postgresql dbname=app", HostClass::Socket)]
    #[case("dbname=app ghost=db.example.com", HostClass::Socket)]
    #[case("", HostClass::Socket)]
    fn farthest_hosts(#[case] line: &str, #[case] wanted: HostClass) {
        assert_eq!(hosts(line.as_bytes()), wanted);
    }
}
