//! Fields of the top level and of an environment.

use crate::policy::EDITION;

use super::{
    AGAINST, FILE, Field, Form, GROUP, KEY, Least, NAMING, Name, SOURCE, Section, Shape, WAIVER, Words,
};

/// A policy.
pub static POLICY: Section = Section {
    id: "policy",
    path: "top level",
    text: "What configuration and secrets must be like before an environment is deployed.",
    fields: &[
        Field::new("version", Form::Constant(1), "1", "The version of the policy's language.").required(),
        Field::new(
            "edition",
            Form::Constant(EDITION),
            "2026",
            "The year whose rules and packs the policy was written for.",
        )
        .required(),
        Field::new(
            "extends",
            Form::Extends,
            "[postgres]",
            "Shipped packs by name, and policies of the project by their path from this file's folder: with a `/` or ending in \
             `.yaml` or `.yml`. They lie below what this file says, the first lowest.",
        ),
        SOURCES,
        READERS,
        Field::new(
            "services",
            Form::Names(Name::Service),
            "[api, worker]",
            "The services that the project deploys. Variables and entries can then belong to one of them, and `--service` \
             checks one alone.",
        ),
        Field::new(
            "environments",
            Form::Entries(Name::Environment, &ENVIRONMENT),
            "{ dev: { relaxed: true }, prod: { aliases: [production] } }",
            "The environments by their canonical names. Without it they are those that the sources' files show.",
        ),
        KEYS,
        GROUPS,
        FILES,
        RULES,
        Field::new(
            "naming",
            Form::Only(&NAMING),
            "{ case: upper-snake }",
            "How variables have to be named, in all environments.",
        )
        .judged(&["wrong-name"]),
        Field::new(
            "require_peers",
            Form::Bool,
            "true",
            "Whether there is no verdict where another strict environment can be compared with neither here nor by its \
             fingerprints.",
        ),
        ENCRYPTED,
        RECIPIENTS,
        IDENTITIES,
        UNDECRYPTABLE,
        NO_DECRYPT,
        TEMPLATE,
        Field::new(
            "waivers",
            Form::List(&WAIVER, Least::None),
            "[{ rule: weak-tls-mode, cause: tls:require, key: DATABASE_URL, reason: moving hosts, owner: platform team, \
             until: 2026-12-31 }]",
            "Findings that are known and let pass until a day. They are counted and shown.",
        )
        .judged(&["expired-waiver", "unused-policy-entry"]),
    ],
    shape: Shape::Free,
    conflicts: &[],
};

/// What holds for one environment.
pub static ENVIRONMENT: Section = Section {
    id: "environment",
    path: "environments.NAME",
    text: "What holds for one environment over the top level. It is strict unless it says `relaxed: true`.",
    fields: &[
        Field::new(
            "aliases",
            Form::Names(Name::Environment),
            "[production, live]",
            "Further names that may be typed for it; case does not count. Not inherited.",
        ),
        Field::new(
            "relaxed",
            Form::Bool,
            "true",
            "Lays the pack `relaxed` over the environment: it lowers severities and never raises one. Not inherited.",
        ),
        Field::new(
            "inherits",
            Form::Name(Name::Environment),
            "prod",
            "The environment whose `keys`, `groups`, `files`, `rules`, `sources`, `readers`, `template`, `forbid` and what is said of encrypted files lie under this one's own. That \
             one may not inherit itself.",
        ),
        Field::new(
            "mirrors",
            Form::EnvironmentOr(&AGAINST),
            "prod",
            "The environment that this one has to be like: the same variables, of like values, guarded no less. Not inherited.",
        )
        .judged(&["mirror-drift"]),
        Field::new(
            "stricter_than",
            Form::EnvironmentOr(&AGAINST),
            "dev",
            "The environment that may not be stricter than this one, by the policy or by values that have an order. Not inherited.",
        )
        .judged(&["looser-than"]),
        Field::new(
            "machine",
            Form::Name(Name::Machine),
            "web-1",
            "The machine that it runs on: `localhost` is the same place for all environments with the same one. Not inherited.",
        )
        .judged(&["shared-database"]),
        Field::new(
            "branch",
            Form::Sentence,
            "main",
            "The git branch that the environment is deployed from. Not inherited.",
        )
        .judged(&["wrong-branch"]),
        Field::new(
            "forbid",
            Form::WordList(Words::Forbidden),
            "[dotenv, default]",
            "Kinds of sources that must not be there for this environment; `default` forbids that the application's built-in \
             defaults are in use.",
        )
        .judged(&["forbidden-source", "default-in-use"]),
        SOURCES,
        READERS,
        KEYS,
        GROUPS,
        FILES,
        RULES,
        ENCRYPTED,
        RECIPIENTS,
        IDENTITIES,
        UNDECRYPTABLE,
        NO_DECRYPT,
        TEMPLATE,
    ],
    shape: Shape::Free,
    conflicts: &[],
};

