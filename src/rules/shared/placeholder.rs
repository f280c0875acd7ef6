//! Values that stand for a value. A first, narrow version: whole values and leading words, never a substring,
//! so that a random value that happens to hold `xxx` or `change` is not taken for one.

use zeroize::Zeroizing;

use super::secrecy::inner_password;

/// What gives a placeholder away; the words are causes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `CHANGE_ME`, `changeme123`.
    ChangeMe,
    /// `REPLACE_WITH_...`, `replace-me`.
    ReplaceMe,
    /// `your-api-key`, `insert token here`.
    YourValue,
    /// `TODO`, `FIXME`, `TBD`.
    Todo,
    /// `<password>`.
    AngleBrackets,
    /// `xxxx`, `****`, `...`.
    Mask,
    /// `{{ password }}`, `<%= password %>`, and in a secret file `${PASSWORD}`.
    Template,
    /// `placeholder`, `dummy`, `example`.
    Word,
    /// `null`, `undefined`, `-` where a secret has to be.
    Nothing,
    /// The same in a `.env` file, where some programs read it as nothing (Laravel's `null`).
    NothingSaid,
}

impl Sign {
    /// Every sign.
    pub const ALL: &'static [Self] = &[
        Self::ChangeMe,
        Self::ReplaceMe,
        Self::YourValue,
        Self::Todo,
        Self::AngleBrackets,
        Self::Mask,
        Self::Template,
        Self::Word,
        Self::Nothing,
        Self::NothingSaid,
    ];

    /// The word in causes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ChangeMe => "says-change-me",
            Self::ReplaceMe => "says-replace-me",
            Self::YourValue => "says-your-value",
            Self::Todo => "says-todo",
            Self::AngleBrackets => "angle-brackets",
            Self::Mask => "mask",
            Self::Template => "unrendered-template",
            Self::Word => "placeholder-word",
            Self::Nothing => "nothing-word",
            Self::NothingSaid => "stands-for-nothing",
        }
    }
}

/// What is known of where a value stands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place {
    /// The value is a secret.
    pub secret: bool,
    /// The value is a whole file, which no reader interpolates.
    pub whole_file: bool,
    /// The policy requires the key.
    pub required: bool,
}

/// The sign that a value, or the password of a URL, is a placeholder.
#[must_use]
pub fn sign(value: &[u8], place: Place) -> Option<Sign> {
    let inner = inner_password(value);
    let password = Place { secret: true, whole_file: false, required: false };
    of_text(value, place).or_else(|| of_text(inner?.expose(), password))
}

fn of_text(value: &[u8], place: Place) -> Option<Sign> {
    let text = std::str::from_utf8(value).ok()?.trim();
    // Whoever needs more words than this to say that something is missing has written a value.
    if text.is_empty() || text.len() > 120 {
        return None;
    }
    let folded = Zeroizing::new(text.to_lowercase());
    let words: Vec<&str> =
        folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let found = wrapped(&folded, place).or_else(|| masked(&folded, place));
    if found.is_some() {
        return found;
    }
    // A setting of several words with blanks between is a sentence that the program shows to people.
    let said = if !place.secret && text.contains(char::is_whitespace) {
        said_in_prose(&words)
    } else {
        said(&words, place)
    };
    said.or_else(|| noted(text, &words, place)).or_else(|| nothing(&folded, place))
}

fn wrapped(text: &str, place: Place) -> Option<Sign> {
    let within = |open: &str, close: &str| {
        let inner = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close));
        inner.filter(|inner| !inner.is_empty() && !inner.contains(['<', '>', '{', '}', '\n']))
    };
    if within("{{", "}}").is_some() || within("<%=", "%>").is_some() || within("<%", "%>").is_some() {
        return Some(Sign::Template);
    }
    if place.whole_file && (within("${", "}").is_some() || within("$(", ")").is_some()) {
        return Some(Sign::Template);
    }
    // RFC 5322 writes addresses in angle brackets.
    let address = |inner: &str| !place.secret && inner.contains('@');
    within("<", ">").filter(|inner| !address(inner)).map(|_| Sign::AngleBrackets)
}

