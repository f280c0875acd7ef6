//! `wrong-environment`: a variable names another environment than the one that it stands in

use crate::finding::{
    Arg, Cause, CauseMeta, FindingBuilder, Level, Message, RuleMeta, Severity, Subject, Why,
};
use crate::model::{Content, Environment, Variable};
use crate::policy::{Effective, KeyEntry, Policy};
use crate::syntax::readers::{Outcome, Reader};
use crate::text::EnvName;

use super::shared::kinds::Kind;
use super::shared::shape::has_reference;
use super::{Project, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "wrong-environment",
    summary: "a variable names another environment than its own",
    severity: Severity::Error,
    causes: &[CauseMeta::new("file", "the environment is not the one that the variable names")],
    page: include_str!("../../docs/rules/wrong-environment.md"),
};

/// Variables that say which environment this is, and nothing else. What each is read by stands on the rule's page.
const LABELS: &[&str] = &[
    "DD_ENV",
    "DEPLOYMENT_ENV",
    "DEPLOYMENT_ENVIRONMENT",
    "DEPLOY_ENV",
    "DEPLOY_ENVIRONMENT",
    "ELASTIC_APM_ENVIRONMENT",
    "ENVIRONMENT",
    "ENVIRONMENT_NAME",
    "ENV_NAME",
    "HONEYBADGER_ENV",
    "SENTRY_ENVIRONMENT",
    "STAGE",
];
/// Variables that choose a framework's mode, or may: `production` is right for a staging server too.
const MODES: &[&str] = &[
    "APP_ENV",
    "ASPNETCORE_ENVIRONMENT",
    "CI_ENVIRONMENT",
    "DJANGO_ENV",
    "DOTNET_ENVIRONMENT",
    "ENV",
    "FLASK_ENV",
    "GO_ENV",
    "MIX_ENV",
    "NODE_ENV",
    "PYTHON_ENV",
    "RACK_ENV",
    "RAILS_ENV",
];

/// Bytes beyond which a value is no environment's name.
const LONGEST: usize = 128;

/// See the module.
pub struct WrongEnvironment;

impl Rule for WrongEnvironment {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    // Over all environments: which others there are decides.
    fn project(&self, cx: &Project<'_>, sink: &mut Sink<'_>) {
        let known: Vec<Named<'_>> =
            cx.environments.iter().map(|(_, e)| Named::new(&e.name, cx.policy)).collect();
        for ((policy, environment), own) in cx.environments.iter().zip(&known).filter(|((_, e), _)| e.asked) {
            let level = policy.level(META.id).map(|set| set.value);
            if level == Some(Level::Off) {
                continue;
            }
            for (names, is_label) in [(LABELS, true), (MODES, false)] {
                for variable in names.iter().flat_map(|name| environment.counting_of(name)) {
                    let says = |value: &str| own.contradicted(&known, value, is_label);
                    judge(cx.policy, (policy, environment), own, variable, &says, level, sink);
                }
            }
        }
    }
}

/// What a value names that the environment is not.
enum Other<'a> {
    Environment(&'a EnvName),
    Kind(Kind),
}

/// An environment by all its names, case folded.
struct Named<'a> {
    name: &'a EnvName,
    all: Vec<String>,
    /// The kind that one of them is a whole word for.
    kind: Option<Kind>,
}

impl<'a> Named<'a> {
    fn new(name: &'a EnvName, policy: &Policy) -> Self {
        let spec = policy.environments.iter().find(|spec| spec.name == *name);
        let aliases = spec.into_iter().flat_map(|spec| spec.aliases.iter().map(String::as_str));
        let all: Vec<String> = std::iter::once(name.as_str()).chain(aliases).map(str::to_lowercase).collect();
        let kind = all.iter().find_map(|name| Kind::of(name));
        Self { name, all, kind }
    }

    fn is_called(&self, text: &str) -> bool {
        let text = text.to_lowercase();
        self.all.contains(&text)
    }

