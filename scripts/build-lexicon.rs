//! Makes the trie of the detector's lexicon when the program is built: `src/value/detect/words.rs` reads it, and says how its nodes
//! are laid out. A word of a class that is not known fails the build.
#![allow(clippy::print_stdout, reason = "that is how cargo is told")]

use std::collections::{BTreeMap, VecDeque};
use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[path = "../src/value/detect/class.rs"]
#[allow(dead_code, reason = "the program uses the rest")]
mod class;
#[path = "../src/value/detect/fold.rs"]
#[allow(dead_code, reason = "the program uses the rest")]
mod fold;

use class::Class;
use fold::fold;

const FOLDER: &str = "src/value/detect/lexicon";
/// Languages but English.
const FOREIGN: [&str; 12] = ["de", "es", "fr", "it", "ja", "ko", "nl", "pl", "pt", "ru", "tr", "zh"];
/// Not words.
const OTHERS: [&str; 1] = ["published.txt"];

#[derive(Default)]
struct Node {
    next: BTreeMap<u8, Node>,
    class: Class,
    /// Whether the word is English, or nobody's in particular.
    common: bool,
}

impl Node {
    fn add(&mut self, word: &[u8], class: Class, common: bool) {
        match word.split_first() {
            Some((first, rest)) => self.next.entry(*first).or_default().add(rest, class, common),
            None => {
                self.class = self.class.with(class);
                self.common |= common;
            }
        }
    }

    fn bits(&self) -> u32 {
        let foreign = !self.common && self.class.is(Class::ALL);
        if foreign { self.class.with(Class::FOREIGN).bits() } else { self.class.bits() }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={FOLDER}");
    println!("cargo::rerun-if-changed=src/value/detect/class.rs");
    println!("cargo::rerun-if-changed=src/value/detect/fold.rs");
    let mut root = Node::default();
    for entry in fs::read_dir(FOLDER)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if !name.ends_with(".txt") || OTHERS.contains(&name.as_str()) {
            continue;
        }
        let common = !FOREIGN.contains(&name.trim_end_matches(".txt"));
        let mut class = None;
        for line in fs::read_to_string(&path)?.lines().filter(|line| !line.starts_with('#')) {
            if let Some(section) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                class = Some(
                    Class::named(section).ok_or_else(|| format!("{name}: no class is called {section}"))?,
                );
                continue;
            }
            for word in line.split_whitespace() {
                let class = class.ok_or_else(|| format!("{name}: {word} stands in no section"))?;
                add(&mut root, word, class, common);
            }
        }
    }
    let out = env::var_os("OUT_DIR").ok_or("cargo names no folder")?;
    write(&root, Path::new(&out))
}

/// A word, and where it is several, these written together and apart.
fn add(root: &mut Node, word: &str, class: Class, common: bool) {
    root.add(fold(&word.replace('_', ""), usize::MAX).text.as_bytes(), class, common);
    for between in ["_", " "].iter().filter(|_| word.contains('_')) {
        root.add(fold(&word.replace('_', between), usize::MAX).text.as_bytes(), class, common);
    }
}

fn write(root: &Node, out: &Path) -> Result<(), Box<dyn Error>> {
    let mut classes = vec![0_u32];
    let (mut nodes, mut bytes): (Vec<u8>, Vec<u8>) = (Vec::new(), Vec::new());
    let mut queue = VecDeque::from([(0_u8, root)]);
    let mut next = 1_u32;
    // Breadth first, so that the children of a node lie beside each other.
    while let Some((byte, node)) = queue.pop_front() {
        let bits = node.bits();
        let class = classes.iter().position(|known| *known == bits).unwrap_or(classes.len());
        if class == classes.len() {
            classes.push(bits);
        }
        nodes.extend(next.to_le_bytes());
        nodes.push(u8::try_from(node.next.len())?);
        bytes.push(byte);
        nodes.extend(u16::try_from(class)?.to_le_bytes());
        next += u32::try_from(node.next.len())?;
        queue.extend(node.next.iter().map(|(byte, node)| (*byte, node)));
    }
    fs::write(out.join("lexicon.nodes"), nodes)?;
    fs::write(out.join("lexicon.bytes"), bytes)?;
    fs::write(
        out.join("lexicon.classes"),
        classes.into_iter().flat_map(u32::to_le_bytes).collect::<Vec<u8>>(),
    )?;
    Ok(())
}
