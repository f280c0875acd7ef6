//! What a variable's value gives away, for the two rules that say it: a placeholder, or a secret that can be guessed.

use memchr::memchr;

use crate::model::{Content, Environment, Examples, Role, Variable};
use crate::policy::KeyEntry;
use crate::syntax::readers::{Outcome, Reader};
use crate::text::{KeyName, SecretValue};
use crate::value::detect::{Found, Place, Sign, Weakness, cost, is_text_of_password, judge};

use super::digest::symmetric_keys;
use super::named::{is_key_in_secret, is_thing};
use super::secrecy::{inner_password, is_count, is_number, is_plain_setting, is_rounds, is_secret};
use super::secret_names::{is_password_name, is_secret_name};
use super::shape::has_reference;
use crate::rules::{Context, KeyView};

/// A value's finding, and whether it is a secret's.
#[derive(Clone, Copy, Debug)]
pub struct GivenAway {
    /// What was found.
    pub what: What,
    /// Whether the value is a secret.
    pub secret: bool,
}

/// What gives a value away in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Its letters.
    Found(Found),
    /// It is the one that the project's template shows.
    Template,
    /// It is a reference to a variable that nothing sets.
    Unset,
}

/// What a variable's value gives away, if the policy does not list it.
#[must_use]
pub fn given_away(cx: &Context<'_>, key: &KeyView<'_>) -> Option<GivenAway> {
    let (variable, value) = (key.variable?, key.some_value()?);
    let listed = |entry: &KeyEntry| {
        entry.one_of.as_ref().is_some_and(|set| set.value.iter().any(|word| word.as_bytes() == value))
    };
    if key.entry.is_some_and(listed) {
        return None;
    }
    let declared = key.entry.and_then(KeyEntry::secrecy).is_some();
    let read =
        || !declared && str::from_utf8(value).is_ok_and(|text| is_text_of_password(key.key.as_str(), text));
    let secret = is_secret(variable, key.entry, cx.environment) && !read()
        || is_pin(key.key.as_str(), key.entry, value);
    let whole_file = cx.environment.file_of(variable).is_some_and(|file| file.role == Role::Secret);
    // A program's own reading is final: what it would replace it has replaced.
    let replaced = key.readers.contains(&Reader::Plain) && !variable.origin.literal && !whole_file;
    let say = |what: What| Some(GivenAway { what, secret });
    if replaced && let Some(name) = reference(value) {
        let set = name != key.key.as_str() && sets(cx.environment, name);
        return if secret && !set { say(What::Unset) } else { None };
    }
    let mut value = value;
    if replaced && has_reference(value) {
        // What stands there for want of the variable.
        let open = |name: &str| secret && (name == key.key.as_str() || !sets(cx.environment, name));
        match default_of(value).filter(|(name, _)| open(name)) {
            Some((_, Some(default))) => value = default,
            Some((_, None)) => return say(What::Unset),
            None => return None,
        }
    }
    let name = key.key.as_str();
    let inner = key.entry.and_then(KeyEntry::secrecy) != Some(false);
    let names = if secret || inner { cx.names() } else { &[] };
    let place = Place {
        key: name,
        secret,
        weak: secret && (can_be_weak(name, value) || is_pin(name, key.entry, value)) && !chooses(name),
        inner,
        whole_file,
        required: key.entry.and_then(|entry| entry.required.as_ref()).is_some_and(|set| set.value),
        names,
    };
    if let Some(found) = judge(value, &place) {
        let little = value.len() < 5 || value.iter().any(u8::is_ascii_whitespace);
        let vague = match found {
            Found::Weak(Weakness::Short | Weakness::Words | Weakness::OwnName) => true,
            Found::Weak(Weakness::Common | Weakness::Default) => little,
            _ => false,
        };
        let setting = || judge(value, &Place { secret: false, weak: false, ..place });
        let named = is_named_thing(key, value, found)
            || found == Found::Placeholder(Sign::YourValue)
                && is_named_thing(key, value, Found::Placeholder(Sign::Descriptive))
                && setting().is_none();
        let open = vague && is_by_place(key, value) || named;
        return if open { None } else { say(What::Found(found)) };
    }
    let shown = inner && in_template(cx, variable, value, secret);
    if shown { say(What::Template) } else { None }
}

/// What a century of 10^12 guesses a second comes to: 3.2 * 10^21 of them, nearly 2^72.
const FLOOR: u32 = 72;

