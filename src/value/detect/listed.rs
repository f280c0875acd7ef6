//! What the parts of lists, addresses and URLs say: what asks to be replaced is mostly a word among others.

use std::cell::RefCell;

use crate::text::memo::{Memo, known};

use super::Sign;
use super::asked;
use super::marks::{is_octets, mask_run};
use super::naming;
use super::phrase::is_passphrase;
use super::said::{RANDOM, Said};
use super::setting::{ASKED, NEAR};
use super::split::{Kind, Split, Whole, split};
use super::words::Class;

thread_local! {
    static PARTS: RefCell<Memo<Part>> = RefCell::new(Memo::default());
}

/// Words of another script that name what belongs there, in an address.
fn foreign(text: &str, said: &Said<'_>) -> Option<Sign> {
    (!text.is_ascii() && said.has(ASKED) && said.odd <= 1).then_some(Sign::Descriptive)
}

/// What the first says that says anything of all that stands between blanks and the marks of lists and URLs.
#[must_use]
pub fn parts(text: &str, taken: &Whole<'_>, address: bool, counts: impl Fn(&str) -> bool) -> Option<Sign> {
    let apart = |c: char| "?&=@:|[](){}<>".contains(c);
    // What stands in a document, before a host or behind it may be a secret, which is drawn from a list of words too.
    let account = text.rsplit_once('@').map_or("", |(account, _)| account);
    let holds = text.starts_with(['{', '[', '/']);
    let said = |text: &str, part: Part| {
        let found = part.sign.or(part.foreign.filter(|_| address))?;
        let drawn = (holds || account.contains(text)) && part.is_passphrase;
        (!drawn).then_some(found)
    };
    let values = text.split(|c: char| c.is_whitespace() || ",;/\"'".contains(c)).take(64);
    let mut room = 64_usize;
    for value in values.filter(|value| value.len() > 2) {
        let whole = (value == taken.text).then(|| taken.split());
        // What is random as a whole has no parts that say anything.
        if whole.map_or_else(|| Part::known(value).random, |split| split.random) >= RANDOM {
            continue;
        }
        let found = if value.contains(apart) {
            let parts = value.split(apart).filter(|part| part.len() > 2 && counts(part)).take(room);
            parts.map(|part| (part, Part::known(part))).find_map(|(text, part)| said(text, part))
        } else if counts(value) {
            said(value, whole.map_or_else(|| Part::known(value), |split| Part::of(value, split)))
        } else {
            None
        };
        room = room.saturating_sub(1);
        if found.is_some() || room == 0 {
            return found;
        }
    }
    None
}

/// What a part of a list, of an address or of a URL says.
#[must_use]
pub fn part(text: &str) -> Option<Sign> {
    Part::known(text).sign
}

/// What is known of a part by its own text.
#[derive(Clone, Copy)]
pub(super) struct Part {
    sign: Option<Sign>,
    /// What it says in another script.
    foreign: Option<Sign>,
    /// Whether it may have been drawn from a list of words; asked only where it says anything.
    is_passphrase: bool,
    /// What is unexplained in it, in tenths of a bit.
    random: u32,
    /// Whether it begins with `my` in some language.
    pub begins_mine: bool,
    /// Whether it is nobody's name: `my-mail`.
    pub is_mine: bool,
}

impl Part {
    /// Reads a part, or remembers what was read of it.
    #[must_use]
    pub fn known(text: &str) -> Self {
        known(&PARTS, (text, ""), || Self::of(text, &split(text)))
    }

    fn of(text: &str, split: &Split) -> Self {
        let said = Said::of(split);
        let (sign, foreign) = (part_of(text, &said), foreign(text, &said));
        Self {
            sign,
            foreign,
            is_passphrase: (sign.is_some() || foreign.is_some()) && is_passphrase(&said),
            random: split.random,
            begins_mine: said.begins(Class::MY),
            is_mine: asked::is_my_name(&said),
        }
    }
}

