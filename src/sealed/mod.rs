//! L2: encrypted files and values: by whom they are sealed, and opening them in memory. Reads no file and asks nobody.

pub mod age;
mod fault;
pub mod sops;
pub mod twins;

pub use fault::Fault;

use std::ffi::OsStr;

/// What sealed a file or a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sealer {
    /// age: <https://age-encryption.org/v1>.
    Age,
    /// OpenPGP: RFC 9580.
    Pgp,
    /// SOPS: <https://getsops.io/docs/>.
    Sops,
    /// dotenvx: <https://dotenvx.com/docs>.
    Dotenvx,
    /// git-crypt, in a clone that is locked: <https://github.com/AGWA/git-crypt>.
    GitCrypt,
    /// Ansible Vault: <https://docs.ansible.com/ansible/latest/vault_guide/>.
    AnsibleVault,
    /// Jasypt, as Spring's settings have it: <https://github.com/ulisesbocchio/jasypt-spring-boot>.
    Jasypt,
    /// Spring Cloud Config: <https://docs.spring.io/spring-cloud-config/reference/server/encryption-and-decryption.html>.
    SpringCloud,
    /// Something that only the file's ending tells.
    Unknown,
}

impl Sealer {
    /// The word in causes and messages.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Age => "age",
            Self::Pgp => "pgp",
            Self::Sops => "sops",
            Self::Dotenvx => "dotenvx",
            Self::GitCrypt => "git-crypt",
            Self::AnsibleVault => "ansible-vault",
            Self::Jasypt => "jasypt",
            Self::SpringCloud => "spring-cloud",
            Self::Unknown => "unknown",
        }
    }
}

/// How an OpenPGP message begins in its armor: RFC 9580, 6.2.
const PGP: &[u8] = b"-----BEGIN PGP MESSAGE-----";

/// What git-crypt's files begin with: the magic in `commands.cpp` of its source.
const GIT_CRYPT: &[u8] = b"\0GITCRYPT\0";
/// What Ansible Vault's files begin with: "Format of files encrypted with Ansible Vault" of its guide.
const ANSIBLE_VAULT: &[u8] = b"$ANSIBLE_VAULT;";
/// Base64 of the shortest that Jasypt makes: a salt and a block of eight bytes each.
const SHORTEST_JASYPT: usize = 22;

/// The ending of age's files.
pub const AGE: &str = ".age";
/// An ending of files that SOPS sealed.
pub const SOPS: &str = ".sops";
/// An ending of encrypted files, whoever encrypted them.
pub const ENC: &str = ".enc";

/// Endings of encrypted files, and what gives them to files.
pub const ENDINGS: &[(&str, Sealer)] = &[
    (AGE, Sealer::Age),
    (".asc", Sealer::Pgp),
    (ENC, Sealer::Unknown),
    (".gpg", Sealer::Pgp),
    (SOPS, Sealer::Sops),
];

/// A file's name without the ending of an encrypted one, if it has one.
#[must_use]
pub fn without_ending(name: &str) -> Option<&str> {
    let stem = ENDINGS.iter().find_map(|(ending, _)| name.strip_suffix(ending))?;
    (!stem.is_empty() && !stem.ends_with('/')).then_some(stem)
}

/// By what a file is sealed: what is in it says so, else its name.
#[must_use]
pub fn sealer(name: &OsStr, bytes: &[u8]) -> Option<Sealer> {
    if age::is_age(bytes) {
        return Some(Sealer::Age);
    }
    if bytes.trim_ascii_start().starts_with(PGP) {
        return Some(Sealer::Pgp);
    }
    if bytes.starts_with(GIT_CRYPT) {
        return Some(Sealer::GitCrypt);
    }
    if bytes.starts_with(ANSIBLE_VAULT) {
        return Some(Sealer::AnsibleVault);
    }
    let name = name.as_encoded_bytes();
    let named = ENDINGS.iter().find(|(ending, _)| name.ends_with(ending.as_bytes()));
    match named.map(|(_, sealer)| *sealer) {
        // An ending that says nothing of the sealer.
        None | Some(Sealer::Unknown | Sealer::Sops) if is_sops(&String::from_utf8_lossy(name), bytes) => {
            Some(Sealer::Sops)
        }
        sealer => sealer,
    }
}

