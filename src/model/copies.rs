//! Names of copies: what editors, tools and people make of a file's name when they keep an older one.

use std::collections::BTreeSet;

/// Marks that may be piled up: `.env.prod.bak.2024-01-01~`.
const MOST_MARKS: usize = 4;

/// Endings of copies, behind a joint, numbered or not. `save` is nano's, `orig` and `rej` patch's and git's, those with
/// `dpkg`, `ucf` and `rpm` are the package managers'.
const ENDINGS: &[&str] = &[
    "bak", "backup", "bck", "bkp", "copy", "dpkg-bak", "dpkg-old", "dpkg-tmp", "old", "orig", "original",
    "prev", "previous", "rej", "rpmorig", "rpmsave", "save", "saved", "temp", "tmp", "ucf-old",
];
/// Endings of an editor's working copies, which hide them by a dot in front: vim's swap and undo files, nano's locks, kate's.
const WORKING: &[&str] = &[".swp", ".swo", ".swn", ".swm", ".swl", ".kate-swp", ".un~"];

/// What may stand between a name and a copy's ending.
pub const JOINTS: &[char] = &['.', '-', '_'];
/// The same where names hold words joined by `_` and `-` themselves, as `DB_PASSWORD_OLD`.
pub const DOTS: &[char] = &['.'];

/// Whether `name` is a copy's of a file called `original`, beside it.
#[must_use]
pub fn is_copy(name: &str, original: &str) -> bool {
    originals(name, JOINTS).contains(original)
}

/// The names of which `name` may be a copy's. None if nothing makes it one.
#[must_use]
pub fn originals(name: &str, joints: &[char]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut last = vec![name.to_owned()];
    for _ in 0..MOST_MARKS {
        let next: Vec<String> = last.iter().flat_map(|name| unmarked(name, joints)).collect();
        last = next.into_iter().filter(|name| found.insert(name.clone())).collect();
    }
    found
}

/// What is left when one mark is taken off, in every way that there is.
fn unmarked(name: &str, joints: &[char]) -> Vec<String> {
    let mut left: Vec<String> = Vec::new();
    left.extend(Some(name.trim_end()).filter(|trimmed| *trimmed != name).map(str::to_owned));
    left.extend(name.strip_prefix('#').and_then(|rest| rest.strip_suffix('#')).map(str::to_owned));
    left.extend(name.strip_suffix('~').map(without_number));
    for ending in WORKING {
        let stem = name.strip_suffix(ending);
        left.extend(stem.map(str::to_owned));
        left.extend(stem.and_then(|stem| stem.strip_prefix('.')).map(str::to_owned));
    }
    for joint in joints {
        left.extend(name.rsplit_once(*joint).filter(|(stem, tail)| is_ending(stem, tail, joints)).map(stem));
    }
    let dated = name.match_indices(joints).find(|(at, _)| name.get(at + 1..).is_some_and(is_date));
    left.extend(dated.and_then(|(at, _)| name.get(..at)).map(str::to_owned));
    left.extend(duplicated(name));
    // `prod.bak.env` for `prod.env`.
    let inner = name.strip_suffix(".env").filter(|inner| !inner.is_empty());
    left.extend(inner.into_iter().flat_map(|inner| unmarked(inner, joints)).map(|inner| inner + ".env"));
    left.retain(|name| !name.is_empty());
    left
}

fn stem((stem, _): (&str, &str)) -> String {
    stem.to_owned()
}

/// `x.~1~` is GNU's first backup of `x`.
fn without_number(name: &str) -> String {
    let plain = name.rsplit_once(".~").filter(|(_, number)| is_number(number));
    plain.map_or(name, |(stem, _)| stem).to_owned()
}

/// `bak`, `bak2`, and `1` behind `.bak`.
fn is_ending(stem: &str, tail: &str, joints: &[char]) -> bool {
    let word = |text: &str| {
        let text = text.trim_end_matches(|c: char| c.is_ascii_digit());
        ENDINGS.iter().any(|ending| text.eq_ignore_ascii_case(ending))
    };
    let numbered = is_number(tail) && stem.rsplit(joints).next().is_some_and(word);
    !stem.is_empty() && (word(tail) || numbered)
}

