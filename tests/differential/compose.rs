//! docker compose: `docker-compose config` reads the files, each as the `env_file` of a service, without an engine.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use preflight::syntax::readers::{End, Reader, Seen};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::compare::{self, Observed};
use super::generator;

const VERSION: &str = "2.26.1-4";
/// Most lines of a run that asks about every file that is refused: each takes a process of its own.
const ALL: usize = 10_000;
/// What its grammar trips over, beside the common corpus. The first rows are those of compose-go's own tests.
const OWN: &[&[u8]] = &[
    b"a=b\nc\n=d\n",
    b"FOO=bar\nBAZ=${FOO}\nQUX=\"$FOO\"\n",
    b"KEY=\nKEY2=\n",
    b"KEY=\"Z\\n\\r\\t\\a\\b\\v\\f\\c\\\\\\\"\\e\"\n",
    b"KEY=\"\\0123\\0377\\0400\\0777\\01\\012\\0\\0128\\08\\01234\\123\\00\"\n",
    b"KEY=\"\\$FOO $$FOO \\\\$FOO \\\\\\$FOO\"\n",
    b"KEY=\"${FOO:-\\\"x\\\"}\"\n",
    b"export OPTION_A=2\nexport\tOPTION_B=3\nexport OPTION_C\n",
    b"VAR.1.A-b[0]=x\n",
    b"FOO=\"test\"\nBAR='$FOO \\' \\\\ \\n'\n",
    b"KEY=\"quoted value with \\\" inside\"\n",
    b"FOO='a\\\\'\nBAR='x\\\\\\'y'\n",
    b"FOO=a\nMULTI=\"l1\nl2 ${FOO}\n\"\n",
    b"FOO=\"bar\\nbaz\" # comment\nB='x'# c\nC=\"x\"B2=y\n",
    b"FOO=${A:-${B:-c}}\n",
    b"A=a\nFOO=${A:-${B:-c}}\nBAR=${A:+${A}x} ${A+y} ${A-z} ${A?e} ${A:?e}\n",
    b"A=\nFOO=${A:-d}${A-d}${A:+x}${A+x}${A?e}\n",
    b"A=\nFOO=${A:?e}\n",
    b"A=1\nFOO=${A:-x} y} ${A:+z} w}\n",
    b"A=1\nFOO=${A:+{}x}\nBAR=${A:+{x}}y}\n",
    b"A=1\nFOO=${A:+{{}}}}\n",
    b"A=1\nFOO=${A:+{\n",
    b"A=1\nFOO=\"${A:+x\n}\"\n",
    b"A=1\nFOO=\"${A:+x} ${A:+\n}\"\n",
    b"A=1\nFOO=\"${A:+x} \n ${A:-z} }\"\n",
    b"A=1\nFOO=${A}}\nBAR=${A }\n",
    b"A=1\nFOO=${A:x}\n",
    b"A=1\nFOO=${A:}\n",
    b"A=1\nFOO=${A-${}\n",
    b"A=1\nFOO=${A-${}}\n",
    b"A=1\nFOO=${A+$} $\n",
    b"A=1\nFOO=$A$A$$A$$$A$${A}\n",
    b"A=1\nFOO=${A:+$$}${A:-$$}\n",
    b"A=$A\nA=1\nA=$A$A\n",
    b"FOO='${A}'\nA=2\nB=$FOO\n",
    b"s=1\nA=$\xc5\xbf $s ${\xc5\xbf}\n",
    b"\xc5\xbf=1\n\xe2\x84\xaa=2\nA=$\xc5\xbf${\xe2\x84\xaa}$a\xe2\x84\xaa${\xe2\x84\xaa:+x}\n",
    b"A=$\xc3\xa9 ${\xc3\xa9}\n",
    b"OUTER=file\nA=${OUTER:+x}${OUTER+y}\n",
    b"A=1\nA\nB=$A\n",
    b"A=${OUTER:?e}\n",
    b"A=1\nB=${A:-${UNSET:?e}}\n",
    b"A=1\nB=${A:-${UNSET}}${A:+y}${UNSET:-$A}\n",
    b"A=# c # d\nB= # c\nC=x # c # d\nD=x\t# c\nE=x  #c\n",
    b"A=x #\nB=\" # \"\n",
    b"A=x\xc2\xa0\nB=x\xe2\x80\xa8\nC=\xc2\xa0x\nD=\xe2\x80\xa8x\n",
    b"A=\"$$$$\xff\"\nB=$$$$\xe9 $\n",
    b"A=\xff\xc2\nB=\"\xff\\n$A\"\nC='\xff\\''\n",
    b"\xc2\xa0\xe2\x80\xa8A=1\n",
    b"A\xc2\xa0=1\nA\xe2\x80\xa8=1\n",
    b"A\xc2\xa0=1\nA\x0bB=2\nA\tB\n",
    b"A \nB\t\n C\n",
    b"A B\n",
    b"A B=1\n",
    b"export A B\n",
    b"export\nA=1\nexport\n",
    b"export \nA=1\n",
    b"export",
    b"export ",
    b"export\x0bA=1\n",
    b"export\xc2\xa0A=1\n",
    b"export=1\nexport =2\nexporter=3\n",
    b"export export=1\n",
    b"A B C",
    b"A\rB",
    b"A=1\n\n# c\nB",
    b"A=1\n  \t",
    b"A: 'b'\nB : c\nC:=1\nD=:1\n",
    b"\xef\xbb\xbf\xef\xbb\xbfA=1\n",
    b"A=\"",
    b"A='x\\'",
    b"A=\"x\\\\\"\n",
    b"A=\"x\\\n\"\n",
    b"A='x\r\ny'\r\nB=\"x\r\ny\"\r\nC=1\r\n",
    b"\xd0\xb0\xd1\x8f=1\n\xce\xb1=2\n\xe4\xb8\xad=3\n",
    b"\xc2\xb2=1\n\xc2\xaa=2\n",
    b"\xc3\x97=1\n",
    b"\xe2\x92\xb6=1\n",
    b"\xcc\x81=1\n",
];
/// What its values are made of where it looks closely.
const ATOMS: &[&[u8]] = &[
    b"${A",
    b"${FOO",
    b"${B",
    b"${OUTER",
    b"${",
    b"$",
    b"$A",
    b"$FOO",
    b"$$",
    b":-",
    b"-",
    b":+",
    b"+",
    b":+",
    b":?",
    b"?",
    b"}",
    b"}",
    b"}",
    b"}",
    b"{",
    b"x",
    b"1",
    b" ",
    b"\n",
    b"\xc5\xbf",
    b"\xff",
    b"\\$",
    b"\\0",
    b"12",
    b"\\",
    b"\"",
    b"'",
    b":",
    b"#",
];