fn part_of(text: &str, said: &Said<'_>) -> Option<Sign> {
    let split = said.split;
    if split.text.contains("xxxxx") && split.random < RANDOM
        || text
            .split('.')
            .any(|label| label.len() > 3 && label.bytes().all(|b| b.eq_ignore_ascii_case(&b'x')))
    {
        return Some(Sign::Mask);
    }
    if text.contains(".x") && is_octets(text) {
        return Some(Sign::Mask);
    }
    if said.random {
        return None;
    }
    let few = said.odd <= 2 || said.few;
    let asking = Class::CHANGE.with(Class::REPLACE).with(Class::FILL);
    if let [first, second, ..] = said.words.as_slice() {
        if naming::is_please(split.of(first)) && said.words.len() == 2 && second.class().is(asking) {
            return Some(Sign::ChangeMe);
        }
        if first.class().is(Class::FILL) && second.class().is(Class::HERE) && said.words.len() > 2 {
            return Some(Sign::YourValue);
        }
    }
    if few && yours(split, said) {
        return Some(Sign::YourValue);
    }
    let paired =
        |class: Class| said.words.iter().any(|piece| piece.class().is(class) && piece.class().is(Class::ME));
    if few && (said.begins(Class::CHANGE) && said.pair(Class::CHANGE, Class::ME) || paired(Class::CHANGE)) {
        return Some(Sign::ChangeMe);
    }
    let with =
        said.pair(Class::REPLACE, Class::ME.with(Class::FILLER)) || said.words.len() > 1 && said.has(ASKED);
    let to_be = ["to_be_", "to-be-"].iter().any(|start| said.split.text.starts_with(start))
        || matches!(said.split.text.as_str(), "to_fill" | "to-fill" | "to_fill_in" | "to-fill-in");
    if to_be && few {
        return Some(Sign::ReplaceMe);
    }
    if few && (said.begins(Class::REPLACE) && with && !naming::is_doing(said) || paired(Class::REPLACE)) {
        return Some(Sign::ReplaceMe);
    }
    // `web-92tu`: letters behind a digit are no word.
    let behind_digit = said.words.last().is_some_and(|piece| {
        let before = piece.start.checked_sub(1).and_then(|at| split.text.as_bytes().get(at));
        piece.end - piece.start <= 2 && before.is_some_and(u8::is_ascii_digit)
    });
    let here = said.ends(Class::HERE) && !behind_digit || said.begins(Class::HERE);
    // In some languages the verb stands last.
    let last = said.begins(Class::HERE) && said.ends(Class::FILL);
    let filled = said.begins(Class::FILL) && here
        || last
        || here && said.begins(Class::VENDOR) && said.whole(Class::HERE)
        || here && said.words.len() > 1 && said.whole(Class::HERE) && said.has(ASKED);
    if few && filled {
        return Some(Sign::YourValue);
    }
    let fake = ["fake", "dummy"].iter().any(|start| said.split.text.starts_with(start));
    if fake && said.words.len() > 1 && said.has(ASKED) && said.only(NEAR.with(Class::STANDIN)) {
        return Some(Sign::Word);
    }
    if said.has(Class::HOLDER) && said.odd <= 1 && said.only(NEAR.with(Class::STANDIN).with(Class::FILLER)) {
        return Some(Sign::Word);
    }
    let hidden = said.words.len() > 1 && mask_run(said) && said.odd <= 2 && !said.has(Class::COMMON);
    hidden.then_some(Sign::Mask)
}

/// `your-domain`, `yourdomain`, `dein-projekt`: somebody is spoken to who is to put his own there.
fn yours(split: &Split, said: &Said<'_>) -> bool {
    let mut at = 0;
    said.words.iter().any(|piece| {
        at += 1;
        // `my-bucket` is a name that people give; `meine-firma` is none.
        let foreign = || {
            piece.class().is(Class::MY)
                && piece.end - piece.start > 3
                && piece.whole
                && split.of(piece) != "mine"
        };
        if !piece.class().is(Class::YOUR) && !foreign() {
            return false;
        }
        let text = split.of(piece);
        if text.len() > 5 && text.starts_with("your") && said.words.len() > 1 {
            return true;
        }
        let behind = said.words.get(at..).unwrap_or_default();
        // One word for both, as Turkish has it.
        if piece.class().is(Class::NOUN)
            && text.len() > 5
            && said.words.len() > 1
            && (split.is_begun(piece) || said.odd == 0)
        {
            return true;
        }
        let Some(next) = behind.first() else { return false };
        if text == "your" {
            // `your_fb_app_id`: two letters may be a name.
            let soon =
                next.end - next.start <= 3 && behind.iter().take(3).any(|piece| piece.class().is(ASKED));
            return next.kind != Kind::Random || soon;
        }
        // `onze-kettle-dev` is somebody's own.
        let ours = piece.class().is(Class::MY) && !piece.class().is(Class::YOUR);
        if ours && next.kind == Kind::Unknown {
            return false;
        }
        let asked = |piece: &&&super::split::Piece| piece.class().is(NEAR);
        // Short possessives of other languages stand in names too.
        let begins = split.is_begun(piece);
        let soon = behind.iter().take(3).any(|piece| piece.class().is(ASKED));
        // `tu-tienda.example`
        let ends = behind
            .get(1)
            .map_or(next.end == split.text.len(), |after| split.text.get(next.end..after.start) == Some("."));
        let general = piece.whole && piece.class().is(Class::YOUR) && asked::is_general(next) && ends;
        begins
            && (general
                || asked(&next) && (text.len() > 2 || next.end - next.start > 2)
                || soon && (piece.whole || !text.is_ascii()))
    })
}
