//! What was found of texts before. Environments of a fleet mostly have the same names and settings, and taking one apart takes longer
//! than anything else. Of a text nothing is kept but 64 bits under a random key of the thread.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::thread::LocalKey;

/// So many are kept: those of an environment of some size.
const MOST: usize = 8_192;
/// Longer texts are mostly lists and documents, of which each environment has its own.
const LONGEST: usize = 256;

/// What was found of texts, by the hash of each; one for each thread.
pub struct Memo<T> {
    key: RandomState,
    found: HashMap<u64, T, BuildHasherDefault<Hashed>>,
}

/// The hash of what is a hash already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| hash.rotate_left(8) ^ u64::from(*byte));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self { key: RandomState::new(), found: HashMap::default() }
    }
}

/// What `find` finds of a text under a name, or found of it before; no name where the text alone decides. That another pair has the
/// same 64 bits is as likely as guessing them.
pub fn known<T: Clone>(
    memo: &'static LocalKey<RefCell<Memo<T>>>,
    (text, name): (&str, &str),
    find: impl FnOnce() -> T,
) -> T {
    if text.len() > LONGEST {
        return find();
    }
    let (hash, before) = memo.with_borrow(|memo| {
        let hash = memo.key.hash_one((name, text));
        (hash, memo.found.get(&hash).cloned())
    });
    before.unwrap_or_else(|| {
        let found = find();
        memo.with_borrow_mut(|memo| {
            if memo.found.len() >= MOST {
                memo.found.clear();
            }
            memo.found.insert(hash, found.clone());
        });
        found
    })
}

#[cfg(test)]
mod tests {
    use super::{Memo, RefCell};

    thread_local! {
        static MEMO: RefCell<Memo<Option<u8>>> = RefCell::new(Memo::default());
    }

    fn known(text: &str, key: &str, find: impl FnOnce() -> Option<u8>) -> Option<u8> {
        super::known(&MEMO, (text, key), find)
    }

    #[test]
    fn what_was_found_is_found_again_and_of_that_pair_alone() {
        let never = || unreachable!("it was found before");
        for found in [Some(1), None] {
            let key = format!("KEY_{}", found.is_some());
            assert_eq!(known("a text", &key, || found), found);
            assert_eq!(known("a text", &key, never), found);
            assert_eq!(known("a text", "OTHER", || Some(2)), Some(2));
            assert_eq!(known("another", &key, || Some(3)), Some(3));
        }
        let long = "long ".repeat(100);
        assert_eq!(known(&long, "KEY", || None), None);
        assert_eq!(known(&long, "KEY", || Some(1)), Some(1));
    }

    #[test]
    fn more_than_are_kept_are_found_all_the_same() {
        for round in 0..2 {
            for number in 0..20_000 {
                let found = (number % 3 == 0).then_some(1);
                assert_eq!(known(&format!("text {number}"), "KEY", || found), found, "{round}");
            }
        }
    }
}
