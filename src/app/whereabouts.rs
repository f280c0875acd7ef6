//! `preflight where KEY --env ENV`: every place in which a variable's value stands, to know what a rotation takes.

use std::collections::{BTreeMap, HashMap};

use crate::finding::location::Place;
use crate::finding::verdict::EXIT_NONE;
use crate::finding::{Arg, ErrorKind, Location, Message, NotChecked, ReportError, Subject, Why};
use crate::load::fingerprints::Prints;
use crate::load::project;
use crate::model::{Content, Environment, Fingerprints, Model, Role, Variable};
use crate::report::Format;
use crate::report::whereabouts::{Standing, Whereabouts, human, json};
use crate::rules::RULES;
use crate::rules::shared::digest::{Comparison, Digest};
use crate::rules::shared::elsewhere::Elsewhere;
use crate::rules::shared::fingerprint::ProjectKey;
use crate::rules::shared::forms::{Form, is_telling, standing};
use crate::rules::shared::shape::{has_reference, references};
use crate::rules::shared::sharing::Shared;
use crate::syntax::fingerprints::path_of;
use crate::syntax::readers::{Outcome, Reader};
use crate::text::{SafePath, SourceMap};

use super::args::WhereArgs;
use super::explain;
use super::key::{self, error};
use super::opened::{self, From, Opened};
use super::output::{errors_to_stderr, to_stdout};
use super::vault;

/// Prints the places; exit code 2 if the variable has no value there.
pub fn run(args: &WhereArgs) -> u8 {
    match whereabouts(args) {
        Err(errors) => {
            errors_to_stderr(&errors);
            EXIT_NONE
        }
        Ok(found) => to_stdout(&match args.format {
            Format::Human => human(&found),
            Format::Json => json(&found),
        }),
    }
}

fn whereabouts(args: &WhereArgs) -> Result<Whereabouts, Vec<ReportError>> {
    let project = project::find(args.place.project.as_deref()).map_err(|error| vec![*error])?;
    let mut sources = SourceMap::default();
    let from = From { file: args.place.policy.as_deref(), reference: None };
    let opened = opened::open(&project, &from, RULES, &mut sources)?;
    let name = explain::environment(&args.env, &opened)?;
    let project_key =
        key::at_hand(&project, args.fingerprint_key.as_deref()).map_err(|error| vec![*error])?;
    let mut prints = Prints::new(&project.root, project_key.as_ref());
    let mut vault = vault::unnamed();
    let asked = std::slice::from_ref(&name);
    let model = opened.model(&project, asked, None, &mut prints, &mut sources, &mut vault);
    let errors = vault.errors();
    if !errors.is_empty() {
        return Err(errors);
    }
    let digest_key = key::of_this_run().map_err(|error| vec![*error])?;
    let search = Search {
        opened: &opened,
        model: &model,
        sources: &sources,
        comparison: Comparison::new(&digest_key),
        key: project_key.as_ref(),
    };
    search.of(&args.key, &mut prints).map_err(|error| vec![*error])
}

struct Search<'a> {
    opened: &'a Opened,
    model: &'a Model,
    sources: &'a SourceMap,
    comparison: Comparison,
    key: Option<&'a ProjectKey>,
}

