//! Which names read like those of secrets, and which say something else of their values.

use std::cell::RefCell;
use std::rc::Rc;

use crate::text::memo::{Memo, known};

/// Words that make a name a secret's.
const SECRET: &[&str] = &[
    "apikey",
    "authkey",
    "cred",
    "credential",
    "credentials",
    "creds",
    "dbpass",
    "key",
    "keys",
    "mailpass",
    "mnemonic",
    "pass",
    "passcode",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "pepper",
    "privatekey",
    "pw",
    "pwd",
    "salt",
    "secret",
    "secretkey",
    "secrets",
    "smtppass",
    "token",
    "tokens",
];

/// The same in other languages: words for passwords and secrets, and for keys where they are not words for much else.
const ELSEWHERE: &[&str] = &[
    "anahtar",
    "anahtari",
    "chave",
    "chiave",
    "clave",
    "clef",
    "contrasena",
    "contrasenia",
    "geheim",
    "geheimnis",
    "haslo",
    "kennwort",
    "klucz",
    "mdp",
    "motdepasse",
    "parol",
    "parola",
    "passe",
    "passwort",
    "schluessel",
    "secreta",
    "secreto",
    "segredo",
    "segreto",
    "senha",
    "sifre",
    "sifresi",
    "sleutel",
    "wachtwoord",
];

/// What may follow those besides: they stand before what they belong to (`SENHA_BANCO`, `CLAVE_API`).
const OWNERS: &[&str] = &[
    "acceso", "admin", "api", "app", "banco", "base", "baza", "bazy", "bd", "bdd", "correo", "datos", "db",
    "ftp", "jwt", "mail", "mysql", "postgres", "redis", "root", "secreta", "smtp", "usuario", "wifi",
];

/// What may follow a secret's word in its name: which of several it is, or how it is written. After any other word the name is
/// about a secret: how long it lives, where it is, who issues it.
pub(in crate::rules) const TAILS: &[&str] = &[
    "b64",
    "base",
    "base64",
    "current",
    "dev",
    "development",
    "hex",
    "json",
    "live",
    "new",
    "next",
    "old",
    "pem",
    "prev",
    "previous",
    "primary",
    "prod",
    "production",
    "raw",
    "secondary",
    "stage",
    "staging",
    "string",
    "test",
    "v",
    "value",
];

/// Last words of files among the secrets that go with one and are none.
const BESIDE: &[&str] = &[
    "bucket", "database", "db", "email", "host", "hostname", "login", "name", "port", "region", "user",
    "username",
];

/// Words before `key` that make it a key of another kind: of sorting, of tables, or one that everybody may have.
const OTHER_KEYS: &[&str] = &[
    "anon",
    "cache",
    "foreign",
    "index",
    "lookup",
    "object",
    "partition",
    "primary",
    "project",
    "pub",
    "public",
    "publishable",
    "routing",
    "search",
    "site",
    "sort",
    "unique",
    "write",
];

/// Prefixes that bundlers inline into what browsers get: public by design.
const PUBLIC: &[&str] = &[
    "EXPO_PUBLIC_",
    "GATSBY_",
    "NEXT_PUBLIC_",
    "NUXT_PUBLIC_",
    "PUBLIC_",
    "REACT_APP_",
    "STORYBOOK_",
    "VITE_",
    "VUE_APP_",
];

thread_local! {
    static NEARNESS: RefCell<Memo<Nearness>> = RefCell::default();
    static WORDS: RefCell<Memo<Rc<[String]>>> = RefCell::default();
}

/// How near a name is to those of secrets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nearness {
    /// No word of it is a secret's.
    None,
    /// One is.
    Near,
    /// One is, and those behind it fit.
    Secret,
}

/// Whether a name reads like a secret's: `DB_PASSWORD`, `SECRET_KEY_BASE`, `apiKey2`, and not `TOKEN_TTL`.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    nearness(name) == Nearness::Secret
}

