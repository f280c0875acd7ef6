//! The models of the readers, held against what the authors of the real programs publish: the inputs of their own tests and
//! the results that these expect. Nothing real is run here; `tests/differential.rs` does that.
//!
//! A table a program, with the files of its repository that the rows come from. Only facts are here, inputs and results. A row
//! states every variable of its file, also where the test it comes from looks at one of them only. What a repository
//! says of another version than the one that docs/readers.md names was put to the named version, and is left out where that one
//! does otherwise; a comment says so.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;

use preflight::syntax::readers::{Assigned, End, Reader, Seen};

use Expected::{Are, Refused};

/// What a test expects of a file.
#[derive(Clone, Copy, Debug)]
enum Expected {
    /// These variables, and no others.
    Are(&'static [(&'static str, &'static str)]),
    /// The program takes nothing of it.
    Refused,
}

type Row = (&'static str, Expected);

/// In place of a value: what the process's environment has decides.
const PROCESS: &str = "\u{0}";
/// In front of a value: it is another where the process has the variable that it refers to.
const FIRST: char = '\u{1}';

/// motdotla/dotenv: `tests/.env`, `.env-multiline`, `.env.multiline`, `.env.bom`, `test-parse.js`, `test-parse-multiline.js`,
/// `test-parse-fast.js`, `test-fast-parity.js`.
///
/// Of another version, and left out: `tests/.env-escaping` (backslashes taken off), `#` inside of unquoted values and lone
/// quotes over several lines, as `tests/.env` had them up to version 14.
const DOTENV: &[Row] = &[
    (
        "BASIC=basic\n\n# previous line intentionally left blank\nAFTER_LINE=after_line\nEMPTY=\nSINGLE_QUOTES='single_quotes'\nSINGLE_QUOTES_SPACED='    single quotes    '\nDOUBLE_QUOTES=\"double_quotes\"\nDOUBLE_QUOTES_SPACED=\"    double quotes    \"\nDOUBLE_QUOTES_INSIDE_SINGLE='double \"quotes\" work inside single quotes'\nSINGLE_QUOTES_INSIDE_DOUBLE=\"single 'quotes' work inside double quotes\"\nEXPAND_NEWLINES=\"expand\\nnew\\nlines\"\nDONT_EXPAND_UNQUOTED=dontexpand\\nnewlines\nDONT_EXPAND_SQUOTED='dontexpand\\nnewlines'\n# COMMENTS=work\nINLINE_COMMENTS=inline comments # work #very #well\nINLINE_COMMENTS_SINGLE_QUOTES='inline comments outside of #singlequotes' # work\nINLINE_COMMENTS_DOUBLE_QUOTES=\"inline comments outside of #doublequotes\" # work\nINLINE_COMMENTS_SPACE=inline comments start with a#space\nEQUAL_SIGNS=equals==\nRETAIN_INNER_QUOTES={\"foo\": \"bar\"}\nRETAIN_INNER_QUOTES_AS_STRING='{\"foo\": \"bar\"}'\nTRIM_SPACE_FROM_UNQUOTED=    some spaced out string\nUSERNAME=therealnerdybeast@example.tld\n    SPACED_KEY = parsed\n",
        Are(&[
            ("BASIC", "basic"),
            ("AFTER_LINE", "after_line"),
            ("EMPTY", ""),
            ("SINGLE_QUOTES", "single_quotes"),
            ("SINGLE_QUOTES_SPACED", "    single quotes    "),
            ("DOUBLE_QUOTES", "double_quotes"),
            ("DOUBLE_QUOTES_SPACED", "    double quotes    "),
            ("DOUBLE_QUOTES_INSIDE_SINGLE", "double \"quotes\" work inside single quotes"),
            ("SINGLE_QUOTES_INSIDE_DOUBLE", "single 'quotes' work inside double quotes"),
            ("EXPAND_NEWLINES", "expand\nnew\nlines"),
            ("DONT_EXPAND_UNQUOTED", "dontexpand\\nnewlines"),
            ("DONT_EXPAND_SQUOTED", "dontexpand\\nnewlines"),
            ("INLINE_COMMENTS", "inline comments"),
            ("INLINE_COMMENTS_SINGLE_QUOTES", "inline comments outside of #singlequotes"),
            ("INLINE_COMMENTS_DOUBLE_QUOTES", "inline comments outside of #doublequotes"),
            ("INLINE_COMMENTS_SPACE", "inline comments start with a"),
            ("EQUAL_SIGNS", "equals=="),
            ("RETAIN_INNER_QUOTES", "{\"foo\": \"bar\"}"),
            ("RETAIN_INNER_QUOTES_AS_STRING", "{\"foo\": \"bar\"}"),
            ("TRIM_SPACE_FROM_UNQUOTED", "some spaced out string"),
            ("USERNAME", "therealnerdybeast@example.tld"),
            ("SPACED_KEY", "parsed"),
        ]),
    ),
    (
        "RETAIN_INNER_QUOTES={\"foo\": \"bar\"}\n\nRETAIN_INNER_QUOTES_AS_STRING='{\"foo\": \"bar\"}'\n    SPACED_KEY = parsed\n\nMULTI_DOUBLE_QUOTED=\"THIS\nIS\nA\nMULTILINE\nSTRING\"\n\nMULTI_SINGLE_QUOTED='THIS\nIS\nA\nMULTILINE\nSTRING'",
        Are(&[
            ("RETAIN_INNER_QUOTES", "{\"foo\": \"bar\"}"),
            ("RETAIN_INNER_QUOTES_AS_STRING", "{\"foo\": \"bar\"}"),
            ("SPACED_KEY", "parsed"),
            ("MULTI_DOUBLE_QUOTED", "THIS\nIS\nA\nMULTILINE\nSTRING"),
            ("MULTI_SINGLE_QUOTED", "THIS\nIS\nA\nMULTILINE\nSTRING"),
        ]),
    ),
    (
        "INLINE_COMMENTS_BACKTICKS=`inline comments outside of #backticks` # work\nINLINE_COMMENTS_SPACE=inline comments start with a#number sign. no space required.\nINLINE_COMMENTS_SPACE_BEFORE_HASH=inline comments start with a #number sign. no space required.\nMULTI_BACKTICKED=`THIS\nIS\nA\n\"MULTILINE'S\"\nSTRING`\n\nMULTI_PEM_DOUBLE_QUOTED=\"-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq\nu4QuUoobAgMBAAE=\n-----END PUBLIC KEY-----\"\n",
        Are(&[
            ("INLINE_COMMENTS_BACKTICKS", "inline comments outside of #backticks"),
            ("INLINE_COMMENTS_SPACE", "inline comments start with a"),
            ("INLINE_COMMENTS_SPACE_BEFORE_HASH", "inline comments start with a"),
            ("MULTI_BACKTICKED", "THIS\nIS\nA\n\"MULTILINE'S\"\nSTRING"),
            (
                "MULTI_PEM_DOUBLE_QUOTED",
                "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkq\nu4QuUoobAgMBAAE=\n-----END PUBLIC KEY-----",
            ),
        ]),
    ),
    ("BUFFER=true", Are(&[("BUFFER", "true")])),
    ("what is this", Are(&[])),
    ("HEY=there\r\n", Are(&[("HEY", "there")])),
    (
        "SERVER=localhost\rPASSWORD=password\rDB=tests\r",
        Are(&[("SERVER", "localhost"), ("PASSWORD", "password"), ("DB", "tests")]),
    ),
    (
        "SERVER=localhost\nPASSWORD=password\nDB=tests\n",
        Are(&[("SERVER", "localhost"), ("PASSWORD", "password"), ("DB", "tests")]),
    ),
    (
        "SERVER=localhost\r\nPASSWORD=password\r\nDB=tests\r\n",
        Are(&[("SERVER", "localhost"), ("PASSWORD", "password"), ("DB", "tests")]),
    ),
    ("\u{feff}BASIC=basic", Are(&[("BASIC", "basic")])),
    (
        "A=\"\\\\\"\nB=plain\nC=\"quoted\"\nD=last\n",
        Are(&[("A", "\\\\"), ("B", "plain"), ("C", "quoted"), ("D", "last")]),
    ),
    ("A=\n\n\"hello\nworld\"", Are(&[("A", "hello\nworld")])),
    ("A=\n'hello\nworld'", Are(&[("A", "hello\nworld")])),
    ("A=\n\n`hello\nworld`", Are(&[("A", "hello\nworld")])),
    ("A=\n\n\"x\" junk", Are(&[("A", "")])),
    ("A=\n'b'", Are(&[("A", "b")])),
    ("\u{c}A=1", Are(&[("A", "1")])),
    ("\u{b}A=1", Are(&[("A", "1")])),
    ("\u{a0}A=1", Are(&[("A", "1")])),
    (" A=1", Are(&[("A", "1")])),
    ("TOKEN=\"abc\" oops", Are(&[("TOKEN", "\"abc\" oops")])),
    ("KEY=\"line one\\nline two", Are(&[("KEY", "\"line one\nline two")])),
    ("KEY=\"line one\\rline two", Are(&[("KEY", "\"line one\rline two")])),
    ("KEY=\"a\" \"b\"", Are(&[("KEY", "a\" \"b")])),
    (
        "BEFORE=one\nA=\n\n\"hello\nworld\"\nAFTER=two\n",
        Are(&[("BEFORE", "one"), ("A", "hello\nworld"), ("AFTER", "two")]),
    ),
    ("BEFORE=one\nA=\n'b'\nAFTER=two\n", Are(&[("BEFORE", "one"), ("A", "b"), ("AFTER", "two")])),
    ("BEFORE=one\n\u{c}A=1\nAFTER=two\n", Are(&[("BEFORE", "one"), ("A", "1"), ("AFTER", "two")])),
    ("BEFORE=one\n\u{b}A=1\nAFTER=two\n", Are(&[("BEFORE", "one"), ("A", "1"), ("AFTER", "two")])),
    ("BEFORE=one\n\u{a0}A=1\nAFTER=two\n", Are(&[("BEFORE", "one"), ("A", "1"), ("AFTER", "two")])),
    (
        "BEFORE=one\nTOKEN=\"abc\" oops\nAFTER=two\n",
        Are(&[("BEFORE", "one"), ("TOKEN", "\"abc\" oops"), ("AFTER", "two")]),
    ),
    (
        "BEFORE=one\nKEY=\"line one\\nline two\nAFTER=two\n",
        Are(&[("BEFORE", "one"), ("KEY", "\"line one\nline two"), ("AFTER", "two")]),
    ),
    (
        "BEFORE=one\nKEY=\"line one\\rline two\nAFTER=two\n",
        Are(&[("BEFORE", "one"), ("KEY", "\"line one\rline two"), ("AFTER", "two")]),
    ),
    (
        "BEFORE=one\nKEY=\"a\" \"b\"\nAFTER=two\n",
        Are(&[("BEFORE", "one"), ("KEY", "a\" \"b"), ("AFTER", "two")]),
    ),
];

/// theskumar/python-dotenv: `tests/test_parser.py`, `test_main.py`, `test_variables.py`. What `set_key` writes, with what
/// `get_key` reads of it, is here as well.
const PYTHON: &[Row] = &[
    ("", Are(&[])),
    ("a=b", Are(&[("a", "b")])),
    ("'a'=b", Are(&[("a", "b")])),
    ("[=b", Are(&[("[", "b")])),
    (" a = b ", Are(&[("a", "b")])),
    ("export a=b", Are(&[("a", "b")])),
    (" export 'a'=b", Are(&[("a", "b")])),
    ("# a=b", Are(&[])),
    ("a=b#c", Are(&[("a", "b#c")])),
    ("a=b #c", Are(&[("a", "b")])),
    ("a= #c", Are(&[("a", "")])),
    ("a=  # comment", Are(&[("a", "")])),
    ("a=#b", Are(&[("a", "#b")])),
    ("a=b\t#c", Are(&[("a", "b")])),
    ("a=b c", Are(&[("a", "b c")])),
    ("a=b\tc", Are(&[("a", "b\tc")])),
    ("a=b  c", Are(&[("a", "b  c")])),
    ("a=b\u{a0} c", Are(&[("a", "b\u{a0} c")])),
    ("a=b c ", Are(&[("a", "b c")])),
    ("a='b c '", Are(&[("a", "b c ")])),
    ("a=\"b c \"", Are(&[("a", "b c ")])),
    ("export export_a=1", Are(&[("export_a", "1")])),
    ("export port=8000", Are(&[("port", "8000")])),
    ("a=\"b\nc\"", Are(&[("a", "b\nc")])),
    ("a='b\nc'", Are(&[("a", "b\nc")])),
    ("a=\"b\\nc\"", Are(&[("a", "b\nc")])),
    ("a='b\\nc'", Are(&[("a", "b\\nc")])),
    ("a=\"b\\\"c\"", Are(&[("a", "b\"c")])),
    ("a='b\\'c'", Are(&[("a", "b'c")])),
    ("a=à", Are(&[("a", "à")])),
    ("a=\"à\"", Are(&[("a", "à")])),
    ("no_value_var", Are(&[])),
    ("a: b", Are(&[])),
    ("a=b\nc=d", Are(&[("a", "b"), ("c", "d")])),
    ("a=b\rc=d", Are(&[("a", "b"), ("c", "d")])),
    ("a=b\r\nc=d", Are(&[("a", "b"), ("c", "d")])),
    ("a=\nb=c", Are(&[("a", ""), ("b", "c")])),
    ("\n\n", Are(&[])),
    ("a=b\n\n", Are(&[("a", "b")])),
    ("a=b\n\nc=d", Are(&[("a", "b"), ("c", "d")])),
    ("a=\"\nb=c", Are(&[("b", "c")])),
    ("# comment\na=\"b\nc\"\nd=e\n", Are(&[("a", "b\nc"), ("d", "e")])),
    ("a=b\n# comment 1", Are(&[("a", "b")])),
    ("# comment 1\n# comment 2", Are(&[])),
    ("uglyKey[%$=\"S3cr3t_P4ssw#rD\" #\na=b", Are(&[("uglyKey[%$", "S3cr3t_P4ssw#rD"), ("a", "b")])),
    ("\u{feff}a=b", Are(&[("a", "b")])),
    ("\u{feff}a=b\nc=d", Are(&[("a", "b"), ("c", "d")])),
    ("a=''\n", Are(&[("a", "")])),
    ("a='b'\n", Are(&[("a", "b")])),
    ("a='\\'b\\''\n", Are(&[("a", "'b'")])),
    ("a='\"b\"'\n", Are(&[("a", "\"b\"")])),
    ("a='b\"c'\n", Are(&[("a", "b\"c")])),
    ("a='e'\nc=d", Are(&[("a", "e"), ("c", "d")])),
    ("a=b\nc='g'\ne=f", Are(&[("a", "b"), ("c", "g"), ("e", "f")])),
    ("a='b\\\\c'\n", Are(&[("a", "b\\c")])),
    ("a='b\\\\'\nb='sentinel'\n", Are(&[("a", "b\\"), ("b", "sentinel")])),
    ("a='b\\\\\\'c'\n", Are(&[("a", "b\\'c")])),
    ("a='C:\\\\Users\\\\'\nb='sentinel'\n", Are(&[("a", "C:\\Users\\"), ("b", "sentinel")])),
    ("a='it\\'s'\nb='sentinel'\n", Are(&[("a", "it's"), ("b", "sentinel")])),
    ("a='a\\\\nb'\nb='sentinel'\n", Are(&[("a", "a\\nb"), ("b", "sentinel")])),
    ("a='\\\\d+'\nb='sentinel'\n", Are(&[("a", "\\d+"), ("b", "sentinel")])),
    ("PYTHON_DOTENV_DISABLED=true", Are(&[("PYTHON_DOTENV_DISABLED", "true")])),
    ("a=b\nd=\"${a}\"", Are(&[("a", "b"), ("d", "\u{1}b")])),
    ("a=$b", Are(&[("a", "$b")])),
    ("a=${b}", Are(&[("a", PROCESS)])),
    ("a=${b:-d}", Are(&[("a", PROCESS)])),
    ("b=c\na=${b}", Are(&[("a", "\u{1}c"), ("b", "c")])),
    ("a=\"${b}\"", Are(&[("a", PROCESS)])),
    ("a='${b}'", Are(&[("a", PROCESS)])),
    ("a=x${b}y", Are(&[("a", PROCESS)])),
    ("a=${a}", Are(&[("a", PROCESS)])),
    ("a=${a:-c}", Are(&[("a", PROCESS)])),
    ("a=${b}${b}", Are(&[("a", PROCESS)])),
    ("a=a${b}c${d}e", Are(&[("a", PROCESS)])),
    ("b=d\na=${b}", Are(&[("a", "\u{1}d"), ("b", "d")])),
    ("a=b\na=c\nd=${a}", Are(&[("a", "c"), ("d", "\u{1}c")])),
    ("a=b\nc=${a}\nd=e\nc=${d}", Are(&[("a", "b"), ("c", "\u{1}e"), ("d", "e")])),
    ("KEY= # comment", Are(&[("KEY", "")])),
    ("KEY=val # comment", Are(&[("KEY", "val")])),
    ("KEY=a#b", Are(&[("KEY", "a#b")])),
    ("KEY=#novalue", Are(&[("KEY", "#novalue")])),
    ("KEY=# # comment", Are(&[("KEY", "#")])),
    ("KEY=\t# comment", Are(&[("KEY", "")])),
    ("KEY= # comment\nOTHER=val", Are(&[("KEY", ""), ("OTHER", "val")])),
];

/// bkeepers/dotenv: `spec/fixtures/*.env` with `spec/dotenv/environment_spec.rb` and `spec/dotenv_spec.rb`. The rows of
/// `spec/dotenv/parser_spec.rb` are in `tests/differential/ruby.rs`; of these only what it says of the process's environment.
const RUBY: &[Row] = &[
    (
        "PLAIN=true\nOPTION_A=1\nOPTION_B=2\nOPTION_C= 3\nOPTION_D =4\nOPTION_E = 5\n",
        Are(&[
            ("PLAIN", "true"),
            ("OPTION_A", "1"),
            ("OPTION_B", "2"),
            ("OPTION_C", "3"),
            ("OPTION_D", "4"),
            ("OPTION_E", "5"),
        ]),
    ),
    ("\u{feff}BOM=UTF-8", Are(&[("BOM", "UTF-8")])),
    (
        "OPTION_A: 1\nOPTION_B: '2'\nOPTION_C: ''\nOPTION_D: '\\n'\n",
        Are(&[("OPTION_A", "1"), ("OPTION_B", "2"), ("OPTION_C", ""), ("OPTION_D", "\\n")]),
    ),
    ("FOO=development\nBAR=${FOO}", Are(&[("FOO", "development"), ("BAR", "\u{1}development")])),
    ("BAR=$FOO", Are(&[("BAR", PROCESS)])),
];

/// joho/godotenv: `godotenv_test.go`, `fixtures/*.env`.
///
/// Of later than 1.5.1, and left out: a value that two ` #` follow ends at the first (`comments.env`, `qux` and `fred`).
const GODOTENV: &[Row] = &[
    (
        "OPTION_A=1\nOPTION_B=2\nOPTION_C= 3\nOPTION_D =4\nOPTION_E = 5\nOPTION_F = \nOPTION_G=\nOPTION_H=1 2\n",
        Are(&[
            ("OPTION_A", "1"),
            ("OPTION_B", "2"),
            ("OPTION_C", "3"),
            ("OPTION_D", "4"),
            ("OPTION_E", "5"),
            ("OPTION_F", ""),
            ("OPTION_G", ""),
            ("OPTION_H", "1 2"),
        ]),
    ),
    ("ONE=1\nTWO='2'\nTHREE = \"3\"", Are(&[("ONE", "1"), ("TWO", "2"), ("THREE", "3")])),
    ("export OPTION_A=2\nexport OPTION_B='\\n'\n", Are(&[("OPTION_A", "2"), ("OPTION_B", "\\n")])),
    (
        "export OPTION_A='postgres://localhost:5432/database?sslmode=disable'\n",
        Are(&[("OPTION_A", "postgres://localhost:5432/database?sslmode=disable")]),
    ),
    (
        "OPTION_A='1'\nOPTION_B='2'\nOPTION_C=''\nOPTION_D='\\n'\nOPTION_E=\"1\"\nOPTION_F=\"2\"\nOPTION_G=\"\"\nOPTION_H=\"\\n\"\nOPTION_I = \"echo 'asd'\"\nOPTION_J='line 1\nline 2'\nOPTION_K='line one\nthis is \\'quoted\\'\none more line'\nOPTION_L=\"line 1\nline 2\"\nOPTION_M=\"line one\nthis is \\\"quoted\\\"\none more line\"\n",
        Are(&[
            ("OPTION_A", "1"),
            ("OPTION_B", "2"),
            ("OPTION_C", ""),
            ("OPTION_D", "\\n"),
            ("OPTION_E", "1"),
            ("OPTION_F", "2"),
            ("OPTION_G", ""),
            ("OPTION_H", "\n"),
            ("OPTION_I", "echo 'asd'"),
            ("OPTION_J", "line 1\nline 2"),
            ("OPTION_K", "line one\nthis is \\'quoted\\'\none more line"),
            ("OPTION_L", "line 1\nline 2"),
            ("OPTION_M", "line one\nthis is \"quoted\"\none more line"),
        ]),
    ),
    (
        "OPTION_A=1\nOPTION_B=${OPTION_A}\nOPTION_C=$OPTION_B\nOPTION_D=${OPTION_A}${OPTION_B}\nOPTION_E=${OPTION_NOT_DEFINED}\n",
        Are(&[("OPTION_A", "1"), ("OPTION_B", "1"), ("OPTION_C", "1"), ("OPTION_D", "11"), ("OPTION_E", "")]),
    ),
    (
        "# Full line comment\nfoo=bar # baz\nbar=foo#baz\nbaz=\"foo\"#bar\n",
        Are(&[("foo", "bar"), ("bar", "foo#baz"), ("baz", "foo")]),
    ),
    ("FOO=test\nBAR=$FOO", Are(&[("FOO", "test"), ("BAR", "test")])),
    ("FOO=test\nBAR=${FOO}bar", Are(&[("FOO", "test"), ("BAR", "testbar")])),
    ("BAR=$FOO", Are(&[("BAR", "")])),
    ("FOO=test\nBAR=\"quote $FOO\"", Are(&[("FOO", "test"), ("BAR", "quote test")])),
    ("BAR='quote $FOO'", Are(&[("BAR", "quote $FOO")])),
    ("FOO=\"foo\\$BAR\"", Are(&[("FOO", "foo$BAR")])),
    ("FOO=\"foo\\${BAR}\"", Are(&[("FOO", "foo${BAR}")])),
    ("FOO=test\nBAR=\"foo\\${FOO} ${FOO}\"", Are(&[("FOO", "test"), ("BAR", "foo${FOO} test")])),
    (
        "TEST_URLS=\"stratum+tcp://stratum.antpool.com:3333\nstratum+tcp://stratum.antpool.com:443\"",
        Are(&[(
            "TEST_URLS",
            "stratum+tcp://stratum.antpool.com:3333\nstratum+tcp://stratum.antpool.com:443",
        )]),
    ),
    ("FOO=bar", Are(&[("FOO", "bar")])),
    ("FOO =bar", Are(&[("FOO", "bar")])),
    ("FOO= bar", Are(&[("FOO", "bar")])),
    ("FOO=\"bar\"", Are(&[("FOO", "bar")])),
    ("FOO='bar'", Are(&[("FOO", "bar")])),
    ("FOO=\"escaped\\\"bar\"", Are(&[("FOO", "escaped\"bar")])),
    ("FOO=\"'d'\"", Are(&[("FOO", "'d'")])),
    ("OPTION_A: 1", Are(&[("OPTION_A", "1")])),
    ("OPTION_A: Foo=bar", Are(&[("OPTION_A", "Foo=bar")])),
    ("OPTION_A=1:B", Are(&[("OPTION_A", "1:B")])),
    ("export OPTION_A=2", Are(&[("OPTION_A", "2")])),
    ("export OPTION_B='\\n'", Are(&[("OPTION_B", "\\n")])),
    ("export exportFoo=2", Are(&[("exportFoo", "2")])),
    ("exportFOO=2", Are(&[("exportFOO", "2")])),
    ("export_FOO =2", Are(&[("export_FOO", "2")])),
    ("export.FOO= 2", Are(&[("export.FOO", "2")])),
    ("export\tOPTION_A=2", Are(&[("OPTION_A", "2")])),
    ("  export OPTION_A=2", Are(&[("OPTION_A", "2")])),
    ("\texport OPTION_A=2", Are(&[("OPTION_A", "2")])),
    ("FOO=\"bar\\nbaz\"", Are(&[("FOO", "bar\nbaz")])),
    ("FOO.BAR=foobar", Are(&[("FOO.BAR", "foobar")])),
    ("FOO=foobar=", Are(&[("FOO", "foobar=")])),
    ("FOO=bar ", Are(&[("FOO", "bar")])),
    ("KEY=value value", Are(&[("KEY", "value value")])),
    ("FOO=bar # this is foo", Are(&[("FOO", "bar")])),
    ("FOO=\"bar#baz\" # comment", Are(&[("FOO", "bar#baz")])),
    ("FOO='bar#baz' # comment", Are(&[("FOO", "bar#baz")])),
    ("FOO=\"bar#baz#bang\" # comment", Are(&[("FOO", "bar#baz#bang")])),
    ("FOO=\"ba#r\"", Are(&[("FOO", "ba#r")])),
    ("FOO='ba#r'", Are(&[("FOO", "ba#r")])),
    ("FOO=\"bar\\n\\ b\\az\"", Are(&[("FOO", "bar\n baz")])),
    ("FOO=\"bar\\\\\\n\\ b\\az\"", Are(&[("FOO", "bar\\\n baz")])),
    ("FOO=\"bar\\\\r\\ b\\az\"", Are(&[("FOO", "bar\\r baz")])),
    ("=\"value\"", Are(&[("", "value")])),
    (" KEY =value", Are(&[("KEY", "value")])),
    ("   KEY=value", Are(&[("KEY", "value")])),
    ("\tKEY=value", Are(&[("KEY", "value")])),
    ("lol$wut", Refused),
    ("\n", Are(&[])),
    ("\r\n", Are(&[])),
    ("\t\t ", Are(&[])),
    ("# Comment", Are(&[])),
    ("\t # comment", Are(&[])),
    ("key=va\"lu\"e", Are(&[("key", "va\"lu\"e")])),
    ("key=va'lu'e", Are(&[("key", "va'lu'e")])),
    ("foo=\"\\n\\r\\\\r!\"", Are(&[("foo", "\n\r\\r!")])),
    ("foo=bar\nbaz=buzz", Are(&[("foo", "bar"), ("baz", "buzz")])),
    ("key=\"10\"", Are(&[("key", "10")])),
    ("KEY=value value\n", Are(&[("KEY", "value value")])),
    ("KEY: value value", Are(&[("KEY", "value value")])),
    ("KEY: value value\n", Are(&[("KEY", "value value")])),
    (" A=a\n", Are(&[("A", "a")])),
    ("\tA=a\n", Are(&[("A", "a")])),
    (" \t \t\n\t \t A=a\n", Are(&[("A", "a")])),
    (" \t\t export    A=a\n", Are(&[("A", "a")])),
    ("A=a \t \t\n", Are(&[("A", "a")])),
    ("export A=a\t \t \n", Are(&[("A", "a")])),
    ("A=a ", Are(&[("A", "a")])),
];

/// compose-spec/compose-go: `dotenv/godotenv_test.go`, `dotenv/godotenv_var_expansion_test.go`, `dotenv/parser_test.go`,
/// `dotenv/fixtures/*.env`.
///
/// Left out: `${UNSET_VAR:?Test error}` and its like. Whether that refuses the file is up to the process's environment, and the
/// model calls it unmodelled.
const COMPOSE: &[Row] = &[
    (
        "OPTION_A=1\nOPTION_B=2\nOPTION_C= 3\nOPTION_D =4\nOPTION_E = 5\nOPTION_F = \nOPTION_G=\nOPTION_H = my string # Inline comment\n",
        Are(&[
            ("OPTION_A", "1"),
            ("OPTION_B", "2"),
            ("OPTION_C", "3"),
            ("OPTION_D", "4"),
            ("OPTION_E", "5"),
            ("OPTION_F", ""),
            ("OPTION_G", ""),
            ("OPTION_H", "my string"),
        ]),
    ),
    ("ONE=1\nTWO='2'\nTHREE = \"3\"", Are(&[("ONE", "1"), ("TWO", "2"), ("THREE", "3")])),
    ("export OPTION_A=2\nexport OPTION_B='\\n'\n", Are(&[("OPTION_A", "2"), ("OPTION_B", "\\n")])),
    (
        "export OPTION_A='postgres://localhost:5432/database?sslmode=disable'\n",
        Are(&[("OPTION_A", "postgres://localhost:5432/database?sslmode=disable")]),
    ),
    (
        "OPTION_A='1'\nOPTION_B='2'\nOPTION_C=''\nOPTION_D='\\n'\nOPTION_E=\"1\"\nOPTION_F=\"2\"\nOPTION_G=\"\"\nOPTION_H=\"\\n\"\nOPTION_I = \"echo 'asd'\"\nOPTION_J = 'first line\nsecond line\nthird line\nand so on'\nOPTION_Z = \"last value\"\n",
        Are(&[
            ("OPTION_A", "1"),
            ("OPTION_B", "2"),
            ("OPTION_C", ""),
            ("OPTION_D", "\\n"),
            ("OPTION_E", "1"),
            ("OPTION_F", "2"),
            ("OPTION_G", ""),
            ("OPTION_H", "\n"),
            ("OPTION_I", "echo 'asd'"),
            ("OPTION_J", "first line\nsecond line\nthird line\nand so on"),
            ("OPTION_Z", "last value"),
        ]),
    ),
    (
        "OPTION_A=${OPTION_A:-1}\nOPTION_B=${OPTION_A}\nOPTION_C=$OPTION_B\nOPTION_D=${OPTION_A}_${OPTION_B}\nOPTION_E=${OPTION_NOT_DEFINED}\n",
        Are(&[
            ("OPTION_A", PROCESS),
            ("OPTION_B", PROCESS),
            ("OPTION_C", PROCESS),
            ("OPTION_D", PROCESS),
            ("OPTION_E", PROCESS),
        ]),
    ),
    (
        "OPTION_A=1\nOPTION_B=${OPTION_A}\nOPTION_C=$OPTION_B\nOPTION_D=${OPTION_A}_${OPTION_B}\nOPTION_E=${OPTION_NOT_DEFINED}\n",
        Are(&[
            ("OPTION_A", "1"),
            ("OPTION_B", "\u{1}1"),
            ("OPTION_C", "\u{1}1"),
            ("OPTION_D", "\u{1}1_1"),
            ("OPTION_E", PROCESS),
        ]),
    ),
    ("FOO=test\nBAR=$FOO", Are(&[("FOO", "test"), ("BAR", "\u{1}test")])),
    ("FOO=test\nBAR=${FOO}bar", Are(&[("FOO", "test"), ("BAR", "\u{1}testbar")])),
    ("BAR=$FOO", Are(&[("BAR", PROCESS)])),
    ("FOO=test\nBAR=\"quote $FOO\"", Are(&[("FOO", "test"), ("BAR", "\u{1}quote test")])),
    ("BAR='quote $FOO'", Are(&[("BAR", "quote $FOO")])),
    ("FOO=\"foo\\$BAR\"", Are(&[("FOO", "foo$BAR")])),
    ("FOO=\"foo\\${BAR}\"", Are(&[("FOO", "foo${BAR}")])),
    ("FOO=test\nBAR=\"foo\\${FOO} ${FOO}\"", Are(&[("FOO", "test"), ("BAR", "\u{1}foo${FOO} test")])),
    (
        "TEST_URLS=\"stratum+tcp://stratum.antpool.com:3333\nstratum+tcp://stratum.antpool.com:443\"",
        Are(&[(
            "TEST_URLS",
            "stratum+tcp://stratum.antpool.com:3333\nstratum+tcp://stratum.antpool.com:443",
        )]),
    ),
    ("FOO=bar", Are(&[("FOO", "bar")])),
    ("FOO =bar", Are(&[("FOO", "bar")])),
    ("FOO= bar", Are(&[("FOO", "bar")])),
    ("FOO=\"bar\"", Are(&[("FOO", "bar")])),
    ("FOO='bar'", Are(&[("FOO", "bar")])),
    ("FOO=\"escaped\\\"bar\"", Are(&[("FOO", "escaped\"bar")])),
    ("FOO=\"\\\"quoted\\\"\"", Are(&[("FOO", "\"quoted\"")])),
    ("FOO=\"'d'\"", Are(&[("FOO", "'d'")])),
    ("OPTION_A: 1", Are(&[("OPTION_A", "1")])),
    ("OPTION_A: Foo=bar", Are(&[("OPTION_A", "Foo=bar")])),
    ("OPTION_A=1:B", Are(&[("OPTION_A", "1:B")])),
    ("export OPTION_A=2", Are(&[("OPTION_A", "2")])),
    ("export OPTION_B='\\n'", Are(&[("OPTION_B", "\\n")])),
    ("export exportFoo=2", Are(&[("exportFoo", "2")])),
    ("exportFOO=2", Are(&[("exportFOO", "2")])),
    ("export_FOO =2", Are(&[("export_FOO", "2")])),
    ("export.FOO= 2", Are(&[("export.FOO", "2")])),
    ("export\tOPTION_A=2", Are(&[("OPTION_A", "2")])),
    ("  export OPTION_A=2", Are(&[("OPTION_A", "2")])),
    ("\texport OPTION_A=2", Are(&[("OPTION_A", "2")])),
    ("export OPTION_A=\"export A\"", Are(&[("OPTION_A", "export A")])),
    ("FOO=\"bar\\nbaz\"", Are(&[("FOO", "bar\nbaz")])),
    ("FOO=a\\tb", Are(&[("FOO", "a\\tb")])),
    ("FOO=\"a\\tb\"", Are(&[("FOO", "a\tb")])),
    (
        "KEY=\"Z\\aZ\\bZ\\fZ\\nZ\\rZ\\tZ\\vZ\\\\Z\\0123Z\"",
        Are(&[("KEY", "Z\u{7}Z\u{8}Z\u{c}Z\nZ\rZ\tZ\u{b}Z\\ZSZ")]),
    ),
    ("FOO.BAR=foobar", Are(&[("FOO.BAR", "foobar")])),
    ("FOO=foobar=", Are(&[("FOO", "foobar=")])),
    ("FOO=bar ", Are(&[("FOO", "bar")])),
    ("FOO=bar # this is foo", Are(&[("FOO", "bar")])),
    ("FOO=bar #this is foo", Are(&[("FOO", "bar")])),
    ("FOO=bar #", Are(&[("FOO", "bar")])),
    ("FOO=123#not-an-inline-comment", Are(&[("FOO", "123#not-an-inline-comment")])),
    ("FOO=\"bar#baz\"", Are(&[("FOO", "bar#baz")])),
    ("FOO=\"bar#baz\"#", Are(&[("FOO", "bar#baz")])),
    ("FOO=\"bar#baz\" # comment", Are(&[("FOO", "bar#baz")])),
    ("FOO='bar#baz' # comment", Are(&[("FOO", "bar#baz")])),
    ("FOO=\"bar#baz#bang\" # comment", Are(&[("FOO", "bar#baz#bang")])),
    ("FOO=\"ba#r\"", Are(&[("FOO", "ba#r")])),
    ("FOO='ba#r'", Are(&[("FOO", "ba#r")])),
    ("FOO=\"bar\\n\\ b\\az\"", Are(&[("FOO", "bar\n\\ b\u{7}z")])),
    ("FOO=\"bar\\\\\\n\\ b\\az\"", Are(&[("FOO", "bar\\\n\\ b\u{7}z")])),
    ("FOO=\"bar\\\\r\\ b\\az\"", Are(&[("FOO", "bar\\r\\ b\u{7}z")])),
    ("FOO=\"bar\\nbaz\\\\\"", Are(&[("FOO", "bar\nbaz\\")])),
    ("=\"value\"", Are(&[("", "value")])),
    (" KEY =value", Are(&[("KEY", "value")])),
    ("   KEY=value", Are(&[("KEY", "value")])),
    ("\tKEY=value", Are(&[("KEY", "value")])),
    ("KEY=\"\\0123\"", Are(&[("KEY", "S")])),
    ("KEY=\"\\x07\"", Are(&[("KEY", "\\x07")])),
    ("KEY=\"\\u12e4\"", Are(&[("KEY", "\\u12e4")])),
    ("KEY=\"\\U00101234\"", Are(&[("KEY", "\\U00101234")])),
    ("lol$wut", Refused),
    ("KEY=\"", Refused),
    ("KEY=\"value", Refused),
    ("KEY=\"value\\\"", Refused),
    ("KEY=\"value'", Refused),
    ("KEY='", Refused),
    ("KEY='value", Refused),
    ("KEY='value\\'", Refused),
    ("KEY='value\"", Refused),
    ("\n", Are(&[])),
    ("\r\n", Are(&[])),
    ("\t\t ", Are(&[])),
    ("# Comment", Are(&[])),
    ("\t # comment", Are(&[])),
    (
        "foo=bar\nVAR_TO_BE_LOADED_FROM_OS_ENV\nbar=baz\n",
        Are(&[("foo", "bar"), ("VAR_TO_BE_LOADED_FROM_OS_ENV", PROCESS), ("bar", "baz")]),
    ),
    ("VARIABLE_NOT_FOUND\n", Are(&[("VARIABLE_NOT_FOUND", PROCESS)])),
    ("TEST=$ME", Are(&[("TEST", PROCESS)])),
    (
        "\u{feff}OPTION_A=1\nOPTION_B=2\nOPTION_C=3\nOPTION_D=4\nOPTION_E=5\n",
        Are(&[("OPTION_A", "1"), ("OPTION_B", "2"), ("OPTION_C", "3"), ("OPTION_D", "4"), ("OPTION_E", "5")]),
    ),
    (
        "VAR-WITH-DASHES=dashes\nVAR.WITH.DOTS=dots\nVAR_WITH_UNDERSCORES=underscores\n",
        Are(&[
            ("VAR-WITH-DASHES", "dashes"),
            ("VAR.WITH.DOTS", "dots"),
            ("VAR_WITH_UNDERSCORES", "underscores"),
        ]),
    ),
    (
        "\na=b\na[1]=c\na.propertyKey=d\nárvíztűrő-TÜKÖRFÚRÓGÉP=ÁRVÍZTŰRŐ-tükörfúrógép\n",
        Are(&[
            ("a", "b"),
            ("a[1]", "c"),
            ("a.propertyKey", "d"),
            ("árvíztűrő-TÜKÖRFÚRÓGÉP", "ÁRVÍZTŰRŐ-tükörfúrógép"),
        ]),
    ),
    ("%!(EXTRA string)=foo", Refused),
    ("RESULT=${UNSET_VAR:-Default Value}", Are(&[("RESULT", PROCESS)])),
    (
        "EMPTY_VAR=\nRESULT=${EMPTY_VAR:-Default Value}",
        Are(&[("EMPTY_VAR", ""), ("RESULT", "\u{1}Default Value")]),
    ),
    (
        "TEST_VAR=Test Value\nRESULT=${TEST_VAR:-Default Value}",
        Are(&[("TEST_VAR", "Test Value"), ("RESULT", "\u{1}Test Value")]),
    ),
    ("RESULT=${UNSET_VAR-Default Value}", Are(&[("RESULT", PROCESS)])),
    ("EMPTY_VAR=\nRESULT=${EMPTY_VAR-Default Value}", Are(&[("EMPTY_VAR", ""), ("RESULT", "\u{1}")])),
    (
        "TEST_VAR=Test Value\nRESULT=${TEST_VAR-Default Value}",
        Are(&[("TEST_VAR", "Test Value"), ("RESULT", "\u{1}Test Value")]),
    ),
    (
        "TEST_VAR=Test Value\nRESULT=${TEST_VAR:?Default Value}",
        Are(&[("TEST_VAR", "Test Value"), ("RESULT", "\u{1}Test Value")]),
    ),
    ("EMPTY_VAR=\nRESULT=${EMPTY_VAR?Test error}", Are(&[("EMPTY_VAR", ""), ("RESULT", "\u{1}")])),
    (
        "TEST_VAR=Test Value\nRESULT=${TEST_VAR?Default Value}",
        Are(&[("TEST_VAR", "Test Value"), ("RESULT", "\u{1}Test Value")]),
    ),
];

/// allan2/dotenvy at 0.15.7: `dotenv/src/parse.rs`, `dotenv/tests/test-*.rs`; and of what came after it
/// `dotenv/tests/integration/case/*.rs`.
const DOTENVY: &[Row] = &[
    (
        "\nKEY=1\nKEY2=\"2\"\nKEY3='3'\nKEY4='fo ur'\nKEY5=\"fi ve\"\nKEY6=s\\ ix\nKEY7=\nKEY8=     \nKEY9=   # foo\nKEY10  =\"whitespace before =\"\nKEY11=    \"whitespace after =\"\nexport=\"export as key\"\nexport   SHELL_LOVER=1\n",
        Are(&[
            ("KEY", "1"),
            ("KEY2", "2"),
            ("KEY3", "3"),
            ("KEY4", "fo ur"),
            ("KEY5", "fi ve"),
            ("KEY6", "s ix"),
            ("KEY7", ""),
            ("KEY8", ""),
            ("KEY9", ""),
            ("KEY10", "whitespace before ="),
            ("KEY11", "whitespace after ="),
            ("export", "export as key"),
            ("SHELL_LOVER", "1"),
        ]),
    ),
    ("\n# foo=bar\n#    ", Are(&[])),
    ("\n  invalid    \n", Refused),
    ("very bacon = yes indeed\n", Refused),
    ("=value", Refused),
    (
        "\nKEY=my\\ cool\\ value\nKEY2=\\$sweet\nKEY3=\"awesome stuff \\\"mang\\\"\"\nKEY4='sweet $\\fgs'\\''fds'\nKEY5=\"'\\\"yay\\\\\"\\ \"stuff\"\nKEY6=\"lol\" #well you see when I say lol wh\nKEY7=\"line 1\\nline 2\"\n",
        Are(&[
            ("KEY", "my cool value"),
            ("KEY2", "$sweet"),
            ("KEY3", "awesome stuff \"mang\""),
            ("KEY4", "sweet $\\fgs'fds"),
            ("KEY5", "'\"yay\\ stuff"),
            ("KEY6", "lol"),
            ("KEY7", "line 1\nline 2"),
        ]),
    ),
    ("KEY=my uncool value\n", Refused),
    ("KEY2=\"why\n", Refused),
    ("KEY3='please stop''\n", Refused),
    ("KEY4=h\\8u\n", Refused),
    (
        "\n            KEY=test\n            KEY1=\"${KEY}\"\n            ",
        Are(&[("KEY", "test"), ("KEY1", "\u{1}test")]),
    ),
    ("KEY=\">$KEY1<>${KEY2}<\"", Are(&[("KEY", PROCESS)])),
    ("KEY=>\\$KEY1<>\\${KEY2}<", Are(&[("KEY", ">$KEY1<>${KEY2}<")])),
    ("KEY=\">\\$KEY1<>\\${KEY2}<\"", Are(&[("KEY", ">$KEY1<>${KEY2}<")])),
    ("KEY='>${KEY1}<>$KEY2<'", Are(&[("KEY", ">${KEY1}<>$KEY2<")])),
    ("\n    KEY=VALUE\n    KEY1=$KEY$KEY\n    ", Are(&[("KEY", "VALUE"), ("KEY1", "\u{1}VALUEVALUE")])),
    ("\n    KEY.Value=VALUE\n    ", Are(&[("KEY.Value", "VALUE")])),
    (
        "\n            KEY=${KEY1}+KEY_VALUE\n            KEY1=${KEY}+KEY1_VALUE\n            ",
        Are(&[("KEY", PROCESS), ("KEY1", PROCESS)]),
    ),
    (
        "\n            KEY1=test_user\n            KEY1_1=test_user_with_separator\n            KEY=\">$KEY1_1<>$KEY1}<>$KEY1{<\"\n            ",
        Are(&[
            ("KEY1", "test_user"),
            ("KEY1_1", "test_user_with_separator"),
            ("KEY", "\u{1}>test_user_1<>test_user}<>test_user{<"),
        ]),
    ),
    ("KEY=\">${KEY11}<\"", Are(&[("KEY", PROCESS)])),
    (
        "\n    KEY11=test_user\n    KEY=\">${KEY11}<\"\n    ",
        Are(&[("KEY11", "test_user"), ("KEY", "\u{1}>test_user<")]),
    ),
    (
        "\n    KEY1=test_user\n    KEY2=$KEY1_2\n    KEY=>${KEY1}<>${KEY2}<\n    ",
        Are(&[("KEY1", "test_user"), ("KEY2", "\u{1}test_user_2"), ("KEY", "\u{1}>test_user<>test_user_2<")]),
    ),
    ("\n    KEY2=$KEY1_2\n    KEY=>${KEY1}<>${KEY2}<\n    ", Are(&[("KEY2", PROCESS), ("KEY", PROCESS)])),
    ("\n    KEY=VALUE\n    KEY1=>${KEY{<\n    ", Refused),
    (".Key=VALUE", Refused),
    ("<><><>", Refused),
    ("VALUE=>\\f<", Refused),
    (
        "\nKEY1=new_value1\nKEY_U=$KEY+valueU\n\nSUBSTITUTION_FOR_STRONG_QUOTES='$ZZZ>>$KEY>>$KEY1>>${KEY}1>>$KEY_U>>${KEY_U}>>\\$KEY'\nSUBSTITUTION_FOR_WEAK_QUOTES=\"$ZZZ>>$KEY>>$KEY1>>${KEY}1>>$KEY_U>>${KEY_U}>>\\$KEY\"\nSUBSTITUTION_WITHOUT_QUOTES=$ZZZ>>$KEY>>$KEY1>>${KEY}1>>$KEY_U>>${KEY_U}>>\\$KEY\n",
        Are(&[
            ("KEY1", "new_value1"),
            ("KEY_U", PROCESS),
            ("SUBSTITUTION_FOR_STRONG_QUOTES", "$ZZZ>>$KEY>>$KEY1>>${KEY}1>>$KEY_U>>${KEY_U}>>\\$KEY"),
            ("SUBSTITUTION_FOR_WEAK_QUOTES", PROCESS),
            ("SUBSTITUTION_WITHOUT_QUOTES", PROCESS),
        ]),
    ),
    (
        "\nKEY=my\\ cool\\ value\nKEY3=\"awesome \\\"stuff\\\"\nmore\non other\nlines\"\nKEY4='hello '\\''world'\"\ngood ' \\'morning\"\nWEAK=\"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\\n\\\"QUOTED\\\"\"\nSTRONG='-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\\n\\\"QUOTED\\\"'\n",
        Are(&[
            ("KEY", "my cool value"),
            ("KEY3", "awesome \"stuff\"\nmore\non other\nlines"),
            ("KEY4", "hello 'world\ngood ' 'morning"),
            ("WEAK", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n\"QUOTED\""),
            ("STRONG", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\\n\\\"QUOTED\\\""),
        ]),
    ),
    (
        "\n# Start of .env file\n# Comment line with single ' quote\n# Comment line with double \" quote\n # Comment line with double \" quote and starts with a space\nTESTKEY1=test_val # 1 '\" comment\nTESTKEY2=test_val_with_#_hash # 2 '\" comment\nTESTKEY3=\"test_val quoted with # hash\" # 3 '\" comment\nTESTKEY4=\"Line 1\n# Line 2\nLine 3\" # 4 Multiline \"' comment\nTESTKEY5=\"Line 4\n# Line 5\nLine 6\n\" # 5 Multiline \"' comment\n# End of .env file\n",
        Are(&[
            ("TESTKEY1", "test_val"),
            ("TESTKEY2", "test_val_with_#_hash"),
            ("TESTKEY3", "test_val quoted with # hash"),
            ("TESTKEY4", "Line 1\n# Line 2\nLine 3"),
            ("TESTKEY5", "Line 4\n# Line 5\nLine 6\n"),
        ]),
    ),
    ("\u{feff}TESTKEY=test_val", Are(&[("TESTKEY", "test_val")])),
    ("\u{feff}", Are(&[])),
    ("\u{feff}A=1\nB=2\n", Are(&[("A", "1"), ("B", "2")])),
    ("fooo=\"'bar'\"", Are(&[("fooo", "'bar'")])),
    ("fooo='\"bar\"'", Are(&[("fooo", "\"bar\"")])),
    ("\"FOOO\"=bar", Refused),
    ("'FOOO'=bar", Refused),
    ("FOOO=\"outer \"inner\"\"", Are(&[("FOOO", "outer inner")])),
    ("FOOO='outer \"inner\"'", Are(&[("FOOO", "outer \"inner\"")])),
    ("FOOO=\"outer 'inner'\"", Are(&[("FOOO", "outer 'inner'")])),
    ("FOOO='outer 'inner''", Are(&[("FOOO", "outer inner")])),
    ("FOOO=\"outer \\\"inner\\\"\"", Are(&[("FOOO", "outer \"inner\"")])),
    ("FOOO='outer \\\"inner\\\"'", Are(&[("FOOO", "outer \\\"inner\\\"")])),
    ("FOOO=\"outer \\'inner\\'\"", Are(&[("FOOO", "outer 'inner'")])),
    ("FOOO='outer \\'inner\\''", Refused),
    ("  FOOO=bar", Are(&[("FOOO", "bar")])),
    ("\nFOOO=bar", Are(&[("FOOO", "bar")])),
    ("\r\n  FOOO=bar", Are(&[("FOOO", "bar")])),
    ("\n\nFOOO=bar", Are(&[("FOOO", "bar")])),
    ("\r\n\r\nFOOO=bar", Are(&[("FOOO", "bar")])),
    ("\tFOOO=bar", Are(&[("FOOO", "bar")])),
    (" \r\n\t FOOO=bar", Are(&[("FOOO", "bar")])),
    ("FOOO=bar  ", Are(&[("FOOO", "bar")])),
    ("FOOO=bar\n", Are(&[("FOOO", "bar")])),
    ("FOOO=bar\n\n", Are(&[("FOOO", "bar")])),
    ("FOOO=bar\r\n", Are(&[("FOOO", "bar")])),
    ("FOOO=bar\r\n\r\n", Are(&[("FOOO", "bar")])),
    ("FOOO=bar \t", Are(&[("FOOO", "bar")])),
    ("FOOO=bar \t \n", Are(&[("FOOO", "bar")])),
    ("FOOO=bar \t \r\n", Are(&[("FOOO", "bar")])),
    ("A = 1", Are(&[("A", "1")])),
    ("FOOO=foo\\ bar\\ baz", Are(&[("FOOO", "foo bar baz")])),
    ("FOOO=\"foo bar baz\"", Are(&[("FOOO", "foo bar baz")])),
    ("FOOO='foo bar baz'", Are(&[("FOOO", "foo bar baz")])),
    ("# A=1", Are(&[])),
    (" # A=1", Are(&[])),
    ("# A=1\nB=2", Are(&[("B", "2")])),
    ("A=1 # B=2", Are(&[("A", "1")])),
    ("A=1#B=2", Are(&[("A", "1#B=2")])),
    ("A='1'#B=2", Are(&[("A", "1#B=2")])),
    ("A=\"1\"#B=2", Are(&[("A", "1#B=2")])),
    ("FOO#1=bar", Refused),
    ("export A=1", Are(&[("A", "1")])),
    (" export A=1", Are(&[("A", "1")])),
    ("export A=1 # B=2", Are(&[("A", "1")])),
    ("FOOBAR=foo\nbar", Refused),
    ("FOOBAR=\"foo\nbar", Refused),
    ("FOOBAR='foo\nbar", Refused),
    ("FOOBAR=\"foo\nbar\"", Are(&[("FOOBAR", "foo\nbar")])),
    ("FOOBAR='foo\nbar'", Are(&[("FOOBAR", "foo\nbar")])),
    ("FOOBAR=\"foo\nbar\nbaz\"", Are(&[("FOOBAR", "foo\nbar\nbaz")])),
    ("A=$B", Are(&[("A", PROCESS)])),
    ("A=$B + extra", Refused),
    ("A=\\$B", Are(&[("A", "$B")])),
    ("A=1\nB=$A", Are(&[("A", "1"), ("B", "\u{1}1")])),
    ("A=1\nB=$A+extra", Are(&[("A", "1"), ("B", "\u{1}1+extra")])),
    ("A=1\nB=\"$A+extra\"", Are(&[("A", "1"), ("B", "\u{1}1+extra")])),
    ("A='$B + extra'", Are(&[("A", "$B + extra")])),
    ("A='\\$B'", Are(&[("A", "\\$B")])),
    ("A=1\nB='$A+extra'", Are(&[("A", "1"), ("B", "$A+extra")])),
    ("A=\"$B", Refused),
    ("A=1\nB=\"$A\"", Refused),
    ("A=\"$B\"", Refused),
];

/// nodejs/node: `test/fixtures/dotenv/*.env`, `test/parallel/test-dotenv.js`, `test/parallel/test-util-parse-env.js`.
///
/// Of later versions, and left out: a line without `=`, which 20.20 makes a part of the name behind it (`invalid-syntax.env`, and
/// `IS NOT MULTILINE` in `valid.env`), and lines of blanks alone, of which it does the same (`lines-with-only-spaces.env`).
const NODE: &[Row] = &[
    (
        "BASIC=basic\n\n# previous line intentionally left blank\nAFTER_LINE=after_line\nEMPTY=\nEMPTY_SINGLE_QUOTES=''\nEMPTY_DOUBLE_QUOTES=\"\"\nEMPTY_BACKTICKS=``\nSINGLE_QUOTES='single_quotes'\nSINGLE_QUOTES_SPACED='    single quotes    '\nDOUBLE_QUOTES=\"double_quotes\"\nDOUBLE_QUOTES_SPACED=\"    double quotes    \"\nDOUBLE_QUOTES_INSIDE_SINGLE='double \"quotes\" work inside single quotes'\nDOUBLE_QUOTES_WITH_NO_SPACE_BRACKET=\"{ port: $MONGOLAB_PORT}\"\nSINGLE_QUOTES_INSIDE_DOUBLE=\"single 'quotes' work inside double quotes\"\nBACKTICKS_INSIDE_SINGLE='`backticks` work inside single quotes'\nBACKTICKS_INSIDE_DOUBLE=\"`backticks` work inside double quotes\"\nBACKTICKS=`backticks`\nBACKTICKS_SPACED=`    backticks    `\nDOUBLE_QUOTES_INSIDE_BACKTICKS=`double \"quotes\" work inside backticks`\nSINGLE_QUOTES_INSIDE_BACKTICKS=`single 'quotes' work inside backticks`\nDOUBLE_AND_SINGLE_QUOTES_INSIDE_BACKTICKS=`double \"quotes\" and single 'quotes' work inside backticks`\nEXPAND_NEWLINES=\"expand\\nnew\\nlines\"\nDONT_EXPAND_UNQUOTED=dontexpand\\nnewlines\nDONT_EXPAND_SQUOTED='dontexpand\\nnewlines'\n# COMMENTS=work\nINLINE_COMMENTS=inline comments # work #very #well\nINLINE_COMMENTS_SINGLE_QUOTES='inline comments outside of #singlequotes' # work\nINLINE_COMMENTS_DOUBLE_QUOTES=\"inline comments outside of #doublequotes\" # work\nINLINE_COMMENTS_BACKTICKS=`inline comments outside of #backticks` # work\nINLINE_COMMENTS_SPACE=inline comments start with a#number sign. no space required.\nEQUAL_SIGNS=equals==\nRETAIN_INNER_QUOTES={\"foo\": \"bar\"}\nRETAIN_INNER_QUOTES_AS_STRING='{\"foo\": \"bar\"}'\nRETAIN_INNER_QUOTES_AS_BACKTICKS=`{\"foo\": \"bar's\"}`\nTRIM_SPACE_FROM_UNQUOTED=    some spaced out string\nEMAIL=therealnerdybeast@example.tld\n    SPACED_KEY = parsed\nEDGE_CASE_INLINE_COMMENTS=\"VALUE1\" # or \"VALUE2\" or \"VALUE3\"\n\nMULTI_DOUBLE_QUOTED=\"THIS\nIS\nA\nMULTILINE\nSTRING\"\n\nMULTI_SINGLE_QUOTED='THIS\nIS\nA\nMULTILINE\nSTRING'\n\nMULTI_BACKTICKED=`THIS\nIS\nA\n\"MULTILINE'S\"\nSTRING`\n",
        Are(&[
            ("BASIC", "basic"),
            ("AFTER_LINE", "after_line"),
            ("EMPTY", ""),
            ("EMPTY_SINGLE_QUOTES", ""),
            ("EMPTY_DOUBLE_QUOTES", ""),
            ("EMPTY_BACKTICKS", ""),
            ("SINGLE_QUOTES", "single_quotes"),
            ("SINGLE_QUOTES_SPACED", "    single quotes    "),
            ("DOUBLE_QUOTES", "double_quotes"),
            ("DOUBLE_QUOTES_SPACED", "    double quotes    "),
            ("DOUBLE_QUOTES_INSIDE_SINGLE", "double \"quotes\" work inside single quotes"),
            ("DOUBLE_QUOTES_WITH_NO_SPACE_BRACKET", "{ port: $MONGOLAB_PORT}"),
            ("SINGLE_QUOTES_INSIDE_DOUBLE", "single 'quotes' work inside double quotes"),
            ("BACKTICKS_INSIDE_SINGLE", "`backticks` work inside single quotes"),
            ("BACKTICKS_INSIDE_DOUBLE", "`backticks` work inside double quotes"),
            ("BACKTICKS", "backticks"),
            ("BACKTICKS_SPACED", "    backticks    "),
            ("DOUBLE_QUOTES_INSIDE_BACKTICKS", "double \"quotes\" work inside backticks"),
            ("SINGLE_QUOTES_INSIDE_BACKTICKS", "single 'quotes' work inside backticks"),
            (
                "DOUBLE_AND_SINGLE_QUOTES_INSIDE_BACKTICKS",
                "double \"quotes\" and single 'quotes' work inside backticks",
            ),
            ("EXPAND_NEWLINES", "expand\nnew\nlines"),
            ("DONT_EXPAND_UNQUOTED", "dontexpand\\nnewlines"),
            ("DONT_EXPAND_SQUOTED", "dontexpand\\nnewlines"),
            ("INLINE_COMMENTS", "inline comments"),
            ("INLINE_COMMENTS_SINGLE_QUOTES", "inline comments outside of #singlequotes"),
            ("INLINE_COMMENTS_DOUBLE_QUOTES", "inline comments outside of #doublequotes"),
            ("INLINE_COMMENTS_BACKTICKS", "inline comments outside of #backticks"),
            ("INLINE_COMMENTS_SPACE", "inline comments start with a"),
            ("EQUAL_SIGNS", "equals=="),
            ("RETAIN_INNER_QUOTES", "{\"foo\": \"bar\"}"),
            ("RETAIN_INNER_QUOTES_AS_STRING", "{\"foo\": \"bar\"}"),
            ("RETAIN_INNER_QUOTES_AS_BACKTICKS", "{\"foo\": \"bar's\"}"),
            ("TRIM_SPACE_FROM_UNQUOTED", "some spaced out string"),
            ("EMAIL", "therealnerdybeast@example.tld"),
            ("SPACED_KEY", "parsed"),
            ("EDGE_CASE_INLINE_COMMENTS", "VALUE1"),
            ("MULTI_DOUBLE_QUOTED", "THIS\nIS\nA\nMULTILINE\nSTRING"),
            ("MULTI_SINGLE_QUOTED", "THIS\nIS\nA\nMULTILINE\nSTRING"),
            ("MULTI_BACKTICKED", "THIS\nIS\nA\n\"MULTILINE'S\"\nSTRING"),
        ]),
    ),
    (
        "MULTI_NOT_VALID_QUOTE=\"\nMULTI_NOT_VALID=THIS\n",
        Are(&[("MULTI_NOT_VALID_QUOTE", "\""), ("MULTI_NOT_VALID", "THIS")]),
    ),
    (
        "export EXAMPLE = ignore export\n\n#COMMENTED_ENV=should not shown\n#COMMENTED_ENV_FOLLOW_COMMENTED_ENV=should not shown\n#COMMENTED_ENV_FOLLOW_COMMENTED_ENV_2=should not shown\n",
        Are(&[("EXAMPLE", "ignore export")]),
    ),
    ("BASIC=value\nEMPTY=", Are(&[("BASIC", "value"), ("EMPTY", "")])),
    ("BASIC=\"basic\"", Are(&[("BASIC", "basic")])),
    ("BASIC='basic'", Are(&[("BASIC", "basic")])),
    (
        "JWT_PUBLIC_KEY=\"-----BEGIN PUBLIC KEY-----\nMIICIjANBgkqhkiG9w0B\nvgv+lGrqfFWRemajGXSm\n-----END PUBLIC KEY-----\"\n",
        Are(&[(
            "JWT_PUBLIC_KEY",
            "-----BEGIN PUBLIC KEY-----\nMIICIjANBgkqhkiG9w0B\nvgv+lGrqfFWRemajGXSm\n-----END PUBLIC KEY-----",
        )]),
    ),
    ("", Are(&[])),
    ("FOO=bar\nFOO=baz\n", Are(&[("FOO", "baz")])),
];

/// systemd/systemd: `src/test/test-env-file.c`, and `src/test/test-fileio.c` as it was before the tests moved. They look at what
/// `load_env_file` gives; a unit takes only names of it, so that `export nine` is no variable here.
///
/// Of 254 and later, and left out: a comment whose last byte is a backslash ends with its line (`env_file_3`, `normal1`).
const SYSTEMD: &[Row] = &[
    (
        "a=a\nb=b\\\nc\nd=d\\\ne\\\nf\ng=g\\ \nh=h\ni=i\\",
        Are(&[("a", "a"), ("b", "bc"), ("d", "def"), ("g", "g "), ("h", "h"), ("i", "i")]),
    ),
    (
        "a=a\na=b\na=b\na=a\nb=b\\\nc\nd= d\\\ne  \\\nf  \ng=g\\ \nh= ąęół\\ śćńźżμ \ni=i\\",
        Are(&[("a", "a"), ("b", "bc"), ("d", "de  f"), ("g", "g "), ("h", "ąęół śćńźżμ"), ("i", "i")]),
    ),
    ("a=a\\\n", Are(&[("a", "a")])),
    (
        "#SPAMD_ARGS=\"-d --socketpath=/var/lib/bulwark/spamd \\\n#--nouser-config                                     \\\nnormal=line",
        Are(&[]),
    ),
    (
        "# Generated\n\nHWMON_MODULES=\"coretemp f71882fg\"\n\n# For compatibility reasons\n\nMODULE_0=coretemp\nMODULE_1=f71882fg",
        Are(&[("HWMON_MODULES", "coretemp f71882fg"), ("MODULE_0", "coretemp"), ("MODULE_1", "f71882fg")]),
    ),
    ("a=\nb=", Are(&[("a", ""), ("b", "")])),
    (
        "a=\\ \\n \\t \\x \\y \\' \nb= \\$'                  \nc= ' \\n\\t\\$\\`\\\\\n'   \nd= \" \\n\\t\\$\\`\\\\\n\"   \n",
        Are(&[("a", " n t x y '"), ("b", "$'"), ("c", " \\n\\t\\$\\`\\\\\n"), ("d", " \\n\\t$`\\\n")]),
    ),
    ("fo\u{fffe}o=bar", Refused),
    ("foo=b\u{ffff}ar", Refused),
    ("baz=hello world\u{fffe}", Refused),
    (
        "one=BAR   \n# comment\n # comment \n ; comment \n  two   =   bar    \ninvalid line\ninvalid line #comment\nthree = \"333\nxxxx\"\nfour = '44\\\"44'\nfive = \"55\\\"55\" \"FIVE\" cinco   \nsix = seis sechs\\\n sis\nseven=\"sevenval\" #nocomment\neight=eightval #nocomment\nexport nine=nineval\nten=ignored\nten=ignored\nten=\neleven=\\value\ntwelve=\"\\value\"\nthirteen='\\value'",
        Are(&[
            ("one", "BAR"),
            ("two", "bar"),
            ("three", "333\nxxxx"),
            ("four", "44\\\"44"),
            ("five", "55\"55FIVEcinco"),
            ("six", "seis sechs sis"),
            ("seven", "sevenval#nocomment"),
            ("eight", "eightval #nocomment"),
            ("ten", ""),
            ("eleven", "value"),
            ("twelve", "\\value"),
            ("thirteen", "\\value"),
        ]),
    ),
    (
        "one=BAR\\\n    VAR\\\n\tGAR\n#comment\ntwo=\"bar\\\n    var\\\n\tgar\"\n#comment\ntri=\"bar \\\n    var \\\n\tgar \"\n",
        Are(&[("one", "BAR    VAR\tGAR"), ("two", "bar    var\tgar"), ("tri", "bar     var \tgar ")]),
    ),
    (
        "one=BAR\\\n\\ \\ \\ \\ VAR\\\n\\\tGAR\n#comment\ntwo=\"bar\\\n    var\\\n\tgar\"\n",
        Are(&[("one", "BAR    VAR\tGAR"), ("two", "bar    var\tgar")]),
    ),
    (
        "NAME=\"Arch Linux\"\nID=arch\nPRETTY_NAME=\"Arch Linux\"\nANSI_COLOR=\"0;36\"\nHOME_URL=\"https://www.archlinux.org/\"\nSUPPORT_URL=\"https://bbs.archlinux.org/\"\nBUG_REPORT_URL=\"https://bugs.archlinux.org/\"\n",
        Are(&[
            ("NAME", "Arch Linux"),
            ("ID", "arch"),
            ("PRETTY_NAME", "Arch Linux"),
            ("ANSI_COLOR", "0;36"),
            ("HOME_URL", "https://www.archlinux.org/"),
            ("SUPPORT_URL", "https://bbs.archlinux.org/"),
            ("BUG_REPORT_URL", "https://bugs.archlinux.org/"),
        ]),
    ),
];

/// systemd/systemd: `src/test/test-env-file.c` has a shell read one of its files too.
const SHELLS: &[Row] = &[(
    "one=BAR\\\n\\ \\ \\ \\ VAR\\\n\\\tGAR\n#comment\ntwo=\"bar\\\n    var\\\n\tgar\"\n#comment\ntri=\"bar \\\n    var \\\n\tgar \"\n",
    Are(&[("one", "BAR    VAR\tGAR"), ("two", "bar    var\tgar"), ("tri", "bar     var \tgar ")]),
)];

/// docker/cli: `opts/envfile_test.go`, `opts/file_test.go`, `pkg/kvfile/kvfile_test.go`. The file with a line that is longer than
/// its scanner takes is in [`docker_long_line`].
const DOCKER: &[Row] = &[
    ("\nFOO=BAR\nZOT", Are(&[("FOO", "BAR"), ("ZOT", PROCESS)])),
    (
        "# comment=\nVAR=VAR_VALUE\nEMPTY_VAR=\nUNDEFINED_VAR\nDEFINED_VAR\n",
        Are(&[("VAR", "VAR_VALUE"), ("EMPTY_VAR", ""), ("UNDEFINED_VAR", PROCESS), ("DEFINED_VAR", PROCESS)]),
    ),
    (
        "foo=bar\n    baz=quux\n# comment\n\n_foobar=foobaz\nwith.dots=working\nand_underscore=working too\n\n    \t  ",
        Are(&[
            ("foo", "bar"),
            ("baz", "quux"),
            ("_foobar", "foobaz"),
            ("with.dots", "working"),
            ("and_underscore", "working too"),
        ]),
    ),
    ("", Are(&[])),
    ("foo=bar\n    f   =quux\n", Refused),
    ("first line\nanother invalid line", Refused),
    ("# comment=\nHOME\nUNDEFINED_VAR\n", Are(&[("HOME", PROCESS), ("UNDEFINED_VAR", PROCESS)])),
    ("# comment=\n=blank variable names are an error case\n", Refused),
];

/// kubernetes/kubectl: `pkg/cmd/util/env_file_test.go`, `pkg/cmd/create/create_configmap_test.go`, which writes its lines with
/// CR LF.
const KUBECTL: &[Row] = &[
    ("\u{feff}a=c", Are(&[("a", "c")])),
    ("\n\u{feff}a=c", Refused),
    (" #c", Are(&[])),
    (" x=v#c", Are(&[("x", "v#c")])),
    ("  \t", Are(&[])),
    (" x=", Are(&[("x", "")])),
    ("k8s_test_env_file_key", Are(&[("k8s_test_env_file_key", PROCESS)])),
    ("key1=value1\r\n#\r\n\r\nkey2=value2\r\n", Are(&[("key1", "value1"), ("key2", "value2")])),
    ("key3=value3\r\n", Are(&[("key3", "value3")])),
    ("g_key1\r\ng_key2=\r\n", Are(&[("g_key1", PROCESS), ("g_key2", "")])),
    ("key1=  value1\r\n", Are(&[("key1", "  value1")])),
];

#[test]
fn dotenv() {
    hold(Reader::Dotenv, DOTENV);
}

#[test]
fn python() {
    hold(Reader::Python, PYTHON);
}

#[test]
fn ruby() {
    hold(Reader::Ruby, RUBY);
}

#[test]
fn godotenv() {
    hold(Reader::Godotenv, GODOTENV);
}

#[test]
fn compose() {
    hold(Reader::Compose, COMPOSE);
    // As many lines as `TestMemoryExplosion` of `dotenv/parser_test.go` has.
    let file: String = (0..1_000).map(|n| format!("KEY{n}=VALUE{n}\n")).collect();
    assert_eq!(Reader::Compose.read(file.as_bytes()).assigned.len(), 1_000);
}

#[test]
fn dotenvy() {
    hold(Reader::Dotenvy, DOTENVY);
    for file in [&b"\xfa\xfa"[..], b"\xfe\xffA=1", b"\xfe\xff"] {
        assert!(matches!(Reader::Dotenvy.read(file).end, End::Refused(..)), "{}", file.escape_ascii());
    }
}

#[test]
fn node() {
    hold(Reader::Node, NODE);
}

#[test]
fn systemd() {
    hold(Reader::Systemd, SYSTEMD);
}

#[test]
fn shells() {
    hold(Reader::Sh, SHELLS);
    hold(Reader::Bash, SHELLS);
}

#[test]
fn docker() {
    hold(Reader::Docker, DOCKER);
}

#[test]
fn docker_long_line() {
    let file = format!("foo={}", "a".repeat(64 * 1024 + 42));
    assert!(matches!(Reader::Docker.read(file.as_bytes()).end, End::Refused(..)));
}

#[test]
fn kubectl() {
    hold(Reader::Kubectl, KUBECTL);
}

/// All rows of a table, so that one run shows every row that differs.
fn hold(reader: Reader, rows: &[Row]) {
    let wrong: Vec<String> = rows
        .iter()
        .filter_map(|(file, expected)| {
            let why = compare(reader, file.as_bytes(), *expected).err()?;
            Some(format!("{file:?}\n    {why}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} of {} rows:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

fn compare(reader: Reader, file: &[u8], expected: Expected) -> Result<(), String> {
    let view = reader.read(file);
    let expected = match (view.end, expected) {
        (End::Refused(..), Refused) => return Ok(()),
        (End::Whole, Are(expected)) => expected,
        (end, _) => return Err(format!("{end:?}")),
    };
    let mut by_name: BTreeMap<&[u8], &Assigned> = BTreeMap::new();
    for one in &view.assigned {
        let name = one.key.of(file);
        if !(reader.first_wins() && by_name.contains_key(name)) {
            by_name.insert(name, one);
        }
    }
    by_name.retain(|_, one| !matches!(one.seen, Seen::Unset));
    for (name, value) in expected {
        let Some(one) = by_name.remove(name.as_bytes()) else {
            return Err(format!("no {name}"));
        };
        let (first, value) = value.strip_prefix(FIRST).map_or((false, *value), |value| (true, value));
        match &one.seen {
            Seen::DependsOnProcess if value == PROCESS => {}
            Seen::Value(text) if text.of(file) == value.as_bytes() && (one.process_first || !first) => {}
            Seen::Value(text) => {
                let text = text.of(file).escape_ascii();
                return Err(format!("{name} is {text}, the process first: {}", one.process_first));
            }
            other => return Err(format!("{name} is {other:?}")),
        }
    }
    match by_name.keys().next() {
        Some(name) => Err(format!("{} as well", name.escape_ascii())),
        None => Ok(()),
    }
}

/// Statements as the `.env` files of many kinds of projects have them, each read as a file of its own.
const REALISTIC: &[&str] = &[
    // Laravel
    "APP_NAME=Laravel",
    "APP_NAME=\"My Shop\"",
    "APP_KEY=base64:q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=",
    "APP_DEBUG=false",
    "APP_URL=http://localhost",
    "LOG_CHANNEL=stack",
    "LOG_DEPRECATIONS_CHANNEL=null",
    "DB_CONNECTION=mysql",
    "DB_HOST=127.0.0.1",
    "DB_PORT=3306",
    "DB_PASSWORD=",
    "MAIL_FROM_ADDRESS=\"hello@example.com\"",
    "MAIL_FROM_NAME=\"${APP_NAME}\"",
    "VITE_APP_NAME=\"${APP_NAME}\"",
    "AWS_USE_PATH_STYLE_ENDPOINT=false",
    "SESSION_DOMAIN=null",
    "PUSHER_APP_CLUSTER=mt1",
    "# MEMCACHED_HOST=127.0.0.1",
    // Django
    "DJANGO_SETTINGS_MODULE=config.settings.production",
    "SECRET_KEY=django-insecure-7x!k2@q^w9z%m&v*b(n)p_r+t=y",
    "SECRET_KEY='django-insecure-7x!k2@q^w9z%m&v*b(n)p_r+t=y'",
    "SECRET_KEY=\"django-insecure-7x!k2@q^w9z%m&v*b(n)p_r+t=y\"",
    "DEBUG=True",
    "ALLOWED_HOSTS=.example.com,localhost,127.0.0.1,[::1]",
    "CSRF_TRUSTED_ORIGINS=https://*.example.com",
    "ADMINS=Jane Doe <jane@example.com>, John <john@example.com>",
    "EMAIL_URL=smtp+tls://user:p%40ss@smtp.example.com:587",
    "CACHE_URL=rediscache://127.0.0.1:6379/1?client_class=django_redis.client.DefaultClient&password=redis-pw",
    "CELERY_BROKER_URL=amqp://guest:guest@rabbit:5672//",
    // Rails
    "RAILS_ENV=production",
    "RAILS_MASTER_KEY=0f1e2d3c4b5a69788796a5b4c3d2e1f0",
    "SECRET_KEY_BASE=3f9a7c0e1d2b4c6d8e0f3f9a7c0e1d2b4c6d8e0f",
    "DATABASE_URL=postgres://app:p%40ss@db:5432/app_production?pool=5&sslmode=require",
    "DATABASE_URL=\"postgresql://app:p%40ss@db:5432/app?connect_timeout=10&application_name=web\"",
    "REDIS_URL=redis://:hunter2@cache:6379/0",
    "RAILS_LOG_TO_STDOUT=enabled",
    "export RAILS_SERVE_STATIC_FILES=true",
    "RUBY_YJIT_ENABLE=1",
    "SIDEKIQ_QUEUES=critical,5 default,3 low,1",
    // Next, Vite, Supabase, Stripe, Firebase
    "NEXT_PUBLIC_API_URL=https://api.example.com/v1?x=1&y=2#top",
    "NEXTAUTH_URL=http://localhost:3000",
    "NEXTAUTH_SECRET=\"Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA==\"",
    "NEXT_PUBLIC_SUPABASE_URL=https://abcdefghijklmno.supabase.co",
    "NEXT_PUBLIC_SUPABASE_ANON_KEY=eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJzdXBhYmFzZSJ9.c2lnbmF0dXJlLV8x",
    "SUPABASE_DB_URL=postgresql://postgres.abc:[YOUR-PASSWORD]@aws-0-eu-central-1.pooler.supabase.com:6543/postgres",
    "VITE_FLAGS={\"beta\":true,\"rollout\":[1,2,3]}",
    "VITE_FLAGS='{\"beta\": true, \"rollout\": [1, 2, 3]}'",
    "STRIPE_SECRET_KEY=sk_test_0123456789",
    "STRIPE_WEBHOOK_SECRET=whsec_0123/45+67==",
    "FIREBASE_API_KEY=AIzaSy-0123_456789",
    "FIREBASE_SERVICE_ACCOUNT={\"type\":\"service_account\",\"project_id\":\"demo\",\"private_key\":\"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n\",\"client_email\":\"a@demo.iam.gserviceaccount.com\"}",
    "FIREBASE_SERVICE_ACCOUNT='{\"type\":\"service_account\",\"private_key\":\"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n\"}'",
    "FIREBASE_SERVICE_ACCOUNT=\"{\\\"type\\\":\\\"service_account\\\",\\\"private_key\\\":\\\"-----BEGIN PRIVATE KEY-----\\\\nMIIE\\\\n\\\"}\"",
    "GOOGLE_APPLICATION_CREDENTIALS=./config/service-account.json",
    "FIREBASE_PRIVATE_KEY=\"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkq\\nhkiG9w0BAQEF\\n-----END PRIVATE KEY-----\\n\"",
    "FIREBASE_PRIVATE_KEY=-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkq\\n-----END PRIVATE KEY-----\\n",
    "PRIVATE_KEY=\"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA+abc/def==\nxyz\n-----END RSA PRIVATE KEY-----\"",
    "PRIVATE_KEY='-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIIr+abc/def==\n-----END EC PRIVATE KEY-----'",
    "SSH_KEY=\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIabc+def/ deploy@ci\"",
    "SSH_KEY=ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIabc+def/ deploy@ci",
    // Windows
    "DATA_DIR=C:\\Users\\app\\data",
    "DATA_DIR=\"C:\\Users\\app\\new\"",
    "DATA_DIR='C:\\Program Files\\App'",
    "DATA_DIR=C:\\Program Files\\App",
    "DATA_DIR=\"C:\\\\Program Files\\\\App\"",
    "SHARE=\\\\server\\share\\folder",
    "LOG_DIR=D:/logs/app",
    "PATHEXT=.COM;.EXE;.BAT",
    "WINPATH=C:\\bin;C:\\tools\\",
    // Cron, schedules, durations
    "BACKUP_CRON=\"0 3 * * *\"",
    "BACKUP_CRON=0 3 * * *",
    "BACKUP_CRON='*/15 0-6 1,15 * 1-5'",
    "SYNC_SCHEDULE=@daily",
    "TIMEOUT=30s",
    "RETENTION=P30D",
    // Sentry, telemetry
    "SENTRY_DSN=https://0123456789abcdef@o12345.ingest.sentry.io/67890",
    "SENTRY_DSN=\"https://0123456789abcdef@o12345.ingest.sentry.io/67890\"",
    "SENTRY_TRACES_SAMPLE_RATE=0.25",
    "OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20abc,x-tenant=shop",
    "OTEL_RESOURCE_ATTRIBUTES=service.name=shop,deployment.environment=prod",
    "DD_TAGS=env:prod service:shop",
    // Databases
    "SPRING_DATASOURCE_URL=jdbc:postgresql://db:5432/app?user=app&password=s3cret&ssl=true",
    "SPRING_DATASOURCE_URL=jdbc:sqlserver://db:1433;databaseName=app;user=sa;password={p;w};encrypt=true",
    "JDBC_URL=jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(PROTOCOL=tcp)(HOST=db)(PORT=1521))(CONNECT_DATA=(SERVICE_NAME=app)))",
    "JDBC_URL=\"jdbc:mysql://db:3306/app?useSSL=true&serverTimezone=UTC\"",
    "MSSQL=Server=tcp:db.example.com,1433;Database=app;User Id=sa;Password=P@ss;Encrypt=True;",
    "MSSQL=\"Server=db;Database=app;User Id=sa;Password=P@ss w0rd;\"",
    "MONGO_URI=mongodb+srv://app:p%40ss@cluster0.abcde.mongodb.net/app?retryWrites=true&w=majority",
    "MONGO_URI=mongodb://app:pw@h1:27017,h2:27017/app?replicaSet=rs0",
    "ELASTIC_HOSTS=[\"https://es1:9200\",\"https://es2:9200\"]",
    "LDAP_BIND_DN=cn=admin,dc=example,dc=com",
    "LDAP_FILTER=(&(objectClass=user)(sAMAccountName={0}))",
    "LDAP_FILTER='(&(objectClass=user)(sAMAccountName={0}))'",
    // Passwords
    "PASSWORD=p@ssw0rd",
    "PASSWORD=pa$$word",
    "PASSWORD=pa$word",
    "PASSWORD=\"pa$word\"",
    "PASSWORD='pa$word'",
    "PASSWORD=pa${word",
    "PASSWORD=pa#word",
    "PASSWORD=pa #word",
    "PASSWORD=\"pa#word\"",
    "PASSWORD=#pass",
    "PASSWORD=pa!word!",
    "PASSWORD=pa%word%",
    "PASSWORD=pa^word&more",
    "PASSWORD=pa*word?",
    "PASSWORD=pa(word)",
    "PASSWORD=\"pa(word)\"",
    "PASSWORD=pa[word]{x}",
    "PASSWORD=pa<word>",
    "PASSWORD=pa|word",
    "PASSWORD=pa;word",
    "PASSWORD=pa`word",
    "PASSWORD='pa`word'",
    "PASSWORD=pa'word",
    "PASSWORD=\"pa'word\"",
    "PASSWORD=pa\"word",
    "PASSWORD='pa\"word'",
    "PASSWORD=\"pa\\\"word\"",
    "PASSWORD='it'\\''s'",
    "PASSWORD=pa\\word",
    "PASSWORD=pa\\$word",
    "PASSWORD=\"pa\\$word\"",
    "PASSWORD=pa~word",
    "PASSWORD=~pass",
    "PASSWORD==pass==",
    "PASSWORD=pa:word,more.end",
    "PASSWORD=\"a b\tc\"",
    "PASSWORD=pässwörd",
    "PASSWORD=\"pässwörd ☕\"",
    "PASSWORD=$2y$10$abcdefghijklmnopqrstuv",
    "PASSWORD='$2y$10$abcdefghijklmnopqrstuv'",
    "PASSWORD=$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA",
    "PASSWORD=\"!@#$%^&*()_+-=[]{}|;':,./<>?\"",
    "PASSWORD='!@#$%^&*()_+-=[]{}|;:\",./<>?'",
    "PASSWORD=!@#$%^&*()_+-=[]{}|;:,./<>?",
    // Comments, sections, blanks
    "# Don't commit this file",
    "# see \"docs/setup.md\"",
    "   # indented, with a ' in it",
    "#",
    "########## Database ##########",
    "# ----- mail -----",
    "[production]",
    "; settings of the worker",
    "PORT=3000 # the app's port",
    "PORT=3000 # \"quoted\" comment",
    "PORT=3000\t# behind a tab",
    "NAME=\"quoted\" # it's here",
    "NAME='quoted' # see \"x\"",
    "NAME=My App ",
    "NAME=\"My App\" ",
    "NAME=value\t",
    "NAME = spaced",
    "NAME= spaced",
    "NAME =spaced",
    "EMPTY=",
    "EMPTY=\"\"",
    "EMPTY=''",
    "EMPTY= ",
    "EMPTY= # nothing yet",
    "export TOKEN=abc123",
    "export TOKEN=\"abc 123\"",
    "TOKEN: abc123",
    "TOKEN",
    // Compose, shells and the rest
    "COMPOSE_PROJECT_NAME=shop",
    "COMPOSE_FILE=docker-compose.yml:docker-compose.prod.yml",
    "IMAGE=registry.example.com/shop:${TAG:-latest}",
    "IMAGE=registry.example.com/shop:$TAG",
    "UID=1000",
    "BASE_DIR=$HOME/app",
    "BASE_DIR=~/app",
    "PATH_EXTRA=/opt/bin:$PATH",
    "GIT_SHA=$(git rev-parse HEAD)",
    "GIT_SHA=`git rev-parse HEAD`",
    "JAVA_OPTS=-Xmx512m -Dfile.encoding=UTF-8",
    "JAVA_OPTS=\"-Xmx512m -Dfile.encoding=UTF-8\"",
    "NODE_OPTIONS=--max-old-space-size=4096",
    "CORS_REGEX=^https?://([a-z0-9-]+\\.)?example\\.com$",
    "CORS_REGEX='^https?://([a-z0-9-]+\\.)?example\\.com$'",
    "GREETING=Hello, World!",
    "SMTP_FROM=App <noreply@example.com>",
    "SMTP_FROM=\"App <noreply@example.com>\"",
    "SPRING_PROFILES_ACTIVE=prod,metrics",
    "spring.datasource.username=app",
    "my-app-token=abc",
    "BASIC_AUTH=user:$apr1$abc$def/ghi.",
    "RGB=#ff8800",
    "LICENSE=\"line one\nline two # not a comment\n\nline four\"",
];

/// What no model may say of realistic files, but of one statement in a hundred.
#[test]
fn realistic() {
    for reader in Reader::programs() {
        let mut open = Vec::new();
        let mut files = 0_usize;
        for end in ["", "\n", "\r\n"] {
            for statement in REALISTIC {
                files += 1;
                let file = format!(
                    "{}{end}",
                    if end == "\r\n" { statement.replace('\n', end) } else { (*statement).to_owned() }
                );
                let view = reader.read(file.as_bytes());
                if matches!(view.end, End::Unmodelled(_))
                    || view.assigned.iter().any(|one| matches!(one.seen, Seen::Unmodelled))
                {
                    open.push(file);
                }
            }
        }
        assert!(open.len() * 100 < files, "{}: {} of {files}: {open:?}", reader.as_str(), open.len());
    }
}
