//! Which variables are secret when nobody said so. Errs to secret, but not where the name says what the value is.

use crate::model::{Content, Environment, Role, Variable};
use crate::policy::KeyEntry;
use crate::syntax::readers::Outcome;
use crate::text::{KeyName, SecretValue};
use crate::value::certificates::is_secret_json_key;
use crate::value::password;

use super::named::is_thing;

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

/// Whether a variable's value is secret: by the policy's word, by where it stands, or by its name.
#[must_use]
pub fn is_secret(variable: &Variable, entry: Option<&KeyEntry>, environment: &Environment) -> bool {
    let declared = entry.and_then(KeyEntry::secrecy);
    let in_secrets = || environment.file_of(variable).is_some_and(|file| file.role == Role::Secret);
    match declared {
        Some(declared) => declared,
        None => {
            (in_secrets() && !is_beside_secrets(variable.key.as_str()))
                || is_secret_name(variable.key.as_str())
        }
    }
}

/// Whether a variable is taken for a secret, and why, in words.
#[must_use]
pub fn why_secret(
    key: &KeyName,
    entry: Option<&KeyEntry>,
    environment: &Environment,
) -> (bool, &'static str) {
    match entry.and_then(KeyEntry::secrecy) {
        Some(true) => return (true, "the policy says so"),
        Some(false) => return (false, "the policy says so"),
        None => {}
    }
    if is_secret_name(key.as_str()) {
        return (true, "its name says so");
    }
    let mine: Vec<&Variable> = environment.counting().filter(|variable| variable.key == *key).collect();
    if mine.iter().any(|variable| is_secret(variable, entry, environment)) {
        return (true, "it lies among the secrets");
    }
    if mine.iter().any(|variable| is_secret_value(variable, entry, environment)) {
        return (true, "its value looks like one");
    }
    (false, "neither its name nor its value says so")
}

/// Whether a name's last word says that the value goes with a secret and is none: user names, hosts.
fn is_beside_secrets(name: &str) -> bool {
    words(name).last().is_some_and(|last| BESIDE.contains(&last.as_str()))
}

/// Whether a variable's value, as any of its readers sees it, is or holds a secret.
#[must_use]
pub fn is_secret_value(variable: &Variable, entry: Option<&KeyEntry>, environment: &Environment) -> bool {
    let declared = entry.and_then(KeyEntry::secrecy);
    let secret = is_secret(variable, entry, environment);
    let Content::Read(readings) = &variable.content else { return secret };
    if let Some(declared) = declared {
        return declared;
    }
    readings.iter().any(|(outcome, _)| match outcome {
        Outcome::Value(value) => {
            let value = value.expose();
            let near = is_near_secret_name(variable.key.as_str()) && looks_random(value);
            ((secret || near) && !is_plain_setting(value) && !is_thing(variable.key.as_str(), value))
                || is_private_key(value)
                || inner_password(value).is_some()
        }
        _ => secret,
    })
}

/// Whether a name reads like a secret's: `DB_PASSWORD`, `SECRET_KEY_BASE`, `apiKey2`, and not `TOKEN_TTL`.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    secret_word(name).is_some_and(|(word, tail)| {
        let owned = ELSEWHERE.contains(&word.as_str());
        let fits = |word: &str| word.is_empty() || TAILS.contains(&word) || owned && OWNERS.contains(&word);
        tail.iter().all(|word| fits(word))
    })
}