/// Whether a name has a secret's word in it, wherever: enough for a value that looks like one.
#[must_use]
pub fn is_near_secret_name(name: &str) -> bool {
    nearness(name) != Nearness::None
}

fn nearness(name: &str) -> Nearness {
    if !may_name_secret(name) || is_public_name(name) {
        return Nearness::None;
    }
    known(&NEARNESS, (name, ""), || {
        let words = words(name);
        let Some((word, tail)) = secret_word(&words) else { return Nearness::None };
        let owned = ELSEWHERE.contains(&word);
        let fits = |word: &str| word.is_empty() || TAILS.contains(&word) || owned && OWNERS.contains(&word);
        if tail.iter().all(|word| fits(word)) { Nearness::Secret } else { Nearness::Near }
    })
}

/// Whether the beginning of a word stands in a name that makes one a secret's: most names have none of it, and taking them apart
/// takes time.
fn may_name_secret(name: &str) -> bool {
    let lower = |b: &u8| b.to_ascii_lowercase();
    let begins = |at: usize| {
        let rest = name.as_bytes().get(at..).unwrap_or_default();
        match rest {
            [a, b, ..] if lower(a) == b'p' && lower(b) == b'w' => true,
            [a, b, c, ..] => match lower(a) {
                b'a' => [lower(b), lower(c)] == *b"na",
                b'c' => [*b"ha", *b"hi", *b"la", *b"le", *b"on", *b"re"].contains(&[lower(b), lower(c)]),
                b'g' => [lower(b), lower(c)] == *b"eh",
                b'h' => [lower(b), lower(c)] == *b"as",
                b'k' => [*b"en", *b"ey", *b"lu"].contains(&[lower(b), lower(c)]),
                b'm' => [*b"dp", *b"ne", *b"ot"].contains(&[lower(b), lower(c)]),
                b'p' => [*b"ar", *b"as", *b"ep"].contains(&[lower(b), lower(c)]),
                b's' => {
                    let more = [lower(b), lower(c)];
                    [*b"al", *b"ch", *b"ec", *b"eg", *b"en", *b"if", *b"le"].contains(&more)
                }
                b't' => [lower(b), lower(c)] == *b"ok",
                b'w' => [lower(b), lower(c)] == *b"ac",
                _ => false,
            },
            _ => false,
        }
    };
    (0..name.len()).any(begins)
}

/// The last word that makes a name a secret's, and those behind it.
fn secret_word(words: &[String]) -> Option<(&str, &[String])> {
    let mut pairs = words.iter().zip(words.iter().skip(1));
    if pairs.any(|(word, key)| matches!(key.as_str(), "key" | "keys") && OTHER_KEYS.contains(&word.as_str()))
    {
        return None;
    }
    let at = words.iter().rposition(|word| is_secret_word(word))?;
    let (before, tail) = words.split_at_checked(at + 1)?;
    Some((before.last()?, tail))
}

/// `PGPASSWORD`, `CLIENTSECRET`: glued to what it belongs to.
fn is_secret_word(word: &str) -> bool {
    const GLUED: [&str; 8] =
        ["apikey", "masterkey", "passwd", "password", "privatekey", "secret", "secretkey", "token"];
    SECRET.contains(&word) || ELSEWHERE.contains(&word) || GLUED.iter().any(|end| word.ends_with(end))
}

/// Whether a name's last word says that the value goes with a secret and is none: user names, hosts.
pub fn is_beside_secrets(name: &str) -> bool {
    words(name).last().is_some_and(|last| BESIDE.contains(&last.as_str()))
}

