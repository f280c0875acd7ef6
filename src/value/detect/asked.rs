//! What a setting's key asks for, said in words where its value could hold none: names of what belongs there.

use zeroize::Zeroizing;

use super::Sign;
use super::listed::Part;
use super::marks::mask_run;
use super::naming;
use super::own;
use super::said::{RANDOM, Said};
use super::split::{Kind, Piece};
use super::words::Class;

const NAMES: Class = Class::SECRET.with(Class::NOUN).with(Class::LABEL).with(Class::USER);
/// Words of which a phrase that names something is made.
const PHRASE: Class = NAMES
    .with(Class::FILLER)
    .with(Class::FILL)
    .with(Class::YOUR)
    .with(Class::HERE)
    .with(Class::ME)
    .with(Class::CHANGE)
    .with(Class::REPLACE)
    .with(Class::SAMPLE)
    .with(Class::SOFTWARE)
    .with(Class::VENDOR)
    .with(Class::WEAKWORD);
/// Last words of keys whose values hold no blank: hosts (RFC 1123), addresses, numbers, identifiers.
const BLANKLESS: &[&str] = &[
    "bic", "bucket", "domain", "dsn", "email", "endpoint", "host", "hostname", "iban", "id", "ids", "ip",
    "key", "mail", "number", "phone", "port", "sid", "swift", "token", "uri", "url", "uuid", "vat",
    "webhook",
];
/// Last words of keys under which a name stands that people read.
const TITLED: &[&str] =
    &["author", "brand", "company", "name", "organisation", "organization", "owner", "shop", "store"];

/// Whether a key's values hold no blank.
#[must_use]
pub fn is_blankless(key: &str) -> bool {
    own::words(key).last().is_some_and(|last| BLANKLESS.contains(&last.as_str()))
}

/// `ID of the account`, `Name of your company`: a phrase that names what belongs there.
#[must_use]
pub fn phrase(said: &Said<'_>, key: &str) -> Option<Sign> {
    let words = own::words(key);
    let last = words.last().map(String::as_str).unwrap_or_default();
    let mail = |word: &String| matches!(word.as_str(), "mail" | "email");
    let blankless = BLANKLESS.contains(&last) || last == "address" && words.iter().any(mail);
    if blankless && said.words.len() >= 2 && mask_run(said) && said.odd <= 1 {
        return Some(Sign::Mask);
    }
    let names = said.words.len() >= 2 && said.has(NAMES);
    let plain = said.only(PHRASE);
    let digits = said.words.iter().any(|piece| matches!(piece.kind, Kind::Digits | Kind::Run(_)));
    let login = matches!(last, "user" | "username" | "login")
        && said.has(Class::FILLER.with(Class::YOUR).with(Class::USER));
    let spoken = said.words.len() >= 3 && said.has(Class::FILLER) && said.odd * 2 <= said.words.len();
    let path = matches!(last, "path" | "file" | "dir" | "directory" | "folder")
        && plain
        && said.has(Class::FILLER)
        && !said.split.text.contains(['/', '\\']);
    if (blankless || login || path) && names && !digits && (plain || spoken) {
        return Some(Sign::Descriptive);
    }
    let from = words.iter().any(|word| matches!(word.as_str(), "from" | "sender" | "queue"));
    if !TITLED.contains(&last) || from {
        return None;
    }
    titled(said, plain)
}

/// `Name of the application`, `Your Company Ltd` where a name stands that people read.
fn titled(said: &Said<'_>, plain: bool) -> Option<Sign> {
    let several = |piece: &&Piece| said.split.of(piece).contains([' ', '_']);
    // Some languages put an article before it.
    let leads = |piece: &&Piece| piece.end - piece.start <= 3 && !piece.class().is(Class::YOUR);
    let article = usize::from(
        said.begins(Class::FILLER) && said.words.first().copied().is_some_and(|piece| leads(&piece)),
    );
    let rest = said.words.get(article..).unwrap_or_default();
    let label = rest.first().is_some_and(|piece| piece.class().is(Class::LABEL))
        && (rest.len() >= 3 && said.has(Class::FILLER.with(Class::YOUR))
            || said.words.len() == 1 && said.words.iter().any(several));
    if plain && label {
        return Some(Sign::Descriptive);
    }
    let yours = match rest {
        [your, name, more @ ..] => {
            let named = more.iter().all(|piece| piece.class().is(NAMES) || piece.end - piece.start == 1);
            let noun = name.class().is(NAMES) && named;
            your.class().is(Class::YOUR) && your.whole && (noun || is_general(name) && more.is_empty())
        }
        _ => false,
    };
    yours.then_some(Sign::YourValue)
}

