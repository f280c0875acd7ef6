//! `undecryptable`: an encrypted file cannot be opened

use crate::finding::location::Place;
use crate::finding::{Arg, Cause, CauseMeta, FindingBuilder, Message, RuleMeta, Severity, Subject};
use crate::model::{File, Opening, Sealed};
use crate::sealed::sops::Why;
use crate::sealed::{Fault, Sealer, age};

use super::{Context, Rule, Sink};

static META: RuleMeta = RuleMeta {
    id: "undecryptable",
    summary: "an encrypted file cannot be opened",
    severity: Severity::Error,
    causes: &[
        CauseMeta::new("no-identity", "there is no identity to open it with"),
        CauseMeta::new("no-match", "no identity is one of its recipients'"),
        CauseMeta::new("passphrase", "its passphrase was not given, or another one was"),
        CauseMeta::new("kind", "its recipients are of kinds that cannot be opened here"),
        CauseMeta::new("sealer", "it is encrypted by something that cannot be opened here"),
        CauseMeta::new("format", "it is no age or SOPS file, or its armor, header or metadata are damaged"),
        CauseMeta::new("changed", "it was changed or cut off after it was made"),
        CauseMeta::new("work", "its passphrase costs more work than is spent"),
        CauseMeta::new("size", "it is larger than what is read, or has too many recipients"),
    ],
    page: include_str!("../../docs/rules/undecryptable.md"),
};

/// See the module.
pub struct Undecryptable;

impl Rule for Undecryptable {
    fn meta(&self) -> &'static RuleMeta {
        &META
    }

    fn file(&self, cx: &Context<'_>, file: &File, sink: &mut Sink<'_>) {
        let Some(sealed) = file.sealed.as_deref() else { return };
        let Some((cause, message, help)) = said(sealed, cx.policy.sealing.skips()) else { return };
        let finding = FindingBuilder::new(&META, Cause::new(cause), Subject::file(file.path.clone()))
            .environment(&cx.environment.name)
            .message(message)
            .help(Message::new(help))
            .at(Place::File(file.path.clone()));
        sink.report(finding);
    }
}

const NAME_IT: &str =
    "name the identity: --identity FILE, PREFLIGHT_AGE_IDENTITY, or `identities` in the policy";
const AGAIN: &str = "encrypt it again from its source, or take it from where it was last whole";
const BY_PASSPHRASE: &str = "type it on a terminal, or give its file to a descriptor: PREFLIGHT_AGE_PASSPHRASE_FD=3 preflight prod 3<FILE";

/// What there is to say of a file that was not opened; nothing where it was not to be, or the policy passes it over.
fn said(sealed: &Sealed, skips: bool) -> Option<(&'static str, Message, &'static str)> {
    let fault = match sealed.opening {
        Opening::Opened | Opening::NotTried => return None,
        Opening::Failed(fault) if fault.wants_key() && skips => return None,
        Opening::Failed(fault) => fault,
        Opening::Unable if skips => return None,
        Opening::Unable => return Some(unable(sealed.sealer)),
    };
    Some(match fault {
        Fault::Age(fault) => of_age(fault),
        Fault::Sops(why) => (of_sops(why), Message::new(why.text()), help_for(why)),
        Fault::NotSops => ("format", Message::new("it has the name of a SOPS file and is none"), AGAIN),
        Fault::Services(services) => {
            let names: Vec<&'static str> = services.iter().map(|service| service.text()).collect();
            let message = if names.is_empty() {
                Message::new("its data key is held by nobody that is known here")
            } else {
                let held =
                    "its data key is held by services that cannot be asked here, and by no age identity: {}";
                Message::with(held, [Arg::Words(names)])
            };
            ("kind", message, "add an age recipient: sops rotate --add-age age1... -i FILE")
        }
    })
}

