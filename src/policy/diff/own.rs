//! What changes beside entries and rules: sources, readers, templates, waivers, naming, and an environment's own fields.

use std::collections::BTreeSet;

use crate::syntax::readers::Reader;
use crate::syntax::template::PathTemplate;
use crate::text::EnvName;

use crate::policy::guard::Shift;
use crate::policy::{At, EnvironmentSpec, Forbidden, Naming, Policy, Sealing, Set, SourceSpec, Waiver};

use super::Change;

/// What names of variables have to be like: each demand by itself.
pub(super) fn naming(old: Option<&Set<Naming>>, new: Option<&Set<Naming>>, found: &mut Vec<Change>) {
    let said = |set: Option<&Set<Naming>>| set.map(|set| set.value).unwrap_or_default();
    let (before, after) = (said(old), said(new));
    let demands = [
        ("case", before.upper_snake, after.upper_snake),
        ("prefix", before.service_prefix, after.service_prefix),
    ];
    for (field, before, after) in demands.into_iter().filter(|(_, before, after)| before != after) {
        let shift = if before && !after { Shift::Looser } else { Shift::Tighter };
        let (was, at) = (old.map(|set| set.at), new.map(|set| set.at));
        found.push(Change { was, at, ..Change::new(shift, None, "naming", field) });
    }
}

/// Whether other environments may be missing.
pub(super) fn require_peers(old: Option<&Set<bool>>, new: Option<&Set<bool>>, found: &mut Vec<Change>) {
    let said = |set: Option<&Set<bool>>| set.is_some_and(|set| set.value);
    if said(old) != said(new) {
        let shift = if said(old) { Shift::Looser } else { Shift::Tighter };
        let (was, at) = (old.map(|set| set.at), new.map(|set| set.at));
        found.push(Change { was, at, ..Change::new(shift, None, "environments", "require_peers") });
    }
}

/// What the environment's own fields say, and those that it inherits.
pub(super) fn environment(old: &Policy, new: &Policy, name: &EnvName, found: &mut Vec<Change>) {
    let mut own = Vec::new();
    let mut note = |shift, field, was, at| {
        own.push(Change { was, at, ..Change::new(shift, Some(name), "environment", field) });
    };
    let (before, after) = (old.spec(name), new.spec(name));
    if let (Some(before), None) = (before, after) {
        note(Shift::Looser, "removed", Some(before.at), None);
        found.extend(own);
        return;
    }
    let relaxed = |spec: Option<&EnvironmentSpec>| spec.is_some_and(|spec| spec.relaxed);
    let place = |spec: Option<&EnvironmentSpec>| spec.map(|spec| spec.at);
    match (relaxed(before), relaxed(after)) {
        (false, true) => note(Shift::Looser, "relaxed", None, place(after)),
        (true, false) => note(Shift::Tighter, "relaxed", place(before), place(after)),
        _ => {}
    }
    // Whoever types another name for it must not be led elsewhere.
    let led = |alias: &&String| new.environment(alias).is_none_or(|spec| spec.name != *name);
    if before.is_some_and(|spec| spec.aliases.iter().any(|alias| led(&alias))) {
        note(Shift::Looser, "aliases", place(before), place(after));
    }
    type Said<'a> = Option<(&'a str, At)>;
    let branch = |spec: Option<&'_ EnvironmentSpec>| spec.and_then(|spec| spec.branch.clone());
    let mirrors = |spec: Option<&'_ EnvironmentSpec>| spec.and_then(|spec| spec.mirrors.clone());
    let (branches, models) = ((branch(before), branch(after)), (mirrors(before), mirrors(after)));
    let pairs: [(&'static str, Said<'_>, Said<'_>); 2] = [
        (
            "branch",
            branches.0.as_ref().map(|set| (set.value.as_str(), set.at)),
            branches.1.as_ref().map(|set| (set.value.as_str(), set.at)),
        ),
        (
            "mirrors",
            models.0.as_ref().map(|set| (set.value.as_str(), set.at)),
            models.1.as_ref().map(|set| (set.value.as_str(), set.at)),
        ),
    ];
    for (field, before, after) in pairs {
        let places = (before.map(|(_, at)| at), after.map(|(_, at)| at));
        match (before, after) {
            (None, Some(_)) => note(Shift::Tighter, field, places.0, places.1),
            (Some((before, _)), after) if after.is_none_or(|(after, _)| after != before) => {
                note(Shift::Looser, field, places.0, places.1);
            }
            _ => {}
        }
    }
    against(before, after, &mut note);
    let list = |policy: &Policy| policy.forbid(name).map(|set| set.value.clone()).unwrap_or_default();
    let at = |policy: &Policy| policy.forbid(name).map(|set| set.at);
    let lacks = |list: &[Forbidden], other: &[Forbidden]| other.iter().any(|what| !list.contains(what));
    let (banned, bans) = (list(old), list(new));
    if lacks(&bans, &banned) {
        note(Shift::Looser, "forbid", at(old), at(new));
    } else if lacks(&banned, &bans) {
        note(Shift::Tighter, "forbid", at(old), at(new));
    }
    found.extend(own);
    templates(Some(name), old.template_of(name), new.template_of(name), found);
    sources(Some(name), old.sources(name), new.sources(name), found);
    readers(Some(name), old.readers(name), new.readers(name), found);
    sealing(Some(name), &old.sealing_of(name), &new.sealing_of(name), found);
}

