//! `key-certificate-mismatch`: a private key that is not its certificate's

use std::collections::BTreeMap;

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::model::Variable;
use crate::policy::At;
use crate::value::certificates::{Certificate, Material, PrivateKey, read};

use super::shared::certificates::{Other, other, said};
use super::shared::pairs::{Half, half};
use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "key-certificate-mismatch",
    summary: "a certificate and the private key beside it do not belong together",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("policy", "the key that the policy names is not the certificate's"),
        CauseMeta::new("tls", "by their names both are for TLS"),
        CauseMeta::new("same-value", "both stand in one value"),
        CauseMeta::soft("names", "their names are otherwise a pair's"),
    ],
    page: include_str!("../../docs/rules/key-certificate-mismatch.md"),
};

/// See the module.
pub struct KeyCertificateMismatch;

/// A certificate and the key that it is held against.
struct Pair<'a> {
    certificate: &'a Variable,
    key: &'a Variable,
    cause: &'static str,
    asked: Option<At>,
}

impl Rule for KeyCertificateMismatch {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        let all = view.materials();
        let judgement = Judgement { cx, view, all: &all };
        judgement.in_one_value(sink);
        judgement.by_names(sink);
        judgement.by_policy(sink);
    }
}

struct Judgement<'j, 'a> {
    cx: &'j Context<'a>,
    view: &'j ReaderView<'a>,
    /// The variables that hold keys or certificates.
    all: &'j [(&'a Variable, &'j Material)],
}

impl Judgement<'_, '_> {
    fn in_one_value(&self, sink: &mut Sink<'_>) {
        for (variable, material) in self.all {
            let pair = Pair { certificate: variable, key: variable, cause: "same-value", asked: None };
            self.judge(&pair, material, material, sink);
        }
    }

    fn by_names(&self, sink: &mut Sink<'_>) {
        let keys = self.all.iter().filter(|(_, material)| material.private_keys().next().is_some());
        let mut of_stems: BTreeMap<Vec<String>, Vec<(&Variable, &Material)>> = BTreeMap::new();
        for (variable, material) in keys {
            if let Some(Half::Key(stem)) = half(variable.key.as_str()) {
                of_stems.entry(stem.words).or_default().push((variable, material));
            }
        }
        for (variable, material) in self.all {
            let Some(Half::Certificate(stem)) = half(variable.key.as_str()) else { continue };
            if self.cx.policy.key(&variable.key).is_some_and(|entry| entry.private_key.is_some()) {
                continue;
            }
            for (key, other) in of_stems.get(&stem.words).into_iter().flatten() {
                let cause = if stem.is_tls { "tls" } else { "names" };
                let pair = Pair { certificate: variable, key, cause, asked: None };
                self.judge(&pair, material, other, sink);
            }
        }
    }

    fn by_policy(&self, sink: &mut Sink<'_>) {
        for (variable, _, asked) in said(self.view, |entry| &entry.private_key) {
            let own = self.all.iter().find(|(known, _)| known.key == variable.key);
            let own = own.map(|(_, material)| material).filter(|material| material.leaf().is_some());
            let found = match other(self.view, &asked.value) {
                Other::Value(key, text) => read(text).map(|material| (key, material)),
                Other::Unknown if own.is_some() => continue,
                Other::Unknown | Other::Nothing => None,
            };
            let found = found.filter(|(_, material)| material.private_keys().next().is_some());
            if let (Some(own), Some((key, material))) = (own, found) {
                let pair = Pair { certificate: variable, key, cause: "policy", asked: Some(asked.at) };
                self.judge(&pair, own, &material, sink);
            } else {
                let what = Subject::key(&variable.key);
                sink.gap(&self.cx.environment.name, what, Why::CertificateUnjudged);
            }
        }
    }

    /// Holds the keys of one value against the certificate of another.
    fn judge(&self, pair: &Pair<'_>, material: &Material, other: &Material, sink: &mut Sink<'_>) {
        let keys: Vec<&PrivateKey> = other.private_keys().collect();
        let Some(leaf) = material.leaf().filter(|_| !keys.is_empty()) else { return };
        let fits = |certificate: &Certificate| {
            keys.iter().filter_map(|key| key.public.as_ref()).any(|key| key.is(&certificate.public_key))
        };
        // In one value the order is `incomplete-chain`'s business; where more stands between, it says nothing.
        let is_any = pair.cause == "same-value" || material.is_scattered;
        if fits(leaf) || is_any && material.certificates().any(fits) {
            return;
        }
        // A key of another kind is none of the certificate's, whatever its public half is.
        let alike = |key: &&&PrivateKey| {
            key.public.is_none() && key.algorithm.is_none_or(|kind| kind == leaf.public_key.algorithm)
        };
        let Some(hidden) = keys.iter().find(alike) else {
            let elsewhere = material.certificates().skip(1).any(fits);
            return self.report(pair, elsewhere, sink);
        };
        let (what, why) = match (pair.asked.is_some(), hidden.encrypted) {
            (true, _) => (pair.certificate, Why::CertificateUnjudged),
            (false, true) => (pair.key, Why::EncryptedKey),
            (false, false) => (pair.key, Why::HalfKey),
        };
        sink.gap(&self.cx.environment.name, Subject::key(&what.key), why);
    }

    fn report(&self, pair: &Pair<'_>, elsewhere: bool, sink: &mut Sink<'_>) {
        let environment = self.cx.environment;
        let Some(place) = environment.place(pair.certificate) else { return };
        let (own, other) = (Arg::Key(pair.certificate.key.clone()), Arg::Key(pair.key.key.clone()));
        let message = if pair.cause == "same-value" {
            Message::with("the private key in {} is not that of the certificate in it", [own])
        } else {
            Message::with("the private key in {} is not that of the certificate in {}", [other, own])
        };
        let help = if elsewhere {
            "the key is that of a later certificate: put the server's own certificate first, its issuers behind it"
        } else {
            "deploy both from one issuing: a renewed certificate needs the key that was made for it"
        };
        let mut finding = FindingBuilder::about_key(&META, Cause::new(pair.cause), &pair.certificate.key)
            .environment(&environment.name)
            .service(pair.certificate.service.as_ref().or(pair.key.service.as_ref()))
            .message(message)
            .help(Message::new(help))
            .readers(self.view.readers.clone())
            .at(place)
            .asked_by(pair.asked.map(At::place));
        if let Some(place) = environment.place(pair.key).filter(|_| pair.cause != "same-value") {
            finding = finding.related("the private key", place);
        }
        sink.report(finding);
    }
}