/// Whether a secret can be guessed by who has time and a way to try: what gives a weak one away, and what is too short for that.
/// It does not matter here whether anybody should hear of it.
#[must_use]
pub fn is_guessable(key: &str, value: &[u8], names: &[&[u8]]) -> bool {
    let place = Place { key, secret: true, weak: true, inner: true, names, ..Place::default() };
    let is_weak = |value: &[u8]| judge(value, &place).is_some() || cost(value) < FLOOR;
    // What stands round a key in JSON can be guessed with it.
    is_weak(value) || symmetric_keys(value).iter().any(|key| is_weak(key.expose()))
}

/// So many names are tried, those of the application first.
const MOST_NAMES: usize = 6;

/// Names that an environment itself gives to the application, its database and its users: what a guesser tries first.
#[must_use]
pub fn names(environment: &Environment) -> Vec<&[u8]> {
    const LAST: [&str; 8] = ["NAME", "PROJECT", "USER", "USERNAME", "DB", "DATABASE", "SLUG", "APP"];
    let rank = |key: &KeyName| {
        // The last letters of those words; most names end otherwise.
        if !matches!(key.as_str().as_bytes(), [.., b'B' | b'E' | b'G' | b'P' | b'R' | b'T']) {
            return None;
        }
        let own = key.as_str().rsplit('_').next()?;
        LAST.iter().position(|last| *last == own)
    };
    let mut found: Vec<(usize, &[u8])> = Vec::new();
    for (key, winners) in &environment.winners {
        let (Some(rank), Some(at)) = (rank(key), winners.shared) else { continue };
        let Some(Content::Read(readings)) = environment.variables.get(at).map(|variable| &variable.content)
        else {
            continue;
        };
        for (outcome, _) in readings.iter() {
            if let Outcome::Value(value) = outcome
                && (3..=32).contains(&value.expose().len())
            {
                found.push((rank, value.expose()));
            }
        }
    }
    found.sort_by_key(|(rank, _)| *rank);
    found.dedup_by_key(|(_, name)| *name);
    found.into_iter().map(|(_, name)| name).take(MOST_NAMES).collect()
}

/// Whether the value of a secret can be a weak one: not a switch, a path, a number of something.
#[must_use]
pub fn can_be_weak(name: &str, value: &[u8]) -> bool {
    let (plain, count) = (is_plain_setting(value), is_count(name, value));
    // A count that stands where a key or a token belongs.
    let same = || value.len() >= 3 && value.iter().all(|b| value.first() == Some(b));
    let row = || (matches!(value, b"123" | b"1234" | b"12345") || same()) && is_secret_name(name);
    !is_rounds(name, value)
        && (!plain && !count || is_number(value) && (is_password_name(name) || !count && row()))
}

/// Whether a name says that its value chooses something: among the secrets lie settings too.
fn chooses(name: &str) -> bool {
    const LAST: &[&str] = &[
        "ENV",
        "ENVIRONMENT",
        "STAGE",
        "MODE",
        "FORMAT",
        "LEVEL",
        "TYPE",
        "DRIVER",
        "PROVIDER",
        "DEBUG",
        "LANG",
        "LOCALE",
        "TZ",
        "TIMEZONE",
        "BACKEND",
        "ENGINE",
        "ENABLED",
    ];
    name.rsplit(['_', '.', '-'])
        .next()
        .is_some_and(|last| LAST.iter().any(|known| last.eq_ignore_ascii_case(known)))
}

/// The name in a value that is one reference and nothing else: `${NAME}`, `$NAME`.
fn reference(value: &[u8]) -> Option<&str> {
    memchr(b'$', value)?;
    let rest = std::str::from_utf8(value).ok()?.trim().strip_prefix('$')?;
    let name = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let braced = name.is_some();
    let name = name.unwrap_or(rest);
    let begins =
        name.starts_with(
            |c: char| if braced { c.is_ascii_alphabetic() || c == '_' } else { c.is_ascii_uppercase() },
        );
    let fits =
        |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_' || braced && b.is_ascii_lowercase();
    (begins && name.bytes().all(fits)).then_some(name)
}

/// Whether a value is taken for a secret only because of where it lies: modes, names of users and hosts lie there too.
fn is_by_place(key: &KeyView<'_>, value: &[u8]) -> bool {
    let name = key.key.as_str();
    key.entry.and_then(KeyEntry::secrecy).is_none()
        && !is_secret_name(name)
        && !is_pin(name, key.entry, value)
        && inner_password(value).is_none()
}

