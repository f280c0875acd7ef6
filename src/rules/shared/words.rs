//! What readers make of a `.env` file, in the words of findings and of `preflight readers`.

use crate::syntax::readers::{Advice, Cause, Divergence, How, Refusal, Spelling};

/// Why readers do not agree on a variable, as the end of a sentence about it.
#[must_use]
pub const fn why(cause: Cause) -> &'static str {
    match cause {
        Cause::ByteOrderMark => "the byte order mark is a part of the first name to some",
        Cause::CarriageReturn => "its lines end with CR LF, and the CR is a part of the value to some",
        Cause::Export => "not all of them know `export`",
        Cause::Repeated => "it stands there more than once, and the first counts to some, the last to others",
        Cause::Name => "not all of them take its name for one",
        Cause::MultiLine => "a value goes on over several lines to some, and ends with the line to others",
        Cause::Hash => "a `#` begins a comment to some",
        Cause::Dollar => "a `$` refers to another variable to some",
        Cause::Backslash => "a backslash is an escape to some",
        Cause::Blanks => "blanks round `=` or in the value do not mean the same to all",
        Cause::Operators => {
            "`&`, `;`, `|`, `<`, `>`, `(`, `)`, `*`, `?`, `[` and `~` mean something of their own to a shell"
        }
        Cause::Quotes => "quotes are a part of the value to some",
        Cause::Encoding => "it holds bytes that not all of them take as they are",
        Cause::Process => "it refers to a variable that the process may have, or may have otherwise",
        Cause::Cut => "less of it is taken than stands there",
        Cause::KeptQuotes => "the quotes round it are taken for a part of it",
        Cause::Dropped => "its line is not taken",
        Cause::Unmodelled => "what one of them makes of it cannot be said",
        Cause::Other => "it is written as not all of them read it",
    }
}

/// The help where no spelling is read alike.
pub const NO_SPELLING: &str = "there is no way to write it that all of them read alike: keep it in a file of its own below secrets/, or have one program alone read this file and name it in `readers`";

/// The help where nobody can say which of the values is meant, or where it was not looked into.
pub const OPEN: &str = "decide which of the values is meant, and write that one in single quotes: `preflight readers` shows who gets what";

/// The help where a name stands alone.
pub const BARE_NAME: &str = "write KEY=value; some readers drop a name without value";

/// How to make readers agree on a variable.
#[must_use]
pub const fn help(divergence: Divergence) -> &'static str {
    match (divergence.cause, divergence.advice) {
        (Cause::ByteOrderMark, _) => "save the file as UTF-8 without a byte order mark",
        (Cause::CarriageReturn, _) => "end the lines with LF alone: sed -i 's/\\r$//' on the file",
        (Cause::Repeated, _) => "keep one of the lines",
        (Cause::Export, _) => "leave `export` out: `set -a` before the file is sourced does its work",
        (Cause::Name, _) => "use letters, digits and _ alone, and no digit first",
        (Cause::Process, _) => {
            "write the value out; if it is meant as it stands, in single quotes, with the `$` and all"
        }
        (Cause::Backslash, Advice::Write(Spelling::Single)) => {
            "in single quotes all of them read it to the letter, backslashes too; a line break that one stands for has to be written as a line break"
        }
        (Cause::Dropped, Advice::Impossible | Advice::Open) => "write NAME=value, in a form that it takes",
        (_, advice) => written(advice),
    }
}

/// How to write a value so that all readers get it.
#[must_use]
pub const fn written(advice: Advice) -> &'static str {
    match advice {
        Advice::Write(Spelling::Bare) => {
            "written alone, without quotes, blanks or a comment behind it, all of them read it to the letter"
        }
        Advice::Write(Spelling::Single) => {
            "in single quotes, with nothing behind them, all of them read it to the letter"
        }
        Advice::Write(Spelling::Double) => {
            "in double quotes, with nothing behind them, all of them read it to the letter"
        }
        Advice::Impossible => NO_SPELLING,
        Advice::Open => OPEN,
    }
}

/// Why a reader refuses a file, said of the line that it stops at.
#[must_use]
pub const fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::BadKey => "what stands before = on this line is no name to it",
        Refusal::DuplicateKey => "this line sets a variable that a line above sets",
        Refusal::NoEquals => "this line has no =",
        Refusal::UnterminatedQuote => "a quote opens on this line and nothing closes it",
        Refusal::TextAfterValue => "text follows the value on this line",
        Refusal::BadEscape => "this line holds an escape that it does not know",
        Refusal::BadSubstitution => "this line holds a ${...} that it cannot read",
        Refusal::UnsetVariable => "this line asks for a variable that is not set",
        Refusal::Syntax => "this line is not of its grammar",
        Refusal::InvalidUtf8 => "it holds bytes that are not UTF-8",
        Refusal::NulByte => "it holds a NUL byte",
        Refusal::ByteOrderMark => "it starts with a byte order mark",
        Refusal::LineTooLong => "this line is longer than it reads",
        Refusal::FileTooLarge => "it is larger than it reads",
    }
}

/// What to do so that it takes the file.
#[must_use]
pub const fn mend(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::BadKey | Refusal::NoEquals => "write KEY=value, with nothing before the name",
        Refusal::UnterminatedQuote => "put the whole value in quotes of the kind that it does not hold",
        Refusal::TextAfterValue => "put the whole value in quotes, and a comment on a line of its own",
        Refusal::BadEscape | Refusal::BadSubstitution | Refusal::Syntax => {
            "put the value in single quotes, so that nothing in it is replaced"
        }
        Refusal::DuplicateKey => "keep one of the lines",
        Refusal::UnsetVariable => "set the variable on a line above, or give it a default",
        Refusal::InvalidUtf8 => "save the file as UTF-8",
        Refusal::NulByte => "remove the NUL byte",
        Refusal::ByteOrderMark => "save the file as UTF-8 without a byte order mark",
        Refusal::LineTooLong => "keep the value in a file of its own below secrets/",
        Refusal::FileTooLarge => "take out what is no variable",
    }
}

/// The code of the way in which a part of a file is run.
#[must_use]
pub const fn how(how: How) -> &'static str {
    match how {
        How::Substitution => "substitution",
        How::Command => "command",
        How::Background => "background",
        How::Redirection => "redirection",
    }
}
