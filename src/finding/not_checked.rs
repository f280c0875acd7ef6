//! What was not checked, and whether that keeps the verdict from being given.

use super::subject::Subject;

/// One gap in what was checked.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotChecked {
    /// What was not checked.
    pub what: Subject,
    /// Why.
    pub why: Why,
}

/// Why something was not checked. `docs/verdict.md` holds the same table, and a test compares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Nothing of the environment was found to check.
    NothingToCheck,
    /// A source that the policy names is not there.
    SourceMissing,
    /// A source marked optional is not there.
    OptionalMissing,
    /// The operating system refused to open or read it.
    Unreadable,
    /// It changed while it was read, twice.
    Changing,
    /// A folder stands where a file should, or the other way round.
    WrongKind,
    /// A FIFO, socket or device: never opened for reading.
    SpecialFile,
    /// A link that leaves the project, goes in circles or leads nowhere.
    BadLink,
    /// Larger than what is read.
    TooLarge,
    /// Encrypted by something of which this version opens nothing.
    Encrypted,
    /// Encrypted, and not to be opened with what there is; or damaged.
    Undecryptable,
    /// The same for want of a key, where the policy says that it is passed over.
    UndecryptableSkipped,
    /// Encrypted, and nothing was to be decrypted.
    NotDecrypted,
    /// The same, where the policy lets such a run pass.
    LeftEncrypted,
    /// The file's name cannot be a variable's name.
    NoKeyName,
    /// Keys of a file that the policy makes no variables of.
    UnmappedKeys,
    /// Comments of a SOPS file that stand in the clear against its rule, where secrets have to be encrypted.
    ClearComments,
    /// A file in a folder below the secrets: its permissions are judged, its value is not.
    NestedFile,
    /// Set apart by its name: local overrides, templates, key stores, copies.
    SetApart,
    /// An encrypted file that by its name is this environment's, and that no source takes.
    NoSource,
    /// Files of this environment stand under another name for it, which nobody reads.
    AliasNamed,
    /// An environment that the policy does not name.
    NotDeclared,
    /// A folder could not be looked at, or not be listed.
    FolderUnseen,
    /// Mode bits mean nothing where the file lies: a container's mount, or a foreign file system.
    ModesMeanNothing,
    /// The policy turns the rule off.
    RuleOff,
    /// The policy asks for a TLS floor on a value that is no PostgreSQL connection.
    TlsUnjudged,
    /// The value could not be had, so that a rule about it could not run.
    ValueUnknown,
    /// Another environment, wanted for comparison, could not be read.
    PeerUnreadable,
    /// A rule failed by an internal fault.
    RuleFault,
    /// A rule asked for facts without end.
    FactsUnanswered,
    /// A file of keys and values, or a list of names, that is not in its form.
    Unparsable,
    /// A `*_FILE` variable leads to a file that is not there.
    PointsNowhere,
    /// The process's environment belongs to one environment, and several are checked.
    ProcessUnbound,
    /// An optional process source, where several environments are checked.
    ProcessUnread,
    /// It is another service's than the one that is checked.
    OtherService,
    /// Git could not say whether the commit is on the environment's branch.
    BranchUnknown,
    /// A private key that is encrypted: its size and what it belongs to were not judged.
    EncryptedKey,
    /// A key of a kind, in a form or on a curve that is not known here: its size was not judged.
    UnknownKey,
    /// A private key without its public half, which was not compared with its certificate.
    HalfKey,
    /// The policy asks something of a certificate, and the value is none, or what it is to be compared with cannot be read.
    CertificateUnjudged,
    /// The policy asks something of a set of JSON web keys, and the value is none.
    KeySetUnjudged,
    /// The day on which a value was made cannot be read.
    RotationUnknown,
    /// Another environment, wanted for comparison, is not on this machine, nor are its fingerprints.
    PeerAbsent,
    /// Of another environment only the fingerprints are here: secrets are compared, and nothing else.
    PeerFingerprinted,
    /// The policy says `require_peers`, and another environment could not be compared with.
    PeerRequired,
    /// There are fingerprints, and no key at hand.
    FingerprintKeyMissing,
    /// The fingerprints were made under another key.
    FingerprintKeyDiffers,
    /// A file of fingerprints is not as it was written.
    FingerprintUnsound,
    /// A value that can be guessed gets no fingerprint, so that it was not compared with environments that are elsewhere.
    NotFingerprinted,
}

