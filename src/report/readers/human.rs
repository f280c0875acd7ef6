//! For people: what differs first, what all read alike in one line at the end.

use std::fmt::Write as _;

use super::{Compared, KeyReadings, Stopped, Unnamed};
use crate::report::readings::{self, Group, together};

/// So many programs may well read one file.
const FEW: usize = 4;

/// Variables of a heading that are named; a PEM block has as many lines as it has.
const MOST_IN_HEADING: usize = 12;

/// For people.
#[must_use]
pub fn human(compared: &Compared) -> String {
    let mut page = Page { out: String::new(), compared, stopped: stopped(compared) };
    page.heading();
    page.differing();
    page.stops();
    page.runs();
    page.alike();
    page.out
}

fn stopped(compared: &Compared) -> Vec<&'static str> {
    compared.refused.iter().chain(&compared.unmodelled).map(|stop| stop.reader).collect()
}

struct Page<'a> {
    out: String,
    compared: &'a Compared,
    /// Programs that are said to stop, once, and are left out of what is said of each variable.
    stopped: Vec<&'static str>,
}

/// Variables of which the same is to be said.
struct Block<'a> {
    keys: Vec<&'a KeyReadings>,
    groups: Vec<Group>,
}

impl<'a> Page<'a> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A blank line, if the next part has anything to say.
    fn part(&mut self, is_there: bool) {
        if is_there {
            self.out.push('\n');
        }
    }

    fn heading(&mut self) {
        let all = self.compared.readers.len();
        let going = self.compared.readers.iter().map(|reader| reader.name);
        let going: Vec<&str> = going.filter(|name| !self.stopped.contains(name)).collect();
        let path = match self.compared.path.as_str() {
            "-" => "standard input",
            path => path,
        };
        let (count, alike) =
            (self.compared.keys.len(), self.compared.keys.iter().filter(|key| self.is_alike(key)).count());
        let to = if going.len() < all {
            format!("{} of {all} programs ({})", going.len(), together(&going))
        } else if all > 3 {
            format!("all {all} programs ({})", together(&going))
        } else {
            together(&going)
        };
        let text = match (count, alike) {
            (0, _) => format!("{path}: no variables"),
            (1, _) if going.is_empty() => format!("{path}: one variable, which no program is known to take"),
            (_, _) if going.is_empty() => {
                format!("{path}: {count} variables, which no program is known to take")
            }
            (1, 1) => format!("{path}: its one variable means the same to {to}"),
            (1, _) => format!("{path}: its one variable does not mean the same to {to}"),
            (2, 0) => format!("{path}: neither of its two variables means the same to {to}"),
            (2, 2) => format!("{path}: both variables mean the same to {to}"),
            (_, 0) => format!("{path}: none of {count} variables means the same to {to}"),
            _ if alike == count => format!("{path}: all {count} variables mean the same to {to}"),
            _ => format!("{path}: {alike} of {count} variables mean the same to {to}"),
        };
        self.line(&text);
    }

    /// What those that get to the end of the file make of a variable.
    fn groups(&self, key: &KeyReadings) -> Vec<Group> {
        let kept = |group: &Group| {
            let readers = group.readers.iter().copied().filter(|name| !self.stopped.contains(name));
            Group { outcome: group.outcome, readers: readers.collect() }
        };
        key.readings.iter().map(kept).filter(|group| !group.readers.is_empty()).collect()
    }

    /// Whether a variable means the same to those that get to the end of the file.
    fn is_alike(&self, key: &KeyReadings) -> bool {
        let groups = self.groups(key);
        let alone = matches!(groups.as_slice(), [one] if matches!(one.outcome, "set" | "empty" | "unset"));
        key.portable || (alone && key.cause == Some("unmodelled"))
    }

    fn differing(&mut self) {
        let mut blocks: Vec<Block<'a>> = Vec::new();
        for key in self.compared.keys.iter().filter(|key| !self.is_alike(key)) {
            let groups = self.groups(key);
            // Nothing is left to say where all stop.
            if groups.is_empty() {
                continue;
            }
            let same = |block: &&mut Block<'_>| {
                let first = block.keys.first();
                block.groups == groups
                    && first.is_some_and(|known| known.why == key.why && known.help == key.help)
            };
            match blocks.iter_mut().find(same) {
                Some(block) => block.keys.push(key),
                None => blocks.push(Block { keys: vec![key], groups }),
            }
        }
        let mut hopeless = false;
        for block in &blocks {
            self.part(true);
            let Some(first) = block.keys.first() else { continue };
            let why = first.why.unwrap_or("what it is comes of a command");
            self.line(&format!("{}: {why}", headed(&block.keys)));
            for line in readings::lines(&block.groups) {
                self.line(&format!("  {line}"));
            }
            match first.help {
                Some(help) => self.line(&format!("  {help}")),
                None if first.cause.is_none() => {}
                None if hopeless => self.line("  no way to write this one alike either"),
                None => {
                    hopeless = true;
                    self.line(&format!("  {}", self.compared.no_spelling));
                }
            }
        }
        if hopeless && self.compared.readers.len() > FEW {
            self.part(true);
            self.line("only the programs that do read this file matter: name them with --reader");
        }
    }

    fn stops(&mut self) {
        let (refused, unmodelled) = (&self.compared.refused, &self.compared.unmodelled);
        self.part(!refused.is_empty() || !unmodelled.is_empty());
        for (line, why, names) in at_one_place(refused) {
            let verb = if names.len() == 1 { "refuses" } else { "refuse" };
            let why = why.unwrap_or_default();
            self.line(&format!("{} {verb} the file at line {line}: {why}", together(&names)));
        }
        for (line, _, names) in at_one_place(unmodelled) {
            let verb = if names.len() == 1 { "makes" } else { "make" };
            let names = together(&names);
            self.line(&format!("what {names} {verb} of the file from line {line} on cannot be said"));
        }
    }

    fn runs(&mut self) {
        let (runs, unnamed) = (&self.compared.runs, &self.compared.unnamed);
        self.part(!runs.is_empty() || !unnamed.is_empty());
        for run in runs {
            let key = run.key.as_ref().map(|key| format!(" ({key})")).unwrap_or_default();
            let what = match run.how {
                "substitution" => "would run the command that it holds",
                "background" => "would run what stands before an `&` in the background",
                _ => "would take a word of it for a command, and run it",
            };
            self.line(&format!("line {}{key}: {} {what}", run.line, together(&run.readers)));
        }
        for Unnamed { line, readers } in unnamed {
            let verb = if readers.len() == 1 { "sees" } else { "see" };
            let readers = together(readers);
            self.line(&format!(
                "line {line}: {readers} {verb} a variable whose name has more than letters, digits, `_`, `.` and `-`; it is not compared"
            ));
        }
    }

    fn alike(&mut self) {
        let is_set = |key: &&&KeyReadings| self.groups(key).iter().any(|group| group.outcome != "unset");
        let alike: Vec<&KeyReadings> = self.compared.keys.iter().filter(|key| self.is_alike(key)).collect();
        let (set, unset): (Vec<&KeyReadings>, Vec<&KeyReadings>) = alike.iter().partition(is_set);
        self.part(!alike.is_empty());
        for (keys, what) in [(set, "the same to all"), (unset, "set by none")] {
            if !keys.is_empty() {
                let what = if self.stopped.is_empty() { what.to_owned() } else { format!("{what} of these") };
                self.line(&format!("{what}: {}", listed(&keys)));
            }
        }
    }
}

