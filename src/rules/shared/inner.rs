//! Secrets that stand within a value: a document in a text, `NAME=value` in a list, the variables that a service manager sets.

use std::cell::Cell;
use std::collections::BTreeSet;

use zeroize::Zeroizing;

use crate::syntax::config::{self, Format};
use crate::syntax::pairs::{Called, is_item};

use super::named::is_for_browsers;
use super::secrecy::{is_private_key, is_secret_leaf, is_to_come};
use super::worked_out::is_worked_out;

/// Bytes of a text that is looked into.
const LONGEST: usize = 1 << 20;
/// Values of the texts of one file that are looked at.
const MOST: usize = 200_000;
/// What a text costs that is none of the form: aliases may multiply before it turns out.
const REFUSED: usize = 10_000;

/// Looks into the values of one file, up to a limit.
pub struct Inner {
    left: Cell<usize>,
}

impl Default for Inner {
    fn default() -> Self {
        Self { left: Cell::new(MOST) }
    }
}

impl Inner {
    /// Whether what stands under a name is or holds a secret, where no policy says anything of it.
    #[must_use]
    pub fn is_secret(&self, name: &str, value: Option<&[u8]>) -> bool {
        is_secret_leaf(name, value) && !value.is_some_and(|value| is_filled_in(name, value))
            || value.is_some_and(|value| self.holds_secret(name, value))
    }

    /// Whether secrets stand in a text, each under a name of its own.
    #[must_use]
    pub fn holds_secret(&self, name: &str, value: &[u8]) -> bool {
        let Some(text) = str::from_utf8(value).ok().filter(|text| text.len() <= LONGEST) else {
            return false;
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        // Programs are no documents: what they assign is mostly worked out.
        if !text.contains(['=', ':']) || text.starts_with("#!") || self.left.get() == 0 {
            return false;
        }
        if text.trim_start().starts_with('{') {
            return self.document(name, text).unwrap_or(false);
        }
        if text.trim_start().starts_with("[{") {
            // The definitions of containers of ECS are a list.
            let whole = Zeroizing::new(format!("{{ \"list\": {text} }}"));
            return self.document(name, &whole).unwrap_or(false);
        }
        // A file of one line.
        if [".env", ".properties"].iter().any(|end| name.ends_with(end)) && !text.contains('\n') {
            return self.any(&lines(text).unwrap_or_default());
        }
        if text.contains('\n') {
            return self.document(name, text).unwrap_or_else(|| self.any(&lines(text).unwrap_or_default()));
        }
        // supervisord, "[program:x] Section Settings"; systemd.exec(5).
        if name.rsplit('.').next().is_some_and(|last| last.eq_ignore_ascii_case("environment")) {
            return self.any(&assignments(text).unwrap_or_default());
        }
        listed(name, text).is_some_and(|pair| self.any(&[pair]))
    }

    /// Whether a document of YAML or JSON holds secrets; nothing where the text is none.
    fn document(&self, holder: &str, text: &str) -> Option<bool> {
        let Ok(keys) = config::read(text.as_bytes(), Format::Yaml, true) else {
            self.spend(if text.contains('&') { REFUSED } else { 1 });
            return None;
        };
        self.spend(keys.len());
        let leaves = || {
            let known = keys.iter().filter_map(|key| Some((key.name.as_str(), key.value.as_ref()?.expose())));
            known.filter(|(_, value)| !value.is_empty())
        };
        let public = public_json_keys(leaves());
        let is_secret = |name: &str, value: &[u8]| {
            is_secret_leaf(name, Some(value))
                && !is_filled_in(name, value)
                && !is_for_browsers(&format!("{holder}.{name}"), value)
        };
        let called = Called::of(leaves().map(|(name, value)| (name, Some(value))));
        Some(leaves().any(|(name, value)| {
            let pair = || listed(name, str::from_utf8(value).ok()?);
            match called.name(name) {
                Some(name) => is_secret(&name, value),
                None if is_public_member(name, &public) => false,
                None => is_secret(name, value) || pair().is_some_and(is_secret_pair),
            }
        }))
    }

    fn any(&self, pairs: &[Pair<'_>]) -> bool {
        self.spend(pairs.len());
        pairs.iter().copied().any(is_secret_pair)
    }

    fn spend(&self, cost: usize) {
        self.left.set(self.left.get().saturating_sub(cost.max(1)));
    }
}

/// A name, and the value without its quotes.
type Pair<'a> = (&'a str, &'a str);

fn is_secret_pair((name, value): Pair<'_>) -> bool {
    let bytes = value.as_bytes();
    is_secret_leaf(name, Some(bytes)) && !is_worked_out(value) && !is_filled_in(name, bytes)
}

/// Whether a value is no secret yet. Of a private key it is too little that is known where it goes on over lines.
fn is_filled_in(name: &str, value: &[u8]) -> bool {
    !is_private_key(value) && is_to_come(name, value)
}

/// The mappings that are JSON web keys with public halves alone (RFC 7517; RFC 7518, section 6).
fn public_json_keys<'a>(leaves: impl Iterator<Item = (&'a str, &'a [u8])>) -> BTreeSet<&'a str> {
    let (mut keys, mut private) = (BTreeSet::new(), BTreeSet::new());
    for (name, value) in leaves {
        let (place, last) = name.rsplit_once('.').unwrap_or(("", name));
        if last == "kty" && matches!(value, b"RSA" | b"EC" | b"OKP") {
            keys.insert(place);
        } else if matches!(last, "d" | "k" | "p" | "q" | "dp" | "dq" | "qi") {
            private.insert(place);
        }
    }
    keys.retain(|place| !private.contains(place));
    keys
}

/// Whether a name is that of a member of one of them.
fn is_public_member(name: &str, keys: &BTreeSet<&str>) -> bool {
    // Certificates are a list.
    let name = if is_item(name) { name.rsplit_once('.').map_or(name, |(list, _)| list) } else { name };
    let (place, last) = name.rsplit_once('.').unwrap_or(("", name));
    matches!(last, "x" | "y" | "n" | "e" | "kid" | "x5c" | "x5t" | "x5t#S256" | "x5u") && keys.contains(place)
}

/// `NAME=value` as an item of a list.
fn listed<'a>(name: &str, text: &'a str) -> Option<Pair<'a>> {
    let (key, value) = text.split_once('=').filter(|_| is_item(name))?;
    is_variable(key).then(|| (key, unquoted(value)))
}

