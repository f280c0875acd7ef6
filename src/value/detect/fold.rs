//! Text as it is compared: lower case, without accents and width.

use zeroize::Zeroizing;

/// A folded text.
pub struct Folded {
    /// Lower case, Latin letters without their marks, full-width forms as ASCII.
    pub text: Zeroizing<String>,
    /// For each byte of it whether an upper case letter stood there.
    pub upper: Vec<bool>,
}

/// Folds at most `limit` bytes of a text.
#[must_use]
pub fn fold(text: &str, limit: usize) -> Folded {
    // As most values are.
    if let Some(head) = text.get(..text.len().min(limit)).filter(|head| head.is_ascii()) {
        let upper = head.bytes().map(|b| b.is_ascii_uppercase()).collect();
        return Folded { text: Zeroizing::new(head.to_ascii_lowercase()), upper };
    }
    let room = text.len().min(limit).saturating_mul(2);
    let mut folded = Zeroizing::new(String::with_capacity(room));
    let mut upper = Vec::with_capacity(room);
    for c in text.chars() {
        if folded.len() >= limit {
            break;
        }
        // Fullwidth forms (Unicode block U+FF00) and the ideographic space.
        let c = match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\u{3000}' | '\u{a0}' => ' ',
            c => c,
        };
        if c.is_ascii() {
            folded.push(c.to_ascii_lowercase());
            upper.push(c.is_ascii_uppercase());
            continue;
        }
        // Decomposed accents are left out with what they stand over.
        if matches!(c, '\u{300}'..='\u{36f}') {
            continue;
        }
        let before = folded.len();
        for c in c.to_lowercase().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')) {
            match plain(c) {
                Some(plain) => folded.push_str(plain),
                None => folded.push(c),
            }
        }
        upper.resize(upper.len() + folded.len() - before, c.is_uppercase());
    }
    Folded { text: folded, upper }
}

/// A lower case letter without its mark, for the languages of the lexicon.
const fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ą' | 'ă' => "a",
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'è' | 'é' | 'ê' | 'ë' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ı' => "i",
        'ł' => "l",
        'ñ' | 'ń' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => "o",
        'œ' => "oe",
        'ś' | 'ş' | 'š' => "s",
        'ß' => "ss",
        'ù' | 'ú' | 'û' | 'ü' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'ё' => "е",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn case_accents_and_width_go() {
        assert_eq!(*fold("Schlüssel", 99).text, "schlussel");
        assert_eq!(*fold("ŞİFRE", 99).text, "sifre");
        assert_eq!(*fold("ＣＨＡＮＧＥ＿ＭＥ", 99).text, "change_me");
        assert_eq!(*fold("Ключ", 99).text, "ключ");
        let folded = fold("aB", 99);
        assert_eq!(folded.upper, [false, true]);
    }
}
