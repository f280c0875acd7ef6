//! What SOPS keeps beside the values: who can open them, which are sealed, and the authentication code.
//!
//! Fields that are not known here are passed over, as SOPS does: one that changes what is sealed shows as a fault when
//! the file is opened.

use std::collections::{BTreeMap, VecDeque};

use super::fault::{Fault, Why};
use super::scalar;
use super::tree::{Item, Kind, Node, Scalar, Text};

/// The metadata of a file.
#[derive(Clone, Debug)]
pub struct Metadata {
    /// Key groups. One is the rule; of several each has a share of the data key.
    pub groups: Vec<Group>,
    /// When the file was sealed, as RFC 3339 without fractions.
    pub last_modified: String,
    /// The version of SOPS that sealed it, as written; empty if it does not say.
    pub version: String,
    /// Which leaves are sealed.
    pub rule: Rule,
    /// Whether the authentication code is over the sealed leaves alone: plain ones are then not protected.
    pub mac_only_encrypted: bool,
    /// How many groups it takes to put the data key together, if the file says so.
    pub shamir_threshold: Option<u32>,
    pub(super) mac: Text,
}

/// Keys that open the same part of the data key.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// Recipients of age.
    pub age: Vec<AgeKey>,
    /// Other key services, with the number of keys.
    pub services: BTreeMap<Service, usize>,
}

/// A recipient of age with the data key for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgeKey {
    /// The recipient as it is written: `age1…`, or an SSH key.
    pub recipient: String,
    /// The data key, as an armored age file.
    pub sealed_data_key: String,
}

/// Key services that cannot be asked from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// AWS KMS.
    AwsKms,
    /// Google Cloud KMS.
    GcpKms,
    /// Azure Key Vault.
    AzureKeyVault,
    /// HashiCorp Vault.
    Vault,
    /// Huawei Cloud KMS.
    HuaweiKms,
    /// OpenPGP.
    Pgp,
}

impl Service {
    /// Every service.
    pub const ALL: &'static [Self] =
        &[Self::AwsKms, Self::GcpKms, Self::AzureKeyVault, Self::Vault, Self::HuaweiKms, Self::Pgp];

    /// The name that people know it by.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::AwsKms => "AWS KMS",
            Self::GcpKms => "Google Cloud KMS",
            Self::AzureKeyVault => "Azure Key Vault",
            Self::Vault => "HashiCorp Vault",
            Self::HuaweiKms => "Huawei Cloud KMS",
            Self::Pgp => "OpenPGP",
        }
    }
}

/// A set of services.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Services(u8);

impl Services {
    /// Those in it.
    pub fn iter(self) -> impl Iterator<Item = Service> {
        Service::ALL.iter().copied().filter(move |service| self.0 & service.bit() != 0)
    }
}

impl Service {
    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl FromIterator<Service> for Services {
    fn from_iter<T: IntoIterator<Item = Service>>(services: T) -> Self {
        Self(services.into_iter().fold(0, |bits, service| bits | service.bit()))
    }
}

const SERVICES: &[(&str, Service)] = &[
    ("kms", Service::AwsKms),
    ("gcp_kms", Service::GcpKms),
    ("azure_kv", Service::AzureKeyVault),
    ("hc_vault", Service::Vault),
    ("hckms", Service::HuaweiKms),
    ("pgp", Service::Pgp),
];

/// Which leaves are sealed. A part of the path that fits counts for all below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rule {
    /// All but those whose key ends so. Without any rule it is `_unencrypted`.
    UnencryptedSuffix(String),
    /// Those whose key ends so.
    EncryptedSuffix(String),
    /// All but those whose key has a match.
    UnencryptedRegex(String),
    /// Those whose key has a match.
    EncryptedRegex(String),
    /// All but those below a comment that has a match.
    UnencryptedCommentRegex(String),
    /// Those below a comment that has a match.
    EncryptedCommentRegex(String),
}

type MakeRule = fn(String) -> Rule;

const RULES: &[(&str, MakeRule)] = &[
    ("unencrypted_suffix", Rule::UnencryptedSuffix),
    ("encrypted_suffix", Rule::EncryptedSuffix),
    ("unencrypted_regex", Rule::UnencryptedRegex),
    ("encrypted_regex", Rule::EncryptedRegex),
    ("unencrypted_comment_regex", Rule::UnencryptedCommentRegex),
    ("encrypted_comment_regex", Rule::EncryptedCommentRegex),
];

/// Whether a field is a sign of SOPS: every version writes both, and few others would.
pub(super) fn is_own(name: &str) -> bool {
    matches!(name, "mac" | "lastmodified")
}

impl Metadata {
    pub(super) fn read(items: &[Item]) -> Result<Self, Fault> {
        let last_modified = text(items, "lastmodified")?.ok_or(Why::BadMetadata)?;
        let last_modified = scalar::rfc3339_seconds(last_modified).ok_or(Why::BadMetadata)?;
        let mut rules = Vec::new();
        for (name, make) in RULES {
            if let Some(pattern) = text(items, name)?.filter(|pattern| !pattern.is_empty()) {
                rules.push(make(pattern.to_owned()));
            }
        }
        if rules.len() > 1 {
            return Err(Why::SeveralRules.into());
        }
        let mac_only_encrypted = match text(items, "mac_only_encrypted")? {
            None | Some("" | "false") => false,
            Some("true") => true,
            Some(_) => return Err(Why::BadMetadata.into()),
        };
        let shamir_threshold = match text(items, "shamir_threshold")? {
            None | Some("" | "0") => None,
            Some(number) => Some(number.parse().map_err(|_| Why::BadMetadata)?),
        };
        Ok(Self {
            groups: groups(items)?,
            last_modified,
            version: text(items, "version")?.unwrap_or_default().to_owned(),
            rule: rules.pop().unwrap_or_else(|| Rule::UnencryptedSuffix("_unencrypted".to_owned())),
            mac_only_encrypted,
            shamir_threshold,
            mac: Text::new(text(items, "mac")?.unwrap_or_default()),
        })
    }
}

