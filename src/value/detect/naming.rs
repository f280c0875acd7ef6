//! Values of settings that name what belongs there: a kind of thing, the name of a name, words in brackets.

use super::Sign;
use super::fold::fold;
use super::own;
use super::said::Said;
use super::sentence::is_told_where;
use super::slots::LED_TO;
use super::split::{Kind, LIMIT, Whole, split};
use super::things;
use super::words::{Class, prefixes};

const ASKED: Class = Class::SECRET.with(Class::NOUN).with(Class::LABEL);
/// Words that stand in the name of a thing.
const NAMING: Class = ASKED
    .with(Class::FILLER)
    .with(Class::SOFTWARE)
    .with(Class::YOUR)
    .with(Class::SAMPLE)
    .with(Class::VENDOR)
    .with(Class::MY);

/// Last words of keys, and words of values.
type Kin = (&'static [&'static str], &'static [&'static str]);
/// Keys by their last word, and the words that name such a value and are none: `CHAT_ID=telegram_chat_id`.
const KINDS: &[Kin] = &[
    (
        &["id", "ids", "sid", "appid"],
        &[
            "id",
            "ids",
            "sid",
            "guid",
            "uuid",
            "identifier",
            "identyfikator",
            "idsi",
            "idniz",
            "kimligi",
            "no",
            "numarasi",
        ],
    ),
    (&["number", "no", "phone", "nr"], &["number", "no", "numer", "numarasi", "phone", "nomer"]),
    (&["ip", "host", "address", "server"], &["ip", "address", "adres", "adresi", "ipsi"]),
    (
        &["email", "mail", "user", "username", "login", "from", "to"],
        &["email", "eposta", "adres", "adresi", "adresin", "pochta"],
    ),
    (
        &["url", "uri", "dsn", "endpoint", "link"],
        &["url", "uri", "dsn", "address", "adres", "adresi", "link", "linki"],
    ),
    (
        &["nip", "ssid", "iban", "pesel", "regon"],
        &["nip", "ssid", "iban", "pesel", "regon", "numer", "nazwa"],
    ),
    (&["key", "crc"], &["klucz", "anahtar", "anahtari", "anahtarin", "anahtariniz", "klyuch"]),
    (&["bucket", "domain", "database", "db", "index", "queue", "topic", "container", "cluster"], &["name"]),
    (&["sender"], &["nazwa", "basligi", "adi"]),
];

/// What goes between a thing and whose it is.
const OF: &[&str] = &[
    "od", "z", "ze", "dla", "do", "de", "del", "della", "da", "di", "du", "dos", "das", "van", "voor", "von",
    "aus", "uit", "para",
];

/// Verbs that names of things begin with too: `copy-jobs`.
const MILD: &[&str] =
    &["get", "set", "use", "write", "input", "copy", "type", "create", "add", "define", "generate"];

/// Requests that are no names in any of the languages, with the rest left out.
const FILLED: &[&str] = &[
    "uzupelnij",
    "uzupełnij",
    "wypelnij",
    "wypełnij",
    "wpisz",
    "wstaw",
    "wklej",
    "podaj",
    "doldurun",
    "girin",
    "giriniz",
    "yazin",
    "yazın",
    "rellenar",
    "ausfullen",
    "ausfüllen",
    "invullen",
    "preencher",
];

