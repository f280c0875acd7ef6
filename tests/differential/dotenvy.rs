//! The crate dotenvy behind its model. It loads into the process that it runs in, and what it set is what later lines find
//! there: so each file has a process of its own, this same test program as a child. It needs nothing installed.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::os::unix::ffi::OsStringExt as _;
use std::process::{Command, Stdio};

use preflight::syntax::readers::Reader;

use crate::compare::{Observed, PROCESS, hold_with};
use crate::python::REAL;

/// With this variable the test program is the child.
const CHILD: &str = "PREFLIGHT_DOTENVY_CHILD";
/// Starts a line of the child's answer, among those of the test harness.
const MARK: &str = "@dotenvy";

/// Not a test of its own: what the child does.
#[test]
fn child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let before: BTreeMap<_, _> = std::env::vars_os().collect();
    let mut answer = format!("\n{MARK}");
    if dotenvy::from_read(std::io::stdin()).is_err() {
        answer += " refused";
    } else {
        for (name, value) in std::env::vars_os().filter(|(name, _)| !before.contains_key(name)) {
            answer += &format!(" {}={}", hex(&name.into_vec()), hex(&value.into_vec()));
        }
    }
    std::io::stdout().write_all((answer + "\n").as_bytes()).unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn load(file: &[u8]) -> Observed {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["dotenvy::child", "--exact", "--nocapture", "--test-threads=1"])
        .env_clear()
        .env(CHILD, "1");
    // A variable that is there is not set, and what the file would make of it not to be seen.
    if !sets_outer(file) {
        command.env(PROCESS.0, PROCESS.1);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // It may stop before it has read all.
    let _ = child.stdin.take().unwrap().write_all(file);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let Some(answer) = text.lines().find_map(|line| line.strip_prefix(MARK)) else {
        // The one panic that is known: the standard library's, about a value with a NUL.
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(file.contains(&0) && errors.contains("failed to set environment variable"), "{errors}");
        return Observed::Refused;
    };
    if answer == " refused" {
        return Observed::Refused;
    }
    let pair = |pair: &str| pair.split_once('=').map(|(name, value)| (unhex(name), unhex(value)));
    Observed::Values(answer.split_whitespace().map(|text| pair(text).unwrap()).collect())
}

/// Whether the variable's name stands anywhere else than behind `$` or `${`.
fn sets_outer(file: &[u8]) -> bool {
    let name = PROCESS.0.as_bytes();
    let mut places = file.windows(name.len()).enumerate().filter(|(_, part)| *part == name).map(|(at, _)| at);
    places.any(|at| !file[..at].ends_with(b"$") && !file[..at].ends_with(b"${"))
}