/// Files of little else.
fn own(count: usize, seed: u64) -> Vec<Vec<u8>> {
    let mut random = generator::Random::new(seed);
    (0..count)
        .map(|_| {
            let mut text =
                random.pick(&[b"FOO=1\nA=\n", b"A=a\nB=b\nFOO=c\n", b"FOO=$1\n", b"A=1\nA\n"]).to_vec();
            for _ in 0..=random.below(2) {
                text.extend(random.pick(&[b"A=", b"A=\"", b"A=\"", b"A='", b"B="]));
                for _ in 0..random.below(9) {
                    text.extend(random.pick(ATOMS));
                }
                text.extend(random.pick(&[b"\n", b"}\n", b"}}\"\n", b"\"\n", b"\"\n", b"'\n"]));
            }
            text
        })
        .collect()
}

/// Files as projects have them, of which nothing may be unmodelled.
pub const PROJECTS: &[&str] = &[
    r##"# Rails
RAILS_ENV=production
SECRET_KEY_BASE=0f3ab29d8c7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1c0d9e8f7a6b5c4d3e2f1a
DATABASE_URL=postgres://app:p%40ss@db.internal:5432/app_production?pool=5&sslmode=require
REDIS_URL="redis://:hunter2@redis:6379/0"
RAILS_LOG_TO_STDOUT=true # log to stdout
SMTP_PASSWORD='pa$$word#1'
export MAIL_FROM="App <no-reply@example.com>"
AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY
CRON_SCHEDULE=0 3 * * *
CRON_QUOTED="*/5 * * * 1-5"
FEATURE_FLAGS={"a": true, "b": [1, 2, 3]}
JSON_QUOTED='{"client": {"id": "x", "secret": "y"}}'
EMPTY=
SPACED = value
GREETING=Hello, World! It's fine
BASE=/srv/app
LOGS=${BASE}/log
TMP=$BASE/tmp
PRIVATE_KEY="-----BEGIN RSA PRIVATE KEY-----
MIIEpAIBAAKCAQEA04up8hoqzS1+APIB0RhjXyObwHQnOzhAk5Bd7mhkSbPkyhP1
iWlX9HNavcydATJc1f0DpzF0u4zY8PY24RVoW8vk+bJANPp1o2IAkeajCaF3w9nf
-----END RSA PRIVATE KEY-----"
PUBLIC_KEY="-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----\n"
"##,
    r##"NODE_ENV=development
PORT=3000
HOST=0.0.0.0
# Auth
JWT_SECRET=s3cr3t!@#%^&*()
SESSION_SECRET="keyboard cat"
API_URL=https://api.example.com/v1?key=abc&x=1#frag
GOOGLE_CLIENT_ID=1234567890-abcdef.apps.googleusercontent.com
NEXT_PUBLIC_URL=http://localhost:${PORT}
MONGO_URI=mongodb+srv://user:pass@cluster0.mongodb.net/test?retryWrites=true&w=majority
STRIPE_KEY=sk_test_51H # test key
ALLOWED=http://a.com,http://b.com
REGEX=^[a-z]+$
WINPATH=C:\Users\app\data
QUOTED_WIN="C:\\Users\\app"
EMAIL_TEMPLATE='<a href="{{url}}">Click</a>'
BCRYPT='$2b$10$abcdefghijklmnopqrstuv'
DEFAULTED=${NODE_ENV:-development}
DEBUG=app:*
"##,
    r##"COMPOSE_PROJECT_NAME=app
TAG=v1.5
IMAGE=registry.example.com/app:${TAG}
POSTGRES_USER=app
POSTGRES_PASSWORD=s$$ecret
POSTGRES_DB=app
DB=postgresql://${POSTGRES_USER}:${POSTGRES_PASSWORD}@db/${POSTGRES_DB}
TZ=Europe/Berlin
UID
JAVA_OPTS=-Xmx512m -Dfoo=bar -XX:+UseG1GC
TRAEFIK_RULE=Host(`app.example.com`) && PathPrefix(`/api`)
LABELS=a=b,c=d
YAML: value
"##,
];

