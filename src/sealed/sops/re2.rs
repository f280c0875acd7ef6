//! Patterns of Go's `regexp` (RE2's syntax, <https://pkg.go.dev/regexp/syntax>) written as the crate `regex` takes them.
//!
//! The two grammars share most of their words, and where both take one and mean something else a file would be said to be
//! changed that is whole. So every part of a pattern is read by Go's rules and written anew; what is not known here is refused.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

/// The highest count of a repetition: `maxRepeat` of Go's `regexp/syntax`.
const MOST_TIMES: u32 = 1000;
/// POSIX's classes, which both take in the same sense: letters of ASCII.
const POSIX: &[&str] = &[
    "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space",
    "upper", "word", "xdigit",
];

/// The same pattern for `regex`; nothing where Go would refuse it, or what it says is not known here.
pub(super) fn translated(pattern: &str) -> Option<String> {
    let mut reader = Reader { rest: pattern.chars().peekable(), out: String::with_capacity(pattern.len()) };
    // Go takes no operator behind another (`a**`), but for the `?` that is a part of it.
    let mut repeated = false;
    while let Some(c) = reader.rest.next() {
        let was = std::mem::take(&mut repeated);
        match c {
            '*' | '+' | '?' => {
                reader.out.push(c);
                repeated = true;
            }
            '{' => repeated = reader.count()?,
            '(' => reader.group()?,
            ')' | '|' | '^' | '$' | '.' => reader.out.push(c),
            '[' => reader.class()?,
            '\\' => reader.escape()?,
            c => reader.literal(c),
        }
        if repeated {
            if was {
                return None;
            }
            if reader.rest.next_if_eq(&'?').is_some() {
                reader.out.push('?');
            }
        }
    }
    Some(reader.out)
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    out: String,
}

