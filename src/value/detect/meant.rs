//! What looks like a stand-in and is meant as it stands: under its key such a value does what it should. Asked only of what was found.

use super::own;
use super::setting::{SHAPES, part};
use super::{Found, Place, Sign};

/// Last words of keys of a board's columns, whose first is called so.
const STATES: &[&str] = &["column", "list", "stage", "state", "states", "status", "statuses"];

/// Words of keys that list what is refused.
const REFUSED: &[&str] = &[
    "banned",
    "blacklist",
    "blacklisted",
    "blocked",
    "blocklist",
    "denied",
    "denylist",
    "disallowed",
    "forbidden",
    "prohibited",
    "refused",
    "rejected",
];

/// Last words of keys of which three letters `x` are a value: no currency (ISO 4217), the beginning of numbers.
const LETTERED: &[&str] = &["currency", "prefix", "suffix"];

/// Last words of keys whose values have fields: <https://developer.wordpress.org/> calls a page's address a permalink, Kubernetes asks for
/// labels by selectors.
const FIELDED: &[&str] = &["permalink", "permalinks", "selector", "selectors"];

/// Signs of language models ("Special tokens" in Hugging Face's documentation of tokenizers), by the word before `token`.
const TOKENS: &[&str] = &[
    "begin", "bos", "cls", "end", "eos", "mask", "pad", "padding", "sep", "special", "start", "stop", "unk",
];

/// Whether what was found in a value is meant so.
#[must_use]
pub fn is_meant(found: Found, text: &str, place: &Place<'_>) -> bool {
    let words = own::words(place.key);
    let last = words.last().map_or("", String::as_str);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if text.contains(',') && any(REFUSED) {
        return true;
    }
    let sign = match found {
        Found::Placeholder(sign) => sign,
        Found::Weak(_) => return is_model_token(text, &words),
    };
    match sign {
        Sign::Todo => STATES.contains(&last) && text == "TODO",
        Sign::Mask => LETTERED.contains(&last) && text.trim_end_matches(['-', '_', '/']).len() <= 3,
        Sign::AngleBrackets | Sign::Template => {
            let fields = SHAPES.contains(&last) || FIELDED.contains(&last);
            fields && !place.secret && !speaks(text)
                || is_model_token(text, &words)
                || last == "tag" && any(&["html", "wrapper"])
        }
        _ => false,
    }
}

/// Whether a field asks whoever reads it: `<your-format>`.
fn speaks(text: &str) -> bool {
    part(text.trim_matches(|c: char| !c.is_alphanumeric())).is_some()
}

/// `BOS_TOKEN=<s>`, `MASK_TOKEN=[MASK]`, `STOP_SEQUENCE=<|im_end|>`
fn is_model_token(text: &str, words: &[String]) -> bool {
    let [.., which, kind] = words else { return false };
    let named = matches!(kind.as_str(), "token" | "tokens" | "sequence" | "sequences" | "word" | "words");
    let marked = |open: char, close: char| text.starts_with(open) && text.ends_with(close);
    named
        && TOKENS.contains(&which.as_str())
        && (marked('<', '>') || marked('[', ']'))
        && text.len() <= 64
        && !speaks(text)
}

#[cfg(test)]
mod tests {
    use super::super::{Place, judge};
    use rstest::rstest;

    fn found(key: &str, value: &str) -> bool {
        let secret = key.ends_with("TOKEN") || key.ends_with("PASSWORDS");
        let place = Place { key, secret, weak: secret, inner: true, ..Place::default() };
        judge(value.as_bytes(), &place).is_some()
    }

    #[rstest]
    #[case("DEFAULT_STATUS", "TODO", "DEFAULT_REGION", "TODO")]
    #[case("BLOCKED_WORDS", "changeme,password,123456", "WORDS", "changeme,password,123456")]
    #[case("FORBIDDEN_PASSWORDS", "changeme,password,123456", "PASSWORDS", "changeme")]
    #[case("CURRENCY", "XXX", "MERCHANT_ID", "XXX")]
    #[case("TICKET_PREFIX", "XXX-", "TICKET_PREFIX", "XXX-XXX")]
    #[case("LOG_FORMAT", "{message}", "LOG_FORMAT", "<your-format>")]
    #[case("MESSAGE_FORMAT", "<message>", "MESSAGE", "<message>")]
    #[case("MESSAGE_TEMPLATE", "{{message}}", "MESSAGE_TEMPLATE", "{{YOUR_TEMPLATE}}")]
    #[case("PERMALINK", "{{slug}}", "APP_SLUG", "{{slug}}")]
    #[case("ADDRESS_FORMAT", "{street name and number}", "ADDRESS", "{street name and number}")]
    #[case("SELECTOR", "{app in (web, api)}", "APP_ID", "{app id}")]
    #[case("HTML_TAG", "<b>", "IMAGE_TAG", "<tag>")]
    #[case("EOS_TOKEN", "</s>", "API_TOKEN", "<s>")]
    #[case("STOP_SEQUENCE", "<|im_end|>", "STOP_SEQUENCE", "<your-sequence>")]
    #[case("MASK_TOKEN", "[MASK]", "BOT_TOKEN", "[TOKEN]")]
    fn meant_and_not(#[case] key: &str, #[case] value: &str, #[case] other_key: &str, #[case] other: &str) {
        assert!(!found(key, value), "{key}={value}");
        assert!(found(other_key, other), "{other_key}={other}");
    }
}
