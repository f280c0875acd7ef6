//! Signs that need no lexicon: slots left open in a value, paths that lead nowhere, remarks.

use zeroize::Zeroizing;

use super::Sign;
use super::said::Said;
use super::split::split;

/// Longer values are no lines that somebody fills in.
const LONGEST: usize = 256;
/// Longer names of slots are text.
const NAME: usize = 40;

/// How documentation begins the path of a file that somebody has, in several languages.
const PATHS: &[&str] = &[
    "path/to/",
    "your/path",
    "chemin/vers/",
    "ruta/a/",
    "ruta/al/",
    "camino/a/",
    "pfad/zu",
    "percorso/",
    "caminho/para/",
    "pad/naar/",
    "sciezka/do/",
    "ścieżka/do/",
    "путь/к/",
    "путь/до/",
];

/// What is open in a value, or written about it.
#[must_use]
pub fn slot(text: &str, secret: bool) -> Option<Sign> {
    if text.len() > LONGEST {
        return None;
    }
    // Most values have none of it.
    if !text.contains(['{', '<', '/', '\\', ' ', 'T', 'F']) {
        return None;
    }
    if open(text, "{{", "}}", |inner| !inner.trim().starts_with('.')) {
        return Some(Sign::Template);
    }
    let html = text.contains("</") || text.contains("/>") || text.contains("(?");
    if !html && open(text, "<", ">", |_| true) {
        return Some(Sign::AngleBrackets);
    }
    if matches!(text, "<>" | "<...>") || braced(text) {
        return Some(Sign::AngleBrackets);
    }
    if is_nowhere(text) {
        return Some(Sign::YourValue);
    }
    let noted = |word: &str| matches!(word, "TODO" | "FIXME");
    // Of secrets it is known what else stands beside it.
    if !secret
        && text.contains(['T', 'F'])
        && text.split(|c: char| !c.is_alphanumeric()).any(noted)
        && text.split_whitespace().count() == 1
        && is_said(text)
    {
        return Some(Sign::Todo);
    }
    is_remark(text).then_some(Sign::Comment)
}

/// Whether words explain a text.
fn is_said(text: &str) -> bool {
    let split = split(text);
    let said = Said::of(&split);
    !said.random && said.odd <= 1
}

/// Whether a name stands between two marks, and no blank outside of them: what a template leaves in a value, not in a sentence.
fn open(text: &str, open: &str, close: &str, fits: impl Fn(&str) -> bool) -> bool {
    let Some((before, rest)) = text.split_once(open) else { return false };
    let Some((inner, behind)) = rest.split_once(close) else { return false };
    let named = |c: char| c.is_alphanumeric() || "_-. |".contains(c);
    let name = inner.trim();
    name.starts_with(char::is_alphabetic)
        && name.chars().count() > 1
        && name.len() <= NAME
        && name.chars().all(named)
        && fits(inner)
        && !(before.is_empty() && behind.is_empty())
        && !before.contains(char::is_whitespace)
        && !behind.contains(char::is_whitespace)
}

/// `{port that the server runs on}`, `{...}`: braces round words, as no JSON has them.
fn braced(text: &str) -> bool {
    let inner = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map(str::trim);
    let worded = |c: char| c.is_alphanumeric() || " ,._-/".contains(c);
    inner.is_some_and(|inner| {
        inner == "..."
            || inner.len() > 2 && inner.starts_with(char::is_alphabetic) && inner.chars().all(worded)
    })
}

/// `/path/to/key.pem`.
fn is_nowhere(text: &str) -> bool {
    if !text.contains(['/', '\\']) {
        return false;
    }
    let folded = Zeroizing::new(text.to_lowercase());
    let folded = Zeroizing::new(folded.replace('\\', "/"));
    let folded = folded.strip_prefix("file://").unwrap_or(&folded);
    let bare = folded.trim_start_matches(['.', '/', '~']);
    let bare = bare.strip_prefix("c:/").unwrap_or(bare);
    PATHS.iter().any(|path| bare.starts_with(path)) || bare == "path/to"
}

/// A line that tells where the value is to be had.
fn is_remark(text: &str) -> bool {
    const SEE: &[&str] =
        &["goto ", "go to ", "see ", "get ", "visit ", "found ", "from ", "obtain ", "take "];
    if !text.contains(' ') && !text.contains("://generate") {
        return false;
    }
    let words = text.split_whitespace().count();
    let folded = Zeroizing::new(text.to_lowercase());
    let marked = text.strip_prefix('#').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    // Where people get a random one.
    let maker = folded.contains("://generate-secret.");
    marked && words >= 4
        || maker
        || words >= 4 && text.contains(" // ")
        || words >= 2 && folded.contains("http") && SEE.iter().any(|word| folded.starts_with(word))
}

/// A text without the marks that somebody framed it with to be seen: `!!!SET_ME!!!`, `***`.
#[must_use]
pub fn unframed(text: &str) -> &str {
    let framed = ["!!", "**", "==", ">>"].iter().any(|mark| text.starts_with(mark));
    let marks = ['!', '*', '=', '>', '<', ' '];
    let bare = text.trim_matches(marks);
    if framed && bare.len() + 4 <= text.len() && !bare.is_empty() { bare } else { text }
}

#[cfg(test)]
mod tests {
    use super::{slot, unframed};
    use crate::value::detect::Sign;
    use rstest::rstest;

    #[rstest]
    #[case("db.<project-ref>.supabase.co", Sign::AngleBrackets)]
    #[case("{{cookiecutter.slug}}-media", Sign::Template)]
    #[case("${{MySQL.MYSQLHOST}}:3306", Sign::Template)]
    #[case("/path/to/key.pem", Sign::YourValue)]
    #[case("AC_TODO__SET_SID", Sign::Todo)]
    #[case("goto https://example.com", Sign::Comment)]
    #[case("#Base domain ex: domain.net", Sign::Comment)]
    #[case("{port that the server will run on}", Sign::AngleBrackets)]
    #[case("{...}", Sign::AngleBrackets)]
    fn open_slots(#[case] text: &str, #[case] sign: Sign) {
        assert_eq!(slot(text, false), Some(sign));
    }

    #[rstest]
    #[case("Hello {{name}}, welcome")]
    #[case("{{.Message}}-x")]
    #[case("<b>x</b>")]
    #[case("(?<name>[a-z]+)")]
    #[case("Shop <shop@example.org>")]
    #[case("#ff0000")]
    #[case("#general")]
    #[case("todo-app")]
    #[case("/var/lib/path/x")]
    #[case("user:{id}:profile")]
    #[case("{}")]
    #[case("{\"a\":1}")]
    fn settings(#[case] text: &str) {
        assert_eq!(slot(text, false), None);
    }

    #[rstest]
    #[case("!!!SET ME!!!", "SET ME")]
    #[case("--", "--")]
    #[case("__x", "__x")]
    fn frames(#[case] text: &str, #[case] bare: &str) {
        assert_eq!(unframed(text), bare);
    }
}
