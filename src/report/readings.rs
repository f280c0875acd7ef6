//! Who sees what of a variable, in words: values are only said to be equal or different.

/// Programs that see the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// `set`, `empty`, `unset`, `refused`, `runs`, `depends-on-process` or `unmodelled`.
    pub outcome: &'static str,
    /// They.
    pub readers: Vec<&'static str>,
}

/// As few programs as nobody would call the others.
const FEW: usize = 3;

/// `compose, sh: one value` for each group, the largest first; or last, as `the others`, where it is most of them.
#[must_use]
pub fn lines(groups: &[Group]) -> Vec<String> {
    let all: usize = groups.iter().map(|group| group.readers.len()).sum();
    let values = groups.iter().filter(|group| group.outcome == "set").count();
    let mut sorted: Vec<&Group> = groups.iter().collect();
    sorted.sort_by_key(|group| std::cmp::Reverse(group.readers.len()));
    let is_most = |group: &&Group| group.readers.len() > FEW && group.readers.len() * 2 > all;
    let others = sorted.first().copied().filter(is_most).filter(|_| groups.len() > 1);
    if others.is_some() {
        sorted.rotate_left(1);
    }
    let mut ordinals = ["one value", "another", "a third", "a fourth", "a fifth"].into_iter();
    let mut line = |group: &Group| {
        let what = match group.outcome {
            "set" if values == 1 => "a value",
            "set" => ordinals.next().unwrap_or("yet another"),
            "empty" => "an empty value",
            "unset" => "not set",
            "refused" => "refuses the file",
            "runs" => "runs a command",
            "depends-on-process" => "depends on the process",
            _ => "cannot be said",
        };
        let is_others = others.is_some_and(|others| std::ptr::eq(others, group));
        let who = if is_others { "the others".to_owned() } else { group.readers.join(", ") };
        format!("{who}: {what}")
    };
    sorted.into_iter().map(&mut line).collect()
}

/// `compose, docker and sh`.
#[must_use]
pub fn together(names: &[&str]) -> String {
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}
