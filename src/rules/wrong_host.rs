//! `wrong-host`: a certificate that does not name the host for which it is there

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::model::Variable;
use crate::policy::Set;
use crate::text::KeyName;
use crate::value::certificates::{Host, Naming, hosts, naming, read};

use super::shared::certificates::{Other, other, said};
use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "wrong-host",
    summary: "a certificate does not name the host for which it is there",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("host", "the host is none of its alternative names"),
        CauseMeta::new("nameless", "it has no alternative names of hosts"),
        CauseMeta::soft("common-name", "it names the host in its common name alone"),
    ],
    page: include_str!("../../docs/rules/wrong-host.md"),
};

/// Hosts of one value that are looked for; a list of them has some.
const MOST_HOSTS: usize = 256;

/// See the module.
pub struct WrongHost;

impl Rule for WrongHost {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        for (variable, value, asked) in said(view, |entry| &entry.host_of) {
            let material = read(value);
            let leaf = material.as_ref().and_then(|material| material.leaf());
            let (leaf, host, text) = match (leaf, other(view, &asked.value)) {
                (Some(leaf), Other::Value(host, text)) => (leaf, host, text),
                (Some(_), Other::Unknown) => continue,
                _ => {
                    unjudged(cx, &variable.key, sink);
                    continue;
                }
            };
            let mut found: Option<Naming> = None;
            for (at, host) in hosts(text).enumerate() {
                let naming = (host != Host::Unknown && at < MOST_HOSTS).then(|| naming(leaf, host));
                let Some(naming) = naming.filter(|naming| *naming != Naming::Partly) else {
                    unjudged(cx, &variable.key, sink);
                    break;
                };
                found = found.max(Some(naming));
            }
            if let Some(naming) = found.filter(|naming| *naming != Naming::Named) {
                report(cx, view, (variable, host), asked, naming, sink);
            }
        }
    }
}

fn unjudged(cx: &Context<'_>, key: &KeyName, sink: &mut Sink<'_>) {
    sink.gap(&cx.environment.name, Subject::key(key), Why::CertificateUnjudged);
}

fn report(
    cx: &Context<'_>,
    view: &ReaderView<'_>,
    (certificate, host): (&Variable, &Variable),
    asked: &Set<KeyName>,
    naming: Naming,
    sink: &mut Sink<'_>,
) {
    let Some(place) = cx.environment.place(certificate) else { return };
    let (cause, message) = match naming {
        Naming::CommonName => {
            ("common-name", "the certificate in {} names the host of {} in its common name alone")
        }
        Naming::Nameless => ("nameless", "the certificate in {} names no host, and so not that of {}"),
        Naming::Named | Naming::Partly | Naming::Other => {
            ("host", "the certificate in {} does not name the host of {}")
        }
    };
    let args = [Arg::Key(certificate.key.clone()), Arg::Key(host.key.clone())];
    let mut finding = FindingBuilder::about_key(&META, Cause::new(cause), &certificate.key)
        .environment(&cx.environment.name)
        .service(certificate.service.as_ref().or(host.service.as_ref()))
        .readers(view.readers.clone())
        .message(Message::with(message, args))
        .help(Message::new(
            "have it issued for that host, as one of its subject alternative names, or correct the host",
        ))
        .at(place)
        .asked_by(Some(asked.at.place()));
    if let Some(place) = cx.environment.place(host) {
        finding = finding.related("the host", place);
    }
    sink.report(finding);
}