/// What a setting says by naming its value.
#[must_use]
pub fn told(whole: &Whole<'_>, key: &str) -> Option<Sign> {
    let text = whole.text;
    // No top-level domain (IANA, Root Zone Database) is called so; no service has the letters of the alphabet for a name.
    if text.contains(['.', '/', '='])
        && (text.ends_with(".tld")
            || text.contains(".tld/")
            || text.contains("://abcdefghij")
            || text.contains("XXX/YYY")
            || text.contains("/your/webhook")
            || text.contains("=your,")
            || text.contains("://examplePublicKey@"))
    {
        return Some(Sign::Word);
    }
    let words = own::words(key);
    let last = words.last().map_or("", String::as_str);
    let begun = ["username/", "<username>/", "dockerhub-user/", "dockerhub_username/"]
        .iter()
        .any(|head| text.starts_with(head));
    if begun && words.iter().any(|word| matches!(word.as_str(), "image" | "repo" | "repository")) {
        return Some(Sign::Descriptive);
    }
    // `host:port`, `ip:port:user:pass`
    const PARTS: &[&str] =
        &["host", "hostname", "ip", "login", "pass", "password", "port", "user", "username"];
    let parts = || text.split(':').all(|part| PARTS.contains(&part));
    let count = if text.contains(':') { text.matches(':').count() } else { 0 };
    if (count >= 2 || count == 1 && text.ends_with(":port")) && parts() {
        return Some(Sign::Descriptive);
    }
    if text.contains('/') && is_pair(text, last) {
        return Some(Sign::Descriptive);
    }
    let inner = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map(str::trim);
    let bare = inner.unwrap_or(text).trim_end_matches('.');
    if bare.len() > 64
        || bare.contains(['/', '.', ':', ',', '@', '=', '"', '[', '|'])
        || !bare.contains(char::is_alphabetic)
    {
        return None;
    }
    if FILLED.iter().any(|word| bare.eq_ignore_ascii_case(word)) && own::is_own(key) {
        return Some(Sign::YourValue);
    }
    let inside = Whole::new(bare);
    let split = if bare == text { whole } else { &inside }.split();
    let said = Said::of(split);
    let plain = said.odd == 0 && said.words.iter().all(|piece| piece.class().is(NAMING));
    if said.random || !plain || !said.has(ASKED) || things::is_one_of_several(key, text) {
        return None;
    }
    if inner.is_some() && !matches!(last, "prefix" | "subject" | "tag" | "tags" | "list" | "format") {
        return Some(Sign::AngleBrackets);
    }
    let count = said.words.len();
    let yours = |piece: &super::split::Piece| piece.class().is(Class::YOUR) && piece.class().is(Class::NOUN);
    if count == 1 && bare.len() > 5 && said.words.iter().all(|piece| yours(piece)) && own::is_own(key) {
        return Some(Sign::YourValue);
    }
    // Each word of the key, and others that say which one.
    let same = |word: &String| said.words.iter().any(|piece| split.of(piece) == word.as_str());
    let whole = words.len() >= 3 && count > words.len() && words.iter().all(same);
    let parted = bare.contains(['_', '-', ' ']) || bare.chars().any(char::is_uppercase);
    let kind = count >= 2 && parted && is_kind(&said, last);
    let loud = last == "name"
        && count == 1
        && bare.len() >= 8
        && said.has(Class::LABEL)
        && !bare.bytes().any(|b| b.is_ascii_lowercase());
    if loud {
        return Some(Sign::Descriptive);
    }
    let field = words.iter().any(|word| {
        matches!(word.as_str(), "label" | "labels" | "field" | "column" | "header" | "cookie" | "attribute")
    });
    if whole || kind && !field {
        return Some(if said.has(Class::YOUR) { Sign::YourValue } else { Sign::Descriptive });
    }
    // `Your Company Ltd.` where the key asks for a company's name.
    let own_name = matches!(said.words.as_slice(), [your, thing, ..] if your.class().is(Class::YOUR) && words.iter().any(|word| word == split.of(thing)));
    let named = last == "name"
        && !field
        && !things::is_about_names(&split.text, last)
        && (is_title(&said) || own_name);
    named.then_some(if said.has(Class::YOUR) { Sign::YourValue } else { Sign::Descriptive })
}

/// `owner/repo`, `Continent/City`: both parts of a name say what they are.
fn is_pair(text: &str, last: &str) -> bool {
    const OWNERS: &[&str] = &["account", "group", "org", "organization", "owner", "user", "username"];
    const REPOSITORIES: &[&str] =
        &["name", "project", "repo", "repo-name", "repo_name", "repository", "reponame"];
    const PLACES: &[&str] = &["area", "continent", "region"];
    const TOWNS: &[&str] = &["city", "location", "zone"];
    let Some((first, second)) = text.split_once('/') else { return false };
    let is = |word: &str, words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
    match last {
        "repo" | "repository" | "slug" => is(first, OWNERS) && is(second, REPOSITORIES),
        "tz" | "timezone" => is(first, PLACES) && is(second, TOWNS),
        _ => false,
    }
}

/// `PLACEHOLDER_FOR_THE_MODEL`, `INCOLLA_DA_RAILWAY`, `!!!SET THIS!!!`: written large, and asked for whatever the key is.
#[must_use]
pub fn shouted(whole: &Whole<'_>) -> Option<Sign> {
    let text = whole.text;
    if text.len() > 8 && text.starts_with("!!!") && text.ends_with("!!!") {
        return Some(Sign::Todo);
    }
    let large = text.starts_with(|c: char| c.is_ascii_uppercase()) && text.contains('_') && text.len() <= 96;
    if !large || text.contains(['/', ':', '.', ',']) {
        return None;
    }
    let said = Said::of(whole.split());
    let first = said.words.first()?;
    if said.random || said.words.len() < 2 || !first.whole {
        return None;
    }
    if first.class().is(Class::HOLDER) || split_first(text) == "REQUIRED" {
        return Some(Sign::Word);
    }
    let loud = !text.bytes().any(|b| b.is_ascii_lowercase());
    let told = first.class().is(Class::FILL) && first.class().is(Class::FOREIGN) && said.odd <= 1;
    (loud && told && first.end - first.start >= 5).then_some(Sign::YourValue)
}