/// Whether what is found of a value is that it is the name of something, which by its variable's name it is meant to be. What asks to
/// be replaced, and what stands on every list of passwords, is no such name.
fn is_named_thing(key: &KeyView<'_>, value: &[u8], found: Found) -> bool {
    let name_like = match found {
        Found::Weak(Weakness::Common) => {
            is_key_in_secret(key.key.as_str()) || value.iter().any(|b| b"-_./:".contains(b))
        }
        Found::Weak(Weakness::Words | Weakness::Short | Weakness::OwnName | Weakness::Default)
        | Found::Placeholder(Sign::Descriptive) => true,
        Found::Weak(_) | Found::Placeholder(_) => false,
    };
    name_like && key.entry.and_then(KeyEntry::secrecy) != Some(true) && is_thing(key.key.as_str(), value)
}

/// The name and the default of `${NAME:-default}` where that is all; without a default for `${NAME:?message}`.
fn default_of(value: &[u8]) -> Option<(&str, Option<&[u8]>)> {
    let inner = std::str::from_utf8(value).ok()?.trim().strip_prefix("${")?.strip_suffix('}')?;
    if inner.contains(['{', '}', '$']) {
        return None;
    }
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    let (name, rest) = inner.split_at_checked(end)?;
    let rest = rest.strip_prefix(':').unwrap_or(rest);
    let default = rest.strip_prefix('-').filter(|default| !default.is_empty());
    let asks = rest.starts_with('?');
    (!name.is_empty() && (default.is_some() || asks)).then_some((name, default.map(str::as_bytes)))
}

/// `ADMIN_PIN=0000`: four to eight digits that somebody types; a pin of a chip has two.
#[must_use]
pub fn is_pin(name: &str, entry: Option<&KeyEntry>, value: &[u8]) -> bool {
    let last = || name.rsplit(['_', '.', '-']).next().unwrap_or_default();
    (4..=8).contains(&value.len())
        && value.iter().all(u8::is_ascii_digit)
        && entry.and_then(KeyEntry::secrecy) != Some(false)
        && last().eq_ignore_ascii_case("pin")
}

fn sets(environment: &Environment, name: &str) -> bool {
    KeyName::declared(name).is_some_and(|name| environment.winners.contains_key(&name))
}

/// Whether a secret, or the password in a value, is what the project's templates show for the key.
fn in_template<'a>(cx: &Context<'a>, variable: &Variable, value: &[u8], secret: bool) -> bool {
    let environment = cx.environment;
    let own = environment.file_of(variable).map(|file| &file.path);
    let template = environment.template.as_ref().filter(|template| Some(&template.path) != own);
    let password = inner_password(value);
    // Most values are no secrets and hold none: nothing has to be looked up.
    if !secret && password.is_none() {
        return false;
    }
    let of = |examples: &'a Examples| examples.get(&variable.key).map(Vec::as_slice).unwrap_or_default();
    let shown = template.map(|template| of(&template.values)).unwrap_or_default();
    let shown = || shown.iter().chain(of(&environment.examples));
    let same = |shown: &[u8], value: &[u8]| {
        !shown.trim_ascii().is_empty() && shown.trim_ascii() == value.trim_ascii()
    };
    if secret && !is_plain_setting(value.trim_ascii()) && shown().any(|shown| same(shown.expose(), value)) {
        return true;
    }
    let Some(password) = password else { return false };
    let inner = |shown: &SecretValue| inner_password(shown.expose());
    shown().filter_map(inner).any(|shown| same(shown.expose(), password.expose()))
}

#[cfg(test)]
mod tests {
    use super::can_be_weak;
    use rstest::rstest;

    #[rstest]
    #[case("API_KEY", "1234", true)]
    #[case("BOT_TOKEN", "12345", true)]
    #[case("DB_PASSWORD", "4711", true)]
    #[case("API_KEY", "0000", true)]
    #[case("API_KEY", "4711", false)]
    #[case("PUBLIC_KEY", "1234", false)]
    #[case("KEY_COUNT", "1234", false)]
    #[case("MAX_TOKENS", "1234", false)]
    #[case("JWT_REFRESH_TOKEN", "604800", false)]
    #[case("SECRET_SALT", "10", false)]
    #[case("SECRET_SALT", "1234", true)]
    #[case("API_KEY", "true", false)]
    #[case("API_KEY", "letmein", true)]
    fn secrets_that_can_be_weak(#[case] name: &str, #[case] value: &str, #[case] weak: bool) {
        assert_eq!(can_be_weak(name, value.as_bytes()), weak);
    }
}