/// A word that goes between others and is long enough to stand for a thing: a shop, a school.
pub fn is_general(piece: &Piece) -> bool {
    piece.class().is(Class::FILLER) && piece.whole && piece.end - piece.start >= 4
}

/// `google_client_id` under a key of an identifier; a phrase of a key that is no secret; an address without its `@`.
#[must_use]
pub fn label(said: &Said<'_>, key: &str, parted: bool) -> Option<Sign> {
    let words = own::words(key);
    let last = words.last().map(String::as_str).unwrap_or_default();
    let numbered = matches!(last, "iban" | "phone" | "number" | "email" | "vat" | "id");
    if said.words.len() == 1 && numbered && said.has(Class::LABEL) && said.split.text.len() > 5 {
        return Some(Sign::Descriptive);
    }
    let plain = NAMES.with(Class::FILLER).with(Class::SOFTWARE).with(Class::YOUR);
    let worded = said.words.iter().all(|piece| matches!(piece.kind, Kind::Word(class) if class.is(plain)));
    if said.words.len() < 2 || !worded || !parted {
        return None;
    }
    let id = |piece: Option<&&Piece>| {
        let word = piece.filter(|piece| piece.whole).map(|piece| said.split.of(piece)).unwrap_or_default();
        matches!(word, "id" | "sid" | "numero" | "nummer" | "codigo" | "codice")
    };
    let identifier = matches!(last, "id" | "ids" | "sid" | "number");
    let named = identifier && (id(said.words.first()) || id(said.words.last()));
    let phrase = said.words.len() >= 3 && said.has(Class::FILLER);
    let told = numbered && said.begins(Class::NOUN.with(Class::LABEL)) && phrase && naming::is_of(said, last);
    // `access_key_of_x` may stand in the lexicon as one word.
    let joined = said.words.iter().any(|piece| said.split.of(piece).matches(['_', '-', ' ']).count() >= 2);
    let secret = matches!(last, "key" | "token") && said.begins(Class::SECRET) && (phrase || joined);
    let titled = TITLED.contains(&last) && said.begins(Class::LABEL) && phrase;
    let from = words.iter().any(|word| matches!(word.as_str(), "mail" | "email" | "from"));
    let mail = last == "email" || last == "address" && from;
    (named || told || secret || titled || mail).then_some(Sign::Descriptive)
}

/// `my-mail@my-domain.example`: nobody's address.
#[must_use]
pub fn is_mine(text: &str) -> bool {
    let Some((user, domain)) = text.split_once('@') else { return false };
    let domain = domain.split('.').next().unwrap_or_default();
    Part::known(user).is_mine && Part::known(domain).is_mine
}

/// `mysupersecretkey`, whatever the variable is called that has it, but where names of secrets stand.
#[must_use]
pub fn is_my_secret(text: &str, key: &str) -> bool {
    const NAMED: &[&str] = &["alias", "file", "id", "label", "name", "names", "path", "ref", "title"];
    let mine = text.get(..2).is_some_and(|head| head.eq_ignore_ascii_case("my"));
    mine && !own::words(key).last().is_some_and(|last| NAMED.contains(&last.as_str())) && is_praised(text)
}