/// What stands before the first underscore.
fn split_first(text: &str) -> &str {
    text.split('_').next().unwrap_or_default()
}

/// `nazwa-klienta.pl`: a part of a host's name that names what belongs there, in a language whose words are no product's.
#[must_use]
pub fn host(text: &str) -> Option<Sign> {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = rest.split(['/', ':', '?', '@']).next().unwrap_or_default();
    let labelled = |label: &str| {
        // Most hosts begin otherwise, and need not be taken apart.
        if label.starts_with(|c: char| c.is_ascii_alphanumeric()) && !begins_with_label(label) {
            return false;
        }
        let split = split(label);
        let said = Said::of(&split);
        let named = |piece: &&super::split::Piece| piece.whole && piece.class().is(NAMING);
        let first = |piece: &&super::split::Piece| {
            piece.class().is(Class::FOREIGN) && piece.class().is(Class::LABEL) && piece.end - piece.start >= 3
        };
        said.words.len() >= 2 && said.words.iter().all(named) && said.words.first().is_some_and(first)
    };
    let told = host.contains('.') && host.split('.').filter(|label| label.contains('-')).any(labelled);
    told.then_some(Sign::Descriptive)
}

/// Whether any word of another language that names something stands at the beginning.
fn begins_with_label(text: &str) -> bool {
    let named = |class: Class| class.is(Class::FOREIGN) && class.is(Class::LABEL);
    prefixes(fold(text, LIMIT).text.as_bytes()).any(|(length, class)| length >= 3 && named(class))
}

/// Whether the first or the last word is the kind of thing that the key holds.
fn is_kind(said: &Said<'_>, last: &str) -> bool {
    let before =
        said.words.windows(2).find(|pair| matches!(pair, [_, of] if OF.contains(&said.split.of(of)) || matches!(said.split.of(of), "of" | "from" | "for" | "to")));
    let edges = [said.words.first(), said.words.last(), before.and_then(<[_]>::first)];
    // As a name's second word it is a part of one: `app_login`.
    if matches!(last, "user" | "username" | "login")
        && said.words.first().is_some_and(|piece| said.split.of(piece) == "login")
    {
        return true;
    }
    let kinds = KINDS.iter().filter(|(keys, _)| keys.contains(&last));
    kinds
        .flat_map(|(_, kinds)| kinds.iter())
        .any(|kind| edges.iter().flatten().any(|piece| said.split.of(piece) == *kind))
}

/// `Company Name`, `Nazwa firmy`, `会社名`: the name of a name.
fn is_title(said: &Said<'_>) -> bool {
    const NAMES: &[&str] =
        &["name", "nazwa", "adi", "adiniz", "ismi", "unvani", "название", "имя", "наименование"];
    let edges = [said.words.first(), said.words.last()];
    let named = edges.iter().flatten().any(|piece| NAMES.contains(&said.split.of(piece)));
    // `name` in the middle is a part of a longer one.
    let amid = said
        .words
        .iter()
        .map(|piece| said.split.of(piece))
        .any(|word| word != "name" && NAMES.contains(&word));
    let wide = !said.split.text.is_ascii() && said.ends(Class::LABEL) && !said.split.text.contains(' ');
    (named || amid) && said.words.len() >= 2 || wide
}

/// Whether a text in a script without blanks asks to be filled in: it says where and what to do.
#[must_use]
pub fn is_asked_for(text: &str) -> bool {
    let split = split(text);
    let said = Said::of(&split);
    // `Tu título aquí`
    let yours = said.begins(Class::YOUR) && said.ends(Class::HERE) && said.words.len() <= 4;
    (yours || said.begins(Class::HERE) && said.has(Class::FILL)) && said.odd <= 1 && !is_told_where(&said)
}

/// Whether a value begins with a verb that is no part of a name.
#[must_use]
pub fn is_told_to(said: &Said<'_>) -> bool {
    let of = |piece: &&super::split::Piece| said.split.of(piece);
    let mild = said.words.first().is_some_and(|piece| MILD.contains(&of(piece)));
    let article = said.words.get(1).is_some_and(|piece| matches!(of(piece), "a" | "an" | "the" | "this"));
    said.begins(Class::FILL)
        && (!mild || article || said.has(Class::LABEL.with(Class::HERE).with(Class::YOUR)))
}