/// `A (line 1), B (line 2)`.
fn headed(keys: &[&KeyReadings]) -> String {
    let mut text = String::new();
    for (at, key) in keys.iter().take(MOST_IN_HEADING).enumerate() {
        let comma = if at > 0 { ", " } else { "" };
        // Writing to a String cannot fail.
        let _ = match &key.key {
            Some(name) => write!(text, "{comma}{name} (line {})", key.line),
            None => write!(text, "{comma}a name that is not shown (line {})", key.line),
        };
    }
    let more = keys.len().saturating_sub(MOST_IN_HEADING);
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

/// Names alone; of those that are not shown how many they are.
fn listed(keys: &[&KeyReadings]) -> String {
    let mut names: Vec<String> =
        keys.iter().filter_map(|key| key.key.as_ref()).map(ToString::to_string).collect();
    match keys.len().saturating_sub(names.len()) {
        0 => {}
        1 => names.push("a name that is not shown".to_owned()),
        hidden => names.push(format!("{hidden} names that are not shown")),
    }
    names.join(", ")
}

type Place<'a> = (usize, Option<&'a str>, Vec<&'a str>);

/// Stops on one line and for one reason, together.
fn at_one_place(stops: &[Stopped]) -> Vec<Place<'_>> {
    let mut places: Vec<Place<'_>> = Vec::new();
    for stop in stops {
        match places.iter_mut().find(|(line, why, _)| (*line, *why) == (stop.line, stop.why)) {
            Some((.., names)) => names.push(stop.reader),
            None => places.push((stop.line, stop.why, vec![stop.reader])),
        }
    }
    places
}
