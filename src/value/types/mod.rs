//! The types that a policy can ask of a value: the grammar of each, and where it comes from.
//!
//! Every check looks at borrowed bytes once, from front to back; none looks anything up. What is wrong is told by a [`Fault`],
//! which is a word about the value's shape and never a piece of it. The table in `docs/types.md` has values that fit
//! and that do not for every type, and is run as a test.

mod duration;
mod email;
mod encodings;
mod fault;
mod image;
mod keys;
mod meaning;
mod network;
mod number;
mod parts;
mod quantity;
mod regexes;
mod size;
mod time;
mod version;
mod web;

use super::connection::{self, Family};

use crate::value::words::words;

pub use encodings::{byte_len, is_encoding};
pub use fault::Fault;
pub use meaning::{host, meaning, switch};
pub use parts::{Part, parts, schemes_are};
pub use quantity::{Measure, Quantity, quantity};

words! {
    /// What a value must read as. `docs/types.md` has values that do, and values that do not.
    ValueType {
        /// Any text.
        String = "string", "text";
        /// `true`, `false`, `yes`, `no`, `on`, `off`, `1`, `0`, in any case.
        Bool = "bool", "a boolean: true/false, yes/no, on/off, 1/0";
        /// A decimal whole number, with or without sign.
        Int = "int", "a whole number";
        /// A decimal number with or without sign, fraction and exponent: the finite numbers of ECMAScript's `StrDecimalLiteral`
        /// (ECMA-262, section 7.1.4.1).
        Float = "float", "a number";
        /// A TCP or UDP port, 1 to 65535.
        Port = "port", "a port, 1 to 65535";
        /// A length of time: Go's `1h30m` (<https://pkg.go.dev/time#ParseDuration>) with `d` and `w` besides, or ISO 8601's
        /// `PT1H30M` without years and months, whose lengths vary.
        Duration = "duration", "a duration such as 90s, 1h30m or PT1H";
        /// A number of bytes: digits alone, decimal multiples (SI: `k`, `MB`) or binary ones (IEC 80000-13: `Ki`, `MiB`).
        Size = "size", "a size in bytes such as 512MB or 1GiB";
        /// `scheme://...` (RFC 3986).
        Url = "url", "a URL";
        /// `https://` and one host, with what may follow it (RFC 9110, section 4.2.2).
        HttpsUrl = "https-url", "an https URL";
        /// `scheme://host` or `scheme://host:port`, nothing else (RFC 6454, section 6.2).
        Origin = "origin", "an origin: scheme, host and port alone";
        /// Origins with commas between them, or a JSON array of them.
        Origins = "origins", "a list of origins";
        /// A host's name: labels of letters, digits and hyphens (RFC 952; RFC 1123, section 2.1).
        Hostname = "hostname", "a host name";
        /// A host's name or an IP address.
        Host = "host", "a host name or an IP address";
        /// An IPv4 or IPv6 address (RFC 3986, section 3.2.2; RFC 4291, section 2.2).
        Ip = "ip", "an IP address";
        /// An address and the length of its prefix (RFC 4632, section 3.1; RFC 4291, section 2.3).
        Cidr = "cidr", "an address range such as 10.0.0.0/8";
        /// An address such as `a@example.com` (RFC 5321, section 4.1.2), without quoted local parts.
        Email = "email", "an e-mail address";
        /// An address, or one in angle brackets behind a name (RFC 5322, section 3.4).
        Mailbox = "mailbox", "an e-mail address with or without a name";
        /// A version after Semantic Versioning 2.0.0 (<https://semver.org/spec/v2.0.0.html>).
        Semver = "semver", "a semantic version such as 1.2.3";
        /// A container image, `name[:tag][@digest]` (<https://github.com/distribution/reference>).
        Image = "image", "an image reference";
        /// A date or a date and time with its offset (RFC 3339, section 5.6, a profile of ISO 8601).
        Iso8601 = "iso8601", "a date or time after RFC 3339";
        /// Base64 with padding (RFC 4648, section 4).
        Base64 = "base64", "base64";
        /// Base64 with the alphabet for URLs, with or without padding (RFC 4648, section 5).
        Base64Url = "base64url", "base64url";
        /// Pairs of hexadecimal digits (RFC 4648, section 8).
        Hex = "hex", "hexadecimal bytes";
        /// One JSON text (RFC 8259).
        Json = "json", "JSON";
        /// A regular expression, as far as most engines agree.
        Regex = "regex", "a regular expression";
        /// A UUID in its 8-4-4-4-12 form (RFC 9562).
        Uuid = "uuid", "a UUID";
        /// A git object name: 7 to 40 or 64 lower-case hexadecimal digits.
        GitSha = "git-sha", "a git commit";
        /// A recipient of age: `age1...` with its checksum (<https://age-encryption.org/v1>; BIP 173).
        AgeRecipient = "age-recipient", "an age recipient";
        /// An SSH public key on one line, as in `authorized_keys` without options (sshd(8); RFC 4253, section 6.6).
        SshPublicKey = "ssh-public-key", "an SSH public key";
        /// A connection string for PostgreSQL; for this and the next seven see [`Family`] and `docs/connections.md`.
        PostgresUrl = "postgres-url", "a connection string for PostgreSQL";
        /// A connection string for MySQL or MariaDB.
        MysqlUrl = "mysql-url", "a connection string for MySQL";
        /// A connection string for Redis or Valkey.
        RedisUrl = "redis-url", "a connection string for Redis";
        /// A connection string for MongoDB.
        MongodbUrl = "mongodb-url", "a connection string for MongoDB";
        /// A connection string for AMQP 0-9-1.
        AmqpUrl = "amqp-url", "a connection string for AMQP";
        /// A mail server with its credentials.
        SmtpUrl = "smtp-url", "a URL of a mail server";
        /// Brokers of Kafka.
        KafkaBrokers = "kafka-brokers", "a list of brokers, each host:port";
        /// `jdbc:subprotocol:subname`.
        JdbcUrl = "jdbc-url", "a JDBC URL";
    }
}

