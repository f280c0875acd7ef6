//! `unclean-secret-file`: a secret's file has more in it than the secret

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::{File, Role, Stray, Written};
use crate::policy::At;
use crate::sealed::Sealer;

use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "unclean-secret-file",
    summary: "a secret's file has more in it than the secret",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("crlf", "lines end with a carriage return, which stays in what is read"),
        CauseMeta::new("byte-order-mark", "the file begins with a byte order mark"),
        CauseMeta::new("blank-ends", "blanks or empty lines at an end, which the reading keeps"),
        CauseMeta::new(
            "final-newline",
            "a last line break that the policy does not want or the reading keeps, or none where the policy wants one",
        ),
        CauseMeta::new("nul-byte", "a NUL byte in a text"),
        CauseMeta::new(
            "control",
            "another control character in a text: colours of a terminal, an end of input",
        ),
        CauseMeta::new("assignment", "an assignment to the file's own variable instead of the value"),
        CauseMeta::soft("several-lines", "several lines, in no form that has several"),
    ],
    page: include_str!("../../docs/rules/unclean-secret-file.md"),
};

/// See the module.
pub struct UncleanSecretFile;

impl Rule for UncleanSecretFile {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let Some(written) = file.written.as_deref().filter(|_| file.role == Role::Secret) else { return };
        let wanted = cx.file_field(file, |entry| &entry.final_newline);
        for stray in &written.stray {
            // What the policy says of the last line break comes before what the reading makes of it.
            if !(*stray == Stray::FinalBreak && wanted.is_some()) {
                let (cause, message, help) = said(*stray);
                report(cx, file, written, (cause, message, help), None, sink);
            }
        }
        // Of a file with nothing in it `empty-value` speaks.
        let Some(wanted) = wanted.filter(|_| written.is_filled) else { return };
        let fault = match (wanted.value, written.final_break) {
            (false, true) => (
                "the policy wants no line break at the end of {}, and there is one",
                "write it without: printf '%s' \"$value\" > file",
            ),
            (true, false) => (
                "the policy wants a line break at the end of {}, and there is none",
                "add one: printf '\\n' >> file",
            ),
            _ => return,
        };
        report(cx, file, written, ("final-newline", fault.0, fault.1), Some(wanted.at), sink);
    }
}

const fn said(stray: Stray) -> (&'static str, &'static str, &'static str) {
    match stray {
        Stray::CarriageReturns => (
            "crlf",
            "{} has carriage returns at its lines' ends, which programs that read the file take for a part of it",
            "write it with line breaks alone: sed -i 's/\\r$//' file",
        ),
        Stray::ByteOrderMark => (
            "byte-order-mark",
            "{} begins with a byte order mark, which programs that read the file take for a part of it",
            "save it as UTF-8 without a byte order mark: sed -i '1s/^\\xEF\\xBB\\xBF//' file",
        ),
        Stray::BlankEnds => (
            "blank-ends",
            "{} has blanks or empty lines at an end, which programs that read the file take for a part of it",
            "take them out; if programs do so themselves, say `reading: trimmed` of the source",
        ),
        Stray::FinalBreak => (
            "final-newline",
            "{} ends with a line break, and by the policy's `reading: raw` every byte counts",
            "write it without: printf '%s' \"$value\" > file; or say `final_newline: present` if it is meant",
        ),
        Stray::NulByte => {
            ("nul-byte", "{} has a NUL byte in it, at which most programs stop", "write the value anew")
        }
        Stray::Control => (
            "control",
            "{} has control characters in it, which programs that read the file take for a part of it",
            "write the value anew, with the colours of whatever prints it switched off (NO_COLOR=1)",
        ),
        Stray::Assignment => (
            "assignment",
            "{} holds an assignment to itself, and programs that read the file take all of it for the value",
            "leave the value alone in the file: what stands behind the `=`, without quotes",
        ),
        Stray::FurtherLines => (
            "several-lines",
            "{} has several lines, and its file is of no form that has several",
            "leave the secret alone in the file; if the first line is what counts, say `reading: first-line` of the source",
        ),
    }
}

fn report(
    cx: &Context<'_>,
    file: &File,
    written: &Written,
    (cause, message, help): (&'static str, &'static str, &'static str),
    asked: Option<At>,
    sink: &mut Sink<'_>,
) {
    let cause = Cause::new(cause);
    let help = sealed_help(file, written, &cause).unwrap_or_else(|| Message::new(help));
    let (finding, subject) = match &written.key {
        Some(key) => (FindingBuilder::about_key(&META, cause, key), Arg::Key(key.clone())),
        None => {
            let subject = Subject::file(file.path.clone());
            (FindingBuilder::new(&META, cause, subject), Arg::Path(file.path.clone()))
        }
    };
    let finding = finding
        .environment(&cx.environment.name)
        .service(file.service.as_ref())
        .message(Message::with(message, [subject]))
        .help(help)
        .at(Place::File(file.path.clone()))
        .asked_by(asked.map(|at| at.place()));
    sink.report(finding);
}

/// How a file is mended that is encrypted where it lies: in a pipe, so that nothing of it comes to lie in the clear.
fn sealed_help(file: &File, written: &Written, cause: &Cause) -> Option<Message> {
    let sealed = file.sealed.as_deref().filter(|sealed| sealed.is_open())?;
    let filter = if *cause == Cause::new("crlf") {
        "sed 's/\\r$//'"
    } else if *cause == Cause::new("byte-order-mark") {
        "sed '1s/^\\xEF\\xBB\\xBF//'"
    } else if *cause == Cause::new("final-newline") && written.final_break {
        "head -c -1"
    } else if *cause == Cause::new("final-newline") {
        "sed '$a\\'"
    } else {
        return None;
    };
    Some(if sealed.sealer == Sealer::Age {
        let args = [Arg::ShellPath(file.path.clone()), Arg::Word(filter)];
        Message::with(
            "it is encrypted: age -d -i KEY {} | {} | age -R RECIPIENTS -o NEW, then NEW in its place",
            args,
        )
    } else {
        Message::with("it is encrypted: mend it with the program that did so, as by {}", [Arg::Word(filter)])
    })
}
