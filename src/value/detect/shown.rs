//! Keys whose values people read: titles, messages, labels. Of such a text no word asks whoever writes the settings.

use super::own;
use super::split::{Kind, split};
use super::words::Class;

/// Last words of keys of texts.
const LAST: &[&str] = &[
    "text",
    "description",
    "slogan",
    "tagline",
    "copyright",
    "from",
    "sender",
    "prompt",
    "signature",
    "note",
    "notice",
];

/// Words of keys of texts, wherever they stand: `SUBJECT_PASSWORD_RESET`, `MESSAGE_WELCOME`.
const ANYWHERE: &[&str] = &[
    "banner",
    "btn",
    "button",
    "caption",
    "cta",
    "err",
    "error",
    "footer",
    "greeting",
    "heading",
    "hint",
    "label",
    "message",
    "msg",
    "placeholder",
    "subject",
    "title",
    "tooltip",
];

/// The same in other languages, of which some say first what it is and then of what: `ASUNTO_PEDIDO`, `TEMAT_POWITANIE`. Japanese and
/// Russian as they are written in names of variables.
const ELSEWHERE: &[&str] = &[
    "anrede",
    "asunto",
    "assunto",
    "aviso",
    "baslik",
    "beschriftung",
    "betreff",
    "blad",
    "botao",
    "boton",
    "bouton",
    "corps",
    "cuerpo",
    "erreur",
    "erro",
    "errore",
    "etichetta",
    "etiket",
    "etiketa",
    "etiqueta",
    "etiquette",
    "etykieta",
    "fehler",
    "fout",
    "hata",
    "hinweis",
    "honbun",
    "kenmei",
    "knopka",
    "komunikat",
    "konu",
    "konusu",
    "libelle",
    "melding",
    "meldung",
    "mensagem",
    "mensaje",
    "mesaj",
    "mesaji",
    "messaggio",
    "metin",
    "metni",
    "nachricht",
    "objet",
    "oggetto",
    "onderwerp",
    "oshibka",
    "oshibki",
    "platzhalter",
    "przycisk",
    "rodape",
    "rotulo",
    "saludo",
    "saudacao",
    "soobshchenie",
    "stopka",
    "sujet",
    "tekst",
    "tema",
    "temat",
    "testo",
    "texte",
    "texto",
    "titel",
    "titolo",
    "titre",
    "titulo",
    "tresc",
    "tytul",
    "wiadomosc",
    "zagolovok",
];

/// Words before a key or a token that make it one that a text is about.
const ABOUT: &[&str] =
    &["btn", "button", "caption", "err", "error", "hint", "label", "subject", "title", "tooltip"];

/// Words of keys of a table's or a form's fields,which are called after what they hold.
const FIELDS: &[&str] = &[
    "alan", "campo", "champ", "coluna", "column", "columna", "colonna", "colonne", "feld", "field", "kolom",
    "kolumna", "pole", "spalte", "sutun", "veld",
];

/// Words of keys of templates, which have names.
const TEMPLATES: &[&str] =
    &["modele", "modelo", "plantilla", "sablon", "sjabloon", "szablon", "template", "vorlage"];

/// What German and Dutch write together with what it is of: `WARTUNGSTEXT`.
const GLUED: &[&str] =
    &["bericht", "betreff", "hinweis", "melding", "meldung", "nachricht", "text", "tekst", "titel"];

/// Names of passwords, behind which no other thing is named: `BETREFF_KENNWORT` is the subject of a mail about one.
const PASSWORDS: &[&str] = &[
    "contrasena",
    "contrasenia",
    "haslo",
    "kennwort",
    "parol",
    "parola",
    "passe",
    "passwd",
    "password",
    "passwort",
    "senha",
    "sifre",
    "wachtwoord",
];

/// Keys of numbers and of choices: a text there says what belongs there.
const MEASURES: &[&str] = &[
    "expires", "interval", "level", "limit", "minutes", "mode", "rounds", "sec", "seconds", "timeout", "ttl",
];

fn is_text(word: &str) -> bool {
    ANYWHERE.contains(&one_of(word)) || is_text_elsewhere(word)
}

fn is_text_elsewhere(word: &str) -> bool {
    let bare = one_of(word);
    let glued = || {
        let head = GLUED.iter().find_map(|end| bare.strip_suffix(end));
        head.is_some_and(|head| head.len() > 3) && !bare.ends_with("context")
    };
    ELSEWHERE.contains(&bare) || glued()
}

