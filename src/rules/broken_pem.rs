//! `broken-pem`: a key or certificate that nobody can read

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::value::certificates::{Fault, read};

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
        let Some(fault) = key.some_value().and_then(read).and_then(|material| material.fault()) else {
            return;
        };
        let Some(place) = key.place(cx.environment) else { return };
        let (cause, message, help) = match fault {
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
        };
        let finding = FindingBuilder::about_key(&META, Cause::new(cause), key.key)
            .environment(&cx.environment.name)
            .message(Message::with(message, [Arg::Key(key.key.clone())]))
            .help(Message::new(help))
            .readers(key.readers.clone())
            .at(place);
        sink.report(finding);
    }
}
