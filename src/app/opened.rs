//! The project, its policy and its environments, as every command that needs them opens them.

use std::collections::BTreeSet;
use std::path::Path;

use crate::finding::report::PolicyInfo;
use crate::finding::{Arg, ErrorKind, Location, Message, NotChecked, ReportError, Subject, Why};
use crate::load::committed;
use crate::load::discover::{self, Known};
use crate::load::environment::Loader;
use crate::load::fingerprints::Prints;
use crate::load::fleet::Budget;
use crate::load::names::Names;
use crate::load::project::{self, PolicyFile, Project};
use crate::load::unseal::Vault;
use crate::model::{Environment, Fingerprints, Model};
use crate::policy::{self, Policy, PolicyText, Problem, Waiver};
use crate::rules::{Rule, ids};
use crate::text::{EnvName, KeyName, SourceMap};

/// A policy with the environments of its project.
pub struct Opened {
    /// The policy.
    pub policy: Policy,
    /// The environments.
    pub known: Known,
}

/// Where the policy comes from, if it was said.
#[derive(Clone, Copy, Default)]
pub struct From<'a> {
    /// A file.
    pub file: Option<&'a Path>,
    /// A git reference: then nothing of the work tree's policy is read.
    pub reference: Option<&'a str>,
}

/// Reads the policy that was named, or the project's own, and finds the environments.
///
/// # Errors
/// All that is wrong with the policy.
pub fn open(
    project: &Project,
    from: &From<'_>,
    rules: &[&dyn Rule],
    sources: &mut SourceMap,
) -> Result<Opened, Vec<ReportError>> {
    let file = match from.reference {
        Some(reference) => committed::policy(project, reference, from.file).map(Some),
        None => project::policy(project, from.file),
    };
    let policy = parse(project, file.map_err(|error| vec![*error])?.as_ref(), rules, sources)?;
    let known = discover::environments(&project.root, &policy);
    Ok(Opened { policy, known })
}

/// Parses a policy that was read, or the packs alone.
///
/// # Errors
/// All that is wrong with it.
pub fn parse(
    project: &Project,
    file: Option<&PolicyFile>,
    rules: &[&dyn Rule],
    sources: &mut SourceMap,
) -> Result<Policy, Vec<ReportError>> {
    let text = file.map(|file| PolicyText {
        path: &file.path,
        place: &file.place,
        medium: file.medium(),
        bytes: &file.bytes,
    });
    // Without a file there is nothing that could extend another.
    let mut read = |place: &str| match file {
        Some(file) => file.read(project, place),
        None => Ok(Vec::new()),
    };
    let parsed = policy::parse(text, &ids(rules), &mut read, sources);
    let parsed = parsed.map_err(|problems| errors(problems, sources))?;
    let unknown: Vec<Problem> =
        parsed.waivers.iter().filter_map(|waiver| unknown_cause(waiver, rules)).collect();
    if unknown.is_empty() { Ok(parsed) } else { Err(errors(unknown, sources)) }
}

/// A waiver for what its rule never says would wait for ever.
fn unknown_cause(waiver: &Waiver, rules: &[&dyn Rule]) -> Option<Problem> {
    let meta = rules.iter().map(|rule| rule.meta()).find(|meta| meta.id == waiver.rule)?;
    let fits = |code: &str| match code.strip_suffix('*') {
        Some(prefix) => waiver.cause.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty()),
        None => waiver.cause == code,
    };
    if meta.causes.iter().any(|cause| fits(cause.code)) {
        return None;
    }
    let codes = Arg::Words(meta.causes.iter().map(|cause| cause.code).collect());
    Some(Problem {
        file: waiver.at.file,
        at: Some(waiver.at.span),
        message: Message::with("the rule {} has no such cause", [Arg::Word(meta.id)]),
        help: Some(Message::with("its causes: {}", [codes])),
    })
}