    /// The other environment, or kind of environment, that `value` names. Nothing where the value can be right.
    fn contradicted(&self, known: &'a [Self], value: &str, is_label: bool) -> Option<Other<'a>> {
        if self.is_called(value) || !(is_label || self.kind == Some(Kind::Production)) {
            return None;
        }
        let said = Kind::of(value);
        let folded = value.to_lowercase();
        let is_meant = |other: &&Self| other.all.contains(&folded) || (said.is_some() && other.kind == said);
        let other = known.iter().filter(|other| other.name != self.name).find(is_meant);
        let other = other.map(|other| Other::Environment(other.name));
        let Some(said) = said else { return other };
        let own: Vec<Kind> = self.all.iter().flat_map(|name| Kind::within(name)).collect();
        let at_home = said.is_at_home() && own.iter().any(|kind| kind.is_at_home());
        // Where the names say no kind, the variable may be what says it.
        if own.is_empty() || own.contains(&said) || at_home {
            return None;
        }
        other.or_else(|| self.kind.filter(|kind| kind.excludes(said)).map(|_| Other::Kind(said)))
    }

    /// Whether the policy says that the value is right: by a list for this environment, or by one in which none of its
    /// names stands, so that it has to go by another's.
    fn is_allowed(
        &self,
        policy: &Policy,
        entry: Option<&KeyEntry>,
        variable: &Variable,
        value: &str,
    ) -> bool {
        let Some(allowed) = entry.and_then(|entry| entry.one_of.as_ref()) else { return false };
        let spec = policy.environments.iter().find(|spec| spec.name == *self.name);
        let layers = spec.map(|spec| spec.layers.as_slice()).unwrap_or_default();
        let mut lists = layers.iter().filter_map(|layer| layer.keys.get(&variable.key)?.one_of.as_ref());
        let own_list = lists.next().is_some();
        let is_own = |word: &String| {
            self.is_called(word) || Kind::of(word).is_some_and(|kind| self.kind == Some(kind))
        };
        allowed.value.iter().any(|word| word == value) && (own_list || !allowed.value.iter().any(is_own))
    }
}

fn judge<'a>(
    policy: &Policy,
    (effective, environment): (&Effective, &Environment),
    own: &Named<'_>,
    variable: &Variable,
    says: &dyn Fn(&str) -> Option<Other<'a>>,
    level: Option<Level>,
    sink: &mut Sink<'_>,
) {
    let Content::Read(readings) = &variable.content else { return };
    for (outcome, readers) in readings.iter() {
        let Outcome::Value(value) = outcome else { continue };
        let value = value.expose().trim_ascii();
        let stands = readers.contains(&Reader::Plain);
        if stands && has_reference(value) && !variable.origin.literal {
            sink.gap(&environment.name, Subject::key(&variable.key), Why::ValueUnknown);
            continue;
        }
        let Some(value) = std::str::from_utf8(value).ok().filter(|value| value.len() <= LONGEST) else {
            continue;
        };
        let Some(other) = says(value) else { continue };
        if own.is_allowed(policy, effective.key(&variable.key), variable, value) {
            continue;
        }
        let Some(place) = environment.place(variable) else { continue };
        // The value is shown as what it was recognized as.
        let other = match other {
            Other::Environment(name) => Arg::Env(name.clone()),
            Other::Kind(kind) => Arg::Word(kind.word()),
        };
        let name = || Arg::Env(environment.name.clone());
        let finding = FindingBuilder::about_key(&META, Cause::new("file"), &variable.key)
            .environment(&environment.name)
            .message(Message::with(
                "{} says {}, and this is {}",
                [Arg::Key(variable.key.clone()), other, name()],
            ))
            .help(Message::with(
                "if all else here is {}'s, let it say so; if not, the values are another's",
                [name()],
            ))
            .readers(readers.iter().map(|reader| reader.as_str()).collect())
            .at(place);
        sink.report_at(level, finding);
    }
}
