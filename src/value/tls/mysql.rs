//! Drivers of MySQL and MariaDB.

use super::Effect::{AtMost, Is, Json, Lift, Nothing, Unknown};
use super::SslMode::{Disable, Prefer, Require, VerifyCa, VerifyFull};
use super::{Bases, Driver, Effect, Family, Notation, Spelling, Switch, switch, when_named, when_on};

const fn bases(absent: super::SslMode) -> Bases {
    Bases { plain: absent, starttls: absent, secure: absent }
}

/// MySQL manual, "Command Options for Encrypted Connections", `--ssl-mode`.
const MODES: &[(&str, Effect)] = &[
    ("disabled", Is(Disable)),
    ("preferred", Is(Prefer)),
    ("required", Is(Require)),
    ("verify_ca", Is(VerifyCa)),
    ("verify_identity", Is(VerifyFull)),
];

const SSL_MODE: Switch = switch(&["ssl-mode", "ssl_mode", "sslmode"], MODES);

/// SQLAlchemy's words for off (`asbool`).
const OFF: &[(&str, Effect)] = &[
    ("false", AtMost(VerifyCa)),
    ("no", AtMost(VerifyCa)),
    ("off", AtMost(VerifyCa)),
    ("n", AtMost(VerifyCa)),
    ("f", AtMost(VerifyCa)),
    ("0", AtMost(VerifyCa)),
];

const fn row(names: &'static [&'static str], absent: super::SslMode, source: &'static str) -> Driver {
    Driver {
        names,
        family: Family::Mysql,
        notation: Notation::Uri,
        spelling: Spelling::Folded,
        bases: bases(absent),
        switches: &[],
        instead: None,
        node: false,
        wants_root: false,
        source,
    }
}

