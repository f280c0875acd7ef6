//! `foreign-recipient`: a file is encrypted for somebody whom the policy does not list

use std::collections::BTreeMap;

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::{File, Sealed, Sops};
use crate::sealed::age::{Kind, Recipient, Stanza};

use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "foreign-recipient",
    summary: "a file is encrypted for somebody whom the policy does not list",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("ssh", "an SSH key that is none of those listed"),
        CauseMeta::new(
            "more",
            "more recipients of a kind than are listed, or one that a SOPS file names twice",
        ),
        CauseMeta::new("kind", "a recipient of a kind of which none is listed"),
        CauseMeta::new("passphrase", "whoever knows the passphrase"),
        CauseMeta::new("stranger", "a recipient that SOPS names and that is none of those listed"),
        CauseMeta::soft("missing", "somebody who is listed cannot open it"),
    ],
    page: include_str!("../../docs/rules/foreign-recipient.md"),
};

/// See the module.
pub struct ForeignRecipient;

impl Rule for ForeignRecipient {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let (Some(sealed), Some(listed)) = (file.sealed.as_deref(), &cx.policy.sealing.recipients) else {
            return;
        };
        let found = match &sealed.sops {
            Some(sops) => judge_sops(sops, &listed.value),
            None => judge(sealed, &listed.value),
        };
        for (cause, message) in found {
            let help = if cause == "missing" {
                "encrypt it again for all who are listed (sops updatekeys), or take them off the list"
            } else {
                "encrypt it again for those who are listed alone, or list the recipient; what was encrypted for a stranger is known to him"
            };
            let finding = FindingBuilder::new(&META, Cause::new(cause), Subject::file(file.path.clone()))
                .environment(&cx.environment.name)
                .message(message)
                .help(Message::new(help))
                .at(Place::File(file.path.clone()))
                .asked_by(Some(listed.at.place()));
            sink.report(finding);
        }
    }
}

/// What can be proved of the recipients of a file. A native recipient shows no more than that there is one; another plugin's than that
/// there is at least one.
fn judge(sealed: &Sealed, listed: &[Recipient]) -> Vec<(&'static str, Message)> {
    let mut found = Vec::new();
    let stanzas = || sealed.stanzas.iter().filter(|stanza| stanza.kind != Kind::Grease);
    if stanzas().next().is_none() {
        return found;
    }
    if stanzas().any(|stanza| stanza.kind == Kind::Scrypt) {
        found.push(("passphrase", Message::new("whoever knows its passphrase can open it")));
        return found;
    }
    let mut counts: BTreeMap<Kind, (usize, usize)> = BTreeMap::new();
    stanzas().for_each(|stanza| counts.entry(stanza.kind).or_default().0 += 1);
    listed.iter().for_each(|one| counts.entry(one.kind).or_default().1 += 1);
    let mut missing = 0;
    for (kind, (there, listed_here)) in counts {
        let word = || Arg::Word(kind.text());
        if is_ssh(kind) {
            let strangers =
                stanzas().filter(|stanza| stanza.kind == kind && !is_listed(stanza, listed)).count();
            if strangers > 0 {
                let args = [Arg::Number(strangers as u64), word()];
                let message = "its recipients that are none of those listed: {}, of the kind {}";
                found.push(("ssh", Message::with(message, args)));
            }
            let there =
                |one: &&Recipient| stanzas().any(|stanza| stanza.kind == kind && stanza.tag == one.tag);
            missing += listed.iter().filter(|one| one.kind == kind && !there(one)).count();
        } else if listed_here == 0 && there > 0 {
            found.push((
                "kind",
                Message::with("it has a recipient of a kind of which none is listed: {}", [word()]),
            ));
        } else if there > listed_here && kind != Kind::Plugin {
            let args = [word(), Arg::Number(there as u64), Arg::Number(listed_here as u64)];
            found.push((
                "more",
                Message::with("recipients of the kind {}: {} in the file, {} in the list", args),
            ));
        } else {
            missing += listed_here.saturating_sub(there);
        }
    }
    if missing > 0 {
        let args = [Arg::Number(missing as u64)];
        found.push(("missing", Message::with(MISSING, args)));
    }
    found
}

const MISSING: &str = "listed, and without a part in it: {}";

/// SOPS says of each recipient who it is. What cannot be read as one is nobody's who is listed.
fn judge_sops(sops: &Sops, listed: &[Recipient]) -> Vec<(&'static str, Message)> {
    let mut found = Vec::new();
    let is_listed = |named: &Option<Recipient>| named.as_ref().is_some_and(|named| listed.contains(named));
    let strangers = sops.recipients.iter().filter(|(_, named)| !is_listed(named)).count();
    if strangers > 0 {
        let args = [Arg::Number(strangers as u64)];
        let message = "age recipients that it names and that are none of those listed: {}";
        found.push(("stranger", Message::with(message, args)));
    }
    // Nobody is sealed for twice: a name that stands there again was written over another one's.
    let listed_here: Vec<&Recipient> = sops
        .recipients
        .iter()
        .filter_map(|(_, named)| named.as_ref())
        .filter(|named| listed.contains(named))
        .collect();
    let distinct = listed.iter().filter(|one| listed_here.contains(one)).count();
    if listed_here.len() > distinct {
        let args = [Arg::Number(listed_here.len() as u64), Arg::Number(distinct as u64)];
        let message = "data keys under names of the list: {}, and different names among them: {}; for whom the others are sealed cannot be seen";
        found.push(("more", Message::with(message, args)));
    }
    let services: Vec<&'static str> = sops.services.iter().map(|service| service.text()).collect();
    if !services.is_empty() {
        let args = [Arg::Words(services)];
        found.push((
            "kind",
            Message::with("others than age can open it, and none of them is listed: {}", args),
        ));
    }
    let there = |one: &&Recipient| sops.recipients.iter().any(|(_, named)| named.as_ref() == Some(*one));
    let missing = listed.iter().filter(|one| !there(one)).count();
    if missing > 0 && !sops.recipients.is_empty() {
        let args = [Arg::Number(missing as u64)];
        found.push(("missing", Message::with(MISSING, args)));
    }
    found
}

const fn is_ssh(kind: Kind) -> bool {
    matches!(kind, Kind::SshEd25519 | Kind::SshRsa)
}

fn is_listed(stanza: &Stanza, listed: &[Recipient]) -> bool {
    listed.iter().any(|one| one.kind == stanza.kind && one.tag == stanza.tag)
}