/// `subject2` and `labels` say what `subject` and `label` do.
fn one_of(word: &str) -> &str {
    let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
    bare.strip_suffix('s').filter(|one| ANYWHERE.contains(one)).unwrap_or(bare)
}

/// Whether people read a key's value.
#[must_use]
pub fn is_shown(key: &str) -> bool {
    let words = own::words(key);
    let Some(last) = words.last().map(String::as_str) else { return false };
    // `ASUNTO_EMAIL` is no address.
    let said = match last {
        "email" | "mail" => words.iter().any(|word| is_text_elsewhere(word)),
        "login" | "user" | "username" => words.iter().any(|word| is_text(word)),
        "name" => words.iter().any(|word| matches!(word.as_str(), "captions" | "labels" | "titles")),
        _ => false,
    };
    if own::is_technical(key) && !said {
        return false;
    }
    let before = words.iter().rev().nth(1);
    let about = before.is_some_and(|word| ABOUT.contains(&word.as_str()));
    let own = !said && own::is_own(key) && !PASSWORDS.contains(&last) && !about;
    LAST.contains(&last) || last == "name" || is_text(last) || !own && words.iter().any(|word| is_text(word))
}

/// Whether a key's value is where people find something: `ADDRESS` and `REGION`, but for addresses of machines.
#[must_use]
pub fn is_place(key: &str) -> bool {
    const MACHINES: &[&str] = &[
        "bind", "contract", "email", "from", "host", "ip", "listen", "mac", "mail", "node", "reply", "rpc",
        "sender", "server", "smtp", "to", "wallet",
    ];
    let words = own::words(key);
    words.last().is_some_and(|last| matches!(last.as_str(), "address" | "region"))
        && !words.iter().any(|word| MACHINES.contains(&word.as_str()))
}

/// Whether what stands under the name of a password is the name of a field that holds one: `SPALTE_PASSWORT=passwort`.
fn is_field_of_password(before: &[String], text: &str) -> bool {
    let named = text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let of = |words: &[&str]| before.last().is_some_and(|word| words.contains(&word.as_str()));
    let template = || {
        of(TEMPLATES)
            && text.contains('_')
            && !text.split('_').any(|word| word == "my" || PASSWORDS.contains(&word))
    };
    named && (of(FIELDS) || template())
}

/// Whether a text under the name of a password is one that people read: `ETIQUETA_CONTRASENA`, `SUBJECT_PASSWORD`. A word alone in small
/// letters or with digits may be the password.
#[must_use]
pub fn is_text_of_password(key: &str, text: &str) -> bool {
    // Most secrets have one, and need not be looked at.
    if text.bytes().any(|b| b.is_ascii_digit()) {
        return false;
    }
    let words = own::words(key);
    let [before @ .., last] = &*words else { return false };
    let password = PASSWORDS.contains(&last.as_str()) || last == "clave";
    if password && is_field_of_password(before, text) {
        return true;
    }
    let mut letters = text.chars();
    let titled =
        letters.next().is_some_and(|c| c.is_ascii_uppercase()) && letters.all(|c| c.is_ascii_lowercase());
    let named = || titled && PASSWORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    let about = |word: &String| ABOUT.contains(&word.as_str());
    let key = || matches!(last.as_str(), "key" | "token") && before.last().is_some_and(about);
    let spoken = text.contains(' ') || !text.is_ascii() || named();
    // What people read begins with a large letter.
    let begun = !text.starts_with(|c: char| c.is_ascii_lowercase());
    spoken && begun && (password && before.iter().any(|word| is_text(word)) || key())
}

/// Whether a key is one of those that programs everywhere have: its last word is an English one that is known, or says that a number
/// or a choice is meant. A project that calls its settings in its own language writes texts in it too.
#[must_use]
pub fn is_everyones(key: &str) -> bool {
    let words = own::words(key);
    let Some(last) = words.last().map(String::as_str) else { return false };
    let apart = split(last);
    let english = matches!(apart.pieces.as_slice(), [piece] if matches!(piece.kind, Kind::Word(class) if !class.is(Class::FOREIGN)));
    english || MEASURES.contains(&last) || own::is_own(key)
}

#[cfg(test)]
mod tests {
    use super::super::{Found, Place, judge};
    use super::is_text_of_password;
    use rstest::rstest;

