//! `weak-tls-mode`: a connection may go unencrypted, or to a server that nobody verified.
//!
//! Modes and their order are libpq's (PostgreSQL documentation, "SSL Support", table "SSL Mode Descriptions"); what other
//! drivers make of their own words is the table of [`crate::value::tls`].

use crate::finding::{CauseMeta, RuleMeta, Severity};
use crate::model::Want;

use super::shared::tls::{Judge, Others, Postgres, wanted};
use super::{Context, ReaderView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "weak-tls-mode",
    summary: "a connection may go unencrypted or unverified",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("tls:disable", "the mode is `disable`"),
        CauseMeta::new("tls:allow", "the mode is `allow`"),
        CauseMeta::new("tls:prefer", "the mode is `prefer`"),
        CauseMeta::new("tls:require", "the mode is `require`, and the floor is above it"),
        CauseMeta::new("tls:verify-ca", "the mode is `verify-ca`, and the floor is above it"),
        CauseMeta::new("tls:absent", "no mode is named, and what the driver then takes is below the floor"),
        CauseMeta::new("tls:unknown", "the mode is none of libpq's"),
        CauseMeta::new("tls:refused", "libpq refuses the connection string, so that no mode can be told"),
        CauseMeta::new("tls:disagrees", "the connection names one mode, the variable beside it another"),
        CauseMeta::new("tls:overridden", "a variable beside the connection takes its verification away"),
        CauseMeta::soft("internal:disable", "as `tls:disable`, to a host inside a private network"),
        CauseMeta::soft("internal:allow", "as `tls:allow`, to a host inside a private network"),
        CauseMeta::soft("internal:prefer", "as `tls:prefer`, to a host inside a private network"),
        CauseMeta::soft("internal:absent", "as `tls:absent`, to a host inside a private network"),
        CauseMeta::soft("internal:unknown", "as `tls:unknown`, to a host inside a private network"),
        CauseMeta::soft("internal:disagrees", "as `tls:disagrees`, to a host inside a private network"),
        CauseMeta::soft(
            "flag:disagrees",
            "a flag beside the connection says otherwise, and no floor is written down",
        ),
        CauseMeta::soft("root:missing", "the root certificate's path leads to no file of the project"),
        CauseMeta::soft("root:unsaid", "the server is to be verified, and no root certificate is named"),
    ],
    page: include_str!("../../docs/rules/weak-tls-mode.md"),
};

/// See the module.
pub struct WeakTlsMode;

impl Rule for WeakTlsMode {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn needs(&self, cx: &Context<'_>) -> Vec<Want> {
        wanted(cx)
    }

    fn view(&self, cx: &Context<'_>, view: &ReaderView<'_>, sink: &mut Sink<'_>) {
        let (found, others) = (Postgres::of(cx, view), Others::of(cx, view));
        let mut judge = Judge::new(cx, view, sink);
        judge.pooled();
        judge.postgres(&found, &others);
        judge.others(&found, &others);
        judge.alone(&found, &others);
        judge.unjudged(&found);
    }
}