/// Those files, and as Windows writes them; the model has to say all of them.
pub fn projects(reader: Reader) -> Vec<Vec<u8>> {
    let both = PROJECTS.iter().flat_map(|text| [(*text).to_owned(), text.replace('\n', "\r\n")]);
    let files: Vec<Vec<u8>> = both.map(String::into_bytes).collect();
    for file in &files {
        let view = reader.read(file);
        assert!(!matches!(view.end, End::Unmodelled(_)), "{}", file.escape_ascii());
        assert!(!view.assigned.iter().any(|assigned| matches!(assigned.seen, Seen::Unmodelled)));
    }
    files
}

fn compose(folder: &Path, args: &[&str]) -> Output {
    Command::new("docker-compose")
        .args(args)
        .current_dir(folder)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", folder)
        .env(compare::PROCESS.0, compare::PROCESS.1)
        // Go's own switches: most of its time is its start.
        .envs([("GOGC", "off"), ("GOMAXPROCS", "1")])
        .stdin(Stdio::null())
        .output()
        .unwrap_or_else(|error| panic!("docker-compose, of scripts/readers/go.sh: {error}"))
}

/// Does `work` for each of `0..count`, on all cores.
fn spread<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::with_capacity(count));
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at >= count {
                        break;
                    }
                    let one = work(at);
                    done.lock().unwrap().push((at, one));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, one)| one).collect()
}