/// Whether a file is one of SOPS, be it a damaged one: its metadata are there, or values that it sealed in a file that SOPS
/// keeps its metadata at the end of, where they may have been cut off. A value that stands alone is none.
fn is_sops(name: &str, bytes: &[u8]) -> bool {
    sops::has_sealed(bytes)
        && value_sealer(bytes).is_none()
        && (is_structured(name) || sops::has_metadata(bytes))
}

/// Whether a file is YAML, JSON or INI by its name. Into others sealed values are pasted one by one.
#[must_use]
pub fn is_structured(name: &str) -> bool {
    [".yaml", ".yml", ".json", ".ini"].iter().any(|ending| name.ends_with(ending))
}

/// What sealed a value, if it is no plain one. What only begins as one was cut off, and is none either. Blanks and quotes
/// around it do not matter.
#[must_use]
pub fn value_sealer(value: &[u8]) -> Option<Sealer> {
    let around = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'');
    let start = value.iter().position(|byte| !around(byte)).unwrap_or(value.len());
    let end = value.iter().rposition(|byte| !around(byte)).map_or(start, |last| last + 1);
    let value = value.get(start..end).unwrap_or_default();
    if sops::begins_sealed(value) {
        return Some(Sealer::Sops);
    }
    if age::is_age(value) {
        return Some(Sealer::Age);
    }
    if value.starts_with(PGP) {
        return Some(Sealer::Pgp);
    }
    if value.starts_with(ANSIBLE_VAULT) {
        return Some(Sealer::AnsibleVault);
    }
    if value.strip_prefix(b"ENC(").is_some_and(is_jasypt) {
        return Some(Sealer::Jasypt);
    }
    if value.strip_prefix(b"{cipher}").is_some_and(|rest| !rest.is_empty()) {
        return Some(Sealer::SpringCloud);
    }
    // The shortest that dotenvx makes: a public key of 65 bytes, a nonce and a tag of 16 each, in base64. A word may stand
    // there too.
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/=".contains(b);
    let sealed =
        value.strip_prefix(b"encrypted:").is_some_and(|rest| rest.len() > 40 && rest.iter().all(base64));
    sealed.then_some(Sealer::Dotenvx)
}

/// Whether base64 stands behind `ENC(`, up to the last bracket if it was not cut off.
fn is_jasypt(rest: &[u8]) -> bool {
    let text = rest.strip_suffix(b")").unwrap_or(rest);
    let letters = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte);
    text.len() >= SHORTEST_JASYPT && text.iter().all(letters)
}

#[cfg(test)]
mod tests {
    use super::{Sealer, sealer, value_sealer, without_ending};
    use rstest::rstest;
    use std::ffi::OsStr;

