//! The lexicon: what each word is, found by walking a trie along the text. `scripts/build-lexicon.rs` makes the trie out of
//! `lexicon/*.txt` when the program is built, so that nothing is parsed at run time.

pub use super::class::Class;

/// Classes by number, four bytes each.
const CLASSES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.classes"));
/// Nodes of seven bytes, the children of each beside each other and sorted: where the first child is (four bytes), how many there
/// are, the number of its class (two bytes).
const NODES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.nodes"));
/// For each node the byte that leads to it.
const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.bytes"));
/// Bytes of a node.
const SIZE: usize = 7;

/// Where the words begin that begin with a byte: most places of a text have but to look here. The root is no word's beginning, and
/// stands for none.
#[allow(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const STARTS: [usize; 256] = {
    let mut starts = [0; 256];
    let mut at = 1;
    while at <= NODES[4] as usize {
        starts[BYTES[at] as usize] = at;
        at += 1;
    }
    starts
};

/// Letters from `a` to `z`.
const LETTERS: usize = 26;
/// Stands for the node of two letters where the first is a word by itself.
const ALONE: usize = usize::MAX;

/// The node of each two letters; the root where no word begins so. Most places of a text have but to look here.
#[allow(clippy::indexing_slicing, reason = "evaluated when the program is built")]
const PAIRS: [usize; LETTERS * LETTERS] = {
    let mut pairs = [0; LETTERS * LETTERS];
    let mut first = 0;
    while first < LETTERS {
        let start = STARTS[first + b'a' as usize];
        let node = start * SIZE;
        let alone = start > 0 && (NODES[node + 5] != 0 || NODES[node + 6] != 0);
        let mut second = 0;
        while alone && second < LETTERS {
            pairs[first * LETTERS + second] = ALONE;
            second += 1;
        }
        let mut at =
            u32::from_le_bytes([NODES[node], NODES[node + 1], NODES[node + 2], NODES[node + 3]]) as usize;
        let end = at + NODES[node + 4] as usize;
        // The root stands for a letter with which no word begins.
        while start > 0 && !alone && at < end {
            if BYTES[at].is_ascii_lowercase() {
                pairs[first * LETTERS + (BYTES[at] - b'a') as usize] = at;
            }
            at += 1;
        }
        first += 1;
    }
    pairs
};

/// A node of the trie.
#[derive(Clone, Copy)]
struct Node {
    first: usize,
    count: usize,
    class: usize,
}

impl Node {
    fn at(index: usize) -> Option<Self> {
        match NODES.get(index * SIZE..(index + 1) * SIZE)? {
            [a, b, c, d, count, low, high] => Some(Self {
                first: usize::try_from(u32::from_le_bytes([*a, *b, *c, *d])).ok()?,
                count: usize::from(*count),
                class: usize::from(u16::from_le_bytes([*low, *high])),
            }),
            _ => None,
        }
    }

    fn starting(byte: u8) -> Option<Self> {
        let start = STARTS.get(usize::from(byte)).copied().filter(|start| *start > 0)?;
        Self::at(start)
    }

    fn child(self, byte: u8) -> Option<Self> {
        let bytes = BYTES.get(self.first..self.first + self.count)?;
        Self::at(self.first + bytes.iter().position(|known| *known == byte)?)
    }

    fn class(self) -> Class {
        let bytes = CLASSES.get(self.class * 4..(self.class + 1) * 4).and_then(|bytes| bytes.try_into().ok());
        Class::of(u32::from_le_bytes(bytes.unwrap_or_default()))
    }
}

/// Every word that the text begins with, shortest first: its length in bytes and its class.
pub fn prefixes(text: &[u8]) -> impl Iterator<Item = (usize, Class)> {
    let (mut next, mut length) = match text {
        [first @ b'a'..=b'z', second @ b'a'..=b'z', ..] => {
            let pair = usize::from(first - b'a') * LETTERS + usize::from(second - b'a');
            match PAIRS.get(pair).copied().unwrap_or_default() {
                0 => (None, 0),
                ALONE => (Node::starting(*first), 1),
                at => (Node::at(at), 2),
            }
        }
        [first, ..] => (Node::starting(*first), 1),
        [] => (None, 0),
    };
    let mut bytes = text.get(length..).unwrap_or_default().iter();
    std::iter::from_fn(move || {
        loop {
            let node = next?;
            let here = length;
            length += 1;
            next = bytes.next().and_then(|byte| node.child(*byte));
            // The first class is none.
            if node.class != 0 {
                return Some((here, node.class()));
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::{Class, prefixes};

    fn class_of(text: &str) -> Class {
        prefixes(text.as_bytes())
            .find(|(length, _)| *length == text.len())
            .map_or(Class::default(), |(_, class)| class)
    }

    #[test]
    fn words_have_their_classes() {
        assert!(class_of("password").is(Class::SECRET));
        assert!(class_of("schlussel").is(Class::SECRET), "accents are folded");
        assert!(class_of("密码").is(Class::SECRET));
        assert!(!class_of("kettle").is(Class::SECRET));
        let found: Vec<usize> = prefixes(b"passwords!").map(|(length, _)| length).collect();
        assert_eq!(found.last(), Some(&9));
        assert!(found.contains(&4) && found.contains(&8));
    }
}
