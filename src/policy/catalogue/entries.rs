//! Fields of the entries of `keys`.

use super::{Field, Form, Least, Name, Section, Shape, Words};

/// What holds for a variable.
pub static KEY: Section = Section {
    id: "key",
    path: "keys.NAME",
    text: "What holds for a variable, or for all that a pattern names. `null` takes back the whole entry of the layers below.",
    fields: &[
        Field::new("required", Form::Bool, "true", "Must be there and not be empty. Not on patterns.")
            .judged(&["missing-key", "empty-value"])
            .layered(),
        Field::new(
            "secret",
            Form::Secret,
            "true",
            "Whether the value is secret. `auto`, as without it: the name and the value's shape decide, towards secret.",
        )
        .judged(&[
            "reused-secret",
            "loose-permissions",
            "placeholder-value",
            "weak-secret",
            "empty-value",
            "default-in-use",
        ])
        .layered(),
        Field::new("type", Form::Word(Words::Types), "url", "What the value must read as.")
            .judged(&["wrong-type"])
            .layered(),
        Field::new("tls", Form::Word(Words::TlsModes), "verify-full", "The weakest TLS mode that is allowed.")
            .judged(&["weak-tls-mode"])
            .layered(),
        Field::new(
            "driver",
            Form::Word(Words::Drivers),
            "pgx",
            "The driver that reads the connection: without it the family's usual one, or the weakest where they differ.",
        )
        .judged(&["weak-tls-mode"])
        .layered(),
        Field::new("min_length", Form::Number, "32", "Fewest characters.")
            .judged(&["wrong-length"])
            .layered(),
        Field::new("max_length", Form::Number, "128", "Most characters.")
            .judged(&["wrong-length"])
            .layered(),
        Field::new("min_bytes", Form::Number, "32", "Fewest bytes; decoded, if the type is an encoding.")
            .judged(&["wrong-length"])
            .layered(),
        Field::new("length", Form::Number, "64", "Exactly so many characters.")
            .judged(&["wrong-length"])
            .layered(),
        Field::new("bytes", Form::Number, "32", "Exactly so many bytes; decoded, if the type is an encoding.")
            .judged(&["wrong-length"])
            .layered(),
        Field::new("max_bytes", Form::Number, "72", "Most bytes; decoded, if the type is an encoding.")
            .judged(&["wrong-length"])
            .layered(),
        Field::new(
            "min",
            Form::Quantity,
            "1",
            "The least that the value may be: a number, a duration such as `30s` or a size such as `512MiB`, as its `type` is.",
        )
        .judged(&["out-of-range"])
        .layered(),
        Field::new("max", Form::Quantity, "1.5h", "The most that the value may be, as `min`.")
            .judged(&["out-of-range"])
            .layered(),
        Field::new(
            "pattern",
            Form::Pattern,
            "\"[a-z][a-z0-9-]*\"",
            "A regular expression that the whole value has to match; no look-around.",
        )
        .judged(&["value-not-allowed"])
        .layered(),
        Field::new(
            "schemes",
            Form::Schemes,
            "[https, wss]",
            "The only schemes allowed, in lower case; for the types `url`, `origin` and `origins`.",
        )
        .judged(&["forbidden-part"])
        .layered(),
        Field::new(
            "without",
            Form::WordList(Words::Without),
            "[path, localhost]",
            "What the address, or each of a list, must not have; for `url`, `https-url`, `origin`, `origins`, `hostname`, `host`, `email` and `mailbox`.",
        )
        .judged(&["forbidden-part"])
        .layered(),
        Field::new("ascii", Form::Bool, "true", "The value must be ASCII alone.")
            .judged(&["non-ascii"])
            .layered(),
        Field::new("one_of", Form::Texts(Least::One), "[info, warn]", "The only values allowed, to the letter; `{env}` stands for the environment, `{service}` for the service.")
            .judged(&["value-not-allowed"])
            .append()
            .layered(),
        Field::new("not", Form::Texts(Least::None), "[debug, trace]", "Values that are not allowed, to the letter; `{env}` and `{service}` as in `one_of`.")
            .judged(&["value-not-allowed"])
            .append()
            .layered(),
        Field::new(
            "ignore_case",
            Form::Bool,
            "true",
            "Whether upper and lower case are the same to `one_of` and `not`; one of these has to be there.",
        )
        .judged(&["value-not-allowed"])
        .layered(),
        Field::new(
            "default",
            Form::Text,
            "\"8080\"",
            "The application's built-in default, which holds where nothing sets the variable.",
        )
        .judged(&["default-in-use"])
        .layered(),
        Field::new("forbidden", Form::Bool, "true", "Must not be there, such as a name that was given up.")
            .judged(&["forbidden-key"])
            .layered(),
        Field::new(
            "public",
            Form::Bool,
            "true",
            "Public by design: may be the same everywhere and must hold no secret. Means `secret: false`.",
        )
        .judged(&["secret-in-public-key"])
        .layered(),
        Field::new(
            "services",
            Form::Names(Name::Service),
            "[api]",
            "The services that the entry is for, of those that the top level names; without it, all.",
        )
        .append()
        .layered(),
        Field::new("description", Form::Text, "Where the gateway listens.", "What the variable is for.")
            .judged(&["undocumented-key"])
            .layered(),
        Field::new(
            "equals",
            Form::Name(Name::Key),
            "DATABASE_URL.password",
            "The variable that it has to equal, or a part of one that is a URL or a connection string.",
        )
        .judged(&["broken-relation"])
        .layered(),
        Field::new(
            "differs_from",
            Form::Name(Name::Key),
            "DB_PASSWORD",
            "The variable that it must not equal, or a part of one: the other one of two credentials, while one takes the other's place.",
        )
        .judged(&["broken-relation"])
        .layered(),
        Field::new(
            "at_most",
            Form::Name(Name::Key),
            "DB_MAX_OPEN_CONNS",
            "The variable that it must not exceed: both numbers, durations or sizes.",
        )
        .judged(&["broken-relation"])
        .layered(),
        Field::new(
            "at_least",
            Form::Name(Name::Key),
            "DB_MIN_IDLE_CONNS",
            "The variable that it must not fall below.",
        )
        .judged(&["broken-relation"])
        .layered(),
        Field::new(
            "required_if",
            Form::Conditions,
            "{ EMAIL_PROVIDER: resend }",
            "Must be there and not be empty where all of these variables have the value, or one of the list of values. Not on patterns.",
        )
        .judged(&["missing-key", "empty-value"])
        .layered(),
        Field::new(
            "private_key",
            Form::Name(Name::Key),
            "TLS_KEY",
            "The variable that holds the private key of the certificate that stands in this one.",
        )
        .judged(&["key-certificate-mismatch"])
        .layered(),
        Field::new(
            "host_of",
            Form::Name(Name::Key),
            "PUBLIC_URL",
            "The variable with the host, URL or list of them that the certificate in this one has to name.",
        )
        .judged(&["wrong-host"])
        .layered(),
        Field::new(
            "valid_for",
            Form::Period,
            "30d",
            "How long the certificate has to be valid yet, in hours, days or weeks; takes the place of the usual 48 hours and third of its lifetime.",
        )
        .judged(&["expired-certificate"])
        .layered(),
        Field::new("min_keys", Form::Number, "2", "Fewest keys in the set of JSON web keys, for a rotation without a gap.")
            .judged(&["unfit-key-set"])
            .layered(),
        Field::new(
            "rotate_after",
            Form::Period,
            "90d",
            "How old the value may become, in hours, days or weeks, counted from the day that `rotated` or `rotated_in` leads to.",
        )
        .judged(&["overdue-rotation"])
        .layered(),
        Field::new(
            "rotated",
            Form::Name(Name::Key),
            "JWT_SECRET.rotated",
            "The variable that holds the day on which the value was made, as `2026-01-31`; a file of that name among the secrets is one.",
        )
        .judged(&["overdue-rotation"])
        .layered(),
        Field::new(
            "rotated_in",
            Form::Word(Words::RotatedIn),
            "name",
            "Instead of `rotated`. `name`: the day stands in the variable's own name, as in `JWT_SECRET_20260131` or a file `jwt.2026-01-31`; `git`: it is that of the last commit that changed the variable's own file.",
        )
        .judged(&["overdue-rotation"])
        .layered(),
        Field::new(
            "within",
            Form::Word(Words::Within),
            "distinct",
            "`distinct`: no other variable of the environment may hold the secret, but those that `equals` ties to it. `secret: true` has to hold for it.",
        )
        .judged(&["reused-secret"])
        .layered(),
        Field::new(
            "across",
            Form::Word(Words::Across),
            "distinct",
            "What the value has to be like in other environments: `distinct`, not the same; `same`, the same wherever the variable \
             is; `any`, both may be.",
        )
        .needs_for("any", &["reason"])
        .judged(&["colliding-value", "differing-value", "shared-database", "reused-secret"])
        .layered(),
        Field::new("reason", Form::Sentence, "One account for all.", "Why `across: any` is meant.")
            .needs(&["across"])
            .layered(),
        Field::new(
            "stricter",
            Form::Word(Words::Stricter),
            "lower",
            "Which of two values guards more, for environments with `stricter_than`: the `higher` or `lower` number, duration or \
             size, or the switch that is `on` or `off`.",
        )
        .judged(&["looser-than"])
        .layered(),
    ],
    shape: Shape::Free,
    conflicts: &[
        [("required", "true"), ("forbidden", "true")],
        [("public", "true"), ("secret", "true")],
    ],
};