/// The same mark again and again, three times at least; in a secret also behind a provider's prefix.
fn masked(text: &str, place: Place) -> Option<Sign> {
    let row = |text: &str, least: usize, marks: &[char]| {
        text.chars().next().is_some_and(|first| {
            let count = text.chars().filter(|c| *c == first).count();
            marks.contains(&first) && count >= least && text.chars().all(|c| c == first || c == '-')
        })
    };
    // In a setting `___` and `###` are there to separate things.
    let marks: &[char] =
        if place.secret { &['x', '*', '.', '•', '?', '_', '#'] } else { &['x', '*', '.', '•', '?'] };
    let behind = || text.rsplit(['_', '-']).next().is_some_and(|last| row(last, 8, &['x', '*']));
    (row(text, 3, marks) || place.secret && behind()).then_some(Sign::Mask)
}

fn said(words: &[&str], place: Place) -> Option<Sign> {
    match words {
        ["change", "me" | "this" | "it", ..] | ["please", "change", ..] | ["changeme" | "changethis", ..] => {
            Some(Sign::ChangeMe)
        }
        [first]
            if first
                .strip_prefix("changeme")
                .or_else(|| first.strip_prefix("changethis"))
                .is_some_and(is_digits) =>
        {
            Some(Sign::ChangeMe)
        }
        ["replace", "me" | "this" | "with" | "by", ..] | ["replaceme" | "replacethis", ..] => {
            Some(Sign::ReplaceMe)
        }
        ["to", "be", "replaced" | "changed" | "set" | "defined", ..] => Some(Sign::ReplaceMe),
        ["your", rest @ ..] if asks(rest) => Some(Sign::YourValue),
        ["insert" | "enter" | "put" | "add" | "paste" | "set" | "fill", .., "here"] => Some(Sign::YourValue),
        ["insert" | "enter" | "put" | "add" | "paste", "your", ..] => Some(Sign::YourValue),
        ["placeholder"] => Some(Sign::Word),
        ["placeholder", ..] | [.., "placeholder"] if place.secret => Some(Sign::Word),
        ["placeholder", rest @ ..] if asks(rest) => Some(Sign::Word),
        ["dummy" | "example" | "sample", rest @ ..] if place.secret && (rest.is_empty() || asks(rest)) => {
            Some(Sign::Word)
        }
        _ => None,
    }
}

/// Of sentences only those that speak of nothing but filling in.
fn said_in_prose(words: &[&str]) -> Option<Sign> {
    match words {
        ["change", "me"] | ["please", "change"] | ["please", "change", "me" | "this"] => Some(Sign::ChangeMe),
        ["replace", "me"] | ["to", "be", "replaced" | "changed" | "set" | "defined"] => Some(Sign::ReplaceMe),
        ["your", .., "here"] | ["insert" | "put" | "paste", "your", .., "here"] => Some(Sign::YourValue),
        _ => None,
    }
}

/// `TODO`, `FIXME`, `TBD`. In lower case they are names too: of an app for to-do lists, its database, its bucket.
fn noted(text: &str, words: &[&str], place: Place) -> Option<Sign> {
    let [first @ ("todo" | "fixme" | "tbd"), rest @ ..] = words else { return None };
    let behind = text.get(first.len()..).unwrap_or_default();
    let note = behind.starts_with(':');
    let capitals = text.get(..first.len()).is_some_and(|word| word.bytes().all(|b| b.is_ascii_uppercase()));
    ((place.secret || capitals) && (note || is_tail(rest))).then_some(Sign::Todo)
}

