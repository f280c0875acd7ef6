//! `broken-pem`: a key or certificate that nobody can read

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::value::certificates::{Fault, Layout, Material};

use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "broken-pem",
    summary: "a key or certificate in PEM cannot be read",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("cut-off", "its last line is missing"),
        CauseMeta::new("label", "its first and last line do not name the same, or are not whole"),
        CauseMeta::new("empty", "nothing stands between its first and last line"),
        CauseMeta::new("base64", "what stands between its lines is no base64"),
        CauseMeta::new("contents", "what stands in it is not what its label says"),
        CauseMeta::new("glued", "its last line and the first of the next are one line"),
        CauseMeta::soft("lines", "its lines are indented, run together or have something behind them"),
    ],
    page: include_str!("../../docs/rules/broken-pem.md"),
};

/// See the module.
pub struct BrokenPem;

impl Rule for BrokenPem {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(material) = key.material() else { return };
        let Some((cause, message, help)) = judge(material) else { return };
        let Some(place) = key.place(cx.environment) else { return };
        let finding = FindingBuilder::about_key(&META, Cause::new(cause), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(message, [Arg::Key(key.key.clone())]))
            .help(Message::new(help))
            .readers(key.reader_names())
            .at(place);
        sink.report(finding);
    }
}

/// What is wrong with the keys and certificates of a value: cause, message, help.
fn judge(material: &Material) -> Option<(&'static str, &'static str, &'static str)> {
    let Some(fault) = material.fault() else { return of_layout(material.layout) };
    Some(match fault {
        Fault::CutOff => (
            "cut-off",
            "the key or certificate in {} has no last line",
            "in a `.env` file put a value of several lines in double quotes; else copy it anew, to its last line of dashes",
        ),
        Fault::Label => (
            "label",
            "the first and last line of a key or certificate in {} do not name the same",
            "copy it anew, from its first line of dashes to its last",
        ),
        Fault::Empty => (
            "empty",
            "nothing stands between the lines of a key or certificate in {}",
            "put the key or certificate in",
        ),
        Fault::Base64 => (
            "base64",
            "what stands in a key or certificate in {} is no base64",
            "copy it anew; a tool may have changed its line breaks or cut it short",
        ),
        Fault::Contents => (
            "contents",
            "a key or certificate in {} is not what its label says",
            "copy it anew; to look at it: openssl asn1parse -in FILE",
        ),
    })
}

const fn of_layout(layout: Layout) -> Option<(&'static str, &'static str, &'static str)> {
    match layout {
        Layout::Lines => None,
        Layout::Glued => Some((
            "glued",
            "in {} the last line of one block and the first of the next are one line",
            "put a line break between them: `cat` adds none behind a file that does not end with one",
        )),
        Layout::Loose => Some((
            "lines",
            "OpenSSL and Node do not take the lines in which a key or certificate in {} is written",
            "begin each line at its left edge, and let nothing but the dashes stand on the first and the last; quote it where a shell hands it on",
        )),
    }
}
