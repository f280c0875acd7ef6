//! The Go package godotenv, by way of `tests/oracles/godotenv.go`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::{Command, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use preflight::syntax::readers::Reader;
use serde_json::Value;
use tempfile::TempDir;

use super::compare::{self, Observed};
use super::generator;

/// What its grammar trips over, beside the common corpus. The first rows are those of the package's own tests.
const OWN: &[&[u8]] = &[
    b"FOO=bar\n",
    b"FOO =bar\n",
    b"FOO= bar\n",
    b"FOO=\"bar\"\n",
    b"FOO='bar'\n",
    b"FOO=\"escaped\\\"bar\"\n",
    b"FOO=\"'d'\"\n",
    b"OPTION_A: 1\n",
    b"OPTION_A: Foo=bar\n",
    b"OPTION_A=1:B\n",
    b"export OPTION_A=2\n",
    b"export OPTION_B='\\n'\n",
    b"export exportFoo=2\n",
    b"exportFOO=2\n",
    b"export_FOO =2\n",
    b"export.FOO= 2\n",
    b"export\tOPTION_A=2\n",
    b"  export OPTION_A=2\n",
    b"FOO=\"bar\\nbaz\"\n",
    b"FOO=\"bar\\\\\\nbaz\"\n",
    b"FOO=foobar=\n",
    b"FOO=bar # this is foo\n",
    b"FOO=\"bar#baz\" # comment\n",
    b"FOO='bar#baz' # comment\n",
    b"FOO=\"bar#baz#bang\" # comment\n",
    b"FOO=\"ba#r\"\n",
    b"FOO=\"bar\\n\\ b\\az\"\n",
    b"FOO=\"bar\\\\r\\ b\\az\"\n",
    b"KEY=\"\nKEY=\"value\"\n",
    b"KEY=\"value\n",
    b"lol$wut\n",
    b"FOO.BAR=foobar\n",
    b"FOO=\"bar\\\\n\\ b\\az\"\n",
    b"FOO=test\nBAR=\"foo${FOO}bar\"\n",
    b"FOO=test\nBAR=\\$FOO\n",
    b"FOO=test\nBAR=\"\\$FOO\"\n",
    b"FOO=test\nBAR=\"\\${FOO}\"\n",
    b"FOO=test\nBAR='$FOO'\n",
    b"FOO=\"test $BAR\"\n",
    b"# Full line comment\nqux=thud # fred # other\n\tindented=1\n",
    b"# c\n\n=3\n",
    b"FOO=bar # \r\nB=\" a \r\n b \"\r\n",
    b"\"quxxx\"=1\n",
    b"A=\"\\\"\"\nB='\\''\n",
    b"A=\"x\\\"\"\n",
    b"A='x\\'\nB='\n",
    b"A=\"x\\\\\"\nB=\"\n",
    b"FOO=1\nA=$(FOO) $(FOO} ${FOO) {$FOO}\n",
    b"FOO=1\nA=\\\\$FOO \\\\\\$FOO\nB=\"\\\\$FOO \\\\\\$FOO \\\\\\\\$FOO\"\n",
    b"FOO=1\nA=$FOObar$FOO_bar$1$_\n",
    b"FOO='$B'\nB=2\nA=$FOO\n",
    b"A=$A\nA=1$A\nA=2$A\n",
    b"A=\"a\\\r\nb\"\nB='a\\\r\nb'\n",
    b"A=\"a\r\r\nb\"\nB=a\r\r\nC=1\r\n",
    b"A= # c # d\nB=#c #d #e\nC=x#c #d\n",
    b"A=x\xc2\xa0# c\nB=x\xc2\x85#c\nC=x\xa0#c\n",
    b"A=x\xe2\x80\xa8\nB=\xe2\x80\xa8x\n\xe2\x80\xa8C=1\n",
    b"A=\xe2\x80 \xed\xa0\x80 \xf0\x9f\x98\n",
    b"A=\"\xe2\x80 $\xff\"\nB='\xff'\nC=$A\n",
    b"A=\xff$B \\\xff\n",
    b"\xc3\xa0=1\n",
    b"\xc3\x80=1\n",
    b"\xc3\xa9=1\n",
    b"\xff=1\n",
    b"\x85A=1\n",
    b"\xc2\x85A=1\n",
    b"A\x85=1\n",
    b"A\xc2\xa0=1\n",
    b"A\xc2\xaa\xc2\xb2=1\n",
    b"A B C=1\n",
    b"A\rB\rC",
    b"A\rexport B\r\xffC",
    b"A\rexport ",
    b"export ",
    b"export \n",
    b"export",
    b"export=1\n",
    b"export\r\nA=1\n",
    b"export\xc2\xa0A=1\n",
    b"export\xa0A=1\n",
    b"export export A=1\n",
    b"A=\"x\"B=\"y\"C=z\n",
    b"A='x'#B='y'\nC=z\n",
    b"A:B:C\n",
    b"A:=1\n",
    b"A=\r",
    b"A=\r\nB=",
    b"A=1\n---\nB=2\n",
    b"A=\"",
    b"A='",
    b"A=\"\"\"\n",
    b"A=''''\n",
    b"A=\\\nB=\\\\\nC=\"\\\\\"\n",
];
/// What its values are made of where it looks closely.
const ATOMS: &[&[u8]] = &[
    b"$",
    b"$",
    b"{",
    b"}",
    b"(",
    b")",
    b"A",
    b"FOO",
    b"_",
    b"1",
    b"x",
    b"\\",
    b"\\",
    b"\"",
    b"'",
    b"n",
    b"r",
    b" ",
    b"#",
    b" #",
    b"\n",
    b"\r",
    b"\r\n",
    b"\xff",
    b"\xc2",
    b"\xa0",
    b"\x85",
    b"\xe2\x80\xa8",
    b"=",
    b":",
];