fn is_number(text: &str) -> bool {
    (1..=3).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

/// `20240131`, `2024-01-31`, `2024-01-31T12:00:00`, `20240131_1200`, or seconds or milliseconds since 1970.
fn is_date(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let fits = text.bytes().all(|b| b.is_ascii_digit() || b"-_.:TZ".contains(&b));
    let written = (text.starts_with("20") || text.starts_with("19")) && (8..=17).contains(&digits);
    let counted = text.starts_with('1') && matches!(digits, 10 | 13) && digits == text.len();
    fits && (written || counted)
}

/// What file managers call a duplicate, the mark at the end or before an ending: `x (copy)`, `x copy 2.env`,
/// `x - Copy.env`, `x (1).env`, `Copy of x`.
fn duplicated(name: &str) -> Vec<String> {
    let mut left = Vec::new();
    for (at, _) in name.match_indices(' ') {
        let Some((base, tail)) = name.split_at_checked(at) else { continue };
        let ending = tail.rsplit_once('.').filter(|(mark, _)| is_duplicate(mark));
        left.extend(ending.map(|(_, ending)| format!("{base}.{ending}")));
        left.extend(is_duplicate(tail).then(|| base.to_owned()));
    }
    let of = name.split_once(" of ");
    left.extend(of.filter(|(mark, _)| is_duplicate(mark)).map(|(_, original)| original.to_owned()));
    left
}

fn is_duplicate(mark: &str) -> bool {
    let mark = mark.to_lowercase();
    let mark = mark.trim().trim_start_matches('-').trim();
    let is_count = |word: &str| is_number(word.trim_start_matches('(').trim_end_matches(')'));
    match mark.strip_prefix('(').and_then(|mark| mark.strip_suffix(')')) {
        Some(inner) if !inner.contains('(') => {
            is_number(inner) || inner.split(' ').any(|word| word == "copy")
        }
        _ => mark
            .strip_prefix("copy")
            .is_some_and(|rest| rest.is_empty() || rest.strip_prefix(' ').is_some_and(is_count)),
    }
}

#[cfg(test)]
mod tests {
    use super::{DOTS, is_copy, originals};
    use rstest::rstest;

    #[rstest]
    #[case(".env.prod.bak")]
    #[case(".env.prod.BAK")]
    #[case(".env.prod.bak2")]
    #[case(".env.prod.bak.1")]
    #[case(".env.prod-bak")]
    #[case(".env.prod_backup")]
    #[case(".env.prod~")]
    #[case(".env.prod.~1~")]
    #[case(".env.prod.bak~")]
    #[case(".env.prod.orig")]
    #[case(".env.prod.old")]
    #[case(".env.prod.save")]
    #[case(".env.prod.save.1")]
    #[case(".env.prod.swp")]
    #[case("..env.prod.swp")]
    #[case("..env.prod.swo")]
    #[case("..env.prod.kate-swp")]
    #[case("..env.prod.un~")]
    #[case(".env.prod.un~")]
    #[case("#.env.prod#")]
    #[case(".env.prod.2024-01-01")]
    #[case(".env.prod.20240101")]
    #[case(".env.prod-2024-01-01_12-30")]
    #[case(".env.prod.2024-01-01T12:30:00Z")]
    #[case(".env.prod.bak.20240101120000")]
    #[case(".env.prod.20240101.bak")]
    #[case(".env.prod.1704067200")]
    #[case(".env.prod (copy)")]
    #[case(".env.prod (another copy)")]
    #[case(".env.prod (3rd copy)")]
    #[case(".env.prod (1)")]
    #[case(".env.prod copy")]
    #[case(".env.prod copy 2")]
    #[case(".env copy.prod")]
    #[case(".env copy 2.prod")]
    #[case(".env (copy).prod")]
    #[case(".env - Copy.prod")]
    #[case(".env - Copy (2).prod")]
    #[case(".env.prod - Copy")]
    #[case("Copy of .env.prod")]
    #[case("Copy (2) of .env.prod")]
    #[case(".env.prod ")]
    #[case(".env.prod.bak ")]
    #[case(".env.prod.dpkg-old")]
    #[case(".env.prod.rpmsave")]
    #[case(".env.prod.tmp")]
    fn copies(#[case] name: &str) {
        assert!(is_copy(name, ".env.prod"), "{:?}", originals(name, super::JOINTS));
    }

    #[rstest]
    #[case(".env.prod")]
    #[case(".env.production")]
    #[case(".env.production.bak")]
    #[case(".env.stage.bak")]
    #[case(".env.prod.example")]
    #[case(".env.prod.example~")]
    #[case(".env.prod.local")]
    #[case(".env.prod.local.bak")]
    #[case(".env.prod.enc")]
    #[case(".env.prod.age")]
    #[case(".env.prod.bak.age")]
    #[case(".env.prod.gpg")]
    #[case(".env.prod.template")]
    #[case(".env.prod.1")]
    #[case(".env.prod.2024")]
    #[case(".env.prod.v2")]
    #[case(".env.prod.eu")]
    #[case(".env.prod-eu")]
    #[case(".env.prod2")]
    #[case(".env.bak")]
    #[case("my.env.prod.bak")]
    #[case("a copy of .env.prod")]
    #[case("")]
    #[case("~")]
    #[case("é~")]
    fn others(#[case] name: &str) {
        assert!(!is_copy(name, ".env.prod"), "{:?}", originals(name, super::JOINTS));
    }

    #[rstest]
    #[case("prod.env~")]
    #[case("prod.env.bak")]
    #[case("prod.bak.env")]
    #[case("prod-old.env")]
    #[case("prod copy.env")]
    #[case("prod - Copy.env")]
    #[case("prod (1).env")]
    #[case("prod.2024-01-01.env")]
    #[case(".prod.env.swp")]
    fn copies_where_the_name_has_an_ending(#[case] name: &str) {
        assert!(is_copy(name, "prod.env"), "{:?}", originals(name, super::JOINTS));
    }

    /// `_OLD` is a variable's own, such as a key that is being rotated.
    #[test]
    fn secrets_names_are_joined_by_dots_alone() {
        assert!(originals("DB_PASSWORD.old", DOTS).contains("DB_PASSWORD"));
        assert!(originals(".DB_PASSWORD.swp", DOTS).contains("DB_PASSWORD"));
        for name in ["DB_PASSWORD_OLD", "DB_PASSWORD-old", "DB_PASSWORD_20240101"] {
            assert!(originals(name, DOTS).is_empty());
        }
    }
}
