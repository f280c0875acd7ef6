//! Fields of the entries of `files`, `groups` and `waivers`, of names, and of environments that another is held against.

use super::{Field, Form, Name, Section, Shape, Words};

/// What holds for files.
pub static FILE: Section = Section {
    id: "file",
    path: "files[]",
    text: "What holds for the files that a path names. Of several entries that name a file the strongest layer's counts, in it the path \
           to the letter, then the longest, of equally long ones the last.",
    fields: &[
        Field::new(
            "path",
            Form::Path,
            "\"secrets/{env}/**\"",
            "Which files, below the project: `*` stays within a folder, `**` goes through folders.",
        )
        .required()
        .judged(&["unused-policy-entry"])
        .overlay(),
        Field::new("mode", Form::Mode, "\"0600\"", "The permission bits that may be set, at most, in octal. An encrypted file may be read by others all the same, unless its path, or a \
             pattern with its ending (`*.age`), says otherwise.")
            .judged(&["loose-permissions"])
            .layered(),
        Field::new(
            "owner",
            Form::Word(Words::Owners),
            "self",
            "`self`: the files belong to the user that runs preflight.",
        )
        .judged(&["foreign-owner"])
        .layered(),
        Field::new(
            "final_newline",
            Form::Word(Words::Newlines),
            "absent",
            "Whether the file of a secret ends with a line break: `present` or `absent`; nobody minds without it.",
        )
        .judged(&["unclean-secret-file"])
        .layered(),
    ],
    shape: Shape::OneOf(&["mode", "owner", "final_newline"]),
    conflicts: &[],
};

/// Variables of which some have to be there.
pub static GROUP: Section = Section {
    id: "group",
    path: "groups.NAME",
    text: "Variables of which some have to be there. A group of a stronger layer replaces that of the same name, `null` takes it back.",
    fields: &[
        Field::new(
            "any_of",
            Form::KeyList,
            "[SMTP_URL, RESEND_API_KEY]",
            "One of these or more has to be there and not be empty.",
        )
        .judged(&["unmet-group"]),
        Field::new(
            "exactly_one_of",
            Form::KeyList,
            "[SMTP_URL, RESEND_API_KEY]",
            "One of these has to be there and not be empty, and no second one.",
        )
        .judged(&["unmet-group"]),
    ],
    shape: Shape::OneField,
    conflicts: &[],
};

/// How variables have to be named.
pub static NAMING: Section = Section {
    id: "naming",
    path: "naming",
    text: "How variables have to be named.",
    fields: &[
        Field::new("case", Form::Word(Words::Cased), "upper-snake", "Capitals, digits and `_`.")
            .judged(&["wrong-name"]),
        Field::new(
            "prefix",
            Form::Word(Words::Prefixes),
            "service",
            "`service`: a variable that is for some of the `services` alone begins with a service's name, as `API__PORT`.",
        )
        .judged(&["wrong-name"]),
    ],
    shape: Shape::OneOf(&["case", "prefix"]),
    conflicts: &[],
};

/// A finding that is let pass.
pub static WAIVER: Section = Section {
    id: "waiver",
    path: "waivers[]",
    text: "Findings of one rule and cause that are let pass until a day, in an environment, for a variable or in a file.",
    fields: &[
        Field::new("rule", Form::Rule, "weak-tls-mode", "The rule's id.").required(),
        Field::new(
            "cause",
            Form::Sentence,
            "tls:require",
            "The cause, as it stands behind the rule in the report.",
        )
        .required(),
        Field::new(
            "environment",
            Form::Name(Name::Environment),
            "prod",
            "Only in this environment; without it, in all.",
        ),
        Field::new("key", Form::Name(Name::Key), "DATABASE_URL", "Only for this variable."),
        Field::new("path", Form::Path, ".env.prod", "Only in this file."),
        Field::new(
            "reason",
            Form::Sentence,
            "The host moves in autumn.",
            "Why the findings may pass, for those who read the report.",
        )
        .required(),
        Field::new("owner", Form::Sentence, "platform team", "Who sees to it that the waiver goes.")
            .required(),
        Field::new(
            "until",
            Form::Date,
            "2026-12-31",
            "The last day on which it holds, in UTC; from the next day on what it covered counts again.",
        )
        .required()
        .judged(&["expired-waiver"]),
    ],
    shape: Shape::OneOf(&["environment", "key", "path"]),
    conflicts: &[],
};

/// Another environment that one is held against.
pub static AGAINST: Section = Section {
    id: "against",
    path: "environments.NAME.mirrors, environments.NAME.stricter_than",
    text: "Another environment that one is held against, and the variables in which the two may differ all the same.",
    fields: &[
        Field::new("environment", Form::Name(Name::Environment), "prod", "The other environment.").required(),
        Field::new(
            "except",
            Form::KeyPatterns,
            "[BANNER, \"DEV_*\"]",
            "Variables, by name or by a pattern with `*`, that are not compared.",
        )
        .needs(&["reason"]),
        Field::new("reason", Form::Sentence, "Only shown there.", "Why they may differ.").needs(&["except"]),
    ],
    shape: Shape::Free,
    conflicts: &[],
};
