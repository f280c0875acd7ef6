//! Fields of `sources`: the kinds, and what each kind takes.

use super::{Field, Form, Section, Shape, Words};

/// One source.
pub static SOURCE: Section = Section {
    id: "source",
    path: "sources[]",
    text: "Where variables come from: one kind of source, with its path.",
    fields: &[
        Field::new("dotenv", Form::PathOr(&DOTENV), "\".env.{env}\"", "A file of lines `NAME=value`.")
            .judged(&["forbidden-source"]),
        Field::new(
            "secrets",
            Form::PathOr(&SECRETS),
            "\"secrets/{env}\"",
            "A folder with one value a file, the file's name being the variable's. With `services`, a folder of a service's name \
             in it holds that service's own.",
        )
        .judged(&["forbidden-source", "loose-permissions", "loose-directory"]),
        Field::new(
            "config",
            Form::PathOr(&CONFIG),
            "\"config/{env}.yaml\"",
            "A file of settings; names of nested ones are joined with `.`.",
        )
        .judged(&["forbidden-source"]),
        Field::new(
            "process",
            Form::Only(&PROCESS),
            "{ optional: true }",
            "The environment of preflight's own process: only variables that the policy names exactly, and only in a run over one \
             environment.",
        ),
        Field::new(
            "names",
            Form::PathOr(&NAMES),
            "\"ci/{env}.names.json\"",
            "A list of names that a store printed, as lines or JSON: the variables are there, their values unknown.",
        )
        .judged(&["forbidden-source"]),
    ],
    shape: Shape::OneField,
    conflicts: &[],
};

/// A `.env` file.
pub static DOTENV: Section = options(
    "dotenv",
    "sources[].dotenv",
    "A `.env` file, and what its paths mean.",
    &[
        path("\".env.{env}\""),
        OPTIONAL,
        Field::new(
            "mounts",
            Form::Mounts,
            "{ /run/secrets: \"secrets/{env}\" }",
            "Folders as the deployed application sees them, each with the project's folder that is mounted there. Where \
             `X_FILE` in the file names a path in one, the file there holds `X`.",
        ),
        Field::new(
            "readers",
            Form::WordList(Words::Readers),
            "[systemd]",
            "The programs that read this file, in the place of those that `readers` names for all files.",
        )
        .judged(&["dialect-divergence", "executes-code", "malformed-line"]),
    ],
);

/// A folder of secrets.
pub static SECRETS: Section = options(
    "secrets",
    "sources[].secrets",
    "A folder of secrets, and how its files are read.",
    &[
        path("\"secrets/{env}\""),
        OPTIONAL,
        Field::new(
            "reading",
            Form::Word(Words::Readings),
            "first-line",
            "`raw`: every byte. `trimmed`: without blanks at both ends. `first-line`: the first line that is neither blank nor a \
             comment, without blanks and one pair of quotes. Without it one final line break is cut off.",
        ),
        Field::new(
            "case",
            Form::Word(Words::Cases),
            "upper",
            "`upper` makes `POSTGRES_PASSWORD` of a file `postgres-password`, and of a key in a SOPS file; `-` and `.` become `_`.",
        ),
        Field::new("suffix", Form::Sentence, ".txt", "An ending that is taken off the files' names."),
    ],
);

/// A file of settings.
pub static CONFIG: Section = options(
    "config",
    "sources[].config",
    "A file of settings, and its format.",
    &[
        path("\"config/{env}.yaml\""),
        OPTIONAL,
        Field::new(
            "format",
            Form::Word(Words::Formats),
            "yaml",
            "The file's format. Without it the file's ending says so.",
        ),
        Field::new(
            "under",
            Form::Sentence,
            "env",
            "The mapping in the file whose keys are the variables, such as `env` of a fly.toml; what stands beside it is none.",
        ),
        Field::new(
            "map",
            Form::Mapping,
            "{ DB_PASSWORD: database.password }",
            "The variables that are taken from the file, each with the keys that lead to its value, joined by `.`; an item of a \
             list has its number, from zero. What is not named here is no variable. Not beside `under`, `join` and `case`.",
        )
        .judged(&["missing-key"])
        .excludes(&["under", "join", "case"]),
        Field::new(
            "join",
            Form::Word(Words::Joins),
            "__",
            "What joins the names of nested keys in the place of `.`.",
        ),
        Field::new(
            "case",
            Form::Word(Words::Cases),
            "upper",
            "`upper` makes `DB_PASSWORD` of a key `db-password`; `-` becomes `_`.",
        ),
    ],
);

/// The process's environment.
pub static PROCESS: Section = options(
    "process",
    "sources[].process",
    "The environment of preflight's own process.",
    &[Field::new(
        "optional",
        Form::Bool,
        "true",
        "Lets a run over several environments go on without this source; else it gives no verdict.",
    )],
);

/// A list of names.
pub static NAMES: Section = options(
    "names",
    "sources[].names",
    "A list of names that a store of secrets printed.",
    &[path("\"ci/{env}.names.json\""), OPTIONAL],
);

const fn options(
    id: &'static str,
    path: &'static str,
    text: &'static str,
    fields: &'static [Field],
) -> Section {
    Section { id, path, text, fields, shape: Shape::Free, conflicts: &[] }
}

const fn path(example: &'static str) -> Field {
    Field::new("path", Form::Path, example, "Where it is, below the project.").required()
}

const OPTIONAL: Field =
    Field::new("optional", Form::Bool, "true", "It need not be there; else its absence blocks the verdict.");