    #[rstest]
    #[case("EMAIL_OBJET_CONFIRMATION", "Votre commande n°{{ numero }} est confirmée")]
    #[case("SUBJECT_PASSWORD_RESET", "Passwort zurücksetzen")]
    #[case("SUBJECT_INVOICE", "Ihre Rechnung {{invoice_number}} vom {{date}}")]
    #[case("MENSAJE_ERROR", "Usuario o contraseña incorrectos")]
    #[case("WARTUNGSTEXT", "Das Portal wird gerade gewartet. Bitte versuchen Sie es später erneut.")]
    #[case("TEMA_PISMA", "Выписка по счёту")]
    #[case("TEKST_OSHIBKI", "Неверный пароль")]
    #[case("GOROD", "Нижний Новгород")]
    #[case("CITY", "Нижний Новгород")]
    #[case("OTPRAVITEL_IMYA", "Банк Волга")]
    #[case("E_POSTA_KONU", "Faturanız hazır")]
    #[case("SMS_OTP", "Your code is {code}")]
    #[case("MSG_PASSWORD", "Enter your password")]
    #[case("Labels__ClientName", "Client name")]
    #[case("Labels__YourReference", "Your reference")]
    #[case("MAIL_SUBJECT_PASSWORD", "비밀번호가 변경되었습니다")]
    #[case("ERROR_LOGIN", "아이디 또는 비밀번호가 올바르지 않습니다")]
    #[case("ADDRESS", "서울특별시 강서구 화곡로 214")]
    #[case("OFFICE_ADDRESS", "г. Самара, ул. Победы, 14")]
    #[case("REGION", "Приморский край")]
    #[case("INVOICE_SERIES", "SINV-.YY.-.#####")]
    #[case("FOUTMELDING_LOGIN", "Gebruikersnaam of wachtwoord onjuist")]
    #[case("ASUNTO_EMAIL", "Confirma tu correo")]
    #[case("ERROR_TOKEN", "Your token has expired")]
    #[case("MAIL_HONBUN", "{name} 様\\nご注文番号: {order_no}")]
    fn texts_that_people_read(#[case] key: &str, #[case] value: &str) {
        let place = Place { key, inner: true, ..Place::default() };
        assert_eq!(judge(value.as_bytes(), &place), None);
    }

    #[rstest]
    #[case("COMPANY_NAME", "Название вашей компании")]
    #[case("SUBJECT_PREFIX", "CHANGE_ME")]
    #[case("ALGORITHM", "Алгоритм используемый для подписи jwt")]
    #[case("ORGANIZATION", "Razão social da empresa")]
    #[case("SERVER_ADDRESS", "서버 주소")]
    #[case("FIRMA_ADI", "Firma Adı")]
    #[case("NAZWA_FIRMY", "Pełna nazwa firmy")]
    #[case("CORREO", "Dirección de correo electrónico")]
    #[case("TITULO", "Tu título aquí")]
    #[case("USER_LOGIN", "логин пользователя")]
    fn texts_to_be_filled_in(#[case] key: &str, #[case] value: &str) {
        let place = Place { key, inner: true, ..Place::default() };
        assert!(matches!(judge(value.as_bytes(), &place), Some(Found::Placeholder(_))));
    }

    #[rstest]
    #[case("ETIQUETA_CONTRASENA", "Contraseña", true)]
    #[case("ASSUNTO_SENHA", "Redefinição de senha", true)]
    #[case("EMAIL_BETREFF_KENNWORT", "Ihr neues Kennwort", true)]
    #[case("ERROR_PASSWORD", "Wrong password", true)]
    #[case("ERROR_TOKEN", "Your token has expired", true)]
    #[case("SPALTE_PASSWORT", "passwort", true)]
    #[case("CAMPO_CLAVE", "clave", true)]
    #[case("FIELD_PASSWORD", "user_password", true)]
    #[case("ROTULO_SENHA", "Senha", true)]
    #[case("Labels__Password", "Password", true)]
    #[case("OSHIBKA_PAROL", "Неверный логин или пароль", true)]
    #[case("ROTULO_SENHA", "Luna", false)]
    #[case("TITLE_PASSWORD", "your password", false)]
    #[case("TEMPLATE_PASSWORD", "my_password", false)]
    #[case("DB_PASSWORD", "Password", false)]
    #[case("WHATSAPP_PLANTILLA_CLAVE", "codigo_acceso", true)]
    #[case("FIELD_PASSWORD", "kettle42", false)]
    #[case("LABEL_PASSWORD", "kettle42", false)]
    #[case("LABEL_PASSWORD", "geheim", false)]
    #[case("SMTP_PASSWORD", "your password", false)]
    #[case("MESSAGE_SECRET", "your message secret", false)]
    fn texts_about_passwords(#[case] key: &str, #[case] value: &str, #[case] text: bool) {
        assert_eq!(is_text_of_password(key, value), text);
    }
}
