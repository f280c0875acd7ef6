//! L2: encrypted files and values: by whom they are sealed, and opening them in memory. Reads no file and asks nobody.

pub mod age;
mod fault;
pub mod sops;

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
            Self::Unknown => "unknown",
        }
    }
}

/// How an OpenPGP message begins in its armor: RFC 9580, 6.2.
const PGP: &[u8] = b"-----BEGIN PGP MESSAGE-----";

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
    let name = name.as_encoded_bytes();
    let named = ENDINGS.iter().find(|(ending, _)| name.ends_with(ending.as_bytes()));
    match named.map(|(_, sealer)| *sealer) {
        // An ending that says nothing of the sealer.
        None | Some(Sealer::Unknown | Sealer::Sops) if is_sops(bytes) => Some(Sealer::Sops),
        sealer => sealer,
    }
}

/// Whether a file is one of SOPS, be it a damaged one: its metadata are there, or values that it sealed. A value that
/// stands alone is none.
fn is_sops(bytes: &[u8]) -> bool {
    sops::has_sealed(bytes) && value_sealer(bytes).is_none() && sops::has_metadata(bytes)
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
    // The shortest that dotenvx makes: a public key of 65 bytes, a nonce and a tag of 16 each, in base64. A word may stand
    // there too.
    let base64 = |b: &u8| b.is_ascii_alphanumeric() || b"+/=".contains(b);
    let sealed =
        value.strip_prefix(b"encrypted:").is_some_and(|rest| rest.len() > 40 && rest.iter().all(base64));
    sealed.then_some(Sealer::Dotenvx)
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
    #[case("A", b"age", None)]
    #[case(
        "A",
        b"{\"data\": \"ENC[AES256_GCM,data:x]\", \"sops\": {\"lastmodified\": \"",
        Some(Sealer::Sops)
    )]
    #[case("A.enc", b"A=ENC[AES256_GCM,data:x]\nsops_lastmodified=y\n", Some(Sealer::Sops))]
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
