//! The settings of a connection string, in whichever notation they stand.

use zeroize::Zeroizing;

use super::{Connection, Decoded, Form, HostClass, Mode, Refusal, Setting, SslMode, classify_host};
use crate::text::secret::SecretValue;

/// Longest text whose settings are kept; only who takes a connection string apart needs them.
const KEPT: usize = 64 * 1024;

/// The settings that are of interest; the last of several wins, as for libpq.
#[derive(Default)]
pub(super) struct Settings {
    pub(super) host: Decoded,
    hostaddr: Decoded,
    password: Decoded,
    mode: Mode,
    /// `sslrootcert=system`, which changes what no mode means.
    system_roots: bool,
    /// `ssl` with a word that libpq refuses.
    pub(super) other_ssl: bool,
    /// The port is PostgreSQL's, or the one that PgBouncer is shipped with.
    pub(super) usual_port: bool,
    /// Every one, where they are kept.
    all: Option<Vec<Setting>>,
}

impl Settings {
    pub(super) fn of(text: &[u8]) -> Self {
        Self { all: (text.len() <= KEPT).then(Vec::new), ..Self::default() }
    }

    pub(super) fn keep(&mut self, keyword: &[u8], value: &Decoded) {
        if let Some(all) = &mut self.all {
            all.push(Setting { keyword: Zeroizing::new(keyword.to_vec()), value: value.clone() });
        }
    }

    pub(super) fn store(&mut self, keyword: &[u8], value: Decoded) {
        self.keep(keyword, &value);
        match keyword {
            b"host" => self.host = value,
            b"hostaddr" => self.hostaddr = value,
            b"password" => self.password = value,
            b"port" => self.usual_port = [&b"5432"[..], b"6432"].contains(&value.as_slice()),
            b"sslrootcert" => self.system_roots = *value == b"system",
            // In another case it is no parameter, and libpq refuses it.
            _ if keyword != b"sslmode" && keyword.eq_ignore_ascii_case(b"sslmode") => {
                self.mode = Mode::Unknown
            }
            b"sslmode" => self.mode = SslMode::exact(&value).map_or(Mode::Unknown, Mode::Known),
            // Gone from the manual, but still translated by libpq.
            b"requiressl" if value.starts_with(b"1") => self.mode = Mode::Known(SslMode::Require),
            b"requiressl" => self.mode = Mode::Known(SslMode::Prefer),
            _ => {}
        }
    }

    pub(super) fn connection(self, form: Form) -> Result<Connection, Refusal> {
        let password = (!self.password.is_empty()).then(|| SecretValue::new(&self.password));
        // Manual, "sslrootcert": with `system` the mode is `verify-full` unless another is named.
        let mode = match self.mode {
            Mode::Absent if self.other_ssl => Mode::Unknown,
            Mode::Absent if self.system_roots => Mode::Known(SslMode::VerifyFull),
            mode => mode,
        };
        Ok(Connection { form, hosts: self.hosts()?, password, mode, settings: self.all.unwrap_or_default() })
    }

    /// Entry by entry, an address says where the connection goes and a name only without one.
    fn hosts(&self) -> Result<Vec<HostClass>, Refusal> {
        let hosts = self.host.split(|b| *b == b',');
        let addresses = self.hostaddr.split(|b| *b == b',');
        if self.hostaddr.is_empty() {
            return Ok(hosts.map(classify_host).collect());
        } else if self.host.is_empty() {
            return Ok(addresses.map(classify_host).collect());
        } else if hosts.clone().count() != addresses.clone().count() {
            return Err(Refusal::HostCount);
        }
        let pairs = addresses.zip(hosts);
        let used = pairs.map(|(address, host)| if address.is_empty() { host } else { address });
        Ok(used.map(classify_host).collect())
    }
}