/// `replace-old-records`: the name of what a program does, with hyphens and without a word to whoever reads it.
#[must_use]
pub fn is_doing(said: &Said<'_>) -> bool {
    const TOLD: &[&str] = &["me", "this", "it", "with", "by", "in", "your", "before", "the", "these"];
    let words = said.words.iter().map(|piece| said.split.of(piece));
    let mut following = words.skip(1);
    said.split.text.starts_with("replace-")
        && !following.next().is_none_or(|word| TOLD.contains(&word))
        && !said.has(Class::SECRET.with(Class::YOUR).with(Class::HERE))
}

/// Whether the first word labels something, and the second or third says whose: `id_of_the_channel`.
#[must_use]
pub fn is_of(said: &Said<'_>, last: &str) -> bool {
    const HEADS: &[&str] = &["id", "email", "url", "uri", "login", "number", "address", "host", "user"];
    const ENGLISH: &[&str] = &["of", "from", "for", "to"];
    let Some(head) = said.words.first() else { return false };
    let text = said.split.of(head);
    let named =
        head.class().is(Class::LABEL) || HEADS.contains(&text) || text == last && last.ends_with("key");
    let mut between = said.words.iter().skip(1).take(2).map(|piece| said.split.of(piece));
    let word = |at: usize| said.words.get(at).map(|piece| said.split.of(piece));
    let path = text == "path" && word(1) == Some("to") && word(2).is_some_and(|word| LED_TO.contains(&word));
    said.words.len() >= 3
        && (path || between.any(|word| OF.contains(&word) || named && ENGLISH.contains(&word)))
}

/// Whether a name that people read says that it is one, or asks.
#[must_use]
pub fn is_named(text: &str, key: &str) -> bool {
    if own::words(key).last().is_none_or(|last| last != "name") {
        return true;
    }
    let split = split(text);
    let said = Said::of(&split);
    let asking = Class::YOUR
        .with(Class::HERE)
        .with(Class::FILL)
        .with(Class::CHANGE)
        .with(Class::REPLACE)
        .with(Class::STANDIN);
    said.has(asking) || said.begins(Class::LABEL) || said.ends(Class::LABEL)
}

/// `gebruikersnaam_van_de_database`, `adres_bazy`: words of another language that name things, and nothing else. What has a name of
/// its own may be called so, unless one of them labels it.
#[must_use]
pub fn is_phrase_elsewhere(said: &Said<'_>, last: &str) -> bool {
    let names = ASKED.with(Class::LABEL).with(Class::USER);
    let parts = names.with(Class::FILLER).with(Class::SOFTWARE).with(Class::YOUR);
    let named = |piece: &&&super::split::Piece| {
        piece.class().is(Class::FOREIGN) && piece.class().is(names) && piece.end - piece.start > 3
    };
    let foreign = said.words.iter().filter(named).count();
    let labelled =
        said.words.iter().filter(named).any(|piece| piece.class().is(Class::LABEL.with(Class::USER)));
    // No host (RFC 1123) has an underscore.
    let host =
        matches!(last, "host" | "hostname" | "server" | "domain") && !said.split.text.contains(['_', ' ']);
    let own_name = host
        || matches!(last, "name" | "bucket" | "db" | "dbname" | "database" | "path" | "dir" | "directory");
    let user = matches!(last, "user" | "username" | "login");
    let whole = said.words.iter().all(|piece| matches!(piece.kind, Kind::Word(_)) && piece.whole);
    whole
        && said.only(parts)
        && (foreign >= 2 || foreign == 1 && labelled)
        && (!own_name && (!user || said.has(Class::FILLER)) || said.has(Class::LABEL))
}

/// `nome_da_instancia`, `netzwerkname`: a word of another language that labels, and what it labels.
#[must_use]
pub fn is_label_elsewhere(said: &Said<'_>, parted: bool) -> bool {
    let foreign = |piece: &&super::split::Piece| piece.class().is(Class::FOREIGN);
    let label = |piece: Option<&&super::split::Piece>| {
        piece.is_some_and(|piece| {
            foreign(piece) && piece.class().is(Class::LABEL) && piece.end - piece.start >= 3
        })
    };
    let [_, _, ..] = said.words.as_slice() else { return false };
    let long = |piece: &&super::split::Piece| foreign(piece) && piece.end - piece.start >= 4;
    let things = said
        .words
        .iter()
        .any(|piece| piece.class().is(ASKED) && foreign(piece) && !piece.class().is(Class::LABEL));
    if parted {
        // Of three letters it begins names too: `RFC_MES`.
        let short = said.words.first().is_some_and(|piece| piece.end - piece.start == 3);
        let begun = label(said.words.first()) && said.words.first().is_some_and(|piece| piece.whole);
        begun
            && said.odd <= 1
            && (!short || said.words.iter().skip(1).any(|piece| piece.class().is(NAMING.without(Class::MY))))
    } else {
        let ends = |piece: Option<&&super::split::Piece>| {
            piece.is_some_and(|piece| piece.class().is(Class::LABEL.with(Class::USER)))
        };
        let before = said.words.split_last().map(|(_, before)| before).unwrap_or_default();
        before.iter().all(long) && ends(said.words.last()) && things
    }
}

