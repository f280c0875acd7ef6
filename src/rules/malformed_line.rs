//! `malformed-line`: a line cannot be taken as written

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::{Basis, File};
use crate::syntax::dotenv::Fault;
use crate::syntax::readers::Reader;

use super::shared::words::{BARE_NAME, mend, refused};
use super::sink::read_by;
use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "malformed-line",
    summary: "a line cannot be taken as written",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("utf-16", "the file is UTF-16: no reader of `.env` files takes it"),
        CauseMeta::new("no-equals", "a line without `=`"),
        CauseMeta::soft(
            "bare-name",
            "a name alone: compose and docker pass it through, other readers drop it",
        ),
        CauseMeta::new("bad-key", "what stands before `=` is no name"),
        CauseMeta::new("unterminated-quote", "a quote that nothing ends"),
        CauseMeta::new("text-after-quote", "text behind the closing quote"),
        CauseMeta::new("pem-line", "a line of a PEM block whose value is not quoted"),
        CauseMeta::new("unprintable-name", "what stands before `=` looks like key material and is not shown"),
        CauseMeta::new(
            "lone-carriage-return",
            "a carriage return without a line feed: some readers end the line there",
        ),
        CauseMeta::new("nul-byte", "a NUL byte"),
        CauseMeta::new("invalid-utf8", "bytes that are not UTF-8"),
        CauseMeta::soft("invalid-utf8-comment", "bytes that are not UTF-8, in a comment"),
        CauseMeta::soft(
            "byte-order-mark",
            "the file starts with a byte order mark, which some readers take for a part of the first key",
        ),
        CauseMeta::new("refused", "a program that reads the file refuses it because of this line"),
    ],
    page: include_str!("../../docs/rules/malformed-line.md"),
};

/// See the module.
pub struct MalformedLine;

impl Rule for MalformedLine {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let Some(id) = file.id else { return };
        for line in &file.bad_lines {
            let (cause, message) = described(line.fault);
            let finding = FindingBuilder::new(&META, Cause::new(cause), Subject::file(file.path.clone()))
                .environment(&cx.environment.name)
                .message(Message::new(message))
                .help(Message::new(help(line.fault)))
                .readers(vec![Reader::Plain.as_str()])
                .at(Place::Line(id, line.span));
            sink.report(finding);
        }
        let Some(read) = &file.readers else { return };
        sink.guessed = read.basis == Basis::Dependency;
        for stop in &read.stops {
            let Some(refusal) = stop.refusal else { continue };
            // The line's own fault is said already.
            if file.bad_lines.iter().any(|line| line.span == stop.span && !is_soft(line.fault)) {
                continue;
            }
            let reader = stop.reader.as_str();
            let finding = FindingBuilder::new(&META, Cause::new("refused"), Subject::file(file.path.clone()))
                .environment(&cx.environment.name)
                .message(Message::with(
                    "{} refuses this file: {}",
                    [Arg::Word(reader), Arg::Word(refused(refusal))],
                ))
                .help(Message::new(mend(refusal)))
                .readers(vec![reader])
                .at(Place::Line(id, stop.span));
            sink.report(read_by(finding, read));
        }
        sink.guessed = false;
    }
}

/// Whether a fault is no more than a warning.
const fn is_soft(fault: Fault) -> bool {
    matches!(fault, Fault::BareName | Fault::InvalidUtf8Comment | Fault::ByteOrderMark)
}

const fn described(fault: Fault) -> (&'static str, &'static str) {
    match fault {
        Fault::Utf16 => ("utf-16", "this file is UTF-16, which no reader of .env files takes"),
        Fault::NoEquals => ("no-equals", "this line has no ="),
        Fault::BareName => ("bare-name", "this line is a name without a value"),
        Fault::BadKey => ("bad-key", "what stands before = on this line is no name"),
        Fault::UnterminatedQuote => {
            ("unterminated-quote", "a quote opens on this line and nothing closes it")
        }
        Fault::TextAfterQuote => ("text-after-quote", "text follows the closing quote on this line"),
        Fault::PemLine => ("pem-line", "this line goes on with the value above it, which is not quoted"),
        Fault::UnprintableName => (
            "unprintable-name",
            "what stands before = on this line looks like key material, and is not shown",
        ),
        Fault::LoneCarriageReturn => {
            ("lone-carriage-return", "this line holds a carriage return without a line feed")
        }
        Fault::NulByte => ("nul-byte", "this line holds a NUL byte"),
        Fault::InvalidUtf8 => ("invalid-utf8", "this line holds bytes that are not UTF-8"),
        Fault::InvalidUtf8Comment => ("invalid-utf8-comment", "this comment holds bytes that are not UTF-8"),
        Fault::ByteOrderMark => ("byte-order-mark", "this file starts with a byte order mark"),
    }
}

const fn help(fault: Fault) -> &'static str {
    match fault {
        Fault::Utf16 => "save the file as UTF-8",
        Fault::NoEquals => "write KEY=value, or put # in front of it",
        Fault::BareName => BARE_NAME,
        Fault::BadKey => "names are letters, digits and _, and begin with no digit",
        Fault::UnterminatedQuote => "close the quote, or take the opening one away",
        Fault::TextAfterQuote => {
            "close the quote at the end of the value; a comment needs a blank before its #"
        }
        Fault::PemLine => "put the whole value in double quotes, or in a file below secrets/",
        Fault::UnprintableName => {
            "if it is a name, declare it in the policy's `keys`; if it is a piece of a value, quote the value"
        }
        Fault::LoneCarriageReturn => "end lines with LF or CR LF; some readers end the line at the CR",
        Fault::NulByte => "remove it; programs end the value there",
        Fault::InvalidUtf8 => "save the file as UTF-8",
        Fault::InvalidUtf8Comment => "save the file as UTF-8",
        Fault::ByteOrderMark => "save the file as UTF-8 without a byte order mark",
    }
}