/// The pairs of a text that has nothing but lines of pairs: dotenv, properties, INI. Nothing where it has others.
fn lines(text: &str) -> Option<Vec<Pair<'_>>> {
    let mut pairs = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.trim();
        let header = line.starts_with('[') && line.ends_with(']');
        if line.is_empty() || header || line.starts_with(['#', ';', '!']) || is_name(line) {
            rest = behind;
            continue;
        }
        let exported = line.strip_prefix("export").filter(|rest| rest.starts_with([' ', '\t']));
        let line = exported.map_or(line, str::trim_start);
        let (name, value) = line.split_once(['=', ':'])?;
        let (name, value) = (name.trim(), value.trim());
        if !is_name(name) {
            return None;
        }
        if name.eq_ignore_ascii_case("environment") {
            pairs.extend(assignments(value).unwrap_or_default());
            rest = behind;
            continue;
        }
        // A value in quotes may go on over several lines.
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let closed = |quote: char| value.get(1..).is_some_and(|inner| inner.contains(quote));
        let open = quote.filter(|quote| !closed(*quote));
        let value = match open.and_then(|quote| behind.split_once(quote)) {
            Some((inner, after)) => {
                rest = after.split_once('\n').map_or("", |(_, next)| next);
                // The key material of a PEM block stands in the lines that follow.
                if value.contains("PRIVATE KEY") { value.get(1..).unwrap_or_default() } else { inner }
            }
            None => {
                rest = behind;
                unquoted(value.split_once(" #").map_or(value, |(value, _)| value.trim_end()))
            }
        };
        pairs.push((name, value));
    }
    Some(pairs)
}

/// `A="1",B=2` and `"A=1" B=2`.
fn assignments(text: &str) -> Option<Vec<Pair<'_>>> {
    let mut pairs = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([',', ' ', '\t']);
        if rest.is_empty() {
            return Some(pairs);
        }
        let (mut quote, mut end) = (None, rest.len());
        for (at, c) in rest.char_indices() {
            match quote {
                Some(open) => quote = Some(open).filter(|open| *open != c),
                None if matches!(c, '"' | '\'') => quote = Some(c),
                None if matches!(c, ',' | ' ' | '\t') => {
                    end = at;
                    break;
                }
                None => {}
            }
        }
        let (word, behind) = rest.split_at_checked(end)?;
        let (name, value) = unquoted(word).split_once('=').filter(|(name, _)| is_name(name))?;
        pairs.push((name, unquoted(value)));
        rest = behind;
    }
}

/// A text without one pair of quotes round it.
fn unquoted(text: &str) -> &str {
    let inner = |quote| text.strip_prefix(quote)?.strip_suffix(quote);
    inner('"').or_else(|| inner('\'')).unwrap_or(text)
}

/// Whether a text is a name as settings have: `db.password`, `API_TOKEN`.
fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.-".contains(&b))
}