/// Whether bundlers inline a variable of this name into what browsers get.
#[must_use]
pub fn is_public_name(name: &str) -> bool {
    // Of a nested key the last part is the name.
    let name = name.rsplit_once('.').map_or(name, |(_, name)| name);
    // Their first letters: most names are told by that.
    if !name.starts_with(['E', 'G', 'N', 'P', 'R', 'S', 'V']) {
        return false;
    }
    PUBLIC.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a name says that its value lets somebody in, and so is no number of something: `DB_PASSWORD`, `JWT_SECRET`, not `API_KEY`.
#[must_use]
pub fn is_password_name(name: &str) -> bool {
    words(name).iter().any(|word| {
        ["password", "passwd", "passphrase"].iter().any(|end| word.ends_with(end))
            || matches!(word.as_str(), "pass" | "pwd" | "pw" | "passcode" | "secret")
            || matches!(word.as_str(), "passwort" | "kennwort" | "senha" | "contrasena" | "haslo" | "mdp")
            || matches!(word.as_str(), "sifre" | "sifresi" | "wachtwoord")
    })
}

/// A name's words in lower case: `apiKey`, `API_KEY` and `api.key` alike.
pub(in crate::rules) fn words(name: &str) -> Rc<[String]> {
    known(&WORDS, (name, ""), || taken_apart(name))
}

fn taken_apart(name: &str) -> Rc<[String]> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = '_';
    for c in name.chars() {
        let boundary = !c.is_ascii_alphanumeric();
        let hump = c.is_ascii_uppercase() && previous.is_ascii_lowercase();
        match words.last_mut() {
            Some(word) if !boundary && !hump && previous.is_ascii_alphanumeric() => {
                word.push(c.to_ascii_lowercase())
            }
            _ if !boundary => words.push(c.to_ascii_lowercase().to_string()),
            _ => {}
        }
        previous = c;
    }
    // `API_KEY2`, `PASSWORD_1`: numbered, not another word.
    words.iter().map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::{ELSEWHERE, SECRET, is_secret_name, may_name_secret};
    use rstest::rstest;

    #[rstest]
    #[case("DB_PASSWORD", true)]
    #[case("PGPASSWORD", true)]
    #[case("JWT_SECRET", true)]
    #[case("apiKey", true)]
    #[case("STRIPE_SECRET_KEY", true)]
    #[case("SECRET_KEY_BASE", true)]
    #[case("DB_PASS", true)]
    #[case("TOKEN_TTL", false)]
    #[case("SECRET_NAME", false)]
    #[case("PRIVATE_KEY_PATH", false)]
    #[case("DB_PASSWORD_FILE", false)]
    #[case("JWT_EXPIRES_IN", false)]
    #[case("STRIPE_PUBLISHABLE_KEY", false)]
    #[case("NEXT_PUBLIC_API_KEY", false)]
    #[case("VITE_TOKEN", false)]
    #[case("KEYCLOAK_HOST", false)]
    #[case("MONKEY", false)]
    #[case("DATABASE_URL", false)]
    #[case("COMPASS", false)]
    #[case("API_KEY2", true)]
    #[case("DB_PASSWORD_OLD", true)]
    #[case("CLIENTSECRET", true)]
    #[case("NPM_PUBLIC_TOKEN", true)]
    #[case("JWT_REFRESH_TOKEN_EXPIRATION_TIME", false)]
    #[case("SESSION_TOKEN_COOKIE", false)]
    #[case("SUPABASE_ANON_KEY", false)]
    #[case("CORS_CREDENTIALS_MODE", false)]
    #[case("DB_PASSWORT", true)]
    #[case("ADMIN_SIFRESI", true)]
    #[case("SENHA_BANCO", true)]
    #[case("CLAVE_API", true)]
    #[case("MOT_DE_PASSE_BDD", true)]
    #[case("SENHA_TAMANHO_MINIMO", false)]
    #[case("CLAVE_PRIMARIA", false)]
    #[case("BASE_PATH", false)]
    fn names(#[case] name: &str, #[case] secret: bool) {
        assert_eq!(is_secret_name(name), secret);
    }

    #[test]
    fn every_word_has_a_beginning() {
        for word in SECRET.iter().chain(ELSEWHERE) {
            assert!(may_name_secret(word), "{word}");
        }
    }
}
