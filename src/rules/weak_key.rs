//! `weak-key`: a key that is too small, or a certificate whose signature can be forged

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject, Why};
use crate::text::KeyName;
use crate::value::certificates::{Algorithm, Digest, Item, Material};

use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "weak-key",
    summary: "a key is too small, or a certificate is signed over a broken digest",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("modulus", "a key of RSA or DSA has less than 2048 bits"),
        CauseMeta::new("curve", "a key lies on an elliptic curve of less than 224 bits"),
        CauseMeta::new("digest", "a certificate is signed over SHA-1 or MD5"),
    ],
    page: include_str!("../../docs/rules/weak-key.md"),
};

/// Bits that give 112 of security, below which nothing may be protected any more (NIST SP 800-131A Rev. 2, section 3).
const LEAST_MODULUS: u64 = 2048;
const LEAST_CURVE: u64 = 224;
/// RFC 8301, section 3.2: signers of mail take 1024 bits or more; not all of DNS holds the text of larger ones.
const LEAST_FOR_MAIL: u64 = 1024;

/// See the module.
pub struct WeakKey;

impl Rule for WeakKey {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let Some(material) = key.material() else { return };
        if material.private_keys().any(|key| key.encrypted && key.algorithm.is_none()) {
            sink.gap(&cx.environment.name, Subject::key(key.key), Why::EncryptedKey);
        }
        if material.items.iter().any(is_unknown) {
            sink.gap(&cx.environment.name, Subject::key(key.key), Why::UnknownKey);
        }
        let least = if is_for_mail(key.key) { LEAST_FOR_MAIL } else { LEAST_MODULUS };
        for (cause, message, help) in faults(material, least) {
            let Some(place) = key.place(cx.environment) else { return };
            let finding = FindingBuilder::about_key(&META, Cause::new(cause), key.key)
                .environment(&cx.environment.name)
                .message(Message::with(message, [Arg::Key(key.key.clone()), Arg::Number(least)]))
                .help(Message::new(help))
                .readers(key.reader_names())
                .at(place);
            sink.report(finding);
        }
    }
}

fn algorithm(item: &Item) -> Option<Algorithm> {
    match item {
        Item::Certificate(certificate) => Some(certificate.public_key.algorithm),
        Item::PrivateKey(key) => key.algorithm,
        Item::PublicKey(key) => Some(key.algorithm),
        Item::Symmetric(_) | Item::Unread | Item::Other | Item::Broken(_) => None,
    }
}

/// Whether it is a key whose strength nobody knows here.
fn is_unknown(item: &Item) -> bool {
    matches!(item, Item::Unread) || matches!(algorithm(item), Some(Algorithm::Ec(None) | Algorithm::Other))
}

/// Each kind of weakness once: cause, message, help.
fn faults(material: &Material, least: u64) -> Vec<(&'static str, &'static str, &'static str)> {
    let mut found = Vec::new();
    let is = |fits: &dyn Fn(Algorithm) -> bool| {
        material.items.iter().any(|item| algorithm(item).is_some_and(fits))
    };
    // Parameters that stand elsewhere leave nothing to measure.
    if is(&|it| matches!(it, Algorithm::Rsa(bits) | Algorithm::Dsa(bits) if (1..least).contains(&bits))) {
        found.push((
            "modulus",
            "{} holds a key of RSA or DSA of less than {} bits",
            "make a new pair: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256, or RSA of 3072 bits",
        ));
    }
    if is(&|it| matches!(it, Algorithm::Ec(Some(bits)) if bits < LEAST_CURVE)) {
        found.push((
            "curve",
            "{} holds a key on an elliptic curve that is too small",
            "make a new pair on P-256: openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
        ));
    }
    // Who trusts a certificate itself does not look at its signature.
    let signed = |digest| matches!(digest, Digest::Md5 | Digest::Sha1);
    if material.certificates().any(|it| signed(it.digest) && !it.is_own_issuer()) {
        found.push((
            "digest",
            "a certificate in {} is signed over SHA-1 or MD5",
            "have it issued anew, signed over SHA-256",
        ));
    }
    found
}

/// Whether a variable's name says that mail is signed with the key.
fn is_for_mail(key: &KeyName) -> bool {
    key.as_str().split(['_', '-', '.']).any(|word| word.eq_ignore_ascii_case("dkim"))
}