const SOURCES: Field = Field::new(
    "sources",
    Form::List(&SOURCE, Least::One),
    "[{ secrets: \"secrets/{env}\" }, { dotenv: \".env.{env}\" }]",
    "Where variables come from, highest precedence first; the example is what holds without it. An environment's list \
     replaces that of the top level.",
)
.overlay();

const READERS: Field = Field::new(
    "readers",
    Form::WordList(Words::Readers),
    "[compose, bash]",
    "The programs that read the `.env` files: values are judged as they see them. An environment's list replaces that of the \
     top level; a file's own, in `sources`, replaces both. Without it the project's files are looked through for them.",
)
.judged(&["dialect-divergence", "executes-code", "malformed-line"])
.overlay();

const KEYS: Field = Field::new(
    "keys",
    Form::Keys(&KEY),
    "{ DATABASE_URL: { required: true, type: url }, \"*_PORT\": { type: port } }",
    "What holds for variables, by name or by a pattern with `*`. Layers are merged field by field; within a layer a pattern \
     gives way to one with more letters, and that to the exact name.",
)
.overlay();

const GROUPS: Field = Field::new(
    "groups",
    Form::Entries(Name::Key, &GROUP),
    "{ mail: { any_of: [SMTP_URL, RESEND_API_KEY] } }",
    "Groups of variables of which some have to be there, by a name of their own. Layers are merged by that name.",
)
.judged(&["unmet-group"])
.overlay();

const FILES: Field = Field::new(
    "files",
    Form::List(&FILE, Least::None),
    "[{ path: \"secrets/{env}/**\", mode: \"0600\" }]",
    "What holds for files. Layers are merged by path, then field by field.",
)
.judged(&["loose-permissions", "foreign-owner", "unclean-secret-file", "unused-policy-entry"])
.overlay();

const RULES: Field = Field::new(
    "rules",
    Form::Levels,
    "{ undeclared-key: error, duplicate-key: off }",
    "The severity of rules, by id: `off` is listed among what was not checked. `null` gives a rule its own severity back.",
)
.overlay();

const TEMPLATE: Field = Field::new(
    "template",
    Form::Paths,
    ".env.example",
    "Templates whose names the policy is compared with. An environment's replace those of the top level.",
)
.judged(&["template-drift"])
.overlay();

const ENCRYPTED: Field = Field::new(
    "encrypted",
    Form::Bool,
    "true",
    "Whether secrets have to be encrypted where they lie: files below the secrets, and `.env` files that hold a secret.",
)
.judged(&["plaintext-secret"])
.overlay();

const RECIPIENTS: Field = Field::new(
    "recipients",
    Form::Recipients,
    "[age16rqveqp47wew0862vhnzqevsjsxv496q6lr2582n7llafyuwq2ys8cky9c]",
    "For whom files are encrypted: these recipients and nobody else. An environment's list replaces that of the top level.",
)
.judged(&["foreign-recipient"])
.overlay();

const IDENTITIES: Field = Field::new(
    "identities",
    Form::Paths,
    "\"keys/{env}.txt\"",
    "Files of age identities below the project, beside those that `--identity` and the environment variables name. One that is \
     not there is passed over. An environment's replace those of the top level.",
)
.judged(&["loose-permissions"])
.overlay();

const UNDECRYPTABLE: Field = Field::new(
    "undecryptable",
    Form::Word(Words::Undecryptable),
    "skip",
    "`skip` lists files that cannot be opened for want of a key; else, as with `fail`, they keep the verdict from being given.",
)
.judged(&["undecryptable"])
.overlay();

const NO_DECRYPT: Field = Field::new(
    "no_decrypt",
    Form::Word(Words::NoDecrypt),
    "pass",
    "`pass` lets a run with `--no-decrypt` give a verdict without what it did not open; else, as with `fail`, it gives none.",
)
.overlay();
