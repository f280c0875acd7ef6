//! Systemd's own parser, in its shared library, behind the model of `EnvironmentFile=`.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use preflight::syntax::readers::Reader;

use super::compare::{self, Observed};
use super::support::real_tools;

const LIBRARY: &str = "libsystemd-shared-252.so";
/// Where Debian 12 has it. `scripts/readers/systemd.sh` puts it among the tools.
const INSTALLED: &str = "/usr/lib/x86_64-linux-gnu/systemd";

/// Corners of the state machine.
const OWN: &[&[u8]] = &[
    b"; c\nA=1;c\n",
    b"# a \\\r\nA=1\n",
    b"# a \\\\\nA=1\n",
    b"# a \\",
    b"#\\\n\\\nA=1\nB=2\n",
    b"#\rA=1\n",
    b"A\nB=1\n",
    b"A\rB=1\n",
    b"=A=1\n",
    b"==1\n",
    b"A\t=1\n",
    b"A B=1\n",
    b"A =1\nA\t \t= 2\n",
    b"\x0bA=1\nA\x0b=1\n",
    b"A=\xc3\\\xa9\n",
    b"A=\"\xc3\\\xa9\"\n",
    b"A='\xc3''\xa9'\n",
    b"A=\xef\xbf\xbe\n",
    b"A=\xef\xbf\xbf\n",
    b"A=\xef\xb7\x90\n",
    b"A=\xef\xb7\xaf\n",
    b"A=\xef\xb7\x8f\xef\xb7\xb0\n",
    b"A=\xf0\x9f\xbf\xbe\n",
    b"A=\xf4\x8f\xbf\xbf\n",
    b"A=\xf4\x90\x80\x80\n",
    b"A=\xed\xa0\x80\n",
    b"A=\xc0\x80\n",
    b"\xef\xbf\xbe=1\n",
    b"\xe9 B=1\n",
    b"\xe9\nA=1\n",
    b"#\xe9\nA=1\n",
    b"A=\"a\" 'b' c\n",
    b"A=\"a\"b'c'\n",
    b"A='a\n",
    b"A='a ",
    b"A=\"a ",
    b"A=\"a\\",
    b"A=\"a\\\n",
    b"A=\"a\\\r\nb\"\n",
    b"A=a \\",
    b"A=a \\\n",
    b"A=a \\\n \n",
    b"A=a\\\n  b\nC=1\n",
    b"A=a\\\r\nB=1\n",
    b"A=a\\ \n",
    b"A=a\\  \n",
    b"A= \\ a\n",
    b"A=\\\n\nB=1\n",
    b"A=\\",
    b"A=\\\n",
    b"A=\\\n ",
    b"A=\\'a'\n",
    b"A=\"\" \\\n b \n",
    b"A='a ' \nB=\"b\t\"\t\n",
    b"A=' '\\\n",
    b"A=\"\\`\\$\\\"\\\\\\n\\'\"\n",
    b"A=1\nA = 2\nA='\n",
    b"A=1\nA\n",
    b"A=1 \t",
    b"A= \t",
    b"A=\"1\" \t",
    b"A=\t'1'#\n",
];

/// Files as projects have them.
pub const PROJECTS: &[&[u8]] = &[
    b"# Rails\nRAILS_ENV=production\nSECRET_KEY_BASE=0f1e2d3c4b5a69788796a5b4c3d2e1f0\nDATABASE_URL=postgres://app:p%40ss@db:5432/app?sslmode=require\n\
      REDIS_URL=redis://:hunter2@redis:6379/0\nRAILS_LOG_TO_STDOUT=true\nWEB_CONCURRENCY=2\n\n# Mail\nSMTP_PASSWORD=\"a b#c\"\nSMTP_FROM='App <app@example.org>'\n",
    b"NODE_ENV=production\r\nPORT=3000\r\nAPI_KEY=sk_test_51H8xXyZ\r\n\r\n# trailing blank\r\nNAME=My App \r\nJWT_SECRET=\"x$y#z\"\r\n",
    b"GOOGLE={\"type\":\"service_account\",\"key\":\"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n\"}\nFLAGS={\"a\": true, \"b\": [1, 2]}\n",
    b"PRIVATE_KEY=\"-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA+abc/def==\nxyz\n-----END RSA PRIVATE KEY-----\n\"\nAFTER=1\n",
    b"PRIVATE_KEY=-----BEGIN RSA PRIVATE KEY-----\\nMIIEpAIBAAKCAQEA\\n-----END RSA PRIVATE KEY-----\\n\n",
    b"COMPOSE_PROJECT_NAME=app\nTAG=${VERSION:-latest}\nIMAGE=registry.example.org/app:${TAG}\nBACKUP_CRON=0 3 * * *\nJAVA_OPTS=-Xmx512m -Dfile.encoding=UTF-8\n",
    b"export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nexport AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
    b"APP_NAME=\"Caf\xc3\xa9 \xe2\x98\x95\"\nAPP_KEY=base64:q83vEjRWeJCrze8SNFZ4kA==\nPATHS=/usr/bin:/bin\nPATTERN=^[a-z]+\\.(jpg|png)$\nWIN=C:\\Users\\app\\new\nEMPTY=\nQUOTED_EMPTY=\"\"\n",
    b"DB_PASSWORD=it's # not a comment?\nB=2 # comment\nC=\"x\" # comment\nD='y' # it's\n",
];

#[test]
fn systemd() {
    if real_tools() {
        compare::hold_with(Reader::Systemd, &own(), load);
    }
}

fn own() -> Vec<&'static [u8]> {
    // Of an assignment that fits, and of one that the model leaves open.
    let long =
        |length: usize| -> &'static [u8] { [b"B=1\nA=", "x".repeat(length).as_bytes()].concat().leak() };
    OWN.iter()
        .chain(PROJECTS)
        .copied()
        .chain([long((128 << 10) - 3), long(128 << 10), long(3 << 20)])
        .collect()
}

fn load(files: &[Vec<u8>]) -> Vec<Observed> {
    let tools = std::env::var("PREFLIGHT_TOOLS").unwrap_or_default();
    let own = Path::new(&tools).join("systemd");
    let folder = if own.join(LIBRARY).exists() { &own } else { Path::new(INSTALLED) };
    let mut child = Command::new("python3")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/systemd.py"))
        .arg(folder.join(LIBRARY))
        // Where the script puts libraries that the machine lacks.
        .env("LD_LIBRARY_PATH", &own)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // The library tells of every file that it refuses.
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for file in files {
                stdin.write_all(&u32::try_from(file.len()).unwrap().to_le_bytes()).unwrap();
                stdin.write_all(file).unwrap();
            }
        });
        child.stdout.take().unwrap().read_to_end(&mut answers).unwrap();
    });
    assert!(
        child.wait().unwrap().success(),
        "systemd's library cannot be asked; see scripts/readers/systemd.sh"
    );
    let mut rest = answers.as_slice();
    let mut observed = Vec::new();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let (answer, behind) = behind.split_at(u32::from_le_bytes(*length).try_into().unwrap());
        observed.push(answer.split_first().map_or(Observed::Refused, |(_, entries)| values(entries)));
        rest = behind;
    }
    observed
}

fn values(entries: &[u8]) -> Observed {
    let entries = entries.strip_suffix(b"\0").map(|entries| entries.split(|byte| *byte == 0));
    let pair = |entry: &[u8]| {
        let at = entry.iter().position(|byte| *byte == b'=').unwrap();
        (entry[..at].to_vec(), entry[at + 1..].to_vec())
    };
    Observed::Values(entries.into_iter().flatten().map(pair).collect())
}
