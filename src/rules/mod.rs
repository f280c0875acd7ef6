//! L4: the rules. One file a rule, named as its id; [`RULES`] is the only list of them.
//!
//! A rule first says what it needs to know beyond policy and model ([`Rule::needs`], pure), then judges
//! through at most four hooks: a key, a reader's whole view, a file, the whole project. See `README.md`
//! in this folder for how to add one.

pub mod context;
pub mod shared;
pub mod sink;
pub mod views;

mod broken_pem;
mod broken_relation;
mod colliding_value;
mod dangerous_key;
mod default_in_use;
mod dialect_divergence;
mod differing_value;
mod duplicate_key;
mod empty_value;
mod executes_code;
mod expired_certificate;
mod expired_waiver;
mod forbidden_key;
mod forbidden_part;
mod forbidden_source;
mod foreign_owner;
mod foreign_recipient;
mod incomplete_chain;
mod key_certificate_mismatch;
mod loose_directory;
mod loose_permissions;
mod looser_than;
mod malformed_line;
mod mirror_drift;
mod missing_key;
mod non_ascii;
mod out_of_range;
mod overdue_rotation;
mod placeholder_value;
mod plaintext_secret;
mod reused_secret;
mod secret_in_public_key;
mod shared_database;
mod special_file;
mod stale_fingerprint;
mod symlinked_secret;
mod template_drift;
mod unclean_secret_file;
mod undeclared_key;
mod undecryptable;
mod undocumented_key;
mod uneven_guard;
mod unexpected_file;
mod unfit_key_set;
mod unmet_group;
pub mod unused_policy_entry;
mod value_not_allowed;
mod weak_key;
mod weak_secret;
mod weak_tls_mode;
mod wrong_branch;
mod wrong_environment;
mod wrong_host;
mod wrong_length;
mod wrong_name;
mod wrong_type;

use crate::finding::RuleMeta;
use crate::model::{File, Want};

pub use context::{Context, Project};
pub use sink::Sink;
pub use views::{KeyView, ReaderView};

/// One rule.
pub trait Rule: Sync {
    /// Identity, causes and page.
    fn meta(&self) -> &'static RuleMeta;

    /// What the rule must be told before it judges an environment.
    fn needs(&self, _cx: &Context<'_>) -> Vec<Want> {
        Vec::new()
    }

    /// Judges one variable; called once for each distinct outcome of it, and once for a declared variable that is not there.
    fn key(&self, _cx: &Context<'_>, _key: &KeyView<'_>, _sink: &mut Sink<'_>) {}

    /// Judges every variable by [`Rule::key`]; `plain` where none is a service's own or guessed. Not for rules to override: it is
    /// here so that one that judges no single variables goes over none.
    fn keys(&self, cx: &Context<'_>, keys: &[KeyView<'_>], plain: bool, sink: &mut Sink<'_>) {
        if plain {
            keys.iter().for_each(|key| self.key(cx, key, sink));
            return;
        }
        for key in keys {
            sink.service = key.service.cloned();
            sink.guessed = key.guessed;
            self.key(cx, key, sink);
        }
    }

    /// Judges what one reader makes of all variables of an environment.
    fn view(&self, _cx: &Context<'_>, _view: &ReaderView<'_>, _sink: &mut Sink<'_>) {}

    /// Judges one file of an environment.
    fn file(&self, _cx: &Context<'_>, _file: &File, _sink: &mut Sink<'_>) {}

    /// Judges all environments together.
    fn project(&self, _cx: &Project<'_>, _sink: &mut Sink<'_>) {}
}

/// Every rule, sorted by id.
pub static RULES: &[&dyn Rule] = &[
    &broken_pem::BrokenPem,
    &broken_relation::BrokenRelation,
    &colliding_value::CollidingValue,
    &dangerous_key::DangerousKey,
    &default_in_use::DefaultInUse,
    &dialect_divergence::DialectDivergence,
    &differing_value::DifferingValue,
    &duplicate_key::DuplicateKey,
    &empty_value::EmptyValue,
    &executes_code::ExecutesCode,
    &expired_certificate::ExpiredCertificate,
    &expired_waiver::ExpiredWaiver,
    &forbidden_key::ForbiddenKey,
    &forbidden_part::ForbiddenPart,
    &forbidden_source::ForbiddenSource,
    &foreign_owner::ForeignOwner,
    &foreign_recipient::ForeignRecipient,
    &incomplete_chain::IncompleteChain,
    &key_certificate_mismatch::KeyCertificateMismatch,
    &loose_directory::LooseDirectory,
    &loose_permissions::LoosePermissions,
    &looser_than::LooserThan,
    &malformed_line::MalformedLine,
    &mirror_drift::MirrorDrift,
    &missing_key::MissingKey,
    &non_ascii::NonAscii,
    &out_of_range::OutOfRange,
    &overdue_rotation::OverdueRotation,
    &placeholder_value::PlaceholderValue,
    &plaintext_secret::PlaintextSecret,
    &reused_secret::ReusedSecret,
    &secret_in_public_key::SecretInPublicKey,
    &shared_database::SharedDatabase,
    &special_file::SpecialFile,
    &stale_fingerprint::StaleFingerprint,
    &symlinked_secret::SymlinkedSecret,
    &template_drift::TemplateDrift,
    &unclean_secret_file::UncleanSecretFile,
    &undeclared_key::UndeclaredKey,
    &undecryptable::Undecryptable,
    &undocumented_key::UndocumentedKey,
    &uneven_guard::UnevenGuard,
    &unexpected_file::UnexpectedFile,
    &unfit_key_set::UnfitKeySet,
    &unmet_group::UnmetGroup,
    &unused_policy_entry::UnusedPolicyEntry,
    &value_not_allowed::ValueNotAllowed,
    &weak_key::WeakKey,
    &weak_secret::WeakSecret,
    &weak_tls_mode::WeakTlsMode,
    &wrong_branch::WrongBranch,
    &wrong_environment::WrongEnvironment,
    &wrong_host::WrongHost,
    &wrong_length::WrongLength,
    &wrong_name::WrongName,
    &wrong_type::WrongType,
];

/// The ids of `rules`.
#[must_use]
pub fn ids(rules: &[&dyn Rule]) -> Vec<&'static str> {
    rules.iter().map(|rule| rule.meta().id).collect()
}

/// What is known of `rules` without running them.
#[must_use]
pub fn metas(rules: &[&dyn Rule]) -> Vec<&'static RuleMeta> {
    rules.iter().map(|rule| rule.meta()).collect()
}
