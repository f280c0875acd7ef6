//! PostgreSQL's drivers.

use super::Effect::{AtMost, Is, Lift, Nothing};
use super::SslMode::{Disable, Prefer, Require, VerifyCa, VerifyFull};
use super::{Bases, Driver, Effect, Family, LIBPQ, Notation, Switch, switch, when_named, when_on};

const fn bases(absent: super::SslMode) -> Bases {
    Bases { plain: absent, starttls: absent, secure: absent }
}

const SSLMODE: Switch = switch(&["sslmode"], LIBPQ);

/// With a root certificate `require` verifies as `verify-ca` does (libpq manual, "sslmode", for old times' sake).
const ROOT: Switch = when_named(&["sslrootcert"], Lift(Require, VerifyCa));

const ALL_VERIFIED: &[(&str, Effect)] = &[
    ("disable", Is(Disable)),
    ("no-verify", Is(Require)),
    ("allow", Is(VerifyFull)),
    ("prefer", Is(VerifyFull)),
    ("require", Is(VerifyFull)),
    ("verify-ca", Is(VerifyFull)),
    ("verify-full", Is(VerifyFull)),
];

const NODE: Driver = Driver {
    names: &["node-postgres", "pg"],
    family: Family::Postgres,
    notation: Notation::Uri,
    // Without `ssl` or `sslmode` it does not ask for TLS at all.
    bases: bases(Disable),
    switches: &[
        switch(
            &["ssl"],
            &[("true", Is(VerifyFull)), ("1", Is(VerifyFull)), ("0", Is(Disable)), ("", Nothing)],
        ),
        switch(&["sslmode"], ALL_VERIFIED),
    ],
    instead: Some((
        "uselibpqcompat",
        "true",
        &[
            switch(
                &["sslmode"],
                &[
                    ("disable", Is(Disable)),
                    ("prefer", Is(Require)),
                    ("require", Is(Require)),
                    ("no-verify", Is(Require)),
                    ("verify-ca", Is(VerifyCa)),
                    ("verify-full", Is(VerifyFull)),
                ],
            ),
            ROOT,
        ],
    )),
    node: true,
    wants_root: false,
    source: "https://github.com/brianc/node-postgres/tree/master/packages/pg-connection-string#tcp-connections",
};

/// Every driver of the family; libpq first, whose reading stands where none is named.
pub static DRIVERS: &[Driver] = &[
    Driver {
        names: &["libpq", "psycopg", "psycopg2", "ruby-pg", "rails", "django", "pdo-pgsql"],
        switches: &[
            Switch {
                names: &["sslrootcert"],
                words: &[("system", Is(VerifyFull)), ("", Nothing)],
                other: Lift(Require, VerifyCa),
            },
            // JDBC's word, which libpq translates in URIs.
            when_on(&["ssl"], &[("true", Is(Require))]),
            SSLMODE,
        ],
        ..like_libpq("https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION")
    },
    Driver {
        names: &["pgx"],
        switches: &[SSLMODE, ROOT],
        wants_root: false,
        ..like_libpq("https://pkg.go.dev/github.com/jackc/pgx/v5/pgconn#ParseConfig")
    },
    Driver {
        names: &["lib-pq"],
        bases: bases(Require),
        switches: &[SSLMODE, ROOT],
        wants_root: false,
        ..like_libpq("https://pkg.go.dev/github.com/lib/pq#hdr-Connection_String_Parameters")
    },
    NODE,
    Driver {
        names: &["asyncpg"],
        switches: &[switch(&["ssl", "sslmode"], LIBPQ)],
        ..like_libpq("https://magicstack.github.io/asyncpg/current/api/index.html#connection")
    },
    Driver {
        names: &["pgjdbc"],
        notation: Notation::Jdbc(&["postgresql"]),
        switches: &[
            switch(&["ssl"], &[("true", Is(VerifyFull)), ("", Is(VerifyFull)), ("false", Nothing)]),
            SSLMODE,
            when_on(&["sslfactory"], &[("org.postgresql.ssl.NonValidatingFactory", AtMost(Require))]),
        ],
        ..like_libpq("https://jdbc.postgresql.org/documentation/use/#connection-parameters")
    },
    Driver {
        names: &["npgsql"],
        switches: &[switch(
            &["ssl mode", "sslmode"],
            &[
                ("disable", Is(Disable)),
                ("allow", Is(super::SslMode::Allow)),
                ("prefer", Is(Prefer)),
                ("require", Is(Require)),
                ("verifyca", Is(VerifyCa)),
                ("verify-ca", Is(VerifyCa)),
                ("verifyfull", Is(VerifyFull)),
                ("verify-full", Is(VerifyFull)),
            ],
        )],
        wants_root: false,
        ..like_libpq("https://www.npgsql.org/doc/security.html#encryption-ssltls")
    },
    Driver {
        names: &["sqlx"],
        switches: &[
            switch(&["sslmode", "ssl-mode"], LIBPQ),
            when_named(&["sslrootcert", "ssl-root-cert", "ssl-ca"], Lift(Require, VerifyCa)),
        ],
        wants_root: false,
        ..like_libpq("https://docs.rs/sqlx/latest/sqlx/postgres/enum.PgSslMode.html")
    },
    Driver {
        names: &["tokio-postgres"],
        // What is verified is the connector's affair, which is code.
        switches: &[switch(
            &["sslmode"],
            &[("disable", Is(Disable)), ("prefer", Is(Prefer)), ("require", Is(Require))],
        )],
        wants_root: false,
        ..like_libpq("https://docs.rs/tokio-postgres/latest/tokio_postgres/config/struct.Config.html")
    },
    Driver {
        names: &["prisma"],
        switches: &[
            switch(
                &["sslmode"],
                &[("disable", Is(Disable)), ("prefer", Is(Prefer)), ("require", Is(Require))],
            ),
            switch(
                &["sslaccept"],
                &[("strict", Lift(Require, VerifyFull)), ("accept_invalid_certs", AtMost(Require))],
            ),
        ],
        wants_root: false,
        ..like_libpq("https://www.prisma.io/docs/orm/v6/overview/databases/postgresql")
    },
];

const fn like_libpq(source: &'static str) -> Driver {
    Driver {
        names: &[],
        family: Family::Postgres,
        notation: Notation::Uri,
        bases: bases(Prefer),
        switches: &[],
        instead: None,
        node: false,
        wants_root: true,
        source,
    }
}
