//! Values of pairs that say how something is had, rather than being it: by a shell, a program, a tool that fills templates.

use memchr::memchr_iter;

use super::secrecy::looks_random;

/// Signs of one value that are looked at.
const MOST: usize = 64;

/// Whether the value of a pair is worked out by what reads it. A drawn value may begin with a sign of that, so each has to be whole.
#[must_use]
pub fn is_worked_out(value: &str) -> bool {
    is_of_shell(value) || is_of_template(value) || is_of_program(value) || is_tagged(value)
}

/// sh(1), "Parameter Expansion" and "Command Substitution"; `$$` is the dollar of Compose ("Interpolation"), for the container's own.
fn is_of_shell(value: &str) -> bool {
    let command = value.strip_prefix('`').and_then(|rest| rest.strip_suffix('`'));
    let special = matches!(value.as_bytes(), [b'$', b'0'..=b'9' | b'@' | b'*' | b'#' | b'?']);
    let whole = value.strip_prefix("$$").or_else(|| value.strip_prefix('$')).is_some_and(is_chosen_name);
    command.is_some_and(|command| !command.is_empty())
        || special
        || whole
        || memchr_iter(b'$', value.as_bytes()).take(MOST).any(|at| {
            let rest = value.get(at + 1..).unwrap_or_default();
            match rest.as_bytes() {
                [b'{', first, ..] if is_first(*first) => rest.contains('}'),
                [b'(', ..] => rest.contains(')'),
                // A part of an address: `postgres://app:$DB_PASSWORD@db/shop`.
                _ => {
                    let name = rest.split(['@', '/', ':', '"', '\'', ' ']).next().unwrap_or_default();
                    let capitals = !name.bytes().any(|b| b.is_ascii_lowercase());
                    capitals && name.len() > 2 && value.contains("://") && is_chosen_name(name)
                }
            }
        })
}

/// `{{ x }}` anywhere, and `%X%` alone.
fn is_of_template(value: &str) -> bool {
    let percent = value.strip_prefix('%').and_then(|rest| rest.strip_suffix('%'));
    if percent.is_some_and(is_chosen_name) {
        return true;
    }
    let inner = value.split_once("{{").and_then(|(_, rest)| rest.split_once("}}"));
    inner.is_some_and(|(inner, _)| !looks_random(inner.as_bytes()))
}

/// `os.environ["X"]`, `process.env.X`, `config("X")`, `open("/run/secrets/x").read()`; Terraform, "References to Named Values"; Vector's
/// `SECRET[store.name]`; Spring's `file:/run/x`.
fn is_of_program(value: &str) -> bool {
    const ROOTS: &[&str] = &["data.", "import.meta.env.", "local.", "module.", "process.env.", "var."];
    const RESOURCES: &[&str] =
        &["aws_", "azurerm_", "google_", "random_password.", "random_string.", "vault_"];
    let read = |word: &str| {
        let behind = value.split_once(word).map(|(_, rest)| rest);
        behind.is_some_and(|rest| rest.starts_with(['[', '.', '(']))
    };
    let named = |rest: &str| {
        rest.split('.').all(|part| {
            let letters = |b: u8| b.is_ascii_alphanumeric() || b"_-[]".contains(&b);
            !part.is_empty() && part.bytes().all(letters) && !looks_random(part.as_bytes())
        })
    };
    let file = value
        .strip_prefix("file:")
        .is_some_and(|path| path.starts_with('/') && !looks_random(path.as_bytes()));
    read("environ")
        || read("getenv")
        || file
        || ROOTS.iter().any(|root| value.strip_prefix(root).is_some_and(named))
        || value.contains('.') && RESOURCES.iter().any(|root| value.starts_with(root)) && named(value)
        || is_asked(value)
}

/// A function that is called with a text, or a table that is asked for an entry.
fn is_asked(value: &str) -> bool {
    let Some(at) = value.find(['(', '[']) else { return false };
    let Some((asked, rest)) = value.split_at_checked(at) else { return false };
    let path = asked.split('.').all(is_chosen_name);
    let inner = rest.get(1..).unwrap_or_default();
    let quoted = inner.starts_with(['"', '\'']);
    let text = inner.trim_start_matches(['"', '\'']).split(['"', '\'', ']', ')']).next().unwrap_or_default();
    let ended = value.ends_with(')') && quoted || value.ends_with(']') && rest.starts_with('[');
    path && ended && !text.is_empty() && !looks_random(text.as_bytes())
}

/// Tags of YAML: Home Assistant, "Storing secrets"; CloudFormation, "Intrinsic functions"; Ansible, "Vault".
fn is_tagged(value: &str) -> bool {
    const TAGS: &[&str] = &[
        "!secret",
        "!env_var",
        "!env",
        "!include",
        "!vault",
        "!Ref",
        "!GetAtt",
        "!Sub",
        "!ImportValue",
        "!reference",
    ];
    let (tag, rest) = value.split_once(' ').unwrap_or_default();
    !rest.is_empty() && TAGS.contains(&tag)
}

/// A name that somebody gave to a variable.
fn is_chosen_name(text: &str) -> bool {
    text.bytes().next().is_some_and(is_first)
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && !looks_random(text.as_bytes())
}

const fn is_first(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::is_worked_out;
    use rstest::rstest;

    #[rstest]
    #[case("$TOKEN", true)]
    #[case("$$TOKEN", true)]
    #[case("$1", true)]
    #[case("`cat /run/token`", true)]
    #[case("a${B}c", true)]
    #[case("$(cat x)", true)]
    #[case("postgres://app:$$DB_PASSWORD@db/x", true)]
    #[case("postgres://{{ .u }}:{{ .p }}@db/x", true)]
    #[case("os.environ['TOKEN']", true)]
    #[case("os.environ.get('TOKEN')", true)]
    #[case("process.env.TOKEN", true)]
    #[case("ENV[\"SECRET_KEY\"]", true)]
    #[case("ENV.fetch(\"TOKEN\")", true)]
    #[case("config(\"SECRET_KEY\")", true)]
    #[case("open(\"/run/secrets/db\").read()", true)]
    #[case("var.token", true)]
    #[case("random_password.db.result", true)]
    #[case("SECRET[vault.token]", true)]
    #[case("file:/run/pw", true)]
    #[case("!secret db_password", true)]
    #[case("!vault |", true)]
    #[case("%PW%", true)]
    #[case("$k7Qz91xWvB3mN5pR", false)]
    #[case("$$k7Qz91xWvB3mN5pR", false)]
    #[case("k7Qz91xWvB3mNenvironRw", false)]
    #[case("k7Qz91xW$(vB3mN5pR", false)]
    #[case("k7Qz91xW${vB3mN5pR", false)]
    #[case("{{k7Qz91xWvB3mN5pR", false)]
    #[case("SecretStr(\"k7Qz91xWvB3mN5pR\")", false)]
    #[case("var.k7Qz91xWvB3mN5pR", false)]
    #[case("!correct horse", false)]
    fn values(#[case] value: &str, #[case] worked_out: bool) {
        assert_eq!(is_worked_out(value), worked_out);
    }
}
