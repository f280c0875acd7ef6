//! What looks like a stand-in and is meant as it stands: under its key such a value does what it should. Asked only of what was found.

use super::listed::part;
use super::own;
use super::setting::SHAPES;
use super::{Found, Place, Sign};

/// Last words of keys of a board's columns, whose first is called so.
const STATES: &[&str] = &["column", "status", "statuses"];
/// The same where a word before says whose.
const BOARDS: &[&str] = &["board", "default", "initial", "issue", "kanban", "task", "ticket", "trello"];

/// Last words of keys that list what is refused, or say of what.
const LISTED: &[&str] = &["logins", "names", "passwords", "terms", "usernames", "words"];

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

/// Last words of keys whose values have fields: <https://developer.wordpress.org/> calls a page's address a permalink, Kubernetes asks for
/// labels by selectors.
const FIELDED: &[&str] = &["permalink", "permalinks", "selector", "selectors"];

/// Signs of language models ("Special tokens" in Hugging Face's documentation of tokenizers), by the word before `token`.
const TOKENS: &[&str] = &[
    "begin",
    "bos",
    "cls",
    "end",
    "eos",
    "mask",
    "pad",
    "padding",
    "sep",
    "separator",
    "special",
    "start",
    "stop",
    "unk",
    "unknown",
];

/// Last words of keys that say what stands in a form's empty field.
const SHOWN: &[&str] = &["hint", "placeholder", "platzhalter"];

/// Whether what was found in a value is meant so.
#[must_use]
pub fn is_meant(found: Found, text: &str, place: &Place<'_>) -> bool {
    let words = own::words(place.key);
    let last = words.last().map_or("", String::as_str);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    // What is refused is what people take for passwords; what asks for something is no list of that.
    let listed = LISTED.contains(&last) || REFUSED.contains(&last) && any(LISTED);
    let said = matches!(found, Found::Placeholder(Sign::ChangeMe | Sign::Word) | Found::Weak(_));
    if text.contains(',') && any(REFUSED) && listed && said {
        return true;
    }
    let sign = match found {
        Found::Placeholder(sign) => sign,
        Found::Weak(_) => return is_model_token(text, &words),
    };
    if SHOWN.contains(&last) && words.len() > 1 && !place.secret && is_in_field(sign, text) {
        return true;
    }
    match sign {
        // The address of nobody (EIP-20, "Transfer"), where its key says so.
        Sign::Dummy => {
            let nobody = || text.starts_with("0x") && text.trim_start_matches(['0', 'x']).is_empty();
            any(&["burn", "null", "zero"]) && nobody()
        }
        // What a store calls a secret (AWS, "Amazon Resource Names").
        Sign::LauncherReference => matches!(last, "arn" | "arns") && text.starts_with("arn:"),
        Sign::Todo => {
            let state = STATES.contains(&last) || matches!(last, "list" | "state" | "states") && any(BOARDS);
            state && text == "TODO"
        }
        // No currency (ISO 4217), and the beginning of numbers.
        Sign::Mask => {
            last == "currency" && text == "XXX"
                || last == "prefix" && matches!(text, "XXX-" | "XXX_" | "XXX/")
        }
        Sign::AngleBrackets | Sign::Template => {
            let fields = SHAPES.contains(&last) || FIELDED.contains(&last);
            fields && !place.secret && !speaks(text) && is_field(text, last)
                || is_model_token(text, &words)
                || last == "tag" && any(&["html", "wrapper"])
        }
        Sign::ReplaceMe => STATES.contains(&last) && matches!(text, "to_fill" | "to-fill"),
        _ => false,
    }
}

/// Whether what stands in marks can be a field: no name of something that is yet to be put there.
fn is_field(text: &str, last: &str) -> bool {
    let inner = text.trim_matches(|c: char| !c.is_alphanumeric());
    let loud =
        inner.bytes().any(|b| b.is_ascii_uppercase()) && !inner.bytes().any(|b| b.is_ascii_lowercase());
    let named = ["id", "name"]
        .iter()
        .any(|end| inner.strip_suffix(end).is_some_and(|rest| rest.ends_with(['-', '_', ' '])));
    let asks =
        text.starts_with('<') && (named || inner.contains(' ') || inner.bytes().any(|b| b.is_ascii_digit()));
    !loud && !asks && !inner.eq_ignore_ascii_case(last)
}

/// Whether a sign is what people see in an empty field: an address of nobody's, words that ask them for something.
fn is_in_field(sign: Sign, text: &str) -> bool {
    matches!(sign, Sign::YourValue | Sign::Descriptive | Sign::Word) && text.contains([' ', '@'])
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
    const SIGNS: &[&str] =
        &["bos", "cls", "end", "eod", "eom", "eos", "eot", "mask", "pad", "s", "sep", "start", "unk"];
    let inner = text.trim_start_matches(['<', '[', '/']).trim_end_matches(['>', ']']);
    let sign = SIGNS.iter().any(|sign| inner.eq_ignore_ascii_case(sign))
        || inner.len() > 2 && inner.starts_with('|') && inner.ends_with('|');
    named && TOKENS.contains(&which.as_str()) && (marked('<', '>') || marked('[', ']')) && sign
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
    #[case("PAD_TOKEN", "<pad>", "START_TOKEN", "<token>")]
    #[case("INITIAL_STATE", "TODO", "US_STATE", "TODO")]
    #[case("TRELLO_LIST", "TODO", "MAILING_LIST", "TODO")]
    #[case(
        "ZERO_ADDRESS",
        "0x0000000000000000000000000000000000000000",
        "TOKEN_ADDRESS",
        "0x0000000000000000000000000000000000000000"
    )]
    #[case("LOGIN_PLACEHOLDER", "you@company.com", "LOGIN_EMAIL", "you@company.com")]
    #[case("EMAIL_PLACEHOLDER", "ihre@adresse.de", "PLACEHOLDER", "your-placeholder")]
    #[case("UNKNOWN_TOKEN", "[UNK]", "UNKNOWN_TOKEN", "[TOKEN]")]
    #[case("BLOCKED_WORDS", "changeme,dummy", "BLOCKED_DOMAINS", "your-domain.com,another-domain.com")]
    #[case("CURRENCY", "XXX", "CURRENCY", "***")]
    #[case("TICKET_PREFIX", "XXX-", "S3_PREFIX", "xxx")]
    #[case("KEY_TEMPLATE", "{user_id}", "INVITE_TEMPLATE", "<template-id>")]
    #[case("SUBJECT_FORMAT", "{subject}", "SUBJECT_FORMAT", "<insert subject>")]
    #[case("PERMALINK", "{{slug}}", "PAGE_PERMALINK", "<permalink>")]
    #[case("ORDER_STATUS", "to_fill", "BUCKET", "to_fill")]
    fn meant_and_not(#[case] key: &str, #[case] value: &str, #[case] other_key: &str, #[case] other: &str) {
        assert!(!found(key, value), "{key}={value}");
        assert!(found(other_key, other), "{other_key}={other}");
    }
}
