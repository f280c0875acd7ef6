//! Characters that look like others, or like nothing. By the names and blocks of the Unicode Standard
//! (<https://www.unicode.org/charts/>); what hides and reorders text is that of UTS #39 and UAX #9.

/// Characters that nobody sees: of no width, of direction, soft hyphens, tags; and blanks that are not ASCII's.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(c,
        // Next line, soft hyphen, the Arabic letter mark, the Mongolian vowel separator.
        '\u{85}' | '\u{ad}' | '\u{61c}' | '\u{180e}'
        // Of no width, marks of direction; line and paragraph separators; embeddings and overrides.
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        // Word joiner and invisible operators, isolates; the byte order mark; annotations; tags.
        | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        // No-break and other spaces.
        | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// Invisible characters that stand at the ends of texts for a reason: joiners and marks of direction in scripts that need them,
/// tags behind the flags that they make.
#[must_use]
pub fn belongs_at_ends(c: char, text: &str) -> bool {
    let joins = matches!(c, '\u{200c}'..='\u{200f}' | '\u{61c}');
    let needs = |c: char| {
        c.is_alphabetic()
            && matches!(c, '\u{590}'..='\u{1cff}' | '\u{a800}'..='\u{abff}' | '\u{fb1d}'..='\u{feff}')
    };
    (joins && text.chars().any(needs)) || (c == '\u{e007f}' && text.contains('\u{1f3f4}'))
}

/// Quotation marks of texts.
#[must_use]
pub const fn is_quote(c: char) -> bool {
    matches!(
        c,
        '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' | '\u{2039}' | '\u{203a}' | '\u{ff02}' | '\u{ff07}'
    )
}

/// Dashes and minus signs of texts.
#[must_use]
pub const fn is_dash(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}')
}

/// Whether a label of a host's name mixes Latin letters with Greek or Cyrillic ones, which look alike (UTS #39, 5.1).
#[must_use]
pub fn mixes_scripts(host: &str) -> bool {
    let other = |c: char| matches!(c, '\u{370}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{1f00}'..='\u{1fff}' | '\u{2de0}'..='\u{2dff}' | '\u{a640}'..='\u{a69f}');
    host.split('.').any(|label| label.chars().any(|c| c.is_ascii_alphabetic()) && label.chars().any(other))
}
