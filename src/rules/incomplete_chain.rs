//! `incomplete-chain`: a certificate without those that lead from it to an authority

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::Variable;
use crate::value::certificates::{Certificate, Material};

use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "incomplete-chain",
    summary: "a certificate stands without its issuer, or with others in the wrong order",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("intermediate", "a public authority's certificate stands without its issuer"),
        CauseMeta::new("unlinked", "none of the certificates behind it is its issuer"),
        CauseMeta::new("leaf", "an issuer stands before the certificate that it issued"),
        CauseMeta::soft("order", "the issuers stand in another order than they sign"),
        CauseMeta::soft("issuer", "a server's certificate stands without its issuer, whom nobody knows"),
    ],
    page: include_str!("../../docs/rules/incomplete-chain.md"),
};

/// Certificates of one value that are put in order; a chain has a handful.
const MOST_LINKS: usize = 16;

/// See the module.
pub struct IncompleteChain;

impl Rule for IncompleteChain {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        let all = view.materials();
        for (variable, material) in all.iter().copied().filter(|(_, material)| !material.is_scattered) {
            let chain: Vec<&Certificate> = material.certificates().take(MOST_LINKS).collect();
            if let Some(cause) = judge(&chain, variable, &all) {
                report(cx, view, variable, cause, sink);
            }
        }
    }
}

/// What is wrong with the certificates of one value; `all` are those of all values.
fn judge(chain: &[&Certificate], own: &Variable, all: &[(&Variable, &Material)]) -> Option<&'static str> {
    let (leaf, others) = chain.split_first()?;
    if leaf.is_ca {
        // A bundle of authorities is no chain; one that holds what they issued is a chain the wrong way round.
        let issued = |one: &&&Certificate| !one.is_ca && chain.iter().any(|other| one.is_from(other));
        return others.iter().any(|one| issued(&one)).then_some("leaf");
    }
    if leaf.is_own_issuer() {
        return None;
    }
    if others.is_empty() {
        let mut elsewhere = all.iter().filter(|(variable, _)| variable.key != own.key);
        let is_known =
            elsewhere.any(|(_, material)| material.certificates().any(|one| one.is_ca && leaf.is_from(one)));
        let serves = leaf.for_servers && !(leaf.dns_names.is_empty() && leaf.addresses.is_empty());
        return match (is_known, leaf.is_logged) {
            (true, _) => None,
            (false, true) => Some("intermediate"),
            (false, false) => serves.then_some("issuer"),
        };
    }
    // Certificates that were not issued by any beside them are a list of trusted ones.
    if others.iter().all(|one| !one.is_ca) {
        return None;
    }
    if !others.iter().any(|one| leaf.is_from(one)) {
        return Some("unlinked");
    }
    let mut links = chain.iter().zip(others);
    links.find_map(|(one, next)| {
        let broken = !one.is_own_issuer() && !one.is_from(next);
        (broken && others.iter().any(|other| one.is_from(other))).then_some("order")
    })
}

fn report(
    cx: &Context<'_>,
    view: &ReaderView<'_>,
    variable: &Variable,
    cause: &'static str,
    sink: &mut Sink<'_>,
) {
    let Some(place) = cx.environment.place(variable) else { return };
    let (message, help) = match cause {
        "intermediate" | "issuer" => (
            "the certificate in {} stands without that of its issuer",
            "put the issuer's certificate behind it: the file that authorities call `fullchain`; or keep it in a variable beside it",
        ),
        "unlinked" => (
            "none of the certificates behind the first in {} is its issuer",
            "put the certificates of its own issuers behind it; a renewed one may have another",
        ),
        "leaf" => (
            "in {} an issuer stands before the certificate that it issued",
            "put the server's own certificate first, then its issuer, then that one's",
        ),
        _ => (
            "the issuers in {} stand in another order than they sign",
            "put behind each certificate the one that issued it",
        ),
    };
    let finding = FindingBuilder::about_key(&META, Cause::new(cause), &variable.key)
        .environment(&cx.environment.name)
        .service(variable.service.as_ref())
        .message(Message::with(message, [Arg::Key(variable.key.clone())]))
        .help(Message::new(help))
        .readers(view.readers.clone())
        .at(place);
    sink.report(finding);
}
