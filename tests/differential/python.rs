//! python-dotenv behind its model: one interpreter goes over all files with `DotEnv`, as `load_dotenv` does.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use preflight::syntax::readers::Reader;

use crate::compare::{Observed, PROCESS, hold_with};

/// What `load_dotenv` makes of each file of a batch. `OUTER` is there while the file is read and not when its variables
/// are set, for it would keep the file's own value from being seen.
const DRIVER: &str = r#"
import logging, os, struct, sys
from dotenv.main import DotEnv
assert __import__("importlib.metadata").metadata.version("python-dotenv") == "1.2.4"
logging.disable()
data, path, name, value = sys.stdin.buffer, sys.argv[1], sys.argv[2], sys.argv[3]
out = bytearray()
def put(text):
    raw = text.encode("utf-8", "surrogateescape")
    out.extend(struct.pack("<I", len(raw)) + raw)
while head := data.read(4):
    with open(path, "wb") as file:
        file.write(data.read(struct.unpack("<I", head)[0]))
    os.environ.clear()
    os.environ[name] = value
    try:
        dotenv = DotEnv(path, encoding="utf-8", override=False)
        dotenv.dict()
        os.environ.clear()
        dotenv.set_as_environment_variables()
    except ValueError:
        out.extend(struct.pack("<i", -1))
        continue
    out.extend(struct.pack("<i", len(os.environ)))
    for key, text in os.environ.items():
        put(key)
        put(text)
sys.stdout.buffer.write(out)
"#;

/// Where `scripts/install-tools.sh` puts things.
pub fn tools() -> PathBuf {
    std::env::var_os("PREFLIGHT_TOOLS").map_or_else(
        || Path::new(&std::env::var_os("HOME").unwrap()).join(".cache/preflight/tools"),
        PathBuf::from,
    )
}

/// Hands files to a program, each with its length before it, and reads its answers: for each file the number of variables,
/// or a negative number for [`Observed::Refused`] (-1) or [`Observed::Unclear`]; then names and values, each with its length.
pub fn exchange(command: &mut Command, files: &[Vec<u8>]) -> Vec<Observed> {
    let mut input = tempfile::tempfile().unwrap();
    let mut batch = Vec::new();
    for file in files {
        batch.extend(u32::try_from(file.len()).unwrap().to_le_bytes());
        batch.extend(file);
    }
    input.write_all(&batch).unwrap();
    std::io::Seek::rewind(&mut input).unwrap();
    let output = command.stdin(Stdio::from(input)).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {errors}");
    let mut answer = output.stdout.as_slice();
    let number = |answer: &mut &[u8]| {
        let (head, rest) = answer.split_first_chunk::<4>().unwrap_or_else(|| panic!("cut short: {errors}"));
        *answer = rest;
        i32::from_le_bytes(*head)
    };
    let observed = files
        .iter()
        .map(|_| match number(&mut answer) {
            -1 => Observed::Refused,
            count if count < 0 => Observed::Unclear("the program did not say"),
            count => {
                let mut text = || {
                    let length = usize::try_from(number(&mut answer)).unwrap();
                    let (text, rest) = answer.split_at(length);
                    answer = rest;
                    text.to_vec()
                };
                let values: BTreeMap<_, _> = (0..count).map(|_| (text(), text())).collect();
                Observed::Values(values)
            }
        })
        .collect();
    assert!(answer.is_empty(), "{command:?}: says too much");
    observed
}

