//! Schemes, what they say of TLS, and the drivers that they name.

use super::Family;

/// What a scheme says of TLS by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS, if any, is a setting's affair.
    Plain,
    /// TLS after a first exchange in plain text.
    Starttls,
    /// TLS from the first byte.
    Secure,
}

/// Schemes and what they say; what has parameters of its own is taken apart by [`crate::value::connection`].
pub const SCHEMES: &[(&str, Family, Security)] = &[
    ("redis", Family::Redis, Security::Plain),
    ("valkey", Family::Redis, Security::Plain),
    ("redis-cluster", Family::Redis, Security::Plain),
    ("redis-sentinel", Family::Redis, Security::Plain),
    ("redis+sentinel", Family::Redis, Security::Plain),
    ("rediss", Family::Redis, Security::Secure),
    ("valkeys", Family::Redis, Security::Secure),
    ("mongodb", Family::Mongodb, Security::Plain),
    // Initial DNS Seedlist Discovery: TLS is on unless `tls=false`.
    ("mongodb+srv", Family::Mongodb, Security::Secure),
    ("amqp", Family::Amqp, Security::Plain),
    ("amqps", Family::Amqp, Security::Secure),
    ("smtp", Family::Smtp, Security::Plain),
    ("smtp+tls", Family::Smtp, Security::Starttls),
    ("smtp+starttls", Family::Smtp, Security::Starttls),
    ("submission", Family::Smtp, Security::Starttls),
    // RFC 8314, section 3: TLS from the first byte.
    ("smtps", Family::Smtp, Security::Secure),
    ("smtp+ssl", Family::Smtp, Security::Secure),
    ("submissions", Family::Smtp, Security::Secure),
    ("plaintext", Family::Kafka, Security::Plain),
    ("sasl_plaintext", Family::Kafka, Security::Plain),
    ("ssl", Family::Kafka, Security::Secure),
    ("sasl_ssl", Family::Kafka, Security::Secure),
    ("kafka+ssl", Family::Kafka, Security::Secure),
    // RFC 4516; `ldaps` has no document of its own.
    ("ldap", Family::Ldap, Security::Plain),
    ("ldaps", Family::Ldap, Security::Secure),
    ("http", Family::Http, Security::Plain),
    ("ws", Family::Http, Security::Plain),
    ("https", Family::Http, Security::Secure),
    ("wss", Family::Http, Security::Secure),
];

/// SQLAlchemy's names of drivers behind `+`, and the table's. Of any other nothing is known.
pub const HINTS: &[(&str, &str)] = &[
    ("psycopg", "sqlalchemy"),
    ("psycopg_async", "sqlalchemy"),
    ("psycopg2", "sqlalchemy"),
    ("psycopg2cffi", "sqlalchemy"),
    ("asyncpg", "sqlalchemy-asyncpg"),
    ("pymysql", "sqlalchemy-pymysql"),
    ("aiomysql", "sqlalchemy-pymysql"),
    ("mysqldb", "mysqlclient"),
    ("mysqlconnector", "mysql-connector-python"),
];