    #[rstest]
    #[case("A", b"age-encryption.org/v1\n".as_slice(), Some(Sealer::Age))]
    #[case("A", b"\n -----BEGIN AGE ENCRYPTED FILE-----", Some(Sealer::Age))]
    #[case("A.age", b"", Some(Sealer::Age))]
    #[case("A.gpg", b"\x85", Some(Sealer::Pgp))]
    #[case("A", b"-----BEGIN PGP MESSAGE-----\n", Some(Sealer::Pgp))]
    #[case("A.enc", b"x", Some(Sealer::Unknown))]
    #[case("A", b"\0GITCRYPT\0\x01\x02", Some(Sealer::GitCrypt))]
    #[case(".env", b"$ANSIBLE_VAULT;1.1;AES256\n6162\n", Some(Sealer::AnsibleVault))]
    #[case("A", b"GITCRYPT", None)]
    #[case("A", b"age", None)]
    #[case(
        "A",
        b"{\"data\": \"ENC[AES256_GCM,data:x]\", \"sops\": {\"lastmodified\": \"",
        Some(Sealer::Sops)
    )]
    #[case("A.enc", b"A=ENC[AES256_GCM,data:x]\nsops_lastmodified=y\n", Some(Sealer::Sops))]
    #[case("A", b"A=ENC[AES256_GCM,data:x]\nsops_mac=ENC[AES256_GCM,data:y]\n", Some(Sealer::Sops))]
    #[case("A", b"A=ENC[AES256_GCM,data:x]\nsops_version=3.9.0\n", Some(Sealer::Sops))]
    #[case("A", b"A=ENC[AES256_GCM,data:x]\nsops_age__list_0__map_enc=y\n", Some(Sealer::Sops))]
    #[case("A", b"A=ENC[AES256_GCM,data:x]\nsops_kms__list_0__map_arn=y\n", Some(Sealer::Sops))]
    #[case("A", b"A=ENC[AES256_GCM,data:x]\nMY_VERSION=3.9.0\n", None)]
    #[case("A.sops", b"x", Some(Sealer::Sops))]
    #[case("A", b"ENC[AES256_GCM,data:sops lastmodified", None)]
    #[case("A", b"sops", None)]
    fn files(#[case] name: &str, #[case] bytes: &[u8], #[case] wanted: Option<Sealer>) {
        assert_eq!(sealer(OsStr::new(name), bytes), wanted);
    }

    #[rstest]
    #[case("ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]", Some(Sealer::Sops))]
    #[case(" ENC[AES256_GCM,data:cut", Some(Sealer::Sops))]
    #[case(
        "encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLEIRVz50hmLXPXRuDBXaJi",
        Some(Sealer::Dotenvx)
    )]
    #[case("age-encryption.org/v1", Some(Sealer::Age))]
    #[case("-----BEGIN AGE ENCRYPTED FILE-----\\nYWdl", Some(Sealer::Age))]
    #[case("-----BEGIN PGP MESSAGE-----", Some(Sealer::Pgp))]
    #[case("\"ENC[AES256_GCM,data:cut off", Some(Sealer::Sops))]
    #[case(
        "'encrypted:BDqDBibm4wsYqMpCjTQ6BsDHmMadg9K3dAt+Z9HPMfLEIRVz50hmLXPXRuDBXaJi' ",
        Some(Sealer::Dotenvx)
    )]
    #[case("encrypted: yes, and so it is to be kept by whoever reads it", None)]
    #[case("encrypted:true", None)]
    #[case("not ENC[AES256_GCM,data:x]", None)]
    #[case("$ANSIBLE_VAULT;1.1;AES256\n6162", Some(Sealer::AnsibleVault))]
    #[case("ENC(AAECAwQFBgcICQoLDA0ODw==)", Some(Sealer::Jasypt))]
    #[case("ENC(AAECAwQFBgcICQoLDA0ODw", Some(Sealer::Jasypt))]
    #[case("{cipher}00ff", Some(Sealer::SpringCloud))]
    #[case("'{cipher}00ff'", Some(Sealer::SpringCloud))]
    #[case("{cipher}", None)]
    #[case("ENC(a, b)", None)]
    #[case("ENC(short)", None)]
    #[case("ENC[x]", None)]
    fn values(#[case] value: &str, #[case] wanted: Option<Sealer>) {
        assert_eq!(value_sealer(value.as_bytes()), wanted);
    }

    #[test]
    fn names_lose_one_ending() {
        assert_eq!(without_ending(".env.prod.age"), Some(".env.prod"));
        assert_eq!(without_ending("a.age.age"), Some("a.age"));
        assert_eq!(
            (without_ending(".age"), without_ending("s/.age"), without_ending("a")),
            (None, None, None)
        );
    }
}