/// Files of little else.
fn own(count: usize, seed: u64) -> Vec<Vec<u8>> {
    let mut random = generator::Random::new(seed);
    (0..count)
        .map(|_| {
            let mut text = b"FOO=1\n".to_vec();
            for _ in 0..=random.below(2) {
                text.extend(random.pick(&[b"A=", b"A=\"", b"A='", b"B=", b"A=1\nA", b"export A:"]));
                for _ in 0..random.below(9) {
                    text.extend(random.pick(ATOMS));
                }
                text.extend(random.pick(&[b"\n", b"\"\n", b"'\n", b"\"", b""]));
            }
            text
        })
        .collect()
}

fn read(files: &[Vec<u8>]) -> Vec<Observed> {
    let folder = TempDir::new().unwrap();
    let mut list = String::new();
    for (at, file) in files.iter().enumerate() {
        std::fs::write(folder.path().join(at.to_string()), file).unwrap();
        let _ = writeln!(list, "{at}");
    }
    let list_path = folder.path().join("list");
    std::fs::write(&list_path, list).unwrap();
    let output = Command::new("godotenv-1.5.1")
        .current_dir(folder.path())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env(compare::PROCESS.0, compare::PROCESS.1)
        .stdin(Stdio::from(std::fs::File::open(list_path).unwrap()))
        .output()
        .unwrap_or_else(|error| panic!("godotenv-1.5.1, of scripts/readers/go.sh: {error}"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(observed).collect()
}

fn observed(line: &str) -> Observed {
    let Value::Array(variables) = serde_json::from_str(line).unwrap() else { return Observed::Refused };
    let bytes = |text: &Value| STANDARD.decode(text.as_str().unwrap()).unwrap();
    let pairs = variables.iter().map(|variable| (bytes(&variable["Name"]), bytes(&variable["Value"])));
    Observed::Values(pairs.collect::<BTreeMap<_, _>>())
}

#[test]
fn godotenv() {
    if !crate::support::real_tools() {
        return;
    }
    let mut generated = own(compare::lines() / 6, compare::seed() ^ 0x60);
    generated.extend(super::compose::projects(Reader::Godotenv));
    let own: Vec<&[u8]> = OWN.iter().copied().chain(generated.iter().map(Vec::as_slice)).collect();
    compare::hold_with(Reader::Godotenv, &own, read);
}