/// Whether one of the words names what people are asked to fill in.
fn asks(words: &[&str]) -> bool {
    const ASKED: &[&str] = &[
        "api",
        "apikey",
        "app",
        "auth",
        "client",
        "credential",
        "database",
        "db",
        "domain",
        "dsn",
        "email",
        "here",
        "host",
        "hostname",
        "id",
        "key",
        "name",
        "pass",
        "passphrase",
        "password",
        "project",
        "random",
        "secret",
        "secretkey",
        "secure",
        "string",
        "super",
        "token",
        "url",
        "user",
        "username",
        "value",
    ];
    words
        .iter()
        .any(|word| ASKED.contains(word) || word.strip_suffix('s').is_some_and(|word| ASKED.contains(&word)))
}

/// What may follow a plain request: a few words, as in `change me in production`; passphrases are longer.
fn is_tail(rest: &[&str]) -> bool {
    rest.len() <= 4
}

fn is_digits(text: &str) -> bool {
    text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit())
}

fn nothing(text: &str, place: Place) -> Option<Sign> {
    // What a script prints when it has no value is nobody's wish; the others are read as nothing by some programs.
    let broken = matches!(text, "undefined" | "n/a" | "na" | "nan" | "tba");
    let nothing = matches!(text, "null" | "(null)" | "nil" | "none" | "-" | "--");
    let meant = !broken && !place.whole_file && !place.required;
    let sign = if meant { Sign::NothingSaid } else { Sign::Nothing };
    (place.secret && (broken || nothing)).then_some(sign)
}

#[cfg(test)]
mod tests {
    use super::{Place, Sign, sign};
    use rstest::rstest;

    const SECRET: Place = Place { secret: true, whole_file: false, required: false };
    const SETTING: Place = Place { secret: false, whole_file: false, required: false };

    #[rstest]
    #[case("CHANGE_ME", Sign::ChangeMe)]
    #[case("change-me-in-production", Sign::ChangeMe)]
    #[case("!ChangeMe!", Sign::ChangeMe)]
    #[case("changeme123", Sign::ChangeMe)]
    #[case("REPLACE_WITH_YOUR_KEY", Sign::ReplaceMe)]
    #[case("your-api-key", Sign::YourValue)]
    #[case("your_super_secret_key_that_should_be_long", Sign::YourValue)]
    #[case("insert token here", Sign::YourValue)]
    #[case("TODO", Sign::Todo)]
    #[case("<password>", Sign::AngleBrackets)]
    #[case("xxxx-xxxx", Sign::Mask)]
    #[case("********", Sign::Mask)]
    #[case("{{ vault.password }}", Sign::Template)]
    #[case("placeholder", Sign::Word)]
    #[case("undefined", Sign::Nothing)]
    #[case("null", Sign::NothingSaid)]
    fn placeholders(#[case] value: &str, #[case] expected: Sign) {
        assert_eq!(sign(value.as_bytes(), SECRET), Some(expected));
    }

    #[rstest]
    #[case("none")]
    #[case("info")]
    #[case("example.com")]
    #[case("-")]
    #[case("${HOME}/data")]
    #[case("set")]
    #[case("a{{b}}c")]
    fn settings_are_values(#[case] value: &str) {
        assert_eq!(sign(value.as_bytes(), SETTING), None);
    }

    #[rstest]
    #[case("xXxq81ChangeMe02KkPlaceholder9z")]
    #[case("change-kettle-lunar-piano-orbit-velvet")]
    #[case("dG9kbyBjaGFuZ2UgbWUgeHh4eA==")]
    #[case("your-lunar-kettle-piano")]
    #[case("todo-lunar-kettle-piano-orbit-velvet")]
    #[case("${DB_PASSWORD}")]
    fn secrets_are_values(#[case] value: &str) {
        assert_eq!(sign(value.as_bytes(), SECRET), None);
    }

    #[test]
    fn nobody_renders_a_secret_file() {
        let whole_file = Place { secret: true, whole_file: true, required: false };
        assert_eq!(sign(b"${DB_PASSWORD}", whole_file), Some(Sign::Template));
    }
}