/// Whether a name has a secret's word in it, wherever: enough for a value that looks like one.
#[must_use]
pub fn is_near_secret_name(name: &str) -> bool {
    secret_word(name).is_some()
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
fn secret_word(name: &str) -> Option<(String, Vec<String>)> {
    if !may_name_secret(name) || is_public_name(name) {
        return None;
    }
    let mut words = words(name);
    let mut pairs = words.iter().zip(words.iter().skip(1));
    if pairs.any(|(word, key)| matches!(key.as_str(), "key" | "keys") && OTHER_KEYS.contains(&word.as_str()))
    {
        return None;
    }
    let at = words.iter().rposition(|word| is_secret_word(word))?;
    let tail = words.split_off(at + 1);
    Some((words.pop()?, tail))
}

/// `PGPASSWORD`, `CLIENTSECRET`: glued to what it belongs to.
fn is_secret_word(word: &str) -> bool {
    const GLUED: [&str; 8] =
        ["apikey", "masterkey", "passwd", "password", "privatekey", "secret", "secretkey", "token"];
    SECRET.contains(&word) || ELSEWHERE.contains(&word) || GLUED.iter().any(|end| word.ends_with(end))
}

/// Whether a value could have come out of a generator: long, without blanks, of several kinds of characters.
#[must_use]
pub fn looks_random(value: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| usize::from(value.iter().any(test));
    let kinds = has(u8::is_ascii_lowercase) + has(u8::is_ascii_uppercase) + has(u8::is_ascii_digit);
    let hex = value.iter().all(u8::is_ascii_hexdigit) && kinds > 1;
    let url = value.windows(3).any(|part| part == b"://");
    value.len() >= 16 && !value.iter().any(u8::is_ascii_whitespace) && !url && (kinds > 2 || hex)
}

/// A name's words in lower case: `apiKey`, `API_KEY` and `api.key` alike.
pub(in crate::rules) fn words(name: &str) -> Vec<String> {
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

/// The password inside a URL, a connection string or credentials, if one stands there and not only its name.
#[must_use]
pub fn inner_password(value: &[u8]) -> Option<SecretValue> {
    password::within(value).filter(|password| !is_plain_setting(password.expose()))
}

/// Whether a value could hold a secret whatever its name: quick, and true too often.
#[must_use]
pub fn may_hold_secret(value: &[u8]) -> bool {
    let start = value.trim_ascii_start();
    value.iter().any(|b| matches!(b, b'=' | b'@'))
        || start.starts_with(b"-----BEGIN ")
        || start.starts_with(b"{")
        || start.starts_with(b"PuTTY-User-Key-File-")
}

/// Whether a value is a private key in PEM or PuTTY's form, or one or several as JSON web keys, whatever its variable is called.
#[must_use]
pub fn is_private_key(value: &[u8]) -> bool {
    let head = value.trim_ascii_start();
    if head.starts_with(b"{") {
        return is_secret_json_key(head);
    }
    let is_putty = head.starts_with(b"PuTTY-User-Key-File-");
    is_putty
        || head.starts_with(b"-----BEGIN ")
            && head.windows(16).take(80).any(|part| part == b"PRIVATE KEY-----".as_slice())
}

/// Whether a value holds a secret whatever its variable is called: a private key, or a password in an address.
#[must_use]
pub fn is_secret_shaped(value: &[u8]) -> bool {
    is_private_key(value) || inner_password(value).is_some()
}

/// Whether bundlers inline a variable of this name into what browsers get.
#[must_use]
pub fn is_public_name(name: &str) -> bool {
    // Of a nested key the last part is the name.
    let name = name.rsplit('.').next().unwrap_or_default();
    PUBLIC.iter().any(|prefix| name.starts_with(prefix))
}

/// Whether a value cannot be a secret whatever its name: a switch, a number, a path, a reference to a store.
#[must_use]
pub fn is_plain_setting(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let word = ["true", "false", "yes", "no", "on", "off", "none", "null"]
        .iter()
        .any(|w| text.eq_ignore_ascii_case(w));
    word || is_number(value) || is_duration(text) || is_path(text) || is_reference(text)
}

/// Whether a value is a number too short for a secret: a port, a limit.
#[must_use]
pub fn is_number(value: &[u8]) -> bool {
    value.len() < 6 && value.iter().all(u8::is_ascii_digit)
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

/// `15m`, `3600s`, `7d`.
fn is_duration(text: &str) -> bool {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    unit.len() < text.len() && matches!(unit, "ms" | "s" | "m" | "h" | "d" | "w" | "y")
}

/// Whether a name counts things that are called as secrets are: `MAX_TOKENS`, `TOKENS_PER_MINUTE`.
#[must_use]
pub fn is_count(name: &str, value: &[u8]) -> bool {
    let counted =
        || words(name).iter().any(|word| matches!(word.as_str(), "tokens" | "keys" | "max" | "min"));
    value.iter().all(u8::is_ascii_digit) && (counted() || is_lifetime(name, value))
}

/// `JWT_REFRESH_TOKEN=604800`: whole hours in seconds, and no number that somebody would choose for a token.
fn is_lifetime(name: &str, value: &[u8]) -> bool {
    let seconds =
        str::from_utf8(value).ok().filter(|text| text.len() <= 8).and_then(|text| text.parse::<u64>().ok());
    let whole = seconds.is_some_and(|seconds| seconds >= 3600 && seconds % 3600 == 0);
    whole && words(name).last().is_some_and(|last| last == "token")
}

/// Paths of words. Base64 may begin with `/` or hold some too, but has no file's ending and mixes cases.
fn is_path(text: &str) -> bool {
    let rooted = ["/", "./", "../", "~/"].iter().any(|root| text.starts_with(root));
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"/._-~".contains(&b);
    let word = |b: u8| b.is_ascii_alphanumeric() || b"/._-~%:{}$".contains(&b);
    let ending = text.rsplit_once('.').map(|(_, ending)| ending);
    let known = ending.is_some_and(|ending| ENDINGS.contains(&ending));
    // One part alone could be anything: `/k3j4h5k6j7h8`.
    let parts = text.bytes().filter(|b| *b == b'/').count();
    (rooted && parts > 1 && text.bytes().all(plain))
        || (text.contains('/') && known && text.bytes().all(word))
}

/// Endings of files that hold keys and settings.
const ENDINGS: &[&str] = &[
    "cer", "conf", "crt", "env", "ini", "jks", "json", "key", "p12", "pem", "pfx", "pub", "txt", "toml",
    "yaml", "yml",
];

/// Values that name a secret in a store, or another variable, instead of holding it.
fn is_reference(text: &str) -> bool {
    const STARTS: &[&str] = &[
        "op://",
        "vault:",
        "arn:aws:",
        "arn:aws-",
        "ref+",
        "secretsmanager:",
        "ssm:",
        "awssm:",
        "gcpsm:",
        "@Microsoft.KeyVault(",
        // AWS KMS, "Aliases": the name of a key.
        "alias/",
    ];
    let variable = text.strip_prefix('$').is_some_and(|name| {
        name.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
            && name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
    });
    let whole = |open: &str, close: char| {
        let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| !inner.contains(close))
    };
    variable || whole("${", '}') || whole("$(", ')') || STARTS.iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::{ELSEWHERE, SECRET, is_plain_setting, is_secret_name, may_name_secret};
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

    #[rstest]
    #[case("true", true)]
    #[case("3600", true)]
    #[case("/run/secrets/jwt.pem", true)]
    #[case("op://vault/item/field", true)]
    #[case("${DB_PASSWORD}", true)]
    #[case("123456", false)]
    #[case("/8fJ2kQq0Zx1", false)]
    #[case("hunter2", false)]
    fn settings(#[case] value: &str, #[case] plain: bool) {
        assert_eq!(is_plain_setting(value.as_bytes()), plain);
    }
}