/// Keys at the top are one group, and count alone.
fn groups(items: &[Item]) -> Result<Vec<Group>, Fault> {
    let top = Group::read(items)?;
    if !top.age.is_empty() || !top.services.is_empty() {
        return Ok(vec![top]);
    }
    list(items, "key_groups")?.iter().map(|items| Group::read(items)).collect()
}

impl Group {
    fn read(items: &[Item]) -> Result<Self, Fault> {
        let mut group = Self::default();
        for key in list(items, "age")? {
            let field = |name| Ok::<_, Fault>(text(key, name)?.ok_or(Why::BadMetadata)?.to_owned());
            group.age.push(AgeKey { recipient: field("recipient")?, sealed_data_key: field("enc")? });
        }
        for (name, service) in SERVICES {
            let keys = list(items, name)?.len();
            if keys > 0 {
                group.services.insert(*service, keys);
            }
        }
        Ok(group)
    }
}

fn field<'a>(items: &'a [Item], name: &str) -> Option<&'a Node> {
    items.iter().find(|item| item.key.as_deref() == Some(name)).map(|item| &item.node)
}

fn text<'a>(items: &'a [Item], name: &str) -> Result<Option<&'a str>, Fault> {
    match field(items, name) {
        None | Some(Node::Scalar(Scalar { kind: Kind::Null, .. })) => Ok(None),
        Some(Node::Scalar(scalar)) => Ok(Some(scalar.text.as_str())),
        Some(_) => Err(Why::BadMetadata.into()),
    }
}

/// A list of mappings.
fn list<'a>(items: &'a [Item], name: &str) -> Result<Vec<&'a [Item]>, Fault> {
    match field(items, name) {
        None | Some(Node::Scalar(Scalar { kind: Kind::Null, .. })) => Ok(Vec::new()),
        Some(Node::List(items)) => {
            let items = items.iter().filter(|item| !matches!(item.node, Node::Comment(_)));
            items
                .map(|item| match &item.node {
                    Node::Map(items) => Ok(items.as_slice()),
                    _ => Err(Why::BadMetadata.into()),
                })
                .collect()
        }
        Some(_) => Err(Why::BadMetadata.into()),
    }
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Token {
    Name(String),
    Index(usize),
}

/// Depth of flat names: `key_groups__list_0__map_age__list_0__map_enc` has five parts.
const MAX_PARTS: usize = 8;

/// Metadata of stores that are flat: `__map_` leads into a mapping, `__list_` into a list.
pub(super) fn unflatten(flat: Vec<Item>) -> Result<Vec<Item>, Fault> {
    let mut entries = Vec::with_capacity(flat.len());
    for item in flat {
        // Comments that stand between them say nothing.
        let Some(name) = item.key.clone() else { continue };
        entries.push((tokens(&name)?, item));
    }
    match nest(entries)? {
        Node::Map(items) => Ok(items),
        _ => Err(Why::BadMetadata.into()),
    }
}

fn tokens(name: &str) -> Result<VecDeque<Token>, Fault> {
    let (mut found, mut rest, mut in_list) = (VecDeque::new(), name, false);
    loop {
        let next = [("__map_", false), ("__list_", true)];
        let next = next.iter().filter_map(|(mark, list)| Some((rest.find(mark)?, mark.len(), *list))).min();
        let part = next.map_or(Some(rest), |(at, ..)| rest.get(..at)).unwrap_or_default();
        found.push_back(if in_list {
            Token::Index(part.parse().map_err(|_| Why::BadMetadata)?)
        } else {
            Token::Name(part.to_owned())
        });
        let Some((at, length, list)) = next else { break };
        rest = rest.get(at + length..).unwrap_or_default();
        in_list = list;
        if found.len() >= MAX_PARTS {
            return Err(Why::BadMetadata.into());
        }
    }
    Ok(found)
}

fn nest(entries: Vec<(VecDeque<Token>, Item)>) -> Result<Node, Fault> {
    let mut groups: BTreeMap<Token, Vec<(VecDeque<Token>, Item)>> = BTreeMap::new();
    let single = entries.len() == 1;
    for (mut tokens, item) in entries {
        match tokens.pop_front() {
            Some(token) => groups.entry(token).or_default().push((tokens, item)),
            None if single => return Ok(item.node),
            None => return Err(Why::BadMetadata.into()),
        }
    }
    let indices = groups.keys().filter(|token| matches!(token, Token::Index(_))).count();
    if indices > 0 && indices < groups.len() {
        return Err(Why::BadMetadata.into());
    }
    let mut items = Vec::with_capacity(groups.len());
    for (token, entries) in groups {
        let span = entries.first().map(|(_, item)| item.span).unwrap_or_default();
        let key = if let Token::Name(name) = token { Some(name) } else { None };
        items.push(Item { key, span, node: nest(entries)? });
    }
    Ok(if indices > 0 { Node::List(items) } else { Node::Map(items) })
}