/// Whom the environment is held against, where it runs, and what it may differ in.
fn against(
    before: Option<&EnvironmentSpec>,
    after: Option<&EnvironmentSpec>,
    note: &mut impl FnMut(Shift, &'static str, Option<At>, Option<At>),
) {
    fn except(spec: Option<&EnvironmentSpec>) -> BTreeSet<&str> {
        spec.and_then(|spec| spec.mirrors_except.as_ref())
            .iter()
            .flat_map(|except| except.written())
            .collect()
    }
    fn spared(spec: Option<&EnvironmentSpec>) -> BTreeSet<&str> {
        let set = spec.and_then(|spec| spec.stricter_than.as_ref());
        set.and_then(|set| set.value.except.as_ref()).iter().flat_map(|except| except.written()).collect()
    }
    let mirrors = |spec: Option<&EnvironmentSpec>| spec.and_then(|spec| Some(spec.mirrors.as_ref()?.at));
    let stricter = |spec: Option<&EnvironmentSpec>| {
        spec.and_then(|spec| spec.stricter_than.as_ref().map(|set| (set.value.environment.clone(), set.at)))
    };
    let machine = |spec: Option<&EnvironmentSpec>| {
        spec.and_then(|spec| spec.machine.as_ref().map(|set| (set.value.clone(), set.at)))
    };
    for (field, old, new) in
        [("stricter_than", stricter(before), stricter(after)), ("machine", machine(before), machine(after))]
    {
        let places = (old.as_ref().map(|(_, at)| *at), new.as_ref().map(|(_, at)| *at));
        match (old, new) {
            (None, Some(_)) => note(Shift::Tighter, field, places.0, places.1),
            (Some((old, _)), new) if new.as_ref().is_none_or(|(new, _)| *new != old) => {
                note(Shift::Looser, field, places.0, places.1);
            }
            _ => {}
        }
    }
    let places = |of: &dyn Fn(Option<&EnvironmentSpec>) -> Option<At>| (of(before), of(after));
    let stricter = |spec: Option<&EnvironmentSpec>| stricter(spec).map(|(_, at)| at);
    for (field, old, new, (was, at)) in [
        ("mirrors.except", except(before), except(after), places(&mirrors)),
        ("stricter_than.except", spared(before), spared(after), places(&stricter)),
    ] {
        // With the comparison gone there is nothing to be spared from.
        if was.is_none() || at.is_none() || old == new {
            continue;
        }
        let shift = if new.is_subset(&old) { Shift::Tighter } else { Shift::Looser };
        note(shift, field, was, at);
    }
}

/// Another template is another list of names to be held to.
pub(super) fn templates(
    name: Option<&EnvName>,
    old: Option<&Set<Vec<PathTemplate>>>,
    new: Option<&Set<Vec<PathTemplate>>>,
    found: &mut Vec<Change>,
) {
    let paths = |set: Option<&Set<Vec<PathTemplate>>>| set.map(|set| set.value.clone());
    if paths(old) != paths(new) {
        let shift = if old.is_none() { Shift::Tighter } else { Shift::Looser };
        let (was, at) = (old.map(|set| set.at), new.map(|set| set.at));
        found.push(Change { was, at, ..Change::new(shift, name, "template", "changed") });
    }
}

/// Another list of sources is other values, and other names that are taken to be there: nobody can say that it lets
/// nothing pass that was stopped, but where a source may no longer be missing.
pub(super) fn sources(
    name: Option<&EnvName>,
    old: &[SourceSpec],
    new: &[SourceSpec],
    found: &mut Vec<Change>,
) {
    let plain = |spec: &SourceSpec| SourceSpec { at: None, optional: false, readers: None, ..spec.clone() };
    let same = old.len() == new.len() && old.iter().zip(new).all(|(one, other)| plain(one) == plain(other));
    let place = |list: &[SourceSpec]| list.iter().find_map(|spec| spec.at);
    if !same {
        let change = Change::new(Shift::Looser, name, "sources", "changed");
        found.push(Change { was: place(old), at: place(new), ..change });
        return;
    }
    for (before, after) in old.iter().zip(new) {
        readers(name, before.readers.as_ref(), after.readers.as_ref(), found);
    }
    for (before, after) in old.iter().zip(new).filter(|(before, after)| before.optional != after.optional) {
        let shift = if after.optional { Shift::Looser } else { Shift::Tighter };
        found.push(Change {
            was: before.at,
            at: after.at,
            ..Change::new(shift, name, "sources", "optional")
        });
    }
}

/// One reader more is one more view that is judged; any other change lets something pass that was stopped.
pub(super) fn readers(
    name: Option<&EnvName>,
    old: Option<&Set<Vec<Reader>>>,
    new: Option<&Set<Vec<Reader>>>,
    found: &mut Vec<Change>,
) {
    let set = |said: Option<&Set<Vec<Reader>>>| -> Option<BTreeSet<Reader>> {
        said.map(|set| set.value.iter().copied().collect())
    };
    let (before, after) = (set(old), set(new));
    if before == after {
        return;
    }
    let more = before.as_ref().zip(after.as_ref()).is_some_and(|(before, after)| before.is_subset(after));
    let shift = if more { Shift::Tighter } else { Shift::Looser };
    let (was, at) = (old.map(|set| set.at), new.map(|set| set.at));
    let shown = |said: Option<&Set<Vec<Reader>>>| {
        said.map(|set| set.value.iter().map(|reader| reader.as_str()).collect::<Vec<_>>().join(", "))
    };
    let change = Change::new(shift, name, "readers", "changed");
    found.push(Change { from: shown(old), to: shown(new), was, at, ..change });
}

/// What encrypted files are held to.
pub(super) fn sealing(name: Option<&EnvName>, old: &Sealing, new: &Sealing, found: &mut Vec<Change>) {
    let mut note = |field, looser: bool, was, at| {
        let shift = if looser { Shift::Looser } else { Shift::Tighter };
        found.push(Change { was, at, ..Change::new(shift, name, "encryption", field) });
    };
    let wants = |said: &Sealing| said.encrypted.as_ref().is_some_and(|set| set.value);
    let pairs = [
        ("encrypted", wants(old), wants(new), at(&old.encrypted), at(&new.encrypted)),
        ("undecryptable", !old.skips(), !new.skips(), at(&old.undecryptable), at(&new.undecryptable)),
        (
            "no_decrypt",
            !old.passes_unopened(),
            !new.passes_unopened(),
            at(&old.no_decrypt),
            at(&new.no_decrypt),
        ),
    ];
    for (field, before, after, was, at) in pairs.into_iter().filter(|(_, before, after, ..)| before != after)
    {
        note(field, before && !after, was, at);
    }
    let list = |said: &Sealing| {
        said.recipients.as_ref().map(|set| set.value.iter().cloned().collect::<BTreeSet<_>>())
    };
    let (before, after) = (list(old), list(new));
    if before != after {
        // Fewer may open the files, or the first are named.
        let fewer = after.as_ref().is_some_and(|after| before.is_none_or(|before| after.is_subset(&before)));
        note("recipients", !fewer, at(&old.recipients), at(&new.recipients));
    }
    let paths = |said: &Sealing| said.identities.as_ref().map(|set| set.value.clone());
    if paths(old) != paths(new) {
        // Without an identity files are not opened, which may be let pass.
        note("identities", old.identities.is_some(), at(&old.identities), at(&new.identities));
    }
}

fn at<T>(said: &Option<Set<T>>) -> Option<At> {
    said.as_ref().map(|set| set.at)
}

pub(super) fn waivers(old: &Policy, new: &Policy, found: &mut Vec<Change>) {
    let same = |one: &Waiver, other: &Waiver| {
        (one.rule, &one.cause, &one.environment, &one.key, &one.path)
            == (other.rule, &other.cause, &other.environment, &other.key, &other.path)
    };
    let subject = |waiver: &Waiver| format!("waiver {}[{}]", waiver.rule, waiver.cause);
    for waiver in &new.waivers {
        let known = old.waivers.iter().find(|known| same(known, waiver));
        let day = |waiver: &Waiver| Some(waiver.until.to_string());
        let (shift, field) = match known {
            None => (Shift::Looser, "added"),
            Some(known) if waiver.until > known.until => (Shift::Looser, "until"),
            Some(known) if waiver.until < known.until => (Shift::Tighter, "until"),
            Some(_) => continue,
        };
        found.push(Change {
            from: known.and_then(day),
            to: day(waiver),
            was: known.map(|waiver| waiver.at),
            at: Some(waiver.at),
            ..Change::new(shift, waiver.environment.as_ref(), subject(waiver), field)
        });
    }
    for waiver in old.waivers.iter().filter(|waiver| !new.waivers.iter().any(|other| same(waiver, other))) {
        let change = Change::new(Shift::Tighter, waiver.environment.as_ref(), subject(waiver), "removed");
        found.push(Change { was: Some(waiver.at), ..change });
    }
}