/// Files for what is this reader's own.
const OWN: &[&[u8]] = &[
    b"A\nB=${A}\nC=${A:-d}\n",
    b"A=1\nA\n",
    b"A=1\nA\nB=${A:-d}\n",
    b"A=\nB=${A:-d}\n",
    b"A=${}\nB=${:-x}\nC=${a=b:-y}\nD=${:x}\n",
    b"A=1\nB=${A:+y}${A}${A:-z}\n",
    b"A=1\nB=${A:-${A}}\n",
    b"A=1\nB=${${A}}\n",
    b"A=1\nB=\"${A\n}${A}\"\n",
    b"A=1\nB=${A:-\nC=}\n",
    b"A=1\nB='${A}'\nC='\\${A}'\nD=\\${A}\nE=$${A}\n",
    b"'A'=1\n'A B'=2\n'A\nB'=3\n",
    b"'A=B'=1\n",
    b"'A=B'\nC=1\n",
    b"'A=B'=1\n'A=B'\nC=1\n",
    b"'A=B'=1\nC=${A=B}\n'A=B'\n",
    b"'A\rB'=1\n",
    b"''=1\nB=2\n",
    b"'A=1\nB=2\n",
    b"\"A\"=1\nB=2\n",
    b"A\0=1\nB=2\n",
    b"A\0\nB=2\n",
    b"A=a\0b\nA=1\n",
    b"A=a\0b\nB=${A}\nA=1\n",
    b"A=a\0b\nB=${OUTER}\n",
    b"A=\0${UNSET}\nB=1\n",
    b"A=${UNSET}\nB=\0\n",
    b"#\0\nA=1\n",
    b"OUTER=\0\nB=${OUTER}\nOUTER=1\n",
    b"A=\"a\\abfnrtv\\a\\b\\f\\n\\r\\t\\v\\0\\x41\\u00e9\\N{DASH}\\101\"\n",
    b"A='a\\a\\\\\\'b\\n\\\"'\n",
    b"A=\"a\\\r\nb\"\n",
    b"A=\"a\\\rb\\\n\"\nB='\\\r\n'\n",
    b"A=\"a\r\n\r\rb\n\r\"\n",
    b"A=\"a\"b\nB=2\n",
    b"A=\"a\nb\"c\nB=2\n",
    b"A=\"a\nb=1\nc=\"2\nB=2\n",
    b"A='a\nB=\"b'\nC=\"\n",
    b"A=\"\\\"\nB=1\n",
    b"export export=1\nexport=2\nexport =3\nexportA=4\nexport\n",
    b"export \nA=1\n",
    b"export\n\n A=1\n",
    b"export 'A'=1\nexport #c\nexport\x0bB=1\nexport\xc2\xa0C=1\n",
    b"A#c\nB #c\nC=1\nD#=1\n",
    b"A=x#c #d\nB=x\x1c#c\nC=x\xe2\x80\xa8#c\xe2\x80\xa8d\nD=x\x85#\n",
    b"A=x\x1d\x1e\x1f\nB=\x1cx\x0c\nC\x1d=\x1e'x'\x1f#\n",
    b"A=\xe1\x9a\x80x\xe1\x9a\x80\nB=\xe3\x80\x80\"x\"\xe3\x80\x80\n\xe2\x80\x83C=1\n",
    b"A=\xe2\x80\x8bx\xe2\x80\x8b\nB=\xe1\xa0\x8ex\n",
    b"\xef\xbb\xbf\xef\xbb\xbfA=1\n",
    b"\xef\xbb\xbf",
    b" \xef\xbb\xbfA=1\n",
    b"\n\n  \n\r\n A=1\n\n \t",
    b"A=\xed\xa0\x80\n",
    b"A=\xf4\x90\x80\x80\n",
    b"A=1\nB=\xc0\xaf\n",
    b"A= \nB=2\nC=  \"\"\nD= '' x\n",
    b"A=\"x\"  # c\nB='x'# c\nC=\"x\" c\n",
    b"= 1\n#\n==\nA==\n",
    b"A.b=1\nA-b=2\n\xc3\xa9=3\na b=4\n$A=5\n",
    b"A=1\nB=${A}${A}\nC=${B}${B}\nD=\"${C}\\n${C}\"\n",
    b"A=${B}\nC=${A}\nB=1\n",
    b"A=${A}\nA=1\nA=${A}2\n",
    b"${A}=1\nA=2\n",
];

/// Files as projects have them.
pub const REAL: &[&[u8]] = &[
    b"# Rails\nRAILS_ENV=production\nRAILS_LOG_TO_STDOUT=true\nSECRET_KEY_BASE=3f9a7c0e1d2b\nDATABASE_URL=postgres://app:p%40ss@db:5432/app_production?pool=5&sslmode=require\nREDIS_URL=redis://:pw@cache:6379/0\n\nexport SMTP_PASSWORD='it is #1'\nMAIL_FROM=\"App <noreply@example.com>\"\nWEB_CONCURRENCY=2 # workers\nCRON=\"0 3 * * *\"\n",
    b"NODE_ENV=development\r\nPORT=3000\r\nAPI_URL=https://api.example.com/v1?x=1&y=2#top\r\nJWT_SECRET=\"s3cr3t/+==\"\r\nCORS='[\"https://a.example\",\"https://b.example\"]'\r\nEMPTY=\r\nQUOTED=\"\"\r\n# end\r\n",
    b"COMPOSE_PROJECT_NAME=shop\nTAG=v1.2.3\nIMAGE=registry.example.com/shop:${TAG}\nDATA_DIR=./data\nPGPASSWORD=a$b\nHASH=$2b$12$abcdefghijklmnopqrstuv\nESCAPED=pa\\$ss\nUID=1000\nGREETING=Hello, World!\n",
    b"PRIVATE_KEY=\"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n-----END PRIVATE KEY-----\n\"\nNEXT=1\n",
    b"PRIVATE_KEY=\"-----BEGIN PRIVATE KEY-----\\nMIIEvQIBADANBgkq\\n-----END PRIVATE KEY-----\\n\"\nNEXT=1\n",
    b"GOOGLE_CREDENTIALS='{\"type\": \"service_account\", \"private_key\": \"-----BEGIN-----\\nMII\\n\"}'\nJSON={\"a\":{\"b\":[1,2,\"#3\"]}}\nLIST=a,b,c\nPATHS=C:\\\\Users\\\\app;D:\\\\x\nWIN=\"C:\\\\temp\\\\new\"\n",
    b"DJANGO_SETTINGS_MODULE=app.settings\nDEBUG=False\nALLOWED_HOSTS=localhost, 127.0.0.1\nSECRET_KEY='django-insecure-#x$y(z)&w'\nBASE=/srv/app\nSTATIC=${BASE}/static\nMEDIA=\"${BASE}/media\"\nLOG=${LOG_LEVEL:-info}\nSENTRY_DSN=https://key@o1.ingest.sentry.io/2\n",
    b"   # indented comment with 'quote\n  A=1  # it is a comment\n\n\nB = spaced value \nC=multi word value\nD=tab\tseparated\n",
];

#[test]
fn python() {
    if !crate::support::real_tools() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let interpreter = tools().join("venv/bin/python3");
    hold_with(Reader::Python, &[OWN, REAL].concat(), |files| {
        let mut command = Command::new(&interpreter);
        command.args(["-c", DRIVER]).arg(folder.path().join(".env")).args([PROCESS.0, PROCESS.1]).env_clear();
        exchange(&mut command, files)
    });
}
