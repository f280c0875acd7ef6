//! PostgreSQL's drivers.

use super::Effect::{AtMost, Is, Lift, Nothing, Unknown};
use super::SslMode::{Disable, Prefer, Require, VerifyCa, VerifyFull};
use super::{Bases, Driver, Effect, Family, LIBPQ, Notation, Spelling, Switch, switch, when_named, when_on};

const fn bases(absent: super::SslMode) -> Bases {
    Bases { plain: absent, starttls: absent, secure: absent }
}

const SSLMODE: Switch = switch(&["sslmode"], LIBPQ);

/// asyncpg takes libpq's words, and `_` for `-`.
const ASYNCPG: &[(&str, Effect)] = &[
    ("disable", Is(Disable)),
    ("allow", Is(super::SslMode::Allow)),
    ("prefer", Is(Prefer)),
    ("require", Is(Require)),
    ("verify-ca", Is(VerifyCa)),
    ("verify_ca", Is(VerifyCa)),
    ("verify-full", Is(VerifyFull)),
    ("verify_full", Is(VerifyFull)),
];

/// With a root certificate `require` verifies as `verify-ca` does (libpq manual, "sslmode", for old times' sake).
const ROOT: Switch = when_named(&["sslrootcert"], Lift(Require, VerifyCa));

/// Any of node-postgres' settings of TLS turns it on, verified, and any `sslmode` too (`pg-connection-string`).
const NODE_FILES: Switch = when_named(&["sslrootcert", "sslcert", "sslkey"], Is(VerifyFull));

const NODE: Driver = Driver {
    names: &["node-postgres", "pg"],
    family: Family::Postgres,
    notation: Notation::Uri,
    spelling: Spelling::Exact,
    // Without `ssl` or `sslmode` it does not ask for TLS at all.
    bases: bases(Disable),
    switches: &[
        when_on(&["sslnegotiation"], &[("direct", Is(VerifyFull))]),
        switch(
            &["ssl"],
            &[
                ("true", Is(VerifyFull)),
                ("1", Is(VerifyFull)),
                ("no-verify", Is(Require)),
                ("0", Is(Disable)),
                ("", Nothing),
            ],
        ),
        NODE_FILES,
        Switch {
            names: &["sslmode"],
            words: &[("disable", Is(Disable)), ("no-verify", Is(Require)), ("", Nothing)],
            other: Is(VerifyFull),
        },
    ],
    instead: Some((
        "uselibpqcompat",
        "true",
        &[
            NODE_FILES,
            Switch {
                names: &["sslmode"],
                words: &[
                    ("disable", Is(Disable)),
                    ("prefer", Is(Require)),
                    ("require", Is(Require)),
                    ("no-verify", Is(Require)),
                    ("verify-ca", Is(VerifyCa)),
                    ("", Nothing),
                ],
                other: Is(VerifyFull),
            },
            ROOT,
            // Here a root certificate does not help.
            when_on(&["sslmode"], &[("prefer", AtMost(Require)), ("no-verify", AtMost(Require))]),
        ],
    )),
    node: true,
    wants_root: false,
    source: "https://github.com/brianc/node-postgres/tree/master/packages/pg-connection-string#tcp-connections",
};

/// libpq's root certificate: with the system's everything is verified where no mode says otherwise.
const LIBPQ_ROOT: Switch = Switch {
    names: &["sslrootcert"],
    words: &[("system", Is(VerifyFull)), ("", Nothing)],
    other: Lift(Require, VerifyCa),
};

/// Every driver of the family; libpq first, whose reading stands where none is named.
pub static DRIVERS: &[Driver] = &[
    Driver {
        names: &["libpq", "psycopg", "psycopg2", "ruby-pg", "pdo-pgsql"],
        switches: &[
            LIBPQ_ROOT,
            // JDBC's word, which libpq translates in URIs; any other it refuses.
            switch(&["ssl"], &[("true", Is(Require))]),
            SSLMODE,
        ],
        ..like_libpq("https://www.postgresql.org/docs/current/libpq-ssl.html#LIBPQ-SSL-PROTECTION")
    },
    Driver {
        // Settings that libpq does not know are left out, `ssl` among them.
        names: &["rails"],
        spelling: Spelling::Exact,
        switches: &[LIBPQ_ROOT, SSLMODE],
        ..like_libpq("https://guides.rubyonrails.org/configuring.html#configuring-a-postgresql-database")
    },
    Driver {
        // Settings become keywords of psycopg, and libpq refuses a keyword `ssl`.
        names: &["django", "sqlalchemy"],
        switches: &[LIBPQ_ROOT, Switch { names: &["ssl"], words: &[("", Nothing)], other: Unknown }, SSLMODE],
        ..like_libpq("https://www.psycopg.org/docs/module.html#psycopg2.connect")
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
        // `ssl` goes to the server, which does not know it.
        switches: &[Switch { names: &["ssl"], words: &[], other: Unknown }, switch(&["sslmode"], ASYNCPG)],
        ..like_libpq("https://magicstack.github.io/asyncpg/current/api/index.html#connection")
    },
    Driver {
        names: &["sqlalchemy-asyncpg"],
        // Settings become arguments of `asyncpg.connect`, which has `ssl` and no `sslmode`.
        switches: &[
            switch(&["ssl"], ASYNCPG),
            Switch { names: &["sslmode"], words: &[("", Nothing)], other: Unknown },
        ],
        ..like_libpq(
            "https://docs.sqlalchemy.org/en/20/dialects/postgresql.html#module-sqlalchemy.dialects.postgresql.asyncpg",
        )
    },
    Driver {
        names: &["pgjdbc"],
        notation: Notation::Jdbc(&["postgresql"]),
        spelling: Spelling::Words,
        switches: &[
            switch(&["ssl"], &[("true", Is(VerifyFull)), ("", Is(VerifyFull)), ("false", Nothing)]),
            SSLMODE,
            when_on(&["sslfactory"], &[("org.postgresql.ssl.NonValidatingFactory", AtMost(Require))]),
        ],
        ..like_libpq("https://jdbc.postgresql.org/documentation/use/#connection-parameters")
    },
    Driver {
        names: &["npgsql"],
        spelling: Spelling::Folded,
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
        spelling: Spelling::Words,
        switches: &[
            switch(&["sslmode", "ssl-mode"], LIBPQ),
            // With `require` nothing is verified, whatever its page says of a root certificate (`connection/tls.rs`).
            when_named(&["sslrootcert", "ssl-root-cert", "ssl-ca"], Nothing),
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
        spelling: Spelling::Exact,
        switches: &[
            // A word that it does not know is `prefer` (Prisma's engine, `quaint`).
            Switch {
                names: &["sslmode"],
                words: &[("disable", Is(Disable)), ("require", Is(Require))],
                other: Is(Prefer),
            },
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
        spelling: Spelling::Strict,
        bases: bases(Prefer),
        switches: &[],
        instead: None,
        node: false,
        wants_root: true,
        source,
    }
}
