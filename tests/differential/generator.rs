//! Files made by chance, out of what readers are known to trip over. The same seed gives the same files.

/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
pub struct Random(u64);

impl Random {
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub fn pick<'a>(&mut self, from: &[&'a [u8]]) -> &'a [u8] {
        from[self.below(from.len())]
    }
}

/// Names; the process's own environment has `OUTER` and none of the others.
const KEYS: &[&[u8]] = &[b"A", b"A", b"B", b"B", b"C", b"FOO", b"FOO_BAR", b"OUTER", b"a1", b"_x"];
const ODD_KEYS: &[&[u8]] = &[
    b"1A",
    b"A.B",
    b"A-B",
    b"\xc3\xa9",
    b"",
    b"A B",
    b"'A'",
    b"\"A\"",
    b"A[0]",
    b"A+",
    b"$A",
    b"a/b",
    b"\xe9",
];
const BEFORE: &[&[u8]] =
    &[b" ", b"\t", b"export ", b"export\t", b"export  ", b" export ", b"export", b"\x0b", b"\xc2\xa0", b"\r"];
const EQUALS: &[&[u8]] =
    &[b" = ", b"= ", b" =", b"=\t", b": ", b":", b"", b"==", b" ", b"=\x0b", b"\t=", b"=\r"];
/// What values are made of.
const ATOMS: &[&[u8]] = &[
    b"pa",
    b"ss",
    b"x1",
    b"Z",
    b"9",
    b"1",
    b"#",
    b" #",
    b"\t#",
    b" # c",
    b"'",
    b"'",
    b"\"",
    b"\"",
    b"`",
    b"\\",
    b"\\",
    b"\\n",
    b"\\r",
    b"\\t",
    b"\\$",
    b"\\\"",
    b"\\'",
    b"\\\\",
    b"\\#",
    b"\\ ",
    b"\\x41",
    b"\\u00e9",
    b"\\101",
    b"\\a",
    b"$",
    b"$FOO",
    b"$B",
    b"${FOO}",
    b"${A}",
    b"${B}",
    b"${OUTER}",
    b"$OUTER",
    b"${UNSET}",
    b"${UNSET:-d}",
    b"${UNSET-d}",
    b"${A:-d}",
    b"${FOO:+x}",
    b"${FOO+x}",
    b"${UNSET:?e}",
    b"${",
    b"}",
    b"$$",
    b"$1",
    b"$(",
    b"$(ss)",
    b" ",
    b" ",
    b"  ",
    b"\t",
    b"=",
    b":",
    b"&",
    b";",
    b"|",
    b"<",
    b">",
    b"(",
    b")",
    b"{",
    b"[",
    b"]",
    b"*",
    b"?",
    b"~",
    b"!",
    b"%",
    b"@",
    b"+",
    b"-",
    b".",
    b",",
    b"/",
    b"^",
    b"\r",
    b"\n",
    b"\\\n",
    b"\0",
    b"\xc3\xa9",
    b"\xe9",
    b"\xc2\xa0",
    b"\xe2\x80\xa8",
    b"\xef\xbb\xbf",
    b"\x0b",
    b"\x0c",
    b"\x7f",
    b"\x1b",
    b"\xc2\x85",
];
const PLAIN: &[&[u8]] =
    &[b"pa", b"ss", b"x1", b"Z", b"9", b"/", b":", b".", b"-", b"@", b"=", b"%", b",", b"+"];
const ENDS: &[&[u8]] = &[b"\r\n", b"\r", b"\n\n", b" \n", b"\\\n", b"", b"\t\r\n", b"\n \n"];
const COMMENTS: &[&[u8]] = &[
    b"# c",
    b"#A=1",
    b" # c",
    b"# c \\",
    b"# it's",
    b"# \"",
    b";c",
    b"#",
    b"\t#c",
    b"# $FOO `x",
    b"#\xe9",
    b"//c",
    b" ; c",
];
const FIRST: &[&[u8]] =
    &[b"\xef\xbb\xbf", b"\n", b"\r\n", b" ", b"\xff\xfe", b"#!/bin/sh\n", b"\xfe\xff", b"\xef\xbb"];

/// One file of a few lines.
pub fn file(random: &mut Random) -> Vec<u8> {
    let mut text = Vec::new();
    if random.one_in(30) {
        text.extend(random.pick(FIRST));
    }
    for _ in 0..=random.below(4) {
        line(random, &mut text);
        let end: &[u8] = if random.one_in(8) { random.pick(ENDS) } else { b"\n" };
        text.extend(end);
    }
    if random.one_in(10) {
        text.pop();
    }
    text
}

fn line(random: &mut Random, text: &mut Vec<u8>) {
    match random.below(20) {
        0 => text.extend(random.pick(COMMENTS)),
        1 => soup(random, text, 6),
        2 => text.extend(random.pick(KEYS)),
        _ => {
            if random.one_in(10) {
                text.extend(random.pick(BEFORE));
            }
            text.extend(if random.one_in(25) { random.pick(ODD_KEYS) } else { random.pick(KEYS) });
            text.extend(if random.one_in(8) { random.pick(EQUALS) } else { b"=" });
            value(random, text);
        }
    }
}

fn value(random: &mut Random, text: &mut Vec<u8>) {
    match random.below(10) {
        0 | 1 => plain(random, text),
        2..=4 => {
            let quote: &[u8] = random.pick(&[b"'", b"\"", b"\"", b"`"]);
            text.extend(quote);
            if random.one_in(2) {
                plain(random, text);
            } else {
                soup(random, text, 4);
            }
            if !random.one_in(12) {
                text.extend(quote);
            }
            if random.one_in(4) {
                soup(random, text, 2);
            }
        }
        5 => {
            plain(random, text);
            soup(random, text, 1);
            plain(random, text);
        }
        _ => soup(random, text, 5),
    }
}

fn plain(random: &mut Random, text: &mut Vec<u8>) {
    for _ in 0..=random.below(3) {
        text.extend(random.pick(PLAIN));
    }
}

fn soup(random: &mut Random, text: &mut Vec<u8>, most: usize) {
    for _ in 0..=random.below(most) {
        text.extend(if random.one_in(4) { random.pick(PLAIN) } else { random.pick(ATOMS) });
    }
}

/// Files with at least so many lines in all.
pub fn files(seed: u64, lines: usize) -> Vec<Vec<u8>> {
    let mut random = Random::new(seed);
    let mut files = Vec::new();
    let mut made = 0;
    while made < lines {
        let file = file(&mut random);
        made += file.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).count();
        files.push(file);
    }
    files
}