fn read(files: &[Vec<u8>]) -> Vec<Observed> {
    let folder = TempDir::new().unwrap();
    for (at, file) in files.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{at}.env")), file).unwrap();
    }
    // One file that it refuses costs its whole group, which then is halved. What the model thinks only tells groups apart
    // that need no halving, and of which only a sample is asked where there are many.
    let mut alone = Vec::new();
    let (mut text, mut bytes) = (Vec::new(), Vec::new());
    for (at, file) in files.iter().enumerate() {
        match Reader::Compose.read(file).end {
            End::Whole if std::str::from_utf8(file).is_ok() => text.push(at),
            End::Whole => bytes.push(at),
            _ => alone.push(at),
        }
    }
    if compare::lines() > ALL {
        alone.retain(|at| at % 6 == 0);
    }
    let groups: Vec<&[usize]> = text.chunks(150).chain(bytes.chunks(150)).chain(alone.chunks(1)).collect();
    let mut observed = vec![Observed::NotAsked; files.len()];
    for (at, one) in spread(groups.len(), |group| ask(folder.path(), groups[group])).into_iter().flatten() {
        observed[at] = one;
    }
    observed
}

/// What it makes of a group of files.
fn ask(folder: &Path, group: &[usize]) -> Vec<(usize, Observed)> {
    let services: serde_json::Map<String, Value> = group
        .iter()
        .map(|at| (format!("s{at}"), json!({"image": "x", "env_file": [format!("{at}.env")]})))
        .collect();
    let name = format!("{}-{}.json", group[0], group.len());
    std::fs::write(folder.join(&name), json!({"services": services}).to_string()).unwrap();
    let output = compose(folder, &["-f", &name, "config", "--format", "json"]);
    if !output.status.success() {
        if let [at] = group {
            return vec![(*at, refusal(&output))];
        }
        let (left, right) = group.split_at(group.len() / 2);
        let mut both = ask(folder, left);
        both.extend(ask(folder, right));
        return both;
    }
    let config: Value = serde_json::from_slice(&output.stdout).unwrap();
    // JSON loses bytes that are not UTF-8; YAML has them in base64, where no `$` is doubled.
    let mut yaml = None;
    let one = |at: &usize| {
        let service = format!("s{at}");
        let environment = |config: &Value| config["services"][&service]["environment"].clone();
        let Value::Object(environment_json) = environment(&config) else {
            return (*at, Observed::Values(BTreeMap::new()));
        };
        let mut values = BTreeMap::new();
        for (name, value) in environment_json {
            let text = value.as_str().unwrap().replace("$$", "$");
            let mut bytes = text.clone().into_bytes();
            if text.contains('\u{fffd}') {
                let yaml = yaml.get_or_insert_with(|| {
                    let output = compose(folder, &["-f", &group_file(group), "config"]);
                    serde_yaml::from_slice::<Value>(&output.stdout).unwrap()
                });
                let encoded: String = environment(yaml)[&name]
                    .as_str()
                    .unwrap()
                    .chars()
                    .filter(|char| !char.is_whitespace())
                    .collect();
                if let Some(decoded) = STANDARD.decode(encoded).ok().filter(|bytes| lossy(bytes) == text) {
                    bytes = decoded;
                }
            }
            values.insert(name.into_bytes(), bytes);
        }
        (*at, Observed::Values(values))
    };
    group.iter().map(one).collect()
}