impl Search<'_> {
    fn of(&self, typed: &str, prints: &mut Prints<'_>) -> Result<Whereabouts, Box<ReportError>> {
        let asked = self.model.environments.iter().find(|environment| environment.asked);
        let own: Vec<&Variable> = asked
            .iter()
            .flat_map(|environment| &environment.variables)
            .filter(|variable| variable.key.as_str() == typed)
            .collect();
        let (Some(environment), Some(first)) = (asked, own.first()) else {
            return Err(no_variable(typed, asked));
        };
        let policy = self.opened.policy.effective(&environment.name, environment.winners.keys());
        let entry = policy.key(&first.key);
        let mut parts: BTreeMap<Digest, Form> = BTreeMap::new();
        for (form, digest) in own.iter().flat_map(|variable| self.forms(environment, variable)) {
            parts.entry(digest).or_insert(form);
        }
        let telling = own.iter().any(|variable| is_telling(variable, entry, environment));
        let compared = telling && !parts.is_empty();
        let unknown = own.iter().any(|variable| is_put_together(variable, environment));
        let referring = referring(environment, first);
        let mut places = Vec::new();
        let mut unread = Vec::new();
        if unknown && !compared {
            unread.push(NotChecked { what: Subject::key(&first.key), why: Why::ValueUnknown });
        }
        for peer in &self.model.environments {
            for variable in &peer.variables {
                let own = is_one(variable, &own);
                let refers = is_one(variable, &referring);
                let place = self.standing(peer, variable, &parts, (own, refers));
                if place.is_none() && compared && is_put_together(variable, peer) {
                    unread.push(NotChecked { what: Subject::key(&variable.key), why: Why::ValueUnknown });
                }
                places.extend(place.filter(|_| compared || own || refers));
            }
        }
        if compared {
            self.elsewhere(environment, &own, prints, &mut places);
        }
        let not_looked = |gap: &&NotChecked| {
            let peer = matches!(
                gap.why,
                Why::PeerAbsent
                    | Why::PeerUnreadable
                    | Why::FingerprintKeyMissing
                    | Why::FingerprintKeyDiffers
                    | Why::FingerprintUnsound
                    | Why::NestedFile
            );
            peer || (gap.why.hides_values() && gap.why != Why::PeerRequired)
        };
        Ok(Whereabouts {
            key: first.key.clone(),
            environment: environment.name.clone(),
            compared,
            unknown: unknown && !compared,
            places,
            unread: {
                unread.dedup();
                environment.gaps.iter().filter(not_looked).cloned().chain(unread).collect()
            },
        })
    }

    /// In which forms what a variable holds stands there; of one that is put together from others only what can be told from the text.
    fn forms(&self, environment: &Environment, variable: &Variable) -> Vec<(Form, Digest)> {
        let mut forms = standing(variable, &self.comparison);
        if is_put_together(variable, environment) {
            forms.retain(|(form, _)| *form == Form::Password);
        }
        forms
    }

    /// The place of a variable, if any of these parts stands there, or if it refers to the variable. Every place of the variable
    /// itself is one, whatever is known of its value.
    fn standing(
        &self,
        environment: &Environment,
        variable: &Variable,
        parts: &BTreeMap<Digest, Form>,
        (own, refers): (bool, bool),
    ) -> Option<Standing> {
        let forms = self.forms(environment, variable).into_iter();
        let shared = forms.filter_map(|(form, digest)| Some((*parts.get(&digest)?, form))).min();
        let shared = shared.or(own.then_some((Form::Value, Form::Value)));
        let shared = shared.map(|(part, form)| (part.as_str(), form.as_str()));
        let (part, form) = shared.or(refers.then_some((Form::Value.as_str(), "reference")))?;
        let counting = environment.counting().any(|one| std::ptr::eq(one, variable));
        Some(Standing {
            environment: environment.name.clone(),
            service: variable.service.clone(),
            key: variable.key.clone(),
            location: Location::resolve(&environment.place(variable)?, self.sources)?,
            counts: Some(counting),
            part,
            form,
        })
    }

    /// Environments that are not here, by their fingerprints.
    fn elsewhere(
        &self,
        environment: &Environment,
        own: &[&Variable],
        prints: &mut Prints<'_>,
        places: &mut Vec<Standing>,
    ) {
        let far = self.model.environments.iter().filter(|peer| !peer.asked && peer.is_unread());
        let files: Vec<_> = far.map(|peer| (&peer.name, prints.of(&peer.name))).collect();
        let sound = files.iter().filter_map(|(name, prints)| match prints {
            Fingerprints::Sound(file) => Some((*name, file.as_ref())),
            _ => None,
        });
        let elsewhere = Elsewhere::new(self.key, sound);
        let policy = self.opened.policy.effective(&environment.name, environment.winners.keys());
        let names = elsewhere.names(environment);
        for variable in own {
            let own = (environment, names.as_slice());
            let (holders, _) = elsewhere.holders(variable, policy.key(&variable.key), own);
            for (name, key, shared) in holders {
                if shared == Shared::Certificate {
                    continue;
                }
                let path = SafePath::named(&path_of(name));
                let Some(location) = Location::resolve(&Place::File(path), self.sources) else { continue };
                let place = Standing {
                    environment: name.clone(),
                    service: None,
                    key: key.clone(),
                    location,
                    counts: None,
                    part: Form::Value.as_str(),
                    form: "fingerprint",
                };
                if !places.contains(&place) {
                    places.push(place);
                }
            }
        }
    }
}

fn is_one(variable: &Variable, own: &[&Variable]) -> bool {
    own.iter().any(|one| std::ptr::eq(*one, variable))
}

/// What stands in a variable as the files have it, where something may be put in for the names in it.
fn texts<'a>(variable: &'a Variable, environment: &Environment) -> Vec<&'a [u8]> {
    let whole_file = environment.file_of(variable).is_some_and(|file| file.role == Role::Secret);
    if whole_file || variable.origin.literal {
        return Vec::new();
    }
    let mut texts: Vec<&[u8]> = Vec::new();
    if let Content::Read(readings) = &variable.content {
        // What a known program makes of it is its last word.
        let open = readings.iter().filter(|(_, readers)| readers.contains(&Reader::Plain));
        texts.extend(open.filter_map(|(outcome, _)| outcome.value()));
    }
    texts.extend(variable.stands.iter().filter_map(|outcome| outcome.value()));
    texts
}

/// Whether a variable's value is not known: it is put together from others, or is only said to be there.
fn is_put_together(variable: &Variable, environment: &Environment) -> bool {
    let Content::Read(readings) = &variable.content else {
        return matches!(variable.content, Content::PresentOnly);
    };
    let known = |outcome: &Outcome| matches!(outcome, Outcome::Value(_) | Outcome::Unset | Outcome::Refused);
    let open = readings.iter().any(|(_, readers)| readers.contains(&Reader::Plain));
    !readings.iter().all(|(outcome, _)| known(outcome))
        || open && texts(variable, environment).iter().any(|text| has_reference(text))
}

/// The variables of an environment that refer to one, or to one that does.
fn referring<'a>(environment: &'a Environment, first: &'a Variable) -> Vec<&'a Variable> {
    let mut by_name: HashMap<&[u8], Vec<&Variable>> = HashMap::new();
    for variable in &environment.variables {
        for name in texts(variable, environment).into_iter().flat_map(references) {
            by_name.entry(name).or_default().push(variable);
        }
    }
    let mut found = Vec::new();
    let mut open = vec![&first.key];
    while let Some(key) = open.pop() {
        // Each name is followed once.
        for variable in by_name.remove(key.as_str().as_bytes()).unwrap_or_default() {
            found.push(variable);
            open.push(&variable.key);
        }
    }
    found
}

fn no_variable(typed: &str, environment: Option<&Environment>) -> Box<ReportError> {
    let key = Arg::Typed(SafePath::named(typed));
    match environment {
        Some(environment) => {
            let name = Arg::Env(environment.name.clone());
            let message = Message::with("there is no variable `{}` in {}", [key, name.clone()]);
            let help = Message::with("list them: preflight explain --env {}", [name]);
            error(ErrorKind::NothingToCheck, message, Some(help))
        }
        None => error(ErrorKind::NothingToCheck, Message::with("there is no variable `{}`", [key]), None),
    }
}
