//! Signs that need no lexicon: slots left open in a value, paths that lead nowhere, remarks.

use zeroize::Zeroizing;

use crate::text::find::Signs;

use super::Sign;
use super::own;
use super::said::{RANDOM, Said};
use super::split::{Kind, Piece, split};
use super::words::Class;

/// Longer values are no lines that somebody fills in.
const LONGEST: usize = 256;
/// Longer names of slots are text.
const NAME: usize = 40;

/// How documentation begins the path of a file that somebody has, in several languages.
const PATHS: &[&str] = &["chemin/", "ruta/", "camino/a/", "percorso/", "caminho/", "pfad/"];
/// The same with what follows it, also behind other folders and with dashes: `./path-to-file`.
const TO: &[&str] = &[
    "path/to/",
    "your/path",
    "vollstaendiger/pfad/",
    "absoluter/pfad/",
    "volledig/pad/",
    "absoluut/pad/",
    "pad/tot/",
    "carpeta/donde/",
    "pasta/onde/",
    "dossier/ou/",
    "cartella/dove/",
    "chemin/vers/",
    "chemin/du/",
    "chemin/de/",
    "ruta/a/",
    "ruta/al/",
    "ruta/del/",
    "ruta/de/",
    "percorso/del/",
    "percorso/al/",
    "caminho/do/",
    "caminho/da/",
    "caminho/para/",
    "pfad/zu/",
    "pfad/zum/",
    "pfad/zur/",
    "pfad/des/",
    "pad/naar/",
    "pad/van/",
    "pad/waar/",
    "sciezka/do/",
    "ścieżka/do/",
    "путь/к/",
    "путь/до/",
    "absolute/path",
    "remote/path",
    "local/path",
    "full/path",
    "some/path",
    "your/",
    "dosya/yolu",
    "sciezka/",
    "katalog/docelowy",
    "파일/경로",
    "경로/",
    "路径/",
    "パス/",
];
/// What a path of a file's is said to lead to; others lead to success.
pub const LED_TO: &[&str] = &[
    "a",
    "cert",
    "certificate",
    "config",
    "data",
    "database",
    "db",
    "dir",
    "directory",
    "file",
    "folder",
    "key",
    "my",
    "project",
    "the",
    "your",
];
/// Homes of nobody, where a path begins: behind a host they are pages about people.
const HOMES: &[&str] =
    &["users/username/", "home/username/", "users/your", "home/your", "users/you/", "home/you/"];
/// Folders of whoever reads it.
const OWNED: &[&str] = &[
    "/de/tu/",
    "/de/su/",
    "/do/seu/",
    "/da/sua/",
    "/de/votre/",
    "/del/tuo/",
    "/della/tua/",
    "/deines/",
    "/ihres/",
    "/van/je/",
    "/van/jouw/",
    "/of/your/",
];

