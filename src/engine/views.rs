//! What rules are shown: every variable as each of its readers sees it, and every reader's whole view.

use std::cell::OnceCell;

use crate::model::{Basis, Content, Environment, Readings, Role, Variable, Winners};
use crate::policy::KeyEntry;
use crate::rules::{Context, KeyView, ReaderView};
use crate::syntax::readers::Reader;
use crate::text::KeyName;

/// Every variable that is there or declared, once for each distinct outcome.
pub(super) fn key_views<'a>(context: &Context<'a>) -> Vec<KeyView<'a>> {
    let environment = context.environment;
    let mut views = Vec::with_capacity(environment.winners.len());
    let mut entries = context.policy.layer.keys.iter().peekable();
    // Both are sorted by name: gone through together nothing has to be looked up.
    for (key, winners) in &environment.winners {
        while entries.next_if(|(declared, _)| *declared < key).is_some() {}
        let entry = entries.next_if(|(declared, _)| *declared == key).map(|(_, entry)| entry.as_ref());
        add_views(context, (key, entry), winners, &mut views);
    }
    let nowhere = Winners::default();
    for (key, entry) in &context.policy.layer.keys {
        if !environment.winners.contains_key(key) {
            add_views(context, (key, Some(entry.as_ref())), &nowhere, &mut views);
        }
    }
    views
}

fn add_views<'a>(
    context: &Context<'a>,
    (key, entry): (&'a KeyName, Option<&'a KeyEntry>),
    winners: &Winners,
    views: &mut Vec<KeyView<'a>>,
) {
    let environment = context.environment;
    let mut add = |service: Option<&'a KeyName>, variable: Option<&'a Variable>| {
        // What an entry says holds for the services that it is for.
        let entry = entry.filter(|_| service.is_none_or(|service| context.policy.concerns(key, service)));
        let mut push = |outcome, readers, guessed| {
            let (given, material) = (OnceCell::new(), OnceCell::new());
            views.push(KeyView { key, service, entry, variable, outcome, readers, guessed, given, material });
        };
        match variable.map(|variable| (variable, &variable.content)) {
            Some((variable, Content::Read(readings))) => {
                let guess = is_guess(environment, variable);
                for (outcome, readers) in readings.iter() {
                    push(Some(outcome), readers, guess && !readers.contains(&Reader::Plain));
                }
            }
            _ => push(None, &[], false),
        }
    };
    if winners.services.is_empty() {
        add(None, winners.shared.and_then(|at| environment.variables.get(at)));
        return;
    }
    occurrences(context, key, winners).into_iter().for_each(|(service, variable)| add(service, variable));
}

/// What counts of a variable: the shared occurrence, where any service that it is for takes it, and those of single
/// services; also that a service has none, where others have.
fn occurrences<'a>(
    context: &Context<'a>,
    key: &KeyName,
    winners: &Winners,
) -> Vec<(Option<&'a KeyName>, Option<&'a Variable>)> {
    let environment = context.environment;
    let shared = winners.shared.and_then(|at| environment.variables.get(at));
    let mut found: Vec<(Option<&KeyName>, Option<&Variable>)> = Vec::new();
    let mut shared_taken = false;
    for service in &environment.services {
        match winners.services.get(service).and_then(|at| environment.variables.get(*at)) {
            // What stands in a service's own source is judged, whomever the policy says that it is for.
            Some(variable) => found.push((Some(service), Some(variable))),
            None if !context.policy.concerns(key, service) => {}
            None if shared.is_some() => shared_taken = true,
            None => found.push((Some(service), None)),
        }
    }
    if shared_taken {
        found.push((None, shared));
    }
    found
}

/// What each reader makes of all variables, once for each service's view; readers that see the same share one.
pub(super) fn reader_views<'a>(context: &Context<'a>) -> Vec<ReaderView<'a>> {
    let environment = context.environment;
    let counting = || environment.counting().filter_map(|variable| Some((variable, readings(variable)?)));
    let mut readers: Vec<Reader> = Vec::new();
    for reader in counting().flat_map(|(_, readings)| readings.iter()).flat_map(|(_, readers)| readers) {
        if !readers.contains(reader) {
            readers.push(*reader);
        }
    }
    // A file that is no `.env` file has but the plain reading, which is everybody's.
    if readers.len() > 1 && !environment.counting().any(|variable| is_read_plainly(environment, variable)) {
        readers.retain(|reader| *reader != Reader::Plain);
    }
    let divided: Vec<&Readings> =
        counting().map(|(_, readings)| readings).filter(|readings| readings.iter().count() > 1).collect();
    let same = |one: Reader, other: Reader| {
        let seen = |readings: &Readings, reader| readings.seen_by(reader).map(std::ptr::from_ref);
        divided.iter().all(|readings| seen(readings, one) == seen(readings, other))
    };
    let mut classes: Vec<Vec<Reader>> = Vec::new();
    for reader in readers {
        match classes.iter_mut().find(|class| class.first().is_some_and(|first| same(*first, reader))) {
            Some(class) => class.push(reader),
            None => classes.push(vec![reader]),
        }
    }
    if classes.is_empty() {
        classes.push(vec![Reader::Plain]);
    }
    // A reader that any file is known to be read by is no guess.
    let known: Vec<Reader> = environment
        .files
        .iter()
        .filter_map(|file| file.readers.as_ref().filter(|read| read.basis != Basis::Dependency))
        .flat_map(|read| read.readers())
        .collect();
    let is_known = |reader: &Reader| *reader == Reader::Plain || known.contains(reader);
    let mut views = Vec::new();
    for service in environment.views() {
        for class in &classes {
            let Some(reader) = class.first().copied() else { continue };
            let guessed = !class.iter().any(is_known);
            let what = (context.policy, environment);
            views.push(ReaderView::new(what, reader, service, (names(class), guessed)));
        }
    }
    views
}

fn names(readers: &[Reader]) -> Vec<&'static str> {
    readers.iter().map(|reader| reader.as_str()).collect()
}

const fn readings(variable: &Variable) -> Option<&Readings> {
    match &variable.content {
        Content::Read(readings) => Some(readings),
        Content::PresentOnly | Content::Unopened(_) => None,
    }
}

/// Whether a variable's file is read by programs that are only guessed.
fn is_guess(environment: &Environment, variable: &Variable) -> bool {
    let readers = environment.file_of(variable).and_then(|file| file.readers.as_ref());
    readers.is_some_and(|readers| readers.basis == Basis::Dependency)
}

/// Whether a variable's `.env` file is judged as it stands.
fn is_read_plainly(environment: &Environment, variable: &Variable) -> bool {
    let dotenv = environment.file_of(variable).is_some_and(|file| file.role == Role::Dotenv);
    dotenv
        && readings(variable).is_some_and(|readings| readings.iter().any(|(_, r)| r.contains(&Reader::Plain)))
}