/// Every driver of the family.
pub static DRIVERS: &[Driver] = &[
    Driver {
        switches: &[SSL_MODE],
        ..row(
            &["libmysqlclient"],
            Prefer,
            "https://dev.mysql.com/doc/refman/8.4/en/connection-options.html#option_general_ssl-mode",
        )
    },
    Driver {
        spelling: Spelling::Words,
        switches: &[switch(&["ssl_mode"], MODES)],
        ..row(&["mysql2-gem", "rails"], Prefer, "https://github.com/brianmario/mysql2#ssltls-options")
    },
    Driver {
        // Its C code compares the words as they are.
        spelling: Spelling::Exact,
        switches: &[
            switch(
                &["ssl_mode"],
                &[
                    ("DISABLED", Is(Disable)),
                    ("PREFERRED", Is(Prefer)),
                    ("REQUIRED", Is(Require)),
                    ("VERIFY_CA", Is(VerifyCa)),
                    ("VERIFY_IDENTITY", Is(VerifyFull)),
                ],
            ),
            when_named(&["ssl_ca", "ssl_cert", "ssl_key"], Nothing),
        ],
        ..row(
            &["mysqlclient", "mysqldb", "django", "sqlalchemy"],
            Prefer,
            "https://mysqlclient.readthedocs.io/user_guide.html#functions-and-attributes",
        )
    },
    Driver {
        notation: Notation::Dsn,
        spelling: Spelling::Words,
        switches: &[
            Switch {
                names: &["tls"],
                words: &[
                    ("true", Is(VerifyFull)),
                    ("1", Is(VerifyFull)),
                    ("skip-verify", Is(Require)),
                    ("preferred", Is(Prefer)),
                    ("false", Is(Disable)),
                    ("0", Is(Disable)),
                    ("", Is(Disable)),
                ],
                // A configuration that the program registers.
                other: Unknown,
            },
            when_on(&["allowFallbackToPlaintext"], &[("true", AtMost(Prefer)), ("1", AtMost(Prefer))]),
        ],
        ..row(&["go-sql-driver"], Disable, "https://github.com/go-sql-driver/mysql#tls")
    },
    Driver {
        notation: Notation::Jdbc(&["mysql", "mysql+srv"]),
        // The old three are translated, and the new one goes before them.
        switches: &[
            when_on(&["requireSSL"], &[("true", Is(Require)), ("yes", Is(Require))]),
            when_on(&["verifyServerCertificate"], &[("true", Is(VerifyCa)), ("yes", Is(VerifyCa))]),
            when_on(&["useSSL"], &[("false", Is(Disable)), ("no", Is(Disable))]),
            switch(&["sslMode"], MODES),
        ],
        ..row(
            &["connector-j"],
            Prefer,
            "https://dev.mysql.com/doc/connector-j/en/connector-j-connp-props-security.html",
        )
    },
    Driver {
        notation: Notation::Jdbc(&["mariadb", "mysql"]),
        switches: &[
            when_on(
                &["useSsl"],
                &[
                    ("true", Is(VerifyFull)),
                    ("1", Is(VerifyFull)),
                    ("false", Is(Disable)),
                    ("0", Is(Disable)),
                ],
            ),
            switch(
                &["sslMode"],
                &[
                    ("disable", Is(Disable)),
                    ("disabled", Is(Disable)),
                    ("trust", Is(Require)),
                    ("required", Is(Require)),
                    ("verify-ca", Is(VerifyCa)),
                    ("verify_ca", Is(VerifyCa)),
                    ("verify-full", Is(VerifyFull)),
                    ("verify_identity", Is(VerifyFull)),
                ],
            ),
            when_on(
                &["trustServerCertificate"],
                &[("true", AtMost(Require)), ("1", AtMost(Require)), ("", AtMost(Require))],
            ),
        ],
        ..row(
            &["mariadb-connector-j"],
            Disable,
            "https://mariadb.com/kb/en/using-tls-ssl-with-mariadb-java-connector/",
        )
    },
    Driver {
        // The certificate is checked, the host's name only where `verifyIdentity` asks for it.
        switches: &[Switch { names: &["ssl"], words: &[("false", Is(Disable))], other: Json }],
        node: true,
        ..row(
            &["mysql2", "mysqljs"],
            Disable,
            "https://sidorares.github.io/node-mysql2/docs/documentation/ssl",
        )
    },
    Driver {
        switches: &[
            when_named(&["ssl_cert", "ssl_key"], Is(Require)),
            when_named(&["ssl_ca", "ssl_capath"], Is(VerifyCa)),
            when_on(&["ssl_verify_cert"], &[("true", Lift(Require, VerifyCa)), ("false", AtMost(Require))]),
            when_on(
                &["ssl_verify_identity", "ssl_check_hostname"],
                &[("true", Lift(VerifyCa, VerifyFull)), ("false", AtMost(VerifyCa))],
            ),
            when_on(&["ssl_disabled"], &[("true", Is(Disable))]),
        ],
        ..row(
            &["pymysql", "aiomysql"],
            Disable,
            "https://pymysql.readthedocs.io/en/latest/modules/connections.html",
        )
    },
    Driver {
        spelling: Spelling::Exact,
        // SQLAlchemy moves these into PyMySQL's `ssl`, which is verified in full by itself, and hands on the others as text: then
        // any word is a true one, and `ssl` is thrown away for them.
        switches: &[
            when_named(&["ssl_cert", "ssl_key", "ssl_verify_cert", "ssl_verify_identity"], Is(Require)),
            when_named(&["ssl_ca", "ssl_capath"], Is(VerifyFull)),
            when_on(&["ssl_check_hostname"], OFF),
            when_named(&["ssl_verify_cert", "ssl_verify_identity"], AtMost(Require)),
            when_named(&["ssl_disabled"], Is(Disable)),
        ],
        ..row(
            &["sqlalchemy-pymysql"],
            Disable,
            "https://docs.sqlalchemy.org/en/20/dialects/mysql.html#ssl-connections",
        )
    },
    Driver {
        switches: &[
            when_named(&["ssl_ca", "ssl_cert", "ssl_key"], Nothing),
            when_on(&["ssl_verify_cert"], &[("true", Is(VerifyCa))]),
            when_on(&["ssl_verify_identity"], &[("true", Is(VerifyFull))]),
            when_on(&["ssl_disabled"], &[("true", Is(Disable))]),
        ],
        ..row(
            &["mysql-connector-python"],
            Prefer,
            "https://dev.mysql.com/doc/connector-python/en/connector-python-connectargs.html",
        )
    },
    Driver {
        spelling: Spelling::Words,
        switches: &[switch(&["sslmode", "ssl-mode"], MODES), when_named(&["ssl-ca"], Nothing)],
        ..row(&["sqlx"], Prefer, "https://docs.rs/sqlx/latest/sqlx/mysql/enum.MySqlSslMode.html")
    },
    Driver {
        spelling: Spelling::Exact,
        switches: &[
            when_named(&["sslcert", "sslidentity"], Is(Require)),
            switch(&["sslaccept"], &[("strict", Is(VerifyFull)), ("accept_invalid_certs", Is(Require))]),
        ],
        ..row(&["prisma"], Disable, "https://www.prisma.io/docs/orm/v6/overview/databases/mysql")
    },
];
