//! Drivers of what is no SQL database.

use super::Effect::{AtMost, Is, Lift, Nothing};
use super::SslMode::{Disable, Prefer, Require, VerifyCa, VerifyFull};
use super::{
    Bases, Driver, Effect, Family, Notation, Spelling, SslMode, Switch, switch, verifies, when_named, when_on,
};

/// The scheme alone says whether there is TLS; `secure` is what its secure form verifies.
const fn by_scheme(
    family: Family,
    names: &'static [&'static str],
    secure: SslMode,
    source: &'static str,
) -> Driver {
    Driver {
        names,
        family,
        notation: Notation::Uri,
        spelling: Spelling::Folded,
        bases: Bases { plain: Disable, starttls: secure, secure },
        switches: &[],
        instead: None,
        node: false,
        wants_root: false,
        source,
    }
}

/// Words for no, where another says yes or is not known.
const NO: &[(&str, Effect)] = &[("false", Nothing), ("0", Nothing), ("", Nothing)];

/// Symfony leaves an empty one as it is without it.
const PHP_ON: &[(&str, Effect)] =
    &[("true", Nothing), ("1", Nothing), ("on", Nothing), ("yes", Nothing), ("", Nothing)];

const ON_OFF: &[(&str, Effect)] = &[("true", Is(VerifyFull)), ("false", Is(Disable))];

const KAFKA: &str = "https://kafka.apache.org/documentation/#producerconfigs_security.protocol";