impl ValueType {
    /// Whether a value reads as the type.
    ///
    /// # Errors
    ///
    /// What is wrong with the value's shape.
    pub fn check(self, value: &[u8]) -> Result<(), Fault> {
        match self {
            Self::String => Ok(()),
            Self::Bool => number::bool(value),
            Self::Int => number::int(value),
            Self::Float => number::float(value),
            Self::Port => number::port(value),
            Self::Duration => duration::parse(value).map(drop),
            Self::Size => size::parse(value).map(drop),
            Self::Url => web::url(value),
            Self::HttpsUrl => web::https_url(value),
            Self::Origin => web::origin(value),
            Self::Origins => web::each_origin(value, &mut web::origin),
            Self::Hostname => network::hostname(value),
            Self::Host => network::host(value),
            Self::Ip => network::ip(value),
            Self::Cidr => network::cidr(value),
            Self::Email => email::address(value),
            Self::Mailbox => email::mailbox(value),
            Self::Semver => version::semver(value),
            Self::Image => image::reference(value),
            Self::Iso8601 => time::iso8601(value),
            Self::Base64 => encodings::base64(value),
            Self::Base64Url => encodings::base64url(value),
            Self::Hex => encodings::hex(value),
            Self::Json => encodings::json(value),
            Self::Regex => regexes::regex(value),
            Self::Uuid => encodings::uuid(value),
            Self::GitSha => encodings::git_sha(value),
            Self::AgeRecipient => keys::age_recipient(value),
            Self::SshPublicKey => keys::ssh_public_key(value),
            Self::PostgresUrl => connects(Family::Postgres, value),
            Self::MysqlUrl => connects(Family::Mysql, value),
            Self::RedisUrl => connects(Family::Redis, value),
            Self::MongodbUrl => connects(Family::Mongodb, value),
            Self::AmqpUrl => connects(Family::Amqp, value),
            Self::SmtpUrl => connects(Family::Smtp, value),
            Self::KafkaBrokers => connects(Family::Kafka, value),
            Self::JdbcUrl => connects(Family::Jdbc, value),
        }
    }

    /// The family of connection strings that the type is for.
    #[must_use]
    pub fn family(self) -> Option<Family> {
        Family::ALL.iter().copied().find(|family| family.as_str() == self.as_str())
    }

    /// Whether a value reads as the type.
    #[must_use]
    pub fn reads_as(self, value: &[u8]) -> bool {
        self.check(value).is_ok()
    }

    /// Whether what reads as the type is nothing to hide, whatever its key is called: a switch, an address, a public key.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(
            self,
            Self::Bool
                | Self::Port
                | Self::Duration
                | Self::Size
                | Self::Hostname
                | Self::Host
                | Self::Ip
                | Self::Cidr
                | Self::Email
                | Self::Mailbox
                | Self::Semver
                | Self::Image
                | Self::Iso8601
                | Self::GitSha
                | Self::AgeRecipient
                | Self::SshPublicKey
                | Self::Origin
                | Self::Origins
        )
    }

    /// Whether all that reads as this type reads as the other too, by their grammars.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        use ValueType::{
            Email, Float, Host, Hostname, HttpsUrl, Int, Ip, Mailbox, Origin, Origins, Port, Size, String,
            Url,
        };
        self == other
            || other == String
            || match self {
                Int => other == Float,
                Port => matches!(other, Int | Float | Size),
                HttpsUrl => other == Url,
                Origin => matches!(other, Url | Origins),
                Hostname | Ip => other == Host,
                Email => other == Mailbox,
                _ => false,
            }
    }
}

fn connects(family: Family, value: &[u8]) -> Result<(), Fault> {
    connection::fits(family, value).map_err(Fault::from)
}

/// `Ok` where it is true.
const fn ensure(holds: bool, fault: Fault) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(fault) }
}

/// Whether there are bytes and all of them pass.
fn all(value: &[u8], test: impl Fn(u8) -> bool) -> bool {
    !value.is_empty() && value.iter().all(|b| test(*b))
}

/// Cuts behind the leading bytes that pass.
fn span(value: &[u8], test: impl Fn(u8) -> bool) -> (&[u8], &[u8]) {
    let end = value.iter().position(|b| !test(*b)).unwrap_or(value.len());
    value.split_at_checked(end).unwrap_or((value, &[]))
}

/// Cuts at the last `separator`, which is in neither part.
fn rsplit_once(value: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = value.iter().rposition(|b| *b == separator)?;
    let (before, after) = value.split_at_checked(at)?;
    Some((before, after.get(1..)?))
}

/// Cuts at the first `separator`, which is in neither part.
fn split_once(value: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = value.iter().position(|b| *b == separator)?;
    let (before, after) = value.split_at_checked(at)?;
    Some((before, after.get(1..)?))
}