/// The cause of what is wrong with a SOPS file.
const fn of_sops(why: Why) -> &'static str {
    match why {
        Why::TooLarge => "size",
        Why::SeveralGroups => "kind",
        Why::Syntax
        | Why::DuplicateKey
        | Why::Unsupported
        | Why::NoMetadata
        | Why::BadMetadata
        | Why::SeveralRules
        | Why::BadPattern
        | Why::BadSealed
        | Why::NotBinary => "format",
        Why::NoMac
        | Why::SealedMac
        | Why::WrongMac
        | Why::Altered
        | Why::NotSealed
        | Why::NotPlain
        | Why::WrongType => "changed",
    }
}

const fn help_for(why: Why) -> &'static str {
    match why {
        Why::TooLarge => "keep what is no secret elsewhere",
        Why::SeveralGroups => "seal it under one key group with an age recipient",
        Why::BadPattern => "write it as Go takes it and without classes of Unicode: docs/sops.md",
        Why::NotSealed | Why::NotPlain | Why::WrongMac => {
            "take it from where it was last whole, and change it with `sops edit` alone"
        }
        _ => AGAIN,
    }
}

fn of_age(fault: age::Fault) -> (&'static str, Message, &'static str) {
    use age::Fault;
    let new = Message::new;
    match fault {
        Fault::NoIdentity => ("no-identity", new("there is no identity to open it with"), NAME_IT),
        Fault::NoMatch => ("no-match", new("none of the identities opens it"), NAME_IT),
        Fault::NoPassphrase => {
            ("passphrase", new("it is encrypted by a passphrase, and none was given"), BY_PASSPHRASE)
        }
        Fault::Passphrase => ("passphrase", new("the passphrase does not open it"), BY_PASSPHRASE),
        Fault::Unsupported(kind) => (
            "kind",
            Message::with(
                "its recipients are of kinds that cannot be opened here: {}",
                [Arg::Word(kind.text())],
            ),
            "encrypt it also for an X25519 recipient (age1...) or an SSH key",
        ),
        Fault::Empty => ("format", new("it is empty"), AGAIN),
        Fault::NotAge => ("format", new("it has the name of an age file and is none"), AGAIN),
        Fault::Version => ("format", new("it is of a version of age that is not known"), AGAIN),
        Fault::Armor => {
            ("format", new("its armor is damaged, or there is something before or behind it"), AGAIN)
        }
        Fault::Header => ("format", new("its header is damaged"), AGAIN),
        Fault::Mac => ("changed", new("its header was changed after it was made"), AGAIN),
        Fault::Payload => ("changed", new("its content was changed or cut off"), AGAIN),
        Fault::Work => (
            "work",
            new("its passphrase costs more work than is spent"),
            "encrypt it with a work factor of at most 20 (age takes 18), or for a recipient",
        ),
        Fault::HeaderSize => (
            "size",
            new("its header has more recipients than are looked at, or is longer than any honest one"),
            "encrypt it for at most 128 recipients",
        ),
        Fault::TooLarge => {
            ("size", new("it holds more than what is read"), "keep what is no secret elsewhere")
        }
    }
}

fn unable(sealer: Sealer) -> (&'static str, Message, &'static str) {
    if sealer == Sealer::GitCrypt {
        return (
            "sealer",
            Message::new("it is locked by git-crypt: the clone has no key to it"),
            "unlock the clone (git-crypt unlock), or say `undecryptable: skip` in the policy",
        );
    }
    let message = match sealer {
        Sealer::Pgp => "it is encrypted by OpenPGP, which cannot be opened here",
        Sealer::Sops => "it is a value that SOPS encrypted, without the file that it belongs to",
        Sealer::Dotenvx => "it is encrypted by dotenvx, which cannot be opened here",
        Sealer::AnsibleVault => "it is encrypted by Ansible Vault, which cannot be opened here",
        Sealer::Jasypt => "it is encrypted by Jasypt, which cannot be opened here",
        Sealer::SpringCloud => "it is encrypted by Spring Cloud Config, which cannot be opened here",
        Sealer::Age | Sealer::GitCrypt | Sealer::Unknown => {
            "it has the name of an encrypted file, and what made it is not known"
        }
    };
    (
        "sealer",
        Message::new(message),
        "check where it is decrypted, or say `undecryptable: skip` in the policy",
    )
}