impl Opened {
    /// Reads the environments asked for, and the others to compare them with.
    pub fn model(
        &self,
        project: &Project,
        asked: &[EnvName],
        service: Option<&KeyName>,
        prints: &mut Prints<'_>,
        sources: &mut SourceMap,
        vault: &mut Vault,
    ) -> Model {
        let mut loader = self.loader(project, asked.len() == 1, service, sources, vault);
        let all: BTreeSet<&EnvName> = asked.iter().collect();
        let peers = self.known.names.iter().filter(|name| !all.contains(name));
        let wanted: Vec<(&EnvName, bool)> =
            asked.iter().map(|name| (name, true)).chain(peers.map(|name| (name, false))).collect();
        let load = |loader: &mut Loader<'_>, (name, asked): &(&EnvName, bool)| {
            if *asked { self.asked(loader, name) } else { loader.environment(name, false) }
        };
        let mut model = Model { environments: loader.fleet(&wanted, &load) };
        let mut unread = Vec::new();
        for peer in model.environments.iter().filter(|peer| peer.is_unread()) {
            let whys = self.not_compared(peer, prints);
            // One that is asked for too has a verdict of its own; the others wait for it only where the policy says so.
            if !peer.asked || whys.contains(&Why::PeerRequired) {
                let gap = |why| NotChecked { what: Subject::environment(&peer.name), why };
                unread.push((peer.name.clone(), whys.into_iter().map(gap).collect::<Vec<_>>()));
            }
        }
        let identities = vault.files();
        for environment in model.environments.iter_mut().filter(|environment| environment.asked) {
            identities.iter().for_each(|file| environment.add(file.clone(), []));
            let others = unread.iter().filter(|(peer, _)| *peer != environment.name);
            environment.gaps.extend(others.flat_map(|(_, gaps)| gaps).cloned());
        }
        model
    }

    /// Reads an environment that was asked for, with what templates and examples show of it.
    fn asked(&self, loader: &mut Loader<'_>, name: &EnvName) -> Environment {
        let known = &self.known;
        let mut environment = loader.environment(name, true);
        environment.gaps.extend(known.set_apart.iter().cloned());
        let concerns = |owner: &Option<EnvName>| owner.as_ref().is_none_or(|owner| owner == name);
        let others = known.others.iter().filter(|(owner, _)| concerns(owner));
        environment.gaps.extend(others.map(|(_, gap)| gap.clone()));
        let (template, gap) = loader.template(name);
        let keys = template.iter().flat_map(|template| &template.keys);
        let shown: BTreeSet<Subject> = keys.map(|key| Subject::file(key.path.clone())).collect();
        // A template that the policy is held against is looked at.
        let judged = |gap: &NotChecked| self.policy.path.is_some() && shown.contains(&gap.what);
        environment.gaps.retain(|gap| gap.why != Why::SetApart || !judged(gap));
        environment.template = template;
        environment.examples = loader.examples(name);
        environment.gaps.extend(gap);
        environment
    }

    /// Why an environment that cannot be read is compared by its fingerprints alone, or not at all.
    fn not_compared(&self, peer: &Environment, prints: &mut Prints<'_>) -> Vec<Why> {
        let why = match prints.of(&peer.name) {
            Fingerprints::Sound(_) => return vec![Why::PeerFingerprinted],
            Fingerprints::NoKey => Why::FingerprintKeyMissing,
            Fingerprints::OtherKey => Why::FingerprintKeyDiffers,
            Fingerprints::Unsound => Why::FingerprintUnsound,
            // Something of it is here.
            Fingerprints::Missing if !peer.files.is_empty() => Why::PeerUnreadable,
            Fingerprints::Missing => Why::PeerAbsent,
        };
        let relaxed = self.policy.spec(&peer.name).is_some_and(|spec| spec.relaxed);
        let required = self.policy.require_peers.as_ref().is_some_and(|set| set.value);
        if required && !relaxed { vec![why, Why::PeerRequired] } else { vec![why] }
    }

    /// What reads this project's environments.
    pub fn loader<'a>(
        &'a self,
        project: &'a Project,
        bind_process: bool,
        service: Option<&'a KeyName>,
        sources: &'a mut SourceMap,
        vault: &'a mut Vault,
    ) -> Loader<'a> {
        let policy = &self.policy;
        let overlays =
            policy.environments.iter().flat_map(|spec| &spec.layers).flat_map(|layer| layer.keys.keys());
        let names = Names::new(policy.base.keys.keys().chain(overlays));
        Loader {
            root: &project.root,
            policy,
            known: &self.known,
            sources,
            names,
            service,
            bind_process,
            budget: Budget::default(),
            clues: None,
            evidence: std::collections::BTreeMap::new(),
            vault,
            marked: std::collections::BTreeMap::new(),
            usual_template: None,
        }
    }
}

/// The policy as reports name it.
pub fn info(policy: &Policy) -> Option<PolicyInfo> {
    policy.path.as_ref().map(|path| PolicyInfo {
        path: path.clone(),
        sha256: policy.sha256.clone(),
        packs: policy.packs.clone(),
    })
}

/// Problems as errors of a report, in the order of the file, whatever order they were found in.
pub fn errors(mut problems: Vec<Problem>, sources: &SourceMap) -> Vec<ReportError> {
    problems.sort_by_key(|problem| (problem.file, problem.at));
    let error = |problem: Problem| ReportError {
        kind: ErrorKind::BadPolicy,
        message: problem.message,
        help: problem.help,
        location: match problem.at {
            Some(span) => {
                let at = policy::At { file: problem.file, span, pack: false };
                Location::resolve(&at.place(), sources)
            }
            None => sources.path(problem.file).cloned().map(Location::file),
        },
    };
    problems.into_iter().map(error).collect()
}