/// `asuperstrongpassword`, `veryveryLongAndRandomSecret`: what a secret should be, and not one.
#[must_use]
pub fn is_praised(text: &str) -> bool {
    const BEFORE: &[&str] = &["my", "a", "the"];
    const PRAISE: &[&str] =
        &["and", "good", "long", "random", "really", "safe", "secret", "secure", "strong", "super", "very"];
    const SECRETS: &[&str] =
        &["key", "pass", "passphrase", "passwd", "password", "phrase", "pwd", "secret", "string", "token"];
    if !(10..=64).contains(&text.len())
        || !text.bytes().all(|b| b.is_ascii_alphabetic() || b"_-".contains(&b))
    {
        return false;
    }
    let mut folded = Zeroizing::new(text.to_ascii_lowercase());
    folded.retain(|c| c.is_ascii_lowercase());
    let mut rest = folded.as_str();
    let begun = BEFORE.iter().find_map(|word| rest.strip_prefix(word));
    let mut praises = 0;
    rest = begun.unwrap_or(rest);
    while let Some(more) =
        PRAISE.iter().find_map(|word| rest.strip_prefix(word)).filter(|more| !more.is_empty())
    {
        (rest, praises) = (more, praises + 1);
    }
    praises > usize::from(begun.is_none()) && SECRETS.contains(&rest)
}

/// Whether it is a name that begins with `my`, and so nobody's.
#[must_use]
pub fn is_my_name(said: &Said<'_>) -> bool {
    said.words.len() == 2
        && said.split.random < RANDOM
        && said.begins(Class::MY)
        && said.ends(NAMES)
        && said.whole(Class::MY)
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Place, judge};
    use rstest::rstest;

    fn said(key: &str, value: &str) -> bool {
        let place = Place { key, inner: true, ..Place::default() };
        matches!(judge(value.as_bytes(), &place), Some(Found::Placeholder(_)))
    }

    #[rstest]
    #[case("CHAT_ID", "id of the group")]
    #[case("CHAT_ID", "id del canal de discord")]
    #[case("ACCOUNT_ID", "id_cliente_google")]
    #[case("DB_HOST", "hôte de la base de données")]
    #[case("PHONE_NUMBER", "numero con prefisso internazionale")]
    #[case("VAT_NUMBER", "deine_steuernummer")]
    #[case("IBAN", "rekeningnummer van de klant")]
    #[case("COMPANY_NAME", "Nome da sua empresa")]
    #[case("COMPANY_NAME", "Ihre Firma GmbH")]
    #[case("APP_NAME", "Tu Empresa S.L.")]
    #[case("CONTACT_EMAIL", "mein-name@meine-domain.de")]
    #[case("KEY_FILE", "/carpeta/de/tu/proyecto")]
    #[case("SITE_URL", "https://tu-tienda.example.net")]
    fn settings_that_name_what_belongs_there(#[case] key: &str, #[case] value: &str) {
        assert!(said(key, value));
    }

    #[rstest]
    #[case("MENU_LABEL", "Nombre y apellidos")]
    #[case("SITE_NAME", "Tu tienda de confianza")]
    #[case("QUEUE_NAME", "cola_de_correos")]
    #[case("S3_BUCKET", "benutzer-bilder")]
    #[case("API_URL", "https://laden.example.net/mein-konto")]
    #[case("DB_NAME", "Stadtbücherei")]
    #[case("COMPANY_NAME", "Dein Möbelhaus")]
    #[case("CLIENT_ID", "portal-clientes")]
    #[case("CONTACT_EMAIL", "contacto@tienda.example")]
    #[case("SSL_CERT_PATH", "/etc/ssl/certificats/serveur.pem")]
    fn settings_that_hold_such_words(#[case] key: &str, #[case] value: &str) {
        assert!(!said(key, value));
    }

    #[rstest]
    #[case("elige una contraseña robusta")]
    #[case("peça a senha ao suporte")]
    #[case("quelque chose de long et difficile à deviner")]
    #[case("password del tuo account (16 lettere)")]
    #[case("beim Support erfragen")]
    #[case("zet hier het wachtwoord van de database")]
    fn secrets_that_ask(#[case] value: &str) {
        let place = Place { key: "DB_PASSWORD", secret: true, weak: true, inner: true, ..Place::default() };
        assert!(matches!(judge(value.as_bytes(), &place), Some(Found::Placeholder(_))));
    }
}
