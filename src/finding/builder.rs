//! The only way to make a [`Finding`]. It refuses one without a primary place, or with a cause that its rule does not list.

use sha2::{Digest, Sha256};

use crate::text::{EnvName, KeyName, SafePath, SourceMap};

use super::location::{Location, Place};
use super::report::{Finding, Related};
use super::{Cause, CauseMeta, Level, Message, RuleMeta, Severity, Subject};

/// Why a finding cannot be built: a fault of the rule, not of its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// No primary place, or one in a file that the run does not know.
    #[error("a finding without a primary place")]
    NoPlace,
    /// The cause is not in the rule's list.
    #[error("a cause that the rule does not list")]
    UnlistedCause,
    /// No message.
    #[error("a finding without a message")]
    NoMessage,
}

/// Collects what a rule says of one fault; see [`FindingBuilder::build`].
#[derive(Debug)]
pub struct FindingBuilder {
    rule: &'static RuleMeta,
    cause: Cause,
    subject: Subject,
    environment: Option<EnvName>,
    service: Option<KeyName>,
    key: Option<KeyName>,
    document: Option<SafePath>,
    route: Option<SafePath>,
    message: Option<Message>,
    help: Option<Message>,
    readers: Vec<&'static str>,
    primary: Option<Place>,
    policy: Option<Place>,
    related: Vec<(&'static str, Place)>,
}

impl FindingBuilder {
    /// A finding of `rule` about `subject`.
    #[must_use]
    pub const fn new(rule: &'static RuleMeta, cause: Cause, subject: Subject) -> Self {
        Self {
            rule,
            cause,
            subject,
            environment: None,
            service: None,
            key: None,
            document: None,
            route: None,
            message: None,
            help: None,
            readers: Vec::new(),
            primary: None,
            policy: None,
            related: Vec::new(),
        }
    }

    /// A finding of `rule` about a variable.
    #[must_use]
    pub fn about_key(rule: &'static RuleMeta, cause: Cause, key: &KeyName) -> Self {
        let mut builder = Self::new(rule, cause, Subject::key(key));
        builder.key = Some(key.clone());
        builder
    }

    /// A variable by which it can be waived, where it is about more than one.
    #[must_use]
    pub fn key(mut self, key: &KeyName) -> Self {
        self.key = Some(key.clone());
        self
    }

    /// The environment it is about.
    #[must_use]
    pub fn environment(mut self, env: &EnvName) -> Self {
        self.environment = Some(env.clone());
        self
    }

    /// The service it is about, where it is one's alone. The first that is said stays.
    #[must_use]
    pub fn service(mut self, service: Option<&KeyName>) -> Self {
        self.service = self.service.or_else(|| service.cloned());
        self
    }

    /// The rendered document it is about, and the place in it.
    #[must_use]
    pub fn within(mut self, document: SafePath, route: SafePath) -> Self {
        self.document = Some(document);
        self.route = Some(route);
        self
    }

    /// What is wrong: a sentence without a full stop.
    #[must_use]
    pub fn message(mut self, message: Message) -> Self {
        self.message = Some(message);
        self
    }

    /// What to do about it; a command that can be pasted where there is one.
    #[must_use]
    pub fn help(mut self, help: Message) -> Self {
        self.help = Some(help);
        self
    }

    /// The readers that see it so.
    #[must_use]
    pub fn readers(mut self, readers: Vec<&'static str>) -> Self {
        self.readers = readers;
        self
    }

    /// The primary place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.primary = Some(place);
        self
    }

    /// The policy line that asks for it.
    #[must_use]
    pub fn asked_by(mut self, place: Option<Place>) -> Self {
        self.policy = place;
        self
    }

    /// A further place, and what it is.
    #[must_use]
    pub fn related(mut self, label: &'static str, place: Place) -> Self {
        self.related.push((label, place));
        self
    }

