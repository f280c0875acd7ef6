//! Which variables are secret when nobody said so. Errs to secret, but not where the name says what the value is.

use memchr::memchr2;

use crate::model::{Content, Environment, Role, Variable};
use crate::policy::KeyEntry;
use crate::syntax::readers::Outcome;
use crate::text::find::holds;
use crate::text::{KeyName, SecretValue};
use crate::value::certificates::is_secret_json_key;
use crate::value::{detect, password};

use super::named::{is_called, is_key_in_secret, is_thing};
use super::secret_names::{is_beside_secrets, is_near_secret_name, is_secret_name, words};

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
        Outcome::Value(value) => looks_secret(variable.key.as_str(), value.expose(), secret),
        _ => secret,
    })
}

/// Whether a variable of which the policy says nothing only says where its secret is to be had, to all that read it.
#[must_use]
pub fn only_says_where(variable: &Variable, entry: Option<&KeyEntry>) -> bool {
    let Content::Read(readings) = &variable.content else { return false };
    let elsewhere = |value: &SecretValue| !is_secret_leaf(variable.key.as_str(), Some(value.expose()));
    entry.and_then(KeyEntry::secrecy).is_none()
        && readings.iter().all(|(outcome, _)| matches!(outcome, Outcome::Value(value) if elsewhere(value)))
}

/// Whether a value says how a secret is found, and is none itself: a reference to a variable or a store, what is to be filled in, or
/// what another tool sealed.
fn is_reference_or_sealed(value: &[u8]) -> bool {
    is_had_elsewhere(value) || std::str::from_utf8(value).is_ok_and(is_reference)
}

/// Whether a value stands for one that comes from elsewhere: a reference, or a placeholder.
#[must_use]
pub fn is_to_come(name: &str, value: &[u8]) -> bool {
    let place =
        detect::Place { key: name, secret: true, weak: true, inner: true, ..detect::Place::default() };
    is_reference_or_sealed(value)
        || matches!(detect::judge(value, &place), Some(detect::Found::Placeholder(_)))
}

/// Whether what stands under a name is or holds a secret, where no policy says anything of it: by the name, and by the value if that is
/// known.
#[must_use]
pub fn is_secret_leaf(name: &str, value: Option<&[u8]>) -> bool {
    // Bitnami's Sealed Secrets, "Overview": what stands below is encrypted.
    if name.split('.').any(|part| part == "encryptedData") || value.is_some_and(is_had_elsewhere) {
        return false;
    }
    if is_name_of_secret(name) {
        return value.is_some_and(|value| is_secret_shaped(value) || is_drawn(value));
    }
    if value.is_some_and(|value| is_word_for_pair(name) && !is_secret_shaped(value) && !is_drawn(value)) {
        return false;
    }
    let secret = is_secret_name(name);
    value.map_or(secret, |value| {
        !is_right(name, value)
            && !names_secret_of_cluster(name, value)
            && !value.is_empty()
            && looks_secret(name, value, secret)
    })
}

/// Whether what stands under a name is the name of a secret or of a key within one. Kubernetes and others say so where a secret is to be
/// had: `secretKeyRef: { name: db, key: password }`, `secretKeys` of charts, names of secrets in a list; External Secrets' `secretKey`
/// below `data` alone, since programs call their own secrets so too.
fn is_name_of_secret(name: &str) -> bool {
    let mut parts = name.rsplit('.');
    let (last, before) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let refers = |part: &str| part.ends_with("Ref") || part.ends_with("_ref");
    number(last) && before == "secrets"
        || refers(last)
        || refers(before)
        || last == "secretKeys"
        || last == "secretKey" && number(before) && parts.next() == Some("data")
        || is_key_in_secret(name)
}

/// Whether the last part of a name is `key` and no more: the word for one half of a pair, in tolerations, volumes, tags, columns.
fn is_word_for_pair(name: &str) -> bool {
    let last = name.rsplit('.').find(|part| !part.bytes().all(|b| b.is_ascii_digit())).unwrap_or_default();
    ["key", "keys", "topologyKey", "topology_key"].iter().any(|word| last.eq_ignore_ascii_case(word))
}

/// Annotations (`nginx.ingress.kubernetes.io/auth-secret: basic-auth`) and parameters (Tekton, "Specifying `Parameters`": `git-token`)
/// that name a secret of the cluster. Passwords of words stand under other names, and under those of what is issued.
fn names_secret_of_cluster(name: &str, value: &[u8]) -> bool {
    const ISSUED: &[&str] = &[
        "access", "api", "app", "auth", "bot", "client", "cookie", "jwt", "refresh", "session", "shared",
        "signing", "webhook",
    ];
    let last = name.rsplit('.').next().unwrap_or_default();
    let Some((owner, kind)) = last.rsplit_once('-') else {
        return last.ends_with("/secret") && is_lower(value);
    };
    let annotation = owner.contains('/') && kind == "secret";
    let parameter = matches!(kind, "secret" | "token")
        && !owner
            .rsplit('-')
            .next()
            .is_some_and(|word| ISSUED.iter().any(|known| word.eq_ignore_ascii_case(known)))
        && (kind == "secret" || value.contains(&b'-'));
    (annotation || parameter) && is_lower(value)
}