/// What is open in a value, or written about it.
#[must_use]
pub fn slot(text: &str, secret: bool) -> Option<Sign> {
    if text.len() > LONGEST {
        return None;
    }
    // Most values have none of it.
    let signs = Signs::of(text.as_bytes());
    let spelled = signs.any(b"_") && text.contains("path_to_");
    if !(spelled || signs.any(b"{<[/\\ TF")) || signs.count(NOISE) >= 5 {
        return None;
    }
    let opened = signs.any(b"{<[");
    if opened && open(text, "{{", "}}", |inner| !inner.trim().starts_with('.')) {
        return Some(Sign::Template);
    }
    let html = !opened || text.contains("</") || text.contains("/>") || text.contains("(?");
    if !html && open(text, "<", ">", |inner| !is_drawn(inner) && (!secret || is_worded(inner))) {
        return Some(Sign::AngleBrackets);
    }
    let named =
        || !secret && open(text, "[", "]", is_asked) || matches!(text, "<>" | "<...>") || braced(text);
    if opened && named() {
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
    (is_remark(text) || secret && tells_where(text)).then_some(Sign::Comment)
}

/// Signs of which so many stand in what was drawn that its brackets are two of them.
const NOISE: &[u8] = b"!\"#$%&'()*+;=?[\\]^`|~";

/// Whether so many signs stand in a text that its brackets are two of them.
#[must_use]
pub fn is_noise(text: &str) -> bool {
    Signs::of(text.as_bytes()).count(NOISE) >= 5
}

/// Whether letters between two brackets of a random value stand there by chance.
fn is_drawn(inner: &str) -> bool {
    let humps = inner.bytes().zip(inner.bytes().skip(1));
    let humps = humps.filter(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase()).count();
    humps >= 2 && split(inner).random >= RANDOM
}

/// Whether a word that is known or long stands between the brackets of a secret, where two signs may be any.
#[must_use]
pub fn is_worded(inner: &str) -> bool {
    let split = split(inner);
    let known = |piece: &Piece| matches!(piece.kind, Kind::Word(_)) && piece.end - piece.start >= 3;
    let long = |piece: &Piece| piece.kind == Kind::Unknown && piece.end - piece.start >= 7;
    split.random < RANDOM && split.pieces.iter().any(|piece| known(piece) || long(piece))
}

/// `google-analytics-id`: several words, of which the last names what belongs there.
fn is_asked(inner: &str) -> bool {
    let split = split(inner);
    let said = Said::of(&split);
    inner.contains(['-', '_', ' '])
        && !said.random
        && said.odd == 0
        && said.words.len() >= 2
        && said.words.iter().all(|piece| piece.whole && piece.end - piece.start >= 2)
        && said.ends(Class::SECRET.with(Class::NOUN).with(Class::LABEL))
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
    // Neither YAML nor JSON: what they hold has quotes or colons with a blank behind.
    let sentence = |inner: &str| {
        inner.split_whitespace().count() >= 4
            && inner.starts_with(char::is_alphabetic)
            && !inner.contains(['"', '{', '}', '[', ']', ';', '=', '|', '$', '%'])
            && !inner.contains(": ")
    };
    inner.is_some_and(|inner| {
        inner == "..."
            || inner.starts_with('"') && inner.ends_with(":...")
            || sentence(inner)
            || inner.len() > 2 && inner.starts_with(char::is_alphabetic) && inner.chars().all(worded)
    })
}

/// `/path/to/key.pem`.
fn is_nowhere(text: &str) -> bool {
    // `full_path_to_the_database`
    let spelled = || {
        let starts = ["full_path_to_", "absolute_path_to_", "path_to_"];
        let rest = starts.iter().find_map(|start| text.strip_prefix(start));
        rest.and_then(|rest| rest.split('_').next()).is_some_and(|word| LED_TO.contains(&word))
    };
    if !text.contains(['/', '\\']) {
        return spelled();
    }
    let folded = Zeroizing::new(text.to_lowercase());
    let slashed = folded.contains('\\').then(|| Zeroizing::new(folded.replace('\\', "/")));
    let folded = slashed.as_ref().unwrap_or(&folded).as_str();
    let folded = folded.strip_prefix("file://").unwrap_or(folded);
    let bare = folded.trim_start_matches(['.', '/', '~']);
    let bare = bare.strip_prefix("c:/").unwrap_or(bare);
    // Dashes stand for slashes too.
    let same = |(a, b): (u8, u8)| a == b || b == b'/' && matches!(a, b'-' | b'_');
    let dashed = |path: &str| bare.len() >= path.len() && bare.bytes().zip(path.bytes()).all(same);
    // Where a folder begins; looking for each path in the whole text takes longer.
    let inside = || {
        folded.match_indices('/').filter_map(|(at, _)| folded.get(at..)).any(|rest| {
            starts_with_any(rest.as_bytes(), OWNED)
                || starts_with_any(rest.as_bytes().get(1..).unwrap_or_default(), TO)
        })
    };
    starts_with_any(bare.as_bytes(), PATHS)
        || starts_with_any(bare.as_bytes(), HOMES)
        || TO.iter().any(|path| dashed(path))
        || bare == "path/to"
        || inside()
}

/// Whether a text begins with one of some; most begin with other letters, and are compared no further.
fn starts_with_any(text: &[u8], starts: &[&str]) -> bool {
    let Some(head) = text.first_chunk::<2>() else { return false };
    starts
        .iter()
        .any(|start| start.as_bytes().first_chunk() == Some(head) && text.starts_with(start.as_bytes()))
}

/// A line that tells where the value is to be had.
fn is_remark(text: &str) -> bool {
    const SEE: &[&str] =
        &["goto ", "go to ", "see ", "get ", "visit ", "found ", "from ", "obtain ", "take "];
    if !text.contains(' ') {
        // `get-one-from-https://...`
        let told = text.find("http").and_then(|at| text.get(..at)).filter(|head| head.ends_with(['-', '_']));
        return text.contains("://generate-secret.") || told.is_some_and(is_said);
    }
    let words = text.split_whitespace().count();
    let folded = Zeroizing::new(text.to_lowercase());
    let marked = text.strip_prefix('#').is_some_and(|rest| rest.starts_with(char::is_alphabetic));
    // Where people get a random one.
    let maker =
        folded.contains("://generate-secret.") || !folded.contains(',') && folded.contains("openssl rand ");
    marked && words >= 4
        || maker
        || words >= 4 && text.contains(" // ")
        || words >= 2 && folded.contains("http") && SEE.iter().any(|word| folded.starts_with(word))
}

/// `Sign in at https://... for a key`: a line that starts with a word, and has an address amid others.
#[must_use]
pub fn tells_where(text: &str) -> bool {
    const BETWEEN: &[&str] = &["a", "and", "at", "for", "from", "in", "on", "the", "to", "your"];
    if !text.contains(" http") || text.contains(['=', ';']) || text.len() > LONGEST {
        return false;
    }
    let folded = Zeroizing::new(text.to_lowercase());
    let words = || folded.split_whitespace();
    words().count() >= 4
        && words().next().is_some_and(|first| first.bytes().all(|b| b.is_ascii_alphabetic()))
        && words().filter(|word| BETWEEN.contains(word)).count() >= 2
        && words().any(|word| matches!(word, "key" | "keys" | "token"))
}

/// `1 (for disabling the cache)`: a number or a switch, and a remark behind it.
#[must_use]
pub fn is_remarked(text: &str) -> bool {
    let Some((head, remark)) = text.split_once(" (") else { return false };
    let switch = matches!(head, "true" | "false" | "yes" | "no" | "on" | "off");
    let number = !head.is_empty() && head.bytes().all(|b| b.is_ascii_digit());
    (switch || number) && remark.ends_with(')') && remark.split_whitespace().count() >= 3
}

/// A text without the marks that somebody framed it with to be seen: `!!!SET_ME!!!`, `***`.
#[must_use]
pub fn unframed(text: &str) -> &str {
    let framed = ["!!", "**", "==", ">>"].iter().any(|mark| text.starts_with(mark));
    let marks = ['!', '*', '=', '>', '<', ' '];
    let bare = text.trim_matches(marks);
    if framed && bare.len() + 4 <= text.len() && !bare.is_empty() { bare } else { text }
}

/// `develop|staging|production` where one of them belongs.
#[must_use]
pub fn choice(text: &str, key: &str) -> Option<Sign> {
    let one = own::words(key).last().is_some_and(|last| {
        matches!(
            last.as_str(),
            "algorithm"
                | "backend"
                | "dialect"
                | "driver"
                | "engine"
                | "env"
                | "environment"
                | "level"
                | "mode"
                | "network"
                | "protocol"
                | "provider"
                | "stage"
                | "strategy"
                | "transport"
                | "type"
        )
    });
    let switch = |word: &str| matches!(word, "true" | "false" | "yes" | "no" | "on" | "off" | "0" | "1");
    let words = || text.split('|').map(str::trim);
    let plain = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let one = one || words().all(switch);
    (one && words().all(plain) && words().count() >= 2).then_some(Sign::Comment)
}

/// Whether a field stands among a text's words: `{code}`, `%{time}`, `{{ numero }}`.
#[must_use]
pub fn has_field(text: &str) -> bool {
    let field = |(_, rest): (&str, &str)| {
        let inner = rest.trim_start_matches('{').split('}').next().unwrap_or_default().trim();
        let named = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"_.".contains(&b);
        rest.contains('}') && !inner.is_empty() && inner.bytes().all(named) && !inner.starts_with("your")
    };
    text.split_once('{').is_some_and(field)
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
    #[case("{Ask in the forum (https://forum.example.org) and copy the token}", Sign::AngleBrackets)]
    #[case("ga:[google-analytics-id]", Sign::AngleBrackets)]
    #[case("/Users/username/data", Sign::YourValue)]
    #[case("C:\\Users\\username\\data", Sign::YourValue)]
    #[case("/home/username/.ssh/id_ed25519", Sign::YourValue)]
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
    #[case("{name: app, level: info}")]
    #[case("{time} {level} {name} {message} - text")]
    #[case("log-[a-z]+")]
    #[case("https://[2001:db8::1]/x")]
    #[case("items[0-9]")]
    #[case("/home/usernames/data")]
    #[case("https://api.example.net/users/username/avatar")]
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
