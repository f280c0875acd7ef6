//! The Ruby gem dotenv behind its model. Version 3 cannot be installed where the tests run, so what the model is held by are
//! published facts: the inputs and outputs of the gem's own `spec/dotenv/parser_spec.rb` (bkeepers/dotenv, MIT), with what they
//! say of the process's environment left to the model's own tests.

use std::collections::BTreeMap;

use preflight::syntax::readers::{Assigned, End, Reader, Refusal, Seen};

use crate::python::REAL;

/// Files, and what they come to: `NAME=value` joined by ` | `, with `\n` for a line feed and so on.
const FACTS: &[(&str, &str)] = &[
    ("FOO=bar", "FOO=bar"),
    ("FOO= bar", "FOO=bar"),
    ("FOO=bar\\ bar", "FOO=bar bar"),
    ("FOO =bar", "FOO=bar"),
    ("  FOO=bar", "FOO=bar"),
    ("FOO=bar  ", "FOO=bar"),
    ("foo=bar ", "foo=bar"),
    ("FOO=\"bar\"", "FOO=bar"),
    ("FOO=\"bar\"  ", "FOO=bar"),
    ("FOO='bar'", "FOO=bar"),
    ("FOO='bar'  ", "FOO=bar"),
    ("FOO=\"escaped\\\"bar\"", "FOO=escaped\\\"bar"),
    ("FOO=", "FOO="),
    ("FOO=test\nBAR=$FOO", "BAR=test | FOO=test"),
    ("FOO=test\nBAR=${FOO}bar", "BAR=testbar | FOO=test"),
    ("FOO=test\nBAR=\"quote $FOO\"", "BAR=quote test | FOO=test"),
    ("BAR='quote $FOO'", "BAR=quote $FOO"),
    ("FOO=\"foo\\$BAR\"", "FOO=foo$BAR"),
    ("FOO=\"foo\\${BAR}\"", "FOO=foo${BAR}"),
    ("FOO=test\nBAR=\"foo\\${FOO} ${FOO}\"", "BAR=foo${FOO} test | FOO=test"),
    // Nothing without the process, and else what the process has.
    ("BAR=$FOO", "BAR DependsOnProcess"),
    ("OPTION_A: 1", "OPTION_A=1"),
    ("export OPTION_A=2", "OPTION_A=2"),
    ("OPTION_A=2\nexport OPTION_A", "OPTION_A=2"),
    ("OPTION_A=2\nexport OH_NO_NOT_SET", "unset"),
    ("FOO=\"bar\\nbaz\"", "FOO=bar\\\\nbaz"),
    ("FOO=\"bar\\rbaz\"", "FOO=bar\\\\rbaz"),
    (
        "DOTENV_LINEBREAK_MODE=legacy\nFOO=\"bar\\nbaz\\rfizz\"",
        "DOTENV_LINEBREAK_MODE=legacy | FOO=bar\\nbaz\\rfizz",
    ),
    ("FOO.BAR=foobar", "FOO.BAR=foobar"),
    ("lol$wut", ""),
    ("\n \t  \nfoo=bar\n \nfizz=buzz", "fizz=buzz | foo=bar"),
    ("foo=bar # this is foo", "foo=bar"),
    ("foo=\"bar#baz\" # comment", "foo=bar#baz"),
    ("foo= \"bar#baz\" # comment", "foo=bar#baz"),
    ("\n\n\n # HERE GOES FOO \nfoo=bar", "foo=bar"),
    ("# HELLO=world\n", ""),
    ("# Uncomment to activate:\n", ""),
    (
        "DATABASE_PASSWORD=\nDATABASE_USERNAME=root\nDATABASE_HOST=/tmp/mysql.sock",
        "DATABASE_HOST=/tmp/mysql.sock | DATABASE_PASSWORD= | DATABASE_USERNAME=root",
    ),
    ("foo=\"ba#r\"", "foo=ba#r"),
    ("foo='ba#r'", "foo=ba#r"),
    ("foo=\"ba#r\"  ", "foo=ba#r"),
    ("foo='ba#r'  ", "foo=ba#r"),
    (
        "OPTION_A=first line\nexport OPTION_B='line 1\nline 2\nline 3'\nOPTION_C=\"last line\"\nOPTION_ESCAPED='line one\nthis is \\'quoted\\'\none more line'",
        "OPTION_A=first line | OPTION_B=line 1\\nline 2\\nline 3 | OPTION_C=last line | OPTION_ESCAPED=line one\\nthis is \\\\\\'quoted\\\\\\'\\none more line",
    ),
    (
        "OPTION_A=first line\nexport OPTION_B=\"line 1\nline 2\nline 3\"\nOPTION_C=\"last line\"\nOPTION_ESCAPED=\"line one\nthis is \\\"quoted\\\"\none more line\"",
        "OPTION_A=first line | OPTION_B=line 1\\nline 2\\nline 3 | OPTION_C=last line | OPTION_ESCAPED=line one\\nthis is \\\"quoted\\\"\\none more line",
    ),
    ("echo=$(echo hello)", "echo Runs"),
    ("echo=$(echo \"$(echo \"$(echo \"$(echo hello)\")\")\")", "echo Runs"),
    ("echo=escaped-\\$(echo hello)", "echo=escaped-$(echo hello)"),
    ("interp=$(echo \"Quotes won't be a problem\")", "interp Runs"),
    ("VAR1=var1\ninterp=$(echo \"VAR1 is $VAR1\")", "VAR1=var1 | interp Runs"),
    ("FOO=bar\rbaz=fbb", "FOO=bar | baz=fbb"),
    ("FOO=bar\r\nbaz=fbb", "FOO=bar | baz=fbb"),
    ("FOO=\"bar\\$ \\$\\$\"", "FOO=bar$ $$"),
    ("FOO=\"bar $ \"", "FOO=bar $ "),
];

#[test]
fn ruby() {
    for (file, expected) in FACTS {
        assert_eq!(said(file.as_bytes()), *expected, "{file:?}");
    }
    // And nothing in files as projects have them is beyond the model.
    for file in REAL {
        assert!(!said(file).contains("Unmodelled"), "{}", file.escape_ascii());
    }
}

/// What comes of a file, the last of each name, in their order.
fn said(file: &[u8]) -> String {
    let view = Reader::Ruby.read(file);
    match view.end {
        End::Whole => {}
        End::Refused(Refusal::UnsetVariable, _) => return "unset".to_owned(),
        other => return format!("{other:?}"),
    }
    let one = |(name, one): (&[u8], &Assigned)| match &one.seen {
        Seen::Value(text) => format!("{}={}", name.escape_ascii(), text.of(file).escape_ascii()),
        other => format!("{} {other:?}", name.escape_ascii()),
    };
    let last: BTreeMap<&[u8], &Assigned> = view.assigned.iter().map(|one| (one.key.of(file), one)).collect();
    last.into_iter().map(one).collect::<Vec<_>>().join(" | ")
}