/// Names of objects (Kubernetes, "Object Names and IDs"), of words.
fn is_lower(value: &[u8]) -> bool {
    is_called(value) && value.iter().all(|b| b.is_ascii_lowercase() || b"-/".contains(b))
}

/// GitHub Actions, "Workflow syntax", `permissions` and `jobs.<job_id>.secrets.inherit`.
fn is_right(name: &str, value: &[u8]) -> bool {
    match name.rsplit('.').next() {
        Some("id-token") => matches!(value, b"read" | b"write" | b"none"),
        Some("secrets") => value == b"inherit",
        _ => false,
    }
}

/// Whether a value that should be a name could have come out of a generator, and is no name that somebody chose.
fn is_drawn(value: &[u8]) -> bool {
    looks_random(value) && !is_plain_setting(value) && !is_called(value)
}

/// Whether a value of a deployment's file says how a program finds the secret, or is ciphertext of another tool.
fn is_had_elsewhere(value: &[u8]) -> bool {
    // What a deployment fills in: Azure Pipelines' "Replace Tokens" and Octopus, and `@@NAME@@` of others.
    let filled = |open: &[u8], close: &[u8]| {
        let inner = value.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.is_some_and(|inner| {
            !inner.is_empty() && inner.iter().all(|b| b.is_ascii_alphanumeric() || b"_.-:".contains(b))
        })
    };
    if filled(b"#{", b"}#") || filled(b"#{", b"}") || filled(b"%{", b"}") || filled(b"@@", b"@@") {
        return true;
    }
    // What opens has to be closed: a drawn value may begin with either.
    const OPENED: &[(&[u8], &[u8])] = &[
        (b"{{", b"}}"),
        (b"${{", b"}}"),
        // Symfony's and Grafana's manuals: variables and files that are read instead.
        (b"%env(", b")%"),
        (b"env(", b")"),
        (b"$__file{", b"}"),
        (b"$__env{", b"}"),
    ];
    let closed =
        |(open, close): &(&[u8], &[u8])| value.strip_prefix(*open).is_some_and(|rest| holds(rest, close));
    if OPENED.iter().any(closed) {
        return true;
    }
    const STARTS: &[&[u8]] = &[
        // Argo CD Vault Plugin, Azure Container Apps, Google's and AWS's stores.
        b"<path:",
        b"secretref:",
        b"awssecret://",
        b"gcp:///",
        // Bitwarden Secrets Manager.
        b"bws://",
        // Hiera's eyaml, and the header of AWS KMS in base64.
        b"ENC[PKCS7,",
        b"ENC[GPG,",
        b"AQICAH",
    ];
    STARTS.iter().any(|start| value.starts_with(start))
}

/// `secret`: whether its name or place says that it is one, which not every value can be.
fn looks_secret(name: &str, value: &[u8], secret: bool) -> bool {
    let near = is_near_secret_name(name) && looks_random(value);
    ((secret || near) && !is_plain_setting(value) && !is_thing(name, value))
        || is_private_key(value)
        || inner_password(value).is_some()
}