impl Reader<'_> {
    /// A character that stands for itself.
    fn literal(&mut self, c: char) {
        if c.is_ascii_alphanumeric() || !c.is_ascii() {
            self.out.push(c);
        } else {
            let _ = write!(self.out, "\\x{{{:x}}}", u32::from(c));
        }
    }

    /// Behind `{`: a count, and whether it is one. What is none is the bracket itself, `{,3}` and `{ 3 }` too.
    fn count(&mut self) -> Option<bool> {
        let mut ahead = self.rest.clone();
        let text: String = ahead.by_ref().take_while(|c| *c != '}').take(24).collect();
        let closed = self.rest.clone().nth(text.len()) == Some('}');
        let (least, most) = text.split_once(',').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
        // No zeros in front.
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            digits && (text == "0" || !text.starts_with('0'))
        };
        if !closed || !number(least) || most.is_some_and(|most| !most.is_empty() && !number(most)) {
            self.literal('{');
            return Some(false);
        }
        let times = |text: &str| text.parse::<u32>().ok().filter(|times| *times <= MOST_TIMES);
        let least = times(least)?;
        if let Some(most) = most.filter(|most| !most.is_empty())
            && times(most)? < least
        {
            return None;
        }
        self.rest = ahead;
        let _ = write!(self.out, "{{{text}}}");
        Some(true)
    }

    /// Behind `(`: a name or flags. `regex` has flags of its own, which Go does not know.
    fn group(&mut self) -> Option<()> {
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Some(());
        }
        let mut ahead = self.rest.clone();
        let named = ahead.next_if_eq(&'P').map_or(ahead.peek() == Some(&'<'), |_| true);
        if named {
            ahead.next_if_eq(&'<')?;
            let name: String = ahead.by_ref().take_while(|c| *c != '>').collect();
            let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
            if name.is_empty() || !name.bytes().all(word) {
                return None;
            }
            self.rest = ahead;
            // `regex` wants a letter in front.
            let _ = write!(self.out, "?P<_{name}>");
            return Some(());
        }
        self.out.push('?');
        loop {
            let c = self.rest.next()?;
            self.out.push(c);
            match c {
                'i' | 'm' | 's' | 'U' | '-' => {}
                ')' | ':' => return Some(()),
                _ => return None,
            }
        }
    }

    /// Behind `\`, outside of classes.
    fn escape(&mut self) -> Option<()> {
        match self.rest.peek()? {
            'Q' => {
                self.rest.next();
                self.quoted();
            }
            'A' => self.word("\\A"),
            'z' => self.word("\\z"),
            // Go's words are of ASCII.
            'b' => self.word("(?-u:\\b)"),
            'B' => self.word("(?-u:\\B)"),
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                let letter = self.rest.next()?;
                self.out.push('[');
                self.perl(letter);
                self.out.push(']');
            }
            _ => {
                let c = self.escaped()?;
                self.literal(c);
            }
        }
        Some(())
    }

    fn word(&mut self, word: &str) {
        self.rest.next();
        self.out.push_str(word);
    }

    /// Behind `\Q`: up to `\E`, or to the end.
    fn quoted(&mut self) {
        while let Some(c) = self.rest.next() {
            if c == '\\' && self.rest.next_if_eq(&'E').is_some() {
                return;
            }
            self.literal(c);
        }
    }

    /// A class that stands in another.
    fn perl(&mut self, letter: char) {
        let class = match letter.to_ascii_lowercase() {
            'd' => "0-9",
            's' => "\\t\\n\\x0c\\r\\x20",
            _ => "0-9A-Za-z_",
        };
        let _ = if letter.is_ascii_uppercase() {
            write!(self.out, "[^{class}]")
        } else {
            self.out.write_str(class)
        };
    }

    /// Behind `\`: one character. Letters that say nothing there are refused, and what only a table of Unicode would tell.
    fn escaped(&mut self) -> Option<char> {
        let c = self.rest.next()?;
        match c {
            'a' => Some('\u{7}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\u{b}'),
            'x' => self.hex(),
            '0'..='7' => {
                // One digit alone would lead back to a group, which Go has not.
                if c != '0' && !self.rest.peek().is_some_and(|c| ('0'..='7').contains(c)) {
                    return None;
                }
                let mut code = c.to_digit(8)?;
                for _ in 0..2 {
                    let Some(digit) = self.rest.next_if(|c| ('0'..='7').contains(c)) else { break };
                    code = code * 8 + digit.to_digit(8)?;
                }
                char::from_u32(code)
            }
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(c),
            _ => None,
        }
    }

    /// Behind `\x`: two digits, or any number of them in braces.
    fn hex(&mut self) -> Option<char> {
        let code = if self.rest.next_if_eq(&'{').is_some() {
            let digits: String = self.rest.by_ref().take_while(|c| *c != '}').collect();
            let plain = digits.bytes().all(|b| b.is_ascii_hexdigit());
            plain.then(|| u32::from_str_radix(&digits, 16).ok())?
        } else {
            let high = self.rest.next()?.to_digit(16)?;
            Some(high * 16 + self.rest.next()?.to_digit(16)?)
        };
        code.and_then(char::from_u32)
    }

    /// Behind `[`: each item in code points, so that nothing in it can mean anything else.
    fn class(&mut self) -> Option<()> {
        self.out.push('[');
        if self.rest.next_if_eq(&'^').is_some() {
            self.out.push('^');
        }
        let mut first = true;
        loop {
            let c = *self.rest.peek()?;
            if c == ']' && !std::mem::take(&mut first) {
                self.rest.next();
                self.out.push(']');
                return Some(());
            }
            first = false;
            if c == '[' && self.posix()? {
                continue;
            }
            let mut ahead = self.rest.clone();
            ahead.next();
            if c == '\\' && ahead.peek().is_some_and(|c| "dDsSwW".contains(*c)) {
                self.rest.next();
                let letter = self.rest.next()?;
                self.perl(letter);
                continue;
            }
            let low = self.item()?;
            let mut ahead = self.rest.clone();
            let ranged = ahead.next() == Some('-') && ahead.peek().is_some_and(|c| *c != ']');
            if ranged {
                self.rest.next();
                let high = self.item()?;
                if high < low {
                    return None;
                }
                self.point(low);
                self.out.push('-');
                self.point(high);
            } else {
                self.point(low);
            }
        }
    }

    fn item(&mut self) -> Option<char> {
        match self.rest.next()? {
            '\\' => self.escaped(),
            c => Some(c),
        }
    }

    fn point(&mut self, c: char) {
        let _ = write!(self.out, "\\x{{{:x}}}", u32::from(c));
    }

    /// Before `[` in a class: `[:alpha:]`, and whether it is one. What begins so and closes is nothing else.
    fn posix(&mut self) -> Option<bool> {
        let text: String = self.rest.clone().collect();
        let Some((name, _)) = text.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) else {
            return Some(false);
        };
        if !POSIX.contains(&name.strip_prefix('^').unwrap_or(name)) {
            return None;
        }
        let _ = write!(self.out, "[:{name}:]");
        for _ in 0..name.len() + 4 {
            self.rest.next();
        }
        Some(true)
    }
}

#[cfg(test)]
#[path = "re2_tests.rs"]
mod tests;