/// Whether a text is a variable's name.
fn is_variable(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::Inner;
    use rstest::rstest;

    const VALUE: &str = "k7Qz91xWvB3mN5pR";

    #[rstest]
    #[case("data.app", "API_TOKEN=※\n", true)]
    #[case("data.app", "[db]\nbare\nexport password = '※' # why\n", true)]
    #[case("data.app", "A='1\n2'\nAPI_TOKEN=\"※\"\n", true)]
    #[case("data.app", "A='\nAPI_TOKEN=※\n", true)]
    #[case("data.app", "CERT=\"-----BEGIN PRIVATE KEY-----\nx\n\"\n", true)]
    #[case("data.app", "A=1\nsome words\nAPI_TOKEN=※\n", false)]
    #[case("data.app", "import os\nTOKEN = os.environ['※']\n", false)]
    #[case("data.app", "TOKEN = os.environ['※']\n", false)]
    #[case("data.app", "TOKEN=$1\nPASSWORD=a${B}※\n", false)]
    #[case("data.app", "{\"tokens\": [\"※\"]}", true)]
    #[case("data.app", "[{\"environment\": [{\"name\": \"API_TOKEN\", \"value\": \"※\"}]}]", true)]
    #[case("data.app", "[{\"environment\": [{\"name\": \"PORT\", \"value\": \"80\"}]}]", false)]
    #[case("data.app", "{{ API_TOKEN=※ }}", false)]
    #[case("data.app", "list:\n- PASSWORD=※\n", true)]
    #[case("data.app", "tolerations:\n- {key: dedicated, value: web}\n", false)]
    #[case("COLUMNS", "[{\"key\":\"name\",\"label\":\"Name\"}]", false)]
    #[case("MAP", "{\"key\":\"value\"}", false)]
    #[case("data.app", "API_TOKEN=※", false)]
    #[case("data.app.env", "API_TOKEN=※", true)]
    #[case("data.app", "\u{feff}API_TOKEN=※\nPORT=80\n", true)]
    #[case("data.app", "export\tAPI_TOKEN=※\nA=b\n", true)]
    #[case("data.app", "[program:web]\nenvironment=HOME=\"/srv\",SECRET_KEY=\"※\"\ncommand=x\n", true)]
    #[case("data.app", "[Service]\nEnvironment=\"API_TOKEN=※\" \"A=b\"\n", true)]
    #[case("data.app", "environment=production\nA=b\n", false)]
    #[case(
        "JWKS",
        "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"※\",\"y\":\"※\",\"x5c\":[\"※\"]}]}",
        false
    )]
    #[case("JWKS", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"※\"}]}", true)]
    #[case("JWKS", "{\"keys\":[{\"kty\":\"EC\",\"x\":\"a\",\"d\":\"※\"}]}", true)]
    #[case("JWKS", "{\"keys\":[{\"kty\":\"EC\",\"token\":\"※\"}]}", true)]
    #[case("FIREBASE_CONFIG", "{\"apiKey\":\"AIza※\",\"projectId\":\"x\"}", false)]
    #[case("MODEL_CONFIG", "{\"apiKey\":\"AIza※\"}", true)]
    #[case("APP_CONFIG", "{\"jwt\":{\"secretKey\":\"※\"}}", true)]
    #[case("data.app", "A=1\nTOKEN=%ENV_TOKEN%\n", false)]
    #[case("data.app", "A=1\npassword=@DB_PASSWORD@\n", false)]
    #[case("data.app", "A=1\npassword=__DB_PASSWORD__\n", false)]
    #[case("data.app", "A=1\npassword=<%= ENV[\"X\"] %>\n", false)]
    #[case("data.app", "A=1\npassword: changeme\n", false)]
    #[case("data.app", "A=1\npassword: !GetAtt Db.Secret\n", false)]
    #[case("data.app", "A=1\nTOKEN = process.env.TOKEN\n", false)]
    #[case("data.app", "A=1\nPASSWORD='$※'\n", true)]
    #[case("list.0", "KEYCLOAK_ADMIN_PASSWORD=%PW%", false)]
    #[case("list.0", "DB_PASSWORD=※environRw", true)]
    #[case("list.0", "DB_PASSWORD=$$※", true)]
    #[case("list.0", "API_TOKEN=※", true)]
    #[case("list.0", "--token=※", false)]
    #[case("list.0", "key=value", false)]
    #[case("list.0", "key=※", true)]
    #[case("s.Environment", "\"A=1\" 'API_TOKEN=※ 2'", true)]
    #[case("s.environment", "A=\"1,2\",API_TOKEN=\"※\"", true)]
    #[case("s.environment", "production", false)]
    fn texts(#[case] name: &str, #[case] text: &str, #[case] secret: bool) {
        assert_eq!(Inner::default().holds_secret(name, text.replace('※', VALUE).as_bytes()), secret);
    }

    #[test]
    fn there_is_a_limit() {
        let inner = Inner::default();
        inner.spend(super::MOST);
        assert!(!inner.holds_secret("list.0", format!("API_TOKEN={VALUE}").as_bytes()));
    }
}