    /// Weighs and resolves the finding.
    ///
    /// # Errors
    /// See [`BuildError`].
    pub fn build(self, level: Option<Level>, sources: &SourceMap) -> Result<Finding, BuildError> {
        let meta = self.rule.causes.iter().find(|meta| self.cause.fits(meta.code));
        let meta = meta.ok_or(BuildError::UnlistedCause)?;
        let resolve = |place: &Place| Location::resolve(place, sources);
        let location = self.primary.as_ref().and_then(resolve).ok_or(BuildError::NoPlace)?;
        let related = self
            .related
            .iter()
            .filter_map(|(label, place)| Some(Related { label, location: resolve(place)? }));
        let environment = self.environment.as_ref().map(EnvName::as_str);
        let service = self.service.as_ref().map(KeyName::as_str);
        Ok(Finding {
            id: id(self.rule.id, &self.cause, environment, service, &self.subject),
            severity: weigh(self.rule, meta, level),
            related: related.collect(),
            policy_location: self.policy.as_ref().and_then(resolve),
            location,
            rule: self.rule.id,
            url: self.rule.url(),
            cause: self.cause,
            subject: self.subject,
            environment: self.environment,
            service: self.service,
            key: self.key,
            document: self.document,
            route: self.route,
            message: self.message.ok_or(BuildError::NoMessage)?,
            help: self.help,
            readers: self.readers,
        })
    }
}

fn weigh(rule: &RuleMeta, cause: &CauseMeta, level: Option<Level>) -> Severity {
    let severity = match level {
        Some(Level::Error) => Severity::Error,
        Some(Level::Warning | Level::Off) => Severity::Warning,
        None => rule.severity,
    };
    if cause.soft { Severity::Warning } else { severity }
}

/// 16 hex digits of SHA-256 over what a finding is about: no line number and no value, so that it survives edits.
fn id(
    rule: &str,
    cause: &Cause,
    environment: Option<&str>,
    service: Option<&str>,
    subject: &Subject,
) -> String {
    let mut hash = Sha256::new();
    let cause = cause.to_string();
    let parts = [
        rule,
        &cause,
        environment.unwrap_or_default(),
        service.unwrap_or_default(),
        subject.kind().as_str(),
        subject.name(),
    ];
    for part in parts {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    static RULE: RuleMeta = RuleMeta {
        id: "a-rule",
        summary: "",
        severity: Severity::Error,
        causes: &[CauseMeta::new("hard", ""), CauseMeta::soft("soft", "")],
        page: "",
    };

    fn finding(cause: &'static str, level: Option<Level>) -> Result<Finding, BuildError> {
        FindingBuilder::new(&RULE, Cause::new(cause), Subject::rule("x"))
            .message(Message::new("m"))
            .at(Place::File(SafePath::named("f")))
            .build(level, &SourceMap::default())
    }

    #[test]
    fn severity_comes_from_rule_cause_and_policy() {
        let weight = |cause, level| finding(cause, level).unwrap().severity;
        assert_eq!(weight("hard", None), Severity::Error);
        assert_eq!(weight("hard", Some(Level::Warning)), Severity::Warning);
        assert_eq!(weight("soft", Some(Level::Error)), Severity::Warning);
    }

    #[test]
    fn a_finding_without_place_or_with_a_foreign_cause_is_refused() {
        assert_eq!(finding("unknown", None).unwrap_err(), BuildError::UnlistedCause);
        let nowhere = FindingBuilder::new(&RULE, Cause::new("hard"), Subject::rule("x"))
            .message(Message::new("m"))
            .build(None, &SourceMap::default());
        assert_eq!(nowhere.unwrap_err(), BuildError::NoPlace);
    }

    #[test]
    fn ids_are_stable() {
        // Computed once by `printf 'a-rule\0hard\0\0\0rule\0x\0' | sha256sum`.
        assert_eq!(finding("hard", None).unwrap().id, "4ca6e7fbef73c9dc");
    }

    #[test]
    fn a_service_s_finding_is_another_one() {
        let id = |service: Option<&str>| {
            let service = service.and_then(KeyName::declared);
            FindingBuilder::new(&RULE, Cause::new("hard"), Subject::rule("x"))
                .message(Message::new("m"))
                .service(service.as_ref())
                .at(Place::File(SafePath::named("f")))
                .build(None, &SourceMap::default())
                .unwrap()
                .id
        };
        assert_ne!(id(Some("api")), id(Some("web")));
        assert_ne!(id(Some("api")), id(None));
    }
}
