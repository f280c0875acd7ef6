//! `wrong-name`: a variable is not called as the policy wants variables to be called

use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity};
use crate::model::Role;
use crate::policy::effective::service_of;
use crate::text::KeyName;

use super::shared::secret_names::is_public_name;
use super::{Context, KeyView, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "wrong-name",
    summary: "a variable is not called as the policy wants variables to be called",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new(
            "case",
            "the policy wants `upper-snake`, and the name has more than capitals, digits and `_`",
        ),
        CauseMeta::new(
            "prefix",
            "it is for one service alone, and its name does not begin with the service's",
        ),
    ],
    page: include_str!("../../docs/rules/wrong-name.md"),
};

/// See the module.
pub struct WrongName;

impl Rule for WrongName {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn key(&self, cx: &Context<'_>, key: &KeyView<'_>, sink: &mut Sink<'_>) {
        let (Some(naming), Some(variable)) = (&cx.policy.naming, key.variable) else { return };
        let Some(place) = key.place(cx.environment) else { return };
        let finding = |cause, message| {
            FindingBuilder::about_key(&META, Cause::new(cause), key.key)
                .environment(&cx.environment.name)
                .message(message)
                .at(place.clone())
                .asked_by(Some(naming.at.place()))
        };
        let name = || Arg::Key(key.key.clone());
        // Files of keys and values have a style of their own, and dots where they are nested.
        let config = cx.environment.file_of(variable).is_some_and(|file| file.role == Role::Config);
        if naming.value.upper_snake && !config && !is_upper_snake(key.key.as_str()) {
            let message = Message::with("{} is not written in capitals, digits and `_`", [name()]);
            let help = Message::new("rename it in the file and wherever it is read");
            sink.report(finding("case", message).help(help));
        }
        // What lies in a service's own source is told by its place, and bundlers prescribe how their variables begin.
        let elsewhere = variable.service.is_some() || config || is_public_name(key.key.as_str());
        if !naming.value.service_prefix || elsewhere {
            return;
        }
        let Some(service) = only_service(cx, key) else { return };
        if service_of(key.key, &cx.policy.services) != Some(service) {
            let message = "{} is for {} alone, and its name does not begin with the service's";
            let message = Message::with(message, [name(), Arg::Key(service.clone())]);
            let help = Message::new(
                "begin its name with the service's in capitals and `__`, as in API__PORT; or add to `services` who else reads it",
            );
            sink.report(finding("prefix", message).help(help));
        }
    }
}

/// `[A-Z_][A-Z0-9_]*`, as POSIX writes the names that its utilities use (Base Definitions, 8.1).
fn is_upper_snake(name: &str) -> bool {
    let fits = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    name.bytes().all(fits) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// The service that alone is listed in a variable's entry, where there are others.
fn only_service<'a>(cx: &Context<'a>, key: &KeyView<'a>) -> Option<&'a KeyName> {
    let listed = key.entry?.services.as_ref()?;
    let [only] = listed.value.as_slice() else { return None };
    let all = &cx.policy.services;
    all.iter().find(|service| service.as_str() == only).filter(|_| all.len() > 1)
}