/// Whether a part of an address names what belongs there.
#[must_use]
pub fn part_names(text: &str) -> bool {
    let split = split(text);
    let said = Said::of(&split);
    !said.random && said.has(ASKED) && said.odd <= 1
}

/// The polite word before a request.
#[must_use]
pub fn is_please(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "please",
        "bitte",
        "merci",
        "porfavor",
        "prosze",
        "lutfen",
        "alstublieft",
        "svp",
        "пожалуйста",
        "请",
        "請",
    ];
    WORDS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Place, judge};
    use rstest::rstest;

    fn is_found(key: &str, value: &str) -> bool {
        let place = Place { key, inner: true, ..Place::default() };
        matches!(judge(value.as_bytes(), &place), Some(Found::Placeholder(_)))
    }

    #[rstest]
    #[case("SMTP_USER", "account_email")]
    #[case("CHAT_ID", "numeric_chat_id")]
    #[case("CONTRACT_ADDRESS", "deployed_contract_address")]
    #[case("PHONE_NUMBER_ID", "phone_number_id_from_meta")]
    #[case("COMPANY_NAME", "Your Company Ltd.")]
    #[case("COMPANY_NAME", "[Company name]")]
    #[case("GITHUB_REPO", "owner/repo")]
    #[case("DOMAIN", "mydomain.tld")]
    #[case("S3_BUCKET", "my-bucket-name")]
    #[case("COMPANY_NAME", "Pełna nazwa firmy")]
    #[case("SERVER_IP", "adres_twojego_vps")]
    #[case("CHANNEL_ID", "id_kanalu")]
    #[case("FTP_USER", "uzupelnij")]
    #[case("DB_NAME", "veritabaniniz")]
    #[case("SERVER_IP", "sunucu_ip_adresi")]
    #[case("CHANNEL_ID", "kanal_idsi")]
    #[case("COMPANY_NAME", "Название вашей компании")]
    #[case("COMPANY_INN", "инн_организации")]
    #[case("COMPANY_NAME", "公司全称")]
    #[case("WECHAT_APPID", "小程序appid")]
    #[case("COMPANY_NAME", "会社名")]
    #[case("SPREADSHEET_ID", "スプレッドシートID")]
    #[case("ACCOUNT_NO", "모의투자계좌번호")]
    #[case("COMPANY_NAME", "회사_이름")]
    fn what_names_itself_is_found(#[case] key: &str, #[case] value: &str) {
        assert!(is_found(key, value));
    }

    #[rstest]
    #[case("DB_NAME", "app_prod_db")]
    #[case("DB_USER", "app_login")]
    #[case("SAP_USER", "RFC_MES")]
    #[case("S3_BUCKET", "company-backup-prod-eu-west")]
    #[case("S3_BUCKET", "input-data-bucket")]
    #[case("QUEUE_NAME", "copy-file-jobs")]
    #[case("JOB_NAME", "replace-old-records")]
    #[case("CLIENT_ID", "mobile-app-client")]
    #[case("PARTITION_KEY", "customer_id")]
    #[case("MAIL_SUBJECT_PREFIX", "[Customer Portal]")]
    #[case("COMPANY_NAME", "Data Service Group")]
    #[case("ROLE_NAME", "Administrator systemu")]
    #[case("SUPERADMIN_NAME", "Sistem Yöneticisi")]
    #[case("CHANNEL_NAME", "Новости компании")]
    #[case("MAIL_SUBJECT", "请修改您的密码")]
    #[case("FONT_NAME", "微软雅黑")]
    #[case("ROLE_NAME", "システム管理者")]
    #[case("CHANNEL_NAME", "お知らせ")]
    #[case("TEMPLATE_NAME", "청구서 템플릿")]
    fn names_are_values(#[case] key: &str, #[case] value: &str) {
        assert!(!is_found(key, value));
    }
}