/// Whether a value could have come out of a generator: long, without blanks, of several kinds of characters.
#[must_use]
pub fn looks_random(value: &[u8]) -> bool {
    let has = |test: fn(&u8) -> bool| usize::from(value.iter().any(test));
    let kinds = has(u8::is_ascii_lowercase) + has(u8::is_ascii_uppercase) + has(u8::is_ascii_digit);
    let hex = value.iter().all(u8::is_ascii_hexdigit) && kinds > 1;
    let url = holds(value, b"://");
    value.len() >= 16 && !value.iter().any(u8::is_ascii_whitespace) && !url && (kinds > 2 || hex)
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
    memchr2(b'=', b'@', value).is_some()
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

/// `SECRET_SALT=10`: rounds of bcrypt (4 to 31 of them), under the name that its libraries give the argument.
#[must_use]
pub fn is_rounds(name: &str, value: &[u8]) -> bool {
    let text = str::from_utf8(value).ok().filter(|text| text.len() <= 3);
    text.and_then(|text| text.parse::<u8>().ok()).is_some_and(|count| (4..=31).contains(&count))
        && words(name).last().is_some_and(|last| last == "salt")
}

/// `JWT_REFRESH_TOKEN=604800`: whole hours in seconds, under a token that is issued and expires.
fn is_lifetime(name: &str, value: &[u8]) -> bool {
    const ISSUED: &[&str] = &["access", "auth", "id", "jwt", "refresh", "remember", "reset", "session"];
    let seconds =
        str::from_utf8(value).ok().filter(|text| text.len() <= 8).and_then(|text| text.parse::<u64>().ok());
    let whole = seconds.is_some_and(|seconds| seconds >= 3600 && seconds % 3600 == 0);
    let words = words(name);
    let issued = || words.iter().any(|word| ISSUED.contains(&word.as_str()));
    whole && words.last().is_some_and(|last| last == "token") && issued()
}

/// Paths of words. Base64 may begin with `/` or hold some too, but has no file's ending and mixes cases.
fn is_path(text: &str) -> bool {
    if !text.contains('/') {
        return false;
    }
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
    // Google's Secret Manager, "Resource names".
    let google = text.starts_with("projects/") && text.contains("/secrets/");
    google
        || variable
        || whole("${", '}')
        || whole("$(", ')')
        || STARTS.iter().any(|start| text.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::{is_count, is_plain_setting};
    use rstest::rstest;

    #[rstest]
    #[case("db.password", "correct-horse-7Qz", true)]
    #[case("tokens.0", "k7Qz91xWvB3mN5pR", true)]
    #[case("spec.encryptedData.PASSWORD", "AgBy3i4OJSWK", false)]
    #[case("auth.secretKeys.adminPasswordKey", "postgres-password", false)]
    #[case("data.0.secretKey", "api-token", false)]
    #[case("jwt.secretKey", "k7Qz91xWvB3mN5pR", true)]
    #[case("jwt.secretKey", "correct-horse-7Qz", true)]
    #[case("data.0.secretKey", "k7Qz91xWvB3mN5pR", true)]
    #[case("spec.dbRef.password", "k7Qz91xWvB3mN5pR", true)]
    #[case("auth.passwordRef", "k7Qz91xWvB3mN5pR", true)]
    #[case("auth.passwordRef", "shop-db-password", false)]
    #[case("remoteRef.key", "Prod/Shop1/DbPassword", false)]
    #[case("remoteRef.key", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:Prod1", false)]
    #[case("x_ref.more.password", "correct-horse-7Qz", true)]
    #[case("tolerations.0.key", "dedicated", false)]
    #[case("spec.0.topologyKey", "kubernetes.io/hostname", false)]
    #[case("tags.0.Key", "Environment", false)]
    #[case("keys.0", "name", false)]
    #[case("api_keys.0.key", "k7Qz91xWvB3mN5pR", true)]
    #[case("tls.key", "-----BEGIN PRIVATE KEY-----", true)]
    #[case("nginx.ingress.kubernetes.io/auth-secret", "basic-auth", false)]
    #[case("reloader.stakater.com/secret", "shop-db", false)]
    #[case("params.git-token", "git-credentials", false)]
    #[case("params.registry-secret", "regcred", false)]
    #[case("params.git-token", "k7Qz91xWvB3mN5pR", true)]
    #[case("oauth.client-secret", "correct-horse", true)]
    #[case("permissions.id-token", "write", false)]
    #[case("permissions.id-token", "correct-horse-7Qz", true)]
    #[case("jobs.a.secrets", "inherit", false)]
    #[case("services.web.secrets.0", "db_password", false)]
    #[case("services.web.secrets.0", "k7Qz91xWvB3mN5pR", true)]
    #[case("db.password", "{{ vault_db_password }}", false)]
    #[case("db.password", "%env(DB_PASSWORD)%", false)]
    #[case("db.password", "${{ secrets.DB_PASSWORD }}", false)]
    #[case("db.password", "ENC[PKCS7,MIIB]", false)]
    #[case("db.password", "#{DB_PASSWORD}#", false)]
    #[case("db.password", "@@DB_PASSWORD@@", false)]
    #[case("db.password", "@@correct horse 7Qz@@", true)]
    #[case("db.password", "{{k7Qz91xWvB3mN5pR", true)]
    #[case("db.password", "env(k7Qz91xWvB3mN5pR", true)]
    #[case("db.password", "env(DB_PASSWORD)", false)]
    #[case("db.password", "bws://0a1b2c3d", false)]
    #[case("auth.existingSecretPasswordKey", "password", false)]
    fn leaves_of_files(#[case] name: &str, #[case] value: &str, #[case] secret: bool) {
        assert_eq!(super::is_secret_leaf(name, Some(value.as_bytes())), secret);
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

    #[rstest]
    #[case("JWT_REFRESH_TOKEN", "604800", true)]
    #[case("JWT_ACCESS_TOKEN", "3600", true)]
    #[case("JWT_REFRESH_TOKEN", "604801", false)]
    #[case("JWT_REFRESH_TOKEN", "1800", false)]
    #[case("JWT_REFRESH_SECRET", "604800", false)]
    #[case("ADMIN_TOKEN", "720000", false)]
    #[case("MAX_TOKENS", "4096", true)]
    #[case("API_KEY", "4096", false)]
    fn counts(#[case] name: &str, #[case] value: &str, #[case] count: bool) {
        assert_eq!(is_count(name, value.as_bytes()), count);
    }
}