/// Every driver.
pub static DRIVERS: &[Driver] = &[
    Driver {
        switches: &[
            verifies(
                &["ssl_cert_reqs"],
                &[
                    ("required", Nothing),
                    ("optional", Nothing),
                    ("cert_required", Nothing),
                    ("cert_optional", Nothing),
                    ("", Nothing),
                ],
            ),
            // Before 6.0 the host is only checked where this asks for it.
            when_on(&["ssl_check_hostname"], &[("true", Lift(VerifyCa, VerifyFull))]),
        ],
        ..by_scheme(
            Family::Redis,
            &["redis-py", "celery", "django-redis"],
            VerifyCa,
            "https://redis.readthedocs.io/en/stable/connections.html#redis.Redis.from_url",
        )
    },
    Driver {
        node: true,
        ..by_scheme(
            Family::Redis,
            &["ioredis", "node-redis"],
            VerifyFull,
            "https://github.com/redis/ioredis#tls-options",
        )
    },
    Driver {
        switches: &[verifies(&["skip_verify"], NO)],
        ..by_scheme(
            Family::Redis,
            &["go-redis"],
            VerifyFull,
            "https://pkg.go.dev/github.com/redis/go-redis/v9#ParseURL",
        )
    },
    by_scheme(
        Family::Redis,
        &["lettuce"],
        VerifyFull,
        "https://redis.github.io/lettuce/advanced-usage/ssl-connections",
    ),
    Driver {
        switches: &[when_on(&["#"], &[("insecure", AtMost(Require))])],
        ..by_scheme(
            Family::Redis,
            &["redis-rs"],
            VerifyFull,
            "https://docs.rs/redis/latest/redis/#connection-parameters",
        )
    },
    by_scheme(
        Family::Redis,
        &["redis-rb", "sidekiq"],
        VerifyFull,
        "https://github.com/redis/redis-rb#ssltls-support",
    ),
    Driver {
        switches: &[
            switch(&["tls", "ssl"], ON_OFF),
            verifies(&["tlsInsecure"], NO),
            verifies(&["tlsAllowInvalidCertificates"], NO),
            Switch { names: &["tlsAllowInvalidHostnames"], words: NO, other: AtMost(VerifyCa) },
            // What these were called before there were common names.
            when_on(&["ssl_cert_reqs"], &[("cert_none", AtMost(Require))]),
            when_on(&["sslValidate"], &[("false", AtMost(Require))]),
            when_on(&["sslInvalidHostNameAllowed"], &[("true", AtMost(VerifyCa))]),
            Switch {
                names: &["ssl_match_hostname"],
                words: &[("true", Nothing), ("", Nothing)],
                other: AtMost(VerifyCa),
            },
        ],
        ..by_scheme(
            Family::Mongodb,
            &["mongodb", "pymongo", "mongoose"],
            VerifyFull,
            "https://github.com/mongodb/specifications/blob/master/source/uri-options/uri-options.md#uri-options",
        )
    },
    Driver {
        switches: &[
            switch(
                &["verify"],
                &[("verify_peer", Lift(Require, VerifyCa)), ("verify_none", AtMost(Require))],
            ),
            Switch {
                names: &["server_name_indication"],
                words: &[("disable", Nothing), ("", Nothing)],
                other: Lift(VerifyCa, VerifyFull),
            },
        ],
        // Before version 4 nothing is verified unless `verify` asks for it.
        ..by_scheme(
            Family::Amqp,
            &["rabbitmq-erlang", "shovel", "federation"],
            Require,
            "https://www.rabbitmq.com/docs/uri-query-parameters",
        )
    },
    // A scheme with TLS makes it forget what was to be verified.
    by_scheme(Family::Amqp, &["kombu", "celery"], Require, "https://github.com/celery/kombu/issues/1149"),
    Driver {
        node: true,
        ..by_scheme(Family::Amqp, &["amqplib"], VerifyFull, "https://amqp-node.github.io/amqplib/ssl.html")
    },
    by_scheme(
        Family::Amqp,
        &["amqp091-go"],
        VerifyFull,
        "https://pkg.go.dev/github.com/rabbitmq/amqp091-go#DialTLS",
    ),
    by_scheme(
        Family::Amqp,
        &["pika"],
        VerifyFull,
        "https://pika.readthedocs.io/en/stable/modules/parameters.html#urlparameters",
    ),
    Driver {
        // aiormq verifies where it is `0`, and with no other word.
        switches: &[verifies(&["no_verify_ssl"], &[("0", Nothing)])],
        ..by_scheme(Family::Amqp, &["aio-pika"], VerifyFull, "https://docs.aio-pika.com/#url")
    },
    Driver {
        bases: Bases { plain: Prefer, starttls: Prefer, secure: VerifyFull },
        switches: &[
            when_on(&["requireTLS"], &[("true", Is(VerifyFull))]),
            when_on(&["ignoreTLS"], &[("true", Is(Disable))]),
            when_on(&["secure"], &[("true", Is(VerifyFull))]),
            when_on(&["tls.rejectUnauthorized"], &[("false", AtMost(Require))]),
        ],
        node: true,
        ..by_scheme(Family::Smtp, &["nodemailer"], VerifyFull, "https://nodemailer.com/smtp#tls-options")
    },
    Driver {
        bases: Bases { plain: Prefer, starttls: Prefer, secure: VerifyFull },
        switches: &[
            // PHP's `FILTER_VALIDATE_BOOL`: what is no word for on is off.
            Switch { names: &["auto_tls"], words: PHP_ON, other: Is(Disable) },
            when_on(
                &["require_tls"],
                &[
                    ("true", Is(VerifyFull)),
                    ("1", Is(VerifyFull)),
                    ("on", Is(VerifyFull)),
                    ("yes", Is(VerifyFull)),
                ],
            ),
            verifies(&["verify_peer"], PHP_ON),
        ],
        ..by_scheme(
            Family::Smtp,
            &["symfony-mailer", "laravel"],
            VerifyFull,
            "https://symfony.com/doc/current/mailer.html#tls-peer-verification",
        )
    },
    Driver {
        bases: Bases { plain: Disable, starttls: Require, secure: Require },
        ..by_scheme(
            Family::Smtp,
            &["django-environ", "django"],
            Require,
            "https://django-environ.readthedocs.io/en/latest/types.html#environ-env-email-url",
        )
    },
    Driver {
        switches: &[switch(&["tls"], &[("required", Is(VerifyFull)), ("opportunistic", Is(Prefer))])],
        ..by_scheme(
            Family::Smtp,
            &["lettre"],
            VerifyFull,
            "https://docs.rs/lettre/latest/lettre/transport/smtp/struct.SmtpTransport.html#method.from_url",
        )
    },
    Driver {
        switches: &[
            switch(
                &["security.protocol"],
                &[
                    ("plaintext", Is(Disable)),
                    ("sasl_plaintext", Is(Disable)),
                    ("ssl", Is(VerifyFull)),
                    ("sasl_ssl", Is(VerifyFull)),
                ],
            ),
            when_on(
                &["ssl.endpoint.identification.algorithm"],
                &[("", AtMost(VerifyCa)), ("none", AtMost(VerifyCa))],
            ),
            when_on(&["enable.ssl.certificate.verification"], &[("false", AtMost(Require))]),
        ],
        ..by_scheme(Family::Kafka, &["kafka-java", "librdkafka"], VerifyFull, KAFKA)
    },
    Driver {
        switches: &[
            when_named(&["tls_cacert"], Nothing),
            when_on(&["tls_reqcert"], &[("never", AtMost(Require)), ("allow", AtMost(Require))]),
        ],
        ..by_scheme(
            Family::Ldap,
            &["openldap"],
            VerifyFull,
            "https://www.openldap.org/software/man.cgi?query=ldap.conf",
        )
    },
    by_scheme(
        Family::Http,
        &["http"],
        VerifyFull,
        "https://www.rfc-editor.org/rfc/rfc9110.html#section-4.3.4",
    ),
];