/// Files for what is this reader's own.
const OWN: &[&[u8]] = &[
    b"A=1\nA=2\nB=$A\n",
    b"A=$B\nB=1\nC=$A\nB=2\nD=$B\n",
    b"A=\nB=${A}x\n",
    b"A= #c\nA=2\nB=${A}x\n",
    b"A=1  # it's\nB=2\n",
    b"A=1 # it's\nB=2\n",
    b"A=1  # it's\nB=it's\nC=3\n",
    b"A=1  # \"\nB=2 # c\"\nC=3 # c\n",
    b"A=1   # it's\nB=2\n",
    b"A=1\t# it's\nB=2\n",
    b"A=1 \t# it's\nB=2\n",
    b"A=1\xc2\xa0#c\n",
    b"A=1\xc2\xa0 #c\n",
    b"A=1 \xc2\xa0#c\n",
    b"A=1\xe2\x80\xa8#c\n",
    b"A=1\x0b#'\nB=2\n",
    b"A=1\r#'\nB=2\n",
    b"A=1 ",
    b"A=1  ",
    b"A=1\t\n ",
    b"\n  ",
    b"A=1\\",
    b"A=1\\\n",
    b"A=1\\ \nB=2\n",
    b"A=1\\ b\\nc\\\\\\$\\'\\\"\n",
    b"A=1\\t\n",
    b"A='a\\'\nB=2\n",
    b"A='a\\'b'\nB=2\n",
    b"A='a\\\\'\nB=2\n",
    b"A=\"a\\\"\nB=\"2\n",
    b"A=\"a\n# c\nb\"\nB=2\n",
    b"A=\"a\n b\" # c\nB=2\n",
    b"A=\"a\n b\"  # c\nB=2\n",
    b"A=\"a # b\"\nB='a # b'\n",
    b"A=\"a\r\nb\"\r\nB=2\r\n",
    b"A=\"$B\"\n",
    b"A=1\nB=\"$A\"\n",
    b"A=1\nB=\"$A \"\n",
    b"A=1\nB=\"${A}\"\n",
    b"A=1\nB=\"$A$A\"\"\n",
    b"A=1\nB=$A'x\n",
    b"A=1\nB=$A'x'\n",
    b"A=1\nB=$A\"x\"\n",
    b"A=1\nB=$A\\n$A\n",
    b"A=1\nB=$A x y\n",
    b"A=1\nB=$A  y\n",
    b"A=1\nB=$A #y\n",
    b"A=1\nB=$A  #y\n",
    b"A=1\nB=$A_B$A-\n",
    b"A=1\nB=${A}${A\n",
    b"A=1\nB=${A:-d}${A }${ A}x\n",
    b"A=1=x\nB=${A=1}\n",
    b"A=1\nB=$$A$$$A$\n",
    b"A=1\nB=${}${${A}}\n",
    b"A=1\nB=$\xc3\xa9$A\xc3\xa9x\n",
    b"A_B=1\nB=$A_B${A_B}\n",
    b"A.B=1\nB=$A.B${A.B}\n",
    b"export=1\nexport =2\nexport export=3\n",
    b"export A=1\nexport\tB=2\nexport\xc2\xa0C=3\n",
    b"export A\n",
    b"export\n",
    b"export export A=1\n",
    b"exportA=1\n",
    b"A\xc2\xa0=\xc2\xa01\xc2\xa0\n",
    b"A=1\xc2\xa0x\n",
    b"A=1 x\n",
    b"A=1\x0bx\n",
    b"_=1\n__=2\nA.=3\n",
    b".A=1\n",
    b"9=1\n",
    b"A:1\n",
    b"A=\0\n",
    b"A=1\nA=\0\n",
    b"A=\0$UNSET\n",
    b"A=${\0}x\n",
    b"A=\0\nB=$A\n",
    b"#\0\nA=1\n",
    b"A=1\n#\xff\n",
    b"\xef\xbb\xbf#c\nA=1\n",
    b"\xef\xbb\xbf\xef\xbb\xbfA=1\n",
    b"A=\xef\xbb\xbf1\n",
    b"A='a'b\"c\"d\n",
    b"A='a' #b\nB=\"a\"\t#b\nC='a'#b\n",
    b"A='a'  #b\n",
    b"A=a#b'\nB=2'\n",
    b"\\\nA=1\n",
    b"'\n'=1\n",
    b"A 'x\ny'=1\n",
    b"A=1\n  '#\nB=2'\n",
    b" \t # c '\nA=1\n",
    b"A=a\\\r\nB=2\n",
    b"A=a\\\\\nB=2\n",
    b"A=a\r",
    b"A=a\r\r\n",
    b"\r\r\nA=a\n\r",
];

#[test]
fn dotenvy() {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    hold_with(Reader::Dotenvy, &[OWN, REAL].concat(), |files| {
        std::thread::scope(|scope| {
            let part = files.len().div_ceil(workers);
            let work = |part: &'_ [Vec<u8>]| part.iter().map(|file| load(file)).collect::<Vec<_>>();
            let parts: Vec<_> = files
                .chunks(part)
                .map(|part| part.to_vec())
                .map(|part| scope.spawn(move || work(&part)))
                .collect();
            parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
        })
    });
}