fn group_file(group: &[usize]) -> String {
    format!("{}-{}.json", group[0], group.len())
}

/// As Go writes bytes that are not UTF-8 to JSON.
fn lossy(bytes: &[u8]) -> String {
    let one =
        |chunk: std::str::Utf8Chunk<'_>| chunk.valid().to_owned() + &"\u{fffd}".repeat(chunk.invalid().len());
    bytes.utf8_chunks().map(one).collect()
}

fn refusal(output: &Output) -> Observed {
    const KNOWN: &[&str] = &[
        "unexpected character",
        "key cannot contain a space",
        "zero length string",
        "unterminated quoted value",
        "Invalid template",
        "required variable",
    ];
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(KNOWN.iter().any(|known| text.contains(known)), "{text}");
    Observed::Refused
}

#[test]
fn compose_env_file() {
    if !crate::support::real_tools() {
        return;
    }
    let version = compose(Path::new("."), &["version", "--short"]);
    assert_eq!(String::from_utf8_lossy(&version.stdout).trim(), VERSION);
    let mut generated = own(compare::lines() / 10, compare::seed() ^ 0xc0);
    generated.extend(projects(Reader::Compose));
    let own: Vec<&[u8]> = OWN.iter().copied().chain(generated.iter().map(Vec::as_slice)).collect();
    compare::hold_with(Reader::Compose, &own, read);
}

/// The same parser reads `.env`, where a variable of the process takes the place of the file's.
#[test]
fn compose_interpolation() {
    if !crate::support::real_tools() {
        return;
    }
    const NAMES: &[&str] = &["A", "B", "C", "FOO", "FOO_BAR", "a1", "_x"];
    let shown: Vec<String> = NAMES.iter().map(|name| format!("{name}=${{{name}-(unset)}}")).collect();
    let project = json!({"services": {"s": {"image": "x", "environment": shown}}}).to_string();
    let files: Vec<Vec<u8>> = generator::files(compare::seed() ^ 0xe0, 200 + compare::lines() / 40)
        .into_iter()
        .filter(|file| std::str::from_utf8(file).is_ok() && !file.windows(5).any(|part| part == b"OUTER"))
        .collect();
    let compared: usize =
        spread(files.len(), |at| interpolated(&project, NAMES, &files[at])).into_iter().sum();
    println!("compose's .env: {} files, {compared} compared", files.len());
    assert!(compared > files.len() / 4);
}

fn interpolated(project: &str, names: &[&str], file: &[u8]) -> usize {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join(".env"), file).unwrap();
    std::fs::write(folder.path().join("compose.yml"), project).unwrap();
    let output = compose(folder.path(), &["config", "--format", "json"]);
    let view = Reader::Compose.read(file);
    let text = file.escape_ascii();
    match view.end {
        End::Unmodelled(_) => return 0,
        End::Refused(..) => {
            assert!(!output.status.success(), "{text}");
            refusal(&output);
            return 1;
        }
        // Here it sets its own environment, which can hold neither.
        End::Whole if String::from_utf8_lossy(&output.stderr).contains("setenv: invalid argument") => {
            let nameless = view.assigned.iter().any(|assigned| assigned.key.is_empty());
            assert!(nameless || file.contains(&0), "{text}");
            return 0;
        }
        End::Whole => {
            assert!(output.status.success(), "{text}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }
    let config: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut compared = 0;
    for name in names {
        let value = config["services"]["s"]["environment"][name].as_str().unwrap().replace("$$", "$");
        let last = view.assigned.iter().rev().find(|assigned| assigned.key.of(file) == name.as_bytes());
        match last.map(|assigned| &assigned.seen) {
            None => assert_eq!(value, "(unset)", "{text}"),
            Some(Seen::Value(seen)) => {
                assert_eq!(value.as_bytes(), seen.of(file), "{name} in {text}");
                compared += 1;
            }
            Some(_) => {}
        }
    }
    compared
}