impl Why {
    /// Every reason.
    pub const ALL: &'static [Self] = &[
        Self::NothingToCheck,
        Self::SourceMissing,
        Self::OptionalMissing,
        Self::Unreadable,
        Self::Changing,
        Self::WrongKind,
        Self::SpecialFile,
        Self::BadLink,
        Self::TooLarge,
        Self::Encrypted,
        Self::Undecryptable,
        Self::UndecryptableSkipped,
        Self::NotDecrypted,
        Self::LeftEncrypted,
        Self::NoKeyName,
        Self::UnmappedKeys,
        Self::ClearComments,
        Self::NestedFile,
        Self::SetApart,
        Self::NoSource,
        Self::AliasNamed,
        Self::NotDeclared,
        Self::FolderUnseen,
        Self::ModesMeanNothing,
        Self::RuleOff,
        Self::TlsUnjudged,
        Self::ValueUnknown,
        Self::PeerUnreadable,
        Self::RuleFault,
        Self::FactsUnanswered,
        Self::Unparsable,
        Self::PointsNowhere,
        Self::ProcessUnbound,
        Self::ProcessUnread,
        Self::OtherService,
        Self::BranchUnknown,
        Self::EncryptedKey,
        Self::UnknownKey,
        Self::HalfKey,
        Self::CertificateUnjudged,
        Self::KeySetUnjudged,
        Self::RotationUnknown,
        Self::PeerAbsent,
        Self::PeerFingerprinted,
        Self::PeerRequired,
        Self::FingerprintKeyMissing,
        Self::FingerprintKeyDiffers,
        Self::FingerprintUnsound,
        Self::NotFingerprinted,
    ];

    /// The code in reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NothingToCheck => "nothing-to-check",
            Self::SourceMissing => "source-missing",
            Self::OptionalMissing => "optional-missing",
            Self::Unreadable => "unreadable",
            Self::Changing => "changing",
            Self::WrongKind => "wrong-kind",
            Self::SpecialFile => "special-file",
            Self::BadLink => "bad-link",
            Self::TooLarge => "too-large",
            Self::Encrypted => "encrypted",
            Self::Undecryptable => "undecryptable",
            Self::UndecryptableSkipped => "undecryptable-skipped",
            Self::NotDecrypted => "not-decrypted",
            Self::LeftEncrypted => "left-encrypted",
            Self::NoKeyName => "no-key-name",
            Self::UnmappedKeys => "unmapped-keys",
            Self::ClearComments => "clear-comments",
            Self::NestedFile => "nested-file",
            Self::SetApart => "set-apart",
            Self::NoSource => "no-source",
            Self::AliasNamed => "alias-named",
            Self::NotDeclared => "not-declared",
            Self::FolderUnseen => "folder-unseen",
            Self::ModesMeanNothing => "modes-mean-nothing",
            Self::RuleOff => "rule-off",
            Self::TlsUnjudged => "tls-unjudged",
            Self::ValueUnknown => "value-unknown",
            Self::PeerUnreadable => "peer-unreadable",
            Self::RuleFault => "rule-fault",
            Self::Unparsable => "unparsable",
            Self::PointsNowhere => "points-nowhere",
            Self::ProcessUnbound => "process-unbound",
            Self::ProcessUnread => "process-unread",
            Self::OtherService => "other-service",
            Self::BranchUnknown => "branch-unknown",
            Self::EncryptedKey => "encrypted-key",
            Self::UnknownKey => "unknown-key",
            Self::HalfKey => "half-key",
            Self::CertificateUnjudged => "certificate-unjudged",
            Self::KeySetUnjudged => "key-set-unjudged",
            Self::RotationUnknown => "rotation-unknown",
            Self::PeerAbsent => "peer-absent",
            Self::PeerFingerprinted => "peer-fingerprinted",
            Self::PeerRequired => "peer-required",
            Self::FingerprintKeyMissing => "fingerprint-key-missing",
            Self::FingerprintKeyDiffers => "fingerprint-key-differs",
            Self::FingerprintUnsound => "fingerprint-unsound",
            Self::NotFingerprinted => "not-fingerprinted",
            Self::FactsUnanswered => "facts-unanswered",
        }
    }

    /// Whether no verdict can be given because of it.
    #[must_use]
    pub const fn blocks(self) -> bool {
        match self {
            Self::NothingToCheck
            | Self::SourceMissing
            | Self::Unreadable
            | Self::Changing
            | Self::WrongKind
            | Self::SpecialFile
            | Self::BadLink
            | Self::TooLarge
            | Self::Encrypted
            | Self::Undecryptable
            | Self::NotDecrypted
            | Self::AliasNamed
            | Self::TlsUnjudged
            | Self::RuleFault
            | Self::Unparsable
            | Self::PointsNowhere
            | Self::ProcessUnbound
            | Self::BranchUnknown
            | Self::CertificateUnjudged
            | Self::KeySetUnjudged
            | Self::RotationUnknown
            | Self::PeerRequired
            | Self::FactsUnanswered => true,
            Self::OptionalMissing
            | Self::UndecryptableSkipped
            | Self::LeftEncrypted
            | Self::NoKeyName
            | Self::UnmappedKeys
            | Self::ClearComments
            | Self::NestedFile
            | Self::SetApart
            | Self::NoSource
            | Self::NotDeclared
            | Self::FolderUnseen
            | Self::ModesMeanNothing
            | Self::RuleOff
            | Self::ValueUnknown
            | Self::ProcessUnread
            | Self::OtherService
            | Self::EncryptedKey
            | Self::UnknownKey
            | Self::HalfKey
            | Self::PeerAbsent
            | Self::PeerFingerprinted
            | Self::FingerprintKeyMissing
            | Self::FingerprintKeyDiffers
            | Self::FingerprintUnsound
            | Self::NotFingerprinted
            | Self::PeerUnreadable => false,
        }
    }

    /// Whether values of the environment may be missing because of it, that nobody can compare or count then, whether it blocks
    /// or the policy passes over it.
    #[must_use]
    pub const fn hides_values(self) -> bool {
        self.blocks() || matches!(self, Self::UndecryptableSkipped | Self::LeftEncrypted)
    }

    /// What it means, for people.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NothingToCheck => "nothing was found to check",
            Self::SourceMissing => "the policy names it and it is not there",
            Self::OptionalMissing => "it is optional and not there",
            Self::Unreadable => "it could not be opened or read",
            Self::Changing => "it changes while it is read",
            Self::WrongKind => "it is a folder where a file should be, or the other way round",
            Self::SpecialFile => "it is a FIFO, socket or device and was not opened",
            Self::BadLink => "it is a link that leaves the project, goes in circles or leads nowhere",
            Self::TooLarge => "it is larger than what is read",
            Self::Encrypted => "it is encrypted by something that cannot be opened here",
            Self::Undecryptable => "it is encrypted and could not be opened",
            Self::UndecryptableSkipped => {
                "it is encrypted and could not be opened, which the policy passes over"
            }
            Self::NotDecrypted => "it is encrypted, and nothing was to be decrypted",
            Self::LeftEncrypted => {
                "it is encrypted, and nothing was to be decrypted; the policy lets that pass"
            }
            Self::NoKeyName => "its name cannot be the name of a variable",
            Self::UnmappedKeys => {
                "it holds keys that are taken for no variables: nested ones, or what `map` leaves out; name them with `map` at a `config` source"
            }
            Self::ClearComments => {
                "comments in it stand in the clear that its own rule wants encrypted: what they say was not looked at"
            }
            Self::NestedFile => "it lies in a folder below the secrets: its value is not judged",
            Self::SetApart => "its name sets it apart from the environments",
            Self::NoSource => {
                "it is encrypted and by its name this environment's, and no source takes it: name it in the policy's `sources`, as `config: FILE` or `dotenv: FILE`"
            }
            Self::AliasNamed => {
                "its name is another name for this environment: its files would not be read; rename them"
            }
            Self::NotDeclared => "the policy names no such environment",
            Self::FolderUnseen => "the folders there could not be looked at or listed",
            Self::ModesMeanNothing => "mode bits mean nothing where it lies",
            Self::RuleOff => "the policy turns the rule off",
            Self::TlsUnjudged => {
                "its `tls` floor cannot be held against the value: no connection, or none whose driver is known to say how it is protected; a floor belongs at the variable that says it"
            }
            Self::ValueUnknown => "its value is not known",
            Self::PeerUnreadable => "another environment could not be read for comparison",
            Self::RuleFault => "the rule failed by an internal fault",
            Self::Unparsable => {
                "it is not written in the form that the policy says: broken, a name twice in one mapping, or several documents in one file"
            }
            Self::PointsNowhere => "a `*_FILE` variable leads to it and it is not there",
            Self::ProcessUnbound => {
                "the process's environment belongs to one environment, and several are checked; check one at a time"
            }
            Self::ProcessUnread => {
                "the process's environment belongs to one environment, and several are checked"
            }
            Self::OtherService => "it is another service's",
            Self::BranchUnknown => {
                "git cannot say whether the commit is on the environment's branch: no repository, the branch not fetched, a shallow clone, or a folder that is another user's (safe.directory)"
            }
            Self::EncryptedKey => {
                "it is an encrypted private key: how strong it is and what it belongs to was not judged"
            }
            Self::UnknownKey => {
                "it is a key of a kind, in a form or on a curve that is not known here: how strong it is was not judged"
            }
            Self::HalfKey => {
                "it is a private key without its public half: it was not compared with its certificate"
            }
            Self::CertificateUnjudged => {
                "the policy asks something of its certificate, and there is none that can be read, or nothing to compare it with"
            }
            Self::KeySetUnjudged => "the policy asks for a number of JSON web keys, and it is no set of them",
            Self::RotationUnknown => {
                "the policy has it renewed after some time, and the day on which it was made cannot be read"
            }
            Self::PeerAbsent => {
                "another environment is not here to be compared with, nor are its fingerprints"
            }
            Self::PeerFingerprinted => {
                "of another environment only the fingerprints are here: its secrets were compared, and nothing else of it"
            }
            Self::PeerRequired => {
                "the policy says `require_peers`, and this environment could not be compared with"
            }
            Self::FingerprintKeyMissing => {
                "its fingerprints are here and the project's key is not: name its file with --fingerprint-key or PREFLIGHT_FINGERPRINT_KEY_FILE"
            }
            Self::FingerprintKeyDiffers => {
                "its fingerprints were made under another key than the one at hand"
            }
            Self::FingerprintUnsound => {
                "its file of fingerprints is not as `preflight fingerprint` wrote it; where the environment is, write it anew"
            }
            Self::NotFingerprinted => {
                "its value can be guessed: such values get no fingerprint, and were not compared with environments that are elsewhere"
            }
            Self::FactsUnanswered => "the rule asked for facts without end",
        }
    }
}
